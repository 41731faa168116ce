package feeds

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"runtime"
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
	Spacing      time.Duration // least time from one request to the next at one host, of public ones only; 0: none
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
	proxies   proxies // for feeds with one of their own
	hosts     hostLimit
	bodies    bodies
	reading   chan struct{} // has a place for every document that may be read at once

	extracting chan struct{} // holds a token for every page that is being read
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
	return &Client{o: o, redirects: redirects, guarded: newTransport(true), open: newTransport(false), hosts: hostLimit{max: o.PerHost, spacing: o.Spacing},
		// Reading is computing: more documents at once would not be read sooner, only all be in memory. One core is for who stores what was read.
		bodies: make(bodies, maxBodies), reading: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)), extracting: make(chan struct{}, 2)}
}

// Close ends the connections that wait to be used again. The client may be used on.
func (c *Client) Close() {
	c.guarded.close()
	c.open.close()
	c.proxies.close()
}

// Fetch reads the feed once. It sends the validators of state, and parses nothing when the server or the hash of
// the body says that nothing changed; such a Document carries what the caller has to remember all the same. Every error
// is a *news.FetchError. Seen of the items is now; dates are clamped against it.
func (c *Client) Fetch(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	start := c.o.Now()
	doc, err := c.fetch(ctx, feed, state, now)
	err = hide(err, feed)
	took := c.o.Now().Sub(start)
	if err != nil {
		c.o.Log.Debug("feed not read", "feed", feed.ID, "took", took, "err", err)
		return news.Document{}, err
	}
	c.o.Log.Debug("feed read", "feed", feed.ID, "took", took, "bytes", doc.Bytes, "items", len(doc.Items),
		"unchanged", doc.Unchanged, "dropped", doc.Dropped, "repaired", doc.Repaired)
	return doc, nil
}

// fetch reads the feed where it moved, and at its own address when it has not, or when what is there cannot be read. Now and then it asks in the other
// order: who moved away may have given the old address up since, so neither alone says that the feed is gone. When both fail, the fault and the wish to
// wait are those of the new one.
func (c *Client) fetch(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	there := movedTarget(feed, state)
	if there == nil {
		return c.fetchHome(ctx, feed, state, now)
	}
	if asksHome(state) {
		doc, err := c.fetchHome(ctx, feed, state, now)
		if err == nil || ctx.Err() != nil {
			return doc, err
		}
		doc, err = c.fetchAt(ctx, there, "", feed, state, now)
		return direct(doc), err
	}
	doc, err := c.fetchAt(ctx, there, "", feed, state, now)
	if err == nil || ctx.Err() != nil {
		return direct(doc), err
	}
	c.o.Log.Info("the feed cannot be read where it moved; its own address is asked again", "feed", feed.ID, "err", hide(err, feed))
	state.ETag, state.LastModified = "", "" // they are of what stood there
	doc, errHome := c.fetchHome(ctx, feed, state, now)
	if errHome != nil && ctx.Err() == nil {
		return news.Document{}, err
	}
	return doc, errHome
}

// fetchHome reads the feed at its own address.
func (c *Client) fetchHome(ctx context.Context, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	u, err := parseAddress(feed.URL)
	if err != nil {
		return news.Document{}, err
	}
	return c.fetchAt(ctx, u, state.MovedTo, feed, state, now)
}

// direct marks a document as read where the feed moved.
func direct(doc news.Document) news.Document {
	doc.Direct = true
	if whole := doc.Whole; whole != nil {
		doc.Whole = func(ctx context.Context) (news.Document, error) {
			d, err := whole(ctx)
			return direct(d), err
		}
	}
	return doc
}

// fetchAt reads the feed at u. movedTo is where the document came from that state remembers, when it was redirected there.
func (c *Client) fetchAt(ctx context.Context, u *url.URL, movedTo string, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	release := func() {}
	if u.Scheme != "file" {
		var err error
		if release, err = c.hosts.acquire(ctx, u.Hostname()); err != nil {
			return news.Document{}, fetchError(err)
		}
	}
	defer release()
	began := c.o.Now() // after the wait: waiting for one's turn is not the server's fault
	doc, err := c.readAt(ctx, u, movedTo, feed, state, now)
	if err != nil {
		fe := *fetchError(err)
		fe.Took = c.o.Now().Sub(began)
		return news.Document{}, &fe
	}
	return doc, nil
}

func (c *Client) readAt(ctx context.Context, u *url.URL, movedTo string, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	began := c.o.Now()
	var r reply
	var err error
	if u.Scheme == "file" {
		r, err = readFile(u, c.o.MaxBytes)
	} else {
		asking, cancel := context.WithTimeout(ctx, c.o.Timeout)
		defer cancel()
		if r, err = c.get(asking, u, feed, state, now); err == nil && r.notModified && r.movedTo != movedTo {
			state.ETag, state.LastModified = "", "" // validators of one place say nothing about another
			r, err = c.get(asking, u, feed, state, now)
		}
		r.left = max(c.o.Timeout-c.o.Now().Sub(began)+r.waited, 1)
	}
	if err != nil {
		return news.Document{}, err
	}
	defer r.free()
	said := news.Document{Took: c.o.Now().Sub(began) - r.waited, Fresh: r.fresh, MovedTo: r.movedTo, ETag: r.etag, LastModified: r.lastModified}
	if r.notModified {
		said.Unchanged, said.NotModified, said.BodyHash = true, true, state.BodyHash
		said.ETag, said.LastModified = or(r.etag, state.ETag), or(r.lastModified, state.LastModified)
		return said, nil
	}
	hash := bodyHash(r.body)
	said.BodyHash = hash
	if hash == state.BodyHash && !r.cut {
		said.Unchanged, said.Bytes = true, len(r.body)
		return said, nil
	}
	return c.document(ctx, r, said, feed, state, now)
}

// wholeEvery is how often a document is read whole although most of its items are known to the byte: what is judged by a document as a whole (GUIDs that
// drift, keys that the feed serves no more) is late by that much at most.
const wholeEvery = 24 * time.Hour

// document reads what came. Items that the last document had, to the byte, are left out, and Whole reads them all, unless the caller has to see the
// document whole again.
func (c *Client) document(ctx context.Context, r reply, said news.Document, feed news.Feed, state news.FeedState, now time.Time) (news.Document, error) {
	var known map[itemPrint]bool
	if age := now.Sub(state.WholeAt); !r.cut && state.DriftKey == "" && age >= 0 && age < wholeEvery {
		known = unpack(state.Entries)
	}
	p, err := c.parse(ctx, r, feed, known, now)
	if err != nil {
		return news.Document{}, r.served(err)
	}
	doc := p.Document
	doc.ETag, doc.LastModified, doc.BodyHash, doc.MovedTo, doc.Fresh, doc.Took = said.ETag, said.LastModified, said.BodyHash, said.MovedTo, said.Fresh, said.Took
	if r.cut || p.cut {
		// What was cut off must come with a later poll, so the server may not answer that with 304, nor may these bytes count as
		// unchanged: as long as the same part comes it is parsed again.
		doc.ETag, doc.LastModified, doc.BodyHash, doc.Entries = "", "", cutHash+said.BodyHash, ""
	}
	if r.cut && doc.Repaired == "" {
		doc.Repaired = "the connection ended early"
	}
	if p.partial {
		doc.Whole = func(ctx context.Context) (news.Document, error) {
			state.Entries, r.left = "", c.o.Timeout
			whole, err := c.document(ctx, r, said, feed, state, now)
			if err != nil {
				return news.Document{}, hide(fetchError(err), feed)
			}
			return whole, nil
		}
	}
	return doc, nil
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

// place is an address as proofs hold it: chats read them, and a server that leads in circles repeats the query, which may hold a key.
func place(u *url.URL) string {
	shown := *u
	shown.RawQuery, shown.Fragment = "", ""
	return show(&shown)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
