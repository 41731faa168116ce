package match

import (
	"fmt"
	"slices"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// maxPhrases bounds the forms a name of several words is spelled out in: beyond it the words on the right stand as written.
const maxPhrases = 1000

// Expand turns what a person searches for into folded forms for the full-text index: a name of a profile becomes every form of every name of
// that profile ("Lukashenko" finds «Лукашэнкі»), another word its own forms, and "…" stays as it is written. Case does not matter.
// The error says what a query needs.
func (m *Matcher) Expand(query string) (news.Query, error) {
	var q news.Query
	for i, part := range strings.Split(straightQuotes(query), `"`) {
		if i%2 == 1 {
			if p := asWritten(part); len(p) > 0 {
				q.All = append(q.All, news.Group{p})
			}
			continue
		}
		q.All = append(q.All, m.expandWords(part)...)
	}
	if q.Empty() {
		return q, fmt.Errorf("%q has no word to search for", query)
	}
	return q, nil
}

func straightQuotes(s string) string {
	return strings.NewReplacer("«", `"`, "»", `"`, "“", `"`, "”", `"`, "„", `"`).Replace(s)
}

func asWritten(s string) news.Phrase { return strings.Fields(text.FoldText(s)) }

// expandWords looks for names in s as if it were written in capitals: who searches does not mind case.
func (m *Matcher) expandWords(s string) []news.Group {
	sc := m.pool.get(&news.Item{Title: strings.ToUpper(s)})
	defer m.pool.put(sc)
	sc.anyCase = true
	m.scan(sc)
	var out []news.Group
	words := slices.Collect(text.Words(s))
	for i := 0; i < len(words); {
		if f, ok := m.nameAt(sc, i); ok && len(words) == len(sc.words) {
			out = append(out, m.formsOf(f.term))
			i = f.to + 1
			continue
		}
		out = append(out, wordForms(s[words[i].Start:words[i].End]))
		i++
	}
	return out
}

// nameAt returns the longest name that begins with word i.
func (m *Matcher) nameAt(sc *scratch, i int) (best found, ok bool) {
	for _, f := range sc.all {
		if f.from == i && !f.weak && m.terms[f.term].role == roleName && (!ok || f.to > best.to) {
			best, ok = f, true
		}
	}
	return best, ok
}

// formsOf returns every form of every name of the term's profile, or of the term alone when it is a watchlist's own.
func (m *Matcher) formsOf(id int32) news.Group {
	seen := map[string]bool{}
	var out news.Group
	for t := range m.terms {
		if m.terms[t].role != roleName || int32(t) != id && (m.terms[id].profile < 0 || m.terms[t].profile != m.terms[id].profile) {
			continue
		}
		for _, r := range m.rows(int32(t)) {
			if r.alone != nil {
				r.lexemes = r.alone // stands in the full name as well
			}
			for _, phrase := range m.phrases(r.lexemes) {
				if key := strings.Join(phrase, " "); !seen[key] && len(out) < maxForms {
					seen[key] = true
					out = append(out, phrase)
				}
			}
		}
	}
	return out
}

// phrases spells out words in a row, in each reading at most maxPhrases times.
func (m *Matcher) phrases(lexemes []int32) []news.Phrase {
	var all []news.Phrase
	for _, r := range m.lexemes[lexemes[0]].readings {
		out := []news.Phrase{{}}
		for _, id := range lexemes {
			forms := m.lexemes[id].forms(r)
			if len(out)*len(forms) > maxPhrases && len(lexemes) > 1 {
				forms = forms[:min(1, len(forms))]
			}
			next := make([]news.Phrase, 0, len(out)*len(forms))
			for _, head := range out {
				for _, f := range forms {
					next = append(next, append(head[:len(head):len(head)], f))
				}
			}
			out = next
		}
		all = append(all, out...)
	}
	return all
}

// maxForms bounds the forms of one word that is searched for.
const maxForms = 2000

// wordForms returns the forms of a word that no profile knows, in every language of its script. The word itself may be any form: it is led back to the
// dictionary forms it can be of, and their forms are taken.
func wordForms(word string) news.Group {
	seen := map[string]bool{}
	var out news.Group
	for _, lang := range languagesOf(word) {
		for _, lemma := range append([]string{word}, text.Lemmas(word, lang)...) {
			for _, f := range text.Forms(lemma, lang) {
				if !seen[f.Fold] && len(out) < maxForms {
					seen[f.Fold] = true
					out = append(out, news.Phrase{f.Fold})
				}
			}
		}
	}
	return out
}
