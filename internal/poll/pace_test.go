package poll

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

// every is the rhythm of a feed that has had an item at such a distance for two weeks, the last half of it before noon.
func every(d time.Duration) string {
	var times []time.Time
	for at := noon.Add(-d / 2); noon.Sub(at) < 14*24*time.Hour; at = at.Add(-d) {
		times = append(times, at)
	}
	return pulse.Backlog(times, noon).String()
}

// items are n items, the newest first, a minute apart.
func items(n int, now time.Time) (list []news.Item) {
	for i := range n {
		list = append(list, news.Item{Keys: []string{fmt.Sprint("g:", i)}, Published: now.Add(-time.Duration(i) * time.Minute), Seen: now.Add(time.Second)})
	}
	return list
}

func TestPace(t *testing.T) {
	const hour = time.Hour
	read := func(size, fresh int) Outcome {
		return Outcome{Doc: news.Document{Items: items(size, noon)}, New: fresh}
	}
	says := func(fresh time.Duration) Outcome {
		return Outcome{Doc: news.Document{Unchanged: true, NotModified: true, Fresh: fresh}}
	}
	tests := []struct {
		name   string
		own    time.Duration // what the configuration says of this feed
		rhythm string
		out    Outcome
		first  bool
		gapAt  time.Time
		ttl    time.Duration
		want   time.Duration
	}{
		{name: "nothing known", want: 5 * time.Minute},
		{name: "a wire", rhythm: every(6 * time.Minute), want: 5 * time.Minute},
		{name: "three an hour", rhythm: every(20 * time.Minute), want: 10 * time.Minute},
		{name: "one in an hour", rhythm: every(hour), want: 30 * time.Minute},
		{name: "one a day", rhythm: every(24 * hour), want: 30 * time.Minute},
		{name: "watched for less than a day", rhythm: pulse.Rhythm{Since: noon.Add(-23 * hour), At: noon}.String(), want: 5 * time.Minute},
		{name: "nothing for a day", rhythm: pulse.Rhythm{Since: noon.Add(-24 * hour), At: noon}.String(), want: 30 * time.Minute},
		{name: "its own interval", own: 2 * hour, rhythm: every(6 * time.Minute), out: read(10, 9), want: 2 * hour},
		{name: "its own interval, whatever the server says", own: time.Minute, out: says(hour), want: time.Minute},
		{name: "half of its document new", rhythm: every(hour), out: read(10, 5), want: 30 * time.Minute},
		{name: "more than half new", rhythm: every(hour), out: read(10, 6), want: 15 * time.Minute},
		{name: "more than half new, of a wire", rhythm: every(6 * time.Minute), out: read(10, 6), want: 5 * time.Minute},
		{name: "three quarters new", rhythm: every(hour), out: read(8, 6), want: 150 * time.Second},
		{name: "all new, but it is the backlog", rhythm: every(hour), out: read(8, 8), first: true, want: 30 * time.Minute},
		{name: "gap", rhythm: every(hour), out: Outcome{Gap: true}, want: 150 * time.Second},
		{name: "unchanged since a gap", rhythm: every(hour), out: says(0), gapAt: noon.Add(-hour), want: 5 * time.Minute},
		{name: "the server's copy is younger", rhythm: every(20 * time.Minute), out: says(time.Minute), want: 10 * time.Minute},
		{name: "the server says a quarter", rhythm: every(6 * time.Minute), out: says(15 * time.Minute), want: 15 * time.Minute},
		{name: "the server says a day", rhythm: every(6 * time.Minute), out: says(24 * hour), want: 30 * time.Minute},
		{name: "the server says a quarter, after a gap", out: Outcome{Gap: true, Doc: news.Document{Fresh: 15 * time.Minute}}, want: 15 * time.Minute},
		{name: "ttl", rhythm: every(30 * time.Minute), ttl: 25 * time.Minute, want: 25 * time.Minute},
		{name: "ttl, nothing known", ttl: hour, want: 30 * time.Minute},
		{name: "ttl of an hour and ten items in it", rhythm: every(6 * time.Minute), ttl: hour, want: 5 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			state := news.FeedState{Rhythm: tt.rhythm, GapAt: tt.gapAt, TTL: tt.ttl}
			got := pace(news.Feed{ID: "x", Every: tt.own}, state, tt.out, tt.first, noon, Bounds{}.withDefaults())
			if got < tt.want*95/100 || got > tt.want*105/100 {
				t.Errorf("interval %v, want %v", got, tt.want)
			}
		})
	}
}

func TestBoundsAreInOrder(t *testing.T) {
	b := Bounds{Interval: time.Hour, MaxBackoff: 1000 * time.Hour, MaxWait: 1000 * time.Hour}.withDefaults()
	if b.MaxInterval != time.Hour || b.MaxBackoff != daily || b.MaxWait != daily {
		t.Errorf("%+v", b)
	}
}

// A feed is paced by what it publishes from the first document on, and by what it brings later when that has no dates.
func TestLearn(t *testing.T) {
	feed := news.Feed{ID: "x"}
	now := noon
	var backlog []news.Item
	for i := range 30 {
		backlog = append(backlog, news.Item{Published: now.Add(-time.Duration(i) * 2 * time.Hour), Seen: now})
	}
	var brought []news.NewItem
	for _, it := range backlog[3:] {
		brought = append(brought, news.NewItem{Item: it})
	}
	first := Next(feed, news.FeedState{}, Outcome{Doc: news.Document{Items: backlog}, New: 27, Brought: brought}, now, now, Bounds{})
	if ago := now.Sub(first.LastNew); ago != 6*time.Hour {
		t.Errorf("a backlog whose newest is of six hours ago was last new %v ago", ago)
	}
	if first.Pace != 30*time.Minute {
		t.Errorf("one item in two hours, and it is polled every %v", first.Pace)
	}
	if perDay := pulse.Read(first.Rhythm).PerDay(now); perDay < 10 || perDay > 14 {
		t.Errorf("%.1f items a day, want 12", perDay)
	}

	// Without dates: the backlog says nothing, not even that all came at once.
	state := news.FeedState{}
	for i := range backlog {
		backlog[i].Published = now
	}
	state = Next(feed, state, Outcome{Doc: news.Document{Items: backlog}, New: 30}, now, now, Bounds{})
	if perDay := pulse.Read(state.Rhythm).PerDay(now); perDay != 0 || state.Pace != 5*time.Minute {
		t.Errorf("a backlog without dates: %.1f items a day, every %v", perDay, state.Pace)
	}
	for range 3 * 24 {
		now = now.Add(time.Hour)
		brought := []news.NewItem{{Item: news.Item{Published: now, Seen: now}}}
		state = Next(feed, state, Outcome{Doc: news.Document{Items: items(10, now)}, New: 1, Brought: brought}, now, now, Bounds{})
	}
	if perDay := pulse.Read(state.Rhythm).PerDay(now); perDay < 20 || perDay > 28 {
		t.Errorf("%.1f items a day, want 24", perDay)
	}
	// Dates that are wrong by years count as what they are: something that came between two polls.
	now = now.Add(time.Hour)
	before := pulse.Read(state.Rhythm)
	brought = []news.NewItem{{Item: news.Item{Published: now.AddDate(-9, 0, 0), Seen: now}}, {Item: news.Item{Published: now.Add(50 * time.Minute), Seen: now}}}
	state = Next(feed, state, Outcome{Doc: news.Document{Items: items(10, now)}, New: 2, Brought: brought}, now, now, Bounds{})
	if after := pulse.Read(state.Rhythm); !after.Since.Equal(before.Since) || after.PerDay(now) <= before.PerDay(now) {
		t.Errorf("known since %v, before since %v; %.1f a day, before %.1f", after.Since, before.Since, after.PerDay(now), before.PerDay(now))
	}
}

func TestFollow(t *testing.T) {
	feed := news.Feed{ID: "x"}
	now := noon
	state := news.FeedState{}
	read := func(to string, direct bool, after time.Duration) {
		now = now.Add(after)
		state = Next(feed, state, Outcome{Doc: news.Document{MovedTo: to, Direct: direct}}, now, now, Bounds{})
	}
	const there, elsewhere = "https://new.example/rss", "https://other.example/rss"
	for range 20 {
		read(there, false, time.Hour)
	}
	if state.Moved() {
		t.Fatal("moved within a day")
	}
	read(there, false, 5*time.Hour)
	if !state.Moved() || pulse.Of(state) != pulse.Moved {
		t.Fatalf("seen %d times since %v and not moved at %v: %s", state.MovedSeen, state.MovedSince, now, pulse.Of(state))
	}
	read("", true, time.Hour)
	if !state.Moved() {
		t.Error("read there, and forgotten")
	}
	moved := state
	read(elsewhere, true, time.Hour)
	if !state.Moved() || state.MovedTo != there {
		t.Errorf("it moved on, and where it can be read is forgotten: %+v", state)
	}
	read(elsewhere, false, time.Hour)
	if state.Moved() || state.MovedTo != elsewhere {
		t.Errorf("its own address leads elsewhere: %+v", state)
	}
	state = moved
	read("", false, time.Hour)
	if state.MovedTo != "" || state.Moved() {
		t.Error("it is back, and still moved")
	}
	state = Next(feed, moved, Outcome{Err: status(500, 0)}, now, now, Bounds{})
	if !state.Moved() {
		t.Error("its own address is gone, and it is asked nowhere else after a failure")
	}
	state = Next(feed, news.FeedState{MovedTo: there, MovedSeen: 2, MovedSince: now.AddDate(0, 0, -2), LastSuccess: now}, Outcome{Err: status(500, 0)}, now, now, Bounds{})
	for range 2 {
		read(there, false, 13*time.Hour)
	}
	if state.Moved() {
		t.Error("two sightings after a failure are enough")
	}
}

// Whatever comes, a feed is due later than now, and a failing one within a day and not before its server allows.
func TestNextIsBounded(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	pick := func(of ...time.Duration) time.Duration { return of[rnd.IntN(len(of))] }
	for range 2000 {
		b := Bounds{Interval: pick(0, time.Second, time.Hour, 100*time.Hour), MaxInterval: pick(0, time.Minute, 48*time.Hour), MaxBackoff: pick(0, time.Minute, 1000*time.Hour),
			MaxWait: pick(0, time.Hour, 1000*time.Hour)}
		feed := news.Feed{ID: fmt.Sprint(rnd.Int()), Every: pick(0, 0, time.Second, 24*time.Hour, 90*24*time.Hour)}
		state := news.FeedState{}
		now := noon
		for range 20 {
			now = now.Add(time.Duration(rnd.Int64N(int64(3 * time.Hour))))
			tick := now.Add(-time.Duration(rnd.Int64N(int64(10 * time.Minute))))
			retry := pick(0, time.Second, 2*time.Hour, 23*time.Hour, 1<<62)
			out := Outcome{Err: status(503, retry)}
			if rnd.IntN(3) > 0 {
				size := rnd.IntN(9)
				out = Outcome{New: rnd.IntN(size + 1), Gap: rnd.IntN(9) == 0,
					Doc: news.Document{Items: items(size, now), Unchanged: size == 0, Fresh: pick(0, time.Minute, 1<<62), TTL: pick(0, time.Hour, 1<<62)}}
				for _, it := range out.Doc.Items[:out.New] {
					out.Brought = append(out.Brought, news.NewItem{Item: it})
				}
			}
			state = Next(feed, state, out, tick, now, b)
			wait := state.DueAt.Sub(now)
			d := b.withDefaults()
			most := max(d.MaxInterval, feed.Every)
			if out.Err != nil {
				most = daily
				if wait < min(retry, d.MaxWait) {
					t.Fatalf("asked to wait %v, waits %v", retry, wait)
				}
			}
			if wait <= 0 || wait > most {
				t.Fatalf("waits %v, want at most %v: %+v after %+v with %+v", wait, most, feed, out, b)
			}
		}
	}
}

// TestPaceOfOutlets steps ticks of five minutes through three weeks of outlets of different habits, whose documents show the newest twenty items: how
// often each is asked, how long news lies there, and that nothing slips through. The last week counts.
func TestPaceOfOutlets(t *testing.T) {
	const window, days = 20, 21
	day := func(d int) time.Time {
		return time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, d)
	}
	spread := func(perDay int, from, to float64) func(int, *rand.Rand) []time.Time {
		return func(d int, rnd *rand.Rand) (list []time.Time) {
			for range perDay {
				list = append(list, day(d).Add(time.Duration((from+(to-from)*rnd.Float64())*float64(time.Hour))))
			}
			return list
		}
	}
	tests := []struct {
		name    string
		publish func(int, *rand.Rand) []time.Time
		polls   [2]int        // a day, at least and at most
		delay   time.Duration // on average, at most
	}{
		{"a wire: 240 a day", spread(240, 0, 24), [2]int{280, 288}, 3 * time.Minute},
		{"a daily: 40 by day", spread(40, 5, 17), [2]int{70, 150}, 8 * time.Minute},
		{"an agency: 18 within half an hour", spread(18, 9, 9.5), [2]int{40, 75}, 5 * time.Minute},
		{"a magazine: 2 a day", spread(2, 8, 18), [2]int{44, 60}, 18 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(7, 8))
			var all []time.Time
			for d := range days {
				all = append(all, tt.publish(d, rnd)...)
			}
			slices.SortFunc(all, time.Time.Compare)
			feed, state := news.Feed{ID: "x"}, news.FeedState{}
			seen, polls, missed, counted := 0, 0, 0, 0
			var waited time.Duration
			for now := day(2); now.Before(day(days)); now = now.Add(5 * time.Minute) {
				if state.DueAt.After(now) {
					continue
				}
				out := 0
				for out < len(all) && !all[out].After(now) {
					out++
				}
				last := now.After(day(14))
				if last {
					polls++
				}
				var items []news.Item
				var brought []news.NewItem
				for i := out - 1; i >= max(out-window, 0); i-- {
					it := news.Item{Published: all[i], Seen: now}
					items = append(items, it)
					if i >= seen {
						brought = append(brought, news.NewItem{Item: it})
						if last {
							waited += now.Sub(all[i])
							counted++
						}
					}
				}
				gap := seen > 0 && out-seen >= window
				if last {
					missed += max(out-seen-window, 0)
				}
				state = Next(feed, state, Outcome{Doc: news.Document{Items: items, Unchanged: out == seen}, New: len(brought), Brought: brought, Gap: gap}, now, now, Bounds{})
				seen = out
			}
			polls /= 7
			delay := waited / time.Duration(counted)
			t.Logf("%d polls a day, news lies %v on average, %d missed", polls, delay.Round(time.Second), missed)
			if polls < tt.polls[0] || polls > tt.polls[1] {
				t.Errorf("%d polls a day, want %v", polls, tt.polls)
			}
			if delay > tt.delay {
				t.Errorf("news lies %v on average, want %v at most", delay, tt.delay)
			}
			if missed > 0 {
				t.Errorf("%d items were missed", missed)
			}
		})
	}
}
