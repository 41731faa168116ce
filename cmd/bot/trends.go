package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"vestnik/internal/chart"
	"vestnik/internal/command"
	"vestnik/internal/console"
	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/telegram"
	"vestnik/internal/timetable"
	"vestnik/internal/trend"
)

const (
	settingTold = "trends told"  // JSON of trend.Told
	settingWeek = "weekly chart" // when it was looked last whose week ends

	// A notice that could not be written down for so long, because the program did not run, is news no more.
	noticeStale = 6 * time.Hour
	// The same for the chart of a week.
	weekStale = 24 * time.Hour
)

// trendStore is the store as charts are made of it.
type trendStore struct{ *store.Store }

var _ command.Trends = trendStore{}

// Told returns what was said of surges and silence in the last weeks.
func (s trendStore) Told(ctx context.Context) (told trend.Told, err error) {
	said, ok, err := s.Setting(ctx, settingTold)
	if err != nil || !ok {
		return told, err
	}
	if err := json.Unmarshal([]byte(said), &told); err != nil {
		return trend.Told{}, fmt.Errorf("setting %q: %w", settingTold, err)
	}
	return told, nil
}

// A trendWatch looks for surges and silence, and sends the charts of weeks. The weeks before are read once an hour.
type trendWatch struct {
	app   *app
	hour  time.Time
	past  trend.Past
	heard map[notice]map[string]bool // which chats have no more to hear of what was told of late: thousands need not be asked about at every look

	charted map[string]bool                                                                                                                 // the charts of a week that are written down, or cannot be made, while others have still to be made
	failed  map[string]bool                                                                                                                 // those that could not be made once
	draw    func(ctx context.Context, r *rules, language string, lists []string, now time.Time, zone *time.Location) (command.Reply, error) // nil: charts
}

// weekMost is how many charts are made at one look. Polls wait for them, and on a small machine one takes 0.2 s.
const weekMost = 25

// A notice names what readers of a watchlist are told.
type notice struct {
	of        string // surge or silence
	watchlist string
	at        int64 // Unix milliseconds
}

// look is one look at now under the rules r: what is new is written down as told, and then as a message to everybody who reads the watchlist and is not in
// quiet hours; who is, gets it at their end. It returns how many messages it wrote. Dying anywhere, it goes on from there at the next look: what was told
// comes first, and each message has a key.
func (w *trendWatch) look(ctx context.Context, r *rules, now time.Time) (n int, err error) {
	if !r.cfg.Surges.On {
		return 0, nil
	}
	a := w.app
	told, err := trendStore{a.store}.Told(ctx)
	if err != nil {
		return 0, err
	}
	if err := w.read(ctx, now); err != nil {
		return 0, err
	}
	watched, err := a.store.Watched(ctx)
	if err != nil {
		return 0, err
	}
	recent, err := a.store.Mentioned(ctx, now.Add(-trend.Reach))
	if err != nil {
		return 0, err
	}
	o := trend.Options{Stories: r.cfg.Surges.MinCount, Outlets: r.cfg.Surges.MinOutlets, CoolDown: r.cfg.Surges.CoolDown, Zone: r.cfg.Timezone, Kept: r.cfg.Retention}
	fresh, all := told.Next(trend.Surges(w.past, recent, watched, now, o), trend.Quiet(w.past, recent, watched, now, o), now, o.CoolDown, trend.Span)
	if len(fresh.Surges)+len(fresh.Silences) > 0 {
		b, err := json.Marshal(all)
		if err != nil {
			return 0, err
		}
		if err := a.store.SetSetting(ctx, settingTold, string(b)); err != nil {
			return 0, err
		}
	}
	before := w.heard
	w.heard = map[notice]map[string]bool{}
	tell := func(of, watchlist string, at time.Time, say func(language string, zone *time.Location) (command.Reply, error)) error {
		if now.Sub(at) > 24*time.Hour+noticeStale {
			return nil
		}
		it := notice{of, watchlist, at.UnixMilli()}
		if w.heard[it] = before[it]; w.heard[it] == nil {
			w.heard[it] = map[string]bool{}
		}
		wrote, err := a.tellReaders(ctx, r, watchlist, w.heard[it], at, now, say)
		n += wrote
		return err
	}
	desk := command.Desk{Watchlists: r.cfg.Watchlists}
	for _, s := range all.Surges {
		leads := sync.OnceValues(func() ([]news.Found, error) { return a.leads(ctx, s.Leads) })
		err := tell("surge", s.Watchlist, s.At, func(language string, zone *time.Location) (command.Reply, error) {
			found, err := leads()
			return desk.SurgeNotice(language, s, found, zone), err
		})
		if err != nil {
			return n, err
		}
	}
	for _, s := range all.Silences {
		err := tell("silence", s.Watchlist, s.At, func(language string, zone *time.Location) (command.Reply, error) {
			return desk.SilenceNotice(language, s, zone), nil
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// read reads the weeks before now.
func (w *trendWatch) read(ctx context.Context, now time.Time) error {
	hour := now.UTC().Truncate(time.Hour)
	if hour.Equal(w.hour) {
		return nil
	}
	past := trend.Past{Since: now.Add(-trend.Span)}
	if err := w.app.store.Series(ctx, past.Since, now, func(m news.Mentions) error { past.Add(m); return nil }); err != nil {
		return err
	}
	w.hour, w.past = hour, past
	return nil
}

// leads are items by number; those that are gone are left out.
func (a *app) leads(ctx context.Context, ids []int64) (list []news.Found, err error) {
	for _, id := range ids {
		f, err := a.store.Item(ctx, id)
		if errors.Is(err, news.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// tellReaders writes a notice of at down for everybody who wants the watchlist and may hear of it by now. Those in heard have no more to hear of it; it
// adds to them.
func (a *app) tellReaders(ctx context.Context, r *rules, watchlist string, heard map[string]bool, at, now time.Time,
	say func(language string, zone *time.Location) (command.Reply, error)) (n int, err error) {
	i := slices.IndexFunc(r.cfg.Watchlists, func(w news.Watchlist) bool { return w.ID == watchlist })
	if i < 0 {
		return 0, nil
	}
	readers, err := a.store.Readers(ctx, watchlist, now)
	if err != nil {
		return 0, err
	}
	for _, chat := range readers {
		if heard[chat] {
			continue
		}
		p, _, err := a.store.Preferences(ctx, chat)
		if err != nil {
			return n, err
		}
		due := hearsAt(p, r.cfg.Watchlists[i].Urgency, at, r.cfg.Timezone)
		if due.After(now) {
			continue
		}
		if now.Sub(due) < noticeStale {
			reply, err := say(a.language(ctx, chat), timetable.Zone(p.Timezone, r.cfg.Timezone))
			if err != nil {
				return n, err
			}
			wrote, err := a.say(ctx, chat, reply, now)
			if n += wrote; err != nil {
				return n, err
			}
		}
		heard[chat] = true
	}
	return n, nil
}

// hearsAt is when a chat with these preferences is to hear of what was found at a time: not in its quiet hours.
func hearsAt(p news.Preferences, u news.Urgency, at time.Time, zone *time.Location) time.Time {
	if q, err := timetable.ParseQuiet(p.Quiet); err == nil && u != news.Breaking {
		if end := q.End(at, timetable.Zone(p.Timezone, zone)); !end.IsZero() {
			return end
		}
	}
	return at
}

// say writes a reply with a key down for a chat, once, and returns how many messages it is.
func (a *app) say(ctx context.Context, chat string, r command.Reply, now time.Time) (int, error) {
	var messages []news.Message
	switch {
	case chat == console.Chat:
		messages = []news.Message{{Chat: chat, Text: r.Doc.Plain(), File: r.File, Key: r.Key}}
	case a.telegram != nil:
		messages = telegram.Messages(chat, r)
	}
	for i := range messages {
		messages[i].Created = now
		messages[i].Key += " for " + chat
	}
	if len(messages) == 0 {
		return 0, nil
	}
	return a.store.Enqueue(ctx, messages...)
}

// weekly writes the chart of the week down for every chat whose weekly digest came since it was looked last. Chats whose charts look the same share
// one. When there are more charts than weekMost the others are for the next look; one that cannot be made is tried once more then.
func (w *trendWatch) weekly(ctx context.Context, r *rules, now time.Time) (n int, err error) {
	a := w.app
	said, ok, err := a.store.Setting(ctx, settingWeek)
	if err != nil {
		return 0, err
	}
	last, odd := time.Parse(time.RFC3339Nano, said)
	if !ok || odd != nil || now.Sub(last) > weekStale {
		last = now.Add(-weekStale)
		if !ok {
			last = now
		}
	}
	all, err := a.store.AllPreferences(ctx)
	if err != nil {
		return 0, err
	}
	type week struct {
		reply command.Reply
		err   error
	}
	charts := map[string]week{} // by what they look like
	var bad error
	more := false
	for _, p := range all {
		if !weeklyWanted(p) {
			continue
		}
		subs, err := a.store.Subscriptions(ctx, p.Chat)
		if err != nil {
			return n, err
		}
		mutes, err := a.store.Mutes(ctx, p.Chat, now)
		if err != nil {
			return n, err
		}
		var follows []string
		for _, s := range subs {
			_, muted := mutes[news.Mute{Kind: news.MuteWatchlist, What: s.Watchlist}]
			known := slices.ContainsFunc(r.cfg.Watchlists, func(w news.Watchlist) bool { return w.ID == s.Watchlist })
			if !muted && known && !slices.Contains(follows, s.Watchlist) {
				follows = append(follows, s.Watchlist)
			}
		}
		lists, moment := weekOf(p, follows, last, now, r.cfg.Timezone)
		if len(lists) == 0 {
			continue
		}
		language, zone := a.language(ctx, p.Chat), timetable.Zone(p.Timezone, r.cfg.Timezone)
		key := fmt.Sprintf("week %d", moment.Unix())
		mine := key + " for " + p.Chat
		if w.charted[mine] {
			continue
		}
		same := fmt.Sprintf("%s %s %q", language, zone, lists)
		c, ok := charts[same]
		if !ok {
			if len(charts) == weekMost {
				more = true
				continue
			}
			if c.reply, c.err = w.chart(ctx, r, language, lists, now, zone); c.err != nil {
				bad = errors.Join(bad, c.err)
			}
			charts[same] = c
		}
		if c.err != nil && !w.failed[mine] {
			w.failed, more = with(w.failed, mine), true
			continue
		}
		if c.err == nil {
			c.reply.Key = key
			wrote, err := a.say(ctx, p.Chat, c.reply, now)
			if n += wrote; err != nil {
				return n, err
			}
		}
		w.charted = with(w.charted, mine)
	}
	if more || ctx.Err() != nil {
		return n, bad
	}
	w.charted, w.failed = nil, nil
	return n, errors.Join(bad, a.store.SetSetting(ctx, settingWeek, now.UTC().Format(time.RFC3339Nano)))
}

func with(set map[string]bool, key string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	set[key] = true
	return set
}

// chart is the chart of a week. A panic in drawing it is an error.
func (w *trendWatch) chart(ctx context.Context, r *rules, language string, lists []string, now time.Time, zone *time.Location) (reply command.Reply, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic while making the chart of a week: %v", v)
		}
	}()
	if w.draw != nil {
		return w.draw(ctx, r, language, lists, now, zone)
	}
	return w.app.charts(r).Week(ctx, language, lists, now, zone)
}

// weeklyWanted reports whether a chat has a weekly digest of anything.
func weeklyWanted(p news.Preferences) bool {
	is := func(d news.Delivery) bool {
		s, err := timetable.ParseSchedule(d.Digest)
		return err == nil && s.Kind == timetable.Weekly
	}
	return is(p.All) || slices.ContainsFunc(slices.Collect(maps.Values(p.Lists)), is)
}

// weekOf are those of the watchlists that a chat follows whose weekly digest came behind last and by now, quiet hours waited for, and when it was due.
func weekOf(p news.Preferences, follows []string, last, now time.Time, zone *time.Location) (lists []string, moment time.Time) {
	zone = timetable.Zone(p.Timezone, zone)
	quiet, err := timetable.ParseQuiet(p.Quiet)
	if err != nil {
		quiet = timetable.Quiet{}
	}
	for _, id := range follows {
		s, err := timetable.ParseSchedule(p.Of(id).Digest)
		if err != nil || s.Kind != timetable.Weekly {
			continue
		}
		for at := s.Next(last.Add(-weekStale), zone); !at.After(now); at = s.Next(at, zone) {
			due := at
			if end := quiet.End(at, zone); !end.IsZero() {
				due = end
			}
			if due.After(last) && !due.After(now) {
				lists = append(lists, id)
				if at.After(moment) {
					moment = at
				}
				break
			}
		}
	}
	return lists, moment
}

// charts is a desk that makes charts.
func (a *app) charts(r *rules) command.Desk {
	return command.Desk{Store: a.store, Watchlists: r.cfg.Watchlists, Zone: r.cfg.Timezone, Trends: trendStore{a.store}, Draw: chart.PNG}
}

// tellOfTrends looks for surges and silence, and sends the charts of weeks that end.
func (b *bot) tellOfTrends(ctx context.Context, r *rules, now time.Time) error {
	if b.trends == nil {
		b.trends = &trendWatch{app: b.app}
	}
	n, err := b.trends.look(ctx, r, now)
	weeks, bad := b.trends.weekly(ctx, r, now)
	if n+weeks > 0 {
		b.wakeUp()
	}
	return errors.Join(err, bad)
}
