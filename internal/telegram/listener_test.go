package telegram

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

// listen runs a listener until the returned function is called, which waits for its end.
func listen(t *testing.T, l Listener) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var err error
	var running sync.WaitGroup
	running.Go(func() { err = l.Run(ctx) })
	return func() error {
		cancel()
		running.Wait()
		return err
	}
}

func listener(c *Client, st *chats, e *echo) Listener {
	return Listener{
		Client: c, Handle: e.handle, Enqueue: st.enqueue, Chats: st, Now: time.Now, Poll: 2 * time.Second, Slow: 50 * time.Millisecond, retry: 10 * time.Millisecond, Log: c.log,
		LoadOffset: func(context.Context) (int64, error) { st.mu.Lock(); defer st.mu.Unlock(); return st.offset, nil },
		SaveOffset: func(_ context.Context, n int64) error { st.mu.Lock(); defer st.mu.Unlock(); st.offset = n; return nil },
	}
}

func TestRequests(t *testing.T) {
	srv, c, _ := world(t)
	st, e := &chats{}, &echo{}
	woken := atomic.Int32{}
	l := listener(c, st, e)
	l.Wake = func() { woken.Add(1) }
	stop := listen(t, l)
	defer stop()
	me := srv.Bot().Username
	at := func(format string, args ...any) string { return "telegram:" + fmt.Sprintf(format, args...) }
	user := func(id int) string { return at("%d", id) }

	said := srv.Say(telegramtest.Saying{Chat: anna, From: anna, Text: "/Start  abc\ndef "})
	tests := []struct {
		say  *telegramtest.Saying
		want *command.Request // nil: silence
	}{
		{nil, &command.Request{Chat: user(anna), Kind: news.ChatPrivate, User: user(anna), ChatAdmin: true, Language: "ru", Name: "start", Args: "abc\ndef"}},
		{&telegramtest.Saying{Chat: boris, From: boris, Text: "просто слова"}, &command.Request{Chat: user(boris), Kind: news.ChatPrivate, User: user(boris), ChatAdmin: true, Language: "en", Args: "просто слова"}},
		{&telegramtest.Saying{Chat: boris, From: boris, Text: "/why", ReplyTo: -1}, &command.Request{Chat: user(boris), Kind: news.ChatPrivate, User: user(boris), ChatAdmin: true, Language: "en", Name: "why", ReplyTo: "?"}},
		{&telegramtest.Saying{Chat: group, From: anna, Text: "/recent@" + strings.ToUpper(me) + " csto 3"}, &command.Request{Chat: at("%d", group), Kind: news.ChatGroup, User: user(anna), ChatAdmin: true, Language: "ru", Name: "recent", Args: "csto 3"}},
		{&telegramtest.Saying{Chat: group, From: boris, Text: "/recent"}, &command.Request{Chat: at("%d", group), Kind: news.ChatGroup, User: user(boris), Language: "en", Name: "recent"}},
		{&telegramtest.Saying{Chat: group, From: boris, Text: "/recent@other_bot"}, nil},
		{&telegramtest.Saying{Chat: group, From: boris, Text: "/nothing_of_ours"}, nil},
		{&telegramtest.Saying{Chat: group, From: boris, Text: "as I said, /recent"}, nil},
		{&telegramtest.Saying{Chat: forum, From: boris, Text: "/search Тоқаев", Topic: topic}, &command.Request{Chat: at("%d:%d", forum, topic), Kind: news.ChatGroup, User: user(boris), Language: "en", Name: "search", Args: "Тоқаев"}},
		{&telegramtest.Saying{Chat: forum, From: boris, Text: "/help"}, &command.Request{Chat: at("%d", forum), Kind: news.ChatGroup, User: user(boris), Language: "en", Name: "help"}},
	}
	var want []command.Request
	for _, tt := range tests {
		if tt.say != nil {
			if tt.say.ReplyTo < 0 {
				tt.say.ReplyTo = srv.Say(telegramtest.Saying{Chat: tt.say.Chat, From: tt.say.From, Text: "просто слова"})
				want = append(want, *tests[1].want)
				tt.want.ReplyTo = fmt.Sprint(tt.say.ReplyTo)
			}
			said = srv.Say(*tt.say)
		}
		if tt.want != nil {
			want = append(want, *tt.want)
		}
	}
	eventually(t, "every request", func() bool { return len(e.requests()) >= len(want) && srv.Unconfirmed() == 0 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	got := e.requests()
	for i := range got {
		if i < len(want) && !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("request %d\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
	out := st.out()
	if len(got) != len(want) || len(out) != len(want) || int(woken.Load()) != len(want) {
		t.Fatalf("%d requests, %d replies, %d times woken, want %d", len(got), len(out), woken.Load(), len(want))
	}
	last := out[len(out)-1]
	if last.Chat != want[len(want)-1].Chat || last.Target != fmt.Sprint(said) || last.Text != "heard help|" || !strings.Contains(last.Markup, "m:1") || last.Key == "" || last.Created.IsZero() {
		t.Errorf("the reply in a group: %+v", last)
	}
	if out[0].Target != "" {
		t.Errorf("in private nothing is quoted: %+v", out[0])
	}
	if st.offset == 0 {
		t.Error("the offset is not kept")
	}
}

func TestButtons(t *testing.T) {
	srv, c, _ := world(t)
	st, e := &chats{}, &echo{}
	stop := listen(t, listener(c, st, e))
	defer stop()
	s := &Sink{Client: c}
	m := Messages(fmt.Sprintf("telegram:%d:%d", forum, topic), command.Reply{Doc: command.Doc{{{Text: "list"}}}, Buttons: [][]command.Button{{{Text: "more", Data: "m:1"}}}})[0]
	ref, err := s.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	srv.Press(forum, srv.Messages(forum)[0].ID, boris, "m:1")
	eventually(t, "the edit", func() bool { return len(st.out()) == 1 && len(srv.Answers()) == 1 })
	r, edit := e.requests()[0], st.out()[0]
	if r.Chat != m.Chat || r.Button != "m:1" || r.Message != ref || r.Name != "" || r.User != fmt.Sprint("telegram:", boris) || r.ChatAdmin {
		t.Errorf("request %+v", r)
	}
	if edit.Kind != news.MessageEdit || edit.Target != ref || edit.Chat != m.Chat || edit.Text != "pressed m:1" {
		t.Errorf("edit %+v", edit)
	}
	if a := srv.Answers()[0]; a.Text != "done" {
		t.Errorf("answer %+v", a)
	}
	// What a button says in a message of its own answers the message it stands under, also in private; a popup stays until it is closed.
	mine := Messages(fmt.Sprintf("telegram:%d", anna), command.Reply{Doc: command.Doc{{{Text: "alert"}}}, Buttons: [][]command.Button{{{Text: "why", Data: "below"}}}})[0]
	if ref, err = s.Send(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	srv.Press(anna, srv.Messages(anna)[0].ID, anna, "below")
	eventually(t, "the answer below", func() bool { return len(st.out()) == 2 && len(srv.Answers()) == 2 })
	if m := st.out()[1]; m.Kind != news.MessageSend || m.Target != ref {
		t.Errorf("the answer below %+v", m)
	}
	if a := srv.Answers(); a[0].Alert || !a[1].Alert {
		t.Errorf("answers %+v", a)
	}
	if _, err := s.Send(t.Context(), edit); err != nil || srv.Messages(forum)[0].Text != "pressed m:1" {
		t.Error(err, srv.Messages(forum)[0])
	}
}

// TestChannelButtons: presses in a channel are handed on, with the public name that the channel may be configured by, and nobody is asked who administers it.
func TestChannelButtons(t *testing.T) {
	srv, c, _ := world(t)
	st, e := &chats{}, &echo{}
	stop := listen(t, listener(c, st, e))
	defer stop()
	m := Messages("telegram:@vestnik_news", command.Reply{Doc: command.Doc{{{Text: "alert"}}}, Buttons: [][]command.Button{{{Text: "👍", Data: "m:1"}}}})[0]
	ref, err := (&Sink{Client: c}).Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	srv.Press(channel, srv.Messages(channel)[0].ID, boris, "m:1")
	eventually(t, "the answer", func() bool { return len(srv.Answers()) == 1 })
	want := command.Request{Chat: fmt.Sprint("telegram:", channel), Public: "telegram:@vestnik_news", Kind: news.ChatChannel, User: fmt.Sprint("telegram:", boris), Language: "en",
		Button: "m:1", Message: ref}
	if got := e.requests()[0]; got != want {
		t.Errorf("request %+v, want %+v", got, want)
	}
	if n := srv.Counts().Calls["getchatmember"]; n != 0 {
		t.Errorf("asked %d times who administers", n)
	}
}

// TestPoison: what fails or panics twice is passed over, its sender is told, and what stands behind it is handled.
func TestPoison(t *testing.T) {
	srv, c, _ := world(t)
	st := &chats{}
	var calls atomic.Int32
	e := &echo{fail: func(r command.Request) error {
		switch r.Args {
		case "panic":
			calls.Add(1)
			panic("secret part of the token: " + srv.Token())
		case "once":
			if calls.Add(1)%2 == 1 {
				return errors.New("busy")
			}
		case "error":
			return errors.New("no use")
		}
		return nil
	}}
	l := listener(c, st, e)
	var poisoned atomic.Int32
	l.OnPoison = func(_ int64, err error) {
		poisoned.Add(1)
		noToken(t, srv.Token(), "the error", err.Error())
	}
	for _, args := range []string{"panic", "error", "once", "fine"} {
		srv.Say(telegramtest.Saying{Chat: anna, From: anna, Text: "/recent " + args})
	}
	srv.Push("message", "no object at all")
	srv.Push("message", map[string]any{"message_id": 1, "chat": map[string]any{"id": group, "type": "group"}, "text": "/recent nobody"})
	srv.Push("callback_query", map[string]any{"id": "1", "from": map[string]any{"id": anna}, "data": "x", "inline_message_id": "7"})
	stop := listen(t, l)
	defer stop()
	eventually(t, "every update", func() bool { return srv.Unconfirmed() == 0 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range st.out() {
		texts = append(texts, m.Text)
	}
	sorry := Messages("", command.Sorry("ru"))[0].Text
	if want := []string{sorry, sorry, "heard recent|once", "heard recent|fine"}; !reflect.DeepEqual(texts, want) {
		t.Errorf("replies %q, want %q", texts, want)
	}
	if poisoned.Load() != 3 || calls.Load() != 4 {
		t.Errorf("%d poisoned, %d calls", poisoned.Load(), calls.Load())
	}
}

// TestRedelivery: an update whose handling was written down, but not that it was, is handled again, and its replies are not.
func TestRedelivery(t *testing.T) {
	srv, c, _ := world(t)
	st, e := &chats{}, &echo{}
	l := listener(c, st, e)
	l.SaveOffset = func(context.Context, int64) error { return errors.New("the disk is full") }
	srv.Say(telegramtest.Saying{Chat: anna, From: anna, Text: "/recent 1"})
	srv.Say(telegramtest.Saying{Chat: anna, From: anna, Text: "/recent 2"})
	stop := listen(t, l)
	eventually(t, "the first", func() bool { return len(e.requests()) >= 1 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	stop = listen(t, listener(c, st, e)) // a new start
	defer stop()
	eventually(t, "both", func() bool { return srv.Unconfirmed() == 0 })
	if n := len(e.requests()); len(st.out()) != 2 || n < 3 {
		t.Errorf("%d requests, %d replies", n, len(st.out()))
	}
}

func TestFaultsOfListening(t *testing.T) {
	srv, c, j := world(t)
	st, e := &chats{}, &echo{}
	for _, f := range []telegramtest.Fault{{Page: true}, {Drop: telegramtest.DropBefore}, {Drop: telegramtest.DropAfter}, {Code: 429, RetryAfter: 1},
		{Code: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", Times: 3},
		{Code: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}} {
		f.Method = "getUpdates"
		srv.Fail(f)
	}
	srv.Fail(telegramtest.Fault{Method: "getMe", Page: true})
	stop := listen(t, listener(c, st, e))
	defer stop()
	eventually(t, "every fault", func() bool { return srv.Pending() == 0 })
	srv.Say(telegramtest.Saying{Chat: anna, From: anna, Text: "/recent"})
	eventually(t, "the reply", func() bool { return len(st.out()) > 0 })
	if len(st.out()) != 1 || srv.Counts().Calls["deletewebhook"] != 1 {
		t.Errorf("%d replies, calls %v", len(st.out()), srv.Counts().Calls)
	}
	if n := strings.Count(j.String(), "another program listens"); n != 1 {
		t.Errorf("said %d times that another program listens", n)
	}
}

func TestUnknownToken(t *testing.T) {
	srv, c, _ := world(t)
	srv.Fail(telegramtest.Fault{Method: "getMe", Code: 401, Times: -1})
	if err := listener(c, &chats{}, &echo{}).Run(t.Context()); !errors.Is(err, ErrToken) {
		t.Errorf("%v", err)
	}
}

func TestComingAndGoing(t *testing.T) {
	srv, c, _ := world(t)
	st := &chats{}
	l := listener(c, st, &echo{})
	var mu sync.Mutex
	var left []string
	l.OnGone = func(_ context.Context, base, why string) {
		mu.Lock()
		defer mu.Unlock()
		left = append(left, base+" "+why)
	}
	stop := listen(t, l)
	defer stop()
	named := "telegram:@vestnik_news"
	if err := st.SaveChat(t.Context(), news.Chat{Address: named, Kind: news.ChatChannel, Language: "ru"}); err != nil {
		t.Fatal(err)
	}
	private, supergroup := fmt.Sprint("telegram:", anna), fmt.Sprint("telegram:", forum)
	srv.SetStanding(anna, anna, telegramtest.Banned)
	eventually(t, "blocked", func() bool { return st.closed(private) == "blocked" })
	srv.SetStanding(anna, anna, telegramtest.Member)
	eventually(t, "not blocked", func() bool { return st.closed(private) == "" })
	srv.SetStanding(forum, boris, telegramtest.Admin)
	eventually(t, "added", func() bool { return st.closed(supergroup) == "" })
	srv.SetStanding(forum, boris, telegramtest.Banned)
	eventually(t, "kicked", func() bool { return st.closed(supergroup) == "kicked" })
	srv.SetStanding(channel, boris, telegramtest.Left)
	eventually(t, "left the channel, which is known by name as well", func() bool {
		return st.closed(named) == "kicked" && st.closed(fmt.Sprint("telegram:", channel)) == "kicked"
	})
	if ch, _, _ := st.Chat(t.Context(), named); ch.Language != "ru" {
		t.Errorf("%+v", ch)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if len(left) != 4 {
		t.Errorf("told of %q", left)
	}
}

func TestMigration(t *testing.T) {
	srv, c, _ := world(t)
	st := &chats{}
	stop := listen(t, listener(c, st, &echo{}))
	defer stop()
	srv.Migrate(group, -1005555555555)
	eventually(t, "the move", func() bool {
		st.mu.Lock()
		defer st.mu.Unlock()
		return st.moved[fmt.Sprint("telegram:", group)] == "telegram:-1005555555555"
	})
}

// TestStopping: a long poll does not hold up the end of the program.
func TestStopping(t *testing.T) {
	srv, c, _ := world(t)
	l := listener(c, &chats{}, &echo{})
	l.Poll = 50 * time.Second
	stop := listen(t, l)
	eventually(t, "a long poll", func() bool { return srv.Counts().Calls["getme"] == 1 })
	began := time.Now()
	if err := stop(); err != nil || time.Since(began) > 25*time.Second {
		t.Errorf("stopped after %v: %v", time.Since(began), err)
	}
}

func TestSplitCommand(t *testing.T) {
	tests := []struct {
		text, name, args, bot string
		ok                    bool
	}{
		{"/recent", "recent", "", "", true},
		{"/recent@Vestnik_bot  csto", "recent", "csto", "Vestnik_bot", true},
		{"/recent\ncsto", "recent", "csto", "", true},
		{"/search\u00a0Тоқаев", "search", "Тоқаев", "", true},
		{"/поиск", "", "", "", false},
		{"/", "", "", "", false},
		{"//x", "", "", "", false},
		{"recent", "", "", "", false},
		{"/@bot", "", "", "", false},
	}
	for _, tt := range tests {
		name, args, bot, ok := splitCommand(tt.text)
		if ok != tt.ok || ok && (name != tt.name || args != tt.args || bot != tt.bot) {
			t.Errorf("splitCommand(%q) = %q %q %q %v", tt.text, name, args, bot, ok)
		}
	}
}

func FuzzUpdate(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"message_id":1,"chat":{"id":-5,"type":"group"},"from":{"id":3},"text":"/recent@x y"}}`))
	f.Add([]byte(`{"update_id":1,"message":{"message_id":1,"chat":{"id":-5,"type":"channel"},"text":"/recent"}}`))
	f.Add([]byte(`{"update_id":2,"message":[]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := readUpdate(raw)
		if err != nil || u.Message == nil {
			return
		}
		r, ok := u.Message.request("me", func(string) bool { return true })
		if ok && (r.Kind == news.ChatChannel || r.User == "" || !strings.HasPrefix(r.Chat, "telegram:")) {
			t.Fatalf("%+v", r)
		}
	})
}
