package feeds

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// errPrivate is the cause of every refusal of an address.
var errPrivate = errors.New("not a public address")

// special lists the blocks that are not for the public internet beyond those netip.Addr has methods for. Source: the IANA
// special-purpose address registries (RFC 6890 and its updates). Tunnels that carry an IPv4 address at a place
// that cannot be trusted (Teredo, local NAT64) are refused whole.
var special = prefixes(
	"0.0.0.0/8",       // this network
	"100.64.0.0/10",   // carrier-grade NAT
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // 6to4 relays
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"240.0.0.0/4",     // reserved, broadcast
	"::/96",           // IPv4-compatible, unspecified, loopback
	"64:ff9b:1::/48",  // NAT64 for local use
	"100::/64",        // discard
	"2001::/23",       // protocol assignments, Teredo among them
	"2001:db8::/32",   // documentation
	"3fff::/20",       // documentation
	"5f00::/16",       // segment routing
	"fec0::/10",       // site-local, deprecated
)

// NAT64 (RFC 6052) and 6to4 (RFC 3056) addresses reach the IPv4 address they hold.
var (
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
	sixTo = netip.MustParsePrefix("2002::/16")
)

func prefixes(s ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(s))
	for i, p := range s {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}

// public reports whether the bot may call a on behalf of a feed that is not marked AllowPrivate.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	b := a.As16()
	switch {
	case !a.IsValid():
		return false
	case nat64.Contains(a):
		return public(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo.Contains(a):
		return public(netip.AddrFrom4([4]byte(b[2:6])))
	case a.IsUnspecified(), a.IsLoopback(), a.IsPrivate(), a.IsLinkLocalUnicast(), a.IsMulticast():
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// refusePrivate is a net.Dialer's Control: it sees the address a connection is about to be made to, after DNS and for
// every redirect, so neither a name that resolves anew nor a Location can lead inside.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errPrivate, address)
	}
	if !public(ap.Addr()) {
		return fmt.Errorf("%w: %s", errPrivate, ap.Addr())
	}
	return nil
}

// transport sends requests to the servers themselves, or to a proxy: the feed's own, or the one that the environment names (HTTP_PROXY,
// HTTPS_PROXY, NO_PROXY). Behind a proxy the check of addresses can only be the proxy's: it resolves the names, and what is
// dialled here is the proxy, which is commonly a private address. So only what is not public by its spelling is still refused here.
// (Go never uses the environment's proxy for localhost and loopback addresses: those are dialled, and refused, here.)
type transport struct {
	guard           bool
	proxy           func(*http.Request) (*url.URL, error)
	direct, proxied *http.Transport // direct is nil when a feed names the proxy
}

func (t *transport) close() {
	if t.direct != nil {
		t.direct.CloseIdleConnections()
	}
	t.proxied.CloseIdleConnections()
}

func newTransport(guard bool) *transport {
	free := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	direct := *free
	if guard {
		direct.Control = refusePrivate
	}
	t := &transport{guard: guard, proxy: http.ProxyFromEnvironment, direct: httpTransport(direct.DialContext, nil)}
	t.proxied = httpTransport(free.DialContext, func(req *http.Request) (*url.URL, error) { return t.proxy(req) })
	return t
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	proxy, err := t.proxy(req)
	if err != nil {
		return nil, fmt.Errorf("proxy of the environment: %w", err)
	}
	if proxy == nil {
		return t.direct.RoundTrip(req)
	}
	if host := req.URL.Hostname(); t.guard && inside(host) {
		return nil, fmt.Errorf("%w: %s", errPrivate, host)
	}
	return t.proxied.RoundTrip(req)
}

type dialContext func(ctx context.Context, network, address string) (net.Conn, error)

func httpTransport(dial dialContext, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dial,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // get.go decompresses: it counts the bytes, and takes deflate too
		MaxIdleConns:           200,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    15 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}
