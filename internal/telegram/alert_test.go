package telegram

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/deliver"
	"vestnik/internal/locale"
	"vestnik/internal/news"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// golden compares got with testdata/<name>.golden. Joiners are shown as "|".
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, string(joiner), "|") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *updateGolden {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept)\n--- got\n%s\n--- want\n%s", path, got, want)
	}
}

var noon = time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)

// owe is an item on the watchlist "w" with hits given as field, surface, term and rule.
func owe(t *testing.T, title, text, link string, hits ...[4]string) news.OwedItem {
	t.Helper()
	o := news.OwedItem{
		Feed: news.Feed{ID: "vesti", Outlet: "Вести.by", Country: "BY", Language: "ru", Type: news.State}, Names: map[string]string{"w": "Tokayev & Co"},
		Item:   news.Item{ID: 7, Title: title, Text: text, Link: link, Published: noon.Add(-2 * time.Hour), Seen: noon},
		Alerts: []news.Alert{{ID: 1, Watchlist: "w"}},
	}
	m := news.Match{Watchlist: "w", Score: 1, Over: true}
	for _, h := range hits {
		s := title
		if h[0] == news.FieldText {
			s = text
		}
		i := strings.Index(s, h[1])
		if i < 0 {
			t.Fatalf("%q has no %q", s, h[1])
		}
		m.Hits = append(m.Hits, news.Hit{Field: h[0], Surface: h[1], Term: h[2], Rule: h[3], Start: i, End: i + len(h[1]), Weight: 1})
	}
	o.Matches = []news.Match{m}
	return o
}

func TestAlerts(t *testing.T) {
	link := "https://vesti.example/2026/04/03/item-7?a=1&b=2"
	russian := owe(t, "Токаев прибыл в Минск", "Самолёт сел утром.\nВ г. Минске переговоры с Токаевым провёл А. Г. Лукашенко. Затем всё.", link,
		[4]string{"title", "Токаев", "Токаев", "name ru"}, [4]string{"text", "Токаевым", "Токаев", "name ru -ым"}, [4]string{"text", "Лукашенко", "Лукашенко", "name ru"})
	kazakh := owe(t, "ҰҚШҰ ЖИНАЛЫСЫ АСТАНАДА ӨТТІ", "Жиналысқа Тоқаевтың өзі қатысты.", link, [4]string{"text", "Тоқаевтың", "Тоқаев", "name kk -тың"})
	hostile := owe(t, "</b>/stop \x02ТОКАЕВ\x03\u202e <a href=\"x\"> ria.ru/x @durov #тег $USD", "Пишите на a@b.com или tg://resolve?domain=x про Токаева &amp; всех.", "javascript:alert(1)",
		[4]string{"title", "ТОКАЕВ", "Токаев", "<i>"}, [4]string{"text", "Токаева", "Токаев", "name ru -а"})
	hostile.Item.Published = hostile.Item.Seen
	untitled := owe(t, "", "Токаев.", link, [4]string{"text", "Токаев", "Токаев", "name ru"})
	many := russian
	for i := range 30 {
		many.Matches = append(many.Matches, news.Match{Watchlist: fmt.Sprint("list-", i), Hits: russian.Matches[0].Hits})
	}
	edited := russian
	edited.Before = &news.Version{Wording: 1, Title: "Президент <b>прибыл</b> & ждёт @durov " + strings.Repeat("очень ", 60), Replaced: noon.Add(-time.Hour)}
	reworded := kazakh
	reworded.Before = &news.Version{Wording: 1, Title: kazakh.Item.Title, Text: "бұрынғы", Replaced: noon}
	away := owe(t, "Закон подписан", "Ещё подробности.", link)
	was := owe(t, "Закон подписан Токаевым", "", link, [4]string{"title", "Токаевым", "Токаев", "name ru -ым"})
	away.Matches = was.Matches
	away.Matches[0].Wording = 2
	away.Before = &news.Version{Wording: 2, Title: was.Item.Title, Replaced: noon}
	down := news.Outage{Since: noon.Add(-9 * time.Hour), Until: noon}
	for _, tt := range []struct {
		name, language string
		owed           []news.OwedItem
		down           news.Outage
	}{
		{"russian", "ru", []news.OwedItem{russian}, news.Outage{}},
		{"kazakh", "en", []news.OwedItem{kazakh}, news.Outage{}},
		{"hostile", "en", []news.OwedItem{hostile}, news.Outage{}},
		{"untitled", "en", []news.OwedItem{untitled}, down},
		{"many-watchlists", "en", []news.OwedItem{many}, news.Outage{}},
		{"edited", "ru", []news.OwedItem{edited}, news.Outage{}},
		{"edited-text", "en", []news.OwedItem{reworded}, news.Outage{}},
		{"edited-away", "en", []news.OwedItem{away}, news.Outage{}},
		{"digest", "ru", []news.OwedItem{russian, kazakh, hostile, untitled}, news.Outage{}},
		{"catch-up", "en", []news.OwedItem{russian, kazakh}, down},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &Sink{Zone: func(string) *time.Location { return time.FixedZone("+05", 5*3600) }, Language: func(string) string { return tt.language }}
			text, mark, n, err := s.Render("telegram:1", each(tt.owed...), tt.down)
			if err != nil || n != len(tt.owed) {
				t.Fatal(n, err)
			}
			const ballot = `,"callback_data":"m:7:0:0"}],[{"text":"👍","callback_data":"v:7:1c0cegk0terzf:1"},{"text":"👎","callback_data":"v:7:1c0cegk0terzf:2"}]]}`
			if len(tt.owed) == 1 {
				if opens := strings.Contains(mark, `"url":"https://vesti.example/`); !strings.HasSuffix(mark, ballot) || opens != strings.HasPrefix(tt.owed[0].Item.Link, "https://") {
					t.Errorf("markup %s", mark)
				}
			} else if mark != `{"html":true}` { // a digest has no buttons
				t.Errorf("markup %s", mark)
			}
			checkHTML(t, text, -1)
			golden(t, tt.name, text)
		})
	}
	told := func(o news.OwedItem, id int64, outlet string, kind news.SourceType, after time.Duration, copied bool) news.OwedItem {
		o.Item.ID, o.Feed.ID, o.Feed.Outlet, o.Feed.Type, o.Copy = id, outlet, outlet, kind, copied
		o.Item.Published = noon.Add(after)
		o.Item.Link = fmt.Sprint(link, "&n=", id)
		return o
	}
	second := told(kazakh, 9, "Tengrinews", news.Independent, 14*time.Minute, false)
	second.Matches = append(slices.Clone(second.Matches), news.Match{Watchlist: "csto", Hits: kazakh.Matches[0].Hits})
	second.Names = map[string]string{"w": "Tokayev & Co", "csto": "ОДКБ <b>"}
	story := deliver.Bundle{Story: 5, Items: []news.OwedItem{
		told(russian, 7, "Зеркало", news.Exile, 0, false), told(russian, 8, "ТАСС", news.State, time.Minute, true), second,
		told(russian, 10, "ТАСС", news.State, time.Hour, false), told(hostile, 11, "@durov </a>\u202e ria.ru", news.Wire, time.Hour, false),
	}, Update: true, Fresh: 2}
	anew := story
	anew.Again, anew.Update, anew.Fresh = string(news.Independent), false, 1
	reached := story
	reached.Again, reached.Items = deliver.AgainWatchlist, story.Items[:2]
	crowd := deliver.Bundle{Story: 6, Items: []news.OwedItem{russian}}
	for i := range 300 {
		crowd.Items = append(crowd.Items, told(russian, int64(100+i), fmt.Sprint("Издание № ", i), news.Wire, time.Duration(i+1)*time.Second, false))
	}
	for _, tt := range []struct {
		name, language string
		bundles        []deliver.Bundle
	}{
		{"story", "ru", []deliver.Bundle{story}},
		{"story-again", "en", []deliver.Bundle{anew}},
		{"story-watchlist", "en", []deliver.Bundle{reached}},
		{"story-crowd", "en", []deliver.Bundle{crowd}},
		{"story-digest", "ru", append(each(untitled), story, reached)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &Sink{Zone: func(string) *time.Location { return time.FixedZone("+05", 5*3600) }, Language: func(string) string { return tt.language }}
			text, mark, n, err := s.Render("telegram:1", tt.bundles, news.Outage{})
			if err != nil || n != len(tt.bundles) || strings.Contains(mark, "v:") != (n == 1) {
				t.Fatal(n, mark, err)
			}
			checkHTML(t, text, -1)
			golden(t, tt.name, text)
		})
	}
	if _, _, _, err := (&Sink{}).Render("telegram:1", nil, down); err == nil {
		t.Error("rendered nothing without an error")
	}
}

// TestAlertsInEveryLanguage lays out the same alert after an outage, and a digest of it and others, as each language does.
func TestAlertsInEveryLanguage(t *testing.T) {
	link := "https://vesti.example/2026/04/03/item-7"
	edited := owe(t, "ҰҚШҰ мен Токаев", "Жиналысқа Тоқаевтың өзі қатысты.", link, [4]string{"title", "Токаев", "Токаев", "name ru"}, [4]string{"text", "Тоқаевтың", "Тоқаев", "name kk -тың"})
	edited.Before = &news.Version{Wording: 1, Title: "ҰҚШҰ", Replaced: noon.Add(-time.Hour)}
	edited.Feed.Type = news.Exile
	for i := range 13 {
		edited.Matches = append(edited.Matches, news.Match{Watchlist: fmt.Sprint("list-", i), Hits: edited.Matches[0].Hits})
	}
	untitled := owe(t, "", "Токаев.", link, [4]string{"text", "Токаев", "Токаев", "name ru"})
	untitled.Item.Published = untitled.Item.Seen
	second := untitled
	second.Item.ID, second.Item.Published, second.Feed.ID, second.Feed.Outlet = 8, edited.Item.Published.Add(14*time.Minute), "tengri", "Tengrinews"
	story := deliver.Bundle{Story: 5, Items: []news.OwedItem{edited, second}, Update: true, Fresh: 1}
	again, reached := story, story
	again.Again, again.Update = string(news.Independent), false
	reached.Again, reached.Update = deliver.AgainWatchlist, false
	for _, l := range locale.All() {
		s := &Sink{Zone: func(string) *time.Location { return time.FixedZone("+05", 5*3600) }, Language: func(string) string { return l.Code() }}
		for name, bundles := range map[string][]deliver.Bundle{"alert": each(edited), "digest": append(each(edited, untitled), story), "story": {story}, "again": {again}, "reached": {reached}} {
			text, _, n, err := s.Render("telegram:1", bundles, news.Outage{Since: noon.Add(-9 * time.Hour), Until: noon})
			if err != nil || n != len(bundles) {
				t.Fatal(n, err)
			}
			checkHTML(t, text, -1)
			golden(t, name+"-"+l.Code(), text)
		}
	}
}

// TestBurst: a digest takes what fits, and nothing of the rest is lost.
func TestBurst(t *testing.T) {
	var owed []news.OwedItem
	for i := range 300 {
		owed = append(owed, owe(t, fmt.Sprint("Токаев ", i, " ", strings.Repeat("слово ", i%60)), "", fmt.Sprint("https://example.org/", i), [4]string{"title", "Токаев", "Токаев", "name ru"}))
	}
	messages, next := 0, 0
	for rest := owed; len(rest) > 0; messages++ {
		text, _, n, err := (&Sink{}).Render("telegram:1", each(rest...), news.Outage{})
		if err != nil || n < 1 {
			t.Fatal(n, err)
		}
		for range n {
			if strings.Count(text, fmt.Sprintf(`"https://example.org/%d"`, next)) != 1 {
				t.Fatalf("item %d is not in its message", next)
			}
			next++
		}
		if n > 1 && !strings.HasPrefix(text, fmt.Sprintf("%d items: Tokayev &amp; Co %d", n, n)) {
			t.Fatalf("the counts are wrong: %.80s", text)
		}
		rest = rest[n:]
	}
	if next != len(owed) || messages > 40 {
		t.Errorf("%d items in %d messages", next, messages)
	}
}

func TestLongAnswer(t *testing.T) {
	var doc command.Doc
	for i := range 400 {
		doc = append(doc, command.Line{{Text: fmt.Sprint(i, " слово ", strings.Repeat("длинно ", 5)), Bold: i%2 == 0}})
	}
	ms := Messages("telegram:1", command.Reply{Doc: doc, Key: "k", Buttons: [][]command.Button{{{Text: "b", Data: "x"}}}})
	seen, keys := 0, map[string]bool{}
	for i, m := range ms {
		if units(plainText(tag.ReplaceAllString(m.Text, ""))) > unitsMost || keys[m.Key] || strings.Contains(m.Markup, "callback") != (i == len(ms)-1) {
			t.Errorf("message %d: %s %s", i, m.Key, m.Markup)
		}
		keys[m.Key] = true
		seen += strings.Count(m.Text, "слово")
	}
	if seen != 400 || len(ms) < 4 {
		t.Errorf("%d lines in %d messages", seen, len(ms))
	}
	if ms := Messages("telegram:1", command.Reply{Toast: "x"}); ms != nil {
		t.Errorf("a toast is no message: %+v", ms)
	}
	if ms := Messages("telegram:1", command.Reply{Doc: doc, Edit: true}); len(ms) != 1 || ms[0].Kind != news.MessageEdit {
		t.Errorf("%d edits", len(ms))
	}
}

// each makes a bundle of every item.
func each(owed ...news.OwedItem) (bundles []deliver.Bundle) {
	for _, o := range owed {
		bundles = append(bundles, deliver.Bundle{Items: []news.OwedItem{o}})
	}
	return bundles
}
