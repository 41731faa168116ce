package feeds

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vestnik/internal/news"
)

// seeds gives f every document of testdata/parse.
func seeds(f *testing.F, add func(document []byte)) {
	f.Helper()
	files, err := filepath.Glob("testdata/parse/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".want.json") {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		add(b)
	}
}

func FuzzDecode(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(b, "text/xml; charset=windows-1251") })
	f.Add([]byte("\xff\xfe<\x00"), "")
	f.Add([]byte("\x1b$B"), "text/xml; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, b []byte, contentType string) {
		d := decode(b, contentType)
		if !utf8.Valid(d.text) {
			t.Fatalf("not UTF-8: %q", d.text)
		}
		if utf8.Valid(b) && d.charset == "utf-8" && d.mended != "" {
			t.Fatalf("%q was mended: %s", b, d.mended)
		}
	})
}

func FuzzParse(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(b) })
	f.Add([]byte(`<rss><channel><item><title>a<item><title>b</item>`))
	c := New(Options{})
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := c.Parse(t.Context(), b, "", "https://origin.example/", news.Feed{ID: "f", Language: "ru"}, goldenNow)
		if err != nil {
			if _, ok := err.(*news.FetchError); !ok {
				t.Fatalf("%T is no FetchError: %v", err, err)
			}
			return
		}
		known := map[string]bool{}
		for _, it := range doc.Items {
			checkItem(t, it, goldenNow)
			for _, k := range it.Keys {
				if known[k] {
					t.Errorf("key %q twice", k)
				}
				known[k] = true
			}
		}
	})
}

// FuzzMend asks that what was mended is as well-formed as gofeed needs it: mending again changes nothing.
func FuzzMend(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) {
			return
		}
		b, _ = legal(b)
		once := mend(b)
		twice := mend(once.doc)
		if string(once.doc) != string(twice.doc) {
			t.Fatalf("%q\nonce  %q\ntwice %q", b, once.doc, twice.doc)
		}
	})
}

func FuzzCanonicalURL(f *testing.F) {
	for _, s := range []string{"http://Пример.испытание:80/а?utm_source=x&b=%zz#c", "https://[::1]:8080/%2f%d0?a&&b", "http://user@host./", "http://a_b/", "//x", "http://x?%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := CanonicalURL(s)
		if once != "" && !strings.HasPrefix(once, "https://") {
			t.Fatalf("CanonicalURL(%q) = %q", s, once)
		}
		if twice := CanonicalURL(once); twice != once {
			t.Fatalf("CanonicalURL(%q) = %q, then %q", s, once, twice)
		}
		for i := range len(once) {
			if once[i] <= ' ' || once[i] >= 0x7f {
				t.Fatalf("CanonicalURL(%q) = %q", s, once)
			}
		}
	})
}

func FuzzReadDate(f *testing.F) {
	for _, s := range []string{"3 апреля 2026, 14:05 МСК", "Fri, 03 Apr 2026 14:05:00 +0300", "1775214300", "2026-04-03T14:05:00.5Z", "12:00 am 1/2/2026", "99:99 +99:99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := readDate(s, time.UTC)
		if !ok || at.Year() < 1000 || at.Year() > 9999 {
			return
		}
		again, ok := readDate(at.Format(time.RFC1123Z), time.UTC)
		if !ok || !again.Equal(at.Truncate(time.Second)) {
			t.Fatalf("readDate(%q) = %v, then %v", s, at, again)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	var doc strings.Builder
	doc.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Озёрный край</title><link>https://ozero.example/</link>`)
	for i := range 30 {
		n := strings.Repeat("1", i+1)
		doc.WriteString(`<item><title>Паром &amp;laquo;Светлая&amp;raquo; вернулся</title><link>https://ozero.example/` + n + `?utm_source=rss</link><guid isPermaLink="false">` + n +
			`</guid><pubDate>Fri, 03 Apr 2026 14:05:00 +0300</pubDate><description><![CDATA[<p>` + strings.Repeat("Рейсы через озеро начнутся в пятницу. ", 40) + `</p>]]></description></item>`)
	}
	doc.WriteString(`</channel></rss>`)
	body := []byte(doc.String())
	c := New(Options{})
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := c.Parse(context.Background(), body, "", "", news.Feed{ID: "f"}, goldenNow); err != nil {
			b.Fatal(err)
		}
	}
}
