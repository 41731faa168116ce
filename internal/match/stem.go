package match

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/russian"

	"vestnik/internal/text"
)

// stemOf returns the Snowball stem of a folded word, "" when the language has no stemmer or the word is too short to be told from
// others by its beginning: such words are matched in the forms that package text generates.
func stemOf(folded, lang string) string {
	if len([]rune(folded)) < text.HeadRunes {
		return ""
	}
	if text.Apart(folded, lang) {
		return folded
	}
	env := snowballstem.NewEnv(folded)
	switch lang {
	case "en":
		english.Stem(env)
	case "ru":
		russian.Stem(env)
	case "de":
		german.Stem(env)
	case "fr":
		french.Stem(env)
	default:
		return ""
	}
	return env.Current()
}

// hasStemmer reports whether stemOf knows the language.
func hasStemmer(lang string) bool {
	switch lang {
	case "en", "ru", "de", "fr":
		return true
	}
	return false
}

// headHash is the hash of a folded word's first letters: what text.Word.Head holds.
func headHash(folded string) uint64 {
	r := []rune(folded)
	return text.Hash(string(r[:min(len(r), text.HeadRunes)]))
}
