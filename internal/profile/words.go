package profile

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed words.txt
var wordsFile string

// lists are the sections of words.txt.
type lists map[string]map[string]bool

func (l lists) has(section, word string) bool { return l[section][word] }

// parseLists reads the form that words.txt explains in its own head.
func parseLists(data string) lists {
	l := lists{}
	var section map[string]bool
	for line := range strings.Lines(data) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = map[string]bool{}
			l[strings.Trim(line, "[]")] = section
			continue
		}
		for entry := range strings.SplitSeq(line, ",") {
			if entry = strings.TrimSpace(entry); entry != "" && section != nil {
				section[entry] = true
			}
		}
	}
	return l
}

// spellings returns the section of pairs as a map from the left to the right spelling.
func (l lists) spellings() map[string]string {
	m := map[string]string{}
	for pair := range l["spelling"] {
		if left, right, ok := strings.Cut(pair, " "); ok {
			m[left] = right
		}
	}
	return m
}

// isDemonym reports whether word is made from one of the bases: "russian" from "russia", "ukrainian" from "ukraine", "kazakh" from "kazakhstan".
// Everything is in lower case. The base may lose a vowel and one letter more before the ending.
func (l lists) isDemonym(word string, bases map[string]bool) bool {
	whole := word
	word = strings.TrimSuffix(word, "s")
	if bases[word+"stan"] {
		return true
	}
	for ending := range l["demonym"] {
		stem, ok := strings.CutSuffix(word, ending)
		if !ok || utf8.RuneCountInString(stem) < 3 {
			continue
		}
		for base := range bases {
			if rest, ok := strings.CutPrefix(base, stem); ok && (rest == "" || len(rest) <= 2 && isVowel(rune(rest[0]))) && base != word && base != whole {
				return true
			}
		}
	}
	return false
}

func isUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// isAcronym reports whether s is two or more capitals and nothing else but digits, dots and hyphens: "CSTO", "U.S.", "ОДКБ".
func isAcronym(s string) bool {
	capitals := 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case r != '.' && r != '-' && !unicode.IsDigit(r):
			return false
		}
	}
	return capitals > 1
}
