package poll

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

// Bounds keep the schedule of a feed sane. Zero fields take the defaults beside them.
type Bounds struct {
	Interval    time.Duration // least time between polls of a feed that names none itself; 5 min
	MaxInterval time.Duration // longest time between polls of such a feed; 30 min, and never less than Interval
	MaxBackoff  time.Duration // longest pause after failures; 6 h
	MaxWait     time.Duration // longest Retry-After that is honoured; 24 h
}

// daily is how often a feed that fails is tried at least, whatever its interval, its server or the configuration say.
const daily = 24 * time.Hour

func (b Bounds) withDefaults() Bounds {
	if b.Interval <= 0 {
		b.Interval = 5 * time.Minute
	}
	if b.MaxInterval <= 0 {
		b.MaxInterval = 30 * time.Minute
	}
	if b.MaxBackoff <= 0 {
		b.MaxBackoff = 6 * time.Hour
	}
	if b.MaxWait <= 0 {
		b.MaxWait = daily
	}
	b.MaxInterval = max(b.MaxInterval, b.Interval)
	b.MaxBackoff, b.MaxWait = min(b.MaxBackoff, daily), min(b.MaxWait, daily)
	return b
}

// An Outcome is how one poll of a feed went.
type Outcome struct {
	Err error         // why it failed, a *news.FetchError when the fetcher keeps its word; nil when the feed was read
	Doc news.Document // what was read, when Err is nil
	New int           // items it brought that were not known
	Gap bool          // no known key in it, although some were expected

	Brought []news.NewItem // the new ones
	Drift   string         // see Decision.Drift
}

// Next is the state of a feed after a poll that began at tick and ended at now. Whatever happened, DueAt is set: no feed is ever dropped.
//
// A feed that was read is due after its interval, see pace. A failing one waits its least interval, then twice, four times … up to MaxBackoff, or as
// long as its server asked for; never longer than a day. DueAt counts from the tick, so that a feed polled late in one tick is due again
// at the next, but never from more than half an interval ago, so that a slow cycle does not poll it twice in a row. A tick that comes only every so
// often rounds intervals up to it: with a tick as long as the least interval (the defaults) nothing is polled sooner than at the next tick.
func Next(feed news.Feed, state news.FeedState, out Outcome, tick, now time.Time, b Bounds) news.FeedState {
	b = b.withDefaults()
	if out.Err != nil {
		return failed(feed, state, out.Err, tick, now, b)
	}
	first := state.FirstSuccess.IsZero()
	state.Rhythm = learn(state, out, now)
	state.Failures, state.ErrorClass, state.ErrorProof = 0, "", ""
	remember(&state, out.Doc)
	if !out.Doc.Unchanged && out.Doc.Left == 0 {
		state.WholeAt = now
	}
	follow(&state, out.Doc, now)
	state.Took = pulse.Took(state.Took, out.Doc.Took)
	if !out.Doc.Unchanged {
		state.DriftKey, state.TTL, state.GapAt = out.Drift, out.Doc.TTL, time.Time{}
	}
	if first {
		state.FirstSuccess = now
	}
	state.LastSuccess = now
	if out.New > 0 {
		state.LastNew = now
		if first {
			state.LastNew = newest(out.Brought, now) // what stood there for months is no news
		}
	}
	if out.Gap {
		state.Gaps++
		state.GapAt = now
	}
	state.Pace = pace(feed, state, out, first, now, b)
	state.DueAt = since(tick, now, state.Pace).Add(state.Pace - jitter(feed.ID, state.Pace))
	return state
}

// newest is when the newest of items that has a date was published, now when none has.
func newest(items []news.NewItem, now time.Time) time.Time {
	var at time.Time
	for _, n := range items {
		if it := n.Item; !it.Published.Equal(it.Seen) && !it.Published.After(now) {
			at = latest(at, it.Published)
		}
	}
	if at.IsZero() {
		return now
	}
	return at
}

// failed is Next for a poll that read nothing.
func failed(feed news.Feed, state news.FeedState, err error, tick, now time.Time, b Bounds) news.FeedState {
	interval := min(cmp.Or(feed.Every, b.Interval), daily)
	state.Failures++
	f := classify(err)
	state.ErrorClass, state.ErrorProof = f.Class, f.Proof
	if f.Class == news.ErrTimeout {
		state.Took = pulse.Took(state.Took, f.Took)
	}
	if !state.Moved() { // a move that is believed already stays so: its own address may never answer again
		state.MovedSeen, state.MovedSince = 0, time.Time{}
	}
	state.Pace = backoff(interval, state.Failures, b.MaxBackoff)
	// The server's wish counts from its answer, and nothing may come earlier than it.
	state.DueAt = latest(since(tick, now, interval).Add(state.Pace-jitter(feed.ID, state.Pace)), now.Add(min(f.RetryAfter, b.MaxWait)))
	return state
}

// since is what a due time counts from, see Next.
func since(tick, now time.Time, interval time.Duration) time.Time {
	return latest(tick, now.Add(-interval/2))
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
	if !doc.Unchanged {
		state.Entries = doc.Entries
	}
}

// follow notes where a document was read. A permanent redirect counts as long as it leads to the same place at every poll; once it is believed (see
// news.FeedState.Moved), polls that went there directly count on, wherever they were led from there: that is learned when its own address is asked again,
// and were it believed at once, or forgotten which address works, a feed whose own one is gone could not be read any more.
func follow(state *news.FeedState, doc news.Document, now time.Time) {
	switch {
	case doc.Direct:
		state.MovedSeen++
	case doc.MovedTo == "":
		state.MovedTo, state.MovedSeen, state.MovedSince = "", 0, time.Time{}
	case doc.MovedTo != state.MovedTo || state.MovedSeen == 0:
		state.MovedTo, state.MovedSeen, state.MovedSince = doc.MovedTo, 1, now
	default:
		state.MovedSeen++
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
func classify(err error) (f news.FetchError) {
	var fetch *news.FetchError
	switch {
	case errors.As(err, &fetch):
		f = *fetch
		if f.Proof == "" && f.Err != nil {
			f.Proof = f.Err.Error()
		}
	case errors.Is(err, context.DeadlineExceeded):
		f.Class, f.Proof = news.ErrTimeout, err.Error()
	default:
		f.Class, f.Proof = news.ErrConnect, err.Error()
	}
	f.Proof, f.RetryAfter = oneLine(f.Proof, 200), max(f.RetryAfter, 0)
	return f
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
