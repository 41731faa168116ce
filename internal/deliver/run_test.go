package deliver

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vestnik/internal/news"
)

func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &leases{}
		h := Holder{Leases: l, Owner: "a", Now: time.Now}
		err := Hold(t.Context(), h, func(ctx context.Context, lease news.Lease) error {
			other := h
			other.Owner = "b"
			if err := Hold(ctx, other, nil); !errors.Is(err, news.ErrLeaseHeld) {
				t.Errorf("the second sender got %v", err)
			}
			<-time.After(5 * time.Minute)
			if err := Hold(ctx, other, nil); !errors.Is(err, news.ErrLeaseHeld) {
				t.Errorf("after five minutes the second sender got %v", err)
			}
			return ctx.Err()
		})
		if err != nil || l.renewals < 29 {
			t.Errorf("error %v after %d renewals", err, l.renewals)
		}
		if l.lease.Owner != "" {
			t.Error("the lease was not released")
		}
	})
}

func TestHoldEndsWhenTheLeaseIsLost(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*leases)
		want  time.Duration
	}{
		"somebody took it":    {func(l *leases) { l.take("b") }, 10 * time.Second},
		"the store is silent": {func(l *leases) { l.spoil(errors.New("disk")) }, 30 * time.Second},
		"the store hiccups": {func(l *leases) {
			l.spoil(errors.New("disk"))
			time.AfterFunc(15*time.Second, func() { l.spoil(nil) })
		}, 0},
		"nothing is the cause": {func(*leases) {}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &leases{}
				began := time.Now()
				var ended time.Duration
				err := Hold(t.Context(), Holder{Leases: l, Owner: "a", Now: time.Now}, func(ctx context.Context, _ news.Lease) error {
					tt.spoil(l)
					select {
					case <-ctx.Done():
						ended = time.Since(began)
					case <-time.After(10 * time.Minute):
					}
					return nil
				})
				if ended != tt.want || errors.Is(err, news.ErrLeaseLost) != (tt.want > 0) {
					t.Errorf("ended after %v with %v, want after %v", ended, err, tt.want)
				}
			})
		})
	}
}

func TestRunPostsAtOnceOnWakeAndOnTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		box, sink, wake := &outbox{}, &screen{}, make(chan struct{})
		box.owe("c", "at start")
		done := make(chan struct{})
		go func() {
			defer close(done)
			Run(ctx, Deps{Store: box, Sink: sink, Now: time.Now}, Holder{Leases: &leases{}, Owner: "a", Now: time.Now}, Loop{Wake: wake})
		}()
		synctest.Wait()
		want := []string{"at start"}
		if got := sink.texts(); !slices.Equal(got, want) {
			t.Fatalf("at start: %q", got)
		}
		box.owe("c", "woken")
		wake <- struct{}{}
		synctest.Wait()
		want = append(want, "woken")
		if got := sink.texts(); !slices.Equal(got, want) {
			t.Fatalf("on wake-up: %q", got)
		}
		box.owe("c", "ticked")
		<-time.After(16 * time.Second)
		want = append(want, "ticked")
		if got := sink.texts(); !slices.Equal(got, want) {
			t.Fatalf("after a tick: %q", got)
		}
		cancel()
		<-done
	})
}

func TestRunWaitsForTheMessageUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		box, l := &outbox{}, &leases{}
		box.owe("c", "one")
		box.owe("c", "two")
		sink := &screen{after: func(news.Message) {
			cancel()
			<-time.After(5 * time.Second)
		}}
		Run(ctx, Deps{Store: box, Sink: sink, Now: time.Now}, Holder{Leases: l, Owner: "a", Now: time.Now}, Loop{})
		if box.sent != 1 || len(box.frozen) != 0 || len(box.queue) != 1 {
			t.Errorf("sent %d, frozen %d, owed %d; want the one under way sent and the other owed", box.sent, len(box.frozen), len(box.queue))
		}
		if l.lease.Owner != "" {
			t.Error("the lease was not released")
		}
	})
}

func TestRunTakesOverAndHonoursWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		box, l := &outbox{}, &leases{}
		began := time.Now()
		l.lease = news.Lease{Owner: "died", Epoch: 1, Until: began.Add(30 * time.Second)}
		var tried []time.Duration
		sink := &screen{fail: func(m news.Message) error {
			if m.Chat == "slow" {
				tried = append(tried, time.Since(began))
				if len(tried) < 3 {
					return &RetryAfter{After: 100 * time.Second}
				}
			}
			return nil
		}}
		box.owe("slow", "s")
		box.owe("fast", "f")
		done := make(chan struct{})
		go func() {
			defer close(done)
			Run(ctx, Deps{Store: box, Sink: sink, Now: time.Now}, Holder{Leases: l, Owner: "a", Now: time.Now}, Loop{Every: 10 * time.Second})
		}()
		<-time.After(29 * time.Second)
		if len(sink.texts()) != 0 {
			t.Error("posted under somebody else's lease")
		}
		<-time.After(10 * time.Second)
		if got := sink.texts(); !slices.Equal(got, []string{"f"}) {
			t.Errorf("posted %q; the chat that waits must not hold up the other", got)
		}
		<-time.After(10 * time.Minute)
		cancel()
		<-done
		if got := sink.texts(); !slices.Equal(got, []string{"f", "s"}) {
			t.Errorf("posted %q", got)
		}
		if want := []time.Duration{30 * time.Second, 130 * time.Second, 230 * time.Second}; !slices.Equal(tried, want) {
			t.Errorf("the slow chat was tried at %v, want %v", tried, want)
		}
	})
}
