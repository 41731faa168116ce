package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"vestnik/internal/news"
)

// A file goes out whole with its message, also when the first try failed, and its contents are read for the message under way alone.
func TestFlushFile(t *testing.T) {
	st := open(t, db(t))
	file := news.File{Name: "тренд.png", Type: "image/png", Data: []byte("data")}
	if _, err := st.Enqueue(t.Context(), news.Message{Chat: "telegram:1", Text: "x", File: &file, Created: time.Now()}); err != nil {
		t.Fatal(err)
	}
	var seen []string
	s := &screen{fail: func(m news.Message) error {
		seen = append(seen, m.File.Name+" "+string(m.File.Data))
		if len(seen) == 1 {
			return errors.New("out of reach")
		}
		return nil
	}}
	now := time.Now()
	deps := Deps{Store: st, Sink: s, Now: func() time.Time { return now }, Memory: NewMemory(TelegramLimits())}
	l := lease(t, st, "a")
	for range 3 { // the first counts as tried by whoever may have been the sender before
		if _, err := Flush(t.Context(), deps, l); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	if len(seen) != 2 || seen[0] != "тренд.png data" || seen[1] != seen[0] || len(s.posted) != 1 {
		t.Errorf("sent %q, posted %d", seen, len(s.posted))
	}
	if list, err := st.Frozen(t.Context()); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

// A file that the line to the server is too slow for does not keep alerts from a chat: its words go alone in the end.
func TestFlushFileTooSlow(t *testing.T) {
	st := open(t, db(t))
	file := news.File{Name: "items.csv", Type: "text/csv", Data: []byte("data")}
	for i, text := range []string{"x", ""} {
		m := news.Message{Chat: "telegram:1", Text: text, File: &file, Created: time.Now(), Key: string(rune('a' + i))}
		if _, err := st.Enqueue(t.Context(), m, news.Message{Chat: "telegram:1", Text: "behind " + text, Created: time.Now(), Key: m.Key + "+"}); err != nil {
			t.Fatal(err)
		}
	}
	tried := 0
	s := &screen{fail: func(m news.Message) error {
		if m.File == nil {
			return nil
		}
		tried++
		return fmt.Errorf("upload: %w", context.DeadlineExceeded)
	}}
	now := time.Now()
	deps := Deps{Store: st, Sink: s, Now: func() time.Time { return now }, Memory: NewMemory(TelegramLimits())}
	l := lease(t, st, "a")
	for range 2*slowMax + 6 {
		if _, err := Flush(t.Context(), deps, l); err != nil {
			t.Fatal(err)
		}
		now = now.Add(2 * time.Minute)
	}
	var posted []string
	for _, m := range s.posted {
		posted = append(posted, m.Text)
	}
	if !slices.Equal(posted, []string{"x", "behind x", "behind "}) || tried != 2*slowMax || len(deps.Memory.slow) != 0 {
		t.Errorf("posted %q after %d tries, %v", posted, tried, deps.Memory.slow)
	}
}
