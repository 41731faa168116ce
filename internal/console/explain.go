package console

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rivo/uniseg"

	"vestnik/internal/command"
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
		lines = append(lines, fmt.Sprintf("  ▸ %s: score %.4g, %s", cmp.Or(line(e.Names[m.Watchlist]), m.Watchlist), m.Score, verdict(m)))
		for _, h := range m.Excluded {
			lines = append(lines, "      excluded by "+e.hit(h, false))
		}
		for _, h := range m.Hits {
			lines = append(lines, "      "+e.hit(h, true))
		}
		if q := e.Queries[m.Watchlist]; q != "" {
			lines = append(lines, "      the query of the watchlist: "+line(q))
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

// hit is: title 10: «Токаевым» ← Токаев (name, Russian, ending -ым), weight 1.
func (e Explained) hit(h news.Hit, weighs bool) string {
	field := e.Item.Text
	if h.Field == news.FieldTitle {
		field = e.Item.Title
	}
	s := fmt.Sprintf("%s %d: %s", h.Field, uniseg0(field, h.Start), form(h))
	if weighs {
		s += fmt.Sprintf(", weight %.4g", h.Weight)
	}
	return s
}
