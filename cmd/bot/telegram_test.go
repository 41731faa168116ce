package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"vestnik/internal/telegram/telegramtest"
)

// A chatRig is the real binary between a feed farm and the fake Telegram.
type chatRig struct {
	t    *testing.T
	tg   *telegramtest.Server
	farm *farm
	dir  string
	cfg  string
	log  lockedBuffer
	cmd  *exec.Cmd
}

const (
	boss, bob, eve       = 11, 12, 13
	theChannel, theGroup = -1001000000001, -1001000000002
	theForum, theTopic   = -1001000000003, 7
)

func newChatRig(t *testing.T, telegramYAML, watchlists string) *chatRig {
	t.Helper()
	r := &chatRig{t: t, tg: telegramtest.New(telegramtest.Options{}), farm: newFarm(t, 1), dir: t.TempDir()}
	t.Cleanup(r.tg.Close)
	r.cfg = r.farm.config(t, r.dir, watchlists)
	data, err := os.ReadFile(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("telegram:\n  api_url: %q\n%s%s", r.tg.URL(), telegramYAML, data)
	if err := os.WriteFile(r.cfg, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *chatRig) start() {
	r.t.Helper()
	r.cmd = exec.Command(bin(r.t), "run", "--config", r.cfg, "--log-level", "debug")
	r.cmd.Env = append(os.Environ(), tokenVariable+"="+r.tg.Token())
	r.cmd.Stdout, r.cmd.Stderr = &r.log, &r.log
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = r.cmd.Process.Kill() })
}

func (r *chatRig) stop() {
	r.t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.t.Fatal(err)
	}
	if err := r.cmd.Wait(); err != nil {
		r.t.Errorf("SIGTERM: %v\n%s", err, r.log.String())
	}
}

// texts are the bot's messages in a chat, behind message number after.
func (r *chatRig) texts(chat int64, after int) []telegramtest.Message {
	var out []telegramtest.Message
	for _, m := range r.tg.Messages(chat) {
		if m.ID > after && (m.From == r.tg.Bot().ID || m.From == 0) && !m.Deleted {
			out = append(out, m)
		}
	}
	return out
}

func (r *chatRig) last(chat int64) int {
	all := r.tg.Messages(chat)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].ID
}

// expect waits for a message of the bot in a chat, behind number after, that holds the words.
func (r *chatRig) expect(chat int64, after int, words string) telegramtest.Message {
	r.t.Helper()
	for range 6 * 800 {
		for _, m := range r.texts(chat, after) {
			if strings.Contains(unjoined(m.Text), words) {
				return m
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	var got []string
	for _, m := range r.texts(chat, after) {
		got = append(got, m.Text)
	}
	r.t.Fatalf("no %q in chat %d; it has\n%s\nlog:\n%s", words, chat, strings.Join(got, "\n---\n"), tail(r.log.String()))
	return telegramtest.Message{}
}

// unjoined is a text without the joiners that keep its words from being taken for commands and addresses.
func unjoined(text string) string { return strings.ReplaceAll(text, "\u2060", "") }

// ask says something and waits for the answer.
func (r *chatRig) ask(chat, from int64, text, words string) telegramtest.Message {
	r.t.Helper()
	return r.expect(chat, r.tg.Say(telegramtest.Saying{Chat: chat, From: from, Text: text}), words)
}

// A question is what somebody says in a chat, and words of the answer.
type question struct {
	chat, from  int64
	text, words string
	about       int // the message that it answers, 0: none
}

// askAll says everything at once and then waits for the answers: a chat gets one a second, but the chats do not wait for one another.
func (r *chatRig) askAll(questions ...question) {
	r.t.Helper()
	said := make([]int, len(questions))
	for i, q := range questions {
		said[i] = r.tg.Say(telegramtest.Saying{Chat: q.chat, From: q.from, Text: q.text, ReplyTo: q.about})
	}
	for i, q := range questions {
		r.expect(q.chat, said[i], q.words)
	}
}

func tail(s string) string {
	lines := strings.Split(s, "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// noToken holds that no byte of the token is anywhere the program wrote.
func (r *chatRig) noToken() {
	r.t.Helper()
	_, key, _ := strings.Cut(r.tg.Token(), ":")
	if strings.Contains(r.log.String(), key) {
		r.t.Error("the token is in the log")
	}
	files, err := filepath.Glob(filepath.Join(r.dir, "*"))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			r.t.Fatal(err)
		}
		if strings.Contains(string(data), key) {
			r.t.Errorf("the token is in %s", filepath.Base(name))
		}
	}
}

// TestConversation takes the real binary through a conversation: a channel, a group, a topic and private chats.
func TestConversation(t *testing.T) {
	t.Parallel()
	r := newChatRig(t, "  channel: \"@vestnik_news\"\n  admins: [11]\n  access: invite\n",
		`  - {id: tokayev, name: Tokayev, profiles: [tokayev]}
  - {id: csto, name: CSTO, profiles: [csto], to: ["-1001000000003:7"]}
`)
	for id, name := range map[int64]string{boss: "boss", bob: "bob", eve: "eve"} {
		r.tg.AddPerson(telegramtest.User{ID: id, FirstName: name, Username: name, LanguageCode: map[bool]string{true: "ru", false: "en"}[name == "bob"]})
	}
	r.tg.AddChat(telegramtest.Chat{ID: theChannel, Type: telegramtest.Channel, Title: "News", Username: "vestnik_news"})
	r.tg.AddChat(telegramtest.Chat{ID: theGroup, Type: telegramtest.Supergroup, Title: "Desk", Members: map[int64]telegramtest.Standing{boss: telegramtest.Admin}})
	r.tg.AddChat(telegramtest.Chat{ID: theForum, Type: telegramtest.Supergroup, Title: "Forum", Topics: []int{theTopic}})
	r.farm.publish(0, "Погода в Алматы", "Снег.")
	r.farm.publish(0, "Первая речь Токаева <b>в Минске</b> /list ria.ru", "Сказано & забыто.")
	r.start()

	first := r.expect(theChannel, 0, "Первая речь Токаева")
	if len(first.Has("bot_command")) > 0 || len(first.Has("url")) > 0 || len(first.Has("bold")) == 0 || len(first.Has("text_link")) == 0 {
		t.Errorf("entities of %q: %+v", first.Text, first.Entities)
	}

	// A stranger learns nothing.
	refusal := r.ask(eve, eve, "/watchlists", "invit")
	if strings.Contains(refusal.Text, "Tokayev") {
		t.Errorf("a stranger reads %q", refusal.Text)
	}

	// An admin hands out an invitation, bob takes it.
	r.ask(boss, boss, "/start", "watch")
	invitation := r.ask(boss, boss, "/invite", "/start ")
	code := regexp.MustCompile(`/start ([A-Z2-7]+)`).FindStringSubmatch(invitation.Text)
	if code == nil {
		t.Fatalf("no code in %q", invitation.Text)
	}
	r.ask(bob, bob, "/start "+code[1], "Vestnik")
	r.ask(bob, bob, "/subscribe tokayev", "Tokayev")
	r.ask(theGroup, boss, "/subscribe tokayev", "Tokayev")

	r.farm.publish(0, "Вторая речь Токаева", "В зале было тихо.")
	alert := r.expect(bob, 0, "Вторая речь Токаева")
	r.expect(theChannel, 0, "Вторая речь Токаева")
	r.expect(theGroup, 0, "Вторая речь Токаева")
	r.farm.publish(0, "Саммит ОДКБ", "")
	if m := r.expect(theForum, 0, "Саммит ОДКБ"); m.Topic != theTopic {
		t.Errorf("the topic's alert went to topic %d", m.Topic)
	}

	r.askAll(
		question{bob, bob, "/why", "Токаева", alert.ID},
		question{boss, boss, "/search Токаевым", "Первая речь Токаева", 0},
		question{theGroup, boss, "/feeds", "Farm 0", 0},
		question{bob, bob, "/recent", "Вторая речь Токаева", 0},
		question{boss, boss, "/why " + r.farm.URL + "/f0-0", "Погода в Алматы", 0},
		question{theGroup, boss, "/status", "1", 0},
		question{boss, boss, "/why https://nowhere.example/x", "nowhere.example", 0},
	)

	r.ask(bob, bob, "/mute tokayev 2h", "Tokayev")
	muted := r.last(bob)
	r.farm.publish(0, "Токаев спустился в шахту Экибастуза", "")
	r.expect(theChannel, 0, "Токаев спустился в шахту Экибастуза")
	r.ask(bob, bob, "/unmute", "")
	for _, m := range r.texts(bob, muted) {
		if strings.Contains(m.Text, "спустился в шахту") {
			t.Error("a muted watchlist alerted")
		}
	}
	r.ask(bob, bob, "/unsubscribe all", "")
	left := r.last(bob)
	r.farm.publish(0, "Новый поезд до моря: Токаев режет ленту", "")
	r.expect(theChannel, 0, "Новый поезд до моря: Токаев режет ленту")

	ask := r.ask(bob, bob, "/forgetme", "")
	if len(ask.Keyboard) == 0 {
		t.Fatalf("no button under %q", ask.Text)
	}
	r.tg.Press(bob, ask.ID, bob, ask.Keyboard[0][0].Data)
	for range 6 * 400 {
		if len(r.tg.Answers()) > 0 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.ask(bob, bob, "/watchlists", "")
	for _, m := range r.texts(bob, left) {
		if strings.Contains(m.Text, "режет ленту") {
			t.Error("one who unsubscribed was alerted")
		}
	}

	// A broken edit reaches the admin.
	data, err := os.ReadFile(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.cfg, []byte(strings.Replace(string(data), "profiles: [csto]", "profiles: [cst]", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	r.expect(boss, 0, `unknown profile`)
	r.stop()

	for i, n := range []string{"Первая речь", "Вторая речь", "спустился в шахту", "режет ленту"} {
		count := 0
		for _, m := range r.tg.Messages(theChannel) {
			count += strings.Count(m.Text, n)
		}
		if count != 1 {
			t.Errorf("the channel has alert %d %d times", i+1, count)
		}
	}
	for _, v := range r.tg.Violations() {
		t.Error(v)
	}
	r.noToken()
	if c := r.tg.Counts(); c.Errors[400] > 0 {
		t.Errorf("messages were refused: %+v", c)
	}
}
