package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// keepUpTo is how many documents a farm keeps rendered, so that serving them costs it next to nothing; a bigger farm renders what is asked for.
const keepUpTo = 2000

// A farm serves feeds over loopback:
//
//	GET /f/N.xml                              feed N
//	GET /urls                                 the addresses of all feeds, one a line
//	GET /ctl/new?n=1[&every=100]              n new articles in every feed, or in one of a hundred, others at each call
//	GET /ctl/set?latency=200ms&validators=no  how it answers from now on
//	GET /ctl/reset, /ctl/stats                the counters: to zero; as JSON
type farm struct {
	press press
	base  string // "http://127.0.0.1:NNNN"
	items int    // a document shows so many

	mu         sync.RWMutex // guards what follows
	feeds      []grown
	turn       int // which feeds are next to get something new
	latency    time.Duration
	validators bool

	requests, full, unchanged, bytes, now, peak atomic.Int64
}

// grown is a feed as it stands: doc is nil while nobody asked for it, or when the farm keeps none.
type grown struct {
	newest  int
	seen    int // the newest that was handed out; -1: none
	handed  int // how many were
	changed time.Time
	doc     []byte
	tag     string
}

// farmStats is what /ctl/stats answers.
type farmStats struct {
	Requests  int64 `json:"requests"`
	Full      int64 `json:"200"`
	Unchanged int64 `json:"304"`
	Bytes     int64 `json:"bytes"`
	Peak      int64 `json:"peak_conc"` // requests at the same time
	Articles  int   `json:"articles"`  // published
	Handed    int   `json:"handed"`    // of them, in a document that somebody got
	Watched   int   `json:"watched"`   // on a watchlist, in the documents as they are now
}

func newFarm(base string, feeds, items int, now time.Time) *farm {
	f := &farm{base: base, items: items, feeds: make([]grown, feeds), validators: true}
	f.press = press{tongues: tongues(), born: now.Add(-time.Duration(items) * apart).Truncate(time.Second)}
	for i := range f.feeds {
		f.feeds[i] = grown{newest: items - 1, seen: -1, changed: now.Truncate(time.Second)}
	}
	return f
}

func (f *farm) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /f/{name}", f.serve)
	mux.HandleFunc("GET /urls", func(w http.ResponseWriter, _ *http.Request) {
		for i := range f.feeds {
			fmt.Fprintf(w, "%s/f/%d.xml\n", f.base, i)
		}
	})
	mux.HandleFunc("GET /ctl/new", f.publish)
	mux.HandleFunc("GET /ctl/set", f.set)
	mux.HandleFunc("GET /ctl/reset", func(http.ResponseWriter, *http.Request) {
		for _, n := range []*atomic.Int64{&f.requests, &f.full, &f.unchanged, &f.bytes, &f.peak} {
			n.Store(0)
		}
	})
	mux.HandleFunc("GET /ctl/stats", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(f.stats()) })
	return mux
}

func (f *farm) stats() farmStats {
	s := farmStats{Requests: f.requests.Load(), Full: f.full.Load(), Unchanged: f.unchanged.Load(), Bytes: f.bytes.Load(), Peak: f.peak.Load()}
	f.mu.RLock()
	defer f.mu.RUnlock()
	for i, g := range f.feeds {
		s.Articles += g.newest + 1
		s.Handed += g.handed
		for n := g.newest; n > g.newest-f.items; n-- {
			if watched(i, n) {
				s.Watched++
			}
		}
	}
	return s
}

func (f *farm) serve(w http.ResponseWriter, r *http.Request) {
	i, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("name"), ".xml"))
	if err != nil || i < 0 || i >= len(f.feeds) {
		http.NotFound(w, r)
		return
	}
	f.requests.Add(1)
	now := f.now.Add(1)
	defer f.now.Add(-1)
	for peak := f.peak.Load(); now > peak && !f.peak.CompareAndSwap(peak, now); peak = f.peak.Load() {
	}
	f.mu.RLock()
	latency, validators := f.latency, f.validators
	f.mu.RUnlock()
	time.Sleep(latency) // the network's, not the farm's

	g := f.grown(i)
	if validators {
		w.Header().Set("ETag", g.tag)
		w.Header().Set("Last-Modified", g.changed.UTC().Format(http.TimeFormat))
		if r.Header.Get("If-None-Match") == g.tag {
			f.unchanged.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	doc := g.doc
	if doc == nil {
		doc = f.press.document(f.base, i, g.newest, f.items)
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(doc)))
	f.hand(i, g.newest)
	f.full.Add(1)
	f.bytes.Add(int64(len(doc)))
	_, _ = w.Write(doc)
}

// grown is feed i as it stands.
func (f *farm) grown(i int) grown {
	f.mu.RLock()
	g := f.feeds[i]
	f.mu.RUnlock()
	if g.tag != "" {
		return g
	}
	if len(f.feeds) > keepUpTo {
		g.tag = fmt.Sprintf(`"%d-%d"`, i, g.newest)
		return g
	}
	g.doc = f.press.document(f.base, i, g.newest, f.items)
	g.tag = tag(g.doc)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.feeds[i].newest == g.newest {
		f.feeds[i].doc, f.feeds[i].tag = g.doc, g.tag
	}
	return g
}

// hand notes that somebody gets feed i with this newest article.
func (f *farm) hand(i, newest int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := &f.feeds[i]
	if newest > g.seen {
		g.handed += min(newest-g.seen, f.items)
		g.seen = newest
	}
}

// warm renders what is kept, so that the first to ask does not wait for it.
func (f *farm) warm() {
	if len(f.feeds) > keepUpTo {
		return
	}
	for i := range f.feeds {
		f.grown(i)
	}
}

func (f *farm) publish(w http.ResponseWriter, r *http.Request) {
	n, every := number(r, "n"), number(r, "every")
	f.mu.Lock()
	for i := range f.feeds {
		if (i+f.turn)%every == 0 {
			g := f.feeds[i]
			f.feeds[i] = grown{newest: g.newest + n, seen: g.seen, handed: g.handed, changed: time.Now().Truncate(time.Second)}
		}
	}
	f.turn++
	f.mu.Unlock()
	f.warm()
}

// number is a count of the query, at least 1.
func number(r *http.Request, key string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(key))
	return max(n, 1)
}

func (f *farm) set(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f.mu.Lock()
	defer f.mu.Unlock()
	if v := q.Get("latency"); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		f.latency = d
	}
	if v := q.Get("validators"); v != "" {
		f.validators = v != "no"
	}
}

// runFarm serves until ctx ends, or until nobody holds its input any more: a benchmark that is killed leaves no farm behind.
// The first line it prints is its address.
func runFarm(ctx context.Context, addr string, feeds, items int, in io.Reader, out io.Writer) error {
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("-addr %s: a farm listens on a loopback address, such as 127.0.0.1:18080", addr)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	f := newFarm("http://"+l.Addr().String(), feeds, items, time.Now())
	f.warm()
	if _, err := fmt.Fprintln(out, f.base); err != nil {
		return errors.Join(err, l.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if in != nil {
		go func() {
			_, _ = io.Copy(io.Discard, in)
			stop()
		}()
	}
	srv := &http.Server{Handler: f.handler(), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = srv.Close() })
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
