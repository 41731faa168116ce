package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

// The campaign: so many items, each owed to every chat, and so many kills while they go out.
const (
	campaignItems, campaignKills = 50, 50
	campaignWaves                = 10
	campaignPeople               = 15 // private chats, numbered from 101
)

// aliveMost is how long the program lives between two kills at most. It starts in a fraction of a second, so that kills hit it before it has begun, while it
// reads what an earlier one left, and in the middle of its work.
const aliveMost = 2200 * time.Millisecond

// Chats with a part in the campaign. The others are hit by what comes to anyone.
const (
	firstPerson = 101
	theWaiting  = 103 // is told to wait twelve hours
	theBlocker  = 104 // blocks the bot, and the bot hears of it
	theLost     = 105 // answers 403, and the bot does not hear of it before it writes
	theMover    = -2001
	moved       = -1001000000020
)

// A campaign is a chatRig with twenty chats that are owed everything.
type campaign struct {
	*chatRig
	rnd     *rand.Rand
	chats   []int64          // those the configuration names
	items   map[string]int64 // by link, once the database was read
	planned int              // faults that are used up when all has happened
	killed  []time.Time      // when each kill was
	want    int              // items in the end
}

func newCampaign(t *testing.T) *campaign {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chats := []int64{theMover, -1001000000021, -1001000000022, theChannel, theForum}
	for i := range campaignPeople {
		chats = append(chats, int64(firstPerson+i))
	}
	to := make([]string, len(chats))
	for i, id := range chats {
		to[i] = fmt.Sprintf("%q", fmt.Sprint(id))
		if id == theForum {
			to[i] = fmt.Sprintf("%q", fmt.Sprint(id, ":", theTopic))
		}
	}
	c := &campaign{rnd: rand.New(rand.NewPCG(seed, 0)), chats: chats, want: campaignItems}
	c.chatRig = newChatRig(t, fmt.Sprintf("  admins: [%d]\n", firstPerson), "  - {id: tokayev, name: Tokayev, profiles: [tokayev], to: ["+strings.Join(to, ", ")+"]}\n")
	for _, id := range chats {
		switch {
		case id > 0:
			c.tg.AddPerson(telegramtest.User{ID: id, FirstName: fmt.Sprint("Reader ", id), LanguageCode: "ru"})
			c.tg.Say(telegramtest.Saying{Chat: id, From: id, Text: "/start"}) // a bot may not begin a conversation
		case id == theChannel:
			c.tg.AddChat(telegramtest.Chat{ID: id, Type: telegramtest.Channel, Title: "News"})
		case id == theForum:
			c.tg.AddChat(telegramtest.Chat{ID: id, Title: "Forum", Topics: []int{theTopic}})
		default:
			c.tg.AddChat(telegramtest.Chat{ID: id, Title: fmt.Sprint("Desk ", id)})
		}
	}
	c.script()
	return c
}

// script queues the faults. Those of a chat hit one of its first messages, so that every one of them happens also where a slow machine lets much pile up into digests.
func (c *campaign) script() {
	fail := func(f telegramtest.Fault) {
		f.Method = "sendMessage"
		c.tg.Fail(f)
		if f.Times >= 0 {
			c.planned += max(f.Times, 1)
		}
	}
	fail(telegramtest.Fault{Chat: theWaiting, Skip: 5, RetryAfter: 43200})
	fail(telegramtest.Fault{Chat: theLost, Skip: 7, Times: -1, Code: 403})
	var hit []int64 // the chats that anything may happen to
	for _, id := range c.chats {
		if !slices.Contains([]int64{theWaiting, theBlocker, theLost, theMover}, id) {
			hit = append(hit, id)
		}
	}
	somewhere := func(f telegramtest.Fault) {
		f.Chat, f.Skip = hit[c.rnd.IntN(len(hit))], c.rnd.IntN(8)
		fail(f)
	}
	for range 6 {
		somewhere(telegramtest.Fault{RetryAfter: 3})
		somewhere(telegramtest.Fault{Page: true, Times: 1 + c.rnd.IntN(2)})
		somewhere(telegramtest.Fault{Drop: telegramtest.DropBefore})
		somewhere(telegramtest.Fault{Drop: telegramtest.DropAfter})
		somewhere(telegramtest.Fault{Drop: telegramtest.DropAfter})
	}
	// The way to Telegram and back. Without it a kill would hardly ever hit a message under way.
	c.tg.Fail(telegramtest.Fault{Method: "sendMessage", Times: -1, Delay: 25 * time.Millisecond})
}

// publish adds items to the feed that have nothing in common but the name they are found by: no two tell one story.
func (c *campaign) publish(n int) {
	for range n {
		i := c.farm.items() + 1
		words := invented(i, 14)
		c.farm.publish(0, fmt.Sprintf("%s %s Токаева %s № %d", words[0], words[1], words[2], i*i+1000*i), strings.Join(words[3:], " ")+" & <забыто>.")
	}
}

// invented gives words that are in no language, others for every seed.
func invented(seed, n int) []string {
	rnd := rand.New(rand.NewPCG(uint64(seed), 1))
	words := make([]string, n)
	for i := range words {
		for range 2 + rnd.IntN(3) {
			words[i] += string([]rune("бвгдзклмнпрстфхч")[rnd.IntN(16)]) + string([]rune("аеиоуыэя")[rnd.IntN(8)])
		}
	}
	return words
}

// starts is how often the program has started.
func (c *campaign) starts() int { return strings.Count(c.log.String(), "msg=started") }

// started waits until the program has started more often than before.
func (c *campaign) started(before int) {
	for range 6 * 1200 {
		if c.starts() > before {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// kill ends the program as a power cut does, and frees what it held.
func (c *campaign) kill() {
	c.t.Helper()
	c.killed = append(c.killed, time.Now())
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = c.cmd.Wait() // it was killed
	freeLeases(c.t, c.dir)
}

// ledger reads the database file. The program may be running.
func (c *campaign) ledger() *sql.DB {
	c.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(c.dir, "vestnik.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = db.Close() })
	return db
}

// count is the one number that a query gives.
func (c *campaign) count(db *sql.DB, query string, args ...any) (n int) {
	c.t.Helper()
	if err := db.QueryRowContext(c.t.Context(), query, args...).Scan(&n); err != nil {
		c.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// TestCampaign takes a thousand alerts to twenty chats through everything that Telegram, the network and the machine do to them, and fifty kills. In the end
// every alert stands in exactly one message, every message was posted, and what was posted twice was under way at a kill or when its connection broke.
func TestCampaign(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short leaves out the campaign of faults and kills, which takes more than a minute; CI runs it")
	}
	t.Parallel()
	c := newCampaign(t)
	began := time.Now()
	c.publish(campaignItems / campaignWaves)
	c.start()
	started := 0 // starts before the last one that got so far
	for len(c.killed) < campaignKills {
		time.Sleep(time.Duration(c.rnd.Int64N(int64(aliveMost))))
		c.kill()
		switch len(c.killed) {
		case 20:
			c.tg.Migrate(theMover, moved)
		case 25:
			c.tg.SetStanding(theBlocker, theBlocker, telegramtest.Banned)
		}
		if len(c.killed)%4 == 0 && len(c.killed)/4 < campaignWaves {
			c.publish(campaignItems / campaignWaves)
		}
		started = c.starts()
		c.start()
		if len(c.killed)%2 == 0 {
			c.started(started) // where starting takes as long as it lives, it would come to nothing
		}
	}
	killing := time.Since(began)

	c.started(started) // from then on it heeds signals
	db := c.ledger()
	base := fmt.Sprint("telegram:", theWaiting)
	for range 4000 { // groups take 18 messages a minute, whatever the machine does
		if c.count(db, `SELECT count(*) FROM items`) == campaignItems &&
			c.count(db, `SELECT count(*) FROM alerts WHERE state IN ('owed', 'frozen') AND chat <> ?`, base) == 0 &&
			c.count(db, `SELECT count(*) FROM messages WHERE sent_at = 0 AND refused = '' AND chat <> ?`, base) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.stop()
	t.Logf("%d kills in %v; all settled after %v", len(c.killed), killing.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))

	c.number(db)
	rows := c.messages(db)
	c.checkLedger(db, rows)
	c.checkPosted(rows)
	c.checkLimits()
	c.noToken()
	if t.Failed() {
		t.Logf("log:\n%s", tail(c.log.String()))
	}
}

// A frozenRow is a message that carries alerts, as the database has it.
type frozenRow struct {
	id, chat   int64 // the number of Telegram's chat
	text, ref  string
	items      []int64 // in the order of their alerts, which is the order in which they were owed
	sent, dead bool
}

// messages reads the messages that carry alerts.
func (c *campaign) messages(db *sql.DB) []*frozenRow {
	c.t.Helper()
	list, err := db.QueryContext(c.t.Context(), `SELECT m.id, m.chat, m.text, m.sink_ref, m.sent_at > 0, m.refused <> '', a.item_id
		FROM messages m JOIN alerts a ON a.message_id = m.id ORDER BY m.id, a.id`)
	if err != nil {
		c.t.Fatal(err)
	}
	defer list.Close()
	var rows []*frozenRow
	for list.Next() {
		var r frozenRow
		var chat string
		var item int64
		if err := list.Scan(&r.id, &chat, &r.text, &r.ref, &r.sent, &r.dead, &item); err != nil {
			c.t.Fatal(err)
		}
		if _, err := fmt.Sscanf(news.BaseChat(chat), "telegram:%d", &r.chat); err != nil {
			c.t.Fatal(err)
		}
		if len(rows) == 0 || rows[len(rows)-1].id != r.id {
			rows = append(rows, &r)
		}
		last := rows[len(rows)-1]
		last.items = append(last.items, item)
	}
	if err := list.Err(); err != nil {
		c.t.Fatal(err)
	}
	return rows
}

// current is the number under which a chat is known at the end.
func current(chat int64) int64 {
	if chat == theMover {
		return moved
	}
	return chat
}

var farmLink = regexp.MustCompile(`http://127\.0\.0\.1:\d+/f\d-\d+`)

// linked lists the items whose links stand in a text, in their order.
func (c *campaign) linked(text string) (items []int64) {
	for _, link := range farmLink.FindAllString(text, -1) {
		items = append(items, c.items[link])
	}
	return items
}

// number reads which item has which link.
func (c *campaign) number(db *sql.DB) {
	c.t.Helper()
	c.items = map[string]int64{}
	list, err := db.QueryContext(c.t.Context(), `SELECT link, id FROM items`)
	if err != nil {
		c.t.Fatal(err)
	}
	defer list.Close()
	for list.Next() {
		var link string
		var id int64
		if err := list.Scan(&link, &id); err != nil {
			c.t.Fatal(err)
		}
		c.items[link] = id
	}
	if err := list.Err(); err != nil {
		c.t.Fatal(err)
	}
	if len(c.items) != c.want {
		c.t.Errorf("%d items, want %d", len(c.items), c.want)
	}
}

// checkLedger holds that there is an alert for every item and chat, and that its link stands in exactly one message; or that it has none for a reason.
func (c *campaign) checkLedger(db *sql.DB, rows []*frozenRow) {
	c.t.Helper()
	type key struct{ chat, item int64 }
	carried := map[key]int{}
	singles, digests := 0, 0
	for _, r := range rows {
		if !slices.Equal(c.linked(r.text), r.items) {
			c.t.Errorf("message %d to %d carries the alerts of items %v and the links of %v", r.id, r.chat, r.items, c.linked(r.text))
		}
		for _, item := range r.items {
			carried[key{current(r.chat), item}]++
		}
		if len(r.items) == 1 {
			singles++
		} else {
			digests++
		}
	}
	list, err := db.QueryContext(c.t.Context(), `SELECT chat, item_id, state, reason FROM alerts`)
	if err != nil {
		c.t.Fatal(err)
	}
	defer list.Close()
	states := map[string]int{}
	total := 0
	for list.Next() {
		var address, state, reason string
		var k key
		if err := list.Scan(&address, &k.item, &state, &reason); err != nil {
			c.t.Fatal(err)
		}
		if _, err := fmt.Sscanf(news.BaseChat(address), "telegram:%d", &k.chat); err != nil {
			c.t.Fatal(err)
		}
		k.chat = current(k.chat)
		total++
		states[strings.TrimSpace(state+" "+reason)]++
		n := carried[k]
		gone := k.chat == theBlocker || k.chat == theLost
		switch {
		case state == "sent" && n == 1:
		case state == "frozen" && n == 1 && k.chat == theWaiting:
		case state == "owed" && n == 0 && k.chat == theWaiting:
		case state == "skipped" && reason == news.SkipChatGone && gone && n <= 1:
		default:
			c.t.Errorf("the alert of item %d to %d is %s %q and stands in %d messages", k.item, k.chat, state, reason, n)
		}
	}
	if err := list.Err(); err != nil {
		c.t.Fatal(err)
	}
	if want := campaignItems * len(c.chats); total != want {
		c.t.Errorf("%d alerts, want %d", total, want)
	}
	c.t.Logf("%d alerts %v in %d single messages and %d digests", total, states, singles, digests)
}

// checkPosted holds that what is written down as sent is there and nothing else is, that it came in order, and why it came twice.
func (c *campaign) checkPosted(rows []*frozenRow) {
	c.t.Helper()
	copies, dropped, most := 0, 0, 0
	for _, id := range c.chats {
		posted := c.tg.Messages(id)
		if id == theMover {
			posted = append(posted, c.tg.Messages(moved)...)
		}
		times := map[string]int{} // by text: each names items that no other message of the chat names
		broken := 0
		var first []int64 // items, by first appearance
		refs := map[string]string{}
		for _, m := range posted {
			refs[fmt.Sprint(m.Chat, " ", m.ID)] = m.Raw
			items := c.linked(m.Raw)
			if len(items) == 0 {
				continue // a reply or a notice
			}
			if m.Unacknowledged {
				broken++
			}
			times[m.Raw]++
			if times[m.Raw] == 1 {
				first = append(first, items...)
			}
			if len(m.Has("bot_command")) > 0 || len(m.Has("url")) > 0 || len(m.Has("text_link")) != len(items) {
				c.t.Errorf("%q has entities %v", m.Text, m.Entities)
			}
		}
		if !slices.IsSorted(first) || len(slices.Compact(slices.Clone(first))) != len(first) {
			c.t.Errorf("chat %d got its items in the order %v", id, first)
		}
		twice := 0
		for _, n := range times {
			twice += n - 1
		}
		copies, dropped, most = copies+twice, dropped+broken, max(most, twice)
		if twice > len(c.killed)+broken {
			c.t.Errorf("chat %d got %d copies too many after %d kills and %d broken connections", id, twice, len(c.killed), broken)
		}
		known := map[string]bool{}
		for _, r := range rows {
			if current(r.chat) != current(id) {
				continue
			}
			known[r.text] = true
			if r.sent && refs[fmt.Sprint(r.chat, " ", r.ref)] != r.text && refs[fmt.Sprint(current(r.chat), " ", r.ref)] != r.text {
				c.t.Errorf("message %d to %d is written down as sent under number %s, where it is not", r.id, r.chat, r.ref)
			}
		}
		for text := range times {
			if !known[text] {
				c.t.Errorf("chat %d got %q, which was never frozen", id, text)
			}
		}
	}
	// One sender posts one message at a time, so this holds of all chats together.
	if copies > len(c.killed)+dropped {
		c.t.Errorf("%d copies too many after %d kills and %d broken connections", copies, len(c.killed), dropped)
	}
	c.t.Logf("%d copies too many in all, at most %d in a chat, after %d kills and %d connections broken behind the effect", copies, most, len(c.killed), dropped)
}

// checkLimits holds that Telegram's limits were kept and that the faults came. A chat that asked for a pause is written to before its end only when the program
// was killed between that answer and writing it down: then nobody knows of it, as nobody knows of a message that was posted in such a moment. Whoever starts
// next is told again, and writes that down.
func (c *campaign) checkLimits() {
	c.t.Helper()
	early := 0
	for _, v := range c.tg.Violations() {
		if v.Rule != telegramtest.RuleWait || !c.killedSinceToldToWait(v) {
			c.t.Error(v)
			continue
		}
		early++
		c.t.Logf("after a kill: %v", v)
	}
	counts := c.tg.Counts()
	c.t.Logf("%d posted; calls %v; answers other than 200 %v (0: no answer); %d messages before the end of a pause", counts.Posted, counts.Calls, counts.Errors, early)
	for _, call := range c.tg.Calls() {
		if call.Method == "sendmessage" && call.Code == 400 && call.Description != telegramtest.Upgraded {
			c.t.Errorf("refused: %s", call.Description)
		}
	}
	if left := c.tg.Pending() - 2; left != 0 { // the latency and the chat that is lost have no end
		c.t.Errorf("%d of %d faults did not happen", left, c.planned)
	}
	if n := counts.Errors[429]; n < 7 {
		c.t.Errorf("%d answers 429, want seven at least", n)
	}
}

// killedSinceToldToWait reports whether the program was killed between the last time that a chat was answered 429 and the violation.
func (c *campaign) killedSinceToldToWait(v telegramtest.Violation) bool {
	var told time.Time
	for _, call := range c.tg.Calls() {
		if call.Chat == fmt.Sprint(v.Chat) && call.Code == http.StatusTooManyRequests && call.At.Before(v.At.Add(-100*time.Millisecond)) {
			told = call.At
		}
	}
	return slices.ContainsFunc(c.killed, func(at time.Time) bool { return at.After(told) && at.Before(v.At) })
}
