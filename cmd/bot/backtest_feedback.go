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

// addPrecision puts into the report what readers said of the alerts since; with proposals for the watchlists that are asked for by name.
func addPrecision(ctx context.Context, s *store.Store, cfg *config.Config, r *backtest.Report, only []string) error {
	judged, err := s.Judged(ctx, r.Since, len(only) > 0) // proposals alone look at texts
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
		if err := addProposals(ctx, s, cfg, sum.Watchlist, judged, r.Since, p); err != nil {
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

// addProposals takes its time: who waits at a terminal can end it.
func addProposals(ctx context.Context, s *store.Store, cfg *config.Config, watchlist string, judged []news.Judged, since time.Time, p *backtest.Precision) error {
	i := slices.IndexFunc(cfg.Watchlists, func(w news.Watchlist) bool { return w.ID == watchlist })
	if i < 0 {
		return nil // it is not in the configuration any more
	}
	w := cfg.Watchlists[i]
	alerted, err := s.Alerted(ctx, watchlist, since, feedback.AlertedMost)
	if err != nil {
		return err
	}
	found, err := feedback.Propose(ctx, feedback.Rules{Profiles: cfg.Profiles, Watchlist: w, Compile: compileOne(cfg.Feeds)}, slices.Concat(judged, alerted), 0)
	if err != nil {
		return fmt.Errorf("propose what would help %q: %w", watchlist, err)
	}
	for _, x := range found.List {
		p.Proposals = append(p.Proposals, backtest.JudgedProposal{
			Phrase: x.Phrase, Bad: x.Bad, OfBad: x.OfBad, Good: x.Good, OfGood: x.OfGood, Others: x.Others, OfOthers: x.OfOthers,
		})
	}
	p.YAML = feedback.YAML(found.List, cfg.Profiles, w)
	return nil
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
