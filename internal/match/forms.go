package match

import (
	"slices"

	"vestnik/internal/text"
)

// A TermForms is one term of a profile with the forms of each of its words.
type TermForms struct {
	Term  string
	Lang  string     // the language whose forms these are
	Words [][]string // for each word its folded forms, the word itself first; a stem ends with "…"
}

// Forms returns every form in which the names and keywords of a profile are found, in the order the profile lists them; nil for an unknown profile.
func (m *Matcher) Forms(profileID string) []TermForms {
	i := slices.IndexFunc(m.profiles, func(p profile) bool { return p.id == profileID })
	if i < 0 {
		return nil
	}
	var out []TermForms
	for _, p := range m.patterns {
		t := &m.terms[p.term]
		if t.profile != int32(i) || t.role == roleContext {
			continue
		}
		tf := TermForms{Term: t.text, Lang: m.lexemes[p.lexemes[0]].lang}
		for _, id := range p.lexemes {
			tf.Words = append(tf.Words, m.lexemes[id].forms())
		}
		out = append(out, tf)
	}
	return out
}

func (l *lexeme) forms() []string {
	if l.stem != "" {
		return []string{l.stem + "…"}
	}
	var out []string
	for _, f := range text.Forms(l.word, l.lang) {
		out = append(out, f.Fold)
	}
	return out
}
