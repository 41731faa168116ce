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
	var buf [formLetters]rune
	var fit [formRules]*rule
	folded := appendFold(buf[:0], word)
	rules := inflecting(fit[:0], word, folded, code)
	n := 1
	for _, r := range rules {
		n += len(r.endings)
	}
	itself := string(folded)
	out := append(make([]Form, 0, n), Form{Fold: itself, Stem: len(folded)})
	seen := make(map[string]bool, n)
	seen[itself] = true
	for _, r := range rules {
		stem := string(folded[:len(folded)-r.cut])
		for _, e := range r.endings {
			if f := stem + e.text; !seen[f] {
				seen[f] = true
				out = append(out, Form{Fold: f, Ending: e.text, Stem: len(folded) - r.cut})
			}
		}
	}
	return out
}

// AppendFormHashes appends the Hash of every form that Forms returns to dst, in that order, and is much quicker. A form that two rules make may stand
// twice. It allocates nothing but dst for words of up to 64 letters whose letters and marks are composed.
func AppendFormHashes(dst []uint64, word, code string) []uint64 {
	var buf [formLetters]rune
	var fit [formRules]*rule
	folded := appendFold(buf[:0], word)
	dst = append(dst, hashRunes(folded))
	for _, r := range inflecting(fit[:0], word, folded, code) {
		dst = r.appendHashes(dst, folded[:len(folded)-r.cut])
	}
	return dst
}

// What the two above keep on the stack: letters of a word, and rules that fit it.
const (
	formLetters = 64
	formRules   = 16
)

// appendHashes appends the hashes of the stem with each ending. It goes on from the state of the hash at the letter where an ending parts from the
// one before it.
func (r *rule) appendHashes(dst []uint64, stem []rune) []uint64 {
	var states [maxEnding + 1]hasher // behind so many letters of the ending
	states[0] = newHasher()
	for _, letter := range stem {
		states[0].add(letter)
	}
	dst = slices.Grow(dst, len(r.endings))
	for i := range r.endings {
		e := &r.endings[i]
		at := e.keep & maxEnding
		h := states[at]
		for _, letter := range e.tail {
			h.add(letter)
			at = (at + 1) & maxEnding
			states[at] = h
		}
		dst = append(dst, h.sum())
	}
	return dst
}

// inflecting appends the rules by which a word, given folded too, takes forms.
func inflecting(dst []*rule, word string, folded []rune, code string) []*rule {
	l := languages().by[code]
	if l == nil || len(folded) < 2 || l.fixed(folded) || !l.writes(folded) {
		return dst
	}
	dst = l.fitting(dst, folded)
	cuts := func(r *rule) bool { return r.cut > 0 }
	if slices.ContainsFunc(dst, cuts) && IsAcronym(word) {
		dst = slices.DeleteFunc(dst, cuts)
	}
	return dst
}

// fixed reports whether the word is one of those that are never inflected.
func (l *Language) fixed(folded []rune) bool {
	if len(folded) > l.stopLen {
		return false
	}
	var buf [4 * formLetters]byte
	b := buf[:0]
	for _, r := range folded {
		b = utf8.AppendRune(b, r)
	}
	return l.stop[string(b)]
}

// writes reports whether the word is in the language's script.
func (l *Language) writes(word []rune) bool {
	for _, r := range word {
		if entryOf(r).scripts()&^l.script != 0 {
			return false
		}
	}
	return true
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
	for i := range l.rules {
		r := &l.rules[i]
		cut, fixed := r.literal()
		if !fixed {
			continue
		}
		for _, e := range r.endings {
			stem, ok := strings.CutSuffix(string(folded), e.text)
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
func (r *rule) literal() (string, bool) {
	var b strings.Builder
	for _, c := range r.when[len(r.when)-r.cut:] {
		if len(c) != 1 {
			return "", false
		}
		b.WriteRune(c[0])
	}
	return b.String(), true
}

// uses reports whether the rule is one of those that inflect the lemma.
func (l *Language) uses(r *rule, lemma []rune) bool {
	var fit [formRules]*rule
	return slices.ContainsFunc(l.fitting(fit[:0], lemma), func(x *rule) bool { return x.same(r) })
}

// same reports whether two rules ask for as many letters and do the same to them.
func (r *rule) same(x *rule) bool {
	return len(x.when) == len(r.when) && x.cut == r.cut && slices.EqualFunc(x.endings, r.endings, func(a, b ending) bool { return a.text == b.text })
}

// IsAcronym reports whether a word is written in two or more capitals and no small letter.
func IsAcronym(word string) bool {
	sc := scanner{s: word}
	var w Word
	return sc.next(&w) && w.Start == 0 && w.End == len(word) && w.Letters >= 2 && w.Caps == w.Letters
}

// Apart reports whether a folded word must not be stemmed in the language: the stemmer gives it the stem of a word that means something else.
func Apart(folded, code string) bool {
	l := languages().by[code]
	return l != nil && l.apart[folded]
}

// fitting appends the rules with the longest match, and those that always apply, in the order of the language's file.
func (l *Language) fitting(dst []*rule, word []rune) []*rule {
	if len(word) == 0 {
		return dst
	}
	ids, ok := l.byLast[word[len(word)-1]]
	if !ok {
		ids = l.byAny
	}
	from, best := len(dst), 0
	for _, id := range ids {
		r := &l.rules[id]
		if n := r.weight(); (r.always || n >= best) && r.fits(word) {
			dst = append(dst, r)
			if !r.always {
				best = n
			}
		}
	}
	kept := dst[:from]
	for _, r := range dst[from:] {
		if r.always || r.weight() == best {
			kept = append(kept, r)
		}
	}
	return kept
}

// weight is how well a rule that fits knows the word: by how many letters; an exception beats every rule.
func (r *rule) weight() int {
	if r.anchored {
		return len(r.when) + 100
	}
	return len(r.when)
}

func (r *rule) fits(word []rune) bool {
	from := len(word) - len(r.when)
	if from < 0 || r.anchored && from != 0 || r.cut >= len(word) {
		return false
	}
	for i, c := range r.when {
		if !c.has(word[from+i]) {
			return false
		}
	}
	return true
}
