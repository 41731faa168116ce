package news

import "time"

// A Subscription is a chat that wants a watchlist. Chat is "terminal" or "telegram:<chat>[:<topic>]".
type Subscription struct {
	Chat      string
	Watchlist string
	Source    string // SourceConfig or SourceChat; the store sets it
}

// Who made a subscription.
const (
	SourceConfig = "config" // the configuration; it goes when the configuration drops it
	SourceChat   = "chat"   // the chat itself
)

// AlertState is where an alert is in its life.
type AlertState string

// An alert goes owed → frozen → sent, or is skipped with a reason.
const (
	AlertOwed    AlertState = "owed"
	AlertFrozen  AlertState = "frozen" // a message that carries it is written down; it may or may not have been posted
	AlertSent    AlertState = "sent"
	AlertSkipped AlertState = "skipped"
)

// Why an alert was not sent.
const (
	SkipBacklog = "backlog" // it came with the first poll of a feed
	SkipTooOld  = "too old" // published longer ago than the configured max_age
	SkipDrift   = "guid drift"
)

// An Alert is a match owed to a subscription: the outbox row and, later, the ledger row.
type Alert struct {
	ID        int64
	ItemID    int64
	Watchlist string
	Chat      string
	State     AlertState
	Reason    string // for AlertSkipped
	Created   time.Time
	Due       time.Time // it is not sent before then: it was put off, and goes into a digest; zero: it goes at once
	MessageID int64     // the frozen message that carries it, 0 while owed
	Wording   int       // the wording of the item that an edit brought and that caused it; 0: the item came with it
}

// An OwedItem is everything one chat is owed about one item: what a sink renders.
type OwedItem struct {
	Alerts  []Alert // one a watchlist
	Item    Item
	Feed    Feed
	Matches []Match           // the matches behind Alerts, same order
	Names   map[string]string // watchlist id → name
	Story   int64             // the story the item belongs to; 0: none
	Said    []Verdict         // what was said of it in its chat so far, for the buttons of a message that is changed; nil: nothing, or nobody looked
	Copy    bool              // it repeats an earlier item of the story nearly word for word
	Silent  bool              // the chat wants all of Alerts without a sound
	Earlier []Version         // in Told: its wordings before the present one, in order; else nil
	Before  *Version          // what an edit replaced, when an alert is due to the edit or its words are gone with it; nil: no edit has to do with it
}

// A Message is text frozen for a chat: after a crash exactly this is posted again. It carries alerts, or is a reply or a notice (no AlertIDs).
type Message struct {
	ID       int64
	Chat     string // address, topic included
	Kind     MessageKind
	Target   string // the sink's number of the message that MessageEdit changes, or that a reply answers; "" none
	Text     string // as the sink rendered it
	Markup   string // buttons as the sink wrote them; "" none
	Silent   bool   // no sound
	File     *File  // nil: none
	Key      string // not "": a second message with the same key is not enqueued (notices, "feed down" once a streak)
	AlertIDs []int64
	Story    int64 // the story that the message tells, and that later ones change it for; 0: none
	Lead     int64 // of a story: the item that stands first
	Told     int   // of a story: items that the text tells of
	Created  time.Time
	SentAt   time.Time // zero until posted
	SinkRef  string    // the sink's own number of the posted message
}

// Told is what a chat was told of a story.
type Told struct {
	Items  []OwedItem // in the order of their alerts, whatever messages told them; Alerts are those that were sent
	Living *Living    // the message that tells the story and can be changed; nil: there was none, only digests told of it
}

// Living is the message that tells a story in a chat, as it stands now.
type Living struct {
	Ref  string    // the sink's number of it; "": the sink has no numbers
	Lead int64     // the item that stands first
	Told int       // items that its text tells of
	At   time.Time // when it was posted, or changed last
}

// A Lease is the right to do something alone until Until. A holder whose Epoch is old must stop.
type Lease struct {
	Name  string
	Owner string
	Epoch int64
	Until time.Time
}

// A Found is one row of a search or of a list of recent items.
type Found struct {
	Item    Item
	Feed    Feed
	Matches []Match // only those over their threshold

	Earlier []Version // its wordings before the present one, in order; only where an item is to be explained
}
