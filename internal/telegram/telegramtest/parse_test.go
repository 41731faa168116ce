package telegramtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// show writes a verdict as one line: the error, or the text and its entities.
func show(f Formatted, err error) string {
	if err != nil {
		return "! " + err.Error()
	}
	return fmt.Sprintf("%q%s", f.Text, list(f.Entities))
}

func list(entities []Entity) string {
	var b strings.Builder
	for _, e := range entities {
		fmt.Fprintf(&b, " %s[%d:%d]", e.Type, e.Offset, e.end())
		if extra := e.URL + e.Language + e.CustomEmojiID; extra != "" {
			b.WriteString("=" + extra)
		}
		if e.User != nil {
			fmt.Fprintf(&b, "=%d", e.User.ID)
		}
	}
	return b.String()
}

// The verdicts of this table are those of TDLib's parseTextEntities, written down on the day the table was made.
func TestParseHTML(t *testing.T) {
	for in, want := range map[string]string{
		// Well-formed.
		"<b>Мінск</b> і <i>Астана</i>":                      `"Мінск і Астана" bold[0:5] italic[8:14]`,
		"<STRONG>а</strong><eM>б</Em>":                      `"аб" bold[0:1] italic[1:2]`,
		"<u>1</u><ins>2</ins><s>3</s>":                      `"123" underline[0:1] underline[1:2] strikethrough[2:3]`,
		"<strike>a</strike><del>b</del>":                    `"ab" strikethrough[0:1] strikethrough[1:2]`,
		`<span class="tg-spoiler">x</span>`:                 `"x" spoiler[0:1]`,
		"<span class=tg-spoiler>x</span>":                   `"x" spoiler[0:1]`,
		"<tg-spoiler>Қазақстан</>":                          `"Қазақстан" spoiler[0:9]`,
		`<tg-emoji emoji-id="5">👍</tg-emoji>`:               `"👍" custom_emoji[0:2]=5`,
		"<blockquote expandable>ц</blockquote>":             `"ц" expandable_blockquote[0:1]`,
		`<blockquote cite="x" expandable="">ц</blockquote>`: `"ц" expandable_blockquote[0:1]`,
		"<pre>a</pre><code>b</code>":                        `"ab" pre[0:1] code[1:2]`,
		`<pre><code class="language-go">x</code></pre>`:     `"x" pre[0:1]=go`,
		`<code class="language-go"><pre>x</pre></code>`:     `"x" pre[0:1]=go`,
		`<pre><code class="language-go">x</code> y</pre>`:   `"x y" pre[0:3] code[0:1]`,
		`<code class="language-go">x</code>`:                `"x" code[0:1]`,
		"<i><b>xy</b></i>":                                  `"xy" bold[0:2] italic[0:2]`,
		"<b></b>x<i></i>":                                   `"x"`,
		"<b title='a\"b' x y=1 >z</b\n>":                    `"z" bold[0:1]`,
		"مرحبا <b>👨‍👩‍👧</b>":                                `"مرحبا 👨\u200d👩\u200d👧" bold[6:14]`,
		"a\x00<b>b</b>":                                     `"a\x00b" bold[2:3]`,
		"":                                                  `""`,

		// References.
		"&lt;&gt;&amp;&quot;&lt&#39;&#x41&#65;": `"<>&\"<'AA"`,
		"&nbsp;&LT;&apos;&#;&#x;&#0;&#X41;&":    `"&nbsp;&LT;&apos;&#;&#x;&#0;&#X41;&"`,
		"&#128512;<b>&#x1F600;</b>":             `"😀😀" bold[2:4]`,
		"&#x10ffff;&#00000000065;":              `"&#x10ffff;&#00000000065;"`,
		"&amp;lt;":                              `"&lt;"`,
		"&#xd83d;&#xde00;":                      "! Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",

		// Faults, with byte offsets.
		"ы<p>":                                `! Unsupported start tag "p" at byte offset 2`,
		"5 < 6":                               `! Unsupported start tag "" at byte offset 2`,
		"<b/>":                                `! Unsupported start tag "b/" at byte offset 0`,
		"<b":                                  `! Unclosed start tag at byte offset 0`,
		"<b ":                                 `! Empty attribute name in the tag "b" at byte offset 0`,
		"<b x":                                `! Unclosed start tag "b" at byte offset 0`,
		"<b x=":                               `! Unclosed start tag "b" at byte offset 0`,
		`<b x="`:                              `! Unclosed start tag at byte offset 0`,
		"<b =1>":                              `! Empty attribute name in the tag "b" at byte offset 0`,
		`<b x">`:                              `! Empty attribute name in the tag "b" at byte offset 0`,
		"<b x=y_>":                            `! Unexpected end of name token at byte offset 5`,
		"<b\u00a0x>y</b>":                     "! Unsupported start tag \"b\u00a0x\" at byte offset 0",
		"<b>я<i>":                             `! Can't find end tag corresponding to start tag "i"`,
		"<b>я</":                              `! Unclosed end tag at byte offset 5`,
		"<b>я</ b>":                           `! Unclosed end tag at byte offset 5`,
		"<b>я</b/>":                           `! Unmatched end tag at byte offset 5, expected "</b>", found "</b/>"`,
		"я</i>":                               `! Unexpected end tag at byte offset 2`,
		"<i>a<b>b</i>":                        `! Unmatched end tag at byte offset 8, expected "</b>", found "</i>"`,
		"<span>x</span>":                      `! Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"<tg-emoji emoji-id='0'>👍</tg-emoji>": `! Invalid custom emoji identifier specified`,

		// Links.
		`<a href="https://e.org/?a=1&b=2&lt=3&amp;c">x</a>`: `"x" text_link[0:1]=https://e.org/?a=1&b=2<=3&c`,
		`<a href="HTTP://E.ORG">x</a>`:                      `"x" text_link[0:1]=http://e.org/`,
		`<a href=e.org>x</a>`:                               `"x" text_link[0:1]=http://e.org/`,
		`<a HREF="http://e.org">x</a>`:                      `"x"`,
		`<a href="q" href="http://e.org">x</a>`:             `"x" text_link[0:1]=http://e.org/`,
		`<a>e.org/ж</a>`:                                    `"e.org/ж" text_link[0:7]=http://e.org/ж`,
		`<a href="https://пример.рф/путь й">x</a>`:          `"x" text_link[0:1]=https://пример.рф/путь%20й`,
		`<a href="https://u:p@e.org:8443#z">x</a>`:          `"x" text_link[0:1]=https://u:p@e.org:8443/#z`,
		`<a href="http://[::1]/">x</a>`:                     `"x" text_link[0:1]=http://[::1]/`,
		`<a href="http://1.2.3.4?q">x</a>`:                  `"x" text_link[0:1]=http://1.2.3.4/?q`,
		`<a href="tg://resolve?domain=a">x</a>`:             `"x" text_link[0:1]=tg://resolve?domain=a`,
		`<a href="tg://user?id=77">x</a>`:                   `"x" text_mention[0:1]=77`,
		`<a href="tg://user?id=0">x</a>`:                    `"x" text_link[0:1]=tg://user?id=0`,
		`<a href="javascript:alert(1)">x</a>`:               `"x"`,
		`<a href="ftp://e.org/">x</a>`:                      `"x"`,
		`<a href="//e.org">x</a>`:                           `"x"`,
		`<a href="http://localhost/">x</a>`:                 `"x"`,
		`<a href="http://e.org:99999/">x</a>`:               `"x"`,
		`<a href="http://e org/">x</a>`:                     `"x"`,
	} {
		if got := show(ParseHTML(in)); got != want {
			t.Errorf("ParseHTML(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestParseMarkdown(t *testing.T) {
	for _, c := range []struct{ mode, in, want string }{
		{"Markdown", `*б* _і_ \_x\_ [л](http://e.org) ` + "`c`", `"б і _x_ л c" bold[0:1] italic[2:3] text_link[8:9]=http://e.org/ code[10:11]`},
		{"Markdown", "```go\nx```", `"x" pre[0:1]=go`},
		{"Markdown", "a_b", "! Can't find end of the entity starting at byte offset 1"},
		{"MarkdownV2", `*б _і_* __u__ ~s~ ||p|| \. [л](http://e.org/\))`,
			`"б і u s p . л" bold[0:3] italic[2:3] underline[4:5] strikethrough[6:7] spoiler[8:9] text_link[12:13]=http://e.org/)`},
		{"MarkdownV2", "```go\nx.y```", `"x.y" pre[0:3]=go`},
		{"MarkdownV2", "1.5", `! Character '.' is reserved and must be escaped with the preceding '\'`},
		{"MarkdownV2", "*a", "! Can't find end of Bold entity at byte offset 0"},
		{"plain", "x", "! unsupported parse_mode"},
		{"", "<b>x", `"<b>x"`},
	} {
		if got := show(parse(c.in, c.mode)); got != c.want {
			t.Errorf("%s %q\n got %s\nwant %s", c.mode, c.in, got, c.want)
		}
	}
}

// TestRecordedVerdicts asks that the fake says what the real parser said.
func TestRecordedVerdicts(t *testing.T) {
	f, err := os.Open(filepath.Join(shared(t), "telegram", "parse-cases.jsonl"))
	if err != nil {
		t.Skipf("the recorded verdicts are not here: %v", err)
	}
	defer f.Close()
	kinds := map[string]string{"Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough", "Spoiler": "spoiler",
		"Code": "code", "Pre": "pre", "PreCode": "pre", "TextUrl": "text_link", "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote"}
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c struct {
			Text, Mode string
			Result     struct {
				OK          bool
				Text        string
				Description string
				Units       int `json:"utf16_len"`
				Entities    []struct {
					Type, URL      string
					Offset, Length int
				}
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		if c.Mode == "" {
			c.Mode = "HTML"
		}
		got, err := parse(c.Text, c.Mode)
		if !c.Result.OK {
			if want := c.Result.Description; err == nil || "Bad Request: can't parse entities: "+err.Error() != want {
				t.Errorf("%q: %v, want %s", c.Text, err, want)
			}
			continue
		}
		want := Formatted{Text: c.Result.Text}
		for _, e := range c.Result.Entities {
			kind, ok := kinds[e.Type]
			if !ok {
				t.Fatalf("entity type %q is not known to this test", e.Type)
			}
			want.Entities = append(want.Entities, Entity{Type: kind, Offset: e.Offset, Length: e.Length, URL: e.URL})
		}
		for i := range got.Entities {
			got.Entities[i].Language = "" // not recorded
		}
		if show(got, err) != show(want, nil) || units(got.Text) != c.Result.Units {
			t.Errorf("%q\n got %s\nwant %s, %d units", c.Text, show(got, err), show(want, nil), c.Result.Units)
		}
	}
	if n == 0 {
		t.Error("the file of verdicts is empty")
	}
	t.Logf("%d verdicts", n)
}

// shared is the folder beside the repository that holds what is shared among the team.
func shared(t *testing.T) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared")
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}

func TestFinish(t *testing.T) {
	for in, want := range map[string]string{
		"  <b>а</b> б \n":                                      `"а б" bold[0:1]`,
		"x\ty\r\nz\u202e\u2028":                                `"x y\nz"`,
		"a\u200f\u200fb":                                       `"a\u200c\u200fb"`,
		"<b>a <a href='http://e.org'>б</a> c</b>":              `"a б c" bold[0:2] text_link[2:3]=http://e.org/ bold[2:3] bold[3:5]`,
		"<b>а</b><b>б</b>":                                     `"аб" bold[0:2]`,
		"<code>a<b>b</b></code>":                               `"ab" code[0:2]`,
		"<a href='http://e.org'>q<code>x</code></a>":           `"qx" text_link[0:2]=http://e.org/`,
		"<blockquote>a<blockquote>b</blockquote></blockquote>": `"ab" blockquote[0:2]`,
		"<a href='http://e.org'>ria.ru</a> ria.ru":             `"ria.ru ria.ru" text_link[0:6]=http://e.org/ url[7:13]`,
		"<code>/list</code> /list":                             `"/list /list" code[0:5] bot_command[6:11]`,
		"<b>см. /list</b>":                                     `"см. /list" bold[0:4] bot_command[4:9] bold[4:9]`,
	} {
		f, err := ParseHTML(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(Finish(f), nil); got != want {
			t.Errorf("Finish(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestAutomatic(t *testing.T) {
	for in, want := range map[string]string{
		"/list /list@bot_name x/list //list /спіс </b": ` bot_command[0:5] bot_command[6:20]`,
		"@user a@user @abc @gif @юзер":                 ` mention[0:5] mention[18:22]`,
		"#Токаев #1 #1a ж#б #тег# #a@chan_1":           ` hashtag[0:7] hashtag[11:14] hashtag[25:34]`,
		"$USD $usd $KZT, $1INCH a$USD":                 ` cashtag[0:4] cashtag[10:14] cashtag[16:22]`,
		"ria.ru, Ria.Ru ria.RU слово.слово т.е. 3.14":  ` url[0:6] url[15:21]`,
		"https://e.org/а_(б)). http://e/":              ` url[0:19]`,
		"пример.рф/а?б=«в» 1.2.3.4:80/x 300.1.2.3":     ` url[0:14] url[18:30]`,
		"red@example.org, mailto:a+b@c.by x@y":         ` email[0:15] email[24:32]`,
		"tg://resolve?domain=x.":                       ` url[0:21]`,
		"см.Минск и т.д. Д.Трамп U.S. 8.30":            ``,
		"👍 ria.ru": ` url[3:9]`,
		"/\u2060list ria\u2060.\u2060ru @\u2060user #\u2060т": ``,
		"user:pass@example.org/x":                             ` url[0:23]`,
		"ftp://a.b.org sftp://a.b.org":                        ` url[0:13]`,
	} {
		if got := list(Automatic(in)); got != want {
			t.Errorf("Automatic(%q)\n got%s\nwant%s", in, got, want)
		}
	}
}

// FuzzParseHTML: nothing makes the parser panic, entities lie within the text, and escaped text is that text, unformatted.
func FuzzParseHTML(f *testing.F) {
	for _, s := range []string{"<b>Токаев</b>", `<a href="https://e.org/&lt;">x</a>`, "&#xd800;&#128512", "<pre><code class=language-go>x", "a@b.org ria.ru/x #т $USD /c@bot", "\u202e\r\n\u200f\u200f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > maxText { // longer texts are refused before the costly part
			return
		}
		for _, mode := range []string{"HTML", "Markdown", "MarkdownV2"} {
			if p, err := parse(s, mode); err == nil {
				check(t, p)
				check(t, Finish(p))
			}
		}
		if !utf8.ValidString(s) {
			return
		}
		check(t, Formatted{Text: s, Entities: Automatic(s)})
		p, err := ParseHTML(html.EscapeString(s))
		if err != nil || p.Text != s || len(p.Entities) > 0 {
			t.Fatalf("escaped %q is %s", s, show(p, err))
		}
		for _, e := range Finish(p).Entities {
			if style(e) || quote(e) || verbatim(e) || e.URL != "" || e.User != nil {
				t.Fatalf("escaped %q has%s", s, list([]Entity{e}))
			}
		}
	})
}

func check(t *testing.T, f Formatted) {
	t.Helper()
	for _, e := range f.Entities {
		if e.Offset < 0 || e.Length <= 0 || e.end() > units(f.Text) {
			t.Fatalf("%q has%s", f.Text, list([]Entity{e}))
		}
	}
}
