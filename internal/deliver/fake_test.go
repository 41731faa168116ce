package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"vestnik/internal/news"
)

// screen is a Sink that remembers what was posted. fail, when set, speaks before a message is posted; after, once it is.
type screen struct {
	mu     sync.Mutex
	posted []news.Message
	at     []time.Time
	fit    int // items in a message at most; 0: all
	render func(chat string, owed []news.OwedItem) (string, error)
	lost   bool // messages cannot be changed: an edit is a new message
	fail   func(m news.Message) error
	after  func(m news.Message)
}

var _ Sink = (*screen)(nil)

func (s *screen) Render(chat string, bundles []Bundle, down news.Outage) (text, markup string, n int, err error) {
	if s.fit > 0 && len(bundles) > s.fit {
		bundles = bundles[:s.fit]
	}
	var owed []news.OwedItem // the first of each
	for _, b := range bundles {
		owed = append(owed, b.Items[0])
	}
	switch {
	case s.render != nil:
		text, err = s.render(chat, owed)
	case len(owed) > 1:
		text = fmt.Sprintf("%d items from %s", len(owed), owed[0].Item.Title)
	default:
		text = owed[0].Item.Title
		for _, o := range bundles[0].Items[1:] {
			text += " +" + o.Item.Title
		}
		if bundles[0].Again != "" {
			text += " (first " + bundles[0].Again + ")"
		}
	}
	if !down.IsZero() {
		text = fmt.Sprintf("down for %v: %s", down.Until.Sub(down.Since), text)
	}
	return text, "markup of " + text, len(owed), err
}

func (s *screen) Send(_ context.Context, m news.Message) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		if err := s.fail(m); err != nil {
			return "", err
		}
	}
	s.posted, s.at = append(s.posted, m), append(s.at, time.Now())
	if s.after != nil {
		s.after(m)
	}
	if m.Kind == news.MessageEdit && !s.lost {
		return m.Target, nil
	}
	return fmt.Sprint("ref-", len(s.posted)), nil
}

// to is what a chat got, its topics told apart.
func (s *screen) to(chat string) (texts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.posted {
		if m.Chat == chat {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func (s *screen) texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var texts []string
	for _, m := range s.posted {
		texts = append(texts, m.Text)
	}
	return texts
}

// leases is a single lease in memory.
type leases struct {
	mu       sync.Mutex
	lease    news.Lease
	renewals int
	broken   error // what RenewLease says
}

func (l *leases) AcquireLease(_ context.Context, name, owner string, now time.Time, ttl time.Duration) (news.Lease, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lease.Owner != "" && l.lease.Owner != owner && l.lease.Until.After(now) {
		return news.Lease{}, fmt.Errorf("%w by %s", news.ErrLeaseHeld, l.lease.Owner)
	}
	l.lease = news.Lease{Name: name, Owner: owner, Epoch: l.lease.Epoch + 1, Until: now.Add(ttl)}
	return l.lease, nil
}

func (l *leases) RenewLease(_ context.Context, lease news.Lease, now time.Time, ttl time.Duration) (news.Lease, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.broken != nil:
		return lease, l.broken
	case l.lease.Epoch != lease.Epoch || l.lease.Owner != lease.Owner:
		return lease, news.ErrLeaseLost
	}
	l.renewals++
	l.lease.Until = now.Add(ttl)
	return l.lease, nil
}

func (l *leases) ReleaseLease(_ context.Context, lease news.Lease) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lease.Epoch == lease.Epoch {
		l.lease.Owner = ""
	}
	return nil
}

func (l *leases) spoil(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = err
}

func (l *leases) take(owner string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lease.Owner, l.lease.Epoch = owner, l.lease.Epoch+1
}

// outbox is a Store in memory. It stands in where a bubble's clock forbids a real database, and does what the real one does.
type outbox struct {
	mu     sync.Mutex
	last   int64
	queue  []news.OwedItem
	frozen []news.Message
	sent   int
	past   []news.Posting
	chats  map[string]news.Chat
	broken error // what Sent says
}

var _ Store = (*outbox)(nil)

func (o *outbox) owe(chat, title string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	o.queue = append(o.queue, news.OwedItem{Alerts: []news.Alert{{ID: o.last, Chat: chat}}, Item: news.Item{ID: o.last, Title: title}})
}

// say enqueues a reply.
func (o *outbox) say(chat, text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	o.frozen = append(o.frozen, news.Message{ID: o.last, Chat: chat, Text: text})
}

func (o *outbox) save(c news.Chat) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.chats == nil {
		o.chats = map[string]news.Chat{}
	}
	o.chats[c.Address] = c
}

func (o *outbox) Hush(context.Context, time.Time) (int, error) { return 0, nil }

func (o *outbox) NextDue(context.Context, time.Time) (time.Time, error) { return time.Time{}, nil }

func (o *outbox) Told(context.Context, string, []int64) (map[int64]news.Told, error) { return nil, nil }

func (o *outbox) Skip(context.Context, news.Lease, string, []int64, string) error {
	return errors.New("nothing is told of stories")
}

func (o *outbox) OwedChats(context.Context, time.Time) (chats []news.OwedChat, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := map[string]int{}
	for _, q := range o.queue {
		a := q.Alerts[0]
		i, ok := at[a.Chat]
		if !ok {
			i = len(chats)
			at[a.Chat] = i
			chats = append(chats, news.OwedChat{Chat: a.Chat, First: a.ID})
		}
		chats[i].Items, chats[i].Last = chats[i].Items+1, a.ID
	}
	return chats, nil
}

func (o *outbox) Owed(_ context.Context, chat string, _ time.Time, limit int) (owed []news.OwedItem, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, q := range o.queue {
		if q.Alerts[0].Chat == chat && len(owed) < limit {
			owed = append(owed, q)
		}
	}
	return owed, nil
}

func (o *outbox) Freeze(_ context.Context, _ news.Lease, m news.Message) (int64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(o.queue), func(q news.OwedItem) bool {
		return q.Alerts[0].Chat == m.Chat && slices.Contains(m.AlertIDs, q.Alerts[0].ID)
	})
	if len(o.queue)-len(left) != len(m.AlertIDs) {
		return 0, news.ErrNotFound
	}
	o.queue = left
	o.last++
	m.ID = o.last
	o.frozen = append(o.frozen, m)
	return m.ID, nil
}

func (o *outbox) Frozen(context.Context) ([]news.Message, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	frozen := slices.Clone(o.frozen)
	for i, m := range frozen {
		if m.File != nil {
			frozen[i].File = &news.File{Name: m.File.Name, Type: m.File.Type}
		}
	}
	return frozen, nil
}

func (o *outbox) File(_ context.Context, id int64) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.frozen {
		if m.ID == id && m.File != nil {
			return m.File.Data, nil
		}
	}
	return nil, news.ErrNotFound
}

func (o *outbox) Sent(_ context.Context, _ news.Lease, id int64, _ string, now time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil {
		return o.broken
	}
	return o.done(id, now)
}

func (o *outbox) done(id int64, now time.Time) error {
	for i, m := range o.frozen {
		if m.ID == id {
			o.frozen = slices.Delete(o.frozen, i, i+1)
			o.sent++
			o.past = append(o.past, news.Posting{Chat: m.Chat, At: now, Times: 1})
			return nil
		}
	}
	return news.ErrNotFound
}

func (o *outbox) Refused(_ context.Context, _ news.Lease, id int64, _ string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.done(id, time.Time{})
}

func (o *outbox) Tried(_ context.Context, _ news.Lease, id int64, now time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.frozen {
		if m.ID == id {
			o.past = append(o.past, news.Posting{Chat: m.Chat, At: now, Times: 1})
			return nil
		}
	}
	return news.ErrNotFound
}

func (o *outbox) Postings(_ context.Context, since time.Time) (list []news.Posting, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.past {
		if !p.At.Before(since) {
			list = append(list, p)
		}
	}
	return list, nil
}

func (o *outbox) Chat(_ context.Context, base string) (news.Chat, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c, ok := o.chats[base]
	return c, ok, nil
}

func (o *outbox) CloseChat(_ context.Context, base, why string, _ time.Time) error {
	c, _, _ := o.Chat(context.Background(), base)
	c.Address, c.Closed = base, why
	o.save(c)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = slices.DeleteFunc(o.queue, func(q news.OwedItem) bool { return news.BaseChat(q.Alerts[0].Chat) == base })
	o.frozen = slices.DeleteFunc(o.frozen, func(m news.Message) bool { return news.BaseChat(m.Chat) == base })
	return nil
}

func (o *outbox) MigrateChat(context.Context, string, string) error {
	return errors.New("use the real store to test this")
}

func (o *outbox) SetWait(_ context.Context, base string, until time.Time) error {
	c, _, _ := o.Chat(context.Background(), base)
	c.Address, c.WaitUntil = base, until
	o.save(c)
	return nil
}

func (o *outbox) Waits(_ context.Context, now time.Time) (map[string]time.Time, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	waits := map[string]time.Time{}
	for base, c := range o.chats {
		if c.WaitUntil.After(now) {
			waits[base] = c.WaitUntil
		}
	}
	return waits, nil
}
