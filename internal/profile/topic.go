package profile

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// A Scorer says what each of the items scores on a watchlist that has only this profile. Package match knows; it is asked, so that a threshold is
// measured with the scale it will be held against.
type Scorer func(p news.Profile, items []news.Item) ([]float64, error)

// TopicTerms is how many terms a topic has at most, those of a person beside. More add the articles' accidents: thirty found more of the other
// articles of a topic than a hundred did.
const TopicTerms = 30

// ErrFewArticles says that a topic cannot be told from one article's own words.
var ErrFewArticles = errors.New("a topic needs two articles or more, better three to five: its words are those that several of them use")

// BuildTopic makes the profile of a topic from articles on it, or refreshes prior. Its terms are the words that two or more of the articles use, each in
// all its forms, by salience: in how many articles, how often, how rare in news; a name counts more. A language that has one article gives the names that
// articles in other languages have, too. Its threshold is calibrated by leaving out: each article is scored by the terms of the others.
//
// What a person decided in prior stays: a keyword or weight or threshold that is not as the program proposed it, and what was rejected or taken out.
// The result depends on the arguments alone.
func BuildTopic(id string, articles []Article, prior news.Profile, score Scorer) (news.Profile, error) {
	if len(articles) < 2 {
		return news.Profile{}, ErrFewArticles
	}
	t := topic{articles: articles, decided: decide(prior)}
	t.read()
	p := clone(prior)
	p.ID, p.Kind = id, news.Topic
	p.Rejected = t.decided.rejected
	t.write(&p, t.terms(t.all()))
	if len(flat(p.Keywords)) == 0 {
		fault := "no word that says something stands in two of the articles: are they on one topic?"
		if notes := TopicNotes(articles); len(notes) > 0 {
			fault += "\n" + strings.Join(notes, "\n")
		}
		return news.Profile{}, errors.New(fault)
	}
	threshold, err := t.calibrate(p, score)
	if err != nil {
		return news.Profile{}, err
	}
	p.Proposed.Threshold = threshold
	p.Threshold = cmp.Or(t.decided.threshold, threshold)
	return p, nil
}

// A topic is being built.
type topic struct {
	articles     []Article
	items        []news.Item // the articles as the matcher reads them
	vocabularies []vocabulary
	decided      decisions
}

// read gathers the words of the articles, language by language.
func (t *topic) read() {
	l := parseLists(wordsFile)
	byLang := map[string][]Article{}
	for _, a := range t.articles {
		a.Lang = writtenIn(a)
		byLang[a.Lang] = append(byLang[a.Lang], a)
		t.items = append(t.items, news.Item{Title: a.Title, Text: strings.Join(a.paragraphs(l), "\n"), Lang: a.Lang})
	}
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		t.vocabularies = append(t.vocabularies, readVocabulary(lang, byLang[lang], l))
	}
	t.relate()
}

// isTopic reports whether a profile is one of BuildTopic's, which alone counts its terms and remembers what was taken out.
func isTopic(p news.Profile) bool {
	return p.Threshold > 0 || p.Proposed.Threshold > 0 || len(p.Proposed.Keywords) > 0 // also one whose threshold a person took out
}

// writtenIn is the language an article states or is written in, of all that package text knows.
func writtenIn(a Article) string {
	detected := ""
	if a.Lang == "" {
		detected, _ = text.Detect(a.Title + "\n" + a.Text)
	}
	return cmp.Or(a.Lang, detected, "en")
}

func (t *topic) all() map[string]bool {
	out := map[string]bool{}
	for _, a := range t.articles {
		out[a.ID] = true
	}
	return out
}

// A weighted is a term with its language and what it counts.
type weighted struct {
	*topicTerm
	lang   string
	weight float64
}

// nameFactor is how much more the name of somebody or something counts than a word of the same salience.
const nameFactor = 1.5

// terms are the strongest terms of the articles in the set, the strongest first and of weight 1.
func (t *topic) terms(in map[string]bool) []weighted {
	var out []weighted
	for i := range t.vocabularies {
		l := &t.vocabularies[i]
		articles := l.among(in)
		if articles == 0 {
			continue
		}
		for _, x := range l.terms {
			w := x.salience(in, articles)
			if l.single() {
				w = x.borne(in)
			}
			if w > 0 && !t.decided.has(x, l.lang) {
				out = append(out, weighted{x, l.lang, w})
			}
		}
	}
	slices.SortFunc(out, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.lang, b.lang), cmp.Compare(a.text, b.text))
	})
	out = out[:min(len(out), max(0, TopicTerms-t.decided.kept))]
	for i := len(out) - 1; i >= 0; i-- {
		out[i].weight = math.Round(100*out[i].weight/out[0].weight) / 100
	}
	return slices.DeleteFunc(out, func(x weighted) bool { return x.weight < 0.05 })
}

// salience weighs a term by the articles of the set, so many of its language: the share of them that use it, squared, because what all of them
// use is the topic and what two use may be its accident; how often, by its logarithm; how rare it is in news.
func (x *topicTerm) salience(in map[string]bool, articles int) float64 {
	used, often := 0, 0.0
	for a, n := range x.count {
		if in[a] {
			used++
			often += 1 + math.Log(float64(n))
		}
	}
	if used < min(2, articles) || used == 0 {
		return 0
	}
	w := often / float64(articles) * float64(used) / float64(articles) * x.rarity
	if x.name && x.rarity > 0.9 { // those always in the news are no sign of a topic
		w *= nameFactor
	}
	return w
}

// write puts the terms into the profile, behind those that a person keeps there.
func (t *topic) write(p *news.Profile, terms []weighted) {
	p.Keywords, p.Proposed.Keywords = t.decided.keywords()
	p.Seen = nil
	add := func(x *topicTerm, lang, name string) {
		if p.Seen == nil {
			p.Seen = map[string]map[string]int{}
		}
		in := p.Seen[seenKey(lang, name)]
		if in == nil {
			in = map[string]int{}
			p.Seen[seenKey(lang, name)] = in
		}
		for a, n := range x.count {
			in[a] += n
		}
	}
	for _, x := range terms {
		k := keyword(x.text, x.weight)
		p.Keywords[x.lang] = append(p.Keywords[x.lang], k)
		p.Proposed.Keywords[x.lang] = append(p.Proposed.Keywords[x.lang], k)
		add(x.topicTerm, x.lang, x.text)
	}
	for lang, list := range p.Keywords {
		slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(weightOf(b), weightOf(a)) })
		for _, k := range list {
			name, _ := cutWeight(k)
			if p.Seen[seenKey(lang, name)] != nil {
				continue
			}
			for _, l := range t.vocabularies {
				if lang != l.lang && lang != "any" {
					continue
				}
				c := newClaim(name, l.lang)
				if i := slices.IndexFunc(l.terms, c.covers); i >= 0 {
					add(l.terms[i], lang, name)
				}
			}
		}
	}
}

// seenKey is what Seen of a topic calls a term: two languages may have the same one, and each counts its own articles.
func seenKey(lang, word string) string { return lang + ":" + word }

func keyword(word string, weight float64) string {
	if weight == 1 {
		return word
	}
	return word + "^" + strconv.FormatFloat(weight, 'f', -1, 64)
}

// cutWeight splits "word^0.5"; what is no weight is left to the matcher to complain of.
func cutWeight(k string) (string, float64) {
	word, w, ok := strings.Cut(k, "^")
	if !ok {
		return strings.TrimSpace(k), 1
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(w), 64)
	if err != nil {
		return strings.TrimSpace(k), 1
	}
	return strings.TrimSpace(word), weight
}

func weightOf(k string) float64 {
	_, w := cutWeight(k)
	return w
}

func weightIn(p news.Profile) float64 {
	all := 0.0
	for _, list := range p.Keywords {
		for _, k := range list {
			all += weightOf(k)
		}
	}
	return all
}

// The threshold is the share of a topic's weight that an item has to reach: midway between half of what the articles left out reach, and usualShare.
// Five scores are few to go by, and nothing is known of other subjects, so the measured half is drawn towards what separates topics in general: 0.3 to
// 0.55 was best for topics as unlike as a trial, a strike and a negotiation, whether their articles score high or low. But never more than most of
// what an article of the topic reaches itself.
const (
	leftOutShare = 0.5
	usualShare   = 0.4
	mostShare    = 0.8
)

// calibrate returns the threshold: each article is scored by a profile of the others, as a share of all that profile's weight. The one article of a language
// is not left out, for nothing of its language would be left to score it by; where all are such, the usual share is taken of what they reach themselves.
func (t *topic) calibrate(p news.Profile, score Scorer) (float64, error) {
	total, n := 0.0, 0
	for i, a := range t.articles {
		if t.alone(a.ID) {
			continue
		}
		n++
		others := t.all()
		delete(others, a.ID)
		left := news.Profile{ID: p.ID, Kind: p.Kind, Names: p.Names, Context: p.Context, Nested: p.Nested, Threshold: 1}
		t.write(&left, t.terms(others))
		all := weightIn(left)
		if all == 0 {
			continue
		}
		got, err := score(left, t.items[i:i+1])
		if err != nil {
			return 0, err
		}
		total += got[0] / all
	}
	var share float64
	if n > 0 {
		reached := total / float64(n)
		share = min((leftOutShare*reached+usualShare)/2, mostShare*reached)
	} else {
		reached, err := t.reachable(p, score)
		if err != nil {
			return 0, err
		}
		share = usualShare * reached
	}
	threshold := math.Round(100*share*weightIn(p)) / 100
	return max(threshold, 0.01), nil
}

// reachable is the share of the profile's weight that its own articles reach: with terms in several languages, an article in one of them reaches a part.
func (t *topic) reachable(p news.Profile, score Scorer) (float64, error) {
	p.Threshold = 1
	got, err := score(p, t.items)
	if err != nil {
		return 0, err
	}
	total := 0.0
	for _, x := range got {
		total += x
	}
	return min(1, total/float64(len(got))/weightIn(p)), nil
}

// alone reports whether the article is the only one in its language.
func (t *topic) alone(id string) bool {
	return slices.ContainsFunc(t.vocabularies, func(v vocabulary) bool { return v.single() && v.articles[0] == id })
}
