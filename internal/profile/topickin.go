package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/text"
)

// A kin is a name of another language that may be the same name: Бектенов of Biektienow.
type kin struct {
	*topicTerm
	in *vocabulary
}

// single reports whether one article alone is in the language: what it says cannot be told from its accidents by other articles in its words, but its
// names by those in other languages.
func (v *vocabulary) single() bool { return len(v.articles) == 1 }

// relate finds for each name of a language with one article the same name in other languages, and takes the dictionary form from those: one article
// rarely has it. Twice, for the form learnt from one language may be what another needs.
func (t *topic) relate() {
	for range 2 {
		for i := range t.vocabularies {
			if v := &t.vocabularies[i]; v.single() {
				t.relateNames(v)
			}
		}
	}
}

func (t *topic) relateNames(v *vocabulary) {
	byForm := map[string]*topicTerm{}
	for _, x := range v.terms {
		x.kin = nil
		for f := range x.forms {
			if properName(x, v.lang) {
				byForm[text.Fold(f)] = x
			}
		}
	}
	dictionary := map[*topicTerm]string{}
	for j := range t.vocabularies {
		other := &t.vocabularies[j]
		if other.lang == v.lang {
			continue
		}
		for _, y := range other.terms {
			x, written := sameName(y, other.lang, byForm, v.lang)
			if x == nil {
				continue
			}
			x.kin = append(x.kin, kin{y, other})
			// What the article itself writes is the best form; of what others spell, the first.
			if dictionary[x] == "" || written == text.Fold(x.text) {
				dictionary[x] = written
			}
		}
	}
	taken := map[string]bool{}
	for _, x := range v.terms {
		taken[text.Fold(x.text)] = true
	}
	for _, x := range v.terms {
		if written := dictionary[x]; written != "" && !taken[written] && !strings.HasPrefix(x.text, "=") {
			x.text, taken[written] = capital(written), true
		}
	}
}

// properName reports whether the term may be a name: in German, where every noun has a capital, any noun.
func properName(x *topicTerm, lang string) bool { return x.name || lang == "de" && isUpper(x.text) }

// sameName finds the name y of the language from among the forms of another language's names, and returns it with the dictionary form that it is of.
func sameName(y *topicTerm, from string, byForm map[string]*topicTerm, lang string) (found *topicTerm, written string) {
	if !properName(y, from) {
		return nil, ""
	}
	fold := text.Fold(strings.TrimPrefix(y.text, "="))
	if x := byForm[fold]; x != nil {
		return x, fold
	}
	spellings := text.Spellings(fold, from, lang)
	for _, s := range spellings {
		if x := byForm[s]; x != nil {
			return x, s
		}
	}
	if strings.HasPrefix(y.text, "=") {
		return nil, "" // acronyms do not inflect
	}
	for _, s := range append(spellings, fold) {
		for _, f := range text.Forms(s, lang) {
			if x := byForm[f.Fold]; x != nil && !strings.HasPrefix(x.text, "=") {
				return x, s
			}
		}
	}
	return nil, ""
}

// borne returns what a term of a language with one article weighs: as much as the same name in a language with several; where none has several, the names
// that two articles share are all there is, and each weighs by its own.
func (x *topicTerm) borne(in map[string]bool) float64 {
	w, single := 0.0, false
	for _, k := range x.kin {
		articles := k.in.among(in)
		s := k.salience(in, articles)
		if k.in.single() {
			single = single || s > 0
			continue
		}
		w = max(w, s)
	}
	if w == 0 && single {
		w = x.salience(in, 1)
	}
	return w
}

// among returns how many articles of the set are in the language.
func (v *vocabulary) among(in map[string]bool) int {
	n := 0
	for _, id := range v.articles {
		if in[id] {
			n++
		}
	}
	return n
}

// capital writes a name with its capital.
func capital(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[size:]
}

// TopicNotes says in lines of which languages too few articles are given to learn words from, and what to do.
func TopicNotes(articles []Article) []string {
	count := map[string]int{}
	for _, a := range articles {
		count[writtenIn(a)]++
	}
	several := false
	var singles []string
	for lang, n := range count {
		several = several || n > 1
		if n == 1 {
			singles = append(singles, lang)
		}
	}
	slices.SortFunc(singles, cmp.Compare)
	if len(articles) > 1 && !several {
		return []string{fmt.Sprintf("%s: 1 article each, too few to learn words from: only names that two of them have are terms; give two or more in one language",
			strings.Join(singles, ", "))}
	}
	var out []string
	for _, lang := range singles {
		out = append(out, lang+": 1 article, too few to learn words from: only names that articles in other languages have, too, are terms; give two")
	}
	return out
}
