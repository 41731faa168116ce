package config

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

var newcomer = news.Feed{ID: "24-dala", URL: "https://dala.example/rss?a=1&b=[2]", Outlet: `Дала: «жаңалық» {1}, "x" #2`, Country: "KZ", Language: "kk", Type: news.State, Timezone: "Asia/Almaty", Every: 90 * time.Minute}

const newcomerLine = `- {id: 24-dala, url: "https://dala.example/rss?a=1&b=[2]", outlet: "Дала: «жаңалық» {1}, \"x\" #2", country: KZ, language: kk, type: state, every: 1h30m, timezone: Asia/Almaty}`

const tail = "watchlists:\n  - {id: w, profiles: [tokayev]}\n"

// old is an entry of a list.
const old = `{id: a, url: "https://a.example/", outlet: А, country: BY, language: be, type: exile}`

func TestAddFeeds(t *testing.T) {
	for name, c := range map[string]struct{ before, after string }{
		"behind the last": {
			"# начало\nfeeds:\n  # Belarus\n  - " + old + "   # ours\n\n# Watchlists\n" + tail,
			"# начало\nfeeds:\n  # Belarus\n  - " + old + "   # ours\n  NEW\n\n# Watchlists\n" + tail},
		"at the end of the file": {
			tail + "feeds:\n  - " + old + "\n",
			tail + "feeds:\n  - " + old + "\n  NEW\n"},
		"no line end": {
			tail + "feeds:\n  - " + old,
			tail + "feeds:\n  - " + old + "\n  NEW\n"},
		"comments below": {
			"feeds:\n  - " + old + "\n  # - {id: off}\n  # for now\n\n  # далее\n" + tail,
			"feeds:\n  - " + old + "\n  # - {id: off}\n  # for now\n  NEW\n\n  # далее\n" + tail},
		"a comment of what follows": {
			"feeds:\n- " + old + "\n# Watchlists\n" + tail,
			"feeds:\n- " + old + "\nNEW\n# Watchlists\n" + tail},
		"block style": {
			"feeds:\n    - id: a   # the first\n      url: https://a.example/\n      outlet: >-\n        Газета\n        наша\n      country: BY\n      language: be\n      type: exile # done\n" + tail,
			"feeds:\n    - id: a   # the first\n      url: https://a.example/\n      outlet: >-\n        Газета\n        наша\n      country: BY\n      language: be\n      type: exile # done\n    NEW\n" + tail},
		"braces over several lines": {
			"feeds:\n  - {id: a, url: \"https://a.example/\",\n     outlet: А, country: BY,\n     language: be, type: exile}\n" + tail,
			"feeds:\n  - {id: a, url: \"https://a.example/\",\n     outlet: А, country: BY,\n     language: be, type: exile}\n  NEW\n" + tail},
		"nothing yet":       {"feeds:\n" + tail, "feeds:\n  NEW\n" + tail},
		"nothing, comments": {"feeds: # сюда\n  # Belarus\n\n# Watchlists\n" + tail, "feeds: # сюда\n  # Belarus\n  NEW\n\n# Watchlists\n" + tail},
		"empty brackets":    {"feeds: []  # none\n" + tail, "feeds: # none\n  NEW\n" + tail},
		"null":              {tail + "feeds: null", tail + "feeds:\n  NEW\n"},
		"no list":           {tail, tail + "\nfeeds:\n  NEW\n"},
		"no list, a mark":   {"---\n" + tail + "...\n", "---\n" + tail + "\nfeeds:\n  NEW\n...\n"},
		"a mark":            {"---\n" + tail + "feeds:\n  - " + old + "\n...\n", "---\n" + tail + "feeds:\n  - " + old + "\n  NEW\n...\n"},
		"CRLF":              {"feeds:\r\n  - " + old + "\r\n\r\n# далее\r\nwatchlists: []\r\n", "feeds:\r\n  - " + old + "\r\n  NEW\r\n\r\n# далее\r\nwatchlists: []\r\n"},
		"CRLF, no list":     {"watchlists: []\r\n", "watchlists: []\r\n\r\nfeeds:\r\n  NEW\r\n"},
		"a byte order mark": {"\ufefffeeds:\n  - " + old + "\n", "\ufefffeeds:\n  - " + old + "\n  NEW\n"},
	} {
		want := strings.ReplaceAll(c.after, "NEW", newcomerLine)
		got, err := AddFeeds("config.yaml", []byte(c.before), []news.Feed{newcomer})
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n got %q\nwant %q", name, err, got, want)
		}
	}
	shippedFile := read(t, shipped)
	got, err := AddFeeds("config.yaml", shippedFile, []news.Feed{newcomer, {ID: "b", URL: "https://b.example/", Outlet: "Б", Country: "NO", Language: "no", Type: news.Wire}})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(shippedFile)) {
		if !strings.Contains(string(got), line) {
			t.Errorf("lost: %q", line)
		}
	}
	c, err := Read("config.yaml", got, read(t, "testdata/profiles.yaml"))
	var faults *Error
	if errors.As(err, &faults) { // the shipped watchlists name profiles the test has not
		c = faults.Read
	}
	last := c.Feeds[len(c.Feeds)-2:]
	if !reflect.DeepEqual(last[0], newcomer) || last[1].Country != "NO" || last[1].Language != "no" {
		t.Errorf("%+v", last)
	}
}

func TestAddFeedsRefuses(t *testing.T) {
	taken := newcomer
	taken.URL = "https://a.example/"
	for name, c := range map[string]struct {
		before string
		add    news.Feed
		want   string
	}{
		"a list in brackets":    {"feeds: [" + old + "]\n" + tail, newcomer, "add the entry yourself"},
		"all in braces":         {"{feeds: [], watchlists: []}\n", newcomer, "add the entry yourself"},
		"an empty object":       {"{}\n", newcomer, "add the entry yourself"},
		"two documents":         {"feeds:\n  - " + old + "\n---\nfeeds: []\n", newcomer, "second YAML document"},
		"no list of feeds":      {"feeds: 5\n", newcomer, "config.yaml:1:8: feeds: expected a list"},
		"a list of the file":    {"- 1\n", newcomer, "add the entry yourself"},
		"broken YAML":           {"feeds: [\n", newcomer, "config.yaml:1:"},
		"a broken entry before": {"feeds:\n  - {id: a}\n", newcomer, "config.yaml:2:5: feeds[0].url: is missing"},
		"comments with CRLF":    {"# а\r\n# б\r\nfeeds:\r\n  - {id: a}\r\n", newcomer, "config.yaml:4:5: feeds[0].url: is missing"},
		"an empty file":         {"", newcomer, "the file is empty"},
		"an address that is taken": {"feeds:\n  - " + old + "\n", taken,
			`config.yaml:3:24: feeds[1].url: "https://a.example/" is already taken in line 2`},
		"what cannot be read": {"feeds:\n  - " + old + "\n", news.Feed{ID: "Ж", URL: "https://u:sekrit@b.example/"}, "an address must not hold a user"},
	} {
		got, err := AddFeeds("config.yaml", []byte(c.before), []news.Feed{c.add})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "sekrit") {
			t.Errorf("%s: %v; want %q\n%s", name, err, c.want, got)
		}
	}
}

// TestAddFeedsAnyTexts adds feeds with outlets of random signs: what was there stays to the byte, and what was added is read back.
func TestAddFeedsAnyTexts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 1))
	signs := []rune("aZ9 &*!|>%@`'\"#:,-?[]{}\\/~=<ёқў é\u00a0خ\U0001F1F0\u200bnullyes0x1e3.")
	data := []byte("feeds:\n  - " + old + "  # ours\n\n# далее\n" + tail)
	for i := range 200 {
		s := make([]rune, 1+rnd.IntN(12))
		for j := range s {
			s[j] = signs[rnd.IntN(len(signs))]
		}
		f := news.Feed{ID: "f" + string(rune('a'+i%26)) + strings.Repeat("x", i/26), URL: "https://b.example/" + strings.Repeat("y", i), Outlet: "x" + string(s) + "x", Country: "KZ", Language: "kk", Type: news.Wire}
		out, err := AddFeeds("c", data, []news.Feed{f})
		if err != nil {
			t.Fatalf("%q: %v", f.Outlet, err)
		}
		head, foot, _ := bytes.Cut(data, []byte("\n\n#"))
		if !bytes.HasPrefix(out, head) || !bytes.HasSuffix(out, foot) {
			t.Fatalf("%q: the rest changed:\n%s", f.Outlet, out)
		}
		data = out
	}
}

// FuzzAddFeeds holds that a file is either edited so that all its lines stay and the feed is read back, or refused.
func FuzzAddFeeds(f *testing.F) {
	for _, s := range []string{"feeds:\n  - " + old + " # x\n\n# y\nw: 1\n", "feeds: [] # z\r\n", "---\nw: |\n  feeds:\n\n  # no\n...\n", "w: 1", "feeds:\n- id: a\n  url: 'http://a/'\n  outlet: |\n    # x\n\n  country: BY\n  language: be\n  type: wire"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := AddFeeds("c", data, []news.Feed{newcomer})
		if err != nil {
			return
		}
		before, root, _ := feedsOf("c", data)
		after, _, err := feedsOf("c", out)
		if err != nil || len(after) != len(before)+1 || !reflect.DeepEqual(after[len(before)], newcomer) {
			t.Fatalf("%v, %+v\n%q", err, after, out)
		}
		key := 0 // line of "feeds: []", which may change
		if f := root.field("feeds"); f != nil && len(before) == 0 {
			key = f.at.line
		}
		lines := strings.SplitAfter(string(out), "\n")
		for i, line := range strings.Split(string(data), "\n") {
			at := 0
			for at < len(lines) && strings.TrimRight(lines[at], "\r\n") != strings.TrimRight(line, "\r") {
				at++
			}
			if i+1 == key {
				continue
			}
			if at == len(lines) && strings.TrimSpace(line) != "" {
				t.Fatalf("line %d is lost or moved: %q\n%q", i+1, data, out)
			}
			lines = lines[min(at+1, len(lines)):]
		}
	})
}

func TestCheckFeed(t *testing.T) {
	if faults := CheckFeed(newcomer); len(faults) > 0 {
		t.Error(faults)
	}
	f := newcomer
	f.Country, f.Type, f.Language, f.Timezone = "", "stat", "russian", "Minsk"
	got := CheckFeed(f).Error()
	for _, want := range []string{"country: is missing", `type: "stat" is not one of`, `did you mean "state"?`, "language: ", "timezone: "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for _, d := range []time.Duration{time.Second, 90 * time.Second, 15 * time.Minute, time.Hour, 90 * time.Minute, 24 * time.Hour, 36 * time.Hour, 10 * time.Minute, 20 * time.Hour, 1500 * time.Millisecond} {
		s := FormatDuration(d)
		if got, err := ParseDuration(s); err != nil || got != d {
			t.Errorf("%v: %q, %v, %v", d, s, got, err)
		}
	}
	if s := FormatDuration(10 * time.Minute); s != "10m" {
		t.Error(s)
	}
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "real.yaml"), filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(file, []byte("a"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.yaml", link); err != nil {
		t.Fatal(err)
	}
	if err := Replace(link, []byte("a"), []byte("б")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is none any more: %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 || string(read(t, file)) != "б" {
		t.Errorf("%v %q, %v", info.Mode(), read(t, file), err)
	}
	if err := Replace(link, []byte("a"), []byte("c")); !errors.Is(err, ErrChanged) {
		t.Errorf("changed meanwhile: %v", err)
	}
	if err := os.Chmod(file, 0o440); err != nil {
		t.Fatal(err)
	}
	if err := Replace(link, []byte("б"), []byte("c")); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("read-only: %v", err)
	}
	if err := Replace(filepath.Join(dir, "none.yaml"), nil, []byte("c")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("not there: %v", err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 2 || string(read(t, file)) != "б" {
		t.Errorf("left behind: %v, %v", list, err)
	}
}
