package match_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/query"
	"vestnik/seeds"
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

// run matches the texts of the example against a watchlist that has only its query.
func (e docExample) run(t *testing.T, profiles []news.Profile, feeds []news.Feed) {
	t.Helper()
	for _, text := range slices.Concat(e.hit, e.miss) {
		feed, item := said(t, text)
		m, faults := match.Compile(profiles, []news.Watchlist{{ID: "w", Query: e.query, Threshold: 1}}, append(slices.Clone(feeds), feed))
		if len(faults) > 0 {
			t.Fatalf("%s:%d: %v", docs, e.line, faults)
		}
		got := m.Match(&item)
		if over := len(got) == 1 && got[0].Over; over != slices.Contains(e.hit, text) {
			t.Errorf("%s:%d: %s of %q: %+v", docs, e.line, e.query, text, got)
		}
	}
}

// said makes an item of "[lang=ru source=belta country=by type=state] title | body".
func said(t *testing.T, s string) (news.Feed, news.Item) {
	t.Helper()
	feed := news.Feed{ID: "f"}
	var item news.Item
	if attributes, rest, ok := strings.Cut(s, "] "); ok && strings.HasPrefix(s, "[") {
		s = rest
		for a := range strings.FieldsSeq(attributes[1:]) {
			switch key, value, _ := strings.Cut(a, "="); key {
			case "lang":
				item.Lang = value
			case "source":
				feed.ID = value
			case "country":
				feed.Country = strings.ToUpper(value)
			case "type":
				feed.Type = news.SourceType(value)
			default:
				t.Fatalf("cannot read the attribute %q of %q", a, s)
			}
		}
	}
	item.Title, item.Text, _ = strings.Cut(s, " | ")
	item.FeedID = feed.ID
	return feed, item
}

// TestDocs runs every example of the docs, and finds every node and operator of the language in one.
func TestDocs(t *testing.T) {
	cfg, err := config.Load("../../config.yaml", seeds.Profiles())
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, e := range examples(t) {
		n, err := query.Parse(e.query)
		if err != nil {
			t.Errorf("%s:%d: query %q: %v", docs, e.line, e.query, err)
			continue
		}
		if len(e.hit) == 0 || len(e.miss) == 0 {
			t.Errorf("%s:%d: %q has no hit or no miss", docs, e.line, e.query)
		}
		if p := query.Pitfalls(n); len(p) > 0 {
			t.Errorf("%s:%d: %v", docs, e.line, p)
		}
		e.run(t, cfg.Profiles, cfg.Feeds)
		query.Walk(n, func(n query.Node) {
			shown[feature(n)] = true
			if f, ok := n.(query.Filter); ok && len(f.Values) > 1 {
				shown["value list"] = true
			}
		})
		for _, op := range []string{" AND ", " OR ", "NOT ", " NEAR ", " NEAR/", "SENTENCE(", "title:", "body:", "(", "^", "*", "=", "@", `"`, "«"} {
			if strings.Contains(e.query, op) {
				shown[op] = true
			}
		}
		if _, is := n.(query.And); is && !strings.Contains(e.query, "AND") {
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
func feature(n query.Node) string {
	group := func(of query.Node) string {
		if _, ok := of.(query.Term); ok {
			return "term"
		}
		return "group"
	}
	switch n := n.(type) {
	case query.Term:
		if n.Kind == query.Exact {
			return "exact " + map[bool]string{true: "phrase", false: "word"}[strings.Contains(n.Text, " ")]
		}
		return [...]string{query.Word: "word", query.Phrase: "phrase", query.Prefix: "prefix", query.Profile: "profile"}[n.Kind]
	case query.Filter:
		return string(n.Kind)
	case query.Near:
		if _, ok := n.Left.(query.Near); ok {
			return "near of near"
		}
		if _, ok := n.Left.(query.Or); ok {
			return "near of or"
		}
	case query.Boost:
		return "weight of " + group(n.Of)
	case query.Field:
		return "scope of " + group(n.Of)
	case query.Sentence:
		if and, ok := n.Of.(query.And); ok && slices.ContainsFunc(and.Of, func(x query.Node) bool { _, not := x.(query.Not); return not }) {
			return "sentence with not"
		}
	}
	return fmt.Sprintf("%T", n)
}

// TestDocsErrors holds the table of refused queries against what `bot check` says of them.
func TestDocsErrors(t *testing.T) {
	data, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `(.+)` \\| (at character .+) \\|$").FindAllStringSubmatch(string(data), -1)
	if len(rows) < 5 {
		t.Fatalf("%s has %d refused queries", docs, len(rows))
	}
	for _, row := range rows {
		_, faults := match.Compile(nil, []news.Watchlist{{ID: "w", Query: row[1], Threshold: 1}}, nil)
		if len(faults) != 1 || faults[0].Msg != row[2] {
			t.Errorf("%s says of %s\n  %s\nand Compile\n  %v", docs, row[1], row[2], faults)
		}
	}
}
