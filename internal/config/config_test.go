package config

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
)

var update = flag.Bool("update", false, "rewrite the expected files")

const shipped = "../../config.yaml"

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func loadShipped(t *testing.T) *Config {
	t.Helper()
	c, err := Load(shipped, read(t, "testdata/profiles.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShippedConfigSaysTheDefaults(t *testing.T) {
	c := loadShipped(t)
	got := *c
	got.Path, got.Feeds, got.Watchlists, got.Profiles, got.file, got.profiles = "", nil, nil, nil, source{}, source{}
	if want := Default(); !reflect.DeepEqual(got, want) {
		t.Errorf("config.yaml differs from Default()\n got %+v\nwant %+v", got, want)
	}

	lines := strings.Split(string(read(t, shipped)), "\n")
	d := &decoder{}
	all := keys(c.options(d))
	for _, key := range keys(c.Fetch.options(d)) {
		all = append(all, "fetch."+key)
	}
	for _, key := range keys(c.Stories.options(d)) {
		all = append(all, "stories."+key)
	}
	for _, key := range keys(c.Log.options(d)) {
		all = append(all, "log."+key)
	}
	for _, key := range keys(c.Telegram.options(d)) {
		all = append(all, "telegram."+key)
	}
	for _, path := range all {
		at, ok := c.file.at[path]
		if !ok {
			t.Errorf("option %s is not in config.yaml", path)
			continue
		}
		if path != "fetch" && path != "log" && path != "telegram" && path != "stories" && !strings.Contains(lines[at.line-1], " # ") {
			t.Errorf("option %s has no comment: %s", path, lines[at.line-1])
		}
	}
	for _, key := range slices.Concat(keys(feedOptions(d, &news.Feed{})), keys(watchlistOptions(d, &news.Watchlist{})), keys(deliveryOptions(d, &news.Delivery{})), []string{"chats", "language", "timezone", "quiet"}) {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, key+":") || strings.HasPrefix(l, "# "+key+" ") }) {
			t.Errorf("nothing in config.yaml shows the key %s", key)
		}
	}
}

func TestShippedFeedsAndWatchlists(t *testing.T) {
	c := loadShipped(t)
	if len(c.Feeds) < 25 {
		t.Errorf("%d feeds, want 25 or more", len(c.Feeds))
	}
	langs, types := map[string]bool{}, map[news.SourceType]bool{}
	for _, f := range c.Feeds {
		langs[f.Language], types[f.Type] = true, true
	}
	for _, l := range []string{"en", "ru", "be", "uk", "kk", "pl"} {
		if !langs[l] {
			t.Errorf("no feed in %s", l)
		}
	}
	for _, s := range news.SourceTypes {
		if !types[s] {
			t.Errorf("no feed of type %s", s)
		}
	}
	var ids []string
	for _, w := range c.Watchlists {
		ids = append(ids, w.ID)
		if len(w.MustMatch) < 4 || len(w.MustNotMatch) < 3 {
			t.Errorf("watchlist %s has %d must_match and %d must_not_match, want 4 and 3 or more", w.ID, len(w.MustMatch), len(w.MustNotMatch))
		}
	}
	want := []string{"csto", "union-state", "eaeu", "tokayev", "lukashenko", "tsikhanouskaya", "nazarbayev", "unrest"}
	if !slices.Equal(ids, want) {
		t.Errorf("watchlists %v, want %v", ids, want)
	}
}

// TestBadConfigs holds every testdata/bad/NAME.yaml against the messages in NAME.txt.
func TestBadConfigs(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("%d bad configs, want 20 or more", len(files))
	}
	embedded := read(t, "testdata/profiles.yaml")
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			_, err := Load(path, embedded)
			if err == nil {
				t.Fatal("no fault was found")
			}
			got := strings.ReplaceAll(err.Error(), filepath.ToSlash("testdata/bad/"), "") + "\n"
			expected := strings.TrimSuffix(path, ".yaml") + ".txt"
			if *update {
				if err := os.WriteFile(expected, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(read(t, expected)); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Load("nowhere.yaml", nil)
	want := `nowhere.yaml: no such file: copy the config.yaml that comes with the program, or name another with --config; "bot demo" needs none`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

const small = `feeds:
  - {id: a, url: "https://example.org/feed", outlet: A, country: BY, language: be, type: state}
  - id: b
    url: file:testdata/b.xml
    outlet: "Бі"
    country: KZ
    language: kk
    type: independent
    every: 1h30m
    timezone: Asia/Almaty
    allow_private: false
    backfill: 3
watchlists:
  - id: w
    profiles: [tokayev]
    names: {any: [no, 2026, 1.0, "true", Ё🙂, "כן"]}
    keywords:
      ru: [союзные программы]
    exclude:
      - off
    must_match: ["Токаев приехал"]
backfill: 7
retention: 1d12h
fetch: {allow_private: true, max_bytes: 500 kB}
`

func write(t testing.TB, dir, name, data string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	embedded := read(t, "testdata/profiles.yaml")
	for name, text := range map[string]string{"plain": small, "bom": "\ufeff" + small, "crlf": strings.ReplaceAll(small, "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			c, err := Load(write(t, t.TempDir(), "config.yaml", text), embedded)
			if err != nil {
				t.Fatal(err)
			}
			feeds := []news.Feed{
				{ID: "a", URL: "https://example.org/feed", Outlet: "A", Country: "BY", Language: "be", Type: news.State, AllowPrivate: true, Backfill: 7},
				{ID: "b", URL: "file:testdata/b.xml", Outlet: "Бі", Country: "KZ", Language: "kk", Type: news.Independent, Every: 90 * 60e9, Timezone: "Asia/Almaty", Backfill: 3},
			}
			if !reflect.DeepEqual(c.Feeds, feeds) {
				t.Errorf("feeds\n got %+v\nwant %+v", c.Feeds, feeds)
			}
			watchlists := []news.Watchlist{{
				ID: "w", Name: "w", Profiles: []string{"tokayev"}, Threshold: 1,
				Names:    map[string][]string{"any": {"no", "2026", "1.0", "true", "Ё🙂", "כן"}},
				Keywords: map[string][]string{"ru": {"союзные программы"}},
				Exclude:  []string{"off"}, MustMatch: []string{"Токаев приехал"},
			}}
			if !reflect.DeepEqual(c.Watchlists, watchlists) {
				t.Errorf("watchlists\n got %+v\nwant %+v", c.Watchlists, watchlists)
			}
			if c.Retention != 36*60*60e9 || c.Fetch.MaxBytes != 500_000 {
				t.Errorf("retention %s, max_bytes %d", c.Retention, c.Fetch.MaxBytes)
			}
			if len(c.Profiles) != 15 {
				t.Errorf("%d profiles, want the 15 that are embedded", len(c.Profiles))
			}
		})
	}
}

// What a feed's requests carry is read, and never printed.
func TestFeedAccess(t *testing.T) {
	text := `feeds:
  - id: a
    url: "https://example.org/feed"
    outlet: A
    country: BY
    language: be
    type: state
    full_text: true
    user_agent: "Reader/1 (+https://example.org)"
    proxy: "socks5://u:CANARY@127.0.0.1:1080"
    auth: "чытач:CANARY: 1"
    headers:
      Cookie: "session=CANARY; a=b"
      X-Key: 42
  - {id: b, url: "http://10.0.0.1/feed", outlet: B, country: BY, language: be, type: state, allow_private: true, auth: "u:CANARY", headers: {}, proxy: ""}
watchlists:
  - {id: w, profiles: [tokayev]}
`
	c, err := Load(write(t, t.TempDir(), "config.yaml", text), read(t, "testdata/profiles.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []news.Feed{
		{ID: "a", URL: "https://example.org/feed", Outlet: "A", Country: "BY", Language: "be", Type: news.State, FullText: true,
			UserAgent: "Reader/1 (+https://example.org)", Proxy: "socks5://u:CANARY@127.0.0.1:1080", Auth: "чытач:CANARY: 1",
			Headers: []news.Header{{Name: "Cookie", Value: "session=CANARY; a=b"}, {Name: "X-Key", Value: "42"}}},
		{ID: "b", URL: "http://10.0.0.1/feed", Outlet: "B", Country: "BY", Language: "be", Type: news.State, AllowPrivate: true, Auth: "u:CANARY"},
	}
	if !reflect.DeepEqual(c.Feeds, want) {
		t.Errorf("%d feeds, not as written", len(c.Feeds))
		for _, f := range c.Feeds {
			t.Errorf("%s: proxy %q, auth %q, headers %d, full text %v, agent %q", f.ID, f.Proxy.Reveal(), f.Auth.Reveal(), len(f.Headers), f.FullText, f.UserAgent)
		}
	}
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", *c), fmt.Sprintf("%#v", c.Feeds)} {
		if strings.Contains(s, "CANARY") {
			t.Errorf("a secret is printed: %s", s)
		}
	}
	if b, err := json.Marshal(c.Feeds); err != nil || strings.Contains(string(b), "CANARY") {
		t.Errorf("a secret is in JSON: %s, %v", b, err)
	}
}

// The example of docs/feeds.md is one.
func TestFeedDocs(t *testing.T) {
	_, example, ok := strings.Cut(string(read(t, "../../docs/feeds.md")), "```yaml\n")
	example, _, closed := strings.Cut(example, "```\n")
	if !ok || !closed {
		t.Fatal("docs/feeds.md has no example")
	}
	c, err := Load(write(t, t.TempDir(), "config.yaml", example+"watchlists:\n  - {id: w, profiles: [tokayev]}\n"), read(t, "testdata/profiles.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if f := c.Feeds[0]; !f.FullText || f.UserAgent == "" || f.Proxy == "" || f.Auth == "" || len(f.Headers) != 2 || f.Timezone == "" {
		t.Errorf("%+v", f)
	}
}

func TestProfilesOption(t *testing.T) {
	dir := t.TempDir()
	profiles := write(t, dir, "own.yaml", "profiles: [{id: tokayev, kind: person, names: {ru: [Токаев]}}]")
	path := write(t, dir, "config.yaml", "profiles: own.yaml\n"+small)
	c, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{path, profiles}; !slices.Equal(c.Files(), want) {
		t.Errorf("Files() = %v, want %v", c.Files(), want)
	}
	if got, want := c.Locate("profiles[0].names.ru[0]"), profiles+":1:53"; got != want {
		t.Errorf("Locate = %s, want %s", got, want)
	}
}

func TestLocateAndReport(t *testing.T) {
	path := write(t, t.TempDir(), "config.yaml", small)
	c, err := Load(path, read(t, "testdata/profiles.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for fault, want := range map[string]string{
		"feeds[0].url":                 path + ":2:18",
		"feeds[1].backfill":            path + ":12:15",
		"watchlists[0]":                path + ":14:5",
		"watchlists[0].must_match[0]":  path + ":21:18",
		"watchlists[0].must_match[7]":  path + ":21:17",
		"watchlists[0].threshold":      path + ":14:5",
		"watchlists[0].names.any[4]":   path + ":16:42",
		"watchlists[0].names.ru[0].x":  path + ":16:12",
		"nonsense":                     path,
		"":                             path,
		"profiles[6].names.kk[0]":      builtIn + ":9:61",
		"profiles[99].names.kk[0]":     builtIn + ":3:3",
		"watchlists[0].keywords.ru[0]": path + ":18:12",
	} {
		if got := c.Locate(fault); got != want {
			t.Errorf("Locate(%q) = %s, want %s", fault, got, want)
		}
	}
	if err := c.Report(nil); err != nil {
		t.Errorf("Report(nil) = %v", err)
	}
	got := c.Report(news.Faults{
		{Path: "profiles[6].names.kk[0]", Msg: "third"},
		{Path: "watchlists[0].must_match[0]", Msg: "second"},
		{Path: "feeds[1].url", Msg: "first"},
	}).Error()
	want := path + ":4:10: feeds[1].url: first\n" +
		path + ":21:18: watchlists[0].must_match[0]: second\n" +
		builtIn + ":9:61: profiles[6].names.kk[0]: third"
	if got != want {
		t.Errorf("Report\n got %s\nwant %s", got, want)
	}
}

func TestSuggestions(t *testing.T) {
	known := []string{"type", "timezone", "every", "организация", "independent", "indented-lines"}
	for word, want := range map[string]string{
		"tpye": "type", "typ": "type", "Type": "type", "timezon": "timezone", "time_zone": "timezone", "evry": "every", "организаця": "организация", "x": "", "": "",
		"indep": "independent", "органи": "организация", "inde": "", "in": "",
	} {
		if want != "" {
			want = `; did you mean "` + want + `"?`
		}
		if got := DidYouMean(word, known); got != want {
			t.Errorf("DidYouMean(%q) = %q, want %q", word, got, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add(read(f, shipped))
	f.Add([]byte("a: " + strings.Repeat("[", 200)))
	f.Add([]byte("- - - - x\n? a\n: &b *c !!d"))
	f.Add([]byte("feeds: {1: 2, 1: 3}\nwatchlists: ~\nstore: |\n  sqlite:x"))
	bad, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range bad {
		f.Add(read(f, path))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := write(t, t.TempDir(), "config.yaml", string(data))
		c, err := Load(path, data)
		if (c == nil) == (err == nil) {
			t.Fatalf("config %v and error %v", c, err)
		}
		if c, err = Load(path, []byte("profiles: [{id: tokayev, kind: person}]")); err == nil && len(c.Feeds) == 0 {
			t.Error("a config without feeds was accepted")
		}
	})
}
