package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxPasses bounds how often FromHTML unwraps markup that was escaped more than once: once is the rule, twice is
// what content systems do to titles by mistake, three times has been seen when such a feed is syndicated again.
const maxPasses = 3

// escapedAgain finds what only an unneeded second escaping leaves behind: a whole entity, or a tag of running text.
var escapedAgain = regexp.MustCompile(
	`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31}[0-9]{0,2});` +
		`|</?(?i:a|b|i|p|br|em|strong|div|span|img|li|ul|ol|h[1-6]|blockquote)(?:[ \n][^<>]*)?/?>`)

// FromHTML returns the plain text of s, which is HTML or plain text already. Block elements and <br> end a line, scripts,
// styles and comments are left out, entities are decoded (also those escaped twice). Within a line white space is
// one blank; empty lines, control characters, bidi controls and invisible joints such as the soft hyphen are removed;
// bytes that are not UTF-8 become U+FFFD. A "<" that begins no tag stays text. In text without any tag "\n" ends a line.
func FromHTML(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if !strings.ContainsAny(s, "<&") {
		return tidy(s, true)
	}
	out, tags := plain(s)
	out = tidy(out, !tags) // in HTML a line end of the source is a blank
	for pass := 1; pass < maxPasses && strings.ContainsAny(out, "<&") && escapedAgain.MatchString(out); pass++ {
		out, _ = plain(out)
		out = tidy(out, true)
	}
	return out
}

// OneLine is FromHTML for titles: the lines are joined by blanks.
func OneLine(s string) string {
	return strings.ReplaceAll(FromHTML(s), "\n", " ")
}

// plain takes the markup away and reports whether there was any tag. Line ends that markup makes are "\n", those of
// the source "\r": only the caller knows what they mean.
func plain(s string) (out string, tags bool) {
	s = openCDATA(s)
	var b strings.Builder
	b.Grow(len(s))
	m := markup{s: s, lastEnd: strings.LastIndexByte(s, '>')}
	for from, pos := 0, 0; ; {
		i := strings.IndexByte(s[pos:], '<')
		if i < 0 {
			writeText(&b, s[from:])
			return b.String(), tags
		}
		pos += i
		n := m.length(pos)
		if n == 0 { // a "<" that is text
			pos++
			continue
		}
		writeText(&b, s[from:pos])
		name, ok := tagName(s[pos : pos+n])
		if !ok || raw(name) {
			return tokenized(s) // where a comment or such an element ends is a science of its own
		}
		tags = true
		writeBreak(&b, name)
		pos += n
		from = pos
	}
}

// writeText writes what stands between two tags, its entities decoded.
func writeText(b *strings.Builder, s string) {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	for {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			b.WriteString(s)
			return
		}
		b.WriteString(s[:i])
		b.WriteByte('\r')
		s = s[i+1:]
	}
}

func writeBreak(b *strings.Builder, element atom.Atom) {
	switch {
	case breaksLine(element):
		b.WriteByte('\n')
	case element == atom.Td || element == atom.Th:
		b.WriteByte(' ')
	}
}

// tagName is the element of a start or end tag, 0 when HTML has none of that name; not ok: it is a comment or a declaration.
func tagName(tag string) (element atom.Atom, ok bool) {
	if tag[1] == '!' || tag[1] == '?' {
		return 0, false
	}
	name := strings.TrimPrefix(tag[1:], "/")
	var low [maxElement]byte
	n := 0
	for n < len(name) && !strings.ContainsRune(" \t\r\n/>", rune(name[n])) {
		if n == maxElement {
			return 0, true
		}
		low[n] = name[n]
		if c := name[n]; c >= 'A' && c <= 'Z' {
			low[n] = c + 'a' - 'A'
		}
		n++
	}
	return atom.Lookup(low[:n]), true
}

// maxElement is more than the length of the longest name of an HTML element, blockquote.
const maxElement = 16

// raw tells the elements whose content is no markup to the tokenizer.
func raw(a atom.Atom) bool {
	switch a {
	case atom.Title, atom.Textarea, atom.Plaintext, atom.Xmp:
		return true
	}
	return unread(a)
}

// tokenized is plain by the tokenizer of the HTML standard.
func tokenized(s string) (out string, tags bool) {
	z := html.NewTokenizer(strings.NewReader(literalLess(s)))
	var b strings.Builder
	b.Grow(len(s))
	silent := false // inside an element whose content nobody reads
	for {
		switch tt := z.Next(); tt {
		case html.ErrorToken: // the reader is a string, so it is its end
			return b.String(), tags
		case html.TextToken:
			if silent {
				continue
			}
			t := z.Text()
			for i, c := range t {
				if c == '\n' {
					t[i] = '\r'
				}
			}
			b.Write(t)
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			tags = true
			name, _ := z.TagName() // and not z.Token(), which makes strings of all attributes
			element := atom.Lookup(name)
			silent = tt == html.StartTagToken && unread(element)
			writeBreak(&b, element)
		}
	}
}

// openCDATA opens CDATA sections, which mean nothing in HTML.
func openCDATA(s string) string {
	if strings.Contains(s, "<![CDATA[") {
		s = strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(s)
	}
	return s
}

// unread tells the elements whose whole content the tokenizer hands over as one raw text that is not for reading.
func unread(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

// breaksLine tells the elements that the HTML standard's style sheet shows as blocks (§15.3), and <br>.
func breaksLine(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Br, atom.Caption, atom.Center,
		atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption,
		atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Head,
		atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li, atom.Main, atom.Menu, atom.Nav, atom.Ol,
		atom.Optgroup, atom.Option, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Tfoot,
		atom.Thead, atom.Title, atom.Tr, atom.Ul:
		return true
	}
	return false
}

// literalLess escapes every "<" that begins no tag, so that the tokenizer does not swallow what follows it.
func literalLess(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	m := markup{s: s, lastEnd: strings.LastIndexByte(s, '>')}
	for pos := 0; ; {
		i := strings.IndexByte(s[pos:], '<')
		if i < 0 {
			b.WriteString(s[pos:])
			return b.String()
		}
		b.WriteString(s[pos : pos+i])
		pos += i
		n := m.length(pos)
		if n == 0 {
			b.WriteString("&lt;")
			n = 1
		} else {
			b.WriteString(s[pos : pos+n])
		}
		pos += n
	}
}

// markup measures the tags of s in time linear in len(s), whatever s is: it remembers what it has looked at in vain.
type markup struct {
	s       string
	lastEnd int    // index of the last ">", -1 when there is none
	failed  []byte // for every byte of s the set of states (1<<state) in which tagEnd came past it; nil before the first failure
}

// length returns the length of the tag or comment that begins with the "<" at start; 0 when it is text.
func (m *markup) length(start int) int {
	s := m.s[start:]
	if strings.HasPrefix(s, "<!--") {
		if end := strings.Index(s[4:], "-->"); end >= 0 {
			return 4 + end + 3
		}
		return len(s) // as in a browser, the rest is the comment
	}
	if len(s) < 2 {
		return 0
	}
	if s[1] == '!' || s[1] == '?' {
		if start > m.lastEnd {
			return 0
		}
		return strings.IndexByte(s, '>') + 1
	}
	name := strings.TrimPrefix(s[1:], "/")
	end := strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == ':' || r == '-' || r == '_')
	})
	if end < 0 {
		end = len(name)
	}
	rest := name[end:]
	name = name[:end]
	if !knownElement(name) || rest != "" && !strings.ContainsRune(" \t\r\n/>", rune(rest[0])) {
		return 0
	}
	n := m.tagEnd(start)
	if n == 0 && (rest == "" || cutAttribute.MatchString(rest)) {
		return len(s) // an excerpt that was cut within a tag
	}
	return n
}

// cutAttribute recognises an attribute behind a tag's name when the tag has no end.
var cutAttribute = regexp.MustCompile(`^[ \t\r\n]+[a-zA-Z-]+[ \t\r\n]*=[^<>]*$`)

// knownElement reports whether name is an element of HTML, of a namespace, or a custom one; others are taken for text.
func knownElement(name string) bool {
	if name == "" || !unicode.IsLetter(rune(name[0])) {
		return false
	}
	return strings.ContainsAny(name, ":-") || atom.Lookup([]byte(strings.ToLower(name))) != 0
}

// States of tagEnd: within a tag, where a quote begins a value (behind "="), and within a value in either quotes.
const (
	inTag = iota
	atValue
	inSingle
	inDouble
)

// tagEnd returns the length of the tag that begins at start, 0 when another "<" or the end comes first. ">" in a quoted value
// does not end it. What follows a byte depends on the state alone, so where an earlier tag came past in the same state without
// finding an end, there is none: every byte is looked at once in every state at most, and once more by the first tag that fails.
func (m *markup) tagEnd(start int) int {
	state := inTag
scan:
	for i := start + 1; i < len(m.s); i++ {
		if m.failed != nil {
			if m.failed[i]&(1<<state) != 0 {
				return 0
			}
			m.failed[i] |= 1 << state // when it ends well, nothing before its end is looked at again
		}
		switch c := m.s[i]; {
		case state == inSingle:
			if c == '\'' {
				state = inTag
			}
		case state == inDouble:
			if c == '"' {
				state = inTag
			}
		case c == '>':
			return i + 1 - start
		case c == '<':
			break scan
		case c == '=':
			state = atValue
		case c == '\'' && state == atValue:
			state = inSingle
		case c == '"' && state == atValue:
			state = inDouble
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			state = inTag
		}
	}
	if m.failed == nil { // most texts never come here
		m.failed = make([]byte, len(m.s))
	}
	return 0
}

// tidy collapses white space within lines, drops empty lines and everything that is not seen. "\r" ends a line when crEnds.
// s is valid UTF-8.
func tidy(s string, crEnds bool) string {
	var b strings.Builder
	b.Grow(len(s))
	blank, line := false, false // owed before the next visible character
	for i := 0; i < len(s); {
		n := seen(s[i:])
		if n == 0 {
			var r rune
			switch r, n = utf8.DecodeRuneInString(s[i:]); {
			case r == '\n' || r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f', r == '\r' && crEnds:
				line = true
				i += n
				continue
			case unicode.IsSpace(r):
				blank = true
				i += n
				continue
			case unicode.IsControl(r) || invisible(r):
				i += n
				continue
			}
		}
		if b.Len() > 0 {
			if line {
				b.WriteByte('\n')
			} else if blank {
				b.WriteByte(' ')
			}
		}
		blank, line = false, false
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

// seen returns the length of the beginning of s that stays as it is: characters of ASCII and of U+00C0 to U+07FF that are seen, single blanks between
// them. It is nearly all of any text, and copied whole. The lead bytes C2 (no-break space, soft hyphen) and D8 (an Arabic mark) are left to the caller.
func seen(s string) int {
	i := 0
	for i < len(s) {
		switch c := s[i]; {
		case c > ' ' && c < 0x7F:
			i++
		case c >= 0xC3 && c <= 0xDF && c != 0xD8:
			i += 2
		case c == ' ' && i > 0 && i+1 < len(s) && (s[i+1] > ' ' && s[i+1] < 0x7F || s[i+1] >= 0xC3 && s[i+1] <= 0xDF && s[i+1] != 0xD8):
			i++
		default:
			return i
		}
	}
	return i
}

// invisible tells the characters that only steer layout or direction. They can hide a name from a reader or from a
// matcher, so none is kept. The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
func invisible(r rune) bool {
	switch {
	case r == '\u00AD', r == '\u061C', r == '\u180E', r == '\u200B', r == '\u200E', r == '\u200F', r == '\uFEFF',
		r >= '\u202A' && r <= '\u202E', r >= '\u2060' && r <= '\u206F', r >= '\uFFF9' && r <= '\uFFFB':
		return true
	}
	return false
}
