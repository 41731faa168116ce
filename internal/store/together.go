package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"vestnik/internal/news"
)

// A transaction writes every page that it touched, and polls touch the same ones: the ends of tables, the same places of the same indexes. So polls that
// are done at about the same time share one. Each is still written whole or not at all, and none is told so before it is.

const (
	// maxTogether is how many polls share a transaction, in which nobody else writes: some 0.1 s when every one brings thirty items.
	maxTogether = 16

	// gather is how long the first of them waits for others. With 5 ms a first fetch took 2 % longer, 20 ms were no better.
	gather = 10 * time.Millisecond
)

// together brings polls together. The zero value is ready.
type together struct {
	writing sync.Mutex // held by who writes a company

	mu   sync.Mutex
	open *company // that others may still join; nil: none
}

// A company is polls that share a transaction. Its first member writes it.
type company struct {
	polls []news.Poll
	full  chan struct{} // closed when nobody else fits

	done    chan struct{}    // closed when it was tried
	written []news.Committed // of each poll; nil: it could not be written, and every member tries alone
}

// join makes p a member of a company, and says which.
func (j *together) join(p news.Poll) (c *company, member int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.open == nil {
		j.open = &company{full: make(chan struct{}), done: make(chan struct{})}
	}
	c = j.open
	c.polls = append(c.polls, p)
	if len(c.polls) == maxTogether {
		close(c.full)
		j.open = nil
	}
	return c, len(c.polls) - 1
}

// shut keeps others from joining c.
func (j *together) shut(c *company) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.open == c {
		j.open = nil
	}
}

// commitTogether writes p with others. Not ok: that failed, for whatever reason of whichever of them, and nothing of it is written.
func (s *Store) commitTogether(ctx context.Context, p news.Poll) (done news.Committed, ok bool) {
	c, member := s.together.join(p)
	if member == 0 {
		s.writeCompany(ctx, c)
	}
	<-c.done // the first member tries no longer than its own ctx lasts
	if c.written == nil {
		return news.Committed{}, false
	}
	return c.written[member], true
}

// writeCompany writes c when it is full or has waited long enough.
func (s *Store) writeCompany(ctx context.Context, c *company) {
	defer close(c.done)
	wait := time.NewTimer(gather)
	defer wait.Stop()
	select {
	case <-c.full:
	case <-wait.C:
	case <-ctx.Done():
	}
	s.together.writing.Lock() // while another one is written, this one may grow
	defer s.together.writing.Unlock()
	s.together.shut(c)
	written := make([]news.Committed, len(c.polls))
	err := s.tell(ctx, slices.ContainsFunc(c.polls, printed), func(stories *teller) error {
		return s.write(ctx, func(t tx) (err error) {
			for i, p := range c.polls {
				if written[i], err = s.commit(ctx, t, p, stories); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err == nil {
		c.written = written
	}
}
