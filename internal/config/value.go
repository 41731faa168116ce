package config

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/robfig/cron/v3"
	"golang.org/x/text/language"

	"vestnik/internal/news"
)

// anyLanguage is the key of names that are written the same in every language.
const anyLanguage = "any"

const day = 24 * time.Hour

// parseDuration reads time.ParseDuration's form with days in front: "90d", "1d12h", "30s". A bare 0 is none.
// ParseDuration reads a duration as config.yaml writes it: 30s, 5m, 48h, 90d. It is never negative.
func ParseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not a duration: write one like 30s, 5m, 48h or 90d", s)
	var total time.Duration
	rest := s
	if days, after, ok := strings.Cut(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 64)
		if err != nil {
			return 0, bad
		}
		if n > math.MaxInt64/uint64(day)/2 {
			return 0, fmt.Errorf("%q is too long", s)
		}
		total, rest = time.Duration(n)*day, after
		if rest == "" {
			return total, nil
		}
	}
	v, err := time.ParseDuration(rest)
	if err != nil {
		return 0, bad
	}
	if v < 0 {
		return 0, fmt.Errorf("%q is negative", s)
	}
	if total += v; total < 0 {
		return 0, fmt.Errorf("%q is too long", s)
	}
	return total, nil
}

// parseSize reads bytes: "10MiB", "500 kB", "4096".
func parseSize(s string) (int64, error) {
	units := []struct {
		suffix string
		bytes  int64
	}{{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"b", 1}}
	number, unit := strings.ToLower(s), int64(1)
	for _, u := range units {
		if n, ok := strings.CutSuffix(number, u.suffix); ok {
			number, unit = n, u.bytes
			break
		}
	}
	v, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a size: write one like 10MiB or 500kB", s)
	}
	const least, most = 1 << 10, 1 << 30
	if v < 0 || v > most || v*unit < least || v*unit > most {
		return 0, fmt.Errorf("%s is out of range: 1KiB to 1GiB", s)
	}
	return v * unit, nil
}

func checkSchedule(s string) error {
	// A zone in front makes the parser panic when nothing follows it, and means nothing for a tick.
	if strings.HasPrefix(s, "TZ=") || strings.HasPrefix(s, "CRON_TZ=") {
		return fmt.Errorf("%q: the schedule takes no zone, it runs in UTC", s)
	}
	schedule, err := cron.ParseStandard(s)
	if err != nil {
		return fmt.Errorf("%q is not a cron line (minute hour day month weekday): %w", s, err)
	}
	// Next gives up after five years and returns zero; the answer does not depend on where it starts.
	if schedule.Next(time.Unix(0, 0).UTC()).IsZero() {
		return fmt.Errorf("%q never comes", s)
	}
	return nil
}

// Tick is the shortest time between two of the next ticks of the schedule.
func (c *Config) Tick() time.Duration {
	schedule, err := cron.ParseStandard(c.Schedule)
	if err != nil {
		return 0 // it was checked
	}
	var least time.Duration
	at := schedule.Next(time.Unix(0, 0).UTC())
	for range 200 { // ticks of one day stand closest
		next := schedule.Next(at)
		if next.IsZero() {
			break
		}
		if gap := next.Sub(at); least == 0 || gap < least {
			least = gap
		}
		at = next
	}
	return least
}

func parseZone(s string) (*time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time zone: write one like UTC, Local or Asia/Almaty", s)
	}
	return zone, nil
}

func checkZone(s string) error {
	_, err := parseZone(s)
	return err
}

// checkStore never quotes what follows the scheme: a DSN may hold a password.
func checkStore(s string) error {
	scheme, rest, ok := strings.Cut(s, ":")
	switch {
	case ok && (scheme == "postgres" || scheme == "postgresql"):
		return errors.New("PostgreSQL is not there yet: write sqlite:FILE")
	case !ok || scheme != "sqlite":
		return errors.New("not a store: write sqlite:FILE")
	case strings.TrimSpace(rest) == "":
		return errors.New("names no file: write sqlite:FILE")
	}
	return nil
}

func checkURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("not an address") // not quoted: it may hold a password
	case u.User != nil:
		return errors.New("an address must not hold a user or a password: it is shown in reports")
	case u.Scheme == "file":
		if u.Path == "" && u.Opaque == "" {
			return fmt.Errorf("%q names no file", s)
		}
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("want an address that begins with http://, https:// or file:/ and not %q", s)
	case u.Hostname() == "":
		return fmt.Errorf("%q names no host", s)
	}
	return nil
}

// checkLanguage accepts every ISO 639-1 code: a feed or a name may be in a language the bot has no grammar for.
func checkLanguage(s string) error {
	base, err := language.ParseBase(s)
	if err != nil || len(s) != 2 || base.String() != s {
		return fmt.Errorf("%q is not a language code (ISO 639-1); the bot knows the grammar of %s", s, strings.Join(news.Languages, " "))
	}
	return nil
}

func checkCountry(s string) error {
	region, err := language.ParseRegion(s)
	if err != nil || len(s) != 2 || region.String() != s || !region.IsCountry() {
		return fmt.Errorf("%q is not a country code (ISO 3166, two capitals)", s)
	}
	return nil
}

func checkUserAgent(s string) error {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return fmt.Errorf("%q: a user agent is printable ASCII", s)
		}
	}
	return nil
}

// maxID is the longest id in characters.
const maxID = 64

// checkID holds for ids that a person types and a chat command will take: lower-case ASCII letters, digits and hyphens.
func checkID(s string) error {
	if utf8.RuneCountInString(s) > maxID || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || s[0] == '-' {
		return fmt.Errorf("%q is not an id: lower-case letters a-z, digits and hyphens, %d at most", s, maxID)
	}
	return nil
}

// checkProfileID is wider: profiles are made by programs too, with ids of their own.
func checkProfileID(s string) error {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:", r) {
			return fmt.Errorf("%q is not an id: letters, digits, hyphens", s)
		}
	}
	return nil
}

// oneOf reads one of a few words.
func oneOf[T ~string](known []T) func(string) (T, error) {
	return func(s string) (T, error) {
		words := make([]string, len(known))
		for i, k := range known {
			words[i] = string(k)
		}
		if !slices.Contains(words, s) {
			return "", fmt.Errorf("%q is not one of %s%s", s, strings.Join(words, ", "), DidYouMean(s, words))
		}
		return T(s), nil
	}
}

func parseLevel(s string) (slog.Level, error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	word, err := oneOf([]string{"debug", "info", "warn", "error"})(s)
	return levels[word], err
}

// parseThreshold reads a watchlist's least score.
func parseThreshold(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	if v <= 0 {
		return 0, fmt.Errorf("%s would let everything through: a threshold is above 0", s)
	}
	return v, nil
}

// DidYouMean is `; did you mean "x"?` for the word of known that is nearest to s, else the one that begins with it, or "" when there is none.
func DidYouMean(s string, known []string) string {
	best, least := "", max(1, utf8.RuneCountInString(s)/3)+1
	for _, k := range known {
		if n := distance(s, k); n < least {
			best, least = k, n
		}
	}
	if best == "" {
		begin := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return utf8.RuneCountInString(s) < 3 || !strings.HasPrefix(k, s) })
		if len(begin) != 1 {
			return ""
		}
		best = begin[0]
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is the optimal string alignment distance (Damerau–Levenshtein without repeated edits): the least number of characters put in, left
// out, exchanged or swapped with their neighbour that makes b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i, r := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j, q := range y {
			cost := last[j]
			if r != q {
				cost++
			}
			row[j+1] = min(cost, row[j]+1, last[j+1]+1)
			if i > 0 && j > 0 && r == y[j-1] && q == x[i-1] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
