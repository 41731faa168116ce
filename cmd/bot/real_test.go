package main

import (
	"bufio"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vestnik/internal/config"
	"vestnik/internal/deliver"
	"vestnik/internal/feeds"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/poll"
	"vestnik/internal/store"
	"vestnik/internal/story"
	"vestnik/internal/text"
	"vestnik/seeds"
)

// shared is the folder of real documents beside the checkout; tests that need it skip, saying so, where it is absent.
func shared(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: ../shared/%s is not beside the checkout", name)
	}
	return path
}

// shippedWatchlists is the watchlists part of the shipped config.yaml.
func shippedWatchlists(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, lists, ok := strings.Cut(string(data), "\nwatchlists:\n")
	if !ok {
		t.Fatal("config.yaml has no watchlists")
	}
	return lists
}

var entryTag = regexp.MustCompile(`<(item|entry)[\s>]`)

// TestRegionDocuments takes real documents of the region's outlets through the whole program, by file: addresses.
func TestRegionDocuments(t *testing.T) {
	dir := shared(t, "feeds/region")
	docs, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	if err != nil || len(docs) == 0 {
		t.Fatal("no documents", err)
	}
	tmp := t.TempDir()
	var b strings.Builder
	fmt.Fprintf(&b, "store: %q\nmax_age: 0\nretention: 0\nfeeds:\n", "sqlite:"+filepath.Join(tmp, "vestnik.db"))
	entries := 0
	for i, d := range docs {
		data, err := os.ReadFile(d)
		if err != nil {
			t.Fatal(err)
		}
		entries += len(entryTag.FindAll(data, -1))
		fmt.Fprintf(&b, "  - {id: doc-%d, url: %q, outlet: %q, country: BY, language: ru, type: independent, backfill: 1000}\n", i, "file://"+d, filepath.Base(d))
	}
	b.WriteString("watchlists:\n" + shippedWatchlists(t))
	cfg := filepath.Join(tmp, "config.yaml")
	if err := os.WriteFile(cfg, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := cli(t, "", "once", "--config", cfg)
	if code != exitOK || !strings.Contains(out, fmt.Sprintf("%d feeds: %d read", len(docs), len(docs))) {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	s := openTestStore(t, tmp)
	counts, err := s.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d documents, %d entries: %d items stored, %d on a watchlist, %d alerts sent", len(docs), entries, counts.Items, counts.Matched, counts.Alerts[news.AlertSent])
	if counts.Items != entries || counts.Matched == 0 || counts.Behind != 0 {
		t.Errorf("%d entries in the documents: %+v", entries, counts)
	}
	if code, out, _ := cli(t, "", "once", "--config", cfg); code != exitOK || !strings.Contains(out, "0 new items") {
		t.Errorf("the second time: exit %d\n%s", code, out)
	}
}

// TestReplay steps a server of real items through four weeks and takes everything it serves through poll, match, stories and delivery to one channel, as
// it is configured by default, at the virtual time.
//
// Every item is stored once, and every alert stands in one message. No two messages begin with near-duplicates: that is said of every message but a change
// of one, so of answers by which a story alerts anew, too; and of a digest each line counts. REPLAY_STEP sets the step (1h for the README's numbers),
// STORIES_BROAD=1 watches most world news.
func TestReplay(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short leaves out the replay of four weeks; CI runs it")
	}
	step := replayStep(t)
	r := newReplay(t)
	r.channel = newChannel(r)
	r.watch(replayLists(t))
	began := time.Now()
	r.run(step)
	counts, err := r.store.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.store.Index(t.Context(), 1<<20); err != nil {
		t.Fatal(err)
	}
	edits, last := r.edits()
	t.Logf("%s to %s in steps of %v: %d polls (%d unchanged), %d items served, %d stored, %d edits served, %d seen, %d on a watchlist, alerts: %v; %v",
		r.first.Format(time.DateOnly), r.last.Format(time.DateOnly), step, r.polls, r.unchanged, len(r.served), counts.Items, edits, r.edited, counts.Matched,
		counts.Alerts, time.Since(began).Round(time.Second))
	if counts.Items != len(r.served) || counts.Items == 0 {
		t.Errorf("%d items were served, %d are stored", len(r.served), counts.Items)
	}
	if edits != r.edited || edits == 0 {
		t.Errorf("%d edits were served, %d were seen", edits, r.edited)
	}
	says := r.stored()
	for what, it := range last {
		if path, _, _ := strings.Cut(what, " "); !says[path+" "+it.words()] {
			t.Errorf("%s is not stored as it was served last: %q", what, it.words())
		}
	}
	if counts.Alerts[news.AlertOwed]+counts.Alerts[news.AlertFrozen] != 0 || counts.Unsent != 0 {
		t.Errorf("alerts are left over: %+v", counts)
	}
	for what, n := range r.posted {
		if n > 1 {
			t.Errorf("%s was alerted %d times", what, n)
		}
	}
	r.channel.check(counts)
}

// replayStep is how far the replays of weeks go in one step.
func replayStep(t *testing.T) time.Duration {
	t.Helper()
	s := os.Getenv("REPLAY_STEP")
	if s == "" {
		return 12 * time.Hour
	}
	step, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return step
}

type replay struct {
	t           *testing.T
	control     string
	feeds       []news.Feed
	first, last time.Time
	client      *feeds.Client
	store       *store.Store
	printer     story.Printer
	cfg         *config.Config
	matcher     *match.Matcher
	now         time.Time

	mu               sync.Mutex
	served           map[string][]servedItem // feed and guid of every item that any answer held → each wording of it, in the order they came
	polls, unchanged int
	edited           int      // items that polls said were edited
	channel          *channel // where alerts go; nil: to the terminal, and nobody looks at the messages
	memory           *deliver.Memory
	posted           map[string]int // what messages carried: feed, item and watchlist
	told             map[string]int // the same in the words of alertOf
}

// newReplay builds and starts the server, and a proxy before it that notes what is served.
func newReplay(t *testing.T) *replay {
	t.Helper()
	src, items, texts := shared(t, "bench/replayserver"), shared(t, "replay"), shared(t, "eval/collection")
	bin := filepath.Join(t.TempDir(), "replayserver")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Dir = src
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the replay server: %v\n%s", err, out)
	}
	r := &replay{t: t, served: map[string][]servedItem{}, posted: map[string]int{}, told: map[string]int{}, memory: deliver.NewMemory(deliver.TelegramLimits())}
	addr := freeAddress(t)
	cmd := exec.Command(bin, "-addr", addr, "-replay", items, "-gold", texts)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	r.control = "http://" + addr
	for range 1200 {
		if _, err := r.get("/ctl/stats"); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	target, err := url.Parse(r.control)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = r.note
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	r.outlets(front.URL)
	return r
}

func freeAddress(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	return s.Listener.Addr().String()
}

func (r *replay) get(path string) (string, error) {
	resp, err := http.Get(r.control + path)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func (r *replay) note(resp *http.Response) error {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	resp.Body = io.NopCloser(strings.NewReader(string(body)))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.polls++
	if resp.StatusCode == http.StatusNotModified {
		r.unchanged++
	}
	if !strings.HasPrefix(resp.Request.URL.Path, "/f/") || len(body) == 0 {
		return nil
	}
	var doc struct {
		Items []servedItem `xml:"channel>item"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		return err
	}
	once := map[string]bool{} // an item may stand in a document twice, the newest first
	for _, it := range doc.Items {
		key := resp.Request.URL.Path + " " + it.GUID
		if known := r.served[key]; !once[key] && !slices.ContainsFunc(known, func(k servedItem) bool { return k.words() == it.words() }) {
			r.served[key] = append(known, it)
		}
		once[key] = true
	}
	return nil
}

// A servedItem is an item as it stood in an answer.
type servedItem struct {
	GUID  string `xml:"guid"`
	Title string `xml:"title"`
	Link  string `xml:"link"`
	Text  string `xml:"description"`
}

var (
	tag     = regexp.MustCompile(`<[^>]*>|<(/?[a-z]+( [^>]*)?)?$`) // the recording cuts texts, in the middle of a tag at times
	between = regexp.MustCompile(`[\p{P}\s<>=|~^` + "`" + `]+`)
)

// words is what an item says, without markup, capitals and punctuation.
func (it servedItem) words() string {
	s := it.Title + " | " + tag.ReplaceAllString(html.UnescapeString(it.Text), " ")
	return strings.TrimSpace(between.ReplaceAllString(strings.ToLower(html.UnescapeString(s)), " "))
}

// edits counts the wordings that were served beyond the first of each item, and gives the last one of each item that has several.
func (r *replay) edits() (n int, last map[string]servedItem) {
	last = map[string]servedItem{}
	for key, wordings := range r.served {
		if n += len(wordings) - 1; len(wordings) > 1 {
			last[key] = wordings[len(wordings)-1]
		}
	}
	return n, last
}

// stored is what every stored item says, with the path of its feed before it.
func (r *replay) stored() map[string]bool {
	says := map[string]bool{}
	for f := (news.Filter{}); ; {
		list, err := r.store.Recent(r.t.Context(), f)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, x := range list {
			_, n, _ := strings.Cut(x.Feed.URL, "/f/")
			says["/f/"+n+" "+servedItem{Title: x.Item.Title, Text: x.Item.Text}.words()] = true
		}
		if len(list) == 0 {
			return says
		}
		f.Before = list[len(list)-1].Cursor()
	}
}

// outlets reads what the server has, and between which times.
func (r *replay) outlets(front string) {
	list, err := r.get("/outlets")
	if err != nil {
		r.t.Fatal(err)
	}
	sc := bufio.NewScanner(strings.NewReader(list))
	for n := 0; sc.Scan(); n++ {
		f := strings.Split(sc.Text(), "\t")
		r.feeds = append(r.feeds, news.Feed{ID: fmt.Sprint("outlet-", n), URL: strings.Replace(f[0], r.control, front, 1), Outlet: f[1], Country: "US", Language: f[2], Type: kinds(f[1]), AllowPrivate: true})
	}
	span, err := r.get("/ctl/span")
	if err != nil {
		r.t.Fatal(err)
	}
	for line := range strings.Lines(span) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		from, err1 := time.Parse(time.RFC3339, f[3])
		to, err2 := time.Parse(time.RFC3339, f[4])
		if err1 != nil || err2 != nil {
			r.t.Fatal(err1, err2)
		}
		if r.first.IsZero() || from.Before(r.first) {
			r.first = from
		}
		if to.After(r.last) {
			r.last = to
		}
	}
}

// replayLists is the shipped watchlists, with the first words of the collection's own topics beside them: the replay is world news. STORIES_BROAD=1 adds one
// that most world news is on.
func replayLists(t *testing.T) string {
	lists := shippedWatchlists(t) +
		"  - {id: eu, name: EU, profiles: [eu]}\n  - {id: nato, name: NATO, profiles: [nato]}\n  - {id: putin, name: Putin, profiles: [putin]}\n"
	if os.Getenv("STORIES_BROAD") != "" {
		lists += broadLists
	}
	return lists
}

// compiled reads watchlists as config.yaml has them.
func (r *replay) compiled(watchlists string) (*config.Config, *match.Matcher) {
	r.t.Helper()
	cfg := filepath.Join(r.t.TempDir(), "config.yaml")
	yaml := "feeds:\n  - {id: x, url: \"https://x.example/\", outlet: X, country: US, language: en, type: independent}\nwatchlists:\n" + watchlists
	if err := os.WriteFile(cfg, []byte(yaml), 0o600); err != nil {
		r.t.Fatal(err)
	}
	c, err := config.Load(cfg, seeds.Profiles())
	if err != nil {
		r.t.Fatal(err)
	}
	m, faults := match.Compile(c.Profiles, c.Watchlists, c.Feeds)
	if len(faults) > 0 {
		r.t.Fatal(faults)
	}
	return c, m
}

// watch opens a store and takes up the watchlists.
func (r *replay) watch(watchlists string) {
	dir := r.t.TempDir()
	c, m := r.compiled(watchlists)
	r.cfg, r.matcher = c, m
	var err error
	r.client = feeds.New(feeds.Options{Language: text.Detect, PerHost: 16})
	r.store, err = store.Open(r.t.Context(), "sqlite:"+filepath.Join(dir, "replay.db"), store.Options{Fold: text.FoldText, Stories: stories(&r.printer), Now: func() time.Time { return r.now }})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = r.store.Close() })
	r.now = r.first
	subs := subscriptions(c)
	if r.channel != nil {
		if err := r.store.SaveChat(r.t.Context(), news.Chat{Address: replayChannel, Kind: news.ChatChannel}); err != nil {
			r.t.Fatal(err)
		}
		for i := range subs {
			subs[i].Chat = replayChannel
		}
	}
	if err := r.store.SyncConfig(r.t.Context(), r.feeds, c.Watchlists, subs); err != nil {
		r.t.Fatal(err)
	}
}

// run steps through all there is.
func (r *replay) run(step time.Duration) {
	r.t.Helper()
	for at := r.first.Truncate(time.Hour).Add(step); at.Before(r.last.Add(step)); at = at.Add(step) {
		r.step(at)
		r.deliver(at.Add(step))
	}
	r.deliver(r.now.AddDate(0, 0, 1))
}

// step moves the virtual time and polls every feed.
func (r *replay) step(at time.Time) {
	r.t.Helper()
	ctx := r.t.Context()
	r.now = at
	if _, err := r.get("/ctl/at?t=" + at.UTC().Format(time.RFC3339)); err != nil {
		r.t.Fatal(err)
	}
	now := func() time.Time { return at }
	deps := poll.Deps{Store: r.store, Fetcher: r.client, Matcher: r.matcher, Print: r.printer.Print, Feeds: r.feeds, Owner: "replay", Now: now}
	sum, err := poll.Cycle(ctx, deps, at, poll.Options{All: true, Rules: poll.Rules{MaxAge: 48 * time.Hour}})
	if err != nil || sum.Failed > 0 || sum.Feeds != len(r.feeds) {
		r.t.Fatalf("%s: %+v %v", at, sum, err)
	}
	r.edited += sum.Edited
}

// deliver posts what is owed, each message when it may go, until then.
func (r *replay) deliver(until time.Time) {
	r.t.Helper()
	now := func() time.Time { return r.now }
	deps := deliver.Deps{Store: r.store, Sink: r, Now: now, Memory: r.memory, Stories: func() deliver.StoryRules { return storyRules(r.cfg) }, Alike: story.Alike}
	if r.channel != nil {
		deps.Store, deps.Sink, deps.Burst, deps.Top = ledger{r.store, r.channel}, r.channel, deliver.DefaultBurst, deliver.DefaultTop
	}
	err := deliver.Hold(r.t.Context(), deliver.Holder{Leases: r.store, Owner: "replay", Now: now}, func(ctx context.Context, lease news.Lease) error {
		for {
			sum, err := deliver.Flush(ctx, deps, lease)
			if err != nil || sum.Next.IsZero() || !sum.Next.Before(until) {
				return err
			}
			if r.now = r.now.Add(time.Millisecond); sum.Next.After(r.now) {
				r.now = sum.Next
			}
		}
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// Render and Send make the replay a sink that notes what it is given.
func (r *replay) Render(_ string, bundles []deliver.Bundle, _ news.Outage) (text, markup string, n int, err error) {
	var keys [][2]string
	for _, b := range bundles {
		for _, o := range b.Items {
			for _, a := range o.Alerts {
				if a.State == news.AlertOwed { // else a message before this one told of it
					keys = append(keys, [2]string{fmt.Sprintf("%s item %d for %s", o.Item.FeedID, o.Item.ID, a.Watchlist), alertOf(o.Item, a.Watchlist)})
				}
			}
		}
	}
	b, err := json.Marshal(keys)
	return string(b), "", len(bundles), err
}

func (r *replay) Send(_ context.Context, m news.Message) (string, error) {
	var keys [][2]string
	if err := json.Unmarshal([]byte(m.Text), &keys); err != nil {
		return "", err
	}
	for _, k := range keys {
		r.posted[k[0]]++
		r.told[k[1]]++
	}
	return "", nil
}

// alertOf names an alert so that another run over the same documents has the same name for it, and a later look at the stored item, too: an edit may
// change the address of an item, and in the recording none changes a headline.
func alertOf(it news.Item, watchlist string) string {
	return fmt.Sprintf("%s %q %s for %s", it.FeedID, it.Title, it.Published.Format(time.RFC3339), watchlist)
}
