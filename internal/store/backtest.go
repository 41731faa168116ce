package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"vestnik/internal/news"
)

// OpenReadOnly opens a database that is there and of this program's schema, for reading: nothing is created, migrated or locked, and a bot may be
// running on it. What would write fails.
func OpenReadOnly(ctx context.Context, dsn string, opts Options) (s *Store, err error) {
	engine, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("open database %s: %w", engine.path, err)
		}
	}()
	switch _, err := os.Stat(engine.file); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is none yet: the bot makes it when it first polls («bot once»): %w", fs.ErrNotExist)
	case err != nil:
		return nil, err
	}
	newest, err := LatestSchema()
	if err != nil {
		return nil, err
	}
	switch found, err := engine.probe(ctx); {
	case err != nil:
		return nil, err
	case found > newest:
		return nil, fmt.Errorf("it has schema %d and this program knows %d: use the newer program that wrote it", found, newest)
	case found < newest:
		return nil, fmt.Errorf("it has schema %d and this program reads %d: start the bot once with this program («bot once»), which brings it up to date", found, newest)
	}
	s = &Store{name: engine.path, engine: engine, schema: newest, fold: opts.Fold, now: opts.Now, log: opts.Log}
	if s.now == nil {
		s.now = time.Now
	}
	s.reader, err = engine.openReader()
	return s, err
}

// Period returns the items published since, as the database is at this moment. It reaches until now, or farther when an item is dated ahead.
func (s *Store) Period(ctx context.Context, since, now time.Time) (news.Period, error) {
	p := news.Period{Since: since, Until: now}
	err := s.read(ctx, func(t tx) error {
		var newest int64
		err := t.queryRow(ctx, `SELECT count(*), coalesce(max(id), 0), coalesce(max(published), 0) FROM items WHERE published >= ?`, millis(since)).
			Scan(&p.Items, &p.Last, &newest)
		if until := moment(newest).Add(time.Millisecond); until.After(p.Until) {
			p.Until = until
		}
		return err
	})
	if err != nil {
		return p, fmt.Errorf("count the items since %s: %w", since.UTC().Format(time.RFC3339), err)
	}
	return p, nil
}

// pastBatch is how many items Past hands over at once: few enough that several batches of long texts are small change.
const pastBatch = batch

// Past hands the items of a period to do, batch by batch, in the order in which they were published (then of their numbers). Each batch is a
// transaction of its own, so a bot that runs on the database goes on undisturbed. do keeps what it is given.
func (s *Store) Past(ctx context.Context, p news.Period, do func([]news.Past) error) error {
	after := news.Cursor{Published: p.Since.Add(-time.Millisecond)}
	for {
		var list []news.Past
		err := s.read(ctx, func(t tx) (err error) {
			list, err = pastItems(ctx, t, p, after)
			if err == nil {
				err = decisions(ctx, t, list)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("read stored items: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		last := list[len(list)-1].Item
		after = news.Cursor{Published: last.Published, ID: last.ID}
		if err := do(list); err != nil {
			return err
		}
	}
}

const pastQuery = `SELECT id, feed_id, published, seen, url, link, title, lang, author, text, skip FROM items
	WHERE (published, id) > (?, ?) AND published < ? AND id <= ? ORDER BY published, id LIMIT ?`

func pastItems(ctx context.Context, t tx, p news.Period, after news.Cursor) ([]news.Past, error) {
	return collect(ctx, t, func(scan scanFunc) (x news.Past, err error) {
		var published, seen int64
		it := &x.Item
		err = scan(&it.ID, &it.FeedID, &published, &seen, &it.URL, &it.Link, &it.Title, &it.Lang, &it.Author, &it.Text, &x.Skip)
		it.Published, it.Seen = moment(published), moment(seen)
		return x, err
	}, pastQuery, millis(after.Published), after.ID, millis(p.Until), p.Last, pastBatch)
}

// decisions fills in what was decided of the items, at most a batch of them.
func decisions(ctx context.Context, t tx, list []news.Past) error {
	at := make(map[int64]*news.Past, len(list))
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].Item.ID
		at[ids[i]] = &list[i]
	}
	earlier, err := versions(ctx, t, ids)
	if err != nil {
		return err
	}
	for id, list := range earlier {
		at[id].Earlier = list
	}
	return inBatches(ids, func(in string, args []any) error {
		err := t.each(ctx, func(scan scanFunc) error {
			var id int64
			var watchlist string
			err := scan(&id, &watchlist)
			if err == nil {
				at[id].Over = append(at[id].Over, watchlist)
			}
			return err
		}, `SELECT item_id, watchlist FROM matches WHERE is_over = 1 AND item_id IN `+in, args...)
		if err != nil {
			return err
		}
		return t.each(ctx, func(scan scanFunc) error {
			a, err := scanAlert(scan)
			if err == nil {
				at[a.ItemID].Ledger = append(at[a.ItemID].Ledger, a)
			}
			return err
		}, `SELECT `+alertColumns+` FROM alerts a WHERE item_id IN `+in+` ORDER BY a.id`, args...)
	})
}

// Items returns the items with all their matches, over the threshold or not, and their earlier wordings, in the order of ids; those that are gone
// are left out.
func (s *Store) Items(ctx context.Context, ids []int64) (list []news.Found, err error) {
	err = s.read(ctx, func(t tx) error {
		list, err = explained(ctx, t, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read %d items: %w", len(ids), err)
	}
	return list, nil
}
