package profile

import (
	"maps"
	"slices"

	"vestnik/internal/news"
)

// adopt copies the prior and learns whose every name is.
func (b *builder) adopt(prior []news.Profile) {
	b.rejected = map[string]bool{}
	for i, p := range prior {
		b.profiles = append(b.profiles, clone(p))
		b.ids[p.ID] = true
		for _, n := range flat(p.Names) {
			if _, taken := b.owner[n]; !taken {
				b.owner[n] = i
			}
			b.known = append(b.known, known{i, b.keys.key(n), b.keys.callName(n)})
		}
		for _, n := range flat(p.Rejected) {
			b.rejected[n] = true
		}
	}
}

func clone(p news.Profile) news.Profile {
	lists := func(m map[string][]string) map[string][]string {
		out := maps.Clone(m)
		for k, v := range out {
			out[k] = slices.Clone(v)
		}
		return out
	}
	p.Names, p.Keywords, p.Rejected = lists(p.Names), lists(p.Keywords), lists(p.Rejected)
	for _, list := range []*[]string{&p.Context.Near, &p.Context.NotNear, &p.Context.NotIn, &p.FromMemory} {
		*list = slices.Clone(*list)
	}
	p.Seen = maps.Clone(p.Seen)
	for k, v := range p.Seen {
		p.Seen[k] = maps.Clone(v)
	}
	return p
}

// flat returns the distinct strings of all languages, sorted.
func flat(m map[string][]string) []string {
	var out []string
	for _, names := range m {
		out = append(out, names...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// place gives a group to the prior profile it belongs to, or returns it as a new one.
func (b *builder) place(g group) (news.Profile, bool) {
	if i, ok := b.belongs(g); ok {
		for _, n := range g.names {
			if _, owned := b.owner[n.text]; !owned {
				addName(&b.profiles[i], n)
			}
		}
		return news.Profile{}, false
	}
	p := news.Profile{ID: b.newID(g), Kind: g.kind.news()}
	for _, n := range g.names {
		addName(&p, n)
	}
	return p, true
}

// belongs returns the prior profile of a group: the one that has its most frequent known name or, when it has none, a name written in another
// orthography or another transliteration.
func (b *builder) belongs(g group) (int, bool) {
	for _, n := range g.names {
		if i, ok := b.owner[n.text]; ok {
			return i, true
		}
	}
	for _, n := range g.names {
		key, called := b.keys.key(n.text), b.keys.callName(n.text)
		for _, k := range b.known {
			if k.key == key || g.kind == person && b.profiles[k.profile].Kind == news.Person && sameCall(k.call, called) {
				return k.profile, true
			}
		}
	}
	return 0, false
}

// A known is one name of a prior profile, ready to be compared.
type known struct {
	profile int
	key     string
	call    call
}
