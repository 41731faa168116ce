package store

import (
	"context"
	"strings"

	"vestnik/internal/news"
)

// index writes rows of (item number, folded title, folded text) into the full-text table.
func (sqlite) index(ctx context.Context, t tx, rows []any) error {
	return t.insert(ctx, `INSERT INTO item_words (rowid, title, text)`, 3, ``, rows)
}

// unindex takes items out of the full-text table.
func (sqlite) unindex(ctx context.Context, t tx, ids []int64) error {
	return inBatches(ids, func(in string, args []any) error {
		_, err := t.exec(ctx, `DELETE FROM item_words WHERE rowid IN `+in, args...)
		return err
	})
}

// words writes q in FTS5's language: every word as a quoted string, so that nothing in it is an operator; the words of a phrase
// joined by "+", its alternatives by OR, the groups by AND. It reports false when some group has nothing to find.
// https://www.sqlite.org/fts5.html#full_text_query_syntax
func (sqlite) words(q news.Query) (string, bool) {
	var b strings.Builder
	for i, group := range q.All {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteByte('(')
		alternatives := 0
		for _, phrase := range group {
			if len(phrase) == 0 {
				continue
			}
			if alternatives++; alternatives > 1 {
				b.WriteString(" OR ")
			}
			for j, word := range phrase {
				if j > 0 {
					b.WriteString(" + ")
				}
				b.WriteString(quoted(word))
			}
		}
		if alternatives == 0 {
			return "", false
		}
		b.WriteByte(')')
	}
	return b.String(), len(q.All) > 0
}

// quoted is an FTS5 string. FTS5 reads its query up to a NUL, and only valid UTF-8 can be found.
func quoted(word string) string {
	word = strings.ReplaceAll(strings.ToValidUTF8(word, " "), "\x00", " ")
	return `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
}
