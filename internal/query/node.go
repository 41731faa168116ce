package query

import (
	"reflect"
	"slices"
)

// A Node is a part of a query: And, Or, Not, Near, Sentence, Field, Filter, Term or Boost, never a pointer to one.
//
// The trees that Parse returns are canonical: no And stands directly in an And, no Or in an Or, no Not in a Not, and both lists have at least two
// parts. String prints such a tree with the fewest parentheses; parsing that gives an equal tree, unless it is longer than MaxBytes: ANDs that the
// query left out are written.
type Node interface {
	String() string
	node()
}

// And holds when all of its parts do.
type And struct{ Of []Node }

// Or holds when at least one of its parts does.
type Or struct{ Of []Node }

// Not holds when Of does not.
type Not struct{ Of Node }

// Near holds where at most N words stand between a find of Left and a find of Right, in either order. Its operands are Terms, Nears, Ors of
// Terms, and Boosts of these.
type Near struct {
	N           int // 1 to MaxNear
	Left, Right Node
}

// Sentence holds when Of does within a single sentence. No Field, Filter or Sentence is in it; a Not is only beside something that must be found.
type Sentence struct{ Of Node }

// Field holds when Of does in one field of the item. No Field or Filter is in it.
type Field struct {
	Name FieldName
	Of   Node
}

// FieldName names a field of an item.
type FieldName string

// The fields: news.Item's Title and Text.
const (
	Title FieldName = "title"
	Body  FieldName = "body"
)

// Filter holds when an attribute of the item is one of Values. There is at least one value, and none twice.
type Filter struct {
	Kind   FilterKind
	Values []string
}

// FilterKind names an attribute of an item.
type FilterKind string

// The attributes, and how their values are written in a tree.
const (
	Lang    FilterKind = "lang"    // ISO 639-1, lower case: news.Item.Lang
	Source  FilterKind = "source"  // as written: news.Feed.ID or Outlet, whatever the case of its letters
	Country FilterKind = "country" // ISO 3166 alpha-2, upper case: news.Feed.Country
	Type    FilterKind = "type"    // a news.SourceType
)

// Term holds where it is found. It can be a map's key: equal terms find the same.
type Term struct {
	Kind TermKind
	Text string // without the signs around it: quotes, "=", "*", "@"; blanks in quotes are single
}

// TermKind says how a term is looked for.
type TermKind uint8

// The kinds of term.
const (
	Word    TermKind = iota // in every form; may have several words of package text joined by hyphens or full stops
	Phrase                  // these words, folded, in this order
	Exact                   // these words with these capitals, in this order
	Prefix                  // one word that begins so, folded
	Profile                 // the id of a profile
)

// Boost multiplies what Of scores by Weight, 0.001 to 1000. Of is no Filter.
type Boost struct {
	Weight float64
	Of     Node
}

func (And) node()      {}
func (Or) node()       {}
func (Not) node()      {}
func (Near) node()     {}
func (Sentence) node() {}
func (Field) node()    {}
func (Filter) node()   {}
func (Term) node()     {}
func (Boost) node()    {}

// Equal reports whether two trees are the same: the same parts in the same order.
func Equal(a, b Node) bool { return reflect.DeepEqual(a, b) }

// Walk calls f for n and everything in it, a node before its parts, parts in the order of the query.
func Walk(n Node, f func(Node)) {
	f(n)
	switch n := n.(type) {
	case And:
		for _, x := range n.Of {
			Walk(x, f)
		}
	case Or:
		for _, x := range n.Of {
			Walk(x, f)
		}
	case Not:
		Walk(n.Of, f)
	case Near:
		Walk(n.Left, f)
		Walk(n.Right, f)
	case Sentence:
		Walk(n.Of, f)
	case Field:
		Walk(n.Of, f)
	case Boost:
		Walk(n.Of, f)
	}
}

// Profiles returns the ids of the profiles that the query names, behind NOT as well, each once, in the order of the query.
func Profiles(n Node) []string {
	var out []string
	Walk(n, func(n Node) {
		if t, ok := n.(Term); ok && t.Kind == Profile && !slices.Contains(out, t.Text) {
			out = append(out, t.Text)
		}
	})
	return out
}

// Pitfalls returns what a query says that its author may not have meant, one line each: today, lower-case words that are operators in capitals.
func Pitfalls(n Node) []string {
	var out []string
	Walk(n, func(n Node) {
		t, ok := n.(Term)
		if !ok || t.Kind != Word {
			return
		}
		if op := operatorLike(t.Text); op != "" {
			if line := smallOperator(t.Text, op); !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	})
	return out
}
