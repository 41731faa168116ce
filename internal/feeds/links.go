package feeds

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vestnik/internal/text"
)

// Bounds of what is looked at in a page.
const (
	maxLinked = 2 << 20 // bytes
	maxLinks  = 50      // kept of each kind
	maxSeen   = 200     // looked at of each kind: many may be one
	maxAnchor = 40      // characters of a link's text; what is longer is a headline
)

// links are the addresses in a page at which feeds may be, absolute, each once, in the page's order.
type links struct {
	title    string
	declared []string // by <link rel="alternate">
	anchors  []string // by <a> whose address or text says so
}

// feedTypes are the types with which pages declare feeds.
var feedTypes = []string{"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/xml", "text/xml", "application/rss", "application/json"}

// findLinks reads page, which came from at.
func findLinks(page []byte, at *url.URL) links {
	page = page[:min(len(page), maxLinked)]
	l := links{title: pageTitle(page[:min(len(page), maxWall)])}
	base := at
	var declared, anchors []string
	var anchor *string // address of the <a> that is open
	said := ""         // its text
	leave := func() {
		if anchor != nil && (likeFeed(*anchor, at) || saysFeed(said)) {
			anchors = append(anchors, *anchor)
		}
		anchor, said = nil, ""
	}
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(1 << 20)
	for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
		switch tt {
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch atom.Lookup(name) {
			case atom.Base:
				if u, err := url.Parse(absolute(attributes(z)["href"], at)); err == nil && u.Host != "" && base == at {
					base = u
				}
			case atom.Link:
				if len(declared) == maxSeen {
					break
				}
				if a := attributes(z); declaresFeed(a) {
					declared = append(declared, a["href"])
				}
			case atom.A:
				if leave(); len(anchors) == maxSeen {
					break
				}
				a := attributes(z)
				href := a["href"]
				anchor, said = &href, a["title"]+" "+a["aria-label"]
			case atom.Img:
				if anchor != nil && len(said) < 8*maxAnchor {
					said += " " + attributes(z)["alt"]
				}
			}
		case html.TextToken:
			if anchor != nil && len(said) < 8*maxAnchor {
				said += string(z.Text())
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.A {
				leave()
			}
		}
	}
	leave()
	l.declared = resolve(declared, base)
	l.anchors = slices.DeleteFunc(resolve(anchors, base), func(a string) bool { return !sameSite(a, at) })
	return l
}

// attributes reads those of the tag at hand; of one that is given twice the first counts.
func attributes(z *html.Tokenizer) map[string]string {
	m := map[string]string{}
	for more := true; more; {
		var k, v []byte
		k, v, more = z.TagAttr()
		if _, twice := m[string(k)]; !twice && len(v) <= maxURL {
			m[string(k)] = string(v)
		}
	}
	return m
}

func resolve(hrefs []string, base *url.URL) []string {
	var out []string
	seen := map[string]bool{}
	for _, h := range hrefs {
		a := absolute(h, base)
		a, _, _ = strings.Cut(a, "#")
		if key := CanonicalURL(a); key != "" && !seen[key] && len(out) < maxLinks {
			seen[key] = true
			out = append(out, a)
		}
	}
	return out
}

// declaresFeed reports whether the attributes of a <link> are a feed's.
func declaresFeed(a map[string]string) bool {
	rel := strings.Fields(strings.ToLower(a["rel"]))
	kind, _, _ := strings.Cut(strings.ToLower(a["type"]), ";")
	kind = strings.TrimSpace(kind)
	switch {
	case a["href"] == "":
		return false
	case slices.Contains(rel, "feed"):
		return true
	case !slices.Contains(rel, "alternate") || !slices.Contains(feedTypes, kind):
		return false
	case kind == "application/json": // mostly an interface of the site's own
		return strings.Contains(strings.ToLower(a["href"]+a["title"]), "feed")
	}
	return true
}

var feedNames = []string{"rss", "rss2", "feed", "feeds", "atom", "rdf"}

// likeFeed reports whether an address, relative to at, looks like a feed's.
func likeFeed(href string, at *url.URL) bool {
	u, err := url.Parse(absolute(href, at))
	if err != nil || u.Host == "" {
		return false
	}
	p := strings.ToLower(strings.Trim(u.Path, "/"))
	last, before := path.Base(p), path.Base(path.Dir(p))
	stem, ext, _ := strings.Cut(last, ".")
	host, _, _ := strings.Cut(u.Hostname(), ".")
	q := u.Query()
	switch {
	case strings.Contains(last, "sitemap"):
		return false
	case slices.Contains(feedNames, stem), slices.Contains(feedNames, before):
		return true
	case ext == "rss" || ext == "atom" || ext == "rdf" || ext == "xml":
		return true
	case slices.Contains(feedNames, host) && p != "":
		return true
	}
	return slices.Contains(feedNames, strings.ToLower(q.Get("feed"))) || slices.Contains(feedNames, strings.ToLower(q.Get("format"))) ||
		slices.Contains(feedNames, strings.ToLower(q.Get("type")))
}

// saysFeed reports whether the text of a link speaks of a feed: "RSS", «RSS-лента».
func saysFeed(said string) bool {
	said = text.OneLine(said)
	if utf8.RuneCountInString(said) > maxAnchor {
		return false
	}
	for w := range text.Words(said) {
		if word := said[w.Start:w.End]; strings.EqualFold(word, "rss") || strings.EqualFold(word, "atom") {
			return true
		}
	}
	return false
}

// sameSite reports whether address is of the site that at is of, or where sites have their feeds kept.
func sameSite(address string, at *url.URL) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return site(host) == site(at.Hostname()) || strings.HasPrefix(host, "feeds.feedburner.") || strings.HasPrefix(host, "feedproxy.")
}

// site is the part of a host that its owner registered, as far as that can be told without a list: two labels, three below "com.ua".
func site(host string) string {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	n := 2
	if len(labels) > 2 && len(labels[len(labels)-1]) == 2 && slices.Contains(secondLevel, labels[len(labels)-2]) {
		n = 3
	}
	return strings.Join(labels[max(len(labels)-n, 0):], ".")
}

// secondLevel are names below which countries register.
var secondLevel = []string{"com", "co", "org", "net", "gov", "edu", "ac", "in"}
