package feeds

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"vestnik/internal/news"
)

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:2800:220:1::1": true, "64:ff9b::808:808": true, "2002:808:808::1": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "127.8.9.1": false, "0.0.0.0": false, "0.1.2.3": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false,
		"172.32.0.1": true, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "100.127.255.255": false, "100.128.0.1": true,
		"192.0.2.1": false, "198.18.0.1": false, "224.0.0.1": false, "239.1.1.1": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "fe80::1": false, "fe80::1%eth0": false,
		"fc00::1": false, "fd12:3456::1": false, "fec0::1": false, "ff02::1": false, "2001:db8::1": false, "2001::1": false, "100::1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::808:808": false, "2002:7f00:1::": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("public(%s) = %v", address, got)
		}
	}
	if public(netip.Addr{}) {
		t.Error("the zero address is public")
	}
}

func TestPrivateIsRefused(t *testing.T) {
	var called atomic.Int32
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) { called.Add(1); body(small)(w, r) })
	f.AllowPrivate = false
	port := f.URL[strings.LastIndexByte(f.URL, ':'):]
	for _, address := range []string{
		f.URL, "http://localhost" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port,
		"http://169.254.169.254/latest/meta-data/", "http://[64:ff9b::7f00:1]" + port,
	} {
		f.URL = address
		if fe := fetchErr(t, c, f); fe.Class != news.ErrPrivate {
			t.Errorf("%s: %v", address, fe)
		}
	}
	if n := called.Load(); n != 0 {
		t.Errorf("the server was called %d times", n)
	}
	f.URL = "http://localhost" + port
	f.AllowPrivate = true
	if _, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil {
		t.Errorf("allowed for the feed: %v", err)
	}
	f.AllowPrivate = false
	if _, err := New(Options{AllowPrivate: true}).Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil {
		t.Errorf("allowed for all: %v", err)
	}
}

// A public server may not lead inside by a redirect. The name public.example stands for one: the test's dialer takes it to the test
// server and gives everything else to the real, guarded dialer.
func TestRedirectInsideIsRefused(t *testing.T) {
	var inside atomic.Int32
	private := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inside.Add(1); body(small)(w, r) }))
	defer private.Close()
	outside, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/in" {
			http.Redirect(w, r, private.URL, http.StatusFound)
			return
		}
		body(small)(w, r)
	})
	guarded := outside.guarded.direct.DialContext
	server := strings.TrimSuffix(strings.TrimPrefix(f.URL, "http://"), "/rss")
	outside.guarded.direct.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "public.example:80" {
			return new(net.Dialer).DialContext(ctx, network, server)
		}
		return guarded(ctx, network, address)
	}
	f.AllowPrivate = false
	f.URL = "http://public.example/rss"
	if doc, err := outside.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil || len(doc.Items) != 1 {
		t.Fatalf("public: %v", err)
	}
	f.URL = "http://public.example/in"
	if fe := fetchErr(t, outside, f); fe.Class != news.ErrPrivate || inside.Load() != 0 {
		t.Errorf("%v, called %d times", fe, inside.Load())
	}
	item := news.Item{Title: "Паром", Text: "Коротко.", Link: "http://public.example/in"} // nor may the page of an item
	got, err := outside.FullText(t.Context(), f, item, goldenNow)
	if fe, ok := err.(*news.FetchError); !ok || fe.Class != news.ErrPrivate || inside.Load() != 0 || got.Text != item.Text {
		t.Errorf("page: %v, called %d times", err, inside.Load())
	}
}

// Behind a proxy, which is dialled although it is private, literal private addresses are refused and names are the proxy's to judge.
func TestProxy(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "public.example" {
			t.Errorf("the proxy was asked for %s", r.URL)
		}
		asked.Add(1)
		body(small)(w, r)
	}))
	defer proxy.Close()
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{})
	defer c.guarded.proxied.CloseIdleConnections()
	c.guarded.proxy = http.ProxyURL(address)
	if fe := fetchErr(t, c, news.Feed{URL: "http://10.0.0.1/rss"}); fe.Class != news.ErrPrivate {
		t.Errorf("literal address: %v", fe)
	}
	if _, err := c.Fetch(t.Context(), news.Feed{URL: "http://public.example/rss"}, news.FeedState{}, goldenNow); err != nil || asked.Load() != 1 {
		t.Errorf("public name: %v, asked %d times", err, asked.Load())
	}
}
