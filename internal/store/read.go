package store

import (
	"context"
	"time"

	"vestnik/internal/news"
)

const feedColumns = `f.id, f.url, f.outlet, f.country, f.language, f.type, f.every, f.timezone, f.allow_private, f.backfill`

// feedRow receives feedColumns.
type feedRow struct {
	feed  news.Feed
	every int64
}

func (r *feedRow) fields() []any {
	f := &r.feed
	return []any{&f.ID, &f.URL, &f.Outlet, &f.Country, &f.Language, &f.Type, &r.every, &f.Timezone, &f.AllowPrivate, &f.Backfill}
}

func (r *feedRow) value() news.Feed {
	f := r.feed
	f.Every = time.Duration(r.every) * time.Millisecond
	return f
}

// Which matches are read: only those over their threshold, or all.
const (
	overOnly   = `is_over = 1 AND `
	allMatches = ""
)

// found reads items (without Keys, which are for telling items apart, not for showing) with their feeds and which of their
// matches, in the order of ids. Items that are gone are left out.
func found(ctx context.Context, t tx, ids []int64, which string) ([]news.Found, error) {
	return foundWith(ctx, t, "i.text", ids, which)
}

// explained is found with all matches and the earlier wordings.
func explained(ctx context.Context, t tx, ids []int64) ([]news.Found, error) {
	list, err := found(ctx, t, ids, allMatches)
	if err != nil {
		return nil, err
	}
	earlier, err := versions(ctx, t, ids)
	for i := range list {
		list[i].Earlier = earlier[list[i].Item.ID]
	}
	return list, err
}

// foundBare is found without the items' texts.
func foundBare(ctx context.Context, t tx, ids []int64, which string) ([]news.Found, error) {
	return foundWith(ctx, t, "''", ids, which)
}

func foundWith(ctx context.Context, t tx, text string, ids []int64, which string) ([]news.Found, error) {
	items, err := itemsWith(ctx, t, text, ids)
	if err != nil {
		return nil, err
	}
	matches, err := matchesByItem(ctx, t, ids, which)
	if err != nil {
		return nil, err
	}
	list := make([]news.Found, 0, len(ids))
	for _, id := range ids {
		f, ok := items[id]
		if !ok {
			continue
		}
		f.Matches = matches[id]
		list = append(list, f)
	}
	return list, nil
}

// itemsByID reads items with their feeds; Matches stay empty.
func itemsByID(ctx context.Context, t tx, ids []int64) (map[int64]news.Found, error) {
	return itemsWith(ctx, t, "i.text", ids)
}

// itemsWith is itemsByID with that SQL for a text.
func itemsWith(ctx context.Context, t tx, text string, ids []int64) (map[int64]news.Found, error) {
	items := make(map[int64]news.Found, len(ids))
	err := inBatches(ids, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var it news.Item
			var feed feedRow
			var published, seen int64
			var categories, media string
			err := scan(append([]any{&it.ID, &it.FeedID, &published, &seen, &it.URL, &it.Link, &it.Title, &it.Lang, &it.Author,
				&categories, &media, &it.Text}, feed.fields()...)...)
			if err != nil {
				return err
			}
			it.Published, it.Seen = moment(published), moment(seen)
			if it.Categories, err = unpack[string](categories); err != nil {
				return err
			}
			it.Media, err = unpack[news.Media](media)
			items[it.ID] = news.Found{Item: it, Feed: feed.value()}
			return err
		}, `SELECT i.id, i.feed_id, i.published, i.seen, i.url, i.link, i.title, i.lang, i.author, i.categories, i.media, `+text+`, `+feedColumns+`
			FROM items i JOIN feeds f ON f.id = i.feed_id WHERE i.id IN `+in, args...)
	})
	return items, err
}

// matchesByItem reads the matches, by item and then in the order of their watchlists' ids.
func matchesByItem(ctx context.Context, t tx, ids []int64, which string) (map[int64][]news.Match, error) {
	matches := make(map[int64][]news.Match, len(ids))
	err := inBatches(ids, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var id int64
			var m news.Match
			var hits, excluded string
			err := scan(&id, &m.Watchlist, &m.Score, &m.Over, &hits, &excluded, &m.Wording)
			if err != nil {
				return err
			}
			if m.Hits, err = unpack[news.Hit](hits); err != nil {
				return err
			}
			m.Excluded, err = unpack[news.Hit](excluded)
			matches[id] = append(matches[id], m)
			return err
		}, `SELECT item_id, watchlist, score, is_over, hits, excluded,
			CASE WHEN EXISTS (SELECT 1 FROM item_versions v WHERE v.item_id = matches.item_id AND v.wording >= matches.wording) THEN wording ELSE 0 END FROM matches
			WHERE `+which+`item_id IN `+in+` ORDER BY item_id, watchlist`, args...)
	})
	return matches, err
}
