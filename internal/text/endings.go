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

// A Form is one accepted form of a word.
type Form struct {
	Fold   string // folded, as Word.Hash sees it
	Ending string // what was put behind the stem, "" for the word itself
	Stem   int    // how many folded letters of the word the form keeps
}

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

// Forms returns the forms of a name's word in the language, the word itself first, no form twice. The word may be written in any case;
// an unknown language or another script gives the word alone. Words of one letter, numbers and the language's function words do not inflect.
// An acronym only takes endings that leave its letters as they are.
func Forms(word, code string) []Form {
	folded := []rune(Fold(word))
	out := []Form{{Fold: string(folded), Stem: len(folded)}}
	l := languages().by[code]
	if l == nil || len(folded) < 2 || l.stop[string(folded)] || !l.writes(folded) {
		return out
	}
	acronym := IsAcronym(word)
	seen := map[string]bool{out[0].Fold: true}
	for _, r := range l.fitting(folded) {
		if acronym && r.cut > 0 {
			continue
		}
		stem := folded[:len(folded)-r.cut]
		for _, e := range r.endings {
			f := string(stem) + e
			if !seen[f] {
				seen[f] = true
				out = append(out, Form{Fold: f, Ending: e, Stem: len(stem)})
			}
		}
	}
	return out
}

// writes reports whether the word is in the language's script.
func (l *Language) writes(word []rune) bool {
	return !slices.ContainsFunc(word, func(r rune) bool { return scriptOf(r)&^l.script != 0 })
}

// lemmaLeast is the shortest stem that Lemmas trusts, in letters: shorter ones are stems of everything.
const lemmaLeast = 3

// Lemmas returns the dictionary forms, folded, that the word may be a form of by the language's rules, other than the word itself. They are guesses: the
// rules know no dictionary. The order is that of the rules.
func Lemmas(word, code string) []string {
	folded := []rune(Fold(word))
	l := languages().by[code]
	if l == nil || l.stop[string(folded)] || !l.writes(folded) {
		return nil
	}
	var out []string
	for _, r := range l.rules {
		cut, fixed := r.literal()
		if !fixed {
			continue
		}
		for _, e := range r.endings {
			stem, ok := strings.CutSuffix(string(folded), e)
			if !ok || utf8.RuneCountInString(stem) < lemmaLeast {
				continue
			}
			lemma := []rune(stem + cut)
			if string(lemma) != string(folded) && !slices.Contains(out, string(lemma)) && l.uses(r, lemma) {
				out = append(out, string(lemma))
			}
		}
	}
	return out
}

// literal returns the letters that the rule cuts, and whether they are certain.
func (r rule) literal() (string, bool) {
	var b strings.Builder
	for _, c := range r.when[len(r.when)-r.cut:] {
		if len(c) != 1 {
			return "", false
		}
		for letter := range c {
			b.WriteRune(letter)
		}
	}
	return b.String(), true
}

// uses reports whether the rule is one of those that inflect the lemma.
func (l *Language) uses(r rule, lemma []rune) bool {
	return slices.ContainsFunc(l.fitting(lemma), func(x rule) bool {
		return len(x.when) == len(r.when) && x.cut == r.cut && slices.Equal(x.endings, r.endings)
	})
}

// IsAcronym reports whether a word is written in two or more capitals and no small letter.
func IsAcronym(word string) bool {
	for w := range Words(word) {
		return w.Start == 0 && w.End == len(word) && w.Letters >= 2 && w.Caps == w.Letters
	}
	return false
}

// Apart reports whether a folded word must not be stemmed in the language: the stemmer gives it the stem of a word that means something else.
func Apart(folded, code string) bool {
	l := languages().by[code]
	return l != nil && l.apart[folded]
}

// fitting returns the rules with the longest match, and those that always apply.
func (l *Language) fitting(word []rune) []rule {
	best := 0
	var out []rule
	for _, r := range l.rules {
		if !r.fits(word) {
			continue
		}
		n := len(r.when)
		if r.anchored {
			n += 100 // an exception beats every rule
		}
		switch {
		case r.always:
		case n < best:
			continue
		case n > best:
			best = n
			out = slices.DeleteFunc(out, func(r rule) bool { return !r.always })
		}
		out = append(out, r)
	}
	return out
}

func (r rule) fits(word []rune) bool {
	from := len(word) - len(r.when)
	if from < 0 || r.anchored && from != 0 || r.cut >= len(word) {
		return false
	}
	for i, c := range r.when {
		if !c[word[from+i]] {
			return false
		}
	}
	return true
}

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
