package backtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

var noon = time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)

func lists() []news.Watchlist {
	return []news.Watchlist{{ID: "tokayev", Name: "Тоқаев", Threshold: 1}, {ID: "csto", Name: "ОДКБ", Threshold: 1.5}}
}

// past is the n-th item, an hour younger than the one before.
func past(n int, skip string, over []string, ledger ...news.Alert) news.Past {
	return news.Past{Item: news.Item{ID: int64(n), Title: fmt.Sprint("жаңалық ", n), Published: noon.Add(time.Duration(n) * time.Hour)}, Skip: skip, Over: over, Ledger: ledger}
}

func alert(watchlist, chat string, state news.AlertState, reason string) news.Alert {
	return news.Alert{Watchlist: watchlist, Chat: chat, State: state, Reason: reason}
}

func match(watchlist string, score, threshold float64, excluded ...string) news.Match {
	m := news.Match{Watchlist: watchlist, Score: score, Hits: []news.Hit{{Term: "Тоқаев", Surface: "Тоқаевтың"}}}
	for _, x := range excluded {
		m.Excluded = append(m.Excluded, news.Hit{Term: x, Surface: x})
	}
	m.Over = score >= threshold && len(excluded) == 0
	return m
}

type entry struct {
	news.Past
	now []news.Match
}

// rules explain by the watchlist and the number of the item.
func rules(match Match) Rules {
	return Rules{match, func(watchlist string, it *news.Item) string { return fmt.Sprint("no ", watchlist, " in ", it.ID) }}
}

func report(t *testing.T, show int, entries ...entry) map[string]*Verdict {
	t.Helper()
	tally := New(lists(), noon, noon.Add(100*time.Hour), time.UTC, show)
	items := map[int64]entry{}
	for _, e := range entries {
		tally.Add(&e.Past, e.now)
		items[e.Item.ID] = e
	}
	r, err := tally.Report(t.Context(), nil, func(_ context.Context, ids []int64) (list []news.Found, err error) {
		for _, id := range ids {
			list = append(list, news.Found{Item: items[id].Item})
		}
		return list, nil
	}, rules(func(it *news.Item) []news.Match { return items[it.ID].now }))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*Verdict{}
	for _, v := range r.Watchlists {
		out[v.ID] = v
	}
	return out
}

// What became of an alert in one chat or another does not change that the item alerted; what the poll kept back did not.
func TestDifference(t *testing.T) {
	yes := []news.Match{match("tokayev", 1, 1)}
	no := []news.Match{match("tokayev", 0.5, 1)}
	on := []string{"tokayev"}
	sent, owed := alert("tokayev", "terminal", news.AlertSent, ""), alert("tokayev", "terminal", news.AlertOwed, "")
	muted := alert("tokayev", "telegram:1", news.AlertSkipped, news.SkipMuted)
	for _, test := range []struct {
		name string
		past news.Past
		now  []news.Match

		alerts, added, gone, unheard, kept int
		live                               Live
	}{
		{"sent then, alerts now", past(1, "", on, sent), yes, 1, 0, 0, 0, 0, Live{Alerts: 1, Sent: 1}},
		{"still owed", past(1, "", on, owed), yes, 1, 0, 0, 0, 0, Live{Alerts: 1, Owed: 1}},
		{"muted in one chat, sent to another", past(1, "", on, muted, sent), yes, 1, 0, 0, 0, 0, Live{Alerts: 1, Sent: 1}},
		{"muted in the only chat", past(1, "", on, muted), yes, 1, 0, 0, 0, 0, Live{Alerts: 1, Kept: map[string]int{news.SkipMuted: 1}}},
		{"refused by the only chat", past(1, "", on, alert("tokayev", "telegram:1", news.AlertSkipped, "message is too long")), yes, 1, 0, 0, 0, 0,
			Live{Alerts: 1, Kept: map[string]int{"message is too long": 1}}},
		{"sent then, not now", past(1, "", on, sent), no, 0, 0, 1, 0, 0, Live{Alerts: 1, Sent: 1}},
		{"sent then, nothing now", past(1, "", on, sent), nil, 0, 0, 1, 0, 0, Live{Alerts: 1, Sent: 1}},
		{"muted then, not now", past(1, "", on, muted), no, 0, 0, 1, 0, 0, Live{Alerts: 1, Kept: map[string]int{news.SkipMuted: 1}}},
		{"below then, alerts now", past(1, "", nil), yes, 1, 1, 0, 0, 0, Live{}},
		{"on it then, but nobody followed it", past(1, "", on), yes, 1, 0, 0, 1, 0, Live{}},
		{"on it then, nobody followed it, not now", past(1, "", on), no, 0, 0, 0, 0, 0, Live{}},
		{"backlog then", past(1, news.SkipBacklog, on, alert("tokayev", "terminal", news.AlertSkipped, news.SkipBacklog)), yes, 0, 0, 0, 0, 1, Live{}},
		{"backlog, not on it then", past(1, news.SkipBacklog, nil), yes, 0, 0, 0, 0, 1, Live{}},
		{"backlog, not on it now", past(1, news.SkipBacklog, on, alert("tokayev", "terminal", news.AlertSkipped, news.SkipBacklog)), no, 0, 0, 0, 0, 0, Live{}},
		{"too old", past(1, news.SkipTooOld, nil), yes, 0, 0, 0, 0, 1, Live{}},
		{"another watchlist's alert", past(1, "", []string{"csto"}, alert("csto", "terminal", news.AlertSent, "")), append([]news.Match{match("csto", 2, 1.5)}, yes...),
			1, 1, 0, 0, 0, Live{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := report(t, 5, entry{test.past, test.now})["tokayev"]
			if v.Gone > 0 && (v.GoneShown[0].NotNow == "no tokayev in 1") != (test.now == nil) {
				t.Errorf("gone, as %q", v.GoneShown[0].NotNow)
			}
			if test.live.Kept == nil {
				test.live.Kept = map[string]int{}
			}
			got := []int{v.Alerts, v.Added, v.Gone, v.Unheard, total(v.Kept)}
			if want := []int{test.alerts, test.added, test.gone, test.unheard, test.kept}; !slices.Equal(got, want) {
				t.Errorf("alerts, added, gone, unheard, kept %v, want %v", got, want)
			}
			if !reflect.DeepEqual(v.Live, test.live) {
				t.Errorf("live %+v, want %+v", v.Live, test.live)
			}
		})
	}
}

func total(counts map[string]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

func titles(list []Example) string {
	var out []string
	for _, e := range list {
		out = append(out, fmt.Sprint(e.Item.ID))
	}
	return strings.Join(out, " ")
}

func TestExamples(t *testing.T) {
	var entries []entry
	for n := range 21 {
		e := entry{Past: past(n, "", nil)}
		switch {
		case n%2 == 0:
			e.now = []news.Match{match("tokayev", 1.5, 1)}
		case n == 7:
			e.now = []news.Match{match("tokayev", 0.9, 1)}
		case n == 9:
			e.now = []news.Match{match("tokayev", 2, 1, "Tokay wine")}
		case n == 11:
			e.now = []news.Match{match("tokayev", 0.5, 1, "Tokay wine")} // neither
		case n == 13:
			e.Skip, e.now = news.SkipBacklog, []news.Match{match("tokayev", 0.9, 1)}
		default:
			e.now = []news.Match{match("tokayev", 0.5, 1)}
		}
		entries = append(entries, e)
	}
	v := report(t, 5, entries...)["tokayev"]
	for _, x := range []struct {
		what string
		n    int
		list []Example
		want string
	}{
		{"samples: the newest, the oldest and between", v.Alerts, v.Samples, "20 16 10 6 0"},
		{"near misses: the best, then the newest, those kept back too", v.Near, v.NearBest, "13 7 19 17 15"},
		{"excluded", v.Held, v.HeldShown, "9"},
		{"added: the newest", v.Added, v.AddedShown, "20 18 16 14 12"},
	} {
		if got := titles(x.list); got != x.want {
			t.Errorf("%s: %s, want %s", x.what, got, x.want)
		}
	}
	if v.Alerts != 11 || v.Near != 8 || v.Held != 1 || v.Added != 11 {
		t.Errorf("%d alerts, %d near, %d held, %d added", v.Alerts, v.Near, v.Held, v.Added)
	}
	if one := report(t, 1, entries...)["tokayev"]; titles(one.Samples) != "20" || titles(one.NearBest) != "13" || titles(one.AddedShown) != "20" {
		t.Errorf("with one example: %s, %s, %s", titles(one.Samples), titles(one.NearBest), titles(one.AddedShown))
	}
}

// What came with the first poll of a feed is shown, and alerts a day are counted from what could alert.
func TestKeptBack(t *testing.T) {
	tally := New(lists(), noon, noon.Add(100*time.Hour), time.UTC, 3)
	yes := []news.Match{match("tokayev", 1.5, 1)}
	add := func(n int, skip string, now []news.Match) {
		p := past(n, skip, nil)
		tally.Add(&p, now)
	}
	load := func(_ context.Context, ids []int64) (list []news.Found, err error) {
		for _, id := range ids {
			list = append(list, news.Found{Item: news.Item{ID: id}})
		}
		return list, nil
	}
	for n := range 7 {
		add(n, news.SkipBacklog, yes)
	}
	add(7, news.SkipBacklog, []news.Match{match("tokayev", 1.5, 1, "Tokay wine")})
	rule := func(*news.Item) []news.Match { return yes }
	r, err := tally.Report(t.Context(), nil, load, rules(rule))
	if err != nil || r.Able() != 0 {
		t.Errorf("nothing could alert, for %v: %v", r.Able(), err)
	}
	add(8, news.SkipTooOld, nil)
	add(76, "", nil)
	add(80, "", yes)
	if r, err = tally.Report(t.Context(), nil, load, rules(rule)); err != nil {
		t.Fatal(err)
	}
	v := r.Watchlists[0]
	if v.Alerts != 1 || v.Kept[news.SkipBacklog] != 7 || titles(v.KeptShown) != "6 3 0" || len(v.KeptShown[0].Now.Hits) == 0 || v.Held != 1 {
		t.Errorf("%d alerts, kept %v, shown %s, %d excluded", v.Alerts, v.Kept, titles(v.KeptShown), v.Held)
	}
	if r.Able() != 24*time.Hour {
		t.Errorf("alerts were possible for %v", r.Able())
	}
}

func TestOverlap(t *testing.T) {
	var entries []entry
	for n := range 10 {
		e := entry{Past: past(n, "", nil), now: []news.Match{match("tokayev", 1, 1)}}
		if n < 3 {
			e.now = append(e.now, match("csto", 2, 1.5))
		}
		entries = append(entries, e)
	}
	v := report(t, 5, entries...)
	if got, want := v["tokayev"].Overlap, []Overlap{{"csto", 3, 0.3}}; !slices.Equal(got, want) || v["tokayev"].Shared != 3 {
		t.Errorf("tokayev shares %v (%d), want %v", got, v["tokayev"].Shared, want)
	}
	if got, want := v["csto"].Overlap, []Overlap{{"tokayev", 3, 1}}; !slices.Equal(got, want) {
		t.Errorf("csto shares %v, want %v", got, want)
	}
}

// A watchlist that is in the ledger alone has lost all its alerts.
func TestRemoved(t *testing.T) {
	v := report(t, 5, entry{Past: past(1, "", nil, alert("nato", "a", news.AlertSent, ""), alert("nato", "b", news.AlertSent, ""))})["nato"]
	if v == nil || !v.Removed || v.Gone != 1 || v.Live.Sent != 1 || len(v.GoneShown) != 1 || v.GoneShown[0].NotNow != "" {
		t.Errorf("%+v", v)
	}
}

func TestDays(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		x, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, test := range []struct {
		since, until string
		zone         *time.Location
		want         string
	}{
		{"2026-05-11T12:00:00Z", "2026-05-13T00:00:00Z", nil, "2026-05-11 2026-05-12"},
		{"2026-05-11T12:00:00Z", "2026-05-13T00:00:00.001Z", time.UTC, "2026-05-11 2026-05-12 2026-05-13"},
		{"2026-05-11T20:00:00Z", "2026-05-12T20:00:00Z", zone, "2026-05-12 2026-05-13"},
		{"2026-02-28T00:00:00Z", "2026-03-01T01:00:00Z", time.UTC, "2026-02-28 2026-03-01"},
	} {
		if got := strings.Join(Days(at(test.since), at(test.until), test.zone), " "); got != test.want {
			t.Errorf("%s to %s: %s, want %s", test.since, test.until, got, test.want)
		}
	}
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(Days(at("2026-03-01T00:00:00Z"), at("2026-04-30T21:59:00Z"), warsaw)); n != 61 { // a change of clocks between
		t.Errorf("%d days", n)
	}
}

// An alert in the evening of UTC is of the next day in Almaty.
func TestPerDayInZone(t *testing.T) {
	tally := New(lists(), noon, noon.Add(48*time.Hour), time.FixedZone("+05", 5*3600), 5)
	for _, hours := range []int{1, 6, 8, 20} { // 18:00, 23:00 of the 11th; 01:00 and 13:00 of the 12th
		p := past(hours, "", nil)
		tally.Add(&p, []news.Match{match("tokayev", 1, 1)})
	}
	if got := tally.at["tokayev"].PerDay; !slices.Equal(got, []int{2, 2, 0}) {
		t.Errorf("%v on %v", got, tally.report.Days)
	}
}

func TestEach(t *testing.T) {
	const batches, size = 40, 25
	source := func(_ context.Context, do func([]news.Past) error) error {
		for b := range batches {
			var batch []news.Past
			for i := range size {
				batch = append(batch, past(b*size+i, "", nil))
			}
			if err := do(batch); err != nil {
				return err
			}
		}
		return nil
	}
	by := func(id string) Match {
		return func(it *news.Item) []news.Match { return []news.Match{{Watchlist: id, Score: float64(it.ID)}} }
	}
	next := 0
	err := Each(t.Context(), source, []Match{by("old"), by("new")}, func(p *news.Past, found [][]news.Match) {
		if int(p.Item.ID) != next || len(found) != 2 || found[0][0].Watchlist != "old" || found[1][0].Score != float64(next) {
			t.Fatalf("item %d with %v, want number %d", p.Item.ID, found, next)
		}
		next++
	})
	if err != nil || next != batches*size {
		t.Errorf("%d items, %v", next, err)
	}

	broken := errors.New("disk gone")
	n := 0
	err = Each(t.Context(), func(ctx context.Context, do func([]news.Past) error) error {
		if err := do([]news.Past{past(1, "", nil)}); err != nil {
			return err
		}
		return broken
	}, []Match{by("a")}, func(*news.Past, [][]news.Match) { n++ })
	if !errors.Is(err, broken) || n != 1 {
		t.Errorf("%d items, error %v", n, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	n = 0
	err = Each(ctx, source, []Match{by("a")}, func(*news.Past, [][]news.Match) {
		n++
		cancel()
	})
	if !errors.Is(err, context.Canceled) || n == batches*size {
		t.Errorf("cancelled after %d items: %v", n, err)
	}
}

func TestComparison(t *testing.T) {
	before, after := []news.Watchlist{{ID: "a"}, {ID: "old"}}, []news.Watchlist{{ID: "a"}, {ID: "new"}}
	c := NewComparison(before, after, noon, noon.Add(time.Hour), 5)
	was := map[int64][]news.Match{1: {match("a", 1, 1)}, 2: {match("a", 0.5, 1)}, 3: {match("a", 1, 1), match("old", 1, 1)}, 4: {match("a", 1, 1)}}
	is := map[int64][]news.Match{1: {match("a", 1, 1)}, 2: {match("a", 2, 1)}, 3: {match("a", 3, 1, "вино")}, 4: {match("new", 1, 1)}}
	for n := 1; n <= 4; n++ {
		p := past(n, "", nil)
		if n == 4 {
			p.Skip = news.SkipTooOld
		}
		c.Add(&p, was[int64(n)], is[int64(n)])
	}
	d, err := c.Diff(t.Context(), nil, func(_ context.Context, ids []int64) (list []news.Found, err error) {
		for _, id := range ids {
			list = append(list, news.Found{Item: news.Item{ID: id}})
		}
		return list, nil
	}, rules(func(it *news.Item) []news.Match { return was[it.ID] }), rules(func(it *news.Item) []news.Match { return is[it.ID] }))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range d.Watchlists {
		got = append(got, fmt.Sprintf("%s in %s: %d to %d, +%s -%s", x.ID, x.In, x.Old, x.New, titles(x.AddedShown), titles(x.GoneShown)))
	}
	if want := []string{"a in both: 2 to 2, +2 -3", "new in new: 0 to 0, + -", "old in old: 1 to 0, + -3"}; !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	if e := d.Watchlists[0].GoneShown[0]; !e.Was.Over || len(e.Now.Excluded) != 1 || e.NotNow != "" {
		t.Errorf("%+v", e)
	}
	if e := d.Watchlists[2].GoneShown[0]; e.NotNow != "no old in 3" || e.NotWas != "" {
		t.Errorf("%+v", e)
	}
}

func TestExampleJSON(t *testing.T) {
	b, err := json.Marshal(Example{Item: news.Item{ID: 3, FeedID: "inform", Title: "Тоқаевтың жарлығы 🇰🇿", Text: "long", Published: noon}, Now: match("tokayev", 1.5, 1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"title":"Тоқаевтың жарлығы 🇰🇿"`, `"surface":"Тоқаевтың"`, `"score":1.5`, `"was":null`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s has no %s", b, want)
		}
	}
	if strings.Contains(string(b), "long") {
		t.Errorf("the whole text is in it: %s", b)
	}
}

func TestPercent(t *testing.T) {
	for _, x := range [][3]int{{0, 0, 0}, {0, 9, 0}, {9, 9, 100}, {999, 1000, 99}, {1, 1000, 1}, {1, 3, 33}, {2, 3, 67}} {
		if got := Percent(x[0], x[1]); got != x[2] {
			t.Errorf("%d of %d is %d%%, want %d%%", x[0], x[1], got, x[2])
		}
	}
}

// An item that was edited alerts for a watchlist in its first wording that is on it, if that was not kept back: as it did live.
func TestEdited(t *testing.T) {
	byTitle := func(it *news.Item) (found []news.Match) {
		for word, list := range map[string]string{"Тоқаев": "tokayev", "ОДКБ": "csto"} {
			switch {
			case strings.Contains(it.Title, word+"?"):
				found = append(found, match(list, 0.5, 1))
			case strings.Contains(it.Title, word):
				found = append(found, match(list, 2, 1))
			}
		}
		return found
	}
	version := func(n int, title, skip string) news.Version {
		return news.Version{Wording: n, Title: title, Skip: skip}
	}
	for _, test := range []struct {
		name    string
		earlier []news.Version
		title   string
		skip    string
		want    string // tokayev: alerts and kept back, near misses; csto: the same
	}{
		{"never edited", nil, "Тоқаев", "", "1 0 0; 0 0 0"},
		{"on it by the edit", []news.Version{version(1, "а", "")}, "Тоқаев", "", "1 0 0; 0 0 0"},
		{"on it before the edit", []news.Version{version(1, "Тоқаев", "")}, "а", "", "1 0 0; 0 0 0"},
		{"before, and near now", []news.Version{version(1, "Тоқаев", "")}, "Тоқаев?", "", "1 0 0; 0 0 0"},
		{"near before", []news.Version{version(1, "Тоқаев?", "")}, "а", "", "0 0 0; 0 0 0"},
		{"near now", []news.Version{version(1, "а", "")}, "Тоқаев?", "", "0 0 1; 0 0 0"},
		{"one before, another by the edit", []news.Version{version(1, "Тоқаев", "")}, "ОДКБ, Тоқаев", "", "1 0 0; 1 0 0"},
		{"the edit came too late", []news.Version{version(1, "Тоқаев", "")}, "ОДКБ, Тоқаев", news.SkipTooOld, "1 0 0; 0 1 0"},
		{"of a backlog, edited later", []news.Version{version(1, "Тоқаев", news.SkipBacklog)}, "ОДКБ, Тоқаев", "", "0 1 0; 1 0 0"},
		{"the wording between", []news.Version{version(1, "а", news.SkipBacklog), version(2, "Тоқаев", ""), version(3, "б", "")}, "Тоқаев", news.SkipTooOld, "1 0 0; 0 0 0"},
	} {
		p := past(1, test.skip, nil)
		p.Item.Title, p.Earlier = test.title, test.earlier
		tally := New(lists(), noon, noon.Add(100*time.Hour), time.UTC, 3)
		source := func(_ context.Context, do func([]news.Past) error) error { return do([]news.Past{p}) }
		if err := Each(t.Context(), source, []Match{byTitle}, func(p *news.Past, found [][]news.Match) { tally.Add(p, found[0]) }); err != nil {
			t.Fatal(err)
		}
		load := func(context.Context, []int64) ([]news.Found, error) {
			return []news.Found{{Item: p.Item, Earlier: p.Earlier}}, nil
		}
		r, err := tally.Report(t.Context(), nil, load, rules(byTitle))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range r.Watchlists {
			got = append(got, fmt.Sprint(v.Alerts, total(v.Kept), v.Near))
			if v.Alerts > 0 && !v.Samples[0].Now.Over {
				t.Errorf("%s: %s alerts, and its example does not", test.name, v.ID)
			}
		}
		if s := strings.Join(got, "; "); s != test.want {
			t.Errorf("%s: %s, want %s", test.name, s, test.want)
		}
	}
}
