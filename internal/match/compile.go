package match

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// A Matcher recognises the names and words of a set of watchlists. It is immutable and safe for concurrent use: a changed
// configuration is compiled anew and swapped in whole.
type Matcher struct {
	lists    []watchlist
	profiles []profile
	terms    []term
	patterns []pattern
	lexemes  []lexeme
	forms    map[uint64][]formRef // hash of a folded form → the lexemes that have it
	stems    map[uint64][]int32   // hash of a keyword's first letters → the lexemes that are compared by stem

	formFilter, stemFilter filter // what is not in forms, and stems
}

type watchlist struct {
	id, name  string
	threshold float64
}

type profile struct {
	id      string
	terms   []int32
	context int // words; 0: none is asked for
}

type role uint8

const (
	roleName role = iota
	roleKeyword
	roleExclude
	roleContext
)

// A term is a name, a keyword, an exclude or a context phrase, as the file writes it.
type term struct {
	text    string
	lang    string
	role    role
	profile int32 // -1: the watchlist's own
	weight  float64
	lists   []int32 // watchlists it counts for
}

// A pattern is a term's words in one language's forms.
type pattern struct {
	term    int32
	lexemes []int32
}

// A lexeme is one word with the forms it may take.
type lexeme struct {
	word     string
	lang     string
	stem     string  // not "": compared by stem
	patterns []int32 // those that begin with it
}

type formRef struct {
	lexeme int32
	caps   int16 // how many leading capitals the text must show
	ending string
}

// maxWords bounds a name or phrase: nothing longer is a name, and a pasted paragraph should be told apart from one.
const maxWords = 20

type compiler struct {
	m      *Matcher
	byWord map[lexemeKey]int32
	byID   map[string]int32
	faults news.Faults
}

type lexemeKey struct {
	fold, lang string
	caps       int16
	stem       bool
}

// Compile builds a Matcher. Every profile is compiled, used by a watchlist or not, so that Expand knows its forms. The faults it returns are all that
// it found: terms without letters, unknown profiles, bad weights, and examples that a watchlist fails; their paths are those of news.Fault. With
// faults the Matcher is still usable for explaining them, but must not go live.
func Compile(profiles []news.Profile, watchlists []news.Watchlist) (*Matcher, news.Faults) {
	c := &compiler{
		m:      &Matcher{forms: map[uint64][]formRef{}, stems: map[uint64][]int32{}},
		byWord: map[lexemeKey]int32{},
		byID:   map[string]int32{},
	}
	users := map[string][]int32{}
	for i, w := range watchlists {
		c.m.lists = append(c.m.lists, watchlist{w.ID, w.Name, w.Threshold})
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
	c.m.formFilter, c.m.stemFilter = newFilter(c.m.forms), newFilter(c.m.stems)
	if len(c.faults) == 0 {
		c.examples(watchlists)
	}
	return c.m, c.faults
}

func (c *compiler) fault(path, format string, args ...any) {
	c.faults = append(c.faults, news.Fault{Path: path, Msg: fmt.Sprintf(format, args...)})
}

func (c *compiler) profile(path string, p news.Profile, lists []int32) {
	n := int32(len(c.m.profiles))
	c.byID[p.ID] = n
	c.m.profiles = append(c.m.profiles, profile{id: p.ID})
	base := term{profile: n, weight: 1, lists: lists}
	c.names(path+".names", p.Names, base)
	c.keywords(path+".keywords", p.Keywords, base)
	if len(p.Context.Near) > 0 {
		words := p.Context.Words
		if words == 0 {
			words = 40
		}
		c.m.profiles[n].context = words
		base.role = roleContext
		for i, s := range p.Context.Near {
			c.add(fmt.Sprintf("%s.context.near[%d]", path, i), s, "any", base)
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
	c.names(path+".names", w.Names, base)
	c.keywords(path+".keywords", w.Keywords, base)
	base.role = roleExclude
	for i, s := range w.Exclude {
		c.add(fmt.Sprintf("%s.exclude[%d]", path, i), s, "any", base)
	}
}

func (c *compiler) names(path string, byLang map[string][]string, t term) {
	t.role = roleName
	c.each(path, byLang, func(path, lang, s string) { c.add(path, s, lang, t) })
}

func (c *compiler) keywords(path string, byLang map[string][]string, t term) {
	t.role = roleKeyword
	c.each(path, byLang, func(path, lang, s string) {
		word, weight, err := parseWeight(s)
		if err != nil {
			c.fault(path, "%v", err)
			return
		}
		t.weight = weight
		c.add(path, word, lang, t)
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

// add compiles one term in the forms of lang; "any" stands for every language of the script it is written in.
func (c *compiler) add(path, s, lang string, t term) {
	words := slices.Collect(text.Words(s))
	letters := 0
	for _, w := range words {
		letters += w.Letters
	}
	switch {
	case letters == 0:
		c.fault(path, "%q has no letters", s)
		return
	case len(words) == 1 && words[0].Runes == 1:
		c.fault(path, "%q is a single letter: it would stand in every text", s)
		return
	case len(words) > maxWords:
		c.fault(path, "%d words are too many for a name or phrase (at most %d)", len(words), maxWords)
		return
	}
	id := int32(len(c.m.terms))
	t.text, t.lang = s, lang
	c.m.terms = append(c.m.terms, t)
	if t.profile >= 0 {
		c.m.profiles[t.profile].terms = append(c.m.profiles[t.profile].terms, id)
	}
	gated := t.role == roleName || t.role == roleContext
	for _, l := range languagesFor(s, lang) {
		p := pattern{term: id}
		for _, w := range words {
			caps := int16(0)
			if gated && w.Caps > 0 {
				caps = 1
				if w.Caps == w.Letters {
					caps = int16(w.Caps) // an acronym stays one
				}
			}
			p.lexemes = append(p.lexemes, c.lexeme(s[w.Start:w.End], l, caps, t.role == roleKeyword))
		}
		c.m.lexemes[p.lexemes[0]].patterns = append(c.m.lexemes[p.lexemes[0]].patterns, int32(len(c.m.patterns)))
		c.m.patterns = append(c.m.patterns, p)
	}
}

// languagesFor returns the languages in whose forms a term is looked for.
func languagesFor(s, lang string) []string {
	if lang != "any" {
		return []string{lang}
	}
	if cyr, _ := text.Scripts(s); cyr {
		return []string{"ru", "uk", "be", "kk"}
	}
	return []string{"en", "pl", "de"}
}

func (c *compiler) lexeme(word, lang string, caps int16, keyword bool) int32 {
	fold := text.Fold(word)
	stem := ""
	if keyword {
		stem = stemOf(fold, lang)
	}
	key := lexemeKey{fold, lang, caps, stem != ""}
	if id, ok := c.byWord[key]; ok {
		return id
	}
	id := int32(len(c.m.lexemes))
	c.byWord[key] = id
	c.m.lexemes = append(c.m.lexemes, lexeme{word: word, lang: lang, stem: stem})
	if stem != "" {
		h := headHash(fold)
		c.m.stems[h] = append(c.m.stems[h], id)
		return id
	}
	for _, f := range text.Forms(word, lang) {
		h := text.Hash(f.Fold)
		need := min(caps, int16(f.Stem))
		c.m.forms[h] = append(c.m.forms[h], formRef{id, need, f.Ending})
	}
	return id
}
