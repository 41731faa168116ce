package command

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/news"
)

// storyShown is how many items of a story a page shows.
const storyShown = 8

// story tells the story of the alert that it replies to, of a number from /top, or of the article behind a link.
func story(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" && t.req.ReplyTo != "" {
		ids, err := t.Chats.Posted(ctx, t.req.Chat, t.req.ReplyTo)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			return t.reply("why.not-an-alert"), nil
		}
		return t.storyOfItems(ctx, ids)
	}
	if n, err := strconv.ParseInt(strings.TrimLeft(t.args, "#№"), 10, 64); err == nil {
		return t.storyPage(ctx, n, 0, false)
	}
	address := t.canonical(t.args)
	if address == "" {
		return t.reply("story.usage"), nil
	}
	found, err := t.Chats.ItemsByURL(ctx, address)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return t.neverSeen(ctx, address)
	}
	var ids []int64
	for _, f := range found {
		ids = append(ids, f.Item.ID)
	}
	return t.storyOfItems(ctx, ids)
}

// storyOfItems tells the story of the first of the items that belongs to one.
func (t *talk) storyOfItems(ctx context.Context, ids []int64) ([]Reply, error) {
	for _, id := range ids {
		n, err := t.Store.StoryOf(ctx, id)
		if err != nil {
			return nil, err
		}
		if n != 0 {
			return t.storyPage(ctx, n, 0, false)
		}
	}
	return t.reply("story.none"), nil
}

func storyTurned(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.storyPage(ctx, p.numbers[1], p.numbers[0], true)
}

// storyPage lists the items of a story by time: who had it first, by how much, who only repeats it.
func (t *talk) storyPage(ctx context.Context, id, page int64, edit bool) ([]Reply, error) {
	s, err := t.Store.Story(ctx, id)
	if errors.Is(err, news.ErrNotFound) {
		if edit {
			return t.toast("story.gone"), nil
		}
		return t.reply("story.gone"), nil
	}
	if err != nil {
		return nil, err
	}
	from, to, nav := pageOf(len(s.Items), storyShown, page, verbStory, "", id)
	doc := append(t.say("story.title", "n", len(s.Items), "outlets", len(outletsOf(s)), "number", strconv.FormatInt(id, 10)), t.lead(s)...)
	for _, it := range s.Items[from:to] {
		doc = append(doc, nil)
		doc = append(doc, t.storyItem(it)...)
	}
	r := Reply{Doc: doc.fit(), Edit: edit}
	if len(nav) > 0 {
		r.Buttons = [][]Button{nav}
	}
	return []Reply{r}, nil
}

// storyItem is an item of a story in two lines. Watchlists are left out: they are the same down the list.
func (t *talk) storyItem(it news.StoryItem) Doc {
	f := it.Found
	f.Matches = nil
	doc := t.item(f)
	if it.Copy {
		doc[1] = append(doc[1], Span{Text: " · " + t.loc.Text("story.copy")})
	}
	return doc
}

// lead says who told the story first, and how long before the next outlet.
func (t *talk) lead(s news.Story) Doc {
	first, next, ahead, ok := leadOf(s)
	if !ok {
		return nil
	}
	name := func(f news.Feed) Span { return Span{Text: t.outlet(f), Bold: true} }
	if ahead <= 0 {
		return t.say("story.lead", "outlet", name(first))
	}
	return t.say("story.lead-by", "outlet", name(first), "span", t.loc.Duration(ahead), "next", name(next))
}

// leadOf is the outlet that told a story first, the next one that told it, and how much earlier the first was: 0 when a feed without dates makes that
// unknown, or it was the same minute. ok is false when there is one outlet alone.
func leadOf(s news.Story) (first, next news.Feed, ahead time.Duration, ok bool) {
	if len(s.Items) == 0 {
		return first, next, 0, false
	}
	a := s.Items[0]
	i := slices.IndexFunc(s.Items, func(it news.StoryItem) bool { return outletKey(it.Feed) != outletKey(a.Feed) })
	if i < 0 {
		return a.Feed, next, 0, false
	}
	b := s.Items[i]
	if dated(a.Item) && dated(b.Item) {
		ahead = b.Item.Published.Sub(a.Item.Published).Truncate(time.Minute)
	}
	return a.Feed, b.Feed, ahead, true
}

// dated reports whether an item's feed said when it was published.
func dated(it news.Item) bool { return !it.Published.Equal(it.Seen) }

// outletKey tells outlets apart, which may have several feeds.
func outletKey(f news.Feed) string {
	if f.Outlet != "" {
		return f.Outlet
	}
	return f.ID
}

// outletsOf is the outlets that tell a story, each once, the earliest first.
func outletsOf(s news.Story) []string {
	var names []string
	for _, it := range s.Items {
		if name := outletKey(it.Feed); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
