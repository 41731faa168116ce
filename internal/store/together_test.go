package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"vestnik/internal/news"
)

// Polls that may wait share a transaction; when one of them cannot be written, all others are.
func TestCommitTogether(t *testing.T) {
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprintf("lost claim %v", lost), func(t *testing.T) {
			s := openAt(t, filepath.Join(t.TempDir(), "x.db"))
			const feeds = 5
			var config []news.Feed
			for i := range feeds {
				config = append(config, news.Feed{ID: fmt.Sprintf("f%d", i)})
			}
			must(t, s.SyncConfig(t.Context(), config, []news.Watchlist{csto}, []news.Subscription{{Chat: terminal, Watchlist: csto.ID}}))
			claims, err := s.Claim(t.Context(), news.Round{Owner: "test", Start: noon, All: true}, noon, time.Minute, feeds)
			must(t, err)
			if lost {
				claims[2].Owner = "somebody else"
			}

			s.together.writing.Lock() // so that all are there before the first is written
			var committing sync.WaitGroup
			done, errs := make([]news.Committed, feeds), make([]error, feeds)
			for i, c := range claims {
				committing.Go(func() {
					st := c.State
					st.DueAt = noon.Add(time.Hour)
					it := news.NewItem{Item: item(st.FeedID, 1, "Саміт АДКБ 🇧🇾", ""), Matches: over(csto.ID)}
					done[i], errs[i] = s.Commit(t.Context(), news.Poll{Claim: c, At: noon, State: st, New: []news.NewItem{it}, Together: true})
				})
			}
			var c *company
			for c == nil {
				s.together.mu.Lock()
				if open := s.together.open; open != nil && len(open.polls) == feeds {
					c = open
				}
				s.together.mu.Unlock()
				time.Sleep(time.Millisecond)
			}
			s.together.writing.Unlock()
			committing.Wait()

			want, all := news.Committed{Stored: 1, Matched: 1, Owed: 1}, feeds
			if lost {
				all--
			}
			if (len(c.written) == feeds) == lost {
				t.Errorf("written together: %d of %d", len(c.written), feeds)
			}
			for i := range feeds {
				if lost && i == 2 {
					if !errors.Is(errs[i], news.ErrLeaseLost) {
						t.Errorf("the lost one: %v", errs[i])
					}
					continue
				}
				if errs[i] != nil || done[i] != want {
					t.Errorf("%d: %+v, %v; want %+v", i, done[i], errs[i], want)
				}
			}
			counts, err := s.Counts(t.Context())
			must(t, err)
			if counts.Items != all || counts.Alerts[news.AlertOwed] != all {
				t.Errorf("%d items, alerts %v; want %d", counts.Items, counts.Alerts, all)
			}
		})
	}
}

// More polls than share a transaction make several of them, and nobody is left waiting.
func TestCommitManyTogether(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "x.db"))
	const feeds = 2*maxTogether + 3
	var config []news.Feed
	for i := range feeds {
		config = append(config, news.Feed{ID: fmt.Sprintf("f%02d", i)})
	}
	must(t, s.SyncConfig(t.Context(), config, nil, nil))
	claims, err := s.Claim(t.Context(), news.Round{Owner: "test", Start: noon, All: true}, noon, time.Minute, feeds)
	must(t, err)
	var committing sync.WaitGroup
	for _, c := range claims {
		committing.Go(func() {
			p := news.Poll{Claim: c, At: noon, State: news.FeedState{DueAt: noon.Add(time.Hour)}, New: []news.NewItem{{Item: item(c.State.FeedID, 1, "ҰҚШҰ", "")}}, Together: true}
			if done, err := s.Commit(t.Context(), p); err != nil || done.Stored != 1 {
				t.Errorf("%+v, %v", done, err)
			}
		})
	}
	committing.Wait()
	counts, err := s.Counts(t.Context())
	must(t, err)
	equal(t, "items", counts.Items, feeds)
}
