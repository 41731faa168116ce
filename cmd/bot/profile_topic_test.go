package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/profile"
	"vestnik/internal/text"
)

// A topicCase is one file of testdata/topic.
type topicCase struct {
	lang        string
	articles    []string
	match, miss []string
}

func topicCases(t *testing.T) []topicCase {
	t.Helper()
	names, err := filepath.Glob("testdata/topic/*.txt")
	if err != nil || len(names) < len(news.Languages) {
		t.Fatalf("topics of testdata: %v, %v", names, err)
	}
	var out []topicCase
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := topicCase{lang: strings.TrimSuffix(filepath.Base(name), ".txt")}
		var body []string
		for line := range strings.Lines(string(data)) {
			if s, is := strings.CutPrefix(line, "match: "); is {
				c.match = append(c.match, strings.TrimSpace(s))
			} else if s, is := strings.CutPrefix(line, "miss: "); is {
				c.miss = append(c.miss, strings.TrimSpace(s))
			} else {
				body = append(body, line)
			}
		}
		c.articles = strings.Split(strings.Join(body, ""), "---\n")
		out = append(out, c)
	}
	return out
}

// writeArticles puts the articles of a case into a folder.
func (c topicCase) writeArticles(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "articles")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, a := range c.articles {
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".txt"), []byte(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTopicFromArticles: in each language, headlines on the subject reach the threshold learnt from a few articles, in other forms of the words too, and
// others do not.
func TestTopicFromArticles(t *testing.T) {
	for _, c := range topicCases(t) {
		t.Run(c.lang, func(t *testing.T) {
			dir := c.writeArticles(t)
			file := filepath.Join(filepath.Dir(dir), "profiles.yaml")
			start := time.Now()
			code, out, errs := cli(t, "", "profile", "build", dir, "--topic", "subject", "--out", file)
			if code != exitOK {
				t.Fatalf("exit %d: %s", code, errs)
			}
			t.Logf("%v\n%s", time.Since(start).Round(time.Millisecond), out)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			profiles, err := config.ParseProfiles(data, file)
			if err != nil || len(profiles) != 1 {
				t.Fatalf("%v\n%s", err, data)
			}
			p := profiles[0]
			if n := len(p.Keywords[c.lang]); n == 0 || n > profile.TopicTerms || len(p.Keywords) != 1 || p.Threshold <= 0 || p.Kind != news.Topic {
				t.Errorf("%s", data)
			}
			lists := []news.Watchlist{{ID: "w", Profiles: []string{"subject"}, Threshold: 1}}
			m, faults := match.Compile(profiles, lists, nil)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			for _, s := range slices.Concat(c.match, c.miss) {
				title, body, _ := strings.Cut(s, " | ")
				lang, _ := text.Detect(title + "\n" + body)
				got := m.Match(&news.Item{Title: title, Text: body, Lang: lang})
				if over := len(got) == 1 && got[0].Over; over != slices.Contains(c.match, s) {
					t.Errorf("%q: over %v, %+v", s, over, got)
				}
			}
			if code, out, errs := cli(t, "", "profile", "build", dir, "--topic", "subject", "--out", file); code != exitOK || !strings.Contains(out, "change nothing") {
				t.Errorf("a second build: exit %d\n%s%s", code, out, errs)
			}
		})
	}
}
