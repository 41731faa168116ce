package telegram

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/config"
	"vestnik/internal/feeds"
	"vestnik/internal/locale"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/telegram/telegramtest"
	"vestnik/internal/text"
	"vestnik/seeds"
)

// shared is a folder of real documents beside the checkout; what needs it is left out, saying so, where it is absent.
func shared(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Logf("left out: ../shared/%s is not beside the checkout", name)
		return ""
	}
	return path
}

// A sample is one message for the real parser, and what it is meant to hold; see scripts/check-telegram-html.py.
type sample struct {
	Name     string   `json:"name"`
	Text     string   `json:"text"`
	Plain    bool     `json:"plain,omitempty"`
	Commands []string `json:"commands,omitempty"` // commands that are meant to be pressed
}

// TestCorpus renders real documents, the replay and hostile texts as alerts, digests and answers, and checks what can be checked without the real
// parser. With TELEGRAM_CORPUS it writes them to that file, for scripts/check-telegram-html.sh to have them judged by it.
func TestCorpus(t *testing.T) {
	out := io.Discard
	most, entries, full := 60, 3, false // hostile items, items of a document: all of them only for the real parser
	if path := os.Getenv("TELEGRAM_CORPUS"); path != "" {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		out, most, entries, full = f, 1500, 30, true
	}
	enc := json.NewEncoder(out)
	counts := map[string]int{}
	put := func(s sample) {
		counts[s.Name]++
		read := s.Text
		if !s.Plain {
			checkHTML(t, s.Text, -1)
			f, err := telegramtest.ParseHTML(s.Text)
			if err != nil {
				t.Errorf("%s: %v: %q", s.Name, err, s.Text)
			}
			read = f.Text
		}
		for _, e := range telegramtest.Automatic(read) {
			if len(s.Commands) == 0 && !s.Plain {
				t.Errorf("%s: a %s that was not meant: %q", s.Name, e.Type, read)
			}
		}
		if n := units(plainText(tag.ReplaceAllString(anchor.ReplaceAllString(s.Text, "$2"), ""))); n > unitsMost || len(s.Text) > bytesMost {
			t.Errorf("%s: %d units, %d bytes", s.Name, n, len(s.Text))
		}
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join("..", "..", "config.yaml"), seeds.Profiles())
	if err != nil {
		t.Fatal(err)
	}
	m, faults := match.Compile(cfg.Profiles, cfg.Watchlists, cfg.Feeds)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	names := map[string]string{}
	for _, w := range cfg.Watchlists {
		names[w.ID] = w.Name
	}
	owe := func(f news.Feed, items []news.Item) []news.OwedItem {
		var owed []news.OwedItem
		for _, it := range items {
			owed = append(owed, news.OwedItem{Feed: f, Item: it, Matches: m.Match(&it), Names: names})
		}
		return owed
	}
	render := func(name string, owed []news.OwedItem) {
		for _, lang := range []string{"en", "ru"} {
			s := &Sink{Previews: true, Language: func(string) string { return lang }}
			for i := range owed {
				text, _, n, err := s.Render("telegram:1", each(owed[i]), news.Outage{})
				if err != nil || n != 1 {
					t.Fatal(n, err)
				}
				put(sample{Name: name + " alert", Text: text})
				put(sample{Name: name + " plain", Text: quiet(plain(text)), Plain: true})
			}
			for rest := owed; len(rest) > 1; {
				text, _, n, err := s.Render("telegram:1", each(rest...), news.Outage{Since: time.Unix(0, 0), Until: time.Unix(1e9, 0)})
				if err != nil || n < 1 || n > len(rest) {
					t.Fatal(n, err)
				}
				put(sample{Name: name + " digest", Text: text})
				rest = rest[n:]
			}
		}
	}

	for _, folder := range []string{"feeds/region", "feeds/real"} {
		dir := shared(t, folder)
		if dir == "" {
			continue
		}
		docs, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		client := feeds.New(feeds.Options{Language: text.Detect})
		for i, d := range docs {
			if !full && folder == "feeds/real" && i%16 != 0 {
				continue
			}
			f := news.Feed{ID: "x", URL: "file://" + d, Outlet: filepath.Base(d), Country: "BY", Language: "ru", Type: news.Independent}
			doc, err := client.Fetch(context.Background(), f, news.FeedState{}, time.Now())
			if err != nil {
				continue // broken on purpose
			}
			if !full || folder == "feeds/real" {
				doc.Items = doc.Items[:min(len(doc.Items), entries)]
			}
			render(folder, owe(f, doc.Items))
		}
	}
	if dir := shared(t, "replay"); dir != "" {
		weeks, err := filepath.Glob(filepath.Join(dir, "*.gz"))
		if err != nil || len(weeks) == 0 {
			t.Fatal("no replay", err)
		}
		for _, w := range weeks {
			render("replay", owe(news.Feed{ID: "r", Outlet: "Replay.com", Country: "US", Language: "en", Type: news.Wire}, replayItems(t, w, 750/entries)))
		}
	}
	hostileItems := hostile(rand.New(rand.NewPCG(1, 2)), most)
	for _, it := range hostileItems {
		f := news.Feed{ID: it.Author, Outlet: it.Author, Country: it.Lang, Type: news.SourceType(it.Lang)}
		o := news.OwedItem{Feed: f, Item: it, Names: map[string]string{"w": it.Author}}
		for w := range 1 + len(it.Title)%20 {
			o.Matches = append(o.Matches, news.Match{Watchlist: []string{"w", it.Title}[w%2], Hits: []news.Hit{
				{Term: it.Title, Surface: it.Text, Rule: it.Author, Field: news.FieldText, Start: len(it.Text) / 3, End: len(it.Text) / 2},
				{Term: it.Text, Surface: it.Title, Rule: "name ru -" + it.Author, Field: news.FieldTitle, Start: 0, End: len(it.Title) / 2}}})
		}
		render("hostile", []news.OwedItem{o, o})
	}
	for i, it := range hostileItems {
		doc := command.Doc{{{Text: it.Title, Bold: true}, {Text: it.Text, Link: it.Link}}, {{Text: it.Author, Code: true}, {Text: it.Title}, {Text: it.Text, Command: true}},
			{{Text: "/help", Command: true}, {Text: " " + it.Title}}}
		for range i % 40 {
			doc = append(doc, doc[:2]...)
			if len(doc) > 200 {
				break
			}
		}
		for _, m := range Messages("telegram:1", command.Reply{Doc: doc}) {
			put(sample{Name: "hostile answer", Text: m.Text, Commands: []string{"/help"}})
		}
	}
	for _, lang := range locale.Languages() {
		var doc command.Doc
		for _, item := range command.Menu(lang, command.BotAdmin) {
			doc = append(doc, command.Line{{Text: "/" + item.Name, Command: true}, {Text: " — " + item.Help}})
		}
		var commands []string
		for _, l := range doc {
			commands = append(commands, l[0].Text)
		}
		for _, m := range Messages("telegram:1", command.Reply{Doc: doc}) {
			put(sample{Name: "help", Text: m.Text, Commands: commands})
		}
	}
	t.Log(counts)
}

// replayItems reads every nth item of a week.
func replayItems(t *testing.T, path string, nth int) []news.Item {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var items []news.Item
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 16<<20)
	for n := 0; sc.Scan(); n++ {
		if n%nth != 0 {
			continue
		}
		var row struct{ Title, Description, Link string }
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		items = append(items, news.Item{ID: int64(n), Title: row.Title, Text: row.Description, Link: row.Link, Published: time.Unix(int64(n)*1000, 0)})
	}
	return items
}

// hostile makes items of pieces that parsers, readers and cutters trip over.
func hostile(r *rand.Rand, n int) []news.Item {
	pieces := []string{"/list", "/", "@durov", "@", "#tag", "#", "$USD", "$", "ria.ru", ".", "тест.рф", "http://", "https://t.me/x", "tg://resolve", "ton://a", ":", "12", ":", "30",
		"4111111111111111", "411", "1 111", "+7 495 1234567", "192.168.0.1", "1.1", "a@b.com", "mailto:x@y.org", "<b>", "</b>", "<a href=\"", "<", ">", "&", "&amp;", "&#60;", "&lt;b&gt;",
		"\"", "'", " ", " ", " ", "\n", "\t", "\u00a0", "\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\u202e", "\u2066", "\ufeff", "\x00", "\x02", "\x03", "\x1b[2J", "\xff", "\xed\xa0\x80", "Тоқаев", "ЛУКАШЕНКО", "и",
		"слово", "Union", "北京", "مرحبا", "שלום", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇰🇿", "e\u0301", "\u0301\u0301\u0301", "-", "_", "(", ")", "«", "»", "x", "com", "org", "www.", "co.uk", "xn--p1ai",
		"bot", "1", "0", "A", "`", "*", "||", "\\", "…", "\u2028", "\U000e0041", "ﷺ", "𝕳", "①", "Ⅷ", "२", "٣"}
	long := strings.Repeat("длинноеслово", 600)
	word := func(most int) string {
		var b strings.Builder
		for range r.IntN(most) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		if r.IntN(40) == 0 {
			b.WriteString(long[:r.IntN(len(long))])
		}
		if r.IntN(60) == 0 {
			b.WriteString("a" + strings.Repeat("\u0301", r.IntN(9000)))
		}
		if r.IntN(60) == 0 {
			b.WriteString(strings.Repeat(pieces[r.IntN(len(pieces))], r.IntN(3000)))
		}
		return b.String()
	}
	var items []news.Item
	for i := range n {
		link := []string{"https://example.org/" + word(4), word(4), "https://" + word(3) + ".com/?a=1&b=" + word(3), "javascript:alert(1)", "http://localhost/" + word(2),
			fmt.Sprintf("https://example.org/%d?a=1&b=%%D0%%90", i), "https://пример.рф/путь " + word(2), "tg://resolve?domain=x", "HTTP://EXAMPLE.ORG", "https://user:pw@example.org/", "https://[::1]/", "https://1.2.3.4/x",
			"https://a_b.example.org/", "https://-a.example/", "https://example.invalidtld/x", "https://exa mple.org/", "https://example.org:99999/x", "https://example.org/" + strings.Repeat("ы", 400)}[r.IntN(18)]
		items = append(items, news.Item{ID: int64(i), Title: word(12), Text: word(60), Link: link, Author: word(5), Lang: word(2), Published: time.Unix(r.Int64N(1<<33), 0), Seen: time.Unix(r.Int64N(3), 0)})
	}
	return items
}
