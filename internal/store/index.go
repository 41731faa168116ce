package store

import (
	"context"
	"errors"
	"fmt"
)

// Index takes up to limit items that Commit wrote or changed since the last call into the full-text index, in one transaction with the
// marks that remember how far it came. It returns how many it took and how many are left; call it until none are.
func (s *Store) Index(ctx context.Context, limit int) (done, behind int, err error) {
	if s.fold == nil {
		return 0, 0, errors.New("index items: the store was opened without Options.Fold")
	}
	err = s.write(ctx, func(t tx) error {
		again, err := s.indexAgain(ctx, t, limit)
		if err != nil {
			return err
		}
		first, err := s.indexNew(ctx, t, limit-again)
		if err != nil {
			return err
		}
		if done = again + first; done == 0 {
			return nil
		}
		behind, err = behindIndex(ctx, t)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("index items: %w", err)
	}
	return done, behind, nil
}

// indexNew takes in items that the index has not come to yet.
func (s *Store) indexNew(ctx context.Context, t tx, limit int) (done int, err error) {
	var mark int64
	if err := t.queryRow(ctx, `SELECT item_id FROM index_mark`).Scan(&mark); err != nil {
		return 0, err
	}
	ids, rows, err := s.folded(ctx, t, `SELECT id, title, text FROM items WHERE id > ? ORDER BY id LIMIT ?`, mark, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := s.engine.index(ctx, t, rows); err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, `UPDATE index_mark SET item_id = ?`, ids[len(ids)-1])
	return len(ids), err
}

// indexAgain takes in the present wording of items that were edited, in place of what the index has of them.
func (s *Store) indexAgain(ctx context.Context, t tx, limit int) (done int, err error) {
	ids, rows, err := s.folded(ctx, t, `SELECT i.id, i.title, i.text FROM index_again a JOIN items i ON i.id = a.item_id ORDER BY a.item_id LIMIT ?`, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := s.engine.unindex(ctx, t, ids); err != nil {
		return 0, err
	}
	if err := s.engine.index(ctx, t, rows); err != nil {
		return 0, err
	}
	return len(ids), inBatches(ids, func(in string, args []any) error {
		_, err := t.exec(ctx, `DELETE FROM index_again WHERE item_id IN `+in, args...)
		return err
	})
}

// folded runs a query for number, title and text of items and makes the rows of the full-text table of them.
func (s *Store) folded(ctx context.Context, t tx, query string, args ...any) (ids []int64, rows []any, err error) {
	ids, err = collect(ctx, t, func(scan scanFunc) (id int64, err error) {
		var title, text string
		err = scan(&id, &title, &text)
		rows = append(rows, id, s.fold(title), s.fold(text))
		return id, err
	}, query, args...)
	return ids, rows, err
}

// behindIndex is how many items the full-text index lacks or has in an earlier wording. The first are told from their numbers: those that were pruned
// before it came to them still count until it has passed them.
func behindIndex(ctx context.Context, t tx) (n int, err error) {
	var again int
	err = t.queryRow(ctx, `SELECT coalesce((SELECT max(id) FROM items), 0) - item_id, (SELECT count(*) FROM index_again) FROM index_mark`).Scan(&n, &again)
	return max(n, 0) + again, err
}
