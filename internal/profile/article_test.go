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
		{"header alone", "x.md", "title: T", Article{}, `read article "x.md": no text: paste the article into it, or take the file away`},
		{"text has no header", `C:\news\003_y.txt`, "title: T\n\nBody.", Article{ID: "003_y", Lang: "en", Text: "title: T\n\nBody."}, ""},
		{"BOM and CRLF", "x.TXT", "\uFEFFOne.\r\n\r\nTwo.\r\n", Article{ID: "x", Lang: "en", Text: "One.\n\nTwo."}, ""},
		{"emoji and right-to-left", "x.txt", "🚨 مينسك 🚨", Article{ID: "x", Lang: "en", Text: "🚨 مينسك 🚨"}, ""},
		{"ending", "x.docx", "Body.", Article{}, `read article "x.docx": a .docx file is not read: save the article as plain text (.txt, .md) or as a web page (.html)`},
		{"windows-1251", "x.txt", "\xd2\xee\xea\xe0\xe5\xe2", Article{},
			`read article "x.txt": not UTF-8 text: it looks like windows-1251; save the file as UTF-8, for example with iconv -f windows-1251 -t utf-8`},
		{"UTF-16", "x.txt", "\xff\xfeM\x00", Article{}, `read article "x.txt": not UTF-8 text: it is UTF-16; save the file as UTF-8`},
		{"Latin-1", "x.txt", "Mi\xf1sk and Brest", Article{}, `read article "x.txt": not UTF-8 text; save the file as UTF-8`},
		{"language", "x.txt", "Президент заявил, что это было в Минске и что он не был там.", Article{ID: "x", Lang: "ru", Text: "Президент заявил, что это было в Минске и что он не был там."}, ""},
		{"page", "p.HTML", `<html lang="be-BY"><head><title>Сайт</title><meta property="og:title" content="Тытул &amp; далей"><meta name="author" content="Я"></head><body>` +
			`<nav>Меню</nav><div class="share-buttons">Twitter</div><article><h1>Тытул</h1><p>Адзін&shy;аццаць 🚨.</p><aside>Рэклама</aside><p class="shareholders">Два.</p></article><footer>Мінск</footer></body></html>`,
			Article{ID: "p", Title: "Тытул & далей", Author: "Я", Lang: "be", Text: "Тытул\n\nАдзінаццаць 🚨.\n\nДва."}, ""},
		{"page in windows-1251", "p.html", "<html><head><meta charset=windows-1251><title>\xd2\xee\xea\xe0\xe5\xe2</title></head><body><p>\xd2\xee\xea\xe0\xe5\xe2 \xe8 \xef\xee\xe5\xe7\xe4</p></body></html>",
			Article{ID: "p", Title: "Токаев", Lang: "ru", Text: "Токаев и поезд"}, ""},
		{"page without text", "p.htm", "<nav>Minsk</nav>", Article{}, `read article "p.htm": no text: paste the article into it, or take the file away`},
		{"empty", "x.md", "title: T\n\n \n", Article{}, `read article "x.md": no text: paste the article into it, or take the file away`},
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
