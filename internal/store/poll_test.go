package store

import (
	"fmt"
	"testing"
	"time"

	"vestnik/internal/news"
)

func testSyncConfig(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	configure(t, s) // again: nothing changes
	equal(t, "feeds", number(t, s, `SELECT count(*) FROM feeds`), 2)
	equal(t, "subscriptions", number(t, s, `SELECT count(*) FROM subscriptions`), 3)

	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "Першы", ""), Matches: over("csto")})
	must(t, s.write(ctx, func(x tx) error {
		_, err := x.exec(ctx, `INSERT INTO subscriptions (watchlist, chat, source) VALUES ('tokayev', 'telegram:7', 'chat'), ('csto', 'terminal', 'chat')`)
		return err
	}))

	// belta leaves the configuration, and all subscriptions with it.
	must(t, s.SyncConfig(ctx, []news.Feed{kazinf}, []news.Watchlist{csto}, nil))
	equal(t, "chats' own subscriptions", number(t, s, `SELECT count(*) FROM subscriptions WHERE source = 'chat'`), 2)
	equal(t, "the configuration's", number(t, s, `SELECT count(*) FROM subscriptions WHERE source = 'config'`), 0)
	equal(t, "items", number(t, s, `SELECT count(*) FROM items`), 1)
	claims, err := s.Claim(ctx, news.Round{Owner: "a", Start: noon, All: true}, noon.Add(time.Hour), time.Minute, 10)
	must(t, err)
	if len(claims) != 1 || claims[0].State.FeedID != "kazinform" {
		t.Errorf("a removed feed was handed out: %+v", claims)
	}
	statuses, err := s.FeedStatuses(ctx)
	must(t, err)
	equal(t, "statuses", len(statuses), 1)
	list, err := s.Recent(ctx, news.Filter{})
	must(t, err)
	equal(t, "items of a removed feed", titles(list), []string{"Першы"})

	// It comes back and remembers.
	configure(t, s)
	c := claim(t, s, "belta", noon.Add(2*time.Hour))
	equal(t, "last success", c.State.LastSuccess, noon)
	equal(t, "items stored", c.State.Items, 1)
}

func testPollAnew(t *testing.T, s *Store) {
	configure(t, s)
	state := news.FeedState{ETag: `"1"`, LastModified: "Mon", BodyHash: "h", DueAt: noon.Add(6 * time.Hour), Failures: 3, ErrorClass: news.ErrBlocked, MovedTo: "https://belta.example/atom"}
	_, err := s.Commit(t.Context(), news.Poll{Claim: claim(t, s, "belta", noon), At: noon, State: state})
	must(t, err)
	must(t, s.PollAnew(t.Context(), []string{"belta", "nobody"}))
	c := claim(t, s, "belta", noon.Add(time.Second))
	state.FeedID, state.ETag, state.LastModified, state.BodyHash, state.DueAt = "belta", "", "", "", time.Time{}
	equal(t, "state", c.State, state)
}

func testMoved(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	c := claim(t, s, "belta", noon)
	state := news.FeedState{ETag: `"1"`, LastModified: "Mon", BodyHash: "h", DueAt: noon.Add(6 * time.Hour), FirstSuccess: noon, LastSuccess: noon,
		LastNew: noon, Failures: 3, ErrorClass: news.ErrBlocked, ErrorProof: "403", Gaps: 2, MovedTo: "https://belta.example/atom", DriftKey: "g:1",
		Rhythm: "1 2 3", Pace: 10 * time.Minute, TTL: time.Hour, Took: 1200 * time.Millisecond, GapAt: noon, MovedSeen: 7, MovedSince: noon.Add(-48 * time.Hour)}
	_, err := s.Commit(ctx, news.Poll{Claim: c, At: noon, State: state, New: []news.NewItem{{Item: item("belta", 1, "t", "")}}})
	must(t, err)

	held := claim(t, s, "belta", noon.Add(time.Second))
	kept := state
	kept.FeedID, kept.Items = "belta", 1
	equal(t, "state as it was written", held.State, kept)
	moved := belta
	moved.URL = "https://belta.example/atom"
	must(t, s.SyncConfig(ctx, []news.Feed{moved, kazinf}, nil, nil))
	_, err = s.Commit(ctx, news.Poll{Claim: held, At: noon.Add(2 * time.Second), State: held.State})
	wantErr(t, err, news.ErrLeaseLost) // it polled the old address

	again := claim(t, s, "belta", noon.Add(3*time.Second))
	equal(t, "old address", held.URL, belta.URL)
	equal(t, "new address", again.URL, moved.URL)
	got := again.State
	equal(t, "state", got, news.FeedState{FeedID: "belta", FirstSuccess: noon, LastSuccess: noon, LastNew: noon, Gaps: 2, Items: 1,
		Rhythm: "1 2 3", Pace: 10 * time.Minute, TTL: time.Hour, GapAt: noon})
	keys, err := s.Known(ctx, "belta", item("belta", 1, "", "").Keys)
	must(t, err)
	equal(t, "keys", len(keys), 2)
}

func testClaim(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	ids := func(claims []news.Claim) (all []string) {
		for _, c := range claims {
			all = append(all, c.State.FeedID)
		}
		return all
	}
	take := func(owner string, start, now time.Time, all bool) []news.Claim {
		t.Helper()
		claims, err := s.Claim(ctx, news.Round{Owner: owner, Start: start, All: all}, now, time.Minute, 10)
		must(t, err)
		return claims
	}
	finish := func(c news.Claim, now, due time.Time) {
		t.Helper()
		_, err := s.Commit(ctx, news.Poll{Claim: c, At: now, State: news.FeedState{DueAt: due}})
		must(t, err)
	}

	one, err := s.Claim(ctx, news.Round{Owner: "a", Start: noon}, noon, time.Minute, 1)
	must(t, err)
	equal(t, "limit", ids(one), []string{"belta"})
	equal(t, "until", one[0].Until, noon.Add(time.Minute))
	rest := take("b", noon, noon, false)
	equal(t, "what is left", ids(rest), []string{"kazinform"})
	equal(t, "nothing left", ids(take("c", noon, noon, true)), []string(nil))

	finish(one[0], noon, noon.Add(10*time.Minute))
	finish(rest[0], noon, noon.Add(5*time.Minute))
	later := noon.Add(4 * time.Minute)
	equal(t, "not due", ids(take("a", later, later, false)), []string(nil))
	later = noon.Add(10 * time.Minute)
	due := take("a", later, later, false)
	equal(t, "oldest due first", ids(due), []string{"kazinform", "belta"})

	// Within a round no feed comes twice, even when it is due again or was given back.
	finish(due[0], later, later)
	must(t, s.Release(ctx, due[1]))
	equal(t, "same round", ids(take("a", later, later.Add(time.Second), false)), []string(nil))
	equal(t, "same round, all", ids(take("a", later, later.Add(time.Second), true)), []string(nil))
	all := take("a", later.Add(time.Second), later.Add(time.Second), true)
	equal(t, "next round", ids(all), []string{"belta", "kazinform"})

	// A claim that ran out is free for others, and the late holder cannot give away what it has not.
	taken := take("b", later, later.Add(2*time.Minute), true)
	equal(t, "ran out", ids(taken), []string{"belta", "kazinform"})
	must(t, s.Release(ctx, all[0]))
	equal(t, "still b's", ids(take("c", later, later.Add(2*time.Minute), true)), []string(nil))
}

func testRenew(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	c := claim(t, s, "belta", noon)
	longer, err := s.Renew(ctx, c, noon.Add(30*time.Second), time.Minute)
	must(t, err)
	equal(t, "until", longer.Until, noon.Add(90*time.Second))
	_, err = s.Renew(ctx, c, noon.Add(31*time.Second), time.Minute)
	wantErr(t, err, news.ErrLeaseLost) // that claim has another name now
	_, err = s.Commit(ctx, news.Poll{Claim: c, At: noon.Add(31 * time.Second)})
	wantErr(t, err, news.ErrLeaseLost)
	_, err = s.Commit(ctx, news.Poll{Claim: longer, At: noon.Add(80 * time.Second)})
	must(t, err)
	_, err = s.Renew(ctx, longer, noon.Add(81*time.Second), time.Minute)
	wantErr(t, err, news.ErrLeaseLost)
}

func testCommit(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	c := claim(t, s, "belta", noon)
	first := item("belta", 1, "Токаевым подписано 🇰🇿", "Абзац.\nЕщё один: Ұлттық, مرحبا")
	backlog := item("belta", 2, "Старое", "")
	below := item("belta", 3, "Ниже порога", "")
	below.Categories, below.Author = nil, ""
	state := news.FeedState{ETag: `W/"x"`, LastModified: "Mon, 11 May", BodyHash: "abc", DueAt: noon.Add(10 * time.Minute), FirstSuccess: noon,
		LastSuccess: noon.Add(time.Millisecond), LastNew: noon, Failures: 0, Gaps: 1, Items: 99, MovedTo: "https://www.belta.example/лента", DriftKey: "g:belta-1"}
	got, err := s.Commit(ctx, news.Poll{Claim: c, At: noon, State: state, New: []news.NewItem{
		{Item: first, Matches: append(over("csto", "nobody-listens"), news.Match{Watchlist: "tokayev", Score: 0.4, Excluded: []news.Hit{{Term: "x"}}})},
		{Item: backlog, Matches: over("csto", "tokayev"), Skip: news.SkipBacklog},
		{Item: below, Matches: []news.Match{{Watchlist: "csto", Score: 0.1}}},
		{Item: first, Matches: over("csto")}, // twice in one poll
	}})
	must(t, err)
	equal(t, "committed", got, news.Committed{Stored: 3, Matched: 2, Owed: 2, Skipped: 3})

	list, err := s.Recent(ctx, news.Filter{})
	must(t, err)
	equal(t, "titles", titles(list), []string{"Ниже порога", "Старое", "Токаевым подписано 🇰🇿"})
	first.ID, first.Keys = 1, nil
	equal(t, "item", list[2].Item, first)
	equal(t, "feed", list[2].Feed, belta)
	equal(t, "matches over the threshold", list[2].Matches, over("csto", "nobody-listens"))
	below.ID, below.Keys = 3, nil
	equal(t, "item without author", list[0].Item, below)

	equal(t, "reason", number(t, s, `SELECT count(*) FROM alerts WHERE state = 'skipped' AND reason = 'backlog' AND item_id = 2`), 3)
	equal(t, "matches below are kept", number(t, s, `SELECT count(*) FROM matches WHERE is_over = 0`), 2)

	state.FeedID, state.Items = "belta", 3 // the store counts by itself
	equal(t, "state", claim(t, s, "belta", noon.Add(time.Second)).State, state)
}

func testCommitLost(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	late := claim(t, s, "belta", noon)
	p := news.Poll{Claim: late, At: late.Until, State: news.FeedState{ETag: "late"}, New: []news.NewItem{{Item: item("belta", 1, "t", "")}}}
	_, err := s.Commit(ctx, p)
	wantErr(t, err, news.ErrLeaseLost)

	// The same owner holds the feed again, under another claim; an At from before does not help the old one.
	again := claim(t, s, "belta", late.Until)
	p.At = noon
	_, err = s.Commit(ctx, p)
	wantErr(t, err, news.ErrLeaseLost)
	stranger := again
	stranger.Owner = "stranger"
	_, err = s.Commit(ctx, news.Poll{Claim: stranger, At: late.Until})
	wantErr(t, err, news.ErrLeaseLost)
	equal(t, "written", number(t, s, `SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM item_keys) + (SELECT count(*) FROM feeds WHERE etag <> '')`), 0)

	done := news.Poll{Claim: again, At: late.Until, State: again.State}
	_, err = s.Commit(ctx, done)
	must(t, err)
	_, err = s.Commit(ctx, done) // a claim is for one commit
	wantErr(t, err, news.ErrLeaseLost)
}

func testCommitAgain(t *testing.T, s *Store) {
	configure(t, s)
	it := news.NewItem{Item: item("belta", 1, "Один", ""), Matches: over("csto")}
	equal(t, "first", commit(t, s, "belta", noon, it), news.Committed{Stored: 1, Matched: 1, Owed: 2})
	equal(t, "again", commit(t, s, "belta", noon.Add(time.Second), it), news.Committed{})
	// The same keys in another feed are other keys.
	equal(t, "other feed", commit(t, s, "kazinform", noon, it), news.Committed{Stored: 1, Matched: 1, Owed: 2})
	equal(t, "owner of the item", number(t, s, `SELECT count(*) FROM items WHERE feed_id = 'kazinform'`), 1)
}

// A commit that fails half way leaves nothing, the claim included.
func testCommitFails(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	c := claim(t, s, "belta", noon)
	good := news.NewItem{Item: item("belta", 1, "t", ""), Matches: over("csto")}
	for name, bad := range map[string]news.NewItem{
		"no keys":         {Item: news.Item{Title: "t"}},
		"watchlist twice": {Item: item("belta", 2, "t", ""), Matches: over("csto", "csto")},
	} {
		if _, err := s.Commit(ctx, news.Poll{Claim: c, At: noon, State: news.FeedState{ETag: "new"}, New: []news.NewItem{good, bad}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	equal(t, "written", number(t, s, `SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM item_keys) + (SELECT count(*) FROM matches)
		+ (SELECT count(*) FROM alerts) + (SELECT count(*) FROM feeds WHERE etag <> '')`), 0)
	done, err := s.Commit(ctx, news.Poll{Claim: c, At: noon, New: []news.NewItem{good}})
	must(t, err)
	equal(t, "stored", done.Stored, 1)
}

func testDrift(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "Один", "")}, news.NewItem{Item: item("belta", 2, "Два", "")})
	c := claim(t, s, "belta", noon.Add(time.Second))
	_, err := s.Commit(ctx, news.Poll{Claim: c, At: noon.Add(time.Second), State: c.State, Adopt: []news.Adopt{
		{ItemID: 1, Keys: []string{"g:neu-1", "g:belta-2"}}, // the second one leads to item 2 already
	}})
	must(t, err)
	got, err := s.Known(ctx, "belta", []string{"g:neu-1", "g:belta-1", "g:belta-2"})
	must(t, err)
	equal(t, "keys", got, map[string]int64{"g:neu-1": 1, "g:belta-1": 1, "g:belta-2": 2})
}

func testKnown(t *testing.T, s *Store) {
	configure(t, s)
	var items []news.NewItem
	var keys []string
	for i := range 700 {
		it := item("belta", i, "t", "")
		items = append(items, news.NewItem{Item: it})
		keys = append(append(keys, it.Keys...), fmt.Sprintf("h:%d", i))
	}
	equal(t, "stored", commit(t, s, "belta", noon, items...).Stored, 700)
	got, err := s.Known(t.Context(), "belta", keys)
	must(t, err)
	equal(t, "known", len(got), 1400)
	for i, it := range items {
		if got[it.Item.Keys[0]] != int64(i+1) || got[it.Item.Keys[1]] != int64(i+1) {
			t.Fatalf("keys of item %d lead to %d and %d", i+1, got[it.Item.Keys[0]], got[it.Item.Keys[1]])
		}
	}
	none, err := s.Known(t.Context(), "kazinform", keys)
	must(t, err)
	equal(t, "another feed's", len(none), 0)
}
