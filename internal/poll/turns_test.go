package poll

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vestnik/internal/news"
)

// politely is a fetcher whose feeds are at the server their id begins with.
type politely struct {
	fetchFunc
	manners news.Manners
}

func (p politely) Manners(feed news.Feed, _ news.FeedState) news.Manners {
	m := p.manners
	m.Host, _, _ = strings.Cut(feed.ID, "/")
	return m
}

func feedsAt(host string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s/%03d", host, i))
	}
	return ids
}

// Forty feeds of a server that hangs are due before ten of others: the others are read all the same.
func TestBusyServerHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(append(feedsAt("a.example", 40), append(feedsAt("b.example", 5), feedsAt("c.example", 5)...)...)...)
		others := make(chan struct{})
		var mu sync.Mutex
		left, busy, most := 10, 0, 0
		d := deps(m, nil)
		d.Fetcher = politely{func(_ context.Context, f news.Feed, _ news.FeedState, _ time.Time) (news.Document, error) {
			if !strings.HasPrefix(f.ID, "a.") {
				mu.Lock()
				defer mu.Unlock()
				if left--; left == 0 {
					close(others)
				}
				return news.Document{}, nil
			}
			mu.Lock()
			busy++
			most = max(most, busy)
			mu.Unlock()
			<-others // as long as they are not read this one hangs: nobody would come to an end
			mu.Lock()
			busy--
			mu.Unlock()
			return news.Document{}, nil
		}, news.Manners{AtOnce: 2}}
		sum, err := Cycle(t.Context(), d, time.Now(), Options{})
		if err != nil || sum.OK != 50 {
			t.Errorf("%d of 50 read, %v", sum.OK, err)
		}
		if most != 2 {
			t.Errorf("%d at a time at one server, want 2", most)
		}
	})
}

func TestCycleSpacesRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const spacing = 500 * time.Millisecond
		m := newMemory(append(feedsAt("a.example", 20), feedsAt("b.example", 10)...)...)
		began := time.Now()
		var mu sync.Mutex
		starts := map[string][]time.Duration{}
		d := deps(m, nil)
		d.Fetcher = politely{func(_ context.Context, f news.Feed, _ news.FeedState, _ time.Time) (news.Document, error) {
			mu.Lock()
			defer mu.Unlock()
			host, _, _ := strings.Cut(f.ID, "/")
			starts[host] = append(starts[host], time.Since(began))
			return news.Document{}, nil
		}, news.Manners{AtOnce: 2, Spacing: spacing}}
		// Two workers: were they to wait for one server, the other would wait with them.
		sum, err := Cycle(t.Context(), d, time.Now(), Options{Concurrency: 2})
		if err != nil || sum.OK != 30 {
			t.Errorf("%d of 30 read, %v", sum.OK, err)
		}
		for host, n := range map[string]int{"a.example": 20, "b.example": 10} {
			for i, at := range starts[host] {
				if want := time.Duration(i) * spacing; at != want {
					t.Errorf("request %d at %s after %v, want %v", i, host, at, want)
				}
			}
			if len(starts[host]) != n {
				t.Errorf("%d requests at %s, want %d", len(starts[host]), host, n)
			}
		}
	})
}

// A cycle does not go on for ever over the feeds of one slow server: what waits is given back, keeps its place, and is the first of the next cycle.
// Meanwhile nobody else can claim it. A round over everything goes on to its end.
func TestCycleEndsBeforeABusyServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(append(feedsAt("a.example", 60), "b.example/1")...)
		d := deps(m, nil)
		d.Fetcher = politely{func(_ context.Context, f news.Feed, _ news.FeedState, _ time.Time) (news.Document, error) {
			if strings.HasPrefix(f.ID, "a.") {
				time.Sleep(9 * time.Second)
			}
			return news.Document{}, nil
		}, news.Manners{AtOnce: 1}}
		began := time.Now()
		sum, err := Cycle(t.Context(), d, began, Options{})
		if took := time.Since(began); err != nil || took < patience || took > patience+10*time.Second {
			t.Errorf("the cycle ended after %v, %v", took, err)
		}
		if sum.Lost != 0 || sum.OK != 15 || m.renewals == 0 || len(m.leased()) != 0 {
			t.Errorf("%d read, %d lost, %d renewals, still claimed: %v", sum.OK, sum.Lost, m.renewals, m.leased())
		}
		again, err := Cycle(t.Context(), d, time.Now(), Options{All: true})
		if err != nil || again.OK != 61 {
			t.Errorf("%d of 61 read in a round over all, %v", again.OK, err)
		}
	})
}

// When ctx ends, what waits for its server is given back.
func TestWaitingClaimsAreGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(feedsAt("a.example", 40)...)
		ctx, cancel := context.WithCancel(t.Context())
		d := deps(m, nil)
		d.Fetcher = politely{func(ctx context.Context, _ news.Feed, _ news.FeedState, _ time.Time) (news.Document, error) {
			<-ctx.Done()
			return news.Document{}, &news.FetchError{Class: news.ErrTimeout, Err: ctx.Err()}
		}, news.Manners{AtOnce: 2, Spacing: time.Second}}
		time.AfterFunc(time.Minute, cancel)
		sum, err := Cycle(ctx, d, time.Now(), Options{})
		if err == nil || sum.Feeds != 0 || len(m.leased()) != 0 {
			t.Errorf("%d polled, still claimed %v, %v", sum.Feeds, m.leased(), err)
		}
	})
}
