package match_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/text"
)

// TestDocsTopic reads the topic that the docs show and holds what they say of it.
func TestDocsTopic(t *testing.T) {
	data, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	section := regexp.MustCompile(`(?s)\n### Topics\n(.*?)\n## `).FindSubmatch(data)
	if section == nil {
		t.Fatalf("%s has no section on topics", docs)
	}
	block := func(lang string) string {
		found := regexp.MustCompile("(?s)```" + lang + "\n(.*?)```").FindSubmatch(section[1])
		if found == nil {
			t.Fatalf("%s: the section on topics has no %s", docs, lang)
		}
		return string(found[1])
	}
	profiles, err := config.ParseProfiles([]byte(block("yaml")), docs)
	if err != nil {
		t.Fatal(err)
	}
	m, faults := match.Compile(profiles, []news.Watchlist{{ID: "w", Profiles: []string{profiles[0].ID}, Threshold: 1}}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	shown := map[string]bool{}
	for line := range strings.Lines(block("topic")) {
		kind, said, _ := strings.Cut(strings.TrimSpace(line), ": ")
		var item news.Item
		item.Title, item.Text, _ = strings.Cut(said, " | ")
		item.Lang, _ = text.Detect(said)
		got := m.Match(&item)
		if over := len(got) == 1 && got[0].Over; over != (kind == "hit") {
			t.Errorf("%s %q: %+v", kind, said, got)
		}
		shown[kind] = true
	}
	if !shown["hit"] || !shown["miss"] || len(shown) != 2 {
		t.Errorf("the examples are of kinds %v", shown)
	}
}
