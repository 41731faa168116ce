package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"vestnik/internal/news"
)

// Mute keeps alerts of a watchlist, a story or a feed from a chat until then: those that are owed already, and those that would come to be owed,
// are skipped.
func (s *Store) Mute(ctx context.Context, chat string, m news.Mute, until time.Time) error {
	why, where, of := news.SkipMuted, `watchlist = ?`, any(m.What)
	var err error
	switch m.Kind {
	case news.MuteWatchlist:
	case news.MuteStory:
		why, where = news.SkipMutedStory, `item_id IN (SELECT item_id FROM story_items WHERE story_id = ?)`
		of, err = strconv.ParseInt(m.What, 10, 64)
	case news.MuteFeed:
		why, where = news.SkipMutedFeed, `item_id IN (SELECT id FROM items WHERE feed_id = ?)`
	default:
		err = errors.New("there is no such kind of mute")
	}
	if err != nil {
		return fmt.Errorf("mute %s %q: %w", m.Kind, m.What, err)
	}
	err = s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `INSERT INTO mutes (chat, kind, what, until) VALUES (?, ?, ?, ?)
			ON CONFLICT (chat, kind, what) DO UPDATE SET until = excluded.until`, chat, string(m.Kind), m.What, millis(until))
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `UPDATE alerts SET state = 'skipped', reason = ? WHERE state = 'owed' AND chat = ? AND `+where, why, chat, of)
		return err
	})
	if err != nil {
		return fmt.Errorf("mute %s %q: %w", m.Kind, m.What, err)
	}
	return nil
}

// Unmute ends a mute in a chat, or with the zero Mute all of them.
func (s *Store) Unmute(ctx context.Context, chat string, m news.Mute) error {
	err := s.write(ctx, func(t tx) error {
		query, args := `DELETE FROM mutes WHERE chat = ?`, []any{chat}
		if m != (news.Mute{}) {
			query, args = query+` AND kind = ? AND what = ?`, append(args, string(m.Kind), m.What)
		}
		_, err := t.exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("unmute %s %q: %w", m.Kind, m.What, err)
	}
	return nil
}

// Mutes returns what is muted in a chat at now, and until when.
func (s *Store) Mutes(ctx context.Context, chat string, now time.Time) (map[news.Mute]time.Time, error) {
	mutes := make(map[news.Mute]time.Time)
	err := s.read(ctx, func(t tx) error {
		return t.each(ctx, func(scan scanFunc) error {
			var m news.Mute
			var until int64
			err := scan(&m.Kind, &m.What, &until)
			mutes[m] = moment(until)
			return err
		}, `SELECT kind, what, until FROM mutes WHERE chat = ? AND until > ?`, chat, millis(now))
	})
	if err != nil {
		return nil, fmt.Errorf("read the mutes of a chat: %w", err)
	}
	return mutes, nil
}

// A muteOf is a mute of a chat.
type muteOf struct {
	chat string
	news.Mute
}

// mutedAt returns what is muted where.
func mutedAt(ctx context.Context, t tx, now time.Time) (map[muteOf]bool, error) {
	muted := make(map[muteOf]bool)
	err := t.each(ctx, func(scan scanFunc) error {
		var m muteOf
		err := scan(&m.chat, &m.Kind, &m.What)
		muted[m] = true
		return err
	}, `SELECT chat, kind, what FROM mutes WHERE until > ?`, millis(now))
	return muted, err
}
