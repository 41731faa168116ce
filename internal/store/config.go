package store

import (
	"context"
	"fmt"

	"vestnik/internal/news"
)

// SyncConfig makes the database follow the configuration, in one transaction.
//
// A feed that is gone is marked as removed: it keeps items, keys and state and is not polled; when it comes back it goes on
// where it stopped. A feed whose address changed forgets its validators, its body hash, its failures and where it moved, and is due at once; its
// keys and its rhythm stay. A watchlist that is gone keeps its name, for alerts that are owed. A claim on a feed that is gone or moved is taken back, so a poll under way cannot commit what the old address said.
// Subscriptions from the configuration are replaced as a set, those of a chat that moved at its new address; those that chats
// made stay.
func (s *Store) SyncConfig(ctx context.Context, feeds []news.Feed, watchlists []news.Watchlist, subs []news.Subscription) error {
	now := millis(s.now())
	err := s.write(ctx, func(t tx) error {
		if err := syncFeeds(ctx, t, now, feeds); err != nil {
			return fmt.Errorf("feeds: %w", err)
		}
		var names []any
		for _, w := range watchlists {
			names = append(names, w.ID, w.Name, string(w.Urgency), now)
		}
		// As with feeds: all are marked as removed, and those that the configuration still has are brought back.
		if _, err := t.exec(ctx, `UPDATE watchlists SET removed_at = ? WHERE removed_at = 0`, now); err != nil {
			return fmt.Errorf("watchlists: %w", err)
		}
		if err := t.insert(ctx, `INSERT INTO watchlists (id, name, urgency, since)`, 4, `ON CONFLICT (id) DO UPDATE SET name = excluded.name, urgency = excluded.urgency,
			removed_at = 0, since = CASE WHEN watchlists.removed_at = excluded.since THEN watchlists.since ELSE excluded.since END`, names); err != nil {
			return fmt.Errorf("watchlists: %w", err)
		}
		if _, err := t.exec(ctx, `DELETE FROM subscriptions WHERE source = 'config'`); err != nil {
			return fmt.Errorf("subscriptions: %w", err)
		}
		current, err := aliases(ctx, t)
		if err != nil {
			return fmt.Errorf("moved chats: %w", err)
		}
		var wanted []any
		for _, sub := range subs {
			wanted = append(wanted, sub.Watchlist, current(sub.Chat), news.SourceConfig)
		}
		if err := t.insert(ctx, `INSERT INTO subscriptions (watchlist, chat, source)`, 3, `ON CONFLICT DO NOTHING`, wanted); err != nil {
			return fmt.Errorf("subscriptions: %w", err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the configuration: %w", err)
	}
	return nil
}

func syncFeeds(ctx context.Context, t tx, now int64, feeds []news.Feed) error {
	// All are marked as removed, and those that the configuration still has are brought back.
	if _, err := t.exec(ctx, `UPDATE feeds SET removed_at = ? WHERE removed_at = 0`, now); err != nil {
		return err
	}
	var rows []any
	for _, f := range feeds {
		rows = append(rows, f.ID, f.URL, f.Outlet, f.Country, f.Language, string(f.Type), f.Every.Milliseconds(), f.Timezone,
			flag(f.AllowPrivate), f.Backfill)
	}
	// Every CASE sees the row as it was, so url still is the old address.
	err := t.insert(ctx, `INSERT INTO feeds (id, url, outlet, country, language, type, every, timezone, allow_private, backfill)`, 10,
		`ON CONFLICT (id) DO UPDATE SET
			etag          = CASE WHEN feeds.url = excluded.url THEN feeds.etag          ELSE '' END,
			last_modified = CASE WHEN feeds.url = excluded.url THEN feeds.last_modified ELSE '' END,
			body_hash     = CASE WHEN feeds.url = excluded.url THEN feeds.body_hash     ELSE '' END,
			entries       = CASE WHEN feeds.url = excluded.url THEN feeds.entries       ELSE '' END,
			error_class   = CASE WHEN feeds.url = excluded.url THEN feeds.error_class   ELSE '' END,
			error_proof   = CASE WHEN feeds.url = excluded.url THEN feeds.error_proof   ELSE '' END,
			moved_to      = CASE WHEN feeds.url = excluded.url THEN feeds.moved_to      ELSE '' END,
			moved_seen    = CASE WHEN feeds.url = excluded.url THEN feeds.moved_seen    ELSE 0 END,
			moved_since   = CASE WHEN feeds.url = excluded.url THEN feeds.moved_since   ELSE 0 END,
			took          = CASE WHEN feeds.url = excluded.url THEN feeds.took          ELSE 0 END,
			drift_key     = CASE WHEN feeds.url = excluded.url THEN feeds.drift_key     ELSE '' END,
			failures      = CASE WHEN feeds.url = excluded.url THEN feeds.failures      ELSE 0 END,
			lease_until   = CASE WHEN feeds.url = excluded.url THEN feeds.lease_until   ELSE 0 END,
			due_at        = CASE WHEN feeds.url = excluded.url AND feeds.every = excluded.every THEN feeds.due_at ELSE 0 END,
			url = excluded.url, outlet = excluded.outlet, country = excluded.country, language = excluded.language,
			type = excluded.type, every = excluded.every, timezone = excluded.timezone,
			allow_private = excluded.allow_private, backfill = excluded.backfill, removed_at = 0`, rows)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE feeds SET lease_until = 0 WHERE removed_at <> 0 AND lease_until <> 0`)
	return err
}

// PollAnew makes feeds due at once, and forgets what makes their fetches conditional. It is for feeds whose server is asked otherwise from now on: what it
// answered before, a refusal or that nothing changed, says nothing any more.
func (s *Store) PollAnew(ctx context.Context, ids []string) error {
	err := s.write(ctx, func(t tx) error {
		return inBatches(ids, func(in string, args []any) error {
			_, err := t.exec(ctx, `UPDATE feeds SET due_at = 0, etag = '', last_modified = '', body_hash = '' WHERE id IN `+in, args...)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("make feeds due: %w", err)
	}
	return nil
}
