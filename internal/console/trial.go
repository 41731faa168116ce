package console

import (
	"fmt"
	"strings"

	"vestnik/internal/news"
)

// A Trial is an example of a watchlist and what became of it.
type Trial struct {
	Watchlist string
	Text      string
	Must      bool // it has to match
	OK        bool
	Match     news.Match
	Threshold float64
	Held      []string // what is in it and does not count, and why
}

// Trials lists examples by their watchlists, each with what let it through or held it back.
func (t *Terminal) Trials(list []Trial) error {
	if len(list) == 0 {
		return nil
	}
	var lines []string
	last := ""
	for _, x := range list {
		if x.Watchlist != last {
			lines = append(lines, x.Watchlist)
			last = x.Watchlist
		}
		sign, says := "✓", "matches"
		if !x.OK {
			sign = "✗"
		}
		if !x.Match.Over {
			says = "does not match"
		}
		lines = append(lines, fmt.Sprintf("  %s %s: %s, %s", sign, line(x.Text), says, x.why()))
	}
	return t.print(strings.Join(lines, "\n") + "\n")
}

// why is the evidence for the verdict.
func (x Trial) why() string {
	m := x.Match
	var parts []string
	switch {
	case len(m.Excluded) > 0:
		parts = append(parts, "excluded by "+evidence(m.Excluded))
	case m.Over:
		return fmt.Sprintf("score %.4g of %.4g: %s", m.Score, x.Threshold, evidence(m.Hits))
	case len(m.Hits) > 0:
		parts = append(parts, fmt.Sprintf("score %.4g of %.4g: %s", m.Score, x.Threshold, evidence(m.Hits)))
	}
	for _, h := range x.Held {
		parts = append(parts, line(h))
	}
	if len(parts) == 0 {
		return "none of its names or keywords is in it"
	}
	return strings.Join(parts, "; ")
}
