package telegramtest

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Call is one request as the server took it.
type Call struct {
	At          time.Time
	Method      string // in lower case
	Chat        string // chat_id as it was written, "" when there was none
	Params      url.Values
	Code        int    // as answered: 200, 400 …; 0 when the connection was dropped
	Description string // of an error
}

// Calls returns every request so far, in the order in which they were answered.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Counts is what happened, in numbers.
type Counts struct {
	Calls   map[string]int // by method
	Errors  map[int]int    // by code; 0: connections dropped
	Posted  int            // messages that exist because of the bot
	Edited  int            // changes of messages
	Dropped int            // messages that were posted although the bot was not told
}

// Counts sums up.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Counts{Calls: map[string]int{}, Errors: map[int]int{}}
	for _, call := range s.calls {
		c.Calls[call.Method]++
		if call.Code != http.StatusOK {
			c.Errors[call.Code]++
		}
	}
	for chat := range maps.Values(s.chats) {
		for _, m := range chat.messages {
			if !m.mine {
				continue
			}
			c.Posted++
			c.Edited += len(m.Edits)
			if m.Unacknowledged {
				c.Dropped++
			}
		}
	}
	return c
}

// An apiError is a refusal.
type apiError struct {
	Code        int
	Description string
	RetryAfter  int
	MigrateTo   int64
}

func refuse(description string) *apiError {
	return &apiError{Code: http.StatusBadRequest, Description: "Bad Request: " + description}
}

func forbid(description string) *apiError {
	return &apiError{Code: http.StatusForbidden, Description: "Forbidden: " + description}
}

// write answers in the Bot API's envelope.
func write(w http.ResponseWriter, result any, bad *apiError) {
	type parameters struct {
		RetryAfter int   `json:"retry_after,omitempty"`
		MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
	}
	answer := struct {
		OK          bool        `json:"ok"`
		Result      any         `json:"result,omitempty"`
		Code        int         `json:"error_code,omitempty"`
		Description string      `json:"description,omitempty"`
		Parameters  *parameters `json:"parameters,omitempty"`
	}{OK: bad == nil, Result: result}
	w.Header().Set("Content-Type", "application/json")
	if bad != nil {
		answer.Code, answer.Description, answer.Result = bad.Code, bad.Description, nil
		if bad.RetryAfter > 0 || bad.MigrateTo != 0 {
			answer.Parameters = &parameters{bad.RetryAfter, bad.MigrateTo}
		}
		if bad.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(bad.RetryAfter))
		}
		w.WriteHeader(bad.Code)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// params are the parameters of a call, however they came.
type params url.Values

func (p params) get(name string) string { return url.Values(p).Get(name) }

func (p params) flag(name string) bool {
	v := strings.ToLower(strings.TrimSpace(p.get(name)))
	return v == "true" || v == "yes" || v == "1"
}

// number is an integer parameter; what is not a number is 0, as the real server has it.
func (p params) number(name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(p.get(name)))
	return n
}

const (
	maxBody = 1 << 20
	maxForm = maxDocument + maxBody // of a multipart form, files included
)

// readParams takes the four ways the Bot API offers: the query, a form, a multipart form and a JSON object. Files come in the third alone.
func readParams(w http.ResponseWriter, r *http.Request) (params, map[string]File, *apiError) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return readForm(w, r)
	}
	p, bad := readPlain(w, r, kind)
	return p, nil, bad
}

func readForm(w http.ResponseWriter, r *http.Request) (params, map[string]File, *apiError) {
	p := url.Values{}
	maps.Copy(p, r.URL.Query())
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseMultipartForm(maxForm); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return params(p), nil, &apiError{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
		}
		return params(p), nil, refuse("can't parse multipart form")
	}
	maps.Copy(p, r.MultipartForm.Value)
	files := map[string]File{}
	for field, heads := range r.MultipartForm.File {
		f, err := heads[0].Open()
		if err != nil {
			return params(p), nil, refuse("can't parse multipart form")
		}
		data, err := io.ReadAll(f)
		_ = f.Close()
		if err != nil {
			return params(p), nil, refuse("can't parse multipart form")
		}
		files[field] = File{Name: heads[0].Filename, Type: heads[0].Header.Get("Content-Type"), Data: data}
	}
	return params(p), files, nil
}

func readPlain(w http.ResponseWriter, r *http.Request, kind string) (params, *apiError) {
	p := url.Values{}
	maps.Copy(p, r.URL.Query())
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	switch kind {
	case "application/json":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return params(p), &apiError{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(body, &fields); err != nil {
			return params(p), refuse("can't parse JSON object")
		}
		for name, raw := range fields {
			var text string
			switch {
			case string(raw) == "null":
			case json.Unmarshal(raw, &text) == nil:
				p.Set(name, text)
			default:
				p.Set(name, string(raw))
			}
		}
	default:
		if err := r.ParseForm(); err != nil {
			return params(p), &apiError{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
		}
		maps.Copy(p, r.Form)
	}
	return params(p), nil
}
