package feeds

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
)

// Most of a feed are texts in CDATA sections, which a parser of XML only hands through, a byte at a time. So they are carried around gofeed: in their place
// it is given a mark, and the marks in what it returns are changed back.

// carried is what was taken out of a document.
type carried struct {
	mark  string   // begins every mark, and stands nowhere else in the document
	texts [][]byte // parts of the document
}

// minCarried is the least length of a section, in bytes, that is worth a mark.
const minCarried = 128

var (
	cdataStart, cdataEnd     = []byte("<![CDATA["), []byte("]]>")
	commentStart, commentEnd = []byte("<!--"), []byte("-->")
)

// carry takes the longer CDATA sections out of doc, all but their brackets. Time is linear in len(doc).
func carry(doc []byte) (small []byte, c carried) {
	if !bytes.Contains(doc, cdataStart) {
		return doc, carried{}
	}
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails, see crypto/rand
	c.mark = "carried-" + hex.EncodeToString(random[:]) + "-"
	small = make([]byte, 0, len(doc)/4)
	for pos := 0; ; {
		from, to := nextSection(doc, pos)
		if from < 0 {
			return append(small, doc[pos:]...), c
		}
		small = append(small, doc[pos:from]...)
		if to-from < minCarried {
			small = append(small, doc[from:to]...)
		} else {
			small = append(small, c.mark...)
			small = strconv.AppendInt(small, int64(len(c.texts)), 10)
			small = append(small, ';')
			c.texts = append(c.texts, doc[from:to])
		}
		pos = to
	}
}

// nextSection is where the content of the next CDATA section lies that begins at pos or later, outside of comments; from is -1 when there is none.
func nextSection(doc []byte, pos int) (from, to int) {
	for {
		i := bytes.Index(doc[pos:], []byte("<!"))
		if i < 0 {
			return -1, 0
		}
		pos += i
		switch {
		case bytes.HasPrefix(doc[pos:], cdataStart):
			from = pos + len(cdataStart)
			n := bytes.Index(doc[from:], cdataEnd)
			if n < 0 {
				return -1, 0
			}
			return from, from + n
		case bytes.HasPrefix(doc[pos:], commentStart):
			n := bytes.Index(doc[pos:], commentEnd)
			if n < 0 {
				return -1, 0
			}
			pos += n
		default:
			pos += 2
		}
	}
}

// restore puts back what was carried into all of gf that is read.
func (c carried) restore(gf *gofeed.Feed) {
	if len(c.texts) == 0 {
		return
	}
	c.put(&gf.Title)
	c.put(&gf.Link)
	for _, it := range gf.Items {
		for _, s := range []*string{&it.Title, &it.Description, &it.Content, &it.Link, &it.GUID, &it.Published, &it.Updated} {
			c.put(s)
		}
		c.putAll(it.Links)
		c.putAll(it.Categories)
		for _, p := range it.Authors {
			if p != nil {
				c.put(&p.Name)
				c.put(&p.Email)
			}
		}
		if it.DublinCoreExt != nil {
			c.putAll(it.DublinCoreExt.Creator)
		}
		for _, names := range it.Extensions {
			c.extensions(names)
		}
	}
}

func (c carried) extensions(names map[string][]ext.Extension) {
	for _, list := range names {
		for i := range list {
			c.put(&list[i].Value)
			c.extensions(list[i].Children)
		}
	}
}

func (c carried) putAll(list []string) {
	for i := range list {
		c.put(&list[i])
	}
}

// put changes the marks in *s back.
func (c carried) put(s *string) {
	before, rest, ok := strings.Cut(*s, c.mark)
	if !ok {
		return
	}
	if number, behind, _ := strings.Cut(rest, ";"); before == "" && behind == "" { // nearly always the mark is all there is
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(c.texts) {
			*s = string(c.texts[n])
			return
		}
	}
	var b strings.Builder
	b.WriteString(before)
	for ok {
		var number string
		number, rest, _ = strings.Cut(rest, ";")
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(c.texts) {
			b.Write(c.texts[n])
		}
		before, rest, ok = strings.Cut(rest, c.mark)
		b.WriteString(before)
	}
	*s = b.String()
}
