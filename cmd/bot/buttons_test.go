package main

import (
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
)

// below waits for the message that answers another.
func (r *chatRig) below(chat int64, id int, words string) telegramtest.Message {
	r.t.Helper()
	m := r.expect(chat, id, words)
	if m.ReplyTo != id {
		r.t.Errorf("%q answers message %d, want %d", m.Text, m.ReplyTo, id)
	}
	return m
}

// leads waits until the first row of buttons under a message reads so.
func (r *chatRig) leads(chat int64, id int, want string) telegramtest.Message {
	r.t.Helper()
	got := ""
	for range 6 * 800 {
		for _, m := range r.tg.Messages(chat) {
			if m.ID != id || len(m.Keyboard) == 0 {
				continue
			}
			var texts []string
			for _, b := range m.Keyboard[0] {
				texts = append(texts, b.Text)
			}
			if got = strings.Join(texts, " "); got == want {
				return m
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Fatalf("the buttons under message %d begin %q, want %q\nlog:\n%s", id, got, want, tail(r.log.String()))
	return telegramtest.Message{}
}

// TestAlertButtons takes the real binary through the buttons of an alert: in private, in a group with its rights, in a channel, and over a kill.
func TestAlertButtons(t *testing.T) {
	t.Parallel()
	const desk = -1007700445566
	r := newChatRig(t, "  channel: \"@Vestnik_News\"\n  admins: [11]\n  access: open\n", "  - {id: tokayev, name: Tokayev, profiles: [tokayev]}\n")
	for id, name := range map[int64]string{boss: "boss", theReader: "reader", eve: "eve"} {
		r.tg.AddPerson(telegramtest.User{ID: id, FirstName: name, LanguageCode: map[bool]string{true: "ru", false: "en"}[id == theReader]})
	}
	r.tg.AddChat(telegramtest.Chat{ID: theChannel, Type: telegramtest.Channel, Title: "News", Username: "vestnik_news"})
	r.tg.AddChat(telegramtest.Chat{ID: desk, Type: telegramtest.Supergroup, Title: "Desk", Members: map[int64]telegramtest.Standing{boss: telegramtest.Admin}})
	r.start()
	r.ask(theReader, theReader, "/start tokayev", "Tokayev") // as a link says it
	r.ask(desk, boss, "/subscribe tokayev", "Tokayev")
	r.ask(theReader, theReader, "/timezone Минск", "Europe/Minsk")
	db := openTestStore(t, r.dir)

	r.farm.publish(0, "Токаев у шахматной доски", "")
	alert := r.expect(theReader, 0, "у шахматной доски")
	var row []string
	for _, b := range alert.Keyboard[0] {
		row = append(row, b.Text)
	}
	first := strings.Join(row, " ") // with or without the story, as the item has one
	if link := alert.Keyboard[0][0].URL; !strings.HasPrefix(link, r.farm.URL) || !strings.Contains(first, "Почему") {
		t.Errorf("buttons %q, the first opens %q", first, link)
	}
	if !strings.Contains(alert.Text, " +03") {
		t.Errorf("not by the clocks of Minsk: %q", alert.Text)
	}
	r.press(alert, theReader, "Почему")
	r.below(theReader, alert.ID, "уведомление отправлено сюда")

	// Mute, and back, and mute. The time is the chat's, and the alert keeps its text.
	r.press(alert, theReader, "Отключить ▸")
	choices := r.leads(theReader, alert.ID, "🔕 "+map[bool]string{true: "этот сюжет", false: "Farm 0"}[strings.Contains(first, "Сюжет")])
	r.press(choices, theReader, "‹ назад")
	r.press(r.leads(theReader, alert.ID, first), theReader, "Отключить ▸")
	r.leads(theReader, alert.ID, choices.Keyboard[0][0].Text)
	r.press(choices, theReader, "🔕 Farm 0")
	var spans telegramtest.Message
	for range 6 * 800 {
		for _, m := range r.tg.Messages(theReader) {
			if m.ID == alert.ID && strings.Contains(keyboard(m), "24 ч") {
				spans = m
			}
		}
		if spans.ID != 0 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if toast := r.press(spans, theReader, "24 ч"); !strings.Contains(toast, "Farm 0") || !strings.Contains(toast, "+03") {
		t.Errorf("toast %q", toast)
	}
	back := r.leads(theReader, alert.ID, first)
	if back.Text != alert.Text {
		t.Errorf("the alert reads %q now", back.Text)
	}
	mutes, err := db.Mutes(t.Context(), news.BaseChat("telegram:7700112233"), time.Now())
	if err != nil || mutes[news.Mute{Kind: news.MuteFeed, What: "farm-0"}].IsZero() || len(mutes) != 1 {
		t.Errorf("muted %v, %v", mutes, err)
	}

	// In the group anyone asks why, once; who is no admin mutes nothing.
	post := r.expect(desk, 0, "у шахматной доски")
	if toast := r.press(post, eve, "Why"); !strings.Contains(toast, "below") {
		t.Errorf("toast %q", toast)
	}
	why := r.below(desk, post.ID, "an alert was sent here")
	r.press(post, eve, "Why")
	if toast := r.press(post, eve, "Mute ▸"); !strings.Contains(toast, "only its admins") {
		t.Errorf("eve is told %q", toast)
	}
	r.press(post, boss, "Mute ▸")
	r.leads(desk, post.ID, "🔕 "+map[bool]string{true: "this story", false: "Farm 0"}[strings.Contains(first, "Сюжет")])
	for _, m := range r.texts(desk, why.ID) {
		t.Errorf("the group also reads %q", m.Text)
	}

	// In a channel a reader is told alone.
	public := r.expect(theChannel, 0, "у шахматной доски")
	r.press(public, eve, "Why")
	answers := r.tg.Answers()
	if a := answers[len(answers)-1]; !a.Alert || !strings.Contains(a.Text, "«Токаев»") {
		t.Errorf("eve is told %+v", a)
	}
	if toast := r.press(public, eve, "Mute ▸"); !strings.Contains(toast, "admins of the bot") {
		t.Errorf("eve is told %q", toast)
	}

	// Pressed while the bot is down: the next run answers. What is muted does not come, what is not muted does.
	r.kill()
	last := r.last(theReader)
	r.push(back, theReader, "Почему")
	r.farm.publish(0, "Токаев и второе известие", "")
	r.start()
	if m := r.expect(theReader, last, "уведомление отправлено сюда"); m.ReplyTo != back.ID {
		t.Errorf("%q answers message %d, want %d", m.Text, m.ReplyTo, back.ID)
	}
	r.expect(desk, post.ID, "второе известие")
	r.ask(theReader, theReader, "/unmute source farm-0", "Farm 0")
	r.ask(theReader, theReader, "/lang en", "I speak English here now")
	r.farm.publish(0, "Токаев и третье известие", "")
	third := r.expect(theReader, alert.ID, "третье известие")
	if third.Keyboard[0][0].Text != "Open" {
		t.Errorf("buttons %+v", third.Keyboard)
	}
	for _, m := range r.texts(theReader, alert.ID) {
		if strings.Contains(m.Text, "второе известие") {
			t.Errorf("muted, and still sent: %q", m.Text)
		}
	}
	r.stop()
	if strings.Contains(r.log.String(), "7700112233") {
		t.Error("the log names a person")
	}
	for _, v := range r.tg.Violations() {
		t.Error(v)
	}
	r.noToken()
}

// TestDigestNow: what a chat has put off comes when it asks for it, as one message, and not before.
func TestDigestNow(t *testing.T) {
	t.Parallel()
	r := newChatRig(t, "  admins: [11]\n  access: open\n", "  - {id: tokayev, name: Tokayev, profiles: [tokayev]}\n")
	for id, name := range map[int64]string{boss: "boss", theReader: "reader"} {
		r.tg.AddPerson(telegramtest.User{ID: id, FirstName: name, LanguageCode: "en"})
	}
	r.start()
	r.ask(theReader, theReader, "/subscribe tokayev", "Tokayev")
	r.ask(boss, boss, "/subscribe tokayev", "Tokayev")
	r.ask(theReader, theReader, "/digest now", "Nothing is held back")
	set := r.ask(theReader, theReader, "/digest tokayev 0 0 29 2 *", "29 Feb")
	r.farm.publish(0, "Токаев и первое известие", "")
	r.farm.publish(0, "Токаев: урожай 🇰🇿 собран досрочно", "")
	r.expect(boss, 0, "первое известие")
	r.expect(boss, 0, "урожай 🇰🇿 собран досрочно")
	asked := r.ask(theReader, theReader, "/digest now tokayev", "2 held back items come now")
	digest := r.expect(theReader, asked.ID, "первое известие")
	if !strings.Contains(digest.Text, "урожай 🇰🇿 собран досрочно") {
		t.Errorf("not together: %q", digest.Text)
	}
	for _, m := range r.texts(theReader, set.ID) {
		if m.ID < asked.ID {
			t.Errorf("before it was asked for: %q", m.Text)
		}
	}
	r.ask(theReader, theReader, "/digest now", "Nothing is held back")
	r.stop()
	for _, v := range r.tg.Violations() {
		t.Error(v)
	}
}
