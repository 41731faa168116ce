package profile

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/text"
)

// The page around an article is known by its own signals, never by where a site puts it:
//   - phrases that only a page says ("all rights reserved"), and words an article may use too ("newsletter") when they come together or alone;
//   - bylines: "By Jane Doe", or a name that stands alone near the top and nowhere else;
//   - lines of addresses, tags and buttons;
//   - what follows such a mark at the end: the author's note, further boxes.

const (
	bylineWords = 5    // how long "By Jane Doe" may be at most
	bylineDepth = 6    // how many paragraphs from the top a name may stand alone
	creditWords = 10   // how long "By Jane Doe in Brest" may be, of names and the small words between them
	noteDepth   = 3    // how many paragraphs from the end "Jane Doe is a reporter" may stand
	noteWords   = 8    // within how many words it says what she is
	buttonWords = 12   // a paragraph this short needs one weak signal, a longer one two
	endShare    = 0.15 // how much of an article's words may follow the mark that ends it
)

// trim returns the paragraphs without those that belong to the page.
func trim(paragraphs []string, l lists) []string {
	words := make([]int, len(paragraphs))
	total := 0
	for i, p := range paragraphs {
		words[i] = len(strings.Fields(p))
		total += words[i]
	}
	var kept []string
	rest := total
	for i, p := range paragraphs {
		page := boilerplate(p, l) || i < bylineDepth && credits(p, l) || i >= len(paragraphs)-noteDepth && i > 0 && authorsNote(p, l)
		if page && i > 0 && float64(rest-words[i]) <= endShare*float64(total) {
			break
		}
		rest -= words[i]
		if !page && !(i < bylineDepth && loneName(paragraphs, i)) {
			kept = append(kept, p)
		}
	}
	return kept
}

// boilerplate reports whether a paragraph is a newsletter box, a byline or the like.
func boilerplate(p string, l lists) bool {
	words := len(strings.Fields(p))
	lower := strings.ToLower(strings.ReplaceAll(p, "’", "'"))
	first, _, _ := strings.Cut(lower, " ")
	if l.has("by", strings.TrimSuffix(first, ":")) && words > 1 && words <= bylineWords && !strings.HasSuffix(p, ".") {
		return true
	}
	if onlyAddresses(p) {
		return true
	}
	for phrase := range l["boilerplate"] {
		if saysPhrase(lower, phrase) {
			return true
		}
	}
	weak := 0
	for phrase := range l["boilerplate-weak"] {
		if saysPhrase(lower, phrase) {
			weak++
		}
	}
	return weak > 1 || weak == 1 && words <= buttonWords
}

// credits reports whether a paragraph says who wrote the article, and where, in names alone: "By Jane Doe and John Roe in Brest", "Jane Doe reports from Brest".
func credits(p string, l lists) bool {
	words := strings.Fields(p)
	if len(words) < 2 || len(words) > creditWords || strings.ContainsAny(strings.TrimRight(p, "."), ".!?:;") {
		return false
	}
	names, said := 0, false
	for i, w := range words {
		key := strings.Trim(strings.ToLower(w), ",*_()")
		switch {
		case i == 0 && l.has("by", key):
			said = true
		case l.has("byline-verb", key) && i > 1 && !said:
			said = true
		case isUpper(strings.TrimLeft(w, "*_(")):
			names++
		case !l.has("byline-link", key):
			return false
		}
	}
	return said && names > 1 && (l.has("by", strings.ToLower(words[0])) || isGiven(keyOf(strings.Trim(words[0], "*_")))) && !strings.HasSuffix(p, ".")
}

// authorsNote reports whether a paragraph near the end says what its author is: "Jane Doe is a correspondent of …". Only a profession of writers says it, and
// only of the name that the paragraph begins with.
func authorsNote(p string, l lists) bool {
	words := strings.Fields(p)
	for i, w := range words[:min(len(words), noteWords)] {
		switch key := strings.Trim(strings.ToLower(w), ",.*_"); {
		case i < 2 && !isUpper(strings.TrimLeft(w, "*_")):
			return false
		case i > 1 && l.has("writer", key):
			return slices.ContainsFunc(words[2:i], func(w string) bool { return l.has("note-verb", strings.ToLower(w)) })
		case i > 1 && l.has("role", key):
			return false // another profession comes first
		}
	}
	return false
}

// saysPhrase reports whether the phrase stands in s between other than letters; "topics:" may be followed by anything. A phrase that ends in * is the
// beginning of a word.
func saysPhrase(s, phrase string) bool {
	phrase, open := strings.CutSuffix(phrase, "*")
	for from := 0; ; {
		i := strings.Index(s[from:], phrase)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(phrase):])
		if !wordRune(before) && (open || !wordRune(after) || strings.HasSuffix(phrase, ":")) {
			return true
		}
		from = i + len(phrase)
	}
}

// onlyAddresses reports whether a paragraph is nothing but mail and web addresses, tags (#) and signs.
func onlyAddresses(p string) bool {
	found := false
	for _, w := range strings.Fields(p) {
		switch {
		case strings.HasPrefix(w, "#"), strings.HasPrefix(w, "@"), strings.Contains(w, "://"), strings.HasPrefix(w, "www."),
			strings.Contains(strings.Trim(w, "@."), "@"):
			found = true
		case strings.ContainsFunc(w, wordRune):
			return false
		}
	}
	return found
}

// loneName reports whether the paragraph is a name and nothing else, "Jane Doe", that no other paragraph has: who wrote it, not whom it is about.
func loneName(paragraphs []string, i int) bool {
	alone, _, dateline := strings.Cut(paragraphs[i], ", ") // «Имя Фамилия, Город»
	words := strings.Fields(alone)
	if rest := strings.Fields(paragraphs[i])[len(words):]; dateline && (len(rest) > 2 || slices.ContainsFunc(rest, func(w string) bool { return !isUpper(w) })) {
		return false
	}
	if len(words) < 2 || len(words) > 3 || !text.IsGivenName(text.Hash(text.Fold(words[0]))) {
		return false
	}
	for _, w := range words {
		if !isUpper(w) || isAcronym(w) || strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("-'’.", r) }) {
			return false
		}
	}
	if strings.HasSuffix(paragraphs[i], ".") {
		return false
	}
	surname := []rune(strings.ToLower(words[len(words)-1]))
	stem := string(surname[:max(len(surname)-1, 1)]) // "Иван Петренко" may stand as «Петренка» in the text
	for j, p := range paragraphs {
		if j != i && strings.Contains(strings.ToLower(p), stem) {
			return false
		}
	}
	return true
}
