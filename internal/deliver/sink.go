package deliver

import (
	"context"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// A Sink is where messages go.
type Sink interface {
	// Render is one message to chat about the first n of bundles, at least one and as many as fit: an alert when there is one bundle, a digest with a
	// line for each when there are several; the rest goes into the chat's next message. When down is not zero the message begins by saying that the bot
	// was down. Text and markup (buttons, "" for none) are frozen before they are posted and may be posted by a later run of the program, so they hold
	// all that Send needs.
	Render(chat string, bundles []Bundle, down news.Outage) (text, markup string, n int, err error)
	// Send posts or edits a message, or changes the buttons of one, and returns the sink's own number of it. It takes plain text (see Plain) as well as what Render returned.
	// The error is one of the types below, or anything else for "try again".
	Send(ctx context.Context, m news.Message) (ref string, err error)
}

// A Bundle is what is told together: the items of a story, or one that belongs to none.
type Bundle struct {
	Story  int64           // 0: none
	Items  []news.OwedItem // at least one, each item once: the one to show first, the others in the order in which they were told
	Update bool            // the message that tells the story is changed
	Fresh  int             // of an update: how many of Items, the last ones, the message did not tell of before
	Again  string          // why a story that was told alerts anew: the type of source that is its first, or AgainWatchlist; "": it does not
}

// Gone is the error of a chat that nothing can be sent to any more: the bot was blocked or removed, or there is no such chat.
type Gone struct {
	Why string // "blocked", "kicked", "not found"; see news.Chat
	Err error  // what the sink was told, may be nil
}

func (e *Gone) Error() string { return describe("the chat is gone ("+e.Why+")", e.Err) }
func (e *Gone) Unwrap() error { return e.Err }

// Migrated is the error of a chat that has another address now; the message goes there next.
type Migrated struct {
	To  string // without topic, see news.BaseChat
	Err error  // what the sink was told, may be nil
}

func (e *Migrated) Error() string { return describe("the chat has moved", e.Err) } // not where to: addresses of chats are not logged
func (e *Migrated) Unwrap() error { return e.Err }

// BadText is the error of a message whose text the sink refuses, also without markup. It will never be posted; the chat's next one may be.
type BadText struct{ Err error }

func (e *BadText) Error() string { return describe("the text is refused", e.Err) }
func (e *BadText) Unwrap() error { return e.Err }

// Permanent is the error of a message that will never be posted for any other reason: its topic is closed, what it answers is gone.
type Permanent struct{ Err error }

func (e *Permanent) Error() string { return describe("refused", e.Err) }
func (e *Permanent) Unwrap() error { return e.Err }

// RetryAfter is the error of a chat that wants a pause; other chats go on.
type RetryAfter struct {
	After time.Duration
	Err   error // what the sink was told, may be nil
}

func (e *RetryAfter) Error() string {
	return describe(fmt.Sprintf("asked to wait %v", e.After), e.Err)
}

func (e *RetryAfter) Unwrap() error { return e.Err }

func describe(what string, err error) string {
	if err == nil {
		return what
	}
	return what + ": " + err.Error()
}
