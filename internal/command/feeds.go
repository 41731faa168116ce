package command

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

// feedsShown is how many feeds a page of the source board shows.
const feedsShown = 8

func feedBoard(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args != "" {
		return t.feedNamed(ctx, t.args)
	}
	return t.feedPage(ctx, 0, false)
}

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
	states := map[pulse.State]int{}
	for _, f := range list {
		states[pulse.Of(f.State)]++
	}
	from, to, nav := pageOf(len(list), feedsShown, page, verbFeeds, "")
	r := Reply{Doc: t.say("feeds.title", "n", len(list), "states", stateCounts(t.loc, states)), Edit: edit}
	for _, f := range list[from:to] {
		r.Doc = append(r.Doc, t.feedLine(f))
	}
	r.Doc = append(r.Doc, t.say("feeds.one")...)
	if len(nav) > 0 {
		r.Buttons = [][]Button{nav}
	}
	return []Reply{r}, nil
}

// feedNamed shows the feed of that id in full, or the one whose id or outlet has the words in it; of several, a line each.
func (t *talk) feedNamed(ctx context.Context, words string) ([]Reply, error) {
	list, err := t.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	found := Named(list, words)
	switch len(found) {
	case 0:
		return t.reply("feeds.unknown", "words", Span{Text: clip(words, 60), Code: true}), nil
	case 1:
		return []Reply{{Doc: t.feedInFull(found[0])}}, nil
	}
	doc := t.say("feeds.some", "n", len(found), "words", Span{Text: clip(words, 60), Code: true})
	for _, f := range found[:min(len(found), feedsShown)] {
		doc = append(doc, t.feedLine(f))
	}
	if more := len(found) - feedsShown; more > 0 {
		doc = append(doc, t.say("and-more", "n", more)...)
	}
	return []Reply{{Doc: append(doc, t.say("feeds.one")...)}}, nil
}

// Named returns the feed of that id, or those whose id or outlet has the words in it.
func Named(list []news.FeedStatus, words string) []news.FeedStatus {
	words = strings.ToLower(words)
	var found []news.FeedStatus
	for _, f := range list {
		id := strings.ToLower(f.Feed.ID)
		if id == words {
			return []news.FeedStatus{f}
		}
		if strings.Contains(id, words) || strings.Contains(strings.ToLower(f.Feed.Outlet), words) {
			found = append(found, f)
		}
	}
	return found
}

// FeedInFull is everything that is known of how a feed does, in a language, for whoever runs the bot: it shows addresses whole.
func FeedInFull(language string, f news.FeedStatus, zone *time.Location, now time.Time) Doc {
	t := &talk{Desk: Desk{Zone: zone}, loc: locale.For(language), now: now, operator: true}
	return t.feedInFull(f)
}

// feedLine is a feed in a line: what it is called, how it does and why that is said.
func (t *talk) feedLine(f news.FeedStatus) Line {
	l := append(t.feedName(f), Span{Text: " · "})
	l = append(l, t.feedState(f)...)
	if f.State.Gaps > 0 {
		l = append(l, Span{Text: " · " + t.loc.Text("feed.gaps", "n", f.State.Gaps)})
	}
	return l
}

func (t *talk) feedName(f news.FeedStatus) Line {
	mark := "🟡 "
	switch state := pulse.Of(f.State); {
	case state.Failing():
		mark = "🔴 "
	case state == pulse.OK:
		mark = "🟢 "
	case state == pulse.Waiting:
		mark = "⚪️ "
	}
	return Line{{Text: mark}, {Text: t.outlet(f.Feed), Bold: true}, {Text: " "}, {Text: clip(f.Feed.ID, 60), Code: true}}
}

// feedState is the state of a feed with what shows it.
func (t *talk) feedState(f news.FeedStatus) Line {
	s, state := f.State, pulse.Of(f.State)
	name := stateName(t.loc, state)
	var l Doc
	switch {
	case state.Failing():
		l = t.say("feed.failing", "state", name, "class", class(t.loc, s.ErrorClass), "n", s.Failures)
		if s.ErrorProof != "" {
			return append(flat(l), Span{Text: ": "}, Span{Text: clip(s.ErrorProof, 120), Code: true})
		}
	case state == pulse.Silent:
		l = t.say("feed.silent", "state", name, "span", t.loc.Duration(t.now.Sub(s.LastNew)), "often", t.often(s, pulse.Read(s.Rhythm).At))
	case state == pulse.Moved:
		l = t.say("feed.moved", "state", name, "address", Span{Text: t.movedTo(s), Code: true})
	case state == pulse.Slow:
		l = t.say("feed.slow", "state", name, "n", int(s.Took.Round(time.Second)/time.Second))
	case state == pulse.OK:
		l = t.say("feed.ok", "state", name, "often", t.often(s, t.now), "matched", f.Matched, "kept", f.Kept, "ago", t.loc.Ago(t.now.Sub(s.LastNew)))
	default:
		l = t.say("feed.plain-"+hyphens(string(state)), "state", name)
	}
	return flat(l)
}

// often is how often a feed brings something, as it was at a time.
func (t *talk) often(s news.FeedState, at time.Time) string {
	perDay := pulse.Read(s.Rhythm).PerDay(at)
	switch perWeek := int(math.Round(7 * perDay)); {
	case s.Rhythm == "":
		return t.loc.Text("feed.often-unknown")
	case perDay >= 1.5:
		return t.loc.Text("feed.often-day", "n", int(math.Round(perDay)))
	case perWeek >= 1:
		return t.loc.Text("feed.often-week", "n", perWeek)
	}
	return t.loc.Text("feed.often-seldom")
}

// feedInFull is everything that is known of how a feed does. Where it moved is shown without the query of the address, which may hold a key: chats are open
// to whoever is served, and the terminal shows all of it.
func (t *talk) feedInFull(f news.FeedStatus) Doc {
	s := f.State
	doc := append(Doc{t.feedName(f)}, t.feedState(f))
	if pulse.Of(s).Failing() {
		doc = append(doc, remedy(t.loc, s.ErrorClass, s.ErrorProof)...)
	}
	if !s.LastSuccess.IsZero() {
		fresh := t.loc.Text("feed.never")
		if !s.LastNew.IsZero() {
			fresh = t.loc.Ago(t.now.Sub(s.LastNew))
		}
		doc = append(doc, t.say("feed.read", "read", t.loc.Ago(t.now.Sub(s.LastSuccess)), "new", fresh)...)
		doc = append(doc, t.say("feed.share", "often", t.often(s, t.now), "items", s.Items, "kept", f.Kept, "matched", f.Matched, "percent", f.Share())...)
	}
	if s.Pace > 0 {
		key := "feed.next"
		if !s.DueAt.After(t.now) {
			key = "feed.next-now"
		}
		doc = append(doc, t.say(key, "span", t.loc.Duration(s.Pace), "in", t.loc.Duration(s.DueAt.Sub(t.now)), "n", int(s.Took.Round(time.Second)/time.Second))...)
	}
	if s.Gaps > 0 {
		doc = append(doc, Line{{Text: t.loc.Text("feed.gaps", "n", s.Gaps)}})
	}
	if s.MovedTo != "" && s.MovedSeen > 0 {
		doc = append(doc, t.say("feed.redirects", "address", Span{Text: t.movedTo(s), Code: true}, "n", s.MovedSeen)...)
	}
	if day := pulse.Read(s.Rhythm).ByHour(t.now, t.Zone); slices.Max(day[:]) > 0 {
		zone := t.Zone
		if zone == nil {
			zone = time.UTC
		}
		doc = append(doc, t.say("feed.rhythm", "zone", zone.String())...)
		doc = append(doc, Line{{Text: Spark(day[:]), Code: true}}, Line{{Text: "0     6     12    18    ", Code: true}})
	}
	return doc
}

func (t *talk) movedTo(s news.FeedState) string {
	if t.operator {
		return oneLine(s.MovedTo)
	}
	return clip(withoutQuery(s.MovedTo), 200)
}

// withoutQuery is an address up to its query.
func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// Remedy says what may help a feed that cannot be read; "" when nothing is known to.
func Remedy(language string, class news.ErrorClass, proof string) string {
	return remedy(locale.For(language), class, proof).Plain()
}

func remedy(loc *locale.Language, class news.ErrorClass, proof string) Doc {
	r := pulse.RemedyOf(class, proof)
	if r == "" {
		return nil
	}
	return say(loc, "remedy."+string(r))
}

func stateName(loc *locale.Language, s pulse.State) string {
	return loc.Text("pulse." + hyphens(string(s)))
}

// stateCounts is "36 ok, 2 silent, 1 blocked": the good ones, then the others, the worst first.
func stateCounts(loc *locale.Language, n map[pulse.State]int) string {
	var words []string
	add := func(s pulse.State) {
		if n[s] > 0 {
			words = append(words, fmt.Sprint(n[s], " ", stateName(loc, s)))
		}
	}
	add(pulse.OK)
	for _, s := range pulse.States {
		if s != pulse.OK {
			add(s)
		}
	}
	return strings.Join(words, ", ")
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
	s, err := t.Status(ctx)
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
	states := stateCounts(loc, s.Feeds)
	if states == "" {
		states = "–"
	}
	return say(loc, "status.counts", "feeds", c.Feeds, "states", states,
		"items", c.Items, "matched", c.Matched, "sent", c.Alerts[news.AlertSent], "owed", c.Alerts[news.AlertOwed]+c.Alerts[news.AlertFrozen],
		"kept", c.Alerts[news.AlertSkipped])
}
