package profile

import (
	"cmp"
	"maps"
	"slices"

	"vestnik/internal/news"
)

// A Proposal is the prior profiles, refreshed, and behind them what the articles name besides.
type Proposal struct {
	Profiles []news.Profile
	Prior    int // how many of Profiles come from the prior; the rest are new, the widest known first
}

// AtLeast drops new profiles that fewer than n articles name. Prior ones stay whatever they are.
func (p Proposal) AtLeast(n int) Proposal {
	kept := slices.Clone(p.Profiles[:p.Prior])
	for _, x := range p.Profiles[p.Prior:] {
		if articles, _ := spread(x); articles >= n {
			kept = append(kept, x)
		}
	}
	return Proposal{kept, p.Prior}
}

// spread returns how many articles show a profile, and how often in all.
func spread(p news.Profile) (articles, mentions int) {
	seen := map[string]bool{}
	for _, counts := range p.Seen {
		for a, n := range counts {
			seen[a] = true
			mentions += n
		}
	}
	return len(seen), mentions
}

// Build proposes profiles from articles. What the prior holds stays as it is: ids, kinds, names, keywords, rejections. A new spelling of a prior
// entity is added to its names, an entity nobody knew becomes a new profile, and a name that any prior profile rejects is never proposed.
// Seen is counted anew for the articles given and kept for others; FromMemory becomes the names no article shows. The prior is not changed.
// The result depends on the arguments alone.
func Build(articles []Article, prior []news.Profile) Proposal {
	articles = slices.Clone(articles)
	lexicons := map[string]*lexicon{"en": newLexicon("en")}
	byLanguage := map[string][]Article{}
	texts := make([][]string, len(articles))
	for i := range articles {
		code := languageOf(articles[i])
		articles[i].Lang = code
		if lexicons[code] == nil {
			lexicons[code] = newLexicon(code)
		}
		texts[i] = articles[i].paragraphs(lexicons[code].lists)
		byLanguage[code] = append(byLanguage[code], articles[i])
	}
	b := builder{keys: newGrouper(lexicons), articles: articles, texts: texts, owner: map[string]int{}, ids: map[string]bool{}}
	b.adopt(prior)
	names := map[string]*name{}
	for _, code := range slices.Sorted(maps.Keys(byLanguage)) {
		for spelling, n := range find(byLanguage[code], lexicons[code]) {
			if known := names[spelling]; known != nil {
				known.absorb(n)
				continue
			}
			names[spelling] = n
		}
	}
	var spellings []string
	var sets [][]string
	for spelling, n := range names {
		if _, owned := b.owner[spelling]; b.rejected[spelling] && !b.buried[spelling] && !owned {
			delete(names, spelling)
			continue
		}
		spellings = append(spellings, spelling)
		sets = append(sets, slices.Sorted(maps.Keys(n.forms)))
	}
	for i, found := range b.count(newCounter(sets)) {
		n := names[spellings[i]]
		n.count = map[string]int{}
		for _, in := range found {
			for article, c := range in {
				n.count[article] += c
			}
		}
	}
	var fresh []news.Profile
	for _, g := range groupNames(names, lexicons) {
		if p, ok := b.place(g); ok {
			fresh = append(fresh, p)
		}
	}
	b.recount(b.profiles)
	b.recount(fresh)
	b.sort(fresh)
	return Proposal{Profiles: append(b.profiles, fresh...), Prior: len(prior)}
}

type builder struct {
	articles []Article
	texts    [][]string
	profiles []news.Profile // copies of the prior
	keys     grouper
	known    []known         // the prior's names, in order
	owner    map[string]int  // spelling → index of the prior profile that has it
	rejected map[string]bool // spellings
	buried   map[string]bool // those of profiles that were rejected whole
	ids      map[string]bool
}

// leadParagraphs is how many paragraphs from the top are an article's lead.
const leadParagraphs = 2

// sort puts the most salient first: those that most articles name; of them those named most often, a mention in a title or a lead counting twice.
func (b *builder) sort(fresh []news.Profile) {
	c := b.counter(fresh)
	for i, a := range b.articles {
		c.readIn(a.ID, a.Title, a.Lang)
		for _, p := range b.texts[i][:min(leadParagraphs, len(b.texts[i]))] {
			c.readIn(a.ID, p, a.Lang)
		}
	}
	type place struct{ articles, mentions int }
	at := map[string]place{}
	for i, x := range fresh {
		articles, mentions := spread(x)
		for _, in := range c.found[i] {
			for _, n := range in {
				mentions += n
			}
		}
		at[x.ID] = place{articles, mentions}
	}
	slices.SortStableFunc(fresh, func(x, y news.Profile) int {
		p, q := at[x.ID], at[y.ID]
		return cmp.Or(cmp.Compare(q.articles, p.articles), cmp.Compare(q.mentions, p.mentions), cmp.Compare(x.ID, y.ID))
	})
}

// counter counts every name of the profiles, in all its forms where its language inflects it.
func (b *builder) counter(profiles []news.Profile) *counter {
	sets := make([][]string, len(profiles))
	for i, p := range profiles {
		sets[i] = flat(p.Names)
	}
	c := newCounter(sets)
	for i, p := range profiles {
		for _, code := range inflected {
			for _, n := range p.Names[code] {
				c.inflect(i, n, code)
			}
		}
	}
	return c
}

func addName(p *news.Profile, n *name) {
	if p.Names == nil {
		p.Names = map[string][]string{}
	}
	for _, lang := range slices.Sorted(maps.Keys(n.langs)) {
		if !slices.Contains(news.Languages, lang) {
			lang = "any"
		}
		if !slices.Contains(p.Names[lang], n.text) {
			p.Names[lang] = append(p.Names[lang], n.text)
		}
	}
}

func (k kindOf) news() news.Kind {
	switch k {
	case person:
		return news.Person
	case body:
		return news.Organisation
	case thing:
		return news.Topic
	}
	return news.Place
}

// recount fills Seen and FromMemory: together they hold every name once.
func (b *builder) recount(profiles []news.Profile) {
	given := map[string]bool{}
	for _, a := range b.articles {
		given[a.ID] = true
	}
	for i, counts := range b.count(b.counter(profiles)) {
		p := &profiles[i]
		if isTopic(*p) {
			continue
		}
		seen := map[string]map[string]int{}
		was := p.FromMemory
		p.FromMemory = nil
		for _, n := range inOrder(was, flat(p.Names)) {
			for article, c := range p.Seen[n] {
				if !given[article] {
					counts.add(n, article, c)
				}
			}
			if len(counts[n]) > 0 {
				seen[n] = counts[n]
			} else {
				p.FromMemory = append(p.FromMemory, n)
			}
		}
		p.Seen = nil
		if len(seen) > 0 {
			p.Seen = seen
		}
	}
}

// inOrder returns the names, those of the list first and as they are there: nothing moves in a file that a person reads.
func inOrder(list, names []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(n string) bool { return !slices.Contains(names, n) })
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// inflected are the languages whose names are counted in every case.
var inflected = []string{"be", "kk", "pl", "ru", "uk"}

func (b *builder) count(c *counter) []counts {
	for i, a := range b.articles {
		for _, p := range b.texts[i] {
			c.readIn(a.ID, p, a.Lang)
		}
	}
	return c.found
}
