package feeds

import (
	"net"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxURL is the longest address kept, in bytes. Browsers and servers stop far below it.
const maxURL = 4096

// tracking are names of query parameters that tell where a reader came from and not what is read. Sources: the
// documentation of Google, Meta, Yandex, Microsoft and Mailchimp for their click ids; BBC and DW feeds for at_…, ns_… and maca;
// WordPress and Matomo for the rest.
var tracking = map[string]bool{
	"fbclid": true, "gclid": true, "dclid": true, "gbraid": true, "wbraid": true, "gclsrc": true, "msclkid": true, "twclid": true,
	"yclid": true, "ysclid": true, "ymclid": true, "_openstat": true, "igshid": true, "igsh": true, "mc_cid": true, "mc_eid": true,
	"_hsenc": true, "_hsmi": true, "mkt_tok": true, "oly_anon_id": true, "oly_enc_id": true, "vero_id": true, "wickedid": true,
	"pk_campaign": true, "pk_kwd": true, "mtm_campaign": true, "mtm_source": true, "mtm_medium": true, "_ga": true, "_gl": true,
	"cmpid": true, "ocid": true, "maca": true, "xtor": true, "traffic_source": true, "rss_source": true,
	"at_medium": true, "at_campaign": true, "at_bbc_team": true, "at_format": true, "at_link_id": true, "at_link_origin": true,
	"at_link_type": true, "at_ptr_name": true, "at_custom1": true, "at_custom2": true, "at_custom3": true, "at_custom4": true,
	"ns_campaign": true, "ns_mchannel": true, "ns_source": true, "ns_linkname": true, "ns_fee": true,
}

// fromRSS are names that mean something on other sites, and only with a value that begins with "rss" tell the way a reader came.
var fromRSS = map[string]bool{"from": true, "source": true, "src": true, "ref": true, "partner": true, "emc": true, "feed": true}

// CanonicalURL returns the form of an http or https address that ties the same article across feeds: https (both schemes show one
// article), host in lower case and punycode, no user, default port, fragment or tracking parameter, escapes in upper case. The order of
// the other parameters stays: it may matter. It returns "" when address is none of http and https, or too long. It is idempotent.
func CanonicalURL(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Opaque != "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	host := canonicalHost(u)
	if host == "" {
		return ""
	}
	path := escape(u.EscapedPath())
	if path == "" {
		path = "/"
	}
	out := "https://" + host + path
	if q := canonicalQuery(u.RawQuery); q != "" {
		out += "?" + q
	}
	if len(out) > maxURL {
		return ""
	}
	return out
}

// canonicalHost is host:port of u, "" when the host cannot be one.
func canonicalHost(u *url.URL) string {
	host, port := strings.TrimRight(strings.ToLower(u.Hostname()), "."), u.Port()
	switch {
	case strings.Contains(host, ":"): // IPv6
		if ip := net.ParseIP(host); ip == nil {
			return ""
		}
		host = "[" + host + "]"
	default:
		puny, err := idna.Lookup.ToASCII(host)
		if err != nil { // e.g. an underscore, which names in use do have
			if !plainHost(host) {
				return ""
			}
			puny = host
		}
		host = puny
	}
	if host == "" || port == "" || port == "80" || port == "443" {
		return host
	}
	return host + ":" + port
}

func plainHost(host string) bool {
	for i := range len(host) {
		c := host[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return host != ""
}

func canonicalQuery(raw string) string {
	var kept []string
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		name = strings.ToLower(name)
		if part == "" || tracking[name] || strings.HasPrefix(name, "utm_") ||
			fromRSS[name] && strings.HasPrefix(strings.ToLower(value), "rss") {
			continue
		}
		kept = append(kept, escape(part))
	}
	return strings.Join(kept, "&")
}

// escape writes the escapes of s in upper case and escapes the bytes that may not stand in a URL.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>\^`+"`{|}", c) >= 0 || c == '%':
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// absolute makes link, relative to base when it has to be, an http or https address: what a reader opens. It returns "" when
// that cannot be, so that javascript:, data: and the like never reach a reader, and when it is longer than maxURL. base may be nil.
func absolute(link string, base *url.URL) string {
	if link = strings.TrimSpace(link); strings.ContainsAny(link, "\t\n\r") {
		link = lineBreaks.Replace(link)
	}
	if link == "" || len(link) > maxURL || !utf8.ValidString(link) {
		return ""
	}
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	switch {
	case u.IsAbs():
	case base != nil:
		u = base.ResolveReference(u)
	case u.Host != "": // "//host/path"
		u.Scheme = "https"
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	u.User = nil
	if host := canonicalHost(u); host != "" && !ascii(u.Host) { // url would escape it, and no browser reads that
		u.Host = host
	}
	out := u.String()
	if len(out) > maxURL { // escapes make it longer
		return ""
	}
	return out
}

// lineBreaks takes out of an address what the URL standard does (§4.4).
var lineBreaks = strings.NewReplacer("\t", "", "\n", "", "\r", "")

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
