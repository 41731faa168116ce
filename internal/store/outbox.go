package store

import (
	"context"
	"fmt"
	"time"

	"vestnik/internal/news"
)

const owedQuery = `SELECT a.id, a.item_id, a.watchlist, a.chat, a.state, a.reason, a.created, coalesce(a.message_id, 0)
	FROM (SELECT item_id, chat, min(id) AS first FROM alerts WHERE state = 'owed' GROUP BY item_id, chat ORDER BY first LIMIT ?) g
	JOIN alerts a ON a.item_id = g.item_id AND a.chat = g.chat AND a.state = 'owed'
	ORDER BY g.first, a.id`

const frozenQuery = `SELECT id, chat, text, created FROM messages WHERE sent_at = 0 AND refused = '' ORDER BY id`

// Owed returns what chats are owed, at most limit items counted once a chat, oldest alert first. All alerts of one chat about
// one item come together in one OwedItem, ordered by their number; two chats that want one item get one OwedItem each.
func (s *Store) Owed(ctx context.Context, limit int) ([]news.OwedItem, error) {
	var owed []news.OwedItem
	err := s.read(ctx, func(t tx) error {
		alerts, err := collect(ctx, t, scanAlert, owedQuery, limit)
		if err != nil {
			return err
		}
		owed, err = group(ctx, t, alerts)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the alerts owed: %w", err)
	}
	return owed, nil
}

func scanAlert(scan scanFunc) (a news.Alert, err error) {
	var created int64
	err = scan(&a.ID, &a.ItemID, &a.Watchlist, &a.Chat, &a.State, &a.Reason, &created, &a.MessageID)
	a.Created = moment(created)
	return a, err
}

// group makes an OwedItem of each run of alerts with one chat and item.
func group(ctx context.Context, t tx, alerts []news.Alert) ([]news.OwedItem, error) {
	var ids []int64
	for i, a := range alerts {
		if i == 0 || a.ItemID != alerts[i-1].ItemID {
			ids = append(ids, a.ItemID)
		}
	}
	items, err := itemsByID(ctx, t, ids)
	if err != nil {
		return nil, err
	}
	matches, err := matchesByItem(ctx, t, ids)
	if err != nil {
		return nil, err
	}
	names, err := watchlistNames(ctx, t)
	if err != nil {
		return nil, err
	}
	var owed []news.OwedItem
	for i, a := range alerts {
		if i == 0 || a.ItemID != alerts[i-1].ItemID || a.Chat != alerts[i-1].Chat {
			f := items[a.ItemID]
			owed = append(owed, news.OwedItem{Item: f.Item, Feed: f.Feed, Names: make(map[string]string)})
		}
		o := &owed[len(owed)-1]
		o.Alerts = append(o.Alerts, a)
		o.Matches = append(o.Matches, matchOf(matches[a.ItemID], a.Watchlist))
		o.Names[a.Watchlist] = a.Watchlist
		if name := names[a.Watchlist]; name != "" {
			o.Names[a.Watchlist] = name
		}
	}
	return owed, nil
}

func matchOf(matches []news.Match, watchlist string) news.Match {
	for _, m := range matches {
		if m.Watchlist == watchlist {
			return m
		}
	}
	return news.Match{Watchlist: watchlist}
}

func watchlistNames(ctx context.Context, t tx) (map[string]string, error) {
	names := make(map[string]string)
	err := t.each(ctx, func(scan scanFunc) error {
		var id, name string
		err := scan(&id, &name)
		names[id] = name
		return err
	}, `SELECT id, name FROM watchlists`)
	return names, err
}

// Freeze writes a message down before it is posted and returns its number: its alerts (m.AlertIDs) go from owed to frozen in the
// same transaction. It fails and writes nothing when the lease is lost (news.ErrLeaseLost) or an alert is not owed to m.Chat any more.
func (s *Store) Freeze(ctx context.Context, l news.Lease, m news.Message) (id int64, err error) {
	err = s.write(ctx, func(t tx) error {
		if err := holds(ctx, t, l); err != nil {
			return err
		}
		err := t.queryRow(ctx, `INSERT INTO messages (chat, text, created) VALUES (?, ?, ?) RETURNING id`, m.Chat, m.Text, millis(m.Created)).Scan(&id)
		if err != nil {
			return err
		}
		frozen := 0
		err = inBatches(m.AlertIDs, func(in string, args []any) error {
			n, err := t.exec(ctx, `UPDATE alerts SET state = 'frozen', message_id = ? WHERE state = 'owed' AND chat = ? AND id IN `+in,
				append([]any{id, m.Chat}, args...)...)
			frozen += n
			return err
		})
		if err == nil && frozen != len(m.AlertIDs) {
			err = fmt.Errorf("only %d of its %d alerts are still owed", frozen, len(m.AlertIDs))
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("freeze a message: %w", err)
	}
	return id, nil
}

// Frozen returns the messages that are frozen and not known to be posted, in the order they were frozen.
func (s *Store) Frozen(ctx context.Context) ([]news.Message, error) {
	var messages []news.Message
	err := s.read(ctx, func(t tx) (err error) {
		messages, err = collect(ctx, t, func(scan scanFunc) (m news.Message, err error) {
			var created int64
			err = scan(&m.ID, &m.Chat, &m.Text, &created)
			m.Created = moment(created)
			return m, err
		}, frozenQuery)
		if err != nil {
			return err
		}
		for i := range messages {
			m := &messages[i]
			if m.AlertIDs, err = collect(ctx, t, scanID, `SELECT id FROM alerts WHERE message_id = ? ORDER BY id`, m.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the frozen messages: %w", err)
	}
	return messages, nil
}

// Sent writes down that a frozen message was posted at now, under the sink's own number ref: its alerts become sent. It fails
// with news.ErrLeaseLost when the lease is lost and with news.ErrNotFound when the message is not frozen.
func (s *Store) Sent(ctx context.Context, l news.Lease, messageID int64, ref string, now time.Time) error {
	return s.closeMessage(ctx, l, messageID, news.AlertSent, "",
		`UPDATE messages SET sent_at = ?, sink_ref = ? WHERE id = ? AND sent_at = 0 AND refused = ''`, millis(now), ref, messageID)
}

// Refused writes down that a frozen message will never be posted, and why (not empty): its alerts become skipped for that
// reason, and nothing behind it waits. It fails as Sent does.
func (s *Store) Refused(ctx context.Context, l news.Lease, messageID int64, reason string) error {
	if reason == "" {
		return fmt.Errorf("close message %d as refused: no reason given", messageID)
	}
	return s.closeMessage(ctx, l, messageID, news.AlertSkipped, reason,
		`UPDATE messages SET refused = ? WHERE id = ? AND sent_at = 0 AND refused = ''`, reason, messageID)
}

func (s *Store) closeMessage(ctx context.Context, l news.Lease, messageID int64, state news.AlertState, reason string, update string, args ...any) error {
	err := s.write(ctx, func(t tx) error {
		if err := holds(ctx, t, l); err != nil {
			return err
		}
		n, err := t.exec(ctx, update, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return news.ErrNotFound
		}
		_, err = t.exec(ctx, `UPDATE alerts SET state = ?, reason = ? WHERE message_id = ?`, string(state), reason, messageID)
		return err
	})
	if err != nil {
		return fmt.Errorf("close message %d as %s: %w", messageID, state, err)
	}
	return nil
}
