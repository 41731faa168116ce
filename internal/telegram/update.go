package telegram

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"vestnik/internal/command"
	"vestnik/internal/news"
)

// The parts of an update that are looked at, as the Bot API writes them: https://core.telegram.org/bots/api#update. The library's own types predate
// topics.
type update struct {
	ID       int64     `json:"update_id"`
	Message  *message  `json:"message"`
	Callback *callback `json:"callback_query"`
	Member   *member   `json:"my_chat_member"`
}

type message struct {
	ID         int64    `json:"message_id"`
	Thread     int      `json:"message_thread_id"`
	InTopic    bool     `json:"is_topic_message"`
	Chat       chat     `json:"chat"`
	From       *user    `json:"from"`
	SenderChat *chat    `json:"sender_chat"` // who speaks in the name of a chat
	Text       string   `json:"text"`
	ReplyTo    *message `json:"reply_to_message"`
	MigrateTo  int64    `json:"migrate_to_chat_id"`
	Forwarded  bool     `json:"is_automatic_forward"` // a post of the linked channel
}

type callback struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"` // nil below a message of the inline mode; only chat and number when it is too old
	Data    string   `json:"data"`
}

type member struct {
	Chat chat       `json:"chat"`
	New  membership `json:"new_chat_member"`
}

type membership struct {
	Status   string `json:"status"`
	IsMember bool   `json:"is_member"`         // of somebody "restricted"
	MaySend  bool   `json:"can_send_messages"` // of somebody "restricted"
	MayPost  bool   `json:"can_post_messages"` // of an administrator of a channel
}

type chat struct {
	ID       int64  `json:"id"`
	Type     string `json:"type"`
	Username string `json:"username"`
}

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Username string `json:"username"`
	Language string `json:"language_code"`
}

// allowedUpdates is what the server is asked for.
const allowedUpdates = `["message","callback_query","my_chat_member"]`

// readUpdate reads one update. The number is there even when the rest makes no sense.
func readUpdate(raw json.RawMessage) (u update, err error) {
	if err := json.Unmarshal(raw, &u); err != nil {
		var only struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &only) != nil || only.ID == 0 {
			return update{}, fmt.Errorf("an update without a number")
		}
		return update{ID: only.ID}, fmt.Errorf("an update of another form")
	}
	return u, nil
}

// address is the chat of m with its topic. Replies in ordinary groups make threads too; those are no topics.
func (m *message) address() string {
	if m.InTopic {
		return within(m.Chat.ID, m.Thread)
	}
	return base(m.Chat.ID)
}

// replied is the number of the message that m answers; "" when it answers none. In a topic every message is a reply to the topic's beginning.
func (m *message) replied() string {
	if m.ReplyTo == nil || m.ReplyTo.ID == 0 || m.InTopic && m.ReplyTo.ID == int64(m.Thread) {
		return ""
	}
	return ref(m.ReplyTo.ID)
}

func ref(id int64) string { return strconv.FormatInt(id, 10) }

// request is what m asks of the bot called me; ok is false when it asks nothing: chatter of a group, a command for another bot, a service message.
// known says which commands there are. It leaves ChatAdmin open.
func (m *message) request(me string, known func(string) bool) (r command.Request, ok bool) {
	kind := kindOf(m.Chat.Type)
	if m.Text == "" || kind == news.ChatChannel || m.Forwarded || m.From == nil || m.From.IsBot && m.SenderChat == nil {
		return r, false
	}
	r = command.Request{Chat: m.address(), Kind: kind, User: base(m.From.ID), Language: m.From.Language, ReplyTo: m.replied()}
	if m.SenderChat != nil {
		r.User = base(m.SenderChat.ID) // the person behind is not told
	}
	name, args, to, is := splitCommand(m.Text)
	switch {
	case is && to != "" && !strings.EqualFold(to, me):
		return r, false
	case is:
		r.Name, r.Args = name, args
	default:
		r.Args = m.Text
	}
	return r, kind == news.ChatPrivate || is && known(name)
}

// splitCommand reads "/name@bot args". The name is in lower case.
func splitCommand(text string) (name, args, bot string, ok bool) {
	rest, ok := strings.CutPrefix(text, "/")
	if !ok {
		return "", "", "", false
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !asciiWord(r) })
	if end < 0 {
		end = len(rest)
	}
	name, rest = strings.ToLower(rest[:end]), rest[end:]
	if after, at := strings.CutPrefix(rest, "@"); at {
		end := strings.IndexFunc(after, func(r rune) bool { return !asciiWord(r) })
		if end < 0 {
			end = len(after)
		}
		bot, rest = after[:end], after[end:]
	}
	return name, strings.TrimSpace(rest), bot, name != ""
}
