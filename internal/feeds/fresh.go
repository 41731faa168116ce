package feeds

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxFresh is the longest that a server is believed its answer holds.
const maxFresh = 7 * 24 * time.Hour

// fresh is how much longer the server says its answer holds (RFC 9111 §4.2.1): max-age less the Age a cache gave it, else Expires less Date.
// What makes no sense is 0, as is an answer that must not be kept or has to be asked about every time.
func fresh(h http.Header, now time.Time) time.Duration {
	// s-maxage is for caches that many share.
	age, found := time.Duration(0), false
	for directive := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch name {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			age, found = seconds(strings.Trim(value, `" `)), true
		}
	}
	if found {
		return max(age-seconds(h.Get("Age")), 0)
	}
	expires, err := http.ParseTime(h.Get("Expires")) // "0" and "-1" are common, and mean that it is stale already
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // its clock, not ours
	}
	return min(max(expires.Sub(now), 0), maxFresh)
}

// seconds reads a number of seconds, at most maxFresh; 0 when it is none.
func seconds(s string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(min(n, uint64(maxFresh/time.Second))) * time.Second
}

var (
	ttlMinutes      = regexp.MustCompile(`<ttl>[ \t\r\n]*(?:<!\[CDATA\[)?[ \t\r\n]*([0-9]{1,6})[^0-9]`)
	updatePeriod    = regexp.MustCompile(`<[a-zA-Z0-9._-]+:updatePeriod>[ \t\r\n]*(hourly|daily|weekly|monthly|yearly)[ \t\r\n]*</`)
	updateFrequency = regexp.MustCompile(`<[a-zA-Z0-9._-]+:updateFrequency>[ \t\r\n]*([0-9]{1,6})[ \t\r\n]*</`)
)

// updatePeriods are those of the RSS module Syndication.
var updatePeriods = map[string]time.Duration{"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour}

// maxHead is how much of a document is looked at for what stands before its first item.
const maxHead = 16 << 10

// ttl is how long a document says that it holds: its ttl in minutes (RSS 2.0), else its sy:updatePeriod over its sy:updateFrequency. gofeed drops the
// one, and has the other among its extensions only for RSS. o is the outline of doc.
func ttl(doc []byte, o outline) time.Duration {
	head := doc[:min(len(doc), maxHead)]
	if len(o.starts) > 0 && o.starts[0] < len(head) {
		head = head[:o.starts[0]]
	}
	if m := ttlMinutes.FindSubmatch(head); m != nil {
		return min(60*seconds(string(m[1])), maxFresh)
	}
	m := updatePeriod.FindSubmatch(head)
	if m == nil {
		return 0
	}
	times := int64(1)
	if f := updateFrequency.FindSubmatch(head); f != nil {
		if n, err := strconv.ParseInt(string(f[1]), 10, 64); err == nil && n > 0 {
			times = n
		}
	}
	return min(updatePeriods[string(m[1])]/time.Duration(times), maxFresh)
}
