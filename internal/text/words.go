package text

import (
	"iter"
	"slices"
	"unicode/utf8"
)

// A Gap says what stands between a word and the one before it.
type Gap uint8

// The gaps, from nothing to the end of a clause. A name may run over every gap but GapBreak, and over GapDot only after a short word.
const (
	GapStart    Gap = iota // first word of the text
	GapJoin                // a hyphen, a dash or an apostrophe without spaces
	GapSpace               // spaces, quotation marks, one line end, a spaced hyphen or dash
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

// Words yields the words of s in order. Time is linear in len(s); only words with combining marks, and not the common Cyrillic ones, may make it allocate.
func Words(s string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		sc := scanner{s: s}
		var buf [16]Word
		for words := sc.fill(buf[:0]); len(words) > 0; words = sc.fill(buf[:0]) {
			for i := range words {
				if !yield(words[i]) {
					return
				}
			}
		}
	}
}

// AppendWords appends the words that Words yields to dst: the quick way for who needs them all and has a slice to reuse.
func AppendWords(dst []Word, s string) []Word {
	sc := scanner{s: s}
	for {
		n := len(dst)
		if n == cap(dst) {
			dst = slices.Grow(dst, max(16, n))
		}
		if dst = sc.fill(dst); len(dst) == n {
			return dst
		}
	}
}

// fill appends the next words, as many as dst has room for or fewer; none when there are no more. dst has room for one.
func (sc *scanner) fill(dst []Word) []Word {
	if dst = sc.appendPlain(dst); len(dst) == cap(dst) {
		return dst
	}
	n := len(dst)
	dst = dst[:n+1]
	if !sc.next(&dst[n]) {
		return dst[:n]
	}
	return dst
}

// appendPlain appends words for as long as they are made of letters of one or two bytes in one script, or of digits, and what ends them is surely their end,
// and as there is room: most of any text. The rest is for next. The loops are what a scan costs: where a blank or a sign and a blank part two
// words they call nothing and keep little, so that all of it stays in registers.
func (sc *scanner) appendPlain(dst []Word) []Word {
	s, i := sc.s, sc.pos
	for len(dst) < cap(dst) {
		gap := GapSpace
		switch {
		case i+1 < len(s) && s[i] == ' ' && beginsWord(s[i+1]):
			i++
		case i+2 < len(s) && s[i] < utf8.RuneSelf && s[i+1] == ' ' && beginsWord(s[i+2]) && s[i] != '\n' && asciiTable[s[i]]&entryWord == 0:
			gap = max(gap, Gap(asciiTable[s[i]]&entryRune))
			i += 2
		default:
			at := sc.pos
			gap = sc.skip()
			i, sc.pos = sc.pos, at
			if i >= len(s) {
				return dst
			}
		}
		if !sc.any {
			gap = GapStart
		}
		start := i
		h, head := hashSeed, hashSeed
		var seen, end entry
		for ; i < len(s) && s[i] < utf8.RuneSelf; i++ {
			e := asciiTable[s[i]]
			if e&entryWord == 0 {
				end = e
				break
			}
			seen |= e
			h = hashRune(h, e.folded())
			if i-start < HeadRunes {
				head = h
			}
		}
		runes := i - start
		for i < len(s) && end == 0 {
			e, n := asciiTable[s[i]], 1
			if s[i] >= utf8.RuneSelf {
				if i+1 >= len(s) || !isPair(s[i], s[i+1]) {
					end, _ = decodeEntry(s[i:])
					break
				}
				e, n = runeTable[pair(s[i], s[i+1])], 2
			}
			if e&entryWord == 0 {
				end = e
				break
			}
			seen |= e
			h = hashRune(h, e.folded())
			if runes < HeadRunes {
				head = h
			}
			runes++
			i += n
		}
		letters := runes
		if seen&entryDigit != 0 {
			letters = 0
		}
		if runes == 0 || end&(entryWord|entryMark|entryApostrophe) != 0 || seen&entryCare != 0 || seen&entryMixed == entryMixed || letters == 0 && seen&entryLetter != 0 {
			return dst
		}
		dst = dst[:len(dst)+1]
		w := &dst[len(dst)-1]
		w.Start, w.End, w.Hash, w.Head, w.Runes, w.Letters, w.Caps, w.Gap = start, i, hashEnd(h), hashEnd(head), runes, letters, 0, gap
		if seen&entryUpper != 0 {
			w.Caps = capitals(s[start:i])
		}
		sc.pos, sc.any = i, true
	}
	return dst
}

// beginsWord reports whether a byte begins an ASCII letter or digit, or a rune of two bytes that is surely a letter or stops appendPlain.
func beginsWord(c byte) bool { return asciiTable[c]&entryWord != 0 || c >= 0xC3 && c <= 0xDF }

type scanner struct {
	s   string
	pos int
	any bool // a word was found before
}

// next reads the next word into w, whatever is in it; false when there is none.
func (sc *scanner) next(w *Word) bool {
	gap := sc.skip()
	if sc.pos >= len(sc.s) {
		return false
	}
	if !sc.any {
		gap = GapStart
	}
	sc.any = true
	sc.read(w)
	w.Gap = gap
	return true
}

// skip moves to the next letter or digit and says what it passed.
func (sc *scanner) skip() Gap {
	s, i := sc.s, sc.pos
	gap := GapJoin
	dots, lines := 0, 0
	for i < len(s) {
		var e entry
		n := 1
		if c := s[i]; c < utf8.RuneSelf {
			e = asciiTable[c]
		} else if i+1 < len(s) && isPair(c, s[i+1]) {
			e, n = runeTable[pair(c, s[i+1])], 2
		} else {
			e, n = decodeEntry(s[i:])
		}
		if e&entryWord != 0 {
			break
		}
		if e&entryCounted != 0 {
			if s[i] == '\n' {
				lines++
			} else {
				dots++
			}
		}
		gap = max(gap, Gap(e&entryRune))
		i += n
	}
	sc.pos = i
	if lines > 1 {
		return GapSentence
	}
	if dots > 1 {
		return max(gap, GapBreak)
	}
	return gap
}

// isPair reports whether two bytes are a rune of two bytes in UTF-8.
func isPair(a, b byte) bool { return a >= 0xC2 && a <= 0xDF && b&0xC0 == 0x80 }

// pair decodes a rune of two bytes.
func pair(a, b byte) uint32 { return uint32(a&0x1F)<<6 | uint32(b&0x3F) }

// capitals counts the capitals that a word of letters of one or two bytes begins with.
func capitals(word string) (n int) {
	for i := 0; i < len(word); n++ {
		e, size := asciiTable[word[i]], 1
		if i+1 < len(word) && word[i] >= utf8.RuneSelf {
			e, size = runeTable[pair(word[i], word[i+1])], 2
		}
		if e&entryUpper == 0 {
			break
		}
		i += size
	}
	return n
}

// read reads the word at pos, which begins with a letter or a digit, whatever is in it.
func (sc *scanner) read(w *Word) {
	s, start := sc.s, sc.pos
	i := start
	*w = Word{Start: start}
	h, before := hashSeed, hashSeed // the state of the hash, now and before the last letter
	base := rune(0)                 // the last letter as written, 0 when something stands behind it
	inCaps := true                  // no letter but capitals so far
	var seen entry
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		e := entryOf(r)
		if e&entryWord == 0 {
			if e&entryMark == 0 && (e&entryApostrophe == 0 || !apostropheInside(s[start:i], s[i+n:], w.Runes, seen.scripts())) {
				break
			}
			i += n
			if c := compose(base, r); c != 0 {
				h = hashRune(before, c)
				w.setHead(h)
			} else {
				seen |= e & entryCare
			}
			base = 0
			continue
		}
		i += n
		seen |= e
		base, before = r, h
		h = hashRune(h, e.folded())
		w.Runes++
		w.setHead(h)
		if e&entryLetter == 0 {
			inCaps = inCaps && w.Letters > 0
			continue
		}
		w.Letters++
		if inCaps = inCaps && e&entryUpper != 0; inCaps {
			w.Caps++
		}
	}
	sc.pos, w.End, w.Hash = i, i, hashEnd(h)
	if seen&entryCare != 0 || seen&entryMixed == entryMixed {
		w.refold(s[start:i])
	}
}

// setHead takes the state of the hash behind the last letter for the head, while the head is not full.
func (w *Word) setHead(h uint64) {
	if w.Runes <= HeadRunes {
		w.Head = hashEnd(h)
	}
}

// refold hashes a word the slow, exact way.
func (w *Word) refold(word string) {
	c := composers.Get().(*composer)
	defer composers.Put(c)
	c.letters = appendFold(c.letters[:0], word)
	folded := c.letters
	w.Runes = len(folded)
	w.Hash = hashRunes(folded)
	w.Head = hashRunes(folded[:min(HeadRunes, len(folded))])
}

// apostropheInside reports whether an apostrophe between word and rest is a letter of the word ("В'ячеслав", "Tokayev's") and not a closing
// quote or a French elision ("l'OTSC", "d'Astana", "qu'Astana", "jusqu'Astana"). The word so far has runes letters, of the scripts seen.
func apostropheInside(word, rest string, runes int, seen scripts) bool {
	if rest == "" {
		return false
	}
	if e, _ := decodeEntry(rest); e&entryWord == 0 || e.scripts()&seen == 0 {
		return false // a quote, or an English 's behind a Cyrillic name
	}
	return seen != latin || runes > 1 && !endsInQu(word)
}

func endsInQu(word string) bool {
	n := len(word)
	return n >= 2 && word[n-2]|0x20 == 'q' && word[n-1]|0x20 == 'u'
}
