package console

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"vestnik/internal/backtest"
	"vestnik/internal/news"
)

// chartColumns is how many columns a chart has at most, and where lines are not wrapped.
const chartColumns = 60

// Backtest prints a report: a table of its watchlists, or with details everything about each.
func (t *Terminal) Backtest(r backtest.Report, details bool) error {
	if r.Items == 0 {
		return t.print("There are no stored items since " + t.stamp(r.Since) + ".")
	}
	if !details {
		return t.backtestTable(r)
	}
	for i, v := range r.Watchlists {
		if i > 0 {
			if err := t.print(""); err != nil {
				return err
			}
		}
		if err := t.verdict(r, v); err != nil {
			return err
		}
	}
	return nil
}

func (t *Terminal) backtestTable(r backtest.Report) error {
	var rows [][]string
	judged := slices.ContainsFunc(r.Watchlists, func(v *backtest.Verdict) bool { return v.Precision != nil })
	alerts, added, gone := 0, 0, 0
	for _, v := range r.Watchlists {
		alerts, added, gone = alerts+v.Alerts, added+v.Added, gone+v.Gone
		with := "-"
		if len(v.Overlap) > 0 {
			o := v.Overlap[0]
			with = fmt.Sprintf("%d%% %s", backtest.Percent(o.Items, v.Alerts), o.ID)
		}
		id := v.ID
		if v.Removed {
			id += " (removed)"
		}
		row := []string{id, fmt.Sprint(v.Alerts), bars(sums(v.PerDay, 31), 1)[0], fmt.Sprint(v.Near), fmt.Sprint(v.Held), fmt.Sprint(total(v.Kept)),
			fmt.Sprint(v.Live.Alerts), signed("+", v.Added), signed("−", v.Gone), fmt.Sprint(v.Unheard)}
		if judged {
			row = append(row, precision(v.Precision))
		}
		rows = append(rows, append(row, with))
	}
	columns := []column{{name: "WATCHLIST"}, {name: "ALERTS", right: true}, {name: "BY DAY"}, {name: "NEAR", right: true}, {name: "EXCLUDED", right: true},
		{name: "KEPT", right: true}, {name: "LIVE", right: true}, {name: "ADDED", right: true}, {name: "GONE", right: true}, {name: "UNHEARD", right: true}}
	if judged {
		columns = append(columns, column{name: "PRECISION", right: true})
	}
	if err := t.table(append(columns, column{name: "SHARES MOST"}), rows); err != nil {
		return err
	}
	able := ""
	if s := t.able(r); s != "" {
		able = "\n" + s
	}
	return t.print(fmt.Sprintf("\n%s from %s: %s, on %s. Against what was alerted: %d added, %d gone.%s\nbot backtest WATCHLIST shows samples, near misses and differences.",
		plural(r.Items, "stored item"), t.period(r.Since, r.Until), plural(alerts, "alert"), plural(r.Alerting, "item"), added, gone, able))
}

// sums adds up days that lie beside each other until there are at most so many columns.
func sums(values []int, columns int) []int {
	each := max((len(values)+columns-1)/columns, 1)
	var out []int
	for i, v := range values {
		if i%each == 0 {
			out = append(out, 0)
		}
		out[len(out)-1] += v
	}
	return out
}

func total(counts map[string]int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

func signed(sign string, n int) string {
	if n == 0 {
		return "0"
	}
	return sign + fmt.Sprint(n)
}

// precision is "90% of 20", "-" when nobody judged.
func precision(p *backtest.Precision) string {
	if p == nil || p.Good+p.Bad == 0 {
		return "-"
	}
	return fmt.Sprintf("%d%% of %d", backtest.Percent(p.Good, p.Good+p.Bad), p.Good+p.Bad)
}

// judged is what readers said of a watchlist's alerts.
func judged(p *backtest.Precision) []string {
	l := "Readers found good: " + precision(p) + " alerts judged"
	if p.TooFew {
		l += ", too few to tell"
	} else {
		l += fmt.Sprintf(" (95%% interval: %.0f–%.0f%%)", 100*p.Low, 100*p.High)
	}
	lines := []string{l + "."}
	if len(p.Weeks) > 1 {
		var weeks []string
		for _, w := range p.Weeks {
			weeks = append(weeks, fmt.Sprintf("%s %d of %d", w.Monday.Format("2 Jan"), w.Good, w.Good+w.Bad))
		}
		lines = append(lines, "  by week: "+strings.Join(weeks, ", "))
	}
	for _, x := range p.Terms {
		lines = append(lines, fmt.Sprintf("  by %q: %d good, %d bad", line(x.Term), x.Good, x.Bad))
	}
	for _, x := range p.Proposals {
		lines = append(lines, fmt.Sprintf("  %q would have silenced %d of %d bad, %d of %d good and %d of %d others.", line(x.Phrase), x.Bad, x.OfBad, x.Good, x.OfGood,
			x.Others, x.OfOthers))
	}
	if len(p.YAML) > 0 {
		lines = append(lines, "  For the configuration, and what is under profiles for the file of profiles. A line takes the place of one of the same name:")
	}
	for _, y := range p.YAML {
		lines = append(lines, asIs+"    "+y)
	}
	return lines
}

func (t *Terminal) period(since, until time.Time) string {
	return t.stamp(since) + " to " + t.stamp(until)
}

// verdict prints everything about one watchlist.
func (t *Terminal) verdict(r backtest.Report, v *backtest.Verdict) error {
	name := line(v.Name)
	if name != v.ID {
		name += " (" + v.ID + ")"
	}
	days := max(r.Able().Hours()/24, 1)
	lines := []string{
		fmt.Sprintf("%s: %s, %.2g a day", name, plural(v.Alerts, "alert"), float64(v.Alerts)/days),
		fmt.Sprintf("%s from %s", plural(r.Items, "stored item"), t.period(r.Since, r.Until)),
	}
	if s := t.able(r); s != "" {
		lines = append(lines, s)
	}
	if v.Removed {
		lines[0] = name + ": it is not in the configuration any more"
	}
	columns := chartColumns
	if t.Width > 0 {
		columns = max(min(columns, t.Width-10), 10)
	}
	if c := chart(r.Days, v.PerDay, columns); c != nil {
		lines = append(lines, "")
		for _, l := range c {
			lines = append(lines, asIs+l)
		}
	}
	lines = append(lines, "")
	if len(v.Kept) > 0 {
		lines = append(lines, keptBack(v))
	}
	if v.Precision != nil {
		lines = append(lines, judged(v.Precision)...)
	}
	lines = append(lines, overlap(v), live(v))
	samples, why := "Samples, from the whole period", nowAlerts
	added := func(e backtest.Example) string { return nowAlerts(e) + "; " + then(e, v.Threshold) }
	addedToo := v.Added
	if v.Added == v.Alerts { // a new watchlist: once is enough
		samples, why, addedToo = "Samples, from the whole period, all of them added: would alert now, and did not", added, 0
	}
	for _, part := range []struct {
		title string
		all   int
		list  []backtest.Example
		why   func(backtest.Example) string
	}{
		{samples, v.Alerts, v.Samples, why},
		{"On the watchlist, but " + whyKept(v.Kept) + ": would have alerted otherwise", total(v.Kept), v.KeptShown, nowAlerts},
		{"Near misses: evidence, but not enough", v.Near, v.NearBest, func(e backtest.Example) string { return lacks(e.Now, v.Threshold) }},
		{"Silenced by an excluded phrase", v.Held, v.HeldShown, excludedNow},
		{"Added: would alert now, and did not", addedToo, v.AddedShown, added},
		{"Gone: alerted, and would not now", v.Gone, v.GoneShown, func(e backtest.Example) string { return notNow(e, v) }},
	} {
		if part.all > 0 {
			lines = append(lines, t.part(part.title, part.all, part.list, part.why)...)
		}
	}
	return t.blocks(lines)
}

// able says from when on alerts were possible, "" when that is the whole period, but for a twentieth of it.
func (t *Terminal) able(r backtest.Report) string {
	asked, able := r.Until.Sub(r.Since), r.Able()
	switch {
	case able == 0:
		return "None of them could alert: all came with the first poll of their feed, or were too old when they came."
	case able > asked-asked/20:
		return ""
	}
	return fmt.Sprintf("Alerts were possible from %s on, and alerts a day are counted from there: what is older came with the first poll of its feed, or was too old when it came.",
		t.stamp(r.From))
}

// keptBack says of how many items the watchlist is right, though the bot would not alert on them.
func keptBack(v *backtest.Verdict) string {
	return fmt.Sprintf("%s on this watchlist could not alert: %s. They are shown below, to judge the watchlist by.", plural(total(v.Kept), "further item"), cameAs(v.Kept))
}

// cameAs is "4 were not fresh any more when their feed was polled for the first time, 1 was too old when it came"; "they were …" of all.
func cameAs(counts map[string]int) string {
	var parts []string
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		n := counts[r]
		who := fmt.Sprint(n)
		if len(counts) == 1 {
			who = one(n, "it", "they")
		}
		why := "kept back for " + line(r)
		switch r {
		case news.SkipBacklog:
			why = "not fresh any more when " + one(n, "its", "their") + " feed was polled for the first time"
		case news.SkipTooOld:
			why = "too old when " + one(n, "it", "they") + " came"
		}
		parts = append(parts, who+" "+one(n, "was", "were")+" "+why)
	}
	return strings.Join(parts, ", ")
}

// whyKept is what all of them have in common.
func whyKept(counts map[string]int) string {
	backlog, old := counts[news.SkipBacklog] > 0, counts[news.SkipTooOld] > 0
	switch {
	case backlog && old:
		return "from the first poll of their feed or too old"
	case old:
		return "too old when they came"
	}
	return "from the first poll of their feed"
}

func one(n int, singular, plural string) string {
	if n == 1 {
		return singular
	}
	return plural
}

// asIs begins a line that must not be wrapped: a line of bars is not words, and YAML is to be copied.
const asIs = "\x00"

// blocks prints lines, those that are to stay as they are unwrapped.
func (t *Terminal) blocks(lines []string) error {
	for len(lines) > 0 {
		_, still := strings.CutPrefix(lines[0], asIs)
		n := 0
		for n < len(lines) && strings.HasPrefix(lines[n], asIs) == still {
			n++
		}
		block := strings.ReplaceAll(strings.Join(lines[:n], "\n"), asIs, "")
		var err error
		if still {
			err = t.write(block, 0)
		} else {
			err = t.print(block)
		}
		if err != nil {
			return err
		}
		lines = lines[n:]
	}
	return nil
}

// part is examples of one sort below a title, each with why it is there.
func (t *Terminal) part(title string, all int, list []backtest.Example, why func(backtest.Example) string) []string {
	head := fmt.Sprintf("%s (%d)", title, all)
	if len(list) < all {
		head = fmt.Sprintf("%s (%d of %d, see --limit)", title, len(list), all)
	}
	lines := []string{"", head}
	for _, e := range list {
		lines = append(lines, "● "+t.source(e.Feed, e.Item, true))
		shown := e.Now
		if len(shown.Hits) == 0 && len(shown.Excluded) == 0 {
			shown = e.Was
		}
		shown.Hits = slices.Concat(shown.Hits, shown.Excluded)
		lines = append(lines, t.body(e.Item, []news.Match{shown})...)
		lines = append(lines, "  ▸ "+why(e))
		if e.Item.Link != "" {
			lines = append(lines, "  "+line(e.Item.Link))
		}
	}
	return lines
}

func nowAlerts(e backtest.Example) string {
	return fmt.Sprintf("score %.4g: %s", e.Now.Score, evidence(e.Now.Hits))
}

func lacks(m news.Match, threshold float64) string {
	return fmt.Sprintf("score %.4g, %.4g short of %.4g: %s", m.Score, threshold-m.Score, threshold, evidence(m.Hits))
}

func excludedNow(e backtest.Example) string {
	return "excluded by " + evidence(e.Now.Excluded) + fmt.Sprintf("; without it, score %.4g: %s", e.Now.Score, evidence(e.Now.Hits))
}

// then says what was found when an item came.
func then(e backtest.Example, threshold float64) string {
	switch {
	case !e.Known:
		return "then it was not on the watchlist"
	case len(e.Was.Excluded) > 0:
		return "then it was excluded by " + evidence(e.Was.Excluded)
	case e.Was.Over:
		return "then it was found by " + evidence(e.Was.Hits)
	}
	return fmt.Sprintf("then its score was %.4g (the threshold now is %.4g): %s", e.Was.Score, threshold, evidence(e.Was.Hits))
}

// notNow says why an item that alerted would not any more.
func notNow(e backtest.Example, v *backtest.Verdict) string {
	now := "now it is not on the watchlist: " + line(e.NotNow)
	switch {
	case v.Removed:
		now = "now there is no such watchlist"
	case len(e.Now.Excluded) > 0:
		now = "now it is excluded by " + evidence(e.Now.Excluded)
	case len(e.Now.Hits) > 0:
		now = "now: " + lacks(e.Now, v.Threshold)
	}
	return now + "; then " + fmt.Sprintf("score %.4g: %s", e.Was.Score, cmp.Or(evidence(e.Was.Hits), "what it was is not kept"))
}

func overlap(v *backtest.Verdict) string {
	if len(v.Overlap) == 0 {
		return "Shares no alert with another watchlist."
	}
	var parts []string
	for _, o := range v.Overlap {
		parts = append(parts, fmt.Sprintf("%s %d (%d%%)", o.ID, o.Items, backtest.Percent(o.Items, v.Alerts)))
	}
	if n := len(parts) - 6; n > 0 {
		parts = append(parts[:6], fmt.Sprintf("%d more", n))
	}
	return fmt.Sprintf("Shares %d of %d with others (%d%%): %s.", v.Shared, v.Alerts, backtest.Percent(v.Shared, v.Alerts), strings.Join(parts, ", "))
}

// live compares with the ledger.
func live(v *backtest.Verdict) string {
	s := "Nothing was alerted"
	if n := v.Live.Alerts; n > 0 {
		s = fmt.Sprintf("Live it was %s: %d sent", plural(n, "alert"), v.Live.Sent)
		if v.Live.Owed > 0 {
			s += fmt.Sprintf(", %d to be sent", v.Live.Owed)
		}
		if len(v.Live.Kept) > 0 {
			s += ", not sent " + reasons(v.Live.Kept)
		}
	}
	if v.Added+v.Gone+v.Unheard == 0 {
		return s + ". No difference: nothing added, nothing gone."
	}
	s += fmt.Sprintf(". Difference: %d added, %d gone", v.Added, v.Gone)
	if v.Unheard > 0 {
		s += fmt.Sprintf(", %d on the watchlist then as now, but nobody followed it yet or it is newer", v.Unheard)
	}
	return s + "."
}

// reasons is "3 backlog, 2 too old".
func reasons(counts map[string]int) string {
	var parts []string
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[r], cmp.Or(line(r), "for no reason that is known")))
	}
	return strings.Join(parts, ", ")
}

// Difference prints what two configurations make of the same items, those watchlists first that change.
func (t *Terminal) Difference(d backtest.Diff) error {
	var lines, same []string
	for _, c := range d.Watchlists {
		if c.Added+c.Gone == 0 && c.In == "both" {
			same = append(same, fmt.Sprintf("%s (%d)", c.ID, c.New))
			continue
		}
		name := line(c.Name)
		if name != c.ID {
			name += " (" + c.ID + ")"
		}
		head := fmt.Sprintf("%s: %d before, %s now: %d added, %d gone", name, c.Old, plural(c.New, "alert"), c.Added, c.Gone)
		if c.In != "both" {
			head = fmt.Sprintf("%s: %s, only in the %s configuration", name, plural(c.Old+c.New, "alert"), c.In)
		}
		lines = append(lines, head)
		if c.Added > 0 {
			lines = append(lines, t.part("Added", c.Added, c.AddedShown, func(e backtest.Example) string { return nowAlerts(e) + "; before: " + outcome(e.Was, e.NotWas) })...)
		}
		if c.Gone > 0 {
			lines = append(lines, t.part("Gone", c.Gone, c.GoneShown, func(e backtest.Example) string {
				return "now: " + outcome(e.Now, e.NotNow) + fmt.Sprintf("; before: score %.4g: %s", e.Was.Score, evidence(e.Was.Hits))
			})...)
		}
		lines = append(lines, "")
	}
	if len(same) > 0 {
		lines = append(lines, "No difference: "+strings.Join(same, ", "))
	}
	lines = append(lines, fmt.Sprintf("%s from %s.", plural(d.Items, "stored item"), t.period(d.Since, d.Until)))
	return t.print(strings.Join(lines, "\n"))
}

// outcome is what a match that is not over comes to; not is why, when there is nothing in it.
func outcome(m news.Match, not string) string {
	switch {
	case len(m.Excluded) > 0:
		return "excluded by " + evidence(m.Excluded)
	case len(m.Hits) == 0:
		return line(not)
	}
	return fmt.Sprintf("score %.4g, not enough: %s", m.Score, evidence(m.Hits))
}
