package feeds

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"vestnik/internal/news"
)

// A normaliser makes items of the entries of one document.
type normaliser struct {
	feed     news.Feed
	now      time.Time
	zone     *time.Location
	base     *url.URL // what relative links are relative to; nil: nothing
	home     string   // canonical address of the feed's own page
	language func(string) (string, float64)
	tag      string // the language the document says it is in; "" when it does not
	zoneless *int   // counts entries whose date names no zone; nil: nobody wants to know

	doubted bool // set by items: an item lost a key that identifies nothing
}

// An entry is an item before it has keys.
type entry struct {
	news.Item
	guid string
	date string // as the feed gives it
}

// items returns the items in the document's order and how many entries were dropped: empty ones, and repeated ones.
func (n *normaliser) items(ctx context.Context, all []*gofeed.Item) (items []news.Item, dropped int, err error) {
	entries := make([]entry, 0, len(all))
	for _, e := range all {
		if err := ctx.Err(); err != nil {
			return nil, 0, failed(news.ErrTimeout, "the document took too long to parse", err)
		}
		if it := n.entry(e); it.Title != "" || it.Text != "" {
			entries = append(entries, it)
		}
	}
	n.distrust(entries)
	items = make([]news.Item, 0, len(entries))
	first := make(map[string]int, 3*len(entries)) // key → the item that has it
	var scratch []byte
	for _, e := range entries {
		e.Keys = keys(e, &scratch)
		if repeated(e.Keys, first) {
			continue
		}
		own := e.Keys[:0]
		for _, k := range e.Keys { // a key that two items share identifies neither: the first keeps it
			if _, taken := first[k]; taken {
				n.doubted = true
				continue
			}
			first[k] = len(items)
			own = append(own, k)
		}
		e.Keys = own
		items = append(items, e.Item)
	}
	return items, len(all) - len(items), nil
}

// maxGUIDTitles is how many headlines may share a GUID before it is taken for a constant. Two do when the document
// has an article before and after an edit.
const maxGUIDTitles = 2

// distrust takes away addresses and GUIDs that identify nothing: the address of the feed's own page, one that entries with different
// headlines share (a page of short news, a list whose entries differ in the fragment), and a GUID that is the same everywhere.
// As identities they would make every later entry a known one.
func (n *normaliser) distrust(entries []entry) {
	byGUID := map[string]map[string]bool{} // → the headlines that have it
	for _, e := range entries {
		note(byGUID, e.guid, e.headline())
	}
	byURL := map[string]map[string]bool{}
	versions := map[string]bool{} // GUIDs met: a second entry is another version of an article, not another article
	for i := range entries {
		e := &entries[i]
		if len(byGUID[e.guid]) > maxGUIDTitles && e.guid != "" {
			e.guid, n.doubted = "", true
		}
		if e.guid == "" || !versions[e.guid] {
			note(byURL, e.URL, e.headline())
		}
		versions[e.guid] = true
	}
	for i := range entries {
		if e := &entries[i]; e.URL != "" && (e.URL == n.home || len(byURL[e.URL]) > 1) {
			e.URL, n.doubted = "", true
		}
	}
}

func (e entry) headline() string { return or(e.Title, e.Text) }

func note(m map[string]map[string]bool, key, headline string) {
	if m[key] == nil {
		m[key] = map[string]bool{}
	}
	m[key][headline] = true
}

// repeated reports whether an item stands in the document already: its identity does, or all its other keys do as another item's.
func repeated(keys []string, first map[string]int) bool {
	if _, ok := first[keys[0]]; ok {
		return true
	}
	if len(keys) == 1 {
		return false
	}
	same, ok := first[keys[1]]
	for _, k := range keys[1:] {
		if i, has := first[k]; !ok || !has || i != same {
			return false
		}
	}
	return true
}

func (n normaliser) entry(e *gofeed.Item) entry {
	it := news.Item{
		FeedID:     n.feed.ID,
		Title:      plainLine(e.Title, maxTitle),
		Text:       longest(e),
		Author:     author(e),
		Categories: categories(e),
		Media:      n.media(e),
		Published:  n.published(e),
		Seen:       n.now,
	}
	guid := strings.ToValidUTF8(strings.TrimSpace(e.GUID), "\uFFFD")
	it.Link = n.link(e, guid)
	it.URL = CanonicalURL(it.Link)
	if it.Title == "" && it.Text == "" {
		speak(&it, e, guid)
	}
	it.Lang = n.lang(it)
	return entry{it, guid, e.Published}
}

// link is the first of the entry's addresses that can be opened. An entry without one may have it as its GUID.
func (n normaliser) link(e *gofeed.Item, guid string) string {
	candidates := append([]string{extension(e, "feedburner", "origLink"), e.Link}, e.Links...)
	for _, l := range e.Extensions["atom"]["link"] { // an Atom link in RSS
		if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
			candidates = append(candidates, l.Attrs["href"])
		}
	}
	for _, c := range candidates {
		if l := absolute(c, n.base); l != "" {
			return l
		}
	}
	return absolute(guid, nil) // nothing to be relative to: a GUID is an address only when it is a whole one
}

// longest is the text of the entry: of its content, its description and the full text that some outlets of the region add for
// aggregators (yandex:full-text, rbc_news:full-text), the one that says most.
func longest(e *gofeed.Item) string {
	var best string
	most := 0
	for _, s := range []string{
		e.Content, e.Description, extension(e, "", "full-text"), extension(e, "", "full_text"), extension(e, "media", "description"), mediaGroup(e),
	} {
		if len(s) <= most || utf8.RuneCountInString(s) <= most { // plain text is never longer than the markup it is made of
			continue
		}
		t := plainText(s, maxText)
		if n := utf8.RuneCountInString(t); n > most {
			best, most = t, n
		}
	}
	return best
}

// extension is the text of an element of another namespace; "" as prefix takes any.
func extension(e *gofeed.Item, prefix, name string) string {
	var found []ext.Extension
	if prefix != "" {
		found = e.Extensions[prefix][name]
	} else {
		for p, m := range e.Extensions {
			if len(m[name]) > 0 && (len(found) == 0 || m[name][0].Value > found[0].Value) { // by value: maps have no order
				found = e.Extensions[p][name]
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return found[0].Value
}

// mediaGroup is the description within media:group, where video sites keep it.
func mediaGroup(e *gofeed.Item) string {
	for _, g := range e.Extensions["media"]["group"] {
		if d := g.Children["description"]; len(d) > 0 {
			return d[0].Value
		}
	}
	return ""
}

// author is everybody who is named as one: gofeed's own list, and what Dublin Core has besides, of which gofeed takes the first at most.
func author(e *gofeed.Item) string {
	var names []string
	add := func(name string) {
		name = plainLine(name, maxAuthor)
		if name != "" && len(names) < maxAuthor && !slices.Contains(names, name) { // more of them cannot show
			names = append(names, name)
		}
	}
	for _, p := range e.Authors {
		if p != nil {
			add(or(p.Name, p.Email))
		}
	}
	if e.DublinCoreExt != nil {
		for _, name := range e.DublinCoreExt.Creator {
			add(name)
		}
	}
	return capped(strings.Join(names, ", "), maxAuthor)
}

func categories(e *gofeed.Item) []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range e.Categories {
		if len(out) == maxCategories {
			break
		}
		c = plainLine(c, maxCategory)
		if c != "" && !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	return out
}

// published reads the entry's dates, the first that can be believed. Without one it is now.
func (n normaliser) published(e *gofeed.Item) time.Time {
	for _, s := range []string{e.Published, e.Updated} {
		t, ok := readDate(s, n.zone)
		if !ok {
			continue
		}
		// A local date that lies ahead, read in a zone further west than its own, is no date here, but it tells of the zone.
		if n.zoneless != nil && t.Location() == n.zone && believable(t, n.now.Add(ahead)) {
			*n.zoneless++
		}
		if believable(t, n.now) {
			return t.UTC()
		}
	}
	for _, t := range []*time.Time{e.PublishedParsed, e.UpdatedParsed} {
		if t != nil && believable(*t, n.now) {
			return t.UTC()
		}
	}
	return n.now.UTC()
}

// ahead is how far the clocks of the easternmost zone are ahead of UTC.
const ahead = 14 * time.Hour

// believable reports whether t can be when something was published that was seen now: news on the web begins about 1990,
// and an hour is for clocks and daylight saving time that are set wrong.
func believable(t, now time.Time) bool {
	return t.Year() >= 1990 && !t.After(now.Add(time.Hour))
}

// keys identify the item within its feed, strongest first. See news.Item.Keys. scratch is written over.
func keys(e entry, scratch *[]byte) []string {
	out := make([]string, 0, 3)
	if guid := e.guid; guid != "" {
		if len(guid) > maxGUID {
			guid = "sha256:" + bodyHash([]byte(guid))
		}
		out = append(out, news.KeyGUID+guid)
	}
	if e.URL != "" {
		out = append(out, news.KeyURL+e.URL)
	}
	said := (*scratch)[:0]
	said = append(said, e.Title...)
	said = append(append(said, 0), e.Text...)
	if e.Text == "" { // a title alone comes back every day: "Weather"
		said = append(append(said, 0), strings.TrimSpace(e.date)...)
	}
	sum := sha256.Sum256(said)
	*scratch = said
	return append(out, news.KeyHash+hex.EncodeToString(sum[:16]))
}
