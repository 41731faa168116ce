package match

import (
	"slices"
	"strings"
	"sync"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// found is a term at a place, before it is remembered for whom it counts.
type found struct {
	term     int32
	from, to int   // words, counted through title and text
	pattern  int32 // by which it was found; −1: by a person's name
	surname  int32 // −1: by a given name, or by neither
	person   int32
	given    bool // a given name alone: it shows where the person is meant, and proves nothing
	weak     bool // a surname alone that needs the full name, or context, elsewhere
}

// A scratch is the memory of one scan. It is kept for the next, so that items that do not match allocate nothing.
type scratch struct {
	it    *news.Item
	lang  string
	langs langs       // the bit of lang
	words []text.Word // of the title, then of the text
	split int         // the first word of the text
	all   []found
	full  map[int32]int32 // people whose full name stands in the item → that name's term
	met   map[int32]uint8 // people → whom their surname was first seen to name; see meet
	stems memo[[]int32]   // words compared by stem or beginning → the lexemes they belong to
	dull  [dullWords]uint64
	folds memo[string] // words that were folded
	rules memo[string] // see Matcher.rule
	ends  []int        // sentence bounds; see sentences

	context []place // see inContext
	shares  []share // see Matcher.deal
	direct  []evidence
	asked   []found // for a query
	tally   tally
	rule    []byte

	anyCase bool // capitals are not asked for
}

type pool struct{ sync.Pool }

func (p *pool) get(it *news.Item) *scratch {
	sc, ok := p.Get().(*scratch)
	if !ok {
		sc = &scratch{full: map[int32]int32{}, met: map[int32]uint8{}}
	}
	if sc.langs == 0 || sc.lang != it.Lang {
		sc.lang, sc.langs = it.Lang, langsOf(it.Lang)
	}
	sc.it = it
	sc.words = text.AppendWords(sc.words[:0], it.Title)
	sc.split = len(sc.words)
	sc.words = text.AppendWords(sc.words, it.Text)
	sc.all, sc.ends, sc.anyCase = sc.all[:0], sc.ends[:0], false
	return sc
}

// dullWords is how many of the words that begin like a keyword, and are none, are remembered where they are quickly found, by their hash: frequent ones
// come again before others take their place. A few hundred make up most of any text.
const dullWords = 1 << 12

func (sc *scratch) dullAt(hash uint64) *uint64 { return &sc.dull[hash%dullWords] }

// maxKept bounds the memory that a scratch keeps: a single huge item must not hold it for ever.
const maxKept = 1 << 16

func (p *pool) put(sc *scratch) {
	if max(cap(sc.words), cap(sc.all), cap(sc.shares), cap(sc.direct), cap(sc.asked)) > maxKept {
		return
	}
	if len(sc.full)+len(sc.met) > 0 {
		clear(sc.full)
		clear(sc.met)
	}
	sc.it = nil
	p.Put(sc)
}

// field returns the text that word i lies in.
func (sc *scratch) field(i int) string {
	if i < sc.split {
		return sc.it.Title
	}
	return sc.it.Text
}

func (sc *scratch) surface(i int) string {
	w := &sc.words[i]
	return sc.field(i)[w.Start:w.End]
}

// fold returns word i folded. It remembers: the hash of a word is that of its folded letters.
func (sc *scratch) fold(i int) string {
	s, ok := sc.folds.at(sc.words[i].Hash)
	if !ok {
		*s = text.Fold(sc.surface(i))
	}
	return *s
}

// joined reports whether a name may run on from word i−1 to word i: a full stop only ends an abbreviation or an initial ("St. Petersburg", "А. Г.").
func (sc *scratch) joined(i int) bool {
	switch sc.words[i].Gap {
	case text.GapJoin, text.GapSpace:
		return true
	case text.GapDot:
		return sc.words[i-1].Runes <= 3
	}
	return false
}

// dotBehind reports whether a full stop follows word i.
func (sc *scratch) dotBehind(i int) bool {
	s, end := sc.field(i), sc.words[i].End
	return end < len(s) && s[end] == '.'
}

func (sc *scratch) add(f found) { sc.all = append(sc.all, f) }

// scan fills sc.all with the terms that stand in the item.
func (m *Matcher) scan(sc *scratch) {
	for i := range sc.words {
		w := &sc.words[i]
		forms := &m.byForm.any
		if w.Caps == 0 {
			forms = &m.byForm.small
		}
		if forms.may(w.Hash) {
			for k := m.byForm.first(w.Hash); m.byForm.slots[k].upTo(w.Hash); k++ {
				if e := &m.byForm.slots[k]; e.key == w.Hash && e.langs&sc.langs != 0 {
					m.seen(sc, i, e.lexeme())
				}
			}
		}
		if m.heads.may(w.Head) && *sc.dullAt(w.Hash) != w.Hash {
			for _, lex := range m.sameStem(sc, i) {
				m.seen(sc, i, lex)
			}
		}
	}
	m.givenAlone(sc)
}

// seen tries what begins with, or hangs on, the lexeme whose form stands at word i.
func (m *Matcher) seen(sc *scratch, i int, lex int32) {
	l := &m.lexemes[lex]
	if !l.begins() || !m.shown(sc, i, l) {
		return
	}
	for _, p := range l.patterns {
		m.row(sc, p, i, l)
	}
	for _, s := range l.surnames {
		m.person(sc, s, i)
	}
}

// row appends the find of a pattern whose rarest word, l, stands at word i.
func (m *Matcher) row(sc *scratch, id int32, i int, l *lexeme) {
	p := &m.patterns[id]
	if len(p.lexemes) == 1 {
		if !l.acronym || !m.foreign(sc, p, i, l) {
			sc.add(found{term: p.term, from: i, to: i, pattern: id, surname: -1})
		}
		return
	}
	from := i - int(p.at)
	to := from + len(p.lexemes) - 1
	if from < 0 || to >= len(sc.words) {
		return
	}
	for k, lex := range p.lexemes {
		if at := from + k; k > 0 && !sc.inRow(at, p.signs>>k&1 == 1) || at != i && !m.has(sc, at, lex) {
			return
		}
	}
	sc.add(found{term: p.term, from: from, to: to, pattern: id, surname: -1})
}

// foreign reports whether a pattern, the acronym l, is in another language than the item's, of a profile that has names in the item's own, and has only two
// letters or stands among words in capitals: there it is somebody else's ("US", a Polish tax office) or a word ("CIS", Polish for yew).
func (m *Matcher) foreign(sc *scratch, p *pattern, i int, l *lexeme) bool {
	if l.from == sc.lang || l.from == "any" {
		return false
	}
	t := &m.terms[p.term]
	return t.profile >= 0 && m.profiles[t.profile].langs&sc.langs != 0 && (l.caps == 2 || sc.shouting(i))
}

// inRow reports whether a name may run on from word i−1 to word i: as joined does, over a full stop without a blank ("Lenta.ru"), and over a sign where the
// name has one.
func (sc *scratch) inRow(i int, sign bool) bool {
	switch sc.words[i].Gap {
	case text.GapDot:
		return sign || sc.joined(i) || sc.words[i].Start == sc.words[i-1].End+1
	case text.GapBreak:
		return sign
	}
	return sc.joined(i)
}

// has reports whether word i is a form of the lexeme.
func (m *Matcher) has(sc *scratch, i int, lex int32) bool {
	l := &m.lexemes[lex]
	switch {
	case !l.inTable():
		return slices.Contains(m.sameStem(sc, i), lex)
	case sc.words[i].Caps < int(l.caps):
		return false
	}
	for e := range m.byForm.of(sc.words[i].Hash) {
		if e.lexeme() == lex {
			return e.langs&sc.langs != 0 && m.shown(sc, i, l)
		}
	}
	return false
}

// shown reports whether word i shows the capitals, or the very letters, that the lexeme asks for.
func (m *Matcher) shown(sc *scratch, i int, l *lexeme) bool {
	w := &sc.words[i]
	if w.Caps < int(l.caps) {
		return false
	}
	switch l.mode {
	case exact:
		return sc.surface(i) == l.word
	case stemmed:
		return l.readsStem(sc.lang) || sc.fold(i) == l.fold
	}
	return sc.anyCase || !l.acronym || sc.isAcronym(i, int(l.caps))
}

// isAcronym reports whether word i, in capitals, is an acronym of so many letters or a form of it («МИДа», in a headline «МИДА») rather than an ordinary
// word: among words in capitals none that means something ("WHO"), elsewhere none with an ending in capitals ("UNE").
func (sc *scratch) isAcronym(i, letters int) bool {
	w := &sc.words[i]
	if w.Caps > letters && (letters < 3 || !sc.shouting(i)) {
		return false
	}
	return !text.IsCommonWord(w.Hash, sc.lang) || !sc.shouting(i)
}

// shouting reports whether the words around word i are all in capitals, so that its own say nothing: "MINISTERS SAY WHO WILL PAY".
func (sc *scratch) shouting(i int) bool {
	loud := 0
	for j := max(i-4, 0); j < min(i+5, len(sc.words)); j++ {
		w := &sc.words[j]
		if j == i || w.Letters < 2 || (j < sc.split) != (i < sc.split) {
			continue
		}
		if w.Caps < w.Letters {
			return false
		}
		if w.Letters > 2 {
			loud++
		}
		if w.Letters > 4 {
			loud += 2
		}
	}
	return loud > 2
}

// sameStem returns the lexemes, compared by stem or beginning, that word i belongs to.
func (m *Matcher) sameStem(sc *scratch, i int) []int32 {
	w := &sc.words[i]
	known, ok := sc.stems.at(w.Hash)
	if ok {
		if len(*known) == 0 {
			*sc.dullAt(w.Hash) = w.Hash
		}
		return *known
	}
	var out []int32
	folded := sc.fold(i)
	lang, stem := "", ""
	for _, id := range m.byHead[w.Head] {
		l := &m.lexemes[id]
		if l.mode == prefixed {
			if len(folded) >= len(l.stem) && folded[:len(l.stem)] == l.stem {
				out = append(out, id)
			}
			continue
		}
		if code := l.readings[0].lang; code != lang {
			lang, stem = code, text.Stem(folded, code)
		}
		if l.stem == stem {
			out = append(out, id)
		}
	}
	*known = out
	return out
}

// sentences returns the number of the sentence that each word lies in. The end of a field ends a sentence.
func (sc *scratch) sentences() []int {
	if len(sc.ends) == len(sc.words) {
		return sc.ends
	}
	n := 0
	for i := range sc.words {
		if i > 0 && (i == sc.split || sc.endsBefore(i)) {
			n++
		}
		sc.ends = append(sc.ends, n)
	}
	return sc.ends
}

// endsBefore reports whether a sentence ends between words i−1 and i: at a sure sign, or at a line end, which ends a paragraph, and at a full stop
// behind a word that is no initial or short abbreviation and before one that begins with a capital or a digit.
func (sc *scratch) endsBefore(i int) bool {
	w := &sc.words[i]
	before := &sc.words[i-1]
	between := sc.field(i)[before.End:w.Start]
	switch {
	case w.Gap == text.GapSentence || strings.Contains(between, "\n"):
		return true
	case w.Gap < text.GapDot || !strings.Contains(between, ".") || w.Caps == 0 && w.Letters > 0:
		return false
	}
	return before.Runes > 3 || before.Caps == 0 && before.Runes > 2 || before.Letters > 1 && before.Caps == before.Letters
}
