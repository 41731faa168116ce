package deliver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/store"
)

// open gives a database in which chats want the watchlist "w".
func open(t *testing.T, path string, chats ...string) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), "sqlite:"+path, store.Options{Fold: strings.ToLower})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	var subs []news.Subscription
	for _, c := range chats {
		subs = append(subs, news.Subscription{Chat: c, Watchlist: "w"})
	}
	err = st.SyncConfig(t.Context(), []news.Feed{{ID: "f", Outlet: "Вестник", URL: "https://example.org/rss"}}, []news.Watchlist{{ID: "w", Name: "Токаев"}}, subs)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// owe stores items, each owed to every chat of the watchlist.
func owe(t *testing.T, st *store.Store, titles ...string) {
	t.Helper()
	now := time.Now()
	claims, err := st.Claim(t.Context(), news.Round{Owner: fmt.Sprint("t", now.UnixNano()), Start: now, All: true}, now, time.Minute, 1)
	if err != nil || len(claims) != 1 {
		t.Fatal(claims, err)
	}
	p := news.Poll{Claim: claims[0], At: now, State: claims[0].State}
	for i, title := range titles {
		p.New = append(p.New, news.NewItem{
			Item:    news.Item{FeedID: "f", Keys: []string{fmt.Sprint("g:", now.UnixNano(), i)}, Title: title, Link: "https://example.org/" + title, Published: now, Seen: now},
			Matches: []news.Match{{Watchlist: "w", Score: 1, Over: true}},
		})
	}
	if _, err := st.Commit(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func lease(t *testing.T, st *store.Store, owner string) news.Lease {
	t.Helper()
	l, err := st.AcquireLease(t.Context(), LeaseName, owner, time.Now(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func db(t *testing.T) string { return filepath.Join(t.TempDir(), "v.db") }

func check(t *testing.T, st *store.Store, want string) {
	t.Helper()
	c, err := st.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("owed %d frozen %d sent %d skipped %d unsent %d", c.Alerts[news.AlertOwed], c.Alerts[news.AlertFrozen], c.Alerts[news.AlertSent],
		c.Alerts[news.AlertSkipped], c.Unsent)
	if got != want {
		t.Errorf("ledger: %s, want %s", got, want)
	}
}

func TestFlushOneMessageAnItem(t *testing.T) {
	st := open(t, db(t), "a", "b")
	owe(t, st, "один", "екі", "тры")
	sink := &screen{}
	sum, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "x"))
	if err != nil {
		t.Fatal(err)
	}
	if sum.Sent != 6 || sum.Alerts != 6 || sum.Digests != 0 || sum.Reposted != 0 {
		t.Errorf("summary %+v", sum)
	}
	if got := sink.texts(); !slices.Equal(got, []string{"один", "екі", "тры", "один", "екі", "тры"}) {
		t.Errorf("posted %q", got)
	}
	check(t, st, "owed 0 frozen 0 sent 6 skipped 0 unsent 0")
	if sum, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "x")); err != nil || sum.Sent != 0 {
		t.Errorf("the next flush sent %d, error %v", sum.Sent, err)
	}
}

func TestFlushBurst(t *testing.T) {
	for _, tt := range []struct{ items, burst, sent, digests int }{
		{20, 20, 20, 0}, {21, 20, 1, 1}, {300, 20, 1, 1}, {60, 0, 60, 0}, {page + 30, 20, 2, 2},
	} {
		t.Run(fmt.Sprint(tt.items, " of ", tt.burst), func(t *testing.T) {
			st := open(t, db(t), "a")
			titles := make([]string, tt.items)
			for i := range titles {
				titles[i] = fmt.Sprint("t", i)
			}
			owe(t, st, titles...)
			sum, err := Flush(t.Context(), Deps{Store: st, Sink: &screen{}, Burst: tt.burst, Now: time.Now}, lease(t, st, "x"))
			if err != nil || sum.Sent != tt.sent || sum.Digests != tt.digests || sum.Alerts != tt.items {
				t.Errorf("summary %+v, error %v", sum, err)
			}
			check(t, st, fmt.Sprintf("owed 0 frozen 0 sent %d skipped 0 unsent 0", tt.items))
		})
	}
}

// A sink that fails after its message is out: that message, and no other, is posted once more.
func TestFlushAfterAFailureRepeatsOneMessage(t *testing.T) {
	st := open(t, db(t), "a", "b")
	owe(t, st, "1", "2", "3")
	failed := false
	sink := &screen{}
	sink.after = func(m news.Message) {
		if m.Chat == "a" && m.Text == "2" && !failed {
			failed = true
			panic("connection reset after the last byte")
		}
	}
	deps := Deps{Store: st, Sink: sink, Now: time.Now}
	sum, err := Flush(t.Context(), deps, lease(t, st, "x"))
	if err != nil || sum.Sent != 4 || sum.Failed != 1 {
		t.Errorf("summary %+v, error %v", sum, err)
	}
	check(t, st, "owed 1 frozen 1 sent 4 skipped 0 unsent 1")
	sum, err = Flush(t.Context(), deps, lease(t, st, "x"))
	if err != nil || sum.Sent != 2 || sum.Reposted != 1 {
		t.Errorf("summary %+v, error %v", sum, err)
	}
	var a []string
	for _, m := range sink.posted {
		if m.Chat == "a" {
			a = append(a, m.Text)
		}
	}
	if !slices.Equal(a, []string{"1", "2", "2", "3"}) {
		t.Errorf("chat a got %q", a)
	}
	check(t, st, "owed 0 frozen 0 sent 6 skipped 0 unsent 0")
}

// killed is the environment variable by which the test below tells its own child what to do: the database, and after which message to die.
const killed = "VESTNIK_TEST_FLUSH_KILLED"

// The process dies between posting a message and writing that down, at every message in turn.
func TestFlushAfterAKill(t *testing.T) {
	if job := os.Getenv(killed); job != "" {
		path, last, _ := strings.Cut(job, "|")
		st := open(t, path, "a")
		sink := &screen{after: func(m news.Message) {
			fmt.Println("posted", m.Text)
			if m.Text == last {
				os.Exit(9)
			}
		}}
		_, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "child"))
		t.Fatal("outlived the kill:", err)
	}
	titles := []string{"1", "2", "3"}
	for i, last := range titles {
		path := db(t)
		st := open(t, path, "a")
		owe(t, st, titles...)
		cmd := exec.Command(os.Args[0], "-test.run=^TestFlushAfterAKill$")
		cmd.Env = append(os.Environ(), killed+"="+path+"|"+last)
		out, err := cmd.Output()
		if _, ok := errors.AsType[*exec.ExitError](err); !ok || cmd.ProcessState.ExitCode() != 9 {
			t.Fatalf("child: %v\n%s", err, out)
		}
		var got []string
		for line := range strings.Lines(string(out)) {
			if text, ok := strings.CutPrefix(strings.TrimSpace(line), "posted "); ok {
				got = append(got, text)
			}
		}
		check(t, st, fmt.Sprintf("owed %d frozen 1 sent %d skipped 0 unsent 1", 2-i, i))

		// The child's lease is still running; whoever comes later takes it over.
		late := func() time.Time { return time.Now().Add(time.Hour) }
		l, err := st.AcquireLease(t.Context(), LeaseName, "next", late(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		sink := &screen{}
		if _, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: late}, l); err != nil {
			t.Fatal(err)
		}
		got = append(got, sink.texts()...)
		if want := slices.Concat(titles[:i+1], titles[i:]); !slices.Equal(got, want) {
			t.Errorf("killed after %s, the chat got %q, want %q", last, got, want)
		}
		check(t, st, "owed 0 frozen 0 sent 3 skipped 0 unsent 0")
	}
}

// killedWritten is what killed is, for the test below.
const killedWritten = "VESTNIK_TEST_FLUSH_KILLED_WRITTEN"

// The process dies between posting a reply or an edit and writing that down, at every one in turn: it comes again, the others once, in their order and
// before the alerts.
func TestFlushOfRepliesAfterAKill(t *testing.T) {
	if job := os.Getenv(killedWritten); job != "" {
		path, last, _ := strings.Cut(job, "|")
		st := open(t, path, "a")
		sink := &screen{after: func(m news.Message) {
			fmt.Println("posted", m.Kind, m.Target, m.Text)
			if m.Text == last {
				os.Exit(9)
			}
		}}
		_, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "child"))
		t.Fatal("outlived the kill:", err)
	}
	lines := []string{"  reply", "edit 17 changed", " 18 answer", "  1", "  2"}
	for i, line := range lines {
		path := db(t)
		st := open(t, path, "a")
		owe(t, st, "1", "2")
		n, err := st.Enqueue(t.Context(),
			news.Message{Chat: "a", Text: "reply", Key: "update 1"},
			news.Message{Chat: "a", Text: "changed", Kind: news.MessageEdit, Target: "17", Key: "update 2"},
			news.Message{Chat: "a", Text: "answer", Target: "18", Key: "update 3"})
		if err != nil || n != 3 {
			t.Fatal(n, err)
		}
		last := line[strings.LastIndex(line, " ")+1:]
		cmd := exec.Command(os.Args[0], "-test.run=^TestFlushOfRepliesAfterAKill$")
		cmd.Env = append(os.Environ(), killedWritten+"="+path+"|"+last)
		out, err := cmd.Output()
		if _, ok := errors.AsType[*exec.ExitError](err); !ok || cmd.ProcessState.ExitCode() != 9 {
			t.Fatalf("child: %v\n%s", err, out)
		}
		var got []string
		for line := range strings.Lines(string(out)) {
			if text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "posted "); ok {
				got = append(got, text)
			}
		}
		// The update is handled again, because the listener died with the rest.
		if n, err := st.Enqueue(t.Context(), news.Message{Chat: "a", Text: "reply", Key: "update 1"}); err != nil || n != 0 {
			t.Errorf("the same reply was written down again: %d, %v", n, err)
		}
		late := func() time.Time { return time.Now().Add(time.Hour) }
		l, err := st.AcquireLease(t.Context(), LeaseName, "next", late(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		sink := &screen{}
		if _, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: late}, l); err != nil {
			t.Fatal(err)
		}
		for _, m := range sink.posted {
			got = append(got, fmt.Sprintf("%v %v %v", m.Kind, m.Target, m.Text))
		}
		if want := slices.Concat(lines[:i+1], lines[i:]); !slices.Equal(got, want) {
			t.Errorf("killed after %q, the chat got %q, want %q", last, got, want)
		}
		check(t, st, "owed 0 frozen 0 sent 2 skipped 0 unsent 0")
	}
}

func TestFlushPoison(t *testing.T) {
	for _, how := range []string{"panic", "error", "empty"} {
		t.Run(how, func(t *testing.T) {
			st := open(t, db(t), "a")
			owe(t, st, "good", "bad\x1b[2J", "fine")
			sink := &screen{}
			sink.render = func(_ string, owed []news.OwedItem) (string, error) {
				if strings.HasPrefix(owed[0].Item.Title, "bad") {
					switch how {
					case "panic":
						panic("slice bounds")
					case "error":
						return "", errors.New("no such field")
					}
					return " \n", nil
				}
				return owed[0].Item.Title, nil
			}
			sum, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "x"))
			if err != nil || sum.Sent != 3 || sum.Poisoned != 1 {
				t.Errorf("summary %+v, error %v", sum, err)
			}
			if got, want := sink.texts(), []string{"good", "bad [2J\nhttps://example.org/bad [2J", "fine"}; !slices.Equal(got, want) {
				t.Errorf("posted %q, want %q", got, want)
			}
			check(t, st, "owed 0 frozen 0 sent 3 skipped 0 unsent 0")
		})
	}
}

func TestFlushRefused(t *testing.T) {
	st := open(t, db(t), "a", "gone")
	owe(t, st, "1", "2")
	sink := &screen{fail: func(m news.Message) error {
		if m.Chat == "gone" {
			return fmt.Errorf("send: %w", &Permanent{errors.New("403: bot was kicked")})
		}
		return nil
	}}
	sum, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "x"))
	if err != nil || sum.Sent != 2 || sum.Refused != 2 {
		t.Errorf("summary %+v, error %v", sum, err)
	}
	check(t, st, "owed 0 frozen 0 sent 2 skipped 2 unsent 0")
}

// One chat that is out of reach, with more owed to it than a page holds, does not hide the chat behind it.
func TestFlushChatOutOfReach(t *testing.T) {
	path := db(t)
	st := open(t, path, "down")
	titles := make([]string, page+20)
	for i := range titles {
		titles[i] = fmt.Sprint("t", i)
	}
	owe(t, st, titles...)
	st = open(t, path, "down", "up")
	owe(t, st, "last")
	tries := 0
	sink := &screen{fail: func(m news.Message) error {
		if m.Chat == "down" {
			tries++
			return errors.New("connection refused")
		}
		return nil
	}}
	sum, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "x"))
	if err != nil || sum.Sent != 1 || sum.Failed != 1 || tries != 1 {
		t.Errorf("summary %+v after %d tries, error %v", sum, tries, err)
	}
	check(t, st, fmt.Sprintf("owed %d frozen 1 sent 1 skipped 0 unsent 1", page+20))
}

func TestFlushStops(t *testing.T) {
	st := open(t, db(t), "a")
	owe(t, st, "1", "2", "3")
	ctx, cancel := context.WithCancel(t.Context())
	sink := &screen{after: func(news.Message) { cancel() }}
	sum, err := Flush(ctx, Deps{Store: st, Sink: sink, Now: time.Now}, lease(t, st, "x"))
	if !errors.Is(err, context.Canceled) || sum.Sent != 1 {
		t.Errorf("summary %+v, error %v", sum, err)
	}
	check(t, st, "owed 2 frozen 0 sent 1 skipped 0 unsent 0")
}

func TestFlushLeaseLost(t *testing.T) {
	st := open(t, db(t), "a")
	owe(t, st, "1", "2", "3")
	l := lease(t, st, "x")
	sink := &screen{}
	sink.after = func(m news.Message) {
		if m.Text == "1" {
			if _, err := st.AcquireLease(t.Context(), LeaseName, "other", time.Now().Add(time.Hour), time.Minute); err != nil {
				t.Error(err)
			}
		}
	}
	sum, err := Flush(t.Context(), Deps{Store: st, Sink: sink, Now: time.Now}, l)
	if !errors.Is(err, news.ErrLeaseLost) || len(sink.posted) != 1 {
		t.Errorf("posted %d, summary %+v, error %v", len(sink.posted), sum, err)
	}
}
