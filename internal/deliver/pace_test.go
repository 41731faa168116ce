package deliver

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/store"
)

// checkLimits fails when what a sink was handed exceeds what Telegram allows, in any stretch of time. Private chats are those of people.
func checkLimits(t *testing.T, posted []news.Message, at []time.Time, private func(chat string) bool) {
	t.Helper()
	byChat := map[string][]time.Time{}
	for i, m := range posted {
		if base := news.BaseChat(m.Chat); strings.HasPrefix(base, "telegram:") {
			byChat[base] = append(byChat[base], at[i])
		}
	}
	if n := busiest(at, time.Second); n > 30 {
		t.Errorf("%d messages in a second", n)
	}
	for chat, times := range byChat {
		if n := busiest(times, time.Second); n > 1 {
			t.Errorf("%d messages in a second to %s", n, chat)
		}
		if n := busiest(times, time.Minute); n > 20 && !private(chat) {
			t.Errorf("%d messages in a minute to %s", n, chat)
		}
	}
}

// Many chats, a flood of alerts, replies in between, a network that is slow and drops connections before and after the message has arrived, and a sender
// that is killed and started again: no limit is exceeded, order holds, nothing is lost, and what comes twice does so for a reason.
func TestRunPaces(t *testing.T) {
	private := func(chat string) bool { return !strings.Contains(chat, "-") }
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rnd, network := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
				box := &outbox{}
				const people, groups, each = 35, 4, 25
				var chats []string
				for i := range people {
					chats = append(chats, fmt.Sprint("telegram:", 100+i))
				}
				for i := range groups {
					chats = append(chats, fmt.Sprint("telegram:-", 100+i))
				}
				for _, c := range chats {
					if private(c) {
						box.save(news.Chat{Address: c, Kind: news.ChatPrivate})
					}
				}
				for i := range each {
					for _, c := range chats {
						box.owe(c, fmt.Sprintf("%03d", i))
					}
				}
				drops := 0
				sink := &screen{}
				slow := func() { <-time.After(time.Duration(network.Int64N(int64(30 * time.Millisecond)))) }
				sink.fail = func(news.Message) error {
					slow()
					if network.IntN(200) == 0 {
						return errors.New("connection refused")
					}
					return nil
				}
				sink.after = func(news.Message) {
					slow()
					if network.IntN(100) == 0 {
						drops++
						panic("connection reset after the effect")
					}
				}
				kills := 0
				for began := time.Now(); ; {
					ctx, kill := context.WithCancel(t.Context())
					done := make(chan struct{})
					go func() {
						defer close(done)
						Run(ctx, Deps{Store: box, Sink: sink, Now: time.Now}, Holder{Leases: &leases{}, Owner: "a", Now: time.Now}, Loop{})
					}()
					<-time.After(time.Duration(rnd.Int64N(int64(20 * time.Second))))
					box.say(chats[rnd.IntN(len(chats))], "reply")
					<-time.After(time.Duration(rnd.Int64N(int64(5 * time.Second))))
					kill()
					<-done
					kills++
					box.mu.Lock()
					left := len(box.queue) + len(box.frozen)
					box.mu.Unlock()
					if left == 0 {
						t.Logf("%d messages, %d of them dropped after the effect, in %v with %d restarts", len(sink.posted), drops, time.Since(began), kills)
						break
					}
					if time.Since(began) > time.Hour {
						t.Fatalf("%d are left after an hour", left)
					}
				}
				checkLimits(t, sink.posted, sink.at, private)
				twice := 0
				for _, c := range chats {
					var got []string
					for _, text := range sink.to(c) {
						switch {
						case text == "reply":
						case len(got) > 0 && got[len(got)-1] == text:
							twice++
						default:
							got = append(got, text)
						}
					}
					if len(got) != each || !slices.IsSorted(got) {
						t.Errorf("%s got %d of %d, in order: %v", c, len(got), each, slices.IsSorted(got))
					}
				}
				if twice > drops {
					t.Errorf("%d messages came twice, %d connections were dropped", twice, drops)
				}
			})
		})
	}
}

// Three hundred alerts to a group do not keep a person waiting, and a reply goes out within the second.
func TestRunServesEverybodyInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		box, sink, wake := &outbox{}, &screen{}, make(chan struct{}, 1)
		for i := range 100 {
			c := fmt.Sprint("telegram:", i)
			box.save(news.Chat{Address: c, Kind: news.ChatPrivate})
			for n := range 3 {
				box.owe(c, fmt.Sprint(n))
			}
		}
		for i := range 300 {
			box.owe("telegram:-1", fmt.Sprint(i))
		}
		box.owe("telegram:-2", "the only one")
		began := time.Now()
		done := make(chan struct{})
		go func() {
			defer close(done)
			Run(ctx, Deps{Store: box, Sink: sink, Now: time.Now}, Holder{Leases: &leases{}, Owner: "a", Now: time.Now}, Loop{Wake: wake})
		}()
		<-time.After(10 * time.Second)
		box.say("telegram:-1", "reply")
		wake <- struct{}{}
		<-time.After(10 * time.Second)
		cancel()
		<-done
		first := func(text string) time.Duration {
			for i, m := range sink.posted {
				if m.Text == text {
					return sink.at[i].Sub(began)
				}
			}
			return time.Hour
		}
		if got := first("the only one"); got > 5*time.Second {
			t.Errorf("the only one came after %v", got)
		}
		if got := first("reply"); got > 12*time.Second {
			t.Errorf("the reply came after %v", got)
		}
		if n := len(sink.posted); n < 300 {
			t.Errorf("%d messages in 20 seconds", n)
		}
		checkLimits(t, sink.posted, sink.at, func(chat string) bool { return !strings.Contains(chat, "-") })
	})
}

// A chat that waits is written to when it said, not at the next tick; the loop sleeps until then.
func TestRunSleepsUntilTheNextMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		box, sink := &outbox{}, &screen{}
		box.save(news.Chat{Address: person, Kind: news.ChatPrivate})
		box.owe(person, "1")
		box.owe(person, "2")
		began, told := time.Now(), false
		sink.fail = func(news.Message) error {
			if !told {
				told = true
				return &RetryAfter{After: 3 * time.Second}
			}
			return nil
		}
		flushes := 0
		deps := Deps{Store: &countingOutbox{box, &flushes}, Sink: sink, Now: time.Now}
		done := make(chan struct{})
		go func() {
			defer close(done)
			Run(ctx, deps, Holder{Leases: &leases{}, Owner: "a", Now: time.Now}, Loop{})
		}()
		<-time.After(10 * time.Second)
		cancel()
		<-done
		var at []time.Duration
		for _, x := range sink.at {
			at = append(at, x.Sub(began))
		}
		if want := []time.Duration{3 * time.Second, 3*time.Second + TelegramLimits().Chat.Per}; !slices.Equal(at, want) {
			t.Errorf("posted at %v, want %v", at, want)
		}
		if flushes > 4 {
			t.Errorf("%d flushes for two messages", flushes)
		}
	})
}

// A countingOutbox counts flushes.
type countingOutbox struct {
	*outbox
	flushes *int
}

func (c *countingOutbox) Frozen(ctx context.Context) ([]news.Message, error) {
	*c.flushes++
	return c.outbox.Frozen(ctx)
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, sink := &outbox{}, &screen{}
		box.save(news.Chat{Address: person, Kind: news.ChatPrivate})
		for i := range 5 {
			box.owe(person, fmt.Sprint(i))
			box.owe("terminal", fmt.Sprint(i))
		}
		box.owe(channel, "waits")
		sink.fail = func(m news.Message) error {
			if m.Chat == channel {
				return &RetryAfter{After: time.Hour}
			}
			return nil
		}
		began := time.Now()
		sum, err := Drain(t.Context(), Deps{Store: box, Sink: sink, Now: time.Now}, news.Lease{}, 30*time.Second)
		if err != nil || sum.Sent != 10 || sum.Failed != 1 || sum.Next.Sub(began) != time.Hour {
			t.Errorf("summary %+v, error %v", sum, err)
		}
		if took := time.Since(began); took != 4*TelegramLimits().Chat.Per {
			t.Errorf("took %v", took)
		}
	})
}

// A program that dies between posting and writing that down, and again at every start, repeats one message each time, and never faster than a group takes.
func TestFlushKilledOverAndOverKeepsTheLimits(t *testing.T) {
	d := newDesk(t, group)
	owe(t, d.st, "1")
	d.deps.Store = &fullDisk{Store: d.st, full: errors.New("killed")}
	var at []time.Time
	d.sink.after = func(news.Message) { at = append(at, d.now) }
	for range 60 {
		d.restart()
		for range 2 { // what may have been under way is left alone for a moment
			_, _ = Flush(t.Context(), d.deps, d.lease)
			d.now = d.now.Add(1100 * time.Millisecond)
		}
	}
	if n := busiest(at, time.Minute); n > 20 || n < 10 {
		t.Errorf("%d messages in a minute to a group, %d in all", n, len(at))
	}
	// Whoever stays alive posts it once more, and that is the end of it.
	d.deps.Store = d.st
	posted := len(at)
	d.restart()
	if sum := d.all(2 * time.Minute); sum.Sent != 1 || len(at) != posted+1 {
		t.Errorf("summary %+v, %d messages after %d", sum, len(at), posted)
	}
	check(t, d.st, "owed 0 frozen 0 sent 1 skipped 0 unsent 0")
}

// A forgetful store cannot write a wait down: the program is killed before it does.
type forgetful struct{ *store.Store }

func (forgetful) SetWait(context.Context, string, time.Time) error { return errors.New("killed") }

// A wait that a chat asked for is not known after a kill between that answer and writing it down. It is asked once more, and not at once.
func TestFlushKilledBeforeAWaitIsWrittenDown(t *testing.T) {
	d := newDesk(t, person)
	owe(t, d.st, "1", "2")
	asked := 0
	d.sink.fail = func(news.Message) error {
		asked++
		return &RetryAfter{After: 12 * time.Hour}
	}
	d.deps.Store = forgetful{d.st}
	if _, err := Flush(t.Context(), d.deps, d.lease); err == nil || asked != 1 {
		t.Fatalf("asked %d times, error %v", asked, err)
	}
	d.deps.Store = d.st
	d.restart()
	if sum := d.flush(); asked != 1 || sum.Next.Sub(d.now) != TelegramLimits().Chat.Per {
		t.Errorf("asked %d times, summary %+v", asked, sum)
	}
	for range 3 {
		d.all(time.Hour)
		d.restart()
	}
	if asked != 2 {
		t.Errorf("asked %d times after one kill", asked)
	}
}
