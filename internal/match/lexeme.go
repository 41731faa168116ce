package match

import (
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/text"
)

// A lexeme is one word with the forms it may take.
type lexeme struct {
	patterns []int32 // those that are looked for when it is seen
	surnames []int32
	caps     int16 // how many leading capitals the text must show
	mode     mode
	acronym  bool // two or more capitals and no small letter
	person   bool // part of a person's name

	word     string
	fold     string // the word folded
	hash     uint64 // of fold
	from     string // the language it is written in; "any": not known
	stem     string // stemmed: the stem; prefixed: the folded beginning
	readings []reading
}

// mode says how a lexeme is compared with a word of the text.
type mode uint8

const (
	inflected mode = iota // any form of the word, in each of its readings
	stemmed               // the Snowball stem
	prefixed              // the beginning
	literal               // the folded word as it stands
	exact                 // letter for letter, capitals too
)

// A reading is a language in whose forms a lexeme is looked for.
type reading struct {
	lang      string
	respelled bool // the word is first spelled as newspapers of that language do
}

// inTable reports whether the lexeme's forms can be listed: the others are compared word by word.
func (l *lexeme) inTable() bool { return l.mode != stemmed && l.mode != prefixed }

// begins reports whether anything is looked for where a form of the lexeme stands: other words are asked for beside those.
func (l *lexeme) begins() bool { return len(l.patterns)+len(l.surnames) > 0 }

// spellings returns the dictionary forms of the lexeme in one of its readings, and those without their diacritics: "Etats-Unis", "WEISSRUSSLAND".
func (l *lexeme) spellings(r reading) (as []string, plain []string) {
	as = []string{l.word}
	if r.respelled {
		as = text.Spellings(l.word, l.from, r.lang)
	}
	for _, s := range as {
		if p := text.Plain(s); p != s {
			plain = append(plain, p)
		}
	}
	return as, plain
}

// usualForms is how many forms a lexeme of a name in two languages has, roughly, equal ones of several languages counted as many times.
const usualForms = 150

// table lists the forms of all lexemes. Time is linear in the number of forms.
func (c *compiler) table() formTable {
	parts := make([][]entry, runtime.GOMAXPROCS(0))
	inParallel(len(c.m.lexemes), func(part, from, to int) {
		out := make([]entry, 0, usualForms*(to-from))
		var hashes []uint64
		for id := from; id < to; id++ {
			l := &c.m.lexemes[id]
			if !l.inTable() {
				continue
			}
			out = append(out, entry{l.hash, uint32(id) << readingBits, everyLang})
			if l.mode != inflected {
				continue
			}
			for i, r := range l.readings {
				e := entry{val: uint32(id)<<readingBits | uint32(i+1)}
				as, plain := l.spellings(r)
				for _, s := range as {
					e.langs = l.countsIn(r)
					out, hashes = l.appendForms(out, hashes, e, s, r.lang)
				}
				for _, s := range plain {
					e.langs = r.inItems() | anyLang
					out, hashes = l.appendForms(out, hashes, e, s, r.lang)
				}
			}
		}
		parts[part] = out
	})
	return newTable(parts, func(lexeme int32) (wanted, capital bool) {
		l := &c.m.lexemes[lexeme]
		return l.begins(), l.caps > 0
	})
}

// appendForms appends an entry like e for each form of a spelling. buf is memory to use again.
func (l *lexeme) appendForms(out []entry, buf []uint64, e entry, s, lang string) ([]entry, []uint64) {
	if l.still(s, lang) {
		buf = append(buf[:0], text.Hash(text.Fold(s)))
	} else {
		buf = text.AppendFormHashes(buf[:0], s, lang)
	}
	for _, h := range buf {
		e.key = h
		out = append(out, e)
	}
	return out, buf
}

// forms lists the folded forms of the lexeme in one reading, dictionary forms first.
func (l *lexeme) forms(r reading) []string {
	switch l.mode {
	case stemmed, prefixed:
		return []string{l.stem + "…"}
	case literal:
		return []string{l.fold}
	case exact:
		return []string{l.word}
	}
	var out []string
	seen := map[string]bool{}
	add := func(s string) {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	as, plain := l.spellings(r)
	spellings := slices.Concat(as, plain)
	for _, s := range spellings {
		add(text.Fold(s))
	}
	for _, s := range spellings {
		if l.still(s, r.lang) {
			continue
		}
		for _, f := range text.Forms(s, r.lang) {
			add(f.Fold)
		}
	}
	return out
}

// Names of persons that end so do not decline, whatever words do: Гросси, Берлусконі; Belarusian Зяленскі, an adjective, does.
var stillEnds = map[string]string{"ru": "иыеэую", "uk": "иіїеєую", "be": "іеэую"}

// still reports whether a spelling of the lexeme has no forms in the language although a word like it would.
func (l *lexeme) still(spelling, lang string) bool {
	r, _ := utf8.DecodeLastRuneInString(spelling)
	if !l.person || lang == "be" && (strings.HasSuffix(spelling, "скі") || strings.HasSuffix(spelling, "цкі")) {
		return false
	}
	return strings.ContainsRune(stillEnds[lang], unicode.ToLower(r))
}

// langs is a set of languages of items, a bit each for those of cyrillic and latin, and anyLang for the rest.
type langs uint16

const (
	everyLang langs = 1<<16 - 1
	anyLang   langs = 1 << 15 // not known, or none of ours
)

// inItems is the language of the items that the reading is for: "be" of "be-latn".
func (r reading) inItems() langs {
	code, _, _ := strings.Cut(r.lang, "-")
	return langsOf(code)
}

func langsOf(codes ...string) (set langs) {
	for _, c := range codes {
		if i := slices.Index(cyrillic, c); i >= 0 {
			set |= 1 << i
		} else if i := slices.Index(latin, c); i >= 0 {
			set |= 1 << (len(cyrillic) + i)
		} else {
			set |= anyLang
		}
	}
	return set
}

// countsIn returns the languages of the items in which a form that was made in the reading counts. A respelled name is the same name anywhere. What the
// endings of a neighbouring language make of a name as it stands is looked for in that language only, elsewhere it is another word: "Chin" is a
// Polish genitive of Chiny. Cyrillic languages quote one another and are told apart less surely, so there the own endings of a name count too.
func (l *lexeme) countsIn(r reading) langs {
	if r.respelled || r.lang == l.from && slices.Contains(cyrillic, r.lang) {
		return everyLang
	}
	return r.inItems() | anyLang
}

// readsStem reports whether a keyword that is compared by stem counts in items of the language: among Latin languages one has little to do with the
// stems of another.
func (l *lexeme) readsStem(lang string) bool {
	own := l.readings[0].lang
	return lang == "" || lang == own || !slices.Contains(latin, lang) || !slices.Contains(latin, own)
}

// appendHow says in what a form, folded, differs from the lexeme: " -ым", " →uk", " stem protest"; nothing when it stands as written.
func (l *lexeme) appendHow(b []byte, form string, made int) []byte {
	switch l.mode {
	case stemmed:
		return append(append(b, " stem "...), l.stem...)
	case prefixed:
		return append(append(b, " prefix "...), l.stem...)
	case literal, exact:
		return b
	}
	if made == 0 || form == l.fold {
		return b
	}
	r := l.readings[made-1]
	if r.respelled {
		return append(append(b, " →"...), r.lang...)
	}
	if r.lang != l.from && l.from != "any" {
		b = append(append(b, ' '), r.lang...)
	}
	base := l.fold
	if plain := text.Fold(text.Plain(l.word)); commonPrefix(plain, form) > commonPrefix(base, form) {
		if base = plain; base == form {
			return b
		}
	}
	return append(append(b, " -"...), form[commonPrefix(base, form):]...)
}

// commonPrefix returns how many bytes of whole runes a and b begin with alike.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) {
		r, size := utf8.DecodeRuneInString(a[n:])
		if q, _ := utf8.DecodeRuneInString(b[n:]); q != r {
			break
		}
		n += size
	}
	return n
}

// lexemeKey tells lexemes apart: equal ones are shared by all terms.
type lexemeKey struct {
	word, from string
	mode       mode
	caps       int16
	person     bool
	readings   string
}

func readingsKey(readings []reading) string {
	var b strings.Builder
	for _, r := range readings {
		b.WriteString(r.lang)
		if r.respelled {
			b.WriteByte('~')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// lexeme returns the number of the lexeme, making it at its first use.
func (c *compiler) lexeme(l lexeme) int32 {
	l.fold = text.Fold(l.word)
	l.hash = text.Hash(l.fold)
	key := lexemeKey{l.fold, l.from, l.mode, l.caps, l.person, c.readings.key(l.readings)}
	if l.mode == exact {
		key.word = l.word
	}
	if id, ok := c.byWord[key]; ok {
		return id
	}
	id := int32(len(c.m.lexemes))
	c.byWord[key] = id
	c.m.lexemes = append(c.m.lexemes, l)
	if !l.inTable() {
		h := headHash(l.fold)
		c.m.byHead[h] = append(c.m.byHead[h], id)
	}
	return id
}

// A readingSet shares equal lists of readings and the keys that stand for them.
type readingSet struct {
	last []reading
	name string
}

// key is readingsKey, remembered for the list it was asked for last: terms of one language follow one another.
func (s *readingSet) key(r []reading) string {
	if s.name == "" || !slices.Equal(s.last, r) {
		s.last, s.name = r, readingsKey(r)
	}
	return s.name
}

// headHash is the hash of a folded word's first letters: what Word.Head holds.
func headHash(folded string) uint64 {
	r := []rune(folded)
	return text.Hash(string(r[:min(len(r), text.HeadRunes)]))
}
