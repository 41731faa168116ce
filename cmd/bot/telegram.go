package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/chart"
	"vestnik/internal/command"
	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/deliver"
	"vestnik/internal/feeds"
	"vestnik/internal/news"
	"vestnik/internal/telegram"
	"vestnik/internal/timetable"
)

// tokenVariable holds the token where a person does not want it in a file.
const tokenVariable = "VESTNIK_TELEGRAM_TOKEN"

// newTelegram returns the client the configuration asks for, nil when there is no token.
func newTelegram(cfg *config.Config, log *slog.Logger) (*telegram.Client, error) {
	t := cfg.Telegram
	if t.Token == "" {
		return nil, nil
	}
	return telegram.New(telegram.Options{Token: t.Token, APIURL: t.APIURL, Proxy: t.Proxy, Log: log})
}

// A switchboard is the sink of every chat: the terminal's own, and Telegram for the rest.
type switchboard struct {
	terminal *console.Terminal
	telegram *telegram.Sink // nil: there is no token
}

func (s switchboard) to(chat string) (deliver.Sink, error) {
	switch {
	case chat == console.Chat:
		return s.terminal, nil
	case s.telegram == nil:
		return nil, &deliver.RetryAfter{After: time.Minute, Err: errors.New("there is no Telegram token in the configuration")}
	}
	return s.telegram, nil
}

func (s switchboard) Render(chat string, bundles []deliver.Bundle, down news.Outage) (text, markup string, n int, err error) {
	sink, err := s.to(chat)
	if err != nil {
		return "", "", 0, err
	}
	return sink.Render(chat, bundles, down)
}

func (s switchboard) Send(ctx context.Context, m news.Message) (ref string, err error) {
	sink, err := s.to(m.Chat)
	if err != nil {
		return "", err
	}
	return sink.Send(ctx, m)
}

// sink is where messages go under the configuration.
func (a *app) sink(ctx context.Context) deliver.Sink {
	s := switchboard{terminal: a.terminal()}
	if a.telegram != nil {
		s.telegram = &telegram.Sink{Client: a.telegram, Log: a.log,
			Zone:     func(chat string) *time.Location { return a.zone(ctx, chat) },
			Language: func(chat string) string { return a.language(ctx, chat) }}
	}
	return s
}

// language is what a chat reads: what is known of it, else what the configuration says for it or, when it is a topic, for its chat; "" when nobody does.
func (a *app) language(ctx context.Context, chat string) string {
	c, _, err := a.store.Chat(ctx, news.BaseChat(chat))
	if err != nil && ctx.Err() == nil {
		a.log.Warn("a chat's language", "err", err)
	}
	if said := a.languages.Load(); c.Language == "" && said != nil {
		return cmp.Or((*said)[chat], (*said)[news.BaseChat(chat)])
	}
	return c.Language
}

// zone is what the clocks of a chat show: what it said, else what the configuration says for it or for all.
func (a *app) zone(ctx context.Context, chat string) *time.Location {
	p, _, err := a.store.Preferences(ctx, chat)
	if err != nil && ctx.Err() == nil {
		a.log.Warn("a chat's time zone", "err", err)
	}
	return timetable.Zone(p.Timezone, a.cfg.Timezone)
}

// notify writes a notice down for every admin, in their language.
func (a *app) notify(ctx context.Context, r *rules, notice func(language string) command.Reply) {
	if a.telegram == nil {
		return
	}
	for _, admin := range r.cfg.Telegram.Admins {
		messages := telegram.Messages(admin, notice(a.language(ctx, admin)))
		for i := range messages {
			messages[i].Created = time.Now()
			if messages[i].Key != "" {
				messages[i].Key += " for " + admin
			}
		}
		if _, err := a.store.Enqueue(ctx, messages...); err != nil && ctx.Err() == nil {
			a.log.Error("write a notice down", "err", err)
		}
	}
}

// desk answers under the rules r.
func (b *bot) desk(r *rules) command.Desk {
	return command.Desk{
		Store: b.store, Expander: r.matcher, Watchlists: r.cfg.Watchlists,
		Chats: b.store, Matcher: r.matcher, Canonical: feeds.CanonicalURL, Zone: r.cfg.Timezone,
		Access: command.Access(r.cfg.Telegram.Access), Allowed: r.cfg.Telegram.Allowed, Admins: r.cfg.Telegram.Admins,
		Now: time.Now, Random: rand.Reader,
		Profiles: r.cfg.Profiles,
		Compile:  compileOne(r.cfg.Feeds),
		Trends:   trendStore{b.store},
		Draw:     chart.PNG,
		Preferences: func(ctx context.Context, chat string) news.Preferences {
			p, _, err := b.store.Preferences(ctx, chat)
			if err != nil && ctx.Err() == nil {
				b.log.Warn("a chat's preferences", "err", err)
			}
			return p
		},
		Reload: b.reload,
		Test:   func(ctx context.Context) ([]command.TestResult, error) { return b.test(ctx, b.live.Load()) },
		Try: func(ctx context.Context, query string) (command.Tried, error) {
			return b.try(ctx, r, query, time.Now())
		},
		InviteLink: b.inviteLink,
	}
}

// listen hears what chats say for as long as this process is the sender.
func (b *bot) listen(ctx context.Context) {
	const setting = "telegram offset"
	l := telegram.Listener{
		Client: b.telegram,
		Handle: func(ctx context.Context, req command.Request) ([]command.Reply, error) {
			return b.desk(b.live.Load()).Handle(ctx, req)
		},
		Enqueue: b.store.Enqueue,
		Chats:   b.store,
		LoadOffset: func(ctx context.Context) (int64, error) {
			s, ok, err := b.store.Setting(ctx, setting)
			if err != nil || !ok {
				return 0, err
			}
			return strconv.ParseInt(s, 10, 64)
		},
		SaveOffset: func(ctx context.Context, n int64) error {
			return b.store.SetSetting(ctx, setting, strconv.FormatInt(n, 10))
		},
		Now:    time.Now,
		Wake:   b.wakeUp,
		OnGone: b.chatGone,
		Log:    b.log,
	}
	if err := l.Run(ctx); err != nil {
		b.log.Error("not listening to Telegram any more; alerts are written down until the token is mended and the bot started again", "err", err)
	}
}

// greet learns the bot's name, which invitations need, and installs the menu. Telegram may be out of reach: then both come with the next start.
func (b *bot) greet(ctx context.Context) {
	name, err := b.telegram.Bot(ctx)
	if err == nil {
		b.name.Store(name)
		err = telegram.InstallMenu(ctx, b.telegram, b.live.Load().cfg.Telegram.Admins)
	}
	if err != nil && ctx.Err() == nil {
		b.log.Warn("greet Telegram", "err", err)
	}
}

// inviteLink is "" while nobody knows the bot's name.
func (b *bot) inviteLink(code string) string {
	name, _ := b.name.Load().(string)
	if name == "" {
		return ""
	}
	return "https://t.me/" + strings.TrimPrefix(name, "@") + "?start=" + code
}

func (b *bot) longWait(ctx context.Context, chat string, until time.Time) {
	r, now := b.live.Load(), time.Now()
	b.notify(ctx, r, func(language string) command.Reply {
		return command.LongWait(language, chat, until, now, r.cfg.Timezone)
	})
	b.wakeUp()
}

func (b *bot) chatGone(ctx context.Context, base, why string) {
	r := b.live.Load()
	lists := 0
	for _, s := range subscriptions(r.cfg) {
		if news.BaseChat(s.Chat) == base {
			lists++
		}
	}
	b.notify(ctx, r, func(language string) command.Reply { return command.ChatGone(language, base, why, lists) })
	b.wakeUp()
}

// test writes a sample down for every destination of the configuration, and says of each whether the bot may post there.
func (b *bot) test(ctx context.Context, r *rules) ([]command.TestResult, error) {
	var out []command.TestResult
	for _, chat := range destinations(r.cfg) {
		res := command.TestResult{Chat: chat}
		p, err := b.telegram.Probe(ctx, chat)
		switch {
		case err != nil:
			res.Problem = err.Error()
		case p.Problem != "":
			res.Problem = p.Problem
		default:
			sample := telegram.Messages(chat, command.Sample(b.language(ctx, chat)))
			for i := range sample {
				sample[i].Created = time.Now()
			}
			if _, err := b.store.Enqueue(ctx, sample...); err != nil {
				return nil, err
			}
		}
		out = append(out, res)
	}
	b.wakeUp()
	return out, nil
}

// destinations lists the Telegram chats the configuration names.
func destinations(cfg *config.Config) []string {
	var out []string
	seen := map[string]bool{console.Chat: true}
	for _, s := range subscriptions(cfg) {
		if !seen[s.Chat] {
			seen[s.Chat] = true
			out = append(out, s.Chat)
		}
	}
	return out
}

// subscriptions are the configuration's own: where each watchlist says, else the default channel. Without a token everything goes to the terminal.
func subscriptions(cfg *config.Config) []news.Subscription {
	var out []news.Subscription
	for _, w := range cfg.Watchlists {
		to := w.To
		switch {
		case cfg.Telegram.Token == "":
			to = []string{console.Chat}
		case len(to) == 0 && cfg.Telegram.Channel != "":
			to = []string{cfg.Telegram.Channel}
		}
		for _, chat := range to {
			out = append(out, news.Subscription{Chat: chat, Watchlist: w.ID})
		}
	}
	return out
}
