package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/deliver"
	"vestnik/internal/news"
	"vestnik/internal/poll"
	"vestnik/internal/telegram/telegramtest"
)

// A wayward is a feed that answers otherwise from step to step, at one address.
type wayward struct {
	t       *testing.T
	address string
	answer  atomic.Pointer[http.HandlerFunc]
	server  *http.Server
}

func newWayward(t *testing.T) *wayward {
	t.Helper()
	w := &wayward{t: t, address: "127.0.0.1:0"}
	w.listen()
	t.Cleanup(func() { _ = w.server.Close() })
	return w
}

func (w *wayward) listen() {
	w.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(w.t.Context(), "tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.address = l.Addr().String()
	w.server = &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { (*w.answer.Load())(rw, r) }), ReadHeaderTimeout: time.Minute}
	go func() { _ = w.server.Serve(l) }()
}

// refuse ends the server: whoever connects is refused.
func (w *wayward) refuse() {
	if err := w.server.Close(); err != nil {
		w.t.Error(err)
	}
}

// TestOneStreakTwoMessages walks a feed through everything that can be wrong with it. The board shows each state, and the admin hears twice: once that it
// fails, whatever becomes of the fault meanwhile, and once that it is back.
func TestOneStreakTwoMessages(t *testing.T) {
	r := newChatRig(t, fmt.Sprintf("  channel: \"@vestnik_news\"\n  admins: [%d]\n", boss), farmWatchlists)
	r.tg.AddPerson(telegramtest.User{ID: boss, FirstName: "boss"})
	r.tg.AddChat(telegramtest.Chat{ID: theChannel, Type: telegramtest.Channel, Username: "vestnik_news"})
	r.tg.Say(telegramtest.Saying{Chat: boss, From: boss, Text: "/start"})
	feed := newWayward(t)
	data, err := os.ReadFile(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.cfg, bytes.ReplaceAll(data, []byte(r.farm.URL), []byte("http://"+feed.address)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(tokenVariable, r.tg.Token())
	o := &options{config: r.cfg, stdin: strings.NewReader(""), stdout: &r.log, stderr: &r.log}
	a, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	b := &bot{app: a, wake: make(chan struct{}, 1), polled: make(chan struct{})}
	b.live.Store(a.rules)

	now := time.Now()
	clock := func() time.Time { return now }
	ask := func(name, args string) string {
		t.Helper()
		d := b.desk(a.rules)
		d.Now = clock
		replies, err := d.Handle(t.Context(), command.Request{Chat: fmt.Sprint("telegram:", boss), Kind: news.ChatPrivate, User: fmt.Sprint("telegram:", boss),
			Language: "en", Name: name, Args: args})
		if err != nil || len(replies) != 1 {
			t.Fatalf("/%s: %d replies, %v", name, len(replies), err)
		}
		return replies[0].Doc.Plain()
	}
	told := func() (texts []string) {
		for _, m := range r.texts(boss, 0) {
			texts = append(texts, unjoined(m.Text))
		}
		return texts
	}
	// step is a round seven hours later than the last, longer than the longest back-off, and what comes of it.
	step := func(state string, messages int) {
		t.Helper()
		now = now.Add(7 * time.Hour)
		deps := b.pollDeps(a.rules)
		deps.Now = clock
		sum, err := poll.Cycle(t.Context(), deps, now, pollOptions(a.cfg))
		if err != nil || sum.Feeds != 1 {
			t.Fatalf("%s: %d feeds polled, %v", state, sum.Feeds, err)
		}
		if err := b.tellOfFeeds(t.Context(), a.rules, now); err != nil {
			t.Fatal(err)
		}
		lease, err := a.store.AcquireLease(t.Context(), "sender", "test", now, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		sending := a.deliverDeps(t.Context())
		sending.Memory = deliver.NewMemory(deliver.TelegramLimits())
		for at, i := now, 0; !at.IsZero() && i < 10; i++ { // a sender that just began paces itself as if others had sent before it
			sending.Now = func() time.Time { return at }
			sent, err := deliver.Flush(t.Context(), sending, lease)
			if err != nil {
				t.Fatal(err)
			}
			at = sent.Next
		}
		if err := a.store.ReleaseLease(t.Context(), lease); err != nil {
			t.Fatal(err)
		}
		if board := ask("feeds", ""); !strings.Contains(board, "farm-0 · "+state) {
			t.Errorf("want %q on the board, which is\n%s", state, board)
		}
		if full := ask("feeds", "FARM 0"); !strings.Contains(full, state) {
			t.Errorf("want %q of the feed in full, which is\n%s", state, full)
		}
		if word, _, _ := strings.Cut(state, ":"); !strings.Contains(ask("status", ""), "Feeds 1: 1 "+strings.TrimSuffix(word, ",")) {
			t.Errorf("want %q in\n%s", word, ask("status", ""))
		}
		if got := told(); len(got) != messages {
			t.Fatalf("%s: the admin has %d messages, want %d:\n%s", state, len(got), messages, strings.Join(got, "\n---\n"))
		}
	}
	serve := func(f http.HandlerFunc) { feed.answer.Store(&f) }
	well := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>Погода</title><pubDate>%s</pubDate></item></channel></rss>`,
			time.Now().UTC().Format(time.RFC1123Z))
	}

	serve(well)
	step("ok,", 0)
	serve(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "cloudflare")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "<!DOCTYPE html><title>Just a moment...</title>")
	})
	step("blocked: keeps us out, 1 time in a row: 403 Forbidden · cloudflare: Just a moment...", 0)
	serve(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html><title>Добро пожаловать</title><p>Новостей нет")
	})
	step("not a feed: answers with something that is no feed, 2 times in a row: Добро пожаловать", 0)
	serve(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oops", http.StatusInternalServerError) })
	step("down: answers with an error, 3 times in a row: 500 Internal Server Error", 1)
	serve(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "9000")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><item><title>Перегов`)
	})
	step("not a feed: cannot be read as a feed, 4 times in a row: the document ends before its first item does", 1)
	feed.refuse()
	step("down: cannot be reached, 5 times in a row: dial tcp", 1)
	feed.listen()
	serve(well)
	step("ok,", 2)
	step("ok,", 2)
	// A hiccup is nobody's business.
	serve(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oops", http.StatusServiceUnavailable) })
	step("down: answers with an error, 1 time in a row: 503", 2)
	serve(well)
	step("ok,", 2)

	if got := told(); !strings.Contains(got[0], "500 Internal Server Error") || !strings.Contains(got[1], "Farm 0") {
		t.Errorf("the admin was told\n%s", strings.Join(got, "\n---\n"))
	}
}
