package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// An entry is what the scan asks of a rune, in one word: for a letter or digit the folded rune in the low 21 bits, for anything else the Gap it
// makes there; flags above.
type entry uint32

const (
	entryRune entry = 1<<21 - 1 // the folded rune, or the gap

	entryWord       entry = 1 << 21 // part of a word: a letter or a digit
	entryLetter     entry = 1 << 22 // a letter
	entryUpper      entry = 1 << 23 // a capital
	entryCare       entry = 1 << 24 // the word must be folded the slow way: composition may change it
	entryMark       entry = 1 << 25 // see isMark
	entryApostrophe entry = 1 << 26 // see isApostrophe
	entryCounted    entry = 1 << 27 // a full stop or a line end: how many there are decides the gap
	entryDigit      entry = 1 << 28 // a digit

	entryScripts = 29 // from this bit on: a letter's script
	entryMixed   = entry(latin|cyrillic) << entryScripts
)

func (e entry) folded() rune     { return rune(e & entryRune) }
func (e entry) scripts() scripts { return scripts(e >> entryScripts) }

// runeTable holds the entries of all runes of one or two bytes, asciiTable those of bytes (from 0x80 on: none of the flags), punctTable those of
// U+2000–U+207F: nearly every rune of news in the languages at hand, so that the scan does not ask package unicode for them.
var (
	runeTable  = makeRuneTable()
	asciiTable = makeASCIITable()
	punctTable = makePunctTable()
)

// cyrillicTable holds the Cyrillic letters of two bytes that nothing changes but a mark, folded, by their bytes in UTF-8, the first lowest. Capitals have
// the bit cyrillicCapital. It is 0 for everything else. The letters of one alphabet lie in few lines of memory.
var cyrillicTable = makeCyrillicTable()

const cyrillicCapital = 1 << 15

func makeCyrillicTable() (t [1 << 16]uint16) {
	for r, e := range runeTable {
		if e&(entryWord|entryCare) == entryWord && e.scripts() == cyrillic {
			var b [2]byte
			utf8.EncodeRune(b[:], rune(r))
			at := uint16(b[0]) | uint16(b[1])<<8
			t[at] = uint16(e.folded())
			if e&entryUpper != 0 {
				t[at] |= cyrillicCapital
			}
		}
	}
	return t
}

// What stands between words: blankTable says of a byte behind a word after how many bytes the next word begins, provided that the last of them is a blank;
// 0 where there is more to look at. gapTable is the gap then. beginTable says what bytes begin an ASCII letter or digit, or a rune of two bytes that is surely
// a letter or stops appendPlain.
var (
	blankTable [256]uint8
	gapTable   [256]Gap
	beginTable [256]bool
)

func init() {
	for c, e := range asciiTable {
		beginTable[c] = e&entryWord != 0 || c >= 0xC3 && c <= 0xDF
		gapTable[c] = max(GapSpace, Gap(e&entryRune))
		if c < utf8.RuneSelf && c != '\n' && e&(entryWord|entryApostrophe) == 0 {
			blankTable[c] = 2
		}
	}
	blankTable[' '] = 1
}

const (
	punctFrom = 0x2000
	punctLen  = 0x80
)

func makeRuneTable() (t [0x800]entry) {
	for r := range t {
		t[r] = makeEntry(rune(r))
	}
	return t
}

func makeASCIITable() (t [256]entry) {
	for r := range utf8.RuneSelf {
		t[r] = makeEntry(rune(r))
	}
	return t
}

func makePunctTable() (t [punctLen]entry) {
	for i := range t {
		t[i] = makeEntry(punctFrom + rune(i))
	}
	return t
}

func entryOf(r rune) entry {
	switch {
	case uint32(r) < uint32(len(runeTable)):
		return runeTable[r]
	case r >= punctFrom && r < punctFrom+punctLen:
		return punctTable[r-punctFrom]
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA, r == 0x30FC, r >= 0xAC00 && r <= 0xD7A3:
		// Chinese, kana, Korean syllables: letters that nothing changes but a mark or a letter that is looked at itself.
		return entry(r) | entryWord | entryLetter | entry(otherScript)<<entryScripts
	case r == utf8.RuneError, r >= 0x1F000 && r <= 0x1FAFF: // emoji
		return entry(GapBreak)
	}
	return makeEntry(r)
}

// composeTable holds, folded, what a Russian, Ukrainian or other Cyrillic letter of U+0400–U+045F becomes with one mark of composeMarks behind it,
// so that decomposed text ("и" with U+0306 for й) and stress marks do not send whole words through package norm.
var composeTable = makeComposeTable()

const (
	composeFrom  = 0x400
	composeLen   = 0x60
	composeMarks = "\u0300\u0301\u0304\u0306\u0308" // two bytes each
)

func makeComposeTable() (t [composeLen][len(composeMarks) / 2]rune) {
	for i := range t {
		for j := range t[i] {
			for _, r := range norm.NFC.String(string(composeFrom+rune(i)) + composeMarks[2*j:2*j+2]) {
				if f, ok := foldLetter(r); ok {
					t[i][j] = f
				}
			}
		}
	}
	return t
}

// compose returns the folded letter that NFC makes of base and a mark; 0 when the table does not know.
func compose(base, mark rune) rune {
	if base < composeFrom || base >= composeFrom+composeLen {
		return 0
	}
	if j := strings.IndexRune(composeMarks, mark); j >= 0 {
		return composeTable[base-composeFrom][j/2]
	}
	return 0
}

// decodeEntry returns the entry of the rune that begins s, which is not empty, and its length in bytes; an invalid byte is a rune that breaks.
func decodeEntry(s string) (entry, int) {
	r, n := utf8.DecodeRuneInString(s)
	return entryOf(r), n
}

func makeEntry(r rune) entry {
	f, ok := foldLetter(r)
	if !ok {
		return makeGap(r)
	}
	e := entry(f) | entryWord
	if s := scriptOf(f); s != 0 {
		e |= entryLetter | entry(s)<<entryScripts
		if isUpper(r, f) {
			e |= entryUpper
		}
	} else {
		e |= entryDigit
	}
	if mayCompose(r) {
		e |= entryCare
	}
	return e
}

func makeGap(r rune) entry {
	switch {
	case unicode.Is(unicode.Mn, r):
		return entry(GapJoin) | entryMark | entryCare
	case isMark(r):
		return entry(GapJoin) | entryMark
	case isApostrophe(r):
		return entry(GapJoin) | entryApostrophe
	case isHyphen(r):
		return entry(GapJoin)
	case r == '\n':
		return entry(GapSpace) | entryCounted
	case r == '.':
		return entry(GapDot) | entryCounted
	case r == '!' || r == '?' || r == '…':
		return entry(GapSentence)
	case unicode.IsSpace(r), isQuote(r):
		return entry(GapSpace)
	}
	return entry(GapBreak)
}

// mayCompose reports whether NFC may change the letter even where no mark follows it. It is exact below U+0800 and on the safe side above.
func mayCompose(r rune) bool {
	return r >= 0x800 || !norm.NFC.IsNormalString(string(r)) || !norm.NFC.PropertiesString(string(r)).BoundaryBefore()
}

// isUpper reports whether r is a capital, given its folded form: for every cased letter folding lowers it.
func isUpper(r, folded rune) bool { return r != folded && unicode.IsUpper(r) }
