package match

import "math/bits"

// A filter answers most lookups of words that nobody watches with one bit, before the table is asked: a Bloom filter with one hash function
// (B. H. Bloom, CACM 13/7, 1970) and 16 bits a key, so that about one other word in 16 passes.
type filter struct {
	bits []uint64
	mask uint64
}

func newFilter[V any](keys map[uint64]V) filter {
	words := 1 << bits.Len(uint(len(keys)*16/64))
	f := filter{make([]uint64, words), uint64(words - 1)}
	for k := range keys {
		f.bits[k>>6&f.mask] |= 1 << (k & 63)
	}
	return f
}

// may reports whether h may be one of the keys; false is certain.
func (f *filter) may(h uint64) bool { return f.bits[h>>6&f.mask]>>(h&63)&1 != 0 }
