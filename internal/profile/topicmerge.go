package profile

import (
	"maps"
	"slices"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// decisions are what a person decided of a topic.
type decisions struct {
	own       map[string][]string // keywords that were added or given another weight, as they stand in the file
	proposed  map[string][]string // what the program had proposed for those
	rejected  map[string][]string
	threshold float64 // 0: the program's
	kept      int     // how many keywords stay

	claims map[string][]claim // by language: own and rejected keywords
}

// decide compares the profile with what was proposed: what is the same is the program's to change.
func decide(prior news.Profile) decisions {
	d := decisions{own: map[string][]string{}, proposed: map[string][]string{}, rejected: clone(prior).Rejected, claims: map[string][]claim{}}
	if prior.Threshold != prior.Proposed.Threshold {
		d.threshold = prior.Threshold
	}
	for lang, list := range prior.Keywords {
		for _, k := range list {
			if slices.Contains(prior.Proposed.Keywords[lang], k) {
				continue
			}
			d.own[lang] = append(d.own[lang], k)
			d.kept++
			if was := sameWord(prior.Proposed.Keywords[lang], k); was != "" {
				d.proposed[lang] = append(d.proposed[lang], was)
			}
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(prior.Proposed.Keywords)) {
		for _, was := range prior.Proposed.Keywords[lang] {
			word, _ := cutWeight(was)
			if sameWord(prior.Keywords[lang], was) == "" && !slices.Contains(d.rejected[lang], word) {
				if d.rejected == nil {
					d.rejected = map[string][]string{}
				}
				d.rejected[lang] = append(d.rejected[lang], word)
			}
		}
	}
	return d
}

// sameWord returns the keyword of the list that has the word of k, whatever their weights.
func sameWord(list []string, k string) string {
	word, _ := cutWeight(k)
	for _, x := range list {
		if w, _ := cutWeight(x); w == word {
			return x
		}
	}
	return ""
}

// keywords begins the lists of a profile with what stays: the keywords themselves, and what was proposed for them.
func (d *decisions) keywords() (own, proposed map[string][]string) {
	p := clone(news.Profile{Keywords: d.own, Rejected: d.proposed})
	return p.Keywords, p.Rejected
}

// has reports whether a person decided about the word already.
func (d *decisions) has(x *topicTerm, lang string) bool {
	claims, ok := d.claims[lang]
	if !ok {
		for _, lists := range []map[string][]string{d.own, d.rejected} {
			for _, k := range slices.Concat(lists[lang], lists["any"]) {
				word, _ := cutWeight(k)
				claims = append(claims, newClaim(word, lang))
			}
		}
		d.claims[lang] = claims
	}
	return slices.ContainsFunc(claims, func(c claim) bool { return c.covers(x) })
}

// A claim is a keyword as it is compared with terms.
type claim struct {
	word, lang string
	fold, stem string
	prefix     bool
	forms      map[string]bool
}

func newClaim(word, lang string) claim {
	bare := strings.Trim(strings.TrimPrefix(word, "="), `"«»“”„`)
	c := claim{word: word, lang: lang}
	bare, c.prefix = strings.CutSuffix(bare, "*")
	c.fold = text.Fold(bare)
	if !c.prefix {
		c.stem, c.forms = text.Stem(c.fold, lang), formSet(bare, lang)
	}
	return c
}

// covers reports whether the keyword finds the term.
func (c claim) covers(x *topicTerm) bool {
	if c.word == x.text {
		return true
	}
	for f := range x.forms {
		f = text.Fold(f)
		if c.forms[f] || f == c.fold || c.prefix && strings.HasPrefix(f, c.fold) || c.stem != "" && text.Stem(f, c.lang) == c.stem {
			return true
		}
	}
	return false
}
