package store

import (
	"context"
	"fmt"

	"vestnik/internal/news"
)

// Posted returns the items of the message that the sink posted to a chat (or to any of its topics: the sink numbers messages by
// chat) under its number ref, in the order of their alerts. None: the message is unknown or carried no alert.
func (s *Store) Posted(ctx context.Context, chat, ref string) (itemIDs []int64, err error) {
	if ref == "" {
		return nil, nil
	}
	err = s.read(ctx, func(t tx) error {
		itemIDs, err = collect(ctx, t, scanID, postedQuery, append([]any{ref}, inChat(news.BaseChat(chat))...)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up message %s: %w", ref, err)
	}
	return itemIDs, nil
}

const postedQuery = `SELECT item_id FROM alerts WHERE message_id IN (SELECT id FROM messages WHERE sink_ref = ? AND sink_ref <> '' AND ` + ofChat + `)
	GROUP BY item_id ORDER BY min(id)`

// ItemsByURL returns the items of all feeds that have or had that canonical address, newest first, with all their matches, over the threshold
// or not, and their earlier wordings.
func (s *Store) ItemsByURL(ctx context.Context, canonical string) (list []news.Found, err error) {
	if canonical == "" {
		return nil, nil
	}
	err = s.read(ctx, func(t tx) error {
		ids, err := collect(ctx, t, scanID, itemsByURLQuery, canonical, canonical, listCap)
		if err != nil {
			return err
		}
		list, err = explained(ctx, t, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up the items of an address: %w", err)
	}
	return list, nil
}

const itemsByURLQuery = `SELECT id FROM items WHERE id IN (SELECT id FROM items WHERE url = ? AND url <> ''
	UNION SELECT item_id FROM item_versions WHERE url = ? AND url <> '') ORDER BY published DESC, id DESC LIMIT ?`

// Item returns an item with all its matches, over the threshold or not, and its earlier wordings; news.ErrNotFound when there is none.
func (s *Store) Item(ctx context.Context, id int64) (f news.Found, err error) {
	err = s.read(ctx, func(t tx) error {
		list, err := explained(ctx, t, []int64{id})
		if err == nil && len(list) == 0 {
			err = news.ErrNotFound
		}
		if err == nil {
			f = list[0]
		}
		return err
	})
	if err != nil {
		return news.Found{}, fmt.Errorf("read item %d: %w", id, err)
	}
	return f, nil
}

// Ledger returns the alerts of an item for a chat, whatever became of them, oldest first. An address without topic asks for the
// chat and all its topics.
func (s *Store) Ledger(ctx context.Context, itemID int64, chat string) (alerts []news.Alert, err error) {
	err = s.read(ctx, func(t tx) error {
		alerts, err = collect(ctx, t, scanAlert, `SELECT `+alertColumns+` FROM alerts a WHERE item_id = ? AND `+ofChat+` ORDER BY id`,
			append([]any{itemID}, inChat(chat)...)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the alerts of item %d: %w", itemID, err)
	}
	return alerts, nil
}
