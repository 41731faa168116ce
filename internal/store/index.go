package store

import (
	"context"
	"errors"
	"fmt"
)

// Index takes up to limit items that Commit wrote since the last call into the full-text index, in one transaction with the
// mark that remembers how far it came. It returns how many it took and how many are left; call it until none are.
func (s *Store) Index(ctx context.Context, limit int) (done, behind int, err error) {
	if s.fold == nil {
		return 0, 0, errors.New("index items: the store was opened without Options.Fold")
	}
	err = s.write(ctx, func(t tx) error {
		var mark int64
		if err := t.queryRow(ctx, `SELECT item_id FROM index_mark`).Scan(&mark); err != nil {
			return err
		}
		var rows []any
		ids, err := collect(ctx, t, func(scan scanFunc) (id int64, err error) {
			var title, text string
			err = scan(&id, &title, &text)
			rows = append(rows, id, s.fold(title), s.fold(text))
			return id, err
		}, `SELECT id, title, text FROM items WHERE id > ? ORDER BY id LIMIT ?`, mark, limit)
		if err != nil {
			return err
		}
		if done = len(ids); done == 0 {
			return nil
		}
		if err := s.engine.index(ctx, t, rows); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE index_mark SET item_id = ?`, ids[done-1]); err != nil {
			return err
		}
		behind, err = behindIndex(ctx, t)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("index items: %w", err)
	}
	return done, behind, nil
}

// behindIndex is how many items the full-text index lacks, told from their numbers: those that were pruned before it came to
// them still count until it has passed them.
func behindIndex(ctx context.Context, t tx) (n int, err error) {
	err = t.queryRow(ctx, `SELECT coalesce((SELECT max(id) FROM items), 0) - item_id FROM index_mark`).Scan(&n)
	return max(n, 0), err
}
