// Command bench measures what a poll of many feeds costs the bot, beside the least that any reader has to spend, on feeds it serves itself over loopback.
// It must not be imported, and what it measures runs in processes of their own.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const about = `Measures a cycle of the bot. Run it in the folder of the repository.

  go run ./bench [flags]         «bot once» in its phases (first fetch, all 304, slow, no validators, one new item each) beside the floor:
                                 conditional GET and gofeed, nothing stored
  go run ./bench fleet [flags]   «bot run» on 10,000 feeds of which one in a hundred has something new per interval
  go run ./bench farm [flags]    only serve the feeds; -help tells its controls
  go run ./bench floor, audit    what the first command runs; -help tells their flags

Every round begins with an empty database. Bot and floor take turns going first; the figures are medians, ratios are taken within each round.
The machine should have nothing else to do.

`

// options are the flags of the benchmarks.
type options struct {
	bot, farm, config, dir string
	fetch                  string // further options of the section fetch, ", key: value"
	feeds, items           int
	workers                int // requests at the same time, of the bot and of the floor
	rounds                 int
	phases                 []string
	interval               time.Duration
	intervals              int
	json                   bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stopped := ctx.Err() != nil
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	if stopped {
		err = errors.New("stopped") // and that is why whatever else failed did
	}
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	name := "cycle"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	fs := flag.NewFlagSet("bench "+name, flag.ContinueOnError)
	fs.SetOutput(stderr)
	switch name {
	case "cycle", "fleet":
		return benchmark(ctx, name, fs, args, stdout, stderr)
	case "farm":
		addr := fs.String("addr", "127.0.0.1:18080", "loopback address to listen on; port 0 takes a free one, which is printed")
		feeds := fs.Int("feeds", 500, "feeds")
		items := fs.Int("items", 30, "articles a feed shows")
		held := fs.Bool("held", false, "stop when the standard input ends")
		fs.Usage = func() {
			fmt.Fprint(stderr, "Serves feeds: /urls lists them, /ctl/new?n=1[&every=100] publishes, /ctl/set?latency=200ms&validators=no sets how it answers,\n/ctl/stats and /ctl/reset count.\n\n")
			fs.PrintDefaults()
		}
		if err := parse(fs, args); err != nil {
			return err
		}
		if *feeds < 1 || *items < 1 {
			return errors.New("-feeds and -items are at least 1")
		}
		if !*held {
			stdin = nil
		}
		return runFarm(ctx, *addr, *feeds, *items, stdin, stdout)
	case "floor":
		list := fs.String("list", "urls", "file with the addresses of the feeds")
		state := fs.String("state", "floor.json", "file in which validators are kept between runs")
		workers := fs.Int("workers", 48, "requests at the same time")
		if err := parse(fs, args); err != nil {
			return err
		}
		return runFloor(ctx, *list, *state, *workers, stdout)
	case "audit":
		list := fs.String("list", "", "file with the addresses of the feeds; empty: only count what is stored")
		db := fs.String("db", "vestnik.db", "the bot's database")
		if err := parse(fs, args); err != nil {
			return err
		}
		return runAudit(ctx, *list, *db, stdout)
	}
	return fmt.Errorf("there is no %q: see go run ./bench -help", name)
}

func parse(fs *flag.FlagSet, args []string) error {
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%q is one too many: see -help", fs.Arg(0))
	}
	return nil
}

func benchmark(ctx context.Context, name string, fs *flag.FlagSet, args []string, stdout, stderr io.Writer) (err error) {
	var o options
	var only string
	feeds := 500
	if name == "fleet" {
		feeds = 10_000
	}
	fs.StringVar(&o.bot, "bot", "", "the program to measure; empty: ./cmd/bot is built")
	fs.StringVar(&o.config, "config", "config.yaml", "the configuration whose watchlists are used")
	fs.StringVar(&o.dir, "dir", "", "where databases are put while it runs; empty: the system's folder for such")
	fs.StringVar(&o.fetch, "fetch", "", "further options of the section fetch of the configuration, such as 'timeout: 5s, redirects: 2'")
	fs.IntVar(&o.feeds, "feeds", feeds, "feeds of the farm")
	fs.IntVar(&o.items, "items", 30, "articles in each")
	fs.IntVar(&o.workers, "workers", 48, "requests at the same time: the option concurrency of the bot, and of the floor")
	fs.BoolVar(&o.json, "json", false, "print every sample and the summary as JSON")
	if name == "fleet" {
		fs.DurationVar(&o.interval, "interval", 5*time.Minute, "between two polls of a feed")
		fs.IntVar(&o.intervals, "intervals", 3, "how many of them")
	} else {
		fs.StringVar(&o.farm, "farm", "", "address of a farm that runs already; empty: one of its own (another's does no latency and no missing validators)")
		fs.IntVar(&o.rounds, "rounds", 5, "rounds")
		fs.StringVar(&only, "phases", "", "only these, such as first,304,new; first has to be among them (all: first,304,slow,bytes,new)")
	}
	fs.Usage = func() {
		fmt.Fprint(stderr, about)
		fs.PrintDefaults()
	}
	if err := parse(fs, args); err != nil {
		return err
	}
	if o.feeds < 1 || o.items < 1 || o.workers < 1 || name == "cycle" && o.rounds < 1 || name == "fleet" && (o.intervals < 1 || o.interval < time.Second) {
		return errors.New("counts are at least 1, and an interval a second")
	}
	if o.phases, err = chosen(only); err != nil {
		return err
	}
	if o.fetch != "" {
		o.fetch = ", " + o.fetch
	}
	b := &bench{opts: o}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := b.open(ctx); err != nil {
		return err
	}
	if name == "fleet" {
		return b.fleet(ctx, stdout, stderr)
	}
	samples, err := b.cycle(ctx, stderr)
	if err != nil {
		return err
	}
	lines := summarise(samples)
	if o.json {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"feeds": len(b.urls), "workers": o.workers, "cpus": runtime.NumCPU(), "summary": lines, "samples": samples})
	}
	fmt.Fprintf(stdout, "\n%d feeds, %d requests at a time, %d CPUs, medians of %d rounds.\n\n", len(b.urls), o.workers, runtime.NumCPU(), o.rounds)
	return print(stdout, lines)
}
