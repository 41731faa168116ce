package text

import (
	"bufio"
	"embed"
	"fmt"
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
	tails   map[string]bool // word ends of two or three letters that tell it from its neighbours
	rules   []rule
	byLast  map[rune][]int32 // rules by the last letter they ask for, as indices in order
	byAny   []int32          // those that ask for none: what fits a letter that byLast lacks
	stop    map[string]bool  // words that are never inflected inside a name
	stopLen int              // letters of the longest of them
	apart   map[string]bool  // words that a stemmer joins with others they have nothing to do with
	after   map[string]bool  // codes of the languages that a text is rather in when it fits both alike
}

// A rule says: a word whose end looks like when loses cut letters there and takes each of endings.
type rule struct {
	when     []class // from the left; matched against the last len(when) letters
	anchored bool    // the word must begin with the first of when
	cut      int
	endings  []ending // each once
	always   bool     // applies beside whatever else fits, instead of competing for the longest
}

// An ending is hashed from where it parts from the one before it in the rule.
type ending struct {
	text string
	keep int    // how many letters it begins with like the one before it
	tail []rune // the letters from there on
}

// maxEnding bounds an ending's letters, so that the hashes of its beginnings fit an array.
const maxEnding = 31

// A class is a set of folded letters, few enough to look through.
type class []rune

func (c class) has(r rune) bool { return slices.Contains(c, r) }

// Codes are the languages that texts are recognised in, sorted: those whose data file has frequent words. Others have endings alone.
func Codes() []string { return slices.Clone(languages().codes) }

type catalogue struct {
	codes    []string
	by       map[string]*Language
	detector *detector
}

// languages parses the embedded data once.
var languages = sync.OnceValue(func() catalogue {
	c := catalogue{by: map[string]*Language{}}
	readData(langFiles, "lang", func(code, data string) error {
		l, err := parseLanguage(code, data)
		if err != nil {
			return err
		}
		c.by[l.Code] = l
		if len(l.words) > 0 {
			c.codes = append(c.codes, l.Code)
		}
		return nil
	})
	c.detector = newDetector(&c)
	return c
})

func parseLanguage(code, data string) (*Language, error) {
	l := &Language{Code: code, letters: map[rune]bool{}, words: map[string]bool{}, stop: map[string]bool{}, apart: map[string]bool{}, after: map[string]bool{}, tails: map[string]bool{}}
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
	l.index()
	return l, sc.Err()
}

// index sorts the rules by the last letter they ask for; a rule that asks for none stands with every letter.
func (l *Language) index() {
	l.byLast = map[rune][]int32{}
	for _, r := range l.rules {
		if n := len(r.when); n > 0 {
			for _, last := range r.when[n-1] {
				l.byLast[last] = nil
			}
		}
	}
	for i, r := range l.rules {
		n := len(r.when)
		if n == 0 {
			l.byAny = append(l.byAny, int32(i))
		}
		for last := range l.byLast {
			if n == 0 || r.when[n-1].has(last) {
				l.byLast[last] = append(l.byLast[last], int32(i))
			}
		}
	}
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
	case "tails":
		for _, w := range strings.Fields(line) {
			if n := utf8.RuneCountInString(w); n < 2 || n > 3 {
				return fmt.Errorf("a tail has two or three letters, not %q", w)
			}
			l.tails[w] = true
		}
	case "after":
		for _, code := range strings.Fields(line) {
			l.after[code] = true
		}
	case "fixed":
		for _, w := range strings.Fields(line) {
			f := Fold(w)
			l.stop[f] = true
			l.stopLen = max(l.stopLen, utf8.RuneCountInString(f))
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
		endings, err := expand(right, lists)
		if err != nil {
			return err
		}
		if r.endings, err = makeEndings(endings); err != nil {
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
			if f := foldSlow(c); !in.has(f) {
				in = append(in, f)
			}
		case c == '-':
			cutAt = len(r.when)
		default:
			r.when = append(r.when, class{foldSlow(c)})
		}
	}
	if in != nil || cutAt < 0 {
		return r, fmt.Errorf("%q: an open [ or no «-»", s)
	}
	r.cut = len(r.when) - cutAt
	return r, nil
}

// makeEndings drops what stands twice and notes what neighbours share.
func makeEndings(texts []string) ([]ending, error) {
	var out []ending
	var before []rune
	seen := map[string]bool{}
	for _, t := range texts {
		if seen[t] {
			continue
		}
		seen[t] = true
		letters := []rune(t)
		if len(letters) > maxEnding {
			return nil, fmt.Errorf("the ending %q is longer than %d letters", t, maxEnding)
		}
		keep := 0
		for keep < min(len(before), len(letters)) && before[keep] == letters[keep] {
			keep++
		}
		out = append(out, ending{t, keep, letters[keep:]})
		before = letters
	}
	return slices.Clone(out), nil // of its own length: it stays for good
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
