package command

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/trend"
)

// charted is a Trends in memory.
type charted struct {
	rows   []news.Mentions
	told   trend.Told
	broken error
	since  time.Time
}

func (c *charted) Series(_ context.Context, since, until time.Time, each func(news.Mentions) error) error {
	c.since = since
	for _, r := range c.rows {
		if !r.Hour.Before(since) && r.Hour.Before(until) {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	return c.broken
}

func (c *charted) Told(context.Context) (trend.Told, error) { return c.told, c.broken }

// trendDesk is a desk whose pictures are noted instead of drawn. The last day is the 3rd of April, in Almaty the 4th from 19:00 UTC on.
func trendDesk(drawn *trend.Picture) (Desk, *charted) {
	now := noon
	d := scriptedDesk(newMemory(), &now)
	c := &charted{}
	for day := range 40 {
		at := noon.Add(-time.Duration(day) * 24 * time.Hour)
		c.rows = append(c.rows, news.Mentions{Watchlist: "csto", Feed: "belta", Type: news.State, Hour: at, Items: 2}, news.Mentions{Watchlist: "gone", Feed: "belta", Type: news.State, Hour: at, Items: 9})
		if day%2 == 0 {
			c.rows = append(c.rows, news.Mentions{Watchlist: "csto", Feed: "wall", Type: news.Exile, Hour: at, Items: 1})
		}
	}
	c.rows = append(c.rows, news.Mentions{Watchlist: "tokayev", Feed: "inform", Type: news.Wire, Hour: noon.Add(-14 * time.Hour), Items: 7}) // late on the 2nd, the 3rd in Almaty
	c.told.Surges = []trend.Surge{{Watchlist: "csto", Began: noon.Add(-5 * 24 * time.Hour)}, {Watchlist: "tokayev", Began: noon.Add(-6 * 24 * time.Hour)}, {Watchlist: "csto", Began: noon.Add(-90 * 24 * time.Hour)}}
	d.Trends = c
	d.Draw = func(p trend.Picture) ([]byte, error) { *drawn = p; return []byte("png"), nil }
	return d, c
}

func TestTrend(t *testing.T) {
	var drawn trend.Picture
	d, c := trendDesk(&drawn)
	ask := func(language, args string) Reply {
		t.Helper()
		drawn = trend.Picture{}
		replies, err := d.Handle(t.Context(), Request{Chat: "telegram:1", Kind: news.ChatPrivate, User: "telegram:1", Language: language, Name: "trend", Args: args})
		must(t, err)
		if len(replies) != 1 {
			t.Fatalf("%d replies", len(replies))
		}
		checkReply(t, replies[0])
		return replies[0]
	}

	r := ask("en", "CSTO")
	if r.File == nil || r.File.Name != "csto-30d.png" || r.File.Type != "image/png" || string(r.File.Data) != "png" {
		t.Errorf("%+v", r.File)
	}
	if got := r.Doc.Plain(); got != "In the news, stories in 30 days\nCSTO: 75, 2.5 a day "+strings.Repeat("▅█", 15) {
		t.Error(got)
	}
	if !drawn.Stacks || drawn.Title != "CSTO" || len(drawn.Days) != 30 || drawn.Days[29] != "03 Apr" || len(drawn.Curves) != 2 || drawn.Curves[0].Name != "state" || drawn.Curves[1].Name != "in exile" ||
		drawn.Curves[0].Values[0] != 2 || drawn.Curves[1].Values[29] != 1 || drawn.Curves[1].Values[28] != 0 || len(drawn.Marks) != 1 || drawn.Marks[0] != 24 || drawn.Unit != "stories a day" {
		t.Errorf("%+v", drawn)
	}

	// Several, in Russian, of a week, in any order of words; the one that was mentioned most comes first.
	for _, args := range []string{"7д tokayev csto", "csto, tokayev 7d", "csto 1w Токаев"} {
		r = ask("ru", args)
		if got := r.Doc.Plain(); got != "В новостях, материалов за 7 дней\nCSTO: 18, 2,6 в день █▅█▅█▅█\nТокаев: 7, 1,0 в день ·····█·" {
			t.Error(got)
		}
		if drawn.Stacks || drawn.Title != "В новостях" || len(drawn.Curves) != 2 || drawn.Curves[1].Values[5] != 7 || len(drawn.Marks) != 2 || drawn.Marked != "всплеск" || r.File.Name != "trend-7d.png" {
			t.Errorf("%+v", drawn)
		}
	}

	// Without names: what the chat follows, else all there are. Days are those of the chat's zone.
	if ask("en", ""); len(drawn.Curves) != 3 {
		t.Errorf("%+v", drawn)
	}
	must(t, d.Chats.Subscribe(t.Context(), "telegram:1", []string{"tokayev"}))
	d.Preferences = func(context.Context, string) news.Preferences { return news.Preferences{Timezone: "Asia/Almaty"} }
	if ask("en", "7d"); drawn.Title != "Токаев" || drawn.Curves[0].Values[6] != 7 {
		t.Errorf("%+v", drawn)
	}
	if want := time.Date(2026, 3, 27, 19, 0, 0, 0, time.UTC); !c.since.Equal(want) {
		t.Errorf("from %s, want %s", c.since, want)
	}

	for args, want := range map[string]string{
		"csto 1d": "A chart is of 2 to 366 days: /trend 30d", "99999d": "2 to 366", "0w": "2 to 366", "-5d": "-5d", "frobnicate": "frobnicate", "30d 40d": "40d",
		strings.Repeat("9", 300) + "d": "999",
	} {
		if r := ask("en", args); !strings.Contains(r.Doc.Plain(), want) || r.File != nil {
			t.Errorf("%s: %s", args, r.Doc.Plain())
		}
	}

	// A longer chart than a row of bars has columns adds days up.
	r = ask("en", "csto 40d")
	if bars := []rune(strings.TrimPrefix(r.Doc[1][len(r.Doc[1])-1].Text, " ")); len(bars) != 20 {
		t.Errorf("%d bars: %s", len(bars), string(bars))
	}

	d.Draw = nil
	if r := ask("en", "csto"); r.File != nil || len(r.Doc) != 2 {
		t.Errorf("%+v", r)
	}
	d.Draw = func(trend.Picture) ([]byte, error) { return nil, errors.New("out of ink") }
	if _, err := d.Handle(t.Context(), Request{Chat: "telegram:1", Kind: news.ChatPrivate, User: "telegram:1", Name: "trend", Args: "csto"}); err == nil {
		t.Error("a chart that cannot be drawn is no error")
	}
	d.Trends = nil
	if r := ask("ru", "csto"); r.Doc.Plain() != "Этот бот не строит графиков." {
		t.Error(r.Doc.Plain())
	}
}

// More watchlists than a chart holds are counted, those mentioned most shown.
func TestTrendOfMany(t *testing.T) {
	var drawn trend.Picture
	d, c := trendDesk(&drawn)
	d.Watchlists = nil
	var ids []string
	for i := range 9 {
		id := string(rune('a' + i))
		ids = append(ids, id)
		d.Watchlists = append(d.Watchlists, news.Watchlist{ID: id, Name: "Тізім " + id})
		c.rows = append(c.rows, news.Mentions{Watchlist: id, Type: news.State, Hour: noon, Items: i})
	}
	r, err := d.Trend(t.Context(), "en", ids, 7, noon, time.UTC)
	must(t, err)
	if len(drawn.Curves) != 6 || drawn.Curves[0].Name != "Тізім i" || !strings.HasSuffix(r.Doc.Plain(), "\nAnd 3 more watchlists that were mentioned less.") {
		t.Errorf("%+v\n%s", drawn, r.Doc.Plain())
	}
}

func TestNoticesOfTrends(t *testing.T) {
	d := Desk{Watchlists: theLists()}
	s := trend.Surge{Watchlist: "csto", At: noon, Window: 3 * time.Hour, Stories: 9, Outlets: 6, Usual: 1.23, Began: noon.Add(-65 * time.Minute)}
	if got := d.SurgeNotice("en", s, nil, time.UTC).Doc.Plain(); got != "📈 CSTO: 9 stories from 6 outlets in 3 h, usual 1.2; began 10:55." {
		t.Error(got)
	}
	leads := []news.Found{{Item: news.Item{Title: "ОДКБ\nсобралась", Link: "https://belta.example/1"}, Feed: news.Feed{ID: "belta", Outlet: "БелТА"}}, {Item: news.Item{}, Feed: news.Feed{ID: "x"}}}
	if got := d.SurgeNotice("ru", s, leads, time.FixedZone("", 14*3600)).Doc.Plain(); got != "📈 CSTO: 9 материалов из 6 источников за 3 ч, обычно 1,2; начало: 00:55; главное:\n• ОДКБ собралась · БелТА\n• "+locale.For("ru").Text("item.untitled")+" · x" {
		t.Error(got)
	}
	q := trend.Silence{Watchlist: "csto", At: noon, Window: 24 * time.Hour, Usual: 12, Last: noon.Add(-30 * time.Hour)}
	if got := d.SilenceNotice("en", q, time.UTC).Doc.Plain(); got != "🔇 CSTO: nothing for 24 h, where 12.0 are usual. The last: 02 Apr 06:00." {
		t.Error(got)
	}
	q.Last = time.Time{}
	if got := d.SilenceNotice("ru", q, time.UTC).Doc.Plain(); got != "🔇 CSTO: ничего за 24 ч, а обычно бывает 12,0." {
		t.Error(got)
	}
}
