package command

import (
	"crypto/rand"
	"testing"
	"time"

	"vestnik/internal/news"
)

// TestForgetVerdicts: who is served in a group alone, and judged an alert there, is forgotten when they ask in private. A stranger who asks for it again and
// again is answered once a day.
func TestForgetVerdicts(t *testing.T) {
	db := newDatabase(t)
	d := Desk{Store: db, Watchlists: theLists(), Chats: db, Access: AccessInvite, Now: func() time.Time { return noon }, Random: rand.Reader}
	const group, reader = "telegram:-100500", "telegram:4242"
	must(t, db.SaveChat(t.Context(), news.Chat{Address: group, Kind: news.ChatGroup, Admitted: true, Language: "en"}))
	n := theNews()["summit"]
	db.publish(t, noon, n)
	db.deliver(t, noon)
	ask := func(r Request) []Reply {
		t.Helper()
		r.User, r.Language = reader, "en"
		replies, err := d.Handle(t.Context(), r)
		must(t, err)
		return replies
	}
	verdicts := func() int {
		t.Helper()
		list, err := db.Verdicts(t.Context(), 1, group)
		must(t, err)
		return len(list)
	}
	bad, _ := press{verbVerdict, []int64{1, listNumber("csto"), choiceBad}, ""}.encode()
	ask(Request{Chat: group, Kind: news.ChatGroup, Button: bad})
	if verdicts() != 1 {
		t.Fatal("the verdict is not stored")
	}
	asked := ask(Request{Chat: reader, Kind: news.ChatPrivate, Name: "forgetme"})
	if len(asked) != 1 || len(asked[0].Buttons) != 2 || asked[0].Key == "" {
		t.Fatalf("/forgetme in private: %+v", asked)
	}
	if again := ask(Request{Chat: reader, Kind: news.ChatPrivate, Name: "forgetme"}); again[0].Key != asked[0].Key {
		t.Errorf("two keys in a day: %q, %q", asked[0].Key, again[0].Key)
	}
	ask(Request{Chat: reader, Kind: news.ChatPrivate, Button: asked[0].Buttons[0][0].Data})
	if verdicts() != 0 {
		t.Error("the verdict is still there")
	}
}
