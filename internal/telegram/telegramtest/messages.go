package telegramtest

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"
)

// The sizes of a message.
const (
	maxText = 4096  // UTF-16 code units, when parsed
	maxRaw  = 32768 // bytes, as sent
)

// A Message is one that a chat shows.
type Message struct {
	ID        int
	Chat      int64
	From      int64 // who wrote it; 0 for a channel's own
	Date      time.Time
	Topic     int    // message_thread_id, 0: none
	Raw       string // as the bot sent it
	ParseMode string
	Text      string // as readers see it; the caption when there is a File
	File      *File  // nil: none
	Entities  []Entity
	Keyboard  [][]Button
	ReplyTo   int
	Silent    bool            // disable_notification
	Preview   json.RawMessage // link_preview_options as sent, nil: none
	Edits     []Edit          // earlier states, the first first
	Deleted   bool

	Unacknowledged bool // the connection was dropped after it was posted: the bot does not know of it

	mine    bool           // written by the bot under test
	service map[string]any // fields of a service message
}

// An Edit is what a message was before it was changed.
type Edit struct {
	At       time.Time // of the change
	Text     string
	Entities []Entity
	Keyboard [][]Button
}

// Has returns the entities of one type: "bot_command", "url" …
func (m Message) Has(kind string) []Entity {
	var found []Entity
	for _, e := range m.Entities {
		if e.Type == kind {
			found = append(found, e)
		}
	}
	return found
}

// Messages returns what the bot posted in a chat, in order, deleted messages among them.
func (s *Server) Messages(chatID int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Message
	for _, m := range s.chat(chatID).messages {
		if m.mine {
			found = append(found, m.copy())
		}
	}
	return found
}

func (m *Message) copy() Message {
	c := *m
	c.Edits = slices.Clone(m.Edits)
	return c
}

// add gives a message its number.
func (s *Server) add(c *chat, m *Message) *Message {
	m.ID, m.Chat, m.Date = c.next, c.ID, s.opts.Now()
	c.next++
	c.messages = append(c.messages, m)
	return m
}

// message is a message of a chat that is still there, nil for others.
func (c *chat) message(id int) *Message {
	for _, m := range c.messages {
		if m.ID == id && !m.Deleted {
			return m
		}
	}
	return nil
}

// content is what sendMessage, editMessageText and captions have in common.
type content struct {
	raw, mode string
	text      Formatted
	keys      [][]Button
	preview   json.RawMessage
}

func readContent(p params) (content, *apiError) {
	c := content{raw: p.get("text"), mode: p.get("parse_mode")}
	switch {
	case c.raw == "":
		return c, refuse("message text is empty")
	case len(c.raw) > maxRaw:
		return c, refuse("message is too long")
	}
	parsed, err := parse(c.raw, c.mode)
	switch {
	case errors.Is(err, errParseMode), errors.Is(err, errUTF8):
		return c, refuse(err.Error())
	case err != nil:
		return c, refuse("can't parse entities: " + err.Error())
	}
	shown := clean(parsed)
	switch {
	case strings.Trim(shown.Text, " \n") == "":
		return c, refuse("text must be non-empty")
	case units(trim(shown).Text) > maxText:
		return c, refuse("message is too long")
	}
	c.text = Finish(parsed)
	if o := p.get("link_preview_options"); o != "" {
		var fields map[string]any
		if json.Unmarshal([]byte(o), &fields) != nil || fields == nil {
			return c, refuse("can't parse link preview options JSON object")
		}
		c.preview = json.RawMessage(o)
	}
	var bad *apiError
	c.keys, bad = keyboard(p.get("reply_markup"))
	return c, bad
}

func (s *Server) sendMessage(p params) (any, *apiError) {
	text, bad := readContent(p)
	if bad != nil {
		return nil, bad
	}
	return s.post(p, "sendmessage", text, nil)
}

// post adds a message of the bot.
func (s *Server) post(p params, method string, text content, file *File) (any, *apiError) {
	c, bad := s.reach(p.get("chat_id"), true)
	if bad != nil {
		return nil, bad
	}
	if bad := c.mayHold(file); bad != nil {
		return nil, bad
	}
	topic := p.number("message_thread_id")
	if topic != 0 && !slices.Contains(c.Topics, topic) {
		return nil, refuse("message thread not found")
	}
	reply, bad := replyTo(c, p)
	if bad != nil {
		return nil, bad
	}
	if bad := s.limiter.take(c, method, s.opts.Now()); bad != nil {
		return nil, bad
	}
	m := &Message{Topic: topic, Raw: text.raw, ParseMode: text.mode, Text: text.text.Text, Entities: text.text.Entities, Keyboard: text.keys,
		ReplyTo: reply, Silent: p.flag("disable_notification"), Preview: text.preview, File: file, mine: true}
	if c.Type != Channel {
		m.From = s.opts.Bot.ID
	}
	return s.add(c, m), nil
}

// replyTo reads reply_parameters, or reply_to_message_id as it was before Bot API 7.0.
func replyTo(c *chat, p params) (int, *apiError) {
	reply := struct {
		ID      int  `json:"message_id"`
		Anyway  bool `json:"allow_sending_without_reply"`
		Another any  `json:"chat_id"`
	}{p.number("reply_to_message_id"), p.flag("allow_sending_without_reply"), nil}
	if raw := p.get("reply_parameters"); raw != "" {
		if err := json.Unmarshal([]byte(raw), &reply); err != nil {
			return 0, refuse("can't parse reply parameters JSON object")
		}
	}
	switch {
	case reply.ID == 0:
		return 0, nil
	case c.message(reply.ID) != nil:
		return reply.ID, nil
	case reply.Anyway:
		return 0, nil
	}
	return 0, refuse("message to be replied not found")
}

func (s *Server) editMessageText(p params) (any, *apiError) {
	text, bad := readContent(p)
	if bad != nil {
		return nil, bad
	}
	m, bad := s.edited(p, "editmessagetext")
	if bad != nil {
		return nil, bad
	}
	if m.File != nil {
		return nil, refuse("there is no text in the message to edit")
	}
	if m.Text == text.text.Text && reflect.DeepEqual(m.Entities, text.text.Entities) && reflect.DeepEqual(m.Keyboard, text.keys) {
		return nil, refuse(notModified)
	}
	m.Edits = append(m.Edits, Edit{At: s.opts.Now(), Text: m.Text, Entities: m.Entities, Keyboard: m.Keyboard})
	m.Raw, m.ParseMode, m.Text, m.Entities, m.Keyboard, m.Preview = text.raw, text.mode, text.text.Text, text.text.Entities, text.keys, text.preview
	return m, nil
}

const notModified = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup " +
	"of the message"

// edited is the message that a call wants to change; the call counts against the limits.
func (s *Server) edited(p params, method string) (*Message, *apiError) {
	if p.get("chat_id") != "" && p.number("message_id") == 0 {
		return nil, refuse("message identifier is not specified")
	}
	c, bad := s.reach(p.get("chat_id"), true)
	if bad != nil {
		return nil, bad
	}
	m := c.message(p.number("message_id"))
	switch {
	case m == nil:
		return nil, refuse("message to edit not found")
	case !m.mine:
		return nil, refuse("message can't be edited")
	}
	return m, s.limiter.take(c, method, s.opts.Now())
}

// editMessageReplyMarkup changes the buttons alone; without reply_markup, or with one that has none, they go.
func (s *Server) editMessageReplyMarkup(p params) (any, *apiError) {
	keys, bad := keyboard(p.get("reply_markup"))
	if bad != nil {
		return nil, bad
	}
	m, bad := s.edited(p, "editmessagereplymarkup")
	if bad != nil {
		return nil, bad
	}
	if reflect.DeepEqual(m.Keyboard, keys) {
		return nil, refuse(notModified)
	}
	m.Edits = append(m.Edits, Edit{At: s.opts.Now(), Text: m.Text, Entities: m.Entities, Keyboard: m.Keyboard})
	m.Keyboard = keys
	return m, nil
}

func (s *Server) deleteMessage(p params) (any, *apiError) {
	c, bad := s.reach(p.get("chat_id"), false)
	if bad != nil {
		return nil, bad
	}
	m := c.message(p.number("message_id"))
	switch {
	case m == nil:
		return nil, refuse("message to delete not found")
	case !m.mine && c.Type != Private && c.Bot != Admin && c.Bot != Creator:
		return nil, refuse("message can't be deleted")
	}
	m.Deleted = true
	return true, nil
}

// messageJSON is a message as the Bot API gives it.
func (s *Server) messageJSON(m *Message) map[string]any {
	c := s.chats[m.Chat]
	j := map[string]any{"message_id": m.ID, "chat": s.chatJSON(c, false), "date": m.Date.Unix()}
	if m.From != 0 {
		j["from"] = s.users[m.From]
	}
	if c.Type == Channel {
		j["sender_chat"] = s.chatJSON(c, false)
	}
	if m.Topic != 0 {
		j["message_thread_id"], j["is_topic_message"] = m.Topic, true
	}
	words, entities := "text", "entities"
	if m.File != nil {
		words, entities = "caption", "caption_entities"
		m.File.json(m, j)
	}
	if m.Text != "" {
		j[words] = m.Text
	}
	if len(m.Entities) > 0 {
		j[entities] = m.Entities
	}
	if len(m.Keyboard) > 0 {
		j["reply_markup"] = map[string]any{"inline_keyboard": m.Keyboard}
	}
	if m.Preview != nil {
		j["link_preview_options"] = m.Preview
	}
	if len(m.Edits) > 0 {
		j["edit_date"] = m.Edits[len(m.Edits)-1].At.Unix()
	}
	if r := c.message(m.ReplyTo); r != nil {
		shallow := *r
		shallow.ReplyTo = 0
		j["reply_to_message"] = s.messageJSON(&shallow)
	}
	for k, v := range m.service {
		j[k] = v
	}
	return j
}
