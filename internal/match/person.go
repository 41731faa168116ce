package match

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// A person is found by a surname, not by the name as a whole: newspapers write «К.-Ж. Токаев», «Токаев Касым-Жомарт Кемелевич» and
// «президент Токаев». What stands next to the surname decides: the person's own given name, initial or patronymic makes the find a full one,
// somebody else's given name or initial makes it none.
type person struct {
	profile  int32
	given    []int32         // lexemes of the given names, patronymics and titles («пророк»), sorted
	initials map[rune]bool   // first letters of the given names, as written
	langs    map[string]bool // languages the given names are written in
	man      bool            // by the ends of the given names; false: not known
}

// A surname of a person, in one of the names of the profile.
type surname struct {
	person  int32
	lexemes []int32 // its words, joined by hyphens
	words   []int32 // the whole name it is part of, or was first met alone
	full    int32   // the term it is part of; −1: it stands alone in the profile
	alone   int32   // the term that is the surname alone; −1: the profile has none
	weak    bool    // a common word, a given name or very short: alone it counts only where the full name stands too, or the context
}

// profileNames compiles the names of a profile: those of persons by their surnames, others as words in a row.
func (c *compiler) profileNames(path string, p news.Profile, base term) {
	n := c.newNamer(p)
	b := personBuilder{c: c, id: int32(len(c.m.people)), byWord: map[string]int{}}
	b.person = person{profile: base.profile, initials: map[rune]bool{}, langs: map[string]bool{}}
	c.each(path, p.Names, func(path, lang, s string) {
		t := base
		t.text, t.lang = s, lang
		words := c.words(path, s)
		if words == nil {
			return
		}
		readings := n.readings(s, lang)
		if p.Kind != news.Person || !b.name(s, words, t, readings) {
			if p.Kind == news.Organisation {
				words = withoutLegalForm(s, words)
			}
			c.row(c.term(t), s, words, readings)
		}
	})
	b.done()
}

func isAcronym(s string, words []text.Word) bool {
	return len(words) == 1 && text.IsAcronym(s[words[0].Start:words[0].End])
}

type personBuilder struct {
	c      *compiler
	id     int32
	person person
	byWord map[string]int // surname words → the surname, so that «Токаев» alone and in the full name are one
	found  []surname
}

// name adds one name of the person, and reports false when it is none that has a surname: "Benedict XVI".
func (b *personBuilder) name(s string, words []text.Word, t term, readings []reading) bool {
	from, to := surnameAt(s, words)
	if from == to {
		return false
	}
	id := b.c.term(t)
	lexeme := func(w text.Word) int32 { return b.c.word(s[w.Start:w.End], w, t.lang, readings, inflected, true) }
	var sur surname
	for _, w := range words[from:to] {
		sur.lexemes = append(sur.lexemes, lexeme(w))
	}
	for _, w := range words {
		sur.words = append(sur.words, lexeme(w))
	}
	sur.person, sur.full, sur.alone = b.id, id, -1
	if len(words) == to-from {
		sur.full, sur.alone = -1, id
	}
	sur.weak = weakAlone(s, words[from:to])
	b.add(s[words[from].Start:words[to-1].End], t.lang, sur)
	for i, w := range words {
		word := s[w.Start:w.End]
		if i >= from && i < to || w.Runes > 1 && text.IsParticle(text.Fold(word)) {
			continue
		}
		if w.Runes > 1 {
			b.person.given = append(b.person.given, lexeme(w))
		}
		if w.Caps > 0 && !text.IsPatronymic(text.Fold(word)) {
			r, _ := utf8.DecodeRuneInString(text.Fold(word))
			b.person.initials[r] = true
			b.person.langs[t.lang] = true
		}
	}
	return true
}

// add joins a surname with the same one of another name of the profile. One that the profile gives alone is wanted alone, common word or not.
func (b *personBuilder) add(words, lang string, sur surname) {
	key := lang + " " + text.FoldText(words)
	i, ok := b.byWord[key]
	if !ok {
		b.byWord[key] = len(b.found)
		b.found = append(b.found, sur)
		return
	}
	old := &b.found[i]
	if old.full < 0 {
		old.full, old.words = sur.full, sur.words
	}
	if old.alone < 0 {
		old.alone = sur.alone
	}
}

func (b *personBuilder) done() {
	if len(b.found) == 0 {
		return
	}
	b.person.man = b.isMan()
	slices.Sort(b.person.given)
	b.person.given = slices.Compact(b.person.given)
	b.c.m.people = append(b.c.m.people, b.person)
	for _, sur := range b.found {
		sur.weak = sur.weak && sur.alone < 0
		l := &b.c.m.lexemes[sur.lexemes[0]]
		l.surnames = append(l.surnames, int32(len(b.c.m.surnames)))
		b.c.m.surnames = append(b.c.m.surnames, sur)
	}
}

// isMan reports whether a given name ends like a man's in Slavic languages, in a consonant, and none like a woman's.
func (b *personBuilder) isMan() bool {
	man := false
	for _, id := range b.person.given {
		switch r, _ := utf8.DecodeLastRuneInString(b.c.m.lexemes[id].fold); {
		case r == 'а' || r == 'я' || r == 'a':
			return false
		case strings.ContainsRune("бвгджзйклмнпрстфхцчшщбbcdfghjklmnprstvwxz", r):
			man = true
		}
	}
	return man
}

// surnameAt returns which words of a person's name are the surname: the last, with those it is joined to by hyphens; the first in East Asian
// names and before a patronymic at the end; none when a regnal number or a small letter stands last.
func surnameAt(s string, words []text.Word) (from, to int) {
	fold := func(i int) string { return text.Fold(s[words[i].Start:words[i].End]) }
	to = len(words)
	if to > 1 && (words[to-1].Caps == 0 || isNumeral(s[words[to-1].Start:words[to-1].End])) {
		return 0, 0
	}
	first := len(words) > 2 && text.IsPatronymic(fold(to-1)) || text.IsSurnameFirst(fold(0))
	if to > 1 && first && !text.IsGivenName(words[0].Hash) {
		for to = 1; to < len(words)-1 && words[to].Gap == text.GapJoin; to++ {
		}
		return 0, to
	}
	for from = to - 1; from > 0 && words[from].Gap == text.GapJoin; from-- {
	}
	// "al-Sisi", "O'Leary": the particle may be left out, so it is no part of what has to be found.
	for from < to-1 && text.IsParticle(fold(from)) {
		from++
	}
	return from, to
}

func isNumeral(word string) bool {
	return strings.Trim(word, "IVXLХІ") == "" // Cyrillic Х and І are seen in their place
}

// weakAlone reports whether a surname alone is too little to go by.
func weakAlone(s string, words []text.Word) bool {
	if len(words) > 1 {
		return false
	}
	w := words[0]
	return w.Runes < 3 || text.IsCommonWord(w.Hash, "") || text.IsGivenName(w.Hash)
}

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
	left := m.leftOf(sc, p, i)
	if left.other {
		return
	}
	right := beside{at: last}
	if !left.full {
		if right = m.rightOf(sc, p, last); right.other {
			return
		}
	}
	f := found{term: sur.alone, from: left.at, to: right.at, surname: id, pattern: -1, person: sur.person}
	if left.full || right.full {
		f.term = sur.full
	} else {
		f.from, f.weak = i, sur.weak
	}
	if f.term < 0 {
		f.term = max(sur.full, sur.alone)
	}
	if left.full || right.full {
		sc.full[sur.person] = f.term
	}
	sc.add(f)
}

// leftOf reads back from word i: given names, initials, patronymics and particles.
func (m *Matcher) leftOf(sc *scratch, p *person, i int) beside {
	b := beside{at: i}
	initial, middle := -1, false
	if sc.words[i].Gap == text.GapJoin {
		return b // the second half of a compound: "Anti-Lukashenko"
	}
	for j := i - 1; j >= max(i-maxBeside, 0) && sc.joined(j+1); j-- {
		w := &sc.words[j]
		switch {
		case w.Runes > 1 && m.isGiven(sc, p, j):
			b.full, b.at = true, j
		case p.man && text.IsTitleOfWoman(w.Hash):
			b.other = true
			return b
		case w.Caps == 0:
			if w.Runes <= 4 && text.IsParticle(sc.fold(j)) {
				continue
			}
			return m.byInitial(sc, p, b, initial, middle)
		case w.Runes == 1:
			if sc.words[j+1].Gap != text.GapDot {
				return m.byInitial(sc, p, b, initial, middle)
			}
			initial = j
		case b.full:
			return b
		case text.IsPatronymic(sc.fold(j)) || w.Runes <= 4 && text.IsParticle(sc.fold(j)):
		case text.IsGivenName(w.Hash):
			for j > 0 && sc.words[j].Gap == text.GapJoin && sc.words[j-1].Caps > 0 {
				j-- // of Kasym-Zhomart the first half tells
			}
			b.other = initial < 0 && !middle && !m.alike(sc, p, j)
			return b
		case middle || initial >= 0:
			return m.byInitial(sc, p, b, initial, middle)
		default:
			middle = true // a middle name, or an ordinary word with a capital: the word before tells
		}
	}
	return m.byInitial(sc, p, b, initial, middle)
}

// byInitial ends the way back: the outermost initial, if any, is the person's or somebody else's. Behind a word in between it proves nothing.
func (m *Matcher) byInitial(sc *scratch, p *person, b beside, at int, middle bool) beside {
	if b.full || at < 0 {
		return b
	}
	if m.alike(sc, p, at) {
		b.full, b.at = true, at
	} else {
		b.other = !middle
	}
	return b
}

// rightOf reads on from word i: «Токаев Касым-Жомарт», «Лукашенко А. Г.».
func (m *Matcher) rightOf(sc *scratch, p *person, i int) beside {
	b := beside{at: i}
	for j := i + 1; j < min(i+maxBeside, len(sc.words)) && sc.joined(j); j++ {
		w := &sc.words[j]
		switch {
		case w.Caps == 0 || j == i+1 && w.Gap != text.GapSpace:
			return b
		case w.Runes == 1:
			if !sc.dotBehind(j) {
				return b
			}
			if !b.full && !m.alike(sc, p, j) {
				b.other = true
				return b
			}
			b.full, b.at = true, j
		case m.isGiven(sc, p, j) || b.full && text.IsPatronymic(sc.fold(j)):
			b.full, b.at = true, j
		default:
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
	if next >= len(sc.words) || !sc.joined(next) || sc.words[next].Caps == 0 {
		return i == 0 || i == sc.split || sc.words[i].Gap == text.GapSentence || sc.words[i].Gap == text.GapDot && !sc.joined(i)
	}
	return text.IsPatronymic(sc.fold(next))
}

// isGiven reports whether word i is a form of one of the person's given names.
func (m *Matcher) isGiven(sc *scratch, p *person, i int) bool {
	from, to := m.byForm.find(sc.words[i].Hash)
	for k := from; k < to; k++ {
		lex := m.byForm.lexeme(k)
		if _, ok := slices.BinarySearch(p.given, lex); ok && m.byForm.langs[k]&sc.langs != 0 && m.shown(sc, i, &m.lexemes[lex]) {
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
				sc.add(found{term: sc.full[id], from: i, to: i, surname: -1, pattern: -1, person: id})
			}
		}
	}
}

// named reports whether word i, joined to its neighbour by the gap before word gap, has a capital: the two are one name.
func (sc *scratch) named(i, gap int) bool {
	return i >= 0 && gap < len(sc.words) && sc.words[gap].Gap <= text.GapDot && sc.words[gap].Gap != text.GapStart && sc.joined(gap) && sc.words[i].Caps > 0
}

// alike reports whether the given name or initial at word i may be the person's in another language, spelling or short form. In a language in which the
// profile knows the given name, an initial is the same letter and a name begins with the same three (Joe and Joseph: two); no woman's is a man's; else with a letter that stands for the same
// sound. A person whose given names are not known is like everybody.
func (m *Matcher) alike(sc *scratch, p *person, i int) bool {
	if len(p.initials) == 0 {
		return true
	}
	folded := sc.fold(i)
	first, size := utf8.DecodeRuneInString(folded)
	if last, _ := utf8.DecodeLastRuneInString(folded); p.man && size < len(folded) && (last == 'а' || last == 'я' || last == 'a') {
		return false
	}
	if p.langs[sc.lang] {
		if size == len(folded) {
			return p.initials[first]
		}
		runes := []rune(folded)
		begin := string(runes[:min(len(runes), max(2, min(3, len(runes)-1)))])
		return slices.ContainsFunc(p.given, func(id int32) bool {
			return strings.HasPrefix(m.lexemes[id].fold, begin)
		})
	}
	for r := range p.initials {
		if r == first || soundOf(r)&soundOf(first) != 0 {
			return true
		}
	}
	return false
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
