package feeds

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"vestnik/internal/news"
)

// sharedFeeds is the collection of real documents that lies beside the repository in the project's workplace.
func sharedFeeds(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
	shared := filepath.Join(dir, "..", "shared", "feeds")
	if _, err := os.Stat(shared); err != nil {
		t.Skip("the collection of real documents, ../shared/feeds beside the repository, is not here")
	}
	return shared
}

// TestRealDocuments reads every document of the collection: none may panic, none that gofeed alone reads may be refused, and
// none may lose items but repeated and empty ones.
func TestRealDocuments(t *testing.T) {
	shared := sharedFeeds(t)
	files, err := filepath.Glob(filepath.Join(shared, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu             sync.Mutex
		outcomes       = map[string]int{}
		items, dropped int
	)
	t.Run("documents", func(t *testing.T) { // returns when its parallel subtests have
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				doc, outcome := readReal(t, file)
				mu.Lock()
				defer mu.Unlock()
				outcomes[outcome]++
				items += len(doc.Items)
				dropped += doc.Dropped
			})
		}
	})
	t.Logf("%d documents: %v; %d items, %d entries dropped", len(files), outcomes, items, dropped)
}

// readReal reads one document as a feed and holds it against what gofeed alone makes of it.
func readReal(t *testing.T, file string) (doc news.Document, outcome string) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	feed := news.Feed{ID: "f", Language: "en", URL: (&url.URL{Scheme: "file", Path: file}).String()}
	doc, err := New(Options{}).Fetch(t.Context(), feed, news.FeedState{}, now)
	var fe *news.FetchError
	switch {
	case errors.As(err, &fe):
		outcome = string(fe.Class)
		t.Log(err)
	case err != nil:
		t.Errorf("%v is no FetchError", err)
	case doc.Repaired != "":
		outcome = "repaired"
		t.Logf("%d items, repaired: %s", len(doc.Items), doc.Repaired)
	default:
		outcome = "read"
	}
	for _, it := range doc.Items {
		checkItem(t, it, now)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(itemStart.FindAll(body, -1)); n > 0 && n <= len(doc.Items)+doc.Dropped {
		return doc, outcome // gofeed cannot have more than there are start tags
	}
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	alone, err := p.Parse(bytes.NewReader(body))
	if err == nil && len(alone.Items) > len(doc.Items)+doc.Dropped {
		t.Errorf("%d items and %d dropped, gofeed alone has %d", len(doc.Items), doc.Dropped, len(alone.Items))
	}
	return doc, outcome
}

// checkItem holds an item to what news.Item promises.
func checkItem(t *testing.T, it news.Item, now time.Time) {
	t.Helper()
	switch {
	case it.Title == "" && it.Text == "":
		t.Errorf("empty item %+v", it)
	case len(it.Keys) == 0:
		t.Errorf("item without keys %+v", it)
	case strings.ContainsAny(it.Title, "\n\x00"):
		t.Errorf("title %q is not one line", it.Title)
	case it.Published.Year() < 1990 || it.Published.After(now.Add(time.Hour)):
		t.Errorf("published %v", it.Published)
	case length(it.Title) > maxTitle, length(it.Text) > maxText, length(it.Author) > maxAuthor,
		len(it.Categories) > maxCategories, len(it.Link) > maxURL, len(it.URL) > maxURL:
		t.Errorf("too long: title %d, text %d, author %d, categories %d, link %d, URL %d", length(it.Title), length(it.Text),
			length(it.Author), len(it.Categories), len(it.Link), len(it.URL))
	case it.URL != CanonicalURL(it.URL):
		t.Errorf("URL %q is not canonical", it.URL)
	case it.Link != "" && !strings.HasPrefix(it.Link, "http://") && !strings.HasPrefix(it.Link, "https://"):
		t.Errorf("link %q", it.Link)
	}
}
