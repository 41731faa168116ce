package news

import "time"

// A Verdict is what one person said of one alert. There is one of a person on an item and a watchlist, wherever they saw it.
type Verdict struct {
	ItemID    int64
	Watchlist string
	Person    string // address of who said so; "" when read for figures, which name nobody
	Chat      string // base chat where it was said
	Good      bool
	Reason    Reason // why it is bad; ReasonNone with a good one, or when nothing was said
	At        time.Time
}

// A Reason is why an alert was not wanted.
type Reason string

// The reasons. The last one is no fault of what matched: the item is on the watchlist, it only came too late.
const (
	ReasonNone  Reason = ""
	WrongPerson Reason = "wrong person"
	OffTopic    Reason = "off topic"
	OldNews     Reason = "old news"
)

// Reasons lists those that can be given, in the order to offer them.
var Reasons = []Reason{WrongPerson, OffTopic, OldNews}

// A Judged is an item that alerted on a watchlist, with everything that was said of it.
type Judged struct {
	Found               // with the match on Watchlist alone, if it is still stored
	Watchlist string    // of the verdicts
	Verdicts  []Verdict // without persons, the first first; none: nobody said anything
}
