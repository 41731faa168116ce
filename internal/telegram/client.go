package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"vestnik/internal/news"
)

// Options are what a Client depends on. Only Token has to be there.
type Options struct {
	Token   news.Secret
	APIURL  string        // of a Bot API server; "": DefaultAPIURL
	Proxy   news.Secret   // http, https or socks5 address, which may hold a password; "": what HTTPS_PROXY and its kin say
	Timeout time.Duration // of one call, from the connection to the last byte; 0: 30 s. Waiting for updates has its own time on top
	Log     *slog.Logger  // nil: nothing is logged
}

// DefaultAPIURL is Telegram's own Bot API server.
const DefaultAPIURL = "https://api.telegram.org"

const (
	defaultTimeout = 30 * time.Second
	answerMost     = 8 << 20 // bytes of one answer: a hundred updates are far below it
)

// ErrToken is the error of a token that the server does not know: nothing will work until it is changed.
var ErrToken = errors.New("the bot token is not known to Telegram")

// A Client calls the Bot API. It may be used by many goroutines at once, prints nothing of its token, and makes no call before it is told to.
//
// The library under it gets neither the token nor a say in time: requests leave it without a token, which the transport adds, and every call has a
// context and ends in time.
type Client struct {
	http    *http.Client
	scrub   func(string) string
	base    string // of the API, without a slash at its end
	timeout time.Duration
	log     *slog.Logger
}

var tokenForm = regexp.MustCompile(`^[0-9]{1,20}:[A-Za-z0-9_-]{3,200}$`)

// New returns a Client. Its errors name the option that is wrong, and never its value where that is secret.
func New(o Options) (*Client, error) {
	if !tokenForm.MatchString(o.Token.Reveal()) {
		return nil, errors.New(`telegram: the token does not look like one ("123456:ABC…", from @BotFather)`)
	}
	base, err := url.Parse(strings.TrimRight(orDefault(o.APIURL, DefaultAPIURL), "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("telegram: api_url is not an http or https address")
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	secrets := []string{o.Token.Reveal()}
	if base.User != nil {
		p, _ := base.User.Password()
		secrets = append(secrets, p)
	}
	if o.Proxy != "" {
		proxy, err := url.Parse(o.Proxy.Reveal())
		if err != nil || proxy.Host == "" || proxy.Scheme != "http" && proxy.Scheme != "https" && proxy.Scheme != "socks5" {
			return nil, errors.New("telegram: proxy is not an http, https or socks5 address")
		}
		t.Proxy = http.ProxyURL(proxy)
		if p, ok := proxy.User.Password(); ok {
			secrets = append(secrets, p)
		}
	}
	t.TLSHandshakeTimeout = 10 * time.Second
	t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.ResponseHeaderTimeout = 0 // a long poll has nothing to say for a minute; the context of a call ends it
	t.MaxResponseHeaderBytes = 64 << 10
	c := &Client{
		scrub: redactor(secrets...), base: base.String(), timeout: o.Timeout, log: o.Log,
		http: &http.Client{
			Transport:     signer(o.Token, t),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the Bot API never redirects, and the token must not travel
		},
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	silence()
	return c, nil
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// silence takes the library's logger away, which writes whole requests to stderr. It is the library's only global, and is set once.
var silence = sync.OnceFunc(func() { _ = tgbotapi.SetLogger(mute{}) })

type mute struct{}

func (mute) Println(...any)        {}
func (mute) Printf(string, ...any) {}

// A doer makes a function an HTTP client or transport.
type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error)        { return f(r) }
func (f doer) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// tokenless is how the path of a call reads everywhere but on the wire.
const tokenless = "/bot/"

// signer puts the token into the address of a request at the last moment, so that errors of the HTTP client cannot name it.
func signer(token news.Secret, next http.RoundTripper) http.RoundTripper {
	return doer(func(r *http.Request) (*http.Response, error) {
		signed := r.Clone(r.Context())
		if i := strings.LastIndex(signed.URL.Path, tokenless); i >= 0 {
			signed.URL.Path = signed.URL.Path[:i] + "/bot" + token.Reveal() + signed.URL.Path[i+len(tokenless)-1:]
			signed.URL.RawPath = ""
		}
		return next.RoundTrip(signed)
	})
}

// redactor replaces secrets, whole, by their secret part, and as an address writes them.
func redactor(secrets ...string) func(string) string {
	var pairs []string
	add := func(s string) {
		if len(s) >= 3 {
			pairs = append(pairs, s, "[secret]", url.QueryEscape(s), "[secret]", url.PathEscape(s), "[secret]")
		}
	}
	for _, s := range secrets {
		add(s)
	}
	for _, s := range secrets {
		if _, part, ok := strings.Cut(s, ":"); ok {
			add(part)
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

// An Error is a call that the server refused.
type Error struct {
	Method      string
	Code        int // 0 when the server named none
	Description string
	RetryAfter  time.Duration // more than 0: too many requests
	MigrateTo   int64         // the group's new number; 0: it has not moved
}

func (e *Error) Error() string {
	return fmt.Sprintf("telegram: %s: %d %s", e.Method, e.Code, e.Description)
}

// is reports whether the description holds words, in any case.
func (e *Error) is(words ...string) bool {
	d := strings.ToLower(e.Description)
	for _, w := range words {
		if strings.Contains(d, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// A fault is a call that did not get to an answer, or got one that is not the Bot API's. Of its cause only the kind is kept: texts of transport errors
// hold what servers and proxies sent.
type fault struct {
	text string
	kind error // context.Canceled, context.DeadlineExceeded or nil
}

func (f *fault) Error() string { return f.text }
func (f *fault) Unwrap() error { return f.kind }

// call makes one call and reads its result into into, which may be nil. It takes at most the client's time-out and wait. The error is an *Error or
// ErrToken when the server answered, and anything else when it is not known whether the call had an effect.
func (c *Client) call(ctx context.Context, method string, params tgbotapi.Params, wait time.Duration, into any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout+wait)
	defer cancel()
	// A bot of its own for each call: the library has no other way to carry a context. It is given no token; see signer.
	bot := &tgbotapi.BotAPI{Client: doer(func(r *http.Request) (*http.Response, error) { return c.do(r.WithContext(ctx)) })}
	bot.SetAPIEndpoint(strings.ReplaceAll(c.base, "%", "%%") + "/bot%s/%s")
	resp, err := bot.MakeRequest(method, params)
	if err == nil && into != nil {
		if bad := json.Unmarshal(resp.Result, into); bad != nil {
			err = fmt.Errorf("an answer of another form: %w", bad)
		}
	}
	if err != nil {
		err = c.mend(method, err)
		c.log.Debug("call failed", "method", method, "err", err)
	}
	return err
}

// upload is call for a method that takes a file under that field, all in one multipart form. The library's own way to do so keeps no codes of errors.
func (c *Client) upload(ctx context.Context, method string, params tgbotapi.Params, field string, file news.File, into any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	err := c.form(ctx, method, params, field, file, into)
	if err != nil {
		err = c.mend(method, err)
		c.log.Debug("call failed", "method", method, "err", err)
	}
	return err
}

func (c *Client) form(ctx context.Context, method string, params tgbotapi.Params, field string, file news.File, into any) error {
	var body bytes.Buffer
	w := multipart.NewWriter(&body) // writing to a buffer does not fail
	for _, name := range slices.Sorted(maps.Keys(params)) {
		_ = w.WriteField(name, params[name])
	}
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"; filename="%s"`, field, fileName(file.Name)))
	head.Set("Content-Type", orDefault(file.Type, "application/octet-stream"))
	part, err := w.CreatePart(head)
	if err != nil {
		return err
	}
	_, _ = part.Write(file.Data)
	_ = w.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+tokenless+method, &body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	resp, err := c.do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer tgbotapi.APIResponse
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("an answer of another form: %w", err)
	}
	if !answer.Ok {
		refused := &tgbotapi.Error{Code: answer.ErrorCode, Message: answer.Description}
		if answer.Parameters != nil {
			refused.ResponseParameters = *answer.Parameters
		}
		return refused
	}
	if into != nil {
		if err := json.Unmarshal(answer.Result, into); err != nil {
			return fmt.Errorf("an answer of another form: %w", err)
		}
	}
	return nil
}

// fileName is a name that stands in a header as it is: letters of any script, digits and -._ only.
func fileName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r), strings.ContainsRune("-_.", r):
			return r
		case unicode.IsSpace(r):
			return '_'
		}
		return -1
	}, strings.ToValidUTF8(name, "")), "._")
	if r := []rune(name); len(r) > 100 {
		name = string(r[len(r)-100:]) // its end tells what it is
	}
	return orDefault(name, "file")
}

// mend turns what went wrong into one of this package's errors, without a secret in it.
func (c *Client) mend(method string, err error) error {
	var refused *tgbotapi.Error
	if !errors.As(err, &refused) {
		f := &fault{text: c.scrub(fmt.Sprintf("telegram: %s: %v", method, bare(err)))}
		for _, kind := range []error{context.Canceled, context.DeadlineExceeded} {
			if errors.Is(err, kind) {
				f.kind = kind
			}
		}
		return f
	}
	e := &Error{Method: method, Code: refused.Code, Description: c.scrub(refused.Message), MigrateTo: refused.MigrateToChatID,
		RetryAfter: time.Duration(max(refused.RetryAfter, 0)) * time.Second}
	if e.Code == http.StatusTooManyRequests && e.RetryAfter == 0 {
		e.RetryAfter = 5 * time.Second // it did not say
	}
	if e.Code == http.StatusUnauthorized || e.Code == http.StatusNotFound && e.Description == "Not Found" {
		return fmt.Errorf("%w: %w", ErrToken, e)
	}
	return e
}

// bare is err without the address that *url.Error puts before it.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// do makes a request and hands back an answer only when it is the Bot API's: a JSON object that says whether it is ok. A page of a proxy in between, an
// endless body or a redirect is an error.
func (c *Client) do(r *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerMost+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(body) > answerMost {
		return nil, fmt.Errorf("an answer of more than %d bytes", answerMost)
	}
	var answer struct {
		OK *bool `json:"ok"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.OK == nil {
		return nil, fmt.Errorf("status %d and no answer of the Bot API", resp.StatusCode)
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}
