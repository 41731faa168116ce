package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// StoryOf returns the number of the story that an item belongs to; 0 when it belongs to none, or to none yet.
func (s *Store) StoryOf(ctx context.Context, itemID int64) (id int64, err error) {
	err = s.read(ctx, func(t tx) error {
		err := t.queryRow(ctx, storyOfQuery, itemID).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("look up the story of item %d: %w", itemID, err)
	}
	return id, nil
}

const storyOfQuery = `SELECT story_id FROM story_items WHERE item_id = ?`

// Story returns a story with its items by the time they were published, each with its feed and the matches that are over their threshold;
// news.ErrNotFound when there is none, or all its items were dropped. Of a story of more than a thousand items the first thousand are returned.
func (s *Store) Story(ctx context.Context, id int64) (story news.Story, err error) {
	err = s.read(ctx, func(t tx) error {
		list, err := stories(ctx, t, []int64{id}, found)
		if err == nil && len(list) == 0 {
			err = news.ErrNotFound
		}
		if err == nil {
			story = list[0]
		}
		return err
	})
	if err != nil {
		return news.Story{}, fmt.Errorf("read story %d: %w", id, err)
	}
	return story, nil
}

// TopStories returns the stories that the most outlets tell of since the given time: what an outlet published before does not count, an outlet that only
// repeated what others wrote counts a quarter, and of those that count the same the one with the newest item comes first. Items are as Story has them,
// without their texts. A limit of 0 or less, or above a thousand, is a thousand.
func (s *Store) TopStories(ctx context.Context, since time.Time, limit int) (list []news.Story, err error) {
	err = s.read(ctx, func(t tx) error {
		ids, err := collect(ctx, t, scanID, topStoriesQuery, millis(since), millis(since), atMost(limit))
		if err != nil {
			return err
		}
		list, err = stories(ctx, t, ids, foundBare)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the top stories: %w", err)
	}
	return list, nil
}

// Feeds without an outlet are outlets of their own. CROSS JOIN makes SQLite begin with the stories, which are few.
const topStoriesQuery = `SELECT id FROM (
		SELECT s.id AS id, s.last AS last, CASE WHEN f.outlet = '' THEN f.id ELSE f.outlet END AS outlet, 4 - 3 * min(m.is_copy) AS weight
		FROM stories s CROSS JOIN story_items m ON m.story_id = s.id CROSS JOIN items i ON i.id = m.item_id CROSS JOIN feeds f ON f.id = i.feed_id
		WHERE s.last >= ? AND m.published >= ? GROUP BY s.id, s.last, CASE WHEN f.outlet = '' THEN f.id ELSE f.outlet END
	) AS told GROUP BY id, last ORDER BY sum(weight) DESC, last DESC, id DESC LIMIT ?`

// stories reads stories in the order of ids, their items as find reads them. Those without items are left out.
func stories(ctx context.Context, t tx, ids []int64, find func(context.Context, tx, []int64, string) ([]news.Found, error)) ([]news.Story, error) {
	list := make([]news.Story, 0, len(ids))
	for _, id := range ids {
		story := news.Story{ID: id}
		var began, last int64
		err := t.queryRow(ctx, `SELECT began, last FROM stories WHERE id = ?`, id).Scan(&began, &last)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		story.Began, story.Last = moment(began), moment(last)
		of := make(map[int64]news.StoryItem)
		items, err := collect(ctx, t, func(scan scanFunc) (itemID int64, err error) {
			var it news.StoryItem
			err = scan(&itemID, &it.Copy, &it.Tie)
			of[itemID] = it
			return itemID, err
		}, storyItemsQuery, id, listCap)
		if err != nil {
			return nil, err
		}
		there, err := find(ctx, t, items, overOnly)
		if err != nil {
			return nil, err
		}
		for _, f := range there {
			it := of[f.Item.ID]
			it.Found = f
			story.Items = append(story.Items, it)
		}
		if len(story.Items) > 0 {
			list = append(list, story)
		}
	}
	return list, nil
}

const storyItemsQuery = `SELECT item_id, is_copy, tie FROM story_items WHERE story_id = ? ORDER BY published, item_id LIMIT ?`
