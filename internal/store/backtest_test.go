package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"vestnik/internal/news"
)

// past reads a period in one list, and wants its count right.
func past(t *testing.T, s *Store, since time.Time) []news.Past {
	t.Helper()
	p, err := s.Period(t.Context(), since, noon)
	must(t, err)
	var all []news.Past
	must(t, s.Past(t.Context(), p, func(list []news.Past) error {
		all = append(all, list...)
		return nil
	}))
	equal(t, "items of the period", len(all), p.Items)
	return all
}

func testPast(t *testing.T, s *Store) {
	configure(t, s)
	backlog := news.NewItem{Item: item("belta", 3, "Қордан шыққан жаңалық", "Тоқаев 🇰🇿"), Skip: news.SkipBacklog}
	commit(t, s, "belta", noon, backlog, news.NewItem{Item: item("belta", 1, "Токаевым подписан закон", "текст"), Matches: over("csto", "tokayev")})
	must(t, s.Mute(t.Context(), channel, news.Mute{Kind: news.MuteWatchlist, What: "csto"}, noon.Add(time.Hour)))
	commit(t, s, "kazinform", noon.Add(time.Minute), news.NewItem{Item: item("kazinform", 2, "ҰҚШҰ", ""), Matches: over("csto")}, news.NewItem{Item: item("kazinform", -5, "Ескі", "")})

	all := past(t, s, noon)
	var got []string
	for _, p := range all {
		got = append(got, p.Item.Title)
	}
	equal(t, "in the order of their dates", got, []string{"Токаевым подписан закон", "ҰҚШҰ", "Қордан шыққан жаңалық"})
	first := item("belta", 1, "Токаевым подписан закон", "текст")
	first.ID, first.Keys, first.Categories, first.Media = all[0].Item.ID, nil, nil, nil
	equal(t, "an item", all[0].Item, first)
	equal(t, "what it was on", all[0].Over, []string{"csto", "tokayev"})
	equal(t, "why it was kept back", []string{all[0].Skip, all[2].Skip}, []string{"", news.SkipBacklog})
	var ledger []string
	for _, a := range append(all[0].Ledger, all[1].Ledger...) {
		ledger = append(ledger, strings.Join([]string{a.Watchlist, a.Chat, string(a.State), a.Reason}, " "))
	}
	equal(t, "the ledger", ledger, []string{
		"csto telegram:-100123:42 skipped muted", "csto terminal owed ", "tokayev terminal owed ",
		"csto telegram:-100123:42 skipped muted", "csto terminal owed "})
	equal(t, "from before the period on", len(past(t, s, noon.Add(-time.Hour))), 4)
}

// A period is the same however much comes in while it is read.
func testPastWhilePolling(t *testing.T, s *Store) {
	configure(t, s)
	var items []news.NewItem
	for i := range 3*batch + 7 {
		n := news.NewItem{Item: item("belta", i, "Заголовок", "")}
		n.Item.Published = noon.Add(time.Duration(i/100) * time.Minute) // many of one time: the number decides
		items = append(items, n)
	}
	commit(t, s, "belta", noon, items...)
	p, err := s.Period(t.Context(), noon, noon)
	must(t, err)
	var ids []int64
	n := 0
	must(t, s.Past(t.Context(), p, func(list []news.Past) error {
		for _, x := range list {
			ids = append(ids, x.Item.ID)
		}
		n++
		late := item("kazinform", n, "Кеш келген", "")
		late.Published = noon.Add(time.Hour)
		commit(t, s, "kazinform", noon.Add(time.Duration(n)*time.Hour), news.NewItem{Item: late})
		return nil
	}))
	equal(t, "items", len(ids), len(items))
	for i, id := range ids {
		if i > 0 && id <= ids[i-1] {
			t.Fatalf("item %d comes after %d", id, ids[i-1])
		}
	}
	stop := errors.New("enough")
	wantErr(t, s.Past(t.Context(), p, func([]news.Past) error { return stop }), stop)
}

func testItems(t *testing.T, s *Store) {
	configure(t, s)
	below := over("tokayev")
	below[0].Over, below[0].Score = false, 0.5
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "Ніжэй парога", ""), Matches: below}, news.NewItem{Item: item("belta", 2, "Б", "")})
	ids := []int64{2, 99, 1}
	list, err := s.Items(t.Context(), ids)
	must(t, err)
	equal(t, "items", titles(list), []string{"Б", "Ніжэй парога"})
	equal(t, "matches below the threshold, too", list[1].Matches, below)
}

// What is opened for reading only is not written to, not made and not brought up to date; a bot may hold it meanwhile.
func TestOpenReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "x.db")
	if _, err := OpenReadOnly(t.Context(), "sqlite:"+path, Options{}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "bot once") {
		t.Errorf("no file: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
	s := openAt(t, path)
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "Токаев", ""), Matches: over("csto")})
	read := func() {
		t.Helper()
		r, err := OpenReadOnly(t.Context(), "sqlite:"+path, Options{})
		must(t, err)
		equal(t, "items", len(past(t, r, noon)), 1)
		if err := r.SetSetting(t.Context(), "a", "b"); err == nil || !strings.Contains(err.Error(), "reading only") {
			t.Errorf("written: %v", err)
		}
		must(t, r.Close())
	}
	read()
	lease, err := s.AcquireLease(t.Context(), "sender", "bot", noon, time.Minute)
	must(t, err)
	equal(t, "the lease is still to be had once", lease.Owner, "bot")
	read()
	must(t, s.Close())
	before, err := os.ReadFile(path)
	must(t, err)
	read()
	after, err := os.ReadFile(path)
	must(t, err)
	if string(before) != string(after) {
		t.Error("the file was changed")
	}
	again, err := Open(t.Context(), "sqlite:"+path, Options{}) // whatever a reader leaves beside the file is in nobody's way
	must(t, err)
	must(t, again.Close())
}

func oldDatabase(t *testing.T, schema int64, queries ...string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "old.db")
	engine, err := parseDSN("sqlite:" + path)
	must(t, err)
	db, err := engine.openWriter()
	must(t, err)
	dir, err := engine.migrations()
	must(t, err)
	p, err := goose.NewProvider(engine.gooseDialect(), db, dir, goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = p.UpTo(t.Context(), schema)
	must(t, err)
	for _, q := range queries {
		_, err := db.ExecContext(t.Context(), q)
		must(t, err)
	}
	must(t, db.Close())
	return path
}

func TestOpenReadOnlyRefusesOldSchema(t *testing.T) {
	path := oldDatabase(t, 3)
	_, err := OpenReadOnly(t.Context(), "sqlite:"+path, Options{})
	if err == nil || !strings.Contains(err.Error(), "schema 3") || !strings.Contains(err.Error(), "bot once") {
		t.Errorf("error %v", err)
	}
}

// Of what came before the reasons were kept, the ledger tells some, and the first reading of a feed the rest.
func TestSkipOfOldItems(t *testing.T) {
	path := oldDatabase(t, 3,
		`INSERT INTO feeds (id, url, outlet, country, language, type, every, timezone, allow_private, backfill, first_success) VALUES ('belta', '', '', '', '', '', 0, '', 0, 0, 1000)`,
		`INSERT INTO items (feed_id, published, seen, url, link, title, lang, author, categories, text) VALUES
			('belta', 1, 999, '', '', 'backlog by the ledger', '', '', '', ''),
			('belta', 2, 999, '', '', 'backlog on no watchlist', '', '', '', ''),
			('belta', 3, 999, '', '', 'backfilled', '', '', '', ''),
			('belta', 4, 5000, '', '', 'too old by the ledger', '', '', '', ''),
			('belta', 5, 5000, '', '', 'muted', '', '', '', ''),
			('belta', 6, 5000, '', '', 'жаңа', '', '', '', '')`,
		`INSERT INTO alerts (item_id, watchlist, chat, state, reason, created) VALUES (1, 'csto', 'terminal', 'skipped', 'backlog', 1000), (3, 'csto', 'terminal', 'sent', '', 1000),
			(4, 'csto', 'terminal', 'skipped', 'too old', 5000), (5, 'csto', 'terminal', 'skipped', 'muted', 5000)`)
	s := openAt(t, path)
	var got []string
	for _, p := range past(t, s, moment(1)) {
		got = append(got, p.Item.Title+": "+p.Skip)
	}
	equal(t, "reasons", got, []string{"backlog by the ledger: backlog", "backlog on no watchlist: backlog", "backfilled: ", "too old by the ledger: too old", "muted: ", "жаңа: "})
}
