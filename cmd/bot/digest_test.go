package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// What the configuration says of a chat holds alerts back through the program, and what waits goes out when it says otherwise.
func TestDigestByConfiguration(t *testing.T) {
	f := newFarm(t, 1)
	dir := t.TempDir()
	cfg := f.config(t, dir, farmWatchlists)
	plain, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	write := func(chats string) {
		if err := os.WriteFile(cfg, append([]byte("chats:\n  terminal: "+chats+"\n"), plain...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f.publish(0, "Токаев говорит о воде", "x")
	f.publish(0, "Снова о Токаеве: хлеб и соль", "y")
	month := time.Now().UTC().AddDate(0, 6, 0).Format("1")
	write(`{digest: "0 0 1 ` + month + ` *"}`)
	code, out, errs := cli(t, "", "once", "--config", cfg)
	if code != 0 || strings.Contains(out, "вод") {
		t.Fatalf("exit %d, a digest that is due in half a year came now:\n%s\n%s", code, out, errs)
	}
	write(`{languages: [kk]}`)
	f.publish(0, "Токаев летит в Минск сегодня", "z")
	code, out, _ = cli(t, "", "once", "--config", cfg)
	if code != 0 || !strings.Contains(out, "вод") || !strings.Contains(out, "хлеб") || strings.Contains(out, "Минск") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	s := openTestStore(t, dir)
	ledger, err := s.Ledger(t.Context(), 3, "terminal")
	if err != nil || len(ledger) != 1 || ledger[0].Reason != news.SkipLanguage {
		t.Errorf("%+v %v", ledger, err)
	}
}
