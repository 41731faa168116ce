package poll

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/news"
)

// Bounds keep the schedule of a feed sane. Zero fields take the defaults beside them.
type Bounds struct {
	Interval   time.Duration // least time between polls of a feed that names none itself; 5 min
	MaxBackoff time.Duration // longest pause after failures; 6 h, so that a dead feed is still probed every day
	MaxWait    time.Duration // longest Retry-After that is honoured; 24 h
}

func (b Bounds) withDefaults() Bounds {
	if b.Interval <= 0 {
		b.Interval = 5 * time.Minute
	}
	if b.MaxBackoff <= 0 {
		b.MaxBackoff = 6 * time.Hour
	}
	if b.MaxWait <= 0 {
		b.MaxWait = 24 * time.Hour
	}
	return b
}

// An Outcome is how one poll of a feed went.
type Outcome struct {
	Err error         // why it failed, a *news.FetchError when the fetcher keeps its word; nil when the feed was read
	Doc news.Document // what was read, when Err is nil
	New int           // items it brought that were not known
	Gap bool          // no known key in it, although some were expected

	Drift string // see Decision.Drift
}

// Next is the state of a feed after a poll that began at tick and ended at now. Whatever happened, DueAt is set: no feed is ever dropped.
//
// A feed that was read is due an interval later; half of that after a suspected gap, which only a tick finer than the feed's interval can honour:
// with a tick as long as the interval (the defaults) the feed is polled at the next tick in either case. A failing one waits an interval, then twice, four times …
// up to MaxBackoff, or as long as its server asked for. DueAt counts from the tick, so that a feed polled late in one tick is due again
// at the next, but never from more than half an interval ago, so that a slow cycle does not poll it twice in a row.
func Next(feed news.Feed, state news.FeedState, out Outcome, tick, now time.Time, b Bounds) news.FeedState {
	b = b.withDefaults()
	interval := feed.Every
	if interval <= 0 {
		interval = b.Interval
	}
	from := now.Add(-interval / 2)
	if tick.After(from) {
		from = tick
	}

	if out.Err != nil {
		state.Failures++
		var retryAfter time.Duration
		state.ErrorClass, state.ErrorProof, retryAfter = classify(out.Err)
		pause := backoff(interval, state.Failures, b.MaxBackoff)
		// The server's wish counts from its answer, and nothing may come earlier than it.
		state.DueAt = latest(from.Add(pause-jitter(feed.ID, pause)), now.Add(min(retryAfter, b.MaxWait)))
		return state
	}

	state.Failures, state.ErrorClass, state.ErrorProof = 0, "", ""
	remember(&state, out.Doc)
	state.MovedTo = out.Doc.MovedTo
	if !out.Doc.Unchanged {
		state.DriftKey = out.Drift
	}
	if state.FirstSuccess.IsZero() {
		state.FirstSuccess = now
	}
	state.LastSuccess = now
	if out.New > 0 {
		state.LastNew = now
	}
	if out.Gap {
		state.Gaps++
		interval /= 2
	}
	state.DueAt = from.Add(interval - jitter(feed.ID, interval))
	return state
}

// remember takes over what makes the next fetch conditional. An unchanged answer may leave out what it does not repeat; what was known stays.
func remember(state *news.FeedState, doc news.Document) {
	if !doc.Unchanged || doc.ETag != "" {
		state.ETag = doc.ETag
	}
	if !doc.Unchanged || doc.LastModified != "" {
		state.LastModified = doc.LastModified
	}
	if !doc.Unchanged || doc.BodyHash != "" {
		state.BodyHash = doc.BodyHash
	}
}

// backoff doubles the interval with every failure after the first, up to limit; a feed that is polled less often than limit keeps its interval.
func backoff(interval time.Duration, failures int, limit time.Duration) time.Duration {
	pause := interval
	for range failures - 1 {
		if pause >= limit {
			break
		}
		pause *= 2
	}
	return max(min(pause, limit), interval)
}

// jitter is up to a tenth of d, the same for the same feed. It is taken off, not added: a feed due a moment after a tick would wait for the one after.
func jitter(feedID string, d time.Duration) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(feedID))
	return d / 10 * time.Duration(h.Sum32()%1024) / 1024
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// classify reads what the board shows of a failure out of err.
func classify(err error) (class news.ErrorClass, proof string, retryAfter time.Duration) {
	var fetch *news.FetchError
	switch {
	case errors.As(err, &fetch):
		class, retryAfter, proof = fetch.Class, fetch.RetryAfter, fetch.Proof
		if proof == "" && fetch.Err != nil {
			proof = fetch.Err.Error()
		}
	case errors.Is(err, context.DeadlineExceeded):
		class, proof = news.ErrTimeout, err.Error()
	default:
		class, proof = news.ErrConnect, err.Error()
	}
	return class, oneLine(proof, 200), max(retryAfter, 0)
}

// panicked is the fault of a feed whose document made the program panic: doing names the step.
func panicked(doing string, value any) *news.FetchError {
	return &news.FetchError{Class: news.ErrParse, Proof: oneLine(fmt.Sprintf("panic while %s: %v", doing, value), 200)}
}

// oneLine is s without line ends and other control characters, cut to limit bytes between characters.
func oneLine(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}
