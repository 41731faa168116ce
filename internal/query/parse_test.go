package query

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/language"

	"vestnik/internal/text"
)

// dump prints a tree with every node's kind, so that a test sees what String leaves out.
func dump(n Node) string {
	list := func(name string, of ...Node) string {
		parts := make([]string, len(of))
		for i, x := range of {
			parts[i] = dump(x)
		}
		return name + "(" + strings.Join(parts, " ") + ")"
	}
	switch n := n.(type) {
	case And:
		return list("and", n.Of...)
	case Or:
		return list("or", n.Of...)
	case Not:
		return list("not", n.Of)
	case Near:
		return list(fmt.Sprintf("near%d", n.N), n.Left, n.Right)
	case Sentence:
		return list("sentence", n.Of)
	case Field:
		return list(string(n.Name), n.Of)
	case Filter:
		return fmt.Sprintf("%s[%s]", n.Kind, strings.Join(n.Values, "|"))
	case Boost:
		return list(fmt.Sprintf("%g*", n.Weight), n.Of)
	case Term:
		return [...]string{"", "phrase:", "exact:", "prefix:", "@"}[n.Kind] + n.Text
	}
	return fmt.Sprintf("%T", n)
}

func TestParse(t *testing.T) {
	tests := []struct{ in, tree, printed string }{ // printed "": as in
		// terms
		{"sanctions", "sanctions", ""},
		{"  санкции\t\n", "санкции", "санкции"},
		{`"road   map"`, "phrase:road map", `"road map"`},
		{"«дорожная карта»", "phrase:дорожная карта", `"дорожная карта"`},
		{"“road map”", "phrase:road map", `"road map"`},
		{"„Fahrplan für Minsk“", "phrase:Fahrplan für Minsk", `"Fahrplan für Minsk"`},
		{"„mapa drogowa”", "phrase:mapa drogowa", `"mapa drogowa"`},
		{"»Fahrplan«", "phrase:Fahrplan", `"Fahrplan"`},
		{`«ТАА "Лён"»`, `phrase:ТАА "Лён"`, ""},
		{"„das »neue\" Haus“", `phrase:das »neue" Haus`, "»das »neue\" Haus«"},
		{"„das »neue« \"Haus“", `phrase:das »neue« "Haus`, "“das »neue« \"Haus”"},
		{"=NATO", "exact:NATO", ""},
		{`="Union State"`, "exact:Union State", ""},
		{`="NATO"`, "exact:NATO", "=NATO"},
		{"=«Қазақстан Республикасы»", "exact:Қазақстан Республикасы", `="Қазақстан Республикасы"`},
		{"=AND", "exact:AND", ""},
		{`"AND"`, "phrase:AND", ""},
		{"integrat*", "prefix:integrat", ""},
		{"інтэгр*", "prefix:інтэгр", ""},
		{"ҰҚШ*", "prefix:ҰҚШ", ""},
		{"@union-state", "@union-state", ""},
		{"@wd:Q42.b_c", "@wd:Q42.b_c", ""},
		{"@Тоқаев", "@Тоқаев", ""},
		{"Касым-Жомарт", "Касым-Жомарт", ""},
		{"U.S.", "U.S.", ""},
		{"l'OTSC", "l'OTSC", ""},
		{"обов'язковий", "обов'язковий", ""},
		{"G7", "G7", ""},
		{"and", "and", ""},
		{"near", "near", ""},
		{"NATO's", "NATO's", ""},
		{"לוקשנקו", "לוקשנקו", ""},
		{"\u200fלוקשנקו\u200f AND\u200f @tokayev", "and(לוקשנקו @tokayev)", "לוקשנקו AND @tokayev"},
		{"\ufeffҚазақстан", "Қазақстан", "Қазақстан"},
		{`"🔥 протест"`, "phrase:🔥 протест", ""},

		// operators and how tightly they bind
		{"a AND b AND c", "and(a b c)", ""},
		{"a b", "and(a b)", "a AND b"},
		{"a\u00a0b", "and(a b)", "a AND b"},
		{`a"b c"(d OR e)=F`, "and(a phrase:b c or(d e) exact:F)", `a AND "b c" AND (d OR e) AND =F`},
		{"a AND (b AND (c AND d))", "and(a b c d)", "a AND b AND c AND d"},
		{"a OR (b OR c) OR d", "or(a b c d)", "a OR b OR c OR d"},
		{"a OR b AND c", "or(a and(b c))", ""},
		{"a b OR c d", "or(and(a b) and(c d))", "a AND b OR c AND d"},
		{"(a OR b) c", "and(or(a b) c)", "(a OR b) AND c"},
		{"((a))", "a", "a"},
		{"a NOT b", "and(a not(b))", "a AND NOT b"},
		{"a AND NOT(b OR c)", "and(a not(or(b c)))", "a AND NOT (b OR c)"},
		{"NOT NOT a", "a", "a"},
		{"NOT NOT NOT a AND b", "and(not(a) b)", "NOT a AND b"},
		{"NOT (NOT a)", "a", "a"},
		{"a AND NOT (NOT (b AND c))", "and(a b c)", "a AND b AND c"},
		{"NOT (NOT a OR lang:ru)", "not(or(not(a) lang[ru]))", ""},
		{"a NEAR/8 b", "near8(a b)", ""},
		{"a NEAR b", "near10(a b)", ""},
		{"a NEAR/10 b", "near10(a b)", "a NEAR b"},
		{"a NEAR/1 b NEAR/200 c", "near200(near1(a b) c)", ""},
		{"a NEAR (b NEAR/2 c)", "near10(a near2(b c))", ""},
		{"a NEAR b c", "and(near10(a b) c)", "a NEAR b AND c"},
		{"a AND NOT (b NEAR c)", "and(a not(near10(b c)))", ""},
		{`("road maps" OR =RM OR integr*) NEAR/8 @lukashenko`, "near8(or(phrase:road maps exact:RM prefix:integr) @lukashenko)", ""},
		{"(a^2 OR b)^3 NEAR c^4", "near10(3*(or(2*(a) b)) 4*(c))", ""},
		{"SENTENCE(@tokayev AND sanctions)", "sentence(and(@tokayev sanctions))", ""},
		{"SENTENCE (a NOT b)", "sentence(and(a not(b)))", "SENTENCE(a AND NOT b)"},
		{"SENTENCE(a NEAR/3 b)^2", "2*(sentence(near3(a b)))", ""},
		{"@csto AND NOT SENTENCE(a AND b)", "and(@csto not(sentence(and(a b))))", ""},

		// weights
		{"sanctions^3", "3*(sanctions)", ""},
		{"a^0.50", "0.5*(a)", "a^0.5"},
		{`"road map"^2 AND =NATO^3 AND inte*^4 AND @csto^5`, "and(2*(phrase:road map) 3*(exact:NATO) 4*(prefix:inte) 5*(@csto))", ""},
		{"(a OR b)^2", "2*(or(a b))", ""},
		{"(a^2)^3", "3*(2*(a))", ""},
		{"(a)^2", "2*(a)", "a^2"},
		{"a^1000", "1000*(a)", ""},

		// scopes and filters
		{"title:sanctions", "title(sanctions)", ""},
		{"title:sanctions^2", "title(2*(sanctions))", ""},
		{"(title:sanctions)^2", "2*(title(sanctions))", ""},
		{"title:(a OR b)^2", "title(2*(or(a b)))", ""},
		{"body:(a AND NOT b)", "body(and(a not(b)))", ""},
		{"body:(a)", "body(a)", "body:a"},
		{"title:SENTENCE(a AND b)", "title(sentence(and(a b)))", ""},
		{"NOT title:a AND body:a", "and(not(title(a)) body(a))", ""},
		{"a lang:ru", "and(a lang[ru])", "a AND lang:ru"},
		{"a AND lang:(ru OR BE OR ru)", "and(a lang[ru|be])", "a AND lang:(ru OR be)"},
		{"a AND lang:( ru )", "and(a lang[ru])", "a AND lang:ru"},
		{"a AND NOT source:belta-ru", "and(a not(source[belta-ru]))", ""},
		{`source:("The Astana Times" OR 24.kg OR "Azattyq (RFE/RL)") AND a`, "and(source[The Astana Times|24.kg|Azattyq (RFE/RL)] a)", ""},
		{`a AND source:"OR"`, "and(a source[OR])", ""},
		{"a AND source:«Наша Ніва»", "and(a source[Наша Ніва])", `a AND source:"Наша Ніва"`},
		{"a AND country:by", "and(a country[BY])", "a AND country:BY"},
		{"a AND type:(State OR exile)", "and(a type[state|exile])", "a AND type:(state OR exile)"},
		{"(a AND lang:ru)^2", "2*(and(a lang[ru]))", ""},
		{"lang:ru AND a OR lang:be AND b", "or(and(lang[ru] a) and(lang[be] b))", ""},
	}
	for _, tt := range tests {
		n, err := Parse(tt.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.in, err)
			continue
		}
		if got := dump(n); got != tt.tree {
			t.Errorf("Parse(%q) = %s, want %s", tt.in, got, tt.tree)
		}
		want := tt.printed
		if want == "" {
			want = tt.in
		}
		if got := n.String(); got != want {
			t.Errorf("Parse(%q) prints %s, want %s", tt.in, got, want)
		}
		if again, err := Parse(n.String()); err != nil || !Equal(n, again) {
			t.Errorf("Parse(%q) is %v (%v) when read again", tt.in, again, err)
		}
	}
}

func TestBounds(t *testing.T) {
	wide := strings.Repeat("a ", MaxTerms)
	deep := strings.Repeat("(", MaxDepth) + "a" + strings.Repeat(")", MaxDepth)
	long := "протест" + strings.Repeat(" ", MaxBytes-len("протест"))
	chain := "a" + strings.Repeat(" NEAR b", MaxTerms-1)
	nots := strings.Repeat("NOT ", 2000) + "a"
	for _, s := range []string{wide, deep, long, chain, nots} {
		if _, err := Parse(s); err != nil {
			t.Errorf("Parse(%.20q…): %v", s, err)
		}
	}
	bad := []struct {
		in     string
		column int
		msg    string
	}{
		{wide + "b", 1001, "more than 500 terms: split the query into several watchlists, or put words into the keywords of a profile"},
		{"a AND source:(" + strings.Repeat("x OR ", MaxTerms) + "y)", 15 + 5*(MaxTerms-1), "more than 500 terms: split the query into several watchlists, or put words into the keywords of a profile"},
		{"(" + deep + ")", 101, "parentheses are more than 100 deep: write the query flatter, or as several watchlists"},
		{strings.Repeat("(", 9000), 101, "parentheses are more than 100 deep: write the query flatter, or as several watchlists"},
		{strings.Repeat("a NOT (", 1200), 4 + 3 + 7*100, "parentheses are more than 100 deep: write the query flatter, or as several watchlists"},
		{long + " ", 1, "10001 bytes are too long for a query: at most 10000"},
	}
	for _, tt := range bad {
		wantError(t, tt.in, tt.column, tt.msg)
	}
}

// wantError checks the message and both ways to give its place.
func wantError(t *testing.T, in string, column int, msg string) {
	t.Helper()
	n, err := Parse(in)
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("Parse(%.60q) = %v, want the error %q", in, n, msg)
		return
	}
	if e.Msg != msg || e.Column != column {
		t.Errorf("Parse(%.60q):\n got %v\nwant column %d: %s", in, e, column, msg)
	}
	if got := utf8.RuneCountInString(in[:e.Offset]) + 1; got != e.Column {
		t.Errorf("Parse(%.60q): offset %d is column %d, not %d", in, e.Offset, got, e.Column)
	}
	if want := fmt.Sprintf("column %d: %s", e.Column, e.Msg); err.Error() != want {
		t.Errorf("the error prints %q, want %q", err, want)
	}
}

// TestLanguageCodes holds the list against the tables that package config asks.
func TestLanguageCodes(t *testing.T) {
	var want []string
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			s := string([]rune{a, b})
			if base, err := language.ParseBase(s); err == nil && base.String() == s {
				want = append(want, s)
			}
		}
	}
	if got := strings.Fields(languageCodes); !slices.Equal(got, want) {
		t.Errorf("the codes are %v, want %v", got, want)
	}
	for _, code := range text.Codes() {
		if !slices.Contains(want, code) {
			t.Errorf("%s, which has a grammar, is not a code", code)
		}
	}
}

func TestWalkAndProfiles(t *testing.T) {
	n, err := Parse(`(@tokayev NEAR/5 @csto)^2 AND NOT @lukashenko AND title:SENTENCE(@csto OR санкции) AND lang:ru`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Profiles(n), []string{"tokayev", "csto", "lukashenko"}; !slices.Equal(got, want) {
		t.Errorf("profiles are %v, want %v", got, want)
	}
	var kinds []string
	Walk(n, func(n Node) { kinds = append(kinds, strings.TrimPrefix(fmt.Sprintf("%T", n), "query.")) })
	want := "And Boost Near Term Term Not Term Field Sentence Or Term Term Filter"
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("Walk goes %s, want %s", got, want)
	}
}

func TestPitfalls(t *testing.T) {
	for in, want := range map[string]string{
		"a AND b":          "",
		`"a and b" OR =Or`: "",
		"a and b and c":    `"and" is not in capitals and so a word: for the operator write AND`,
		"a Not b":          `"Not" is not in capitals and so a word: for the operator write NOT`,
		"a near b OR or":   `"near" is not in capitals and so a word: for the operator write NEAR|"or" is not in capitals and so a word: for the operator write OR`,
	} {
		n, err := Parse(in)
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		if got := strings.Join(Pitfalls(n), "|"); got != want {
			t.Errorf("pitfalls of %q are %q, want %q", in, got, want)
		}
	}
}
