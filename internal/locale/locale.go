// Package locale holds what the bot says to people, in every language it says it in: one catalogue a language, plurals, dates and durations.
// It must not know who is told what, and it imports nothing of ours.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed catalogues/*.txt
var files embed.FS

// Default is the language of whoever asked for one that there is no catalogue of.
const Default = "en"

// A Language says things in one language. It is immutable.
type Language struct {
	code   string
	texts  map[string]template
	plural func(n int) int // index of the form that stands with n
}

// plurals are the rules of CLDR for whole numbers, by language: which of the forms in a catalogue stands with n.
var plurals = map[string]struct {
	forms int
	index func(n int) int
}{
	"en": {2, func(n int) int { // one, other
		if n == 1 {
			return 0
		}
		return 1
	}},
	"ru": {3, eastSlavic},
	"be": {3, eastSlavic},
	"uk": {3, eastSlavic},
	"kk": {1, func(int) int { return 0 }}, // CLDR tells one from other, but a noun after a numeral is the same in both
}

// eastSlavic is one, few or many.
func eastSlavic(n int) int {
	ten, hundred := n%10, n%100
	switch {
	case ten == 1 && hundred != 11:
		return 0
	case ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14):
		return 1
	}
	return 2
}

var catalogues = sync.OnceValue(func() map[string]*Language {
	all := map[string]*Language{}
	for code, p := range plurals {
		b, err := fs.ReadFile(files, "catalogues/"+code+".txt")
		if err != nil {
			panic(err) // embedded: the build would have failed
		}
		texts, err := parse(string(b), p.forms)
		if err != nil {
			panic(fmt.Sprintf("catalogue %s: %v", code, err)) // the tests read the same files
		}
		all[code] = &Language{code: code, texts: texts, plural: p.index}
	}
	return all
})

// Languages are the codes of [All], in its order.
func Languages() []string {
	var codes []string
	for _, l := range All() {
		codes = append(codes, l.code)
	}
	return codes
}

// All are the languages there are catalogues of, in the order of their own names: the one to offer them in.
func All() []*Language {
	var all []*Language
	for _, l := range catalogues() {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *Language) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}

// For is the language of a tag of BCP 47 such as "ru", "uk-UA", "be-tarask", "kk-Cyrl" or "RU_kz": by its first part, else English.
func For(tag string) *Language {
	first, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if l, ok := catalogues()[first]; ok {
		return l
	}
	return catalogues()[Default]
}

// Code is the ISO 639-1 code of the language.
func (l *Language) Code() string { return l.code }

// Name is what the language calls itself, to stand alone or first in a line: "Українська".
func (l *Language) Name() string { return l.Text("lang.own") }

// Has reports whether the catalogue has a text under key.
func (l *Language) Has(key string) bool { _, ok := l.texts[key]; return ok }

// A Part is a piece of a text in one style: words of the catalogue, or the value of a placeholder.
type Part struct {
	Text       string
	Bold, Code bool
	Value      any // of the placeholder; nil for words of the catalogue
}

// Parts is the text under key with its placeholders filled from args, which are pairs of a name and a value: "n", 3, "name", "CSTO".
// A line end within a Text is the catalogue's or the value's own. A key that is not in the catalogue is its own text.
func (l *Language) Parts(key string, args ...any) []Part {
	t, ok := l.texts[key]
	if !ok {
		return []Part{{Text: key}}
	}
	out := make([]Part, 0, len(t))
	for _, p := range t {
		switch {
		case p.name == "":
			out = append(out, Part{Text: p.text, Bold: p.bold, Code: p.code})
		case p.forms != nil:
			n, _ := argument(args, p.name).(int)
			out = append(out, Part{Text: p.forms[l.plural(max(n, -n))], Bold: p.bold, Code: p.code})
		default:
			v := argument(args, p.name)
			out = append(out, Part{Text: fmt.Sprint(v), Bold: p.bold, Code: p.code, Value: v})
		}
	}
	return out
}

// Text is [Language.Parts] without style.
func (l *Language) Text(key string, args ...any) string {
	var b strings.Builder
	for _, p := range l.Parts(key, args...) {
		b.WriteString(p.Text)
	}
	return b.String()
}

func argument(args []any, name string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	return "?"
}

// Time is a moment to the minute with its zone: "3 Apr 2026 14:05 UTC".
func (l *Language) Time(at time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	at = at.In(zone)
	month := strings.Fields(l.Text("time.months"))[at.Month()-1]
	return l.Text("time.stamp", "day", at.Day(), "month", month, "year", at.Year(), "clock", at.Format("15:04 MST"))
}

// Day is a date without its year, in as many characters as any other: "03 Apr".
func (l *Language) Day(at time.Time) string {
	return fmt.Sprintf("%02d %s", at.Day(), strings.Fields(l.Text("time.months-short"))[at.Month()-1])
}

// Weekday is the short name of a day of the week: "Mon".
func (l *Language) Weekday(d time.Weekday) string {
	return strings.Fields(l.Text("time.weekdays"))[(d+6)%7]
}

var units = []struct {
	key string
	d   time.Duration
}{{"time.days", 24 * time.Hour}, {"time.hours", time.Hour}, {"time.minutes", time.Minute}}

// Duration is a span in its two largest units, from minutes to days: "2 days 3 hours", "less than a minute".
func (l *Language) Duration(d time.Duration) string {
	var words []string
	for _, u := range units {
		n := int(d / u.d)
		if n <= 0 {
			if len(words) > 0 {
				break // "2 days 5 minutes" is more than anybody asks
			}
			continue
		}
		d -= time.Duration(n) * u.d
		if words = append(words, l.Text(u.key, "n", n)); len(words) == 2 {
			break
		}
	}
	if len(words) == 0 {
		return l.Text("time.moment")
	}
	return strings.Join(words, " ")
}

// Ago is a past span in its largest unit: "5 minutes ago", "just now".
func (l *Language) Ago(d time.Duration) string {
	for _, u := range units {
		if n := int(d / u.d); n > 0 {
			return l.Text("time.ago", "span", l.Text(u.key, "n", n))
		}
	}
	return l.Text("time.now")
}
