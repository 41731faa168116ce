package match

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/query"
)

// Held is a name or word of a watchlist that stands in a text and does not count, or a query that does not hold.
type Held struct {
	Surface string // as it stands in the text; "" for a query
	Term    string // as the file writes it
	Profile string // it is from; "" for the watchlist's own
	Why     string // in words: `none of its context is near (Minsk, Belarus)`
}

func (h Held) String() string {
	if h.Surface == "" {
		return h.Why
	}
	return fmt.Sprintf("%q is not %q here: %s", h.Surface, h.Term, h.Why)
}

// whyNotMost is how many reasons WhyNot names; a long text may have dozens.
const whyNotMost = 3

// WhyNot says why an item in which nothing of a watchlist counts is not on it: what stands there and does not count, why its query does not hold, or
// that there is nothing. It is for explaining, and takes its time.
func (m *Matcher) WhyNot(id string, it *news.Item) string {
	i := slices.IndexFunc(m.lists, func(l watchlist) bool { return l.id == id })
	if i < 0 {
		return "there is no such watchlist"
	}
	var parts []string
	for _, h := range m.held(int32(i), it) {
		parts = append(parts, h.String())
	}
	switch {
	case len(parts) > whyNotMost:
		return fmt.Sprintf("%s; and %d more", strings.Join(parts[:whyNotMost], "; "), len(parts)-whyNotMost)
	case len(parts) > 0:
		return strings.Join(parts, "; ")
	}
	return "none of its names or keywords is in it"
}

// held says what of watchlist list is in the item and does not count.
func (m *Matcher) held(list int32, it *news.Item) []Held {
	sc := m.pool.get(it)
	defer m.pool.put(sc)
	m.scan(sc)
	mine := func(f found) bool {
		t := &m.terms[f.term]
		return !f.given && !t.isContext() && (slices.Contains(t.lists, list) || slices.Contains(t.asked, list))
	}
	all := slices.Clone(sc.all)
	m.inContext(sc)
	near := slices.Clone(sc.all)
	m.hideNested(sc)

	var out []Held
	add := func(f found, why string) {
		h := m.heldHit(sc, f, why)
		if !slices.ContainsFunc(out, func(o Held) bool { return o.Surface == h.Surface && o.Why == why }) { // of one place, one term is enough
			out = append(out, h)
		}
	}
	for _, f := range all {
		if !mine(f) {
			continue
		}
		switch {
		case !slices.Contains(near, f):
			add(f, m.whyNot(sc, f))
		case !slices.Contains(sc.all, f):
			add(f, m.nestedIn(sc, f))
		}
	}
	for _, h := range m.namesakes(sc, list) {
		if !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	if why := m.queryFails(sc, list); why != "" {
		out = append(out, Held{Why: why})
	}
	return out
}

func (m *Matcher) heldHit(sc *scratch, f found, why string) Held {
	t := &m.terms[f.term]
	h := Held{Surface: sc.between(f.from, f.to), Term: t.text, Why: why}
	if t.profile >= 0 {
		h.Profile = m.profiles[t.profile].id
	}
	return h
}

// between returns the text from word i to word j of one field.
func (sc *scratch) between(i, j int) string {
	return sc.field(i)[sc.words[i].Start:sc.words[j].End]
}

// whyNot says what lacksContext found amiss.
func (m *Matcher) whyNot(sc *scratch, f found) string {
	t := &m.terms[f.term]
	p := &m.profiles[t.profile]
	_, full := sc.full[f.person]
	full = full && f.pattern < 0
	switch {
	case p.near && !full && !sc.beside(t.profile, roleNear, f, p.words):
		return fmt.Sprintf("none of its context is near (%s)", m.phrases3(t.profile, roleNear))
	case !p.near && f.weak && !full:
		return "a surname that may be another word or another person's, and the full name is not in it"
	case sc.within(t.profile, f):
		return fmt.Sprintf("it is part of a phrase of not_in (%s)", m.phrases3(t.profile, roleNotIn))
	}
	return fmt.Sprintf("a phrase of not_near is near (%s)", m.phrases3(t.profile, roleNotNear))
}

// phrases3 names the first three context phrases of a profile.
func (m *Matcher) phrases3(profile int32, r role) string {
	var out []string
	for i := range m.terms {
		if t := &m.terms[i]; t.profile == profile && t.role == r {
			if len(out) == 3 {
				return strings.Join(out, ", ") + " …"
			}
			out = append(out, t.text)
		}
	}
	return strings.Join(out, ", ")
}

// nestedIn says which longer name hides f.
func (m *Matcher) nestedIn(sc *scratch, f found) string {
	for _, g := range sc.all {
		t := &m.terms[g.term]
		if t.role == roleName && t.profile >= 0 && t.profile != m.terms[f.term].profile && g.from <= f.to && g.to >= f.from {
			return fmt.Sprintf("it is part of %q, a name of the profile %q", sc.between(g.from, g.to), m.profiles[t.profile].id)
		}
	}
	return "it is part of a longer name of another profile"
}

// namesakes are surnames of the list's people that the words beside them give to somebody else.
func (m *Matcher) namesakes(sc *scratch, list int32) []Held {
	var out []Held
	for i := range sc.words {
		for e := range m.byForm.of(sc.words[i].Hash) {
			for _, id := range m.lexemes[e.lexeme()].surnames {
				sur := &m.surnames[id]
				t := &m.terms[max(sur.full, sur.alone)]
				if sc.met[sur.person] != metOther || !slices.Contains(t.lists, list) && !slices.Contains(t.asked, list) {
					continue
				}
				found := slices.ContainsFunc(sc.all, func(f found) bool { return f.from <= i && i <= f.to && m.terms[f.term].profile == t.profile })
				h := Held{Surface: sc.surface(i), Term: t.text, Profile: m.profiles[t.profile].id, Why: "the name beside it is somebody else's"}
				if !found && !slices.Contains(out, h) {
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// queryFails says why the query of a list does not hold: which of its terms were found, and which were not. It is "" when the query holds, and when
// none of its terms is there.
func (m *Matcher) queryFails(sc *scratch, list int32) string {
	q := m.lists[list].query
	if q == nil {
		return ""
	}
	var asked []found
	for _, f := range sc.all {
		if t := &m.terms[f.term]; !f.given && slices.Contains(t.asked, list) {
			asked = append(asked, f)
		}
	}
	if len(asked) == 0 || len(q.evaluate(m, sc, slices.Clone(asked))) > 0 {
		return ""
	}
	var has, lacks, weak []string
	for _, x := range slices.SortedFunc(maps.Keys(q.terms), func(a, b query.Term) int { return strings.Compare(a.Text, b.Text) }) {
		id := q.terms[x]
		found := slices.ContainsFunc(asked, func(f found) bool {
			return f.term == id && x.Kind != query.Profile || x.Kind == query.Profile && m.terms[f.term].profile == id
		})
		name := x.String()
		if found && x.Kind == query.Profile && m.profiles[id].topic {
			if sum := m.topicSum(sc, asked, id); sum < reached {
				weak = append(weak, fmt.Sprintf("%s reaches %.2g of its threshold", name, sum))
				continue
			}
		}
		if found {
			has = append(has, name)
		} else {
			lacks = append(lacks, name)
		}
	}
	s := "its query does not hold"
	if len(has) > 0 {
		s += ", though there is " + strings.Join(has, ", ")
	}
	if len(weak) > 0 {
		s += "; " + strings.Join(weak, ", ")
	}
	if len(lacks) > 0 {
		s += "; there is no " + strings.Join(lacks[:min(len(lacks), 5)], ", ")
		if n := len(lacks) - 5; n > 0 {
			s += fmt.Sprintf(" and %d more", n)
		}
	}
	return s
}

// topicSum is how much of its threshold a topic reaches by the finds.
func (m *Matcher) topicSum(sc *scratch, finds []found, topic int32) float64 {
	var t tally
	for _, f := range finds {
		if m.terms[f.term].profile == topic {
			t = t.add(m.terms[f.term].key, m.counts(sc, &evidence{found: f, factor: 1}))
		}
	}
	return t.sum()
}

// Uses returns the profiles that a watchlist lists or its query names.
func Uses(w news.Watchlist) []string {
	root, err := query.Parse(w.Query)
	if err != nil {
		return w.Profiles
	}
	return slices.Concat(w.Profiles, query.Profiles(root))
}
