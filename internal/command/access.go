package command

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/news"
)

// served reports whether the user or the chat is let in.
func (t *talk) served(ctx context.Context, chat news.Chat) (bool, error) {
	in := func(list []string, address string) bool { return address != "" && slices.Contains(list, address) }
	switch {
	case t.Access == AccessOpen, t.botAdmin(), in(t.Allowed, t.req.User), in(t.Allowed, t.base):
		return true, nil
	case t.Access != AccessInvite:
		return false, nil
	case chat.Admitted:
		return true, nil
	case t.req.User == "" || t.req.User == t.base:
		return false, nil
	}
	user, _, err := t.Chats.Chat(ctx, t.req.User)
	return user.Admitted, err
}

func (t *talk) botAdmin() bool { return t.req.User != "" && slices.Contains(t.Admins, t.req.User) }

// mayNot is why the user may not use a command for who; "" when they may.
func (t *talk) mayNot(who Audience) string {
	private := t.req.Kind == news.ChatPrivate
	switch {
	case who == ChatAdmin && !private && !t.req.ChatAdmin:
		return "access.chat-admins"
	case who == BotAdmin && !t.botAdmin():
		return "access.bot-admins"
	case who == BotAdmin && !private:
		return "access.in-private" // what it says is not for everybody there
	}
	return ""
}

// Invitations. A code is 128 random bits, which nobody guesses.
const (
	codeBytes   = 16
	inviteLives = 7 * 24 * time.Hour
	invitesMost = 10 // in one message
)

var codeLetters = base32.StdEncoding.WithPadding(base32.NoPadding)

func hashOf(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// readCode takes a code as people carry it over: in any case, with spaces and hyphens in it.
func readCode(s string) (string, bool) {
	code := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
	b, err := codeLetters.DecodeString(code)
	return code, err == nil && len(b) == codeBytes
}

// redeem lets a chat in that brings a good code.
func redeem(ctx context.Context, t *talk, chat news.Chat) ([]Reply, error) {
	replies, _, err := t.admit(ctx, chat)
	return replies, err
}

// admit is redeem; ok says that the chat is let in.
func (t *talk) admit(ctx context.Context, chat news.Chat) (replies []Reply, ok bool, err error) {
	if refusal := t.mayNot(ChatAdmin); refusal != "" {
		return t.reply(refusal), false, nil
	}
	code, ok := readCode(t.args)
	if ok && t.Access == AccessInvite {
		if ok, err = t.Chats.UseInvite(ctx, hashOf(code), t.base, t.now); err != nil {
			return nil, false, err
		}
	}
	if !ok || t.Access != AccessInvite {
		return t.reply("access.bad-code"), false, nil
	}
	chat.Address, chat.Kind, chat.Language, chat.Admitted, chat.Closed = t.base, t.req.Kind, t.loc.Code(), true, ""
	if err := t.Chats.SaveChat(ctx, chat); err != nil {
		return nil, false, err
	}
	return welcome(t), true, nil
}

// invite makes codes that let one person or group in each.
func invite(ctx context.Context, t *talk) ([]Reply, error) {
	if t.Access != AccessInvite {
		return t.reply("invite.not-needed", "access", t.loc.Text("access.is-"+string(t.access()))), nil
	}
	n := 1
	if t.args != "" {
		n, _ = strconv.Atoi(t.args) // what is no number is 0, or as large as it gets
	}
	if n < 1 || n > invitesMost {
		return t.reply("invite.usage", "most", invitesMost), nil
	}
	expires := t.now.Add(inviteLives)
	doc := t.say("invite.made", "n", n, "until", t.loc.Time(expires, t.Zone))
	for range n {
		var b [codeBytes]byte
		if _, err := io.ReadFull(t.Random, b[:]); err != nil {
			return nil, fmt.Errorf("make a code: %w", err)
		}
		code := codeLetters.EncodeToString(b[:])
		if err := t.Chats.AddInvite(ctx, news.Invite{Hash: hashOf(code), By: t.req.User, Expires: expires}); err != nil {
			return nil, err
		}
		doc = append(doc, Line{{Text: "/start " + code, Code: true, Command: true}})
		if t.InviteLink != nil {
			if link := t.InviteLink(code); link != "" {
				doc = append(doc, Line{{Text: link, Link: link}})
			}
		}
	}
	return []Reply{{Doc: doc}}, nil
}

// access is what is in force.
func (t *talk) access() Access {
	if t.Access == AccessOpen || t.Access == AccessInvite {
		return t.Access
	}
	return AccessList
}
