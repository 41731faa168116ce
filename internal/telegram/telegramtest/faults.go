package telegramtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A Drop says when a connection breaks.
type Drop int

// The moments at which a connection can break.
const (
	DropNone   Drop = iota
	DropBefore      // the request is not carried out
	DropAfter       // it is, but nobody is told
)

// A Fault is what the server does to calls instead of, or besides, answering them. Exactly one of Code, Page, Drop is set, or Delay alone.
type Fault struct {
	Method string // in any case; "": every method but getUpdates
	Chat   int64  // 0: any
	Times  int    // how many calls; 0: one, negative: all
	Skip   int    // how many calls that fit go through first

	Delay time.Duration // before anything else
	Drop  Drop
	Page  bool // a 502 HTML page of a gateway; the request is not carried out

	Code        int    // the answer: 429, 403, 400 …; the request is not carried out
	Description string // of the answer, whole: "Forbidden: bot was blocked by the user"; "": what is usual for Code
	RetryAfter  int    // seconds, with 429: the chat is held to it, see Violations
	MigrateTo   int64  // with 400; see also Server.Migrate
}

// Descriptions that faults are scripted with.
const (
	Blocked     = "Forbidden: bot was blocked by the user"
	Deactivated = "Forbidden: user is deactivated"
	Kicked      = "Forbidden: bot was kicked from the supergroup chat"
	Upgraded    = "Bad Request: group chat was upgraded to a supergroup chat"
	NoChat      = "Bad Request: chat not found"
)

// Fail queues a fault. Of several that fit a call the one queued first is taken, and used up before the next.
func (s *Server) Fail(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	f.Method = strings.ToLower(f.Method)
	if f.Code == 0 && f.Description != "" {
		f.Code = http.StatusBadRequest
	}
	if f.MigrateTo != 0 && f.Code == 0 {
		f.Code = http.StatusBadRequest
	}
	if f.RetryAfter > 0 && f.Code == 0 {
		f.Code = http.StatusTooManyRequests
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Pending is how many faults are still to happen; those that happen for ever count as one.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, f := range s.faults {
		n += max(f.Times, 1)
	}
	return n
}

// fault takes the fault for a call; the zero Fault when there is none.
func (s *Server) fault(call Call) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var id int64
	if c, bad := s.find(call.Chat); bad == nil {
		id = c.ID
	}
	for i, f := range s.faults {
		if f.Method != "" && f.Method != call.Method || f.Method == "" && call.Method == "getupdates" || f.Chat != 0 && f.Chat != id {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return *f
	}
	return Fault{}
}

// scripted is the answer a fault asks for.
func (s *Server) scripted(call Call, f Fault) *apiError {
	bad := &apiError{Code: f.Code, Description: f.Description, RetryAfter: f.RetryAfter, MigrateTo: f.MigrateTo}
	if f.Code == http.StatusTooManyRequests {
		bad.RetryAfter = max(f.RetryAfter, 1)
		s.mu.Lock()
		if c, missing := s.find(call.Chat); missing == nil {
			s.limiter.tooMany(c.ID, time.Duration(bad.RetryAfter)*time.Second, s.opts.Now())
		}
		s.mu.Unlock()
	}
	if bad.Description != "" {
		return bad
	}
	switch {
	case bad.RetryAfter > 0:
		bad.Description = fmt.Sprintf("Too Many Requests: retry after %d", bad.RetryAfter)
	case bad.MigrateTo != 0:
		bad.Description = Upgraded
	case f.Code == http.StatusForbidden:
		bad.Description = Blocked
	default:
		bad.Description = http.StatusText(f.Code)
	}
	return bad
}
