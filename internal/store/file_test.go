package store

import (
	"path/filepath"
	"testing"
	"time"

	"vestnik/internal/news"
)

func testFiles(t *testing.T, s *Store) {
	ctx := t.Context()
	configure(t, s)
	commit(t, s, "belta", noon, news.NewItem{Item: item("belta", 1, "Оба", ""), Matches: over("csto")})
	lease, err := s.AcquireLease(ctx, "sender", "a", noon, time.Minute)
	must(t, err)
	png := []byte("\x89PNG\x00\x00")
	n, err := s.Enqueue(ctx,
		news.Message{Chat: "telegram:1", Text: "ҰҚШҰ", Key: "k", File: &news.File{Name: "ұқшұ.png", Type: "image/png", Data: png}, Created: noon},
		news.Message{Chat: "telegram:1", Text: "again", Key: "k", File: &news.File{Name: "x", Data: png}, Created: noon},
		news.Message{Chat: "telegram:2", Text: "empty", File: &news.File{Name: "leer.csv"}, Created: noon},
		news.Message{Chat: "telegram:3", Text: "none", Created: noon})
	must(t, err)
	equal(t, "enqueued", n, 3)
	owed := allOwed(t, s)
	frozen := news.Message{Chat: owed[0].Alerts[0].Chat, Text: "alert", AlertIDs: []int64{owed[0].Alerts[0].ID}, Created: noon, File: &news.File{Name: "a.json", Type: "application/json", Data: []byte("{}")}}
	frozen.ID, err = s.Freeze(ctx, lease, frozen)
	must(t, err)

	list, err := s.Frozen(ctx)
	must(t, err)
	equal(t, "first", list[0].File, &news.File{Name: "ұқшұ.png", Type: "image/png"})
	equal(t, "empty", list[1].File, &news.File{Name: "leer.csv"})
	equal(t, "none", list[2].File, (*news.File)(nil))
	equal(t, "frozen", list[3].File, &news.File{Name: "a.json", Type: "application/json"})
	for i, want := range []string{string(png), "", "-", "{}"} {
		data, err := s.File(ctx, list[i].ID)
		if want == "-" {
			wantErr(t, err, news.ErrNotFound)
			continue
		}
		must(t, err)
		equal(t, "contents", string(data), want)
		if data == nil {
			t.Error("an empty file has no contents at all")
		}
	}

	// What is posted, refused or for a chat that is gone holds no contents any more.
	must(t, s.Sent(ctx, lease, list[0].ID, "7", noon))
	must(t, s.Refused(ctx, lease, list[3].ID, "too large"))
	must(t, s.CloseChat(ctx, "telegram:2", "blocked", noon))
	equal(t, "contents left", number(t, s, `SELECT count(*) FROM messages WHERE file_data IS NOT NULL`), 0)
	equal(t, "names left", number(t, s, `SELECT count(*) FROM messages WHERE file_name <> ''`), 3)
	_, err = s.File(ctx, list[0].ID)
	wantErr(t, err, news.ErrNotFound)
}

// A file outlives the program that wrote it down.
func TestFileAfterRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "v.db")
	s := openAt(t, path)
	_, err := s.Enqueue(t.Context(), news.Message{Chat: "telegram:1", Text: "x", File: &news.File{Name: "a.png", Type: "image/png", Data: []byte("123")}, Created: noon})
	must(t, err)
	again := openAt(t, path) // the first one is not closed: it died
	list, err := again.Frozen(t.Context())
	must(t, err)
	data, err := again.File(t.Context(), list[0].ID)
	must(t, err)
	equal(t, "file", list[0].File.Name+" "+string(data), "a.png 123")
}
