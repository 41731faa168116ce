package text

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed spelling/*.txt
var spellingFiles embed.FS

const (
	// maxSpellings bounds what Spellings returns.
	maxSpellings = 12
	// dearest is what a spelling may cost: every unusual choice costs 1 or more, so two of them. With 1, TestSpellingsNewspapers finds
	// a tenth fewer Russian names from other Cyrillic ones; 3 finds none more and gives more spellings.
	dearest = 2
	// maxSources bounds the languages that a word of unknown origin is read in.
	maxSources = 3
)

// speller holds the parsed rules. A word goes through two tables: from its language into a common notation of sounds (spelling/README.md tells
// its letters), from there into the other language.
type speller struct {
	from, to map[string]*rewrites
	same     map[string]*rewrites // other spellings in the language itself
	native   *rewrites            // languages that a word is at home in, where it has one spelling
	guess    *rewrites            // points for the languages a word may be of
	plain    *rewrites            // Latin letters without their signs
	names    map[string][]int32   // folded name → rows of table
	table    []nameRow
}

// nameRow holds one given name as each language writes it, folded, most usual first.
type nameRow map[string][]string

// spellings parses the embedded data once.
var spellings = sync.OnceValue(func() *speller {
	s := &speller{from: map[string]*rewrites{}, to: map[string]*rewrites{}, same: map[string]*rewrites{}, names: map[string][]int32{}}
	readData(spellingFiles, "spelling", s.load)
	return s
})

func (s *speller) load(name, data string) error {
	if name == "names" {
		return s.loadNames(data)
	}
	t, err := parseRewrites(data, name == "guess" || name == "native")
	if err != nil {
		return err
	}
	if lang, ok := strings.CutPrefix(name, "from-"); ok {
		s.from[lang] = t
	} else if lang, ok := strings.CutPrefix(name, "to-"); ok {
		s.to[lang] = t
	} else if lang, ok := strings.CutPrefix(name, "same-"); ok {
		s.same[lang] = t
	} else {
		return s.keep(name, t)
	}
	return nil
}

// keep keeps the rules of a file that is of no language.
func (s *speller) keep(name string, t *rewrites) error {
	switch name {
	case "guess":
		s.guess = t
	case "native":
		s.native = t
	case "plain":
		s.plain = t
	default:
		return fmt.Errorf("a file of this name has no use")
	}
	return nil
}

// loadNames reads the table of given names: a heading of languages, then rows of as many columns; "/" parts variants, "-" is none.
func (s *speller) loadNames(data string) error {
	var head []string
	for line := range strings.Lines(data) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case head == nil:
			head = f
		case len(f) != len(head):
			return fmt.Errorf("%q: %d columns, want %d", line, len(f), len(head))
		default:
			s.addName(head, f)
		}
	}
	return nil
}

func (s *speller) addName(head, row []string) {
	n := nameRow{}
	id := int32(len(s.table))
	for i, cell := range row {
		if cell == "-" {
			continue
		}
		for v := range strings.SplitSeq(cell, "/") {
			v = Fold(v)
			n[head[i]] = append(n[head[i]], v)
			if !slices.Contains(s.names[v], id) {
				s.names[v] = append(s.names[v], id)
			}
		}
	}
	s.table = append(s.table, n)
}

// Spellings returns the spellings, folded as Fold does it, in which newspapers of the language to write the name word that is spelled in from: most usual
// first, no spelling twice, at most maxSpellings. The word is one word in its dictionary form, in any case; so are the spellings.
//
// from is a language (en de fr es it pl cs tr, ru be uk bg kk; "kk-latn" and "be-latn" for Kazakh and Belarusian in Latin letters, "zh" for pinyin,
// "slav" for romanised Cyrillic, "any-latn" for Latin letters with their usual sounds) or "any": the language is then guessed from letters and endings,
// and up to maxSources are tried. to is one of ru uk be kk bg en pl cs de fr tr kk-latn be-latn.
// To be-latn only Cyrillic words are spelled. When from and to are the same one of ru uk be bg pl, the spellings are those that its newspapers
// also use for the foreign name (Дэвис, Девис), at most maxVariants, none for names at home there.
// The folded word itself is left out, and so are spellings of one letter or with letters of another script. An unknown language, or a word that has no
// letters of the script of from, gives nil.
func Spellings(word, from, to string) []string {
	s := spellings()
	target := s.to[to]
	var buf [maxWord]rune
	letters := spelledOut(buf[:0], word)
	if from == to {
		target = s.same[to]
	}
	if target == nil || len(letters) < 2 {
		return nil
	}
	script := scriptOf(letters[0])
	if script != latin && script != cyrillic || slices.ContainsFunc(letters, func(r rune) bool { return scriptOf(r) != script }) {
		return nil
	}
	if from == to {
		return s.variants(target, letters, to)
	}
	if to == lacinka {
		return s.belarusianLatin(word, letters, from, script)
	}
	c := collector{self: foldLetters(string(letters)), script: targetScript(to)}
	s.respell(&c, target, letters, from, to, 0)
	if base, ok := maleBase(letters, from); ok {
		s.respell(&c, target, base, "any", to, 0)
	}
	s.addNames(&c, from, to)
	if script == latin && c.script == latin {
		s.plain.read(&c.letters, withBaseLetters(s.plain, letters), 0, dearest)
		for k := range c.letters.n {
			c.add(&c.letters.all[k])
		}
	}
	return c.out
}

// maxVariants bounds the other spellings of a word in its own language.
const maxVariants = 3

// variants returns how newspapers of the language also spell the foreign name: with one choice that is not the word's own. Names that are at home
// in the language have none.
func (s *speller) variants(table *rewrites, letters []rune, lang string) []string {
	c := collector{self: foldLetters(string(letters)), script: targetScript(lang)}
	if scriptOf(letters[0]) != c.script || s.atHome(letters, lang) {
		return nil
	}
	table.read(&c.letters, letters, 0, 1)
	for k := range c.letters.n {
		c.add(&c.letters.all[k])
	}
	if lang == "pl" && slices.ContainsFunc(letters, func(r rune) bool { return slices.Contains(hooked, r) }) {
		c.spell(s.from["cs"], s.to[lang], letters, 0)
	}
	return c.out[:min(len(c.out), maxVariants)]
}

// hooked are letters of South and West Slavic names that Polish newspapers keep or spell the Polish way (Milošević, Miloszewicz).
var hooked = []rune("šžčřěďť")

// atHome reports whether the word looks like a name of the language itself.
func (s *speller) atHome(word []rune, lang string) bool {
	for i, r := range word {
		rules := s.native.of(r)
		for k := range rules {
			rule := &rules[k]
			if rule.fits(word, i) && slices.ContainsFunc(rule.votes, func(g guess) bool { return g.lang == lang }) {
				return true
			}
		}
	}
	return false
}

// lacinka is the one target whose rules read the letters of its language instead of sounds: Łacinka is Belarusian spelling letter by letter.
const lacinka = "be-latn"

// belarusianLatin writes the Belarusian spellings of a Cyrillic word in Latin letters. A word in Latin letters stands as it is more often than not.
func (s *speller) belarusianLatin(word string, letters []rune, from string, script scripts) []string {
	if script != cyrillic {
		return nil
	}
	cyr := []string{string(letters)}
	if from != "be" {
		if there := Spellings(word, from, "be"); len(there) > 0 {
			cyr = there
		}
	}
	c := collector{self: foldLetters(string(letters)), script: latin}
	for i, w := range cyr {
		s.to[lacinka].read(&c.letters, []rune(w), min(i, dearest), dearest)
		for k := range c.letters.n {
			c.add(&c.letters.all[k])
		}
	}
	return c.out
}

// respell reads the word in the languages it may be of and writes it in the other one.
func (s *speller) respell(c *collector, target *rewrites, word []rune, from, to string, cost int) {
	var buf [maxSources]guess
	sources, slavic := s.sources(buf[:0], word, from)
	for i, g := range sources {
		t := s.from[g.lang]
		if t == nil || g.lang == to || c.script == latin && scriptOf(word[0]) == latin && (!slavic || g.lang == "en" || g.lang == "any-latn") {
			continue
		}
		c.spell(t, target, withBaseLetters(t, word), cost+min(i, 1))
	}
}

// maleBase returns what Czech and Slovak put -ová behind: Merkelová is Merkel everywhere else.
func maleBase(word []rune, from string) ([]rune, bool) {
	n := len(word) - 3
	if from != "any" && from != "cs" || n < 3 || word[n] != 'o' || word[n+1] != 'v' || word[n+2] != 'á' {
		return nil, false
	}
	return word[:n], true
}

// withBaseLetters replaces letters with signs that the rules do not know by the plain ones, in a copy when there are any.
func withBaseLetters(t *rewrites, word []rune) []rune {
	copied := false
	for i, r := range word {
		if r < 0x80 || r >= 0x250 || len(t.of(r)) > 0 {
			continue
		}
		if !copied {
			word, copied = slices.Clone(word), true
		}
		for _, b := range norm.NFD.String(string(r)) {
			word[i] = b
			break
		}
	}
	return word
}

// spelledOut appends the small letters of the word: like Fold, but ё, ў and ґ stay, for they tell the sound. Nothing when the word is too long.
func spelledOut(dst []rune, word string) []rune {
	if strings.ContainsFunc(word, composes) {
		word = norm.NFC.String(word)
	}
	var seen scripts
	for _, r := range word {
		f, ok := foldRune(r)
		if !ok {
			continue
		}
		if len(dst) == maxWord {
			return nil
		}
		if l := unicode.ToLower(r); l != f && l >= 0x400 {
			f = l
		}
		dst = append(dst, f)
		seen |= scriptOf(f)
	}
	if seen&latin != 0 && seen&cyrillic != 0 {
		unmix(dst)
	}
	return dst
}

// composes reports whether r is no letter of the scripts that are spelled here: it may be a mark that NFC joins with the letter before it.
func composes(r rune) bool { return r >= 0x300 && (r < 0x400 || r >= 0x530) }

func targetScript(lang string) scripts {
	switch lang {
	case "ru", "uk", "be", "kk", "bg":
		return cyrillic
	}
	return latin
}

// A guess is a language a word may be spelled in, and what speaks for it.
type guess struct {
	lang   string
	points int
}

// sources appends the languages to read the word in, likeliest first, and tells whether a Latin word looks like the name of someone who writes it in
// Cyrillic: such names are spelled differently in each Latin language, others as at home.
func (s *speller) sources(dst []guess, word []rune, from string) ([]guess, bool) {
	script := scriptOf(word[0])
	if from != "any" && from != "kk" && script == cyrillic {
		return append(dst, guess{lang: from}), false
	}
	var buf [20]guess
	all := s.votes(buf[:0], word, script)
	slavic := from == "slav" || from == "kk" || from == "kk-latn" || from == "be-latn"
	for _, g := range all {
		slavic = slavic || g.points >= slavicLeast && (g.lang == "slav" || g.lang == "kk-latn" || g.lang == "be-latn")
	}
	if from == "kk" && script == latin {
		from = "kk-latn"
	}
	if from != "any" && from != "en" { // English names the whole world: Tokayev is no English word
		return append(dst, guess{lang: from}), slavic
	}
	slices.SortStableFunc(all, func(a, b guess) int { return b.points - a.points })
	for _, g := range all {
		if len(dst) < maxSources && g.points >= all[0].points-guessSpread && g.points > 0 {
			dst = append(dst, g)
		}
	}
	return dst, slavic
}

// slavicLeast are the points that make a Latin word a romanised one.
const slavicLeast = 2

// votes appends the languages that the word's letters and endings speak for.
func (s *speller) votes(all []guess, word []rune, script scripts) []guess {
	if script == cyrillic {
		all = append(all, guess{"ru", 2}, guess{"bg", 1})
	} else {
		all = append(all, guess{"en", 2}, guess{"any-latn", 1})
	}
	for i, r := range word {
		rules := s.guess.of(r)
		for k := range rules {
			if rules[k].fits(word, i) {
				for _, v := range rules[k].votes {
					all = vote(all, v)
				}
			}
		}
	}
	return all
}

func vote(all []guess, v guess) []guess {
	for i := range all {
		if all[i].lang == v.lang {
			all[i].points += v.points
			return all
		}
	}
	return append(all, v)
}

// guessSpread is how many points less than the best a language may have to be tried.
const guessSpread = 2

// collector gathers spellings in the order of their cost.
type collector struct {
	self   string
	script scripts
	out    []string
	costs  [maxSpellings]int

	sounds, letters beam // work space, too large to clear for every language
}

func (c *collector) spell(from, to *rewrites, word []rune, cost int) {
	sounds, letters := &c.sounds, &c.letters
	from.read(sounds, word, cost, dearest)
	for want := cost; want <= dearest; want++ {
		for i := range sounds.n {
			if r := &sounds.all[i]; r.cost == want && r.n < maxReading {
				to.read(letters, r.letters[:r.n], r.cost, dearest)
				for k := range letters.n {
					c.add(&letters.all[k])
				}
			}
		}
	}
}

// add keeps a reading that is whole, in the target's script and new.
func (c *collector) add(r *reading) {
	if r.n == maxReading || r.n < 2 {
		return // one letter (RZ by its Polish sound: Ж) is a preposition before it is a name
	}
	for i, l := range r.letters[:r.n] {
		if scriptOf(l) != c.script {
			return
		}
		r.letters[i], _ = foldRune(l)
	}
	var buf [4 * maxReading]byte
	s := buf[:0]
	for _, l := range r.letters[:r.n] {
		s = utf8.AppendRune(s, l)
	}
	if c.improves(s, r.cost) {
		c.keep(string(s), r.cost)
	}
}

// improves reports whether the spelling is new, or was dearer.
func (c *collector) improves(s []byte, cost int) bool {
	if string(s) == c.self {
		return false
	}
	for i, o := range c.out {
		if o == string(s) {
			return cost < c.costs[i]
		}
	}
	return len(c.out) < maxSpellings || cost < c.costs[maxSpellings-1]
}

func (c *collector) keep(s string, cost int) {
	if s == c.self {
		return
	}
	for i, o := range c.out {
		if o == s {
			if c.costs[i] <= cost {
				return
			}
			c.out = slices.Delete(c.out, i, i+1)
			copy(c.costs[i:], c.costs[i+1:])
			break
		}
	}
	at := len(c.out)
	for at > 0 && c.costs[at-1] > cost {
		at--
	}
	if at == maxSpellings {
		return
	}
	if len(c.out) == maxSpellings {
		c.out = c.out[:maxSpellings-1]
	}
	c.out = slices.Insert(c.out, at, s)
	copy(c.costs[at+1:], c.costs[at:])
	c.costs[at] = cost
}

// addNames puts the spellings of a given name that has a form of its own in each language before all others.
func (s *speller) addNames(c *collector, from, to string) {
	for _, id := range s.names[c.self] {
		row := s.table[id]
		if from != "any" && !slices.Contains(row[from], c.self) {
			continue
		}
		for _, v := range row[to] {
			c.keep(v, -1)
		}
	}
}
