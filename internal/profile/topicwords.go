package profile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"vestnik/internal/text"
)

// A vocabulary is the words of articles in one language, forms of one word together.
type vocabulary struct {
	lang     string
	articles []string // ids
	terms    []*topicTerm
}

// A topicTerm is a word that may become a term of a topic: all its forms in the articles.
type topicTerm struct {
	text   string         // as the profile writes it: a dictionary form, or "=ЕС" for an acronym
	forms  map[string]int // folded, or as written for an acronym → how often
	count  map[string]int // article → how often
	rarity float64
	name   bool
	kin    []kin // of a name in a language with one article: the same name in others
}

// A wordForm is one form of a word as the articles have it.
type wordForm struct {
	fold    string
	shapes  map[string]int // as written → how often, sentence starts left out where there is anything else
	starts  map[string]int // as written where a sentence begins
	count   map[string]int // article → how often
	rarity  float64
	acronym bool
}

func (w *wordForm) total() int { return sum(w.count) }

func sum(m map[string]int) int {
	n := 0
	for _, c := range m {
		n += c
	}
	return n
}

// leastLetters is how long a word must be to become a term; acronyms may have two letters.
const leastLetters = 3

// readVocabulary reads articles of one language.
func readVocabulary(lang string, articles []Article, l lists) vocabulary {
	common := commonWords(lang)
	forms := map[string]*wordForm{}
	out := vocabulary{lang: lang}
	for _, a := range articles {
		out.articles = append(out.articles, a.ID)
		for _, p := range a.topicParagraphs(l) {
			readForms(forms, a.ID, p, &common)
		}
	}
	group := byLemma
	if text.HasStemmer(lang) {
		group = byStem
	}
	var plain []*wordForm
	for _, key := range slices.Sorted(maps.Keys(forms)) {
		if f := forms[key]; f.acronym {
			out.terms = append(out.terms, newTopicTerm("="+f.fold, []*wordForm{f}))
		} else {
			plain = append(plain, f)
		}
	}
	out.terms = append(out.terms, group(plain, lang)...)
	if lang == "de" {
		for _, t := range out.terms {
			t.name = strings.HasPrefix(t.text, "=") // every noun has a capital
		}
	}
	return out
}

// topicParagraphs are those of the article, the title first.
func (a Article) topicParagraphs(l lists) []string {
	out := a.paragraphs(l)
	if a.Title != "" {
		out = slices.Insert(out, 0, a.Title)
	}
	return out
}

func readForms(forms map[string]*wordForm, article, p string, common *commonness) {
	words := slices.Collect(text.Words(p))
	capitals := 0
	for _, w := range words {
		if w.Letters > 1 && w.Caps == w.Letters {
			capitals++
		}
	}
	shouted := len(words) > 2 && capitals*2 > len(words) // a headline in capitals, in which they say nothing
	for i, w := range words {
		s := p[w.Start:w.End]
		if w.Letters < w.Runes || w.Runes < 2 {
			continue
		}
		if shouted {
			s = strings.ToLower(s)
		}
		acronym := text.IsAcronym(s)
		if w.Runes < leastLetters && !acronym {
			continue
		}
		fold := text.Fold(s)
		r := common.rarity(s, fold)
		if r == 0 {
			continue
		}
		key := fold
		if acronym {
			key, fold = "="+s, s
		}
		f := forms[key]
		if f == nil {
			f = &wordForm{fold: fold, shapes: map[string]int{}, starts: map[string]int{}, count: map[string]int{}, rarity: r, acronym: acronym}
			forms[key] = f
		}
		f.count[article]++
		if first := i == 0 || w.Gap == text.GapDot || w.Gap == text.GapSentence; first || shouted {
			f.starts[s]++
		} else {
			f.shapes[s]++
		}
	}
}

// written is the form as the articles write it, where no sentence begins if they do.
func (w *wordForm) written() string {
	shapes := w.shapes
	if len(shapes) == 0 {
		shapes = w.starts
	}
	best := ""
	for _, s := range slices.Sorted(maps.Keys(shapes)) {
		if best == "" || shapes[s] > shapes[best] {
			best = s
		}
	}
	return best
}

func newTopicTerm(name string, forms []*wordForm) *topicTerm {
	t := &topicTerm{text: name, forms: map[string]int{}, count: map[string]int{}}
	upper, lower, total := 0, 0, 0
	for _, f := range forms {
		n := f.total()
		total += n
		t.forms[f.fold] += n
		t.rarity += f.rarity * float64(n)
		for a, c := range f.count {
			t.count[a] += c
		}
		for s, c := range f.shapes {
			if isUpper(s) {
				upper += c
			} else {
				lower += c
			}
		}
	}
	t.rarity /= float64(total)
	t.name = upper > 2*lower
	if t.name && !strings.HasPrefix(name, "=") {
		t.text = capital(name)
	} else if upper <= lower {
		t.text = strings.ToLower(name)
	}
	return t
}

// byStem groups the forms that have one Snowball stem.
func byStem(forms []*wordForm, lang string) []*topicTerm {
	groups := map[string][]*wordForm{}
	for _, f := range forms {
		stem := text.Stem(f.fold, lang)
		groups[stem] = append(groups[stem], f)
	}
	var out []*topicTerm
	for _, stem := range slices.Sorted(maps.Keys(groups)) {
		g := groups[stem]
		out = append(out, newTopicTerm(dictionaryForm(g, lang), g))
	}
	return out
}

// dictionaryForm is the one of the forms that most of the others are forms of, by their number in the articles; of equals the more frequent, the shorter.
func dictionaryForm(forms []*wordForm, lang string) string {
	var best *wordForm
	bestCovers := -1
	for _, f := range forms {
		made := formSet(f.fold, lang)
		covers := 0
		for _, g := range forms {
			if made[g.fold] {
				covers += g.total()
			}
		}
		if c := cmp.Or(cmp.Compare(covers, bestCovers), betterForm(f, best)); c > 0 {
			best, bestCovers = f, covers
		}
	}
	return best.written()
}

// betterForm compares two forms that explain the same others: the shorter one is rather the dictionary's, unless it is rare beside the other, as a
// genitive plural without an ending is.
func betterForm(f, than *wordForm) int {
	switch {
	case than == nil:
		return 1
	case len(f.fold) < len(than.fold) && 3*f.total() >= than.total():
		return 1
	case len(f.fold) > len(than.fold) && 3*than.total() >= f.total():
		return -1
	}
	return cmp.Or(cmp.Compare(f.total(), than.total()), cmp.Compare(than.fold, f.fold))
}

func formSet(word, lang string) map[string]bool {
	out := map[string]bool{}
	for _, f := range text.Forms(word, lang) {
		out[f.Fold] = true
	}
	return out
}

// A lemmaGuess is a dictionary form that forms in the articles may be of.
type lemmaGuess struct {
	lemma  string
	covers []*wordForm
	weight int // how often the articles have what it covers
	shared int // bytes that it begins with like those
}

// name reports whether all that it covers is written with a capital.
func (g lemmaGuess) name() bool {
	return !slices.ContainsFunc(g.covers, func(w *wordForm) bool { return !isUpper(w.written()) })
}

// byLemma groups forms under the dictionary forms that the language's endings allow. The rules know no dictionary, so the guess that explains most of
// what the articles have is taken first, then the best for what is left.
func byLemma(forms []*wordForm, lang string) []*topicTerm {
	byFold := map[string]*wordForm{}
	guessed := map[string]int{} // lemma → how many forms may be of it
	for _, f := range forms {
		byFold[f.fold] = f
		guessed[f.fold]++
		for _, l := range text.Lemmas(f.fold, lang) {
			guessed[l]++
		}
	}
	var candidates []lemmaGuess
	for _, l := range slices.Sorted(maps.Keys(guessed)) {
		if guessed[l] < 2 && byFold[l] == nil {
			continue
		}
		c := lemmaGuess{lemma: l}
		for _, f := range text.Forms(l, lang) {
			if w := byFold[f.Fold]; w != nil {
				c.covers = append(c.covers, w)
				c.weight += w.total()
				c.shared += w.total() * sharedBytes(l, f.Fold)
			}
		}
		if len(c.covers) > 0 {
			candidates = append(candidates, c)
		}
	}
	slices.SortFunc(candidates, func(a, b lemmaGuess) int {
		x, y := byFold[a.lemma], byFold[b.lemma]
		if a.weight == b.weight && x != nil && y != nil {
			return betterForm(y, x)
		}
		longer := cmp.Compare(len(b.lemma), len(a.lemma)) // of a word rather robota than robot
		if a.name() && b.name() {
			longer = -longer // of a name rather Putin than Putino
		}
		return cmp.Or(cmp.Compare(b.weight, a.weight), attested(y)-attested(x), cmp.Compare(b.shared, a.shared), longer, cmp.Compare(a.lemma, b.lemma))
	})
	var out []*topicTerm
	for _, c := range candidates {
		var left []*wordForm
		for _, w := range c.covers {
			if byFold[w.fold] != nil {
				left = append(left, w)
			}
		}
		if len(left) == 0 || len(left) < len(c.covers) && len(left) < 2 && byFold[c.lemma] == nil {
			continue
		}
		name := c.lemma
		if w := byFold[c.lemma]; w != nil {
			name = w.written()
		}
		for _, w := range left {
			delete(byFold, w.fold)
		}
		out = append(out, newTopicTerm(name, left))
	}
	for _, fold := range slices.Sorted(maps.Keys(byFold)) {
		w := byFold[fold]
		out = append(out, newTopicTerm(w.written(), []*wordForm{w}))
	}
	slices.SortFunc(out, func(a, b *topicTerm) int { return cmp.Compare(a.text, b.text) })
	return out
}

func attested(w *wordForm) int {
	if w != nil {
		return 1
	}
	return 0
}

// sharedBytes returns how many bytes a and b begin with alike.
func sharedBytes(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
