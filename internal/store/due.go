package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"vestnik/internal/news"
)

// A DueFunc says when an alert of a watchlist that came at the given time may go to a chat with these preferences; zero: at once.
type DueFunc func(p news.Preferences, watchlist string, u news.Urgency, came time.Time) time.Time

// wishes is what the chats that a commit has something for do not want, or want later.
type wishes struct {
	now     time.Time
	feed    string
	kind    news.SourceType
	closed  map[string]bool // by base chat
	muted   map[muteOf]bool
	stories map[int64]string // the numbers of the items' stories, if some story is muted
	prefs   map[string]news.Preferences
	urgency map[string]news.Urgency // by watchlist; only those that have one
	due     DueFunc
	memo    map[[2]string]time.Time // by chat and watchlist
}

// wishes reads what matters for the alerts of a commit, each table once.
func (s *Store) wishes(ctx context.Context, t tx, p news.Poll, due []arrival, chats map[string][]string) (w *wishes, err error) {
	w = &wishes{now: p.At, feed: p.Claim.State.FeedID, due: s.due, memo: map[[2]string]time.Time{}}
	if w.closed, err = closedChats(ctx, t); err != nil {
		return nil, err
	}
	if w.muted, err = mutedAt(ctx, t, p.At); err != nil {
		return nil, err
	}
	for m := range w.muted {
		if m.Kind == news.MuteStory {
			w.stories, err = storyNames(ctx, t, due)
			if err != nil {
				return nil, err
			}
			break
		}
	}
	var wanted []string
	for _, list := range chats {
		wanted = append(wanted, list...)
	}
	slices.Sort(wanted)
	if w.prefs, err = preferencesOf(ctx, t, slices.Compact(wanted)); err != nil || len(w.prefs) == 0 {
		return w, err
	}
	if w.urgency, err = urgencies(ctx, t); err != nil {
		return nil, err
	}
	return w, t.queryRow(ctx, `SELECT type FROM feeds WHERE id = ?`, w.feed).Scan(&w.kind)
}

// storyNames gives the numbers of the stories that items belong to.
func storyNames(ctx context.Context, t tx, due []arrival) (map[int64]string, error) {
	ids := make([]int64, len(due))
	for i, a := range due {
		ids[i] = a.id
	}
	stories := make(map[int64]string)
	return stories, inBatches(ids, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var item, story int64
			err := scan(&item, &story)
			stories[item] = strconv.FormatInt(story, 10)
			return err
		}, `SELECT item_id, story_id FROM story_items WHERE item_id IN `+in, args...)
	})
}

func preferencesOf(ctx context.Context, t tx, chats []string) (map[string]news.Preferences, error) {
	prefs := make(map[string]news.Preferences)
	return prefs, inBatches(chats, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			p, _, err := scanPreferences(scan)
			prefs[p.Chat] = p
			return err
		}, preferencesQuery+` AND chat IN `+in, args...)
	})
}

func urgencies(ctx context.Context, t tx) (map[string]news.Urgency, error) {
	all := make(map[string]news.Urgency)
	err := t.each(ctx, func(scan scanFunc) error {
		var id string
		var u news.Urgency
		err := scan(&id, &u)
		all[id] = u
		return err
	}, `SELECT id, urgency FROM watchlists WHERE urgency <> ''`)
	return all, err
}

// skip is why a chat does not get an alert; "" when it does.
func (w *wishes) skip(a arrival, m news.Match, chat string) string {
	is := func(kind news.MuteKind, what string) bool {
		return w.muted[muteOf{chat, news.Mute{Kind: kind, What: what}}]
	}
	switch {
	case a.skip != "":
		return a.skip
	case w.closed[news.BaseChat(chat)]:
		return news.SkipChatGone
	case is(news.MuteWatchlist, m.Watchlist):
		return news.SkipMuted
	case is(news.MuteFeed, w.feed):
		return news.SkipMutedFeed
	case w.stories[a.id] != "" && is(news.MuteStory, w.stories[a.id]):
		return news.SkipMutedStory
	}
	d := w.prefs[chat].Of(m.Watchlist)
	switch {
	case m.Score < d.MinScore:
		return news.SkipScore
	case len(d.Languages) > 0 && !slices.Contains(d.Languages, a.lang):
		return news.SkipLanguage
	case len(d.Sources) > 0 && !slices.Contains(d.Sources, w.kind):
		return news.SkipSource
	}
	return ""
}

// dueAt is when an alert may go; zero: at once.
func (w *wishes) dueAt(watchlist, chat string) time.Time {
	p, ok := w.prefs[chat]
	if !ok || w.due == nil {
		return time.Time{}
	}
	key := [2]string{chat, watchlist}
	at, ok := w.memo[key]
	if !ok {
		at = w.due(p, watchlist, w.urgency[watchlist], w.now)
		w.memo[key] = at
	}
	return at
}

// reschedule gives the alerts that are owed to a chat, or with "" to any, the times that the preferences of now make of when they came.
func (s *Store) reschedule(ctx context.Context, t tx, chat string) error {
	type row struct {
		id              int64
		chat, watchlist string
		came, due       int64
	}
	rows, err := collect(ctx, t, func(scan scanFunc) (r row, err error) {
		err = scan(&r.id, &r.chat, &r.watchlist, &r.came, &r.due)
		return r, err
	}, `SELECT id, chat, watchlist, created, due FROM alerts WHERE state = 'owed' AND (chat = ? OR ? = '')`, chat, chat)
	if err != nil || len(rows) == 0 {
		return err
	}
	var chats []string
	for _, r := range rows {
		chats = append(chats, r.chat)
	}
	slices.Sort(chats)
	prefs, err := preferencesOf(ctx, t, slices.Compact(chats))
	if err != nil {
		return err
	}
	urgency, err := urgencies(ctx, t)
	if err != nil {
		return err
	}
	changed := make(map[int64][]int64) // by when they are due now
	for _, r := range rows {
		var due int64
		if p, ok := prefs[r.chat]; ok && s.due != nil {
			due = millis(s.due(p, r.watchlist, urgency[r.watchlist], moment(r.came)))
		}
		if due != r.due {
			changed[due] = append(changed[due], r.id)
		}
	}
	return putOff(ctx, t, changed)
}

// putOff gives alerts the times that they are listed under.
func putOff(ctx context.Context, t tx, ids map[int64][]int64) error {
	for due, list := range ids {
		err := inBatches(list, func(in string, args []any) error {
			_, err := t.exec(ctx, `UPDATE alerts SET due = ? WHERE id IN `+in, append([]any{due}, args...)...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Hush puts off what is due at now in chats whose quiet hours have begun meanwhile: it came before them and could not go yet. It returns how many
// alerts that are.
func (s *Store) Hush(ctx context.Context, now time.Time) (n int, err error) {
	if s.due == nil {
		return 0, nil
	}
	// Most flushes find nothing, and must not keep polls from committing for it.
	var found map[int64][]int64
	err = s.read(ctx, func(t tx) (err error) {
		found, err = s.disturbing(ctx, t, now)
		return err
	})
	if err == nil && len(found) > 0 {
		err = s.write(ctx, func(t tx) error {
			found, err := s.disturbing(ctx, t, now)
			if err != nil {
				return err
			}
			n = 0
			for _, ids := range found {
				n += len(ids)
			}
			return putOff(ctx, t, found)
		})
	}
	if err != nil {
		return 0, fmt.Errorf("keep quiet hours: %w", err)
	}
	return n, nil
}

// disturbing lists what is due at now in chats that want to be left alone, by when that ends.
func (s *Store) disturbing(ctx context.Context, t tx, now time.Time) (map[int64][]int64, error) {
	urgency, err := urgencies(ctx, t)
	if err != nil {
		return nil, err
	}
	hours := make(map[string]news.Preferences) // by chat: of those in which it is quiet now
	var chats []string
	err = t.each(ctx, func(scan scanFunc) error {
		p, _, err := scanPreferences(scan)
		if err != nil {
			return err
		}
		h := news.Preferences{Chat: p.Chat, Timezone: p.Timezone, Quiet: p.Quiet}
		if s.due(h, "", news.Normal, now).After(now) {
			hours[p.Chat] = h
			chats = append(chats, p.Chat)
		}
		return nil
	}, preferencesQuery+` AND quiet <> '' AND EXISTS (SELECT 1 FROM alerts a WHERE a.state = 'owed' AND a.chat = preferences.chat AND a.due <= ?`+notHurried+`)`, millis(now))
	if err != nil {
		return nil, err
	}
	found := make(map[int64][]int64)
	return found, inBatches(chats, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var id int64
			var chat, watchlist string
			if err := scan(&id, &chat, &watchlist); err != nil {
				return err
			}
			if end := s.due(hours[chat], watchlist, urgency[watchlist], now); end.After(now) {
				found[millis(end)] = append(found[millis(end)], id)
			}
			return nil
		}, `SELECT id, chat, watchlist FROM alerts WHERE state = 'owed' AND due <= ?`+notHurried+` AND chat IN `+in, append([]any{millis(now)}, args...)...)
	})
}

// NextDue is when the next alert comes due behind now; zero when none is put off.
func (s *Store) NextDue(ctx context.Context, now time.Time) (at time.Time, err error) {
	err = s.read(ctx, func(t tx) error {
		var ms int64
		err := t.queryRow(ctx, nextDueQuery, millis(now)).Scan(&ms)
		at = moment(ms)
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("read when the next alert is due: %w", err)
	}
	return at, nil
}

const nextDueQuery = `SELECT coalesce(min(due), 0) FROM alerts WHERE state = 'owed' AND due <> 0 AND due > ?`
