package timetable

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"vestnik/internal/news"
)

// Quiet is the hours of every day in which a chat wants to hear nothing, from the first minute up to the last. The zero Quiet is none.
type Quiet struct {
	From, To Clock
}

// IsZero reports whether there are no such hours.
func (q Quiet) IsZero() bool { return q.From == q.To }

// String writes the hours as ParseQuiet reads them; "" for none.
func (q Quiet) String() string {
	if q.IsZero() {
		return ""
	}
	return q.From.String() + "-" + q.To.String()
}

// ParseQuiet reads "23:00-07:00", which goes over midnight, or "12:00-13:30"; "" is none. The error says what was expected.
func ParseQuiet(s string) (Quiet, error) {
	text := strings.TrimSpace(strings.NewReplacer("–", "-", "—", "-").Replace(s))
	if text == "" {
		return Quiet{}, nil
	}
	first, last, ok := strings.Cut(text, "-")
	if !ok || len(s) > scheduleMost {
		return Quiet{}, fmt.Errorf("%s are no quiet hours: write two times of day, as in 23:00-07:00", quote(s))
	}
	var q Quiet
	var err error
	if q.From, err = parseClock(strings.TrimSpace(first)); err == nil {
		q.To, err = parseClock(strings.TrimSpace(last))
	}
	if err != nil {
		return Quiet{}, fmt.Errorf("%s are no quiet hours: %w", quote(s), err)
	}
	if q.IsZero() {
		return Quiet{}, fmt.Errorf("%s are no quiet hours: they end when they begin", quote(s))
	}
	return q, nil
}

// End is when the quiet hours end that at lies in, on the clock of zone; zero when it lies in none.
func (q Quiet) End(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	now := Clock(local.Hour()*60 + local.Minute())
	in := q.From <= now && now < q.To
	if q.From > q.To {
		in = now >= q.From || now < q.To
	}
	if !in {
		return time.Time{}
	}
	for d := range 3 {
		day := time.Date(local.Year(), local.Month(), local.Day()+d, 0, 0, 0, 0, time.UTC)
		for _, end := range moments(day.Add(time.Duration(q.To)*time.Minute), zone) {
			if end.After(at) {
				return end
			}
		}
	}
	return time.Time{}
}

// Zone is the time zone of that name, or else when there is none.
func Zone(name string, otherwise *time.Location) *time.Location {
	if otherwise == nil {
		otherwise = time.UTC
	}
	if name == "" {
		return otherwise
	}
	if zone, ok := loaded.Load(name); ok {
		return zone.(*time.Location)
	}
	if zone, err := time.LoadLocation(name); err == nil {
		loaded.Store(name, zone)
		return zone
	}
	return otherwise
}

// loaded are zones by name: to load one takes a file, and every alert of every chat asks for its own. There are some hundreds.
var loaded sync.Map

// Due is when an alert of a watchlist that came at the given time may go to a chat with these preferences: zero for at once, else the next digest, and
// in quiet hours their end unless the watchlist is breaking. zone is that of chats that name none. What cannot be read stands for nothing: the alert is
// not held back for it.
func Due(p news.Preferences, watchlist string, u news.Urgency, came time.Time, zone *time.Location) time.Time {
	zone = Zone(p.Timezone, zone)
	due := came
	if s, err := ParseSchedule(p.Of(watchlist).Digest); err == nil {
		due = s.Next(came, zone)
	}
	if q, err := ParseQuiet(p.Quiet); err == nil && u != news.Breaking {
		if end := q.End(due, zone); !end.IsZero() {
			due = end
		}
	}
	if due.Equal(came) {
		return time.Time{}
	}
	return due
}
