package profile

import (
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

// A counter counts how often names stand in texts as whole words with exactly these capitals. Sets of names are counted apart; within a
// set the longest name at a place counts alone, so that the "Putin" in "Vladimir Putin" is not counted again. A possessive ending or a
// hyphen may follow. Time is linear in the text and in the names that begin with the same word.
type counter struct {
	names map[string][]counted // by first word
	until []int                // by set: where the last name found ends, in bytes of everything read
	base  int                  // bytes read before this text
	found []counts             // by set
}

type counted struct {
	name string
	set  int
}

func newCounter(sets [][]string) *counter {
	c := &counter{names: map[string][]counted{}, until: make([]int, len(sets)), found: make([]counts, len(sets))}
	for i, set := range sets {
		c.found[i] = counts{}
		for _, n := range set {
			for w := range text.Words(n) {
				if w.Start == 0 {
					key := firstWord(n[:w.End])
					c.names[key] = append(c.names[key], counted{n, i})
				}
				break
			}
		}
	}
	return c
}

// firstWord cuts a word at its apostrophe, which may begin a possessive ending.
func firstWord(w string) string {
	if i := strings.IndexAny(w, "'’"); i > 0 {
		return w[:i]
	}
	return w
}

func (c *counter) read(article, p string) {
	defer func() { c.base += len(p) }()
	for w := range text.Words(p) {
		best := map[int]string{}
		for _, n := range c.names[firstWord(p[w.Start:w.End])] {
			if c.base+w.Start >= c.until[n.set] && len(n.name) > len(best[n.set]) && strings.HasPrefix(p[w.Start:], n.name) && ends(p[w.Start:], n.name) {
				best[n.set] = n.name
			}
		}
		for set, name := range best {
			c.found[set].add(name, article, 1)
			c.until[set] = c.base + w.Start + len(name)
		}
	}
}

// ends reports whether the name that p begins with is not the beginning of a longer word.
func ends(p, name string) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	after, _ := utf8.DecodeRuneInString(p[len(name):])
	return !wordRune(last) || !wordRune(after)
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
