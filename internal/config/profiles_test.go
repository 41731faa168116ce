package config

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vestnik/internal/news"
)

func TestParseProfiles(t *testing.T) {
	const text = `# reviewed
profiles:
  - id: tokayev
    kind: person
    names:
      en: [Kassym-Jomart Tokayev, Tokayev]
      kk: ["Тоқаев", 'Қ. Тоқаев']
      cs: [Tokajev]           # a language without a grammar
      any: [no, 2019]
    keywords: {ru: [преемник^0.5]}
    context: {near: [Astana, Астана], words: 12}
    wikidata: Q1234
    seen:
      Tokayev: {"001": 7, 002: 1}
      "Tokaev: the man": {001: 2}
    from_memory:
      - Тоқаев
    rejected: {en: [Tokay]}
`
	want := []news.Profile{{
		ID: "tokayev", Kind: news.Person,
		Names: map[string][]string{
			"en": {"Kassym-Jomart Tokayev", "Tokayev"}, "kk": {"Тоқаев", "Қ. Тоқаев"}, "cs": {"Tokajev"}, "any": {"no", "2019"},
		},
		Keywords:   map[string][]string{"ru": {"преемник^0.5"}},
		Context:    news.Context{Near: []string{"Astana", "Астана"}, Words: 12},
		Wikidata:   "Q1234",
		Seen:       map[string]map[string]int{"Tokayev": {"001": 7, "002": 1}, "Tokaev: the man": {"001": 2}},
		FromMemory: []string{"Тоқаев"},
		Rejected:   map[string][]string{"en": {"Tokay"}},
	}}
	got, err := ParseProfiles([]byte(text), "profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}

	_, err = ParseProfiles([]byte("profiles:\n  - id: a\n    knd: person\n"), "p.yaml")
	if want := "p.yaml:2:5: profiles[0].kind: is missing\n" + `p.yaml:3:5: profiles[0].knd: unknown key; did you mean "kind"?`; err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestWriteProfiles holds testdata/write/NAME.want.yaml against NAME.yaml after edit.
func TestWriteProfiles(t *testing.T) {
	tokayev := news.Profile{ID: "tokayev", Kind: news.Person, Names: map[string][]string{
		"kk": {"Тоқаев"}, "en": {"Tokayev", "K. Tokayev"}, "any": {"no"}, "be": {"Такаеў"}}}
	for name, edit := range map[string]func([]news.Profile) []news.Profile{
		"new":       func([]news.Profile) []news.Profile { return []news.Profile{tokayev, {ID: "protest", Kind: news.Topic}} },
		"unchanged": slices.Clone[[]news.Profile],
		"reversed": func(p []news.Profile) []news.Profile {
			p = slices.Clone(p)
			slices.Reverse(p)
			return p
		},
		"added": func(p []news.Profile) []news.Profile { return append(slices.Clone(p), tokayev) },
		"changed": func(p []news.Profile) []news.Profile {
			p = slices.Clone(p)
			p[0].Names = map[string][]string{"en": {"CSTO", "Collective Security Treaty Organization"}, "ru": {"ОДКБ"}, "kk": {"ҰҚШҰ"}}
			p[0].Seen = map[string]map[string]int{"CSTO": {"001": 4}}
			p[1].Wikidata = ""
			p[1].Kind = news.Organisation
			return p
		},
		"removed": func(p []news.Profile) []news.Profile { return p[1:] },
		"flow": func(p []news.Profile) []news.Profile {
			p = slices.Clone(p)
			p[0].Names = map[string][]string{"ru": {"ОДКБ"}}
			return p
		},
		"emptied": func([]news.Profile) []news.Profile { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "write", name)
			existing, err := os.ReadFile(path + ".yaml")
			if err != nil && name != "new" {
				t.Fatal(err)
			}
			var old []news.Profile
			if len(existing) > 0 {
				if old, err = ParseProfiles(existing, path); err != nil {
					t.Fatal(err)
				}
			}
			got, err := WriteProfiles(existing, edit(old))
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(path+".want.yaml", got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(read(t, path+".want.yaml")); string(got) != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if (name == "unchanged" || name == "reversed") && string(got) != string(existing) {
				t.Error("nothing changed, yet the file did")
			}
			again, err := WriteProfiles(got, edit(old))
			if err != nil || string(again) != string(got) {
				t.Errorf("writing twice is not writing once: %v\n%s", err, again)
			}
		})
	}
}

func TestWriteProfilesRefuses(t *testing.T) {
	good := []news.Profile{{ID: "a", Kind: news.Person}}
	for name, c := range map[string]struct {
		existing string
		profiles []news.Profile
	}{
		"a broken file":  {"profiles:\n  - id: [", good},
		"unknown keys":   {"profiles:\n  - {id: a, kind: person, note: mine}", good},
		"repeated ids":   {"", append(slices.Clone(good), good...)},
		"no id":          {"", []news.Profile{{Kind: news.Person}}},
		"unknown kind":   {"", []news.Profile{{ID: "a", Kind: "river"}}},
		"an empty name":  {"", []news.Profile{{ID: "a", Kind: news.Person, Names: map[string][]string{"en": {""}}}}},
		"no such tongue": {"", []news.Profile{{ID: "a", Kind: news.Person, Names: map[string][]string{"xx": {"A"}}}}},
		"broken letters": {"", []news.Profile{{ID: "a", Kind: news.Person, Names: map[string][]string{"en": {"A\xff"}}}}},
	} {
		if out, err := WriteProfiles([]byte(c.existing), c.profiles); err == nil {
			t.Errorf("%s was written:\n%s", name, out)
		}
	}
}

var words = []string{
	"Tokayev", "Тоқаев", "Ціханоўская", "O'Brien", "no", "on", "null", "2026", "1e3", "0x1F", ".5", "-", "- a", "a: b", "a #b", "#tag", "@minsk", "&x", "*y", "!z",
	"[a]", "{b}", "a, b", `"quoted"`, `back\slash`, "tab\there", "line\nbreak", "פוטין", "🙂", "é", "и\u0306", "a\u2028b", "\u200f", "%", "`", "?", "? a", "a:", "~", "=", "<<", "---", "...",
	"Жінка", "ОДКБ", "Y", "true", "Ё-моё", "Łukaszenka", " a", "a ", "\x01", "a\u0085b", "a\u00a0b", "ʼ", "Сергій Кір’янов", "A/B", "12:30:45", "2001-12-14", "|", ">", "'", "''",
}

func randomProfiles(r *rand.Rand) []news.Profile {
	list := func() []string {
		var out []string
		for range 1 + r.IntN(4) {
			out = append(out, words[r.IntN(len(words))])
		}
		return out
	}
	byLanguage := func() map[string][]string {
		m := map[string][]string{}
		for _, l := range append([]string{"any", "no"}, news.Languages...) {
			if r.IntN(4) == 0 {
				m[l] = list()
			}
		}
		return m
	}
	var ps []news.Profile
	for _, id := range r.Perm(8)[:r.IntN(8)] {
		p := news.Profile{ID: fmt.Sprintf("p%d", id), Kind: news.Kinds[r.IntN(len(news.Kinds))], Names: byLanguage(), Keywords: byLanguage(), Rejected: byLanguage()}
		if r.IntN(2) == 0 {
			p.Context = news.Context{Near: list(), Words: r.IntN(3)}
		}
		if r.IntN(3) == 0 {
			p.Context.NotNear, p.Nested = list(), true
		}
		if r.IntN(3) == 0 {
			p.Context.NotIn = list()
		}
		if r.IntN(2) == 0 {
			p.Wikidata = words[r.IntN(len(words))]
			p.FromMemory = list()
			p.Seen = map[string]map[string]int{}
			for _, name := range list() {
				p.Seen[name] = map[string]int{words[r.IntN(len(words))]: 1 + r.IntN(9), "001": 1}
			}
		}
		ps = append(ps, p)
	}
	return ps
}

// TestWriteProfilesRoundTrip writes random profiles, then others over them, and reads both back.
func TestWriteProfilesRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		var file []byte
		for range 3 {
			want := randomProfiles(r)
			out, err := WriteProfiles(file, want)
			if err != nil {
				t.Fatalf("run %d: %v\nover\n%s", n, err, file)
			}
			got, err := ParseProfiles(out, "out")
			if err != nil {
				t.Fatalf("run %d: %v\n%s", n, err, out)
			}
			byID := map[string]news.Profile{}
			for _, p := range got {
				byID[p.ID] = p
			}
			if len(got) != len(want) {
				t.Fatalf("run %d: %d profiles, want %d\n%s", n, len(got), len(want), out)
			}
			for _, p := range want {
				if !reflect.DeepEqual(byID[p.ID], tidy(p)) {
					t.Fatalf("run %d: got\n%+v\nwant\n%+v\nin\n%s", n, byID[p.ID], p, out)
				}
			}
			// A person's comments between runs.
			file = []byte(strings.Replace("# mine\n"+string(out), "    kind:", "    # why\n    kind:", 1))
		}
	}
}

func FuzzParseProfiles(f *testing.F) {
	f.Add(read(f, "testdata/profiles.yaml"))
	f.Add(read(f, "testdata/write/changed.yaml"))
	f.Add(read(f, "testdata/write/flow.yaml"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ps, err := ParseProfiles(data, "fuzz")
		if err != nil {
			return
		}
		same, err := WriteProfiles(data, ps)
		if err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		if again, err := ParseProfiles(same, "again"); err != nil || len(again) != len(ps) {
			t.Fatalf("written but not read: %v\n%s", err, same)
		}
		if len(ps) > 1 {
			if _, err := WriteProfiles(data, ps[1:]); err != nil {
				t.Fatalf("one removed: %v", err)
			}
		}
	})
}

func manyProfiles(n int) []byte {
	var b strings.Builder
	b.WriteString("profiles:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - id: w%05d\n    kind: person\n    names:\n      ru: [\"Касым-Жомарт Токаев %d\", \"Токаев %d\"]\n      en: [\"Tokayev %d\"]\n", i, i, i, i)
	}
	return []byte(b.String())
}

func BenchmarkParseProfiles2000(b *testing.B) {
	data := manyProfiles(2000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if ps, err := ParseProfiles(data, "bench"); err != nil || len(ps) != 2000 {
			b.Fatal(len(ps), err)
		}
	}
}

// TestTopicProfile: a topic's threshold and what was proposed for it are read, written as a person reads them, and read back.
func TestTopicProfile(t *testing.T) {
	const text = `profiles:
  - id: strike
    kind: topic
    keywords:
      ru: [забастовка, "=ОВЦ^0.45"]
      kk: ["ереуіл^0.9"]
    threshold: 1.25
    seen:
      "=ОВЦ": {a: 2}
      забастовка: {a: 1, b: 3}
    rejected:
      ru: [поезд]
    proposed:
      threshold: 1.4
      keywords:
        ru: [забастовка, "=ОВЦ^0.3"]
`
	want := []news.Profile{{
		ID: "strike", Kind: news.Topic, Threshold: 1.25,
		Keywords: map[string][]string{"ru": {"забастовка", "=ОВЦ^0.45"}, "kk": {"ереуіл^0.9"}},
		Seen:     map[string]map[string]int{"=ОВЦ": {"a": 2}, "забастовка": {"a": 1, "b": 3}},
		Rejected: map[string][]string{"ru": {"поезд"}},
		Proposed: news.Proposed{Threshold: 1.4, Keywords: map[string][]string{"ru": {"забастовка", "=ОВЦ^0.3"}}},
	}}
	got, err := ParseProfiles([]byte(text), "p.yaml")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v\ngot  %+v\nwant %+v", err, got, want)
	}
	written, err := WriteProfiles(nil, want)
	if err != nil || string(written) != text {
		t.Errorf("%v, written\n%s", err, written)
	}
	// One weight changes: the comment and the other lines stay.
	commented := strings.Replace(text, "    threshold: 1.25", "    # louder than proposed\n    threshold: 1.25", 1)
	want[0].Keywords["kk"] = []string{"ереуіл"}
	out, err := WriteProfiles([]byte(commented), want)
	if err != nil || string(out) != strings.Replace(commented, `["ереуіл^0.9"]`, "[ереуіл]", 1) {
		t.Errorf("%v, written\n%s", err, out)
	}
	for in, want := range map[string]string{
		"threshold: 0":             `p.yaml:4:16: profiles[0].threshold: 0 would let everything through: a threshold is above 0`,
		"threshold: лот":           `p.yaml:4:16: profiles[0].threshold: "лот" is not a number`,
		"proposed: {treshold: 1}":  `p.yaml:4:16: profiles[0].proposed.treshold: unknown key; did you mean "threshold"?`,
		"proposed: {keywords: []}": `p.yaml:4:26: profiles[0].proposed.keywords: expected lists by language, like {ru: [...], any: [...]}, found a list`,
	} {
		if _, err := ParseProfiles([]byte("profiles:\n  - id: t\n    kind: topic\n    "+in+"\n"), "p.yaml"); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", in, err, want)
		}
	}
}

func TestWriteProfilesWrapsLongLists(t *testing.T) {
	names := make([]string, 40)
	for i := range names {
		names[i] = fmt.Sprintf("Тоқаев %d 🚨", i)
	}
	p := news.Profile{ID: "x", Kind: news.Person, Names: map[string][]string{"kk": names}, FromMemory: names}
	data, err := WriteProfiles([]byte("profiles:\n  - id: x\n    kind: person\n    names:\n      kk: [Тоқаев 0] # reviewed\n    from_memory:\n      [a,\n        b]\n"), []news.Profile{p})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if utf8.RuneCountInString(line) > lineWidth+len("# reviewed") {
			t.Errorf("%d characters: %s", utf8.RuneCountInString(line), line)
		}
	}
	if got, err := ParseProfiles(data, "x"); err != nil || !reflect.DeepEqual(got, []news.Profile{p}) || !strings.Contains(string(data), "# reviewed") {
		t.Errorf("%v\n%s", err, data)
	}
	p.Kind = news.Topic
	again, err := WriteProfiles(data, []news.Profile{p})
	if want := strings.Replace(string(data), "kind: person", "kind: topic", 1); err != nil || string(again) != want {
		t.Errorf("%v: a list that did not change is written anew\n%s", err, again)
	}
}
