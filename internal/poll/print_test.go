package poll

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"vestnik/internal/news"
)

// Prints are made of what may alert: not of a backlog, nor of what is on no watchlist; an item over which the printer panics comes without.
func TestCyclePrints(t *testing.T) {
	m := newMemory("backlog", "live")
	m.feeds["live"].state = news.FeedState{FeedID: "live", FirstSuccess: time.Now().Add(-time.Hour), LastNew: time.Now().Add(-time.Hour)}
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		dd := doc(f.ID, now, "1", "weak", "панік", "old")
		dd.Items[3].Published = now.Add(-100 * time.Hour)
		return dd, nil
	})
	d.Matcher = matchFunc(func(item *news.Item) []news.Match {
		return []news.Match{{Watchlist: "tokayev", Score: 1, Over: item.Title != "Токаев weak"}}
	})
	d.Print = func(item *news.Item, matches []news.Match) []byte {
		if item.Title == "Токаев панік" {
			panic("беда")
		}
		return fmt.Appendf(nil, "%s on %d", item.Title, len(matches))
	}
	prints := map[string]string{}
	m.refuse = func(p news.Poll) error {
		for _, n := range p.New {
			prints[n.Item.FeedID+" "+n.Item.Title] = string(n.Print)
		}
		return nil
	}
	if _, err := Cycle(t.Context(), d, time.Now(), Options{Rules: Rules{MaxAge: 48 * time.Hour}}); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(prints, func(what, print string) bool { return print == "" })
	if want := map[string]string{"live Токаев 1": "Токаев 1 on 1"}; !maps.Equal(prints, want) {
		t.Errorf("prints %q, want %q", prints, want)
	}
}
