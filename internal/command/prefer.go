package command

import (
	"context"
	"maps"
	"slices"

	"vestnik/internal/news"
	"vestnik/internal/timetable"
)

// load reads how the chat wants things; from then on times are shown in its zone.
func (t *talk) load(ctx context.Context) (err error) {
	t.prefs, _, err = t.Chats.Preferences(ctx, t.req.Chat)
	t.prefs.Chat = t.req.Chat
	t.Zone = timetable.Zone(t.prefs.Timezone, t.Zone)
	return err
}

// prefer stores the chat's preferences with a change.
func (t *talk) prefer(ctx context.Context, change func()) error {
	t.prefs.Lists = maps.Clone(t.prefs.Lists)
	change()
	return t.Chats.SavePreferences(ctx, t.prefs)
}

// want stores a change of how the alerts of one watchlist are wanted, or of all with "". A watchlist begins with what holds for all.
func (t *talk) want(ctx context.Context, list string, change func(*news.Delivery)) error {
	return t.prefer(ctx, func() {
		if list == "" {
			change(&t.prefs.All)
			return
		}
		d := t.prefs.Of(list)
		d.Languages, d.Sources = slices.Clone(d.Languages), slices.Clone(d.Sources)
		change(&d)
		if t.prefs.Lists == nil {
			t.prefs.Lists = map[string]news.Delivery{}
		}
		t.prefs.Lists[list] = d
	})
}

// asAll lets what holds for all hold for a watchlist, too.
func (t *talk) asAll(ctx context.Context, list string) error {
	return t.prefer(ctx, func() { delete(t.prefs.Lists, list) })
}

// wanted is how the alerts of a watchlist are wanted, or of all that have nothing of their own with "".
func (t *talk) wanted(list string) news.Delivery {
	if list == "" {
		return t.prefs.All
	}
	return t.prefs.Of(list)
}

// ownLists are the watchlists that are wanted in a way of their own, in the order of the configuration.
func (t *talk) ownLists() []string {
	return slices.DeleteFunc(t.allLists(), func(id string) bool { _, ok := t.prefs.Lists[id]; return !ok })
}
