package command

import (
	"strings"
	"unicode/utf16"

	"vestnik/internal/news"
)

// A Request is what somebody said to the bot, or a button somebody pressed.
type Request struct {
	Chat      string // address, topic included: "telegram:-100123:42"
	Public    string // another address of the chat, under which it may be configured, without topic: "telegram:@name"; "": none
	Kind      news.ChatKind
	User      string // "telegram:<user id>"; "" when nobody in particular
	ChatAdmin bool   // User administers the chat
	Language  string // the user's, as a tag: "ru", "en-GB"
	Name      string // the command without its slash; "" for words that are no command
	Args      string // what stood behind it
	ReplyTo   string // the sink's number of the message that was replied to
	Button    string // data of the button that was pressed; Name and Args are "" then
	Message   string // the sink's number of the message with that button
}

// A Reply is one answer. One with an empty Doc is no message: its Toast is all there is, or with Edit the Buttons that take the place of the old ones.
type Reply struct {
	Doc     Doc
	Buttons [][]Button
	Edit    bool       // change the message whose button was pressed
	Chat    string     // not "": the address to answer under, when it is another one of the same chat
	Toast   string     // for whoever pressed the button: plain text, at most 200 characters
	Popup   bool       // the toast stays until it is closed
	Key     string     // not "": said once; see news.Message.Key
	Silent  bool       // without a sound
	File    *news.File // goes with the message; nil: none
}

// A Doc is styled text that no transport has had a hand in yet.
type Doc []Line

// A Line holds no line end.
type Line []Span

// A Span is text in one style. Whatever it holds is shown as it is: what looks like markup, a link, a mention or a command in it is just text.
type Span struct {
	Text       string
	Bold, Code bool
	Link       string // http or https
	Command    bool   // Text is a command of the bot and stays one that can be pressed; with Code, one that is copied, words behind it
}

// A Button stands below a message.
type Button struct {
	Text string
	Data string // comes back as Request.Button: 1 to 64 bytes
	URL  string // opened instead, when there is no Data
}

// units is the length of the text in UTF-16 code units, which is how Telegram counts: at most 4096 a message.
func (d Doc) units() int {
	n := 0
	for _, l := range d {
		n++ // the line end
		for _, s := range l {
			for _, r := range s.Text {
				n += utf16.RuneLen(r)
			}
		}
	}
	return n
}

// docMost is how long a page gets: a message that changes another cannot go on in a second one. What is left over is for notes below it, and for
// what a transport puts between letters to keep text from looking like a command.
const docMost = 3000

// fit is the first lines of d that make a page, and a line with an ellipsis when there are more.
func (d Doc) fit() Doc {
	for len(d) > 1 && d.units() > docMost {
		d = append(d[:len(d)-2:len(d)-2], Line{{Text: "…"}})
	}
	return d
}

// Plain is the text without its style.
func (d Doc) Plain() string {
	var b strings.Builder
	for i, l := range d {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, s := range l {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}
