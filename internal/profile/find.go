package profile

import (
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// A name is a candidate: one spelling, with everything the articles say about it.
type name struct {
	text    string
	lex     *lexicon        // of the first language it was found in
	words   []string        // keys, see keyOf
	forms   map[string]bool // as the articles write it, where names inflect
	fixed   bool            // stood in quotation marks: it does not inflect
	quoted  bool            // stood in quotation marks, and may inflect: «в «Нафтогазе Украины»»
	langs   map[string]bool // of the articles it was found in
	count   map[string]int  // article → how often; see count
	person  int             // twice the times a role stands before it
	said    int             // times a verb of speech stands behind it; capitals and governments speak as well
	place   int             // times it stands behind "in" or the like
	the     int             // times "the" stands before it
	thing   int             // times it is said to be the name of a ship, a film
	bare    int             // times it stands behind no preposition of place
	article int             // in German: times an article or an adjective stands before it
	short   map[string]bool // acronyms that stood beside it in brackets
}

// A finder collects the names of one language's articles. The order of work: learn how each word is written everywhere, then take runs of capitals, then
// give what was found its dictionary form.
type finder struct {
	lists   lists
	lex     *lexicon
	upper   map[string]int  // how often a word, here by key, has a capital where no sentence begins; in any of its forms
	lower   map[string]int  // how often it has none
	capital map[string]int  // how often this very form has a capital where no sentence begins
	bearers map[string]bool // surnames: what stands behind a given name, in any of its forms
	alone   map[string]int  // how often it is a run of capitals of its own
	names   map[string]*name
	quoted  map[string]map[string]bool // lower-case phrases in quotation marks → articles
	lemmas  map[string][]string
}

// find returns the candidates of the articles, which are in the lexicon's language, by spelling.
func find(articles []Article, lex *lexicon) map[string]*name {
	l := lex.lists
	f := finder{lists: l, lex: lex, upper: map[string]int{}, lower: map[string]int{}, capital: map[string]int{}, alone: map[string]int{}, bearers: map[string]bool{}, names: map[string]*name{},
		quoted: map[string]map[string]bool{}, lemmas: map[string][]string{}}
	cut := make([][]paragraph, len(articles))
	for i, a := range articles {
		for _, p := range a.paragraphs(l) {
			ts := tokens(p, l)
			if shouted(ts) {
				continue
			}
			cut[i] = append(cut[i], paragraph{p, ts})
			f.learn(ts, isHeading(p, ts))
		}
	}
	for i, a := range articles {
		for _, p := range cut[i] {
			f.runs(a, p)
			f.quotations(a, p)
		}
	}
	f.addQuoted(articles)
	switch {
	case lex.code == "de":
		f.keepGerman()
	case lex.inflects():
		f.inflect()
		f.dropGiven()
	}
	f.dropPeoples()
	return f.names
}

type paragraph struct {
	text   string
	tokens []token
}

// shouted reports whether a paragraph is a headline in capitals, in which capitals say nothing.
func shouted(ts []token) bool {
	capitals := 0
	for _, t := range ts {
		if isAcronym(t.word) {
			capitals++
		}
	}
	return len(ts) > 2 && capitals*2 > len(ts)
}

// headingWords is how long a heading may be; a paragraph without a full stop that is longer is text all the same.
const headingWords = 14

// isHeading reports whether a paragraph is a heading, in which a capital says less: some are written In Title Case.
func isHeading(p string, ts []token) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(p, quotes+") "))
	return len(ts) <= headingWords && !strings.ContainsRune(".!?…:;,", last)
}

func (f *finder) learn(ts []token, heading bool) {
	for i, t := range ts {
		if t.caps && i > 0 && t.joined && ts[i-1].caps && isGiven(ts[i-1].lower) && f.lex.base[ts[i-1].lower] == "" {
			for _, k := range f.family(t.lower) {
				f.bearers[k] = true
			}
		}
		count := f.upper
		switch {
		case !t.caps:
			count = f.lower
		case t.first, heading:
			continue
		default:
			f.capital[t.lower]++
			if !(i > 0 && t.joined && ts[i-1].caps) && !(i+1 < len(ts) && ts[i+1].joined && ts[i+1].caps) {
				f.alone[t.lower]++
			}
		}
		for _, k := range f.family(t.lower) {
			count[k]++
		}
	}
}

// family is a word and, where words inflect, the dictionary forms it may have.
func (f *finder) family(key string) []string {
	if !f.lex.inflects() {
		return []string{key}
	}
	l, ok := f.lemmas[key]
	if !ok {
		l = lemmasOf(key, f.lex.code)
		f.lemmas[key] = l
	}
	return l
}

// written returns how often a word, in any form, has a capital in the middle of a sentence, and how often it has none.
func (f *finder) written(key string) (upper, lower int) {
	for _, k := range f.family(key) {
		upper, lower = max(upper, f.upper[k]), max(lower, f.lower[k])
	}
	return upper, lower
}

// runs takes every maximal run of capitalised words that can be a name.
func (f *finder) runs(a Article, p paragraph) {
	ts := p.tokens
	for i := 0; i < len(ts); {
		if end := f.inQuotes(p, i); end > i {
			n := f.name(a, p.text[ts[i].start:ts[end-1].end])
			n.fixed = true
			f.called(p, n, i, end)
			i = end
			continue
		}
		if !f.starts(ts, i) {
			i++
			continue
		}
		end := i + 1
		for end < len(ts) {
			n := f.continues(ts, i, end)
			if n == 0 {
				break
			}
			end += n
		}
		if end-i > 1 && isAcronym(ts[i].word) && !f.hasAny(ts[i+1:end], "body", "realm", "thing") {
			end = i + 1 // "CIA Eurasia" are two; "US Institute of Peace" is one
		}
		whole := end-i > 1 && f.whole(p, i, end)
		if f.lex.inflects() && !whole {
			end = f.split(ts, i, end)
			end = f.extend(ts, i, end)
		}
		if f.lex.code == "fr" {
			end = f.extendFrench(ts, end)
		}
		if full := f.expanded(p, i, end); full > end {
			end, whole = full, true
		}
		if behind := f.office(ts, i, end); behind > i {
			if f.hasOther(ts[i:behind], "portfolio") {
				f.take(a, p, i, behind, false)
			}
			i = behind
		}
		f.take(a, p, i, end, whole)
		i = end
	}
}

// starts reports whether a name can begin at token i.
func (f *finder) starts(ts []token, i int) bool { return ts[i].caps && !f.stops(ts, i) }

// stops reports whether token i, though it has a capital, belongs to no name: a function word, a month, a title.
func (f *finder) stops(ts []token, i int) bool {
	t := ts[i]
	if isAcronym(t.word) {
		return f.lists.has("ordinary", t.lower)
	}
	if f.lists.has("role", t.lower) {
		// "General Assembly" is a body; "General Zaluzhny" is not.
		return i+1 >= len(ts) || !ts[i+1].joined || !ts[i+1].caps || !f.lists.has("body", ts[i+1].lower)
	}
	return f.lists.has("function", t.lower) || f.lists.has("calendar", t.lower)
}

// continues returns how many tokens from end on carry on the run that began at start: 1 for a further capital, more for "of the" and a capital.
func (f *finder) continues(ts []token, start, end int) int {
	if !ts[end].joined {
		return 0
	}
	if ts[end].caps {
		if f.stops(ts, end) {
			return 0
		}
		return 1
	}
	head := ts[end-1].lower
	inFor := slices.ContainsFunc(ts[start:end], func(t token) bool { return t.lower == "for" })
	if ts[end].lower == "the" && inFor && end+1 < len(ts) && ts[end+1].joined && ts[end+1].caps && !f.stops(ts, end+1) {
		return 2 // "Institute for Exploring the Deep Sea"
	}
	linked := f.lists.has("link", head+" "+ts[end].lower)
	if ts[end].lower == "of" || f.lists.has("of", ts[end].lower) {
		linked = f.lists.has("body", head) || f.lists.has("realm", head)
	}
	if ts[end].lower == "and" || ts[end].lower == "in" { // "Organization for Security and Co-operation in Europe"
		linked = inFor
	}
	if !linked {
		return 0
	}
	next := end + 1
	if next < len(ts) && ts[next].lower == "the" && ts[next].joined {
		next++
	}
	if next < len(ts) && ts[next].joined && ts[next].caps && !f.stops(ts, next) {
		return next + 1 - end
	}
	return 0
}

// proper reports whether a word is one that has its capital not only where sentences begin.
func (f *finder) proper(t token) bool {
	upper, lower := f.written(t.lower)
	return upper > lower
}

// take trims the run ts[i:end], unless it is known whole, and records what is left of it.
func (f *finder) take(a Article, p paragraph, i, end int, whole bool) {
	ts := p.tokens
	whole = whole || f.whole(p, i, end)
	if t := ts[i]; t.first && !whole && !f.proper(t) && f.mayBegin(ts, i, end) {
		if i++; i == end || !ts[i].caps {
			return
		}
	}
	if end-i == 2 && ts[i].first && !whole && f.addition(ts[i], ts[i+1]) {
		i++
	}
	if end-i > 1 && f.lists.has("people", ts[i].lower) && !f.hasAny(ts[i+1:end], "body", "realm", "thing") {
		i++
	}
	if i == end || f.portfolio(ts, i, end) || !f.worthy(ts[i:end]) || f.indefinite(ts, i, end) || f.attribute(ts, i, end) {
		return
	}
	if end-i > 1 && f.isCompany(ts[end-1]) {
		end-- // the name goes on without it elsewhere
	}
	n := f.name(a, p.text[ts[i].start:ts[end-1].end])
	n.quoted = n.quoted || end-i > 1 && f.whole(p, i, end)
	f.called(p, n, i, end)
	if !f.governed(ts, i) {
		n.bare++
	}
	if f.lex.code == "de" && i > 0 && (f.lists.has("article", ts[i-1].lower) || !ts[i-1].caps && isGermanAdjective(ts[i-1].lower) && !f.lists.has("function", ts[i-1].lower)) {
		n.article++
	}
	if i > 0 && ts[i].joined {
		switch before := ts[i-1]; {
		case f.lists.has("role", before.lower) && (!f.lex.inflects() || end-i > 1 || f.lex.surnameOf(ts[i].lower)):
			n.person += 2
		case before.lower == "the" && i > 1 && ts[i-1].joined && f.lists.has("place-before", ts[i-2].lower) && ts[i-2].lower != "in":
			n.place++
		case f.lists.has("body-before", before.lower):
			n.the++
		case before.lower == "the":
			n.the++
		case f.lists.has("place-before", before.lower) && !ts[end-1].possessive:
			n.place++
		case f.lex.code == "fr" && f.lists.has("article", before.lower):
			n.place++
		}
	}
	if end < len(ts) && ts[end].joined && f.lists.has("speech", ts[end].lower) {
		n.said++
	}
	// "Collective Security Treaty Organisation (CSTO)", and the other way round.
	if end < len(ts) && strings.TrimSpace(p.text[ts[end-1].end:ts[end].start]) == "(" {
		f.bracket(a, p, n, end)
	}
}

// governed reports whether what begins at token i likely stands in another case than the nominative: behind a preposition, or behind a noun that it
// belongs to.
func (f *finder) governed(ts []token, i int) bool {
	if i == 0 || !ts[i].joined || ts[i].first {
		return false
	}
	before := ts[i-1].lower
	if f.lists.has("locative", before) && strings.HasSuffix(ts[i].lower, "ы") {
		return false
	}
	if f.lists.has("place-before", before) || f.lists.has("preposition", before) {
		return true
	}
	if f.lists["preposition"] == nil {
		return false
	}
	if ts[i-1].caps && !ts[i-1].first || f.lists.has("role", before) && !f.lex.surnameOf(ts[i].lower) {
		return true // «МИД Пакистана», «президент Пакистана»
	}
	return !f.lists.has("function", before) && !f.lists.has("speech", before) && !f.lists.has("role", before) && !f.isVerb(before)
}

// isVerb reports whether a word ends as a finite verb does.
func (f *finder) isVerb(key string) bool {
	for ending := range f.lists["verb"] {
		if strings.HasSuffix(key, ending) {
			return true
		}
	}
	return false
}

// mayBegin reports whether the word that begins a sentence, and is not known as a name, is likely no part of the run of capitals it begins.
func (f *finder) mayBegin(ts []token, i, end int) bool {
	t := ts[i]
	if end-i == 1 || f.lex.isAdjective(t.lower) && !ts[i+1].caps {
		return true
	}
	if f.lex.code != "en" && f.lex.code != "de" { // here a sentence often begins with a verb or an adverb and the name behind it
		return !isGiven(t.lower) && !isAcronym(t.word) && !isDotted(t.word) && !f.lex.isAdjective(t.lower) && !f.hasAny(ts[i:i+2], "body", "realm", "thing", "compass")
	}
	return f.lower[t.lower] > 0
}

// addition reports whether the word that begins a sentence is no part of the name behind it: "Neighbouring Ukraine", where Ukraine stands alone
// elsewhere, and neither of the two says that they belong together.
func (f *finder) addition(first, second token) bool {
	if f.upper[first.lower] > 0 || isAcronym(first.word) || isDotted(first.word) || text.IsGivenName(text.Hash(text.Fold(first.word))) {
		return false
	}
	if f.lists.has("compass", first.lower) || f.hasAny([]token{first, second}, "body", "realm", "thing") {
		return false
	}
	return f.upper[second.lower] > 1
}

// indefinite reports whether a single word stands behind an indefinite article, a word between them or none: "a common Motherland". A name may stand
// so before another word: "a Kremlin aide".
func (f *finder) indefinite(ts []token, i, end int) bool {
	if end-i > 1 || isAcronym(ts[i].word) {
		return false
	}
	if end < len(ts) && ts[end].joined && !ts[end].caps && !f.lists.has("function", ts[end].lower) {
		return false
	}
	for back := i - 1; back >= max(0, i-2) && ts[back+1].joined; back-- {
		if f.lists.has("indefinite", ts[back].lower) {
			return true
		}
		if ts[back].caps {
			break
		}
	}
	return false
}

// portfolio reports whether the run ts[i:end] is what the title behind it is of: "Transport Minister", "Health and Social Affairs Secretary".
func (f *finder) portfolio(ts []token, i, end int) bool {
	return end < len(ts) && ts[end].joined && f.lists.has("role", ts[end].lower) &&
		!slices.ContainsFunc(ts[i:end], func(t token) bool { return !f.lists.has("portfolio", t.lower) })
}

// attribute reports whether a capitalised adjective alone stands before the small word it belongs to: «Московский патриархат» is no Московский.
func (f *finder) attribute(ts []token, i, end int) bool {
	if end-i > 1 || !f.lex.isAdjective(ts[i].lower) || end == len(ts) || !ts[end].joined || ts[end].caps {
		return false
	}
	next := ts[end].lower
	return !f.lists.has("function", next) && !f.lists.has("speech", next) && !f.isVerb(next)
}

// bracket ties n to the acronym, or the acronym n to the name, that stands in brackets from token i on.
func (f *finder) bracket(a Article, p paragraph, n *name, i int) {
	ts := p.tokens
	end := i
	for end < len(ts) && (end == i || ts[end].joined) {
		end++
	}
	if !strings.HasPrefix(strings.TrimLeft(p.text[ts[end-1].end:], " "), ")") {
		return
	}
	inner := strings.TrimSuffix(p.text[ts[i].start:ts[end-1].end], ".")
	switch {
	case end == i+1 && isAcronym(inner) && len(n.words) > 1:
		n.short[inner] = true
	case isAcronym(n.text) && len(strings.Fields(inner)) > 1 && ts[i].caps:
		f.name(a, inner).short[n.text] = true
	}
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func (f *finder) hasAny(ts []token, sections ...string) bool {
	return slices.ContainsFunc(ts, func(t token) bool {
		return slices.ContainsFunc(sections, func(s string) bool { return f.lists.has(s, t.lower) })
	})
}

// worthy reports whether a run can name somebody or something at all.
func (f *finder) worthy(ts []token) bool {
	if len(ts) == 1 {
		t := ts[0]
		if isRoman(t.word) || isAcronym(t.word) && t.lower == strings.ToLower(t.word) && utf8.RuneCountInString(t.lower) >= shoutedLetters {
			return false
		}
		if len([]rune(strings.TrimSuffix(t.word, "."))) < 2 || f.lists.has("body", t.lower) || f.lists.has("realm", t.lower) {
			return false
		}
		if upper, lower := f.written(t.lower); !isAcronym(t.word) && lower > upper {
			return false // a word like others that a headline or a quotation wrote with a capital
		}
		if parts := strings.Split(t.lower, "-"); len(parts) > 1 && !slices.ContainsFunc(parts, func(s string) bool { return f.upper[s] == 0 && !f.lists.has("people", s) }) {
			return false // "Belarus-Russia"
		}
	}
	if len(ts) > 1 && !f.hasAny(ts, "body", "realm", "thing") && !slices.ContainsFunc(ts, func(t token) bool { return f.lower[t.lower] <= f.upper[t.lower] }) {
		return false // a heading In Title Case, of words that the text writes small
	}
	if f.hasAny(ts, "people") && f.hasAny(ts, "realm") {
		return true // "Kyrgyz Republic"
	}
	return slices.ContainsFunc(ts, func(t token) bool {
		return t.caps && !f.lists.has("ordinary", t.lower) && !f.lists.has("people", t.lower)
	})
}

// shoutedLetters is how long a word in capitals is no acronym any more.
const shoutedLetters = 9

// isRoman reports whether a word is a number in Roman letters, as of a pope or a century.
func isRoman(word string) bool { return len(word) > 1 && strings.Trim(word, "IVXХІ") == "" }

// name returns the candidate of that spelling, a new one when it was not met before.
func (f *finder) name(a Article, spelling string) *name {
	n := f.names[spelling]
	if n == nil {
		n = &name{text: spelling, lex: f.lex, langs: map[string]bool{}, short: map[string]bool{}, forms: map[string]bool{spelling: true}}
		for _, w := range strings.Fields(spelling) {
			n.words = append(n.words, keyOf(w))
		}
		f.names[spelling] = n
	}
	n.langs[a.Lang] = true
	return n
}

// dropPeoples removes the words that are made from the name of a place.
func (f *finder) dropPeoples() {
	if f.lex.code != "en" {
		return // the lists have them
	}
	bases := map[string]bool{}
	for _, n := range f.names {
		if len(n.words) == 1 {
			bases[n.words[0]] = true
		}
	}
	for spelling, n := range f.names {
		if len(n.words) == 1 && n.person == 0 && !isAcronym(spelling) && f.lists.isDemonym(n.words[0], bases) {
			delete(f.names, spelling)
		}
	}
}
