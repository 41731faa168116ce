package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"vestnik/internal/config"
	"vestnik/internal/feeds"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/seeds"
)

// feedsConfig reads the configuration for a command that adds feeds: one that has none yet is good, too. The matcher is nil then.
func (o *options) feedsConfig() (*config.Config, *match.Matcher, error) {
	cfg, err := config.Load(o.config, seeds.Profiles())
	if bad, ok := errors.AsType[*config.Error](err); ok && bad.Read != nil && onlyNoFeeds(bad) {
		return bad.Read, nil, nil
	}
	if err != nil {
		return nil, nil, usageError(withMeaning(err))
	}
	m, faults := match.Compile(cfg.Profiles, cfg.Watchlists, cfg.Feeds)
	if len(faults) > 0 {
		return nil, nil, usageError(cfg.Report(faults))
	}
	return cfg, m, nil
}

// onlyNoFeeds reports whether all that is wrong is that there is no feed yet.
func onlyNoFeeds(e *config.Error) bool {
	return !slices.ContainsFunc(e.Faults, func(f config.Fault) bool { return f.Path != "feeds" })
}

// errNotWritten marks an error after which the entries still have to find their way into the file.
var errNotWritten = errors.New("nothing was written")

// writeFeeds puts list into the configuration file, if it is then one that is read without a fault, and returns the line the first stands in.
func (o *options) writeFeeds(list []news.Feed) (line string, err error) {
	before, err := os.ReadFile(o.config)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errNotWritten, err)
	}
	data, err := config.AddFeeds(o.config, before, list)
	if err != nil {
		return "", fmt.Errorf("%w into %s: %w", errNotWritten, o.config, err)
	}
	cfg, err := config.Read(o.config, data, seeds.Profiles())
	if err == nil {
		_, faults := match.Compile(cfg.Profiles, cfg.Watchlists, cfg.Feeds)
		err = cfg.Report(faults)
	}
	if err != nil {
		return "", fmt.Errorf("%w; the file would have been wrong:\n%w", errNotWritten, err)
	}
	if err := config.Replace(o.config, before, data); err != nil {
		return "", fmt.Errorf("%w: %w", errNotWritten, err)
	}
	return cfg.Locate(fmt.Sprintf("feeds[%d]", len(cfg.Feeds)-len(list))), nil
}

// entries prints the feeds as lines to paste.
func (o *options) entries(list []news.Feed) {
	for _, f := range list {
		fmt.Fprintln(o.stdout, "  - "+config.FeedLine(f))
	}
}

// A roster finds the feeds of a configuration by address and id.
type roster struct {
	cfg      *config.Config
	byURL    map[string]int
	ids      map[string]bool
	reserved map[string]bool // ids that a list gives itself, which no guess may take
}

func rosterOf(cfg *config.Config) roster {
	k := roster{cfg: cfg, byURL: map[string]int{}, ids: map[string]bool{}}
	for i, f := range cfg.Feeds {
		k.byURL[sameAddress(f.URL)], k.ids[f.ID] = i, true
	}
	return k
}

// sameAddress is equal for addresses of one feed.
func sameAddress(address string) string {
	if c := feeds.CanonicalURL(address); c != "" {
		return strings.TrimSuffix(c, "/")
	}
	return address
}

func (k roster) taken(id string) bool { return k.ids[id] }

// at finds the feed of that address. where is its place in the file.
func (k roster) at(address string) (f news.Feed, where string, ok bool) {
	i, ok := k.byURL[sameAddress(address)]
	if !ok {
		return news.Feed{}, "", false
	}
	return k.cfg.Feeds[i], k.cfg.Locate(fmt.Sprintf("feeds[%d]", i)), true
}
