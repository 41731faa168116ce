package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"vestnik/internal/command"
	"vestnik/internal/news"
)

// Chats is what the listener tells the store of chats; see news.Chat and news.BaseChat.
type Chats interface {
	Chat(ctx context.Context, base string) (news.Chat, bool, error)
	SaveChat(ctx context.Context, c news.Chat) error
	CloseChat(ctx context.Context, base, why string, now time.Time) error
	MigrateChat(ctx context.Context, from, to string) error
}

// A Listener hears what chats say and has it answered. Only one may listen with a token at a time, so it runs where the sender runs.
type Listener struct {
	Client  *Client
	Handle  func(context.Context, command.Request) ([]command.Reply, error) // command.Desk's
	Enqueue func(context.Context, ...news.Message) (int, error)             // writes replies down, to be posted like everything else
	Chats   Chats
	// LoadOffset and SaveOffset keep the number of the next update to ask for; 0 when there is none yet.
	LoadOffset func(context.Context) (int64, error)
	SaveOffset func(context.Context, int64) error

	Now      func() time.Time
	Wake     func()                                      // replies are written down; nil: the sender finds out by itself
	OnGone   func(ctx context.Context, base, why string) // the bot was removed from a chat or blocked; nil: nobody is told
	OnPoison func(update int64, err error)               // an update failed twice and was passed over; nil: it is logged only
	Log      *slog.Logger                                // nil: nothing is logged
	Slow     time.Duration                               // between tries while another listener uses the token; 0: 30 s
	Poll     time.Duration                               // how long the server waits for an update; 0: 50 s

	retry time.Duration // the least pause after something failed; 0: retryLeast
}

const (
	tries      = 2                // an update that fails so often is passed over
	finish     = 20 * time.Second // how long an update under way may take once the program is told to stop; a try's time as well
	retryMost  = time.Minute      // between tries to reach the server
	retryLeast = time.Second
	// Telegram numbers updates anew, at random, after a week without any; then nothing is ever behind the old number.
	numbersLive = 6 * 24 * time.Hour
)

// Run listens until ctx ends and the update under way is handled. Whatever the server does, it goes on: only a token that the server does not know
// ends it, with ErrToken, or an offset that cannot be read.
//
// An update is acknowledged once it was handled and what it asked for is written down, so a crash handles it again; its replies carry keys that keep
// them from being written twice. One that fails or panics twice is recorded and passed over.
func (l Listener) Run(ctx context.Context) error {
	if l.Log == nil {
		l.Log = slog.New(slog.DiscardHandler)
	}
	if l.Slow <= 0 {
		l.Slow = 30 * time.Second
	}
	if l.Poll <= 0 {
		l.Poll = 50 * time.Second
	}
	if l.retry <= 0 {
		l.retry = retryLeast
	}
	s := &session{Listener: l, known: commandNames(), admins: map[string]verdict{}, heard: l.Now()}
	return s.run(ctx)
}

// A session is one Run.
type session struct {
	Listener
	me     user
	known  map[string]bool
	admins map[string]verdict // who administers which chat, for a minute
	offset int64
	saved  int64
	heard  time.Time // when the last update came
	failed int       // calls in a row
	told   bool      // that another listener uses the token
}

func (s *session) run(ctx context.Context) error {
	var err error
	s.offset, err = s.LoadOffset(ctx)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("telegram: where to go on listening: %w", err)
	}
	s.saved = s.offset
	for ctx.Err() == nil {
		err := s.round(ctx)
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, ErrToken):
			return err
		case err != nil:
			s.failed++
			pause(ctx, s.delay(ctx, err))
		default:
			s.failed = 0
		}
	}
	return nil
}

// round asks for updates once and handles them.
func (s *session) round(ctx context.Context) error {
	if s.me.Username == "" {
		if err := s.Client.call(ctx, "getMe", nil, 0, &s.me); err != nil {
			return err
		}
	}
	if s.Now().Sub(s.heard) > numbersLive {
		s.offset = 0
	}
	params := tgbotapi.Params{"timeout": strconv.Itoa(int(s.Poll / time.Second)), "allowed_updates": allowedUpdates}
	params.AddNonZero64("offset", s.offset)
	var updates []json.RawMessage
	if err := s.Client.call(ctx, "getUpdates", params, s.Poll, &updates); err != nil {
		return err
	}
	if s.told {
		s.Log.Info("listening again: nobody else uses the token any more")
		s.told = false
	}
	for _, raw := range updates {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.heard = s.Now()
		if err := s.take(ctx, raw); err != nil {
			return err
		}
	}
	return s.save(ctx)
}

// take handles one update and moves the offset behind it. Its error says that the program is stopping or the offset could not be written down.
func (s *session) take(ctx context.Context, raw json.RawMessage) error {
	u, err := readUpdate(raw)
	if u.ID == 0 {
		s.Log.Error("update passed over", "err", err)
		return nil //nolint:nilerr // it has no number to move behind
	}
	acted := true
	for try := 1; err == nil && try <= tries; try++ {
		if try > 1 && !pause(ctx, s.retry) {
			return ctx.Err() // not passed over: the next start takes it up
		}
		var failed error
		if acted, failed = s.attempt(ctx, u); failed == nil {
			break
		}
		s.Log.Warn("update failed", "update", u.ID, "try", try, "err", failed)
		if try == tries {
			err = failed
		}
	}
	if err != nil {
		acted = true
		s.poisoned(ctx, u, err)
	}
	s.offset = u.ID + 1
	if !acted {
		return nil
	}
	return s.save(ctx)
}

// save writes the offset down, so that a new start goes on behind it.
func (s *session) save(ctx context.Context) error {
	if s.offset == s.saved {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()
	if err := s.SaveOffset(ctx, s.offset); err != nil {
		return fmt.Errorf("telegram: write down how far updates are handled: %w", err)
	}
	s.saved = s.offset
	return nil
}

// attempt handles u once. It is finished even when the program is told to stop meanwhile; a panic is an error.
func (s *session) attempt(ctx context.Context, u update) (acted bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			s.Log.Error("panic", "while", "handling an update", "update", u.ID, "value", s.Client.scrub(fmt.Sprint(v)), "stack", s.Client.scrub(string(debug.Stack())))
			err = fmt.Errorf("panic: %s", s.Client.scrub(fmt.Sprint(v)))
		}
	}()
	switch {
	case u.Member != nil:
		return true, s.member(ctx, u.Member)
	case u.Callback != nil:
		return true, s.pressed(ctx, u)
	case u.Message != nil && u.Message.MigrateTo != 0:
		return true, s.Chats.MigrateChat(ctx, base(u.Message.Chat.ID), base(u.Message.MigrateTo))
	case u.Message != nil:
		return s.said(ctx, u)
	}
	return false, nil
}

// poisoned records an update that is passed over, and tells whoever asked.
func (s *session) poisoned(ctx context.Context, u update, err error) {
	s.Log.Error("update passed over after two failures", "update", u.ID, "err", err)
	if s.OnPoison != nil {
		s.OnPoison(u.ID, err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()
	if u.Callback != nil {
		s.acknowledge(ctx, u, command.Sorry(u.Callback.From.Language).Toast, false)
	}
	if u.Message == nil {
		return
	}
	r, ok := u.Message.request(s.me.Username, s.isCommand)
	if !ok {
		return
	}
	if err := s.write(ctx, u, r.Chat, u.Message, []command.Reply{command.Sorry(r.Language)}); err != nil {
		s.Log.Warn("could not say that an update failed", "update", u.ID, "err", err)
	}
}

func (s *session) isCommand(name string) bool { return s.known[name] }

// said answers a message. acted is false when there was nothing to answer.
func (s *session) said(ctx context.Context, u update) (acted bool, err error) {
	m := u.Message
	req, ok := m.request(s.me.Username, s.isCommand)
	if !ok {
		return false, nil
	}
	if req.ChatAdmin, err = s.administers(ctx, m.Chat, *m.From, m.SenderChat); err != nil {
		return false, err
	}
	replies, err := s.Handle(ctx, req)
	if err != nil {
		return false, err
	}
	return true, s.write(ctx, u, req.Chat, m, replies)
}

// pressed answers a button. The press itself is acknowledged at once, not by the sender: Telegram shows it as under way until then.
func (s *session) pressed(ctx context.Context, u update) error {
	c := u.Callback
	if c.Message == nil {
		s.acknowledge(ctx, u, "", false)
		return nil
	}
	req := command.Request{Chat: c.Message.address(), Kind: kindOf(c.Message.Chat.Type), User: base(c.From.ID), Language: c.From.Language,
		Button: c.Data, Message: ref(c.Message.ID)}
	if all := c.Message.Chat.addresses(); len(all) > 1 {
		req.Public = all[1]
	}
	var err error
	if req.Kind != news.ChatChannel { // where its admins are no more than its readers to the bot
		if req.ChatAdmin, err = s.administers(ctx, c.Message.Chat, c.From, nil); err != nil {
			return err
		}
	}
	replies, err := s.Handle(ctx, req)
	if err != nil {
		return err
	}
	toast, popup := "", false
	for _, r := range replies {
		if r.Toast != "" {
			toast, popup = r.Toast, r.Popup
		}
	}
	if err := s.write(ctx, u, req.Chat, c.Message, replies); err != nil {
		return err
	}
	s.acknowledge(ctx, u, toast, popup)
	return nil
}

// toastMost is the Bot API's limit of characters.
const toastMost = 200

// acknowledge ends the press of a button. Whether that works changes nothing: what it asked for is done.
func (s *session) acknowledge(ctx context.Context, u update, toast string, popup bool) {
	p := tgbotapi.Params{"callback_query_id": u.Callback.ID}
	p.AddBool("show_alert", popup)
	p.AddNonEmpty("text", cut(clean(toast), toastMost))
	if err := s.Client.call(ctx, "answerCallbackQuery", p, 0, nil); err != nil {
		s.Log.Debug("a press was not acknowledged", "update", u.ID, "err", err)
	}
}

// write puts replies into the outbox. to is the message that was said, or that has the button.
func (s *session) write(ctx context.Context, u update, chat string, to *message, replies []command.Reply) error {
	var out []news.Message
	for _, r := range replies {
		r.Edit = r.Edit && u.Callback != nil
		for _, m := range Messages(chat, r) {
			if m.Kind != news.MessageSend || u.Callback != nil || to.Chat.Type != "private" {
				m.Target = ref(to.ID) // what is changed, or what is answered: a message that has the button, in a group also one that was said
			}
			if m.Key == "" {
				m.Key = fmt.Sprintf("update %d %d %d", u.ID, to.ID, len(out))
			}
			m.Created = s.Now()
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return nil
	}
	if _, err := s.Enqueue(ctx, out...); err != nil {
		return fmt.Errorf("write the reply down: %w", err)
	}
	if s.Wake != nil {
		s.Wake()
	}
	return nil
}

// delay is how long to wait after a call that failed, and says what is the matter when somebody can do something about it.
func (s *session) delay(ctx context.Context, err error) time.Duration {
	wait := min(s.retry<<min(s.failed-1, 10), retryMost)
	var e *Error
	if !errors.As(err, &e) {
		s.Log.Warn("listening failed, to be tried again", "err", err, "in", wait)
		return wait
	}
	switch {
	case e.RetryAfter > 0:
		wait = e.RetryAfter
	case e.Code == http.StatusConflict && e.is("webhook"):
		s.Log.Warn("the token has a webhook, which keeps updates from this bot; it is removed")
		if err := s.Client.call(ctx, "deleteWebhook", nil, 0, nil); err != nil {
			s.Log.Warn("the webhook could not be removed", "err", err)
		}
	case e.Code == http.StatusConflict:
		if !s.told {
			s.Log.Error("another program listens with the same bot token; commands are answered by whoever asks first. Stop the other one, or give each its own token")
		}
		s.told = true
		return s.Slow
	}
	s.Log.Warn("listening failed, to be tried again", "err", err, "in", wait)
	return wait
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
