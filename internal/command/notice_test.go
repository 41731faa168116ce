package command

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

func TestNotices(t *testing.T) {
	feed := news.Feed{ID: "belta-ru", Outlet: "БелТА\u202e"}
	since := noon.Add(-50 * time.Hour)
	status := Status{Counts: news.Counts{Feeds: 47, Items: 1201, Matched: 52, Alerts: map[news.AlertState]int{news.AlertSent: 31, news.AlertOwed: 2, news.AlertFrozen: 1}}, Feeds: map[pulse.State]int{pulse.OK: 44, pulse.Down: 2, pulse.Silent: 1}}
	was := news.Counts{Items: 1300, Alerts: map[news.AlertState]int{news.AlertSent: 30}}
	var faults news.Faults
	for range 17 {
		faults = append(faults, news.Fault{Path: "config.yaml:3:5", Msg: "unknown key"})
	}
	for _, tt := range []struct {
		name   string
		notice func(language string) Reply
		en, ru string
		key    string
	}{
		{"failing", func(l string) Reply { return FeedFailing(l, feed, news.ErrBlocked, "403\nForbidden", since, nil) },
			"🔴 БелТА belta-ru cannot be read since 1 Apr 2026 10:00 UTC: keeps us out.\n403 Forbidden\nIt goes on being tried, less and less often. You hear again when it is back.",
			"🔴 БелТА belta-ru не читается с 1 апр. 2026 10:00 UTC: нас не пускают.\n403 Forbidden\nПопытки продолжаются, всё реже. О возвращении я сообщу.",
			"feed failing belta-ru 1775037600000"},
		{"failing oddly", func(l string) Reply { return FeedFailing(l, news.Feed{ID: "x"}, "new class", "", since, nil) },
			"🔴 x x cannot be read since 1 Apr 2026 10:00 UTC: new class.\nIt goes on being tried, less and less often. You hear again when it is back.",
			"🔴 x x не читается с 1 апр. 2026 10:00 UTC: new class.\nПопытки продолжаются, всё реже. О возвращении я сообщу.",
			"feed failing x 1775037600000"},
		{"recovered", func(l string) Reply { return FeedRecovered(l, feed, since, noon) },
			"🟢 БелТА belta-ru is read again, after 2 days 2 hours.", "🟢 БелТА belta-ru снова читается; перерыв длился 2 дня 2 часа.", "feed recovered belta-ru 1775037600000"},
		{"failing from the first", func(l string) Reply { return FeedFailing(l, feed, news.ErrDNS, "", time.Time{}, nil) },
			"🔴 БелТА belta-ru could not be read even once: its name is not found.\nIt goes on being tried, less and less often. You hear again when it is back.",
			"🔴 БелТА belta-ru ещё ни разу не удалось прочитать: имя сайта не находится.\nПопытки продолжаются, всё реже. О возвращении я сообщу.",
			"feed failing belta-ru 0"},
		{"recovered at last", func(l string) Reply { return FeedRecovered(l, feed, time.Time{}, noon) },
			"🟢 БелТА belta-ru is read now, for the first time.", "🟢 БелТА belta-ru теперь читается, впервые.", "feed recovered belta-ru 0"},
		{"sample", Sample, "✅ This is a sample from Vestnik: alerts arrive here.", "✅ Это образец от Vestnik: уведомления сюда доходят.", ""},
		{"refused", func(l string) Reply { return ConfigRefused(l, errors.New("config.yaml:3:5: unknown key \"fedes\"")) },
			"The configuration is refused; the last good one goes on.\nconfig.yaml:3:5: unknown key \"fedes\"",
			"Настройки не приняты; действуют прежние, исправные.\nconfig.yaml:3:5: unknown key \"fedes\"", ""},
		{"refused for much", func(l string) Reply { return ConfigRefused(l, faults) },
			"The configuration is refused; the last good one goes on." + strings.Repeat("\nconfig.yaml:3:5: unknown key", faultsShown) + "\nand 2 more",
			"Настройки не приняты; действуют прежние, исправные." + strings.Repeat("\nconfig.yaml:3:5: unknown key", faultsShown) + "\nи ещё 2", ""},
		{"gone", func(l string) Reply { return ChatGone(l, "telegram:-1001", "kicked", 1) },
			"Nothing can be sent to telegram:-1001 any more: the bot was removed. It follows 1 watchlist; they stay, in case it comes back.",
			"В чат telegram:-1001 больше нельзя писать: бот удалён. Он подписан на 1 список; подписка сохранена на случай его возвращения.", ""},
		{"gone oddly", func(l string) Reply { return ChatGone(l, "telegram:-1001", "have no rights", 5) },
			"Nothing can be sent to telegram:-1001 any more: have no rights. It follows 5 watchlists; they stay, in case it comes back.",
			"В чат telegram:-1001 больше нельзя писать: have no rights. Он подписан на 5 списков; подписка сохранена на случай его возвращения.", ""},
		{"wait", func(l string) Reply { return LongWait(l, "telegram:-1001", noon.Add(12*time.Hour), noon, nil) },
			"Telegram wants nothing sent to telegram:-1001 for 12 hours, until 4 Apr 2026 00:00 UTC. What is owed waits; other chats go on.",
			"Telegram просит ничего не слать в telegram:-1001 ещё 12 часов, до 4 апр. 2026 00:00 UTC. Уведомления для него ждут, остальные чаты работают.", ""},
		{"alive", func(l string) Reply { return Alive(l, status, was, noon) },
			"🟢 Alive.\nIn the last day: 0 items, 1 alert sent.\nFeeds 47: 44 ok, 2 down, 1 silent\nItems 1201, 52 on watchlists\nAlerts 31 sent, 3 to be sent, 0 kept back",
			"🟢 Бот работает.\nЗа сутки: 0 публикаций, отправлено 1 уведомление.\nЛенты 47: 44 в порядке, 2 недоступно, 1 молчит\nПубликации 1201, по спискам 52\nУведомления отправлено 31, ждут отправки 3, не отправлялось 0",
			"alive 2026-04-03"},
		{"catch-up", func(l string) Reply { return CatchUp(l, news.Outage{Since: since, Until: noon}, 3, nil) },
			"The bot did not run for 2 days 2 hours, from 1 Apr 2026 10:00 UTC to 3 Apr 2026 12:00 UTC. 3 alerts come together.",
			"Бот не работал 2 дня 2 часа, с 1 апр. 2026 10:00 UTC по 3 апр. 2026 12:00 UTC. 3 уведомления приходят вместе.", "catch-up 1775217600000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for language, want := range map[string]string{"en": tt.en, "ru": tt.ru} {
				r := tt.notice(language)
				checkReply(t, r)
				if got := r.Doc.Plain(); got != want {
					t.Errorf("%s:\n got %s\nwant %s", language, got, want)
				}
				if r.Key != tt.key {
					t.Errorf("key %q, want %q", r.Key, tt.key)
				}
			}
		})
	}
	if first := Alive("en", status, news.Counts{}, noon).Doc.Plain(); strings.Contains(first, "day") {
		t.Errorf("the first day is compared with nothing: %s", first)
	}
}
