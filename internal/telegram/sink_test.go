package telegram

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/deliver"
	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

func htmlMessage(chat, text string) news.Message {
	return news.Message{Chat: chat, Text: text, Markup: markup{HTML: true}.String()}
}

func TestSend(t *testing.T) {
	srv, c, _ := world(t)
	s := &Sink{Client: c}
	ref, err := s.Send(t.Context(), htmlMessage(fmt.Sprintf("telegram:%d:%d", forum, topic), `<b>Тоқаев</b> <a href="https://example.org/?a=1&amp;b=2">тут</a>`))
	if err != nil {
		t.Fatal(err)
	}
	m := srv.Messages(forum)[0]
	if fmt.Sprint(m.ID) != ref || m.Topic != topic || m.Text != "Тоқаев тут" || len(m.Has("bold")) != 1 || m.Has("text_link")[0].URL != "https://example.org/?a=1&b=2" ||
		!strings.Contains(string(m.Preview), `"is_disabled":true`) || m.Silent {
		t.Errorf("posted %+v as %s", m, ref)
	}

	if _, err := s.Send(t.Context(), htmlMessage(fmt.Sprintf("telegram:%d:1", forum), "general")); err != nil || srv.Messages(forum)[1].Topic != 0 {
		t.Error("the general topic:", err)
	}

	// By name, without a sound, with buttons, as an answer, with previews.
	s.Previews = true
	first, err := s.Send(t.Context(), htmlMessage("telegram:@vestnik_news", "one"))
	if err != nil {
		t.Fatal(err)
	}
	m2 := Messages("telegram:@vestnik_news", command.Reply{Doc: command.Doc{{{Text: "two"}}}, Silent: true, Buttons: [][]command.Button{{}, {{Text: "b", Data: "x"}, {Text: "too long", Data: strings.Repeat("x", 65)}}}})[0]
	m2.Target = first
	if _, err := s.Send(t.Context(), m2); err != nil {
		t.Fatal(err)
	}
	m = srv.Messages(channel)[1]
	if !m.Silent || len(m.Keyboard) != 1 || len(m.Keyboard[0]) != 1 || fmt.Sprint(m.ReplyTo) != first || !strings.Contains(string(m.Preview), "prefer_small_media") {
		t.Errorf("posted %+v", m)
	}
}

func TestPlainAndBrokenMarkup(t *testing.T) {
	srv, c, _ := world(t)
	s := &Sink{Client: c}
	chat := fmt.Sprint("telegram:", anna)
	plain := deliver.Plain([]news.OwedItem{{Item: news.Item{Title: "/stop <b>&amp; @x", Link: "https://example.org/a@b"}}})
	for _, m := range []news.Message{{Chat: chat, Text: plain}, htmlMessage(chat, `<p><b>x &lt; y</b> /list <a href="https://example.org/">тут`)} {
		if _, err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got := srv.Messages(anna)
	if len(got) != 2 || got[0].ParseMode != "" || len(got[0].Entities) != 1 || got[0].Has("url") == nil || len(got[0].Has("bot_command")) != 0 {
		t.Errorf("plain: %+v", got[0])
	}
	if got[1].ParseMode != "" || !strings.Contains(got[1].Text, "x < y") || strings.Contains(got[1].Text, "<b>") || len(got[1].Has("bot_command")) != 0 {
		t.Errorf("broken markup: %+v", got[1])
	}
}

func TestEdit(t *testing.T) {
	srv, c, _ := world(t)
	s := &Sink{Client: c}
	chat := fmt.Sprint("telegram:", anna)
	ref, err := s.Send(t.Context(), htmlMessage(chat, "one"))
	if err != nil {
		t.Fatal(err)
	}
	edit := htmlMessage(chat, "two")
	edit.Kind, edit.Target = news.MessageEdit, ref
	for range 2 { // the second time it is not modified
		if got, err := s.Send(t.Context(), edit); err != nil || got != ref {
			t.Fatal(got, err)
		}
	}
	if m := srv.Messages(anna); len(m) != 1 || m[0].Text != "two" || len(m[0].Edits) != 1 {
		t.Errorf("%+v", m)
	}
	edit.Target = "77777"
	got, err := s.Send(t.Context(), edit)
	if m := srv.Messages(anna); err != nil || got == ref || len(m) != 2 || m[1].Text != "two" || m[1].ReplyTo != 0 {
		t.Errorf("a message that is gone: %s %v %+v", got, err, m)
	}
}

// A right that was lost makes a new message of an edit; a pause that is asked for, a chat that moved and a text that is refused do not.
func TestEditRefused(t *testing.T) {
	for _, tt := range []struct {
		fault telegramtest.Fault
		posts int
		is    func(error) bool
	}{
		{telegramtest.Fault{Description: "Bad Request: message can't be edited"}, 2, nil},
		{telegramtest.Fault{Description: "Bad Request: CHAT_ADMIN_REQUIRED"}, 2, nil},
		{telegramtest.Fault{Description: "Bad Request: not enough rights to edit the message"}, 2, nil},
		{telegramtest.Fault{Code: 403, Description: "Forbidden: MESSAGE_AUTHOR_REQUIRED"}, 2, nil},
		{telegramtest.Fault{RetryAfter: 5}, 1, func(err error) bool { var r *deliver.RetryAfter; return errors.As(err, &r) }},
		{telegramtest.Fault{MigrateTo: forum}, 1, func(err error) bool { var m *deliver.Migrated; return errors.As(err, &m) }},
		{telegramtest.Fault{Description: "Bad Request: BUTTON_DATA_INVALID"}, 1, func(err error) bool { var b *deliver.BadText; return errors.As(err, &b) }},
		{telegramtest.Fault{Drop: telegramtest.DropBefore}, 1, again},
	} {
		srv, c, _ := world(t)
		s := &Sink{Client: c}
		chat := fmt.Sprint("telegram:", anna)
		ref, err := s.Send(t.Context(), htmlMessage(chat, "one"))
		if err != nil {
			t.Fatal(err)
		}
		tt.fault.Method = "editMessageText"
		srv.Fail(tt.fault)
		edit := htmlMessage(chat, "two")
		edit.Kind, edit.Target = news.MessageEdit, ref
		got, err := s.Send(t.Context(), edit)
		posts := srv.Messages(anna)
		if len(posts) != tt.posts || (err == nil) != (tt.is == nil) || err != nil && !tt.is(err) {
			t.Errorf("%+v: %d messages, error %v", tt.fault, len(posts), err)
		}
		if err == nil && (got == ref || posts[1].Text != "two") {
			t.Errorf("%+v: %s %+v", tt.fault, got, posts)
		}
	}
}

func TestEditButtons(t *testing.T) {
	srv, c, _ := world(t)
	s := &Sink{Client: c}
	chat := fmt.Sprint("telegram:", anna)
	o := owe(t, "Токаев", "", "https://example.org/", [4]string{"title", "Токаев", "Токаев", "name ru"})
	text, mark, _, err := s.Render(chat, each(o), news.Outage{})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := s.Send(t.Context(), news.Message{Chat: chat, Text: text, Markup: mark})
	if err != nil {
		t.Fatal(err)
	}
	was := srv.Messages(anna)[0]
	if len(was.Keyboard) != 2 || len(was.Keyboard[1]) != 2 {
		t.Fatalf("buttons %+v", was.Keyboard)
	}
	change := func(target string, buttons ...[]command.Button) {
		t.Helper()
		m := Messages("telegram:elsewhere", command.Reply{Edit: true, Chat: chat, Toast: "x", Buttons: buttons})
		if len(m) != 1 || m[0].Kind != news.MessageButtons || m[0].Chat != chat || m[0].Text != "" {
			t.Fatalf("%+v", m)
		}
		m[0].Target = target
		if got, err := s.Send(t.Context(), m[0]); err != nil || got != target {
			t.Fatal(got, err)
		}
	}
	for range 2 { // the second time it is not modified
		change(ref, []command.Button{{Text: "✓ 👍", Data: "v:1"}}, []command.Button{{Text: "не по теме", Data: "v:2"}})
	}
	is := srv.Messages(anna)[0]
	if is.Text != was.Text || len(is.Entities) != len(was.Entities) || len(is.Keyboard) != 2 || is.Keyboard[0][0].Text != "✓ 👍" || len(is.Edits) != 1 {
		t.Errorf("%+v", is)
	}
	change(ref)
	if is = srv.Messages(anna)[0]; len(is.Keyboard) != 0 || is.Text != was.Text {
		t.Errorf("without buttons: %+v", is)
	}
	change("77777", []command.Button{{Text: "x", Data: "v:1"}}) // one that is gone is not sent anew
	if all := srv.Messages(anna); len(all) != 1 {
		t.Errorf("%d messages", len(all))
	}
	srv.Fail(telegramtest.Fault{Code: 429, RetryAfter: 7})
	var wait *deliver.RetryAfter
	m := Messages(chat, command.Reply{Edit: true, Buttons: [][]command.Button{{{Text: "y", Data: "v:1"}}}})[0]
	m.Target = ref
	if _, err := s.Send(t.Context(), m); !errors.As(err, &wait) || wait.After != 7*time.Second {
		t.Errorf("too many: %v", err)
	}
}

func TestOutcomes(t *testing.T) {
	chat := fmt.Sprint("telegram:", group)
	tests := []struct {
		name  string
		fault telegramtest.Fault
		chat  string
		is    func(error) bool
	}{
		{"429", telegramtest.Fault{Code: 429, RetryAfter: 43838}, chat, func(err error) bool {
			var r *deliver.RetryAfter
			return errors.As(err, &r) && r.After == 43838*time.Second
		}},
		{"blocked", telegramtest.Fault{Code: 403, Description: telegramtest.Blocked}, chat, gone("blocked")},
		{"deactivated", telegramtest.Fault{Code: 403, Description: telegramtest.Deactivated}, chat, gone("blocked")},
		{"kicked", telegramtest.Fault{Code: 403, Description: telegramtest.Kicked}, chat, gone("kicked")},
		{"not a member", telegramtest.Fault{Code: 403, Description: "Forbidden: bot is not a member of the channel chat"}, chat, gone("kicked")},
		{"no chat", telegramtest.Fault{Code: 400, Description: telegramtest.NoChat}, chat, gone("not found")},
		{"unknown chat", telegramtest.Fault{}, "telegram:999", gone("not found")},
		{"no rights", telegramtest.Fault{Code: 400, Description: "Bad Request: not enough rights to send text messages to the chat"}, chat, gone("no rights")},
		{"migrated", telegramtest.Fault{Code: 400, Description: telegramtest.Upgraded, MigrateTo: forum}, chat, func(err error) bool {
			var m *deliver.Migrated
			return errors.As(err, &m) && m.To == fmt.Sprint("telegram:", forum)
		}},
		{"no topic", telegramtest.Fault{}, fmt.Sprintf("telegram:%d:%d", forum, 7), permanent},
		{"no address", telegramtest.Fault{}, "terminal", permanent},
		{"too long", telegramtest.Fault{Code: 400, Description: "Bad Request: message is too long", Times: 2}, chat, func(err error) bool {
			var b *deliver.BadText
			return errors.As(err, &b)
		}},
		{"page", telegramtest.Fault{Page: true}, chat, again},
		{"500", telegramtest.Fault{Code: 500, Description: "Internal Server Error"}, chat, again},
		{"dropped before", telegramtest.Fault{Drop: telegramtest.DropBefore}, chat, again},
		{"dropped after", telegramtest.Fault{Drop: telegramtest.DropAfter}, chat, again},
		{"token", telegramtest.Fault{Code: 401, Description: "Unauthorized"}, chat, func(err error) bool { return errors.Is(err, ErrToken) && again(err) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv, c, _ := world(t)
			if tt.fault != (telegramtest.Fault{}) {
				srv.Fail(tt.fault)
			}
			_, err := (&Sink{Client: c}).Send(t.Context(), htmlMessage(tt.chat, "x"))
			if err == nil || !tt.is(err) {
				t.Errorf("%T %v", err, err)
			}
			noToken(t, srv.Token(), "the error", fmt.Sprintf("%v %+v %#v", err, err, err))
		})
	}
}

func gone(why string) func(error) bool {
	return func(err error) bool {
		var g *deliver.Gone
		return errors.As(err, &g) && g.Why == why
	}
}

func permanent(err error) bool {
	var p *deliver.Permanent
	return errors.As(err, &p)
}

// again says whether an error is none of those that deliver treats apart.
func again(err error) bool {
	var r *deliver.RetryAfter
	var m *deliver.Migrated
	var b *deliver.BadText
	var g *deliver.Gone
	return !errors.As(err, &r) && !errors.As(err, &m) && !errors.As(err, &b) && !errors.As(err, &g) && !permanent(err)
}
