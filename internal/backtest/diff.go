package backtest

import (
	"context"
	"slices"
	"time"

	"vestnik/internal/news"
)

// A Diff is what two sets of rules make of the same stored items. Nothing of it has to do with what was really alerted.
type Diff struct {
	Since      time.Time `json:"since"`
	Until      time.Time `json:"until"`
	Items      int       `json:"items"`
	Watchlists []*Change `json:"watchlists"` // those of the new rules in their order, then those that only the old ones have
}

// A Change is what two versions of a watchlist make of them.
type Change struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	In         string    `json:"in"`  // "both", "old", "new": which rules have it
	Old        int       `json:"old"` // items that alert under the old rules
	New        int       `json:"new"`
	Added      int       `json:"added"` // under the new alone
	AddedShown []Example `json:"added_shown"`
	Gone       int       `json:"gone"`
	GoneShown  []Example `json:"gone_shown"`
}

// A Comparison counts items under old and new rules as they come. Make it with NewComparison.
type Comparison struct {
	diff    Diff
	changes []*change
	at      map[string]*change
	show    int
}

type change struct {
	Change
	added, gone []ref
}

// NewComparison compares the watchlists of two configurations.
func NewComparison(before, after []news.Watchlist, since, until time.Time, show int) *Comparison {
	c := &Comparison{diff: Diff{Since: since, Until: until}, at: map[string]*change{}, show: show}
	add := func(w news.Watchlist, in string) {
		if x := c.at[w.ID]; x != nil {
			x.In = "both"
			return
		}
		x := &change{Change: Change{ID: w.ID, Name: w.Name, In: in}}
		c.at[w.ID] = x
		c.changes = append(c.changes, x)
	}
	for _, w := range after {
		add(w, "new")
	}
	for _, w := range before {
		add(w, "old")
	}
	return c
}

// Add counts an item, of which before and after are what the rules say. Items come in the order in which they were published.
func (c *Comparison) Add(p *news.Past, before, after []news.Match) {
	c.diff.Items++
	here := ref{p.Item.ID, p.Item.Published}
	alerts := func(m news.Match) bool { return m.Over && p.SkipOf(&m) == "" }
	for _, m := range after {
		if x := c.at[m.Watchlist]; x != nil && alerts(m) {
			x.New++
			if was, _ := of(before, m.Watchlist); !alerts(was) {
				x.Added++
				x.added = newest(x.added, here, c.show)
			}
		}
	}
	for _, m := range before {
		if x := c.at[m.Watchlist]; x != nil && alerts(m) {
			x.Old++
			if is, _ := of(after, m.Watchlist); !alerts(is) {
				x.Gone++
				x.gone = newest(x.gone, here, c.show)
			}
		}
	}
}

// Diff reads the examples and gives what was counted, for the watchlists named, or for all with none. before and after are what the items were counted with.
func (c *Comparison) Diff(ctx context.Context, only []string, load Load, before, after Rules) (Diff, error) {
	d := c.diff
	for _, x := range c.changes {
		if len(only) > 0 && !slices.Contains(only, x.ID) {
			continue
		}
		ch := x.Change
		e := examples{load: load, match: after.Match, watchlist: x.ID}
		ch.AddedShown = e.of(ctx, reversed(x.added))
		ch.GoneShown = e.of(ctx, reversed(x.gone))
		if e.err != nil {
			return d, e.err
		}
		for _, list := range [][]Example{ch.AddedShown, ch.GoneShown} {
			for i := range list {
				e := &list[i]
				e.Was, e.Known = of(judge(before.Match, &e.Item, e.earlier), x.ID)
				e.NotNow, e.NotWas = after.whyNot(e.Now, &e.Item), before.whyNot(e.Was, &e.Item)
			}
		}
		d.Watchlists = append(d.Watchlists, &ch)
	}
	return d, nil
}
