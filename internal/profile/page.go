package profile

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"vestnik/internal/text"
)

// readPage takes an article out of a web page: its title, its language, and the text of the element that holds the article, without what markup
// says is the page around it. What markup does not say is left to the paragraphs' own signals.
func (a *Article) readPage(data []byte, declared bool) error {
	if declared { // bytes that are not UTF-8, in the encoding the page names
		r, err := charset.NewReader(bytes.NewReader(data), "text/html")
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			return err
		}
		data = b.Bytes()
	}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return err
	}
	page := pageReader{into: a}
	page.head(root)
	if a.Title == "" {
		a.Title = text.OneLine(page.heading + page.title)
	}
	prune(root)
	body := page.body(root)
	var b strings.Builder
	if err := html.Render(&b, body); err != nil {
		return err
	}
	a.Text = strings.ReplaceAll(text.FromHTML(b.String()), "\n", "\n\n")
	return nil
}

type pageReader struct {
	into           *Article
	title, heading string
}

// head reads what a page says of itself: <html lang>, <title>, <h1> and the usual meta elements.
func (r *pageReader) head(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			lang, _, _ := strings.Cut(strings.ToLower(attr(n, "lang")), "-")
			r.into.Lang = lang
		case atom.Title:
			if r.title == "" {
				r.title = content(n)
			}
		case atom.H1:
			if r.heading == "" {
				r.heading = content(n)
				r.title = ""
			}
		case atom.Meta:
			value := strings.TrimSpace(attr(n, "content"))
			switch strings.ToLower(attr(n, "property") + attr(n, "name")) {
			case "og:title":
				r.into.Title = text.OneLine(value)
			case "og:site_name":
				r.into.Outlet = value
			case "author", "article:author":
				r.into.Author = value
			case "article:published_time", "date":
				r.into.Date = value
			}
		}
	}
	if r.heading != "" {
		r.title = ""
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// content is the text of an element, not trimmed.
func content(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// around are parts of class names and ids by which sites call what is not the article.
var around = []string{
	"newsletter", "subscri", "signup", "sign-up", "promo", "share", "sharing", "social", "related", "recommend", "cookie", "consent", "comment", "breadcrumb",
	"sidebar", "banner", "advert", "author-bio", "author-box", "about-author", "paywall", "donat", "popular", "most-read", "byline", "tag-list", "tags", "menu", "copyright",
}

// prune takes the elements out that markup or their names call something else than the article.
func prune(root *html.Node) {
	var drop []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.ElementNode && isAround(n) {
			drop = append(drop, n)
		}
	}
	for _, n := range drop {
		n.Parent.RemoveChild(n)
	}
}

func isAround(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Nav, atom.Aside, atom.Footer, atom.Form, atom.Button, atom.Iframe, atom.Select, atom.Svg, atom.Head:
		return true
	case atom.Html, atom.Body, atom.Main, atom.Article:
		return false
	}
	switch attr(n, "role") {
	case "navigation", "complementary", "contentinfo", "search", "banner", "dialog":
		return true
	}
	for name := range strings.FieldsSeq(strings.ToLower(attr(n, "class") + " " + attr(n, "id"))) {
		for _, part := range around {
			// "share-buttons" and "article__share", but not "shareholders": a part begins and ends where a name's parts do, or is a stem.
			if i := strings.Index(name, part); i >= 0 && !letterAt(name, i-1) && (!letterAt(name, i+len(part)) || part == "subscri" || part == "donat" || part == "advert" || part == "recommend") {
				return true
			}
		}
	}
	return false
}

func letterAt(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= 'a' && s[i] <= 'z' }

// articleShare is how much of a page's text an <article> must hold to be the article; teasers of others are articles, too.
const articleShare = 0.4

// body is the element that holds the article: the longest <article> or <main>, else the whole page.
func (r *pageReader) body(root *html.Node) *html.Node {
	best, longest := root, int(articleShare*float64(len(content(root))))
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (n.DataAtom == atom.Article || n.DataAtom == atom.Main && best == root) {
			if size := len(content(n)); size > longest {
				best, longest = n, size
			}
		}
	}
	return best
}
