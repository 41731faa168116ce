package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"vestnik/internal/config"
	"vestnik/internal/feeds"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/poll"
	"vestnik/internal/store"
	"vestnik/internal/story"
	"vestnik/internal/telegram"
	"vestnik/internal/text"
	"vestnik/internal/timetable"
	"vestnik/seeds"
)

// rules is one version of the configuration, ready to work with. It is swapped whole.
type rules struct {
	cfg     *config.Config
	matcher *match.Matcher
	client  *feeds.Client
}

// load reads the configuration and compiles its watchlists. Every fault comes at once, with its place.
func (o *options) load() (*config.Config, *match.Matcher, error) {
	var reading sync.WaitGroup
	reading.Go(text.Prepare) // beside the files: nearly half of what a start takes
	defer reading.Wait()
	cfg, err := config.Load(o.config, seeds.Profiles())
	if err != nil {
		return nil, nil, usageError(withMeaning(err))
	}
	if cfg.Telegram.Token == "" {
		cfg.Telegram.Token = news.Secret(strings.TrimSpace(os.Getenv(tokenVariable)))
	}
	m, faults := match.Compile(cfg.Profiles, cfg.Watchlists, cfg.Feeds)
	if len(faults) > 0 {
		return nil, nil, usageError(cfg.Report(faults))
	}
	return cfg, m, nil
}

// withMeaning adds to err, what config.Load found wrong with the files, what is wrong with the meaning of those watchlists and profiles that could be
// read whole.
func withMeaning(err error) error {
	var bad *config.Error
	if !errors.As(err, &bad) || bad.Read == nil || len(bad.Read.Profiles) == 0 {
		return err
	}
	cfg := bad.Read
	faulty := map[string]bool{} // "watchlists[2]", "profiles[0]"
	feeds := cfg.Feeds
	for _, f := range bad.Faults {
		whose, _, _ := strings.Cut(f.Path, ".")
		faulty[whose] = true
		if strings.HasPrefix(f.Path, "feeds") {
			feeds = nil // which sources there are is not known
		}
	}
	for i, w := range cfg.Watchlists {
		for _, id := range match.Uses(w) {
			p := slices.IndexFunc(cfg.Profiles, func(p news.Profile) bool { return p.ID == id })
			if p < 0 || faulty[fmt.Sprintf("profiles[%d]", p)] {
				faulty[fmt.Sprintf("watchlists[%d]", i)] = true
			}
		}
	}
	_, faults := match.Compile(cfg.Profiles, cfg.Watchlists, feeds)
	faults = slices.DeleteFunc(faults, func(f news.Fault) bool {
		whose, _, _ := strings.Cut(f.Path, ".")
		return faulty[whose]
	})
	return cfg.Join(bad, faults)
}

func newClient(cfg *config.Config, log *slog.Logger) *feeds.Client {
	return feeds.New(feeds.Options{
		UserAgent:    cfg.Fetch.UserAgent,
		Timeout:      cfg.Fetch.Timeout,
		MaxBytes:     cfg.Fetch.MaxBytes,
		PerHost:      cfg.Fetch.PerHost,
		Spacing:      cfg.Fetch.Spacing,
		MaxRedirects: &cfg.Fetch.Redirects,
		AllowPrivate: cfg.Fetch.AllowPrivate,
		Language:     text.Detect,
		Log:          log,
	})
}

// logger writes to stderr as the flags say, else as the configuration does.
func (o *options) logger(cfg config.Log) (*slog.Logger, error) {
	level := cfg.Level
	if o.logLevel != "" {
		if err := level.UnmarshalText([]byte(o.logLevel)); err != nil {
			return nil, usageError(fmt.Errorf("--log-level is debug, info, warn or error, not %q", o.logLevel))
		}
	}
	form := cfg.Format
	if o.logForm != "" {
		form = o.logForm
	}
	opts := &slog.HandlerOptions{Level: level}
	switch form {
	case "text":
		return slog.New(slog.NewTextHandler(o.stderr, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(o.stderr, opts)), nil
	}
	return nil, usageError(fmt.Errorf("--log is text or json, not %q", form))
}

// An app is the program with its store open.
type app struct {
	*options
	*rules
	store    *store.Store
	printer  *story.Printer
	telegram *telegram.Client // nil: there is no token
	log      *slog.Logger
	owner    string // names this process in leases

	languages atomic.Pointer[map[string]string] // by chat, as the configuration has it
}

// dueIn says when alerts may go to chats, on the clock of zone where they name none.
func dueIn(zone *time.Location) store.DueFunc {
	return func(p news.Preferences, watchlist string, u news.Urgency, came time.Time) time.Time {
		return timetable.Due(p, watchlist, u, came, zone)
	}
}

// open is openStore for commands that work the feeds: it also tells the store what the configuration says.
func (o *options) open(ctx context.Context) (*app, error) {
	a, err := o.openStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.sync(ctx, a.rules); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

// openStore reads the configuration and opens the store, for commands that only ask.
func (o *options) openStore(ctx context.Context) (*app, error) {
	cfg, m, err := o.load()
	if err != nil {
		return nil, err
	}
	o.stderr = newScrubber(o.stderr, cfg.Secrets()...)
	log, err := o.logger(cfg.Log)
	if err != nil {
		return nil, err
	}
	printer := new(story.Printer)
	s, err := store.Open(ctx, cfg.Store, store.Options{Fold: text.FoldText, Stories: stories(printer), Now: time.Now, Log: log, Due: dueIn(cfg.Timezone)})
	if err != nil {
		return nil, err
	}
	tg, err := newTelegram(cfg, log)
	if err != nil {
		return nil, errors.Join(usageError(err), s.Close())
	}
	return &app{options: o, rules: &rules{cfg, m, newClient(cfg, log)}, store: s, printer: printer, telegram: tg, log: log, owner: newOwner()}, nil
}

func (a *app) close() {
	if err := a.store.Close(); err != nil {
		a.log.Warn("close the database", "err", err)
	}
}

// matchBack is how far back a watchlist that is new is matched, so that "recent" answers at once. Nothing of it is alerted.
const matchBack = 7 * 24 * time.Hour

// sync tells the store which feeds, watchlists and subscriptions there are now, and matches new watchlists over what is stored.
func (a *app) sync(ctx context.Context, r *rules) error {
	ids := make([]string, len(r.cfg.Watchlists))
	for i, w := range r.cfg.Watchlists {
		ids[i] = w.ID
	}
	fresh, err := a.store.Strangers(ctx, ids)
	if err != nil {
		return err
	}
	if len(fresh) > 0 {
		// Before SyncConfig: a program that dies in between finds them new again.
		n, err := a.store.MatchBack(ctx, fresh, time.Now().Add(-matchBack), a.carefully(r.matcher))
		if err != nil {
			return err
		}
		if n > 0 {
			a.log.Info("new watchlists were matched over stored items", "watchlists", fresh, "items", n, "back", matchBack.String())
		}
	}
	// The store is told the interval that counts, so that a shorter one makes a feed due at once.
	feeds := slices.Clone(r.cfg.Feeds)
	for i := range feeds {
		feeds[i].Every = cmp.Or(feeds[i].Every, r.cfg.Fetch.Interval)
	}
	if err := a.store.SyncConfig(ctx, feeds, r.cfg.Watchlists, subscriptions(r.cfg)); err != nil {
		return fmt.Errorf("bring the configuration into the database: %w", err)
	}
	wants, languages := make([]news.Preferences, len(r.cfg.Chats)), make(map[string]string)
	for i, c := range r.cfg.Chats {
		wants[i] = c.Preferences
		languages[c.Chat] = c.Language
	}
	a.languages.Store(&languages)
	if err := a.store.SyncPreferences(ctx, wants); err != nil {
		return fmt.Errorf("bring the configuration into the database: %w", err)
	}
	return nil
}

func newOwner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return fmt.Sprintf("%s pid %d %s", host, os.Getpid(), hex.EncodeToString(b[:]))
}

// carefully matches so that an item on which the matcher falls over is passed by, as a cycle does.
func (a *app) carefully(m *match.Matcher) func(*news.Item) []news.Match {
	return func(it *news.Item) (out []news.Match) {
		defer func() {
			if v := recover(); v != nil {
				a.log.Error("panic", "while", "matching a stored item", "item", it.ID, "value", v)
				out = nil
			}
		}()
		return m.Match(it)
	}
}

// pollDeps is what a cycle works with under the rules r.
func (a *app) pollDeps(r *rules) poll.Deps {
	return poll.Deps{
		Store: a.store, Fetcher: r.client, Pages: r.client, Matcher: r.matcher, Print: a.printer.Print, Feeds: r.cfg.Feeds,
		Owner: a.owner, Now: time.Now, Log: a.log,
	}
}

func pollOptions(cfg *config.Config) poll.Options {
	return poll.Options{
		Concurrency: cfg.Fetch.Concurrency,
		Bounds:      poll.Bounds{Interval: cfg.Fetch.Interval, MaxInterval: cfg.Fetch.MaxInterval, MaxBackoff: cfg.Fetch.MaxBackoff},
		Rules:       poll.Rules{MaxAge: cfg.MaxAge},
	}
}

// indexAll brings the full-text index up to date.
func (a *app) indexAll(ctx context.Context) error {
	for {
		done, behind, err := a.store.Index(ctx, indexBatch)
		if err != nil {
			return fmt.Errorf("index for search: %w", err)
		}
		if done == 0 || behind == 0 {
			return nil
		}
	}
}

// indexBatch is how many items one indexing transaction takes: some 0.1 s in which polls wait to commit.
const indexBatch = 500
