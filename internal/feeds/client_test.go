package feeds

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vestnik/internal/news"
)

const small = `<?xml version="1.0"?><rss version="2.0"><channel><title>Озёрный край</title>
<item><title>Паром вернулся</title><link>/parom</link><guid isPermaLink="false">1</guid><description>Рейсы каждый день.</description></item></channel></rss>`

// serve starts a server that answers with h, and a client that may call it.
func serve(t *testing.T, o Options, h http.HandlerFunc) (*Client, news.Feed) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c := New(o)
	t.Cleanup(c.guarded.direct.CloseIdleConnections)
	t.Cleanup(c.open.direct.CloseIdleConnections)
	return c, news.Feed{ID: "f", URL: s.URL + "/rss", Language: "ru", AllowPrivate: true}
}

func body(b string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, b) }
}

// fetchErr fetches and returns the error, which has to be a *news.FetchError.
func fetchErr(t *testing.T, c *Client, f news.Feed) *news.FetchError {
	t.Helper()
	doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
	if err == nil {
		t.Fatalf("read %d items, want an error", len(doc.Items))
	}
	fe, ok := err.(*news.FetchError)
	if !ok {
		t.Fatalf("%T is no FetchError: %v", err, err)
	}
	if len(fe.Proof) > maxProof || strings.Contains(fe.Proof, "\n") || fe.Proof == "" {
		t.Errorf("proof %q", fe.Proof)
	}
	return fe
}

func TestFetchConditional(t *testing.T) {
	var asked []string
	c, f := serve(t, Options{UserAgent: "test agent"}, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("If-None-Match")+" "+r.Header.Get("If-Modified-Since")+" "+r.UserAgent())
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Fri, 03 Apr 2026 11:05:00 GMT")
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, small)
	})
	doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Items) != 1 || doc.Unchanged || doc.ETag != `"v1"` || doc.LastModified == "" || doc.BodyHash == "" || doc.Bytes != len(small) || doc.MovedTo != "" {
		t.Errorf("first: %+v", doc)
	}
	if got := doc.Items[0]; got.Link != strings.TrimSuffix(f.URL, "/rss")+"/parom" || got.Lang != "ru" || got.FeedID != "f" {
		t.Errorf("item %+v", got)
	}
	again, err := c.Fetch(t.Context(), f, news.FeedState{ETag: doc.ETag, LastModified: doc.LastModified, BodyHash: doc.BodyHash}, goldenNow)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Unchanged || !again.NotModified || again.Items != nil || again.ETag != doc.ETag || again.BodyHash != doc.BodyHash {
		t.Errorf("again: %+v", again)
	}
	same, err := c.Fetch(t.Context(), f, news.FeedState{BodyHash: doc.BodyHash}, goldenNow)
	if err != nil {
		t.Fatal(err)
	}
	if !same.Unchanged || same.NotModified || same.Items != nil || same.ETag != doc.ETag {
		t.Errorf("same body: %+v", same)
	}
	want := []string{"  test agent", `"v1" Fri, 03 Apr 2026 11:05:00 GMT test agent`, "  test agent"}
	if fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}

func TestFetchUnasked304(t *testing.T) {
	c, f := serve(t, Options{}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if fe := fetchErr(t, c, f); fe.Class != news.ErrStatus || fe.Status != 304 {
		t.Errorf("%+v", fe)
	}
}

func compress(t *testing.T, w io.WriteCloser, b *bytes.Buffer, s string) string {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, s string) string {
	var b bytes.Buffer
	return compress(t, gzip.NewWriter(&b), &b, s)
}

func TestFetchCodings(t *testing.T) {
	var zl, fl bytes.Buffer
	raw, err := flate.NewWriter(&fl, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	zlibbed, deflated := compress(t, zlib.NewWriter(&zl), &zl, small), compress(t, raw, &fl, small)
	for _, tc := range []struct{ name, coding, sent string }{
		{"none", "", small},
		{"gzip", "gzip", gzipped(t, small)},
		{"gzip that is not named", "", gzipped(t, small)},
		{"gzip that is named and is not", "gzip", small},
		{"gzip twice", "gzip, gzip", gzipped(t, gzipped(t, small))},
		{"gzip with something behind", "gzip", gzipped(t, small) + "<!-- cache -->"},
		{"deflate", "deflate", zlibbed},
		{"bare deflate", "deflate", deflated},
		{"identity", "identity", small},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept-Encoding") != "gzip, deflate" {
					t.Errorf("Accept-Encoding %q", r.Header.Get("Accept-Encoding"))
				}
				if tc.coding != "" {
					w.Header().Set("Content-Encoding", tc.coding)
				}
				io.WriteString(w, tc.sent)
			})
			doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
			if err != nil {
				t.Fatal(err)
			}
			if len(doc.Items) != 1 || doc.BodyHash != bodyHash([]byte(small)) || doc.Repaired != "" {
				t.Errorf("%+v", doc)
			}
		})
	}
}

func TestFetchFaults(t *testing.T) {
	wall := `<html><title>Just a moment...</title></html>`
	for _, tc := range []struct {
		name  string
		h     http.HandlerFunc
		class news.ErrorClass
		proof string
		retry time.Duration
	}{
		{"401", status(401, "", ""), news.ErrBlocked, "401 Unauthorized", 0},
		{"403", status(403, "", "no"), news.ErrBlocked, "403 Forbidden", 0},
		{"403 with a wall", status(403, "", wall), news.ErrBlocked, "403 Forbidden: Just a moment...", 0},
		{"429 in seconds", status(429, "120", ""), news.ErrBlocked, "429 Too Many Requests", 2 * time.Minute},
		{"429 until a date", status(429, goldenNow.Add(time.Hour).Format(http.TimeFormat), ""), news.ErrBlocked, "429", time.Hour},
		{"429 for ever", status(429, "99999999999999", ""), news.ErrBlocked, "429", maxRetry},
		{"429 in the past", status(429, "Fri, 03 Apr 2020 11:05:00 GMT", ""), news.ErrBlocked, "429", 0},
		{"429 with nonsense", status(429, "soon", ""), news.ErrBlocked, "429", 0},
		{"503", status(503, "30", "busy"), news.ErrStatus, "503 Service Unavailable", 30 * time.Second},
		{"503 with a wall", status(503, "", wall), news.ErrBlocked, "503 Service Unavailable: Just a moment...", 0},
		{"404", status(404, "", small), news.ErrStatus, "404 Not Found", 0},
		{"410", status(410, "", ""), news.ErrStatus, "410 Gone", 0},
		{"204", status(204, "", ""), news.ErrStatus, "204 No Content", 0},
		{"unknown", status(599, "", ""), news.ErrStatus, "599", 0},
		{"wall with 200", body(wall), news.ErrBlocked, "Just a moment...", 0},
		{"page", body("<html><title>Озёрный край</title></html>"), news.ErrNotFeed, "Озёрный край", 0},
		{"empty", body(""), news.ErrNotFeed, "the document is empty", 0},
		{"too large", body(strings.Repeat("x", 5000)), news.ErrTooLarge, "more than 4096 bytes", 0},
		{"too large without length", func(w http.ResponseWriter, _ *http.Request) {
			for range 10 {
				io.WriteString(w, strings.Repeat("x", 1000))
				w.(http.Flusher).Flush()
			}
		}, news.ErrTooLarge, "more than 4096 bytes", 0},
		{"bomb", coded("gzip", gzipped(t, strings.Repeat("\x00", 1<<20))), news.ErrTooLarge, "more than 4096 bytes", 0},
		{"empty members without end", coded("gzip", strings.Repeat(gzipped(t, ""), 400)), news.ErrTooLarge, "more than 4096 bytes", 0},
		{"broken gzip", coded("gzip", "\x1f\x8bnot gzip at all"), news.ErrParse, "read document: gzip: invalid header", 0},
		{"coding not asked for", coded("br", "x"), news.ErrParse, "content coding br", 0},
		{"codings without end", coded("gzip,gzip,gzip,gzip", "x"), news.ErrParse, "4 content codings", 0},
		{"redirect loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/rss", http.StatusFound) }, news.ErrAddress, "too many redirects", 0},
		{"redirect to a file", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		},
			news.ErrAddress, "redirected to file:///etc/passwd", 0},
		{"hangs up", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, news.ErrConnect, "EOF", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, f := serve(t, Options{MaxBytes: 4096}, tc.h)
			fe := fetchErr(t, c, f)
			if fe.Class != tc.class || !strings.HasPrefix(fe.Proof, tc.proof) && !strings.HasSuffix(fe.Proof, tc.proof) || fe.RetryAfter != tc.retry {
				t.Errorf("got %s, proof %q, retry %v; want %s, %q, %v", fe.Class, fe.Proof, fe.RetryAfter, tc.class, tc.proof, tc.retry)
			}
		})
	}
}

func status(code int, retry, page string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retry != "" {
			w.Header().Set("Retry-After", retry)
		}
		w.WriteHeader(code)
		io.WriteString(w, page)
	}
}

func coded(coding, b string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		io.WriteString(w, b)
	}
}

func TestFetchRedirects(t *testing.T) {
	hops := map[string]struct {
		code int
		to   string
	}{"/a": {301, "/b"}, "/b": {308, "/rss"}, "/t": {302, "/a"}, "/m": {301, "/t"}}
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if h, ok := hops[r.URL.Path]; ok {
			http.Redirect(w, r, h.to, h.code)
			return
		}
		io.WriteString(w, small)
	})
	base := strings.TrimSuffix(f.URL, "/rss")
	for from, movedTo := range map[string]string{"/a": "/rss", "/b": "/rss", "/t": "", "/m": "/t", "/rss": ""} {
		f.URL = base + from
		doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
		if err != nil {
			t.Fatal(err)
		}
		if want := base + movedTo; movedTo != "" && doc.MovedTo != want || movedTo == "" && doc.MovedTo != "" {
			t.Errorf("%s: moved to %q, want %q", from, doc.MovedTo, want)
		}
	}
}

func TestFetchRedirectBound(t *testing.T) {
	_, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err == nil && n > 0 {
			http.Redirect(w, r, fmt.Sprintf("/%d", n-1), http.StatusMovedPermanently)
			return
		}
		io.WriteString(w, small)
	})
	base := strings.TrimSuffix(f.URL, "rss")
	for _, tc := range []struct {
		bound *int
		most  int
	}{{nil, 5}, {new(0), 0}, {new(1), 1}, {new(7), 7}} {
		c := New(Options{MaxRedirects: tc.bound})
		f.URL = base + fmt.Sprint(tc.most)
		if _, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil {
			t.Errorf("%d redirects: %v", tc.most, err)
		}
		f.URL = base + fmt.Sprint(tc.most+1)
		want := fmt.Sprintf("too many redirects: more than %d, the next to %s0", tc.most, base)
		if fe := fetchErr(t, c, f); fe.Class != news.ErrAddress || fe.Proof != want {
			t.Errorf("%d redirects: %v, want %q", tc.most+1, fe, want)
		}
	}
}

// A body that breaks off gives its whole items, and no validators: what was lost must come with the next poll.
func TestFetchCutBody(t *testing.T) {
	two := strings.Replace(small, "</channel>", "<item><title>Вторая</title><guid>2</guid></item></channel>", 1)
	for name, h := range map[string]http.HandlerFunc{
		"connection": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"v"`)
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, two[:len(two)-60])
		},
		"document": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"v"`)
			io.WriteString(w, two[:len(two)-60])
		},
		"gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"v"`)
			w.Header().Set("Content-Encoding", "gzip")
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			io.WriteString(z, two[:len(two)-60])
			z.Flush()
			w.Write(b.Bytes())
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, f := serve(t, Options{}, h)
			doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
			if err != nil {
				t.Fatal(err)
			}
			if len(doc.Items) != 1 || doc.ETag != "" || doc.Repaired == "" || doc.BodyHash == "" {
				t.Errorf("%+v", doc)
			}
		})
	}
}

// Whatever is cut off, however often the same part comes, the tail arrives once the server is well: the part leaves no validator
// and no hash behind that makes the whole count as known.
func TestFetchCutBodyHeals(t *testing.T) {
	two := strings.Replace(small, "</channel>", "<item><title>Вторая</title><guid>2</guid></item></channel>", 1)
	for name, cut := range map[string]func(http.ResponseWriter, string){
		"connection": func(w http.ResponseWriter, part string) {
			w.Header().Set("Content-Length", fmt.Sprint(len(two)))
			io.WriteString(w, part)
		},
		"document": func(w http.ResponseWriter, part string) { io.WriteString(w, part) },
		"gzip": func(w http.ResponseWriter, part string) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzipped(t, part)
			io.WriteString(w, packed[:len(packed)-8]) // without its checksum
		},
	} {
		t.Run(name, func(t *testing.T) {
			size := 0
			c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"v"`)
				w.Header().Set("Last-Modified", "Fri, 03 Apr 2026 11:05:00 GMT")
				switch {
				case r.Header.Get("If-None-Match") == `"v"`, r.Header.Get("If-Modified-Since") != "":
					w.WriteHeader(http.StatusNotModified)
				case size < len(two):
					cut(w, two[:size])
				default:
					io.WriteString(w, two)
				}
			})
			for size = 1; size < len(two); size += 5 {
				part := size
				var state news.FeedState
				polls := 0
				for range 3 {
					doc, err := c.Fetch(t.Context(), f, state, goldenNow)
					if err != nil { // nothing of it could be read
						break
					}
					polls++
					if doc.ETag != "" || doc.LastModified != "" || doc.BodyHash == bodyHash([]byte(two)) || doc.Unchanged {
						t.Fatalf("%q, poll %d: %+v", two[:part], polls, doc)
					}
					state = news.FeedState{ETag: doc.ETag, LastModified: doc.LastModified, BodyHash: doc.BodyHash}
				}
				size = len(two)
				doc, err := c.Fetch(t.Context(), f, state, goldenNow)
				if err != nil || len(doc.Items) != 2 || doc.ETag != `"v"` {
					t.Fatalf("healed after %q: %+v, %v", two[:part], doc, err)
				}
				size = part
			}
		})
	}
}

func TestFetchTimeouts(t *testing.T) {
	hang := make(chan struct{})
	c, f := serve(t, Options{Timeout: 50 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	})
	defer close(hang)
	if fe := fetchErr(t, c, f); fe.Class != news.ErrTimeout || !errors.Is(fe, context.DeadlineExceeded) {
		t.Errorf("%+v", fe)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Fetch(ctx, f, news.FeedState{}, goldenNow)
	var fe *news.FetchError
	if !errors.As(err, &fe) || fe.Class != news.ErrTimeout || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := c.Parse(ctx, []byte(small), "", "", f, goldenNow); !errors.As(err, &fe) || fe.Class != news.ErrTimeout {
		t.Errorf("parse: %v", err)
	}
}

func TestFetchNetworkFaults(t *testing.T) {
	s := httptest.NewTLSServer(body(small))
	defer s.Close()
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	c := New(Options{AllowPrivate: true})
	// A resolver that reaches no name server, so that the test asks none.
	c.open.direct.DialContext = (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no name server")
	}}}).DialContext
	gone := httptest.NewServer(body(small))
	gone.Close()
	for address, want := range map[string]news.ErrorClass{
		s.URL:                      news.ErrTLS, // a certificate nobody knows
		"http://name.invalid/rss":  news.ErrDNS,
		gone.URL:                   news.ErrConnect,
		"ftp://example.com/rss":    news.ErrAddress,
		"http:///rss":              news.ErrAddress,
		"://":                      news.ErrAddress,
		"http://example.com:port/": news.ErrAddress,
		strings.Replace(s.URL, "https", "http", 1): news.ErrStatus, // 400: HTTP spoken to a TLS server
	} {
		if fe := fetchErr(t, c, news.Feed{URL: address}); fe.Class != want {
			t.Errorf("%s: %v, want %s", address, fe, want)
		}
	}
	plain := httptest.NewServer(body(small))
	defer plain.Close()
	if fe := fetchErr(t, c, news.Feed{URL: strings.Replace(plain.URL, "http", "https", 1)}); fe.Class != news.ErrTLS {
		t.Errorf("TLS to a plain server: %v", fe)
	}
}

// What is told of a name that cannot be resolved names that name, not the name server of this machine.
func TestFetchNameFaults(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var code atomic.Uint32 // RCODE of the answers (RFC 1035 §4.1.1)
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(b)
			if err != nil {
				return
			}
			b[2], b[3] = b[2]|0x80, b[3]&0xF0|byte(code.Load())
			server.WriteTo(b[:n], from)
		}
	}()
	ask := func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("udp", server.LocalAddr().String())
	}
	for _, tc := range []struct {
		name  string
		dial  func(context.Context, string, string) (net.Conn, error)
		code  uint32
		proof string
	}{
		{"no such name", ask, 3, "no such host: name.example"},
		{"silence", func(context.Context, string, string) (net.Conn, error) { return nil, os.ErrDeadlineExceeded }, 0, "no answer from the name server for name.example"},
		{"fault of the server", ask, 2, "look up name.example: server misbehaving"},
		{"no server", func(_ context.Context, _, address string) (net.Conn, error) {
			return nil, fmt.Errorf("dial udp %s: refused", address)
		}, 0, "look up name.example: dial udp the name server: refused"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code.Store(tc.code)
			c := New(Options{})
			c.guarded.direct.DialContext = (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: tc.dial}}).DialContext
			fe := fetchErr(t, c, news.Feed{URL: "http://name.example/rss"})
			if fe.Class != news.ErrDNS || fe.Proof != tc.proof {
				t.Errorf("got %s, %q; want %q", fe.Class, fe.Proof, tc.proof)
			}
			if _, ok := errors.AsType[*net.DNSError](error(fe)); !ok {
				t.Error("the cause is lost")
			}
		})
	}
}

// No error may show the user and the password of an address.
func TestFetchKeepsSecrets(t *testing.T) {
	gone := httptest.NewServer(body(small))
	gone.Close()
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://editor:hunter2@name.invalid/rss", http.StatusMovedPermanently)
	})
	for _, address := range []string{
		strings.Replace(gone.URL, "//", "//editor:hunter2@", 1), strings.Replace(f.URL, "//", "//editor:hunter2@", 1),
		"ftp://editor:hunter2@example.com/", "http://editor:hunter2@", "http://editor:hun%zzter2@example.com/",
		"http://editor:hunter2@exa mple.com/", "http://editor:hunter2@example.com:x/", "file://editor:hunter2@host/x",
	} {
		f.URL = address
		fe := fetchErr(t, c, f)
		for err := error(fe); err != nil; err = errors.Unwrap(err) {
			if _, wrapped := err.(scrubbed); err != fe && !wrapped {
				break // the library's own error, which the scrubbed one stands in front of
			}
			if s := err.Error(); strings.Contains(s, "hun") || strings.Contains(s, "editor") {
				t.Errorf("%q shows the password", s)
			}
		}
	}
}

func TestFetchPerHost(t *testing.T) {
	var now, most atomic.Int32
	arrived, leave := make(chan struct{}, 10), make(chan struct{})
	c, f := serve(t, Options{PerHost: 2}, func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		most.Store(max(most.Load(), n))
		arrived <- struct{}{}
		<-leave
		now.Add(-1)
		io.WriteString(w, small)
	})
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow); err != nil {
				t.Error(err)
			}
		})
	}
	<-arrived
	<-arrived
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Fetch(ctx, f, news.FeedState{}, goldenNow); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third at once: %v", err)
	}
	close(leave)
	wg.Wait()
	if most.Load() != 2 {
		t.Errorf("%d at a time", most.Load())
	}
	if len(c.hosts.hosts) != 0 {
		t.Errorf("%d hosts are remembered", len(c.hosts.hosts))
	}
}

func TestFetchFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, s string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := write("лента новостей.xml", small)
	write("zipped.xml.gz", gzipped(t, small))
	write("large.xml", strings.Repeat("x", 5000))
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	c := New(Options{MaxBytes: 4096})
	for _, address := range []string{"file://" + path, "file://localhost" + path, "file:лента новостей.xml", "file:лента%20новостей.xml", "file:./zipped.xml.gz"} {
		doc, err := c.Fetch(t.Context(), news.Feed{URL: address}, news.FeedState{}, goldenNow)
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if len(doc.Items) != 1 || doc.Items[0].Link != "" {
			t.Errorf("%s: %+v", address, doc)
		}
		again, err := c.Fetch(t.Context(), news.Feed{URL: address}, news.FeedState{BodyHash: doc.BodyHash}, goldenNow)
		if err != nil || !again.Unchanged || again.Items != nil {
			t.Errorf("%s again: %+v, %v", address, again, err)
		}
	}
	for address, class := range map[string]news.ErrorClass{
		"file:none.xml": news.ErrAddress, "file:.": news.ErrAddress, "file:": news.ErrAddress, "file:pipe": news.ErrAddress,
		"file://server/share.xml": news.ErrAddress, "file:///dev/zero": news.ErrAddress, "file:large.xml": news.ErrTooLarge,
	} {
		if fe := fetchErr(t, c, news.Feed{URL: address}); fe.Class != class {
			t.Errorf("%s: %v, want %s", address, fe, class)
		}
	}
}

func TestLanguageIsInjected(t *testing.T) {
	c := New(Options{Language: func(s string) (string, float64) {
		if strings.Contains(s, "Рейсы") {
			return "be", 0.95
		}
		return "uk", 0.5
	}})
	two := strings.Replace(small, "</channel>", "<item><title>Вторая</title><guid>2</guid></item></channel>", 1)
	doc, err := c.Parse(t.Context(), []byte(two), "", "", news.Feed{Language: "ru"}, goldenNow)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Items[0].Lang != "be" || doc.Items[1].Lang != "ru" {
		t.Errorf("languages %s, %s", doc.Items[0].Lang, doc.Items[1].Lang)
	}
	doc, err = New(Options{}).Parse(t.Context(), []byte(strings.Replace(small, "<title>", "<language>ru-RU</language><title>", 1)), "", "", news.Feed{}, goldenNow)
	if err != nil || doc.Items[0].Lang != "ru" {
		t.Errorf("the document's own: %+v, %v", doc.Items, err)
	}
}

func TestItemsAreCapped(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<rss><channel>`)
	for i := range maxItems + 500 {
		fmt.Fprintf(&b, "<item><title>Запись %d</title><guid>%d</guid></item>", i, i)
	}
	b.WriteString(`</channel></rss>`)
	doc, err := New(Options{}).Parse(t.Context(), []byte(b.String()), "", "", news.Feed{}, goldenNow)
	if err != nil || len(doc.Items) != maxItems || doc.Items[0].Title != "Запись 0" || doc.Dropped != 0 {
		t.Errorf("%d items, %d dropped, %v", len(doc.Items), doc.Dropped, err)
	}
}
