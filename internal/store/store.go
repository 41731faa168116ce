// Package store keeps what the bot saw and what it owes in a database: feeds and their state, items, matches, alerts,
// messages, chats and what they asked for, leases, settings and a full-text index.
// It must not decide: when a feed is due, what matches and when a message goes out is said by its callers, and so is the time.
//
// Everything that belongs together is written in one transaction (Commit, Freeze, Sent), so that a process that dies at any
// point leaves the database as if the last call had happened wholly or not at all. Several processes may have one database open.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Options are what Open needs besides the address.
type Options struct {
	// Fold brings text into the form that the words of a news.Query have. Index refuses to work without it.
	Fold func(string) string
	// Stories says how stories are told apart. Nil: items get none; they wait until a store that knows finds theirs (see TellStories).
	Stories *Stories
	// Now is the clock for the few times that no caller gives (when a feed was removed). Nil: time.Now.
	Now func() time.Time
	// Due says when alerts may go to chats that have preferences. Nil: at once.
	Due DueFunc
	// Log hears of migrations. Nil: nothing is logged.
	Log *slog.Logger
}

// A Store is an open database. Its methods may be called from many goroutines at once.
type Store struct {
	name   string  // for errors: the file
	engine sqlite  // what differs between engines
	writer *sql.DB // one connection: writers queue here instead of failing on the file's lock
	reader *sql.DB // a pool that cannot write
	schema int64
	fold   func(string) string
	now    func() time.Time
	due    DueFunc
	log    *slog.Logger
	tales  *tales // nil: see Options.Stories

	together together // polls that are to be written
	ready    ready
}

// Open opens the database that dsn names, "sqlite:<path>", creates it (folder 0700, file 0600) when there is none, and brings
// its schema up to date. A file that is not a Vestnik database, or that a newer Vestnik wrote, is refused and left untouched.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	engine, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	s := &Store{name: engine.path, engine: engine, fold: opts.Fold, now: opts.Now, due: opts.Due, log: opts.Log, ready: ready{stmts: map[string]*sql.Stmt{}}}
	if s.now == nil {
		s.now = time.Now
	}
	if opts.Stories != nil {
		s.tales = newTales(*opts.Stories)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for deadline := time.After(openPatience); ; {
		err := s.open(ctx)
		if err == nil {
			return s, nil
		}
		err = errors.Join(fmt.Errorf("open database %s: %w", s.name, err), s.Close())
		if !engine.busy(err) {
			return nil, err
		}
		select {
		case <-time.After(openPause):
		case <-deadline:
			return nil, err
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		}
		s.reader, s.writer = nil, nil
	}
}

// While one process makes a file and switches it to its write-ahead log, SQLite tells others that it is locked at once, without waiting out
// busy_timeout (a lock cannot be waited for that two want to raise). So Open asks again.
const (
	openPatience = 10 * time.Second
	openPause    = 50 * time.Millisecond
)

func (s *Store) open(ctx context.Context) error {
	newest, err := LatestSchema()
	if err != nil {
		return err
	}
	found, err := s.engine.probe(ctx)
	if err != nil {
		return err
	}
	if found > newest {
		return fmt.Errorf("it has schema %d and this program knows %d: use the newer program that wrote it", found, newest)
	}
	if err := s.engine.create(); err != nil {
		return err
	}
	if s.writer, err = s.engine.openWriter(); err != nil {
		return err
	}
	if err := s.writer.PingContext(ctx); err != nil {
		return err
	}
	if found < newest {
		if err := migrate(ctx, s.writer, s.engine); err != nil {
			return err
		}
		s.log.InfoContext(ctx, "database schema brought up to date", "file", s.name, "from", found, "to", newest)
	}
	s.schema = newest
	if s.reader, err = s.engine.openReader(); err != nil {
		return err
	}
	return s.reader.PingContext(ctx)
}

// Close closes the database. Calls that still run fail.
func (s *Store) Close() error {
	// The reader goes first: the last connection to close folds the write-ahead log into the file, which a reader may not.
	errs := []error{s.ready.close()}
	for _, db := range []*sql.DB{s.reader, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Schema is the version of the database's tables: the number of its last migration.
func (s *Store) Schema() int64 { return s.schema }
