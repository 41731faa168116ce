package feedback

import (
	"cmp"
	"math"
	"slices"
	"time"

	"vestnik/internal/news"
)

// A Tally counts alerts by what was said of them, each item once: where people disagree the majority decides.
type Tally struct {
	Good        int
	WrongPerson int
	OffTopic    int
	OldNews     int
	Unsaid      int // bad, and nobody said why
	Split       int // as many say good as say bad; they count for nothing
}

// Bad is how many were not wanted, for whatever reason.
func (t Tally) Bad() int { return t.WrongPerson + t.OffTopic + t.OldNews + t.Unsaid }

// Of is how many a precision is of.
func (t Tally) Of() int { return t.Good + t.Bad() }

// Enough is how many judged alerts a precision needs before it says anything: with fewer its interval is wider than half of all that is possible.
const Enough = 8

// TooFew reports whether the figures say nothing yet.
func (t Tally) TooFew() bool { return t.Of() < Enough }

// Precision is the share of the good ones and its 95 % interval; 0, 0, 1 for none.
func (t Tally) Precision() (share, low, high float64) { return Wilson(t.Good, t.Of()) }

// Wilson is the share k of n and the 95 % score interval of E. B. Wilson (Journal of the American Statistical Association 22, 1927), which also holds for
// small n and for shares of none and all.
func Wilson(k, n int) (share, low, high float64) {
	if n == 0 {
		return 0, 0, 1
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return p, max(centre-half, 0), min(centre+half, 1)
}

// add counts one more.
func (t *Tally) add(o outcome) {
	switch {
	case o.split:
		t.Split++
	case o.good:
		t.Good++
	case o.reason == news.WrongPerson:
		t.WrongPerson++
	case o.reason == news.OffTopic:
		t.OffTopic++
	case o.reason == news.OldNews:
		t.OldNews++
	default:
		t.Unsaid++
	}
}

// An outcome is what all say of one item together.
type outcome struct {
	good, split bool
	reason      news.Reason // the most frequent of those given
}

func outcomeOf(verdicts []news.Verdict) outcome {
	good := 0
	reasons := map[news.Reason]int{}
	for _, v := range verdicts {
		if v.Good {
			good++
		} else {
			reasons[v.Reason]++
		}
	}
	o := outcome{good: 2*good > len(verdicts), split: 2*good == len(verdicts)}
	if o.good || o.split {
		return o
	}
	for _, r := range news.Reasons { // a reason that was given outweighs any number that give none
		if reasons[r] > 0 && (o.reason == news.ReasonNone || reasons[r] > reasons[o.reason]) {
			o.reason = r
		}
	}
	return o
}

// A Summary is how well one watchlist does.
type Summary struct {
	Watchlist string
	Tally
	Weeks []Week // those in which judged alerts came, the first first
	Terms []Term // those that were found in them, the worst first
}

// A Week is the alerts that came in one week.
type Week struct {
	Monday time.Time // its beginning
	Tally
}

// A Term is the alerts that one term of a watchlist had a part in. Old news are left out: that an alert came late is no fault of what it matched.
type Term struct {
	Profile, Term string // as in news.Hit
	Tally
}

// Summarize makes a Summary of each watchlist that something was said about, in the order of their ids. Weeks begin on Monday in zone; nil is UTC.
func Summarize(judged []news.Judged, zone *time.Location) []Summary {
	if zone == nil {
		zone = time.UTC
	}
	by := map[string]*Summary{}
	weeks := map[string]map[time.Time]*Tally{}
	type term struct{ list, profile, term string }
	terms := map[term]*Tally{}
	for _, j := range judged {
		if len(j.Verdicts) == 0 {
			continue
		}
		o := outcomeOf(j.Verdicts)
		s := by[j.Watchlist]
		if s == nil {
			s = &Summary{Watchlist: j.Watchlist}
			by[j.Watchlist], weeks[j.Watchlist] = s, map[time.Time]*Tally{}
		}
		s.add(o)
		tallyOf(weeks[j.Watchlist], MondayOf(j.Item.Seen, zone)).add(o)
		if o.reason == news.OldNews {
			continue
		}
		seen := map[term]bool{}
		for _, m := range j.Matches {
			for _, h := range m.Hits {
				if k := (term{j.Watchlist, h.Profile, h.Term}); !seen[k] {
					seen[k] = true
					tallyOf(terms, k).add(o)
				}
			}
		}
	}
	for k, t := range terms {
		by[k.list].Terms = append(by[k.list].Terms, Term{k.profile, k.term, *t})
	}
	out := make([]Summary, 0, len(by))
	for id, s := range by {
		for monday, t := range weeks[id] {
			s.Weeks = append(s.Weeks, Week{monday, *t})
		}
		slices.SortFunc(s.Weeks, func(a, b Week) int { return a.Monday.Compare(b.Monday) })
		slices.SortFunc(s.Terms, worse)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Summary) int { return cmp.Compare(a.Watchlist, b.Watchlist) })
	return out
}

func tallyOf[K comparable](m map[K]*Tally, k K) *Tally {
	if m[k] == nil {
		m[k] = &Tally{}
	}
	return m[k]
}

// worse puts those terms first that are surely bad: one that was wrong once of once is known less of than one wrong nine times of ten.
func worse(a, b Term) int {
	_, _, x := a.Precision()
	_, _, y := b.Precision()
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.Profile, b.Profile), cmp.Compare(a.Term, b.Term))
}

// MondayOf is the beginning of the week of t in zone.
func MondayOf(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, zone)
}
