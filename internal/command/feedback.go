package command

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// ballotMost is how many watchlists of one alert can be judged: a row of buttons each.
const ballotMost = 4

// What a button of an alert says of it. It stands in data that outlives the program: a number is not given another meaning.
//
// A button says what is to be, not what is to change: one that is handled twice, after a crash or because a finger slipped, does no more than once.
const (
	choiceNone = iota // take back what was said
	choiceGood
	choiceBad // without a reason
	choiceWrongPerson
	choiceOffTopic
	choiceOldNews
	choices // how many there are
)

func reasonOf(choice int64) news.Reason {
	switch choice {
	case choiceWrongPerson:
		return news.WrongPerson
	case choiceOffTopic:
		return news.OffTopic
	case choiceOldNews:
		return news.OldNews
	}
	return news.ReasonNone
}

// A ballot is the buttons that judge one alert, and what was said of it in its chat.
type ballot struct {
	loc      *locale.Language
	item     int64
	lists    []string // watchlists it came for
	name     func(id string) string
	personal bool // one person reads the chat: a ✓ marks their choice, and takes it back. Elsewhere choices are counted, and ↩ takes one's own back
	said     []news.Verdict
}

// rows are 👍 and 👎 for each watchlist, named when there are several, and below them the reasons once somebody pressed 👎.
func (b ballot) rows() [][]Button {
	var rows [][]Button
	for _, id := range b.lists[:min(len(b.lists), ballotMost)] {
		said := slices.DeleteFunc(slices.Clone(b.said), func(v news.Verdict) bool { return v.Watchlist != id })
		good := count(said, func(v news.Verdict) bool { return v.Good })
		row := b.button(id, "👍", choiceGood, choiceNone, good)
		if len(b.lists) > 1 && len(row) > 0 {
			row[0].Text += " " + clip(b.name(id), 20)
		}
		row = append(row, b.button(id, "👎", choiceBad, choiceNone, len(said)-good)...)
		if !b.personal && len(said) > 0 {
			row = append(row, b.button(id, "↩", choiceNone, choiceNone, 0)...)
		}
		if len(row) == 0 {
			continue
		}
		rows = append(rows, row)
		if good == len(said) {
			continue
		}
		var why []Button
		for choice := int64(choiceWrongPerson); choice < choices; choice++ {
			n := count(said, func(v news.Verdict) bool { return !v.Good && v.Reason == reasonOf(choice) })
			why = append(why, b.button(id, reasonName(b.loc, reasonOf(choice)), choice, choiceBad, n)...)
		}
		rows = append(rows, why)
	}
	return rows
}

// button makes a choice that n people made; where one person reads, a choice that is made is unmade by the same button.
func (b ballot) button(id, text string, choice, undo int64, n int) []Button {
	switch {
	case n > 0 && b.personal:
		text, choice = "✓ "+text, undo
	case n > 0:
		text += " " + strconv.Itoa(n)
	}
	return button(text, press{verbVerdict, []int64{b.item, listNumber(id), choice}, ""})
}

func count[T any](list []T, is func(T) bool) int {
	n := 0
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}

// reasonName is a reason in words.
func reasonName(loc *locale.Language, r news.Reason) string {
	switch r {
	case news.WrongPerson:
		return loc.Text("feedback.wrong-person")
	case news.OffTopic:
		return loc.Text("feedback.off-topic")
	case news.OldNews:
		return loc.Text("feedback.old-news")
	}
	return loc.Text("feedback.no-reason")
}

// judged stores what somebody says of an alert with a button, and shows it on the buttons. The data of a button can be made up, so an alert that did
// not come to this chat cannot be judged.
func judged(ctx context.Context, t *talk, p press) ([]Reply, error) {
	item, number, choice := p.numbers[0], p.numbers[1], p.numbers[2]
	if choice >= choices || t.req.User == "" {
		return t.toast("button.stale"), nil
	}
	alerts, err := t.Chats.Alerts(ctx, item)
	if err != nil {
		return nil, err
	}
	alert, lists := t.alertHere(alerts, number)
	switch {
	case len(alerts) == 0:
		return t.expired(), nil
	case len(lists) == 0: // it came elsewhere: nothing is said of that here, and nothing changed
		return t.toast("feedback.expired"), nil
	}
	if choice == choiceNone {
		err = t.Chats.DropVerdict(ctx, item, alert.Watchlist, t.req.User)
	} else {
		err = t.Chats.SaveVerdict(ctx, news.Verdict{ItemID: item, Watchlist: alert.Watchlist, Person: t.req.User, Chat: news.BaseChat(alert.Chat),
			Good: choice == choiceGood, Reason: reasonOf(choice), At: t.now})
	}
	if errors.Is(err, news.ErrNotFound) {
		return t.expired(), nil
	}
	if err != nil {
		return nil, err
	}
	u, err := t.under(ctx, alert, lists)
	if err != nil {
		return nil, err
	}
	return t.rekey(alert, u.rows(), t.thanks(choice, u.personal)), nil
}

// thanks says what was stored.
func (t *talk) thanks(choice int64, personal bool) string {
	var said string
	switch choice {
	case choiceNone:
		return t.loc.Text("feedback.taken-back")
	case choiceGood:
		said = t.loc.Text("feedback.good")
	case choiceBad:
		said = t.loc.Text("feedback.bad")
	default:
		said = t.loc.Text("feedback.bad-because", "reason", reasonName(t.loc, reasonOf(choice)))
	}
	if !personal {
		said += " " + t.loc.Text("feedback.undo")
	}
	return said
}

// expired says that an alert cannot be judged any more, and takes its buttons away.
func (t *talk) expired() []Reply {
	return []Reply{{Edit: true, Toast: clip(t.loc.Text("feedback.expired"), toastMost)}}
}

// alertHere finds the alert for the watchlist of a number that was posted here, and the watchlists of all in the same message. A message that the program
// died over may be there twice: then the alert is known to be frozen only, or to be in the other copy.
func (t *talk) alertHere(alerts []news.Alert, number int64) (alert news.Alert, lists []string) {
	alerts = t.postedHere(alerts)
	i := slices.IndexFunc(alerts, func(a news.Alert) bool { return listNumber(a.Watchlist) == number })
	if i < 0 {
		return news.Alert{}, nil
	}
	for _, a := range alerts {
		if a.MessageID == alerts[i].MessageID {
			lists = append(lists, a.Watchlist)
		}
	}
	return alerts[i], lists
}

// postedHere are those of the alerts that were posted to this chat; in a forum, where several topics may have them, those of this topic first.
func (t *talk) postedHere(alerts []news.Alert) []news.Alert {
	here := func(a news.Alert) bool {
		base := news.BaseChat(a.Chat)
		return (a.State == news.AlertSent || a.State == news.AlertFrozen) && (base == t.base || t.req.Public != "" && strings.EqualFold(base, t.req.Public))
	}
	alerts = slices.DeleteFunc(slices.Clone(alerts), func(a news.Alert) bool { return !here(a) })
	slices.SortStableFunc(alerts, func(a, b news.Alert) int { return flagged(b.Chat == t.req.Chat) - flagged(a.Chat == t.req.Chat) })
	return alerts
}

func flagged(b bool) int {
	if b {
		return 1
	}
	return 0
}
