package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/backtest"
	"vestnik/internal/config"
	"vestnik/internal/news"
)

// TestBacktestPrecision: a backtest shows what readers said of the alerts, and which line would have kept the bad ones away.
func TestBacktestPrecision(t *testing.T) {
	dir := t.TempDir()
	bad := []string{"Сыровар Токаев показал погреб", "Медаль Токаеву: сыроваров края награждали впервые", "Дождь затопил у Токаева подвал сыровара", "Токаев открыл лавку, к сыровару очередь"}
	chess := []string{"Шахматисты ждали Токаева", "Токаев уступил шахматистам зал", "Школу шахматистов назвали не в честь Токаева 🇰🇿", "Под часами Токаева видел шахматист"}
	words := strings.Fields("мир зерно газ мост лес река дорога школа врач поезд завод рынок порт снег суд хлеб уголь спорт театр музей город село банк цех")
	var items strings.Builder
	for i := range 64 {
		title := fmt.Sprintf("Токаев назвал темы: %s, %s, %s", words[i%24], words[(i+5+i/24)%24], words[(i+11+2*(i/24))%24])
		switch i % 16 {
		case 0:
			title = bad[i/16]
		case 8:
			title = chess[i/16]
		}
		at := time.Now().Add(time.Duration(i-70) * time.Minute)
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>%s</title><link>https://x.example/%d</link><pubDate>%s</pubDate></item>", i, title, i, at.Format(time.RFC1123Z))
	}
	write(t, filepath.Join(dir, "feed.xml"), `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>`+items.String()+`</channel></rss>`)
	cfg := filepath.Join(dir, "config.yaml")
	base := fmt.Sprintf("store: %q\nfeeds:\n  - {id: x, url: %q, outlet: X, country: KZ, language: ru, type: wire, backfill: 100}\n",
		"sqlite:"+filepath.Join(dir, "vestnik.db"), "file://"+filepath.Join(dir, "feed.xml"))
	rest := "    name: Тоқаев\n    profiles: [tokayev]\n"
	write(t, cfg, base+"watchlists:\n  - id: tokayev\n    exclude: ['ескі \"сөз\"']\n"+rest)
	if code, out, errs := cli(t, "", "once", "--config", cfg); code != exitOK || !strings.Contains(out, "64 alerts") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	ask := func(args ...string) string {
		t.Helper()
		code, out, errs := cli(t, "", append([]string{"backtest", "--config", cfg}, args...)...)
		if code != exitOK {
			t.Fatalf("%q: exit %d\n%s%s", args, code, out, errs)
		}
		return out
	}
	if out := ask("tokayev"); strings.Contains(out, "Readers") {
		t.Errorf("nobody said anything, and\n%s", out)
	}

	db := openTestStore(t, dir)
	alerted, err := db.Alerted(t.Context(), "tokayev", time.Time{}, 0)
	if err != nil || len(alerted) != 64 {
		t.Fatal(len(alerted), err)
	}
	for i, j := range alerted {
		v := news.Verdict{ItemID: j.Item.ID, Watchlist: "tokayev", Person: "telegram:5", Chat: "telegram:5", At: time.Now()}
		switch {
		case strings.Contains(strings.ToLower(j.Item.Title), "сыровар"):
			v.Reason = news.WrongPerson
		case strings.Contains(strings.ToLower(j.Item.Title), "шахматист"):
			v.Reason = news.OffTopic
		case i < 20:
			v.Good = true
		default:
			continue
		}
		if err := db.SaveVerdict(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	out := ask("tokayev")
	for _, want := range []string{"Readers found good: ", "by \"Токаев\": ", "\"сыровар\" would have silenced 4 of 4 bad", "\"шахматист\" would have silenced 4 of 4 bad"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if out := ask(); !strings.Contains(out, "%") || strings.Contains(out, "not_near") {
		t.Errorf("the table:\n%s", out)
	}
	if out := ask("--json", "tokayev"); !strings.Contains(out, `"of_bad": 4`) {
		t.Errorf("no proposal in\n%s", out)
	}

	// All lines, as they stand there, are the configuration: nothing of the old is lost, and nothing is left to propose.
	_, paste, _ := strings.Cut(out, "A line takes the place of one of the same name:\n")
	block := ""
	for l := range strings.Lines(paste) {
		l, ok := strings.CutPrefix(l, "    ")
		if !ok {
			break
		}
		block += l
	}
	want := "profiles:\n  - id: tokayev\n    context:\n      not_near: [\"сыровар\"]\n" +
		"watchlists:\n  - id: tokayev\n    exclude: [\"ескі \\\"сөз\\\"\", \"шахматист\"]\n"
	if block != want {
		t.Fatalf("to paste:\n%s\nof\n%s", block, out)
	}
	var report backtest.Report
	if err := json.Unmarshal([]byte(ask("--json", "tokayev")), &report); err != nil || strings.Join(report.Watchlists[0].Precision.YAML, "\n")+"\n" != want {
		t.Errorf("the report has %+v %v", report.Watchlists, err)
	}
	profiles, list, _ := strings.Cut(block, "watchlists:\n")
	write(t, filepath.Join(dir, "profiles.yaml"), profiles+"    kind: person\n    names: {ru: [Токаев], kk: [Тоқаев]}\n")
	write(t, cfg, base+"profiles: profiles.yaml\nwatchlists:\n"+list+rest)
	c, err := config.Load(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.Profiles, func(p news.Profile) bool { return p.ID == "tokayev" })
	if w := c.Watchlists[0]; !slices.Equal(w.Exclude, []string{`ескі "сөз"`, "шахматист"}) || w.Name != "Тоқаев" || !slices.Contains(c.Profiles[i].Context.NotNear, "сыровар") ||
		len(c.Profiles[i].Names) == 0 {
		t.Errorf("read back as %+v with %+v", w, c.Profiles[i])
	}
	if out := ask("tokayev"); strings.Contains(out, "would have silenced") {
		t.Errorf("pasted, and still\n%s", out)
	}
}
