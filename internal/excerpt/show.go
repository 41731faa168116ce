package excerpt

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// HitsIn gives the hits of matches that lie in a field of the item as it is. Those whose words an edit took away lie in no field of it.
func HitsIn(matches []news.Match, field string) []news.Hit { return hitsOf(matches, field, 0) }

// hitsOf gives the hits in a field of a wording.
func hitsOf(matches []news.Match, field string, wording int) []news.Hit {
	var hits []news.Hit
	for _, m := range matches {
		if m.Wording != wording {
			continue
		}
		for _, h := range m.Hits {
			if h.Field == field {
				hits = append(hits, h)
			}
		}
	}
	return hits
}

// Title is the headline, hits marked; "" when there is none.
func Title(item news.Item, matches []news.Match) string {
	return Mark(item.Title, HitsIn(matches, news.FieldTitle))
}

// Before is the headline that an edit replaced, hits marked that lie in it; "" when the edit left the headline as it was.
func Before(v *news.Version, item news.Item, matches []news.Match) string {
	if Line(v.Title) == Line(item.Title) {
		return ""
	}
	return Mark(v.Title, hitsOf(matches, news.FieldTitle, v.Wording))
}

// Sentence is the sentence around the best hit of the text, at most columns wide, hits marked; "" when the text holds no hit, or only repeats
// the headline: a text that begins with its headline need not say it twice.
func Sentence(item news.Item, matches []news.Match, columns int) string {
	hits := HitsIn(matches, news.FieldText)
	i := best(item.Text, hits)
	if i < 0 {
		return ""
	}
	s := Around(item.Text, hits[i], hits, columns)
	if Unmarked(s) == Line(item.Title) {
		return ""
	}
	return s
}

// best is the index of the weightiest hit that lies in s, of equals the first in s; −1 when there is none.
func best(s string, hits []news.Hit) int {
	found := -1
	for i, h := range hits {
		if !within(s, h) {
			continue
		}
		if found < 0 || h.Weight > hits[found].Weight || h.Weight == hits[found].Weight && h.Start < hits[found].Start {
			found = i
		}
	}
	return found
}

// Forms gives one hit for every form that was found of a term under a rule, the weightiest first: what a match rests on.
func Forms(hits []news.Hit) []news.Hit {
	hits = slices.Clone(hits)
	slices.SortStableFunc(hits, func(a, b news.Hit) int { return cmp.Compare(b.Weight, a.Weight) })
	type form struct{ surface, term, rule string }
	seen := map[form]bool{}
	return slices.DeleteFunc(hits, func(h news.Hit) bool {
		f := form{h.Surface, h.Term, h.Rule}
		defer func() { seen[f] = true }()
		return seen[f]
	})
}

// Tally is "CSTO 20, Tokayev 17": how many items each watchlist has, by name, the most first.
func Tally(owed []news.OwedItem) string {
	counts := map[string]int{}
	for _, o := range owed {
		for _, m := range o.Matches {
			counts[Name(o, m)]++
		}
	}
	names := make([]string, 0, len(counts))
	for n := range counts {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for i, n := range names {
		names[i] = fmt.Sprint(n, " ", counts[n])
	}
	return strings.Join(names, ", ")
}

// Name is what the watchlist of m is called; its id when it has no name any more.
func Name(o news.OwedItem, m news.Match) string {
	return cmp.Or(Line(o.Names[m.Watchlist]), m.Watchlist)
}
