package news

import "time"

// A Filter narrows a list of stored items. The zero value asks for everything there is, newest first, up to the store's own cap.
type Filter struct {
	Watchlist string    // only items over the threshold of this watchlist; "": any
	Matched   bool      // only items over the threshold of some watchlist
	Since     time.Time // published at or after; zero: no bound
	Limit     int       // at most so many; 0: the store's cap
	Before    Cursor    // only what follows this place; zero: from the newest. See Found.Cursor
}

// A Cursor is a place in news order: newest published first, then the higher number first. It is how lists are paged.
type Cursor struct {
	Published time.Time
	ID        int64
}

// Cursor is the place of f: as the Before of a Filter it asks for the page that follows f.
func (f Found) Cursor() Cursor { return Cursor{Published: f.Item.Published, ID: f.Item.ID} }

// Counts is what the store holds, in numbers.
type Counts struct {
	Feeds   int // configured now
	Items   int
	Matched int // items over the threshold of some watchlist
	Alerts  map[AlertState]int
	// Messages frozen in all, posted or not; Unsent of them have still to be posted.
	Messages, Unsent int

	Behind int // items the full-text index has still to take in
}
