package feeds

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// moved is the state of a feed that has been at its new address for long.
func moved(to string) news.FeedState {
	return news.FeedState{MovedTo: to, MovedSeen: 5, MovedSince: goldenNow.AddDate(0, 0, -3), LastSuccess: goldenNow, ETag: `"there"`, LastModified: "then", BodyHash: "x"}
}

func TestFetchMoved(t *testing.T) {
	var asked []string
	answer := map[string]http.HandlerFunc{}
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path+" "+r.Header.Get("If-None-Match"))
		answer[r.URL.Path](w, r)
	})
	server := strings.TrimSuffix(f.URL, "/rss")
	f.URL = server + "/old"
	there := server + "/new"
	known := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		body(small)(w, r)
	}
	gone := func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }
	leads := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusMovedPermanently) }
	tests := []struct {
		name     string
		state    func(*news.FeedState)
		old, new http.HandlerFunc
		asked    []string
		want     news.Document // MovedTo, Direct, NotModified
	}{
		{"read where it moved", nil, gone, known, []string{`/new "there"`}, news.Document{Direct: true, NotModified: true}},
		{"gone from there, back at the old address", nil, known, gone, []string{`/new "there"`, "/old "}, news.Document{}},
		{"a page there, and still led there", nil, leads, body("<html><title>Купить домен"), []string{`/new "there"`, "/old ", "/new "}, news.Document{}},
		{"asked at the old address now and then", func(s *news.FeedState) { s.MovedSeen = recheck }, leads, known, []string{`/old "there"`, `/new "there"`},
			news.Document{MovedTo: there, NotModified: true}},
		{"now and then, and it is back", func(s *news.FeedState) { s.MovedSeen = recheck }, known, gone, []string{`/old "there"`, "/old "}, news.Document{}},
		{"now and then, and the old address was given up", func(s *news.FeedState) { s.MovedSeen = recheck }, gone, known, []string{`/old "there"`, `/new "there"`},
			news.Document{Direct: true, NotModified: true}},
		{"seen twice", func(s *news.FeedState) { s.MovedSeen = 2 }, leads, known, []string{`/old "there"`, `/new "there"`}, news.Document{MovedTo: there, NotModified: true}},
		{"seen for an hour", func(s *news.FeedState) { s.MovedSince = goldenNow.Add(-time.Hour) }, leads, known, []string{`/old "there"`, `/new "there"`},
			news.Document{MovedTo: there, NotModified: true}},
		{"led there for the first time: validators are of the old place", func(s *news.FeedState) { s.MovedTo = "" }, leads, known,
			[]string{`/old "there"`, `/new "there"`, "/old ", "/new "}, news.Document{MovedTo: there}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			state := moved(there)
			if tt.state != nil {
				tt.state(&state)
			}
			asked, answer["/old"], answer["/new"] = nil, tt.old, tt.new
			doc, err := c.Fetch(t.Context(), f, state, goldenNow)
			if strings.HasPrefix(tt.name, "a page there") {
				if err == nil || err.(*news.FetchError).Class != news.ErrNotFeed {
					t.Errorf("%v", err)
				}
			} else if err != nil || doc.MovedTo != tt.want.MovedTo || doc.Direct != tt.want.Direct || doc.NotModified != tt.want.NotModified {
				t.Errorf("moved to %q, direct %v, not modified %v, %v", doc.MovedTo, doc.Direct, doc.NotModified, err)
			}
			if !slices.Equal(asked, tt.asked) {
				t.Errorf("asked\n%q, want\n%q", asked, tt.asked)
			}
		})
	}
}

// Wherever a feed is said to have moved: what it may not do by a redirect it may not do by having moved.
func TestMovedTargetIsGuarded(t *testing.T) {
	feed := func(address string) news.Feed { return news.Feed{URL: address} }
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"http://a.example/rss", "https://b.example/rss", true},
		{"https://a.example/rss", "https://b.example/rss", true},
		{"https://a.example/rss", "http://b.example/rss", false},
		{"https://editor:hunter2@a.example/rss", "https://b.example/rss", false},
		{"http://a.example/rss", "file:///etc/passwd", false},
		{"file:a.xml", "https://b.example/rss", true},
		{"http://a.example/rss", "gopher://b.example/", false},
		{"http://a.example/rss", "http://%zz", false},
	} {
		if got := movedTarget(feed(tt.from), moved(tt.to)) != nil; got != tt.want {
			t.Errorf("%s is read at %s: %v", tt.from, tt.to, got)
		}
	}

	// An address that is not public is refused there too, and the feed is read where it was.
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a private address was called") }))
	defer private.Close()
	c := New(Options{})
	path := t.TempDir() + "/feed.xml"
	if err := os.WriteFile(path, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, err := c.Fetch(t.Context(), feed("file://"+path), moved(private.URL), goldenNow)
	if err != nil || doc.Direct || len(doc.Items) != 1 {
		t.Errorf("%+v, %v", doc, err)
	}
}
