package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vestnik/internal/backtest"
	"vestnik/internal/config"
	"vestnik/internal/feedback"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/store"
)

// judgedTerms is how many of the worst terms a report has.
const judgedTerms = 5

// alertedMost is how many alerts proposals look at.
const alertedMost = 2000

// addPrecision puts into the report what readers said of the alerts since; with proposals for the watchlists that are asked for by name.
func addPrecision(ctx context.Context, s *store.Store, cfg *config.Config, r *backtest.Report, only []string) error {
	judged, err := s.Judged(ctx, r.Since)
	if err != nil {
		return err
	}
	for _, sum := range feedback.Summarize(judged, cfg.Timezone) {
		i := slices.IndexFunc(r.Watchlists, func(v *backtest.Verdict) bool { return v.ID == sum.Watchlist })
		if i < 0 {
			continue
		}
		p := precisionOf(sum)
		r.Watchlists[i].Precision = p
		if !slices.Contains(only, sum.Watchlist) {
			continue
		}
		if p.Proposals, err = proposals(ctx, s, cfg, sum.Watchlist, judged, r.Since); err != nil {
			return err
		}
	}
	return nil
}

func precisionOf(sum feedback.Summary) *backtest.Precision {
	_, low, high := sum.Precision()
	p := &backtest.Precision{Good: sum.Good, Bad: sum.Bad(), TooFew: sum.TooFew(), Low: low, High: high}
	for _, w := range sum.Weeks {
		p.Weeks = append(p.Weeks, backtest.JudgedWeek{Monday: w.Monday, Good: w.Good, Bad: w.Bad()})
	}
	for _, t := range sum.Terms {
		if t.Bad() > 0 && len(p.Terms) < judgedTerms {
			p.Terms = append(p.Terms, backtest.JudgedTerm{Term: t.Term, Good: t.Good, Bad: t.Bad()})
		}
	}
	return p
}

func proposals(ctx context.Context, s *store.Store, cfg *config.Config, watchlist string, judged []news.Judged, since time.Time) ([]backtest.JudgedProposal, error) {
	i := slices.IndexFunc(cfg.Watchlists, func(w news.Watchlist) bool { return w.ID == watchlist })
	if i < 0 {
		return nil, nil // it is not in the configuration any more
	}
	w := cfg.Watchlists[i]
	alerted, err := s.Alerted(ctx, watchlist, since, alertedMost)
	if err != nil {
		return nil, err
	}
	found, err := feedback.Propose(feedback.Rules{Profiles: cfg.Profiles, Watchlist: w, Compile: compileOne(cfg.Feeds)}, slices.Concat(judged, alerted))
	if err != nil {
		return nil, fmt.Errorf("propose what would help %q: %w", watchlist, err)
	}
	var out []backtest.JudgedProposal
	for _, p := range found {
		out = append(out, backtest.JudgedProposal{
			Phrase: p.Phrase, Bad: p.Bad, OfBad: p.OfBad, Good: p.Good, OfGood: p.OfGood, Others: p.Others, OfOthers: p.OfOthers, YAML: p.YAML(cfg.Profiles, w),
		})
	}
	return out, nil
}

// compileOne makes a matcher of one watchlist.
func compileOne(feeds []news.Feed) func([]news.Profile, news.Watchlist) (feedback.Matcher, error) {
	return func(profiles []news.Profile, w news.Watchlist) (feedback.Matcher, error) {
		m, faults := match.Compile(profiles, []news.Watchlist{w}, feeds)
		if len(faults) > 0 {
			return nil, faults
		}
		return m, nil
	}
}
