package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vestnik/internal/backtest"
	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/text"
)

type backtestOptions struct {
	*options
	since  time.Duration
	diff   string
	limit  int
	asJSON bool
	only   []string // watchlists
}

func backtestCommand(o *options) *cobra.Command {
	bo := &backtestOptions{options: o, since: 30 * 24 * time.Hour, limit: 5}
	c := &cobra.Command{
		Use:   "backtest [WATCHLIST…]",
		Short: "Run the watchlists as the file has them now over stored items, and compare with what was alerted",
		Long: `Runs the watchlists over the stored items of the last 30 days and shows what would have alerted: how many a day, samples, near misses, how much
a watchlist shares with others, and the difference to what was really alerted. Without a WATCHLIST it prints a table of all; with one or several the whole
report of each, with what readers said of its alerts (👍 and 👎), the terms they liked least, and lines of configuration that would have kept the bad ones
away, when there are any. Nothing is stored or sent; the bot may run meanwhile.

The usual way: edit config.yaml in a copy, try the copy, and put it in place when you like what you see.

The columns of the table, all in items:

  alerts   would alert now (BY DAY is their chart)
  near     something of the watchlist is found, but the score does not reach its threshold
  excluded would be on the watchlist, but has a phrase of its exclude
  live     alerted when it came: some chat was told, is still to be told, or kept it back, by a mute for example
  added    would alert now, and was not on the watchlist when it came
  gone     alerted when it came, and would not now
  unheard  was on the watchlist, as it is now, but nobody was told: nobody followed the watchlist then, or it is newer than the item
  kept     is on the watchlist, but was not fresh when its feed was first polled, or too old, so that no watchlist could make it alert. After the first
           "bot once" most items are such: they are no alerts here either, but they are shown, and near misses and excluded ones count among them too.
           Alerts a day are counted from the first item that was not kept back
  shares   (SHARES MOST) the other watchlist that most of the alerts are alerts of too, and what part of them

--diff OLD compares two configuration files instead, each with its own profiles, over the same items: OLD with the one of --config, or with a second file.`,
		Example: `  bot backtest                                    all watchlists, the last 30 days
  bot backtest tokayev --since 7d                 one of them, the last week
  bot backtest --config draft.yaml tokayev        as a draft has it
  bot backtest --diff config.yaml draft.yaml      what the draft changes, with the hits
  bot backtest tokayev -n 50 --json               for other programs`,
		RunE: func(c *cobra.Command, args []string) error { return bo.run(c.Context(), args, time.Now()) },
	}
	f := c.Flags()
	f.Var((*duration)(&bo.since), "since", "items published in the last while, such as 36h or 30d")
	f.StringVar(&bo.diff, "diff", "", "compare this configuration file with another: one that is named behind it, else that of --config")
	f.VarP((*count)(&bo.limit), "limit", "n", "show so many examples of each sort")
	f.BoolVar(&bo.asJSON, "json", false, "print JSON")
	return c
}

func (bo *backtestOptions) run(ctx context.Context, args []string, now time.Time) error {
	files := bo.sort(args)
	if len(files) > 0 && bo.diff == "" || len(files) > 1 {
		return usageError(fmt.Errorf("%q is no watchlist; to compare two configuration files write --diff OLD NEW", files[len(files)-1]))
	}
	after := bo.options
	if len(files) == 1 {
		o := *bo.options
		o.config = files[0]
		after = &o
	}
	cfg, m, err := after.load()
	if err != nil {
		return err
	}
	lists := cfg.Watchlists
	var before *config.Config
	var old *match.Matcher
	if bo.diff != "" {
		o := *bo.options
		o.config = bo.diff
		if before, old, err = o.load(); err != nil {
			return err
		}
		lists = slices.Concat(lists, before.Watchlists)
	}
	for _, id := range bo.only {
		if err := knownList(id, lists); err != nil {
			return err
		}
	}
	s, err := store.OpenReadOnly(ctx, cfg.Store, store.Options{Fold: text.FoldText})
	if err != nil {
		return err
	}
	defer s.Close()
	period, err := s.Period(ctx, now.Add(-bo.since), now)
	if err != nil {
		return err
	}
	if before != nil {
		return bo.compare(ctx, s, period, before, old, cfg, m)
	}
	return bo.test(ctx, s, period, cfg, m)
}

// sort tells the arguments that are files from ids of watchlists, which have neither dots nor slashes.
func (bo *backtestOptions) sort(args []string) (files []string) {
	for _, a := range args {
		if strings.ContainsAny(a, "./"+string(filepath.Separator)) {
			files = append(files, a)
		} else {
			bo.only = append(bo.only, a)
		}
	}
	return files
}

func knownList(id string, lists []news.Watchlist) error {
	var ids []string
	for _, w := range lists {
		if !slices.Contains(ids, w.ID) { // two configurations share most of theirs
			ids = append(ids, w.ID)
		}
	}
	return known("watchlist", id, ids)
}

// known refuses an id that is none of ids, with the one that may be meant, or all there are.
func known(what, id string, ids []string) error {
	if slices.Contains(ids, id) {
		return nil
	}
	there := "there is none"
	if len(ids) > 0 {
		there = "there are: " + strings.Join(ids, ", ")
	}
	return usageError(fmt.Errorf("there is no %s %q%s", what, id, cmp.Or(config.DidYouMean(id, ids), "; "+there)))
}

func (bo *backtestOptions) test(ctx context.Context, s *store.Store, p news.Period, cfg *config.Config, m *match.Matcher) error {
	r, err := backtested(ctx, s, p, cfg, m, bo.only, bo.limit, progressOf(bo.options, p))
	if err != nil {
		return err
	}
	if err := addPrecision(ctx, s, cfg, &r, bo.only); err != nil {
		return err
	}
	if bo.asJSON {
		return writeJSON(bo.stdout, r)
	}
	return openTerminal(bo.options, cfg).Backtest(r, len(bo.only) > 0)
}

// backtested runs the watchlists of cfg over the stored items of p. step hears of every item.
func backtested(ctx context.Context, s *store.Store, p news.Period, cfg *config.Config, m *match.Matcher, only []string, limit int, step func()) (backtest.Report, error) {
	t := backtest.New(cfg.Watchlists, p.Since, p.Until, cfg.Timezone, limit)
	rule := passingOver(m)
	err := backtest.Each(ctx, pastOf(s, p), []backtest.Match{rule}, func(x *news.Past, found [][]news.Match) {
		t.Add(x, found[0])
		step()
	})
	if err != nil {
		return backtest.Report{}, stopped(ctx, err)
	}
	return t.Report(ctx, only, s.Items, rulesOf(m))
}

func (bo *backtestOptions) compare(ctx context.Context, s *store.Store, p news.Period, before *config.Config, old *match.Matcher, after *config.Config, m *match.Matcher) error {
	c := backtest.NewComparison(before.Watchlists, after.Watchlists, p.Since, p.Until, bo.limit)
	was, is := passingOver(old), passingOver(m)
	step := progressOf(bo.options, p)
	err := backtest.Each(ctx, pastOf(s, p), []backtest.Match{was, is}, func(x *news.Past, found [][]news.Match) {
		c.Add(x, found[0], found[1])
		step()
	})
	if err != nil {
		return stopped(ctx, err)
	}
	d, err := c.Diff(ctx, bo.only, s.Items, rulesOf(old), rulesOf(m))
	if err != nil {
		return err
	}
	if bo.asJSON {
		return writeJSON(bo.stdout, d)
	}
	return openTerminal(bo.options, after).Difference(d)
}

// progressOf shows how far the items of p are; what it returns is called for each.
func progressOf(o *options, p news.Period) func() {
	bar := newProgressOf(o.stderr, "items", p.Items, time.Now)
	const every = 500 // the bar costs more than an item does
	done := 0
	return func() {
		done++
		switch {
		case done == p.Items:
			bar.finish()
		case done%every == 0:
			bar.advance(every)
		}
	}
}

func pastOf(s *store.Store, p news.Period) backtest.Source {
	return func(ctx context.Context, do func([]news.Past) error) error { return s.Past(ctx, p, do) }
}

// passingOver matches so that an item on which the matcher falls over is on no watchlist, as in a cycle.
func passingOver(m *match.Matcher) backtest.Match {
	return func(it *news.Item) (out []news.Match) {
		defer func() {
			if recover() != nil {
				out = nil
			}
		}()
		return m.Match(it)
	}
}

// rulesOf matches and explains; an item on which the matcher falls over is not explained either.
func rulesOf(m *match.Matcher) backtest.Rules {
	return backtest.Rules{Match: passingOver(m), Why: func(watchlist string, it *news.Item) (why string) {
		defer func() {
			if recover() != nil {
				why = "the matcher failed on it"
			}
		}()
		return m.WhyNot(watchlist, it)
	}}
}

func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("stopped")
	}
	return err
}

func writeJSON(to io.Writer, v any) error {
	e := json.NewEncoder(to)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
