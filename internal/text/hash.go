package text

import (
	"math/bits"
	"unicode/utf8"
)

// The hash of a folded word takes ASCII letters and digits that follow one another by eights, the last filled up with zeros, and any other letter alone:
// so a scan has most Latin words at one stroke, and need not guess where they end. Eight are mixed in by a multiplication of which all
// 128 bits count (as in wyhash, Wang Yi), one letter as in FNV-1a (Fowler, Noll, Vo), with a multiplier that has bits in every byte (2⁶⁴ divided by the
// golden ratio; Knuth, TAOCP 3, 6.4). The low bits are poor until hashEnd mixes the high ones in.
const (
	hashSeed  uint64 = 14695981039346656037
	hashPrime uint64 = 0x9E3779B97F4A7C15
)

func hashRune(h uint64, r rune) uint64 { return (h ^ uint64(r)) * hashPrime }

// hashEight mixes in up to eight ASCII letters and digits, the first in the lowest byte.
func hashEight(h, eight uint64) uint64 {
	high, low := bits.Mul64(h^eight, hashPrime)
	return high ^ low
}

// hashEnd turns the state after the last letter into the hash. Source: the 64-bit finaliser of MurmurHash3 (A. Appleby), its first half.
func hashEnd(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xFF51AFD7ED558CCD
	return h ^ h>>33
}

// Hash returns the hash of a folded word: the Hash of every Word that folds to it.
func Hash(folded string) uint64 {
	h := newHasher()
	for _, r := range folded {
		h.add(r)
	}
	return h.sum()
}

// eightAt returns the eight bytes of s from i on, which lies in it, the first lowest; zeros stand for those behind its end.
func eightAt(s string, i int) (x uint64) {
	switch {
	case i+8 <= len(s):
		return eight(s[i : i+8])
	case len(s) >= 8:
		return eight(s[len(s)-8:]) >> (8 * (8 - (len(s) - i)))
	}
	for k := len(s) - 1; k >= i; k-- {
		x = x<<8 | uint64(s[k])
	}
	return x
}

// eight reads eight bytes; the compiler makes it one instruction.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// A hasher makes the hash of a word letter by letter. It is a value: a copy goes on from the same beginning.
type hasher struct {
	h     uint64
	ascii uint64 // letters that are not yet eight, the first in the lowest byte
	n     uint   // how many bits that are, below 64
}

func newHasher() hasher { return hasher{h: hashSeed} }

// add takes the next folded letter.
func (s *hasher) add(r rune) {
	if r >= utf8.RuneSelf {
		s.flush()
		s.h = hashRune(s.h, r)
		return
	}
	s.ascii |= uint64(r) << s.n
	if s.n += 8; s.n == 64 {
		s.flush()
	}
}

func (s *hasher) flush() {
	if s.n > 0 {
		s.h, s.ascii, s.n = hashEight(s.h, s.ascii), 0, 0
	}
}

// sum returns the hash of the letters so far.
func (s *hasher) sum() uint64 {
	if s.n > 0 {
		return hashEnd(hashEight(s.h, s.ascii))
	}
	return hashEnd(s.h)
}

func hashRunes(folded []rune) uint64 {
	s := newHasher()
	for _, r := range folded {
		s.add(r)
	}
	return s.sum()
}
