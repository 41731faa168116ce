package profile

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/text"
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

// ReadArticle reads a file of the given name (.md, .txt or .html; nothing is opened). A .md file may begin with lines "key: value" (title, outlet,
// author, date, language, article; other keys are passed over), fenced by "---" or not, up to the first empty line. Without an "article" key
// the ID is the file's name without its ending. A language that nothing states is recognised from the text; English when it cannot be.
// Text is UTF-8; a page may be in the encoding it declares.
func ReadArticle(name string, data []byte) (Article, error) {
	ext := strings.ToLower(path.Ext(name))
	if !slices.Contains(Formats, ext) {
		return Article{}, fmt.Errorf("read article %q: a %s file is not read: save the article as plain text (.txt, .md) or as a web page (.html)", name, cmp.Or(ext, "nameless kind of"))
	}
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	a := Article{ID: base[:len(base)-len(ext)]}
	valid := utf8.Valid(data)
	if ext == ".html" || ext == ".htm" {
		if err := a.readPage(data, !valid); err != nil {
			return Article{}, fmt.Errorf("read article %q: %w", name, err)
		}
	} else {
		if !valid {
			return Article{}, fmt.Errorf("read article %q: not UTF-8 text%s", name, foreign(data))
		}
		s := strings.ReplaceAll(strings.TrimPrefix(string(data), "\uFEFF"), "\r\n", "\n")
		if ext == ".md" {
			s = a.readHeader(s)
		}
		a.Text = s
	}
	if a.Text = strings.TrimSpace(a.Text); a.Text == "" {
		return Article{}, fmt.Errorf("read article %q: no text: paste the article into it, or take the file away", name)
	}
	a.Lang = languageOf(a)
	return a, nil
}

// Formats are the endings of the files that ReadArticle reads.
var Formats = []string{".md", ".txt", ".html", ".htm"}

// foreign says what bytes that are not UTF-8 look like, and what to do about it.
func foreign(data []byte) string {
	const remedy = "save the file as UTF-8"
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return ": it is UTF-16; " + remedy
	}
	letters, cyrillic := 0, 0
	for _, c := range data {
		switch {
		case c >= 0xC0, c == 0xA8, c == 0xB8, c == 0xB2, c == 0xB3, c == 0xAF, c == 0xBF:
			cyrillic++
			letters++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letters++
		}
	}
	if 2*cyrillic > letters && letters > 0 {
		return ": it looks like windows-1251; " + remedy + ", for example with iconv -f windows-1251 -t utf-8"
	}
	return "; " + remedy
}

// latinSure is how sure the language must be when it is written in Latin letters, where names alone ("In Minsk Lukashenko met Putin") may be any's.
const latinSure = 0.7

// languageOf returns the language an article states or is written in, as a code of news.Languages; English when there is nothing to go by.
func languageOf(a Article) string {
	if slices.Contains(news.Languages, a.Lang) {
		return a.Lang
	}
	if a.Lang == "" {
		code, sure := text.Detect(a.Text)
		cyrillic, _ := text.Scripts(a.Text)
		if slices.Contains(news.Languages, code) && (cyrillic || sure >= latinSure) {
			return code
		}
		return "en"
	}
	return a.Lang
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
	visible := strings.Map(func(r rune) rune {
		if r == '\u00AD' || r >= '\u200B' && r <= '\u200F' || r == '\uFEFF' {
			return -1
		}
		return r
	}, a.Text)
	for p := range strings.SplitSeq(visible, "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			all = append(all, p)
		}
	}
	return trim(all, l)
}
