package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"vestnik/internal/news"
)

const (
	person    = "telegram:7"
	wholeChat = "telegram:-100123" // of channel, which is its topic 42
	similar   = "telegram:-1001234"
)

func testChats(t *testing.T, s *Store) {
	ctx := t.Context()
	_, ok, err := s.Chat(ctx, person)
	must(t, err)
	equal(t, "unknown", ok, false)

	c := news.Chat{Address: person, Kind: news.ChatPrivate, Language: "ru", Chosen: true, Admitted: true}
	must(t, s.SaveChat(ctx, c))
	must(t, s.SetWait(ctx, person, noon.Add(time.Hour)))
	c.Language = "en"
	must(t, s.SaveChat(ctx, c)) // does not end the wait
	got, ok, err := s.Chat(ctx, person+":5")
	must(t, err)
	equal(t, "known", ok, true)
	c.WaitUntil = noon.Add(time.Hour)
	equal(t, "chat", got, c)

	// A wait is the whole chat's, also of one that nobody saved.
	must(t, s.SetWait(ctx, channel, noon.Add(time.Minute)))
	for at, want := range map[time.Duration]map[string]time.Time{
		0:           {person: noon.Add(time.Hour), wholeChat: noon.Add(time.Minute)},
		time.Minute: {person: noon.Add(time.Hour)},
		time.Hour:   {},
	} {
		waits, err := s.Waits(ctx, noon.Add(at))
		must(t, err)
		equal(t, fmt.Sprint("waits after ", at), waits, want)
	}
	must(t, s.SetWait(ctx, person, noon))
	got, _, err = s.Chat(ctx, wholeChat)
	must(t, err)
	equal(t, "known by its wait only", got, news.Chat{Address: wholeChat, WaitUntil: noon.Add(time.Minute)})
}

// reasons is the ledger of a chat: "item/watchlist state reason", by number.
func reasons(t *testing.T, s *Store, chat string) (lines []string) {
	t.Helper()
	must(t, s.read(t.Context(), func(x tx) (err error) {
		lines, err = collect(t.Context(), x, func(scan scanFunc) (string, error) {
			var item int64
			var w, state, reason string
			err := scan(&item, &w, &state, &reason)
			return strings.TrimSpace(fmt.Sprintf("%d/%s %s %s", item, w, state, reason)), err
		}, `SELECT item_id, watchlist, state, reason FROM alerts WHERE chat = ? ORDER BY id`, chat)
		return err
	}))
	return lines
}

func match(feed string, n int, watchlists ...string) news.NewItem {
	return news.NewItem{Item: item(feed, n, fmt.Sprint("№", n), ""), Matches: over(watchlists...)}
}

func testCloseChat(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	must(t, s.Subscribe(ctx, similar, []string{"csto"}))
	commit(t, s, "belta", noon, match("belta", 1, "csto"), match("belta", 2, "csto"))
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	frozen, err := s.Freeze(ctx, lease, news.Message{Chat: channel, Text: "x", AlertIDs: []int64{alertOf(t, s, channel, 1)}, Created: noon})
	must(t, err)
	n, err := s.Enqueue(ctx, news.Message{Chat: wholeChat, Text: "reply"}, news.Message{Chat: similar, Text: "reply"})
	must(t, err)
	equal(t, "enqueued", n, 2)

	if err := s.CloseChat(ctx, wholeChat, "", noon); err == nil {
		t.Error("closed without a reason")
	}
	must(t, s.CloseChat(ctx, channel, "kicked", noon))
	must(t, s.CloseChat(ctx, wholeChat, "blocked", noon)) // again
	equal(t, "ledger", reasons(t, s, channel), []string{"1/csto skipped chat gone", "2/csto skipped chat gone"})
	equal(t, "another chat's", reasons(t, s, similar), []string{"1/csto owed", "2/csto owed"})
	left, err := s.Frozen(ctx)
	must(t, err)
	equal(t, "messages left", len(left), 1)
	wantErr(t, s.Sent(ctx, lease, frozen, "1", noon), news.ErrNotFound)
	wantErr(t, s.Tried(ctx, lease, frozen, noon), news.ErrNotFound)
	n, err = s.Enqueue(ctx, news.Message{Chat: channel, Text: "reply"})
	must(t, err)
	equal(t, "enqueued for a closed chat", n, 0)

	equal(t, "committed", commit(t, s, "belta", noon.Add(time.Second), match("belta", 3, "csto")), news.Committed{Stored: 1, Matched: 1, Owed: 2, Skipped: 1})
	equal(t, "ledger", reasons(t, s, channel)[2], "3/csto skipped chat gone")

	c, _, err := s.Chat(ctx, wholeChat)
	must(t, err)
	equal(t, "why", c.Closed, "blocked")
	c.Closed, c.Kind = "", news.ChatGroup
	must(t, s.SaveChat(ctx, c))
	equal(t, "back", commit(t, s, "belta", noon.Add(2*time.Second), match("belta", 4, "csto")).Owed, 3)
}

// alertOf is the number of the alert of a chat about an item.
func alertOf(t *testing.T, s *Store, chat string, itemID int64) int64 {
	t.Helper()
	ledger, err := s.Ledger(t.Context(), itemID, chat)
	must(t, err)
	if len(ledger) == 0 {
		t.Fatalf("%s has no alert about item %d", chat, itemID)
	}
	return ledger[0].ID
}

func testMigrateChat(t *testing.T, s *Store) {
	const moved, movedTopic = "telegram:-1009", "telegram:-1009:42"
	ctx := t.Context()
	configure(t, s)
	must(t, s.SaveChat(ctx, news.Chat{Address: wholeChat, Kind: news.ChatGroup, Language: "ru", Chosen: true, Admitted: true}))
	must(t, s.SetWait(ctx, wholeChat, noon.Add(time.Hour)))
	must(t, s.Subscribe(ctx, wholeChat, []string{"tokayev"}))
	must(t, s.Subscribe(ctx, similar, []string{"tokayev"}))
	must(t, s.Subscribe(ctx, moved, []string{"tokayev"})) // somebody was quicker
	must(t, s.Mute(ctx, channel, news.Mute{Kind: news.MuteWatchlist, What: "tokayev"}, noon.Add(time.Hour)))
	must(t, s.SavePreferences(ctx, news.Preferences{Chat: channel, Quiet: "23:00-07:00"}))
	commit(t, s, "belta", noon, match("belta", 1, "csto", "tokayev"), match("belta", 2, "csto"), match("belta", 3, "csto"))
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	var messages []int64
	for i := range int64(2) {
		id, err := s.Freeze(ctx, lease, news.Message{Chat: channel, Text: "x", AlertIDs: []int64{alertOf(t, s, channel, i+1)}, Created: noon})
		must(t, err)
		messages = append(messages, id)
	}
	must(t, s.Sent(ctx, lease, messages[0], "17", noon))
	_, err = s.Enqueue(ctx, news.Message{Chat: wholeChat, Text: "reply", Kind: news.MessageEdit, Target: "17", Key: "1"}, news.Message{Chat: wholeChat, Kind: news.MessageButtons, Target: "17", Key: "2"})
	must(t, err)

	for range 2 {
		must(t, s.MigrateChat(ctx, wholeChat, moved))
		c, ok, err := s.Chat(ctx, moved)
		must(t, err)
		equal(t, "known", ok, true)
		equal(t, "chat", c, news.Chat{Address: moved, Kind: news.ChatGroup, Language: "ru", Chosen: true, Admitted: true, WaitUntil: noon.Add(time.Hour)})
		_, ok, err = s.Chat(ctx, wholeChat)
		must(t, err)
		equal(t, "the old address is known", ok, false)
		equal(t, "topic", reasons(t, s, movedTopic), []string{"1/csto sent", "2/csto frozen", "3/csto owed"})
		equal(t, "chat", reasons(t, s, moved), []string{"1/tokayev owed"})
		equal(t, "old chat", reasons(t, s, wholeChat), []string{"1/tokayev skipped duplicate"})
		equal(t, "old topic", len(reasons(t, s, channel)), 0)
		equal(t, "a chat with a longer number", reasons(t, s, similar), []string{"1/tokayev owed"})
		frozen, err := s.Frozen(ctx)
		must(t, err)
		equal(t, "messages", []string{frozen[0].Chat, frozen[1].Chat}, []string{movedTopic, moved})
		equal(t, "they change none of those that are there", []any{len(frozen), frozen[1].Text, frozen[1].Target, frozen[1].Kind}, []any{2, "reply", "", news.MessageSend})
		posted, err := s.Posted(ctx, channel, "17")
		must(t, err)
		equal(t, "what was posted before is found where it was", posted, []int64{1})
		mutes, err := s.Mutes(ctx, movedTopic, noon)
		must(t, err)
		equal(t, "mutes", len(mutes), 1)
		wants, own, err := s.Preferences(ctx, movedTopic)
		must(t, err)
		equal(t, "own preferences", own, true)
		equal(t, "preferences", wants, news.Preferences{Chat: movedTopic, Quiet: "23:00-07:00"})
		equal(t, "preferences left", number(t, s, `SELECT count(*) FROM preferences WHERE chat = ?`, channel), 0)
		subs, err := s.Subscriptions(ctx, moved)
		must(t, err)
		equal(t, "own", subs, []news.Subscription{{Chat: moved, Watchlist: "tokayev", Source: news.SourceChat}})
		configure(t, s) // still names the old address
		subs, err = s.Subscriptions(ctx, movedTopic)
		must(t, err)
		equal(t, "the configuration's", subs, []news.Subscription{{Chat: movedTopic, Watchlist: "csto", Source: news.SourceConfig}})
		equal(t, "at the old address", number(t, s, `SELECT count(*) FROM subscriptions WHERE chat LIKE 'telegram:-100123%' AND chat <> ?`, similar), 0)
	}
	must(t, s.MigrateChat(ctx, moved, moved))
	must(t, s.Sent(ctx, lease, messages[1], "3", noon)) // it was under way

	// It moves on, and even back: an address leads to where the chat is now.
	must(t, s.MigrateChat(ctx, moved, "telegram:-55"))
	for _, old := range []string{wholeChat, moved} {
		_, err := s.Enqueue(ctx, news.Message{Chat: old + ":3", Text: "notice"})
		must(t, err)
	}
	equal(t, "enqueued", number(t, s, `SELECT count(*) FROM messages WHERE chat = 'telegram:-55:3'`), 2)
	must(t, s.MigrateChat(ctx, "telegram:-55", wholeChat))
	equal(t, "current addresses that are old ones", number(t, s, `SELECT count(*) FROM chat_aliases WHERE current IN (SELECT old FROM chat_aliases)`), 0)
	configure(t, s)
	equal(t, "back home", number(t, s, `SELECT count(*) FROM subscriptions WHERE chat = ? AND source = 'config'`, channel), 1)

	// A language that was chosen goes before one that was only spoken, wherever it was.
	for i, tt := range [][3]news.Chat{
		{{Language: "ru", Chosen: true}, {Language: "en"}, {Language: "ru", Chosen: true}},
		{{Language: "ru"}, {Language: "en", Chosen: true}, {Language: "en", Chosen: true}},
		{{Language: "ru"}, {Language: "en"}, {Language: "en"}},
	} {
		from, to := fmt.Sprint("telegram:-20", i), fmt.Sprint("telegram:-30", i)
		tt[0].Address, tt[1].Address, tt[2].Address = from, to, to
		must(t, s.SaveChat(ctx, tt[0]))
		must(t, s.SaveChat(ctx, tt[1]))
		must(t, s.MigrateChat(ctx, from, to))
		c, _, err := s.Chat(ctx, to)
		must(t, err)
		equal(t, "language", c, tt[2])
	}
}

func testForget(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	for _, c := range []string{person, "telegram:77"} {
		must(t, s.SaveChat(ctx, news.Chat{Address: c, Kind: news.ChatPrivate, Admitted: true}))
		must(t, s.Subscribe(ctx, c, []string{"csto", "tokayev"}))
		must(t, s.Mute(ctx, c, news.Mute{Kind: news.MuteWatchlist, What: "tokayev"}, noon.Add(time.Hour)))
		must(t, s.SavePreferences(ctx, news.Preferences{Chat: c, Quiet: "23:00-07:00"}))
	}
	must(t, s.AddInvite(ctx, news.Invite{Hash: "h", By: "telegram:1", Expires: noon.Add(time.Hour)}))
	ok, err := s.UseInvite(ctx, "h", person, noon)
	must(t, err)
	equal(t, "invited", ok, true)
	must(t, s.AddInvite(ctx, news.Invite{Hash: "own", By: person, Expires: noon.Add(time.Hour)}))
	must(t, s.MigrateChat(ctx, "telegram:8", person))
	commit(t, s, "belta", noon, match("belta", 1, "csto"), match("belta", 2, "csto"))
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	id, err := s.Freeze(ctx, lease, news.Message{Chat: person, Text: "x", AlertIDs: []int64{alertOf(t, s, person, 1)}, Created: noon})
	must(t, err)
	must(t, s.Sent(ctx, lease, id, "5", noon))
	_, err = s.Enqueue(ctx, news.Message{Chat: person, Text: "reply"}, news.Message{Chat: "telegram:77", Text: "reply"})
	must(t, err)

	must(t, s.SaveVerdict(ctx, news.Verdict{ItemID: 1, Watchlist: "csto", Person: person, Chat: channel, Good: true, At: noon}))

	for range 2 {
		must(t, s.Forget(ctx, person))
		for table, column := range map[string]string{"chats": "base", "chat_aliases": "current", "subscriptions": "chat", "mutes": "chat", "preferences": "chat", "alerts": "chat", "messages": "chat", "invites": "used_by", "verdicts": "person"} {
			equal(t, "left in "+table, number(t, s, `SELECT count(*) FROM `+table+` WHERE `+column+` = ?`, person), 0)
		}
	}
	equal(t, "invitations that name it", number(t, s, `SELECT count(*) FROM invites WHERE invited_by = ?`, person), 0)
	equal(t, "the other's subscriptions", number(t, s, `SELECT count(*) FROM subscriptions WHERE chat = 'telegram:77'`), 2)
	equal(t, "the other's alerts", number(t, s, `SELECT count(*) FROM alerts WHERE chat = 'telegram:77'`), 2)
	equal(t, "the other's messages", number(t, s, `SELECT count(*) FROM messages WHERE chat = 'telegram:77'`), 1)
	ok, err = s.UseInvite(ctx, "h", person, noon)
	must(t, err)
	equal(t, "invited again by a used code", ok, false)

	// What the configuration wants a chat to have is the configuration's.
	must(t, s.Forget(ctx, wholeChat))
	equal(t, "the configuration's subscriptions", number(t, s, `SELECT count(*) FROM subscriptions WHERE chat = ?`, channel), 1)
}

func testSubscribe(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	must(t, s.Subscribe(ctx, person, nil))
	must(t, s.Subscribe(ctx, person, []string{"tokayev", "csto"}))
	must(t, s.Subscribe(ctx, person, []string{"csto"}))
	must(t, s.Subscribe(ctx, channel, []string{"csto", "tokayev"}))
	subs, err := s.Subscriptions(ctx, channel)
	must(t, err)
	equal(t, "subscriptions", subs, []news.Subscription{{Chat: channel, Watchlist: "csto", Source: news.SourceChat},
		{Chat: channel, Watchlist: "csto", Source: news.SourceConfig}, {Chat: channel, Watchlist: "tokayev", Source: news.SourceChat}})

	commit(t, s, "belta", noon, match("belta", 1, "csto", "tokayev"))
	must(t, s.Unsubscribe(ctx, person, []string{"tokayev", "nothing"}))
	equal(t, "ledger", reasons(t, s, person), []string{"1/csto owed", "1/tokayev skipped unsubscribed"})
	must(t, s.Unsubscribe(ctx, person, []string{}))
	equal(t, "nothing was named", reasons(t, s, person)[0], "1/csto owed")
	must(t, s.Unsubscribe(ctx, channel, nil))
	equal(t, "the configuration still wants it", reasons(t, s, channel), []string{"1/csto owed", "1/tokayev skipped unsubscribed"})
	must(t, s.Unsubscribe(ctx, person, nil))
	subs, err = s.Subscriptions(ctx, person)
	must(t, err)
	equal(t, "subscriptions", len(subs), 0)
	equal(t, "ledger", reasons(t, s, person), []string{"1/csto skipped unsubscribed", "1/tokayev skipped unsubscribed"})
}

func testMute(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, match("belta", 1, "csto", "tokayev"))
	must(t, s.Mute(ctx, terminal, news.Mute{Kind: news.MuteWatchlist, What: "csto"}, noon.Add(time.Minute)))
	must(t, s.Mute(ctx, terminal, news.Mute{Kind: news.MuteWatchlist, What: "csto"}, noon.Add(time.Hour)))
	must(t, s.Mute(ctx, terminal, news.Mute{Kind: news.MuteWatchlist, What: "tokayev"}, noon.Add(time.Minute)))
	equal(t, "what was owed", reasons(t, s, terminal), []string{"1/csto skipped muted", "1/tokayev skipped muted"})
	equal(t, "another chat's", reasons(t, s, channel), []string{"1/csto owed"})
	backlog := match("belta", 3, "csto")
	backlog.Skip = news.SkipBacklog
	equal(t, "committed", commit(t, s, "belta", noon.Add(time.Minute), match("belta", 2, "csto", "tokayev"), backlog),
		news.Committed{Stored: 2, Matched: 2, Owed: 2, Skipped: 3})
	equal(t, "ledger", reasons(t, s, terminal)[2:], []string{"2/csto skipped muted", "2/tokayev owed", "3/csto skipped backlog"})
	mutes, err := s.Mutes(ctx, terminal, noon.Add(time.Minute))
	must(t, err)
	equal(t, "mutes", mutes, map[news.Mute]time.Time{{Kind: news.MuteWatchlist, What: "csto"}: noon.Add(time.Hour)})

	must(t, s.Unmute(ctx, terminal, news.Mute{Kind: news.MuteWatchlist, What: "tokayev"}))
	must(t, s.Unmute(ctx, terminal, news.Mute{})) // all
	mutes, err = s.Mutes(ctx, terminal, noon)
	must(t, err)
	equal(t, "mutes", len(mutes), 0)
	commit(t, s, "belta", noon.Add(2*time.Minute), match("belta", 4, "csto"))
	equal(t, "ledger", reasons(t, s, terminal)[5:], []string{"4/csto owed"})
}

func testInvites(t *testing.T, s *Store) {
	ctx := t.Context()
	use := func(hash, chat string, at time.Duration) bool {
		ok, err := s.UseInvite(ctx, hash, chat, noon.Add(at))
		must(t, err)
		return ok
	}
	must(t, s.AddInvite(ctx, news.Invite{Hash: "a", By: "telegram:1", Expires: noon.Add(time.Hour)}))
	if err := s.AddInvite(ctx, news.Invite{Hash: "a", By: "telegram:2", Expires: noon}); err == nil {
		t.Error("one code was given twice")
	}
	must(t, s.AddInvite(ctx, news.Invite{Hash: "b", By: "telegram:1", Expires: noon.Add(time.Hour)}))
	for _, step := range []struct {
		what, hash, chat string
		at               time.Duration
		want             bool
	}{
		{"unknown", "x", person, 0, false},
		{"in time", "a", person, 59 * time.Minute, true},
		{"handled twice", "a", person, 2 * time.Hour, true},
		{"used by somebody else", "a", "telegram:9", 0, false},
		{"expired", "b", "telegram:9", time.Hour, false},
	} {
		equal(t, step.what, use(step.hash, step.chat, step.at), step.want)
	}
	c, _, err := s.Chat(ctx, person)
	must(t, err)
	equal(t, "admitted", c.Admitted, true)
	_, ok, err := s.Chat(ctx, "telegram:9")
	must(t, err)
	equal(t, "a stranger is remembered", ok, false)
}

func testEnqueue(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, match("belta", 1, "csto"))
	reply := news.Message{Chat: person, Kind: news.MessageEdit, Target: "17", Text: "Токаев 👋", Markup: `[{"a":1}]`, Silent: true, Key: "u1", Created: noon}
	n, err := s.Enqueue(ctx, reply, news.Message{Chat: person, Text: "x", Key: "u1"}, news.Message{Chat: channel, Text: "y", Created: noon},
		news.Message{Chat: channel, Text: "y", Created: noon})
	must(t, err)
	equal(t, "enqueued", n, 3)
	if _, err := s.Enqueue(ctx, news.Message{Chat: person, Text: "z"}, news.Message{Chat: person, AlertIDs: []int64{1}}); err == nil {
		t.Error("enqueued a message with alerts")
	}
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	alert := news.Message{Chat: channel, Text: "alert", Markup: "m", Silent: true, AlertIDs: []int64{alertOf(t, s, channel, 1)}, Created: noon}
	alert.ID, err = s.Freeze(ctx, lease, alert)
	must(t, err)
	frozen, err := s.Frozen(ctx)
	must(t, err)
	reply.ID = 1
	equal(t, "frozen", frozen[0], reply)
	equal(t, "frozen", len(frozen), 4)
	equal(t, "the alert, behind them", frozen[3], alert)

	must(t, s.Sent(ctx, lease, reply.ID, "17", noon))
	n, err = s.Enqueue(ctx, reply)
	must(t, err)
	equal(t, "enqueued again once it is sent", n, 0)
}

func testPostings(t *testing.T, s *Store) {
	ctx := t.Context()
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	for _, text := range []string{"long ago", "sent", "tried and sent", "tried", "refused", "waits"} {
		_, err := s.Enqueue(ctx, news.Message{Chat: channel, Text: text, Created: noon})
		must(t, err)
	}
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	must(t, s.Sent(ctx, lease, 1, "", at(0)))
	must(t, s.Sent(ctx, lease, 2, "", at(70)))
	must(t, s.Tried(ctx, lease, 3, at(5)))
	must(t, s.Tried(ctx, lease, 3, at(65)))
	must(t, s.Sent(ctx, lease, 3, "", at(80)))
	must(t, s.Tried(ctx, lease, 4, at(60)))
	must(t, s.Refused(ctx, lease, 5, "no"))
	got, err := s.Postings(ctx, at(60))
	must(t, err)
	equal(t, "postings", got, []news.Posting{{Chat: channel, At: at(60), Times: 1}, {Chat: channel, At: at(70), Times: 1}, {Chat: channel, At: at(80), Times: 3}})
	next, err := s.AcquireLease(ctx, "sender", "b", at(300), time.Minute)
	must(t, err)
	wantErr(t, s.Tried(ctx, lease, 4, at(90)), news.ErrLeaseLost)
	must(t, s.Tried(ctx, next, 4, at(90)))
}

func testWhy(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	below := match("belta", 1, "csto")
	below.Matches = append(below.Matches, news.Match{Watchlist: "tokayev", Score: 0.4, Hits: over("x")[0].Hits, Excluded: over("x")[0].Hits})
	copied := match("kazinform", 9, "csto", "tokayev")
	copied.Item.URL = below.Item.URL
	commit(t, s, "belta", noon, below, match("belta", 2, "csto"))
	commit(t, s, "kazinform", noon.Add(time.Second), copied)

	list, err := s.ItemsByURL(ctx, below.Item.URL)
	must(t, err)
	equal(t, "feeds", []string{list[0].Feed.ID, list[1].Feed.ID}, []string{"kazinform", "belta"})
	below.Matches[0].Watchlist = "csto"
	equal(t, "all matches, over or not", list[1].Matches, below.Matches)
	for _, nothing := range []string{"", "https://belta.example/77"} {
		list, err := s.ItemsByURL(ctx, nothing)
		must(t, err)
		equal(t, "items of "+nothing, len(list), 0)
	}
	f, err := s.Item(ctx, 1)
	must(t, err)
	equal(t, "item", f, list[1])
	_, err = s.Item(ctx, 99)
	wantErr(t, err, news.ErrNotFound)
	recent, err := s.Recent(ctx, news.Filter{})
	must(t, err)
	equal(t, "lists show what is over the threshold", len(recent[len(recent)-1].Matches), 1)

	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	id, err := s.Freeze(ctx, lease, news.Message{Chat: channel, Text: "x", AlertIDs: []int64{alertOf(t, s, channel, 2), alertOf(t, s, channel, 1)}, Created: noon})
	must(t, err)
	must(t, s.Sent(ctx, lease, id, "17", noon))
	for _, test := range []struct {
		chat, ref string
		want      []int64
	}{{channel, "17", []int64{1, 2}}, {wholeChat, "17", []int64{1, 2}}, {wholeChat + ":7", "17", []int64{1, 2}}, {similar, "17", nil}, {channel, "18", nil}, {channel, "", nil}} {
		got, err := s.Posted(ctx, test.chat, test.ref)
		must(t, err)
		equal(t, "posted as "+test.ref+" to "+test.chat, got, test.want)
	}
	for chat, want := range map[string]string{channel: "sent", wholeChat: "sent", wholeChat + ":7": "", terminal: "owed"} {
		ledger, err := s.Ledger(ctx, 1, chat)
		must(t, err)
		got := ""
		for _, a := range ledger {
			got += string(a.State)
			if a.ItemID != 1 || a.Watchlist != "csto" || a.Created != noon {
				t.Errorf("%+v", a)
			}
		}
		equal(t, "ledger of "+chat, got, want)
	}
}

func testPruneReplies(t *testing.T, s *Store) {
	ctx := t.Context()
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	old := noon.Add(-25 * time.Hour)
	for i, m := range []news.Message{{Text: "old"}, {Text: "old, sent of late"}, {Text: "once only", Key: "k"}, {Text: "unsent"}, {Text: "new"}} {
		m.Chat, m.Created = person, old
		_, err := s.Enqueue(ctx, m)
		must(t, err)
		if m.Text != "unsent" {
			must(t, s.Sent(ctx, lease, int64(i+1), "", map[bool]time.Time{true: noon, false: old}[strings.Contains(m.Text, "late") || m.Text == "new"]))
		}
	}
	must(t, s.Mute(ctx, person, news.Mute{Kind: news.MuteWatchlist, What: "csto"}, noon))
	must(t, s.AddInvite(ctx, news.Invite{Hash: "a", Expires: noon}))
	_, err = s.Prune(ctx, noon.Add(-24*30*time.Hour))
	must(t, err)
	equal(t, "messages left", number(t, s, `SELECT count(*) FROM messages WHERE text <> 'old'`), 4)
	equal(t, "messages left", number(t, s, `SELECT count(*) FROM messages`), 4)
	equal(t, "past mutes and invitations", number(t, s, `SELECT (SELECT count(*) FROM mutes) + (SELECT count(*) FROM invites)`), 0)
}

// A database of the first schema keeps everything when it is opened now.
func TestMigratesFirstSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	engine, err := parseDSN("sqlite:" + path)
	must(t, err)
	db, err := engine.openWriter()
	must(t, err)
	dir, err := engine.migrations()
	must(t, err)
	p, err := goose.NewProvider(engine.gooseDialect(), db, dir, goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = p.UpTo(t.Context(), 1)
	must(t, err)
	for _, q := range []string{
		`INSERT INTO feeds (id, url, outlet, country, language, type, every, timezone, allow_private, backfill, items) VALUES ('belta', '', '', '', '', '', 0, '', 0, 0, 3),
			('gone', '', '', '', '', '', 0, '', 0, 0, 9), ('none', '', '', '', '', '', 0, '', 0, 0, 0)`,
		`INSERT INTO items (feed_id, published, seen, url, link, title, lang, author, categories, text) VALUES ('belta', 1, 1, 'u', '', 't', '', '', '', '')`,
		`INSERT INTO item_keys (feed_id, key, item_id) VALUES ('belta', 'g:1', 1)`,
		`INSERT INTO messages (chat, text, created) VALUES ('terminal', 'frozen', 5)`,
		`INSERT INTO alerts (item_id, watchlist, chat, state, created, message_id) VALUES (1, 'csto', 'terminal', 'frozen', 5, 1), (1, 'tokayev', 'terminal', 'owed', 5, NULL)`,
	} {
		_, err := db.ExecContext(t.Context(), q)
		must(t, err)
	}
	must(t, db.Close())
	s := openAt(t, path)
	frozen, err := s.Frozen(t.Context())
	must(t, err)
	equal(t, "frozen", frozen, []news.Message{{ID: 1, Chat: terminal, Text: "frozen", Created: moment(5), AlertIDs: []int64{1}}})
	chats, err := s.OwedChats(t.Context(), noon)
	must(t, err)
	equal(t, "owed", chats, []news.OwedChat{{Chat: terminal, Items: 1, First: 2, Last: 2}})
	status, err := s.FeedStatuses(t.Context())
	must(t, err)
	equal(t, "items kept of 3, of 9, of none", []int{status[0].Kept, status[1].Kept, status[2].Kept}, []int{1, 0, 0})
	equal(t, "keys that count as served a minute ago or less", number(t, s, `SELECT count(*) FROM item_keys WHERE seen > ?`, millis(time.Now().Add(-time.Minute))), 1)
}
