package console

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"golang.org/x/term"

	"vestnik/internal/excerpt"
	"vestnik/internal/news"
)

// Chat is the name of the terminal among the chats.
const Chat = "terminal"

// A Terminal is where people read along: a window, or a file or pipe that its output goes to. It is a deliver.Sink.
type Terminal struct {
	Out   io.Writer
	Width int            // columns; 0: lines are not wrapped
	Bold  bool           // hits are shown in bold; else between asterisks
	Zone  *time.Location // of the times shown; nil: UTC
}

// Open finds out what f can show. A window wraps lines and shows bold, unless NO_COLOR is set to anything or TERM is "dumb" (no-color.org);
// anything else gets plain lines.
func Open(f *os.File, getenv func(string) string, zone *time.Location) *Terminal {
	t := &Terminal{Out: f, Zone: zone}
	if !term.IsTerminal(int(f.Fd())) {
		return t
	}
	t.Bold = getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		t.Width = width
	}
	return t
}

// Send prints a message and an empty line behind it. The terminal has no numbers for messages. Of a file it tells the name and the size: nobody asked for
// one on their disk, and the commands that make files write them where a person says.
func (t *Terminal) Send(_ context.Context, m news.Message) (ref string, err error) {
	text := m.Text
	if m.File != nil {
		if text != "" {
			text += "\n"
		}
		text += fmt.Sprintf("  [%s, %d kB]", line(m.File.Name), (len(m.File.Data)+999)/1000)
	}
	if err := t.print(text + "\n"); err != nil {
		return "", fmt.Errorf("print message %d: %w", m.ID, err)
	}
	return "", nil
}

// print writes rendered text, wrapped, and a line end, in one go.
func (t *Terminal) print(text string) error { return t.write(text, t.Width) }

// write writes rendered text and a line end in one go; width 0 leaves lines as long as they are.
func (t *Terminal) write(text string, width int) error {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == HitStart || r == HitEnd || excerpt.Keep(r) {
			return r
		}
		return -1
	}, text)
	if !t.Bold {
		text = strings.NewReplacer(string(HitStart), "*", string(HitEnd), "*").Replace(text)
	}
	if width > 0 {
		lines := strings.Split(text, "\n")
		for i, l := range lines {
			lines[i] = wrap(l, width)
		}
		text = strings.Join(lines, "\n")
	}
	if t.Bold {
		text = strings.NewReplacer(string(HitStart), "\x1b[1m", string(HitEnd), "\x1b[22m").Replace(text)
	}
	_, err := io.WriteString(t.Out, text+"\n")
	return err
}

// wrap breaks a line at spaces so that no part is wider than width; further parts begin below the first word, a bullet apart. A word that is
// wider stays whole, because a link that is cut cannot be clicked; the terminal breaks it.
func wrap(s string, width int) string {
	body := strings.TrimLeft(s, " ")
	indent := s[:len(s)-len(body)]
	if uniseg.StringWidth(s) <= width {
		return s
	}
	words := strings.Split(body, " ")
	row, columns := indent+words[0], len(indent)+uniseg.StringWidth(words[0])
	switch words[0] {
	case "●", "▸", "•":
		indent += "  "
	}
	var lines []string
	for _, word := range words[1:] {
		w := uniseg.StringWidth(word)
		if columns+1+w > width {
			lines = append(lines, row)
			row, columns = indent+word, len(indent)+w
			continue
		}
		row, columns = row+" "+word, columns+1+w
	}
	return strings.Join(append(lines, row), "\n")
}
