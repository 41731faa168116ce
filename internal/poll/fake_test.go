package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"vestnik/internal/news"
)

// memory is a Store of plain maps that keeps the promises the cycle relies on: leases, identity by key, all or nothing.
type memory struct {
	mu       sync.Mutex
	feeds    map[string]*row
	keys     map[string]map[string]int64 // feed → key → item
	items    []news.NewItem
	edits    []news.Edit
	refuse   func(news.Poll) error // what Commit says before it writes
	claimErr error
	renewals int
	released []string
}

type row struct {
	state news.FeedState
	url   string
	round news.Round // the one it was last given to
	owner string
	until time.Time
}

func newMemory(ids ...string) *memory {
	m := &memory{feeds: map[string]*row{}, keys: map[string]map[string]int64{}}
	for _, id := range ids {
		m.feeds[id] = &row{state: news.FeedState{FeedID: id}}
		m.keys[id] = map[string]int64{}
	}
	return m
}

func (m *memory) Claim(ctx context.Context, round news.Round, now time.Time, lease time.Duration, limit int) ([]news.Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := errors.Join(ctx.Err(), m.claimErr); err != nil {
		return nil, err
	}
	var ids []string
	for id, r := range m.feeds {
		if (round.All || !r.state.DueAt.After(now)) && !r.until.After(now) && r.round != round {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var claims []news.Claim
	for _, id := range ids[:min(limit, len(ids))] {
		r := m.feeds[id]
		r.round, r.owner, r.until = round, round.Owner, now.Add(lease)
		r.state.Items = len(m.keys[id])
		claims = append(claims, news.Claim{State: r.state, URL: r.url, Owner: r.owner, Until: r.until})
	}
	return claims, nil
}

func (r *row) is(c news.Claim) bool { return r.owner == c.Owner && r.until.Equal(c.Until) }

func (m *memory) Renew(_ context.Context, c news.Claim, now time.Time, lease time.Duration) (news.Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.feeds[c.State.FeedID]
	if !r.is(c) {
		return c, news.ErrLeaseLost
	}
	m.renewals++
	r.until = now.Add(lease)
	c.Until = r.until
	return c, nil
}

func (m *memory) Release(_ context.Context, c news.Claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.feeds[c.State.FeedID]
	if !r.is(c) {
		return news.ErrLeaseLost
	}
	r.owner, r.until = "", time.Time{}
	m.released = append(m.released, c.State.FeedID)
	return nil
}

func (m *memory) Known(ctx context.Context, feedID string, keys []string) (map[string]int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := map[string]int64{}
	for _, k := range keys {
		if id, ok := m.keys[feedID][k]; ok {
			known[k] = id
		}
	}
	return known, ctx.Err()
}

func (m *memory) Items(ctx context.Context, ids []int64) (list []news.Found, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		f := news.Found{Item: m.items[id-1].Item}
		f.Item.ID = id
		list = append(list, f)
	}
	return list, ctx.Err()
}

func (m *memory) Commit(ctx context.Context, p news.Poll) (done news.Committed, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := p.Claim.State.FeedID
	r := m.feeds[id]
	if !r.is(p.Claim) || !r.until.After(p.At) {
		return done, fmt.Errorf("commit: %w", news.ErrLeaseLost)
	}
	if m.refuse != nil {
		if err := m.refuse(p); err != nil {
			return done, err
		}
	}
	for _, n := range p.New {
		m.items = append(m.items, n)
		for _, k := range n.Item.Keys {
			m.keys[id][k] = int64(len(m.items))
		}
		done.Stored++
		if len(n.Matches) > 0 {
			done.Matched++
			if n.Skip == "" {
				done.Owed++
			} else {
				done.Skipped++
			}
		}
	}
	m.edits = append(m.edits, p.Edits...)
	for _, e := range p.Edits {
		m.items[e.Item.ID-1] = news.NewItem{Item: e.Item, Matches: e.Matches, Skip: e.Skip}
		for _, k := range e.Item.Keys {
			m.keys[id][k] = e.Item.ID
		}
		done.Edited++
	}
	for _, a := range p.Adopt {
		for _, k := range a.Keys {
			m.keys[id][k] = a.ItemID
		}
	}
	r.state, r.owner, r.until = p.State, "", time.Time{}
	return done, ctx.Err()
}

func (m *memory) leased() (ids []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, r := range m.feeds {
		if r.owner != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

type fetchFunc func(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error)

func (f fetchFunc) Fetch(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	return f(ctx, feed, state, now)
}

type matchFunc func(*news.Item) []news.Match

func (f matchFunc) Match(item *news.Item) []news.Match { return f(item) }
