package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

func testTrend(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	at := func(it news.Item, hours float64) news.Item {
		it.Published = noon.Add(time.Duration(hours * float64(time.Hour)))
		return it
	}
	commit(t, s, "belta", noon.Add(3*time.Hour),
		news.NewItem{Item: at(item("belta", 1, "Оба", ""), 0), Matches: over("csto", "tokayev")},
		news.NewItem{Item: at(item("belta", 2, "В тот же час", ""), 0.99), Matches: over("csto")},
		news.NewItem{Item: at(item("belta", 3, "Позже", ""), 1), Matches: over("csto")},
		news.NewItem{Item: at(item("belta", 4, "Ни о чём", ""), 1)},
		news.NewItem{Item: at(item("belta", 5, "Ниже порога", ""), 1), Matches: []news.Match{{Watchlist: "csto", Score: 0.5}}})
	commit(t, s, "kazinform", noon.Add(4*time.Hour),
		news.NewItem{Item: at(item("kazinform", 1, "Копия", ""), 1.5), Matches: over("csto")},
		news.NewItem{Item: at(item("kazinform", 2, "Екінші", ""), 2), Matches: over("csto")})
	must(t, s.write(ctx, func(t tx) error {
		id := "(SELECT id FROM items WHERE title = 'Копия')"
		if _, err := t.exec(ctx, `INSERT INTO stories (id, began, last) VALUES (7, 0, 0)`); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO story_items (item_id, story_id, published, is_copy, tie) VALUES (`+id+`, 7, 0, 1, ''),
			((SELECT id FROM items WHERE title = 'Позже'), 7, 0, 0, '')`)
		return err
	}))
	series := func(from, to float64) (rows []string) {
		t.Helper()
		must(t, s.Series(ctx, noon.Add(time.Duration(from*float64(time.Hour))), noon.Add(time.Duration(to*float64(time.Hour))), func(m news.Mentions) error {
			rows = append(rows, fmt.Sprint(m.Hour.Sub(noon).Hours(), " ", m.Watchlist, " ", m.Feed, " ", m.Type, " ", m.Items))
			return nil
		}))
		return rows
	}
	equal(t, "series", series(0, 9), []string{"0 csto belta state 2", "0 tokayev belta state 1", "1 csto belta state 1", "2 csto kazinform wire 1"})
	equal(t, "a part", series(0.5, 1), []string{"0 csto belta state 1"})

	list, err := s.Mentioned(ctx, noon.Add(time.Hour))
	must(t, err)
	var got []string
	for _, m := range list {
		got = append(got, fmt.Sprint(m.Published.Sub(noon).Hours(), " ", m.Watchlist, " ", m.Outlet, " ", m.Story, " ", m.ItemID > 0))
	}
	equal(t, "mentioned", got, []string{"1 csto БелТА 7 true", "2 csto Қазақпарат 0 true"})

	w, err := s.Watched(ctx)
	must(t, err)
	if len(w.Lists) != 2 || len(w.Feeds) != 2 || w.Lists["csto"].IsZero() {
		t.Errorf("%+v", w)
	}

	// A watchlist that stays is as old as it was, one that comes back is new.
	since := w.Lists["csto"]
	must(t, s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `UPDATE watchlists SET since = 1 WHERE id = 'csto'`)
		return err
	}))
	configure(t, s)
	w, err = s.Watched(ctx)
	must(t, err)
	equal(t, "since", w.Lists["csto"], moment(1))
	must(t, s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `UPDATE watchlists SET since = 1, removed_at = 2 WHERE id = 'csto'`)
		return err
	}))
	configure(t, s)
	w, err = s.Watched(ctx)
	must(t, err)
	if w.Lists["csto"].Before(since) {
		t.Errorf("a watchlist that came back is as old as %s", w.Lists["csto"])
	}
}

func testReaders(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	must(t, s.Subscribe(ctx, "telegram:1", []string{"csto"}))
	must(t, s.Subscribe(ctx, "telegram:2:7", []string{"csto"}))
	must(t, s.Subscribe(ctx, "telegram:3", []string{"csto"}))
	must(t, s.Mute(ctx, "telegram:1", news.Mute{Kind: news.MuteWatchlist, What: "csto"}, noon.Add(time.Hour)))
	must(t, s.Mute(ctx, "telegram:3", news.Mute{Kind: news.MuteFeed, What: "csto"}, noon.Add(time.Hour)))
	must(t, s.CloseChat(ctx, "telegram:2", "blocked", noon))
	for want, now := range map[string]time.Time{"telegram:3": noon, "telegram:1 telegram:3": noon.Add(2 * time.Hour)} {
		chats, err := s.Readers(ctx, "csto", now)
		must(t, err)
		var own []string
		for _, c := range chats {
			if c != channel && c != terminal {
				own = append(own, c)
			}
		}
		equal(t, "readers", strings.Join(own, " "), want)
	}
}

// What surges are looked for in is read from an index, and never from the whole of the items.
func TestTrendIndex(t *testing.T) {
	s := openAt(t, t.TempDir()+"/v.db")
	var plan string
	must(t, s.read(t.Context(), func(tr tx) error {
		return tr.each(t.Context(), func(scan scanFunc) error {
			var id, parent, unused int
			var detail string
			err := scan(&id, &parent, &unused, &detail)
			plan += detail + "\n"
			return err
		}, `EXPLAIN QUERY PLAN `+seriesQuery, 0, 1)
	}))
	if !strings.Contains(plan, "matches_news (published>? AND published<?)") || strings.Contains(plan, "SCAN i") {
		t.Error(plan)
	}
}
