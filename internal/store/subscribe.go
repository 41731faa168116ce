package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// Subscribe notes that a chat itself wants the watchlists; those it wants already stay as they are.
func (s *Store) Subscribe(ctx context.Context, chat string, watchlists []string) error {
	var rows []any
	for _, w := range watchlists {
		rows = append(rows, w, chat, news.SourceChat)
	}
	err := s.write(ctx, func(t tx) error {
		return t.insert(ctx, `INSERT INTO subscriptions (watchlist, chat, source)`, 3, `ON CONFLICT DO NOTHING`, rows)
	})
	if err != nil {
		return fmt.Errorf("subscribe a chat: %w", err)
	}
	return nil
}

// Unsubscribe ends subscriptions that a chat made itself: those of the watchlists, or all with nil. What it is still owed of them
// is skipped, unless the configuration wants the chat to have it.
func (s *Store) Unsubscribe(ctx context.Context, chat string, watchlists []string) error {
	err := s.write(ctx, func(t tx) error {
		if watchlists == nil {
			var err error
			watchlists, err = collect(ctx, t, scanText, `SELECT watchlist FROM subscriptions WHERE chat = ? AND source = 'chat'`, chat)
			if err != nil {
				return err
			}
		}
		return inBatches(watchlists, func(in string, args []any) error {
			args = append([]any{chat}, args...)
			if _, err := t.exec(ctx, `DELETE FROM subscriptions WHERE source = 'chat' AND chat = ? AND watchlist IN `+in, args...); err != nil {
				return err
			}
			_, err := t.exec(ctx, `UPDATE alerts SET state = 'skipped', reason = ? WHERE state = 'owed' AND chat = ? AND watchlist IN `+in+`
				AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.chat = alerts.chat AND s.watchlist = alerts.watchlist)`,
				append([]any{news.SkipUnsubscribed}, args...)...)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("unsubscribe a chat: %w", err)
	}
	return nil
}

// Subscriptions returns what a chat wants, by watchlist; one that both the chat and the configuration want comes twice.
func (s *Store) Subscriptions(ctx context.Context, chat string) (subs []news.Subscription, err error) {
	err = s.read(ctx, func(t tx) error {
		subs, err = collect(ctx, t, func(scan scanFunc) (news.Subscription, error) {
			sub := news.Subscription{Chat: chat}
			err := scan(&sub.Watchlist, &sub.Source)
			return sub, err
		}, `SELECT watchlist, source FROM subscriptions WHERE chat = ? ORDER BY watchlist, source`, chat)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the subscriptions of a chat: %w", err)
	}
	return subs, nil
}

// AddInvite stores an invitation. Its hash must be new.
func (s *Store) AddInvite(ctx context.Context, i news.Invite) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `INSERT INTO invites (hash, invited_by, expires) VALUES (?, ?, ?)`, i.Hash, i.By, millis(i.Expires))
		return err
	})
	if err != nil {
		return fmt.Errorf("store an invitation: %w", err)
	}
	return nil
}

// UseInvite admits a chat by an invitation, in one transaction, and reports whether it could: the invitation is known, at now it
// has not expired, and nobody else used it. A chat that used it before is admitted again, so a command that is handled twice,
// after a crash, does no harm.
func (s *Store) UseInvite(ctx context.Context, hash, chat string, now time.Time) (ok bool, err error) {
	base := news.BaseChat(chat)
	err = s.write(ctx, func(t tx) error {
		var expires, usedAt int64
		var by string
		err := t.queryRow(ctx, `SELECT expires, used_by, used_at FROM invites WHERE hash = ?`, hash).Scan(&expires, &by, &usedAt)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case usedAt == 0 && expires > millis(now):
			if _, err := t.exec(ctx, `UPDATE invites SET used_by = ?, used_at = ? WHERE hash = ?`, base, millis(now), hash); err != nil {
				return err
			}
		case usedAt == 0 || by != base:
			return nil
		}
		ok = true
		_, err = t.exec(ctx, `INSERT INTO chats (base, admitted) VALUES (?, 1) ON CONFLICT (base) DO UPDATE SET admitted = 1`, base)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("use an invitation: %w", err)
	}
	return ok, nil
}
