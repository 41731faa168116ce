package feedback

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// A key is a word with all its forms: what inflects counts as one. Dictionary forms are guessed from the forms that occur (text.Lemmas) and checked by the
// forms that they would have (text.Forms), which is how an excluded phrase is matched later.
type key struct {
	fold string
	hit  bool // a form of it is part of what matched somewhere
}

// A candidate is a key or two that stand side by side.
type candidate struct {
	keys []int      // indices of keys
	in   [parts]int // how many documents it stands in
	last *document  // the last of them
}

func (c *candidate) put(d *document) {
	if c.last != d {
		c.in[d.part]++
		c.last = d
	}
}

// rest is in how many it stands that are not bad.
func (c *candidate) rest() int { return c.in[partGood] + c.in[partOthers] }

// A lexicon finds the keys of documents.
type lexicon struct {
	langs []string // in whose forms words are read
	keys  []key
	by    map[uint64][]int // hash of a form → keys
}

// newLexicon takes the words of docs for keys that stand, in any form, in at least least of them.
func newLexicon(ctx context.Context, v *vocabulary, docs []*document, least int, all []*document) (*lexicon, error) {
	l := &lexicon{by: map[uint64][]int{}}
	for _, d := range all {
		if !slices.Contains(l.langs, d.item.Lang) {
			l.langs = append(l.langs, d.item.Lang)
		}
	}
	type counted struct {
		docs int
		last *document
		hit  bool
	}
	in := map[string]*counted{}
	for _, d := range docs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i := range d.words {
			w := &d.words[i]
			if !w.tells() {
				continue
			}
			for _, s := range v.lemmasOf(w.fold, d.item.Lang) {
				c := in[s]
				if c == nil {
					c = &counted{}
					in[s] = c
				}
				if c.last != d {
					c.docs, c.last = c.docs+1, d
				}
				c.hit = c.hit || w.hit
			}
		}
	}
	for s, c := range in {
		if c.docs >= least && utf8.RuneCountInString(s) >= 3 {
			l.keys = append(l.keys, key{s, c.hit})
		}
	}
	slices.SortFunc(l.keys, func(a, b key) int { return cmp.Compare(a.fold, b.fold) })
	for i, k := range l.keys {
		seen := map[uint64]bool{text.Hash(k.fold): true}
		for _, lang := range l.langs {
			for _, h := range text.AppendFormHashes(nil, k.fold, lang) {
				seen[h] = true
			}
		}
		for h := range seen {
			l.by[h] = append(l.by[h], i)
		}
	}
	return l, nil
}

// candidates are the keys, and pairs of them, that stand in docs, with those they stand in.
func (l *lexicon) candidates(ctx context.Context, docs []*document) ([]*candidate, error) {
	one, two := map[int]*candidate{}, map[[2]int]*candidate{}
	for _, d := range docs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var before []int
		beforeHit := false
		for i := range d.words {
			w := &d.words[i]
			var here []int
			if w.tells() {
				here = l.by[w.hash]
			}
			for _, k := range here {
				if one[k] == nil {
					one[k] = &candidate{keys: []int{k}}
				}
				one[k].put(d)
				if !w.beside || w.hit && beforeHit {
					continue // not side by side, or both of them the name itself
				}
				for _, j := range before {
					p := [2]int{j, k}
					if two[p] == nil {
						two[p] = &candidate{keys: []int{j, k}}
					}
					two[p].put(d)
				}
			}
			before, beforeHit = here, w.hit
		}
	}
	var out []*candidate
	for k, c := range one {
		if !l.keys[k].hit { // else it would silence what the watchlist is for
			out = append(out, c)
		}
	}
	for _, c := range two {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *candidate) int { return slices.Compare(a.keys, b.keys) })
	return out, nil
}

// phrase is the candidate as a person writes it: of the forms that occur the one whose own forms cover most of what occurs, else the guess.
func (l *lexicon) phrase(c *candidate, docs []*document) string {
	s := ""
	for i, k := range c.keys {
		if i > 0 {
			s += " "
		}
		s += l.spelling(k, docs)
	}
	return s
}

func (l *lexicon) spelling(k int, docs []*document) string {
	type form struct {
		lower, lang string
		docs        int
	}
	forms := map[string]*form{}
	for _, d := range docs {
		seen := map[string]bool{}
		for i := range d.words {
			w := &d.words[i]
			if seen[w.fold] || !slices.Contains(l.by[w.hash], k) {
				continue
			}
			seen[w.fold] = true
			if forms[w.fold] == nil {
				forms[w.fold] = &form{lower: strings.ToLower(w.surface), lang: d.item.Lang}
			}
			forms[w.fold].docs++
		}
	}
	covered := func(s, lang string) int {
		n := 0
		for _, f := range text.Forms(s, lang) {
			if x := forms[f.Fold]; x != nil {
				n += x.docs
			}
		}
		return n
	}
	best, most := l.keys[k].fold, 0
	for _, lang := range l.langs {
		most = max(most, covered(best, lang))
	}
	attested := 0
	if f := forms[best]; f != nil {
		best, attested = f.lower, f.docs
	}
	for _, fold := range slices.Sorted(maps.Keys(forms)) {
		f := forms[fold]
		if n := covered(fold, f.lang); n > most || n == most && f.docs > attested {
			best, most, attested = f.lower, n, f.docs
		}
	}
	return best
}
