package match

import (
	"fmt"
	"maps"
	"slices"

	"vestnik/internal/news"
	"vestnik/internal/query"
	"vestnik/internal/text"
)

// Warnings are what watchlists, and the profiles that they use, say that may not be meant: keywords of one or two letters, names that are ordinary
// words, and regular expressions, which mean nothing here. Their paths are those of faults; the configuration is good all the same.
func Warnings(profiles []news.Profile, watchlists []news.Watchlist) news.Faults {
	var w warner
	used := map[string]bool{}
	for _, l := range watchlists {
		for _, id := range Uses(l) {
			used[id] = true
		}
	}
	for i, p := range profiles {
		if used[p.ID] {
			w.profile(fmt.Sprintf("profiles[%d]", i), p)
		}
	}
	for i, l := range watchlists {
		w.watchlist(fmt.Sprintf("watchlists[%d]", i), l)
	}
	return w.list
}

type warner struct{ list news.Faults }

func (w *warner) warn(path, format string, args ...any) {
	w.list = append(w.list, news.Fault{Path: path, Msg: fmt.Sprintf(format, args...)})
}

func (w *warner) profile(path string, p news.Profile) {
	each(path+".names", p.Names, func(path, lang, s string) {
		if !w.pattern(path, s, false) && len(p.Context.Near) == 0 && !(p.Kind == news.Person && hasFullName(p)) {
			w.common(path, lang, s, "give the profile context: {near: […]}, or list a longer name")
		}
	})
	each(path+".keywords", p.Keywords, w.keyword)
	for _, c := range []struct {
		name    string
		phrases []string
	}{{"near", p.Context.Near}, {"not_near", p.Context.NotNear}, {"not_in", p.Context.NotIn}} {
		for i, s := range c.phrases {
			w.pattern(fmt.Sprintf("%s.context.%s[%d]", path, c.name, i), s, false)
		}
	}
}

func (w *warner) watchlist(path string, l news.Watchlist) {
	each(path+".names", l.Names, func(path, lang, s string) {
		if !w.pattern(path, s, false) {
			w.common(path, lang, s, "list a longer name, or ask for more in a query: "+s+" NEAR/10 …")
		}
	})
	each(path+".keywords", l.Keywords, w.keyword)
	for i, s := range l.Exclude {
		w.pattern(fmt.Sprintf("%s.exclude[%d]", path, i), s, false)
	}
	root, err := query.Parse(l.Query)
	if err != nil {
		return // none, or a fault
	}
	query.Walk(root, func(n query.Node) {
		t, ok := n.(query.Term)
		switch {
		case !ok:
		case t.Kind == query.Phrase || t.Kind == query.Exact:
			_ = w.pattern(path+".query", t.Text, false) || t.Kind == query.Phrase && w.short(path+".query", t.Text)
		case t.Kind == query.Word:
			w.short(path+".query", t.Text)
		}
	})
}

func each(path string, byLang map[string][]string, do func(path, lang, s string)) {
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		for i, s := range byLang[lang] {
			do(fmt.Sprintf("%s.%s[%d]", path, lang, i), lang, s)
		}
	}
}

func (w *warner) keyword(path, _, s string) {
	word, _, err := parseWeight(s)
	if err != nil || w.pattern(path, s, true) {
		return
	}
	if m, bare := modeOf(word, roleKeyword); m == stemmed || m == literal {
		w.short(path, bare)
	}
}

// short warns of a word, or words, of fewer than three letters that are found in capitals and small letters alike.
func (w *warner) short(path, s string) bool {
	letters, runes := 0, 0
	for x := range text.Words(s) {
		letters, runes = letters+x.Letters, runes+x.Runes
	}
	if letters == 0 || letters > 2 || runes == 1 { // no letters, or a single one, is a fault
		return false
	}
	w.warn(path, "%q is short, and is found in small letters too: write %q to have it as it is written", s, "="+s)
	return true
}

// common warns of a name that is an ordinary word. An acronym is not: it is found in capitals alone.
func (w *warner) common(path, lang, s, remedy string) {
	words := slices.Collect(text.Words(s))
	if len(words) != 1 || isAcronym(s, words) {
		return
	}
	if lang == "any" {
		lang = ""
	}
	if text.IsCommonWord(words[0].Hash, lang) {
		w.warn(path, "%q is an ordinary word as well, and is found wherever that stands with a capital, at the beginning of a sentence too: %s", s, remedy)
	}
}

// hasFullName reports whether a person has a name of several words: a surname that is an ordinary word then counts only where that name stands too.
func hasFullName(p news.Profile) bool {
	for _, names := range p.Names {
		for _, s := range names {
			if words := slices.Collect(text.Words(s)); len(words) > 1 {
				return true
			}
		}
	}
	return false
}
