package command

import (
	"context"
	"strings"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// feedsShown is how many feeds a page of the source board shows.
const feedsShown = 8

func feedBoard(ctx context.Context, t *talk) ([]Reply, error) { return t.feedPage(ctx, 0, false) }

func feedsPage(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.feedPage(ctx, p.numbers[0], true)
}

func (t *talk) feedPage(ctx context.Context, page int64, edit bool) ([]Reply, error) {
	list, err := t.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return t.reply("feeds.none"), nil
	}
	failing := 0
	for _, f := range list {
		if f.State.Failures > 0 {
			failing++
		}
	}
	from, to, nav := pageOf(len(list), feedsShown, page, verbFeeds, "")
	r := Reply{Doc: t.say("feeds.title", "n", len(list), "failing", failing), Edit: edit}
	for _, f := range list[from:to] {
		r.Doc = append(r.Doc, t.feedLine(f))
	}
	if len(nav) > 0 {
		r.Buttons = [][]Button{nav}
	}
	return []Reply{r}, nil
}

func (t *talk) feedLine(f news.FeedStatus) Line {
	s := f.State
	mark, key, args := "🟢 ", "feed.ok", []any{"items", s.Items, "matched", f.Matched, "ago", t.loc.Ago(t.now.Sub(s.LastNew))}
	switch {
	case s.Failures > 0:
		mark, key, args = "🔴 ", "feed.failing", []any{"class", class(t.loc, s.ErrorClass), "n", s.Failures}
	case s.LastSuccess.IsZero():
		mark, key, args = "⚪️ ", "feed.waiting", nil
	case s.LastNew.IsZero():
		mark, key, args = "🟡 ", "feed.empty", nil
	case t.now.Sub(s.LastNew) > QuietAfter:
		mark, key, args = "🟡 ", "feed.quiet", []any{"span", t.loc.Duration(t.now.Sub(s.LastNew))}
	}
	l := Line{{Text: mark}, {Text: t.outlet(f.Feed), Bold: true}, {Text: " "}, {Text: clip(f.Feed.ID, 60), Code: true}, {Text: " · "}}
	l = append(l, flat(t.say(key, args...))...)
	if s.Failures > 0 && s.ErrorProof != "" {
		l = append(l, Span{Text: ": "}, Span{Text: clip(s.ErrorProof, 80), Code: true})
	}
	if s.Gaps > 0 {
		l = append(l, Span{Text: " · " + t.loc.Text("feed.gaps", "n", s.Gaps)})
	}
	return l
}

// class is what is wrong with a feed, in words.
func class(loc *locale.Language, c news.ErrorClass) string {
	if key := "class." + hyphens(string(c)); loc.Has(key) {
		return loc.Text(key)
	}
	return clip(string(c), 40)
}

// hyphens makes the end of a key from words that the program uses among itself: "not a feed" is "not-a-feed".
func hyphens(words string) string { return strings.ReplaceAll(words, " ", "-") }

// flat is a text of one line as that line.
func flat(d Doc) Line {
	var l Line
	for _, x := range d {
		l = append(l, x...)
	}
	return l
}

func status(ctx context.Context, t *talk) ([]Reply, error) {
	s, err := t.Status(ctx, t.now)
	if err != nil {
		return nil, err
	}
	follows, err := t.followed(ctx)
	if err != nil {
		return nil, err
	}
	doc := statusDoc(t.loc, s)
	switch {
	case s.LastRead.IsZero():
		doc = append(doc, t.say("status.never-read")...)
	default:
		doc = append(doc, t.say("status.last-read", "ago", t.loc.Ago(t.now.Sub(s.LastRead)))...)
	}
	if s.Counts.Behind > 0 {
		doc = append(doc, t.say("status.behind", "n", s.Counts.Behind)...)
	}
	return []Reply{{Doc: append(doc, t.say("status.here", "n", len(follows), "of", len(t.Watchlists))...)}}, nil
}

func statusDoc(loc *locale.Language, s Status) Doc {
	c := s.Counts
	return say(loc, "status.counts", "feeds", c.Feeds, "well", s.Well, "failing", s.Failing, "quiet", s.Quiet, "waiting", s.Waiting,
		"items", c.Items, "matched", c.Matched, "sent", c.Alerts[news.AlertSent], "owed", c.Alerts[news.AlertOwed]+c.Alerts[news.AlertFrozen],
		"kept", c.Alerts[news.AlertSkipped])
}
