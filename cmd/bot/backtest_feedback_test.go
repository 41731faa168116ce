package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// TestBacktestPrecision: a backtest shows what readers said of the alerts, and which line would have kept the bad ones away.
func TestBacktestPrecision(t *testing.T) {
	dir := t.TempDir()
	bad := []string{"Сыровар Токаев показал погреб", "Медаль Токаеву: сыроваров края награждали впервые", "Дождь затопил у Токаева подвал сыровара", "Токаев открыл лавку, к сыровару очередь"}
	words := strings.Fields("мир зерно газ мост лес река дорога школа врач поезд завод рынок порт снег суд хлеб уголь спорт театр музей город село банк цех")
	var items strings.Builder
	for i := range 64 {
		title := fmt.Sprintf("Токаев назвал темы: %s, %s, %s", words[i%24], words[(i+5+i/24)%24], words[(i+11+2*(i/24))%24])
		if i%16 == 0 {
			title = bad[i/16]
		}
		at := time.Now().Add(time.Duration(i-70) * time.Minute)
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>%s</title><link>https://x.example/%d</link><pubDate>%s</pubDate></item>", i, title, i, at.Format(time.RFC1123Z))
	}
	write(t, filepath.Join(dir, "feed.xml"), `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>`+items.String()+`</channel></rss>`)
	cfg := filepath.Join(dir, "config.yaml")
	write(t, cfg, fmt.Sprintf("store: %q\nfeeds:\n  - {id: x, url: %q, outlet: X, country: KZ, language: ru, type: wire, backfill: 100}\nwatchlists:\n"+
		"  - {id: tokayev, name: Тоқаев, profiles: [tokayev]}\n", "sqlite:"+filepath.Join(dir, "vestnik.db"), "file://"+filepath.Join(dir, "feed.xml")))
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
	for _, want := range []string{"Readers found good: ", "by \"Токаев\": ", "4 of 4 bad", "\n    profiles:\n      - id: tokayev\n        context:\n          not_near: [\"сыровар\"]\n"} {
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
}
