package match

import (
	"slices"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// The languages in whose forms a name is looked for, by script. The order is that of preference when a name has to be respelled from another
// language: a neighbour's spelling is nearer than a guess across scripts.
var (
	cyrillic = []string{"ru", "uk", "be", "bg", "kk"}
	latin    = []string{"en", "pl", "de", "fr", "cs"}
)

// anyReadings are the readings of a term that is of no language: those of its script.
func (c *compiler) anyReadings(s string) []reading { return c.plainReadings(s, "any") }

// plainReadings are the readings of a term as it is written.
func (c *compiler) plainReadings(s, lang string) []reading {
	key := lang
	langs := []string{lang}
	if lang == "any" {
		langs, key = languagesOf(s), sourceOf(s, lang)
	}
	out, ok := c.sources[key]
	if !ok {
		for _, l := range langs {
			out = append(out, reading{lang: l})
		}
		c.sources[key] = out
	}
	return out
}

// languagesOf returns the languages of the script that s is written in.
func languagesOf(s string) []string {
	if cyr, _ := text.Scripts(s); cyr {
		return cyrillic
	}
	return latin
}

// A namer knows in which languages a profile's names stand and which have to be made from them.
type namer struct {
	c    *compiler
	kind news.Kind
	made map[string][]reading // source (a language, or "any" with a script) → its readings
}

// newNamer decides for each language the profile has no name in from which of its names one is made: the first there is of the same script, a
// known language before "any", else of the other script; in Latin letters from both.
func (c *compiler) newNamer(p news.Profile) *namer {
	n := &namer{c: c, kind: p.Kind, made: map[string][]reading{}}
	has := map[string]bool{}
	for lang, names := range p.Names {
		for _, s := range names {
			source := sourceOf(s, lang)
			if n.made[source] == nil {
				n.made[source] = n.own(source)
			}
			has[source] = has[source] || n.respells(s)
			if p.Kind == news.Person && n.respells(s) {
				n.add(source, reading{lang: source, respelled: true}) // Мэй and Мей
			}
		}
	}
	for _, target := range slices.Concat(cyrillic, latin, []string{"tr", "kk-latn", "be-latn"}) {
		if has[target] {
			continue
		}
		cyr, lat := first(sourcesCyrillic, has), first(sourcesLatin, has)
		if has[target[:2]] {
			cyr = target[:2] // Kazakh and Belarusian in Latin letters are made of Kazakh and Belarusian
		}
		own, other := cyr, lat
		if !slices.Contains(cyrillic, target) {
			own, other = lat, cyr
		}
		if own != "" {
			if len(target) == 2 {
				n.add(own, reading{lang: target})
			}
			n.add(own, reading{lang: target, respelled: true})
		}
		// A Polish Tokajew is not made of an English Tokayev but of Токаев.
		if other != "" && (own == "" || own == lat) {
			n.add(other, reading{lang: target, respelled: true})
		}
	}
	return n
}

// first is the first of the sources that there is, "" when there is none.
func first(sources []string, has map[string]bool) string {
	if i := slices.IndexFunc(sources, func(s string) bool { return has[s] }); i >= 0 {
		return sources[i]
	}
	return ""
}

func (n *namer) add(source string, r reading) {
	if !slices.Contains(n.made[source], r) {
		n.made[source] = append(n.made[source], r)
	}
}

// sourceOf is the source that a name of the language belongs to. A name in a script that is not the language's ("Brexit" among Russian names) is of
// no known language.
func sourceOf(s, lang string) string {
	cyr, _ := text.Scripts(s)
	switch {
	case lang != "any" && cyr == slices.Contains(cyrillic, lang):
		return lang
	case cyr:
		return "any cyrillic"
	}
	return "any latin"
}

// own are the readings of a source's names as they are written.
func (n *namer) own(source string) []reading {
	switch source {
	case "any cyrillic":
		return slices.Clone(n.c.plainReadings("я", "any"))
	case "any latin":
		return slices.Clone(n.c.plainReadings("z", "any"))
	}
	return []reading{{lang: source}}
}

// The sources of each script, in order of preference.
var (
	sourcesCyrillic = slices.Concat(cyrillic, []string{"any cyrillic"})
	sourcesLatin    = slices.Concat(latin, []string{"any latin"})
)

// respells reports whether a name is spelled by sound in other languages: those of persons and places are, and single words (Gazprom, Brexit). The
// words of other names are translated, and acronyms are what they are.
func (n *namer) respells(s string) bool {
	words := slices.Collect(text.Words(s))
	return !isAcronym(s, words) && (len(words) == 1 || n.kind == news.Person || n.kind == news.Place)
}

// readings are those of one name.
func (n *namer) readings(s, lang string) []reading {
	source := sourceOf(s, lang)
	if !n.respells(s) {
		return n.own(source)
	}
	return n.made[source]
}
