package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An Entity is a part of a message's text with a meaning, in the Bot API's own words. Offset and Length count UTF-16 code units.
type Entity struct {
	Type          string `json:"type"` // "bold", "text_link", "bot_command" …
	Offset        int    `json:"offset"`
	Length        int    `json:"length"`
	URL           string `json:"url,omitempty"`             // of a text_link
	User          *User  `json:"user,omitempty"`            // of a text_mention
	Language      string `json:"language,omitempty"`        // of a pre
	CustomEmojiID string `json:"custom_emoji_id,omitempty"` // of a custom_emoji
}

func (e Entity) end() int { return e.Offset + e.Length }

// Formatted is text with its entities, ordered by offset, the longer first.
type Formatted struct {
	Text     string
	Entities []Entity
}

// ParseHTML reads s in the HTML style of the Bot API (https://core.telegram.org/bots/api#html-style). Nothing is trimmed and no automatic entity is
// found yet: see [Finish]. The error is what the server says behind "Bad Request: can't parse entities: ".
func ParseHTML(s string) (Formatted, error) {
	if !utf8.ValidString(s) {
		return Formatted{}, errUTF8
	}
	p := htmlParser{src: s}
	for p.pos < len(s) {
		if err := p.step(); err != nil {
			return Formatted{}, err
		}
	}
	if n := len(p.open); n > 0 {
		return Formatted{}, failf("Can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	if p.surrogate {
		return Formatted{}, errSurrogate
	}
	sortEntities(p.entities)
	return Formatted{Text: p.out.String(), Entities: p.entities}, nil
}

const (
	errSurrogate = serverError("Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
	errUTF8      = serverError("strings must be encoded in UTF-8") // of any style, and without words about entities before it
)

// serverError is an error in the server's words.
type serverError string

func (e serverError) Error() string { return string(e) }

func failf(format string, args ...any) error { return serverError(fmt.Sprintf(format, args...)) }

// tagEntities gives every tag that is known; those with "" mean what their attributes say.
var tagEntities = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler", "tg-spoiler": "spoiler",
	"tg-emoji": "custom_emoji", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
}

// A tag is a start tag whose end is still to come.
type tag struct {
	name     string
	argument string // href, language, class or emoji id
	units    int    // where its text begins: in UTF-16 units,
	bytes    int    // and in bytes
}

type htmlParser struct {
	src       string
	pos       int // the next byte of src
	out       strings.Builder
	units     int // length of out
	open      []tag
	entities  []Entity
	surrogate bool // a reference to half of a pair was decoded
}

// at is the byte at i; behind the end it is 0, which ends whatever is being read.
func (p *htmlParser) at(i int) byte {
	if i < len(p.src) {
		return p.src[i]
	}
	return 0
}

// skip returns the first place from i on where stop holds.
func (p *htmlParser) skip(i int, stop func(byte) bool) int {
	for i < len(p.src) && !stop(p.src[i]) {
		i++
	}
	return i
}

func (p *htmlParser) step() error {
	switch p.src[p.pos] {
	case '<':
		if p.at(p.pos+1) == '/' {
			return p.endTag()
		}
		return p.startTag()
	case '&':
		if r, next := reference(p.src, p.pos); r != 0 {
			p.pos = next
			p.surrogate = p.surrogate || 0xD800 <= r && r <= 0xDFFF
			p.write(string(r))
			return nil
		}
	}
	_, n := utf8.DecodeRuneInString(p.src[p.pos:])
	p.write(p.src[p.pos : p.pos+n])
	p.pos += n
	return nil
}

func (p *htmlParser) write(s string) {
	p.out.WriteString(s)
	p.units += units(s)
}

func (p *htmlParser) startTag() error {
	begin := p.pos
	i := p.skip(begin+1, func(c byte) bool { return isSpace(c) || c == '>' })
	if p.at(i) == 0 {
		return failf("Unclosed start tag at byte offset %d", begin)
	}
	t := tag{name: lower(p.src[begin+1 : i]), units: p.units, bytes: p.out.Len()}
	if _, ok := tagEntities[t.name]; !ok {
		return failf("Unsupported start tag \"%s\" at byte offset %d", t.name, begin)
	}
	for {
		i = p.skip(i, func(c byte) bool { return c == 0 || !isSpace(c) })
		if p.at(i) == '>' {
			break
		}
		key, value, next, err := p.attribute(t.name, begin, i)
		if err != nil {
			return err
		}
		t.set(key, value)
		i = next
	}
	if t.name == "span" && t.argument != "spoiler" {
		return failf("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, t)
	p.pos = i + 1
	return nil
}

// attribute reads name, name=token, name='…' or name="…" at i.
func (p *htmlParser) attribute(tagName string, begin, i int) (key, value string, next int, err error) {
	start := i
	i = p.skip(i, func(c byte) bool { return isSpace(c) || strings.IndexByte(`=>/"'`, c) >= 0 })
	if key = p.src[start:i]; key == "" {
		return "", "", 0, failf("Empty attribute name in the tag %q at byte offset %d", tagName, begin)
	}
	notSpace := func(c byte) bool { return c == 0 || !isSpace(c) }
	i = p.skip(i, notSpace)
	if p.at(i) == 0 {
		return "", "", 0, failf("Unclosed start tag %q at byte offset %d", tagName, begin)
	}
	if p.at(i) != '=' {
		return key, "", i, nil
	}
	i = p.skip(i+1, notSpace)
	switch quote := p.at(i); quote {
	case 0:
		return "", "", 0, failf("Unclosed start tag %q at byte offset %d", tagName, begin)
	case '"', '\'':
		value, i = p.quoted(i+1, quote)
	default:
		start = i
		i = p.skip(i, func(c byte) bool { return !isAlnum(c) && c != '.' && c != '-' })
		value = lower(p.src[start:i])
		if c := p.at(i); !isSpace(c) && c != '>' {
			return "", "", 0, failf("Unexpected end of name token at byte offset %d", start)
		}
	}
	if p.at(i) == 0 {
		return "", "", 0, failf("Unclosed start tag at byte offset %d", begin)
	}
	return key, value, i, nil
}

// quoted reads up to the closing quote and returns the place behind it.
func (p *htmlParser) quoted(i int, quote byte) (value string, next int) {
	var b strings.Builder
	for c := p.at(i); c != quote && c != 0; c = p.at(i) {
		if r, behind := reference(p.src, i); r != 0 {
			b.WriteRune(r)
			i = behind
			continue
		}
		b.WriteByte(c)
		i++
	}
	if p.at(i) == quote {
		i++
	}
	return b.String(), i
}

// set takes the attributes that mean something; names of attributes are case-sensitive, and of two the last counts.
func (t *tag) set(key, value string) {
	switch {
	case t.name == "a" && key == "href", t.name == "tg-emoji" && key == "emoji-id":
		t.argument = value
	case t.name == "code" && key == "class" && strings.HasPrefix(value, "language-"):
		t.argument = strings.TrimPrefix(value, "language-")
	case t.name == "span" && key == "class" && strings.HasPrefix(value, "tg-"):
		t.argument = strings.TrimPrefix(value, "tg-")
	case t.name == "blockquote" && key == "expandable":
		t.argument = key
	}
}

func (p *htmlParser) endTag() error {
	begin := p.pos
	if len(p.open) == 0 {
		return failf("Unexpected end tag at byte offset %d", begin)
	}
	i := p.skip(begin+2, func(c byte) bool { return isSpace(c) || c == '>' })
	name := lower(p.src[begin+2 : i])
	i = p.skip(i, func(c byte) bool { return c == 0 || !isSpace(c) })
	if p.at(i) != '>' {
		return failf("Unclosed end tag at byte offset %d", begin)
	}
	t := p.open[len(p.open)-1]
	if name != "" && name != t.name { // "</>" closes whatever is open
		return failf("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, t.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	p.pos = i + 1
	if p.units == t.units {
		return nil
	}
	return p.close(t)
}

// close adds the entity of a tag whose text is complete.
func (p *htmlParser) close(t tag) error {
	e := Entity{Type: tagEntities[t.name], Offset: t.units, Length: p.units - t.units}
	var last *Entity // covers the same text, when pre and code stand directly in one another
	if n := len(p.entities); n > 0 && p.entities[n-1].Offset == e.Offset && p.entities[n-1].Length == e.Length {
		last = &p.entities[n-1]
	}
	switch t.name {
	case "tg-emoji":
		if id, err := strconv.ParseInt(t.argument, 10, 64); err != nil || id == 0 {
			return serverError("Invalid custom emoji identifier specified")
		}
		e.CustomEmojiID = t.argument
	case "a":
		target := t.argument
		if target == "" {
			target = p.out.String()[t.bytes:]
		}
		link, ok := linkEntity(e, target)
		if !ok {
			return nil
		}
		e = link
	case "pre":
		if last != nil && last.Type == "code" && last.Language != "" {
			last.Type = "pre"
			return nil
		}
	case "code":
		if last != nil && last.Type == "pre" && last.Language == "" && t.argument != "" {
			last.Language = t.argument
			return nil
		}
		e.Language = t.argument // until the end only: an enclosing pre may take it
	case "blockquote":
		if t.argument != "" {
			e.Type = "expandable_blockquote"
		}
	}
	p.entities = append(p.entities, e)
	return nil
}

// reference decodes the character reference at text[i]: 0 when it is none. Only the four names the Bot API documents are known.
func reference(text string, i int) (r rune, next int) {
	if text[i] != '&' {
		return 0, 0
	}
	rest := text[i+1:]
	digits := 0
	switch {
	case strings.HasPrefix(rest, "#x"):
		digits = prefix(rest[2:], func(c byte) bool { return '0' <= c && c <= '9' || 'a' <= lowerByte(c) && lowerByte(c) <= 'f' })
		r, next = number(rest[2:2+digits], 16), i+3+digits
	case strings.HasPrefix(rest, "#"):
		digits = prefix(rest[1:], func(c byte) bool { return '0' <= c && c <= '9' })
		r, next = number(rest[1:1+digits], 10), i+2+digits
	default:
		n := prefix(rest, isAlpha)
		r, next = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}[rest[:n]], i+1+n
	}
	if r == 0 || r >= utf8.MaxRune || digits > 0 && next-i >= 10 {
		return 0, 0
	}
	if next < len(text) && text[next] == ';' {
		next++
	}
	return r, next
}

func number(digits string, base int) rune {
	n, err := strconv.ParseUint(digits, base, 31)
	if err != nil {
		return 0
	}
	return rune(n)
}

// prefix is how many bytes of s hold.
func prefix(s string, holds func(byte) bool) int {
	for i := range len(s) {
		if !holds(s[i]) {
			return i
		}
	}
	return len(s)
}

// priority orders entities that cover the same text, outermost first.
var priority = []string{"blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention", "mention", "hashtag", "cashtag", "bot_command",
	"url", "email", "bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"}

func sortEntities(entities []Entity) {
	for i, e := range entities {
		if e.Type == "code" {
			entities[i].Language = ""
		}
	}
	slices.SortStableFunc(entities, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		if a.Length != b.Length {
			return b.Length - a.Length
		}
		return slices.Index(priority, a.Type) - slices.Index(priority, b.Type)
	})
}
