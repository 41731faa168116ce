package telegram

import (
	"fmt"
	"strings"
	"testing"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

func TestProbe(t *testing.T) {
	srv, c, _ := world(t)
	srv.AddChat(telegramtest.Chat{ID: -1001, Type: telegramtest.Channel, Title: "Mute", NoPosting: true})
	srv.AddChat(telegramtest.Chat{ID: -1002, Type: telegramtest.Channel, Title: "Reader", Bot: telegramtest.Member})
	srv.AddChat(telegramtest.Chat{ID: -1003, Type: telegramtest.Supergroup, Title: "Left", Bot: telegramtest.Left})
	srv.AddChat(telegramtest.Chat{ID: -1004, Type: telegramtest.Supergroup, Title: "Restricted", Bot: telegramtest.Restricted})
	tests := []struct {
		chat    string
		kind    news.ChatKind
		problem string
	}{
		{fmt.Sprint("telegram:", anna), news.ChatPrivate, ""},
		{"telegram:@vestnik_news", news.ChatChannel, ""},
		{fmt.Sprint("telegram:", group), news.ChatGroup, ""},
		{fmt.Sprintf("telegram:%d:%d", forum, topic), news.ChatGroup, ""},
		{fmt.Sprintf("telegram:%d:9", group), news.ChatGroup, "has no topics"},
		{"telegram:-1001", news.ChatChannel, "right to post"},
		{"telegram:-1002", news.ChatChannel, "make it an administrator"},
		{"telegram:-1003", "", "add it there"},
		{"telegram:-1004", news.ChatGroup, "restriction"},
		{"telegram:777", "", "no such chat"},
		{"telegram:@nobody_here", "", "no such chat"},
		{"telegram:x", "", "neither a number nor a @name"},
	}
	for _, tt := range tests {
		p, err := c.Probe(t.Context(), tt.chat)
		if err != nil || p.Kind != tt.kind && tt.kind != "" || (p.Problem == "") != (tt.problem == "") || !strings.Contains(p.Problem, tt.problem) {
			t.Errorf("%s: %+v %v, want %q", tt.chat, p, err, tt.problem)
		}
	}
	if me, err := c.Bot(t.Context()); err != nil || me != "@"+srv.Bot().Username {
		t.Error(me, err)
	}
	srv.Fail(telegramtest.Fault{Page: true})
	if _, err := c.Probe(t.Context(), tests[0].chat); err == nil {
		t.Error("a server that is down is not a problem of the chat")
	}
}

func TestMenu(t *testing.T) {
	srv, c, _ := world(t)
	if err := InstallMenu(t.Context(), c, []string{fmt.Sprint("telegram:", anna), "telegram:999"}); err != nil {
		t.Fatal(err)
	}
	for _, l := range locale.All() {
		language := l.Code()
		if language == locale.Default {
			language = "" // the menu of whoever speaks none of the others
		}
		for _, tt := range []struct {
			scope    telegramtest.Scope
			has, not string
		}{
			{telegramtest.Scope{Type: "all_private_chats"}, "subscribe", "invite"},
			{telegramtest.Scope{Type: "all_group_chats"}, "recent", "subscribe"},
			{telegramtest.Scope{Type: "all_chat_administrators"}, "subscribe", "reload"},
			{telegramtest.Scope{Type: "chat", Chat: "501"}, "reload", "nothing"},
		} {
			names := map[string]string{}
			for _, cmd := range srv.Commands(tt.scope, language) {
				names[cmd.Command] = cmd.Description
			}
			if names[tt.has] == "" || names[tt.not] != "" || names["help"] != l.Text("help.help") {
				t.Errorf("%+v %q: %v", tt.scope, language, names)
			}
		}
	}
	if srv.Commands(telegramtest.Scope{Type: "chat", Chat: "999"}, "") != nil {
		t.Error("a menu for an admin who never wrote")
	}
}
