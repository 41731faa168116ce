package command

import (
	"cmp"
	"context"
	_ "embed"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a container has no zone files
	"unicode"
	"unicode/utf8"

	"vestnik/internal/timetable"
)

//go:embed zones.txt
var zoneFile string

// A zone is a time zone and what people call places in it, all as plainZone leaves them.
type zone struct {
	name   string // IANA
	places []string
}

// zones are those that can be chosen.
var zones = sync.OnceValue(func() []zone {
	var all []zone
	for line := range strings.Lines(zoneFile) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		z := zone{name: words[0]}
		for _, w := range words {
			z.places = append(z.places, plainZone(w))
		}
		// The place is the last part of the name.
		if i := strings.LastIndex(words[0], "/"); i >= 0 {
			z.places = append(z.places, plainZone(words[0][i+1:]))
		}
		all = append(all, z)
	}
	return all
})

// plainZone is a name without case, and with one sign for what parts words.
func plainZone(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '_', '-':
			return '-'
		case 'ё':
			return 'е'
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(s))
}

// zonesShown is how many zones are offered for one that is not known.
const zonesShown = 5

// findZone finds the time zone that words name: by its IANA name, by a place in it, or as an offset in whole hours. Without one, near are those that
// may be meant.
func findZone(words string) (name string, near []string) {
	want := plainZone(words)
	if want == "" {
		return "", nil
	}
	if name, ok := offsetZone(words); ok {
		return name, nil
	}
	if utf8.RuneCountInString(want) < 3 {
		return "", nil // it is near everything
	}
	type guess struct {
		name string
		far  int
	}
	var guesses []guess
	for _, z := range zones() {
		if slices.Contains(z.places, want) {
			return z.name, nil
		}
		far := math.MaxInt
		for _, p := range z.places {
			d := distance(want, p)
			if strings.HasPrefix(p, want) || strings.Contains(p, "/"+want) {
				d = 0
			}
			far = min(far, d)
		}
		if far <= min(max(len([]rune(want))/4, 1), 3) {
			guesses = append(guesses, guess{z.name, far})
		}
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return cmp.Compare(a.far, b.far) })
	for _, g := range guesses[:min(len(guesses), zonesShown)] {
		near = append(near, g.name)
	}
	return "", near
}

// offsetZone reads "utc+3", "+03:00", "gmt-5", "−5". Zones of that kind are called by their offset to the west, so east of Greenwich is minus:
// https://data.iana.org/time-zones/tzdb/etcetera
func offsetZone(words string) (string, bool) {
	s := strings.ReplaceAll(strings.ToLower(words), "−", "-")
	for _, prefix := range []string{"utc", "gmt"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			s = strings.TrimSpace(rest)
			break
		}
	}
	if s == "" {
		return time.UTC.String(), words != ""
	}
	east := s[0] == '+'
	if !east && s[0] != '-' {
		return "", false
	}
	hours, minutes, _ := strings.Cut(s[1:], ":")
	n, err := strconv.ParseUint(hours, 10, 8)
	if err != nil || len(hours) > 2 || strings.Trim(minutes, "0") != "" || n > 12 && !east || n > 14 {
		return "", false
	}
	switch {
	case n == 0:
		return time.UTC.String(), true
	case east:
		return "Etc/GMT-" + strconv.FormatUint(n, 10), true
	}
	return "Etc/GMT+" + strconv.FormatUint(n, 10), true
}

// distance is how many letters have to be put in, left out, changed or swapped with the next to make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > 4 || d < -4 {
		return max(len(x), len(y))
	}
	var two, one []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		two, one, row = one, row, make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
	}
	return row[len(y)]
}

// timezone shows or sets the zone that times of this chat are in.
func timezone(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		return t.reply("zone.now", "zone", Span{Text: t.zoneName(), Bold: true}, "time", t.loc.Time(t.now, t.Zone)), nil
	}
	name, near := findZone(t.args)
	if name != "" {
		return t.setZone(ctx, name)
	}
	if len(near) == 0 {
		return t.reply("zone.unknown", "words", Span{Text: clip(t.args, 40), Code: true}), nil
	}
	r := Reply{Doc: t.say("zone.near", "words", Span{Text: clip(t.args, 40), Code: true})}
	for _, n := range near {
		r.Buttons = append(r.Buttons, button(n, press{verbZone, nil, n}))
	}
	return []Reply{r}, nil
}

func zonePressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	name, _ := findZone(p.words)
	if name == "" {
		return t.toast("button.stale"), nil
	}
	replies, err := t.setZone(ctx, name)
	if err == nil {
		replies[0].Edit = true
	}
	return replies, err
}

func (t *talk) setZone(ctx context.Context, name string) ([]Reply, error) {
	if err := t.prefer(ctx, func() { t.prefs.Timezone = name }); err != nil {
		return nil, err
	}
	t.Zone = timetable.Zone(name, t.Zone)
	return t.reply("zone.set", "zone", Span{Text: zoneTitle(name), Bold: true}, "time", t.loc.Time(t.now, t.Zone)), nil
}

// zoneName is what the chat's zone is called.
func (t *talk) zoneName() string {
	if t.Zone == nil {
		return time.UTC.String()
	}
	return zoneTitle(t.Zone.String())
}

// zoneTitle is a zone as people read it: that of an offset by its sign to the east.
func zoneTitle(name string) string {
	if rest, ok := strings.CutPrefix(name, "Etc/GMT"); ok {
		return time.UTC.String() + strings.NewReplacer("-", "+", "+", "-").Replace(rest)
	}
	return name
}
