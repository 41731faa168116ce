package command

import (
	"context"

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
		if !chat.Admitted {
			return redeem(ctx, t, chat)
		}
	}
	return welcome(t), nil
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
