package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of a page, far above what articles have: some thousand elements, text of 100 kB some 20 deep. The library sums up the text below an element
// again and again, so what it costs is length of text times its depth: 20 million is about a second.
const (
	maxElements  = 12_000
	maxTextDepth = 20_000_000 // bytes of text, each times the number of elements around it
)

var (
	errNoArticle = errors.New("no article on the page")
	errHeavyPage = errors.New("the page has too much on it")
)

// article returns the HTML of what a reader of the page, which is UTF-8, came for: its article without menus, lists of other news, forms and
// scripts.
func article(page []byte) (content string, err error) {
	defer func() {
		if v := recover(); v != nil { // the library eats foreign bytes
			content, err = "", fmt.Errorf("the extractor gave up: %v", v)
		}
	}()
	bare, err := prune(page)
	if err != nil {
		return "", err
	}
	doc, err := html.Parse(bytes.NewReader(bare)) // refuses what is nested deeper than 512 elements
	if err != nil {
		return "", err
	}
	if textDepth(doc, 0) > maxTextDepth {
		return "", errHeavyPage
	}
	p := readability.NewParser()
	p.CharThresholds = 250 // an article shorter than that makes the library look again, less strictly; news is short
	p.DisableJSONLD = true
	a, err := p.ParseAndMutate(doc, nil)
	if err != nil {
		return "", err
	}
	if a.Node == nil {
		return "", errNoArticle
	}
	var out strings.Builder
	if err := a.RenderHTML(&out); err != nil {
		return "", err
	}
	return out.String(), nil
}

// textDepth sums up the text below n, each byte as often as there are elements around it.
func textDepth(n *html.Node, depth int) int {
	if n.Type == html.TextNode {
		return len(n.Data) * depth
	}
	sum := 0
	for c := range n.ChildNodes() {
		sum += textDepth(c, depth+1)
	}
	return sum
}

// silent are elements that hold nothing of an article. Those of them whose content the tokeniser takes as raw text it takes so in any place once
// svg and math, where other rules hold, are gone.
var silent = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Svg: true, atom.Math: true, atom.Noscript: true, atom.Iframe: true, atom.Noembed: true,
	atom.Noframes: true, atom.Textarea: true, atom.Xmp: true, atom.Plaintext: true, atom.Template: true, atom.Select: true, atom.Object: true,
	atom.Applet: true, atom.Button: true,
}

// dress are the tags that only say how text looks. The parser of HTML opens those that were left open anew in every paragraph that follows (the
// list of active formatting elements), which makes gigabytes of a small page that is made for it.
var dress = map[atom.Atom]bool{
	atom.B: true, atom.Big: true, atom.Code: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Nobr: true, atom.S: true,
	atom.Small: true, atom.Strike: true, atom.Strong: true, atom.Tt: true, atom.U: true, atom.Marquee: true,
}

// prune leaves of a page what an article is made of: text, escaped anew so that no tag arises where another was dropped, and the tags that give
// it structure.
func prune(page []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(page) / 2)
	z := html.NewTokenizer(bytes.NewReader(page))
	elements, drop := 0, 0
	var within atom.Atom // the silent element that is being passed over, drop deep
	for {
		tt := z.Next()
		switch tt {
		case html.ErrorToken: // the reader is a slice, so it is its end
			return out.Bytes(), nil
		case html.TextToken:
			if drop == 0 {
				out.WriteString(html.EscapeString(string(z.Text())))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			raw := z.Raw() // before TagName, which changes the case in place
			name, _ := z.TagName()
			element := atom.Lookup(name)
			switch {
			case drop > 0:
				if element == within {
					switch tt {
					case html.StartTagToken:
						drop++
					case html.EndTagToken:
						drop--
					}
				}
			case silent[element]:
				// HTML takes the slash of "<script/>" for nothing, only svg and math know elements that end at once.
				if tt == html.StartTagToken || tt == html.SelfClosingTagToken && element != atom.Svg && element != atom.Math {
					within, drop = element, 1
				}
			case dress[element]:
			default:
				if tt != html.EndTagToken {
					if elements++; elements > maxElements {
						return nil, errHeavyPage
					}
				}
				out.Write(raw)
			}
		}
	}
}
