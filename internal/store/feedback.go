package store

import (
	"context"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// SaveVerdict stores what a person said of an item on a watchlist, in place of what they said of it before. It fails with news.ErrNotFound when the item is gone.
func (s *Store) SaveVerdict(ctx context.Context, v news.Verdict) error {
	err := s.write(ctx, func(t tx) error {
		n, err := t.exec(ctx, `INSERT INTO verdicts (item_id, watchlist, person, chat, good, reason, said_at)
			SELECT id, ?, ?, ?, ?, ?, ? FROM items WHERE id = ?
			ON CONFLICT (item_id, watchlist, person) DO UPDATE SET chat = excluded.chat, good = excluded.good, reason = excluded.reason, said_at = excluded.said_at`,
			v.Watchlist, v.Person, news.BaseChat(v.Chat), flag(v.Good), string(v.Reason), millis(v.At), v.ItemID)
		if err == nil && n == 0 {
			err = news.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store a verdict on item %d: %w", v.ItemID, err)
	}
	return nil
}

// DropVerdict takes back what a person said of an item on a watchlist, if anything.
func (s *Store) DropVerdict(ctx context.Context, itemID int64, watchlist, person string) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `DELETE FROM verdicts WHERE item_id = ? AND watchlist = ? AND person = ?`, itemID, watchlist, person)
		return err
	})
	if err != nil {
		return fmt.Errorf("take back a verdict on item %d: %w", itemID, err)
	}
	return nil
}

// Verdicts returns what was said of an item in a base chat, by watchlist, the first first.
func (s *Store) Verdicts(ctx context.Context, itemID int64, base string) (list []news.Verdict, err error) {
	err = s.read(ctx, func(t tx) error {
		list, err = collect(ctx, t, scanVerdict, `SELECT item_id, watchlist, person, chat, good, reason, said_at FROM verdicts
			WHERE item_id = ? AND chat = ? ORDER BY watchlist, said_at, person`, itemID, news.BaseChat(base))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was said of item %d: %w", itemID, err)
	}
	return list, nil
}

// addSaid fills in what was said of items in a base chat.
func addSaid(ctx context.Context, t tx, base string, items []news.OwedItem) error {
	at := make(map[int64]int, len(items))
	ids := make([]int64, len(items))
	for i, o := range items {
		at[o.Item.ID], ids[i] = i, o.Item.ID
	}
	return inBatches(ids, func(in string, args []any) error {
		list, err := collect(ctx, t, scanVerdict, `SELECT item_id, watchlist, person, chat, good, reason, said_at FROM verdicts
			WHERE chat = ? AND item_id IN `+in+` ORDER BY watchlist, said_at, person`, append([]any{base}, args...)...)
		for _, v := range list {
			o := &items[at[v.ItemID]]
			o.Said = append(o.Said, v)
		}
		return err
	})
}

func scanVerdict(scan scanFunc) (v news.Verdict, err error) {
	var at int64
	err = scan(&v.ItemID, &v.Watchlist, &v.Person, &v.Chat, &v.Good, &v.Reason, &at)
	v.At = moment(at)
	return v, err
}

// Alerts returns all alerts about an item, to whatever chat, oldest first.
func (s *Store) Alerts(ctx context.Context, itemID int64) (alerts []news.Alert, err error) {
	err = s.read(ctx, func(t tx) error {
		alerts, err = collect(ctx, t, scanAlert, `SELECT `+alertColumns+` FROM alerts a WHERE item_id = ? ORDER BY id`, itemID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the alerts about item %d: %w", itemID, err)
	}
	return alerts, nil
}

// Judged returns the items seen since that somebody said something of, one a watchlist, the earliest seen first; their texts only if asked for.
// The verdicts name no persons and no chats.
func (s *Store) Judged(ctx context.Context, since time.Time, texts bool) (list []news.Judged, err error) {
	err = s.read(ctx, func(t tx) error {
		verdicts, err := collect(ctx, t, scanVerdict, `SELECT v.item_id, v.watchlist, '', '', v.good, v.reason, v.said_at
			FROM verdicts v JOIN items i ON i.id = v.item_id WHERE i.seen >= ? ORDER BY i.seen, v.item_id, v.watchlist, v.said_at, v.person`, millis(since))
		if err != nil {
			return err
		}
		for _, v := range verdicts {
			if n := len(list); n == 0 || list[n-1].Item.ID != v.ItemID || list[n-1].Watchlist != v.Watchlist {
				list = append(list, news.Judged{Found: news.Found{Item: news.Item{ID: v.ItemID}}, Watchlist: v.Watchlist})
			}
			last := &list[len(list)-1]
			last.Verdicts = append(last.Verdicts, v)
		}
		return complete(ctx, t, list, texts)
	})
	if err != nil {
		return nil, fmt.Errorf("read what was said of alerts: %w", err)
	}
	return list, nil
}

// Alerted returns the items seen since that alerted on a watchlist somewhere, the newest first, at most limit (0: the store's cap), with what was said of
// each as Judged has it.
func (s *Store) Alerted(ctx context.Context, watchlist string, since time.Time, limit int) (list []news.Judged, err error) {
	if limit <= 0 {
		limit = listCap
	}
	err = s.read(ctx, func(t tx) error {
		ids, err := collect(ctx, t, scanID, alertedQuery, watchlist, millis(since), limit)
		if err != nil {
			return err
		}
		at := make(map[int64]int, len(ids))
		for i, id := range ids {
			at[id] = i
			list = append(list, news.Judged{Found: news.Found{Item: news.Item{ID: id}}, Watchlist: watchlist})
		}
		err = inBatches(ids, func(in string, args []any) error {
			return t.each(ctx, func(scan scanFunc) error {
				v, err := scanVerdict(scan)
				j := &list[at[v.ItemID]]
				j.Verdicts = append(j.Verdicts, v)
				return err
			}, `SELECT item_id, watchlist, '', '', good, reason, said_at FROM verdicts WHERE watchlist = ? AND item_id IN `+in+`
				ORDER BY item_id, said_at, person`, append([]any{watchlist}, args...)...)
		})
		if err != nil {
			return err
		}
		return complete(ctx, t, list, true)
	})
	if err != nil {
		return nil, fmt.Errorf("read what %q alerted: %w", watchlist, err)
	}
	return list, nil
}

const alertedQuery = `SELECT i.id FROM (SELECT DISTINCT item_id FROM alerts WHERE watchlist = ? AND state = 'sent') a JOIN items i ON i.id = a.item_id
	WHERE i.seen >= ? ORDER BY i.seen DESC, i.id DESC LIMIT ?`

// complete fills in the items of a list, of which the numbers are there, with the match on each one's watchlist.
func complete(ctx context.Context, t tx, list []news.Judged, texts bool) error {
	ids := make([]int64, 0, len(list))
	for _, j := range list {
		if n := len(ids); n == 0 || ids[n-1] != j.Item.ID {
			ids = append(ids, j.Item.ID)
		}
	}
	read := found
	if !texts {
		read = foundBare
	}
	items, err := read(ctx, t, ids, allMatches)
	if err != nil {
		return err
	}
	byID := make(map[int64]news.Found, len(items))
	for _, f := range items {
		byID[f.Item.ID] = f
	}
	for i := range list {
		j := &list[i]
		f := byID[j.Item.ID]
		all := f.Matches
		f.Matches = nil
		for _, m := range all {
			if m.Watchlist == j.Watchlist {
				f.Matches = []news.Match{m}
			}
		}
		j.Found = f
	}
	return nil
}
