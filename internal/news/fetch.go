package news

import (
	"fmt"
	"time"
)

// ErrorClass tells faults of fetching apart, because each asks for something else.
type ErrorClass string

// The classes of a FetchError.
const (
	ErrTimeout  ErrorClass = "timeout"
	ErrDNS      ErrorClass = "dns"
	ErrTLS      ErrorClass = "tls"
	ErrConnect  ErrorClass = "connect"    // refused, reset, unreachable
	ErrStatus   ErrorClass = "status"     // an HTTP status that is neither 200 nor 304
	ErrBlocked  ErrorClass = "blocked"    // a wall: 401, 403, 429, or a challenge page
	ErrNotFeed  ErrorClass = "not a feed" // a page, an empty body, JSON that is not a JSON Feed
	ErrTooLarge ErrorClass = "too large"
	ErrParse    ErrorClass = "parse"   // looks like a feed, cannot be read even after repair
	ErrPrivate  ErrorClass = "private" // resolves to an address the bot must not call
	ErrAddress  ErrorClass = "address" // the URL itself, a missing file, too many redirects
)

// A FetchError is why a feed could not be read. Proof is the first line of evidence: the status line, the title of a challenge page.
type FetchError struct {
	Class      ErrorClass
	Status     int           // HTTP status, 0 when there was none
	Proof      string        // one line, plain text, at most 200 bytes
	RetryAfter time.Duration // what the server asked for; 0 when it did not
	Err        error         // the cause, may be nil
}

func (e *FetchError) Error() string {
	switch {
	case e.Proof != "":
		return fmt.Sprintf("%s: %s", e.Class, e.Proof)
	case e.Err != nil:
		return fmt.Sprintf("%s: %v", e.Class, e.Err)
	}
	return string(e.Class)
}

func (e *FetchError) Unwrap() error { return e.Err }

// A Document is what one fetch brought.
type Document struct {
	Unchanged    bool // 304, or the same bytes as State.BodyHash says: Items is empty and nothing was parsed
	NotModified  bool // it was a 304
	ETag         string
	LastModified string
	BodyHash     string
	MovedTo      string // where a permanent redirect (301, 308) led; "" when none
	Bytes        int    // decoded size
	Title        string
	Items        []Item // in the document's order, keys unique within the document; ID is 0, Seen is now
	Dropped      int    // entries without title, text and link, or repeated in the document
	Repaired     string // what had to be mended before it could be read; "" when nothing
}

// FeedState is what the store remembers of a feed between polls.
type FeedState struct {
	FeedID       string
	ETag         string
	LastModified string
	BodyHash     string
	DueAt        time.Time
	FirstSuccess time.Time // zero: never read; its next items are a backlog
	LastSuccess  time.Time
	LastNew      time.Time // when it last brought a new item
	Failures     int       // polls failed in a row
	ErrorClass   ErrorClass
	ErrorProof   string
	Gaps         int // polls in which no known key appeared although some were expected
	Items        int // items stored in all

	MovedTo  string // where a permanent redirect led when it was last read; "" when none did
	DriftKey string // identity key of an item of the last document, when that document's GUIDs had drifted; else ""
}

// A FeedStatus is a feed with what is remembered of it, for the source board.
type FeedStatus struct {
	Feed    Feed
	State   FeedState
	Matched int // stored items that are over the threshold of some watchlist
}
