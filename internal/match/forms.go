package match

import "slices"

// A TermForms is one term of a profile with the forms of each of its words in one language.
type TermForms struct {
	Term      string
	Lang      string     // the language the profile gives it in
	In        string     // the language whose forms these are
	Respelled bool       // the word is spelled as newspapers of In write it, instead of as the profile does
	Alone     string     // of a person's name: the surname, "" when it is not found alone
	Words     [][]string // for each word its folded forms, dictionary forms first; a stem or beginning ends with "…"
}

// Forms returns every form in which the names and keywords of a profile are found, in the order the profile lists them; nil for an unknown profile.
func (m *Matcher) Forms(profileID string) []TermForms {
	i := slices.IndexFunc(m.profiles, func(p profile) bool { return p.id == profileID })
	if i < 0 {
		return nil
	}
	var out []TermForms
	for id := range m.terms {
		t := &m.terms[id]
		if t.profile != int32(i) || t.role != roleName && t.role != roleKeyword {
			continue
		}
		for _, row := range m.rows(int32(id)) {
			out = append(out, m.formsOfRow(t, row)...)
		}
	}
	return out
}

// A row is a term's words, as lexemes.
type row struct {
	lexemes []int32
	alone   []int32 // those that are found alone, nil for names in a row
}

// rows returns the words of a term, once for each way it is looked for.
func (m *Matcher) rows(id int32) []row {
	var out []row
	for i := range m.patterns {
		if m.patterns[i].term == id {
			out = append(out, row{lexemes: m.patterns[i].lexemes})
		}
	}
	for i := range m.surnames {
		s := &m.surnames[i]
		switch {
		case s.full == id && s.weak:
			out = append(out, row{lexemes: s.words})
		case s.full == id:
			out = append(out, row{lexemes: s.words, alone: s.lexemes})
		case s.alone == id:
			out = append(out, row{lexemes: s.lexemes, alone: s.lexemes})
		}
	}
	return out
}

func (m *Matcher) formsOfRow(t *term, r row) []TermForms {
	var out []TermForms
	for _, reading := range m.lexemes[r.lexemes[0]].readings {
		tf := TermForms{Term: t.text, Lang: t.lang, In: reading.lang, Respelled: reading.respelled}
		for _, id := range r.lexemes {
			tf.Words = append(tf.Words, m.lexemes[id].forms(reading))
		}
		for _, id := range r.alone {
			if tf.Alone != "" {
				tf.Alone += "-"
			}
			tf.Alone += m.lexemes[id].word
		}
		if !slices.ContainsFunc(tf.Words, func(w []string) bool { return len(w) == 0 }) {
			out = append(out, tf)
		}
	}
	return out
}

// Stats is what a Matcher was compiled to, in numbers.
type Stats struct {
	Profiles, Terms int
	Lexemes         int // words of terms, equal ones counted once
	Forms           int // accepted forms of the lexemes
}

// Stats counts what the Matcher holds.
func (m *Matcher) Stats() Stats {
	return Stats{Profiles: len(m.profiles), Terms: len(m.terms), Lexemes: len(m.lexemes), Forms: m.byForm.n}
}
