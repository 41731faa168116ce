package console

import (
	"strings"
	"testing"

	"vestnik/internal/news"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		s     string
		width int
		want  string
	}{
		{"короткая строка", 40, "короткая строка"},
		{"ровно десять", 12, "ровно десять"},
		{"  не поместится в строку", 14, "  не\n  поместится в\n  строку"},
		{"▸ Токаеву в Астане", 10, "▸ Токаеву\n  в Астане"},
		{"  https://example.org/very/long/link x", 10, "  https://example.org/very/long/link\n  x"},
		{"新聞 新聞 新聞", 9, "新聞 新聞\n新聞"},
		{"👨‍👩‍👧 👨‍👩‍👧 👨‍👩‍👧", 5, "👨‍👩‍👧 👨‍👩‍👧\n👨‍👩‍👧"},
		{"\x02Токаев\x03 \x02в\x03 Минске", 8, "\x02Токаев\x03 \x02в\x03\nМинске"},
		{"", 5, ""},
	}
	for _, tt := range tests {
		if got := wrap(tt.s, tt.width); got != tt.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.s, tt.width, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		s       string
		columns int
		want    string
	}{
		{"Қазақстан", 9, "Қазақстан"},
		{"Қазақстан", 8, "Қазақст…"},
		{"新聞新聞", 4, "新…"},
		{"да 👨‍👩‍👧‍👦!", 5, "да…"},
		{"й и\u0306й", 3, "й…"},
		{"й и\u0306й!", 4, "й и\u0306…"},
	}
	for _, tt := range tests {
		if got := cut(tt.s, tt.columns); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.s, tt.columns, got, tt.want)
		}
	}
}

// A terminal says that there is a file, and leaves no trace on the disk.
func TestSendFile(t *testing.T) {
	var b strings.Builder
	term := &Terminal{Out: &b}
	if _, err := term.Send(t.Context(), news.Message{Text: "ҰҚШҰ", File: &news.File{Name: "csto\x1b[2J.png", Data: make([]byte, 61001)}}); err != nil {
		t.Fatal(err)
	}
	if want := "ҰҚШҰ\n  [csto[2J.png, 62 kB]\n\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
