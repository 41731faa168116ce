package match

import (
	"iter"
	"math/bits"
	"runtime"
	"sync"
)

// A formTable says which lexemes have a form, by the hash of the folded form. It is built once and only read: a table of open addressing with linear
// probing (Knuth, TAOCP 3, 6.4), at most seven eighths full, that is filled in the order of its slots, so that a lookup touches one line of memory.
// Filters in front of it answer for most words that nobody watches.
type formTable struct {
	shift uint
	slots []entry // key 0: free
	n     int

	any, small filter // of all forms; of those that need no capital: what most words are asked for is little
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

// mix spreads a hash so that its high bits choose a bucket (Fibonacci hashing: Knuth, TAOCP 3, 6.4).
func mix(h uint64) uint64 { return h * 0x9E3779B97F4A7C15 }

// newTable builds the table; small says of a lexeme that it needs no capital. A form that a lexeme has under several readings stands once, with the first
// and in the languages of all.
func newTable(parts [][]entry, small func(lexeme int32) bool) formTable {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	width := bits.Len(uint(n * 3 / 4)) // about a third of the entries join others
	t, full := fillTable(parts, n, uint(width))
	for full {
		width++
		t, full = fillTable(parts, n, uint(width))
	}
	var all, low []uint64
	for i := range t.slots {
		if e := &t.slots[i]; e.key != 0 {
			all = append(all, e.key)
			if small(e.lexeme()) {
				low = append(low, e.key)
			}
		}
	}
	t.any, t.small = newFilter(all), newFilter(low)
	return t
}

// fillTable fills a table of 2^width slots; full says that it took more than seven eighths of them, and was given up.
func fillTable(parts [][]entry, n int, width uint) (t formTable, full bool) {
	t = formTable{shift: 64 - width, slots: make([]entry, 1<<width)}
	for _, e := range inOrder(parts, n, t.shift) {
		if t.insert(e); 8*t.n > 7*len(t.slots) {
			return t, true
		}
	}
	return t, false
}

// inOrder returns the entries of all parts in the order of their slots, roughly: a counting sort by 1,024 neighbours at a time, so that filling the
// table walks through memory instead of jumping.
func inOrder(parts [][]entry, n int, shift uint) []entry {
	const together = 10
	begin := make([]uint32, max(1<<(64-shift)>>together, 1)+1)
	for _, p := range parts {
		for _, e := range p {
			begin[mix(e.key)>>shift>>together+1]++
		}
	}
	for i := 1; i < len(begin); i++ {
		begin[i] += begin[i-1]
	}
	all := make([]entry, n)
	for _, p := range parts {
		for _, e := range p {
			b := mix(e.key) >> shift >> together
			all[begin[b]] = e
			begin[b]++
		}
	}
	return all
}

// insert adds an entry; one that is there takes on its languages.
func (t *formTable) insert(e entry) {
	i := t.first(e.key)
	for ; t.slots[i].key != 0; i = t.next(i) {
		if s := &t.slots[i]; s.key == e.key && s.lexeme() == e.lexeme() {
			s.val, s.langs = min(s.val, e.val), s.langs|e.langs
			return
		}
	}
	t.slots[i] = e
	t.n++
}

// first returns the slot from which on entries with the key stand; they end before the first free one.
func (t *formTable) first(key uint64) uint64 { return mix(key) >> t.shift }

// of yields the entries with the key.
func (t *formTable) of(key uint64) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		for i := t.first(key); t.slots[i].key != 0; i = t.next(i) {
			if e := &t.slots[i]; e.key == key && !yield(e) {
				return
			}
		}
	}
}

func (t *formTable) next(slot uint64) uint64 { return (slot + 1) & (uint64(len(t.slots)) - 1) }

// A filter answers most lookups of words that nobody watches with one bit, before the table is asked: a Bloom filter with one hash function
// (B. H. Bloom, CACM 13/7, 1970) and 8 to 16 bits a key, so that about one other word in ten passes.
type filter struct {
	bits []uint64
	mask uint64
}

func newFilter(keys []uint64) filter {
	words := 1 << bits.Len(uint(len(keys)*8/64))
	f := filter{make([]uint64, words), uint64(words - 1)}
	for _, k := range keys {
		f.bits[k>>6&f.mask] |= 1 << (k & 63)
	}
	return f
}

// may reports whether h may be one of the keys; false is certain.
func (f *filter) may(h uint64) bool { return f.bits[h>>6&f.mask]>>(h&63)&1 != 0 }

// inParallel calls do for consecutive parts of 0 … n−1, one for each processor, and waits.
func inParallel(n int, do func(part, from, to int)) {
	parts := min(runtime.GOMAXPROCS(0), max(n, 1))
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { do(p, n*p/parts, n*(p+1)/parts) })
	}
	wg.Wait()
}
