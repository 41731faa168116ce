package console

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vestnik/internal/excerpt"
	"vestnik/internal/news"
)

// An Explained is an item with what the watchlists made of it.
type Explained struct {
	Item    news.Item
	Matches []news.Match
	Names   map[string]string // what people call a watchlist, by id
	Queries map[string]string // the query of a watchlist that has one, by id
}

// Explain prints the headline, the sentence an alert would show, and for each watchlist its score, whether it alerts, and every hit with its place,
// in code points from 0, and its reason.
func (t *Terminal) Explain(e Explained) error {
	lines := []string{cmp.Or(excerpt.Title(e.Item, e.Matches), "(no headline)")}
	if s := excerpt.Sentence(e.Item, e.Matches, excerptColumns); s != "" {
		lines = append(lines, "  "+s)
	}
	if len(e.Matches) == 0 {
		lines = append(lines, "  no watchlist")
	}
	for _, m := range e.Matches {
		lines = append(lines, fmt.Sprintf("  %s: score %.4g, %s", cmp.Or(line(e.Names[m.Watchlist]), m.Watchlist), m.Score, verdict(m)))
		for _, h := range m.Excluded {
			lines = append(lines, "    • excluded by "+e.hit(h, false))
		}
		for _, h := range m.Hits {
			lines = append(lines, "    • "+e.hit(h, true))
		}
		if q := e.Queries[m.Watchlist]; q != "" {
			lines = append(lines, "    • the query of the watchlist: "+line(q))
		}
	}
	return t.print(strings.Join(lines, "\n"))
}

func verdict(m news.Match) string {
	switch {
	case len(m.Excluded) > 0:
		return "silent: it is excluded"
	case !m.Over:
		return "silent: below its threshold"
	}
	return "alerts"
}

// hit is "title 10: «Токаевым» ← Токаев (name, Russian, ending -ым), weight 1".
func (e Explained) hit(h news.Hit, weighs bool) string {
	field := e.Item.Text
	if h.Field == news.FieldTitle {
		field = e.Item.Title
	}
	s := fmt.Sprintf("%s %d: %s", h.Field, utf8.RuneCountInString(field[:h.Start]), form(h))
	if weighs {
		s += fmt.Sprintf(", weight %.4g", h.Weight)
	}
	return s
}

// Forms are the forms that one name of a profile is found in.
type Forms struct {
	Name string // as the profile has it, with what there is to say of it
	Note string // "" when there is nothing to add
	Rows []FormsRow
}

// A FormsRow is the forms in one language, or in several that have the same.
type FormsRow struct {
	Languages string     // codes
	How       string     // where the spelling is from
	Words     [][]string // for each word of the name its forms
}

// Forms prints blocks of forms, one for each name: for each row its languages, how it is spelled, and the forms of each word in lines of their own.
func (t *Terminal) Forms(blocks []Forms) error {
	var lines []string
	for i, b := range blocks {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, line(b.Name))
		if b.Note != "" {
			lines = append(lines, "  "+line(b.Note))
		}
		codes, hows := 0, 0
		for _, r := range b.Rows {
			codes, hows = max(codes, uniseg.StringWidth(r.Languages)), max(hows, uniseg.StringWidth(r.How))
		}
		for _, r := range b.Rows {
			lines = append(lines, t.formsRow(r, codes, hows)...)
		}
	}
	return t.write(strings.Join(lines, "\n"), 0)
}

// formsRow lays a row out behind columns for its languages and spelling, so many wide, and wraps the forms below one another.
func (t *Terminal) formsRow(r FormsRow, codes, hows int) []string {
	pad := func(s string, width int) string { return s + strings.Repeat(" ", max(width-uniseg.StringWidth(s), 0)) }
	head := "  " + pad(r.Languages, codes) + "  " + pad(r.How, hows) + "  "
	indent := strings.Repeat(" ", uniseg.StringWidth(head))
	if t.Width > 0 && t.Width-len(indent) < lastColumn { // a narrow window: the forms stand below
		head, indent = strings.TrimRight(head, " ")+"\n    ", "    "
	}
	var lines []string
	for i, forms := range r.Words {
		l := indent + line(strings.Join(forms, " "))
		if t.Width > 0 {
			l = wrap(l, t.Width)
		}
		if i == 0 {
			l = head + strings.TrimPrefix(l, indent)
		}
		lines = append(lines, l)
	}
	return lines
}
