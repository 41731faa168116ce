package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// tx is a transaction; every query of this package goes through it, so it is the place where "?" is rebound for an engine
// that writes arguments otherwise.
type tx struct {
	t     *sql.Tx
	ready *ready // nil: every statement is parsed anew
}

func (t tx) exec(ctx context.Context, query string, args ...any) (changed int, err error) {
	res, err := t.t.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

func (t tx) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return t.t.QueryRowContext(ctx, query, args...)
}

// scanFunc copies the columns of one row, as sql.Rows.Scan does.
type scanFunc = func(...any) error

// each runs a query and calls do for every row.
func (t tx) each(ctx context.Context, do func(scan scanFunc) error, query string, args ...any) (err error) {
	rows, err := t.t.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// collect runs a query and returns what value makes of every row.
func collect[T any](ctx context.Context, t tx, value func(scan scanFunc) (T, error), query string, args ...any) (all []T, err error) {
	err = t.each(ctx, func(scan scanFunc) error {
		v, err := value(scan)
		all = append(all, v)
		return err
	}, query, args...)
	return all, err
}

// scanID scans rows of one number.
func scanID(scan scanFunc) (id int64, err error) {
	err = scan(&id)
	return id, err
}

// scanText scans rows of one text.
func scanText(scan scanFunc) (text string, err error) {
	err = scan(&text)
	return text, err
}

// batch is how many rows or values one statement takes: enough that the cost of a statement no longer shows, and with the
// widest table well below SQLite's 32,766 and PostgreSQL's 65,535 arguments.
const batch = 256

// insert writes rows, each width values long and one behind the other in values, as "<head> VALUES (…), (…) <tail>". A statement takes a power of two
// of them, so that a few statements serve any number.
func (t tx) insert(ctx context.Context, head string, width int, tail string, values []any) error {
	row := "(" + marks(width) + ")"
	for len(values) > 0 {
		n := min(batch, 1<<(bits.Len(uint(len(values)/width))-1))
		query := head + " VALUES " + strings.TrimSuffix(strings.Repeat(row+", ", n), ", ") + " " + tail
		if err := t.add(ctx, query, values[:n*width]); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

// add runs a statement that is kept ready for the next time.
func (t tx) add(ctx context.Context, query string, args []any) error {
	if t.ready != nil {
		if stmt := t.ready.get(query); stmt != nil {
			_, err := t.t.StmtContext(ctx, stmt).ExecContext(ctx, args...) //nolint:sqlclosecheck // the end of the transaction does
			return err
		}
	}
	_, err := t.t.ExecContext(ctx, query, args...)
	return err
}

// inBatches calls do with the places and arguments of an IN (…) for at most batch of the values at a time.
func inBatches[T any](values []T, do func(in string, args []any) error) error {
	for len(values) > 0 {
		n := min(batch, len(values))
		args := make([]any, n)
		for i, v := range values[:n] {
			args[i] = v
		}
		if err := do("("+marks(n)+")", args); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// write runs f in one transaction that holds the write lock from its beginning.
func (s *Store) write(ctx context.Context, f func(tx) error) error {
	if s.writer == nil {
		return errors.New("the database was opened for reading only")
	}
	if err := s.ready.prepare(ctx, s.writer); err != nil {
		return err
	}
	return within(ctx, s.writer, nil, &s.ready, f)
}

// read runs f over one snapshot.
func (s *Store) read(ctx context.Context, f func(tx) error) error {
	return within(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, nil, f)
}

func within(ctx context.Context, db *sql.DB, opts *sql.TxOptions, ready *ready, f func(tx) error) error {
	t, err := db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer t.Rollback() //nolint:errcheck // after a commit there is nothing to undo, and after an error that error is told
	if err := f(tx{t, ready}); err != nil {
		return err
	}
	return t.Commit()
}

// millis is how times are stored: unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is the inverse of millis, in UTC.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// flag is how a boolean is stored.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pack stores a list as JSON, an empty one as "".
func pack[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// unpack is the inverse of pack.
func unpack[T any](s string) ([]T, error) {
	if s == "" {
		return nil, nil
	}
	var list []T
	if err := json.Unmarshal([]byte(s), &list); err != nil {
		return nil, fmt.Errorf("stored list: %w", err)
	}
	return list, nil
}
