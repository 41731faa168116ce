package feedback

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"time"

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

// Proposals are what Propose finds.
type Proposals struct {
	// List is in order: each is found, tried and counted with those before it in place.
	List []Proposal
	// Cut says that there was no time to look for more.
	Cut bool
}

// AlertedMost is how many of the alerts that nobody judged are worth handing to Propose.
const AlertedMost = 2000

// Propose looks for phrases that stand in most of what was judged a wrong person or off topic on a watchlist, and in none, or nearly none, of the rest of
// alerted. What the rules as they are now would not alert any more is left out, and so are old news and what is bad for no reason given. After budget it
// makes do with what it has found; 0: it takes its time. It fails when ctx is done.
func Propose(ctx context.Context, r Rules, alerted []news.Judged, budget time.Duration) (Proposals, error) {
	inTime := ctx
	if budget > 0 {
		var cancel context.CancelFunc
		inTime, cancel = context.WithTimeout(ctx, budget)
		defer cancel()
	}
	e := evidence{Rules: r, vocabulary: newVocabulary(), bad: map[cause][]*document{}}
	err := e.gather(inTime, alerted)
	if err == nil {
		err = e.propose(inTime)
	}
	switch {
	case ctx.Err() != nil:
		return Proposals{}, ctx.Err()
	case err != nil && inTime.Err() != nil:
		return Proposals{List: e.made, Cut: true}, nil
	case err != nil:
		return Proposals{}, err
	}
	return Proposals{List: e.made}, nil
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
	Rules // with what was proposed so far
	*vocabulary
	bad          map[cause][]*document
	good, others []*document
	made         []Proposal
}

// gather takes in the items that the rules as they are would still alert.
func (e *evidence) gather(ctx context.Context, alerted []news.Judged) error {
	now, err := e.Compile(e.Profiles, e.Watchlist)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for i := range alerted {
		if err := ctx.Err(); err != nil {
			return err
		}
		j := &alerted[i]
		if j.Watchlist != e.Watchlist.ID || seen[j.Item.ID] {
			continue
		}
		seen[j.Item.ID] = true
		if hits, over := verdictOf(now, e.Watchlist.ID, &j.Item); over {
			e.add(newDocument(e.vocabulary, &j.Item, hits), j.Verdicts)
		}
	}
	return nil
}

func (e *evidence) add(d *document, verdicts []news.Verdict) {
	o := outcomeOf(verdicts)
	switch {
	case o.good:
		d.part = partGood
		e.good = append(e.good, d)
	case len(verdicts) == 0, o.split:
		d.part = partOthers
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

// propose makes one proposal after the other.
func (e *evidence) propose(ctx context.Context) (err error) {
	if e.good, err = distinct(ctx, e.good[:min(len(e.good), judgedMost)]); err != nil {
		return err
	}
	e.others = once(e.others)
	for c, docs := range e.bad {
		if e.bad[c], err = distinct(ctx, docs[:min(len(docs), judgedMost)]); err != nil {
			return err
		}
	}
	causes := slices.SortedFunc(maps.Keys(e.bad), func(a, b cause) int {
		return cmp.Or(cmp.Compare(a.reason, b.reason), cmp.Compare(a.profile, b.profile))
	})
	for _, c := range causes {
		for len(e.bad[c]) >= badLeast { // one phrase for most of them, then another for most of what is left
			p, err := e.separate(ctx, c)
			if err != nil {
				return err
			}
			if p == nil {
				break
			}
			if err := e.take(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// A trial is a proposal with what it makes of the rules.
type trial struct {
	Proposal
	profiles  []news.Profile
	watchlist news.Watchlist
	matcher   Matcher
}

// take puts a proposal into the rules: what it silences is no evidence any more.
func (e *evidence) take(ctx context.Context, t *trial) (err error) {
	e.made = append(e.made, t.Proposal)
	e.Profiles, e.Watchlist = t.profiles, t.watchlist
	if e.good, err = t.left(ctx, e.good); err != nil {
		return err
	}
	if e.others, err = t.left(ctx, e.others); err != nil {
		return err
	}
	for c := range e.bad {
		if e.bad[c], err = t.left(ctx, e.bad[c]); err != nil {
			return err
		}
	}
	return nil
}

// left are those of docs that still alert.
func (t *trial) left(ctx context.Context, docs []*document) ([]*document, error) {
	var left []*document
	for _, d := range docs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, over := verdictOf(t.matcher, t.watchlist.ID, d.item); over {
			left = append(left, d)
		}
	}
	return left, nil
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

// separate finds the best phrase for a set of bad ones; nil when there is none.
func (e *evidence) separate(ctx context.Context, c cause) (*trial, error) {
	bad := e.bad[c]
	all := slices.Concat(bad, e.good, e.others)
	s := search{evidence: e, cause: c, bad: bad, all: all, tries: e.tried(all)}
	least := max(badLeast, len(bad)/2+1)
	lex, err := newLexicon(ctx, e.vocabulary, bad, least, all)
	if err != nil {
		return nil, err
	}
	candidates, err := lex.candidates(ctx, all)
	if err != nil {
		return nil, err
	}
	var found []*candidate
	for _, x := range candidates {
		if x.in[partBad] >= least && x.in[partGood] <= len(e.good)/spare && x.in[partOthers] <= len(e.others)/spare && s.chance(x.in[partBad], x.rest()) <= chanceMost {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(b.in[partBad], a.in[partBad]), cmp.Compare(a.rest(), b.rest()),
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
			if t, err := s.try(ctx, w, lex.phrase(x, bad)); t != nil || err != nil {
				return t, err
			}
		}
	}
	return s.near(ctx)
}

// A search is one set of bad ones against the rest.
type search struct {
	*evidence
	cause
	bad, all []*document
	tries    int // words and phrases that are looked at
}

// chance is that of Proposal, for a phrase that silences so many of the bad ones and of the rest.
func (s *search) chance(bad, rest int) float64 {
	return min(fisher(bad, bad+rest, len(s.bad), len(s.all))*float64(max(s.tries, 1)), 1)
}

// near finds a phrase that the good ones have and the bad ones lack. A profile that has such phrases already alerts by any of them: another one would let
// more through, not less.
func (s *search) near(ctx context.Context) (*trial, error) {
	i := slices.IndexFunc(s.Profiles, func(p news.Profile) bool { return p.ID == s.profile })
	if i < 0 || len(s.Profiles[i].Context.Near) > 0 || len(s.good) < goodLeast {
		return nil, nil
	}
	lex, err := newLexicon(ctx, s.vocabulary, s.good, len(s.good)-len(s.good)/spare, s.all)
	if err != nil {
		return nil, err
	}
	candidates, err := lex.candidates(ctx, s.all)
	if err != nil {
		return nil, err
	}
	var found []*candidate
	for _, x := range candidates {
		good, others := len(s.good)-x.in[partGood], len(s.others)-x.in[partOthers] // that it would silence
		if len(x.keys) == 1 && good <= len(s.good)/spare && others <= len(s.others)/spare && s.chance(len(s.bad)-x.in[partBad], good+others) <= chanceMost {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b *candidate) int { return cmp.Compare(a.in[partBad], b.in[partBad]) })
	for _, x := range found[:min(len(found), triesMost)] {
		if t, err := s.try(ctx, Near, lex.phrase(x, s.good)); t != nil || err != nil {
			return t, err
		}
	}
	return nil, nil
}

// try counts what a phrase would have silenced, by matching everything again; nil when that is not what it should.
func (s *search) try(ctx context.Context, where Where, phrase string) (*trial, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t := &trial{Proposal: Proposal{Watchlist: s.Watchlist.ID, Where: where, Phrase: phrase, Reason: s.reason,
		OfBad: len(s.bad), OfGood: len(s.good), OfOthers: len(s.others)}}
	if where != Exclude {
		t.Profile = s.profile
	}
	t.profiles, t.watchlist = t.Apply(s.Profiles, s.Watchlist)
	if t.matcher = s.matcher(t.profiles, t.watchlist); t.matcher == nil {
		return nil, nil
	}
	for _, x := range []struct {
		docs     []*document
		silenced *int
	}{{s.bad, &t.Bad}, {s.good, &t.Good}, {s.others, &t.Others}} {
		left, err := t.left(ctx, x.docs)
		if err != nil {
			return nil, err
		}
		*x.silenced = len(x.docs) - len(left)
	}
	t.Chance = s.chance(t.Bad, t.Good+t.Others)
	if t.Bad < badLeast || 2*t.Bad <= t.OfBad || t.Good > t.OfGood/spare || t.Others > t.OfOthers/spare || math.IsNaN(t.Chance) || t.Chance > chanceMost {
		return nil, nil
	}
	return t, nil
}

// matcher is nil when the rules are refused: the phrase may not stand there, or an example forbids it.
func (r *Rules) matcher(profiles []news.Profile, w news.Watchlist) Matcher {
	m, err := r.Compile(profiles, w)
	if err != nil {
		return nil
	}
	return m
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
			list := p.Where.list(&profiles[i].Context)
			*list = append(slices.Clone(*list), p.Phrase)
		}
	}
	return profiles, w
}

// list is the list of a context that a phrase goes into.
func (w Where) list(c *news.Context) *[]string {
	switch w {
	case NotNear:
		return &c.NotNear
	case NotIn:
		return &c.NotIn
	}
	return &c.Near
}
