package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/internal/opml"
	"vestnik/seeds"
)

// A typist answers questions as somebody at a terminal does.
type typist struct{ io.Reader }

func (typist) Interactive() bool { return true }

// typed runs the program with somebody at the keyboard.
func typed(t *testing.T, answers string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, typist{strings.NewReader(answers)}, &out, &errs)
	return code, out.String(), errs.String()
}

// newSite serves a page that declares feeds in Kazakh and in Russian.
func newSite(t *testing.T) *httptest.Server {
	t.Helper()
	feed := func(title string, items ...string) string {
		var b strings.Builder
		for i, it := range items {
			fmt.Fprintf(&b, "<item><guid>%d</guid><title>%s</title><pubDate>%s</pubDate></item>", i, it, time.Now().Add(-time.Duration(i+1)*time.Hour).Format(time.RFC1123Z))
		}
		return `<?xml version="1.0"?><rss version="2.0"><channel><title>` + title + `</title>` + b.String() + `</channel></rss>`
	}
	pages := map[string]string{
		"/":           `<!DOCTYPE html><html><head><title>Дала</title><link rel="alternate" type="application/rss+xml" href="/rss/kk.xml"><link rel="alternate" type="application/rss+xml" href="rss/ru.xml">`,
		"/rss/kk.xml": feed("Дала жаңалықтары", "Тоқаев үкіметтің отставкасын қабылдады", "Алматыда жаңа мектеп ашылды", "Ауа райы қандай болады", "Бүгінгі баға", "Спорт жаңалықтары", "Ескі жаңалық"),
		"/rss/ru.xml": feed("Новости степи", "Погода на завтра изменится, обещают дожди", "Школа открылась после долгого ремонта"),
		"/bare":       "<!DOCTYPE html><html><head><title>Без лент</title>",
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, page)
	}))
	t.Cleanup(s.Close)
	return s
}

const siteConfig = `# Мой бот
fetch: {allow_private: true}   # петля

feeds:
  # Беларусь
  - {id: zara, url: "https://zara.example/rss", outlet: Зара, country: BY, language: be, type: exile}   # моя
  # - {id: off, url: "https://off.example/"}

# Что искать
watchlists:
  - {id: tokayev, name: Tokayev, profiles: [tokayev]}   # он
`

func siteFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

// readBack is the feeds of the file, which has to be without a fault.
func readBack(t *testing.T, path string) []news.Feed {
	t.Helper()
	cfg, err := config.Load(path, seeds.Profiles())
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Feeds
}

func contents(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func has(t *testing.T, in string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(in, w) {
			t.Errorf("no %q in\n%s", w, in)
		}
	}
}

func TestFeedsAdd(t *testing.T) {
	site, cfg := newSite(t), siteFile(t, siteConfig)
	line := fmt.Sprintf("  - {id: feed, url: %q, outlet: Дала жаңалықтары, country: KZ, language: kk, type: state}\n", site.URL+"/rss/kk.xml")

	code, out, errs := cli(t, "", "feeds", "add", site.URL, "--config", cfg, "--country", "KZ", "--type", "state")
	if code != exitFailed || contents(t, cfg) != siteConfig {
		t.Errorf("without --yes: exit %d\n%s%s", code, out, errs)
	}
	has(t, out, "The site has 2 feeds", "The first is taken here; to add another, give its address: bot feeds add "+site.URL+"/rss/ru.xml", "Дала жаңалықтары\n"+site.URL+"/rss/kk.xml (declared by the page), 6 items", "1 h ago, kk: Тоқаев үкіметтің", "▸ Tokayev", "5 h ago, kk: Спорт", line, "--yes writes it")
	if strings.Contains(out, "Ескі") {
		t.Errorf("more than five items:\n%s", out)
	}
	has(t, errs, "asking "+site.URL+" …", "asking "+site.URL+"/rss/ru.xml …")
	if code, out, _ = cli(t, "", "feeds", "add", site.URL, "--config", cfg, "--country", "KZ", "--type", "state", "--dry-run"); code != exitOK || contents(t, cfg) != siteConfig {
		t.Errorf("--dry-run: exit %d", code)
	}
	has(t, out, line, "Nothing was written: --dry-run.")

	code, out, errs = cli(t, "", "feeds", "add", site.URL, "--config", cfg, "--country", "KZ", "--type", "state", "--yes")
	want := strings.Replace(siteConfig, "off.example/\"}\n", "off.example/\"}\n"+line, 1)
	if code != exitOK || contents(t, cfg) != want {
		t.Errorf("exit %d\n%s%s\n%s", code, out, errs, contents(t, cfg))
	}
	has(t, out, cfg+":8:5: feed is there now")
	if info, err := os.Stat(cfg); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}

	code, _, errs = cli(t, "", "feeds", "add", site.URL, "--config", cfg, "--country", "KZ", "--type", "state", "--yes")
	if code != exitFailed || contents(t, cfg) != want {
		t.Errorf("a second time: exit %d", code)
	}
	has(t, errs, cfg+":8:5: this feed is there already, as feed", "\n  "+site.URL+"/rss/ru.xml")

	code, _, errs = cli(t, "", "feeds", "add", site.URL+"/rss/kk.xml/", "--config", cfg)
	if code != exitFailed || strings.Contains(errs, "asking") {
		t.Errorf("an address that is known is asked for: exit %d, %s", code, errs)
	}
	code, out, errs = cli(t, "", "feeds", "add", site.URL+"/rss/ru.xml", "--config", cfg, "--country", "KZ", "--type", "state", "--every", "15m", "--timezone", "Asia/Almaty", "--outlet", "Степь: новости", "--yes")
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	got := readBack(t, cfg)
	if f := got[len(got)-1]; f.ID != "feed-ru" || f.Outlet != "Степь: новости" || f.Every != 15*time.Minute || f.Timezone != "Asia/Almaty" || f.Language != "ru" {
		t.Errorf("%+v", f)
	}
	if code, out, errs = cli(t, "", "check", "--config", cfg); code != exitOK {
		t.Errorf("check: exit %d\n%s%s", code, out, errs)
	}
}

func TestFeedsAddAsks(t *testing.T) {
	site := newSite(t)
	for name, c := range map[string]struct {
		answers string
		code    int
		want    news.Feed
		said    string
	}{
		"what cannot be guessed": {"\nkz\nstate\n\n", exitOK, news.Feed{ID: "feed", URL: "/rss/kk.xml", Outlet: "Дала жаңалықтары", Country: "KZ", Language: "kk", Type: news.State}, "is there now"},
		"the other feed, and changes": {"3\nx\n2\nKZ\nstat\nwire\nid=zara\nid = step\noutlet=Степь\nevery=1h\ncolour=red\nperhaps\ny\n", exitOK,
			news.Feed{ID: "step", URL: "/rss/ru.xml", Outlet: "Степь", Country: "KZ", Language: "ru", Type: news.Wire, Every: time.Hour}, `zara-2 is free`},
		"no":             {"1\nKZ\nstate\nno\n", exitFailed, news.Feed{}, "nothing was written"},
		"the input ends": {"1\nKZ\n", exitUsage, news.Feed{}, "nothing was written"},
	} {
		cfg := siteFile(t, siteConfig)
		code, out, errs := typed(t, c.answers, "feeds", "add", site.URL, "--config", cfg)
		if code != c.code {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errs)
			continue
		}
		has(t, out+errs, c.said)
		if code != exitOK {
			if contents(t, cfg) != siteConfig {
				t.Errorf("%s: the file was changed", name)
			}
			continue
		}
		got := readBack(t, cfg)[1]
		got.AllowPrivate, got.URL = false, strings.TrimPrefix(got.URL, site.URL)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v\n%s", name, got, out)
		}
	}
}

func TestFeedsAddRefuses(t *testing.T) {
	site := newSite(t)
	closed := strings.Replace(siteConfig, "allow_private: true", "allow_private: false", 1)
	for name, c := range map[string]struct {
		config string
		args   []string
		code   int
		want   []string
	}{
		"no type":               {siteConfig, []string{site.URL, "--yes"}, exitUsage, []string{"--country: is missing", "--type: is missing"}},
		"a type half written":   {siteConfig, []string{site.URL, "--type", "indep"}, exitUsage, []string{`--type: "indep" is not one of`, `did you mean "independent"?`}},
		"a country's name":      {siteConfig, []string{site.URL, "--country", "Kazakhstan", "--language", "Kazakh", "--timezone", "Almaty"}, exitUsage, []string{"--country: ", `did you mean "KZ"?`, "--language: ", `did you mean "kk"?`, "--timezone: "}},
		"no interval":           {siteConfig, []string{site.URL, "--every", "0"}, exitUsage, []string{"every"}},
		"no value":              {siteConfig, []string{site.URL, "--country", "", "--user-agent", "Я"}, exitUsage, []string{"--country: a value is wanted", "--user-agent: "}},
		"two addresses":         {siteConfig, []string{site.URL, "b.example"}, exitUsage, []string{"one ADDRESS is wanted, and there are 2"}},
		"a type that is none":   {siteConfig, []string{site.URL, "--yes", "--country", "KZ", "--type", "stat"}, exitUsage, []string{`--type: "stat" is not one of`, `did you mean "state"?`}},
		"an id that is taken":   {siteConfig, []string{site.URL, "--id", "zara"}, exitUsage, []string{"config.yaml:6:10", "zara-2 is free"}},
		"a page without feeds":  {siteConfig, []string{site.URL + "/bare", "--yes"}, exitFailed, []string{"is a page (Без лент) that leads to no feed", "/rss.xml: status: 404", "If you know the address of the feed"}},
		"a private address":     {closed, []string{site.URL, "--yes"}, exitFailed, []string{"private: ", "--allow-private", "fetch.allow_private"}},
		"a password":            {siteConfig, []string{"https://u:sekrit@zara.example/", "--yes"}, exitUsage, []string{"a user or a password"}},
		"not an address":        {siteConfig, []string{"ftp://zara.example/"}, exitUsage, []string{"want http, https or file"}},
		"both":                  {siteConfig, []string{site.URL, "--yes", "--dry-run"}, exitUsage, []string{"one of them"}},
		"no address":            {siteConfig, nil, exitUsage, []string{"ADDRESS is missing", "bot feeds add --help"}},
		"a broken file":         {siteConfig + "oops: 1\n", []string{site.URL, "--yes"}, exitUsage, []string{"oops: unknown key"}},
		"a list in brackets":    {strings.Replace(siteConfig, "feeds:\n", "feeds: [{id: a, url: \"https://a.example/\", outlet: А, country: BY, language: be, type: exile}]\nstore: \"sqlite:x\"\n#", 1), []string{site.URL, "--yes"}, exitUsage, []string{"config.yaml"}},
		"an interval too short": {siteConfig, []string{site.URL, "--every", "1ms", "--country", "KZ", "--type", "state", "--yes"}, exitUsage, []string{"every: "}},
	} {
		cfg := siteFile(t, c.config)
		code, out, errs := cli(t, "", append([]string{"feeds", "add", "--config", cfg}, c.args...)...)
		if code != c.code || contents(t, cfg) != c.config || strings.Contains(out+errs, "sekrit") {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errs)
		}
		has(t, errs, c.want...)
		if strings.Contains(strings.Join(c.args, " "), "--") && strings.Contains(c.want[0], "--") && !strings.Contains(c.want[0], "missing") && strings.Contains(errs, "asking") {
			t.Errorf("%s: a flag is judged after the network was asked:\n%s", name, errs)
		}
	}
}

// The options of the entry hold while its feed is looked for, too.
func TestFeedsAddOptions(t *testing.T) {
	agents := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agents[r.UserAgent()] = true
		_, _ = io.WriteString(w, strings.Replace(oneItem, "DATE", "Mon, 02 Jan 2006 15:04:05 GMT", 1))
	}))
	cfg := siteFile(t, strings.Replace(siteConfig, "allow_private: true", "allow_private: false", 1))
	code, out, errs := cli(t, "", "feeds", "add", s.URL, "--config", cfg, "--country", "kz", "--language", "ru", "--type", "state", "--allow-private", "--full-text", "--user-agent", `Reader/1 "x" # y`, "--yes")
	s.Close()
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	has(t, contents(t, cfg), `full_text: true, allow_private: true, user_agent: "Reader/1 \"x\" # y"}`)
	got := readBack(t, cfg)
	if f := got[1]; !f.AllowPrivate || !f.FullText || f.UserAgent != `Reader/1 "x" # y` || f.Country != "KZ" || got[0].AllowPrivate || len(agents) != 1 || !agents[f.UserAgent] {
		t.Errorf("%+v, asked as %v", got, agents)
	}
}

// A file that may not be written stays as it is, and the entry is not lost.
func TestFeedsAddReadOnly(t *testing.T) {
	site, cfg := newSite(t), siteFile(t, siteConfig)
	if err := os.Chmod(cfg, 0o440); err != nil {
		t.Fatal(err)
	}
	code, out, errs := cli(t, "", "feeds", "add", site.URL, "--config", cfg, "--country", "KZ", "--type", "state", "--yes")
	if code != exitFailed || contents(t, cfg) != siteConfig {
		t.Errorf("exit %d\n%s", code, errs)
	}
	has(t, errs, "nothing was written", "read-only")
	has(t, out, "  - {id: feed, url: ")
}

// What was found instead of an address that fails is not taken for it unless somebody says so.
func TestFeedsAddInstead(t *testing.T) {
	site := newSite(t)
	for name, c := range map[string]struct{ path, said string }{
		"gone":           {"/moved.xml", "/moved.xml answers 404 Not Found; found instead:"},
		"down":           {"/down", "/down answers 503 Service Unavailable; found instead:"},
		"a page instead": {"/bare/rss.xml", "/bare/rss.xml is a page (Без лент); found instead:"},
		"broken":         {"/broken.xml", "/broken.xml: parse: "},
		"a wall":         {"/wall", "/wall lets no program in (403 Forbidden); found instead:"},
	} {
		more := map[string]func(http.ResponseWriter){
			"/feed": func(w http.ResponseWriter) {
				_, _ = io.WriteString(w, strings.Replace(oneItem, "DATE", "Mon, 02 Jan 2006 15:04:05 GMT", 1))
			},
			"/down": func(w http.ResponseWriter) { http.Error(w, "x", http.StatusServiceUnavailable) },
			"/wall": func(w http.ResponseWriter) { http.Error(w, "x", http.StatusForbidden) },
			"/bare/rss.xml": func(w http.ResponseWriter) {
				_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>Без лент</title>")
			},
			"/broken.xml": func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<rss><channel><item><title>a") },
		}
		failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if f := more[r.URL.Path]; f != nil {
				f(w)
				return
			}
			http.NotFound(w, r)
		}))
		t.Cleanup(failing.Close)
		for _, flag := range []string{"--yes", "--dry-run", "--log=text"} {
			cfg := siteFile(t, siteConfig)
			code, out, errs := cli(t, "", "feeds", "add", failing.URL+c.path, "--config", cfg, "--country", "KZ", "--language", "ru", "--type", "state", flag)
			if code != exitFailed || contents(t, cfg) != siteConfig || strings.Contains(out, "outlet:") {
				t.Errorf("%s, %s: exit %d\n%s%s", name, flag, code, out, errs)
			}
			has(t, errs, failing.URL+c.said, "found instead:\n  "+failing.URL+"/feed  Дала", "bot feeds add "+failing.URL+"/feed")
		}
		cfg := siteFile(t, siteConfig)
		code, out, errs := typed(t, "\n", "feeds", "add", failing.URL+c.path, "--config", cfg, "--country", "KZ", "--language", "ru", "--type", "state")
		if code != exitOK || readBack(t, cfg)[1].URL != failing.URL+"/feed" {
			t.Errorf("%s, asked: exit %d\n%s%s", name, code, out, errs)
		}
		has(t, out, failing.URL+c.said, "found instead: "+failing.URL+"/feed\n")
	}
	// A page that leads to feeds has not failed.
	cfg := siteFile(t, siteConfig)
	if code, out, errs := cli(t, "", "feeds", "add", site.URL, "--config", cfg, "--country", "KZ", "--type", "state", "--yes"); code != exitOK || strings.Contains(out+errs, "instead") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/rss?x=1": `'https://a.example/rss?x=1'`, "https://a.example/%D1%8F-1_2.xml": "https://a.example/%D1%8F-1_2.xml", "https://a.example/?';reboot;'": `'https://a.example/?%27;reboot;%27'`,
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

const oneItem = `<?xml version="1.0"?><rss version="2.0"><channel><title>Дала</title><item><guid>1</guid><title>Школа открылась после долгого ремонта</title><pubDate>DATE</pubDate></item></channel></rss>`

// Dates without a zone are shown in the one the entry will have, and are spoken of even when that makes all of them "now".
func TestFeedsAddZone(t *testing.T) {
	almaty, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	local := time.Now().Add(-90 * time.Minute).In(almaty).Format("2006-01-02 15:04:05")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strings.Replace(oneItem, "DATE", local, 1))
	}))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "feed.xml")
	write(t, file, strings.Replace(oneItem, "DATE", local, 1))
	for _, address := range []string{s.URL + "/rss", "file://" + file} {
		args := []string{"feeds", "add", address, "--config", siteFile(t, siteConfig), "--language", "ru", "--type", "state", "--dry-run", "--country"}
		_, out, _ := cli(t, "", append(args, "US")...)
		has(t, out, "1 date names no zone: read as UTC", "--timezone")
		_, out, _ = cli(t, "", append(args, "KZ")...)
		has(t, out, "1 date names no zone: read as Asia/Almaty", "--timezone")
		code, out, errs := cli(t, "", append(args, "US", "--timezone", "Asia/Almaty")...)
		if code != exitOK {
			t.Errorf("exit %d\n%s%s", code, out, errs)
		}
		has(t, out, "• 1 h ago", "1 date names no zone: read as Asia/Almaty\n")
	}
}

func TestFeedsAddToNone(t *testing.T) {
	site := newSite(t)
	head, rest, _ := strings.Cut(siteConfig, "feeds:")
	_, foot, _ := strings.Cut(rest, "# Что")
	for name, text := range map[string]string{
		"missing": head + "# Что" + foot, "nothing": head + "feeds:\n# Что" + foot, "brackets": head + "feeds: []   # пусто\n# Что" + foot, "CRLF": strings.ReplaceAll(head+"feeds:\n# Что"+foot, "\n", "\r\n"),
	} {
		cfg := siteFile(t, text)
		if code, out, errs := cli(t, "", "feeds", "add", site.URL, "--config", cfg, "--country", "KZ", "--type", "state", "--yes"); code != exitOK {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errs)
			continue
		}
		if got := readBack(t, cfg); len(got) != 1 || got[0].ID != "feed" {
			t.Errorf("%s: %+v", name, got)
		}
		for _, comment := range []string{"# Мой бот", "# петля", "# Что искать", "# он"} {
			has(t, contents(t, cfg), comment)
		}
	}
}

func TestFeedsAddStopped(t *testing.T) {
	cfg := siteFile(t, siteConfig)
	ctx, cancel := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }))
	defer s.Close()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"feeds", "add", s.URL, "--config", cfg}, strings.NewReader(""), &out, &errs)
	if code != exitFailed || contents(t, cfg) != siteConfig {
		t.Errorf("exit %d\n%s", code, errs.String())
	}
	has(t, errs.String(), "stopped; nothing was written")
}

const foreignList = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Подписки</title></head><body>
<outline text="Казахстан">
<outline type="rss" text="Дала & степь" xmlUrl="https://www.dala.kz/rss?a=1&b=2"/>
<outline type="rss" text="Зара" xmlUrl="http://zara.example/rss/"/>
<outline type="rss" text="Дала" xmlUrl="https://dala.kz/kk"/>
<outline type="rss" text="Дала снова" xmlUrl="http://dala.kz/kk#x"/>
<outline type="rss" text="Тайна" xmlUrl="https://u:sekrit@tayna.kz/rss"/>
<outline type="rss" text="Край" language="be-BY" xmlUrl="https://kraj.example/rss"/>
<outline type="rss" text="Файл" xmlUrl="file:///etc/passwd"/>
<outline type="rss" text="Без адреса"/>
</outline></body></opml>`

func TestFeedsImport(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "list.opml")
	write(t, list, foreignList)
	cfg := siteFile(t, siteConfig)

	code, out, errs := cli(t, "", "feeds", "import", list, "--config", cfg)
	if code != exitUsage || contents(t, cfg) != siteConfig {
		t.Errorf("without what is missing: exit %d\n%s%s", code, out, errs)
	}
	has(t, errs, list+":4: Дала & степь: language: is missing; type: is missing", list+":9: Край: country: is missing; type: is missing", "--skip")
	if strings.Contains(errs, ":5:") {
		t.Errorf("a feed that is there is complained of:\n%s", errs)
	}

	has(t, errs, ":8: Тайна: url: an address must not hold a user or a password: it is shown in reports\n") // and nothing else: the rest does not matter yet
	code, out, _ = cli(t, "", "feeds", "import", list, "--config", cfg, "--dry-run")
	if code != exitUsage || contents(t, cfg) != siteConfig {
		t.Errorf("--dry-run without what is missing: exit %d\n%s", code, out)
	}
	has(t, out, "LINE", "Дала & степь", "skipped: language: is missing", "8 feeds: 0 to be added, 8 skipped")

	args := []string{"feeds", "import", list, "--config", cfg, "--language", "kk", "--type", "independent", "--skip"}
	code, out, errs = cli(t, "", append(args, "--dry-run")...)
	if code != exitOK || contents(t, cfg) != siteConfig {
		t.Errorf("--dry-run: exit %d\n%s%s", code, out, errs)
	}
	has(t, out, "8 feeds: 2 to be added, 6 skipped", `- {id: dala, url: "https://www.dala.kz/rss?a=1&b=2", outlet: "Дала & степь", country: KZ, language: kk, type: independent}`)

	code, out, errs = cli(t, "", args...)
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	has(t, out, "8 feeds: 2 added, 6 skipped", "it is there already, as zara (", "it is in line 6 as well", "must not hold a user or a password", "country: is missing", "files on this machine", "11  -", "Без адреса", "gives no address (xmlUrl)")
	if strings.Contains(out+errs, "sekrit") {
		t.Errorf("a password is shown:\n%s%s", out, errs)
	}
	got := readBack(t, cfg)
	if len(got) != 3 || got[1].ID != "dala" || got[1].Outlet != "Дала & степь" || got[2].ID != "dala-kk" || got[2].Language != "kk" || got[2].Country != "KZ" {
		t.Errorf("%+v", got)
	}
	for _, comment := range []string{"# Мой бот", "# моя", "# - {id: off", "# Что искать", "# он"} {
		has(t, contents(t, cfg), comment)
	}
	if code, out, _ = cli(t, foreignList, "feeds", "import", "-", "--config", cfg, "--country", "RU", "--type", "wire", "--skip"); code != exitOK {
		t.Errorf("from the input: exit %d", code)
	}
	has(t, out, "8 feeds: 1 added, 7 skipped")
	if got = readBack(t, cfg); got[3].ID != "kraj" || got[3].Language != "be" || got[3].Country != "RU" {
		t.Errorf("%+v", got[3])
	}
}

// With --fetch the items tell the language; what cannot be read is told with the reason.
func TestFeedsImportFetches(t *testing.T) {
	site, cfg := newSite(t), siteFile(t, siteConfig)
	list := fmt.Sprintf(`<opml><outline text="Дала" xmlUrl="%[1]s/rss/kk.xml"/><outline text="Степь" xmlUrl="%[1]s/rss/ru.xml"/><outline text="Край" xmlUrl="%[1]s/rss/ru.xml?2" language="be"/>
<outline text="Нет" xmlUrl="%[1]s/gone"/><outline text="Зара" xmlUrl="https://zara.example/rss"/></opml>`, site.URL)
	args := []string{"feeds", "import", "-", "--fetch", "--type", "wire", "--country", "KZ", "--config", cfg}
	code, out, errs := cli(t, list, args...)
	if code != exitUsage || contents(t, cfg) != siteConfig {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	has(t, errs, "-:2: Нет: language: is missing (status: 404 Not Found)")
	if code, out, errs = cli(t, list, append(args, "--skip")...); code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	got := readBack(t, cfg)
	if len(got) != 4 || got[1].Language != "kk" || got[2].Language != "ru" || got[3].Language != "be" {
		t.Errorf("%+v", got)
	}
	if code, out, errs = cli(t, list, append(args, "--language", "uk")...); code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if got = readBack(t, cfg); len(got) != 5 || got[4].Language != "uk" {
		t.Errorf("%+v", got)
	}
}

func TestFeedsImportRefuses(t *testing.T) {
	cfg := siteFile(t, siteConfig)
	for name, c := range map[string]struct{ in, want string }{
		"nothing": {"", "this is not OPML"}, "a page": {"<html><body>", "begins with <html>"}, "a feed": {`<rss version="2.0"><channel>`, "a feed, not a list"},
		"no feeds": {`<opml><body/></opml>`, "has no feeds"}, "YAML": {siteConfig, "this is not OPML"}, "too much": {strings.Repeat(" ", opml.MaxBytes+1), "are read at most"},
		"an interval that is none": {`<opml><outline xmlUrl="https://a.by/" language="be" vestnik:every="often" vestnik:type="stat"/></opml>`, `-:1: https://a.by/: every: "often" is not a duration`},
	} {
		code, out, errs := cli(t, c.in, "feeds", "import", "-", "--config", cfg)
		if code != exitUsage || contents(t, cfg) != siteConfig {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errs)
		}
		has(t, errs, c.want)
	}
	for want, args := range map[string][]string{
		`--type: "indep" is not one of`: {"import", "-", "--type", "indep"}, "FILE (or - for the input) is missing": {"import"}, "one FILE (": {"import", "a", "b"},
		"one FILE is wanted, and there are 2: a b": {"export", "a", "b"}, `did you mean "KZ"?`: {"import", "-", "--country", "Kazakhstan"},
	} {
		code, _, errs := cli(t, foreignList, append([]string{"feeds", "--config", cfg}, args...)...)
		if code != exitUsage || strings.Count(errs, "\n") > 2 {
			t.Errorf("%q: exit %d\n%s", args, code, errs)
		}
		has(t, errs, want)
	}
	if code, _, errs := cli(t, "", "feeds", "import", filepath.Join(t.TempDir(), "none.opml"), "--config", cfg); code != exitUsage {
		t.Errorf("no file: exit %d, %s", code, errs)
	}
}

// A list in another encoding is read as a feed in it is.
func TestFeedsImportEncodings(t *testing.T) {
	for name, in := range map[string]string{
		"windows-1251": "<?xml version=\"1.0\" encoding=\"windows-1251\"?><opml><outline text=\"\xc7\xe0\xf0\xff & \xb3\" language=\"be\" xmlUrl=\"https://a.by/\"/></opml>",
		"utf-16le":     "\xff\xfe" + wide(`<?xml version="1.0" encoding="UTF-16"?><opml><outline text="Заря & і" language="be" xmlUrl="https://a.by/"/></opml>`),
		"bom":          "\ufeff" + `<opml><outline text="Заря & і" language="be" xmlUrl="https://a.by/"/></opml>`,
	} {
		cfg := siteFile(t, siteConfig)
		if code, out, errs := cli(t, in, "feeds", "import", "-", "--config", cfg, "--type", "exile"); code != exitOK {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errs)
			continue
		}
		if got := readBack(t, cfg); got[1].Outlet != "Заря & і" {
			t.Errorf("%s: %+v", name, got[1])
		}
	}
}

// wide is s in UTF-16, little end first.
func wide(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// TestFeedsRoundTrip exports the shipped feeds and imports them into a configuration without any: they are the same.
func TestFeedsRoundTrip(t *testing.T) {
	list := filepath.Join(t.TempDir(), "feeds.opml")
	code, out, errs := cli(t, "", "feeds", "export", list, "--config", "../../config.yaml")
	if code != exitOK || errs != "" {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	cfg := siteFile(t, "watchlists:\n  - {id: tokayev, profiles: [tokayev]}\n")
	if code, out, errs = cli(t, "", "feeds", "import", list, "--config", cfg); code != exitOK || errs != "" {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	got, want := readBack(t, cfg), readBack(t, "../../config.yaml")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	code, again, _ := cli(t, "", "feeds", "export", "--config", cfg)
	if first := contents(t, list); code != exitOK || undated(again) != undated(first) {
		t.Errorf("a second export differs:\n%s\n%s", again, first)
	}
}

func undated(list string) string {
	before, rest, _ := strings.Cut(list, "<dateCreated>")
	_, after, _ := strings.Cut(rest, "</dateCreated>")
	return before + after
}

func TestFeedsExport(t *testing.T) {
	cfg := siteFile(t, strings.Replace(siteConfig, "  # Беларусь\n", "  - {id: local, url: \"file:feed.xml\", outlet: Файл, country: BY, language: be, type: exile}\n", 1))
	code, out, errs := cli(t, "", "feeds", "export", "--config", cfg)
	if code != exitOK || strings.Contains(out, "Файл") {
		t.Errorf("exit %d\n%s", code, out)
	}
	has(t, out, `xmlUrl="https://zara.example/rss"`)
	has(t, errs, "left out, being files on this machine: local")

	code, _, errs = cli(t, "", "feeds", "export", cfg, "--config", cfg)
	if code != exitUsage || !strings.HasPrefix(contents(t, cfg), "# Мой бот") {
		t.Errorf("over the configuration: exit %d", code)
	}
	has(t, errs, "is no OPML list")

	var o bytes.Buffer
	err := (&options{stdout: &o, stderr: &o}).export([]news.Feed{{ID: "tayna", URL: "https://u:sekrit@tayna.example/", Outlet: "Тайна"}}, "-", time.Now())
	if err != nil || strings.Contains(o.String(), "sekrit") {
		t.Errorf("%v\n%s", err, o.String())
	}
	has(t, o.String(), "without the user and password in their addresses: tayna", `xmlUrl="https://tayna.example/"`)
}
