package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that decomposition leaves whole
var plainLetters = strings.NewReplacer("ł", "l", "Ł", "L", "ß", "ss", "ẞ", "SS", "ø", "o", "Ø", "O", "đ", "d", "Đ", "D", "ı", "i", "æ", "ae", "Æ", "Ae", "œ", "oe", "Œ", "Oe")

// Plain returns a Latin word without its diacritics, as it is written where the keyboard has none: Łukaszenka → Lukaszenka, Weißrussland → Weissrussland.
// A word with letters of another script stays as it is.
func Plain(word string) string {
	ascii := true
	for _, r := range word {
		if r >= 0x80 {
			ascii = false
		}
		if scriptOf(r)&^latin != 0 {
			return word
		}
	}
	if ascii {
		return word
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(plainLetters.Replace(word)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
