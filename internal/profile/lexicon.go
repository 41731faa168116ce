package profile

import (
	"embed"
	"slices"
	"strings"

	"vestnik/internal/text"
)

//go:embed words/*.txt
var languageFiles embed.FS

// A lexicon is what this package knows of one language: the lists of its file, those of nouns with every form of each noun.
type lexicon struct {
	lists
	code string
	base map[string]string // a form of a word of [body], [realm] or [thing] → its dictionary form
}

// nouns are the sections whose words stand in any case.
var nouns = []string{"role", "body", "realm", "thing", "people", "calendar", "ordinary", "compass", "body-before", "masculine", "thing-before"}

// newLexicon reads a language's file. One that has none is read as English.
func newLexicon(code string) *lexicon {
	data, err := languageFiles.ReadFile("words/" + code + ".txt")
	if err != nil {
		x := &lexicon{lists: parseLists(wordsFile), code: code}
		x.lists["function"] = functionWords("en")
		return x
	}
	x := &lexicon{lists: parseLists(string(data)), code: code, base: map[string]string{}}
	x.lists["function"] = functionWords(code)
	for section, words := range x.lists {
		if strings.HasPrefix(section, "boilerplate") || section == "adjective" {
			continue
		}
		for _, w := range sortedKeys(words) {
			if key := keyOf(w); key != w {
				words[key] = true
			}
		}
	}
	for _, section := range nouns {
		words := x.lists[section]
		for _, w := range sortedKeys(words) {
			key := keyOf(w)
			if strings.Contains(key, " ") {
				continue
			}
			for _, f := range formsOf(key, code) {
				words[f] = true
				// Of two the longer: Kazakh «кеңесінің» is of «кеңесі», «кеңес» with its ending of possession.
				if was := x.base[f]; (was == "" || code == "kk" && len(w) > len(was)) && slices.Contains([]string{"body", "realm", "thing"}, section) {
					x.base[f] = w
				}
			}
		}
	}
	for w := range x.lists["function"] { // «раз» is no body, whatever its forms
		delete(x.base, w)
	}
	return x
}

func sortedKeys(m map[string]bool) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// inflects reports whether names take endings in the language.
func (x *lexicon) inflects() bool { return len(x.lists["plural"]) > 0 }

// formsOf returns the forms of a word given as its key, compounds by their last part.
func formsOf(key, code string) []string {
	head, last := "", key
	if i := strings.LastIndexByte(key, '-'); i >= 0 {
		head, last = key[:i+1], key[i+1:]
	}
	var out []string
	for _, f := range text.Forms(last, code) {
		out = append(out, head+f.Fold)
	}
	return out
}

// lemmasOf returns the dictionary forms that a word given as its key may have, itself first.
func lemmasOf(key, code string) []string {
	head, last := "", key
	if i := strings.LastIndexByte(key, '-'); i >= 0 {
		head, last = key[:i+1], key[i+1:]
	}
	out := []string{key}
	for _, l := range text.Lemmas(last, code) {
		out = append(out, head+l)
	}
	return out
}

// keyOf is a word as the lists have it: in lower case, and folded where it has letters beyond ASCII (ё is е), hyphens kept.
func keyOf(word string) string {
	word = strings.Trim(strings.TrimSuffix(word, "."), "'’ʼ")
	if !strings.ContainsFunc(word, func(r rune) bool { return r >= 0x80 && r != '’' && r != '‑' && r != '–' }) {
		return strings.ToLower(word)
	}
	var b strings.Builder
	for i, part := range strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '‑' || r == '–' }) {
		if i > 0 {
			b.WriteByte('-')
		}
		for j, w := range strings.Fields(part) {
			if j > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(text.Fold(w))
		}
	}
	return b.String()
}

// isAdjective reports whether a word given as its key has the shape of an adjective in any case: an ending of [adjective] or [oblique] behind a
// consonant and н or к ("северн-ой", "російськ-ого", "europejsk-a"), which nouns seldom have.
func (x *lexicon) isAdjective(key string) bool {
	if x.has("compass", key) {
		return true
	}
	if !x.inflects() {
		return false
	}
	for _, section := range []string{"adjective", "oblique"} {
		for entry := range x.lists[section] {
			if _, list, ok := strings.Cut(entry, "="); ok {
				entry = list
			}
			for ending := range strings.FieldsSeq(entry) {
				stem, ok := strings.CutSuffix(key, ending)
				r := []rune(stem)
				if !ok || len(r) < 4 {
					continue
				}
				last, before := r[len(r)-1], r[len(r)-2]
				consonant := before == 'ь' || !isVowel(before) && !strings.ContainsRune("óąęyй", before)
				if x.has("oblique-sure", ending) || strings.ContainsRune("нкnk", last) && consonant {
					return true
				}
			}
		}
	}
	return false
}

// surnameOf reports whether a word may be a form of a surname, by its end.
func (x *lexicon) surnameOf(key string) bool {
	return slices.ContainsFunc(lemmasOf(key, x.code), func(l string) bool { return x.surnameShape(l) && !manysEnd(l) })
}

// manysEnd reports whether a word ends as some surnames and many other words do: -ин as in Путин, Украина, Пекин.
func manysEnd(key string) bool {
	return slices.ContainsFunc([]string{"ин", "ына", "ина", "ын", "ін", "іна", "їн", "їна", "in", "ina", "ак", "як", "ак", "ик", "ік", "ян", "ak", "ek", "ik"},
		func(e string) bool { return strings.HasSuffix(key, e) })
}
