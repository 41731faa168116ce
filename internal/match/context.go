package match

import (
	"cmp"
	"slices"
)

// inContext drops context phrases, the names that miss theirs, and surnames that are too little alone.
func (m *Matcher) inContext(sc *scratch) {
	sc.context = sc.context[:0]
	for i := range sc.all {
		if t := &m.terms[sc.all[i].term]; t.isContext() {
			sc.context = append(sc.context, place{t.profile, t.role, sc.all[i].from, sc.all[i].to})
		}
	}
	slices.SortFunc(sc.context, place.compare)
	kept := sc.all[:0]
	for _, f := range sc.all {
		if t := &m.terms[f.term]; !t.isContext() && !m.lacksContext(sc, f, t) {
			kept = append(kept, f)
		}
	}
	sc.all = kept
}

func (t *term) isContext() bool { return t.role >= roleNear && t.role <= roleNotIn }

// lacksContext reports whether a name is without what it needs, or with what it must not have: a phrase of its context near it, around it, or for a
// surname the full name somewhere in the item.
func (m *Matcher) lacksContext(sc *scratch, f found, t *term) bool {
	if t.role != roleName || t.profile < 0 {
		return false
	}
	p := &m.profiles[t.profile]
	_, full := sc.full[f.person]
	full = full && f.pattern < 0
	switch {
	case p.near && !full && !sc.beside(t.profile, roleNear, f, p.words):
		return true
	case !p.near && f.weak && !full:
		return true
	}
	return sc.beside(t.profile, roleNotNear, f, p.words) || sc.within(t.profile, f)
}

// A place is where a context phrase of a profile stands.
type place struct {
	profile  int32
	role     role
	from, to int
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.profile, q.profile), cmp.Compare(p.role, q.role), cmp.Compare(p.from, q.from))
}

// beside reports whether a context phrase of the profile begins at most so many words away from f.
func (sc *scratch) beside(profile int32, r role, f found, words int) bool {
	i, _ := slices.BinarySearchFunc(sc.context, place{profile, r, f.from - words, 0}, place.compare)
	return i < len(sc.context) && sc.context[i].profile == profile && sc.context[i].role == r && sc.context[i].from <= f.to+words
}

// within reports whether f is part of a phrase in which the profile's names do not count.
func (sc *scratch) within(profile int32, f found) bool {
	i, _ := slices.BinarySearchFunc(sc.context, place{profile, roleNotIn, f.to - maxWords, 0}, place.compare)
	for ; i < len(sc.context) && sc.context[i].profile == profile && sc.context[i].role == roleNotIn && sc.context[i].from <= f.from; i++ {
		if f.to <= sc.context[i].to {
			return true
		}
	}
	return false
}

// hideNested drops the names of profiles that lie within a longer name of another profile, or begin within one: "Nazarbayev" within "Nazarbayev
// University", "Union state" behind "European Union".
func (m *Matcher) hideNested(sc *scratch) {
	name := func(f found) bool { t := &m.terms[f.term]; return t.role == roleName && t.profile >= 0 }
	longer := false
	for _, f := range sc.all {
		longer = longer || f.to > f.from && name(f)
	}
	if !longer {
		return
	}
	slices.SortStableFunc(sc.all, func(a, b found) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	cover := found{to: -1}
	kept := sc.all[:0]
	hides := func(f found) bool {
		if !name(f) {
			return false
		}
		own := m.terms[f.term].profile
		hidden := f.from <= cover.to && (f.to-f.from < cover.to-cover.from || f.from > cover.from && f.to-f.from == cover.to-cover.from)
		if hidden && own != m.terms[cover.term].profile && !m.profiles[own].nested {
			return true
		}
		if f.to > cover.to {
			cover = f
		}
		return false
	}
	for _, f := range sc.all {
		if !hides(f) {
			kept = append(kept, f)
		}
	}
	sc.all = kept
}
