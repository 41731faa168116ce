// Package news holds the words of the domain as types: feeds, items, profiles, watchlists, matches, alerts, messages.
// It must not import anything outside the standard library, and it does nothing that needs a clock, a network or a disk.
package news

import (
	"strings"
	"time"
)

// SourceType says who stands behind an outlet.
type SourceType string

// The kinds of outlet a feed may belong to.
const (
	State       SourceType = "state"
	Independent SourceType = "independent"
	Exile       SourceType = "exile"
	Wire        SourceType = "wire"
	Analysis    SourceType = "analysis"
)

// SourceTypes lists every SourceType, in the order they are documented.
var SourceTypes = []SourceType{State, Independent, Exile, Wire, Analysis}

// Languages are the codes the bot has matching rules for. "any" holds names that are the same everywhere.
var Languages = []string{"en", "ru", "be", "uk", "kk", "pl", "de", "fr"}

// A Feed is a source polled on a schedule. ID survives a change of address.
type Feed struct {
	ID       string
	URL      string // http, https or file
	Outlet   string
	Country  string // ISO 3166 alpha-2, upper case
	Language string // ISO 639-1; what the outlet writes when an item says nothing better
	Type     SourceType

	Every        time.Duration // 0: the default interval
	Timezone     string        // IANA zone for dates that name none; "": that of Country's capital where the reader knows it, else UTC
	AllowPrivate bool          // may resolve to a private or loopback address
	Backfill     int           // how many of the newest items alert at the first poll; the rest of the backlog is stored only

	// How its documents and pages are asked for. None of it is stored: a feed that the store returns has none.
	Proxy     Secret   // http, https or socks5 URL that all its requests go through; it may hold a password. "": what the environment says
	UserAgent string   // "": the client's
	Auth      Secret   // "user:password" of basic authentication, for the feed's own host; "": none
	Headers   []Header // further headers, for the feed's own host
	FullText  bool     // the page of every new item is fetched for its whole text
}

// An Item is one entry of a feed, as plain text. What a feed may put there is bounded; a text that is cut ends behind a whole word, with "…".
type Item struct {
	ID     int64 // the store's number; 0 before it is stored
	FeedID string

	// Keys identify the item within its feed, strongest first: KeyGUID, KeyURL, KeyHash. Keys[0] is the identity;
	// the others only serve to notice that a feed changed its GUIDs. Never empty, never built from the title alone.
	Keys []string

	URL        string    // canonical: ties the same article across feeds; "" when the item has no link, or one longer than 4,096 bytes
	Link       string    // as the feed gave it, made absolute: what a reader opens
	Title      string    // plain text, one line, at most 1,000 code points
	Text       string    // plain text, paragraphs split by "\n", at most 100,000 code points
	Lang       string    // ISO 639-1
	Author     string    // at most 500 code points
	Categories []string  // at most 50, of at most 200 code points each
	Media      []Media   // pictures, sound and video that the feed names, at most 10
	Published  time.Time // clamped to [1990, Seen+1h]; Seen when the feed gives no usable date
	Seen       time.Time // when the bot first saw it
}

// Prefixes of Item.Keys.
const (
	KeyGUID = "g:"
	KeyURL  = "u:"
	KeyHash = "h:"
)

// ContentKey is the key of an item's content, which tells its wordings apart; "" when it has none behind its identity.
func (it *Item) ContentKey() string {
	for _, k := range it.Keys[min(1, len(it.Keys)):] {
		if strings.HasPrefix(k, KeyHash) {
			return k
		}
	}
	return ""
}

// Kind says what a profile is of.
type Kind string

// The kinds of profile.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"
	Place        Kind = "place"
	Topic        Kind = "topic"
)

// Kinds lists every Kind.
var Kinds = []Kind{Person, Organisation, Place, Topic}

// A Profile is what is known of an entity or a topic. Lists are keyed by language code or "any".
type Profile struct {
	ID       string
	Kind     Kind
	Names    map[string][]string // proper names; one written in capitals is an acronym
	Keywords map[string][]string // ordinary words and phrases, stemmed; "word^0.5" gives a weight
	Context  Context
	Nested   bool // names count within a longer name of another profile, too
	Wikidata string

	Seen       map[string]map[string]int // name → article → how often
	FromMemory []string                  // names that no article shows
	Rejected   map[string][]string       // names a person refused; never proposed again

	// Of a topic that is found by the weight of its keywords. Threshold is the weight that counts 1 in a watchlist; 0: each keyword counts its own weight.
	Threshold float64
	Proposed  Proposed
}

// Proposed is what the program wrote into a topic's profile: what differs from it was decided by a person and stays.
type Proposed struct {
	Threshold float64
	Keywords  map[string][]string
}

// Context limits an ambiguous name: it counts only when one of Near and none of NotNear stands at most Words words away, counted through title and
// text, and when it is not part of one of the phrases of NotIn. Near is not asked of a person whose full name stands in the item.
type Context struct {
	Near    []string
	NotNear []string
	NotIn   []string
	Words   int // 0: 40
}

// A Watchlist is what a user wants to hear of.
type Watchlist struct {
	ID           string
	Name         string
	Profiles     []string            // ids
	Names        map[string][]string // further proper names
	Keywords     map[string][]string // ordinary words and phrases, stemmed; "word^0.5" gives a weight
	Query        string              // Boolean query, see package query; "": none
	Exclude      []string            // phrases; one of them in the item and the watchlist stays silent
	Threshold    float64             // least score that alerts
	Urgency      Urgency             // Breaking: its alerts pass quiet hours
	MustMatch    []string            // examples checked when the watchlist is compiled
	MustNotMatch []string
	To           []string // chats; empty: the default channel
}

// A Match is one item on one watchlist.
type Match struct {
	Watchlist string
	Score     float64
	Over      bool // the score reached the threshold and nothing excluded it
	Hits      []Hit
	Excluded  []Hit // the phrases that silenced it, when any

	// Wording is 0 when the hits lie in the item as it is. Else an edit took the words away, and they lie in that wording: see Version.
	Wording int
}

// Fields of an item that hits may lie in.
const (
	FieldTitle = "title"
	FieldText  = "text"
)

// A Hit is one piece of evidence: Field[Start:End] == Surface.
type Hit struct {
	Term    string  `json:"term"`    // the name or keyword as the watchlist or profile writes it
	Profile string  `json:"profile"` // the profile the term is from; "" for the watchlist's own
	Surface string  `json:"surface"` // the form found, as written in the item
	Field   string  `json:"field"`   // FieldTitle or FieldText
	Start   int     `json:"start"`   // byte offset in the field
	End     int     `json:"end"`     // byte offset behind the last byte
	Rule    string  `json:"rule"`    // why this form belongs to the term, e.g. "name ru -ым", "keyword en stem protest"
	Weight  float64 `json:"weight"`  // what the term adds to the score
}

// A Query is a search over folded words: every group of All must be found. A group is found when one of its phrases is.
type Query struct {
	All []Group
}

// A Group is a set of alternatives.
type Group []Phrase

// A Phrase is folded words that stand next to one another.
type Phrase []string

// Empty reports whether nothing is asked.
func (q Query) Empty() bool { return len(q.All) == 0 }

// A Fault is one thing wrong with what a person wrote. Path names the place in the terms of the file:
// "watchlists[2].must_match[0]", "feeds[4].url", "profiles[1].names.ru[0]" (paths that begin with "profiles[" mean the profiles file).
type Fault struct {
	Path string
	Msg  string
}

// Faults is every Fault found at once.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.Path + ": " + x.Msg
	}
	return strings.Join(lines, "\n")
}

// Secret is a string that never prints.
type Secret string

const hidden = "[secret]"

func (Secret) String() string { return hidden }

// GoString hides the value from %#v.
func (Secret) GoString() string { return hidden }

// MarshalText hides the value from every encoder.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal returns the value, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }
