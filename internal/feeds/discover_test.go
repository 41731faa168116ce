package feeds

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// A shelf serves pages by path, and notes what it was asked for.
type shelf struct {
	mu    sync.Mutex
	pages map[string]string
	asked []string
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.URL.RequestURI())
	page, ok := s.pages[r.URL.RequestURI()]
	switch to, moved := strings.CutPrefix(page, "moved "); {
	case !ok:
		http.NotFound(w, r)
	case moved:
		http.Redirect(w, r, to, http.StatusMovedPermanently)
	case strings.HasPrefix(page, "status 403 "):
		http.Error(w, page[len("status 403 "):], http.StatusForbidden)
	default:
		_, _ = w.Write([]byte(page))
	}
}

// feedOf is a feed of that title whose items are so many days old.
func feedOf(title string, days ...int) string {
	var b strings.Builder
	for i, d := range days {
		fmt.Fprintf(&b, "<item><guid>%d</guid><title>Паром №%d</title><description>Рейсы на остров снова каждый день, сказали в порту.</description><pubDate>%s</pubDate></item>",
			i, i, goldenNow.Add(-time.Duration(d)*24*time.Hour).Format(time.RFC1123Z))
	}
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>` + title + `</title><language>ru-RU</language>` + b.String() + `</channel></rss>`
}

func discover(t *testing.T, pages map[string]string, path string) (s *shelf, d Discovery, err error) {
	t.Helper()
	s = &shelf{pages: pages}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	for k, v := range pages {
		pages[k] = strings.ReplaceAll(v, "SITE", server.URL)
	}
	c := New(Options{AllowPrivate: true, Language: text.Detect, Timeout: 5 * time.Second})
	t.Cleanup(c.open.direct.CloseIdleConnections)
	d, err = c.Discover(t.Context(), server.URL+path, news.Feed{}, goldenNow, nil)
	for i := range d.Feeds {
		d.Feeds[i].URL = strings.TrimPrefix(d.Feeds[i].URL, server.URL)
		d.Feeds[i].How = strings.Replace(d.Feeds[i].How, server.URL, "", 1)
	}
	for i := range d.More {
		d.More[i] = strings.TrimPrefix(d.More[i], server.URL)
	}
	return s, d, err
}

func TestDiscover(t *testing.T) {
	feed := feedOf("Озёрный край", 1, 2)
	for name, c := range map[string]struct {
		pages map[string]string
		path  string
		want  []string // addresses found, the best first
		how   string
		asked int
	}{
		"the address is a feed": {map[string]string{"/rss": feed}, "/rss", []string{"/rss"}, "the address itself", 1},
		"declared, in any writing": {map[string]string{
			"/": `<!DOCTYPE html><HTML><head><title>Край</title><LINK REL='Alternate nofollow' TYPE="application/RSS+xml; charset=utf-8" title=x HREF=rss?a=1&amp;b=2>
				<link rel=alternate hreflang=kk href="/kk"><link rel="alternate" type="application/json+oembed" href="/oembed"><link rel="alternate" type="application/json" href="/wp-json/1">
				<link rel="stylesheet" type="text/xml" href="/no">`,
			"/rss?a=1&b=2": feed}, "", []string{"/rss?a=1&b=2"}, "declared by the page", 2},
		"a base": {map[string]string{
			"/n/":             `<html><head><base href="/other/"><link rel="alternate" type="application/atom+xml" href="feed.xml"></head>`,
			"/other/feed.xml": feed}, "/n/", []string{"/other/feed.xml"}, "declared by the page", 2},
		"the main feed before comments, empty ones and those given up": {map[string]string{
			"/": `<html><head><link rel=alternate type=application/rss+xml href=/comments/feed/><link rel=alternate type=application/rss+xml href=/empty>
				<link rel=alternate type=application/rss+xml href=/old><link rel=alternate type=application/rss+xml href=/main><link rel=alternate type=application/rss+xml href=/section>
				<link rel=alternate type=application/rss+xml href="/main#again"></head>`,
			"/comments/feed/": feedOf("Комментарии: Край", 1, 1, 1), "/empty": feedOf("Пусто"), "/old": feedOf("Старое", 900), "/main": feed, "/section": feedOf("Раздел", 1, 1, 1)},
			"/", []string{"/main", "/section", "/old", "/comments/feed/", "/empty"}, "declared by the page", 6},
		"declared, but gone; a link has it": {map[string]string{
			"/":             `<html><head><link rel=alternate type=application/rss+xml href=/gone></head><body><a href="javascript:alert('rss')">RSS</a><a href="data:,rss">RSS</a><a href="/about">О нас</a><a href="/export/n.xml">Экспорт</a>`,
			"/export/n.xml": feed}, "/", []string{"/export/n.xml"}, "linked by the page", 3},
		"a page of feeds that a link leads to": {map[string]string{
			"/":          `<html><body><p><a href="/subscribe"><img src=x alt="RSS"></a> <a href="/sitemap.xml">Карта</a> <a href="https://feedly.example/feed/x">Feedly</a>`,
			"/subscribe": `<html><body><a href="/api/zq">RSS-лента: новости</a> <a href="/api/zr">Все ленты RSS</a>`,
			"/api/zq":    feed, "/api/zr": feed}, "/", []string{"/api/zq", "/api/zr"}, "linked by a page of the site", 4},
		"a usual place":            {map[string]string{"/": "<html><title>Край", "/rss.xml": feed}, "/", []string{"/rss.xml"}, "a usual place", 4},
		"a usual place of a part":  {map[string]string{"/kk/news/": "<html><title>Край", "/kk/news/feed": feed, "/feed": feed}, "/kk/news/", []string{"/kk/news/feed"}, "a usual place", 2},
		"the page is gone":         {map[string]string{"/feed": feed}, "/old.html", []string{"/feed"}, "a usual place", 2},
		"the page is walled off":   {map[string]string{"/": "status 403 <title>Just a moment...</title>", "/rss": feed}, "/", []string{"/rss"}, "a usual place", 3},
		"the address moved":        {map[string]string{"/": "moved /b", "/b": feed}, "/", []string{"/b"}, "moved from /", 2},
		"moved for good":           {map[string]string{"/": `<html><head><link rel=alternate type=application/rss+xml href=/a><link rel=alternate type=application/rss+xml href=/b>`, "/a": "moved /b", "/b": feed}, "/", []string{"/b"}, "declared by the page", 3},
		"addresses of other lands": {map[string]string{"/": `<html><head><link rel=alternate type=application/rss+xml href="/лента">`, "/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0": feed}, "/", []string{"/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"}, "declared by the page", 2},
	} {
		s, d, err := discover(t, c.pages, c.path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, f := range d.Feeds {
			got = append(got, f.URL)
		}
		if !slices.Equal(got, c.want) || d.Feeds[0].How != c.how || len(s.asked) != c.asked {
			t.Errorf("%s: %q, %s, asked %q", name, got, d.Feeds[0].How, s.asked)
		}
		if f := d.Feeds[0].Document; len(f.Items) == 0 || f.Items[0].Lang != "ru" || f.Title == "" {
			t.Errorf("%s: %q, %+v", name, f.Title, f.Items)
		}
	}
}

func TestDiscoverNothing(t *testing.T) {
	for name, c := range map[string]struct {
		pages map[string]string
		want  []string
		most  int // requests
	}{
		"a page without":  {map[string]string{"/": "<html><title>Озёрный край</title>"}, []string{"/ is a page (Озёрный край) that leads to no feed; tried as well:", "/feed: status: 404 Not Found", "/feed.json: status"}, 9},
		"a wall":          {map[string]string{"/": "status 403 <title>Just a moment...</title>", "/feed": "status 403 x", "/rss": "status 403 x"}, []string{"/ lets no program in (403 Forbidden: Just a moment...)", "/rss: blocked: 403"}, 3},
		"a redirect loop": {map[string]string{"/": "moved /a", "/a": "moved /"}, []string{"/: address: ", "too many redirects"}, 7},
	} {
		s, d, err := discover(t, c.pages, "/")
		var none *NoFeedError
		if !errors.As(err, &none) || len(d.Feeds) > 0 || len(s.asked) > c.most {
			t.Errorf("%s: %v, asked %q", name, err, s.asked)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: no %q in %v", name, w, err)
			}
		}
	}
}

// Pages made to make a program work get a handful of requests and no more.
func TestDiscoverHostilePages(t *testing.T) {
	var many strings.Builder
	many.WriteString("<html><head>")
	for i := range 30_000 {
		fmt.Fprintf(&many, `<link rel=alternate type=application/rss+xml href=/f%d><a href="/rss/%d">`, i, i)
	}
	huge := "<html><title>x</title>" + strings.Repeat("<p>Слова ", 250_000)
	for name, page := range map[string]string{
		"links without end":  many.String(),
		"a huge page":        huge[:3<<20],
		"nested":             "<html>" + strings.Repeat("<div><a href=/rss>", 50_000),
		"a tag without end":  "<html><a href=\"" + strings.Repeat("rss/", 300_000),
		"attributes":         "<html><link " + strings.Repeat("rel=alternate ", 80_000) + "href=/x>",
		"pictures":           "<html><a href=/rss>" + strings.Repeat("<img alt=a>", 180_000),
		"only other schemes": `<html><link rel=alternate type=application/rss+xml href="javascript:x"><link rel=alternate type=application/rss+xml href="file:///etc/passwd"><link rel=alternate type=application/rss+xml href="ftp://a.example/"><link rel=alternate type=application/rss+xml href="http://">`,
	} {
		s, d, err := discover(t, map[string]string{"/": page}, "/")
		if err == nil || len(d.Feeds) > 0 || len(s.asked) > maxAsked {
			t.Errorf("%s: %v, asked %d times", name, err, len(s.asked))
		}
		for _, a := range s.asked {
			if strings.Contains(a, "passwd") || strings.Contains(a, "javascript") {
				t.Errorf("%s: asked for %s", name, a)
			}
		}
	}
	bomb := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		block := []byte(strings.Repeat("<a href=/rss>", 80_000))
		for range 4 {
			if _, err := z.Write(block); err != nil {
				return
			}
		}
	}))
	defer bomb.Close()
	c := New(Options{AllowPrivate: true, MaxBytes: 1 << 20})
	if _, err := c.Discover(t.Context(), bomb.URL, news.Feed{}, goldenNow, nil); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a bomb: %v", err)
	}
}

// A public page may not lead inside, neither by a link nor by a redirect of one. See TestRedirectInsideIsRefused.
func TestDiscoverInsideIsRefused(t *testing.T) {
	var inside atomic.Int32
	private := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inside.Add(1); body(small)(w, r) }))
	defer private.Close()
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/in":
			http.Redirect(w, r, private.URL, http.StatusFound)
		case "/":
			body(`<html><link rel=alternate type=application/rss+xml href="`+private.URL+`"><link rel=alternate type=application/rss+xml href=/in>`)(w, r)
		default:
			http.NotFound(w, r)
		}
	})
	guarded := c.guarded.direct.DialContext
	server := strings.TrimSuffix(strings.TrimPrefix(f.URL, "http://"), "/rss")
	c.guarded.direct.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "public.example:80" {
			return new(net.Dialer).DialContext(ctx, network, server)
		}
		return guarded(ctx, network, address)
	}
	_, err := c.Discover(t.Context(), "http://public.example", news.Feed{}, goldenNow, nil)
	if err == nil || strings.Count(err.Error(), "not a public address") != 2 || inside.Load() != 0 {
		t.Errorf("called %d times: %v", inside.Load(), err)
	}
	if _, err := c.Discover(t.Context(), private.URL, news.Feed{}, goldenNow, nil); err == nil || !Unreachable(err) || inside.Load() != 0 {
		t.Errorf("called %d times: %v", inside.Load(), err)
	}
}

// Who may be on a private address may not lead to others.
func TestDiscoverInsideIsAllowedAtHomeAlone(t *testing.T) {
	var inside atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inside.Add(1); body(small)(w, r) }))
	defer other.Close()
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			_, _ = w.Write([]byte(`<html><link rel=alternate type=text/xml href="` + other.URL + `/rss"><link rel=alternate type=text/xml href=/mine>`))
		case "/mine":
			body(small)(w, r)
		default:
			http.NotFound(w, r)
		}
	}))
	defer home.Close()
	d, err := New(Options{}).Discover(t.Context(), home.URL, news.Feed{AllowPrivate: true}, goldenNow, nil)
	if err != nil || len(d.Feeds) != 1 || d.Feeds[0].URL != home.URL+"/mine" || inside.Load() != 0 {
		t.Errorf("%+v, %v; the other was asked %d times", d.Feeds, err, inside.Load())
	}
}

func TestStartingPoints(t *testing.T) {
	for in, want := range map[string]string{
		" zara.example ":              "https://zara.example http://zara.example",
		"zara.example/rss?u=http://x": "https://zara.example/rss?u=http://x http://zara.example/rss?u=http://x",
		"//zara.example/":             "https://zara.example/ http://zara.example/",
		"localhost:8080/rss":          "https://localhost:8080/rss http://localhost:8080/rss",
		"http://zara.example":         "http://zara.example",
		"HTTPS://Zara.example/Я":      "https://Zara.example/%D0%AF",
		"feed://zara.example/rss":     "https://zara.example/rss",
		"feed:https://zara.example/":  "https://zara.example/",
		"звязда.бел/rss":              "https://xn--80adgkb7l.xn--90ais/rss http://xn--80adgkb7l.xn--90ais/rss",
		"file:/a/b.xml":               "file:/a/b.xml",
	} {
		got, err := startingPoints(in)
		var s []string
		for _, u := range got {
			s = append(s, u.String())
		}
		if err != nil || strings.Join(s, " ") != want {
			t.Errorf("%q: %q, %v", in, s, err)
		}
	}
	for _, in := range []string{"", "ftp://zara.example/", "https://", "javascript:alert(1)", "https://u:sekrit@zara.example/", "u:sekrit@zara.example", "a b\x7f", "https://[::1"} {
		if got, err := startingPoints(in); err == nil || strings.Contains(err.Error(), "sekrit") {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
}

func TestDiscoverStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		_, _ = w.Write([]byte("<html><title>x"))
	}))
	defer s.Close()
	asked := 0
	if _, err := New(Options{AllowPrivate: true}).Discover(ctx, s.URL, news.Feed{}, goldenNow, func(string) { asked++ }); !errors.Is(err, context.Canceled) || asked > 2 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

// FuzzLinks holds that of any page only addresses come that may be asked for.
func FuzzLinks(f *testing.F) {
	f.Add([]byte(`<base href="//b.example"><link rel=alternate type=text/xml href=x><a href="/rss">RSS</a><a title=rss href="javascript:x">`))
	f.Fuzz(func(t *testing.T, page []byte) {
		at := mustParse(t, "https://a.example/x")
		l := findLinks(decode(page, "").text, at)
		for _, a := range slices.Concat(l.declared, l.anchors) {
			if u := mustParse(t, a); u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || CanonicalURL(a) == "" {
				t.Fatalf("%q", a)
			}
		}
	})
}

func mustParse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
