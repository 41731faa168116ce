package text

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed lang/*.txt
var langFiles embed.FS

// A Language is what is known of one language: letters and frequent words (to recognise it), endings (to inflect names).
// Its data is one file, lang/<code>.txt; lang/README.md tells the format.
type Language struct {
	Code    string
	letters map[rune]bool
	script  scripts
	words   map[string]bool
	rules   []rule
	stop    map[string]bool // words that are never inflected inside a name
	apart   map[string]bool // words that a stemmer joins with others they have nothing to do with
}

// A rule says: a word whose end looks like when loses cut letters there and takes each of endings.
type rule struct {
	when     []class // from the left; matched against the last len(when) letters
	anchored bool    // the word must begin with the first of when
	cut      int
	endings  []string
	always   bool // applies beside whatever else fits, instead of competing for the longest
}

type class map[rune]bool

// Codes are the languages that have a data file, sorted.
func Codes() []string { return slices.Clone(languages().codes) }

type catalogue struct {
	codes    []string
	by       map[string]*Language
	detector *detector
}

// languages parses the embedded data once. A mistake in it is a mistake in the program: the package's tests load every file, and so panic first.
var languages = sync.OnceValue(func() catalogue {
	c := catalogue{by: map[string]*Language{}}
	names, err := fs.Glob(langFiles, "lang/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		data, err := langFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		l, err := parseLanguage(strings.TrimSuffix(path.Base(name), ".txt"), string(data))
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err))
		}
		c.by[l.Code] = l
		c.codes = append(c.codes, l.Code)
	}
	c.detector = newDetector(&c)
	return c
})

func parseLanguage(code, data string) (*Language, error) {
	l := &Language{Code: code, letters: map[rune]bool{}, words: map[string]bool{}, stop: map[string]bool{}, apart: map[string]bool{}}
	lists := map[string][]string{}
	section := ""
	sc := bufio.NewScanner(strings.NewReader(data))
	for n := 1; sc.Scan(); n++ {
		line, _, _ := strings.Cut(sc.Text(), "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") && !strings.Contains(line, ":") {
			section = line[1 : len(line)-1]
			continue
		}
		if err := l.parseLine(section, line, lists); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return l, sc.Err()
}

func (l *Language) parseLine(section, line string, lists map[string][]string) error {
	switch section {
	case "letters":
		for _, r := range line {
			l.letters[r] = true
			l.script |= scriptOf(foldSlow(r)) & (latin | cyrillic)
		}
	case "words":
		for _, w := range strings.Fields(line) {
			l.words[w] = true
		}
	case "fixed":
		for _, w := range strings.Fields(line) {
			l.stop[Fold(w)] = true
		}
	case "apart":
		for _, w := range strings.Fields(line) {
			l.apart[Fold(w)] = true
		}
	case "endings":
		left, right, ok := strings.Cut(line, ":")
		if name, is := strings.CutPrefix(left, "@"); is && ok {
			list, err := expand(right, lists)
			if err != nil {
				return err
			}
			lists[strings.TrimSpace(name)] = list
			return nil
		}
		if !ok {
			return fmt.Errorf("want «end : forms», got %q", line)
		}
		r, err := parseRule(strings.TrimSpace(left))
		if err != nil {
			return err
		}
		if r.endings, err = expand(right, lists); err != nil {
			return err
		}
		l.rules = append(l.rules, r)
	default:
		return fmt.Errorf("text outside a section: %q", line)
	}
	return nil
}

// parseRule reads the left side of a rule: letters and [classes], "-" before what is cut, "^" for a whole word, "+" for a rule that always applies.
func parseRule(s string) (rule, error) {
	var r rule
	s, r.always = strings.CutPrefix(s, "+")
	s, r.anchored = strings.CutPrefix(s, "^")
	cutAt, in := -1, class(nil)
	for _, c := range s {
		switch {
		case c == '[':
			in = class{}
		case c == ']':
			r.when = append(r.when, in)
			in = nil
		case in != nil:
			in[foldSlow(c)] = true
		case c == '-':
			cutAt = len(r.when)
		default:
			r.when = append(r.when, class{foldSlow(c): true})
		}
	}
	if in != nil || cutAt < 0 {
		return r, fmt.Errorf("%q: an open [ or no «-»", s)
	}
	r.cut = len(r.when) - cutAt
	return r, nil
}

// expand reads the right side: endings, "." for none, "{list}" for a named list; "ы{case}" puts every ending of the list behind ы.
func expand(s string, lists map[string][]string) ([]string, error) {
	var out []string
	for _, f := range strings.Fields(s) {
		got := []string{""}
		for f != "" {
			open := strings.IndexByte(f, '{')
			if open < 0 {
				open = len(f)
			}
			for i := range got {
				got[i] += foldLetters(f[:open])
			}
			f = f[open:]
			if f == "" {
				break
			}
			end := strings.IndexByte(f, '}')
			if end < 0 {
				return nil, fmt.Errorf("%q: an open {", s)
			}
			list, ok := lists[f[1:end]]
			if !ok {
				return nil, fmt.Errorf("no list %q", f[1:end])
			}
			var next []string
			for _, g := range got {
				for _, e := range list {
					next = append(next, g+e)
				}
			}
			got, f = next, f[end+1:]
		}
		out = append(out, got...)
	}
	return out, nil
}

func foldLetters(s string) string {
	if s == "." {
		return ""
	}
	b := make([]rune, 0, utf8.RuneCountInString(s))
	for _, r := range s {
		b = append(b, foldSlow(r))
	}
	return string(b)
}
