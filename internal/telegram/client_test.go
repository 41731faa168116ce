package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestOptions(t *testing.T) {
	good := news.Secret("123456:AAexampleexampleexampleexample")
	tests := []struct {
		o    Options
		want string
	}{
		{Options{Token: good}, ""},
		{Options{Token: good, APIURL: "http://127.0.0.1:8081/x%20y/", Proxy: "socks5://u:p@127.0.0.1:1080"}, ""},
		{Options{}, "token"},
		{Options{Token: "AAexample"}, "token"},
		{Options{Token: "123:abc/../getMe"}, "token"},
		{Options{Token: "123:abc\nHost: x"}, "token"},
		{Options{Token: good, APIURL: "ftp://x"}, "api_url"},
		{Options{Token: good, APIURL: "https://x/?a=b"}, "api_url"},
		{Options{Token: good, Proxy: "x:password@y"}, "proxy"},
	}
	for _, tt := range tests {
		_, err := New(tt.o)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v, want %q", tt.o, err, tt.want)
		}
		if err != nil && (strings.Contains(err.Error(), "abc") || strings.Contains(err.Error(), "password")) {
			t.Errorf("the error holds a secret: %v", err)
		}
	}
}

// TestTokenStaysHidden has servers and proxies do their worst, with the token in everything they send back.
func TestTokenStaysHidden(t *testing.T) {
	const token = "123456:AAsecretsecretsecretsecretsecret"
	release := make(chan struct{})
	answers := map[string]http.HandlerFunc{
		"page": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, "<html>", r.URL.Path)
		},
		"description": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":"Bad Request: %s"}`, r.URL.Path)
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1"+r.URL.Path, http.StatusFound)
		},
		"other form": func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"ok":true,"result":%q}`, r.URL.Path) },
		"no json":    func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) },
		"broken": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "999")
			fmt.Fprint(w, r.URL.Path)
		},
		"header":  func(w http.ResponseWriter, r *http.Request) { hijack(w, "HTTP/1.1 "+r.URL.Path+"\r\n\r\n") },
		"garbage": func(w http.ResponseWriter, r *http.Request) { hijack(w, r.URL.Path) },
		"hang":    func(_ http.ResponseWriter, r *http.Request) { <-release },
		"unauthorized": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"ok":false,"error_code":401,"description":"Unauthorized %s"}`, r.URL.Path)
		},
		"endless": func(w http.ResponseWriter, r *http.Request) {
			for range answerMost/1024 + 2 {
				if _, err := fmt.Fprint(w, strings.Repeat(" ", 1024)); err != nil {
					return
				}
			}
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			var seen atomic.Bool
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/x y/bot"+token+"/getMe" {
					seen.Store(true)
				}
				answer(w, r)
			}))
			defer srv.Close()
			if name == "hang" {
				defer close(release)
			}
			j := &journal{}
			c, err := New(Options{Token: token, APIURL: srv.URL + "/x%20y", Timeout: 300 * time.Millisecond, Log: slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Bot(t.Context())
			if err == nil || !seen.Load() {
				t.Fatalf("error %v; the server was called as it should be: %v", err, seen.Load())
			}
			if name == "hang" && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v", err)
			}
			if (name == "unauthorized") != errors.Is(err, ErrToken) {
				t.Errorf("%v", err)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				noToken(t, token, "the error", fmt.Sprintf("%v %+v %#v", e, e, e))
			}
			noToken(t, token, "the log", j.String())
			noToken(t, token, "the client", fmt.Sprintf("%v %+v %#v", c, c, *c))
		})
	}
	c, err := New(Options{Token: token, APIURL: "http://127.0.0.1:1"}) // nobody listens there
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Bot(t.Context())
	noToken(t, token, "the error", fmt.Sprintf("%v %+v %#v", err, err, err))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Bot(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that is told to stop: %v", err)
	}
}

// hijack sends bytes that are no HTTP answer.
func hijack(w http.ResponseWriter, s string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = conn.Write([]byte(s))
	_ = conn.Close()
}

func TestProxy(t *testing.T) {
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Host
		fmt.Fprint(w, `{"ok":true,"result":{"id":1,"username":"x_bot"}}`)
	}))
	defer proxy.Close()
	c, err := New(Options{Token: "123456:AAexampleexampleexample", APIURL: "http://telegram.example", Proxy: news.Secret(proxy.URL)})
	if err != nil {
		t.Fatal(err)
	}
	if me, err := c.Bot(t.Context()); err != nil || me != "@x_bot" || asked != "telegram.example" {
		t.Errorf("%s %v, the proxy was asked for %q", me, err, asked)
	}
}
