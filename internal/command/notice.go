package command

import (
	"cmp"
	"fmt"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// Notices are what the admins of the bot are told unasked. Each is a function of what happened; language is a tag, zone may be nil for UTC.
// A notice with a Key is for news.Message.Key once the admin's address is put in front: each admin is told once.

// FeedFailing says that a feed has not been read since (the zero time: never), and why. It is said once a streak.
func FeedFailing(language string, f news.Feed, fault news.ErrorClass, proof string, since time.Time, zone *time.Location) Reply {
	loc := locale.For(language)
	id := Span{Text: clip(f.ID, 60), Code: true}
	doc := say(loc, "notice.failing-new", "outlet", outletName(f), "id", id, "class", class(loc, fault))
	if !since.IsZero() {
		doc = say(loc, "notice.failing", "outlet", outletName(f), "id", id, "class", class(loc, fault), "since", loc.Time(since, zone))
	}
	if proof = clip(proof, 200); proof != "" {
		doc = append(doc, Line{{Text: proof, Code: true}})
	}
	return Reply{Doc: append(doc, say(loc, "notice.failing-next")...), Key: feedKey("feed failing", f, since)}
}

// FeedRecovered says that a feed is read again that was not since then (the zero time: never before).
func FeedRecovered(language string, f news.Feed, since, now time.Time) Reply {
	loc := locale.For(language)
	id := Span{Text: clip(f.ID, 60), Code: true}
	doc := say(loc, "notice.recovered-new", "outlet", outletName(f), "id", id)
	if !since.IsZero() {
		doc = say(loc, "notice.recovered", "outlet", outletName(f), "id", id, "span", loc.Duration(now.Sub(since)))
	}
	return Reply{Doc: doc,
		Key: feedKey("feed recovered", f, since), Silent: true}
}

func feedKey(what string, f news.Feed, since time.Time) string {
	if since.IsZero() {
		since = time.UnixMilli(0)
	}
	return fmt.Sprintf("%s %s %d", what, f.ID, since.UnixMilli())
}

func outletName(f news.Feed) Span {
	return Span{Text: cmp.Or(clip(f.Outlet, 60), clip(f.ID, 60)), Bold: true}
}

// ConfigRefused says that the changed configuration is not in force, with its faults, one a line of err.
func ConfigRefused(language string, err error) Reply {
	loc := locale.For(language)
	return Reply{Doc: append(say(loc, "config.refused"), faults(loc.Text, err)...)}
}

// ChatGone says that nothing can be sent to a chat any more; why is news.Chat.Closed.
func ChatGone(language, chat, why string, watchlists int) Reply {
	loc := locale.For(language)
	if key := "gone." + hyphens(why); loc.Has(key) {
		why = loc.Text(key)
	}
	return Reply{Doc: say(loc, "notice.gone", "chat", Span{Text: clip(chat, 80), Code: true}, "why", clip(why, 100), "n", watchlists)}
}

// LongWait says that Telegram wants nothing sent to a chat until a time.
func LongWait(language, chat string, until, now time.Time, zone *time.Location) Reply {
	loc := locale.For(language)
	return Reply{Doc: say(loc, "notice.wait", "chat", Span{Text: clip(chat, 80), Code: true}, "until", loc.Time(until, zone), "span", loc.Duration(until.Sub(now)))}
}

// Alive is the daily sign of life: how the bot does, and what it did since was, the counts of the day before (the zero value for none).
// It is said once a day in day's zone.
func Alive(language string, s Status, was news.Counts, day time.Time) Reply {
	loc := locale.For(language)
	doc := say(loc, "notice.alive")
	if was.Alerts != nil {
		// Old items are dropped, so the difference may be less than nothing.
		doc = append(doc, say(loc, "notice.day", "items", max(s.Counts.Items-was.Items, 0), "sent", max(s.Counts.Alerts[news.AlertSent]-was.Alerts[news.AlertSent], 0))...)
	}
	return Reply{Doc: append(doc, statusDoc(loc, s)...), Key: "alive " + day.Format(time.DateOnly), Silent: true}
}

// Sample is what a test sends to a destination.
func Sample(language string) Reply { return Reply{Doc: say(locale.For(language), "test.sample")} }

// CatchUp says that the bot did not run for a while and what it does about it; owed is how many alerts came together.
func CatchUp(language string, o news.Outage, owed int, zone *time.Location) Reply {
	loc := locale.For(language)
	return Reply{Doc: say(loc, "notice.catch-up", "since", loc.Time(o.Since, zone), "until", loc.Time(o.Until, zone), "span", loc.Duration(o.Until.Sub(o.Since)), "n", owed),
		Key: fmt.Sprintf("catch-up %d", o.Until.UnixMilli())}
}
