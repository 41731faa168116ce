package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/text"
)

// binary builds the real program once a test run.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "vestnik-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "bot")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

func bin(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// cli runs the program in this process and returns its exit code and what it printed.
func cli(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func openTestStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "vestnik.db"), store.Options{Fold: text.FoldText, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// freeLeases ends the leases of a program that was killed. They run out by themselves; a test does not wait for it.
func freeLeases(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "vestnik.db"), store.Options{Now: time.Now})
	if err != nil {
		return // killed before there was a database
	}
	defer s.Close()
	later := time.Now().Add(time.Hour)
	if l, err := s.AcquireLease(t.Context(), "sender", "test", later, time.Minute); err == nil {
		_ = s.ReleaseLease(t.Context(), l)
	}
	claims, err := s.Claim(t.Context(), news.Round{Owner: "test", Start: later, All: true}, later, time.Second, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claims {
		if err := s.Release(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledTwentyTimes kills the real binary at twenty random points of a cycle while the feeds go on publishing and editing. In the end every item,
// every edit and every alert is there, none twice, and at most one message was printed twice per kill.
func TestKilledTwentyTimes(t *testing.T) {
	const feeds, kills = 5, 20
	f := newFarm(t, feeds)
	f.latency = 5 * time.Millisecond
	dir := t.TempDir()
	cfg := f.config(t, dir, farmWatchlists)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	edited := 0
	publish := func(round int) {
		for i := range feeds {
			for k := range 5 {
				f.publish(i, fmt.Sprintf("Раунд %d.%d: переговоры с Токаевым, лента %d", round, k, i), "На саммите ОДКБ сказали о поставках.")
				f.publish(i, fmt.Sprintf("Погода %d.%d, лента %d", round, k, i), "Снег и ветер.")
			}
			if last := 10 * (round - 1); last >= 0 { // what was no news becomes news, and what was stays
				f.edit(i, last+1, fmt.Sprintf("Погода %d, лента %d: Тоқаев ҰҚШҰ саммитінде", round, i))
				f.edit(i, last+2, fmt.Sprintf("Раунд %d: с Токаевым в ленте %d говорили и об этом", round, i))
				edited++
			}
		}
	}
	var printed bytes.Buffer
	once := func(kill time.Duration) (killed bool) {
		cmd := exec.Command(bin(t), "once", "--config", cfg, "--log-level", "error")
		cmd.Stdout, cmd.Stderr = &printed, os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if kill > 0 {
			timer := time.AfterFunc(kill, func() { _ = cmd.Process.Kill() })
			defer timer.Stop()
		}
		err := cmd.Wait()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() {
			return true
		}
		if err != nil {
			t.Fatalf("once: %v\n%s", err, printed.String())
		}
		return false
	}

	publish(0)
	bin(t) // built before the clock runs
	began := time.Now()
	once(0)
	whole := time.Since(began)
	done := 0
	for round := 1; done < kills; round++ {
		publish(round)
		if once(time.Duration(rnd.Int64N(int64(whole)*11/10)) + time.Millisecond) {
			done++
			freeLeases(t, dir)
		}
		if round > 20*kills {
			t.Fatalf("only %d kills hit in %d rounds", done, round)
		}
	}
	once(0)

	s := openTestStore(t, dir)
	counts, err := s.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := f.items()
	matched := want/2 + edited
	if counts.Items != want || counts.Matched != matched || counts.Unsent != 0 || counts.Alerts[news.AlertSent] != 2*matched || len(counts.Alerts) != 1 {
		t.Errorf("published %d items, %d of them on two watchlists; the store has %+v", want, matched, counts)
	}
	if list, err := s.Recent(t.Context(), news.Filter{}); err != nil || !wordedAs(list, f) {
		t.Errorf("what is stored is not what is served: %v", err)
	}
	links := map[string]int{}
	for line := range strings.Lines(printed.String()) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, f.URL) {
			links[line]++
		}
	}
	twice := 0
	for link, n := range links {
		if n > 1 {
			twice += n - 1
		}
		if n > 1+kills {
			t.Errorf("%s was printed %d times", link, n)
		}
	}
	if len(links) != matched || twice > kills {
		t.Errorf("%d of %d matched items were printed, %d copies too many after %d kills", len(links), matched, twice, kills)
	}
	t.Logf("%d kills in cycles of %v: %d items, %d edits, %d alerts, %d printed twice", kills, whole.Round(time.Millisecond), counts.Items, f.edits, counts.Alerts[news.AlertSent], twice)
	found(t, cfg, "ҰҚШҰ", "*Тоқаев* *ҰҚШҰ* саммитінде")
	found(t, cfg, "Токаев", "переговоры с *Токаевым*")
}

// wordedAs reports whether every item of list has the headline that the farm serves now.
func wordedAs(list []news.Found, f *farm) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range list {
		var feed, n int
		if _, err := fmt.Sscanf(strings.TrimPrefix(x.Item.Link, f.URL+"/"), "f%d-%d", &feed, &n); err != nil || f.feeds[feed][n].title != x.Item.Title {
			return false
		}
	}
	return len(list) > 0
}

// found checks that a search prints what it should.
func found(t *testing.T, cfg, query, want string) {
	t.Helper()
	code, out, errs := cli(t, "", "search", query, "--config", cfg, "-n", "3")
	if code != exitOK || !strings.Contains(out, want) {
		t.Errorf("search %s: exit %d, want %q in\n%s%s", query, code, want, out, errs)
	}
}

// TestReload edits the configuration of a running bot: a new watchlist takes effect, a broken edit is refused with its place, the old one goes on, and SIGTERM ends it.
func TestReload(t *testing.T) {
	f := newFarm(t, 1)
	f.publish(0, "Старый материал о Токаеве", "")
	dir := t.TempDir()
	cfg := f.config(t, dir, farmWatchlists)
	var out, errs lockedBuffer
	cmd := exec.Command(bin(t), "--config", cfg, "--log", "json")
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	wait := func(b *lockedBuffer, want string) {
		t.Helper()
		for range 6 * 600 {
			if strings.Contains(b.String(), want) {
				return
			}
			time.Sleep(25 * time.Millisecond)
		}
		t.Fatalf("no %q in\n%s\nlog:\n%s", want, out.String(), errs.String())
	}
	wait(&out, "Старый материал о *Токаеве*")

	f.publish(0, "Старое о Лукашенко", "")
	wait(&errs, `"new":1,"matched":0`)
	f.config(t, dir, farmWatchlists+"  - {id: lukashenko, name: Lukashenko, profiles: [lukashenko]}\n")
	wait(&errs, "the changed configuration is in force")
	if code, stdout, _ := cli(t, "", "recent", "--watchlist", "lukashenko", "--config", cfg); code != exitOK || !strings.Contains(stdout, "Старое о *Лукашенко*") {
		t.Errorf("recent of a new watchlist: exit %d\n%s", code, stdout)
	}
	f.publish(0, "Указ Лукашенко", "")
	wait(&out, "Указ *Лукашенко*")

	f.config(t, dir, "  - {id: tokayev, name: Tokayev, profiles: [tokaev]}\n")
	wait(&errs, "the changed configuration is refused")
	wait(&errs, cfg+":8:45: ") // the watchlist's line
	f.config(t, dir, "  - {id: tokayev, name: Tokayev, query: '@tokayev AND (@lukashenko'}\n")
	wait(&errs, cfg+":8:41: ")
	wait(&errs, "at character 14: ")
	f.publish(0, "Ещё раз о Лукашенко", "")
	wait(&out, "Ещё раз о *Лукашенко*")

	if strings.Contains(out.String(), "Старое о") {
		t.Error("what a new watchlist found in stored items was alerted")
	}
	if code, stdout, _ := cli(t, "", "health", "--config", f.config(t, t.TempDir(), farmWatchlists)); code != exitFailed {
		t.Errorf("health of a database no bot has run on: exit %d, %s", code, stdout)
	}
	if code, stdout, stderr := cli(t, "", "health", "--config", cfg); code != exitOK || !strings.Contains(stdout, "well") {
		t.Errorf("health of a running bot: exit %d, %s%s", code, stdout, stderr)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, errs.String())
	}
	if code, _, stderr := cli(t, "", "health", "--config", cfg); code != exitFailed || !strings.Contains(stderr, "was stopped") {
		t.Errorf("health of a bot that was stopped: exit %d, %s", code, stderr)
	}
	if !strings.Contains(errs.String(), `"stopped"`) {
		t.Errorf("no word of the end in\n%s", errs.String())
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestOnceTwice holds that a second bot on one database is refused, and that the second of two runs finds nothing new.
func TestOnceTwice(t *testing.T) {
	f := newFarm(t, 2)
	f.publish(0, "Лукашэнкам і Токаевым", "")
	f.publish(1, "Kassym-Jomart Tokayev", "CSTO")
	dir := t.TempDir()
	cfg := f.config(t, dir, farmWatchlists)
	code, out, errs := cli(t, "", "once", "--config", cfg)
	if code != exitOK || !strings.Contains(out, "2 new items, 2 on a watchlist") || !strings.Contains(out, "3 alerts in 2 messages") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	code, out, _ = cli(t, "", "once", "--config", cfg)
	if code != exitOK || !strings.Contains(out, "2 feeds: 2 read (2 unchanged)") || !strings.Contains(out, "0 alerts in 0 messages") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	s := openTestStore(t, dir)
	if _, err := s.AcquireLease(t.Context(), "sender", "another bot", time.Now(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := cli(t, "", "once", "--config", cfg); code != exitFailed || !strings.Contains(errs, "another bot works on") {
		t.Errorf("exit %d while another bot holds the lease: %s", code, errs)
	}
	found(t, cfg, "Lukashenko", "Лукашэнкам")
}

// TestOldestFirst holds that what one poll brings is alerted in the order in which it was published.
func TestOldestFirst(t *testing.T) {
	f := newFarm(t, 1)
	for i := range 5 {
		f.publish(0, fmt.Sprintf("Токаев %d", i), "")
		f.feeds[0][i].at = time.Now().Add(time.Duration(i-10) * time.Minute)
	}
	_, out, _ := cli(t, "", "once", "--config", f.config(t, t.TempDir(), farmWatchlists))
	last := -1
	for i := range 5 {
		at := strings.Index(out, fmt.Sprintf("*Токаев* %d", i))
		if at <= last {
			t.Fatalf("out of order:\n%s", out)
		}
		last = at
	}
}

// TestDeadFeeds holds that feeds that cannot be reached are told apart in one table, and the exit codes.
func TestDeadFeeds(t *testing.T) {
	f := newFarm(t, 2)
	f.publish(0, "Токаев", "")
	dir := t.TempDir()
	cfg := f.config(t, dir, farmWatchlists)
	data, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	half := strings.Replace(string(data), "/1.xml", "/missing.xml", 1)
	if err := os.WriteFile(cfg, []byte(half), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := cli(t, "", "once", "--config", cfg)
	if code != exitOK || !strings.Contains(out, "404") || !strings.Contains(out, "2 feeds: 1 read, 1 failed") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if err := os.WriteFile(cfg, []byte(strings.ReplaceAll(string(data), f.URL, "http://127.0.0.1:1")), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ = cli(t, "", "once", "--config", cfg)
	if code != exitFailed || !strings.Contains(out, "connect") || !strings.Contains(out, "bot demo") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestDemo(t *testing.T) {
	code, out, errs := cli(t, "", "demo")
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	picture, err := os.ReadFile("../../docs/demo.svg")
	if err != nil {
		t.Fatal(err)
	}
	drawn := regexp.MustCompile("<[^>]*>").ReplaceAllString(string(picture), "")
	for _, want := range []string{
		"с *Токаевым* договорились", "*Тоқаевтың* жарлығымен", "*Ціханоўскую* прынялі", "*Tokayev’s* envoy", "*ҰҚШҰ*-ның",
		"blocked", "6 feeds: 5 read, 1 failed", "14 new items, 9 on a watchlist", "11 alerts in 8 messages",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
		if plain := strings.ReplaceAll(want, "*", ""); !strings.Contains(drawn, plain) {
			t.Errorf("no %q in docs/demo.svg: run scripts/demo-svg.py", plain)
		}
	}
	for _, trap := range []string{"Токарев", "chess", "қар жауады"} {
		if strings.Contains(out, trap) {
			t.Errorf("%q was alerted", trap)
		}
	}
}

// TestInterrupted holds that Ctrl-C in the middle of a round loses nothing and says so.
func TestInterrupted(t *testing.T) {
	f := newFarm(t, 8)
	f.latency = 300 * time.Millisecond
	for i := range 8 {
		f.publish(i, fmt.Sprintf("Токаев %d", i), "")
	}
	cfg := f.config(t, t.TempDir(), farmWatchlists)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	if code := run(ctx, []string{"once", "--config", cfg}, strings.NewReader(""), &out, &errs); code != exitFailed {
		t.Errorf("exit %d\n%s%s", code, out.String(), errs.String())
	}
	if code, stdout, _ := cli(t, "", "once", "--config", cfg); code != exitOK || !strings.Contains(stdout, "8 new items") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
}

// TestFirstRound holds that the very first round alerts the last 24 hours, and that a feed added later has its backlog stored and not alerted.
func TestFirstRound(t *testing.T) {
	f := newFarm(t, 2)
	f.publish(0, "Токаев сегодня", "")
	f.publish(0, "Токаев на прошлой неделе", "")
	f.feeds[0][1].at = time.Now().Add(-7 * 24 * time.Hour)
	f.publish(1, "Токаев в другой ленте", "")
	dir := t.TempDir()
	cfg := f.config(t, dir, farmWatchlists)
	data, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	both := strings.ReplaceAll(string(data), ", backfill: 1000", "")
	var one []string
	for line := range strings.Lines(both) {
		if !strings.Contains(line, "farm-1") {
			one = append(one, line)
		}
	}
	round := func(config, want string) {
		t.Helper()
		if err := os.WriteFile(cfg, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errs := cli(t, "", "once", "--config", cfg); code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, want %q in\n%s%s", code, want, out, errs)
		}
	}
	dead := strings.ReplaceAll(strings.Join(one, ""), f.URL, "http://127.0.0.1:1")
	if err := os.WriteFile(cfg, []byte(dead), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := cli(t, "", "once", "--config", cfg); code != exitFailed {
		t.Errorf("exit %d without a network", code)
	}
	round(strings.Join(one, ""), "1 alert in 1 message, 1 kept back")
	round(both, "1 new item, 1 on a watchlist\n0 alerts in 0 messages, 1 kept back")
	f.publish(1, "Ещё о Токаеве", "")
	round(both, "1 alert in 1 message")
}

// TestSearchAnyForm holds that the words of a search may stand in any form.
func TestSearchAnyForm(t *testing.T) {
	f := newFarm(t, 1)
	f.publish(0, "Нет погоды, снега и Астаны", "О выборах в Мажилис")
	cfg := f.config(t, t.TempDir(), farmWatchlists)
	if code, out, _ := cli(t, "", "feeds", "list", "--config", cfg); code != exitOK || !strings.Contains(out, "not polled yet") {
		t.Errorf("feeds before the first poll: exit %d\n%s", code, out)
	}
	if code, _, errs := cli(t, "", "once", "--config", cfg); code != exitOK {
		t.Fatal(errs)
	}
	for _, q := range []string{"погода", "погодой", "снегом", "Астана", "Астану", "выборов", "ВЫБОРЫ", "погоде Астану"} {
		found(t, cfg, q, "Нет погоды")
	}
	if code, out, _ := cli(t, "", "search", "град", "--config", cfg); code != exitOK || !strings.Contains(out, "Nothing found") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"onec", exitUsage, `there is no command "onec"; did you mean "once"?`},
		{"once --nope", exitUsage, "unknown flag: --nope"},
		{"once extra", exitUsage, "bot once --help"},
		{"search", exitUsage, "requires at least 1 arg"},
		{"once --config nowhere.yaml", exitUsage, "nowhere.yaml"},
		{"match --format xml", exitUsage, "--format is text or jsonl"},
		{"match nowhere.txt --profiles ../../seeds/profiles.yaml", exitUsage, "nowhere.txt"},
		{"match --profiles ../../seeds/profiles.yaml --forms nobody", exitUsage, `no profile "nobody"`},
		{"profile build nowhere", exitUsage, "nowhere"},
		{"feeds lst", exitUsage, `there is no command "lst"; did you mean "list"?`},
		{"profile frob", exitUsage, "bot profile --help"},
		{"recent -n 0", exitUsage, "want a whole number above 0"},
		{"recent --since 2days", exitUsage, "30s, 5m, 48h or 90d"},
		{"--help", exitOK, ""},
		{"--version", exitOK, ""},
		{"version", exitOK, ""},
	} {
		code, _, errs := cli(t, "", strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(errs, c.want) {
			t.Errorf("bot %s: exit %d, want %d and %q in %q", c.args, code, c.code, c.want, errs)
		}
	}
}
