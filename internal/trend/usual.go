package trend

import (
	"math"
	"slices"
	"time"

	"vestnik/internal/news"
)

// What is known of the past, and how much of it is asked for.
const (
	// Span is how far back the past is looked at.
	Span = 42 * 24 * time.Hour
	// Least is how long a watchlist and a feed must have been watched before anything is said of them: two of each day of the week.
	Least = 14 * 24 * time.Hour
	// recent is how long before a window a busy time counts as usual, so that a topic that stays in the news for days is told of once.
	recent = 72 * time.Hour
	// prior is how many mentions an hour of the week has to have before it counts as much as what is known of that hour on all days, and that as much as all
	// hours (the shape of a gamma prior). With mentions once in three days there is no telling nine in the morning from noon.
	prior = 4.0
	// clusters bounds how much more than Poisson the counts may vary: one burst in the past must not hide every other.
	clusters = 4.0
	// leastRate bounds what is usual from below, in mentions an hour: once in ten days. Of what is rarer than that, weeks tell nothing.
	leastRate = 0.1 / 24
)

// The Past is what was published, as [news.Mentions], from a time Since on.
type Past struct {
	Since time.Time
	Lists map[string][]news.Mentions
}

// Add takes one row in.
func (p *Past) Add(m news.Mentions) {
	if p.Lists == nil {
		p.Lists = map[string][]news.Mentions{}
	}
	p.Lists[m.Watchlist] = append(p.Lists[m.Watchlist], m)
}

// A usual is how often a watchlist is mentioned.
type usual struct {
	first int64     // hours since 1970
	hours []float64 // mentions in each hour from first on
	slots []int     // the slot of each of them
	rates [48]float64
	zone  *time.Location
}

// slot is an hour of the day on a weekday (0 to 23) or at the weekend (24 to 47), on the clock of a zone.
func slot(hour int64, zone *time.Location) int {
	t := time.Unix(hour*3600, 0).In(zone)
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		return 24 + t.Hour()
	}
	return t.Hour()
}

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }

// usualOf is what rows say of the time from since up to the hour of until. keep says which feeds count; one that was not read all the time counts for more, as
// if it had been. It is false when that is less than Least.
func usualOf(rows []news.Mentions, since, until time.Time, keep func(feed string) (first time.Time, ok bool), zone *time.Location) (u usual, ok bool) {
	if until.Sub(since) < Least {
		return usual{}, false
	}
	first, end := hourOf(since)+1, hourOf(until) // whole hours only
	u = usual{first: first, hours: make([]float64, end-first), slots: make([]int, end-first), zone: zone}
	for _, r := range rows {
		h := hourOf(r.Hour)
		if h < first || h >= end {
			continue
		}
		read, ok := keep(r.Feed)
		if !ok || h < hourOf(read) {
			continue
		}
		watched := float64(end - max(hourOf(read), first))
		u.hours[h-first] += float64(r.Items) * float64(end-first) / watched
	}
	var count, exposure [48]float64
	total := 0.0
	for i, n := range u.hours {
		s := slot(first+int64(i), zone)
		u.slots[i] = s
		count[s] += n
		exposure[s]++
		total += n
	}
	overall := max(total/float64(len(u.hours)), leastRate)
	for h := range 24 {
		// The hours beside it count a half each: what came at five to nine may come at five past.
		var n, e float64
		for d, weight := range []float64{0.5, 1, 0.5} {
			at := (h + d + 23) % 24
			n += weight * (count[at] + count[24+at])
			e += weight * (exposure[at] + exposure[24+at])
		}
		daily := (n + prior) / (e + prior/overall)
		for _, k := range []int{h, 24 + h} {
			u.rates[k] = max((count[k]+prior)/(exposure[k]+prior/daily), leastRate)
		}
	}
	return u, true
}

// expected is how many mentions are usual from a time up to another.
func (u usual) expected(from, to time.Time) float64 {
	sum := 0.0
	for h := hourOf(from); h <= hourOf(to); h++ {
		begin, end := time.Unix(h*3600, 0), time.Unix((h+1)*3600, 0)
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		sum += u.rates[slot(h, u.zone)] * end.Sub(begin).Hours()
	}
	return sum
}

// dispersion is how much more than Poisson the counts of windows of so many hours varied: their variance by their mean, 1 to clusters. One window in a
// hundred, and two at least, are left out, those that stand out most: they are the surges of the past.
func (u usual) dispersion(hours int) float64 {
	var squares []float64
	mean := 0.0
	for i := 0; i+hours <= len(u.hours); i += hours {
		n, e := 0.0, 0.0
		for j := i; j < i+hours; j++ {
			n += u.hours[j]
			e += u.rates[u.slots[j]]
		}
		squares = append(squares, (n-e)*(n-e))
		mean += e
	}
	slices.Sort(squares)
	squares = squares[:len(squares)-max(len(squares)/100, min(2, len(squares)))]
	sum := 0.0
	for _, s := range squares {
		sum += s
	}
	if mean == 0 {
		return 1
	}
	return min(max(sum/mean, 1), clusters)
}

// level is how much busier than usual the day and the three days before a time were, whichever was busier, 1 at least. One mention is added to what came and
// to what was expected, so that two of a topic that is mentioned once a week do not make it a busy one.
func (u usual) level(before time.Time) float64 {
	most := 1.0
	for _, span := range []time.Duration{recent / 3, recent} {
		n, e := 1.0, 1.0
		for h := max(hourOf(before.Add(-span)), u.first); h < min(hourOf(before), u.first+int64(len(u.hours))); h++ {
			n += u.hours[h-u.first]
			e += u.rates[u.slots[h-u.first]]
		}
		most = max(most, n/e)
	}
	return most
}

// tail is how likely n or more are where mean are expected with a variance of dispersion times that: Poisson for 1, negative binomial above.
func tail(n int, mean, dispersion float64) float64 {
	if n <= 0 {
		return 1
	}
	if float64(n) <= mean { // the sum below would be long, and nobody asks
		return 1 - below(n, mean, dispersion)
	}
	sum := 0.0
	for k := n; ; k++ {
		p := mass(k, mean, dispersion)
		sum += p
		if p < sum*1e-9 || p == 0 {
			return min(sum, 1)
		}
	}
}

// below is how likely less than n are.
func below(n int, mean, dispersion float64) float64 {
	sum := 0.0
	for k := range n {
		sum += mass(k, mean, dispersion)
	}
	return min(sum, 1)
}

func mass(k int, mean, dispersion float64) float64 {
	x := float64(k)
	if dispersion < 1+1e-6 {
		lg, _ := math.Lgamma(x + 1)
		return math.Exp(x*math.Log(mean) - mean - lg)
	}
	r := mean / (dispersion - 1)
	a, _ := math.Lgamma(x + r)
	b, _ := math.Lgamma(x + 1)
	c, _ := math.Lgamma(r)
	return math.Exp(a - b - c - r*math.Log(dispersion) + x*math.Log(1-1/dispersion))
}
