package news

import (
	"strings"
	"time"
)

// ChatKind is what sort of place a chat is; pacing and rights depend on it.
type ChatKind string

// The kinds of chat. A supergroup counts as a group.
const (
	ChatPrivate ChatKind = "private"
	ChatGroup   ChatKind = "group"
	ChatChannel ChatKind = "channel"
)

// A Chat is what is remembered of a place that messages go to, without its topic. No titles and no names of people are kept.
type Chat struct {
	Address   string // "telegram:<id>" or "telegram:@<name>", see BaseChat
	Kind      ChatKind
	Language  string    // of replies: "en", "ru"
	Chosen    bool      // somebody chose Language; else it is what the chat was last spoken to in
	Admitted  bool      // let in by an invitation
	Closed    string    // why nothing can be sent there any more: "blocked", "kicked", "not found"; "" while open
	WaitUntil time.Time // it asked for silence until then
}

// BaseChat is the address of a chat without its topic: limits, waits and closing are the chat's, not the topic's.
// "telegram:-100123:42" → "telegram:-100123".
func BaseChat(address string) string {
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok {
		return address
	}
	id, _, _ := strings.Cut(rest, ":")
	return scheme + ":" + id
}

// MessageKind says what posting a message means.
type MessageKind string

// The kinds of message.
const (
	MessageSend MessageKind = ""     // a new message
	MessageEdit MessageKind = "edit" // change the text and buttons of the message Target
	// MessageButtons changes the buttons of the message Target alone. It tells all there is to tell of them, so one that waits is dropped for a later one.
	MessageButtons MessageKind = "buttons"
)

// Why an alert was not sent, beside those of deliver.go.
const (
	SkipMuted        = "muted" // the watchlist
	SkipMutedStory   = "muted story"
	SkipMutedFeed    = "muted source"
	SkipScore        = "score"       // below the chat's own minimum
	SkipLanguage     = "language"    // none of those that the chat wants
	SkipSource       = "source type" // none of those that the chat wants
	SkipChatGone     = "chat gone"
	SkipUnsubscribed = "unsubscribed"
)

// An Invite lets one person in.
type Invite struct {
	Hash    string // SHA-256 of the code, hex; the code itself is not kept
	By      string // the admin's chat
	Expires time.Time
}

// SkipDuplicate is why an alert was not sent when the chat has another one for the same item and watchlist.
const SkipDuplicate = "duplicate"

// An Outage is a time in which the bot did not run. The zero value is none.
type Outage struct {
	Since, Until time.Time
}

// IsZero reports whether there was no outage.
func (o Outage) IsZero() bool { return o == Outage{} }

// OwedChat says how much a chat is owed.
type OwedChat struct {
	Chat        string // address, topic included
	Items       int    // items it is owed, each once
	First, Last int64  // its oldest and its newest owed alert
}

// A Posting is that something was posted to a chat, or may have been: what counts against a limit.
type Posting struct {
	Chat  string // address, topic included
	At    time.Time
	Times int
}
