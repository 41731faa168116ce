package poll

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRunTicksAndSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		started := time.Now() // midnight UTC in a bubble
		var ticks []time.Duration
		took := []time.Duration{time.Second, 11 * time.Minute, time.Second, time.Second}
		done := make(chan error)
		go func() {
			done <- Run(ctx, "*/5 * * * *", nil, func(ctx context.Context, tick time.Time) {
				n := len(ticks)
				ticks = append(ticks, tick.Sub(started))
				<-time.After(took[n])
			})
		}()
		<-time.After(21 * time.Minute)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		// At once; at 5 min, which lasts until 16; not at 10 and 15; at 20.
		want := []time.Duration{0, 5 * time.Minute, 20 * time.Minute}
		if len(ticks) != len(want) {
			t.Fatalf("ran at %v, want %v", ticks, want)
		}
		for i := range want {
			if ticks[i] != want[i] {
				t.Errorf("ran at %v, want %v", ticks, want)
			}
		}
	})
}

func TestRunWaitsForTheCycleAtShutdown(t *testing.T) {
	for _, first := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cycles, finished := 0, false
			done := make(chan error)
			go func() {
				done <- Run(ctx, "@every 1m", nil, func(ctx context.Context, _ time.Time) {
					cycles++
					if !first && cycles == 1 {
						return
					}
					<-ctx.Done()
					<-time.After(3 * time.Second) // writing what was fetched
					finished = true
				})
			}()
			<-time.After(90 * time.Second)
			cancel()
			if err := <-done; err != nil || !finished {
				t.Errorf("returned %v with the cycle finished: %v", err, finished)
			}
		})
	}
}

// With cron's Recover outside SkipIfStillRunning this test sees one cycle for ever.
func TestRunSurvivesAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cycles := 0
		done := make(chan error)
		go func() {
			done <- Run(ctx, "* * * * *", nil, func(context.Context, time.Time) {
				cycles++
				panic("cycle")
			})
		}()
		<-time.After(150 * time.Second)
		cancel()
		if err := <-done; err != nil || cycles != 3 {
			t.Errorf("%d cycles, error %v; want 3", cycles, err)
		}
	})
}

func TestRunRefusesABadSchedule(t *testing.T) {
	err := Run(t.Context(), "every day", nil, func(context.Context, time.Time) { t.Error("ran") })
	if err == nil || !strings.Contains(err.Error(), `"every day"`) {
		t.Errorf("error %v does not name the schedule", err)
	}
}
