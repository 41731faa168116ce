package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
	"vestnik/internal/store"
)

var (
	_ Store = (*store.Store)(nil)
	_ Chats = (*store.Store)(nil)
)

// shelf is a Store of n items, newest first, that remembers what it was asked.
type shelf struct {
	tales
	n      int
	query  news.Query
	filter news.Filter
	feeds  []news.FeedStatus
	counts news.Counts
	err    error
}

func (s *shelf) Recent(_ context.Context, f news.Filter) ([]news.Found, error) {
	s.filter = f
	var items []news.Found
	for i := range min(s.n, f.Limit) {
		items = append(items, news.Found{Item: news.Item{ID: int64(s.n - i)}})
	}
	return items, s.err
}

func (s *shelf) Search(ctx context.Context, q news.Query, f news.Filter) ([]news.Found, int, error) {
	s.query = q
	items, err := s.Recent(ctx, f)
	return items, 3, err
}

func (s *shelf) FeedStatuses(context.Context) ([]news.FeedStatus, error) { return s.feeds, s.err }
func (s *shelf) Counts(context.Context) (news.Counts, error)             { return s.counts, s.err }

// words is an Expander that knows one form a word and refuses punctuation.
type words struct{}

func (words) Expand(query string) (news.Query, error) {
	if strings.ContainsAny(query, "!") {
		return news.Query{}, fmt.Errorf("%q has no word to search for", query)
	}
	var q news.Query
	for w := range strings.FieldsSeq(strings.ToLower(query)) {
		q.All = append(q.All, news.Group{{w}})
	}
	return q, nil
}

func desk(s *shelf) Desk {
	return Desk{Store: s, Expander: words{}, Watchlists: []news.Watchlist{{ID: "csto", Name: "ОДКБ"}, {ID: "tokayev", Name: "Тоқаев"}}}
}

func TestLists(t *testing.T) {
	tests := []struct {
		name   string
		stored int
		filter news.Filter
		want   int
		more   bool
	}{
		{"none", 0, news.Filter{}, 0, false},
		{"fewer than a page", 7, news.Filter{}, 7, false},
		{"a page", 20, news.Filter{}, 20, false},
		{"more than a page", 21, news.Filter{}, 20, true},
		{"own limit", 7, news.Filter{Limit: 5, Watchlist: "csto"}, 5, true},
		{"no limit there is", 5000, news.Filter{Limit: 100000}, pageMost, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &shelf{n: tt.stored}
			recent, err := desk(s).Recent(t.Context(), tt.filter)
			if err != nil || len(recent.Items) != tt.want || recent.More != tt.more || recent.Behind != 0 || s.filter.Watchlist != tt.filter.Watchlist {
				t.Errorf("recent: %d items, more %v, error %v", len(recent.Items), recent.More, err)
			}
			found, err := desk(s).Search(t.Context(), "  Токаев Минск ", tt.filter)
			if err != nil || len(found.Items) != tt.want || found.More != tt.more || found.Behind != 3 || found.Query != "Токаев Минск" {
				t.Errorf("search: %d items, more %v, behind %d, query %q, error %v", len(found.Items), found.More, found.Behind, found.Query, err)
			}
			for _, l := range []List{recent, found} {
				if l.Names["csto"] != "ОДКБ" || l.Names["tokayev"] != "Тоқаев" {
					t.Errorf("names %v", l.Names)
				}
			}
			if got := fmt.Sprint(s.query.All); got != "[[[токаев]] [[минск]]]" {
				t.Errorf("asked the store for %s", got)
			}
		})
	}
}

func TestQuestionsThatMakeNoSense(t *testing.T) {
	d := desk(&shelf{err: errors.New("not to be asked")})
	for _, tt := range []struct {
		query, watchlist, want string
	}{
		{" ", "", "say what to search for"},
		{"!!", "", `"!!" has no word to search for`},
		{"Токаев", "nato", `there is no watchlist "nato"; there are: csto, tokayev`},
	} {
		_, err := d.Search(t.Context(), tt.query, news.Filter{Watchlist: tt.watchlist})
		if !errors.Is(err, ErrAsk) || err.Error() != tt.want {
			t.Errorf("search %q in %q: %v, want %s", tt.query, tt.watchlist, err, tt.want)
		}
	}
	if _, err := d.Recent(t.Context(), news.Filter{Watchlist: "nato"}); !errors.Is(err, ErrAsk) {
		t.Errorf("recent: %v", err)
	}
	if _, err := d.Recent(t.Context(), news.Filter{}); err == nil || errors.Is(err, ErrAsk) {
		t.Errorf("a store that fails is no fault of the question: %v", err)
	}
}

func TestFeedsAndStatus(t *testing.T) {
	now := time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)
	state := func(id string, failures int, success, fresh time.Duration) news.FeedStatus {
		st := news.FeedState{FeedID: id, Failures: failures}
		if success > 0 {
			st.LastSuccess = now.Add(-success)
		}
		if fresh > 0 {
			st.LastNew = now.Add(-fresh)
		}
		if id == "blocked" {
			st.ErrorClass = news.ErrBlocked
		}
		return news.FeedStatus{Feed: news.Feed{ID: id}, State: st}
	}
	s := &shelf{counts: news.Counts{Feeds: 6, Items: 9}, feeds: []news.FeedStatus{
		state("well", 0, time.Hour, time.Hour), state("quiet", 0, 2*time.Hour, 80*24*time.Hour), state("empty", 0, 3*time.Hour, 0),
		state("new", 0, 0, 0), state("down", 3, 0, 0), state("blocked", 30, 5*time.Hour, 5*time.Hour),
	}}
	got, err := desk(s).Status(t.Context())
	want := Status{Counts: s.counts, Feeds: map[pulse.State]int{pulse.OK: 1, pulse.Down: 1, pulse.Blocked: 1, pulse.Silent: 1, pulse.Empty: 1, pulse.Waiting: 1},
		LastRead: now.Add(-time.Hour)}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("status %+v, error %v, want %+v", got, err, want)
	}
	feeds, err := desk(s).Feeds(t.Context())
	var order []string
	for _, f := range feeds {
		order = append(order, f.Feed.ID)
	}
	if err != nil || strings.Join(order, " ") != "down blocked quiet empty new well" {
		t.Errorf("feeds in order %v, error %v", order, err)
	}
}
