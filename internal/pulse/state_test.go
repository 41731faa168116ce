package pulse

import (
	"slices"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestOf(t *testing.T) {
	r, last := roundTheClock.watched(28)
	well := news.FeedState{FirstSuccess: monday, LastSuccess: last, LastNew: last, Rhythm: r.String(), Took: time.Second}
	with := func(change func(*news.FeedState)) news.FeedState {
		s := well
		change(&s)
		return s
	}
	failed := func(class news.ErrorClass) func(*news.FeedState) {
		return func(s *news.FeedState) { s.Failures, s.ErrorClass = 1, class }
	}
	slow := func(s *news.FeedState) { s.Took = SlowAfter }
	moved := func(s *news.FeedState) {
		slow(s)
		s.MovedTo, s.MovedSeen, s.MovedSince = "https://new.example/", 3, last.AddDate(0, 0, -1)
	}
	gap := func(s *news.FeedState) { moved(s); s.GapAt = last }
	quiet := func(s *news.FeedState) { s.LastSuccess = s.LastSuccess.Add(6 * time.Hour) }
	tests := []struct {
		name  string
		state news.FeedState
		want  State
	}{
		{"well", well, OK},
		{"never polled", news.FeedState{}, Waiting},
		{"never read", with(failed(news.ErrDNS)), Down},
		{"nothing in it", news.FeedState{LastSuccess: last}, Empty},
		{"slow", with(slow), Slow},
		{"moved and slow", with(moved), Moved},
		{"redirects, but not for long", with(func(s *news.FeedState) { moved(s); s.MovedSince = last.Add(-23 * time.Hour) }), Slow},
		{"redirects, but not often", with(func(s *news.FeedState) { moved(s); s.MovedSeen = 2 }), Slow},
		{"silent and moved", with(func(s *news.FeedState) { moved(s); quiet(s) }), Silent},
		{"gap before all", with(func(s *news.FeedState) { gap(s); quiet(s) }), Gap},
		{"a failure before a gap", with(func(s *news.FeedState) { gap(s); failed(news.ErrBlocked)(s) }), Blocked},
		{"a page", with(failed(news.ErrNotFeed)), NotFeed},
		{"broken", with(failed(news.ErrParse)), NotFeed},
		{"too large", with(failed(news.ErrTooLarge)), NotFeed},
		{"500", with(failed(news.ErrStatus)), Down},
		{"refused", with(failed(news.ErrConnect)), Down},
		{"of a later version", with(failed("odd")), Down},
	}
	seen := map[State]bool{}
	for _, tt := range tests {
		got := Of(tt.state)
		seen[got] = true
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if got.Failing() != (tt.state.Failures > 0) {
			t.Errorf("%s: failing %v", tt.name, got.Failing())
		}
	}
	for _, s := range States {
		if !seen[s] {
			t.Errorf("no feed is %q", s)
		}
	}
	shuffled := []State{OK, Moved, Down, Gap, "odd"}
	slices.SortFunc(shuffled, Worse)
	if !slices.Equal(shuffled, []State{Down, Gap, Moved, OK, "odd"}) {
		t.Errorf("the worst first: %v", shuffled)
	}
}

func TestTook(t *testing.T) {
	d := Took(0, time.Second)
	if d != time.Second || Took(d, 0) != d {
		t.Errorf("%v", d)
	}
	for range 10 {
		d = Took(d, 20*time.Second)
	}
	if d < 15*time.Second || d > 20*time.Second {
		t.Errorf("after ten slow answers %v", d)
	}
}
