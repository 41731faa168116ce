package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"vestnik/internal/news"
)

// poll carries one claimed feed through. Its claim is used up by what it writes, or given back.
func (c *cycle) poll(ctx context.Context, cl *claim) {
	feed, state := c.feeds[cl.State.FeedID], cl.State
	began := c.Now()
	r := Result{Feed: feed}

	doc, fetchErr := c.fetch(ctx, feed, state)
	if fetchErr != nil && ctx.Err() != nil { // not the feed's fault
		c.giveBack(ctx, cl)
		return
	}
	// What was fetched is written, even when the program was told to stop meanwhile.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()

	var d Decision
	r.Err = fetchErr
	if fetchErr == nil {
		r.Unchanged, r.Items, r.Dropped, r.Repaired, r.MovedTo = doc.Unchanged, len(doc.Items), doc.Dropped, doc.Repaired, doc.MovedTo
		if d, r.Err = c.read(ctx, feed, doc, state, &r); r.Err != nil {
			d = Decision{} // whatever was decided before the panic
		}
	}

	err := c.commit(ctx, cl, &r, d, Outcome{Err: r.Err, Doc: doc})
	if err != nil && !errors.Is(err, news.ErrLeaseLost) {
		// The items may be what the store chokes on. Writing only that it did lets the feed back off and show its fault,
		// and as its ETag stays the old one, the items come again.
		c.Log.Error("commit poll", "feed", feed.ID, "err", err)
		r.Err = refused(err)
		err = c.commit(ctx, cl, &r, Decision{}, Outcome{Err: r.Err})
	}
	r.Took = c.Now().Sub(began)
	switch {
	case errors.Is(err, news.ErrLeaseLost):
		c.Log.Warn("claim ran out before the poll was written", "feed", feed.ID)
		c.drop(cl)
	case err != nil:
		c.fail("write poll", err)
		c.giveBack(ctx, cl)
	}
	if err != nil {
		r.Err = fmt.Errorf("commit feed %q: %w", feed.ID, err)
	}
	c.tell(ctx, r, state.MovedTo)
	c.note(r)
}

// tell logs what was odd about a poll: as information what came up just now, for debugging what such a feed shows at every poll.
func (c *cycle) tell(ctx context.Context, r Result, movedBefore string) {
	level := slog.LevelDebug
	if r.Gap || r.Adopted > 0 || r.Poisoned > 0 || r.MovedTo != "" && r.MovedTo != movedBefore {
		level = slog.LevelInfo
	}
	odd := []slog.Attr{slog.String("feed", r.Feed.ID)}
	for _, x := range []struct {
		what string
		n    int
	}{{"dropped", r.Dropped}, {"adopted", r.Adopted}, {"poisoned", r.Poisoned}} {
		if x.n != 0 {
			odd = append(odd, slog.Int(x.what, x.n))
		}
	}
	if r.Gap {
		odd = append(odd, slog.Bool("gap", true))
	}
	if r.Repaired != "" {
		odd = append(odd, slog.String("repaired", r.Repaired))
	}
	if r.MovedTo != "" {
		odd = append(odd, slog.String("moved_to", r.MovedTo))
	}
	if len(odd) > 1 {
		c.Log.LogAttrs(ctx, level, "odd feed", odd...)
	}
}

// commit writes what a poll came to, and with it ends the claim.
func (c *cycle) commit(ctx context.Context, cl *claim, r *Result, d Decision, out Outcome) (err error) {
	cl.Lock()
	defer cl.Unlock()
	out.New, out.Gap, out.Drift = len(d.New), d.Gap, d.Drift
	r.Adopted, r.Gap = len(d.Adopt), d.Gap
	now := c.Now()
	r.State = Next(r.Feed, cl.State, out, c.tick, now, c.opts.Bounds)
	r.Committed, err = c.Store.Commit(ctx, news.Poll{Claim: cl.Claim, At: now, State: r.State, New: d.New, Adopt: d.Adopt, Served: d.Served})
	if err == nil {
		c.drop(cl)
	}
	return err
}

// read finds out what is new in doc and matches it. A panic on the way is the document's fault.
func (c *cycle) read(ctx context.Context, feed news.Feed, doc news.Document, state news.FeedState, r *Result) (d Decision, err error) {
	if doc.Unchanged {
		return d, nil
	}
	defer c.blame(feed, "reading", &err)
	var keys []string
	for _, item := range doc.Items {
		keys = append(keys, item.Keys...)
	}
	known := map[string]int64{}
	if len(keys) > 0 {
		if known, err = c.Store.Known(ctx, feed.ID, keys); err != nil {
			return d, refused(err)
		}
	}
	d = Decide(feed, doc, known, state, c.opts.Rules, c.Now())
	// Documents list the newest first; what came in one poll is stored and alerted in the order in which it happened.
	slices.Reverse(d.New)
	slices.SortStableFunc(d.New, func(a, b news.NewItem) int { return a.Item.Published.Compare(b.Item.Published) })
	for i := range d.New {
		var ok bool
		if d.New[i].Matches, ok = c.match(&d.New[i].Item); !ok {
			r.Poisoned++
		}
	}
	return d, nil
}

// refused is the fault of a feed whose items the store would not take.
func refused(err error) *news.FetchError {
	return &news.FetchError{Class: news.ErrParse, Proof: oneLine("store: "+err.Error(), 200), Err: err}
}

func (c *cycle) fetch(ctx context.Context, feed news.Feed, state news.FeedState) (doc news.Document, err error) {
	defer c.blame(feed, "fetching", &err)
	return c.Fetcher.Fetch(ctx, feed, state, c.Now())
}

// blame turns a panic into the fault of the feed whose bytes caused it. It is to be deferred.
func (c *cycle) blame(feed news.Feed, doing string, err *error) {
	if v := recover(); v != nil {
		c.Log.Error("panic", "while", doing, "feed", feed.ID, "value", v, "stack", string(debug.Stack()))
		*err = panicked(doing, v)
	}
}

// match returns no matches and false when the matcher panics over item: the item is stored, and those behind it go on.
func (c *cycle) match(item *news.Item) (matches []news.Match, ok bool) {
	defer func() {
		if v := recover(); v != nil {
			c.Log.Error("panic", "while", "matching", "feed", item.FeedID, "key", item.Keys[0], "value", v, "stack", string(debug.Stack()))
			matches, ok = nil, false
		}
	}()
	return c.Matcher.Match(item), true
}

// note counts a result and reports it.
func (c *cycle) note(r Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.sum
	s.Feeds++
	switch {
	case errors.Is(r.Err, news.ErrLeaseLost):
		s.Lost++
	case r.Err != nil:
		s.Failed++
	default:
		s.OK++
	}
	if r.Unchanged && r.Err == nil {
		s.Unchanged++
	}
	if r.Gap {
		s.Gaps++
	}
	s.New += r.Committed.Stored
	s.Matched += r.Committed.Matched
	s.Owed += r.Committed.Owed
	s.Skipped += r.Committed.Skipped
	s.Results = append(s.Results, r)
	if c.opts.OnResult != nil {
		c.opts.OnResult(r)
	}
}
