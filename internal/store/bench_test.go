package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// The size of a first fetch: 15,000 items of 2.3 KB, in polls of 150, every tenth on two watchlists.
const (
	benchPolls = 100
	benchItems = 150
)

func benchStore(b *testing.B) *Store {
	s := openAt(b, filepath.Join(b.TempDir(), "vestnik.db"))
	var feeds []news.Feed
	for i := range benchPolls {
		feeds = append(feeds, news.Feed{ID: fmt.Sprintf("feed-%03d", i), URL: "https://example.org/rss"})
	}
	must(b, s.SyncConfig(b.Context(), feeds, []news.Watchlist{csto, tokayev}, []news.Subscription{{Chat: terminal, Watchlist: "csto"}, {Chat: terminal, Watchlist: "tokayev"}}))
	return s
}

// firstFetch claims every feed and makes the polls of a first fetch.
func firstFetch(b *testing.B, s *Store) (polls []news.Poll, bytes int64) {
	claims, err := s.Claim(b.Context(), news.Round{Owner: "bench", Start: noon}, noon, time.Hour, benchPolls)
	must(b, err)
	for _, c := range claims {
		p := news.Poll{Claim: c, At: noon, State: c.State}
		for i := range benchItems {
			var text strings.Builder
			for w := range 160 {
				fmt.Fprintf(&text, "слово%d ", (i*7919+w*w*31)%4000)
			}
			n := news.NewItem{Item: item(c.State.FeedID, i, fmt.Sprintf("Заголовок номер %d о встрече", i), text.String())}
			if i%10 == 0 {
				n.Matches = over("csto", "tokayev")
			}
			bytes += int64(len(n.Item.Text) + len(n.Item.Title))
			p.New = append(p.New, n)
		}
		polls = append(polls, p)
	}
	return polls, bytes
}

func commitAll(b *testing.B, s *Store, polls []news.Poll) {
	for _, p := range polls {
		done, err := s.Commit(b.Context(), p)
		must(b, err)
		if done.Stored != benchItems {
			b.Fatalf("stored %+v", done)
		}
	}
}

func BenchmarkCommit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s := benchStore(b)
		polls, bytes := firstFetch(b, s)
		b.SetBytes(bytes)
		b.StartTimer()
		commitAll(b, s, polls)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchPolls*benchItems), "ns/item")
}

func BenchmarkIndex(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s := benchStore(b)
		polls, bytes := firstFetch(b, s)
		b.SetBytes(bytes)
		commitAll(b, s, polls)
		b.StartTimer()
		for behind := 1; behind > 0; {
			var err error
			_, behind, err = s.Index(b.Context(), 500)
			must(b, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchPolls*benchItems), "ns/item")
}

// BenchmarkRead asks a store of 15,000 items what chats and the sender ask.
func BenchmarkRead(b *testing.B) {
	s := benchStore(b)
	polls, _ := firstFetch(b, s)
	commitAll(b, s, polls)
	for behind := 1; behind > 0; {
		var err error
		_, behind, err = s.Index(b.Context(), 500)
		must(b, err)
	}
	for name, ask := range map[string]func() error{
		"search/rare": func() error {
			_, _, err := s.Search(b.Context(), oneOf(news.Phrase{"слово1234"}), news.Filter{Limit: 20})
			return err
		},
		"search/in-all": func() error {
			_, _, err := s.Search(b.Context(), oneOf(news.Phrase{"заголовок"}), news.Filter{Limit: 20})
			return err
		},
		"recent/watchlist": func() error {
			_, err := s.Recent(b.Context(), news.Filter{Watchlist: "csto", Limit: 20})
			return err
		},
		"owed chats": func() error { _, err := s.OwedChats(b.Context(), noon); return err },
		"owed":       func() error { _, err := s.Owed(b.Context(), terminal, noon, 20); return err },
		"owed/one":   func() error { _, err := s.Owed(b.Context(), terminal, noon, 1); return err },
		"frozen":     func() error { _, err := s.Frozen(b.Context()); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(b, ask())
			}
		})
	}
}
