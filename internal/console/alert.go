package console

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/excerpt"
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

// Render lays out one message about all of owed: an alert when that is one item, a digest when it is several, below a line that says so when the bot
// was down before. A terminal has no limit of length and no buttons. It fails on no item at all.
func (t *Terminal) Render(_ string, owed []news.OwedItem, down news.Outage) (text, markup string, n int, err error) {
	switch len(owed) {
	case 0:
		return "", "", 0, fmt.Errorf("render: no item is owed")
	case 1:
		text = t.alert(owed[0])
	default:
		text = t.digest(owed)
	}
	if !down.IsZero() {
		text = "● The bot was down from " + t.stamp(down.Since) + " to " + t.stamp(down.Until) + "; this came meanwhile.\n" + text
	}
	return text, "", len(owed), nil
}

func (t *Terminal) alert(o news.OwedItem) string {
	lines := []string{"● " + t.source(o.Feed, o.Item, true)}
	lines = append(lines, t.body(o.Item, o.Matches)...)
	if o.Before != nil {
		lines = append(lines, "  "+t.change(o))
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
	return strings.Join(lines, "\n")
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

// digest is one message for a burst: how many items a watchlist has, then every item with its link.
func (t *Terminal) digest(owed []news.OwedItem) string {
	lines := []string{fmt.Sprintf("● %d items: %s", len(owed), excerpt.Tally(owed))}
	for _, o := range owed {
		title := excerpt.Title(o.Item, o.Matches)
		lines = append(lines, "  • "+cmp.Or(title, "(no headline)")+" · "+t.source(o.Feed, o.Item, false))
		if o.Item.Link != "" {
			lines = append(lines, "    "+line(o.Item.Link))
		}
	}
	return strings.Join(lines, "\n")
}
