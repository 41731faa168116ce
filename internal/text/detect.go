package text

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// How much of a text is looked at: more does not change the answer, and feeds carry whole articles.
const detectWords = 100

// What a word says about a language: a frequent word of it, the end of its words, a letter it does not have, a word of another script.
// Chosen on plain reasoning (one foreign letter outweighs one frequent word, which neighbours share); measured over labelled texts in detect_test.go.
const (
	evidenceWord   = 1.0
	evidenceTail   = 0.5
	evidenceLetter = -1.5
	evidenceScript = -0.7
)

// A set of languages: bit i is the i-th of Codes.
type langSet uint32

// A detector knows which languages have a letter or a frequent word.
type detector struct {
	letters map[rune]langSet
	table   [0x600]letterSet // for the letters that nearly every word is made of
	words   map[string]langSet
	tails   map[string]langSet
}

// A letterSet is what the detector asks of a rune: its lower case and the languages that have it. lower is 0 when it is no letter.
type letterSet struct {
	lower rune
	langs langSet
}

func (d *detector) letter(r rune) letterSet {
	if f, ok := foldRune(r); !ok || scriptOf(f) == 0 {
		return letterSet{}
	}
	low := unicode.ToLower(r) // not folded: ё, ў and ґ tell languages apart
	return letterSet{low, d.letters[low]}
}

func newDetector(c *catalogue) *detector {
	d := &detector{letters: map[rune]langSet{}, words: map[string]langSet{}, tails: map[string]langSet{}}
	for i, code := range c.codes {
		for r := range c.by[code].letters {
			d.letters[r] |= 1 << i
		}
		for w := range c.by[code].words {
			d.words[w] |= 1 << i
		}
		for w := range c.by[code].tails {
			d.tails[w] |= 1 << i
		}
	}
	for r := range d.table {
		d.table[r] = d.letter(rune(r))
	}
	return d
}

// word returns the languages that have any of the word's letters, those that have all, those in which it is frequent, and those whose words end so.
func (d *detector) word(s string) (some, all, frequent, tail langSet) {
	all = ^langSet(0)
	var buf [64]byte
	low := buf[:0]
	var from [3]int // where the last three letters begin, the last first
	for _, r := range s {
		var l letterSet
		if r < rune(len(d.table)) {
			l = d.table[r]
		} else {
			l = d.letter(r)
		}
		if l.lower == 0 {
			continue
		}
		from[0], from[1], from[2] = len(low), from[0], from[1]
		low = utf8.AppendRune(low, l.lower)
		some |= l.langs
		all &= l.langs
	}
	if from[2] > 0 { // a word is longer than its end
		tail = d.tails[string(low[from[1]:])] | d.tails[string(low[from[2]:])]
	}
	return some, all, d.words[string(low)], tail
}

// Detect says in which language a text is written, as an ISO 639-1 code of Codes, and how sure it is, from 0 to 1.
// "" and 0 when there is nothing to go by. Only the first 100 words are read.
func Detect(s string) (code string, confidence float64) {
	c := languages()
	score := make([]float64, len(c.codes))
	total := 0
	for w := range Words(s) {
		if w.Letters == 0 {
			continue
		}
		if total++; total > detectWords {
			break
		}
		some, all, frequent, tail := c.detector.word(s[w.Start:w.End])
		for i := range score {
			bit := langSet(1) << i
			switch {
			case some&bit == 0:
				score[i] += evidenceScript
			case all&bit == 0:
				score[i] += evidenceLetter
			}
			if frequent&bit != 0 {
				score[i] += evidenceWord
			}
			if tail&bit != 0 {
				score[i] += evidenceTail
			}
		}
	}
	if total == 0 {
		return "", 0
	}
	best, second := -1, -1
	better := func(i, j int) bool {
		if j < 0 || score[i] != score[j] {
			return j < 0 || score[i] > score[j]
		}
		a, b := c.by[c.codes[i]], c.by[c.codes[j]]
		if a.after[b.Code] || b.after[a.Code] {
			return b.after[a.Code]
		}
		// Every Russian letter is a Kazakh one: of equals the smaller alphabet explains the text better.
		return len(a.letters) < len(b.letters)
	}
	for i := range score {
		if better(i, best) {
			best, second = i, best
		} else if better(i, second) {
			second = i
		}
	}
	if score[best] <= float64(total)*evidenceScript/2 {
		return "", 0 // most words are of a script nobody here writes
	}
	return c.codes[best], 1 - math.Exp(score[second]-score[best])
}
