package telegram

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"vestnik/internal/command"
	"vestnik/internal/deliver"
	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

func pngOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSendFile(t *testing.T) {
	srv, c, _ := world(t)
	srv.AddChat(telegramtest.Chat{ID: -909, Title: "No files", NoFiles: true})
	s := &Sink{Client: c}
	chart := pngOf(t, 1080, 720)
	send := func(m news.Message) (telegramtest.Message, error) {
		t.Helper()
		ref, err := s.Send(t.Context(), m)
		to, bad := parseAddress(m.Chat)
		if bad != nil {
			t.Fatal(bad)
		}
		var id int64
		if _, bad := fmt.Sscan(to.chatID(), &id); bad != nil {
			t.Fatal(bad)
		}
		list := srv.Messages(id)
		if err != nil || len(list) == 0 {
			return telegramtest.Message{}, err
		}
		last := list[len(list)-1]
		if fmt.Sprint(last.ID) != ref {
			t.Errorf("posted as %d, said to be %s", last.ID, ref)
		}
		return last, nil
	}
	with := func(m news.Message, name, kind string, data []byte) news.Message {
		m.File = &news.File{Name: name, Type: kind, Data: data}
		return m
	}
	in := fmt.Sprintf("telegram:%d:%d", forum, topic)

	// A picture with words in HTML, buttons, without a sound, in a topic, as an answer.
	m := Messages(in, command.Reply{Doc: command.Doc{{{Text: "ҰҚШҰ", Bold: true}, {Text: " <3 сюжета"}}}, Silent: true,
		Buttons: [][]command.Button{{{Text: "7 d", Data: "x"}}}, File: &news.File{Name: "csto 30d.png", Type: "image/png", Data: chart}})
	if len(m) != 1 {
		t.Fatalf("%d messages", len(m))
	}
	got, err := send(m[0])
	if err != nil || !got.File.Photo || got.File.Name != "csto_30d.png" || got.Text != "ҰҚШҰ <3 сюжета" || len(got.Has("bold")) != 1 || len(got.Keyboard) != 1 ||
		!got.Silent || got.Topic != topic || !bytes.Equal(got.File.Data, chart) {
		t.Errorf("%v %+v", err, got)
	}

	chat := fmt.Sprint("telegram:", anna)
	for _, tt := range []struct {
		what, name, kind string
		data             []byte
		photo            bool
		shown            string
	}{
		{"a table", "Үй/../тізім\".csv", "text/csv", []byte("a,b"), false, "Үй..тізім.csv"},
		{"a name of nothing", "\n//", "application/json", []byte("{}"), false, "file"},
		{"a picture of another kind", "a.svg", "image/svg+xml", []byte("<svg/>"), false, "a.svg"},
		{"a picture that is too long", "long.png", "image/png", pngOf(t, 5000, 10), false, "long.png"},
		{"no picture at all", "x.png", "image/png", []byte("?"), false, "x.png"},
		{"a picture that is too heavy", "y.png", "image/png", append(pngOf(t, 10, 10), make([]byte, 10<<20)...), false, "y.png"},
		{"a picture", "ok.png", "image/png", chart, true, "ok.png"},
	} {
		got, err := send(with(htmlMessage(chat, ""), tt.name, tt.kind, tt.data))
		if err != nil || got.File == nil || got.File.Photo != tt.photo || got.File.Name != tt.shown || len(got.File.Data) != len(tt.data) {
			t.Errorf("%s: %v %+v", tt.what, err, got.File)
		}
	}

	// Words that are too long for a caption, and such that are no HTML, are cut or lose their markup; the file arrives.
	got, err = send(with(htmlMessage(chat, "<b>"+strings.Repeat("слово ", 300)+"</b>"), "a.png", "image/png", chart))
	if err != nil || got.File == nil || units(got.Text) > 1024 || !strings.HasSuffix(got.Text, "…") {
		t.Errorf("long: %v %q", err, got.Text)
	}
	got, err = send(with(news.Message{Chat: chat, Text: strings.Repeat("ә", 2000)}, "a.png", "image/png", chart))
	if err != nil || got.File == nil || units(got.Text) != 1024 {
		t.Errorf("long and plain: %v %d", err, units(got.Text))
	}
	got, err = send(with(htmlMessage(chat, "<p>x &lt; y"), "a.png", "image/png", chart))
	if err != nil || got.File == nil || got.Text != "x < y" {
		t.Errorf("broken: %v %q", err, got.Text)
	}

	// Where no files may be sent the words go alone; a file without words is given up, and the chat is not.
	got, err = send(with(htmlMessage("telegram:-909", "слова"), "a.png", "image/png", chart))
	if err != nil || got.File != nil || got.Text != "слова" {
		t.Errorf("no rights: %v %+v", err, got)
	}
	var permanent *deliver.Permanent
	if _, err = send(with(htmlMessage("telegram:-909", ""), "a.png", "image/png", chart)); !errors.As(err, &permanent) {
		t.Errorf("no rights and no words: %v", err)
	}
}

// Uploads fail like any other call: a pause, a chat that moved, a block and a broken connection are told apart, and no error holds the token.
func TestSendFileFails(t *testing.T) {
	srv, c, _ := world(t)
	s := &Sink{Client: c}
	m := news.Message{Chat: fmt.Sprint("telegram:", anna), Text: "x", File: &news.File{Name: "a.png", Type: "image/png", Data: pngOf(t, 10, 10)}}
	fail := func(f telegramtest.Fault) error {
		f.Method = "sendPhoto"
		srv.Fail(f)
		_, err := s.Send(t.Context(), m)
		if err == nil {
			t.Fatalf("%+v: posted", f)
		}
		noToken(t, srv.Token(), "the error", err.Error())
		return err
	}
	var (
		retry    *deliver.RetryAfter
		gone     *deliver.Gone
		migrated *deliver.Migrated
	)
	if err := fail(telegramtest.Fault{Code: 403, Description: telegramtest.Blocked}); !errors.As(err, &gone) || gone.Why != whyBlocked {
		t.Error(err)
	}
	if err := fail(telegramtest.Fault{MigrateTo: -100777}); !errors.As(err, &migrated) || migrated.To != "telegram:-100777" {
		t.Error(err)
	}
	for _, f := range []telegramtest.Fault{{Page: true}, {Drop: telegramtest.DropBefore}, {Drop: telegramtest.DropAfter}, {Code: 500, Description: "Internal Server Error"}} {
		if err := fail(f); errors.As(err, &retry) || errors.As(err, &gone) && gone.Why == "" {
			t.Errorf("%+v: %v", f, err)
		}
	}
	if err := fail(telegramtest.Fault{RetryAfter: 9}); !errors.As(err, &retry) || retry.After.Seconds() != 9 {
		t.Error(err)
	}
	if n := len(srv.Violations()); n != 0 {
		t.Errorf("%d violations", n)
	}
}

// An answer with a file is the file with as much of the words as stand below it, and the rest behind.
func TestMessagesWithFile(t *testing.T) {
	file := &news.File{Name: "a.png", Type: "image/png"}
	doc := func(lines ...string) (d command.Doc) {
		for _, l := range lines {
			d = append(d, command.Line{{Text: l}})
		}
		return d
	}
	long, longer := strings.Repeat("ы", 900), strings.Repeat("ы", 1100)
	for _, tt := range []struct {
		what string
		doc  command.Doc
		want []int // letters of each message
	}{
		{"none", nil, []int{0}},
		{"short", doc("a", "b"), []int{3}},
		{"two lines", doc(long, long), []int{900, 900}},
		{"a first line that is too long", doc(longer, "x"), []int{0, 1102}},
		{"many", doc(long, long, long, long, long, long), []int{900, 3603, 900}},
	} {
		list := Messages("telegram:1", command.Reply{Doc: tt.doc, File: file, Key: "k", Edit: true, Buttons: [][]command.Button{{{Text: "x", Data: "y"}}}})
		var got []int
		for i, m := range list {
			got = append(got, units(plain(m.Text)))
			if (m.File != nil) != (i == 0) || m.Kind != news.MessageSend || strings.Contains(m.Markup, "keyboard") != (i == len(list)-1) {
				t.Errorf("%s: message %d %+v", tt.what, i, m)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, got, tt.want)
		}
	}
}
