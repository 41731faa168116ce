package feeds

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"vestnik/internal/news"
)

// proxies holds a transport for every proxy that feeds name. There are as many as the configuration has.
type proxies struct {
	mu sync.Mutex
	by map[proxyKey]*transport
}

type proxyKey struct {
	address string
	guard   bool
}

func (p *proxies) transport(address news.Secret, guard bool) (*transport, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := proxyKey{address.Reveal(), guard}
	if t := p.by[k]; t != nil {
		return t, nil
	}
	u, err := url.Parse(k.address)
	if err != nil || u.Host == "" {
		return nil, failed(news.ErrAddress, "the address of the feed's proxy cannot be read", nil)
	}
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	t := &transport{guard: guard, proxy: http.ProxyURL(u)}
	t.proxied = httpTransport(dialer.DialContext, t.proxy)
	if p.by == nil {
		p.by = map[proxyKey]*transport{}
	}
	p.by[k] = t
	return t, nil
}

func (p *proxies) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.by {
		t.close()
	}
}

// inside reports whether host, as a proxy would take it, is a place that is not public: a literal address, in any of the spellings that the C
// library reads (127.1, 0x7f000001), or a name of the machine itself. Other names are resolved by the proxy alone: asking for them here would
// tell the local network what is read.
func inside(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return !public(a)
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	number := last != "" && strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") && strings.Trim(last[2:], "0123456789abcdef") == ""
	return number || last == "localhost"
}

// behindProxy keeps the address of the feed's own proxy, and what the machine calls itself there, out of err: messages about feeds are
// read by people who need not know either.
func behindProxy(feed news.Feed, err error) error {
	if feed.Proxy == "" || err == nil {
		return err
	}
	op, ok := errors.AsType[*net.OpError](err)
	if !ok {
		return err
	}
	if dns, ok := errors.AsType[*net.DNSError](op.Err); ok { // its name
		return proxyError{"its name cannot be resolved", nil, dns.IsTimeout}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](op.Err); ok && op.Op == "proxyconnect" {
		return proxyError{"its certificate does not hold", nil, false}
	}
	if _, ok := errors.AsType[*net.AddrError](op.Err); ok {
		return proxyError{"its address cannot be used", nil, false}
	}
	leaf := op.Err // what is around it names addresses
	for inner := errors.Unwrap(leaf); inner != nil; inner = errors.Unwrap(leaf) {
		leaf = inner
	}
	return proxyError{leaf.Error(), leaf, op.Timeout() || errors.Is(err, context.DeadlineExceeded)}
}

// A proxyError is a fault of the connection to the feed's proxy, or of the one behind it: the two cannot always be told apart.
type proxyError struct {
	why     string
	err     error
	timeout bool
}

func (e proxyError) Error() string { return "through the feed's proxy: " + e.why }
func (e proxyError) Unwrap() error { return e.err }
func (e proxyError) Timeout() bool { return e.timeout }

// hide takes the feed's secrets out of what err says, whoever put them there: a server may show a request in its page.
func hide(err error, feed news.Feed) error {
	fe, ok := errors.AsType[*news.FetchError](err)
	if !ok {
		return err
	}
	var pairs []string
	for _, s := range feed.Secrets() {
		pairs = append(pairs, s.Reveal(), s.String())
	}
	if pairs == nil {
		return err
	}
	r := strings.NewReplacer(pairs...)
	out := *fe
	out.Proof = proof(r.Replace(withoutHalf(fe.Proof, feed.Secrets())))
	if fe.Err != nil {
		out.Err = hidden{fe.Err, r}
	}
	return &out
}

// withoutHalf is a proof without the beginning of a secret that the cut of long proofs left at its end.
func withoutHalf(s string, secrets []news.Secret) string {
	head, cut := strings.CutSuffix(s, more)
	if !cut {
		return s
	}
	for _, secret := range secrets {
		for n := len(secret) - 1; n > 2; n-- {
			if rest, ok := strings.CutSuffix(head, string(secret[:n])); ok {
				return rest + more
			}
		}
	}
	return s
}

type hidden struct {
	err error
	r   *strings.Replacer
}

func (h hidden) Error() string { return h.r.Replace(h.err.Error()) }
func (h hidden) Unwrap() error { return h.err }
