package feeds

import (
	"fmt"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// Documents made to exhaust the parser are refused, or give what can be read; the program lives. (A stack that overflows cannot be
// recovered from: without the bound on nesting this test would not fail but crash.)
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
		{"nested too deep, closed", item + strings.Repeat("<x:a>", 140_000) + strings.Repeat("</x:a>", 140_000) + end, "", 1},
		{"nested too deep, open", item + strings.Repeat("<x:a>", 250_000), news.ErrParse, 0},
		{"end tags hidden in CDATA", item + strings.Repeat("<x:a><![CDATA[</x:a>]]>", 12_000) + end, "", 1},
		{"tags without end", item + strings.Repeat("<x:a>", 2_000_000), news.ErrTooLarge, 0},
		{"items without end", "<rss><channel>" + strings.Repeat("<item/>", 1_000_000), news.ErrTooLarge, 0},
		{"namespaces without end", "<rss><channel " + spaces.String() + ">" + strings.Repeat("<x:y/>", 100_000) + "</channel></rss>", news.ErrTooLarge, 0},
		{"less signs", item + strings.Repeat("<", 200_000) + end, "", 1},
		{"ampersands", item + strings.Repeat("&", 1_000_000) + end, "", 1},
		{"comments that do not end", item + strings.Repeat("<!--", 200_000), news.ErrParse, 0},
		{"entities that grow", `<!DOCTYPE rss [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + item + "<description>" + strings.Repeat("&b;", 100_000) + "</description>" + end, "", 1},
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
