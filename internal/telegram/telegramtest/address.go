package telegramtest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// addresses finds web addresses and e-mails: what stands around each dot, as far as characters that a host, a user, a port and a path may have.
func addresses(text string) []span {
	var found []span
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '.')
		if i < 0 || from+i+1 == len(text) {
			return found
		}
		dot := from + i
		c := candidate{text: text, from: from, dot: dot}
		ok := c.read()
		if ok && c.end > dot+1 {
			found = append(found, c.spans()...)
		}
		if !ok {
			for c.end > from && text[c.end-1] != '.' { // what was wrong lay before: look at the next dot
				c.end--
			}
		} else {
			for c.end < len(text) && text[c.end] == '.' {
				c.end++
			}
		}
		from = max(c.end, dot+1)
	}
}

// A candidate is text around a dot that may be an address.
type candidate struct {
	text       string
	from       int // earlier text belongs to addresses already seen
	dot        int
	begin, end int
}

func isHost(r rune) bool {
	if r < 0xC0 {
		return r == '.' || r == '~' || r == '-' || r < utf8.RuneSelf && isName(byte(r))
	}
	return isAddress(r)
}

func isUser(r rune) bool { return !strings.ContainsRune("\n/[]{}()'`<>\"@«»", r) && isAddress(r) }

// back returns the first place from which on, up to i, all characters hold.
func (c *candidate) back(i int, holds func(rune) bool) int {
	for i > c.from {
		r, width := utf8.DecodeLastRuneInString(c.text[c.from:i])
		if !holds(r) {
			break
		}
		i -= width
	}
	return i
}

// read finds the borders of the candidate and reports whether what is around it lets it be an address.
func (c *candidate) read() bool {
	host := c.back(c.dot, isHost)
	at := -1
	c.end = c.dot
	for c.end < len(c.text) {
		r, width := utf8.DecodeRuneInString(c.text[c.end:])
		if r == '@' {
			at = c.end
		} else if !isHost(r) {
			break
		}
		c.end += width
	}
	if at >= 0 {
		host = c.back(host, isUser)
	}
	c.port()
	c.end = path(c.text, c.end)
	for c.end > c.dot+1 && c.text[c.end-1] == '.' {
		c.end--
	}

	good := true
	c.begin = host
	if c.begin > c.from && c.text[c.begin-1] == '@' {
		user := c.back(c.begin-1, isUser)
		good = at < 0 && user < c.begin-1
		c.begin = user
	}
	return good && c.scheme()
}

// port takes :1 to :65535.
func (c *candidate) port() {
	if c.end == len(c.text) || c.text[c.end] != ':' {
		return
	}
	n := prefix(c.text[c.end+1:], isDigit)
	digits := strings.TrimLeft(c.text[c.end+1:c.end+1+n], "0")
	if port, err := strconv.Atoi(digits); err == nil && len(digits) <= 5 && port <= 65535 {
		c.end += 1 + n
	}
}

// scheme takes http, https or ftp before the address; without one, nothing may be glued to it.
func (c *candidate) scheme() bool {
	if c.begin == c.from {
		return true
	}
	head := c.text[c.from:c.begin]
	if len(head) < 6 || !strings.HasSuffix(head, "://") {
		r := before(head, len(head))
		return !isWord(r) && r != '/' && r != '#' && r != '@'
	}
	name := lower(c.text[c.back(c.begin-3, func(r rune) bool {
		return r == '+' || r == '-' || r < utf8.RuneSelf && isAlnum(byte(r)) || r >= utf8.RuneSelf && isAddress(r)
	}) : c.begin-3])
	for scheme, not := range map[string][]string{"http": {"shttp"}, "https": nil, "ftp": {"tftp", "sftp"}} {
		if strings.HasSuffix(name, scheme) && !slices.Contains(not, name) {
			c.begin -= len(scheme) + 3
			return true
		}
	}
	return false
}

// spans says what the candidate is: an e-mail, an address, or nothing.
func (c *candidate) spans() []span {
	s := c.text[c.begin:c.end]
	if isEmail(s) {
		return []span{{"email", c.begin, c.end}}
	}
	if rest, ok := strings.CutPrefix(s, "mailto:"); ok && isEmail(rest) {
		return []span{{"email", c.end - len(rest), c.end}}
	}
	if n := webAddress(s); n > 0 {
		return []span{{"url", c.begin, c.begin + n}}
	}
	return nil
}

// webAddress is how much of s is a web address, 0 when it is none: a host with a top-level domain that exists (any, behind a scheme) or four numbers, and
// a path up to the first bracket that closes what it did not open.
func webAddress(s string) int {
	start := 0
	for _, scheme := range []string{"http://", "https://", "ftp://"} {
		if _, ok := cutFold(s, scheme); ok {
			start = len(scheme)
		}
	}
	rest := s[start:]
	cut := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		cut = i
	}
	host := rest[:cut]
	if i := strings.IndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	if !goodHost(host, start > 0) {
		return 0
	}
	return start + cut + balanced(rest[cut:])
}

func balanced(path string) int {
	open := map[byte]int{}
	end := len(path)
	for i := range len(path) {
		if j := strings.IndexByte(")]}", path[i]); j >= 0 {
			if open["([{"[j]]--; open["([{"[j]] < 0 {
				end = i
				break
			}
		} else if strings.IndexByte("([{", path[i]) >= 0 {
			open[path[i]]++
		}
	}
	for end > 0 && isStop(path[end-1]) {
		end--
	}
	return end
}

func goodHost(host string, scheme bool) bool {
	parts := strings.Split(host, ".")
	if len(parts) == 1 || lower(host) == "teiegram.org" {
		return false
	}
	numbers, letters := len(parts) == 4, false
	for _, p := range parts {
		if p == "" || len(p) >= 64 || strings.HasSuffix(p, "-") {
			return false
		}
		if prefix(p, isDigit) < len(p) {
			letters, numbers = true, false
		}
		if n, err := strconv.Atoi(p); err != nil || n > 255 || p[0] == '0' && len(p) > 1 {
			numbers = false
		}
	}
	if numbers || !letters {
		return numbers
	}
	tld := parts[len(parts)-1]
	if utf8.RuneCountInString(tld) < 2 || strings.Contains(parts[len(parts)-2], "_") {
		return false
	}
	if rest, ok := strings.CutPrefix(tld, "xn--"); ok {
		return len(rest) > 1 && prefix(rest, isAlnum) == len(rest)
	}
	return !strings.ContainsAny(tld, "_-") && (scheme || knownTLD(tld))
}

// isEmail: before the @ up to eleven parts split by dots or pluses, the last of 1 to 35 characters and the others of at most 26; behind it one to six
// labels of at most 30, then a top-level domain of 2 to 8 letters.
func isEmail(s string) bool {
	user, domain, ok := strings.Cut(s, "@")
	if !ok {
		return false
	}
	isPart := func(p string) bool {
		return prefix(p, func(c byte) bool { return isName(c) || c == '-' }) == len(p)
	}
	parts := strings.Split(strings.ReplaceAll(user, "+", "."), ".")
	if len(parts) > 11 {
		return false
	}
	for i, p := range parts {
		last := i == len(parts)-1
		if !isPart(p) || last && (len(p) < 1 || len(p) > 35) || !last && len(p) > 26 {
			return false
		}
	}
	labels := strings.Split(domain, ".")
	tld := labels[len(labels)-1]
	if len(labels) < 2 || len(labels) > 7 || len(tld) < 2 || len(tld) > 8 || prefix(tld, isAlpha) < len(tld) {
		return false
	}
	for _, l := range labels[:len(labels)-1] {
		if l == "" || len(l) > 30 || !isPart(l) || !isAlnum(l[0]) || !isAlnum(l[len(l)-1]) {
			return false
		}
	}
	return true
}
