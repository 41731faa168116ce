package profile

import (
	"slices"
	"strings"
)

// What stands beside a name says what it is the name of: "Nordic Wave AS", «паром «Сааремаа Стар»». And what a title is of is no part of the name.

// These are how much what stands beside a name says of it, in mentions with "the".
const (
	companyForm  = 3
	hasExecutive = 2
	hasSpokesman = 1
)

// called adds to n, the tokens from i to end, what the words beside it call it.
func (f *finder) called(p paragraph, n *name, i, end int) {
	ts := p.tokens
	if i > 0 && f.besides(p, i-1) {
		switch before := ts[i-1]; {
		case f.lists.has("thing-before", before.lower) && f.lex.code != "kk" && (end-i > 1 || n.fixed || n.quoted):
			n.thing++
		case f.lists.has("company", before.lower) && isAcronym(before.word):
			n.the += companyForm
		case n.fixed && f.hasAny(ts[i-1:i], "body-before", "body"):
			n.the++
		}
	}
	if end == len(ts) || !f.besides(p, end-1) {
		return
	}
	switch behind := ts[end]; {
	case f.isCompany(behind):
		n.the += companyForm
	case f.lex.code == "kk" && (n.fixed || n.quoted) && f.lists.has("thing-before", behind.lower):
		n.thing++
	case f.lex.code != "en" || !behind.joined:
	case behind.lower == "ceo", behind.lower == "chief" && end+1 < len(ts) && ts[end+1].lower == "executive":
		n.the += hasExecutive
	case strings.HasPrefix(behind.lower, "spokes") && end-i > 1 && !isGiven(ts[i].lower):
		n.the += hasSpokesman
	}
}

// besides reports whether nothing but blanks and quotation marks stand between token i and the next.
func (f *finder) besides(p paragraph, i int) bool {
	return strings.Trim(p.text[p.tokens[i].end:p.tokens[i+1].start], quotes+" \u00a0") == ""
}

// isCompany reports whether t is the form of a company, which never is a small word: "AS" is one, "as" is not.
func (f *finder) isCompany(t token) bool {
	return t.caps && f.lists.has("company", t.lower) && (isAcronym(t.word) || !f.lists.has("function", t.lower)) || f.lex.code == "pl" && t.lower == "sp"
}

// whole reports whether ts[i:end] is all that stands in a pair of quotation marks.
func (f *finder) whole(p paragraph, i, end int) bool {
	return p.tokens[i].opens && strings.ContainsAny(firstRune(p.text[p.tokens[end-1].end:]), quotes)
}

// office returns where the name begins behind what its bearer's title is of: "Minister of Ecology" | "Aziz …"; i when no such thing stands there.
func (f *finder) office(ts []token, i, end int) int {
	if i < 2 || ts[i-1].lower != "of" && ts[i-1].lower != "for" || !ts[i].joined || !f.lists.has("role", ts[i-2].lower) || f.hasAny(ts[i:end], "body", "realm", "thing") {
		return i
	}
	k := i
	for k < end && f.lists.has("portfolio", ts[k].lower) {
		k++
	}
	if k > i && k < end {
		return k
	}
	for k = i + 1; k+1 < end; k++ {
		if isGiven(ts[k].lower) && !isGiven(ts[i].lower) {
			return k
		}
	}
	return i
}

// hasOther reports whether a word is in none of the section.
func (f *finder) hasOther(ts []token, section string) bool {
	return slices.ContainsFunc(ts, func(t token) bool { return !f.lists.has(section, t.lower) })
}
