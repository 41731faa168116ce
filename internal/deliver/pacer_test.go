package deliver

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"vestnik/internal/news"
)

// busiest is the largest number of times within any stretch of time per long, its end left out.
func busiest(times []time.Time, per time.Duration) int {
	most, first := 0, 0
	for i, t := range times {
		for t.Sub(times[first]) >= per {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestBusiest(t *testing.T) {
	at := func(ms ...int) (times []time.Time) {
		for _, m := range ms {
			times = append(times, time.UnixMilli(int64(m)))
		}
		return times
	}
	for _, tt := range []struct {
		times []time.Time
		want  int
	}{{nil, 0}, {at(0), 1}, {at(0, 1000), 1}, {at(0, 999), 2}, {at(0, 500, 1000, 1499, 1500), 3}} {
		if got := busiest(tt.times, time.Second); got != tt.want {
			t.Errorf("busiest(%v) = %d, want %d", tt.times, got, tt.want)
		}
	}
}

// Whatever the schedule, the network's delays, restarts and pauses, what arrives never exceeds what Telegram allows.
func TestPacerNeverExceeds(t *testing.T) {
	messages := 0
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		upTo := func(d time.Duration) time.Duration { return time.Duration(rnd.Int64N(int64(d))) }
		now := time.Unix(1_800_000_000, 0)
		p := NewPacer(TelegramLimits())
		kinds := []news.ChatKind{news.ChatPrivate, news.ChatGroup, news.ChatChannel, ""}
		chats := 1 + rnd.IntN(60)
		slowest := []time.Duration{time.Millisecond, 50 * time.Millisecond, 2 * time.Second}[rnd.IntN(3)]
		arrived := map[string][]time.Time{}
		var all []time.Time
		type done struct {
			chat string
			at   time.Time
		}
		var store []done // what a restart reads back
		for range 600 {
			n := rnd.IntN(chats)
			chat, kind := fmt.Sprint("telegram:", n), kinds[n%4]
			next := p.Next(chat, kind, now)
			if next.Before(now) {
				t.Fatalf("seed %d: Next went back from %v to %v", seed, now, next)
			}
			if next.After(now) {
				if rnd.IntN(3) > 0 { // somebody else's turn, or a while later
					now = now.Add(upTo(300 * time.Millisecond))
					continue
				}
				now = next
			}
			took := upTo(slowest)
			at := now.Add(upTo(took + 1))
			now = now.Add(took)
			p.Did(chat, now)
			store = append(store, done{chat, now})
			arrived[chat], all = append(arrived[chat], at), append(all, at)
			switch rnd.IntN(100) {
			case 0: // killed and started again
				p = NewPacer(TelegramLimits())
				rnd.Shuffle(len(store), func(i, j int) { store[i], store[j] = store[j], store[i] })
				for _, d := range store {
					if now.Sub(d.at) <= TelegramLimits().longest() {
						p.Did(d.chat, d.at)
					}
				}
			case 1:
				p.TooMany(chat, upTo(time.Hour), now)
			}
		}
		messages += len(all)
		if n := busiest(all, time.Second); n > 30 {
			t.Errorf("seed %d: %d in a second", seed, n)
		}
		for chat, times := range arrived {
			if n := busiest(times, time.Second); n > 1 {
				t.Errorf("seed %d: %d in a second to %s", seed, n, chat)
			}
			var n int
			_, _ = fmt.Sscanf(chat, "telegram:%d", &n)
			if n%4 == 0 {
				continue
			}
			if n := busiest(times, time.Minute); n > 20 {
				t.Errorf("seed %d: %d in a minute to the group %s", seed, n, chat)
			}
		}
	}
	if messages < 20_000 {
		t.Errorf("only %d messages went; nothing was tried", messages)
	}
}

// Pacing is not slower than it must be.
func TestPacerKeepsGoing(t *testing.T) {
	for _, tt := range []struct {
		name  string
		chats int
		kind  news.ChatKind
		took  time.Duration
		want  int // in two minutes, at least
	}{
		{"one person", 1, news.ChatPrivate, 0, 114},
		{"one group", 1, news.ChatGroup, 0, 36},
		{"one of unknown kind", 1, "", 0, 36},
		{"many people", 100, news.ChatPrivate, 0, 2_800},
		{"a slow network", 100, news.ChatPrivate, 50 * time.Millisecond, 2_380},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, now, sent := NewPacer(TelegramLimits()), time.Unix(1_800_000_000, 0), 0
			end := now.Add(2 * time.Minute)
			for now.Before(end) {
				soonest, chat := time.Time{}, ""
				for i := range tt.chats {
					c := fmt.Sprint(i)
					if at := p.Next(c, tt.kind, now); soonest.IsZero() || at.Before(soonest) {
						soonest, chat = at, c
					}
				}
				now = soonest.Add(tt.took)
				p.Did(chat, now)
				sent++
			}
			if sent < tt.want {
				t.Errorf("%d messages in two minutes, want %d", sent, tt.want)
			}
		})
	}
}

func TestPacerPausesForAll(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	sec := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	type told struct {
		chat     string
		at, wait float64
	}
	for _, tt := range []struct {
		name string
		told []told
		want float64 // when another chat may go
	}{
		{"one chat", []told{{"a", 0, 5}}, 0},
		{"one chat thrice", []told{{"a", 0, 5}, {"a", 0.1, 5}, {"a", 0.2, 5}}, 0},
		{"two", []told{{"a", 0, 5}, {"b", 0.1, 5}}, 0},
		{"three within a second", []told{{"a", 0, 5}, {"b", 0.5, 9}, {"c", 1, 3}}, 10},
		{"three within two", []told{{"a", 0, 5}, {"b", 1, 9}, {"c", 2, 3}}, 0},
		{"for half a day", []told{{"a", 0, 43838}, {"b", 0, 5}, {"c", 0, 5}}, 60},
		{"a second pause does not shorten the first", []told{{"a", 0, 30}, {"b", 0, 30}, {"c", 0, 30}, {"d", 5, 1}, {"e", 5, 1}, {"f", 5, 1}}, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := NewPacer(TelegramLimits())
			for _, x := range tt.told {
				p.TooMany(x.chat, sec(x.wait), now.Add(sec(x.at)))
			}
			if got := p.Next("other", news.ChatPrivate, now).Sub(now); got != sec(tt.want) {
				t.Errorf("another chat may go after %v, want %v s", got, tt.want)
			}
		})
	}
}

func TestPacerForgets(t *testing.T) {
	p, now := NewPacer(TelegramLimits()), time.Unix(1_800_000_000, 0)
	for i := range 10_000 {
		p.Did(fmt.Sprint(i), now)
		now = now.Add(100 * time.Millisecond)
	}
	if len(p.chats) > 1300 || len(p.all) > 25 {
		t.Errorf("remembers %d chats and %d messages", len(p.chats), len(p.all))
	}
}
