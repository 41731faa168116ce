package telegram

import (
	"bytes"
	"context"
	"html"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

// plainText is text of HTML without its tags, as the server decodes it.
func plainText(s string) string { return html.UnescapeString(s) }

// The places of the fake world.
const (
	anna    = 501 // a person
	boris   = 502
	group   = -400
	forum   = -1001234567890
	topic   = 42
	channel = -1009876543210
)

// journal is what a test logs, at debug level; it is searched for the token when the test ends.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// world starts the fake with its chats and a client of it.
func world(t *testing.T) (*telegramtest.Server, *Client, *journal) {
	t.Helper()
	srv := telegramtest.New(telegramtest.Options{Limits: telegramtest.Limits{ChatEvery: time.Nanosecond, ChatBurst: 1000, GroupMinute: 1000, AllSecond: 1000}})
	t.Cleanup(srv.Close)
	srv.AddPerson(telegramtest.User{ID: anna, FirstName: "Anna", LanguageCode: "ru"})
	srv.AddPerson(telegramtest.User{ID: boris, FirstName: "Boris", LanguageCode: "en"})
	srv.AddChat(telegramtest.Chat{ID: group, Title: "Group", Members: map[int64]telegramtest.Standing{anna: telegramtest.Creator}})
	srv.AddChat(telegramtest.Chat{ID: forum, Title: "Forum", Topics: []int{topic}})
	srv.AddChat(telegramtest.Chat{ID: channel, Type: telegramtest.Channel, Title: "Channel", Username: "vestnik_news"})
	c, j := clientOf(t, srv)
	return srv, c, j
}

func clientOf(t *testing.T, srv *telegramtest.Server) (*Client, *journal) {
	t.Helper()
	j := &journal{}
	c, err := New(Options{Token: news.Secret(srv.Token()), APIURL: srv.URL(), Timeout: 5 * time.Second, Log: slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { noToken(t, srv.Token(), "the log", j.String()) })
	return c, j
}

// noToken fails when the token, or half of its secret part, is in s.
func noToken(t *testing.T, token, where, s string) {
	t.Helper()
	_, secret, _ := strings.Cut(token, ":")
	for _, part := range []string{token, secret, secret[:len(secret)/2], secret[len(secret)/2:]} {
		if strings.Contains(s, part) {
			t.Errorf("%s holds the token: %s", where, s)
			return
		}
	}
}

// chats is a Chats in memory, and the outbox and the offset beside it.
type chats struct {
	mu     sync.Mutex
	known  map[string]news.Chat
	moved  map[string]string
	keys   map[string]bool
	outbox []news.Message
	offset int64
	broken error // what every method says
}

func (c *chats) Chat(_ context.Context, base string) (news.Chat, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch, ok := c.known[base]
	return ch, ok, c.broken
}

func (c *chats) SaveChat(_ context.Context, ch news.Chat) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[string]news.Chat{}
	}
	c.known[ch.Address] = ch
	return c.broken
}

func (c *chats) CloseChat(_ context.Context, base, why string, _ time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[string]news.Chat{}
	}
	ch := c.known[base]
	ch.Address, ch.Closed = base, why
	c.known[base] = ch
	return c.broken
}

func (c *chats) MigrateChat(_ context.Context, from, to string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.moved == nil {
		c.moved = map[string]string{}
	}
	c.moved[from] = to
	return c.broken
}

func (c *chats) enqueue(_ context.Context, ms ...news.Message) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken != nil {
		return 0, c.broken
	}
	if c.keys == nil {
		c.keys = map[string]bool{}
	}
	n := 0
	for _, m := range ms {
		if m.Key == "" || !c.keys[m.Key] {
			c.keys[m.Key] = true
			c.outbox = append(c.outbox, m)
			n++
		}
	}
	return n, nil
}

func (c *chats) out() []news.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]news.Message(nil), c.outbox...)
}

func (c *chats) closed(base string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch, ok := c.known[base]
	if !ok {
		return "unknown"
	}
	return ch.Closed
}

// echo answers every request with what it was.
type echo struct {
	mu    sync.Mutex
	asked []command.Request
	fail  func(command.Request) error // nil, or what goes wrong
}

func (e *echo) handle(_ context.Context, r command.Request) ([]command.Reply, error) {
	e.mu.Lock()
	e.asked = append(e.asked, r)
	fail := e.fail
	e.mu.Unlock()
	if fail != nil {
		if err := fail(r); err != nil {
			return nil, err
		}
	}
	if r.Button == "below" {
		return []command.Reply{{Doc: command.Doc{{{Text: "said below"}}}, Toast: "look below", Popup: true}}, nil
	}
	if r.Button != "" {
		return []command.Reply{{Doc: command.Doc{{{Text: "pressed " + r.Button}}}, Edit: true, Toast: "done"}}, nil
	}
	return []command.Reply{{Doc: command.Doc{{{Text: "heard " + r.Name + "|" + r.Args}}}, Buttons: [][]command.Button{{{Text: "more", Data: "m:1"}}}}}, nil
}

func (e *echo) requests() []command.Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]command.Request(nil), e.asked...)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}
