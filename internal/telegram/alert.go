package telegram

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/deliver"
	"vestnik/internal/excerpt"
	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// How much of an item an alert shows. Joiners come on top (see defuse), so all together stays below half of a message's limit.
const (
	headlineMost   = 400  // code units of a headline
	sentenceColumn = 400  // columns of the sentence around a hit
	sentenceMost   = 900  // code units of it: a word may be longer than a message
	listsMost      = 12   // watchlists with their evidence
	formsMost      = 3    // forms that a watchlist shows
	wordMost       = 120  // code units of an outlet, of a watchlist's name, of an address that is no link
	tallyMost      = 300  // code units of the counts at the head of a digest
	tailMost       = 200  // code units of what stands below the evidence
	beforeMost     = 240  // code units of the headline that an edit replaced
	outletsMost    = 1400 // code units of the outlets that tell a story
)

// Render lays out one message about the first n of bundles: an alert when there is one, with buttons to judge it, else a digest of as many as fit.
func (s *Sink) Render(chat string, bundles []deliver.Bundle, down news.Outage) (text, frozen string, n int, err error) {
	if len(bundles) == 0 {
		return "", "", 0, fmt.Errorf("render: no item is owed")
	}
	r := render{loc: locale.For(s.language(chat)), zone: s.zone(chat)}
	p := &page{}
	if !down.IsZero() {
		p.text(r.loc.Text("alert.down", "since", r.loc.Time(down.Since, r.zone), "until", r.loc.Time(down.Until, r.zone)) + "\n\n")
	}
	mark := markup{HTML: true}
	if len(bundles) == 1 {
		n = 1
		r.alert(p, bundles[0])
		mark.Keyboard = buttons(command.AlertButtons(r.loc.Code(), bundles[0].Items[0]))
	} else {
		n = r.digest(p, bundles)
	}
	return p.String(), mark.String(), n, nil
}

// render is what a message is laid out with.
type render struct {
	loc  *locale.Language
	zone *time.Location
}

// alert writes one bundle on p: of its first item who published it, the headline as a link, the sentence around the best hit; who else tells the story;
// what matched and why, and when.
func (r render) alert(p *page, b deliver.Bundle) {
	o := b.Items[0]
	switch b.Again {
	case "":
	case deliver.AgainWatchlist:
		p.text("↻ " + r.loc.Text("story.again-watchlist") + "\n")
	default:
		p.text("↻ " + r.loc.Text("story.again-source", "type", r.sourceType(b.Again)) + "\n")
	}
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
	r.outlets(p, b)
	p.raw("\n\n")
	named := r.lists(b)
	for i, m := range named.Matches {
		if i == listsMost || !p.add(r.evidence(named, m), tailMost) {
			p.text("▸ " + r.loc.Text("and-more", "n", len(named.Matches)-i) + "\n")
			break
		}
	}
	p.text(r.when(o.Item))
}

// lists is the first item of a bundle with every watchlist that the story is on; those of other items come without evidence.
func (r render) lists(b deliver.Bundle) news.OwedItem {
	o := b.Items[0]
	o.Matches, o.Names = slices.Clone(o.Matches), maps.Clone(o.Names)
	for _, other := range b.Items[1:] {
		for _, m := range other.Matches {
			if slices.ContainsFunc(o.Matches, func(x news.Match) bool { return x.Watchlist == m.Watchlist }) {
				continue
			}
			o.Matches = append(o.Matches, news.Match{Watchlist: m.Watchlist})
			if o.Names == nil {
				o.Names = map[string]string{}
			}
			o.Names[m.Watchlist] = other.Names[m.Watchlist]
		}
	}
	return o
}

// outlets writes who else tells the story, each with a link to its first item, and who was first: +2: TASS, BelTA; first: Zerkalo, 14 minutes ahead.
func (r render) outlets(p *page, b deliver.Bundle) {
	all := excerpt.OutletsOf(b.Items)
	if len(all.Others) == 0 {
		return
	}
	p.raw("\n\n")
	for _, part := range r.loc.Parts("story.others", "n", len(all.Others), "outlets", all.Others) {
		others, list := part.Value.([]news.OwedItem)
		if !list {
			p.text(part.Text)
			continue
		}
		until := p.units + outletsMost
		for i, o := range others {
			q := &page{}
			if i > 0 {
				q.raw(", ")
			}
			q.link(cut(excerpt.Outlet(o), wordMost), o.Item.Link)
			if p.units+q.units > until || !p.add(q, 2*tailMost) {
				p.text(" " + r.loc.Text("and-more", "n", len(others)-i))
				break
			}
		}
	}
	if all.Ahead > 0 {
		p.text("; " + r.loc.Text("story.first", "outlet", cut(excerpt.Outlet(all.First), wordMost), "span", r.loc.Duration(all.Ahead)))
	}
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
	kind := r.sourceType(string(f.Type))
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

// sourceType is a news.SourceType in words.
func (r render) sourceType(t string) string {
	if key := "type." + t; r.loc.Has(key) {
		return r.loc.Text(key)
	}
	return excerpt.Line(t)
}

// when says when an item was published; one without a date of its own, when it was seen.
func (r render) when(item news.Item) string {
	at := r.loc.Time(item.Published, r.zone)
	if item.Published.Equal(item.Seen) {
		return r.loc.Text("item.seen", "time", at)
	}
	return at
}

// digest writes one message for several bundles on p: how many items, how many a watchlist has, then a line for each bundle with its first item's link
// and how many further outlets tell the story. It returns how many fit, at least one.
func (r render) digest(p *page, bundles []deliver.Bundle) int {
	body := &page{}
	n := 0
	var items []news.OwedItem
	for _, b := range bundles {
		o := b.Items[0]
		q := &page{}
		q.raw("\n• ")
		if !r.headline(q, o) {
			r.address(q, " ", o.Item)
		}
		if more := len(excerpt.OutletsOf(b.Items).Others); more > 0 {
			q.text(" · " + r.loc.Text("story.outlets", "n", more))
		}
		q.text(" · " + r.source(o.Feed, o.Item) + " · " + r.when(o.Item))
		if !body.add(q, p.units+tallyMost+100) && n > 0 {
			break
		}
		items = append(items, b.Items...)
		n++
	}
	head := r.loc.Text("alert.items", "n", len(items), "lists", excerpt.Tally(items))
	p.text(cut(head, tallyMost))
	p.add(body, 0)
	return n
}
