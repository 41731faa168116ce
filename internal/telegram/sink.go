package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"vestnik/internal/deliver"
	"vestnik/internal/excerpt"
	"vestnik/internal/news"
)

// A Sink posts to Telegram's chats. It is a deliver.Sink.
type Sink struct {
	Client   *Client
	Zone     func(chat string) *time.Location // of the times shown to a chat; nil: UTC
	Previews bool                             // a small preview of the first link; else none
	Language func(chat string) string         // of alerts to a chat; nil: English
	Log      *slog.Logger                     // nil: nothing is logged
}

var _ deliver.Sink = (*Sink)(nil)

func (s *Sink) language(chat string) string {
	if s.Language == nil {
		return ""
	}
	return s.Language(chat)
}

func (s *Sink) zone(chat string) *time.Location {
	if s.Zone == nil {
		return nil
	}
	return s.Zone(chat)
}

// Why a chat is gone, beside what the server says in other words.
const (
	whyBlocked  = "blocked"   // the user blocked the bot, or has deleted the account
	whyKicked   = "kicked"    // the bot was removed
	whyNotFound = "not found" // no such chat, or the bot was never in it
	whyNoRights = "no rights" // the bot may not write there
)

// Send posts a message, or changes one or its buttons. A text that Telegram cannot read as HTML goes out as plain text, with its links written out.
func (s *Sink) Send(ctx context.Context, m news.Message) (ref string, err error) {
	to, err := parseAddress(m.Chat)
	if err != nil {
		return "", &deliver.Permanent{Err: err}
	}
	mark, err := readMarkup(m.Markup)
	if err != nil {
		return "", &deliver.Permanent{Err: fmt.Errorf("the frozen markup: %w", err)}
	}
	post, most := s.post, unitsMost
	switch {
	case m.Kind == news.MessageButtons:
		return m.Target, outcome(s.rekey(ctx, to, m.Target, mark))
	case m.Kind == news.MessageEdit && m.Target != "":
		post = s.edit
	case m.File != nil:
		post, most = s.postFile, captionMost
	}
	ref, err = post(ctx, to, m, mark)
	if refused := (*Error)(nil); errors.As(err, &refused) && refused.Code == http.StatusBadRequest && mark.HTML &&
		refused.is("can't parse entities", "message is too long", "caption is too long") {
		s.logger().Warn("the markup is refused; the message goes out as plain text", "message", m.ID, "err", refused)
		m.Text, mark.HTML = cut(plain(m.Text), most), false
		ref, err = post(ctx, to, m, mark)
	}
	return ref, outcome(err)
}

func (s *Sink) logger() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

// generalTopic is the number of the topic that every forum has; messages go there when they name none, and it may not be named.
const generalTopic = 1

// post sends a new message.
func (s *Sink) post(ctx context.Context, to address, m news.Message, mark markup) (string, error) {
	var sent posted
	if err := s.Client.call(ctx, "sendMessage", s.newParams(to, m, mark), 0, &sent); err != nil {
		return "", err
	}
	return sent.ref(), nil
}

// posted is what is read of a message that was sent.
type posted struct {
	ID int64 `json:"message_id"`
}

func (p posted) ref() string { return strconv.FormatInt(p.ID, 10) }

// postFile sends a new message with a file: a picture as one that is shown, which the server takes up to 10 MB and within bounds of its sides, anything else
// to be opened elsewhere. A picture that the server does not take as one goes as such a file, and where no files may be sent the words go alone.
func (s *Sink) postFile(ctx context.Context, to address, m news.Message, mark markup) (string, error) {
	p := s.newParams(to, m, mark)
	p["caption"] = p["text"]
	if !mark.HTML {
		p["caption"] = cut(p["text"], captionMost)
	}
	delete(p, "text")
	delete(p, "link_preview_options")
	if p["caption"] == "" {
		delete(p, "caption")
	}
	var sent posted
	var refused *Error
	err := error(nil)
	picture := m.File.Type == "image/png" && len(m.File.Data) <= pictureMost
	if picture {
		err = s.Client.upload(ctx, "sendPhoto", p, "photo", *m.File, &sent)
		if errors.As(err, &refused) && refused.Code == http.StatusBadRequest && refused.is("PHOTO_", "IMAGE_PROCESS_FAILED", "too big for a photo") {
			picture = false
		}
	}
	if !picture {
		err = s.Client.upload(ctx, "sendDocument", p, "document", *m.File, &sent)
	}
	if errors.As(err, &refused) && p["caption"] != "" && noFiles(refused) {
		s.logger().Warn("no files may be sent there; the words go alone", "message", m.ID, "err", refused)
		return s.post(ctx, to, m, mark)
	}
	if err != nil {
		return "", err
	}
	return sent.ref(), nil
}

// pictureMost is how many bytes the Bot API takes for a picture: https://core.telegram.org/bots/api#sendphoto.
const pictureMost = 10 << 20

// noFiles reports whether a chat takes words but no files.
func noFiles(e *Error) bool {
	return e.is("not enough rights to send photos", "not enough rights to send documents", "CHAT_SEND_PHOTOS_FORBIDDEN", "CHAT_SEND_DOCS_FORBIDDEN", "CHAT_SEND_MEDIA_FORBIDDEN")
}

// newParams are the params of a new message.
func (s *Sink) newParams(to address, m news.Message, mark markup) tgbotapi.Params {
	p := s.params(to, m.Text, mark)
	if to.topic != generalTopic {
		p.AddNonZero("message_thread_id", to.topic)
	}
	p.AddBool("disable_notification", m.Silent)
	if id, err := strconv.Atoi(m.Target); err == nil && id > 0 {
		p["reply_parameters"] = object(map[string]any{"message_id": id, "allow_sending_without_reply": true})
	}
	return p
}

// edit changes the text and the buttons of a message. One that is gone, or that the bot may not change any more, is sent anew; one that reads so already
// is as good as changed.
func (s *Sink) edit(ctx context.Context, to address, m news.Message, mark markup) (string, error) {
	p := s.params(to, m.Text, mark)
	p["message_id"] = m.Target
	err := s.Client.call(ctx, "editMessageText", p, 0, nil)
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != http.StatusBadRequest && refused.Code != http.StatusForbidden || refused.MigrateTo != 0 {
		return m.Target, err
	}
	var text *deliver.BadText
	switch {
	case refused.is("message is not modified"):
		return m.Target, nil
	case errors.As(outcome(refused), &text):
		return m.Target, err // as it would be in a new message
	}
	// Whatever it is, a right that was lost or a message that is too old: what it says has still to be said. Where nothing can be posted any more the
	// answer to that tells so.
	m.Target = ""
	return s.post(ctx, to, m, mark)
}

// rekey changes the buttons of a message alone; without any they go. One that is gone needs none, and one that has them already is as good as changed.
func (s *Sink) rekey(ctx context.Context, to address, target string, mark markup) error {
	p := tgbotapi.Params{"chat_id": to.chatID(), "message_id": target}
	addKeyboard(p, mark)
	err := s.Client.call(ctx, "editMessageReplyMarkup", p, 0, nil)
	var refused *Error
	if errors.As(err, &refused) && refused.Code == http.StatusBadRequest &&
		refused.is("message is not modified", "message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "message identifier is not specified") {
		return nil
	}
	return err
}

// params are what new and changed messages have in common.
func (s *Sink) params(to address, text string, mark markup) tgbotapi.Params {
	p := tgbotapi.Params{"chat_id": to.chatID(), "text": text, "link_preview_options": object(map[string]any{"is_disabled": true})}
	if s.Previews {
		p["link_preview_options"] = object(map[string]any{"prefer_small_media": true})
	}
	if mark.HTML {
		p["parse_mode"] = "HTML"
	} else {
		p["text"] = quiet(text)
	}
	addKeyboard(p, mark)
	return p
}

func addKeyboard(p tgbotapi.Params, mark markup) {
	if len(mark.Keyboard) > 0 {
		p["reply_markup"] = object(map[string]any{"inline_keyboard": mark.Keyboard})
	}
}

func object(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, numbers and bools only
	}
	return string(b)
}

// outcome turns an error of the API into what it means for the chat and the message.
func outcome(err error) error {
	var e *Error
	if !errors.As(err, &e) || errors.Is(err, ErrToken) {
		return err // nobody knows whether it was posted, or no message can be: try again
	}
	switch {
	case e.RetryAfter > 0:
		return &deliver.RetryAfter{After: e.RetryAfter, Err: e}
	case e.MigrateTo != 0:
		return &deliver.Migrated{To: base(e.MigrateTo), Err: e}
	case e.Code >= 500:
		return e
	case noFiles(e): // of a file without words
		return &deliver.Permanent{Err: e}
	case e.is("blocked by the user", "user is deactivated", "can't initiate conversation"):
		return &deliver.Gone{Why: whyBlocked, Err: e}
	case e.is("kicked", "is not a member"):
		return &deliver.Gone{Why: whyKicked, Err: e}
	case e.is("chat not found", "group chat was deleted", "group chat was deactivated", "PEER_ID_INVALID", "CHANNEL_INVALID", "CHANNEL_PRIVATE"):
		return &deliver.Gone{Why: whyNotFound, Err: e}
	case e.Code == http.StatusForbidden, e.is("not enough rights", "have no rights", "need administrator rights", "CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED"):
		return &deliver.Gone{Why: whyNoRights, Err: e}
	case e.is("can't parse", "message is too long", "caption is too long", "MESSAGE_TOO_LONG", "text is empty", "text must be non-empty", "BUTTON_"):
		return &deliver.BadText{Err: e}
	}
	return &deliver.Permanent{Err: e}
}

var (
	anchor = regexp.MustCompile(`<a href="([^"]*)">(.*?)</a>`)
	tag    = regexp.MustCompile(`</?[a-z]+>`)
)

// bareAddress is an address in which nothing ends it early for Telegram, which would read what follows anew.
func bareAddress(href string) string {
	return strings.NewReplacer("@", "%40", "$", "%24", "(", "%28", ")", "%29", "'", "%27", "!", "%21", "*", "%2A", "[", "%5B", "]", "%5D", "|", "%7C").Replace(href)
}

// plain is a text of this package's HTML as plain text: what stands behind a link is written out.
func plain(s string) string {
	s = anchor.ReplaceAllString(s, "$2 $1")
	text := html.UnescapeString(tag.ReplaceAllString(s, ""))
	for units(text) > unitsMost {
		text = cut(text, unitsMost) // links written out took more room than the links did
	}
	return text
}

// quiet is plain text in which only whole words that are addresses may become links. It is cut to what a message holds.
func quiet(s string) string {
	var b strings.Builder
	for i, l := range strings.Split(clean(s), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, word := range strings.Split(l, " ") {
			if j > 0 {
				b.WriteByte(' ')
			}
			if href, ok := webAddress(word); ok {
				b.WriteString(bareAddress(href))
			} else {
				b.WriteString(defuse(word))
			}
		}
	}
	return cut(excerpt.Unmarked(b.String()), unitsMost)
}
