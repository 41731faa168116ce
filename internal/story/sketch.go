package story

import (
	"math"
	"slices"

	"vestnik/internal/text"
)

// A sketch stands for the set of an item's runs of three folded words (shingles) by 32-bit hashes, sorted. Of a long text only the hashes up to a bound
// are kept: as a hash is as good as random, those are a fair sample, and the same one of every text. Up to sketchSize words nothing is left out,
// so the Jaccard index of two such texts is exact but for hashes that collide (one pair in 4 billion).
type sketch struct {
	bound  uint32 // hashes above it were left out
	hashes []uint32
}

// sketchSize is how many hashes a sketch aims at, and twice that the most it may have. The estimate of an index of one half from 512 is off by
// √(.25/512) = .022 on average; texts of feeds are mostly below that many words, and exact.
const sketchSize = 512

// makeSketch makes the sketch of a text that is given by its words' hashes. dst is overwritten and grown.
func makeSketch(dst []uint32, words []uint64) sketch {
	dst = dst[:0]
	n := len(words) - 2
	if n < 1 {
		// Too short for a run of three: all there is counts as one.
		if len(words) == 0 {
			return sketch{math.MaxUint32, dst}
		}
		h := uint64(1)
		for _, w := range words {
			h = mix(h, w)
		}
		return sketch{math.MaxUint32, append(dst, uint32(mix(h, 0)>>32))}
	}
	bound := uint32(math.MaxUint32)
	if n > sketchSize {
		bound = uint32(float64(sketchSize) / float64(n) * math.MaxUint32)
	}
	for i := range n {
		if h := uint32(mix(mix(mix(1, words[i]), words[i+1]), words[i+2]) >> 32); h <= bound {
			dst = append(dst, h)
		}
	}
	slices.Sort(dst)
	dst = slices.Compact(dst)
	if len(dst) > 2*sketchSize { // chance does not do that
		dst = dst[:2*sketchSize]
		bound = dst[len(dst)-1]
	}
	return sketch{bound, dst}
}

// mix puts b behind a into a hash: a multiplication by an odd number with bits everywhere (2⁶⁴ divided by the golden ratio) and a shift.
func mix(a, b uint64) uint64 {
	h := (a ^ b) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// jaccard is the Jaccard index of two sets by their sketches: what both have, divided by what either has. 0 when one is empty.
func jaccard(a, b *sketch) float64 {
	bound := min(a.bound, b.bound)
	x, y := a.hashes, b.hashes
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	both, either := 0, 0
	for i, j := 0, 0; ; either++ {
		moreX, moreY := i < len(x) && x[i] <= bound, j < len(y) && y[j] <= bound
		switch {
		case !moreX && !moreY:
			if either == 0 {
				return 0
			}
			return float64(both) / float64(either)
		case !moreY || moreX && x[i] < y[j]:
			i++
		case !moreX || y[j] < x[i]:
			j++
		default:
			i++
			j++
			both++
		}
	}
}

// Near-duplicates are looked for by bands: texts that share a band are compared. A band is two bins of a MinHash by one permutation (Li, Owen, Zhang
// 2012): bins are told by a hash's rest by their number, and the least of each counts. With 20 bands of two, a pair with the index .5 shares none in
// (1 − .5²)²⁰ = 3 of 1,000 cases, one with .6 in 1 of 10,000.
const (
	bins  = 40
	bands = bins / 2
)

// bandsOf returns the bands of a sketch, which is not empty. An empty bin takes what is in another one, chosen by its own number alone, so that two
// texts with the same neighbours agree (optimal densification: Shrivastava 2017).
func bandsOf(s *sketch) (keys [bands]uint32) {
	const none = math.MaxUint32
	var least [bins]uint32
	for i := range least {
		least[i] = none
	}
	for _, h := range s.hashes { // sorted, so the first of a bin is its least
		if b := h % bins; least[b] == none {
			least[b] = h
		}
	}
	filled := least
	for b := range filled {
		for try := uint64(1); filled[b] == none; try++ {
			if try > 64*bins { // as good as never
				filled[b] = s.hashes[0]
				break
			}
			filled[b] = least[mix(mix(uint64(b)+1, try), 0)>>40%bins]
		}
	}
	for i := range keys {
		keys[i] = uint32(mix(mix(uint64(i)+1, uint64(filled[2*i])), uint64(filled[2*i+1])) >> 32)
	}
	return keys
}

// hashesOf appends the hashes of the words of an item: those of the title, and of the text behind it. A text that begins with the title says it once.
func hashesOf(dst []uint64, title, body []text.Word) []uint64 {
	if !begins(body, title) {
		for i := range title {
			dst = append(dst, title[i].Hash)
		}
	}
	for i := range body {
		dst = append(dst, body[i].Hash)
	}
	return dst
}

// begins reports whether body begins with the words of title.
func begins(body, title []text.Word) bool {
	return len(body) >= len(title) && slices.EqualFunc(body[:len(title)], title, func(a, b text.Word) bool { return a.Hash == b.Hash })
}
