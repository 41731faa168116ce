package pulse

import (
	"math"
	"time"
)

// When silence is told.
const (
	// unlikely is how improbable a silence must be: one in ten thousand, as its logarithm. A feed that publishes round the clock reaches it in about three
	// hours, one that publishes ten items a day in about one day, a daily one when it fails for the fourth time.
	unlikely = 9.21
	// surest bounds how sure it is that an hour brings something: outlets have strikes, holidays and repairs.
	surest = 0.95
	// fewHours is how many hours with news, faded, make a rhythm. With fewer, only Window without anything is silence.
	fewHours = 2
	// A rhythm watched for less than three weeks hardly knows weekends: until then nothing shorter than longWeekend is silence.
	threeWeeks, longWeekend = 21 * 24 * time.Hour, 4 * 24 * time.Hour
)

// Silent reports whether it is unusual that a feed which brought something new at lastNew brought nothing until now. For every hour since it takes
// how probable it was, by the rhythm as it was then, that there would be anything (counted over hours, not items: items come in bursts and a Poisson
// distribution of items would call every pause a silence), and asks how improbable it is that none had anything.
func (r Rhythm) Silent(lastNew, now time.Time) bool {
	quiet := now.Sub(lastNew)
	if lastNew.IsZero() || quiet <= 0 {
		return false
	}
	if quiet > Window {
		return true
	}
	known := 0.0
	for k := range 2 {
		for h := range 24 {
			known += r.hours[k][h]
		}
	}
	if known < fewHours || r.At.Sub(r.Since) < threeWeeks && quiet < longWeekend {
		return false
	}
	chances := r.perHour(r.hours, r.At, surest)
	sum := 0.0
	for t := lastNew; t.Before(now); {
		hour := hourOf(t)
		end := time.Unix((hour+1)*3600, 0)
		part := end.Sub(t)
		if end.After(now) {
			part = now.Sub(t)
		}
		kind, of := slot(hour)
		if sum -= math.Log1p(-chances[kind][of]) * part.Hours(); sum > unlikely {
			return true
		}
		t = end
	}
	return false
}
