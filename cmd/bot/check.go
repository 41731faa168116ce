package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/news"
	"vestnik/internal/query"
)

func checkCommand(o *options) *cobra.Command {
	probe := false
	c := &cobra.Command{
		Use:   "check",
		Short: "Validate the configuration, the profiles and the watchlists' examples",
		Long: `Reads the configuration and the profiles, compiles the watchlists and tries their must_match and must_not_match lines. Everything that is
wrong is printed at once, with file, line and column; the exit code is then 2. What a query says that may not be meant, such as a lower-case "and",
is a warning. Nothing is stored.

With --probe every feed is fetched once and shown in a table, and the bot's rights are tried in every Telegram chat that is named, without posting; the
exit code is 1 when no feed could be read or a chat refuses the bot.`,
		Args: usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runCheck(c.Context(), o, probe) },
	}
	c.Flags().BoolVar(&probe, "probe", false, "also fetch every feed once")
	return c
}

func runCheck(ctx context.Context, o *options, probe bool) error {
	cfg, _, err := o.load()
	if err != nil {
		return err
	}
	examples, queries := 0, 0
	for _, w := range cfg.Watchlists {
		examples += len(w.MustMatch) + len(w.MustNotMatch)
		if w.Query != "" {
			queries++
		}
	}
	for _, warning := range pitfalls(cfg) {
		fmt.Fprintln(o.stderr, warning)
	}
	fmt.Fprintf(o.stdout, "%s is good. Feeds: %d. Watchlists: %d, %d of them with a query; %d examples. Profiles: %d.\n",
		o.config, len(cfg.Feeds), len(cfg.Watchlists), queries, examples, len(cfg.Profiles))
	if !probe {
		return nil
	}
	o.stderr = newScrubber(o.stderr, cfg.Telegram.Token, cfg.Telegram.Proxy)
	log, err := o.logger(cfg.Log)
	if err != nil {
		return err
	}
	client := newClient(cfg, log)
	rows := make([]console.Probe, len(cfg.Feeds))
	var g errgroup.Group
	g.SetLimit(max(cfg.Fetch.Concurrency, 1))
	var mu sync.Mutex
	read := 0
	bar := newProgress(o.stderr, len(cfg.Feeds), time.Now)
	for i, f := range cfg.Feeds {
		g.Go(func() error {
			began := time.Now()
			doc, err := client.Fetch(ctx, f, news.FeedState{FeedID: f.ID}, began)
			rows[i] = console.Probe{Feed: f, Document: doc, Err: err, Took: time.Since(began)}
			mu.Lock()
			defer mu.Unlock()
			bar.step(0)
			if err == nil {
				read++
			}
			return nil
		})
	}
	_ = g.Wait() // a feed that fails is a row, not an error
	bar.finish()
	if err := ctx.Err(); err != nil {
		return errors.New("stopped")
	}
	fmt.Fprintln(o.stdout)
	if err := openTerminal(o, cfg).Probes(rows); err != nil {
		return err
	}
	posts, err := probeTelegram(ctx, o, cfg, log)
	if err != nil {
		return err
	}
	if read == 0 || !posts {
		return &codeError{code: exitFailed}
	}
	return nil
}

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

// probeTelegram tries the token and the rights in every chat the configuration names, without posting. It reports whether all is well.
func probeTelegram(ctx context.Context, o *options, cfg *config.Config, log *slog.Logger) (well bool, err error) {
	client, err := newTelegram(cfg, log)
	if err != nil {
		return false, usageError(err)
	}
	if client == nil {
		_, err := fmt.Fprintln(o.stdout, "\nTelegram: there is no token, so alerts go to the terminal.")
		return true, err
	}
	name, err := client.Bot(ctx)
	if err != nil {
		fmt.Fprintf(o.stdout, "\nTelegram: %v\n", err)
		return false, nil
	}
	fmt.Fprintf(o.stdout, "\nTelegram: the bot is %s.\n", name)
	well = true
	for _, chat := range slices.Concat(destinations(cfg), cfg.Telegram.Admins) {
		p, err := client.Probe(ctx, chat)
		problem := p.Problem
		if err != nil {
			problem = err.Error()
		}
		said := strings.TrimPrefix(chat, "telegram:")
		if problem != "" {
			well = false
			fmt.Fprintf(o.stdout, "  %s: %s\n", said, problem)
			continue
		}
		fmt.Fprintf(o.stdout, "  %s: ok\n", said)
	}
	return well, nil
}
