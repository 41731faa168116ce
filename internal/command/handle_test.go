package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// TestPrivacyOfStrangers: whatever a stranger says or presses, nothing that the bot knows comes out, and nothing is written down.
func TestPrivacyOfStrangers(t *testing.T) {
	for _, access := range []Access{AccessInvite, AccessList, ""} {
		m, now := newMemory(), noon
		for _, item := range theNews() {
			m.publish(t, now, item)
		}
		d := scriptedDesk(m, &now)
		d.Access = access
		var requests []Request
		for _, r := range table() {
			requests = append(requests, Request{Name: r.name}, Request{Name: r.name, Args: "csto"}, Request{Name: r.name, Args: "https://belta.example/2"})
		}
		for _, p := range everyPress() {
			data, _ := p.encode()
			requests = append(requests, Request{Button: data})
		}
		requests = append(requests, Request{Args: "hello"}, Request{Name: "frobnicate"}, Request{Button: "zzz"})
		for _, who := range []string{"bob", "bob-group", "ann-group"} {
			for _, req := range requests {
				p := people[who]
				p.Name, p.Args, p.Button = req.Name, req.Args, req.Button
				replies, err := d.Handle(t.Context(), p)
				must(t, err)
				for _, r := range replies {
					said := r.Doc.Plain() + r.Toast
					for _, secret := range []string{"CSTO", "csto", "Токаев", "Союз", "ОДКБ", "БелТА", "belta", "telegram:", "watchlists"} {
						if strings.Contains(said, secret) {
							t.Errorf("access %q: a stranger hears %q", access, said)
						}
					}
				}
			}
		}
		if m.calls > 0 && access != AccessInvite { // a code has to be looked up
			t.Errorf("access %q: %d writes for strangers", access, m.calls)
		}
		if len(m.chats) > 0 {
			t.Errorf("access %q: strangers are remembered: %v", access, m.chats)
		}
	}
}

// everyPress is a button of each verb.
func everyPress() []press {
	var all []press
	for _, letter := range []string{verbWatchlists, verbSubscribe, verbUnsubscribe, verbRecent, verbSearch, verbFeeds, verbWhy, verbForget, verbVerdict, verbTell, verbStory, verbExplain, verbMute,
		verbMuteFor, verbUnder, verbLanguage, verbZone, verbSettings} {
		v, _ := verbs(letter)
		p := press{verb: letter, numbers: make([]int64, v.numbers)}
		if letter == verbSubscribe || letter == verbUnsubscribe || letter == verbRecent {
			p.numbers[0] = listNumber("csto")
		}
		if v.words {
			p.words = "501"
		}
		all = append(all, p)
	}
	return all
}

// TestRights: nobody writes in a group but its admins, with commands or with buttons that others were shown.
func TestRights(t *testing.T) {
	for _, tt := range []struct {
		who   string
		write bool
	}{{"bob-group", false}, {"ann-group", true}, {"ann", true}} {
		m, now := newMemory(), noon
		d := scriptedDesk(m, &now)
		// The group is known, so that only what is asked for can be written.
		must(t, m.SaveChat(t.Context(), news.Chat{Address: news.BaseChat(people[tt.who].Chat), Kind: people[tt.who].Kind, Language: "en"}))
		must(t, m.Subscribe(t.Context(), people[tt.who].Chat, []string{"csto"}))
		must(t, m.Mute(t.Context(), people[tt.who].Chat, news.Mute{Kind: news.MuteWatchlist, What: "csto"}, now.Add(time.Hour)))
		for _, req := range []Request{{Name: "subscribe", Args: "tokayev"}, {Name: "unsubscribe", Args: "csto"}, {Name: "mute", Args: "tokayev 8h"}, {Name: "unmute"},
			{Button: press{verbSubscribe, []int64{listNumber("csto"), 0}, ""}.must(t)}, {Button: press{verbUnsubscribe, []int64{listNumber("csto"), 0}, ""}.must(t)},
			{Button: press{verbForget, []int64{1}, ""}.must(t)}, {Name: "digest", Args: "hourly"}, {Name: "digest", Args: "now"}, {Name: "quiet", Args: "23-7"}, {Name: "timezone", Args: "Minsk"},
			{Name: "lang", Args: "ru"}, {Name: "mute", Args: "source belta 1h"}, {Name: "start", Args: "csto"}, {Button: press{verbSettings, []int64{0, menuSound}, choiceOff}.must(t)},
			{Button: press{verbLanguage, nil, "en"}.must(t)}, {Button: press{verbZone, nil, "Europe/Minsk"}.must(t)}} {
			before := m.calls
			p := people[tt.who]
			p.Name, p.Args, p.Button = req.Name, req.Args, req.Button
			_, err := d.Handle(t.Context(), p)
			must(t, err)
			if wrote := m.calls > before; wrote != tt.write {
				t.Errorf("%s: %+v writes: %v", tt.who, req, wrote)
			}
		}
	}
}

func (p press) must(t testing.TB) string {
	data, ok := p.encode()
	if !ok {
		t.Fatalf("%+v is too long", p)
	}
	return data
}

// TestForgotten: after /forgetme nothing of the chat is left, and the answer leaves nothing either.
func TestForgotten(t *testing.T) {
	db, now := newDatabase(t), noon
	d := scriptedDesk(db, &now)
	say := func(req Request) []Reply {
		p := people["ann"]
		p.Name, p.Args, p.Button = req.Name, req.Args, req.Button
		replies, err := d.Handle(t.Context(), p)
		must(t, err)
		return replies
	}
	say(Request{Name: "subscribe", Args: "all"})
	say(Request{Name: "mute", Args: "csto 8h"})
	say(Request{Name: "quiet", Args: "23:00-07:00"})
	say(Request{Name: "lang", Args: "ru"})
	db.publish(t, now, theNews()["law"])
	db.deliver(t, now)
	ask := say(Request{Name: "forgetme"})
	if _, known, _ := db.Chat(t.Context(), "telegram:101"); !known {
		t.Error("the chat was not remembered before")
	}
	gone := say(Request{Button: ask[0].Buttons[0][0].Data})
	if len(gone) != 1 || len(gone[0].Doc) != 0 || gone[0].Toast == "" {
		t.Errorf("the answer has to be written down: %+v", gone)
	}
	_, known, _ := db.Chat(t.Context(), "telegram:101")
	subs, _ := db.Subscriptions(t.Context(), "telegram:101")
	mutes, _ := db.Mutes(t.Context(), "telegram:101", now)
	posted, _ := db.Posted(t.Context(), "telegram:101", "501")
	if prefs, own, _ := db.Preferences(t.Context(), "telegram:101"); own || prefs.Quiet != "" {
		t.Errorf("left: %+v", prefs)
	}
	if known || len(subs)+len(mutes)+len(posted) > 0 {
		t.Errorf("left: known %v, %v, %v, %v", known, subs, mutes, posted)
	}
}

// TestRemembered: a chat is written down when it says something new about itself, and not at every word.
func TestRemembered(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	say := func(who, language, name string) {
		p := people[who]
		p.Name, p.Language = name, language
		replies, err := d.Handle(t.Context(), p)
		must(t, err)
		if open := m.chats[news.BaseChat(p.Chat)].Closed == ""; open != (len(replies) > 0) {
			t.Errorf("%s: %d replies", who, len(replies))
		}
	}
	say("ann", "ru", "help")
	say("ann", "ru-RU", "recent")
	if c := m.chats["telegram:101"]; c != (news.Chat{Address: "telegram:101", Kind: news.ChatPrivate, Language: "ru"}) || m.calls != 1 {
		t.Errorf("%+v after %d writes", c, m.calls)
	}
	say("ann", "en", "recent")
	say("ann-group", "ru", "recent")
	say("bob-group", "en", "recent") // no admin: the group keeps its language
	if m.chats["telegram:101"].Language != "en" || m.chats["telegram:-100300"].Language != "ru" {
		t.Errorf("%+v", m.chats)
	}
	closed := m.chats["telegram:101"]
	closed.Closed, closed.Admitted = "blocked", true
	m.chats["telegram:101"] = closed
	say("ann", "en", "recent") // who writes has not blocked the bot
	if c := m.chats["telegram:101"]; c.Closed != "" || !c.Admitted {
		t.Errorf("%+v", c)
	}
	group := m.chats["telegram:-100300"]
	group.Closed = "no rights"
	m.chats["telegram:-100300"] = group
	say("bob-group", "ru", "recent")
	if c := m.chats["telegram:-100300"]; c.Closed == "" {
		t.Error("a passer-by opens a group that the bot may not write in")
	}
	say("ann-group", "ru", "recent")
	if c := m.chats["telegram:-100300"]; c.Closed != "" {
		t.Error("an admin does not open the group")
	}
}

// failing is a store that cannot be read.
type failing struct{ *memory }

var errDisk = errors.New("disk I/O error")

func (failing) Chat(context.Context, string) (news.Chat, bool, error) {
	return news.Chat{}, false, errDisk
}

func TestErrors(t *testing.T) {
	now := noon
	d := scriptedDesk(newMemory(), &now)
	d.Chats = failing{newMemory()}
	p := people["ann"]
	p.Name = "recent"
	if _, err := d.Handle(t.Context(), p); !errors.Is(err, errDisk) || err.Error() != "answer /recent: disk I/O error" {
		t.Errorf("error %v", err)
	}
	d = scriptedDesk(newMemory(), &now)
	d.Random, d.Access = strings.NewReader("short"), AccessInvite
	p = people["boss"]
	p.Name = "invite"
	if _, err := d.Handle(t.Context(), p); err == nil {
		t.Error("an invitation without chance")
	}
	d.Reload, d.Test = nil, nil
	for _, name := range []string{"reload", "test"} {
		p.Name = name
		if replies, err := d.Handle(t.Context(), p); err != nil || !strings.HasPrefix(replies[0].Doc.Plain(), "This bot cannot") {
			t.Errorf("%s: %v, %v", name, replies, err)
		}
	}
	if r := Sorry("ru"); !strings.HasPrefix(r.Doc.Plain(), "Простите") || len([]rune(r.Toast)) > 200 {
		t.Errorf("%+v", r)
	}
}

// TestLinks: what a Span shows as a link or as a command is what we mean.
func TestLinks(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	m.publish(t, now, theNews()["law"], theNews()["summit"])
	var links, commands []string
	for _, req := range []Request{{Name: "recent"}, {Name: "why", Args: "https://belta.example/1"}, {Name: "start"}, {Name: "search", Args: "закон"}} {
		p := people["ann"]
		p.Name, p.Args = req.Name, req.Args
		replies, err := d.Handle(t.Context(), p)
		must(t, err)
		for _, l := range replies[0].Doc {
			for _, s := range l {
				if s.Link != "" {
					links = append(links, s.Link)
				}
				if s.Command {
					commands = append(commands, s.Text)
				}
			}
		}
	}
	if want := "[/watchlists /recent /help]"; fmt.Sprint(commands) != want {
		t.Errorf("commands %v, want %s", commands, want)
	}
	if want := "https://belta.example/1?utm_source=rss"; !slices.Contains(links, want) || len(links) != 4 {
		t.Errorf("links %v", links)
	}
}

// TestPages: a watchlist's or feed's number of pages, whatever page is asked for.
func TestPages(t *testing.T) {
	for _, tt := range []struct {
		n        int
		page     int64
		from, to int
		nav      string
	}{
		{0, 0, 0, 0, ""}, {8, 0, 0, 8, ""}, {9, 0, 0, 8, "2 ›"}, {9, 1, 8, 9, "‹ 1"}, {17, 1, 8, 16, "‹ 1 3 ›"},
		{9, 1 << 62, 8, 9, "‹ 1"},
	} {
		from, to, nav := pageOf(tt.n, 8, tt.page, verbFeeds, "")
		var texts []string
		for _, b := range nav {
			texts = append(texts, b.Text)
		}
		if from != tt.from || to != tt.to || strings.Join(texts, " ") != tt.nav {
			t.Errorf("%d rows, page %d: %d to %d, %v", tt.n, tt.page, from, to, texts)
		}
	}
}

// TestLongIDs: a watchlist's id may be longer than a button holds, and there may be more of them than a message holds.
func TestLongIDs(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	for i := range 200 {
		d.Watchlists = append(d.Watchlists, news.Watchlist{ID: fmt.Sprint("long-", strings.Repeat("я", 300), i), Name: strings.Repeat("Имя ", 300)})
	}
	p := people["ann"]
	p.Name = "watchlists"
	for page := range 26 {
		replies, err := d.Handle(t.Context(), p)
		must(t, err)
		r := replies[0]
		checkReply(t, r)
		nav := r.Buttons[len(r.Buttons)-1]
		if next := nav[len(nav)-1]; strings.HasSuffix(next.Text, "›") != (page < 25) {
			t.Fatalf("page %d of 26 has %v", page+1, nav)
		} else {
			p.Name, p.Button = "", next.Data
		}
	}
}

// TestFullPages: however long the headlines are, every item is on one page, and every page fits in a message.
func TestFullPages(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	for i := range 40 {
		n := theNews()["law"]
		n.Item.Title = fmt.Sprintf("закон №%d %s", i, strings.Repeat("🇰🇿", 10*i))
		n.Item.Published = noon.Add(-time.Duration(i/2) * time.Minute) // pairs share a minute
		m.publish(t, now, n)
	}
	for _, name := range []string{"recent", "search"} {
		p := people["ann"]
		p.Name, p.Args = name, map[string]string{"recent": "10 tokayev", "search": "закон"}[name]
		seen := map[string]int{}
		for page := 0; ; page++ {
			replies, err := d.Handle(t.Context(), p)
			must(t, err)
			r := replies[0]
			checkReply(t, r)
			if n := r.Doc.units(); n > 4096 {
				t.Errorf("%s: page %d has %d code units", name, page, n)
			}
			for line := range strings.Lines(r.Doc.Plain()) {
				if title, ok := strings.CutPrefix(line, "• закон "); ok {
					seen[strings.Fields(title)[0]]++
				}
			}
			nav := r.Buttons[0]
			if last := nav[len(nav)-1]; strings.HasSuffix(last.Text, "›") {
				p.Name, p.Args, p.Button = "", "", last.Data
				continue
			}
			break
		}
		if len(seen) != 40 {
			t.Errorf("%s: %d items were shown", name, len(seen))
		}
		for title, n := range seen {
			if n != 1 {
				t.Errorf("%s: %s is shown %d times", name, title, n)
			}
		}
	}
}

// TestLongWhy: an item on many watchlists is explained in one message.
func TestLongWhy(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	n := theNews()["law"]
	for i := range 60 {
		id := fmt.Sprint("list-", i)
		d.Watchlists = append(d.Watchlists, news.Watchlist{ID: id, Name: strings.Repeat("Имя ", 20)})
		x := n.Matches[0]
		x.Watchlist = id
		n.Matches = append(n.Matches, x)
	}
	m.publish(t, now, n)
	p := people["ann"]
	p.Name, p.Args = "why", n.Item.URL
	replies, err := d.Handle(t.Context(), p)
	must(t, err)
	checkReply(t, replies[0])
	if doc := replies[0].Doc; doc.units() > 4096 || len(doc) < 20 || doc[len(doc)-1][0].Text != "…" {
		t.Errorf("%d code units in %d lines", doc.units(), len(doc))
	}
}

func TestSpans(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"30m": 30 * time.Minute, "8H": 8 * time.Hour, "2д": 48 * time.Hour, "1w": 7 * 24 * time.Hour, "1d12h": 36 * time.Hour, "1Н": 7 * 24 * time.Hour, "0m": 0,
		"99999999999999999999m": 100 * muteMost, "99999999w99999999w": 100 * muteMost,
	} {
		if got, ok := readSpan(s); !ok || got != want {
			t.Errorf("%s: %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "8", "h", "-8h", "8 h", "1.5h", "8x", "٣h", "8hh", "h8", "8h5"} {
		if got, ok := readSpan(s); ok {
			t.Errorf("%q is read as %v", s, got)
		}
	}
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		want string
	}{
		{"short", 5, "short"}, {"longer", 5, "long…"}, {" a\n\tb\x1b[31m\u202e ", 10, "a b[31m"}, {"ә\xff", 5, "ә\uFFFD"},
		{"👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 9, "👨‍👩‍👧‍👦…"}, {"👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 4, "…"}, {"é́́́́́é", 3, "…"}, {"", 1, ""},
	} {
		if got := clip(tt.s, tt.n); got != tt.want {
			t.Errorf("%q to %d: %q, want %q", tt.s, tt.n, got, tt.want)
		}
	}
}

func FuzzHandle(f *testing.F) {
	for _, r := range table() {
		f.Add(r.name, "csto 8h", "", "501", "ru", uint8(0))
	}
	for _, p := range everyPress() {
		data, _ := p.encode()
		f.Add("", "", data, "", "en", uint8(0))
	}
	f.Add("why", "https://belta.example/2 \x00\u202e", "", "", "zz", uint8(1))
	f.Add("recent", "-9223372036854775808 токаев", "r:1:zzzzzzzzzzzz:zzzzzzzzzzzz:1", "", "ru_RU", uint8(3))
	f.Add("search", strings.Repeat("ә🇰🇿\u0301", 400), "s:0:0:!!!", "", "", uint8(2))
	f.Add("start", "AAAQEAYEAUDAOCAJBIFQYDIOB4", "", "", "", uint8(7))
	f.Fuzz(func(t *testing.T, name, args, button, replyTo, language string, how uint8) {
		m, now := newMemory(), noon
		for _, item := range theNews() {
			m.publish(t, now, item)
		}
		hostile := theNews()["law"]
		hostile.Item.Title, hostile.Item.Text, hostile.Item.URL = args, button, "https://belta.example/hostile"
		hostile.Matches = []news.Match{{Watchlist: args, Over: true, Hits: []news.Hit{hit(args, replyTo, news.FieldTitle, button, 1)}}}
		m.publish(t, now, hostile)
		m.posted["telegram:101 "+replyTo] = []int64{1, 2, 3, 4, 99}
		d := scriptedDesk(m, &now)
		d.Access = []Access{AccessOpen, AccessInvite, AccessList, AccessOpen}[how%4]
		who := []string{"ann", "bob", "boss", "ann-group", "bob-group", "boss-desk", "anonymous", "channel"}[how/4%8]
		p := people[who]
		p.Name, p.Args, p.Button, p.ReplyTo, p.Language = name, args, button, replyTo, language
		for _, p.Button = range []string{button, ""} {
			replies, err := d.Handle(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range replies {
				checkReply(t, r)
			}
		}
		p.Name, p.Args = "why", "https://belta.example/hostile"
		replies, err := d.Handle(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range replies {
			checkReply(t, r)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add("z")
	for _, p := range everyPress() {
		data, _ := p.encode()
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) {
		p, ok := decode(data)
		if !ok {
			return
		}
		again, fits := p.encode()
		q, ok := decode(again)
		if !fits || !ok || fmt.Sprint(p) != fmt.Sprint(q) || len(again) > len(data) {
			t.Errorf("%q is %+v, which is %q, which is %+v", data, p, again, q)
		}
	})
}
