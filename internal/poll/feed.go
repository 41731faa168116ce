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
	c.underWay.Add(1)
	defer c.underWay.Add(-1)
	feed, state := c.feeds[cl.State.FeedID], cl.State
	began := c.Now()
	r := Result{Feed: feed, Before: state.Failures}

	doc, fetchErr := c.fetch(ctx, feed, state)
	if fetchErr != nil && ctx.Err() != nil { // not the feed's fault
		c.giveBack(ctx, cl)
		return
	}
	stop := ctx
	// What was fetched is written, even when the program was told to stop meanwhile.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(stop), finish)
	defer cancel()

	var d Decision
	var edits []news.Edit
	r.Err = fetchErr
	if fetchErr == nil {
		r.Unchanged, r.Items, r.Dropped, r.Repaired, r.MovedTo = doc.Unchanged, len(doc.Items)+doc.Left, doc.Dropped, doc.Repaired, doc.MovedTo
		if d, edits, r.Err = c.read(ctx, stop, feed, &doc, state, &r); r.Err != nil {
			d, edits = Decision{}, nil // whatever was decided before the panic
		}
	}

	if stop.Err() != nil && r.PagesFailed > 0 { // the next start reads feed and pages again
		c.giveBack(ctx, cl)
		return
	}
	// Pages may have taken long.
	ctx, cancel = context.WithTimeout(context.WithoutCancel(stop), finish)
	defer cancel()
	err := c.commit(ctx, cl, &r, d, edits, Outcome{Err: r.Err, Doc: doc})
	if err != nil && !errors.Is(err, news.ErrLeaseLost) {
		// The items may be what the store chokes on. Writing only that it did lets the feed back off and show its fault,
		// and as its ETag stays the old one, the items come again.
		c.Log.Error("commit poll", "feed", feed.ID, "err", err)
		r.Err = refused(err)
		err = c.commit(ctx, cl, &r, Decision{}, nil, Outcome{Err: r.Err})
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
	if r.Gap || r.Adopted > 0 || r.Poisoned > 0 || r.PagesFailed > 0 || r.MovedTo != "" && r.MovedTo != movedBefore {
		level = slog.LevelInfo
	}
	odd := []slog.Attr{slog.String("feed", r.Feed.ID)}
	for _, x := range []struct {
		what string
		n    int
	}{{"dropped", r.Dropped}, {"adopted", r.Adopted}, {"poisoned", r.Poisoned}, {"pages_failed", r.PagesFailed}, {"pages_left", r.PagesLeft}} {
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
func (c *cycle) commit(ctx context.Context, cl *claim, r *Result, d Decision, edits []news.Edit, out Outcome) (err error) {
	cl.Lock()
	defer cl.Unlock()
	out.New, out.Gap, out.Drift, out.Brought = len(d.New), d.Gap, d.Drift, d.New
	r.Gap = d.Gap
	now := c.Now()
	r.State = Next(r.Feed, cl.State, out, c.tick, now, c.opts.Bounds)
	r.Committed, err = c.Store.Commit(ctx, news.Poll{Claim: cl.Claim, At: now, State: r.State, New: d.New, Adopt: d.Adopt, Edits: edits, Served: d.Served, Together: c.underWay.Load() > 1})
	if err == nil {
		c.drop(cl)
	}
	return err
}

// read finds out what is new in doc and what is edited, fetches pages until stop ends, and matches. A panic on the way is the document's fault.
func (c *cycle) read(ctx, stop context.Context, feed news.Feed, doc *news.Document, state news.FeedState, r *Result) (d Decision, edits []news.Edit, err error) {
	if doc.Unchanged {
		return d, nil, nil
	}
	defer c.blame(feed, "reading", &err)
	known, err := c.known(ctx, feed, state, doc.Items)
	if err != nil {
		return d, nil, err
	}
	if len(known) > 0 && doc.Whole != nil { // not simply new articles: what they are hangs on the items that were left out
		if *doc, err = doc.Whole(ctx); err != nil {
			return d, nil, err
		}
		if known, err = c.known(ctx, feed, state, doc.Items); err != nil {
			return d, nil, err
		}
	}
	d = Decide(feed, *doc, known, state, c.opts.Rules, c.Now())
	r.Adopted = len(d.Adopt)
	stored, err := c.stored(ctx, d.Changed)
	if err != nil {
		return d, nil, refused(err)
	}
	d.reuse(stored, c.opts.Rules, c.Now())
	// Documents list the newest first; what came in one poll is stored and alerted in the order in which it happened.
	slices.Reverse(d.New)
	slices.SortStableFunc(d.New, func(a, b news.NewItem) int { return a.Item.Published.Compare(b.Item.Published) })
	c.fullTexts(stop, feed, &d, r)
	edits = c.edits(&d, stored)
	for i := range d.New {
		var ok bool
		n := &d.New[i]
		if n.Matches, ok = c.match(&n.Item); !ok {
			r.Poisoned++
		}
		n.Print = c.print(&n.Item, n.Matches, n.Skip)
	}
	for i := range edits {
		var ok bool
		e := &edits[i]
		if e.Matches, ok = c.match(&e.Item); !ok {
			r.Poisoned++
		}
		e.Print = c.print(&e.Item, e.Matches, e.Skip)
	}
	return d, edits, nil
}

// stored asks the store what the changed items were.
func (c *cycle) stored(ctx context.Context, changed []news.Item) ([]news.Found, error) {
	if len(changed) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(changed))
	for i, item := range changed {
		ids[i] = item.ID
	}
	return c.Store.Items(ctx, ids)
}

// edits says which of the changed items are edited. They come in the order in which they would be new. Of the others the wording is adopted, so that the
// next poll knows it.
func (c *cycle) edits(d *Decision, stored []news.Found) []news.Edit {
	edits := Edits(d.Changed, d.Unread, stored, c.opts.Rules, c.Now())
	edited := map[int64]bool{}
	for _, e := range edits {
		edited[e.Item.ID] = true
	}
	for i := range d.Changed {
		if it := &d.Changed[i]; !edited[it.ID] {
			d.Adopt = append(d.Adopt, news.Adopt{ItemID: it.ID, Keys: []string{it.ContentKey()}})
		}
	}
	slices.Reverse(edits)
	return edits
}

// known looks up all keys of items. Of a feed that never brought any there is nothing to look up.
func (c *cycle) known(ctx context.Context, feed news.Feed, state news.FeedState, items []news.Item) (map[string]int64, error) {
	if state.Items == 0 {
		return map[string]int64{}, nil
	}
	var keys []string
	for _, item := range items {
		keys = append(keys, item.Keys...)
	}
	if len(keys) == 0 {
		return map[string]int64{}, nil
	}
	known, err := c.Store.Known(ctx, feed.ID, keys)
	if err != nil {
		return nil, refused(err)
	}
	return known, nil
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

// print makes the print of an item that may alert. Nobody waits for the stories of others: theirs are found later. So is that of an item over which print
// panics.
func (c *cycle) print(item *news.Item, matches []news.Match, skip string) (print []byte) {
	if c.Print == nil || skip != "" || !slices.ContainsFunc(matches, func(m news.Match) bool { return m.Over }) {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			c.Log.Error("panic", "while", "making a print", "feed", item.FeedID, "key", item.Keys[0], "value", v, "stack", string(debug.Stack()))
			print = nil
		}
	}()
	return c.Print(item, matches)
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
	s.Edited += r.Committed.Edited
	s.Matched += r.Committed.Matched
	s.Owed += r.Committed.Owed
	s.Skipped += r.Committed.Skipped
	r.State.Entries = "" // of use to the next fetch only, and ten thousand of them are many
	s.Results = append(s.Results, r)
	if c.opts.OnResult != nil {
		c.opts.OnResult(r)
	}
}
