package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/news"
)

// A decoder reads values out of the nodes of one file and collects what is wrong instead of stopping at it.
type decoder struct {
	source
	faults []Fault
}

// newDecoder parses data. The node is nil when there is nothing to read; the fault is then noted.
func newDecoder(name string, data []byte) (*decoder, *node) {
	d := &decoder{source: source{name: name, at: map[string]position{}}}
	root, err := parseYAML(data)
	var bad *yamlError
	switch {
	case errors.As(err, &bad):
		d.fail("", bad.at, "%s", bad.msg)
		return d, nil
	case root == nil:
		d.fail("", position{1, 1}, "the file is empty")
		return d, nil
	}
	root.index("", d.at)
	return d, root
}

func (d *decoder) fail(path string, at position, format string, args ...any) {
	d.faults = append(d.faults, Fault{
		Fault: news.Fault{Path: path, Msg: fmt.Sprintf(format, args...)},
		File:  d.name, Line: at.line, Col: at.col,
	})
}

// An option is a key an object may hold.
type option struct {
	key  string
	must bool
	read func(n *node, path string)
}

// object reads n's fields by opts and reports unknown, repeated, empty and missing keys.
func (d *decoder) object(n *node, path string, opts []option) {
	if n.kind != object {
		d.fail(path, n.at, `expected "key: value" lines, found %s`, n.kind)
		return
	}
	known := make(map[string]option, len(opts))
	for _, o := range opts {
		known[o.key] = o
	}
	first := map[string]position{}
	for _, f := range n.fields {
		at := join(path, f.key)
		if p, ok := first[f.key]; ok {
			d.fail(at, f.at, "this key is already given in line %d", p.line)
			continue
		}
		first[f.key] = f.at
		switch o, ok := known[f.key]; {
		case !ok:
			d.fail(at, f.at, "unknown key%s", DidYouMean(f.key, keys(opts)))
		case f.value.kind == null:
			d.fail(at, f.at, "has no value: give one or remove the key")
		default:
			o.read(f.value, at)
		}
	}
	for _, o := range opts {
		if _, ok := first[o.key]; o.must && !ok {
			d.fail(join(path, o.key), n.at, "is missing")
		}
	}
}

func keys(opts []option) []string {
	list := make([]string, len(opts))
	for i, o := range opts {
		list[i] = o.key
	}
	return list
}

// each reads the items of a list.
func (d *decoder) each(n *node, path string, read func(n *node, path string)) {
	if n.kind != list {
		d.fail(path, n.at, "expected a list, found %s", n.kind)
		return
	}
	for i, item := range n.items {
		read(item, path+"["+strconv.Itoa(i)+"]")
	}
}

// text reads a scalar. It is "" with a fault noted when there is none.
func (d *decoder) text(n *node, path string) string {
	switch {
	case n.kind == object:
		d.fail(path, n.at, `expected a text, found an object: a text that holds ": " needs quotes`)
	case n.kind == null || n.kind == scalar && strings.TrimSpace(n.text) == "":
		d.fail(path, n.at, "is empty")
	case n.kind != scalar:
		d.fail(path, n.at, "expected a text, found %s", n.kind)
	default:
		return n.text
	}
	return ""
}

func (d *decoder) str(to *string) func(*node, string) {
	return func(n *node, path string) {
		if s := d.text(n, path); s != "" {
			*to = s
		}
	}
}

// checked reads a text that has to pass check, whose error is the fault.
func (d *decoder) checked(to *string, check func(string) error) func(*node, string) {
	return parsed(d, to, func(s string) (string, error) { return s, check(s) })
}

// parsed reads a text through parse, whose error is the fault.
func parsed[T any](d *decoder, to *T, parse func(string) (T, error)) func(*node, string) {
	return func(n *node, path string) {
		s := d.text(n, path)
		if s == "" {
			return
		}
		v, err := parse(s)
		if err != nil {
			d.fail(path, n.at, "%v", err)
			return
		}
		*to = v
	}
}

func (d *decoder) flag(to *bool) func(*node, string) {
	return parsed(d, to, func(s string) (bool, error) {
		if s != "true" && s != "false" {
			return false, fmt.Errorf("%q is not true or false", s)
		}
		return s == "true", nil
	})
}

func (d *decoder) number(to *int, least, most int) func(*node, string) {
	return parsed(d, to, func(s string) (int, error) {
		v, err := strconv.Atoi(s)
		if err != nil {
			return 0, fmt.Errorf("%q is not a whole number", s)
		}
		if v < least || v > most {
			return 0, fmt.Errorf("%d is out of range: %d to %d", v, least, most)
		}
		return v, nil
	})
}

func (d *decoder) duration(to *time.Duration, least time.Duration) func(*node, string) {
	return parsed(d, to, func(s string) (time.Duration, error) {
		v, err := ParseDuration(s)
		if err == nil && v < least {
			err = fmt.Errorf("%s is too short: %s is the least", s, strings.TrimSuffix(least.String(), "0m0s"))
		}
		return v, err
	})
}

func (d *decoder) strings(to *[]string) func(*node, string) {
	return func(n *node, path string) {
		d.each(n, path, func(n *node, path string) {
			if s := d.text(n, path); s != "" {
				*to = append(*to, s)
			}
		})
	}
}

// byLanguage reads lists of strings keyed by language code or "any".
func (d *decoder) byLanguage(to *map[string][]string) func(*node, string) {
	return func(n *node, path string) {
		if n.kind != object {
			d.fail(path, n.at, "expected lists by language, like {ru: [...], any: [...]}, found %s", n.kind)
			return
		}
		d.keyed(n, path, func(code string) func(*node, string) {
			return func(n *node, path string) {
				if err := checkLanguage(code); err != nil && code != anyLanguage {
					d.fail(path, n.at, "%v", err)
					return
				}
				var list []string
				if d.strings(&list)(n, path); len(list) == 0 {
					return
				}
				if *to == nil {
					*to = map[string][]string{}
				}
				(*to)[code] = list
			}
		})
	}
}

// unique notes id and reports it when it was given before.
func (d *decoder) unique(first map[string]position, id, path string) {
	if id == "" {
		return
	}
	at := d.find(path)
	if p, ok := first[id]; ok {
		d.fail(path, at, "%q is already taken in line %d", id, p.line)
		return
	}
	first[id] = at
}
