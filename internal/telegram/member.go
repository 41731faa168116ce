package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"vestnik/internal/news"
)

// A verdict is whether somebody administers a chat, as the server said until it runs out.
type verdict struct {
	is    bool
	until time.Time
}

const (
	verdictLives = time.Minute
	verdictsMost = 1000 // kept at a time
)

// administers reports whether somebody may speak for a chat: in private everybody, else its owner and admins, who may also speak in the chat's name.
func (s *session) administers(ctx context.Context, in chat, who user, as *chat) (bool, error) {
	switch {
	case kindOf(in.Type) == news.ChatPrivate:
		return true, nil
	case as != nil:
		return as.ID == in.ID, nil // an anonymous admin; a channel that speaks in a group is nobody
	}
	key := fmt.Sprint(in.ID, " ", who.ID)
	if v, ok := s.admins[key]; ok && v.until.After(s.Now()) {
		return v.is, nil
	}
	m, err := s.Client.membership(ctx, strconv.FormatInt(in.ID, 10), who.ID)
	var refused *Error
	switch {
	case errors.As(err, &refused) && refused.RetryAfter == 0 && refused.Code < 500:
		m = membership{} // the server would know of an admin
	case err != nil:
		return false, fmt.Errorf("ask who administers the group: %w", err)
	}
	if len(s.admins) >= verdictsMost {
		clear(s.admins)
	}
	v := verdict{m.Status == "creator" || m.Status == "administrator", s.Now().Add(verdictLives)}
	s.admins[key] = v
	return v.is, nil
}

// membership is what somebody is in a chat.
func (c *Client) membership(ctx context.Context, chatID string, id int64) (m membership, err error) {
	err = c.call(ctx, "getChatMember", tgbotapi.Params{"chat_id": chatID, "user_id": strconv.FormatInt(id, 10)}, 0, &m)
	return m, err
}

// may reports whether a member with m can write to a chat of a kind; why says what stands against it.
func (m membership) may(kind news.ChatKind) (ok bool, why string) {
	switch m.Status {
	case "creator":
		return true, ""
	case "administrator":
		return kind != news.ChatChannel || m.MayPost, whyNoRights
	case "member":
		return kind != news.ChatChannel, whyNoRights
	case "restricted":
		if m.IsMember {
			return m.MaySend, whyNoRights
		}
	}
	if kind == news.ChatPrivate {
		return false, whyBlocked
	}
	return false, whyKicked
}

// member takes up that the bot itself came into a chat, was given other rights there, or left it.
func (s *session) member(ctx context.Context, m *member) error {
	kind := kindOf(m.Chat.Type)
	ok, why := m.New.may(kind)
	if !ok && why == whyNoRights && kind != news.ChatChannel {
		return nil // it may still hear and be given the right; sending will tell
	}
	for _, address := range m.Chat.addresses() {
		known, is, err := s.Chats.Chat(ctx, address)
		if err != nil {
			return err
		}
		switch {
		case !ok && is && known.Closed != "", !ok && !is && address != base(m.Chat.ID):
			// nothing to close
		case !ok:
			if err := s.Chats.CloseChat(ctx, address, why, s.Now()); err != nil {
				return err
			}
			if s.OnGone != nil {
				s.OnGone(ctx, address, why)
			}
		case is && known.Closed == "" && known.Kind == kind, !is && address != base(m.Chat.ID):
			// nothing to open
		default:
			known.Address, known.Kind, known.Closed = address, kind, ""
			if err := s.Chats.SaveChat(ctx, known); err != nil {
				return err
			}
		}
	}
	return nil
}

// addresses are those a chat may be known under: its number, and its public name, which the configuration may use.
func (c chat) addresses() []string {
	all := []string{base(c.ID)}
	if c.Username != "" && kindOf(c.Type) != news.ChatPrivate {
		all = append(all, Scheme+":@"+c.Username)
	}
	return all
}
