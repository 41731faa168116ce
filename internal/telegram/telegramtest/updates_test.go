package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// poll asks for updates and gives them as "number kind".
func poll(t *testing.T, s *Server, pairs ...any) []string {
	t.Helper()
	a := do(t, s, "getUpdates", pairs...)
	if !a.OK {
		return []string{a.said()}
	}
	var updates []map[string]json.RawMessage
	if err := json.Unmarshal(a.Result, &updates); err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, u := range updates {
		for kind := range u {
			if kind != "update_id" {
				found = append(found, string(u["update_id"])+" "+kind)
			}
		}
	}
	return found
}

func TestUpdatesComeAgainUntilTheOffsetMoves(t *testing.T) {
	s, _ := start(t)
	expect(t, "none", fmt.Sprint(poll(t, s)), "[]")
	s.Say(Saying{Chat: anna, From: anna, Text: "a"})
	s.SetStanding(group, anna, Banned)
	s.Say(Saying{Chat: forum, From: boris, Text: "b", Topic: 42})
	all := "[700000001 message 700000002 my_chat_member 700000003 message]"
	for range 2 {
		expect(t, "all", fmt.Sprint(poll(t, s)), all)
	}
	expect(t, "limit", fmt.Sprint(poll(t, s, "limit", 1)), "[700000001 message]")
	expect(t, "second", fmt.Sprint(poll(t, s, "offset", 700000002)), "[700000002 my_chat_member 700000003 message]")
	expect(t, "not back", fmt.Sprint(poll(t, s, "offset", 1)), "[700000002 my_chat_member 700000003 message]")
	expect(t, "future", fmt.Sprint(poll(t, s, "offset", 800000000)), "[700000002 my_chat_member 700000003 message]")
	expect(t, "from the end", fmt.Sprint(poll(t, s, "offset", -1)), "[700000003 message]")
	if s.Unconfirmed() != 1 {
		t.Errorf("%d unconfirmed", s.Unconfirmed())
	}
	expect(t, "done", fmt.Sprint(poll(t, s, "offset", 700000004)), "[]")
}

func TestAllowedUpdates(t *testing.T) {
	s, _ := start(t)
	poll(t, s, "allowed_updates", `["callback_query"]`)
	s.Say(Saying{Chat: anna, From: anna, Text: "a"})
	if s.Push("callback_query", map[string]any{}) == 0 || s.Unconfirmed() != 1 {
		t.Error("callback_query is wanted, message is not")
	}
	poll(t, s) // remembered
	s.Say(Saying{Chat: anna, From: anna, Text: "a"})
	if s.Unconfirmed() != 1 {
		t.Error("the choice was forgotten")
	}
}

func TestLongPoll(t *testing.T) {
	s, _ := start(t)
	begin := time.Now()
	expect(t, "nothing", fmt.Sprint(poll(t, s, "timeout", 1)), "[]")
	if d := time.Since(begin); d < time.Second {
		t.Errorf("answered after %v", d)
	}
	got := make(chan []string)
	go func() { got <- poll(t, s, "timeout", 30) }()
	waiting(t, s, 1)
	s.Say(Saying{Chat: anna, From: anna, Text: "a"})
	expect(t, "woken", fmt.Sprint(<-got), "[700000001 message]")

	poll(t, s, "offset", 700000002)
	go func() { got <- poll(t, s, "timeout", 30) }()
	waiting(t, s, 2)
	second := make(chan []string)
	go func() { second <- poll(t, s, "timeout", 30) }()
	expect(t, "the older of two", fmt.Sprint(<-got), "[409 "+conflict+"]")
	s.Say(Saying{Chat: anna, From: anna, Text: "b"})
	expect(t, "the newer", fmt.Sprint(<-second), "[700000002 message]")

	do(t, s, "setWebhook", "url", "https://e.org/")
	if got := poll(t, s)[0]; !strings.HasPrefix(got, "409 Conflict: can't use getUpdates method while webhook is active") {
		t.Error(got)
	}
	do(t, s, "deleteWebhook")
	expect(t, "without a webhook", fmt.Sprint(poll(t, s)), "[700000002 message]")
}

// waiting returns when the n-th long poll waits.
func waiting(t *testing.T, s *Server, n int) {
	t.Helper()
	for range 5000 {
		s.mu.Lock()
		ready := s.updates.poll != nil && s.updates.serial >= n+1 // one waited in vain before
		s.mu.Unlock()
		if ready {
			return
		}
		<-time.After(time.Millisecond)
	}
	t.Fatal("nobody listens")
}

func TestCloseEndsLongPolls(t *testing.T) {
	s := New(Options{})
	done := make(chan bool)
	go func() {
		defer close(done)
		_, _ = try(s, "getUpdates", "timeout", 50) // answered or cut off: both are an end
	}()
	for !s.waits() {
		<-time.After(time.Millisecond)
	}
	s.Close()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the long poll goes on")
	}
}

func (s *Server) waits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.updates.poll != nil
}

func TestAListenerThatLeaves(t *testing.T) {
	s, _ := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/bot"+s.Token()+"/getUpdates?timeout=50", nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			err = resp.Body.Close()
		}
		done <- err
	}()
	for !s.waits() {
		<-time.After(time.Millisecond)
	}
	cancel()
	if <-done == nil {
		t.Error("the call was answered")
	}
	s.Say(Saying{Chat: anna, From: anna, Text: "a"})
	expect(t, "nothing is lost", fmt.Sprint(poll(t, s)), "[700000001 message]")
}

func TestMessagesOfPeople(t *testing.T) {
	s, _ := start(t)
	alert := do(t, s, "sendMessage", "chat_id", forum, "text", "alert", "message_thread_id", 42).id(t)
	s.Say(Saying{Chat: forum, From: anna, Text: "/why@vestnik_test_bot что", ReplyTo: alert, Topic: 42})
	var updates []struct {
		Message struct {
			ID       int `json:"message_id"`
			From     User
			Chat     struct{ ID int64 }
			Text     string
			Thread   int  `json:"message_thread_id"`
			Topic    bool `json:"is_topic_message"`
			Entities []Entity
			Reply    struct {
				ID   int `json:"message_id"`
				From User
			} `json:"reply_to_message"`
		}
	}
	if err := json.Unmarshal(do(t, s, "getUpdates").Result, &updates); err != nil {
		t.Fatal(err)
	}
	m := updates[0].Message
	if m.From.LanguageCode != "ru" || m.Chat.ID != forum || m.Thread != 42 || !m.Topic || m.Reply.ID != alert || m.Reply.From != s.Bot() || m.ID != alert+1 ||
		list(m.Entities) != " bot_command[0:21]" {
		t.Errorf("%+v", m)
	}
}

func TestButtons(t *testing.T) {
	s, _ := start(t)
	id := do(t, s, "sendMessage", "chat_id", anna, "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"more","callback_data":"r:2"}]]}`).id(t)
	query := s.Press(anna, id, anna, "r:2")
	var updates []struct {
		Query struct {
			ID, Data string
			Message  struct {
				ID int `json:"message_id"`
			}
		} `json:"callback_query"`
	}
	if err := json.Unmarshal(do(t, s, "getUpdates").Result, &updates); err != nil {
		t.Fatal(err)
	}
	if q := updates[0].Query; q.ID != query || q.Data != "r:2" || q.Message.ID != id {
		t.Errorf("%+v", q)
	}
	expect(t, "too long", do(t, s, "answerCallbackQuery", "callback_query_id", query, "text", strings.Repeat("ы", 201)).said(), "400 Bad Request: MESSAGE_TOO_LONG")
	expect(t, "answer", do(t, s, "answerCallbackQuery", "callback_query_id", query, "text", "готово").said(), "ok")
	expect(t, "again", do(t, s, "answerCallbackQuery", "callback_query_id", query).said(), "400 Bad Request: query is too old and response timeout expired or query ID is invalid")
	if a := s.Answers(); len(a) != 1 || a[0].Text != "готово" {
		t.Error(a)
	}
	defer func() {
		if recover() == nil {
			t.Error("a button that is not there was pressed")
		}
	}()
	s.Press(anna, id, anna, "r:3")
}

func TestMigrationTellsBothChats(t *testing.T) {
	s, _ := start(t)
	s.Migrate(group, -1009)
	var updates []struct {
		Message struct {
			Chat struct{ ID int64 }
			To   int64 `json:"migrate_to_chat_id"`
			From int64 `json:"migrate_from_chat_id"`
		}
	}
	if err := json.Unmarshal(do(t, s, "getUpdates").Result, &updates); err != nil {
		t.Fatal(err)
	}
	if a, b := updates[0].Message, updates[1].Message; a.Chat.ID != group || a.To != -1009 || b.Chat.ID != -1009 || b.From != group {
		t.Errorf("%+v", updates)
	}
}
