package store

import (
	"context"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// Strangers returns those of the watchlist ids that the configuration stored last does not name: new ones, and such as come back.
func (s *Store) Strangers(ctx context.Context, ids []string) (strangers []string, err error) {
	err = s.read(ctx, func(t tx) error {
		known := map[string]bool{}
		err := t.each(ctx, func(scan scanFunc) error {
			var id string
			err := scan(&id)
			known[id] = true
			return err
		}, `SELECT id FROM watchlists WHERE removed_at = 0`)
		for _, id := range ids {
			if !known[id] {
				strangers = append(strangers, id)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for new watchlists: %w", err)
	}
	return strangers, nil
}

// MatchBack runs match over the items published since, and keeps what it says of the watchlists named; nothing is alerted. It goes in batches, each a
// transaction of its own, so that polls can commit in between. matched counts the items over a threshold. Run twice it changes nothing.
func (s *Store) MatchBack(ctx context.Context, watchlists []string, since time.Time, match func(*news.Item) []news.Match) (matched int, err error) {
	wanted := map[string]bool{}
	for _, id := range watchlists {
		wanted[id] = true
	}
	for last := int64(0); ; {
		var items map[int64]news.Found
		var ids []int64
		var numbers map[int64]int
		err := s.read(ctx, func(t tx) error {
			var err error
			ids, err = collect(ctx, t, scanID, `SELECT id FROM items WHERE published >= ? AND id > ? ORDER BY id LIMIT ?`, millis(since), last, batch)
			if err != nil {
				return err
			}
			if items, err = itemsByID(ctx, t, ids); err != nil {
				return err
			}
			numbers, err = wordings(ctx, t, ids)
			return err
		})
		if err != nil {
			return matched, fmt.Errorf("match stored items: %w", err)
		}
		if len(ids) == 0 {
			return matched, nil
		}
		last = ids[len(ids)-1]
		var rows []any
		var overs []int64
		for _, id := range ids {
			it := items[id].Item
			over := false
			for _, m := range match(&it) {
				if !wanted[m.Watchlist] {
					continue
				}
				if rows, err = appendMatch(rows, id, it.Published, max(numbers[id], 1), m); err != nil {
					return matched, fmt.Errorf("match stored items: %w", err)
				}
				over = over || m.Over
			}
			matched += flag(over)
			if over {
				overs = append(overs, id)
			}
		}
		if len(rows) == 0 {
			continue
		}
		err = s.write(ctx, func(t tx) error {
			if err := writeMatches(ctx, t, rows, ifNone); err != nil {
				return err
			}
			return awaitStories(ctx, t, overs)
		})
		if err != nil {
			return matched, fmt.Errorf("match stored items: %w", err)
		}
	}
}
