package excerpt

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vestnik/internal/news"
)

//go:embed abbreviations.txt
var abbreviationLines string

// abbreviations holds the words of abbreviations.txt of all languages at once: a headline rarely says which it is in.
var abbreviations = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for l := range strings.Lines(abbreviationLines) {
		if _, list, ok := strings.Cut(l, ":"); ok && !strings.HasPrefix(l, "#") {
			for w := range strings.FieldsSeq(list) {
				words[w] = true
			}
		}
	}
	return words
})

// reach is how many bytes to either side of a hit are looked at for its sentence. A sentence that is longer is shortened in any case.
const reach = 4096

// sentence gives the span of the sentence of text that h lies in, without the spaces around it. The bounds are those of UAX #29, joined
// again behind abbreviations and initials («г. Минск», "U.S. President", «А. Г. Лукашенко»); a line end always ends a sentence.
func sentence(text string, h news.Hit) span {
	lo, hi := max(h.Start-reach, 0), min(h.End+reach, len(text))
	for lo > 0 && !utf8.RuneStart(text[lo]) {
		lo--
	}
	for hi < len(text) && !utf8.RuneStart(text[hi]) {
		hi++
	}
	if i := strings.LastIndexByte(text[lo:h.Start], '\n'); i >= 0 {
		lo += i + 1
	}
	if i := strings.IndexByte(text[h.End:hi], '\n'); i >= 0 {
		hi = h.End + i
	}
	start, at, state, rest := lo, lo, -1, text[lo:hi]
	for rest != "" {
		var part string
		part, rest, state = uniseg.FirstSentenceInString(rest, state)
		at += len(part)
		if at >= h.End && !abbreviated(part) {
			break
		}
		if at <= h.Start && !abbreviated(part) {
			start = at
		}
	}
	return trim(text, span{start, at})
}

// abbreviated says whether s ends with a full stop that belongs to a word: an initial, a single letter or an abbreviation.
func abbreviated(s string) bool {
	s, ok := strings.CutSuffix(strings.TrimRightFunc(s, unicode.IsSpace), ".")
	if !ok {
		return false
	}
	word := s
	if i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		word = s[i+n:]
	}
	return utf8.RuneCountInString(word) == 1 || abbreviations()[strings.ToLower(word)]
}

func trim(s string, sp span) span {
	for sp.start < sp.end {
		r, n := utf8.DecodeRuneInString(s[sp.start:sp.end])
		if !unicode.IsSpace(r) {
			break
		}
		sp.start += n
	}
	for sp.start < sp.end {
		r, n := utf8.DecodeLastRuneInString(s[sp.start:sp.end])
		if !unicode.IsSpace(r) {
			break
		}
		sp.end -= n
	}
	return sp
}

// Ellipsis stands where something is left out.
const Ellipsis = "…"

// Around shows the sentence of text that h, one of hits, lies in, with every one of hits in it marked. A sentence of more than columns is cut on
// both sides of h, between words, and an ellipsis stands where something is left out; h itself is always whole. h must be a span of text.
func Around(text string, h news.Hit, hits []news.Hit, columns int) string {
	sp := sentence(text, h)
	if uniseg.StringWidth(text[sp.start:sp.end]) <= columns {
		return mark(text, sp.start, sp.end, hits)
	}
	words := chunks(text, sp, columns/2)
	first, last := 0, len(words)-1
	for i, w := range words {
		if w.start <= h.Start {
			first = i
		}
		if w.start < h.End {
			last = i
		}
	}
	fits := func(first, last int) bool {
		return words[last].to-words[first].from <= columns-4 // an ellipsis and its space on both sides
	}
	for left, right := true, true; left || right; {
		if left = left && first > 0 && fits(first-1, last); left {
			first--
		}
		if right = right && last < len(words)-1 && fits(first, last+1); right {
			last++
		}
	}
	s := mark(text, words[first].start, words[last].end, hits)
	if first > 0 {
		s = Ellipsis + " " + s
	}
	if last < len(words)-1 {
		s += " " + Ellipsis
	}
	return s
}

// A chunk is a piece of text that is shown whole or not at all, and the columns it takes in its line.
type chunk struct {
	span
	from, to int
}

// chunks splits text[sp] at spaces; what is wider than columns between two spaces, also between the words of UAX #29, so never inside a grapheme.
func chunks(text string, sp span, columns int) []chunk {
	var out []chunk
	at, column, state, rest := sp.start, 0, -1, text[sp.start:sp.end]
	open := false
	for rest != "" {
		var word string
		word, rest, state = uniseg.FirstWordInString(rest, state)
		from, left := at, column
		at, column = at+len(word), column+uniseg.StringWidth(word)
		switch {
		case strings.TrimSpace(word) == "":
			open = false
		case open && column-out[len(out)-1].from <= columns:
			out[len(out)-1].end, out[len(out)-1].to = at, column
		default:
			out = append(out, chunk{span{from, at}, left, column})
			open = true
		}
	}
	return out
}
