package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vestnik/internal/news"
)

// FeedStatuses returns the configured feeds with what is remembered of them, ordered by id.
func (s *Store) FeedStatuses(ctx context.Context) ([]news.FeedStatus, error) {
	var list []news.FeedStatus
	err := s.read(ctx, func(t tx) error {
		matched := make(map[string]int)
		err := t.each(ctx, func(scan scanFunc) error {
			var feed string
			var n int
			err := scan(&feed, &n)
			matched[feed] = n
			return err
		}, `SELECT i.feed_id, count(DISTINCT m.item_id) FROM matches m JOIN items i ON i.id = m.item_id WHERE m.is_over = 1 GROUP BY i.feed_id`)
		if err != nil {
			return err
		}
		list, err = collect(ctx, t, func(scan scanFunc) (news.FeedStatus, error) {
			var f feedRow
			var st stateRow
			pruned := 0
			err := scan(append(append(f.fields(), st.fields()...), &pruned)...)
			state := st.value()
			return news.FeedStatus{Feed: f.value(), State: state, Kept: max(state.Items-pruned, 0), Matched: matched[f.feed.ID]}, err
		}, `SELECT `+feedColumns+`, `+stateColumns+`, pruned FROM feeds f WHERE removed_at = 0 ORDER BY id`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the state of the feeds: %w", err)
	}
	return list, nil
}

// Counts returns what the store holds, in numbers of one moment.
func (s *Store) Counts(ctx context.Context) (news.Counts, error) {
	c := news.Counts{Alerts: make(map[news.AlertState]int)}
	err := s.read(ctx, func(t tx) error {
		err := t.queryRow(ctx, `SELECT
			(SELECT count(*) FROM feeds WHERE removed_at = 0),
			(SELECT count(*) FROM items),
			(SELECT count(DISTINCT item_id) FROM matches WHERE is_over = 1),
			(SELECT count(*) FROM messages),
			(SELECT count(*) FROM messages WHERE sent_at = 0 AND refused = '')`).
			Scan(&c.Feeds, &c.Items, &c.Matched, &c.Messages, &c.Unsent)
		if err != nil {
			return err
		}
		err = t.each(ctx, func(scan scanFunc) error {
			var state news.AlertState
			var n int
			err := scan(&state, &n)
			c.Alerts[state] = n
			return err
		}, `SELECT state, count(*) FROM alerts GROUP BY state`)
		if err != nil {
			return err
		}
		c.Behind, err = behindIndex(ctx, t)
		return err
	})
	if err != nil {
		return news.Counts{}, fmt.Errorf("count what is stored: %w", err)
	}
	return c, nil
}

// Setting returns the value stored under key, and whether there is one.
func (s *Store) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	err = s.read(ctx, func(t tx) error {
		return t.queryRow(ctx, `SELECT value FROM settings WHERE key = ?`, key).Scan(&value)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read setting %q: %w", key, err)
	}
	return value, true, nil
}

// SetSetting stores value under key.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
		return err
	})
	if err != nil {
		return fmt.Errorf("write setting %q: %w", key, err)
	}
	return nil
}
