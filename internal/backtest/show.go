package backtest

import (
	"cmp"
	"context"
	"slices"

	"vestnik/internal/news"
)

// Load reads items with all their stored matches; those that are gone are left out.
type Load func(ctx context.Context, ids []int64) ([]news.Found, error)

// Report reads the examples and gives what was counted, for the watchlists named, or for all with none. rules are what the items were counted with.
func (t *Tally) Report(ctx context.Context, only []string, load Load, rules Rules) (Report, error) {
	r := t.report
	for _, l := range t.lists {
		if len(only) > 0 && !slices.Contains(only, l.ID) {
			continue
		}
		v := l.Verdict
		t.overlap(l, &v)
		x := examples{load: load, match: rules.Match, watchlist: l.ID}
		v.Samples = x.of(ctx, spread(l.alerts, t.show))
		v.KeptShown = x.of(ctx, spread(l.kept, t.show))
		v.NearBest = x.of(ctx, refs(l.near))
		v.HeldShown = x.of(ctx, reversed(l.held))
		v.AddedShown = x.of(ctx, reversed(l.added))
		v.GoneShown = x.of(ctx, reversed(l.gone))
		if x.err != nil {
			return r, x.err
		}
		if l.n >= 0 {
			for i := range v.GoneShown {
				e := &v.GoneShown[i]
				e.NotNow = rules.whyNot(e.Now, &e.Item)
			}
		}
		r.Watchlists = append(r.Watchlists, &v)
	}
	return r, nil
}

func (t *Tally) overlap(l *list, v *Verdict) {
	if l.n < 0 || l.Alerts == 0 {
		return
	}
	for i, n := range t.shared[l.n] {
		if i != l.n && n > 0 {
			v.Overlap = append(v.Overlap, Overlap{t.lists[i].ID, n, float64(n) / float64(l.Alerts)})
		}
	}
	slices.SortStableFunc(v.Overlap, func(a, b Overlap) int { return cmp.Compare(b.Items, a.Items) })
}

type examples struct {
	load      Load
	match     Match
	watchlist string
	err       error
}

func (x *examples) of(ctx context.Context, list []ref) []Example {
	out := make([]Example, 0, len(list))
	if x.err != nil || len(list) == 0 {
		return out
	}
	ids := make([]int64, len(list))
	for i, r := range list {
		ids[i] = r.id
	}
	var found []news.Found
	if found, x.err = x.load(ctx, ids); x.err != nil {
		return out
	}
	for _, f := range found {
		e := Example{Item: f.Item, Feed: f.Feed, earlier: f.Earlier}
		e.Was, e.Known = of(f.Matches, x.watchlist)
		e.Now, _ = of(judge(x.match, &f.Item, f.Earlier), x.watchlist)
		out = append(out, e)
	}
	return out
}

// whyNot says why m, what a watchlist makes of an item, has nothing; "" when it has.
func (r Rules) whyNot(m news.Match, it *news.Item) string {
	if len(m.Hits) > 0 || len(m.Excluded) > 0 {
		return ""
	}
	return r.Why(m.Watchlist, it)
}

func of(matches []news.Match, watchlist string) (news.Match, bool) {
	i := slices.IndexFunc(matches, func(m news.Match) bool { return m.Watchlist == watchlist })
	if i < 0 {
		return news.Match{Watchlist: watchlist}, false
	}
	return matches[i], true
}

func refs(list []scored) []ref {
	out := make([]ref, len(list))
	for i, s := range list {
		out[i] = s.ref
	}
	return out
}

func reversed(list []ref) []ref {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}
