package text

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folding makes two spellings of one word equal: NFC, lower case, ё=е, ў=у, ґ=г, no stress marks (so ѐ=е, ѝ=и), soft hyphens or apostrophes, and no
// letters of a foreign script that only look right ("Tокаев" with a Latin T). Everything else is kept: й is not и, ł is not l.

// foldSlow lowers and folds a letter, whatever its script. ѐ and ѝ are what е and и with a grave stress mark compose to.
func foldSlow(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case 'ё', 'ѐ':
		return 'е'
	case 'ѝ':
		return 'и'
	case 'ў':
		return 'у'
	case 'ґ':
		return 'г'
	}
	return r
}

// foldLetter returns the folded rune and whether it is part of a word at all; the scan's tables are made from it.
func foldLetter(r rune) (rune, bool) {
	if (unicode.IsLetter(r) || unicode.IsDigit(r)) && !isApostrophe(r) {
		return foldSlow(r), true
	}
	return 0, false
}

// foldRune is foldLetter, out of the tables.
func foldRune(r rune) (rune, bool) {
	e := entryOf(r)
	if e&entryWord == 0 {
		return 0, false
	}
	return e.folded(), true
}

// isMark reports whether r belongs to the letter before it or is invisible: it neither ends a word nor counts in it. Besides
// combining marks these are soft hyphens, zero-width spaces and joiners, and the marks of writing direction that stand around names in copied texts.
func isMark(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Cf) }

// isApostrophe reports whether r is an apostrophe or is typed for one. Those of U+02B9–U+02CB are letters to Unicode: the Ukrainian apostrophe
// (U+02BC), the Uzbek one (U+02BB), and the primes, half rings and accents of transliterations.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', '‛', '`', '´', '′', '‵', '＇', '｀', '\u0374', '\u02C8', '\u02CA', '\u02CB':
		return true
	}
	return r >= 0x2B9 && r <= 0x2BF
}

func isQuote(r rune) bool {
	switch r {
	case '"', '«', '»', '„', '“', '”', '‹', '›', '‚', '‟', '*', '_':
		return true
	}
	return false
}

// isHyphen reports whether r joins the words of a compound where no space stands beside it: the hyphens, and dashes and the minus sign typed for one.
func isHyphen(r rune) bool {
	switch r {
	case '-', '\u058A', '\u05BE', '−', '﹣', '－':
		return true
	}
	return r >= 0x2010 && r <= 0x2015
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
	toCyrillic = map[rune]rune{
		'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'i': 'і', 'k': 'к', 'm': 'м', 'o': 'о', 'p': 'р', 't': 'т', 'x': 'х', 'y': 'у', 'ï': 'ї', 'ë': 'е', 'ə': 'ә',
		'á': 'а', 'à': 'а', 'é': 'е', 'è': 'е', 'í': 'і', 'ó': 'о', 'ò': 'о', 'ý': 'у', // with a stress mark: «Токáев»
	}
	toLatin = map[rune]rune{'а': 'a', 'в': 'b', 'с': 'c', 'е': 'e', 'н': 'h', 'і': 'i', 'к': 'k', 'м': 'm', 'о': 'o', 'р': 'p', 'т': 't', 'х': 'x', 'у': 'y', 'ѕ': 's', 'ј': 'j', 'һ': 'h', 'ә': 'ə'}
)

// unmix repairs a folded word that mixes Latin and Cyrillic: the script that has letters without a twin in the other wins, Cyrillic when
// both could. A word in which both scripts have letters of their own ("iPhoneом") is left as it is. A Latin k beside қ or ғ is typed for қ ("Kазақстан"): к
// stands in words of the other harmony.
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
	kazakhBack := slices.ContainsFunc(word, func(r rune) bool { return r == 'қ' || r == 'ғ' })
	for i, r := range word {
		switch x, ok := table[r]; {
		case r == 'k' && kazakhBack:
			word[i] = 'қ'
		case ok:
			word[i] = x
		}
	}
}

// appendFold appends the folded letters of one word to dst. It allocates nothing else.
func appendFold(dst []rune, word string) []rune {
	from := len(dst)
	dst, seen := appendLetters(dst, word)
	if seen&entryCare != 0 {
		dst, seen = appendComposed(dst[:from], word)
	}
	if seen&entryMixed == entryMixed {
		unmix(dst[from:])
	}
	return dst
}

// composers hold what composing takes: norm's functions on strings allocate at every call, an iterator that is kept does not.
var composers = sync.Pool{New: func() any { return new(composer) }}

type composer struct {
	norm.Iter
	letters []rune
}

// appendComposed is appendLetters of the word in NFC.
func appendComposed(dst []rune, word string) (_ []rune, seen entry) {
	it := composers.Get().(*composer)
	defer composers.Put(it)
	for it.InitString(norm.NFC, word); !it.Done(); {
		for b := it.Next(); len(b) > 0; {
			r, n := utf8.DecodeRune(b)
			dst, seen = appendLetter(dst, seen, r)
			b = b[n:]
		}
	}
	return dst, seen
}

// appendLetters folds rune by rune, and returns the flags of all that it saw.
func appendLetters(dst []rune, word string) (_ []rune, seen entry) {
	for _, r := range word {
		dst, seen = appendLetter(dst, seen, r)
	}
	return dst, seen
}

func appendLetter(dst []rune, seen entry, r rune) ([]rune, entry) {
	e := entryOf(r)
	if e&entryWord != 0 {
		dst = append(dst, e.folded())
		seen |= e
	}
	return dst, seen | e&entryCare
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

// Scripts reports whether s has Cyrillic letters, and Latin ones.
func Scripts(s string) (cyr, lat bool) {
	var seen scripts
	for _, r := range s {
		seen |= entryOf(r).scripts()
	}
	return seen&cyrillic != 0, seen&latin != 0
}

// Twin returns the Cyrillic letter that a Latin one looks like, both small; r itself when there is none.
func Twin(r rune) rune {
	if t, ok := toCyrillic[r]; ok {
		return t
	}
	return r
}
