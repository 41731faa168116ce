package feeds

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"vestnik/internal/news"
)

// secret stands in everything that must not show.
const secret = "CANARY-7d41"

func secretive(f news.Feed) news.Feed {
	f.UserAgent = "agent of the feed"
	f.Auth = "reader:" + secret
	f.Headers = []news.Header{{Name: "X-Key", Value: "key-" + secret}, {Name: "Cookie", Value: "session=" + secret}, {Name: "Accept-Language", Value: "be"}}
	return f
}

func TestFeedHasHeadersOfItsOwn(t *testing.T) {
	var got http.Header
	var user, password string
	c, f := serve(t, Options{UserAgent: "agent of all"}, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		user, password, _ = r.BasicAuth()
		body(small)(w, r)
	})
	if _, err := c.Fetch(t.Context(), secretive(f), news.FeedState{}, goldenNow); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"User-Agent": "agent of the feed", "X-Key": "key-" + secret, "Cookie": "session=" + secret, "Accept-Language": "be", "Accept": accept} {
		if got.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Get(name), want)
		}
	}
	if user != "reader" || password != secret {
		t.Errorf("user %q, password %q", user, password)
	}
	if _, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil || got.Get("User-Agent") != "agent of all" || got.Get("X-Key") != "" {
		t.Errorf("another feed: %v, %v", err, got)
	}
}

// What is meant for the feed's server stays there: another host, or the same with another port, gets none of it, nor the address that led to it.
func TestHeadersStayHome(t *testing.T) {
	var away http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { away = r.Header; body(small)(w, r) }))
	defer other.Close()
	var home http.Header
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/rss":
			http.Redirect(w, r, "/here", http.StatusFound)
		case "/here":
			home = r.Header
			http.Redirect(w, r, other.URL+"/there", http.StatusFound)
		}
	})
	f = secretive(f)
	f.URL += "?key=" + secret
	if _, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil {
		t.Fatal(err)
	}
	if home.Get("X-Key") == "" || home.Get("Authorization") == "" || home.Get("Cookie") == "" {
		t.Errorf("its own host: %v", home)
	}
	nothing := func() {
		t.Helper()
		for name := range away {
			switch name {
			case "User-Agent", "Accept", "Accept-Encoding":
			default:
				t.Errorf("another host was told %s: %s", name, away.Get(name))
			}
		}
		if away.Get("User-Agent") != f.UserAgent {
			t.Errorf("away as %q", away.Get("User-Agent"))
		}
	}
	nothing()
	away = nil
	_, _ = c.FullText(t.Context(), f, news.Item{Link: other.URL + "/page"}, goldenNow) // it is no page
	nothing()
}

func TestOwn(t *testing.T) {
	for _, c := range []struct {
		feed, to string
		want     bool
	}{
		{"https://a.example/rss", "https://a.example/x", true},
		{"https://a.example/rss", "https://A.example:443/x", true},
		{"http://a.example/rss", "https://a.example/x", true},
		{"https://a.example/rss", "http://a.example/x", false},
		{"https://a.example/rss", "https://www.a.example/x", false},
		{"https://a.example/rss", "https://a.example:8443/x", false},
		{"https://a.example/rss", "https://a.example.evil.example/x", false},
		{"https://вестник.рф/rss", "https://xn--b1agjinxh.xn--p1ai/x", true},
		{"file:a.xml", "https://a.example/x", false},
	} {
		u, err := url.Parse(c.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := own(news.Feed{URL: c.feed}, u); got != c.want {
			t.Errorf("own(%s, %s) = %v", c.feed, c.to, got)
		}
	}
}

func TestFeedProxy(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.Host+" "+r.Header.Get("Proxy-Authorization"))
		body(small)(w, r)
	}))
	defer proxy.Close()
	c := New(Options{})
	defer c.Close()
	f := news.Feed{URL: "http://public.example/rss", Proxy: news.Secret(strings.Replace(proxy.URL, "//", "//u:p@", 1))}
	if _, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil {
		t.Fatal(err)
	}
	if want := []string{"public.example Basic dTpw"}; fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	for _, host := range []string{"127.0.0.1", "localhost", "a.localhost.", "127.1", "0x7f.1", "2130706433", "[::1]", "10.0.0.1", "192.168.0x1"} {
		f.URL = "http://" + host + "/rss"
		if fe := fetchErr(t, c, f); fe.Class != news.ErrPrivate {
			t.Errorf("%s: %v", host, fe)
		}
	}
	f.URL, f.AllowPrivate = "http://10.0.0.1/rss", true
	if _, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil || len(asked) != 2 {
		t.Errorf("allowed: %v, asked %q", err, asked)
	}
}

// socks is a SOCKS5 server (RFC 1928, 1929) that lets one user in and takes every name to server. It returns its host:port and the names it was given.
func socks(t *testing.T, server, user, password string) (address string, names func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var seen []string
	var conns sync.WaitGroup
	serve := func(conn net.Conn) {
		defer conn.Close()
		r := bufio.NewReader(conn)
		field := func() string { // a length and as many bytes
			n, _ := r.ReadByte()
			b := make([]byte, n)
			io.ReadFull(r, b)
			return string(b)
		}
		r.ReadByte() // version
		field()      // methods
		conn.Write([]byte{5, 2})
		r.ReadByte() // version of the negotiation
		if field() != user || field() != password {
			conn.Write([]byte{1, 1})
			return
		}
		conn.Write([]byte{1, 0})
		io.ReadFull(r, make([]byte, 4)) // version, command, reserved, type of address: a name
		name := field()
		var port uint16
		binary.Read(r, binary.BigEndian, &port)
		mu.Lock()
		seen = append(seen, fmt.Sprintf("%s:%d", name, port))
		mu.Unlock()
		target, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		defer target.Close()
		conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		conns.Go(func() { io.Copy(target, r); target.Close() })
		io.Copy(conn, target)
	}
	conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { serve(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); conns.Wait() })
	return l.Addr().String(), func() []string { mu.Lock(); defer mu.Unlock(); return seen }
}

func TestFeedSocksProxy(t *testing.T) {
	s := httptest.NewServer(body(small))
	defer s.Close()
	address, names := socks(t, s.Listener.Addr().String(), "u", secret)
	c := New(Options{})
	defer c.Close() // before the server waits for its connections
	f := news.Feed{URL: "http://public.example/rss", Proxy: news.Secret("socks5://u:" + secret + "@" + address)}
	if doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil || len(doc.Items) != 1 {
		t.Fatal(err)
	}
	if got := names(); len(got) != 1 || got[0] != "public.example:80" { // the name, for the proxy to resolve
		t.Errorf("the proxy was given %q", got)
	}
	c.Close()
}

// The end of a proof is cut, and half a secret there is one still.
func TestHideHalf(t *testing.T) {
	f := news.Feed{Auth: "reader:" + secret}
	for n := range 40 {
		fe := failed(news.ErrBlocked, strings.Repeat("x", maxProof-30+n)+" reader:"+secret+strings.Repeat("y", 100), nil)
		if got := hide(fe, f).Error(); strings.Contains(got, secret[:4]) {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// Whatever goes wrong, no message shows the feed's secrets, or where its proxy is.
func TestFaultsShowNoSecrets(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		user, password, _ := r.BasicAuth()
		fmt.Fprintf(w, "<html><title>Access denied to %s:%s with %s %s</title></html>", user, password, r.Header.Get("X-Key"), r.Header.Get("Authorization"))
	}))
	defer s.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	closed.Close()
	wall := httptest.NewServer(status(http.StatusProxyAuthRequired, "", "who are you"))
	defer wall.Close()
	socksAddress, _ := socks(t, s.Listener.Addr().String(), "u", "another password")
	hang := httptest.NewTLSServer(body(small)) // its certificate is nobody's
	defer hang.Close()

	c := New(Options{})
	defer c.Close()
	via := func(scheme, address string) news.Feed {
		return secretive(news.Feed{URL: "https://public.example/rss", Proxy: news.Secret(scheme + "://u:" + secret + "@" + address)})
	}
	for name, f := range map[string]news.Feed{
		"page that shows the request": secretive(news.Feed{URL: s.URL, AllowPrivate: true}),
		"nobody there":                via("http", nobody),
		"nobody there, socks":         via("socks5", nobody),
		"unknown name":                via("http", "proxy-of-mine.invalid:3128"),
		"unknown name, socks":         via("socks5", "proxy-of-mine.invalid:1080"),
		"proxy asks for a password":   via("http", wall.Listener.Addr().String()),
		"wrong password, socks":       via("socks5", socksAddress),
		"certificate of the proxy":    via("https", hang.Listener.Addr().String()),
		"no proxy":                    via("http", "["),
	} {
		fe := fetchErr(t, c, f)
		for _, text := range []string{fe.Error(), fe.Proof, fmt.Sprint(fe.Err), fmt.Sprintf("%v %+v %#v", f, f, f)} {
			for _, bad := range []string{secret, "proxy-of-mine", nobody, socksAddress, "127.0.0.1:"} {
				if strings.Contains(text, bad) && !(bad == "127.0.0.1:" && strings.Contains(text, s.URL)) {
					t.Errorf("%s: %q in %s", name, bad, text)
				}
			}
		}
		t.Log(name, "→", fe)
	}
}

// A server that leads in circles repeats the query of the address, and chats read what it led to.
func TestRedirectsAreToldWithoutQuery(t *testing.T) {
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/rss?key=hunter2", http.StatusFound)
	})
	f.URL += "?key=hunter2"
	_, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
	if err == nil || !strings.Contains(err.Error(), "/rss") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}
