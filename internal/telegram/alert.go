package telegram

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/excerpt"
	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// How much of an item an alert shows. Joiners come on top (see defuse), so all together stays below half of a message's limit.
const (
	headlineMost   = 400 // code units of a headline
	sentenceColumn = 400 // columns of the sentence around a hit
	sentenceMost   = 900 // code units of it: a word may be longer than a message
	listsMost      = 12  // watchlists with their evidence
	formsMost      = 3   // forms that a watchlist shows
	wordMost       = 120 // code units of an outlet, of a watchlist's name, of an address that is no link
	tallyMost      = 300 // code units of the counts at the head of a digest
	tailMost       = 200 // code units of what stands below the evidence
	beforeMost     = 240 // code units of the headline that an edit replaced
)

// Render lays out one message about the first n of owed: an alert when owed is one item, with buttons to judge it, else a digest of as many as fit.
func (s *Sink) Render(chat string, owed []news.OwedItem, down news.Outage) (text, frozen string, n int, err error) {
	if len(owed) == 0 {
		return "", "", 0, fmt.Errorf("render: no item is owed")
	}
	r := render{loc: locale.For(s.language(chat)), zone: s.Zone}
	p := &page{}
	if !down.IsZero() {
		p.text(r.loc.Text("alert.down", "since", r.loc.Time(down.Since, r.zone), "until", r.loc.Time(down.Until, r.zone)) + "\n\n")
	}
	mark := markup{HTML: true}
	if len(owed) == 1 {
		n = 1
		r.alert(p, owed[0])
		mark.Keyboard = buttons(command.AlertButtons(r.loc.Code(), owed[0]))
	} else {
		n = r.digest(p, owed)
	}
	return p.String(), mark.String(), n, nil
}

// render is what a message is laid out with.
type render struct {
	loc  *locale.Language
	zone *time.Location
}

// alert writes one item on p: who published it, the headline as a link, the sentence around the best hit, what matched and why, and when.
func (r render) alert(p *page, o news.OwedItem) {
	p.text(r.source(o.Feed, o.Item) + "\n")
	if !r.headline(p, o) {
		r.address(p, "\n", o.Item)
	}
	if s := excerpt.Sentence(o.Item, o.Matches, sentenceColumn); s != "" {
		p.text("\n\n" + cut(s, sentenceMost))
	}
	if o.Before != nil {
		p.text("\n\n" + r.change(o))
	}
	p.raw("\n\n")
	for i, m := range o.Matches {
		if i == listsMost || !p.add(r.evidence(o, m), tailMost) {
			p.text("▸ " + r.loc.Text("and-more", "n", len(o.Matches)-i) + "\n")
			break
		}
	}
	p.text(r.when(o.Item))
}

// evidence is a watchlist, and the forms that put the item on it: ▸ Tokayev: «Токаевым» ← Токаев (name, Russian, ending -ым).
func (r render) evidence(o news.OwedItem, m news.Match) *page {
	p := &page{}
	p.text("▸ " + cut(excerpt.Name(o, m), wordMost))
	forms := excerpt.Forms(m.Hits)
	for i, h := range forms {
		if i == formsMost {
			p.text("; " + r.loc.Text("and-more", "n", len(forms)-i))
			break
		}
		p.raw([]string{": ", "; "}[min(i, 1)])
		p.add(line(command.Evidence(r.loc.Code(), h)), 0)
	}
	p.raw("\n")
	return p
}

// change says when an edit replaced what, in one line.
func (r render) change(o news.OwedItem) string {
	at := r.loc.Time(o.Before.Replaced, r.zone)
	title := cut(excerpt.Before(o.Before, o.Item, o.Matches), beforeMost)
	if !visible(title) {
		return r.loc.Text("alert.text-changed", "time", at)
	}
	return r.loc.Text("alert.changed", "time", at, "title", title)
}

// address writes a link that a chat cannot open, to be copied.
func (r render) address(p *page, before string, item news.Item) {
	if item.Link != "" {
		p.raw(before)
		p.code(cut(excerpt.Line(item.Link), wordMost))
	}
}

// headline writes the headline, hits in bold, as a link; false when there is no link that a chat can open.
func (r render) headline(p *page, o news.OwedItem) bool {
	title := cut(excerpt.Title(o.Item, o.Matches), headlineMost)
	if !visible(title) {
		title = r.loc.Text("item.untitled")
	}
	return p.link(title, o.Item.Link)
}

// source is "Outlet (BY, state)".
func (r render) source(f news.Feed, item news.Item) string {
	outlet := cut(cmp.Or(excerpt.Line(f.Outlet), excerpt.Line(f.ID)), wordMost)
	kind := excerpt.Line(string(f.Type))
	if key := "type." + string(f.Type); r.loc.Has(key) {
		kind = r.loc.Text(key)
	}
	var traits []string
	for _, t := range []string{excerpt.Line(f.Country), kind, excerpt.Line(cmp.Or(item.Lang, f.Language))} {
		if t = cut(t, 30); t != "" {
			traits = append(traits, t)
		}
	}
	if len(traits) > 0 {
		outlet += " (" + strings.Join(traits, ", ") + ")"
	}
	return outlet
}

// when says when an item was published; one without a date of its own, when it was seen.
func (r render) when(item news.Item) string {
	at := r.loc.Time(item.Published, r.zone)
	if item.Published.Equal(item.Seen) {
		return r.loc.Text("item.seen", "time", at)
	}
	return at
}

// digest writes one message for a burst on p: how many items, how many a watchlist has, then every item with its link. It returns how many fit,
// at least one.
func (r render) digest(p *page, owed []news.OwedItem) int {
	body := &page{}
	n := 0
	for _, o := range owed {
		q := &page{}
		q.raw("\n• ")
		if !r.headline(q, o) {
			r.address(q, " ", o.Item)
		}
		q.text(" · " + r.source(o.Feed, o.Item) + " · " + r.when(o.Item))
		if !body.add(q, p.units+tallyMost+100) && n > 0 {
			break
		}
		n++
	}
	head := r.loc.Text("alert.items", "n", n, "lists", excerpt.Tally(owed[:n]))
	p.text(cut(head, tallyMost))
	p.add(body, 0)
	return n
}
