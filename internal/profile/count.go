package profile

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/text"
)

// counts is name → article → how often.
type counts map[string]map[string]int

func (c counts) add(name, article string, n int) {
	if c[name] == nil {
		c[name] = map[string]int{}
	}
	c[name][article] += n
}

// A counter counts how often names stand in texts as whole words with exactly these capitals, and in every case of languages that inflect them. Sets of
// names are counted apart; within a set the longest name at a place counts alone, so that the "Putin" in "Vladimir Putin" is not counted
// again. A possessive ending or a hyphen may follow. Time is linear in the text and in the names that begin with the same word.
type counter struct {
	names map[string][]counted            // by first word
	forms map[string]map[string][]counted // language → folded first word
	until []int                           // by set: where the last name found ends, in bytes of everything read
	base  int                             // bytes read before this text
	found []counts                        // by set
}

type counted struct {
	name  string
	set   int
	words []nameWord // of a name that inflects
}

// A nameWord is a word of a name in every form it may have.
type nameWord struct {
	forms []string // folded
	caps  bool
}

func newCounter(sets [][]string) *counter {
	c := &counter{names: map[string][]counted{}, forms: map[string]map[string][]counted{}, until: make([]int, len(sets)), found: make([]counts, len(sets))}
	for i, set := range sets {
		c.found[i] = counts{}
		for _, n := range set {
			for w := range text.Words(n) {
				if w.Start == 0 {
					key := firstWord(n[:w.End])
					c.names[key] = append(c.names[key], counted{name: n, set: i})
				}
				break
			}
		}
	}
	return c
}

// inflect has a name of a set counted in every form it has in the language.
func (c *counter) inflect(set int, name, code string) {
	n := counted{name: name, set: set}
	for w := range text.Words(name) {
		word := nameWord{caps: w.Caps > 0}
		for _, f := range text.Forms(name[w.Start:w.End], code) {
			word.forms = append(word.forms, f.Fold)
		}
		slices.Sort(word.forms)
		n.words = append(n.words, word)
	}
	if len(n.words) == 0 {
		return
	}
	if c.forms[code] == nil {
		c.forms[code] = map[string][]counted{}
	}
	for _, f := range n.words[0].forms {
		c.forms[code][f] = append(c.forms[code][f], n)
	}
}

// firstWord cuts a word at its apostrophe, which may begin a possessive ending.
func firstWord(w string) string {
	if i := strings.IndexAny(w, "'’"); i > 0 {
		return w[:i]
	}
	return w
}

func (c *counter) read(article, p string) { c.readIn(article, p, "") }

// readIn reads a paragraph in a language; "" counts names as they are written alone.
func (c *counter) readIn(article, p, code string) {
	defer func() { c.base += len(p) }()
	type hit struct {
		name string
		end  int
	}
	words := text.AppendWords(nil, p)
	for i, w := range words {
		best := map[int]hit{}
		take := func(n counted, end int) {
			if c.base+w.Start >= c.until[n.set] && (end > best[n.set].end || end == best[n.set].end && len(n.name) < len(best[n.set].name)) {
				best[n.set] = hit{n.name, end}
			}
		}
		for _, n := range c.names[firstWord(p[w.Start:w.End])] {
			if strings.HasPrefix(p[w.Start:], n.name) && ends(p[w.Start:], n.name) {
				take(n, w.Start+len(n.name))
			}
		}
		if byForm := c.forms[code]; byForm != nil {
			for _, n := range byForm[text.Fold(p[w.Start:w.End])] {
				if end, ok := n.standsAt(p, words[i:]); ok {
					take(n, end)
				}
			}
		}
		for set, h := range best {
			c.found[set].add(h.name, article, 1)
			c.until[set] = c.base + h.end
		}
	}
}

// standsAt reports whether the words begin with the name in any of its forms, and where in p it ends.
func (n counted) standsAt(p string, words []text.Word) (end int, ok bool) {
	if len(words) < len(n.words) {
		return 0, false
	}
	for i, x := range n.words {
		w := words[i]
		if x.caps != (w.Caps > 0) {
			return 0, false
		}
		if i > 0 && strings.Trim(p[words[i-1].End:w.Start], " -‑–") != "" {
			return 0, false
		}
		if _, found := slices.BinarySearch(x.forms, text.Fold(p[w.Start:w.End])); !found {
			return 0, false
		}
	}
	return words[len(n.words)-1].End, true
}

// ends reports whether the name that p begins with is not the beginning of a longer word.
func ends(p, name string) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	after, _ := utf8.DecodeRuneInString(p[len(name):])
	return !wordRune(last) || !wordRune(after)
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
