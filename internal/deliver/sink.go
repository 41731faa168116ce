package deliver

import (
	"context"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// A Sink is where messages go.
type Sink interface {
	// Render is the text of one message to chat about owed: an alert when it holds one item, a digest of all when it holds several. The text is
	// frozen before it is posted and may be posted by a later run of the program, so it holds all that Send needs.
	Render(chat string, owed []news.OwedItem) (string, error)
	// Send posts a message and returns the sink's own number of it. It takes plain text as well as what Render returned.
	// The error is a *Permanent or a *RetryAfter, or anything else for "try again".
	Send(ctx context.Context, m news.Message) (ref string, err error)
}

// Permanent is the error of a message that will never be posted: its chat is gone or refuses it.
type Permanent struct{ Err error }

func (e *Permanent) Error() string { return e.Err.Error() }
func (e *Permanent) Unwrap() error { return e.Err }

// RetryAfter is the error of a chat that wants a pause; other chats go on.
type RetryAfter struct {
	After time.Duration
	Err   error // what the sink was told, may be nil
}

func (e *RetryAfter) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("asked to wait %v", e.After)
	}
	return fmt.Sprintf("asked to wait %v: %v", e.After, e.Err)
}

func (e *RetryAfter) Unwrap() error { return e.Err }
