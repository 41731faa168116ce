package command

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// AlertButtons is what stands under an alert about one item: Open, Story, Why and Mute, and below them what judges it. A message that is changed later
// gets them anew; o.Said is then what was said of it so far.
func AlertButtons(language string, o news.OwedItem) [][]Button {
	if len(o.Alerts) == 0 {
		return nil
	}
	b := ballot{loc: locale.For(language), item: o.Item.ID, said: o.Said, name: func(id string) string {
		if name := clip(o.Names[id], 60); name != "" {
			return name
		}
		return clip(id, 60)
	}}
	for _, a := range o.Alerts {
		b.lists = append(b.lists, a.Watchlist)
	}
	// Only in private is the chat a person.
	b.personal = len(o.Said) > 0 && !slices.ContainsFunc(o.Said, func(v news.Verdict) bool { return v.Person != v.Chat })
	return under{ballot: b, link: o.Item.Link, told: o.Story != 0}.rows()
}

// under is what stands under one alert.
type under struct {
	ballot
	link string // of the article
	told bool   // it belongs to a story
}

func (u under) rows() [][]Button {
	var row []Button
	if u.link != "" {
		row = append(row, Button{Text: u.loc.Text("alert.open"), URL: u.link})
	}
	if u.told {
		row = append(row, button(u.loc.Text("alert.story"), press{verbTell, []int64{u.item, 0}, ""})...)
	}
	row = append(row, button(u.loc.Text("alert.why"), press{verbExplain, []int64{u.item}, ""})...)
	row = append(row, button(u.loc.Text("alert.mute")+" ▸", press{verbMute, []int64{u.item, muteNothing, 0}, ""})...)
	return append([][]Button{row}, u.ballot.rows()...)
}

// under is what stands under the alert as it is now; lists are the watchlists of its message.
func (t *talk) under(ctx context.Context, alert news.Alert, lists []string) (u under, err error) {
	base := news.BaseChat(alert.Chat)
	said, err := t.Chats.Verdicts(ctx, alert.ItemID, base)
	if err != nil {
		return u, err
	}
	chat, _, err := t.Chats.Chat(ctx, base)
	if err != nil {
		return u, err
	}
	u.ballot = ballot{loc: locale.For(chat.Language), item: alert.ItemID, lists: lists, name: t.name, personal: t.req.Kind == news.ChatPrivate, said: said}
	f, err := t.Chats.Item(ctx, alert.ItemID)
	if err != nil && !errors.Is(err, news.ErrNotFound) {
		return u, err
	}
	u.link = f.Item.Link
	story, err := t.Store.StoryOf(ctx, alert.ItemID)
	u.told = story != 0
	return u, err
}

// rekey puts other buttons under an alert.
func (t *talk) rekey(alert news.Alert, rows [][]Button, toast string) []Reply {
	r := Reply{Edit: true, Buttons: rows, Toast: clip(toast, toastMost)}
	if news.BaseChat(alert.Chat) != t.base {
		r.Chat = alert.Chat // its limits are counted under that address
	}
	return []Reply{r}
}

// inChannel answers in a channel, where whoever posts or presses may be anyone. What a reader asks of an alert is told to that reader alone; only the
// bot's admins judge and mute.
func (t *talk) inChannel(ctx context.Context) ([]Reply, error) {
	p, ok := decode(t.req.Button)
	if !ok {
		return nil, nil
	}
	switch p.verb {
	case verbTell, verbExplain:
		return t.whisper(ctx, p)
	case verbVerdict:
		if !t.botAdmin() {
			return t.toast("feedback.channel"), nil
		}
		return p.run(ctx, t)
	case verbMute, verbMuteFor, verbUnder:
		if !t.botAdmin() {
			return t.toast("access.bot-admins"), nil
		}
		return p.run(ctx, t)
	}
	return nil, nil
}

// whisper answers Story and Why in as few words as a toast holds.
func (t *talk) whisper(ctx context.Context, p press) ([]Reply, error) {
	item := p.numbers[0]
	alerts, err := t.Chats.Alerts(ctx, item)
	if err != nil {
		return nil, err
	}
	if alerts = t.postedHere(alerts); len(alerts) == 0 {
		return t.toast("alert.expired"), nil
	}
	said, err := t.whyInShort(ctx, alerts)
	if p.verb == verbTell {
		said, err = t.storyInShort(ctx, item)
	}
	if err != nil {
		return nil, err
	}
	return []Reply{{Toast: clip(said, toastMost), Popup: true}}, nil
}

func (t *talk) storyInShort(ctx context.Context, item int64) (string, error) {
	id, err := t.Store.StoryOf(ctx, item)
	if err != nil {
		return "", err
	}
	s, err := t.Store.Story(ctx, id)
	if errors.Is(err, news.ErrNotFound) {
		return t.loc.Text("story.none"), nil
	}
	if err != nil {
		return "", err
	}
	lines := append(Doc{{{Text: t.loc.Text("story.short", "n", len(s.Items), "outlets", len(outletsOf(s)))}}}, t.lead(s)...)
	return lines.Plain(), nil
}

func (t *talk) whyInShort(ctx context.Context, alerts []news.Alert) (string, error) {
	f, err := t.Chats.Item(ctx, alerts[0].ItemID)
	if errors.Is(err, news.ErrNotFound) {
		return t.loc.Text("alert.expired"), nil
	}
	if err != nil {
		return "", err
	}
	var lists []string
	for _, a := range alerts {
		if m, ok := matchOf(f.Matches, a.Watchlist); ok && len(m.Hits) > 0 && a.Chat == alerts[0].Chat {
			lists = append(lists, t.name(a.Watchlist)+": "+Doc{Evidence(t.loc.Code(), m.Hits[0])}.Plain())
		}
	}
	return strings.Join(lists, "; "), nil
}

// below says something of an alert in a message below it. In a group everybody may press, so there it is said once an hour.
func (t *talk) below(what string, item int64, replies []Reply) []Reply {
	if t.req.Kind != news.ChatPrivate {
		for i := range replies {
			if len(replies[i].Doc) > 0 {
				replies[i].Key = strings.Join([]string{what, t.req.Chat, t.req.Message, strconv.FormatInt(item, 10), t.now.UTC().Format("2006-01-02T15")}, " ")
				replies[i].Toast = clip(t.loc.Text("alert.below"), toastMost)
			}
		}
	}
	return replies
}

// storyPressed tells the story of an alert, or one of /top.
func storyPressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	item, id := p.numbers[0], p.numbers[1]
	if item != 0 {
		var err error
		if id, err = t.Store.StoryOf(ctx, item); err != nil {
			return nil, err
		}
		if id == 0 {
			return t.toast("story.none"), nil
		}
	}
	replies, err := t.storyPage(ctx, id, 0, false)
	return t.below("story", id, replies), err
}

// whyPressed explains the items of the alert under which it was pressed.
func whyPressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	item := p.numbers[0]
	ids, err := t.Chats.Posted(ctx, t.req.Chat, t.req.Message)
	if err != nil {
		return nil, err
	}
	if slices.Contains(ids, item) {
		replies, err := t.whyMessage(ctx, t.req.Message, 0, false)
		return t.below("why", item, replies), err
	}
	// A message that the program died over may be there twice, and one of them is not known.
	f, err := t.Chats.Item(ctx, item)
	if errors.Is(err, news.ErrNotFound) {
		return t.toast("alert.expired"), nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := t.explain(ctx, []news.Found{f})
	return t.below("why", item, []Reply{{Doc: doc}}), err
}

// What of an alert is muted. It stands in data that outlives the program: a number is not given another meaning.
const (
	muteNothing = iota // nothing yet: the choices are shown
	muteStory
	muteSource
	muteList
)

// mutePressed asks what of an alert to mute, and then for how long, with the buttons under it.
func mutePressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	item, what, number := p.numbers[0], p.numbers[1], p.numbers[2]
	alert, lists, replies, err := t.alertOf(ctx, item)
	if err != nil || replies != nil {
		return replies, err
	}
	chat, _, err := t.Chats.Chat(ctx, news.BaseChat(alert.Chat))
	if err != nil {
		return nil, err
	}
	loc := locale.For(chat.Language)
	if what == muteNothing {
		rows, err := t.muteChoices(ctx, loc, alert, lists)
		return t.rekey(alert, rows, ""), err
	}
	_, name, ok, err := t.muteOf(ctx, loc, alert, what, number)
	if err != nil {
		return nil, err
	}
	if !ok {
		return t.toast("button.stale"), nil
	}
	var spans []Button
	for _, d := range muteSpans() {
		spans = append(spans, button(loc.Text("alert.span-"+d.unit, "n", d.n), press{verbMuteFor, []int64{item, what, number, int64(d.span / time.Hour)}, ""})...)
	}
	return t.rekey(alert, [][]Button{
		button("🔕 "+name, press{verbMute, []int64{item, muteNothing, 0}, ""}), spans,
		button("‹ "+loc.Text("button.back"), press{verbMute, []int64{item, muteNothing, 0}, ""}),
	}, ""), nil
}

// A muteSpan is how long a button mutes for.
type muteSpan struct {
	span time.Duration
	n    int
	unit string // the end of its key in the catalogue
}

func muteSpans() []muteSpan {
	return []muteSpan{{time.Hour, 1, "hours"}, {24 * time.Hour, 24, "hours"}, {7 * 24 * time.Hour, 7, "days"}}
}

// muteChoices are a button for each thing that can be muted of an alert.
func (t *talk) muteChoices(ctx context.Context, loc *locale.Language, alert news.Alert, lists []string) ([][]Button, error) {
	var rows [][]Button
	add := func(what, number int64) error {
		_, name, ok, err := t.muteOf(ctx, loc, alert, what, number)
		if b := button("🔕 "+name, press{verbMute, []int64{alert.ItemID, what, number}, ""}); ok && err == nil {
			rows = append(rows, b)
		}
		return err
	}
	err := errors.Join(add(muteStory, 0), add(muteSource, 0))
	for _, id := range lists[:min(len(lists), ballotMost)] {
		err = errors.Join(err, add(muteList, listNumber(id)))
	}
	return append(rows, button("‹ "+loc.Text("button.back"), press{verbUnder, []int64{alert.ItemID}, ""})), err
}

// muteOf is what a choice mutes and what that is called; ok is false when there is nothing of the kind.
func (t *talk) muteOf(ctx context.Context, loc *locale.Language, alert news.Alert, what, number int64) (m news.Mute, name string, ok bool, err error) {
	switch what {
	case muteStory:
		id, err := t.Store.StoryOf(ctx, alert.ItemID)
		return news.Mute{Kind: news.MuteStory, What: strconv.FormatInt(id, 10)}, loc.Text("alert.this-story"), err == nil && id != 0, err
	case muteSource:
		f, err := t.Chats.Item(ctx, alert.ItemID)
		if errors.Is(err, news.ErrNotFound) {
			return m, "", false, nil
		}
		return news.Mute{Kind: news.MuteFeed, What: f.Feed.ID}, clip(outletKey(f.Feed), 40), err == nil, err
	case muteList:
		alerts, err := t.Chats.Alerts(ctx, alert.ItemID)
		a, lists := t.alertHere(alerts, number)
		return ofList(a.Watchlist), clip(t.name(a.Watchlist), 40), err == nil && len(lists) > 0, err
	}
	return m, "", false, nil
}

// mutedFor mutes, says so, and puts back what stood under the alert.
func mutedFor(ctx context.Context, t *talk, p press) ([]Reply, error) {
	item, what, number, hours := p.numbers[0], p.numbers[1], p.numbers[2], p.numbers[3]
	alert, lists, replies, err := t.alertOf(ctx, item)
	if err != nil || replies != nil {
		return replies, err
	}
	m, name, ok, err := t.muteOf(ctx, t.loc, alert, what, number)
	if err != nil {
		return nil, err
	}
	if !ok || !slices.ContainsFunc(muteSpans(), func(d muteSpan) bool { return int64(d.span/time.Hour) == hours }) {
		return t.toast("button.stale"), nil
	}
	until := t.now.Add(time.Duration(hours) * time.Hour)
	if err := t.Chats.Mute(ctx, alert.Chat, m, until); err != nil {
		return nil, err
	}
	u, err := t.under(ctx, alert, lists)
	return t.rekey(alert, u.rows(), t.loc.Text("alert.muted", "name", name, "until", t.loc.Time(until, t.Zone))), err
}

func backUnder(ctx context.Context, t *talk, p press) ([]Reply, error) {
	alert, lists, replies, err := t.alertOf(ctx, p.numbers[0])
	if err != nil || replies != nil {
		return replies, err
	}
	u, err := t.under(ctx, alert, lists)
	return t.rekey(alert, u.rows(), ""), err
}

// alertOf is the alert about an item that was posted here, and the watchlists of its message. The data of a button can be made up and its item dropped:
// then replies say so.
func (t *talk) alertOf(ctx context.Context, item int64) (alert news.Alert, lists []string, replies []Reply, err error) {
	alerts, err := t.Chats.Alerts(ctx, item)
	if err != nil {
		return alert, nil, nil, err
	}
	here := t.postedHere(alerts)
	switch {
	case len(alerts) == 0: // its buttons go
		return alert, nil, []Reply{{Edit: true, Toast: clip(t.loc.Text("alert.expired"), toastMost)}}, nil
	case len(here) == 0:
		return alert, nil, t.toast("alert.expired"), nil
	}
	alert, lists = t.alertHere(alerts, listNumber(here[0].Watchlist))
	return alert, lists, nil, nil
}
