package feeds

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mended is a document that was made well-formed.
type mended struct {
	doc   []byte
	cut   bool     // its end was missing
	notes []string // what was done, each once
}

// mend makes an XML document of a feed, of legal characters, well-formed without losing what can be read: references that XML
// forbids are dropped, "&" and "<" that begin nothing are escaped, end tags without a start are dropped and missing ones
// added. When the document ends before its root does, it is cut behind the last whole item. One pass, linear in len(doc).
func mend(doc []byte) mended {
	m := mender{in: doc}
	m.out.Grow(len(doc) + len(doc)/16)
	for m.pos < len(doc) {
		lt := bytes.IndexByte(doc[m.pos:], '<')
		if lt < 0 {
			m.text(doc[m.pos:])
			break
		}
		m.text(doc[m.pos : m.pos+lt])
		m.pos += lt
		n := m.markup(doc[m.pos:])
		if n < 0 { // it never ends
			break
		}
		m.pos += n
		if m.closed {
			break // what follows the root is no part of the feed
		}
	}
	out := m.out.Bytes()
	if !m.closed {
		m.note("the end was missing")
		if m.whole > 0 {
			out, m.open = out[:m.whole], m.openThen
		}
		for i := len(m.open) - 1; i >= 0; i-- {
			out = append(out, "</"+m.open[i]+">"...)
		}
	}
	return mended{doc: out, cut: !m.closed, notes: m.notes}
}

// maxDepth is the deepest nesting mend keeps count of; an element below it is dropped with its tags, not its text.
const maxDepth = 200

type mender struct {
	in     []byte
	pos    int
	out    bytes.Buffer
	open   []string // names of the elements that are open
	closed bool     // the root has ended
	notes  []string

	whole    int      // len(out) behind the last whole item or entry, or before the first; 0: there is none
	openThen []string // what was open there
}

func (m *mender) note(s string) {
	for _, n := range m.notes {
		if n == s {
			return
		}
	}
	m.notes = append(m.notes, s)
}

// markup takes what begins with the "<" at the start of s and returns its length; -1 when it does not end within the document.
func (m *mender) markup(s []byte) int {
	switch {
	case bytes.HasPrefix(s, []byte("<!--")):
		return skipTo(s, "-->")
	case bytes.HasPrefix(s, []byte("<![CDATA[")):
		n := skipTo(s, "]]>")
		m.out.Write(s[:max(n, 0)])
		return n
	case bytes.HasPrefix(s, []byte("<?")):
		return skipTo(s, "?>")
	case bytes.HasPrefix(s, []byte("<!")):
		return skipTo(s, ">")
	}
	name, n := tag(s)
	if n == 0 {
		m.note("escaped <")
		m.out.WriteString("&lt;")
		return 1
	}
	switch {
	case s[1] == '/':
		m.endTag(name)
	case s[n-2] == '/':
		m.tag(s[:n])
	case len(m.open) >= maxDepth:
		m.note("dropped elements nested too deep")
	default:
		m.startTag(name)
		m.tag(s[:n])
	}
	return n
}

// tag writes a start tag. A "<" in a value is the one thing there that no parser of XML lets pass.
func (m *mender) tag(s []byte) {
	m.out.WriteByte('<')
	if bytes.IndexByte(s[1:], '<') < 0 {
		m.text(s[1:])
		return
	}
	m.note("escaped <")
	m.text(bytes.ReplaceAll(s[1:], []byte("<"), []byte("&lt;")))
}

// startTag opens an element. Items do not nest: one that is still open ends where the next begins.
func (m *mender) startTag(name string) {
	if isItem(name) && len(m.open) > 0 {
		for _, o := range m.open[1:] { // the root is no item, whatever its name
			if isItem(o) {
				m.note("added missing end tags")
				m.endTag(o)
				break
			}
		}
		if m.whole == 0 { // an item that is cut off must not be taken for the article: it comes again, whole
			m.keep()
		}
	}
	m.open = append(m.open, name)
}

// isItem reports whether an element of that name is an entry of a feed.
func isItem(name string) bool {
	if _, local, ok := strings.Cut(name, ":"); ok {
		name = local
	}
	return strings.EqualFold(name, "item") || strings.EqualFold(name, "entry")
}

// skipTo returns the length of s up to and with end, -1 when it is not there.
func skipTo(s []byte, end string) int {
	i := bytes.Index(s, []byte(end))
	if i < 0 {
		return -1
	}
	return i + len(end)
}

// maxLess is how many "<" the values of one tag may hold. XML allows none; feeds that forget so have the markup of a caption there. The
// bound keeps mend linear: no byte is looked at for more tags than that which turn out to be none.
const maxLess = 32

// tag returns the name and the length of the tag that s begins with; 0 when it is none.
func tag(s []byte) (name string, n int) {
	i := 1
	if len(s) > 1 && s[1] == '/' {
		i = 2
	}
	start := i
	for i < len(s) && nameByte(s[i], i == start) {
		i++
	}
	if i == start || i-start > 256 {
		return "", 0
	}
	name = string(s[start:i])
	if i < len(s) && !strings.ContainsRune(" \t\r\n/>", rune(s[i])) {
		return "", 0
	}
	var quote, before byte
	less := 0
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			if c == '<' {
				if less++; less > maxLess {
					return "", 0
				}
			}
		case (c == '"' || c == '\'') && before == '=':
			quote = c
		case c == '>':
			return name, i + 1
		case c == '<':
			return "", 0
		}
		if c > ' ' {
			before = c
		}
	}
	return "", 0
}

// nameByte tells the bytes of XML names; everything beyond ASCII passes.
func nameByte(c byte, first bool) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf ||
		!first && (c >= '0' && c <= '9' || c == '-' || c == '.' || c == ':')
}

// endTag closes the innermost open element of that name, and those within it that were left open. Names are compared
// without regard to case, and closed as they were opened.
func (m *mender) endTag(name string) {
	i := len(m.open) - 1
	for i >= 0 && !strings.EqualFold(m.open[i], name) {
		i--
	}
	if i < 0 {
		m.note("dropped an end tag without a start")
		return
	}
	if i < len(m.open)-1 {
		m.note("added missing end tags")
	}
	for len(m.open) > i {
		last := len(m.open) - 1
		m.out.WriteString("</" + m.open[last] + ">")
		m.open = m.open[:last]
	}
	if isItem(name) {
		m.keep()
	}
	m.closed = len(m.open) == 0
}

// keep marks the place to which the document is kept when its end is missing.
func (m *mender) keep() {
	m.whole = m.out.Len()
	m.openThen = append(m.openThen[:0], m.open...)
}

// text writes character data or what stands in a tag with its references put right.
func (m *mender) text(s []byte) {
	for {
		i := bytes.IndexByte(s, '&')
		if i < 0 {
			m.out.Write(s)
			return
		}
		m.out.Write(s[:i])
		s = s[i:]
		n, ok := reference(s)
		switch {
		case n == 0:
			m.note("escaped &")
			m.out.WriteString("&amp;")
			n = 1
		case ok:
			m.out.Write(s[:n])
		default:
			m.note("dropped references to characters XML forbids")
		}
		s = s[n:]
	}
}

// reference returns the length of the reference that s begins with, 0 when it is none, and whether XML allows it.
func reference(s []byte) (n int, ok bool) {
	end := bytes.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return 0, false
	}
	body := string(s[1:end])
	if num, isNum := strings.CutPrefix(body, "#"); isNum {
		base := 10
		if hex, isHex := strings.CutPrefix(strings.ToLower(num), "x"); isHex {
			num, base = hex, 16
		}
		r, err := strconv.ParseUint(num, base, 32)
		if err != nil {
			return 0, false
		}
		return end + 1, r <= utf8.MaxRune && legalRune(rune(r))
	}
	for i := range len(body) {
		if c := body[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return 0, false
		}
	}
	return end + 1, true
}

// legal drops the characters XML forbids. It goes before everything that looks for tags: gofeed drops control characters too, so
// a tag that one interrupts is no tag only to those who still see it.
func legal(doc []byte) (clean []byte, notes []string) {
	if !forbidden(doc) {
		return doc, nil
	}
	return bytes.Map(func(r rune) rune {
		if legalRune(r) {
			return r
		}
		return -1
	}, doc), []string{"dropped characters XML forbids"}
}

// forbidden reports whether doc, valid UTF-8, has a character that XML forbids: a control character of ASCII, U+FFFE or U+FFFF.
func forbidden(doc []byte) bool {
	for i, c := range doc {
		switch {
		case c < 0x20:
			if !legalRune(rune(c)) {
				return true
			}
		case c == 0xEF:
			if r, _ := utf8.DecodeRune(doc[i:]); !legalRune(r) {
				return true
			}
		}
	}
	return false
}

// legalRune is the Char production of XML 1.0 (§2.2).
func legalRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}
