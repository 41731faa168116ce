package feeds

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"vestnik/internal/news"
)

// request makes a request for u on behalf of feed. What is meant for the feed's own server goes to no other: see own.
func (c *Client) request(ctx context.Context, u *url.URL, feed news.Feed, accept string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("User-Agent", or(feed.UserAgent, c.o.UserAgent))
	req.Header.Set("Accept", accept)
	req.Header.Set("Accept-Encoding", "gzip, deflate")
	if !own(feed, u) {
		return req, nil
	}
	for _, h := range feed.Headers {
		req.Header.Set(h.Name, h.Value.Reveal())
	}
	if user, password, ok := strings.Cut(feed.Auth.Reveal(), ":"); ok {
		req.SetBasicAuth(user, password)
	}
	return req, nil
}

// own reports whether what is meant for the feed's server alone may go to u: the host and port of the feed's address, and never without TLS
// when that address has it.
func own(feed news.Feed, u *url.URL) bool {
	home, err := url.Parse(feed.URL)
	if err != nil {
		return false
	}
	host := canonicalHost(home) // the default ports of both schemes are one: servers lead from http to https
	return host != "" && host == canonicalHost(u) && (u.Scheme == home.Scheme || u.Scheme == "https")
}

// do sends req as the feed's options say. It follows redirects within bounds and notes in movedTo where the permanent ones led.
func (c *Client) do(req *http.Request, feed news.Feed, movedTo *string) (*http.Response, error) {
	t, err := c.transport(feed)
	if err != nil {
		return nil, err
	}
	permanent := true
	client := &http.Client{Transport: t, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > c.redirects {
			return fmt.Errorf("%w: more than %d, the next to %s", errRedirects, c.redirects, place(req.URL))
		}
		if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
			return failed(news.ErrAddress, "redirected to "+place(req.URL), nil)
		}
		req.Header.Del("Referer") // the address that led here may hold a key
		if !own(feed, req.URL) {
			for _, h := range feed.Headers { // Go itself takes away only cookies and authorisation, and lets subdomains have them
				req.Header.Del(h.Name)
			}
			req.Header.Del("Authorization")
		}
		code := req.Response.StatusCode
		permanent = permanent && (code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect)
		if permanent { // up to the first temporary one: what follows may change from poll to poll
			*movedTo = show(req.URL)
		}
		return nil
	}}
	resp, err := client.Do(req)
	return resp, behindProxy(feed, err)
}

// transport is what the feed's requests go through.
func (c *Client) transport(feed news.Feed) (*transport, error) {
	free := feed.AllowPrivate || c.o.AllowPrivate
	switch {
	case feed.Proxy != "":
		return c.proxies.transport(feed.Proxy, !free)
	case free:
		return c.open, nil
	}
	return c.guarded, nil
}
