package text

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// inflectedCodes are the languages that have endings: those of Codes, and those that texts are not recognised in.
func inflectedCodes() []string { return slices.Sorted(maps.Keys(languages().by)) }

// Data for endings alone must not make a language an answer of Detect.
func TestCodesAreRecognised(t *testing.T) {
	for _, code := range []string{"tr", "kk-latn", "be-latn"} {
		if slices.Contains(Codes(), code) || !slices.Contains(inflectedCodes(), code) {
			t.Errorf("%s: recognised %v, inflected %v", code, slices.Contains(Codes(), code), slices.Contains(inflectedCodes(), code))
		}
	}
	if got := len(Codes()); got != 10 {
		t.Errorf("%d languages are recognised: %v", got, Codes())
	}
}

// TestForms reads testdata/forms/<language>.txt: "lemma : forms !non-forms", one lemma a line.
func TestForms(t *testing.T) {
	for _, code := range inflectedCodes() {
		f, err := os.Open(filepath.Join("testdata", "forms", code+".txt"))
		if err != nil {
			t.Fatalf("every language has examples: %v", err)
		}
		defer f.Close()
		sc := bufio.NewScanner(f)
		for sc.Scan() {
			line, _, _ := strings.Cut(sc.Text(), "#")
			lemma, forms, ok := strings.Cut(line, ":")
			if !ok {
				continue
			}
			lemma = strings.TrimSpace(lemma)
			var got []string
			for _, x := range Forms(lemma, code) {
				got = append(got, x.Fold)
			}
			for _, want := range strings.Fields(forms) {
				want, not := strings.CutPrefix(want, "!")
				if slices.Contains(got, Fold(want)) == not {
					t.Errorf("%s: %q among the forms of %q: %v, want %v", code, want, lemma, not, !not)
				}
			}
			if slices.Sort(got); len(slices.Compact(got)) != len(got) {
				t.Errorf("%s: a form of %q stands twice", code, lemma)
			}
		}
	}
}

func TestFormsLeavesAlone(t *testing.T) {
	for _, c := range []struct{ word, code string }{
		{"о", "ru"}, {"и", "ru"}, {"2026", "ru"}, {"К", "ru"}, {"🚀", "ru"}, {"Токаев", "xx"}, {"", "ru"}, {"محمد", "ru"}, {"the", "en"},
	} {
		if got := Forms(c.word, c.code); len(got) != 1 {
			t.Errorf("Forms(%q, %q) = %v, want the word alone", c.word, c.code, got)
		}
	}
}

func TestIsAcronym(t *testing.T) {
	for word, want := range map[string]bool{"ОДКБ": true, "NATO": true, "ҰҚШҰ": true, "G20": false, "Нато": false, "К": false, "СНГ-2": false, "": false, "EU": true} {
		if got := IsAcronym(word); got != want {
			t.Errorf("IsAcronym(%q) = %v", word, got)
		}
	}
}

func TestParseLanguageFaults(t *testing.T) {
	for data, want := range map[string]string{
		"а б":                                        "outside a section",
		"[endings]\nабв":                             "want «end : forms»",
		"[endings]\n[аб- : а":                        "an open [",
		"[endings]\nаб : а":                          "no «-»",
		"[endings]\n-а : {нет}":                      `no list "нет"`,
		"[endings]\n-а : {нет":                       "an open {",
		"[endings]\n-а : " + strings.Repeat("а", 32): "longer than 31 letters",
		"[letters]\nаб\n[nope]\nа :б":                "outside a section",
		"[tails]\nабвг":                              "a tail has two or three letters",
	} {
		if _, err := parseLanguage("xx", data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
}

// FuzzForms holds that forms of anything are folded, distinct and begin with the word itself.
func FuzzForms(f *testing.F) {
	for _, s := range []string{"Токаев", "ОДКБ", "Łódź", "Київ", "Одақ", "ё", "🚀", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, code := range inflectedCodes() {
			checkHashes(t, s, code)
			for i, form := range Forms(s, code) {
				if i == 0 && form.Fold != Fold(s) {
					t.Fatalf("the first form of %q is %q", s, form.Fold)
				}
				if Fold(form.Fold) != form.Fold && i > 0 && Fold(s) == s {
					t.Fatalf("%q is not folded", form.Fold)
				}
			}
		}
	})
}

// formWords returns the words of testdata/forms and more by language, in small letters, as names and as acronyms.
func formWords(t testing.TB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, code := range inflectedCodes() {
		data, err := os.ReadFile(filepath.Join("testdata", "forms", code+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		words := []string{"", "о", "К", "2026", "G20", "🚀", "محمد", "Токаев", "Tокаев", "Лукаше\u0301нко", "Вʼячеслав", "И\u0306од", "ОДКБ", "NATO", "Łódź", "Қазақстан",
			"ҰҚШҰ", "Ґанок", "Магілёў", "Öskemen", strings.Repeat("ток", 40)}
		for line := range strings.Lines(string(data)) {
			line, _, _ = strings.Cut(line, "#")
			words = append(words, strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" :!\n", r) })...)
		}
		for _, w := range words {
			out[code] = append(out[code], w, strings.ToLower(w), strings.ToUpper(w))
		}
	}
	return out
}

// checkHashes holds that AppendFormHashes tells the hashes of Forms in their order, but for repetitions.
func checkHashes(t *testing.T, word, code string) {
	t.Helper()
	var want, got []uint64
	for _, f := range Forms(word, code) {
		want = append(want, Hash(f.Fold))
	}
	hashes := AppendFormHashes([]uint64{1}, word, code)
	if hashes[0] != 1 {
		t.Fatalf("%s %q: what stood in dst is gone", code, word)
	}
	for _, h := range hashes[1:] {
		if !slices.Contains(got, h) {
			got = append(got, h)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s %q: %d distinct hashes of %d, want those of %d forms", code, word, len(got), len(hashes)-1, len(want))
	}
}

func TestFormHashes(t *testing.T) {
	n, twice := 0, 0
	for code, words := range formWords(t) {
		for _, w := range words {
			checkHashes(t, w, code)
			n += len(AppendFormHashes(nil, w, code))
			twice += len(AppendFormHashes(nil, w, code)) - len(Forms(w, code))
		}
	}
	t.Logf("%d hashes, %d of them repeated", n, twice)
}

func TestFormHashesAllocations(t *testing.T) {
	words := formWords(t)
	buf := make([]uint64, 0, 1<<16)
	for code, ws := range words {
		for _, w := range ws {
			if strings.ContainsAny(w, "\u0301\u0306") || len([]rune(w)) > formLetters {
				continue
			}
			if n := testing.AllocsPerRun(5, func() { buf = AppendFormHashes(buf[:0], w, code) }); n != 0 {
				t.Fatalf("%s %q: %v allocations", code, w, n)
			}
		}
	}
}

// TestFitting holds that the index finds what trying every rule finds.
func TestFitting(t *testing.T) {
	for code, words := range formWords(t) {
		l := languages().by[code]
		for _, w := range words {
			folded := []rune(Fold(w))
			best := 0
			for i := range l.rules {
				if r := &l.rules[i]; r.fits(folded) && !r.always {
					best = max(best, r.weight())
				}
			}
			var want []*rule
			for i := range l.rules {
				if r := &l.rules[i]; r.fits(folded) && (r.always || r.weight() == best) {
					want = append(want, r)
				}
			}
			if got := l.fitting(nil, folded); !slices.Equal(got, want) {
				t.Errorf("%s %q: %d rules fit, want %d", code, w, len(got), len(want))
			}
		}
	}
}

func TestEndingsShareBeginnings(t *testing.T) {
	got, err := makeEndings([]string{"", "лар", "лардың", "лар", "лармен", "а"})
	if err != nil {
		t.Fatal(err)
	}
	want := []ending{{"", 0, []rune{}}, {"лар", 0, []rune("лар")}, {"лардың", 3, []rune("дың")}, {"лармен", 3, []rune("мен")}, {"а", 0, []rune("а")}}
	if !slices.EqualFunc(got, want, func(a, b ending) bool {
		return a.text == b.text && a.keep == b.keep && slices.Equal(a.tail, b.tail)
	}) {
		t.Errorf("%+v", got)
	}
}

func BenchmarkForms(b *testing.B) {
	words := formWords(b)
	for _, code := range inflectedCodes() {
		var names []string
		for _, w := range words[code] {
			if len(Forms(w, code)) > 1 && norm.NFC.IsNormalString(w) && len(w) < 80 {
				names = append(names, w)
			}
		}
		b.Run(code, func(b *testing.B) {
			buf := make([]uint64, 0, 1<<16)
			forms := 0
			b.ReportAllocs()
			for b.Loop() {
				forms = 0
				for _, w := range names {
					buf = AppendFormHashes(buf[:0], w, code)
					forms += len(buf)
				}
			}
			b.ReportMetric(float64(forms), "forms/op")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(forms), "ns/form")
		})
	}
}

// What a stemmer joins by mistake stands apart, its relatives do not.
func TestApart(t *testing.T) {
	for _, c := range []struct {
		word, code string
		want       bool
	}{
		{"protestant", "en", true}, {"protest", "en", false}, {"protestant", "fr", true}, {"manifestement", "fr", true}, {"manifestation", "fr", false},
		{"manifestement", "en", false}, {"протест", "ru", false}, {"protestant", "xx", false}, {"", "fr", false},
	} {
		if got := Apart(c.word, c.code); got != c.want {
			t.Errorf("Apart(%q, %q) = %v", c.word, c.code, got)
		}
	}
}
