package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/deliver"
	"vestnik/internal/news"
	"vestnik/internal/poll"
	"vestnik/internal/story"
)

// Settings kept in the store.
const (
	settingFirst   = "first round done" // set when a whole round has ended and brought something: from then on a new feed's backlog is not alerted
	settingAlive   = "alive"            // when the running bot last said so, RFC 3339
	settingStopped = "stopped"          // when a bot last ended in good order, RFC 3339
	settingPrune   = "pruned"           // when old items were last dropped, RFC 3339
)

// newcomerWindow is how far back the very first round alerts, so that a newcomer sees something.
const newcomerWindow = 24 * time.Hour

func onceCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "once",
		Short: "Poll every feed once, print the alerts, and exit",
		Long: `Polls every feed of the configuration, stores what is new, prints the alerts and a summary, and exits: 0 when any feed could be read, 1 when none.

The first time, matches of the last 24 hours are printed; after that only what is new. A feed that is added later has its backlog stored, not
alerted (its option backfill says otherwise). Ctrl-C loses nothing: what was not written is polled again next time.`,
		Args: usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runOnce(c.Context(), o) },
	}
}

func runOnce(ctx context.Context, o *options) error {
	a, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer a.close()
	out := a.terminal()
	err = deliver.Hold(ctx, a.holder(), func(ctx context.Context, lease news.Lease) error {
		return a.round(ctx, lease, out)
	})
	if errors.Is(err, news.ErrLeaseHeld) {
		return fmt.Errorf("another bot works on %s: stop it, or let it do the work; if it was killed, try again in half a minute\n(%w)", a.cfg.Store, err)
	}
	return err
}

// round polls every feed, delivers what is owed and prints how it went.
func (a *app) round(ctx context.Context, lease news.Lease, out *console.Terminal) error {
	began := time.Now()
	first, err := a.firstRound(ctx)
	if err != nil {
		return err
	}
	opts := pollOptions(a.cfg)
	opts.All = true
	if first {
		opts.Rules.FreshWindow = newcomerWindow
	}
	bar := newProgress(a.stderr, len(a.cfg.Feeds), time.Now)
	opts.OnResult = bar.result
	a.log.Debug("round began", "feeds", len(a.cfg.Feeds)) // the times of these lines are what bench goes by
	polled, pollErr := poll.Cycle(ctx, a.pollDeps(a.rules), began, opts)
	bar.finish()
	a.log.Debug("polled", "feeds", polled.Feeds, "new", polled.New, "owed", polled.Owed)

	// What is owed is delivered even when the round was cut short: it is written down, so now is as good as the next start.
	after, cancel := ctx, context.CancelFunc(func() {})
	if ctx.Err() != nil {
		after, cancel = context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	}
	defer cancel()
	sent, flushErr := deliver.Drain(after, a.deliverDeps(after), lease, oncePatience)
	a.log.Debug("delivered", "messages", sent.Sent, "alerts", sent.Alerts)
	indexErr := a.indexAll(after)
	a.log.Debug("indexed")
	indexErr = errors.Join(indexErr, a.tellStories(after))
	if err := a.firstDone(after, polled, pollErr, began); err != nil {
		return err
	}
	if err := a.report(after, out, polled, sent, time.Since(began)); err != nil {
		return err
	}
	if err := errors.Join(pollErr, flushErr, indexErr); err != nil {
		if errors.Is(err, context.Canceled) {
			return fmt.Errorf("stopped: %d of %d feeds were polled, nothing is lost; run it again to go on", polled.Feeds, len(a.cfg.Feeds))
		}
		return err
	}
	if polled.OK == 0 && polled.Feeds > 0 {
		fmt.Fprintln(a.stdout, "\nNo feed could be read."+networkHint(polled.Results))
		return &codeError{code: exitFailed}
	}
	return nil
}

// networkHint asks after the network when no server answered at all.
func networkHint(results []poll.Result) string {
	for _, r := range results {
		var fault *news.FetchError
		if errors.As(r.Err, &fault) && fault.Class != news.ErrDNS && fault.Class != news.ErrConnect && fault.Class != news.ErrTimeout {
			return ""
		}
	}
	return " Is the network up? «bot demo» shows the whole path without one."
}

// firstDone notes that a whole round has ended and brought something.
func (a *app) firstDone(ctx context.Context, polled poll.Summary, err error, at time.Time) error {
	if err != nil || polled.OK == 0 {
		return nil //nolint:nilerr // the caller reports it; the next round is the first again
	}
	return a.store.SetSetting(ctx, settingFirst, at.UTC().Format(time.RFC3339))
}

// lastWords is how long what is owed may take to be delivered after Ctrl-C.
const lastWords = 5 * time.Second

func (a *app) firstRound(ctx context.Context) (bool, error) {
	_, done, err := a.store.Setting(ctx, settingFirst)
	return !done, err
}

// report prints one table of the feeds that failed, and the totals.
func (a *app) report(ctx context.Context, out *console.Terminal, polled poll.Summary, sent deliver.Summary, took time.Duration) error {
	var failed []news.FeedStatus
	for _, r := range polled.Results {
		if r.Err != nil {
			failed = append(failed, news.FeedStatus{Feed: r.Feed, State: r.State})
		}
	}
	if len(failed) > 0 {
		if err := out.Failures(failed); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout)
	}
	waiting := 0
	if polled.Owed > sent.Alerts {
		if counts, err := a.store.Counts(ctx); err == nil { // a round does not fail for a figure
			waiting = counts.Alerts[news.AlertOwed]
		}
	}
	return out.Totals(console.Totals{
		Feeds: polled.Feeds, Read: polled.OK, Unchanged: polled.Unchanged, Failed: polled.Failed,
		New: polled.New, Edited: polled.Edited, Matched: polled.Matched,
		Messages: sent.Sent, Alerts: sent.Alerts, NotAlerted: polled.Skipped, Waiting: waiting, Took: took,
	})
}

// terminal is where alerts and lists are printed: a window when stdout is one.
func (a *app) terminal() *console.Terminal { return openTerminal(a.options, a.cfg) }

func openTerminal(o *options, cfg *config.Config) *console.Terminal {
	return terminalFor(o, cfg.Timezone)
}

func terminalFor(o *options, zone *time.Location) *console.Terminal {
	if f, ok := o.stdout.(*os.File); ok {
		return console.Open(f, os.Getenv, zone)
	}
	return &console.Terminal{Out: o.stdout, Zone: zone}
}

func (a *app) holder() deliver.Holder {
	return deliver.Holder{Leases: a.store, Owner: a.owner, Now: time.Now, Log: a.log}
}

// oncePatience is how long "bot once" waits for chats that want a pause between messages; what is left then is posted by the next run.
const oncePatience = 2 * time.Minute

func storyRules(cfg *config.Config) deliver.StoryRules {
	return deliver.StoryRules{EditEvery: cfg.Stories.EditEvery, Again: cfg.Stories.Again}
}

func (a *app) deliverDeps(ctx context.Context) deliver.Deps {
	d := deliver.Deps{Store: a.store, Sink: a.sink(ctx), Now: time.Now, Log: a.log, Stories: func() deliver.StoryRules { return storyRules(a.cfg) }, Alike: story.Alike}
	if a.telegram != nil {
		d.Burst, d.Top = deliver.DefaultBurst, deliver.DefaultTop
	}
	return d
}
