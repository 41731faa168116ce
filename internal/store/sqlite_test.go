package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestDSN(t *testing.T) {
	for _, test := range []struct{ dsn, want string }{
		{"data/vestnik.db", `database address "data/vestnik.db": want sqlite:<path>, for example sqlite:data/vestnik.db`},
		{"", `database address "": want sqlite:<path>, for example sqlite:data/vestnik.db`},
		{"sqlite:", `database address "sqlite:": want the path of a file behind "sqlite:"`},
		{"sqlite::memory:", `database address "sqlite::memory:": want the path of a file behind "sqlite:"`},
		{"sqlite://data/x.db", `database address "sqlite://data/x.db": want the path of a file behind "sqlite:"`},
		{"postgres://bot:secret@db/vestnik", `database address postgres:…: PostgreSQL comes with a later version; use sqlite:<path>`},
		{"mysql://bot:secret@db/vestnik", `database address mysql:…: unknown engine; want sqlite:<path>`},
	} {
		_, err := Open(t.Context(), test.dsn, Options{})
		if err == nil || err.Error() != test.want {
			t.Errorf("%q:\n got %v\nwant %s", test.dsn, err, test.want)
		}
	}
}

// A path is a path, whatever a URI would make of it.
func TestOddPath(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "што? #1 %41 & mode=ro", "вести б.db")
	s := openAt(t, path)
	must(t, s.SetSetting(t.Context(), "k", "v"))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	t.Chdir(dir)
	relative := openAt(t, "data/vestnik.db")
	must(t, relative.SetSetting(t.Context(), "k", "v"))
	if _, err := os.Stat(filepath.Join(dir, "data", "vestnik.db")); err != nil {
		t.Error(err)
	}
}

func TestOpenCreatesPrivately(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openAt(t, filepath.Join(dir, "vestnik.db"))
	configure(t, s)
	must(t, s.Backup(t.Context(), filepath.Join(dir, "copy.db")))
	info, err := os.Stat(dir)
	must(t, err)
	equal(t, "folder", info.Mode().Perm(), os.FileMode(0o700))
	files, err := os.ReadDir(dir)
	must(t, err)
	if len(files) < 3 { // the database, its log, the copy
		t.Errorf("files: %v", files)
	}
	for _, f := range files {
		info, err := f.Info()
		must(t, err)
		equal(t, f.Name(), info.Mode().Perm(), os.FileMode(0o600))
	}
}

// What is not a Vestnik database of this version is refused by name and left as it was.
func TestOpenRefuses(t *testing.T) {
	raw := func(query ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", path)
			must(t, err)
			for _, q := range query {
				_, err := db.Exec(q)
				must(t, err)
			}
			must(t, db.Close())
		}
	}
	text := func(s string) func(*testing.T, string) {
		return func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte(s), 0o600)) }
	}
	newest, err := LatestSchema()
	must(t, err)
	for _, test := range []struct {
		name string
		make func(*testing.T, string)
		want string
	}{
		{"a text", text("привет"), "file is not a database (26)"},
		{"a long text", text(strings.Repeat("watchlists:\n", 1000)), "file is not a database (26)"},
		{"another program's", raw(`CREATE TABLE customers (id)`), "it is a database of another program"},
		{"another program's that uses goose", raw(`CREATE TABLE customers (id)`, `CREATE TABLE goose_db_version (version_id)`, `INSERT INTO goose_db_version VALUES (1)`),
			"it is a database of another program"},
		{"newer", func(t *testing.T, path string) {
			s, err := Open(t.Context(), "sqlite:"+path, Options{})
			must(t, err)
			must(t, s.Close())
			raw(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)(t, path)
		}, fmt.Sprintf("it has schema 99 and this program knows %d: use the newer program that wrote it", newest)},
		{"a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, "it is not a file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			test.make(t, path)
			before, _ := os.ReadFile(path) // nothing for the folder
			s, err := Open(t.Context(), "sqlite:"+path, Options{})
			if err == nil {
				t.Fatal("opened", s.Close())
			}
			if want := "open database " + path + ": " + test.want; err.Error() != want {
				t.Errorf("\n got %s\nwant %s", err, want)
			}
			after, _ := os.ReadFile(path)
			if string(before) != string(after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	must(t, os.WriteFile(path, nil, 0o600)) // an empty file is a new database
	for range 3 {
		s, err := Open(t.Context(), "sqlite:"+path, Options{})
		must(t, err)
		latest, err := LatestSchema()
		must(t, err)
		equal(t, "schema", s.Schema(), latest)
		must(t, s.Close())
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log was not folded into the file: %v", err)
	}
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, "vestnik.db"))
	library(t, s)
	copied := filepath.Join(dir, "копия.db")
	must(t, s.Backup(t.Context(), copied))

	before, err := os.ReadFile(copied)
	must(t, err)
	err = s.Backup(t.Context(), copied)
	if err == nil || !strings.HasSuffix(err.Error(), "копия.db: the file exists already") {
		t.Errorf("overwriting: %v", err)
	}
	after, err := os.ReadFile(copied)
	must(t, err)
	if string(before) != string(after) {
		t.Error("the first copy was changed")
	}

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(gone, filepath.Join(dir, "half.db")); err == nil {
		t.Error("a cancelled backup succeeded")
	}
	if _, err := os.Stat(filepath.Join(dir, "half.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a backup was left: %v", err)
	}

	c := openAt(t, copied)
	want, err := s.Recent(t.Context(), news.Filter{})
	must(t, err)
	got, err := c.Recent(t.Context(), news.Filter{})
	must(t, err)
	equal(t, "items", got, want)
	list, _, err := c.Search(t.Context(), oneOf(news.Phrase{"ұқшұ"}), news.Filter{})
	must(t, err)
	equal(t, "search in the copy", titles(list), []string{"ҰҚШҰ саммиті"})
}

// Several handles on one file, as several processes have them: nothing is refused as locked, claimed twice or stored twice.
func TestManyHandles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "vestnik.db")
	const handles, feeds = 4, 40
	stores := make([]*Store, handles)
	var opening sync.WaitGroup
	for i := range handles { // all find no file
		opening.Go(func() {
			s, err := Open(t.Context(), "sqlite:"+path, Options{Fold: strings.ToLower})
			if err != nil {
				t.Error(err)
				return
			}
			stores[i] = s
		})
	}
	opening.Wait()
	if t.Failed() {
		t.FailNow()
	}
	var config []news.Feed
	for i := range feeds {
		config = append(config, news.Feed{ID: fmt.Sprintf("f%02d", i)})
	}
	must(t, stores[0].SyncConfig(t.Context(), config, []news.Watchlist{csto}, []news.Subscription{{Chat: terminal, Watchlist: "csto"}}))

	var polling sync.WaitGroup
	for i, s := range stores {
		polling.Go(func() {
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			round := news.Round{Owner: fmt.Sprint("p", i), Start: noon}
			for {
				claims, err := s.Claim(t.Context(), round, noon, time.Minute, 3)
				if err != nil {
					t.Error(err)
				}
				if len(claims) == 0 {
					return
				}
				for _, c := range claims {
					it := item(c.State.FeedID, 1, "Токаев", strings.Repeat("слово ", 200))
					p := news.Poll{Claim: c, At: noon, State: news.FeedState{DueAt: noon.Add(time.Hour)}, New: []news.NewItem{{Item: it, Matches: over("csto")}}}
					if _, err := s.Commit(t.Context(), p); err != nil {
						t.Error(err)
					}
					if _, _, err := s.Index(t.Context(), 5); err != nil {
						t.Error(err)
					}
					if _, err := s.Recent(t.Context(), news.Filter{}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	polling.Wait()
	s := openAt(t, path)
	index(t, s)
	counts, err := s.Counts(t.Context())
	must(t, err)
	equal(t, "counts", counts, news.Counts{Feeds: feeds, Items: feeds, Matched: feeds, Alerts: map[news.AlertState]int{news.AlertOwed: feeds}})
}

// A reader sees at once what another handle indexed and pruned, however much the full-text table was rebuilt meanwhile.
func TestStaleReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	reader, writer := openAt(t, path), openAt(t, path)
	configure(t, writer)
	for i := range 30 {
		it := item("belta", i, fmt.Sprint(i), fmt.Sprintf("саммит слово%d", i))
		it.Seen = noon.Add(time.Duration(i) * time.Minute)
		commit(t, writer, "belta", noon.Add(time.Duration(i)*time.Second), news.NewItem{Item: it})
		index(t, writer)
		_, err := writer.Prune(t.Context(), it.Seen.Add(-10*time.Minute))
		must(t, err)
		list, _, err := reader.Search(t.Context(), oneOf(news.Phrase{"саммит"}), news.Filter{})
		must(t, err)
		if len(list) != min(i+1, 11) || list[0].Item.Title != fmt.Sprint(i) {
			t.Fatalf("after %d items: %q", i+1, titles(list))
		}
	}
}

// The lists that people and the sender ask for again and again are read from an index, in its order.
func TestPlans(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "x.db"))
	library(t, s)
	plan := func(query string, args ...any) string {
		var lines []string
		must(t, s.read(t.Context(), func(x tx) (err error) {
			lines, err = collect(t.Context(), x, func(scan scanFunc) (line string, err error) {
				var id, parent, unused int
				err = scan(&id, &parent, &unused, &line)
				return line, err
			}, `EXPLAIN QUERY PLAN `+query, args...)
			return err
		}))
		return strings.Join(lines, "\n")
	}
	before := news.Cursor{Published: noon, ID: 7}
	for name, f := range map[string]news.Filter{
		"all": {}, "all, next page": {Before: before, Since: noon},
		"matched": {Matched: true}, "matched, next page": {Matched: true, Before: before, Since: noon},
		"watchlist": {Watchlist: "csto"}, "watchlist, next page": {Watchlist: "csto", Before: before, Since: noon},
	} {
		query, args := recent(f)
		if got := plan(query, args...); strings.Contains(got, "TEMP B-TREE") || !strings.Contains(got, "COVERING INDEX") {
			t.Errorf("recent, %s:\n%s", name, got)
		}
	}
	query, args := search(`"x"`, news.Filter{Watchlist: "csto", Since: noon, Before: before})
	got := plan(query, args...)
	if !strings.HasPrefix(got, "SCAN item_words VIRTUAL TABLE") || strings.Contains(got, "SCAN i\n") || strings.Contains(got, "SCAN m\n") {
		t.Errorf("search:\n%s", got)
	}
	if got := plan(owedQuery, terminal, 1, 10, terminal, 1); !strings.Contains(got, "alerts_owed") || strings.Contains(got, "SCAN a\n") || strings.Contains(got, "SCAN alerts\n") {
		t.Errorf("owed:\n%s", got)
	}
	for query, index := range map[string]string{
		owedChatsQuery: "alerts_owed_chat", frozenAlertsQuery: "messages_frozen", waitsQuery: "chats_waiting", postingsQuery: "MULTI-INDEX OR",
		itemsByURLQuery: "items_url", postedQuery: "messages_ref", storyOfQuery: "PRIMARY KEY", alertedQuery: "alerts_sent", overtakeQuery: "messages_frozen", nextDueQuery: "alerts_put_off",
	} {
		args := []any{1, 2, 3, 4}[:strings.Count(query, "?")]
		if got := plan(query, args...); !strings.Contains(got, index) || strings.Contains(got, "SCAN m\n") {
			t.Errorf("%s:\n%s", query, got)
		}
	}
	if got := plan(topStoriesQuery, 1, 1, 9); !strings.Contains(got, "stories_last") || !strings.Contains(got, "story_items_story") || strings.Contains(got, "SCAN s\n") {
		t.Errorf("top stories:\n%s", got)
	}
	if got := plan(catchUpQuery, 1, 1, 1); !strings.Contains(got, "SEARCH m USING INTEGER PRIMARY KEY (rowid>?)") || !strings.Contains(got, "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)") || strings.Contains(got, "TEMP B-TREE") {
		t.Errorf("new marks:\n%s", got)
	}
	for _, query := range []string{cluesQuery, sketchesQuery} {
		if got := plan(query+`(?, ?)`, 1, 2); !strings.Contains(got, "PRIMARY KEY") {
			t.Errorf("prints:\n%s", got)
		}
	}
	if got := plan(storyItemsQuery, 1, 9); !strings.Contains(got, "story_items_story") || strings.Contains(got, "TEMP B-TREE") {
		t.Errorf("items of a story:\n%s", got)
	}
	if got := plan(`SELECT `+alertColumns+toldQuery+`(?, ?)`+toldOrder, channel, 1, 2); !strings.Contains(got, "story_items_story") || strings.Contains(got, "SCAN a\n") {
		t.Errorf("told:\n%s", got)
	}
	if got := plan(livingQuery+`(?, ?) GROUP BY story_id)`, channel, 1, 2); !strings.Contains(got, "messages_story") {
		t.Errorf("living:\n%s", got)
	}
	if got := plan(frozenQuery); !strings.Contains(got, "messages_frozen") {
		t.Errorf("frozen:\n%s", got)
	}
}

// FuzzSearch: whatever the words hold, they are words; the index never reads them as its own language.
func FuzzSearch(f *testing.F) {
	for _, w := range []string{"токаев", `"`, `"" OR "`, "a\x00b", "title:x", "NEAR(a b, 2)", "^a*", "-a", "(", "{title text}: a", "\xff\xfe", "🇰🇿", "مرحبا", "", " ", "'; DROP TABLE items; --"} {
		f.Add(w, "ұқшұ", w)
	}
	s := openAt(f, filepath.Join(f.TempDir(), "x.db"))
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, q := range []news.Query{oneOf(news.Phrase{a}), oneOf(news.Phrase{a, b}, news.Phrase{c}), {All: []news.Group{{{a}, {b}}, {{c, a, b}}}}} {
			if _, _, err := s.Search(t.Context(), q, news.Filter{}); err != nil {
				t.Errorf("%q: %v", q, err)
			}
		}
	})
}
