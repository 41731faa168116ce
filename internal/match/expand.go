package match

import (
	"fmt"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// maxPhrases bounds the forms a name of several words is spelled out in: beyond it the words on the right stand as written.
const maxPhrases = 200

// Expand turns what a person searches for into folded forms for the full-text index: a name of a profile becomes every form of every name of
// that profile ("Lukashenko" finds «Лукашэнкі»), another word its own forms, and "…" stays as it is written. Case does not matter.
// The error says what a query needs.
func (m *Matcher) Expand(query string) (news.Query, error) {
	var q news.Query
	for i, part := range strings.Split(straightQuotes(query), `"`) {
		if i%2 == 1 {
			if p := exact(part); len(p) > 0 {
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

func exact(s string) news.Phrase { return strings.Fields(text.FoldText(s)) }

func (m *Matcher) expandWords(s string) []news.Group {
	var tokens []token
	for w := range text.Words(s) {
		tokens = append(tokens, token{Word: w, refs: m.forms[w.Hash]})
	}
	var out []news.Group
	for i := 0; i < len(tokens); {
		if id, n := m.nameAt(tokens[i:]); n > 0 {
			out = append(out, m.formsOf(id))
			i += n
			continue
		}
		w := tokens[i]
		out = append(out, wordForms(s[w.Start:w.End]))
		i++
	}
	return out
}

// nameAt returns the longest name that begins the tokens, and how many of them it takes.
func (m *Matcher) nameAt(tokens []token) (id int32, n int) {
	for _, r := range tokens[0].refs {
		for _, p := range m.lexemes[r.lexeme].patterns {
			pat := &m.patterns[p]
			if m.terms[pat.term].role == roleName && len(pat.lexemes) > n && len(pat.lexemes) <= len(tokens) && follows(pat, tokens) {
				id, n = pat.term, len(pat.lexemes)
			}
		}
	}
	return id, n
}

// formsOf returns every form of every name of the term's profile, or of the term alone when it is a watchlist's own.
func (m *Matcher) formsOf(id int32) news.Group {
	same := func(t int32) bool {
		if p := m.terms[id].profile; p >= 0 {
			return m.terms[t].profile == p && m.terms[t].role == roleName
		}
		return t == id
	}
	seen := map[string]bool{}
	var out news.Group
	for _, p := range m.patterns {
		if !same(p.term) {
			continue
		}
		for _, phrase := range m.phrases(p) {
			if key := strings.Join(phrase, " "); !seen[key] {
				seen[key] = true
				out = append(out, phrase)
			}
		}
	}
	return out
}

// phrases spells out a pattern, at most maxPhrases times.
func (m *Matcher) phrases(p pattern) []news.Phrase {
	out := []news.Phrase{{}}
	for _, id := range p.lexemes {
		forms := m.lexemes[id].forms()
		if len(out)*len(forms) > maxPhrases && len(p.lexemes) > 1 {
			forms = forms[:1]
		}
		next := make([]news.Phrase, 0, len(out)*len(forms))
		for _, head := range out {
			for _, f := range forms {
				next = append(next, append(head[:len(head):len(head)], f))
			}
		}
		out = next
	}
	return out
}

// maxForms bounds the forms of one word that is searched for.
const maxForms = 2000

// wordForms returns the forms of a word that no profile knows, in every language of its script. The word itself may be any form: it is led back to the
// dictionary forms it can be of, and their forms are taken.
func wordForms(word string) news.Group {
	seen := map[string]bool{}
	var out news.Group
	for _, lang := range languagesFor(word, "any") {
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
