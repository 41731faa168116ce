package query

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const docs = "../../docs/watchlists.md"

// A docExample is one vestnik block of the docs.
type docExample struct {
	line      int
	query     string
	hit, miss []string
}

// examples reads the vestnik blocks of the docs.
func examples(t *testing.T) []docExample {
	t.Helper()
	data, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	var out []docExample
	in := false
	for i, line := range strings.Split(string(data), "\n") {
		switch {
		case line == "```vestnik":
			in = true
			out = append(out, docExample{line: i + 1})
			continue
		case strings.HasPrefix(line, "```"):
			in = false
		}
		if !in {
			continue
		}
		e := &out[len(out)-1]
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "query":
			if e.query != "" {
				t.Errorf("%s:%d: a second query in one block", docs, i+1)
			}
			e.query = value
		case "hit":
			e.hit = append(e.hit, value)
		case "miss":
			e.miss = append(e.miss, value)
		default:
			t.Errorf("%s:%d: %q is no line of an example", docs, i+1, line)
		}
	}
	return out
}

// TestDocs reads every example of the docs, and finds every node and operator of the language in one.
func TestDocs(t *testing.T) {
	seeds, err := os.ReadFile("../../seeds/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	attributes := regexp.MustCompile(`^\[(?:(?:lang|source|country|type)=[a-z0-9-]+ ?)+\] `)
	shown := map[string]bool{}
	for _, e := range examples(t) {
		n, err := Parse(e.query)
		if err != nil {
			t.Errorf("%s:%d: query %q: %v", docs, e.line, e.query, err)
			continue
		}
		if len(e.hit) == 0 || len(e.miss) == 0 {
			t.Errorf("%s:%d: %q has no hit or no miss", docs, e.line, e.query)
		}
		if p := Pitfalls(n); len(p) > 0 {
			t.Errorf("%s:%d: %v", docs, e.line, p)
		}
		for _, id := range Profiles(n) {
			if !strings.Contains(string(seeds), "- id: "+id+"\n") && !strings.Contains(string(seeds), "- id: "+id+" ") {
				t.Errorf("%s:%d: there is no profile %q in the seeds", docs, e.line, id)
			}
		}
		for _, s := range slices.Concat(e.hit, e.miss) {
			if strings.HasPrefix(s, "[") && !attributes.MatchString(s) {
				t.Errorf("%s:%d: cannot read the attributes of %q", docs, e.line, s)
			}
		}
		Walk(n, func(n Node) {
			shown[feature(n)] = true
			if f, ok := n.(Filter); ok && len(f.Values) > 1 {
				shown["value list"] = true
			}
		})
		for _, op := range []string{" AND ", " OR ", "NOT ", " NEAR ", " NEAR/", "SENTENCE(", "title:", "body:", "(", "^", "*", "=", "@", `"`, "«"} {
			if strings.Contains(e.query, op) {
				shown[op] = true
			}
		}
		if _, is := n.(And); is && !strings.Contains(e.query, "AND") {
			shown["terms side by side"] = true
		}
	}
	want := []string{
		" AND ", " OR ", "NOT ", " NEAR ", " NEAR/", "SENTENCE(", "title:", "body:", "(", "^", "*", "=", "@", `"`, "«", "terms side by side",
		"word", "phrase", "exact word", "exact phrase", "prefix", "profile", "lang", "source", "country", "type", "value list",
		"near of near", "near of or", "weight of term", "weight of group", "scope of term", "scope of group", "sentence with not",
	}
	for _, w := range want {
		if !shown[w] {
			t.Errorf("%s shows no %q", docs, w)
		}
	}
}

// feature names what the docs have to show of a node.
func feature(n Node) string {
	group := func(of Node) string {
		switch of.(type) {
		case Term:
			return "term"
		}
		return "group"
	}
	switch n := n.(type) {
	case Term:
		if n.Kind == Exact {
			return "exact " + map[bool]string{true: "phrase", false: "word"}[strings.Contains(n.Text, " ")]
		}
		return [...]string{Word: "word", Phrase: "phrase", Prefix: "prefix", Profile: "profile"}[n.Kind]
	case Filter:
		return string(n.Kind)
	case Near:
		if _, ok := n.Left.(Near); ok {
			return "near of near"
		}
		if _, ok := n.Left.(Or); ok {
			return "near of or"
		}
	case Boost:
		return "weight of " + group(n.Of)
	case Field:
		return "scope of " + group(n.Of)
	case Sentence:
		if and, ok := n.Of.(And); ok && slices.ContainsFunc(and.Of, func(x Node) bool { _, not := x.(Not); return not }) {
			return "sentence with not"
		}
	}
	return fmt.Sprintf("%T", n)
}

// TestDocsErrors holds the table of refused queries against what Parse says.
func TestDocsErrors(t *testing.T) {
	data, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `(.+)` \\| (column .+) \\|$").FindAllStringSubmatch(string(data), -1)
	if len(rows) < 5 {
		t.Fatalf("%s has %d refused queries", docs, len(rows))
	}
	for _, row := range rows {
		if _, err := Parse(row[1]); err == nil || err.Error() != row[2] {
			t.Errorf("%s says of %s\n  %s\nand Parse\n  %v", docs, row[1], row[2], err)
		}
	}
}
