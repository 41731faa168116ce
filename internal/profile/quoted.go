package profile

import (
	"maps"
	"slices"
	"strings"
)

// quotedWords is how long a quoted term may be; longer quotations are somebody's words.
const quotedWords = 3

// quotations remembers short lower-case phrases in quotation marks.
func (f *finder) quotations(a Article, p paragraph) {
	ts := p.tokens
	for i, t := range ts {
		if !t.opens {
			continue
		}
		end := i + 1
		for end < len(ts) && end-i < quotedWords && ts[end].joined {
			end++
		}
		if end-i < 2 || !strings.ContainsAny(firstRune(p.text[ts[end-1].end:]), quotes) {
			continue
		}
		if phrase := p.text[t.start:ts[end-1].end]; phrase == strings.ToLower(phrase) {
			if f.quoted[phrase] == nil {
				f.quoted[phrase] = map[string]bool{}
			}
			f.quoted[phrase][a.ID] = true
		}
	}
}

// addQuoted makes candidates of the quoted phrases that are a name without its capitals: “union state”, where the Union State is written of, too. Any other
// is somebody's words, however many quote them.
func (f *finder) addQuoted(articles []Article) {
	known := map[string]bool{}
	for spelling := range f.names {
		known[strings.ToLower(spelling)] = true
	}
	for _, phrase := range slices.Sorted(maps.Keys(f.quoted)) {
		if !known[phrase] {
			continue
		}
		for _, a := range articles {
			if f.quoted[phrase][a.ID] {
				f.name(a, phrase)
			}
		}
	}
}
