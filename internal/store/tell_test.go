package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vestnik/internal/news"
)

// byTitle has items of one story when their titles begin with the same word; the print is that word.
func byTitle() *Stories {
	return &Stories{
		Index: func(int) StoryIndex { return &titleIndex{of: map[string]int64{}} },
		Print: func(it *news.Item, _ []news.Match) []byte { return wordOf(it.Title) },
	}
}

func wordOf(title string) []byte {
	word, _, _ := strings.Cut(title, " ")
	return []byte(word)
}

type titleIndex struct {
	of     map[string]int64
	added  int
	narrow bool // has room for four items, and is filled with two
}

func (x *titleIndex) Advance(time.Time) {}

func (x *titleIndex) Oldest(now time.Time) time.Time { return now.Add(-30 * 24 * time.Hour) }

func (x *titleIndex) Stale(now time.Time) time.Time { return x.Oldest(now) }

func (x *titleIndex) Room(stored, more int) (room, take int) {
	if x.narrow {
		return 4, min(stored, 2)
	}
	return stored + more, stored
}

func (x *titleIndex) Spent(_ time.Time, more int) bool { return x.narrow && x.added+more > 4 }

func (x *titleIndex) Keep(print []byte) (bands, clues, sketch []byte) { return print, print, print }

func (x *titleIndex) Assign(_ time.Time, print []byte, fetch func([]int64, bool, func(int64, []byte, []byte)) error) (story int64, copied bool, tie string, err error) {
	var known []string
	err = fetch([]int64{1, 2, 3, 4, 5, 6, 7, 8, 9}, true, func(item int64, clues, sketch []byte) {
		known = append(known, fmt.Sprintf("%d %s %s", item, clues, sketch))
	})
	if x.narrow && (err != nil || len(known) < x.added) {
		return 0, false, "", fmt.Errorf("%d of %d items are there: %q, %w", len(known), x.added, known, err)
	}
	if story = x.of[string(print)]; story != 0 {
		return story, true, "copy " + string(print), nil
	}
	return 0, false, "", nil
}

func (x *titleIndex) Add(_, story int64, _ time.Time, bands, _ []byte) {
	x.of[string(bands)] = story
	x.added++
}

func (x *titleIndex) Forget(story int64) {
	for word, id := range x.of {
		if id == story {
			delete(x.of, word)
		}
	}
}

// An index that has no room is filled anew with the newest; what was stored of items is there to be asked for, also within a transaction.
func TestTellRenewed(t *testing.T) {
	how := byTitle()
	how.Index = func(int) StoryIndex { return &titleIndex{of: map[string]int64{}, narrow: true} }
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), Options{Stories: how, Now: func() time.Time { return noon }})
	must(t, err)
	defer s.Close()
	configure(t, s)
	commit(t, s, belta.ID, noon, wire(belta.ID, 1, "Паводок"), wire(belta.ID, 2, "Токаев"), wire(belta.ID, 3, "Сессия"))
	commit(t, s, kazinf.ID, noon.Add(time.Minute), wire(kazinf.ID, 4, "Паводок спал")) // the fourth: there is room
	equal(t, "with room", toldIn(t, s), "1: 1 4, 2: 2, 3: 3")
	commit(t, s, kazinf.ID, noon.Add(2*time.Minute), wire(kazinf.ID, 5, "Токаев там"), wire(kazinf.ID, 6, "Сессия там"))
	equal(t, "with the newest two", toldIn(t, s), "1: 1 4, 2: 2, 3: 3 6, 4: 5")
}

// wire is an item on a watchlist, with its print.
func wire(feed string, n int, title string) news.NewItem {
	return news.NewItem{Item: item(feed, n, title, "тэкст"), Matches: over(csto.ID), Print: wordOf(title)}
}

// toldIn says which items are in which story, as "1: 1 3, 2: 2", and how many wait.
func toldIn(t *testing.T, s *Store) string {
	t.Helper()
	var parts []string
	must(t, s.read(t.Context(), func(x tx) error {
		last := int64(0)
		return x.each(t.Context(), func(scan scanFunc) error {
			var story, item int64
			if err := scan(&story, &item); err != nil {
				return err
			}
			if story != last {
				parts = append(parts, fmt.Sprintf("%d:", story))
			}
			last = story
			parts[len(parts)-1] += fmt.Sprintf(" %d", item)
			return nil
		}, `SELECT story_id, item_id FROM story_items ORDER BY story_id, item_id`)
	}))
	if n := number(t, s, `SELECT count(*) FROM story_wait`); n > 0 {
		parts = append(parts, fmt.Sprintf("%d wait", n))
	}
	return strings.Join(parts, ", ")
}

func testTell(t *testing.T, s *Store) {
	configure(t, s)
	unmatched := wire(belta.ID, 9, "Токаев спит")
	unmatched.Matches = []news.Match{{Watchlist: csto.ID, Score: .5}}
	commit(t, s, belta.ID, noon, wire(belta.ID, 1, "Токаев прилетел"), wire(belta.ID, 2, "Паводок"), unmatched)
	commit(t, s, kazinf.ID, noon.Add(time.Minute), wire(kazinf.ID, 3, "Токаев в Минске"), wire(kazinf.ID, 4, "Паводок спал"), wire(kazinf.ID, 5, "Паводок ещё"))
	equal(t, "stories", toldIn(t, s), "1: 1 4, 2: 2 5 6")
	st, err := s.Story(t.Context(), 1)
	must(t, err)
	equal(t, "the first, and the copy", []any{st.Items[0].Copy, st.Items[0].Tie, st.Items[1].Copy, st.Items[1].Tie}, []any{false, "", true, "copy Токаев"})
	equal(t, "began and last", []time.Time{st.Began, st.Last}, []time.Time{noon.Add(time.Minute), noon.Add(3 * time.Minute)})

	// An item that was published earlier makes its story begin earlier.
	early := wire(kazinf.ID, -30, "Токаев вылетел")
	commit(t, s, kazinf.ID, noon.Add(2*time.Minute), early)
	st, err = s.Story(t.Context(), 1)
	must(t, err)
	equal(t, "began and last, then", []time.Time{st.Began, st.Last}, []time.Time{noon.Add(-30 * time.Minute), noon.Add(3 * time.Minute)})
}

// What a commit that came to nothing put into the index is not found by the next one.
func testTellRolledBack(t *testing.T, s *Store) {
	configure(t, s)
	commit(t, s, belta.ID, noon, wire(belta.ID, 1, "Паводок"))
	c := claim(t, s, kazinf.ID, noon.Add(time.Minute))
	bad := wire(kazinf.ID, 3, "Сессия")
	bad.Matches = over(csto.ID, csto.ID)
	if _, err := s.Commit(t.Context(), news.Poll{Claim: c, At: noon.Add(time.Minute), New: []news.NewItem{wire(kazinf.ID, 2, "Токаев прилетел"), bad}}); err == nil {
		t.Fatal("no error")
	}
	commit(t, s, kazinf.ID, noon.Add(2*time.Minute), wire(kazinf.ID, 4, "Лукашенко"), wire(kazinf.ID, 5, "Токаев улетел"), wire(kazinf.ID, 6, "Паводок спал"))
	equal(t, "stories", toldIn(t, s), "1: 1 4, 2: 2, 3: 3")

	// Neither is what a commit that lost its claim, or whose caller gave up, would have put there.
	gone := news.Poll{Claim: c, At: noon.Add(time.Hour), New: []news.NewItem{wire(kazinf.ID, 7, "Новое")}}
	_, err := s.Commit(t.Context(), gone)
	wantErr(t, err, news.ErrLeaseLost)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Commit(ctx, gone); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled commit: %v", err)
	}
	commit(t, s, kazinf.ID, noon.Add(2*time.Hour), wire(kazinf.ID, 8, "Новое"), wire(kazinf.ID, 9, "Лукашенко там"))
	equal(t, "stories, then", toldIn(t, s), "1: 1 4, 2: 2 6, 3: 3, 4: 5")
}

// A backlog waits, and so does what a new watchlist was matched to; a live copy joins the story that a backlog item began.
func testTellLater(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	backlog := func(n int, title string, at time.Time) news.NewItem {
		b := wire(belta.ID, n, title)
		b.Print, b.Skip, b.Item.Published = nil, news.SkipBacklog, at
		return b
	}
	ancient := backlog(3, "Древность", noon.Add(-40*24*time.Hour))
	commit(t, s, belta.ID, noon, backlog(1, "Паводок", noon), backlog(2, "Токаев", noon.Add(-time.Hour)), ancient,
		news.NewItem{Item: item(belta.ID, 4, "Сессия парламента", "")}, news.NewItem{Item: item(belta.ID, 5, "Паводок спал", "")})
	equal(t, "at once", toldIn(t, s), "3 wait")

	done, left, err := s.TellStories(ctx, 2)
	must(t, err)
	equal(t, "done and left", []int{done, left}, []int{2, 1})
	equal(t, "by time", toldIn(t, s), "1: 2, 2: 1, 1 wait")
	done, left, err = s.TellStories(ctx, 2)
	must(t, err)
	equal(t, "the rest", []int{done, left}, []int{1, 0})
	commit(t, s, kazinf.ID, noon.Add(time.Minute), wire(kazinf.ID, 1, "Паводок в Гомеле"))
	equal(t, "a live copy", toldIn(t, s), "1: 2, 2: 1 6")

	_, err = s.MatchBack(ctx, []string{tokayev.ID}, noon.Add(-time.Hour), func(*news.Item) []news.Match { return over(tokayev.ID) })
	must(t, err)
	equal(t, "matched back", toldIn(t, s), "1: 2, 2: 1 6, 2 wait")
	_, _, err = s.TellStories(ctx, 9)
	must(t, err)
	equal(t, "told", toldIn(t, s), "1: 2, 2: 1 5 6, 3: 4")
	done, left, err = s.TellStories(ctx, 9)
	must(t, err)
	equal(t, "nothing to do", []int{done, left}, []int{0, 0})
}

// An edited item keeps its story; one that an edit brings to its first watchlist gets one.
func testTellEdited(t *testing.T, s *Store) {
	configure(t, s)
	commit(t, s, belta.ID, noon, wire(belta.ID, 1, "Паводок"), news.NewItem{Item: item(belta.ID, 2, "Погода", "")}, news.NewItem{Item: item(belta.ID, 3, "Мода", "")})
	editItem := func(at time.Time, id int64, title string, print []byte) {
		c := claim(t, s, belta.ID, at)
		it := item(belta.ID, int(id), title, "")
		it.ID = id
		done, err := s.Commit(t.Context(), news.Poll{Claim: c, At: at, State: c.State, Edits: []news.Edit{{Item: it, Matches: over(csto.ID, tokayev.ID), Print: print}}})
		must(t, err)
		equal(t, "edited", done.Edited, 1)
	}
	editItem(noon.Add(time.Minute), 1, "Токаев о паводке", wordOf("Токаев"))
	equal(t, "keeps its story", toldIn(t, s), "1: 1")
	editItem(noon.Add(2*time.Minute), 2, "Паводок и погода", wordOf("Паводок"))
	equal(t, "gets one", toldIn(t, s), "1: 1 2")
	editItem(noon.Add(3*time.Minute), 3, "Токаев о моде", nil)
	equal(t, "has to wait", toldIn(t, s), "1: 1 2, 1 wait")
	editItem(noon.Add(4*time.Minute), 1, "Ещё раз", nil)
	equal(t, "in a story, waits for none", toldIn(t, s), "1: 1 2, 1 wait")
}

// Items are pruned with their places in stories; a story without items is gone, and nothing joins it.
func testTellPruned(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	must(t, s.SyncConfig(ctx, []news.Feed{belta, kazinf}, []news.Watchlist{csto, tokayev}, nil)) // nobody is owed anything
	old := func(n int, title string) news.NewItem {
		x := wire(belta.ID, n, title)
		x.Item.Seen = noon
		return x
	}
	waiting := old(3, "Мода")
	waiting.Print = nil
	commit(t, s, belta.ID, noon, old(1, "Паводок"), old(2, "Токаев"), waiting, wire(belta.ID, 4, "Токаев опять"))
	n, err := s.Prune(ctx, noon.Add(time.Minute))
	must(t, err)
	equal(t, "pruned", n, 3)
	equal(t, "left", toldIn(t, s), "2: 4")
	equal(t, "stories and prints", number(t, s, `SELECT 10 * (SELECT count(*) FROM stories) + (SELECT count(*) FROM story_prints)`), 11)
	_, err = s.Story(ctx, 1)
	wantErr(t, err, news.ErrNotFound)
	commit(t, s, kazinf.ID, noon.Add(2*time.Minute), wire(kazinf.ID, 1, "Паводок снова"), wire(kazinf.ID, 2, "Токаев снова"))
	equal(t, "a story that is gone takes nothing in", toldIn(t, s), "2: 4 6, 3: 5")

	// The newest prints are gone, and their numbers are not given again: another process that has read them reads what comes after.
	if _, err := s.Prune(ctx, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	equal(t, "all gone", toldIn(t, s), "")
}

// Prints go when nothing can be compared with them any more, before their items do.
func testPrunePrints(t *testing.T, s *Store) {
	configure(t, s)
	old := wire(belta.ID, 1, "Древность")
	old.Item.Published = noon.Add(-31 * 24 * time.Hour)
	commit(t, s, belta.ID, noon.Add(-31*24*time.Hour), old)
	commit(t, s, belta.ID, noon, wire(belta.ID, 2, "Новость"))
	_, err := s.Prune(t.Context(), noon.Add(-90*24*time.Hour))
	must(t, err)
	equal(t, "stories", toldIn(t, s), "1: 1, 2: 2")
	equal(t, "prints", number(t, s, `SELECT count(*) FROM story_prints`), 1)
}

// Two processes bring the same stories at once, over and over: each is one story, and both go on from what the other stored.
func TestTellTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	stores := []*Store{openAt(t, path), openAt(t, path)}
	configure(t, stores[0])
	const rounds = 30
	feeds := []string{belta.ID, kazinf.ID}
	for n := range rounds {
		at := noon.Add(time.Duration(n) * 10 * time.Second)
		claims := []news.Claim{claim(t, stores[0], feeds[0], at), claim(t, stores[1], feeds[1], at.Add(time.Millisecond))}
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, s := range stores {
			both.Go(func() {
				items := []news.NewItem{wire(feeds[i], 3*n, fmt.Sprintf("Общая%d сводка %d", n, i)), wire(feeds[i], 3*n+1, fmt.Sprintf("Своя%d%d", n, i))}
				if n > 0 { // of the round before
					items = append(items, wire(feeds[i], 3*n+2, fmt.Sprintf("Своя%d%d", n-1, 1-i)))
				}
				_, errs[i] = s.Commit(t.Context(), news.Poll{Claim: claims[i], At: at.Add(time.Second), State: claims[i].State, New: items})
			})
		}
		both.Wait()
		must(t, errors.Join(errs...))
	}
	// Of every round one story of both, and two that the other process takes up in the next round.
	equal(t, "stories", number(t, stores[0], `SELECT count(*) FROM stories`), 3*rounds)
	equal(t, "of two items", number(t, stores[0], `SELECT count(*) FROM (SELECT story_id FROM story_items GROUP BY story_id HAVING count(*) = 2)`), 3*rounds-2)
}

// What one process failed to write, another one writes otherwise, under the same numbers: the first goes by what is stored.
func TestTellGhosts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	first, second := openAt(t, path), openAt(t, path)
	configure(t, first)
	commit(t, first, belta.ID, noon, wire(belta.ID, 1, "Паводок"))
	c := claim(t, first, kazinf.ID, noon.Add(time.Minute))
	bad := wire(kazinf.ID, 3, "Сессия")
	bad.Matches = over(csto.ID, csto.ID)
	if _, err := first.Commit(t.Context(), news.Poll{Claim: c, At: noon.Add(time.Minute), New: []news.NewItem{wire(kazinf.ID, 2, "Токаев прилетел"), bad}}); err == nil {
		t.Fatal("no error")
	}
	must(t, first.Release(t.Context(), c))
	commit(t, second, kazinf.ID, noon.Add(2*time.Minute), wire(kazinf.ID, 4, "Мода"), wire(kazinf.ID, 5, "Погода"), wire(kazinf.ID, 6, "Урожай"))
	commit(t, first, belta.ID, noon.Add(3*time.Minute), wire(belta.ID, 7, "Токаев улетел"), wire(belta.ID, 8, "Мода весны"), wire(belta.ID, 9, "Урожай убран"))
	equal(t, "stories", toldIn(t, first), "1: 1, 2: 2 6, 3: 3, 4: 4 7, 5: 5")
}

// A store that knows no stories leaves them to one that does.
func TestTellNobody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	plain, err := Open(t.Context(), "sqlite:"+path, Options{Now: func() time.Time { return noon }})
	must(t, err)
	t.Cleanup(func() { must(t, plain.Close()) })
	configure(t, plain)
	commit(t, plain, belta.ID, noon, wire(belta.ID, 1, "Паводок"))
	if _, _, err := plain.TellStories(t.Context(), 9); err == nil {
		t.Error("a store without Options.Stories tells stories")
	}
	s := openAt(t, path)
	_, _, err = s.TellStories(t.Context(), 9)
	must(t, err)
	equal(t, "stories", toldIn(t, s), "1: 1")
}
