package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// keepReplies is how long replies are kept once they are posted: nobody asks for them, and they tell what a chat asked.
const keepReplies = 24 * time.Hour

// keepKeys is how much longer than items their keys are kept once the feed does not serve them any more: an outlet may bring
// an old article back.
const keepKeys = 30 * 24 * time.Hour

// Prune drops the items first seen before the given time, with their earlier wordings, matches, words, places in stories, verdicts, sent and skipped alerts, and the closed
// messages of that time that carry no alert any more; replies, past mutes and expired invitations go earlier. It returns how many
// items went. Items with an alert that is owed or frozen stay. A key goes when the feed has not served it for keepKeys more; those
// of the last document that was read stay, however long ago that was, so nothing the feed still shows is new again. It counts from
// when the bot saw an item, because the date an outlet gives may be far off.
func (s *Store) Prune(ctx context.Context, before time.Time) (n int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("prune what was seen before %s: %w", before.UTC().Format(time.RFC3339), err)
		}
	}()
	// A transaction for each batch, so that commits need not wait for the whole.
	for more := true; more; {
		var ids []int64
		err := s.write(ctx, func(t tx) (err error) {
			ids, err = s.prune(ctx, t, millis(before))
			return err
		})
		if err != nil {
			return n, err
		}
		n += len(ids)
		more = len(ids) == batch
	}
	if err := s.pruneKeys(ctx, before.Add(-keepKeys)); err != nil {
		return n, fmt.Errorf("keys: %w", err)
	}
	now := s.now()
	if err := s.prunePrints(ctx, now); err != nil {
		return n, fmt.Errorf("prints: %w", err)
	}
	return n, s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `DELETE FROM messages WHERE (created < ? OR key = '' AND sent_at < ?) AND (sent_at <> 0 OR refused <> '')
			AND NOT EXISTS (SELECT 1 FROM alerts WHERE message_id = messages.id)`, millis(before), millis(now.Add(-keepReplies)))
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM mutes WHERE until <= ?`, millis(now)); err != nil {
			return err
		}
		_, err = t.exec(ctx, `DELETE FROM invites WHERE expires <= ?`, millis(now))
		return err
	})
}

func (s *Store) prune(ctx context.Context, t tx, before int64) ([]int64, error) {
	ids, err := collect(ctx, t, scanID, `SELECT id FROM items WHERE seen < ? AND NOT EXISTS
		(SELECT 1 FROM alerts WHERE item_id = items.id AND state IN ('owed', 'frozen')) LIMIT ?`, before, batch)
	if err != nil {
		return nil, err
	}
	return ids, inBatches(ids, func(in string, args []any) error {
		_, err := t.exec(ctx, `UPDATE feeds SET pruned = feeds.pruned + gone.n FROM (SELECT feed_id, count(*) AS n FROM items WHERE id IN `+in+`
			GROUP BY feed_id) AS gone WHERE feeds.id = gone.feed_id`, args...)
		if err != nil {
			return fmt.Errorf("count what goes: %w", err)
		}
		if err := pruneStories(ctx, t, in, args); err != nil {
			return fmt.Errorf("stories: %w", err)
		}
		for _, query := range []string{
			`DELETE FROM verdicts WHERE item_id IN `,
			`DELETE FROM alerts WHERE item_id IN `,
			`DELETE FROM matches WHERE item_id IN `,
			`DELETE FROM item_words WHERE rowid IN `,
			`DELETE FROM index_again WHERE item_id IN `,
			`DELETE FROM item_versions WHERE item_id IN `,
			`DELETE FROM story_wait WHERE item_id IN `,
			`DELETE FROM story_prints WHERE item_id IN `,
			`DELETE FROM story_marks WHERE item_id IN `,
			`DELETE FROM items WHERE id IN `,
		} {
			if _, err := t.exec(ctx, query+in, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// pruneKeys drops the keys last served before the given time, except those of each feed's last document: a feed that is down, or
// answers that nothing changed, may bring that again. A transaction for each feed, so that commits need not wait for the whole.
func (s *Store) pruneKeys(ctx context.Context, before time.Time) error {
	type feed struct {
		id       string
		document int64
	}
	var feeds []feed
	err := s.read(ctx, func(t tx) (err error) {
		feeds, err = collect(ctx, t, func(scan scanFunc) (f feed, err error) {
			err = scan(&f.id, &f.document)
			return f, err
		}, `SELECT id, document_at FROM feeds WHERE document_at <> 0`)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range feeds {
		unserved := min(millis(before), f.document-touchAfter.Milliseconds())
		err := s.write(ctx, func(t tx) error {
			_, err := t.exec(ctx, `DELETE FROM item_keys WHERE feed_id = ? AND seen < ?`, f.id, unserved)
			return err
		})
		if err != nil {
			return fmt.Errorf("feed %q: %w", f.id, err)
		}
	}
	return nil
}

// Backup writes a consistent copy of the database to a new file that only its owner can read, while the bot goes on. It refuses
// to overwrite, and leaves no half-written file.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("back up %s to %s: %w", s.name, path, err)
		}
	}()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return errors.New("the file exists already")
	}
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	// As an absolute path it cannot be taken for a "file:" address with options.
	file, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := s.engine.backup(ctx, file); err != nil {
		return err
	}
	return f.Sync()
}
