package match

import (
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
	given    []int32           // lexemes of the given names, patronymics and titles («пророк»), sorted
	initials map[string][]rune // language → first letters of the given names written in it
	man      bool              // by the ends of the given names; false: not known
	first    bool              // the surname stands first: Kim Jong Un
	givens   int               // of how many words the longest given name is
	alone    bool              // the profile has a surname as a name of its own
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
	b.person = person{profile: base.profile, initials: map[string][]rune{}}
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
	lexeme := func(w text.Word) int32 {
		l := lexeme{word: s[w.Start:w.End], from: t.lang, readings: readings, person: true}
		l.gate(w)
		return b.c.lexeme(l)
	}
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
		b.person.alone = true
	}
	sur.weak = weakAlone(words[from:to])
	b.add(s[words[from].Start:words[to-1].End], t.lang, sur)
	b.person.first = b.person.first || from == 0 && to < len(words)
	b.person.givens = max(b.person.givens, len(words)-(to-from))
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
			b.person.initials[t.lang] = append(b.person.initials[t.lang], r)
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
		fold := b.c.m.lexemes[id].fold
		switch r, _ := utf8.DecodeLastRuneInString(fold); {
		case endsLikeWoman(fold):
			return false
		case strings.ContainsRune("бвгджзйклмнпрстфхцчшщбbcdfghjklmnprstvwxz", r):
			man = true
		}
	}
	return man
}

func endsLikeWoman(given string) bool {
	r, _ := utf8.DecodeLastRuneInString(given)
	return r == 'а' || r == 'я' || r == 'a'
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
func weakAlone(words []text.Word) bool {
	if len(words) > 1 {
		return false
	}
	w := words[0]
	return w.Runes < 3 || text.IsCommonWord(w.Hash, "") || text.IsGivenName(w.Hash)
}
