package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// updateQueue holds what the bot has not confirmed yet.
type updateQueue struct {
	next    int64 // number of the next update
	pending []update
	allowed []string           // kinds that are queued at all
	wake    chan struct{}      // closed and renewed when an update comes
	poll    context.CancelFunc // ends the long poll that waits, nil: none
	serial  int                // of that poll
}

type update struct {
	id   int64
	json json.RawMessage
}

// defaultUpdates are the kinds a bot gets that does not choose: of those the fake makes, all.
func defaultUpdates() []string {
	return []string{"message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result", "callback_query",
		"shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member", "chat_join_request"}
}

// Push queues an update of any kind ("message", "callback_query", "my_chat_member" …) and returns its number; 0 when the bot does not want the kind.
func (s *Server) Push(kind string, value any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.push(kind, value)
}

func (s *Server) push(kind string, value any) int64 {
	q := &s.updates
	if !slices.Contains(q.allowed, kind) {
		return 0
	}
	id := q.next
	b, err := json.Marshal(map[string]any{"update_id": id, kind: value})
	if err != nil {
		panic(fmt.Sprintf("telegramtest: %s update: %v", kind, err))
	}
	q.next++
	q.pending = append(q.pending, update{id, b})
	close(q.wake)
	q.wake = make(chan struct{})
	return id
}

// Unconfirmed is how many updates the bot has not confirmed with an offset.
func (s *Server) Unconfirmed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates.pending)
}

// conflict is the answer to the older of two listeners.
const conflict = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"

// getUpdates waits up to timeout seconds for updates. All updates below the offset are forgotten; the others are given again at every call. When
// a second call begins to wait, the one that waits already ends with 409, as with the real server.
func (s *Server) getUpdates(r *http.Request, p params) (any, *apiError) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(min(max(p.number("timeout"), 0), 50))*time.Second)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.webhook != "" {
		return nil, &apiError{Code: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	q := &s.updates
	if raw := p.get("allowed_updates"); raw != "" {
		var kinds []string
		if json.Unmarshal([]byte(raw), &kinds) == nil { // what cannot be read is ignored, as by the real server
			if q.allowed = kinds; len(kinds) == 0 {
				q.allowed = defaultUpdates()
			}
		}
	}
	limit := p.number("limit")
	if limit < 1 || limit > 100 {
		limit = 100
	}
	q.confirm(int64(p.number("offset")))
	waits := false
	mine := 0
	for {
		select {
		case <-s.stop:
			return []json.RawMessage{}, nil
		default:
		}
		if found := q.from(int64(p.number("offset")), limit); len(found) > 0 || ctx.Err() != nil {
			if waits {
				q.poll = nil
			}
			return found, nil
		}
		if !waits {
			if q.poll != nil {
				q.poll()
			}
			waits = true
			q.serial++
			q.poll, mine = cancel, q.serial
		}
		wake := q.wake
		s.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
		case <-s.stop:
		}
		s.mu.Lock()
		if q.serial != mine {
			return nil, &apiError{Code: http.StatusConflict, Description: conflict}
		}
	}
}

// confirm forgets what lies before the offset; a negative one counts from the end, and one in the future confirms nothing.
func (q *updateQueue) confirm(offset int64) {
	if offset < 0 {
		offset = max(q.next+offset, 0)
	}
	if offset > q.next {
		return
	}
	q.pending = slices.DeleteFunc(q.pending, func(u update) bool { return u.id < offset })
}

func (q *updateQueue) from(offset int64, limit int) []json.RawMessage {
	found := []json.RawMessage{}
	for _, u := range q.pending {
		if (u.id >= offset || offset > q.next) && len(found) < limit {
			found = append(found, u.json)
		}
	}
	return found
}

func (s *Server) setWebhook(p params) (any, *apiError) {
	s.webhook = p.get("url")
	return true, nil
}

func (s *Server) deleteWebhook(p params) (any, *apiError) {
	s.webhook = ""
	if p.flag("drop_pending_updates") {
		s.updates.pending = nil
	}
	return true, nil
}

func (s *Server) getWebhookInfo(params) (any, *apiError) {
	return map[string]any{"url": s.webhook, "has_custom_certificate": false, "pending_update_count": len(s.updates.pending)}, nil
}
