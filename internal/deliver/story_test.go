package deliver

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones stand in the tests

	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/timetable"
)

// A newsroom is a desk over feeds of several outlets whose items may belong to stories.
type newsroom struct {
	*desk
	file string
	sql  *sql.DB
	news int // items published
}

var outlets = []news.Feed{
	{ID: "zerkalo", Outlet: "Зеркало", Type: news.Exile, URL: "https://z.example/", Language: "ru"}, {ID: "tass", Outlet: "ТАСС", Type: news.State, URL: "https://t.example/", Language: "ru"},
	{ID: "belta", Outlet: "БелТА", Type: news.State, URL: "https://b.example/", Language: "be"}, {ID: "onliner", Outlet: "Onliner", Type: news.Independent, URL: "https://o.example/", Language: "ru"},
}

// newNewsroom is 12:00 in Minsk. Every chat wants the watchlists "w" and "v"; "hot" is breaking.
func newNewsroom(t *testing.T, chats ...string) *newsroom {
	t.Helper()
	minsk, err := time.LoadLocation("Europe/Minsk")
	if err != nil {
		t.Fatal(err)
	}
	n := &newsroom{desk: &desk{t: t, sink: &screen{}, now: time.Date(2026, 5, 11, 12, 0, 0, 0, minsk)}, file: db(t)}
	n.st, err = store.Open(t.Context(), "sqlite:"+n.file, store.Options{Fold: strings.ToLower, Now: func() time.Time { return n.now },
		Due: func(p news.Preferences, w string, u news.Urgency, came time.Time) time.Time {
			return timetable.Due(p, w, u, came, minsk)
		}})
	if err != nil {
		t.Fatal(err)
	}
	if n.sql, err = sql.Open("sqlite", "file:"+n.file+"?_pragma=busy_timeout(10000)"); err != nil {
		t.Fatal(err)
	}
	n.run(`CREATE TABLE next_story (id INTEGER)`)
	n.run(`CREATE TRIGGER told AFTER INSERT ON items BEGIN INSERT INTO story_items (item_id, story_id, published, is_copy, tie) SELECT new.id, id, 1, 0, '' FROM next_story; END`)
	t.Cleanup(func() {
		if err := errors.Join(n.sql.Close(), n.st.Close()); err != nil {
			t.Error(err)
		}
	})
	lists := []news.Watchlist{{ID: "w", Name: "W"}, {ID: "v", Name: "V"}, {ID: "hot", Name: "Hot", Urgency: news.Breaking}}
	var subs []news.Subscription
	for _, c := range chats {
		for _, w := range lists {
			subs = append(subs, news.Subscription{Chat: c, Watchlist: w.ID})
		}
	}
	if err := n.st.SyncConfig(t.Context(), outlets, lists, subs); err != nil {
		t.Fatal(err)
	}
	if n.lease, err = n.st.AcquireLease(t.Context(), LeaseName, "x", n.now, 100*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	n.deps = Deps{Store: n.st, Sink: n.sink, Now: func() time.Time { return n.now }, Memory: NewMemory(TelegramLimits()),
		Stories: func() StoryRules { return StoryRules{EditEvery: 5 * time.Minute} }}
	n.kind(person, news.ChatPrivate)
	n.flush()
	return n
}

// publish stores an item of a feed on watchlists ("w", "v:2.5" with a score), and puts it into a story unless that is 0.
func (n *newsroom) publish(feed, title string, story int64, lists ...string) int64 {
	n.t.Helper()
	ctx := n.t.Context()
	n.news++
	n.run(`DELETE FROM next_story`)
	if story != 0 {
		n.run(`INSERT INTO stories (id, began, last) VALUES (?, 1, 1) ON CONFLICT DO NOTHING`, story)
		n.run(`INSERT INTO next_story (id) VALUES (?)`, story)
	}
	claims, err := n.st.Claim(ctx, news.Round{Owner: fmt.Sprint("t", n.news), Start: n.now, All: true}, n.now, time.Minute, 10)
	if err != nil {
		n.t.Fatal(err)
	}
	var c news.Claim
	for _, x := range claims {
		if x.State.FeedID == feed {
			c = x
		} else if err := n.st.Release(ctx, x); err != nil {
			n.t.Fatal(err)
		}
	}
	it := news.NewItem{Item: news.Item{FeedID: feed, Keys: []string{fmt.Sprint("g:", n.news)}, Title: title, Link: fmt.Sprint("https://example.org/", n.news), Lang: "ru", Published: n.now, Seen: n.now}}
	for _, l := range lists {
		m := news.Match{Watchlist: l, Score: 1, Over: true}
		if id, score, ok := strings.Cut(l, ":"); ok {
			m.Watchlist = id
			fmt.Sscan(score, &m.Score)
		}
		it.Matches = append(it.Matches, m)
	}
	if _, err := n.st.Commit(ctx, news.Poll{Claim: c, At: n.now, State: c.State, New: []news.NewItem{it}}); err != nil {
		n.t.Fatal(err)
	}
	var id int64
	if err := n.sql.QueryRowContext(ctx, `SELECT max(id) FROM items`).Scan(&id); err != nil {
		n.t.Fatal(err)
	}
	return id
}

// edit gives an item another headline, and brings it onto watchlists.
func (n *newsroom) edit(feed string, id int64, title string, lists ...string) {
	n.t.Helper()
	claims, err := n.st.Claim(n.t.Context(), news.Round{Owner: "e", Start: n.now, All: true}, n.now, time.Minute, 10)
	if err != nil {
		n.t.Fatal(err)
	}
	i := slices.IndexFunc(claims, func(c news.Claim) bool { return c.State.FeedID == feed })
	e := news.Edit{Item: news.Item{ID: id, FeedID: feed, Keys: []string{"g:1", "h:2"}, Title: title, Link: "https://example.org/1"}}
	for _, l := range lists {
		e.Matches = append(e.Matches, news.Match{Watchlist: l, Over: true, Score: 1})
	}
	if _, err = n.st.Commit(n.t.Context(), news.Poll{Claim: claims[i], At: n.now, State: claims[i].State, Edits: []news.Edit{e}}); err != nil {
		n.t.Fatal(err)
	}
}

func (n *newsroom) run(query string, args ...any) {
	n.t.Helper()
	if _, err := n.sql.ExecContext(n.t.Context(), query, args...); err != nil {
		n.t.Fatal(err)
	}
}

func (n *newsroom) wants(p news.Preferences) {
	n.t.Helper()
	if err := n.st.SavePreferences(n.t.Context(), p); err != nil {
		n.t.Fatal(err)
	}
}

// heard lists the messages a chat got since it was asked last: what each is ("edit ref-1", "reply ref-1", "silent"), and its text.
func (n *newsroom) heard(chat string, want ...string) {
	n.t.Helper()
	var got []string
	n.sink.mu.Lock()
	for _, m := range n.sink.posted {
		if m.Chat != chat {
			continue
		}
		s := m.Text
		switch {
		case m.Kind == news.MessageEdit && !m.Silent:
			s = "loud edit: " + s
		case m.Kind == news.MessageEdit:
			s = "edit " + m.Target + ": " + s
		case m.Target != "":
			s = "reply " + m.Target + ": " + s
		}
		if m.Silent && m.Kind != news.MessageEdit {
			s = "silent " + s
		}
		got = append(got, s)
	}
	n.sink.mu.Unlock()
	n.sink.drop(chat)
	if !slices.Equal(got, want) {
		n.t.Errorf("%s heard\n got %q\nwant %q", chat, got, want)
	}
}

// drop forgets what a chat got, as far as texts go; numbers go on.
func (s *screen) drop(chat string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.posted {
		if s.posted[i].Chat == chat {
			s.posted[i].Chat = ""
		}
	}
}

func (n *newsroom) later(d time.Duration) { n.now = n.now.Add(d) }

func TestLivingMessage(t *testing.T) {
	n := newNewsroom(t, person, channel)
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.heard(person, "а")
	n.heard(channel, "а")

	// Within five minutes nothing of the story comes; other things do, and so do buttons.
	n.publish("tass", "б", 1, "w")
	n.publish("belta", "other", 0, "w")
	if _, err := n.st.Enqueue(t.Context(), news.Message{Chat: person, Kind: news.MessageButtons, Target: "ref-1", Created: n.now}); err != nil {
		t.Fatal(err)
	}
	sum := n.all(time.Minute)
	n.heard(person, "other", "reply ref-1: ") // of buttons the fake shows the target
	n.heard(channel, "other")
	if got := sum.Next.Sub(n.now); got < 3*time.Minute || got > 5*time.Minute {
		t.Errorf("the next message is due in %v", got)
	}
	n.later(2 * time.Minute)
	n.publish("onliner", "в", 1, "w")
	n.publish("tass", "г", 1, "w") // the outlet is there already
	n.all(0)
	n.heard(person)
	n.restart()
	n.later(3 * time.Minute)
	if sum := n.all(time.Minute); sum.Updates != 2 || sum.Alerts != 6 {
		t.Errorf("summary %+v", sum)
	}
	n.heard(person, "edit ref-1: а +б +в +г")
	n.heard(channel, "edit ref-2: а +б +в +г")

	n.later(time.Hour)
	n.publish("belta", "д", 1, "w")
	n.publish("belta", "е", 2, "w")
	n.publish("tass", "ж", 2, "v")
	n.all(time.Minute)
	n.heard(person, "е +ж", "edit ref-1: а +б +в +г +д") // what is new goes first
	check(t, n.st, "owed 0 frozen 0 sent 16 skipped 0 unsent 0")
}

func TestStoryAlertsAgain(t *testing.T) {
	n := newNewsroom(t, person)
	n.deps.Stories = func() StoryRules {
		return StoryRules{EditEvery: 5 * time.Minute, Again: []string{"independent", "state", AgainWatchlist}}
	}
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.publish("tass", "б", 1, "w") // at once: it is no change of the message
	n.all(time.Minute)
	n.heard(person, "а", "reply ref-1: б +а (first state)")
	n.later(10 * time.Minute)
	n.publish("belta", "в", 1, "w") // not the first state source
	n.all(time.Minute)
	n.heard(person, "edit ref-2: б +а +в")
	n.later(10 * time.Minute)
	n.publish("belta", "г", 1, "w")
	n.publish("belta", "д", 1, "v", "w")
	n.all(time.Minute)
	n.heard(person, "reply ref-2: д +а +б +в +г (first watchlist)")
	n.publish("onliner", "е", 1, "w", "v")
	n.all(time.Minute)
	n.heard(person, "reply ref-4: е +а +б +в +г +д (first independent)")

	// As not configured.
	n.deps.Stories = func() StoryRules { return StoryRules{EditEvery: time.Second, Again: []string{"state"}} }
	n.publish("onliner", "ё", 1, "hot")
	n.later(time.Minute)
	n.all(time.Minute)
	n.heard(person, "edit ref-5: е +а +б +в +г +д +ё")
}

// A message that is gone, or must not be changed, is followed by a new one, and that one is changed from then on.
func TestLivingMessageLost(t *testing.T) {
	n := newNewsroom(t, person)
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.sink.lost = true
	n.later(time.Hour)
	n.publish("tass", "б", 1, "w")
	n.all(time.Minute)
	n.sink.lost = false
	n.later(time.Hour)
	n.publish("belta", "в", 1, "w")
	n.all(time.Minute)
	n.heard(person, "а", "edit ref-1: а +б", "edit ref-2: а +б +в")
}

// What dies between an edit and its being written down is made again, the same, and what came meanwhile comes behind it.
func TestLivingMessageAfterAFailure(t *testing.T) {
	n := newNewsroom(t, person)
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.later(time.Hour)
	n.publish("tass", "б", 1, "w")
	n.sink.after = func(news.Message) {
		n.sink.after = nil
		panic("the connection broke")
	}
	n.flush()
	n.publish("belta", "в", 1, "w")
	n.restart()
	n.later(time.Minute)
	n.all(time.Hour)
	n.heard(person, "а", "edit ref-1: а +б", "edit ref-1: а +б", "edit ref-1: а +б +в")
	check(t, n.st, "owed 0 frozen 0 sent 3 skipped 0 unsent 0")
}

// When an item that the message tells of is gone from the database, a change would lose it from the message: there is a new one instead.
func TestLivingMessagePruned(t *testing.T) {
	n := newNewsroom(t, person)
	old := n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.later(30 * 24 * time.Hour)
	n.publish("tass", "б", 1, "w")
	n.all(time.Minute)
	n.run(`DELETE FROM story_items WHERE item_id = ?`, old)
	if _, err := n.st.Prune(t.Context(), n.now.Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	n.later(time.Hour)
	n.publish("belta", "в", 1, "w")
	n.all(time.Minute)
	n.later(time.Hour)
	n.publish("onliner", "г", 1, "w")
	n.all(time.Minute)
	n.heard(person, "а", "edit ref-1: а +б", "reply ref-1: в +б", "edit ref-3: в +б +г")
}

// An edit of the feed brings an item that was told onto another watchlist: it stands once in the message.
func TestLivingMessageOfAnEditedItem(t *testing.T) {
	n := newNewsroom(t, person)
	id := n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.later(time.Hour)
	n.edit("zerkalo", id, "А", "w", "v")
	n.all(time.Minute)
	n.heard(person, "а", "edit ref-1: А")
	check(t, n.st, "owed 0 frozen 0 sent 2 skipped 0 unsent 0")
}

func TestDigest(t *testing.T) {
	n := newNewsroom(t, person)
	n.wants(news.Preferences{Chat: person, All: news.Delivery{Digest: "daily 18:00", Silent: true}, Lists: map[string]news.Delivery{"v": {}}})
	n.publish("zerkalo", "а", 1, "w")
	n.publish("tass", "б", 1, "w")
	n.publish("tass", "в", 0, "w")
	n.publish("tass", "now", 0, "v")
	sum := n.all(time.Minute)
	n.heard(person, "now")
	if want := time.Date(2026, 5, 11, 18, 0, 0, 0, n.now.Location()); !sum.Next.Equal(want) {
		t.Errorf("next %v, want %v", sum.Next, want)
	}
	n.restart()
	n.now = sum.Next
	if sum = n.all(time.Minute); sum.Digests != 1 || sum.Alerts != 3 {
		t.Errorf("%+v", sum)
	}
	n.heard(person, "silent 2 items from а")

	// The story goes on at once for another watchlist: a message of its own, without a sound because a digest told of it. It can be changed.
	n.publish("belta", "г", 1, "v")
	n.all(time.Minute)
	n.later(time.Hour)
	n.publish("onliner", "д", 1, "v")
	n.all(time.Minute)
	n.heard(person, "silent г +а +б", "edit ref-3: г +а +б +д")

	// One thing alone is no digest; a digest does not change messages.
	n.publish("zerkalo", "е", 1, "w")
	n.all(24 * time.Hour)
	n.heard(person, "silent reply ref-3: е +а +б +г +д")
	check(t, n.st, "owed 0 frozen 0 sent 7 skipped 0 unsent 0")
}

func TestQuietHours(t *testing.T) {
	n := newNewsroom(t, person, channel)
	n.wants(news.Preferences{Chat: person, Quiet: "23:00-07:00"})
	n.now = time.Date(2026, 5, 11, 22, 59, 58, 0, n.now.Location())
	for i := range 3 {
		n.publish("tass", fmt.Sprint("evening ", i), 0, "w") // the last two of them are too late
	}
	n.all(3 * time.Second)
	n.later(time.Hour)
	n.publish("tass", "night", 0, "w")
	n.publish("tass", "alarm", 0, "hot")
	sum := n.all(time.Hour)
	n.heard(person, "evening 0", "evening 1", "alarm")
	if want := time.Date(2026, 5, 12, 7, 0, 0, 0, n.now.Location()); !sum.Next.Equal(want) {
		t.Errorf("next %v, want %v", sum.Next, want)
	}
	n.now = sum.Next
	n.all(time.Minute)
	n.heard(person, "2 items from evening 2")
	n.heard(channel, "evening 0", "evening 1", "evening 2", "night", "alarm")
}

// Preferences that change while something waits count at once.
func TestDigestCalledOff(t *testing.T) {
	n := newNewsroom(t, person)
	n.wants(news.Preferences{Chat: person, All: news.Delivery{Digest: "weekly mon 09:00"}})
	n.publish("tass", "а", 0, "w")
	n.publish("tass", "б", 0, "w")
	n.all(time.Minute)
	n.heard(person)
	n.wants(news.Preferences{Chat: person})
	n.all(time.Minute)
	n.heard(person, "а", "б")
}

// A story counts once, and of too much the best go out on their own.
func TestOverflow(t *testing.T) {
	n := newNewsroom(t, person)
	n.deps.Burst, n.deps.Top = 5, 2
	for i := range 5 {
		for j, feed := range []string{"tass", "belta", "zerkalo"} {
			n.publish(feed, fmt.Sprint(i+1, "abc"[j:j+1]), int64(i+1), "w")
		}
	}
	n.all(time.Minute)
	n.heard(person, "1a +1b +1c", "2a +2b +2c", "3a +3b +3c", "4a +4b +4c", "5a +5b +5c")

	n.later(time.Hour)
	for i, score := range []string{"w:1", "w:3", "w:1", "w:2", "w:1", "w:2.5", "w:1"} {
		n.publish("tass", fmt.Sprint(i), 0, score)
	}
	n.publish("onliner", "1d", 1, "w")
	n.flush()
	n.restart() // it forgets how many went out, and that there was too much
	n.deps.Burst = 4
	n.all(time.Minute)
	n.heard(person, "1", "5", "3", "4 items from 0", "edit ref-1: 1a +1b +1c +1d")
	check(t, n.st, "owed 0 frozen 0 sent 23 skipped 0 unsent 0")
}

// More than is read at once waits for its turn to change a message, and holds up nothing else.
func TestHeldStoriesHideNothing(t *testing.T) {
	n := newNewsroom(t, person)
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	for range 12 {
		n.publish("tass", "x", 1, "w")
	}
	n.publish("tass", "other", 0, "w")
	n.deps.page = 10
	n.all(time.Minute)
	n.heard(person, "а", "other")
	n.all(time.Hour)
	check(t, n.st, "owed 0 frozen 0 sent 14 skipped 0 unsent 0")
}

// After an outage the digest says so; what changes a message does not, and takes nothing away from the digest.
func TestCatchUpWithStories(t *testing.T) {
	n := newNewsroom(t, person)
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.later(3 * time.Hour)
	n.restart()
	n.deps.CatchUp = news.Outage{Since: n.now.Add(-3 * time.Hour), Until: n.now}
	n.publish("tass", "б", 1, "w")
	n.publish("tass", "в", 0, "w")
	n.publish("tass", "г", 0, "w")
	n.all(time.Minute)
	n.heard(person, "а", "down for 3h0m0s: 2 items from в", "edit ref-1: а +б")

	n.later(time.Hour)
	n.restart()
	n.publish("tass", "д", 1, "w")
	n.publish("belta", "е", 1, "w")
	n.all(time.Minute)
	n.publish("belta", "ё", 0, "w")
	n.all(time.Minute)
	n.heard(person, "edit ref-1: а +б +д +е", "ё")
}

// A story that is muted, a chat that closes and one that moves: nothing is lost that is wanted, and nothing is changed that is not there.
func TestLivingMessageElsewhere(t *testing.T) {
	n := newNewsroom(t, person, topic)
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.publish("tass", "б", 1, "w")
	if err := n.st.Mute(t.Context(), person, news.Mute{Kind: news.MuteStory, What: "1"}, n.now.Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	const to = "telegram:-100500"
	n.sink.fail = func(m news.Message) error {
		if m.Chat == topic {
			return &Migrated{To: to}
		}
		return nil
	}
	n.later(time.Hour)
	n.all(time.Minute)
	n.later(time.Hour)
	n.publish("belta", "в", 1, "w")
	n.all(time.Minute)
	n.heard(person, "а")
	n.heard(topic, "а")
	n.heard(to+":42", "silent а +б", "edit ref-3: а +б +в")
	check(t, n.st, "owed 0 frozen 0 sent 4 skipped 2 unsent 0")
}

// sameStart takes texts for repetitions of one another that begin with the same letter.
func sameStart(a, b *news.Item) bool {
	x, y := []rune(a.Title), []rune(b.Title)
	return len(x) > 0 && len(y) > 0 && x[0] == y[0]
}

// What repeats what the chat was told is no reason to alert anew: the message is changed. What is the first of its kind then is what comes next.
func TestRepetitionsAlertNothingAnew(t *testing.T) {
	n := newNewsroom(t, person, "telegram:2")
	n.deps.Alike = sameStart
	n.deps.Stories = func() StoryRules {
		return StoryRules{EditEvery: 5 * time.Minute, Again: []string{"state", AgainWatchlist}}
	}
	n.wants(news.Preferences{Chat: "telegram:2", Lists: map[string]news.Delivery{"w": {Silent: true}}})
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.later(10 * time.Minute)
	copied := n.publish("tass", "а2", 1, "w", "v") // the first of a state, and on another watchlist
	n.run(`UPDATE story_items SET is_copy = 1 WHERE item_id = ?`, copied)
	n.all(time.Minute)
	n.heard(person, "а", "edit ref-2: а +а2")
	n.heard("telegram:2", "silent а", "reply ref-1: а2 +а (first state)") // with a sound for the first time
	n.later(10 * time.Minute)
	n.publish("zerkalo", "а3", 1, "v")
	n.publish("belta", "б", 1, "w")
	n.publish("belta", "б2", 1, "v")
	n.all(time.Minute)
	n.heard(person, "reply ref-2: б +а +а2 +а3 +б2 (first state)")
	n.later(10 * time.Minute)
	n.publish("onliner", "в", 1, "hot")
	n.publish("onliner", "б3", 1, "hot")
	n.all(time.Minute)
	n.heard(person, "reply ref-6: в +а +а2 +а3 +б +б2 +б3 (first watchlist)")
	check(t, n.st, "owed 0 frozen 0 sent 16 skipped 0 unsent 0")
}

// A digest is not changed. What repeats what it told gets no message, and is named when the story goes on.
func TestRepetitionsOfADigest(t *testing.T) {
	n := newNewsroom(t, person)
	n.deps.Alike = sameStart
	n.deps.Burst, n.deps.Top = 2, 0
	for i := range 3 {
		n.publish("zerkalo", fmt.Sprint(i), int64(i+1), "w")
	}
	n.all(time.Minute)
	n.heard(person, "3 items from 0")
	n.publish("tass", "0a", 1, "w", "v")
	n.publish("tass", "1a", 2, "w")
	n.all(time.Minute)
	n.heard(person)
	check(t, n.st, "owed 0 frozen 0 sent 3 skipped 3 unsent 0")
	n.publish("belta", "0b", 1, "w")
	n.publish("belta", "б", 1, "w")
	n.all(time.Minute)
	n.heard(person, "silent б +0 +0a +0b")
	n.later(time.Hour)
	n.publish("onliner", "0c", 1, "w")
	n.all(time.Minute)
	n.heard(person, "edit ref-2: б +0 +0a +0b +0c")
}

// A digest has no line that begins with what the chat was told: the message that tells the story is changed, or else there is none.
func TestRepetitionsInADigest(t *testing.T) {
	n := newNewsroom(t, person)
	n.deps.Alike = sameStart
	n.publish("zerkalo", "а", 1, "w")
	n.all(time.Minute)
	n.heard(person, "а")
	n.wants(news.Preferences{Chat: person, All: news.Delivery{Digest: "hourly"}})
	n.later(time.Minute)
	n.publish("tass", "а2", 1, "w")
	n.publish("tass", "б", 2, "w")
	n.publish("tass", "в", 3, "w")
	n.all(time.Hour)
	n.later(time.Hour)
	n.all(time.Hour)
	n.heard(person, "2 items from б", "edit ref-1: а +а2")
	n.publish("belta", "б2", 2, "w")
	n.publish("belta", "в2", 3, "w")
	n.publish("belta", "г", 3, "w")
	n.publish("belta", "д", 4, "w")
	n.later(time.Hour)
	n.all(time.Hour)
	n.heard(person, "2 items from г")
	check(t, n.st, "owed 0 frozen 0 sent 7 skipped 1 unsent 0")

	// But the digest of a watchlist has what another one told of at once.
	n.wants(news.Preferences{Chat: person, All: news.Delivery{Digest: "hourly"}, Lists: map[string]news.Delivery{"w": {}}})
	n.publish("belta", "е", 5, "w", "v")
	n.all(time.Minute)
	n.heard(person, "е")
	n.later(time.Hour)
	n.all(time.Hour)
	n.heard(person, "reply ref-5: е")
}

// An edit that brings what was told onto another watchlist alerts anew when most of it is new. What repeats the wording before it does not.
func TestRepetitionsByAnEdit(t *testing.T) {
	for title, want := range map[string][2]string{
		"а, дополнено":  {"edit ref-1: а, дополнено", "edit ref-1: а, дополнено +ах"},
		"совсем другое": {"reply ref-1: совсем другое (first watchlist)", "edit ref-2: совсем другое +ах"},
	} {
		n := newNewsroom(t, person)
		n.deps.Alike = sameStart
		n.deps.Stories = DefaultStoryRules
		id := n.publish("zerkalo", "а", 1, "w")
		n.all(time.Minute)
		n.later(time.Hour)
		n.edit("zerkalo", id, title, "w", "v")
		n.all(time.Minute)
		n.heard(person, "а", want[0])
		n.later(time.Hour)
		n.publish("tass", "ах", 1, "hot")
		n.all(time.Minute)
		n.heard(person, want[1])
	}
}
