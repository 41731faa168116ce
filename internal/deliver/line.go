package deliver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"vestnik/internal/news"
)

// A line is everything that waits to go to one chat, its topics together: limits are the chat's.
type line struct {
	base     string
	messages []news.Message  // written down, in order
	owed     []news.OwedChat // then this, the longest owed first
	queue    []telling       // what is to be said of owed[0]
	whole    bool            // queue is all of it that may go now
}

func (l *line) empty() bool { return len(l.messages) == 0 && len(l.owed) == 0 }

func (l *line) clear() { *l = line{base: l.base} }

// again puts a message back that is to be tried again.
func (l *line) again(m news.Message) { l.messages = slices.Insert(l.messages, 0, m) }

// lines reads what waits, and what a flush has to know beforehand.
func (f *flush) lines(ctx context.Context) (lines []*line, err error) {
	now := f.Now()
	if f.waits, err = f.Store.Waits(ctx, now); err != nil {
		return nil, err
	}
	frozen, err := f.Store.Frozen(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.restore(ctx, frozen, now); err != nil {
		return nil, err
	}
	if _, err := f.Store.Hush(ctx, now); err != nil {
		return nil, err
	}
	due, err := f.Store.NextDue(ctx, now)
	if err != nil {
		return nil, err
	}
	if !due.IsZero() {
		f.at(due)
	}
	owed, err := f.Store.OwedChats(ctx, now)
	if err != nil {
		return nil, err
	}
	f.Memory.catchUp(f.CatchUp, owed)

	byBase := map[string]*line{}
	at := func(address string) *line {
		base := news.BaseChat(address)
		l := byBase[base]
		if l == nil {
			l = &line{base: base}
			byBase[base] = l
			lines = append(lines, l)
		}
		return l
	}
	for _, m := range frozen {
		l := at(m.Chat)
		l.messages = append(l.messages, m)
	}
	for _, c := range owed {
		if until := f.Memory.held(c, now); !until.IsZero() {
			f.at(until)
			continue
		}
		l := at(c.Chat)
		l.owed = append(l.owed, c)
	}
	for _, l := range lines {
		slices.SortStableFunc(l.messages, func(a, b news.Message) int { return cmp.Compare(rank(a), rank(b)) })
	}
	return lines, nil
}

// rank puts changes of buttons last.
func rank(m news.Message) int {
	if m.Kind == news.MessageButtons {
		return 1
	}
	return 0
}

// writtenFirst reports whether a message that is written down goes before what the chat is owed. Buttons that only change their looks wait for both: people who
// press them without end would hold up a group's alerts.
func (l *line) writtenFirst() bool {
	return len(l.messages) > 0 && (rank(l.messages[0]) == 0 || len(l.owed) == 0)
}

// order says who is served first: of the chats with messages that are written down, and of the others, those that were not written to for the longest;
// and one of each in turn, so that neither a reply waits for thousands of alerts nor alerts wait for people who talk to the bot.
func order(lines []*line, p *Pacer) []*line {
	var written, owed []*line
	for _, l := range lines {
		if l.writtenFirst() {
			written = append(written, l)
		} else {
			owed = append(owed, l)
		}
	}
	longest := func(a, b *line) int { return p.Last(a.base).Compare(p.Last(b.base)) }
	slices.SortStableFunc(written, longest)
	slices.SortStableFunc(owed, longest)
	turns := make([]*line, 0, len(lines))
	for i := range max(len(written), len(owed)) {
		if i < len(written) {
			turns = append(turns, written[i])
		}
		if i < len(owed) {
			turns = append(turns, owed[i])
		}
	}
	return turns
}

// took notes that the first n parcels of the next message are no longer owed.
func (l *line) took(n int) {
	if l.queue[0].parcels = l.queue[0].parcels[n:]; len(l.queue[0].parcels) == 0 {
		l.queue = l.queue[1:]
	}
	if len(l.queue) == 0 && l.whole {
		l.owed = l.owed[1:]
	}
}

// fill reads what the line's chat is owed and says what it is told of it, if nothing that was read is left. Afterwards the queue is empty only when
// there is nothing that may go now.
func (f *flush) fill(ctx context.Context, l *line) error {
	for len(l.queue) == 0 && len(l.owed) > 0 {
		c := l.owed[0]
		var wait time.Time
		l.whole = false
		// What has to wait must not hide what may go.
		for limit := f.page; len(l.queue) == 0 && !l.whole; limit *= 4 {
			items, err := f.Store.Owed(ctx, c.Chat, f.Now(), limit)
			if err != nil {
				return fmt.Errorf("deliver: %w", err)
			}
			l.whole = len(items) < limit
			var known []int64
			if l.queue, wait, known, err = f.compose(ctx, c, items); err != nil {
				return err
			}
			if len(known) == 0 {
				continue
			}
			if err := f.Store.Skip(ctx, f.lease, c.Chat, known, news.SkipDuplicate); err != nil {
				return fmt.Errorf("deliver: %w", err)
			}
		}
		if !wait.IsZero() {
			f.at(wait)
		}
		if len(l.queue) == 0 {
			f.Memory.hold(c, wait)
			l.owed = l.owed[1:]
		}
	}
	return nil
}
