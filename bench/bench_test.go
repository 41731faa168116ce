package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

const (
	testFeeds = 5
	testItems = 10
)

// testFarm is a farm in this process and a file with the addresses of its feeds.
func testFarm(t *testing.T) (f *farm, b *bench) {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	f = newFarm("http://"+srv.Listener.Addr().String(), testFeeds, testItems, time.Now())
	srv.Config.Handler = f.handler()
	srv.Start()
	t.Cleanup(srv.Close)
	b = &bench{farm: f.base, own: true, dir: t.TempDir(), opts: options{workers: 3}}
	list, err := get(t.Context(), f.base+"/urls")
	if err != nil {
		t.Fatal(err)
	}
	b.list = filepath.Join(b.dir, "urls")
	if err := os.WriteFile(b.list, list, 0o600); err != nil {
		t.Fatal(err)
	}
	if b.urls, err = readLines(b.list); err != nil || len(b.urls) != testFeeds {
		t.Fatalf("%d addresses, %v", len(b.urls), err)
	}
	return f, b
}

func TestFloorOnFarm(t *testing.T) {
	f, b := testFarm(t)
	state := filepath.Join(b.dir, "floor.json")
	const whole = testFeeds * testItems
	for _, step := range []struct {
		name string
		tell string
		want floorResult
	}{
		{"first", "", floorResult{Full: testFeeds, Items: whole}},
		{"unchanged", "", floorResult{Unchanged: testFeeds}},
		{"without validators", "set?validators=no", floorResult{Full: testFeeds, Items: whole}},
		{"with them again", "set?validators=yes", floorResult{Full: testFeeds, Items: whole}}, // what was known of them is gone
		{"one new each", "new?n=1", floorResult{Full: testFeeds, Items: whole}},
		{"one feed has two new", "new?n=2&every=5", floorResult{Full: 1, Unchanged: testFeeds - 1, Items: testItems}},
	} {
		if step.tell != "" {
			if err := b.tell(t.Context(), step.tell); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.tell(t.Context(), "reset"); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := runFloor(t.Context(), b.list, state, 3, &out); err != nil {
			t.Fatal(err)
		}
		var got floorResult
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || got != step.want {
			t.Errorf("%s: the floor saw %+v (%v), want %+v", step.name, got, err, step.want)
		}
		s, err := b.stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Requests != testFeeds || s.Full != int64(step.want.Full) || s.Unchanged != int64(step.want.Unchanged) || (s.Bytes > 0) != (s.Full > 0) {
			t.Errorf("%s: the farm counted %+v, want the floor's %+v", step.name, s, step.want)
		}
	}
	s := f.stats()
	inThere := 0
	for i, g := range f.feeds {
		for n := range testItems {
			if watched(i, g.newest-n) {
				inThere++
			}
		}
	}
	if s.Watched != inThere || inThere == 0 {
		t.Errorf("%d articles on a watchlist, want %d", s.Watched, inThere)
	}
	if want := whole + testFeeds + 2; s.Articles != want || s.Handed != want {
		t.Errorf("%d articles, %d of them handed out, want %d", s.Articles, s.Handed, want)
	}
	links, err := servedLinks(t.Context(), b.list)
	if err != nil || len(links) != whole {
		t.Errorf("%d different articles in the feeds, want %d (%v)", len(links), whole, err)
	}
}

// What a farm serves is the same whenever it is asked for, is dated in the past, and is read whole by gofeed, in RSS and in Atom.
func TestArticles(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := newFarm("http://127.0.0.1:1", 12, 30, now)
	formats := map[string]int{}
	for i := range f.feeds {
		doc := f.press.document(f.base, i, 29, 30)
		if !bytes.Equal(doc, f.press.document(f.base, i, 29, 30)) {
			t.Fatalf("feed %d is not the same twice", i)
		}
		feed, err := gofeed.NewParser().ParseString(string(doc))
		if err != nil || len(feed.Items) != 30 {
			t.Fatalf("feed %d: %v", i, err)
		}
		formats[feed.FeedType]++
		for n, it := range feed.Items {
			a := f.press.article(i, 29-n)
			if it.Title != a.title || it.GUID != a.guid() || !strings.HasPrefix(it.Link, a.link(f.base)) || !strings.Contains(it.Content, a.paras[2]) {
				t.Errorf("feed %d, item %d is %q, want %q", i, n, it.Title, a.title)
			}
			if it.PublishedParsed == nil || it.PublishedParsed.After(now) {
				t.Errorf("feed %d, item %d is dated %q", i, n, it.Published)
			}
		}
		if kB := len(doc) / 1000; kB < 50 || kB > 110 {
			t.Errorf("feed %d has %d kB: not like the feeds it is to be compared with", i, kB)
		}
	}
	if formats["rss"] == 0 || formats["atom"] == 0 {
		t.Errorf("formats: %v", formats)
	}
}

func TestCompare(t *testing.T) {
	var a audit
	a.compare(map[string]bool{"a": true, "b": true, "c": true}, map[string]int{"a": 1, "b": 3, "gone by now": 1})
	if want := (audit{Served: 3, Stored: 5, Lost: 1, Doubled: 2}); a != want {
		t.Errorf("got %+v, want %+v", a, want)
	}
}

func TestSummarise(t *testing.T) {
	at := func(round int, committed, floor float64, lost int) sample {
		return sample{Phase: "first", Round: round, Committed: committed, Floor: cost{Wall: floor, CPU: 1}, Bot: cost{Wall: committed + 1, CPU: 2, RSS: committed}, Audit: &audit{Lost: lost}}
	}
	lines := summarise([]sample{at(1, 2, 1, 0), at(2, 8, 2, 1), at(3, 9, 3, 2)})
	if len(lines) != 1 {
		t.Fatal(lines)
	}
	l := lines[0]
	// The ratios of the rounds are 2, 4 and 3: their median is not that of the medians, 8 and 2.
	if l.Rounds != 3 || l.Committed != 8 || l.Floor.Wall != 2 || l.Ratio != 3 || l.RatioCPU != 2 || l.MaxRSS != 9 || l.Lost != 3 {
		t.Errorf("got %+v", l)
	}
	if m := median([]float64{4, 1, 2, 3}); m != 2.5 {
		t.Errorf("median of four is %v", m)
	}
	var out bytes.Buffer
	if err := print(&out, lines); err != nil || !strings.Contains(out.String(), "3.00×") || !strings.Contains(out.String(), "3 lost") {
		t.Errorf("printed %v:\n%s", err, out.String())
	}
}

func TestSection(t *testing.T) {
	got, err := section([]byte("a: 1\n\nlist:\n  - x\n# note\n\n  - y\nb: 2\n"), "list:")
	if err != nil || string(got) != "list:\n  - x\n# note\n\n  - y\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := section([]byte("a: 1\n"), "list:"); err == nil {
		t.Error("a missing section is no error")
	}
}

func TestStages(t *testing.T) {
	log := `{"time":"2026-03-01T12:00:00.5Z","level":"DEBUG","msg":"polled","feeds":5,"new":20}
panic: not JSON
{"time":"2026-03-01T12:00:01Z","level":"INFO","msg":"polled","feeds":3,"took":"1.2s"}
`
	got := stages(strings.NewReader(log))["polled"]
	if len(got) != 2 || got[0].New != 20 || got[0].At.Nanosecond() != 5e8 || got[1].Took != "1.2s" {
		t.Errorf("%+v", got)
	}
	tail := &tail{progress: &bytes.Buffer{}, cycle: make(chan stage, 100)}
	for half := range slices.Chunk([]byte(log), 37) {
		if _, err := tail.Write(half); err != nil {
			t.Fatal(err)
		}
	}
	if len(tail.cycle) != 2 || !strings.Contains(string(tail.all()), "not JSON") {
		t.Errorf("%d cycles in a log that comes in pieces", len(tail.cycle))
	}
}

func TestFarmStopsWithItsHolder(t *testing.T) {
	in, held := pipe(t)
	out, told := pipe(t)
	ended := make(chan error, 1)
	go func() { ended <- runFarm(context.WithoutCancel(t.Context()), "127.0.0.1:0", 1, 1, in, told) }()
	var base [100]byte
	n, err := out.Read(base[:])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(t.Context(), strings.TrimSpace(string(base[:n]))+"/f/0.xml"); err != nil {
		t.Error(err)
	}
	held.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := runFarm(t.Context(), "0.0.0.0:0", 1, 1, nil, told); err == nil {
		t.Error("a farm listens to the world")
	}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func TestRefusals(t *testing.T) {
	for _, args := range []string{"nothing", "-feeds 0", "farm x", "fleet -interval 1ms", "-config /nowhere", "-phases 304", "-phases first,304,other", "cycle one"} {
		if err := run(t.Context(), strings.Fields(args), nil, &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
			t.Errorf("bench %s: no error", args)
		}
	}
}
