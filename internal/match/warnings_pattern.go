package match

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// patterns are signs of regular expressions and what to write instead, where that cannot be computed; the first that fits is told.
var patterns = []struct {
	sign    *regexp.Regexp
	keyword string // what to write instead, in a keyword
	name    string // and elsewhere
}{
	{regexp.MustCompile(`\(\?[a-zA-Z:!=<]`), "write the words themselves: keywords are found in capitals and small letters alike, and =NATO asks for its capitals",
		"write the name itself: capitals are asked for where the name has them"},
	{regexp.MustCompile(`\\[bB<>AzZ]`), "write the words themselves: only whole words are found", "write the name itself: only whole words are found"},
	{regexp.MustCompile(`\\[a-zA-Z.]`), "write the words themselves: their endings are found", "write the name itself: its endings are found"},
	{regexp.MustCompile(`\[[^\]]*\]`), "list each spelling by itself: е for ё, and endings, are found anyway", "list each spelling by itself: е for ё, and endings, are found anyway"},
	{regexp.MustCompile(`.\|.`), "list each spelling by itself: [one, two]", "list each spelling by itself: [one, two]"},
	{regexp.MustCompile(`[.\pL\pN)][.][*+?]`), "write the words themselves, their endings are found; in a query one NEAR/5 two finds words that stand apart",
		"write the whole name, its endings are found; in a query one NEAR/5 two finds words that stand apart"},
	{regexp.MustCompile(`^\^|\$$`), "leave it out: a word is found wherever it stands", "leave it out: a name is found wherever it stands"},
}

// pattern warns of what looks like a regular expression. The marks of keywords are none: "word^0.5", "=word", "word*".
func (w *warner) pattern(path, s string, keyword bool) bool {
	for _, p := range patterns {
		if !p.sign.MatchString(s) {
			continue
		}
		remedy := p.name
		if keyword {
			remedy = p.keyword
		}
		if r := rewritten(s, keyword); r != "" {
			remedy = r
		}
		w.warn(path, "%q looks like a regular expression, which means nothing here; instead of %q, %s", s, s, remedy)
		return true
	}
	return false
}

var (
	weightMark = regexp.MustCompile(`\^[0-9.]+$`)
	needless   = regexp.MustCompile(`\(\?[a-zA-Z]+\)|\\[bB<>AzZ]|^\^|\$$`) // what holds of every keyword and name
	oneGroup   = regexp.MustCompile(`^([^()|]*)\((?:\?:)?([^()]*)\)([^()|]*)$`)
	openEnd    = regexp.MustCompile(`^([\pL\pN][\pL\pM\pN’'-]*)(?:\.|\\[wS])[*+?]$`)
	gap        = regexp.MustCompile(`^([\pL\pM\pN’'-]+) ?\.[*+] ?([\pL\pM\pN’'-]+)$`)
)

// prefixLeast is how many letters a beginning has at least that is worth looking for.
const prefixLeast = 3

// rewritten says how a regular expression is written as keywords or names; "" when that takes a person. Names have no beginnings: their forms are found.
func rewritten(s string, keyword bool) string {
	weight := ""
	if keyword {
		weight = weightMark.FindString(s)
	}
	s = needless.ReplaceAllString(strings.TrimSuffix(s, weight), "")
	if m := gap.FindStringSubmatch(s); m != nil && keyword {
		return fmt.Sprintf("write in a query: %s NEAR/5 %s", m[1], m[2])
	}
	before, middle, after := "", s, ""
	if m := oneGroup.FindStringSubmatch(s); m != nil {
		before, middle, after = m[1], m[2], m[3]
	}
	var out []string
	for one := range strings.SplitSeq(middle, "|") {
		one = strings.TrimSpace(before + one + after)
		if m := openEnd.FindStringSubmatch(one); m != nil && keyword && utf8.RuneCountInString(m[1]) >= prefixLeast {
			one = m[1] + "*"
		}
		if one == "" || isPattern(one) {
			return ""
		}
		out = append(out, fmt.Sprintf("%q", one+weight))
	}
	if len(out) == 1 {
		return "write " + out[0]
	}
	return "list them as entries of their own: [" + strings.Join(out, ", ") + "]"
}

func isPattern(s string) bool {
	for _, p := range patterns {
		if p.sign.MatchString(s) {
			return true
		}
	}
	return strings.ContainsAny(s, `\()[]{}|`)
}
