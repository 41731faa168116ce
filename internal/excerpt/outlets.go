package excerpt

import (
	"cmp"
	"slices"
	"time"

	"vestnik/internal/news"
)

// Outlets is who tells a story.
type Outlets struct {
	Others []news.OwedItem // the first item of every further outlet than that of the first item, in the order of the items
	First  news.OwedItem   // of those that are no copies, the item published first, when Ahead is not 0
	Ahead  time.Duration   // how much earlier than the first of another outlet; 0: nobody was a minute ahead, the next has no dates, so that nobody knows, or there is no other
}

// OutletsOf looks through the items of a story. An outlet has a name, or else is its feed.
func OutletsOf(items []news.OwedItem) (o Outlets) {
	firsts := map[string]news.OwedItem{}
	seen := map[string]bool{}
	for i, it := range items {
		name := Outlet(it)
		if !seen[name] && i > 0 {
			o.Others = append(o.Others, it)
		}
		seen[name] = true
		if was, ok := firsts[name]; !it.Copy && (!ok || it.Item.Published.Before(was.Item.Published)) {
			firsts[name] = it
		}
	}
	var order []news.OwedItem
	for _, it := range firsts {
		order = append(order, it)
	}
	slices.SortFunc(order, func(a, b news.OwedItem) int {
		return cmp.Or(a.Item.Published.Compare(b.Item.Published), cmp.Compare(a.Item.ID, b.Item.ID))
	})
	if len(order) > 1 && dated(order[1].Item) { // the first was published when it was seen or earlier
		if ahead := order[1].Item.Published.Sub(order[0].Item.Published); ahead >= time.Minute {
			o.First, o.Ahead = order[0], ahead
		}
	}
	return o
}

// dated reports whether an item's feed said when it was published; else it is when the item was seen.
func dated(it news.Item) bool { return !it.Published.Equal(it.Seen) }

// Outlet is what the outlet of an item is called.
func Outlet(o news.OwedItem) string { return cmp.Or(Line(o.Feed.Outlet), Line(o.Feed.ID)) }
