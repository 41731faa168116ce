package feedback

import (
	"context"
	"slices"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// A word is one of an item, as it is compared.
type word struct {
	hash     uint64
	fold     string
	surface  string
	form     int32 // numbers of the vocabulary: of the word as it stands,
	stem     int32 // of its beginning,
	pair     int32 // and of its beginning behind that of the word it stands right beside; 0: there is none
	beside   bool  // the word before it stands right beside it
	hit      bool  // part of what matched
	function bool
	letters  int
}

// A part is what was said of an item.
type part int

const (
	partBad part = iota
	partGood
	partOthers
	parts int = iota
)

// A document is an item taken apart.
type document struct {
	item  *news.Item
	hits  []news.Hit // of the watchlist as it is now
	part  part
	words []word
}

// wordsMost is how many words of a title and of a text are looked at in search of a phrase. What news are about stands at their top, and feeds seldom bring
// more than that (of 18,809 texts of a recording, 99 in a hundred have at most 56 words); a text of many pages would bring words by the hundred that say
// nothing, each of which costs time and makes what is found less certain.
// What a phrase would silence is counted with whole texts all the same.
const wordsMost = 200

func newDocument(v *vocabulary, item *news.Item, hits []news.Hit) *document {
	d := &document{item: item, hits: hits}
	for _, field := range []struct{ name, text string }{{news.FieldTitle, item.Title}, {news.FieldText, item.Text}} {
		before, n := int32(0), 0
		for w := range text.Words(field.text) {
			if n == wordsMost {
				break
			}
			s := field.text[w.Start:w.End]
			x := word{hash: w.Hash, surface: s, function: text.IsFunctionWord(s, item.Lang),
				beside: n > 0 && (w.Gap == text.GapJoin || w.Gap == text.GapSpace), letters: w.Letters}
			for _, h := range hits {
				x.hit = x.hit || h.Field == field.name && h.Start < w.End && w.Start < h.End
			}
			v.number(&x, before)
			d.words = append(d.words, x)
			before, n = x.stem, n+1
		}
	}
	return d
}

// tells reports whether a word may say what an item is about: numbers, function words and the shortest words do not.
func (w *word) tells() bool { return w.letters >= 3 && !w.function }

// set is the words of an item but for what matched, which it has in common with every other: their hashes, each once, in order.
func (d *document) set() []uint64 {
	set := make([]uint64, 0, len(d.words))
	for i := range d.words {
		if !d.words[i].hit {
			set = append(set, d.words[i].hash)
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// retold is how much of their words two items share before one counts as the other told again: of all that stands in either, half.
const retold = 0.5

// distinct leaves out items that tell again, nearly word by word, what one before them tells: a wire story that four outlets carry is one piece of evidence.
func distinct(ctx context.Context, docs []*document) ([]*document, error) {
	var out []*document
	var sets [][]uint64
	for _, d := range docs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		set := d.set()
		if !slices.ContainsFunc(sets, func(s []uint64) bool { return tellAgain(set, s) }) {
			out, sets = append(out, d), append(sets, set)
		}
	}
	return out, nil
}

func tellAgain(a, b []uint64) bool {
	if float64(min(len(a), len(b))) < retold*float64(max(len(a), len(b))) {
		return false // even if they shared all they could
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	return float64(shared) >= retold*float64(len(a)+len(b)-shared)
}
