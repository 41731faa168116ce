package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/telegram/telegramtest"
)

// theReader has a number that cannot stand in a log by chance.
const theReader = 7700112233

// keyboard is the buttons under a message as one text, "👍 👎 / wrong person …", without the row above that leads on from an alert.
func keyboard(m telegramtest.Message) string {
	var rows []string
	for _, row := range m.Keyboard {
		if row[0].URL != "" {
			continue
		}
		var texts []string
		for _, b := range row {
			texts = append(texts, b.Text)
		}
		rows = append(rows, strings.Join(texts, " "))
	}
	return strings.Join(rows, " / ")
}

// shows waits until the buttons under a message read so.
func (r *chatRig) shows(chat int64, id int, want string) telegramtest.Message {
	r.t.Helper()
	got := ""
	for range 6 * 800 {
		for _, m := range r.tg.Messages(chat) {
			if m.ID == id {
				if got = keyboard(m); got == want {
					return m
				}
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Fatalf("the buttons under message %d read %q, want %q\nlog:\n%s", id, got, want, tail(r.log.String()))
	return telegramtest.Message{}
}

// press lets somebody press a button of a message by its text, and returns what they are told.
func (r *chatRig) press(m telegramtest.Message, from int64, text string) string {
	r.t.Helper()
	query := r.push(m, from, text)
	for range 6 * 800 {
		for _, a := range r.tg.Answers() {
			if a.Query == query {
				return a.Text
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Fatalf("the press of %q is not answered\nlog:\n%s", text, tail(r.log.String()))
	return ""
}

// push is press without waiting.
func (r *chatRig) push(m telegramtest.Message, from int64, text string) (query string) {
	r.t.Helper()
	for _, row := range m.Keyboard {
		for _, b := range row {
			if b.Text == text {
				return r.tg.Press(m.Chat, m.ID, from, b.Data)
			}
		}
	}
	r.t.Fatalf("no button %q in %q", text, keyboard(m))
	return ""
}

// kill ends the program as a power cut does, and frees what it held.
func (r *chatRig) kill() {
	r.t.Helper()
	if err := r.cmd.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	_ = r.cmd.Wait() // it was killed
	freeLeases(r.t, r.dir)
}

// said is what is stored of the alerts, as "watchlist good" and the like.
func said(t *testing.T, s *store.Store) string {
	t.Helper()
	judged, err := s.Judged(t.Context(), time.Time{}, true)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, j := range judged {
		for _, v := range j.Verdicts {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %v %s", j.Item.Title, j.Watchlist, v.Good, v.Reason)))
		}
	}
	return strings.Join(all, "; ")
}

// TestFeedback takes the real binary through presses, strangers and kills: what people say of alerts is stored once, and buttons come through.
func TestFeedback(t *testing.T) {
	t.Parallel()
	r := newChatRig(t, "  channel: \"@Vestnik_News\"\n  admins: [11]\n  access: open\n",
		"  - {id: tokayev, name: Tokayev, profiles: [tokayev]}\n")
	for id, name := range map[int64]string{boss: "boss", theReader: "reader", eve: "eve"} {
		r.tg.AddPerson(telegramtest.User{ID: id, FirstName: name, LanguageCode: map[bool]string{true: "ru", false: "en"}[id == theReader]})
	}
	r.tg.AddChat(telegramtest.Chat{ID: theChannel, Type: telegramtest.Channel, Title: "News", Username: "vestnik_news"})
	r.start()
	r.ask(theReader, theReader, "/subscribe tokayev", "Tokayev")
	db := openTestStore(t, r.dir)

	r.farm.publish(0, "Токаев у шахматной доски", "")
	alert := r.expect(theReader, 0, "у шахматной доски")
	r.shows(theReader, alert.ID, "👍 👎")
	if toast := r.press(alert, theReader, "👎"); !strings.Contains(toast, "Что с ним не так") {
		t.Errorf("toast %q", toast)
	}
	alert = r.shows(theReader, alert.ID, "👍 ✓ 👎 / не тот человек не по теме старая новость")
	r.press(alert, theReader, "не по теме")
	alert = r.shows(theReader, alert.ID, "👍 ✓ 👎 / не тот человек ✓ не по теме старая новость")
	if got, want := said(t, db), "Токаев у шахматной доски tokayev false off topic"; got != want {
		t.Errorf("stored %q, want %q", got, want)
	}

	// In a channel a stranger is refused, and an admin of the bot is heard.
	post := r.expect(theChannel, 0, "у шахматной доски")
	if toast := r.press(post, eve, "👍"); !strings.Contains(toast, "only the admins") {
		t.Errorf("a stranger is told %q", toast)
	}
	r.press(post, boss, "👎")
	post = r.shows(theChannel, post.ID, "👍 👎 1 ↩ / wrong person off topic old news")
	r.press(post, boss, "↩")
	r.shows(theChannel, post.ID, "👍 👎")

	// Killed while the change of the buttons is under way: it is posted by the next run. What was pressed meanwhile is taken up as well, the last press holds.
	r.tg.Fail(telegramtest.Fault{Method: "editMessageReplyMarkup", Chat: theReader, Drop: telegramtest.DropBefore, Times: 2})
	r.press(alert, theReader, "👍")
	for range 6 * 400 {
		if r.tg.Pending() < 2 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.kill()
	r.push(alert, theReader, "не тот человек")
	r.push(alert, theReader, "👍")
	r.push(alert, theReader, "👍")
	r.start()
	alert = r.shows(theReader, alert.ID, "✓ 👍 👎")
	if got, want := said(t, db), "Токаев у шахматной доски tokayev true"; got != want {
		t.Errorf("stored %q, want %q", got, want)
	}
	r.press(alert, theReader, "✓ 👍")
	r.shows(theReader, alert.ID, "👍 👎")
	if got := said(t, db); got != "" {
		t.Errorf("taken back, and still stored: %q", got)
	}

	// Killed when Telegram has an alert and the bot does not know: the same message, buttons and all, comes again, and both can be pressed.
	r.tg.Fail(telegramtest.Fault{Method: "sendMessage", Chat: theReader, Drop: telegramtest.DropAfter})
	r.farm.publish(0, "Токаев и второе известие", "")
	first := r.expect(theReader, alert.ID, "второе известие")
	r.kill()
	r.start()
	second := r.expect(theReader, first.ID, "второе известие")
	if keyboard(first) != "👍 👎" || keyboard(second) != "👍 👎" || !slices.Equal(slices.Concat(first.Keyboard...), slices.Concat(second.Keyboard...)) {
		t.Errorf("buttons %+v, then %+v", first.Keyboard, second.Keyboard)
	}
	r.press(first, theReader, "👍")
	r.shows(theReader, first.ID, "✓ 👍 👎")
	r.press(second, theReader, "👎")
	r.shows(theReader, second.ID, "👍 ✓ 👎 / не тот человек не по теме старая новость")
	if got, want := said(t, db), "Токаев и второе известие tokayev false"; got != want {
		t.Errorf("stored %q, want %q", got, want)
	}
	r.ask(theReader, theReader, "/precision tokayev", "0 из 1")

	ask := r.ask(theReader, theReader, "/forgetme", "Удалить")
	r.press(ask, theReader, ask.Keyboard[0][0].Text)
	if got := said(t, db); got != "" {
		t.Errorf("forgotten, and still stored: %q", got)
	}
	r.stop()

	if strings.Contains(r.log.String(), fmt.Sprint(theReader)) {
		t.Error("the log names a person")
	}
	for _, v := range r.tg.Violations() {
		t.Error(v)
	}
	r.noToken()
}

// TestProposalInChat: an admin reads in private which lines would have kept the bad alerts away, as the program's own configuration takes them.
func TestProposalInChat(t *testing.T) {
	t.Parallel()
	r := newChatRig(t, "  admins: [11]\n  access: open\n", "  - {id: tokayev, name: Tokayev, profiles: [tokayev]}\n")
	for id, name := range map[int64]string{boss: "boss", theReader: "reader"} {
		r.tg.AddPerson(telegramtest.User{ID: id, FirstName: name, LanguageCode: "en"})
	}
	r.start()
	r.ask(theReader, theReader, "/subscribe tokayev", "Tokayev")
	bad := []string{"Сыровар Токаев показал погреб", "Медаль Токаеву: сыроваров края награждали впервые", "Дождь затопил у Токаева подвал сыровара", "Токаев открыл лавку, к сыровару очередь"}
	words := strings.Fields("мир зерно газ мост лес река дорога школа врач поезд завод рынок порт снег суд хлеб уголь спорт театр музей город село банк цех")
	for i := range 64 {
		title := fmt.Sprintf("Токаев назвал темы: %s, %s, %s", words[i%24], words[(i+5+i/24)%24], words[(i+11+2*(i/24))%24])
		if i%16 == 0 {
			title = bad[i/16]
		}
		r.farm.publish(0, title, "")
	}
	r.expect(theReader, 0, "показал погреб") // a burst goes out as digests
	db := openTestStore(t, r.dir)
	var alerted []news.Judged
	for range 4000 { // what goes on telling a story waits its turn
		var err error
		if alerted, err = db.Alerted(t.Context(), "tokayev", time.Time{}, 0); err != nil {
			t.Fatal(err)
		}
		if len(alerted) == 64 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	for _, j := range alerted {
		if strings.Contains(strings.ToLower(j.Item.Title), "сыровар") {
			v := news.Verdict{ItemID: j.Item.ID, Watchlist: "tokayev", Person: "telegram:5", Chat: "telegram:5", Reason: news.WrongPerson, At: time.Now()}
			if err := db.SaveVerdict(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		}
	}
	m := r.ask(boss, boss, "/precision tokayev", "Proposed")
	for _, want := range []string{"4 of 4 (wrong person)", "0 of 60", "profiles:\n  - id: tokayev\n    context:\n      not_near: [\"сыровар\"]"} {
		if !strings.Contains(m.Text, want) { // as it is, without a joiner: it is to be copied
			t.Errorf("no %q in\n%s", want, m.Text)
		}
	}
	asked := r.last(theReader)
	r.ask(theReader, theReader, "/precision tokayev", "By week")
	r.stop()
	for _, m := range r.texts(theReader, asked) {
		if strings.Contains(m.Text, "сыровар") {
			t.Errorf("a reader is told %q", m.Text)
		}
	}
}
