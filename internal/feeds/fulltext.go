package feeds

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// acceptPage is what the page of an article is asked for as.
const acceptPage = "text/html, application/xhtml+xml, */*;q=0.1"

// maxPage is the longest page read, in bytes: articles with their scripts come to some hundred kB.
const maxPage = 4 << 20

// FullText returns item with the whole text of its page instead of the feed's beginning of it; what the feed says and the page does not stays in front.
// Keys and all else are as the feed made them, but for the language, which more text tells better. The page is asked for as the feed is: the same
// guard, bounds and turns at the host. Every error is a *news.FetchError; the item's own text is then the best there is.
func (c *Client) FullText(ctx context.Context, feed news.Feed, item news.Item, now time.Time) (news.Item, error) {
	start := c.o.Now()
	body, err := c.page(ctx, feed, item.Link, now)
	if err == nil {
		item, err = c.withPage(ctx, feed, item, body)
	}
	took := c.o.Now().Sub(start)
	if err != nil {
		err = hide(fetchError(err), feed)
		c.o.Log.Debug("page not read", "feed", feed.ID, "page", item.URL, "took", took, "err", err)
		return item, err
	}
	c.o.Log.Debug("page read", "feed", feed.ID, "page", item.URL, "took", took, "text", utf8.RuneCountInString(item.Text))
	return item, nil
}

// page fetches the page at address as UTF-8.
func (c *Client) page(ctx context.Context, feed news.Feed, address string, now time.Time) ([]byte, error) {
	if address == "" {
		return nil, failed(news.ErrAddress, "the item has no address", nil)
	}
	u, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	if u.Scheme == "file" { // an item of the network does not lead to files of the machine
		return nil, failed(news.ErrAddress, "address "+show(u)+" is a file", nil)
	}
	if home, err := url.Parse(feed.URL); err != nil || !strings.EqualFold(home.Hostname(), u.Hostname()) {
		feed.AllowPrivate = false // who may ask an aggregator on the own network may not be led by its items to everything else there
	}
	release, err := c.hosts.acquire(ctx, u.Hostname())
	if err != nil {
		return nil, err
	}
	defer release()
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	req, err := c.request(ctx, u, feed, acceptPage)
	if err != nil {
		return nil, err
	}
	var movedTo string
	resp, err := c.do(req, feed, &movedTo)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	contentType, limit := resp.Header.Get("Content-Type"), min(c.o.MaxBytes, maxPage)
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, refusal(resp, now)
	case !isPage(contentType):
		return nil, failed(news.ErrParse, "the item leads to "+contentType+", not to a page", nil)
	case resp.ContentLength > limit:
		return nil, tooLarge(limit)
	case homepage(resp.Request.URL) && !homepage(u):
		return nil, failed(news.ErrStatus, "the item's address leads to the front page", nil)
	}
	body, _, err := readBody(resp.Body, resp.Header.Get("Content-Encoding"), limit, resp.ContentLength) // of a page that breaks off, what came is more than the feed has
	if err != nil {
		return nil, behindProxy(feed, err)
	}
	return decode(body, withMeta(contentType, body)).text, nil
}

// isPage reports whether a media type is that of a web page; servers that say none are believed to have sent one.
func isPage(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return contentType == "" || err == nil && (t == "text/html" || t == "application/xhtml+xml")
}

func homepage(u *url.URL) bool { return strings.Trim(u.Path, "/") == "" && u.RawQuery == "" }

// metaCharset finds the charset that a page itself declares.
var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{1,200}?charset[ \t\r\n]*=[ \t\r\n"']*([a-z0-9_:-]{2,40})`)

// withMeta is contentType with the charset that the page declares, when the server names none.
func withMeta(contentType string, body []byte) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return contentType
	}
	m := metaCharset.FindSubmatch(body[:min(len(body), 4096)])
	if m == nil {
		return contentType
	}
	return "text/html; charset=" + string(m[1])
}

// withPage returns item with the article of the page, when it is there and is the item's.
func (c *Client) withPage(ctx context.Context, feed news.Feed, item news.Item, page []byte) (news.Item, error) {
	select { // extraction takes a processor and some MB: no more at a time than there are processors on a small machine
	case c.extracting <- struct{}{}:
		defer func() { <-c.extracting }()
	case <-ctx.Done():
		return item, ctx.Err()
	}
	title, wall := challenge(page)
	content, err := article(page)
	if err != nil {
		return item, failed(news.ErrParse, "page “"+title+"”", err)
	}
	found := plain(content, maxText, text.FromHTML)
	switch {
	case !tells(found, item):
		if wall {
			return item, failed(news.ErrBlocked, title, nil)
		}
		return item, failed(news.ErrParse, "the page “"+title+"” has nothing of the item's text", nil)
	case titledWall(title) && !titledWall(item.Title):
		return item, failed(news.ErrBlocked, title, nil)
	case utf8.RuneCountInString(found) <= utf8.RuneCountInString(item.Text):
		return item, failed(news.ErrParse, fmt.Sprintf("the page has no more text than the feed: %d characters", utf8.RuneCountInString(found)), nil)
	}
	item.Text = joined(item, found)
	item.Lang = normaliser{feed: feed, language: c.o.Language, tag: item.Lang}.lang(item)
	return item, nil
}

// How much of an item's words must stand in the article for it to be the item's.
const (
	aboutWords  = 40 // words of title and text that are looked for
	aboutLetter = 4  // letters of a word that are compared: titles and texts inflect
	aboutShare  = 0.5
)

// tells reports whether the article found is the item's: whether it has half of the words of its title, or of its text's beginning. Walls,
// consent forms and other articles have not.
func tells(found string, item news.Item) bool {
	has := stems(found, 0)
	for _, part := range []string{item.Title, item.Text} {
		want := stems(part, aboutWords)
		n := 0
		for w := range want {
			if has[w] {
				n++
			}
		}
		if len(want) > 0 && float64(n) >= aboutShare*float64(len(want)) {
			return true
		}
	}
	return false
}

// stems are the beginnings of the longer words of s, of the first most of them; of all when most is 0.
func stems(s string, most int) map[string]bool {
	set := map[string]bool{}
	n := 0
	for w := range text.Words(s) {
		if w.Letters < aboutLetter {
			continue
		}
		if n++; most > 0 && n > most {
			break
		}
		folded := []rune(text.Fold(s[w.Start:w.End]))
		set[string(folded[:min(len(folded), aboutLetter)])] = true
	}
	return set
}

// joined is the text of an item whose page has the text found: that alone when it begins as the feed's does or holds it, else the feed's text
// ahead of it, because a word that only the feed has may be the one somebody waits for. A headline that the article repeats is left off.
func joined(item news.Item, found string) string {
	if first, rest, ok := strings.Cut(found, "\n"); ok && rest != "" && squeezed(first) == squeezed(item.Title) {
		found = rest
	}
	own := strings.TrimRight(squeezed(item.Text), ".…[] ")
	if strings.Contains(squeezed(found), own) {
		return found
	}
	return capped(item.Text+"\n"+found, maxText)
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }
