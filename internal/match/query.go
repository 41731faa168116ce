package match

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/query"
)

// A condition is the query of a watchlist with its terms looked up.
type condition struct {
	root  query.Node
	terms map[query.Term]int32 // term → its number; a profile's term → the profile's number
}

// query compiles the query of watchlist n. Terms are shared by all queries.
func (c *compiler) query(path string, n int32, s string) {
	if s == "" {
		return
	}
	root, err := query.Parse(s)
	if err != nil {
		var at *query.Error
		if errors.As(err, &at) {
			c.fault(path, "at character %d: %s", at.Column, at.Msg)
		} else {
			c.fault(path, "%v", err)
		}
		return
	}
	q := &condition{root: root, terms: map[query.Term]int32{}}
	query.Walk(root, func(node query.Node) {
		switch x := node.(type) {
		case query.Term:
			if id, ok := c.queryTerm(path, n, x); ok {
				q.terms[x] = id
			}
		case query.Filter:
			c.checkFilter(path, x)
		}
	})
	c.m.lists[n].query = q
}

func (c *compiler) queryTerm(path string, list int32, x query.Term) (int32, bool) {
	if x.Kind == query.Profile {
		id, ok := c.byID[x.Text]
		if !ok {
			c.fault(path, "there is no profile %q", x.Text)
			return 0, false
		}
		for i := range c.m.terms {
			if t := &c.m.terms[i]; t.profile == id && (t.role == roleName || t.role == roleKeyword) {
				t.ask(list)
			}
		}
		return id, true
	}
	id, ok := c.queried[x]
	if !ok {
		mode := map[query.TermKind]mode{query.Word: stemmed, query.Phrase: literal, query.Exact: exact, query.Prefix: prefixed}[x.Kind]
		id = c.addAs(path, x.Text, x.Text, term{profile: -1, weight: 1, role: roleQuery}, c.anyReadings(x.Text), mode)
		if id < 0 {
			return 0, false
		}
		c.queried[x] = id
	}
	c.m.terms[id].ask(list)
	return id, true
}

func (t *term) ask(list int32) {
	if !slices.Contains(t.asked, list) {
		t.asked = append(t.asked, list)
	}
}

// checkFilter faults a source that no feed is called: the query could never hold. Without feeds nothing is known of sources.
func (c *compiler) checkFilter(path string, f query.Filter) {
	if f.Kind != query.Source || len(c.m.feeds) == 0 {
		return
	}
	for _, v := range f.Values {
		known := false
		for _, feed := range c.m.feeds {
			known = known || isSource(feed, v)
		}
		if !known {
			c.fault(path, "source:%s is neither the id nor the outlet of a feed", v)
		}
	}
}

func isSource(f news.Feed, value string) bool {
	return strings.EqualFold(f.ID, value) || strings.EqualFold(f.Outlet, value)
}

// An asking is one evaluation of a query: the finds its terms have in an item.
type asking struct {
	m  *Matcher
	sc *scratch
	q  *condition

	finds []found // in the order of the text, each once
}

// A window is the words that a part of a query may look at, both included.
type window struct{ from, to int }

// A stretch is where a term or a NEAR was found.
type stretch struct {
	window
	of []evidence
}

// evaluate returns what the query rests on, nil when it does not hold. It sorts finds. Time is linear in the finds for each node of the query, NEAR apart.
func (q *condition) evaluate(m *Matcher, sc *scratch, finds []found) []evidence {
	a := &asking{m: m, sc: sc, q: q}
	slices.SortStableFunc(finds, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.term, b.term))
	})
	// A word has a pattern for each stemmer.
	a.finds = slices.CompactFunc(finds, func(a, b found) bool { return a.from == b.from && a.to == b.to && a.term == b.term })
	if ok, of := a.holds(q.root, window{0, len(sc.words) - 1}); ok {
		return of
	}
	return nil
}

// holds reports whether the node does within the window, and on what that rests.
func (a *asking) holds(n query.Node, w window) (bool, []evidence) {
	switch n := n.(type) {
	case query.And:
		return a.every(n.Of, w)
	case query.Or:
		return a.any(n.Of, w)
	case query.Not:
		ok, _ := a.holds(n.Of, w)
		return !ok, nil
	case query.Boost:
		ok, of := a.holds(n.Of, w)
		return ok, boosted(of, n.Weight)
	case query.Field:
		if n.Name == query.Title {
			w.to = min(w.to, a.sc.split-1)
		} else {
			w.from = max(w.from, a.sc.split)
		}
		return a.holds(n.Of, w)
	case query.Filter:
		return a.passes(n), nil
	case query.Sentence:
		return a.inSentence(n.Of, w)
	}
	var of []evidence
	stretches := a.stretches(n, w)
	for _, s := range stretches {
		if of = append(of, s.of...); len(of) >= maxHits {
			break // nobody reads more, and the score has them all: the first count most
		}
	}
	return len(stretches) > 0, of
}

func (a *asking) every(parts []query.Node, w window) (bool, []evidence) {
	var all []evidence
	for _, n := range parts {
		ok, of := a.holds(n, w)
		if !ok {
			return false, nil
		}
		all = append(all, of...)
	}
	return true, all
}

func (a *asking) any(parts []query.Node, w window) (bool, []evidence) {
	any, all := false, []evidence(nil)
	for _, n := range parts {
		if ok, of := a.holds(n, w); ok {
			any, all = true, append(all, of...)
		}
	}
	return any, all
}

// inSentence tries the sentences of the window that have a find; one with none cannot hold, see package query.
func (a *asking) inSentence(n query.Node, w window) (bool, []evidence) {
	of := a.sc.sentences()
	any, all, last := false, []evidence(nil), -1
	for i := range a.finds {
		at := a.finds[i].from
		s := of[at]
		if at < w.from || at > w.to || s == last {
			continue
		}
		last = s
		from, _ := slices.BinarySearch(of, s)
		to, _ := slices.BinarySearch(of, s+1)
		if ok, found := a.holds(n, window{max(w.from, from), min(w.to, to-1)}); ok {
			any, all = true, append(all, found...)
		}
	}
	return any, all
}

func (a *asking) passes(f query.Filter) bool {
	feed := a.m.feeds[a.sc.it.FeedID]
	return slices.ContainsFunc(f.Values, func(v string) bool {
		switch f.Kind {
		case query.Lang:
			return a.sc.it.Lang == v
		case query.Country:
			return feed.Country == v
		case query.Type:
			return string(feed.Type) == v
		}
		return isSource(feed, v)
	})
}

// reaches reports whether what was found of a topic reaches its threshold: one of its terms alone says little.
func (a *asking) reaches(found []stretch) bool {
	var t tally
	for _, s := range found {
		for i := range s.of {
			t = t.add(a.m.terms[s.of[i].term].key, a.m.counts(a.sc, &s.of[i]))
		}
	}
	return t.sum() >= reached
}

// stretches returns where a term, an OR of terms, a NEAR or a weighed one of these was found within the window, in the order of the text.
func (a *asking) stretches(n query.Node, w window) []stretch {
	var out []stretch
	switch n := n.(type) {
	case query.Term:
		wanted := a.q.terms[n]
		first, _ := slices.BinarySearchFunc(a.finds, w.from, func(f found, from int) int { return cmp.Compare(f.from, from) })
		for _, f := range a.finds[first:] {
			if f.from > w.to {
				break
			}
			id := f.term
			if n.Kind == query.Profile {
				id = a.m.terms[f.term].profile
			}
			if id == wanted && f.to <= w.to {
				out = append(out, stretch{window{f.from, f.to}, []evidence{{found: f, factor: 1}}})
			}
		}
		if n.Kind == query.Profile && a.m.profiles[a.q.terms[n]].topic && !a.reaches(out) {
			return nil
		}
	case query.Or:
		for _, x := range n.Of {
			out = append(out, a.stretches(x, w)...)
		}
	case query.Boost:
		out = a.stretches(n.Of, w)
		for i := range out {
			out[i].of = boosted(out[i].of, n.Weight)
		}
	case query.Near:
		out = a.near(a.stretches(n.Left, w), a.stretches(n.Right, w), n.N)
	}
	slices.SortStableFunc(out, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	return out
}

// maxPairs bounds the pairs that one NEAR remembers: a text that is nothing but the two words has any number.
const maxPairs = 1000

// near returns the pairs with at most n words between them, both in one field.
func (a *asking) near(left, right []stretch, n int) []stretch {
	longest := 0
	for _, r := range right {
		longest = max(longest, r.to-r.from)
	}
	var out []stretch
	for _, l := range left {
		first, _ := slices.BinarySearchFunc(right, l.from-n-1-longest, func(r stretch, from int) int { return cmp.Compare(r.from, from) })
		for _, r := range right[first:] {
			if r.from > l.to+n+1 || len(out) == maxPairs {
				break
			}
			between := max(l.from, r.from) - min(l.to, r.to) - 1
			if (between >= 0 || apart(l.of, r.of)) && between <= n && (l.from < a.sc.split) == (r.from < a.sc.split) {
				out = append(out, stretch{window{min(l.from, r.from), max(l.to, r.to)}, slices.Concat(l.of, r.of)})
			}
		}
	}
	return out
}

// apart reports whether no find of one side lies over one of the other: then one stands between the words of a NEAR that is the other.
func apart(left, right []evidence) bool {
	for _, l := range left {
		for _, r := range right {
			if l.from <= r.to && r.from <= l.to {
				return false
			}
		}
	}
	return true
}

// boosted multiplies what each piece of evidence counts for.
func boosted(of []evidence, weight float64) []evidence {
	out := slices.Clone(of)
	for i := range out {
		out[i].factor *= weight
	}
	return out
}
