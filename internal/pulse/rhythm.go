package pulse

import (
	"math"
	"slices"
	"time"
)

// What a Rhythm is made of.
const (
	// halfLife is how old evidence is when it counts half: a feed that changes its habits is known anew after some weeks.
	halfLife = 14 * 24 * time.Hour
	// Window is how far back the dates of a backlog tell of the rhythm, and how long a feed of which too little is known may be quiet.
	Window = 56 * 24 * time.Hour
	// horizon is how far back watching is added up: six half-lives, behind which lies less than two percent.
	horizon = 6 * halfLife
	// prior is for how many hours of watching an hour of the week is taken to be like that hour of any day, and that like any hour.
	prior = 2
	// leastWatched bounds rates of a feed that was watched for minutes, in hours: thirty items of one minute are no 1,800 an hour.
	leastWatched = 6
)

// A Rhythm is how often a feed publishes, by hour of the day (UTC), on weekdays and at weekends: items, and hours in which there was any. The
// latter tell silence: fifty items that come at once every morning are one event, and thirty quiet minutes after them say nothing.
// Both fade with halfLife. The zero value knows nothing.
type Rhythm struct {
	Since time.Time // from when on what the feed published is known
	At    time.Time // when something was last counted: the counts are as of then

	last  int64 // the newest hour that was counted, in hours since 1970
	items table
	hours table
}

// A table has a number for every hour of a weekday [0] and of a day at the weekend [1].
type table [2][24]float64

// slot is the place in a table of an hour, given in hours since 1970. The first of January 1970 was a Thursday.
func slot(hour int64) (kind, of int) {
	if day := (hour/24 + 4) % 7; day == 0 || day == 6 {
		kind = 1
	}
	return kind, int(hour % 24)
}

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }

// Known reports whether anything was counted.
func (r Rhythm) Known() bool { return !r.At.IsZero() }

// Backlog is the rhythm that the dates of a document tell, read for the first time at now. Dates are real ones: those that were made up
// because an item had none would say that all came at once. What is behind Window or in the future is left out. A document that goes back
// further than Window covers all of it; one that does not is known from its oldest item on. An old item that stands behind a long gap (a notice
// that is pinned, an article brought back) covers nothing.
func Backlog(dates []time.Time, now time.Time) Rhythm {
	dates = slices.DeleteFunc(slices.Clone(dates), func(t time.Time) bool { return t.After(now) })
	if len(dates) == 0 {
		return Rhythm{}
	}
	slices.SortFunc(dates, func(a, b time.Time) int { return b.Compare(a) }) // the newest first
	for i := 5; i < len(dates); i++ {
		span, gap := dates[0].Sub(dates[i-1]), dates[i-1].Sub(dates[i])
		if gap > 7*24*time.Hour && gap > 10*span {
			dates = dates[:i]
			break
		}
	}
	since := dates[len(dates)-1]
	if earliest := now.Add(-Window); since.Before(earliest) {
		since = earliest
	}
	dates = slices.DeleteFunc(dates, func(t time.Time) bool { return t.Before(since) })
	return Rhythm{Since: since, At: since}.Count(dates, now)
}

// Count adds what was published since At.
func (r Rhythm) Count(times []time.Time, now time.Time) Rhythm {
	if r.Since.IsZero() {
		r.Since = now
	}
	if now.Before(r.At) { // a clock that was set back
		return r
	}
	fade := fading(now.Sub(r.At))
	if r.At.IsZero() {
		fade = 0
	}
	for k := range 2 {
		for h := range 24 {
			r.items[k][h] *= fade
			r.hours[k][h] *= fade
		}
	}
	r.At = now
	times = slices.SortedFunc(slices.Values(times), time.Time.Compare)
	for _, t := range times {
		if t.After(now) {
			t = now
		}
		weight, hour := fading(now.Sub(t)), hourOf(t)
		kind, of := slot(hour)
		r.items[kind][of] += weight
		if hour > r.last {
			r.last = hour
			r.hours[kind][of] += weight
		}
	}
	return r
}

// Unwatched is the rhythm when nobody saw what was published for d after At, because items were missed: that time counts as if it had not been.
func (r Rhythm) Unwatched(d time.Duration) Rhythm {
	if r.Known() && d > 0 {
		r.Since, r.At = r.Since.Add(d), r.At.Add(d)
	}
	return r
}

// fading is what evidence of age d counts.
func fading(d time.Duration) float64 { return math.Exp2(-float64(d) / float64(halfLife)) }

// watched is how many hours were watched by the time at, faded as evidence is, and their sum.
func (r Rhythm) watched(at time.Time) (w table, sum float64) {
	since := r.Since
	if earliest := at.Add(-horizon); since.Before(earliest) {
		since = earliest
	}
	perHour, perDay := fading(time.Hour), fading(24*time.Hour)
	weight := 1.0
	var days [2]float64 // whole days: what their last hours weigh
	for hour, first := hourOf(at), hourOf(since); hour >= first; hour-- {
		if kind, of := slot(hour); of == 23 && hour-24 >= first && hour < hourOf(at) {
			days[kind] += weight
			weight *= perDay
			hour -= 23
			continue
		}
		part := 1.0
		if hour == hourOf(at) {
			part = at.Sub(time.Unix(hour*3600, 0)).Hours()
		}
		if hour == first {
			part -= since.Sub(time.Unix(hour*3600, 0)).Hours()
		}
		kind, of := slot(hour)
		w[kind][of] += weight * part
		sum += weight * part
		weight *= perHour
	}
	for kind, weight := range days {
		for of := 23; of >= 0; of-- {
			w[kind][of] += weight
			sum += weight
			weight *= perHour
		}
	}
	return w, sum
}

// perHour is what counts come to for each hour of the week as of at, each no larger than most. An hour of which little is known borrows from the
// same hour of other days, and that from all hours.
func (r Rhythm) perHour(counts table, at time.Time, most float64) (rates table) {
	w, all := r.watched(at)
	fade := fading(at.Sub(r.At))
	total := 0.0
	for k := range 2 {
		for h := range 24 {
			counts[k][h] *= fade
			total += counts[k][h]
		}
	}
	overall := min(total/max(all, leastWatched), most)
	for h := range 24 {
		ofHour := (counts[0][h] + counts[1][h] + prior*overall) / (w[0][h] + w[1][h] + prior)
		for k := range 2 {
			rates[k][h] = min((counts[k][h]+prior*ofHour)/(w[k][h]+prior), most)
		}
	}
	return rates
}

// Wait is how long after now it takes until so many items are expected, at least least and at most most. It is most when nothing is known.
func (r Rhythm) Wait(now time.Time, items float64, least, most time.Duration) time.Duration {
	if !r.Known() || now.Before(r.At) {
		return most
	}
	rates := r.perHour(r.items, now, math.MaxFloat64)
	for t := now; t.Sub(now) < most; {
		hour := hourOf(t)
		end := time.Unix((hour+1)*3600, 0)
		kind, of := slot(hour)
		rate := rates[kind][of]
		if expected := rate * end.Sub(t).Hours(); expected < items {
			items -= expected
			t = end
			continue
		}
		wait := t.Sub(now) + time.Duration(items/rate*float64(time.Hour))
		return min(max(wait, least), most)
	}
	return most
}

// PerDay is how many items a day the feed brings, over a week.
func (r Rhythm) PerDay(now time.Time) float64 {
	sum := 0.0
	for _, x := range r.ByHour(now, nil) {
		sum += x
	}
	return sum
}

// ByHour is how many items the feed brings in each hour of a day, over a week, in a zone (nil: UTC). A zone that is off by half an hour is rounded.
func (r Rhythm) ByHour(now time.Time, zone *time.Location) (day [24]float64) {
	if !r.Known() {
		return day
	}
	shift := 0
	if zone != nil {
		_, seconds := now.In(zone).Zone()
		shift = (seconds/1800 + 1) >> 1 // rounded to hours, below zero too
	}
	rates := r.perHour(r.items, latest(now, r.At), math.MaxFloat64)
	for h := range 24 {
		day[((h+shift)%24+24)%24] = (5*rates[0][h] + 2*rates[1][h]) / 7
	}
	return day
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
