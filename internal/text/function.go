package text

import "strings"

// IsFunctionWord reports whether a word, in any case, is one of the function words and most frequent words of the language: what stands in every text and
// so tells nothing of one. A language that is not known has none.
func IsFunctionWord(word, code string) bool {
	l := languages().by[code]
	return l != nil && (l.stop[Fold(word)] || l.words[strings.ToLower(word)])
}
