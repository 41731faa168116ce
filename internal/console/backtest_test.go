package console

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"vestnik/internal/backtest"
	"vestnik/internal/news"
)

// example is an item on whose headline the match rests, now and when it came.
func example(t *testing.T, title, surface, term, rule string, now, was float64) backtest.Example {
	t.Helper()
	h := hit(t, news.FieldTitle, title, surface, 0, news.Hit{Term: term, Rule: rule})
	e := backtest.Example{Feed: feed, Known: was > 0, Item: news.Item{Title: title, Lang: "ru", Link: "https://vesti.example/7", Published: noon.Add(-2 * time.Hour), Seen: noon}}
	if now > 0 {
		e.Now = news.Match{Score: now, Over: now >= 1, Hits: []news.Hit{h}}
	}
	if was > 0 {
		e.Was = news.Match{Score: was, Over: was >= 1, Hits: []news.Hit{h}}
	}
	return e
}

func theReport(t *testing.T) backtest.Report {
	silenced := example(t, "Тоқаевтың шарабы: Tokay wine", "Тоқаевтың", "Тоқаев", "name kk -тың", 1.5, 1.5)
	silenced.Now.Excluded = []news.Hit{hit(t, news.FieldTitle, silenced.Item.Title, "Tokay wine", 0, news.Hit{Rule: "exclude any"})}
	silenced.Now.Over = false
	alan := example(t, "Алан Токаев снял фильм", "Токаев", "", "name ru", 0, 1.5)
	alan.NotNow = `"Токаев" is not "Токаев" here: the name beside it is somebody else's`
	since := noon.AddDate(0, 0, -7)
	r := backtest.Report{Since: since, Until: noon, Items: 2431, From: since, Days: backtest.Days(since, noon, almaty), Alerting: 30}
	r.Watchlists = []*backtest.Verdict{
		{ID: "tokayev", Name: "Тоқаев", Threshold: 1, Alerts: 27, PerDay: []int{1, 0, 3, 2, 12, 5, 4, 0}, Kept: map[string]int{news.SkipBacklog: 4, news.SkipTooOld: 1},
			KeptShown: []backtest.Example{example(t, "Тоқаевқа хат 🚀", "Тоқаевқа", "Тоқаев", "name kk -қа", 1.5, 0)},
			Samples:   []backtest.Example{example(t, "Токаевым подписан закон \x1b[2J🇰🇿", "Токаевым", "Токаев", "name ru -ым", 1.5, 1.5)},
			Near:      3, NearBest: []backtest.Example{example(t, "О встрече в Астане", "встрече", "встреча^0.5", "keyword ru stem встреч", 0.75, 0)},
			Held: 1, HeldShown: []backtest.Example{silenced},
			Overlap: []backtest.Overlap{{ID: "csto", Items: 9, Share: 1. / 3}, {ID: "unrest", Items: 1, Share: 1. / 27}}, Shared: 10,
			Live:  backtest.Live{Alerts: 26, Sent: 23, Owed: 1, Kept: map[string]int{news.SkipMuted: 2}},
			Added: 2, AddedShown: []backtest.Example{example(t, "Лента о Токаеве", "Токаеве", "Токаев", "name ru -е", 1.5, 0), example(t, "Токаев", "Токаев", "", "name ru", 1.5, 0.5)},
			Gone: 2, GoneShown: []backtest.Example{silenced, alan},
			Unheard: 1, Precision: &backtest.Precision{Good: 18, Bad: 2, Low: .699, High: .972,
				Weeks:     []backtest.JudgedWeek{{Monday: since, Good: 8, Bad: 2}, {Monday: since.AddDate(0, 0, 7), Good: 10}},
				Terms:     []backtest.JudgedTerm{{Term: "Тоқаев\x1b[2J", Good: 16, Bad: 2}},
				Proposals: []backtest.JudgedProposal{{Phrase: "шарабы", Bad: 2, OfBad: 3, OfGood: 18, OfOthers: 7}, {Phrase: "ice hockey 🏒", Bad: 4, OfBad: 4, OfGood: 18, OfOthers: 7}},
				YAML:      []string{"watchlists:", "  - id: tokayev", `    exclude: ["дегустация на выставке вин в Алматы", "шарабы", "ice hockey 🏒"]`}}},
		{ID: "csto", Name: "csto", Threshold: 1, Alerts: 9, PerDay: []int{0, 0, 0, 0, 9, 0, 0, 0}, Live: backtest.Live{Alerts: 9, Sent: 9},
			Overlap: []backtest.Overlap{{ID: "tokayev", Items: 9, Share: 1}}, Shared: 9},
		{ID: "quiet", Name: "Ціша", Threshold: 2, PerDay: make([]int, 8)},
		{ID: "nato", Name: "nato", Removed: true, PerDay: make([]int, 8), Live: backtest.Live{Alerts: 1, Sent: 1}, Gone: 1,
			GoneShown: []backtest.Example{example(t, "NATO", "NATO", "", "name any", 0, 1.5)}},
	}
	return r
}

func TestBacktest(t *testing.T) {
	r := theReport(t)
	for name, x := range map[string]struct {
		width   int
		details bool
	}{"backtest-table": {0, false}, "backtest-table-narrow": {90, false}, "backtest-details": {0, true}, "backtest-details-narrow": {48, true}} {
		var b bytes.Buffer
		term := &Terminal{Out: &b, Width: x.width, Zone: almaty}
		if err := term.Backtest(r, x.details); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.String())
	}
	var b bytes.Buffer
	r.From, r.Watchlists = noon.Add(-36*time.Hour), r.Watchlists[1:2]
	r.Watchlists[0].Kept = map[string]int{news.SkipTooOld: 2}
	if err := (&Terminal{Out: &b, Zone: almaty}).Backtest(r, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"csto: 9 alerts, 6 a day\n", "Alerts were possible from 2 Apr 2026 05:00 +05 on", "2 further items on this watchlist could not alert: they were too old when they came.",
		"On the watchlist, but too old when they came: would have alerted otherwise"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	b.Reset()
	only := example(t, "Бюджет туралы 🇰🇿", "Бюджет", "бюджет", "keyword kk", 1, 0)
	fresh := &backtest.Verdict{ID: "budget", Name: "Бюджет", Threshold: 1, Alerts: 2, PerDay: make([]int, 8), Added: 2, Samples: []backtest.Example{only, only},
		AddedShown: []backtest.Example{only, only}}
	if err := (&Terminal{Out: &b, Zone: almaty}).Backtest(backtest.Report{Since: r.Since, Until: noon, From: r.Since, Items: 9, Days: r.Days, Watchlists: []*backtest.Verdict{fresh}},
		true); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); strings.Count(s, "*Бюджет* туралы") != 2 || !strings.Contains(s, "all of them added: would alert now, and did not (2)") || !strings.Contains(s, "then it was not on") {
		t.Errorf("a new watchlist:\n%s", s)
	}
	b.Reset()
	r.From = time.Time{}
	if err := (&Terminal{Out: &b}).Backtest(r, false); err != nil || !strings.Contains(b.String(), "None of them could alert") {
		t.Errorf("%v\n%s", err, b.String())
	}
	b.Reset()
	if err := (&Terminal{Out: &b}).Backtest(backtest.Report{Since: noon}, true); err != nil || b.String() != "There are no stored items since 3 Apr 2026 12:00 UTC.\n" {
		t.Errorf("%q %v", b.String(), err)
	}
}

func TestDifference(t *testing.T) {
	r := theReport(t)
	silenced := r.Watchlists[0].GoneShown[0]
	r.Watchlists[0].AddedShown[0].NotWas = "its query does not hold, though there is Токаев; there is no газ"
	r.Watchlists[3].GoneShown[0].NotNow = "there is no such watchlist"
	d := backtest.Diff{Since: r.Since, Until: r.Until, Items: 2431, Watchlists: []*backtest.Change{
		{ID: "tokayev", Name: "Тоқаев", In: "both", Old: 27, New: 28, Added: 2, AddedShown: r.Watchlists[0].AddedShown, Gone: 1, GoneShown: []backtest.Example{silenced}},
		{ID: "csto", Name: "csto", In: "both", Old: 9, New: 9},
		{ID: "nato", Name: "NATO", In: "old", Old: 1, Gone: 1, GoneShown: r.Watchlists[3].GoneShown},
	}}
	var b bytes.Buffer
	if err := (&Terminal{Out: &b, Zone: almaty}).Difference(d); err != nil {
		t.Fatal(err)
	}
	golden(t, "backtest-diff", b.String())
}

func TestBars(t *testing.T) {
	for _, x := range []struct {
		values []int
		height int
		want   string
	}{
		{[]int{0, 1, 4, 8}, 1, "·▁▄█"},
		{[]int{0, 0}, 1, "··"},
		{[]int{1, 1000}, 1, "▁█"}, // something is not nothing
		{[]int{0, 4, 8, 16}, 2, "   █|·▄██"},
	} {
		if got := strings.Join(bars(x.values, x.height), "|"); got != x.want {
			t.Errorf("bars(%v, %d) = %q, want %q", x.values, x.height, got, x.want)
		}
	}
}

func TestChart(t *testing.T) {
	days := backtest.Days(noon, noon.AddDate(0, 0, 90), almaty)
	values := make([]int, len(days))
	for i := range values {
		values[i] = i % 7
	}
	lines := chart(days, values, 40)
	for _, l := range lines[:len(lines)-1] {
		if n := uniseg.StringWidth(l); n > 40+6 {
			t.Errorf("%d columns: %q", n, l)
		}
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, "3 Apr") || !strings.Contains(last, "2 Jul") || !strings.Contains(last, "a column is 3 days") {
		t.Errorf("below the chart: %q", last)
	}
	if !strings.HasPrefix(strings.TrimSpace(lines[0]), "15 │") { // 4+5+6
		t.Errorf("the scale: %q", lines[0])
	}
	if c := chart(days, make([]int, len(days)), 40); c != nil {
		t.Errorf("a chart of nothing: %q", c)
	}
	if got := sums([]int{1, 2, 3, 4, 5}, 2); !slices.Equal(got, []int{6, 9}) {
		t.Errorf("sums %v", got)
	}
}
