package feedback

import (
	"math"
	"reflect"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		k, n             int
		share, low, high float64
	}{
		{0, 0, 0, 0, 1},
		// Newcombe (Statistics in Medicine 17, 1998), table I, method 3.
		{81, 263, .3080, .2553, .3662},
		{15, 148, .1014, .0624, .1605},
		{0, 20, 0, 0, .1611},
		{1, 29, .0345, .0061, .1718},
		{29, 29, 1, .8830, 1},
	} {
		share, low, high := Wilson(tt.k, tt.n)
		for _, x := range [][2]float64{{share, tt.share}, {low, tt.low}, {high, tt.high}} {
			if math.Abs(x[0]-x[1]) > .00006 {
				t.Errorf("%d of %d: %.4f, want %.4f", tt.k, tt.n, x[0], x[1])
			}
		}
	}
}

func TestFisher(t *testing.T) {
	for _, tt := range []struct {
		a, n, bad, all int
		want           float64
	}{
		{3, 4, 4, 8, 17.0 / 70}, // the lady who tastes tea
		{4, 4, 4, 8, 1.0 / 70},
		{0, 4, 4, 8, 1},
		{3, 3, 3, 103, 1.0 / 176851},
		{5, 5, 3, 10, 0}, // more than there are
		{2, 9, 3, 10, 1}, // nothing else is possible
	} {
		if got := fisher(tt.a, tt.n, tt.bad, tt.all); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("fisher(%d, %d, %d, %d) = %v, want %v", tt.a, tt.n, tt.bad, tt.all, got, tt.want)
		}
	}
}

func TestOutcome(t *testing.T) {
	bad := news.Verdict{}
	for _, tt := range []struct {
		said []news.Verdict
		want outcome
	}{
		{[]news.Verdict{good}, outcome{good: true}},
		{[]news.Verdict{good, bad}, outcome{split: true}},
		{[]news.Verdict{good, good, offTopic}, outcome{good: true}},
		{[]news.Verdict{bad}, outcome{}},
		{[]news.Verdict{bad, bad, oldNews}, outcome{reason: news.OldNews}},
		{[]news.Verdict{oldNews, offTopic, offTopic, good}, outcome{reason: news.OffTopic}},
		{[]news.Verdict{oldNews, wrongPerson}, outcome{reason: news.WrongPerson}},
	} {
		if got := outcomeOf(tt.said); got != tt.want {
			t.Errorf("%+v: %+v, want %+v", tt.said, got, tt.want)
		}
	}
}

func TestSummarize(t *testing.T) {
	almaty := time.FixedZone("+05", 5*3600)
	monday := time.Date(2026, 3, 30, 0, 0, 0, 0, almaty)
	hit := func(term string) news.Hit { return news.Hit{Profile: "tokayev", Term: term} }
	item := func(seen time.Time, list string, hits []news.Hit, said ...news.Verdict) news.Judged {
		return news.Judged{Found: news.Found{Item: news.Item{Seen: seen}, Matches: []news.Match{{Watchlist: list, Hits: hits}}}, Watchlist: list, Verdicts: said}
	}
	got := Summarize([]news.Judged{
		item(monday.Add(-time.Second), "t", []news.Hit{hit("Тоқаев"), hit("Тоқаев"), hit("ұсыныс")}, good),
		item(monday, "t", []news.Hit{hit("Тоқаев")}, wrongPerson, offTopic, wrongPerson),
		item(monday.AddDate(0, 0, 6), "t", []news.Hit{hit("Тоқаев")}, oldNews),
		item(monday, "t", []news.Hit{hit("Тоқаев")}, good, oldNews),
		item(monday, "t", []news.Hit{hit("Тоқаев")}),
		item(monday, "a", nil, news.Verdict{}),
	}, almaty)
	want := []Summary{
		{Watchlist: "a", Tally: Tally{Unsaid: 1}, Weeks: []Week{{monday, Tally{Unsaid: 1}}}},
		{Watchlist: "t", Tally: Tally{Good: 1, WrongPerson: 1, OldNews: 1, Split: 1},
			Weeks: []Week{{monday.AddDate(0, 0, -7), Tally{Good: 1}}, {monday, Tally{WrongPerson: 1, OldNews: 1, Split: 1}}},
			Terms: []Term{{"tokayev", "Тоқаев", Tally{Good: 1, WrongPerson: 1, Split: 1}}, {"tokayev", "ұсыныс", Tally{Good: 1}}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !got[1].TooFew() || got[1].Of() != 3 || got[1].Bad() != 2 {
		t.Errorf("%d of %d", got[1].Bad(), got[1].Of())
	}
	if got := Summarize(nil, nil); len(got) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
}
