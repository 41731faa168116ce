package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vestnik/internal/command"
	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/news"
	"vestnik/internal/pulse"
	"vestnik/internal/store"
)

// asked opens the store for a question, gives it to f, and turns a question that makes no sense into exit code 2.
func (o *options) asked(ctx context.Context, f func(a *app, d command.Desk) error) error {
	a, err := o.openStore(ctx)
	if err != nil {
		return err
	}
	defer a.close()
	err = f(a, command.Desk{Store: a.store, Expander: a.matcher, Watchlists: a.cfg.Watchlists})
	if errors.Is(err, command.ErrAsk) {
		return usageError(err)
	}
	return err
}

type filterFlags struct {
	watchlist string
	since     time.Duration
	limit     int
	all       bool
}

func (ff *filterFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&ff.watchlist, "watchlist", "", "only items of this watchlist")
	c.Flags().Var((*duration)(&ff.since), "since", "only items of the last while, such as 36h or 7d (default: all)")
	c.Flags().VarP((*count)(&ff.limit), "limit", "n", "at most so many items")
	ff.limit = 20
}

func (ff *filterFlags) filter(now time.Time) news.Filter {
	f := news.Filter{Watchlist: ff.watchlist, Limit: ff.limit}
	if ff.since > 0 {
		f.Since = now.Add(-ff.since)
	}
	return f
}

func searchCommand(o *options) *cobra.Command {
	var ff filterFlags
	c := &cobra.Command{
		Use:   "search WORDS",
		Short: "Find stored items by words, in every grammatical form",
		Long: `Finds stored items that hold all the words, newest first. A name of a profile is found in every spelling and language the profile knows,
any other word in its own grammatical forms; words in quotation marks stand for themselves.`,
		Example: `  bot search Токаев              finds «с Токаевым», «Тоқаевтың», “Tokayev”
  bot search lukashenko mir      both words
  bot search '"road map"'        exactly these words`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return o.asked(c.Context(), func(a *app, d command.Desk) error {
				if err := a.indexAll(c.Context()); err != nil {
					return err
				}
				l, err := d.Search(c.Context(), strings.Join(args, " "), ff.filter(time.Now()))
				if err != nil {
					return err
				}
				return a.terminal().List(l)
			})
		},
	}
	ff.add(c)
	return c
}

func recentCommand(o *options) *cobra.Command {
	var ff filterFlags
	c := &cobra.Command{
		Use:     "recent",
		Short:   "List the newest items that are on a watchlist",
		Example: "  bot recent\n  bot recent --watchlist csto -n 5\n  bot recent --all",
		Args:    usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return o.asked(c.Context(), func(a *app, d command.Desk) error {
				f := ff.filter(time.Now())
				f.Matched = !ff.all
				l, err := d.Recent(c.Context(), f)
				if err != nil {
					return err
				}
				return a.terminal().List(l)
			})
		},
	}
	ff.add(c)
	c.Flags().BoolVar(&ff.all, "all", false, "also items that are on no watchlist")
	return c
}

func feedsCommand(o *options) *cobra.Command {
	c := group(&cobra.Command{Use: "feeds", Short: "The feeds and how they do; add, import and export them"})
	c.AddCommand(&cobra.Command{
		Use:   "list [NAME]",
		Short: "Print the source board: every feed, how it does and what shows it; then the sums; or one feed in full",
		Long: `Prints every feed, those that do worst first: its state, when it was last read and last brought something new, how many items a day and in which
hours, what share of them is on a watchlist, how often it is polled and when next, and the first line of proof of what is wrong.

down        no document comes: no connection, no host, no answer in time, an error status
blocked     a wall answers: 401, 403, 429 or a challenge page
not a feed  what comes cannot be read as one: a web page, a document broken beyond repair
gap         nothing in its last document was known, so items may have been missed; it is polled sooner
silent      it is read, but brings nothing, which is unusual by its own rhythm
moved       it redirects for good, was seen to for a day, and is read there: write the new address into the configuration
slow        it takes ten seconds and longer to answer
empty       it is read, but never had an item
waiting     it was not polled yet

A narrow window leaves columns out.

With a name, which is a part of an id or of an outlet, one feed is printed in full: what is wrong and what may help, what it brings, when it is asked next,
and its rhythm by hour. Of several with that name the board is printed. The exit code is 1 when there is none.`,
		Example: "  bot feeds list\n  bot feeds list zviazda",
		Args:    usage(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return o.asked(c.Context(), func(a *app, d command.Desk) error {
				now := time.Now()
				list, err := d.Feeds(c.Context())
				if err != nil {
					return err
				}
				fresh := unpolled(a.cfg.Feeds, list)
				list = append(list, fresh...)
				out := a.terminal()
				if len(args) > 0 && strings.TrimSpace(args[0]) != "" {
					return feedsNamed(out, list, strings.TrimSpace(args[0]), now)
				}
				status, err := d.Status(c.Context())
				if err != nil {
					return err
				}
				if len(fresh) > 0 {
					status.Counts.Feeds += len(fresh)
					status.Feeds[pulse.Waiting] += len(fresh)
				}
				if err := out.Feeds(list, now); err != nil {
					return err
				}
				fmt.Fprintln(o.stdout)
				return out.Status(status)
			})
		},
	})
	c.AddCommand(feedsAddCommand(o), feedsImportCommand(o), feedsExportCommand(o))
	return c
}

// feedsNamed prints the feed of that name in full, or the board of several; it fails when there is none.
func feedsNamed(out *console.Terminal, list []news.FeedStatus, name string, now time.Time) error {
	switch found := command.Named(list, name); len(found) {
	case 0:
		var known []string
		for _, f := range list {
			known = append(known, f.Feed.ID, f.Feed.Outlet)
		}
		return fmt.Errorf("there is no feed with %q in its id or outlet%s", name, config.DidYouMean(name, known))
	case 1:
		return out.Feed(found[0], now)
	default:
		return out.Feeds(found, now)
	}
}

// unpolled returns the feeds of the configuration that the store has not heard of yet.
func unpolled(feeds []news.Feed, list []news.FeedStatus) []news.FeedStatus {
	var out []news.FeedStatus
	for _, f := range feeds {
		if !slices.ContainsFunc(list, func(s news.FeedStatus) bool { return s.Feed.ID == f.ID }) {
			out = append(out, news.FeedStatus{Feed: f})
		}
	}
	return out
}

func healthCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "health",
		Short: "Exit 0 when the running bot is well, 1 when it is not (for containers)",
		Args:  usage(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return health(c.Context(), o) },
	}
}

// health looks at the running bot from outside. It reads nothing of the configuration but where the database is: a bot that goes on with its last good
// configuration while the file is broken is well.
func health(ctx context.Context, o *options) error {
	address := config.StoreAddress(o.config)
	if _, file, _ := strings.Cut(address, ":"); strings.HasPrefix(address, "sqlite:") {
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("not well: there is no database: %w", err)
		}
	}
	s, err := store.Open(ctx, address, store.Options{})
	if err != nil {
		return fmt.Errorf("not well: %w", err)
	}
	defer s.Close()
	said, ok, err := s.Setting(ctx, settingAlive)
	if err != nil {
		return fmt.Errorf("not well: %w", err)
	}
	stopped, _, err := s.Setting(ctx, settingStopped)
	if err != nil {
		return fmt.Errorf("not well: %w", err)
	}
	at, err := time.Parse(time.RFC3339, said)
	switch quiet := time.Since(at).Round(time.Second); {
	case !ok || err != nil:
		return errors.New("not well: no bot has run on this database")
	case stopped >= said: // RFC 3339 in UTC sorts as time does
		return fmt.Errorf("not well: the bot was stopped at %s", stopped)
	case quiet > 4*heartbeatEvery:
		return fmt.Errorf("not well: no sign of life for %s", quiet)
	default:
		_, err := fmt.Fprintf(o.stdout, "well: last sign of life %s ago\n", quiet)
		return err
	}
}
