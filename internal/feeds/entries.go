package feeds

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"slices"
)

// Most documents that changed differ from the last one by an item or two. Their other items are known to the byte, so reading them again would only
// find that out the slow way: what gofeed is given is the document without them.

// A span is the bytes of an item in a document, from its start tag to behind its end tag.
type span struct{ from, to int }

// An outline is where the items of an XML document stand.
type outline struct {
	starts []int  // of every start tag of an item or entry, those in CDATA and comments included
	spans  []span // of every item; nil when the tags do not pair one by one, as when a text speaks of items
}

// outlineOf finds the tags of items in doc in one pass, at most maxItems+1 start tags.
func outlineOf(doc []byte) outline {
	var o outline
	paired := true
	open := -1 // start of the item that has not ended
	for pos := 0; ; {
		i := bytes.IndexByte(doc[pos:], '<')
		if i < 0 {
			break
		}
		at := pos + i
		pos = at + 1
		end, n := itemTag(doc[at:])
		switch {
		case n == 0:
			continue
		case end:
			paired = paired && open >= 0
			if paired {
				o.spans = append(o.spans, span{open, at + n})
			}
			open = -1
		default:
			paired = paired && open < 0
			open = at
			if o.starts = append(o.starts, at); len(o.starts) > maxItems {
				return outline{starts: o.starts}
			}
		}
		pos = at + n
	}
	if !paired || open >= 0 {
		o.spans = nil
	}
	return o
}

// itemTag tells whether the "<" at the start of s begins a start or end tag of an item or entry, and the length of the tag's name with what is in front of it;
// of an end tag the length of the whole, which is 0 when something stands in it that has no place there. 0: it is another tag, or none.
func itemTag(s []byte) (end bool, n int) {
	i := 1
	if len(s) > 1 && s[1] == '/' {
		end, i = true, 2
	}
	start := i
	for i < len(s) && nameByte(s[i], i == start) && i-start <= maxItemName {
		i++
	}
	name := s[start:i]
	if j := bytes.LastIndexByte(name, ':'); j > 0 {
		name = name[j+1:]
	}
	if len(name) < 4 || len(name) > 5 || !bytes.EqualFold(name, tagItem) && !bytes.EqualFold(name, tagEntry) || i >= len(s) {
		return false, 0
	}
	if !end {
		switch s[i] {
		case ' ', '\t', '\r', '\n', '/', '>':
			return false, i
		}
		return false, 0
	}
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\r' || s[i] == '\n') {
		i++
	}
	if i < len(s) && s[i] == '>' {
		return true, i + 1
	}
	return false, 0
}

var tagItem, tagEntry = []byte("item"), []byte("entry")

// maxItemName is the longest name of an item's element, prefix included, that is looked at.
const maxItemName = 64

// An itemPrint stands for the bytes of an item: the first of its SHA-256. Two items of one document that share it by chance are one in 10^13.
type itemPrint [8]byte

func (o outline) prints(doc []byte) []itemPrint {
	all := make([]itemPrint, len(o.spans))
	for i, s := range o.spans {
		sum := sha256.Sum256(doc[s.from:s.to])
		copy(all[i][:], sum[:])
	}
	return all
}

// pack writes prints as news.FeedState keeps them.
func pack(all []itemPrint) string {
	var b []byte
	for _, p := range all {
		b = append(b, p[:]...)
	}
	return base64.RawStdEncoding.EncodeToString(b)
}

// unpack is the inverse of pack; what it cannot read is no print.
func unpack(s string) map[itemPrint]bool {
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(b)%len(itemPrint{}) != 0 {
		return nil
	}
	all := make(map[itemPrint]bool, len(b)/len(itemPrint{}))
	for p := range slices.Chunk(b, len(itemPrint{})) {
		all[itemPrint(p)] = true
	}
	return all
}

// without is doc without the items that the last document had, and how many those are.
func (o outline) without(doc []byte, prints []itemPrint, last map[itemPrint]bool) (rest []byte, left int) {
	if len(last) == 0 {
		return doc, 0
	}
	rest = make([]byte, 0, len(doc)/4)
	pos := 0
	for i, s := range o.spans {
		if last[prints[i]] {
			rest = append(rest, doc[pos:s.from]...)
			pos = s.to
			left++
		}
	}
	return append(rest, doc[pos:]...), left
}

// plain reports whether the items of p, of a document that has n, were read as they stand and each for itself: only then is an item the same again when
// its bytes are.
func (p parsed) plain(n int) bool {
	return !p.cut && p.Repaired == "" && p.Dropped == 0 && !p.doubted && len(p.Items) == n
}
