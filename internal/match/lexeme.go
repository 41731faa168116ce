package match

import (
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// A lexeme is one word with the forms it may take.
type lexeme struct {
	word     string
	fold     string // the word folded
	from     string // the language it is written in; "any": not known
	mode     mode
	caps     int16  // how many leading capitals the text must show
	acronym  bool   // two or more capitals and no small letter
	stem     string // stemmed: the stem; prefixed: the folded beginning
	readings []reading

	patterns []int32 // those that are looked for when it is seen
	surnames []int32
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

// spellings returns the dictionary forms of the lexeme in one of its readings.
func (l *lexeme) spellings(r reading) []string {
	out := []string{l.word}
	if r.respelled {
		out = text.Spellings(l.word, l.from, r.lang)
	}
	for _, s := range out {
		if plain := text.Plain(s); plain != s {
			out = append(out, plain) // "Etats-Unis", "WEISSRUSSLAND", "Lukaszenka"
		}
	}
	return out
}

// table lists the forms of all lexemes. Time is linear in the number of forms.
func (c *compiler) table() formTable {
	parts := make([][]entry, runtime.GOMAXPROCS(0))
	inParallel(len(c.m.lexemes), func(part, from, to int) {
		var out []entry
		var hashes []uint64
		for id := from; id < to; id++ {
			l := &c.m.lexemes[id]
			if !l.inTable() {
				continue
			}
			out = append(out, entry{text.Hash(l.fold), uint32(id) << readingBits, everyLang})
			if l.mode != inflected {
				continue
			}
			for i, r := range l.readings {
				val, in := uint32(id)<<readingBits|uint32(i+1), l.read(r)
				for _, s := range l.spellings(r) {
					hashes = text.AppendFormHashes(hashes[:0], s, r.lang)
					for _, h := range hashes {
						out = append(out, entry{h, val, in})
					}
				}
			}
		}
		parts[part] = out
	})
	return newTable(parts, func(lexeme int32) bool { return c.m.lexemes[lexeme].caps == 0 })
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
	spellings := l.spellings(r)
	for _, s := range spellings {
		add(text.Fold(s))
	}
	for _, s := range spellings {
		for _, f := range text.Forms(s, r.lang) {
			add(f.Fold)
		}
	}
	return out
}

// langs is a set of languages of items, a bit each for those of cyrillic and latin, and anyLang for the rest.
type langs uint16

const (
	everyLang langs = 1<<16 - 1
	anyLang   langs = 1 << 15 // not known, or none of ours
)

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

// read returns the languages of the items in which a form that was made in the reading counts. What a neighbouring language makes of a name is looked for
// in that language only, elsewhere it is another word: "Chin" is a Polish genitive of Chiny. Among Cyrillic languages, which quote one another
// and are told apart less surely, the language that the name is given in counts everywhere, and a spelling in all of them.
func (l *lexeme) read(r reading) langs {
	switch cyr := slices.Contains(cyrillic, r.lang); {
	case cyr && r.lang == l.from:
		return everyLang
	case cyr && r.respelled:
		return langsOf(cyrillic...) | anyLang
	}
	return langsOf(r.lang[:2]) | anyLang
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
	return append(append(b, " -"...), form[commonPrefix(l.fold, form):]...)
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
	key := lexemeKey{l.fold, l.from, l.mode, l.caps, c.readings.key(l.readings)}
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
