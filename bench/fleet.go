package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// shareNew is how few feeds of a fleet have something new per interval: one in so many.
const shareNew = 100

// A fleet is how "bot run" fares on many feeds of which few have something new.
type fleet struct {
	Feeds     int     `json:"feeds"`
	Interval  string  `json:"interval"`
	Intervals int     `json:"intervals"`
	First     cost    `json:"first"` // "bot once" on the empty database
	Run       cost    `json:"run"`   // "bot run", from its start to its end
	Core      float64 `json:"core"`  // the CPU of Run by the time of its intervals: the share of one core it took, the start included
	Cycles    []stage `json:"cycles"`
	Published int     `json:"published"` // articles, while it ran
	Audit     audit   `json:"audit"`
	Requests  int64   `json:"requests"` // while it ran
}

// fleet fills the database by "bot once" and watches "bot run" for some intervals.
func (b *bench) fleet(ctx context.Context, stdout, progress io.Writer) error {
	f := fleet{Feeds: len(b.urls), Interval: b.opts.interval.String(), Intervals: b.opts.intervals}
	path, db, err := b.configure(b.dir, b.opts.interval)
	if err != nil {
		return err
	}
	fmt.Fprintf(progress, "first fetch of %d feeds …\n", f.Feeds)
	if f.First, _, _, _, err = measured(ctx, b.bot, "once", "--config", path); err != nil {
		return err
	}
	fmt.Fprintf(progress, "  %.0f s, %.0f s CPU, %.0f MB\n", f.First.Wall, f.First.CPU, f.First.RSS)
	before, err := b.count(ctx, db)
	if err != nil {
		return err
	}
	if err := b.tell(ctx, "reset"); err != nil {
		return err
	}
	fmt.Fprintf(progress, "%d intervals of %s …\n", f.Intervals, f.Interval)
	if err := b.watch(ctx, path, &f, progress); err != nil {
		return err
	}
	stats, err := b.stats(ctx)
	if err != nil {
		return err
	}
	f.Requests, f.Published = stats.Requests, stats.Articles-before.Stored
	f.Core = f.Run.CPU / (b.opts.interval * time.Duration(f.Intervals)).Seconds()
	if f.Audit, err = b.count(ctx, db); err != nil {
		return err
	}
	f.Audit.Served = stats.Handed
	f.Audit.Lost = stats.Handed - f.Audit.Stored // if one is not there twice; the cycle's audit looks at that
	if b.opts.json {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		return e.Encode(f)
	}
	return f.print(stdout)
}

// watch runs the bot. Something new is published when it starts and whenever a tick is done, so that the next tick finds it.
func (b *bench) watch(ctx context.Context, path string, f *fleet, progress io.Writer) error {
	run, stop := context.WithCancel(ctx)
	defer stop()
	c := child(run, b.bot, "run", "--config", path, "--log", "json")
	log := &tail{progress: progress, cycle: make(chan stage, 100)}
	c.Stderr = log
	if err := b.publish(ctx); err != nil {
		return err
	}
	began := time.Now()
	if err := c.Start(); err != nil {
		return err
	}
	over := time.After(time.Duration(f.Intervals)*b.opts.interval + b.opts.interval/4) // the last tick comes at the end of the last interval
	var how error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		how = c.Wait()
	}()
	for {
		select {
		case s := <-log.cycle:
			f.Cycles = append(f.Cycles, s)
			if err := b.publish(ctx); err != nil {
				return err
			}
			continue
		case <-ended:
			return fmt.Errorf("the bot ended by itself: %w\n%s", errors.Join(how, ctx.Err()), lastOf(log.all()))
		case <-over:
		}
		stop()
		<-ended
		f.Run = costOf(c.ProcessState, time.Since(began))
		return ctx.Err()
	}
}

func (b *bench) publish(ctx context.Context) error {
	return b.tell(ctx, fmt.Sprintf("new?n=1&every=%d", shareNew))
}

func (b *bench) count(ctx context.Context, db string) (a audit, err error) {
	_, err = self(ctx, &a, "audit", "-db", db)
	return a, err
}

func (f *fleet) print(w io.Writer) error {
	fmt.Fprintf(w, "\n%d feeds, %d intervals of %s, in each of which one feed in %d has a new item.\n\n", f.Feeds, f.Intervals, f.Interval, shareNew)
	fmt.Fprintf(w, "bot once, everything new: %.1f s wall, %.1f s CPU, peak %.0f MB\n", f.First.Wall, f.First.CPU, f.First.RSS)
	fmt.Fprintf(w, "bot run: %.1f %% of a core (%.1f s CPU, its start included), peak %.0f MB\n", 100*f.Core, f.Run.CPU, f.Run.RSS)
	for _, s := range f.Cycles {
		fmt.Fprintf(w, "  %s: %d feeds polled in %s, %d failed, %d new items\n", s.At.Format(time.TimeOnly), s.Feeds, s.Took, s.Failed, s.New)
	}
	_, err := fmt.Fprintf(w, "%d requests; %d items published meanwhile; %d handed out in all, %d stored, %d lost; alerts: %d sent, %d owed; %d items that search does not find yet\n",
		f.Requests, f.Published, f.Audit.Served, f.Audit.Stored, f.Audit.Lost, f.Audit.Sent, f.Audit.Owed, f.Audit.Behind)
	return err
}

// A tail takes a bot's log as it is written, and hands over each cycle.
type tail struct {
	progress io.Writer
	cycle    chan stage

	mu   sync.Mutex
	line bytes.Buffer
	last []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = lastOf(append(t.last, p...))
	t.line.Write(p)
	for {
		line, err := t.line.ReadBytes('\n')
		if err != nil { // the rest of it is still to come
			t.line = *bytes.NewBuffer(bytes.Clone(line))
			return len(p), nil
		}
		for _, s := range stages(bytes.NewReader(line))["polled"] {
			fmt.Fprintf(t.progress, "  %s %d feeds, %d new, %s\n", s.At.Format(time.TimeOnly), s.Feeds, s.New, strings.TrimSpace(s.Took))
			select {
			case t.cycle <- s:
			default: // nobody asks any more: the bot is being stopped
			}
		}
	}
}

func (t *tail) all() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.last)
}
