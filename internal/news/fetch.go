package news

import (
	"context"
	"fmt"
	"math"
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
	Took       time.Duration // from the request to the failure; 0 when nothing was asked
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
	Left         int    // items that are not in Items because the last document had them, the same to the byte
	Dropped      int    // entries without title, text and link, or repeated in the document
	Repaired     string // what had to be mended before it could be read; "" when nothing
	Entries      string // for FeedState.Entries

	Fresh    time.Duration // how much longer the server says its answer holds (Cache-Control, Expires); 0: it does not say
	TTL      time.Duration // how long the document itself says it holds (ttl, sy:updatePeriod); 0 when it does not, and when it is Unchanged
	Took     time.Duration // from the request to the last byte
	Direct   bool          // it was read at state.MovedTo, the feed's own address was not asked
	Zoneless int           // items whose date names no zone: that of Zone was taken for it
	Zone     string        // IANA name

	// Whole reads the document with the items that were Left out; nil when none were. Whoever knows one of Items has to ask for it: what an item is
	// can hang on the others.
	Whole func(context.Context) (Document, error)
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
	Gaps         int       // polls in which no known key appeared although some were expected
	GapAt        time.Time // when the last document that was read was such a gap; zero: it was not
	Items        int       // items stored in all

	Rhythm string        // when it publishes, see pulse.Read; "" when nothing is known
	Pace   time.Duration // the interval that the last poll decided on
	TTL    time.Duration // see Document.TTL, of the last document that was read
	Took   time.Duration // how long it takes to answer, over its last polls

	Entries string    // stands for the items of the last document, byte for byte, so that they are not read again; "": read all
	WholeAt time.Time // when all items of a document were read last

	MovedTo    string    // where a permanent redirect led when it was last read; "" when none did
	MovedSeen  int       // polls in a row that were led there, or read it there
	MovedSince time.Time // the first of them
	DriftKey   string    // identity key of an item of the last document, when that document's GUIDs had drifted; else ""
}

// A permanent redirect is believed when it was seen so often, and over such a time: for an hour many things redirect that did not move.
const (
	movedSightings = 3
	movedOver      = 24 * time.Hour
)

// Moved reports whether the feed has moved to MovedTo: it is read there from now on. The configuration still names the old address.
func (s FeedState) Moved() bool {
	return s.MovedTo != "" && s.MovedSeen >= movedSightings && s.LastSuccess.Sub(s.MovedSince) >= movedOver
}

// A FeedStatus is a feed with what is remembered of it, for the source board.
type FeedStatus struct {
	Feed    Feed
	State   FeedState
	Kept    int // items still stored; State.Items counts those that were dropped for their age too
	Matched int // of them, items that are over the threshold of some watchlist
}

// Share is how many of a hundred kept items are on watchlists; 0 when none is kept.
func (f FeedStatus) Share() int {
	if f.Kept == 0 {
		return 0
	}
	return int(math.Round(100 * float64(f.Matched) / float64(f.Kept)))
}

// Manners are how the server behind a feed wants to be asked.
type Manners struct {
	Host    string        // whom the limits are for; "": nobody, the feed is a file
	AtOnce  int           // requests at a time; 0: no limit
	Spacing time.Duration // least time from one request to the next
}
