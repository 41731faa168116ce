package store

import (
	"context"
	"fmt"
	"strings"

	"vestnik/internal/news"
)

// MigrateChat moves everything of a chat and its topics to another address: what is remembered of it, subscriptions (the
// configuration's too), mutes, preferences, the ledger of its alerts, what was said of them there, and its messages that are not posted, which become new ones; those that
// are posted keep the address under which they can be found, and their buttons. From then on SyncConfig and Enqueue take the old address for the new one. An alert that is owed
// at both becomes skipped as a duplicate. Doing it again changes nothing.
func (s *Store) MigrateChat(ctx context.Context, from, to string) error {
	from, to = news.BaseChat(from), news.BaseChat(to)
	if from == to {
		return nil
	}
	err := s.write(ctx, func(t tx) error {
		if err := alias(ctx, t, from, to); err != nil {
			return fmt.Errorf("alias: %w", err)
		}
		// "to || what stands behind from": the topic stays. The length is in characters, as substr counts.
		moved := []any{to, len([]rune(from)) + 1}
		with := func(first []any, more ...[]any) []any {
			args := append([]any(nil), first...)
			for _, m := range more {
				args = append(args, m...)
			}
			return args
		}
		for _, step := range []struct {
			what, query string
			args        []any
		}{
			{"chat", `INSERT INTO chats (base, kind, language, language_chosen, admitted, wait_until)
				SELECT ?, kind, language, language_chosen, admitted, wait_until FROM chats WHERE base = ?
				ON CONFLICT (base) DO UPDATE SET closed = '',
					kind       = CASE WHEN chats.kind = '' THEN excluded.kind ELSE chats.kind END,
					language   = CASE WHEN chats.language = '' OR chats.language_chosen < excluded.language_chosen THEN excluded.language ELSE chats.language END,
					language_chosen = CASE WHEN chats.language_chosen < excluded.language_chosen THEN excluded.language_chosen ELSE chats.language_chosen END,
					admitted   = CASE WHEN chats.admitted = 0 THEN excluded.admitted ELSE chats.admitted END,
					wait_until = CASE WHEN chats.wait_until < excluded.wait_until THEN excluded.wait_until ELSE chats.wait_until END`,
				[]any{to, from}},
			{"chat", `DELETE FROM chats WHERE base = ?`, []any{from}},
			{"subscriptions", `INSERT INTO subscriptions (watchlist, chat, source) SELECT watchlist, ? || substr(chat, ?), source
				FROM subscriptions WHERE ` + ofChat + ` ON CONFLICT DO NOTHING`, with(moved, inChat(from))},
			{"subscriptions", `DELETE FROM subscriptions WHERE ` + ofChat, inChat(from)},
			{"mutes", `INSERT INTO mutes (chat, kind, what, until) SELECT ? || substr(chat, ?), kind, what, until
				FROM mutes WHERE ` + ofChat + ` ON CONFLICT DO NOTHING`, with(moved, inChat(from))},
			{"mutes", `DELETE FROM mutes WHERE ` + ofChat, inChat(from)},
			{"preferences", `INSERT INTO preferences (chat, source, quiet, wants) SELECT ? || substr(chat, ?), source, quiet, wants
				FROM preferences WHERE ` + ofChat + ` ON CONFLICT DO NOTHING`, with(moved, inChat(from))},
			{"preferences", `DELETE FROM preferences WHERE ` + ofChat, inChat(from)},
			{"alerts", `UPDATE alerts SET state = 'skipped', reason = ? WHERE state = 'owed' AND ` + ofChat + ` AND ` + twin,
				with([]any{news.SkipDuplicate}, inChat(from), moved)},
			{"alerts", `UPDATE alerts SET chat = ? || substr(chat, ?) WHERE ` + ofChat + ` AND NOT ` + twin, with(moved, inChat(from), moved)},
			{"verdicts", `UPDATE verdicts SET chat = ? WHERE chat = ?`, []any{to, from}},
			// There messages have other numbers: what changes or answers one by its old number would hit another.
			{"buttons", `UPDATE messages SET refused = 'moved' WHERE kind = 'buttons' AND sent_at = 0 AND refused = '' AND ` + ofChat, inChat(from)},
			{"messages", `UPDATE messages SET kind = '', target = '', chat = ? || substr(chat, ?) WHERE sent_at = 0 AND refused = '' AND ` + ofChat, with(moved, inChat(from))},
		} {
			if _, err := t.exec(ctx, step.query, step.args...); err != nil {
				return fmt.Errorf("%s: %w", step.what, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("move a chat to its new address: %w", err)
	}
	return nil
}

// twin is the condition that the new address has an alert for the same item and watchlist.
const twin = `EXISTS (SELECT 1 FROM alerts b WHERE b.item_id = alerts.item_id AND b.watchlist = alerts.watchlist AND b.chat = ? || substr(alerts.chat, ?))`

// alias remembers that from is to now, so that no current address is ever an old one.
func alias(ctx context.Context, t tx, from, to string) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM chat_aliases WHERE old = ?`, []any{to}},
		{`UPDATE chat_aliases SET current = ? WHERE current = ?`, []any{to, from}},
		{`INSERT INTO chat_aliases (old, current) VALUES (?, ?) ON CONFLICT (old) DO UPDATE SET current = excluded.current`, []any{from, to}},
	} {
		if _, err := t.exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// aliases gives the current address of an address, which for most is the same.
func aliases(ctx context.Context, t tx) (func(address string) string, error) {
	current := make(map[string]string)
	err := t.each(ctx, func(scan scanFunc) error {
		var from, to string
		err := scan(&from, &to)
		current[from] = to
		return err
	}, `SELECT old, current FROM chat_aliases`)
	return func(address string) string {
		base := news.BaseChat(address)
		if to, ok := current[base]; ok {
			return to + strings.TrimPrefix(address, base)
		}
		return address
	}, err
}

// Forget deletes everything of a chat and its topics: what is remembered of it, the subscriptions it made, mutes, its own preferences, what was
// said of alerts by that person or in that chat, alerts and messages, and its name from invitations, which stay used. Subscriptions and preferences of the configuration are the configuration's.
func (s *Store) Forget(ctx context.Context, chat string) error {
	base := news.BaseChat(chat)
	err := s.write(ctx, func(t tx) error {
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`DELETE FROM chats WHERE base = ?`, []any{base}},
			{`DELETE FROM chat_aliases WHERE old = ? OR current = ?`, []any{base, base}},
			{`DELETE FROM subscriptions WHERE source = 'chat' AND ` + ofChat, inChat(base)},
			{`DELETE FROM mutes WHERE ` + ofChat, inChat(base)},
			{`DELETE FROM preferences WHERE source = 'chat' AND ` + ofChat, inChat(base)},
			{`DELETE FROM verdicts WHERE person = ? OR chat = ?`, []any{base, base}},
			{`DELETE FROM alerts WHERE ` + ofChat, inChat(base)},
			// An alert that could not move with its chat may still hang on a message of the new address.
			{`UPDATE alerts SET message_id = NULL WHERE message_id IN (SELECT id FROM messages WHERE ` + ofChat + `)`, inChat(base)},
			{`DELETE FROM messages WHERE ` + ofChat, inChat(base)},
			{`UPDATE invites SET used_by = '' WHERE used_by = ?`, []any{base}},
			{`UPDATE invites SET invited_by = '' WHERE invited_by = ?`, []any{base}},
		} {
			if _, err := t.exec(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget a chat: %w", err)
	}
	return nil
}
