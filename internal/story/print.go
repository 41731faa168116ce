package story

import (
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// What of an item is looked at and kept, so that a print stays below some 8 KB whatever a feed brings. Of the text, the lead says what the event is.
const (
	maxTitle    = 24 // words of the headline
	maxLead     = 40 // words of the text that are looked at
	maxNames    = 24
	maxProfiles = 32
	maxSurface  = 24 // bytes
)

// A kind says where a piece of evidence comes from.
type kind uint8

const (
	titleWord kind = iota
	leadWord
	titleNumber
	leadNumber
	name    // a capitalised word by its sound, whatever the script
	profile // an entity that the matcher found
	kinds
)

// crossing reports whether evidence of a kind means the same in every language.
func (k kind) crossing() bool { return k >= titleNumber }

// A feature is a piece of evidence: its key is the same wherever the evidence is.
type feature struct {
	key     uint32
	kind    kind
	surface string // as the item writes it
}

// A print is what stories are told by.
type print struct {
	lang     string
	feed     uint32 // stands for the id of the feed
	sketch   sketch
	features []feature // by key, each key once
}

// printVersion stands at the beginning of a print. Another one is not read: its item is then passed over when stories are looked for.
// It has to change whenever the same text gives other hashes or keys (TestPrintHolds tells).
const printVersion = 1

// A Printer makes prints. Its zero value is ready; it may be used by many goroutines at once.
type Printer struct{ pool sync.Pool }

type scratch struct {
	title, body []text.Word
	words       []uint64
	hashes      []uint32
	features    []feature
	out         []byte
	known       []knownWord // by the low bits of what it knows
}

// Print makes the print of an item, given its matches. Time is linear in the length of its text.
func (p *Printer) Print(it *news.Item, matches []news.Match) []byte {
	s, _ := p.pool.Get().(*scratch)
	if s == nil {
		s = new(scratch)
	}
	defer p.pool.Put(s)
	s.title = text.AppendWords(s.title[:0], it.Title)
	s.body = text.AppendWords(s.body[:0], it.Text)
	s.words = hashesOf(s.words[:0], s.title, s.body)
	sk := makeSketch(s.hashes, s.words)
	s.hashes = sk.hashes
	s.evidence(it, matches)
	s.out = appendPrint(s.out[:0], it.Lang, hash(profile, it.FeedID), sk, s.features)
	return slices.Clone(s.out)
}

func appendPrint(dst []byte, lang string, feed uint32, sk sketch, features []feature) []byte {
	dst = append(dst, printVersion)
	dst = appendText(dst, lang, 8)
	dst = binary.LittleEndian.AppendUint32(dst, feed)
	dst = appendHashes(dst, &sk)
	dst = binary.AppendUvarint(dst, uint64(len(features)))
	for _, f := range features {
		dst = append(dst, byte(f.kind))
		dst = binary.LittleEndian.AppendUint32(dst, f.key)
		dst = appendText(dst, f.surface, maxSurface)
	}
	return dst
}

func appendHashes(dst []byte, sk *sketch) []byte {
	dst = binary.AppendUvarint(dst, uint64(sk.bound))
	dst = binary.AppendUvarint(dst, uint64(len(sk.hashes)))
	last := uint32(0)
	for _, h := range sk.hashes {
		dst = binary.AppendUvarint(dst, uint64(h-last))
		last = h
	}
	return dst
}

// appendText appends a text behind its length, cut to limit bytes at a letter.
func appendText(dst []byte, s string, limit int) []byte {
	if len(s) > limit {
		for s = s[:limit]; len(s) > 0; s = s[:len(s)-1] {
			if r, n := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || n > 1 {
				break
			}
		}
	}
	dst = append(dst, byte(len(s)))
	return append(dst, s...)
}

var errPrint = errors.New("not a print of this version")

// parse reads a print. It refuses what Print cannot have made.
func parse(b []byte) (p print, err error) {
	all := string(b) // the surfaces are parts of it
	r := reader{b: b}
	text := func() string {
		n := int(r.byte())
		at := len(all) - len(r.b)
		return all[at : at+len(r.take(n))]
	}
	if r.byte() != printVersion {
		return p, errPrint
	}
	p.lang = text()
	p.feed = r.fixed()
	if !r.hashes(&p.sketch) {
		return p, errPrint
	}
	n := int(r.number(maxFeatures))
	p.features = make([]feature, 0, min(n, len(r.b)/6+1))
	for range n {
		f := feature{kind: kind(r.byte()), key: r.fixed()}
		f.surface = text()
		if f.kind >= kinds || r.bad || len(p.features) > 0 && f.key <= p.features[len(p.features)-1].key {
			return p, errPrint
		}
		p.features = append(p.features, f)
	}
	if r.bad || len(r.b) > 0 {
		return p, errPrint
	}
	return p, nil
}

// hashes reads a sketch, and reports whether it is one.
func (r *reader) hashes(sk *sketch) bool {
	sk.bound = uint32(r.number(1<<32 - 1))
	n := int(r.number(2 * sketchSize))
	sk.hashes = slices.Grow(sk.hashes[:0], min(n, len(r.b)))
	last := uint64(0)
	for i := range n {
		d := r.number(1<<32 - 1)
		if last += d; last > 1<<32-1 || i > 0 && d == 0 || r.bad {
			return false
		}
		sk.hashes = append(sk.hashes, uint32(last))
	}
	return !r.bad
}

const maxFeatures = maxTitle + maxLead + maxNames + maxProfiles

// reader takes pieces from the front of b; bad once something was missing.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// fixed is four bytes, the lowest first.
func (r *reader) fixed() uint32 {
	b := r.take(4)
	if len(b) < 4 {
		return 0
	}
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// number is an unsigned number of seven bits a byte, the lowest first, up to limit.
func (r *reader) number(limit uint64) (v uint64) {
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if v > limit {
				break
			}
			return v
		}
	}
	r.bad, r.b = true, nil
	return 0
}
