package command

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
	"vestnik/internal/store"
	"vestnik/internal/timetable"
	"vestnik/internal/trend"
)

// A world is a store with something in it, and hands to move it on.
type world interface {
	Store
	Chats
	Trends
	// publish stores items as a poll of their feed at now would: alerts become owed, or are skipped.
	publish(t testing.TB, now time.Time, items ...news.NewItem)
	// edit gives a stored item, which is found by its address, another wording, as a poll at now would.
	edit(t testing.TB, now time.Time, e news.Edit)
	// deliver posts to every chat one message with all it is owed; the first message of a chat has the number 501.
	deliver(t testing.TB, now time.Time)
	// tell makes a story of stored items.
	tell(t testing.TB, copies map[int64]bool, ids ...int64)
	// surge has it that readers were told of a surge of a watchlist.
	surge(s trend.Surge)
}

// surges is what a world was told of surges.
type surges struct{ told trend.Told }

func (s *surges) surge(x trend.Surge) { s.told.Surges = append(s.told.Surges, x) }

func (s *surges) Told(context.Context) (trend.Told, error) { return s.told, nil }

// sketch is a picture in words, in place of a PNG.
func sketch(p trend.Picture) ([]byte, error) {
	var b strings.Builder
	kind := "lines"
	if p.Stacks {
		kind = "stacks"
	}
	fmt.Fprintf(&b, "%s, in %s; %s; %s to %s", p.Title, kind, p.Unit, p.Days[0], p.Days[len(p.Days)-1])
	if len(p.Marks) > 0 {
		fmt.Fprintf(&b, "; %s: %v", p.Marked, p.Marks)
	}
	for _, c := range p.Curves {
		fmt.Fprintf(&b, "\n%s: %v", c.Name, c.Values)
		if len(c.Marks) > 0 {
			fmt.Fprintf(&b, ", marks %v", c.Marks)
		}
	}
	return []byte(b.String()), nil
}

var noon = time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)

func theLists() []news.Watchlist {
	return []news.Watchlist{
		{ID: "csto", Name: "CSTO", Threshold: 1, Query: `@csto NEAR/8 "road map" AND lang:(ru OR kk)`},
		{ID: "union-state", Name: "Union State of Russia and Belarus", Threshold: 1},
		{ID: "tokayev", Name: "Токаев", Threshold: 1.5},
	}
}

func theFeeds() []news.FeedStatus {
	state := func(id string, last time.Duration) news.FeedState {
		return news.FeedState{FeedID: id, FirstSuccess: noon.Add(-30 * 24 * time.Hour), LastSuccess: noon.Add(-2 * time.Minute), LastNew: noon.Add(-last),
			Rhythm: thriceADay(noon.Add(-last)), Pace: 30 * time.Minute, DueAt: noon.Add(28 * time.Minute), Took: 1400 * time.Millisecond}
	}
	belta := news.FeedStatus{Feed: news.Feed{ID: "belta", URL: "https://www.belta.example/rss", Outlet: "БелТА", Country: "BY", Language: "ru", Type: news.State}, State: state("belta", time.Hour)}
	inform := news.FeedStatus{Feed: news.Feed{ID: "inform", URL: "https://inform.example/rss", Outlet: "Қазақпарат", Country: "KZ", Language: "kk", Type: news.Wire}, State: state("inform", 9*24*time.Hour)}
	wall := news.FeedStatus{Feed: news.Feed{ID: "wall", URL: "https://wall.example/rss", Outlet: "Wall", Country: "PL", Language: "en", Type: news.Exile},
		State: news.FeedState{FeedID: "wall", Failures: 12, ErrorClass: news.ErrBlocked, ErrorProof: "403 Forbidden"}}
	return []news.FeedStatus{belta, inform, wall}
}

// thriceADay is the rhythm of a feed that had something every eight hours until last.
func thriceADay(last time.Time) string {
	var times []time.Time
	for i := range 90 {
		times = append(times, last.Add(-time.Duration(i)*8*time.Hour))
	}
	return pulse.Backlog(times, last).String()
}

// theConfig is what the configuration sends where.
func theConfig() []news.Subscription {
	return []news.Subscription{{Chat: "telegram:-100500", Watchlist: "csto", Source: news.SourceConfig},
		{Chat: "telegram:-100901", Watchlist: "csto", Source: news.SourceConfig}}
}

func hit(term, surface, field, rule string, weight float64) news.Hit {
	return news.Hit{Term: term, Surface: surface, Field: field, Rule: rule, Weight: weight, End: len(surface)}
}

// theNews is what can be published, by name.
func theNews() map[string]news.NewItem {
	item := func(n int, feed, title string, matches ...news.Match) news.NewItem {
		link := fmt.Sprintf("https://%s.example/%d", feed, n)
		return news.NewItem{Matches: matches, Item: news.Item{FeedID: feed, Keys: []string{fmt.Sprintf("%s%d", news.KeyGUID, n)}, URL: link, Link: link + "?utm_source=rss",
			Title: title, Text: "Подробности.", Lang: "ru", Published: noon.Add(time.Duration(n-60) * time.Minute), Seen: noon}}
	}
	tokayev := news.Match{Watchlist: "tokayev", Score: 1.5, Over: true, Hits: []news.Hit{hit("Токаев", "Токаевым", news.FieldTitle, "name ru -ым", 1)}}
	csto := news.Match{Watchlist: "csto", Score: 1.5, Over: true, Hits: []news.Hit{hit("ОДКБ", "ОДКБ", news.FieldTitle, "name ru", 1),
		hit("CSTO", "CSTO", news.FieldText, "name en", 1), hit("peacekeeper", "peacekeepers", news.FieldText, "keyword en stem peacekeep", 0.5), hit("ОДКБ", "одкб", news.FieldText, "a new kind of rule", 1)}}
	backlog := item(4, "inform", "ОДКБ: запас", csto)
	backlog.Skip = news.SkipBacklog
	old := item(5, "belta", "ОДКБ: старое", csto)
	old.Skip = news.SkipTooOld
	all := map[string]news.NewItem{
		"law":     item(1, "belta", "Токаевым подписан закон /list @channel ria.ru", tokayev),
		"summit":  item(2, "belta", "Саммит ОДКБ", csto, news.Match{Watchlist: "tokayev", Score: 0.5, Hits: []news.Hit{hit("Tokayev", "Tokayev", news.FieldText, "name en", 0.5)}}),
		"sport":   item(3, "belta", "Хоккей"),
		"backlog": backlog,
		"old":     old,
		"address": item(6, "belta", "State of the Union", news.Match{Watchlist: "union-state", Score: 1.5,
			Hits:     []news.Hit{hit("Union State", "Union States", news.FieldTitle, "name en -s", 1)},
			Excluded: []news.Hit{hit("State of the Union", "State of the Union", news.FieldTitle, "exclude en", 0)}}),
		"gone":  item(7, "belta", "NATO", news.Match{Watchlist: "nato", Score: 2, Over: true, Hits: []news.Hit{hit("NATO", "NATO", news.FieldTitle, "name any", 2)}}),
		"later": item(8, "belta", "Сегодня подошло бы"),
	}
	for n := 30; n < 32; n++ {
		all[fmt.Sprint("inform", n)] = item(n, "inform", fmt.Sprint("ҰҚШҰ саммиті ", n), csto)
	}
	formula := item(40, "inform", "=HYPERLINK(\"http://evil.example\";\"ОДКБ\")", csto)
	formula.Item.Author, formula.Item.Text = "+7 (017) 000", " @SUM(1+1)*cmd|' /C calc'!A0\n<b>жирный</b>; \"кавычки\", 🇰🇿 \u202eRTL"
	all["formula"] = formula
	for n := 10; n < 23; n++ {
		all[fmt.Sprint("csto", n)] = item(n, "belta", fmt.Sprint("ОДКБ ", n), csto)
	}
	return all
}

// theEdits is what may become of theNews, by name.
func theEdits() map[string]news.Edit {
	of := func(name, title, text string, matches ...news.Match) news.Edit {
		it := theNews()[name].Item
		it.Title, it.Text = title, text
		it.Keys = append(it.Keys, news.KeyHash+title+text)
		return news.Edit{Item: it, Matches: matches}
	}
	csto := func(surface string) news.Match {
		return news.Match{Watchlist: "csto", Score: 1.5, Over: true, Hits: []news.Hit{hit("ОДКБ", surface, news.FieldTitle, "name ru", 1)}}
	}
	late := of("later", "ОДКБ, поздно", "Подробности.", csto("ОДКБ"))
	late.Skip = news.SkipTooOld
	return map[string]news.Edit{
		"law-away":   of("law", "Закон подписан", "Подробности."),
		"law-text":   of("law", "Закон подписан", "Ещё подробности <b>&amp; больше</b>."),
		"sport-csto": of("sport", "ҰҚШҰ: хоккей @channel <i>", "Подробности.", csto("ҰҚШҰ")),
		"sport-2":    of("sport", "ҰҚШҰ: хоккей 2", "Подробности.", csto("ҰҚШҰ")),
		"sport-3":    of("sport", "ҰҚШҰ: хоккей 3", "Подробности.", csto("ҰҚШҰ")),
		"sport-4":    of("sport", "ҰҚШҰ: хоккей 4", "Подробности.", csto("ҰҚШҰ")),
		"later-old":  late,
	}
}

// today matches what only the rules of today match.
type today struct{}

func (today) Match(it *news.Item) []news.Match {
	if it.Title != theNews()["later"].Item.Title {
		return nil
	}
	return []news.Match{{Watchlist: "csto", Score: 1, Over: true, Hits: []news.Hit{hit("подошло бы", "подошло бы", news.FieldTitle, "keyword ru stem подошл stem бы", 1)}}}
}

// database is a world in SQLite.
type database struct {
	*store.Store
	*tales
	surges
	posted int
	rounds time.Duration
}

// utcDue is when alerts are due in chats that name no zone.
func utcDue(p news.Preferences, watchlist string, u news.Urgency, came time.Time) time.Time {
	return timetable.Due(p, watchlist, u, came, time.UTC)
}

func newDatabase(t testing.TB) *database {
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "vestnik.db"), store.Options{Fold: strings.ToLower, Now: func() time.Time { return noon }, Due: utcDue})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, s.Close()) })
	d := &database{Store: s, tales: &tales{item: s.Item}, posted: 500}
	var feeds []news.Feed
	for _, f := range theFeeds() {
		feeds = append(feeds, f.Feed)
	}
	must(t, s.SyncConfig(t.Context(), feeds, theLists(), theConfig()))
	for _, f := range theFeeds() {
		d.poll(t, noon, f.State)
	}
	return d
}

// poll commits a poll of the feed of st; without a state of its own the feed keeps what it had.
func (d *database) poll(t testing.TB, now time.Time, st news.FeedState, items ...news.NewItem) {
	t.Helper()
	d.rounds += time.Millisecond // a round by the name of an earlier one is given nothing
	polled := false
	claims, err := d.Claim(t.Context(), news.Round{Owner: "test", Start: now.Add(d.rounds), All: true}, now, time.Minute, 100)
	must(t, err)
	for _, c := range claims {
		if c.State.FeedID != st.FeedID {
			must(t, d.Release(t.Context(), c))
			continue
		}
		if st == (news.FeedState{FeedID: st.FeedID}) {
			st = c.State
		}
		_, err := d.Commit(t.Context(), news.Poll{Claim: c, At: now, State: st, New: items})
		must(t, err)
		polled = true
	}
	if !polled {
		t.Fatalf("feed %q was not handed out", st.FeedID)
	}
}

func (d *database) Told(ctx context.Context) (trend.Told, error) { return d.surges.Told(ctx) }

// A story is what the test says, not what the store makes of the items.
func (d *database) StoryOf(ctx context.Context, item int64) (int64, error) {
	return d.tales.StoryOf(ctx, item)
}
func (d *database) Story(ctx context.Context, id int64) (news.Story, error) {
	return d.tales.Story(ctx, id)
}
func (d *database) TopStories(ctx context.Context, since time.Time, limit int) ([]news.Story, error) {
	return d.tales.TopStories(ctx, since, limit)
}

func (d *database) publish(t testing.TB, now time.Time, items ...news.NewItem) {
	t.Helper()
	for _, it := range items {
		d.poll(t, now, news.FeedState{FeedID: it.Item.FeedID}, it)
	}
	_, _, err := d.Index(t.Context(), 1000)
	must(t, err)
}

func (d *database) edit(t testing.TB, now time.Time, e news.Edit) {
	t.Helper()
	e.Item.ID = stored(t, d, e.Item.URL)
	d.rounds += time.Millisecond
	claims, err := d.Claim(t.Context(), news.Round{Owner: "test", Start: now.Add(d.rounds), All: true}, now, time.Minute, 100)
	must(t, err)
	for _, c := range claims {
		if c.State.FeedID != e.Item.FeedID {
			must(t, d.Release(t.Context(), c))
			continue
		}
		done, err := d.Commit(t.Context(), news.Poll{Claim: c, At: now, State: c.State, Edits: []news.Edit{e}})
		must(t, err)
		if done.Edited != 1 {
			t.Fatalf("edited %+v", done)
		}
	}
}

// stored is the number of the item at an address.
func stored(t testing.TB, w world, url string) int64 {
	t.Helper()
	list, err := w.ItemsByURL(t.Context(), url)
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("%d items at %s", len(list), url)
	}
	return list[0].Item.ID
}

func (d *database) deliver(t testing.TB, now time.Time) {
	t.Helper()
	l, err := d.AcquireLease(t.Context(), "sender", "test", now, time.Minute)
	must(t, err)
	chats, err := d.OwedChats(t.Context(), now)
	must(t, err)
	for _, c := range chats {
		owed, err := d.Owed(t.Context(), c.Chat, now, 100)
		must(t, err)
		var ids []int64
		for _, o := range owed {
			for _, a := range o.Alerts {
				ids = append(ids, a.ID)
			}
		}
		id, err := d.Freeze(t.Context(), l, news.Message{Chat: c.Chat, Text: "alert", Created: now, AlertIDs: ids})
		must(t, err)
		d.posted++
		must(t, d.Sent(t.Context(), l, id, fmt.Sprint(d.posted), now))
	}
	must(t, d.ReleaseLease(t.Context(), l))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// scriptedDesk is a Desk in w.
func scriptedDesk(w world, now *time.Time) Desk {
	return Desk{
		Store: w, Chats: w, Trends: w, Draw: sketch, Expander: words{}, Watchlists: theLists(), Matcher: today{}, Access: AccessOpen,
		Canonical: func(s string) string {
			address, _, _ := strings.Cut(strings.ToLower(s), "?")
			if !strings.HasPrefix(address, "https://") {
				return ""
			}
			return address
		},
		Admins: []string{"telegram:1"}, Allowed: []string{"telegram:-100777"},
		Now: func() time.Time { return *now }, Random: &counting{},
		Reload: func(context.Context) error {
			return news.Faults{{Path: "config.yaml:3:5", Msg: "unknown key"}, {Path: "config.yaml:9:1", Msg: "threshold is negative"}}
		},
		Test: func(context.Context) ([]TestResult, error) {
			return []TestResult{{Chat: "telegram:-100500"}, {Chat: "telegram:@gone", Problem: "chat not found"}}, nil
		},
		Try:        func(ctx context.Context, query string) (Tried, error) { return tried(ctx, w, *now, query) },
		InviteLink: func(code string) string { return "https://t.me/vestnik_bot?start=" + code },
	}
}

// tried finds what has the query in its headline; "(" and "@nobody" cannot be read.
func tried(ctx context.Context, w world, now time.Time, query string) (Tried, error) {
	if query == "@nobody" {
		return Tried{Problem: `there is no profile "nobody"`}, nil
	}
	if i := strings.Index(query, "("); i >= 0 {
		return Tried{Problem: "this ( is not closed", At: len([]rune(query[:i])) + 1}, nil
	}
	items, err := w.Recent(ctx, news.Filter{})
	out := Tried{Looked: len(items), Cut: query == "Саммит"}
	for i := range 7 {
		out.Days = append(out.Days, TriedDay{Day: noon.Truncate(24*time.Hour).AddDate(0, 0, -i), Items: 0})
	}
	for _, f := range items {
		at := strings.Index(f.Item.Title, query)
		if at < 0 {
			continue
		}
		f.Matches = []news.Match{{Watchlist: "try", Score: 1.5, Over: true, Hits: []news.Hit{{Term: query, Surface: query, Field: news.FieldTitle, Start: at, End: at + len(query), Rule: "query any", Weight: 1}}}}
		out.Days[int(now.Sub(f.Item.Published).Hours()/24)].Items++
		if len(out.Newest) < 5 {
			out.Newest = append(out.Newest, f)
		}
	}
	return out, err
}

// counting is a random source without chance: 0, 1, 2 …
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = c.n
		c.n++
	}
	return len(p), nil
}
