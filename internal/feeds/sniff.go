package feeds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vestnik/internal/news"
)

// wallMarks are strings of pages that stand between a program and a site: of the checks themselves, not of sites that merely have
// a form with one. From the public block pages of Cloudflare, DDoS-Guard, Qrator, ServicePipe, Variti, StormWall, Imperva,
// Akamai, Sucuri, AWS WAF, DataDome, PerimeterX and Anubis.
var wallMarks = []string{
	"/cdn-cgi/challenge-platform/", "cf-browser-verification", "cf_chl_", "cf-error-details", "ddos-guard", "__qrator", "qrator.net",
	"servicepipe", "variti", "stormwall", "_incapsula_", "errors.edgesuite.net", "sucuri website firewall", "awswafintegration",
	"captcha-delivery.com", "px-captcha", "/.within.website/x/cmd/anubis",
}

// wallTitles are words of the titles such pages have, lower case.
var wallTitles = []string{
	"just a moment", "attention required", "access denied", "checking your browser", "are you a robot", "not a bot", "not a robot",
	"security check", "captcha", "ddos", "you have been blocked", "403 forbidden",
	"проверка браузера", "вы не робот", "доступ ограничен", "доступ запрещ", "доступ заблокирован",
}

// challenge reports whether page is one of those, and its title, or its first words when it has none.
func challenge(page []byte) (title string, wall bool) {
	page = page[:min(len(page), maxWall)]
	title = pageTitle(page)
	if titledWall(title) {
		return title, true
	}
	lowPage := bytes.ToLower(page)
	for _, m := range wallMarks {
		if bytes.Contains(lowPage, []byte(m)) {
			return title, true
		}
	}
	return title, false
}

// titledWall reports whether pages of that title stand between a program and a site.
func titledWall(title string) bool {
	low := strings.ToLower(title)
	return slices.ContainsFunc(wallTitles, func(w string) bool { return strings.Contains(low, w) })
}

// htmlStart is how a whole web page begins.
var htmlStart = regexp.MustCompile(`^(?i:<!doctype[ \t\r\n]+html|<(?:html|head|body)[ \t\r\n>/])`)

// pageTitle is the text of the first <title>, else the first words of the page.
func pageTitle(page []byte) string {
	z := html.NewTokenizer(bytes.NewReader(page))
	for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
		if tt == html.StartTagToken {
			if name, _ := z.TagName(); atom.Lookup(name) == atom.Title {
				if z.Next() == html.TextToken {
					if t := proof(string(z.Text())); t != "" {
						return t
					}
				}
			}
		}
	}
	return proof(string(page))
}

// root finds the start tag of a feed's root element; its group is the local name.
var root = regexp.MustCompile(`<(?:[a-zA-Z][a-zA-Z0-9._-]*:)?((?i:rss|rdf|feed))(?:[ \t\r\n][^>]*)?/?>`)

// loneEntry is how an Atom document that is one entry begins (RFC 4287 §2).
var loneEntry = regexp.MustCompile(`^<(?:[a-zA-Z][a-zA-Z0-9._-]*:)?entry[ \t\r\n][^>]*http://www\.w3\.org/2005/Atom[^>]*>`)

// anyRoot finds the name of the first element.
var anyRoot = regexp.MustCompile(`^<([a-zA-Z][^ \t\r\n>/]{0,40})`)

// sniff returns doc from its root element on (XML) or as it is (JSON), or why it is no feed. junk says that there was
// something in front of the root that does not belong there.
func sniff(doc []byte) (feed []byte, junk bool, err error) {
	doc = bytes.TrimSpace(doc)
	if len(doc) == 0 {
		return nil, false, failed(news.ErrNotFeed, "the document is empty", nil)
	}
	if doc[0] == '{' || doc[0] == '[' {
		if err = sniffJSON(doc); err == nil || !root.Match(doc) {
			return doc, false, err
		}
	}
	body := skipMisc(doc)
	if htmlStart.Match(body) {
		return nil, false, page(doc)
	}
	if loc := root.FindIndex(body); loc != nil && loc[0] == 0 {
		return body, false, nil
	}
	if loneEntry.Match(body) {
		return slices.Concat([]byte(`<feed xmlns="http://www.w3.org/2005/Atom">`), body, []byte("</feed>")), false, nil
	}
	// Something stands in front. A prolog tells best where it ends: it may itself hold tags.
	if i := bytes.Index(body, []byte("<?xml")); i >= 0 {
		rest := skipMisc(body[i:])
		if htmlStart.Match(rest) {
			return nil, false, page(rest)
		}
		body = rest
	}
	if loc := root.FindIndex(body); loc != nil {
		return body[loc[0]:], true, nil
	}
	if m := anyRoot.FindSubmatch(body); m != nil && atom.Lookup(bytes.ToLower(m[1])) == 0 {
		return nil, false, failed(news.ErrNotFeed, fmt.Sprintf("the root element is %q", m[1]), nil)
	}
	return nil, false, page(doc)
}

// page makes the error of a web page or of some other text.
func page(doc []byte) *news.FetchError {
	title, wall := challenge(doc)
	if wall {
		return failed(news.ErrBlocked, or(title, "a challenge page"), nil)
	}
	return failed(news.ErrNotFeed, or(title, "a page without text"), nil)
}

// skipMisc skips what XML allows in front of the root element: white space, declarations, comments, instructions and the doctype of a feed.
func skipMisc(doc []byte) []byte {
	for {
		doc = bytes.TrimLeft(doc, " \t\r\n\uFEFF\x00")
		var end []byte
		switch {
		case bytes.HasPrefix(doc, []byte("<!--")):
			end = []byte("-->")
		case bytes.HasPrefix(doc, []byte("<?")):
			end = []byte("?>")
		case hasPrefixFold(doc, "<!doctype") && !htmlStart.Match(doc):
			end = []byte(">")
			if open, gt := bytes.IndexByte(doc, '['), bytes.IndexByte(doc, '>'); open >= 0 && open < gt {
				end = []byte("]>") // an internal subset; entities it defines are not used
			}
		default:
			return doc
		}
		i := bytes.Index(doc, end)
		if i < 0 {
			return doc
		}
		doc = doc[i+len(end):]
	}
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}

// sniffJSON returns why doc is no JSON Feed, nil when it may be one: it has the version the format asks for, broken or not, or at least items.
func sniffJSON(doc []byte) error {
	var head struct {
		Version any               `json:"version"`
		Items   []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(doc, &head); err != nil {
		if bytes.Contains(doc[:min(len(doc), maxWall)], []byte("jsonfeed.org/version")) {
			return nil // broken, but one
		}
		return failed(news.ErrNotFeed, "JSON that is not a JSON Feed: "+string(doc[:min(len(doc), 4*maxProof)]), nil)
	}
	version, _ := head.Version.(string)
	if strings.Contains(version, "jsonfeed.org") || len(head.Items) > 0 {
		return nil
	}
	return failed(news.ErrNotFeed, "JSON that is not a JSON Feed: "+string(doc[:min(len(doc), 4*maxProof)]), nil)
}
