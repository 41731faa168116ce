package profile

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A someone is the spellings of one person while people are told apart.
type someone struct {
	names   []*name
	given   []string // given names and initials, lower case
	surname []string // lower case
	heard   []sound  // of the surnames
}

// people joins full names to surnames, and transliterations of one surname to one another. Candidates come most frequent first, so a bare
// surname that several people bear goes to the one who is named most.
func (g *grouper) people() {
	var all []*someone
	places := map[string]bool{}
	for _, n := range g.names {
		if len(n.words) == 1 && n.place > n.person {
			places[n.words[0]] = true
		}
	}
	for _, n := range g.names { // full names first: they say who is whom
		if !g.fullName(n) || places[n.words[len(n.words)-1]] {
			continue
		}
		given, surname := n.words[0], n.words[len(n.words)-1]
		who := pick(all, func(s *someone) bool { return s.bears(surname) && s.answers(given) })
		if who == nil {
			heard := soundOf(surname)
			who = pick(all, func(s *someone) bool { return s.soundsLike(heard) && s.answers(given) })
		}
		all = add(all, who, n, surname)
		if who == nil {
			who = all[len(all)-1]
		}
		who.given = append(who.given, given)
	}
	var strangers []*name
	for _, n := range g.names {
		if len(n.words) != 1 || isAcronym(n.text) || places[n.words[0]] {
			continue
		}
		if who := pick(all, func(s *someone) bool { return s.bears(n.words[0]) }); who != nil {
			all = add(all, who, n, n.words[0])
		} else if g.surname(n) {
			strangers = append(strangers, n)
		}
	}
	for _, n := range strangers {
		heard := soundOf(n.words[0])
		all = add(all, pick(all, func(s *someone) bool { return s.soundsLike(heard) && g.surnameShape(s.surname[0]) }), n, n.words[0])
	}
	for _, s := range all {
		for _, n := range s.names[1:] {
			g.join(s.names[0], n)
		}
		for _, n := range s.names {
			n.person++ // the shape of the name is evidence, too
		}
	}
}

func pick(all []*someone, fits func(*someone) bool) *someone {
	for _, s := range all {
		if fits(s) {
			return s
		}
	}
	return nil
}

func add(all []*someone, who *someone, n *name, surname string) []*someone {
	if who == nil {
		who = &someone{}
		all = append(all, who)
	}
	who.names = append(who.names, n)
	who.surname = append(who.surname, surname)
	who.heard = append(who.heard, soundOf(surname))
	return all
}

func (s *someone) bears(surname string) bool { return slices.Contains(s.surname, surname) }

func (s *someone) soundsLike(surname sound) bool {
	return slices.ContainsFunc(s.heard, func(x sound) bool { return sameSound(x, surname) })
}

// answers reports whether the given name, or initial, can be that of s.
func (s *someone) answers(given string) bool {
	for _, x := range s.given {
		if !sameGiven(x, given) {
			return false
		}
	}
	return true
}

func sameGiven(a, b string) bool {
	if a == b {
		return true
	}
	x, y := soundOf(a), soundOf(b)
	if initial(a) || initial(b) {
		i, _ := utf8.DecodeRuneInString(x.shape)
		j, _ := utf8.DecodeRuneInString(y.shape)
		return i == j
	}
	return sameSound(x, y)
}

func initial(s string) bool { return utf8.RuneCountInString(strings.TrimSuffix(s, ".")) == 1 }

// fullName reports whether n is shaped like a given name and a surname and nothing says it is a place or a body.
func (g *grouper) fullName(n *name) bool {
	if len(n.words) < 2 || len(n.words) > 4 || n.place > n.person || n.the > n.person {
		return false
	}
	if g.has(n, "body", "realm", "thing", "ordinary", "people") || n.lex.has("compass", n.words[0]) {
		return false
	}
	if n.lex.code != "en" && n.lex.code != "fr" && !isGiven(n.words[0]) && !initial(n.words[0]) && n.person == 0 && !g.surelySurname(n.words[len(n.words)-1]) {
		return false // elsewhere two capitals side by side may be two names, or a noun and its genitive
	}
	for i, w := range strings.Fields(n.text) {
		if !isUpper(w) || isAcronym(w) || i > 0 && initial(w) && i == len(n.words)-1 {
			return false
		}
	}
	return true
}

// surelySurname reports whether a word ends as surnames alone do, or as Путин: never as Украина.
func (g *grouper) surelySurname(word string) bool {
	last, _ := utf8.DecodeLastRuneInString(word)
	return g.surnameShape(word) && (!manysEnd(word) || !isVowel(last))
}

// surname reports whether a single word is likely a surname.
func (g *grouper) surname(n *name) bool {
	if n.lex.inflects() && manysEnd(n.words[0]) && n.person == 0 {
		return false
	}
	return isUpper(n.text) && n.place <= n.person && n.the <= n.person && g.surnameShape(n.words[0])
}

// surnameShape reports whether a word ends like an East Slavic or Kazakh surname, in whatever letters.
func (g *grouper) surnameShape(word string) bool {
	for _, endings := range g.surnames {
		for ending := range endings {
			if stem, ok := strings.CutSuffix(word, ending); ok && utf8.RuneCountInString(stem) > 2 {
				return true
			}
		}
	}
	return false
}

// sure outweighs what a few mentions say.
const sure = 100

// vote says what a group is, by everything known of its names.
func (g *grouper) vote(names []*name) kindOf {
	people, places, the, things := 0, 0, 0, 0
	named := false // by quotation marks, or by an acronym that is no state's
	for _, n := range names {
		switch {
		case g.has(n, "body") && len(n.words) > 1:
			return body
		case g.has(n, "realm") && len(n.words) > 1, n.lex.has("compass", n.words[0]) && len(n.words) > 1:
			places += 3
		case g.has(n, "thing") && len(n.words) > 1:
			return thing
		case isAcronym(n.text):
			the += 2
			if n.lex.has("states", strings.ToLower(letters(n.text))) {
				places += sure
			} else {
				named = true
			}
		}
		named = named || n.fixed || n.quoted
		things += n.thing
		people += n.person
		places += 2 * n.place
		the += n.the
	}
	switch {
	case things > 0 && things >= people:
		return thing
	case people > places && people > the:
		return person
	case the > places, named && places <= 2+the:
		return body
	}
	return place
}

// A call is what a person is called by, ready to be compared: the surname's sound, and the given name when there is one.
type call struct {
	given   string
	surname sound
	shaped  bool // the surname has the shape of one
}

func (g *grouper) callName(n string) call {
	words := strings.Fields(strings.ToLower(n))
	if len(words) == 0 {
		return call{}
	}
	surname := words[len(words)-1]
	c := call{surname: soundOf(surname), shaped: g.surnameShape(surname)}
	if len(words) > 1 {
		c.given = words[0]
	}
	return c
}

// sameCall reports whether two names of people differ in transliteration only; a surname alone fits every given name.
func sameCall(a, b call) bool {
	return a.shaped && b.shaped && sameSound(a.surname, b.surname) && (a.given == "" || b.given == "" || sameGiven(a.given, b.given))
}
