package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vestnik/internal/news"
)

type pagesFunc func(ctx context.Context, item news.Item) (news.Item, error)

func (f pagesFunc) FullText(ctx context.Context, _ news.Feed, item news.Item, _ time.Time) (news.Item, error) {
	return f(ctx, item)
}

// fullTextFeed is a feed that was read before and now has n new items; the first is the newest.
func fullTextFeed(n int) (*memory, Deps) {
	m := newMemory("f")
	m.feeds["f"].state = news.FeedState{FeedID: "f", FirstSuccess: time.Now().Add(-time.Hour), LastNew: time.Now().Add(-time.Hour)}
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		var doc news.Document
		for i := range n {
			doc.Items = append(doc.Items, news.Item{FeedID: f.ID, Keys: []string{fmt.Sprint("g:", i)}, Link: fmt.Sprint("https://a.example/", i),
				Title: fmt.Sprint(i), Text: "начало", Published: now.Add(-time.Duration(i+1) * time.Minute), Seen: now})
		}
		return doc, nil
	})
	d.Feeds[0].FullText = true
	d.Matcher = matchFunc(func(it *news.Item) []news.Match {
		return []news.Match{{Watchlist: "w", Score: 1, Over: strings.Contains(it.Text, "Токаев")}}
	})
	return m, d
}

func TestFullTextIsMatchedAndStored(t *testing.T) {
	m, d := fullTextFeed(5)
	d.Pages = pagesFunc(func(_ context.Context, item news.Item) (news.Item, error) {
		switch item.Title {
		case "1":
			return item, errors.New("403")
		case "2":
			panic("the page is a trap")
		}
		item.Text += " … и Токаев"
		item.Keys = []string{"h:other"}
		return item, nil
	})
	sum, err := Cycle(t.Context(), d, time.Now(), Options{Rules: Rules{MaxAge: 4*time.Minute + 30*time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, n := range m.items {
		got[n.Item.Keys[0]] = fmt.Sprint(n.Item.Text, "|", n.Skip, "|", n.Matches[0].Over)
	}
	want := map[string]string{"g:0": "начало … и Токаев||true", "g:1": "начало||false", "g:2": "начало||false",
		"g:3": "начало … и Токаев||true", "g:4": "начало|too old|false"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("stored %v\nwant %v", got, want)
	}
	if r := sum.Results[0]; r.Err != nil || r.Pages != 2 || r.PagesFailed != 2 || r.PagesLeft != 0 {
		t.Errorf("%+v", r)
	}
}

// Only the newest items of a poll have their pages read, a few at a time, and only of feeds that ask for it.
func TestFullTextIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, d := fullTextFeed(maxPages + 5)
		var mu sync.Mutex
		var asked []string
		now, most := 0, 0
		d.Pages = pagesFunc(func(_ context.Context, item news.Item) (news.Item, error) {
			mu.Lock()
			asked = append(asked, item.Title)
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return item, nil
		})
		sum, err := Cycle(t.Context(), d, time.Now(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range maxPages {
			if !slices.Contains(asked, fmt.Sprint(i)) {
				t.Errorf("page %d was not read", i)
			}
		}
		if r := sum.Results[0]; len(asked) != maxPages || most > pagesAtOnce || r.PagesLeft != 5 || len(m.items) != maxPages+5 {
			t.Errorf("%d asked, %d at once, %d left, %d stored", len(asked), most, r.PagesLeft, len(m.items))
		}

		_, d = fullTextFeed(3)
		asked = nil
		d.Feeds[0].FullText = false
		d.Pages = pagesFunc(func(_ context.Context, item news.Item) (news.Item, error) {
			asked = append(asked, item.Title)
			return item, nil
		})
		if _, err := Cycle(t.Context(), d, time.Now(), Options{}); err != nil || asked != nil {
			t.Errorf("%v, asked for %v", err, asked)
		}
	})
}

// Pages that do not come in time leave the feed's text; the claim holds meanwhile, and the poll is written.
func TestFullTextThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, d := fullTextFeed(10)
		d.Pages = pagesFunc(func(ctx context.Context, item news.Item) (news.Item, error) {
			<-ctx.Done()
			return item, ctx.Err()
		})
		began := time.Now()
		sum, err := Cycle(t.Context(), d, time.Now(), Options{})
		if err != nil || len(m.items) != 10 || sum.OK != 1 || sum.Results[0].PagesFailed != 10 || time.Since(began) != pagesTime {
			t.Errorf("%v, %d stored, %+v, took %s", err, len(m.items), sum.Results[0], time.Since(began))
		}
	})
}

// Told to stop while pages are read, the feed is given back: the next start reads it again, so no word of a page is missed.
func TestFullTextInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, d := fullTextFeed(10)
		ctx, cancel := context.WithCancel(t.Context())
		d.Pages = pagesFunc(func(pageCtx context.Context, item news.Item) (news.Item, error) {
			if item.Title == "0" {
				return item, nil
			}
			cancel()
			<-pageCtx.Done()
			return item, pageCtx.Err()
		})
		_, err := Cycle(ctx, d, time.Now(), Options{})
		if !errors.Is(err, context.Canceled) || len(m.items) != 0 || !slices.Equal(m.released, []string{"f"}) {
			t.Errorf("%v, %d stored, released %v", err, len(m.items), m.released)
		}
	})
}

// An edited item of such a feed has its page read again; where that fails it keeps the text it had, when the feed's words stand in it. A wording that makes no edit is not asked about twice.
func TestFullTextOfEditedItems(t *testing.T) {
	m, d := fullTextFeed(0)
	round := 0
	var asked atomic.Int32
	d.Fetcher = fetchFunc(func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		var doc news.Document
		for _, name := range []string{"а", "ә"} {
			title := "Тақырып " + name
			if round >= 2 {
				title += ", өзгерді"
			}
			lead := "начало"
			if round == 1 { // the lead alone is another; the page is not
				lead = "начало, весь"
			}
			doc.Items = append(doc.Items, news.Item{FeedID: f.ID, Keys: []string{"g:" + name, "h:" + title + lead}, Link: "https://a.example/" + name,
				Title: title, Text: lead, Published: now.Add(-time.Minute), Seen: now})
		}
		return doc, nil
	})
	d.Pages = pagesFunc(func(_ context.Context, item news.Item) (news.Item, error) {
		if asked.Add(1); round >= 2 && strings.Contains(item.Title, "ә") {
			return item, errors.New("503")
		}
		item.Text = "начало, весь текст, Токаев"
		return item, nil
	})
	var got []string
	for round = range 4 {
		asked.Store(0)
		sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true})
		if err != nil || sum.Failed > 0 {
			t.Fatal(err, sum.Results)
		}
		got = append(got, fmt.Sprint("asked ", asked.Load()))
		for _, e := range m.edits {
			got = append(got, e.Item.Title+"|"+e.Item.Text)
		}
		m.edits = nil
	}
	want := []string{"asked 2", "asked 2", "asked 2", "Тақырып ә, өзгерді|начало, весь текст, Токаев", "Тақырып а, өзгерді|начало, весь текст, Токаев", "asked 0"}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

// Pages that take longer than a poll has to be written in are no reason to lose what it brought.
func TestFullTextThatHangsBesideAnEdit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, d := fullTextFeed(0)
		title := "Тақырып"
		d.Fetcher = fetchFunc(func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
			doc := news.Document{Items: []news.Item{{FeedID: f.ID, Keys: []string{"g:1", "h:" + title}, Link: "https://a.example/1", Title: title, Text: "начало",
				Published: now.Add(-time.Minute), Seen: now}}}
			if title != "Тақырып" {
				doc.Items = append(doc.Items, news.Item{FeedID: f.ID, Keys: []string{"g:2"}, Link: "https://a.example/2", Title: "Жаңа", Published: now.Add(-time.Minute), Seen: now})
			}
			return doc, nil
		})
		d.Pages = pagesFunc(func(ctx context.Context, item news.Item) (news.Item, error) {
			select {
			case <-time.After(finish + time.Second):
			case <-ctx.Done():
			}
			return item, ctx.Err()
		})
		for range 2 {
			if sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true}); err != nil || sum.Failed > 0 {
				t.Fatal(err, sum.Results)
			}
			title = "Тақырып өзгерді"
		}
		if len(m.items) != 2 || len(m.edits) != 1 {
			t.Errorf("%d items, %d edits", len(m.items), len(m.edits))
		}
	})
}

// Words that an edit brings are matched even when no page of the feed can be read.
func TestFullTextOfEditsWithoutPages(t *testing.T) {
	m, d := fullTextFeed(0)
	whole := strings.Repeat("Подробности дела. ", 10) + "Конец"
	pages, text := false, "Начало дела"
	d.Fetcher = fetchFunc(func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		return news.Document{Items: []news.Item{{FeedID: f.ID, Keys: []string{"g:1", "h:" + text}, Link: "https://a.example/1", Title: "Дело", Text: text,
			Published: now.Add(-time.Minute), Seen: now}}}, nil
	})
	d.Pages = pagesFunc(func(_ context.Context, item news.Item) (news.Item, error) {
		if !pages {
			return item, errors.New("403")
		}
		item.Text += "\n" + whole
		return item, nil
	})
	var got []string
	poll := func(withPages bool, says string) {
		pages, text = withPages, says
		sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true})
		if err != nil || sum.Failed > 0 {
			t.Fatal(err, sum.Results)
		}
		got = append(got, fmt.Sprint(len(m.edits), " ", m.items[0].Item.Text, " ", m.items[0].Matches[0].Over))
	}
	poll(false, "Начало дела")
	poll(false, "Начало дела, приехал Токаев") // the stored text was the feed's
	poll(true, "Начало дела, прибыл Токаев")
	poll(false, "НАЧАЛО дела: прибыл") // nothing that is not there
	poll(false, "Начало дела, прибыл Лукашенко")
	tail := strings.ToValidUTF8(whole[:len(whole)-len("Начало дела, прибыл Лукашенко\n")], "")
	want := []string{
		"0 Начало дела false",
		"1 Начало дела, приехал Токаев true",
		"2 Начало дела, прибыл Токаев\n" + whole + " true",
		"2 Начало дела, прибыл Токаев\n" + whole + " true",
		"3 Начало дела, прибыл Лукашенко\nНачало дела, прибыл Токаев\n" + tail + " true",
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("poll %d:\n got %q\nwant %q", i, got[i], want[i])
		}
	}
}
