package match

import (
	"iter"
	"math/bits"
	"runtime"
	"sync"
)

// A formTable says which lexemes have a form, by the hash of the folded form. It is built once and only read: a table of open addressing with linear
// probing (Knuth, TAOCP 3, 6.4) in which keys ascend (O. Amble, D. E. Knuth, Ordered hash tables, 1974), since the high bits of a key choose its slot: a
// lookup ends at the first greater key, and touches one line of memory as a rule. Filters in front of it answer for most words that nobody watches.
type formTable struct {
	slots []entry // key 0: free, as the last always is
	width uint64  // slots that are somebody's first
	n     int

	any, small filter // of the forms that the scan looks for; of those that need no capital: what most words are asked for is little
}

// An entry is one form of one lexeme: val is the lexeme's number with, in its low byte, the number of the reading, counted from 1; 0 is the word as
// the file writes it.
type entry struct {
	key   uint64
	val   uint32
	langs langs
}

func (e *entry) lexeme() int32 { return int32(e.val >> readingBits) }
func (e *entry) reading() int  { return int(e.val & lowBits) }

const (
	readingBits = 8
	lowBits     = 1<<readingBits - 1
)

// newTable builds the table; asks says of a lexeme whether the scan is to look for it at all, and whether it needs a capital. A form that a lexeme has
// under several readings stands once, with the first and in the languages of all.
func newTable(parts [][]entry, asks func(lexeme int32) (wanted, capital bool)) formTable {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	t := formTable{width: uint64(n + n/4 + 1)} // about a third of the entries join others, so half to two thirds are taken
	t.slots = make([]entry, t.width, t.width+roomBehind)
	for _, e := range t.inOrder(parts, n) {
		t.insert(e)
	}
	if t.slots[len(t.slots)-1].key != 0 {
		t.slots = append(t.slots, entry{})
	}
	var all, low []uint64
	for i := range t.slots {
		e := &t.slots[i]
		if e.key == 0 {
			continue
		}
		wanted, capital := asks(e.lexeme())
		if wanted {
			all = appendNew(all, e.key)
		}
		if wanted && !capital {
			low = appendNew(low, e.key)
		}
	}
	t.any, t.small = newFilter(all, 8), newFilter(low, 32)
	return t
}

// appendNew appends a key that is not the last: keys come in order.
func appendNew(keys []uint64, key uint64) []uint64 {
	if n := len(keys); n > 0 && keys[n-1] == key {
		return keys
	}
	return append(keys, key)
}

// inOrder returns the n entries of all parts in the order of their slots, roughly: a counting sort by 1,024 neighbours at a time, so that filling the
// table walks through memory instead of jumping.
func (t *formTable) inOrder(parts [][]entry, n int) []entry {
	const together = 10
	begin := make([]uint32, t.width>>together+2)
	for _, p := range parts {
		for i := range p {
			begin[t.first(p[i].key)>>together+1]++
		}
	}
	for i := 1; i < len(begin); i++ {
		begin[i] += begin[i-1]
	}
	all := make([]entry, n)
	for _, p := range parts {
		for i := range p {
			b := t.first(p[i].key) >> together
			all[begin[b]] = p[i]
			begin[b]++
		}
	}
	return all
}

// roomBehind is how far the last keys may stand behind the last slot that is somebody's first before the table is copied.
const roomBehind = 64

// insert adds an entry, behind those of smaller and equal keys; one that is there takes on its languages.
func (t *formTable) insert(e entry) {
	moving := false // e stood in the table and makes room
	for i := t.first(e.key); ; i++ {
		if i == uint64(len(t.slots)) {
			t.slots = append(t.slots, entry{})
		}
		switch s := &t.slots[i]; {
		case s.key == 0:
			*s = e
			t.n++
			return
		case !moving && s.key == e.key && s.lexeme() == e.lexeme():
			s.val, s.langs = min(s.val, e.val), s.langs|e.langs
			return
		case moving || s.key > e.key:
			*s, e, moving = e, *s, true
		}
	}
}

// first returns the slot from which on entries with the key stand: those before it have smaller keys, and the first that has a greater key, or is free,
// ends them. A product stands in for a remainder (D. Lemire, Fast random integer generation in an interval, 2019).
func (t *formTable) first(key uint64) uint64 {
	slot, _ := bits.Mul64(key, t.width)
	return slot
}

// upTo reports whether a slot holds a key up to h, and is not free.
func (e *entry) upTo(h uint64) bool { return e.key-1 < h }

// of yields the entries with the key.
func (t *formTable) of(key uint64) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		for i := t.first(key); t.slots[i].upTo(key); i++ {
			if e := &t.slots[i]; e.key == key && !yield(e) {
				return
			}
		}
	}
}

// A filter answers most lookups of words that nobody watches with one look at memory, before the table is asked: a Bloom filter (B. H. Bloom, CACM 13/7, 1970)
// whose two bits of a key lie in one word (F. Putze, P. Sanders, J. Singler, Cache-, hash- and space-efficient Bloom filters, 2007), so that with 8 to 16
// bits a key two to five in a hundred other words pass, with 32 to 64 two in a thousand.
type filter struct {
	bits []uint64
	mask uint64
}

// newFilter makes a filter of at least so many bits a key.
func newFilter(keys []uint64, each int) filter {
	words := 1 << bits.Len(uint(len(keys)*each/64))
	f := filter{make([]uint64, words), uint64(words - 1)}
	for _, k := range keys {
		f.bits[k>>12&f.mask] |= 1<<(k&63) | 1<<(k>>6&63)
	}
	return f
}

// may reports whether h may be one of the keys; false is certain.
func (f *filter) may(h uint64) bool {
	w := f.bits[h>>12&f.mask]
	return w>>(h&63)&(w>>(h>>6&63))&1 != 0
}

// inParallel calls do for consecutive parts of 0 … n−1, one for each processor, and waits.
func inParallel(n int, do func(part, from, to int)) {
	parts := min(runtime.GOMAXPROCS(0), max(n, 1))
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { do(p, n*p/parts, n*(p+1)/parts) })
	}
	wg.Wait()
}
