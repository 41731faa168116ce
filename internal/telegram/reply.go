package telegram

import (
	"slices"
	"strings"

	"vestnik/internal/command"
	"vestnik/internal/excerpt"
	"vestnik/internal/news"
)

// lineMost is how many code units of a line of an answer are shown: a line that is longer is cut, so that every line fits in a message.
const lineMost = 2000

// Messages is an answer or a notice as messages to chat: usually one, more when it is longer than a message may be, none when it is a toast alone.
// The buttons stand below the last one. They have no Created, and what changes a message has no Target yet. A file goes with the first, whose words are as
// many lines as stand below a file; it never changes a message, for one with words cannot come to hold a file.
func Messages(chat string, r command.Reply) []news.Message {
	if r.Chat != "" {
		chat = r.Chat
	}
	if r.File != nil {
		r.Edit = false
	}
	if r.Edit && len(r.Doc) == 0 {
		return []news.Message{{Chat: chat, Kind: news.MessageButtons, Markup: markup{Keyboard: buttons(r.Buttons)}.String(), Silent: r.Silent, Key: r.Key}}
	}
	first := unitsMost
	if r.File != nil {
		first = captionMost
	}
	pages := document(r.Doc, first)
	if r.File != nil && (len(pages) == 0 || pages[0].units > captionMost) {
		pages = slices.Insert(document(r.Doc, unitsMost), 0, &page{}) // a first line that is too long stands in the message behind
	}
	if r.Edit && len(pages) > 1 {
		pages = pages[:1] // the message that is changed holds no more
	}
	var out []news.Message
	for i, p := range pages {
		m := news.Message{Chat: chat, Text: p.String(), Silent: r.Silent, Key: r.Key}
		if i == 0 {
			m.File = r.File
		}
		mark := markup{HTML: true}
		if i == len(pages)-1 {
			mark.Keyboard = buttons(r.Buttons)
		}
		if i > 0 && r.Key != "" {
			m.Key += " +" + string(rune('0'+i%10))
		}
		if r.Edit {
			m.Kind = news.MessageEdit
		}
		m.Markup = mark.String()
		out = append(out, m)
	}
	return out
}

// document lays a Doc out on as few pages as it needs, none when there is nothing to read on it. The first holds at most first code units, unless one
// line alone is longer.
func document(d command.Doc, first int) []*page {
	var pages []*page
	current := &page{}
	for i, l := range d {
		p := line(l)
		if i > 0 && current.units > 0 {
			reserve := 0
			if len(pages) == 0 {
				reserve = unitsMost - first
			}
			if current.add(newline(p), reserve) {
				continue
			}
			pages = append(pages, current)
			current = &page{}
		}
		current.add(p, 0)
	}
	pages = append(pages, current)
	read := pages[:0]
	for _, p := range pages {
		if p.units > 0 {
			read = append(read, p)
		}
	}
	return read
}

func newline(p *page) *page {
	q := &page{}
	q.raw("\n")
	q.add(p, 0)
	return q
}

// line lays out one line, cut to lineMost.
func line(l command.Line) *page {
	p := &page{}
	for _, s := range l {
		text := strings.ReplaceAll(excerpt.Unmarked(s.Text), "\n", " ")
		if left := lineMost - p.units; left <= 1 {
			break
		} else {
			text = cut(text, left)
		}
		q := &page{last: p.last}
		q.span(s, text)
		if !p.add(q, len("\n")) {
			break
		}
	}
	return p
}

func (p *page) span(s command.Span, text string) {
	if s.Bold && !s.Code {
		p.b.WriteString("<b>")
		defer p.b.WriteString("</b>")
	}
	switch {
	case s.Command && s.Code && isCopied(text):
		p.copied(text)
	case s.Command && isCommand(text):
		p.raw(text)
	case s.Link != "":
		p.link(text, s.Link)
	case s.Code:
		p.code(text)
	default:
		p.text(text)
	}
}

// isCopied says whether text is a command with plain words behind it.
func isCopied(text string) bool {
	for i, word := range strings.Split(text, " ") {
		if i == 0 && !isCommand(word) || i > 0 && !isCommand("/"+word) {
			return false
		}
	}
	return true
}

// isCommand says whether text is one command and nothing else.
func isCommand(text string) bool {
	if len(text) < 2 || text[0] != '/' {
		return false
	}
	for _, r := range text[1:] {
		if !asciiWord(r) {
			return false
		}
	}
	return true
}
