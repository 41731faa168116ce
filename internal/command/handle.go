package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// argsMost is the longest argument that is looked at, in bytes. Telegram lets 4096 characters through.
const argsMost = 1000

// toastMost is how many characters of a toast are shown: Telegram takes 200.
const toastMost = 180

// A talk is one request under way.
type talk struct {
	Desk
	req   Request
	loc   *locale.Language
	now   time.Time
	base  string           // the chat without its topic
	chat  news.Chat        // what is remembered of it, once somebody who is served speaks there
	prefs news.Preferences // how it wants what it is owed, from then on
	args  string           // Request.Args on one line

	operator bool // it is whoever runs the bot who asks, not somebody in a chat
}

// Handle answers a request; no reply means silence. The error says that the answer could not be found out, and that asking again may help.
func (d Desk) Handle(ctx context.Context, req Request) ([]Reply, error) {
	t := &talk{Desk: d, req: req, loc: locale.For(req.Language), now: d.Now(), base: news.BaseChat(req.Chat), args: oneLine(req.Args)}
	answer := t.answer
	if req.Kind == news.ChatChannel {
		answer = t.inChannel
	}
	replies, err := answer(ctx)
	if err != nil {
		what := "/" + clip(req.Name, 40)
		if req.Button != "" {
			what = "a button"
		}
		return nil, fmt.Errorf("answer %s: %w", what, err)
	}
	return replies, nil
}

func (t *talk) answer(ctx context.Context) ([]Reply, error) {
	private := t.req.Kind == news.ChatPrivate
	name := strings.ToLower(t.req.Name)
	var press press
	if t.req.Button != "" {
		var ok bool
		if press, ok = decode(t.req.Button); !ok {
			return t.toast("button.stale"), nil
		}
		name = press.command()
	}
	i := slices.IndexFunc(table(), func(r row) bool { return r.name == name })
	if i < 0 && !private {
		return nil, nil // meant for people, or for another bot
	}
	chat, known, err := t.Chats.Chat(ctx, t.base)
	if err != nil {
		return nil, err
	}
	if chat.Chosen {
		t.loc = locale.For(chat.Language)
	}
	if chat.Closed == closedNoRights && t.mayNot(ChatAdmin) != "" {
		return nil, nil // the answer could not be sent, and trying would close the chat again, which admins hear of every time
	}
	served, err := t.served(ctx, chat)
	switch {
	case err != nil:
		return nil, err
	case !served && name == "start" && t.args != "":
		return redeem(ctx, t, chat)
	case !served && name == "forgetme" && (known || private): // whoever was served may always leave, also who only judged an alert in a group
	case !served && t.req.Button != "":
		return t.toast("access.closed"), nil
	case !served:
		// Said once a day: a stranger cannot make the bot talk.
		return []Reply{{Doc: t.say("access.refused"), Key: t.onceADay("refused")}}, nil
	case i < 0:
		return t.reply("unknown.command"), nil
	}
	r := table()[i]
	if refusal := t.mayNot(r.who); refusal != "" {
		if t.req.Button != "" {
			return t.toast(refusal), nil
		}
		return t.reply(refusal), nil
	}
	if served && name != "forgetme" {
		if err := t.remember(ctx, chat, known); err != nil {
			return nil, err
		}
		if err := t.load(ctx); err != nil {
			return nil, err
		}
	}
	if t.req.Button != "" {
		return press.run(ctx, t)
	}
	if len(t.req.Args) > argsMost {
		return t.reply("args.too-long"), nil
	}
	replies, err := r.run(ctx, t)
	if !served && !known && len(replies) > 0 {
		replies[0].Key = t.onceADay("forget")
	}
	return replies, err
}

// onceADay is the key of a reply that a chat gets once a day.
func (t *talk) onceADay(what string) string {
	return what + " " + t.base + " " + t.now.UTC().Format(time.DateOnly)
}

// closedNoRights is news.Chat.Closed of a group that the bot may not write in. That somebody speaks there does not show that it may again, but an admin
// who speaks to it will have seen to that.
const closedNoRights = "no rights"

// remember writes down what kind of place the chat is and which language it was last spoken to in. Whoever speaks to the bot from there opens it again.
func (t *talk) remember(ctx context.Context, chat news.Chat, known bool) error {
	was := chat
	chat.Address, chat.Kind, chat.Closed = t.base, t.req.Kind, ""
	if chat.Language == "" || t.req.Kind == news.ChatPrivate || t.req.ChatAdmin {
		chat.Language = t.loc.Code() // in a group, passers-by do not change the language of its alerts
	}
	t.chat = chat
	if known && chat == was {
		return nil
	}
	return t.Chats.SaveChat(ctx, chat)
}

// Sorry is the reply to somebody whose request failed for good.
func Sorry(language string) Reply {
	return Reply{Doc: say(locale.For(language), "sorry"), Toast: locale.For(language).Text("sorry")}
}

func (t *talk) reply(key string, args ...any) []Reply { return []Reply{{Doc: t.say(key, args...)}} }

func (t *talk) toast(key string) []Reply { return []Reply{{Toast: clip(t.loc.Text(key), toastMost)}} }

func (t *talk) say(key string, args ...any) Doc { return say(t.loc, key, args...) }

// say is a text of the catalogue. An argument that is a Span or a Line keeps its style.
func say(loc *locale.Language, key string, args ...any) Doc {
	doc := Doc{nil}
	for _, p := range loc.Parts(key, args...) {
		var spans Line
		switch v := p.Value.(type) {
		case Span:
			spans = Line{v}
		case Line:
			spans = v
		case nil:
			for i, words := range strings.Split(p.Text, "\n") {
				if i > 0 {
					doc = append(doc, nil)
				}
				doc[len(doc)-1] = append(doc[len(doc)-1], withCommands(Span{Text: words, Bold: p.Bold, Code: p.Code})...)
			}
			continue
		default:
			spans = Line{{Text: oneLine(p.Text)}}
		}
		for _, s := range spans {
			s.Bold, s.Code = s.Bold || p.Bold, s.Code || p.Code
			doc[len(doc)-1] = append(doc[len(doc)-1], s)
		}
	}
	return doc
}

// withCommands makes a Span of its own of every command without arguments that stands between spaces in words of the catalogue.
func withCommands(s Span) Line {
	if s.Code {
		return Line{s}
	}
	var l Line
	plain := ""
	for word := range strings.SplitAfterSeq(s.Text, " ") {
		name := strings.TrimSuffix(word, " ")
		if !strings.HasPrefix(name, "/") || !slices.ContainsFunc(table(), func(r row) bool { return r.name == name[1:] }) {
			plain += word
			continue
		}
		if plain != "" {
			l = append(l, Span{Text: plain, Bold: s.Bold})
		}
		l = append(l, Span{Text: name, Command: true})
		plain = word[len(name):]
	}
	if plain != "" {
		l = append(l, Span{Text: plain, Bold: s.Bold})
	}
	return l
}

// oneLine is s without control and direction characters, and with single spaces.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// clip is s on one line, cut to at most n characters, "…" included, and never within what is shown as one.
func clip(s string, n int) string {
	s = oneLine(s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return graphemes(s, n-1) + "…"
}
