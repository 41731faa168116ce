package feeds

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"vestnik/internal/news"
)

// hostLimit lets at most max holders at a time have one host, and each only spacing after the one before began. A host takes memory while somebody holds
// or waits for it, and for spacing after that.
type hostLimit struct {
	max     int
	spacing time.Duration // 0: none
	mu      sync.Mutex
	hosts   map[string]*hostTurn
	sweep   int // so many hosts, and those nobody needs any more are forgotten
}

type hostTurn struct {
	slots chan struct{}
	users int       // holders and waiters
	next  time.Time // nobody begins before
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
		l.forget()
		h = &hostTurn{slots: make(chan struct{}, l.max)}
		l.hosts[host] = h
	}
	h.users++
	l.mu.Unlock()

	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if h.users--; h.users == 0 && !h.next.After(time.Now()) {
			delete(l.hosts, host)
		}
	}
	select {
	case h.slots <- struct{}{}:
		release = func() { <-h.slots; leave() }
	case <-ctx.Done():
		leave()
		return nil, fmt.Errorf("wait for a turn at %s: %w", host, ctx.Err())
	}
	if err := l.space(ctx, h, host); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// space waits until spacing has passed since the one before began.
func (l *hostLimit) space(ctx context.Context, h *hostTurn, host string) error {
	spacing := l.spaced(host)
	if spacing <= 0 {
		return nil
	}
	l.mu.Lock()
	now := time.Now()
	wait := max(h.next.Sub(now), 0)
	h.next = now.Add(wait + spacing)
	l.mu.Unlock()
	if wait == 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn at %s: %w", host, ctx.Err())
	}
}

// forget drops hosts that nobody holds, waits for or has asked of late. It looks only now and then: what is left may double meanwhile.
func (l *hostLimit) forget() {
	if len(l.hosts) < max(l.sweep, 64) {
		return
	}
	now := time.Now()
	for name, h := range l.hosts {
		if h.users == 0 && !h.next.After(now) {
			delete(l.hosts, name)
		}
	}
	l.sweep = 2 * len(l.hosts)
}

// spaced is the spacing at host. What is no host of the public internet belongs to whoever runs the bot, who allowed it to be asked at all: it is
// asked as fast as it answers.
func (l *hostLimit) spaced(host string) time.Duration {
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	if a, err := netip.ParseAddr(name); err == nil {
		if !public(a) {
			return 0
		}
		return l.spacing
	}
	if !strings.Contains(name, ".") || strings.HasSuffix(name, ".localhost") {
		return 0
	}
	return l.spacing
}

// Manners are how the server that Fetch would ask wants to be asked. Fetch keeps to them by itself; a caller that knows them need not wait within it.
func (c *Client) Manners(feed news.Feed, state news.FeedState) news.Manners {
	u := movedTarget(feed, state)
	if u == nil || asksHome(state) {
		var err error
		if u, err = parseAddress(feed.URL); err != nil || u.Scheme == "file" {
			return news.Manners{}
		}
	}
	host := strings.ToLower(u.Hostname())
	return news.Manners{Host: host, AtOnce: c.o.PerHost, Spacing: c.hosts.spaced(host)}
}
