package match

import (
	"cmp"
	"math"
	"slices"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// titleFactor is how much more evidence in a headline counts than in the text.
const titleFactor = 1.5

// leadWords is how much of a text is its lead, which says what the item is about: there a topic's term counts like in the title. A headline with a
// short lead is all evidence of that kind, which makes up for the terms that it has no room for.
const leadWords = 40

// shortWords is about how many words an item has whose author chose how long to make it. Shorter ones, headlines with a lead, have room for fewer of a
// topic's terms: each counts more there, by the cube root of what is missing, up to shortMost.
const (
	shortWords = 120
	shortMost  = 1.5
)

func shortFactor(words int) float64 {
	return min(max(math.Cbrt(shortWords/float64(words)), 1), shortMost)
}

// Match returns the watchlists on which the item has evidence, in the order they were compiled, over their threshold or not. The item's keys and
// times are not looked at. Time is linear in the item's text; an item without evidence allocates nothing.
func (m *Matcher) Match(it *news.Item) []news.Match {
	sc := m.pool.get(it)
	defer m.pool.put(sc)
	m.scan(sc)
	if len(sc.all) == 0 {
		return nil
	}
	m.inContext(sc)
	m.hideNested(sc)
	if len(sc.all) == 0 {
		return nil
	}
	shares := m.deal(sc)
	out := make([]news.Match, 0, listsOf(shares))
	for len(shares) > 0 {
		n := 1
		for n < len(shares) && shares[n].list == shares[0].list {
			n++
		}
		if match := m.judge(sc, shares[:n]); len(match.Hits) > 0 {
			out = append(out, match)
		}
		shares = shares[n:]
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// A share is a find as one watchlist sees it: evidence of its own, or something its query asks for.
type share struct {
	list  int32
	asked bool
	find  int32 // index in scratch.all
}

// deal says which watchlists the finds are for, watchlists in order.
func (m *Matcher) deal(sc *scratch) []share {
	sc.shares = sc.shares[:0]
	for i := range sc.all {
		t := &m.terms[sc.all[i].term]
		for _, l := range t.lists {
			sc.shares = append(sc.shares, share{l, false, int32(i)})
		}
		if sc.all[i].given {
			continue
		}
		for _, l := range t.asked {
			sc.shares = append(sc.shares, share{l, true, int32(i)})
		}
	}
	if len(sc.shares) > 1 {
		slices.SortStableFunc(sc.shares, func(a, b share) int { return cmp.Compare(a.list, b.list) })
	}
	return sc.shares
}

// listsOf counts the watchlists of shares, which are in their order: most items are for one, and a match is not small.
func listsOf(shares []share) int {
	n := 0
	for i := range shares {
		if i == 0 || shares[i].list != shares[i-1].list {
			n++
		}
	}
	return n
}

// maxHits bounds the evidence that a match carries. All of it counts; nobody reads more.
const maxHits = 200

// reached is how much of a threshold is all of it: a topic's weights are fractions of one, and their sum may come out a hair below.
const reached = 1 - 1e-9

// A tally adds up what a match rests on: each profile and each keyword once, at the most it counts for.
type tally []counted

type counted struct {
	key    int32 // of a profile or a text, see compiler.key
	weight float64
}

func (t tally) add(key int32, weight float64) tally {
	for i := range t {
		if t[i].key == key {
			t[i].weight = max(t[i].weight, weight)
			return t
		}
	}
	return append(t, counted{key, weight})
}

func (t tally) sum() float64 {
	sum := 0.0
	for _, c := range t {
		sum += c.weight
	}
	return sum
}

// evidence is a find with the factor that a query gives it.
type evidence struct {
	found
	factor float64

	exclude, foreign, bent bool // for longest: the term's role, that it is of another language than the item, and that the item has another form of it
	weight                 float64
}

// judge turns what was found for one watchlist, its shares, into its match.
func (m *Matcher) judge(sc *scratch, shares []share) news.Match {
	l := &m.lists[shares[0].list]
	out := news.Match{Watchlist: l.id}
	all, asked := sc.direct[:0], sc.asked[:0]
	for _, s := range shares {
		if f := sc.all[s.find]; s.asked {
			asked = append(asked, f)
		} else {
			all = append(all, evidence{found: f, factor: 1})
		}
	}
	t := sc.tally[:0]
	if l.query != nil {
		for _, e := range l.query.evaluate(m, sc, asked) {
			t = t.add(m.terms[e.term].key, m.counts(sc, &e)) // also what lies within a longer find
			all = append(all, e)
		}
	}
	sc.direct, sc.asked = all, asked
	all = m.longest(sc, all)
	out.Hits = make([]news.Hit, 0, min(len(all), maxHits))
	for i := range all {
		e := &all[i]
		term := &m.terms[e.term]
		if term.role == roleExclude {
			if len(out.Excluded) < maxHits {
				out.Excluded = append(out.Excluded, m.hit(sc, e))
			}
			continue
		}
		if len(out.Hits) < maxHits {
			out.Hits = append(out.Hits, m.hit(sc, e))
		}
		t = t.add(term.key, m.counts(sc, e))
	}
	sc.tally = t
	out.Score = t.sum()
	out.Over = len(out.Excluded) == 0 && out.Score >= l.threshold*reached
	return out
}

// counts is what a find adds to the score.
func (m *Matcher) counts(sc *scratch, e *evidence) float64 {
	t := &m.terms[e.term]
	weight := t.weight * e.factor
	if e.from < sc.split || t.topic && e.from < sc.split+leadWords {
		weight *= titleFactor
	}
	if t.topic {
		weight *= shortFactor(len(sc.words))
	}
	return weight
}

// longest sorts by place and drops what lies within a longer find that counts no less: "Токаев" within «Касым-Жомарт Токаев». Of finds at one place
// the heaviest stays, of equals that in the item's own language, then the one written so. Excludes hide nothing and are not hidden.
func (m *Matcher) longest(sc *scratch, all []evidence) []evidence {
	for i := range all {
		t := &m.terms[all[i].term]
		all[i].bent = len(all) > 1 && m.bent(sc, &all[i].found)
		all[i].exclude, all[i].weight, all[i].foreign = t.role == roleExclude, t.weight*all[i].factor, t.lang != sc.lang
	}
	slices.SortStableFunc(all, evidence.compare)
	kept := all[:0]
	last := -1 // of those kept, the one that reaches farthest
	for _, e := range all {
		if last >= 0 && kept[last].exclude == e.exclude && e.to <= kept[last].to && kept[last].weight >= e.weight && !m.countsInside(&kept[last], &e) {
			continue
		}
		kept = append(kept, e)
		if last < 0 || kept[last].exclude != e.exclude || e.to > kept[last].to {
			last = len(kept) - 1
		}
	}
	return kept
}

// bent reports whether the words of a find are not those of the name as it is listed: of two names of one person the one that stands there counts.
func (m *Matcher) bent(sc *scratch, f *found) bool {
	var lexemes []int32
	switch {
	case f.pattern >= 0:
		lexemes = m.patterns[f.pattern].lexemes
	case f.surname >= 0:
		lexemes = m.surnames[f.surname].lexemes
	}
	for _, lex := range lexemes {
		if !slices.ContainsFunc(sc.words[f.from:f.to+1], func(w text.Word) bool { return w.Hash == m.lexemes[lex].hash }) {
			return true
		}
	}
	return false
}

// countsInside reports whether e is of a profile whose names count within those of others, and lies in one.
func (m *Matcher) countsInside(outer, e *evidence) bool {
	p := m.terms[e.term].profile
	return p >= 0 && m.profiles[p].nested && m.terms[outer.term].profile != p
}

func (e evidence) compare(f evidence) int {
	return cmp.Or(order(e.exclude, f.exclude), cmp.Compare(e.from, f.from), cmp.Compare(f.to, e.to), cmp.Compare(f.weight, e.weight), order(e.foreign, f.foreign), order(e.bent, f.bent))
}

// order puts false before true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (m *Matcher) hit(sc *scratch, e *evidence) news.Hit {
	t := &m.terms[e.term]
	h := news.Hit{Term: t.text, Field: news.FieldText, Rule: m.rule(sc, &e.found), Weight: t.weight * e.factor}
	if e.from < sc.split {
		h.Field = news.FieldTitle
	}
	h.Start, h.End = sc.words[e.from].Start, sc.words[e.to].End
	h.Surface = sc.field(e.from)[h.Start:h.End]
	if t.profile >= 0 {
		h.Profile = m.profiles[t.profile].id
	}
	return h
}

var roleNames = [...]string{"name", "keyword", "exclude", "context", "context", "context", "query"}

// rule says why the words of a find are a form of its term: the role, the language it is written in, and what each word differs in. The same words under
// the same pattern or person, or rather their hashes, are explained once.
func (m *Matcher) rule(sc *scratch, f *found) string {
	key := uint64(f.term)<<32 | uint64(uint32(f.pattern))
	if f.pattern < 0 {
		key ^= uint64(f.surname)<<48 ^ uint64(f.person)<<16
	}
	for i := f.from; i <= f.to; i++ {
		key = (key ^ sc.words[i].Hash) * 0x9E3779B97F4A7C15 // 2⁶⁴ by the golden ratio (Knuth, TAOCP 3, 6.4)
	}
	known, ok := sc.rules.at(key ^ key>>32)
	if ok {
		return *known
	}
	t := &m.terms[f.term]
	b := sc.rule[:0]
	b = append(b, t.rule...)
	for i := f.from; i <= f.to; i++ {
		b = m.appendHow(b, sc, f, i)
	}
	sc.rule = b
	if *known = t.rule; len(b) > len(t.rule) {
		*known = string(b)
	}
	return *known
}

// appendHow says in what word i of a find differs from the word of the term.
func (m *Matcher) appendHow(b []byte, sc *scratch, f *found, i int) []byte {
	h := sc.words[i].Hash
	if f.pattern >= 0 {
		l := &m.lexemes[m.patterns[f.pattern].lexemes[i-f.from]]
		if l.hash == h && l.inTable() {
			return b
		}
		if !l.inTable() {
			return l.appendHow(b, sc.fold(i), 0)
		}
	}
	for e := range m.byForm.of(h) {
		if lex := e.lexeme(); m.mayBe(f, i, lex) {
			return m.lexemes[lex].appendHow(b, sc.fold(i), e.reading())
		}
	}
	return b
}

// mayBe reports whether the lexeme is the one of word i of a find, or of a person's name one of it.
func (m *Matcher) mayBe(f *found, i int, lex int32) bool {
	if f.pattern >= 0 {
		return m.patterns[f.pattern].lexemes[i-f.from] == lex
	}
	_, given := slices.BinarySearch(m.people[f.person].given, lex)
	return given || f.surname >= 0 && slices.Contains(m.surnames[f.surname].lexemes, lex)
}
