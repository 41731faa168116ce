package config

import (
	"fmt"
	"slices"
	"strings"
)

// A Setting is one key of the telegram section with its new value: one text, or a list.
type Setting struct {
	Key    string
	Value  string
	Values []string // not nil: a list
}

func (s Setting) yaml() string {
	if s.Values != nil {
		return flow(s.Values)
	}
	return quote(s.Value)
}

// SetTelegram returns the config file with keys of its telegram section set, everything else and all comments kept. A value that would be refused on
// reading is an *Error, and so is a file that cannot be read.
func SetTelegram(name string, data []byte, settings []Setting) ([]byte, error) {
	for _, s := range settings {
		d, root := newDecoder(name, data)
		if root == nil {
			return nil, failed(d.faults, name)
		}
		data = setKey(data, d.at, s)
	}
	var c Config
	d, root := newDecoder(name, data)
	if root != nil {
		if at := slices.IndexFunc(root.fields, func(f field) bool { return f.key == "telegram" }); at >= 0 {
			d.object(root.fields[at].value, "telegram", c.Telegram.options(d))
		}
	}
	if err := failed(d.faults, name); err != nil {
		return nil, err
	}
	return data, nil
}

// setKey replaces the value where the key stands, else adds the key below "telegram:", else adds the section.
func setKey(data []byte, at map[string]position, s Setting) []byte {
	lines := strings.Split(string(data), "\n")
	line := fmt.Sprintf("  %s: %s", s.Key, s.yaml())
	if p, ok := at["telegram."+s.Key]; ok {
		l := []rune(lines[p.line-1])
		before, rest := string(l[:p.col-1]), string(l[p.col-1:])
		lines[p.line-1] = before + s.yaml() + rest[valueEnd(rest):]
	} else if i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "telegram:") }); i >= 0 {
		lines = slices.Insert(lines, i+1, line)
	} else {
		lines = append(lines, "telegram:", line, "")
	}
	return []byte(strings.Join(lines, "\n"))
}

// valueEnd is where a value written on one line ends: behind its closing quote or bracket, else before its comment.
func valueEnd(s string) int {
	closing := map[byte]string{'"': `"`, '\'': `'`, '[': `]`}
	if s != "" && closing[s[0]] != "" {
		if i := strings.Index(s[1:], closing[s[0]]); i >= 0 {
			return i + 2
		}
	}
	if i := strings.Index(s, " #"); i >= 0 {
		return len(strings.TrimRight(s[:i], " "))
	}
	return len(s)
}
