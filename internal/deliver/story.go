package deliver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"vestnik/internal/news"
)

// StoryRules says how a story that goes on is told.
type StoryRules struct {
	EditEvery time.Duration // least time between two changes of the message that tells a story
	Again     []string      // what makes a story alert anew: its first source of such a type (see news.SourceType), or AgainWatchlist
}

// AgainWatchlist makes a story alert anew that reaches a watchlist the chat was not told of with it.
const AgainWatchlist = "watchlist"

// DefaultStoryRules are those of a configuration that says nothing.
func DefaultStoryRules() StoryRules {
	return StoryRules{EditEvery: 5 * time.Minute, Again: []string{string(news.Independent), string(news.State), AgainWatchlist}}
}

// A parcel is what one chat is owed about one story, or about an item that belongs to none.
type parcel struct {
	story int64
	owed  []news.OwedItem
	told  news.Told // what it was told of the story before
	again string    // why it alerts anew; "": it does not
	lead  int       // in owed: what stands first where a message or a line begins with what is new
	late  bool      // it was put off, and goes into a digest
	known bool      // it was told of the story, and all that is owed repeats something of that
}

// first is the number of its oldest alert.
func (p *parcel) first() int64 { return slices.Min(p.alerts()) }

// alerts are the numbers of all its alerts.
func (p *parcel) alerts() (ids []int64) {
	for _, o := range p.owed {
		for _, a := range o.Alerts {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// score is the highest of its matches.
func (p *parcel) score() (best float64) {
	for _, o := range p.owed {
		for _, m := range o.Matches {
			best = max(best, m.Score)
		}
	}
	return best
}

// silent reports whether nobody wants a sound for it.
func (p *parcel) silent() bool {
	return !slices.ContainsFunc(p.owed, func(o news.OwedItem) bool { return !o.Silent })
}

// living reports whether there is a message that tells the story and that can go on telling it: all that it tells of is still known.
func (p *parcel) living() bool {
	return p.told.Living != nil && p.told.Living.Told <= len(p.told.Items)
}

// brief is the parcel as a line of a digest tells it: what is new.
func (p *parcel) brief() Bundle {
	b := Bundle{Story: p.story, Items: slices.Clone(p.owed)}
	b.begin(p.owed[p.lead].Item.ID)
	return b
}

// begin puts an item first.
func (b *Bundle) begin(item int64) {
	if i := slices.IndexFunc(b.Items, func(o news.OwedItem) bool { return o.Item.ID == item }); i > 0 {
		o := b.Items[i]
		b.Items = slices.Insert(slices.Delete(b.Items, i, i+1), 0, o)
	}
}

// whole is the parcel as a message of its own tells it: all that the chat was told of the story, and what is new.
func (p *parcel) whole(update bool) Bundle {
	b := Bundle{Story: p.story, Update: update, Again: p.again}
	lead := p.owed[p.lead].Item.ID
	if update {
		lead = p.told.Living.Lead
	}
	b.Items = slices.Clone(p.told.Items)
	for _, o := range p.owed {
		i := slices.IndexFunc(b.Items, func(t news.OwedItem) bool { return t.Item.ID == o.Item.ID })
		if i < 0 {
			b.Items = append(b.Items, o)
			b.Fresh++
			continue
		}
		b.Items[i] = joined(b.Items[i], o)
	}
	b.begin(lead)
	return b
}

// joined is an item that the chat was told of, with what it is owed about it now.
func joined(told, owed news.OwedItem) news.OwedItem {
	told.Alerts, told.Matches = slices.Clone(told.Alerts), slices.Clone(told.Matches)
	names := make(map[string]string)
	for _, m := range []map[string]string{told.Names, owed.Names} {
		for id, name := range m {
			names[id] = name
		}
	}
	told.Names = names
	for i, a := range owed.Alerts {
		told.Alerts = append(told.Alerts, a)
		if i < len(owed.Matches) {
			told.Matches = append(told.Matches, owed.Matches[i])
		}
	}
	if owed.Before != nil {
		told.Before = owed.Before
	}
	return told
}

// look compares what is owed with what the chat was told of the story. What it has read nearly word for word begins no new message, be it from another
// outlet: it is no reason to alert anew, unless it comes with a sound to who was told without one, and where nothing else is owed, the parcel is known.
func (p *parcel) look(rules []string, alike func(a, b *news.Item) bool) {
	if len(p.told.Items) == 0 {
		return
	}
	for i, o := range p.owed {
		if p.late {
			break
		}
		if why := reasonAgain(p.told.Items, o, rules); why != "" && (!o.Silent && quietly(p.told.Items) || !p.repeats(o, alike)) {
			p.again, p.lead = why, i
			return
		}
	}
	if p.living() && !p.late {
		return
	}
	p.lead = slices.IndexFunc(p.owed, func(o news.OwedItem) bool { return !p.repeats(o, alike) })
	p.known = p.lead < 0
	p.lead = max(p.lead, 0)
}

// quietly reports whether everything was told without a sound.
func quietly(told []news.OwedItem) bool {
	return !slices.ContainsFunc(told, func(t news.OwedItem) bool { return !t.Silent })
}

// repeats reports whether the chat has read an item nearly word for word, in whatever wording of what it was told. A digest has a line for what only
// another watchlist told of at once.
func (p *parcel) repeats(o news.OwedItem, alike func(a, b *news.Item) bool) bool {
	return slices.ContainsFunc(p.told.Items, func(t news.OwedItem) bool {
		same := t.Item.ID == o.Item.ID
		if same && (p.late || len(t.Earlier) == 0) {
			return !p.late
		}
		return !same && alike(&t.Item, &o.Item) || slices.ContainsFunc(t.Earlier, func(v news.Version) bool {
			return alike(&news.Item{Title: v.Title, Text: v.Text}, &o.Item)
		})
	})
}

// reasonAgain is the first of the rules by which an item makes a story alert anew that the chat was told; "" for none. An item that only repeated another
// one made no outlet a source of the story, and took it to no watchlist: it changed a message without a sound.
func reasonAgain(told []news.OwedItem, o news.OwedItem, rules []string) string {
	for i := len(told) - 1; i > 0; i-- {
		if told[i].Copy {
			told = slices.Delete(slices.Clone(told), i, i+1)
		}
	}
	for _, rule := range rules {
		if rule == AgainWatchlist {
			for _, a := range o.Alerts {
				known := slices.ContainsFunc(told, func(t news.OwedItem) bool {
					return slices.ContainsFunc(t.Alerts, func(b news.Alert) bool { return b.Watchlist == a.Watchlist })
				})
				if !known {
					return rule
				}
			}
			continue
		}
		if string(o.Feed.Type) == rule && !slices.ContainsFunc(told, func(t news.OwedItem) bool { return string(t.Feed.Type) == rule }) {
			return rule
		}
	}
	return ""
}

// A telling is a message to be, or several when it does not fit into one.
type telling struct {
	parcels []*parcel
	update  bool // of the message that tells its one parcel
}

// putOff reports whether all alerts about an item were put off, and so belong into a digest.
func putOff(o news.OwedItem) bool {
	return !slices.ContainsFunc(o.Alerts, func(a news.Alert) bool { return a.Due.IsZero() })
}

// pack sorts what a chat is owed into parcels, in the order of their oldest alerts: those that were put off and those that go at once. A story is one
// parcel; when some of it was put off, all of it was.
func pack(items []news.OwedItem, told map[int64]news.Told) (late, prompt []*parcel) {
	lateStory := make(map[int64]bool)
	for _, o := range items {
		if o.Story != 0 && putOff(o) {
			lateStory[o.Story] = true
		}
	}
	byStory := make(map[int64]*parcel)
	for _, o := range items {
		if p := byStory[o.Story]; p != nil {
			p.owed = append(p.owed, o)
			continue
		}
		p := &parcel{story: o.Story, owed: []news.OwedItem{o}, told: told[o.Story]}
		if o.Story != 0 {
			byStory[o.Story] = p
		} else {
			p.told = news.Told{}
		}
		if p.late = lateStory[o.Story] || o.Story == 0 && putOff(o); p.late {
			late = append(late, p)
		} else {
			prompt = append(prompt, p)
		}
	}
	return late, prompt
}

// compose says which messages a chat gets of what it is owed, in their order, when the first of those may go that have to wait, and which alerts it is to
// get in no message: they repeat what a digest told it, which cannot be changed.
//
// What was put off is a digest. What goes on telling a story changes the message that tells it, at most so often; the rest is a message each. When those
// are too many, the best by score go out on their own and the rest is a digest. Changes, of which nobody hears a sound, come last: in a group, which takes
// one message in three seconds, a hundred stories that go on would hold up what is new for minutes.
func (f *flush) compose(ctx context.Context, c news.OwedChat, items []news.OwedItem) (queue []telling, wait time.Time, known []int64, err error) {
	var stories []int64
	for _, o := range items {
		if o.Story != 0 && !slices.Contains(stories, o.Story) {
			stories = append(stories, o.Story)
		}
	}
	told := map[int64]news.Told{}
	if len(stories) > 0 {
		if told, err = f.Store.Told(ctx, c.Chat, stories); err != nil {
			return nil, time.Time{}, nil, fmt.Errorf("deliver: %w", err)
		}
	}
	rules := f.Stories()
	put, prompt := pack(items, told)
	var late, fresh, updates []*parcel
	for _, p := range slices.Concat(put, prompt) {
		p.look(rules.Again, f.Alike)
		switch {
		case p.known && !p.living():
			known = append(known, p.alerts()...)
		case p.late && !p.known:
			late = append(late, p)
		case p.again != "" || !p.living():
			fresh = append(fresh, p)
		default:
			if at := p.told.Living.At.Add(rules.EditEvery); at.After(f.Now()) {
				wait = sooner(wait, at)
				continue
			}
			updates = append(updates, p)
		}
	}

	if len(fresh)+len(late) == 0 {
		delete(f.Memory.down, c.Chat) // a message that is changed does not say it, and the next new one may be days away
	}

	digest := late
	if singles, folded := f.Memory.overflows(c, fresh, f.Burst, f.Top); folded {
		best := slices.Clone(fresh)
		slices.SortStableFunc(best, func(a, b *parcel) int { return cmp.Compare(b.score(), a.score()) })
		best = best[:min(singles, len(best))]
		for _, p := range fresh {
			if !slices.Contains(best, p) {
				digest = append(digest, p)
			}
		}
		slices.SortStableFunc(digest, func(a, b *parcel) int { return cmp.Compare(a.first(), b.first()) })
		for _, p := range best {
			queue = append(queue, telling{parcels: []*parcel{p}})
		}
		fresh = nil
	}
	if len(digest) > 0 {
		queue = append(queue, telling{parcels: digest})
	}
	for _, p := range fresh {
		queue = append(queue, telling{parcels: []*parcel{p}})
	}
	slices.SortStableFunc(updates, func(a, b *parcel) int { return cmp.Compare(a.first(), b.first()) })
	for _, p := range updates {
		queue = append(queue, telling{parcels: []*parcel{p}, update: true})
	}
	return queue, wait, known, nil
}

// sooner is the earlier of two times, of which zero stands for never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
