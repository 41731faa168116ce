package news

// A Delivery is how a chat wants the alerts of a watchlist.
type Delivery struct {
	Digest    string       // "": at once; "hourly", "daily 09:00", "weekly mon 09:00" or a cron line of five fields, in the chat's time zone
	Silent    bool         // without a sound
	MinScore  float64      // items that score less are not alerted; 0: the watchlist's own threshold decides
	Languages []string     // only items in these; none: all
	Sources   []SourceType // only items of such outlets; none: all
}

// Preferences is how a chat wants what it is owed.
type Preferences struct {
	Chat     string // address, topic included
	Timezone string // IANA name; "": the configuration's
	Quiet    string // "23:00-07:00": nothing but breaking watchlists is posted then, the rest comes as a digest at its end; "": no such hours

	All   Delivery            // of every watchlist without one of its own
	Lists map[string]Delivery // by id of the watchlist
}

// Of is how the alerts of a watchlist are wanted.
func (p Preferences) Of(watchlist string) Delivery {
	if d, ok := p.Lists[watchlist]; ok {
		return d
	}
	return p.All
}

// Urgency says what a watchlist may do to its readers.
type Urgency string

// The urgencies of a watchlist.
const (
	Normal   Urgency = ""
	Breaking Urgency = "breaking" // passes quiet hours
)

// MuteKind says what is muted.
type MuteKind string

// What can be muted in a chat.
const (
	MuteWatchlist MuteKind = "watchlist"
	MuteStory     MuteKind = "story" // What is its number in decimal
	MuteFeed      MuteKind = "feed"
)

// A Mute is what a chat does not want to hear of for a while.
type Mute struct {
	Kind MuteKind
	What string // id of the watchlist or feed, number of the story
}
