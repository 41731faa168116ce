package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// One article in watchedEvery is on a shipped watchlist: about as many as in four recorded weeks of world news.
const watchedEvery = 12

// apart is the time between two articles of a feed, so that 30 of them reach back two days.
const apart = 96 * time.Minute

// An article is made from its feed's and its own number alone: asked for again, it is the same.
type article struct {
	feed, n int
	title   string
	paras   []string
	at      time.Time
}

// A press writes articles. born is when article 0 of every feed came out.
type press struct {
	tongues []tongue
	born    time.Time
}

func (p press) tongue(feed int) tongue { return p.tongues[feed%len(p.tongues)] }

// watched says whether the article is on a watchlist.
func watched(feed, n int) bool { return (feed+n)%watchedEvery == 0 }

func (p press) article(feed, n int) article {
	t := p.tongue(feed)
	r := rand.New(rand.NewPCG(uint64(feed), uint64(n)))
	a := article{feed: feed, n: n, title: strings.TrimRight(t.sentence(r), "."), at: p.born.Add(time.Duration(n) * apart)}
	for range 3 {
		var b strings.Builder
		for range 3 {
			b.WriteString(t.sentence(r))
			b.WriteByte(' ')
		}
		a.paras = append(a.paras, strings.TrimSpace(b.String()))
	}
	if watched(feed, n) {
		a.paras[1] = t.watched[r.IntN(len(t.watched))] + " " + a.paras[1]
	}
	return a
}

func (t tongue) sentence(r *rand.Rand) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	return fmt.Sprintf("%s %s %s %s %s, № %d.", pick(t.who), pick(t.did), pick(t.what), pick(t.where), pick(t.when), r.IntN(1000))
}

// document renders a feed that shows count articles, the newest being number newest. Every fifth is Atom. base is where the farm lives.
func (p press) document(base string, feed, newest, count int) []byte {
	if feed%5 == 4 {
		return p.atom(base, feed, newest, count)
	}
	return p.rss(base, feed, newest, count)
}

func (p press) rss(base string, feed, newest, count int) []byte {
	t := p.tongue(feed)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>%s %d</title><link>%s/site/%d/</link><description>%s</description><language>%s</language>
`, t.outlet, feed, base, feed, t.outlet, t.code)
	for n := newest; n > newest-count; n-- {
		a := p.article(feed, n)
		fmt.Fprintf(&b, `<item><title>%s</title><link>%s?utm_source=rss&amp;utm_medium=feed</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate><dc:creator>%s</dc:creator><category>%s</category>`,
			escape(a.title), a.link(base), a.guid(), a.at.Format(time.RFC1123Z), t.outlet, t.where[n%len(t.where)])
		fmt.Fprintf(&b, "<description>%s</description><content:encoded><![CDATA[%s]]></content:encoded></item>\n", escape("<p>"+a.paras[0]+"</p>"), a.html())
	}
	b.WriteString("</channel></rss>\n")
	return b.Bytes()
}

func (p press) atom(base string, feed, newest, count int) []byte {
	t := p.tongue(feed)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="%s"><title>%s %d</title><id>urn:bench:feed:%d</id><link href="%s/site/%d/"/><updated>%s</updated>
`, t.code, t.outlet, feed, feed, base, feed, p.born.Add(time.Duration(newest)*apart).Format(time.RFC3339))
	for n := newest; n > newest-count; n-- {
		a := p.article(feed, n)
		fmt.Fprintf(&b, `<entry><title>%s</title><link rel="alternate" href="%s"/><id>%s</id><published>%s</published><updated>%[4]s</updated><author><name>%s</name></author><category term="%s"/>`,
			escape(a.title), a.link(base), a.guid(), a.at.Format(time.RFC3339), t.outlet, t.where[n%len(t.where)])
		fmt.Fprintf(&b, "<summary>%s</summary><content type=\"html\">%s</content></entry>\n", escape(a.paras[0]), escape(a.html()))
	}
	b.WriteString("</feed>\n")
	return b.Bytes()
}

func (a article) link(base string) string {
	return fmt.Sprintf("%s/site/%d/%d.html", base, a.feed, a.n)
}
func (a article) guid() string { return fmt.Sprintf("urn:bench:%d:%d", a.feed, a.n) }

func (a article) html() string {
	return `<p>` + strings.Join(a.paras, `</p><p>`) + fmt.Sprintf(`</p><p><a href="/site/%d/">%d</a> &nbsp;&mdash; <img src="/i/%d.jpg" alt=""></p>`, a.feed, a.feed, a.n)
}

// tag is the ETag of a document.
func tag(doc []byte) string {
	h := fnv.New64a()
	h.Write(doc)
	return fmt.Sprintf(`"%x"`, h.Sum64())
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
