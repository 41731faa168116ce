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

// Assign says which story an item joins that was published at that time, 0 for a new one; whether it repeats an item of the story nearly word for word; and
// what ties it to the story, in words. It changes nothing: what it says holds once the item is added.
func (x *Index) Assign(published time.Time, print []byte) (story int64, copied bool, tie string) {
	p, err := x.parse(print)
	if err != nil {
		return 0, false, ""
	}
	at := published.UnixMilli()
	if i, index := x.copied(p, at); i >= 0 {
		return copyOf(p, &x.items[i], index)
	}
	story, tie = x.event(p, at)
	return story, false, tie
}

// copied finds the item that p repeats most closely, the one that came first among equals; -1 when it repeats none.
func (x *Index) copied(p *print, at int64) (best int32, index float64) {
	best = -1
	x.copies(p, at, func(i int32, j float64) {
		if best < 0 || j > index || j == index && x.items[i].item < x.items[best].item {
			best, index = i, j
		}
	})
	return best, index
}

// copies finds the items with which p has a Jaccard index of nearIndex or more.
func (x *Index) copies(p *print, at int64, found func(i int32, index float64)) {
	if len(p.sketch.hashes) == 0 {
		return
	}
	x.now++
	for _, key := range bandsOf(&p.sketch) {
		x.chained(key, func(i int32) {
			if x.seen[i] == x.now {
				return
			}
			x.seen[i] = x.now
			if h := &x.items[i]; h.at >= x.oldest && apart(h.at, at) <= CopyWindow {
				if j := jaccard(&p.sketch, &h.sketch); j >= nearIndex {
					found(i, j)
				}
			}
		})
	}
}

func apart(a, b int64) time.Duration {
	return time.Duration(max(a-b, b-a)) * time.Millisecond
}

// copyOf ties an item to one it repeats. Where numbers of the headline differ ("day 1,545", "rate for 12 May") it is the next of a series, not a copy.
func copyOf(p *print, h *held, index float64) (story int64, copied bool, tie string) {
	if index < copyIndex {
		return h.story, false, "near " + percent(index)
	}
	var numbers []string
	for _, f := range p.features {
		if f.kind == titleNumber && !slices.ContainsFunc(h.numbers, func(n uint32) bool { return n == f.key }) {
			numbers = append(numbers, f.surface)
		}
	}
	if len(numbers) > 0 {
		return h.story, false, fmt.Sprintf("series %s %s", percent(index), strings.Join(numbers[:min(len(numbers), 4)], " "))
	}
	return h.story, true, "copy " + percent(index)
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
	if term >= 0 {
		n += len(x.events[term])
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
	evidence
	rarity float64
}

// event finds the story whose items tell the same event.
func (x *Index) event(p *print, at int64) (story int64, tie string) {
	clues := make([]clue, len(p.features))
	for i, f := range p.features {
		term, known := x.terms[f.key]
		if !known {
			term = -1
		}
		clues[i] = clue{evidence{f.key, term, f.kind}, x.rarity(term)}
	}
	asked := map[int64]bool{}
	best, score := int32(-1), 0.
	for _, r := range x.rivals(clues, at) {
		story := x.items[r].story
		t := x.of[story]
		if asked[story] || apart(t.began, at) > EventSpan {
			continue
		}
		asked[story] = true
		if m, s := x.fits(p, clues, t, at); s > score {
			best, score = m, s
		}
	}
	if best < 0 {
		return 0, ""
	}
	return x.items[best].story, because(p, clues, &x.items[best])
}

// rivals are the places of items that share evidence with an item, those with the most of it first.
func (x *Index) rivals(clues []clue, at int64) []int32 {
	x.now++
	var all []int32
	most := 0.
	for _, c := range clues {
		if c.term < 0 {
			continue
		}
		places := x.events[c.term]
		if len(places) > min(maxCommon, 20+x.told/8) {
			continue // everybody has it
		}
		w := weights[c.kind] * c.rarity * c.rarity
		for _, r := range places {
			if x.seen[r] != x.now {
				x.seen[r], x.mass[r] = x.now, 0
				if apart(x.items[r].at, at) <= EventWindow {
					all = append(all, r)
				}
			}
			x.mass[r] += w
			most = max(most, x.mass[r])
		}
	}
	all = slices.DeleteFunc(all, func(r int32) bool { return x.mass[r] < most/4 })
	slices.SortFunc(all, func(a, b int32) int {
		return cmp.Or(cmp.Compare(x.mass[b], x.mass[a]), cmp.Compare(x.items[a].item, x.items[b].item))
	})
	return all[:min(len(all), maxRivals)]
}

// fits says how well an item fits into a story: half for what of it is most alike, and half for all of it, so that stories do not drift from one event
// to the next. It returns the place of what is most alike; 0 when that is not the same event.
func (x *Index) fits(p *print, clues []clue, t *tale, at int64) (place int32, score float64) {
	top, sum, n := 0., 0., 0
	for _, m := range t.items[max(0, len(t.items)-maxMembers):] {
		h := &x.items[m]
		s := x.alike(p, clues, h)
		sum += s
		n++
		if s > top && apart(h.at, at) <= EventWindow {
			top, place = s, m
		}
	}
	if top == 0 {
		return place, 0
	}
	least := sameEvent
	switch h := &x.items[place]; {
	case h.lang != p.lang:
		least = acrossEvent
	case h.feed == p.feed:
		least = sameFeed
	}
	if late := apart(x.items[place].at, at) - soon; late > 0 {
		least *= 1 + .25*late.Hours()/thinned.Hours()
	}
	if score = (top + sum/float64(n)) / 2; score < least {
		return place, 0
	}
	return place, score / least
}

// alike is how much two items have in common, from 0 to 1: the cosine of their evidence, each piece weighed by its kind and how rare it is. Items in
// two languages are compared by the evidence that crosses languages.
func (x *Index) alike(p *print, clues []clue, h *held) float64 {
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
			if e := &h.evidence[j]; counts(e.kind, across) {
				b += sq(weights[e.kind] * x.rarity(e.term))
			}
			j++
		default:
			if k, l := clues[i].kind, h.evidence[j].kind; counts(k, across) {
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
func because(p *print, clues []clue, h *held) string {
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
