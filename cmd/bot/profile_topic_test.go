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

// TestTopicRefused: what cannot become a topic is said with the remedy, and the file stays as it is.
func TestTopicRefused(t *testing.T) {
	c := topicCases(t)[0]
	dir := c.writeArticles(t)
	file := filepath.Join(filepath.Dir(dir), "profiles.yaml")
	const before = "profiles:\n  - id: ракета # mine\n    kind: topic\n    keywords: {ru: [ракета]}\n"
	const person = "profiles:\n  - id: lemke\n    kind: person\n    names: {ru: [Лемке]}\n"
	for _, x := range []struct {
		name, file string
		args       []string
		exit       int
		says       string
	}{
		{"one article", before, []string{filepath.Join(dir, "0.txt"), "--topic", "t"}, exitFailed, "a topic needs two articles or more"},
		{"a person's id", person, []string{dir, "--topic", "lemke"}, exitUsage, "of the kind person: take another id"},
		{"an id that is none", before, []string{dir, "--topic", "a b"}, exitUsage, "a b"},
		{"a dry run", before, []string{dir, "--topic", "t", "--dry-run"}, exitOK, "Nothing was written"},
	} {
		if err := os.WriteFile(file, []byte(x.file), 0o644); err != nil {
			t.Fatal(err)
		}
		code, out, errs := cli(t, "", append([]string{"profile", "build", "--out", file}, x.args...)...)
		if code != x.exit || !strings.Contains(out+errs, x.says) {
			t.Errorf("%s: exit %d, want %d and %q:\n%s%s", x.name, code, x.exit, x.says, out, errs)
		}
		if after, err := os.ReadFile(file); err != nil || string(after) != x.file {
			t.Errorf("%s: the file is changed: %v\n%s", x.name, err, after)
		}
	}
}

// TestTopicSaysTooFew: a language with one article is said, whether the build changes anything or not.
func TestTopicSaysTooFew(t *testing.T) {
	dir := topicCases(t)[0].writeArticles(t)
	other := filepath.Join(dir, "pl.txt")
	if err := os.WriteFile(other, []byte("Minister przyjechał do portu. Zbiera podpisy pod listem i rozmawia z mieszkańcami miasta o budowie tamy."), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(filepath.Dir(dir), "profiles.yaml")
	for range 2 {
		code, out, errs := cli(t, "", "profile", "build", "--out", file, dir, "--topic", "t")
		if code != exitOK || !strings.Contains(out, "\npl: 1 article, too few to learn words from") && !strings.HasPrefix(out, "pl: 1 article, ") || strings.Contains(out, "pl term") {
			t.Errorf("exit %d: %s\n%s", code, errs, out)
		}
	}
}

// TestTopicInFile: a topic joins the profiles of a file, whose lines and comments stay; a term taken out by hand stays out.
func TestTopicInFile(t *testing.T) {
	c := topicCases(t)[0]
	dir := c.writeArticles(t)
	file := filepath.Join(filepath.Dir(dir), "profiles.yaml")
	const before = "# ours\nprofiles:\n  - id: lemke # a friend\n    kind: person\n    names: {ru: [Лемке]}\n"
	if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func() string {
		code, _, errs := cli(t, "", "profile", "build", "--out", file, dir, "--topic", "t")
		data, err := os.ReadFile(file)
		if code != exitOK || err != nil {
			t.Fatalf("exit %d: %s%v", code, errs, err)
		}
		return string(data)
	}
	built := run()
	if !strings.HasPrefix(built, before) {
		t.Fatalf("the rest of the file is changed:\n%s", built)
	}
	profiles, err := config.ParseProfiles([]byte(built), file)
	if err != nil {
		t.Fatal(err)
	}
	first := profiles[1].Keywords[c.lang][0]
	edited := strings.Replace(built, "["+first+", ", "[", 1)
	if edited == built {
		t.Fatalf("%q does not begin its list:\n%s", first, built)
	}
	if err := os.WriteFile(file, []byte(edited), 0o644); err != nil {
		t.Fatal(err)
	}
	if profiles, err = config.ParseProfiles([]byte(run()), file); err != nil {
		t.Fatal(err)
	}
	if p := profiles[1]; slices.Contains(p.Keywords[c.lang], first) || !slices.Contains(p.Rejected[c.lang], first) {
		t.Errorf("%q was taken out: keywords %q, rejected %q", first, p.Keywords, p.Rejected)
	}
}

// TestMatchMinScore: left out, only what is over its threshold is shown; given, 0 too, all that reaches it.
func TestMatchMinScore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.yaml")
	const p = "profiles:\n  - id: t\n    kind: topic\n    keywords: {ru: [тюлень, \"баржа^0.5\"]}\n    threshold: 4\n"
	if err := os.WriteFile(file, []byte(p), 0o644); err != nil {
		t.Fatal(err)
	}
	const item = `{"id":"1","title":"Тюлень на барже"}`
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, `"matches":[]`},
		{[]string{"--min-score", "0"}, `"score":0.84375,"over":false`},
		{[]string{"--min-score", "0.8"}, `"score":0.84375,"over":false`},
		{[]string{"--min-score", "0.9"}, `"matches":[]`},
	} {
		code, out, errs := cli(t, item, append([]string{"match", "--profiles", file, "--watchlist", "t", "--format", "jsonl"}, c.args...)...)
		if code != exitOK || !strings.Contains(out, c.want) {
			t.Errorf("%q: exit %d, want %s\n%s%s", c.args, code, c.want, out, errs)
		}
	}
}
