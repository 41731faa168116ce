package feeds

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/text"
)

// Bounds of what one entry may bring, so that one hostile or broken document cannot fill the store, the index and the matcher's day.
const (
	maxGUID   = 512     // bytes; a longer one is kept as its hash
	maxMarkup = 1 << 20 // bytes of one field before it is converted: all that maxText needs, with markup, unless pictures are within

	// Code points of plain text. The longest articles, transcripts of press conferences and texts of laws, come to some tens of
	// thousands; the longest titles, of agencies that put the lead there, to some hundreds.
	maxText     = 100_000
	maxTitle    = 1_000
	maxAuthor   = 500 // of all authors together
	maxCategory = 200

	maxCategories = 50
)

// maxWord is how far back, in bytes, a cut looks for the end of a word: more than the longest words there are.
const maxWord = 256

// plainText is the plain text of a field, at most `most` code points of it.
func plainText(field string, most int) string { return plain(field, most, text.FromHTML) }

// plainLine is plainText as one line.
func plainLine(field string, most int) string { return plain(field, most, text.OneLine) }

func plain(field string, most int, convert func(string) string) string {
	if len(field) <= maxMarkup {
		return capped(convert(field), most)
	}
	t := convert(wholeWords(field, maxMarkup))
	if t == "" {
		return ""
	}
	return capped(t+more, most)
}

// more stands at the end of what was cut.
const more = "…"

// capped is s, or as much of it as is, with the mark that says there was more, at most `most` code points.
func capped(s string, most int) string {
	if len(s) <= most {
		return s
	}
	keep, n := 0, 0 // keep: length in bytes of the first most-1 code points
	for i := range s {
		if n == most-1 {
			keep = i
		}
		if n++; n > most {
			return wholeWords(s, keep) + more
		}
	}
	return s
}

// wholeWords is at most the first n bytes of s, which is longer. It ends behind a whole word, as half a word may be another; where no word
// ends within reach, as in Chinese, it ends where it must.
func wholeWords(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	head := s[:n]
	if next, _ := utf8.DecodeRuneInString(s[n:]); !unicode.IsSpace(next) {
		from := max(0, n-maxWord)
		if i := strings.LastIndexFunc(head[from:], unicode.IsSpace); i >= 0 {
			head = head[:from+i]
		}
	}
	return strings.TrimRightFunc(head, unicode.IsSpace)
}
