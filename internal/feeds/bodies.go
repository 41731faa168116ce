package feeds

import (
	"context"
	"sync"
	"time"
)

// Documents come faster than they are read, so that of a hundred requests at once nearly all would end up with a body in memory that waits to be read.
// As long as nobody has asked for a body, it waits with the system and the server instead.

// bodies has a place for every body that may wait to be read.
type bodies chan struct{}

const (
	maxBodies = 4 // enough that the reader of documents never waits for one

	// bodyHold is how long a place is kept for a body that is still coming: a slow server holds up nobody.
	bodyHold = 20 * time.Millisecond

	// bodyWait is how long a place is waited for; then the body is read without one.
	bodyWait = 500 * time.Millisecond
)

// enter waits for a place, at most bodyWait and most. Whoever has one leaves it when the document is being read, or is not going to be; a second time
// does nothing.
func (b bodies) enter(ctx context.Context, most time.Duration) (leave func()) {
	select {
	case b <- struct{}{}:
		return sync.OnceFunc(func() { <-b })
	default:
	}
	wait := time.NewTimer(min(bodyWait, most))
	defer wait.Stop()
	select {
	case b <- struct{}{}:
		return sync.OnceFunc(func() { <-b })
	case <-wait.C:
	case <-ctx.Done():
	}
	return func() {}
}
