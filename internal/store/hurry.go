package store

import (
	"context"
	"fmt"
)

// hurried is when an alert is due that somebody asked for before its time: a millisecond after the epoch. It is past, so the alert goes, and it is a
// time, so the alert goes with the others that were put off. Quiet hours leave it alone: whoever asks is awake.
const hurried = 1

// notHurried leaves those alerts out.
const notHurried = ` AND due <> 1`

// Hurry makes what a chat (the exact address) is owed of a watchlist, or with "" of all, and was put off, due at once. It returns how many items that is.
func (s *Store) Hurry(ctx context.Context, chat, watchlist string) (items int, err error) {
	err = s.write(ctx, func(t tx) error {
		const of = ` FROM alerts WHERE state = 'owed' AND chat = ? AND due > ? AND (watchlist = ? OR ? = '')`
		if err := t.queryRow(ctx, `SELECT count(DISTINCT item_id)`+of, chat, hurried, watchlist, watchlist).Scan(&items); err != nil {
			return err
		}
		_, err := t.exec(ctx, `UPDATE alerts SET due = ? WHERE id IN (SELECT id`+of+`)`, hurried, chat, hurried, watchlist, watchlist)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("hurry what a chat is owed: %w", err)
	}
	return items, nil
}
