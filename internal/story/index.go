package story

import (
	"bytes"
	"math/bits"
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

	// turnover is how long an index is of use: then what is too old is left aside by filling another one.
	turnover = 12 * time.Hour
	// maxHeld is how many items an index holds: with one more, their number behind the tag of a slot would not fit.
	maxHeld = 1<<16 - 1
	// maxSame is how many items of one band are held, the newest: more than a few have one only when somebody floods.
	maxSame = 8
	// maxKept is how many items have their evidence in memory, mostly the newest: three days of a bot with 680 items on its watchlists a day.
	// That of others is fetched when they are rivals.
	maxKept = 2048
)

// held is an item in an index: 48 bytes, and 91 in slots.
type held struct {
	item, story int64
	at          int64  // published, unix milliseconds
	began       int64  // the earliest of the items of its story up to this one
	prev        uint32 // 1 + the place of the item before in its story
	seen        uint32 // the round in which it was last looked at
	mass        float64
}

// term is a piece of evidence that items of the last days have. The places of a term that is in more than maxCommon of them are not kept.
type term struct {
	key   uint32
	n     uint32 // items
	first uint32 // place of the first item
	list  uint32 // 1 + the block with the newest of the others
}

// A block is a part of a list of places.
type block struct {
	places [3]uint32 // 1 + each
	next   uint32    // 1 + the block with those before
}

// evidence is a feature with the number that an index gave its key.
type evidence struct {
	key  uint32
	what uint32 // the number of the term, and the kind in the highest bits
}

const termBits = 29

func (e evidence) kind() kind  { return kind(e.what >> termBits) }
func (e evidence) term() int32 { return int32(e.what & (1<<termBits - 1)) }

// witness is what an item is compared by as the same event.
type witness struct {
	item     int64
	lang     string
	feed     uint32
	evidence []evidence // by key
}

// A Fetch reads what was kept of items, as Keep gave it, and calls each for those that are there. sketches says whether sketch is asked for, too.
type Fetch = func(items []int64, sketches bool, each func(item int64, clues, sketch []byte)) error

// An Index finds among recent items those that a new one may belong to. What it says is checked by what was kept of the few it finds. It has room for a given
// number of items and is of use for some hours; then another one is to be filled. It is not safe for concurrent use.
type Index struct {
	items  []held
	room   int
	slots  []uint32       // by band: 1 + the place of an item, and the low 16 bits of its band. Open addressing
	tales  []uint32       // by story: 1 + the place of its newest item. Open addressing
	gone   map[int64]bool // stories that were forgotten
	stale  int64          // items published before it are nobody's event any more
	oldest int64          // items published before it are not held
	until  time.Time      // it is of use until then; zero: not told the time yet

	terms  []term
	byKey  []uint32 // 1 + the number of a term. Open addressing; its length is a power of two
	blocks []block
	free   uint32            // 1 + the first of the blocks that nobody uses
	told   int               // items that have evidence
	logs   []float64         // of small numbers
	langs  map[string]string // so that there is one string of each
	kept   []witness         // by the low bits of the item

	last  []byte // the print that was read last
	read  *print
	now   uint32   // round
	found []uint32 // places, used by one call after the other
	extra []witness
	other sketch
}

// NewIndex returns an empty index with room for that many items, as far as an index may be large.
func NewIndex(items int) *Index {
	room := min(max(items, 64), maxHeld)
	size := 1 << 12
	return &Index{
		items: make([]held, 0, room), room: room, slots: make([]uint32, room*bands*8/7), tales: make([]uint32, room*5/4), gone: map[int64]bool{},
		byKey: make([]uint32, size), langs: map[string]string{}, kept: make([]witness, min(maxKept, 1<<bits.Len(uint(room)))),
	}
}

// Room says how many items an index should have room for that is filled with those that are stored, and how many of them, the newest, it should get:
// it takes in a quarter as many again and some more before another one has to be filled.
func (*Index) Room(stored, more int) (room, take int) {
	take = min(stored, maxHeld*7/8)
	return min(take+take/4+more+1024, maxHeld), take
}

// Spent reports whether another index is to be filled before that many items are added.
func (x *Index) Spent(now time.Time, more int) bool {
	return len(x.items)+more > x.room || !x.until.IsZero() && !now.Before(x.until)
}

// find returns the slot for a story: the one of its newest item, or an empty one.
func (x *Index) find(story int64) *uint32 {
	for i := mix(uint64(story)+1, 0) >> 32 * uint64(len(x.tales)) >> 32; ; i++ {
		if i == uint64(len(x.tales)) {
			i = 0
		}
		if s := &x.tales[i]; *s == 0 || x.items[*s-1].story == story {
			return s
		}
	}
}

// near calls yield for the places of the items that may have a band.
func (x *Index) near(key uint32, yield func(at uint32)) {
	for i := uint64(key) * uint64(len(x.slots)) >> 32; ; i++ {
		if i == uint64(len(x.slots)) {
			i = 0
		}
		s := x.slots[i]
		if s == 0 {
			return
		}
		if uint16(s) == uint16(key) {
			yield(s>>16 - 1)
		}
	}
}

// mark puts an item into the slot of a band, the place of the oldest one when there are maxSame.
func (x *Index) mark(key, at uint32) {
	same, oldest := 0, uint64(0)
	for i := uint64(key) * uint64(len(x.slots)) >> 32; ; i++ {
		if i == uint64(len(x.slots)) {
			i = 0
		}
		s := x.slots[i]
		if s != 0 && uint16(s) == uint16(key) {
			if same == 0 || s < x.slots[oldest] {
				oldest = i
			}
			if same++; same == maxSame {
				i = oldest
				s = 0
			}
		}
		if s == 0 {
			x.slots[i] = (at+1)<<16 | key&0xffff
			return
		}
	}
}

// Keep says what of a print is to be kept: the bands that an index finds an item by, the clues to its event, and the sketch that copies are told by.
// Nothing of a print of another version.
func (x *Index) Keep(print []byte) (bands, clues, sketch []byte) {
	p, err := x.parse(print)
	if err != nil {
		return nil, nil, nil
	}
	return appendBands(nil, &p.sketch), appendClues(nil, p), appendSketch(nil, &p.sketch)
}

// Add takes in an item that belongs to a story, with its bands and clues, as Keep gave them. Without clues it is nobody's event, and one of
// another version, or for which there is no room, is passed over.
func (x *Index) Add(item, story int64, published time.Time, bands, clues []byte) {
	at := published.UnixMilli()
	keys, empty, err := parseBands(bands)
	if err != nil || at < x.oldest || len(x.items) >= x.room {
		return
	}
	place := uint32(len(x.items))
	h := held{item: item, story: story, at: at, began: at}
	s := x.find(story)
	if *s != 0 {
		h.prev = *s
		h.began = min(at, x.items[*s-1].began)
	}
	*s = place + 1
	x.items = append(x.items, h)
	if !empty {
		for _, k := range keys {
			x.mark(k, place)
		}
	}
	if at < x.stale || len(clues) == 0 {
		return
	}
	w := x.keptOf(item)
	if x.witness(w, item, clues, true) != nil {
		*w = witness{}
		return
	}
	x.told++
	for _, e := range w.evidence {
		x.tell(e.term(), place)
	}
}

// keptOf is where the evidence of an item is kept, if it is.
func (x *Index) keptOf(item int64) *witness { return &x.kept[uint64(item)%uint64(len(x.kept))] }

// witness reads clues into w. Unknown terms become known when fresh, else they have the number of none.
func (x *Index) witness(w *witness, item int64, clues []byte, fresh bool) error {
	w.item, w.evidence = item, w.evidence[:0]
	return readClues(clues, func(lang []byte, feed uint32, n int) {
		var known bool
		if w.lang, known = x.langs[string(lang)]; !known {
			w.lang = string(lang)
			x.langs[w.lang] = w.lang
		}
		w.feed = feed
		w.evidence = slices.Grow(w.evidence, n)
	}, func(key uint32, k kind) {
		w.evidence = append(w.evidence, evidence{key, uint32(x.term(key, fresh))&noTerm | uint32(k)<<termBits})
	})
}

// noTerm is the number of no term.
const noTerm = 1<<termBits - 1

// term is the number of the term with a key; noTerm when there is none, and none is to be made.
func (x *Index) term(key uint32, fresh bool) int32 {
	i := key & uint32(len(x.byKey)-1)
	for ; x.byKey[i] != 0; i = (i + 1) & uint32(len(x.byKey)-1) {
		if n := x.byKey[i] - 1; x.terms[n].key == key {
			return int32(n)
		}
	}
	if !fresh {
		return noTerm
	}
	x.terms = append(x.terms, term{key: key})
	x.byKey[i] = uint32(len(x.terms))
	if len(x.terms) > len(x.byKey)*3/4 {
		x.byKey = make([]uint32, 2*len(x.byKey))
		for n, t := range x.terms {
			i := t.key & uint32(len(x.byKey)-1)
			for x.byKey[i] != 0 {
				i = (i + 1) & uint32(len(x.byKey)-1)
			}
			x.byKey[i] = uint32(n + 1)
		}
	}
	return int32(len(x.terms) - 1)
}

// tell puts a place on the list of a term.
func (x *Index) tell(of int32, place uint32) {
	t := &x.terms[of]
	t.n++
	switch {
	case t.n == 1:
		t.first = place
		return
	case t.n > maxCommon:
		for t.list != 0 { // leads to nobody any more
			b := t.list
			t.list = x.blocks[b-1].next
			x.blocks[b-1] = block{next: x.free}
			x.free = b
		}
		return
	}
	if t.list != 0 {
		if b := &x.blocks[t.list-1]; b.places[2] == 0 {
			b.places[slices.Index(b.places[:], 0)] = place + 1
			return
		}
	}
	b := x.free
	if b == 0 {
		x.blocks = append(x.blocks, block{})
		b = uint32(len(x.blocks))
	} else {
		x.free = x.blocks[b-1].next
	}
	x.blocks[b-1] = block{places: [3]uint32{place + 1}, next: t.list}
	t.list = b
}

// parse reads a print; what is kept was mostly looked up just before.
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
func (x *Index) Forget(story int64) { x.gone[story] = true }

// Advance tells an index the time, before anything is added.
func (x *Index) Advance(now time.Time) {
	if !x.until.IsZero() {
		return
	}
	x.until = now.Truncate(turnover).Add(turnover)
	x.stale, x.oldest = x.Stale(now).UnixMilli(), x.Oldest(now).UnixMilli()
}

// Stale is when an item was published at the earliest whose clues an index has use for.
func (*Index) Stale(now time.Time) time.Time {
	return now.Truncate(turnover).Add(-2 * EventWindow)
}

// Oldest is when an item was published at the earliest that an index has use for.
func (*Index) Oldest(now time.Time) time.Time {
	return now.Truncate(turnover).Add(-CopyWindow - EventWindow)
}
