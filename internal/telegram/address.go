package telegram

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"vestnik/internal/news"
)

// Scheme is what the addresses of this package's chats begin with.
const Scheme = "telegram"

// An address is a chat and, in a forum, the topic in it.
type address struct {
	id    int64  // 0 when the chat is named
	name  string // "@name"
	topic int    // 0: none, or the forum's general one
}

var chatName = regexp.MustCompile(`^@[A-Za-z][A-Za-z0-9_]{3,31}$`)

// parseAddress reads "telegram:<id>[:<topic>]" and "telegram:@<name>[:<topic>]".
func parseAddress(s string) (address, error) {
	var a address
	scheme, rest, _ := strings.Cut(s, ":")
	chat, topic, threaded := strings.Cut(rest, ":")
	var err error
	switch {
	case scheme != Scheme:
		return a, fmt.Errorf("the chat is not one of Telegram's")
	case chatName.MatchString(chat):
		a.name = chat
	default:
		if a.id, err = strconv.ParseInt(chat, 10, 64); err != nil || a.id == 0 {
			return a, fmt.Errorf("the chat is neither a number nor a @name")
		}
	}
	if threaded {
		if a.topic, err = strconv.Atoi(topic); err != nil || a.topic <= 0 {
			return a, fmt.Errorf("the topic is not a number")
		}
	}
	return a, nil
}

// chatID is the chat as methods want it.
func (a address) chatID() string {
	if a.name != "" {
		return a.name
	}
	return strconv.FormatInt(a.id, 10)
}

// base is the address of a chat by its number, without a topic.
func base(id int64) string { return Scheme + ":" + strconv.FormatInt(id, 10) }

// within is the address of a topic of a chat; of the chat for topic 0.
func within(id int64, topic int) string {
	if topic == 0 {
		return base(id)
	}
	return base(id) + ":" + strconv.Itoa(topic)
}

// kindOf says what sort of place Telegram's word for a chat means.
func kindOf(word string) news.ChatKind {
	switch word {
	case "private":
		return news.ChatPrivate
	case "channel":
		return news.ChatChannel
	}
	return news.ChatGroup
}
