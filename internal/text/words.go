package text

import (
	"iter"
	"math/bits"
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
// and as there is room: most of any text. The rest is for next. This loop is what a scan costs, so it calls nothing where a blank, or a sign and a blank, part
// two words of plain Latin or of Cyrillic letters. Plain Latin it reads eight letters at a time, for a processor does not foresee where a word ends, and
// waits; with the two bytes of Cyrillic letters that gained nothing over a loop.
func (sc *scanner) appendPlain(dst []Word) []Word {
	s, i := sc.s, sc.pos
	for len(dst) < cap(dst) {
		var gap Gap
		if k := i + int(blankTable[at(s, i)]); k > i && k < len(s) && s[k-1] == ' ' && beginTable[s[k]] {
			gap, i = gapTable[s[i]], k
		} else {
			sc.pos = i
			if gap = sc.skip(); sc.pos >= len(s) {
				sc.pos = i
				return dst
			}
			i, sc.pos = sc.pos, i
		}
		if !sc.any {
			gap = GapStart
		}
		start, caps := i, 0
		var runes int
		h, head := hashSeed, hashSeed
		if s[i] < utf8.RuneSelf {
			var x uint64
			if i+8 <= len(s) { // as eightAt does, without the call
				x = eight(s[i : i+8])
			} else {
				x = eightAt(s, i)
			}
			folded, n := foldLatin(x)
			h = hashEight(h, folded)
			head = hashEight(head, folded&(1<<(8*HeadRunes)-1))
			i += n
			twos := 0
			if n == 8 || i < len(s) && s[i] >= utf8.RuneSelf {
				h, i, twos = restOfLatin(h, s, i)
				if twos > 0 && n < HeadRunes {
					head = headOf(s[start:i])
				}
			}
			runes = i - start - twos
			caps = int(^x >> 5 & 1)
			if ^x&0x2020 == 0x2020 {
				caps = capitals(s[start:i])
			}
		} else {
			for ; i+1 < len(s); i += 2 {
				f := cyrillicTable[uint16(s[i])|uint16(s[i+1])<<8]
				if f == 0 {
					break
				}
				h = hashRune(h, rune(f&^cyrillicCapital))
				if i-start < 2*HeadRunes {
					head = h
				}
			}
			runes = (i - start) / 2
			if runes > 0 && cyrillicTable[uint16(s[start])|uint16(s[start+1])<<8]&cyrillicCapital != 0 {
				caps = capitals(s[start:i])
			}
		}
		if i == start || i < len(s) && blankTable[s[i]] == 0 && !surelyEnds(s, i) {
			w := Word{Start: start, Gap: gap}
			if !w.readMixed(s) {
				return dst
			}
			dst = append(dst, w)
			i = w.End
			sc.pos, sc.any = i, true
			continue
		}
		dst = dst[:len(dst)+1]
		w := &dst[len(dst)-1]
		w.Start, w.End, w.Hash, w.Head, w.Runes, w.Letters, w.Caps, w.Gap = start, i, hashEnd(h), hashEnd(head), runes, runes, caps, gap
		sc.pos, sc.any = i, true
	}
	return dst
}

// at returns byte i of s, 0 behind its end.
func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// surelyEnds reports whether a word, read up to byte i, ends there whatever follows.
func surelyEnds(s string, i int) bool {
	e, _ := decodeEntry(s[i:])
	return e&(entryWord|entryMark|entryApostrophe) == 0
}

// foldLatin folds as many of eight bytes as are letters from a to z, and says how many; the others become 0.
func foldLatin(x uint64) (folded uint64, n int) {
	const each, high = 0x0101010101010101, 0x8080808080808080
	low := x&^high | ('a'-'A')*each
	// The highest bit of a byte shows whether adding went over 0x7F: from a on it does, and from what follows z on.
	others := ^((low + (0x80-'a')*each) &^ (low + (0x80-'z'-1)*each) &^ x) & high
	return low & ((others&-others)>>7 - 1), bits.TrailingZeros64(others) / 8
}

// restOfLatin goes on with the hash of a word from byte i on, where a letter other than a to z may stand, and says where the word ends and how many letters of
// two bytes it passed.
func restOfLatin(h uint64, s string, i int) (_ uint64, end, twos int) {
	for i < len(s) {
		if s[i] < utf8.RuneSelf {
			folded, n := foldLatin(eightAt(s, i))
			if n == 0 {
				break
			}
			h = hashEight(h, folded)
			if i += n; n == 8 {
				continue
			}
		}
		if i+1 >= len(s) || !isPair(s[i], s[i+1]) {
			break
		}
		e := runeTable[pair(s[i], s[i+1])]
		if e&(entryWord|entryCare) != entryWord || e.scripts() != latin || e.folded() < utf8.RuneSelf {
			break
		}
		h = hashRune(h, e.folded())
		i += 2
		twos++
	}
	return h, i, twos
}

// headOf returns the state of the hash behind the first HeadRunes letters of a word, or behind all of a shorter one.
func headOf(word string) uint64 {
	h, n := newHasher(), 0
	for _, r := range word {
		h.add(entryOf(r).folded())
		if n++; n == HeadRunes {
			break
		}
	}
	h.flush()
	return h.h
}

// readMixed reads the word at w.Start, and all of w but the gap, if it is made of letters of one or two bytes in one script, or of digits, and what ends it
// is surely its end.
func (w *Word) readMixed(s string) bool {
	i := w.Start
	h := newHasher()
	var seen, end entry
	runes := 0
	for i < len(s) {
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
		h.add(e.folded())
		if runes++; runes == HeadRunes {
			w.Head = h.sum()
		}
		i += n
	}
	letters := runes
	if seen&entryDigit != 0 {
		letters = 0
	}
	if runes == 0 || end&(entryWord|entryMark|entryApostrophe) != 0 || seen&entryCare != 0 || seen&entryMixed == entryMixed || letters == 0 && seen&entryLetter != 0 {
		return false
	}
	w.End, w.Hash, w.Runes, w.Letters, w.Caps = i, h.sum(), runes, letters, 0
	if runes < HeadRunes {
		w.Head = w.Hash
	}
	if seen&entryUpper != 0 {
		w.Caps = capitals(s[w.Start:i])
	}
	return true
}

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
	h := newHasher()
	before := h     // before the last letter
	base := rune(0) // the last letter as written, 0 when something stands behind it
	inCaps := true  // no letter but capitals so far
	var seen entry
	for i < len(s) {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		e := entryOf(r)
		if e&entryWord == 0 {
			if e&entryMark == 0 && (e&entryApostrophe == 0 || !apostropheInside(s[start:i], s[i+n:], w.Runes, seen.scripts())) {
				break
			}
			i += n
			if c := compose(base, r); c != 0 {
				h = before
				h.add(c)
				w.setHead(&h)
			} else {
				seen |= e & entryCare
			}
			base = 0
			continue
		}
		i += n
		seen |= e
		base, before = r, h
		h.add(e.folded())
		w.Runes++
		w.setHead(&h)
		if e&entryLetter == 0 {
			inCaps = inCaps && w.Letters > 0
			continue
		}
		w.Letters++
		if inCaps = inCaps && e&entryUpper != 0; inCaps {
			w.Caps++
		}
	}
	sc.pos, w.End, w.Hash = i, i, h.sum()
	if seen&entryCare != 0 || seen&entryMixed == entryMixed {
		w.refold(s[start:i])
	}
}

// setHead takes the hash up to the last letter for the head, while the head is not full.
func (w *Word) setHead(h *hasher) {
	if w.Runes <= HeadRunes {
		w.Head = h.sum()
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
