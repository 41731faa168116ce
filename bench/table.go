package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// A line sums up the rounds of a phase: medians, but for what must not happen, which is a sum.
type line struct {
	Phase      string  `json:"phase"`
	Rounds     int     `json:"rounds"`
	Floor      cost    `json:"floor"`
	Bot        cost    `json:"bot"`
	Start      float64 `json:"start_s"`
	Committed  float64 `json:"committed_s"`
	Searchable float64 `json:"searchable_s"`
	Ratio      float64 `json:"ratio"`           // committed to the floor's wall, each within its round
	RatioWall  float64 `json:"ratio_wall"`      // the whole run to the floor's wall
	RatioCPU   float64 `json:"ratio_cpu"`       // CPU to the floor's
	MaxRSS     float64 `json:"max_rss_mb"`      // the bot's, over all rounds
	Lost       int     `json:"lost"`            // over all rounds
	Doubled    int     `json:"doubled"`         // over all rounds
	Audit      *audit  `json:"audit,omitempty"` // of the last round
	Full       int64   `json:"200"`             // answers the bot got in the last round
	Unchanged  int64   `json:"304"`
	Bytes      int64   `json:"bytes"`
	Watched    int     `json:"watched,omitempty"` // articles that the farm put on a watchlist, of those its documents hold
}

func summarise(samples []sample) []line {
	var out []line
	for _, p := range phases() {
		var of []sample
		for _, s := range samples {
			if s.Phase == p.id {
				of = append(of, s)
			}
		}
		if len(of) == 0 {
			continue
		}
		med := func(f func(sample) float64) float64 {
			var xs []float64
			for _, s := range of {
				xs = append(xs, f(s))
			}
			return median(xs)
		}
		last := of[len(of)-1]
		l := line{
			Phase: p.name, Rounds: len(of),
			Floor:      cost{med(func(s sample) float64 { return s.Floor.Wall }), med(func(s sample) float64 { return s.Floor.CPU }), med(func(s sample) float64 { return s.Floor.RSS })},
			Bot:        cost{med(func(s sample) float64 { return s.Bot.Wall }), med(func(s sample) float64 { return s.Bot.CPU }), med(func(s sample) float64 { return s.Bot.RSS })},
			Start:      med(func(s sample) float64 { return s.Start }),
			Committed:  med(func(s sample) float64 { return s.Committed }),
			Searchable: med(func(s sample) float64 { return s.Searchable }),
			Ratio:      med(func(s sample) float64 { return s.Committed / s.Floor.Wall }),
			RatioWall:  med(func(s sample) float64 { return s.Bot.Wall / s.Floor.Wall }),
			RatioCPU:   med(func(s sample) float64 { return s.Bot.CPU / s.Floor.CPU }),
			Audit:      last.Audit, Full: last.FarmSaw.Full, Unchanged: last.FarmSaw.Unchanged, Bytes: last.FarmSaw.Bytes, Watched: last.FarmSaw.Watched,
		}
		for _, s := range of {
			l.MaxRSS = max(l.MaxRSS, s.Bot.RSS)
			if s.Audit != nil {
				l.Lost += s.Audit.Lost
				l.Doubled += s.Audit.Doubled
			}
		}
		out = append(out, l)
	}
	return out
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	n := len(xs)
	if n%2 == 1 {
		return xs[n/2]
	}
	return (xs[n/2-1] + xs[n/2]) / 2
}

// print writes the lines as a table. Its ratios are medians of each round's own, so they need not be those of the medians beside them.
func print(w io.Writer, lines []line) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tfloor\t\t\tbot once\t\t\t\t\t\t\tto the floor\t\t\tanswers\t\t")
	fmt.Fprintln(t, "\twall s\tCPU s\tMB\tstarted s\tcommitted s\tsearchable +s\twall s\tCPU s\tMB\tmost MB\tcommitted\twall\tCPU\t200\t304\tMB\t")
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.0f\t%.0f\t%.2f×\t%.2f×\t%.2f×\t%d\t%d\t%.1f\t\n", l.Phase, l.Floor.Wall, l.Floor.CPU, l.Floor.RSS,
			l.Start, l.Committed, l.Searchable, l.Bot.Wall, l.Bot.CPU, l.Bot.RSS, l.MaxRSS, l.Ratio, l.RatioWall, l.RatioCPU, l.Full, l.Unchanged, float64(l.Bytes)/1e6)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, l := range lines {
		a := l.Audit
		if a == nil {
			continue
		}
		fmt.Fprintf(w, "\n%s, last round: %d articles in the feeds, %d items stored; over all %d rounds %d lost, %d stored twice.\n", l.Phase, a.Served, a.Stored, l.Rounds, l.Lost, l.Doubled)
		fmt.Fprintf(w, "  on a watchlist: %d", a.Matched)
		if l.Watched > 0 && a.Stored == a.Served {
			fmt.Fprintf(w, " (the farm put %d there)", l.Watched)
		}
		fmt.Fprintf(w, "; alerts: %d sent, %d kept back as backlog, %d still owed; %d items that search does not find yet\n", a.Sent, a.Skipped, a.Owed, a.Behind)
	}
	return nil
}
