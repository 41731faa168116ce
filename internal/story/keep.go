package story

import "encoding/binary"

// What is kept of a print, in three pieces, because they are read at different times: the bands of every item of a month and the clues of
// those of the last days fill an index, sketches are read of the few items that may be copied. Each begins with printVersion.

// appendBands writes the bands, nothing behind the version for an item without words.
func appendBands(dst []byte, sk *sketch) []byte {
	dst = append(dst, printVersion)
	if len(sk.hashes) > 0 {
		for _, k := range bandsOf(sk) {
			dst = binary.LittleEndian.AppendUint32(dst, k)
		}
	}
	return dst
}

func parseBands(b []byte) (keys [bands]uint32, empty bool, err error) {
	if len(b) == 0 || b[0] != printVersion || len(b) != 1 && len(b) != 1+4*bands {
		return keys, false, errPrint
	}
	for i := range keys[:len(b)/4] {
		keys[i] = binary.LittleEndian.Uint32(b[1+4*i:])
	}
	return keys, len(b) == 1, nil
}

func appendClues(dst []byte, p *print) []byte {
	dst = append(dst, printVersion)
	dst = appendText(dst, p.lang, 8)
	dst = binary.LittleEndian.AppendUint32(dst, p.feed)
	for _, f := range p.features {
		dst = append(dst, byte(f.kind))
		dst = binary.LittleEndian.AppendUint32(dst, f.key)
	}
	return dst
}

// readClues calls head with the language, the feed and the number of the clues, and then clue for each, by key.
func readClues(b []byte, head func(lang []byte, feed uint32, n int), clue func(key uint32, k kind)) error {
	r := reader{b: b}
	version := r.byte()
	lang := r.take(int(r.byte()))
	feed := r.fixed()
	if version != printVersion || r.bad || len(r.b)%5 != 0 || len(r.b) > 5*maxFeatures {
		return errPrint
	}
	head(lang, feed, len(r.b)/5)
	last := int64(-1)
	for b := r.b; len(b) > 0; b = b[5:] {
		key := binary.LittleEndian.Uint32(b[1:])
		if kind(b[0]) >= kinds || int64(key) <= last {
			return errPrint
		}
		last = int64(key)
		clue(key, kind(b[0]))
	}
	return nil
}

func appendSketch(dst []byte, sk *sketch) []byte { return appendHashes(append(dst, printVersion), sk) }

// readSketch reads a sketch into sk, whose room is used again.
func readSketch(sk *sketch, b []byte) error {
	r := reader{b: b}
	if r.byte() != printVersion || !r.hashes(sk) || len(r.b) > 0 {
		return errPrint
	}
	return nil
}
