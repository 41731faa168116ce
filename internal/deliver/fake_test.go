package deliver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"vestnik/internal/news"
)

// screen is a Sink that remembers what was posted. fail, when set, speaks before a message is posted; after, once it is.
type screen struct {
	mu     sync.Mutex
	posted []news.Message
	render func(chat string, owed []news.OwedItem) (string, error)
	fail   func(m news.Message) error
	after  func(m news.Message)
}

func (s *screen) Render(chat string, owed []news.OwedItem) (string, error) {
	if s.render != nil {
		return s.render(chat, owed)
	}
	if len(owed) > 1 {
		return fmt.Sprintf("%d items from %s", len(owed), owed[0].Item.Title), nil
	}
	return owed[0].Item.Title, nil
}

func (s *screen) Send(_ context.Context, m news.Message) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		if err := s.fail(m); err != nil {
			return "", err
		}
	}
	s.posted = append(s.posted, m)
	if s.after != nil {
		s.after(m)
	}
	return fmt.Sprint("ref-", len(s.posted)), nil
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

// outbox is a Store of a queue: every owed item is one message. It stands in where a bubble's clock forbids a real database.
type outbox struct {
	mu     sync.Mutex
	queue  []news.OwedItem
	frozen []news.Message
	sent   int
}

func (o *outbox) owe(chat, title string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	id := int64(len(o.queue) + o.sent + len(o.frozen) + 1)
	o.queue = append(o.queue, news.OwedItem{Alerts: []news.Alert{{ID: id, Chat: chat}}, Item: news.Item{ID: id, Title: title}})
}

func (o *outbox) Owed(_ context.Context, limit int) ([]news.OwedItem, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]news.OwedItem(nil), o.queue[:min(limit, len(o.queue))]...), nil
}

func (o *outbox) Freeze(_ context.Context, _ news.Lease, m news.Message) (int64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, q := range o.queue {
		if q.Alerts[0].ID == m.AlertIDs[0] {
			o.queue = append(o.queue[:i:i], o.queue[i+1:]...)
			m.ID = q.Alerts[0].ID
			o.frozen = append(o.frozen, m)
			return m.ID, nil
		}
	}
	return 0, news.ErrNotFound
}

func (o *outbox) Frozen(context.Context) ([]news.Message, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]news.Message(nil), o.frozen...), nil
}

func (o *outbox) Sent(_ context.Context, _ news.Lease, id int64, _ string, _ time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, m := range o.frozen {
		if m.ID == id {
			o.frozen = append(o.frozen[:i:i], o.frozen[i+1:]...)
			o.sent++
			return nil
		}
	}
	return news.ErrNotFound
}

func (o *outbox) Refused(ctx context.Context, l news.Lease, id int64, _ string) error {
	return o.Sent(ctx, l, id, "", time.Time{})
}
