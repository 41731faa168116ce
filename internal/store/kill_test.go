package store

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// childEnv holds the database of the process that TestKilled kills; it is set in that process only.
const childEnv = "VESTNIK_TEST_KILL_DB"

// TestKilledChild is the process that TestKilled kills: it polls, indexes, sends and prunes as fast as it can until it dies.
func TestKilledChild(t *testing.T) {
	path := os.Getenv(childEnv)
	if path == "" {
		t.Skip("runs only as the child of TestKilled")
	}
	s := openAt(t, path)
	ctx := t.Context()
	lease, err := s.AcquireLease(ctx, "sender", fmt.Sprint("pid ", os.Getpid()), time.Now(), time.Millisecond)
	must(t, err)
	var before, now time.Time // when the last turn and this one began
	for turn := 0; ; turn++ {
		if turn == 2 {
			fmt.Println("ready") // with one of everything behind it
		}
		before, now = now, time.Now()
		claims, err := s.Claim(ctx, news.Round{Owner: fmt.Sprint("pid ", os.Getpid()), Start: now, All: true}, now, time.Millisecond*50, 1)
		must(t, err)
		for _, c := range claims {
			p := news.Poll{Claim: c, At: now, State: c.State}
			p.State.LastSuccess = now
			for i := range 20 {
				it := item(c.State.FeedID, c.State.Items+i, fmt.Sprint("Токаев ", i), strings.Repeat("слово ", 500))
				it.Seen = now
				p.New = append(p.New, news.NewItem{Item: it, Matches: over("csto", "tokayev")})
			}
			// A few of the items that were there already are edited, to and fro.
			list, err := s.Recent(ctx, news.Filter{Limit: 5})
			must(t, err)
			for _, f := range list {
				if f.Item.FeedID == c.State.FeedID {
					it := f.Item
					it.Title += "!"
					it.Keys = []string{news.KeyHash + it.Title}
					p.Edits = append(p.Edits, news.Edit{Item: it, Matches: over([]string{"csto", "tokayev"}[turn%2])})
				}
			}
			_, err = s.Commit(ctx, p)
			must(t, err)
		}
		_, _, err = s.Index(ctx, 15)
		must(t, err)
		for _, o := range allOwed(t, s) {
			m := news.Message{Chat: o.Alerts[0].Chat, Text: o.Item.Title, Created: now}
			for _, a := range o.Alerts {
				m.AlertIDs = append(m.AlertIDs, a.ID)
			}
			id, err := s.Freeze(ctx, lease, m)
			must(t, err)
			must(t, s.Sent(ctx, lease, id, "ref", now))
		}
		// The channel moves to and fro, always with a message that is not posted.
		_, err = s.Enqueue(ctx, news.Message{Chat: channel, Text: "notice", Created: now})
		must(t, err)
		must(t, s.MigrateChat(ctx, wholeChat, "telegram:-5"))
		must(t, s.MigrateChat(ctx, "telegram:-5", wholeChat))
		frozen, err := s.Frozen(ctx)
		must(t, err)
		for _, m := range frozen {
			must(t, s.Sent(ctx, lease, m.ID, "ref", now))
		}
		// What the last turn stored stays, and so do its edits, however slow the machine is.
		_, err = s.Prune(ctx, before)
		must(t, err)
	}
}

// A process that is killed in the middle of anything leaves a sound database in which everything belongs together.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	path := filepath.Join(t.TempDir(), "vestnik.db")
	s := openAt(t, path)
	configure(t, s)
	must(t, s.Close())
	for round := range 4 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledChild$", "-test.timeout=1m")
		child.Env = append(os.Environ(), childEnv+"="+path)
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		line, _ := bufio.NewReader(out).ReadString('\n') // an error shows as another line
		timer := time.NewTimer(20*time.Millisecond + rand.N(150*time.Millisecond))
		if line != "ready\n" {
			timer.Reset(0)
		}
		<-timer.C
		must(t, child.Process.Kill())
		if err := child.Wait(); err == nil || line != "ready\n" {
			t.Fatalf("the child ended by itself after %q: %v", line, err)
		}
		// Opened anew each time: PRAGMA integrity_check of SQLite 3.54 reports a full-text table as corrupt when its connection
		// remembers the table from before another process changed it. Searches on such a connection are right (TestStaleReader).
		s = openAt(t, path)
		sound(t, s, round)
		must(t, s.Close())
	}
	s = openAt(t, path)
	equal(t, "something was stored", number(t, s, `SELECT sum(items) > 0 FROM feeds`), 1)
	equal(t, "something was edited", number(t, s, `SELECT count(*) > 0 FROM item_versions`), 1)
	equal(t, "something was sent", number(t, s, `SELECT count(*) > 0 FROM messages WHERE sent_at <> 0`), 1)
}

// sound checks what must hold after any crash; each query counts what is wrong.
func sound(t *testing.T, s *Store, round int) {
	t.Helper()
	var verdict string
	must(t, s.read(t.Context(), func(x tx) error { return x.queryRow(t.Context(), `PRAGMA integrity_check`).Scan(&verdict) }))
	if verdict != "ok" {
		t.Fatalf("round %d: integrity: %s", round, verdict)
	}
	for what, query := range map[string]string{
		"items without their keys":                `SELECT count(*) FROM items i WHERE (SELECT count(*) FROM item_keys k WHERE k.item_id = i.id AND key NOT LIKE 'h:%') <> 2`,
		"edits without all their parts":           `SELECT count(*) FROM item_versions v JOIN items i ON i.id = v.item_id WHERE v.title || '!' <> coalesce((SELECT title FROM item_versions n WHERE n.item_id = v.item_id AND n.wording = v.wording + 1), CASE WHEN v.wording = 1 AND EXISTS (SELECT 1 FROM item_versions n WHERE n.item_id = v.item_id AND n.wording > 2) THEN v.title || '!' ELSE i.title END)`,
		"versions without an item":                `SELECT count(*) FROM item_versions v WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.id = v.item_id)`,
		"items to be indexed that are not there":  `SELECT count(*) FROM index_again a WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.id = a.item_id)`,
		"items without their matches":             `SELECT count(*) FROM items i WHERE (SELECT count(*) FROM matches m WHERE m.item_id = i.id AND is_over = 1) <> 2`,
		"matches without their alerts":            `SELECT count(*) FROM matches m WHERE (SELECT count(*) FROM alerts a WHERE a.item_id = m.item_id AND a.watchlist = m.watchlist) <> (SELECT count(*) FROM subscriptions s WHERE s.watchlist = m.watchlist)`,
		"alerts without an item":                  `SELECT count(*) FROM alerts a WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.id = a.item_id)`,
		"frozen or sent alerts without a message": `SELECT count(*) FROM alerts WHERE state IN ('frozen', 'sent') AND message_id IS NULL`,
		"owed alerts with a message":              `SELECT count(*) FROM alerts WHERE state = 'owed' AND message_id IS NOT NULL`,
		"sent messages with alerts that are not":  `SELECT count(*) FROM messages m JOIN alerts a ON a.message_id = m.id WHERE (m.sent_at <> 0) <> (a.state = 'sent')`,
		"unsent messages without alerts":          `SELECT count(*) FROM messages m WHERE sent_at = 0 AND text <> 'notice' AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.message_id = m.id)`,
		"things left where a chat moved away from": `SELECT (SELECT count(*) FROM subscriptions WHERE chat = o.old OR chat = o.old || ':42')
			+ (SELECT count(*) FROM alerts WHERE chat = o.old OR chat = o.old || ':42')
			+ (SELECT count(*) FROM messages WHERE sent_at = 0 AND (chat = o.old OR chat = o.old || ':42'))
			FROM (SELECT coalesce(max(old), '-') AS old FROM chat_aliases) o`,
		"feeds whose count is not their keys' count": `SELECT count(*) FROM feeds f WHERE items * 2 <> (SELECT count(*) FROM item_keys k WHERE k.feed_id = f.id AND key NOT LIKE 'h:%')`,
		"items before the mark that are not indexed": `SELECT count(*) FROM items WHERE id <= (SELECT item_id FROM index_mark) AND id NOT IN (SELECT rowid FROM item_words WHERE item_words MATCH '"токаев"')`,
	} {
		if n := number(t, s, query); n != 0 {
			t.Errorf("round %d: %d %s", round, n, what)
		}
	}
}
