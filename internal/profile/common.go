package profile

import (
	"embed"
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

//go:embed common/*.txt
var commonFiles embed.FS

// What a word weighs by the section of common/<language>.txt that it stands in, 1 in none: the ratios of inverse document frequencies in news, where
// one article in five has a common word, one in thirty a usual one, and one in some hundreds a word of the subject.
var rarity = map[string]float64{"[function]": 0, "[calendar]": 0, "[common]": 0.25, "[usual]": 0.5}

// A commonness knows the words of a language that say little about a subject.
type commonness struct {
	lang     string
	forms    map[uint64]float64 // hash of a folded form → its rarity
	stems    map[string]float64
	begins   []beginning
	acronyms map[string]float64 // as written
}

type beginning struct {
	fold   string
	rarity float64
}

// commonWords reads what is known of the language; of others nothing is common.
func commonWords(lang string) commonness {
	c := commonness{lang: lang, forms: map[uint64]float64{}, stems: map[string]float64{}, acronyms: map[string]float64{}}
	data, err := commonFiles.ReadFile("common/" + lang + ".txt")
	if err != nil {
		return c
	}
	section, inflects := 1.0, true
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.Fields(line) {
			if r, is := rarity[word]; is {
				section, inflects = r, word != "[function]"
				continue
			}
			c.add(word, section, inflects)
		}
	}
	return c
}

// functionWords are the words of grammar of a language, in lower case.
func functionWords(lang string) map[string]bool {
	out := map[string]bool{}
	data, err := commonFiles.ReadFile("common/" + lang + ".txt")
	if err != nil {
		return out
	}
	section := ""
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.Fields(line) {
			switch {
			case strings.HasPrefix(word, "["):
				section = word
			case section == "[function]" && !strings.HasSuffix(word, "*"):
				out[word] = true
			}
		}
	}
	return out
}

// add notes a word; the first section that has it counts. Grammar is listed in all its forms: another word must not become part of it by a guess.
func (c *commonness) add(word string, rarity float64, inflects bool) {
	if begin, is := strings.CutSuffix(word, "*"); is {
		c.begins = append(c.begins, beginning{text.Fold(begin), rarity})
		return
	}
	if text.IsAcronym(word) {
		c.acronyms[word] = rarity
		return
	}
	fold := text.Fold(word)
	if stem := text.Stem(fold, c.lang); stem != "" && inflects {
		if _, known := c.stems[stem]; !known {
			c.stems[stem] = rarity
		}
	}
	hashes := []uint64{text.Hash(fold)}
	if inflects {
		hashes = text.AppendFormHashes(hashes, word, c.lang)
	}
	for _, h := range hashes {
		if _, known := c.forms[h]; !known {
			c.forms[h] = rarity
		}
	}
}

// rarity is what a word of a text weighs: 0 for grammar, 1 for what no list knows.
func (c *commonness) rarity(word, fold string) float64 {
	if text.IsAcronym(word) {
		if r, ok := c.acronyms[word]; ok {
			return r
		}
		return 1
	}
	if r, ok := c.forms[text.Hash(fold)]; ok {
		return r
	}
	if utf8.RuneCountInString(fold) > 3 {
		stem := text.Stem(fold, c.lang)
		if r, ok := c.stems[stem]; ok && strings.HasPrefix(fold, stem) { // not Fähre, whose stem is that of fahren
			return r
		}
	}
	least := 1.0
	for _, b := range c.begins {
		if b.rarity < least && strings.HasPrefix(fold, b.fold) {
			least = b.rarity
		}
	}
	return least
}

// languagesKnown are those that have a list.
func languagesKnown() []string {
	entries, err := commonFiles.ReadDir("common")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if code, is := strings.CutSuffix(e.Name(), ".txt"); is {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}
