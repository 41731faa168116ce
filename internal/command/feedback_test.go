package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vestnik/internal/feedback"
	"vestnik/internal/locale"
	"vestnik/internal/match"
	"vestnik/internal/news"
)

// alerted is a world in which ann's group and a channel, known by its public name, were sent alerts about items 1 and 2.
func alerted(t *testing.T) *memory {
	t.Helper()
	m := newMemory()
	for _, chat := range []string{people["ann-group"].Chat, "telegram:@vestnik_news"} {
		must(t, m.Subscribe(t.Context(), chat, []string{"csto", "tokayev"}))
	}
	m.publish(t, noon, theNews()["law"], theNews()["summit"])
	m.deliver(t, noon)
	return m
}

func ballotData(item int64, list string, choice int64) string {
	data, _ := press{verbVerdict, []int64{item, listNumber(list), choice}, ""}.encode()
	return data
}

// TestWhoMayJudge: everybody who is served where several people read, in channels the bot's admins alone; and only what came there.
func TestWhoMayJudge(t *testing.T) {
	channel := Request{Chat: "telegram:-100900", Public: "telegram:@Vestnik_News", Kind: news.ChatChannel}
	in := func(r Request, user string) Request { r.User = user; return r }
	for _, tt := range []struct {
		name   string
		access Access
		who    Request
		data   string
		stored bool
		toast  string // its beginning
		edits  bool
	}{
		{"member", AccessOpen, people["bob-group"], ballotData(1, "tokayev", choiceGood), true, "Thank you", true},
		{"member of a group that is let in", AccessList, people["bob-group"], ballotData(1, "tokayev", choiceGood), false, "This bot answers invited", false},
		{"admin in a group", AccessList, in(people["bob-group"], "telegram:1"), ballotData(1, "tokayev", choiceGood), true, "Thank you", true},
		{"admin in a channel", AccessList, in(channel, "telegram:1"), ballotData(1, "tokayev", choiceOffTopic), true, "Thank you", true},
		{"stranger in a channel", AccessOpen, in(channel, "telegram:666"), ballotData(1, "tokayev", choiceOffTopic), false, "In a channel", false},
		{"another button in a channel", AccessOpen, in(channel, "telegram:1"), press{verbFeeds, []int64{0}, ""}.must(t), false, "", false},
		{"nothing in a channel", AccessOpen, in(channel, "telegram:1"), "", false, "", false},
		{"an alert of another chat", AccessOpen, people["bob"], ballotData(1, "tokayev", choiceGood), false, "This alert is too old", false},
		{"a watchlist it is not on", AccessOpen, people["bob-group"], ballotData(1, "csto", choiceGood), false, "This alert is too old", false},
		{"an item that is gone", AccessOpen, people["bob-group"], ballotData(99, "csto", choiceGood), false, "This alert is too old", true},
		{"a choice that is none", AccessOpen, people["bob-group"], ballotData(1, "tokayev", choices), false, "This button", false},
		{"nobody", AccessOpen, in(people["bob-group"], ""), ballotData(1, "tokayev", choiceGood), false, "This button", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, now := alerted(t), noon
			d := scriptedDesk(m, &now)
			d.Access = tt.access
			tt.who.Button = tt.data
			for range 2 { // an update may be handled again
				replies, err := d.Handle(t.Context(), tt.who)
				must(t, err)
				toast, edits := "", false
				for _, r := range replies {
					checkReply(t, r)
					toast, edits = r.Toast, r.Edit
				}
				if !strings.HasPrefix(toast, tt.toast) || tt.toast == "" && len(replies) > 0 || edits != tt.edits {
					t.Errorf("answer %+v", replies)
				}
				if stored := len(m.said); stored != flagged(tt.stored) {
					t.Errorf("%d verdicts stored: %+v", stored, m.said)
				}
			}
			if tt.stored && (m.said[0].Person != tt.who.User || m.said[0].ItemID != 1 || m.said[0].Watchlist != "tokayev") {
				t.Errorf("stored %+v", m.said)
			}
		})
	}
}

// TestChannelAddress: buttons in a channel are changed under the address that its alerts go to, so that its limits are counted in one place.
func TestChannelAddress(t *testing.T) {
	m, now := alerted(t), noon
	d := scriptedDesk(m, &now)
	replies, err := d.Handle(t.Context(), Request{Chat: "telegram:-100900", Public: "telegram:@Vestnik_News", Kind: news.ChatChannel, User: "telegram:1", Button: ballotData(2, "csto", choiceBad)})
	must(t, err)
	if len(replies) != 1 || replies[0].Chat != "telegram:@vestnik_news" || m.said[0].Chat != "telegram:@vestnik_news" || len(replies[0].Buttons) != 3 {
		t.Errorf("replies %+v, said %+v", replies, m.said)
	}
	group := people["ann-group"]
	group.Button = ballotData(2, "csto", choiceBad)
	replies, err = d.Handle(t.Context(), group)
	must(t, err)
	if replies[0].Chat != "" {
		t.Errorf("in a group: %+v", replies)
	}
}

// TestSeveralWatchlists: an alert that came for several has a row for each, and they are told apart.
func TestSeveralWatchlists(t *testing.T) {
	o := news.OwedItem{Item: news.Item{ID: 1<<62 + 7}, Names: map[string]string{}}
	for i := range 6 {
		id := fmt.Sprintf("список-🇰🇿-%d-%s", i, strings.Repeat("ұзақ", 30))
		o.Alerts = append(o.Alerts, news.Alert{Watchlist: id})
		o.Names[id] = "Одақтас мемлекет және тағы да көп сөз " + fmt.Sprint(i)
	}
	rows := AlertButtons("ru", o)
	if len(rows) != 1+ballotMost {
		t.Fatalf("%d rows", len(rows))
	}
	rows = rows[1:] // of what judges it
	seen := map[string]bool{}
	for _, row := range rows {
		if len(row) != 2 || !strings.HasPrefix(row[0].Text, "👍 Одақтас") {
			t.Errorf("row %+v", row)
		}
		for _, b := range row {
			if seen[b.Data] || len(b.Data) > dataMost {
				t.Errorf("button %+v", b)
			}
			seen[b.Data] = true
		}
	}
	if rows := AlertButtons("en", news.OwedItem{}); len(rows) != 0 {
		t.Errorf("nothing has buttons: %+v", rows)
	}
}

// TestProposals: the bot's admins read in private which lines would help, and nobody else does.
func TestProposals(t *testing.T) {
	db, now := newDatabase(t), noon
	d := scriptedDesk(db, &now)
	d.Profiles = []news.Profile{{ID: "csto", Kind: news.Organisation, Names: map[string][]string{"ru": {"ОДКБ"}}}}
	d.Watchlists = []news.Watchlist{{ID: "csto", Name: "CSTO", Profiles: []string{"csto"}, Threshold: 1, Exclude: []string{`клуб "ОДКБ"`}}}
	d.Compile = func(profiles []news.Profile, w news.Watchlist) (feedback.Matcher, error) {
		m, faults := match.Compile(profiles, []news.Watchlist{w}, nil)
		if len(faults) > 0 {
			return nil, faults
		}
		return m, nil
	}
	m, err := d.Compile(d.Profiles, d.Watchlists[0])
	must(t, err)
	bad := []string{"Шахматисты у здания ОДКБ", "ОДКБ уступила шахматистам зал", "Школу шахматистов назвали не в честь ОДКБ", "Под часами ОДКБ ждал шахматист"}
	words := strings.Fields("мир зерно газ мост лес река дорога школа врач поезд завод рынок порт снег суд хлеб уголь спорт театр музей город село банк цех")
	for i := range 74 {
		title := fmt.Sprintf("ОДКБ: %s, %s и %s", words[i%24], words[(i+5+i/24)%24], words[(i+11+2*(i/24))%24])
		if i < len(bad) {
			title = bad[i]
		}
		it := theNews()["csto10"].Item
		it.Title, it.Text, it.Keys, it.URL = title, "", []string{fmt.Sprint(news.KeyGUID, i)}, fmt.Sprint("https://belta.example/x", i)
		db.publish(t, now, news.NewItem{Item: it, Matches: m.Match(&it)})
	}
	db.deliver(t, now)
	for i := range 10 {
		v := news.Verdict{ItemID: int64(i + 1), Watchlist: "csto", Person: "telegram:101", Chat: "telegram:101", Good: i >= len(bad), At: now}
		if !v.Good {
			v.Reason = news.OffTopic
		}
		must(t, db.SaveVerdict(t.Context(), v))
	}
	ask := func(who string) []string {
		req := people[who]
		req.Name, req.Args, req.Language = "precision", "csto", "en"
		replies, err := d.Handle(t.Context(), req)
		must(t, err)
		var out []string
		for _, r := range replies {
			checkReply(t, r)
			out = append(out, r.Doc.Plain())
		}
		return out
	}
	want := `Proposed: phrases that tell the bad alerts from the others. Each is counted with those before it in place.

шахматист would have kept away 4 of 4 (off topic), 0 of 6 good ones and 0 of 64 that nobody called bad.

For the configuration, and what is under profiles for the file of profiles. A line takes the place of one of the same name:
watchlists:
  - id: csto
    exclude: ["клуб \"ОДКБ\"", "шахматист"]`
	if got := ask("boss"); len(got) != 2 || got[1] != want {
		t.Errorf("the admin reads %q", got)
	}
	for _, who := range []string{"ann", "boss-desk", "bob-desk"} {
		if got := ask(who); len(got) != 1 || strings.Contains(got[0], "шахматист") || !strings.Contains(got[0], "60 %") {
			t.Errorf("%s reads %q", who, got)
		}
	}
	d.Watchlists[0].Exclude = append(d.Watchlists[0].Exclude, "шахматист") // as it was pasted
	if got := ask("boss"); len(got) != 2 || !strings.HasPrefix(got[1], "No word or phrase") {
		t.Errorf("then the admin reads %q", got)
	}
	d.Compile = func([]news.Profile, news.Watchlist) (feedback.Matcher, error) { return nil, errors.New("broken") }
	req := people["boss"]
	req.Name, req.Args = "precision", "csto"
	if _, err := d.Handle(t.Context(), req); err == nil {
		t.Error("a broken compiler goes unnoticed")
	}
}

// TestForgottenVerdicts: what somebody said is gone with them, also where they said it elsewhere.
func TestForgottenVerdicts(t *testing.T) {
	for _, w := range []world{alerted(t), newDatabase(t)} {
		now := noon
		d := scriptedDesk(w, &now)
		if db, ok := w.(*database); ok {
			must(t, db.Subscribe(t.Context(), people["ann-group"].Chat, []string{"tokayev"}))
			db.publish(t, now, theNews()["law"])
			db.deliver(t, now)
		}
		for _, who := range []string{"bob-group", "ann-group"} {
			req := people[who]
			req.Button = ballotData(1, "tokayev", choiceGood)
			_, err := d.Handle(t.Context(), req)
			must(t, err)
		}
		said, err := w.Verdicts(t.Context(), 1, "telegram:-100300")
		must(t, err)
		if len(said) != 2 {
			t.Fatalf("said %+v", said)
		}
		bob := people["bob"]
		bob.Button = press{verbForget, []int64{1}, ""}.must(t)
		_, err = d.Handle(t.Context(), bob)
		must(t, err)
		left, err := w.Verdicts(t.Context(), 1, "telegram:-100300")
		must(t, err)
		if len(left) != 1 || left[0].Person != "telegram:101" {
			t.Errorf("left %+v", left)
		}
	}
}

// TestProposalsCutShort: an admin does not wait for a search that takes long, reads that it was cut short, and can give up.
func TestProposalsCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, now := alerted(t), noon
		d := scriptedDesk(db, &now)
		d.Profiles = []news.Profile{{ID: "tokayev", Kind: news.Person, Names: map[string][]string{"kk": {"Тоқаев"}}}}
		takes := time.Minute
		d.Compile = func(profiles []news.Profile, w news.Watchlist) (feedback.Matcher, error) {
			time.Sleep(takes)
			return today{}, nil
		}
		must(t, db.SaveVerdict(t.Context(), news.Verdict{ItemID: 1, Watchlist: "tokayev", Person: "telegram:101", Chat: "telegram:101", Reason: news.OffTopic, At: now}))
		req := people["boss"]
		req.Name, req.Args = "precision", "tokayev"
		for lang, want := range map[string]string{"en": "cut short", "ru": "Поиск прерван"} {
			req.Language = lang
			replies, err := d.Handle(t.Context(), req)
			must(t, err)
			if len(replies) != 2 || !strings.Contains(replies[1].Doc.Plain(), want) || !strings.Contains(replies[1].Doc.Plain(), "bot backtest tokayev") {
				t.Errorf("the admin reads %+v", replies)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := d.Handle(ctx, req); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("given up: %v", err)
		}
		takes, req.Language = time.Second, "en"
		replies, err := d.Handle(t.Context(), req)
		must(t, err)
		if len(replies) != 2 || !strings.HasPrefix(replies[1].Doc.Plain(), "No word or phrase") {
			t.Errorf("in time the admin reads %+v", replies)
		}
	})
}

// TestProposed: what is to be pasted comes in one piece, behind the figures or in a message of its own, or not at all.
func TestProposed(t *testing.T) {
	var now time.Time
	d := scriptedDesk(newMemory(), &now)
	d.Profiles = []news.Profile{{ID: "csto", Names: map[string][]string{"ru": {"ОДКБ"}}}}
	var list []feedback.Proposal
	for i := range 40 {
		list = append(list, feedback.Proposal{Watchlist: "w", Where: feedback.Exclude, Phrase: fmt.Sprintf("фраза %d 🇰🇿", i), Reason: news.OffTopic, Bad: 3, OfBad: 3})
	}
	for _, tt := range []struct {
		n, exclude, replies int
		paste               bool
	}{{2, 1, 1, true}, {40, 1, 2, true}, {2, 400, 1, false}, {40, 400, 2, false}} {
		w := news.Watchlist{ID: "w"}
		for i := range tt.exclude {
			w.Exclude = append(w.Exclude, fmt.Sprintf("бұрынғы сөз %d", i))
		}
		talk := &talk{Desk: d, loc: locale.For("en")}
		replies := talk.proposed(feedback.Proposals{List: list[:tt.n], Cut: true}, w)
		all := ""
		for _, r := range replies {
			checkReply(t, r)
			all += r.Doc.Plain() + "\n"
		}
		block := strings.Join(feedback.YAML(list[:tt.n], d.Profiles, w), "\n")
		if len(replies) != tt.replies || strings.Contains(all, block) != tt.paste || strings.Contains(all, "too long for a message") == tt.paste ||
			strings.Count(all, "exclude:") > 1 {
			t.Errorf("%+v: %d replies\n%s", tt, len(replies), all)
		}
		if !strings.Contains(all, "cut short") {
			t.Errorf("it is not said that it was cut short:\n%s", all)
		}
	}
}

func TestPercent(t *testing.T) {
	for x, want := range map[float64]int{0: 0, 0.001: 1, 0.014: 1, 0.5: 50, 0.985: 99, 0.996: 99, 1: 100} {
		if got := percent(x); got != want {
			t.Errorf("%v is %d %%, want %d", x, got, want)
		}
	}
}
