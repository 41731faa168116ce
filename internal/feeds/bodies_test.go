package feeds

import (
	"net/http"
	"testing"
	"time"

	"vestnik/internal/news"
)

// However a document ends, its body's place is free again; and where all places are taken for good, documents are read all the same.
func TestBodies(t *testing.T) {
	body, status := small, http.StatusOK
	c, f := serve(t, Options{Timeout: 2 * time.Second}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
	state := news.FeedState{}
	for _, step := range []struct {
		name, body string
		status     int
		fails      bool
	}{
		{"a feed", small, http.StatusOK, false},
		{"the same bytes", small, http.StatusOK, false},
		{"no feed", "<html><title>Қазақпарат</title></html>", http.StatusOK, true},
		{"nothing", "", http.StatusOK, true},
		{"a refusal", "нет", http.StatusForbidden, true},
	} {
		body, status = step.body, step.status
		doc, err := c.Fetch(t.Context(), f, state, goldenNow)
		if (err != nil) != step.fails {
			t.Errorf("%s: %v", step.name, err)
		}
		state.BodyHash = doc.BodyHash
		if n := len(c.bodies); n != 0 {
			t.Errorf("%s: %d places are still taken", step.name, n)
		}
	}
	for range maxBodies {
		c.bodies <- struct{}{}
	}
	body, status = small, http.StatusOK
	doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
	if err != nil || len(doc.Items) == 0 || len(c.bodies) != maxBodies {
		t.Errorf("without a place: %d items, %v; %d places taken", len(doc.Items), err, len(c.bodies))
	}
}
