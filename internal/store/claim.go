package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"vestnik/internal/news"
)

const stateColumns = `id, etag, last_modified, body_hash, due_at, first_success, last_success, last_new, failures, error_class, error_proof, gaps, items,
	moved_to, drift_key, entries, whole_at, rhythm, pace, ttl, took, gap_at, moved_seen, moved_since`

// stateRow receives stateColumns.
type stateRow struct {
	state                      news.FeedState
	due, first, success, fresh int64
	whole, gap, moved          int64
	pace, ttl, took            int64
}

func (r *stateRow) fields() []any {
	s := &r.state
	return []any{&s.FeedID, &s.ETag, &s.LastModified, &s.BodyHash, &r.due, &r.first, &r.success, &r.fresh, &s.Failures, &s.ErrorClass, &s.ErrorProof, &s.Gaps, &s.Items,
		&s.MovedTo, &s.DriftKey, &s.Entries, &r.whole, &s.Rhythm, &r.pace, &r.ttl, &r.took, &r.gap, &s.MovedSeen, &r.moved}
}

func (r *stateRow) value() news.FeedState {
	s := r.state
	s.DueAt, s.FirstSuccess, s.LastSuccess, s.LastNew = moment(r.due), moment(r.first), moment(r.success), moment(r.fresh)
	s.Pace, s.TTL, s.Took = time.Duration(r.pace)*time.Millisecond, time.Duration(r.ttl)*time.Millisecond, time.Duration(r.took)*time.Millisecond
	s.WholeAt, s.GapAt, s.MovedSince = moment(r.whole), moment(r.gap), moment(r.moved)
	return s
}

// Claim gives the round's owner the right to poll up to limit feeds until now+lease, those that have waited longest first, and
// none that somebody else holds or that this round was given before. No more feeds: an empty slice.
func (s *Store) Claim(ctx context.Context, round news.Round, now time.Time, lease time.Duration, limit int) ([]news.Claim, error) {
	until := millis(now.Add(lease))
	due := millis(now)
	if round.All {
		due = 1<<63 - 1
	}
	start := millis(round.Start)
	var claims []news.Claim
	err := s.write(ctx, func(t tx) error {
		var err error
		claims, err = collect(ctx, t, func(scan scanFunc) (news.Claim, error) {
			var r stateRow
			c := news.Claim{Owner: round.Owner, Until: moment(until)}
			if err := scan(append(r.fields(), &c.URL)...); err != nil {
				return news.Claim{}, err
			}
			c.State = r.value()
			return c, nil
		}, `UPDATE feeds SET owner = ?, round = ?, lease_until = ? WHERE id IN (
				SELECT id FROM feeds
				WHERE removed_at = 0 AND due_at <= ? AND lease_until <= ? AND NOT (owner = ? AND round = ?)
				ORDER BY due_at, id LIMIT ?)
			RETURNING `+stateColumns+`, url`, round.Owner, start, until, due, millis(now), round.Owner, start, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim feeds: %w", err)
	}
	// RETURNING promises no order.
	slices.SortFunc(claims, func(a, b news.Claim) int {
		return cmp.Or(a.State.DueAt.Compare(b.State.DueAt), cmp.Compare(a.State.FeedID, b.State.FeedID))
	})
	return claims, nil
}

// Renew prolongs a claim until now+lease and returns it as it is to be named from now on. It fails with news.ErrLeaseLost when
// the feed was given to somebody else, or was removed or moved by the configuration.
func (s *Store) Renew(ctx context.Context, c news.Claim, now time.Time, lease time.Duration) (news.Claim, error) {
	until := millis(now.Add(lease))
	err := s.write(ctx, func(t tx) error {
		n, err := t.exec(ctx, `UPDATE feeds SET lease_until = ? WHERE id = ? AND owner = ? AND lease_until = ?`,
			until, c.State.FeedID, c.Owner, millis(c.Until))
		if err == nil && n == 0 {
			err = news.ErrLeaseLost
		}
		return err
	})
	if err != nil {
		return news.Claim{}, fmt.Errorf("renew the claim on feed %q: %w", c.State.FeedID, err)
	}
	c.Until = moment(until)
	return c, nil
}

// Release gives a claim back without a poll: the feed stays due. A claim that was lost meanwhile is nobody's loss.
func (s *Store) Release(ctx context.Context, c news.Claim) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `UPDATE feeds SET lease_until = 0 WHERE id = ? AND owner = ? AND lease_until = ?`,
			c.State.FeedID, c.Owner, millis(c.Until))
		return err
	})
	if err != nil {
		return fmt.Errorf("release feed %q: %w", c.State.FeedID, err)
	}
	return nil
}

// Known tells which keys of a feed are known, and the item of each. Items that were pruned are known as long as the feed serves them (see Prune).
func (s *Store) Known(ctx context.Context, feedID string, keys []string) (map[string]int64, error) {
	var found map[string]int64
	err := s.read(ctx, func(t tx) (err error) {
		found, err = known(ctx, t, feedID, keys)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up the keys of feed %q: %w", feedID, err)
	}
	return found, nil
}

func known(ctx context.Context, t tx, feedID string, keys []string) (map[string]int64, error) {
	found := make(map[string]int64)
	err := inBatches(keys, func(in string, args []any) error {
		return t.each(ctx, func(scan scanFunc) error {
			var key string
			var id int64
			err := scan(&key, &id)
			found[key] = id
			return err
		}, `SELECT key, item_id FROM item_keys WHERE feed_id = ? AND key IN `+in, append([]any{feedID}, args...)...)
	})
	return found, err
}
