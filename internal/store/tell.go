package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"vestnik/internal/news"
)

// Stories says how stories are told apart: see package story.
type Stories struct {
	// Index returns an empty index of recent items, with room for that many.
	Index func(items int) StoryIndex
	// Print makes the print of an item that came without one. It is called outside of any transaction, maybe by several goroutines at once.
	Print func(item *news.Item, matches []news.Match) []byte
}

// A StoryIndex finds the items of the last while that a new one may belong to. The store fills it from its tables and asks it under the write lock, so that
// two feeds that bring one story at once, be it to two processes, make one story. Its answers must hang on nothing but what it was given, and the time.
type StoryIndex interface {
	// Room says for how many items an index is to have room that is filled from stored ones, before that many more, and how many, the newest, it is to be given.
	Room(stored, more int) (room, take int)
	// Spent reports whether a new index has to be filled before that many items are added.
	Spent(now time.Time, more int) bool
	// Advance tells the time before anything is asked or added.
	Advance(now time.Time)
	// Oldest and Stale are the times of publication before which an item, and its clues, are of no use to the index.
	Oldest(now time.Time) time.Time
	Stale(now time.Time) time.Time
	// Keep says what of a print is to be stored.
	Keep(print []byte) (bands, clues, sketch []byte)
	// Assign says which story an item joins, 0 for a new one, whether it is a copy of an item there, and what ties it to the story. fetch calls each with
	// what was stored of items, as far as it still is.
	Assign(published time.Time, print []byte, fetch func(items []int64, sketches bool, each func(item int64, clues, sketch []byte)) error) (
		story int64, copied bool, tie string, err error)
	// Add takes in an item of a story, with what Keep gave.
	Add(item, story int64, published time.Time, bands, clues []byte)
	// Forget drops a story, which is not stored any more.
	Forget(story int64)
}

// tales is the index of one process, and how far it has read what is stored.
type tales struct {
	Stories
	turn  chan struct{} // holds one value while nobody uses what follows
	index StoryIndex    // nil: to be filled anew
	last  int64         // seq of the item that was read last
}

func newTales(how Stories) *tales {
	s := &tales{Stories: how, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// A teller finds stories within one transaction.
type teller struct {
	*tales
	engine sqlite
	used   bool           // the index has things of this transaction
	fresh  map[int64]kept // what this transaction has not written yet
	expect int            // how many items the index is to have room for beside those that are stored
}

// kept is what is stored of a print.
type kept struct{ bands, clues, sketch []byte }

// tell runs write with a teller, which finds stories only when some are to be found now. The index is this call's alone until the transaction
// that write makes has ended. When that fails, what was put into the index goes with it: the next call fills it anew.
func (s *Store) tell(ctx context.Context, some bool, write func(*teller) error) error {
	if !some || s.tales == nil {
		return write(&teller{})
	}
	select {
	case <-s.tales.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	t := &teller{tales: s.tales, engine: s.engine}
	kept := false
	defer func() { // also when write panics
		if t.used && !kept {
			t.index, t.last = nil, 0
		}
		s.tales.turn <- struct{}{}
	}()
	err := write(t)
	kept = err == nil
	return err
}

// A newcomer is an item that may join a story.
type newcomer struct {
	id        int64
	published time.Time
	print     []byte // nil: it has to wait
}

// printed reports whether a poll brings an item whose story is to be found at once.
func printed(p news.Poll) bool {
	return slices.ContainsFunc(p.New, func(n news.NewItem) bool { return n.Print != nil }) ||
		slices.ContainsFunc(p.Edits, func(e news.Edit) bool { return e.Print != nil })
}

// told lists what a poll brings to the watchlists: its new items, numbered from first, and those that an edit brought to their first one.
func told(fresh []news.NewItem, first int64, edits []edited) []newcomer {
	over := func(m news.Match) bool { return m.Over }
	var all []newcomer
	for i, n := range fresh {
		if slices.ContainsFunc(n.Matches, over) {
			all = append(all, newcomer{first + int64(i), n.Item.Published, n.Print})
		}
	}
	for _, e := range edits {
		if slices.ContainsFunc(e.Matches, over) {
			all = append(all, newcomer{e.Item.ID, e.Item.Published, e.Print})
		}
	}
	return all
}

// tell gives each item a story, in their order; those without a print, and all when no index is there, wait. An item that has a story keeps it.
func (s *teller) tell(ctx context.Context, t tx, now time.Time, all []newcomer) error {
	if len(all) == 0 {
		return nil
	}
	ids := make([]int64, len(all))
	for i, n := range all {
		ids[i] = n.id
	}
	has, err := storiesOf(ctx, t, ids)
	if err != nil {
		return err
	}
	var wait []int64
	all = slices.DeleteFunc(all, func(n newcomer) bool {
		later := s.tales == nil || n.print == nil
		if later {
			wait = append(wait, n.id)
		}
		return later || has[n.id] != 0
	})
	if err := awaitStories(ctx, t, wait); err != nil || len(all) == 0 {
		return err
	}
	if err := s.catchUp(ctx, t, now, len(all)); err != nil {
		return fmt.Errorf("catch up: %w", err)
	}
	s.fresh = make(map[int64]kept, len(all))
	var items, marks, prints []any
	for _, n := range all {
		story, copied, tie, err := s.join(ctx, t, n)
		if err != nil {
			return err
		}
		var k kept
		k.bands, k.clues, k.sketch = s.index.Keep(n.print)
		s.fresh[n.id] = k
		s.index.Add(n.id, story, n.published, k.bands, k.clues)
		s.last++
		items = append(items, n.id, story, millis(n.published), flag(copied), tie)
		marks = append(marks, s.last, n.id, story, millis(n.published), some(k.bands))
		prints = append(prints, n.id, some(k.clues), some(k.sketch))
	}
	s.fresh = nil
	if err := t.insert(ctx, `INSERT INTO story_items (item_id, story_id, published, is_copy, tie)`, 5, ``, items); err != nil {
		return err
	}
	if err := t.insert(ctx, `INSERT INTO story_marks (seq, item_id, story_id, published, bands)`, 5, ``, marks); err != nil {
		return err
	}
	return t.insert(ctx, `INSERT INTO story_prints (item_id, clues, sketch)`, 3, ``, prints)
}

// some is b, which is not NULL where it is empty.
func some(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// fetch calls each with what is stored of items, those of this transaction included.
func (s *teller) fetch(ctx context.Context, t tx, items []int64, sketches bool, each func(item int64, clues, sketch []byte)) error {
	var stored []int64
	for _, id := range items {
		if k, ok := s.fresh[id]; ok {
			each(id, k.clues, k.sketch)
		} else {
			stored = append(stored, id)
		}
	}
	query := cluesQuery
	if sketches {
		query = sketchesQuery
	}
	return inBatches(stored, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var item int64
			var clues, sketch sql.RawBytes
			if err := scan(&item, &clues, &sketch); err != nil {
				return err
			}
			each(item, clues, sketch)
			return nil
		}, query+in, args...)
	})
}

const (
	cluesQuery    = `SELECT item_id, clues, NULL FROM story_prints WHERE item_id IN `
	sketchesQuery = `SELECT item_id, clues, sketch FROM story_prints WHERE item_id IN `
)

// storiesOf gives the stories of those items that have one.
func storiesOf(ctx context.Context, t tx, ids []int64) (map[int64]int64, error) {
	of := make(map[int64]int64)
	err := inBatches(ids, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var item, story int64
			err := scan(&item, &story)
			of[item] = story
			return err
		}, `SELECT item_id, story_id FROM story_items WHERE item_id IN `+in, args...)
	})
	return of, err
}

// awaitStories puts down items for TellStories, but for those that have a story.
func awaitStories(ctx context.Context, t tx, ids []int64) error {
	return inBatches(ids, func(in string, args []any) error {
		_, err := t.exec(ctx, `INSERT INTO story_wait (item_id) SELECT id FROM items WHERE NOT EXISTS (SELECT 1 FROM story_items WHERE item_id = items.id)
			AND id IN `+in+` ON CONFLICT DO NOTHING`, args...)
		return err
	})
}

// catchUp brings the index up to what is stored, with room for that many more items.
func (s *teller) catchUp(ctx context.Context, t tx, now time.Time, more int) error {
	s.used = true
	next, err := s.engine.reserve(ctx, t, "story_marks")
	if err != nil {
		return err
	}
	if s.index == nil || s.last >= next || s.index.Spent(now, more+int(next-1-s.last)) {
		if err := s.renew(ctx, t, now, more); err != nil {
			return err
		}
	}
	if s.last == next-1 {
		return nil
	}
	err = t.each(ctx, func(scan scanFunc) error {
		var item, story, published int64
		var bands, clues sql.RawBytes
		if err := scan(&item, &story, &published, &bands, &clues); err != nil {
			return err
		}
		s.index.Add(item, story, moment(published), bands, clues)
		return nil
	}, catchUpQuery, millis(s.index.Stale(now)), s.last, millis(s.index.Oldest(now)))
	s.last = next - 1
	return err
}

const catchUpQuery = `SELECT m.item_id, m.story_id, m.published, m.bands, p.clues FROM story_marks m
	LEFT JOIN story_prints p ON p.item_id = m.item_id AND m.published >= ? WHERE m.seq > ? AND m.published >= ? ORDER BY m.seq`

// renew begins an empty index, and says where what is to be read into it begins: in its last.
func (s *teller) renew(ctx context.Context, t tx, now time.Time, more int) error {
	none := s.Index(0)
	var stored int
	if err := t.queryRow(ctx, `SELECT count(*) FROM story_marks WHERE published >= ?`, millis(none.Oldest(now))).Scan(&stored); err != nil {
		return err
	}
	room, take := none.Room(stored, max(more, s.expect))
	s.last = 0
	if take < stored {
		err := t.queryRow(ctx, `SELECT seq FROM story_marks ORDER BY seq DESC LIMIT 1 OFFSET ?`, take).Scan(&s.last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	s.index = nil // the old one may be collected before there is a new one
	s.index = s.Index(room)
	s.index.Advance(now)
	return nil
}

// join finds the story of an item, or begins one.
func (s *teller) join(ctx context.Context, t tx, n newcomer) (story int64, copied bool, tie string, err error) {
	at := millis(n.published)
	fetch := func(items []int64, sketches bool, each func(item int64, clues, sketch []byte)) error {
		return s.fetch(ctx, t, items, sketches, each)
	}
	for {
		if story, copied, tie, err = s.index.Assign(n.published, n.print, fetch); err != nil {
			return 0, false, "", err
		}
		if story == 0 {
			err := t.queryRow(ctx, `INSERT INTO stories (began, last) VALUES (?, ?) RETURNING id`, at, at).Scan(&story)
			return story, false, "", err
		}
		there, err := t.exec(ctx, `UPDATE stories SET began = CASE WHEN began > ? THEN ? ELSE began END, last = CASE WHEN last < ? THEN ? ELSE last END WHERE id = ?`,
			at, at, at, at, story)
		if err != nil || there > 0 {
			return story, copied, tie, err
		}
		s.index.Forget(story) // its items were pruned
	}
}

// TellStories finds the stories of up to limit items that were written without: the backlog of a new feed, those that a new watchlist was matched to, and
// those of a store that knew no stories. It returns how many it saw to and how many still wait; call it until none do. An item that is too
// old to be compared with anything gets none.
func (s *Store) TellStories(ctx context.Context, limit int) (done, left int, err error) {
	if s.tales == nil {
		return 0, 0, errors.New("tell stories: the store was opened without Options.Stories")
	}
	now := s.now()
	var list []news.Found
	var ids []int64
	waiting := 0
	err = s.read(ctx, func(t tx) (err error) {
		if err := t.queryRow(ctx, `SELECT count(*) FROM story_wait`).Scan(&waiting); err != nil {
			return err
		}
		if ids, err = collect(ctx, t, scanID, `SELECT item_id FROM story_wait ORDER BY item_id LIMIT ?`, limit); err != nil {
			return err
		}
		list, err = found(ctx, t, ids, overOnly)
		return err
	})
	if err != nil || len(ids) == 0 {
		return 0, 0, wrap(err)
	}
	oldest := s.tales.Index(0).Oldest(now)
	var all []newcomer
	for _, f := range list {
		if len(f.Matches) > 0 && !f.Item.Published.Before(oldest) {
			all = append(all, newcomer{f.Item.ID, f.Item.Published, s.tales.Print(&f.Item, f.Matches)})
		}
	}
	slices.SortStableFunc(all, func(a, b newcomer) int { return cmp.Or(a.published.Compare(b.published), cmp.Compare(a.id, b.id)) })
	err = s.tell(ctx, true, func(teller *teller) error {
		teller.expect = waiting
		return s.write(ctx, func(t tx) error {
			// Others may have seen to them meanwhile, or pruned them.
			taken := make(map[int64]bool)
			err := inBatches(ids, func(in string, args []any) error {
				gone, err := collect(ctx, t, scanID, `DELETE FROM story_wait WHERE item_id IN `+in+` RETURNING item_id`, args...)
				for _, id := range gone {
					taken[id] = true
				}
				return err
			})
			if err != nil {
				return err
			}
			all = slices.DeleteFunc(all, func(n newcomer) bool { return !taken[n.id] })
			if err := teller.tell(ctx, t, now, all); err != nil {
				return err
			}
			return t.queryRow(ctx, `SELECT count(*) FROM story_wait`).Scan(&left)
		})
	})
	if err != nil {
		return 0, 0, wrap(err)
	}
	return len(ids), left, nil
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("tell stories: %w", err)
}

// pruneStories takes items out of their stories, and drops the stories that are left without any.
func pruneStories(ctx context.Context, t tx, in string, items []any) error {
	left, err := collect(ctx, t, scanID, `DELETE FROM story_items WHERE item_id IN `+in+` RETURNING story_id`, items...)
	if err != nil {
		return err
	}
	slices.Sort(left)
	return inBatches(slices.Compact(left), func(in string, args []any) error {
		_, err := t.exec(ctx, `DELETE FROM stories WHERE NOT EXISTS (SELECT 1 FROM story_items WHERE story_id = stories.id) AND id IN `+in, args...)
		return err
	})
}

// prunePrints drops the prints that are of no more use.
func (s *Store) prunePrints(ctx context.Context, now time.Time) error {
	if s.tales == nil {
		return nil
	}
	oldest := s.tales.Index(0).Oldest(now)
	return s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `DELETE FROM story_prints WHERE item_id IN (SELECT item_id FROM story_marks WHERE published < ?)`, millis(oldest))
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `DELETE FROM story_marks WHERE published < ?`, millis(oldest))
		return err
	})
}
