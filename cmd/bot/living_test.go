package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

// The campaign of living messages: so many stories, each told by so many outlets, one after the other, and so many kills meanwhile.
const (
	livingStories, livingOutlets = 6, 6
	livingKills                  = 18
	livingState                  = 3 // the outlet that is a state's
)

// TestLivingCampaign lets stories grow in several chats through all that Telegram, the network and the machine do to messages and to changes of them,
// deleted messages and lost rights among it. In the end the message that tells a story in a chat names every outlet that the chat was told of with it,
// and none twice; every alert stands in one message, and what was posted twice was under way at a kill or when its connection broke.
func TestLivingCampaign(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short leaves out the campaign of living messages, which takes more than a minute; CI runs it")
	}
	t.Parallel()
	c := newLivingCampaign(t)
	c.start()
	db := c.tellStories()
	wave := 0
	for kill := range livingKills {
		if kill%3 == 0 {
			c.wave(wave)
			wave++
		}
		time.Sleep(time.Duration(300+c.rnd.IntN(1500)) * time.Millisecond)
		c.deleteSome()
		c.kill()
		started := c.starts()
		c.start()
		c.started(started) // a start that is killed is another campaign's business
	}
	for ; wave < livingOutlets; wave++ {
		c.wave(wave)
	}
	c.settle(db, livingStories*livingOutlets)

	// One more outlet, so that every message is changed once more with nobody in the way.
	for s := range livingStories {
		c.tell(livingOutlets, s)
	}
	c.settle(db, livingStories*(livingOutlets+1))
	c.stop()
	c.number(db)
	c.checkLiving(db)
	for _, v := range c.tg.Violations() {
		if v.Rule != telegramtest.RuleWait || !c.killedSinceToldToWait(v) {
			t.Error(v)
		}
	}
	c.noToken()
	if t.Failed() {
		t.Logf("log:\n%s", tail(c.log.String()))
	}
}

func newLivingCampaign(t *testing.T) *campaign {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := &campaign{rnd: rand.New(rand.NewPCG(seed, 0)), chats: []int64{firstPerson, firstPerson + 1, firstPerson + 2, theGroup, theChannel, theForum}, want: livingStories * (livingOutlets + 1)}
	var to []string
	for _, id := range c.chats {
		address := fmt.Sprint(id)
		if id == theForum {
			address = fmt.Sprint(id, ":", theTopic)
		}
		to = append(to, fmt.Sprintf("%q", address))
	}
	r := &chatRig{t: t, tg: telegramtest.New(telegramtest.Options{}), farm: newFarm(t, livingOutlets+1), dir: t.TempDir()}
	t.Cleanup(r.tg.Close)
	r.cfg = r.farm.config(t, r.dir, "  - {id: tokayev, name: Tokayev, profiles: [tokayev], to: ["+strings.Join(to, ", ")+"]}\n")
	data, err := os.ReadFile(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	// One outlet is a state's: its items alert anew.
	text := strings.Replace(string(data), "outlet: Farm 3, country: KZ, language: ru, type: independent", "outlet: Farm 3, country: KZ, language: ru, type: state", 1)
	text = strings.Replace(text, "stories: {edit_every: 1s, again: []}", "stories: {edit_every: 2s, again: [state]}", 1)
	text = fmt.Sprintf("telegram: {api_url: %q}\n%s", r.tg.URL(), text)
	if err := os.WriteFile(r.cfg, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c.chatRig = r
	for _, id := range c.chats {
		switch {
		case id > 0:
			c.tg.AddPerson(telegramtest.User{ID: id, FirstName: "Reader", LanguageCode: "ru"})
		case id == theChannel:
			c.tg.AddChat(telegramtest.Chat{ID: id, Type: telegramtest.Channel, Title: "News"})
		case id == theForum:
			c.tg.AddChat(telegramtest.Chat{ID: id, Title: "Forum", Topics: []int{theTopic}})
		default:
			c.tg.AddChat(telegramtest.Chat{ID: id, Title: "Desk"})
		}
	}
	for _, method := range []string{"sendMessage", "editMessageText"} {
		for range 4 {
			chat := func() int64 { return c.chats[c.rnd.IntN(len(c.chats))] }
			skip := func() int { return c.rnd.IntN(5) }
			c.tg.Fail(telegramtest.Fault{Method: method, Chat: chat(), Skip: skip(), RetryAfter: 2})
			c.tg.Fail(telegramtest.Fault{Method: method, Chat: chat(), Skip: skip(), Page: true})
			c.tg.Fail(telegramtest.Fault{Method: method, Chat: chat(), Skip: skip(), Drop: telegramtest.DropBefore})
			c.tg.Fail(telegramtest.Fault{Method: method, Chat: chat(), Skip: skip(), Drop: telegramtest.DropAfter})
			if method == "editMessageText" {
				c.tg.Fail(telegramtest.Fault{Method: method, Chat: chat(), Skip: skip(), Description: "Bad Request: message can't be edited"})
				c.tg.Fail(telegramtest.Fault{Method: method, Chat: chat(), Skip: skip(), Code: 403, Description: "Forbidden: CHAT_ADMIN_REQUIRED"})
			}
		}
		c.tg.Fail(telegramtest.Fault{Method: method, Times: -1, Delay: 15 * time.Millisecond}) // the way to Telegram and back
	}
	return c
}

// livingWords make the texts of stories differ in all but the name that puts them on the watchlist.
var livingWords = []string{
	"подписал закон о банках и вкладах населения страны в столице", "принял верительные грамоты новых послов одиннадцати государств Африки",
	"открыл железную дорогу между рудниками степного края", "наградил врачей сельской больницы за спасение рожениц", "осмотрел посевы хлопка под засухой юга",
	"отправил в отставку министра обороны после пожара складов",
}

// tell publishes what an outlet writes of a story: what the others write, word for word, as wire copy is, but for the state's, which alerts anew.
func (c *campaign) tell(outlet, story int) {
	text := fmt.Sprintf("Токаев %s. Сообщение номер %d прошло по лентам. ", livingWords[story], 7919*(story+1))
	if outlet == livingState {
		words := strings.Fields(livingWords[story])
		slices.Reverse(words)
		text = fmt.Sprintf("По-своему, %d: %s. ", 104729*(story+1), strings.Join(words, " "))
	}
	c.farm.publish(outlet, fmt.Sprintf("Токаев %s №%d", livingWords[story], story+1), strings.Repeat(text, 3))
}

// wave lets an outlet tell the stories, and sometimes one that it has told twice.
func (c *campaign) wave(outlet int) {
	for _, s := range c.rnd.Perm(livingStories) {
		c.tell(outlet, s)
	}
}

// tellStories sees to it that items belong to stories by the number in their headline, unless they belong to one already.
func (c *campaign) tellStories() *sql.DB {
	c.t.Helper()
	c.started(0)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(c.dir, "vestnik.db")+"?_pragma=busy_timeout(20000)")
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = db.Close() })
	_, err = db.ExecContext(c.t.Context(), `CREATE TRIGGER told AFTER INSERT ON alerts BEGIN
		INSERT OR IGNORE INTO stories (id, began, last) SELECT 1000 + CAST(substr(title, instr(title, '№') + 1) AS INTEGER), 1, 1 FROM items WHERE id = new.item_id;
		INSERT OR IGNORE INTO story_items (item_id, story_id, published, is_copy, tie)
			SELECT id, 1000 + CAST(substr(title, instr(title, '№') + 1) AS INTEGER), published, 1, '' FROM items WHERE id = new.item_id;
	END`)
	if err != nil {
		c.t.Fatal(err)
	}
	return db
}

// deleteSome takes a message of the bot out of some chat, now and then.
func (c *campaign) deleteSome() {
	chat := c.chats[c.rnd.IntN(len(c.chats))]
	if all := c.tg.Messages(chat); len(all) > 0 && c.rnd.IntN(2) == 0 {
		c.tg.Delete(chat, all[c.rnd.IntN(len(all))].ID)
	}
}

// settle waits until so many items are stored and nothing is owed or frozen.
func (c *campaign) settle(db *sql.DB, items int) {
	c.t.Helper()
	for range 3000 {
		if c.count(db, `SELECT count(*) FROM items`) == items && c.count(db, `SELECT count(*) FROM alerts WHERE state IN ('owed', 'frozen')`) == 0 &&
			c.count(db, `SELECT count(*) FROM messages WHERE sent_at = 0 AND refused = ''`) == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.t.Errorf("after five minutes %d items are stored and %d alerts are not sent", c.count(db, `SELECT count(*) FROM items`), c.count(db, `SELECT count(*) FROM alerts WHERE state <> 'sent'`))
}

// A livingRow is a message that carries alerts, as the database has it.
type livingRow struct {
	id, story         int64
	chat              int64
	edit              bool
	text, target, ref string
	items             []int64 // of its alerts
}

func (c *campaign) checkLiving(db *sql.DB) {
	c.t.Helper()
	if n := c.count(db, `SELECT count(*) FROM alerts WHERE state <> 'sent'`); n > 0 {
		c.t.Errorf("%d alerts are not sent", n)
	}
	if n, want := c.count(db, `SELECT count(*) FROM alerts`), c.want*len(c.chats); n != want {
		c.t.Errorf("%d alerts, want %d", n, want)
	}
	list, err := db.QueryContext(c.t.Context(), `SELECT m.id, m.story_id, m.chat, m.kind = 'edit', m.text, m.target, m.sink_ref, a.item_id FROM messages m
		JOIN alerts a ON a.message_id = m.id ORDER BY m.id, a.id`)
	if err != nil {
		c.t.Fatal(err)
	}
	defer list.Close()
	var rows []*livingRow
	for list.Next() {
		var r livingRow
		var chat string
		var item int64
		if err := list.Scan(&r.id, &r.story, &chat, &r.edit, &r.text, &r.target, &r.ref, &item); err != nil {
			c.t.Fatal(err)
		}
		if _, err := fmt.Sscanf(news.BaseChat(chat), "telegram:%d", &r.chat); err != nil {
			c.t.Fatal(err)
		}
		if len(rows) == 0 || rows[len(rows)-1].id != r.id {
			rows = append(rows, &r)
		}
		rows[len(rows)-1].items = append(rows[len(rows)-1].items, item)
	}
	if err := list.Err(); err != nil {
		c.t.Fatal(err)
	}
	outlet := map[int64]string{} // by item
	for link, id := range c.items {
		outlet[id] = strings.TrimPrefix(link[strings.LastIndex(link, "/")+1:], "f")[:1]
	}
	type place struct{ chat, story int64 }
	told, carried, last := map[place][]string{}, map[[2]int64]int{}, map[place]*livingRow{}
	posts, edits, anew := map[int64]int{}, 0, 0 // posts by chat
	for _, r := range rows {
		if r.story == 0 {
			c.t.Errorf("message %d to %d tells no story, or several: %s", r.id, r.chat, r.text)
		}
		at := place{r.chat, r.story}
		last[at] = r
		for _, item := range r.items {
			carried[[2]int64{r.chat, item}]++
			if !slices.Contains(told[at], outlet[item]) {
				told[at] = append(told[at], outlet[item])
			}
		}
		switch {
		case !r.edit:
			posts[r.chat]++
		case r.ref != r.target:
			posts[r.chat]++
			anew++
		default:
			edits++
		}
	}
	for k, n := range carried {
		if n != 1 {
			c.t.Errorf("the alert of item %d to %d stands in %d messages", k[1], k[0], n)
		}
	}
	if n := len(told); n != livingStories*len(c.chats) {
		c.t.Errorf("%d stories and chats, want %d", n, livingStories*len(c.chats))
	}
	byRef := map[string]telegramtest.Message{}
	copies, broken := 0, 0
	for _, id := range c.chats {
		n := 0
		for _, m := range c.tg.Messages(id) {
			byRef[fmt.Sprint(id, " ", m.ID)] = m
			if len(c.linked(m.Raw)) == 0 {
				continue
			}
			n++
			if m.Unacknowledged {
				broken++ // a post, or a change of one that was posted
			}
		}
		copies += n - posts[id]
		if n < posts[id] {
			c.t.Errorf("chat %d has %d messages, %d were written down as posted", id, n, posts[id])
		}
	}
	for at, r := range last {
		m, ok := byRef[fmt.Sprint(r.chat, " ", r.ref)]
		if !ok || m.Raw != r.text {
			c.t.Errorf("the last message of story %d in %d is not as it was written down: %q, %q", at.story, at.chat, m.Raw, r.text)
			continue
		}
		var named []string
		for _, item := range c.linked(m.Raw) {
			named = append(named, outlet[item])
		}
		slices.Sort(named)
		slices.Sort(told[at])
		if !slices.Equal(named, told[at]) || len(named) != livingOutlets+1 {
			c.t.Errorf("the message of story %d in %d names the outlets %v, told were %v:\n%s", at.story, at.chat, named, told[at], m.Text)
		}
	}
	if copies > len(c.killed)+broken {
		c.t.Errorf("%d copies too many after %d kills and %d broken connections", copies, len(c.killed), broken)
	}
	counts := c.tg.Counts()
	c.t.Logf("%d alerts in %d messages: %d posted, %d changes, %d changes that became new messages; %d copies after %d kills and %d broken connections; answers other than 200: %v",
		len(carried), len(rows), len(rows)-edits-anew, edits, anew, copies, len(c.killed), broken, counts.Errors)
	if edits < livingStories*len(c.chats)/2 || anew == 0 {
		c.t.Errorf("%d changes and %d that became new messages: the campaign tried too little", edits, anew)
	}
}
