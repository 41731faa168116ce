package feeds

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vestnik/internal/news"
)

func TestSpacing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const spacing = 500 * time.Millisecond
		l := hostLimit{max: 2, spacing: spacing}
		began := time.Now()
		var mu sync.Mutex
		starts := map[string][]time.Duration{}
		var wg sync.WaitGroup
		for range 4 {
			for _, host := range []string{"a.example", "A.Example", "b.example", "127.0.0.1", "localhost", "[::1]"} {
				wg.Go(func() {
					release, err := l.acquire(t.Context(), host)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					starts[host] = append(starts[host], time.Since(began))
					mu.Unlock()
					release()
				})
			}
		}
		wg.Wait()
		// Eight wanted a.example, whatever the case; four b.example.
		if d := time.Since(began); d != 7*spacing {
			t.Errorf("all had their turn after %v, want %v", d, 7*spacing)
		}
		if last := starts["b.example"][3]; last != 3*spacing {
			t.Errorf("the fourth at b.example began after %v: another host held it up", last)
		}
		for _, host := range []string{"127.0.0.1", "localhost"} {
			if last := starts[host][3]; last != 0 {
				t.Errorf("the fourth at %s began after %v, want at once", host, last)
			}
		}

		// Who goes away while it waits leaves nothing behind, and a host that was forgotten too early would be asked too soon.
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		for range 2 {
			release, err := l.acquire(ctx, "a.example")
			if err == nil {
				release()
				t.Error("no spacing behind the last one")
			} else if !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}
	})
}

func TestHostsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := hostLimit{max: 1, spacing: time.Second}
		for i := range 5000 {
			release, err := l.acquire(t.Context(), fmt.Sprintf("h%d.example", i))
			if err != nil {
				t.Fatal(err)
			}
			release()
			time.Sleep(10 * time.Millisecond)
		}
		if n := len(l.hosts); n > 500 {
			t.Errorf("%d hosts are remembered, a hundred were asked within the last second", n)
		}
	})
}

func TestManners(t *testing.T) {
	c := New(Options{PerHost: 3, Spacing: time.Second})
	for _, tt := range []struct {
		url   string
		state news.FeedState
		want  news.Manners
	}{
		{"https://News.Example:8443/rss", news.FeedState{}, news.Manners{Host: "news.example", AtOnce: 3, Spacing: time.Second}},
		{"https://news.example/rss", moved("https://new.example/rss"), news.Manners{Host: "new.example", AtOnce: 3, Spacing: time.Second}},
		{"http://8.8.8.8/rss", news.FeedState{}, news.Manners{Host: "8.8.8.8", AtOnce: 3, Spacing: time.Second}},
		{"http://10.0.0.7/rss", news.FeedState{}, news.Manners{Host: "10.0.0.7", AtOnce: 3}},
		{"http://rsshub:1200/telegram", news.FeedState{}, news.Manners{Host: "rsshub", AtOnce: 3}},
		{"file:x.xml", news.FeedState{}, news.Manners{}},
		{"nonsense", news.FeedState{}, news.Manners{}},
	} {
		if got := c.Manners(news.Feed{URL: tt.url}, tt.state); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.url, got, tt.want)
		}
	}
}
