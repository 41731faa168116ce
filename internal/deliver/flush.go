package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
)

// A Store is the outbox and its ledger, and what is remembered of chats. Chats called base are addresses without topic.
type Store interface {
	// Hush puts off what is due in chats whose quiet hours have begun, NextDue tells when the next of what was put off comes due; zero: nothing does.
	Hush(ctx context.Context, now time.Time) (n int, err error)
	NextDue(ctx context.Context, now time.Time) (time.Time, error)
	// OwedChats returns the chats that are owed alerts which are due, the longest owed first.
	OwedChats(ctx context.Context, now time.Time) ([]news.OwedChat, error)
	// Owed returns what a chat is owed and is due, at most limit items, the longest owed first; all alerts about an item in one.
	Owed(ctx context.Context, chat string, now time.Time, limit int) ([]news.OwedItem, error)
	// Told returns what a chat was told of stories, those left out that it was told nothing of.
	Told(ctx context.Context, chat string, stories []int64) (map[int64]news.Told, error)
	// Freeze writes a message down; its alerts are owed no more. It fails with news.ErrLeaseLost when somebody else sends now, and with
	// news.ErrNotFound when one of the alerts is not owed any more.
	Freeze(ctx context.Context, lease news.Lease, m news.Message) (id int64, err error)
	// Skip writes down that a chat gets no message about alerts, and why; those that are not owed any more are left alone.
	Skip(ctx context.Context, lease news.Lease, chat string, alertIDs []int64, reason string) error
	// Frozen returns the messages that are written down, frozen or enqueued, and not known to be posted, in order.
	// Their files come without Data, which File returns.
	Frozen(ctx context.Context) ([]news.Message, error)
	File(ctx context.Context, messageID int64) ([]byte, error)
	// Sent and Refused say what became of a frozen message, Tried that nothing is known of it. All fail with news.ErrNotFound when it is not
	// frozen any more.
	Sent(ctx context.Context, lease news.Lease, messageID int64, ref string, now time.Time) error
	Refused(ctx context.Context, lease news.Lease, messageID int64, reason string) error
	Tried(ctx context.Context, lease news.Lease, messageID int64, now time.Time) error
	// Postings returns what was or may have been posted since.
	Postings(ctx context.Context, since time.Time) ([]news.Posting, error)

	Chat(ctx context.Context, base string) (news.Chat, bool, error)
	// CloseChat skips what a chat is owed and refuses what is frozen for it, MigrateChat moves both.
	CloseChat(ctx context.Context, base, why string, now time.Time) error
	MigrateChat(ctx context.Context, from, to string) error
	// SetWait keeps a chat silent until then, Waits tells which are to be.
	SetWait(ctx context.Context, base string, until time.Time) error
	Waits(ctx context.Context, now time.Time) (map[string]time.Time, error)
}

// Deps is what a flush works with.
type Deps struct {
	Store   Store
	Sink    Sink
	Burst   int                        // a chat that is owed more new messages than this gets digests of them; 0: no limit, one message a story or item
	Top     int                        // so many of a burst, those with the highest scores, go out on their own
	Stories func() StoryRules          // nil: DefaultStoryRules
	Alike   func(a, b *news.Item) bool // whether one says nearly word for word what the other does; nil: none do
	CatchUp news.Outage                // not zero: the bot was down; each chat that is owed several items in the first flush gets a digest that says so
	Now     func() time.Time
	Log     *slog.Logger // nil: silent

	// Memory carries pacing and the like from one flush to the next. Nil: made anew for this one, with Limits. Run makes its own.
	Memory *Memory
	Limits Limits // zero: TelegramLimits. Chats on this machine have none

	page int // owed items read at once; 0: page

	OnGone     func(chat, why string)             // a chat (base) was closed; nil: not called
	OnLongWait func(chat string, until time.Time) // a chat (base) asked for a wait of LongWait or more; nil: not called
}

// DefaultBurst is Deps.Burst for a chat that people read on a phone: Telegram takes 20 messages a minute to a group.
const DefaultBurst = 20

// DefaultTop is Deps.Top where there is a Burst: the first screen of a phone.
const DefaultTop = 3

// LongWait is how long a wait has to be for somebody to hear of it.
const LongWait = 10 * time.Minute

// withDefaults fills in what may be left out.
func (d Deps) withDefaults() Deps {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Limits == (Limits{}) {
		d.Limits = TelegramLimits()
	}
	if d.page == 0 {
		d.page = page
	}
	if d.Alike == nil {
		d.Alike = func(a, b *news.Item) bool { return false }
	}
	if d.Stories == nil {
		d.Stories = DefaultStoryRules
	}
	if d.Memory == nil {
		d.Memory = NewMemory(d.Limits)
	}
	return d
}

// A Summary is a flush in numbers.
type Summary struct {
	Sent     int // messages posted
	Alerts   int // alerts in them
	Digests  int // messages that tell of several stories or items
	Updates  int // messages that changed one which tells a story
	Reposted int // messages about alerts that were frozen before and that were posted now, Sent among them
	Refused  int // messages that will never be posted
	Failed   int // messages that are still to be posted
	Poisoned int // messages that the sink could not render: posted as title and link
	Gone     int // chats that were closed
	Moved    int // chats that have another address now

	Next time.Time // when the next message may go; zero: none is left. It may have passed already
}

const (
	page   = 500              // owed items read at once
	finish = 20 * time.Second // how long a message under way may take once the program is told to stop
)

// Flush posts what may go now. In every chat messages that are written down and not known to be posted come first, in their order and exactly as they
// were written: replies, notices, and what an earlier run froze, which may have died between posting one and writing that down, so at most that one
// message a chat is posted twice. Then what the chat is owed: each message is frozen, posted and written down as sent before the chat's next one is
// frozen. Changes of buttons alone come last of all.
//
// Each chat gets one message at most, if its limits let it; see Summary.Next for the one after. Those that were not written to for the longest come first.
// Chats on this machine have no limits and get everything at once. A chat whose message got no answer is left alone for a while, one that asked for a wait
// as long as it asked for, also by a later run. The error says that the lease is lost, the store failed or ctx ended.
func Flush(ctx context.Context, deps Deps, lease news.Lease) (Summary, error) {
	f := &flush{Deps: deps.withDefaults(), lease: lease}
	err := f.run(ctx)
	return f.sum, err
}

type flush struct {
	Deps
	lease news.Lease
	waits map[string]time.Time
	sum   Summary
}

func (f *flush) run(ctx context.Context) error {
	lines, err := f.lines(ctx)
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	for _, l := range order(lines, f.Memory.pacer) {
		if err := f.serve(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// serve posts a chat's next message if it may go now, and in a chat on this machine all.
func (f *flush) serve(ctx context.Context, l *line) error {
	for turn := 0; !l.empty(); turn++ {
		next, err := f.next(ctx, l)
		if err != nil {
			return err
		}
		if next.After(f.Now()) || turn > 0 && !local(l.base) {
			f.at(next)
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.writtenFirst() {
			m := l.messages[0]
			l.messages = l.messages[1:]
			before := f.sum.Sent
			err = f.post(ctx, l, m)
			if len(m.AlertIDs) > 0 {
				f.sum.Reposted += f.sum.Sent - before
			}
		} else {
			err = f.alerts(ctx, l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// next is when a chat may be written to.
func (f *flush) next(ctx context.Context, l *line) (time.Time, error) {
	next := later(f.waits[l.base], f.Memory.again[l.base].at)
	if local(l.base) {
		return next, nil
	}
	kind, err := f.Memory.kind(ctx, f.Store, l.base)
	return later(next, f.Memory.pacer.Next(l.base, kind, f.Now())), err
}

// at notes that a message may go then.
func (f *flush) at(next time.Time) {
	if f.sum.Next.IsZero() || next.Before(f.sum.Next) {
		f.sum.Next = next
	}
}

// alerts posts a message about what the chat is owed. Nothing of it is dropped.
func (f *flush) alerts(ctx context.Context, l *line) error {
	if err := f.fill(ctx, l); err != nil || len(l.queue) == 0 {
		return err
	}
	chat := l.owed[0].Chat
	m, n := f.render(chat, l.queue[0])
	for _, p := range l.queue[0].parcels[:n] {
		m.AlertIDs = append(m.AlertIDs, p.alerts()...)
	}
	digest, single := n > 1, len(l.queue[0].parcels) == 1
	l.took(n)
	var err error
	switch m.ID, err = f.Store.Freeze(ctx, f.lease, m); {
	case errors.Is(err, news.ErrNotFound):
		// The chat was muted, unsubscribed or moved since its alerts were read. They are read again, by the next flush.
		f.at(f.Now())
		l.clear()
		return nil
	case err != nil:
		return fmt.Errorf("deliver: %w", err)
	}
	if m.Kind != news.MessageEdit {
		delete(f.Memory.down, chat)
		if single {
			f.Memory.single(chat)
		}
	}
	before := f.sum.Sent
	err = f.post(ctx, l, m)
	switch posted := f.sum.Sent - before; {
	case m.Kind == news.MessageEdit:
		f.sum.Updates += posted
	case digest:
		f.sum.Digests += posted
	}
	return err
}

// post sends a frozen message and writes down what became of it. Once begun it is finished even when the program is told to stop:
// a message cut off here would be posted again at the next start.
func (f *flush) post(ctx context.Context, l *line, m news.Message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()
	ref, posted := f.Memory.posted[m.ID]
	var err error
	if !posted {
		ref, err = f.send(ctx, m)
	}
	now := f.Now()
	if !local(l.base) {
		f.Memory.pacer.Did(l.base, now)
	}
	delivered := err == nil
	if err = f.settle(ctx, l, m, ref, err, now); err == nil || errors.Is(err, news.ErrNotFound) {
		// Not found: the chat was closed or forgotten while the message was under way. What is stored then is right.
		delete(f.Memory.posted, m.ID)
		if f.Memory.again[l.base].tries == 0 {
			delete(f.Memory.slow, m.ID)
		}
		return nil
	}
	if delivered { // and not written down: the disk is full, say. It is not posted again for that, as long as this program runs
		f.Memory.posted[m.ID] = ref
	}
	return fmt.Errorf("deliver: %w", err)
}

// settle writes down what became of a message: err is what the sink said.
func (f *flush) settle(ctx context.Context, l *line, m news.Message, ref string, err error, now time.Time) error {
	var (
		retry    *RetryAfter
		gone     *Gone
		migrated *Migrated
	)
	switch {
	case err == nil:
		delete(f.Memory.again, l.base)
		delete(f.Memory.panics, m.ID)
		f.sum.Sent++
		f.sum.Alerts += len(m.AlertIDs)
		return f.Store.Sent(ctx, f.lease, m.ID, ref, now)
	case f.hopeless(m, err):
		f.Log.Warn("message refused for good", "message", m.ID, "err", err)
		delete(f.Memory.again, l.base)
		f.sum.Refused++
		return f.Store.Refused(ctx, f.lease, m.ID, reason(err))
	case errors.As(err, &gone):
		f.Log.Warn("a chat is gone", "message", m.ID, "err", err)
		f.sum.Refused++
		f.sum.Gone++
		l.clear()
		why := gone.Why
		if why == "" {
			why = "gone"
		}
		if err := f.Store.CloseChat(ctx, l.base, why, now); err != nil {
			return err
		}
		if f.OnGone != nil {
			f.OnGone(l.base, why)
		}
		return nil
	case errors.As(err, &migrated) && migrated.To != "" && news.BaseChat(migrated.To) != l.base:
		f.Log.Info("a chat has moved", "message", m.ID)
		f.sum.Moved++
		l.clear()
		f.at(now)
		return f.Store.MigrateChat(ctx, l.base, news.BaseChat(migrated.To))
	}

	f.sum.Failed++
	if errors.As(err, &retry) {
		return f.wait(ctx, l, m, retry, now)
	}
	if m.File != nil && errors.Is(err, context.DeadlineExceeded) {
		f.Memory.slow[m.ID]++
	}
	f.Log.Warn("message not posted, to be tried again", "message", m.ID, "err", err)
	f.Memory.silent(l.base, now)
	l.again(m)
	return f.Store.Tried(ctx, f.lease, m.ID, now)
}

// wait keeps the peace of a chat that asked for it.
func (f *flush) wait(ctx context.Context, l *line, m news.Message, retry *RetryAfter, now time.Time) error {
	after := max(retry.After, 0)
	until := now.Add(after)
	f.Log.Warn("a chat asks to wait", "message", m.ID, "wait", after.String(), "err", retry)
	f.waits[l.base] = until
	f.Memory.pacer.TooMany(l.base, after, now)
	l.again(m)
	if err := f.Store.SetWait(ctx, l.base, until); err != nil {
		return err
	}
	if after >= LongWait && f.OnLongWait != nil {
		f.OnLongWait(l.base, until)
	}
	return nil
}

// hopeless reports whether a message will never be posted: the sink says so, or fell over it twice.
func (f *flush) hopeless(m news.Message, err error) bool {
	var (
		text      *BadText
		permanent *Permanent
		fell      *panicked
	)
	if errors.As(err, &fell) {
		f.Memory.panics[m.ID]++
		if f.Memory.panics[m.ID] < panicsMax {
			return false
		}
		delete(f.Memory.panics, m.ID)
		return true
	}
	return errors.As(err, &text) || errors.As(err, &permanent)
}

// panicked is the error of a sink that fell over.
type panicked struct {
	doing string
	value any
}

func (p *panicked) Error() string { return fmt.Sprintf("panic while %s: %v", p.doing, p.value) }

// send lets a sink that panics fail like one that is out of reach: whether the message was posted is not known.
func (f *flush) send(ctx context.Context, m news.Message) (ref string, err error) {
	defer f.caught("sending", m.ID, &err)
	if m.File != nil && f.Memory.slow[m.ID] >= slowMax {
		f.Log.Warn("a file does not get through in time; the words go alone", "message", m.ID)
		if m.File = nil; m.Text == "" {
			return "", &Permanent{Err: errors.New("the file does not get through in time")}
		}
	}
	if m.File != nil && m.File.Data == nil {
		file := *m.File
		if file.Data, err = f.Store.File(ctx, m.ID); err != nil {
			return "", err
		}
		m.File = &file
	}
	return f.Sink.Send(ctx, m)
}

func (f *flush) caught(doing string, id int64, err *error) {
	if v := recover(); v != nil {
		f.Log.Error("panic", "while", doing, "id", id, "value", v, "stack", string(debug.Stack()))
		*err = &panicked{doing, v}
	}
}

// render is the message about the first n parcels of a telling. It never fails: when the sink cannot render them, fewer are tried, and one alone that it
// cannot render goes out as titles and links.
func (f *flush) render(chat string, t telling) (m news.Message, n int) {
	m = news.Message{Chat: chat, Created: f.Now()}
	down := f.Memory.down[chat]
	if t.update {
		down = news.Outage{}
	}
	for try := t.parcels; ; try = try[:(len(try)+1)/2] {
		bundles := make([]Bundle, len(try))
		for i, p := range try {
			bundles[i] = p.brief()
		}
		if len(try) == 1 {
			bundles[0] = try[0].whole(t.update)
		}
		var err error
		m.Text, m.Markup, n, err = f.try(chat, bundles, down)
		if err == nil && (n < 1 || n > len(try) || strings.TrimSpace(m.Text) == "") {
			err = fmt.Errorf("the sink rendered %d of %d bundles in %d bytes", n, len(try), len(m.Text))
		}
		if err != nil {
			f.Log.Error("message not rendered", "item", bundles[0].Items[0].Item.ID, "bundles", len(try), "err", err)
			if len(try) > 1 {
				continue
			}
			f.sum.Poisoned++
			m.Text, m.Markup, n = Plain(bundles[0].Items), "", 1
		}
		m.Silent = !slices.ContainsFunc(try[:n], func(p *parcel) bool { return !p.silent() })
		if p := try[0]; len(try) == 1 && p.story != 0 {
			m.Story, m.Lead, m.Told = p.story, bundles[0].Items[0].Item.ID, len(bundles[0].Items)
			switch {
			case t.update:
				m.Kind, m.Target, m.Silent = news.MessageEdit, p.told.Living.Ref, true
			case len(p.told.Items) > 0:
				m.Silent = m.Silent || p.again == "" && p.told.Living == nil // a digest told of it
				if p.told.Living != nil {
					m.Target = p.told.Living.Ref
				}
			}
		}
		return m, n
	}
}

func (f *flush) try(chat string, bundles []Bundle, down news.Outage) (text, markup string, n int, err error) {
	defer f.caught("rendering", bundles[0].Items[0].Item.ID, &err)
	return f.Sink.Render(chat, bundles, down)
}
