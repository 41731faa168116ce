package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vestnik/internal/news"
)

// AcquireLease takes the named lease until now+ttl, or prolongs it when owner holds it already. When somebody else holds it,
// the error is news.ErrLeaseHeld and names the holder and the end. The epoch grows each time the owner changes, so that every
// write under an older one can be refused.
func (s *Store) AcquireLease(ctx context.Context, name, owner string, now time.Time, ttl time.Duration) (news.Lease, error) {
	lease := news.Lease{Name: name, Owner: owner, Until: moment(millis(now.Add(ttl)))}
	err := s.write(ctx, func(t tx) error {
		err := t.queryRow(ctx, `INSERT INTO leases (name, owner, epoch, lease_until) VALUES (?, ?, 1, ?)
			ON CONFLICT (name) DO UPDATE SET
				epoch = CASE WHEN leases.owner = excluded.owner THEN leases.epoch ELSE leases.epoch + 1 END,
				owner = excluded.owner, lease_until = excluded.lease_until
			WHERE leases.owner = excluded.owner OR leases.lease_until <= ?
			RETURNING epoch`, name, owner, millis(lease.Until), millis(now)).Scan(&lease.Epoch)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var holder string
		var until int64
		if err := t.queryRow(ctx, `SELECT owner, lease_until FROM leases WHERE name = ?`, name).Scan(&holder, &until); err != nil {
			return err
		}
		return fmt.Errorf("%w by %s until %s", news.ErrLeaseHeld, holder, moment(until).Format(time.RFC3339))
	})
	if err != nil {
		return news.Lease{}, fmt.Errorf("acquire lease %q: %w", name, err)
	}
	return lease, nil
}

// RenewLease prolongs a lease until now+ttl. It fails with news.ErrLeaseLost when somebody took it, and does not when it ran out
// and nobody did.
func (s *Store) RenewLease(ctx context.Context, l news.Lease, now time.Time, ttl time.Duration) (news.Lease, error) {
	until := moment(millis(now.Add(ttl)))
	err := s.write(ctx, func(t tx) error {
		n, err := t.exec(ctx, `UPDATE leases SET lease_until = ? WHERE name = ? AND owner = ? AND epoch = ?`, millis(until), l.Name, l.Owner, l.Epoch)
		if err == nil && n == 0 {
			err = news.ErrLeaseLost
		}
		return err
	})
	if err != nil {
		return news.Lease{}, fmt.Errorf("renew lease %q: %w", l.Name, err)
	}
	l.Until = until
	return l, nil
}

// ReleaseLease frees a lease for the next owner. A lease that was lost meanwhile is left to whoever holds it.
func (s *Store) ReleaseLease(ctx context.Context, l news.Lease) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(ctx, `UPDATE leases SET owner = '', lease_until = 0 WHERE name = ? AND owner = ? AND epoch = ?`, l.Name, l.Owner, l.Epoch)
		return err
	})
	if err != nil {
		return fmt.Errorf("release lease %q: %w", l.Name, err)
	}
	return nil
}

// holds fails with news.ErrLeaseLost unless l still is the lease of its owner. The clock is not asked: as long as nobody else
// took the lease, nobody else writes.
func holds(ctx context.Context, t tx, l news.Lease) error {
	var n int
	err := t.queryRow(ctx, `SELECT count(*) FROM leases WHERE name = ? AND owner = ? AND epoch = ?`, l.Name, l.Owner, l.Epoch).Scan(&n)
	if err == nil && n == 0 {
		err = fmt.Errorf("lease %q of epoch %d: %w", l.Name, l.Epoch, news.ErrLeaseLost)
	}
	return err
}
