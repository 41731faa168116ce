package main

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"vestnik/internal/command"
	"vestnik/internal/locale"
	"vestnik/internal/telegram/telegramtest"
)

// TestEveryCommandInEveryLanguage: five people give every command to the program, each in a language, and the strict server takes every answer.
func TestEveryCommandInEveryLanguage(t *testing.T) {
	t.Parallel()
	const first = 21 // who speaks the first of the languages; the next one has the next number
	languages := locale.Languages()
	if len(languages) != 5 {
		t.Fatalf("there are %d languages: %v", len(languages), languages)
	}
	var admins []string
	for i := range languages {
		admins = append(admins, fmt.Sprint(first+i))
	}
	r := newChatRig(t, "  admins: ["+strings.Join(admins, ", ")+"]\n  access: invite\n", "  - {id: tokayev, name: Tokayev, profiles: [tokayev]}\n")
	for i, language := range languages {
		r.tg.AddPerson(telegramtest.User{ID: int64(first + i), FirstName: language, LanguageCode: language})
	}
	r.start()

	said := map[string]bool{}
	about := make([]int, len(languages)) // the alert in each chat
	// all says something in every chat; the answers have the words that stand under key.
	all := func(text, key string, reply bool) {
		t.Helper()
		said[strings.TrimPrefix(strings.Fields(text)[0], "/")] = true
		var questions []question
		for i, language := range languages {
			q := question{chat: int64(first + i), from: int64(first + i), text: text, words: longestWords(locale.For(language), key)}
			if reply {
				q.about = about[i]
			}
			questions = append(questions, q)
		}
		r.askAll(questions...)
	}
	all("/start", "start.welcome", false)
	all("/help", "help.intro", false)
	all("/lang", "lang.which", false)
	all("/watchlists", "watchlists.title", false)
	all("/subscribe tokayev", "subscribe.done", false)
	r.farm.publish(0, "Токаев прибыл в Минск", "")
	for i := range languages {
		about[i] = r.expect(int64(first+i), 0, "Токаев прибыл в Минск").ID
	}
	all("/why", "why.sent", true)
	all("/story", "story.title", true)
	all("/recent", "recent.title", false)
	all("/search Токаев", "search.title", false)
	all("/top", "top.title", false)
	all("/trend", "trend.title", false)
	all("/precision", "precision.none", false)
	all("/mute tokayev 8h", "mute.done", false)
	all("/unmute tokayev", "unmute.done", false)
	all("/digest", "digest.usage", false)
	all("/quiet", "quiet.none", false)
	all("/timezone", "zone.now", false)
	all("/settings", "settings.title", false)
	all("/export tokayev 7d csv", "export.done", false)
	all("/feeds", "feeds.title", false)
	all("/status", "status.here", false)
	all("/try Токаев", "try.title", false)
	all("/reload", "reload.done", false)
	all("/test", "test.title", false)
	all("/invite", "invite.made", false)
	all("/unsubscribe tokayev", "unsubscribe.done", false)
	all("/forgetme", "forget.ask", false)
	for _, item := range command.Menu(locale.Default, command.BotAdmin) {
		if !said[item.Name] {
			t.Errorf("nobody says /%s", item.Name)
		}
	}
	r.stop()
	for _, v := range r.tg.Violations() {
		t.Error(v)
	}
}

// longestWords is the longest run of words in a text of the catalogue that hangs on nothing: neither filled in nor a form that a number asks for.
func longestWords(loc *locale.Language, key string) string {
	one, many := loc.Parts(key, countedAs(1)...), loc.Parts(key, countedAs(5)...)
	var text strings.Builder
	for i, p := range one {
		if p.Value != nil || p.Text != many[i].Text {
			text.WriteByte('\n')
		} else {
			text.WriteString(p.Text)
		}
	}
	longest := ""
	for run := range strings.Lines(text.String()) {
		if utf8.RuneCountInString(run) > utf8.RuneCountInString(longest) {
			longest = run
		}
	}
	return strings.TrimSpace(longest)
}

// countedAs fills a number in wherever texts of this test count something.
func countedAs(n int) []any { return []any{"n", n, "outlets", n, "of", n, "days", n} }
