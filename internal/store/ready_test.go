package store

import (
	"fmt"
	"testing"
)

// Rows of any number arrive whole and in order, by statements that are parsed and by those that were kept, and few are kept.
func TestReadyStatements(t *testing.T) {
	s := openAt(t, t.TempDir()+"/v.db")
	ctx := t.Context()
	want := 0
	for round := range 3 {
		for _, n := range []int{0, 1, 2, 3, 30, 31, 255, 256, 257, 600} {
			var rows []any
			for range n {
				rows = append(rows, fmt.Sprintf("ключ %05d", want), "Токаев 🇰🇿")
				want++
			}
			must(t, s.write(ctx, func(x tx) error { return x.insert(ctx, `INSERT INTO settings (key, value)`, 2, ``, rows) }))
		}
		equal(t, "rows", number(t, s, `SELECT count(*) FROM settings WHERE value = 'Токаев 🇰🇿' AND key LIKE 'ключ %'`), want)
		if kept := len(s.ready.stmts); kept > 9 || round > 0 && kept < 9 {
			t.Errorf("%d statements are kept, want one for each power of two up to %d", kept, batch)
		}
	}
	equal(t, "the last key", number(t, s, `SELECT CAST(substr(max(key), 6) AS INTEGER) FROM settings WHERE key LIKE 'ключ %'`), want-1)
	must(t, s.Close())
	if len(s.ready.stmts) > 0 {
		t.Error("statements outlive their database")
	}
}
