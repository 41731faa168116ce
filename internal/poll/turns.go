package poll

import (
	"context"
	"time"

	"vestnik/internal/news"
)

// A Polite fetcher says how the server behind a feed wants to be asked. A cycle over one keeps the feeds of a busy server waiting without a worker, so that
// no other server's feeds wait with them.
type Polite interface {
	Manners(feed news.Feed, state news.FeedState) news.Manners
}

// turns are the claims of a cycle that wait for their server. Only the goroutine that hands out claims uses it; workers and timers tell it
// what happened through events.
type turns struct {
	waiting []*claim // in the order in which they came, which is the order in which they are due
	hosts   map[string]*host
	events  chan event
	over    chan struct{} // closed when nobody listens to events any more
}

type host struct {
	busy    int  // feeds with workers
	resting bool // the last request began less than its spacing ago
}

// An event is that a host is free for one more request: a poll ended, or its spacing is over.
type event struct {
	host   string
	rested bool
}

func newTurns() *turns {
	return &turns{hosts: map[string]*host{}, events: make(chan event), over: make(chan struct{})}
}

// next is the first claim whose server may be asked now, and its place; nil when none may.
func (t *turns) next() (cl *claim, at int) {
	for i, cl := range t.waiting {
		h, m := t.hosts[cl.manners.Host], cl.manners
		if m.Host == "" || h == nil || !h.resting && (m.AtOnce <= 0 || h.busy < m.AtOnce) {
			return cl, i
		}
	}
	return nil, -1
}

// given notes that the waiting claim at i has a worker now.
func (t *turns) given(i int) {
	m := t.waiting[i].manners
	t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
	if m.Host == "" {
		return
	}
	h := t.hosts[m.Host]
	if h == nil {
		h = &host{}
		t.hosts[m.Host] = h
	}
	h.busy++
	if m.Spacing > 0 {
		h.resting = true
		time.AfterFunc(m.Spacing, func() { t.tell(event{m.Host, true}) })
	}
}

// tell is how workers and timers say what happened.
func (t *turns) tell(e event) {
	select {
	case t.events <- e:
	case <-t.over:
	}
}

func (t *turns) happened(e event) {
	h := t.hosts[e.host]
	if h == nil {
		return
	}
	if e.rested {
		h.resting = false
	} else {
		h.busy--
	}
	if h.busy == 0 && !h.resting {
		delete(t.hosts, e.host)
	}
}

// Bounds of waiting. A claim that waits has its lease renewed, which is a transaction each.
const (
	maxWaiting = 1000            // claims that wait for their servers; the others are left to other processes and to the next cycle
	patience   = 2 * time.Minute // how long a cycle goes on for nothing but feeds of busy servers; they are the first of the next one
)

// dispatch claims feeds and gives them to the workers until nothing is left to poll or ctx ends. Claims are taken a batch at a time, when there is nothing
// to give, so that another process gets its share. What is still waiting for its server when it returns is held on.
func (c *cycle) dispatch(ctx context.Context, t *turns, queue chan<- *claim) {
	defer close(t.over)
	var tired <-chan time.Time
	if !c.opts.All {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		tired = timer.C
	}
	polling, more, late := 0, true, false
	hear := func(e event) {
		t.happened(e)
		if !e.rested {
			polling--
		}
	}
	for ctx.Err() == nil {
		select {
		case e := <-t.events: // before the store is asked for more
			hear(e)
			continue
		default:
		}
		cl, at := t.next()
		if cl == nil && more && (polling < c.opts.Concurrency || len(t.waiting) == 0) && len(t.waiting) < maxWaiting {
			var batch []*claim
			batch, more = c.claim(ctx)
			t.waiting = append(t.waiting, batch...)
			continue
		}
		if cl == nil && len(t.waiting) == 0 && !more {
			return
		}
		if cl == nil && late {
			c.Log.Info("feeds of busy servers are left to the next cycle", "feeds", len(t.waiting))
			return
		}
		var to chan<- *claim
		if cl != nil {
			to = queue
		}
		select {
		case to <- cl:
			t.given(at)
			polling++
		case e := <-t.events:
			hear(e)
		case <-tired:
			late = true
		case <-ctx.Done():
		}
	}
}
