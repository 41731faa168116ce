package command

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/trend"
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

	"reader": {Chat: "telegram:-100901", Kind: news.ChatChannel, User: "telegram:101"}, // of a channel that the configuration sends to
	"editor": {Chat: "telegram:-100901", Kind: news.ChatChannel, User: "telegram:1"},
}

// TestScripts plays testdata/scripts in every language over the fake store, and in English over SQLite. A script has these lines:
//
//	# a remark
//	@ ann              ann speaks from here on, see people
//	! publish law old  these items of theNews come in; "csto10-14" are several
//	! edit law-away    what is stored has another wording now, one of theEdits
//	! story 2 3 ~4     these items tell one story; ~ marks a copy
//	! surge csto       readers were told of a surge of a watchlist, which began an hour ago
//	! deliver          every chat is posted what it is owed
//	! judged good 3 4  somebody elsewhere said so of these items on csto; or "bad", "off-topic" …
//	! wait 25h         time passes
//	! under 2          the buttons under the alert about item 2 in the chat of who speaks are the last that were shown
//	! access invite    the desk has another Access
//	> /recent csto     what is said; with ^501 in front, as a reply to that message; > [1.2] presses a button of the last reply that had some,
//	                   > ^501 [1.2] as if it stood under that message
//	< Nothing yet.     a line of the expected reply; [text] is a button, [text ↗] one that opens a link, and remarks stand in (…) on a line of their own;
//	                   what a file holds is shown under its name, a picture as sketch tells it
//
// testdata/scripts holds the scripts with what is said in English; a folder for each further language of the catalogues holds the same scripts with what is
// said there. All of them are written by "go test ./internal/command -run TestScripts -update": a script is written in English, and one reads what the
// others make of it.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		script := steps(t, file)
		for _, language := range locale.Languages() {
			t.Run(strings.TrimSuffix(name, ".txt")+"/"+language, func(t *testing.T) {
				golden := file
				if language != locale.Default {
					golden = filepath.Join("testdata", "scripts", language, name)
				}
				got := play(t, script, language, newMemory())
				if *update {
					must(t, os.MkdirAll(filepath.Dir(golden), 0o755))
					must(t, os.WriteFile(golden, []byte(got), 0o644))
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatalf("%v (run with -update to write it)", err)
				}
				compare(t, got, string(want))
			})
		}
		t.Run(strings.TrimSuffix(name, ".txt")+"/sqlite", func(t *testing.T) {
			want, err := os.ReadFile(file)
			must(t, err)
			compare(t, play(t, script, locale.Default, newDatabase(t)), string(want))
		})
	}
}

// TestScriptsWithoutAScript finds what is expected in a language that has no script any more, or no catalogue.
func TestScriptsWithoutAScript(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*/*.txt")
	must(t, err)
	for _, file := range files {
		language := filepath.Base(filepath.Dir(file))
		if _, err := os.Stat(filepath.Join("testdata", "scripts", filepath.Base(file))); err != nil || !slices.Contains(locale.Languages(), language) {
			t.Errorf("%s is left over", file)
		}
	}
}

// TestScriptsSayEveryCommand: every command has a conversation in which somebody gives it, and no reply in any language shows the key of a text.
func TestScriptsSayEveryCommand(t *testing.T) {
	var all strings.Builder
	for _, pattern := range []string{"testdata/scripts/*.txt", "testdata/scripts/*/*.txt"} {
		files, err := filepath.Glob(pattern)
		must(t, err)
		for _, file := range files {
			b, err := os.ReadFile(file)
			must(t, err)
			all.Write(b)
		}
	}
	said := all.String()
	for _, r := range table() {
		if !regexp.MustCompile(`(?m)^> (\^\d+ )?/` + r.name + `( |$)`).MatchString(said) {
			t.Errorf("nobody says /%s", r.name)
		}
	}
	catalogue, err := os.ReadFile("../locale/catalogues/en.txt")
	must(t, err)
	keys := regexp.MustCompile(`(?m)^([a-z-]+\.)[a-z.-]+: `).FindAllStringSubmatch(string(catalogue), -1)
	var families []string
	for _, m := range keys {
		families = append(families, regexp.QuoteMeta(m[1]))
	}
	slices.Sort(families)
	families = slices.Compact(families)
	if len(families) < 20 {
		t.Fatalf("only %d families of keys", len(families))
	}
	for _, line := range regexp.MustCompile(`(?m)^<.*[^a-z.]((`+strings.Join(families, "|")+`)[a-z][a-z-]*).*$`).FindAllStringSubmatch(said, -1) {
		if line[1] != "config.yaml" { // the file
			t.Errorf("a reply says %q: %s", line[1], line[0])
		}
	}
}

// steps is a script without what is said in reply.
func steps(t *testing.T, file string) (script []string) {
	b, err := os.ReadFile(file)
	must(t, err)
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\n"); !strings.HasPrefix(line, "<") {
			script = append(script, line)
		}
	}
	return script
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

// play runs the script in a language and returns it with the replies.
func play(t *testing.T, script []string, language string, w world) string {
	s := &stage{w: w, now: noon, language: language, said: map[string]bool{}}
	s.desk = scriptedDesk(w, &s.now)
	var b strings.Builder
	for _, line := range script {
		b.WriteString(line + "\n")
		for _, l := range s.step(t, line) {
			b.WriteString(strings.TrimRight("< "+l, " ") + "\n")
		}
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
	case "story":
		var ids []int64
		copies := map[int64]bool{}
		for _, word := range words[1:] {
			id, err := strconv.ParseInt(strings.TrimPrefix(word, "~"), 10, 64)
			must(t, err)
			ids, copies[id] = append(ids, id), strings.HasPrefix(word, "~")
		}
		s.w.tell(t, copies, ids...)
	case "surge":
		s.w.surge(trend.Surge{Watchlist: words[1], At: s.now, Began: s.now.Add(-time.Hour)})
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
		f, err := s.w.Item(t.Context(), id)
		must(t, err)
		story, err := s.w.StoryOf(t.Context(), id)
		must(t, err)
		s.buttons = AlertButtons(s.language, news.OwedItem{Item: f.Item, Alerts: alerts, Names: names, Story: story})
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
		if row > len(s.buttons) || column > len(s.buttons[row-1]) || s.buttons[row-1][column-1].Data == "" {
			t.Errorf("there is no button %s in %v", words, s.buttons)
			return []string{"(no such button)"}
		}
		req.Button, req.Message = s.buttons[row-1][column-1].Data, cmp.Or(req.ReplyTo, "9")
		req.ReplyTo = ""
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
			r.Doc = nil // Enqueue leaves it out
		}
		s.said[r.Key] = true
		switch {
		case r.Edit && len(r.Doc) == 0:
			out = append(out, "(changes the buttons)")
		case r.Edit:
			out = append(out, "(changes the message)")
		}
		if r.Toast != "" {
			out = append(out, map[bool]string{false: "(toast) ", true: "(popup) "}[r.Popup]+r.Toast)
		}
		if r.File != nil {
			out = append(out, "(file) "+r.File.Name+", "+r.File.Type)
			for line := range strings.Lines(string(r.File.Data)) {
				out = append(out, "    "+strings.Trim(line, "\r\n\ufeff"))
			}
		}
		if len(r.Doc) > 0 {
			out = append(out, strings.Split(r.Doc.Plain(), "\n")...)
		}
		for _, row := range r.Buttons {
			line := ""
			for _, b := range row {
				if b.URL != "" {
					b.Text += " ↗"
				}
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
	if len(r.Doc) == 0 && r.Toast == "" && (!r.Edit || len(r.Buttons) == 0) {
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
			if b.Text != "" && b.URL != "" && b.Data == "" {
				continue
			}
			if b.Text == "" || len(b.Data) < 1 || len(b.Data) > dataMost {
				t.Errorf("button %+v", b)
			} else if _, ok := decode(b.Data); !ok {
				t.Errorf("button %q is not understood when it is pressed", b.Data)
			}
		}
	}
}
