package deliver

import (
	"slices"
	"time"

	"vestnik/internal/news"
)

// A Rate is at most N messages in any stretch of time Per long. The zero Rate is no limit.
type Rate struct {
	N   int
	Per time.Duration
}

// Limits are what a sink's other side puts up with.
type Limits struct {
	Chat  Rate // to one chat
	Group Rate // to one group or channel, beside Chat
	All   Rate // to all chats together
}

// TelegramLimits stay below what Telegram's FAQ for bots names (https://core.telegram.org/bots/faq, "My bot is hitting limits"): one message a second
// to a chat, 20 a minute to a group, 30 a second in all. The stretches are longer by what two clocks and a network may differ. Two of the 20 and five of
// the 30 are left to what this program does not pace: a text that is tried once more without markup, answers to pressed buttons, a person who posts by hand.
func TelegramLimits() Limits {
	return Limits{
		Chat:  Rate{1, 1050 * time.Millisecond},
		Group: Rate{18, 61 * time.Second},
		All:   Rate{25, 1050 * time.Millisecond},
	}
}

// longest is the longest stretch that any of the limits looks back.
func (l Limits) longest() time.Duration { return max(l.Chat.Per, l.Group.Per, l.All.Per) }

// A Pacer says when the next message may go to a chat, so that no limit is exceeded in any stretch of time. It has no clock of its own and is not
// for use by several goroutines at once. Chats are named without their topic, see news.BaseChat.
//
// A message counts at the time it was done with (see Did): it arrived at some time before that, and the next one arrives after it is begun, so what
// holds between done and begun holds between the two arrivals.
type Pacer struct {
	limits Limits
	chats  map[string][]time.Time // when messages to a chat were done with, ascending; no more than count
	all    []time.Time
	swept  time.Time
	paused time.Time // nothing goes before then
	told   []tooMany
}

// tooMany is a 429: a chat was told at some time to wait.
type tooMany struct {
	chat string
	at   time.Time
	wait time.Duration
}

// NewPacer returns a pacer that knows of no message yet.
func NewPacer(limits Limits) *Pacer {
	return &Pacer{limits: limits, chats: map[string][]time.Time{}}
}

// Next is the earliest time, not before now, at which a message may be begun. A chat of unknown kind is paced like a group.
func (p *Pacer) Next(chat string, kind news.ChatKind, now time.Time) time.Time {
	next := later(now, p.paused)
	next = later(next, p.limits.All.next(p.all))
	next = later(next, p.limits.Chat.next(p.chats[chat]))
	if kind != news.ChatPrivate {
		next = later(next, p.limits.Group.next(p.chats[chat]))
	}
	return next
}

// next is when there is room for one more behind those that were done with at the given times.
func (r Rate) next(done []time.Time) time.Time {
	if r.N <= 0 || len(done) < r.N {
		return time.Time{}
	}
	return done[len(done)-r.N].Add(r.Per)
}

// Did counts a message that may have arrived, whatever was heard of it, and that was done with at the given time.
func (p *Pacer) Did(chat string, at time.Time) {
	p.chats[chat] = note(p.chats[chat], at, max(p.limits.Chat.N, p.limits.Group.N))
	p.all = note(p.all, at, p.limits.All.N)
	// Chats that no limit concerns any more are forgotten now and then.
	if old := p.limits.longest(); at.Sub(p.swept) > old {
		p.swept = at
		for c, done := range p.chats {
			if at.Sub(done[len(done)-1]) > old {
				delete(p.chats, c)
			}
		}
	}
}

// note adds a time in its place and keeps the last n.
func note(done []time.Time, at time.Time, n int) []time.Time {
	i, _ := slices.BinarySearchFunc(done, at, time.Time.Compare)
	done = slices.Insert(done, i, at)
	return done[max(0, len(done)-max(n, 1)):]
}

// Last is when the latest message to a chat was done with; zero when that is longer ago than any limit looks back.
func (p *Pacer) Last(chat string) time.Time {
	if done := p.chats[chat]; len(done) > 0 {
		return done[len(done)-1]
	}
	return time.Time{}
}

const (
	manyChats = 3           // so many different chats that are told to wait
	manyIn    = time.Second // within so short a time mean that it is not about those chats
	pauseCap  = time.Minute
)

// TooMany counts that a chat was told, at now, to wait. The chat's own wait is the caller's to keep; when three different chats are told so within a
// second, everything pauses for the longest of their waits, at most a minute.
func (p *Pacer) TooMany(chat string, wait time.Duration, now time.Time) {
	p.told = slices.DeleteFunc(p.told, func(t tooMany) bool { return t.chat == chat || now.Sub(t.at) > manyIn })
	p.told = append(p.told, tooMany{chat, now, wait})
	if len(p.told) < manyChats {
		return
	}
	var longest time.Duration
	for _, t := range p.told {
		longest = max(longest, t.wait)
	}
	p.paused = later(p.paused, now.Add(min(longest, pauseCap)))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
