package text

import (
	"bufio"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Rules that rewrite a word letter by letter: spelling/README.md tells how they are written.

// rewrites are the rules of one file by the first letter of what they match, longest match first, then most context, then as they stand in the file.
type rewrites struct {
	first [foldTableLen]uint8 // of a letter: where in lists its rules are; 0: it has none
	lists [][]rewrite         // the first is empty
}

// of returns the rules for the letter.
func (t *rewrites) of(letter rune) []rewrite {
	if letter >= foldTableLen {
		return nil
	}
	return t.lists[t.first[letter]]
}

// add adds a rule for the letter, which is one of the table.
func (t *rewrites) add(letter rune, r rewrite) error {
	if t.first[letter] == 0 {
		if len(t.lists) > math.MaxUint8 {
			return fmt.Errorf("rules for more than %d letters", math.MaxUint8)
		}
		t.first[letter] = uint8(len(t.lists))
		t.lists = append(t.lists, nil)
	}
	list := &t.lists[t.first[letter]]
	*list = append(*list, r)
	return nil
}

const foldTableLen = 0x600 // every Latin and Cyrillic letter that a rule can name

type rewrite struct {
	match       []rune
	left, right []place
	outs        []respelling
	votes       []guess // in guess.txt, instead of outs
}

// A respelling is what a rule writes, and how unusual that is: 0 is the usual one.
type respelling struct {
	letters []rune
	cost    int
}

// A place is one letter of context.
type place struct {
	edge bool // the word's beginning or end
	not  bool // any letter but these, or the edge
	set  []rune
}

// parseRewrites reads a rule file; guesses is for guess.txt, which gives points to languages instead of letters.
func parseRewrites(data string, guesses bool) (*rewrites, error) {
	t := rewrites{lists: make([][]rewrite, 1)}
	p := ruleParser{classes: map[string][]rune{}, guesses: guesses}
	sc := bufio.NewScanner(strings.NewReader(data))
	for n := 1; sc.Scan(); n++ {
		line, _, _ := strings.Cut(sc.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := p.line(&t, line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	for _, rules := range t.lists {
		slices.SortStableFunc(rules, func(a, b rewrite) int {
			return cmp.Or(len(b.match)-len(a.match), len(b.left)+len(b.right)-len(a.left)-len(a.right))
		})
	}
	return &t, sc.Err()
}

type ruleParser struct {
	classes map[string][]rune
	guesses bool
}

func (p *ruleParser) line(t *rewrites, line string) error {
	if name, letters, ok := strings.Cut(line, "="); ok && strings.HasPrefix(name, "@") {
		p.classes[strings.TrimSpace(name[1:])] = []rune(strings.Join(strings.Fields(letters), ""))
		return nil
	}
	pattern, outs, ok := strings.Cut(line, " > ")
	if !ok {
		return fmt.Errorf("want «letters > letters», got %q", line)
	}
	heads, r, err := p.pattern(strings.TrimSpace(pattern))
	if err != nil {
		return err
	}
	if p.guesses {
		r.votes, err = parseVotes(outs)
	} else {
		r.outs, err = parseOuts(outs)
	}
	if err != nil {
		return err
	}
	for _, match := range heads {
		if len(match) == 0 || match[0] >= foldTableLen {
			return fmt.Errorf("%q matches nothing", pattern)
		}
		r.match = match
		if err := t.add(match[0], r); err != nil {
			return err
		}
	}
	return nil
}

// pattern reads «left(match)right»; without brackets all is match but "^" before it and "$" behind. «a/b» matches either.
func (p *ruleParser) pattern(s string) (matches [][]rune, r rewrite, err error) {
	left, rest, bracketed := strings.Cut(s, "(")
	var match, right string
	if bracketed {
		var closed bool
		if match, right, closed = strings.Cut(rest, ")"); !closed {
			return nil, r, fmt.Errorf("%q: an open (", s)
		}
	} else {
		match = s
		left = ""
		if m, ok := strings.CutPrefix(match, "^"); ok {
			match, left = m, "^"
		}
		if m, ok := strings.CutSuffix(match, "$"); ok {
			match, right = m, "$"
		}
	}
	if r.left, err = p.places(left); err != nil {
		return nil, r, err
	}
	if r.right, err = p.places(right); err != nil {
		return nil, r, err
	}
	if strings.ContainsAny(match+right, "()") || strings.ContainsAny(match, "[]<>^$ ") {
		return nil, r, fmt.Errorf("%q: context stands outside (…)", s)
	}
	for m := range strings.SplitSeq(match, "/") {
		matches = append(matches, []rune(m))
	}
	return matches, r, nil
}

// places reads context: letters, [classes], [^classes], <named classes>, "^" and "$" for the edges.
func (p *ruleParser) places(s string) ([]place, error) {
	var out []place
	for rest := []rune(s); len(rest) > 0; {
		c := rest[0]
		switch c {
		case '^', '$':
			out, rest = append(out, place{edge: true}), rest[1:]
		case '[', '<':
			end := slices.IndexFunc(rest, func(r rune) bool { return r == ']' || r == '>' })
			if end < 0 {
				return nil, fmt.Errorf("%q: an open %c", s, c)
			}
			in := string(rest[1:end])
			rest = rest[end+1:]
			in, not := strings.CutPrefix(in, "^")
			set := []rune(in)
			if c == '<' {
				named, ok := p.classes[in]
				if !ok {
					return nil, fmt.Errorf("no class %q", in)
				}
				set = named
			}
			out = append(out, place{not: not, set: set})
		default:
			out, rest = append(out, place{set: []rune{c}}), rest[1:]
		}
	}
	return out, nil
}

// parseOuts reads «a | b || c»: every bar costs one more than what stands before it, "." is nothing.
func parseOuts(s string) ([]respelling, error) {
	var out []respelling
	cost := 0
	for i, f := range strings.Split(s, "|") {
		f = strings.TrimSpace(f)
		if i > 0 {
			cost++
		}
		if f == "" {
			continue
		}
		if strings.ContainsAny(f, " ()[]<>") {
			return nil, fmt.Errorf("%q is no spelling", f)
		}
		if f == "." {
			f = ""
		}
		out = append(out, respelling{[]rune(f), cost})
	}
	if len(out) == 0 || out[0].cost > 0 {
		return nil, fmt.Errorf("%q: the first spelling is missing", s)
	}
	return out, nil
}

// parseVotes reads «pl6 | de2»: languages and their points.
func parseVotes(s string) ([]guess, error) {
	var out []guess
	for f := range strings.SplitSeq(s, "|") {
		f = strings.TrimSpace(f)
		n := len(f) - 1
		if n < 2 || f[n] < '1' || f[n] > '9' {
			return nil, fmt.Errorf("want a language and 1–9 points, got %q", f)
		}
		out = append(out, guess{f[:n], int(f[n] - '0')})
	}
	return out, nil
}

// at returns the rule for the letter at position i of the word, nil when there is none.
func (t *rewrites) at(word []rune, i int) *rewrite {
	rules := t.of(word[i])
	for k := range rules {
		if rules[k].fits(word, i) {
			return &rules[k]
		}
	}
	return nil
}

func (r *rewrite) fits(word []rune, i int) bool {
	if len(r.match) > len(word)-i {
		return false
	}
	for k := 1; k < len(r.match); k++ {
		if word[i+k] != r.match[k] {
			return false
		}
	}
	for k := range r.left {
		if !r.left[k].holds(word, i-len(r.left)+k) {
			return false
		}
	}
	for k := range r.right {
		if !r.right[k].holds(word, i+len(r.match)+k) {
			return false
		}
	}
	return true
}

func (p *place) holds(word []rune, i int) bool {
	if i < 0 || i >= len(word) {
		// the edge itself, or a letter that "not these" asks for beyond it
		return p.not || p.edge && (i == -1 || i == len(word))
	}
	return !p.edge && slices.Contains(p.set, word[i]) != p.not
}

// A beam holds the cheapest readings of a word so far.
type beam struct {
	all [beamWidth]reading
	n   int
}

type reading struct {
	letters [maxReading]rune
	n, cost int
}

const (
	beamWidth  = 12
	maxWord    = 40 // letters of a word; no name is longer
	maxReading = 64 // letters of a spelling: enough for maxWord with some digraphs, more is dropped
)

// read rewrites the word; spellings that cost more than most are not followed. cost is what the word has cost already.
func (t *rewrites) read(b *beam, word []rune, cost, most int) {
	b.n = 1
	b.all[0].n, b.all[0].cost = 0, cost
	for i := 0; i < len(word); {
		r := t.at(word, i)
		if r == nil {
			for k := range b.n {
				b.all[k].add(word[i : i+1])
			}
			i++
			continue
		}
		b.branch(r.outs, most)
		i += len(r.match)
	}
}

// branch goes on with the first spelling in place, with the others in copies. When the beam is full the dearest copies go.
func (b *beam) branch(outs []respelling, most int) {
	was := b.n
	for _, o := range outs[1:] {
		for k := range was {
			if cost := b.all[k].cost + o.cost; cost <= most {
				if to := b.room(was, cost); to != nil {
					to.n, to.cost = copy(to.letters[:], b.all[k].letters[:b.all[k].n]), cost
					to.add(o.letters)
				}
			}
		}
	}
	for k := range was {
		b.all[k].add(outs[0].letters)
	}
}

// room returns a free reading, or the dearest of those from number from on when it costs more than cost.
func (b *beam) room(from, cost int) *reading {
	if b.n < beamWidth {
		b.n++
		return &b.all[b.n-1]
	}
	var worst *reading
	for k := from; k < b.n; k++ {
		if r := &b.all[k]; r.cost > cost && (worst == nil || r.cost > worst.cost) {
			worst = r
		}
	}
	return worst
}

// add appends letters. A reading that is full stays full, and is dropped in the end.
func (r *reading) add(letters []rune) {
	if r.n+len(letters) > maxReading {
		r.n = maxReading
		return
	}
	r.n += copy(r.letters[r.n:], letters)
}
