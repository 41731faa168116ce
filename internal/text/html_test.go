package text

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestFromHTML(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "Прэзідэнт прыехаў у Мінск", "Прэзідэнт прыехаў у Мінск"},
		{"plain keeps lines", "first\n\n  second\tthird\r\nfourth", "first\nsecond third\nfourth"},
		{"blocks end lines", "<p>Один</p><div>два<br>три</div><ul><li>төрт<li>пять</ul>", "Один\nдва\nтри\nтөрт\nпять"},
		{"source lines are blanks in HTML", "<p>one\ntwo</p>\n<p>three</p>", "one two\nthree"},
		{"inline elements join", "Лука<b>шенк</b>о и <a href='x'>Токаев</a>.", "Лукашенко и Токаев."},
		{"cells", "<table><tr><td>a</td><td>b</td></tr></table>", "a b"},
		{"script, style, comment", "a<script>if (a<b) x('</p>')</script><style>p{}</style><!-- no <b> -->b", "ab"},
		{"iframe and noscript", "a<iframe src=x>no</iframe><noscript><img src=x></noscript>b", "ab"},
		{"entities", "&laquo;Мир&raquo; &amp; труд&nbsp;&mdash; &#1084;ай &#x41C;", "«Мир» & труд — май М"},
		{"escaped twice", "Sanctions &amp;quot;lifted&amp;quot; &amp;amp; gone", `Sanctions "lifted" & gone`},
		{"tags escaped twice", "&lt;b&gt;Токаев&lt;/b&gt; приехал", "Токаев приехал"},
		{"tags escaped within tags", "<p>a</p><p>&lt;p&gt;b&lt;/p&gt;</p>", "a\nb"},
		{"bare less", "5 < 6 and 7<8, x <y, a<b>c</b>", "5 < 6 and 7<8, x <y, ac"},
		{"less at the end", "a <", "a <"},
		{"address in angles", "Ivan <ivan@example.com> wrote", "Ivan <ivan@example.com> wrote"},
		{"heart", "Minsk <3 Almaty", "Minsk <3 Almaty"},
		{"bare ampersand", "Q&A at AT&T & co", "Q&A at AT&T & co"},
		{"attribute with >", `<img alt="a > b" src=x>text`, "text"},
		{"open quote loses nothing", `<a href="x>Токаев приехал`, `<a href="x>Токаев приехал`},
		{"cut within a tag", `Токаев приехал <a href="http://exam`, "Токаев приехал"},
		{"cut within a tag's name", "Токаев приехал <br", "Токаев приехал"},
		{"CDATA within", "<![CDATA[<p>да</p>]]>", "да"},
		{"namespaced and custom elements", "<o:p>a</o:p><g-emoji>b</g-emoji>", "ab"},
		{"control characters", "a\x00b\x1fc\x7fd\u0085e", "abcd\ne"},
		{"bidi controls", "\u202Eevil\u202C \u2067שלום\u2069 \u200Fסוף", "evil שלום סוף"},
		{"soft hyphen and zero width space", "Лука\u00ADшен\u200Bко, Тока&shy;ев", "Лукашенко, Токаев"},
		{"emoji keeps its joiner", "👩\u200D👩\u200D👧 🇰🇿", "👩\u200D👩\u200D👧 🇰🇿"},
		{"not UTF-8", "a\xffb", "a\uFFFDb"},
		{"blanks of all kinds", "a\u00A0\u2009\u3000b\u2028c", "a b\nc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := FromHTML(c.in); got != c.want {
				t.Errorf("FromHTML(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestOneLine(t *testing.T) {
	if got, want := OneLine(" <b>ТОҚАЕВ</b>:<br/>Жаңа\nҚазақстан "), "ТОҚАЕВ: Жаңа Қазақстан"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// hostile are units of text that, repeated, made some part of FromHTML look at the same bytes again and again, or might.
var hostile = map[string]string{
	"declarations":                  "<!",
	"instructions":                  "<?",
	"comments":                      "<!--",
	"comment ends":                  "--><!-- ",
	"open tags":                     "<a ",
	"end tags":                      "</a ",
	"cut attributes":                "<a b=",
	"less":                          "<",
	"ampersands":                    "&",
	"number references":             "&#1",
	"escaped twice":                 "&amp;lt;",
	"one kind of quotes":            "<a b=\"",
	"quotes in quotes":              "<a b='<a b=\"",
	"values that end in a value":    "<a '=",
	"the same in both quotes":       "<a '=\"'=\"",
	"values that end in a less":     "<a '='<a '=' <",
	"CDATA":                         "<![CDATA[",
	"scripts":                       "<script><!--<script>",
	"attributes":                    " a<a a=1",
	"tags that were escaped":        "&lt;a ",
	"white space and controls":      " \n\u202E",
	"bytes that are not UTF-8":      "\xff<",
	"elements whose text is for no": "<style></styl",
}

// Work is in proportion to the input, whatever that is. The scan for tags, which is our own, is held to it on larger texts than all of
// FromHTML, which is slower by the regular expression that looks for what was escaped twice. BenchmarkFromHTMLHostile has 8 MiB.
func TestFromHTMLIsLinear(t *testing.T) {
	for name, unit := range hostile {
		t.Run(name, func(t *testing.T) {
			linear(t, unit, 256<<10, func(s string) { literalLess(s) })
			linear(t, unit, 64<<10, func(s string) { OneLine(s) })
		})
	}
}

// linear fails when f takes more than 128 times as long for size bytes of unit as for a sixteenth of that: linear work takes 16 times as
// long, quadratic work 256 times. What else the machine does can only slow a run down, so the quickest of five counts,
// and what takes no millisecond is not measured against less.
func linear(t *testing.T, unit string, size int, f func(string)) {
	t.Helper()
	all := strings.Repeat(unit, size/len(unit))
	few := all[:size/16]
	quickest := func(s string, enough time.Duration) time.Duration {
		least := time.Duration(math.MaxInt64)
		for range 5 {
			start := time.Now()
			f(s)
			if least = min(least, time.Since(start)); least <= enough {
				break
			}
		}
		return least
	}
	short := max(quickest(few, 0), time.Millisecond)
	if long := quickest(all, 128*short); long > 128*short {
		t.Errorf("%d bytes took %v, %d bytes %v", len(few), short, len(all), long)
	}
}

func FuzzFromHTML(f *testing.F) {
	for _, s := range []string{"<p>a</p>", "5 < 6", "<a b='<a b=\"", "&amp;amp;lt;", "<!--", "<![CDATA[", "<script>", "\u202Ea\xff", "<plaintext><b>", "&lt;p&gt;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := FromHTML(s)
		if !utf8.ValidString(out) {
			t.Fatalf("not UTF-8: %q", out)
		}
		if strings.TrimSpace(out) != out || strings.Contains(out, "  ") || strings.Contains(out, "\n\n") || strings.Contains(out, "\n ") || strings.Contains(out, " \n") {
			t.Fatalf("white space is not tidy: %q", out)
		}
		for _, r := range out {
			if r != '\n' && (unicode.IsControl(r) || invisible(r)) {
				t.Fatalf("%U is in %q", r, out)
			}
		}
		if line := OneLine(s); strings.Contains(line, "\n") {
			t.Fatalf("OneLine has lines: %q", line)
		}
	})
}

func BenchmarkFromHTML(b *testing.B) {
	s := strings.Repeat("<p>Президент &laquo;Казахстана&raquo; <a href='https://example.com/'>приехал</a> в Минск.</p>\n", 200)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		FromHTML(s)
	}
}

func BenchmarkFromHTMLHostile(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		s := strings.Repeat(hostile[name], 8<<20/len(hostile[name]))
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				FromHTML(s)
			}
		})
	}
}
