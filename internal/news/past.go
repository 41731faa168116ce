package news

import "time"

// A Past is a stored item with what was decided when it came: what a backtest goes by.
type Past struct {
	Item   Item     // without Keys
	Skip   string   // why the poll kept every alert of it, as it is worded now, back (SkipBacklog, SkipTooOld); "": it did not
	Over   []string // watchlists that the store has it on, over their threshold
	Ledger []Alert  // its alerts, whatever became of them

	Earlier []Version // its wordings before the present one, in order
}

// SkipOf is why alerts of a match were kept back when the wording came that the match lies in.
func (p *Past) SkipOf(m *Match) string {
	for i := range p.Earlier {
		if p.Earlier[i].Wording == m.Wording {
			return p.Earlier[i].Skip
		}
	}
	return p.Skip
}

// A Period is the stored items published in [Since, Until) whose number is at most Last. What it holds does not change while a bot runs on,
// but for what is pruned.
type Period struct {
	Since, Until time.Time
	Last         int64
	Items        int // how many they are
}

// OfItem reports whether the reason kept an alert back for the item's own sake, and so from every chat.
func OfItem(reason string) bool {
	return reason == SkipBacklog || reason == SkipTooOld || reason == SkipDrift
}
