package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// ofChat is the condition that column chat holds an address or, when that has no topic, one of its topics; inChat gives its
// arguments. It is a range, so that an index serves it; ';' is the character behind ':'.
const ofChat = `(chat = ? OR chat > ? AND chat < ?)`

func inChat(address string) []any { return []any{address, address + ":", address + ";"} }

// Chat returns what is remembered of a chat, and whether anything is. Its Kind is "" as long as nobody has told it.
func (s *Store) Chat(ctx context.Context, base string) (c news.Chat, ok bool, err error) {
	c.Address = news.BaseChat(base)
	err = s.read(ctx, func(t tx) error {
		var wait int64
		err := t.queryRow(ctx, `SELECT kind, language, language_chosen, admitted, closed, wait_until FROM chats WHERE base = ?`, c.Address).
			Scan(&c.Kind, &c.Language, &c.Chosen, &c.Admitted, &c.Closed, &wait)
		c.WaitUntil = moment(wait)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return news.Chat{}, false, nil
	}
	if err != nil {
		return news.Chat{}, false, fmt.Errorf("read a chat: %w", err)
	}
	return c, true, nil
}

// SaveChat stores everything of a chat but WaitUntil, which is SetWait's. One that is saved with Closed "" is open again.
func (s *Store) SaveChat(ctx context.Context, c news.Chat) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `INSERT INTO chats (base, kind, language, language_chosen, admitted, closed) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (base) DO UPDATE SET kind = excluded.kind, language = excluded.language,
				language_chosen = excluded.language_chosen, admitted = excluded.admitted, closed = excluded.closed`,
			news.BaseChat(c.Address), string(c.Kind), c.Language, flag(c.Chosen), flag(c.Admitted), c.Closed)
		return err
	})
	if err != nil {
		return fmt.Errorf("save a chat: %w", err)
	}
	return nil
}

// CloseChat remembers why (not empty) nothing can be sent to a chat any more: what is owed to it and its topics is skipped, its
// messages that are not posted are refused. Its subscriptions stay, should it come back.
func (s *Store) CloseChat(ctx context.Context, base, why string, _ time.Time) error {
	base = news.BaseChat(base)
	if why == "" {
		return errors.New("close a chat: no reason given")
	}
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `INSERT INTO chats (base, closed) VALUES (?, ?) ON CONFLICT (base) DO UPDATE SET closed = excluded.closed`, base, why)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `UPDATE alerts SET state = 'skipped', reason = ? WHERE state = 'owed' AND `+ofChat,
			append([]any{news.SkipChatGone}, inChat(base)...)...)
		if err != nil {
			return err
		}
		unsent, err := collect(ctx, t, scanID, `SELECT id FROM messages WHERE sent_at = 0 AND refused = '' AND `+ofChat, inChat(base)...)
		if err != nil {
			return err
		}
		return inBatches(unsent, func(in string, args []any) error {
			if _, err := t.exec(ctx, `UPDATE messages SET refused = ?, file_data = NULL WHERE id IN `+in, append([]any{news.SkipChatGone}, args...)...); err != nil {
				return err
			}
			_, err := t.exec(ctx, `UPDATE alerts SET state = 'skipped', reason = ? WHERE message_id IN `+in, append([]any{news.SkipChatGone}, args...)...)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("close a chat: %w", err)
	}
	return nil
}

// SetWait remembers that a chat asked for silence until then; an earlier end that is still to come is not kept.
func (s *Store) SetWait(ctx context.Context, base string, until time.Time) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `INSERT INTO chats (base, wait_until) VALUES (?, ?) ON CONFLICT (base) DO UPDATE SET wait_until = excluded.wait_until`,
			news.BaseChat(base), millis(until))
		return err
	})
	if err != nil {
		return fmt.Errorf("let a chat wait: %w", err)
	}
	return nil
}

// Waits returns the chats (without topics) that are not to be written to yet at now, and until when.
func (s *Store) Waits(ctx context.Context, now time.Time) (map[string]time.Time, error) {
	waits := make(map[string]time.Time)
	err := s.read(ctx, func(t tx) error {
		return t.each(ctx, func(scan scanFunc) error {
			var base string
			var until int64
			err := scan(&base, &until)
			waits[base] = moment(until)
			return err
		}, waitsQuery, millis(now))
	})
	if err != nil {
		return nil, fmt.Errorf("read which chats wait: %w", err)
	}
	return waits, nil
}

const waitsQuery = `SELECT base, wait_until FROM chats WHERE wait_until <> 0 AND wait_until > ?`

// closedChats returns the chats (without topics) that nothing can be sent to.
func closedChats(ctx context.Context, t tx) (map[string]bool, error) {
	closed := make(map[string]bool)
	err := t.each(ctx, func(scan scanFunc) error {
		var base string
		err := scan(&base)
		closed[base] = true
		return err
	}, `SELECT base FROM chats WHERE closed <> ''`)
	return closed, err
}
