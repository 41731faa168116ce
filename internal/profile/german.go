package profile

import (
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// Every German noun has a capital, so capitals prove nothing. A name is what more speaks for: a given name, a title, "in" or "aus" without an article, an
// acronym; or that in all the articles no article and no adjective ever stands before it, and it stands more than once.

// isGermanAdjective reports whether a small word may be an adjective before a noun.
func isGermanAdjective(key string) bool {
	if utf8.RuneCountInString(key) < 4 {
		return false
	}
	for _, e := range []string{"e", "en", "er", "es", "em"} {
		if strings.HasSuffix(key, e) {
			return true
		}
	}
	return false
}

// germanMentions is how often a word must stand, never behind an article, to be a name without further evidence.
const germanMentions = 3

// keepGerman removes what is likely an ordinary noun.
func (f *finder) keepGerman() {
	surnames := map[string]bool{}
	for _, n := range f.names {
		if len(n.words) > 1 && isGiven(n.words[0]) {
			surnames[n.words[len(n.words)-1]] = true
		}
	}
	for s, n := range f.names {
		if !f.isGermanName(n, surnames) {
			delete(f.names, s)
		}
	}
	for s, n := range f.names { // "Moskaus" is Moskau
		base := strings.TrimSuffix(s, "s")
		if to := f.names[base]; base != s && to != nil && len(n.words) == 1 && !isAcronym(s) {
			to.absorb(n)
			delete(f.names, s)
		}
	}
}

func (f *finder) isGermanName(n *name, surnames map[string]bool) bool {
	has := func(sections ...string) bool {
		return slices.ContainsFunc(n.words, func(w string) bool {
			return slices.ContainsFunc(sections, func(s string) bool { return f.lists.has(s, w) })
		})
	}
	if isAcronym(n.text) {
		return true
	}
	if len(n.words) > 1 {
		if isGiven(n.words[0]) || isInitial(strings.Fields(n.text)[0]) {
			return true
		}
		return has("body", "realm") && !f.germanNoun(n.words[0]) || f.lists.has("compass", n.words[0])
	}
	w := n.words[0]
	stem := strings.TrimSuffix(w, "s")
	switch {
	case surnames[w] || surnames[stem]:
		return true
	case f.germanNoun(w), isGiven(w), n.article > 0, text.IsCommonWord(text.Hash(w), "de"):
		return false
	case n.person > 0:
		return true
	case n.place > 0:
		return !isGermanAdjective(w) || n.place > 1
	}
	return f.capital[w]+f.capital[stem] >= germanMentions && f.lower[w] == 0 && !isGermanAdjective(w)
}

// germanNoun reports whether a word ends as ordinary nouns do, or is one of the lists.
func (f *finder) germanNoun(w string) bool {
	for ending := range f.lists["noun-ending"] {
		if strings.HasSuffix(w, ending) {
			return true
		}
	}
	return f.lists.has("role", w) || f.lists.has("thing", w) || f.lists.has("body", w) || f.lists.has("people", w)
}
