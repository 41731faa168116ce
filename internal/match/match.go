package match

import (
	"cmp"
	"slices"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// titleFactor is how much more evidence in a headline counts than in the text.
const titleFactor = 1.5

// found is a term at a place, before it is known for whom it counts.
type found struct {
	term       int32
	inTitle    bool
	start, end int // bytes in the field
	from, to   int // words, counted through title and text
	rule       string
}

// token is a word of the item that some lexeme may have.
type token struct {
	text.Word
	refs []formRef
	stem []int32 // lexemes compared by stem that the word has
}

// Match returns the watchlists on which the item has evidence, in the order they were compiled, over their threshold or not.
// The item's ID, keys and times are not looked at. Time is linear in the item's text.
func (m *Matcher) Match(it *news.Item) []news.Match {
	all, words := m.scan(nil, it.Title, true, 0)
	all, _ = m.scan(all, it.Text, false, words)
	if len(all) == 0 {
		return nil
	}
	all = m.inContext(all)
	byList := map[int32][]found{}
	for _, f := range all {
		for _, l := range m.terms[f.term].lists {
			byList[l] = append(byList[l], f)
		}
	}
	var out []news.Match
	for l := range m.lists {
		if fs := byList[int32(l)]; len(fs) > 0 {
			if match := m.judge(int32(l), fs, it); len(match.Hits) > 0 {
				out = append(out, match)
			}
		}
	}
	return out
}

// scan appends the terms found in one field. first is the number of the field's first word; the number behind its last is returned.
func (m *Matcher) scan(all []found, s string, inTitle bool, first int) ([]found, int) {
	// Most texts name nobody who is watched: look first, and only then remember words.
	n, hot := 0, false
	for w := range text.Words(s) {
		n++
		hot = hot || m.formFilter.may(w.Hash) && m.forms[w.Hash] != nil || m.stemFilter.may(w.Head) && m.stems[w.Head] != nil
	}
	if !hot {
		return all, first + n
	}
	tokens := make([]token, 0, n)
	for w := range text.Words(s) {
		t := token{Word: w}
		if m.formFilter.may(w.Hash) {
			for _, r := range m.forms[w.Hash] {
				if w.Caps >= int(r.caps) {
					t.refs = append(t.refs, r)
				}
			}
		}
		if m.stemFilter.may(w.Head) {
			t.stem = m.sameStem(m.stems[w.Head], s[w.Start:w.End])
		}
		tokens = append(tokens, t)
	}
	for i := range tokens {
		for _, r := range tokens[i].refs {
			all = m.begin(all, tokens, i, r.lexeme, inTitle, first)
		}
		for _, l := range tokens[i].stem {
			all = m.begin(all, tokens, i, l, inTitle, first)
		}
	}
	return all, first + n
}

func (m *Matcher) sameStem(ids []int32, word string) []int32 {
	if len(ids) == 0 {
		return nil
	}
	var out []int32
	folded := text.Fold(word)
	lang, stem := "", ""
	for _, id := range ids {
		l := &m.lexemes[id]
		if l.lang != lang {
			lang, stem = l.lang, stemOf(folded, l.lang)
		}
		if l.stem == stem {
			out = append(out, id)
		}
	}
	return out
}

// begin appends the patterns that begin with the lexeme at word i and go on in the words behind it.
func (m *Matcher) begin(all []found, tokens []token, i int, lex int32, inTitle bool, first int) []found {
	for _, p := range m.lexemes[lex].patterns {
		pat := &m.patterns[p]
		if i+len(pat.lexemes) > len(tokens) || !follows(pat, tokens[i:]) {
			continue
		}
		last := i + len(pat.lexemes) - 1
		all = append(all, found{
			term: pat.term, inTitle: inTitle, start: tokens[i].Start, end: tokens[last].End,
			from: first + i, to: first + last, rule: m.rule(pat, tokens[i:]),
		})
	}
	return all
}

func follows(p *pattern, tokens []token) bool {
	for k, lex := range p.lexemes[1:] {
		t := &tokens[k+1]
		if !joins(tokens[k].Word, t.Gap) || !t.has(lex) {
			return false
		}
	}
	return true
}

// joins reports whether a name may run on over the gap behind prev: a full stop only ends an abbreviation or an initial ("St. Petersburg", "А. Г.").
func joins(prev text.Word, gap text.Gap) bool {
	return gap == text.GapJoin || gap == text.GapSpace || gap == text.GapDot && prev.Runes <= 3
}

func (t *token) has(lex int32) bool {
	return slices.ContainsFunc(t.refs, func(r formRef) bool { return r.lexeme == lex }) || slices.Contains(t.stem, lex)
}

// rule says why the words are a form of the pattern's term.
func (m *Matcher) rule(p *pattern, tokens []token) string {
	t := &m.terms[p.term]
	var b strings.Builder
	b.WriteString([...]string{"name", "keyword", "exclude", "context"}[t.role])
	b.WriteByte(' ')
	b.WriteString(m.lexemes[p.lexemes[0]].lang)
	for k, lex := range p.lexemes {
		if m.lexemes[lex].stem != "" {
			b.WriteString(" stem " + m.lexemes[lex].stem)
			continue
		}
		for _, r := range tokens[k].refs {
			if r.lexeme == lex {
				if r.ending != "" {
					b.WriteString(" -" + r.ending)
				}
				break
			}
		}
	}
	return b.String()
}

// inContext drops context phrases and the names that ask for one and have none near.
func (m *Matcher) inContext(all []found) []found {
	if !slices.ContainsFunc(m.profiles, func(p profile) bool { return p.context > 0 }) {
		return all
	}
	places := map[int32][]int{} // by profile: the first words of its context phrases, ascending
	for _, f := range all {
		if t := &m.terms[f.term]; t.role == roleContext {
			places[t.profile] = append(places[t.profile], f.from)
		}
	}
	for _, p := range places {
		slices.Sort(p)
	}
	return slices.DeleteFunc(all, func(f found) bool {
		t := &m.terms[f.term]
		if t.role == roleContext {
			return true
		}
		if t.role != roleName || t.profile < 0 || m.profiles[t.profile].context == 0 {
			return false
		}
		p, words := places[t.profile], m.profiles[t.profile].context
		i, _ := slices.BinarySearch(p, f.from-words)
		return i == len(p) || p[i] > f.to+words
	})
}

// maxHits bounds the evidence that a match carries. All of it counts; nobody reads more.
const maxHits = 200

// judge turns what was found for one watchlist into its match.
func (m *Matcher) judge(list int32, fs []found, it *news.Item) news.Match {
	out := news.Match{Watchlist: m.lists[list].id}
	counted := map[string]int{} // a profile or keyword → its place in best
	var best []float64          // the most each counts for
	for _, f := range m.longest(fs, it.Lang) {
		t := &m.terms[f.term]
		if t.role == roleExclude {
			if len(out.Excluded) < maxHits {
				out.Excluded = append(out.Excluded, m.hit(f, it))
			}
			continue
		}
		if len(out.Hits) < maxHits {
			out.Hits = append(out.Hits, m.hit(f, it))
		}
		key, w := t.text, t.weight
		if t.role == roleName && t.profile >= 0 {
			key = "profile " + m.profiles[t.profile].id
		}
		if f.inTitle {
			w *= titleFactor
		}
		if i, ok := counted[key]; ok {
			best[i] = max(best[i], w)
		} else {
			counted[key] = len(best)
			best = append(best, w)
		}
	}
	for _, w := range best {
		out.Score += w
	}
	out.Over = len(out.Excluded) == 0 && out.Score >= m.lists[list].threshold
	return out
}

// longest sorts by place and drops what lies within a longer find that counts no less: "Токаев" within «Касым-Жомарт Токаев». Of finds at one place that in the item's own
// language stays. Excludes hide nothing and are not hidden.
func (m *Matcher) longest(fs []found, lang string) []found {
	foreign := func(f found) int {
		if m.terms[f.term].lang == lang {
			return 0
		}
		return 1
	}
	lane := func(f found) int {
		n := 0
		if !f.inTitle {
			n = 1
		}
		if m.terms[f.term].role == roleExclude {
			n += 2
		}
		return n
	}
	slices.SortStableFunc(fs, func(a, b found) int {
		return cmp.Or(cmp.Compare(lane(a), lane(b)), cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(foreign(a), foreign(b)))
	})
	var cover [4]found // of those kept, the one that reaches farthest
	return slices.DeleteFunc(fs, func(f found) bool {
		c := &cover[lane(f)]
		if f.end > c.end {
			*c = f
			return false
		}
		return m.terms[c.term].weight >= m.terms[f.term].weight
	})
}

func (m *Matcher) hit(f found, it *news.Item) news.Hit {
	t := &m.terms[f.term]
	h := news.Hit{Term: t.text, Field: news.FieldText, Start: f.start, End: f.end, Rule: f.rule, Weight: t.weight}
	s := it.Text
	if f.inTitle {
		h.Field, s = news.FieldTitle, it.Title
	}
	h.Surface = s[f.start:f.end]
	if t.profile >= 0 {
		h.Profile = m.profiles[t.profile].id
	}
	return h
}
