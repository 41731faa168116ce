package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vestnik/internal/telegram/telegramtest"
)

func TestInit(t *testing.T) {
	tg := telegramtest.New(telegramtest.Options{})
	t.Cleanup(tg.Close)
	tg.AddPerson(telegramtest.User{ID: boss, FirstName: "boss"})
	tg.Say(telegramtest.Saying{Chat: boss, From: boss, Text: "/start"})
	tg.AddChat(telegramtest.Chat{ID: theChannel, Type: telegramtest.Channel, Username: "vestnik_news"})
	tg.AddChat(telegramtest.Chat{ID: theGroup, Type: telegramtest.Channel, Username: "closed_news", NoPosting: true})
	f := newFarm(t, 1)
	f.publish(0, "Токаев", "")
	cfg := f.config(t, t.TempDir(), farmWatchlists)
	before, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, stdin string
		args        []string
		code        int
		want        string
	}{
		{"a token of no bot", "", []string{"--token", "999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "--channel", "", "--admin", "11", "--access", "open"}, exitFailed, "nothing was written"},
		{"no token at all", "", []string{"--token", "sekrit"}, exitUsage, "nothing was written"},
		{"not a token", "@vestnik_news\n11\n\n", []string{"--token", "sekrit"}, exitUsage, "not a bot token"},
		{"a channel that refuses", "", []string{"--token", tg.Token(), "--channel", "@closed_news", "--admin", "11", "--access", "open"}, exitFailed, "may not post"},
		{"the input ends", tg.Token() + "\n", nil, exitUsage, "nothing was written"},
		{"an access that is none", "", []string{"--token", tg.Token(), "--channel", "", "--admin", "11", "--access", "all"}, exitUsage, "not one of open, invite, list"},
	} {
		code, out, errs := cli(t, c.stdin, append([]string{"init", "--config", cfg, "--api-url", tg.URL()}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) || strings.Contains(out+errs, "sekrit") {
			t.Errorf("%s: exit %d\n%s%s", c.name, code, out, errs)
		}
		if now, err := os.ReadFile(cfg); err != nil || string(now) != string(before) {
			t.Errorf("%s: the configuration was changed: %v", c.name, err)
		}
	}
	code, out, errs := cli(t, tg.Token()+"\n@vestnik_news\n11\ninvite\n", "init", "--config", cfg, "--api-url", tg.URL())
	if code != exitOK || !strings.Contains(out, "@vestnik_test_bot") || !strings.Contains(out, "may post to @vestnik_news") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if info, err := os.Stat(cfg); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file with the token: %v %v", info.Mode(), err)
	}
	code, out, errs = cli(t, "", "check", "--probe", "--config", cfg)
	if code != exitOK || !strings.Contains(out, "the bot is @vestnik_test_bot") || !strings.Contains(out, "@vestnik_news: ok") || !strings.Contains(out, "  11: ok") {
		t.Errorf("check --probe: exit %d\n%s%s", code, out, errs)
	}
	if code, out, errs := cli(t, "", "once", "--config", cfg); code != exitOK || !strings.Contains(out, "1 alert in 1 message") {
		t.Errorf("once: exit %d\n%s%s", code, out, errs)
	}
	if got := tg.Messages(theChannel); len(got) != 1 || !strings.Contains(got[0].Text, "Токаев") {
		t.Errorf("the channel has %+v", got)
	}
	_, key, _ := strings.Cut(tg.Token(), ":")
	for _, name := range []string{"vestnik.db", "vestnik.db-wal"} {
		if data, err := os.ReadFile(filepath.Join(filepath.Dir(cfg), name)); err == nil && strings.Contains(string(data), key) {
			t.Errorf("the token is in %s", name)
		}
	}
}
