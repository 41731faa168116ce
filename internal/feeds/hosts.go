package feeds

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// hostLimit lets at most max holders at a time have one host. A host nobody holds or waits for takes no memory.
type hostLimit struct {
	max   int
	mu    sync.Mutex
	hosts map[string]*hostTurn
}

type hostTurn struct {
	slots chan struct{}
	users int // holders and waiters
}

// acquire waits for its turn at host; release must be called once when it has ended well.
func (l *hostLimit) acquire(ctx context.Context, host string) (release func(), err error) {
	host = strings.ToLower(host)
	l.mu.Lock()
	if l.hosts == nil {
		l.hosts = map[string]*hostTurn{}
	}
	h := l.hosts[host]
	if h == nil {
		h = &hostTurn{slots: make(chan struct{}, l.max)}
		l.hosts[host] = h
	}
	h.users++
	l.mu.Unlock()

	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if h.users--; h.users == 0 {
			delete(l.hosts, host)
		}
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, fmt.Errorf("wait for a turn at %s: %w", host, ctx.Err())
	}
}
