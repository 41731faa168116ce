package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/news"
	"vestnik/internal/pulse"
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
	Edited                         int // items that were there already and have another wording now
	Messages, Alerts, NotAlerted   int // messages posted, alerts in them, and alerts kept back (backlog, too old)
	Waiting                        int // alerts still owed
	Took                           time.Duration
}

// Totals prints what was done in a few lines.
func (t *Terminal) Totals(x Totals) error {
	feeds := fmt.Sprintf("%s: %d read", plural(x.Feeds, "feed"), x.Read)
	if x.Unchanged > 0 {
		feeds += fmt.Sprintf(" (%d unchanged)", x.Unchanged)
	}
	if x.Failed > 0 {
		feeds += fmt.Sprintf(", %d failed", x.Failed)
	}
	items := fmt.Sprintf("%s, %d on a watchlist", plural(x.New, "new item"), x.Matched)
	if x.Edited > 0 {
		items += fmt.Sprintf("; %d edited", x.Edited)
	}
	lines := []string{feeds + ", in " + brief(x.Took), items}
	alerts := fmt.Sprintf("%s in %s", plural(x.Alerts, "alert"), plural(x.Messages, "message"))
	if x.NotAlerted > 0 {
		alerts += fmt.Sprintf(", %d kept back (a feed's backlog, or too old)", x.NotAlerted)
	}
	if x.Waiting > 0 {
		alerts += fmt.Sprintf("\n%s owed: waiting for a digest, the end of quiet hours, or the next change of a story's message", plural(x.Waiting, "alert"))
	}
	return t.print(strings.Join(append(lines, alerts), "\n"))
}

// Status prints how the bot does.
func (t *Terminal) Status(s command.Status) error {
	c := s.Counts
	feeds := fmt.Sprintf("feeds    %d", c.Feeds)
	for i, state := range slices.Concat([]pulse.State{pulse.OK}, pulse.States) {
		if n := s.Feeds[state]; n > 0 && (i == 0 || state != pulse.OK) {
			if feeds += ", "; !strings.Contains(feeds, ":") {
				feeds = strings.TrimSuffix(feeds, ", ") + ": "
			}
			feeds += fmt.Sprint(n, " ", state)
		}
	}
	lines := []string{
		feeds,
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
