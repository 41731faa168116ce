package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"vestnik/internal/news"
)

const alertColumns = `a.id, a.item_id, a.watchlist, a.chat, a.state, a.reason, a.created, coalesce(a.message_id, 0), a.wording, a.due`

const owedChatsQuery = `SELECT chat, count(DISTINCT item_id), min(id) AS first, max(id) FROM alerts WHERE state = 'owed' AND due <= ? GROUP BY chat ORDER BY first`

const owedQuery = `SELECT ` + alertColumns + `
	FROM (SELECT item_id, min(id) AS first FROM alerts WHERE state = 'owed' AND chat = ? AND due <= ? GROUP BY item_id ORDER BY first LIMIT ?) g
	JOIN alerts a ON a.item_id = g.item_id AND a.chat = ? AND a.state = 'owed' AND a.due <= ?
	ORDER BY g.first, a.id`

const frozenQuery = `SELECT id, chat, kind, target, text, markup, silent, key, created, story_id, lead, told, file_name, file_type, file_data IS NOT NULL
	FROM messages WHERE sent_at = 0 AND refused = '' ORDER BY id`

const frozenAlertsQuery = `SELECT a.id, a.message_id FROM messages m JOIN alerts a ON a.message_id = m.id WHERE m.sent_at = 0 AND m.refused = '' ORDER BY a.id`

// OwedChats returns the chats that are owed something that is due at now, topics told apart, the one with the oldest alert first.
func (s *Store) OwedChats(ctx context.Context, now time.Time) (chats []news.OwedChat, err error) {
	err = s.read(ctx, func(t tx) error {
		chats, err = collect(ctx, t, func(scan scanFunc) (c news.OwedChat, err error) {
			err = scan(&c.Chat, &c.Items, &c.First, &c.Last)
			return c, err
		}, owedChatsQuery, millis(now))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read which chats are owed alerts: %w", err)
	}
	return chats, nil
}

// Owed returns what a chat (the exact address) is owed and is due at now, at most limit items, oldest alert first. All its alerts about one item
// come together in one OwedItem, ordered by their number.
func (s *Store) Owed(ctx context.Context, chat string, now time.Time, limit int) ([]news.OwedItem, error) {
	var owed []news.OwedItem
	err := s.read(ctx, func(t tx) error {
		alerts, err := collect(ctx, t, scanAlert, owedQuery, chat, millis(now), limit, chat, millis(now))
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
	var created, due int64
	err = scan(&a.ID, &a.ItemID, &a.Watchlist, &a.Chat, &a.State, &a.Reason, &created, &a.MessageID, &a.Wording, &due)
	a.Created, a.Due = moment(created), moment(due)
	return a, err
}

// group makes an OwedItem of each run of alerts about one item.
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
	matches, err := matchesByItem(ctx, t, ids, overOnly)
	if err != nil {
		return nil, err
	}
	names, err := watchlistNames(ctx, t)
	if err != nil {
		return nil, err
	}
	earlier, err := versions(ctx, t, editedOf(alerts, matches))
	if err != nil {
		return nil, err
	}
	stories, copies, err := storyPlaces(ctx, t, ids)
	if err != nil {
		return nil, err
	}
	silent, err := wantsSilence(ctx, t, alerts)
	if err != nil {
		return nil, err
	}
	var owed []news.OwedItem
	for i, a := range alerts {
		if i == 0 || a.ItemID != alerts[i-1].ItemID {
			f := items[a.ItemID]
			owed = append(owed, news.OwedItem{Item: f.Item, Feed: f.Feed, Names: make(map[string]string), Story: stories[a.ItemID], Copy: copies[a.ItemID], Silent: true})
		}
		o := &owed[len(owed)-1]
		o.Silent = o.Silent && silent(a)
		o.Alerts = append(o.Alerts, a)
		m := matchOf(matches[a.ItemID], a.Watchlist)
		o.Matches = append(o.Matches, m)
		if v := replaced(earlier[a.ItemID], a, m); v != nil && (o.Before == nil || v.Wording > o.Before.Wording) {
			o.Before = v
		}
		o.Names[a.Watchlist] = a.Watchlist
		if name := names[a.Watchlist]; name != "" {
			o.Names[a.Watchlist] = name
		}
	}
	return owed, nil
}

// editedOf names the items whose edits have to do with the alerts.
func editedOf(alerts []news.Alert, matches map[int64][]news.Match) (ids []int64) {
	for _, a := range alerts {
		if a.Wording > 0 || matchOf(matches[a.ItemID], a.Watchlist).Wording > 0 {
			ids = append(ids, a.ItemID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// replaced is the wording to show beside an alert: the one that the hits lie in when it is no more, else the one before the edit that brought the
// alert; nil when no edit has to do with it.
func replaced(earlier []news.Version, a news.Alert, m news.Match) *news.Version {
	switch {
	case m.Wording > 0:
		return news.UpTo(earlier, m.Wording)
	case a.Wording > 0:
		return news.Before(earlier, a.Wording)
	}
	return nil
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
// same transaction. It fails and writes nothing when the lease is lost (news.ErrLeaseLost) or an alert is not owed to m.Chat any more
// (news.ErrNotFound): somebody muted or unsubscribed meanwhile.
func (s *Store) Freeze(ctx context.Context, l news.Lease, m news.Message) (id int64, err error) {
	err = s.write(ctx, func(t tx) error {
		if err := holds(ctx, t, l); err != nil {
			return err
		}
		err := t.queryRow(ctx, `INSERT INTO messages (`+messageColumns+`) VALUES (`+marks(messageWidth)+`) RETURNING id`, messageRow(m)...).Scan(&id)
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
			err = fmt.Errorf("only %d of its %d alerts are still owed: %w", frozen, len(m.AlertIDs), news.ErrNotFound)
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("freeze a message: %w", err)
	}
	return id, nil
}

// Skip writes down that a chat (the exact address) gets no message about alerts, and why. Those that it is not owed any more are left alone. It fails when
// the lease is lost (news.ErrLeaseLost).
func (s *Store) Skip(ctx context.Context, l news.Lease, chat string, alertIDs []int64, reason string) error {
	err := s.write(ctx, func(t tx) error {
		if err := holds(ctx, t, l); err != nil {
			return err
		}
		return inBatches(alertIDs, func(in string, args []any) error {
			_, err := t.exec(ctx, `UPDATE alerts SET state = 'skipped', reason = ? WHERE state = 'owed' AND chat = ? AND id IN `+in, append([]any{reason, chat}, args...)...)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("skip alerts: %w", err)
	}
	return nil
}

const (
	messageColumns = `chat, kind, target, text, markup, silent, key, created, story_id, lead, told, file_name, file_type, file_data`
	messageWidth   = 14
)

// messageRow is a message in the order of messageColumns.
func messageRow(m news.Message) []any {
	row := []any{m.Chat, string(m.Kind), m.Target, m.Text, m.Markup, flag(m.Silent), m.Key, millis(m.Created), m.Story, m.Lead, m.Told}
	if m.File == nil {
		return append(row, "", "", nil)
	}
	data := m.File.Data
	if data == nil {
		data = []byte{} // NULL would say that there is no file
	}
	return append(row, m.File.Name, m.File.Type, data)
}

// Enqueue writes down messages that carry no alerts, to be posted in their order before what their chats are owed, and returns
// how many it wrote: a message to a chat that is closed, or whose key was used before, is left out. Of changes of the buttons of one
// message only the last waits, so that many people who press them do not hold up the chat.
func (s *Store) Enqueue(ctx context.Context, messages ...news.Message) (n int, err error) {
	err = s.write(ctx, func(t tx) error {
		n = 0
		current, err := aliases(ctx, t)
		if err != nil {
			return err
		}
		closed, err := closedChats(ctx, t)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if len(m.AlertIDs) > 0 {
				return errors.New("a message with alerts; those are frozen")
			}
			m.Chat = current(m.Chat)
			if closed[news.BaseChat(m.Chat)] {
				continue
			}
			wrote, err := t.exec(ctx, `INSERT INTO messages (`+messageColumns+`) VALUES (`+marks(messageWidth)+`) ON CONFLICT DO NOTHING`, messageRow(m)...)
			if err != nil {
				return err
			}
			if n += wrote; wrote == 0 || m.Kind != news.MessageButtons {
				continue
			}
			// One of them may be under way; it is then overtaken by the new one, which is posted behind it.
			if _, err := t.exec(ctx, overtakeQuery, m.Chat, m.Target, m.Chat, m.Target); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("enqueue %d messages: %w", len(messages), err)
	}
	return n, nil
}

// overtakeQuery closes what waits to change the buttons of a message, but for the newest.
const overtakeQuery = `UPDATE messages SET refused = 'overtaken' WHERE kind = 'buttons' AND sent_at = 0 AND refused = '' AND chat = ? AND target = ?
	AND id < (SELECT max(id) FROM messages WHERE kind = 'buttons' AND chat = ? AND target = ?)`

// Frozen returns the messages that are frozen or enqueued and not known to be posted, in that order. Their files come without contents, see [Store.File].
func (s *Store) Frozen(ctx context.Context) ([]news.Message, error) {
	var messages []news.Message
	err := s.read(ctx, func(t tx) (err error) {
		at := make(map[int64]int) // where a message stands in messages
		messages, err = collect(ctx, t, func(scan scanFunc) (m news.Message, err error) {
			var created int64
			var file news.File
			var has bool
			err = scan(&m.ID, &m.Chat, &m.Kind, &m.Target, &m.Text, &m.Markup, &m.Silent, &m.Key, &created, &m.Story, &m.Lead, &m.Told, &file.Name, &file.Type, &has)
			m.Created = moment(created)
			if has {
				m.File = &file
			}
			at[m.ID] = len(at)
			return m, err
		}, frozenQuery)
		if err != nil {
			return err
		}
		return t.each(ctx, func(scan scanFunc) error {
			var alert, message int64
			err := scan(&alert, &message)
			messages[at[message]].AlertIDs = append(messages[at[message]].AlertIDs, alert)
			return err
		}, frozenAlertsQuery)
	})
	if err != nil {
		return nil, fmt.Errorf("read the frozen messages: %w", err)
	}
	return messages, nil
}

// File returns the contents of the file that goes with a message. It fails with news.ErrNotFound when there are none: they are dropped once the message
// is posted or refused.
func (s *Store) File(ctx context.Context, messageID int64) (data []byte, err error) {
	err = s.read(ctx, func(t tx) error {
		err := t.queryRow(ctx, `SELECT file_data FROM messages WHERE id = ? AND file_data IS NOT NULL`, messageID).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) {
			return news.ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the file of message %d: %w", messageID, err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// Sent writes down that a frozen message was posted at now, under the sink's own number ref: its alerts become sent. It fails
// with news.ErrLeaseLost when the lease is lost and with news.ErrNotFound when the message is not frozen.
func (s *Store) Sent(ctx context.Context, l news.Lease, messageID int64, ref string, now time.Time) error {
	return s.closeMessage(ctx, l, messageID, news.AlertSent, "",
		`UPDATE messages SET sent_at = ?, sink_ref = ?, file_data = NULL WHERE id = ? AND sent_at = 0 AND refused = ''`, millis(now), ref, messageID)
}

// Refused writes down that a frozen message will never be posted, and why (not empty): its alerts become skipped for that
// reason, and nothing behind it waits. It fails as Sent does.
func (s *Store) Refused(ctx context.Context, l news.Lease, messageID int64, reason string) error {
	if reason == "" {
		return fmt.Errorf("close message %d as refused: no reason given", messageID)
	}
	return s.closeMessage(ctx, l, messageID, news.AlertSkipped, reason,
		`UPDATE messages SET refused = ?, file_data = NULL WHERE id = ? AND sent_at = 0 AND refused = ''`, reason, messageID)
}

// Tried writes down that a frozen message was posted at now without a clear answer: it may have arrived, and is posted again
// later. It fails as Sent does.
func (s *Store) Tried(ctx context.Context, l news.Lease, messageID int64, now time.Time) error {
	err := s.write(ctx, func(t tx) error {
		if err := holds(ctx, t, l); err != nil {
			return err
		}
		n, err := t.exec(ctx, `UPDATE messages SET tries = tries + 1, tried_at = ? WHERE id = ? AND sent_at = 0 AND refused = ''`, millis(now), messageID)
		if err == nil && n == 0 {
			err = news.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("note a try of message %d: %w", messageID, err)
	}
	return nil
}

// Postings returns what was or may have been posted since then, oldest first: what counts against a limit that looks back so far.
// A message that was tried several times counts as often, at its last time.
func (s *Store) Postings(ctx context.Context, since time.Time) (list []news.Posting, err error) {
	err = s.read(ctx, func(t tx) error {
		list, err = collect(ctx, t, func(scan scanFunc) (p news.Posting, err error) {
			var at int64
			err = scan(&p.Chat, &at, &p.Times)
			p.At = moment(at)
			return p, err
		}, postingsQuery, millis(since), millis(since))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was posted of late: %w", err)
	}
	return list, nil
}

const postingsQuery = `SELECT chat, CASE WHEN sent_at > tried_at THEN sent_at ELSE tried_at END AS at, tries + CASE WHEN sent_at > 0 THEN 1 ELSE 0 END
	FROM messages WHERE sent_at <> 0 AND sent_at >= ? OR tried_at <> 0 AND tried_at >= ? ORDER BY at`

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
