package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"vestnik/internal/news"
)

// LeaseName is the lease that the one sender of a database holds.
const LeaseName = "sender"

// Leases are kept by the store, so that all processes on one database agree.
type Leases interface {
	// AcquireLease fails with news.ErrLeaseHeld while somebody else holds the lease.
	AcquireLease(ctx context.Context, name, owner string, now time.Time, ttl time.Duration) (news.Lease, error)
	// RenewLease fails with news.ErrLeaseLost when somebody else has taken it.
	RenewLease(ctx context.Context, l news.Lease, now time.Time, ttl time.Duration) (news.Lease, error)
	ReleaseLease(ctx context.Context, l news.Lease) error
}

// A Holder is who wants to be the sender.
type Holder struct {
	Leases Leases
	Owner  string        // names this process: no two that run at once share it
	TTL    time.Duration // how long after this process died nobody sends; 30 s when 0
	Now    func() time.Time
	Log    *slog.Logger // nil: silent
}

func (h Holder) withDefaults() Holder {
	if h.TTL <= 0 {
		h.TTL = 30 * time.Second
	}
	if h.Log == nil {
		h.Log = slog.New(slog.DiscardHandler)
	}
	return h
}

// Hold runs f as the sender. It fails with news.ErrLeaseHeld, without running f, while somebody else is the sender. The lease is renewed as long as f
// runs; when that fails for a whole TTL, or somebody else has the lease, the context of f ends with news.ErrLeaseLost as its cause.
// The lease is released at the end.
func Hold(ctx context.Context, h Holder, f func(ctx context.Context, lease news.Lease) error) error {
	h = h.withDefaults()
	lease, err := h.Leases.AcquireLease(ctx, LeaseName, h.Owner, h.Now(), h.TTL)
	if err != nil {
		return fmt.Errorf("become the sender: %w", err)
	}
	held, lose := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { h.renew(held, lease, lose) })
	defer func() {
		lose(nil)
		renewing.Wait()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
		defer cancel()
		if err := h.Leases.ReleaseLease(ctx, lease); err != nil {
			h.Log.Warn("give up the sender lease", "err", err)
		}
	}()
	err = f(held, lease)
	if cause := context.Cause(held); errors.Is(cause, news.ErrLeaseLost) && !errors.Is(err, news.ErrLeaseLost) {
		err = errors.Join(err, cause)
	}
	return err
}

func (h Holder) renew(ctx context.Context, lease news.Lease, lose context.CancelCauseFunc) {
	tick := time.NewTicker(h.TTL / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		renewed, err := h.Leases.RenewLease(ctx, lease, h.Now(), h.TTL)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, news.ErrLeaseLost) || err != nil && !lease.Until.After(h.Now()):
			lose(fmt.Errorf("renew the sender lease: %w", errors.Join(news.ErrLeaseLost, err)))
			return
		case err != nil:
			h.Log.Warn("renew the sender lease", "err", err)
		default:
			lease = renewed
		}
	}
}

// Loop says when Run flushes.
type Loop struct {
	Every   time.Duration   // a flush at least so often; 15 s when 0, at most 60 s
	Wake    <-chan struct{} // asks for a flush at once: something is owed or enqueued; nil: never
	OnFlush func(Summary)   // called after every flush that did something; nil: not called

	// While runs beside the flushes for as long as this process is the sender, and is waited for: its context ends with the lease. Nil: nothing does.
	While func(ctx context.Context)
}

// breath is the least time between two flushes that nobody asked for.
const breath = 5 * time.Millisecond

// Run is the sender whenever nobody else is, until ctx ends and the message under way is written down. It flushes when the next message may go, when it
// is woken and at every tick; nothing sleeps for a chat. Flushes that fail are logged and tried again.
func Run(ctx context.Context, deps Deps, h Holder, loop Loop) {
	h = h.withDefaults()
	if loop.Every <= 0 {
		loop.Every = 15 * time.Second
	}
	loop.Every = min(loop.Every, time.Minute)
	timer := time.NewTimer(loop.Every)
	defer timer.Stop()
	waiting := false // somebody else is the sender, and that was said
	for ctx.Err() == nil {
		err := Hold(ctx, h, func(ctx context.Context, lease news.Lease) error {
			waiting = false
			if loop.While != nil {
				beside, stop := context.WithCancel(ctx)
				var running sync.WaitGroup
				running.Go(func() { loop.While(beside) })
				defer running.Wait()
				defer stop()
			}
			deps.Memory = nil // somebody else may have been the sender meanwhile
			deps = deps.withDefaults()
			for {
				sum, err := Flush(ctx, deps, lease)
				if deps.Memory.caught {
					deps.CatchUp = news.Outage{}
				}
				if loop.OnFlush != nil && sum.Sent+sum.Refused+sum.Failed > 0 {
					loop.OnFlush(sum)
				}
				if errors.Is(err, news.ErrLeaseLost) {
					return err
				}
				wait := loop.Every
				if err == nil && !sum.Next.IsZero() {
					wait = min(wait, max(sum.Next.Sub(deps.Now()), breath))
				}
				if err != nil && ctx.Err() == nil {
					h.Log.Error("deliver", "err", err)
				}
				timer.Reset(wait)
				select {
				case <-ctx.Done():
					return nil
				case <-loop.Wake:
				case <-timer.C:
				}
			}
		})
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, news.ErrLeaseHeld):
			if !waiting {
				h.Log.Warn("another bot on this database sends the alerts; this one takes over when that one ends", "err", err)
			}
			waiting = true
		case err != nil:
			h.Log.Warn("not the sender any more", "err", err)
		}
		timer.Reset(loop.Every)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
}

// Drain flushes under a lease that the caller holds until nothing is left that may go within patience, and returns the sum: for a program that
// delivers once and ends. What is left stays written down.
func Drain(ctx context.Context, deps Deps, lease news.Lease, patience time.Duration) (Summary, error) {
	deps = deps.withDefaults()
	var all Summary
	for {
		sum, err := Flush(ctx, deps, lease)
		all.add(sum)
		if err != nil || sum.Next.IsZero() || sum.Next.Sub(deps.Now()) > patience {
			return all, err
		}
		timer := time.NewTimer(max(sum.Next.Sub(deps.Now()), breath))
		select {
		case <-ctx.Done():
			timer.Stop()
			return all, ctx.Err()
		case <-timer.C:
		}
	}
}

// add counts a later flush in.
func (s *Summary) add(o Summary) {
	s.Sent += o.Sent
	s.Alerts += o.Alerts
	s.Digests += o.Digests
	s.Updates += o.Updates
	s.Reposted += o.Reposted
	s.Refused += o.Refused
	s.Failed += o.Failed
	s.Poisoned += o.Poisoned
	s.Gone += o.Gone
	s.Moved += o.Moved
	s.Next = o.Next
}
