package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/news"
)

// List prints what a search or a list of recent items found, newest first as it came.
func (t *Terminal) List(l command.List) error {
	var b strings.Builder
	for _, f := range l.Items {
		b.WriteString("● " + t.source(f.Feed, f.Item, true) + "\n")
		for _, s := range t.body(f.Item, f.Matches) {
			b.WriteString(s + "\n")
		}
		var lists []string
		for _, m := range f.Matches {
			lists = append(lists, cmp.Or(line(l.Names[m.Watchlist]), m.Watchlist))
		}
		if len(lists) > 0 {
			b.WriteString("  ▸ " + strings.Join(lists, ", ") + "\n")
		}
		if f.Item.Link != "" {
			b.WriteString("  " + line(f.Item.Link) + "\n")
		}
		b.WriteByte('\n')
	}
	switch {
	case len(l.Items) == 0 && l.Query != "":
		fmt.Fprintf(&b, "Nothing found for %q.", line(l.Query))
	case len(l.Items) == 0:
		b.WriteString("Nothing yet.")
	default:
		b.WriteString(plural(len(l.Items), "item") + ".")
		if l.More {
			b.WriteString(" There are older ones: see --limit.")
		}
	}
	if l.Behind > 0 {
		fmt.Fprintf(&b, " The index has still to take in %s.", plural(l.Behind, "newer item"))
	}
	return t.print(b.String())
}

// Feeds prints the source board.
func (t *Terminal) Feeds(list []news.FeedStatus, now time.Time) error {
	var rows [][]string
	for _, f := range list {
		last := "-"
		if !f.State.LastNew.IsZero() {
			last = ago(now.Sub(f.State.LastNew))
		}
		rows = append(rows, []string{f.Feed.ID, f.Feed.Country, f.Feed.Language, string(f.Feed.Type), fmt.Sprint(f.State.Items), fmt.Sprint(f.Matched),
			last, due(f.State.DueAt.Sub(now)), Condition(f.State, now)})
	}
	if len(rows) == 0 {
		return t.print("No feeds are configured.")
	}
	return t.table([]column{{name: "FEED"}, {name: "IN"}, {name: "LANG"}, {name: "TYPE"}, {name: "ITEMS", right: true}, {name: "MATCHED", right: true},
		{name: "LAST NEW", right: true}, {name: "NEXT", right: true}, {name: "CONDITION"}}, rows)
}

// Condition says in a few words how a feed does: what is wrong with it and since how many polls, or that it publishes nothing, or "ok";
// and whether items may have been missed, and where it redirects for good.
func Condition(s news.FeedState, now time.Time) string {
	var c string
	switch {
	case s.Failures > 0:
		c = fmt.Sprintf("%s, %d in a row", s.ErrorClass, s.Failures)
		if s.ErrorProof != "" {
			c += ": " + s.ErrorProof
		}
	case s.LastSuccess.IsZero():
		c = "not polled yet"
	case s.LastNew.IsZero():
		c = "read, but has never published anything"
	case now.Sub(s.LastNew) > command.QuietAfter:
		c = "read, but publishing nothing"
	default:
		c = "ok"
	}
	if s.Gaps > 0 {
		c += ", " + plural(s.Gaps, "suspected gap")
	}
	if s.MovedTo != "" {
		c += ", moved to " + s.MovedTo
	}
	return c
}

// Failures prints the feeds of list that fail, each with its class and proof; nothing when none does.
func (t *Terminal) Failures(list []news.FeedStatus) error {
	list = slices.DeleteFunc(slices.Clone(list), func(f news.FeedStatus) bool { return f.State.Failures == 0 })
	if len(list) == 0 {
		return nil
	}
	var rows [][]string
	for _, f := range list {
		rows = append(rows, []string{f.Feed.ID, f.Feed.Outlet, string(f.State.ErrorClass), fmt.Sprint(f.State.Failures), cmp.Or(f.State.ErrorProof, "-")})
	}
	return t.table([]column{{name: "FEED"}, {name: "OUTLET"}, {name: "FAULT"}, {name: "IN A ROW", right: true}, {name: "WHAT IT SAID"}}, rows)
}

// Totals is what a round over the feeds and the flush after it did.
type Totals struct {
	Feeds, Read, Unchanged, Failed int // feeds polled, read (unchanged ones among them), and not
	New, Matched                   int // items stored, and of them those on a watchlist
	Messages, Alerts, NotAlerted   int // messages posted, alerts in them, and alerts kept back (backlog, too old)
	Took                           time.Duration
}

// Totals prints what was done in two or three lines.
func (t *Terminal) Totals(x Totals) error {
	feeds := fmt.Sprintf("%s: %d read", plural(x.Feeds, "feed"), x.Read)
	if x.Unchanged > 0 {
		feeds += fmt.Sprintf(" (%d unchanged)", x.Unchanged)
	}
	if x.Failed > 0 {
		feeds += fmt.Sprintf(", %d failed", x.Failed)
	}
	lines := []string{
		feeds + ", in " + brief(x.Took),
		fmt.Sprintf("%s, %d on a watchlist", plural(x.New, "new item"), x.Matched),
	}
	alerts := fmt.Sprintf("%s in %s", plural(x.Alerts, "alert"), plural(x.Messages, "message"))
	if x.NotAlerted > 0 {
		alerts += fmt.Sprintf(", %d kept back (a feed's backlog, or too old)", x.NotAlerted)
	}
	return t.print(strings.Join(append(lines, alerts), "\n"))
}

// Status prints how the bot does.
func (t *Terminal) Status(s command.Status) error {
	c := s.Counts
	lines := []string{
		fmt.Sprintf("feeds    %d: %d well, %d failing, %d quiet, %d not polled yet", c.Feeds, s.Well, s.Failing, s.Quiet, s.Waiting),
		fmt.Sprintf("items    %d, %d on a watchlist", c.Items, c.Matched),
		fmt.Sprintf("alerts   %d sent, %d owed, %d frozen, %d kept back", c.Alerts[news.AlertSent], c.Alerts[news.AlertOwed], c.Alerts[news.AlertFrozen],
			c.Alerts[news.AlertSkipped]),
		fmt.Sprintf("messages %d, %d still to be posted", c.Messages, c.Unsent),
	}
	if s.LastRead.IsZero() {
		lines = append(lines, "no feed has been read yet")
	} else {
		lines = append(lines, "last read "+t.stamp(s.LastRead))
	}
	if c.Behind > 0 {
		lines = append(lines, fmt.Sprintf("index    %s behind", plural(c.Behind, "item")))
	}
	return t.print(strings.Join(lines, "\n"))
}

// plural counts in English, the language of the command line.
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprint(n, " ", noun)
}

// ago is a past span in its largest unit: "now", "5 min ago", "3 h ago", "12 d ago".
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", d/time.Hour)
	}
	return fmt.Sprintf("%d d ago", d/(24*time.Hour))
}

// due is the span until a feed is due in its largest unit, rounded up: "now", "in 5 min", "in 3 h", "in 12 d".
func due(d time.Duration) string {
	up := func(unit time.Duration) time.Duration { return (d + unit - 1) / unit }
	switch {
	case d <= 0:
		return "now"
	case d <= time.Hour:
		return fmt.Sprintf("in %d min", up(time.Minute))
	case d <= 48*time.Hour:
		return fmt.Sprintf("in %d h", up(time.Hour))
	}
	return fmt.Sprintf("in %d d", up(24*time.Hour))
}

// brief is a span to three figures or so: "340ms", "4.2s", "1m12s".
func brief(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// A Probe is how one fetch of a feed went, nothing stored.
type Probe struct {
	Feed     news.Feed
	Document news.Document // when Err is nil
	Err      error
	Took     time.Duration
}

// Probes prints a table of probes: what each feed holds, or why it could not be read.
func (t *Terminal) Probes(list []Probe) error {
	var rows [][]string
	failed := 0
	for _, p := range list {
		row := []string{p.Feed.ID, "-", "-", brief(p.Took), "ok"}
		if p.Err != nil {
			failed++
			row[4] = line(p.Err.Error())
		} else {
			row[1] = fmt.Sprint(len(p.Document.Items))
			if newest := newest(p.Document.Items); !newest.IsZero() {
				row[2] = t.stamp(newest)
			}
			if p.Document.Repaired != "" {
				row[4] = "ok, mended: " + p.Document.Repaired
			}
			if p.Document.MovedTo != "" {
				row[4] += ", moved to " + line(p.Document.MovedTo)
			}
		}
		rows = append(rows, row)
	}
	if err := t.table([]column{{name: "FEED"}, {name: "ITEMS", right: true}, {name: "NEWEST"}, {name: "TOOK", right: true}, {name: "HOW"}}, rows); err != nil {
		return err
	}
	return t.print(fmt.Sprintf("%s: %d read, %d failed", plural(len(list), "feed"), len(list)-failed, failed))
}

func newest(items []news.Item) time.Time {
	var at time.Time
	for _, it := range items {
		if it.Published.After(at) {
			at = it.Published
		}
	}
	return at
}
