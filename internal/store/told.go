package store

import (
	"context"
	"fmt"

	"vestnik/internal/news"
)

// Told returns what a chat (the exact address) was told of stories, those that it was told nothing of left out; what it got no message about because it
// had read the same is among it. Items that are gone from the database, or have moved to another story, are not.
func (s *Store) Told(ctx context.Context, chat string, stories []int64) (map[int64]news.Told, error) {
	told := make(map[int64]news.Told)
	err := s.read(ctx, func(t tx) error {
		clear(told)
		return inBatches(stories, func(in string, args []any) error {
			args = append([]any{chat}, args...)
			alerts, err := collect(ctx, t, scanAlert, `SELECT `+alertColumns+toldQuery+in+toldOrder, args...)
			if err != nil {
				return err
			}
			items, err := group(ctx, t, alerts)
			if err != nil {
				return err
			}
			if err := addSaid(ctx, t, news.BaseChat(chat), items); err != nil {
				return err
			}
			ids := make([]int64, len(items))
			for i, o := range items {
				ids[i] = o.Item.ID
			}
			earlier, err := versions(ctx, t, ids)
			if err != nil {
				return err
			}
			for _, o := range items {
				o.Earlier = earlier[o.Item.ID]
				x := told[o.Story]
				x.Items = append(x.Items, o)
				told[o.Story] = x
			}
			return t.each(ctx, func(scan scanFunc) error {
				var story, sent int64
				m := news.Living{}
				if err := scan(&story, &m.Ref, &m.Lead, &m.Told, &sent); err != nil {
					return err
				}
				m.At = moment(sent)
				x := told[story]
				x.Living = &m
				told[story] = x
				return nil
			}, livingQuery+in+` GROUP BY story_id)`, args...)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read what a chat was told of stories: %w", err)
	}
	return told, nil
}

const (
	toldQuery = ` FROM alerts a JOIN story_items s ON s.item_id = a.item_id WHERE (a.state = 'sent' OR a.state = 'skipped' AND a.reason = '` + news.SkipDuplicate + `')
		AND a.chat = ? AND s.story_id IN `
	toldOrder = ` ORDER BY (SELECT min(b.id) FROM alerts b WHERE b.item_id = a.item_id AND b.chat = a.chat
		AND (b.state = 'sent' OR b.state = 'skipped' AND b.reason = '` + news.SkipDuplicate + `')), a.id`

	livingQuery = `SELECT story_id, sink_ref, lead, told, sent_at FROM messages WHERE id IN (SELECT max(id) FROM messages
		WHERE chat = ? AND sent_at <> 0 AND story_id <> 0 AND story_id IN `
)

// storyPlaces reads which story items belong to, and which of them are copies there.
func storyPlaces(ctx context.Context, t tx, ids []int64) (story map[int64]int64, copied map[int64]bool, err error) {
	story, copied = make(map[int64]int64), make(map[int64]bool)
	err = inBatches(ids, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var item, of int64
			var is bool
			err := scan(&item, &of, &is)
			story[item], copied[item] = of, is
			return err
		}, `SELECT item_id, story_id, is_copy FROM story_items WHERE item_id IN `+in, args...)
	})
	return story, copied, err
}

// wantsSilence reports for each alert whether its chat wants it without a sound.
func wantsSilence(ctx context.Context, t tx, alerts []news.Alert) (func(news.Alert) bool, error) {
	seen := make(map[string]bool)
	var chats []string
	for _, a := range alerts {
		if !seen[a.Chat] {
			seen[a.Chat] = true
			chats = append(chats, a.Chat)
		}
	}
	prefs, err := preferencesOf(ctx, t, chats)
	return func(a news.Alert) bool { return prefs[a.Chat].Of(a.Watchlist).Silent }, err
}
