package feeds

import (
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// TestCarried: what gofeed makes of a document is the same with and without texts carried around it.
func TestCarried(t *testing.T) {
	long := strings.Repeat("Тоқаев & <b>Лукашенко</b> ]] > ", 8) + "." // gofeed trims what it hands through, and we do later
	for name, doc := range map[string]string{
		"two texts":              rss("", item("1", "https://example.org/1", "Тақырып", long), item("2", "https://example.org/2", "т", "<p>"+long+"</p>")),
		"mixed with text":        `<rss><channel><item><title>a &amp; <![CDATA[` + long + `]]> b <![CDATA[` + long + `x]]></title></item></channel></rss>`,
		"within a comment":       `<rss><channel><!-- <![CDATA[ --><item><title>one</title><description><![CDATA[` + long + `]]></description></item></channel></rss>`,
		"a comment within":       `<rss><channel><item><description><![CDATA[<!-- ` + long + ` ]]></description></item><item><title>б</title></item></channel></rss>`,
		"extensions":             `<rss xmlns:y="http://news.yandex.ru"><channel><item><y:full-text><![CDATA[` + long + `]]></y:full-text><category><![CDATA[` + long + `]]></category></item></channel></rss>`,
		"Atom":                   `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html"><![CDATA[` + long + `]]></title><content type="html"><![CDATA[` + long + `]]></content></entry></feed>`,
		"a link":                 `<rss><channel><item><link><![CDATA[https://example.org/` + strings.Repeat("a", 200) + `]]></link><guid><![CDATA[` + strings.Repeat("g", 200) + `]]></guid></item></channel></rss>`,
		"a section without end":  `<rss><channel><item><title>а</title></item><item><title><![CDATA[` + long + `</title></item></channel></rss>`,
		"a mark that is no mark": `<rss><channel><item><title>carried-00-0; <![CDATA[` + long + `]]></title></item></channel></rss>`,
	} {
		t.Run(name, func(t *testing.T) {
			small, aside := carry([]byte(doc))
			if strings.Contains(doc, cdataEndString) && len(aside.texts) == 0 && name != "a section without end" {
				t.Error("nothing was carried")
			}
			want, wantErr := gofeed.NewParser().ParseString(doc)
			got, err := gofeed.NewParser().ParseString(string(small))
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("error %v, want %v", err, wantErr)
			}
			if err != nil {
				return
			}
			aside.restore(got)
			if got.String() != want.String() {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}

const cdataEndString = "]]>"

// FuzzCarried: the same over anything that gofeed reads.
func FuzzCarried(f *testing.F) {
	long := strings.Repeat("ё", minCarried)
	f.Add(rss("", item("1", "https://example.org/1", "т", long)))
	f.Add("<rss><channel><item><!--<![CDATA[" + long + "--><title><![CDATA[" + long + "]]></title></item></channel></rss>")
	f.Fuzz(func(t *testing.T, doc string) {
		if len(doc) > 1<<16 || !strings.Contains(doc, "<rss") {
			t.Skip()
		}
		small, aside := carry([]byte(doc))
		want, wantErr := gofeed.NewParser().ParseString(doc)
		got, err := gofeed.NewParser().ParseString(string(small))
		if err != nil || wantErr != nil {
			return // what cannot be read is mended, and read again
		}
		aside.restore(got)
		if len(got.Items) != len(want.Items) {
			t.Fatalf("%d items, want %d", len(got.Items), len(want.Items))
		}
		for i := range want.Items {
			if g, w := got.Items[i], want.Items[i]; !same(g.Title, w.Title) || !same(g.Description, w.Description) || !same(g.Content, w.Content) || !same(g.GUID, w.GUID) {
				t.Errorf("got %v\nwant %v", g, w)
			}
		}
	})
}

func same(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }
