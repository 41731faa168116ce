package command

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"vestnik/internal/news"
)

// Tried is what a query finds in the stored items of the last days, or why it is no query.
type Tried struct {
	Problem string // what is wrong with the query, in the words of the query language; "": nothing
	At      int    // the character at which, counted from 1; 0: nowhere in particular

	Days   []TriedDay   // the newest first
	Looked int          // items looked at
	Newest []news.Found // the newest found, newest first, each with the match that says why
	Cut    bool         // the days before the last of Days, and a part of it, were not looked at: that would have taken too long
}

// A TriedDay is how many items a query finds on a day.
type TriedDay struct {
	Day   time.Time // its first moment
	Items int
}

// How much of an answer to /try is shown.
const (
	tryHits = 3 // an item
	tryBar  = 12
)

// tryQuery says what a query would find.
func tryQuery(ctx context.Context, t *talk) ([]Reply, error) {
	if t.Try == nil {
		return t.reply("try.cannot"), nil
	}
	if t.args == "" {
		return t.reply("try.usage"), nil
	}
	tried, err := t.Try(ctx, t.args)
	if err != nil {
		return nil, err
	}
	if tried.Problem != "" {
		return []Reply{{Doc: t.badQuery(tried)}}, nil
	}
	sum, most := 0, 1
	for _, d := range tried.Days {
		sum += d.Items
		most = max(most, d.Items)
	}
	doc := t.say("try.title", "n", sum, "of", tried.Looked, "days", len(tried.Days), "query", Span{Text: clip(t.args, 300), Code: true})
	if tried.Cut {
		doc = append(doc, t.say("try.cut")...)
	}
	if sum == 0 {
		return []Reply{{Doc: append(doc, t.say("try.nothing")...)}}, nil
	}
	for _, d := range tried.Days {
		// Letters of one width, so that bars begin below one another.
		l := fmt.Sprintf("%s %s", t.loc.Day(d.Day.In(t.zone())), bar(d.Items, most, tryBar))
		doc = append(doc, Line{{Text: l, Code: true}, {Text: " " + fmt.Sprint(d.Items)}})
	}
	for _, f := range tried.Newest {
		doc = append(append(doc, nil), t.triedItem(f)...)
	}
	return []Reply{{Doc: doc.fit()}}, nil
}

// badQuery shows the query with a sign before the character at which something is wrong, and says what.
func (t *talk) badQuery(tried Tried) Doc {
	msg := Span{Text: clip(tried.Problem, 300), Code: true}
	if tried.At < 1 {
		return t.say("try.bad", "problem", msg)
	}
	doc := t.say("try.bad-at", "n", tried.At, "problem", msg)
	before, after := cutAt(t.args, tried.At-1)
	const around = 100 // characters shown on either side
	if n := utf8.RuneCountInString(before); n > around {
		_, before = cutAt(before, n-around)
		before = "…" + before
	}
	l := Line{}
	if before = strings.TrimRight(before, " "); before != "" {
		l = append(l, Span{Text: before, Code: true})
	}
	l = append(l, Span{Text: " 👉 "})
	if after != "" {
		l = append(l, Span{Text: clip(after, around), Code: true})
	}
	return append(doc, l)
}

// cutAt cuts s behind its first n characters.
func cutAt(s string, n int) (before, after string) {
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}

// triedItem is an item with what was found in it.
func (t *talk) triedItem(f news.Found) Doc {
	doc := t.item(news.Found{Item: f.Item, Feed: f.Feed})
	for _, m := range f.Matches {
		for _, h := range m.Hits[:min(len(m.Hits), tryHits)] {
			where := "why.in-text"
			if h.Field == news.FieldTitle {
				where = "why.in-title"
			}
			l := append(Line{{Text: "    "}}, Evidence(t.loc.Code(), h)...)
			doc = append(doc, append(l, Span{Text: ", " + t.loc.Text(where, "weight", number(h.Weight))}))
		}
		if n := len(m.Hits) - tryHits; n > 0 {
			doc = append(doc, Line{{Text: "    " + t.loc.Text("and-more", "n", n)}})
		}
	}
	return doc
}
