package story

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Near-duplicates have a Jaccard index of copyIndex or more. Down to nearIndex an item joins the story, too, but is no copy: where words begin and end can be
// told in more than one way, and two stories must not begin alike by anybody's count.
const (
	copyIndex = .5
	nearIndex = .45
)

// maxChecked is how many items are fetched to see whether they are copies: those that share the most bands.
const maxChecked = 16

// Assign says which story an item joins that was published at that time, 0 for a new one; whether it repeats an item of the story nearly word for word; and
// what ties it to the story, in words. It changes nothing: what it says holds once the item is added. Errors are those of fetch.
func (x *Index) Assign(published time.Time, print []byte, fetch Fetch) (story int64, copied bool, tie string, err error) {
	p, err := x.parse(print)
	if err != nil {
		return 0, false, "", nil //nolint:nilerr // a print that cannot be read tells of nothing
	}
	at := published.UnixMilli()
	c, err := x.copied(p, at, fetch)
	if err != nil || c.index > 0 {
		story, copied, tie = c.tie(p)
		return story, copied, tie, err
	}
	story, tie, err = x.event(p, at, fetch)
	return story, false, tie, err
}

// original is an item that another one repeats.
type original struct {
	item, story int64
	index       float64
	numbers     []uint32 // keys of the numbers in the headline
}

// copied finds the item that p repeats most closely, the one that came first among equals. Its index is 0 when p repeats none.
func (x *Index) copied(p *print, at int64, fetch Fetch) (best original, err error) {
	err = x.copies(p, at, fetch, func(o original) {
		if o.index > best.index || o.index == best.index && o.item < best.item {
			o.numbers = slices.Clone(o.numbers)
			best = o
		}
	})
	return best, err
}

// copies finds the items with which p has a Jaccard index of nearIndex or more.
func (x *Index) copies(p *print, at int64, fetch Fetch, found func(original)) error {
	if len(p.sketch.hashes) == 0 {
		return nil
	}
	x.now++
	all := x.found[:0]
	defer func() { x.found = all }()
	for _, key := range bandsOf(&p.sketch) {
		x.near(key, func(i uint32) {
			h := &x.items[i]
			if h.seen != x.now {
				h.seen, h.mass = x.now, 0
				if h.at >= x.oldest && apart(h.at, at) <= CopyWindow && !x.gone[h.story] {
					all = append(all, i)
				}
			}
			h.mass++
		})
	}
	if len(all) == 0 {
		return nil
	}
	checked := x.heaviest(all, maxChecked)
	ids := make([]int64, len(checked))
	for i, place := range checked {
		ids[i] = x.items[place].item
	}
	o := original{}
	return fetch(ids, true, func(item int64, clues, sketch []byte) {
		if readSketch(&x.other, sketch) != nil {
			return
		}
		if o.index = jaccard(&p.sketch, &x.other); o.index < nearIndex {
			return
		}
		o.item, o.story, o.numbers = item, x.items[checked[slices.Index(ids, item)]].story, o.numbers[:0]
		err := readClues(clues, func([]byte, uint32, int) {}, func(key uint32, k kind) {
			if k == titleNumber {
				o.numbers = append(o.numbers, key)
			}
		})
		if err == nil {
			found(o)
		}
	})
}

// heaviest returns the n places with the greatest mass, the greatest first, and then by item. It changes the order of places.
func (x *Index) heaviest(places []uint32, n int) []uint32 {
	order := func(a, b uint32) int {
		return cmp.Or(cmp.Compare(x.items[b].mass, x.items[a].mass), cmp.Compare(x.items[a].item, x.items[b].item))
	}
	if len(places) > 4*n { // what is far too light need not be sorted: the first n make the bar
		slices.SortFunc(places[:n], order)
		kept := n
		for _, p := range places[n:] {
			if order(p, places[n-1]) < 0 {
				places[kept] = p
				kept++
			}
		}
		places = places[:kept]
	}
	slices.SortFunc(places, order)
	return places[:min(len(places), n)]
}

func apart(a, b int64) time.Duration {
	return time.Duration(max(a-b, b-a)) * time.Millisecond
}

// tie says how an item belongs to what it repeats. Where numbers of the headline differ ("day 1,545", "rate for 12 May") it is the next of a series, not a copy.
func (o *original) tie(p *print) (story int64, copied bool, tie string) {
	if o.index < copyIndex {
		return o.story, false, "near " + percent(o.index)
	}
	var numbers []string
	for _, f := range p.features {
		if f.kind == titleNumber && !slices.Contains(o.numbers, f.key) {
			numbers = append(numbers, f.surface)
		}
	}
	if len(numbers) > 0 {
		return o.story, false, fmt.Sprintf("series %s %s", percent(o.index), strings.Join(numbers[:min(len(numbers), 4)], " "))
	}
	return o.story, true, "copy " + percent(o.index)
}

// percent writes a share as ".83", and 1 as "1".
func percent(x float64) string {
	if x >= .995 {
		return "1"
	}
	return strings.TrimPrefix(fmt.Sprintf("%.2f", x), "0")
}

// What evidence of a kind weighs, beside how rare it is.
var weights = [kinds]float64{titleWord: 1, leadWord: .5, titleNumber: .9, leadNumber: .45, name: .8, profile: .6}

// The thresholds of the same event were found on a month of world news and judged on samples of it (see docs/stories.md).
const (
	sameEvent   = .36
	sameFeed    = .5  // of items of one feed: an outlet tells an event once, and has its own turns of phrase
	acrossEvent = .55 // of items in two languages
	doubt       = 50  // is added to the weight of either item between two languages: few pieces of evidence prove little even if all agree
	minShared   = 3   // pieces of evidence

	// soon is how far apart two items may be published without a doubt; from there on, all of thinned later, a quarter more is asked for: what is told a
	// day later is mostly the next thing that happened.
	soon    = 6 * time.Hour
	thinned = 24 * time.Hour

	maxRivals  = 16   // items that are looked at closely
	maxMembers = 8    // items of a story that are compared, the newest
	maxCommon  = 1000 // evidence that more items have leads to nobody
)

// rarity is the weight of a term for how few of the items have it (inverse document frequency). A bot that holds few items yet knows little of what is
// rare: some more are supposed that do not have it.
func (x *Index) rarity(term int32) float64 {
	n := 1
	if term != noTerm {
		n += int(x.terms[term].n)
	}
	return x.log(x.told+supposed) - x.log(n)
}

const supposed = 300

// log is the natural logarithm of n, which is 1 or more.
func (x *Index) log(n int) float64 {
	for len(x.logs) <= n {
		x.logs = append(x.logs, math.Log(float64(max(len(x.logs), 1))))
	}
	return x.logs[n]
}

// A clue is a feature of the item that is looked up.
type clue struct {
	key    uint32
	kind   kind
	term   int32
	rarity float64
}

// event finds the story whose items tell the same event.
func (x *Index) event(p *print, at int64, fetch Fetch) (story int64, tie string, err error) {
	clues := make([]clue, len(p.features))
	for i, f := range p.features {
		term := x.term(f.key, false)
		clues[i] = clue{f.key, f.kind, term, x.rarity(term)}
	}
	rivals := x.rivals(clues, at)
	if len(rivals) == 0 {
		return 0, "", nil
	}
	var groups [][]uint32
	asked := map[int64]bool{}
	for _, r := range rivals {
		h := &x.items[r]
		if newest := *x.find(h.story) - 1; !asked[h.story] && apart(x.items[newest].began, at) <= EventSpan {
			groups = append(groups, x.members(newest))
		}
		asked[h.story] = true
	}
	if err := x.summon(groups, fetch); err != nil {
		return 0, "", err
	}
	var best *witness
	score := 0.
	for _, members := range groups {
		if w, s := x.fits(p, clues, members, at); s > score {
			best, score, story = w, s, x.items[members[0]].story
		}
	}
	if best != nil {
		tie = because(p, clues, best)
	}
	for i := range x.extra { // who was called once is mostly called again
		w := x.keptOf(x.extra[i].item)
		*w, x.extra[i] = x.extra[i], *w
	}
	x.extra = x.extra[:0]
	return story, tie, nil
}

// members are the places of the newest items of a story that have evidence, in the order in which they came.
func (x *Index) members(newest uint32) (places []uint32) {
	for at := newest + 1; at != 0 && len(places) < maxMembers; at = x.items[at-1].prev {
		if x.items[at-1].at >= x.stale {
			places = append(places, at-1)
		}
	}
	slices.Reverse(places)
	return places
}

// summon fetches the evidence of those items that have none in memory.
func (x *Index) summon(groups [][]uint32, fetch Fetch) error {
	x.extra = x.extra[:0]
	var missing []int64
	for _, members := range groups {
		for _, m := range members {
			if item := x.items[m].item; x.keptOf(item).item != item {
				missing = append(missing, item)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fetch(missing, false, func(item int64, clues, _ []byte) {
		n := len(x.extra)
		x.extra = slices.Grow(x.extra, 1)[:n+1]
		if x.witness(&x.extra[n], item, clues, false) != nil {
			x.extra = x.extra[:n]
		}
	})
}

// called is the evidence of an item that was summoned; nil when it is not stored any more.
func (x *Index) called(item int64) *witness {
	if w := x.keptOf(item); w.item == item {
		return w
	}
	if i := slices.IndexFunc(x.extra, func(w witness) bool { return w.item == item }); i >= 0 {
		return &x.extra[i]
	}
	return nil
}

// rivals are the places of items that share evidence with an item, those with the most of it first.
func (x *Index) rivals(clues []clue, at int64) []uint32 {
	x.now++
	all := x.found[:0]
	defer func() { x.found = all }()
	most := 0.
	for _, c := range clues {
		if c.term == noTerm {
			continue
		}
		t := &x.terms[c.term]
		if int(t.n) > min(maxCommon, 20+x.told/8) {
			continue // everybody has it
		}
		w := weights[c.kind] * c.rarity * c.rarity
		look := func(r uint32) {
			h := &x.items[r]
			if h.seen != x.now {
				h.seen, h.mass = x.now, 0
				if apart(h.at, at) <= EventWindow && !x.gone[h.story] {
					all = append(all, r)
				}
			}
			h.mass += w
			most = max(most, h.mass)
		}
		look(t.first)
		for b := t.list; b != 0; b = x.blocks[b-1].next {
			for _, place := range x.blocks[b-1].places {
				if place != 0 {
					look(place - 1)
				}
			}
		}
	}
	return x.heaviest(slices.DeleteFunc(all, func(r uint32) bool { return x.items[r].mass < most/4 }), maxRivals)
}

// fits says how well an item fits into a story: half for what of it is most alike, and half for all of it, so that stories do not drift from one event
// to the next. It returns what is most alike; 0 when that is not the same event.
func (x *Index) fits(p *print, clues []clue, members []uint32, at int64) (like *witness, score float64) {
	top, sum, n, late := 0., 0., 0, time.Duration(0)
	for _, m := range members {
		h := &x.items[m]
		w := x.called(h.item)
		if w == nil {
			continue
		}
		s := x.alike(p, clues, w)
		sum += s
		n++
		if s > top && apart(h.at, at) <= EventWindow {
			top, like, late = s, w, apart(h.at, at)-soon
		}
	}
	if top == 0 {
		return nil, 0
	}
	least := sameEvent
	switch {
	case like.lang != p.lang:
		least = acrossEvent
	case like.feed == p.feed:
		least = sameFeed
	}
	if late > 0 {
		least *= 1 + .25*late.Hours()/thinned.Hours()
	}
	if score = (top + sum/float64(n)) / 2; score < least {
		return nil, 0
	}
	return like, score / least
}

// alike is how much two items have in common, from 0 to 1: the cosine of their evidence, each piece weighed by its kind and how rare it is. Items in
// two languages are compared by the evidence that crosses languages.
func (x *Index) alike(p *print, clues []clue, h *witness) float64 {
	across := p.lang != h.lang
	var dot, a, b float64
	shared := 0
	for i, j := 0, 0; i < len(clues) || j < len(h.evidence); {
		switch {
		case j >= len(h.evidence) || i < len(clues) && clues[i].key < h.evidence[j].key:
			if c := &clues[i]; counts(c.kind, across) {
				a += sq(weights[c.kind] * c.rarity)
			}
			i++
		case i >= len(clues) || h.evidence[j].key < clues[i].key:
			if e := &h.evidence[j]; counts(e.kind(), across) {
				b += sq(weights[e.kind()] * x.rarity(e.term()))
			}
			j++
		default:
			if k, l := clues[i].kind, h.evidence[j].kind(); counts(k, across) {
				v, w := weights[k]*clues[i].rarity, weights[l]*clues[i].rarity
				dot += v * w
				a += v * v
				b += w * w
				shared++
			}
			i++
			j++
		}
	}
	if shared < minShared {
		return 0
	}
	if across {
		a, b = a+doubt, b+doubt
	}
	return dot / math.Sqrt(a*b)
}

func sq(x float64) float64 { return x * x }

// counts reports whether evidence of a kind is compared. The sound of a name says within one language what its word says already.
func counts(k kind, across bool) bool {
	if across {
		return k.crossing()
	}
	return k != name
}

// because names the evidence that weighs most, as the item has it.
func because(p *print, clues []clue, h *witness) string {
	across := p.lang != h.lang
	type proof struct {
		weight  float64
		surface string
	}
	var all []proof
	for i, c := range clues {
		_, shared := slices.BinarySearchFunc(h.evidence, c.key, func(e evidence, key uint32) int { return cmp.Compare(e.key, key) })
		if shared && counts(c.kind, across) {
			all = append(all, proof{weights[c.kind] * c.rarity, p.features[i].surface})
		}
	}
	slices.SortStableFunc(all, func(a, b proof) int { return cmp.Compare(b.weight, a.weight) })
	tie := "event"
	for _, a := range all[:min(len(all), 6)] {
		tie += " " + a.surface
	}
	return tie
}
