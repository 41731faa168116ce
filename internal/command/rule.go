package command

import (
	"strings"

	"vestnik/internal/locale"
	"vestnik/internal/news"
)

// Rule says in words why a form belongs to its term, from news.Hit.Rule: "name ru -ым" is "name, Russian, ending -ым".
// A rule of another make is returned as it is.
func Rule(language, rule string) string {
	loc := locale.For(language)
	words := strings.Fields(rule)
	if len(words) < 2 || !loc.Has("rule."+words[0]) {
		return clip(rule, 100)
	}
	out := loc.Text("rule." + words[0])
	if key := "lang." + words[1]; loc.Has(key) {
		out += ", " + loc.Text(key)
	}
	var stems, endings []string
	for i := 2; i < len(words); i++ {
		switch w := words[i]; {
		case w == "stem" && i+1 < len(words):
			i++
			stems = append(stems, words[i]+"…")
		case strings.HasPrefix(w, "-"):
			endings = append(endings, w)
		default:
			return clip(rule, 100)
		}
	}
	if len(stems) > 0 {
		out += ", " + loc.Text("rule.stem", "n", len(stems), "stems", strings.Join(stems, " "))
	}
	if len(endings) > 0 {
		out += ", " + loc.Text("rule.ending", "n", len(endings), "endings", strings.Join(endings, " "))
	}
	return clip(out, 150)
}

// Evidence says what was found and why it counts: «Токаевым» ← Токаев (name, Russian, ending -ым).
func Evidence(language string, h news.Hit) Line {
	l := Line{{Text: "«"}, {Text: clip(h.Surface, 80), Bold: true}, {Text: "»"}}
	if h.Term != "" && h.Term != h.Surface {
		l = append(l, Span{Text: " ← " + clip(h.Term, 80)})
	}
	if h.Rule != "" {
		l = append(l, Span{Text: " (" + Rule(language, h.Rule) + ")"})
	}
	return l
}
