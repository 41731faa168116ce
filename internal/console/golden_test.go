package console

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/deliver"
	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

var update = flag.Bool("update", false, "write the golden files anew")

var _ deliver.Sink = (*Terminal)(nil)

// golden compares got with testdata/<name>.golden, control characters written as \x1b and the like.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = strings.NewReplacer("\x1b", `\x1b`).Replace(got)
	path := filepath.Join("testdata", name+".golden")
	if *update {
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

var (
	noon   = time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)
	almaty = time.FixedZone("+05", 5*3600)
	feed   = news.Feed{ID: "vesti", Outlet: "Вести Запада", Country: "BY", Language: "ru", Type: news.State}
)

// hit marks the nth (from 0) occurrence of surface in s.
func hit(t *testing.T, field, s, surface string, nth int, h news.Hit) news.Hit {
	t.Helper()
	at := 0
	for range nth + 1 {
		i := strings.Index(s[at:], surface)
		if i < 0 {
			t.Fatalf("%q has no %q", s, surface)
		}
		h.Start = at + i
		at = h.Start + len(surface)
	}
	h.Field, h.Surface, h.End = field, surface, at
	if h.Term == "" {
		h.Term = surface
	}
	if h.Weight == 0 {
		h.Weight = 1
	}
	return h
}

// owe is an item on a watchlist with the hits that are given as field, surface, term and rule.
func owe(t *testing.T, title, text, lang string, hits ...[4]string) news.OwedItem {
	t.Helper()
	o := news.OwedItem{
		Feed:   feed,
		Item:   news.Item{ID: 7, Title: title, Text: text, Lang: lang, Link: "https://vesti.example/2026/04/03/item-7?a=1", Published: noon.Add(-2 * time.Hour), Seen: noon},
		Alerts: []news.Alert{{ID: 1, Watchlist: "w", Chat: Chat}},
		Names:  map[string]string{"w": "Watch"},
	}
	m := news.Match{Watchlist: "w", Score: 1, Over: true}
	seen := map[string]int{}
	for _, h := range hits {
		s := title
		if h[0] == news.FieldText {
			s = text
		}
		m.Hits = append(m.Hits, hit(t, h[0], s, h[1], seen[h[0]+h[1]], news.Hit{Term: h[2], Rule: h[3]}))
		seen[h[0]+h[1]]++
	}
	o.Matches = []news.Match{m}
	return o
}

func TestAlerts(t *testing.T) {
	type test struct {
		name string
		owed []news.OwedItem
		down news.Outage
	}
	none := news.Outage{}
	tests := []test{
		{"russian", []news.OwedItem{owe(t, "Токаев прибыл в Минск",
			"Самолёт сел утром.\nВ г. Минске переговоры с Токаевым провёл А. Г. Лукашенко. Затем стороны подписали документы о ЕАЭС.", "ru",
			[4]string{"title", "Токаев", "", "name ru"}, [4]string{"text", "Токаевым", "Токаев", "name ru -ым"}, [4]string{"text", "Лукашенко", "", "name ru"})}, none},
		{"kazakh", []news.OwedItem{owe(t, "ҰҚШҰ ЖИНАЛЫСЫ АСТАНАДА ӨТТІ", "Жиналысқа Тоқаевтың өзі қатысты. Ұйым мүшелері келісті.", "kk",
			[4]string{"title", "ҰҚШҰ", "", "name kk"}, [4]string{"text", "Тоқаевтың", "Тоқаев", "name kk -тың"})}, none},
		{"title-only", []news.OwedItem{owe(t, "Belarus's LUKASHENKO meets CSTO chief", "Nothing else is known.", "en",
			[4]string{"title", "LUKASHENKO", "Lukashenko", "name en capitals"}, [4]string{"title", "CSTO", "", "name en"})}, none},
		{"text-repeats-title", []news.OwedItem{owe(t, "Токаев у Мінску", "Токаев у Мінску\nДалей.", "be",
			[4]string{"title", "Токаев", "", ""}, [4]string{"text", "Токаев", "", ""})}, none},
		{"arabic", []news.OwedItem{owe(t, "الرئيس توكاييف يصل إلى مينسك", "وصل الرئيس توكاييف Tokayev إلى مينسك اليوم. ثم غادر.", "ar",
			[4]string{"title", "توكاييف", "", "name any"}, [4]string{"text", "Tokayev", "", "name en"})}, none},
		{"emoji", []news.OwedItem{owe(t, "⚡️🇰🇿 Токаев 👨‍👩‍👧‍👦 встретил семьи", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Токаев🤝Путин! Итоги завтра.", "ru",
			[4]string{"title", "Токаев", "", "name ru"}, [4]string{"text", "Путин", "", "name ru"})}, none},
		{"hostile", []news.OwedItem{owe(t, "\x1b]0;owned\x07\x02Токаев\x03\u202e обратно\u2066 \xff", "Тут\x1b[31m Токаев\x00ым\u200b и\r\nвсё", "ru",
			[4]string{"title", "Токаев", "", "name\x1b[2J ru"}, [4]string{"text", "Токаев\x00ым", "Токаев\n", "x"})}, none},
		{"long", []news.OwedItem{owe(t, "Заявление", strings.Repeat("Очень длинное вступление, в котором ничего не сказано, ", 20)+"но Токаеву ответил Лукашенко, "+
			strings.Repeat("и снова долгие слова безо всякого смысла ", 20)+". Конец.", "ru",
			[4]string{"text", "Токаеву", "Токаев", "name ru -у"}, [4]string{"text", "Лукашенко", "", "name ru"})}, none},
	}
	several := owe(t, "CSTO and Tokayev", "", "en", [4]string{"title", "CSTO", "", "name en"})
	several.Item.Published = several.Item.Seen // no date of its own
	several.Names["t"] = "Tokayev"
	several.Alerts = append(several.Alerts, news.Alert{ID: 2, Watchlist: "t", Chat: Chat})
	title := several.Item.Title
	several.Matches = append(several.Matches, news.Match{Watchlist: "t", Hits: []news.Hit{
		hit(t, "title", title, "Tokayev", 0, news.Hit{Rule: "name en"}), hit(t, "title", title, "CSTO", 0, news.Hit{Rule: "keyword en", Weight: 0.5}),
		hit(t, "title", title, "and", 0, news.Hit{Weight: 0.3}), hit(t, "title", title, "CSTO and", 0, news.Hit{Weight: 0.2}),
		{Field: "title", Start: 5, End: 999, Surface: "beyond the end", Term: "x", Weight: 0.1},
	}})
	edited := owe(t, "Тоқаев ҰҚШҰ саммитінде", "Жиналысқа Тоқаевтың өзі қатысты.", "kk", [4]string{"title", "ҰҚШҰ", "", "name kk"})
	edited.Before = &news.Version{Wording: 1, Title: "Тоқаев\x1b[2J Астанада\u202e", Replaced: noon.Add(-time.Hour)}
	reworded := tests[0].owed[0]
	reworded.Before = &news.Version{Wording: 1, Title: reworded.Item.Title, Replaced: noon}
	away := owe(t, "Закон подписан", "Ещё подробности.", "ru")
	away.Matches = owe(t, "Закон подписан Токаевым", "", "ru", [4]string{"title", "Токаевым", "Токаев", "name ru -ым"}).Matches
	away.Matches[0].Wording = 2
	away.Before = &news.Version{Wording: 2, Title: "Закон подписан Токаевым", Replaced: noon}
	digest := []news.OwedItem{tests[0].owed[0], several, tests[4].owed[0]}
	tests = append(tests, test{"several-watchlists", []news.OwedItem{several}, none}, test{"digest", digest, none},
		test{"edited", []news.OwedItem{edited}, none}, test{"edited-text", []news.OwedItem{reworded}, none}, test{"edited-away", []news.OwedItem{away}, none},
		test{"catch-up", digest[:2], news.Outage{Since: noon.Add(-9 * time.Hour), Until: noon}})

	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			for _, term := range []*Terminal{{Out: &out, Zone: almaty}, {Out: &out, Width: 60, Bold: true}} {
				text, _, n, err := term.Render(Chat, each(tt.owed...), tt.down)
				if err != nil || n != len(tt.owed) {
					t.Fatalf("rendered %d of %d items, error %v", n, len(tt.owed), err)
				}
				if _, err := term.Send(t.Context(), news.Message{ID: 1, Chat: Chat, Text: text}); err != nil {
					t.Fatal(err)
				}
			}
			golden(t, "alert-"+tt.name, out.String())
		})
	}
	told := func(o news.OwedItem, outlet string, after time.Duration) news.OwedItem {
		o.Feed.Outlet, o.Item.Published = outlet, noon.Add(after)
		return o
	}
	story := deliver.Bundle{Story: 3, Items: []news.OwedItem{told(digest[0], "Зеркало", 0), told(digest[1], "TASS\x1b[2J", 14*time.Minute), told(digest[2], "BelTA", time.Hour)}}
	update, anew := story, story
	update.Update, update.Fresh, anew.Again = true, 2, "state"
	var out bytes.Buffer
	for _, bundles := range [][]deliver.Bundle{{story}, {update}, {anew}, append(each(digest[0]), story)} {
		term := &Terminal{Out: &out, Zone: almaty}
		text, _, n, err := term.Render(Chat, bundles, none)
		if err != nil || n != len(bundles) {
			t.Fatalf("rendered %d of %d bundles, error %v", n, len(bundles), err)
		}
		if _, err := term.Send(t.Context(), news.Message{ID: 1, Chat: Chat, Kind: news.MessageEdit, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "alert-stories", out.String())
	if _, _, _, err := new(Terminal).Render(Chat, nil, news.Outage{}); err == nil {
		t.Error("rendered nothing without an error")
	}
}

func status(id, outlet string, st news.FeedState, matched int) news.FeedStatus {
	st.FeedID = id
	return news.FeedStatus{Feed: news.Feed{ID: id, Outlet: outlet, Country: "KZ", Language: "kk", Type: news.Independent}, State: st,
		Kept: st.Items, Matched: matched}
}

// working is the rhythm of an outlet with two items an hour between 3 and 15 UTC, until a time.
func working(until time.Time) string {
	var times []time.Time
	for at := until; until.Sub(at) < 40*24*time.Hour; at = at.Add(-30 * time.Minute) {
		if h := at.Hour(); h >= 3 && h < 15 {
			times = append(times, at)
		}
	}
	return pulse.Backlog(times, until).String()
}

func TestLists(t *testing.T) {
	read := news.FeedState{LastSuccess: noon, LastNew: noon.Add(-30 * time.Minute), Items: 1200, DueAt: noon.Add(2*time.Minute + time.Second),
		Pace: 12 * time.Minute, Took: 800 * time.Millisecond, Rhythm: working(noon)}
	blocked := news.FeedState{Failures: 12, ErrorClass: news.ErrBlocked, DueAt: noon.Add(5*time.Hour + time.Minute), ErrorProof: "403: Подождите…\x1b[2J проверяем ваш браузер перед тем, как пустить вас дальше"}
	moved := read
	moved.MovedTo, moved.DueAt = "https://жаңа.example/rss\x1b[2J", noon.Add(72*time.Hour)
	moved.MovedSeen, moved.MovedSince = 31, noon.Add(-25*time.Hour)
	quiet, gaps, empty, slow, down := read, read, read, read, news.FeedState{Failures: 1, ErrorClass: news.ErrTimeout, Took: 30 * time.Second, Pace: 5 * time.Minute}
	quiet.LastNew, quiet.Rhythm = noon.Add(-9*24*time.Hour), working(noon.Add(-9*24*time.Hour))
	gaps.Gaps, gaps.LastNew, gaps.GapAt = 2, noon.Add(-5*time.Hour), noon
	slow.Took, slow.MovedTo, slow.MovedSeen, slow.Gaps = 14*time.Second, "https://example.org/rss", 2, 1
	empty.LastNew, empty.Items, empty.Rhythm = time.Time{}, 0, ""
	statuses := []news.FeedStatus{status("blocked", "Қазақ үні", blocked, 0), status("down", "新聞", down, 0), status("empty", "Empty", empty, 0),
		status("gaps-with-a-long-name", "Gaps", gaps, 7), status("moved", "Moved", moved, 3), status("new", "New", news.FeedState{}, 0), status("quiet", "Quiet", quiet, 1), status("slow", "Slow", slow, 0), status("well", "Well 🗞️", read, 45)}

	item := func(ago time.Duration, lang string) news.Item {
		return news.Item{Published: noon.Add(-ago), Seen: noon, Lang: lang}
	}
	probe := func(id string, st news.FeedState, d news.Document) Probe {
		return Probe{Feed: news.Feed{ID: id, URL: "https://" + id + ".example/rss", Language: "kk"}, Document: d, State: st, Took: 340 * time.Millisecond}
	}
	probes := []Probe{
		probe("well", read, news.Document{Items: []news.Item{item(time.Hour, "kk"), item(2*time.Hour, "ru")}, ETag: "1"}),
		probe("doubtful", read, news.Document{Items: []news.Item{item(0, "ru"), item(3*time.Hour, "ru"), item(4*time.Hour, "kk")}, Zoneless: 2, Bytes: 41_500, Dropped: 1,
			MovedTo: "https://new.example/rss", Repaired: "the end was missing"}),
		probe("dead", quiet, news.Document{Items: []news.Item{item(9*24*time.Hour, "kk")}, ETag: "1"}),
		probe("blocked", blocked, news.Document{}), probe("down", down, news.Document{}), probe("empty", empty, news.Document{LastModified: "x"}),
	}

	o := owe(t, "Токаев прибыл", "Встреча с Токаевым.", "ru", [4]string{"text", "Токаевым", "Токаев", "name ru"})
	found := []news.Found{{Item: o.Item, Feed: o.Feed, Matches: o.Matches}, {Item: news.Item{Title: "No match, no link", Published: noon}, Feed: news.Feed{ID: "x"}}}

	tests := []struct {
		name  string
		print func(*Terminal) error
	}{
		{"search", func(t *Terminal) error {
			return t.List(command.List{Query: "Токаев", Items: found, Names: map[string]string{"w": "Тоқаев · Tokayev"}, More: true, Behind: 3})
		}},
		{"search-nothing", func(t *Terminal) error { return t.List(command.List{Query: "нет\x1b", Behind: 1}) }},
		{"recent-nothing", func(t *Terminal) error { return t.List(command.List{}) }},
		{"feeds", func(t *Terminal) error { return t.Feeds(statuses, noon) }},
		{"probes", func(t *Terminal) error { return t.Probes(probes, noon) }},
		{"feeds-none", func(t *Terminal) error { return t.Feeds(nil, noon) }},
		{"failures", func(t *Terminal) error { return t.Failures(statuses) }},
		{"failures-none", func(t *Terminal) error { return t.Failures(statuses[2:]) }},
		{"totals", func(t *Terminal) error {
			return t.Totals(Totals{Feeds: 27, Read: 25, Unchanged: 3, Failed: 2, New: 812, Edited: 7, Matched: 40, Messages: 12, Alerts: 13, NotAlerted: 27, Waiting: 4, Took: 4234 * time.Millisecond})
		}},
		{"totals-one", func(t *Terminal) error {
			return t.Totals(Totals{Feeds: 1, Read: 1, New: 1, Messages: 1, Alerts: 1, Took: 83 * time.Second})
		}},
		{"status", func(t *Terminal) error {
			return t.Status(command.Status{Counts: news.Counts{Feeds: 7, Items: 5000, Matched: 53, Behind: 12, Messages: 9, Unsent: 1,
				Alerts: map[news.AlertState]int{news.AlertSent: 8, news.AlertFrozen: 1, news.AlertSkipped: 44}}, Feeds: map[pulse.State]int{pulse.OK: 2, pulse.Down: 2, pulse.Silent: 2, pulse.Waiting: 1}, LastRead: noon})
		}},
		{"status-new", func(t *Terminal) error { return t.Status(command.Status{}) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			for _, term := range []*Terminal{{Out: &out, Zone: almaty}, {Out: &out, Width: 80, Bold: true}} {
				if err := tt.print(term); err != nil {
					t.Fatal(err)
				}
			}
			golden(t, tt.name, out.String())
		})
	}
}

// each makes a bundle of every item.
func each(owed ...news.OwedItem) (bundles []deliver.Bundle) {
	for _, o := range owed {
		bundles = append(bundles, deliver.Bundle{Items: []news.OwedItem{o}})
	}
	return bundles
}
