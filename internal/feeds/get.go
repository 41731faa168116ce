package feeds

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// accept names what gofeed reads, and lets servers that know no better send it as anything.
const accept = "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"

// Bounds on what a server may make the bot hold on to.
const (
	maxWall      = 64 << 10           // bytes read of a page that comes with an error status
	maxValidator = 1 << 10            // bytes of an ETag or Last-Modified; longer ones are not kept
	maxRetry     = 7 * 24 * time.Hour // longest Retry-After believed
	maxCodings   = 2                  // compressions on top of one another
)

// A reply is what came for one address.
type reply struct {
	body         []byte // decompressed
	contentType  string
	final        *url.URL // where it came from after redirects; nil for a file
	etag         string
	lastModified string
	movedTo      string
	server       string        // what the server calls itself, see serverName
	fresh        time.Duration // see news.Document
	left         time.Duration // of the time for one document when it had come; 0: no limit but the caller's
	notModified  bool
	cut          bool // the connection broke before the body's end

	leave  func()        // gives the place back that the body has, see bodies; nil: it has none
	waited time.Duration // for that place
}

// free gives the body's place to the next. A second time it does nothing.
func (r reply) free() {
	if r.leave != nil {
		r.leave()
	}
}

// get asks the server of u once.
func (c *Client) get(ctx context.Context, u *url.URL, feed news.Feed, state news.FeedState, now time.Time) (reply, error) {
	req, err := c.request(ctx, u, feed, accept)
	if err != nil {
		return reply{}, err
	}
	conditional := state.ETag != "" || state.LastModified != ""
	if state.ETag != "" {
		req.Header.Set("If-None-Match", state.ETag)
	}
	if state.LastModified != "" {
		req.Header.Set("If-Modified-Since", state.LastModified)
	}
	var r reply
	resp, err := c.do(req, feed, &r.movedTo)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	if len(r.movedTo) > maxURL {
		r.movedTo = "" // it would be kept and shown
	}
	r.final = resp.Request.URL
	r.contentType = resp.Header.Get("Content-Type")
	r.etag = validator(resp.Header.Get("ETag"))
	r.lastModified = validator(resp.Header.Get("Last-Modified"))
	r.fresh, r.server = fresh(resp.Header, now), serverName(resp)
	switch {
	case resp.StatusCode == http.StatusNotModified && conditional:
		r.notModified = true
		return r, nil
	case resp.StatusCode != http.StatusOK:
		return reply{}, refusal(resp, now)
	case resp.ContentLength > c.o.MaxBytes:
		return reply{}, tooLarge(c.o.MaxBytes)
	}
	began := c.o.Now()
	r.leave = c.bodies.enter(ctx, c.o.Timeout/10)
	r.waited = c.o.Now().Sub(began)
	slow := time.AfterFunc(bodyHold, r.leave)
	r.body, r.cut, err = readBody(resp.Body, resp.Header.Get("Content-Encoding"), c.o.MaxBytes, resp.ContentLength)
	slow.Stop()
	if err != nil {
		r.free()
	}
	return r, behindProxy(feed, err)
}

// readBody reads and decompresses at most limit bytes. When the stream breaks behind at least one byte,
// what came before is returned with cut set. announced is how many bytes the server says it sends, -1 when it does not.
func readBody(body io.Reader, codings string, limit, announced int64) (b []byte, cut bool, err error) {
	// The compressed bytes are bounded as well: a gzip stream may hold any number of empty members.
	wire := &io.LimitedReader{R: body, N: limit + 1}
	r, err := decompress(wire, codings)
	if err == nil {
		b, err = readAll(io.LimitReader(r, limit+1), firstRoom(codings, announced))
	}
	if int64(len(b)) > limit || wire.N <= 0 {
		return nil, false, tooLarge(limit)
	}
	switch {
	case err == nil, errors.Is(err, gzip.ErrHeader) && len(b) > 0: // the latter: something hangs behind the gzip stream
		return b, false, nil
	case errors.Is(err, io.ErrUnexpectedEOF) && len(b) > 0:
		return b, true, nil
	}
	return nil, false, fmt.Errorf("read document: %w", err)
}

// bodyRoom is where reading begins, in bytes: most documents fit.
const bodyRoom = 128 << 10

// firstRoom is how many bytes to begin with. What a server announces is believed when it is less, and of what comes as it is: compressed, it grows.
func firstRoom(codings string, announced int64) int {
	if codings == "" && announced >= 0 && announced < bodyRoom {
		return int(announced) + 1 // reading ends with room left
	}
	return bodyRoom
}

// readAll is io.ReadAll that begins with a room of its own.
func readAll(r io.Reader, room int) ([]byte, error) {
	b := make([]byte, 0, room)
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF { //nolint:errorlint // as io.Reader has it
			return b, nil
		}
		if err != nil {
			return b, err
		}
		if len(b) == cap(b) {
			b = slices.Grow(b, len(b))
		}
	}
}

// decompress undoes the content codings a server names, outermost last as in RFC 9110 §8.4, and gzip that it does not name.
func decompress(r io.Reader, codings string) (io.Reader, error) {
	var names []string
	for name := range strings.SplitSeq(strings.ToLower(codings), ",") {
		if name = strings.TrimSpace(name); name != "" && name != "identity" {
			names = append(names, name)
		}
	}
	if len(names) > maxCodings {
		return nil, failed(news.ErrParse, fmt.Sprintf("%d content codings on top of one another", len(names)), nil)
	}
	for i := len(names) - 1; i >= 0; i-- {
		br := bufio.NewReader(r)
		switch names[i] {
		case "gzip", "x-gzip":
			if head, _ := br.Peek(2); !bytes.Equal(head, gzipMagic) { // said so, but did not
				r = br
				continue
			}
			z, err := gzip.NewReader(br)
			if err != nil {
				return nil, err
			}
			r = z
		case "deflate":
			// By the RFC this is zlib; some servers send the bare stream. A zlib header is a multiple of 31.
			head, _ := br.Peek(2)
			if len(head) == 2 && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
				z, err := zlib.NewReader(br)
				if err != nil {
					return nil, err
				}
				r = z
			} else {
				r = flate.NewReader(br)
			}
		default:
			return nil, failed(news.ErrParse, "content coding "+names[i]+", which was not asked for", nil)
		}
	}
	br := bufio.NewReader(r)
	if head, _ := br.Peek(2); bytes.Equal(head, gzipMagic) { // a .gz file served, or read, as it is
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, err
		}
		return z, nil
	}
	return br, nil
}

var gzipMagic = []byte{0x1f, 0x8b}

// refusal makes the error of a status that is neither 200 nor an expected 304.
func refusal(resp *http.Response, now time.Time) *news.FetchError {
	e := failed(news.ErrStatus, serverSaid(resp.StatusCode, serverName(resp)), nil)
	e.Status = resp.StatusCode
	e.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		e.Class = news.ErrBlocked
	}
	r, err := decompress(io.LimitReader(resp.Body, maxWall), resp.Header.Get("Content-Encoding"))
	if err != nil {
		return e // the status alone is proof enough
	}
	page, _ := io.ReadAll(io.LimitReader(r, maxWall)) // as far as it came
	if title, wall := challenge(decode(page, resp.Header.Get("Content-Type")).text); wall {
		e.Class = news.ErrBlocked
		e.Proof = proof(e.Proof + ": " + title)
	}
	return e
}

// serverName is the Server header, cut to what tells a wall from a server: "cloudflare", "ddos-guard", "nginx/1.24.0".
func serverName(resp *http.Response) string {
	return capped(text.OneLine(strings.ToValidUTF8(resp.Header.Get("Server"), "")), 40)
}

// serverSaid is "403 Forbidden · cloudflare".
func serverSaid(status int, server string) string {
	s := strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
	if server != "" {
		s += " · " + server
	}
	return s
}

// served adds who served it to the fault of a document that is a wall: it came with a good status, so the page is all the proof there is.
func (r reply) served(err error) error {
	fe := fetchError(err)
	if fe.Class == news.ErrBlocked && r.server != "" {
		fe.Proof = proof(serverSaid(http.StatusOK, r.server) + ": " + fe.Proof)
	}
	return fe
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110 §10.2.3). What makes no sense is 0.
func retryAfter(h string, now time.Time) time.Duration {
	h = strings.TrimSpace(h)
	var d time.Duration
	if seconds, err := strconv.ParseUint(h, 10, 64); err == nil {
		d = time.Duration(min(seconds, uint64(maxRetry/time.Second))) * time.Second
	} else if at, err := http.ParseTime(h); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxRetry)
}

func validator(h string) string {
	if len(h) > maxValidator {
		return ""
	}
	return h
}

func tooLarge(limit int64) *news.FetchError {
	return failed(news.ErrTooLarge, fmt.Sprintf("more than %d bytes", limit), nil)
}

func bodyHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
