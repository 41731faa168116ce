package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestTry(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	var items strings.Builder
	for i, x := range []struct {
		title string
		ago   time.Duration
	}{{"Тоқаевтың жарлығы: газ бағасы 🇰🇿", 0}, {"О газе и Токаеве", 26 * time.Hour}, {"Газ без президента", 2 * time.Hour}, {"Газ и Токаев в прошлом месяце", 30 * 24 * time.Hour}} {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>%s</title><pubDate>%s</pubDate></item>", i, x.title, now.Add(-x.ago).Format(time.RFC1123Z))
	}
	write(t, filepath.Join(dir, "feed.xml"), `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>`+items.String()+`</channel></rss>`)
	cfg := filepath.Join(dir, "config.yaml")
	write(t, cfg, fmt.Sprintf("store: %q\nfeeds:\n  - {id: x, url: %q, outlet: X, country: KZ, language: kk, type: wire}\nwatchlists:\n  - {id: csto, profiles: [csto]}\n",
		"sqlite:"+filepath.Join(dir, "vestnik.db"), "file://"+filepath.Join(dir, "feed.xml")))
	if code, out, errs := cli(t, "", "once", "--config", cfg); code != exitOK {
		t.Fatal(code, out, errs)
	}
	o := &options{config: cfg, stdout: t.Output(), stderr: t.Output()}
	a, err := o.openStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()

	got, err := a.try(t.Context(), a.rules, "@tokayev AND газ^0.1", now)
	if err != nil || got.Problem != "" || got.Looked != 3 || len(got.Days) != 7 || len(got.Newest) != 2 || got.Cut {
		t.Fatalf("%+v %v", got, err)
	}
	sum := 0
	for _, d := range got.Days {
		sum += d.Items
	}
	if f := got.Newest[0]; sum != 2 || f.Item.Title != "Тоқаевтың жарлығы: газ бағасы 🇰🇿" || f.Feed.Outlet != "X" || len(f.Matches) != 1 || len(f.Matches[0].Hits) != 2 ||
		f.Matches[0].Hits[0].Surface != "Тоқаевтың" {
		t.Errorf("%d found, the newest %+v", sum, f)
	}
	for query, want := range map[string]int{"газ AND (нафта": 9, "мұнай AND @nobody": 12, "мұнай source:nowhere": 14, "газ.*": 1, "": 1} {
		if got, err := a.try(t.Context(), a.rules, query, now); err != nil || got.Problem == "" || got.At != want {
			t.Errorf("%q: %+v %v, want a problem at %d", query, got, err, want)
		}
	}
	before, err := a.store.Counts(t.Context())
	if err != nil || before.Matched != 0 || before.Alerts[news.AlertOwed] != 0 {
		t.Errorf("trying left something behind: %+v %v", before, err)
	}
}
