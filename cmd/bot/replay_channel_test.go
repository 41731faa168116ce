package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"vestnik/internal/deliver"
	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/telegram"
)

// replayChannel is the one channel that hears of the replayed month.
const replayChannel = "telegram:-1001234567890"

// A channel is where alerts of the replay go: it notes what is posted and how that is changed later. How much fits into a message is for the real sink to say.
type channel struct {
	*replay
	laid    telegram.Sink
	posts   []*posting          // in their order
	refs    map[string]*posting // the same by their number
	edits   int
	carried map[int64]bool      // alerts that some message carried
	owed    map[int64]news.Item // what alerts are about
	skipped map[int64]bool      // alerts that no message is to carry, as a digest told the same
	first   map[int64]string    // the message that told of an item first
}

func newChannel(r *replay) *channel {
	return &channel{
		replay: r, refs: map[string]*posting{}, carried: map[int64]bool{}, owed: map[int64]news.Item{}, skipped: map[int64]bool{}, first: map[int64]string{},
	}
}

// A ledger is the store of the replay, of which the channel notes what it is to get no message about.
type ledger struct {
	*store.Store
	of *channel
}

func (l ledger) Skip(ctx context.Context, lease news.Lease, chat string, alertIDs []int64, reason string) error {
	for _, id := range alertIDs {
		l.of.skipped[id] = true
	}
	return l.Store.Skip(ctx, lease, chat, alertIDs, reason)
}

func (l ledger) Owed(ctx context.Context, chat string, now time.Time, limit int) ([]news.OwedItem, error) {
	list, err := l.Store.Owed(ctx, chat, now, limit)
	for _, o := range list {
		for _, a := range o.Alerts {
			l.of.owed[a.ID] = o.Item
		}
	}
	return list, err
}

// A posting is a message as it stands in the channel.
type posting struct {
	Parts []part
	again bool // it answers one that told of the story
	story int64
	leads []news.StoryItem // what stood first in each part when it was posted
}

// A part is a bundle as the channel notes it.
type part struct {
	Story int64
	Items []noted // the first is the one that stands first
	Again string
}

type noted struct {
	Item    news.Item
	Alerts  []notedAlert // that are news
	Skipped bool         // it got no message of its own: a digest had told the same
}

type notedAlert struct {
	ID        int64
	Watchlist string
	Edit      bool // an edit of the item caused it
}

func (c *channel) Render(chat string, bundles []deliver.Bundle, down news.Outage) (text, markup string, n int, err error) {
	if _, _, n, err = c.laid.Render(chat, bundles, down); err != nil {
		return "", "", 0, err
	}
	var parts []part
	for _, b := range bundles[:n] {
		p := part{Story: b.Story, Again: b.Again}
		for _, o := range b.Items {
			it := noted{Item: o.Item}
			for _, a := range o.Alerts {
				switch a.State {
				case news.AlertOwed:
					it.Alerts = append(it.Alerts, notedAlert{a.ID, a.Watchlist, a.Wording > 0})
				case news.AlertSkipped:
					it.Skipped = true
				default: // a message before this one told of it
				}
			}
			p.Items = append(p.Items, it)
		}
		parts = append(parts, p)
	}
	b, err := json.Marshal(parts)
	return string(b), "", n, err
}

func (c *channel) Send(_ context.Context, m news.Message) (string, error) {
	now := &posting{story: m.Story, again: m.Target != ""}
	if err := json.Unmarshal([]byte(m.Text), &now.Parts); err != nil {
		return "", err
	}
	ref := m.Target
	if m.Kind != news.MessageEdit {
		ref = fmt.Sprint(len(c.posts) + 1)
	}
	var alerts []int64
	for _, p := range now.Parts {
		if n := len(p.Items) - len(p.ids()); n > 0 {
			c.t.Errorf("message %s tells of %d items twice", ref, n)
		}
		for _, it := range p.Items {
			if len(it.Alerts) == 0 {
				if c.first[it.Item.ID] == "" && !it.Skipped {
					c.t.Errorf("message %s tells of item %d, which no alert is for", ref, it.Item.ID)
				}
				continue
			}
			if before := c.first[it.Item.ID]; before != "" && !slices.ContainsFunc(it.Alerts, func(a notedAlert) bool { return a.Edit }) {
				c.t.Errorf("item %d is news in message %s and was in %s", it.Item.ID, ref, before)
			}
			c.first[it.Item.ID] = ref
			for _, a := range it.Alerts {
				alerts = append(alerts, a.ID)
				c.posted[fmt.Sprintf("%s item %d for %s", it.Item.FeedID, it.Item.ID, a.Watchlist)]++
			}
		}
	}
	slices.Sort(alerts)
	if frozen := slices.Sorted(slices.Values(m.AlertIDs)); len(alerts) == 0 || !slices.Equal(alerts, frozen) {
		c.t.Errorf("message %s carries the alerts %v and tells of %v", ref, frozen, alerts)
	}
	for _, id := range m.AlertIDs {
		if c.carried[id] || c.skipped[id] {
			c.t.Errorf("alert %d stands in two messages, or was to stand in none", id)
		}
		c.carried[id] = true
	}
	if m.Kind == news.MessageEdit {
		c.change(ref, now)
		return ref, nil
	}
	for _, p := range now.Parts {
		now.leads = append(now.leads, news.StoryItem{Found: news.Found{Item: p.Items[0].Item}, Tie: strings.TrimSpace(fmt.Sprint("story ", p.Story, " ", p.Again))})
	}
	c.posts = append(c.posts, now)
	c.refs[ref] = now
	return ref, nil
}

// change holds that a message tells of all that it told of before, and begins as it began.
func (c *channel) change(ref string, now *posting) {
	c.edits++
	was := c.refs[ref]
	if was == nil || len(was.Parts) != 1 || len(now.Parts) != 1 || was.story != now.story || was.Parts[0].Items[0].Item.ID != now.Parts[0].Items[0].Item.ID {
		c.t.Errorf("message %s is changed from %+v to %+v", ref, was, now)
		return
	}
	ids := now.Parts[0].ids()
	for id := range was.Parts[0].ids() {
		if !ids[id] {
			c.t.Errorf("message %s of story %d has lost item %d", ref, now.story, id)
		}
	}
	was.Parts = now.Parts
}

func (p part) ids() map[int64]bool {
	ids := map[int64]bool{}
	for _, it := range p.Items {
		ids[it.Item.ID] = true
	}
	return ids
}

// check holds that everything was told, and that no two messages begin alike.
func (c *channel) check(counts news.Counts) {
	c.t.Helper()
	var leads []news.StoryItem
	digests, lines, again := 0, 0, 0
	for _, p := range c.posts {
		switch {
		case len(p.Parts) > 1:
			digests++
			lines += len(p.Parts)
		case p.again:
			again++
		}
		leads = append(leads, p.leads...)
	}
	all := c.stories()
	several, within := 0, 0
	for _, s := range all {
		within += len(s.Items)
		several += flagged(len(s.Items) > 1)
	}
	c.t.Logf("one channel: %d items on a watchlist, %d of them told; %d alerts; %d stories of %d items, %d of two or more; %d messages, %d of them answers in which a story alerts anew, %d digests of %d lines; %d changes; %d alerts in no message, as a digest had told the same",
		counts.Matched, len(c.first), len(c.carried), len(all), within, several, len(c.posts), again, digests, lines, c.edits, len(c.skipped))
	near := nearDuplicates(leads, .5)
	for _, p := range near[:min(len(near), 20)] {
		c.t.Errorf("two messages begin alike, with the Jaccard index %.2f:\n%s %s: %s %s\n%s %s: %s %s", p.index,
			p.a.Item.Published.Format("2 Jan 15:04"), p.a.Tie, p.a.Item.FeedID, p.a.Item.Title, p.b.Item.Published.Format("2 Jan 15:04"), p.b.Tie, p.b.Item.FeedID, p.b.Item.Title)
	}
	c.t.Logf("%d pairs of messages that begin alike", len(near))
	c.checkSkipped()
	if sent := counts.Alerts[news.AlertSent]; sent != len(c.carried) || sent == 0 {
		c.t.Errorf("%d alerts are written down as sent, messages carried %d", sent, len(c.carried))
	}
	if c.edits == 0 || several == 0 {
		c.t.Error("no message was changed, or no story has two items: this tries nothing")
	}
}

// checkSkipped holds that what no message carries repeats what one carries.
func (c *channel) checkSkipped() {
	c.t.Helper()
	var items []news.StoryItem
	kept, told := map[int64]bool{}, map[int64]bool{}
	for id, it := range c.owed {
		if c.skipped[id] {
			kept[it.ID] = true
		}
		told[it.ID] = told[it.ID] || c.carried[id]
		items = append(items, news.StoryItem{Found: news.Found{Item: it}})
	}
	items = slices.CompactFunc(slices.SortedFunc(slices.Values(items), func(a, b news.StoryItem) int { return cmp.Compare(a.Item.ID, b.Item.ID) }),
		func(a, b news.StoryItem) bool { return a.Item.ID == b.Item.ID })
	for _, p := range nearDuplicates(items, .4) { // the program has other words and asks for .45
		if told[p.a.Item.ID] {
			delete(kept, p.b.Item.ID)
		}
		if told[p.b.Item.ID] {
			delete(kept, p.a.Item.ID)
		}
	}
	for id := range kept {
		c.t.Errorf("no message carries item %d or what it repeats", id)
	}
}
