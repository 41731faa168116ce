package poll

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
)

// Rules say which new items may alert.
type Rules struct {
	MaxAge      time.Duration // items published longer ago are stored and not alerted; 0: no limit
	FreshWindow time.Duration // items of a backlog published within it alert all the same; 0: none
}

func (r Rules) tooOld(published, now time.Time) bool {
	return r.MaxAge > 0 && published.Before(now.Add(-r.MaxAge))
}

// A Decision is what a document changes.
type Decision struct {
	New   []news.NewItem // in the document's order, still without matches
	Adopt []news.Adopt   // items known under another key
	Known int            // items that are known and need no further key

	Changed []news.Item    // of the known and adopted ones, those that say what the feed has not said before, with their numbers: see Edits
	Unread  map[int64]bool // those of Changed, by number, that have the feed's text although the feed asks for the whole one of their pages
	Gap     bool           // the feed had items before, and no key of this document is known
	Drift   string         // identity key of an item found under another key only, when the GUIDs drifted; else ""

	Served []string // every key of the document; empty when items of it were left out
}

// minDrift is how many items must be found again by their address alone before a document's GUIDs count as drifted.
// Some feeds keep one address and change the item behind it (a live page, "news of the day"): one or two such items are news, not drift.
const minDrift = 3

// Decide says what a document brings: known maps those of its keys that the store has to item numbers.
//
// An item is known by its identity key alone. When more than half of the items that have further keys are new by identity while a further
// key finds them in the store, the feed changed its GUIDs (or its addresses): those items are adopted and alert nothing. Short of that, an item
// with a new identity is new even when its address or text is known: a repeated alert is forgiven, a missed one is not. Titles say nothing:
// «Главное за день» is another item every day.
//
// GUIDs that drift in one document after the other are made up at every fetch: to adopt them all would fill the store with keys that never come
// again. So after a drift the next one's GUIDs are adopted only when they hold, which state.DriftKey tells; the items are known all the same.
//
// A known item may be worded otherwise than the feed ever had it; whether that is an edit is for Edits to say, which has to know what it was.
//
// What a feed brings when it is read for the first time is its backlog: stored, and alerted only when it is among the feed.Backfill newest or within
// rules.FreshWindow. A date that equals Seen is no date, so it makes nothing fresh. A feed that was empty then has no backlog: what it brings later is news.
func Decide(feed news.Feed, doc news.Document, known map[string]int64, state news.FeedState, rules Rules, now time.Time) Decision {
	var d Decision
	again := drifted(doc.Items, known)
	hold := state.DriftKey == "" || slices.ContainsFunc(doc.Items, func(item news.Item) bool { return item.Keys[0] == state.DriftKey })
	anyKnown := false
	for i, item := range doc.Items {
		if doc.Left == 0 {
			d.Served = append(d.Served, item.Keys...)
		}
		anyKnown = anyKnown || slices.ContainsFunc(item.Keys, func(k string) bool { _, ok := known[k]; return ok })
		id, ok := known[item.Keys[0]]
		if !ok {
			id = again[i]
		}
		if id != 0 && reworded(&item, known) {
			item.ID = id
			d.Changed = append(d.Changed, item)
		}
		switch {
		case ok:
			d.Known++
		case id == 0:
			d.New = append(d.New, news.NewItem{Item: item})
		case hold:
			d.Drift = cmp.Or(d.Drift, item.Keys[0])
			d.Adopt = append(d.Adopt, news.Adopt{ItemID: id, Keys: item.Keys})
		default:
			d.Drift = cmp.Or(d.Drift, item.Keys[0])
			d.Known++
		}
	}
	backlog := state.FirstSuccess.IsZero()
	d.Gap = !state.LastNew.IsZero() && len(doc.Items) > 0 && doc.Left == 0 && !anyKnown

	var newest map[int]bool
	if backlog {
		newest = newestOf(d.New, feed.Backfill)
	}
	for i := range d.New {
		item := &d.New[i].Item
		dated := item.Published.Before(item.Seen) || item.Published.After(item.Seen)
		fresh := dated && rules.FreshWindow > 0 && !item.Published.Before(now.Add(-rules.FreshWindow))
		switch {
		case backlog && !fresh && !newest[i]:
			d.New[i].Skip = news.SkipBacklog
		case !backlog && rules.tooOld(item.Published, now):
			d.New[i].Skip = news.SkipTooOld
		}
	}
	return d
}

// drifted maps the indices of items whose identity key changed to the stored items they are; nil when the document shows no drift.
// A further key is evidence only when it finds one item for one item: not when several items of the document share it,
// and not when the item it finds stands in the document under its own identity.
func drifted(items []news.Item, known map[string]int64) map[int]int64 {
	uses := map[string]int{}
	taken := map[int64]bool{}
	for _, item := range items {
		for _, k := range item.Keys {
			uses[k]++
		}
		if id, ok := known[item.Keys[0]]; ok {
			taken[id] = true
		}
	}
	found := map[int]int64{}
	candidates, byText := 0, 0
	for i, item := range items {
		if len(item.Keys) < 2 {
			continue
		}
		candidates++
		if _, ok := known[item.Keys[0]]; ok {
			continue
		}
		for _, k := range item.Keys[1:] {
			id, ok := known[k]
			if !ok || uses[k] > 1 {
				continue
			}
			if was, again := found[i]; !again && !taken[id] {
				found[i], taken[id] = id, true
			} else if was != id {
				continue
			}
			if strings.HasPrefix(k, news.KeyHash) {
				byText++
			}
		}
	}
	if 2*len(found) <= candidates || len(found) < minDrift && byText < len(found) {
		return nil
	}
	return found
}

// newestOf gives the indices of the n items published last; of items of one time, those that stand first in the document.
func newestOf(items []news.NewItem, n int) map[int]bool {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return items[b].Item.Published.Compare(items[a].Item.Published) })
	newest := map[int]bool{}
	for _, i := range order[:min(max(n, 0), len(order))] {
		newest[i] = true
	}
	return newest
}
