package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Form is one accepted form of a word.
type Form struct {
	Fold   string // folded, as Word.Hash sees it
	Ending string // what was put behind the stem, "" for the word itself
	Stem   int    // how many folded letters of the word the form keeps
}

// Forms returns the forms of a name's word in the language, the word itself first, no form twice. The word may be written in any case;
// an unknown language or another script gives the word alone. Words of one letter, numbers and the language's function words do not inflect.
// An acronym only takes endings that leave its letters as they are.
func Forms(word, code string) []Form {
	folded := []rune(Fold(word))
	out := []Form{{Fold: string(folded), Stem: len(folded)}}
	l := languages().by[code]
	if l == nil || len(folded) < 2 || l.stop[string(folded)] || !l.writes(folded) {
		return out
	}
	acronym := IsAcronym(word)
	seen := map[string]bool{out[0].Fold: true}
	for _, r := range l.fitting(folded) {
		if acronym && r.cut > 0 {
			continue
		}
		stem := folded[:len(folded)-r.cut]
		for _, e := range r.endings {
			f := string(stem) + e
			if !seen[f] {
				seen[f] = true
				out = append(out, Form{Fold: f, Ending: e, Stem: len(stem)})
			}
		}
	}
	return out
}

// writes reports whether the word is in the language's script.
func (l *Language) writes(word []rune) bool {
	return !slices.ContainsFunc(word, func(r rune) bool { return scriptOf(r)&^l.script != 0 })
}

// lemmaLeast is the shortest stem that Lemmas trusts, in letters: shorter ones are stems of everything.
const lemmaLeast = 3

// Lemmas returns the dictionary forms, folded, that the word may be a form of by the language's rules, other than the word itself. They are guesses: the
// rules know no dictionary. The order is that of the rules.
func Lemmas(word, code string) []string {
	folded := []rune(Fold(word))
	l := languages().by[code]
	if l == nil || l.stop[string(folded)] || !l.writes(folded) {
		return nil
	}
	var out []string
	for _, r := range l.rules {
		cut, fixed := r.literal()
		if !fixed {
			continue
		}
		for _, e := range r.endings {
			stem, ok := strings.CutSuffix(string(folded), e)
			if !ok || utf8.RuneCountInString(stem) < lemmaLeast {
				continue
			}
			lemma := []rune(stem + cut)
			if string(lemma) != string(folded) && !slices.Contains(out, string(lemma)) && l.uses(r, lemma) {
				out = append(out, string(lemma))
			}
		}
	}
	return out
}

// literal returns the letters that the rule cuts, and whether they are certain.
func (r rule) literal() (string, bool) {
	var b strings.Builder
	for _, c := range r.when[len(r.when)-r.cut:] {
		if len(c) != 1 {
			return "", false
		}
		for letter := range c {
			b.WriteRune(letter)
		}
	}
	return b.String(), true
}

// uses reports whether the rule is one of those that inflect the lemma.
func (l *Language) uses(r rule, lemma []rune) bool {
	return slices.ContainsFunc(l.fitting(lemma), func(x rule) bool {
		return len(x.when) == len(r.when) && x.cut == r.cut && slices.Equal(x.endings, r.endings)
	})
}

// IsAcronym reports whether a word is written in two or more capitals and no small letter.
func IsAcronym(word string) bool {
	for w := range Words(word) {
		return w.Start == 0 && w.End == len(word) && w.Letters >= 2 && w.Caps == w.Letters
	}
	return false
}

// Apart reports whether a folded word must not be stemmed in the language: the stemmer gives it the stem of a word that means something else.
func Apart(folded, code string) bool {
	l := languages().by[code]
	return l != nil && l.apart[folded]
}

// fitting returns the rules with the longest match, and those that always apply.
func (l *Language) fitting(word []rune) []rule {
	best := 0
	var out []rule
	for _, r := range l.rules {
		if !r.fits(word) {
			continue
		}
		n := len(r.when)
		if r.anchored {
			n += 100 // an exception beats every rule
		}
		switch {
		case r.always:
		case n < best:
			continue
		case n > best:
			best = n
			out = slices.DeleteFunc(out, func(r rule) bool { return !r.always })
		}
		out = append(out, r)
	}
	return out
}

func (r rule) fits(word []rune) bool {
	from := len(word) - len(r.when)
	if from < 0 || r.anchored && from != 0 || r.cut >= len(word) {
		return false
	}
	for i, c := range r.when {
		if !c[word[from+i]] {
			return false
		}
	}
	return true
}
