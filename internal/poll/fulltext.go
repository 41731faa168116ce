package poll

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"vestnik/internal/news"
)

// Pages reads the page of an item for its whole text.
type Pages interface {
	// FullText returns item with the text of its page; its keys stay. With an error the item is to be used as it was.
	FullText(ctx context.Context, feed news.Feed, item news.Item, now time.Time) (news.Item, error)
}

// Bounds of the pages of one poll. An outlet of the region publishes some hundred articles a day, so that a poll has more than a few new ones only
// after a pause.
const (
	maxPages    = 30               // the newest; others keep the feed's text
	pagesAtOnce = 4                // the client bounds what one host gets of them
	pagesTime   = 90 * time.Second // for all of them, waiting for a turn included
)

// fullTexts gives the new items of a feed that asks for it, and those that are worded otherwise, the whole text of their pages, the newest first. Items
// that alert nothing anyway keep the feed's text, and so does one whose page cannot be read, or not in time: that is no fault of the feed. Of those that
// changed, Decision.Unread then names it. When ctx ends it stops at once.
func (c *cycle) fullTexts(ctx context.Context, feed news.Feed, d *Decision, r *Result) {
	if !feed.FullText || c.Pages == nil {
		return
	}
	var wanted []*news.Item
	for i := range d.New {
		if n := &d.New[i]; n.Skip == "" && n.Item.Link != "" {
			wanted = append(wanted, &n.Item)
		}
	}
	d.Unread = map[int64]bool{}
	for i := range d.Changed {
		it := &d.Changed[i]
		d.Unread[it.ID] = true
		if it.Link != "" && !c.opts.Rules.tooOld(it.Published, c.Now()) {
			wanted = append(wanted, it)
		}
	}
	slices.SortStableFunc(wanted, func(a, b *news.Item) int { return b.Published.Compare(a.Published) })
	r.PagesLeft = max(0, len(wanted)-maxPages)
	ctx, cancel := context.WithTimeout(ctx, pagesTime)
	defer cancel()
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(pagesAtOnce)
	for _, it := range wanted[:min(len(wanted), maxPages)] {
		g.Go(func() error {
			item, err := c.fullText(ctx, feed, *it)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				r.PagesFailed++
				return nil //nolint:nilerr // the client has logged it; the item is as good as without the option
			}
			*it = item
			delete(d.Unread, it.ID)
			r.Pages++
			return nil
		})
	}
	_ = g.Wait() // never an error
}

// fullText reads one page. A panic on the way is that page's fault.
func (c *cycle) fullText(ctx context.Context, feed news.Feed, item news.Item) (out news.Item, err error) {
	defer func() {
		if v := recover(); v != nil {
			c.Log.Error("panic", "while", "reading a page", "feed", feed.ID, "key", item.Keys[0], "value", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	if err := ctx.Err(); err != nil {
		return item, err
	}
	out, err = c.Pages.FullText(ctx, feed, item, c.Now())
	out.Keys = item.Keys // they are the feed's: with others the item would come again
	return out, err
}
