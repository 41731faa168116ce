package profile

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An inflector gives names their dictionary form. Package text's rules say which forms a word may be of; which it is, the articles say: the form that
// explains most of the others, that stands where no preposition does, that a given name in the nominative stands before.
type inflector struct {
	*lexicon
	seen    map[string]int  // capitalised words, by key
	oblique map[string]bool // those that only stand behind prepositions and nouns
	places  map[string]bool // those that stand behind a preposition of place
	anchor  map[string]bool // surnames known to be dictionary forms
	forms   map[string]map[string]bool
	chosen  map[string]string
}

// inflect replaces the spellings found by their dictionary forms. Acronyms and what stood in quotation marks stay as they are.
func (f *finder) inflect() {
	in := inflector{lexicon: f.lex, seen: f.capital, oblique: map[string]bool{}, places: map[string]bool{}, anchor: map[string]bool{}, forms: map[string]map[string]bool{}, chosen: map[string]string{}}
	order := slices.Sorted(maps.Keys(f.names))
	for _, s := range order {
		n := f.names[s]
		for _, w := range n.words {
			if in.seen[w] == 0 {
				in.seen[w] = 1
			}
		}
		if len(n.words) == 1 {
			in.oblique[n.words[0]] = n.bare == 0
			in.places[n.words[0]] = n.place > 0
		} else if given, surname := n.words[0], n.words[len(n.words)-1]; f.lex.code != "kk" && in.given(given) == given {
			in.anchor[surname] = true
		}
	}
	out := map[string]*name{}
	for _, s := range order {
		n := f.names[s]
		lemma := s
		if !n.fixed && !isAcronym(s) {
			lemma = in.lemma(s)
		}
		to := out[lemma]
		if to == nil {
			to = &name{text: lemma, lex: f.lex, langs: map[string]bool{}, short: map[string]bool{}, forms: map[string]bool{}}
			for _, w := range strings.Fields(lemma) {
				to.words = append(to.words, keyOf(w))
			}
			out[lemma] = to
		}
		to.absorb(n)
	}
	f.names = out
}

// absorb adds what is known of a form to what is known of its name.
func (n *name) absorb(form *name) {
	maps.Copy(n.langs, form.langs)
	maps.Copy(n.short, form.short)
	maps.Copy(n.forms, form.forms)
	n.person += form.person
	n.said += form.said
	n.place += form.place
	n.the += form.the
	n.thing += form.thing
	n.bare += form.bare
	n.article += form.article
	n.fixed = n.fixed || form.fixed
	n.quoted = n.quoted || form.quoted
}

// lemma returns the dictionary form of a name as it is spelled.
func (in *inflector) lemma(spelling string) string {
	words := strings.Fields(spelling)
	keys := make([]string, len(words))
	for i, w := range words {
		keys[i] = keyOf(w)
	}
	if len(words) == 1 {
		return restore(words[0], in.choose(keys[0]), in.code)
	}
	if in.code == "kk" { // the last word alone takes endings
		words[len(words)-1] = restore(words[len(words)-1], in.choose(keys[len(words)-1]), in.code)
		return strings.Join(words, " ")
	}
	// A body: its head and the adjectives before it change, the rest is what it is of.
	for i, k := range keys {
		base, ok := in.base[k]
		if !ok {
			continue
		}
		words[i] = restore(words[i], keyOf(base), in.code)
		for j := range words[:i] {
			words[j] = restore(words[j], in.adjective(keys[j], keyOf(base)), in.code)
		}
		if i+1 < len(words) && in.code == "pl" && in.isAdjective(keys[i+1]) { // "Unia Europejska"
			words[i+1] = restore(words[i+1], in.adjective(keys[i+1], keyOf(base)), in.code)
		}
		return strings.Join(words, " ")
	}
	last := len(words) - 1
	if root := in.given(keys[0]); root != "" {
		if root == keys[0] {
			return spelling // the nominative
		}
		surname := in.surname(keys[last], in.feminine(root, keys[last]))
		words[0] = restore(words[0], root, in.code)
		for i := 1; i < last; i++ {
			words[i] = restore(words[i], in.choose(keys[i]), in.code)
		}
		words[last] = restore(words[last], surname, in.code)
		return strings.Join(words, " ")
	}
	if in.code == "pl" && last == 1 && in.isAdjective(keys[1]) && !in.isAdjective(keys[0]) { // "Irlandia Północna"
		noun := in.choose(keys[0])
		return restore(words[0], noun, in.code) + " " + restore(words[1], in.adjective(keys[1], noun), in.code)
	}
	if in.isAdjective(keys[0]) {
		noun := in.choose(keys[last])
		words[last] = restore(words[last], noun, in.code)
		for i := range words[:last] {
			words[i] = restore(words[i], in.adjective(keys[i], noun), in.code)
		}
		return strings.Join(words, " ")
	}
	lemmas := make([]string, len(words))
	for i, k := range keys {
		lemmas[i] = in.choose(k)
	}
	if end, _ := utf8.DecodeLastRuneInString(keys[last]); lemmas[last] == keys[last] && !isVowel(end) { // the last word stands in the nominative, so all do
		return spelling
	}
	for i := range words {
		words[i] = restore(words[i], lemmas[i], in.code)
	}
	return strings.Join(words, " ")
}

// choose returns the dictionary form that best explains what is written.
func (in *inflector) choose(key string) string {
	if l, ok := in.chosen[key]; ok {
		return l
	}
	if l := in.doubleSurname(key); l != "" {
		in.chosen[key] = l
		return l
	}
	best, top := key, in.score(key, key)
	if base := in.base[key]; base != "" && in.code == "kk" {
		in.chosen[key] = keyOf(base)
		return keyOf(base)
	}
	for _, l := range in.candidates(key) {
		if !in.plausible(key, l) {
			continue
		}
		if s := in.score(l, key); s > top {
			best, top = l, s
		}
	}
	in.chosen[key] = best
	return best
}

// isDouble reports whether a word is two surnames, the first by its shape, though the second may be a given name as well: «Сабитов-Карл».
func (x *lexicon) isDouble(key string) bool {
	head, _, ok := strings.Cut(key, "-")
	return ok && x.surnameOf(head) && !isListed(head)
}

// candidates are the dictionary forms that the rules allow, and the words seen that have the word as a form: Київ of «Києві», which no rule leads back to.
func (in *inflector) candidates(key string) []string {
	out := lemmasOf(key, in.code)[1:]
	r, _ := utf8.DecodeRuneInString(key)
	for _, w := range slices.Sorted(maps.Keys(in.seen)) {
		if first, _ := utf8.DecodeRuneInString(w); first == r && w != key && !slices.Contains(out, w) && in.formSet(w)[key] {
			out = append(out, w)
		}
	}
	return out
}

// plausible passes the dictionary forms that names have. The rules know no dictionary, so most of what they allow is none: adjectives but for surnames
// in -ski, a longer word than the form, a stump.
func (in *inflector) plausible(key, l string) bool {
	r := []rune(l)
	if len(r) < 3 || len(r) > utf8.RuneCountInString(key)+1 || strings.HasPrefix(l, key) {
		return false
	}
	for _, e := range []string{"ый", "ій", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ы", "и", "і", "y", "e", "э", "е", "ої", "ые"} {
		if strings.HasSuffix(l, e) && in.seen[l] == 0 {
			return adjectiveSurname(l) || isGiven(l)
		}
	}
	if in.seen[l] > 0 || isListed(l) {
		return true
	}
	last, before := r[len(r)-1], r[len(r)-2]
	switch {
	case last == 'ь' && isVowel(before), isVowel(last) && last != 'я' && isVowel(before) && in.code != "pl", strings.HasSuffix(l, "иея"):
		return false // «Мариь», «Германиа»
	case strings.ContainsRune("оo", last) && before != 'к' && before != 'k':
		return false // names in -о are foreign, and do not inflect
	case in.code == "be" && last == 'в', strings.HasSuffix(l, "sc"), in.code == "pl" && before == 'e' && isVowel(r[len(r)-3]):
		return false
	case before == 'к' && last == 'в', before == 'т' && last == 'в', last == 'j' && !isVowel(before):
		return false // no word ends so
	}
	changed := len(r) - commonPrefix(r, []rune(key))
	return changed < 2 || adjectiveSurname(l) || in.code == "pl" && changed == 2
}

func commonPrefix(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func adjectiveSurname(l string) bool {
	for _, e := range []string{"ский", "цкий", "ський", "цький", "зький", "скі", "цкі", "ski", "cki", "dzki"} {
		if strings.HasSuffix(l, e) {
			return true
		}
	}
	return false
}

// What a candidate gains and loses, on plain reasoning: an attested form outweighs a guess, a known nominative outweighs both.
const (
	scoreAnchor   = 3.0
	scoreAttested = 1.5
	scorePlural   = 0.3
	scoreOblique  = -2.5 // a dictionary form that only stands behind prepositions and nouns
	scoreCertain  = -3.0 // a dictionary form with an end that none has
	scoreUnlikely = -2.0 // the same, where nothing else speaks for another case
	scoreStem     = 0.6  // in Kazakh, a stem that several forms have: endings are put behind it and change nothing
	scoreRare     = -0.4 // an end that few names have
	scoreWoman    = -1.0 // a surname in -ova that no given name says is a woman's
	scoreSurname  = 0.5
	scoreGuess    = -0.7 // one form explains nothing but itself
)

func (in *inflector) score(l, key string) float64 {
	forms := in.formSet(l)
	s, explained, place := 0.0, 0, false
	last, _ := utf8.DecodeLastRuneInString(l)
	for w := range in.seen {
		if !forms[w] {
			continue
		}
		explained++
		s++
		place = place || in.places[w]
		if w != l && in.isPlural(w, l, last) {
			s += scorePlural - 1
		}
	}
	switch {
	case in.seen[l] > 0:
		s += scoreAttested
		if in.oblique[l] {
			s += scoreOblique
		}
		switch {
		case !in.certain(l):
		case in.oblique[l] || in.code == "kk":
			s += scoreCertain
		default:
			s += scoreUnlikely // «Газпром» ends as «Путином» does
		}
	case explained < 2 && !in.oblique[key]:
		s += scoreGuess
	}
	if in.code == "kk" && explained > 1 && in.seen[l] == 0 {
		s += scoreStem
	}
	if in.anchor[l] {
		s += scoreAnchor
	}
	if !place {
		if in.likeSurname(l) {
			s += scoreSurname
		}
		if strings.ContainsRune("аa", last) && in.likeSurname(l[:len(l)-utf8.RuneLen(last)]) && !in.anchor[l] {
			s += scoreWoman
		}
	}
	if strings.ContainsRune("ьеe", last) && in.seen[l] == 0 || strings.ContainsRune("ыиіїуюyiу", last) && in.code != "kk" {
		s += scoreRare
	}
	return s
}

// likeSurname reports whether a word ends as surnames alone do; -ин, as in «Украин», is many a place's, too.
func (in *inflector) likeSurname(l string) bool {
	if !in.surnameShape(l) {
		return false
	}
	return !manysEnd(l) || in.anchor[l]
}

// isPlural reports whether w is likely a plural form of l, which a name seldom has.
func (in *inflector) isPlural(w, l string, last rune) bool {
	for ending := range in.lists["plural"] {
		if strings.HasSuffix(w, ending) && !strings.HasSuffix(l, ending) {
			return true
		}
	}
	end, _ := utf8.DecodeLastRuneInString(w)
	plurals := map[string]string{"ru": "ыи", "uk": "и", "be": "ыі", "pl": "yi"}[in.code]
	return !isVowel(last) && last != 'ь' && strings.ContainsRune(plurals, end)
}

// certain reports whether the word's ending is one that no dictionary form has.
func (in *inflector) certain(key string) bool {
	for ending := range in.lists["certain"] {
		if strings.HasSuffix(key, ending) && utf8.RuneCountInString(key) > utf8.RuneCountInString(ending)+2 {
			return true
		}
	}
	return false
}

func (x *lexicon) surnameShape(key string) bool {
	for ending := range x.lists["surname"] {
		if stem, ok := strings.CutSuffix(key, ending); ok && utf8.RuneCountInString(stem) > 2 {
			return true
		}
	}
	return false
}

func (in *inflector) formSet(l string) map[string]bool {
	if m, ok := in.forms[l]; ok {
		return m
	}
	m := map[string]bool{}
	for _, w := range formsOf(l, in.code) {
		m[w] = true
	}
	in.forms[l] = m
	return m
}

// restore writes a dictionary form with the letters and capitals of the spelling, as far as both are the same word.
func restore(spelling, lemma, code string) string {
	if keyOf(spelling) == lemma {
		return spelling
	}
	var b strings.Builder
	rest := []rune(lemma)
	upper := 0
	for _, r := range spelling {
		key := []rune(keyOf(string(r)))
		if r == '-' || r == '‑' || r == '–' {
			key = []rune{'-'}
		}
		if len(key) == 0 {
			b.WriteRune(r) // an apostrophe
			continue
		}
		if len(rest) == 0 || key[0] != rest[0] {
			break
		}
		if unicode.IsUpper(r) {
			upper++
		}
		b.WriteRune(r)
		rest = rest[1:]
	}
	if lead, last, ok := strings.Cut(spelling, "-"); ok && isUpper(last) && !strings.Contains(last, "-") { // each part of a compound has its own capitals
		if l, m, ok := strings.Cut(lemma, "-"); ok && !strings.Contains(m, "-") {
			return restore(lead, l, code) + "-" + restore(last, m, code)
		}
	}
	shout := upper > 1 && strings.ToUpper(spelling) == spelling
	before, _ := utf8.DecodeLastRuneInString(b.String())
	for _, r := range rest {
		if code == "be" && r == 'у' && isVowel(unicode.ToLower(before)) {
			r = 'ў'
		}
		if shout {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}
