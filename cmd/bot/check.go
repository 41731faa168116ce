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
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/poll"
	"vestnik/seeds"
)

func checkCommand(o *options) *cobra.Command {
	probe := false
	c := &cobra.Command{
		Use:   "check",
		Short: "Validate the configuration, the profiles and the watchlists' examples",
		Long: `Reads the configuration and the profiles, compiles the watchlists and tries their must_match and must_not_match lines; each is listed with
what let it through or held it back. Everything that is wrong is printed at once, with file, line and column; the exit code is then 2. Nothing is stored.

What may not be meant is a warning, and the exit code stays 0: a keyword of one or two letters ("ЕС" also finds «ес»; "=ЕС" does not), a name that is an
ordinary word («Мир»), a regular expression ("протест.*": endings are found by themselves), a lower-case "and" in a query, an "every" shorter than the tick, wishes under "chats" for a
"@channel" that nothing is sent to, and a watchlist of whose alerts
of the last 30 days more than 90% are another's as well; this last needs a database.

With --probe every feed is fetched once and shown in a table: its state as the source board would have it, how much it publishes, how often it would be
polled, and what to know before trusting it (dates without a zone, another language than configured, no validators). Then the bot's rights are tried in every Telegram chat that is named, without posting; the
exit code is 1 when no feed could be read or a chat refuses the bot.`,
		Args: usage(cobra.NoArgs),
		Example: `  bot check
  bot check --config draft.yaml --probe`,
		RunE: func(c *cobra.Command, _ []string) error { return runCheck(c.Context(), o, probe) },
	}
	c.Flags().BoolVar(&probe, "probe", false, "also fetch every feed once")
	return c
}

func runCheck(ctx context.Context, o *options, probe bool) error {
	cfg, m, err := o.load()
	if err != nil {
		return errors.Join(failing(o), err)
	}
	examples, queries := 0, 0
	for _, w := range cfg.Watchlists {
		examples += len(w.MustMatch) + len(w.MustNotMatch)
		if w.Query != "" {
			queries++
		}
	}
	if err := openTerminal(o, cfg).Trials(trials(cfg, m)); err != nil {
		return err
	}
	overlaps, note := overlapping(ctx, o, cfg, m, time.Now())
	if ctx.Err() != nil {
		return errors.New("stopped")
	}
	for _, warning := range slices.Concat(located(cfg, slices.Concat(unreached(cfg), hasty(cfg))), pitfalls(cfg), located(cfg, match.Warnings(cfg.Profiles, cfg.Watchlists)), located(cfg, overlaps)) {
		fmt.Fprintln(o.stderr, warning)
	}
	if note != "" {
		fmt.Fprintln(o.stdout, note)
	}
	fmt.Fprintf(o.stdout, "%s is good. Feeds: %d. Watchlists: %d, %d of them with a query; %d examples. Profiles: %d.\n",
		o.config, len(cfg.Feeds), len(cfg.Watchlists), queries, examples, len(cfg.Profiles))
	if !probe {
		return nil
	}
	o.stderr = newScrubber(o.stderr, cfg.Secrets()...)
	log, err := o.logger(cfg.Log)
	if err != nil {
		return err
	}
	client, opts := newClient(cfg, log), pollOptions(cfg)
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
			rows[i] = probed(f, doc, err, began, opts.Bounds)
			rows[i].Together = client.Together(slices.DeleteFunc(slices.Clone(doc.Items), func(it news.Item) bool { return it.Lang != f.Language }))
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
	if err := openTerminal(o, cfg).Probes(rows, time.Now()); err != nil {
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

// probed is a fetch as the source board would show it, were it the first poll of the feed.
func probed(f news.Feed, doc news.Document, err error, began time.Time, b poll.Bounds) console.Probe {
	out := poll.Outcome{Err: err, Doc: doc, New: len(doc.Items)}
	for _, it := range doc.Items {
		out.Brought = append(out.Brought, news.NewItem{Item: it})
	}
	took := doc.Took
	var fe *news.FetchError
	if errors.As(err, &fe) {
		took = fe.Took
	}
	return console.Probe{Feed: f, Document: doc, State: poll.Next(f, news.FeedState{FeedID: f.ID}, out, began, began, b), Took: took}
}

// failing lists all examples when nothing is wrong but that some fail: why the others pass tells what to change.
func failing(o *options) error {
	isExample := func(f news.Fault) bool {
		return strings.Contains(f.Path, ".must_match[") || strings.Contains(f.Path, ".must_not_match[")
	}
	if cfg, err := config.Load(o.config, seeds.Profiles()); err == nil {
		m, faults := match.Compile(cfg.Profiles, cfg.Watchlists, cfg.Feeds)
		if !slices.ContainsFunc(faults, func(f news.Fault) bool { return !isExample(f) }) {
			return openTerminal(o, cfg).Trials(trials(cfg, m))
		}
	}
	return nil // files that cannot be read, and other faults, are told already
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
