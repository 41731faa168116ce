package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/backtest"
)

// TestBacktestCommand lets the bot alert, and then asks what the same and other watchlists make of it.
func TestBacktestCommand(t *testing.T) {
	dir := t.TempDir()
	var items strings.Builder
	for i, title := range []string{"Токаевым подписан закон", "Тоқаевтың жарлығы 🇰🇿", "Łukaszenka i Tokajew rozmawiali", "Погода: снег", "Саммит ОДКБ в Минске"} {
		at := time.Now().Add(time.Duration(i-6) * time.Hour)
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>%s</title><link>https://x.example/%d</link><pubDate>%s</pubDate></item>", i, title, i, at.Format(time.RFC1123Z))
	}
	write(t, filepath.Join(dir, "feed.xml"), `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>`+items.String()+`</channel></rss>`)
	config := func(name, watchlists string) string {
		path := filepath.Join(dir, name)
		write(t, path, fmt.Sprintf("store: %q\nfeeds:\n  - {id: x, url: %q, outlet: X, country: KZ, language: ru, type: wire, backfill: 10}\nwatchlists:\n%s",
			"sqlite:"+filepath.Join(dir, "vestnik.db"), "file://"+filepath.Join(dir, "feed.xml"), watchlists))
		return path
	}
	cfg := config("config.yaml", "  - {id: tokayev, name: Тоқаев, profiles: [tokayev]}\n  - {id: csto, profiles: [csto]}\n")

	code, _, errs := cli(t, "", "backtest", "--config", cfg)
	if code != exitFailed || !strings.Contains(errs, "bot once") {
		t.Errorf("without a database: exit %d, %s", code, errs)
	}
	if code, out, errs := cli(t, "", "once", "--config", cfg); code != exitOK || !strings.Contains(out, "4 alerts") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	ask := func(want int, args ...string) (out, errs string) {
		t.Helper()
		code, out, errs := cli(t, "", append([]string{"backtest"}, args...)...)
		if code != want {
			t.Errorf("%q: exit %d\n%s%s", args, code, out, errs)
		}
		return out, errs
	}
	out, errs := ask(exitOK, "--config", cfg)
	if !strings.Contains(out, "5 stored items") || !strings.Contains(out, "0 added, 0 gone") || errs != "" {
		t.Errorf("%s%s", out, errs)
	}
	out, _ = ask(exitOK, "tokayev", "--config", cfg)
	for _, want := range []string{"Тоқаев (tokayev): 3 alerts", "*Тоқаевтың* жарлығы 🇰🇿", "«Тоқаевтың» ← Тоқаев", "│", "No difference"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}

	draft := config("draft.yaml", "  - {id: tokayev, name: Тоқаев, profiles: [tokayev], exclude: [жарлығы]}\n  - {id: snow, keywords: {ru: [снег]}}\n")
	out, _ = ask(exitOK, "--config", draft, "--json")
	var r backtest.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err, out)
	}
	var got []string
	for _, v := range r.Watchlists {
		got = append(got, fmt.Sprintf("%s %d +%d -%d", v.ID, v.Alerts, v.Added, v.Gone))
	}
	if want := "tokayev 2 +0 -1; snow 1 +1 -0; csto 0 +0 -1"; strings.Join(got, "; ") != want {
		t.Errorf("the draft: %q, want %s", got, want)
	}

	for _, args := range [][]string{{"--diff", cfg, draft}, {"--diff", cfg, "--config", draft}} {
		out, _ = ask(exitOK, args...)
		for _, want := range []string{"Тоқаев (tokayev): 3 before, 2 alerts now: 0 added, 1 gone", "excluded by «жарлығы»", "snow: 1 alert, only in the new configuration",
			"Погода: *снег*", "csto: 1 alert, only in the old configuration"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q: no %q in\n%s", args, want, out)
			}
		}
	}
	if out, _ = ask(exitOK, "snow", "--diff", cfg, draft); strings.Contains(out, "tokayev") || !strings.Contains(out, "snow: 1 alert") {
		t.Errorf("one watchlist:\n%s", out)
	}

	narrow := config("narrow.yaml", "  - {id: tokayev, query: '@tokayev AND (снег OR =\"ОДКБ\")'}\n")
	if out, _ = ask(exitOK, "--config", narrow, "tokayev"); !strings.Contains(out, "now it is not on the watchlist: its query does not hold, though there is @tokayev; there is no") {
		t.Errorf("a query that does not hold:\n%s", out)
	}
	out, _ = ask(exitOK, "--diff", cfg, narrow)
	for _, want := range []string{"now: its query does not hold, though there is @tokayev; there is no", "now: there is no such watchlist; before: score"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if out, _ = ask(exitOK, "--diff", cfg, draft); !strings.Contains(out, "before: there is no such watchlist") {
		t.Errorf("a new watchlist:\n%s", out)
	}
	if _, errs = ask(exitUsage, "tokaev", "--config", cfg); !strings.Contains(errs, `did you mean "tokayev"`) {
		t.Errorf("a typing error: %s", errs)
	}
	if _, errs = ask(exitUsage, "--diff", draft, cfg, "жоқ"); !strings.Contains(errs, "there are: tokayev, csto, snow\n") {
		t.Errorf("no such watchlist in either: %s", errs)
	}
	if _, errs = ask(exitUsage, draft, "--config", cfg); !strings.Contains(errs, "--diff") {
		t.Errorf("a file without --diff: %s", errs)
	}
	ask(exitUsage, "--since", "soon", "--config", cfg)
	broken := config("broken.yaml", "  - {id: a, profiles: [nobody]}\n")
	if _, errs = ask(exitUsage, "--diff", cfg, broken); !strings.Contains(errs, broken+":5:") {
		t.Errorf("a broken draft: %s", errs)
	}
	if out, _ := ask(exitOK, "--config", cfg, "--since", "1m"); !strings.Contains(out, "no stored items since") {
		t.Errorf("an empty period: %s", out)
	}
}

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}
