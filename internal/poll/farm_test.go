package poll

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vestnik/internal/feeds"
	"vestnik/internal/news"
	"vestnik/internal/store"
)

// A farm serves RSS feeds whose window of items moves. Item n of a feed has an address and a text of its own; every third names Токаев.
type farm struct {
	*httptest.Server
	mu     sync.Mutex
	newest map[string]int // feed → number of its newest item; the window is the ten up to it
	guids  string         // prefix of every GUID: changing it is a drift
	served map[string]bool
	now    time.Time
	gate   chan struct{} // when set, answers wait for it
}

const window = 10

func newFarm(t *testing.T, now time.Time) *farm {
	f := &farm{newest: map[string]int{}, served: map[string]bool{}, guids: "a", now: now}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *farm) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	id, gate := strings.Trim(r.URL.Path, "/"), f.gate
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
			return
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch id {
	case "down":
		http.Error(w, "try later", http.StatusBadGateway)
		return
	case "page":
		fmt.Fprint(w, "<!DOCTYPE html><html><title>Добро пожаловать</title><body>не лента</body></html>")
		return
	}
	newest := f.newest[id]
	etag := fmt.Sprintf(`"%s-%s-%d"`, id, f.guids, newest)
	if w.Header().Set("ETag", etag); r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>%s</title><link>https://%s.example/</link>`, id, id)
	for n := newest; n > max(newest-window, 0); n-- {
		word := "Лукашенко"
		if n%3 == 0 {
			word = "Токаев"
		}
		published := f.now.Add(-time.Duration(newest-n) * time.Minute).Format(time.RFC1123Z)
		fmt.Fprintf(w, `<item><title>Главное за день</title><link>https://%s.example/news/%d</link><guid isPermaLink="false">%s-%d</guid>
			<description>%s: сообщение номер %d</description><pubDate>%s</pubDate></item>`, id, n, f.guids, n, word, n, published)
		f.served[fmt.Sprint(id, "/", n)] = true
	}
	fmt.Fprint(w, `</channel></rss>`)
}

func (f *farm) step(add int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.newest {
		f.newest[id] += add
	}
}

// tokayev is a matcher of one word.
var tokayev = matchFunc(func(item *news.Item) []news.Match {
	at := strings.Index(item.Text, "Токаев")
	if at < 0 {
		return nil
	}
	return []news.Match{{Watchlist: "tokayev", Score: 1, Over: true, Hits: []news.Hit{
		{Term: "Токаев", Surface: "Токаев", Field: news.FieldText, Start: at, End: at + len("Токаев"), Rule: "name ru", Weight: 1}}}}
})

// bench is a farm, a database and a clock.
type bench struct {
	*farm
	st   *store.Store
	deps Deps
	mu   sync.Mutex
	at   time.Time
}

func newBench(t *testing.T, path string, ids ...string) *bench {
	t.Helper()
	b := &bench{at: time.Now().Truncate(time.Second)}
	b.farm = newFarm(t, b.at)
	var list []news.Feed
	for _, id := range ids {
		list = append(list, news.Feed{ID: id, URL: b.URL + "/" + id, Outlet: id, Language: "ru", AllowPrivate: true})
		b.newest[id] = window
	}
	st, err := store.Open(t.Context(), "sqlite:"+path, store.Options{Fold: strings.ToLower})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	err = st.SyncConfig(t.Context(), list, []news.Watchlist{{ID: "tokayev", Name: "Токаев"}}, []news.Subscription{{Chat: "terminal", Watchlist: "tokayev"}})
	if err != nil {
		t.Fatal(err)
	}
	b.st = st
	b.deps = Deps{Store: st, Fetcher: feeds.New(feeds.Options{PerHost: 8, Timeout: 5 * time.Second}), Matcher: tokayev, Feeds: list, Owner: "one", Now: b.clock}
	return b
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = b.at.Add(d)
}

// agree checks that what was served and what is stored are the same items, each once, and that every match has its one alert.
func (b *bench) agree(t *testing.T) {
	t.Helper()
	list, err := b.st.Recent(t.Context(), news.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	stored, matched := map[string]int{}, 0
	for _, f := range list {
		n := f.Item.Link[strings.LastIndexByte(f.Item.Link, '/')+1:]
		stored[f.Item.FeedID+"/"+n]++
		matched += len(f.Matches)
	}
	b.farm.mu.Lock()
	defer b.farm.mu.Unlock()
	for key, n := range stored {
		if n != 1 || !b.served[key] {
			t.Errorf("%s is stored %d times, served: %v", key, n, b.served[key])
		}
	}
	for key := range b.served {
		if stored[key] == 0 {
			t.Errorf("%s was served and is not stored", key)
		}
	}
	c, err := b.st.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if alerts := c.Alerts[news.AlertOwed] + c.Alerts[news.AlertSkipped]; alerts != matched {
		t.Errorf("%d alerts for %d matches", alerts, matched)
	}
}

func TestFarmOverTime(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "v.db"), "alfa", "beta", "down", "page")
	cycle := func() Summary {
		t.Helper()
		sum, err := Cycle(t.Context(), b.deps, b.clock(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	sum := cycle()
	if got, want := fmt.Sprint(sum.Feeds, sum.OK, sum.Failed, sum.New, sum.Matched, sum.Owed, sum.Skipped), "4 2 2 20 6 0 6"; got != want {
		t.Errorf("first cycle: feeds, ok, failed, new, matched, owed, skipped: %s, want %s", got, want)
	}
	b.agree(t)

	b.pass(5 * time.Minute)
	if sum = cycle(); sum.Unchanged != 2 || sum.New != 0 {
		t.Errorf("nothing changed: %d unchanged, %d new", sum.Unchanged, sum.New)
	}

	for range 4 {
		b.pass(5 * time.Minute)
		b.step(3)
		if sum = cycle(); sum.New != 6 || sum.Owed != 2 || sum.Gaps != 0 {
			t.Errorf("three more each: %d new, %d owed, %d gaps", sum.New, sum.Owed, sum.Gaps)
		}
	}
	b.agree(t)

	b.pass(5 * time.Minute)
	b.farm.mu.Lock()
	b.guids = "drifted"
	b.farm.mu.Unlock()
	b.step(1)
	if sum = cycle(); sum.New != 2 || sum.Results[0].Adopted != window-1 {
		t.Errorf("every GUID changed and one item is new: %d new, %d adopted", sum.New, sum.Results[0].Adopted)
	}
	b.agree(t)

	b.pass(5 * time.Minute)
	b.step(2 * window)
	if sum = cycle(); sum.New != 2*window || sum.Gaps != 2 {
		t.Errorf("more than a window passed by: %d new, %d gaps", sum.New, sum.Gaps)
	}
	b.agree(t)

	list, err := b.st.FeedStatuses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		switch st := f.State; f.Feed.ID {
		case "down":
			if st.ErrorClass != news.ErrStatus || st.Failures < 2 {
				t.Errorf("down: %+v", st)
			}
		case "page":
			if st.ErrorClass != news.ErrNotFeed {
				t.Errorf("page: %+v", st)
			}
		default:
			if st.Failures != 0 || st.Gaps != 1 || st.Items == 0 {
				t.Errorf("%s: %+v", f.Feed.ID, st)
			}
		}
	}
}

// Two processes that poll one database at once share the feeds out: everything is stored, nothing twice.
func TestFarmTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "v.db")
	var ids []string
	for i := range 24 {
		ids = append(ids, fmt.Sprint("feed-", i))
	}
	b := newBench(t, path, ids...)
	other, err := store.Open(t.Context(), "sqlite:"+path, store.Options{Fold: strings.ToLower})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	second := b.deps
	second.Store, second.Owner = other, "two"
	sums := make([]Summary, 2)
	var both sync.WaitGroup
	for i, deps := range []Deps{b.deps, second} {
		both.Go(func() {
			var err error
			if sums[i], err = Cycle(t.Context(), deps, b.clock(), Options{Concurrency: 4}); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if n := sums[0].Feeds + sums[1].Feeds; n != len(ids) {
		t.Errorf("%d + %d feeds polled, want %d in all", sums[0].Feeds, sums[1].Feeds, len(ids))
	}
	b.agree(t)
}

// A cycle that is stopped in the middle leaves nothing half done and nothing claimed: the next one brings the rest.
func TestFarmStopped(t *testing.T) {
	var ids []string
	for i := range 12 {
		ids = append(ids, fmt.Sprint("feed-", i))
	}
	b := newBench(t, filepath.Join(t.TempDir(), "v.db"), ids...)
	b.gate = make(chan struct{}, len(ids))
	for range 5 {
		b.gate <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	polled := 0
	sum, err := Cycle(ctx, b.deps, b.clock(), Options{Concurrency: 4, OnResult: func(Result) {
		if polled++; polled == 5 {
			cancel()
		}
	}})
	if err == nil || sum.Feeds != 5 || sum.Failed != 0 {
		t.Errorf("stopped after %d feeds with %d failed, error %v", sum.Feeds, sum.Failed, err)
	}
	b.agree(t)

	b.farm.mu.Lock()
	b.gate = nil
	b.farm.mu.Unlock()
	b.pass(time.Second)
	sum, err = Cycle(t.Context(), b.deps, b.clock(), Options{})
	if err != nil || sum.Feeds != 7 || sum.New != 7*window {
		t.Errorf("the next cycle polled %d feeds and stored %d items, error %v", sum.Feeds, sum.New, err)
	}
	b.agree(t)
}
