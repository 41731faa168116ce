package poll

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vestnik/internal/feeds"
	"vestnik/internal/news"
	"vestnik/internal/store"
)

func TestSameWords(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"Токаев прибыл в Минск", "ТОКАЕВ  прибыл в\nМинск!", true},
		{"«Тоқаев» – Астанада", "\"Тоқаев\" - Астанада…", true},
		{"ҰҚШҰ", "ұқшұ", true},
		{"قمة في أستانا", "قمة في أستانا.", true},
		{"Токаев", "Токаева", false},
		{"погибли 5", "погибли 7", false},
		{"рост 1.5", "рост 15", false},
		{"+5", "5", false},
		{"Токаев 🇰🇿", "Токаев", false},
		{"а б", "аб", false},
		{"Минск", "", false},
		{"…", "", true},
		{"один два", "один два три", false},
		{"мәтін <", "мәтін", true},
	} {
		if got := sameWords(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: the same words %v", tt.a, tt.b, got)
		}
		if got := sameWords(tt.b, tt.a); got != tt.want {
			t.Errorf("%q and %q: the same words %v", tt.b, tt.a, got)
		}
	}
}

func FuzzSameWords(f *testing.F) {
	f.Add("Токаев в Минске", "  токаев — в МИНСКЕ\xff")
	f.Add("\u202eab\x00c", "🇰🇿")
	f.Fuzz(func(t *testing.T, a, b string) {
		if !sameWords(a, a) || !sameWords(a, " "+a+" … ") {
			t.Errorf("%q has other words than itself", a)
		}
		if sameWords(a, b) != sameWords(b, a) {
			t.Errorf("%q and %q depend on their order", a, b)
		}
	})
}

// TestChanged: which known items say what the feed has not said before.
func TestChanged(t *testing.T) {
	state := news.FeedState{FirstSuccess: noon.Add(-48 * time.Hour), LastNew: noon.Add(-time.Hour)}
	drifts := state
	drifts.DriftKey = "g:before"
	for _, tt := range []struct {
		name  string
		state news.FeedState
		known map[string]int64
		doc   []string
		want  string // numbers
	}{
		{"as it was", state, map[string]int64{"g:1": 1, "u:1": 1, "h:1": 1}, []string{"g:1 u:1 h:1"}, ""},
		{"edited", state, map[string]int64{"g:1": 1, "u:1": 1, "h:1": 1}, []string{"g:1 u:1 h:2"}, "1"},
		{"edited, and its address with it", state, map[string]int64{"g:1": 1, "u:1": 1, "h:1": 1}, []string{"g:1 u:2 h:2"}, "1"},
		{"known by its address", state, map[string]int64{"u:1": 1, "h:1": 1}, []string{"u:1 h:2"}, "1"},
		{"known by its content", state, map[string]int64{"h:1": 1}, []string{"h:1"}, ""},
		{"an earlier wording is back", state, map[string]int64{"g:1": 1, "h:1": 1, "h:2": 1}, []string{"g:1 h:1"}, ""},
		{"says what another item said", state, map[string]int64{"g:1": 1, "g:2": 2, "h:2": 2}, []string{"g:1 h:2"}, ""},
		{"its content is another item's of the document, too", state, map[string]int64{"g:1": 1, "g:2": 2}, []string{"g:1 u:1"}, ""},
		{"new", state, map[string]int64{"g:1": 1}, []string{"g:2 u:2 h:2", "g:1"}, ""},
		{"adopted as it was", state, map[string]int64{"u:1": 1, "u:2": 2, "u:3": 3, "h:1": 1, "h:2": 2, "h:3": 3}, []string{"g:a u:1 h:1", "g:b u:2 h:2", "g:c u:3 h:3"}, ""},
		{"adopted and edited", state, map[string]int64{"u:1": 1, "u:2": 2, "u:3": 3, "h:1": 1, "h:2": 2}, []string{"g:a u:1 h:1", "g:b u:2 h:2", "g:c u:3 h:9"}, "3"},
		{"edited, with GUIDs that do not hold", drifts, map[string]int64{"u:1": 1, "u:2": 2, "u:3": 3, "h:1": 1}, []string{"g:a u:1 h:1", "g:b u:2 h:8", "g:c u:3 h:9"}, "2 3"},
	} {
		var doc news.Document
		for _, s := range tt.doc {
			doc.Items = append(doc.Items, entry(t, s))
		}
		d := Decide(news.Feed{}, doc, tt.known, tt.state, Rules{}, noon)
		var got []string
		for _, item := range d.Changed {
			got = append(got, fmt.Sprint(item.ID))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: changed %q, want %q", tt.name, s, tt.want)
		}
		if n := len(d.New) + len(d.Adopt) + d.Known; n != len(doc.Items) {
			t.Errorf("%s: %d items accounted for", tt.name, n)
		}
	}
}

// TestEdits: which of them are edits, with what, and which may alert.
func TestEdits(t *testing.T) {
	rules := Rules{MaxAge: 48 * time.Hour}
	for _, tt := range []struct {
		name                   string
		wasTitle, wasText, was string // was: its age
		title, text, age       string // age "": the feed gives no date
		rules                  Rules
		want                   string // "title|text skip", "" for no edit
	}{
		{name: "another headline", wasTitle: "Токаев", wasText: "т", was: "-1h", title: "Тоқаев келді", text: "т", age: "-1h", want: "Тоқаев келді|т"},
		{name: "another text", wasTitle: "Токаев", wasText: "т", was: "-1h", title: "Токаев", text: "другое", age: "-1h", want: "Токаев|другое"},
		{name: "case and punctuation", wasTitle: "Токаев", wasText: "«т», т", was: "-1h", title: "ТОКАЕВ!", text: "т - т", age: "-1h"},
		{name: "another date of a headline alone", wasTitle: "Погода", was: "-9h", title: "Погода", age: "-1h"},
		{name: "the text is left out", wasTitle: "Токаев", wasText: "т", was: "-1h", title: "Токаев", age: "-1h"},
		{name: "the text is left out of another headline", wasTitle: "Токаев", wasText: "т", was: "-1h", title: "Саммит", age: "-1h", want: "Саммит|т"},
		{name: "the headline is left out", wasTitle: "Токаев", wasText: "т", was: "-1h", text: "т", age: "-1h"},
		{name: "old", wasTitle: "а", was: "-49h", title: "б", age: "-49h", rules: rules, want: "б| too old"},
		{name: "old, and no limit", wasTitle: "а", was: "-49h", title: "б", age: "-49h", want: "б|"},
		{name: "published anew", wasTitle: "Главное за день", wasText: "а", was: "-900h", title: "Главное за день", text: "б", age: "-1h", rules: rules, want: "Главное за день|б"},
		{name: "dated back", wasTitle: "а", was: "-1h", title: "б", age: "-900h", rules: rules, want: "б|"},
		{name: "without a date, of late", wasTitle: "а", was: "-1h", title: "б", rules: rules, want: "б|"},
		{name: "without a date, long ago", wasTitle: "а", was: "-49h", title: "б", rules: rules, want: "б| too old"},
	} {
		seen := noon.Add(-900 * time.Hour)
		was := entry(t, "g:1 @"+tt.was)
		was.ID, was.Title, was.Text, was.Seen = 7, tt.wasTitle, tt.wasText, seen
		changed := entry(t, "g:1")
		if tt.age != "" {
			changed = entry(t, "g:1 @"+tt.age)
		}
		changed.ID, changed.Title, changed.Text = 7, tt.title, tt.text
		got := ""
		edits := Edits([]news.Item{changed}, nil, []news.Found{{Item: was}}, tt.rules, noon)
		for _, e := range edits {
			got += strings.TrimRight(e.Item.Title+"|"+e.Item.Text+" "+e.Skip, " ")
			if e.Item.ID != 7 || !e.Item.Published.Equal(was.Published) || !e.Item.Seen.Equal(seen) {
				t.Errorf("%s: %+v", tt.name, e.Item)
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if edits := Edits([]news.Item{{ID: 7, Title: "б"}}, nil, nil, Rules{}, noon); edits != nil {
		t.Errorf("an item that was dropped is edited: %+v", edits)
	}
}

// A page is a feed of which tests write every item.
type page struct {
	*httptest.Server
	mu    sync.Mutex
	items [][3]string // GUID, headline, text
}

func newPage(t *testing.T) *page {
	p := &page{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Басты бет</title>`)
		for i, x := range p.items {
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%s</guid><link>https://page.example/%s</link><title>`, x[0], strings.TrimPrefix(x[0], "new-"))
			_ = xml.EscapeText(w, []byte(x[1]))
			fmt.Fprint(w, `</title><description>`)
			_ = xml.EscapeText(w, []byte(x[2]))
			fmt.Fprintf(w, `</description><pubDate>%s</pubDate></item>`, time.Now().Add(-time.Duration(i)*time.Minute).Format(time.RFC1123Z))
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *page) show(items ...[3]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items = items
}

// byWord puts an item on the watchlist of each word in its headline or text.
func byWord(words map[string]string) matchFunc {
	return func(it *news.Item) (matches []news.Match) {
		for word, list := range words {
			for field, s := range map[string]string{news.FieldTitle: it.Title, news.FieldText: it.Text} {
				if i := strings.Index(s, word); i >= 0 {
					matches = append(matches, news.Match{Watchlist: list, Score: 1, Over: true,
						Hits: []news.Hit{{Term: word, Surface: word, Field: field, Start: i, End: i + len(word), Weight: 1}}})
					break
				}
			}
		}
		return matches
	}
}

// TestEditedFeed takes a feed that edits its items from the loopback to the store, and reads what is owed.
func TestEditedFeed(t *testing.T) {
	p := newPage(t)
	feed := news.Feed{ID: "page", URL: p.URL, Outlet: "Басты бет", Language: "kk", AllowPrivate: true}
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "v.db"), store.Options{Fold: strings.ToLower})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close() //nolint:errcheck // the test is over
	lists := []news.Watchlist{{ID: "tokayev"}, {ID: "csto"}}
	subs := []news.Subscription{{Chat: "terminal", Watchlist: "tokayev"}, {Chat: "terminal", Watchlist: "csto"}}
	if err := st.SyncConfig(t.Context(), []news.Feed{feed}, lists, subs); err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	deps := Deps{Store: st, Fetcher: feeds.New(feeds.Options{}), Feeds: []news.Feed{feed}, Owner: "one", Now: func() time.Time { return at },
		Matcher: byWord(map[string]string{"Тоқаев": "tokayev", "Токаев": "tokayev", "ҰҚШҰ": "csto", "ОДКБ": "csto"})}
	poll := func(want string, items ...[3]string) {
		t.Helper()
		p.show(items...)
		at = at.Add(10 * time.Minute)
		sum, err := Cycle(t.Context(), deps, at, Options{All: true, Rules: Rules{MaxAge: 48 * time.Hour}})
		if err != nil || sum.OK != 1 {
			t.Fatalf("%+v %v", sum, err)
		}
		if got := fmt.Sprintf("%d new, %d edited, %d owed, %d skipped", sum.New, sum.Edited, sum.Owed, sum.Skipped); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	a, b := [3]string{"1", "Президент Астанаға келді", "Мәтін & <b>мәтін</b>"}, [3]string{"2", "Погода", "Снег"}
	poll("2 new, 0 edited, 0 owed, 0 skipped", a, b)
	poll("0 new, 0 edited, 0 owed, 0 skipped", a, b)
	poll("0 new, 0 edited, 0 owed, 0 skipped", b, [3]string{"1", "ПРЕЗИДЕНТ  Астанаға келді!", "Мәтін &amp; мәтін"})
	a2 := [3]string{"1", "Тоқаев Астанаға келді 🇰🇿", "Мәтін & <b>мәтін</b>"}
	poll("0 new, 1 edited, 1 owed, 0 skipped", a2, b)
	poll("0 new, 0 edited, 0 owed, 0 skipped", a2, b)
	poll("0 new, 0 edited, 0 owed, 0 skipped", a, b) // another mirror still has the first wording
	poll("0 new, 0 edited, 0 owed, 0 skipped", a2, b)
	a3 := [3]string{"1", "Тоқаев ҰҚШҰ саммитінде", "Мәтін & мәтін"}
	b2 := [3]string{"2", "Погода: Токаев о снеге", "Снег"}
	poll("1 new, 2 edited, 2 owed, 0 skipped", [3]string{"3", "Басқа", ""}, a3, b2)
	poll("0 new, 1 edited, 0 owed, 0 skipped", a3, [3]string{"2", "Погода и снег", "Снег"})
	poll("0 new, 1 edited, 0 owed, 0 skipped", a3, [3]string{"2", "Снег: Токаев вернулся", "Снег"})
	// Every GUID is another one now, and one of the items is edited as well.
	poll("0 new, 1 edited, 1 owed, 0 skipped", [3]string{"new-1", a3[1], a3[2]}, [3]string{"new-2", "Снег: Токаев вернулся", "Снег"}, [3]string{"new-3", "Басқа ОДКБ", ""})

	owed, err := st.Owed(context.Background(), "terminal", time.Now(), 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range owed {
		var before string
		if o.Before != nil {
			before = o.Before.Title
		}
		for _, al := range o.Alerts {
			got = append(got, fmt.Sprintf("%s for %s, before: %s", o.Item.Title, al.Watchlist, before))
		}
	}
	want := []string{
		"Тоқаев ҰҚШҰ саммитінде for tokayev, before: Тоқаев Астанаға келді 🇰🇿",
		"Тоқаев ҰҚШҰ саммитінде for csto, before: Тоқаев Астанаға келді 🇰🇿",
		"Снег: Токаев вернулся for tokayev, before: Погода",
		"Басқа ОДКБ for csto, before: Басқа",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("owed\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An edit that makes the matcher fail is stored like a new item that does, and what is edited behind it is matched.
func TestPoisonedEdit(t *testing.T) {
	m := newMemory("x")
	title := "бірінші"
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, now time.Time) (news.Document, error) {
		var doc news.Document
		for _, g := range []string{"1", "2"} {
			doc.Items = append(doc.Items, news.Item{FeedID: f.ID, Keys: []string{news.KeyGUID + g, news.KeyHash + title + g}, Title: title + " " + g, Published: now, Seen: now})
		}
		return doc, nil
	})
	d.Matcher = matchFunc(func(it *news.Item) []news.Match {
		if it.Title == "екінші 2" {
			panic("беда")
		}
		return []news.Match{{Watchlist: "tokayev", Over: true}}
	})
	for _, want := range []string{"2 0 0", "0 2 1", "0 0 0"} {
		sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(sum.New, sum.Edited, sum.Results[0].Poisoned); got != want {
			t.Errorf("new, edited, poisoned %s, want %s", got, want)
		}
		title = "екінші"
	}
	if n := len(m.items[0].Matches) + len(m.items[1].Matches); n != 1 || m.items[0].Item.Title != "екінші 2" {
		t.Errorf("%d matches, %+v", n, m.items)
	}
}

// TestReusedGUIDs: a feed whose GUIDs are places in its list brings another article under a known one; an article whose address follows its headline is the
// same one.
func TestReusedGUIDs(t *testing.T) {
	m := newMemory("f")
	type entry struct{ guid, url, title string }
	var now []entry
	d := deps(m, func(_ context.Context, f news.Feed, _ news.FeedState, at time.Time) (news.Document, error) {
		var doc news.Document
		for _, e := range now {
			doc.Items = append(doc.Items, news.Item{FeedID: f.ID, URL: e.url, Title: e.title, Published: at.Add(-time.Minute), Seen: at,
				Keys: []string{news.KeyGUID + e.guid, news.KeyURL + e.url, news.KeyHash + e.title}})
		}
		return doc, nil
	})
	for _, step := range []struct {
		what        string
		entries     []entry
		fresh, edit int
	}{
		{"two places", []entry{{"1", "https://a/x", "Токаев прибыл в Минск"}, {"2", "https://a/y", "Тоқаев Минскіде"}}, 2, 0},
		{"they moved down", []entry{{"1", "https://a/z", "Наводнение в Гомеле"}, {"2", "https://a/x", "Токаев прибыл в Минск"}}, 1, 0},
		{"nothing changed", []entry{{"1", "https://a/z", "Наводнение в Гомеле"}, {"2", "https://a/x", "Токаев прибыл в Минск"}}, 0, 0},
		{"a headline and its address", []entry{{"1", "https://a/q", "Токаев с визитом прибыл в Минск и Гродно"}, {"2", "https://a/x", "Токаев прибыл в Минск"}}, 0, 1},
	} {
		now = step.entries
		sum, err := Cycle(t.Context(), d, time.Now(), Options{All: true})
		if err != nil || sum.Failed > 0 {
			t.Fatal(step.what, err, sum.Results)
		}
		if sum.New != step.fresh || sum.Edited != step.edit {
			t.Errorf("%s: %d new, %d edited; want %d, %d", step.what, sum.New, sum.Edited, step.fresh, step.edit)
		}
	}
	if k := m.items[2].Item.Keys; len(k) != 2 || k[0] != news.KeyURL+"https://a/z" {
		t.Errorf("the article under a GUID used again has the keys %q", k)
	}
}
