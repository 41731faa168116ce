package text

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestForms reads testdata/forms/<language>.txt: "lemma : forms !non-forms", one lemma a line.
func TestForms(t *testing.T) {
	for _, code := range Codes() {
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
		"а б":                         "outside a section",
		"[endings]\nабв":              "want «end : forms»",
		"[endings]\n[аб- : а":         "an open [",
		"[endings]\nаб : а":           "no «-»",
		"[endings]\n-а : {нет}":       `no list "нет"`,
		"[endings]\n-а : {нет":        "an open {",
		"[letters]\nаб\n[nope]\nа :б": "outside a section",
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
		for _, code := range Codes() {
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
