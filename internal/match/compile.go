package match

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/query"
	"vestnik/internal/text"
)

// A Matcher recognises the names and words of a set of watchlists. It is immutable and safe for concurrent use: a changed
// configuration is compiled anew and swapped in whole.
type Matcher struct {
	lists    []watchlist
	profiles []profile
	terms    []term
	patterns []pattern
	people   []person
	surnames []surname
	lexemes  []lexeme
	byForm   formTable          // hash of a folded form → the lexemes that have it
	byHead   map[uint64][]int32 // hash of a word's first letters → the lexemes that are compared by stem or beginning
	heads    filter             // what is not in byHead

	feeds map[string]news.Feed
	pool  pool
}

type watchlist struct {
	id, name  string
	threshold float64
	query     *condition // nil: none
}

type profile struct {
	id     string
	near   bool  // a name counts only with a phrase of its context near it
	words  int   // how near, in words
	nested bool  // a name counts within a longer known one, too
	topic  bool  // its keywords count by their weight over its threshold
	langs  langs // languages it has names in
}

type role uint8

const (
	roleName role = iota
	roleKeyword
	roleExclude
	roleNear    // context: one must stand near a name
	roleNotNear // context: none may
	roleNotIn   // context: no name within it counts
	roleQuery
)

// A term is a name, a keyword, an exclude, a context phrase or a word of a query, as the file writes it.
type term struct {
	text    string
	lang    string
	role    role
	profile int32 // -1: the watchlist's own
	weight  float64
	topic   bool    // a keyword of a profile with a threshold of its own: the lead counts like the title
	lists   []int32 // watchlists it counts for
	asked   []int32 // watchlists whose query names it
	key     int32   // what it counts as
	rule    string  // how a find of it as written is explained
}

// A pattern is a term's words in a row.
type pattern struct {
	term    int32
	at      int32 // the word by which it is found: the rarest
	lexemes []int32
	signs   uint32 // a bit for each word that a sign stands before in the term itself: "One Belt, One Road", "RFE/RL"
}

// maxWords bounds a name or phrase: nothing longer is a name, and a pasted paragraph should be told apart from one.
const maxWords = 20

type compiler struct {
	m        *Matcher
	byWord   map[lexemeKey]int32
	byID     map[string]int32
	readings readingSet
	sources  map[string][]reading // readings of terms without a profile, by language
	queried  map[query.Term]int32 // words of queries → their terms
	keys     map[string]int32     // what terms count as
	faults   news.Faults
}

// Compile builds a Matcher. Every profile is compiled, used by a watchlist or not: Expand knows its forms, and its longer names hide shorter ones
// in them. The faults it returns are all that it found: terms without letters, unknown profiles, bad weights and queries, and examples that a
// watchlist fails; their paths are those of news.Fault. With faults the Matcher is still usable for explaining them, but must not go live.
// Time and memory are linear in the number of forms.
//
// feeds are those that items come from, for the filters of queries; without them only lang: can hold.
func Compile(profiles []news.Profile, watchlists []news.Watchlist, feeds []news.Feed) (*Matcher, news.Faults) {
	c := &compiler{
		m:       &Matcher{byHead: map[uint64][]int32{}, feeds: map[string]news.Feed{}},
		byWord:  map[lexemeKey]int32{},
		byID:    map[string]int32{},
		sources: map[string][]reading{},
		queried: map[query.Term]int32{},
		keys:    map[string]int32{},
	}
	for _, f := range feeds {
		c.m.feeds[f.ID] = f
	}
	users := map[string][]int32{}
	for i, w := range watchlists {
		c.m.lists = append(c.m.lists, watchlist{id: w.ID, name: w.Name, threshold: w.Threshold})
		for _, p := range w.Profiles {
			users[p] = append(users[p], int32(i))
		}
	}
	for i, p := range profiles {
		c.profile(fmt.Sprintf("profiles[%d]", i), p, users[p.ID])
	}
	for i, w := range watchlists {
		c.watchlist(fmt.Sprintf("watchlists[%d]", i), int32(i), w)
	}
	c.anchor()
	c.m.byForm = c.table()
	c.m.heads = newFilter(slices.Collect(maps.Keys(c.m.byHead)), 32)
	c.examples(profiles, watchlists)
	return c.m, c.faults
}

// anchor hangs every pattern on its rarest word, so that a frequent one ("Ministry", "of") does not make the scan try every name that has it: a word of grammar
// comes last, a word that the language uses for other things too next to last; of the others the one in fewest patterns, of equals the longest.
func (c *compiler) anchor() {
	uses := make([]int, len(c.m.lexemes))
	for i := range c.m.patterns {
		for _, l := range c.m.patterns[i].lexemes {
			uses[l]++
		}
	}
	usual := func(l *lexeme) int {
		switch {
		case text.IsFunctionWord(l.word, l.from) || l.from == "any" && text.IsFunctionWord(l.word, "en"):
			return 2
		case text.IsCommonWord(l.hash, ""):
			return 1
		}
		return 0
	}
	for i := range c.m.patterns {
		p := &c.m.patterns[i]
		best := p.lexemes[0]
		for k, l := range p.lexemes[1:] {
			x, y := &c.m.lexemes[l], &c.m.lexemes[best]
			if cmp.Or(cmp.Compare(usual(x), usual(y)), cmp.Compare(uses[l], uses[best]), cmp.Compare(len(y.word), len(x.word))) < 0 {
				best, p.at = l, int32(k+1)
			}
		}
		l := &c.m.lexemes[best]
		l.patterns = append(l.patterns, int32(i))
	}
}

func (c *compiler) fault(path, format string, args ...any) {
	c.faults = append(c.faults, news.Fault{Path: path, Msg: fmt.Sprintf(format, args...)})
}

func (c *compiler) profile(path string, p news.Profile, lists []int32) {
	n := int32(len(c.m.profiles))
	c.byID[p.ID] = n
	words := p.Context.Words
	if words == 0 {
		words = 40
	}
	c.m.profiles = append(c.m.profiles, profile{id: p.ID, near: len(p.Context.Near) > 0, words: words, nested: p.Nested, topic: p.Threshold > 0})
	for lang := range p.Names {
		c.m.profiles[n].langs |= langsOf(lang) &^ anyLang
	}
	base := term{profile: n, weight: 1, lists: lists}
	c.profileNames(path+".names", p, base)
	keyword := base
	if p.Threshold > 0 {
		keyword.weight, keyword.topic = 1/p.Threshold, true
	}
	c.keywords(path+".keywords", p.Keywords, keyword)
	for _, context := range []struct {
		name    string
		role    role
		phrases []string
	}{{"near", roleNear, p.Context.Near}, {"not_near", roleNotNear, p.Context.NotNear}, {"not_in", roleNotIn, p.Context.NotIn}} {
		base.role = context.role
		for i, s := range context.phrases {
			c.add(fmt.Sprintf("%s.context.%s[%d]", path, context.name, i), s, base, c.anyReadings(s))
		}
	}
}

func (c *compiler) watchlist(path string, n int32, w news.Watchlist) {
	for i, id := range w.Profiles {
		if _, ok := c.byID[id]; !ok {
			c.fault(fmt.Sprintf("%s.profiles[%d]", path, i), "there is no profile %q", id)
		}
	}
	base := term{profile: -1, weight: 1, lists: []int32{n}}
	c.each(path+".names", w.Names, func(path, lang, s string) {
		t := base
		t.lang = lang
		c.add(path, s, t, c.plainReadings(s, lang))
	})
	c.keywords(path+".keywords", w.Keywords, base)
	base.role = roleExclude
	for i, s := range w.Exclude {
		c.add(fmt.Sprintf("%s.exclude[%d]", path, i), s, base, c.anyReadings(s))
	}
	c.query(path+".query", n, w.Query)
}

// keywords adds ordinary words and phrases, which weigh what they say times the weight of t.
func (c *compiler) keywords(path string, byLang map[string][]string, t term) {
	t.role = roleKeyword
	unit := t.weight
	c.each(path, byLang, func(path, lang, s string) {
		word, weight, err := parseWeight(s)
		if err != nil {
			c.fault(path, "%v", err)
			return
		}
		t.weight, t.lang = weight*unit, lang
		c.add(path, word, t, c.plainReadings(word, lang))
	})
}

func (c *compiler) each(path string, byLang map[string][]string, add func(path, lang, s string)) {
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		for i, s := range byLang[lang] {
			add(fmt.Sprintf("%s.%s[%d]", path, lang, i), lang, s)
		}
	}
}

// parseWeight splits "protest^0.5" into the word and its weight; without ^ the weight is 1.
func parseWeight(s string) (string, float64, error) {
	word, w, ok := strings.Cut(s, "^")
	if !ok {
		return s, 1, nil
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(w), 64)
	if err != nil || !(weight > 0) || math.IsInf(weight, 0) {
		return "", 0, fmt.Errorf("the weight behind ^ must be a number above 0, such as %q", strings.TrimSpace(word)+"^0.5")
	}
	return strings.TrimSpace(word), weight, nil
}

// words splits a term, and faults what is no name or phrase. A keyword's marks (quotes, =, *) are no letters and so are not in the way.
func (c *compiler) words(path, s string) []text.Word {
	words := slices.Collect(text.Words(s))
	letters := 0
	for _, w := range words {
		letters += w.Letters
	}
	switch {
	case letters == 0:
		c.fault(path, "%q has no letters", s)
	case len(words) == 1 && words[0].Runes == 1:
		c.fault(path, "%q is a single letter: it would stand in every text", s)
	case len(words) > maxWords:
		c.fault(path, "%d words are too many for a name or phrase (at most %d)", len(words), maxWords)
	default:
		return words
	}
	return nil
}

// add compiles one term that is found as its words in a row, in the forms of the readings.
func (c *compiler) add(path, s string, t term, readings []reading) {
	m, bare := modeOf(s, t.role)
	c.addAs(path, s, bare, t, readings, m)
}

// addAs is add in a given mode; bare is s without its marks. It returns the term's number, -1 with a fault.
func (c *compiler) addAs(path, s, bare string, t term, readings []reading, m mode) int32 {
	words := c.words(path, s)
	if words == nil {
		return -1
	}
	if t.lang == "" {
		t.lang = "any"
	}
	t.text = s
	if m == prefixed && len(words) > 1 {
		c.fault(path, "%q: the * stands for the end of one word; a phrase cannot have it", s)
	}
	if m == prefixed && len([]rune(text.Fold(bare))) < text.HeadRunes {
		c.fault(path, "%q: at least %d letters must stand before the *", s, text.HeadRunes)
	}
	id := c.term(t)
	c.pattern(id, bare, readings, m)
	return id
}

// term numbers a term. Names of one profile count as one, so do equal words.
func (c *compiler) term(t term) int32 {
	t.rule = roleNames[t.role] + " " + t.lang
	name := "word " + t.text
	if t.role == roleName && t.profile >= 0 {
		name = "profile " + c.m.profiles[t.profile].id
	}
	key, ok := c.keys[name]
	if !ok {
		key = int32(len(c.keys))
		c.keys[name] = key
	}
	t.key = key
	c.m.terms = append(c.m.terms, t)
	return int32(len(c.m.terms) - 1)
}

// modeOf tells how a keyword wants to be compared by its marks, and returns it without them: "…" as it stands, =… letter for letter, …* by its beginning.
func modeOf(s string, r role) (mode, string) {
	if r != roleKeyword {
		return inflected, s
	}
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "="); ok {
		return exact, strings.Trim(straightQuotes(rest), `"`)
	}
	if q := straightQuotes(s); len(q) > 1 && q[0] == '"' && q[len(q)-1] == '"' {
		return literal, q[1 : len(q)-1]
	}
	if rest, ok := strings.CutSuffix(s, "*"); ok {
		return prefixed, rest
	}
	return stemmed, s
}

// pattern adds the words of s as a pattern of the term. In the modes that stem, each reading that has a stemmer is a pattern of its own.
func (c *compiler) pattern(id int32, s string, readings []reading, m mode) {
	if m != stemmed {
		c.patternOf(id, s, readings, m)
		return
	}
	var plain []reading
	for _, r := range readings {
		if text.HasStemmer(r.lang) {
			c.patternOf(id, s, []reading{r}, stemmed)
		} else {
			plain = append(plain, r)
		}
	}
	if len(plain) > 0 {
		c.patternOf(id, s, plain, inflected)
	}
}

// row adds a name that is found as its words in a row. Where the first of three or more has a capital and the next has none (Министерство иностранных
// дел), writers drop it as often as not, so it is not asked for.
func (c *compiler) row(id int32, s string, words []text.Word, readings []reading) {
	p := pattern{term: id}
	small := len(words) > 2 && words[0].Caps == 1 && words[0].Letters > 1 && words[1].Caps == 0 && words[1].Letters > 0 && words[1].Gap == text.GapSpace
	for i, w := range words {
		p.add(c.word(s[w.Start:w.End], w, c.m.terms[id].lang, readings, inflected, i > 0 || !small), w.Gap)
	}
	c.m.patterns = append(c.m.patterns, p)
}

func (c *compiler) patternOf(id int32, s string, readings []reading, m mode) {
	t := &c.m.terms[id]
	gated := m == inflected && (t.role == roleName || t.role == roleNear || t.role == roleNotNear)
	p := pattern{term: id}
	for w := range text.Words(s) {
		p.add(c.word(s[w.Start:w.End], w, t.lang, readings, m, gated), w.Gap)
	}
	c.m.patterns = append(c.m.patterns, p)
}

// add appends a word with what stands before it in the term.
func (p *pattern) add(lexeme int32, gap text.Gap) {
	if gap == text.GapDot || gap == text.GapBreak {
		p.signs |= 1 << len(p.lexemes)
	}
	p.lexemes = append(p.lexemes, lexeme)
}

// word returns the lexeme of one word of a term. A gated one wants the capitals it is written with.
func (c *compiler) word(s string, w text.Word, from string, readings []reading, m mode, gated bool) int32 {
	l := lexeme{word: s, from: from, mode: m, readings: readings}
	if gated {
		l.gate(w)
	}
	switch m {
	case stemmed:
		if l.stem = text.Stem(text.Fold(s), readings[0].lang); l.stem == "" {
			l.mode = inflected
		}
	case prefixed:
		l.stem = text.Fold(s)
	}
	return c.lexeme(l)
}

// gate asks for the capitals that the word is written with.
func (l *lexeme) gate(w text.Word) {
	switch w.Caps {
	case 0:
	case w.Letters:
		l.caps = int16(w.Caps) // an acronym stays one
		l.acronym = w.Letters >= 2
	default:
		l.caps = 1
	}
}
