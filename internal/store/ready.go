package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// ready holds the writer's statements that add rows, so that each is parsed once and not with every poll: for SQLite that is a third of the work of a
// small commit. A statement cannot be made ready while a transaction holds the one connection; one that was missed is made before the next begins.
type ready struct {
	mu     sync.Mutex
	stmts  map[string]*sql.Stmt
	missed []string
}

// prepare makes ready what was missed.
func (r *ready) prepare(ctx context.Context, db *sql.DB) error {
	r.mu.Lock()
	missed := r.missed
	r.missed = nil
	r.mu.Unlock()
	for _, query := range missed {
		stmt, err := db.PrepareContext(ctx, query) //nolint:sqlclosecheck // close does
		if err != nil {
			return err
		}
		r.mu.Lock()
		old := r.stmts[query] // two transactions missed it
		r.stmts[query] = stmt
		r.mu.Unlock()
		if old != nil {
			if err := old.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}

// get is the statement of a query if it is ready; else it will be.
func (r *ready) get(query string) *sql.Stmt {
	r.mu.Lock()
	defer r.mu.Unlock()
	stmt := r.stmts[query]
	if stmt == nil {
		r.missed = append(r.missed, query)
	}
	return stmt
}

func (r *ready) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, stmt := range r.stmts {
		errs = append(errs, stmt.Close())
	}
	r.stmts = nil
	return errors.Join(errs...)
}
