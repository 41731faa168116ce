package telegramtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// picture is a PNG of those sides, more bytes long than it needs by pad.
func picture(t *testing.T, width, height, pad int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return append(b.Bytes(), make([]byte, pad)...)
}

// send uploads a file under field; pairs are further names and values.
func send(t *testing.T, s *Server, method, field, name string, data []byte, pairs ...any) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		_ = w.WriteField(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	resp, err := http.Post(s.URL()+"/bot"+s.Token()+"/"+method, w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	a, err := read(resp)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPhotos(t *testing.T) {
	s, c := start(t)
	s.AddChat(Chat{ID: -88, Title: "No pictures", NoFiles: true})
	good := picture(t, 1080, 720, 0)
	long := strings.Repeat("ә", 1024)
	for _, tt := range []struct {
		what  string
		data  []byte
		pairs []any
		want  string
	}{
		{"plain", good, nil, "ok"},
		{"caption", good, []any{"caption", "<b>ҰҚШҰ</b> &amp; 1", "parse_mode", "HTML"}, "ok"},
		{"caption of the full length", good, []any{"caption", "<i>" + long + "</i>", "parse_mode", "HTML"}, "ok"},
		{"caption that is too long", good, []any{"caption", long + "x"}, "400 Bad Request: message caption is too long"},
		{"emoji count two", good, []any{"caption", strings.Repeat("👋", 513)}, "400 Bad Request: message caption is too long"},
		{"caption that is no HTML", good, []any{"caption", "<b>x", "parse_mode", "HTML"}, `400 Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`},
		{"no picture", []byte("<svg/>"), nil, "400 Bad Request: IMAGE_PROCESS_FAILED"},
		{"half a picture", good[:len(good)/2], nil, "400 Bad Request: IMAGE_PROCESS_FAILED"},
		{"empty", nil, nil, "400 Bad Request: file must be non-empty"},
		{"too long", picture(t, 2001, 100, 0), nil, "400 Bad Request: PHOTO_INVALID_DIMENSIONS"},
		{"as long as may be", picture(t, 2000, 100, 0), nil, "ok"},
		{"too large", picture(t, 5001, 5000, 0), nil, "400 Bad Request: PHOTO_INVALID_DIMENSIONS"},
		{"too heavy", picture(t, 10, 10, 10<<20), nil, "400 Bad Request: file of size 10485836 bytes is too big for a photo; the maximum size is 10485760 bytes"},
		{"no rights", good, []any{"chat_id", -88}, "400 Bad Request: not enough rights to send photos to the chat"},
		{"a button that is none", good, []any{"reply_markup", `{"inline_keyboard":[[{"text":"x"}]]}`}, "400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"no such topic", good, []any{"message_thread_id", 5}, "400 Bad Request: message thread not found"},
	} {
		pairs := tt.pairs
		if tt.what != "no rights" {
			pairs = append([]any{"chat_id", anna}, pairs...)
		}
		got := send(t, s, "sendPhoto", "photo", "a.png", tt.data, pairs...).said()
		if tt.what == "too heavy" && strings.Contains(got, "is too big for a photo") {
			got = tt.want // its exact size depends on how it was packed
		}
		expect(t, tt.what, got, tt.want)
		c.pass(61e9)
	}
	expect(t, "another field", send(t, s, "sendPhoto", "document", "a.png", good, "chat_id", anna).said(), "400 Bad Request: there is no photo in the request")
	expect(t, "no form", do(t, s, "sendPhoto", "chat_id", anna, "photo", "x").said(), "400 Bad Request: there is no photo in the request")

	m := s.Messages(anna)[1]
	if m.Text != "ҰҚШҰ & 1" || len(m.Has("bold")) != 1 || !m.File.Photo || m.File.Width != 1080 || m.File.Name != "a.png" || !bytes.Equal(m.File.Data, good) {
		t.Errorf("%+v", m)
	}
	expect(t, "a text it has not", do(t, s, "editMessageText", "chat_id", anna, "message_id", m.ID, "text", "x").said(), "400 Bad Request: there is no text in the message to edit")
	keys := `{"inline_keyboard":[[{"text":"x","callback_data":"y"}]]}`
	changed := do(t, s, "editMessageReplyMarkup", "chat_id", anna, "message_id", m.ID, "reply_markup", keys)
	var told struct {
		Text, Caption string
		Photo         []struct{ Width, Height int }
	}
	if err := json.Unmarshal(changed.Result, &told); err != nil || told.Text != "" || told.Caption != "ҰҚШҰ & 1" || len(told.Photo) != 1 || told.Photo[0].Height != 720 {
		t.Errorf("%s %v", changed.said(), err)
	}
}

func TestDocuments(t *testing.T) {
	s, c := start(t)
	s.AddChat(Chat{ID: -88, Title: "No files", NoFiles: true})
	expect(t, "csv", send(t, s, "sendDocument", "document", "ұзақ.csv", []byte("a,b"), "chat_id", anna, "caption", "x", "disable_notification", "true").said(), "ok")
	m := s.Messages(anna)[0]
	if m.File.Photo || m.File.Name != "ұзақ.csv" || !m.Silent || m.Text != "x" {
		t.Errorf("%+v", m)
	}
	c.pass(61e9)
	expect(t, "the most", send(t, s, "sendDocument", "document", "a", make([]byte, 50<<20), "chat_id", anna).said(), "ok")
	c.pass(61e9)
	expect(t, "more", send(t, s, "sendDocument", "document", "a", make([]byte, 50<<20+1), "chat_id", anna).said(), "413 Request Entity Too Large")
	expect(t, "much more", send(t, s, "sendDocument", "document", "a", make([]byte, 52<<20), "chat_id", anna).said(), "413 Request Entity Too Large")
	expect(t, "no rights", send(t, s, "sendDocument", "document", "a", []byte("x"), "chat_id", -88).said(), "400 Bad Request: not enough rights to send documents to the chat")
	expect(t, "a name that is a path", send(t, s, "sendDocument", "document", `a"b`, []byte("x"), "chat_id", anna).said(), "400 Bad Request: wrong file name")

	// They count against the limits, and a pause holds them.
	data := []byte("x")
	for range 3 {
		expect(t, "burst", send(t, s, "sendDocument", "document", "a", data, "chat_id", news).said(), "ok")
	}
	expect(t, "too fast", send(t, s, "sendDocument", "document", "a", data, "chat_id", news).said(), "429 Too Many Requests: retry after 1")
	expect(t, "held", send(t, s, "sendPhoto", "photo", "a", data, "chat_id", news).said(), "429 Too Many Requests: retry after 1")
}
