package text

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/russian"
)

// Stem returns the Snowball stem of a folded word, "" when the language has no stemmer or the word is too short to be told from
// others by its beginning: such words are matched in the forms that Forms generates.
func Stem(folded, lang string) string {
	if len([]rune(folded)) < HeadRunes {
		return ""
	}
	if Apart(folded, lang) {
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

// HasStemmer reports whether Stem knows the language.
func HasStemmer(lang string) bool {
	switch lang {
	case "en", "ru", "de", "fr":
		return true
	}
	return false
}
