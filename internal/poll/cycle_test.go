package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vestnik/internal/news"
)

func doc(feedID string, now time.Time, guids ...string) news.Document {
	d := news.Document{ETag: `"1"`, BodyHash: strings.Join(guids, "")}
	for _, g := range guids {
		d.Items = append(d.Items, news.Item{FeedID: feedID, Keys: []string{news.KeyGUID + g}, Title: "Токаев " + g, Published: now.Add(-time.Hour), Seen: now})
	}
	return d
}

// oneOnList puts every item on one watchlist.
var oneOnList = matchFunc(func(*news.Item) []news.Match { return []news.Match{{Watchlist: "tokayev", Score: 1, Over: true}} })

func deps(m *memory, fetch fetchFunc) Deps {
	d := Deps{Store: m, Fetcher: fetch, Matcher: oneOnList, Owner: "test", Now: time.Now}
	for id := range m.feeds {
		d.Feeds = append(d.Feeds, news.Feed{ID: id, Outlet: id})
	}
	return d
}

func TestCycleCounts(t *testing.T) {
	m := newMemory("backlog", "down", "empty", "old", "same")
	read := news.FeedState{FirstSuccess: time.Now().Add(-time.Hour), LastNew: time.Now().Add(-time.Hour)}
	for _, id := range []string{"old", "same"} {
		m.feeds[id].state = read
		m.feeds[id].state.FeedID = id
		m.keys[id]["g:1"] = 77
	}
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		switch f.ID {
		case "backlog":
			return doc(f.ID, now, "1", "2", "3"), nil
		case "old":
			return doc(f.ID, now, "2", "1"), nil
		case "same":
			return news.Document{Unchanged: true, NotModified: true}, nil
		case "down":
			return news.Document{}, &news.FetchError{Class: news.ErrTimeout, Proof: "no answer in 30s"}
		}
		return news.Document{}, nil
	})
	var seen []string
	sum, err := Cycle(t.Context(), d, time.Now(), Options{OnResult: func(r Result) { seen = append(seen, r.Feed.ID) }})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(sum.Feeds, sum.OK, sum.Unchanged, sum.Failed, sum.Lost, sum.New, sum.Matched, sum.Owed, sum.Skipped)
	if want := "5 4 1 1 0 4 4 1 3"; got != want {
		t.Errorf("feeds, ok, unchanged, failed, lost, new, matched, owed, skipped: %s, want %s", got, want)
	}
	var order []string
	for _, r := range sum.Results {
		order = append(order, r.Feed.ID)
	}
	slices.Sort(seen)
	if want := []string{"backlog", "down", "empty", "old", "same"}; !slices.Equal(order, want) || !slices.Equal(seen, want) {
		t.Errorf("results for %v, reported %v, want %v", order, seen, want)
	}
	if st := m.feeds["down"].state; st.Failures != 1 || st.ErrorClass != news.ErrTimeout || !st.DueAt.After(time.Now()) {
		t.Errorf("state of the feed that is down: %+v", st)
	}
	if left := m.leased(); left != nil {
		t.Errorf("still claimed: %v", left)
	}
	sum, err = Cycle(t.Context(), d, time.Now(), Options{})
	if err != nil || sum.Feeds != 0 {
		t.Errorf("a second cycle at once polled %d feeds, error %v", sum.Feeds, err)
	}
	sum, err = Cycle(t.Context(), d, time.Now(), Options{All: true, Concurrency: 2})
	if err != nil || sum.Feeds != 5 || sum.New != 0 {
		t.Errorf("polling all again: %d feeds, %d new, error %v", sum.Feeds, sum.New, err)
	}
}

func TestCyclePoison(t *testing.T) {
	ids := []string{"a", "fetch-panics", "match-panics", "no-keys", "store-refuses", "z"}
	m := newMemory(ids...)
	refusals := 0
	m.refuse = func(p news.Poll) error {
		if len(p.New) > 0 && p.New[0].Item.FeedID == "store-refuses" {
			refusals++
			return errors.New("string too big")
		}
		return nil
	}
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		switch f.ID {
		case "fetch-panics":
			panic("index out of range\nin line two")
		case "no-keys":
			return news.Document{Items: []news.Item{{Title: "nobody"}}}, nil
		}
		return doc(f.ID, now, "1", "bad", "3"), nil
	})
	d.Matcher = matchFunc(func(item *news.Item) []news.Match {
		if item.FeedID == "match-panics" && item.Keys[0] == "g:bad" {
			panic("regexp: беда")
		}
		return oneOnList(item)
	})
	sum, err := Cycle(t.Context(), d, time.Now(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if sum.OK != 3 || sum.Failed != 3 || sum.New != 9 || sum.Matched != 8 {
		t.Errorf("ok %d, failed %d, new %d, matched %d; want 3, 3, 9, 8", sum.OK, sum.Failed, sum.New, sum.Matched)
	}
	wantProof := map[string]string{
		"fetch-panics":  "panic while fetching: index out of range in line two",
		"no-keys":       "panic while reading: runtime error: index out of range",
		"store-refuses": "store: string too big",
	}
	for _, r := range sum.Results {
		proof := m.feeds[r.Feed.ID].state.ErrorProof
		if want, bad := wantProof[r.Feed.ID]; bad != (r.Err != nil) || !strings.HasPrefix(proof, want) || bad && m.feeds[r.Feed.ID].state.ErrorClass != news.ErrParse {
			t.Errorf("%s: error %v, proof %q", r.Feed.ID, r.Err, proof)
		}
		if want := map[bool]int{true: 1}[r.Feed.ID == "match-panics"]; r.Poisoned != want {
			t.Errorf("%s: %d items poisoned, want %d", r.Feed.ID, r.Poisoned, want)
		}
	}
	if m.feeds["store-refuses"].state.ETag != "" {
		t.Error("the ETag of a document whose items were not stored was kept: they would never come again")
	}
	if refusals != 1 {
		t.Errorf("the store was asked %d times to take the items, want once a cycle", refusals)
	}
}

func TestCycleStoreDown(t *testing.T) {
	m := newMemory("a", "b")
	m.claimErr = errors.New("disk full")
	d := deps(m, nil)
	if _, err := Cycle(t.Context(), d, time.Now(), Options{}); err == nil || err.Error() != "claim feeds: disk full" {
		t.Errorf("error %v", err)
	}

	m = newMemory("a", "b")
	m.refuse = func(p news.Poll) error {
		if p.Claim.State.FeedID == "a" {
			return errors.New("disk full")
		}
		return nil
	}
	d = deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		return doc(f.ID, now, "1"), nil
	})
	sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true})
	if err == nil || err.Error() != "write poll: disk full" {
		t.Errorf("error %v", err)
	}
	if sum.OK != 1 || sum.Failed != 1 {
		t.Errorf("ok %d, failed %d; the other feed was to go on", sum.OK, sum.Failed)
	}
	if left := m.leased(); left != nil {
		t.Errorf("still claimed: %v", left)
	}
}

func TestCycleGivesBackUnknownFeeds(t *testing.T) {
	m := newMemory("elsewhere-1", "elsewhere-2", "elsewhere-3", "mine")
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		return doc(f.ID, now, "1"), nil
	})
	d.Feeds = []news.Feed{{ID: "mine"}}
	sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true, Concurrency: 1})
	if err != nil || sum.Feeds != 1 || sum.OK != 1 {
		t.Errorf("polled %d feeds, error %v; want mine alone", sum.Feeds, err)
	}
	slices.Sort(m.released)
	if want := []string{"elsewhere-1", "elsewhere-2", "elsewhere-3"}; !slices.Equal(m.released, want) {
		t.Errorf("released %v, want %v", m.released, want)
	}
}

// The configuration changed an address after the cycle began: the store has the new one, the cycle the old one.
func TestCycleGivesBackMovedFeeds(t *testing.T) {
	m := newMemory("moved", "stays")
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		return doc(f.ID, now, "1"), nil
	})
	m.feeds["moved"].url = "https://moved.example/new"
	sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true})
	if err != nil || sum.Feeds != 1 || !slices.Equal(m.released, []string{"moved"}) || len(m.keys["moved"]) != 0 {
		t.Errorf("polled %d feeds, released %v, error %v; want the moved one given back", sum.Feeds, m.released, err)
	}
}

// What is odd about a feed is told: at the information level when it comes up, and afterwards for debugging only.
func TestCycleTellsWhatIsOdd(t *testing.T) {
	m := newMemory("odd", "plain")
	at := time.Now()
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		found := doc(f.ID, now, "1")
		if f.ID == "odd" {
			found.MovedTo, found.Repaired, found.Dropped = "https://odd.example/лента", "encoding", 2
		}
		return found, nil
	})
	for _, want := range []struct {
		level string
		known bool
		gaps  int
	}{{"INFO", true, 0}, {"DEBUG", true, 0}, {"INFO", false, 2}} {
		if !want.known {
			m.keys = map[string]map[string]int64{"odd": {}, "plain": {}}
		}
		var out strings.Builder
		d.Log = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		sum, err := Cycle(t.Context(), d, at, Options{All: true})
		if err != nil || sum.Gaps != want.gaps {
			t.Fatalf("%d gaps, error %v", sum.Gaps, err)
		}
		line := "level=" + want.level + ` msg="odd feed" feed=odd dropped=2`
		if want.gaps > 0 {
			line += " gap=true"
		}
		line += " repaired=encoding moved_to=https://odd.example/лента"
		if got := out.String(); !strings.Contains(got, line) {
			t.Errorf("logged\n%s\nwant %s", got, line)
		}
		if got := out.String(); strings.Contains(got, "gaps=2 lost=0") != (want.gaps > 0) || strings.Contains(got, "feed=plain") != (want.gaps > 0) {
			t.Errorf("logged\n%s", got)
		}
	}
	if got := m.feeds["odd"].state.MovedTo; got != "https://odd.example/лента" {
		t.Errorf("moved to %q is remembered", got)
	}
}

func TestCycleStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("a-fetched", "b-hangs", "c-hangs", "d-waits", "e-waits")
		ctx, cancel := context.WithCancel(t.Context())
		d := deps(m, func(ctx context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
			if f.ID == "a-fetched" { // its last byte comes just as the program is told to stop
				<-time.After(time.Minute)
				cancel()
				return doc(f.ID, now, "1"), nil
			}
			<-ctx.Done()
			return news.Document{}, &news.FetchError{Class: news.ErrTimeout, Err: ctx.Err()}
		})
		sum, err := Cycle(ctx, d, time.Now(), Options{Concurrency: 3})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if sum.Feeds != 1 || sum.New != 1 {
			t.Errorf("%d feeds and %d items written, want what was fetched", sum.Feeds, sum.New)
		}
		if left := m.leased(); left != nil {
			t.Errorf("still claimed: %v", left)
		}
		for _, id := range []string{"b-hangs", "c-hangs", "d-waits", "e-waits"} {
			if st := m.feeds[id].state; st.Failures != 0 || !st.DueAt.IsZero() {
				t.Errorf("%s: a stop was counted against it: %+v", id, st)
			}
		}
	})
}

func TestCycleRenewsClaims(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("slow")
		d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
			<-time.After(5 * time.Minute)
			return doc(f.ID, now, "1"), nil
		})
		sum, err := Cycle(t.Context(), d, time.Now(), Options{Lease: 30 * time.Second})
		if err != nil || sum.OK != 1 || m.renewals != 29 && m.renewals != 30 {
			t.Errorf("ok %d, %d renewals, error %v", sum.OK, m.renewals, err)
		}
	})
}

func TestCycleDropsWhatSomebodyElseHolds(t *testing.T) {
	m := newMemory("a", "b")
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		if f.ID == "a" {
			m.mu.Lock()
			m.feeds["a"].owner, m.feeds["a"].until = "other", time.Now().Add(time.Hour)
			m.mu.Unlock()
		}
		return doc(f.ID, now, "1"), nil
	})
	sum, err := Cycle(t.Context(), d, time.Now(), Options{})
	if err != nil || sum.Lost != 1 || sum.OK != 1 || sum.New != 1 {
		t.Errorf("lost %d, ok %d, new %d, error %v; want 1, 1, 1", sum.Lost, sum.OK, sum.New, err)
	}
	if left := m.leased(); !slices.Equal(left, []string{"a"}) {
		t.Errorf("claimed now: %v; the other's claim on a must stand", left)
	}
}

func TestCycleBoundsConcurrency(t *testing.T) {
	var ids []string
	for i := range 60 {
		ids = append(ids, fmt.Sprintf("feed-%02d", i))
	}
	m := newMemory(ids...)
	var now, most atomic.Int32
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, at time.Time) (news.Document, error) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		<-time.After(time.Millisecond)
		return doc(f.ID, at, "1"), nil
	})
	sum, err := Cycle(t.Context(), d, time.Now(), Options{Concurrency: 7})
	if err != nil || sum.OK != 60 {
		t.Errorf("ok %d, error %v", sum.OK, err)
	}
	if most.Load() > 7 || most.Load() < 2 {
		t.Errorf("%d feeds at once, want at most 7 and more than one", most.Load())
	}
}

// Polls may wait for one another to be written only while there are others.
func TestCycleCommitsTogether(t *testing.T) {
	for feeds, want := range map[int]bool{1: false, 3: true} {
		var ids []string
		for i := range feeds {
			ids = append(ids, fmt.Sprint("f", i))
		}
		m := newMemory(ids...)
		var any atomic.Bool
		m.refuse = func(p news.Poll) error {
			if p.Together {
				any.Store(true)
			}
			return nil
		}
		var fetching sync.WaitGroup
		fetching.Add(feeds)
		d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, at time.Time) (news.Document, error) {
			fetching.Done()
			fetching.Wait() // for all others
			return doc(f.ID, at, "1"), nil
		})
		if sum, err := Cycle(t.Context(), d, time.Now(), Options{}); err != nil || sum.OK != feeds {
			t.Errorf("ok %d, error %v", sum.OK, err)
		}
		if any.Load() != want {
			t.Errorf("%d feeds: may wait: %v, want %v", feeds, any.Load(), want)
		}
	}
}
