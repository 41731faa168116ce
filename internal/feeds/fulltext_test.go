package feeds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// teasers are what the feed says of the pages of testdata/pages.
var teasers = map[string]news.Item{
	"russian.html":      {Title: "Паром вернулся на озеро", Text: "Рейсы через озеро Светлое возобновили после зимы, сообщили в порту…"},
	"kazakh.html":       {Title: "Көпір жөнделді", Text: "Өзен үстіндегі ескі көпір қайта ашылды. Тоқаев құттықтады"},
	"windows-1251.html": {Title: "Ярмарка в деревне"},
	"german.html":       {Title: "Fähre fährt wieder", Text: "Nach dem langen Winter fährt die Fähre über den Lichtsee wieder jeden Tag. [...]"},
	"challenge.html":    {Title: "Just a moment in politics", Text: "The minister spoke."},
	"script-only.html":  {Title: "Озёрный край: паром вернулся", Text: "Рейсы возобновили."},
}

// TestPages reads every page of testdata/pages and compares what becomes of its item with the .want.json beside it; -update writes it.
func TestPages(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil || len(files) < 6 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			page, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, f := serve(t, Options{Language: text.Detect}, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				w.Write(page)
			})
			teaser := teasers[name]
			teaser.Link = strings.TrimSuffix(f.URL, "/rss") + "/news/1"
			item, err := c.FullText(t.Context(), f, teaser, goldenNow)
			got := struct {
				Lang, Error string   `json:",omitempty"`
				Text        []string `json:",omitempty"`
			}{Lang: item.Lang}
			if err != nil {
				got.Error = err.Error()
				if item.Text != teaser.Text {
					t.Errorf("the text is %q", item.Text)
				}
			} else {
				got.Text = strings.Split(item.Text, "\n")
			}
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(got); err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(file+".want.json", b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file + ".want.json")
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), want) {
				t.Errorf("got\n%swant\n%s", b.Bytes(), want)
			}
		})
	}
}

// An item whose page cannot be had, or is another's, keeps the text of the feed, and the error says why.
func TestPageFaults(t *testing.T) {
	russian, err := os.ReadFile("testdata/pages/russian.html")
	if err != nil {
		t.Fatal(err)
	}
	page := func(contentType string, b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Write(b)
		}
	}
	heavy := append(bytes.Repeat([]byte(" "), maxPage), russian...)
	private := httptest.NewServer(page("text/html", russian))
	defer private.Close()
	for _, tc := range []struct {
		name  string
		serve http.HandlerFunc
		title string
		want  string // what the error begins with
	}{
		{"gone", status(404, "", "no such page"), "", "status: 404 Not Found"},
		{"wall", status(403, "", "<title>Доступ ограничен</title>"), "", "blocked: 403 Forbidden: Доступ ограничен"},
		{"picture", page("image/jpeg", russian), "", "parse: the item leads to image/jpeg"},
		{"no type of content", page("nonsense", russian), "", "parse: the item leads to nonsense"},
		{"too large", page("text/html", heavy), "", "too large: more than"},
		{"another article", page("text/html", russian), "Kangaroos elected mayor somewhere", "parse: the page “Паром вернулся на озеро — Озёрный край” has nothing"},
		{"the front page", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				http.Redirect(w, r, "/", http.StatusFound)
				return
			}
			page("text/html", russian)(w, r)
		}, "", "status: the item's address leads to the front page"},
		{"empty", page("text/html", nil), "", "parse: page"},
		{"deep", page("text/html", bytes.Repeat([]byte("<div>"), 100_000)), "", "parse: page"},
		{"cut", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Length", "1000000")
			w.Write(russian)
		}, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, f := serve(t, Options{}, tc.serve)
			teaser := teasers["russian.html"]
			teaser.Link = strings.TrimSuffix(f.URL, "/rss") + "/news/1"
			if tc.title != "" {
				teaser.Title, teaser.Text = tc.title, ""
			}
			item, err := c.FullText(t.Context(), f, teaser, goldenNow)
			switch _, fe := err.(*news.FetchError); {
			case tc.want == "":
				if err != nil || len(item.Text) < 500 {
					t.Errorf("%v, %q", err, item.Text)
				}
			case !fe || !strings.HasPrefix(err.Error(), tc.want):
				t.Errorf("%v, want %s", err, tc.want)
			case item.Text != teaser.Text:
				t.Errorf("text %q", item.Text)
			}
		})
	}

	c, f := serve(t, Options{}, page("text/html", russian))
	f.AllowPrivate = false
	for _, link := range []string{"", "file:///etc/hosts", "ftp://a.example/", private.URL + "/1"} {
		teaser := teasers["russian.html"]
		teaser.Link = link
		item, err := c.FullText(t.Context(), f, teaser, goldenNow)
		if fe, ok := err.(*news.FetchError); !ok || fe.Class != news.ErrAddress && fe.Class != news.ErrPrivate || item.Text != teaser.Text {
			t.Errorf("%q: %v", link, err)
		}
	}
}

// A feed that may be on the own network says nothing of where its items may lead: an aggregator there has the items of strangers.
func TestPagesBesideAPrivateFeed(t *testing.T) {
	var asked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer other.Close()
	c, f := serve(t, Options{}, http.NotFound)
	teaser := teasers["russian.html"]
	teaser.Link = strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/1"
	_, err := c.FullText(t.Context(), f, teaser, goldenNow)
	if fe, ok := err.(*news.FetchError); !ok || fe.Class != news.ErrPrivate || asked.Load() > 0 {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
}

// The feed's text stays ahead of the page's where the page does not have it, and a headline is not repeated.
func TestJoined(t *testing.T) {
	for _, c := range []struct{ title, text, found, want string }{
		{"Мост", "", "Мост\nДлинный рассказ", "Длинный рассказ"},
		{"Мост", "Длинный рассказ…", "Длинный  рассказ о мосте", "Длинный  рассказ о мосте"},
		{"Мост", "Коротко", "Длинный рассказ", "Коротко\nДлинный рассказ"},
		{"", "", "рассказ", "рассказ"},
	} {
		if got := joined(news.Item{Title: c.title, Text: c.text}, c.found); got != c.want {
			t.Errorf("joined(%q, %q, %q) = %q, want %q", c.title, c.text, c.found, got, c.want)
		}
	}
}

// Pages that are made to cost much are given up for what they have, not for the time they take.
func TestHostilePages(t *testing.T) {
	var dressed strings.Builder
	for i := range 400 {
		fmt.Fprintf(&dressed, "<b id=%d><font color=%d>", i, i)
	}
	words := strings.Repeat("слово, ", 20)
	for name, page := range map[string]string{
		"open formatting":         dressed.String() + strings.Repeat("<p>x</p>", maxElements-1000),
		"formatting out of parts": strings.Repeat("<<i>b id=1><p>", 5000),
		"elements":                strings.Repeat("<p>x", maxElements+1),
		"text in the depth":       strings.Repeat("<div>", 480) + strings.Repeat("<p>"+words+"</p>", 4000),
		"depth":                   strings.Repeat("<div>", 1_000_000),
		"depth of lists":          strings.Repeat("<ul><li>", 200_000),
		"links":                   strings.Repeat("<a href=x>", maxElements/2) + strings.Repeat("<p>x", maxElements/2),
		"tables":                  strings.Repeat("<table><tr><td>", 3000),
		"foster parents":          strings.Repeat("<table><a>x", 3000),
		"svg":                     "<svg>" + strings.Repeat("<b>", 100_000) + "</svg><p>" + words,
		"cdata":                   "<svg><![CDATA[" + strings.Repeat("<b>", 100_000) + "]]></svg>",
		"script":                  "<script/>" + strings.Repeat("<b>", 100_000),
		"plain text":              "<plaintext>" + strings.Repeat("<b>", 100_000),
		"attributes":              "<p " + strings.Repeat("a=b ", 200_000) + ">" + words,
	} {
		bare, err := prune([]byte(page))
		if err == nil {
			nodes := 0
			if doc, err := html.Parse(bytes.NewReader(bare)); err == nil {
				for range doc.Descendants() {
					nodes++
				}
			}
			if nodes > 6*maxElements {
				t.Errorf("%s: %d nodes", name, nodes)
			}
		}
		out, err := article([]byte(page))
		t.Log(name, len(page), "→", len(out), err)
		switch name {
		case "elements", "text in the depth":
			if !errors.Is(err, errHeavyPage) {
				t.Errorf("%s: %v", name, err)
			}
		case "depth", "depth of lists", "tables":
			if err == nil {
				t.Errorf("%s: %d bytes", name, len(out))
			}
		}
	}
}

func FuzzArticle(f *testing.F) {
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("<table><p>a<td><svg><title><b>x</title></svg><select><option><a>"))
	f.Fuzz(func(t *testing.T, page []byte) {
		page = bytes.ToValidUTF8(page, nil)
		bare, err := prune(page)
		if err != nil {
			return
		}
		z := html.NewTokenizer(bytes.NewReader(bare))
		for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
			if name, _ := z.TagName(); tt == html.StartTagToken && (string(name) == "b" || string(name) == "script" || string(name) == "svg") {
				t.Fatalf("<%s> is left: %q", name, bare)
			}
		}
		_, _ = article(page) // ends, and does not panic
	})
}
