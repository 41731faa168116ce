package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The board, and one feed of it in full, before the first poll and after it.
func TestFeedsListNamed(t *testing.T) {
	dir := t.TempDir()
	cfg := filepath.Join(dir, "config.yaml")
	var items strings.Builder
	for i := range 12 {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>Жаңалық %d</title><pubDate>%s</pubDate></item>", i, i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z))
	}
	write(t, filepath.Join(dir, "feed.xml"), `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>`+items.String()+`</channel></rss>`)
	write(t, filepath.Join(dir, "page.html"), `<!DOCTYPE html><html><title>Қош келдіңіз</title></html>`)
	write(t, cfg, fmt.Sprintf(`store: %q
feeds:
  - {id: dala-kk, url: "file://%s/feed.xml", outlet: Дала жаңалықтары, country: KZ, language: kk, type: independent}
  - {id: dala-ru, url: "file://%[2]s/page.html", outlet: Дала, country: KZ, language: ru, type: independent}
watchlists:
  - {id: a, profiles: [tokayev]}
`, "sqlite:"+filepath.Join(dir, "vestnik.db"), dir))
	list := func(args ...string) (int, string, string) {
		return cli(t, "", append([]string{"feeds", "list", "--config", cfg}, args...)...)
	}
	if code, out, errs := list(); code != exitOK || !strings.Contains(out, "feeds    2: 2 waiting") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, errs := list("dala-kk"); code != exitOK || !strings.Contains(out, "waiting: not polled yet") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, errs := cli(t, "", "once", "--config", cfg); code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, errs := list(); code != exitOK || !strings.Contains(out, "feeds    2: 1 ok, 1 not a feed") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	for name, want := range map[string][]string{
		"ДАЛА ЖАҢ": {"Дала жаңалықтары (KZ, independent) dala-kk", "12 in all", "What it usually brings by hour (UTC):", "0     6     12    18"},
		"dala-ru":  {"not a feed", "Қош келдіңіз", "What may help: bot feeds add SITE"},
		"dala":     {"FEED", "dala-kk", "dala-ru"},
	} {
		code, out, errs := list(name)
		for _, w := range want {
			if code != exitOK || !strings.Contains(out, w) {
				t.Errorf("%s: exit %d, no %q in\n%s%s", name, code, w, out, errs)
			}
		}
		if strings.Contains(out, "messages") {
			t.Errorf("%s: the sums stand there\n%s", name, out)
		}
	}
	if code, out, errs := list("dalla-kk"); code != exitFailed || out != "" || !strings.Contains(errs, `there is no feed with "dalla-kk"`) || !strings.Contains(errs, `did you mean "dala-kk"?`) {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}
