package query

import (
	"strconv"
	"strings"
)

// How tightly a node holds together when printed, loosest first.
const (
	bindOr = iota
	bindAnd
	bindNear
	bindNot
	bindScope // a scope or a filter: takes no weight without parentheses
	bindBoost
	bindPrimary
)

func binding(n Node) int {
	switch n.(type) {
	case Or:
		return bindOr
	case And:
		return bindAnd
	case Near:
		return bindNear
	case Not:
		return bindNot
	case Field, Filter:
		return bindScope
	case Boost:
		return bindBoost
	}
	return bindPrimary
}

// write prints n, in parentheses when it holds together less tightly than what is around it needs.
func write(b *strings.Builder, n Node, need int) {
	if binding(n) < need {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch n := n.(type) {
	case Or:
		writeList(b, n.Of, " OR ", bindAnd)
	case And:
		writeList(b, n.Of, " AND ", bindNear)
	case Near:
		write(b, n.Left, bindNear)
		b.WriteString(" NEAR")
		if n.N != plainNear {
			b.WriteString("/" + strconv.Itoa(n.N))
		}
		b.WriteByte(' ')
		write(b, n.Right, bindNot)
	case Not:
		b.WriteString("NOT ")
		write(b, n.Of, bindScope)
	case Sentence:
		b.WriteString("SENTENCE(")
		write(b, n.Of, bindOr)
		b.WriteByte(')')
	case Field:
		b.WriteString(string(n.Name) + ":")
		write(b, n.Of, bindBoost)
	case Boost:
		write(b, n.Of, bindPrimary)
		b.WriteString("^" + strconv.FormatFloat(n.Weight, 'f', -1, 64))
	case Filter:
		writeFilter(b, n)
	case Term:
		writeTerm(b, n)
	}
}

func writeList(b *strings.Builder, of []Node, between string, need int) {
	for i, x := range of {
		if i > 0 {
			b.WriteString(between)
		}
		write(b, x, need)
	}
}

func writeFilter(b *strings.Builder, f Filter) {
	b.WriteString(string(f.Kind) + ":")
	if len(f.Values) != 1 {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	for i, v := range f.Values {
		if i > 0 {
			b.WriteString(" OR ")
		}
		if !bareValue(v) {
			v = quote(v)
		}
		b.WriteString(v)
	}
}

func writeTerm(b *strings.Builder, t Term) {
	switch t.Kind {
	case Word:
		b.WriteString(t.Text)
	case Phrase:
		b.WriteString(quote(t.Text))
	case Exact:
		b.WriteByte('=')
		if bareExact(t.Text) {
			b.WriteString(t.Text)
		} else {
			b.WriteString(quote(t.Text))
		}
	case Prefix:
		b.WriteString(t.Text + "*")
	case Profile:
		b.WriteString("@" + t.Text)
	}
}

// quote puts s in the shortest quotes that it does not end itself: a text was written in one of these pairs, so one is left.
func quote(s string) string {
	for _, open := range `"«»“„”` {
		if !strings.ContainsAny(s, closers(open)) {
			closer := []rune(closers(open))[0]
			return string(open) + s + string(closer)
		}
	}
	return `"` + strings.ReplaceAll(s, `"`, "“") + `"`
}

func toString(n Node) string {
	var b strings.Builder
	write(&b, n, bindOr)
	return b.String()
}

// The queries as they are written.

func (n And) String() string      { return toString(n) }
func (n Or) String() string       { return toString(n) }
func (n Not) String() string      { return toString(n) }
func (n Near) String() string     { return toString(n) }
func (n Sentence) String() string { return toString(n) }
func (n Field) String() string    { return toString(n) }
func (n Filter) String() string   { return toString(n) }
func (n Term) String() string     { return toString(n) }
func (n Boost) String() string    { return toString(n) }
