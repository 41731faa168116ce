package main

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A farm serves feeds over loopback: what a test publishes, newest first, with an ETag, after a latency.
type farm struct {
	*httptest.Server
	latency time.Duration
	down    atomic.Bool // every feed answers 503

	mu    sync.Mutex
	feeds [][]farmItem
	edits int
}

type farmItem struct {
	guid, title, text string
	at                time.Time
}

func newFarm(t *testing.T, feeds int) *farm {
	t.Helper()
	f := &farm{feeds: make([][]farmItem, feeds)}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

// publish adds an item to a feed.
func (f *farm) publish(feed int, title, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.feeds[feed])
	f.feeds[feed] = append(f.feeds[feed], farmItem{fmt.Sprintf("f%d-%d", feed, n), title, text, time.Now().Add(-time.Minute)})
}

// edit gives the n-th item of a feed another headline.
func (f *farm) edit(feed, n int, title string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.feeds[feed] = slices.Clone(f.feeds[feed]) // it may be being served
	f.feeds[feed][n].title = title
	f.edits++
}

// items is how many items were published in all.
func (f *farm) items() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, x := range f.feeds {
		n += len(x)
	}
	return n
}

func (f *farm) serve(w http.ResponseWriter, r *http.Request) {
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/%d.xml", &n); err != nil || n < 0 || n >= len(f.feeds) {
		http.NotFound(w, r)
		return
	}
	time.Sleep(f.latency) // the network's, not ours
	if f.down.Load() {
		http.Error(w, "backend is down", http.StatusServiceUnavailable)
		return
	}
	f.mu.Lock()
	items := f.feeds[n]
	tag := fmt.Sprintf(`"%d-%d"`, len(items), f.edits)
	f.mu.Unlock()
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><rss version="2.0"><channel><title>Farm %d</title><link>%s/</link>`, n, f.URL)
	for i := len(items) - 1; i >= 0; i-- {
		x := items[i]
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><title>%s</title><link>%s/%s</link><description>%s</description><pubDate>%s</pubDate></item>`,
			x.guid, escape(x.title), f.URL, x.guid, escape(x.text), x.at.Format(time.RFC1123Z))
	}
	b.WriteString(`</channel></rss>`)
	w.Header().Set("Content-Type", "application/rss+xml")
	_, _ = w.Write([]byte(b.String()))
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// config writes a config.yaml for the farm's feeds into dir and returns its path. watchlists is YAML.
func (f *farm) config(t *testing.T, dir, watchlists string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "store: %q\nschedule: \"@every 1s\"\nfetch: {allow_private: true, interval: 1s, max_interval: 1s, per_host: 16}\nstories: {edit_every: 1s, again: []}\nfeeds:\n", "sqlite:"+filepath.ToSlash(filepath.Join(dir, "vestnik.db")))
	for i := range f.feeds {
		fmt.Fprintf(&b, "  - {id: farm-%d, url: %q, outlet: Farm %d, country: KZ, language: ru, type: independent, backfill: 1000}\n", i, fmt.Sprintf("%s/%d.xml", f.URL, i), i)
	}
	b.WriteString("watchlists:\n" + watchlists)
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const farmWatchlists = `  - {id: tokayev, name: Tokayev, profiles: [tokayev]}
  - {id: csto, name: CSTO, profiles: [csto]}
`
