package locale

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// TestCatalogues holds every catalogue against the English one: the same keys, with the same placeholders, lines, styles, commands and signs.
func TestCatalogues(t *testing.T) {
	want := For(Default).texts
	for _, code := range Languages() {
		l := For(code)
		if l.Code() != code {
			t.Errorf("the language of %q is %q", code, l.Code())
		}
		for key := range l.texts {
			if _, ok := want[key]; !ok {
				t.Errorf("%s: %q is not in the English catalogue", code, key)
			}
		}
		for key, w := range want {
			g, ok := l.texts[key]
			if !ok {
				t.Errorf("%s: %q is missing", code, key)
				continue
			}
			if text := l.Text(key); text == "" || strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
				t.Errorf("%s: %q is empty, or has spaces at its ends or two in a row", code, key)
			}
			for i, what := range traits {
				if got, want := what.of(g), what.of(w); got != want {
					t.Errorf("%s: %q has the %s %s, want %s", code, key, traits[i].name, got, want)
				}
			}
		}
		for _, key := range []string{"time.months", "time.months-short"} {
			if n := len(strings.Fields(l.Text(key))); n != 12 {
				t.Errorf("%s: %d %s", code, n, key)
			}
		}
		if n := len(strings.Fields(l.Text("time.weekdays"))); n != 7 {
			t.Errorf("%s: %d time.weekdays", code, n)
		}
		for _, m := range strings.Fields(l.Text("time.months-short")) {
			if n := utf8.RuneCountInString(m); n != 3 {
				t.Errorf("%s: %q is not as wide as the other months", code, m)
			}
		}
		for key := range l.texts {
			if n := utf8.RuneCountInString(l.Text(key)); onButton(key) && n > 30 {
				t.Errorf("%s: %q has %d characters, too many for a button", code, key, n)
			}
		}
	}
	if len(want) < 100 {
		t.Errorf("only %d texts", len(want))
	}
}

// onButton reports whether the text under key stands on a button.
func onButton(key string) bool {
	return strings.HasPrefix(key, "button.") && key != "button.stale" || slices.Contains([]string{"forget.yes", "forget.no", "feedback.wrong-person",
		"feedback.off-topic", "feedback.old-news", "lang.own", "lang.auto", "alert.open", "alert.story", "alert.why", "alert.mute"}, key)
}

// traits are what a translation has in common with its original.
var traits = []struct {
	name string
	of   func(template) string
}{
	{"placeholders", func(t template) string {
		set := map[string]bool{}
		for _, p := range t {
			if p.name != "" {
				set[p.name] = true
			}
		}
		return fmt.Sprint(slices.Sorted(maps.Keys(set)))
	}},
	{"lines", func(t template) string { return fmt.Sprint(1 + strings.Count(words(t), "\n")) }},
	{"styles", func(t template) string { // runs of bold and of code
		bold, code := 0, 0
		var last piece
		for _, p := range t {
			if p.bold && !last.bold {
				bold++
			}
			if p.code && !last.code {
				code++
			}
			last = p
		}
		return fmt.Sprintf("%d bold, %d code", bold, code)
	}},
	{"commands", func(t template) string {
		return fmt.Sprint(slices.Sorted(slices.Values(regexp.MustCompile(`/[a-z]+`).FindAllString(words(t), -1))))
	}},
	{"signs", func(t template) string {
		var signs []string
		for _, r := range words(t) {
			if unicode.In(r, unicode.So) {
				signs = append(signs, string(r))
			}
		}
		slices.Sort(signs)
		return fmt.Sprint(signs)
	}},
}

// words are what a template says by itself.
func words(t template) string {
	var b strings.Builder
	for _, p := range t {
		switch {
		case p.name == "":
			b.WriteString(p.text)
		case p.forms != nil:
			b.WriteString(" " + strings.Join(p.forms, " ") + " ")
		default:
			b.WriteString("{}") // no letter, no space
		}
	}
	return b.String()
}

// alphabets are the letters of each language, in lower case: of Belarusian without the letters of the spelling of 1918 (ґ), of Kazakh with the eleven
// that it has for foreign words.
var alphabets = map[string]string{
	"en": "abcdefghijklmnopqrstuvwxyz",
	"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
	"be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя’",
	"uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя’",
	"kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
}

// spelled finds words, an apostrophe of either kind within them.
var spelled = regexp.MustCompile(`\p{L}+(?:['’]\p{L}+)*`)

// strangers are the words that do not belong in a text: with letters that the language does not have, or Latin ones that the English text has not.
func strangers(code, text, english string) (found []string) {
	known := spelled.FindAllString(strings.ToLower(english), -1)
	for _, w := range spelled.FindAllString(text, -1) {
		low := strings.ToLower(w)
		own := strings.IndexFunc(low, func(r rune) bool { return !strings.ContainsRune(alphabets[code], r) }) < 0
		if !own && !slices.Contains(known, low) {
			found = append(found, w)
		}
	}
	return found
}

// TestLetters: a Latin letter that looks like a Cyrillic one, or a Russian letter in Ukrainian, reads well and is never found by search.
func TestLetters(t *testing.T) {
	for _, code := range Languages() {
		for key, x := range For(code).texts {
			text := words(x)
			if code == Default {
				text = strings.ReplaceAll(text, "санкции", "") // an example of a query in two languages
			}
			known := words(For(Default).texts[key])
			for _, p := range x {
				if p.code { // what is to be typed
					known += " " + strings.Join(regexp.MustCompile(`[A-Za-z]+`).FindAllString(p.text, -1), " ")
				}
			}
			if bad := strangers(code, text, known); bad != nil {
				t.Errorf("%s: %q has the words %q", code, key, bad)
			}
			for _, p := range x {
				if code != Default && !p.code && strings.ContainsAny(p.text, `"'“”`) {
					t.Errorf("%s: %q has quotation marks or an apostrophe of another language: %s", code, key, p.text)
				}
			}
			if bad := shortU.FindString(strings.ToLower(text)); code == "be" && bad != "" {
				t.Errorf("be: %q: у and ў in %q", key, bad)
			}
		}
	}
	for _, tt := range []struct{ code, text, want string }{
		{"be", "адзін i два", "[i]"}, {"be", "спiс", "[спiс]"}, {"be", "список", "[список]"}, {"be", "сям'я і сям’я", "[сям'я]"}, {"be", "щит", "[щит]"},
		{"uk", "списoк", "[списoк]"}, {"uk", "это ёлка", "[это ёлка]"}, {"uk", "об’єднаний", "[]"}, {"uk", "ў", "[ў]"}, {"kk", "ұйым їжак", "[їжак]"},
		{"ru", "Vestnik список", "[]"}, {"ru", "vestniк", "[vestniк]"}, {"en", "naïve", "[naïve]"}, {"kk", "жазылым Vestnik", "[]"},
	} {
		if got := fmt.Sprint(strangers(tt.code, tt.text, "Vestnik")); got != tt.want {
			t.Errorf("%s: %q has %s, want %s", tt.code, tt.text, got, tt.want)
		}
	}
	for text, wrong := range map[string]bool{"чаты у спісе": true, "чат ў спісе": true, "чаты ў спісе": false, "чат у спісе": false, "чаты, у спісе": false, "не удалося": true,
		"пра усё": true, "пра ўсё": false, "{} ў": true, "{} у": true} {
		if got := shortU.MatchString(text); got != wrong {
			t.Errorf("be: %q is wrong: %v", text, got)
		}
	}
}

// shortU finds у right behind a vowel, ў right behind anything else, and either behind a placeholder, whose end nobody knows.
var shortU = regexp.MustCompile(`[аеёіоуыэюя][ -]?у|(?:^|[^аеёіоуыэюя -])[ -]?ў|\{\} [уў]`)

// TestTranslated finds texts that were taken over from another catalogue as they are.
func TestTranslated(t *testing.T) {
	for _, code := range Languages() {
		for _, other := range Languages() {
			for key, x := range For(code).texts {
				letters := 0 // of other scripts: what is in Latin letters is to be typed
				for _, r := range words(x) {
					if r > unicode.MaxLatin1 && unicode.IsLetter(r) {
						letters++
					}
				}
				if code < other && letters > 14 && words(x) == words(For(other).texts[key]) {
					t.Errorf("%q is the same in %s and %s: %s", key, code, other, words(x))
				}
			}
		}
	}
}

func TestFor(t *testing.T) {
	for tag, want := range map[string]string{"": "en", "en": "en", "ru": "ru", "ru-RU": "ru", "RU_kz": "ru", "rus": "en", "zh-hans": "en", "-": "en", "\x00": "en",
		"be": "be", "BE": "be", "be-tarask": "be", "be-BY": "be", "be@latin": "en", "uk": "uk", "uk-UA": "uk", "UK_ua": "uk", "ua": "en", "kk": "kk", "kk-Cyrl": "kk", "kk-Cyrl-KZ": "kk",
		"KK-KZ": "kk", "kz": "en", "uz": "en", "ky": "en", "tg": "en", "az": "en", "hy": "en", "ka": "en", "ro-MD": "en", "pl": "en", "be ": "en"} {
		if got := For(tag).Code(); got != want {
			t.Errorf("the language of %q is %s, want %s", tag, got, want)
		}
	}
}

func TestAll(t *testing.T) {
	var got []string
	for _, l := range All() {
		got = append(got, l.Code()+" "+l.Name())
	}
	if want := []string{"en English", "be Беларуская", "ru Русский", "uk Українська", "kk Қазақша"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Languages(); !slices.Equal(got, []string{"en", "be", "ru", "uk", "kk"}) {
		t.Errorf("codes %v", got)
	}
}

func TestPlurals(t *testing.T) {
	for code, want := range map[string]string{
		"en": "0 hours, 1 hour, 2 hours, 5 hours, 11 hours, 21 hours, 22 hours, 25 hours, 101 hours, 111 hours, 112 hours, 1001 hours",
		"ru": "0 часов, 1 час, 2 часа, 5 часов, 11 часов, 21 час, 22 часа, 25 часов, 101 час, 111 часов, 112 часов, 1001 час",
		"be": "0 гадзін, 1 гадзіну, 2 гадзіны, 5 гадзін, 11 гадзін, 21 гадзіну, 22 гадзіны, 25 гадзін, 101 гадзіну, 111 гадзін, 112 гадзін, 1001 гадзіну",
		"uk": "0 годин, 1 годину, 2 години, 5 годин, 11 годин, 21 годину, 22 години, 25 годин, 101 годину, 111 годин, 112 годин, 1001 годину",
		"kk": "0 сағат, 1 сағат, 2 сағат, 5 сағат, 11 сағат, 21 сағат, 22 сағат, 25 сағат, 101 сағат, 111 сағат, 112 сағат, 1001 сағат",
	} {
		var got []string
		for _, n := range []int{0, 1, 2, 5, 11, 21, 22, 25, 101, 111, 112, 1001} {
			got = append(got, For(code).Text("time.hours", "n", n))
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s\nwant %s", code, s, want)
		}
	}
}

func TestTimes(t *testing.T) {
	almaty := time.FixedZone("+05", 5*3600)
	at := time.Date(2026, 5, 3, 21, 4, 59, 0, time.UTC)
	for code, want := range map[string][3]string{
		"en": {"3 May 2026 21:04 UTC", "4 May 2026 02:04 +05", "03 May"},
		"ru": {"3 мая 2026 21:04 UTC", "4 мая 2026 02:04 +05", "03 мая"},
		"be": {"3 мая 2026 21:04 UTC", "4 мая 2026 02:04 +05", "03 мая"},
		"uk": {"3 трав. 2026 21:04 UTC", "4 трав. 2026 02:04 +05", "03 тра"},
		"kk": {"2026 ж. 3 мам. 21:04 UTC", "2026 ж. 4 мам. 02:04 +05", "03 мам"},
	} {
		if got := [3]string{For(code).Time(at, nil), For(code).Time(at, almaty), For(code).Day(at)}; got != want {
			t.Errorf("%s: %q", code, got)
		}
	}
	const day = 24 * time.Hour
	for _, tt := range []struct {
		d    time.Duration
		want map[string]string // the span, and how long ago it was
	}{
		{-time.Hour, map[string]string{"en": "less than a minute, just now", "ru": "меньше минуты, только что", "be": "менш за хвіліну, толькі што", "uk": "менше хвилини, щойно",
			"kk": "бір минуттан аз, жаңа ғана"}},
		{59 * time.Second, map[string]string{"en": "less than a minute, just now", "ru": "меньше минуты, только что"}},
		{time.Minute, map[string]string{"en": "1 minute, 1 minute ago", "ru": "1 минуту, 1 минуту назад", "be": "1 хвіліну, 1 хвіліну таму", "uk": "1 хвилину, 1 хвилину тому",
			"kk": "1 минут, 1 минут бұрын"}},
		{3*time.Hour + 22*time.Minute, map[string]string{"en": "3 hours 22 minutes, 3 hours ago", "ru": "3 часа 22 минуты, 3 часа назад", "be": "3 гадзіны 22 хвіліны, 3 гадзіны таму",
			"uk": "3 години 22 хвилини, 3 години тому", "kk": "3 сағат 22 минут, 3 сағат бұрын"}},
		{2*day + 5*time.Minute, map[string]string{"en": "2 days, 2 days ago", "ru": "2 дня, 2 дня назад", "be": "2 дні, 2 дні таму", "uk": "2 дні, 2 дні тому", "kk": "2 күн, 2 күн бұрын"}},
		{21*day + 11*time.Hour + time.Minute, map[string]string{"en": "21 days 11 hours, 21 days ago", "ru": "21 день 11 часов, 21 день назад", "be": "21 дзень 11 гадзін, 21 дзень таму",
			"uk": "21 день 11 годин, 21 день тому", "kk": "21 күн 11 сағат, 21 күн бұрын"}},
	} {
		for code, want := range tt.want {
			if got := For(code).Duration(tt.d) + ", " + For(code).Ago(tt.d); got != want {
				t.Errorf("%s: %v: %q, want %q", code, tt.d, got, want)
			}
		}
	}
}

func TestParse(t *testing.T) {
	texts, err := parse("# remark\n\na.b: Press *{name}* or `x`,\n  {n} {n: one | more}: {name}\n", 2)
	if err != nil {
		t.Fatal(err)
	}
	l := &Language{code: "en", texts: texts, plural: plurals["en"].index}
	if got := l.Text("a.b", "n", 1, "name", "*{name}*"); got != "Press *{name}* or x,\n1 one: *{name}*" {
		t.Errorf("a value is taken for a text: %q", got)
	}
	parts := l.Parts("a.b", "n", -2, "name", "N")
	if !parts[1].Bold || parts[1].Value != "N" || !parts[3].Code || parts[len(parts)-3].Text != "more" {
		t.Errorf("parts %+v", parts)
	}
	if got := l.Text("a.b"); got != "Press ? or x,\n? more: ?" {
		t.Errorf("without values: %q", got)
	}
	stars, err := takeApart("*b* `0 9 * * {d}` *x*", 2)
	if err != nil || words(stars) != "b 0 9 * * {} x" || !stars[2].code || stars[2].bold || !stars[5].bold {
		t.Errorf("stars within code: %+v %v", stars, err)
	}
	if got := l.Text("no.such.key"); got != "no.such.key" {
		t.Errorf("without a text: %q", got)
	}
	for bad, want := range map[string]string{
		"  a":                      "line 1: goes on with nothing",
		"a: b\nsome words":         "line 2: no key",
		"a: b\na: c":               `line 2: "a" stands twice`,
		"a: {b":                    "a: a { without its }",
		"a: {}":                    "a: {} has no name",
		"a: {n: one|two|three|x}":  "a: {n: one|two|three|x} has 4 forms, not 2",
		"a: *bold\nb: not reached": "a: a * or ` is left open",
	} {
		if _, err := parse(bad, 2); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", bad, err, want)
		}
	}
}
