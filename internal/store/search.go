package store

import (
	"context"
	"fmt"
	"strings"

	"vestnik/internal/news"
)

// listCap is the longest list that Search and Recent return; further ones are asked for with Filter.Before.
const listCap = 1000

// Search returns the indexed items in which q is found, newest first, and how many items the index has still to take in. A
// phrase may lie in the title or in the text; an empty query finds nothing. Whatever the words hold, they are only words.
func (s *Store) Search(ctx context.Context, q news.Query, f news.Filter) (list []news.Found, behind int, err error) {
	err = s.read(ctx, func(t tx) error {
		var err error
		if behind, err = behindIndex(ctx, t); err != nil {
			return err
		}
		words, ok := s.engine.words(q)
		if !ok {
			return nil
		}
		query, args := search(words, f)
		ids, err := collect(ctx, t, scanID, query, args...)
		if err != nil {
			return err
		}
		list, err = found(ctx, t, ids, overOnly)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	return list, behind, nil
}

// search is the query for the numbers of the indexed items in which words are found and that f lets through.
func search(words string, f news.Filter) (query string, args []any) {
	where := conditions{`item_words MATCH ?`}
	args = where.news(f, "i.published", "i.id", []any{words})
	switch {
	case f.Watchlist != "":
		where = append(where, `EXISTS (SELECT 1 FROM matches m WHERE m.item_id = i.id AND m.is_over = 1 AND m.watchlist = ?)`)
		args = append(args, f.Watchlist)
	case f.Matched:
		where = append(where, `EXISTS (SELECT 1 FROM matches m WHERE m.item_id = i.id AND m.is_over = 1)`)
	}
	// CROSS JOIN makes SQLite ask the index first; it might otherwise walk all items and ask for each.
	return `SELECT i.id FROM item_words CROSS JOIN items i ON i.id = item_words.rowid
		WHERE ` + where.String() + ` ORDER BY i.published DESC, i.id DESC LIMIT ?`, append(args, atMost(f.Limit))
}

// Recent returns the items that f lets through, newest first.
func (s *Store) Recent(ctx context.Context, f news.Filter) (list []news.Found, err error) {
	err = s.read(ctx, func(t tx) error {
		query, args := recent(f)
		ids, err := collect(ctx, t, scanID, query, args...)
		if err != nil {
			return err
		}
		list, err = found(ctx, t, ids, overOnly)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list recent items: %w", err)
	}
	return list, nil
}

// recent is the query for the numbers of the items that f lets through; each of its shapes reads one index in order.
func recent(f news.Filter) (query string, args []any) {
	var where conditions
	table, id := "matches", "item_id"
	switch {
	case f.Watchlist != "":
		where = append(where, `is_over = 1`, `watchlist = ?`)
		args = append(args, f.Watchlist)
	case f.Matched:
		where = append(where, `is_over = 1`)
	default:
		table, id = "items", "id"
	}
	args = where.news(f, "published", id, args)
	query = `SELECT ` + id + ` FROM ` + table
	if len(where) > 0 {
		query += ` WHERE ` + where.String()
	}
	// An item is on several watchlists at times; grouping says it once, and follows the index too.
	return query + ` GROUP BY published, ` + id + ` ORDER BY published DESC, ` + id + ` DESC LIMIT ?`, append(args, atMost(f.Limit))
}

// conditions are joined by AND.
type conditions []string

func (c conditions) String() string { return strings.Join(c, " AND ") }

// news adds what f asks of an item's place in news order, and appends the arguments to args.
func (c *conditions) news(f news.Filter, published, id string, args []any) []any {
	if !f.Since.IsZero() {
		*c = append(*c, published+` >= ?`)
		args = append(args, millis(f.Since))
	}
	if f.Before != (news.Cursor{}) {
		*c = append(*c, `(`+published+`, `+id+`) < (?, ?)`)
		args = append(args, millis(f.Before.Published), f.Before.ID)
	}
	return args
}

func atMost(limit int) int {
	if limit <= 0 {
		return listCap
	}
	return min(limit, listCap)
}
