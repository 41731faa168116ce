package store

import (
	"cmp"
	"context"
	"fmt"

	"vestnik/internal/news"
)

// keptVersions is how many earlier wordings of an item are kept: the one it came with, and the newest. A feed may change its items at every poll
// (counters, "5 minutes ago", advertisements).
const keptVersions = 10

// An edited is an edit under way.
type edited struct {
	news.Edit
	number  int          // of the new wording
	was     news.Version // what it replaces
	url     string       // of was
	ownKey  string       // of was
	nextKey string       // what tells the new wording
}

// edit gives items that are known another wording: the old one is kept as a version, the matches are brought up to date, and the full-text index is
// told. It returns the edits that were made, each left with the matches of those watchlists that no earlier wording was on. Of items that are gone,
// or not the feed's, nothing is written.
func edit(ctx context.Context, t tx, p news.Poll) ([]edited, error) {
	if len(p.Edits) == 0 {
		return nil, nil
	}
	list, err := editable(ctx, t, p)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]int64, len(list))
	for i, e := range list {
		ids[i] = e.Item.ID
	}
	if err := saveVersions(ctx, t, p, list); err != nil {
		return nil, fmt.Errorf("versions: %w", err)
	}
	for _, e := range list {
		if err := reword(ctx, t, e); err != nil {
			return nil, fmt.Errorf("item %d: %w", e.Item.ID, err)
		}
	}
	if err := rematch(ctx, t, list, ids); err != nil {
		return nil, fmt.Errorf("matches: %w", err)
	}
	// What the index has not come to yet, it takes in as it is then.
	return list, inBatches(ids, func(in string, args []any) error {
		_, err := t.exec(ctx, `INSERT INTO index_again (item_id) SELECT id FROM items WHERE id <= (SELECT item_id FROM index_mark) AND id IN `+in+`
			ON CONFLICT DO NOTHING`, args...)
		return err
	})
}

// editable returns those edits of p that can be made, each item once, with what they replace.
func editable(ctx context.Context, t tx, p news.Poll) ([]edited, error) {
	at := make(map[int64]int, len(p.Edits))
	var list []edited
	var ids []int64
	for _, e := range p.Edits {
		if _, twice := at[e.Item.ID]; twice {
			continue
		}
		at[e.Item.ID] = len(list)
		list = append(list, edited{Edit: e, nextKey: e.Item.ContentKey()})
		ids = append(ids, e.Item.ID)
	}
	feedID := p.Claim.State.FeedID
	err := inBatches(ids, func(in string, args []any) error {
		err := t.each(ctx, func(scan scanFunc) error {
			var id, published int64
			var v news.Version
			var url, link string
			if err := scan(&id, &published, &url, &link, &v.Title, &v.Lang, &v.Text, &v.Skip); err != nil {
				return err
			}
			e := &list[at[id]]
			v.Wording, v.Replaced = 1, p.At
			e.was, e.url, e.number = v, url, 2
			e.Item.Published = moment(published)
			e.Item.URL, e.Item.Link = cmp.Or(e.Item.URL, url), cmp.Or(e.Item.Link, link)
			return nil
		}, `SELECT id, published, url, link, title, lang, text, skip FROM items WHERE feed_id = ? AND id IN `+in, append([]any{feedID}, args...)...)
		if err != nil {
			return err
		}
		return t.each(ctx, func(scan scanFunc) error {
			var id int64
			var wording int
			var key string
			if err := scan(&id, &wording, &key); err != nil {
				return err
			}
			if e := &list[at[id]]; wording >= e.was.Wording {
				e.was.Wording, e.number, e.ownKey = wording+1, wording+2, key
			}
			return nil
		}, `SELECT item_id, wording, next_key FROM item_versions WHERE item_id IN `+in, args...)
	})
	there := list[:0]
	for _, e := range list {
		if e.number > 0 {
			there = append(there, e)
		}
	}
	return there, err
}

// saveVersions writes the old wordings down and the keys of the new ones, and drops what is one too many.
func saveVersions(ctx context.Context, t tx, p news.Poll, list []edited) error {
	feedID := p.Claim.State.FeedID
	var rows, keys []any
	for _, e := range list {
		v := e.was
		rows = append(rows, e.Item.ID, v.Wording, millis(v.Replaced), v.Skip, e.url, e.ownKey, e.nextKey, v.Lang, v.Title, v.Text)
		if e.nextKey != "" {
			keys = append(keys, feedID, e.nextKey, e.Item.ID, millis(p.At))
		}
	}
	if err := t.insert(ctx, `INSERT INTO item_versions (item_id, wording, replaced, skip, url, own_key, next_key, lang, title, text)`, 10, ``, rows); err != nil {
		return err
	}
	if err := t.insert(ctx, `INSERT INTO item_keys (feed_id, key, item_id, seen)`, 4, `ON CONFLICT DO NOTHING`, keys); err != nil {
		return err
	}
	for _, e := range list {
		if e.was.Wording <= keptVersions {
			continue
		}
		dropped, err := collect(ctx, t, scanText, `DELETE FROM item_versions WHERE item_id = ? AND wording > 1 AND wording <= ? RETURNING own_key`,
			e.Item.ID, e.was.Wording-keptVersions+1)
		if err != nil {
			return err
		}
		err = inBatches(dropped, func(in string, args []any) error {
			_, err := t.exec(ctx, `DELETE FROM item_keys WHERE feed_id = ? AND item_id = ? AND key IN `+in, append([]any{feedID, e.Item.ID}, args...)...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reword gives an item its new wording.
func reword(ctx context.Context, t tx, e edited) error {
	it := e.Item
	categories, err := pack(it.Categories)
	if err != nil {
		return err
	}
	media, err := pack(it.Media)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE items SET url = ?, link = ?, title = ?, lang = ?, author = ?, categories = ?, media = ?, text = ?, skip = ? WHERE id = ?`,
		it.URL, it.Link, it.Title, it.Lang, it.Author, categories, media, it.Text, e.Skip, it.ID)
	return err
}

// rematch replaces the matches of edited items, but for those that were over the threshold of a watchlist which the new wording is not over: such a
// match says why the item was alerted, so it stays, with the number of the wording that its hits lie in. Of each edit only the matches are left that
// are over a threshold for the first time.
func rematch(ctx context.Context, t tx, list []edited, ids []int64) error {
	type place struct {
		item      int64
		watchlist string
	}
	was := make(map[place]bool)
	err := inBatches(ids, func(in string, args []any) error {
		err := t.each(ctx, func(scan scanFunc) error {
			var at place
			err := scan(&at.item, &at.watchlist)
			was[at] = true
			return err
		}, `SELECT item_id, watchlist FROM matches WHERE is_over = 1 AND item_id IN `+in, args...)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `DELETE FROM matches WHERE is_over = 0 AND item_id IN `+in, args...)
		return err
	})
	if err != nil {
		return err
	}
	var rows []any
	for i := range list {
		e := &list[i]
		var first []news.Match
		for _, m := range e.Matches {
			before := was[place{e.Item.ID, m.Watchlist}]
			if before && !m.Over {
				continue
			}
			if rows, err = appendMatch(rows, e.Item.ID, e.Item.Published, e.number, m); err != nil {
				return err
			}
			if m.Over && !before {
				first = append(first, m)
			}
		}
		e.Matches = first
	}
	return writeMatches(ctx, t, rows, `ON CONFLICT (item_id, watchlist) DO UPDATE SET score = excluded.score, is_over = excluded.is_over, hits = excluded.hits,
		excluded = excluded.excluded, wording = excluded.wording`)
}

// versions reads the earlier wordings of items, in order.
func versions(ctx context.Context, t tx, ids []int64) (map[int64][]news.Version, error) {
	all := make(map[int64][]news.Version)
	err := inBatches(ids, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var id, replaced int64
			var v news.Version
			err := scan(&id, &v.Wording, &replaced, &v.Skip, &v.Lang, &v.Title, &v.Text)
			v.Replaced = moment(replaced)
			all[id] = append(all[id], v)
			return err
		}, `SELECT item_id, wording, replaced, skip, lang, title, text FROM item_versions WHERE item_id IN `+in+` ORDER BY item_id, wording`, args...)
	})
	return all, err
}

// wordings gives the number of the present wording of those items that were edited.
func wordings(ctx context.Context, t tx, ids []int64) (map[int64]int, error) {
	numbers := make(map[int64]int)
	err := inBatches(ids, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var id int64
			var n int
			err := scan(&id, &n)
			numbers[id] = n + 1
			return err
		}, `SELECT item_id, max(wording) FROM item_versions WHERE item_id IN `+in+` GROUP BY item_id`, args...)
	})
	return numbers, err
}
