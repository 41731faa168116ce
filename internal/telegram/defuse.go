package telegram

import (
	"strings"
	"unicode"

	"vestnik/internal/excerpt"
)

// joiner is U+2060 WORD JOINER: invisible, of no width, and no letter of a command, a name or an address.
const joiner = '\u2060'

// digitsApart is how many digits may stand together, spaces and hyphens between them, before a joiner parts them: bank cards have 13 or more, and
// telephone numbers with their country 8 or more.
const digitsApart = 7

// defuse puts a joiner wherever Telegram would find a command, mention, hashtag, cashtag, address, card number or time mark in plain text, so that
// words from a feed stay words. What it looks for was measured on the parser that the Bot API server runs (see the corpus test): a sign before
// letters ("/list", "@name", "#tag", "$USD"), a dot within a word ("ria.ru", four numbers), a scheme ("tg://"), a colon between digits, long rows of
// digits. Marks of hits are looked through, because bold text is one with what stands beside it.
func defuse(s string) string {
	if !strings.ContainsAny(s, "/@#$.:0123456789") {
		return s
	}
	runes := []rune(s)
	seen := make([]int, 0, len(runes)) // where the visible ones are
	for i, r := range runes {
		if r != excerpt.HitStart && r != excerpt.HitEnd {
			seen = append(seen, i)
		}
	}
	at := func(i int) rune {
		if i < 0 || i >= len(seen) {
			return 0
		}
		return runes[seen[i]]
	}
	behind := map[int]bool{} // indices in runes behind which a joiner stands
	digits := 0
	for i := range seen {
		r, next := at(i), at(i+1)
		if digit(r) {
			if digits++; digits == digitsApart {
				behind[seen[i]], digits = true, 0
			}
		} else if r != ' ' && r != '-' {
			digits = 0
		}
		quad := r == '.' && dots(at, i) >= 3
		if splits(r, at(i-1), next, at(i+2), quad) {
			behind[seen[i]] = true
		}
	}
	if len(behind) == 0 {
		return s
	}
	var b strings.Builder
	for i, r := range runes {
		b.WriteRune(r)
		if behind[i] {
			b.WriteRune(joiner)
		}
	}
	return b.String()
}

// splits reports whether a joiner belongs between r and next. quad says that r is a dot of what may be an IP address.
func splits(r, before, next, after rune, quad bool) bool {
	if next == 0 || unicode.IsSpace(next) || next == joiner {
		return false
	}
	switch r {
	case '/', '@':
		return asciiWord(next)
	case '#':
		return next != '#'
	case '$':
		return asciiWord(next) && (!digit(next) || asciiWord(after) && !digit(after))
	case '.':
		if digit(before) && digit(next) {
			return quad
		}
		return next != '.' && (asciiWord(next) || next >= 0x80 && !unicode.IsPunct(next))
	case ':':
		return next == '/' && after == '/' || digit(before) && digit(next)
	}
	return false
}

// dots counts the dots in the row of digits and dots around i, as far as an IP address reaches.
func dots(at func(int) rune, i int) int {
	const reach = len("255.255.255.255")
	n := 1
	for _, step := range []int{-1, 1} {
		for k := 1; k < reach; k++ {
			r := at(i + step*k)
			if !digit(r) && r != '.' {
				break
			}
			if r == '.' {
				n++
			}
		}
	}
	return n
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func asciiWord(r rune) bool {
	return digit(r) || r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// fuses reports whether what ends with last and what begins with first could be read as one: text is defused piece by piece.
func fuses(last, first rune) bool {
	return !unicode.IsSpace(first) && (strings.ContainsRune("/@#$.:", last) || digit(last) && digit(first))
}
