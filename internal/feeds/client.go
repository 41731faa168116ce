package feeds

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vestnik/internal/news"
)

// Options are what a Client depends on. The zero value works.
type Options struct {
	UserAgent    string        // "": DefaultUserAgent
	Timeout      time.Duration // for one document, from the request to the last item; 0: 30 s
	MaxBytes     int64         // of a document after decompression; 0: 10 MiB
	PerHost      int           // requests at a time to one host; 0: 2
	MaxRedirects *int          // followed at most, 0 for none; nil: 5
	AllowPrivate bool          // every feed may resolve to a private or loopback address

	// Language tells the language of a text and how sure it is, 0 to 1; nil: a feed's own language is taken for every item.
	Language func(text string) (code string, confidence float64)

	Now func() time.Time // for the durations in the log; nil: time.Now
	Log *slog.Logger     // nil: nothing is logged
}

// DefaultUserAgent is what servers are told when Options name nothing better.
const DefaultUserAgent = "Vestnik/1.0 (news monitoring bot; conditional GET)"

// cutHash marks the hash of a body whose end was missing, so that it equals the hash of no body.
const cutHash = "cut:"

// A Client reads feeds. It may be used by many goroutines at once.
type Client struct {
	o         Options
	redirects int        // followed at most
	guarded   *transport // refuses addresses that are not public
	open      *transport
	hosts     hostLimit
}

// New returns a Client.
func New(o Options) *Client {
	if o.UserAgent == "" {
		o.UserAgent = DefaultUserAgent
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 10 << 20
	}
	if o.PerHost <= 0 {
		o.PerHost = 2
	}
	redirects := 5
	if o.MaxRedirects != nil {
		redirects = *o.MaxRedirects
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{o: o, redirects: redirects, guarded: newTransport(true), open: newTransport(false), hosts: hostLimit{max: o.PerHost}}
}

// Fetch reads the feed once. It sends the validators of state, and parses nothing when the server or the hash of
// the body says that nothing changed; such a Document carries what the caller has to remember all the same. Every error
// is a *news.FetchError. Seen of the items is now; dates are clamped against it.
func (c *Client) Fetch(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	start := c.o.Now()
	doc, err := c.fetch(ctx, feed, state, now)
	took := c.o.Now().Sub(start)
	if err != nil {
		c.o.Log.Debug("feed not read", "feed", feed.ID, "took", took, "err", err)
		return news.Document{}, err
	}
	c.o.Log.Debug("feed read", "feed", feed.ID, "took", took, "bytes", doc.Bytes, "items", len(doc.Items),
		"unchanged", doc.Unchanged, "dropped", doc.Dropped, "repaired", doc.Repaired)
	return doc, nil
}

func (c *Client) fetch(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	u, err := parseAddress(feed.URL)
	if err != nil {
		return news.Document{}, err
	}
	var r reply
	if u.Scheme == "file" {
		r, err = readFile(u, c.o.MaxBytes)
	} else {
		release, waitErr := c.hosts.acquire(ctx, u.Hostname())
		if waitErr != nil {
			return news.Document{}, fetchError(waitErr)
		}
		defer release()
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.o.Timeout) // after the wait: waiting for one's turn is not the server's fault
		defer cancel()
		r, err = c.get(ctx, u, feed, state, now)
	}
	if err != nil {
		return news.Document{}, fetchError(err)
	}
	if r.notModified {
		return news.Document{Unchanged: true, NotModified: true, BodyHash: state.BodyHash, MovedTo: r.movedTo,
			ETag: or(r.etag, state.ETag), LastModified: or(r.lastModified, state.LastModified)}, nil
	}
	hash := bodyHash(r.body)
	if hash == state.BodyHash && !r.cut {
		return news.Document{Unchanged: true, BodyHash: hash, MovedTo: r.movedTo, Bytes: len(r.body),
			ETag: r.etag, LastModified: r.lastModified}, nil
	}
	doc, err := c.parse(ctx, r.body, r.contentType, r.final, feed, now)
	if err != nil {
		return news.Document{}, fetchError(err)
	}
	doc.ETag, doc.LastModified, doc.BodyHash, doc.MovedTo = r.etag, r.lastModified, hash, r.movedTo
	if r.cut || doc.cut {
		// What was cut off must come with a later poll, so the server may not answer that with 304, nor may these bytes count as
		// unchanged: as long as the same part comes it is parsed again.
		doc.ETag, doc.LastModified, doc.BodyHash = "", "", cutHash+hash
	}
	if r.cut && doc.Repaired == "" {
		doc.Repaired = "the connection ended early"
	}
	return doc.Document, nil
}

// parseAddress checks a feed's address. Its errors never show the user and password an address may hold.
func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		var ue *url.Error
		if !errors.As(err, &ue) || strings.Contains(address, "@") {
			return nil, failed(news.ErrAddress, "address cannot be read", nil) // the reason may quote a password
		}
		return nil, failed(news.ErrAddress, "address cannot be read", ue.Err) // ue itself prints the whole address
	}
	switch {
	case u.Scheme == "file":
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, failed(news.ErrAddress, "address "+show(u)+": want http, https or file", nil)
	case u.Hostname() == "":
		return nil, failed(news.ErrAddress, "address "+show(u)+" names no host", nil)
	}
	return u, nil
}

// show is an address as errors and documents may hold it: without user and password.
func show(u *url.URL) string {
	shown := *u
	shown.User = nil
	return shown.String()
}

// client is an http.Client for one fetch: it follows redirects within bounds and notes where the permanent ones led.
func (c *Client) client(allowPrivate bool, movedTo *string) *http.Client {
	t := c.guarded
	if allowPrivate || c.o.AllowPrivate {
		t = c.open
	}
	permanent := true
	return &http.Client{Transport: t, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > c.redirects {
			return fmt.Errorf("%w: more than %d, the next to %s", errRedirects, c.redirects, show(req.URL))
		}
		if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
			return failed(news.ErrAddress, "redirected to "+show(req.URL), nil)
		}
		code := req.Response.StatusCode
		permanent = permanent && (code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect)
		if permanent { // up to the first temporary one: what follows may change from poll to poll
			*movedTo = show(req.URL)
		}
		return nil
	}}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
