package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"vestnik/internal/news"
)

// A Probed is what a chat looks like to the bot before anything is sent there.
type Probed struct {
	Chat    string // the address that was asked about
	ID      string // the chat's address by its number, "" when the server did not tell
	Kind    news.ChatKind
	Forum   bool   // it has topics
	Problem string // why the bot cannot post there, in words for whoever set it up; "" when it can
}

// Bot is the bot's own @name. It is the cheapest way to try a token: the error is ErrToken when the server does not know it.
func (c *Client) Bot(ctx context.Context) (string, error) {
	me, err := c.getMe(ctx)
	return "@" + me.Username, err
}

func (c *Client) getMe(ctx context.Context) (me user, err error) {
	err = c.call(ctx, "getMe", nil, 0, &me)
	return me, err
}

// Probe finds out whether the bot can post to a chat, without posting. Whether a topic is there only posting tells. The error says that the server
// could not be asked.
func (c *Client) Probe(ctx context.Context, address string) (Probed, error) {
	out := Probed{Chat: address}
	to, err := parseAddress(address)
	if err != nil {
		out.Problem = err.Error()
		return out, nil //nolint:nilerr // the address is what is wrong, and nobody was asked
	}
	me, err := c.getMe(ctx)
	if err != nil {
		return out, fmt.Errorf("ask Telegram about the bot: %w", err)
	}
	var found struct {
		chat
		Forum bool `json:"is_forum"`
	}
	err = c.call(ctx, "getChat", tgbotapi.Params{"chat_id": to.chatID()}, 0, &found)
	if out.Problem, err = problem(err, "@"+me.Username); err != nil || out.Problem != "" {
		return out, err
	}
	out.ID, out.Kind, out.Forum = base(found.ID), kindOf(found.Type), found.Forum
	if to.topic != 0 && !found.Forum {
		out.Problem = fmt.Sprintf("%s has no topics, so there is no topic %d in it", to.chatID(), to.topic)
		return out, nil
	}
	if out.Kind == news.ChatPrivate {
		return out, nil // a private chat that can be read is one that was begun
	}
	m, err := c.membership(ctx, strconv.FormatInt(found.ID, 10), me.ID)
	if e := (*Error)(nil); errors.As(err, &e) && e.is("member list is inaccessible") {
		m, err = membership{Status: "member"}, nil // what a channel's administrators alone may see
	}
	if out.Problem, err = problem(err, "@"+me.Username); err != nil || out.Problem != "" {
		return out, err
	}
	if ok, why := m.may(out.Kind); !ok {
		out.Problem = advice(why, out.Kind, "@"+me.Username, to.chatID())
	}
	return out, nil
}

// advice is what to do about a chat that the bot may not write to.
func advice(why string, kind news.ChatKind, me, chat string) string {
	switch {
	case kind == news.ChatChannel:
		return fmt.Sprintf("%s may not post in %s: make it an administrator there with the right to post messages", me, chat)
	case why == whyNoRights:
		return fmt.Sprintf("%s may not write in %s: lift its restriction", me, chat)
	}
	return fmt.Sprintf("%s is not in %s: add it there", me, chat)
}

// problem is what a refusal means to whoever set the chat up; other errors stay errors.
func problem(err error, me string) (string, error) {
	var e *Error
	if !errors.As(err, &e) || errors.Is(err, ErrToken) || e.RetryAfter > 0 || e.Code >= http.StatusInternalServerError {
		return "", err
	}
	switch {
	case e.MigrateTo != 0:
		return fmt.Sprintf("the group has a new number: write %d instead", e.MigrateTo), nil
	case e.is("chat not found"):
		return "Telegram knows no such chat, or " + me + " was never in it: in a private chat send /start to it, in a group or channel add it", nil
	case e.is("not a member", "kicked"):
		return me + " is not in that chat: add it there", nil
	}
	return "Telegram says: " + e.Description, nil
}
