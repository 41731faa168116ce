package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestChats(t *testing.T) {
	text := strings.Replace(small, "watchlists:\n", `stories: {edit_every: 90s, again: []}
chats:
  "@channel":
    timezone: Asia/Almaty
    quiet: "23:00 – 7:00"
    digest: "Daily 9:00"
    min_score: 1.5
    languages: [kk, ru]
    language: ru
    watchlists:
      w: {digest: "", silent: true, languages: [], sources: [exile, wire]}
  "-1001:42": {silent: true}
  terminal: {digest: "0 9 * * mon-fri", quiet: ""}
watchlists:
`, 1)
	text = strings.Replace(text, "  - id: w\n", "  - id: w\n    urgency: breaking\n", 1)
	c, err := Load(write(t, t.TempDir(), "config.yaml", text), read(t, "testdata/profiles.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Chat{
		{news.Preferences{Chat: "telegram:@channel", Timezone: "Asia/Almaty", Quiet: "23:00-07:00",
			All:   news.Delivery{Digest: "daily 09:00", MinScore: 1.5, Languages: []string{"kk", "ru"}},
			Lists: map[string]news.Delivery{"w": {Silent: true, MinScore: 1.5, Sources: []news.SourceType{news.Exile, news.Wire}}}}, "ru"},
		{news.Preferences{Chat: "telegram:-1001:42", All: news.Delivery{Silent: true}}, ""},
		{news.Preferences{Chat: "terminal", All: news.Delivery{Digest: "0 9 * * mon-fri"}}, ""},
	}
	if !reflect.DeepEqual(c.Chats, want) {
		t.Errorf("chats\n got %+v\nwant %+v", c.Chats, want)
	}
	if want := (Stories{EditEvery: 90 * time.Second, Again: []string{}}); !reflect.DeepEqual(c.Stories, want) {
		t.Errorf("stories %+v", c.Stories)
	}
	if u := c.Watchlists[0].Urgency; u != news.Breaking {
		t.Errorf("urgency %q", u)
	}
}
