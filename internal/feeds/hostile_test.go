package feeds

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// Documents made to exhaust the parser are refused, or give what can be read, long before the stack overflows, which nothing
// recovers from.
func TestHostileDocuments(t *testing.T) {
	item := "<rss><channel><item><title>Паром</title>"
	end := "</item></channel></rss>"
	var spaces strings.Builder
	for i := range maxNamespaces + 1 {
		fmt.Fprintf(&spaces, "xmlns:a%d='b' ", i)
	}
	for _, c := range []struct {
		name, doc string
		class     news.ErrorClass
		items     int
	}{
		{"nested too deep, closed", item + strings.Repeat("<x:a>", 40_000) + strings.Repeat("</x:a>", 40_000) + end, "", 1},
		{"nested too deep, open", item + strings.Repeat("<x:a>", 60_000), news.ErrParse, 0},
		{"end tags hidden in CDATA", item + strings.Repeat("<x:a><![CDATA[</x:a>]]>", 12_000) + end, "", 1},
		{"tags without end", item + strings.Repeat("<x:a>", 400_000), news.ErrTooLarge, 0},
		{"items without end", "<rss><channel>" + strings.Repeat("<item/>", 400_000), news.ErrTooLarge, 0},
		{"namespaces without end", "<rss><channel " + spaces.String() + ">" + strings.Repeat("<x:y/>", 100_000) + "</channel></rss>", news.ErrTooLarge, 0},
		{"less signs", item + strings.Repeat("<", 60_000) + end, "", 1},
		{"ampersands", item + strings.Repeat("&", 100_000) + end, "", 1},
		{"comments that do not end", item + strings.Repeat("<!--", 50_000), news.ErrParse, 0},
		{"entities that grow", `<!DOCTYPE rss [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + item + "<description>" + strings.Repeat("&b;", 20_000) + "</description>" + end, "", 1},
		{"JSON nested too deep", `{"items":[` + strings.Repeat("[", 1_000_000), news.ErrNotFeed, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := New(Options{}).Parse(t.Context(), []byte(c.doc), "", "", news.Feed{ID: "f"}, goldenNow)
			var class news.ErrorClass
			if err != nil {
				class = fetchError(err).Class
			}
			if class != c.class || len(doc.Items) != c.items {
				t.Errorf("%d items, %v; want %d and %q", len(doc.Items), err, c.items, c.class)
			}
		})
	}
}

// mend works in proportion to its input. Sixteen times as much may take sixteen times as long, and four times that on a busy machine;
// were it quadratic it would take 256 times as long. What takes no millisecond is not measured against less.
func TestMendIsLinear(t *testing.T) {
	quickest := func(s string) time.Duration {
		least := time.Duration(math.MaxInt64)
		for range 5 {
			start := time.Now()
			mend([]byte(s))
			least = min(least, time.Since(start))
		}
		return least
	}
	for name, unit := range map[string]string{
		"less": "<", "open tags": "<a ", "ampersands": "&", "comments": "<!--", "CDATA": "<![CDATA[", "end tags": "</a>", "nesting": "<a>",
		"quotes": "<a b='<a b=\"", "values that end in a value": "<a '=", "values that end in a less": "<a '='<a '=' <", "items": "<item>",
	} {
		all := "<rss>" + strings.Repeat(unit, 256<<10/len(unit))
		short := max(quickest(all[:len(all)/16]), time.Millisecond)
		if long := quickest(all); long > 128*short {
			t.Errorf("%s: %d bytes took %v, a sixteenth of them %v", name, len(all), long, short)
		}
	}
}

// What gofeed will see as nested is seen so, however it is hidden from a simpler count.
func TestTooDeep(t *testing.T) {
	deep := func(tag string) string { return "<rss><channel><item>" + strings.Repeat(tag, maxNesting+1) }
	for name, c := range map[string]struct {
		doc  string
		want bool
	}{
		"plain":                  {deep("<x:a>"), true},
		"end tags in CDATA":      {deep("<x:a><![CDATA[</x:a>]]>"), true},
		"end tags in comments":   {deep("<x:a><!--</x:a>-->"), true},
		"an end in a value":      {deep(`<x:a b="/>">`), true},
		"a control character":    {deep("<\x01x:a>"), true},
		"behind a second prolog": {`<rss><?xml version="1.0" encoding="koi8-r"?>` + deep("<x:a>"), true},
		"self-closing":           {deep("<x:a/>"), false},
		"side by side":           {deep("<x:a></x:a>"), false},
	} {
		doc, _ := legal([]byte(c.doc))
		if got := tooDeep(doc); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
