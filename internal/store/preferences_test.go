package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"vestnik/internal/news"
)

func testPreferences(t *testing.T, s *Store) {
	ctx := t.Context()
	p, own, err := s.Preferences(ctx, channel)
	must(t, err)
	equal(t, "nothing known", p, news.Preferences{Chat: channel})
	equal(t, "own", own, false)

	fromFile := news.Preferences{Chat: channel, Timezone: "Asia/Almaty", All: news.Delivery{Digest: "hourly"}}
	must(t, s.SyncPreferences(ctx, []news.Preferences{fromFile, {Chat: terminal, Quiet: "23:00-07:00"}}))
	p, own, err = s.Preferences(ctx, channel)
	must(t, err)
	equal(t, "the configuration's", p, fromFile)
	equal(t, "own", own, false)

	wants := news.Preferences{Chat: channel, Timezone: "Europe/Minsk", Quiet: "22:00-06:30", All: news.Delivery{Silent: true, MinScore: 2.5},
		Lists: map[string]news.Delivery{"қазақ «1»": {Digest: "weekly mon 09:00", Languages: []string{"kk", "be"}, Sources: []news.SourceType{news.Exile}}}}
	for range 2 {
		must(t, s.SavePreferences(ctx, wants))
	}
	p, own, err = s.Preferences(ctx, channel)
	must(t, err)
	equal(t, "its own", p, wants)
	equal(t, "own", own, true)
	all, err := s.AllPreferences(ctx)
	must(t, err)
	equal(t, "all", all, []news.Preferences{wants, {Chat: terminal, Quiet: "23:00-07:00"}})

	// The configuration drops the terminal; what the chat set stays.
	must(t, s.SyncPreferences(ctx, nil))
	all, err = s.AllPreferences(ctx)
	must(t, err)
	equal(t, "all", all, []news.Preferences{wants})
	p, _, err = s.Preferences(ctx, wholeChat)
	must(t, err)
	equal(t, "the chat of the topic", p, news.Preferences{Chat: wholeChat})
}

func testMuteKinds(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, match("belta", 1, "csto"), match("belta", 2, "csto"))
	commit(t, s, "kazinform", noon.Add(time.Second), match("kazinform", 3, "csto"))
	tell(t, s, 7, 1, 3)
	must(t, s.Mute(ctx, terminal, news.Mute{Kind: news.MuteStory, What: "7"}, noon.Add(time.Hour)))
	equal(t, "story", reasons(t, s, terminal), []string{"1/csto skipped muted story", "2/csto owed", "3/csto skipped muted story"})
	must(t, s.Mute(ctx, terminal, news.Mute{Kind: news.MuteFeed, What: "belta"}, noon.Add(time.Hour)))
	equal(t, "feed", reasons(t, s, terminal), []string{"1/csto skipped muted story", "2/csto skipped muted source", "3/csto skipped muted story"})
	equal(t, "another chat", reasons(t, s, channel), []string{"1/csto owed", "2/csto owed", "3/csto owed"})
	commit(t, s, "belta", noon.Add(time.Minute), match("belta", 4, "csto"))
	commit(t, s, "kazinform", noon.Add(2*time.Minute), match("kazinform", 5, "csto"))
	equal(t, "new ones", reasons(t, s, terminal)[3:], []string{"4/csto skipped muted source", "5/csto owed"})
	if err := s.Mute(ctx, terminal, news.Mute{Kind: news.MuteStory, What: "x"}, noon.Add(time.Hour)); err == nil {
		t.Error("a story without a number is muted")
	}
	if err := s.Mute(ctx, terminal, news.Mute{What: "csto"}, noon.Add(time.Hour)); err == nil {
		t.Error("a mute of no kind is taken")
	}
	must(t, s.Unmute(ctx, terminal, news.Mute{Kind: news.MuteFeed, What: "belta"}))
	mutes, err := s.Mutes(ctx, terminal, noon)
	must(t, err)
	equal(t, "left", mutes, map[news.Mute]time.Time{{Kind: news.MuteStory, What: "7"}: noon.Add(time.Hour)})
}

// tell puts items into a story.
func tell(t *testing.T, s *Store, story int64, items ...int64) {
	t.Helper()
	must(t, s.write(t.Context(), func(x tx) error {
		if _, err := x.exec(t.Context(), `INSERT INTO stories (id, began, last) VALUES (?, 1, 1) ON CONFLICT DO NOTHING`, story); err != nil {
			return err
		}
		for _, id := range items {
			_, err := x.exec(t.Context(), `INSERT INTO story_items (item_id, story_id, published, is_copy, tie) SELECT id, ?, published, 0, '' FROM items WHERE id = ?`, story, id)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// dueFor stands in for the timetable: a digest comes after an hour, quiet hours last from noon + 2 h to noon + 4 h.
func dueFor(p news.Preferences, watchlist string, u news.Urgency, came time.Time) time.Time {
	due := came
	if p.Of(watchlist).Digest != "" {
		due = came.Add(time.Hour)
	}
	if p.Quiet != "" && u != news.Breaking && !due.Before(noon.Add(2*time.Hour)) && due.Before(noon.Add(4*time.Hour)) {
		due = noon.Add(4 * time.Hour)
	}
	if due.Equal(came) {
		return time.Time{}
	}
	return due
}

// dues lists what is owed to a chat and due at the time, as "item/watchlist", those that were put off with "+".
func dues(t *testing.T, s *Store, chat string, at time.Time) (list []string) {
	t.Helper()
	owed, err := s.Owed(t.Context(), chat, at, 100)
	must(t, err)
	for _, o := range owed {
		for _, a := range o.Alerts {
			name := fmt.Sprint(a.ItemID, "/", a.Watchlist)
			if !a.Due.IsZero() {
				name += "+"
			}
			list = append(list, name)
		}
	}
	return list
}

func testDue(t *testing.T, s *Store) {
	ctx := t.Context()
	s.due = dueFor
	configure(t, s)
	must(t, s.SavePreferences(ctx, news.Preferences{Chat: terminal, Quiet: "x", Lists: map[string]news.Delivery{"csto": {Digest: "x", Silent: true}}}))
	commit(t, s, "belta", noon, match("belta", 1, "csto", "tokayev"), match("belta", 2, "csto"))
	equal(t, "at once", dues(t, s, terminal, noon), []string{"1/tokayev"})
	equal(t, "another chat", dues(t, s, channel, noon), []string{"1/csto", "2/csto"})
	chats, err := s.OwedChats(ctx, noon)
	must(t, err)
	equal(t, "chats", []int{len(chats), chats[0].Items, chats[1].Items}, []int{2, 2, 1})
	next, err := s.NextDue(ctx, noon)
	must(t, err)
	equal(t, "next", next, noon.Add(time.Hour))
	equal(t, "an hour later", dues(t, s, terminal, next), []string{"1/csto+", "1/tokayev", "2/csto+"})
	owed, err := s.Owed(ctx, terminal, next, 10)
	must(t, err)
	equal(t, "silent", []bool{owed[0].Silent, owed[1].Silent}, []bool{false, true}) // one of the two alerts of the first may be heard

	// In quiet hours all waits for their end, but for what is breaking.
	urgent := csto
	urgent.Urgency = news.Breaking
	must(t, s.SyncConfig(ctx, []news.Feed{belta, kazinf}, []news.Watchlist{urgent, tokayev}, []news.Subscription{
		{Chat: terminal, Watchlist: csto.ID}, {Chat: terminal, Watchlist: tokayev.ID}, {Chat: channel, Watchlist: csto.ID}}))
	must(t, s.SavePreferences(ctx, news.Preferences{Chat: terminal, Quiet: "x"}))
	night, morning := noon.Add(3*time.Hour), noon.Add(4*time.Hour)
	equal(t, "the digest was called off", dues(t, s, terminal, noon), []string{"1/csto", "1/tokayev", "2/csto"})
	commit(t, s, "belta", night, match("belta", 3, "csto", "tokayev"))
	equal(t, "at night", dues(t, s, terminal, night), []string{"1/csto", "1/tokayev", "2/csto", "3/csto"})
	n, err := s.Hush(ctx, night) // what could not go before the quiet hours waits as well
	must(t, err)
	equal(t, "hushed", n, 1)
	equal(t, "at night", dues(t, s, terminal, night), []string{"1/csto", "2/csto", "3/csto"})
	equal(t, "in the morning", dues(t, s, terminal, morning), []string{"1/csto", "1/tokayev+", "2/csto", "3/csto", "3/tokayev+"})
	n, err = s.Hush(ctx, morning)
	must(t, err)
	equal(t, "hushed in the morning", n, 0)
	must(t, s.write(ctx, func(tx) error { // who writes is not waited for when there is nothing to put off
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		_, err := s.Hush(ctx, morning)
		return err
	}))

	// The configuration's word counts for chats that said nothing.
	must(t, s.SyncPreferences(ctx, []news.Preferences{{Chat: channel, All: news.Delivery{Digest: "x"}}}))
	equal(t, "put off", dues(t, s, channel, noon), []string(nil))
	must(t, s.SyncPreferences(ctx, nil))
	equal(t, "and not", dues(t, s, channel, noon), []string{"1/csto", "2/csto", "3/csto"})
}

// What somebody asks for before its time goes with what was put off, at night as well, and what another chat or watchlist has stays put off.
func testHurry(t *testing.T, s *Store) {
	ctx := t.Context()
	s.due = dueFor
	configure(t, s)
	hurry := func(chat, watchlist string) int {
		t.Helper()
		n, err := s.Hurry(ctx, chat, watchlist)
		must(t, err)
		return n
	}
	for _, chat := range []string{terminal, channel} {
		must(t, s.SavePreferences(ctx, news.Preferences{Chat: chat, Quiet: "x", All: news.Delivery{Digest: "x"}}))
	}
	night := noon.Add(3 * time.Hour)
	commit(t, s, "belta", night, match("belta", 1, "csto", "tokayev"), match("belta", 2, "tokayev"))
	equal(t, "held back", dues(t, s, terminal, night), []string(nil))
	equal(t, "items", hurry(terminal, "csto"), 1)
	equal(t, "of one watchlist", dues(t, s, terminal, night), []string{"1/csto+"})
	equal(t, "items", hurry(terminal, ""), 2)
	equal(t, "of all", dues(t, s, terminal, night), []string{"1/csto+", "1/tokayev+", "2/tokayev+"})
	equal(t, "again", hurry(terminal, ""), 0)
	equal(t, "another chat", dues(t, s, channel, night), []string(nil))
	n, err := s.Hush(ctx, night)
	must(t, err)
	equal(t, "hushed", n, 0)
	equal(t, "at night", dues(t, s, terminal, night), []string{"1/csto+", "1/tokayev+", "2/tokayev+"})
	next, err := s.NextDue(ctx, night)
	must(t, err)
	equal(t, "the other chat's are next", next, noon.Add(4*time.Hour))
}

func testFilters(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	must(t, s.SavePreferences(ctx, news.Preferences{Chat: terminal, All: news.Delivery{MinScore: 1.5, Languages: []string{"ru"}, Sources: []news.SourceType{news.State}},
		Lists: map[string]news.Delivery{"tokayev": {MinScore: 2}}}))
	kazakh := match("belta", 2, "csto")
	kazakh.Item.Lang = "kk"
	commit(t, s, "belta", noon, match("belta", 1, "csto", "tokayev"), kazakh)
	commit(t, s, "kazinform", noon.Add(time.Second), match("kazinform", 3, "csto"))
	equal(t, "filtered", reasons(t, s, terminal), []string{"1/csto owed", "1/tokayev skipped score", "2/csto skipped language", "3/csto skipped source type"})
	equal(t, "another chat", reasons(t, s, channel), []string{"1/csto owed", "2/csto owed", "3/csto owed"})

	must(t, s.Mute(ctx, terminal, news.Mute{Kind: news.MuteStory, What: "9"}, noon.Add(time.Hour)))
	must(t, s.SavePreferences(ctx, news.Preferences{Chat: terminal}))
	tell(t, s, 9, 1)
	// An edit brings an item that is in the story onto another watchlist.
	must(t, s.Subscribe(ctx, terminal, []string{"gomel"}))
	c := claim(t, s, "belta", noon.Add(time.Minute))
	edited := item("belta", 1, "Токаев, Гомель", "x")
	edited.ID = 1
	_, err := s.Commit(ctx, news.Poll{Claim: c, At: noon.Add(time.Minute), State: c.State, Edits: []news.Edit{{Item: edited, Matches: over("gomel")}}})
	must(t, err)
	all := reasons(t, s, terminal)
	equal(t, "muted story", all[len(all)-1], "1/gomel skipped muted story")
}

func testTold(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, match("belta", 1, "csto", "tokayev"), match("belta", 2, "csto"), match("belta", 3, "csto"), match("belta", 4, "csto"))
	tell(t, s, 7, 1, 2, 4)
	tell(t, s, 8, 3)
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	post := func(ref string, at time.Time, m news.Message) {
		t.Helper()
		id, err := s.Freeze(ctx, lease, m)
		must(t, err)
		frozen, err := s.Frozen(ctx)
		must(t, err)
		equal(t, "as it was frozen", []int64{frozen[0].Story, frozen[0].Lead, int64(frozen[0].Told)}, []int64{m.Story, m.Lead, int64(m.Told)})
		must(t, s.Sent(ctx, lease, id, ref, at))
	}
	told, err := s.Told(ctx, channel, []int64{7, 8})
	must(t, err)
	equal(t, "nothing", len(told), 0)
	must(t, s.SaveVerdict(ctx, news.Verdict{ItemID: 1, Watchlist: "csto", Person: "telegram:5", Chat: channel, Good: true, At: noon}))
	must(t, s.SaveVerdict(ctx, news.Verdict{ItemID: 2, Watchlist: "csto", Person: "telegram:6", Chat: terminal, Good: true, At: noon}))
	post("10", noon, news.Message{Chat: channel, Text: "2", Story: 7, Lead: 2, Told: 1, AlertIDs: []int64{alertOf(t, s, channel, 2)}})
	post("10", noon.Add(time.Minute), news.Message{Chat: channel, Text: "2 1", Story: 7, Lead: 2, Told: 2, AlertIDs: []int64{alertOf(t, s, channel, 1)}})
	post("11", noon.Add(time.Hour), news.Message{Chat: channel, Text: "3", AlertIDs: []int64{alertOf(t, s, channel, 3)}})
	post("12", noon.Add(time.Hour), news.Message{Chat: terminal, Text: "1", Story: 7, Lead: 1, Told: 1, AlertIDs: []int64{alertOf(t, s, terminal, 1)}})
	told, err = s.Told(ctx, channel, []int64{7, 8, 9})
	must(t, err)
	ids := func(story int64) (list []int64) {
		for _, o := range told[story].Items {
			list = append(list, o.Item.ID)
		}
		return list
	}
	equal(t, "stories", len(told), 2)
	equal(t, "items", ids(7), []int64{1, 2}) // the order of their alerts
	equal(t, "said here, and elsewhere", []int{len(told[7].Items[0].Said), len(told[7].Items[1].Said)}, []int{1, 0})
	equal(t, "living", told[7].Living, &news.Living{Ref: "10", Lead: 2, Told: 2, At: noon.Add(time.Minute)})
	equal(t, "only a digest told", told[8].Living, (*news.Living)(nil))
	equal(t, "and what", ids(8), []int64{3})

	// What repeats what was told is told by that.
	skipped := alertOf(t, s, channel, 4)
	equal(t, "another sender's", errors.Is(s.Skip(ctx, news.Lease{Name: "sender", Owner: "b"}, channel, []int64{skipped}, news.SkipDuplicate), news.ErrLeaseLost), true)
	equal(t, "another chat's", s.Skip(ctx, lease, terminal, []int64{skipped}, news.SkipDuplicate), error(nil))
	equal(t, "owed", alertOf(t, s, channel, 4), skipped)
	must(t, s.Skip(ctx, lease, channel, []int64{skipped, alertOf(t, s, channel, 1)}, news.SkipDuplicate))
	list := reasons(t, s, channel)
	equal(t, "the ledger", []string{list[0], list[len(list)-1]}, []string{"1/csto sent", "4/csto skipped duplicate"})
	told, err = s.Told(ctx, channel, []int64{7})
	must(t, err)
	equal(t, "told by another", ids(7), []int64{1, 2, 4})
}
