package command

import (
	"context"
	"io"
	"time"

	"vestnik/internal/feedback"
	"vestnik/internal/news"
	"vestnik/internal/trend"
)

// Chats is what the store remembers of chats. A chat is its whole address, topic included, but for those methods that say base (see news.BaseChat).
type Chats interface {
	// Chat returns what is remembered of a base chat, and whether anything is.
	Chat(ctx context.Context, base string) (news.Chat, bool, error)
	SaveChat(ctx context.Context, c news.Chat) error
	// Forget deletes every trace of a base chat and its topics.
	Forget(ctx context.Context, base string) error

	Subscribe(ctx context.Context, chat string, watchlists []string) error
	Unsubscribe(ctx context.Context, chat string, watchlists []string) error // of what the chat asked for itself; nil: all of it
	Subscriptions(ctx context.Context, chat string) ([]news.Subscription, error)

	Mute(ctx context.Context, chat string, m news.Mute, until time.Time) error
	Unmute(ctx context.Context, chat string, m news.Mute) error // the zero Mute: all
	Mutes(ctx context.Context, chat string, now time.Time) (map[news.Mute]time.Time, error)

	// Preferences returns how a chat wants what it is owed, and whether it said so itself; SavePreferences stores it.
	Preferences(ctx context.Context, chat string) (p news.Preferences, own bool, err error)
	SavePreferences(ctx context.Context, p news.Preferences) error
	// Hurry makes the alerts that a chat is owed of a watchlist, or with "" of all, due at once, and returns how many items they are about.
	Hurry(ctx context.Context, chat, watchlist string) (items int, err error)

	// Posted returns the items that the message ref in chat tells of, none when it tells of none.
	Posted(ctx context.Context, chat, ref string) (itemIDs []int64, err error)
	// Item and ItemsByURL return items with all their matches, over the threshold or not. Item fails with news.ErrNotFound.
	Item(ctx context.Context, id int64) (news.Found, error)
	ItemsByURL(ctx context.Context, canonical string) ([]news.Found, error)
	// Ledger returns the alerts about an item to chat.
	Ledger(ctx context.Context, itemID int64, chat string) ([]news.Alert, error)

	// Alerts returns the alerts about an item to whatever chat.
	Alerts(ctx context.Context, itemID int64) ([]news.Alert, error)
	// SaveVerdict stores what a person says of an item on a watchlist, in place of what they said before; news.ErrNotFound when the item is gone.
	SaveVerdict(ctx context.Context, v news.Verdict) error
	DropVerdict(ctx context.Context, itemID int64, watchlist, person string) error
	// Verdicts returns what was said of an item in a base chat.
	Verdicts(ctx context.Context, itemID int64, base string) ([]news.Verdict, error)
	// Judged returns the items seen since that something was said of, one a watchlist, with their texts or without; Alerted the newest that a watchlist
	// alerted somewhere.
	Judged(ctx context.Context, since time.Time, texts bool) ([]news.Judged, error)
	Alerted(ctx context.Context, watchlist string, since time.Time, limit int) ([]news.Judged, error)

	AddInvite(ctx context.Context, i news.Invite) error
	// UseInvite lets a base chat in with the invitation of that hash, and reports whether there was one that is neither used nor expired.
	UseInvite(ctx context.Context, hash, base string, now time.Time) (bool, error)
}

// A Matcher says what watchlists make of an item.
type Matcher interface {
	Match(*news.Item) []news.Match
}

// Access says whom the bot serves.
type Access string

// The admins of the bot are served in any case, and those on the Desk's list unless everybody is.
const (
	AccessOpen   Access = "open"   // whoever writes to it
	AccessInvite Access = "invite" // whoever an admin gave a code
	AccessList   Access = "list"   // nobody else
)

// A TestResult says how one destination took a sample.
type TestResult struct {
	Chat    string
	Problem string // "": it arrived
}

// Desk answers from what it is given. It stands for one version of the configuration: build one whenever that changes, or for every question.
// The zero Desk answers nothing.
type Desk struct {
	Store      Store
	Expander   Expander
	Watchlists []news.Watchlist // those there are, in the order to name them

	// The rest serves Handle alone.

	Chats     Chats
	Matcher   Matcher
	Canonical func(address string) string // the form of an address that items are tied by; "" when it is none
	Zone      *time.Location              // times are shown in it; nil: UTC
	Access    Access                      // anything but the other two means AccessList
	Allowed   []string                    // addresses of users ("telegram:<id>") and base chats that are served under any Access
	Admins    []string                    // addresses of the bot's admins
	Now       func() time.Time
	Random    io.Reader // for invitations: crypto/rand

	// Profiles are those of the configuration, and Compile makes a Matcher of profiles and a watchlist: both for proposals. Nil: none are made.
	Profiles []news.Profile
	Compile  func([]news.Profile, news.Watchlist) (feedback.Matcher, error)

	Trends      Trends                                                  // nil: there are no charts
	Draw        func(trend.Picture) (png []byte, err error)             // nil: charts are lines of text alone
	Preferences func(ctx context.Context, chat string) news.Preferences // how a chat wants things; nil: as the configuration says

	Reload     func(ctx context.Context) error                        // takes up the configuration files as they are now; nil: cannot
	Test       func(ctx context.Context) ([]TestResult, error)        // sends a sample to every destination; nil: cannot
	Try        func(ctx context.Context, query string) (Tried, error) // runs a query over the stored items of the last days; nil: cannot
	InviteLink func(code string) string                               // an address that brings "/start code" to the bot, a code or a watchlist; nil, or "" from it: there is none
}
