package timetable

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/robfig/cron/v3"
)

// Kind says how a Schedule is written.
type Kind string

// The kinds of schedule.
const (
	Now    Kind = ""       // no digest: at once
	Hourly Kind = "hourly" // at every full hour
	Daily  Kind = "daily"  // at Clock
	Weekly Kind = "weekly" // on Day at Clock
	Cron   Kind = "cron"   // as Line says
)

// A Schedule is when a chat wants its digests, on the clock of its time zone. The zero Schedule is none: at once.
type Schedule struct {
	Kind  Kind
	Clock Clock        // of Daily and Weekly
	Day   time.Weekday // of Weekly
	Line  string       // of Cron: minute, hour, day of the month, month, day of the week

	cron cron.Schedule
}

// A Clock is a time of day: minutes since midnight, as a clock on the wall shows it.
type Clock int

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// scheduleMost bounds what is read: more than any schedule takes.
const scheduleMost = 100

// days are the names of days, by their first three letters.
var days = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// ParseSchedule reads "hourly", "daily 09:00", "weekly mon 09:00" or a cron line of five fields; "" is no digest. Case and further spaces do not matter.
// The error says what was expected.
func ParseSchedule(s string) (Schedule, error) {
	bad := func(why string) (Schedule, error) {
		return Schedule{}, fmt.Errorf("%s is no schedule: %s", quote(s), why)
	}
	if len(s) > scheduleMost {
		return bad("it is too long")
	}
	words := strings.Fields(strings.ToLower(s))
	if len(words) == 0 {
		return Schedule{}, nil
	}
	switch words[0] {
	case string(Hourly):
		if len(words) > 1 {
			return bad(`nothing may stand behind "hourly"`)
		}
		return Schedule{Kind: Hourly}, nil
	case string(Daily):
		if len(words) != 2 {
			return bad(`write a time of day behind "daily", as in "daily 09:00"`)
		}
		at, err := parseClock(words[1])
		if err != nil {
			return bad(err.Error())
		}
		return Schedule{Kind: Daily, Clock: at}, nil
	case string(Weekly):
		if len(words) != 3 {
			return bad(`write a day and a time behind "weekly", as in "weekly mon 09:00"`)
		}
		day, ok := dayOf(words[1])
		if !ok {
			return bad(quote(words[1]) + " is no day: write mon, tue, wed, thu, fri, sat or sun")
		}
		at, err := parseClock(words[2])
		if err != nil {
			return bad(err.Error())
		}
		return Schedule{Kind: Weekly, Day: day, Clock: at}, nil
	}
	// A zone has no place here, and the parser falls over some that are none.
	if len(words) != 5 || strings.Contains(s, "=") {
		return bad(`write hourly, "daily 09:00", "weekly mon 09:00", or a cron line (minute hour day month weekday) such as "0 9,18 * * mon-fri"`)
	}
	line := strings.Join(words, " ")
	spec, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(line)
	if err != nil {
		return bad("as a cron line (minute hour day month weekday): " + err.Error())
	}
	if spec.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return bad("such a day never comes")
	}
	return Schedule{Kind: Cron, Line: line, cron: spec}, nil
}

// quote is foreign words between quotation marks, cut to what a line holds.
func quote(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:40]) + "…"
	}
	return strconv.Quote(s)
}

// dayOf knows a day by its first three letters and by its name.
func dayOf(word string) (time.Weekday, bool) {
	for short, day := range days {
		if word == short || word == strings.ToLower(day.String()) {
			return day, true
		}
	}
	return 0, false
}

// parseClock reads a time of day: "09:00", "9:05".
func parseClock(s string) (Clock, error) {
	hours, minutes, ok := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hours, 10, 8)
	m, err2 := strconv.ParseUint(minutes, 10, 8)
	if !ok || err1 != nil || err2 != nil || len(hours) > 2 || len(minutes) != 2 || h > 23 || m > 59 {
		return 0, errors.New(quote(s) + " is no time of day: write one from 00:00 to 23:59")
	}
	return Clock(h*60 + m), nil
}

// String writes the schedule as ParseSchedule reads it; "" for none.
func (s Schedule) String() string {
	switch s.Kind {
	case Daily:
		return string(Daily) + " " + s.Clock.String()
	case Weekly:
		return string(Weekly) + " " + strings.ToLower(s.Day.String()[:3]) + " " + s.Clock.String()
	case Cron:
		return s.Line
	}
	return string(s.Kind)
}

// Next is the first moment of the schedule behind after, on the clock of zone; after itself where there is no digest.
func (s Schedule) Next(after time.Time, zone *time.Location) time.Time {
	local := after.In(zone)
	switch s.Kind {
	case Hourly:
		// A clock may jump by half an hour, and be half an hour off another: so twice.
		next := local.Truncate(time.Minute)
		for range 2 {
			if m := next.Minute(); m != 0 || !next.After(after) {
				next = next.Add(time.Duration(60-m) * time.Minute)
			}
		}
		return next
	case Daily, Weekly:
		for d := range 9 {
			day := time.Date(local.Year(), local.Month(), local.Day()+d-1, 0, 0, 0, 0, time.UTC)
			if s.Kind == Weekly && day.Weekday() != s.Day {
				continue
			}
			if next := moments(day.Add(time.Duration(s.Clock)*time.Minute), zone)[0]; next.After(after) {
				return next
			}
		}
	case Cron:
		// The cron line speaks of a clock on the wall; it is asked about one that is never set, and its answer is brought to ours.
		wall := onTheWall(local)
		for range 1000 {
			if wall = s.cron.Next(wall); wall.IsZero() {
				break
			}
			if next := moments(wall, zone)[0]; next.After(after) {
				return next
			}
		}
	}
	return after
}

// onTheWall is what a clock on the wall shows, as a time of UTC.
func onTheWall(local time.Time) time.Time {
	return time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC)
}

// moments lists, in order, the moments at which a clock of the zone shows what wall, a time of UTC, shows: one on most days, two when the clock was set
// back. When it was set forward over that time it is the moment of the jump.
func moments(wall time.Time, zone *time.Location) []time.Time {
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	_, behind := wall.Add(24 * time.Hour).In(zone).Zone()
	var list []time.Time
	for _, offset := range []int{max(before, behind), min(before, behind)} {
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if onTheWall(at).Equal(wall) && (len(list) == 0 || !list[0].Equal(at)) {
			list = append(list, at)
		}
	}
	if len(list) == 0 {
		late := wall.Add(-time.Duration(before) * time.Second).In(zone)
		jump, _ := late.ZoneBounds()
		list = append(list, cmp.Or(jump, late).In(zone))
	}
	return list
}
