package trend

import (
	"cmp"
	"slices"
	"time"

	"vestnik/internal/news"
)

// Windows are the spans in which a surge is looked for, the shortest first.
var Windows = []time.Duration{time.Hour, 3 * time.Hour, 6 * time.Hour}

// Reach is how far back what is on watchlists has to be known mention by mention.
const Reach = 50 * time.Hour

// Options are what a person may set. The zero value is not of use, see Default.
type Options struct {
	Stories  int           // so many at least are a surge
	Outlets  int           // from so many at least
	CoolDown time.Duration // nothing more is said of a watchlist for so long
	Zone     *time.Location
	Kept     time.Duration // how long items are kept; 0: for ever
}

// Default is Options as they are when nobody says otherwise.
func Default() Options {
	return Options{Stories: 5, Outlets: 3, CoolDown: 12 * time.Hour, Zone: time.UTC}
}

// chance is how unlikely counts must be to be told. A watchlist is looked at with every new item and in three windows, which hang together; docs/trends.md
// has how many surges this lets through where there are none.
const chance = 2e-5

// A Surge is more of a watchlist than usual.
type Surge struct {
	Watchlist string        `json:"watchlist"`
	At        time.Time     `json:"at"` // when it was found
	Window    time.Duration `json:"window"`
	Stories   int           `json:"stories"` // items in it that are no copies
	Outlets   int           `json:"outlets"` // that published them
	Usual     float64       `json:"usual"`   // stories in such a window
	Began     time.Time     `json:"began"`   // when the first was published
	Leads     []int64       `json:"leads"`   // items to begin with, up to three, each of another outlet and, where that is known, another story
}

// since is from when on a watchlist is known.
func since(list string, now time.Time, past Past, w news.Watched, o Options) (time.Time, bool) {
	from, ok := w.Lists[list]
	if !ok {
		return from, false
	}
	for _, t := range []time.Time{past.Since, now.Add(-Span)} {
		if t.After(from) {
			from = t
		}
	}
	if o.Kept > 0 {
		if t := now.Add(-o.Kept); t.After(from) {
			from = t
		}
	}
	return from, true
}

// Surges are the watchlists that are in the news more than usual at now, by id. fresh is what is on watchlists within Reach, in order. Windows that end with
// a mention of the last two hours are looked at: so nothing passes between two looks, and an item that comes late is not missed. A feed counts once it was
// read for Least. Cool-downs are the caller's: see Told.
func Surges(past Past, fresh []news.Mention, w news.Watched, now time.Time, o Options) []Surge {
	old := func(feed string) (time.Time, bool) {
		f, ok := w.Feeds[feed]
		return f.First, ok && !f.First.IsZero() && now.Sub(f.First) >= Least
	}
	longest := Windows[len(Windows)-1]
	byList := map[string][]news.Mention{}
	for _, m := range fresh {
		if _, ok := old(m.Feed); ok && !m.Published.Before(now.Add(-late-longest)) {
			byList[m.Watchlist] = append(byList[m.Watchlist], m)
		}
	}
	var found []Surge
	for list, mentions := range byList {
		if len(mentions) < o.Stories {
			continue
		}
		from, ok := since(list, now, past, w, o)
		if !ok {
			continue
		}
		u, ok := usualOf(past.Lists[list], from, now.Add(-late-longest), old, o.Zone)
		if !ok {
			continue
		}
		if s, ok := surge(u, list, mentions, now, o); ok {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Surge) int { return cmp.Compare(a.Watchlist, b.Watchlist) })
	return found
}

// surge is the least likely of the windows that are unlikely enough.
func surge(u usual, list string, mentions []news.Mention, now time.Time, o Options) (best Surge, ok bool) {
	least := chance
	level := u.level(now.Add(-late - Windows[len(Windows)-1]))
	for _, w := range Windows {
		dispersion := u.dispersion(int(w.Hours()))
		first := 0
		for last, m := range mentions {
			if m.Published.Before(now.Add(-late)) {
				continue
			}
			for mentions[first].Published.Before(m.Published.Add(-w)) {
				first++
			}
			in := mentions[first : last+1]
			if len(in) < o.Stories || outlets(in) < o.Outlets {
				continue
			}
			expected := u.expected(m.Published.Add(-w), m.Published) * level
			if p := tail(len(in), expected, dispersion); p < least {
				least = p
				best = Surge{Watchlist: list, At: now, Window: w, Stories: len(in), Outlets: outlets(in), Usual: expected, Began: in[0].Published, Leads: leads(in)}
				ok = true
			}
		}
	}
	return best, ok
}

func outlets(in []news.Mention) int {
	seen := map[string]bool{}
	for _, m := range in {
		seen[cmp.Or(m.Outlet, m.Feed)] = true
	}
	return len(seen)
}

// leads are the first item and up to two more of other outlets and stories, those with the highest scores.
func leads(in []news.Mention) []int64 {
	rest := slices.Clone(in[1:])
	slices.SortStableFunc(rest, func(a, b news.Mention) int { return cmp.Compare(b.Score, a.Score) })
	from, stories := map[string]bool{}, map[int64]bool{0: false}
	var ids []int64
	for _, m := range append([]news.Mention{in[0]}, rest...) {
		if from[m.Outlet] || stories[m.Story] {
			continue
		}
		from[m.Outlet] = true
		if m.Story != 0 {
			stories[m.Story] = true
		}
		if ids = append(ids, m.ItemID); len(ids) == 3 {
			break
		}
	}
	return ids
}
