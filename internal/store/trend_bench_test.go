package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// BenchmarkSeries reads six weeks of 200 mentions a day among 2,000 items a day: what a look for surges reads once an hour.
func BenchmarkSeries(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "v.db"))
	ctx := b.Context()
	const days, perDay = 42, 2000
	must(b, s.SyncConfig(ctx, []news.Feed{{ID: "f"}}, []news.Watchlist{{ID: "w"}}, nil))
	text := strings.Repeat("слово ", 100)
	must(b, s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO items (id, feed_id, published, seen, url, link, title, lang, author, categories, text)
			SELECT i, 'f', ? + i * 86400000 / ?, 0, '', '', 'Токаев', 'ru', '', '', ? FROM n`, days*perDay, millis(noon), perDay, text)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `INSERT INTO matches (item_id, watchlist, published, score, is_over, hits, excluded)
			SELECT id, 'w' || (id % 7), published, 1, 1, '', '' FROM items WHERE id % 10 = 0`)
		return err
	}))
	for b.Loop() {
		n := 0
		must(b, s.Series(ctx, noon, noon.AddDate(0, 0, days+1), func(m news.Mentions) error { n += m.Items; return nil }))
		if n != days*perDay/10 {
			b.Fatal(fmt.Sprint(n))
		}
	}
}
