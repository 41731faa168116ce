package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/timetable"
)

// memory is a world in maps. It is strict: what a store need not understand, it refuses.
type memory struct {
	tales
	surges
	prefs   map[string]news.Preferences
	later   map[int]bool // alerts, by their place, that are put off
	feeds   []news.FeedStatus
	items   []news.Found // with all matches, in the order of their numbers
	alerts  []news.Alert
	chats   map[string]news.Chat
	subs    map[news.Subscription]bool
	mutes   map[string]map[news.Mute]time.Time
	invites map[string]*memoryInvite
	posted  map[string][]int64 // base chat and number → items
	said    []news.Verdict
	last    int
	calls   int // of methods that write
}

type memoryInvite struct {
	news.Invite
	usedBy string
	used   bool
}

func newMemory() *memory {
	m := &memory{feeds: theFeeds(), chats: map[string]news.Chat{}, subs: map[news.Subscription]bool{}, mutes: map[string]map[news.Mute]time.Time{},
		invites: map[string]*memoryInvite{}, posted: map[string][]int64{}, last: 500, prefs: map[string]news.Preferences{}, later: map[int]bool{}}
	m.item = m.Item
	for _, s := range theConfig() {
		m.subs[s] = true
	}
	return m
}

func isBase(address string) error {
	if address == "" || news.BaseChat(address) != address {
		return fmt.Errorf("%q is no base chat", address)
	}
	return nil
}

func (m *memory) Chat(_ context.Context, base string) (news.Chat, bool, error) {
	c, ok := m.chats[base]
	return c, ok, isBase(base)
}

func (m *memory) SaveChat(_ context.Context, c news.Chat) error {
	m.calls++
	if c.Kind == "" || c.Language == "" || c.Closed != "" {
		return fmt.Errorf("save a chat that says nothing: %+v", c)
	}
	m.chats[c.Address] = c
	return isBase(c.Address)
}

func (m *memory) Forget(_ context.Context, base string) error {
	m.calls++
	of := func(chat string) bool { return news.BaseChat(chat) == base }
	delete(m.chats, base)
	maps.DeleteFunc(m.prefs, func(c string, _ news.Preferences) bool { return of(c) })
	maps.DeleteFunc(m.subs, func(s news.Subscription, _ bool) bool { return of(s.Chat) && s.Source == news.SourceChat })
	maps.DeleteFunc(m.mutes, func(c string, _ map[news.Mute]time.Time) bool { return of(c) })
	m.alerts = slices.DeleteFunc(m.alerts, func(a news.Alert) bool { return of(a.Chat) })
	m.said = slices.DeleteFunc(m.said, func(v news.Verdict) bool { return v.Person == base || v.Chat == base })
	maps.DeleteFunc(m.posted, func(k string, _ []int64) bool { return strings.HasPrefix(k, base+" ") })
	return isBase(base)
}

func (m *memory) Subscribe(_ context.Context, chat string, lists []string) error {
	m.calls++
	for _, w := range lists {
		if !slices.ContainsFunc(theLists(), func(x news.Watchlist) bool { return x.ID == w }) {
			return fmt.Errorf("subscribe to %q, which is not there", w)
		}
		m.subs[news.Subscription{Chat: chat, Watchlist: w, Source: news.SourceChat}] = true
	}
	return nil
}

func (m *memory) Unsubscribe(_ context.Context, chat string, lists []string) error {
	m.calls++
	for _, w := range lists {
		s := news.Subscription{Chat: chat, Watchlist: w, Source: news.SourceChat}
		delete(m.subs, s)
		if !m.subs[news.Subscription{Chat: chat, Watchlist: w, Source: news.SourceConfig}] {
			m.skip(chat, w, news.SkipUnsubscribed)
		}
	}
	return nil
}

func (m *memory) skip(chat, watchlist, reason string) {
	for i := range m.alerts {
		if a := &m.alerts[i]; a.Chat == chat && a.Watchlist == watchlist && a.State == news.AlertOwed {
			a.State, a.Reason = news.AlertSkipped, reason
		}
	}
}

func (m *memory) Subscriptions(_ context.Context, chat string) ([]news.Subscription, error) {
	var out []news.Subscription
	for s := range m.subs {
		if s.Chat == chat {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b news.Subscription) int {
		return cmp.Or(cmp.Compare(a.Watchlist, b.Watchlist), cmp.Compare(a.Source, b.Source))
	})
	return out, nil
}

func (m *memory) Mute(_ context.Context, chat string, what news.Mute, until time.Time) error {
	m.calls++
	if what.Kind == "" || what.What == "" || until.IsZero() {
		return fmt.Errorf("mute %v until %v", what, until)
	}
	if m.mutes[chat] == nil {
		m.mutes[chat] = map[news.Mute]time.Time{}
	}
	m.mutes[chat][what] = until
	if what.Kind == news.MuteWatchlist {
		m.skip(chat, what.What, news.SkipMuted)
	}
	return nil
}

func (m *memory) Unmute(_ context.Context, chat string, what news.Mute) error {
	m.calls++
	maps.DeleteFunc(m.mutes[chat], func(w news.Mute, _ time.Time) bool { return what == news.Mute{} || w == what })
	return nil
}

func (m *memory) Mutes(_ context.Context, chat string, now time.Time) (map[news.Mute]time.Time, error) {
	out := map[news.Mute]time.Time{}
	for w, until := range m.mutes[chat] {
		if until.After(now) {
			out[w] = until
		}
	}
	return out, nil
}

func (m *memory) Preferences(_ context.Context, chat string) (news.Preferences, bool, error) {
	p, own := m.prefs[chat]
	p.Chat = chat
	return p, own, nil
}

func (m *memory) SavePreferences(_ context.Context, p news.Preferences) error {
	m.calls++
	if _, err := time.LoadLocation(p.Timezone); err != nil || p.Chat == "" {
		return fmt.Errorf("save preferences: %+v", p)
	}
	for _, d := range append(slices.Collect(maps.Values(p.Lists)), p.All) {
		if s, err := timetable.ParseSchedule(d.Digest); err != nil || s.String() != d.Digest {
			return fmt.Errorf("save the schedule %q: %v", d.Digest, err)
		}
	}
	if q, err := timetable.ParseQuiet(p.Quiet); err != nil || q.String() != p.Quiet {
		return fmt.Errorf("save the quiet hours %q: %v", p.Quiet, err)
	}
	m.prefs[p.Chat] = p
	return nil
}

func (m *memory) Hurry(_ context.Context, chat, watchlist string) (int, error) {
	m.calls++
	items := map[int64]bool{}
	for i, a := range m.alerts {
		if m.later[i] && a.Chat == chat && (watchlist == "" || a.Watchlist == watchlist) && a.State == news.AlertOwed {
			delete(m.later, i)
			items[a.ItemID] = true
		}
	}
	return len(items), nil
}

func (m *memory) Posted(_ context.Context, chat, ref string) ([]int64, error) {
	return m.posted[news.BaseChat(chat)+" "+ref], nil
}

func (m *memory) Item(_ context.Context, id int64) (news.Found, error) {
	if id < 1 || id > int64(len(m.items)) {
		return news.Found{}, news.ErrNotFound
	}
	return m.items[id-1], nil
}

func (m *memory) ItemsByURL(_ context.Context, canonical string) ([]news.Found, error) {
	if canonical == "" {
		return nil, fmt.Errorf("items of no address")
	}
	return m.pick(news.Filter{}, func(f news.Found) bool { return f.Item.URL == canonical }), nil
}

func (m *memory) Ledger(_ context.Context, itemID int64, chat string) ([]news.Alert, error) {
	var out []news.Alert
	for _, a := range m.alerts {
		if a.ItemID == itemID && (a.Chat == chat || strings.HasPrefix(a.Chat, chat+":")) {
			out = append(out, a)
		}
	}
	return out, nil
}

func (m *memory) Alerts(_ context.Context, itemID int64) ([]news.Alert, error) {
	return slices.DeleteFunc(slices.Clone(m.alerts), func(a news.Alert) bool { return a.ItemID != itemID }), nil
}

func (m *memory) SaveVerdict(ctx context.Context, v news.Verdict) error {
	if v.Person == "" || v.Watchlist == "" || v.At.IsZero() || v.Good && v.Reason != news.ReasonNone {
		return fmt.Errorf("no verdict: %+v", v)
	}
	if v.ItemID < 1 || v.ItemID > int64(len(m.items)) {
		return news.ErrNotFound
	}
	if err := m.DropVerdict(ctx, v.ItemID, v.Watchlist, v.Person); err != nil {
		return err
	}
	m.said = append(m.said, v)
	return isBase(v.Chat)
}

func (m *memory) DropVerdict(_ context.Context, itemID int64, watchlist, person string) error {
	m.calls++
	m.said = slices.DeleteFunc(m.said, func(v news.Verdict) bool {
		return v.ItemID == itemID && v.Watchlist == watchlist && v.Person == person
	})
	return nil
}

func (m *memory) Verdicts(_ context.Context, itemID int64, base string) ([]news.Verdict, error) {
	return slices.DeleteFunc(slices.Clone(m.said), func(v news.Verdict) bool { return v.ItemID != itemID || v.Chat != base }), isBase(base)
}

func (m *memory) Judged(_ context.Context, since time.Time, texts bool) ([]news.Judged, error) {
	var out []news.Judged
	for _, f := range m.items {
		if !texts {
			f.Item.Text = ""
		}
		for _, x := range f.Matches {
			if j := m.judged(f, x); len(j.Verdicts) > 0 && !f.Item.Seen.Before(since) {
				out = append(out, j)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b news.Judged) int { return a.Item.Seen.Compare(b.Item.Seen) })
	return out, nil
}

func (m *memory) judged(f news.Found, x news.Match) news.Judged {
	f.Matches = []news.Match{x}
	j := news.Judged{Found: f, Watchlist: x.Watchlist}
	for _, v := range m.said {
		if v.ItemID == f.Item.ID && v.Watchlist == x.Watchlist {
			v.Person, v.Chat = "", ""
			j.Verdicts = append(j.Verdicts, v)
		}
	}
	return j
}

func (m *memory) Alerted(_ context.Context, watchlist string, since time.Time, limit int) ([]news.Judged, error) {
	var out []news.Judged
	for _, f := range slices.Backward(m.items) {
		for _, x := range f.Matches {
			if x.Watchlist == watchlist && !f.Item.Seen.Before(since) && (limit == 0 || len(out) < limit) && slices.ContainsFunc(m.alerts, func(a news.Alert) bool {
				return a.ItemID == f.Item.ID && a.Watchlist == watchlist && a.State == news.AlertSent
			}) {
				out = append(out, m.judged(f, x))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b news.Judged) int { return b.Item.Seen.Compare(a.Item.Seen) })
	return out, nil
}

func (m *memory) AddInvite(_ context.Context, i news.Invite) error {
	m.calls++
	if len(i.Hash) != 64 || m.invites[i.Hash] != nil || i.Expires.IsZero() {
		return fmt.Errorf("not an invitation: %+v", i)
	}
	m.invites[i.Hash] = &memoryInvite{Invite: i}
	return nil
}

func (m *memory) UseInvite(_ context.Context, hash, base string, now time.Time) (bool, error) {
	m.calls++
	i := m.invites[hash]
	if i == nil || i.used && i.usedBy != base || !i.used && !now.Before(i.Expires) {
		return false, isBase(base)
	}
	i.used, i.usedBy = true, base
	return true, isBase(base)
}

// pick is the items that keep and f let through, newest first.
func (m *memory) pick(f news.Filter, keep func(news.Found) bool) []news.Found {
	var out []news.Found
	for _, x := range m.items {
		before := f.Before == (news.Cursor{}) || x.Item.Published.Before(f.Before.Published) || x.Item.Published.Equal(f.Before.Published) && x.Item.ID < f.Before.ID
		matched := slices.ContainsFunc(x.Matches, func(y news.Match) bool { return y.Over && (f.Watchlist == "" || y.Watchlist == f.Watchlist) })
		if before && keep(x) && (matched || f.Watchlist == "" && !f.Matched) && !x.Item.Published.Before(f.Since) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b news.Found) int {
		return cmp.Or(b.Item.Published.Compare(a.Item.Published), cmp.Compare(b.Item.ID, a.Item.ID))
	})
	if f.Limit > 0 {
		out = out[:min(f.Limit, len(out))]
	}
	return out
}

// over is list with only those matches that are over their threshold, as lists show them.
func over(list []news.Found) []news.Found {
	for i := range list {
		list[i].Matches = slices.DeleteFunc(slices.Clone(list[i].Matches), func(x news.Match) bool { return !x.Over })
	}
	return list
}

func (m *memory) Recent(_ context.Context, f news.Filter) ([]news.Found, error) {
	return over(m.pick(f, func(news.Found) bool { return true })), nil
}

// Series does not know of copies: the stories that a test tells are not those of the store.
func (m *memory) Series(_ context.Context, since, until time.Time, each func(news.Mentions) error) error {
	var rows []news.Mentions
	for _, f := range m.items {
		if f.Item.Published.Before(since) || !f.Item.Published.Before(until) {
			continue
		}
		for _, x := range f.Matches {
			r := news.Mentions{Watchlist: x.Watchlist, Feed: f.Feed.ID, Type: f.Feed.Type, Hour: f.Item.Published.Truncate(time.Hour), Items: 1}
			i := slices.IndexFunc(rows, func(o news.Mentions) bool { o.Items = 1; return o == r })
			switch {
			case !x.Over:
			case i >= 0:
				rows[i].Items++
			default:
				rows = append(rows, r)
			}
		}
	}
	slices.SortFunc(rows, func(a, b news.Mentions) int {
		return cmp.Or(a.Hour.Compare(b.Hour), cmp.Compare(a.Watchlist, b.Watchlist), cmp.Compare(a.Feed, b.Feed))
	})
	for _, r := range rows {
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Search(_ context.Context, q news.Query, f news.Filter) ([]news.Found, int, error) {
	if q.Empty() {
		return nil, 0, fmt.Errorf("search for nothing")
	}
	return over(m.pick(f, func(x news.Found) bool {
		has := strings.FieldsFunc(strings.ToLower(x.Item.Title+" "+x.Item.Text), func(r rune) bool { return strings.ContainsRune(" .,:/@", r) })
		for _, g := range q.All {
			if !slices.ContainsFunc(g, func(p news.Phrase) bool { return len(p) == 1 && slices.Contains(has, p[0]) }) {
				return false
			}
		}
		return true
	})), 0, nil
}

func (m *memory) FeedStatuses(context.Context) ([]news.FeedStatus, error) {
	out := slices.Clone(m.feeds)
	for i := range out {
		for _, x := range m.items {
			if x.Feed.ID == out[i].Feed.ID {
				out[i].State.Items++
				out[i].Kept++
				if slices.ContainsFunc(x.Matches, func(y news.Match) bool { return y.Over }) {
					out[i].Matched++
				}
			}
		}
	}
	return out, nil
}

func (m *memory) Counts(context.Context) (news.Counts, error) {
	c := news.Counts{Feeds: len(m.feeds), Items: len(m.items), Alerts: map[news.AlertState]int{}}
	c.Matched = len(m.pick(news.Filter{Matched: true}, func(news.Found) bool { return true }))
	for _, a := range m.alerts {
		c.Alerts[a.State]++
	}
	return c, nil
}

func (m *memory) publish(t testing.TB, now time.Time, items ...news.NewItem) {
	for _, n := range items {
		i := slices.IndexFunc(m.feeds, func(f news.FeedStatus) bool { return f.Feed.ID == n.Item.FeedID })
		if i < 0 {
			t.Fatalf("no feed %q", n.Item.FeedID)
		}
		n.Item.ID = int64(len(m.items) + 1)
		f := news.Found{Item: n.Item, Feed: m.feeds[i].Feed, Matches: slices.Clone(n.Matches)}
		slices.SortFunc(f.Matches, func(a, b news.Match) int { return cmp.Compare(a.Watchlist, b.Watchlist) })
		m.items = append(m.items, f)
		m.owe(now, n.Item.ID, 0, n.Matches, n.Skip)
	}
}

// owe writes the alerts of those matches that are over their threshold.
func (m *memory) owe(now time.Time, id int64, wording int, matches []news.Match, skip string) {
	for _, x := range matches {
		chats := map[string]bool{}
		for s := range m.subs {
			if x.Over && s.Watchlist == x.Watchlist {
				chats[s.Chat] = true
			}
		}
		for _, chat := range slices.Sorted(maps.Keys(chats)) {
			a := news.Alert{ID: int64(len(m.alerts) + 1), ItemID: id, Watchlist: x.Watchlist, Chat: chat, State: news.AlertOwed, Created: now, Wording: wording}
			if until, muted := m.mutes[chat][news.Mute{Kind: news.MuteWatchlist, What: x.Watchlist}]; muted && until.After(now) {
				a.State, a.Reason = news.AlertSkipped, news.SkipMuted
			}
			if skip != "" {
				a.State, a.Reason = news.AlertSkipped, skip
			}
			if p := m.prefs[chat]; !timetable.Due(p, x.Watchlist, news.Normal, now, time.UTC).IsZero() {
				m.later[len(m.alerts)] = true
			}
			m.alerts = append(m.alerts, a)
		}
	}
}

func (m *memory) edit(t testing.TB, now time.Time, e news.Edit) {
	id := stored(t, m, e.Item.URL)
	f := &m.items[id-1]
	f.Earlier = append(f.Earlier, news.Version{Wording: len(f.Earlier) + 1, Title: f.Item.Title, Text: f.Item.Text, Lang: f.Item.Lang, Replaced: now})
	e.Item.ID, e.Item.Published, e.Item.Seen = id, f.Item.Published, f.Item.Seen
	f.Item = e.Item
	matches, first := slices.Clone(e.Matches), []news.Match(nil)
	for _, x := range e.Matches {
		if !slices.ContainsFunc(f.Matches, func(y news.Match) bool { return y.Over && y.Watchlist == x.Watchlist }) {
			first = append(first, x)
		}
	}
	for _, y := range f.Matches {
		if y.Over && !slices.ContainsFunc(e.Matches, func(x news.Match) bool { return x.Over && x.Watchlist == y.Watchlist }) {
			y.Wording = cmp.Or(y.Wording, len(f.Earlier))
			matches = append(matches, y)
		}
	}
	slices.SortFunc(matches, func(a, b news.Match) int { return cmp.Compare(a.Watchlist, b.Watchlist) })
	f.Matches = matches
	m.owe(now, id, len(f.Earlier)+1, first, e.Skip)
}

func (m *memory) deliver(testing.TB, time.Time) {
	var order []string
	items := map[string][]int64{}
	for i := range m.alerts {
		a := &m.alerts[i]
		if a.State != news.AlertOwed || m.later[i] {
			continue
		}
		a.State = news.AlertSent
		if items[a.Chat] == nil {
			order = append(order, a.Chat)
		}
		if !slices.Contains(items[a.Chat], a.ItemID) {
			items[a.Chat] = append(items[a.Chat], a.ItemID)
		}
	}
	for _, chat := range order {
		m.last++
		m.posted[fmt.Sprint(news.BaseChat(chat), " ", m.last)] = items[chat]
	}
}
