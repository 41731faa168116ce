package backtest

import (
	"time"

	"vestnik/internal/news"
)

// A Report is what watchlists make of the stored items of a period.
type Report struct {
	Since      time.Time  `json:"since"`
	Until      time.Time  `json:"until"`
	From       time.Time  `json:"from,omitzero"` // the first item that was not kept back came out then: alerts were possible from there on
	Items      int        `json:"items"`
	Days       []string   `json:"days"`       // of the period, "2026-05-14", in the configured zone
	Alerting   int        `json:"alerting"`   // items that alert for some watchlist
	Watchlists []*Verdict `json:"watchlists"` // those asked for, in the order of the file; then, when all are, those that only the ledger knows
}

// A Verdict is what one watchlist makes of them.
type Verdict struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Threshold float64 `json:"threshold"`
	Removed   bool    `json:"removed,omitempty"` // it is in the ledger and not in the configuration

	Alerts    int            `json:"alerts"`     // items that alert
	PerDay    []int          `json:"per_day"`    // of them, on each of Report.Days
	Samples   []Example      `json:"samples"`    // alerts from the whole period, the newest first
	Kept      map[string]int `json:"kept_back"`  // items on the watchlist that the poll kept back, by reason
	KeptShown []Example      `json:"kept_shown"` // of them, from the whole period, the newest first

	// What the poll kept back counts here as well: whether the words are good does not hang on when an item came.
	Near      int       `json:"near"`       // items with evidence that does not reach the threshold
	NearBest  []Example `json:"near_best"`  // of them, those closest to it
	Held      int       `json:"held"`       // items that would be on the watchlist but for an excluded phrase
	HeldShown []Example `json:"held_shown"` // of them, the newest

	Overlap []Overlap `json:"overlap"` // most first; watchlists that share nothing are left out
	Shared  int       `json:"shared"`  // items that alert for some other watchlist too

	Live       Live      `json:"live"`
	Added      int       `json:"added"`
	AddedShown []Example `json:"added_shown"` // the newest
	Gone       int       `json:"gone"`
	GoneShown  []Example `json:"gone_shown"`
	Unheard    int       `json:"unheard"`

	// Precision is what readers said of the alerts; nil when nobody was asked. Whoever has such answers fills it in before the report is printed.
	Precision *Precision `json:"precision,omitempty"`
}

// Precision is what readers said of the alerts, each item once.
type Precision struct {
	Good      int              `json:"good"`
	Bad       int              `json:"bad"`
	TooFew    bool             `json:"too_few"` // to say anything by
	Low       float64          `json:"low"`     // the 95 % interval of the share of good ones
	High      float64          `json:"high"`
	Weeks     []JudgedWeek     `json:"weeks,omitempty"`     // those in which judged alerts came, the first first
	Terms     []JudgedTerm     `json:"terms,omitempty"`     // that anything bad was said of, the worst first
	Proposals []JudgedProposal `json:"proposals,omitempty"` // looked for in reports of single watchlists only
	YAML      []string         `json:"yaml,omitempty"`      // the lines of configuration to paste, for all proposals
}

// A JudgedWeek is the alerts that came in the week that begins on Monday.
type JudgedWeek struct {
	Monday time.Time `json:"monday"`
	Good   int       `json:"good"`
	Bad    int       `json:"bad"`
}

// A JudgedTerm is the alerts that a term had a part in.
type JudgedTerm struct {
	Term string `json:"term"`
	Good int    `json:"good"`
	Bad  int    `json:"bad"`
}

// A JudgedProposal is a phrase that would have kept bad alerts away, and what it would have silenced, with those before it in place.
type JudgedProposal struct {
	Phrase   string `json:"phrase"`
	Bad      int    `json:"bad"` // of OfBad judged bad for one reason, it silences so many
	OfBad    int    `json:"of_bad"`
	Good     int    `json:"good"`
	OfGood   int    `json:"of_good"`
	Others   int    `json:"others"` // nobody judged
	OfOthers int    `json:"of_others"`
}

// Live is what the ledger says of a watchlist, in items.
type Live struct {
	Alerts int            `json:"alerts"`    // that alerted: some chat was owed it, whatever came of that
	Sent   int            `json:"sent"`      // of them, told to some chat
	Owed   int            `json:"owed"`      // of them, still to be told
	Kept   map[string]int `json:"kept_back"` // of them, told to nobody, by the (first) reason
}

// Overlap is how many items of a watchlist alert for another one too.
type Overlap struct {
	ID    string  `json:"id"`
	Items int     `json:"items"`
	Share float64 `json:"share"` // of the watchlist's own alerts
}

// Able is how long alerts were possible: from the first item that was not kept back to the end, nothing when all were.
func (r Report) Able() time.Duration {
	if r.From.IsZero() {
		return 0
	}
	return r.Until.Sub(r.From)
}

// An Example is an item with what a watchlist makes of it now, and what was made of it.
type Example struct {
	Item  news.Item  `json:"-"`
	Feed  news.Feed  `json:"-"`
	Now   news.Match `json:"-"` // the zero Match: nothing is found
	Was   news.Match `json:"-"` // as stored when the item came, or matched back since
	Known bool       `json:"-"` // whether there is a stored match

	// Why there is nothing in Now, or in Was, of an item that is gone or added: what stands in it and does not count. "" where something is found.
	NotNow string `json:"-"`
	NotWas string `json:"-"` // when two configurations are compared; why it was so when the item came is not stored

	earlier []news.Version
}

// Percent is a part of a whole in whole per cent, 100 only for all of it and 0 only for none.
func Percent(part, whole int) int {
	switch {
	case whole == 0 || part == 0:
		return 0
	case part == whole:
		return 100
	}
	return min(max((100*part+whole/2)/whole, 1), 99)
}
