package poll

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"vestnik/internal/news"
)

// A feed that makes its GUIDs up at every fetch brings each item once, and the store takes its GUIDs once. When at last they hold, they are adopted.
func TestFarmDriftsForEver(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "v.db"), "alfa")
	feed := b.deps.Feeds[0]
	known := func(guids string) (n int) {
		t.Helper()
		var keys []string
		for i := range b.newest["alfa"] {
			keys = append(keys, fmt.Sprint(news.KeyGUID, guids, "-", i+1))
		}
		found, err := b.st.Known(t.Context(), feed.ID, keys)
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	cycle := func(guids string, add, adopted int) {
		t.Helper()
		b.pass(6 * time.Minute)
		b.step(add)
		b.farm.mu.Lock()
		b.guids = guids
		b.farm.mu.Unlock()
		sum, err := Cycle(t.Context(), b.deps, b.clock(), Options{})
		if err != nil || sum.OK != 1 || sum.New != add || sum.Results[0].Adopted != adopted {
			t.Fatalf("guids %s: %d read, %d new, error %v, %+v", guids, sum.OK, sum.New, err, sum.Results)
		}
	}
	if _, err := Cycle(t.Context(), b.deps, b.clock(), Options{}); err != nil {
		t.Fatal(err)
	}
	cycle("first", 1, window-1) // this might be a change for good
	for i := range 8 {
		cycle(fmt.Sprint("drift", i), 1, 0)
		if n := known(fmt.Sprint("drift", i)); n != 1 {
			t.Errorf("after drift %d: %d new GUIDs are known, want that of the new item", i, n)
		}
	}
	cycle("held", 1, 0)
	cycle("held", 1, window-2) // all but the two that were new
	cycle("held", 1, 0)
	if n := known("held"); n != window+1 {
		t.Errorf("%d GUIDs that hold are known, want %d", n, window+1)
	}
	b.agree(t)
}

// An address that left the permanent redirect is forgotten; a failure says nothing about it.
func TestNextMovedTo(t *testing.T) {
	state := news.FeedState{MovedTo: "https://old.example/"}
	for name, tt := range map[string]struct {
		out  Outcome
		want string
	}{
		"redirected":           {Outcome{Doc: news.Document{MovedTo: "https://new.example/"}}, "https://new.example/"},
		"redirected, the same": {Outcome{Doc: news.Document{MovedTo: "https://new.example/", Unchanged: true}}, "https://new.example/"},
		"not redirected":       {Outcome{}, ""},
		"failed":               {Outcome{Err: context.DeadlineExceeded}, "https://old.example/"},
	} {
		if got := Next(news.Feed{ID: "x"}, state, tt.out, noon, noon, Bounds{}).MovedTo; got != tt.want {
			t.Errorf("%s: moved to %q, want %q", name, got, tt.want)
		}
	}
}

// What a feed serves stays known however long ago its items were pruned; what it does not serve any more is forgotten in the end.
func TestFarmForgetsWhatIsNotServed(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "v.db"), "alfa")
	for step := range 20 {
		sum, err := Cycle(t.Context(), b.deps, b.clock(), Options{})
		if err != nil || step > 0 && sum.New != 1 {
			t.Fatalf("after %d steps: %d new, want what was added; error %v", step, sum.New, err)
		}
		if _, err := b.st.Prune(t.Context(), b.clock().Add(-24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		b.pass(10 * 24 * time.Hour)
		b.step(1)
	}
	var keys []string
	for i := range b.newest["alfa"] {
		keys = append(keys, fmt.Sprint(news.KeyGUID, b.guids, "-", i+1))
	}
	known, err := b.st.Known(t.Context(), "alfa", keys)
	if err != nil {
		t.Fatal(err)
	}
	// Besides the window, what left it within the 30 days that the store allows, in steps of 10, and what its weekly note is late by.
	if n := len(known); n < window+3 || n > window+4 {
		t.Errorf("%d of %d items are known, want those served of late", n, len(keys))
	}
}
