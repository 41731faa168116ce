// Package opml reads and writes lists of feeds in OPML, the format in which feed readers exchange them.
// It must not fetch anything, nor judge what a list says: whoever takes a feed from it checks the feed.
package opml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Bounds of a list, far above what readers export.
const (
	maxBytes   = 16 << 20
	maxFeeds   = 10_000
	maxTag     = 1 << 20 // bytes of one tag
	maxFolders = 20      // names kept of the folders around a feed; deeper ones are not kept, their feeds are
	maxText    = 500     // characters kept of a name
)

// MaxBytes is the size of a list above which Parse refuses it.
const MaxBytes = maxBytes

// An Outline is one feed of a list, as the list says it: nothing is checked, the texts are one line each.
type Outline struct {
	Line     int      // where its tag begins, from 1
	Title    string   // its title, else its text; may be ""
	URL      string   // of the feed; "" when the list calls it a feed (type="rss") and gives no address
	Page     string   // of the site; may be ""
	Folders  []string // the names of the outlines around it, the outermost first
	Language string   // a tag such as "ru" or "en-us"; may be ""
	Own      Own
}

// Own is what Write adds to a feed in attributes of our own namespace; a list of another program has none of it.
type Own struct {
	ID, Outlet, Country, Type, Every, Timezone string
}

// Parse reads the feeds of a list, in their order. data is UTF-8. cut says that the list ends before its end tag does.
//
// Lists in the wild are not XML: a bare "&" in an address is the rule, "<" in a title happens, names of attributes are in any case, and something may
// stand in front of the prolog. So the tags are read as a browser reads them, by the HTML tokeniser: it knows no errors, defines no entities
// and reads no other files.
func Parse(data []byte) (list []Outline, cut bool, err error) {
	if len(data) > maxBytes {
		return nil, false, fmt.Errorf("the list has %d bytes; %d are read at most", len(data), maxBytes)
	}
	p := parser{line: 1}
	z := html.NewTokenizer(bytes.NewReader(data))
	z.SetMaxBuf(maxTag)
	for {
		tt := z.Next()
		if tt == html.ErrorToken {
			break
		}
		at := p.line
		p.line += bytes.Count(z.Raw(), []byte("\n"))
		switch tt {
		case html.StartTagToken, html.SelfClosingTagToken:
			z.NextIsNotRawText() // <title/> is an empty title here, not the beginning of one
			if err := p.start(z.Token(), at); err != nil {
				return nil, false, err
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if err := p.end(string(name)); err != nil {
				return nil, false, err
			}
		}
	}
	if err := z.Err(); !errors.Is(err, io.EOF) {
		return nil, false, fmt.Errorf("line %d: a tag of more than %d bytes", p.line, maxTag)
	}
	if err := p.flush(); err != nil {
		return nil, false, err
	}
	if !p.opml && len(p.list) == 0 {
		return nil, false, notOPML(p.first)
	}
	return p.list, p.open, nil
}

func notOPML(first string) error {
	switch first {
	case "":
		return errors.New("this is not OPML: there is no tag in it")
	case "rss", "feed", "rdf:rdf":
		return errors.New("this is a feed, not a list of feeds in OPML")
	}
	return fmt.Errorf("this is not OPML: it begins with <%s>", first)
}

type parser struct {
	line    int
	first   string // name of the first tag
	opml    bool   // there is a tag <opml>
	open    bool   // which has not ended
	folders []string
	deep    int // outlines that are open; those beyond maxFolders are only counted
	list    []Outline
	bare    *Outline // the outline that is open is called a feed and has no address: a folder if others begin in it
}

func (p *parser) start(t html.Token, line int) error {
	if p.first == "" {
		p.first = clean(t.Data)
	}
	switch t.Data {
	case "opml":
		p.opml, p.open = true, t.Type == html.StartTagToken
	case "outline":
		p.bare = nil
		o, feed := outline(t.Attr)
		o.Line, o.Folders = line, append([]string(nil), p.folders...)
		switch {
		case o.URL == "" && feed && t.Type == html.StartTagToken:
			p.bare = &o
		case o.URL != "" || feed:
			if err := p.add(o); err != nil {
				return err
			}
		}
		if t.Type == html.StartTagToken {
			if p.deep++; p.deep <= maxFolders {
				p.folders = append(p.folders, o.Title)
			}
		}
	}
	return nil
}

func (p *parser) add(o Outline) error {
	if len(p.list) == maxFeeds {
		return fmt.Errorf("line %d: the list has more than %d feeds; that many are read at most", o.Line, maxFeeds)
	}
	p.list = append(p.list, o)
	return nil
}

func (p *parser) end(name string) error {
	switch {
	case name == "opml":
		p.open = false
	case name == "outline" && p.deep > 0:
		if p.deep--; p.deep < len(p.folders) {
			p.folders = p.folders[:p.deep]
		}
		return p.flush()
	}
	return nil
}

// flush takes the outline that was called a feed, and in which nothing began, for one.
func (p *parser) flush() error {
	o := p.bare
	if p.bare = nil; o == nil {
		return nil
	}
	return p.add(*o)
}

// outline reads the attributes of a tag; feed tells that it calls itself one. The tokeniser gives their names in lower case; of a name that is given twice the first counts, as in HTML.
func outline(attrs []html.Attribute) (o Outline, feed bool) {
	said := map[string]string{}
	for _, a := range attrs {
		if _, twice := said[a.Key]; !twice {
			said[a.Key] = clean(a.Val)
			if strings.HasSuffix(a.Key, "url") { // a line may be broken within an address
				said[a.Key] = clean(strings.NewReplacer("\r", "", "\n", "", "\t", "").Replace(a.Val))
			}
		}
	}
	first := func(keys ...string) string {
		for _, k := range keys {
			if said[k] != "" {
				return said[k]
			}
		}
		return ""
	}
	o = Outline{
		Title: limit(first("title", "text")), URL: first("xmlurl", "feedurl"), Page: first("htmlurl"), Language: said["language"],
		Own: Own{
			ID: said[prefix+"id"], Outlet: limit(said[prefix+"outlet"]), Country: said[prefix+"country"], Type: said[prefix+"type"],
			Every: said[prefix+"every"], Timezone: said[prefix+"timezone"],
		},
	}
	switch strings.ToLower(said["type"]) {
	case "rss", "atom", "rss1", "feed": // some write the feed's address where a link's stands
		feed = true
		if o.URL == "" {
			o.URL = said["url"]
		}
	}
	return o, feed
}

// clean makes s one line without control characters.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

func limit(s string) string {
	if utf8.RuneCountInString(s) <= maxText {
		return s
	}
	return string([]rune(s)[:maxText-1]) + "…"
}
