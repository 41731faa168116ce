package config

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/news"
)

// A section is a field of a profile as it is written: a value on one line, or sections below it.
type section struct {
	key   string
	value string
	items []string // of a list of texts, which value shows too
	sub   []section
}

// text is the section's lines, indented by that many spaces.
func (s section) text(indent int) string {
	var b strings.Builder
	s.write(&b, indent)
	return b.String()
}

func (s section) write(b *strings.Builder, indent int) {
	b.WriteString(strings.Repeat(" ", indent) + quote(s.key) + ":")
	switch {
	case len(s.items) > 1 && utf8.RuneCountInString(s.value)+indent+len(s.key) > lineWidth:
		wrap(b, s.items, indent+2)
	case s.value != "":
		b.WriteString(" " + s.value)
	}
	b.WriteString("\n")
	for _, x := range s.sub {
		x.write(b, indent+2)
	}
}

// lineWidth is how many characters a line has before a list in brackets goes on in the next one.
const lineWidth = 130

// wrap writes a list in brackets over lines of its own.
func wrap(b *strings.Builder, items []string, indent int) {
	line := "["
	for i, s := range items {
		s = quote(s)
		if i < len(items)-1 {
			s += ","
		} else {
			s += "]"
		}
		if line != "[" && utf8.RuneCountInString(line)+utf8.RuneCountInString(s)+indent >= lineWidth {
			b.WriteString("\n" + strings.Repeat(" ", indent) + line)
			line = "  " + s
			continue
		}
		if line != "[" {
			line += " "
		}
		line += s
	}
	b.WriteString("\n" + strings.Repeat(" ", indent) + line)
}

// entry is p as an item of a list whose dashes are indented by that many spaces.
func entry(p news.Profile, indent int) string {
	var b strings.Builder
	for _, s := range sections(p) {
		s.write(&b, indent+2)
	}
	return strings.Repeat(" ", indent) + "- " + b.String()[indent+2:]
}

func contextOf(c news.Context) []section {
	var out []section
	for _, l := range []struct {
		key     string
		phrases []string
	}{{"near", c.Near}, {"not_near", c.NotNear}, {"not_in", c.NotIn}} {
		if len(l.phrases) > 0 {
			out = append(out, section{key: l.key, value: flow(l.phrases), items: l.phrases})
		}
	}
	if len(out) > 0 && c.Words != 0 {
		out = append(out, section{key: "words", value: strconv.Itoa(c.Words)})
	}
	return out
}

func proposedOf(p news.Proposed) []section {
	var out []section
	if p.Threshold != 0 {
		out = append(out, section{key: "threshold", value: number(p.Threshold)})
	}
	if keywords := languages(p.Keywords); len(keywords) > 0 {
		out = append(out, section{key: "keywords", sub: keywords})
	}
	return out
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// sections is a profile in the order a person reads it.
func sections(p news.Profile) []section {
	list := []section{{key: "id", value: quote(p.ID)}, {key: "kind", value: quote(string(p.Kind))}}
	add := func(key, value string, sub []section) {
		if value != "" || len(sub) > 0 {
			list = append(list, section{key: key, value: value, sub: sub})
		}
	}
	add("names", "", languages(p.Names))
	add("keywords", "", languages(p.Keywords))
	if p.Threshold != 0 {
		add("threshold", number(p.Threshold), nil)
	}
	add("context", "", contextOf(p.Context))
	if p.Nested {
		add("nested", "true", nil)
	}
	if p.Wikidata != "" {
		add("wikidata", quote(p.Wikidata), nil)
	}
	var seen []section
	for _, name := range slices.Sorted(maps.Keys(p.Seen)) {
		var in []string
		for _, article := range slices.Sorted(maps.Keys(p.Seen[name])) {
			in = append(in, quote(article)+": "+strconv.Itoa(p.Seen[name][article]))
		}
		seen = append(seen, section{key: name, value: "{" + strings.Join(in, ", ") + "}"})
	}
	add("seen", "", seen)
	if len(p.FromMemory) > 0 {
		list = append(list, section{key: "from_memory", value: flow(p.FromMemory), items: p.FromMemory})
	}
	add("rejected", "", languages(p.Rejected))
	add("proposed", "", proposedOf(p.Proposed))
	return list
}

// languages is one language a line, those the bot knows first.
func languages(m map[string][]string) []section {
	order := func(code string) int {
		if i := slices.Index(news.Languages, code); i >= 0 {
			return i
		}
		return len(news.Languages)
	}
	codes := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		if d := order(a) - order(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var list []section
	for _, code := range codes {
		list = append(list, section{key: code, value: flow(m[code]), items: m[code]})
	}
	return list
}

func flow(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote writes s as it is where every reader of YAML takes it for a text, else as a JSON string, which YAML takes as well.
func quote(s string) string {
	if isPlain(s) {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return strconv.Quote(s) // not reached: a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// isPlain reports words of letters and digits, joined by single characters that mean nothing in YAML, that begin with a letter and are none
// of the words some YAML reader makes true, false or null of.
func isPlain(s string) bool {
	const joints = " -'’ʼ._/"
	joint := true
	for i, r := range s {
		switch {
		case unicode.IsLetter(r), i > 0 && (unicode.IsDigit(r) || unicode.IsMark(r)):
			joint = false
		case joint || !strings.ContainsRune(joints, r):
			return false
		default:
			joint = true
		}
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf":
		return false
	}
	return !joint
}
