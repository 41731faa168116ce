package main

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"vestnik/internal/backtest"
	"vestnik/internal/command"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/query"
)

// How far "/try" looks: other people's questions wait meanwhile.
const (
	tryDays  = 7
	tryItems = 100_000
	tryTime  = 5 * time.Second
	tryShown = 5
)

// try runs a query over the stored items of the last days under the rules r.
func (a *app) try(ctx context.Context, r *rules, words string, now time.Time) (command.Tried, error) {
	if _, err := query.Parse(words); err != nil {
		var bad *query.Error
		if errors.As(err, &bad) {
			return command.Tried{Problem: bad.Msg, At: bad.Column}, nil
		}
		return command.Tried{Problem: err.Error()}, nil
	}
	// With no threshold it is on the list where the query holds.
	m, faults := match.Compile(r.cfg.Profiles, []news.Watchlist{{ID: "try", Query: words}}, r.cfg.Feeds)
	for _, f := range faults {
		if strings.HasPrefix(f.Path, "watchlists") {
			return command.Tried{Problem: f.Msg, At: placeOf(words, f.Msg)}, nil
		}
	}
	windows := backtest.Windows(now, tryDays, r.cfg.Timezone)
	p, err := a.store.Period(ctx, windows[len(windows)-1].From, now)
	if err != nil {
		return command.Tried{}, err
	}
	inTime, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	found, err := backtest.Find(inTime, windows, func(w backtest.Window) backtest.Source {
		return pastOf(a.store, news.Period{Since: w.From, Until: w.To, Last: p.Last})
	}, passingOver(m), tryItems, tryShown)
	if err != nil {
		return command.Tried{}, err
	}
	out := command.Tried{Looked: found.Looked, Cut: found.Cut}
	for i, n := range found.PerDay {
		out.Days = append(out.Days, command.TriedDay{Day: windows[i].From, Items: n})
	}
	var ids []int64
	for _, x := range found.Newest {
		ids = append(ids, x.ID)
	}
	if out.Newest, err = a.store.Items(ctx, ids); err != nil {
		return command.Tried{}, err
	}
	matches := map[int64]news.Match{}
	for _, x := range found.Newest {
		matches[x.ID] = x.Match
	}
	for i := range out.Newest {
		out.Newest[i].Matches = []news.Match{matches[out.Newest[i].Item.ID]}
	}
	return out, nil
}

// placeOf is where in a query the word stands that a fault names between quotes, or behind "source:", counted in characters from 1; 0: nowhere.
func placeOf(words, msg string) int {
	_, rest, _ := strings.Cut(msg, `"`)
	name, _, ok := strings.Cut(rest, `"`)
	if after, is := strings.CutPrefix(msg, "source:"); is {
		name, _, ok = strings.Cut(after, " is neither")
	}
	i := strings.Index(words, name)
	if !ok || name == "" || i < 0 {
		return 0
	}
	return utf8.RuneCountInString(words[:i]) + 1
}
