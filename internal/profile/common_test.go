package profile

import (
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// TestCommonWords: each language of the bot has a list, which knows grammar, everyday news words in their forms, and acronyms only as such.
func TestCommonWords(t *testing.T) {
	for _, lang := range news.Languages {
		if !slices.Contains(languagesKnown(), lang) {
			t.Errorf("there is no common/%s.txt", lang)
		}
	}
	for _, c := range []struct {
		lang, word string
		want       float64
	}{
		{"en", "the", 0},
		{"en", "Governments", 0.25},
		{"en", "US", 1},
		{"en", "us", 0},
		{"en", "sanctions", 0.5},
		{"en", "vineyard", 1},
		{"ru", "ещё", 0},
		{"ru", "правительством", 0.25},
		{"ru", "заявила", 0.25},
		{"ru", "США", 0.5},
		{"ru", "суслик", 1},
		{"be", "ўрадам", 0.25},
		{"be", "гэтага", 0},
		{"uk", "п’ятницю", 0},
		{"uk", "листопада", 0},
		{"ru", "сентября", 0},
		{"uk", "міністерства", 0.25},
		{"kk", "үкіметтің", 0.25},
		{"kk", "және", 0},
		{"kk", "Қазақстанда", 0.5},
		{"pl", "rządem", 0.25},
		{"pl", "się", 0},
		{"pl", "UE", 0.5},
		{"de", "Regierungen", 0.25},
		{"de", "und", 0},
		{"de", "Fähre", 1},
		{"fr", "gouvernements", 0.25},
		{"fr", "très", 0},
		{"eo", "kaj", 1}, // no list: nothing is common
	} {
		common := commonWords(c.lang)
		if got := common.rarity(c.word, text.Fold(c.word)); got != c.want {
			t.Errorf("%s %q: %g, want %g", c.lang, c.word, got, c.want)
		}
	}
}

// TestCommonFiles: no entry is of two scripts, which a slip of the keyboard makes and no text ever has, or begins so little that it covers anything.
func TestCommonFiles(t *testing.T) {
	for _, lang := range languagesKnown() {
		data, err := commonFiles.ReadFile("common/" + lang + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.Fields(string(data)) {
			if cyrillic, latin := text.Scripts(word); cyrillic && latin {
				t.Errorf("%s: %q is of two scripts", lang, word)
			}
			if begin, is := strings.CutSuffix(word, "*"); is && len([]rune(begin)) < 3 {
				t.Errorf("%s: %q begins too much", lang, word)
			}
		}
	}
}
