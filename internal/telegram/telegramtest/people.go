package telegramtest

import (
	"fmt"
	"strconv"
	"strings"
)

// A Saying is a text that a person writes.
type Saying struct {
	Chat    int64
	From    int64
	Text    string
	ReplyTo int // the message answered, 0: none
	Topic   int
}

// Say lets a person write, and returns the number of the message. Commands, links and the like in it become entities as in a client.
func (s *Server) Say(what Saying) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(what.Chat)
	s.user(what.From)
	if what.ReplyTo != 0 && c.message(what.ReplyTo) == nil {
		panic(fmt.Sprintf("telegramtest: no message %d in chat %d", what.ReplyTo, what.Chat))
	}
	if c.Type == Private && c.Bot == Left {
		c.Bot = Member // who writes to a bot has started it
	}
	f := Finish(Formatted{Text: strings.ToValidUTF8(what.Text, "\uFFFD")})
	m := s.add(c, &Message{From: what.From, Text: f.Text, Entities: f.Entities, ReplyTo: what.ReplyTo, Topic: what.Topic})
	kind := "message"
	if c.Type == Channel {
		m.From, kind = 0, "channel_post"
	}
	s.push(kind, s.messageJSON(m))
	return m.ID
}

// Press lets a person press the button with that callback data under a message of the bot, and returns the query's id. A message without such
// a button is a mistake of the test.
func (s *Server) Press(chatID int64, messageID int, from int64, data string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(chatID)
	m := c.message(messageID)
	if m == nil || !m.offers(data) {
		panic(fmt.Sprintf("telegramtest: no button %q under message %d in chat %d", data, messageID, chatID))
	}
	s.serial++
	id := strconv.FormatInt(4300000000000000000+s.serial, 10)
	s.queries[id] = true
	s.push("callback_query", map[string]any{"id": id, "from": s.user(from), "message": s.messageJSON(m), "chat_instance": strconv.FormatInt(-chatID, 10),
		"data": data})
	return id
}

func (m *Message) offers(data string) bool {
	for _, row := range m.Keyboard {
		for _, b := range row {
			if b.Data == data && data != "" {
				return true
			}
		}
	}
	return false
}

// SetStanding changes what the bot is in a chat, by a user's doing, and tells the bot with a my_chat_member update: Banned blocks it or throws it out.
func (s *Server) SetStanding(chatID, by int64, standing Standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(chatID)
	was := c.Bot
	c.Bot = standing
	s.push("my_chat_member", map[string]any{"chat": s.chatJSON(c, false), "from": s.user(by), "date": s.opts.Now().Unix(),
		"old_chat_member": c.member(s.opts.Bot, was), "new_chat_member": c.member(s.opts.Bot, standing)})
}

// service adds a message without text and tells the bot.
func (s *Server) service(c *chat, field string, value any) {
	m := s.add(c, &Message{service: map[string]any{field: value}})
	s.push("message", s.messageJSON(m))
}

// An Answer is what the bot answered to a pressed button.
type Answer struct {
	Query string
	Text  string
	Alert bool // show_alert
}

// Answers returns the answers to pressed buttons, in order.
func (s *Server) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Answer(nil), s.answers...)
}

const maxAnswer = 200 // characters of an answer to a pressed button

func (s *Server) answerCallbackQuery(p params) (any, *apiError) {
	id := p.get("callback_query_id")
	switch {
	case !s.queries[id]:
		return nil, refuse("query is too old and response timeout expired or query ID is invalid")
	case units(p.get("text")) > maxAnswer:
		return nil, refuse("MESSAGE_TOO_LONG")
	}
	delete(s.queries, id)
	s.answers = append(s.answers, Answer{id, p.get("text"), p.flag("show_alert")})
	return true, nil
}
