package store

import (
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

func testVerdicts(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	items := []news.NewItem{match("belta", 1, "csto", "tokayev"), match("belta", 2, "csto"), match("belta", 3, "csto")}
	for i := range items {
		items[i].Item.Text = "Мәтін 🇰🇿"
	}
	commit(t, s, "belta", noon, items...)
	say := func(item int64, list, person, chat string, good bool, reason news.Reason, minute int) news.Verdict {
		t.Helper()
		v := news.Verdict{ItemID: item, Watchlist: list, Person: person, Chat: news.BaseChat(chat), Good: good, Reason: reason, At: noon.Add(time.Duration(minute) * time.Minute)}
		given := v
		given.Chat = chat
		must(t, s.SaveVerdict(ctx, given))
		return v
	}
	verdicts := func(item int64, chat string) []news.Verdict {
		t.Helper()
		list, err := s.Verdicts(ctx, item, chat)
		must(t, err)
		return list
	}
	ann, bob := "telegram:101", "telegram:102"
	say(1, "csto", ann, channel, false, news.ReasonNone, 1)
	a := say(1, "csto", ann, channel, false, news.OffTopic, 2)
	b := say(1, "csto", bob, channel, true, news.ReasonNone, 0)
	c := say(1, "tokayev", bob, channel, false, news.OldNews, 3)
	d := say(2, "csto", bob, bob, false, news.WrongPerson, 4)
	equal(t, "what was said in the channel, whatever the topic", verdicts(1, channel), []news.Verdict{b, a, c})
	equal(t, "what was said in private", verdicts(1, bob), []news.Verdict(nil))
	wantErr(t, s.SaveVerdict(ctx, news.Verdict{ItemID: 99, Watchlist: "csto", Person: ann, Chat: ann, At: noon}), news.ErrNotFound)
	if err := s.SaveVerdict(ctx, news.Verdict{ItemID: 1, Watchlist: "csto", Person: ann, Chat: ann, Good: true, Reason: news.OldNews, At: noon}); err == nil {
		t.Error("a good one with a reason is stored")
	}

	nobody := func(list ...news.Verdict) []news.Verdict {
		for i := range list {
			list[i].Person, list[i].Chat = "", ""
		}
		return list
	}
	bare, err := s.Judged(ctx, time.Time{}, false)
	must(t, err)
	judged, err := s.Judged(ctx, time.Time{}, true)
	must(t, err)
	for i := range bare { // without texts it is the same
		if bare[i].Item.Text != "" || judged[i].Item.Text == "" {
			t.Errorf("texts %q and %q", bare[i].Item.Text, judged[i].Item.Text)
		}
		bare[i].Item.Text = judged[i].Item.Text
	}
	equal(t, "judged without texts", bare, judged)
	equal(t, "judged", len(judged), 3)
	for i, want := range []struct {
		item int64
		list string
		said []news.Verdict
	}{{1, "csto", nobody(b, a)}, {1, "tokayev", nobody(c)}, {2, "csto", nobody(d)}} {
		j := judged[i]
		equal(t, "verdicts", j.Verdicts, want.said)
		if j.Item.ID != want.item || j.Watchlist != want.list || len(j.Matches) != 1 || j.Matches[0].Watchlist != want.list || len(j.Matches[0].Hits) != 1 || j.Item.Title == "" || j.Feed.Outlet == "" {
			t.Errorf("judged %d: %+v", i, j)
		}
	}
	judged, err = s.Judged(ctx, noon.Add(2*time.Hour), true)
	must(t, err)
	equal(t, "judged of what was seen later", len(judged), 0)

	// Alerted is what was sent somewhere, once however many chats got it.
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	for _, o := range allOwed(t, s) {
		if o.Item.ID == 3 {
			continue
		}
		id, err := s.Freeze(ctx, lease, news.Message{Chat: o.Alerts[0].Chat, Text: "x", AlertIDs: []int64{o.Alerts[0].ID}, Created: noon})
		must(t, err)
		must(t, s.Sent(ctx, lease, id, "5", noon))
	}
	alerted, err := s.Alerted(ctx, "csto", time.Time{}, 0)
	must(t, err)
	equal(t, "alerted", len(alerted), 2)
	equal(t, "the newest first", []int64{alerted[0].Item.ID, alerted[1].Item.ID}, []int64{2, 1})
	equal(t, "with what was said", [][]news.Verdict{alerted[0].Verdicts, alerted[1].Verdicts}, [][]news.Verdict{nobody(d), nobody(b, a)})
	alerted, err = s.Alerted(ctx, "csto", time.Time{}, 1)
	must(t, err)
	equal(t, "at most one", len(alerted), 1)
	all, err := s.Alerts(ctx, 1)
	must(t, err)
	equal(t, "alerts about an item", len(all), number(t, s, `SELECT count(*) FROM alerts WHERE item_id = 1`))

	must(t, s.DropVerdict(ctx, 1, "csto", ann))
	must(t, s.DropVerdict(ctx, 1, "csto", ann))
	equal(t, "taken back", verdicts(1, channel), []news.Verdict{b, c})

	// A group that moves takes what was said in it along.
	must(t, s.MigrateChat(ctx, wholeChat, "telegram:-100999"))
	equal(t, "left at the old address", len(verdicts(1, wholeChat)), 0)
	equal(t, "at the new one", len(verdicts(1, "telegram:-100999")), 2)

	// Whoever is forgotten, their verdicts are gone wherever they were given; a chat's go with it.
	must(t, s.Forget(ctx, bob))
	equal(t, "of bob", number(t, s, `SELECT count(*) FROM verdicts WHERE person = ?`, bob), 0)
	say(1, "csto", ann, "telegram:-100999:7", true, news.ReasonNone, 9)
	say(2, "csto", ann, ann, true, news.ReasonNone, 9)
	must(t, s.Forget(ctx, "telegram:-100999"))
	equal(t, "of the group", number(t, s, `SELECT count(*) FROM verdicts`), 1)

	_, err = s.Prune(ctx, noon.Add(24*time.Hour))
	must(t, err)
	equal(t, "of pruned items", number(t, s, `SELECT count(*) FROM verdicts WHERE item_id NOT IN (SELECT id FROM items)`), 0)
	wantErr(t, s.SaveVerdict(ctx, news.Verdict{ItemID: 2, Watchlist: "csto", Person: ann, Chat: ann, At: noon}), news.ErrNotFound)
}

// Of changes of the buttons of one message the last one waits, and only if it is new.
func testOvertaken(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	m := func(target, markup, key string) news.Message {
		return news.Message{Chat: channel, Kind: news.MessageButtons, Target: target, Markup: markup, Key: key, Created: noon}
	}
	waiting := func() string {
		list, err := s.Frozen(ctx)
		must(t, err)
		var all []string
		for _, m := range list {
			all = append(all, m.Target+m.Markup+m.Text)
		}
		return strings.Join(all, " ")
	}
	for _, step := range []struct {
		m    news.Message
		want string
	}{
		{m("5", "a", "1"), "5a"},
		{m("6", "a", "2"), "5a 6a"},
		{news.Message{Chat: channel, Kind: news.MessageEdit, Target: "5", Text: "text", Key: "3", Created: noon}, "5a 6a 5text"},
		{m("5", "b", "4"), "6a 5text 5b"},
		{m("5", "a", "1"), "6a 5text 5b"}, // an update that is handled again
		{m("6", "c", "6"), "5text 5b 6c"},
	} {
		_, err := s.Enqueue(ctx, step.m)
		must(t, err)
		equal(t, "waiting", waiting(), step.want)
	}
	// One that is overtaken while it is under way is not posted again.
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	list, err := s.Frozen(ctx)
	must(t, err)
	_, err = s.Enqueue(ctx, m("6", "d", "7"))
	must(t, err)
	wantErr(t, s.Sent(ctx, lease, list[2].ID, "6", noon), news.ErrNotFound)
	equal(t, "then", waiting(), "5text 5b 6d")
}
