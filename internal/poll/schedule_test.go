package poll

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

var noon = time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)

func status(code int, retry time.Duration) error {
	return &news.FetchError{Class: news.ErrStatus, Status: code, Proof: fmt.Sprint("status ", code), RetryAfter: retry}
}

func TestNextDue(t *testing.T) {
	b := Bounds{Interval: 10 * time.Minute, MaxBackoff: time.Hour}
	tests := []struct {
		name     string
		every    time.Duration
		failures int
		out      Outcome
		late     time.Duration // how long after the tick the poll ended
		want     time.Duration // after the tick, jitter apart
	}{
		{name: "read", want: 10 * time.Minute},
		{name: "read late in the tick", late: 4 * time.Minute, want: 10 * time.Minute},
		{name: "read very late: not twice in a row", late: 20 * time.Minute, want: 25 * time.Minute},
		{name: "own interval", every: time.Hour, want: time.Hour},
		{name: "gap", out: Outcome{Gap: true}, want: 5 * time.Minute},
		{name: "gap of a feed with its own interval", every: time.Hour, out: Outcome{Gap: true}, want: 30 * time.Minute},
		{name: "first failure", out: Outcome{Err: status(500, 0)}, want: 10 * time.Minute},
		{name: "second failure", failures: 1, out: Outcome{Err: status(500, 0)}, want: 20 * time.Minute},
		{name: "third failure", failures: 2, out: Outcome{Err: status(500, 0)}, want: 40 * time.Minute},
		{name: "capped", failures: 3, out: Outcome{Err: status(500, 0)}, want: time.Hour},
		{name: "capped for ever", failures: 1 << 40, out: Outcome{Err: status(500, 0)}, want: time.Hour},
		{name: "slow feed keeps its interval", every: 3 * time.Hour, failures: 9, out: Outcome{Err: status(500, 0)}, want: 3 * time.Hour},
		{name: "very slow feed is tried daily", every: 72 * time.Hour, out: Outcome{Err: status(500, 0)}, want: 24 * time.Hour},
		{name: "recovered", failures: 9, want: 10 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			feed := news.Feed{ID: "belta-ru", Every: tt.every}
			now := noon.Add(tt.late)
			got := Next(feed, news.FeedState{Failures: tt.failures}, tt.out, noon, now, b)
			least := tt.want - tt.want/10
			if due := got.DueAt.Sub(noon); due > tt.want || due < least {
				t.Errorf("due %v after the tick, want between %v and %v", due, least, tt.want)
			}
			if !got.DueAt.After(now) {
				t.Errorf("due at %v, which is not after now %v", got.DueAt, now)
			}
		})
	}
}

func TestNextRetryAfter(t *testing.T) {
	tests := []struct {
		name  string
		asked time.Duration
		want  time.Duration // least time after now
		most  time.Duration
	}{
		{"longer than the back-off", 3 * time.Hour, 3 * time.Hour, 3 * time.Hour},
		{"shorter than the back-off", time.Minute, 4 * time.Minute, 5 * time.Minute},
		{"absurd", 1000 * time.Hour, 24 * time.Hour, 24 * time.Hour},
		{"negative", -time.Hour, 4 * time.Minute, 5 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := noon.Add(time.Second)
			got := Next(news.Feed{ID: "x"}, news.FeedState{}, Outcome{Err: status(429, tt.asked)}, noon, now, Bounds{})
			if due := got.DueAt.Sub(now); due < tt.want || due > tt.most {
				t.Errorf("due %v from now, want %v to %v", due, tt.want, tt.most)
			}
		})
	}
}

// A feed on a five-minute interval and a five-minute tick is polled at every tick, whatever its jitter and however late in the tick it is read.
func TestNextHitsTheNextTick(t *testing.T) {
	for i := range 1000 {
		feed := news.Feed{ID: fmt.Sprint("feed-", i)}
		now := noon.Add(time.Duration(i%120) * time.Second)
		got := Next(feed, news.FeedState{}, Outcome{}, noon, now, Bounds{})
		if next := noon.Add(5 * time.Minute); got.DueAt.After(next) {
			t.Fatalf("%s polled at +%v is due at %v, behind the tick of %v", feed.ID, now.Sub(noon), got.DueAt, next)
		}
	}
}

func TestJitterSpreadsAndRepeats(t *testing.T) {
	seen := map[time.Duration]bool{}
	for i := range 100 {
		id := fmt.Sprint("feed-", i)
		j := jitter(id, time.Hour)
		if j < 0 || j > 6*time.Minute {
			t.Errorf("jitter(%s) = %v", id, j)
		}
		if j != jitter(id, time.Hour) {
			t.Errorf("jitter(%s) differs from itself", id)
		}
		seen[j] = true
	}
	if len(seen) < 80 {
		t.Errorf("100 feeds share %d jitters", len(seen))
	}
}

func TestNextRemembers(t *testing.T) {
	before := news.FeedState{FeedID: "x", ETag: `"1"`, LastModified: "Mon", BodyHash: "aa", Failures: 4, ErrorClass: news.ErrDNS, ErrorProof: "no such host",
		FirstSuccess: noon.Add(-time.Hour), LastSuccess: noon.Add(-time.Hour), LastNew: noon.Add(-time.Hour), Gaps: 2,
		Rhythm: pulse.Backlog([]time.Time{noon.Add(-2 * time.Hour)}, noon.Add(-time.Hour)).String(), TTL: time.Minute, Took: time.Second}

	brought := []news.NewItem{{Item: news.Item{Published: noon.Add(-time.Minute), Seen: noon}}}
	got := Next(news.Feed{ID: "x"}, before, Outcome{Doc: news.Document{ETag: `"2"`, BodyHash: "bb", Took: 2 * time.Second}, New: 1, Brought: brought, Gap: true}, noon, noon, Bounds{})
	want := before
	want.Rhythm = pulse.Read(before.Rhythm).Unwatched(59*time.Minute).Count([]time.Time{noon.Add(-time.Minute)}, noon).String()
	want.TTL, want.GapAt, want.Took, want.Pace = 0, noon, 1300*time.Millisecond, 150*time.Second
	want.ETag, want.LastModified, want.BodyHash = `"2"`, "", "bb"
	want.Failures, want.ErrorClass, want.ErrorProof = 0, "", ""
	want.LastSuccess, want.LastNew, want.Gaps, want.WholeAt, want.DueAt = noon, noon, 3, noon, got.DueAt
	if got != want {
		t.Errorf("after a document\n got %+v\nwant %+v", got, want)
	}

	got = Next(news.Feed{ID: "x"}, before, Outcome{Doc: news.Document{Unchanged: true, NotModified: true}}, noon, noon, Bounds{})
	want = before
	want.Failures, want.ErrorClass, want.ErrorProof = 0, "", ""
	want.LastSuccess, want.DueAt, want.Pace = noon, got.DueAt, 5*time.Minute
	if got != want {
		t.Errorf("after a 304\n got %+v\nwant %+v", got, want)
	}

	got = Next(news.Feed{ID: "x"}, before, Outcome{Err: status(503, 0)}, noon, noon, Bounds{})
	want = before
	want.Failures, want.ErrorClass, want.ErrorProof, want.DueAt = 5, news.ErrStatus, "status 503", got.DueAt
	want.Pace = 80 * time.Minute
	if got != want {
		t.Errorf("after a failure\n got %+v\nwant %+v", got, want)
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		err   error
		class news.ErrorClass
		proof string
	}{
		{&news.FetchError{Class: news.ErrBlocked, Proof: "Just a\nmoment…"}, news.ErrBlocked, "Just a moment…"},
		{fmt.Errorf("fetch: %w", &news.FetchError{Class: news.ErrDNS, Err: errors.New("no such host")}), news.ErrDNS, "no such host"},
		{fmt.Errorf("fetch: %w", context.DeadlineExceeded), news.ErrTimeout, "fetch: context deadline exceeded"},
		{errors.New("odd\x1b[2J"), news.ErrConnect, "odd [2J"},
		{panicked("reading", "беда\x00"), news.ErrParse, "panic while reading: беда"},
	}
	for _, tt := range tests {
		if f := classify(tt.err); f.Class != tt.class || f.Proof != tt.proof {
			t.Errorf("classify(%v) = %q, %q; want %q, %q", tt.err, f.Class, f.Proof, tt.class, tt.proof)
		}
	}
	proof := classify(errors.New(strings.Repeat("Қ", 300))).Proof
	if len(proof) > 200 || !utf8.ValidString(proof) || proof == "" {
		t.Errorf("a long proof became %d bytes, valid %v", len(proof), utf8.ValidString(proof))
	}
}
