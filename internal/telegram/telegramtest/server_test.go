package telegramtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// The cast of the tests.
const (
	anna  = 501
	boris = 502
	group = -77
	forum = -1001
	news  = -1002
)

// A clock that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func start(t *testing.T) (*Server, *clock) {
	t.Helper()
	c := &clock{at: time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)}
	s := New(Options{Now: c.now})
	t.Cleanup(s.Close)
	s.AddPerson(User{ID: anna, FirstName: "Anna", LanguageCode: "ru"})
	s.AddUser(User{ID: boris, FirstName: "Boris"})
	s.AddChat(Chat{ID: group, Title: "Group", Members: map[int64]Standing{anna: Admin}})
	s.AddChat(Chat{ID: forum, Title: "Forum", Topics: []int{42, 43}})
	s.AddChat(Chat{ID: news, Type: Channel, Title: "Channel", Username: "Vesti"})
	return s, c
}

// An answer is what the Bot API sends back.
type answer struct {
	OK          bool
	Result      json.RawMessage
	Code        int `json:"error_code"`
	Description string
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	}
}

// said is the description, or "ok".
func (a answer) said() string {
	if a.OK {
		return "ok"
	}
	return fmt.Sprintf("%d %s", a.Code, a.Description)
}

func (a answer) id(t *testing.T) int {
	t.Helper()
	var m struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(a.Result, &m); err != nil || m.ID == 0 {
		t.Fatalf("%s is no message: %s", a.Result, a.said())
	}
	return m.ID
}

// do calls a method; pairs are names and values.
func do(t *testing.T, s *Server, method string, pairs ...any) answer {
	t.Helper()
	a, err := try(s, method, pairs...)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return a
}

func try(s *Server, method string, pairs ...any) (answer, error) {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	resp, err := http.PostForm(s.URL()+"/bot"+s.Token()+"/"+method, form)
	if err != nil {
		return answer{}, err
	}
	return read(resp)
}

func read(resp *http.Response) (answer, error) {
	defer resp.Body.Close()
	var a answer
	b, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	if err == nil && !a.OK && a.Code != resp.StatusCode {
		err = fmt.Errorf("error_code %d with status %d", a.Code, resp.StatusCode)
	}
	return a, err
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func TestDoor(t *testing.T) {
	s, _ := start(t)
	for path, want := range map[string]string{
		"/bot" + s.Token() + "/getMe":      "ok",
		"/bot" + s.Token() + "/GETME":      "ok",
		"/bot" + s.Token() + "/makeCoffee": "404 Not Found: method not found",
		"/bot1000001:wrong/getMe":          "401 Unauthorized",
		"/botwrong/getMe":                  "404 Not Found",
		"/getMe":                           "404 Not Found",
	} {
		resp, err := http.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := read(resp)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, path, a.said(), want)
	}
}

func TestFourWaysToAsk(t *testing.T) {
	s, _ := start(t)
	address := s.URL() + "/bot" + s.Token() + "/sendMessage"
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range map[string]string{"chat_id": "501", "text": "Токаев", "disable_notification": "true"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, ask := range []func() (*http.Response, error){
		func() (*http.Response, error) {
			return http.Get(address + "?chat_id=501&disable_notification=true&text=" + url.QueryEscape("Токаев"))
		},
		func() (*http.Response, error) {
			return http.PostForm(address, url.Values{"chat_id": {"501"}, "text": {"Токаев"}, "disable_notification": {"true"}})
		},
		func() (*http.Response, error) {
			return http.Post(address, "application/json", strings.NewReader(`{"chat_id":501,"text":"Токаев","disable_notification":true,"reply_markup":null,
				"link_preview_options":{"is_disabled":true}}`))
		},
	} {
		resp, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		if a, err := read(resp); err != nil || !a.OK {
			t.Fatalf("%s %v", a.said(), err)
		}
	}
	s2, _ := start(t)
	resp, err := http.Post(strings.Replace(address, s.URL(), s2.URL(), 1), w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := read(resp); err != nil || !a.OK {
		t.Fatalf("%s %v", a.said(), err)
	}
	for i, m := range append(s.Messages(anna), s2.Messages(anna)...) {
		if m.Text != "Токаев" || !m.Silent || m.From != s.Bot().ID {
			t.Errorf("message %d is %+v", i, m)
		}
	}
	if p := s.Messages(anna)[2].Preview; string(p) != `{"is_disabled":true}` {
		t.Errorf("link_preview_options: %s", p)
	}
}

func TestSendMessage(t *testing.T) {
	s, c := start(t)
	first := s.Say(Saying{Chat: anna, From: anna, Text: "/start"})
	keys := func(k string) string { return `{"inline_keyboard":` + k + `}` }
	for _, x := range []struct {
		pairs []any
		want  string
	}{
		{[]any{"chat_id", anna, "text", "<b>Токаев</b>", "parse_mode", "HTML"}, "ok"},
		{[]any{"chat_id", "@vesti", "text", "x"}, "ok"},
		{[]any{"chat_id", forum, "text", "x"}, "ok"},
		{[]any{"chat_id", forum, "text", "x", "message_thread_id", 42}, "ok"},
		{[]any{"chat_id", anna, "text", strings.Repeat("ы", 4096)}, "ok"},
		{[]any{"chat_id", anna, "text", strings.Repeat("&amp;", 4096), "parse_mode", "html"}, "ok"},
		{[]any{"chat_id", anna, "text", "x", "reply_parameters", fmt.Sprintf(`{"message_id":%d}`, first)}, "ok"},
		{[]any{"chat_id", anna, "text", "x", "reply_parameters", `{"message_id":99,"allow_sending_without_reply":true}`}, "ok"},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", keys(`[[{"text":"a","callback_data":"` + strings.Repeat("x", 64) + `"},{"text":"б","url":"ria.ru"}]]`)}, "ok"},

		{[]any{"chat_id", anna}, "400 Bad Request: message text is empty"},
		{[]any{"chat_id", anna, "text", " \n\t"}, "400 Bad Request: text must be non-empty"},
		{[]any{"chat_id", anna, "text", "<b></b>", "parse_mode", "HTML"}, "400 Bad Request: text must be non-empty"},
		{[]any{"chat_id", anna, "text", "a\xff"}, "400 Bad Request: strings must be encoded in UTF-8"},
		{[]any{"chat_id", anna, "text", "a<p>", "parse_mode", "HTML"}, `400 Bad Request: can't parse entities: Unsupported start tag "p" at byte offset 1`},
		{[]any{"chat_id", anna, "text", "a", "parse_mode", "XML"}, "400 Bad Request: unsupported parse_mode"},
		{[]any{"chat_id", anna, "text", strings.Repeat("😀", 2049)}, "400 Bad Request: message is too long"},
		{[]any{"chat_id", anna, "text", strings.Repeat("<b></b>", 4682), "parse_mode", "HTML"}, "400 Bad Request: message is too long"},
		{[]any{"text", "x"}, "400 Bad Request: chat_id is empty"},
		{[]any{"chat_id", 999, "text", "x"}, "400 Bad Request: chat not found"},
		{[]any{"chat_id", "@nobody", "text", "x"}, "400 Bad Request: chat not found"},
		{[]any{"chat_id", forum, "text", "x", "message_thread_id", 44}, "400 Bad Request: message thread not found"},
		{[]any{"chat_id", group, "text", "x", "message_thread_id", 42}, "400 Bad Request: message thread not found"},
		{[]any{"chat_id", anna, "text", "x", "reply_parameters", `{"message_id":99}`}, "400 Bad Request: message to be replied not found"},
		{[]any{"chat_id", anna, "text", "x", "link_preview_options", `yes`}, "400 Bad Request: can't parse link preview options JSON object"},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", `{`}, "400 Bad Request: can't parse reply keyboard markup JSON object"},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", `null`}, "400 Bad Request: object expected as reply markup"},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", keys(`null`)}, `400 Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array`},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", keys(`[null]`)}, `400 Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", keys(`[[{"text":"a"}]]`)}, "400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", keys(`[[{"callback_data":"a"}]]`)}, `400 Bad Request: can't parse inline keyboard button: Can't find field "text"`},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", keys(`[[{"text":"a","callback_data":"` + strings.Repeat("ы", 33) + `"}]]`)}, "400 Bad Request: BUTTON_DATA_INVALID"},
		{[]any{"chat_id", anna, "text", "x", "reply_markup", keys(`[[{"text":"a","url":"javascript:x"}]]`)}, "400 Bad Request: inline keyboard button URL 'javascript:x' is invalid: Wrong HTTP URL"},
	} {
		c.pass(3 * time.Second)
		expect(t, fmt.Sprintf("%.80v", x.pairs), do(t, s, "sendMessage", x.pairs...).said(), x.want)
	}
	m := s.Messages(anna)
	if m[0].Text != "Токаев" || list(m[0].Entities) != " bold[0:6]" || m[0].Raw != "<b>Токаев</b>" || m[0].ID != first+1 {
		t.Errorf("%+v", m[0])
	}
	if len(m) != 6 || m[3].ReplyTo != first || m[4].ReplyTo != 0 || m[5].Keyboard[0][1].URL != "http://ria.ru/" {
		t.Errorf("%+v", m)
	}
	if f := s.Messages(forum); f[0].Topic != 0 || f[1].Topic != 42 || f[1].ID != f[0].ID+1 {
		t.Errorf("%+v", f)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Error(v)
	}
}

func TestWhatWasMeantAndWhatWasNot(t *testing.T) {
	s, _ := start(t)
	do(t, s, "sendMessage", "chat_id", anna, "parse_mode", "HTML", "text", "<a href='https://e.org/x'>см. ria.ru</a> /list @user #тег")
	m := s.Messages(anna)[0]
	expect(t, "entities", list(m.Entities), " text_link[0:10]=https://e.org/x bot_command[11:16] mention[17:22] hashtag[23:27]")
	if len(m.Has("bot_command")) != 1 || len(m.Has("url")) != 0 {
		t.Errorf("%+v", m.Entities)
	}
}

func TestEditAndDelete(t *testing.T) {
	s, c := start(t)
	said := s.Say(Saying{Chat: anna, From: anna, Text: "x"})
	id := do(t, s, "sendMessage", "chat_id", anna, "text", "<b>1</b>", "parse_mode", "HTML", "reply_markup", `{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}`).id(t)
	for _, x := range []struct {
		pairs []any
		want  string
	}{
		{[]any{"message_id", id, "text", "<i>2</i>"}, "ok"}, // the keyboard goes: it was not sent again
		{[]any{"message_id", id, "text", "<i>2</i>"}, "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a " +
			"current content and reply markup of the message"},
		{[]any{"message_id", id, "text", " <em>2</em>"}, "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a " +
			"current content and reply markup of the message"},
		{[]any{"message_id", id, "text", "2"}, "ok"},
		{[]any{"message_id", 99, "text", "2"}, "400 Bad Request: message to edit not found"},
		{[]any{"message_id", said, "text", "2"}, "400 Bad Request: message can't be edited"},
		{[]any{"text", "2"}, "400 Bad Request: message identifier is not specified"},
	} {
		c.pass(time.Second)
		expect(t, fmt.Sprint(x.pairs), do(t, s, "editMessageText", append(x.pairs, "chat_id", anna, "parse_mode", "HTML")...).said(), x.want)
	}
	m := s.Messages(anna)[0]
	if m.Text != "2" || len(m.Keyboard) != 0 || len(m.Edits) != 2 || m.Edits[0].Keyboard[0][0].Data != "b" || list(m.Edits[1].Entities) != " italic[0:1]" {
		t.Errorf("%+v", m)
	}
	expect(t, "delete", do(t, s, "deleteMessage", "chat_id", anna, "message_id", id).said(), "ok")
	expect(t, "delete", do(t, s, "deleteMessage", "chat_id", anna, "message_id", id).said(), "400 Bad Request: message to delete not found")
	expect(t, "edit", do(t, s, "editMessageText", "chat_id", anna, "message_id", id, "text", "3").said(), "400 Bad Request: message to edit not found")
	if n := s.Counts(); n.Posted != 1 || n.Edited != 2 || n.Errors[400] != 7 {
		t.Errorf("%+v", n)
	}
}

func TestEditButtons(t *testing.T) {
	s, c := start(t)
	said := s.Say(Saying{Chat: anna, From: anna, Text: "x"})
	keys := func(data string) string {
		return `{"inline_keyboard":[[{"text":"a","callback_data":"` + data + `"}]]}`
	}
	id := do(t, s, "sendMessage", "chat_id", anna, "text", "<b>1</b>", "parse_mode", "HTML", "reply_markup", keys("1")).id(t)
	const same = "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply " +
		"markup of the message"
	for _, x := range []struct {
		pairs []any
		want  string
	}{
		{[]any{"message_id", id, "reply_markup", keys("1")}, same},
		{[]any{"message_id", id, "reply_markup", keys("2")}, "ok"},
		{[]any{"message_id", id, "reply_markup", keys(strings.Repeat("x", 65))}, "400 Bad Request: BUTTON_DATA_INVALID"},
		{[]any{"message_id", id, "reply_markup", `{`}, "400 Bad Request: can't parse reply keyboard markup JSON object"},
		{[]any{"message_id", id, "reply_markup", `{"inline_keyboard":[]}`}, "ok"},
		{[]any{"message_id", id}, same}, // no markup is none
		{[]any{"message_id", id, "reply_markup", keys("3")}, "ok"},
		{[]any{"message_id", 99, "reply_markup", keys("3")}, "400 Bad Request: message to edit not found"},
		{[]any{"message_id", said, "reply_markup", keys("3")}, "400 Bad Request: message can't be edited"},
		{[]any{"reply_markup", keys("3")}, "400 Bad Request: message identifier is not specified"},
	} {
		c.pass(time.Second)
		expect(t, fmt.Sprint(x.pairs), do(t, s, "editMessageReplyMarkup", append(x.pairs, "chat_id", anna)...).said(), x.want)
	}
	m := s.Messages(anna)[0]
	if m.Text != "1" || list(m.Entities) != " bold[0:1]" || m.Keyboard[0][0].Data != "3" || len(m.Edits) != 3 {
		t.Errorf("%+v", m)
	}
	// Edits of buttons count as messages do.
	for i := range 8 {
		do(t, s, "editMessageReplyMarkup", "chat_id", anna, "message_id", id, "reply_markup", keys(fmt.Sprint("x", i)))
	}
	if v := s.Violations(); len(v) == 0 || v[0].Rule != RuleChat || v[0].Method != "editmessagereplymarkup" {
		t.Errorf("violations %v", v)
	}
}

func TestRights(t *testing.T) {
	s, c := start(t)
	s.AddChat(Chat{ID: -1003, Type: Channel, NoPosting: true})
	send := func(chat any) string {
		c.pass(time.Second)
		return do(t, s, "sendMessage", "chat_id", chat, "text", "x").said()
	}
	expect(t, "no posting", send(-1003), "400 Bad Request: need administrator rights in the channel chat")
	for _, x := range []struct {
		chat     int64
		standing Standing
		want     string
	}{
		{anna, Banned, "403 Forbidden: bot was blocked by the user"},
		{anna, Left, "403 Forbidden: bot can't initiate conversation with a user"},
		{anna, Member, "ok"},
		{group, Banned, "403 Forbidden: bot was kicked from the group chat"},
		{group, Restricted, "400 Bad Request: not enough rights to send text messages to the chat"},
		{forum, Banned, "403 Forbidden: bot was kicked from the supergroup chat"},
		{forum, Left, "403 Forbidden: bot is not a member of the supergroup chat"},
		{news, Banned, "403 Forbidden: bot was kicked from the channel chat"},
		{news, Member, "400 Bad Request: need administrator rights in the channel chat"},
		{news, Admin, "ok"},
	} {
		s.SetStanding(x.chat, anna, x.standing)
		expect(t, fmt.Sprint(x.chat, x.standing), send(x.chat), x.want)
	}
	s.SetStanding(anna, anna, Left)
	s.Say(Saying{Chat: anna, From: anna, Text: "/start"})
	expect(t, "who writes has started the bot", send(anna), "ok")

	s.Migrate(group, -1009)
	a := do(t, s, "sendMessage", "chat_id", group, "text", "x")
	if a.Parameters.MigrateTo != -1009 || a.said() != "400 "+Upgraded {
		t.Errorf("%+v", a)
	}
	s.SetStanding(-1009, anna, Member)
	expect(t, "new number", send(-1009), "ok")

	s.DeleteTopic(forum, 42)
	s.SetStanding(forum, anna, Member)
	expect(t, "topic gone", do(t, s, "sendMessage", "chat_id", forum, "text", "x", "message_thread_id", 42).said(), "400 Bad Request: message thread not found")
}

func TestWhoIsWho(t *testing.T) {
	s, _ := start(t)
	status := func(chat, user int64) string {
		a := do(t, s, "getChatMember", "chat_id", chat, "user_id", user)
		var m struct {
			Status string
			Post   bool `json:"can_post_messages"`
		}
		if !a.OK {
			return a.said()
		}
		if err := json.Unmarshal(a.Result, &m); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(m.Status, m.Post)
	}
	bot := s.Bot().ID
	expect(t, "admin", status(group, anna), "administratorfalse")
	expect(t, "member", status(group, boris), "memberfalse")
	expect(t, "bot", status(news, bot), "administratortrue")
	expect(t, "nobody", status(group, 9), "400 Bad Request: user not found")
	s.SetMember(group, boris, Left)
	expect(t, "left", status(group, boris), "leftfalse")

	var admins []struct{ User User }
	if err := json.Unmarshal(do(t, s, "getChatAdministrators", "chat_id", group).Result, &admins); err != nil || len(admins) != 1 || admins[0].User.ID != anna {
		t.Errorf("%v %v", admins, err)
	}
	expect(t, "private", do(t, s, "getChatAdministrators", "chat_id", anna).said(), "400 Bad Request: there are no administrators in the private chat")

	var c struct {
		ID    int64
		Type  string
		Title string
		Forum bool `json:"is_forum"`
	}
	if err := json.Unmarshal(do(t, s, "getChat", "chat_id", forum).Result, &c); err != nil || c.Type != "supergroup" || !c.Forum || c.Title != "Forum" {
		t.Errorf("%+v %v", c, err)
	}
	expect(t, "unknown", do(t, s, "getChat", "chat_id", "@nobody").said(), "400 Bad Request: chat not found")
	var me User
	if err := json.Unmarshal(do(t, s, "getMe").Result, &me); err != nil || me != s.Bot() {
		t.Errorf("%+v %v", me, err)
	}
}

func TestMenu(t *testing.T) {
	s, _ := start(t)
	set := func(list string, pairs ...any) string {
		return do(t, s, "setMyCommands", append(pairs, "commands", list)...).said()
	}
	expect(t, "default", set(`[{"command":"recent","description":"Recent"}]`), "ok")
	expect(t, "ru", set(`[{"command":"recent","description":"Последние"}]`, "language_code", "ru", "scope", `{"type":"all_group_chats"}`), "ok")
	expect(t, "chat", set(`[{"command":"reload","description":"Reload"}]`, "scope", fmt.Sprintf(`{"type":"chat","chat_id":%d}`, anna)), "ok")
	if c := s.Commands(Scope{Type: "all_group_chats"}, "ru"); len(c) != 1 || c[0].Description != "Последние" {
		t.Error(c)
	}
	if c := s.Commands(Scope{Type: "chat", Chat: "501"}, ""); len(c) != 1 || s.Commands(Scope{Type: "default"}, "ru") != nil {
		t.Error(c)
	}
	long := strings.Repeat(`{"command":"a","description":"b"},`, 100) + `{"command":"a","description":"b"}`
	for list, want := range map[string]string{
		`[{"command":"Recent","description":"x"}]`: "400 Bad Request: BOT_COMMAND_INVALID",
		`[{"command":"","description":"x"}]`:       "400 Bad Request: BOT_COMMAND_INVALID",
		`[{"command":"a","description":""}]`:       "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
		`[` + long + `]`:                           "400 Bad Request: BOT_COMMANDS_TOO_MUCH",
		`a`:                                        "400 Bad Request: can't parse commands JSON object",
	} {
		expect(t, fmt.Sprintf("%.50s", list), set(list), want)
	}
	expect(t, "scope", set(`[]`, "scope", `{"type":"chat","chat_id":9}`), "400 Bad Request: chat not found")
	expect(t, "language", set(`[]`, "language_code", "rus"), "400 Bad Request: invalid language code specified")
}
