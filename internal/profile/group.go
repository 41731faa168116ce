package profile

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/text"
)

// A group is the spellings of one entity.
type group struct {
	names []*name
	kind  kindOf
}

type kindOf int

const (
	unclear kindOf = iota
	person
	body
	place
	thing
)

// A grouper joins candidates. Ties are symmetric and transitive, except that two people with different given names never become one.
type grouper struct {
	lists    lists
	right    map[string]string // spelling pairs, see words.txt
	surnames []map[string]bool // ends of surnames, by language
	names    []*name           // most frequent first
	parent   map[*name]*name
}

func newGrouper(lexicons map[string]*lexicon) grouper {
	l := lexicons["en"].lists
	g := grouper{lists: l, right: l.spellings(), parent: map[*name]*name{}}
	for _, code := range slices.Sorted(maps.Keys(lexicons)) {
		g.surnames = append(g.surnames, lexicons[code].lists["surname"])
	}
	return g
}

func groupNames(names map[string]*name, lexicons map[string]*lexicon) []group {
	g := newGrouper(lexicons)
	for _, n := range names {
		if n.total() > 0 {
			g.names = append(g.names, n)
		}
	}
	slices.SortFunc(g.names, byFrequency)
	for _, n := range g.names {
		if g.surnameShape(n.words[len(n.words)-1]) || g.fullName(n) {
			n.person += n.said
		}
	}
	g.byKey()
	g.acronyms()
	g.longForms()
	g.misprints()
	g.people()
	return g.groups()
}

func byFrequency(a, b *name) int {
	return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.text, b.text))
}

func (n *name) total() int {
	sum := 0
	for _, c := range n.count {
		sum += c
	}
	return sum
}

func (g *grouper) root(n *name) *name {
	for g.parent[n] != nil {
		n = g.parent[n]
	}
	return n
}

func (g *grouper) join(a, b *name) {
	a, b = g.root(a), g.root(b)
	if a != b {
		g.parent[b] = a
	}
}

func (g *grouper) groups() []group {
	at := map[*name]int{}
	var out []group
	for _, n := range g.names {
		r := g.root(n)
		i, ok := at[r]
		if !ok {
			i = len(out)
			at[r] = i
			out = append(out, group{})
		}
		out[i].names = append(out[i].names, n)
	}
	for i := range out {
		out[i].kind = g.vote(out[i].names)
	}
	return out
}

// key is equal for spellings that differ only in capitals, hyphens, dots or British and American orthography. An acronym has a key of its
// own, so that "US" is not "us".
func (g *grouper) key(n string) string {
	if isAcronym(n) {
		return "=" + letters(n)
	}
	var b strings.Builder
	for i, w := range strings.Fields(strings.ToLower(n)) {
		if i == 0 && w == "the" {
			continue
		}
		if r, ok := g.right[w]; ok {
			w = r
		}
		b.WriteString(text.Fold(w))
	}
	return b.String()
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func (g *grouper) byKey() {
	first := map[string]*name{}
	for _, n := range g.names {
		k := g.key(n.text)
		if first[k] == nil {
			first[k] = n
			continue
		}
		g.join(first[k], n)
	}
}

// acronyms ties acronyms to what they stand for: "(CSTO)" behind its name, or a name in the same collection with those initials when there is
// only one. Two letters need the same article and a name that ends like a body's.
func (g *grouper) acronyms() {
	for _, short := range g.names {
		if !isAcronym(short.text) {
			continue
		}
		fits := map[string]*name{}
		for _, long := range g.names {
			if len(long.words) < 2 {
				continue
			}
			stated := long.short[short.text]
			fit := g.initials(long) == strings.ToLower(letters(short.text))
			if stated && (fit || g.has(long, "body")) {
				g.join(short, long)
				fits = nil
				break
			}
			if fit && g.standsFor(short, long) {
				fits[g.key(long.text)] = long
			}
		}
		if len(fits) == 1 {
			for _, long := range fits {
				g.join(short, long)
			}
		}
	}
}

func (g *grouper) standsFor(short, long *name) bool {
	if utf8.RuneCountInString(letters(short.text)) > 2 {
		return true
	}
	shared := false
	for a := range short.count {
		shared = shared || long.count[a] > 0
	}
	return shared && long.lex.has("ends", long.words[len(long.words)-1])
}

// initials returns the first letters of a name's words, small words left out: "csto".
func (g *grouper) initials(n *name) string {
	var b strings.Builder
	for w := range strings.FieldsFuncSeq(n.text, func(r rune) bool { return r == ' ' || r == '-' }) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsUpper(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// longForms ties "Republic of Artsakh" to "Artsakh" and "Nagorno-Karabakh" to "Karabakh", when the last part stands alone elsewhere and the
// first does not.
func (g *grouper) longForms() {
	by := map[string]*name{}
	for _, n := range g.names {
		by[n.text] = n
	}
	for _, n := range g.names {
		words := strings.Fields(n.text)
		if len(words) == 1 {
			if n.lex.code != "en" {
				continue // «Интерфакс-Украина» is not Украина
			}
			if head, tail, ok := strings.Cut(n.text, "-"); ok && by[tail] != nil && by[head] == nil && utf8.RuneCountInString(tail) > 3 {
				g.join(by[tail], n)
			}
			continue
		}
		if tail := by[words[len(words)-1]]; len(words) == 3 && words[1] == "of" && tail != nil && n.lex.has("realm", n.words[0]) && !n.lex.has("feature", n.words[0]) {
			g.join(tail, n)
		}
	}
}

// misprintLetters is how long a word must be before one wrong letter is taken for a misprint.
const misprintLetters = 8

// misprints ties long single words of one article of which one lacks a letter, not the last: "VKontakte", "VKontake". Another letter makes another name:
// Irlandia, Islandia.
func (g *grouper) misprints() {
	for i, a := range g.names {
		x := []rune(a.text)
		if len(a.words) > 1 || len(x) < misprintLetters || isAcronym(a.text) {
			continue
		}
		for _, b := range g.names[i+1:] {
			y := []rune(b.text)
			if len(b.words) > 1 || len(y) < misprintLetters || x[0] != y[0] || x[len(x)-1] != y[len(y)-1] || len(x) == len(y) || distance(x, y) != 1 {
				continue
			}
			for article := range a.count {
				if b.count[article] > 0 {
					g.join(a, b)
					break
				}
			}
		}
	}
}

// has reports whether a word of n is in one of the sections.
func (g *grouper) has(n *name, sections ...string) bool {
	return slices.ContainsFunc(n.words, func(w string) bool {
		return slices.ContainsFunc(sections, func(s string) bool { return n.lex.has(s, w) })
	})
}
