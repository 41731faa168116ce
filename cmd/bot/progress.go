package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"vestnik/internal/poll"
)

// progress shows how far a round over the feeds, or over stored items, is: a bar on a terminal, a plain line every few seconds elsewhere.
type progress struct {
	out   io.Writer
	what  string                   // is counted
	bar   *progressbar.ProgressBar // nil: plain lines
	total int
	done  int
	fresh int // new items so far
	every time.Duration
	last  time.Time
	said  bool // a line was written, so the last one is as well
	now   func() time.Time
}

func newProgress(out io.Writer, total int, now func() time.Time) *progress {
	return newProgressOf(out, "feeds", total, now)
}

// newProgressOf is newProgress for something else than feeds.
func newProgressOf(out io.Writer, what string, total int, now func() time.Time) *progress {
	p := &progress{out: out, what: what, total: total, every: 5 * time.Second, last: now(), now: now}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(out),
			progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionFullWidth(),
			progressbar.OptionThrottle(50*time.Millisecond),
		)
	}
	return p
}

// result is called after each feed of a cycle, never twice at once.
func (p *progress) result(r poll.Result) { p.step(r.Committed.Stored) }

// step says that one more feed is done and brought so many new items. Its caller makes sure that it is not called twice at once.
func (p *progress) step(fresh int) {
	p.fresh += fresh
	p.advance(1)
}

// advance says that n more are done, as step does.
func (p *progress) advance(n int) {
	p.done += n
	if p.bar != nil {
		p.bar.Describe(p.what + p.news())
		_ = p.bar.Set(p.done) // what cannot be shown is not missed
		return
	}
	if now := p.now(); now.Sub(p.last) >= p.every {
		p.last = now
		p.say()
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	} else if p.said {
		p.say()
	}
}

func (p *progress) say() {
	p.said = true
	fmt.Fprintf(p.out, "%d of %d %s%s\n", p.done, p.total, p.what, p.news())
}

// news is how many new items there are, "" while there are none: a probe stores nothing.
func (p *progress) news() string {
	if p.fresh == 0 {
		return ""
	}
	return fmt.Sprintf(", %d new items", p.fresh)
}
