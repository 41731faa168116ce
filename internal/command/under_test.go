package command

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// TestAlertButtons: what leads on stands first, whatever the item lacks, and what was said stays on the buttons of a message that is changed.
func TestAlertButtons(t *testing.T) {
	texts := func(o news.OwedItem) string {
		var rows []string
		for _, row := range AlertButtons("en", o) {
			var line []string
			for _, b := range row {
				if b.URL == "" {
					if _, ok := decode(b.Data); !ok {
						t.Errorf("button %+v", b)
					}
				}
				line = append(line, b.Text)
			}
			rows = append(rows, strings.Join(line, " "))
		}
		return strings.Join(rows, " / ")
	}
	o := news.OwedItem{Item: news.Item{ID: math.MaxInt64, Link: "https://x.example/"}, Story: math.MaxInt64, Alerts: []news.Alert{{Watchlist: strings.Repeat("ұзақ", 99)}}}
	if got := texts(o); got != "Open Story Why Mute ▸ / 👍 👎" {
		t.Error(got)
	}
	o.Story, o.Item.Link = 0, ""
	if got := texts(o); got != "Why Mute ▸ / 👍 👎" {
		t.Error(got)
	}
	o.Said = []news.Verdict{{Watchlist: o.Alerts[0].Watchlist, Person: "telegram:101", Chat: "telegram:101", Good: true}}
	if got := texts(o); got != "Why Mute ▸ / ✓ 👍 👎" {
		t.Error(got)
	}
	o.Said[0].Chat = "telegram:-100"
	if got := texts(o); got != "Why Mute ▸ / 👍 1 👎 ↩" {
		t.Error(got)
	}
}

// TestLongestData: the longest numbers that a button of ours carries fit in it.
func TestLongestData(t *testing.T) {
	for _, p := range []press{
		{verbMuteFor, []int64{math.MaxInt64, muteList, math.MaxInt64, 168}, ""}, {verbTell, []int64{math.MaxInt64, math.MaxInt64}, ""}, {verbStory, []int64{math.MaxInt64, math.MaxInt64}, ""},
		{verbSettings, []int64{math.MaxInt64, menuDigest}, "weekly mon 09:00"}, {verbSettings, []int64{math.MaxInt64, menuSources}, "independent+"},
	} {
		if data, ok := p.encode(); !ok {
			t.Errorf("%d bytes: %s", len(data), data)
		}
	}
}

// TestMadeUpMutes: nobody mutes by a button what did not come to their chat, what is not there, or for a time that no button has.
func TestMadeUpMutes(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	must(t, m.Subscribe(t.Context(), "telegram:101", []string{"tokayev"}))
	m.publish(t, now, theNews()["law"], theNews()["summit"])
	m.deliver(t, now)
	for _, tt := range []struct {
		who  string
		p    press
		want string
	}{
		{"ann", press{verbMuteFor, []int64{1, muteSource, 0, 24}, ""}, "БелТА"},
		{"ann", press{verbMuteFor, []int64{1, muteList, listNumber("tokayev"), 1}, ""}, "Токаев"},
		{"ann", press{verbMuteFor, []int64{1, muteSource, 0, 25}, ""}, "This button"},
		{"ann", press{verbMuteFor, []int64{1, muteSource, 0, math.MaxInt64}, ""}, "This button"},
		{"ann", press{verbMuteFor, []int64{1, muteList, listNumber("csto"), 24}, ""}, "This button"},
		{"ann", press{verbMuteFor, []int64{1, muteStory, 0, 24}, ""}, "This button"},
		{"ann", press{verbMuteFor, []int64{1, 99, 0, 24}, ""}, "This button"},
		{"ann", press{verbMuteFor, []int64{2, muteSource, 0, 24}, ""}, "This alert"},
		{"ann", press{verbMuteFor, []int64{99, muteSource, 0, 24}, ""}, "This alert"},
		{"bob", press{verbMuteFor, []int64{1, muteSource, 0, 24}, ""}, "This alert"},
		{"reader", press{verbMuteFor, []int64{1, muteSource, 0, 24}, ""}, "Only the admins"},
		{"editor", press{verbMuteFor, []int64{1, muteSource, 0, 24}, ""}, "This alert"},
		{"ann", press{verbMute, []int64{1, 99, 0}, ""}, "This button"},
		{"ann", press{verbTell, []int64{0, 99}, ""}, ""},
		{"ann", press{verbTell, []int64{2, 0}, ""}, "This belongs"},
		{"ann", press{verbStory, []int64{99, 99}, ""}, "There is no such"},
		{"ann", press{verbSettings, []int64{5, 0}, ""}, "That watchlist"},
		{"ann", press{verbSettings, []int64{0, 99}, ""}, "This button"},
		{"ann", press{verbSettings, []int64{0, menuScore}, "1e9"}, "This button"},
		{"ann", press{verbSettings, []int64{0, menuScore}, "NaN"}, "This button"},
		{"ann", press{verbSettings, []int64{0, menuLanguages}, "xx+"}, "This button"},
		{"ann", press{verbSettings, []int64{0, menuSources}, "state"}, "This button"},
		{"ann", press{verbSettings, []int64{0, menuDigest}, "now"}, "This button"},
		{"ann", press{verbSettings, []int64{listNumber("csto"), menuQuiet}, "23:00-07:00"}, "This button"},
		{"ann", press{verbSettings, []int64{listNumber("csto"), menuInterface}, "ru"}, "This button"},
		{"ann", press{verbSettings, []int64{0, menuOwn}, "off"}, "This button"},
		{"ann", press{verbZone, nil, "../x"}, "This button"},
		{"ann", press{verbLanguage, nil, "xx"}, "This button"},
	} {
		m.mutes = map[string]map[news.Mute]time.Time{}
		req := people[tt.who]
		req.Button, req.Message = tt.p.must(t), "9"
		replies, err := d.Handle(t.Context(), req)
		must(t, err)
		if len(replies) != 1 || !strings.HasPrefix(replies[0].Toast, tt.want) {
			t.Errorf("%s, %+v: %+v", tt.who, tt.p, replies)
		}
		if muted := len(m.mutes) > 0; muted != (tt.want == "БелТА" || tt.want == "Токаев") {
			t.Errorf("%s, %+v: muted %v", tt.who, tt.p, m.mutes)
		}
	}
	if len(m.prefs) > 0 {
		t.Errorf("made-up buttons are stored: %+v", m.prefs)
	}
}

// TestExpiredAlert: when the item is dropped, the buttons go, and it is said why.
func TestExpiredAlert(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	for _, p := range []press{{verbMute, []int64{7, muteNothing, 0}, ""}, {verbMuteFor, []int64{7, muteSource, 0, 1}, ""}, {verbUnder, []int64{7}, ""}} {
		req := people["ann"]
		req.Button, req.Message = p.must(t), "9"
		replies, err := d.Handle(t.Context(), req)
		must(t, err)
		if len(replies) != 1 || !replies[0].Edit || len(replies[0].Buttons)+len(replies[0].Doc) > 0 || replies[0].Toast == "" {
			t.Errorf("%+v: %+v", p, replies)
		}
	}
}

// TestMuteAddress: what is muted by a button is muted where the alert came to, under whatever address the configuration has for that chat.
func TestMuteAddress(t *testing.T) {
	m, now := alerted(t), noon
	d := scriptedDesk(m, &now)
	replies, err := d.Handle(t.Context(), Request{Chat: "telegram:-100900", Public: "telegram:@Vestnik_News", Kind: news.ChatChannel, User: "telegram:1", Message: "9",
		Button: press{verbMuteFor, []int64{2, muteSource, 0, 24}, ""}.must(t)})
	must(t, err)
	if len(m.mutes["telegram:@vestnik_news"]) != 1 || len(m.mutes) != 1 || replies[0].Chat != "telegram:@vestnik_news" {
		t.Errorf("muted %v, replies %+v", m.mutes, replies)
	}
}

func TestLead(t *testing.T) {
	item := func(outlet string, minutes int, dated bool) news.StoryItem {
		it := news.StoryItem{Found: news.Found{Feed: news.Feed{ID: fmt.Sprint(outlet, minutes), Outlet: outlet}}}
		it.Item.Published = noon.Add(time.Duration(minutes) * time.Minute)
		if it.Item.Seen = it.Item.Published; dated {
			it.Item.Seen = noon.Add(time.Hour)
		}
		return it
	}
	for _, tt := range []struct {
		items []news.StoryItem
		ahead time.Duration
		ok    bool
	}{
		{nil, 0, false},
		{[]news.StoryItem{item("Зеркало", 0, true)}, 0, false},
		{[]news.StoryItem{item("Зеркало", 0, true), item("Зеркало", 5, true)}, 0, false},
		{[]news.StoryItem{item("Зеркало", 0, true), item("Зеркало", 5, true), item("ТАСС", 14, true)}, 14 * time.Minute, true},
		{[]news.StoryItem{item("Зеркало", 0, false), item("ТАСС", 14, true)}, 0, true}, // nobody knows
		{[]news.StoryItem{item("", 0, true), item("", 3, true)}, 3 * time.Minute, true},
	} {
		_, _, ahead, ok := leadOf(news.Story{Items: tt.items})
		if ahead != tt.ahead || ok != tt.ok {
			t.Errorf("%d items: %v, %v", len(tt.items), ahead, ok)
		}
	}
}

// TestLink: every watchlist has a link that leads to it, whatever its id, and none that could be taken for an invitation.
func TestLink(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	for _, id := range []string{"csto", "союз", strings.Repeat("x", 65), "a b", "list-1", "AAAQEAYEAUDAOCAJBIFQYDIOB4", "\u202eevil"} {
		d.Watchlists = []news.Watchlist{{ID: id, Name: "?"}}
		tk := &talk{Desk: d}
		_, payload, _ := strings.Cut(tk.link(id), "?start=")
		if payload == "" || len(payload) > linkMost || strings.Trim(payload, linkLetters) != "" {
			t.Errorf("%q has the link %q", id, payload)
		}
		if _, code := readCode(payload); code {
			t.Errorf("%q reads as an invitation", payload)
		}
		tk.args = payload
		if got := tk.linked(); got != id {
			t.Errorf("the link of %q leads to %q", id, got)
		}
	}
}
