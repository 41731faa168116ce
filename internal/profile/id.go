package profile

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// newID makes an id nobody has from the surname, the acronym or the name.
func (b *builder) newID(g group) string {
	from := g.names[0].text
	for _, n := range g.names {
		if g.kind == person && len(n.words) > 1 {
			from = n.text[strings.LastIndexByte(n.text, ' ')+1:]
			break
		}
		if g.kind != person && isAcronym(n.text) {
			from = letters(n.text)
			break
		}
	}
	id := slug(from)
	for i := 2; b.ids[id]; i++ {
		id = slug(from) + "-" + strconv.Itoa(i)
	}
	b.ids[id] = true
	return id
}

// slug returns lower-case letters and digits, the Latin ones without marks, words joined by hyphens.
func slug(s string) string {
	var out strings.Builder
	gap := false
	for _, r := range norm.NFC.String(strings.ToLower(s)) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if gap && out.Len() > 0 {
				out.WriteByte('-')
			}
			gap = false
			if unicode.Is(unicode.Latin, r) {
				r, _ = utf8.DecodeRuneInString(norm.NFD.String(string(r)))
			}
			out.WriteRune(r)
		case !unicode.IsMark(r):
			gap = true
		}
	}
	return out.String()
}
