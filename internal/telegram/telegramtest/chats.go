package telegramtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A ChatType is a kind of chat in the Bot API's words.
type ChatType string

// The kinds of chat.
const (
	Private    ChatType = "private"
	Group      ChatType = "group"
	Supergroup ChatType = "supergroup"
	Channel    ChatType = "channel"
)

// A Standing is what somebody is in a chat, in the Bot API's words. In a private chat the bot is a Member, or the user Blocked it ("kicked") or never
// started it ("left").
type Standing string

// The standings.
const (
	Creator    Standing = "creator"
	Admin      Standing = "administrator"
	Member     Standing = "member"
	Restricted Standing = "restricted" // here: may read but not write
	Left       Standing = "left"
	Banned     Standing = "kicked"
)

// A Chat is a place the bot knows of, or might.
type Chat struct {
	ID        int64    // as the Bot API has it: a person's own number, negative for a group, -100… for a supergroup or channel
	Type      ChatType // "": Private for a positive ID, Supergroup for -100…, else Group
	Title     string
	Username  string   // without @; not for groups
	Topics    []int    // message_thread_ids; with any the supergroup is a forum
	Bot       Standing // "": Admin in a channel, else Member
	NoPosting bool     // an administrator of a channel without the right to post
	NoFiles   bool     // a group whose members, the bot among them, may write but send neither pictures nor files

	Members map[int64]Standing // people whose standing is not plain Member
}

type chat struct {
	Chat
	next       int        // number of the next message
	messages   []*Message // in order
	migratedTo int64
}

// AddUser declares a person, and AddChat with the same ID a private chat with them.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[u.ID] = u
}

// AddPerson declares a person and the private chat with them.
func (s *Server) AddPerson(u User) {
	s.AddUser(u)
	s.AddChat(Chat{ID: u.ID, Type: Private, Username: u.Username})
}

// AddChat declares a chat.
func (s *Server) AddChat(c Chat) {
	switch {
	case c.Type != "":
	case c.ID > 0:
		c.Type = Private
	case strings.HasPrefix(strconv.FormatInt(c.ID, 10), "-100"):
		c.Type = Supergroup
	default:
		c.Type = Group
	}
	if c.Bot == "" {
		c.Bot = Member
		if c.Type == Channel {
			c.Bot = Admin
		}
	}
	c.Topics = slices.Clone(c.Topics)
	c.Members = maps.Clone(c.Members)
	if c.Members == nil {
		c.Members = map[int64]Standing{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chats[c.ID] != nil {
		panic(fmt.Sprintf("telegramtest: chat %d is declared twice", c.ID))
	}
	s.chats[c.ID] = &chat{Chat: c, next: 1}
}

// DeleteTopic takes a topic out of a forum.
func (s *Server) DeleteTopic(id int64, topic int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(id)
	c.Topics = slices.DeleteFunc(c.Topics, func(t int) bool { return t == topic })
}

// SetMember says what a person is in a chat.
func (s *Server) SetMember(id, user int64, standing Standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(id).Members[user] = standing
}

// Migrate makes a supergroup of a group: the old number answers with migrate_to_chat_id from now on, members and topics go along, and both chats get the
// service message that tells of it.
func (s *Server) Migrate(from, to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.chat(from)
	if s.chats[to] != nil {
		panic(fmt.Sprintf("telegramtest: chat %d exists", to))
	}
	moved := old.Chat
	moved.ID, moved.Type = to, Supergroup
	s.chats[to] = &chat{Chat: moved, next: 1}
	old.migratedTo = to
	s.service(old, "migrate_to_chat_id", to)
	s.service(s.chats[to], "migrate_from_chat_id", from)
}

// chat is a declared chat; a test that names another is wrong.
func (s *Server) chat(id int64) *chat {
	c := s.chats[id]
	if c == nil {
		panic(fmt.Sprintf("telegramtest: chat %d is not declared", id))
	}
	return c
}

func (s *Server) user(id int64) User {
	u, ok := s.users[id]
	if !ok {
		panic(fmt.Sprintf("telegramtest: user %d is not declared", id))
	}
	return u
}

// find is the chat that a chat_id names: a number or @username.
func (s *Server) find(chatID string) (*chat, *apiError) {
	chatID = strings.TrimSpace(chatID)
	if chatID == "" {
		return nil, refuse("chat_id is empty")
	}
	if name, ok := strings.CutPrefix(chatID, "@"); ok {
		for _, c := range s.chats {
			if c.Type != Private && c.Username != "" && lower(c.Username) == lower(name) {
				return c, nil
			}
		}
		return nil, refuse("chat not found")
	}
	id, err := strconv.ParseInt(chatID, 10, 64)
	if c := s.chats[id]; err == nil && c != nil {
		return c, nil
	}
	return nil, refuse("chat not found")
}

// reach is find for calls that need the bot to be in the chat; with post it must be allowed to write there.
func (s *Server) reach(chatID string, post bool) (*chat, *apiError) {
	c, bad := s.find(chatID)
	if bad != nil {
		return nil, bad
	}
	if c.migratedTo != 0 {
		return nil, &apiError{Code: 400, Description: Upgraded, MigrateTo: c.migratedTo}
	}
	kind := string(c.Type) + " chat"
	switch {
	case c.Type == Private && !post:
	case c.Type == Private && c.Bot == Banned:
		return nil, forbid("bot was blocked by the user")
	case c.Type == Private && c.Bot == Left:
		return nil, forbid("bot can't initiate conversation with a user")
	case c.Bot == Banned:
		return nil, forbid("bot was kicked from the " + kind)
	case c.Bot == Left && (post || c.Username == ""):
		return nil, forbid("bot is not a member of the " + kind)
	case post && c.Type == Channel && (c.Bot != Admin && c.Bot != Creator || c.NoPosting):
		return nil, refuse("need administrator rights in the channel chat")
	case post && c.Bot == Restricted:
		return nil, refuse("not enough rights to send text messages to the chat")
	}
	return c, nil
}
