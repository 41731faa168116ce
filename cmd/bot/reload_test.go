package main

import (
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// A changed configuration keeps the client, with its turns at hosts, unless what it is made of changed, or which proxies there are.
func TestReloadKeepsTheClient(t *testing.T) {
	const feeds = `feeds:
  - {id: a, url: "https://a.example/rss", outlet: A, country: KZ, language: ru, type: independent}
watchlists:
`
	path := filepath.Join(t.TempDir(), "config.yaml")
	o := &options{config: path, stdout: io.Discard, stderr: io.Discard}
	b := &bot{app: &app{options: o, log: slog.New(slog.DiscardHandler)}}
	load := func(text string, old *rules) *rules {
		t.Helper()
		write(t, path, text)
		if old == nil {
			cfg, m, err := o.load()
			if err != nil {
				t.Fatal(err)
			}
			return &rules{cfg, m, newClient(cfg, b.log)}
		}
		r, err := b.rulesAgain(old)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	plain := feeds + farmWatchlists
	first := load(plain, nil)
	renamed := load(strings.Replace(plain, "outlet: A", "outlet: B, full_text: true, user_agent: Reader/1", 1), first)
	if renamed.client != first.client {
		t.Error("another outlet, another client")
	}
	proxied := load(strings.Replace(plain, "outlet: A", `outlet: A, proxy: "socks5://127.0.0.1:1"`, 1), renamed)
	if proxied.client == first.client {
		t.Error("a proxy came, and the connections of before are kept")
	}
	if back := load(plain, proxied); back.client == proxied.client {
		t.Error("the proxy is gone, and its connections are kept")
	}
}

// A feed whose server is asked otherwise than before is polled at once, whatever back-off it had.
func TestReloadPollsWhatIsAskedOtherwise(t *testing.T) {
	feed := func(change func(*news.Feed)) []news.Feed {
		f := news.Feed{ID: "a", URL: "https://a.example/rss", Headers: []news.Header{{Name: "Cookie", Value: "consent=1"}}}
		if change != nil {
			change(&f)
		}
		return []news.Feed{{ID: "b"}, f}
	}
	for name, tt := range map[string]struct {
		change func(*news.Feed)
		want   bool
	}{
		"nothing":   {nil, false},
		"outlet":    {func(f *news.Feed) { f.Outlet, f.FullText = "A", true }, false},
		"password":  {func(f *news.Feed) { f.Auth = "user:password" }, true},
		"proxy":     {func(f *news.Feed) { f.Proxy = "socks5://127.0.0.1:1" }, true},
		"header":    {func(f *news.Feed) { f.Headers = nil }, true},
		"private":   {func(f *news.Feed) { f.AllowPrivate = true }, true},
		"other bot": {func(f *news.Feed) { f.UserAgent = "Reader/1" }, true},
	} {
		if got := askedOtherwise(feed(nil), feed(tt.change)); slices.Equal(got, []string{"a"}) != tt.want || !tt.want && got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := askedOtherwise(nil, feed(nil)); got != nil {
		t.Errorf("new ones, which are due anyway: %v", got)
	}
}
