package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
)

const (
	excerptColumns = 280 // of the sentence around a hit: four lines of a narrow terminal
	formsShown     = 3   // forms a watchlist shows as evidence
)

// Render lays out one message: an alert when owed holds one item, a digest when it holds several. It fails on no item at all.
func (t *Terminal) Render(_ string, owed []news.OwedItem) (string, error) {
	switch len(owed) {
	case 0:
		return "", fmt.Errorf("render: no item is owed")
	case 1:
		return t.alert(owed[0]), nil
	}
	return t.digest(owed), nil
}

func (t *Terminal) alert(o news.OwedItem) string {
	lines := []string{"● " + t.source(o.Feed, o.Item, true)}
	lines = append(lines, t.body(o.Item, o.Matches)...)
	for _, m := range o.Matches {
		name := cmp.Or(line(o.Names[m.Watchlist]), m.Watchlist)
		if e := evidence(m.Hits); e != "" {
			name += ": " + e
		}
		lines = append(lines, "  ▸ "+name)
	}
	if o.Item.Link != "" {
		lines = append(lines, "  "+line(o.Item.Link))
	}
	return strings.Join(lines, "\n")
}

// source says who published an item and when. An item without a date of its own is shown with the time it was seen.
func (t *Terminal) source(f news.Feed, item news.Item, long bool) string {
	outlet := cmp.Or(line(f.Outlet), f.ID)
	var traits []string
	for _, s := range []string{f.Country, string(f.Type), cmp.Or(item.Lang, f.Language)} {
		if s = line(s); s != "" {
			traits = append(traits, s)
		}
	}
	if len(traits) > 0 {
		outlet += " (" + strings.Join(traits, ", ") + ")"
	}
	at := t.stamp(item.Published)
	if item.Published.Equal(item.Seen) && long {
		at = "seen " + at
	}
	return outlet + " · " + at
}

func (t *Terminal) stamp(at time.Time) string {
	zone := t.Zone
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format("2 Jan 2006 15:04 MST")
}

// body is the headline and the sentence around the best hit of the text, hits marked.
func (t *Terminal) body(item news.Item, matches []news.Match) []string {
	title, text := hitsIn(matches, news.FieldTitle), hitsIn(matches, news.FieldText)
	var lines []string
	if s := mark(item.Title, 0, len(item.Title), title); s != "" {
		lines = append(lines, "  "+s)
	}
	if i := best(item.Text, text); i >= 0 {
		// A text that begins with its headline need not say it twice.
		if s := excerpt(item.Text, text[i], text, excerptColumns); unmarked(s) != line(item.Title) {
			lines = append(lines, "  "+s)
		}
	}
	return lines
}

func unmarked(s string) string {
	return strings.NewReplacer(string(HitStart), "", string(HitEnd), "").Replace(s)
}

func hitsIn(matches []news.Match, field string) []news.Hit {
	var hits []news.Hit
	for _, m := range matches {
		for _, h := range m.Hits {
			if h.Field == field {
				hits = append(hits, h)
			}
		}
	}
	return hits
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

// evidence names the forms that were found, the weightiest first: «Токаевым» ← Токаев (name ru -ым).
func evidence(hits []news.Hit) string {
	hits = slices.Clone(hits)
	slices.SortStableFunc(hits, func(a, b news.Hit) int { return cmp.Compare(b.Weight, a.Weight) })
	var forms []string
	for _, h := range hits {
		form := "«" + line(h.Surface) + "»"
		if h.Term != h.Surface {
			form += " ← " + line(h.Term)
		}
		if h.Rule != "" {
			form += " (" + line(h.Rule) + ")"
		}
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	if n := len(forms) - formsShown; n > 0 {
		forms = append(forms[:formsShown], fmt.Sprintf("%d more", n))
	}
	return strings.Join(forms, ", ")
}

// digest is one message for a burst: how many items a watchlist has, then every item with its link.
func (t *Terminal) digest(owed []news.OwedItem) string {
	counts := map[string]int{}
	for _, o := range owed {
		for _, m := range o.Matches {
			counts[cmp.Or(line(o.Names[m.Watchlist]), m.Watchlist)]++
		}
	}
	lines := []string{fmt.Sprintf("● %d items: %s", len(owed), tally(counts))}
	for _, o := range owed {
		title := mark(o.Item.Title, 0, len(o.Item.Title), hitsIn(o.Matches, news.FieldTitle))
		lines = append(lines, "  • "+cmp.Or(title, "(no headline)")+" · "+t.source(o.Feed, o.Item, false))
		if o.Item.Link != "" {
			lines = append(lines, "    "+line(o.Item.Link))
		}
	}
	return strings.Join(lines, "\n")
}

// tally is "CSTO 20, Tokayev 17", the most first.
func tally(counts map[string]int) string {
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
