package feeds

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"vestnik/internal/news"
)

// speak gives an item without title and text what else its entry has: the text of elements that nobody here knows, else as title its address,
// GUID, author or date. An entry that has none of them stays empty.
func speak(it *news.Item, e *gofeed.Item, guid string) {
	if it.Text = otherText(e); it.Text != "" {
		return
	}
	address := or(it.URL, it.Link)
	if address == "" && len(it.Media) > 0 {
		address = it.Media[0].URL
	}
	for _, s := range []string{readable(address), guid, it.Author, or(e.Published, e.Updated)} {
		if it.Title = plainLine(s, maxTitle); it.Title != "" {
			return
		}
	}
}

// readable is an address as people read it.
func readable(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	if plain, err := url.PathUnescape(rest); err == nil && utf8.ValidString(plain) {
		return plain
	}
	return rest
}

// maxOther is how many elements otherText looks at.
const maxOther = 100

// otherText is the text of all elements of other namespaces, in the order of their names: gofeed keeps no other.
func otherText(e *gofeed.Item) string {
	var lines []string
	left := maxOther
	var walk func(m map[string][]ext.Extension, deep int)
	walk = func(m map[string][]ext.Extension, deep int) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			for _, x := range m[name] {
				if left--; left < 0 || deep > 5 {
					return
				}
				if t := plainLine(x.Value, maxTitle); t != "" {
					lines = append(lines, t)
				}
				walk(x.Children, deep+1)
			}
		}
	}
	for _, prefix := range slices.Sorted(maps.Keys(e.Extensions)) {
		walk(e.Extensions[prefix], 0)
	}
	return capped(strings.Join(lines, "\n"), maxText)
}
