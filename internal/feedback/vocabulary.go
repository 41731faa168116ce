package feedback

import "vestnik/internal/text"

// A vocabulary numbers, from 1, what stands in documents, so that it is counted in slices: all words are counted anew for each set of bad alerts.
type vocabulary struct {
	forms  map[uint64]form // by hash
	stems  map[string]int32
	pairs  map[[2]int32]int32
	lemmas map[[2]string][]string // of a folded word in a language, see lexicon
}

type form struct {
	fold       string
	form, stem int32
}

func newVocabulary() *vocabulary {
	return &vocabulary{forms: map[uint64]form{}, stems: map[string]int32{}, pairs: map[[2]int32]int32{}, lemmas: map[[2]string][]string{}}
}

// number fills in the numbers of a word, and how it is folded; before is the stem of the word before it.
func (v *vocabulary) number(w *word, before int32) {
	f, ok := v.forms[w.hash]
	if !ok {
		f.fold = text.Fold(w.surface)
		f.form, f.stem = int32(len(v.forms)+1), numbered(v.stems, beginningOf(f.fold))
		v.forms[w.hash] = f
	}
	w.fold, w.form, w.stem = f.fold, f.form, f.stem
	if w.beside {
		w.pair = numbered(v.pairs, [2]int32{before, f.stem})
	}
}

func numbered[K comparable](m map[K]int32, k K) int32 {
	n, ok := m[k]
	if !ok {
		n = int32(len(m) + 1)
		m[k] = n
	}
	return n
}

// lemmasOf are the dictionary forms that a word may have, with the word as it is.
func (v *vocabulary) lemmasOf(fold, lang string) []string {
	id := [2]string{fold, lang}
	list, ok := v.lemmas[id]
	if !ok {
		list = append(text.Lemmas(fold, lang), fold)
		v.lemmas[id] = list
	}
	return list
}

// beginning is how many letters of a word stand for the word in tried: what inflects is behind them.
const beginning = 5

// tried is how many words and phrases were looked at in search of one that tells bad from good: those that stand in enough items to be proposed at all.
// A word that takes many forms counts by its beginning as well; so the number is rather too large than too small.
func (v *vocabulary) tried(docs []*document) int {
	forms, stems, pairs := make(counter, len(v.forms)+1), make(counter, len(v.stems)+1), make(counter, len(v.pairs)+1)
	for i, d := range docs {
		for k := range d.words {
			w := &d.words[k]
			forms.add(w.form, i+1)
			stems.add(w.stem, i+1)
			if w.pair > 0 {
				pairs.add(w.pair, i+1)
			}
		}
	}
	return forms.frequent() + stems.frequent() + pairs.frequent()
}

func beginningOf(folded string) string {
	n := 0
	for i := range folded {
		if n == beginning {
			return folded[:i]
		}
		n++
	}
	return folded
}

// A counter counts, by its number, in how many documents something stands; documents are numbered from 1, and come one after another.
type counter []struct{ docs, last int }

func (c counter) add(n int32, doc int) {
	if x := &c[n]; x.last != doc {
		x.docs, x.last = x.docs+1, doc
	}
}

// frequent is how many stand in enough documents to be proposed.
func (c counter) frequent() int {
	n := 0
	for _, x := range c {
		if x.docs >= badLeast {
			n++
		}
	}
	return n
}
