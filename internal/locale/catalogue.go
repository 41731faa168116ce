package locale

import (
	"fmt"
	"strings"
)

// A template is a text of a catalogue, taken apart.
type template []piece

// A piece is words, a placeholder, or the form of a word that stands with a number.
type piece struct {
	text       string
	name       string   // of the placeholder; "": text is words
	forms      []string // of the word that stands with the number name
	bold, code bool
}

// parse reads a catalogue. A line is "key: text"; lines that begin with two spaces go on with the text of the line above, as lines of their own;
// "#" begins a comment line. Within a text {name} is a placeholder, {n: one | few | many} a word with the number n, *…* is bold and `…` code, in which a star is a star.
func parse(s string, forms int) (map[string]template, error) {
	raw := map[string]string{}
	var order []string
	for i, line := range strings.Split(s, "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "  "):
			if len(order) == 0 {
				return nil, fmt.Errorf("line %d: goes on with nothing", i+1)
			}
			raw[order[len(order)-1]] += "\n" + strings.TrimPrefix(line, "  ")
		default:
			key, text, ok := strings.Cut(line, ": ")
			if !ok || key == "" {
				return nil, fmt.Errorf("line %d: no key", i+1)
			}
			if _, twice := raw[key]; twice {
				return nil, fmt.Errorf("line %d: %q stands twice", i+1, key)
			}
			raw[key] = text
			order = append(order, key)
		}
	}
	out := make(map[string]template, len(raw))
	for _, key := range order {
		t, err := takeApart(raw[key], forms)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		out[key] = t
	}
	return out, nil
}

func takeApart(s string, forms int) (template, error) {
	var t template
	var bold, code bool
	put := func(p piece) {
		if p.text != "" || p.name != "" {
			p.bold, p.code = bold, code
			t = append(t, p)
		}
	}
	for s != "" {
		marks := "{*`"
		if code {
			marks = "{`" // a star between ` and ` is one
		}
		i := strings.IndexAny(s, marks)
		if i < 0 {
			break
		}
		put(piece{text: s[:i]})
		mark := s[i]
		s = s[i+1:]
		switch mark {
		case '*':
			bold = !bold
		case '`':
			code = !code
		default:
			inner, rest, ok := strings.Cut(s, "}")
			if !ok {
				return nil, fmt.Errorf("a { without its }")
			}
			name, words, plural := strings.Cut(inner, ":")
			p := piece{name: strings.TrimSpace(name)}
			if plural {
				for w := range strings.SplitSeq(words, "|") {
					p.forms = append(p.forms, strings.TrimSpace(w))
				}
				if len(p.forms) != forms {
					return nil, fmt.Errorf("{%s} has %d forms, not %d", inner, len(p.forms), forms)
				}
			}
			if p.name == "" {
				return nil, fmt.Errorf("{%s} has no name", inner)
			}
			put(p)
			s = rest
		}
	}
	put(piece{text: s})
	if bold || code {
		return nil, fmt.Errorf("a * or ` is left open")
	}
	return t, nil
}
