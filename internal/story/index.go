package story

import (
	"bytes"
	"slices"
	"time"
)

// What an index holds, and for how long. Times are of publication.
const (
	// CopyWindow is how far apart a copy and what it copies may be published. A month: an outlet that brings an old article back tells nothing new.
	CopyWindow = 31 * 24 * time.Hour
	// EventWindow is how far apart two items may be published that are tied as one event.
	EventWindow = 36 * time.Hour
	// EventSpan is how long a story takes in further items as the same event, counted from its first one. What goes on for longer is told anew.
	EventSpan = 96 * time.Hour

	// maxHeld is how many prints an index holds; the oldest go first.
	maxHeld = 30_000
	// maxSteps bounds how many items that share a band are looked at, the newest first: more than a few share one only when somebody floods.
	maxSteps = 512
)

// held is an item in an index.
type held struct {
	item, story int64
	at          int64 // published, unix milliseconds
	lang        string
	sketch      sketch
	feed        uint32
	numbers     []uint32   // keys of the numbers in the headline
	evidence    []evidence // by key; nil once it is too old to be of one event with anything new
	bands       [bands]uint32
	next        [bands]int32 // link to the item before in each chain
}

// evidence is a feature with the number that an index gave its key.
type evidence struct {
	key  uint32
	term int32
	kind kind
}

// An Index holds the prints of recent items. It is not safe for concurrent use.
type Index struct {
	items  []held
	heads  []int32 // of the chains of bands: links, see chained. Their number is a power of two
	stale  int64   // items published before it have no features and are on no list of events
	oldest int64   // items published before it are not held

	terms  map[uint32]int32 // by key of a feature
	events [][]int32        // by term: places of the items that have it, in the order in which they came
	told   int              // how many items have evidence
	logs   []float64        // of small numbers
	of     map[int64]*tale  // by number of the story

	last []byte // the print that was read last
	read *print

	seen []uint32 // by place: the round in which it was last looked at
	mass []float64
	now  uint32 // round
}

// A tale is what an index knows of a story.
type tale struct {
	began int64   // when the first of its items that the index ever held was published
	items []int32 // places of those that have evidence
}

// NewIndex returns an empty index.
func NewIndex() *Index {
	x := &Index{}
	x.fill(nil)
	return x
}

// fill starts the index anew with items.
func (x *Index) fill(items []held) {
	size := 1 << 12
	for size < 2*len(items)*bands {
		size *= 2
	}
	began := x.of
	*x = Index{heads: make([]int32, size), stale: x.stale, oldest: x.oldest, terms: map[uint32]int32{}, of: map[int64]*tale{}, logs: x.logs}
	for i := range items {
		if t := began[items[i].story]; t != nil && x.of[items[i].story] == nil {
			x.of[items[i].story] = &tale{began: t.began}
		}
		x.put(items[i])
	}
}

// put adds an item to all lists.
func (x *Index) put(h held) {
	if len(x.items)*bands >= len(x.heads) {
		x.fill(x.items)
	}
	at := int32(len(x.items))
	if len(h.sketch.hashes) > 0 {
		for b, key := range h.bands {
			head := &x.heads[key&uint32(len(x.heads)-1)]
			h.next[b], *head = *head, at*bands+int32(b)+1
		}
	}
	t := x.of[h.story]
	if t == nil {
		t = &tale{began: h.at}
		x.of[h.story] = t
	}
	t.began = min(t.began, h.at)
	if h.at < x.stale {
		h.evidence = nil
	}
	if h.evidence != nil {
		x.told++
		t.items = append(t.items, at)
		for i := range h.evidence {
			e := &h.evidence[i]
			term, known := x.terms[e.key]
			if !known {
				term = int32(len(x.events))
				x.terms[e.key] = term
				x.events = append(x.events, nil)
			}
			e.term = term
			x.events[term] = append(x.events[term], at)
		}
	}
	x.items = append(x.items, h)
	x.seen = append(x.seen, 0)
	x.mass = append(x.mass, 0)
}

// chained yields the places of items that have a band, the newest first.
func (x *Index) chained(key uint32, yield func(at int32)) {
	link := x.heads[key&uint32(len(x.heads)-1)]
	for range maxSteps {
		if link == 0 {
			return
		}
		at, b := (link-1)/bands, (link-1)%bands
		if x.items[at].bands[b] == key {
			yield(at)
		}
		link = x.items[at].next[b]
	}
}

// Add takes in an item that belongs to a story, with its print. A print of another version is passed over.
func (x *Index) Add(item, story int64, published time.Time, print []byte) {
	p, err := x.parse(print)
	if err != nil || published.UnixMilli() < x.oldest {
		return
	}
	h := held{item: item, story: story, at: published.UnixMilli(), lang: p.lang, feed: p.feed, sketch: p.sketch, evidence: make([]evidence, len(p.features))}
	for i, f := range p.features {
		h.evidence[i] = evidence{key: f.key, kind: f.kind}
		if f.kind == titleNumber {
			h.numbers = append(h.numbers, f.key)
		}
	}
	if len(h.sketch.hashes) > 0 {
		h.bands = bandsOf(&h.sketch)
	}
	x.put(h)
	if len(x.items) > maxHeld {
		at := make([]int64, len(x.items))
		for i := range x.items {
			at[i] = x.items[i].at
		}
		slices.Sort(at)
		x.drop(func(h *held) bool { return h.at < at[maxHeld/16] })
	}
}

// parse reads a print; what is added was mostly looked up just before.
func (x *Index) parse(b []byte) (*print, error) {
	if len(b) > 0 && bytes.Equal(b, x.last) {
		return x.read, nil
	}
	p, err := parse(b)
	if err == nil {
		x.last, x.read = b, &p
	}
	return &p, err
}

// Forget drops the items of a story.
func (x *Index) Forget(story int64) {
	x.drop(func(h *held) bool { return h.story == story })
}

func (x *Index) drop(gone func(*held) bool) {
	x.fill(slices.DeleteFunc(x.items, func(h held) bool { return gone(&h) }))
}

// Advance tells the time: items that are too old for anything that is new now are left aside. It works once an hour of that time.
func (x *Index) Advance(now time.Time) {
	stale := now.Truncate(time.Hour).Add(-2 * EventWindow).UnixMilli()
	if stale <= x.stale {
		return
	}
	x.stale, x.oldest = stale, x.Oldest(now).UnixMilli()
	old := 0
	for i := range x.items {
		h := &x.items[i]
		if h.at < x.oldest {
			old++
		}
		if h.at < stale && h.evidence != nil {
			x.forget(int32(i))
		}
	}
	if old > len(x.items)/16 {
		x.drop(func(h *held) bool { return h.at < x.oldest })
	}
}

// forget drops the evidence of an item. Its place is among the first of every list it is on.
func (x *Index) forget(at int32) {
	h := &x.items[at]
	for _, e := range h.evidence {
		x.events[e.term] = without(x.events[e.term], at)
	}
	t := x.of[h.story]
	t.items = without(t.items, at)
	h.evidence = nil
	x.told--
}

func without(places []int32, at int32) []int32 {
	i := slices.Index(places, at)
	if i == 0 {
		return places[1:]
	}
	return slices.Delete(places, i, i+1)
}

// Oldest is when an item was published at the earliest that an index has use for.
func (x *Index) Oldest(now time.Time) time.Time {
	return now.Truncate(time.Hour).Add(-CopyWindow - EventWindow)
}
