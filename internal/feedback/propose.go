package feedback

import (
	"cmp"
	"math"
	"slices"

	"vestnik/internal/news"
)

// A Matcher says what watchlists make of an item.
type Matcher interface {
	Match(*news.Item) []news.Match
}

// Rules is what a proposal would change.
type Rules struct {
	Profiles  []news.Profile
	Watchlist news.Watchlist
	// Compile makes a Matcher of such rules. Proposals are tried with it before they are made: what they would silence is counted, not guessed.
	Compile func([]news.Profile, news.Watchlist) (Matcher, error)
}

// Where a proposal goes.
type Where string

// The places of a proposed phrase.
const (
	Exclude Where = "exclude"  // of the watchlist
	NotNear Where = "not_near" // of the profile's context
	NotIn   Where = "not_in"
	Near    Where = "near"
)

// A Proposal is a phrase that tells the bad alerts of a watchlist from the others, and how many it would have silenced of each.
type Proposal struct {
	Watchlist string
	Profile   string // whose context it is for; "" with Exclude
	Where     Where
	Phrase    string
	Reason    news.Reason // of the bad ones

	Bad, OfBad       int // judged bad for that reason; the same story told again counts once, in all figures
	Good, OfGood     int // judged good
	Others, OfOthers int // not judged, or by as many good as bad
	// Chance bounds the chance that a phrase which has nothing to do with it would have come up: Fisher's exact test, times the number of words and phrases
	// that were looked at (Bonferroni).
	Chance float64
}

const (
	badLeast   = 3    // bad alerts that a proposal must silence
	goodLeast  = 5    // good ones that a near phrase must stand by
	spare      = 50   // it may silence one of so many of the good ones, and of the others
	chanceMost = 0.05 // see Proposal.Chance
	triesMost  = 4    // candidates that are tried with a Matcher, for each set of bad ones
	judgedMost = 400  // bad and good ones that are looked at, of each
)

// Propose looks for phrases that stand in most of what was judged a wrong person or off topic on a watchlist, and in none, or nearly none, of the rest of
// alerted. What the rules as they are now would not alert any more is left out, and so are old news and what is bad for no reason given.
func Propose(r Rules, alerted []news.Judged) ([]Proposal, error) {
	now, err := r.Compile(r.Profiles, r.Watchlist)
	if err != nil {
		return nil, err
	}
	e := evidence{Rules: r, bad: map[cause][]*document{}}
	seen := map[int64]bool{}
	for i := range alerted {
		j := &alerted[i]
		if j.Watchlist != r.Watchlist.ID || seen[j.Item.ID] {
			continue
		}
		seen[j.Item.ID] = true
		if hits, over := verdictOf(now, r.Watchlist.ID, &j.Item); over {
			e.add(newDocument(&j.Item, hits), j.Verdicts)
		}
	}
	return e.proposals(), nil
}

func verdictOf(m Matcher, watchlist string, item *news.Item) (hits []news.Hit, over bool) {
	for _, x := range m.Match(item) {
		if x.Watchlist == watchlist {
			return x.Hits, x.Over
		}
	}
	return nil, false
}

// A cause is what a set of bad alerts has in common: the reason, and with a wrong person the one profile that was found.
type cause struct {
	reason  news.Reason
	profile string
}

type evidence struct {
	Rules
	bad          map[cause][]*document
	good, others []*document
}

func (e *evidence) add(d *document, verdicts []news.Verdict) {
	o := outcomeOf(verdicts)
	switch {
	case o.good:
		e.good = append(e.good, d)
	case len(verdicts) == 0, o.split:
		e.others = append(e.others, d)
	case o.reason == news.OffTopic:
		e.bad[cause{o.reason, ""}] = append(e.bad[cause{o.reason, ""}], d)
	case o.reason == news.WrongPerson:
		c := cause{o.reason, onlyProfile(d.hits)}
		e.bad[c] = append(e.bad[c], d)
	}
}

// onlyProfile is the profile that all hits are of; "" when there is no such.
func onlyProfile(hits []news.Hit) string {
	for _, h := range hits {
		if h.Profile == "" || h.Profile != hits[0].Profile {
			return ""
		}
	}
	if len(hits) == 0 {
		return ""
	}
	return hits[0].Profile
}

func (e *evidence) proposals() []Proposal {
	e.good = distinct(e.good[:min(len(e.good), judgedMost)])
	e.others = once(e.others)
	causes := make([]cause, 0, len(e.bad))
	for c := range e.bad {
		causes = append(causes, c)
	}
	slices.SortFunc(causes, func(a, b cause) int {
		return cmp.Or(cmp.Compare(a.reason, b.reason), cmp.Compare(a.profile, b.profile))
	})
	var out []Proposal
	for _, c := range causes {
		bad := distinct(e.bad[c][:min(len(e.bad[c]), judgedMost)])
		for len(bad) >= badLeast { // one phrase for most of them, then another for most of what is left
			p, left := e.separate(c, bad)
			if p == nil {
				break
			}
			out, bad = append(out, *p), left
		}
	}
	return out
}

// once leaves out items with the same headline. There may be thousands, too many to compare each with each.
func once(docs []*document) []*document {
	seen := map[string]bool{}
	var out []*document
	for _, d := range docs {
		if !seen[d.item.Title] || d.item.Title == "" {
			seen[d.item.Title] = true
			out = append(out, d)
		}
	}
	return out
}

// separate finds the best phrase for a set of bad ones, and those that it leaves; nil when there is none.
func (e *evidence) separate(c cause, bad []*document) (*Proposal, []*document) {
	rest := slices.Concat(e.good, e.others)
	all := slices.Concat(bad, rest)
	s := search{evidence: e, cause: c, bad: bad, all: all, tried: tried(all)}
	least := max(badLeast, len(bad)/2+1)
	lex := newLexicon(bad, least, all)
	var found []*candidate
	for _, x := range lex.candidates(all) {
		n := x.count(bad)
		if silenced := x.count(e.good) + x.count(e.others); n >= least && x.count(e.good) <= len(e.good)/spare && x.count(e.others) <= len(e.others)/spare &&
			s.chance(n, silenced) <= chanceMost {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(b.count(bad), a.count(bad)), cmp.Compare(a.count(rest), b.count(rest)),
			cmp.Compare(len(b.keys), len(a.keys))) // the longer phrase silences less of what is still to come
	})
	for _, x := range found[:min(len(found), triesMost)] {
		where := []Where{Exclude}
		if c.profile != "" {
			where = []Where{NotNear, Exclude}
			if len(x.keys) > 1 && (lex.keys[x.keys[0]].hit || lex.keys[x.keys[1]].hit) {
				where = []Where{NotIn, Exclude}
			}
		}
		for _, w := range where {
			if p, left := s.try(w, lex.phrase(x, bad)); p != nil {
				return p, left
			}
		}
	}
	return s.near()
}

// A search is one set of bad ones against the rest.
type search struct {
	*evidence
	cause
	bad, all []*document
	tried    int
}

// chance is that of Proposal, for a phrase that silences so many of the bad ones and of the rest.
func (s *search) chance(bad, rest int) float64 {
	return min(fisher(bad, bad+rest, len(s.bad), len(s.all))*float64(max(s.tried, 1)), 1)
}

// near finds a phrase that the good ones have and the bad ones lack. A profile that has such phrases already alerts by any of them: another one would let
// more through, not less.
func (s *search) near() (*Proposal, []*document) {
	i := slices.IndexFunc(s.Profiles, func(p news.Profile) bool { return p.ID == s.profile })
	if i < 0 || len(s.Profiles[i].Context.Near) > 0 || len(s.good) < goodLeast {
		return nil, nil
	}
	lex := newLexicon(s.good, len(s.good)-len(s.good)/spare, s.all)
	var found []*candidate
	for _, x := range lex.candidates(s.all) {
		silenced := len(s.good) - x.count(s.good) + len(s.others) - x.count(s.others)
		if len(x.keys) == 1 && len(s.good)-x.count(s.good) <= len(s.good)/spare && len(s.others)-x.count(s.others) <= len(s.others)/spare &&
			s.chance(len(s.bad)-x.count(s.bad), silenced) <= chanceMost {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b *candidate) int { return cmp.Compare(a.count(s.bad), b.count(s.bad)) })
	for _, x := range found[:min(len(found), triesMost)] {
		if p, left := s.try(Near, lex.phrase(x, s.good)); p != nil {
			return p, left
		}
	}
	return nil, nil
}

// try counts what a phrase would have silenced, by matching everything again; nil when that is not what it should.
func (s *search) try(where Where, phrase string) (*Proposal, []*document) {
	p := &Proposal{Watchlist: s.Watchlist.ID, Where: where, Phrase: phrase, Reason: s.reason, OfBad: len(s.bad), OfGood: len(s.good), OfOthers: len(s.others)}
	if where != Exclude {
		p.Profile = s.profile
	}
	profiles, list := p.Apply(s.Profiles, s.Watchlist)
	m, err := s.Compile(profiles, list)
	if err != nil {
		return nil, nil // the phrase may not stand there, or an example forbids it
	}
	silenced := func(docs []*document) (n int, left []*document) {
		for _, d := range docs {
			if _, over := verdictOf(m, s.Watchlist.ID, d.item); !over {
				n++
			} else {
				left = append(left, d)
			}
		}
		return n, left
	}
	var left []*document
	p.Bad, left = silenced(s.bad)
	p.Good, _ = silenced(s.good)
	p.Others, _ = silenced(s.others)
	p.Chance = s.chance(p.Bad, p.Good+p.Others)
	if p.Bad < badLeast || 2*p.Bad <= p.OfBad || p.Good > p.OfGood/spare || p.Others > p.OfOthers/spare || math.IsNaN(p.Chance) || p.Chance > chanceMost {
		return nil, nil
	}
	return p, left
}

// Apply is the rules with the proposal in them; what it was given stays as it was.
func (p *Proposal) Apply(profiles []news.Profile, w news.Watchlist) ([]news.Profile, news.Watchlist) {
	if p.Where == Exclude {
		w.Exclude = append(slices.Clone(w.Exclude), p.Phrase)
		return profiles, w
	}
	profiles = slices.Clone(profiles)
	for i := range profiles {
		if profiles[i].ID == p.Profile {
			list := p.list(&profiles[i].Context)
			*list = append(slices.Clone(*list), p.Phrase)
		}
	}
	return profiles, w
}

// list is the list of a context that the phrase goes into.
func (p *Proposal) list(c *news.Context) *[]string {
	switch p.Where {
	case NotNear:
		return &c.NotNear
	case NotIn:
		return &c.NotIn
	}
	return &c.Near
}
