package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/chart"
	"vestnik/internal/command"
	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/telegram"
	"vestnik/internal/telegram/telegramtest"
	"vestnik/internal/text"
	"vestnik/internal/trend"
	"vestnik/seeds"
)

// A trendRig is a database and a look at it, at a time that the test moves.
type trendRig struct {
	t     *testing.T
	app   *app
	watch *trendWatch
	now   time.Time
	round int
}

// newTrendRig takes feeds by id and watchlists as config.yaml has them. Alerts and notices go to the terminal, or to chats that subscribe.
func newTrendRig(t *testing.T, outlets []string, watchlists string, first time.Time) *trendRig {
	t.Helper()
	return newTrendRigIn(t, t.TempDir(), outlets, watchlists, first)
}

// kinds are what stands behind some outlets of the recorded month, as a person may have it; the others are independent.
func kinds(outlet string) news.SourceType {
	switch outlet {
	case "CNA", "teleSUR", "Global Times CN", "Al Jazeera", "France 24", "RFI English":
		return news.State
	case "IPS News", "Mercopress":
		return news.Wire
	case "The Conversation":
		return news.Analysis
	}
	return news.Independent
}

func newTrendRigIn(t *testing.T, dir string, outlets []string, watchlists string, first time.Time) *trendRig {
	t.Helper()
	var yaml strings.Builder
	fmt.Fprintf(&yaml, "store: %q\nfeeds:\n", "sqlite:"+filepath.Join(dir, "v.db"))
	for i, o := range outlets {
		fmt.Fprintf(&yaml, "  - {id: f%d, url: \"https://f%d.example/\", outlet: %q, country: US, language: en, type: %s}\n", i, i, o, kinds(o))
	}
	yaml.WriteString("watchlists:\n" + watchlists)
	file := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(file, []byte(yaml.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, seeds.Profiles())
	if err != nil {
		t.Fatal(err)
	}
	m, faults := match.Compile(cfg.Profiles, cfg.Watchlists, cfg.Feeds)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	r := &trendRig{t: t, now: first}
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "v.db"), store.Options{Fold: text.FoldText, Now: func() time.Time { return r.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r.app = &app{rules: &rules{cfg: cfg, matcher: m}, store: s}
	r.restart()
	if err := s.SyncConfig(t.Context(), cfg.Feeds, cfg.Watchlists, subscriptions(cfg)); err != nil {
		t.Fatal(err)
	}
	return r
}

// restart forgets what is not stored.
func (r *trendRig) restart() { r.watch = &trendWatch{app: r.app} }

// commit stores what the feeds bring at now, as a cycle does.
func (r *trendRig) commit(items map[string][]news.Item) {
	r.t.Helper()
	r.round++
	owner := fmt.Sprint("round ", r.round)
	for {
		claims, err := r.app.store.Claim(r.t.Context(), news.Round{Owner: owner, Start: r.now, All: true}, r.now, time.Minute, 100)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(claims) == 0 {
			return
		}
		for _, c := range claims {
			p := news.Poll{Claim: c, At: r.now, State: c.State}
			if p.State.FirstSuccess.IsZero() {
				p.State.FirstSuccess = r.now
			}
			p.State.LastSuccess = r.now
			for _, it := range items[c.State.FeedID] {
				it.FeedID, it.Seen = c.State.FeedID, r.now
				p.New = append(p.New, news.NewItem{Item: it, Matches: r.app.matcher.Match(&it), Skip: news.SkipBacklog})
			}
			if _, err := r.app.store.Commit(r.t.Context(), p); err != nil {
				r.t.Fatal(err)
			}
		}
	}
}

// look returns what is newly to be posted.
func (r *trendRig) look() (fresh []news.Message) {
	r.t.Helper()
	n, err := r.watch.look(r.t.Context(), r.app.rules, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	all, err := r.app.store.Frozen(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if n > len(all) {
		r.t.Fatalf("%d messages were written, %d wait", n, len(all))
	}
	return all[len(all)-n:]
}

func (r *trendRig) told() trend.Told {
	r.t.Helper()
	told, err := trendStore{r.app.store}.Told(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return told
}

type replayItem struct {
	ID, Title, Description, Link, Source string
	PubDate, CollectedAt                 time.Time
}

// replayItems are the real items of the recorded month, in the order they were collected, once each.
func replayItems(t *testing.T) (items []replayItem, outlets []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t, "replay"), "*.ndjson.gz"))
	if err != nil || len(files) == 0 {
		t.Fatal("no replay", err)
	}
	known := map[string]bool{}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(z)
		sc.Buffer(nil, 16<<20)
		for sc.Scan() {
			var it replayItem
			if err := json.Unmarshal(sc.Bytes(), &it); err != nil {
				t.Fatal(err)
			}
			if key := it.Source + " " + it.Link; !known[key] {
				known[key] = true
				items = append(items, it)
			}
			if !slices.Contains(outlets, it.Source) {
				outlets = append(outlets, it.Source)
			}
		}
		if err := sc.Err(); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	slices.SortStableFunc(items, func(a, b replayItem) int { return a.CollectedAt.Compare(b.CollectedAt) })
	return items, outlets
}

// plantLists are watchlists of the recorded month with three rates: some 0.3, 2 and 10 items a day.
const plantLists = `  - {id: rare-1, name: Volcano, keywords: {en: [volcano]}}
  - {id: rare-2, name: Botswana, keywords: {en: [botswana]}}
  - {id: rare-3, name: Ushuaia, keywords: {en: [ushuaia]}}
  - {id: some-1, name: Armenia, keywords: {en: [armenia]}}
  - {id: some-2, name: Turkey, keywords: {en: [turkey]}}
  - {id: some-3, name: Texas, keywords: {en: [texas]}}
  - {id: often-1, name: Mexico, keywords: {en: [mexico]}}
  - {id: often-2, name: Australia, keywords: {en: [australia]}}
  - {id: often-3, name: Congo, keywords: {en: [congo]}}
`

// TestSurgesOfTheReplay plants bursts into the recorded month at three base rates, takes everything through match, store and the look of the running bot, and
// holds that each burst is told at the look at which it crosses, which another reckoning from the same items says; and that without plants no watchlist has
// more than one surge in a week. TREND_DIR, an empty folder, keeps the database with the plants and its config.yaml.
func TestSurgesOfTheReplay(t *testing.T) {
	notRaced(t)
	if testing.Short() {
		t.Skip("skipped: -short leaves out the replay of four weeks; CI runs it")
	}
	items, outlets := replayItems(t)
	const interval = time.Hour
	first := items[0].CollectedAt.Truncate(interval)

	plain := newTrendRig(t, outlets, plantLists, first)
	plain.replay(items, outlets, nil, interval, func(news.Message) {})
	told := plain.told()
	weeks := map[string]int{}
	for _, s := range told.Surges {
		week := fmt.Sprint(s.Watchlist, " week ", int(s.At.Sub(first.Add(trend.Least)).Hours()/168)+1)
		if weeks[week]++; weeks[week] > 1 {
			t.Errorf("without plants: %d surges of %s", weeks[week], week)
		}
		t.Logf("without plants: %s %s: %d stories from %d outlets in %v, usual %.2f", s.At.Format("2 Jan 15:04"), s.Watchlist, s.Stories, s.Outlets, s.Window, s.Usual)
	}
	rates := map[string]int{}
	last := items[len(items)-1].CollectedAt
	err := plain.app.store.Series(t.Context(), first, last, func(m news.Mentions) error { rates[m.Watchlist] += m.Items; return nil })
	if err != nil {
		t.Fatal(err)
	}
	days := last.Sub(first).Hours() / 24
	for _, id := range []string{"rare-1", "rare-2", "rare-3", "some-1", "some-2", "some-3", "often-1", "often-2", "often-3"} {
		t.Logf("%s: %.2f a day", id, float64(rates[id])/days)
	}
	t.Logf("without plants: %d surges and %d silences of 9 watchlists in %.1f days behind the first %v", len(told.Surges), len(told.Silences), days-14, trend.Least)

	plants := map[int][]plantItem{}
	type planted struct {
		list        string
		first, last int // ticks
		found       time.Time
	}
	var all []*planted
	plant := func(list, word string, day, hour float64, stories, ticks int) {
		tick := int(day*24 + hour)
		p := &planted{list: list, first: tick, last: tick + ticks - 1}
		all = append(all, p)
		for k := range stories {
			at := tick + k*ticks/stories
			plants[at] = append(plants[at], plantItem{fmt.Sprint("f", (k*5+tick)%len(outlets)), fmt.Sprintf("%s: planted report %d of %d", word, k+1, stories), time.Duration(k*7%60) * time.Minute})
		}
	}
	for i, when := range [][2]float64{{15.5, 4}, {19, 14}, {22, 23}} { // by day, by night, at the weekend
		plant("rare-1", "Volcano", when[0], when[1], 6, 3)
		plant("some-1", "Armenia", when[0]+1, when[1], 9, 3)
		plant("often-1", "Mexico", when[0]+0.5, when[1]+float64(i), 20, 3)
	}
	dir := os.Getenv("TREND_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	r := newTrendRigIn(t, dir, outlets, plantLists, first)
	r.replay(items, outlets, plants, interval, func(m news.Message) {
		for _, p := range all {
			begin, end := first.Add(time.Duration(p.first)*interval), first.Add(time.Duration(p.last+1)*interval)
			if strings.HasPrefix(m.Key, "surge "+p.list+" ") && !r.now.Before(begin) && !r.now.After(end) && p.found.IsZero() {
				p.found = r.now
			}
		}
	})
	// What the bot could know, from the stored items and without its loop.
	var mentions []news.Mention
	past := trend.Past{Since: first}
	if err := r.app.store.Series(t.Context(), first.Add(-trend.Span), last, func(m news.Mentions) error { past.Add(m); return nil }); err != nil {
		t.Fatal(err)
	}
	mentions, err = r.app.store.Mentioned(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	watched, err := r.app.store.Watched(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o := trend.Options{Stories: 5, Outlets: 3, CoolDown: 12 * time.Hour, Zone: time.UTC}
	for _, p := range all {
		crossed := time.Time{}
		for tick := p.first; tick <= p.last && crossed.IsZero(); tick++ {
			at := first.Add(time.Duration(tick) * interval)
			var known []news.Mention
			for _, m := range mentions {
				it, err := r.app.store.Item(t.Context(), m.ItemID)
				if err != nil {
					t.Fatal(err)
				}
				if m.Watchlist == p.list && !it.Item.Seen.After(at) {
					known = append(known, m)
				}
			}
			for _, s := range trend.Surges(past, known, watched, at, o) {
				if s.Watchlist == p.list {
					crossed = at
				}
			}
		}
		late := p.found.Sub(crossed)
		t.Logf("%s, planted from %s: crossed %s, told %s", p.list, first.Add(time.Duration(p.first)*interval).Format("2 Jan 15:04"), crossed.Format("15:04"), p.found.Format("15:04"))
		if crossed.IsZero() || p.found.IsZero() || late > interval || late < -interval {
			t.Errorf("%s: crossed at %s, told at %s", p.list, crossed, p.found)
		}
	}
}

func (r *trendRig) replay(items []replayItem, outlets []string, plants map[int][]plantItem, interval time.Duration, each func(news.Message)) {
	r.t.Helper()
	feed := map[string]string{}
	for i, o := range outlets {
		feed[o] = fmt.Sprint("f", i)
	}
	began := items[0].CollectedAt.Truncate(interval)
	for at, tick := began, 0; len(items) > 0; at, tick = at.Add(interval), tick+1 {
		r.now = at
		come := map[string][]news.Item{}
		for len(items) > 0 && !items[0].CollectedAt.After(at) {
			it := items[0]
			items = items[1:]
			f := feed[it.Source]
			published := it.PubDate
			if published.IsZero() || published.After(it.CollectedAt) {
				published = it.CollectedAt
			}
			come[f] = append(come[f], news.Item{Keys: []string{news.KeyGUID + it.ID + it.Link}, Title: text.Plain(it.Title), Text: text.Plain(it.Description), Link: it.Link, Lang: "en", Published: published})
		}
		for _, p := range plants[tick] {
			come[p.feed] = append(come[p.feed], news.Item{Keys: []string{fmt.Sprint(news.KeyGUID, "plant ", tick, p.feed, p.words)}, Title: p.words, Lang: "en", Published: at.Add(-p.age)})
		}
		r.commit(come)
		for _, m := range r.look() {
			each(m)
		}
	}
}

type plantItem struct {
	feed, words string
	age         time.Duration
}

// burst lives through four weeks in which the watchlist w is mentioned twice a day, and then brings eight items within two hours.
func (r *trendRig) burst() {
	r.t.Helper()
	first := r.now
	items := func(day, n int, words string) map[string][]news.Item {
		come := map[string][]news.Item{}
		for k := range n {
			f := fmt.Sprint("f", (day+k)%6)
			come[f] = append(come[f], news.Item{Keys: []string{fmt.Sprint("g:", r.now.Unix(), k)}, Title: fmt.Sprintf("Қорғас: %s <b>%d", words, k), Link: "https://example.org/" + words, Lang: "kk", Published: r.now.Add(-time.Duration(k*15) * time.Minute)})
		}
		return come
	}
	r.commit(nil)
	for day := range 28 {
		r.now = first.Add(time.Duration(day)*24*time.Hour + 9*time.Hour)
		r.commit(items(day, 2, "әдеттегі"))
		if got := r.look(); len(got) != 0 {
			r.t.Fatalf("on an ordinary day: %+v", got)
		}
	}
	r.now = first.Add(28*24*time.Hour + 21*time.Hour)
	r.commit(items(28, 8, "шұғыл"))
}

const corgas = "  - {id: w, name: \"Қорғас & <шекара>\", keywords: {kk: [Қорғас]}}\n"

// Everybody who reads the watchlist hears of a surge in their language and on their clock, once, whenever the program dies; not who muted it, not who is
// gone, and who has quiet hours at their end unless the watchlist is breaking.
func TestSurgeNotices(t *testing.T) {
	for _, urgency := range []news.Urgency{news.Normal, news.Breaking} {
		r := newTrendRig(t, []string{"A", "B", "C", "D", "E", "F"}, corgas, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
		ctx := t.Context()
		client, err := telegram.New(telegram.Options{Token: telegramtest.DefaultToken})
		if err != nil {
			t.Fatal(err)
		}
		r.app.telegram = client
		r.app.cfg.Watchlists[0].Urgency = urgency
		s := r.app.store
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for chat, language := range map[string]string{"telegram:1": "en", "telegram:2": "ru", "telegram:3": "ru", "telegram:4": "ru", "telegram:5": "ru", "telegram:6": "ru"} {
			do(s.SaveChat(ctx, news.Chat{Address: chat, Kind: news.ChatPrivate, Language: language}))
			if chat != "telegram:6" {
				do(s.Subscribe(ctx, chat, []string{"w"}))
			}
		}
		do(s.SavePreferences(ctx, news.Preferences{Chat: "telegram:2", Timezone: "Asia/Almaty"}))
		do(s.SavePreferences(ctx, news.Preferences{Chat: "telegram:5", Quiet: "20:00-23:30"}))
		r.burst()
		do(s.Mute(ctx, "telegram:3", news.Mute{Kind: news.MuteWatchlist, What: "w"}, r.now.Add(time.Hour)))
		do(s.CloseChat(ctx, "telegram:4", "blocked", r.now))

		said := map[string]string{}
		note := func() {
			for _, m := range r.look() {
				if said[m.Chat] != "" {
					t.Errorf("%s hears twice", m.Chat)
				}
				said[m.Chat] = m.Text
			}
		}
		note()
		r.restart()
		note()
		do(s.Forget(ctx, console.Chat)) // with what it was told; it still reads the watchlist, and has heard
		note()
		want := "telegram:1 telegram:2 terminal"
		if urgency == news.Breaking {
			want = "telegram:1 telegram:2 telegram:5 terminal"
		}
		if got := strings.Join(sortedKeys(said), " "); got != want {
			t.Errorf("%q: told %q, want %q", urgency, got, want)
		}
		if got := said["telegram:1"]; !strings.HasPrefix(got, "📈 <b>Қорғас &amp; &lt;шекара&gt;</b>: 8 stories from 6 outlets in 3 h, usual 0.1; ") ||
			!strings.Contains(got, "; began 19:\u206015; leads:\n• <a href=\"https://example.org/%D1%88") || strings.Count(got, "• ") != 3 {
			t.Error(got)
		}
		if got := said["telegram:2"]; !strings.Contains(got, "8 материалов из 6 источников за 3 ч, обычно 0,") || !strings.Contains(got, "начало: 00:\u206015; главное:") {
			t.Error(got) // midnight has passed in Almaty
		}
		r.now = r.now.Add(2*time.Hour + 40*time.Minute)
		note()
		if said["telegram:5"] == "" {
			t.Errorf("%q: not told at the end of the quiet hours", urgency)
		}
		r.now = r.now.Add(20 * time.Hour)
		r.restart()
		note()
		if len(said) != 4+1 || len(r.told().Surges) != 1 {
			t.Errorf("%q: %d chats heard of %d surges", urgency, len(said), len(r.told().Surges))
		}

		// Off is off.
		r.app.cfg.Surges.On = false
		if n, err := r.watch.look(ctx, r.app.rules, r.now); n != 0 || err != nil {
			t.Error(n, err)
		}
	}
}

func sortedKeys(m map[string]string) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A chat with a weekly digest gets the chart of its watchlists with it, once, in its zone, behind its quiet hours, whenever the program dies.
func TestWeeklyChart(t *testing.T) {
	r := newTrendRig(t, []string{"A", "B", "C", "D", "E", "F"}, corgas+"  - {id: v, name: V, keywords: {en: [other]}}\n", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	ctx := t.Context()
	client, err := telegram.New(telegram.Options{Token: telegramtest.DefaultToken})
	if err != nil {
		t.Fatal(err)
	}
	r.app.telegram = client
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s := r.app.store
	do(s.SaveChat(ctx, news.Chat{Address: "telegram:1", Kind: news.ChatPrivate, Language: "ru"}))
	do(s.Subscribe(ctx, "telegram:1", []string{"w", "v"}))
	do(s.SavePreferences(ctx, news.Preferences{Chat: "telegram:1", Timezone: "Asia/Almaty", Quiet: "08:00-09:30", All: news.Delivery{Digest: "daily 09:00"}, Lists: map[string]news.Delivery{"w": {Digest: "weekly mon 09:00"}}}))
	do(s.Subscribe(ctx, "telegram:2", []string{"w"}))
	do(s.SavePreferences(ctx, news.Preferences{Chat: "telegram:2", All: news.Delivery{Digest: "weekly mon 04:30"}}))
	do(s.Mute(ctx, "telegram:2", news.Mute{Kind: news.MuteWatchlist, What: "w"}, r.now.AddDate(1, 0, 0)))
	do(s.Subscribe(ctx, "telegram:3", []string{"w"}))
	r.burst()
	monday := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	seen := map[int64]bool{}
	for _, step := range []struct {
		at   time.Duration
		want int
	}{{0, 0}, {4 * time.Hour, 0}, {4*time.Hour + 35*time.Minute, 1}, {4*time.Hour + 40*time.Minute, 0}, {7 * 24 * time.Hour, 0}, {7*24*time.Hour + 5*time.Hour, 1}, {14*24*time.Hour + 20*time.Hour, 1}, {30 * 24 * time.Hour, 0}} {
		r.now = monday.Add(step.at)
		r.restart()
		n, err := r.watch.weekly(ctx, r.app.rules, r.now)
		do(err)
		if n != step.want {
			t.Errorf("%v: %d charts, want %d", step.at, n, step.want)
		}
		// A program that died before it wrote down that it had looked sends nothing twice.
		do(s.SetSetting(ctx, settingWeek, monday.Add(step.at-10*time.Minute).Format(time.RFC3339Nano)))
		r.restart()
		if n, err := r.watch.weekly(ctx, r.app.rules, r.now); n != 0 || err != nil {
			t.Errorf("%v: again %d %v", step.at, n, err)
		}
		list, err := s.Frozen(ctx)
		do(err)
		for _, m := range list {
			if m.File == nil || seen[m.ID] {
				continue
			}
			seen[m.ID] = true
			data, err := s.File(ctx, m.ID)
			do(err)
			if m.Chat != "telegram:1" || m.File.Name != "w-7d.png" || !strings.HasPrefix(string(data), "\x89PNG") || !strings.HasPrefix(m.Text, "<b>Неделя в новостях</b>\n") || strings.Contains(m.Text, "<b>V</b>") {
				t.Errorf("%s %+v %q", m.Chat, m.File, m.Text)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d charts", len(seen))
	}
}

// Polls wait for charts, so only so many are made at a look; chats whose charts look the same share one, and one that cannot be made keeps nobody's back.
func TestWeeklyCharts(t *testing.T) {
	const chats, lists = 100, weekMost + 5
	var watchlists strings.Builder
	for i := range lists {
		fmt.Fprintf(&watchlists, "  - {id: w%d, name: W, keywords: {en: [other]}}\n", i)
	}
	r := newTrendRig(t, []string{"A"}, watchlists.String(), time.Date(2026, 5, 3, 23, 0, 0, 0, time.UTC))
	ctx := t.Context()
	made := 0
	r.watch.draw = func(_ context.Context, _ *rules, language string, _ []string, _ time.Time, _ *time.Location) (command.Reply, error) {
		if made++; language == "uk" {
			panic("дах протікає")
		}
		return command.Reply{Doc: command.Doc{{{Text: language}}}}, nil
	}
	client, err := telegram.New(telegram.Options{Token: telegramtest.DefaultToken})
	if err != nil {
		t.Fatal(err)
	}
	r.app.telegram = client
	for i := range chats + 1 {
		chat, language := fmt.Sprint("telegram:", i+1), "en"
		if i == 0 {
			language = "uk"
		}
		for _, err := range []error{
			r.app.store.SaveChat(ctx, news.Chat{Address: chat, Kind: news.ChatPrivate, Language: language}),
			r.app.store.Subscribe(ctx, chat, []string{fmt.Sprint("w", i%lists)}),
			r.app.store.SavePreferences(ctx, news.Preferences{Chat: chat, All: news.Delivery{Digest: "weekly mon 00:00"}}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if n, err := r.watch.weekly(ctx, r.app.rules, r.now); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	r.now = r.now.Add(time.Hour)
	var sent, each []int
	for looks := range 4 {
		before := made
		n, err := r.watch.weekly(ctx, r.app.rules, r.now)
		sent, each = append(sent, n), append(each, made-before)
		if (err != nil) != (looks < 2) {
			t.Errorf("look %d: %v", looks, err)
		}
		r.now = r.now.Add(time.Minute)
	}
	if sent[0]+sent[1] != chats || sent[2]+sent[3] != 0 || !slices.Equal(each, []int{weekMost, lists + 2 - weekMost, 0, 0}) {
		t.Errorf("%v charts were sent, %v made", sent, each)
	}
}

// A silence is told to the readers, too.
func TestSilenceNotice(t *testing.T) {
	r := newTrendRig(t, []string{"A", "B", "C", "D", "E", "F"}, corgas, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(r.app.store.Subscribe(t.Context(), console.Chat, []string{"w"}))
	var said []news.Message
	for h := range 31 * 24 {
		r.now = time.Date(2026, 4, 1, h, 0, 0, 0, time.UTC)
		come := map[string][]news.Item{}
		if h < 29*24+5 {
			come[fmt.Sprint("f", h%6)] = []news.Item{{Keys: []string{fmt.Sprint("g:", h)}, Title: "Қорғас", Lang: "kk", Published: r.now.Add(-time.Minute)}}
		}
		r.commit(come)
		said = append(said, r.look()...)
	}
	if len(said) != 1 || !strings.HasPrefix(said[0].Text, "🔇 Қорғас & <шекара>: nothing for 24 h, where 24.0 are usual.") || !strings.HasSuffix(said[0].Text, "The last: 30 Apr 03:59.") {
		t.Errorf("%+v", said)
	}
}

// The terminal shows trends in lines and as a picture.
func TestTrendCommand(t *testing.T) {
	dir := t.TempDir()
	r := newTrendRigIn(t, dir, []string{"A", "B", "C", "D", "E", "F"}, corgas+"  - {id: v, name: V, keywords: {en: [other]}}\n", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	r.burst()
	cfg, out := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "w.png")
	trendOf := func(args ...string) (int, string, string) {
		return cli(t, "", append([]string{"trend", "--config", cfg, "--until", "2026-04-29"}, args...)...)
	}
	if code, said, errs := trendOf("w", "--since", "7d"); code != exitOK || said != "In the news, stories in 7 days\nҚорғас & <шекара>: 20, 2.9 a day ▂▂▂▂▂▂█\n" {
		t.Errorf("exit %d\n%s%s", code, said, errs)
	}
	if code, said, errs := trendOf("--since", "14d", "--language", "ru", "--out", out); code != exitOK || !strings.HasPrefix(said, "В новостях, материалов за 14 дней\nҚорғас & <шекара>: 34, 2,4 в день ") {
		t.Errorf("exit %d\n%s%s", code, said, errs)
	}
	if data, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(data), "\x89PNG") {
		t.Error("no picture:", err)
	}
	for _, bad := range [][]string{{"q"}, {"--since", "1h"}, {"--since", "900d"}, {"--language", "tlh"}, {"--until", "yesterday"}, {"--until", "2999-01-01"}, {"--out", filepath.Join(dir, "w.jpg")}} {
		if code, said, _ := trendOf(bad...); code != exitUsage || said != "" {
			t.Errorf("%v: exit %d %s", bad, code, said)
		}
	}
	if code, said, _ := trendOf("w", "--since", "7d", "w"); code != exitOK || strings.Count(said, "шекара") != 1 {
		t.Errorf("named twice: exit %d\n%s", code, said)
	}
	if _, _, errs := trendOf("--since", "1d"); !strings.Contains(errs, "not 24h\n") {
		t.Error(errs)
	}
	if code, _, errs := trendOf("w", "--out", filepath.Join(dir, "no", "folder.png")); code != exitFailed || !strings.Contains(errs, "write the chart") {
		t.Errorf("exit %d %s", code, errs)
	}
}

// A chat that asks for a trend gets a picture with its words below it, as an answer, through the whole program.
func TestTrendInAChat(t *testing.T) {
	r := newChatRig(t, "  channel: \"@vestnik_news\"\n  admins: [11]\n", farmWatchlists)
	r.tg.AddPerson(telegramtest.User{ID: boss, FirstName: "boss", LanguageCode: "ru"})
	r.tg.AddChat(telegramtest.Chat{ID: theChannel, Type: telegramtest.Channel, Username: "vestnik_news"})
	r.farm.publish(0, "Токаев первый", "")
	r.start()
	r.expect(theChannel, 0, "Токаев первый")
	m := r.ask(boss, boss, "/trend 7д", "В новостях, материалов за 7 дней")
	if m.File == nil || !m.File.Photo || m.File.Width != chart.Width || m.File.Height != chart.Height || !strings.HasSuffix(m.File.Name, "-7d.png") || m.ParseMode != "HTML" {
		t.Errorf("%+v", m)
	}
	r.stop()
	if n := len(r.tg.Violations()); n != 0 {
		t.Errorf("%d violations", n)
	}
}
