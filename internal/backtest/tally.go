package backtest

import (
	"cmp"
	"slices"
	"time"

	"vestnik/internal/news"
)

// A Tally counts items as they come, and remembers the numbers of those that a report may show. Make it with New.
type Tally struct {
	lists  []*list
	at     map[string]*list
	shared [][]int // lists × lists: items that alert for both
	show   int
	zone   *time.Location
	report Report
	days   map[string]int // day → its place
	on     []int          // scratch: the lists that the item alerts for
}

// A list is what is counted for a watchlist.
type list struct {
	Verdict
	n      int   // its place; -1: not in the configuration
	alerts []ref // in news order
	kept   []ref // as well
	added  []ref
	gone   []ref
	near   []scored // the best, best first
	held   []ref
}

// A ref is an item without what it says.
type ref struct {
	id int64
	at time.Time
}

type scored struct {
	ref
	score float64
}

// New counts for the watchlists of a configuration, over a period, with days as they are in zone (nil: UTC). A report shows so many examples of
// each sort.
func New(watchlists []news.Watchlist, since, until time.Time, zone *time.Location, show int) *Tally {
	if zone == nil {
		zone = time.UTC
	}
	t := &Tally{at: map[string]*list{}, show: show, zone: zone, days: map[string]int{}, report: Report{Since: since, Until: until}}
	t.report.Days = Days(since, until, zone)
	for i, d := range t.report.Days {
		t.days[d] = i
	}
	for i, w := range watchlists {
		l := t.list(w.ID, i)
		l.Name, l.Threshold = w.Name, w.Threshold
		t.shared = append(t.shared, make([]int, len(watchlists)))
	}
	return t
}

func (t *Tally) list(id string, n int) *list {
	l := &list{n: n, Verdict: Verdict{ID: id, Name: id, Kept: map[string]int{}, Live: Live{Kept: map[string]int{}}, PerDay: make([]int, len(t.report.Days))}}
	t.lists = append(t.lists, l)
	t.at[id] = l
	return l
}

// Days names the days of [since, until) in zone.
func Days(since, until time.Time, zone *time.Location) []string {
	if zone == nil {
		zone = time.UTC
	}
	var days []string
	y, m, d := since.In(zone).Date()
	last := until.Add(-time.Nanosecond).In(zone).Format(time.DateOnly)
	for i := 0; ; i++ {
		// A day's noon is there under every change of clocks.
		day := time.Date(y, m, d+i, 12, 0, 0, 0, zone).Format(time.DateOnly)
		if day > last {
			return days
		}
		days = append(days, day)
	}
}

// Add counts an item, of which matches is what the rules say. Items come in the order in which they were published.
func (t *Tally) Add(p *news.Past, matches []news.Match) {
	t.report.Items++
	here := ref{p.Item.ID, p.Item.Published}
	if t.report.From.IsZero() && (p.Skip == "" || slices.ContainsFunc(p.Earlier, func(v news.Version) bool { return v.Skip == "" })) {
		t.report.From = here.at
	}
	t.on = t.on[:0]
	for i := range matches {
		m := &matches[i]
		l := t.at[m.Watchlist]
		if l == nil {
			continue
		}
		switch {
		case m.Over && p.SkipOf(m) != "":
			l.Kept[p.SkipOf(m)]++
			l.kept = append(l.kept, here)
		case m.Over:
			t.alert(l, p, here)
		case len(m.Excluded) > 0:
			if m.Score >= l.Threshold {
				l.Held++
				l.held = newest(l.held, here, t.show)
			}
		case len(m.Hits) > 0:
			l.Near++
			l.near = best(l.near, scored{here, m.Score}, t.show)
		}
	}
	if len(t.on) > 0 {
		t.report.Alerting++
	}
	for _, a := range t.on {
		if len(t.on) > 1 {
			t.lists[a].Shared++
		}
		for _, b := range t.on {
			t.shared[a][b]++
		}
	}
	t.compare(p, here)
}

func (t *Tally) alert(l *list, p *news.Past, here ref) {
	l.Alerts++
	l.alerts = append(l.alerts, here)
	if day, ok := t.days[here.at.In(t.zone).Format(time.DateOnly)]; ok {
		l.PerDay[day]++
	}
	t.on = append(t.on, l.n)
	switch {
	case decided(p.Ledger, l.ID):
	case slices.Contains(p.Over, l.ID):
		l.Unheard++
	default:
		l.Added++
		l.added = newest(l.added, here, t.show)
	}
}

// compare goes through what the ledger has of the item.
func (t *Tally) compare(p *news.Past, here ref) {
	for i, a := range p.Ledger {
		if news.OfItem(a.Reason) || slices.ContainsFunc(p.Ledger[:i], func(b news.Alert) bool { return b.Watchlist == a.Watchlist }) {
			continue // each watchlist once
		}
		l := t.at[a.Watchlist]
		if l == nil {
			l = t.list(a.Watchlist, -1)
			l.Removed = true
		}
		l.Live.count(p.Ledger, a.Watchlist)
		if l.n < 0 || !slices.Contains(t.on, l.n) {
			l.Gone++
			l.gone = newest(l.gone, here, t.show)
		}
	}
}

// decided reports whether the ledger has an alert for the watchlist that the poll did not keep back.
func decided(ledger []news.Alert, watchlist string) bool {
	return slices.ContainsFunc(ledger, func(a news.Alert) bool { return a.Watchlist == watchlist && !news.OfItem(a.Reason) })
}

// count takes in what became of an item's alerts for a watchlist: sent to one chat is sent.
func (l *Live) count(ledger []news.Alert, watchlist string) {
	sent, owed, reason := false, false, ""
	for _, a := range ledger {
		if a.Watchlist != watchlist {
			continue
		}
		switch a.State {
		case news.AlertSent:
			sent = true
		case news.AlertOwed, news.AlertFrozen:
			owed = true
		case news.AlertSkipped:
			reason = cmp.Or(reason, a.Reason)
		}
	}
	l.Alerts++
	switch {
	case sent:
		l.Sent++
	case owed:
		l.Owed++
	default:
		l.Kept[reason]++
	}
}

// newest keeps the last n of what comes in news order.
func newest(list []ref, r ref, n int) []ref {
	if len(list) >= n && n > 0 {
		list = append(list[:0], list[len(list)-n+1:]...)
	}
	if n > 0 {
		list = append(list, r)
	}
	return list
}

// best keeps the n highest scores, of equals the newest, best first.
func best(list []scored, s scored, n int) []scored {
	i, _ := slices.BinarySearchFunc(list, s, func(a, b scored) int { return cmp.Compare(b.score, a.score) }) // before its equals, which are older
	if i >= n {
		return list
	}
	list = slices.Insert(list, i, s)
	return list[:min(len(list), n)]
}

// spread picks n of the alerts: the newest, the oldest, and others evenly between, newest first.
func spread(list []ref, n int) []ref {
	if len(list) <= n {
		out := slices.Clone(list)
		slices.Reverse(out)
		return out
	}
	var out []ref
	last := len(list) - 1
	for i := range n {
		at := last
		if n > 1 {
			at = last - i*last/(n-1)
		}
		out = append(out, list[at])
	}
	return out
}
