package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"vestnik/internal/news"
)

// A Store is the outbox and its ledger.
type Store interface {
	// Owed returns what chats are owed, at most limit items, the longest owed first; all alerts of a chat about an item in one.
	Owed(ctx context.Context, limit int) ([]news.OwedItem, error)
	// Freeze writes a message down; its alerts are owed no more. It fails with news.ErrLeaseLost when somebody else sends now.
	Freeze(ctx context.Context, lease news.Lease, m news.Message) (id int64, err error)
	// Frozen returns the messages that are written down and not known to be posted, in order.
	Frozen(ctx context.Context) ([]news.Message, error)
	// Sent and Refused say what became of a frozen message.
	Sent(ctx context.Context, lease news.Lease, messageID int64, ref string, now time.Time) error
	Refused(ctx context.Context, lease news.Lease, messageID int64, reason string) error
}

// Deps is what a flush works with.
type Deps struct {
	Store Store
	Sink  Sink
	Burst int // a chat that is owed more items than this gets one digest of them; 0: no limit, one message an item
	Now   func() time.Time
	Log   *slog.Logger         // nil: silent
	Waits map[string]time.Time // chats that are not to be written to before then; not changed, see Summary.Waits
}

// DefaultBurst is Deps.Burst for a chat that people read on a phone: Telegram takes 20 messages a minute to a group.
const DefaultBurst = 20

// A Summary is a flush in numbers.
type Summary struct {
	Sent     int // messages posted
	Alerts   int // alerts in them
	Digests  int // messages that carry several items
	Reposted int // messages that an earlier run had frozen and that were posted now, Sent among them
	Refused  int // messages that will never be posted
	Failed   int // messages that are still to be posted
	Poisoned int // messages that the sink could not render: posted as title and link
	Waits    map[string]time.Time
}

const (
	page   = 500              // owed items read at once
	finish = 20 * time.Second // how long a message under way may take once the program is told to stop
)

// Flush posts what is owed. Messages that are frozen and not known to be posted come first, exactly as they were frozen: an earlier run may have died
// between posting one and writing that down, so at most that one message a chat is posted twice. Then each message is frozen, posted and written
// down as sent before the chat's next one is frozen.
//
// A chat whose message could not be posted is left alone until the next flush, or as long as it asked for; other chats go on. The error says that
// the lease is lost, the store failed or ctx ended.
func Flush(ctx context.Context, deps Deps, lease news.Lease) (Summary, error) {
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	f := &flush{Deps: deps, lease: lease, shut: map[string]bool{}}
	f.sum.Waits = map[string]time.Time{}
	for chat, until := range deps.Waits {
		if until.After(deps.Now()) {
			f.sum.Waits[chat], f.shut[chat] = until, true
		}
	}
	err := f.frozen(ctx)
	if err == nil {
		err = f.owed(ctx)
	}
	return f.sum, err
}

type flush struct {
	Deps
	lease news.Lease
	shut  map[string]bool // chats that get nothing more in this flush
	sum   Summary
}

func (f *flush) frozen(ctx context.Context) error {
	messages, err := f.Store.Frozen(ctx)
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	for _, m := range messages {
		if f.shut[m.Chat] {
			continue
		}
		before := f.sum.Sent
		if err := f.post(ctx, m); err != nil {
			return err
		}
		f.sum.Reposted += f.sum.Sent - before
	}
	return nil
}

func (f *flush) owed(ctx context.Context) error {
	for limit := page; ; {
		owed, err := f.Store.Owed(ctx, limit)
		if err != nil {
			return fmt.Errorf("deliver: %w", err)
		}
		open := false
		for _, chat := range chats(owed) {
			if f.shut[chat] {
				continue
			}
			open = true
			if err := f.chat(ctx, chat, owed); err != nil {
				return err
			}
		}
		switch {
		case len(owed) < limit:
			return nil
		case !open:
			limit *= 4 // a page of chats that wait must not hide those behind them
		}
	}
}

// chats gives the chats of owed, the longest owed first.
func chats(owed []news.OwedItem) []string {
	var order []string
	seen := map[string]bool{}
	for _, o := range owed {
		if chat := o.Alerts[0].Chat; !seen[chat] {
			seen[chat] = true
			order = append(order, chat)
		}
	}
	return order
}

// chat posts what one chat is owed: a message an item, or one digest of a burst. Nothing of a burst is dropped.
func (f *flush) chat(ctx context.Context, chat string, owed []news.OwedItem) error {
	var mine []news.OwedItem
	for _, o := range owed {
		if o.Alerts[0].Chat == chat {
			mine = append(mine, o)
		}
	}
	size := 1
	if f.Burst > 0 && len(mine) > f.Burst {
		size = len(mine)
	}
	for ; len(mine) > 0 && !f.shut[chat]; mine = mine[size:] {
		if err := ctx.Err(); err != nil {
			return err
		}
		items := mine[:size]
		m := news.Message{Chat: chat, Text: f.render(chat, items), Created: f.Now()}
		for _, o := range items {
			for _, a := range o.Alerts {
				m.AlertIDs = append(m.AlertIDs, a.ID)
			}
		}
		var err error
		if m.ID, err = f.Store.Freeze(ctx, f.lease, m); err != nil {
			return fmt.Errorf("deliver: %w", err)
		}
		before := f.sum.Sent
		if err := f.post(ctx, m); err != nil {
			return err
		}
		if size > 1 {
			f.sum.Digests += f.sum.Sent - before
		}
	}
	return nil
}

// post sends a frozen message and writes down what became of it. Once begun it is finished even when the program is told to stop:
// a message cut off here would be posted again at the next start.
func (f *flush) post(ctx context.Context, m news.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()
	ref, err := f.send(ctx, m)

	var permanent *Permanent
	var retry *RetryAfter
	switch {
	case err == nil:
		err = f.Store.Sent(ctx, f.lease, m.ID, ref, f.Now())
		f.sum.Sent++
		f.sum.Alerts += len(m.AlertIDs)
	case errors.As(err, &permanent):
		f.Log.Warn("message refused for good", "message", m.ID, "err", err)
		err = f.Store.Refused(ctx, f.lease, m.ID, reason(err))
		f.sum.Refused++
	default:
		f.sum.Failed++
		f.shut[m.Chat] = true
		if errors.As(err, &retry) {
			f.sum.Waits[m.Chat] = f.Now().Add(max(retry.After, 0))
		}
		f.Log.Warn("message not posted, to be tried again", "message", m.ID, "err", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	return nil
}

// send lets a sink that panics fail like one that is out of reach: whether the message was posted is not known.
func (f *flush) send(ctx context.Context, m news.Message) (ref string, err error) {
	defer func() {
		if v := recover(); v != nil {
			f.Log.Error("panic", "while", "sending", "message", m.ID, "value", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic while sending: %v", v)
		}
	}()
	return f.Sink.Send(ctx, m)
}

// render never fails: what the sink cannot render goes out as titles and links.
func (f *flush) render(chat string, items []news.OwedItem) string {
	text, err := f.try(chat, items)
	if err == nil && strings.TrimSpace(text) != "" {
		return text
	}
	f.sum.Poisoned++
	f.Log.Error("message not rendered, its titles and links go out", "item", items[0].Item.ID, "items", len(items), "err", err)
	return Plain(items)
}

func (f *flush) try(chat string, items []news.OwedItem) (text string, err error) {
	defer func() {
		if v := recover(); v != nil {
			f.Log.Error("panic", "while", "rendering", "item", items[0].Item.ID, "value", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic while rendering: %v", v)
		}
	}()
	return f.Sink.Render(chat, items)
}

// Plain is the least that can be said of items: title and link of each, a line each, without control characters.
func Plain(items []news.OwedItem) string {
	var lines []string
	for _, o := range items {
		title, link := clean(o.Item.Title), clean(o.Item.Link)
		if title == "" {
			title = fmt.Sprintf("item %d", o.Item.ID)
		}
		lines = append(lines, title)
		if link != "" {
			lines = append(lines, link)
		}
	}
	return strings.Join(lines, "\n")
}

func clean(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// reason is the ledger's word for an error: one line, never empty.
func reason(err error) string {
	if s := clean(err.Error()); s != "" {
		return s
	}
	return "refused"
}
