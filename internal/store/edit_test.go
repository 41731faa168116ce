package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// editTo polls belta once, which has item 1 in another wording now.
func editTo(t *testing.T, s *Store, now time.Time, title, text, skip string, matches ...news.Match) news.Committed {
	t.Helper()
	it := item("belta", 1, title, text)
	it.ID, it.Seen, it.Published = 1, now, now
	it.Keys = append(it.Keys, news.KeyHash+title+text)
	c := claim(t, s, "belta", now)
	done, err := s.Commit(t.Context(), news.Poll{Claim: c, At: now, State: c.State, Served: it.Keys, Edits: []news.Edit{{Item: it, Matches: matches, Skip: skip}}})
	must(t, err)
	return done
}

// in is a match over its threshold whose one hit is a word of a headline.
func in(title, word, watchlist string) news.Match {
	i := strings.Index(title, word)
	return news.Match{Watchlist: watchlist, Score: 1.5, Over: true,
		Hits: []news.Hit{{Term: word, Surface: word, Field: news.FieldTitle, Start: i, End: i + len(word), Rule: "name kk", Weight: 1.5}}}
}

// An edit is kept, searched, and alerts only whom the item did not alert before.
func testEdit(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	before, after := "Тоқаев Астанаға келді", "ҰҚШҰ саммиті: Тоқаев пен Путин кездесті 🇰🇿"
	below := news.Match{Watchlist: "nobody", Score: 0.2, Hits: []news.Hit{{Term: "x"}}}
	first := item("belta", 1, before, "Бірінші мәтін")
	commit(t, s, "belta", noon, news.NewItem{Item: first, Matches: []news.Match{in(before, "Тоқаев", "tokayev"), below}})
	index(t, s)

	later := noon.Add(2 * time.Hour)
	done := editTo(t, s, later, after, "Екінші мәтін", "", in(after, "ҰҚШҰ", "csto"), in(after, "Тоқаев", "tokayev"))
	equal(t, "committed", done, news.Committed{Edited: 1, Owed: 2}) // csto to both chats, tokayev to nobody
	equal(t, "items", number(t, s, `SELECT count(*) FROM items`), 1)

	f, err := s.Item(ctx, 1)
	must(t, err)
	equal(t, "wording", []string{f.Item.Title, f.Item.Text}, []string{after, "Екінші мәтін"})
	equal(t, "published and seen", []time.Time{f.Item.Published, f.Item.Seen}, []time.Time{first.Published, first.Seen})
	equal(t, "earlier", f.Earlier, []news.Version{{Wording: 1, Title: before, Text: "Бірінші мәтін", Lang: "ru", Replaced: later}})
	equal(t, "matches lie in the new wording", f.Matches, []news.Match{in(after, "ҰҚШҰ", "csto"), in(after, "Тоқаев", "tokayev")})

	list, behind, err := s.Search(ctx, oneOf(news.Phrase{"екінші"}), news.Filter{})
	must(t, err)
	equal(t, "the index trails", []int{len(list), behind}, []int{0, 1})
	equal(t, "counted", must1(s.Counts(ctx))(t).Behind, 1)
	n, behind, err := s.Index(ctx, 10)
	must(t, err)
	equal(t, "indexed again", []int{n, behind}, []int{1, 0})
	for word, want := range map[string]int{"екінші": 1, "бірінші": 0, "ұқшұ": 1, "астанаға": 0, "тоқаев": 1} {
		list, _, err := s.Search(ctx, oneOf(news.Phrase{word}), news.Filter{})
		must(t, err)
		equal(t, "found by "+word, len(list), want)
	}

	for _, o := range allOwed(t, s) {
		for i, a := range o.Alerts {
			var title string
			if o.Before != nil {
				title = o.Before.Title
			}
			equal(t, "what the alert shows", []string{a.Watchlist, o.Item.Title, title, o.Matches[i].Hits[0].Surface}, [][]string{
				{"tokayev", after, before, "Тоқаев"}, {"csto", after, before, "ҰҚШҰ"}}[map[string]int{"csto": 1}[a.Watchlist]])
		}
	}
	alerts, err := s.Ledger(ctx, 1, terminal)
	must(t, err)
	equal(t, "who brought which alert", []int{alerts[0].Wording, alerts[1].Wording}, []int{0, 2})
}

// must1 is for calls that give one value.
func must1[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T { t.Helper(); must(t, err); return v }
}

// What was alerted stays explained when the words are gone, and does not alert again when they come back.
func testEditAway(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	was := "Токаевым подписан закон"
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, was, ""), Matches: []news.Match{in(was, "Токаевым", "tokayev")}})
	weak := in("Закон", "Закон", "tokayev")
	weak.Over, weak.Score = false, 0.5
	equal(t, "taken away", editTo(t, s, noon.Add(time.Hour), "Закон подписан", "", "", weak), news.Committed{Edited: 1})

	gone := in(was, "Токаевым", "tokayev")
	gone.Wording = 1
	f, err := s.Item(ctx, 1)
	must(t, err)
	equal(t, "the match lies in the first wording", f.Matches, []news.Match{gone})
	owed, err := s.Owed(ctx, terminal, noon, 10)
	must(t, err)
	equal(t, "still owed, with the words it is about", []string{owed[0].Item.Title, owed[0].Before.Title}, []string{"Закон подписан", was})
	list, err := s.Recent(ctx, news.Filter{Watchlist: "tokayev"})
	must(t, err)
	equal(t, "still on the list", titles(list), []string{"Закон подписан"})

	equal(t, "nothing found at all", editTo(t, s, noon.Add(2*time.Hour), "Закон", "", ""), news.Committed{Edited: 1})
	f, err = s.Item(ctx, 1)
	must(t, err)
	equal(t, "still the first", f.Matches, []news.Match{gone})

	back := "Закон подписан Токаевым"
	equal(t, "back again", editTo(t, s, noon.Add(3*time.Hour), back, "", "", in(back, "Токаевым", "tokayev")), news.Committed{Edited: 1})
	f, err = s.Item(ctx, 1)
	must(t, err)
	equal(t, "in the present wording", f.Matches, []news.Match{in(back, "Токаевым", "tokayev")})
	equal(t, "wordings", len(f.Earlier), 3)
	equal(t, "alerts", number(t, s, `SELECT count(*) FROM alerts`), 1)

	// A watchlist that is matched back over an edited item lies in its present wording.
	_, err = s.MatchBack(ctx, []string{"csto"}, noon.Add(-time.Hour), func(it *news.Item) []news.Match { return []news.Match{in(it.Title, "Закон", "csto")} })
	must(t, err)
	f, err = s.Item(ctx, 1)
	must(t, err)
	equal(t, "matched back", f.Matches[0], in(back, "Закон", "csto"))
	equal(t, "alerts nobody, and no edit does later", editTo(t, s, noon.Add(4*time.Hour), "Закон!", "…", "", in("Закон!", "Закон", "csto")), news.Committed{Edited: 1})
}

// An edit of something old is stored and kept back, and stays so.
func testEditSkipped(t *testing.T, s *Store) {
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "а", "")})
	equal(t, "too old", editTo(t, s, noon.Add(time.Hour), "Тоқаев", "", news.SkipTooOld, in("Тоқаев", "Тоқаев", "tokayev")), news.Committed{Edited: 1, Skipped: 1})
	equal(t, "later", editTo(t, s, noon.Add(2*time.Hour), "Тоқаев келді", "", "", in("Тоқаев", "Тоқаев", "tokayev")), news.Committed{Edited: 1})
	equal(t, "reason", number(t, s, `SELECT count(*) FROM alerts WHERE reason = 'too old'`), 1)
	p := past(t, s, noon)[0]
	equal(t, "reasons by wording", []string{p.Earlier[0].Skip, p.Earlier[1].Skip, p.Skip}, []string{"", news.SkipTooOld, ""})
}

// A feed that edits without end leaves the first wording and the last ones, and no more keys than those.
func testEditForEver(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "Просмотров: 0", "")})
	for i := 1; i <= 40; i++ {
		equal(t, "edited", editTo(t, s, noon.Add(time.Duration(i)*time.Minute), fmt.Sprint("Просмотров: ", i), "", ""), news.Committed{Edited: 1})
	}
	f, err := s.Item(ctx, 1)
	must(t, err)
	var kept []string
	for _, v := range f.Earlier {
		kept = append(kept, fmt.Sprint(v.Wording, " ", v.Title))
	}
	want := []string{"1 Просмотров: 0"}
	for i := 31; i < 40; i++ {
		want = append(want, fmt.Sprint(i+1, " Просмотров: ", i))
	}
	equal(t, "kept", kept, want)
	equal(t, "the present", f.Item.Title, "Просмотров: 40")
	equal(t, "keys: two that identify, and the wordings but for the first", number(t, s, `SELECT count(*) FROM item_keys`), 2+10)
	known, err := s.Known(ctx, "belta", []string{"h:Просмотров: 40", "h:Просмотров: 31", "h:Просмотров: 30"})
	must(t, err)
	equal(t, "known wordings", known, map[string]int64{"h:Просмотров: 40": 1, "h:Просмотров: 31": 1})
}

// An edit that cannot be made is left out, and the rest of the poll is written.
func testEditOdd(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "а", "")})
	commit(t, s, "kazinform", noon.Add(time.Second), news.NewItem{Item: item("kazinform", 1, "б", "")})
	now := noon.Add(time.Hour)
	c := claim(t, s, "belta", now)
	edit := func(id int64, title string) news.Edit {
		it := item("belta", 1, title, "")
		it.ID, it.Keys, it.URL, it.Link = id, it.Keys[:1], "", ""
		return news.Edit{Item: it, Matches: []news.Match{in(title, title, "csto")}}
	}
	done, err := s.Commit(ctx, news.Poll{Claim: c, At: now, State: c.State, Edits: []news.Edit{edit(99, "gone"), edit(2, "another feed's"), edit(1, "once"), edit(1, "twice")}})
	must(t, err)
	equal(t, "committed", done, news.Committed{Edited: 1, Owed: 2})
	list, err := s.Recent(ctx, news.Filter{})
	must(t, err)
	equal(t, "titles", titles(list), []string{"б", "once"})
	equal(t, "the address stays", list[1].Item.URL, "https://belta.example/1")
}

// An item is found by every address it had.
func testEditMoves(t *testing.T, s *Store) {
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "а", "")})
	now := noon.Add(time.Hour)
	c := claim(t, s, "belta", now)
	it := item("belta", 1, "б", "")
	it.ID, it.URL, it.Link = 1, "https://belta.example/1-b", "https://belta.example/1-b?x"
	_, err := s.Commit(t.Context(), news.Poll{Claim: c, At: now, State: c.State, Edits: []news.Edit{{Item: it}}})
	must(t, err)
	for _, url := range []string{"https://belta.example/1", "https://belta.example/1-b"} {
		list, err := s.ItemsByURL(t.Context(), url)
		must(t, err)
		if len(list) != 1 || list[0].Item.Link != it.Link || len(list[0].Earlier) != 1 {
			t.Errorf("%s: %+v", url, list)
		}
	}
}

// Wordings go with their item, from the index, too.
func testPruneEdited(t *testing.T, s *Store) {
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "а", "")})
	index(t, s)
	editTo(t, s, noon.Add(time.Minute), "б", "", "")
	n, err := s.Prune(t.Context(), noon.Add(48*time.Hour))
	must(t, err)
	equal(t, "pruned", n, 1)
	equal(t, "left", number(t, s, `SELECT (SELECT count(*) FROM item_versions) + (SELECT count(*) FROM index_again)`), 0)
	done, behind, err := s.Index(t.Context(), 10)
	must(t, err)
	equal(t, "nothing to index", []int{done, behind}, []int{0, 0})
}

// A limit is kept over what is new and what is edited together.
func testIndexLimit(t *testing.T, s *Store) {
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "а", "")}, news.NewItem{Item: item("belta", 2, "б", "")})
	index(t, s)
	editTo(t, s, noon.Add(time.Minute), "в", "", "")
	commit(t, s, "kazinform", noon, news.NewItem{Item: item("kazinform", 1, "г", "")}, news.NewItem{Item: item("kazinform", 2, "ғ", "")})
	var steps [][2]int
	for range 4 {
		done, behind, err := s.Index(t.Context(), 1)
		must(t, err)
		steps = append(steps, [2]int{done, behind})
	}
	equal(t, "done and behind", steps, [][2]int{{1, 2}, {1, 1}, {1, 0}, {0, 0}})
}

// A database of the schema before has no edits, and its items can be edited.
func TestMigratesToVersions(t *testing.T) {
	path := oldDatabase(t, 5,
		`INSERT INTO feeds (id, url, outlet, country, language, type, every, timezone, allow_private, backfill, first_success) VALUES ('belta', 'https://belta.example/rss', '', '', '', '', 0, '', 0, 0, 1000)`,
		`INSERT INTO items (feed_id, published, seen, url, link, title, lang, author, categories, text) VALUES ('belta', 1000, 1000, 'u', 'u', 'Токаев', 'ru', '', '', 'Бұрынғы')`,
		`INSERT INTO item_keys (feed_id, key, item_id, seen) VALUES ('belta', 'g:belta-1', 1, 1000), ('belta', 'h:1', 1, 1000)`,
		`INSERT INTO matches (item_id, watchlist, published, score, is_over, hits, excluded) VALUES (1, 'tokayev', 1000, 1, 1, '[{"term":"Токаев","surface":"Токаев","field":"title","start":0,"end":12}]', '')`,
		`INSERT INTO alerts (item_id, watchlist, chat, state, created) VALUES (1, 'tokayev', 'terminal', 'owed', 1000)`,
		`INSERT INTO item_words (rowid, title, text) VALUES (1, 'токаев', 'бұрынғы')`, `UPDATE index_mark SET item_id = 1`)
	s := openAt(t, path)
	configure(t, s)
	owed := allOwed(t, s)
	if len(owed) != 1 || owed[0].Before != nil || owed[0].Matches[0].Wording != 0 || owed[0].Alerts[0].Wording != 0 {
		t.Fatalf("owed %+v", owed)
	}
	equal(t, "edited", editTo(t, s, noon, "Саммит ОДКБ", "Жаңа", "", in("Саммит ОДКБ", "ОДКБ", "csto")), news.Committed{Edited: 1, Owed: 2})
	index(t, s)
	list, _, err := s.Search(t.Context(), oneOf(news.Phrase{"жаңа"}), news.Filter{})
	must(t, err)
	equal(t, "found", titles(list), []string{"Саммит ОДКБ"})
	f, err := s.Item(t.Context(), 1)
	must(t, err)
	equal(t, "earlier", f.Earlier[0].Text, "Бұрынғы")
	equal(t, "where the matches lie", []int{f.Matches[0].Wording, f.Matches[1].Wording}, []int{0, 1})
}

// BenchmarkEdit edits each of 15,000 items once, in polls of 150.
func BenchmarkEdit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s := benchStore(b)
		polls, bytes := firstFetch(b, s)
		b.SetBytes(bytes)
		commitAll(b, s, polls)
		again, err := s.Claim(b.Context(), news.Round{Owner: "again", Start: noon.Add(time.Minute), All: true}, noon.Add(time.Minute), time.Hour, benchPolls)
		must(b, err)
		at := map[string]news.Claim{}
		for _, c := range again {
			at[c.State.FeedID] = c
		}
		id := int64(0)
		for i := range polls {
			p := &polls[i]
			p.Claim, p.At = at[p.Claim.State.FeedID], noon.Add(time.Minute)
			for _, n := range p.New {
				id++
				n.Item.ID, n.Item.Title = id, "Изменено: "+n.Item.Title
				n.Item.Keys = append(n.Item.Keys, fmt.Sprint(news.KeyHash, id))
				p.Edits = append(p.Edits, news.Edit{Item: n.Item, Matches: n.Matches})
			}
			p.New = nil
		}
		b.StartTimer()
		for _, p := range polls {
			done, err := s.Commit(b.Context(), p)
			must(b, err)
			if done.Edited != benchItems {
				b.Fatalf("edited %+v", done)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchPolls*benchItems), "ns/item")
}
