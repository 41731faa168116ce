package pulse

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// monday is the first of June 2026, 00:00 UTC.
var monday = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// An outlet publishes at the times that hours returns for a day, in hours after midnight.
type outlet func(day time.Time, rnd *rand.Rand) []float64

// history is everything an outlet publishes in days from monday on.
func (o outlet) history(days int) (times []time.Time) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for d := range days {
		day := monday.AddDate(0, 0, d)
		for _, h := range o(day, rnd) {
			times = append(times, day.Add(time.Duration(h*float64(time.Hour))))
		}
	}
	return times
}

// watched is the rhythm of the outlet after so many days in which it was read every ten minutes.
func (o outlet) watched(days int) (r Rhythm, lastNew time.Time) {
	times := o.history(days)
	r = Backlog(times[:1], times[0])
	times = times[1:]
	for now := times[0]; len(times) > 0; now = now.Add(10 * time.Minute) {
		n := 0
		for n < len(times) && !times[n].After(now) {
			n++
		}
		if n > 0 {
			r = r.Count(times[:n], now)
			lastNew, times = now, times[n:]
		}
	}
	return r, lastNew
}

func at(day int, hour float64) time.Time {
	return monday.AddDate(0, 0, day).Add(time.Duration(hour * float64(time.Hour)))
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// The kinds of outlet the region has.
var (
	// roundTheClock: a wire, ten items an hour.
	roundTheClock outlet = func(_ time.Time, rnd *rand.Rand) (hours []float64) {
		for range 240 {
			hours = append(hours, 24*rnd.Float64())
		}
		return sorted(hours)
	}
	// daytime: forty items between 5 and 17 UTC, every day; asleep at night.
	daytime outlet = func(_ time.Time, rnd *rand.Rand) (hours []float64) {
		for range 40 {
			hours = append(hours, 5+12*rnd.Float64())
		}
		return sorted(hours)
	}
	// office: like daytime, on weekdays.
	office outlet = func(day time.Time, rnd *rand.Rand) []float64 {
		if weekend(day) {
			return nil
		}
		return daytime(day, rnd)
	}
	// burst: an agency that puts fifty items up at once, at nine or a little after.
	burst outlet = func(_ time.Time, rnd *rand.Rand) (hours []float64) {
		start := 9 + rnd.Float64()/2
		for i := range 50 {
			hours = append(hours, start+float64(i)/600)
		}
		return hours
	}
	// blog: something every third day on average.
	blog outlet = func(_ time.Time, rnd *rand.Rand) []float64 {
		if rnd.IntN(3) > 0 {
			return nil
		}
		return []float64{24 * rnd.Float64()}
	}
)

func sorted(hours []float64) []float64 {
	for i := range hours {
		for j := i; j > 0 && hours[j] < hours[j-1]; j-- {
			hours[j], hours[j-1] = hours[j-1], hours[j]
		}
	}
	return hours
}

func TestSilent(t *testing.T) {
	tests := []struct {
		name   string
		outlet outlet
		days   int
		now    time.Time
		want   bool
	}{
		{"a wire, two hours", roundTheClock, 28, at(28, 2), false},
		{"a wire, four hours", roundTheClock, 28, at(28, 4), true},
		{"daytime, through the night", daytime, 28, at(28, 5), false},
		{"daytime, till noon", daytime, 28, at(28, 12), true},
		{"office, through the weekend", office, 26, at(28, 5), false},
		{"office, Monday noon", office, 26, at(28, 12), true},
		{"office of one week, through its first weekend", office, 5, at(7, 8), false},
		{"office of one week, a week later", office, 5, at(12, 12), true},
		{"burst, a day later", burst, 28, at(28, 8), false},
		{"burst, missed once", burst, 28, at(28, 23), false},
		{"burst, missed five times", burst, 28, at(32, 23), true},
		{"blog, a week", blog, 56, at(62, 0), false},
		{"blog, seven weeks", blog, 56, at(105, 0), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, last := tt.outlet.watched(tt.days)
			if got := r.Silent(last, tt.now); got != tt.want {
				t.Errorf("silent %v, want %v: watched until %v, last new %v, now %v", got, tt.want, r.At, last, tt.now)
			}
			// What is read back from the store says the same.
			if got := Read(r.String()).Silent(last, tt.now); got != tt.want {
				t.Errorf("silent %v after it was stored, want %v", got, tt.want)
			}
		})
	}
}

func TestSilentKnowsTooLittle(t *testing.T) {
	one := Backlog([]time.Time{at(0, 9)}, at(0, 10))
	if one.Silent(at(0, 9), at(40, 0)) {
		t.Error("one item makes a rhythm")
	}
	if !one.Silent(at(0, 9), at(57, 0)) {
		t.Error("nothing for eight weeks is no silence")
	}
	if (Rhythm{}).Silent(time.Time{}, at(99, 0)) {
		t.Error("a feed that never had anything fell silent")
	}
	if !(Rhythm{}).Silent(at(0, 0), at(99, 0)) {
		t.Error("a feed of an older version of the store never falls silent")
	}
}

// No more than one in a thousand looks at outlets that do nothing unusual calls one silent.
func TestSilentSeldomErrs(t *testing.T) {
	for name, o := range map[string]outlet{"wire": roundTheClock, "daytime": daytime, "office": office, "burst": burst, "blog": blog} {
		looks, wrong := 0, 0
		times := o.history(120)
		r := Backlog(times[:1], times[0])
		for _, next := range times[1:] {
			last := r.At
			for now := last; now.Before(next); now = now.Add(time.Hour) {
				looks++
				if r.Silent(last, now) {
					wrong++
				}
			}
			r = r.Count([]time.Time{next}, next)
		}
		if looks < 100 || wrong*1000 > looks {
			t.Errorf("%s: called silent at %d of %d looks", name, wrong, looks)
		}
	}
}

func TestPerDay(t *testing.T) {
	for _, tt := range []struct {
		name   string
		outlet outlet
		want   float64
	}{{"wire", roundTheClock, 240}, {"daytime", daytime, 40}, {"office", office, 40 * 5.0 / 7}, {"burst", burst, 50}, {"blog", blog, 1.0 / 3}} {
		r, last := tt.outlet.watched(56)
		if got := r.PerDay(last); math.Abs(got-tt.want) > tt.want/5+0.1 {
			t.Errorf("%s: %.2f a day, want %.2f", tt.name, got, tt.want)
		}
		if got := r.PerDay(last.AddDate(0, 6, 0)); got > tt.want/50 {
			t.Errorf("%s, dead for half a year: %.2f a day", tt.name, got)
		}
	}
}

func TestByHourInZone(t *testing.T) {
	r, last := burst.watched(28)
	hottest := func(zone *time.Location) int {
		best := 0
		for h, x := range r.ByHour(last, zone) {
			if x > r.ByHour(last, zone)[best] {
				best = h
			}
		}
		return best
	}
	for name, want := range map[string]int{"": 9, "Asia/Almaty": 14, "America/New_York": 5, "Asia/Kolkata": 15} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := hottest(zone); got != want {
			t.Errorf("%q: the burst is at %d, want %d", name, got, want)
		}
	}
}

func TestWait(t *testing.T) {
	const least, most = 5 * time.Minute, 30 * time.Minute
	tests := []struct {
		name     string
		outlet   outlet
		now      time.Time
		from, to time.Duration
	}{
		{"wire", roundTheClock, at(28, 3), least, least},
		{"daytime, at noon", daytime, at(28, 12), 7 * time.Minute, 13 * time.Minute},
		{"daytime, at night", daytime, at(28, 1), most, most},
		{"daytime, as the day begins", daytime, at(28, 4.8), 15 * time.Minute, 25 * time.Minute},
		{"office, on Saturday", office, at(26, 12), most, most},
		{"burst, as it comes", burst, at(28, 9), least, least},
		{"burst, in the evening", burst, at(28, 20), most, most},
		{"blog", blog, at(28, 12), most, most},
	}
	for _, tt := range tests {
		r, _ := tt.outlet.watched(28)
		if got := r.Wait(tt.now, 0.5, least, most); got < tt.from || got > tt.to {
			t.Errorf("%s: wait %v, want %v to %v", tt.name, got, tt.from, tt.to)
		}
	}
	if got := (Rhythm{}).Wait(monday, 0.5, least, most); got != most {
		t.Errorf("nothing known: wait %v", got)
	}
}

func TestBacklog(t *testing.T) {
	now := at(20, 12)
	days := func(n int, every time.Duration) (list []time.Time) {
		for i := range n {
			list = append(list, now.Add(-time.Duration(i)*every))
		}
		return list
	}
	tests := []struct {
		name  string
		dates []time.Time
		want  float64 // items a day
	}{
		{"none", nil, 0},
		{"thirty of five hours", days(30, 10*time.Minute), 144 * 5.0 / 6}, // a rate of less than six hours is not believed
		{"the same and a pinned one of 2019", append(days(30, 10*time.Minute), now.AddDate(-7, 0, 0)), 144 * 5.0 / 6},
		{"hundreds of three days", days(288, 15*time.Minute), 96},
		{"a blog of years", days(20, 60*24*time.Hour), 1.0 / 19}, // what is old has faded, and so has the time in which there was nothing,
		{"all of one minute", days(30, time.Second), 30 * 4},
		{"from the future", []time.Time{now.Add(time.Hour)}, 0},
	}
	for _, tt := range tests {
		r := Backlog(tt.dates, now)
		if got := r.PerDay(now); math.Abs(got-tt.want) > tt.want/4+0.001 {
			t.Errorf("%s: %.3f a day, want %.3f", tt.name, got, tt.want)
		}
	}
}

func TestUnwatched(t *testing.T) {
	r, last := daytime.watched(28)
	// Two weeks in which nobody looked, and then a document that goes back a day.
	now := last.AddDate(0, 0, 14)
	var times []time.Time
	for _, x := range daytime.history(1) {
		times = append(times, x.Add(now.AddDate(0, 0, -1).Sub(monday)))
	}
	if lied := r.Count(times, now).PerDay(now); lied > 30 {
		t.Fatalf("the test is no test: %.1f a day", lied)
	}
	if got := r.Unwatched(13*24*time.Hour).Count(times, now).PerDay(now); got < 32 {
		t.Errorf("%.1f items a day, want about 40", got)
	}
	if r.Unwatched(-time.Hour) != r || (Rhythm{}).Unwatched(time.Hour).Known() {
		t.Error("unwatched for less than no time, or what is not known at all")
	}
}

func TestReadWhatIsNone(t *testing.T) {
	r, _ := office.watched(30)
	good := r.String()
	if again := Read(good).String(); again != good {
		t.Errorf("read back as\n%s\nwant\n%s", again, good)
	}
	if len(good) > 600 {
		t.Errorf("%d bytes", len(good))
	}
	for _, s := range []string{"", "1", "2" + good[1:], good + ",1", strings.Replace(good, ",", "", 1), strings.Replace(good, ",", ",NaN", 1), strings.Replace(good, ",", ",-1", 1),
		strings.Replace(good, ",", ",1e300", 1), "1 5 4 3 , ,", "1 99999999999999999999 1 1 , ,"} {
		if Read(s).Known() {
			t.Errorf("%q is a rhythm", s)
		}
	}
}

func FuzzRead(f *testing.F) {
	r, _ := burst.watched(3)
	f.Add(r.String())
	f.Add("1 0 0 0 , ,")
	f.Fuzz(func(t *testing.T, s string) {
		r := Read(s)
		now := at(9, 9)
		for _, x := range []float64{r.PerDay(now), r.Count([]time.Time{now}, now).PerDay(now)} {
			if math.IsNaN(x) || x < 0 {
				t.Errorf("%q: %v items a day", s, x)
			}
		}
		r.Silent(at(1, 1), now)
		if d := r.Wait(now, 0.5, time.Minute, time.Hour); d < time.Minute || d > time.Hour {
			t.Errorf("%q: wait %v", s, d)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	r, last := office.watched(56)
	s := r.String()
	for b.Loop() {
		if Read(s).Wait(last, 0.5, time.Minute, time.Hour) == 0 {
			b.Fatal()
		}
	}
}

// The sum over whole days is the sum over their hours.
func TestWatched(t *testing.T) {
	r := Rhythm{Since: at(3, 7.5), At: at(60, 0)}
	now := at(60, 13.25)
	got, sum := r.watched(now)
	var want table
	total := 0.0
	for hour, weight := hourOf(now), 1.0; hour >= hourOf(r.Since); hour, weight = hour-1, weight*fading(time.Hour) {
		part := 1.0
		switch hour {
		case hourOf(now):
			part = 0.25
		case hourOf(r.Since):
			part = 0.5
		}
		kind, of := slot(hour)
		want[kind][of] += weight * part
		total += weight * part
	}
	if math.Abs(sum-total) > 1e-6 {
		t.Errorf("%f hours, want %f", sum, total)
	}
	for k := range 2 {
		for h := range 24 {
			if math.Abs(got[k][h]-want[k][h]) > 1e-6 {
				t.Errorf("[%d][%d]: %f hours, want %f", k, h, got[k][h], want[k][h])
			}
		}
	}
}
