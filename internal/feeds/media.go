package feeds

import (
	"mime"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"vestnik/internal/news"
)

// Bounds of what an entry names beside its text.
const (
	maxMedia     = 10
	maxMediaType = 100 // bytes
)

// media lists the pictures, sounds and videos of an entry: enclosures and attachments first, then Media RSS, then what else gofeed takes for the
// picture of the entry. Each address once; only http and https.
func (n normaliser) media(e *gofeed.Item) []news.Media {
	var out []news.Media
	seen := map[string]int{}
	add := func(address, kind string) {
		address = absolute(address, n.base)
		if address == "" {
			return
		}
		kind = mediaType(kind)
		if i, ok := seen[address]; ok {
			out[i].Type = or(out[i].Type, kind)
			return
		}
		if len(out) < maxMedia {
			seen[address] = len(out)
			out = append(out, news.Media{URL: address, Type: kind})
		}
	}
	for _, x := range e.Enclosures {
		if x != nil {
			add(x.URL, x.Type)
		}
	}
	m := e.Extensions["media"]
	contents(m, add)
	for _, g := range m["group"] {
		contents(g.Children, add)
	}
	if e.Image != nil {
		add(e.Image.URL, "image")
	}
	return out
}

// contents gives add what Media RSS has: media:content, and media:thumbnail, which is a picture.
func contents(m map[string][]ext.Extension, add func(address, kind string)) {
	for _, c := range m["content"] {
		add(c.Attrs["url"], or(c.Attrs["type"], c.Attrs["medium"]))
		contents(c.Children, add) // a thumbnail of the content
	}
	for _, c := range m["thumbnail"] {
		add(c.Attrs["url"], "image")
	}
}

// mediaType is a MIME type without parameters, or its first part when a feed says no more; "" for what is neither.
func mediaType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if err != nil || len(t) > maxMediaType {
		return ""
	}
	if kind, _, whole := strings.Cut(t, "/"); !whole && kind != "image" && kind != "audio" && kind != "video" {
		return "" // "document", "executable"
	}
	return t
}
