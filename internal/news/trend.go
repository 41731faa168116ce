package news

import "time"

// Mentions is how many items of a feed that were published within an hour are on a watchlist. Copies of earlier items are left out.
type Mentions struct {
	Watchlist string
	Feed      string
	Type      SourceType
	Hour      time.Time // its beginning, UTC
	Items     int
}

// A Mention is one item on a watchlist that is no copy of an earlier one.
type Mention struct {
	Watchlist string
	ItemID    int64
	Story     int64 // 0: none
	Published time.Time
	Feed      string
	Outlet    string
	Score     float64
}

// Watched is since when what is watched.
type Watched struct {
	Lists map[string]time.Time   // by watchlist: since it is configured
	Feeds map[string]WatchedFeed // by feed, those of the configuration
}

// A WatchedFeed is between when a feed was read.
type WatchedFeed struct {
	First time.Time // its first successful poll; zero: never read
	Last  time.Time // its last one
}
