package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite" // registers "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// This file holds what differs between engines. There is one so far; the second one is a second type with these methods, and
// Store.engine becomes their interface. All other queries are one text for both, with "?" for arguments: tx is where they are rebound.

// applicationID marks a Vestnik file ("Vstn"); the first migration writes it.
const applicationID = 0x5673746e

// sqlite is the engine over one file.
type sqlite struct {
	path string // as the DSN gave it, for messages
	file string // absolute
}

// parseDSN reads "sqlite:<path>". Its errors never repeat an address of another scheme: it may hold a password.
func parseDSN(dsn string) (sqlite, error) {
	scheme, path, ok := strings.Cut(dsn, ":")
	switch {
	case !ok:
		return sqlite{}, fmt.Errorf("database address %q: want sqlite:<path>, for example sqlite:data/vestnik.db", dsn)
	case scheme == "postgres" || scheme == "postgresql":
		return sqlite{}, errors.New("database address postgres:…: PostgreSQL comes with a later version; use sqlite:<path>")
	case scheme != "sqlite":
		return sqlite{}, fmt.Errorf("database address %s:…: unknown engine; want sqlite:<path>", scheme)
	case path == "" || strings.HasPrefix(path, ":") || strings.HasPrefix(path, "//"):
		return sqlite{}, fmt.Errorf("database address %q: want the path of a file behind \"sqlite:\"", dsn)
	}
	file, err := filepath.Abs(path)
	if err != nil {
		return sqlite{}, fmt.Errorf("database address %q: %w", dsn, err)
	}
	return sqlite{path: path, file: file}, nil
}

// dsn is the driver's address of the file with the driver's own options (documented at its Driver.Open).
func (e sqlite) dsn(options string) string {
	path := filepath.ToSlash(e.file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a Windows drive
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: options + "&_busy_timeout=10000&_error_rc=1"}
	return u.String()
}

// openWriter opens the one connection that writes. Every transaction takes the write lock when it begins and waits for it as
// long as busy_timeout says, so that none fails half way. The log is cut back to 64 MiB after a large fetch.
func (e sqlite) openWriter() (*sql.DB, error) {
	db, err := sql.Open("sqlite", e.dsn("_txlock=immediate&_journal_mode=WAL&_synchronous=NORMAL&_foreign_keys=1&_defensive=1"+
		"&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-2048)&_pragma=wal_autocheckpoint(8192)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// openReader opens the pool that reads; the write-ahead log lets it read while the writer writes.
func (e sqlite) openReader() (*sql.DB, error) {
	db, err := sql.Open("sqlite", e.dsn("mode=ro&_query_only=1&_pragma=cache_size(-1024)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	return db, nil
}

// busy reports whether err says that another process holds the file just now.
func (sqlite) busy(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// probe reads the schema version of the file without writing to it: 0 when there is no file or an empty one.
func (e sqlite) probe(ctx context.Context) (version int64, err error) {
	switch info, err := os.Stat(e.file); {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, errors.New("it is not a file")
	case info.Size() == 0:
		return 0, nil
	}
	db, err := e.openReader()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	var id int64
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return 0, err
	}
	// A process that died while it made the file leaves goose's own table and nothing else.
	var versioned, others int
	err = db.QueryRowContext(ctx, `SELECT coalesce(sum(name = 'goose_db_version'), 0), coalesce(sum(name <> 'goose_db_version'), 0)
		FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`).Scan(&versioned, &others)
	if err != nil {
		return 0, err
	}
	if others > 0 && id != applicationID {
		return 0, errors.New("it is a database of another program")
	}
	if versioned == 0 {
		return 0, nil
	}
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version`).Scan(&version)
	return version, err
}

// create makes the folder and an empty file that only their owner can read. SQLite gives its side files the same mode.
// An existing file is not even opened: closing it would drop the locks that this process holds on it through SQLite.
func (e sqlite) create() error {
	if err := os.MkdirAll(filepath.Dir(e.file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(e.file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func (sqlite) gooseDialect() goose.Dialect { return goose.DialectSQLite3 }

func (sqlite) migrations() (fs.FS, error) { return fs.Sub(migrationFiles, "migrations/sqlite") }

// reserve returns the first of n numbers that no row of table has or ever had. The rows are inserted with them in the same
// transaction, whose write lock keeps everybody else away; SQLite then moves sqlite_sequence on by itself.
func (sqlite) reserve(ctx context.Context, t tx, table string) (int64, error) {
	var last int64
	err := t.queryRow(ctx, `SELECT seq FROM sqlite_sequence WHERE name = ?`, table).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	return last + 1, nil
}

// backup writes a consistent copy into file, which is empty or absent.
func (e sqlite) backup(ctx context.Context, file string) (err error) {
	// A connection of its own: VACUUM INTO needs one that may write, and the writer's would hold up every commit.
	db, err := sql.Open("sqlite", e.dsn("_txlock=deferred"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return err
}
