package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/text"
)

type kind uint8

const (
	tNone kind = iota // before the first token
	tEnd
	tOpen
	tClose
	tAnd
	tOr
	tNear
	tNot
	tSentence
	tScope
	tTerm
	tWeight
)

const sentence = "SENTENCE"

func (k kind) String() string {
	return [...]string{"nothing", "the end", `"("`, `")"`, "AND", "OR", "NEAR", "NOT", sentence, "a scope", "a term", "a weight"}[k]
}

// begins reports whether a term or group may begin with such a token.
func (k kind) begins() bool {
	return k == tOpen || k == tNot || k == tSentence || k == tScope || k == tTerm
}

// joins reports whether such a token stands between two operands.
func (k kind) joins() bool { return k == tAnd || k == tOr || k == tNear }

type token struct {
	kind   kind
	at     int
	spaced bool    // blanks stand before it
	term   Term    // of tTerm
	text   string  // of tScope: its name
	n      int     // of tNear
	weight float64 // of tWeight
}

// advance reads the next token.
func (p *parser) advance() {
	if p.err != nil {
		return
	}
	p.prev = p.tok
	from := p.pos
	p.skip()
	t := token{at: p.pos, spaced: p.pos > from}
	if p.pos == len(p.s) {
		t.kind = tEnd
		p.tok = t
		return
	}
	r, n := utf8.DecodeRuneInString(p.s[p.pos:])
	switch {
	case r == '(':
		t.kind = tOpen
		p.pos += n
	case r == ')':
		t.kind = tClose
		p.pos += n
	case r == '^':
		t.kind, t.weight = tWeight, p.weight()
	case r == '@':
		t.kind, t.term = tTerm, Term{Profile, p.profile()}
	case r == '=':
		t.kind, t.term = tTerm, Term{Exact, p.exact()}
	case closers(r) != "":
		t.kind, t.term = tTerm, Term{Phrase, p.quoted()}
	default:
		p.word(&t)
	}
	if p.err == nil {
		p.tok = t
	}
}

// skip passes blanks, and signs nobody sees that were pasted along: marks of writing direction, soft hyphens, byte order marks.
func (p *parser) skip() {
	for p.pos < len(p.s) {
		r, n := utf8.DecodeRuneInString(p.s[p.pos:])
		if !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) {
			return
		}
		p.pos += n
	}
}

// run takes what stands before the next blank, parenthesis, double quote or ^, without invisible signs at its end.
func (p *parser) run() string {
	from := p.pos
	for p.pos < len(p.s) {
		r, n := utf8.DecodeRuneInString(p.s[p.pos:])
		if unicode.IsSpace(r) || strings.ContainsRune("()^", r) || closers(r) != "" {
			break
		}
		p.pos += n
	}
	return strings.TrimRightFunc(p.s[from:p.pos], func(r rune) bool { return unicode.Is(unicode.Cf, r) })
}

// closers returns the quotes that close what open opens, "" when open is no double quote.
func closers(open rune) string {
	switch open {
	case '"':
		return `"`
	case '«':
		return "»"
	case '»':
		return "«"
	case '“', '„', '”':
		return "”“"
	}
	return ""
}

// maxPhrase is package match's bound on a name or phrase, in words.
const maxPhrase = 20

// quoted reads a text in quotes: its words with single blanks between.
func (p *parser) quoted() string {
	at := p.pos
	open, n := utf8.DecodeRuneInString(p.s[at:])
	from := at + n
	size := strings.IndexAny(p.s[from:], closers(open))
	if size < 0 {
		closer := []rune(closers(open))[0]
		p.fail(at, "this quote is never closed: add %c", closer)
		return ""
	}
	_, n = utf8.DecodeRuneInString(p.s[from+size:])
	p.pos = from + size + n
	s := strings.Join(strings.Fields(p.s[from:from+size]), " ")
	words := 0
	for range text.Words(s) {
		words++
	}
	switch i := strings.IndexByte(p.s[from:from+size], '*'); {
	case i >= 0:
		p.fail(from+i, "* has no meaning in quotes: write the words out, or as word* NEAR/1 word")
	case words == 0:
		p.fail(at, "there is no letter in these quotes: put a word in, or take them away")
	case words > maxPhrase:
		p.fail(at, "%d words are too many for a phrase: at most %d", words, maxPhrase)
	case p.next('*'):
		p.fail(p.pos, "* has no meaning behind quotes: a prefix is one word without quotes, integrat*")
	}
	return s
}

// next reports whether r stands at pos.
func (p *parser) next(r byte) bool { return p.pos < len(p.s) && p.s[p.pos] == r }

// weight reads "^2".
func (p *parser) weight() float64 {
	at := p.pos
	p.pos++
	s := p.run()
	v, err := strconv.ParseFloat(s, 64)
	plain := s != "" && strings.Trim(s, "0123456789.") == "" && s[0] != '.' && s[len(s)-1] != '.'
	switch {
	case s == "":
		p.fail(at, "a weight is a number behind ^: write word^2")
	case strings.Contains(s, ",") && strings.Trim(s, "0123456789,") == "":
		p.fail(at, "^%s is not a weight: write it with a point, ^%s", s, strings.ReplaceAll(s, ",", "."))
	case !plain || err != nil && v == 0:
		p.fail(at, "^%s is not a weight: write a number such as ^2 or ^0.5", clip(s))
	case v == 0:
		p.fail(at, "a weight of 0 would count for nothing: leave the term out, or write ^0.5")
	case v < minWeight || v > maxWeight:
		p.fail(at, "a weight is %g to %g, and not %s", minWeight, float64(maxWeight), clip(s))
	}
	return v
}

// Bounds of a weight: a hundred within one another stay numbers.
const (
	minWeight = 0.001
	maxWeight = 1000
)

// profile reads "@tokayev". Ids are what package config lets a profiles file have.
func (p *parser) profile() string {
	at := p.pos
	p.pos++
	s := p.run()
	if s == "" {
		p.fail(at, "@ touches the id of a profile: write @tokayev")
	}
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:", r) {
			p.fail(at+1+i, "%q is not in an id of a profile: letters, digits and hyphens are, as in @union-state", r)
			break
		}
	}
	return s
}

// exact reads "=NATO" or `="Union State"`.
func (p *parser) exact() string {
	at := p.pos
	p.pos++
	if p.pos < len(p.s) {
		if r, _ := utf8.DecodeRuneInString(p.s[p.pos:]); closers(r) != "" {
			return p.quoted()
		}
	}
	s := p.run()
	switch {
	case s == "":
		p.fail(at, `= touches the word whose capitals matter: write =NATO or ="Union State"`)
	case strings.Contains(s, "*"):
		p.fail(at+1+strings.Index(s, "*"), "a term is either exact or a prefix: write =NATO or integrat*")
	default:
		p.plain(at+1, s)
	}
	return s
}

// word reads an operator, a scope, a prefix or a word.
func (p *parser) word(t *token) {
	s := p.run()
	if i := strings.IndexByte(s, ':'); i >= 0 {
		p.scope(t, s, i)
		return
	}
	switch {
	case s == "AND":
		t.kind = tAnd
	case s == "OR":
		t.kind = tOr
	case s == "NOT":
		t.kind = tNot
	case s == sentence:
		t.kind = tSentence
	case s == "NEAR" || strings.HasPrefix(s, "NEAR/"):
		t.kind, t.n = tNear, p.nearNumber(t.at, s)
	case strings.Contains(s, "*"):
		t.kind, t.term = tTerm, Term{Prefix, p.prefix(t.at, s)}
	case p.next('(') && strings.EqualFold(s, sentence):
		p.fail(t.at, "%s", smallOperator(s, sentence))
	default:
		t.kind, t.term = tTerm, Term{Word, s}
		p.plain(t.at, s)
	}
}

func (p *parser) nearNumber(at int, s string) int {
	if s == "NEAR" {
		return plainNear
	}
	digits := s[len("NEAR/"):]
	n, err := strconv.Atoi(digits)
	if err != nil || strings.Trim(digits, "0123456789") != "" || n < 1 || n > MaxNear {
		p.fail(at, "%s: the number of words between is 1 to %d: write NEAR/8", clip(s), MaxNear)
	}
	return n
}

const minPrefix = 3 // letters

func (p *parser) prefix(at int, s string) string {
	star := strings.IndexByte(s, '*')
	before := s[:star]
	if bad := suspect(s); bad != "" {
		p.fail(at, "%s", bad)
		return ""
	}
	words, letters := 0, 0
	for w := range text.Words(before) {
		words++
		letters = w.Runes
	}
	switch {
	case star < len(s)-1:
		p.fail(at+star, "* stands at the end of a word: write integrat*")
	case words > 1:
		p.fail(at, "a prefix is one word, and %q is %d: join them with AND, or NEAR/1", clip(s), words)
	case letters < minPrefix:
		p.fail(at, "%q would be in every text: a prefix has at least %d letters before *", clip(s), minPrefix)
	}
	return before
}

// plain refuses a bare word that is none, or that looks like the syntax of another language.
func (p *parser) plain(at int, s string) {
	if bad := suspect(s); bad != "" {
		p.fail(at, "%s", bad)
		return
	}
	words := 0
	for w := range text.Words(s) {
		if words++; w.Gap > text.GapDot {
			p.fail(at, "%q is more than one word: put it in quotes, or join its words with AND or OR", clip(s))
			return
		}
	}
	switch {
	case words == 0:
		p.fail(at, "%q has no letter: take it away, or put it in quotes with a word", clip(s))
	case words > maxPhrase:
		p.fail(at, "%d words are too many for a term: at most %d", words, maxPhrase)
	}
}

// suspect says what a bare word that is written in another query language should be in this one, "" when it looks like none.
func suspect(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	rest := s[utf8.RuneLen(first):]
	switch {
	case strings.ContainsAny(s, `\[]{}`) || strings.HasSuffix(s, "$") || strings.Contains(s, ".*") || strings.Contains(s, ".+"):
		return quoteClip(s) + " looks like a regular expression, and queries have none: the forms of a word are found by themselves, and word* finds beginnings"
	case s == "&" || s == "&&":
		return quoteClip(s) + " is no operator: write AND"
	case strings.Contains(s, "|"):
		return quoteClip(s) + " is no operator: write OR, as in (one OR two)"
	case first == '!':
		return quoteClip(s) + ": write NOT before the word"
	case first == '-' && rest != "":
		return quoteClip(s) + ": to exclude a word write NOT before it"
	case first == '+':
		return quoteClip(s) + ": write the word without +; terms side by side must all be found"
	case strings.ContainsRune("'‘’‚‹›`", first):
		return quoteClip(s) + `: a phrase stands in double quotes, "road map"`
	case first == '/':
		return quoteClip(s) + ": NEAR and its number are one word, NEAR/8; regular expressions are not known"
	case strings.ContainsAny(s, ",;"):
		return quoteClip(s) + `: "," and ";" join nothing: write AND or OR between terms, or put the text in quotes`
	case strings.ContainsAny(s, "?~"):
		return quoteClip(s) + ` has "?" or "~", which mean nothing: the forms of a word are found by themselves, and word* finds beginnings`
	case strings.Contains(s, "="):
		return equalsSign(s)
	case isNearLike(s):
		return smallOperator(s, "NEAR/8")
	}
	return ""
}

func equalsSign(s string) string {
	name, value, _ := strings.Cut(s, "=")
	if slices.ContainsFunc(scopes, func(x string) bool { return strings.EqualFold(x, name) }) {
		return quoteClip(s) + ": write " + strings.ToLower(name) + ":" + clip(value)
	}
	return quoteClip(s) + `: "=" stands before a word whose capitals matter, =NATO`
}

// isNearLike reports whether s is NEAR/n with small letters or without the stroke.
func isNearLike(s string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(s), "near")
	rest = strings.TrimPrefix(rest, "/")
	return ok && rest != "" && strings.Trim(rest, "0123456789") == ""
}

// operatorLike returns the operator that s is in other capitals, "" when it is none.
func operatorLike(s string) string {
	switch up := strings.ToUpper(s); up {
	case "AND", "OR", "NOT", "NEAR", sentence:
		return up
	}
	return ""
}

func smallOperator(s, op string) string {
	return quoteClip(s) + " is not in capitals and so a word: for the operator write " + op
}

const clipped = 40 // code points of foreign text that a message repeats

func clip(s string) string {
	n := 0
	for i := range s {
		if n++; n > clipped {
			return s[:i] + "…"
		}
	}
	return s
}

func quoteClip(s string) string { return `"` + clip(s) + `"` }

// bareExact reports whether s needs no quotes behind "=".
func bareExact(s string) bool {
	p := &parser{s: s}
	got := p.run()
	if got != s || strings.Contains(s, "*") {
		return false
	}
	p.plain(0, s)
	return p.err == nil
}
