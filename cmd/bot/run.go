package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"vestnik/internal/command"
	"vestnik/internal/config"
	"vestnik/internal/deliver"
	"vestnik/internal/news"
	"vestnik/internal/poll"
)

func runCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Poll, match and alert until stopped; takes up changes of the configuration by itself",
		Long: `Polls the feeds on the configuration's schedule, and prints alerts as they come. "bot" alone does the same.

A changed config.yaml or profiles file takes effect at once; a broken one is refused, with its faults in the log, and the last good one goes on.
Ctrl-C or SIGTERM ends it: what is under way is finished, and nothing is lost.`,
		Args: usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runBot(c.Context(), o) },
	}
}

func runBot(ctx context.Context, o *options) error {
	a, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer a.close()
	b := &bot{app: a, wake: make(chan struct{}, 1), polled: make(chan struct{})}
	b.live.Store(a.rules)
	deps := a.deliverDeps(ctx)
	if deps.CatchUp, err = a.outage(ctx, time.Now()); err != nil {
		return err
	}
	deps.Stories = func() deliver.StoryRules { return storyRules(b.live.Load().cfg) }
	deps.OnGone = func(chat, why string) { b.chatGone(ctx, chat, why) }
	deps.OnLongWait = func(chat string, until time.Time) { b.longWait(ctx, chat, until) }
	loop := deliver.Loop{Wake: b.wake}
	if a.telegram != nil {
		loop.While = func(ctx context.Context) {
			b.greet(ctx)
			b.listen(ctx)
		}
	}
	a.log.Info("started", "feeds", len(a.cfg.Feeds), "watchlists", len(a.cfg.Watchlists), "store", a.cfg.Store, "schedule", a.cfg.Schedule)

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return poll.Run(ctx, a.cfg.Schedule, a.log, b.tick) })
	g.Go(func() error {
		if !deps.CatchUp.IsZero() {
			// What piled up goes into one digest a chat, so it has to be there first.
			select {
			case <-b.polled:
				b.tellOfOutage(ctx, deps.CatchUp)
			case <-ctx.Done():
			}
		}
		deliver.Run(ctx, deps, a.holder(), loop)
		return nil
	})
	g.Go(func() error { return b.watch(ctx) })
	g.Go(func() error { return b.heartbeat(ctx) })
	err = g.Wait()
	// The context has ended; this is the last thing written.
	if err := a.store.SetSetting(context.WithoutCancel(ctx), settingStopped, time.Now().UTC().Format(time.RFC3339)); err != nil {
		a.log.Error("write the end down", "err", err)
	}
	a.log.Info("stopped")
	return err
}

// A bot is a running app. live is the configuration in force: each cycle takes it as it is when the cycle begins.
type bot struct {
	*app
	live    atomic.Pointer[rules]
	name    atomic.Value  // the bot's @name, a string, once Telegram told
	wake    chan struct{} // something may be owed
	polled  chan struct{} // closed when the first cycle is done
	once    sync.Once
	rulesMu sync.Mutex   // held while a cycle works by the rules, and while they are changed
	retry   atomic.Bool  // a good configuration could not be taken up: the next tick tries again
	trends  *trendWatch  // of the tick; nil before the first
	began   atomic.Int64 // when the cycle under way began, Unix nanoseconds; 0: none is
}

// wakeUp lets the sender look for what there is to post.
func (b *bot) wakeUp() {
	select {
	case b.wake <- struct{}{}:
	default: // it is awake already
	}
}

// watch takes up changes of the configuration until ctx ends. The profiles file may be another one after a change.
func (b *bot) watch(ctx context.Context) error {
	for ctx.Err() == nil {
		files := b.live.Load().cfg.Files()
		watching, again := context.WithCancel(ctx)
		err := config.Watcher{Paths: files, Log: b.log}.Watch(watching, func() {
			b.reloadChanged(ctx)
			if !slices.Equal(files, b.live.Load().cfg.Files()) {
				again()
			}
		})
		again()
		if err != nil && ctx.Err() == nil {
			b.log.Error("changes of the configuration will not be noticed before a restart", "err", err)
			<-ctx.Done()
		}
	}
	return nil
}

// tick is one cycle: poll what is due, wake the sender, let the index catch up, and now and then drop what is too old.
func (b *bot) tick(ctx context.Context, at time.Time) {
	if b.retry.Swap(false) {
		b.reloadChanged(ctx)
	}
	sum, r, err := b.cycle(ctx, at)
	b.once.Do(func() { close(b.polled) })
	if sum.Owed > 0 {
		b.wakeUp()
	}
	if sum.Feeds > 0 {
		b.log.Info("polled", "feeds", sum.Feeds, "failed", sum.Failed, "unchanged", sum.Unchanged, "new", sum.New, "matched", sum.Matched, "edited", sum.Edited, "owed", sum.Owed, "took", sum.Took.Round(time.Millisecond).String())
	}
	for _, res := range sum.Results {
		switch {
		case res.Err != nil && res.Before&(res.Before-1) == 0: // at the first, second, third, fifth, ninth failure in a row: the board has the rest
			b.log.Warn("feed failed", "feed", res.Feed.ID, "err", res.Err, "in_a_row", res.State.Failures, "next", res.State.DueAt)
		case res.Err != nil:
			b.log.Debug("feed failed", "feed", res.Feed.ID, "err", res.Err, "in_a_row", res.State.Failures, "next", res.State.DueAt)
		case res.Before > 0:
			b.log.Info("feed is read again", "feed", res.Feed.ID, "failed_in_a_row", res.Before)
		}
	}
	if err != nil && ctx.Err() == nil {
		b.log.Error("poll", "err", err)
	}
	if ctx.Err() != nil {
		return
	}
	keep := errors.Join(b.indexAll(ctx), b.tellStories(ctx), b.prune(ctx, r.cfg.Retention, at), b.tellOfFeeds(ctx, r, time.Now()), b.sayAlive(ctx, r, time.Now()),
		b.tellOfTrends(ctx, r, time.Now()))
	if err == nil && (sum.OK > 0 || sum.Feeds == 0) {
		keep = errors.Join(keep, b.ping(ctx, r.cfg.PingURL))
	}
	if keep != nil && ctx.Err() == nil {
		b.log.Error("housekeeping", "err", keep)
	}
}

// cycle polls what is due under the rules in force. A reload waits for it: what a cycle commits is matched by the rules it began with.
func (b *bot) cycle(ctx context.Context, at time.Time) (poll.Summary, *rules, error) {
	b.rulesMu.Lock()
	defer b.rulesMu.Unlock()
	b.began.Store(at.UnixNano())
	defer b.began.Store(0)
	r := b.live.Load()
	opts := pollOptions(r.cfg)
	first, err := b.firstRound(ctx)
	if err != nil {
		return poll.Summary{}, r, err
	}
	if first && b.telegram == nil {
		opts.Rules.FreshWindow = newcomerWindow // on a terminal a newcomer sees something; a channel is not flooded
	}
	sum, err := poll.Cycle(ctx, b.pollDeps(r), at, opts)
	return sum, r, errors.Join(err, b.firstDone(ctx, sum, err, at))
}

// prune drops items older than the retention, once a day.
func (b *bot) prune(ctx context.Context, keep time.Duration, now time.Time) error {
	if keep <= 0 {
		return nil
	}
	last, ok, err := b.store.Setting(ctx, settingPrune)
	if err != nil {
		return err
	}
	if at, err := time.Parse(time.RFC3339, last); ok && err == nil && now.Sub(at) < 24*time.Hour {
		return nil
	}
	n, err := b.store.Prune(ctx, now.Add(-keep))
	if err != nil {
		return fmt.Errorf("drop old items: %w", err)
	}
	if n > 0 {
		b.log.Info("dropped old items", "items", n, "older_than", keep)
	}
	return b.store.SetSetting(ctx, settingPrune, now.UTC().Format(time.RFC3339))
}

// reloadChanged is reload for a file that was seen to change: the admins hear of a refusal.
func (b *bot) reloadChanged(ctx context.Context) {
	if err := b.reload(ctx); err != nil {
		b.notify(ctx, b.live.Load(), func(language string) command.Reply { return command.ConfigRefused(language, err) })
		b.wakeUp()
	}
}

// reload takes up a changed configuration, or says what is wrong with it and goes on with the last good one.
func (b *bot) reload(ctx context.Context) error {
	b.rulesMu.Lock()
	defer b.rulesMu.Unlock()
	old := b.live.Load()
	r, err := b.rulesAgain(old)
	if err == nil {
		if err = b.sync(ctx, r); err != nil && ctx.Err() == nil {
			b.retry.Store(true)
			b.log.Error("the changed configuration could not be taken up; it is tried again at the next tick", "err", err)
			return err
		}
	}
	if err != nil {
		b.log.Error("the changed configuration is refused; the last good one goes on")
		for line := range strings.Lines(err.Error()) {
			b.log.Error("fault in the configuration", "err", strings.TrimSpace(line))
		}
		return err
	}
	b.live.Store(r)
	if r.client != old.client {
		old.client.Close() // no cycle is under way
	}
	if ids := askedOtherwise(old.cfg.Feeds, r.cfg.Feeds); len(ids) > 0 {
		if err := b.store.PollAnew(ctx, ids); err != nil {
			b.log.Error("feeds whose options changed are polled no sooner than they would have been", "err", err)
		}
	}
	b.log.Info("the changed configuration is in force", "feeds", len(r.cfg.Feeds), "watchlists", len(r.cfg.Watchlists))
	before, after := old.cfg, r.cfg
	if after.Store != before.Store || after.Schedule != before.Schedule || after.Timezone.String() != before.Timezone.String() || after.Log != before.Log ||
		after.Telegram.Token != before.Telegram.Token || after.Telegram.APIURL != before.Telegram.APIURL || after.Telegram.Proxy != before.Telegram.Proxy {
		b.log.Warn("a change of store, schedule, timezone, log or the way to Telegram takes effect after a restart")
	}
	return nil
}

// rulesAgain reads the configuration anew. The client, with its idle connections and host limits, is kept while its options are the same.
func (b *bot) rulesAgain(old *rules) (*rules, error) {
	cfg, m, err := b.load()
	if err != nil {
		return nil, err
	}
	r := &rules{cfg: cfg, matcher: m, client: old.client}
	if cfg.Fetch != old.cfg.Fetch || !maps.Equal(proxies(cfg), proxies(old.cfg)) { // a client keeps a connection pool for every proxy it met
		r.client = newClient(cfg, b.log)
	}
	return r, nil
}

// askedOtherwise names the feeds whose requests say something else, or go another way, than before: who mends the password of a feed that was refused does
// not wait for its back-off.
func askedOtherwise(before, after []news.Feed) (ids []string) {
	was := map[string]news.Feed{}
	for _, f := range before {
		was[f.ID] = f
	}
	for _, f := range after {
		old, ok := was[f.ID]
		if ok && (f.Proxy != old.Proxy || f.UserAgent != old.UserAgent || f.Auth != old.Auth || f.AllowPrivate != old.AllowPrivate || !slices.Equal(f.Headers, old.Headers)) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// proxies are those that feeds name.
func proxies(cfg *config.Config) map[news.Secret]bool {
	set := map[news.Secret]bool{}
	for _, f := range cfg.Feeds {
		set[f.Proxy] = true
	}
	return set
}

// heartbeatEvery is how often the running bot writes down that it lives; "bot health" takes four times as long for dead.
const heartbeatEvery = 30 * time.Second

// hangs is how long no cycle takes that is well: thousands of feeds that all time out are through in less.
const hangs = 30 * time.Minute

func (b *bot) heartbeat(ctx context.Context) error {
	t := time.NewTicker(heartbeatEvery)
	defer t.Stop()
	for {
		if began := b.began.Load(); began != 0 && time.Since(time.Unix(0, began)) > hangs {
			b.log.Error("a cycle hangs: no sign of life is given any more, so that a supervisor restarts the bot", "since", time.Unix(0, began))
		} else if err := b.store.SetSetting(ctx, settingAlive, time.Now().UTC().Format(time.RFC3339)); err != nil && ctx.Err() == nil {
			b.log.Error("write the sign of life", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}
