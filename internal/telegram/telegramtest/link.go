package telegramtest

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// linkEntity makes e what a link to target is: a text_link, a text_mention for tg://user?id=…, or nothing for an address the server does not take.
func linkEntity(e Entity, target string) (Entity, bool) {
	if id := linkUser(target); id != 0 {
		e.Type, e.User = "text_mention", &User{ID: id}
		return e, true
	}
	link, ok := checkedLink(target)
	e.Type, e.URL = "text_link", link
	return e, ok
}

// linkUser is the user that a tg://user?id=… link names, 0 for other links.
func linkUser(link string) int64 {
	rest, ok := cutFold(link, "tg:")
	if !ok {
		return 0
	}
	rest = strings.TrimPrefix(rest, "//")
	rest, ok = cutFold(rest, "user")
	if !ok {
		return 0
	}
	query, ok := strings.CutPrefix(strings.TrimPrefix(rest, "/"), "?")
	if !ok {
		return 0
	}
	query, _, _ = strings.Cut(query, "#")
	for pair := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(pair, "id="); ok {
			id, err := strconv.ParseInt(value, 10, 64)
			if err == nil && 0 < id && id < 1<<40 {
				return id
			}
			return 0
		}
	}
	return 0
}

// checkedLink is a link as the server stores it: with its scheme, the host in lower case and a path. It takes http, https, tg and ton, and a bare host.
func checkedLink(link string) (string, bool) {
	for _, scheme := range []string{"tg", "ton"} {
		rest, ok := cutFold(link, scheme+":")
		if !ok {
			continue
		}
		rest = strings.TrimPrefix(rest, "//")
		a, ok := parseAddress(rest)
		if _, web := cutFold(rest, "http://"); !ok || web || a.scheme == "https" || a.user != "" || a.port != 0 || a.ipv6 ||
			prefix(a.host, func(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }) != len(a.host) {
			return "", false
		}
		if strings.HasPrefix(a.path, "/?") {
			a.path = a.path[1:]
		}
		return scheme + "://" + a.host + a.path, true
	}
	a, ok := parseAddress(link)
	if !ok || !a.ipv6 && !strings.Contains(a.host, ".") {
		return "", false
	}
	return a.String(), true
}

// cutFold cuts an ASCII prefix, whatever its case.
func cutFold(s, before string) (string, bool) {
	if len(s) < len(before) || lower(s[:len(before)]) != before {
		return s, false
	}
	return s[len(before):], true
}

// An address is [scheme://][user@]host[:port][path].
type address struct {
	scheme, user, host, path string
	port                     int // 0: none given
	ipv6                     bool
}

func (a address) String() string {
	s := a.scheme + "://"
	if a.user != "" {
		s += a.user + "@"
	}
	s += a.host
	if a.port != 0 {
		s += ":" + strconv.Itoa(a.port)
	}
	return s + a.path
}

func parseAddress(s string) (address, bool) {
	a := address{scheme: "http"}
	if before, rest, ok := strings.Cut(s, ":"); ok && strings.HasPrefix(rest, "//") {
		a.scheme = lower(before)
		if a.scheme != "http" && a.scheme != "https" {
			return a, false
		}
		s = rest[2:]
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s, a.path = s[:i], s[i:]
	}
	a.path = strings.TrimRight(a.path, " \t\r\n\v\x00")
	if !strings.HasPrefix(a.path, "/") {
		a.path = "/" + a.path
	}
	var escaped strings.Builder
	for i := range len(a.path) {
		if c := a.path[i]; c <= ' ' {
			fmt.Fprintf(&escaped, "%%%02X", c)
		} else {
			escaped.WriteByte(c)
		}
	}
	a.path = escaped.String()

	if i := strings.LastIndexAny(s, ":]@"); i > 0 && s[i] == ':' {
		port, err := strconv.Atoi(s[i+1:])
		if err != nil || s[i+1] == '+' || port <= 0 || port > 65535 {
			return a, false
		}
		s, a.port = s[:i], port
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		a.user, s = s[:i], s[i+1:]
	}
	a.host = lower(s)
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		ip, err := netip.ParseAddr(s[1 : len(s)-1])
		a.ipv6 = err == nil && ip.Is6()
		return a, a.ipv6
	}
	return a, s != "" && s != "." && plainPart(a.host, false) && plainPart(a.user, true)
}

// plainPart reports whether a host or user part holds only what it may: ASCII letters and digits, some marks, %XX, and anything beyond ASCII.
func plainPart(s string, colon bool) bool {
	isHex := func(i int) bool {
		return i < len(s) && (isDigit(s[i]) || 'a' <= lowerByte(s[i]) && lowerByte(s[i]) <= 'f')
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlnum(c), c >= 0x80, strings.IndexByte(".-_!$,~*'();&+=", c) >= 0, colon && c == ':':
		case c == '%' && isHex(i+1) && isHex(i+2):
			i += 2
		default:
			return false
		}
	}
	return true
}
