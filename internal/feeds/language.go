package feeds

import (
	"strings"

	"golang.org/x/text/language"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// How sure the look of a text has to be of its language. Below surely lie headlines, quotes in another language, and the close pairs (ru–be–uk,
// cs–pl); likely is an everyday word more for one language than for any other.
const (
	surely = 0.9 // to be believed rather than whoever configured the feed
	likely = 0.5 // to be believed rather than the document's own tag, which is often what the content system came with
)

// languageBytes is how much of a text is asked for its language: a page.
const languageBytes = 4096

// lang is the language of an item: what its text surely is in, else what the feed is configured as, else what the document says it is. The latter
// two do not stand against a text without a letter of their script.
func (n normaliser) lang(it news.Item) string {
	words := it.Title + "\n" + it.Text[:min(len(it.Text), languageBytes)] // half a letter at the end says nothing
	var guess string
	var confidence float64
	if n.language != nil {
		guess, confidence = n.language(words)
	}
	claimed, enough := n.feed.Language, surely
	if claimed == "" {
		claimed, enough = n.tag, likely
	}
	if guess != "" && (confidence >= enough || strange(claimed, words)) {
		return guess
	}
	return claimed
}

// Languages of the region and its neighbours by their script, as far as they have one.
var (
	cyrillicOnly = map[string]bool{"ru": true, "be": true, "uk": true, "kk": true, "bg": true, "ky": true, "mk": true, "mn": true, "tg": true}
	latinOnly    = map[string]bool{"en": true, "pl": true, "de": true, "fr": true, "cs": true, "sk": true, "es": true, "it": true, "pt": true,
		"nl": true, "sv": true, "fi": true, "da": true, "no": true, "lt": true, "lv": true, "et": true, "hu": true, "ro": true, "tr": true}
)

// strange reports whether words has letters, and none of them of the script of the language.
func strange(code, words string) bool {
	cyr, lat := text.Scripts(words)
	return cyrillicOnly[code] && lat && !cyr || latinOnly[code] && cyr && !lat
}

// misnamed are codes of countries that feeds give for languages.
var misnamed = map[string]string{"ua": "uk", "kz": "kk", "by": "be", "cz": "cs"}

// primaryLanguage is the ISO 639-1 code of a language tag such as "ru-RU", "kaz" or "ua", "" when it has none.
func primaryLanguage(tag string) string {
	code := strings.ToLower(strings.TrimSpace(tag))
	if i := strings.IndexAny(code, "-_ ,;"); i >= 0 {
		code = code[:i]
	}
	if right, ok := misnamed[code]; ok {
		return right
	}
	base, err := language.ParseBase(code)
	if err != nil || len(base.String()) != 2 {
		return ""
	}
	return base.String()
}
