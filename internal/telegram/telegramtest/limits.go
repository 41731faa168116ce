package telegramtest

import (
	"fmt"
	"math"
	"time"
)

// Limits are how much the server takes; https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this says about one message a second in a
// chat with short bursts above it, 20 a minute in a group, and about 30 a second in all. Telegram does not say how it counts. The fake counts sends and
// edits that it accepted:
//
//   - in a chat with a bucket that holds ChatBurst and gains one each ChatEvery: in any s seconds at most s/ChatEvery + ChatBurst;
//   - in a group, supergroup or channel besides, at most GroupMinute in any window of a minute less a second;
//   - over all chats, at most AllSecond in any window of 900 ms.
//
// The windows are a little shorter than the promise, because a client that keeps exact distances sees them shrink by what the network varies.
type Limits struct {
	ChatEvery   time.Duration
	ChatBurst   int
	GroupMinute int
	AllSecond   int
}

// DefaultLimits are those of Telegram's FAQ.
var DefaultLimits = Limits{ChatEvery: time.Second, ChatBurst: 3, GroupMinute: 20, AllSecond: 30}

const (
	groupWindow = 59 * time.Second
	allWindow   = 900 * time.Millisecond
)

// A Violation is a send or edit that came when the limits did not allow it. It was answered with 429.
type Violation struct {
	At         time.Time
	Chat       int64
	Method     string
	Rule       string        // what was exceeded
	RetryAfter time.Duration // what was answered
}

func (v Violation) String() string {
	return fmt.Sprintf("%s %s to %d: %s, wait %v", v.At.Format("15:04:05.000"), v.Method, v.Chat, v.Rule, v.RetryAfter)
}

// Violations returns what was sent too fast, or to a chat that had asked for a pause. A well-behaved bot has none.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.limiter.violations...)
}

// The rules that a violation names.
const (
	RuleChat  = "one a second in a chat"
	RuleGroup = "20 a minute in a group"
	RuleAll   = "30 a second in all"
	RuleWait  = "the chat had asked for a pause"
)

type limiter struct {
	limits     Limits
	full       map[int64]time.Time   // when a chat's bucket is full again
	group      map[int64][]time.Time // accepted in the window
	all        []time.Time
	pause      map[int64]time.Time // from scripted and counted 429s
	violations []Violation
}

func newLimiter(l Limits) limiter {
	return limiter{limits: l, full: map[int64]time.Time{}, group: map[int64][]time.Time{}, pause: map[int64]time.Time{}}
}

// take counts one message, or says how long to wait.
func (l *limiter) take(c *chat, method string, now time.Time) *apiError {
	id := c.ID
	recent := func(times []time.Time, window time.Duration) []time.Time {
		for len(times) > 0 && now.Sub(times[0]) >= window {
			times = times[1:]
		}
		return times
	}
	l.all = recent(l.all, allWindow)
	l.group[id] = recent(l.group[id], groupWindow)
	debt := max(l.full[id].Sub(now), 0) // how far the bucket is from full

	var rule string
	var wait time.Duration
	over := func(r string, d time.Duration) {
		if d > wait {
			rule, wait = r, d
		}
	}
	if n := l.limits.GroupMinute; c.Type != Private && n > 0 && len(l.group[id]) >= n {
		over(RuleGroup, groupWindow-now.Sub(l.group[id][len(l.group[id])-n]))
	}
	over(RuleChat, debt+l.limits.ChatEvery-time.Duration(l.limits.ChatBurst)*l.limits.ChatEvery)
	if n := l.limits.AllSecond; n > 0 && len(l.all) >= n {
		over(RuleAll, allWindow-now.Sub(l.all[len(l.all)-n]))
	}
	if wait > 0 {
		return l.violation(id, method, rule, wait, now)
	}
	l.full[id] = now.Add(debt + l.limits.ChatEvery)
	l.group[id] = append(l.group[id], now)
	l.all = append(l.all, now)
	return nil
}

// held refuses what comes before the end of a pause.
func (l *limiter) held(id int64, method string, now time.Time) *apiError {
	if until := l.pause[id]; until.After(now) {
		return l.violation(id, method, RuleWait, until.Sub(now), now)
	}
	return nil
}

func (l *limiter) violation(id int64, method, rule string, wait time.Duration, now time.Time) *apiError {
	bad := l.tooMany(id, wait, now)
	l.violations = append(l.violations, Violation{At: now, Chat: id, Method: method, Rule: rule, RetryAfter: time.Duration(bad.RetryAfter) * time.Second})
	return bad
}

// tooMany answers 429 and holds the chat to it: who comes earlier violates.
func (l *limiter) tooMany(id int64, wait time.Duration, now time.Time) *apiError {
	seconds := max(int(math.Ceil(wait.Seconds())), 1)
	if until := now.Add(wait); until.After(l.pause[id]) {
		l.pause[id] = until
	}
	return &apiError{Code: 429, Description: fmt.Sprintf("Too Many Requests: retry after %d", seconds), RetryAfter: seconds}
}
