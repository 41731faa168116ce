package opml

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/url"
	"time"

	"vestnik/internal/news"
)

// Our own attributes: what OPML has no word for. Other programs pass over attributes of a namespace they do not know (OPML 2.0, "Extending OPML").
const (
	prefix    = "vestnik:"
	namespace = "urn:vestnik:opml"
)

// Write makes an OPML 2.0 list of feeds, from which Parse gets back all that a Feed's words say. A user and a password never get into it: bare holds the
// ids of the feeds whose address had them. every tells how a Feed's interval is written.
func Write(title string, feeds []news.Feed, at time.Time, every func(time.Duration) string) (data []byte, bare []string) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, "<opml version=\"2.0\" xmlns:vestnik=%s>\n<head>\n<title>%s</title>\n<dateCreated>%s</dateCreated>\n</head>\n<body>\n",
		quote(namespace), escape(title), at.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	outlets := map[string]int{}
	for _, f := range feeds {
		outlets[f.Outlet]++
	}
	for _, f := range feeds {
		address, had := withoutUser(f.URL)
		if had {
			bare = append(bare, f.ID)
		}
		name := f.Outlet
		if outlets[name] > 1 && f.Language != "" { // an outlet's feeds are told apart
			name += " (" + f.Language + ")"
		}
		b.WriteString("<outline type=\"rss\"")
		interval := ""
		if f.Every > 0 {
			interval = every(f.Every)
		}
		for _, a := range []struct{ key, value string }{
			{"text", name}, {"title", name}, {"xmlUrl", address}, {"language", f.Language},
			{prefix + "id", f.ID}, {prefix + "outlet", f.Outlet}, {prefix + "country", f.Country}, {prefix + "type", string(f.Type)},
			{prefix + "every", interval}, {prefix + "timezone", f.Timezone},
		} {
			if a.value != "" {
				b.WriteString(" " + a.key + "=" + quote(a.value))
			}
		}
		b.WriteString("/>\n")
	}
	b.WriteString("</body>\n</opml>\n")
	return b.Bytes(), bare
}

// withoutUser is the address without user and password. One that cannot be read is none.
func withoutUser(address string) (bare string, had bool) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "", true
	case u.User == nil:
		return address, false
	}
	u.User = nil
	return u.String(), true
}

func quote(s string) string { return `"` + escape(s) + `"` }

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
