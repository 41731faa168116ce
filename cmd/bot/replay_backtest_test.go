package main

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"vestnik/internal/backtest"
)

// TestReplayBacktest has two bots live through the replayed month, one by the watchlists and one by changed ones. A backtest over what the first one
// stored says of the same watchlists exactly what it alerted, and of the changed ones exactly what the second one did.
func TestReplayBacktest(t *testing.T) {
	notRaced(t)
	if testing.Short() {
		t.Skip("skipped: -short leaves out the replay of four weeks; CI runs it")
	}
	lists := replayLists(t)
	changed := changedLists(t, lists)
	first, second := newReplay(t), newReplay(t)
	first.watch(lists)
	second.watch(changed)
	first.run(replayStep(t))
	second.run(replayStep(t))

	same := first.backtest(lists)
	for _, v := range same.Watchlists {
		if v.Added != 0 || v.Gone != 0 || v.Unheard != 0 || v.Alerts != v.Live.Alerts || v.Live.Sent != v.Live.Alerts {
			t.Errorf("%s, unchanged: %d alerts, live %+v: %d added, %d gone, %d unheard", v.ID, v.Alerts, v.Live, v.Added, v.Gone, v.Unheard)
		}
	}
	if diff := differ(alertsOf(same), first.told); diff != "" {
		t.Errorf("the backtest and the live run differ: %s", diff)
	}
	after := first.backtest(changed)
	if diff := differ(alertsOf(after), second.told); diff != "" {
		t.Errorf("the backtest of changed watchlists and a live run by them differ: %s", diff)
	}
	added, gone := map[string]int{}, map[string]int{}
	for what, n := range second.told {
		added[listOf(what)] += max(n-first.told[what], 0)
	}
	for what, n := range first.told {
		gone[listOf(what)] += max(n-second.told[what], 0)
	}
	zero := func(_ string, n int) bool { return n == 0 }
	maps.DeleteFunc(added, zero)
	maps.DeleteFunc(gone, zero)
	for _, v := range after.Watchlists {
		if v.Added != added[v.ID] || v.Gone != gone[v.ID] || v.Unheard != 0 {
			t.Errorf("%s, changed: %d added, %d gone; the live runs differ by %d and %d", v.ID, v.Added, v.Gone, added[v.ID], gone[v.ID])
		}
	}
	kept := 0
	for _, v := range after.Watchlists {
		for _, n := range v.Kept {
			kept += n
		}
	}
	if len(added) == 0 || len(gone) == 0 || kept == 0 {
		t.Fatalf("the change adds %v and takes %v, and %d alerts were kept back: it tries nothing", added, gone, kept)
	}
	t.Logf("%d items: %d alerts live, %d in the backtest; by changed watchlists %d live, %d in the backtest (added %v, gone %v); of the changed ones %d kept back",
		same.Items, countOf(first.told), countOf(alertsOf(same)), countOf(second.told), countOf(alertsOf(after)), added, gone, kept)
}

// changedLists asks more of one watchlist, less of another and excludes from a third, and has one watchlist more and one less.
func changedLists(t *testing.T, lists string) string {
	t.Helper()
	for was, is := range map[string]string{
		"{id: eu, name: EU, profiles: [eu]}":          "{id: eu, name: EU, profiles: [eu], threshold: 1.5}",
		"{id: nato, name: NATO, profiles: [nato]}":    "{id: nato, name: NATO, profiles: [nato, eu], exclude: [Trump, Трамп]}",
		"{id: putin, name: Putin, profiles: [putin]}": "{id: iran, name: Iran, keywords: {en: [Iran], ru: [Иран], uk: [Іран]}}",
	} {
		if !strings.Contains(lists, was) {
			t.Fatalf("no watchlist %s", was)
		}
		lists = strings.Replace(lists, was, is, 1)
	}
	return lists
}

// backtest runs watchlists over everything that the replay stored, and shows every alert.
func (r *replay) backtest(watchlists string) backtest.Report {
	r.t.Helper()
	cfg, m := r.compiled(watchlists)
	cfg.Feeds = r.cfg.Feeds
	p, err := r.store.Period(r.t.Context(), r.first.AddDate(0, -1, 0), r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	rep, err := backtested(r.t.Context(), r.store, p, cfg, m, nil, 1<<20, func() {})
	if err != nil {
		r.t.Fatal(err)
	}
	return rep
}

// alertsOf is how often a report that shows all alerts has each, in the words of replay.told.
func alertsOf(r backtest.Report) map[string]int {
	out := map[string]int{}
	for _, v := range r.Watchlists {
		for _, e := range v.Samples {
			out[alertOf(e.Item, v.ID)]++
		}
	}
	return out
}

func countOf(alerts map[string]int) (sum int) {
	for _, n := range alerts {
		sum += n
	}
	return sum
}

func listOf(what string) string { return what[strings.LastIndex(what, " ")+1:] }

// differ says what one has more often than the other, "" when they are the same.
func differ(backtest, live map[string]int) string {
	var lines []string
	for _, x := range []struct {
		what     string
		has, not map[string]int
	}{{"only in the backtest", backtest, live}, {"only live", live, backtest}} {
		n, one := 0, ""
		for k := range x.has {
			if more := x.has[k] - x.not[k]; more > 0 {
				n += more
				one = k
			}
		}
		if n > 0 {
			lines = append(lines, fmt.Sprintf("%d %s, such as %s", n, x.what, one))
		}
	}
	return strings.Join(lines, "; ")
}
