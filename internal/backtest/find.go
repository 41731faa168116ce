package backtest

import (
	"context"
	"errors"
	"slices"
	"time"

	"vestnik/internal/news"
)

// A Window is a stretch of time, [From, To).
type Window struct{ From, To time.Time }

// Windows are the last n days up to now in zone, the newest first; the newest is the day so far.
func Windows(now time.Time, n int, zone *time.Location) []Window {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := now.In(zone).Date()
	var out []Window
	for i := range n {
		out = append(out, Window{time.Date(y, m, d-i, 0, 0, 0, 0, zone), time.Date(y, m, d-i+1, 0, 0, 0, 0, zone)})
	}
	return out
}

// Finds are what a rule finds in stored items.
type Finds struct {
	PerDay []int    // items found in each window that was looked at, the newest first; the last one is counted in part when Cut
	Looked int      // items looked at
	Newest []Finder // the newest finds, newest first
	Cut    bool     // not all windows were looked at to their end
}

// A Finder is an item that was found, by its number, with the evidence.
type Finder struct {
	ID    int64
	Match news.Match
}

// Find looks for items that match, window by window from the newest, until it has looked at most items or ctx's time is over: then it gives what it has,
// and says that there may be more. It keeps the newest show finds.
func Find(ctx context.Context, windows []Window, source func(Window) Source, match Match, most, show int) (Finds, error) {
	var f Finds
	for _, w := range windows {
		n := 0
		var newest []Finder // of the window, oldest first
		budget, stop := context.WithCancel(ctx)
		err := Each(budget, source(w), []Match{match}, func(p *news.Past, found [][]news.Match) {
			if f.Looked == most {
				f.Cut = true
				stop()
				return
			}
			f.Looked++
			for _, m := range found[0] {
				if m.Over {
					n++
					if newest = append(newest, Finder{p.Item.ID, m}); len(newest) > show {
						newest = newest[1:]
					}
					break
				}
			}
		})
		stop()
		slices.Reverse(newest)
		f.Newest = append(f.Newest, newest[:min(len(newest), show-len(f.Newest))]...)
		f.PerDay = append(f.PerDay, n)
		switch {
		case f.Cut:
			return f, nil
		case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
			f.Cut = true
			return f, nil
		case err != nil:
			return f, err
		}
	}
	return f, nil
}
