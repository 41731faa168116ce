package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"vestnik/internal/news"
)

// Preferences returns how a chat (the whole address) wants what it is owed: what it set itself, else what the configuration says for it, else nothing
// but the address. own reports whether the chat set it itself; then nothing of the configuration's holds.
func (s *Store) Preferences(ctx context.Context, chat string) (p news.Preferences, own bool, err error) {
	p.Chat = chat
	err = s.read(ctx, func(t tx) error {
		return t.each(ctx, func(scan scanFunc) error {
			var source string
			var err error
			p, source, err = scanPreferences(scan)
			own = source == news.SourceChat
			return err
		}, preferencesQuery+` AND chat = ?`, chat)
	})
	if err != nil {
		return news.Preferences{}, false, fmt.Errorf("read the preferences of a chat: %w", err)
	}
	return p, own, nil
}

// AllPreferences returns the preferences of every chat that has some, its own or the configuration's, by address.
func (s *Store) AllPreferences(ctx context.Context) (list []news.Preferences, err error) {
	err = s.read(ctx, func(t tx) error {
		list, err = collect(ctx, t, func(scan scanFunc) (news.Preferences, error) {
			p, _, err := scanPreferences(scan)
			return p, err
		}, preferencesQuery+` ORDER BY chat`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the preferences of all chats: %w", err)
	}
	return list, nil
}

// preferencesQuery reads the row that holds of every chat.
const preferencesQuery = `SELECT chat, source, wants FROM preferences WHERE (source = 'chat'
	OR NOT EXISTS (SELECT 1 FROM preferences o WHERE o.chat = preferences.chat AND o.source = 'chat'))`

func scanPreferences(scan scanFunc) (p news.Preferences, source string, err error) {
	var chat, wants string
	if err := scan(&chat, &source, &wants); err != nil {
		return p, "", err
	}
	if err := json.Unmarshal([]byte(wants), &p); err != nil {
		return p, "", fmt.Errorf("stored preferences: %w", err)
	}
	p.Chat = chat
	return p, source, nil
}

// SavePreferences stores how a chat (p.Chat, the whole address) wants what it is owed, as its own will: it goes before the configuration's, all of it.
// What the chat is owed comes due as they say.
func (s *Store) SavePreferences(ctx context.Context, p news.Preferences) error {
	err := s.write(ctx, func(t tx) error {
		if err := savePreferences(ctx, t, news.SourceChat, p); err != nil {
			return err
		}
		return s.reschedule(ctx, t, p.Chat)
	})
	if err != nil {
		return fmt.Errorf("save the preferences of a chat: %w", err)
	}
	return nil
}

func savePreferences(ctx context.Context, t tx, source string, list ...news.Preferences) error {
	var rows []any
	for _, p := range list {
		chat := p.Chat
		p.Chat = "" // it is the key, and changes when the chat moves
		wants, err := json.Marshal(p)
		if err != nil {
			return err
		}
		rows = append(rows, chat, source, p.Quiet, string(wants))
	}
	return t.insert(ctx, `INSERT INTO preferences (chat, source, quiet, wants)`, 4,
		`ON CONFLICT (chat, source) DO UPDATE SET quiet = excluded.quiet, wants = excluded.wants`, rows)
}

// SyncPreferences makes the database follow what the configuration says of chats: it replaces what it said before. Chats that moved have it at their new
// address. What chats are owed comes due as they and the urgencies of the watchlists say, so it is called behind SyncConfig.
func (s *Store) SyncPreferences(ctx context.Context, list []news.Preferences) error {
	err := s.write(ctx, func(t tx) error {
		current, err := aliases(ctx, t)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM preferences WHERE source = 'config'`); err != nil {
			return err
		}
		var moved []news.Preferences
		for _, p := range list {
			p.Chat = current(p.Chat)
			if !slices.ContainsFunc(moved, func(o news.Preferences) bool { return o.Chat == p.Chat }) {
				moved = append(moved, p)
			}
		}
		if err := savePreferences(ctx, t, news.SourceConfig, moved...); err != nil {
			return err
		}
		return s.reschedule(ctx, t, "")
	})
	if err != nil {
		return fmt.Errorf("store the configuration's preferences: %w", err)
	}
	return nil
}
