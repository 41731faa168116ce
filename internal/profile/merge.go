package profile

import (
	"maps"
	"slices"

	"vestnik/internal/news"
)

// adopt copies the prior and learns whose every name is and what a person refused.
func (b *builder) adopt(prior []news.Profile) {
	b.rejected, b.buried = map[string]bool{}, map[string]bool{}
	for i, p := range prior {
		b.profiles = append(b.profiles, clone(p))
		b.ids[p.ID] = true
		for _, n := range flat(p.Names) {
			if _, taken := b.owner[n]; !taken {
				b.owner[n] = i
			}
			b.known = append(b.known, known{i, b.keys.key(n), b.keys.callName(n)})
		}
	}
	for i := range b.profiles {
		if !isTopic(b.profiles[i]) {
			b.remember(&b.profiles[i])
		}
	}
	for i, p := range b.profiles {
		if isTopic(p) {
			continue // who refuses a term of a topic has nothing against the name
		}
		for _, n := range flat(p.Rejected) {
			b.rejected[n] = true
			if isBuried(p) {
				b.buried[n] = true
				b.known = append(b.known, known{i, b.keys.key(n), b.keys.callName(n)})
			}
		}
	}
}

// isBuried reports whether a person refused the whole profile: nothing is left of it but names under "rejected".
func isBuried(p news.Profile) bool {
	return len(flat(p.Names)) == 0 && len(flat(p.Keywords)) == 0 && len(flat(p.Rejected)) > 0
}

// remember keeps as rejected what a person took out of the names without a word: a name that was seen, and that no profile has any more.
func (b *builder) remember(p *news.Profile) {
	refused := flat(p.Rejected)
	gone := slices.Concat(slices.Collect(maps.Keys(p.Seen)), p.FromMemory)
	slices.Sort(gone)
	for _, n := range slices.Compact(gone) {
		if _, owned := b.owner[n]; owned || slices.Contains(refused, n) {
			continue
		}
		if p.Rejected == nil {
			p.Rejected = map[string][]string{}
		}
		p.Rejected["any"] = append(p.Rejected["any"], n)
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

// place gives a group to the prior profile it belongs to, or returns it as a new one. Names that were rejected are nobody's.
func (b *builder) place(g group) (news.Profile, bool) {
	i, ok := b.belongs(g)
	if ok && isBuried(b.profiles[i]) {
		return news.Profile{}, false
	}
	g.names = slices.DeleteFunc(slices.Clone(g.names), func(n *name) bool {
		_, owned := b.owner[n.text]
		return b.rejected[n.text] && !owned
	})
	if ok {
		for _, n := range g.names {
			if _, owned := b.owner[n.text]; !owned {
				addName(&b.profiles[i], n)
			}
		}
		return news.Profile{}, false
	}
	if len(g.names) == 0 {
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
