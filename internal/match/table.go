package match

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"
	"sync"
)

// A formTable says which lexemes have a form, by the hash of the folded form. It is built once and only read: entries of one bucket stand side by side
// (compressed sparse rows), sorted by hash, at 14 bytes an entry. A filter in front of it answers for most words that nobody watches.
type formTable struct {
	shift uint
	begin []uint32 // bucket → its first entry; one more than there are buckets
	keys  []uint64
	vals  []uint32
	langs []langs

	capital, small filter // of all forms; of those that need no capital: what most words are asked for is little
}

// An entry is one form of one lexeme: val is the lexeme's number with, in its low byte, the number of the reading, counted from 1; 0 is the word as
// the file writes it.
type entry struct {
	key   uint64
	val   uint32
	langs langs
}

const (
	readingBits = 8
	lowBits     = 1<<readingBits - 1
)

// mix spreads a hash so that its high bits choose a bucket (Fibonacci hashing: Knuth, TAOCP 3, 6.4).
func mix(h uint64) uint64 { return h * 0x9E3779B97F4A7C15 }

// newTable sorts entries into buckets of about two; small says of a lexeme that it needs no capital. A form that a lexeme has under several readings stands once.
func newTable(parts [][]entry, small func(lexeme int32) bool) formTable {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	width := uint(max(bits.Len(uint(n/2)), 1))
	t := formTable{shift: 64 - width, begin: make([]uint32, 1<<width+1)}
	for _, p := range parts {
		for _, e := range p {
			t.begin[mix(e.key)>>t.shift+1]++
		}
	}
	for i := 1; i < len(t.begin); i++ {
		t.begin[i] += t.begin[i-1]
	}
	all := make([]entry, n)
	next := slices.Clone(t.begin)
	for _, p := range parts {
		for _, e := range p {
			b := mix(e.key) >> t.shift
			all[next[b]] = e
			next[b]++
		}
	}
	t.fill(all)
	t.capital = newFilter(t.keys)
	var keys []uint64
	for i, v := range t.vals {
		if small(int32(v >> readingBits)) {
			keys = append(keys, t.keys[i])
		}
	}
	t.small = newFilter(keys)
	return t
}

// fill sorts each bucket of all, drops what is there twice, and copies the rest into place.
func (t *formTable) fill(all []entry) {
	kept := 0
	t.keys, t.vals, t.langs = make([]uint64, len(all)), make([]uint32, len(all)), make([]langs, len(all))
	lo := t.begin[0]
	for b := range len(t.begin) - 1 {
		hi := t.begin[b+1]
		bucket := all[lo:hi]
		slices.SortFunc(bucket, func(a, b entry) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.val, b.val)) })
		t.begin[b] = uint32(kept)
		for i, e := range bucket {
			if i > 0 && e.key == bucket[i-1].key && e.val>>readingBits == bucket[i-1].val>>readingBits {
				t.langs[kept-1] |= e.langs
				continue
			}
			t.keys[kept], t.vals[kept], t.langs[kept] = e.key, e.val, e.langs
			kept++
		}
		lo = hi
	}
	t.begin[len(t.begin)-1] = uint32(kept)
	t.keys, t.vals, t.langs = slices.Clone(t.keys[:kept]), slices.Clone(t.vals[:kept]), slices.Clone(t.langs[:kept])
}

// find returns where the entries with the key begin and end.
func (t *formTable) find(key uint64) (from, to uint32) {
	b := mix(key) >> t.shift
	from, end := t.begin[b], t.begin[b+1]
	for from < end && t.keys[from] != key {
		from++
	}
	for to = from; to < end && t.keys[to] == key; to++ {
	}
	return from, to
}

// lexeme and reading are those of an entry.
func (t *formTable) lexeme(i uint32) int32 { return int32(t.vals[i] >> readingBits) }
func (t *formTable) reading(i uint32) int  { return int(t.vals[i] & lowBits) }

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
