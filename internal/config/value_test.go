package config

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0": 0, "0d": 0, "30s": 30 * time.Second, "1h30m": 90 * time.Minute, "90d": 90 * day, "1d12h": 36 * time.Hour, "1.5h": 90 * time.Minute, "36500d": 36500 * day,
	} {
		if got, err := ParseDuration(s); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %s, %v; want %s", s, got, err, want)
		}
	}
	for _, s := range []string{"", "d", "90", "5 minutes", "-1d", "-1h", "1d-1h", "1.5d", "1h1d", "1dd", "1w", "٣d", "9223372036854775807d", "106752d", "53375d2562047h", "1e3s", "∞"} {
		if got, err := ParseDuration(s); err == nil {
			t.Errorf("ParseDuration(%q) = %s, want an error", s, got)
		}
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{"10MiB": 10 << 20, "500 kB": 500_000, "4096": 4096, "1 KiB": 1024, "1gib": 1 << 30, "2048b": 2048, "1GB": 1e9} {
		if got, err := parseSize(s); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "B", "10 MegaBytes", "-1MiB", "1.5MiB", "0", "10", "2GiB", "9223372036854775807GiB", "10МБ", "0x10kB"} {
		if got, err := parseSize(s); err == nil {
			t.Errorf("parseSize(%q) = %d, want an error", s, got)
		}
	}
}

func TestCheckSchedule(t *testing.T) {
	for _, s := range []string{"*/5 * * * *", "@every 1s", "@hourly", "0 9 * * MON-FRI", "0 0 29 2 *"} {
		if err := checkSchedule(s); err != nil {
			t.Errorf("checkSchedule(%q) = %v", s, err)
		}
	}
	for _, s := range []string{"", " ", "* * * *", "60 * * * *", "@every", "@never", "TZ=UTC * * * * *", "CRON_TZ=x", "0 0 31 2 *", "*/0 * * * *", "∗ ∗ ∗ ∗ ∗"} {
		if err := checkSchedule(s); err == nil {
			t.Errorf("checkSchedule(%q) passed", s)
		}
	}
}

func TestQuote(t *testing.T) {
	for s, want := range map[string]string{
		"Tokayev": "Tokayev", "Қасым-Жомарт Тоқаев": "Қасым-Жомарт Тоқаев", "O'Brien": "O'Brien", "no": `"no"`, "Null": `"Null"`, "2026": `"2026"`, "": `""`,
		"a: b": `"a: b"`, "a -b": `"a -b"`, "K. Tokayev": `"K. Tokayev"`, `"x"`: `"\"x\""`, "פוטין": "פוטין", "🙂": `"🙂"`, "word^0.5": `"word^0.5"`, " a": `" a"`, "a-": `"a-"`,
	} {
		if got := quote(s); got != want {
			t.Errorf("quote(%q) = %s, want %s", s, got, want)
		}
	}
}
