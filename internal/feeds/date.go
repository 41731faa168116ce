package feeds

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxDate is the longest text read as a date, in bytes.
const maxDate = 120

var (
	unixSeconds = regexp.MustCompile(`^[0-9]{9,10}(?:[0-9]{3})?$`) // or milliseconds
	clock       = regexp.MustCompile(`([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?[ ]*([ap]\.?m\.?)?`)
	offset      = regexp.MustCompile(`(?:gmt|utc|ut)?[ ]*([+\-\x{2212}])([0-9]{1,2})(?::?([0-9]{2}))?`)
	isoDate     = regexp.MustCompile(`([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})`)
	dayFirst    = regexp.MustCompile(`([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})`)
	number      = regexp.MustCompile(`[0-9]+`)
	words       = regexp.MustCompile(`\p{L}+`)
)

// readDate reads a date as feeds write it, in the languages of the months table, in any order of date, time and zone. Without a
// zone, or with one that is not known, it is local to zone. It goes before gofeed's reader, which takes the names of zones
// it does not know for UTC, and on some machines for local ones. It does not judge whether the date can be true.
func readDate(s string, zone *time.Location) (time.Time, bool) {
	s = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(s, "\u00A0", " ")))
	if len(s) > maxDate {
		return time.Time{}, false
	}
	if unixSeconds.MatchString(s) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return time.Time{}, false
		}
		if len(s) > 10 {
			return time.UnixMilli(n), true
		}
		return time.Unix(n, 0), true
	}
	hour, minute, second, behind, rest := cutClock(s)
	var offsetSeconds int
	var zoned bool
	if loc := offset.FindStringSubmatchIndex(behind); loc != nil && strings.Trim(behind[:loc[0]], " \t(,") == "" { // +0300 right behind the time
		offsetSeconds, zoned = offsetOf(behind, loc)
		rest = strings.TrimSuffix(rest, behind) + behind[loc[1]:]
	}
	year, month, day, ok := cutDate(&rest)
	if !ok || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day { // 31 April
		return time.Time{}, false
	}
	if !zoned {
		if loc := offset.FindStringSubmatchIndex(rest); loc != nil { // behind a date that follows the time
			offsetSeconds, zoned = offsetOf(rest, loc)
		}
	}
	wall := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if !zoned {
		offsetSeconds, zoned = namedZone(s, wall)
	}
	if zoned {
		return wall.Add(-time.Duration(offsetSeconds) * time.Second), true
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, zone), true
}

// cutClock finds the time of day: what stands behind it, and s without it. Without one it is midnight.
func cutClock(s string) (hour, minute, second int, behind, rest string) {
	m := clock.FindStringSubmatchIndex(s)
	if m == nil {
		return 0, 0, 0, "", s
	}
	group := func(i int) int {
		if m[2*i] < 0 {
			return 0
		}
		n, _ := strconv.Atoi(s[m[2*i]:m[2*i+1]]) // two digits
		return n
	}
	hour, minute, second = group(1), group(2), group(3)
	if m[8] >= 0 && hour <= 12 && !startsWithLetter(s[m[9]:]) { // 14:05 AMT is Armenia's time
		hour %= 12
		if s[m[8]] == 'p' {
			hour += 12
		}
	}
	behind = s[m[1]:]
	if m[8] >= 0 && startsWithLetter(behind) {
		behind = s[m[8]:]
	}
	if hour > 24 || minute > 59 || second > 60 {
		return 0, 0, 0, "", s
	}
	return hour, minute, second, behind, s[:m[0]] + " " + behind
}

func startsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// offsetOf reads the match of offset at loc.
func offsetOf(s string, loc []int) (seconds int, ok bool) {
	hours, _ := strconv.Atoi(s[loc[4]:loc[5]]) // one or two digits
	minutes := 0
	if loc[6] >= 0 {
		minutes, _ = strconv.Atoi(s[loc[6]:loc[7]])
	}
	if hours > 14 || minutes > 59 { // the largest offset in use is +14:00
		return 0, false
	}
	seconds = hours*3600 + minutes*60
	if s[loc[2]:loc[3]] != "+" {
		seconds = -seconds
	}
	return seconds, true
}

// cutDate finds the day in *s and takes it out.
func cutDate(s *string) (year, month, day int, ok bool) {
	if m := isoDate.FindStringSubmatchIndex(*s); m != nil {
		year, month, day = atoi(*s, m, 1), atoi(*s, m, 2), atoi(*s, m, 3)
		*s = (*s)[:m[0]] + " " + (*s)[m[1]:]
		return year, month, day, valid(month, day)
	}
	if month = monthIn(*s); month != 0 {
		return cutNamed(s, month)
	}
	m := dayFirst.FindStringSubmatchIndex(*s)
	if m == nil {
		return 0, 0, 0, false
	}
	day, month, year = atoi(*s, m, 1), atoi(*s, m, 3), atoi(*s, m, 4)
	separator := (*s)[m[4]:m[5]]
	if year < 100 {
		if separator != "." { // 03/04/26 and 03-04-26 can be anything
			return 0, 0, 0, false
		}
		year = fullYear(year)
	}
	if separator == "/" && month > 12 { // only the United States write the month first
		day, month = month, day
	}
	*s = (*s)[:m[0]] + " " + (*s)[m[1]:]
	return year, month, day, valid(month, day)
}

// cutNamed reads the day and the year beside the name of a month: "3 апреля 2026", "Apr 3, 2026", "2026 жылғы 3 сәуір", "03-Apr-26".
func cutNamed(s *string, month int) (year, m, day int, ok bool) {
	year, day = -1, -1
	last := 0
	for _, loc := range number.FindAllStringIndex(*s, 4) {
		digits := (*s)[loc[0]:loc[1]]
		n, err := strconv.Atoi(digits)
		switch {
		case err != nil || len(digits) == 3 || len(digits) > 4:
			return 0, 0, 0, false
		case len(digits) == 4 && year < 0:
			year = n
		case len(digits) < 3 && day < 0:
			day = n
		case len(digits) == 2 && year < 0:
			year = fullYear(n)
		default:
			continue
		}
		last = loc[1]
	}
	if year < 0 || day < 0 {
		return 0, 0, 0, false
	}
	*s = (*s)[last:]
	return year, month, day, valid(month, day)
}

// fullYear reads a year of two digits as POSIX does: 69 to 99 are of the last century.
func fullYear(n int) int {
	if n >= 69 {
		return 1900 + n
	}
	return 2000 + n
}

func valid(month, day int) bool { return month >= 1 && month <= 12 && day >= 1 && day <= 31 }

func atoi(s string, m []int, group int) int {
	n, _ := strconv.Atoi(s[m[2*group]:m[2*group+1]]) // the pattern lets only a few digits through
	return n
}
