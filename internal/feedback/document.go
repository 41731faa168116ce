package feedback

import (
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// A word is one of an item, as it is compared.
type word struct {
	hash     uint64
	fold     string
	lower    string // as it stands, in small letters
	beside   bool   // the word before it stands right beside it
	hit      bool   // part of what matched
	function bool
	letters  int
}

// A document is an item taken apart.
type document struct {
	item  *news.Item
	hits  []news.Hit // of the watchlist as it is now
	words []word
}

func newDocument(item *news.Item, hits []news.Hit) *document {
	d := &document{item: item, hits: hits}
	for _, field := range []struct{ name, text string }{{news.FieldTitle, item.Title}, {news.FieldText, item.Text}} {
		first := true
		for w := range text.Words(field.text) {
			s := field.text[w.Start:w.End]
			hit := false
			for _, h := range hits {
				hit = hit || h.Field == field.name && h.Start < w.End && w.Start < h.End
			}
			d.words = append(d.words, word{hash: w.Hash, fold: text.Fold(s), lower: strings.ToLower(s), hit: hit, function: text.IsFunctionWord(s, item.Lang),
				beside: !first && (w.Gap == text.GapJoin || w.Gap == text.GapSpace), letters: w.Letters})
			first = false
		}
	}
	return d
}

// tells reports whether a word may say what an item is about: numbers, function words and the shortest words do not.
func (w *word) tells() bool { return w.letters >= 3 && !w.function }

// set is the words of an item but for what matched, which it has in common with every other.
func (d *document) set() map[uint64]bool {
	set := make(map[uint64]bool, len(d.words))
	for i := range d.words {
		if !d.words[i].hit {
			set[d.words[i].hash] = true
		}
	}
	return set
}

// retold is how much of their words two items share before one counts as the other told again: of all that stands in either, half.
const retold = 0.5

// distinct leaves out items that tell again, nearly word by word, what one before them tells: a wire story that four outlets carry is one piece of evidence.
func distinct(docs []*document) []*document {
	var out []*document
	var sets []map[uint64]bool
	for _, d := range docs {
		set := d.set()
		again := false
		for _, s := range sets {
			shared := 0
			for h := range set {
				if s[h] {
					shared++
				}
			}
			again = again || float64(shared) >= retold*float64(len(set)+len(s)-shared)
		}
		if !again {
			out, sets = append(out, d), append(sets, set)
		}
	}
	return out
}

// beginning is how many letters of a word stand for the word in tried: what inflects is behind them.
const beginning = 5

// tried is how many words and phrases were looked at in search of one that tells bad from good: those that stand in enough items to be proposed at all.
// A word that takes many forms counts by its beginning as well; so the number is rather too large than too small.
func tried(docs []*document) int {
	forms, stems, pairs := counter[uint64]{}, counter[string]{}, counter[[2]string]{}
	for i, d := range docs {
		last := ""
		for k := range d.words {
			w := &d.words[k]
			stem := beginningOf(w.fold)
			forms.add(w.hash, i+1)
			stems.add(stem, i+1)
			if w.beside {
				pairs.add([2]string{last, stem}, i+1)
			}
			last = stem
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

// A counter counts in how many documents something stands; they are numbered from 1, and come one after another.
type counter[K comparable] map[K]struct{ docs, last int }

func (c counter[K]) add(k K, doc int) {
	x := c[k]
	if x.last != doc {
		x.docs, x.last = x.docs+1, doc
		c[k] = x
	}
}

// frequent is how many stand in enough documents to be proposed.
func (c counter[K]) frequent() int {
	n := 0
	for _, x := range c {
		if x.docs >= badLeast {
			n++
		}
	}
	return n
}
