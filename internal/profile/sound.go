package profile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A sound is a name as it is heard, for telling transliterations of one name from different names: the idea of Soundex and its
// descendants, with rules for Russian, Belarusian, Ukrainian and Kazakh names in English print (BGN/PCGN, the passports' own systems and
// newspaper habit). Two sounds are compared by sameSound.
type sound struct {
	shape  string // one letter a sound, vowels kept
	bones  string // the consonants of shape
	vowels bool   // begins with a vowel
}

// sameLetters turns the many ways to write one sound into one. Longer patterns stand first. Capitals are sounds that English writes with two
// letters: S sh, C ch, J zh, H kh.
var sameLetters = strings.NewReplacer(
	"shch", "S", "sch", "S", "sh", "S", "tch", "C", "ch", "C", "zh", "J", "dzh", "J", "dj", "J", "kh", "H", "ph", "f", "ts", "t", "tz", "t",
	"ck", "k", "x", "ks", "q", "k", "w", "v",
	"ousk", "ovsk", "ausk", "avsk", "eusk", "evsk", // Belarusian ў
	"iy", "i", "yi", "i", "yy", "i", "ye", "e", "ya", "a", "yo", "o", "yu", "u", "ie", "e", "ia", "a", "io", "o", "iu", "u", "ju", "u",
	"ay", "a", "ey", "e", "oy", "o", "y", "i",
	"j", "J", "h", "H",
)

func soundOf(word string) sound {
	var plain strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		if unicode.IsLetter(r) {
			plain.WriteRune(r)
		}
	}
	var s sound
	var shape, bones strings.Builder
	last := rune(0)
	for _, r := range sameLetters.Replace(plain.String()) {
		if r == last {
			continue
		}
		shape.WriteRune(r)
		if !isVowel(r) {
			bones.WriteRune(r)
		} else if last == 0 {
			s.vowels = true
		}
		last = r
	}
	s.shape, s.bones = shape.String(), bones.String()
	return s
}

func isVowel(r rune) bool {
	return strings.ContainsRune("aeiouаеёиоуыэюяіїєўйьұүөәэ", r)
}

// sameSound reports whether a and b may be transliterations of one name: the same consonants, the same beginning, and vowels that differ
// in one place (two in a long name). Three consonants are the least that says anything.
func sameSound(a, b sound) bool {
	n := utf8.RuneCountInString(a.bones)
	if a.bones != b.bones || n < 3 || a.vowels != b.vowels {
		return false
	}
	slack := 1
	if n > 4 {
		slack = 2
	}
	return distance([]rune(a.shape), []rune(b.shape)) <= slack
}

// distance is Levenshtein's, by the usual two-row programme.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
