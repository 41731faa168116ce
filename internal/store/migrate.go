package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrationFiles embed.FS

// LatestSchema is the schema version that this program brings a database to.
func LatestSchema() (int64, error) {
	dir, err := sqlite{}.migrations() // every engine has the same numbers
	if err != nil {
		return 0, err
	}
	files, err := fs.Glob(dir, "*.sql")
	if err != nil {
		return 0, err
	}
	var latest int64
	for _, f := range files {
		n, err := goose.NumericComponent(f)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", f, err)
		}
		latest = max(latest, n)
	}
	return latest, nil
}

// migrate applies the migrations that db lacks, each in its own transaction.
func migrate(ctx context.Context, db *sql.DB, e sqlite) error {
	dir, err := e.migrations()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(e.gooseDialect(), db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	// goose looks first and then writes, so of two processes that open a new file at once one finds the tables already made.
	// A migration is one transaction: whoever lost looks again and finds it applied.
	const tries = 4
	for try := 1; ; try++ {
		_, err := p.Up(ctx)
		if err == nil {
			return nil
		}
		if try == tries || ctx.Err() != nil {
			return fmt.Errorf("bring the schema up to date: %w", err)
		}
	}
}
