package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
