package locale

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCatalogues holds every catalogue against the English one: the same keys, with the same placeholders.
func TestCatalogues(t *testing.T) {
	names := func(p template) []string {
		set := map[string]bool{}
		for _, x := range p {
			if x.name != "" {
				set[x.name] = true
			}
		}
		return slices.Sorted(maps.Keys(set))
	}
	want := For(Default).texts
	for _, code := range Languages() {
		got := For(code).texts
		if For(code).Code() != code {
			t.Errorf("the language of %q is %q", code, For(code).Code())
		}
		for key := range got {
			if _, ok := want[key]; !ok {
				t.Errorf("%s: %q is not in the English catalogue", code, key)
			}
		}
		for key, w := range want {
			g, ok := got[key]
			switch {
			case !ok:
				t.Errorf("%s: %q is missing", code, key)
			case !slices.Equal(names(g), names(w)):
				t.Errorf("%s: %q has the placeholders %v, want %v", code, key, names(g), names(w))
			case For(code).Text(key) == "" || strings.TrimSpace(For(code).Text(key)) != For(code).Text(key):
				t.Errorf("%s: %q is empty or has spaces at its ends", code, key)
			}
		}
		if n := len(strings.Fields(For(code).Text("time.months"))); n != 12 {
			t.Errorf("%s: %d months", code, n)
		}
	}
}

func TestFor(t *testing.T) {
	for tag, want := range map[string]string{"": "en", "en": "en", "ru": "ru", "ru-RU": "ru", "RU_kz": "ru", "rus": "en", "be": "en", "zh-hans": "en", "-": "en", "\x00": "en"} {
		if got := For(tag).Code(); got != want {
			t.Errorf("the language of %q is %s, want %s", tag, got, want)
		}
	}
}

func TestPlurals(t *testing.T) {
	for code, want := range map[string]string{
		"en": "0 hours, 1 hour, 2 hours, 5 hours, 11 hours, 21 hours, 22 hours, 111 hours, 112 hours, 1001 hours",
		"ru": "0 часов, 1 час, 2 часа, 5 часов, 11 часов, 21 час, 22 часа, 111 часов, 112 часов, 1001 час",
	} {
		var got []string
		for _, n := range []int{0, 1, 2, 5, 11, 21, 22, 111, 112, 1001} {
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
	for code, want := range map[string][2]string{"en": {"3 May 2026 21:04 UTC", "4 May 2026 02:04 +05"}, "ru": {"3 мая 2026 21:04 UTC", "4 мая 2026 02:04 +05"}} {
		if got := For(code).Time(at, nil); got != want[0] {
			t.Errorf("%s: %s", code, got)
		}
		if got := For(code).Time(at, almaty); got != want[1] {
			t.Errorf("%s: %s", code, got)
		}
	}
	const day = 24 * time.Hour
	for _, tt := range []struct {
		d                    time.Duration
		en, ru, agoEN, agoRU string
	}{
		{-time.Hour, "less than a minute", "меньше минуты", "just now", "только что"},
		{59 * time.Second, "less than a minute", "меньше минуты", "just now", "только что"},
		{time.Minute, "1 minute", "1 минуту", "1 minute ago", "1 минуту назад"},
		{3*time.Hour + 22*time.Minute, "3 hours 22 minutes", "3 часа 22 минуты", "3 hours ago", "3 часа назад"},
		{2*day + 5*time.Minute, "2 days", "2 дня", "2 days ago", "2 дня назад"},
		{21*day + 11*time.Hour + time.Minute, "21 days 11 hours", "21 день 11 часов", "21 days ago", "21 день назад"},
	} {
		en, ru := For("en"), For("ru")
		if got := [4]string{en.Duration(tt.d), ru.Duration(tt.d), en.Ago(tt.d), ru.Ago(tt.d)}; got != [4]string{tt.en, tt.ru, tt.agoEN, tt.agoRU} {
			t.Errorf("%v: %q", tt.d, got)
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
