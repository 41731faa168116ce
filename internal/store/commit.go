package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vestnik/internal/news"
)

// Commit writes everything one poll changes in one transaction, or nothing: items with keys, matches and alerts, further keys of
// known items, other wordings of them, and the feed's state. It ends the claim. When the claim is not the holder's any more it fails with
// news.ErrLeaseLost. An item whose identity another poll stored meanwhile is left out, and so is an edit of an item that was dropped. Alerts are
// numbered in the order of p.New and then of p.Edits. With p.Together the transaction may be that of other polls as well. The full-text index follows
// later (see Index).
func (s *Store) Commit(ctx context.Context, p news.Poll) (news.Committed, error) {
	if p.Together {
		if done, ok := s.commitTogether(ctx, p); ok {
			return done, nil
		}
	}
	var done news.Committed
	err := s.tell(ctx, printed(p), func(t *teller) error {
		return s.write(ctx, func(x tx) (err error) {
			done, err = s.commit(ctx, x, p, t)
			return err
		})
	})
	if err != nil {
		return news.Committed{}, fmt.Errorf("commit the poll of feed %q: %w", p.Claim.State.FeedID, err)
	}
	return done, nil
}

func (s *Store) commit(ctx context.Context, t tx, p news.Poll, stories *teller) (done news.Committed, err error) {
	fresh, err := unknown(ctx, t, p)
	if err != nil {
		return done, err
	}
	if err := saveState(ctx, t, p, len(fresh)); err != nil {
		return done, err
	}
	first, err := s.engine.reserve(ctx, t, "items")
	if err != nil {
		return done, fmt.Errorf("number the items: %w", err)
	}
	if err := insertItems(ctx, t, p, fresh, first); err != nil {
		return done, fmt.Errorf("items: %w", err)
	}
	if err := touchKeys(ctx, t, p, fresh); err != nil {
		return done, fmt.Errorf("keys: %w", err)
	}
	if done.Matched, err = insertMatches(ctx, t, fresh, first); err != nil {
		return done, fmt.Errorf("matches: %w", err)
	}
	edits, err := edit(ctx, t, p)
	if err != nil {
		return done, fmt.Errorf("edits: %w", err)
	}
	if err := stories.tell(ctx, t, p.At, told(fresh, first, edits)); err != nil {
		return done, fmt.Errorf("stories: %w", err)
	}
	due := make([]arrival, 0, len(fresh)+len(edits))
	for i, n := range fresh {
		due = append(due, arrival{first + int64(i), 0, n.Item.Lang, n.Skip, n.Matches})
	}
	for _, e := range edits {
		due = append(due, arrival{e.Item.ID, e.number, e.Item.Lang, e.Skip, e.Matches})
	}
	if done.Owed, done.Skipped, err = s.insertAlerts(ctx, t, p, due); err != nil {
		return done, fmt.Errorf("alerts: %w", err)
	}
	done.Stored, done.Edited = len(fresh), len(edits)
	return done, nil
}

// unknown returns the items of p.New that are new indeed, each identity once.
func unknown(ctx context.Context, t tx, p news.Poll) ([]news.NewItem, error) {
	identities := make([]string, len(p.New))
	for i, n := range p.New {
		if len(n.Item.Keys) == 0 {
			return nil, errors.New("an item without keys")
		}
		identities[i] = n.Item.Keys[0]
	}
	taken, err := known(ctx, t, p.Claim.State.FeedID, identities)
	if err != nil {
		return nil, err
	}
	fresh := make([]news.NewItem, 0, len(p.New))
	for i, n := range p.New {
		if _, ok := taken[identities[i]]; ok {
			continue
		}
		taken[identities[i]] = 0
		fresh = append(fresh, n)
	}
	return fresh, nil
}

// saveState writes the feed's state and ends the claim; it is here that a lost claim is noticed. Owner and end together name
// a claim: an owner that was given the feed again has another end.
func saveState(ctx context.Context, t tx, p news.Poll, stored int) error {
	st := p.State
	n, err := t.exec(ctx, `UPDATE feeds SET etag = ?, last_modified = ?, body_hash = ?, due_at = ?, first_success = ?, last_success = ?,
			last_new = ?, failures = ?, error_class = ?, error_proof = ?, gaps = ?, items = items + ?, moved_to = ?, drift_key = ?, entries = ?, whole_at = ?,
			rhythm = ?, pace = ?, ttl = ?, took = ?, gap_at = ?, moved_seen = ?, moved_since = ?, lease_until = 0
		WHERE id = ? AND owner = ? AND lease_until = ? AND lease_until > ?`,
		st.ETag, st.LastModified, st.BodyHash, millis(st.DueAt), millis(st.FirstSuccess), millis(st.LastSuccess),
		millis(st.LastNew), st.Failures, string(st.ErrorClass), st.ErrorProof, st.Gaps, stored, st.MovedTo, st.DriftKey, st.Entries, millis(st.WholeAt),
		st.Rhythm, st.Pace.Milliseconds(), st.TTL.Milliseconds(), st.Took.Milliseconds(), millis(st.GapAt), st.MovedSeen, millis(st.MovedSince),
		p.Claim.State.FeedID, p.Claim.Owner, millis(p.Claim.Until), millis(p.At))
	if err != nil {
		return fmt.Errorf("feed state: %w", err)
	}
	if n == 0 {
		return news.ErrLeaseLost
	}
	return nil
}

// insertItems writes the items, numbered from first in their order, and all keys. A key that already leads to an item stays there.
func insertItems(ctx context.Context, t tx, p news.Poll, fresh []news.NewItem, first int64) error {
	feedID, now := p.Claim.State.FeedID, millis(p.At)
	rows, keys := make([]any, 0, 13*len(fresh)), make([]any, 0, 4*3*len(fresh)) // an item has three keys
	for i, n := range fresh {
		id, it := first+int64(i), n.Item
		categories, err := pack(it.Categories)
		if err != nil {
			return err
		}
		media, err := pack(it.Media)
		if err != nil {
			return err
		}
		rows = append(rows, id, feedID, millis(it.Published), millis(it.Seen), it.URL, it.Link, it.Title, it.Lang, it.Author, categories, media, it.Text, n.Skip)
		for _, k := range it.Keys {
			keys = append(keys, feedID, k, id, now)
		}
	}
	for _, a := range p.Adopt {
		for _, k := range a.Keys {
			keys = append(keys, feedID, k, a.ItemID, now)
		}
	}
	if err := t.insert(ctx, `INSERT INTO items (id, feed_id, published, seen, url, link, title, lang, author, categories, media, text, skip)`, 13, ``, rows); err != nil {
		return err
	}
	return t.insert(ctx, `INSERT INTO item_keys (feed_id, key, item_id, seen)`, 4, `ON CONFLICT DO NOTHING`, keys)
}

// touchAfter is how old the note of when a key was served may get before it is written again, so that most polls write none.
const touchAfter = 7 * 24 * time.Hour

// touchKeys notes that a document was read and which keys stood in it. From then on exactly the keys whose note is more than
// touchAfter older than the document have left it.
func touchKeys(ctx context.Context, t tx, p news.Poll, fresh []news.NewItem) error {
	if len(p.Served) == 0 {
		return nil
	}
	feedID, now := p.Claim.State.FeedID, millis(p.At)
	if _, err := t.exec(ctx, `UPDATE feeds SET document_at = ? WHERE id = ?`, now, feedID); err != nil {
		return err
	}
	// Those of items that this commit writes are noted already.
	written := make(map[string]bool, 3*len(fresh))
	for _, n := range fresh {
		for _, k := range n.Item.Keys {
			written[k] = true
		}
	}
	served := slices.DeleteFunc(slices.Clone(p.Served), func(k string) bool { return written[k] })
	return inBatches(served, func(in string, args []any) error {
		_, err := t.exec(ctx, `UPDATE item_keys SET seen = ? WHERE feed_id = ? AND seen < ? AND key IN `+in,
			append([]any{now, feedID, millis(p.At.Add(-touchAfter))}, args...)...)
		return err
	})
}

// insertMatches writes the matches and counts the items over the threshold of some watchlist.
func insertMatches(ctx context.Context, t tx, fresh []news.NewItem, first int64) (matched int, err error) {
	var rows []any
	for i, n := range fresh {
		over := false
		for _, m := range n.Matches {
			if rows, err = appendMatch(rows, first+int64(i), n.Item.Published, 1, m); err != nil {
				return 0, err
			}
			over = over || m.Over
		}
		matched += flag(over)
	}
	return matched, writeMatches(ctx, t, rows, ifNone)
}

// appendMatch appends the row of a match in a wording of an item for writeMatches.
func appendMatch(rows []any, itemID int64, published time.Time, wording int, m news.Match) ([]any, error) {
	hits, err := pack(m.Hits)
	if err != nil {
		return nil, err
	}
	excluded, err := pack(m.Excluded)
	if err != nil {
		return nil, err
	}
	return append(rows, itemID, m.Watchlist, millis(published), m.Score, flag(m.Over), hits, excluded, wording), nil
}

// ifNone leaves what is there already as it is.
const ifNone = `ON CONFLICT DO NOTHING`

// writeMatches writes rows of appendMatch. conflict says what becomes of a match that is there already.
func writeMatches(ctx context.Context, t tx, rows []any, conflict string) error {
	return t.insert(ctx, `INSERT INTO matches (item_id, watchlist, published, score, is_over, hits, excluded, wording)`, 8, conflict, rows)
}

// An arrival is an item as it came, or as an edit has it, with what may alert.
type arrival struct {
	id      int64
	wording int    // that the edit brought; 0: the item is new
	lang    string // of the item
	skip    string // why its alerts are kept back; "" when they are not
	matches []news.Match
}

// insertAlerts writes an alert for every chat that wants the watchlist of a match over its threshold: owed, at once or later, or skipped because the item
// is, or the chat does not want it (see wishes).
func (s *Store) insertAlerts(ctx context.Context, t tx, p news.Poll, due []arrival) (owed, skipped int, err error) {
	chats, err := subscribers(ctx, t, due)
	if err != nil || len(chats) == 0 {
		return 0, 0, err
	}
	wishes, err := s.wishes(ctx, t, p, due, chats)
	if err != nil {
		return 0, 0, err
	}
	var rows []any
	for _, a := range due {
		for _, m := range a.matches {
			if !m.Over {
				continue
			}
			for _, chat := range chats[m.Watchlist] {
				state, at := news.AlertOwed, time.Time{}
				reason := wishes.skip(a, m, chat)
				if reason != "" {
					state = news.AlertSkipped
					skipped++
				} else {
					at = wishes.dueAt(m.Watchlist, chat)
					owed++
				}
				rows = append(rows, a.id, m.Watchlist, chat, string(state), reason, millis(p.At), millis(at), a.wording)
			}
		}
	}
	return owed, skipped, t.insert(ctx, `INSERT INTO alerts (item_id, watchlist, chat, state, reason, created, due, wording)`, 8, ``, rows)
}

// subscribers returns the chats of every watchlist that some item is over the threshold of.
func subscribers(ctx context.Context, t tx, due []arrival) (map[string][]string, error) {
	chats := make(map[string][]string)
	var wanted []string
	for _, a := range due {
		for _, m := range a.matches {
			if _, seen := chats[m.Watchlist]; m.Over && !seen {
				chats[m.Watchlist] = nil
				wanted = append(wanted, m.Watchlist)
			}
		}
	}
	err := inBatches(wanted, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var w, chat string
			err := scan(&w, &chat)
			chats[w] = append(chats[w], chat)
			return err
		}, `SELECT DISTINCT watchlist, chat FROM subscriptions WHERE watchlist IN `+in+` ORDER BY watchlist, chat`, args...)
	})
	return chats, err
}
