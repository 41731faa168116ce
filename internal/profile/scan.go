package profile

import (
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// A token is a word as this package needs it: compounds and dotted initials ("Kassym-Jomart", "U.S.", "E.") are one.
type token struct {
	word       string // without a possessive ending
	lower      string
	start, end int  // bytes in the paragraph; a possessive lies behind end
	caps       bool // begins with a capital
	first      bool // begins a sentence, so that its capital says nothing
	joined     bool // only a space, or the full stop of an abbreviation, stands before it: a name may run over it
	opens      bool // an opening quotation mark stands before it
	possessive bool
}

const quotes = "\"“”„«»‘’'‹›"

// tokens cuts a paragraph. Cutting itself is package text's; here words are put together again and told how they stand.
func tokens(p string, l lists) []token {
	var out []token
	for w := range text.Words(p) {
		word := p[w.Start:w.End]
		if n := len(out); n > 0 && out[n-1].caps && !out[n-1].possessive && extends(p[out[n-1].end:w.Start], out[n-1].word, w) {
			last := &out[n-1]
			last.end = w.End
			last.word = p[last.start:w.End]
			closeToken(p, last)
			continue
		}
		t := token{word: word, start: w.Start, end: w.End, caps: w.Caps > 0}
		if n := len(out); n == 0 {
			t.first, t.opens = true, strings.ContainsAny(p[:w.Start], quotes)
		} else {
			t.stand(p[out[n-1].end:w.Start], out[n-1], w.Gap, l)
		}
		closeToken(p, &t)
		out = append(out, t)
	}
	for i := range out {
		out[i].lower = keyOf(out[i].word)
	}
	return out
}

// maxToken is how many bytes a compound may have; a longer one is cut.
const maxToken = 100

// extends reports whether a word goes on with the capitalised token before it: "Kassym" "-" "Jomart", "U." "S", "Co" "-" "operation"; but
// "Putin-backed" is Putin and a word.
func extends(gap, before string, w text.Word) bool {
	if len(before) > maxToken || w.Caps == 0 && (utf8.RuneCountInString(before) > 2 || isAcronym(before)) {
		return false
	}
	switch gap {
	case "-", "‑", "–":
		return true
	case "":
		return w.Letters == 1 && strings.HasSuffix(before, ".") && isDotted(before)
	}
	return false
}

// isDotted reports whether s is single letters with full stops between them.
func isDotted(s string) bool {
	for part := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if utf8.RuneCountInString(part) != 1 {
			return false
		}
	}
	return true
}

// closeToken takes a possessive ending off, and the full stop of initials in.
func closeToken(p string, t *token) {
	for _, ending := range []string{"'s", "’s"} {
		if s, ok := strings.CutSuffix(t.word, ending); ok && s != "" {
			t.word, t.end, t.possessive = s, t.end-len(ending), true
			return
		}
	}
	rest := p[t.end:]
	if t.caps && strings.HasPrefix(rest, ".") && isDotted(t.word) {
		t.word += "."
		t.end++
		return
	}
	t.possessive = strings.HasPrefix(rest, "’ ") && strings.HasSuffix(t.word, "s")
}

// stand fills in how t stands behind the token before it; gap is what lies between, possessive ending and all.
func (t *token) stand(gap string, before token, kind text.Gap, l lists) {
	if gap == "'" || gap == "’" { // "l'Union"
		return
	}
	inner := strings.TrimPrefix(strings.TrimPrefix(gap, "'s"), "’s")
	t.opens = strings.ContainsAny(inner, quotes) && !strings.HasSuffix(inner, " ")
	bare := strings.TrimSpace(inner)
	short := before.caps && (l.has("abbreviation", strings.ToLower(before.word)) || isInitial(before.word))
	switch {
	case kind == text.GapSentence, strings.ContainsAny(bare, ":•"):
		t.first = true
	case kind == text.GapDot, strings.Contains(bare, "."):
		t.first = !short
	default:
		t.first = t.opens
	}
	t.joined = !t.first && !before.possessive && strings.HasSuffix(inner, " ") && (bare == "" || bare == "." && short)
}

// isInitial reports whether s is one letter and a full stop: "E." of "E. Yertysbayeva", but not "U.S.", behind which a sentence may begin.
func isInitial(s string) bool {
	letter, ok := strings.CutSuffix(s, ".")
	return ok && utf8.RuneCountInString(letter) == 1
}
