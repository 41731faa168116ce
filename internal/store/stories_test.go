package store

import (
	"testing"
	"time"

	"vestnik/internal/news"
)

// tellStory writes a story with items that are stored already; those after the first are copies when copied says so.
func tellStory(t *testing.T, s *Store, id int64, copied bool, items ...int64) {
	t.Helper()
	must(t, s.write(t.Context(), func(x tx) error {
		if _, err := x.exec(t.Context(), `INSERT INTO stories (id, began, last) SELECT ?, 0, max(published) FROM items WHERE id <= ?`, id, items[len(items)-1]); err != nil {
			return err
		}
		for i, item := range items {
			tie := ""
			if i > 0 {
				tie = "event токаев 5"
			}
			_, err := x.exec(t.Context(), `INSERT INTO story_items (item_id, story_id, published, is_copy, tie) SELECT id, ?, published, ?, ? FROM items WHERE id = ?`,
				id, flag(copied && i > 0), tie, item)
			if err != nil {
				return err
			}
		}
		_, err := x.exec(t.Context(), `UPDATE stories SET (began, last) = (SELECT min(published), max(published) FROM story_items WHERE story_id = ?) WHERE id = ?`, id, id)
		return err
	}))
}

func storyNumbers(list []news.Story) (ids []int64) {
	for _, st := range list {
		ids = append(ids, st.ID)
	}
	return ids
}

func testStories(t *testing.T, s *Store) {
	configure(t, s)
	for n := range 3 {
		commit(t, s, belta.ID, noon.Add(time.Duration(n)*time.Hour), news.NewItem{Item: item(belta.ID, 10*n, "Токаев у Мінску", "Тэкст 🇧🇾"), Matches: over(csto.ID)})
		commit(t, s, kazinf.ID, noon.Add(time.Duration(n)*time.Hour+time.Minute), news.NewItem{Item: item(kazinf.ID, 10*n+1, "Тоқаев Минскіде", "Мәтін"), Matches: over(tokayev.ID)})
	}
	// Items 1 3 5 are БелТА's, 2 4 6 the other's, each pair ten minutes after the one before.
	tellStory(t, s, 7, false, 2, 1) // by two outlets
	tellStory(t, s, 8, true, 3, 4)  // by one, and a copy
	tellStory(t, s, 9, false, 5)

	id, err := s.StoryOf(t.Context(), 4)
	must(t, err)
	equal(t, "story of a copy", id, int64(8))
	id, err = s.StoryOf(t.Context(), 6)
	must(t, err)
	equal(t, "story of an item without", id, int64(0))

	st, err := s.Story(t.Context(), 7)
	must(t, err)
	equal(t, "items", len(st.Items), 2)
	equal(t, "began, last", []time.Time{st.Began, st.Last}, []time.Time{noon, noon.Add(time.Minute)})
	first, second := st.Items[0], st.Items[1]
	equal(t, "by time", []int64{first.Item.ID, second.Item.ID}, []int64{1, 2})
	equal(t, "feed and text", []string{first.Feed.Outlet, first.Item.Text, first.Tie, second.Tie}, []string{"БелТА", "Тэкст 🇧🇾", "event токаев 5", ""})
	equal(t, "matches", []string{first.Matches[0].Watchlist, second.Matches[0].Watchlist}, []string{csto.ID, tokayev.ID})
	if st, err = s.Story(t.Context(), 8); err != nil || st.Items[0].Copy || !st.Items[1].Copy {
		t.Errorf("the copy: %+v, %v", st.Items, err)
	}
	_, err = s.Story(t.Context(), 99)
	wantErr(t, err, news.ErrNotFound)

	top := func(since time.Time, limit int) []int64 {
		list, err := s.TopStories(t.Context(), since, limit)
		must(t, err)
		for _, st := range list {
			if st.Items[0].Item.Text != "" {
				t.Errorf("story %d has texts", st.ID)
			}
		}
		return storyNumbers(list)
	}
	equal(t, "top", top(noon, 0), []int64{7, 8, 9})
	equal(t, "the first of them", top(noon, 1), []int64{7})
	equal(t, "since the copy", top(noon.Add(11*time.Minute), 5), []int64{9, 8}) // by then 8 is a copy alone
	equal(t, "since later", top(noon.Add(30*time.Minute), 5), []int64(nil))
}

// Two sources that write for themselves weigh more than any one with a copy, and of two alike the newer comes first.
func testTopStoriesTie(t *testing.T, s *Store) {
	configure(t, s)
	commit(t, s, belta.ID, noon, news.NewItem{Item: item(belta.ID, 1, "а", "")}, news.NewItem{Item: item(belta.ID, 2, "б", "")})
	tellStory(t, s, 1, false, 2)
	tellStory(t, s, 2, false, 1)
	list, err := s.TopStories(t.Context(), noon, 9)
	must(t, err)
	equal(t, "the newer first", storyNumbers(list), []int64{1, 2})
}
