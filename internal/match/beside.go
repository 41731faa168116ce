package match

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// maxBeside bounds how many words to one side of a surname may belong to the name.
const maxBeside = 5

// beside is what stands next to a surname.
type beside struct {
	full, other bool // the person's own given name or initial; somebody else's
	at          int  // the outermost word of the name
}

// person appends the find of a surname that begins at word i, unless it is another person's.
func (m *Matcher) person(sc *scratch, id int32, i int) {
	sur := &m.surnames[id]
	last := i + len(sur.lexemes) - 1
	if last >= len(sc.words) {
		return
	}
	for k := i + 1; k <= last; k++ {
		if sc.words[k].Gap != text.GapJoin || !m.has(sc, k, sur.lexemes[k-i]) {
			return
		}
	}
	p := &m.people[sur.person]
	left, right := m.leftOf(sc, p, i), beside{at: last}
	if !left.full && !left.other {
		right = m.rightOf(sc, p, last)
	}
	if left.other || right.other {
		sc.meet(sur.person, metOther)
		return
	}
	f := found{term: sur.alone, from: left.at, to: right.at, surname: id, pattern: -1, person: sur.person}
	if left.full || right.full {
		f.term = sur.full
	} else {
		f.from, f.weak = i, sur.weak || sc.met[sur.person] == metOther && !p.alone
		sc.meet(sur.person, metSurname)
	}
	if f.term < 0 {
		f.term = max(sur.full, sur.alone)
	}
	if left.full || right.full {
		sc.full[sur.person] = f.term
	}
	sc.add(f)
}

// Whom an item names first by a person's surname, if not the person in full: behind a namesake the surname alone is the namesake's, unless the profile lists
// it as a name of its own.
const (
	metSurname uint8 = iota + 1
	metOther
)

func (sc *scratch) meet(person int32, what uint8) {
	if sc.met[person] == 0 {
		sc.met[person] = what
	}
}

// What a word beside a surname is.
type part uint8

const (
	smallWord   part = iota // ends the name
	otherWord               // a capital: a middle name, or an ordinary word
	ownGiven                // a given name or title of the person's name
	otherGiven              // a given name that is none of the person's
	letter                  // an initial
	filler                  // a patronymic or a particle
	womansTitle             // and the person is a man
)

// partAt tells what word j is, to the left of a surname.
func (m *Matcher) partAt(sc *scratch, p *person, j int) part {
	w := &sc.words[j]
	switch {
	case w.Runes > 1 && m.isGiven(sc, p, j):
		return ownGiven
	case p.man && text.IsTitleOfWoman(w.Hash):
		return womansTitle
	case w.Runes <= 4 && w.Runes > 1 && text.IsParticle(sc.fold(j)):
		return filler
	case w.Caps == 0:
		return smallWord
	case w.Runes == 1:
		if sc.words[j+1].Gap == text.GapDot {
			return letter
		}
		return smallWord
	case text.IsPatronymic(sc.fold(j)):
		return filler
	case text.IsGivenName(w.Hash):
		return otherGiven
	case m.isSurname(sc, j):
		return smallWord // of somebody who is known: «Владимир Зеленский Путину»
	}
	return otherWord
}

// isSurname reports whether word i is a surname of a person with a profile.
func (m *Matcher) isSurname(sc *scratch, i int) bool {
	for e := range m.byForm.of(sc.words[i].Hash) {
		if l := &m.lexemes[e.lexeme()]; len(l.surnames) > 0 && e.langs&sc.langs != 0 && m.shown(sc, i, l) {
			return true
		}
	}
	return false
}

// leftOf reads back from word i, at most to where a name may begin.
func (m *Matcher) leftOf(sc *scratch, p *person, i int) beside {
	b := beside{at: i}
	if sc.words[i].Gap == text.GapJoin && (i == 0 || !text.IsParticle(sc.fold(i-1))) {
		return b // the second half of a compound: "Anti-Lukashenko", but not "al-Sisi"
	}
	other, initial := -1, -1 // of somebody else, and the outermost; −1: none
	middle := false          // a word was passed that may be a middle name, or no part of the name
	for j := i - 1; j >= max(i-maxBeside, 0) && sc.close(j+1); j-- {
		what := m.partAt(sc, p, j)
		switch {
		case what == ownGiven:
			b.full, b.at = true, j
			continue
		case what == filler && !b.full:
			continue
		case what == womansTitle && !b.full:
			b.other = true
		case what == letter && !b.full && !middle:
			initial = j
			continue
		case what == otherGiven && !b.full && !middle && initial < 0:
			for j > 0 && sc.words[j].Gap == text.GapJoin && sc.words[j-1].Caps > 0 {
				j-- // of Kasym-Zhomart the first half tells
			}
			other, middle = j, true // unless the own one stands before it: Rafael Mariano Grossi
			continue
		case what == otherWord && !b.full && !middle && initial < 0:
			middle = true
			continue
		}
		break // of the loop: the name does not reach farther
	}
	switch {
	case b.full || b.other:
	case other >= 0:
		b.other = !m.alike(sc, p, other)
	case initial >= 0:
		b.full = m.alike(sc, p, initial)
		b.other = !b.full
		b.at = initial
	}
	return b
}

// rightOf reads on from word i: «Токаев Касым-Жомарт», «Лукашенко А. Г.».
func (m *Matcher) rightOf(sc *scratch, p *person, i int) beside {
	b := beside{at: i}
	for j := i + 1; j < min(i+maxBeside, len(sc.words)) && sc.close(j); j++ {
		w := &sc.words[j]
		switch {
		case w.Caps == 0 || j == i+1 && w.Gap != text.GapSpace:
			return b
		case w.Runes == 1:
			last := sc.initials(j)
			if last < j || last+1 < len(sc.words) && sc.close(last+1) && sc.words[last+1].Caps > 0 {
				return b // no initial, or one of the name that follows: «Токаев А. Смаилова освободил»
			}
			b.other = !b.full && !m.alike(sc, p, j)
			if !b.other {
				b.full, b.at = true, last
			}
			return b
		case m.isGiven(sc, p, j) || b.full && text.IsPatronymic(sc.fold(j)):
			b.full, b.at = true, j
		default:
			if b.full && p.first && j-i-1 < p.givens {
				return beside{at: i, other: true} // half the given name, and then another: Kim Jong Nam
			}
			b.other = !b.full && m.otherBehind(sc, p, i, j)
			return b
		}
	}
	return b
}

// otherBehind reports whether word j, behind the surname that ends with word i, is somebody else's given name: «Токаев Бауыржан стал …» and
// «Лукашенко Елена Павловна», but not «сын Лукашенко Дмитрий» or «представитель Путина Дмитрий Песков».
func (m *Matcher) otherBehind(sc *scratch, p *person, i, j int) bool {
	if !text.IsGivenName(sc.words[j].Hash) || m.alike(sc, p, j) {
		return false
	}
	next := j + 1
	if next >= len(sc.words) || !sc.close(next) || sc.words[next].Caps == 0 {
		return i == 0 || i == sc.split || sc.words[i].Gap == text.GapSentence || sc.words[i].Gap == text.GapDot && !sc.close(i)
	}
	return text.IsPatronymic(sc.fold(next))
}

// initials returns the last of the initials that begin with word j, j−1 when it is none: a capital with a full stop behind it.
func (sc *scratch) initials(j int) int {
	for ; j < len(sc.words) && sc.words[j].Runes == 1 && sc.words[j].Caps == 1 && sc.dotBehind(j); j++ {
		if j+1 == len(sc.words) || !sc.close(j+1) {
			return j
		}
	}
	return j - 1
}

// close reports whether word i stands so close behind the one before it that both may be one person's name: no line end, quotation mark or spaced dash
// between them, and a full stop only behind an initial or a syllable («Дм. Медведев»).
func (sc *scratch) close(i int) bool {
	w, before := &sc.words[i], &sc.words[i-1]
	if w.Gap == text.GapStart {
		return false
	}
	between := sc.field(i)[before.End:w.Start]
	switch w.Gap {
	case text.GapJoin:
		return true
	case text.GapDot:
		return before.Runes <= 2 && !strings.ContainsAny(between, loose)
	case text.GapSpace:
		return between == " " || !strings.ContainsAny(between, loose+"-‐‑") // a blank, as a rule
	}
	return false
}

// loose are the signs over which a person's name does not run.
const loose = "\n\"«»„“”‹›‚‟*_‒–—―−"

// isGiven reports whether word i is a form of one of the person's given names.
func (m *Matcher) isGiven(sc *scratch, p *person, i int) bool {
	for e := range m.byForm.of(sc.words[i].Hash) {
		lex := e.lexeme()
		if _, ok := slices.BinarySearch(p.given, lex); ok && e.langs&sc.langs != 0 && m.shown(sc, i, &m.lexemes[lex]) {
			return true
		}
	}
	return false
}

// givenAlone adds the given names that stand alone in an item that has the full name: «Асия Биби … адвокат Асии».
func (m *Matcher) givenAlone(sc *scratch) {
	if len(sc.full) == 0 {
		return
	}
	for i := range sc.words {
		if w := &sc.words[i]; w.Caps == 0 || w.Runes < 3 || !text.IsGivenName(w.Hash) || sc.named(i-1, i) || sc.named(i+1, i+1) {
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(sc.full)) {
			if p := &m.people[id]; m.isGiven(sc, p, i) {
				sc.add(found{term: sc.full[id], from: i, to: i, surname: -1, pattern: -1, person: id, given: true})
			}
		}
	}
}

// named reports whether word i, joined to its neighbour by the gap before word gap, has a capital: the two are one name.
func (sc *scratch) named(i, gap int) bool {
	return i >= 0 && gap < len(sc.words) && sc.words[gap].Gap <= text.GapDot && sc.words[gap].Gap != text.GapStart && sc.joined(gap) && sc.words[i].Caps > 0
}

// alike reports whether the given name or initial at word i may be the person's in another language, spelling or short form. In a language in which the
// profile knows the given name, an initial is the same letter, and a name begins with the same three (Joe and Joseph: two) and is no woman's where the
// person is a man; else it begins with a letter that stands for the same sound. A person whose given names are not known is like everybody.
func (m *Matcher) alike(sc *scratch, p *person, i int) bool {
	if len(p.initials) == 0 {
		return true
	}
	folded := sc.fold(i)
	first, size := utf8.DecodeRuneInString(folded)
	own, known := p.initials[sc.lang]
	switch {
	case size == len(folded) && slices.Contains(own, text.Twin(first)): // a Latin A. before a Cyrillic name
		return true
	case !known:
		for _, initials := range p.initials {
			if slices.ContainsFunc(initials, func(r rune) bool { return r == first || soundOf(r)&soundOf(first) != 0 }) {
				return true
			}
		}
		return false
	case size == len(folded):
		return slices.Contains(own, first)
	case p.man && endsLikeWoman(folded):
		return false
	}
	runes := []rune(folded)
	begin := string(runes[:min(len(runes), max(2, min(3, len(runes)-1)))])
	return slices.ContainsFunc(p.given, func(id int32) bool {
		l := &m.lexemes[id]
		return l.from == sc.lang && strings.HasPrefix(l.fold, begin)
	})
}

// Letters that begin one given name in different languages: Александр/Олександр/Alexander, Евгений/Яўген/Eugene, Николай/Микола/Mikalai,
// Владимир/Уладзімір/Wladimir, Иосиф/Joseph, Хайко/Гайко/Heiko, Касым/Қасым, Джордж/George, Цезарь/Caesar, Чарльз/Charles.
var soundGroups = []string{
	"аоaoáóәө", "еэєяeiyjіиїйюuіéë", "вуўwvuұүy", "нмnm", "бb", "гґхgһhкққckqғжйxj", "дdжj", "зzžżцсsš", "лlłљ", "пpфfбb",
	"рrř", "сscшş", "тtцcч", "чčcшsś", "щš",
}

var sounds = func() map[rune]uint32 {
	m := map[rune]uint32{}
	for i, g := range soundGroups {
		for _, r := range g {
			m[r] |= 1 << i
		}
	}
	return m
}()

func soundOf(r rune) uint32 { return sounds[r] }
