package pulse

import (
	"time"

	"vestnik/internal/news"
)

// A State is how a feed does, in one word.
type State string

// The states of a feed.
const (
	OK      State = "ok"
	Waiting State = "waiting"    // it was not polled yet
	Empty   State = "empty"      // it is read, but never had an item
	Slow    State = "slow"       // it answers, but takes SlowAfter and longer
	Silent  State = "silent"     // it is read, but brings nothing, which is unusual for it
	Gap     State = "gap"        // its last document had no item that was known: some may have been missed
	Moved   State = "moved"      // it is read where it redirects for good; the configuration has its old address
	Blocked State = "blocked"    // a wall answers: 401, 403, 429 or a challenge page
	NotFeed State = "not a feed" // what comes cannot be read as a feed: a page, a document that is broken beyond repair, one too large
	Down    State = "down"       // no document comes: no connection, no host, no answer in time, an error status
)

// States lists every State, the worst first.
var States = []State{Down, Blocked, NotFeed, Gap, Silent, Moved, Slow, Empty, Waiting, OK}

// SlowAfter is how long a feed takes to answer, over its last polls, to be slow.
const SlowAfter = 10 * time.Second

// Of is the state of a feed when it was last polled: what it did since, nobody looked at. It is the one opinion there is: the board, /status and the probe all ask here. Of several things that are
// true, the one that costs most is said: first that it cannot be read (and why), then that items may be missing, that it fell silent, that it moved,
// that it is slow, and that it never had anything. A failure shows at once, though nobody is told of one or two.
func Of(s news.FeedState) State {
	switch {
	case s.Failures > 0:
		return OfFailure(s.ErrorClass)
	case s.LastSuccess.IsZero():
		return Waiting
	case !s.GapAt.IsZero():
		return Gap
	case Read(s.Rhythm).Silent(s.LastNew, s.LastSuccess):
		return Silent
	case s.Moved():
		return Moved
	case s.Took >= SlowAfter:
		return Slow
	case s.LastNew.IsZero():
		return Empty
	}
	return OK
}

// OfFailure is the state of a feed that could not be read.
func OfFailure(class news.ErrorClass) State {
	switch class {
	case news.ErrBlocked:
		return Blocked
	case news.ErrNotFeed, news.ErrParse, news.ErrTooLarge:
		return NotFeed
	}
	return Down
}

// Failing reports whether the state is one of a feed that cannot be read.
func (s State) Failing() bool { return s == Down || s == Blocked || s == NotFeed }

// Worse compares two states as slices.SortFunc wants it: the worse comes first.
func Worse(a, b State) int { return rank(a) - rank(b) }

func rank(s State) int {
	for i, x := range States {
		if x == s {
			return i
		}
	}
	return len(States)
}

// responding is the share of the newest poll in how long a feed takes.
const responding = 0.3

// Took is how long a feed takes over its last polls, once a further one took so long. 0 before says there was none; 0 now changes nothing.
func Took(before, now time.Duration) time.Duration {
	if now <= 0 {
		return before
	}
	if before <= 0 {
		return now
	}
	return time.Duration((1-responding)*float64(before) + responding*float64(now))
}
