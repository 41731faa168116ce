package command

import (
	"slices"
	"strings"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// Rule says in words why a form belongs to its term, from news.Hit.Rule: "name ru -ым" is "name, Russian, ending -ым". A rule is a role, the
// language of the term, and for each word that differs from the term's how it does: "-ым" an ending, "pl -em" one of another language, "→uk" the
// whole word as that language's newspapers spell it, "→" as those of several do, "stem protest", "prefix integr". A rule of another make is returned as it is.
func Rule(language, rule string) string {
	loc := locale.For(language)
	words := strings.Fields(rule)
	if len(words) < 2 || !loc.Has("rule."+words[0]) {
		return clip(rule, 100)
	}
	parts := []string{loc.Text("rule." + words[0])}
	if key := "lang." + words[1]; loc.Has(key) {
		parts = append(parts, loc.Text(key))
	}
	d, ok := readDifferences(loc, words[2:])
	if !ok {
		return clip(rule, 100)
	}
	return clip(strings.Join(append(parts, d.say(loc)...), ", "), 150)
}

// differences are how the words of a hit differ from those of its term.
type differences struct {
	stems, prefixes, endings []string
	foreign                  []ending // endings of other languages, in the order met
	spelled                  []string // languages whose spelling it is, each once
	bare                     bool     // a word has lost its ending
	elsewhere                bool     // a word is spelled as in several languages
}

// An ending of a language other than the term's.
type ending struct{ lang, text string }

// readDifferences reads the words of a rule behind its language; false when one of them is not known.
func readDifferences(loc *locale.Language, words []string) (d differences, ok bool) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch to, respelled := strings.CutPrefix(w, "→"); {
		case respelled && loc.Has("as."+to):
			if !slices.Contains(d.spelled, to) {
				d.spelled = append(d.spelled, to)
			}
			continue
		case w == "→":
			d.elsewhere = true
			continue
		case w == "-":
			d.bare = true
			continue
		case strings.HasPrefix(w, "-"):
			d.endings = append(d.endings, w)
			continue
		case next == "":
			return d, false
		case w == "stem":
			d.stems = append(d.stems, next+"…")
		case w == "prefix":
			d.prefixes = append(d.prefixes, next+"…")
		case next == "-" && loc.Has("as."+w):
			d.bare = true
		case strings.HasPrefix(next, "-") && loc.Has("as."+w):
			d.foreign = append(d.foreign, ending{w, next})
		default:
			return d, false
		}
		i++
	}
	return d, true
}

// say puts each kind of difference into words.
func (d differences) say(loc *locale.Language) (parts []string) {
	if n := len(d.stems); n > 0 {
		parts = append(parts, loc.Text("rule.stem", "n", n, "stems", strings.Join(d.stems, " ")))
	}
	if n := len(d.prefixes); n > 0 {
		parts = append(parts, loc.Text("rule.prefix", "n", n, "prefixes", strings.Join(d.prefixes, " ")))
	}
	if n := len(d.endings); n > 0 {
		parts = append(parts, loc.Text("rule.ending", "n", n, "endings", strings.Join(d.endings, " ")))
	}
	for rest := d.foreign; len(rest) > 0; {
		lang, same := rest[0].lang, []string(nil)
		rest = slices.DeleteFunc(slices.Clone(rest), func(e ending) bool {
			if e.lang == lang {
				same = append(same, e.text)
			}
			return e.lang == lang
		})
		parts = append(parts, loc.Text("rule.ending-of", "n", len(same), "endings", strings.Join(same, " "), "as", loc.Text("as."+lang)))
	}
	if d.bare {
		parts = append(parts, loc.Text("rule.bare"))
	}
	for _, lang := range d.spelled {
		parts = append(parts, loc.Text("rule.spelled", "as", loc.Text("as."+lang)))
	}
	if d.elsewhere {
		parts = append(parts, loc.Text("rule.elsewhere"))
	}
	return parts
}

// Reason is [Rule] for a hit. One that reads as its term does has no ending and no spelling to tell of, in whatever language it was looked up first.
func Reason(language string, h news.Hit) string {
	rule := h.Rule
	if words := strings.Fields(rule); len(words) > 2 && h.Surface == h.Term && !slices.Contains(words, "stem") && !slices.Contains(words, "prefix") {
		rule = words[0] + " " + words[1]
	}
	return Rule(language, rule)
}

// Evidence says what was found and why it counts: «Токаевым» ← Токаев (name, Russian, ending -ым).
func Evidence(language string, h news.Hit) Line {
	l := Line{{Text: "«"}, {Text: clip(h.Surface, 80), Bold: true}, {Text: "»"}}
	if h.Term != "" && h.Term != h.Surface {
		l = append(l, Span{Text: " ← " + clip(h.Term, 80)})
	}
	if h.Rule != "" {
		l = append(l, Span{Text: " (" + Reason(language, h) + ")"})
	}
	return l
}
