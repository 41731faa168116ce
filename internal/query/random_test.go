package query

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// A grower makes random trees of the shape that Parse returns.
type grower struct{ *rand.Rand }

var growTerms = []Term{
	{Word, "sanctions"}, {Word, "санкцыі"}, {Word, "Касым-Жомарт"}, {Word, "ҰҚШҰ"}, {Word, "and"}, {Word, "U.S."}, {Word, "לוקשנקו"},
	{Phrase, "road map"}, {Phrase, `ТАА "Лён"`}, {Phrase, "a » b"}, {Phrase, "🔥 өрт"}, {Phrase, "AND"},
	{Exact, "NATO"}, {Exact, "Union State"}, {Exact, "OR"}, {Exact, "«x» y"},
	{Prefix, "integrat"}, {Prefix, "інтэгр"}, {Profile, "union-state"}, {Profile, "wd:Q1"},
}

func (g grower) term() Node { return growTerms[g.IntN(len(growTerms))] }

func (g grower) filter() Node {
	all := []Filter{
		{Lang, []string{"ru"}}, {Lang, []string{"be", "kk", "ru"}}, {Country, []string{"BY"}}, {Type, []string{"state", "exile"}},
		{Source, []string{"belta-ru"}}, {Source, []string{"The Astana Times", "OR", "24.kg", `a "b" c`}},
	}
	return all[g.IntN(len(all))]
}

// tree grows a node that asks for a term; in says which scope or SENTENCE is around it.
func (g grower) tree(depth int, in string) Node {
	if depth == 0 {
		return g.term()
	}
	switch g.IntN(9) {
	case 0, 1:
		return And{g.list(depth, in, true)}
	case 2:
		return Or{g.list(depth, in, false)}
	case 3:
		return Near{1 + g.IntN(MaxNear), g.placed(depth - 1), g.placed(depth - 1)}
	case 4:
		return Boost{g.weight(), g.tree(depth-1, in)}
	case 5:
		if in != sentence {
			return Sentence{g.tree(depth-1, sentence)}
		}
	case 6:
		if in == "" {
			return Field{[]FieldName{Title, Body}[g.IntN(2)], g.tree(depth-1, "title:")}
		}
	}
	return g.term()
}

func (g grower) weight() float64 { return []float64{0.001, 0.5, 1, 2, 12.25, 1000}[g.IntN(6)] }

// list grows the parts of an And or an Or; an And may exclude and filter beside.
func (g grower) list(depth int, in string, and bool) []Node {
	var of []Node
	for len(of) < 2+g.IntN(3) {
		x := g.tree(depth-1, in)
		switch {
		case and && len(of) > 0 && g.IntN(4) == 0:
			if _, not := x.(Not); !not {
				x = Not{x}
			}
		case and && len(of) > 0 && in == "" && g.IntN(4) == 0:
			x = g.filter()
		}
		_, isAnd := x.(And)
		_, isOr := x.(Or)
		if and && isAnd || !and && isOr {
			continue
		}
		of = append(of, x)
	}
	return of
}

// placed grows an operand of NEAR.
func (g grower) placed(depth int) Node {
	if depth <= 0 {
		return g.term()
	}
	switch g.IntN(5) {
	case 0:
		return Near{1 + g.IntN(MaxNear), g.placed(depth - 1), g.placed(depth - 1)}
	case 1:
		return Or{[]Node{g.term(), Boost{g.weight(), g.term()}, g.term()}}
	case 2:
		return Boost{g.weight(), g.placed(depth - 1)}
	}
	return g.term()
}

func TestRoundTrip(t *testing.T) {
	g := grower{rand.New(rand.NewPCG(4, 7))}
	kinds := map[string]int{}
	for range 20_000 {
		n := g.tree(1+g.IntN(5), "")
		s := n.String()
		if len(s) > MaxBytes || strings.Count(s, "(") > MaxTerms {
			continue
		}
		got, err := Parse(s)
		if err != nil {
			if e := err.(*Error); strings.HasPrefix(e.Msg, "more than") {
				continue
			}
			t.Fatalf("%s: %v", s, err)
		}
		if !Equal(got, n) {
			t.Fatalf("%s\n is read as %s\n not as     %s", s, dump(got), dump(n))
		}
		if got.String() != s {
			t.Fatalf("%s is printed again as %s", s, got)
		}
		fewest(t, s, n)
		Walk(n, func(n Node) { kinds[fmt.Sprintf("%T", n)]++ })
	}
	if len(kinds) != 9 {
		t.Errorf("not every type of node was tried: %v", kinds)
	}
}

// fewest checks that no pair of parentheses can be left out without a change of meaning. Those of SENTENCE and of a filter's list are syntax.
func fewest(t *testing.T, s string, n Node) {
	t.Helper()
	if strings.ContainsAny(s, `"«»“”„`) || len(s) > 200 {
		return // a parenthesis may stand in quotes, and a long query takes long
	}
	var open []int
	for i := range len(s) {
		switch s[i] {
		case '(':
			open = append(open, i)
		case ')':
			from := open[len(open)-1]
			open = open[:len(open)-1]
			less := s[:from] + " " + s[from+1:i] + " " + s[i+1:]
			if from == 0 || s[from-1] == '(' || s[from-1] == ' ' {
				less = s[:from] + s[from+1:i] + s[i+1:]
			}
			if got, err := Parse(less); err == nil && Equal(got, n) {
				t.Fatalf("%s needs no parentheses at %d", s, from)
			}
		}
	}
}

// TestTamper breaks queries at every byte: a query either parses, or the error points into it.
func TestTamper(t *testing.T) {
	g := grower{rand.New(rand.NewPCG(1, 9))}
	pieces := []string{"", "(", ")", `"`, "«", "^", "*", "@", "=", ":", " AND ", " NEAR/3 ", " NOT ", "lang:", "\u200f", "\xff", "🔥", "ё"}
	for range 300 {
		s := g.tree(3, "").String()
		if len(s) > 300 {
			s = s[:300]
		}
		for i := range s {
			piece := pieces[g.IntN(len(pieces))]
			try(t, s[:i]+piece+s[i:])
			try(t, s[:i])
		}
	}
}

// try holds what is true of every text.
func try(t *testing.T, s string) {
	t.Helper()
	n, err := Parse(s)
	if err != nil {
		e, ok := err.(*Error)
		if !ok || n != nil || e.Offset < 0 || e.Offset > len(s) || e.Column < 1 || e.Column > e.Offset+1 || e.Msg == "" {
			t.Fatalf("Parse(%q) = %v, %#v", s, n, err)
		}
		if len(e.Msg) > 600 {
			t.Fatalf("Parse(%q): the message has %d bytes: %s", s, len(e.Msg), e.Msg)
		}
		return
	}
	terms, idle := 0, true
	Walk(n, func(n Node) {
		if x, ok := n.(Term); ok {
			terms++
			idle = false
			if x.Text == "" {
				t.Fatalf("Parse(%q) has an empty term", s)
			}
		}
	})
	if terms > MaxTerms || idle {
		t.Fatalf("Parse(%q) has %d terms", s, terms)
	}
	printed := n.String()
	if len(printed) > MaxBytes {
		return // ANDs that were left out are written
	}
	again, err := Parse(printed)
	if err != nil || !Equal(again, n) {
		t.Fatalf("Parse(%q) prints %q, which reads as %v (%v)", s, printed, again, err)
	}
	if again.String() != printed {
		t.Fatalf("%q is printed again as %q", printed, again)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`@union-state OR ("road maps" NEAR/8 @lukashenko)`,
		"SENTENCE(@tokayev AND (санкции OR «дорожная карта»^2)) AND NOT lang:ru",
		"«Саюзная дзяржава» NEAR/5 інтэгр* source:(nashaniva OR «Наша Ніва»)",
		`"об'єднані сили" OR міграц* country:ua`,
		"ҰҚШҰ^0.5 бітімгер* title:Тоқаев",
		"„mapa drogowa” AND =ZBiR type:(state OR exile)",
		"»Fahrplan« NEAR (Unionsstaat OR =OVKS)^3 body:(Minsk NOT Moskau)",
		"«feuille de route» AND l'OTSC AND NOT title:SENTENCE(été OR hiver)",
		"\u200fלוקשנקו\u200f OR \u202bالعقوبات\u202c", "🔥 AND \"🔥 протест\"", "a\u00adb 中文 OR ไทย", "\xff\xfe", "(((((", "NOT NOT NOT a b",
		"a^2^3", "a NEAR/0 b", "lang:(ru or be)", "title:(a lang:ru)", "a AND", "\"", "=", "@", "^", "*", ":", "a:b:c", "Е\u0308ж", "e\u0301t*",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { try(t, s) })
}

func BenchmarkParse(b *testing.B) {
	long := strings.TrimSuffix(strings.Repeat(`("дорожная карта"^2 OR інтэгр*) NEAR/8 @tokayev OR `, 120), " OR ")
	for name, s := range map[string]string{
		"short": `@union-state OR ("road maps" NEAR/8 @lukashenko)`,
		"long":  long,
		"bad":   strings.Repeat("a NOT (", 1400),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				n, err := Parse(s)
				if (err == nil) == (name == "bad") {
					b.Fatal(n, err)
				}
			}
		})
	}
}
