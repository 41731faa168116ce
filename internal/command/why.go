package command

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vestnik/internal/news"
)

// How much an explanation shows.
const (
	whyItems = 3 // a message
	whyHits  = 3 // a watchlist
	whyEdits = 3 // an item
)

// why explains an alert that it replies to, or what became of the article behind a link.
func why(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args != "" {
		return t.whyLink(ctx)
	}
	if t.req.ReplyTo == "" {
		return t.reply("why.usage"), nil
	}
	return t.whyMessage(ctx, t.req.ReplyTo, 0, false)
}

func whyPage(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.whyMessage(ctx, p.words, p.numbers[0], true)
}

// whyMessage explains the items that a posted message tells of.
func (t *talk) whyMessage(ctx context.Context, ref string, page int64, edit bool) ([]Reply, error) {
	ids, err := t.Chats.Posted(ctx, t.req.Chat, ref)
	if err != nil {
		return nil, err
	}
	from, to, nav := pageOf(len(ids), whyItems, page, verbWhy, ref)
	var found []news.Found
	for _, id := range ids[from:to] {
		f, err := t.Chats.Item(ctx, id)
		if errors.Is(err, news.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	if len(found) == 0 {
		return t.reply("why.not-an-alert"), nil
	}
	doc, err := t.explain(ctx, found)
	if err != nil {
		return nil, err
	}
	r := Reply{Doc: doc, Edit: edit}
	if len(nav) > 0 {
		r.Buttons = [][]Button{nav}
	}
	return []Reply{r}, nil
}

// whyLink explains what became of the article behind a link.
func (t *talk) whyLink(ctx context.Context) ([]Reply, error) {
	address := t.canonical(t.args)
	if address == "" {
		return t.reply("why.usage"), nil
	}
	found, err := t.Chats.ItemsByURL(ctx, address)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return t.neverSeen(ctx, address)
	}
	doc, err := t.explain(ctx, found[:min(len(found), whyItems)])
	if err != nil {
		return nil, err
	}
	if n := len(found) - whyItems; n > 0 {
		doc = append(append(doc, nil), t.say("why.more-feeds", "n", n)...)
	}
	return []Reply{{Doc: doc}}, nil
}

// canonical is the first of words that is an address, in the form that ties items; people leave the "https://" out.
func (t *talk) canonical(words string) string {
	for word := range strings.FieldsSeq(words) {
		word = strings.Trim(word, "<>()[]«»\"'")
		if c := t.Canonical(word); c != "" {
			return c
		}
		if host, _, _ := strings.Cut(word, "/"); strings.Contains(strings.Trim(host, "."), ".") && !strings.Contains(word, "://") {
			if c := t.Canonical("https://" + word); c != "" {
				return c
			}
		}
	}
	return ""
}

// neverSeen says that no feed had the article, and how the feeds of that site do.
func (t *talk) neverSeen(ctx context.Context, address string) ([]Reply, error) {
	doc := t.say("why.never-seen", "url", Span{Text: clip(address, 300), Code: true})
	site := siteOf(address)
	list, err := t.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(f news.FeedStatus) bool { return siteOf(f.Feed.URL) != site })
	if len(list) == 0 {
		return []Reply{{Doc: append(doc, t.say("why.no-feed-of-site", "site", clip(site, 100))...)}}, nil
	}
	doc = append(doc, t.say("why.feeds-of-site", "site", clip(site, 100))...)
	for _, f := range list[:min(len(list), 5)] {
		doc = append(doc, t.feedLine(f))
	}
	return []Reply{{Doc: doc}}, nil
}

// siteOf is the last two labels of an address's host: enough to point at feeds that may be meant.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	return strings.Join(labels[max(len(labels)-2, 0):], ".")
}

// explain says for each item what every watchlist made of it, and what became of the alert to this chat.
func (t *talk) explain(ctx context.Context, found []news.Found) (Doc, error) {
	follows, err := t.followed(ctx)
	if err != nil {
		return nil, err
	}
	mutes, err := t.mutesOf(ctx)
	if err != nil {
		return nil, err
	}
	var doc Doc
	for i, f := range found {
		if i > 0 {
			doc = append(doc, nil)
		}
		ledger, err := t.Chats.Ledger(ctx, f.Item.ID, t.req.Chat)
		if err != nil {
			return nil, err
		}
		// A chat without a topic also hears of its topics; what was sent where one asks comes first.
		slices.SortStableFunc(ledger, func(a, b news.Alert) int {
			return cmp.Compare(strings.Compare(a.Chat, t.req.Chat), strings.Compare(b.Chat, t.req.Chat))
		})
		d := t.item(news.Found{Item: f.Item, Feed: f.Feed})
		doc = append(append(append(doc, d...), t.changes(f)...), t.verdicts(f, ledger, follows)...)
		for _, a := range ledger {
			if until, ok := mutes[a.Watchlist]; ok && a.State == news.AlertOwed {
				doc = append(doc, t.say("why.muted-now", "name", Span{Text: t.name(a.Watchlist), Bold: true}, "until", t.loc.Time(until, t.Zone))...)
			}
		}
	}
	return doc.fit(), nil
}

// changes says how an item was worded before, the last edit first.
func (t *talk) changes(f news.Found) (doc Doc) {
	next := f.Item.Title
	for i, v := range slices.Backward(f.Earlier) {
		if len(f.Earlier)-i > whyEdits {
			return append(doc, Line{{Text: t.loc.Text("and-more", "n", i+1)}})
		}
		at := t.loc.Time(v.Replaced, t.Zone)
		if title := clip(v.Title, 200); title == "" || v.Title == next {
			doc = append(doc, t.say("why.text-changed", "time", at)...)
		} else {
			doc = append(doc, t.say("why.changed", "time", at, "title", title)...)
		}
		next = v.Title
	}
	return doc
}

// verdicts goes through the watchlists: those with evidence or an alert first, each with its own, then those that the chat follows in vain.
func (t *talk) verdicts(f news.Found, ledger []news.Alert, follows map[string]following) Doc {
	ids := t.allLists()
	for _, m := range f.Matches {
		if !slices.Contains(ids, m.Watchlist) {
			ids = append(ids, m.Watchlist) // it left the configuration
		}
	}
	var today []news.Match // what the present rules make of it, when that matters
	if t.Matcher != nil {
		today = t.Matcher.Match(&f.Item)
	}
	var doc Doc
	var silent []string
	for _, id := range ids {
		match, hit := matchOf(f.Matches, id)
		now, would := matchOf(today, id)
		i := slices.IndexFunc(ledger, func(a news.Alert) bool { return a.Watchlist == id })
		_, followed := follows[id]
		switch {
		case i >= 0:
			doc = append(doc, t.verdict(id, t.alertFate(ledger[i]))...)
		case hit && match.Over && followed:
			doc = append(doc, t.verdict(id, t.say("why.came-before"))...)
		case hit && match.Over:
			doc = append(doc, t.verdict(id, t.say("why.not-followed"))...)
		case hit && len(match.Excluded) > 0:
			doc = append(doc, t.verdict(id, t.say("why.excluded"))...)
		case hit:
			doc = append(doc, t.verdict(id, t.say("why.below"))...)
		case would && now.Over:
			doc = append(doc, t.verdict(id, t.say("why.since-then"))...)
			match, hit = now, true
		case followed:
			silent = append(silent, id)
		}
		if hit {
			doc = append(doc, t.evidence(match)...)
			if v := news.UpTo(f.Earlier, match.Wording); v != nil {
				doc = append(doc, Line{{Text: "    "}, {Text: t.loc.Text("why.earlier", "time", t.loc.Time(v.Replaced, t.Zone))}})
			}
		}
	}
	switch {
	case len(silent) > 0:
		doc = append(doc, t.say("why.no-hit", "names", t.names(silent))...)
	case len(doc) == 0:
		doc = t.say("why.no-hit-at-all")
	}
	return doc
}

func matchOf(list []news.Match, id string) (news.Match, bool) {
	if i := slices.IndexFunc(list, func(m news.Match) bool { return m.Watchlist == id }); i >= 0 {
		return list[i], true
	}
	return news.Match{}, false
}

func (t *talk) verdict(id string, what Doc) Doc {
	l := Line{{Text: "▸ "}, {Text: t.name(id), Bold: true}, {Text: ": "}}
	return Doc{append(l, flat(what)...)}
}

// alertFate is where an alert is in its life, in words.
func (t *talk) alertFate(a news.Alert) Doc {
	switch a.State {
	case news.AlertSent:
		return t.say("why.sent")
	case news.AlertFrozen:
		return t.say("why.frozen")
	case news.AlertOwed:
		return t.say("why.owed", "time", t.loc.Time(a.Created, t.Zone))
	}
	if a.Wording > 0 && a.Reason == news.SkipTooOld {
		return t.say("why.edited-late")
	}
	if key := "skip." + hyphens(a.Reason); t.loc.Has(key) {
		return t.say(key)
	}
	return t.say("why.skipped", "reason", Span{Text: clip(a.Reason, 200), Code: true})
}

// evidence is the score of a match and what it is made of.
func (t *talk) evidence(m news.Match) Doc {
	indent := Span{Text: "    "}
	var doc Doc
	for _, h := range m.Excluded[:min(len(m.Excluded), whyHits)] {
		l := append(Line{indent, {Text: t.loc.Text("why.exclude-hit") + " "}}, Evidence(t.loc.Code(), h)...)
		doc = append(doc, l)
	}
	for _, h := range m.Hits[:min(len(m.Hits), whyHits)] {
		where := "why.in-text"
		if h.Field == news.FieldTitle {
			where = "why.in-title"
		}
		l := append(Line{indent}, Evidence(t.loc.Code(), h)...)
		doc = append(doc, append(l, Span{Text: ", " + t.loc.Text(where, "weight", number(h.Weight))}))
	}
	if n := len(m.Hits) - whyHits; n > 0 {
		doc = append(doc, Line{indent, {Text: t.loc.Text("and-more", "n", n)}})
	}
	score := t.loc.Text("why.score-gone", "score", number(m.Score))
	if i := slices.IndexFunc(t.Watchlists, func(w news.Watchlist) bool { return w.ID == m.Watchlist }); i >= 0 {
		w := t.Watchlists[i]
		score = t.loc.Text("why.score", "score", number(m.Score), "threshold", number(w.Threshold))
		// The hits are words; how they had to stand together is in the query.
		if w.Query != "" {
			l := append(Line{indent}, flat(t.say("why.query", "query", Span{Text: clip(w.Query, 300), Code: true}))...)
			doc = append(doc, l)
		}
	}
	return append(doc, Line{indent, {Text: score}})
}

// number is a score with at most two decimals.
func number(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
