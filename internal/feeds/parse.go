package feeds

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"vestnik/internal/news"
)

// maxItems is the most items taken from one document: the first, which in every feed seen are the newest. The largest
// list met among the region's outlets has 666.
const maxItems = 2000

// Parse reads a document that is at hand already. base is where it came from, for relative links; "" when that is unknown.
// Errors are *news.FetchError.
func (c *Client) Parse(ctx context.Context, body []byte, contentType, base string, feed news.Feed, now time.Time) (news.Document, error) {
	final, err := url.Parse(base)
	if err != nil || !final.IsAbs() {
		final = nil
	}
	doc, err := c.parse(ctx, reply{body: body, contentType: contentType, final: final}, feed, nil, now)
	if err != nil {
		return news.Document{}, fetchError(err)
	}
	doc.BodyHash = bodyHash(body)
	return doc.Document, nil
}

// A parsed document, and what its items are like.
type parsed struct {
	news.Document
	cut     bool // its end was missing
	doubted bool // an item lost a key that identifies nothing
	partial bool // the items that were known are left out
}

// parse reads a document. Items whose prints are among known are left out when all others can be read without them.
func (c *Client) parse(ctx context.Context, r reply, feed news.Feed, known map[itemPrint]bool, now time.Time) (parsed, error) {
	defer r.free()
	select {
	case c.reading <- struct{}{}:
		defer func() { <-c.reading }()
	case <-ctx.Done():
		return parsed{}, failed(news.ErrTimeout, "it was not read before the time was up", ctx.Err())
	}
	r.free()
	if r.left > 0 { // counted from here: the wait was for other documents
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.left)
		defer cancel()
	}
	d := decode(r.body, r.contentType)
	doc, junk, err := sniff(d.text)
	if err != nil {
		return parsed{}, err
	}
	var notes []string
	if d.mended != "" {
		notes = append(notes, d.mended)
	}
	if junk {
		notes = append(notes, "dropped what stood in front of the feed")
	}
	var o outline
	if doc[0] == '<' {
		var mends []string
		if doc, mends, err = clean(doc); err != nil {
			return parsed{}, err
		}
		notes = append(notes, mends...)
		o = outlineOf(doc)
	}
	prints := o.prints(doc)
	if rest, left := o.without(doc, prints, known); left > 0 {
		p := parsed{partial: true, Document: news.Document{Bytes: len(r.body), Left: left, Entries: pack(prints), TTL: ttl(doc, o)}}
		if left == len(prints) && bytes.Contains(doc[o.spans[left-1].to:], endTag) { // or the document breaks off there
			return p, nil
		}
		some, err := c.items(ctx, rest, outlineOf(rest), r.final, feed, nil, now)
		if err == nil && len(notes) == 0 && some.plain(len(prints)-left) {
			p.Title, p.Items = some.Title, some.Items
			return p, nil
		}
	}
	p, err := c.items(ctx, doc, o, r.final, feed, notes, now)
	p.Bytes = len(r.body)
	if p.plain(len(prints)) {
		p.Entries = pack(prints)
	}
	return p, err
}

var endTag = []byte("</")

// items reads the items of doc, whose outline is o, with gofeed. notes is what was mended already.
func (c *Client) items(ctx context.Context, doc []byte, o outline, final *url.URL, feed news.Feed, notes []string, now time.Time) (parsed, error) {
	gf, cut, mends, err := read(ctx, doc, o)
	if err != nil {
		return parsed{}, err
	}
	p := parsed{cut: cut, Document: news.Document{
		Title:    plainLine(gf.Title, maxTitle),
		Repaired: strings.Join(append(notes, mends...), "; "),
		TTL:      ttl(doc, o),
	}}
	n := normaliser{feed: feed, now: now, language: c.o.Language, base: base(gf, final), zone: c.zone(feed), zoneless: &p.Zoneless}
	n.home = CanonicalURL(absolute(gf.Link, n.base))
	n.tag, p.Zone = primaryLanguage(gf.Language), n.zone.String()
	if cut && len(gf.Items) == 0 {
		return parsed{}, failed(news.ErrParse, "the document ends before its first item does", nil)
	}
	p.Items, p.Dropped, err = n.items(ctx, gf.Items[:min(len(gf.Items), maxItems)])
	p.doubted = n.doubted
	return p, err
}

// clean drops what XML forbids and gives RDF its guids; it refuses a document of a shape that gofeed does not bear.
func clean(doc []byte) (clean []byte, notes []string, err error) {
	doc, notes = legal(doc)
	if n := bytes.Count(doc, []byte("<")); n > maxTags {
		return nil, nil, failed(news.ErrTooLarge, fmt.Sprintf("%d tags, more than %d", n, maxTags), nil)
	}
	if n := bytes.Count(doc, []byte("xmlns")); n > maxNamespaces {
		return nil, nil, failed(news.ErrTooLarge, fmt.Sprintf("%d namespaces, more than %d", n, maxNamespaces), nil)
	}
	return aboutAsGUID(doc), notes, nil
}

// read parses doc with gofeed, and once more after mending it when that fails or items seem to be missing.
func read(ctx context.Context, doc []byte, o outline) (gf *gofeed.Feed, cut bool, notes []string, err error) {
	if doc[0] != '<' {
		return readJSON(ctx, doc)
	}
	if len(o.starts) > maxItems {
		doc = mend(doc[:o.starts[maxItems]]).doc
	}
	gf, err = parseOnce(ctx, doc)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil, false, nil, err
	}
	if err == nil && len(gf.Items) >= min(len(o.starts), maxItems) {
		return gf, false, notes, nil
	}
	m := mend(doc)
	again, errAgain := parseOnce(ctx, m.doc)
	better := errAgain == nil && (err != nil || len(again.Items) > len(gf.Items))
	if better {
		return again, m.cut, append(notes, m.notes...), nil //nolint:nilerr // the first error is what was mended
	}
	if err != nil {
		return nil, false, nil, err
	}
	return gf, false, notes, nil // there was nothing to mend: the text of an item spoke of items
}

// Bounds of a document's shape, far above what real feeds have. gofeed takes about 1 KB for a tag of another namespace, copies all
// namespaces in scope at every tag, and calls itself for each tag of another namespace that is nested: two million of them, which gzip makes
// 10 KB of, overflow the stack, and nothing can recover from that.
const (
	maxTags       = 300_000
	maxNamespaces = 20_000
	maxNesting    = 10_000
)

// tooDeep reports whether gofeed would meet elements nested deeper than maxNesting. It asks gofeed's own tokeniser, set as gofeed sets
// it: another could be made to see other tags. Every end tag counts, matching or not: gofeed closes at least one element for it.
func tooDeep(doc []byte) bool {
	if bytes.Count(doc, []byte("<")) <= maxNesting {
		return false
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict, d.CharsetReader = false, charset.NewReaderLabel
	depth := 0
	for {
		t, err := d.RawToken()
		if err != nil { // the end, or what gofeed fails on as well
			return false
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > maxNesting {
				return true
			}
		case xml.EndElement:
			depth--
		}
	}
}

// parseOnce runs gofeed. It reads doc through ctx, so a document that is slow to parse stops when the time is up.
func parseOnce(ctx context.Context, doc []byte) (gf *gofeed.Feed, err error) {
	defer func() {
		// gofeed has not been seen to panic, but it eats foreign bytes, and one document may not end the program.
		if v := recover(); v != nil {
			gf, err = nil, panicked(v)
		}
	}()
	var aside carried
	if doc[0] == '<' {
		if doc, aside = carry(doc); tooDeep(doc) {
			return nil, failed(news.ErrParse, "elements are nested too deep", nil)
		}
	}
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true} // no HTML tree for images nobody shows
	gf, err = p.Parse(ctxReader{ctx, bytes.NewReader(doc)})
	switch {
	case ctx.Err() != nil:
		return nil, failed(news.ErrTimeout, "the document took too long to parse", ctx.Err())
	case errors.Is(err, gofeed.ErrFeedTypeNotDetected):
		return nil, failed(news.ErrNotFeed, "no feed that is known", err)
	case err != nil:
		return nil, failed(news.ErrParse, "", err)
	}
	aside.restore(gf)
	return gf, nil
}

type ctxReader struct {
	ctx context.Context //nolint:containedctx // lives as long as one call of gofeed, which takes a reader and no context
	r   io.Reader
}

func (r ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// aboutAsGUID gives the items of RDF a guid: gofeed does not hand out rdf:about, which is their identity (RSS 1.0 §5.5).
// A guid that an item has of its own comes later and wins.
func aboutAsGUID(doc []byte) []byte {
	if m := root.FindSubmatch(doc); m == nil || !strings.EqualFold(string(m[1]), "rdf") {
		return doc
	}
	return about.ReplaceAll(doc, []byte("$0<guid isPermaLink=\"false\">$1$2</guid>"))
}

var about = regexp.MustCompile(`<(?:[a-zA-Z][a-zA-Z0-9._-]*:)?item[ \t\r\n](?:[^<>]*[ \t\r\n])?(?:[a-zA-Z]+:)?about[ \t\r\n]*=[ \t\r\n]*(?:"([^"<>]*)"|'([^'<>]*)')[^<>]*>`)

// base is what relative links are relative to: the feed's own link, else where the document came from. (xml:base, which goes
// before both, gofeed resolves itself.)
func base(gf *gofeed.Feed, final *url.URL) *url.URL {
	for _, s := range []string{gf.Link, gf.FeedLink} {
		u, err := url.Parse(strings.TrimSpace(s))
		if err != nil || s == "" || len(s) > maxURL { // links that are relative to it would all be as long
			continue
		}
		if final != nil {
			u = final.ResolveReference(u)
		}
		if u.Scheme == "http" || u.Scheme == "https" {
			return u
		}
	}
	return final
}

// zone is where the dates of feed are when they name no zone.
func (c *Client) zone(feed news.Feed) *time.Location {
	loc, err := time.LoadLocation(or(feed.Timezone, capitalZone[feed.Country])) // "" is UTC
	if err != nil {
		c.o.Log.Warn("feed's time zone is not known, UTC is taken", "feed", feed.ID, "timezone", feed.Timezone, "err", err)
		loc = time.UTC
	}
	if loc == time.UTC {
		loc = time.FixedZone("UTC", 0) // a place of its own: a date is there when it named no zone, and in time.UTC when it did
	}
	return loc
}
