package feeds

import (
	"context"
	"fmt"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// A reader polls one address as package poll does: it remembers what a document says to remember, and asks for the whole when it knows any item of a part.
type reader struct {
	client *Client
	feed   news.Feed
	state  news.FeedState
	known  map[string]bool
	always bool // reads every document whole
	parts  int  // documents of which a part was enough
}

// poll returns the titles of the items that are new by identity.
func (r *reader) poll(t *testing.T, now time.Time) (fresh []string, doc news.Document) {
	t.Helper()
	if r.always {
		r.state.Entries = ""
	}
	doc, err := r.client.Fetch(t.Context(), r.feed, r.state, now)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Whole != nil {
		r.parts++
		for _, it := range doc.Items {
			if r.knows(it) {
				if doc, err = doc.Whole(context.Background()); err != nil {
					t.Fatal(err)
				}
				r.parts--
				break
			}
		}
	}
	for _, it := range doc.Items {
		if !r.known[it.Keys[0]] {
			fresh = append(fresh, it.Title)
		}
		for _, k := range it.Keys {
			r.known[k] = true
		}
	}
	if !doc.Unchanged {
		r.state.Entries, r.state.BodyHash = doc.Entries, doc.BodyHash
		if doc.Left == 0 {
			r.state.WholeAt = now
		}
	}
	return fresh, doc
}

func (r *reader) knows(it news.Item) bool {
	for _, k := range it.Keys {
		if r.known[k] {
			return true
		}
	}
	return false
}

// serveBody serves what body holds at the time of the request.
func serveBody(t *testing.T, body *string) news.Feed {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(*body)) }))
	t.Cleanup(s.Close)
	return news.Feed{ID: "f", URL: s.URL, Language: "ru"}
}

func newReader(feed news.Feed, always bool) *reader {
	return &reader{client: New(Options{AllowPrivate: true}), feed: feed, known: map[string]bool{}, always: always}
}

func rss(head string, items ...string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>Лента</title><link>https://example.org/</link>` + head + strings.Join(items, "\n") + `</channel></rss>`
}

func item(guid, link, title, text string) string {
	return fmt.Sprintf("<item><guid>%s</guid><link>%s</link><title>%s</title><description><![CDATA[%s]]></description></item>", guid, link, title, text)
}

func TestKnownItemsAreLeftOut(t *testing.T) {
	var body string
	r := newReader(serveBody(t, &body), false)
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	a, b := item("1", "https://example.org/1", "Токаев в Минске", "Один"), item("2", "https://example.org/2", "Тоқаев Минскіде", "<p>Екі</p>")
	c := item("3", "https://example.org/3", "Лукашэнка ў Астане", "Тры")
	for i, step := range []struct {
		what, body  string
		items, left int
		fresh       string
	}{
		{"all is new", rss("", b, a), 2, 0, "Тоқаев Минскіде,Токаев в Минске"},
		{"one came", rss("<lastBuildDate>today</lastBuildDate>", c, b, a), 1, 2, "Лукашэнка ў Астане"},
		{"only the head changed", rss("<lastBuildDate>tomorrow</lastBuildDate>", c, b, a), 0, 3, ""},
		{"one was edited: all are read", rss("", strings.Replace(c, "Тры", "Чатыры", 1), b, a), 3, 0, ""},
		{"a text speaks of items: all are read", rss("", item("4", "https://example.org/4", "XML", "an <item> of code"), c, b, a), 4, 0, "XML"},
		{"and again", rss("", c, b, a, item("5", "https://example.org/5", "Бес", "")), 4, 0, "Бес"},
	} {
		body = step.body
		fresh, doc := r.poll(t, now.Add(time.Duration(i)*time.Minute))
		if len(doc.Items) != step.items || doc.Left != step.left || strings.Join(fresh, ",") != step.fresh {
			t.Errorf("%s: %d items and %d left out, new %q; want %d, %d, %q", step.what, len(doc.Items), doc.Left, fresh, step.items, step.left, step.fresh)
		}
	}
	r.state.WholeAt = now.Add(-25 * time.Hour)
	body = rss("", item("6", "https://example.org/6", "Алты", ""), c, b, a)
	if _, doc := r.poll(t, now); doc.Left != 0 {
		t.Error("a day after the last whole one a document is not read whole")
	}
}

// TestPartsFindWhatWholesFind polls made-up feeds of every bad habit for hundreds of rounds with two readers, one that leaves out what it knows: both have to find
// the same new items at every poll.
func TestPartsFindWhatWholesFind(t *testing.T) {
	parts := 0
	for seed := range int64(24) {
		rng := rand.New(rand.NewSource(seed))
		var body string
		feed := serveBody(t, &body)
		quick, slow := newReader(feed, false), newReader(feed, true)
		habit := []string{"good", "constant guid", "guid of the page", "shared links", "edits", "home links", "twice", "bare items", "titles alone"}[rng.Intn(9)]
		var list []string
		now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		for round := range 60 {
			for range rng.Intn(3) {
				n := len(list) + round*100
				guid, link := fmt.Sprint("g", n), fmt.Sprint("https://example.org/", n)
				title, text := fmt.Sprint("Новость ", n), strings.Repeat("мәтін ", rng.Intn(20))
				switch habit {
				case "constant guid":
					guid = "urn:same"
				case "guid of the page":
					guid = "https://example.org/"
				case "shared links":
					link = fmt.Sprint("https://example.org/", n/3)
				case "home links":
					link = "https://example.org/"
				case "twice":
					list = append([]string{item(guid, link, title, text)}, list...)
				case "titles alone":
					text = ""
				}
				next := item(guid, link, title, text)
				if habit == "bare items" || rng.Intn(10) == 0 {
					next = strings.Replace(next, "<guid>"+guid+"</guid>", "", 1)
				}
				list = append([]string{next}, list...)
			}
			if habit == "edits" && len(list) > 0 {
				i := rng.Intn(len(list))
				list[i] = strings.Replace(list[i], "Новость", "Срочная новость", 1)
			}
			list = list[:min(len(list), 15)]
			now = now.Add(time.Duration(rng.Intn(300)) * time.Minute)
			body = rss(fmt.Sprint("<pubDate>", round, "</pubDate>"), list...)
			got, _ := quick.poll(t, now)
			want, _ := slow.poll(t, now)
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Fatalf("seed %d, %s, round %d: new %q, the reader of wholes has %q", seed, habit, round, got, want)
			}
		}
		parts += quick.parts
	}
	if parts < 24*60/4 {
		t.Errorf("of %d documents only %d were read in part", 24*60, parts)
	}
	t.Logf("of %d documents %d were read in part", 24*60, parts)
}

// A document that waits until others are read loses none of its own time over it: a good feed must not be called slow because of slow neighbours.
func TestWaitingForATurn(t *testing.T) {
	body := rss("", item("1", "https://example.org/1", "Токаев в Минске", "Один"))
	r := newReader(serveBody(t, &body), false)
	r.client.o.Timeout = 4 * time.Second
	for range cap(r.client.reading) {
		r.client.reading <- struct{}{}
	}
	release := time.AfterFunc(4500*time.Millisecond, func() {
		for range cap(r.client.reading) {
			<-r.client.reading
		}
	})
	defer release.Stop()
	if fresh, _ := r.poll(t, time.Now()); len(fresh) != 1 {
		t.Errorf("new: %q; want one item", fresh)
	}
}
