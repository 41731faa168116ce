package telegram

import (
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/net/idna"

	"vestnik/internal/excerpt"
)

// Limits of a message, as the Bot API server counts them.
const (
	unitsMost = 4096 // UTF-16 code units of the text, once its markup is parsed
	// captionMost is unitsMost of the words below a file.
	captionMost = 1024
	bytesMost   = 32768 // of the text with its markup
	linkMost    = 1500  // bytes of an address: ours, so that one link cannot fill a message
)

// A page is text in Telegram's HTML under way, and what it counts for. Whatever is put on it stays what it is: tags are written only by its own methods.
type page struct {
	b     strings.Builder
	units int // UTF-16 code units that are read
	last  rune
}

// units counts UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// text writes foreign or own words. Hits in it, which stand between marks, become bold.
func (p *page) text(s string) {
	s = defuse(clean(s))
	if first, _ := utf8.DecodeRuneInString(excerpt.Unmarked(s)); s != "" && fuses(p.last, first) {
		p.raw(string(joiner))
	}
	bold := false
	for s != "" {
		i := strings.IndexAny(s, string(excerpt.HitStart)+string(excerpt.HitEnd))
		if i < 0 {
			i = len(s)
		}
		p.raw(s[:i])
		if i == len(s) {
			break
		}
		if start := s[i] == excerpt.HitStart; start != bold {
			bold = start
			p.tag(bold)
		}
		s = s[i+1:]
	}
	if bold {
		p.tag(false)
	}
}

func (p *page) tag(bold bool) {
	if bold {
		p.b.WriteString("<b>")
	} else {
		p.b.WriteString("</b>")
	}
}

// clean drops what the server drops or a reader must not see, but for line ends and the marks of hits.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == excerpt.HitStart || r == excerpt.HitEnd || excerpt.Keep(r) && r != '\u2028' && r != '\u2029' {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// raw writes words that may be what they look like to Telegram: a command, an address.
func (p *page) raw(s string) {
	if s == "" {
		return
	}
	p.b.WriteString(html.EscapeString(s))
	p.units += units(s)
	p.last, _ = utf8.DecodeLastRuneInString(s)
}

func (p *page) bold(s string) {
	p.b.WriteString("<b>")
	p.text(excerpt.Unmarked(s))
	p.b.WriteString("</b>")
}

func (p *page) code(s string) {
	p.b.WriteString("<code>")
	p.text(excerpt.Unmarked(s))
	p.b.WriteString("</code>")
}

// copied writes the bot's own words for a reader to copy, so no joiner may be in them.
func (p *page) copied(s string) {
	p.b.WriteString("<code>")
	p.raw(s)
	p.b.WriteString("</code>")
}

// link writes words that open an address. An address that is none a reader can open from a chat is not written: the words stand alone, and link
// reports false.
func (p *page) link(words, to string) bool {
	href, ok := webAddress(to)
	if !ok || !visible(words) {
		p.text(words)
		return false
	}
	p.b.WriteString(`<a href="` + html.EscapeString(href) + `">`)
	p.text(words)
	p.b.WriteString("</a>")
	return true
}

// visible reports whether there is anything to see in s, and so to press.
func visible(s string) bool {
	return strings.ContainsFunc(clean(s), func(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) })
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+\.?$`)

// webAddress is an http or https address in the form that the server takes for one, and every browser: no user before the host, a host of letters with
// a dot (in Punycode when they are not Latin ones), a port that there is, spaces and foreign letters of the path escaped.
func webAddress(s string) (string, bool) {
	if len(s) > linkMost || !utf8.ValidString(s) {
		return "", false
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", false
	}
	host, port := u.Hostname(), u.Port()
	if !hostForm.MatchString(host) {
		if host, err = idna.Lookup.ToASCII(host); err != nil || !hostForm.MatchString(host) {
			return "", false
		}
	}
	if u.Host = host; port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "", false
		}
		u.Host += ":" + port
	}
	href := u.String()
	return href, len(href) <= linkMost
}

// add writes what another page holds behind p, if both together fit, with room left for reserve code units; else p stays as it was.
func (p *page) add(q *page, reserve int) bool {
	if p.units+q.units+reserve > unitsMost || p.b.Len()+q.b.Len()+6*reserve > bytesMost {
		return false
	}
	p.b.WriteString(q.b.String())
	p.units += q.units
	if q.units > 0 {
		p.last = q.last
	}
	return true
}

func (p *page) String() string { return p.b.String() }

// cut shortens marked text to at most n code units, an ellipsis included, between words when there are any, else between graphemes; a grapheme that
// is longer than any script makes them is cut itself. A hit that is cut stays marked.
func cut(s string, n int) string {
	if units(excerpt.Unmarked(s)) <= n {
		return s
	}
	used, end, space, open, openAtSpace := 0, 0, -1, false, false
	state, rest := -1, s
	for rest != "" {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		switch g {
		case string(excerpt.HitStart), string(excerpt.HitEnd):
			open = g == string(excerpt.HitStart)
			end += len(g)
			continue
		case " ":
			space, openAtSpace = end, open
		}
		if u := units(g); used+u > n-1 {
			if u > graphemeMost {
				end += fill(g, n-1-used)
			}
			break
		}
		used += units(g)
		end += len(g)
	}
	if space > end/2 {
		end, open = space, openAtSpace
	}
	s = strings.TrimRight(s[:end], " ")
	if open {
		s += string(excerpt.HitEnd)
	}
	return s + excerpt.Ellipsis
}

// graphemeMost is more code units than a family of emoji or a letter with all its marks takes.
const graphemeMost = 64

// fill is how many bytes of s are n code units, at most.
func fill(s string, n int) int {
	for i, r := range s {
		if n -= units(string(r)); n < 0 {
			return i
		}
	}
	return len(s)
}
