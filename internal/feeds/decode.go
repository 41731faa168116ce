package feeds

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"unicode/utf8"

	"github.com/saintfish/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// decoded is a document as UTF-8.
type decoded struct {
	text    []byte // valid UTF-8 without a byte order mark; what could not be decoded is U+FFFD
	charset string // what it was
	mended  string // what was wrong with it, "" when nothing
}

// decode makes body UTF-8. What proves an encoding goes before what declares one, because declarations lie: a byte order mark; zeros
// where UTF-16 and UTF-32 have them; valid UTF-8 beyond ASCII, which no other encoding's text is by chance; UTF-8 with a few bad
// bytes. Then the declarations: the charset of the HTTP header, then that of the prolog. Then a guess from letter frequencies.
func decode(body []byte, contentType string) decoded {
	for _, m := range marks {
		if bytes.HasPrefix(body, m.mark) {
			return convert(body[len(m.mark):], m.encoding, m.name, "")
		}
	}
	for _, m := range marks[1:] {
		if m.starts(body) {
			return convert(body, m.encoding, m.name, "")
		}
	}
	multi, bad := countUTF8(body)
	label := declared(body, contentType)
	enc, name := charset.Lookup(label)
	stateful := multi == 0 && bad == 0 && enc != nil && sevenBit[name]
	switch {
	case bad == 0 && !stateful:
		return decoded{text: body, charset: "utf-8"}
	case multi > 2*bad && !stateful:
		return decoded{text: bytes.ToValidUTF8(body, []byte("\uFFFD")), charset: "utf-8",
			mended: fmt.Sprintf("bytes that are not UTF-8: %d", bad)}
	case enc != nil && name != "utf-8" && name != "replacement" && name != "x-user-defined":
		return convert(body, enc, name, "")
	}
	enc, name = detect(body)
	return convert(body, enc, name, "no true charset was declared: read as "+name)
}

// marks are the byte order marks (Unicode standard §23.8), longest first where one begins another, UTF-8 ahead of all.
var marks = []byteOrder{
	{[]byte("\xEF\xBB\xBF"), "utf-8", unicode.UTF8},
	{[]byte("\x00\x00\xFE\xFF"), "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{[]byte("\xFF\xFE\x00\x00"), "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{[]byte("\xFE\xFF"), "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{[]byte("\xFF\xFE"), "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
}

type byteOrder struct {
	mark     []byte
	name     string
	encoding encoding.Encoding
}

// starts reports whether body begins with "<" or "{" in this encoding, a document without its mark.
func (m byteOrder) starts(body []byte) bool {
	for _, first := range []string{"<?", "<r", "<f", "<!", "{\n", "{\"", "{ "} {
		b, err := m.encoding.NewEncoder().Bytes([]byte(first))
		if err == nil && bytes.HasPrefix(body, b) {
			return true
		}
	}
	return false
}

// sevenBit are the encodings whose text looks like ASCII.
var sevenBit = map[string]bool{"iso-2022-jp": true}

// countUTF8 counts the characters of more than one byte and the bytes that belong to none.
func countUTF8(b []byte) (multi, bad int) {
	if utf8.Valid(b) {
		for _, c := range b {
			if c >= 0xC0 { // the first byte of such a character
				multi++
			}
		}
		return multi, 0
	}
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			multi++
		}
		b = b[n:]
	}
	return multi, bad
}

// prolog is an XML declaration; its group is the encoding.
var prolog = regexp.MustCompile(`<\?xml[ \t\r\n][^>]{0,200}?encoding[ \t\r\n]*=[ \t\r\n]*["']([^"'>]{1,40})["']`)

// declared returns the charset that the HTTP header names, else the prolog's. ISO-8859-1 in the header yields to a prolog
// that says otherwise: servers add it to everything they serve.
func declared(body []byte, contentType string) string {
	var header, inProlog string
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		header = params["charset"]
	}
	if m := prolog.FindSubmatch(body[:min(len(body), 1024)]); m != nil {
		inProlog = string(m[1])
	}
	_, name := charset.Lookup(header)
	if name == "" || name == "windows-1252" && inProlog != "" { // windows-1252 is what WHATWG reads ISO-8859-1 as
		return or(inProlog, header)
	}
	return header
}

// The encodings a guess may end in: those of the bot's languages. The library has many more, and on a few short headlines in
// Cyrillic often prefers Greek, Hebrew or Arabic ones. KOI8-U holds KOI8-R's letters and the Ukrainian and Belarusian ones.
var (
	cyrillic = map[string]string{"windows-1251": "windows-1251", "KOI8-R": "koi8-u", "ISO-8859-5": "iso-8859-5"}
	latin    = map[string]string{"ISO-8859-1": "windows-1252", "windows-1252": "windows-1252", "ISO-8859-2": "iso-8859-2", "windows-1250": "windows-1250"}
)

// detect guesses the encoding of text whose bytes are not UTF-8. In Cyrillic every letter of a word lies beyond ASCII, in
// Latin scripts few do; within the script the library decides by frequencies of letters. Of Cyrillic it sees only the
// words: Latin text and markup would speak against it.
func detect(body []byte) (encoding.Encoding, string) {
	var sample bytes.Buffer
	high, ascii := 0, 0
	for word := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r < utf8.RuneSelf && !letter(byte(r)) }) {
		n := 0
		for _, c := range word {
			if c >= utf8.RuneSelf {
				n++
			}
		}
		if n == 0 {
			continue
		}
		high += n
		ascii += len(word) - n
		sample.Write(word)
		sample.WriteByte(' ')
		if sample.Len() > 16<<10 {
			break
		}
	}
	candidates, name, text := latin, "windows-1252", body[:min(len(body), 64<<10)]
	if high > ascii {
		candidates, name, text = cyrillic, "windows-1251", sample.Bytes()
	}
	if guesses, err := chardet.NewHtmlDetector().DetectAll(text); err == nil {
		for _, g := range guesses { // best first
			if label, ok := candidates[g.Charset]; ok {
				name = label
				break
			}
		}
	}
	return charset.Lookup(name)
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// convert decodes body. Encodings of this kind cannot fail: what they do not know becomes U+FFFD.
func convert(body []byte, enc encoding.Encoding, name, mended string) decoded {
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		text, mended = body, "cannot be read as "+name
	}
	return decoded{text: bytes.ToValidUTF8(text, []byte("\uFFFD")), charset: name, mended: mended}
}

// DecodeXML makes a document that is no feed, such as a list of feeds, UTF-8, as decode does for feeds.
func DecodeXML(body []byte) []byte { return decode(body, "").text }
