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

// Feeds prints the source board. A window that is narrow has fewer columns: the state and what shows it stay.
func (t *Terminal) Feeds(list []news.FeedStatus, now time.Time) error {
	if len(list) == 0 {
		return t.print("No feeds are configured.")
	}
	hours := "BY HOUR, "
	if t.Zone != nil {
		hours += t.Zone.String()
	} else {
		hours += "UTC"
	}
	columns := []struct {
		column
		least int // width of a window that has it
		cell  func(f news.FeedStatus) string
	}{
		{column{name: "FEED"}, 0, func(f news.FeedStatus) string { return f.Feed.ID }},
		{column{name: "STATE"}, 0, func(f news.FeedStatus) string { return string(pulse.Of(f.State)) }},
		{column{name: "LAST READ", right: true}, 130, func(f news.FeedStatus) string { return since(f.State.LastSuccess, now) }},
		{column{name: "LAST NEW", right: true}, 0, func(f news.FeedStatus) string { return since(f.State.LastNew, now) }},
		{column{name: "A DAY", right: true}, 0, func(f news.FeedStatus) string { return aDay(f.State, now) }},
		{column{name: hours}, 150, func(f news.FeedStatus) string { return t.byHour(f.State, now) }},
		{column{name: "MATCHED", right: true}, 90, matchedShare},
		{column{name: "EVERY", right: true}, 110, func(f news.FeedStatus) string { return span(f.State.Pace) }},
		{column{name: "NEXT", right: true}, 100, func(f news.FeedStatus) string { return due(f.State.DueAt.Sub(now)) }},
		{column{name: "WHAT SHOWS IT"}, 0, shown},
	}
	var heads []column
	rows := make([][]string, len(list))
	for _, c := range columns {
		if t.Width > 0 && t.Width < c.least {
			continue
		}
		heads = append(heads, c.column)
		for i, f := range list {
			rows[i] = append(rows[i], c.cell(f))
		}
	}
	return t.table(heads, rows)
}

// Feed prints everything that is known of how a feed does.
func (t *Terminal) Feed(f news.FeedStatus, now time.Time) error {
	return t.print(command.FeedInFull("en", f, t.Zone, now).Plain())
}

func since(at, now time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return ago(now.Sub(at))
}

// aDay is how many items a feed brings: "42", "1.5", "0.2".
func aDay(s news.FeedState, now time.Time) string {
	if s.Rhythm == "" {
		return "-"
	}
	n := pulse.Read(s.Rhythm).PerDay(now)
	if n >= 9.95 {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.1f", n)
}

func (t *Terminal) byHour(s news.FeedState, now time.Time) string {
	day := pulse.Read(s.Rhythm).ByHour(now, t.Zone)
	if slices.Max(day[:]) == 0 {
		return "-"
	}
	return command.Spark(day[:])
}

func matchedShare(f news.FeedStatus) string {
	if f.Kept == 0 {
		return "-"
	}
	return fmt.Sprintf("%d%%", f.Share())
}

// span is an interval in its largest unit: "30 s", "5 min", "6 h", "2 d".
func span(d time.Duration) string {
	switch {
	case d <= 0:
		return "-"
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d.Round(time.Minute)/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d.Round(time.Hour)/time.Hour)
	}
	return fmt.Sprintf("%d d", d.Round(24*time.Hour)/(24*time.Hour))
}

// shown says in a few words what shows the state of a feed: its fault and since how many polls; and whether items may have been missed, and where
// it redirects for good.
func shown(f news.FeedStatus) string {
	s := f.State
	var said []string
	switch state := pulse.Of(s); {
	case state.Failing():
		fault := fmt.Sprintf("%s, %d in a row", s.ErrorClass, s.Failures)
		if s.ErrorProof != "" {
			fault += ": " + s.ErrorProof
		}
		said = append(said, fault)
	case state == pulse.Waiting:
		said = append(said, "not polled yet")
	case state == pulse.Empty:
		said = append(said, "read, but has never published anything")
	case state == pulse.Silent:
		said = append(said, "nothing new, which is unusual for it")
	case state == pulse.Gap:
		said = append(said, "nothing in its last document was known: items may have been missed")
	}
	if s.Took >= pulse.SlowAfter {
		said = append(said, "takes "+brief(s.Took))
	}
	if s.Gaps > 0 {
		said = append(said, plural(s.Gaps, "suspected gap"))
	}
	if s.Moved() {
		said = append(said, "its url should be "+s.MovedTo)
	} else if s.MovedTo != "" && s.MovedSeen > 0 { // 0: it could not be read since, and the count begins anew
		said = append(said, fmt.Sprintf("redirects for good to %s (%d×)", s.MovedTo, s.MovedSeen))
	}
	return strings.Join(said, "; ")
}

// A Probe is how one fetch of a feed went, nothing stored.
type Probe struct {
	Feed     news.Feed
	Document news.Document  // when the feed was read
	State    news.FeedState // as it would be stored
	Took     time.Duration
	Together string // what the items that count as Feed.Language are surely written in, taken together; "": not known
}

// Probes prints a table of probes: how each feed does and what it holds; and below it why some could not be read, and what to know before trusting others.
func (t *Terminal) Probes(list []Probe, now time.Time) error {
	var rows [][]string
	var notes []string
	failed := 0
	for _, p := range list {
		state := pulse.Of(p.State)
		row := []string{p.Feed.ID, string(state), "-", "-", "-", "-", brief(p.Took)}
		known := caveats(p)
		if state.Failing() {
			failed++
			known = []string{p.State.ErrorProof}
			if c := string(p.State.ErrorClass); c != string(state) {
				known[0] = strings.TrimSuffix(c+": "+known[0], ": ")
			}
			if help := command.Remedy("en", p.State.ErrorClass, p.State.ErrorProof); help != "" {
				known[0] = strings.TrimPrefix(strings.TrimSuffix(known[0], ".")+". "+help, ". ")
			}
		} else {
			row[2] = fmt.Sprint(len(p.Document.Items))
			row[3] = since(newest(p.Document.Items), now)
			row[4], row[5] = aDay(p.State, now), span(p.State.Pace)
		}
		rows = append(rows, row)
		if len(known) > 0 {
			notes = append(notes, "• "+line(p.Feed.ID)+": "+line(strings.Join(known, "; ")))
		}
	}
	err := t.table([]column{{name: "FEED"}, {name: "STATE"}, {name: "ITEMS", right: true}, {name: "NEWEST", right: true}, {name: "A DAY", right: true},
		{name: "EVERY", right: true}, {name: "TOOK", right: true}}, rows)
	if err != nil {
		return err
	}
	if len(notes) > 0 {
		notes = append(append([]string{""}, notes...), "")
	}
	return t.print(strings.Join(append(notes, fmt.Sprintf("%s: %d read, %d failed", plural(len(list), "feed"), len(list)-failed, failed)), "\n"))
}

// caveats is what whoever adds a feed should know of its document.
func caveats(p Probe) (list []string) {
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	d := p.Document
	if d.MovedTo != "" {
		add("redirects for good to %s: that should be its url", d.MovedTo)
	}
	undated, langs := 0, map[string]int{}
	for _, it := range d.Items {
		if it.Published.Equal(it.Seen) {
			undated++
		}
		lang := it.Lang
		if lang == p.Feed.Language { // of a headline alone the close languages are never sure
			lang = cmp.Or(p.Together, lang)
		}
		if lang != p.Feed.Language {
			langs[lang]++
		}
	}
	if undated > 0 {
		add("%d without a date", undated)
	}
	if d.Zoneless > 0 && p.Feed.Timezone == "" {
		add("%d dates name no zone and are read as %s: set its timezone if they are of another", d.Zoneless, cmp.Or(d.Zone, "UTC"))
	}
	for lang, n := range langs {
		if 2*n > len(d.Items) {
			add("%d are in %q, it is configured as %q", n, lang, p.Feed.Language)
		}
	}
	if d.ETag == "" && d.LastModified == "" && !strings.HasPrefix(p.Feed.URL, "file:") {
		add("no ETag or Last-Modified: every poll takes %s", size(d.Bytes))
	}
	if d.Repaired != "" {
		add("mended: %s", d.Repaired)
	}
	if d.Dropped > 0 {
		add("%d of its entries empty or repeated", d.Dropped)
	}
	return list
}

// size is a number of bytes to two figures or so.
func size(n int) string {
	if n < 1000 {
		return plural(n, "byte")
	}
	if n < 1_000_000 {
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
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
