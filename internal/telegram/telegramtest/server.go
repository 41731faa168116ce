package telegramtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// DefaultToken is Options.Token for tests that do not care. It has the form of a real one and opens nothing.
const DefaultToken = "1000001:telegramtest-not-a-real-token-0000"

// Options says what the fake is. The zero value will do.
type Options struct {
	Token  string           // "": DefaultToken
	Bot    User             // who the bot is; zero: id 1000001, @vestnik_test_bot
	Limits Limits           // zero: DefaultLimits
	Now    func() time.Time // the clock that limits and dates go by; nil: time.Now. Long polls and delays always take real time
}

// A Server is a running fake. All methods may be called at any time, from any goroutine.
type Server struct {
	opts Options
	http *httptest.Server
	stop chan struct{} // closed by Close: nobody waits any longer

	mu       sync.Mutex
	users    map[int64]User
	chats    map[int64]*chat
	updates  updateQueue
	commands map[string][]Command
	queries  map[string]bool // callback queries that are not answered yet
	answers  []Answer
	faults   []*Fault
	limiter  limiter
	calls    []Call
	webhook  string
	serial   int64 // numbers callback queries

	files map[string]File // of the call that is being answered, by field
}

// New starts a server. Close must be called.
func New(opts Options) *Server {
	if opts.Token == "" {
		opts.Token = DefaultToken
	}
	if opts.Bot.ID == 0 {
		opts.Bot = User{ID: 1000001, FirstName: "Vestnik", Username: "vestnik_test_bot"}
	}
	opts.Bot.IsBot = true
	if !tokenForm.MatchString(opts.Token) {
		panic("telegramtest: a token is digits, a colon and letters")
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Limits == (Limits{}) {
		opts.Limits = DefaultLimits
	}
	s := &Server{
		opts: opts, stop: make(chan struct{}),
		users: map[int64]User{opts.Bot.ID: opts.Bot}, chats: map[int64]*chat{}, commands: map[string][]Command{}, queries: map[string]bool{},
		updates: updateQueue{next: 700000001, allowed: defaultUpdates(), wake: make(chan struct{})},
		limiter: newLimiter(opts.Limits),
	}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Close ends every long poll and the server.
func (s *Server) Close() {
	close(s.stop)
	s.http.Close()
}

// URL is the base address: it takes the place of https://api.telegram.org.
func (s *Server) URL() string { return s.http.URL }

// Token is the token that the server takes.
func (s *Server) Token() string { return s.opts.Token }

// Bot is who the bot is.
func (s *Server) Bot() User { return s.opts.Bot }

// A method answers one call, under the server's lock.
type method func(*Server, params) (any, *apiError)

// methods are those the fake knows, by their names in lower case: the real server does not mind the case either.
func methods() map[string]method {
	return map[string]method{
		"getme": func(s *Server, _ params) (any, *apiError) { return s.me(), nil },

		"sendmessage": (*Server).sendMessage, "sendphoto": (*Server).sendPhoto, "senddocument": (*Server).sendDocument,
		"editmessagetext":        (*Server).editMessageText,
		"editmessagereplymarkup": (*Server).editMessageReplyMarkup, "deletemessage": (*Server).deleteMessage,
		"answercallbackquery": (*Server).answerCallbackQuery,

		"getchat": (*Server).getChat, "getchatmember": (*Server).getChatMember, "getchatadministrators": (*Server).getChatAdministrators,

		"setmycommands": (*Server).setMyCommands, "getmycommands": (*Server).getMyCommands, "deletemycommands": (*Server).deleteMyCommands,

		"setwebhook": (*Server).setWebhook, "deletewebhook": (*Server).deleteWebhook, "getwebhookinfo": (*Server).getWebhookInfo,
	}
}

// tokenForm is what a token looks like; anything else does not get past the front of the real server.
var tokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	token, name, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok || !strings.HasPrefix(r.URL.Path, "/bot") || !tokenForm.MatchString(token) {
		write(w, nil, &apiError{Code: 404, Description: "Not Found"})
		return
	}
	p, files, bad := readParams(w, r)
	call := Call{At: s.opts.Now(), Method: strings.ToLower(name), Chat: p.get("chat_id"), Params: url.Values(p)}
	if token != s.opts.Token {
		s.finish(w, call, nil, &apiError{Code: 401, Description: "Unauthorized"})
		return
	}
	if bad != nil {
		s.finish(w, call, nil, bad)
		return
	}
	if bad := s.held(call); bad != nil {
		s.finish(w, call, nil, bad)
		return
	}
	fault := s.fault(call)
	if fault.Delay > 0 {
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
		case <-s.stop:
		}
	}
	switch {
	case fault.Drop == DropBefore:
		s.drop(call)
	case fault.Page:
		s.finishPage(w, call)
		return
	case fault.Code != 0:
		s.finish(w, call, nil, s.scripted(call, fault))
		return
	}
	if call.Method == "getupdates" {
		updates, bad := s.getUpdates(r, p)
		s.finish(w, call, updates, bad)
		return
	}
	m, known := methods()[call.Method]
	if !known {
		s.finish(w, call, nil, &apiError{Code: 404, Description: "Not Found: method not found"})
		return
	}
	s.mu.Lock()
	s.files = files
	result, bad := m(s, p)
	if m, ok := result.(*Message); ok && fault.Drop == DropAfter {
		m.Unacknowledged = true
	}
	s.mu.Unlock()
	if fault.Drop == DropAfter {
		s.drop(call)
	}
	s.finish(w, call, result, bad)
}

// held refuses a message to a chat that asked for a pause, before any fault is spent on it.
func (s *Server) held(call Call) *apiError {
	switch call.Method {
	case "sendmessage", "sendphoto", "senddocument", "editmessagetext", "editmessagereplymarkup":
	default:
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, bad := s.find(call.Chat)
	if bad != nil {
		return nil // the method itself says so
	}
	return s.limiter.held(c.ID, call.Method, s.opts.Now())
}

// finish writes a call down and answers it.
func (s *Server) finish(w http.ResponseWriter, call Call, result any, bad *apiError) {
	if bad != nil {
		call.Code, call.Description = bad.Code, bad.Description
	} else {
		call.Code = http.StatusOK
	}
	s.mu.Lock()
	s.calls = append(s.calls, call)
	if m, ok := result.(*Message); ok {
		result = s.messageJSON(m) // a copy: the message may be edited while it is written out
	}
	s.mu.Unlock()
	write(w, result, bad)
}

// finishPage answers like a gateway in front of the server.
func (s *Server) finishPage(w http.ResponseWriter, call Call) {
	call.Code = http.StatusBadGateway
	s.mu.Lock()
	s.calls = append(s.calls, call)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusBadGateway)
	_, _ = w.Write([]byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"))
}

// drop writes a call down and breaks its connection; it does not return.
func (s *Server) drop(call Call) {
	s.mu.Lock()
	s.calls = append(s.calls, call)
	s.mu.Unlock()
	panic(http.ErrAbortHandler)
}

func (s *Server) me() any {
	return struct {
		User
		CanJoinGroups bool `json:"can_join_groups"`
		CanReadAll    bool `json:"can_read_all_group_messages"`
		Inline        bool `json:"supports_inline_queries"`
	}{s.opts.Bot, true, false, false}
}
