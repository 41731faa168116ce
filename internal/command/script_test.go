package command

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

var update = flag.Bool("update", false, "write the expected replies of the scripts anew")

// people are who speaks in scripts, and where: "@ ann" makes ann speak from then on.
var people = map[string]Request{
	"ann":       {Chat: "telegram:101", Kind: news.ChatPrivate, User: "telegram:101"},
	"bob":       {Chat: "telegram:102", Kind: news.ChatPrivate, User: "telegram:102"},
	"boss":      {Chat: "telegram:1", Kind: news.ChatPrivate, User: "telegram:1"},
	"ann-group": {Chat: "telegram:-100300:7", Kind: news.ChatGroup, User: "telegram:101", ChatAdmin: true},
	"bob-group": {Chat: "telegram:-100300:7", Kind: news.ChatGroup, User: "telegram:102"},
	"boss-desk": {Chat: "telegram:-100500", Kind: news.ChatGroup, User: "telegram:1", ChatAdmin: true},
	"bob-desk":  {Chat: "telegram:-100500", Kind: news.ChatGroup, User: "telegram:102"},
	"anonymous": {Chat: "telegram:-100777", Kind: news.ChatGroup},
	"channel":   {Chat: "telegram:-100900", Kind: news.ChatChannel, User: "telegram:101"},
}

// TestScripts plays testdata/scripts in every language, over the fake store and over SQLite. A script has these lines:
//
//	# a remark
//	@ ann              ann speaks from here on, see people
//	! publish law old  these items of theNews come in; "csto10-14" are several
//	! edit law-away    what is stored has another wording now, one of theEdits
//	! deliver          every chat is posted what it is owed
//	! judged good 3 4  somebody elsewhere said so of these items on csto; or "bad", "off-topic" …
//	! wait 25h         time passes
//	! under 2          the buttons under the alert about item 2 in the chat of who speaks are the last that were shown
//	! access invite    the desk has another Access
//	> /recent csto     what is said; with ^501 in front, as a reply to that message; > [1.2] presses a button of the last reply that had some
//	en< Nothing yet.   a line of the expected reply in one language; [text] is a button, and remarks stand in (…) on a line of their own
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		b, err := os.ReadFile(file)
		must(t, err)
		want := string(b)
		var script []string // without the replies
		for line := range strings.Lines(want) {
			if line = strings.TrimRight(line, "\n"); !isReply(line) {
				script = append(script, line)
			}
		}
		t.Run(name+"/memory", func(t *testing.T) {
			got := play(t, script, func() world { return newMemory() })
			if *update {
				must(t, os.WriteFile(file, []byte(got), 0o644))
				want = got
			}
			compare(t, got, want)
		})
		t.Run(name+"/sqlite", func(t *testing.T) {
			compare(t, play(t, script, func() world { return newDatabase(t) }), want)
		})
	}
}

func isReply(line string) bool {
	for _, l := range locale.Languages() {
		if strings.HasPrefix(line, l+"<") {
			return true
		}
	}
	return false
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d (run with -update to accept)\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	t.Fatalf("%d lines, want %d (run with -update to accept)", len(g), len(w))
}

// play runs the script once a language and returns it with the replies.
func play(t *testing.T, script []string, fresh func() world) string {
	replies := make([]string, len(script))
	for _, language := range locale.Languages() {
		s := &stage{w: fresh(), now: noon, language: language, said: map[string]bool{}}
		s.desk = scriptedDesk(s.w, &s.now)
		for i, line := range script {
			for _, l := range s.step(t, line) {
				replies[i] += strings.TrimRight(language+"< "+l, " ") + "\n"
			}
		}
	}
	var b strings.Builder
	for i, line := range script {
		b.WriteString(line + "\n" + replies[i])
	}
	return b.String()
}

// A stage is a script under way in one language.
type stage struct {
	w        world
	desk     Desk
	now      time.Time
	language string
	who      Request
	buttons  [][]Button
	said     map[string]bool // keys of replies that are said once
}

func (s *stage) step(t *testing.T, line string) []string {
	t.Helper()
	words := strings.Fields(line)
	switch {
	case len(words) == 0 || words[0] == "#":
	case words[0] == "@":
		who, ok := people[words[1]]
		if !ok {
			t.Fatalf("who is %q?", words[1])
		}
		s.who = who
		s.who.Language = s.language + "-XX"
	case words[0] == "!":
		s.happens(t, words[1:])
	case words[0] == ">":
		return s.say(t, strings.TrimPrefix(line, "> "))
	default:
		t.Fatalf("what is %q?", line)
	}
	return nil
}

func (s *stage) happens(t *testing.T, words []string) {
	t.Helper()
	switch words[0] {
	case "publish":
		for _, name := range words[1:] {
			var from, to int
			if n, _ := fmt.Sscanf(name, "csto%d-%d", &from, &to); n == 2 {
				for i := from; i <= to; i++ {
					s.w.publish(t, s.now, theNews()[fmt.Sprint("csto", i)])
				}
				continue
			}
			item, ok := theNews()[name]
			if !ok {
				t.Fatalf("no news %q", name)
			}
			s.w.publish(t, s.now, item)
		}
	case "edit":
		for _, name := range words[1:] {
			e, ok := theEdits()[name]
			if !ok {
				t.Fatalf("no edit %q", name)
			}
			s.w.edit(t, s.now, e)
		}
	case "deliver":
		s.w.deliver(t, s.now)
	case "judged":
		choice, ok := map[string]int64{"good": choiceGood, "bad": choiceBad, "wrong-person": choiceWrongPerson, "off-topic": choiceOffTopic, "old-news": choiceOldNews}[words[1]]
		if !ok {
			t.Fatalf("what is %q?", words[1])
		}
		for _, n := range words[2:] {
			id, err := strconv.ParseInt(n, 10, 64)
			must(t, err)
			must(t, s.w.SaveVerdict(t.Context(), news.Verdict{ItemID: id, Watchlist: "csto", Person: "telegram:900", Chat: "telegram:900", Good: choice == choiceGood,
				Reason: reasonOf(choice), At: s.now}))
		}
	case "under":
		id, err := strconv.ParseInt(words[1], 10, 64)
		must(t, err)
		alerts, err := s.w.Alerts(t.Context(), id)
		must(t, err)
		alerts = slices.DeleteFunc(alerts, func(a news.Alert) bool { return a.Chat != s.who.Chat })
		names := map[string]string{}
		for _, w := range theLists() {
			names[w.ID] = w.Name
		}
		s.buttons = AlertButtons(s.language, news.OwedItem{Item: news.Item{ID: id}, Alerts: alerts, Names: names})
	case "wait":
		d, err := time.ParseDuration(words[1])
		must(t, err)
		s.now = s.now.Add(d)
	case "access":
		s.desk.Access = Access(words[1])
	default:
		t.Fatalf("what is %q?", words[0])
	}
}

func (s *stage) say(t *testing.T, words string) []string {
	t.Helper()
	req := s.who
	if rest, ok := strings.CutPrefix(words, "^"); ok {
		req.ReplyTo, words, _ = strings.Cut(rest, " ")
	}
	var row, column int
	if n, _ := fmt.Sscanf(words, "[%d.%d]", &row, &column); n == 2 {
		req.Button, req.Message = s.buttons[row-1][column-1].Data, "9"
	} else if name, args, _ := strings.Cut(words, " "); strings.HasPrefix(name, "/") {
		req.Name, req.Args = name[1:], args
	} else {
		req.Args = words
	}
	replies, err := s.desk.Handle(t.Context(), req)
	must(t, err)
	var out []string
	for _, r := range replies {
		checkReply(t, r)
		if r.Key != "" && s.said[r.Key] {
			continue
		}
		s.said[r.Key] = true
		switch {
		case r.Edit && len(r.Doc) == 0:
			out = append(out, "(changes the buttons)")
		case r.Edit:
			out = append(out, "(changes the message)")
		}
		if r.Toast != "" {
			out = append(out, "(toast) "+r.Toast)
		}
		if len(r.Doc) > 0 {
			out = append(out, strings.Split(r.Doc.Plain(), "\n")...)
		}
		for _, row := range r.Buttons {
			line := ""
			for _, b := range row {
				line += "[" + b.Text + "]"
			}
			out = append(out, line)
		}
		if len(r.Buttons) > 0 {
			s.buttons = r.Buttons
		}
	}
	if len(out) == 0 {
		return []string{"(silence)"}
	}
	return out
}

// checkReply says what is wrong with a reply whatever it says.
func checkReply(t testing.TB, r Reply) {
	t.Helper()
	if len(r.Doc) == 0 && r.Toast == "" {
		t.Error("a reply that says nothing")
	}
	if n := len([]rune(r.Toast)); n > 200 || strings.Contains(r.Toast, "\n") {
		t.Errorf("a toast of %d characters: %q", n, r.Toast)
	}
	if n := len([]rune(r.Doc.Plain())); n > 4096 {
		t.Errorf("a message of %d characters", n)
	}
	for _, l := range r.Doc {
		for _, sp := range l {
			if strings.ContainsAny(sp.Text, "\n\r\x00\x1b\u202e") {
				t.Errorf("a span holds a line end or a control character: %q", sp.Text)
			}
			if sp.Command && (len(sp.Text) < 2 || sp.Text[0] != '/') {
				t.Errorf("%q is no command", sp.Text)
			}
		}
	}
	for _, row := range r.Buttons {
		if len(row) == 0 {
			t.Error("a row without buttons")
		}
		for _, b := range row {
			if b.Text == "" || len(b.Data) < 1 || len(b.Data) > dataMost {
				t.Errorf("button %+v", b)
			} else if _, ok := decode(b.Data); !ok {
				t.Errorf("button %q is not understood when it is pressed", b.Data)
			}
		}
	}
}
