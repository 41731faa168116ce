package store

import (
	"fmt"
	"testing"
	"time"

	"vestnik/internal/news"
)

// library commits a few items in several scripts and indexes them.
func library(t *testing.T, s *Store) {
	t.Helper()
	configure(t, s)
	commit(t, s, "belta", noon,
		news.NewItem{Item: item("belta", 1, "ЛУКАШЭНКА ў Мінску", "Прэзідэнт Лукашэнка сустрэў Такаева. Нью-Йорк, 10 мая."), Matches: over("csto", "tokayev")},
		news.NewItem{Item: item("belta", 2, "Погода", "Дождь, ёлки й зелёный чай"), Matches: []news.Match{{Watchlist: "csto", Score: 0.2}}},
		news.NewItem{Item: item("belta", 3, "Саммит ОДКБ", "Токаев и Лукашенко в Астане"), Matches: over("csto")})
	commit(t, s, "kazinform", noon.Add(time.Second),
		news.NewItem{Item: item("kazinform", 2, "ҰҚШҰ саммиті", "Қасым-Жомарт Тоқаев 🇰🇿 sammit"), Matches: over("csto")},
		news.NewItem{Item: item("kazinform", 9, "مرحبا بالعالم", "قمة في أستانا"), Matches: over("tokayev")})
	index(t, s)
}

func index(t *testing.T, s *Store) {
	t.Helper()
	for {
		_, behind, err := s.Index(t.Context(), 100)
		must(t, err)
		if behind == 0 {
			return
		}
	}
}

func oneOf(phrases ...news.Phrase) news.Query { return news.Query{All: []news.Group{phrases}} }

func testIndex(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	var items []news.NewItem
	for i := range 10 {
		items = append(items, news.NewItem{Item: item("belta", i, fmt.Sprintf("Слово %d", i), "Токаев")})
	}
	commit(t, s, "belta", noon, items...)

	list, behind, err := s.Search(ctx, oneOf(news.Phrase{"токаев"}), news.Filter{})
	must(t, err)
	equal(t, "before", []int{len(list), behind}, []int{0, 10})
	done, behind, err := s.Index(ctx, 4)
	must(t, err)
	equal(t, "first batch", []int{done, behind}, []int{4, 6})
	list, behind, err = s.Search(ctx, oneOf(news.Phrase{"токаев"}), news.Filter{})
	must(t, err)
	equal(t, "meanwhile", []int{len(list), behind}, []int{4, 6})
	done, behind, err = s.Index(ctx, 100)
	must(t, err)
	equal(t, "second batch", []int{done, behind}, []int{6, 0})
	done, behind, err = s.Index(ctx, 100)
	must(t, err)
	equal(t, "nothing to do", []int{done, behind}, []int{0, 0})
	list, _, err = s.Search(ctx, oneOf(news.Phrase{"токаев"}), news.Filter{})
	must(t, err)
	equal(t, "found once each", len(list), 10)
}

func testSearch(t *testing.T, s *Store) {
	library(t, s)
	for _, test := range []struct {
		name string
		q    news.Query
		f    news.Filter
		want []string
	}{
		{"a word in text", oneOf(news.Phrase{"лукашэнка"}), news.Filter{}, []string{"ЛУКАШЭНКА ў Мінску"}},
		{"a word in all capitals in the title", oneOf(news.Phrase{"ұқшұ"}), news.Filter{}, []string{"ҰҚШҰ саммиті"}},
		{"one of several forms, newest first", oneOf(news.Phrase{"токаев"}, news.Phrase{"тоқаев"}, news.Phrase{"такаева"}), news.Filter{},
			[]string{"Саммит ОДКБ", "ҰҚШҰ саммиті", "ЛУКАШЭНКА ў Мінску"}},
		{"phrase", oneOf(news.Phrase{"прэзідэнт", "лукашэнка"}), news.Filter{}, []string{"ЛУКАШЭНКА ў Мінску"}},
		{"phrase in another order", oneOf(news.Phrase{"лукашэнка", "прэзідэнт"}), news.Filter{}, nil},
		{"phrase across fields", oneOf(news.Phrase{"мінску", "прэзідэнт"}), news.Filter{}, nil},
		{"word with a hyphen", oneOf(news.Phrase{"нью-йорк"}), news.Filter{}, []string{"ЛУКАШЭНКА ў Мінску"}},
		{"both groups, across fields", news.Query{All: []news.Group{{{"одкб"}, {"ұқшұ"}}, {{"токаев"}}}}, news.Filter{}, []string{"Саммит ОДКБ"}},
		{"й and ё are letters of their own", oneOf(news.Phrase{"елки"}), news.Filter{}, nil},
		{"Arabic", oneOf(news.Phrase{"أستانا"}), news.Filter{}, []string{"مرحبا بالعالم"}},
		{"an operator is a word", oneOf(news.Phrase{"OR"}, news.Phrase{"саммит"}), news.Filter{}, []string{"Саммит ОДКБ"}},
		{"a column is a word", oneOf(news.Phrase{"title:саммит"}), news.Filter{}, nil},
		{"nothing asked", news.Query{}, news.Filter{}, nil},
		{"a group of nothing", news.Query{All: []news.Group{{{"токаев"}}, {}}}, news.Filter{}, nil},
		{"a phrase of nothing beside another", oneOf(news.Phrase{}, news.Phrase{"саммит"}), news.Filter{}, []string{"Саммит ОДКБ"}},
		{"only signs", oneOf(news.Phrase{"!!", "…"}), news.Filter{}, nil},
		{"watchlist", oneOf(news.Phrase{"лукашэнка"}, news.Phrase{"саммит"}), news.Filter{Watchlist: "tokayev"}, []string{"ЛУКАШЭНКА ў Мінску"}},
		{"unmatched", oneOf(news.Phrase{"дождь"}), news.Filter{}, []string{"Погода"}},
		{"matched only", oneOf(news.Phrase{"дождь"}), news.Filter{Matched: true}, nil},
		{"since", oneOf(news.Phrase{"лукашэнка"}, news.Phrase{"саммит"}), news.Filter{Since: noon.Add(3 * time.Minute)}, []string{"Саммит ОДКБ"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, behind, err := s.Search(t.Context(), test.q, test.f)
			must(t, err)
			equal(t, "found", titles(list), test.want)
			equal(t, "behind", behind, 0)
		})
	}
}

func testSearchPages(t *testing.T, s *Store) {
	configure(t, s)
	var items []news.NewItem
	for i := range 25 {
		it := item("belta", i, fmt.Sprint(i), "саммит")
		it.Published = noon.Add(time.Duration(i/3) * time.Minute) // three of one minute: the number decides
		items = append(items, news.NewItem{Item: it, Matches: over("csto", "tokayev")})
	}
	commit(t, s, "belta", noon, items...)
	index(t, s)
	var want []string
	for i := 24; i >= 0; i-- {
		want = append(want, fmt.Sprint(i))
	}
	for name, page := range map[string]func(news.Filter) ([]news.Found, error){
		"search": func(f news.Filter) ([]news.Found, error) {
			list, _, err := s.Search(t.Context(), oneOf(news.Phrase{"саммит"}), f)
			return list, err
		},
		"recent":    func(f news.Filter) ([]news.Found, error) { return s.Recent(t.Context(), f) },
		"matched":   func(f news.Filter) ([]news.Found, error) { f.Matched = true; return s.Recent(t.Context(), f) },
		"watchlist": func(f news.Filter) ([]news.Found, error) { f.Watchlist = "csto"; return s.Recent(t.Context(), f) },
	} {
		var got []string
		f := news.Filter{Limit: 7}
		for {
			list, err := page(f)
			must(t, err)
			if len(list) == 0 {
				break
			}
			got = append(got, titles(list)...)
			f.Before = list[len(list)-1].Cursor()
		}
		equal(t, name, got, want)
	}
}

func testRecent(t *testing.T, s *Store) {
	library(t, s)
	for _, test := range []struct {
		name string
		f    news.Filter
		want []string
	}{
		{"all", news.Filter{}, []string{"مرحبا بالعالم", "Саммит ОДКБ", "ҰҚШҰ саммиті", "Погода", "ЛУКАШЭНКА ў Мінску"}},
		{"limit", news.Filter{Limit: 2}, []string{"مرحبا بالعالم", "Саммит ОДКБ"}},
		{"matched", news.Filter{Matched: true}, []string{"مرحبا بالعالم", "Саммит ОДКБ", "ҰҚШҰ саммиті", "ЛУКАШЭНКА ў Мінску"}},
		{"watchlist", news.Filter{Watchlist: "tokayev"}, []string{"مرحبا بالعالم", "ЛУКАШЭНКА ў Мінску"}},
		{"unknown watchlist", news.Filter{Watchlist: "none"}, nil},
		{"since", news.Filter{Matched: true, Since: noon.Add(2 * time.Minute)}, []string{"مرحبا بالعالم", "Саммит ОДКБ", "ҰҚШҰ саммиті"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := s.Recent(t.Context(), test.f)
			must(t, err)
			equal(t, "list", titles(list), test.want)
		})
	}
}

func testStatuses(t *testing.T, s *Store) {
	library(t, s)
	list, err := s.FeedStatuses(t.Context())
	must(t, err)
	equal(t, "feeds", []news.Feed{list[0].Feed, list[1].Feed}, []news.Feed{belta, kazinf})
	equal(t, "matched", []int{list[0].Matched, list[1].Matched}, []int{2, 2})
	equal(t, "items", []int{list[0].State.Items, list[1].State.Items}, []int{3, 2})
	equal(t, "due", list[0].State.DueAt, noon.Add(10*time.Minute))

	lease, err := s.AcquireLease(t.Context(), "sender", "a", noon, time.Minute)
	must(t, err)
	owed := allOwed(t, s)
	a := owed[0].Alerts[0]
	_, err = s.Freeze(t.Context(), lease, news.Message{Chat: a.Chat, Text: "x", AlertIDs: []int64{a.ID}, Created: noon})
	must(t, err)
	commit(t, s, "belta", noon.Add(time.Minute), news.NewItem{Item: item("belta", 50, "Позже", ""), Matches: over("csto"), Skip: news.SkipTooOld})
	counts, err := s.Counts(t.Context())
	must(t, err)
	equal(t, "counts", counts, news.Counts{Feeds: 2, Items: 6, Matched: 5, Messages: 1, Unsent: 1, Behind: 1,
		Alerts: map[news.AlertState]int{news.AlertOwed: 7, news.AlertFrozen: 1, news.AlertSkipped: 2}})
}

func testSettings(t *testing.T, s *Store) {
	ctx := t.Context()
	_, ok, err := s.Setting(ctx, "seen")
	must(t, err)
	equal(t, "unset", ok, false)
	for _, v := range []string{"да 🇰🇿", ""} {
		must(t, s.SetSetting(ctx, "seen", v))
		got, ok, err := s.Setting(ctx, "seen")
		must(t, err)
		equal(t, "value", got, v)
		equal(t, "set", ok, true)
	}
}

func testPrune(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	old := func(n int, w ...string) news.NewItem {
		it := item("belta", n, fmt.Sprint("old ", n), "Токаев")
		it.Seen = noon
		return news.NewItem{Item: it, Matches: over(w...)}
	}
	skipped := old(3, "csto")
	skipped.Skip = news.SkipBacklog
	commit(t, s, "belta", noon, old(1), old(2, "tokayev"), skipped, old(4, "tokayev"), old(5, "tokayev"),
		news.NewItem{Item: item("belta", 6, "fresh", "Токаев")})
	index(t, s)
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	owed := allOwed(t, s)
	var messages []int64
	for _, o := range owed[:2] { // of items 2 and 4; item 5 stays owed
		id, err := s.Freeze(ctx, lease, news.Message{Chat: terminal, Text: "x", AlertIDs: []int64{o.Alerts[0].ID}, Created: noon})
		must(t, err)
		messages = append(messages, id)
	}
	must(t, s.Sent(ctx, lease, messages[0], "1", noon)) // item 2; item 4 stays frozen

	n, err := s.Prune(ctx, noon.Add(time.Minute))
	must(t, err)
	equal(t, "pruned", n, 3)
	list, _, err := s.Search(ctx, oneOf(news.Phrase{"токаев"}), news.Filter{})
	must(t, err)
	equal(t, "left", titles(list), []string{"fresh", "old 5", "old 4"})
	equal(t, "rows of pruned items", number(t, s, `SELECT (SELECT count(*) FROM matches WHERE item_id <= 3) + (SELECT count(*) FROM alerts WHERE item_id <= 3)`), 0)
	frozen, err := s.Frozen(ctx)
	must(t, err)
	equal(t, "frozen messages", len(frozen), 1)
	equal(t, "messages", number(t, s, `SELECT count(*) FROM messages`), 1)

	// What was pruned is not new when the feed still shows it.
	equal(t, "again", commit(t, s, "belta", noon.Add(time.Second), old(1), old(2, "tokayev"), skipped), news.Committed{})
	n, err = s.Prune(ctx, noon.Add(time.Minute))
	must(t, err)
	equal(t, "nothing left to prune", n, 0)
	status, err := s.FeedStatuses(ctx)
	must(t, err)
	equal(t, "items in all and those kept, of a feed that lost some and of one that has none",
		[]int{status[0].State.Items, status[0].Kept, status[1].State.Items, status[1].Kept}, []int{6, 3, 0, 0})
}

// Numbers are never given twice, also when the newest items are gone.
func testPruneMany(t *testing.T, s *Store) {
	configure(t, s)
	var items []news.NewItem
	for i := range 2*batch + 1 {
		items = append(items, news.NewItem{Item: item("belta", i, "Слово", "")})
	}
	commit(t, s, "belta", noon, items...)
	index(t, s)
	n, err := s.Prune(t.Context(), noon.Add(24*time.Hour))
	must(t, err)
	equal(t, "pruned", n, len(items))
	commit(t, s, "belta", noon.Add(time.Second), news.NewItem{Item: item("belta", 10_000, "Новое", "слово")})
	index(t, s)
	list, behind, err := s.Search(t.Context(), oneOf(news.Phrase{"слово"}), news.Filter{})
	must(t, err)
	equal(t, "found", titles(list), []string{"Новое"})
	equal(t, "number", list[0].Item.ID, int64(len(items)+1))
	equal(t, "behind", behind, 0)
}
