package profile

import (
	"strings"
	"testing"
)

func TestReadArticle(t *testing.T) {
	for _, c := range []struct {
		name, file, data string
		want             Article
		err              string
	}{
		{"header", "a/000-x.md", "title: A: b\noutlet: O\nauthor: N\ndate: 2022-01-02\nlanguage: ru\nnote: passed over\narticle: 000\n\nBody.\n\nMore.\n",
			Article{ID: "000", Title: "A: b", Outlet: "O", Author: "N", Date: "2022-01-02", Lang: "ru", Text: "Body.\n\nMore."}, ""},
		{"fenced header", "x.md", "---\ntitle: T\n\narticle: 7\n---\nBody.", Article{ID: "x", Lang: "en", Text: "---\ntitle: T\n\narticle: 7\n---\nBody."}, ""},
		{"fence", "x.md", "---\ntitle: T\narticle: 7\n---\nBody.", Article{ID: "7", Title: "T", Lang: "en", Text: "Body."}, ""},
		{"no header", "x.md", "Minsk: a city.\n\nBody.", Article{ID: "x", Lang: "en", Text: "Minsk: a city.\n\nBody."}, ""},
		{"header alone", "x.md", "title: T", Article{}, `read article "x.md": no text`},
		{"text has no header", `C:\news\003_y.txt`, "title: T\n\nBody.", Article{ID: "003_y", Lang: "en", Text: "title: T\n\nBody."}, ""},
		{"BOM and CRLF", "x.TXT", "\uFEFFOne.\r\n\r\nTwo.\r\n", Article{ID: "x", Lang: "en", Text: "One.\n\nTwo."}, ""},
		{"emoji and right-to-left", "x.txt", "🚨 مينسك 🚨", Article{ID: "x", Lang: "en", Text: "🚨 مينسك 🚨"}, ""},
		{"ending", "x.html", "Body.", Article{}, `read article "x.html": want a .md or .txt file`},
		{"not UTF-8", "x.txt", "\xd2\xee\xea\xe0\xe5\xe2", Article{}, `read article "x.txt": not UTF-8 text`},
		{"empty", "x.md", "title: T\n\n \n", Article{}, `read article "x.md": no text`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadArticle(c.file, []byte(c.data))
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Fatalf("error %v, want %s", err, c.err)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestParagraphs(t *testing.T) {
	a := Article{Text: "By Jane Doe\n\nMinsk kept\nquiet.\n\nSign up for our newsletter, Astana!\n\n\u200BBy Monday Brest had fallen silent."}
	got := strings.Join(a.paragraphs(parseLists(wordsFile)), "|")
	if want := "Minsk kept quiet.|By Monday Brest had fallen silent."; got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func FuzzBuild(f *testing.F) {
	for _, s := range []string{
		"article: 1\n\nKassym-Jomart Tokayev (KJT) said ‘Union State’. The U.S. and the E. U. of St. Petersburg.",
		"Касым-Жомарт Токаев, Қасым-Жомарт Тоқаев 🚨 مينسك", "A-B-C.D.E’s “x y” (", "\uFEFF---\n\n---", "OF THE THE OF", "İ. ſ'S ’s-",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ReadArticle("x.md", []byte(s))
		if err != nil {
			t.Skip()
		}
		p := Build([]Article{a}, nil)
		checkInvariants(t, p)
		if lines := Diff(p.Profiles, Build([]Article{a}, p.Profiles)); len(lines) > 0 {
			t.Errorf("a second build of %q changes something: %q", s, lines)
		}
	})
}
