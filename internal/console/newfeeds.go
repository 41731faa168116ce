package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
)

// A Sample is what a feed that was found holds.
type Sample struct {
	URL      string
	How      string // how it was found
	Document news.Document
	Lists    func(*news.Item) []string // names of the watchlists an item is on; nil: that is not known
}

// sampleItems is how many of a feed's newest items a sample shows.
const sampleItems = 5

// Sample prints a feed: its title, where it is, and its newest items.
func (t *Terminal) Sample(s Sample, now time.Time) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s (%s), %s\n", cmp.Or(line(s.Document.Title), "a feed without a title"), line(s.URL), s.How, plural(len(s.Document.Items), "item"))
	if s.Document.Repaired != "" {
		fmt.Fprintf(&b, "mended: %s\n", line(s.Document.Repaired))
	}
	items := slices.Clone(s.Document.Items)
	slices.SortStableFunc(items, func(x, y news.Item) int { return y.Published.Compare(x.Published) })
	for _, it := range items[:min(len(items), sampleItems)] {
		fmt.Fprintf(&b, "  • %s, %s: %s\n", ago(now.Sub(it.Published)), cmp.Or(it.Lang, "?"), line(cmp.Or(it.Title, it.Text)))
		if s.Lists == nil {
			continue
		}
		if names := s.Lists(&it); len(names) > 0 {
			b.WriteString("    ▸ " + line(strings.Join(names, ", ")) + "\n")
		}
	}
	return t.print(strings.TrimRight(b.String(), "\n"))
}

// An Import is what became of one feed of a list.
type Import struct {
	Line   int // in the list
	Title  string
	URL    string
	ID     string // under which it was added; "" when it was not
	Reason string // why it was not added
}

// Imports prints a table of the feeds of a list, and the sums. dry says that nothing was written.
func (t *Terminal) Imports(list []Import, dry bool) error {
	var rows [][]string
	added, done := 0, "added"
	if dry {
		done = "to be added"
	}
	for _, x := range list {
		what := "skipped: " + x.Reason
		if x.ID != "" {
			added++
			what = done
		}
		rows = append(rows, []string{fmt.Sprint(x.Line), cmp.Or(x.ID, "-"), cut(line(cmp.Or(x.Title, "-")), 30), cut(line(x.URL), 60), what})
	}
	if err := t.table([]column{{name: "LINE", right: true}, {name: "ID"}, {name: "TITLE"}, {name: "ADDRESS"}, {name: "WHAT"}}, rows); err != nil {
		return err
	}
	return t.print(fmt.Sprintf("%s: %d %s, %d skipped", plural(len(list), "feed"), added, done, len(list)-added))
}
