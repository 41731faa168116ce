package timetable

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones stand in the tests

	"vestnik/internal/news"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02 15:04 -07", s)
	if err != nil {
		when, err = time.Parse("2006-01-02 15:04:05 -07", s)
	}
	if err != nil {
		when, err = time.Parse("2006-01-02 15:04 -0700", s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestNext(t *testing.T) {
	for _, tt := range []struct{ schedule, zone, after, want string }{
		{"hourly", "Asia/Almaty", "2026-05-11 12:34:56 +05", "2026-05-11 13:00 +05"},
		{"hourly", "Asia/Almaty", "2026-05-11 12:00 +05", "2026-05-11 13:00 +05"},
		{"Hourly", "Asia/Kolkata", "2026-05-11 12:10 +0530", "2026-05-11 13:00 +0530"},
		{"hourly", "Australia/Lord_Howe", "2026-04-05 01:45 +11", "2026-04-05 02:00 +1030"}, // 02:00 becomes 01:30: the hour is full half an hour later
		{"hourly", "Europe/Warsaw", "2026-10-25 02:30 +02", "2026-10-25 02:00 +01"},         // the same hour again
		{"daily 09:00", "Asia/Almaty", "2026-05-11 08:59 +05", "2026-05-11 09:00 +05"},
		{"daily 9:00", "Asia/Almaty", "2026-05-11 09:00 +05", "2026-05-12 09:00 +05"},
		{"daily 00:00", "Europe/Minsk", "2026-12-31 23:59 +03", "2027-01-01 00:00 +03"},
		{"daily 09:00", "America/New_York", "2026-05-11 01:00 +00", "2026-05-11 09:00 -04"}, // there it is still the day before
		{"daily 09:00", "Europe/Warsaw", "2026-03-28 09:00 +01", "2026-03-29 09:00 +02"},
		{"daily 02:30", "Europe/Warsaw", "2026-03-28 12:00 +01", "2026-03-29 03:00 +02"}, // that time is left out
		{"daily 02:30", "Europe/Warsaw", "2026-03-29 03:00 +02", "2026-03-30 02:30 +02"},
		{"daily 02:30", "Europe/Warsaw", "2026-10-25 01:00 +02", "2026-10-25 02:30 +02"}, // that time comes twice: once is enough
		{"daily 02:30", "Europe/Warsaw", "2026-10-25 02:30 +02", "2026-10-26 02:30 +01"},
		{"daily 02:30", "Europe/Warsaw", "2026-10-25 02:10 +01", "2026-10-26 02:30 +01"},
		{"daily 00:00", "Asia/Beirut", "2026-03-28 12:00 +02", "2026-03-29 01:00 +03"}, // midnight is left out
		{"weekly mon 09:00", "Europe/Kyiv", "2026-05-11 08:00 +03", "2026-05-11 09:00 +03"},
		{"weekly Monday 9:00", "Europe/Kyiv", "2026-05-11 09:00 +03", "2026-05-18 09:00 +03"},
		{"weekly sun 23:59", "Pacific/Kiritimati", "2026-05-10 23:00 +14", "2026-05-10 23:59 +14"},
		{"weekly fri 00:05", "Europe/Kyiv", "2026-05-08 00:05 +03", "2026-05-15 00:05 +03"},
		{"0 9,18 * * mon-fri", "Asia/Almaty", "2026-05-08 18:00 +05", "2026-05-11 09:00 +05"},
		{"*/10 * * * *", "Europe/Warsaw", "2026-03-29 01:59 +01", "2026-03-29 03:00 +02"},
		{"30 2 * * *", "Europe/Warsaw", "2026-03-28 12:00 +01", "2026-03-29 03:00 +02"},
		{"30 2 * * *", "Europe/Warsaw", "2026-10-25 02:40 +02", "2026-10-26 02:30 +01"},
		{"0 0 29 2 *", "Europe/Minsk", "2026-05-11 12:00 +03", "2028-02-29 00:00 +03"},
		{"", "Asia/Almaty", "2026-05-11 12:34:56 +05", "2026-05-11 12:34:56 +05"},
	} {
		s, err := ParseSchedule(tt.schedule)
		if err != nil {
			t.Errorf("%q: %v", tt.schedule, err)
			continue
		}
		if got := s.Next(at(t, tt.after), zone(t, tt.zone)); !got.Equal(at(t, tt.want)) {
			t.Errorf("%q in %s behind %s: %v, want %s", tt.schedule, tt.zone, tt.after, got, tt.want)
		}
		if again, err := ParseSchedule(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%q is written %q, which reads as %q, %v", tt.schedule, s, again, err)
		}
	}
}

// Every moment lies behind the one before, whatever the clocks do, and none is left out for longer than its kind says.
func TestNextGoesOn(t *testing.T) {
	for _, name := range []string{"Europe/Warsaw", "Asia/Beirut", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "Asia/Almaty"} {
		z := zone(t, name)
		for line, most := range map[string]time.Duration{"hourly": 2 * time.Hour, "daily 02:30": 26 * time.Hour, "daily 00:00": 26 * time.Hour,
			"weekly sun 02:15": 7*24*time.Hour + 2*time.Hour, "*/30 * * * *": 2 * time.Hour, "5 1-3 * * *": 26 * time.Hour} {
			s, err := ParseSchedule(line)
			if err != nil {
				t.Fatal(err)
			}
			for now := time.Date(2025, 12, 31, 23, 7, 0, 0, time.UTC); now.Year() < 2027; {
				next := s.Next(now, z)
				if !next.After(now) || next.Sub(now) > most {
					t.Fatalf("%s in %s: behind %v comes %v", line, name, now.In(z), next)
				}
				now = next
			}
		}
	}
}

func TestBadSchedules(t *testing.T) {
	for text, want := range map[string]string{
		"daily":                    `write a time of day behind "daily"`,
		"daily 9":                  `"9" is no time of day: write one from 00:00 to 23:59`,
		"daily 24:00":              "no time of day",
		"daily +9:00":              "no time of day",
		"daily 09:5":               "no time of day",
		"daily 09:00 mon":          `as in "daily 09:00"`,
		"weekly 09:00":             `as in "weekly mon 09:00"`,
		"weekly mån 09:00":         `"mån" is no day: write mon, tue`,
		"hourly 5":                 `nothing may stand behind "hourly"`,
		"каждый день":              `write hourly, "daily 09:00"`,
		"@daily":                   `write hourly, "daily 09:00"`,
		"TZ= * * * *":              `write hourly, "daily 09:00"`,
		"CRON_TZ=x/y 0 9 * * *":    `write hourly, "daily 09:00"`,
		"0 25 * * *":               "as a cron line (minute hour day month weekday)",
		"0 0 30 2 *":               "such a day never comes",
		"x x x x x":                "as a cron line",
		strings.Repeat("9", 9_000): "too long",
	} {
		if s, err := ParseSchedule(text); err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 300 {
			t.Errorf("%q reads as %+v, error %v, want %q", text, s, err, want)
		}
	}
	for text, want := range map[string]string{
		"23:00":            "write two times of day, as in 23:00-07:00",
		"23-7":             "no time of day",
		"07:00-07:00":      "they end when they begin",
		"23:00-07:00-9:00": "no time of day",
		"ночью":            "write two times of day",
	} {
		if q, err := ParseQuiet(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q reads as %+v, error %v, want %q", text, q, err, want)
		}
	}
}

func TestQuiet(t *testing.T) {
	for _, tt := range []struct{ hours, zone, at, want string }{
		{"23:00-07:00", "Asia/Almaty", "2026-05-11 22:59:59 +05", ""},
		{"23:00-07:00", "Asia/Almaty", "2026-05-11 23:00 +05", "2026-05-12 07:00 +05"},
		{"23:00 – 7:00", "Asia/Almaty", "2026-05-12 06:59:59 +05", "2026-05-12 07:00 +05"},
		{"23:00-07:00", "Asia/Almaty", "2026-05-12 07:00 +05", ""},
		{"12:00-13:30", "Europe/Minsk", "2026-05-12 13:29 +03", "2026-05-12 13:30 +03"},
		{"12:00-13:30", "Europe/Minsk", "2026-05-12 11:00 +03", ""},
		{"23:00-02:30", "Europe/Warsaw", "2026-03-29 01:00 +01", "2026-03-29 03:00 +02"},
		{"23:00-02:30", "Europe/Warsaw", "2026-10-25 01:00 +02", "2026-10-25 02:30 +02"},
		{"23:00-02:30", "Europe/Warsaw", "2026-10-25 02:10 +01", "2026-10-25 02:30 +01"},
		{"00:00-23:59", "Europe/Minsk", "2026-05-12 00:00 +03", "2026-05-12 23:59 +03"},
		{"", "Europe/Minsk", "2026-05-12 00:00 +03", ""},
	} {
		q, err := ParseQuiet(tt.hours)
		if err != nil {
			t.Errorf("%q: %v", tt.hours, err)
			continue
		}
		var want time.Time
		if tt.want != "" {
			want = at(t, tt.want)
		}
		if got := q.End(at(t, tt.at), zone(t, tt.zone)); !got.Equal(want) {
			t.Errorf("%q in %s at %s: %v, want %s", tt.hours, tt.zone, tt.at, got, tt.want)
		}
		if again, err := ParseQuiet(q.String()); err != nil || again != q {
			t.Errorf("%q is written %q", tt.hours, q)
		}
	}
}

func TestDue(t *testing.T) {
	p := news.Preferences{Timezone: "Asia/Almaty", Quiet: "23:00-07:00", All: news.Delivery{Digest: "daily 09:00"},
		Lists: map[string]news.Delivery{"ведомости": {}, "night": {Digest: "daily 06:00"}, "broken": {Digest: "now and then"}}}
	almaty := zone(t, "Asia/Almaty")
	noon, night := at(t, "2026-05-11 12:00 +05"), at(t, "2026-05-11 23:30 +05")
	for _, tt := range []struct {
		p    news.Preferences
		list string
		u    news.Urgency
		came time.Time
		want string
	}{
		{p, "csto", news.Normal, noon, "2026-05-12 09:00 +05"},
		{p, "csto", news.Breaking, night, "2026-05-12 09:00 +05"}, // it passes quiet hours, not the digest
		{p, "ведомости", news.Normal, noon, ""},
		{p, "ведомости", news.Normal, night, "2026-05-12 07:00 +05"},
		{p, "ведомости", news.Breaking, night, ""},
		{p, "night", news.Normal, noon, "2026-05-12 07:00 +05"},
		{p, "broken", news.Normal, noon, ""},
		{news.Preferences{Timezone: "Mars/Olympus", Quiet: "all night"}, "csto", news.Normal, night, ""},
		{news.Preferences{Quiet: "23:00-07:00"}, "csto", news.Normal, night, "2026-05-12 07:00 +05"}, // the zone of the configuration
		{news.Preferences{Quiet: "23:00-07:00", Timezone: "Europe/Minsk"}, "csto", news.Normal, night, ""},
	} {
		var want time.Time
		if tt.want != "" {
			want = at(t, tt.want)
		}
		if got := Due(tt.p, tt.list, tt.u, tt.came, almaty); !got.Equal(want) {
			t.Errorf("%s (%s) at %v: %v, want %s", tt.list, tt.u, tt.came, got, tt.want)
		}
	}
}

func FuzzSchedule(f *testing.F) {
	for _, s := range []string{"hourly", "daily 09:00", "weekly mon 09:00", "0 9,18 * * mon-fri", "*/5 * * * *", "TZ=0 0 0 0 0", "23:00-07:00", "1-/0 * * * *"} {
		f.Add(s)
	}
	now := time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := ParseSchedule(text); err == nil {
			if next := s.Next(now, time.UTC); s.Kind != Now && !next.After(now) {
				t.Errorf("%q: %v is not behind %v", text, next, now)
			}
		}
		if q, err := ParseQuiet(text); err == nil {
			q.End(now, time.UTC)
		}
	})
}
