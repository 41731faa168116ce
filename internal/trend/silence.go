package trend

import (
	"cmp"
	"slices"
	"time"

	"vestnik/internal/news"
)

// Silences are the spans in which nothing of a watchlist is looked for, the shortest first.
var Silences = []time.Duration{12 * time.Hour, 24 * time.Hour, 48 * time.Hour}

const (
	// late is how long after it was published an item may come: a feed that is quiet is read every half an hour.
	late = 2 * time.Hour
	// readable is how long ago a feed may have been read last to tell that it has nothing.
	readable = 2 * time.Hour
	// alike is how many spans of the same hours, on the same kind of day, there must be in the past, each with something in it.
	alike = 6
)

// A Silence is nothing of a watchlist where there always was something.
type Silence struct {
	Watchlist string        `json:"watchlist"`
	At        time.Time     `json:"at"` // when it was found
	Window    time.Duration `json:"window"`
	Usual     float64       `json:"usual"`          // stories in such a window
	Last      time.Time     `json:"last,omitempty"` // when the last one was published; zero: longer ago than is known
}

// Quiet are the watchlists that were always mentioned at this hour and are not, by id. fresh is what is on watchlists within Reach. Only feeds that were read of late are counted, then and now: that a feed cannot be read is not the topic's silence.
func Quiet(past Past, fresh []news.Mention, w news.Watched, now time.Time, o Options) []Silence {
	reads := func(feed string) (time.Time, bool) {
		f, ok := w.Feeds[feed]
		return f.First, ok && !f.First.IsZero() && now.Sub(f.First) >= Least && now.Sub(f.Last) <= readable
	}
	last := map[string]time.Time{}
	for _, m := range fresh {
		if m.Published.After(last[m.Watchlist]) { // of whatever feed: said is said
			last[m.Watchlist] = m.Published
		}
	}
	var found []Silence
	for list := range w.Lists {
		rows := past.Lists[list]
		from, ok := since(list, now, past, w, o)
		if !ok || len(rows) == 0 || !last[list].Before(now.Add(-Silences[0])) {
			continue
		}
		longest := Silences[len(Silences)-1]
		u, ok := usualOf(rows, from, now.Add(-longest), reads, o.Zone)
		if !ok {
			continue
		}
		for _, span := range Silences {
			if !last[list].Before(now.Add(-span)) {
				break
			}
			// What is to come yet of the last two hours is not missed.
			expected := u.expected(now.Add(-span), now.Add(-late))
			if below(1, expected, u.dispersion(int(span.Hours()))) < chance && u.never(now.Add(-span), span) {
				found = append(found, Silence{Watchlist: list, At: now, Window: span, Usual: u.expected(now.Add(-span), now), Last: lastOf(last[list], rows)})
				break
			}
		}
	}
	slices.SortFunc(found, func(a, b Silence) int { return cmp.Compare(a.Watchlist, b.Watchlist) })
	return found
}

// lastOf is when a watchlist was mentioned last, to the hour where only that is known.
func lastOf(fresh time.Time, rows []news.Mentions) time.Time {
	for _, r := range rows {
		if r.Hour.After(fresh) {
			fresh = r.Hour
		}
	}
	return fresh
}

// never reports whether no span of that length at the same hours of the same kind of day was empty, and there were enough of them.
func (u usual) never(begin time.Time, span time.Duration) bool {
	hours, n := int(span.Hours()), 0
	kind := func(h int64) (int, int) { return slot(h, u.zone), slot(h+int64(hours)-1, u.zone) }
	b0, e0 := kind(hourOf(begin))
	for i := 0; i+hours <= len(u.hours); i++ {
		if b, e := kind(u.first + int64(i)); b != b0 || e != e0 {
			continue
		}
		sum := 0.0
		for _, x := range u.hours[i : i+hours] {
			sum += x
		}
		if sum == 0 {
			return false
		}
		n++
	}
	return n >= alike
}
