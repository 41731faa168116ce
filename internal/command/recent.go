package command

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"vestnik/internal/news"
)

// How many items a message of a list holds when nobody says, and at most.
const (
	itemsShown = 5
	itemsMost  = 10
)

// recent takes a watchlist and a number, in any order.
func recent(ctx context.Context, t *talk) ([]Reply, error) {
	n, what := itemsShown, t.args
	words := strings.Fields(t.args)
	for i, word := range words {
		if x, err := strconv.ParseInt(word, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
			n = int(min(max(x, 1), itemsMost))
			what = strings.Join(append(words[:i:i], words[i+1:]...), " ")
			break
		}
	}
	p := press{verbRecent, []int64{0, int64(n), 0, 0}, ""}
	if what != "" {
		w, ok := t.list(what)
		if !ok {
			return []Reply{{Doc: t.unknownLists([]string{clip(what, 60)})}}, nil
		}
		p.numbers[0] = listNumber(w.ID)
	}
	return t.recent(ctx, p, false)
}

func recentPage(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.recent(ctx, p, true)
}

func (t *talk) recent(ctx context.Context, p press, edit bool) ([]Reply, error) {
	f := news.Filter{Matched: true, Limit: int(min(max(p.numbers[1], 1), itemsMost)), Before: cursorOf(p.numbers[2], p.numbers[3])}
	title := t.say("recent.title")
	if p.numbers[0] != 0 {
		if f.Watchlist = t.listByNumber(p.numbers[0]); f.Watchlist == "" {
			return t.toast("watchlists.gone"), nil
		}
		title = t.say("recent.title-of", "name", Span{Text: t.name(f.Watchlist), Bold: true})
	}
	l, err := t.Recent(ctx, f)
	if err != nil {
		return nil, err
	}
	if len(l.Items) == 0 && !edit {
		return t.reply("recent.nothing"), nil
	}
	return []Reply{t.itemList(title, l, edit, func(c news.Cursor) press {
		return press{verbRecent, append([]int64{p.numbers[0], int64(f.Limit)}, cursorNumbers(c)...), ""}
	}, f.Before)}, nil
}

func search(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		return t.reply("search.usage"), nil
	}
	return t.search(ctx, t.args, news.Cursor{}, false)
}

func searchPage(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.search(ctx, p.words, cursorOf(p.numbers[0], p.numbers[1]), true)
}

func (t *talk) search(ctx context.Context, query string, before news.Cursor, edit bool) ([]Reply, error) {
	l, err := t.Search(ctx, query, news.Filter{Limit: itemsShown, Before: before})
	if errors.Is(err, ErrAsk) {
		if edit {
			return t.toast("button.stale"), nil // such a query had no answer that a button could stand below
		}
		return t.reply("search.no-word", "query", clip(query, 100)), nil
	}
	if err != nil {
		return nil, err
	}
	shown := Span{Text: clip(query, 100), Bold: true}
	var r Reply
	if len(l.Items) == 0 && !edit {
		r.Doc = t.say("search.nothing", "query", shown)
	} else {
		r = t.itemList(t.say("search.title", "query", shown), l, edit, func(c news.Cursor) press {
			return press{verbSearch, cursorNumbers(c), l.Query}
		}, before)
		if l.More && len(r.Buttons) == 0 {
			r.Doc = append(r.Doc, t.say("search.narrow")...)
		}
	}
	if l.Behind > 0 {
		r.Doc = append(r.Doc, t.say("search.behind", "n", l.Behind)...)
	}
	return []Reply{r}, nil
}

// itemList shows a page of items, with the buttons to the newest and to the older ones.
func (t *talk) itemList(title Doc, l List, edit bool, to func(news.Cursor) press, before news.Cursor) Reply {
	r := Reply{Doc: title, Edit: edit}
	for i, f := range l.Items {
		item := t.item(f)
		if i > 0 && r.Doc.units()+item.units() > docMost {
			l.Items, l.More = l.Items[:i], true
			break
		}
		r.Doc = append(append(r.Doc, nil), item...)
	}
	if len(l.Items) == 0 {
		r.Doc = append(r.Doc, t.say("recent.no-older")...)
	}
	var nav []Button
	if before != (news.Cursor{}) {
		nav = append(nav, button("« "+t.loc.Text("button.newest"), to(news.Cursor{}))...)
	}
	if l.More {
		nav = append(nav, button(t.loc.Text("button.older")+" ›", to(l.Items[len(l.Items)-1].Cursor()))...)
	}
	if len(nav) > 0 {
		r.Buttons = [][]Button{nav}
	}
	return r
}

// item shows an item in two lines: its headline, and where it is from, when, and what it is of.
func (t *talk) item(f news.Found) Doc {
	title := cmp.Or(clip(f.Item.Title, 200), clip(f.Item.Text, 120), t.loc.Text("item.untitled"))
	from := t.source(f)
	var lists []string
	for _, m := range f.Matches {
		if m.Over {
			lists = append(lists, t.name(m.Watchlist))
		}
	}
	if len(lists) > 0 {
		from += " · " + strings.Join(lists[:min(len(lists), 5)], ", ")
	}
	return Doc{{{Text: "• "}, {Text: title, Link: f.Item.Link}}, {{Text: from}}}
}

// source is the outlet with its country and type, and the time: of publication, or when the feed gave none, when it was seen.
func (t *talk) source(f news.Found) string {
	at := t.loc.Time(f.Item.Published, t.Zone)
	if f.Item.Published.Equal(f.Item.Seen) {
		at = t.loc.Text("item.seen", "time", at)
	}
	return t.outlet(f.Feed) + " · " + at
}

func (t *talk) outlet(f news.Feed) string {
	name := cmp.Or(clip(f.Outlet, 60), clip(f.ID, 60))
	var traits []string
	if f.Country != "" {
		traits = append(traits, clip(f.Country, 5))
	}
	if key := "type." + string(f.Type); t.loc.Has(key) {
		traits = append(traits, t.loc.Text(key))
	}
	if len(traits) > 0 {
		name += " (" + strings.Join(traits, ", ") + ")"
	}
	return name
}
