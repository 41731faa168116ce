package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

func testLease(t *testing.T, s *Store) {
	ctx := t.Context()
	a, err := s.AcquireLease(ctx, "sender", "a", noon, 30*time.Second)
	must(t, err)
	equal(t, "lease", a, news.Lease{Name: "sender", Owner: "a", Epoch: 1, Until: noon.Add(30 * time.Second)})
	_, err = s.AcquireLease(ctx, "sender", "b", noon.Add(29*time.Second), 30*time.Second)
	wantErr(t, err, news.ErrLeaseHeld)
	if want := "held by a until 2026-05-11T12:00:30Z"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
	other, err := s.AcquireLease(ctx, "other", "b", noon, time.Second)
	must(t, err)
	equal(t, "another name", other.Epoch, int64(1))

	a, err = s.RenewLease(ctx, a, noon.Add(20*time.Second), 30*time.Second)
	must(t, err)
	equal(t, "renewed", a.Until, noon.Add(50*time.Second))
	again, err := s.AcquireLease(ctx, "sender", "a", noon.Add(40*time.Second), 30*time.Second)
	must(t, err)
	equal(t, "the same owner keeps its epoch", again.Epoch, int64(1))

	b, err := s.AcquireLease(ctx, "sender", "b", again.Until, 30*time.Second)
	must(t, err)
	equal(t, "a new owner has a new epoch", b.Epoch, int64(2))
	_, err = s.RenewLease(ctx, a, again.Until, time.Minute)
	wantErr(t, err, news.ErrLeaseLost)
	must(t, s.ReleaseLease(ctx, a)) // lost already: nothing happens
	_, err = s.AcquireLease(ctx, "sender", "a", again.Until, time.Second)
	wantErr(t, err, news.ErrLeaseHeld)
	must(t, s.ReleaseLease(ctx, b))
	c, err := s.AcquireLease(ctx, "sender", "b", again.Until, time.Second)
	must(t, err)
	equal(t, "after a release", c.Epoch, int64(3))
	_, err = s.RenewLease(ctx, b, again.Until, time.Minute)
	wantErr(t, err, news.ErrLeaseLost)
}

// allOwed is what all chats are owed, in the order of OwedChats.
func allOwed(t *testing.T, s *Store) (all []news.OwedItem) {
	t.Helper()
	chats, err := s.OwedChats(t.Context(), noon)
	must(t, err)
	for _, c := range chats {
		owed, err := s.Owed(t.Context(), c.Chat, noon, 1000)
		must(t, err)
		equal(t, "items owed to "+c.Chat, len(owed), c.Items)
		all = append(all, owed...)
	}
	return all
}

func testOutbox(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon,
		news.NewItem{Item: item("belta", 1, "Оба", ""), Matches: over("csto", "tokayev")},
		news.NewItem{Item: item("belta", 2, "Backlog", ""), Matches: over("csto"), Skip: news.SkipBacklog})
	commit(t, s, "kazinform", noon.Add(time.Second), news.NewItem{Item: item("kazinform", 1, "Екінші", ""), Matches: over("tokayev")})

	owed := allOwed(t, s)
	var got []string
	for _, o := range owed {
		line := o.Alerts[0].Chat + " " + o.Item.Title + " " + o.Feed.Outlet
		for i, a := range o.Alerts {
			line += " " + o.Names[a.Watchlist] + "=" + o.Matches[i].Hits[0].Surface
			if a.Chat != o.Alerts[0].Chat || a.ItemID != o.Item.ID || o.Matches[i].Watchlist != a.Watchlist || a.State != news.AlertOwed {
				t.Errorf("alert %+v in %+v", a, o)
			}
		}
		got = append(got, line)
	}
	equal(t, "owed", got, []string{
		channel + " Оба БелТА ОДКБ · ҰҚШҰ=Токаевым",
		terminal + " Оба БелТА ОДКБ · ҰҚШҰ=Токаевым Tokayev=Токаевым",
		terminal + " Екінші Қазақпарат Tokayev=Токаевым",
	})
	equal(t, "created", owed[0].Alerts[0].Created, noon)

	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	ids := []int64{owed[1].Alerts[0].ID, owed[1].Alerts[1].ID}
	msg := news.Message{Chat: terminal, Text: "\x02Токаев\x03 👋", AlertIDs: ids, Created: noon}
	msg.ID, err = s.Freeze(ctx, lease, msg)
	must(t, err)
	frozen, err := s.Frozen(ctx)
	must(t, err)
	equal(t, "frozen", frozen, []news.Message{msg})
	owed = allOwed(t, s)
	equal(t, "still owed", len(owed), 2)

	// Nothing that is not owed to that chat can be frozen, and a refusal writes nothing.
	for _, bad := range [][]int64{{owed[1].Alerts[0].ID, ids[0]}, {owed[0].Alerts[0].ID}, {12345}} {
		if _, err := s.Freeze(ctx, lease, news.Message{Chat: terminal, Text: "x", AlertIDs: bad, Created: noon}); err == nil {
			t.Errorf("alerts %v were frozen", bad)
		}
	}
	equal(t, "messages", number(t, s, `SELECT count(*) FROM messages`), 1)
	equal(t, "owed", number(t, s, `SELECT count(*) FROM alerts WHERE state = 'owed'`), 2)

	// A stale holder can neither freeze nor close.
	next, err := s.AcquireLease(ctx, "sender", "b", lease.Until, time.Minute)
	must(t, err)
	_, err = s.Freeze(ctx, lease, news.Message{Chat: terminal, Text: "x", AlertIDs: []int64{owed[1].Alerts[0].ID}})
	wantErr(t, err, news.ErrLeaseLost)
	wantErr(t, s.Sent(ctx, lease, msg.ID, "1", noon), news.ErrLeaseLost)
	wantErr(t, s.Refused(ctx, lease, msg.ID, "chat gone"), news.ErrLeaseLost)

	must(t, s.Sent(ctx, next, msg.ID, "ref-7", noon.Add(time.Minute)))
	equal(t, "sent", number(t, s, `SELECT count(*) FROM alerts WHERE state = 'sent' AND message_id = ?`, msg.ID), 2)
	equal(t, "ref", number(t, s, `SELECT count(*) FROM messages WHERE sink_ref = 'ref-7' AND sent_at = ?`, millis(noon.Add(time.Minute))), 1)
	frozen, err = s.Frozen(ctx)
	must(t, err)
	equal(t, "frozen", len(frozen), 0)
	wantErr(t, s.Sent(ctx, next, msg.ID, "again", noon), news.ErrNotFound)
	wantErr(t, s.Sent(ctx, next, 99, "", noon), news.ErrNotFound)
}

func testOwedLimit(t *testing.T, s *Store) {
	configure(t, s)
	var items []news.NewItem
	for i := range 100 {
		items = append(items, news.NewItem{Item: item("belta", i, fmt.Sprint(i), ""), Matches: over("csto", "tokayev")})
	}
	equal(t, "committed", commit(t, s, "belta", noon, items...), news.Committed{Stored: 100, Matched: 100, Owed: 300})
	owed, err := s.Owed(t.Context(), terminal, noon, 3)
	must(t, err)
	var got []string
	for _, o := range owed {
		got = append(got, fmt.Sprintf("%s %s %d", o.Alerts[0].Chat, o.Item.Title, len(o.Alerts)))
	}
	// A limit never cuts through the alerts of one chat about one item.
	equal(t, "owed", got, []string{terminal + " 0 2", terminal + " 1 2", terminal + " 2 2"})
	equal(t, "all", len(allOwed(t, s)), 200)
	chats, err := s.OwedChats(t.Context(), noon)
	must(t, err)
	equal(t, "chats", chats, []news.OwedChat{{Chat: channel, Items: 100, First: 1, Last: 298}, {Chat: terminal, Items: 100, First: 2, Last: 300}})
}

func testRefused(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "Один", ""), Matches: over("tokayev")})
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	id, err := s.Freeze(ctx, lease, news.Message{Chat: terminal, Text: "x", AlertIDs: []int64{1}, Created: noon})
	must(t, err)
	if err := s.Refused(ctx, lease, id, ""); err == nil {
		t.Error("refused without a reason")
	}
	must(t, s.Refused(ctx, lease, id, "chat gone"))
	equal(t, "ledger", number(t, s, `SELECT count(*) FROM alerts WHERE state = 'skipped' AND reason = 'chat gone' AND message_id = ?`, id), 1)
	frozen, err := s.Frozen(ctx)
	must(t, err)
	equal(t, "frozen", len(frozen), 0)
	wantErr(t, s.Sent(ctx, lease, id, "", noon), news.ErrNotFound)
}
