package trend

import (
	"slices"
	"time"
)

// Told is what was said of late. It is kept as JSON.
type Told struct {
	Surges   []Surge   `json:"surges,omitempty"`
	Silences []Silence `json:"silences,omitempty"`
}

// Next is what is to be said at now, and what was said then: of what was found, those watchlists of which nothing of the kind was said within the cool-down,
// and no silence that was told since the watchlist was mentioned last. Surges that are older than keep and cool no longer are forgotten.
func (t Told) Next(surges []Surge, silences []Silence, now time.Time, cool, keep time.Duration) (fresh, all Told) {
	keep = max(keep, cool)
	for _, s := range t.Surges {
		if now.Sub(s.At) < keep {
			all.Surges = append(all.Surges, s)
		}
	}
	for _, s := range surges {
		if !slices.ContainsFunc(all.Surges, func(o Surge) bool { return o.Watchlist == s.Watchlist && now.Sub(o.At) < cool }) {
			fresh.Surges = append(fresh.Surges, s)
		}
	}
	for _, s := range silences {
		if !slices.ContainsFunc(t.Silences, func(o Silence) bool {
			return o.Watchlist == s.Watchlist && (now.Sub(o.At) < cool || !s.Last.After(o.At))
		}) {
			fresh.Silences = append(fresh.Silences, s)
		}
	}
	for _, s := range t.Silences {
		again := slices.ContainsFunc(fresh.Silences, func(o Silence) bool { return o.Watchlist == s.Watchlist })
		if !again && now.Sub(s.At) < Span {
			all.Silences = append(all.Silences, s)
		}
	}
	all.Surges = append(all.Surges, fresh.Surges...)
	all.Silences = append(all.Silences, fresh.Silences...)
	return fresh, all
}
