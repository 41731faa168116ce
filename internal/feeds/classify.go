package feeds

import (
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

var errRedirects = errors.New("too many redirects")

// maxProof is the longest proof in bytes.
const maxProof = 200

// failed makes an error. Without a proof the cause is the proof.
func failed(class news.ErrorClass, why string, cause error) *news.FetchError {
	switch {
	case why == "" && cause != nil:
		why = cause.Error()
	case cause != nil:
		why += ": " + cause.Error()
	}
	e := &news.FetchError{Class: class, Proof: proof(why)}
	if cause != nil {
		e.Err = scrubbed{cause}
	}
	return e
}

// fetchError gives err its class. One that has it already is returned as it is.
func fetchError(err error) *news.FetchError {
	var fe *news.FetchError
	if errors.As(err, &fe) {
		return fe
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // ue prints the address, user name and all
	}
	class := classOf(err)
	fe = failed(class, "", err)
	if dns, ok := errors.AsType[*net.DNSError](err); ok && class == news.ErrDNS {
		fe.Proof = proof(dnsProof(dns))
	}
	return fe
}

// dnsProof says what went wrong with a name, without the address of the name server: that is the machine's own affair, and looks
// as if it were the host's.
func dnsProof(e *net.DNSError) string {
	switch {
	case e.IsNotFound:
		return "no such host: " + e.Name
	case e.IsTimeout:
		return "no answer from the name server for " + e.Name
	case e.Server == "":
		return "look up " + e.Name + ": " + e.Err
	}
	return "look up " + e.Name + ": " + strings.ReplaceAll(e.Err, e.Server, "the name server")
}

// classOf tells what kind of fault the network met.
func classOf(err error) news.ErrorClass {
	var (
		dns     *net.DNSError
		cert    *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		host    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		corrupt flate.CorruptInputError
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, errPrivate):
		return news.ErrPrivate
	case errors.Is(err, errRedirects):
		return news.ErrAddress
	case errors.As(err, &dns):
		return news.ErrDNS
	case errors.As(err, &cert), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &host),
		errors.As(err, &unknown), errors.As(err, &invalid),
		// net/http has no type for this one, nor has crypto/tls for most of its own
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"), strings.Contains(err.Error(), "tls: "):
		return news.ErrTLS
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum),
		errors.Is(err, zlib.ErrHeader), errors.Is(err, zlib.ErrChecksum):
		return news.ErrParse
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return news.ErrTimeout
	case strings.Contains(err.Error(), "unsupported protocol scheme"), strings.Contains(err.Error(), "failed to parse Location"):
		return news.ErrAddress
	}
	return news.ErrConnect
}

// userinfo is the user and password of any address within a text.
var userinfo = regexp.MustCompile(`//[^/?#\s"]*@`)

// scrubbed is an error whose text shows no user and password of an address.
type scrubbed struct{ err error }

func (s scrubbed) Error() string { return userinfo.ReplaceAllString(s.err.Error(), "//") }
func (s scrubbed) Unwrap() error { return s.err }

// proof makes s one line of plain text of at most maxProof bytes, without user and password.
func proof(s string) string {
	s = text.OneLine(userinfo.ReplaceAllString(s, "//"))
	if len(s) <= maxProof {
		return s
	}
	cut := maxProof - len(more)
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + more
}

// panicked makes the error of a document that made a library fail.
func panicked(value any) *news.FetchError {
	return failed(news.ErrParse, fmt.Sprintf("the parser gave up: %v", value), nil)
}
