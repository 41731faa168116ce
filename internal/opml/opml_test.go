package opml

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// The shapes that readers export, each with what has to come out.
func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []Outline
	}{
		"folders, as Feedly, Inoreader and FreshRSS write them": {`<?xml version="1.0" encoding="UTF-8"?>

<opml version="1.0">
    <head>
        <title>Подписки Веры</title>
    </head>
    <body>
        <outline text="Казахстан" title="Казахстан">
            <outline type="rss" text="Дала" title="Дала жаңалықтары" xmlUrl="https://dala.example/rss" htmlUrl="https://dala.example"/>
            <outline text="Области">
                <outline type="rss" text="Өзен" xmlUrl="https://ozen.example/feed" htmlUrl=""></outline>
            </outline>
        </outline>
        <outline type="rss" text="Zara" title="" xmlUrl="https://zara.example/atom.xml" category="/x"/>
    </body>
</opml>`, []Outline{
			{Line: 9, Title: "Дала жаңалықтары", URL: "https://dala.example/rss", Page: "https://dala.example", Folders: []string{"Казахстан"}},
			{Line: 11, Title: "Өзен", URL: "https://ozen.example/feed", Folders: []string{"Казахстан", "Области"}},
			{Line: 14, Title: "Zara", URL: "https://zara.example/atom.xml"},
		}},
		"no type, as Miniflux writes it": {`<opml version="2.0"><head><title>Miniflux</title><dateCreated>x</dateCreated></head><body><outline text="All">
<outline title="Ёж" text="Ёж" xmlUrl="http://ez.example/rss?a=1&amp;b=2" htmlUrl="http://ez.example/" description="Колючий &lt;b&gt;"></outline></outline></body></opml>`,
			[]Outline{{Line: 2, Title: "Ёж", URL: "http://ez.example/rss?a=1&b=2", Page: "http://ez.example/", Folders: []string{"All"}}}},
		"bare ampersands": {`<opml><body><outline text="Хлеб & соль" xmlUrl="https://a.example/?type=rss&lang=ru&copy=1&lt=2&amp;x=3&x" type=rss></body></opml>`,
			[]Outline{{Line: 1, Title: "Хлеб & соль", URL: "https://a.example/?type=rss&lang=ru&copy=1&lt=2&x=3&x"}}},
		"signs that XML would refuse": {`<opml><body><outline text='a < b > "c"' xmlUrl='https://a.example/rss' nothing/></body></opml>`,
			[]Outline{{Line: 1, Title: `a < b > "c"`, URL: "https://a.example/rss"}}},
		"any case, junk in front, an empty title": {"\ufeffWarning: 5\n<?xml version='1.0'?><OPML VERSION='1.1'><HEAD><TITLE/></HEAD><BODY><OUTLINE TEXT='Zara' XMLURL=' https://zara.example/\nrss '/></BODY></OPML>",
			[]Outline{{Line: 2, Title: "Zara", URL: "https://zara.example/rss"}}},
		"the address where a link's stands": {`<opml><body><outline type="RSS" text="a" url="https://a.example/rss"/><outline type="link" text="b" url="https://b.example/"/></body></opml>`,
			[]Outline{{Line: 1, Title: "a", URL: "https://a.example/rss"}}},
		"a feed without an address, and folders that are called feeds": {"<opml><body><outline type='rss' text='дом'>\n<outline type=rss text='без адреса'/>\n<outline type=atom title='пусто' xmlUrl=''></outline><outline type='rss' text='папка'><outline text='просто'/></outline></outline><outline type=rss text='последняя'></body></opml>",
			[]Outline{{Line: 2, Title: "без адреса", Folders: []string{"дом"}}, {Line: 3, Title: "пусто", Folders: []string{"дом"}}, {Line: 3, Title: "последняя"}}},
		"entities of its own are none": {`<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yyyy">]><opml><body><outline text="&x;&y;" xmlUrl="https://a.example/"/></body></opml>`,
			[]Outline{{Line: 1, Title: "&x;&y;", URL: "https://a.example/"}}},
		"end tags that nothing began": {`<opml></outline></outline><body></outline><outline text="f"></outline><outline xmlUrl="https://a.example/"/></body></opml>`,
			[]Outline{{Line: 1, URL: "https://a.example/"}}},
		"right to left, an emoji, controls": {"<opml><body><outline text=\"خبر \U0001F1F0\U0001F1FF\x07\u0085x\" language=\"ar\" xmlUrl=\"https://a.example/\"/></body></opml>",
			[]Outline{{Line: 1, Title: "خبر \U0001F1F0\U0001F1FF x", Language: "ar", URL: "https://a.example/"}}},
		"no feeds": {`<opml version="2.0"><body><outline text="Пусто"/></body></opml>`, nil},
	} {
		got, cut, err := Parse([]byte(c.in))
		if err != nil || cut {
			t.Errorf("%s: cut %t, %v", name, cut, err)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestParseCut(t *testing.T) {
	const whole = `<opml><body><outline text="a" xmlUrl="https://a.example/"/><outline text="b" xmlUrl="https://b.example/"/></body></opml>`
	for _, c := range []struct {
		in    string
		feeds int
	}{{whole[:len(whole)-7], 2}, {whole[:len(whole)-20], 1}, {whole[:70], 1}, {whole[:30], 0}} {
		if got, cut, err := Parse([]byte(c.in)); err != nil || !cut || len(got) != c.feeds {
			t.Errorf("%s: %d feeds, cut %t, %v", c.in, len(got), cut, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "there is no tag",
		"feeds: []":                      "there is no tag",
		"<!doctype html><html><p>":       "begins with <html>",
		"<rss><channel></rss>":           "a feed, not a list",
		"<?xml version='1.0'?><rdf:RDF>": "a feed, not a list",
		"<opml><outline a='" + strings.Repeat("x", maxTag) + "'/>":                    "a tag of more than",
		strings.Repeat(" ", maxBytes+1):                                               "are read at most",
		"<opml>" + strings.Repeat("\n<outline xmlUrl='https://a.example/'/>", 10_001): "line 10002: the list has more than 10000 feeds",
	} {
		if list, _, err := Parse([]byte(in)); err == nil || !strings.Contains(err.Error(), want) || list != nil {
			t.Errorf("%.40q: %d feeds, %v; want %q", in, len(list), err, want)
		}
	}
}

// A list may be nested as deep as its bytes allow: nothing recurses, and of the folders only the outer ones are kept.
func TestParseDeep(t *testing.T) {
	in := "<opml>" + strings.Repeat("<outline text='папка'>", 250_000) + "<outline xmlUrl='https://a.example/'/>" +
		strings.Repeat("</outline>", 249_999) + "<outline xmlUrl='https://b.example/'/></outline></opml>"
	got, cut, err := Parse([]byte(in))
	if err != nil || cut || len(got) != 2 || len(got[0].Folders) != maxFolders || !slices.Equal(got[1].Folders, []string{"папка"}) {
		t.Errorf("%d feeds, cut %t, %v", len(got), cut, err)
	}
}

func TestWrite(t *testing.T) {
	at := time.Date(2026, 5, 4, 3, 2, 1, 0, time.FixedZone("", 5*3600))
	data, bare := Write("Vestnik <&>", []news.Feed{
		{ID: "inform-kk", URL: "https://user:sekrit@inform.example/rss?a=1&b=2", Outlet: `Қаз "ақпарат" & Co`, Country: "KZ", Language: "kk", Type: news.State, Every: time.Hour, Timezone: "Asia/Almaty"},
		{ID: "inform-ru", URL: "https://inform.example/ru", Outlet: `Қаз "ақпарат" & Co`, Country: "KZ", Language: "ru", Type: news.State},
	}, at, func(time.Duration) string { return "1h" })
	want := `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:vestnik="urn:vestnik:opml">
<head>
<title>Vestnik &lt;&amp;&gt;</title>
<dateCreated>Sun, 03 May 2026 22:02:01 GMT</dateCreated>
</head>
<body>
<outline type="rss" text="Қаз &#34;ақпарат&#34; &amp; Co (kk)" title="Қаз &#34;ақпарат&#34; &amp; Co (kk)" xmlUrl="https://inform.example/rss?a=1&amp;b=2" language="kk" vestnik:id="inform-kk" vestnik:outlet="Қаз &#34;ақпарат&#34; &amp; Co" vestnik:country="KZ" vestnik:type="state" vestnik:every="1h" vestnik:timezone="Asia/Almaty"/>
<outline type="rss" text="Қаз &#34;ақпарат&#34; &amp; Co (ru)" title="Қаз &#34;ақпарат&#34; &amp; Co (ru)" xmlUrl="https://inform.example/ru" language="ru" vestnik:id="inform-ru" vestnik:outlet="Қаз &#34;ақпарат&#34; &amp; Co" vestnik:country="KZ" vestnik:type="state"/>
</body>
</opml>
`
	if string(data) != want {
		t.Errorf("got\n%s\nwant\n%s", data, want)
	}
	if !slices.Equal(bare, []string{"inform-kk"}) {
		t.Errorf("bare: %v", bare)
	}
	// What a reader that is strict about XML makes of it.
	var strict struct {
		Outlines []struct {
			URL string `xml:"xmlUrl,attr"`
		} `xml:"body>outline"`
	}
	if err := xml.Unmarshal(data, &strict); err != nil || len(strict.Outlines) != 2 || strict.Outlines[0].URL != "https://inform.example/rss?a=1&b=2" {
		t.Errorf("%+v, %v", strict, err)
	}
}

// TestRoundTrip writes lists of random feeds and reads them back.
func TestRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 0))
	signs := []rune("aZ9 &<>\"'`=;/#?%ёқүЎґłßéخ中🇰🇿-.,:[]{}|\\&amp;&#1;")
	text := func() string {
		s := make([]rune, 1+rnd.IntN(30))
		for i := range s {
			s[i] = signs[rnd.IntN(len(signs))]
		}
		return clean("x" + string(s))
	}
	maybe := func() string {
		if rnd.IntN(2) == 0 {
			return ""
		}
		return text()
	}
	for range 300 {
		var feeds []news.Feed
		for i := range rnd.IntN(5) {
			feeds = append(feeds, news.Feed{ID: fmt.Sprint("f", i), URL: clean("https://a.example/?" + strings.NewReplacer("%", "", "#", "").Replace(text())), Outlet: text(), Country: maybe(),
				Language: maybe(), Type: news.SourceType(maybe()), Every: time.Duration(rnd.IntN(3)) * time.Hour, Timezone: maybe()})
		}
		data, bare := Write(text(), feeds, time.Now(), time.Duration.String)
		list, cut, err := Parse(data)
		if err != nil || cut || len(bare) > 0 {
			t.Fatalf("%v, cut %t, bare %v\n%s", err, cut, bare, data)
		}
		var got []news.Feed
		for _, o := range list {
			every, _ := time.ParseDuration(o.Own.Every)
			got = append(got, news.Feed{ID: o.Own.ID, URL: o.URL, Outlet: o.Own.Outlet, Country: o.Own.Country, Language: o.Language,
				Type: news.SourceType(o.Own.Type), Every: every, Timezone: o.Own.Timezone})
		}
		if !reflect.DeepEqual(got, feeds) {
			t.Fatalf("got %+v\nwant %+v\n%s", got, feeds, data)
		}
	}
}

// FuzzParse holds that any bytes are read or refused within bounds, and that what was read can be written and read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><opml version="2.0"><body><outline text="А & Б"><outline xmlUrl="https://a.example/?a=1&b=2" vestnik:id="a"/></outline></body></opml>`))
	f.Add([]byte("<OPML><outline xmlUrl='x"))
	f.Add([]byte("<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><![CDATA[<outline>]]></opml>"))
	f.Add([]byte("<opml><plaintext><script><outline feedUrl=https://a.example/ type=rss></opml>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _, err := Parse(data)
		if err != nil {
			return
		}
		var feeds []news.Feed
		for _, o := range list {
			if o.URL == "" || o.Line < 1 || strings.ContainsAny(o.URL+o.Title, "\n\r\x00") || len(o.Folders) > maxFolders {
				t.Fatalf("%+v", o)
			}
			feeds = append(feeds, news.Feed{ID: o.Own.ID, URL: "https://a.example/", Outlet: o.Own.Outlet, Timezone: o.Own.Timezone})
		}
		out, _ := Write("x", feeds, time.Time{}, time.Duration.String)
		again, cut, err := Parse(out)
		if err != nil || cut || len(again) != len(list) {
			t.Fatalf("%d of %d feeds, cut %t, %v\n%s", len(again), len(list), cut, err, out)
		}
		for i := range again {
			if again[i].Own.ID != list[i].Own.ID || again[i].Own.Outlet != list[i].Own.Outlet {
				t.Fatalf("%+v became %+v", list[i], again[i])
			}
		}
	})
}
