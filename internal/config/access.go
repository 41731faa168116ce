package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"vestnik/internal/news"
)

// Bounds of what a feed's requests may carry: servers refuse more than some 8 to 16 kB of headers.
const (
	maxHeaders     = 20
	maxHeaderValue = 4 << 10 // bytes
)

// ownHeaders are what the client says itself, and what to do instead: a wrong one would break the connection, the reading or the watching for changes.
var ownHeaders = map[string]string{
	"user-agent": "it is the option user_agent", "host": "it follows from url", "accept-encoding": "the client says what it can unpack",
	"if-none-match": "the client asks for changes itself", "if-modified-since": "the client asks for changes itself",
	"if-match": "the client asks for changes itself", "if-unmodified-since": "the client asks for changes itself",
	"if-range": "documents are read whole", "range": "documents are read whole",
	"content-length": "a request has no body", "transfer-encoding": "a request has no body", "content-encoding": "a request has no body",
	"expect": "a request has no body", "connection": "it is of the connection, not of the feed", "keep-alive": "it is of the connection, not of the feed",
	"te": "it is of the connection, not of the feed", "trailer": "it is of the connection, not of the feed",
	"upgrade": "it is of the connection, not of the feed", "proxy-connection": "it is of the connection, not of the feed",
	"proxy-authorization": "user and password of a proxy stand in its address, in the option proxy",
}

// headers reads header fields by name. Faults never quote a value: it may be a key.
func (d *decoder) headers(to *[]news.Header) func(*node, string) {
	return func(n *node, path string) {
		if n.kind == object && len(n.fields) > maxHeaders {
			d.fail(path, n.at, "%d headers, more than %d", len(n.fields), maxHeaders)
			return
		}
		if n.kind != object {
			d.fail(path, n.at, `expected "Name: value" pairs, found %s`, n.kind)
			return
		}
		d.keyed(n, path, func(name string) func(*node, string) {
			return func(n *node, path string) {
				value := d.text(n, path)
				same := func(h news.Header) bool { return strings.EqualFold(h.Name, name) }
				switch err := checkHeader(name, value); {
				case value == "": // told already
				case err != nil:
					d.fail(path, n.at, "%v", err)
				case slices.ContainsFunc(*to, same):
					d.fail(path, n.at, "this header is already given, in other letters")
				default:
					*to = append(*to, news.Header{Name: name, Value: news.Secret(value)})
				}
			}
		})
	}
}

func checkHeader(name, value string) error {
	instead, ours := ownHeaders[strings.ToLower(name)]
	switch {
	case ours:
		return fmt.Errorf("this header is not for a feed to set: %s", instead)
	case len(name) > 100 || !httpguts.ValidHeaderFieldName(name):
		return errors.New("not the name of a header: letters, digits and hyphens, 100 at most")
	case len(value) > maxHeaderValue || !httpguts.ValidHeaderFieldValue(value) || !printable(value):
		return fmt.Errorf("not the value of a header: one line of printable ASCII, %d characters at most (it is not shown here)", maxHeaderValue)
	}
	return nil
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

func checkAuth(s string) error {
	user, password, ok := strings.Cut(s, ":")
	if !ok || user == "" || password == "" || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return errors.New(`not a user with a password: write "user:password" (it is not shown here)`)
	}
	return nil
}

// checkAccess finds options of one feed that do not go together. own reports whether the feed itself says allow_private: true, as fetch.allow_private says
// nothing of where this feed is.
func (d *decoder) checkAccess(f news.Feed, own bool, path string) {
	u, err := url.Parse(f.URL)
	if err != nil || f.URL == "" {
		return // told already
	}
	key := slices.IndexFunc(f.Headers, func(h news.Header) bool { return strings.EqualFold(h.Name, "Authorization") })
	for _, x := range []struct {
		option string
		set    bool
	}{{"auth", f.Auth != ""}, {"headers", len(f.Headers) > 0}} {
		if x.set && u.Scheme == "file" {
			at := path + "." + x.option
			d.fail(at, d.find(at), "the feed is a file, which nobody is asked for")
		}
	}
	if key >= 0 && f.Auth != "" {
		at := path + ".auth"
		d.fail(at, d.find(at), "there is an Authorization header already: give one of the two")
	}
	if u.Scheme == "http" && !own && !privateHost(u.Hostname()) {
		const open = "over http:// it could be read by everyone on the way: give the feed an https:// address, or allow_private: true of its own when it is on a network of yours"
		if f.Auth != "" {
			at := path + ".auth"
			d.fail(at, d.find(at), open)
		}
		if key >= 0 {
			at := path + ".headers." + f.Headers[key].Name
			d.fail(at, d.find(at), open)
		}
	}
}

// privateHost reports whether a host is this machine or on a private network, by its spelling.
func privateHost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	a = a.Unmap()
	return err == nil && (a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast())
}

// Secrets lists what must not be printed, whatever a message is about.
func (c *Config) Secrets() []news.Secret {
	list := []news.Secret{c.Telegram.Token, c.Telegram.Proxy, c.PingURL}
	for _, f := range c.Feeds {
		list = append(list, f.Secrets()...)
	}
	return list
}
