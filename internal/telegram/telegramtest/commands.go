package telegramtest

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A Command is one line of the menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// A Scope is who sees a menu, in the Bot API's words: "default", "all_private_chats", "all_group_chats", "all_chat_administrators", and with a Chat "chat",
// "chat_administrators" and (with a User) "chat_member".
type Scope struct {
	Type string      `json:"type"`
	Chat json.Number `json:"chat_id,omitempty"`
	User int64       `json:"user_id,omitempty"`
}

func (s Scope) key(language string) string {
	return fmt.Sprintf("%s %s %d %s", s.Type, s.Chat, s.User, language)
}

// Commands returns the menu of a scope in a language ("": of everybody else), nil when none was set.
func (s *Server) Commands(scope Scope, language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands[scope.key(language)])
}

const (
	maxCommands    = 100
	maxCommand     = 32
	maxDescription = 256
)

func (s *Server) setMyCommands(p params) (any, *apiError) {
	key, bad := s.scope(p)
	if bad != nil {
		return nil, bad
	}
	var list []Command
	if err := json.Unmarshal([]byte(p.get("commands")), &list); err != nil {
		return nil, refuse("can't parse commands JSON object")
	}
	if len(list) > maxCommands {
		return nil, refuse("BOT_COMMANDS_TOO_MUCH")
	}
	for _, c := range list {
		name := prefix(c.Command, func(b byte) bool { return isDigit(b) || b == '_' || 'a' <= b && b <= 'z' })
		switch {
		case c.Command == "" || len(c.Command) > maxCommand || name < len(c.Command):
			return nil, refuse("BOT_COMMAND_INVALID")
		case c.Description == "" || units(c.Description) > maxDescription:
			return nil, refuse("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.commands[key] = list
	return true, nil
}

func (s *Server) getMyCommands(p params) (any, *apiError) {
	key, bad := s.scope(p)
	if bad != nil {
		return nil, bad
	}
	return append([]Command{}, s.commands[key]...), nil
}

func (s *Server) deleteMyCommands(p params) (any, *apiError) {
	key, bad := s.scope(p)
	if bad != nil {
		return nil, bad
	}
	delete(s.commands, key)
	return true, nil
}

// scope reads scope and language_code into the key of a menu.
func (s *Server) scope(p params) (string, *apiError) {
	scope := Scope{Type: "default"}
	if raw := p.get("scope"); raw != "" {
		if err := json.Unmarshal([]byte(raw), &scope); err != nil {
			return "", refuse("can't parse BotCommandScope JSON object")
		}
	}
	switch scope.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		scope.Chat, scope.User = "", 0
	case "chat", "chat_administrators", "chat_member":
		c, bad := s.find(scope.Chat.String())
		if bad != nil {
			return "", bad
		}
		if c.Type == Private && scope.Type != "chat" || c.Type == Channel {
			return "", refuse("can't change commands in this chat")
		}
	default:
		return "", refuse("can't parse BotCommandScope: Unsupported type specified")
	}
	language := p.get("language_code")
	if n := prefix(language, func(b byte) bool { return 'a' <= b && b <= 'z' }); n != len(language) || n != 0 && n != 2 {
		return "", refuse("invalid language code specified")
	}
	return scope.key(language), nil
}
