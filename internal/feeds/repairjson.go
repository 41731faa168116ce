package feeds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/mmcdole/gofeed"

	"vestnik/internal/news"
)

// readJSON parses a JSON Feed with gofeed, and once more after mending it when that fails.
func readJSON(ctx context.Context, doc []byte) (gf *gofeed.Feed, cut bool, notes []string, err error) {
	gf, err = parseOnce(ctx, doc)
	var fe *news.FetchError
	if err == nil || !errors.As(err, &fe) || fe.Class != news.ErrParse {
		return gf, false, nil, err
	}
	feed, cut := looseJSON(doc)
	if feed == nil {
		return nil, false, nil, err
	}
	mended, marshalErr := json.Marshal(feed)
	if marshalErr != nil {
		return nil, false, nil, err
	}
	again, errAgain := parseOnce(ctx, mended)
	if errAgain != nil {
		return nil, false, nil, err
	}
	notes = []string{"fields of another type than a JSON Feed has"}
	if cut {
		notes = []string{"the end was missing"}
	}
	return again, cut, notes, nil
}

// looseJSON reads an object of JSON as far as it goes, its items one by one, and gives its fields the types that JSON Feed asks for. cut says that
// the end was missing; what was cut off in the middle is left out. It returns nil when nothing can be read.
func looseJSON(doc []byte) (feed map[string]any, cut bool) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	feed = map[string]any{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return settled(feed), ends(err)
		}
		if name == "items" {
			items, err := looseItems(d)
			feed["items"] = items
			if err != nil {
				return settled(feed), ends(err)
			}
			continue
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return settled(feed), ends(err)
		}
		feed[name] = v
	}
	_, err := d.Token() // the closing brace
	return settled(feed), ends(err)
}

// ends reports whether err says that a document stopped in the middle.
func ends(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

func looseItems(d *json.Decoder) (items []any, err error) {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, err
	}
	for d.More() && len(items) < maxItems {
		var v any
		if err := d.Decode(&v); err != nil {
			return items, err
		}
		if item, ok := v.(map[string]any); ok {
			items = append(items, settled(item))
		}
	}
	if len(items) == maxItems { // what follows is not looked at
		return items, errors.New("more items")
	}
	_, err = d.Token()
	return items, err
}

// settled gives the fields of a feed or an item of JSON Feed 1.0 and 1.1 their types, and leaves out what cannot have it.
func settled(m map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range m {
		switch name {
		case "items":
			out[name] = v
		case "author":
			if p := person(v); p != nil {
				out[name] = p
			}
		case "authors":
			var people []any
			for _, x := range listed(v) {
				if p := person(x); p != nil {
					people = append(people, p)
				}
			}
			out[name] = people
		case "tags":
			var tags []string
			for _, x := range listed(v) {
				for tag := range strings.SplitSeq(plainJSON(x), ",") {
					if tag = strings.TrimSpace(tag); tag != "" {
						tags = append(tags, tag)
					}
				}
			}
			out[name] = tags
		case "attachments":
			var list []any
			for _, x := range listed(v) {
				if a, ok := x.(map[string]any); ok {
					list = append(list, map[string]any{"url": plainJSON(a["url"]), "mime_type": plainJSON(a["mime_type"])})
				}
			}
			out[name] = list
		case "version", "title", "home_page_url", "feed_url", "description", "language", "id", "url", "external_url", "content_html", "content_text",
			"summary", "image", "banner_image", "date_published", "date_modified", "icon", "favicon":
			out[name] = plainJSON(v)
		}
	}
	return out
}

// listed is v when it is a list, else the list of v alone; nil for null.
func listed(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func person(v any) map[string]any {
	switch v := v.(type) {
	case string:
		return map[string]any{"name": v}
	case map[string]any:
		return map[string]any{"name": plainJSON(v["name"]), "url": plainJSON(v["url"])}
	}
	return nil
}

// plainJSON is a text or a number as text, "" for anything else.
func plainJSON(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}
