package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// suite is what every engine must do. open returns an empty store that the test closes.
func suite(t *testing.T, open func(t *testing.T) *Store) {
	for name, test := range map[string]func(*testing.T, *Store){
		"SyncConfig":    testSyncConfig,
		"PollAnew":      testPollAnew,
		"Moved":         testMoved,
		"Claim":         testClaim,
		"Renew":         testRenew,
		"Commit":        testCommit,
		"CommitLost":    testCommitLost,
		"CommitAgain":   testCommitAgain,
		"CommitFails":   testCommitFails,
		"Drift":         testDrift,
		"Known":         testKnown,
		"Lease":         testLease,
		"Outbox":        testOutbox,
		"OwedLimit":     testOwedLimit,
		"Files":         testFiles,
		"Trend":         testTrend,
		"Readers":       testReaders,
		"Refused":       testRefused,
		"Index":         testIndex,
		"Search":        testSearch,
		"SearchPages":   testSearchPages,
		"Recent":        testRecent,
		"Statuses":      testStatuses,
		"Settings":      testSettings,
		"Prune":         testPrune,
		"PruneMany":     testPruneMany,
		"PruneKeys":     testPruneKeys,
		"Strangers":     testStrangers,
		"CancelledCall": testCancelledCall,
		"Chats":         testChats,
		"CloseChat":     testCloseChat,
		"MigrateChat":   testMigrateChat,
		"Forget":        testForget,
		"Subscribe":     testSubscribe,
		"Mute":          testMute,
		"MuteKinds":     testMuteKinds,
		"Preferences":   testPreferences,
		"Due":           testDue,
		"Hurry":         testHurry,
		"Filters":       testFilters,
		"Told":          testTold,
		"Invites":       testInvites,
		"Enqueue":       testEnqueue,
		"Postings":      testPostings,
		"Why":           testWhy,
		"PruneReplies":  testPruneReplies,
		"Verdicts":      testVerdicts,
		"Overtaken":     testOvertaken,
		"Past":          testPast,
		"PastPolling":   testPastWhilePolling,
		"Items":         testItems,
		"Edit":          testEdit,
		"EditAway":      testEditAway,
		"EditSkipped":   testEditSkipped,
		"EditForEver":   testEditForEver,
		"EditOdd":       testEditOdd,
		"EditMoves":     testEditMoves,
		"PruneEdited":   testPruneEdited,
		"IndexLimit":    testIndexLimit,
		"Stories":       testStories,
		"StoriesTie":    testTopStoriesTie,
		"Tell":          testTell,
		"TellBack":      testTellRolledBack,
		"TellLater":     testTellLater,
		"TellEdited":    testTellEdited,
		"TellPruned":    testTellPruned,
		"PrunePrints":   testPrunePrints,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) *Store { return openAt(t, filepath.Join(t.TempDir(), "data", "vestnik.db")) })
}

func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), "sqlite:"+path, Options{Fold: strings.ToLower, Stories: byTitle(), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var noon = time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)

var (
	belta    = news.Feed{ID: "belta", URL: "https://belta.example/rss", Outlet: "БелТА", Country: "BY", Language: "be", Type: news.State, Every: 10 * time.Minute, Timezone: "Europe/Minsk", Backfill: 3}
	kazinf   = news.Feed{ID: "kazinform", URL: "https://inform.example/rss", Outlet: "Қазақпарат", Country: "KZ", Language: "kk", Type: news.Wire, AllowPrivate: true}
	csto     = news.Watchlist{ID: "csto", Name: "ОДКБ · ҰҚШҰ"}
	tokayev  = news.Watchlist{ID: "tokayev", Name: "Tokayev"}
	terminal = "terminal"
	channel  = "telegram:-100123:42"
)

// configure stores both feeds and watchlists; the terminal wants both watchlists, the channel wants csto.
func configure(t *testing.T, s *Store) {
	t.Helper()
	must(t, s.SyncConfig(t.Context(), []news.Feed{belta, kazinf}, []news.Watchlist{csto, tokayev}, []news.Subscription{
		{Chat: terminal, Watchlist: csto.ID}, {Chat: terminal, Watchlist: tokayev.ID}, {Chat: channel, Watchlist: csto.ID}}))
}

// item is the n-th item of a feed; each is a minute younger than the one before.
func item(feed string, n int, title, text string) news.Item {
	link := fmt.Sprintf("https://%s.example/%d", feed, n)
	return news.Item{
		FeedID: feed, Keys: []string{fmt.Sprintf("%s%s-%d", news.KeyGUID, feed, n), news.KeyURL + link}, URL: link, Link: link + "?utm=1",
		Title: title, Text: text, Lang: "ru", Author: "А. Г. Ұлы", Categories: []string{"Палітыка", "🇰🇿"},
		Media:     []news.Media{{URL: link + ".jpg", Type: "image/jpeg"}, {URL: link + "?видео"}},
		Published: noon.Add(time.Duration(n) * time.Minute), Seen: noon.Add(time.Hour),
	}
}

func over(watchlists ...string) []news.Match {
	var list []news.Match
	for _, w := range watchlists {
		list = append(list, news.Match{Watchlist: w, Score: 1.5, Over: true,
			Hits: []news.Hit{{Term: "Токаев", Surface: "Токаевым", Field: news.FieldTitle, Start: 0, End: 16, Rule: "name ru -ым", Weight: 1.5}}})
	}
	return list
}

// claim claims one feed, for a minute from now.
func claim(t *testing.T, s *Store, feed string, now time.Time) news.Claim {
	t.Helper()
	claims, err := s.Claim(t.Context(), news.Round{Owner: "test", Start: now, All: true}, now, time.Minute, 100)
	must(t, err)
	var mine *news.Claim
	for _, c := range claims {
		if c.State.FeedID == feed {
			mine = &c
			continue
		}
		must(t, s.Release(t.Context(), c))
	}
	if mine == nil {
		t.Fatalf("feed %q was not handed out", feed)
	}
	return *mine
}

// commit polls a feed once: claims it and commits the items.
func commit(t *testing.T, s *Store, feed string, now time.Time, items ...news.NewItem) news.Committed {
	t.Helper()
	c := claim(t, s, feed, now)
	st := c.State
	st.DueAt, st.LastSuccess = now.Add(10*time.Minute), now
	done, err := s.Commit(t.Context(), news.Poll{Claim: c, At: now, State: st, New: items})
	must(t, err)
	return done
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error %v, want %v", got, want)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// number asks the database for one number.
func number(t *testing.T, s *Store, query string, args ...any) (n int) {
	t.Helper()
	must(t, s.read(t.Context(), func(x tx) error { return x.queryRow(t.Context(), query, args...).Scan(&n) }))
	return n
}

func titles(list []news.Found) (all []string) {
	for _, f := range list {
		all = append(all, f.Item.Title)
	}
	return all
}

func testCancelledCall(t *testing.T, s *Store) {
	configure(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Commit(ctx, news.Poll{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled commit: %v", err)
	}
	must(t, s.SetSetting(t.Context(), "after", "works"))
}
