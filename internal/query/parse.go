package query

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Bounds of a query, far above what a person writes; they keep what a query costs small.
const (
	MaxBytes = 10_000 // length of a query
	MaxDepth = 100    // parentheses within parentheses
	MaxTerms = 500    // terms, and values of filters
	MaxNear  = 200    // n of NEAR/n
)

const plainNear = 10 // words that NEAR without a number allows between

// An Error says what is wrong with a query, where, and what to write instead.
type Error struct {
	Offset int // bytes before the place
	Column int // of the place, counted in code points from 1
	Msg    string
}

func (e *Error) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Msg) }

// Parse reads a query. The error is an *Error; the first one counts. Time is linear in len(s).
func Parse(s string) (Node, error) {
	p := &parser{s: s}
	if p.check(); p.err == nil {
		p.advance()
		root := p.or()
		switch {
		case p.err != nil:
		case p.tok.kind != tEnd:
			p.unexpected()
		case root.idle:
			p.failIdle(root, "a query")
		default:
			return root.node, nil
		}
	}
	return nil, p.err
}

type parser struct {
	s     string
	pos   int // behind tok
	tok   token
	prev  token
	depth int
	terms int
	in    string // the scope or SENTENCE around: "title:", "SENTENCE"; "": none
	err   error
}

// A part is a node with what its place in the query is judged by.
type part struct {
	node Node
	at   int // where it begins

	// What can be, for an item in which no term is found and whose attributes may be anything: idle, that the node holds, and off, that it does not.
	idle, off bool
	cause     int  // what to point at when idle must not be
	filters   bool // idle for want of anything but filters
	choice    bool // idle because one alternative of an OR is
}

func (p *parser) fail(at int, format string, args ...any) {
	if p.err == nil {
		p.err = &Error{Offset: at, Column: utf8.RuneCountInString(p.s[:at]) + 1, Msg: fmt.Sprintf(format, args...)}
	}
	p.tok, p.pos = token{kind: tEnd, at: len(p.s)}, len(p.s) // so that every loop ends
}

// check refuses what is no text, or too long.
func (p *parser) check() {
	if len(p.s) > MaxBytes {
		p.fail(0, "%d bytes are too long for a query: at most %d", len(p.s), MaxBytes)
		return
	}
	for i, r := range p.s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(p.s[i:]); n <= 1 {
				p.fail(i, "this byte is not UTF-8")
				return
			}
		}
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			p.fail(i, "%U is a control character: take it out", r)
			return
		}
	}
}

func (p *parser) failIdle(x part, what string) {
	switch {
	case x.choice && x.filters:
		p.fail(x.cause, "this side of OR has only filters and would alert on everything they let through: write the filter beside a term with AND")
	case x.choice:
		p.fail(x.cause, "this side of OR only excludes and would alert on everything else: write NOT beside a term with AND")
	case x.filters:
		p.fail(x.cause, "%s of filters alone would alert on everything they let through: add a word, a phrase or a @profile", what)
	default:
		p.fail(x.cause, "%s that only excludes would alert on everything else: add a word, a phrase or a @profile that must be found", what)
	}
}

func (p *parser) or() part {
	first := p.and()
	parts := []part{first}
	for p.tok.kind == tOr {
		p.advance()
		parts = append(parts, p.and())
	}
	if p.err != nil || len(parts) == 1 {
		return first
	}
	out := part{at: first.at, off: true}
	var of []Node
	for _, x := range parts {
		if x.idle && !out.idle {
			out.idle, out.cause, out.filters, out.choice = true, x.cause, x.filters, true
		}
		out.off = out.off && x.off
		if inner, ok := x.node.(Or); ok {
			of = append(of, inner.Of...)
		} else {
			of = append(of, x.node)
		}
	}
	out.node = Or{of}
	return out
}

func (p *parser) and() part {
	first := p.near()
	parts := []part{first}
	for p.tok.kind == tAnd || p.tok.kind.begins() {
		if p.tok.kind == tAnd {
			p.advance()
		}
		parts = append(parts, p.near())
	}
	if p.err != nil || len(parts) == 1 {
		return first
	}
	out := part{at: first.at, idle: true, filters: true, cause: first.cause, choice: first.choice}
	var of []Node
	for _, x := range parts {
		out.idle = out.idle && x.idle
		out.off = out.off || x.off
		if x.idle && out.filters && !x.filters { // blame what excludes sooner than what filters
			out.filters, out.cause, out.choice = false, x.cause, x.choice
		}
		if inner, ok := x.node.(And); ok {
			of = append(of, inner.Of...)
		} else {
			of = append(of, x.node)
		}
	}
	out.node = And{of}
	return out
}

func (p *parser) near() part {
	left := p.not()
	for p.tok.kind == tNear {
		n := p.tok.n
		p.nearOperand(left)
		p.advance()
		right := p.not()
		p.nearOperand(right)
		left = part{node: Near{n, left.node, right.node}, at: left.at, off: true}
	}
	return left
}

// nearOperand refuses what has no place in the text of its own.
func (p *parser) nearOperand(x part) {
	if p.err != nil {
		return
	}
	switch unplaced(x.node, false).(type) {
	case nil:
	case And:
		p.fail(x.at, "NEAR cannot measure from an AND group: put words that stand side by side in quotes, or use AND outside of NEAR")
	case Not:
		p.fail(x.at, "NEAR cannot measure from NOT, which binds tighter: write NOT (a NEAR b)")
	case Filter:
		p.fail(x.at, "NEAR cannot measure from a filter: join it with AND")
	case Field:
		p.fail(x.at, "NEAR cannot measure from a scope: put it around both, title:(a NEAR b)")
	case Sentence:
		p.fail(x.at, "NEAR cannot measure from a SENTENCE: put NEAR inside of it, SENTENCE(a NEAR b)")
	default:
		p.fail(x.at, "beside NEAR a group of alternatives has terms only: write (a NEAR b) OR (c NEAR b)")
	}
}

// unplaced returns what in an operand of NEAR may not be there, nil when all may.
func unplaced(n Node, inOr bool) Node {
	switch n := n.(type) {
	case Term:
		return nil
	case Boost:
		return unplaced(n.Of, inOr)
	case Near:
		if !inOr {
			return nil
		}
	case Or:
		for _, x := range n.Of {
			if bad := unplaced(x, true); bad != nil {
				return bad
			}
		}
		return nil
	}
	return n
}

func (p *parser) not() part {
	at, odd := p.tok.at, false
	for p.tok.kind == tNot {
		odd = !odd
		p.advance()
	}
	x := p.scoped()
	if p.err != nil || !odd {
		x.at = at
		return x
	}
	out := part{node: Not{x.node}, at: at, cause: at, idle: x.off, off: x.idle}
	switch of := x.node.(type) {
	case Not:
		out.node = of.Of
	case Filter:
		out.filters = true
	}
	return out
}

// scoped reads a term or group with the scope in front of it and the weight behind it.
func (p *parser) scoped() part {
	scope := p.tok
	if scope.kind != tScope {
		return p.weighed()
	}
	if p.in != "" {
		p.failInside(scope)
		return part{}
	}
	if !isField(scope.text) {
		f := p.filter(scope)
		return part{node: f, at: scope.at, cause: scope.at, idle: true, off: true, filters: true}
	}
	p.advance()
	if p.err == nil && p.tok.kind == tNot {
		p.fail(p.tok.at, "%s: is about terms: write NOT %s:word", scope.text, scope.text)
		return part{}
	}
	if p.err == nil && (p.tok.spaced || !p.tok.kind.begins()) {
		p.fail(scope.at, "%s: touches the term or group it is about: write %s:word or %s:(one OR two)", scope.text, scope.text, scope.text)
		return part{}
	}
	p.in = scope.text + ":"
	x := p.weighed()
	p.in = ""
	x.node, x.at = Field{FieldName(scope.text), x.node}, scope.at
	return x
}

func (p *parser) failInside(scope token) {
	switch {
	case !isField(scope.text):
		p.fail(scope.at, "%s: is about the whole item: write it outside of %s with AND", scope.text, p.in)
	case p.in == sentence:
		p.fail(scope.at, "%s: cannot stand inside of SENTENCE: write %s:SENTENCE(…)", scope.text, scope.text)
	default:
		p.fail(scope.at, "%s: cannot stand inside of %s a term has one scope", scope.text, p.in)
	}
}

func (p *parser) weighed() part {
	x := p.primary()
	if p.err != nil || p.tok.kind != tWeight || p.tok.spaced {
		return x
	}
	if _, ok := x.node.(Filter); ok {
		p.fail(p.tok.at, "a filter scores nothing, so it takes no weight")
		return x
	}
	x.node = Boost{p.tok.weight, x.node}
	p.advance()
	return x
}

func (p *parser) primary() part {
	t := p.tok
	switch t.kind {
	case tOpen:
		x := p.group(t)
		x.at = t.at
		return x
	case tSentence:
		return p.sentence(t)
	case tTerm:
		p.count(t.at)
		p.advance()
		return part{node: t.term, at: t.at, off: true}
	case tScope:
		p.failInside(t)
	default:
		p.unexpected()
	}
	return part{}
}

// group reads a query in parentheses, the opening one being the present token.
func (p *parser) group(open token) part {
	if p.depth++; p.depth > MaxDepth {
		p.fail(open.at, "parentheses are more than %d deep: write the query flatter, or as several watchlists", MaxDepth)
		return part{}
	}
	p.advance()
	x := p.or()
	p.depth--
	switch {
	case p.err != nil:
	case p.tok.kind == tEnd:
		p.fail(open.at, `this "(" is never closed: add ")"`)
	case p.tok.kind != tClose:
		p.unexpected()
	default:
		p.advance()
	}
	return x
}

func (p *parser) sentence(t token) part {
	if p.in == sentence {
		p.fail(t.at, "SENTENCE inside of SENTENCE: one is enough")
		return part{}
	}
	p.advance()
	if p.err == nil && p.tok.kind != tOpen {
		p.fail(t.at, `SENTENCE wants parentheses: SENTENCE(one AND two); the word is written "sentence"`)
		return part{}
	}
	around := p.in
	p.in = sentence
	x := p.group(p.tok)
	p.in = around
	if p.err == nil && x.idle {
		p.failIdle(x, "a SENTENCE")
	}
	return part{node: Sentence{x.node}, at: t.at, off: true}
}

func (p *parser) count(at int) {
	if p.terms++; p.terms > MaxTerms {
		p.fail(at, "more than %d terms: split the query into several watchlists, or put words into the keywords of a profile", MaxTerms)
	}
}

// unexpected says why the present token cannot stand here.
func (p *parser) unexpected() {
	t, prev := p.tok, p.prev
	operator := prev.kind.joins() || prev.kind == tNot
	switch {
	case t.kind == tEnd && prev.kind == tNone:
		p.fail(0, "the query is empty: write a word, a phrase in quotes or a @profile")
	case t.kind == tEnd && operator:
		p.fail(prev.at, "%s at the end has nothing on its right: add a term, or take it away", prev.kind)
	case t.kind == tEnd:
		p.fail(prev.at, `this "(" is never closed: add ")"`)
	case t.kind == tClose && operator:
		p.fail(prev.at, `%s has nothing on its right before ")": add a term, or take it away`, prev.kind)
	case t.kind == tClose && prev.kind == tOpen:
		p.fail(prev.at, "these parentheses are empty: put a term inside, or take them away")
	case t.kind == tClose:
		p.fail(t.at, `this ")" closes nothing: take it away, or add "(" before`)
	case t.kind == tWeight && prev.kind == tWeight && !t.spaced:
		p.fail(t.at, "one weight is enough: for weights within weights write (word^2)^3")
	case t.kind == tWeight:
		p.fail(t.at, "a weight touches the term or group it is for: write word^2 or (one OR two)^2")
	case prev.kind == tNone:
		p.fail(t.at, "%s at the start has nothing on its left: add a term, or take it away", t.kind)
	case prev.kind == tOpen:
		p.fail(t.at, `%s has nothing on its left behind "(": add a term, or take it away`, t.kind)
	default:
		p.fail(t.at, "%s follows %s: put a term between them, or take one away", t.kind, prev.kind)
	}
}
