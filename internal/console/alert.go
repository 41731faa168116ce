package console

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/deliver"
	"vestnik/internal/excerpt"
	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// The marks around a hit in rendered text: control characters that no cleaned text holds.
const (
	HitStart = excerpt.HitStart
	HitEnd   = excerpt.HitEnd
)

// line is foreign text as one line that cannot drive a terminal.
func line(s string) string { return excerpt.Line(s) }

const (
	excerptColumns = 280 // of the sentence around a hit: four lines of a narrow terminal
	formsShown     = 3   // forms a watchlist shows as evidence
)

// Render lays out one message about all bundles: an alert when that is one, a digest when it is several, below a line that says so when the bot
// was down before. What a terminal has printed stays as it is, so a story that goes on gets a line of what is new. A terminal has no limit of length and
// no buttons. It fails on no bundle at all.
func (t *Terminal) Render(_ string, bundles []deliver.Bundle, down news.Outage) (text, markup string, n int, err error) {
	switch {
	case len(bundles) == 0:
		return "", "", 0, fmt.Errorf("render: no item is owed")
	case len(bundles) == 1 && bundles[0].Update:
		text = t.update(bundles[0])
	case len(bundles) == 1:
		text = t.alert(bundles[0])
	default:
		text = t.digest(bundles)
	}
	if !down.IsZero() {
		text = "● The bot was down from " + t.stamp(down.Since) + " to " + t.stamp(down.Until) + "; this came meanwhile.\n" + text
	}
	return text, "", len(bundles), nil
}

// update says in a line who tells the story by now that did not before, and then how each of them begins.
func (t *Terminal) update(b deliver.Bundle) string {
	lines := []string{strings.TrimSpace("↻ " + cmp.Or(excerpt.Title(b.Items[0].Item, b.Items[0].Matches), "(no headline)") + " " + others(b))}
	return strings.Join(append(lines, t.items(b.Items[len(b.Items)-b.Fresh:])...), "\n")
}

// items is a line for every item, and one for its link.
func (t *Terminal) items(items []news.OwedItem) (lines []string) {
	for _, o := range items {
		lines = append(lines, "  • "+cmp.Or(excerpt.Title(o.Item, o.Matches), "(no headline)")+" · "+t.source(o.Feed, o.Item, false))
		if o.Item.Link != "" {
			lines = append(lines, "    "+line(o.Item.Link))
		}
	}
	return lines
}

// others names the further outlets of a story, and who was first; "" when there are none.
func others(b deliver.Bundle) string {
	all := excerpt.OutletsOf(b.Items)
	if len(all.Others) == 0 {
		return ""
	}
	names := make([]string, len(all.Others))
	for i, o := range all.Others {
		names[i] = excerpt.Outlet(o)
	}
	loc := locale.For("en")
	s := loc.Text("story.others", "n", len(names), "outlets", strings.Join(names, ", "))
	if all.Ahead > 0 {
		s += "; " + loc.Text("story.first", "outlet", excerpt.Outlet(all.First), "span", loc.Duration(all.Ahead))
	}
	return s
}

func (t *Terminal) alert(b deliver.Bundle) string {
	o := b.Items[0]
	var lines []string
	switch loc := locale.For("en"); b.Again {
	case "":
	case deliver.AgainWatchlist:
		lines = append(lines, "↻ "+loc.Text("story.again-watchlist"))
	default:
		lines = append(lines, "↻ "+loc.Text("story.again-source", "type", loc.Text("type."+b.Again)))
	}
	lines = append(lines, "● "+t.source(o.Feed, o.Item, true))
	lines = append(lines, t.body(o.Item, o.Matches)...)
	if o.Before != nil {
		lines = append(lines, "  "+t.change(o))
	}
	if s := others(b); s != "" {
		lines = append(lines, "  "+s)
	}
	for _, m := range o.Matches {
		name := excerpt.Name(o, m)
		if e := evidence(m.Hits); e != "" {
			name += ": " + e
		}
		lines = append(lines, "  ▸ "+name)
	}
	if o.Item.Link != "" {
		lines = append(lines, "  "+line(o.Item.Link))
	}
	return strings.Join(append(lines, t.items(b.Items[1:])...), "\n")
}

// change says when an edit replaced what, in one line.
func (t *Terminal) change(o news.OwedItem) string {
	at := t.stamp(o.Before.Replaced)
	if title := excerpt.Before(o.Before, o.Item, o.Matches); title != "" {
		return "✎ changed " + at + "; before: «" + title + "»"
	}
	return "✎ text changed " + at
}

// source says who published an item and when. An item without a date of its own is shown with the time it was seen.
func (t *Terminal) source(f news.Feed, item news.Item, long bool) string {
	outlet := cmp.Or(line(f.Outlet), f.ID)
	var traits []string
	for _, s := range []string{f.Country, string(f.Type), cmp.Or(item.Lang, f.Language)} {
		if s = line(s); s != "" {
			traits = append(traits, s)
		}
	}
	if len(traits) > 0 {
		outlet += " (" + strings.Join(traits, ", ") + ")"
	}
	at := t.stamp(item.Published)
	if item.Published.Equal(item.Seen) && long {
		at = "seen " + at
	}
	return outlet + " · " + at
}

func (t *Terminal) stamp(at time.Time) string {
	zone := t.Zone
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format("2 Jan 2006 15:04 MST")
}

// body is the headline and the sentence around the best hit of the text, hits marked.
func (t *Terminal) body(item news.Item, matches []news.Match) []string {
	var lines []string
	for _, s := range []string{excerpt.Title(item, matches), excerpt.Sentence(item, matches, excerptColumns)} {
		if s != "" {
			lines = append(lines, "  "+s)
		}
	}
	return lines
}

// evidence names the forms that were found, the weightiest first.
func evidence(hits []news.Hit) string {
	var forms []string
	for _, h := range excerpt.Forms(hits) {
		forms = append(forms, form(h))
	}
	if n := len(forms) - formsShown; n > 0 {
		forms = append(forms[:formsShown], fmt.Sprintf("%d more", n))
	}
	return strings.Join(forms, ", ")
}

// form is what was found and why it counts: «Токаевым» ← Токаев (name, Russian, ending -ым).
func form(h news.Hit) string {
	s := "«" + line(h.Surface) + "»"
	if h.Term != h.Surface {
		s += " ← " + line(h.Term)
	}
	if h.Rule != "" {
		s += " (" + line(command.Reason("en", h)) + ")"
	}
	return s
}

// digest is one message for several bundles: how many items a watchlist has, then the first of every bundle with its link.
func (t *Terminal) digest(bundles []deliver.Bundle) string {
	var items []news.OwedItem
	for _, b := range bundles {
		items = append(items, b.Items...)
	}
	lines := []string{fmt.Sprintf("● %d items: %s", len(items), excerpt.Tally(items))}
	for _, b := range bundles {
		o := b.Items[0]
		text := "  • " + cmp.Or(excerpt.Title(o.Item, o.Matches), "(no headline)")
		if n := len(excerpt.OutletsOf(b.Items).Others); n > 0 {
			text += " · " + locale.For("en").Text("story.outlets", "n", n)
		}
		lines = append(lines, text+" · "+t.source(o.Feed, o.Item, false))
		if o.Item.Link != "" {
			lines = append(lines, "    "+line(o.Item.Link))
		}
	}
	return strings.Join(lines, "\n")
}
