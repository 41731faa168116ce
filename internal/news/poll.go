package news

import (
	"errors"
	"time"
)

// Sentinel errors that callers branch on.
var (
	ErrLeaseLost = errors.New("lease lost") // somebody else holds it now: stop, write nothing
	ErrLeaseHeld = errors.New("lease held") // somebody else holds it: try later
	ErrNotFound  = errors.New("not found")
)

// A Round is one cycle over the feeds, as the store must know it to hand out claims.
type Round struct {
	Owner string    // who polls: a name that no other process has
	Start time.Time // when the round began. Owner and Start name the round: a feed it was given once is not given again
	All   bool      // every configured feed, not only those that are due
}

// A Claim is the right to poll one feed until Until, and what was remembered of it.
type Claim struct {
	State FeedState
	URL   string // the feed's address as the store has it: whoever knows another one must not poll
	Owner string
	Until time.Time
}

// A Poll is everything one poll of a feed changes. The store writes it in one transaction or not at all.
type Poll struct {
	Claim Claim     // the store refuses with ErrLeaseLost when it is not the holder any more
	At    time.Time // now
	State FeedState // the new state, DueAt included; Items is the store's own
	New   []NewItem // items whose identity key was not known when the poll looked; the store looks again
	Adopt []Adopt   // new keys for items that are known under another
	Edits []Edit    // known items that have another wording now, each once

	Served []string // every key of the document that was read: the store keeps what is known by them; empty when none was, it was unchanged, or not read whole

	Together bool // others are about to be written: this one may wait for them a moment, to share their transaction
}

// A NewItem is an item with its matches and the fate of its alerts.
type NewItem struct {
	Item    Item
	Matches []Match // all of them, over the threshold or not
	Skip    string  // "": alerts of matches that are Over become owed; else they are written as skipped for this reason
	Print   []byte  // what stories are told by, see package story; nil: the item is on no watchlist, or its story can be found later
}

// An Edit is another wording of a known item, with its matches and the fate of the alerts of those watchlists that no earlier wording was on.
type Edit struct {
	Item    Item // as the feed has it now; ID is the known item's. When it was published and seen first stays as it is
	Matches []Match
	Skip    string // as NewItem.Skip
	Print   []byte // as NewItem.Print; of use when the item is in no story yet
}

// Adopt gives a known item further keys.
type Adopt struct {
	ItemID int64
	Keys   []string
}

// Committed is what a commit did.
type Committed struct {
	Stored  int // items written; those another feed state already knew are not
	Matched int // of them, items over the threshold of some watchlist
	Edited  int // known items that were given another wording
	Owed    int // alerts owed
	Skipped int // alerts written as skipped
}
