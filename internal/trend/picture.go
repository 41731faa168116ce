package trend

import (
	"cmp"
	"slices"
	"time"

	"vestnik/internal/news"
)

// A Picture is a chart without its pixels: counts of days.
type Picture struct {
	Title  string
	Unit   string   // what the counts are, for the axis
	Days   []string // as the axis names them
	Curves []Curve  // beside one another, or one on top of the other, the first lowest
	Stacks bool

	Marks  []int  // days, by number, in which a surge was told
	Marked string // what the marks are, for the legend
}

// A Curve is one line or layer.
type Curve struct {
	Name   string
	Values []int // one a day
	Marks  []int // those of Picture.Marks that are its own; of a layer none
}

// Days are counts by day on the clock of a zone.
type Days struct {
	First time.Time // the beginning of the first day
	N     int
	Zone  *time.Location
	Lists map[string]*Count
}

// A Count is what a watchlist had in each day.
type Count struct {
	All   []int
	Types map[news.SourceType][]int
}

// NewDays is the last n days of which now is in the last.
func NewDays(n int, now time.Time, zone *time.Location) *Days {
	if zone == nil {
		zone = time.UTC
	}
	now = now.In(zone)
	return &Days{First: time.Date(now.Year(), now.Month(), now.Day()-n+1, 0, 0, 0, 0, zone), N: n, Zone: zone, Lists: map[string]*Count{}}
}

// Day is the number of the day that a time is in; false when it is none of them.
func (d *Days) Day(at time.Time) (int, bool) {
	at = at.In(d.Zone)
	day := func(t time.Time) int64 {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	n := day(at) - day(d.First)
	return int(n), n >= 0 && n < int64(d.N)
}

// Begin is when a day begins.
func (d *Days) Begin(day int) time.Time {
	return time.Date(d.First.Year(), d.First.Month(), d.First.Day()+day, 0, 0, 0, 0, d.Zone)
}

// Add counts one row in.
func (d *Days) Add(m news.Mentions) {
	day, ok := d.Day(m.Hour)
	if !ok {
		return
	}
	c := d.Lists[m.Watchlist]
	if c == nil {
		c = &Count{All: make([]int, d.N), Types: map[news.SourceType][]int{}}
		d.Lists[m.Watchlist] = c
	}
	if c.Types[m.Type] == nil {
		c.Types[m.Type] = make([]int, d.N)
	}
	c.All[day] += m.Items
	c.Types[m.Type][day] += m.Items
}

// Of is the count of a watchlist, with nothing in it when there is none.
func (d *Days) Of(list string) *Count {
	if c := d.Lists[list]; c != nil {
		return c
	}
	return &Count{All: make([]int, d.N)}
}

// Sum is how much came in all days together.
func (c *Count) Sum() int {
	sum := 0
	for _, n := range c.All {
		sum += n
	}
	return sum
}

// MostOf sorts watchlists by how much each had, most first, and keeps at most n of them.
func (d *Days) MostOf(lists []string, n int) []string {
	lists = slices.Clone(lists)
	slices.SortStableFunc(lists, func(a, b string) int { return cmp.Compare(d.Of(b).Sum(), d.Of(a).Sum()) })
	return lists[:min(n, len(lists))]
}

// MarksOf are the days in which a surge of one of the watchlists was told.
func (d *Days) MarksOf(surges []Surge, lists []string) (marks []int) {
	for _, s := range surges {
		if day, ok := d.Day(s.Began); ok && slices.Contains(lists, s.Watchlist) && !slices.Contains(marks, day) {
			marks = append(marks, day)
		}
	}
	slices.Sort(marks)
	return marks
}
