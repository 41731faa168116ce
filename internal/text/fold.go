package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Folding makes two spellings of one word equal: NFC, lower case, ё=е, ў=у, ґ=г, no stress marks, soft hyphens or apostrophes, and no
// letters of a foreign script that only look right ("Tокаев" with a Latin T). Everything else is kept: й is not и, ł is not l.

const (
	softHyphen = '\u00AD'
	zeroWidth1 = '\u200B' // zero width space … right-to-left mark
	zeroWidth2 = '\u200F'
	bom        = '\uFEFF'
)

// foldTable holds lower case and folding for the scripts that matter, so that the scan does not ask package unicode for them.
// Runes of U+0000–U+05FF; 0 means "not a letter or digit".
var foldTable = makeFoldTable()

func makeFoldTable() (t [0x600]rune) {
	for r := range rune(len(t)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			t[r] = foldSlow(r)
		}
	}
	return t
}

func foldSlow(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case 'ё':
		return 'е'
	case 'ў':
		return 'у'
	case 'ґ':
		return 'г'
	}
	return r
}

// foldRune returns the folded rune and whether it is part of a word at all.
func foldRune(r rune) (rune, bool) {
	if r < rune(len(foldTable)) {
		f := foldTable[r]
		return f, f != 0
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return foldSlow(r), true
	}
	return 0, false
}

// isMark reports whether r belongs to the letter before it or is invisible: it neither ends a word nor counts in it.
func isMark(r rune) bool {
	if r < 0x300 {
		return r == softHyphen
	}
	return r <= 0x36F || (r >= zeroWidth1 && r <= zeroWidth2) || r == bom || (r > 0x36F && unicode.Is(unicode.Mn, r))
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', 'ʼ', '‘', '`', '´', '′', 'ʹ', '＇':
		return true
	}
	return false
}

func isHyphen(r rune) bool {
	switch r {
	case '-', '‐', '‑', '‒', '–', '−':
		return true
	}
	return false
}

type scripts uint8

const (
	latin scripts = 1 << iota
	cyrillic
	otherScript
)

func scriptOf(folded rune) scripts {
	switch {
	case folded < 0x80:
		if folded >= 'a' && folded <= 'z' {
			return latin
		}
		return 0 // digits belong to every script
	case folded < 0x250:
		return latin
	case folded >= 0x400 && folded < 0x530:
		return cyrillic
	case unicode.IsDigit(folded):
		return 0
	case unicode.Is(unicode.Latin, folded):
		return latin
	}
	return otherScript
}

// Letters that look alike in both scripts (lower case; the capitals that look alike fold into the same pairs, plus в h к м т).
// Source: Unicode confusables, restricted to the pairs seen in news texts.
var (
	toCyrillic = map[rune]rune{'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'i': 'і', 'k': 'к', 'm': 'м', 'o': 'о', 'p': 'р', 't': 'т', 'x': 'х', 'y': 'у', 'ï': 'ї', 'ë': 'е', 'ə': 'ә'}
	toLatin    = map[rune]rune{'а': 'a', 'в': 'b', 'с': 'c', 'е': 'e', 'н': 'h', 'і': 'i', 'к': 'k', 'м': 'm', 'о': 'o', 'р': 'p', 'т': 't', 'х': 'x', 'у': 'y'}
)

// unmix repairs a folded word that mixes Latin and Cyrillic: the script that has letters without a twin in the other wins, Cyrillic when
// both could. A word in which both scripts have letters of their own ("iPhoneом") is left as it is.
func unmix(word []rune) {
	own := func(table map[rune]rune, s scripts) bool {
		for _, r := range word {
			if scriptOf(r) == s {
				if _, twin := table[r]; !twin {
					return true
				}
			}
		}
		return false
	}
	table := toCyrillic
	if own(toCyrillic, latin) {
		if own(toLatin, cyrillic) {
			return
		}
		table = toLatin
	}
	for i, r := range word {
		if x, ok := table[r]; ok {
			word[i] = x
		}
	}
}

// appendFold appends the folded letters of one word to dst. It is the slow, exact path: the scan uses it only for words that need care.
func appendFold(dst []rune, word string) []rune {
	from := len(dst)
	if !norm.NFC.IsNormalString(word) {
		word = norm.NFC.String(word)
	}
	var seen scripts
	for _, r := range word {
		if f, ok := foldRune(r); ok {
			dst = append(dst, f)
			seen |= scriptOf(f)
		}
	}
	if seen&latin != 0 && seen&cyrillic != 0 {
		unmix(dst[from:])
	}
	return dst
}

// Fold returns the folded form of one word; what is not a letter or a digit is dropped.
func Fold(word string) string {
	var buf [32]rune
	return string(appendFold(buf[:0], word))
}

// FoldText returns the folded words of a text, a space between each: what the full-text index holds.
// Words of a compound ("Касым-Жомарт") stand apart.
func FoldText(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var buf [64]rune
	for w := range Words(s) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		for _, r := range appendFold(buf[:0], s[w.Start:w.End]) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Hash returns the hash of a folded word: the Hash of every Word that folds to it.
func Hash(folded string) uint64 {
	h := hashSeed
	for _, r := range folded {
		h = hashRune(h, r)
	}
	return h
}

// FNV-1a over runes instead of bytes, with the 64-bit constants of Fowler, Noll and Vo.
const (
	hashSeed  uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

func hashRune(h uint64, r rune) uint64 {
	h ^= uint64(r)
	h *= hashPrime
	return h ^ h>>29
}

// Scripts reports whether s has Cyrillic letters, and Latin ones.
func Scripts(s string) (cyr, lat bool) {
	var seen scripts
	for _, r := range s {
		if f, ok := foldRune(r); ok {
			seen |= scriptOf(f)
		}
	}
	return seen&cyrillic != 0, seen&latin != 0
}
