package trend

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"vestnik/internal/news"
)

var (
	monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	almaty = time.FixedZone("+05", 5*3600)
)

// A world is outlets and what they published of one watchlist, in order.
type world struct {
	watched  news.Watched
	mentions []news.Mention
}

func newWorld(outlets int, first time.Time) *world {
	w := &world{watched: news.Watched{Lists: map[string]time.Time{"w": first}, Feeds: map[string]news.WatchedFeed{}}}
	for i := range outlets {
		w.watched.Feeds[fmt.Sprint("f", i)] = news.WatchedFeed{First: first, Last: first.AddDate(1, 0, 0)}
	}
	return w
}

func (w *world) say(at time.Time, outlet int) {
	w.mentions = append(w.mentions, news.Mention{Watchlist: "w", ItemID: int64(len(w.mentions) + 1), Published: at, Feed: fmt.Sprint("f", outlet), Outlet: fmt.Sprint("O", outlet), Score: 1})
}

func (w *world) sort() {
	slices.SortStableFunc(w.mentions, func(a, b news.Mention) int { return a.Published.Compare(b.Published) })
}

// shape is how much of a day's news falls on an hour in Almaty: by day five times as much as at night, at the weekend half.
func shape(at time.Time) float64 {
	at = at.In(almaty)
	x := 0.4 / 24
	if h := at.Hour(); h >= 8 && h < 20 {
		x = 1.6 / 24
	}
	if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
		x /= 2
	}
	return x * 7 / 6
}

// live fills days with a rate of mentions a day, each of which begets echo others on average within hours.
func (w *world) live(rnd *rand.Rand, from time.Time, days int, perDay, echo float64) {
	outlets := len(w.watched.Feeds)
	for h := range days * 24 {
		begin := from.Add(time.Duration(h) * time.Hour)
		for range poisson(rnd, perDay*(1-echo)*shape(begin)) {
			var beget func(at time.Time)
			beget = func(at time.Time) {
				w.say(at, rnd.IntN(outlets))
				for range poisson(rnd, echo) {
					beget(at.Add(time.Duration(rnd.ExpFloat64() * float64(2*time.Hour))))
				}
			}
			beget(begin.Add(time.Duration(rnd.Float64() * float64(time.Hour))))
		}
	}
	w.sort()
}

func poisson(rnd *rand.Rand, mean float64) int {
	n, p, least := 0, rnd.Float64(), math.Exp(-mean)
	for p > least {
		p *= rnd.Float64()
		n++
	}
	return n
}

// at is what a bot knows at a time.
func (w *world) at(now time.Time) (Past, []news.Mention) {
	past := Past{Since: now.Add(-Span)}
	var fresh []news.Mention
	i, _ := slices.BinarySearchFunc(w.mentions, now.Add(-Span), func(m news.Mention, t time.Time) int { return m.Published.Compare(t) })
	for _, m := range w.mentions[i:] {
		if m.Published.After(now) {
			break
		}
		past.Add(news.Mentions{Watchlist: m.Watchlist, Feed: m.Feed, Hour: m.Published.Truncate(time.Hour), Items: 1})
		if !m.Published.Before(now.Add(-Reach)) {
			fresh = append(fresh, m)
		}
	}
	return past, fresh
}

// run looks every tick from a time to another and returns what was said.
func (w *world) run(from, to time.Time, tick time.Duration, o Options) (said Told) {
	var told Told
	for now := from; now.Before(to); now = now.Add(tick) {
		past, fresh := w.at(now)
		for id, f := range w.watched.Feeds {
			f.Last = now
			w.watched.Feeds[id] = f
		}
		var fresher Told
		fresher, told = told.Next(Surges(past, fresh, w.watched, now, o), Quiet(past, fresh, w.watched, now, o), now, o.CoolDown, 24*time.Hour)
		said.Surges = append(said.Surges, fresher.Surges...)
		said.Silences = append(said.Silences, fresher.Silences...)
	}
	return said
}

func options() Options {
	o := Default()
	o.Zone = almaty
	return o
}

// Where news come in clusters and by the hour of the day, a surge is said once a week and watchlist at most: with three rates, over weeks. Where one mention
// begets three others on the whole, there are bursts of a dozen without any plant; those may be told, and come to less than one in three weeks.
func TestUnplantedWeeks(t *testing.T) {
	for _, rate := range []float64{0.3, 2, 10} {
		for _, echo := range []float64{0, 0.5, 0.7} {
			w := newWorld(12, monday)
			rnd := rand.New(rand.NewPCG(uint64(rate*10), uint64(echo*10)))
			w.live(rnd, monday, 98, rate, echo)
			from := monday.AddDate(0, 0, 21)
			said := w.run(from, monday.AddDate(0, 0, 98), time.Hour, options())
			weeks := map[int]int{}
			for _, s := range said.Surges {
				weeks[int(s.At.Sub(from).Hours()/168)]++
			}
			for week, n := range weeks {
				if n > 1 && echo < 0.7 {
					t.Errorf("%g a day, echo %g: %d surges in week %d", rate, echo, n, week)
				}
			}
			t.Logf("%g a day, echo %g: %d mentions, %d surges and %d silences in 11 weeks", rate, echo, len(w.mentions), len(said.Surges), len(said.Silences))
			if len(said.Surges) > 3 {
				t.Errorf("%g a day, echo %g: %d surges in 11 weeks", rate, echo, len(said.Surges))
			}
			if len(said.Silences) > 1 {
				t.Errorf("%g a day, echo %g: %d silences in 11 weeks: %+v", rate, echo, len(said.Silences), said.Silences)
			}
		}
	}
}

// A plant is a burst: stories a so many minutes apart.
type plant struct {
	begin   time.Time
	stories int
	every   time.Duration
}

// Planted bursts are found at the first look after they cross, which is known by looking every minute; and they do cross, before they are over.
func TestPlants(t *testing.T) {
	const tick = 5 * time.Minute
	for _, tt := range []struct {
		rate    float64
		stories int
	}{{0.3, 6}, {2, 9}, {10, 18}} {
		for seed := range uint64(3) {
			w := newWorld(12, monday)
			rnd := rand.New(rand.NewPCG(seed, 7))
			w.live(rnd, monday, 63, tt.rate, 0.4)
			var plants []plant
			for i, hour := range []float64{9.2, 15.7, 2.4, 21.1} { // by day, by night, on a Sunday
				p := plant{monday.AddDate(0, 0, 29+9*i).Add(time.Duration(hour * float64(time.Hour))), tt.stories, 10 * time.Minute}
				plants = append(plants, p)
				for k := range p.stories {
					w.say(p.begin.Add(time.Duration(k)*p.every), k%7)
				}
			}
			w.sort()
			for _, p := range plants {
				end := p.begin.Add(time.Duration(p.stories) * p.every)
				var crossed, found time.Time
				for now := p.begin.Truncate(tick); now.Before(end.Add(tick)); now = now.Add(time.Minute) {
					past, fresh := w.at(now)
					if len(Surges(past, fresh, w.watched, now, options())) > 0 {
						crossed = now
						break
					}
				}
				if crossed.IsZero() || crossed.After(end) {
					t.Errorf("%g a day: %d stories from %s are no surge", tt.rate, p.stories, p.begin)
					continue
				}
				for _, s := range w.run(p.begin.Truncate(tick), end.Add(time.Hour), tick, options()).Surges {
					found = s.At
					if s.Stories < 5 || s.Outlets < 3 || s.Usual >= float64(s.Stories) || s.Began.After(s.At) || len(s.Leads) == 0 {
						t.Errorf("%+v", s)
					}
				}
				if found.IsZero() || found.Sub(crossed) >= tick+time.Minute {
					t.Errorf("%g a day: crossed at %s, found at %s", tt.rate, crossed, found)
				}
			}
		}
	}
}

// Nothing is said before two weeks are known, of whatever is new: the database, the watchlist, the feeds; or when items are not kept as long.
func TestYoung(t *testing.T) {
	now := monday.AddDate(0, 0, 40)
	burst := func(change func(*world, *Options)) int {
		w := newWorld(12, monday)
		w.live(rand.New(rand.NewPCG(1, 1)), monday, 40, 1, 0)
		for k := range 12 {
			w.say(now.Add(-time.Duration(k+1)*10*time.Minute), k)
		}
		w.sort()
		o := options()
		change(w, &o)
		past, fresh := w.at(now)
		return len(Surges(past, fresh, w.watched, now, o))
	}
	young := now.Add(-13 * 24 * time.Hour)
	for what, tt := range map[string]struct {
		change func(*world, *Options)
		want   int
	}{
		"old enough":       {func(*world, *Options) {}, 1},
		"just old enough":  {func(w *world, _ *Options) { w.watched.Lists["w"] = now.Add(-Least - 9*time.Hour) }, 1},
		"a new watchlist":  {func(w *world, _ *Options) { w.watched.Lists["w"] = young }, 0},
		"a removed one":    {func(w *world, _ *Options) { delete(w.watched.Lists, "w") }, 0},
		"short retention":  {func(_ *world, o *Options) { o.Kept = 10 * 24 * time.Hour }, 0},
		"fewer than asked": {func(_ *world, o *Options) { o.Stories = 13 }, 0},
		"fewer outlets":    {func(_ *world, o *Options) { o.Outlets = 13 }, 0},
		"new feeds": {func(w *world, _ *Options) {
			for i := range 9 {
				w.watched.Feeds[fmt.Sprint("f", i)] = news.WatchedFeed{First: young, Last: now}
			}
		}, 0},
	} {
		if got := burst(tt.change); got != tt.want {
			t.Errorf("%s: %d surges, want %d", what, got, tt.want)
		}
	}
}

// Feeds that joined later bring more, and that is no surge: what they brought before is reckoned up to the whole time.
func TestFeedsThatJoined(t *testing.T) {
	w := newWorld(4, monday)
	w.live(rand.New(rand.NewPCG(3, 1)), monday, 60, 8, 0)
	joined := monday.AddDate(0, 0, 25)
	for i := 4; i < 12; i++ { // twice as many more
		w.watched.Feeds[fmt.Sprint("f", i)] = news.WatchedFeed{First: joined}
	}
	more := newWorld(8, monday)
	more.live(rand.New(rand.NewPCG(4, 1)), joined, 35, 16, 0)
	for _, m := range more.mentions {
		var n int
		_, _ = fmt.Sscanf(m.Feed, "f%d", &n)
		w.say(m.Published, n+4)
	}
	w.sort()
	if said := w.run(monday.AddDate(0, 0, 36), monday.AddDate(0, 0, 50), time.Hour, options()); len(said.Surges) > 1 {
		t.Errorf("%d surges, the first %+v", len(said.Surges), said.Surges[0])
	}
}

// A topic that stays in the news is told of when it begins, and not every half a day from then on.
func TestLastingTopic(t *testing.T) {
	w := newWorld(12, monday)
	w.live(rand.New(rand.NewPCG(5, 1)), monday, 40, 1, 0)
	w.live(rand.New(rand.NewPCG(6, 1)), monday.AddDate(0, 0, 40), 10, 30, 0)
	said := w.run(monday.AddDate(0, 0, 39), monday.AddDate(0, 0, 50), 30*time.Minute, options())
	if n := len(said.Surges); n < 1 || n > 4 || said.Surges[0].At.Sub(monday.AddDate(0, 0, 40)) > 12*time.Hour {
		t.Errorf("%d surges: %+v", n, said.Surges)
	}
}

// A topic that was there every day and is not, is told of once, and not while its feeds cannot be read.
func TestSilence(t *testing.T) {
	w := newWorld(6, monday)
	w.live(rand.New(rand.NewPCG(8, 1)), monday, 45, 20, 0.3)
	end := w.mentions[len(w.mentions)-1].Published
	said := w.run(end.Add(-72*time.Hour), end.Add(96*time.Hour), time.Hour, options())
	if len(said.Silences) != 1 {
		t.Fatalf("%d silences: %+v", len(said.Silences), said.Silences)
	}
	s := said.Silences[0]
	if late := s.At.Sub(end); late < 12*time.Hour || late > 36*time.Hour || s.Usual < 5 || end.Sub(s.Last) > time.Hour {
		t.Errorf("found %s after the last: %+v", late, s)
	}

	past, fresh := w.at(s.At)
	if got := Quiet(past, fresh, w.watched, s.At, options()); len(got) != 0 { // the feeds were read last long after
		for id, f := range w.watched.Feeds {
			f.Last = s.At.Add(-3 * time.Hour)
			w.watched.Feeds[id] = f
		}
		if got = Quiet(past, fresh, w.watched, s.At, options()); len(got) != 0 {
			t.Errorf("its feeds were not read, and its silence is told: %+v", got)
		}
	} else {
		t.Error("the silence is not found again")
	}

	// A rare topic is often not there.
	w = newWorld(6, monday)
	w.live(rand.New(rand.NewPCG(9, 1)), monday, 45, 0.3, 0)
	if said := w.run(monday.AddDate(0, 0, 40), monday.AddDate(0, 0, 60), 2*time.Hour, options()); len(said.Silences) != 0 {
		t.Errorf("%+v", said.Silences)
	}
}

// One that opens with no tail sums to one, and both laws agree with what is in tables.
func TestTail(t *testing.T) {
	for _, tt := range []struct {
		n             int
		mean, disp, p float64
	}{
		{0, 3, 1, 1},
		{1, 2, 1, 1 - math.Exp(-2)},
		{5, 1, 1, 0.0036598},  // R: ppois(4, 1, lower.tail = FALSE)
		{3, 10, 1, 0.9972306}, // R: ppois(2, 10, lower.tail = FALSE)
		{1, 2, 2, 0.75},       // geometric like: size 2, prob 1/2: 1 - 1/4
		{4, 2, 2, 0.1875},     // R: pnbinom(3, 2, 0.5, lower.tail = FALSE)
	} {
		if got := tail(tt.n, tt.mean, tt.disp); math.Abs(got-tt.p) > 1e-6 {
			t.Errorf("tail(%d, %g, %g) = %.7f, want %.7f", tt.n, tt.mean, tt.disp, got, tt.p)
		}
	}
	for _, mean := range []float64{0.01, 1, 30, 500} {
		for _, disp := range []float64{1, 1.5, 4} {
			for _, n := range []int{1, 5, 40, 600} {
				if sum := tail(n, mean, disp) + below(n, mean, disp); math.Abs(sum-1) > 1e-6 {
					t.Errorf("n %d, mean %g, dispersion %g: %g in all", n, mean, disp, sum)
				}
			}
		}
	}
}

func TestToldNext(t *testing.T) {
	now := monday
	s := func(list string, at time.Time) Surge { return Surge{Watchlist: list, At: at} }
	fresh, all := Told{}.Next([]Surge{s("a", now), s("b", now)}, nil, now, 12*time.Hour, 24*time.Hour)
	if len(fresh.Surges) != 2 || len(all.Surges) != 2 {
		t.Fatalf("%+v %+v", fresh, all)
	}
	now = now.Add(11 * time.Hour)
	fresh, all = all.Next([]Surge{s("a", now), s("c", now)}, nil, now, 12*time.Hour, 24*time.Hour)
	if len(fresh.Surges) != 1 || fresh.Surges[0].Watchlist != "c" || len(all.Surges) != 3 {
		t.Fatalf("%+v %+v", fresh, all)
	}
	now = now.Add(time.Hour)
	fresh, all = all.Next([]Surge{s("a", now)}, nil, now, 12*time.Hour, 24*time.Hour)
	if len(fresh.Surges) != 1 || len(all.Surges) != 4 {
		t.Fatalf("%+v %+v", fresh, all)
	}
	_, all = all.Next(nil, nil, now.Add(25*time.Hour), 12*time.Hour, 24*time.Hour)
	if len(all.Surges) != 0 {
		t.Fatalf("%+v", all)
	}
}

// What is usual knows weekdays from weekends, day from night, and what a feed that joined late would have brought.
func TestUsual(t *testing.T) {
	var rows []news.Mentions
	until := monday.AddDate(0, 0, 42)
	joined := monday.AddDate(0, 0, 21)
	for day := range 42 {
		at := monday.AddDate(0, 0, day)
		if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
			continue
		}
		for h := 6; h < 14; h++ {
			rows = append(rows, news.Mentions{Feed: "old", Hour: at.Add(time.Duration(h) * time.Hour), Items: 2})
			if !at.Before(joined) {
				rows = append(rows, news.Mentions{Feed: "young", Hour: at.Add(time.Duration(h) * time.Hour), Items: 2})
			}
		}
	}
	expected := func(keep func(string) (time.Time, bool), day int, from, to float64) float64 {
		t.Helper()
		u, ok := usualOf(rows, monday.Add(-time.Hour), until, keep, time.UTC)
		if !ok {
			t.Fatal("not known")
		}
		at := until.AddDate(0, 0, day)
		return u.expected(at.Add(time.Duration(from*float64(time.Hour))), at.Add(time.Duration(to*float64(time.Hour))))
	}
	old := func(feed string) (time.Time, bool) { return monday, feed == "old" }
	both := func(feed string) (time.Time, bool) {
		if feed == "old" {
			return monday, true
		}
		return joined, true
	}
	for _, tt := range []struct {
		what        string
		got         float64
		least, most float64
	}{
		{"three hours of a working day", expected(old, 1, 8, 11), 5, 6.5},
		{"half an hour", expected(old, 1, 8.25, 8.75), 0.8, 1.1},
		{"at night", expected(old, 1, 0, 3), 0, 0.7},
		{"on a Sunday", expected(old, 6, 8, 11), 0, 2.5},
		{"with a feed that joined half way", expected(both, 1, 8, 11), 10, 13},
	} {
		if tt.got < tt.least || tt.got > tt.most {
			t.Errorf("%s: %.2f, want %g to %g", tt.what, tt.got, tt.least, tt.most)
		}
	}
	if _, ok := usualOf(rows, until.Add(-Least+time.Minute), until, old, time.UTC); ok {
		t.Error("known of less than two weeks")
	}
}

// A topic that was not there on one of these days is not always there, however unlikely the next such day.
func TestOftenQuiet(t *testing.T) {
	w := newWorld(6, monday)
	w.live(rand.New(rand.NewPCG(11, 1)), monday, 48, 120, 0)
	quiet := func(day int) bool { return day == 20 || day == 34 || day == 48 } // every second Sunday
	w.mentions = slices.DeleteFunc(w.mentions, func(m news.Mention) bool { return quiet(int(m.Published.Sub(monday).Hours() / 24)) })
	now := monday.AddDate(0, 0, 49).Add(-time.Minute)
	for id, f := range w.watched.Feeds {
		f.Last = now
		w.watched.Feeds[id] = f
	}
	past, fresh := w.at(now)
	if got := Quiet(past, fresh, w.watched, now, options()); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
