package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

// TestBeingAlive holds that an admin hears once of a feed that fails and once of its recovery, that the ping is called after healthy cycles only,
// and that a bot that was down says so in one digest.
func TestBeingAlive(t *testing.T) {
	var pings atomic.Int64
	ping := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { pings.Add(1) }))
	t.Cleanup(ping.Close)
	r := newChatRig(t, "  channel: \"@vestnik_news\"\n  admins: [11]\n", farmWatchlists)
	data, err := os.ReadFile(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.cfg, append([]byte("ping_url: \""+ping.URL+"/sekrit-check\"\n"), data...), 0o600); err != nil {
		t.Fatal(err)
	}
	r.tg.AddPerson(telegramtest.User{ID: boss, FirstName: "boss", LanguageCode: "ru"})
	r.tg.AddChat(telegramtest.Chat{ID: theChannel, Type: telegramtest.Channel, Username: "vestnik_news"})
	r.farm.publish(0, "Токаев первый", "")
	r.start()
	r.ask(boss, boss, "/start", "Vestnik")
	r.expect(theChannel, 0, "Токаев первый")

	r.farm.down.Store(true)
	failing := r.expect(boss, 0, "503")
	before := pings.Load()
	r.farm.down.Store(false)
	recovered := r.expect(boss, failing.ID, "Farm 0")
	r.farm.publish(0, "Токаев второй", "")
	r.expect(theChannel, 0, "Токаев второй")
	for range 6 * 400 {
		if pings.Load() > before {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if pings.Load() == before {
		t.Error("no ping after a healthy cycle")
	}
	said := 0
	for _, m := range r.texts(boss, 0) {
		if strings.Contains(m.Text, "Farm 0") {
			said++
		}
	}
	if said != 2 {
		t.Errorf("%d notices of the feed, want its failure %q and its recovery %q", said, failing.Text, recovered.Text)
	}
	r.stop()
	if strings.Contains(r.log.String(), "sekrit-check") {
		t.Error("the ping's address is in the log")
	}

	// An outage of half an hour, as the database remembers it.
	s := openTestStore(t, r.dir)
	if err := s.SetSetting(t.Context(), settingAlive, time.Now().Add(-30*time.Minute).UTC().Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"третий", "четвёртый", "пятый"} {
		r.farm.publish(0, "Токаев "+n, "")
	}
	last := r.last(theChannel)
	time.Sleep(1500 * time.Millisecond) // after a real outage the feed is due
	r.start()
	digest := r.expect(theChannel, last, "Токаев третий")
	r.expect(boss, recovered.ID, "3 уведомления")
	if !strings.Contains(digest.Text, "четвёртый") || !strings.Contains(digest.Text, "пятый") || !strings.Contains(digest.Text, "down") {
		t.Errorf("after an outage the channel got %q", digest.Text)
	}
	r.stop()
}

func TestChanges(t *testing.T) {
	status := func(id string, failures int) news.FeedStatus {
		return news.FeedStatus{Feed: news.Feed{ID: id}, State: news.FeedState{Failures: failures}}
	}
	failing, recovered := changes([]news.FeedStatus{status("well", 0), status("hiccup", streak-1), status("dead", streak), status("told", 9), status("back", 0)},
		map[string]time.Time{"told": {}, "back": {}, "removed": {}})
	ids := func(list []news.FeedStatus) string {
		var out []string
		for _, f := range list {
			out = append(out, f.Feed.ID)
		}
		return strings.Join(slices.Sorted(slices.Values(out)), " ")
	}
	if ids(failing) != "dead" || ids(recovered) != "back" {
		t.Errorf("failing %q, recovered %q", ids(failing), ids(recovered))
	}
}

func TestScrubber(t *testing.T) {
	var b bytes.Buffer
	w := newScrubber(&b, "123456:AbC-dEfGhIjKlMnOpQrStUvWx", "", "http://user:p%40ss@proxy.example:1")
	for _, s := range []string{"token 123456:AbC-dEfGhIjKlMnOpQrStUvWx end", "half AbC-dEfGhIjKlMnOpQrStUvWx end", "escaped 123456%3AAbC-dEfGhIjKlMnOpQrStUvWx", "http://user:p%40ss@proxy.example:1"} {
		b.Reset()
		if n, err := w.Write([]byte(s)); n != len(s) || err != nil {
			t.Errorf("wrote %d of %d: %v", n, len(s), err)
		}
		if strings.Contains(b.String(), "AbC-") || strings.Contains(b.String(), "p%40ss") {
			t.Errorf("%q became %q", s, b.String())
		}
	}
}
