package text

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSpellings reads testdata/spelling/*.txt: "word from to : spellings !non-spellings", one word a line.
func TestSpellings(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "spelling", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		sc := bufio.NewScanner(f)
		for n := 1; sc.Scan(); n++ {
			line, _, _ := strings.Cut(sc.Text(), "#")
			if strings.TrimSpace(line) == "" {
				continue
			}
			ask, want, ok := strings.Cut(line, ":")
			a := strings.Fields(ask)
			if !ok || len(a) != 3 {
				t.Fatalf("%s:%d: want «word from to : spellings», got %q", file, n, line)
			}
			got := Spellings(a[0], a[1], a[2])
			for _, w := range strings.Fields(want) {
				w, not := strings.CutPrefix(w, "!")
				if slices.Contains(got, Fold(w)) == not {
					t.Errorf("%s:%d: %q among the spellings of %s: %v, want %v: %v", file, n, Fold(w), ask, not, !not, got)
				}
			}
		}
	}
}

func TestSpellingsNone(t *testing.T) {
	for _, c := range [][3]string{
		{"", "any", "ru"}, {"2026", "any", "ru"}, {"🚀", "any", "ru"}, {"محمد", "any", "ru"}, {"習近平", "any", "ru"}, {"Johnson", "en", "xx"}, {"Johnson", "xx", "ru"},
		{"Токаев", "ru", "ru"}, {"A", "en", "ru"}, {strings.Repeat("a", 50), "en", "ru"}, {"Johnson", "ru", "uk"}, {"Токаев", "en", "ru"}, {"\xff\xfe", "any", "uk"},
		{"G20", "any", "ru"},
	} {
		if got := Spellings(c[0], c[1], c[2]); got != nil {
			t.Errorf("Spellings(%q, %q, %q) = %q, want none", c[0], c[1], c[2], got)
		}
	}
}

// A letter of the other script, capitals, stress marks and apostrophes change nothing.
func TestSpellingsFolds(t *testing.T) {
	for _, c := range [][2]string{{"Токаев", "Tокаев"}, {"Токаев", "ТОКАЕВ"}, {"Токаев", "Тока́ев"}, {"Łukaszenka", "ŁUKASZENKA"}, {"Čaputová", "Čaputová"}} {
		for _, to := range []string{"uk", "be", "en"} {
			if a, b := Spellings(c[0], "any", to), Spellings(c[1], "any", to); !slices.Equal(a, b) || len(a) == 0 {
				t.Errorf("to %s: %q gives %q, %q gives %q", to, c[0], a, c[1], b)
			}
		}
	}
}

func TestParseRewritesFaults(t *testing.T) {
	for data, want := range map[string]string{
		"аб":           "want «letters > letters»",
		"(а > б":       "an open (",
		"[аб(в) > г":   "an open [",
		"<V>(а) > б":   `no class "V"`,
		"а[б] > в":     "context stands outside",
		"а > б в":      "is no spelling",
		"а > | б":      "the first spelling is missing",
		"() > а":       "matches nothing",
		"а > б\n\n\n.": "line 4",
	} {
		if _, err := parseRewrites(data, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
	if _, err := parseRewrites("а > pl", true); err == nil {
		t.Error("a vote without points passes")
	}
}

func FuzzSpellings(f *testing.F) {
	for _, s := range []string{"Johnson", "Łukaszenka", "Тоқаев", "щщщщщщщщщщщщщщщщщщщщщщщщщщщщщщщщщ", "Лукашэнка", "Merkelová", "Tокаев", "🚀", "\xff", "ааъ", "llllssssnnnnttttt", "İstanbul"} {
		f.Add(s)
	}
	s := spellings()
	f.Fuzz(func(t *testing.T, word string) {
		for to := range s.to {
			for _, from := range []string{"any", "en", "pl", "ru", "be", "slav", to} {
				got := Spellings(word, from, to)
				if len(got) > maxSpellings {
					t.Fatalf("%d spellings of %q", len(got), word)
				}
				for i, g := range got {
					if g == "" || g != Fold(g) || g == Fold(word) || slices.Contains(got[:i], g) {
						t.Fatalf("Spellings(%q, %q, %q) = %q: %q is empty, not folded, the word itself or there twice", word, from, to, got, g)
					}
					for _, r := range g {
						if scriptOf(r) != targetScript(to) {
							t.Fatalf("Spellings(%q, %q, %q) has %q", word, from, to, g)
						}
					}
				}
			}
		}
	})
}

func BenchmarkSpellings(b *testing.B) {
	words := []string{"Johnson", "Łukaszenka", "Тоқаев", "Лукашэнка", "Merkelová", "Токаев", "Schröder", "Zelenskyy", "Медведев", "Macron"}
	targets := []string{"ru", "uk", "be", "kk", "en", "pl", "de", "fr"}
	spellings()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		Spellings(words[n%len(words)], "any", targets[n/len(words)%len(targets)])
		n++
	}
}

// The longest word, every letter of which may be written in several ways, costs no more than its length.
func BenchmarkSpellingsLongest(b *testing.B) {
	word := strings.Repeat("аллиде", maxWord/6)
	b.ReportAllocs()
	for b.Loop() {
		Spellings(word, "any", "be")
	}
}

type nameLists struct {
	phrases []string
	lemmas  map[string]bool // last words of the gold lemmas, folded
}

// TestSpellingsNewspapers measures on labelled news, when they are at hand: the share of persons whose gold surname is among the spellings.
func TestSpellingsNewspapers(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "eval")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no labelled news here")
	}
	for _, lang := range []string{"ru", "uk", "bg"} {
		for task, least := range map[string]float64{"C_latin": .8, "C_cyr": .85} {
			persons := personNames(t, dir, lang, task)
			found, words, spelled := 0, 0, 0
			for _, p := range persons {
				ok := false
				var tried []string
				for _, phrase := range p.phrases {
					f := strings.Fields(phrase)
					surname := f[len(f)-1]
					got := Spellings(surname, "any", lang)
					words, spelled = words+1, spelled+len(got)
					tried = append(tried, got...)
					for _, g := range append(got, Fold(surname)) {
						ok = ok || p.lemmas[g]
					}
				}
				if ok {
					found++
				} else if testing.Verbose() {
					t.Logf("%s %s: %q wants %v, has %v", lang, task, p.phrases, p.lemmas, tried)
				}
			}
			share := float64(found) / float64(len(persons))
			t.Logf("%s %s: %d of %d persons found (%.3f), %.2f spellings a word", lang, task, found, len(persons), share, float64(spelled)/float64(words))
			if share < least {
				t.Errorf("%s %s: %.3f of the persons found, want %.2f", lang, task, share, least)
			}
		}
	}
}

func personNames(t *testing.T, dir, lang, task string) []nameLists {
	last := func(s string) string {
		f := strings.Fields(s)
		return Fold(f[len(f)-1])
	}
	lemmas := map[string]map[string]bool{}
	for line := range jsonLines(t, filepath.Join(dir, "gold", "slavicner_"+lang+".jsonl")) {
		for _, g := range line.Gold {
			if g.Type == "PER" && g.Lemma != "" {
				id := strings.ToLower(g.EntityID)
				if lemmas[id] == nil {
					lemmas[id] = map[string]bool{}
				}
				lemmas[id][last(g.Lemma)] = true
			}
		}
	}
	var out []nameLists
	for line := range jsonLines(t, filepath.Join(dir, "watch", "slavicner_"+lang+"."+task+".jsonl")) {
		if line.Type == "PER" {
			out = append(out, nameLists{line.Phrases, lemmas[strings.ToLower(line.EntityID)]})
		}
	}
	return out
}

type jsonLine struct {
	EntityID string `json:"entity_id"`
	Type     string
	Phrases  []string
	Gold     []struct {
		Lemma, Type string
		EntityID    string `json:"entity_id"`
	}
}

func jsonLines(t *testing.T, file string) func(func(jsonLine) bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(jsonLine) bool) {
		for line := range strings.Lines(string(data)) {
			var l jsonLine
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			if !yield(l) {
				return
			}
		}
	}
}
