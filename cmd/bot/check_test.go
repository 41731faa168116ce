package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/backtest"
)

func TestCheckQueries(t *testing.T) {
	cfg := filepath.Join(t.TempDir(), "config.yaml")
	check := func(watchlists string) (code int, out, errs string) {
		t.Helper()
		data := "feeds:\n  - {id: zara, url: \"https://zara.example/rss\", outlet: Зара, country: BY, language: be, type: exile}\nwatchlists:\n" + watchlists
		if err := os.WriteFile(cfg, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return cli(t, "", "check", "--config", cfg)
	}
	code, out, errs := check("  - {id: a, profiles: [tokayev]}\n  - id: b\n    query: 'газ NEAR/3 (@tokayev OR ТОҚАЕВ)'\n")
	if code != exitOK || !strings.Contains(out, "Watchlists: 2, 1 of them with a query") || errs != "" {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	code, out, errs = check("  - {id: a, profiles: [tokayev]}\n  - id: b\n    query: 'газ and @tokayev'\n")
	if code != exitOK || !strings.Contains(errs, cfg+`:6:12: warning: watchlist "b": `) || !strings.Contains(errs, "AND") || !strings.Contains(out, "is good") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	code, out, errs = check("  - id: b\n    query: 'нафта AND (@tokayev'\n")
	if code != exitUsage || out != "" || !strings.Contains(errs, cfg+":5:12: ") || !strings.Contains(errs, "at character 11: ") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	code, _, errs = check("  - id: b\n    query: '@tokaev source:zaria'\n")
	if code != exitUsage || !strings.Contains(errs, `no profile "tokaev"`) || !strings.Contains(errs, "source:zaria is neither") {
		t.Errorf("exit %d\n%s", code, errs)
	}
}

func TestCheckWarnings(t *testing.T) {
	dir := t.TempDir()
	cfg := filepath.Join(dir, "config.yaml")
	var items strings.Builder
	for i := range 12 {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>Тоқаевтың жарлығы %d 🇰🇿</title><pubDate>%s</pubDate></item>", i, i, time.Now().Add(-time.Hour).Format(time.RFC1123Z))
	}
	write(t, filepath.Join(dir, "feed.xml"), `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>`+items.String()+`</channel></rss>`)
	write(t, cfg, fmt.Sprintf("store: %q\nfeeds:\n  - {id: zara, url: %q, outlet: Зара, country: BY, language: be, type: exile, backfill: 50}\nwatchlists:\n",
		"sqlite:"+filepath.Join(dir, "vestnik.db"), "file://"+filepath.Join(dir, "feed.xml"))+
		`  - id: a
    profiles: [tokayev]
    must_match: ["Тоқаевтың жарлығы 🇰🇿"]
    must_not_match: ["Алан Токаев снял фильм"]
  - id: b
    profiles: [tokayev, csto]
    names: {be: [Лукашэнк.*], ru: [Мороз]}
    keywords: {kk: [ел, =ЕО], ru: ["газ|нефть"]}
    query: 'газ and @csto'
`)
	code, out, errs := cli(t, "", "check", "--config", cfg)
	if code != exitOK || !strings.Contains(out, "no database yet") || !strings.Contains(out, "is good") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	for _, want := range []string{
		"✓ Тоқаевтың жарлығы 🇰🇿: matches, score 1.5 of 1: «Тоқаевтың» ← Тоқаев (name, Kazakh, ending -тың)",
		`✓ Алан Токаев снял фильм: does not match, "Токаев" is not "Токаев" here: the name beside it is somebody else's`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	wanted := []string{
		cfg + `:11:18: warning: watchlists[1].names.be[0]: "Лукашэнк.*" looks like a regular expression`,
		cfg + `:11:36: warning: watchlists[1].names.ru[0]: "Мороз" is an ordinary word`,
		cfg + `:12:21: warning: watchlists[1].keywords.kk[0]: "ел" is short`,
		cfg + `:12:36: warning: watchlists[1].keywords.ru[0]: "газ|нефть" looks like`,
		cfg + `:13:12: warning: watchlist "b": `,
	}
	for _, want := range wanted {
		if !strings.Contains(errs, want) {
			t.Errorf("no %q in\n%s", want, errs)
		}
	}
	if n := strings.Count(errs, "\n"); n != len(wanted) {
		t.Errorf("%d lines, want %d:\n%s", n, len(wanted), errs)
	}

	if code, out, errs := cli(t, "", "once", "--config", cfg); code != exitOK || !strings.Contains(out, "24 alerts") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	code, out, errs = cli(t, "", "check", "--config", cfg)
	if want := cfg + `:9:5: warning: watchlists[1]: of the 12 alerts of "b" in the stored items of 30 days 12 (100%) are alerts of "a" too`; code != exitOK || !strings.Contains(errs, want) ||
		strings.Contains(errs, "watchlists[0]") || strings.Contains(out, "database") {
		t.Errorf("exit %d, no %q in\n%s%s", code, want, out, errs)
	}
}

// One example that fails does not hide how the others fare.
func TestCheckListsAllExamples(t *testing.T) {
	cfg := filepath.Join(t.TempDir(), "config.yaml")
	write(t, cfg, `feeds:
  - {id: zara, url: "https://zara.example/rss", outlet: Зара, country: BY, language: be, type: exile}
watchlists:
  - id: a
    profiles: [tokayev]
    must_match: ["Тоқаевтың жарлығы 🇰🇿", "Ауа райы"]
    must_not_match: ["Алан Токаев снял фильм"]
  - {id: b, keywords: {ru: [газ]}, must_match: [Цена газа]}
`)
	code, out, errs := cli(t, "", "check", "--config", cfg)
	if code != exitUsage || !strings.Contains(errs, `config.yaml:6:`) || strings.Count(errs, "Ауа райы") != 1 {
		t.Errorf("exit %d\n%s", code, errs)
	}
	for _, want := range []string{"✓ Тоқаевтың жарлығы 🇰🇿: matches", "✗ Ауа райы: does not match", "✓ Алан Токаев снял фильм: does not", "✓ Цена газа: matches"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "is good") {
		t.Errorf("it is not:\n%s", out)
	}
}

func TestOverlaps(t *testing.T) {
	report := func(alerts, shared, others int) backtest.Report {
		return backtest.Report{Watchlists: []*backtest.Verdict{
			{ID: "small", Alerts: alerts, Overlap: []backtest.Overlap{{ID: "large", Items: shared}}},
			{ID: "large", Alerts: others, Overlap: []backtest.Overlap{{ID: "small", Items: shared}}},
		}}
	}
	for _, x := range []struct {
		alerts, shared, others int
		want                   string
	}{
		{100, 91, 1000, "watchlists[0]"},
		{100, 90, 1000, ""}, // not more than 90 %
		{9, 9, 1000, ""},    // a handful says nothing
		{10, 10, 1000, "watchlists[0]"},
		{100, 95, 99, "watchlists[1]"}, // each is the other's
		{1000, 95, 99, "watchlists[1]"},
		{0, 0, 0, ""},
	} {
		var paths []string
		for _, w := range overlaps(report(x.alerts, x.shared, x.others)) {
			paths = append(paths, w.Path)
		}
		if got := strings.Join(paths, " "); got != x.want {
			t.Errorf("%d of %d are of %d: %q, want %q", x.shared, x.alerts, x.others, got, x.want)
		}
	}
}

// A watchlist that fails its examples is told together with what else is wrong, elsewhere in the file or in the profiles.
func TestCheckTellsAllAtOnce(t *testing.T) {
	dir := t.TempDir()
	cfg := filepath.Join(dir, "config.yaml")
	write(t, filepath.Join(dir, "profiles.yaml"), `profiles:
  - {id: good, kind: person, names: {kk: [Тоқаев]}}
  - {id: bad, kind: persona, names: {ru: [Токаев]}}
  - {id: empty, kind: place, names: {ru: ["🚀"]}}
`)
	write(t, cfg, `store: sqlite:x.db
profiles: profiles.yaml
feeds:
  - {id: x, url: "https://x.example/", outlet: X, country: KZ, language: kk, type: wires}
watchlists:
  - {id: a, profiles: [good], must_match: [Ауа райы]}
  - {id: b, profiles: [bad], must_match: [Погода]}
  - {id: c, profiles: [empty, nobody], must_match: [Погода]}
  - {id: d, profiles: [good], treshold: 2, must_match: [Погода]}
  - {id: e, keywords: {ru: [газ]}, must_not_match: [Цена газа]}
`)
	code, _, errs := cli(t, "", "check", "--config", cfg)
	if code != exitUsage {
		t.Errorf("exit %d", code)
	}
	wanted := []string{
		"config.yaml:4:84: feeds[0].type: ", "config.yaml:6:44: watchlists[0].must_match[0]: \"Ауа райы\" does not match",
		"config.yaml:9:31: watchlists[3].treshold: ", "config.yaml:10:53: watchlists[4].must_not_match[0]: \"Цена газа\" matches",
		"profiles.yaml:3:21: profiles[1].kind: ", "profiles.yaml:4:43: profiles[2].names.ru[0]: ",
	}
	at := 0
	for _, want := range wanted {
		i := strings.Index(errs[at:], want)
		if i < 0 {
			t.Errorf("no %q, or not in its place, in\n%s", want, errs)
			continue
		}
		at += i
	}
	if n := strings.Count(errs, "\n"); n != len(wanted) {
		t.Errorf("%d lines, want %d:\n%s", n, len(wanted), errs)
	}
}

// A feed is never polled more often than the bot looks, whatever its own interval says.
func TestCheckEvery(t *testing.T) {
	cfg := filepath.Join(t.TempDir(), "config.yaml")
	for _, x := range []struct{ schedule, every, want string }{
		{"*/5 * * * *", "1m", `:5:13: warning: feeds[0].every: 1m is shorter than the tick: the feed is polled at most once a tick, every 5m (schedule: "*/5 * * * *")`},
		{"*/5 * * * *", "5m", ""},
		{"@every 90s", "30s", "30s is shorter than the tick: the feed is polled at most once a tick, every 1m30s"},
		{"0 8,9,20 * * *", "59m", "every 1h (schedule"},
		{"0 8,9,20 * * *", "1h", ""},
		{"0 8 * * *", "2h", "2h is shorter than the tick: the feed is polled at most once a tick, every 24h"},
	} {
		write(t, cfg, fmt.Sprintf("schedule: %q\nwatchlists:\n  - {id: a, profiles: [tokayev]}\nfeeds:\n  - {every: %s, id: zara, url: \"https://zara.example/rss\", outlet: Зара, country: BY, language: be, type: exile}\n", x.schedule, x.every))
		code, out, errs := cli(t, "", "check", "--config", cfg)
		if code != exitOK || !strings.Contains(out, "is good") || x.want == "" && errs != "" || !strings.Contains(errs, x.want) {
			t.Errorf("%+v: exit %d\n%s%s", x, code, out, errs)
		}
	}
}

// A name in chats that nothing is sent to is most likely misspelled; numbers are people and groups, who subscribe themselves.
func TestCheckChats(t *testing.T) {
	cfg := filepath.Join(t.TempDir(), "config.yaml")
	for chat, want := range map[string]string{
		"@chanel_one":  ":9:19: warning: chats.@chanel_one: nothing is sent to @chanel_one: neither telegram.channel nor the to of a watchlist names it so\n",
		"@Channel_one": "warning: chats.@Channel_one: ",
		"@desk_one":    "warning: chats.@desk_one: ", // its topic alone gets something
		"@channel_one": "",
		"@desk_one:7":  "",
		"-100123":      "",
		"terminal":     "",
	} {
		write(t, cfg, fmt.Sprintf(`telegram: {channel: "@channel_one"}
watchlists:
  - {id: a, profiles: [tokayev]}
  - id: b
    profiles: [csto]
    to: ["@desk_one:7"]
feeds: [{id: zara, url: "https://zara.example/rss", outlet: Зара, country: BY, language: be, type: exile}]
chats:
  %-14q: {silent: true}
`, chat))
		code, out, errs := cli(t, "", "check", "--config", cfg)
		if code != exitOK || !strings.Contains(out, "is good") || want == "" && errs != "" || !strings.Contains(errs, want) {
			t.Errorf("%s: exit %d\n%s%s", chat, code, out, errs)
		}
	}
}
