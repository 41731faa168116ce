package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"vestnik/internal/news"
)

// A Memory is what a sender knows beside the store from one flush to the next: when it posted, which chats did not answer, what it began to put
// together. It is for one holder of the lease and one flush at a time; what of it matters after a restart is read back from the store.
type Memory struct {
	pacer  *Pacer
	kinds  map[string]news.ChatKind // by base chat; only those known
	again  map[string]retry         // by base chat: those whose last message got no answer
	panics map[int64]int            // by message: how often the sink fell over it
	slow   map[int64]int            // by message: how often its file did not get through in time
	posted map[int64]string         // by message, its number at the sink: posted, but the store could not write that down
	bursts map[string]burst         // by address
	holds  map[string]hold          // by address: those that are owed nothing but what has to wait
	down   map[string]news.Outage   // by address: its next message says so
	ready  bool                     // the store was read
	caught bool                     // Deps.CatchUp was seen to
}

// A burst is more than a chat is told one by one.
type burst struct {
	last    int64 // alerts up to this one go into digests
	singles int   // but for so many, the best
}

// A hold is that all a chat was owed has to wait.
type hold struct {
	owed  news.OwedChat
	until time.Time
}

// A retry says when a chat that did not answer is tried again.
type retry struct {
	tries int
	at    time.Time
}

// NewMemory returns the memory of a sender that has yet to read the store.
func NewMemory(limits Limits) *Memory {
	return &Memory{
		pacer: NewPacer(limits), kinds: map[string]news.ChatKind{}, again: map[string]retry{}, panics: map[int64]int{}, slow: map[int64]int{},
		posted: map[int64]string{}, bursts: map[string]burst{}, holds: map[string]hold{}, down: map[string]news.Outage{},
	}
}

const (
	retryFirst = 2 * time.Second
	retryCap   = time.Minute
	panicsMax  = 2
	slowMax    = 5 // tries of a file: alerts wait behind it, and those of other chats while it is under way
)

// restore counts what an earlier sender posted of late.
//
// The first message of each chat that could have gone by now may have been under way when that sender died, at any time up to now. That is written down:
// a program that dies at it again and again repeats it once each time, and each of them counts. Of a message that was tried several times only the last
// time is known, so all of them count for then; the sender that died knew better and may have found room where there is none by that count. So whether
// a message could have gone is asked with each counted once.
func (f *flush) restore(ctx context.Context, frozen []news.Message, now time.Time) error {
	m := f.Memory
	if m.ready {
		return nil
	}
	m.pacer = NewPacer(m.pacer.limits) // a try before this one may have failed half way
	least := NewPacer(m.pacer.limits)
	list, err := f.Store.Postings(ctx, now.Add(-m.pacer.limits.longest()))
	if err != nil {
		return err
	}
	for _, p := range list {
		at := p.At
		if at.After(now) { // the clock was set back
			at = now
		}
		least.Did(news.BaseChat(p.Chat), at)
		for range p.Times {
			m.pacer.Did(news.BaseChat(p.Chat), at)
		}
	}
	var tried []news.Message
	seen := map[string]bool{}
	for _, msg := range frozen {
		base := news.BaseChat(msg.Chat)
		if seen[base] || local(base) {
			continue
		}
		seen[base] = true
		kind, err := m.kind(ctx, f.Store, base)
		if err != nil {
			return err
		}
		if !later(f.waits[base], least.Next(base, kind, now)).After(now) {
			tried = append(tried, msg)
		}
	}
	for _, msg := range tried {
		m.pacer.Did(news.BaseChat(msg.Chat), now)
		if err := f.Store.Tried(ctx, f.lease, msg.ID, now); err != nil && !errors.Is(err, news.ErrNotFound) {
			return err
		}
	}
	m.ready = true
	return nil
}

// catchUp sees to it that every chat that is owed more than one item after an outage gets a digest that says so.
func (m *Memory) catchUp(down news.Outage, owed []news.OwedChat) {
	if m.caught || down.IsZero() || len(owed) == 0 {
		return
	}
	m.caught = true
	for _, c := range owed {
		if c.Items > 1 {
			m.bursts[c.Chat], m.down[c.Chat] = burst{last: c.Last}, down
		}
	}
}

// overflows reports whether what a chat is to be told anew goes out as a digest, because there is more of it than most or it is what is left of such,
// and how many of it go out on their own nevertheless: top of every burst.
func (m *Memory) overflows(c news.OwedChat, fresh []*parcel, most, top int) (singles int, folded bool) {
	if len(fresh) == 0 {
		delete(m.bursts, c.Chat)
		return 0, false
	}
	b, going := m.bursts[c.Chat]
	if going = going && fresh[0].first() <= b.last; !going {
		b = burst{singles: top}
	}
	if most > 0 && len(fresh) > most {
		b.last, going = max(b.last, c.Last), true
	}
	if !going {
		delete(m.bursts, c.Chat)
		return 0, false
	}
	m.bursts[c.Chat] = b
	return b.singles, true
}

// single counts that one of a burst went out on its own.
func (m *Memory) single(chat string) {
	if b, ok := m.bursts[chat]; ok && b.singles > 0 {
		b.singles--
		m.bursts[chat] = b
	}
}

// hold notes that all that a chat is owed has to wait until then.
func (m *Memory) hold(c news.OwedChat, until time.Time) {
	if !until.IsZero() {
		m.holds[c.Chat] = hold{c, until}
	}
}

// held is until when all that a chat is owed has to wait; zero when that is over, or it is owed something else.
func (m *Memory) held(c news.OwedChat, now time.Time) time.Time {
	h, ok := m.holds[c.Chat]
	if ok && h.owed == c && h.until.After(now) {
		return h.until
	}
	delete(m.holds, c.Chat)
	return time.Time{}
}

// silent counts that a chat did not answer: it is tried again after 2, 4, 8 … seconds, at most a minute.
func (m *Memory) silent(base string, now time.Time) {
	r := m.again[base]
	wait := min(retryFirst<<min(r.tries, 10), retryCap)
	m.again[base] = retry{tries: r.tries + 1, at: now.Add(wait)}
}

// kind is what sort of chat base is, "" when nobody knows.
func (m *Memory) kind(ctx context.Context, st Store, base string) (news.ChatKind, error) {
	if k := m.kinds[base]; k != "" {
		return k, nil
	}
	c, _, err := st.Chat(ctx, base)
	if err != nil {
		return "", fmt.Errorf("deliver: %w", err)
	}
	if c.Kind != "" {
		m.kinds[base] = c.Kind
	}
	return c.Kind, nil
}

// local reports whether a chat is on this machine, where nobody counts messages: its address has no scheme.
func local(base string) bool { return !strings.Contains(base, ":") }
