// Package config reads config.yaml and the profiles file strictly, says at which line and column each thing is wrong, and tells when they change.
// It must not look into the meaning of names and keywords (match does), open the store, or use the network.
package config

import (
	"log/slog"
	"path/filepath"
	"time"
	_ "time/tzdata" // a zone must be known or unknown alike on every machine, a container without zone files included

	"vestnik/internal/news"
)

// A Config is config.yaml and its profiles, checked: every id a watchlist names exists, every value is in range.
type Config struct {
	Path string // the file it was read from

	Store        string         // "sqlite:FILE", FILE relative to the working folder
	Schedule     string         // cron line of the tick, in UTC
	Timezone     *time.Location // the zone times are shown in
	ProfilesPath string         // the profiles file; "": the profiles built into the program
	Retention    time.Duration  // how long items are kept; 0: for ever
	MaxAge       time.Duration  // an item published longer ago is stored, not alerted; 0: no bound
	Backfill     int            // how many of a new feed's newest items alert; a feed may say otherwise
	PingURL      news.Secret    // called after each healthy cycle; "": none. It is the key to its service, so it does not print
	Surges       Surges
	Telegram     Telegram
	Fetch        Fetch
	Log          Log

	Stories Stories
	Chats   []Chat // how chats want what they are owed, each once

	Feeds      []news.Feed // AllowPrivate and Backfill are filled in from the options above where a feed is silent
	Watchlists []news.Watchlist
	Profiles   []news.Profile

	file, profiles source
}

// Fetch limits how feeds are read.
type Fetch struct {
	Timeout      time.Duration // one request, redirects and body included
	MaxBytes     int64         // of a document, after decompression
	PerHost      int           // requests to one host at a time
	Spacing      time.Duration // least time from one request to the next at one public host; 0: none
	Concurrency  int           // requests in all at a time
	Redirects    int           // followed at most
	UserAgent    string
	Interval     time.Duration // least time between two polls of a feed that names none itself
	MaxInterval  time.Duration // longest time between two polls of such a feed, not less than Interval
	MaxBackoff   time.Duration // longest time between two polls of a failing feed
	AllowPrivate bool          // feeds may resolve to private and loopback addresses; a feed may say otherwise
}

// Surges says when a watchlist is in the news more than usual, or less.
type Surges struct {
	On         bool
	MinCount   int           // so many stories at least are a surge
	MinOutlets int           // from so many outlets at least
	CoolDown   time.Duration // nothing more is said of a watchlist for so long
}

// Log says what is logged and how.
type Log struct {
	Level  slog.Level
	Format string // "text" or "json"
}

// Default returns every option as it is when config.yaml does not mention it. Feeds, watchlists and profiles are empty.
func Default() Config {
	return Config{
		Store:     "sqlite:data/vestnik.db",
		Schedule:  "*/5 * * * *",
		Timezone:  time.UTC,
		Retention: 90 * 24 * time.Hour,
		MaxAge:    48 * time.Hour,
		Surges:    Surges{On: true, MinCount: 5, MinOutlets: 3, CoolDown: 12 * time.Hour},
		Telegram:  Telegram{Access: AccessOpen, APIURL: "https://api.telegram.org"},
		Fetch: Fetch{
			Timeout:     30 * time.Second,
			MaxBytes:    10 << 20,
			PerHost:     2,
			Spacing:     500 * time.Millisecond,
			Concurrency: 48,
			Redirects:   5,
			UserAgent:   "Vestnik/1 (news feed monitor)",
			Interval:    5 * time.Minute,
			MaxInterval: 30 * time.Minute,
			MaxBackoff:  6 * time.Hour,
		},
		Stories: Stories{EditEvery: 5 * time.Minute, Again: []string{string(news.Independent), string(news.State), againWatchlist}},
		Log:     Log{Level: slog.LevelInfo, Format: "text"},
	}
}

// Files lists the files whose change means that the config has to be read again.
func (c *Config) Files() []string {
	files := []string{c.Path}
	if c.ProfilesPath != "" {
		files = append(files, profilesFile(c.Path, c.ProfilesPath))
	}
	return files
}

// profilesFile is where the option profiles of the config file at path points: a relative path starts at that file's folder.
func profilesFile(path, profiles string) string {
	if filepath.IsAbs(profiles) {
		return profiles
	}
	return filepath.Join(filepath.Dir(path), profiles)
}
