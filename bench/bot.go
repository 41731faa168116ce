package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A bench is what both benchmarks work with: a bot, a farm, a folder that is gone afterwards.
type bench struct {
	opts options
	dir  string
	bot  string // the program
	farm string // where the farm lives
	own  bool   // the farm is ours: it can be told to be slow and to forget validators
	list string // a file with the addresses of its feeds
	urls []string
	rest []byte // watchlists of the shipped configuration
	stop func() // ends the farm, when it is ours
}

// open prepares a bench, which is to be closed whether or not that works.
func (b *bench) open(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp(b.opts.dir, "vestnik-bench-"); err != nil {
		return err
	}
	shipped, err := os.ReadFile(b.opts.config)
	if err != nil {
		return fmt.Errorf("%w\nRun it in the folder of the repository, or say -config where its config.yaml is", err)
	}
	if b.rest, err = section(shipped, "watchlists:"); err != nil {
		return fmt.Errorf("%s: %w", b.opts.config, err)
	}
	if b.bot = b.opts.bot; b.bot == "" {
		b.bot = filepath.Join(b.dir, "bot")
		out, err := exec.CommandContext(ctx, "go", "build", "-o", b.bot, "./cmd/bot").CombinedOutput()
		if err != nil {
			return fmt.Errorf("go build ./cmd/bot: %w\n%s", err, out)
		}
	}
	b.farm = strings.TrimRight(b.opts.farm, "/")
	if b.own = b.farm == ""; b.own {
		if b.farm, b.stop, err = startFarm(ctx, b.opts.feeds, b.opts.items); err != nil {
			return err
		}
	}
	list, err := get(ctx, b.farm+"/urls")
	if err != nil {
		return fmt.Errorf("ask the farm for its feeds: %w", err)
	}
	b.list = filepath.Join(b.dir, "urls")
	if err := os.WriteFile(b.list, list, 0o600); err != nil {
		return err
	}
	if b.urls, err = readLines(b.list); err == nil && len(b.urls) == 0 {
		err = errors.New("the farm has no feeds")
	}
	return err
}

// close stops the farm and removes what was written.
func (b *bench) close() error {
	if b.stop != nil {
		b.stop()
	}
	if b.dir == "" {
		return nil
	}
	return os.RemoveAll(b.dir)
}

// section is a key of a YAML file with all that belongs to it.
func section(file []byte, key string) ([]byte, error) {
	var out strings.Builder
	in := false
	for line := range strings.Lines(string(file)) {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "#") {
			in = strings.HasPrefix(line, key)
		}
		if in {
			out.WriteString(line)
		}
	}
	if out.Len() == 0 {
		return nil, fmt.Errorf("there is no %q in it", key)
	}
	return []byte(out.String()), nil
}

// configure writes a configuration with the farm's feeds and the shipped watchlists into dir and returns its path and the database's.
func (b *bench) configure(dir string, interval time.Duration) (path, db string, err error) {
	db = filepath.Join(dir, "vestnik.db")
	var y strings.Builder
	// Items are as old as the farm dates them; nothing is kept back for that.
	fmt.Fprintf(&y, "store: %q\nschedule: \"@every %s\"\nmax_age: 0\n", "sqlite:"+filepath.ToSlash(db), interval)
	// Every feed at every tick: what is measured is a poll, not how few of them the bot's pace makes of it.
	fmt.Fprintf(&y, "fetch: {allow_private: true, concurrency: %d, per_host: %[1]d, interval: %s, max_interval: %[2]s%s}\n", b.opts.workers, interval, b.opts.fetch)
	y.WriteString("feeds:\n")
	tongues := tongues()
	for i, url := range b.urls {
		lang := "ru"
		if b.own {
			lang = tongues[i%len(tongues)].code
		}
		fmt.Fprintf(&y, "  - {id: farm-%d, url: %q, outlet: Farm %d, country: KZ, language: %s, type: independent}\n", i, url, i, lang)
	}
	y.Write(b.rest)
	path = filepath.Join(dir, "config.yaml")
	return path, db, os.WriteFile(path, []byte(y.String()), 0o600)
}

// tell asks the farm to do something.
func (b *bench) tell(ctx context.Context, what string) error {
	_, err := get(ctx, b.farm+"/ctl/"+what)
	return err
}

// stats is what the farm counted since it was last told to begin anew.
func (b *bench) stats(ctx context.Context) (s farmStats, err error) {
	body, err := get(ctx, b.farm+"/ctl/stats")
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(body, &s)
}
