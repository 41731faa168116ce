package text

import (
	"iter"
	"unicode"
	"unicode/utf8"
)

// A Gap says what stands between a word and the one before it.
type Gap uint8

// The gaps, from nothing to the end of a clause. A name may run over every gap but GapBreak, and over GapDot only after a short word.
const (
	GapStart    Gap = iota // first word of the text
	GapJoin                // a hyphen or an apostrophe without spaces
	GapSpace               // spaces, quotation marks, one line end, a spaced hyphen
	GapDot                 // a full stop: an initial, an abbreviation or the end of a sentence
	GapBreak               // a comma, a bracket, an empty line, any other sign
	GapSentence            // the end of a sentence that is surely one: ! ? …
)

// A Word is a run of letters and digits. Apostrophes inside belong to it, hyphens and French elisions ("l'") end it.
// Letters may carry stress marks and soft hyphens.
type Word struct {
	Start, End int    // byte offsets in the text
	Hash       uint64 // of the folded letters, see Fold
	Head       uint64 // of the first HeadRunes of them; equals Hash in a shorter word
	Runes      int    // folded letters
	Caps       int    // how many of them are capitals, counted from the first until the first that is not
	Letters    int    // letters without digits; Caps == Letters in a word all in capitals
	Gap        Gap    // to the word before
}

// HeadRunes is how many letters Word.Head covers: enough to pass by nearly every word that no keyword begins like.
const HeadRunes = 3

// Words yields the words of s in order. It does not allocate; time is linear in len(s).
func Words(s string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		sc := scanner{s: s}
		for sc.next() {
			if !yield(sc.word) {
				return
			}
		}
	}
}

type scanner struct {
	s    string
	pos  int
	word Word
	any  bool // a word was found before
}

func (sc *scanner) next() bool {
	gap := sc.skip()
	if sc.pos >= len(sc.s) {
		return false
	}
	sc.read()
	if !sc.any {
		gap = GapStart
	}
	sc.any = true
	sc.word.Gap = gap
	return true
}

// skip moves to the next letter or digit and says what it passed.
func (sc *scanner) skip() Gap {
	gap := GapJoin
	dots, lines := 0, 0
	for sc.pos < len(sc.s) {
		r, n := rune(sc.s[sc.pos]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(sc.s[sc.pos:])
		}
		if _, ok := foldRune(r); ok {
			break
		}
		sc.pos += n
		switch {
		case isMark(r), isHyphen(r), isApostrophe(r) && gap == GapJoin:
		case r == '\n':
			if lines++; lines > 1 {
				gap = GapSentence
			} else {
				gap = max(gap, GapSpace)
			}
		case r == '.':
			if dots++; dots > 1 {
				gap = max(gap, GapBreak)
			} else {
				gap = max(gap, GapDot)
			}
		case r == '!' || r == '?' || r == '…':
			gap = GapSentence
		case unicode.IsSpace(r), isQuote(r), isApostrophe(r), r == '—':
			gap = max(gap, GapSpace)
		default:
			gap = max(gap, GapBreak)
		}
	}
	return gap
}

func isQuote(r rune) bool {
	switch r {
	case '"', '«', '»', '„', '“', '”', '‹', '›', '‚', '‟', '*', '_':
		return true
	}
	return false
}

// read reads the word at pos.
func (sc *scanner) read() {
	w := Word{Start: sc.pos, Hash: hashSeed}
	caps, care := true, false
	var seen scripts
	s := sc.s
	for sc.pos < len(s) {
		r, n := rune(s[sc.pos]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[sc.pos:])
		}
		f, ok := foldRune(r)
		if !ok {
			if isMark(r) {
				care = care || r != softHyphen
				sc.pos += n
				continue
			}
			if !isApostrophe(r) || !sc.apostropheInside(w, n, seen) {
				break
			}
			sc.pos += n
			continue
		}
		w.add(f)
		care = care || mayCompose(r)
		if sr := scriptOf(f); sr != 0 {
			seen |= sr
			w.Letters++
			if caps = caps && isUpper(r, f); caps {
				w.Caps++
			}
		} else {
			caps = caps && w.Letters > 0
		}
		sc.pos += n
	}
	w.End = sc.pos
	if care || seen&latin != 0 && seen&cyrillic != 0 {
		var buf [64]rune
		folded := appendFold(buf[:0], s[w.Start:w.End])
		w.Hash, w.Runes = hashSeed, 0
		for _, r := range folded {
			w.add(r)
		}
	}
	sc.word = w
}

func (w *Word) add(folded rune) {
	w.Hash = hashRune(w.Hash, folded)
	if w.Runes++; w.Runes <= HeadRunes {
		w.Head = w.Hash
	}
}

// mayCompose reports whether NFC may change the letter even where no mark follows it: never in Latin up to U+024F and in Cyrillic.
func mayCompose(r rune) bool { return r >= 0x600 || r >= 0x370 && r < 0x400 }

// isUpper reports whether r is a capital, given its folded form: for every cased letter folding lowers it.
func isUpper(r, folded rune) bool {
	if r < 0x80 {
		return r >= 'A' && r <= 'Z'
	}
	return r != folded && unicode.IsUpper(r)
}

// apostropheInside reports whether the apostrophe of n bytes at pos is a letter of the word so far ("В'ячеслав", "Tokayev's") and not a
// closing quote or a French elision ("l'OTSC", "d'Astana", "qu'Astana").
func (sc *scanner) apostropheInside(w Word, n int, seen scripts) bool {
	if w.Runes == 0 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(sc.s[sc.pos+n:])
	if f, ok := foldRune(r); !ok || scriptOf(f)&seen == 0 {
		return false // a quote, or an English 's behind a Cyrillic name
	}
	elided := w.Runes == 1 || w.Runes == 2 && (sc.s[w.Start]|0x20) == 'q'
	return seen != latin || !elided
}
