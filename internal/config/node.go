package config

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a file, far above what a person or profile build writes. The nesting limit matters: the parser keeps the whole
// path with every node, so a megabyte of "[" costs it gigabytes.
const (
	maxFile = 16 << 20 // bytes
	maxDeep = 50       // lists and objects within one another
)

type kind int

const (
	null kind = iota
	scalar
	list
	object
)

func (k kind) String() string {
	return [...]string{"nothing", "a single value", "a list", "an object"}[k]
}

// A node is a YAML value with its place. Scalars keep the text as it is written, whatever YAML would make of it: a name may be
// "2026" or "no".
type node struct {
	kind   kind
	text   string
	at     position
	items  []*node // of a list
	starts []int   // the line each item's "-" stands in; nil for a list in brackets
	fields []field // of an object, in the file's order, repeated keys included
}

type field struct {
	key   string
	at    position
	value *node
}

// A yamlError is why bytes are not the YAML that is read here.
type yamlError struct {
	at  position
	msg string
}

func (e *yamlError) Error() string { return e.msg }

// parseYAML reads one document of plain YAML: no anchors, aliases, tags or explicit keys, which nobody needs here and which hide what a
// file says. A nil node is an empty document.
func parseYAML(data []byte) (*node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > maxFile {
		return nil, &yamlError{position{1, 1}, fmt.Sprintf("the file has %d bytes; %d are read at most", len(data), maxFile)}
	}
	if at, ok := notUTF8(data); ok {
		return nil, &yamlError{at, "this is not UTF-8 text: save the file as UTF-8"}
	}
	// The lexer counts a "\r\n" behind a comment as two lines; to YAML it is one line end like any other.
	tokens := lexer.Tokenize(string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))))
	if err := plain(tokens); err != nil {
		return nil, err
	}
	// Repeated keys are let through: they are reported with everything else that is wrong.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(err)
	}
	var root *node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		n, err := convert(doc.Body)
		if err != nil {
			return nil, err
		}
		if root != nil {
			return nil, &yamlError{n.at, "a second YAML document: one a file is read"}
		}
		root = n
	}
	return root, nil
}

func notUTF8(data []byte) (position, bool) {
	if utf8.Valid(data) {
		return position{}, false
	}
	at := position{1, 1}
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if at.col++; r == '\n' {
			at = position{at.line + 1, 1}
		}
		data = data[n:]
	}
	return at, true
}

// plain refuses what parseYAML does not read, before the parser recurses into it.
func plain(tokens token.Tokens) error {
	deep, line, dashes := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return &yamlError{where(t), "anchors and aliases (& * <<) are not read here: write the value out, or put quotes around the text"}
		case token.TagType:
			return &yamlError{where(t), "tags (!) are not read here: put quotes around the text"}
		case token.MappingKeyType:
			return &yamlError{where(t), `"? " keys are not read here: write "key: value"`}
		case token.MappingStartType, token.SequenceStartType:
			deep++
		case token.MappingEndType, token.SequenceEndType:
			deep = max(deep-1, 0)
		case token.SequenceEntryType:
			if t.Position.Line != line {
				line, dashes = t.Position.Line, 0
			}
			dashes++
		}
		if deep+dashes > maxDeep || t.Position.IndentNum > 4*maxDeep {
			return &yamlError{where(t), "nested too deeply"}
		}
	}
	return nil
}

func syntaxError(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) {
		return &yamlError{position{1, 1}, "not YAML: " + err.Error()}
	}
	return &yamlError{where(e.GetToken()), "not YAML: " + e.GetMessage()}
}

func where(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{1, 1}
	}
	return position{max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

func convert(n ast.Node) (*node, error) {
	switch n := n.(type) {
	case *ast.NullNode:
		return &node{kind: null, at: where(n.Token)}, nil
	case *ast.LiteralNode:
		return &node{kind: scalar, text: n.Value.Value, at: where(n.Start)}, nil
	case *ast.StringNode:
		return &node{kind: scalar, text: n.Value, at: where(n.Token)}, nil
	case ast.ScalarNode:
		return &node{kind: scalar, text: n.GetToken().Value, at: where(n.GetToken())}, nil
	case *ast.SequenceNode:
		out := &node{kind: list, at: where(n.Start)}
		for i, v := range n.Values {
			item, err := convert(v)
			if err != nil {
				return nil, err
			}
			out.items = append(out.items, item)
			if !n.IsFlowStyle && i < len(n.Entries) {
				out.starts = append(out.starts, where(n.Entries[i].Start).line)
			}
		}
		return out, nil
	case *ast.MappingNode:
		return convertMap(n.Start, n.IsFlowStyle, n.Values)
	case *ast.MappingValueNode:
		return convertMap(n.Start, false, []*ast.MappingValueNode{n})
	}
	return nil, &yamlError{where(n.GetToken()), fmt.Sprintf("%s is not read here: put quotes around the text", n.Type())}
}

func convertMap(start *token.Token, flow bool, values []*ast.MappingValueNode) (*node, error) {
	out := &node{kind: object, at: where(start)}
	for _, kv := range values {
		v, err := convert(kv.Value)
		if err != nil {
			return nil, err
		}
		key := kv.Key.GetToken()
		out.fields = append(out.fields, field{key: key.Value, at: where(key), value: v})
	}
	// In block style the parser's start is the first colon.
	if !flow && len(out.fields) > 0 {
		out.at = out.fields[0].at
	}
	return out, nil
}

// index notes the place of every value under its path.
func (n *node) index(path string, at map[string]position) {
	if path != "" {
		at[path] = n.at
	}
	for i, item := range n.items {
		item.index(path+"["+strconv.Itoa(i)+"]", at)
	}
	for _, f := range n.fields {
		f.value.index(join(path, f.key), at)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
