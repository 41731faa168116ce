package profile

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// An Article is a text to learn names from. Text is plain; paragraphs are split by empty lines.
type Article struct {
	ID     string // short and stable: the key of news.Profile.Seen
	Title  string
	Outlet string
	Author string
	Date   string // as the file gives it
	Lang   string // ISO 639-1; where new names are filed
	Text   string
}

// ReadArticle reads a file of the given name (.md or .txt; nothing is opened). A .md file may begin with lines "key: value" (title, outlet,
// author, date, language, article; other keys are passed over), fenced by "---" or not, up to the first empty line. Without an
// "article" key the ID is the file's name without its ending; without a language it is English.
func ReadArticle(name string, data []byte) (Article, error) {
	ext := strings.ToLower(path.Ext(name))
	if ext != ".md" && ext != ".txt" {
		return Article{}, fmt.Errorf("read article %q: want a .md or .txt file", name)
	}
	if !utf8.Valid(data) {
		return Article{}, fmt.Errorf("read article %q: not UTF-8 text", name)
	}
	text := strings.TrimPrefix(string(data), "\uFEFF")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	a := Article{ID: base[:len(base)-len(ext)], Lang: "en"}
	if ext == ".md" {
		text = a.readHeader(text)
	}
	a.Text = strings.TrimSpace(text)
	if a.Text == "" {
		return Article{}, fmt.Errorf("read article %q: no text", name)
	}
	return a, nil
}

// readHeader takes the header into a and returns what follows; text that begins with anything else is returned whole.
func (a *Article) readHeader(text string) string {
	rest := strings.TrimLeft(text, "\n")
	rest, fenced := strings.CutPrefix(rest, "---\n")
	head := *a
	for any := false; ; any = true {
		line, after, _ := strings.Cut(rest, "\n")
		line = strings.TrimSpace(line)
		if fenced && line == "---" || !fenced && any && line == "" {
			*a = head
			return after
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok || key == "" || strings.ContainsFunc(key, func(r rune) bool { return r < 'a' || r > 'z' }) {
			return text
		}
		head.set(key, strings.TrimSpace(value))
		rest = after
	}
}

func (a *Article) set(key, value string) {
	switch key {
	case "title":
		a.Title = value
	case "outlet":
		a.Outlet = value
	case "author":
		a.Author = value
	case "date":
		a.Date = value
	case "language":
		a.Lang = value
	case "article":
		a.ID = value
	}
}

// paragraphs returns the text without what belongs to the page around it, without invisible characters, and every run of white space as
// one space.
func (a Article) paragraphs(l lists) []string {
	var all []string
	text := strings.Map(func(r rune) rune {
		if r == '\u00AD' || r >= '\u200B' && r <= '\u200F' || r == '\uFEFF' {
			return -1
		}
		return r
	}, a.Text)
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			all = append(all, p)
		}
	}
	return trim(all, l)
}
