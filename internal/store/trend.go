package store

import (
	"context"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// noCopy is the condition that a match is not of wire copy. An item that no story holds yet counts.
const noCopy = `NOT EXISTS (SELECT 1 FROM story_items s WHERE s.item_id = m.item_id AND s.is_copy = 1)`

// seriesQuery reads the span from the index matches_news.
const seriesQuery = `SELECT m.watchlist, i.feed_id, f.type, m.published / 3600000, count(*)
	FROM matches m JOIN items i ON i.id = m.item_id JOIN feeds f ON f.id = i.feed_id
	WHERE m.is_over = 1 AND m.published >= ? AND m.published < ? AND ` + noCopy + `
	GROUP BY m.watchlist, i.feed_id, f.type, m.published / 3600000 ORDER BY m.published / 3600000, m.watchlist, i.feed_id`

// Series calls each with what was published from since on and before until, summed up by watchlist, feed and hour, in the order of hours. An item that
// was on a watchlist before it was edited counts; one that was dropped for its age does not. Feeds and watchlists that are no longer configured are among
// them.
func (s *Store) Series(ctx context.Context, since, until time.Time, each func(news.Mentions) error) error {
	err := s.read(ctx, func(t tx) error {
		return t.each(ctx, func(scan scanFunc) error {
			var m news.Mentions
			var hour int64
			if err := scan(&m.Watchlist, &m.Feed, &m.Type, &hour, &m.Items); err != nil {
				return err
			}
			m.Hour = time.Unix(hour*3600, 0).UTC()
			return each(m)
		}, seriesQuery, millis(since), millis(until))
	})
	if err != nil {
		return fmt.Errorf("read how often watchlists were mentioned: %w", err)
	}
	return nil
}

// Mentioned returns the items on a watchlist that were published at since or later and are no copies, the oldest first. One on several watchlists comes
// several times.
func (s *Store) Mentioned(ctx context.Context, since time.Time) (list []news.Mention, err error) {
	err = s.read(ctx, func(t tx) error {
		list, err = collect(ctx, t, func(scan scanFunc) (m news.Mention, err error) {
			var published int64
			err = scan(&m.Watchlist, &m.ItemID, &m.Story, &published, &m.Feed, &m.Outlet, &m.Score)
			m.Published = moment(published)
			return m, err
		}, `SELECT m.watchlist, m.item_id, coalesce((SELECT story_id FROM story_items s WHERE s.item_id = m.item_id), 0), m.published, i.feed_id, f.outlet, m.score
			FROM matches m JOIN items i ON i.id = m.item_id JOIN feeds f ON f.id = i.feed_id
			WHERE m.is_over = 1 AND m.published >= ? AND `+noCopy+` ORDER BY m.published, m.item_id, m.watchlist`, millis(since))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is on watchlists of late: %w", err)
	}
	return list, nil
}

// Watched returns since when the configured watchlists and feeds are watched.
func (s *Store) Watched(ctx context.Context) (w news.Watched, err error) {
	w = news.Watched{Lists: map[string]time.Time{}, Feeds: map[string]news.WatchedFeed{}}
	err = s.read(ctx, func(t tx) error {
		err := t.each(ctx, func(scan scanFunc) error {
			var id string
			var since int64
			err := scan(&id, &since)
			w.Lists[id] = moment(since)
			return err
		}, `SELECT id, since FROM watchlists WHERE removed_at = 0`)
		if err != nil {
			return err
		}
		return t.each(ctx, func(scan scanFunc) error {
			var id string
			var first, last int64
			err := scan(&id, &first, &last)
			w.Feeds[id] = news.WatchedFeed{First: moment(first), Last: moment(last)}
			return err
		}, `SELECT id, first_success, last_success FROM feeds WHERE removed_at = 0`)
	})
	if err != nil {
		return news.Watched{}, fmt.Errorf("read since when what is watched: %w", err)
	}
	return w, nil
}

// Readers returns the chats (whole addresses) that want a watchlist, have not muted it at now and can be written to, sorted.
func (s *Store) Readers(ctx context.Context, watchlist string, now time.Time) (chats []string, err error) {
	err = s.read(ctx, func(t tx) error {
		closed, err := closedChats(ctx, t)
		if err != nil {
			return err
		}
		all, err := collect(ctx, t, scanText, `SELECT DISTINCT chat FROM subscriptions s WHERE watchlist = ? AND NOT EXISTS
			(SELECT 1 FROM mutes m WHERE m.chat = s.chat AND m.kind = 'watchlist' AND m.what = s.watchlist AND m.until > ?) ORDER BY chat`, watchlist, millis(now))
		for _, c := range all {
			if !closed[news.BaseChat(c)] {
				chats = append(chats, c)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who wants watchlist %q: %w", watchlist, err)
	}
	return chats, nil
}
