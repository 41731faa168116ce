package poll

import (
	"time"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

const (
	// perPoll is how many new items a poll should find on average: with half an item every second poll is in vain, and what is new is seen after half
	// the time that lies between two items.
	perPoll = 0.5
	// settled is how long a feed is watched before its rhythm is believed; until then it is polled as often as it may be.
	settled = 24 * time.Hour
)

// pace is the interval until the next poll of a feed that was just read, state being what is known of it now. first says that it was read for the first time.
//
// A feed whose configuration names an interval keeps it, halved after a suspected gap. Any other is polled between Interval and MaxInterval, so that
// by its rhythm (see pulse.Rhythm) half an item is expected: often in its busy hours, seldom at night. It is polled sooner when items may slip through:
//
//   - more than half of the document was new: half of that interval, though not less than Interval;
//   - three quarters were, or nothing in it was known (a gap): half of Interval;
//   - until a document shows that nothing more was missed after a gap: Interval.
//
// It is not polled sooner than the server says its answer holds (Cache-Control, Expires), for what comes earlier may be the same copy out of a
// cache; nor than the document says (ttl), unless the rhythm contradicts: many have a ttl of an hour from a template and several items in that hour.
// Both are believed up to MaxInterval, because a header must not keep an alert back for a day. Whoever knows better names an interval.
func pace(feed news.Feed, state news.FeedState, out Outcome, first bool, now time.Time, b Bounds) time.Duration {
	if feed.Every > 0 {
		if out.Gap {
			return feed.Every / 2
		}
		return feed.Every
	}
	wait, rhythm := b.Interval, pulse.Read(state.Rhythm)
	known := rhythm.Known() && now.Sub(rhythm.Since) >= settled
	if known {
		wait = rhythm.Wait(now, perPoll, b.Interval, b.MaxInterval)
	}
	size := len(out.Doc.Items) + out.Doc.Left
	switch {
	case out.Gap, !first && 4*out.New >= 3*size && out.New > 0:
		wait = b.Interval / 2
	case !first && 2*out.New > size:
		wait = max(wait/2, b.Interval)
	case !state.GapAt.IsZero():
		wait = b.Interval
	}
	wish := out.Doc.Fresh
	if !known || rhythm.Wait(now, 1, 0, state.TTL) >= state.TTL {
		wish = max(wish, state.TTL)
	}
	return max(wait, min(wish, b.MaxInterval))
}

// learn is the rhythm of a feed after a poll, as the state keeps it. The first document tells it by the dates of its items; those that are equal to Seen
// are none. Later ones tell it by what they brought: at the time it is dated when that lies between the polls, else at the end it is nearest to,
// because what counts is when there is something to fetch.
func learn(state news.FeedState, out Outcome, now time.Time) string {
	rhythm := pulse.Read(state.Rhythm)
	if !rhythm.Known() {
		if out.Doc.Unchanged {
			return state.Rhythm
		}
		var dates []time.Time
		for _, item := range out.Doc.Items {
			if !item.Published.Equal(item.Seen) {
				dates = append(dates, item.Published)
			}
		}
		if rhythm = pulse.Backlog(dates, now); !rhythm.Known() {
			rhythm = pulse.Rhythm{Since: now, At: now} // nothing is dated: it is learned from now on
		}
		return rhythm.String()
	}
	if len(out.Brought) == 0 {
		return state.Rhythm
	}
	from := state.LastSuccess
	times := make([]time.Time, len(out.Brought))
	oldest := now
	for i, n := range out.Brought {
		at := n.Item.Published
		if at.Equal(n.Item.Seen) || at.After(now) {
			at = now
		}
		if at.Before(oldest) {
			oldest = at
		}
		times[i] = latest(at, from)
	}
	if out.Gap {
		rhythm = rhythm.Unwatched(oldest.Sub(from))
	}
	return rhythm.Count(times, now).String()
}
