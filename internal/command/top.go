package command

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/news"
)

// Bounds of /top.
const (
	topSpan   = 24 * time.Hour // when nobody says
	topMost   = 7 * 24 * time.Hour
	topShown  = 8
	topLooked = 200 // stories that are looked at for those of one watchlist
)

// top takes a watchlist and how far to look back, in any order.
func top(ctx context.Context, t *talk) ([]Reply, error) {
	span, what := cutSpan(t.args)
	if span == 0 {
		span = topSpan
	}
	if span < time.Hour || span > topMost {
		return t.reply("top.usage"), nil
	}
	limit, list := topShown, ""
	if what != "" {
		w, ok := t.list(what)
		if !ok {
			return []Reply{{Doc: t.unknownLists([]string{clip(what, 60)})}}, nil
		}
		limit, list = topLooked, w.ID
	}
	stories, err := t.Store.TopStories(ctx, t.now.Add(-span), limit)
	if err != nil {
		return nil, err
	}
	if list != "" {
		stories = slices.DeleteFunc(stories, func(s news.Story) bool { return !onList(s, list) })
	}
	if len(stories) == 0 {
		return t.reply("top.nothing", "span", t.loc.Duration(span)), nil
	}
	r := Reply{Doc: t.say("top.title", "span", t.loc.Duration(span))}
	if list != "" {
		r.Doc = t.say("top.title-of", "name", Span{Text: t.name(list), Bold: true}, "span", t.loc.Duration(span))
	}
	var row []Button
	for i, s := range stories[:min(len(stories), topShown)] {
		r.Doc = append(r.Doc, nil)
		r.Doc = append(r.Doc, t.topLine(i+1, s)...)
		row = append(row, button(strconv.Itoa(i+1), press{verbTell, []int64{0, s.ID}, ""})...)
	}
	r.Doc = r.Doc.fit()
	r.Buttons = [][]Button{row}
	return []Reply{r}, nil
}

// topLine is a story in two lines: the headline of its first item, and how many tell it, who was first and since when.
func (t *talk) topLine(n int, s news.Story) Doc {
	first := s.Items[0]
	title := cmp.Or(clip(first.Item.Title, 200), clip(first.Item.Text, 120), t.loc.Text("item.untitled"))
	outlets := len(outletsOf(s))
	return Doc{
		{{Text: strconv.Itoa(n) + ". "}, {Text: title, Link: first.Item.Link}},
		{{Text: t.loc.Text("top.line", "n", len(s.Items), "outlets", outlets, "first", t.outlet(first.Feed), "time", t.loc.Time(s.Began, t.Zone))}},
	}
}

// onList reports whether some item of a story is over the threshold of a watchlist.
func onList(s news.Story, list string) bool {
	return slices.ContainsFunc(s.Items, func(it news.StoryItem) bool {
		m, ok := matchOf(it.Matches, list)
		return ok && m.Over
	})
}

// cutSpan takes the first word that is a duration out of words; 0 when there is none.
func cutSpan(words string) (time.Duration, string) {
	all := strings.Fields(words)
	for i, word := range all {
		if span, ok := readSpan(word); ok {
			return max(span, 1), strings.Join(slices.Delete(all, i, i+1), " ")
		}
	}
	return 0, words
}
