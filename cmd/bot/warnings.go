package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"vestnik/internal/backtest"
	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/query"
	"vestnik/internal/store"
	"vestnik/internal/text"
)

// pitfalls are what the queries of cfg say that may not be meant, each with its place in the file.
func pitfalls(cfg *config.Config) []string {
	var out []string
	for i, w := range cfg.Watchlists {
		if w.Query == "" {
			continue
		}
		root, err := query.Parse(w.Query)
		if err != nil {
			continue // a fault, told when the watchlists are compiled
		}
		place := cfg.Locate(fmt.Sprintf("watchlists[%d].query", i))
		for _, p := range query.Pitfalls(root) {
			out = append(out, fmt.Sprintf("%s: warning: watchlist %q: %s", place, w.ID, p))
		}
	}
	return out
}

// located are warnings as they are printed, with their places.
func located(cfg *config.Config, warnings news.Faults) []string {
	var out []string
	for _, f := range warnings {
		out = append(out, fmt.Sprintf("%s: warning: %s: %s", cfg.Locate(f.Path), f.Path, f.Msg))
	}
	return out
}

// hasty warns of feeds that are to be polled more often than the bot looks whether any is due.
func hasty(cfg *config.Config) (warnings news.Faults) {
	tick := cfg.Tick()
	for i, f := range cfg.Feeds {
		if f.Every > 0 && f.Every < tick {
			warnings = append(warnings, news.Fault{Path: fmt.Sprintf("feeds[%d].every", i), Msg: fmt.Sprintf("%s is shorter than the tick: the feed is polled at most once a tick, every %s (schedule: %q)",
				short(f.Every), short(tick), cfg.Schedule)})
		}
	}
	return warnings
}

// unreached warns of wishes for a chat that is named "@…" and that nothing is sent to: whoever subscribes goes by a number.
func unreached(cfg *config.Config) (warnings news.Faults) {
	to := map[string]bool{cfg.Telegram.Channel: true}
	for _, w := range cfg.Watchlists {
		for _, chat := range w.To {
			to[chat] = true
		}
	}
	for _, c := range cfg.Chats {
		if _, name, _ := strings.Cut(c.Chat, ":"); strings.HasPrefix(name, "@") && !to[c.Chat] {
			warnings = append(warnings, news.Fault{Path: "chats." + name, Msg: fmt.Sprintf("nothing is sent to %s: neither telegram.channel nor the to of a watchlist names it so", name)})
		}
	}
	return warnings
}

// short is a span as people write it: "5m", not "5m0s".
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// trials are the examples of the watchlists with what became of them.
func trials(cfg *config.Config, m *match.Matcher) []console.Trial {
	var out []console.Trial
	for _, t := range m.Trials(cfg.Watchlists) {
		c := console.Trial{Watchlist: t.Watchlist, Text: t.Text, Must: t.Must, OK: t.OK(), Match: t.Match, Threshold: t.Threshold}
		for _, h := range t.Held {
			c.Held = append(c.Held, h.String())
		}
		out = append(out, c)
	}
	return out
}

// What counts as an overlap: more than so many per cent of a watchlist's alerts, and not of a handful.
const (
	overlapPercent = 90
	overlapLeast   = 10
	overlapSince   = 30 * 24 * time.Hour
)

// overlapping warns of watchlists whose alerts are nearly all another's too, by what is stored; of two that are each other's, the one that stands later in
// the file. note says why that could not be found out.
func overlapping(ctx context.Context, o *options, cfg *config.Config, m *match.Matcher, now time.Time) (warnings news.Faults, note string) {
	s, err := store.OpenReadOnly(ctx, cfg.Store, store.Options{Fold: text.FoldText})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "There is no database yet, so whether watchlists overlap is not known."
	case err != nil:
		return nil, fmt.Sprintf("Whether watchlists overlap is not known: %v", err)
	}
	defer s.Close()
	p, err := s.Period(ctx, now.Add(-overlapSince), now)
	if err != nil {
		return nil, fmt.Sprintf("Whether watchlists overlap is not known: %v", err)
	}
	r, err := backtested(ctx, s, p, cfg, m, nil, 0, progressOf(o, p))
	if err != nil {
		return nil, fmt.Sprintf("Whether watchlists overlap is not known: %v", err)
	}
	return overlaps(r), ""
}

// overlaps reads them out of a report on all watchlists.
func overlaps(r backtest.Report) (warnings news.Faults) {
	most := func(v *backtest.Verdict, id string) (o backtest.Overlap, much bool) {
		for _, o := range v.Overlap {
			if o.ID == id {
				return o, v.Alerts >= overlapLeast && 100*o.Items > overlapPercent*v.Alerts
			}
		}
		return o, false
	}
	for i, v := range r.Watchlists {
		for j, other := range r.Watchlists {
			o, much := most(v, other.ID)
			_, mutual := most(other, v.ID)
			if i == j || !much || mutual && i < j {
				continue
			}
			warnings = append(warnings, news.Fault{Path: fmt.Sprintf("watchlists[%d]", i), Msg: fmt.Sprintf("of the %d alerts of %q in the stored items of 30 days %d (%d%%) "+
				"are alerts of %q too: «bot backtest %s» shows them", v.Alerts, v.ID, o.Items, backtest.Percent(o.Items, v.Alerts), o.ID, v.ID)})
		}
	}
	return warnings
}
