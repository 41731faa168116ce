package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A phase is one cycle over all feeds: what the farm is told first, and what is special about it.
type phase struct {
	id    string
	name  string
	tell  []string // to the farm, before
	after []string // to the farm, behind
	own   bool     // other farms cannot do it
	check bool     // set what is served beside what is stored
}

func phases() []phase {
	return []phase{
		{id: "first", name: "first fetch", check: true},
		{id: "304", name: "all 304"},
		{id: "slow", name: "all 304, 200 ms latency", own: true, tell: []string{"set?latency=200ms"}, after: []string{"set?latency=0s"}},
		{id: "bytes", name: "no validators, unchanged", own: true, tell: []string{"set?validators=no"}, after: []string{"set?validators=yes"}},
		{id: "new", name: "1 new item each", tell: []string{"new?n=1"}, check: true},
	}
}

// chosen reads a list of phases with commas between; nil: all.
func chosen(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	ids := strings.Split(list, ",")
	if ids[0] != "first" {
		return nil, fmt.Errorf("-phases %s: every round begins with first", list)
	}
	for _, id := range ids {
		if !slices.ContainsFunc(phases(), func(p phase) bool { return p.id == id }) {
			return nil, fmt.Errorf("-phases %s: there is no phase %q", list, id)
		}
	}
	return ids, nil
}

// A sample is one phase of one round.
type sample struct {
	Phase      string      `json:"phase"`
	Round      int         `json:"round"`
	Bot        cost        `json:"bot"`
	Committed  float64     `json:"committed_s,omitempty"`  // from the start of the program until items and alerts owed were written; 0: the bot does not say
	Searchable float64     `json:"searchable_s,omitempty"` // and from then until search finds them all
	Start      float64     `json:"start_s,omitempty"`      // until the first feed was asked
	Floor      cost        `json:"floor"`
	FloorSaw   floorResult `json:"floor_saw"`
	FarmSaw    farmStats   `json:"farm_saw"` // of the bot
	Audit      *audit      `json:"audit,omitempty"`
}

// cycle is the benchmark of one poll of every feed.
func (b *bench) cycle(ctx context.Context, progress io.Writer) ([]sample, error) {
	var samples []sample
	for n := range b.opts.rounds {
		dir := filepath.Join(b.dir, strconv.Itoa(n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, err
		}
		path, db, err := b.configure(dir, 5*time.Minute)
		if err != nil {
			return nil, err
		}
		r := round{b, n, path, db, filepath.Join(dir, "floor.json")}
		for _, p := range phases() {
			if p.own && !b.own || len(b.opts.phases) > 0 && !slices.Contains(b.opts.phases, p.id) {
				continue
			}
			s, err := r.phase(ctx, p)
			if err != nil {
				return nil, fmt.Errorf("round %d, %s: %w", n+1, p.name, err)
			}
			fmt.Fprintf(progress, "round %d  %-25s bot %6.2f s (%5.2f s CPU, %4.0f MB)   floor %6.2f s (%5.2f s CPU)\n", n+1, p.name, s.Bot.Wall, s.Bot.CPU, s.Bot.RSS, s.Floor.Wall, s.Floor.CPU)
			samples = append(samples, s)
		}
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
	}
	return samples, nil
}

// A round begins with an empty database and a floor that knows nothing.
type round struct {
	*bench
	number     int
	config, db string
	state      string // the floor's
}

func (r round) phase(ctx context.Context, p phase) (s sample, err error) {
	s.Phase, s.Round = p.id, r.number+1
	for _, t := range p.tell {
		if err := r.tell(ctx, t); err != nil {
			return s, err
		}
	}
	steps := []func() error{
		func() error {
			s.Floor, err = self(ctx, &s.FloorSaw, "floor", "-list", r.list, "-state", r.state, "-workers", strconv.Itoa(r.opts.workers))
			return err
		},
		func() error { return r.once(ctx, &s) },
	}
	if r.number%2 == 1 {
		slices.Reverse(steps) // the machine's speed swings: neither always goes first
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return s, err
		}
	}
	for _, t := range p.after {
		if err := r.tell(ctx, t); err != nil {
			return s, err
		}
	}
	if p.check {
		s.Audit = new(audit)
		_, err = self(ctx, s.Audit, "audit", "-list", r.list, "-db", r.db)
	}
	return s, err
}

// once runs "bot once".
func (r round) once(ctx context.Context, s *sample) error {
	if err := r.tell(ctx, "reset"); err != nil {
		return err
	}
	k, began, _, log, err := measured(ctx, r.bot, "once", "--config", r.config, "--log", "json", "--log-level", "debug")
	if err != nil {
		return err
	}
	s.Bot = k
	at := stages(bytes.NewReader(log))
	if x := at["round began"]; len(x) == 1 {
		s.Start = x[0].At.Sub(began).Seconds()
	}
	if x := at["polled"]; len(x) == 1 {
		s.Committed = x[0].At.Sub(began).Seconds()
		if y := at["indexed"]; len(y) == 1 {
			s.Searchable = y[0].At.Sub(x[0].At).Seconds()
		}
	}
	s.FarmSaw, err = r.stats(ctx)
	return err
}
