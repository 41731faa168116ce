package deliver

import (
	"errors"
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
