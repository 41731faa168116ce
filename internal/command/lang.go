package command

import (
	"context"
	"slices"
	"strings"

	"vestnik/internal/locale"
)

// langAuto goes back to the language the chat is spoken to in.
const langAuto = "auto"

// lang shows or chooses the language of answers and alerts in this chat.
func lang(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		r := Reply{Doc: t.say("lang.which")}
		for _, code := range locale.Languages() {
			r.Buttons = append(r.Buttons, button(t.ticked(t.chat.Chosen && code == t.loc.Code(), ownName(code)), press{verbLanguage, nil, code}))
		}
		r.Buttons = append(r.Buttons, button(t.ticked(!t.chat.Chosen, t.loc.Text("lang.auto")), press{verbLanguage, nil, langAuto}))
		return []Reply{r}, nil
	}
	code, ok := findLanguage(t.args)
	if !ok {
		return t.reply("lang.unknown", "words", Span{Text: clip(t.args, 40), Code: true}, "codes", Span{Text: strings.Join(locale.Languages(), ", "), Code: true}), nil
	}
	return t.setLanguage(ctx, code)
}

func languagePressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	code, ok := findLanguage(p.words)
	if !ok {
		return t.toast("button.stale"), nil
	}
	replies, err := t.setLanguage(ctx, code)
	if err == nil {
		replies[0].Edit = true
	}
	return replies, err
}

func (t *talk) setLanguage(ctx context.Context, code string) ([]Reply, error) {
	if err := t.choose(ctx, code); err != nil {
		return nil, err
	}
	if code == langAuto {
		return t.reply("lang.set-auto"), nil
	}
	return t.reply("lang.set"), nil
}

// choose remembers the language of the chat and speaks it from here on.
func (t *talk) choose(ctx context.Context, code string) error {
	t.loc = locale.For(t.req.Language)
	if code != langAuto {
		t.loc = locale.For(code)
	}
	t.chat.Language, t.chat.Chosen = t.loc.Code(), code != langAuto
	return t.Chats.SaveChat(ctx, t.chat)
}

// findLanguage finds a language by its code, or by its name in itself or in any other.
func findLanguage(words string) (code string, ok bool) {
	want := strings.ToLower(words)
	if want == langAuto || slices.Contains(locale.Languages(), want) {
		return want, true
	}
	for _, code := range locale.Languages() {
		if strings.ToLower(ownName(code)) == want {
			return code, true
		}
		for _, other := range locale.Languages() {
			if l := locale.For(other); l.Has("lang."+code) && strings.ToLower(l.Text("lang."+code)) == want {
				return code, true
			}
		}
	}
	return "", false
}

// ownName is what a language calls itself.
func ownName(code string) string { return locale.For(code).Text("lang.own") }

// ticked marks the choice that is made.
func (t *talk) ticked(is bool, text string) string {
	if is {
		return "✓ " + text
	}
	return text
}
