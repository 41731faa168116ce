package poll

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"vestnik/internal/news"
)

// A Fetcher reads a feed. Its errors are *news.FetchError; items it returns were seen now.
type Fetcher interface {
	Fetch(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error)
}

// A Matcher says which watchlists an item is on. It is called from several goroutines at once.
type Matcher interface {
	Match(item *news.Item) []news.Match
}

// A Store hands out feeds and takes in what they brought.
type Store interface {
	// Claim gives the round up to limit feeds until now+lease, the longest due first, each once; an empty slice when there are no more.
	Claim(ctx context.Context, round news.Round, now time.Time, lease time.Duration, limit int) ([]news.Claim, error)
	// Renew prolongs a claim until now+lease and returns it as it is now to be named, or fails with news.ErrLeaseLost.
	Renew(ctx context.Context, claim news.Claim, now time.Time, lease time.Duration) (news.Claim, error)
	// Release gives a claim back unused.
	Release(ctx context.Context, claim news.Claim) error
	// Known gives the item numbers of those keys that the feed has used before.
	Known(ctx context.Context, feedID string, keys []string) (map[string]int64, error)
	// Items gives the items as they are stored; those that are gone are left out.
	Items(ctx context.Context, ids []int64) ([]news.Found, error)
	// Commit writes a poll whole or not at all; with news.ErrLeaseLost when the claim ran out.
	Commit(ctx context.Context, p news.Poll) (news.Committed, error)
}

// Deps is what a cycle works with. All fields but Pages, Print and Log are needed.
type Deps struct {
	Store   Store
	Fetcher Fetcher
	Pages   Pages // for feeds with FullText; nil: they are read like the others
	Matcher Matcher
	Print   func(item *news.Item, matches []news.Match) []byte // see news.NewItem.Print; it may be called from several goroutines. Nil: items come without
	Feeds   []news.Feed                                        // those the configuration names; claims of others, and of those that have another address in the store, are given back
	Owner   string                                             // names this process in leases: no two that run at once share it
	Now     func() time.Time
	Log     *slog.Logger // nil: silent
}

// Options of a cycle. The zero value polls what is due with the defaults named beside the fields.
type Options struct {
	All         bool          // poll every feed, due or not
	Concurrency int           // feeds polled at once; 48
	Lease       time.Duration // how long a feed stays claimed after this process died; 30 s, renewed meanwhile
	Bounds      Bounds
	Rules       Rules
	OnResult    func(Result) // called after each feed, never twice at once; nil: not called
}

// A Result is how the poll of one feed went.
type Result struct {
	Feed      news.Feed
	State     news.FeedState // as written, without Entries
	Before    int            // polls that had failed in a row before this one
	Err       error          // why the feed could not be read, or the store not written; nil when all went well
	Unchanged bool
	Items     int // items in the document
	Dropped   int // entries of the document that are no items
	Adopted   int // items found again under new keys
	Poisoned  int // items that made the matcher panic: stored without matches
	Gap       bool
	Repaired  string // what had to be mended in the document
	MovedTo   string
	Committed news.Committed
	Took      time.Duration

	Pages       int // pages read for their whole text
	PagesFailed int // pages that could not be read: their items have the feed's text
	PagesLeft   int // new items that were too many to have their pages read
}

// A Summary is a cycle in numbers.
type Summary struct {
	Feeds     int // polled: OK + Failed + Lost
	OK        int // read, Unchanged among them
	Unchanged int
	Failed    int
	Lost      int // polled in vain: the claim had run out and somebody else holds the feed
	Gaps      int
	New       int // items stored
	Edited    int // known items that have another wording now
	Matched   int // of them, over the threshold of some watchlist
	Owed      int // alerts owed
	Skipped   int // alerts written as not to be sent
	Results   []Result
	Took      time.Duration
}

// finish is how long a poll that was fetched may take to be written once the program is told to stop.
const finish = 20 * time.Second

// Cycle polls every feed that is due at tick, or every feed with opts.All, and writes what they brought.
//
// A feed that fails is a Result, not an error. The error says that the store could not be asked or written, or that ctx ended; what the Summary
// counts was written all the same. When ctx ends, feeds being fetched are given back, feeds already fetched are written, and nothing is lost:
// whatever is not written is still to be fetched.
func Cycle(ctx context.Context, deps Deps, tick time.Time, opts Options) (Summary, error) {
	if opts.Concurrency <= 0 {
		opts.Concurrency = 48
	}
	if opts.Lease <= 0 {
		opts.Lease = 30 * time.Second
	}
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	c := &cycle{Deps: deps, opts: opts, tick: tick, began: deps.Now(), feeds: map[string]news.Feed{}, held: map[string]*claim{}}
	for _, f := range deps.Feeds {
		c.feeds[f.ID] = f
	}
	return c.run(ctx)
}

type cycle struct {
	Deps
	opts  Options
	tick  time.Time
	began time.Time
	feeds map[string]news.Feed

	underWay atomic.Int32 // polls that have begun and are not written yet

	mu   sync.Mutex // guards what follows
	held map[string]*claim
	sum  Summary
	err  error
}

// A claim is held from the moment the store gives it until its poll is written or it is given back.
type claim struct {
	sync.Mutex // held while the store is asked to prolong, to end or to use it: each changes what it is named by
	news.Claim
	manners news.Manners // of the server behind it
}

func (c *cycle) run(ctx context.Context) (Summary, error) {
	stopRenewing := c.renew(ctx)
	queue := make(chan *claim)
	turns := newTurns()
	var polling sync.WaitGroup
	for range c.opts.Concurrency {
		polling.Go(func() {
			for cl := range queue {
				c.poll(ctx, cl)
				turns.tell(event{host: cl.manners.Host})
			}
		})
	}
	c.dispatch(ctx, turns, queue)
	close(queue)
	polling.Wait()
	stopRenewing()
	for _, cl := range c.claims() { // taken, and then ctx ended, or their servers were busy for too long
		c.giveBack(ctx, cl)
	}

	slices.SortFunc(c.sum.Results, func(a, b Result) int { return strings.Compare(a.Feed.ID, b.Feed.ID) })
	c.sum.Took = c.Now().Sub(c.began)
	if c.sum.Gaps > 0 || c.sum.Lost > 0 {
		c.Log.Info("cycle with suspected gaps or lost claims", "gaps", c.sum.Gaps, "lost", c.sum.Lost)
	}
	if c.err == nil {
		c.err = ctx.Err()
	}
	return c.sum, c.err
}

// claim takes a batch of claims. more says that there may be others. Those that this cycle cannot poll are given back.
func (c *cycle) claim(ctx context.Context) (batch []*claim, more bool) {
	round := news.Round{Owner: c.Owner, Start: c.began, All: c.opts.All}
	given, err := c.Store.Claim(ctx, round, c.Now(), c.opts.Lease, c.opts.Concurrency)
	if err != nil {
		if ctx.Err() == nil {
			c.fail("claim feeds", err)
		}
		return nil, false
	}
	all := make([]*claim, len(given))
	c.mu.Lock()
	for i, g := range given {
		all[i] = &claim{Claim: g}
		c.held[g.State.FeedID] = all[i]
	}
	c.mu.Unlock()
	polite, _ := c.Fetcher.(Polite)
	for _, cl := range all {
		// The configuration may have changed since this cycle began: the next one polls the feed, where it is now.
		f, ok := c.feeds[cl.State.FeedID]
		if !ok || f.URL != cl.URL {
			c.Log.Warn("given a feed that this cycle does not know, or knows at another address", "feed", cl.State.FeedID)
			c.giveBack(ctx, cl)
			continue
		}
		if polite != nil {
			cl.manners = polite.Manners(f, cl.State)
		}
		batch = append(batch, cl)
	}
	return batch, len(given) > 0
}

// renew keeps every claim of the cycle alive until stop is called.
func (c *cycle) renew(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // polls that are being written still need their claims
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(c.opts.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			for _, cl := range c.claims() {
				c.prolong(ctx, cl)
			}
		}
	})
	return func() { cancel(); renewing.Wait() }
}

func (c *cycle) prolong(ctx context.Context, cl *claim) {
	if !cl.TryLock() {
		return // it is being written or given back
	}
	defer cl.Unlock()
	if !c.holds(cl) {
		return
	}
	now, err := c.Store.Renew(ctx, cl.Claim, c.Now(), c.opts.Lease)
	if err != nil {
		if ctx.Err() == nil {
			c.Log.Warn("renew claim", "feed", cl.State.FeedID, "err", err) // Commit will tell, should it be lost
		}
		return
	}
	cl.Until = now.Until
}

func (c *cycle) claims() []*claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Values(c.held))
}

func (c *cycle) holds(cl *claim) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[cl.State.FeedID] == cl
}

func (c *cycle) drop(cl *claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.held, cl.State.FeedID)
}

// giveBack releases a claim of which nothing came: the feed is unknown here or at another address, its poll was interrupted, or it could not be written.
func (c *cycle) giveBack(ctx context.Context, cl *claim) {
	cl.Lock()
	defer cl.Unlock()
	c.drop(cl)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()
	if err := c.Store.Release(ctx, cl.Claim); err != nil && !errors.Is(err, news.ErrLeaseLost) {
		c.Log.Warn("release claim", "feed", cl.State.FeedID, "err", err)
	}
}

// fail keeps the first error of the cycle.
func (c *cycle) fail(doing string, err error) {
	c.Log.Error(doing, "err", err)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = &storeError{doing, err}
	}
}

type storeError struct {
	doing string
	err   error
}

func (e *storeError) Error() string { return e.doing + ": " + e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }
