package command

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vestnik/internal/news"
)

func TestHarmless(t *testing.T) {
	for _, bad := range []string{"=1+1", "+7", "-1", "@SUM(A1)", "|calc", "%0A", "＝1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\t=1"} {
		if got := harmless(bad); got != "'"+bad {
			t.Errorf("%q becomes %q", bad, got)
		}
	}
	for _, good := range []string{"", " ", "Токаев", "1 = 1", "«=»", "https://x.example/?a=b", "🇰🇿 +7", "'=1"} {
		if got := harmless(good); got != good {
			t.Errorf("%q becomes %q", good, got)
		}
	}
}

func TestFileName(t *testing.T) {
	for list, want := range map[string]string{"csto": "csto", "": "items", "../../etc": "etc", "Союз": "items", "A_b-1": "ab-1", "\u202egpj.exe": "gpjexe", strings.Repeat("x", 300): strings.Repeat("x", 40)} {
		if got := fileName(list, noon, "csv"); got != "vestnik-"+want+"-2026-04-03.csv" {
			t.Errorf("%q: %s", list, got)
		}
	}
}

// TestExportBounds: a file has every item once and stays within bounds, and both kinds can be read again, whatever stands in the items.
func TestExportBounds(t *testing.T) {
	m, now := newMemory(), noon
	d := scriptedDesk(m, &now)
	hostile := "=cmd|'/C calc'!A0\r\n\"кавычка\";,\u202e🇰🇿\x00\xff"
	for i := range exportPage + 7 { // more than a page
		n := theNews()["law"]
		n.Item.Title, n.Item.Author = fmt.Sprint(hostile, i), hostile
		n.Item.Published = noon.Add(-time.Duration(i/3) * time.Minute)
		m.publish(t, now, n)
	}
	read := func(args string) Reply {
		t.Helper()
		p := people["ann"]
		p.Name, p.Args = "export", args
		replies, err := d.Handle(t.Context(), p)
		must(t, err)
		checkReply(t, replies[0])
		return replies[0]
	}
	r := read("tokayev csv 7d")
	if !bytes.HasPrefix(r.File.Data, []byte("\ufeff")) || !utf8.Valid(r.File.Data) {
		t.Error("not UTF-8 with its mark")
	}
	rows, err := csv.NewReader(bytes.NewReader(r.File.Data[3:])).ReadAll()
	must(t, err)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		if len(row) != len(columns()) || seen[row[0]] || !strings.HasPrefix(row[8], "'=") || !strings.HasPrefix(row[10], "'=") {
			t.Fatalf("row %q", row)
		}
		seen[row[0]] = true
	}
	if len(seen) != exportPage+7 {
		t.Errorf("%d items", len(seen))
	}
	dec := json.NewDecoder(bytes.NewReader(read("jsonl").File.Data))
	lines := 0
	for ; dec.More(); lines++ {
		var rec record
		must(t, dec.Decode(&rec))
	}
	if lines != exportPage+7 {
		t.Errorf("%d lines", lines)
	}

	// Neither many items nor long ones make a file without end.
	s := newSheet("csv", nil)
	f := news.Found{Item: news.Item{ID: 1, Title: strings.Repeat("ә", 1000), Link: "https://x.example/" + strings.Repeat("l", 4000)}}
	for range 20 {
		list := make([]news.Found, exportPage)
		for i := range list {
			list[i] = f
		}
		must(t, s.add(list))
	}
	if !s.full || s.b.Len() > exportBytes+20_000 || s.n > exportItems {
		t.Errorf("%d items, %d bytes, full %v", s.n, s.b.Len(), s.full)
	}
	few := newSheet("jsonl", nil)
	for range exportItems + 1 {
		must(t, few.add([]news.Found{{Item: news.Item{ID: 1}}}))
	}
	if !few.full || few.n != exportItems {
		t.Errorf("%d items, full %v", few.n, few.full)
	}
}
