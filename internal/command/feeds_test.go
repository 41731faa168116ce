package command

import (
	"strings"
	"testing"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// What is wrong with a feed comes with what may help, in the languages of chats; a fault that nothing is known to help against comes alone.
func TestFeedRemedy(t *testing.T) {
	f := news.FeedStatus{Feed: news.Feed{ID: "dala", Outlet: "Дала"}, State: news.FeedState{Failures: 2, ErrorClass: news.ErrBlocked, ErrorProof: "401 Unauthorized"}}
	for language, want := range map[string]string{"en": "What may help: it asks for a password, see the option auth.", "ru": "Что может помочь: нужен пароль, настройка auth."} {
		if got := (&talk{loc: locale.For(language), now: noon}).feedInFull(f).Plain(); !strings.HasSuffix(got, ": 401 Unauthorized\n"+want) {
			t.Errorf("%q", got)
		}
	}
	f.State.ErrorClass, f.State.ErrorProof = news.ErrTimeout, "401"
	if got := (&talk{loc: locale.For("en"), now: noon}).feedInFull(f).Plain(); strings.Contains(got, "help") {
		t.Errorf("%q", got)
	}
	f.State = news.FeedState{LastSuccess: noon, ErrorClass: news.ErrBlocked}
	if got := (&talk{loc: locale.For("en"), now: noon}).feedInFull(f).Plain(); strings.Contains(got, "help") {
		t.Errorf("it is read: %q", got)
	}
}

// A chat is shown no key in the query of an address, whoever runs the bot is.
func TestFeedInFullForOperator(t *testing.T) {
	f := news.FeedStatus{Feed: news.Feed{ID: "dala"}, State: news.FeedState{LastSuccess: noon, LastNew: noon, MovedTo: "https://dala.example/rss?key=1", MovedSeen: 2, MovedSince: noon.Add(-time.Hour)}}
	if got := FeedInFull("en", f, nil, noon).Plain(); !strings.Contains(got, "https://dala.example/rss?key=1, seen 2 times") {
		t.Error(got)
	}
	chat := &talk{loc: locale.For("en"), now: noon}
	if got := chat.feedInFull(f).Plain(); strings.Contains(got, "key=1") || !strings.Contains(got, "seen 2 times") {
		t.Error(got)
	}
	if f.State.MovedSeen = 0; strings.Contains(chat.feedInFull(f).Plain(), "redirects") {
		t.Error("a redirect seen 0 times is shown")
	}
}
