package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
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

// wordless are documents of the collection whose entries have nothing to show.
var wordless = map[string]bool{
	"rssparser__test__input__incomplete-fields.atom":                                                true, // its one entry is an empty author
	"rome__rome-modules__src__test__resources__com__rometools__modules__itunes__duration-empty.xml": true, // and an empty duration
}

// An outcome is what became of one document.
type outcome struct {
	file    string
	class   string // "read", "repaired", "no entries", or the class of the error
	why     string // what was mended, or the error
	items   int
	dropped int
	alone   int // items of gofeed alone; -1: it fails
}

// TestRealDocuments reads every document of the collection. Whatever gives items with gofeed alone gives them here as well, but for repeated and
// empty ones; nothing that has an entry is refused; no document panics or hangs. The counts are printed by outcome.
func TestRealDocuments(t *testing.T) {
	shared := sharedFeeds(t)
	files, err := filepath.Glob(filepath.Join(shared, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var all []outcome
	t.Run("documents", func(t *testing.T) { // returns when its parallel subtests have
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				o := readReal(t, file)
				mu.Lock()
				defer mu.Unlock()
				all = append(all, o)
			})
		}
	})

	slices.SortFunc(all, func(a, b outcome) int { return strings.Compare(a.file, b.file) })
	classes := map[string][]string{}
	var alone, here, recovered, items, aloneItems, dropped int
	for _, o := range all {
		classes[o.class] = append(classes[o.class], fmt.Sprintf("%s (gofeed alone %d): %d items, %s", o.file, o.alone, o.items, o.why))
		items, dropped = items+o.items, dropped+o.dropped
		if o.alone > 0 {
			alone++
			aloneItems += o.alone
		}
		if o.items > 0 {
			here++
			if o.alone <= 0 {
				recovered++
			}
		}
	}
	t.Logf("%d documents. gofeed alone: %d with items, %d items. Here: %d with items, %d items and %d entries that are repeated or have nothing to show; "+
		"%d of the documents give gofeed alone nothing.", len(all), alone, aloneItems, here, items, dropped, recovered)
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		t.Logf("%s: %d", class, len(classes[class]))
		if class != "read" {
			t.Log("  " + strings.Join(classes[class], "\n  "))
		}
	}
}

// readReal reads one document as a feed and holds it against what gofeed alone makes of it.
func readReal(t *testing.T, file string) outcome {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	o := outcome{file: filepath.Base(file)}
	feed := news.Feed{ID: "f", Language: "en", URL: (&url.URL{Scheme: "file", Path: file}).String()}
	doc, err := New(Options{}).Fetch(t.Context(), feed, news.FeedState{}, now)
	o.items, o.dropped = len(doc.Items), doc.Dropped
	var fe *news.FetchError
	switch {
	case errors.As(err, &fe):
		o.class, o.why = string(fe.Class), fe.Error()
	case err != nil:
		t.Errorf("%v is no FetchError", err)
	case o.items+o.dropped == 0:
		o.class = "no entries"
	case o.items == 0:
		o.class = "nothing to show"
	case doc.Repaired != "":
		o.class, o.why = "repaired", doc.Repaired
	default:
		o.class = "read"
	}
	for _, it := range doc.Items {
		checkItem(t, it, now)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	o.alone = -1
	if alone, err := p.Parse(bytes.NewReader(body)); err == nil {
		o.alone = len(alone.Items)
	}
	switch starts := len(outlineOf(decode(body, "").text).starts); {
	case o.alone > o.items+o.dropped:
		t.Errorf("%d items and %d dropped, gofeed alone has %d", o.items, o.dropped, o.alone)
	case max(starts, o.alone) > 0 && o.items == 0 && !wordless[o.file]:
		t.Errorf("%s: has entries, and none is read", o.why)
	case o.items > 0 && wordless[o.file]:
		t.Errorf("gives %d items: it does not belong on the list of those without", o.items)
	}
	return o
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
	case len(it.Media) > maxMedia || slices.ContainsFunc(it.Media, func(m news.Media) bool {
		return len(m.URL) > maxURL || len(m.Type) > maxMediaType || !strings.HasPrefix(m.URL, "http://") && !strings.HasPrefix(m.URL, "https://")
	}):
		t.Errorf("media %+v", it.Media)
	case it.URL != CanonicalURL(it.URL):
		t.Errorf("URL %q is not canonical", it.URL)
	case it.Link != "" && !strings.HasPrefix(it.Link, "http://") && !strings.HasPrefix(it.Link, "https://"):
		t.Errorf("link %q", it.Link)
	}
}
