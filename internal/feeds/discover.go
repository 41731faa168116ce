package feeds

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
)

// How many addresses Discover asks for at most: in all, of those a page declares, and of those it only links.
const (
	maxAsked    = 14
	maxDeclared = 8
	maxAnchors  = 4
)

// A Found is a feed that Discover read.
type Found struct {
	URL      string // where a permanent redirect led, if any
	How      string // "the address itself", "moved from" it, "declared by the page", "linked by the page", "a usual place"
	Document news.Document
}

// A Discovery is what an address led to.
type Discovery struct {
	Feeds []Found  // the best first; at least one
	More  []string // addresses in the page that look like feeds, and were not asked for

	// Instead says what is wrong with the address that was asked for, when the feeds are not what it led to: "https://… answers 404 Not Found". "": nothing.
	Instead string
}

// An Attempt is an address that was asked for in vain.
type Attempt struct {
	URL string
	Err *news.FetchError
}

// said tells in words what is at the address; title is the page's.
func (a Attempt) said(title string) string {
	switch a.Err.Class {
	case news.ErrNotFeed:
		return fmt.Sprintf("%s is a page (%s)", a.URL, or(title, a.Err.Proof))
	case news.ErrBlocked:
		return fmt.Sprintf("%s lets no program in (%s)", a.URL, a.Err.Proof)
	case news.ErrStatus:
		return fmt.Sprintf("%s answers %s", a.URL, a.Err.Proof)
	}
	return fmt.Sprintf("%s: %v", a.URL, a.Err)
}

// A NoFeedError says that an address led to no feed, and what was tried.
type NoFeedError struct {
	Title string    // of the page at the address; "" when there was none
	Tried []Attempt // the address itself first
}

// Error tells the address, what is there, and every other place that was tried.
func (e *NoFeedError) Error() string {
	first := e.Tried[0]
	var b strings.Builder
	if b.WriteString(first.said(e.Title)); first.Err.Class == news.ErrNotFeed {
		b.WriteString(" that leads to no feed")
	}
	for i, a := range e.Tried[1:] {
		if i == 0 {
			b.WriteString("; tried as well:")
		}
		fmt.Fprintf(&b, "\n  %s: %v", a.URL, a.Err)
	}
	return b.String()
}

// Unwrap is why the address itself could not be read as a feed.
func (e *NoFeedError) Unwrap() error { return e.Tried[0].Err }

// Discover finds the feeds of a site: address is a feed, or a page that declares or links feeds, else usual places of the site are tried. Without a scheme
// https is tried, then http. Every feed it returns was read, with the zone of as; as also says how addresses are asked for (UserAgent, AllowPrivate: at the
// host of address alone). It asks for one address after the other, a handful in all, and calls asking (which may be nil)
// before each. Errors are a *NoFeedError, a *news.FetchError for an address that is none, or the context's.
func (c *Client) Discover(ctx context.Context, address string, as news.Feed, now time.Time, asking func(address string)) (Discovery, error) {
	starts, err := startingPoints(address)
	if err != nil {
		return Discovery{}, err
	}
	s := search{client: c, host: starts[0].Host, as: news.Feed{Country: as.Country, Timezone: as.Timezone, UserAgent: as.UserAgent, AllowPrivate: as.AllowPrivate}, now: now, asking: asking, seen: map[string]bool{}}
	var at visit
	for _, u := range starts {
		if at = s.visit(ctx, u, theAddress); at.err == nil || !slices.Contains(otherScheme, at.err.Class) {
			break
		}
	}
	if at.err != nil && at.final != nil {
		s.failure = s.tried[len(s.tried)-1]
		s.search(ctx, at)
	}
	switch {
	case ctx.Err() != nil:
		return Discovery{}, fmt.Errorf("look for feeds at %s: %w", s.tried[0].URL, ctx.Err())
	case len(s.found) == 0:
		return Discovery{}, &NoFeedError{Title: at.links.title, Tried: s.tried}
	}
	s.rank()
	return Discovery{Feeds: s.found, More: s.more, Instead: s.instead(at)}, nil
}

// instead is Discovery.Instead: a page leads to the feeds that it names, and may stand for the site whose usual places have one, unless its address is
// written like a feed's; what cannot be read stands for nothing.
func (s *search) instead(at visit) string {
	switch {
	case at.err == nil || s.found[0].How != usualPlace:
		return ""
	case at.err.Class == news.ErrNotFeed && !likeFeed(s.failure.URL, nil):
		return ""
	}
	return s.failure.said(at.links.title)
}

// How feeds are found that are spoken of by name here.
const (
	theAddress = "the address itself"
	usualPlace = "a usual place"
)

// unanswered are the faults in which nobody spoke HTTP: the next guess at the same place would fare no better.
var unanswered = []news.ErrorClass{news.ErrTimeout, news.ErrDNS, news.ErrTLS, news.ErrConnect, news.ErrPrivate, news.ErrAddress}

// otherScheme are the faults of https after which http may still work.
var otherScheme = []news.ErrorClass{news.ErrTimeout, news.ErrTLS, news.ErrConnect}

// startingPoints reads an address as a person types it.
func startingPoints(address string) ([]*url.URL, error) {
	address = strings.TrimSpace(address)
	low := strings.ToLower(address)
	switch {
	case strings.HasPrefix(low, "feed://"): // what browsers handed to readers
		address = "https:" + address[len("feed:"):]
	case strings.HasPrefix(low, "feed:"):
		address = address[len("feed:"):]
	}
	guessed := false
	if !hasScheme.MatchString(address) {
		address, guessed = "https://"+strings.TrimPrefix(address, "//"), true
	}
	u, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	if u.User != nil {
		return nil, failed(news.ErrAddress, "address "+show(u)+" holds a user or a password, which would be shown in reports", nil)
	}
	if u.Scheme != "file" {
		if host := canonicalHost(u); host != "" && !ascii(u.Host) {
			u.Host = host
		}
	}
	if !guessed {
		return []*url.URL{u}, nil
	}
	plain := *u
	plain.Scheme = "http"
	return []*url.URL{u, &plain}, nil
}

var hasScheme = regexp.MustCompile(`^(?i:[a-z][a-z0-9+.-]*://|file:)`)

// A search is one Discover at work.
type search struct {
	client  *Client
	as      news.Feed // how addresses are asked for and dates read
	host    string    // of the address that was given, with its port
	now     time.Time
	asking  func(string)
	seen    map[string]bool // canonical addresses of feeds found and pages visited
	asked   int
	tried   []Attempt
	failure Attempt // of the address that was given, when a server answered there
	found   []Found
	more    []string
}

// A visit is how one address answered.
type visit struct {
	err   *news.FetchError // nil: it is a feed
	final *url.URL         // the server that answered; nil when none did
	links links            // of a page that is no feed
}

// search looks around the page at, or at a server that refused it.
func (s *search) search(ctx context.Context, at visit) {
	s.follow(ctx, at.links.declared, "declared by the page", maxDeclared)
	if len(s.found) == 0 {
		pages := s.follow(ctx, at.links.anchors, "linked by the page", maxAnchors)
		for _, p := range pages { // a page about the site's feeds
			if len(s.found) == 0 {
				s.follow(ctx, slices.Concat(p.declared, p.anchors), "linked by a page of the site", maxDeclared)
			}
		}
	}
	if len(s.found) > 0 {
		return
	}
	for _, a := range usual(at.final) {
		s.follow(ctx, []string{a}, usualPlace, 1)
		if len(s.found) > 0 || s.walled() {
			return
		}
	}
}

// usual lists the places at which sites have feeds that no page mentions, the commonest first.
func usual(at *url.URL) []string {
	root := at.Scheme + "://" + at.Host
	var out []string
	if p := strings.TrimRight(at.EscapedPath(), "/"); p != "" && !strings.Contains(p[strings.LastIndexByte(p, '/'):], ".") {
		out = append(out, root+p+"/feed")
	}
	for _, p := range []string{"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/rss/all", "/feed.json"} {
		out = append(out, root+p)
	}
	return out
}

// walled reports whether the site has refused three times: it is not asked further.
func (s *search) walled() bool {
	n := 0
	for _, a := range s.tried {
		if a.Err.Class == news.ErrBlocked || slices.Contains(unanswered, a.Err.Class) {
			n++
		}
	}
	return n >= 3
}

// follow asks for most of the addresses, and returns the links of those that are pages.
func (s *search) follow(ctx context.Context, addresses []string, how string, most int) (pages []links) {
	n := 0
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil || s.seen[CanonicalURL(a)] {
			continue
		}
		if ctx.Err() != nil || n == most || s.asked >= maxAsked {
			s.more = append(s.more, a)
			continue
		}
		n++
		if v := s.visit(ctx, u, how); v.err != nil && v.err.Class == news.ErrNotFeed {
			pages = append(pages, v.links)
		}
	}
	return pages
}

// visit asks for one address and notes what it is.
func (s *search) visit(ctx context.Context, u *url.URL, how string) visit {
	shown := show(u)
	if s.asking != nil {
		s.asking(shown)
	}
	s.asked++
	s.seen[CanonicalURL(shown)] = true
	as := s.as
	as.Country = or(as.Country, GuessCountry(u.String())) // dates may be local
	as.AllowPrivate = as.AllowPrivate && u.Host == s.host // a page may not lead further inside
	v, doc := s.client.look(ctx, u, as, s.now)
	if v.err != nil {
		s.tried = append(s.tried, Attempt{shown, v.err})
		return v
	}
	at := or(doc.MovedTo, shown)
	if at != shown && how == theAddress {
		how = "moved from " + shown
	}
	if key := CanonicalURL(at); at == shown || !s.seen[key] {
		s.seen[key] = true
		s.found = append(s.found, Found{at, how, doc})
	}
	return v
}

// look fetches u once, as the options of as say, and reads it as a feed, else as a page.
func (c *Client) look(ctx context.Context, u *url.URL, as news.Feed, now time.Time) (visit, news.Document) {
	if u.Scheme == "file" {
		r, err := readFile(u, c.o.MaxBytes)
		if err != nil {
			return visit{err: fetchError(err)}, news.Document{}
		}
		return c.feedOrPage(ctx, r, as, now)
	}
	release, err := c.hosts.acquire(ctx, u.Hostname())
	if err != nil {
		return visit{err: fetchError(err)}, news.Document{}
	}
	defer release()
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	r, err := c.get(ctx, u, as, news.FeedState{}, now)
	if err != nil {
		v := visit{err: fetchError(err)}
		if !slices.Contains(unanswered, v.err.Class) {
			v.final = u
		}
		return v, news.Document{}
	}
	return c.feedOrPage(ctx, r, as, now)
}

// feedOrPage reads what came for an address.
func (c *Client) feedOrPage(ctx context.Context, r reply, as news.Feed, now time.Time) (visit, news.Document) {
	doc, err := c.parse(ctx, r, as, nil, now)
	if err != nil {
		v := visit{err: fetchError(err), final: r.final}
		if r.final != nil && (v.err.Class == news.ErrNotFeed || v.err.Class == news.ErrBlocked) { // a page that looks like a wall may be a page all the same
			v.links = findLinks(decode(r.body, r.contentType).text, r.final)
		}
		return v, news.Document{}
	}
	doc.MovedTo = r.movedTo
	return visit{final: r.final}, doc.Document
}

// stale is how old the newest item of a feed is that is taken for one given up.
const stale = 30 * 24 * time.Hour

// rank sorts what was found: feeds that have items, of articles rather than comments, that are alive; for the rest in the page's order, which tells the site's
// main feed better than the number of items does: lists of a section are often longer.
func (s *search) rank() {
	bad := func(f Found) int {
		n := 0
		if len(f.Document.Items) == 0 {
			n += 4
		}
		if ofComments(f) {
			n += 2
		}
		if !slices.ContainsFunc(f.Document.Items, func(it news.Item) bool { return s.now.Sub(it.Published) < stale }) {
			n++
		}
		return n
	}
	slices.SortStableFunc(s.found, func(a, b Found) int { return cmp.Compare(bad(a), bad(b)) })
}

func ofComments(f Found) bool {
	u, err := url.Parse(f.URL)
	if err != nil {
		return false
	}
	title := strings.ToLower(f.Document.Title)
	return strings.Contains(strings.ToLower(u.Path), "/comments") ||
		slices.ContainsFunc([]string{"comments on ", "comments for ", "комментарии", "коментарі", "каментары", "komentarze", "kommentare zu", "commentaires sur"},
			func(s string) bool { return strings.HasPrefix(title, s) })
}

// Unreachable reports whether err says that nobody answered at the address at all.
func Unreachable(err error) bool {
	var fe *news.FetchError
	return errors.As(err, &fe) && slices.Contains(unanswered, fe.Class)
}
