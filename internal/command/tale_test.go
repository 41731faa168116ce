package command

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"vestnik/internal/news"
)

// tales are the stories of a world, as a test tells them.
type tales struct {
	item func(context.Context, int64) (news.Found, error) // the world's
	list [][]news.StoryItem                               // the number of a story is its place, from 1
}

// tell makes a story of stored items; those of copies repeat an earlier one.
func (s *tales) tell(t testing.TB, copies map[int64]bool, ids ...int64) {
	t.Helper()
	var items []news.StoryItem
	for _, id := range ids {
		f, err := s.item(t.Context(), id)
		must(t, err)
		items = append(items, news.StoryItem{Found: over([]news.Found{f})[0], Copy: copies[id]})
	}
	slices.SortStableFunc(items, func(a, b news.StoryItem) int { return a.Item.Published.Compare(b.Item.Published) })
	s.list = append(s.list, items)
}

func (s *tales) StoryOf(_ context.Context, itemID int64) (int64, error) {
	i := slices.IndexFunc(s.list, func(items []news.StoryItem) bool {
		return slices.ContainsFunc(items, func(it news.StoryItem) bool { return it.Item.ID == itemID })
	})
	return int64(i + 1), nil
}

func (s *tales) Story(_ context.Context, id int64) (news.Story, error) {
	if id < 1 || id > int64(len(s.list)) {
		return news.Story{}, news.ErrNotFound
	}
	items := s.list[id-1]
	return news.Story{ID: id, Began: items[0].Item.Published, Last: items[len(items)-1].Item.Published, Items: items}, nil
}

func (s *tales) TopStories(ctx context.Context, since time.Time, limit int) ([]news.Story, error) {
	var out []news.Story
	for i := range s.list {
		if st, err := s.Story(ctx, int64(i+1)); err == nil && !st.Last.Before(since) {
			out = append(out, st)
		}
	}
	slices.SortStableFunc(out, func(a, b news.Story) int { return cmp.Compare(len(outletsOf(b)), len(outletsOf(a))) })
	return out[:min(len(out), limit)], nil
}
