package telegramtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestOneASecondInAChat(t *testing.T) {
	s, c := start(t)
	for i := range 100 { // exactly one a second, some a little early
		if a := do(t, s, "sendMessage", "chat_id", anna, "text", i); !a.OK {
			t.Fatalf("message %d: %s", i, a.said())
		}
		c.pass(time.Second + time.Duration(1-i%3)*20*time.Millisecond)
	}
	c.pass(time.Minute)
	for range DefaultLimits.ChatBurst {
		expect(t, "burst", do(t, s, "sendMessage", "chat_id", anna, "text", "x").said(), "ok")
	}
	a := do(t, s, "sendMessage", "chat_id", anna, "text", "x")
	expect(t, "one more", a.said(), "429 Too Many Requests: retry after 1")
	if a.Parameters.RetryAfter != 1 {
		t.Errorf("retry_after %d", a.Parameters.RetryAfter)
	}
	expect(t, "another chat", do(t, s, "sendMessage", "chat_id", "@vesti", "text", "x").said(), "ok")
	c.pass(500 * time.Millisecond)
	expect(t, "too early", do(t, s, "sendMessage", "chat_id", anna, "text", "x").said(), "429 Too Many Requests: retry after 1")
	c.pass(500 * time.Millisecond)
	expect(t, "after the pause", do(t, s, "sendMessage", "chat_id", anna, "text", "x").said(), "ok")
	v := s.Violations()
	if len(v) != 2 || v[0].Rule != RuleChat || v[1].Rule != RuleWait || v[0].Chat != anna || !strings.Contains(v[0].String(), "one a second in a chat") {
		t.Error(v)
	}
}

func TestTwentyAMinuteInAGroup(t *testing.T) {
	s, c := start(t)
	for i := range 20 {
		expect(t, fmt.Sprint(i), do(t, s, "sendMessage", "chat_id", group, "text", i).said(), "ok")
		c.pass(time.Second)
	}
	expect(t, "21st", do(t, s, "sendMessage", "chat_id", group, "text", "x").said(), "429 Too Many Requests: retry after 39")
	c.pass(39 * time.Second)
	expect(t, "a minute later", do(t, s, "sendMessage", "chat_id", group, "text", "x").said(), "ok")
	for i := range 20 {
		c.pass(time.Second)
		expect(t, fmt.Sprint("private ", i), do(t, s, "sendMessage", "chat_id", anna, "text", i).said(), "ok")
	}
	if v := s.Violations(); len(v) != 1 || v[0].Rule != RuleGroup || v[0].RetryAfter != 39*time.Second {
		t.Error(v)
	}
}

func TestThirtyASecondInAll(t *testing.T) {
	s, c := start(t)
	for i := range int64(40) {
		s.AddChat(Chat{ID: 1000 + i})
	}
	for i := range 31 {
		want := "ok"
		if i == 30 {
			want = "429 Too Many Requests: retry after 1"
		}
		expect(t, fmt.Sprint(i), do(t, s, "sendMessage", "chat_id", 1000+i, "text", i).said(), want)
	}
	c.pass(time.Second)
	expect(t, "later", do(t, s, "sendMessage", "chat_id", 1030, "text", "x").said(), "ok")
	if v := s.Violations(); len(v) != 1 || v[0].Rule != RuleAll {
		t.Error(v)
	}
}

func TestFaults(t *testing.T) {
	s, c := start(t)
	send := func(chat any) string {
		c.pass(time.Second)
		a, err := try(s, "sendMessage", "chat_id", chat, "text", "x")
		if err != nil {
			return "error"
		}
		return a.said()
	}
	posted := func() int { return len(s.Messages(anna)) }

	s.Fail(Fault{Chat: anna, RetryAfter: 43838})
	expect(t, "not this chat", send(group), "ok")
	expect(t, "long wait", send(anna), "429 Too Many Requests: retry after 43838")
	if len(s.Violations()) != 0 {
		t.Error("a scripted 429 is nobody's fault")
	}
	expect(t, "too early", send(anna), "429 Too Many Requests: retry after 43837")
	if v := s.Violations(); len(v) != 1 || v[0].Rule != RuleWait {
		t.Error(v)
	}
	c.pass(43838 * time.Second)
	expect(t, "waited", send(anna), "ok")

	s.Fail(Fault{Method: "sendMessage", Chat: anna, Code: 403})
	s.Fail(Fault{Chat: anna, Code: 403, Description: Deactivated})
	s.Fail(Fault{Chat: anna, MigrateTo: -1005})
	s.Fail(Fault{Chat: anna, Description: "Bad Request: TOPIC_CLOSED", Skip: 1, Times: 2})
	s.Fail(Fault{Method: "editMessageText", Code: 400, Description: "never"})
	for i, want := range []string{"403 " + Blocked, "403 " + Deactivated, "400 " + Upgraded, "ok", "400 Bad Request: TOPIC_CLOSED", "400 Bad Request: TOPIC_CLOSED", "ok"} {
		expect(t, fmt.Sprint(i), send(anna), want)
	}
	if s.Pending() != 1 {
		t.Errorf("%d faults left", s.Pending())
	}

	before := posted()
	s.Fail(Fault{Chat: anna, Page: true})
	resp, err := http.Get(s.URL() + "/bot" + s.Token() + "/sendMessage?chat_id=501&text=x")
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusBadGateway || resp.Header.Get("Content-Type") != "text/html" {
		t.Error(resp.Status)
	}
	s.Fail(Fault{Chat: anna, Drop: DropBefore})
	expect(t, "dropped before", send(anna), "error")
	if posted() != before {
		t.Error("posted although dropped before")
	}
	s.Fail(Fault{Chat: anna, Drop: DropAfter})
	expect(t, "dropped after", send(anna), "error")
	if m := s.Messages(anna); len(m) != before+1 || !m[before].Unacknowledged {
		t.Error("not posted although dropped after")
	}
	s.Fail(Fault{Delay: 50 * time.Millisecond, Chat: anna})
	begin := time.Now()
	expect(t, "late", send(anna), "ok")
	if d := time.Since(begin); d < 50*time.Millisecond {
		t.Errorf("answered after %v", d)
	}
	n := s.Counts()
	if n.Dropped != 1 || n.Errors[0] != 2 || n.Errors[502] != 1 || n.Errors[429] != 2 || n.Calls["sendmessage"] != len(s.Calls()) {
		t.Errorf("%+v", n)
	}
	for _, call := range s.Calls() {
		if strings.Contains(fmt.Sprint(call), s.Token()) {
			t.Errorf("the token is in %v", call)
		}
	}
}
