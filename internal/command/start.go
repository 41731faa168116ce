package command

import (
	"context"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"vestnik/internal/news"
)

// start welcomes who is served.
func start(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args != "" && t.Access == AccessInvite && t.req.Kind != news.ChatPrivate {
		// Somebody who is served brings a code for the group.
		chat, _, err := t.Chats.Chat(ctx, t.base)
		if err != nil {
			return nil, err
		}
		if _, code := readCode(t.args); !chat.Admitted && (code || t.linked() == "") {
			replies, ok, err := t.admit(ctx, chat)
			if err != nil || ok || t.linked() == "" {
				return replies, err
			}
		}
	}
	list := t.linked()
	if list == "" {
		return welcome(t), nil
	}
	// A link brought somebody here for a watchlist.
	if refusal := t.mayNot(ChatAdmin); refusal != "" {
		return t.reply(refusal), nil
	}
	if err := t.Chats.Subscribe(ctx, t.req.Chat, []string{list}); err != nil {
		return nil, err
	}
	return []Reply{{Doc: append(t.say("subscribe.done", "names", t.names([]string{list})), t.say("start.linked")...)}}, nil
}

// linked is the watchlist that the words behind /start name; "" when they name none.
func (t *talk) linked() string {
	if t.args == "" {
		return ""
	}
	if w, ok := t.list(t.args); ok {
		return w.ID
	}
	if rest, ok := strings.CutPrefix(t.args, linkNumber); ok {
		if n, err := strconv.ParseInt(rest, 36, 64); err == nil {
			return t.listByNumber(n)
		}
	}
	return ""
}

// A link to the bot carries up to 64 of these: https://core.telegram.org/bots/features#deep-linking
const (
	linkLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	linkMost    = 64
	linkNumber  = "list-" // what stands before the number of a watchlist whose id is of other letters
)

// link is an address that brings whoever opens it to a watchlist; "" when there is none.
func (t *talk) link(list string) string {
	if t.InviteLink == nil {
		return ""
	}
	if _, code := readCode(list); code || len(list) > linkMost || strings.Trim(list, linkLetters) != "" {
		list = linkNumber + strconv.FormatInt(listNumber(list), 36)
	}
	return t.InviteLink(list)
}

func welcome(t *talk) []Reply { return t.reply("start.welcome", "n", len(t.Watchlists)) }

func help(_ context.Context, t *talk) ([]Reply, error) {
	doc := t.say("help.intro")
	for _, r := range table() {
		if r.name == "start" || t.mayNot(r.who) != "" {
			continue
		}
		l := Line{{Text: "/" + r.name, Command: true}}
		if key := "args." + r.name; t.loc.Has(key) {
			l = append(l, Span{Text: " " + t.loc.Text(key)})
		}
		doc = append(doc, append(l, Span{Text: " — " + t.loc.Text("help."+r.name)}))
	}
	return []Reply{{Doc: doc}}, nil
}

// graphemes is the beginning of s that is n code points long at most and ends between two user-perceived characters (UAX #29).
func graphemes(s string, n int) string {
	end, state, rest := 0, -1, s
	for rest != "" {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if n -= len([]rune(g)); n < 0 {
			break
		}
		end += len(g)
	}
	return s[:end]
}
