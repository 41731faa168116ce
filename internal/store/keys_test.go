package store

import (
	"fmt"
	"testing"
	"time"

	"vestnik/internal/news"
)

const day = 24 * time.Hour

// read polls a feed whose document serves the items, and prunes as the bot does with a retention of 90 days. Adopted items are not new.
func read(t *testing.T, s *Store, feed string, at time.Time, served []news.Item, adopt ...news.Adopt) news.Committed {
	t.Helper()
	p := news.Poll{Claim: claim(t, s, feed, at), At: at, Adopt: adopt}
	p.State = p.Claim.State
	for _, it := range served {
		it.Seen = at
		p.Served = append(p.Served, it.Keys...)
		if len(adopt) == 0 {
			p.New = append(p.New, news.NewItem{Item: it})
		}
	}
	done, err := s.Commit(t.Context(), p)
	must(t, err)
	_, err = s.Prune(t.Context(), at.Add(-90*day))
	must(t, err)
	return done
}

// A key outlives its item while the feed serves it, or may still serve it; then it goes.
func testPruneKeys(t *testing.T, s *Store) {
	configure(t, s)
	keys := func(feed string) int { return number(t, s, `SELECT count(*) FROM item_keys WHERE feed_id = ?`, feed) }
	pinned, passing := item("belta", 1, "Закреплено", ""), item("belta", 2, "Мимо", "")
	silent := item("kazinform", 1, "Үнсіз", "")
	equal(t, "stored", read(t, s, "belta", noon, []news.Item{pinned, passing}).Stored, 2)
	equal(t, "stored", read(t, s, "kazinform", noon.Add(time.Second), []news.Item{silent}).Stored, 1)

	for d := 10 * day; d <= 110*day; d += 10 * day {
		equal(t, "new", read(t, s, "belta", noon.Add(d), []news.Item{pinned}).Stored, 0)
	}
	equal(t, "pruned items", number(t, s, `SELECT count(*) FROM items`), 0)
	equal(t, "keys until retention and 30 days are over", keys("belta"), 4)
	equal(t, "the article comes back in time", read(t, s, "belta", noon.Add(119*day+time.Hour), []news.Item{pinned, passing}).Stored, 0)

	for d := 120 * day; d <= 400*day; d += 20 * day {
		equal(t, "new", read(t, s, "belta", noon.Add(d), []news.Item{pinned}).Stored, 0)
	}
	equal(t, "keys that are served", keys("belta"), 2)
	equal(t, "the article comes back too late", read(t, s, "belta", noon.Add(401*day), []news.Item{pinned, passing}).Stored, 1)

	// kazinform answered all that time that nothing changed, or not at all.
	read(t, s, "kazinform", noon.Add(401*day+time.Second), nil)
	equal(t, "keys of a feed that stands still", keys("kazinform"), 2)
	equal(t, "what it brings", read(t, s, "kazinform", noon.Add(402*day), []news.Item{silent}).Stored, 0)
}

// The note of when a key was served is written once a week.
func TestTouchedWeekly(t *testing.T) {
	s := openAt(t, t.TempDir()+"/x.db")
	configure(t, s)
	it := item("belta", 1, "t", "")
	var notes []int
	for d := range 15 {
		read(t, s, "belta", noon.Add(time.Duration(d)*day), []news.Item{it})
		at := number(t, s, `SELECT seen FROM item_keys WHERE key = ?`, it.Keys[0])
		notes = append(notes, int(time.UnixMilli(int64(at)).Sub(noon)/day))
	}
	equal(t, "day of the note", notes, []int{0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8})
}

// A feed whose GUIDs are other ones every few days keeps those of the last months.
func TestAdoptedKeysArePruned(t *testing.T) {
	s := openAt(t, t.TempDir()+"/x.db")
	configure(t, s)
	it := item("belta", 1, "t", "")
	read(t, s, "belta", noon, []news.Item{it})
	for d := 10; d <= 600; d += 10 {
		it.Keys[0] = fmt.Sprint(news.KeyGUID, d)
		read(t, s, "belta", noon.Add(time.Duration(d)*day), []news.Item{it}, news.Adopt{ItemID: 1, Keys: it.Keys})
	}
	equal(t, "items", number(t, s, `SELECT items FROM feeds WHERE id = 'belta'`), 1)
	equal(t, "keys: the address, and the GUIDs of 120 days", number(t, s, `SELECT count(*) FROM item_keys`), 1+13)
	known, err := s.Known(t.Context(), "belta", it.Keys)
	must(t, err)
	equal(t, "known", known, map[string]int64{it.Keys[0]: 1, it.Keys[1]: 1})
}

// A watchlist that left the configuration is new when it comes back; its name stays readable meanwhile.
func testStrangers(t *testing.T, s *Store) {
	strangers := func() []string {
		ids, err := s.Strangers(t.Context(), []string{"csto", "tokayev"})
		must(t, err)
		return ids
	}
	sync := func(w ...news.Watchlist) { must(t, s.SyncConfig(t.Context(), []news.Feed{belta}, w, nil)) }
	equal(t, "at first", strangers(), []string{"csto", "tokayev"})
	configure(t, s)
	equal(t, "configured", strangers(), []string(nil))
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "t", ""), Matches: over("tokayev")})
	sync(csto)
	sync(csto)
	equal(t, "left", strangers(), []string{"tokayev"})
	equal(t, "name of what is owed", allOwed(t, s)[0].Names["tokayev"], "Tokayev")
	sync(csto, tokayev)
	equal(t, "back", strangers(), []string(nil))
}
