package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// What a Change is about.
const (
	NewProfile  = "new profile"
	NewSpelling = "new spelling"
	NewCount    = "count"
	TakenOut    = "taken out" // by a person, without rejecting it: it is kept as rejected
)

// A Change is one thing that accepting a proposal would change. Its JSON is a contract with other programs: fields are added, never renamed.
type Change struct {
	Change   string              `json:"change"`
	Profile  string              `json:"profile"`
	Kind     news.Kind           `json:"kind,omitempty"`     // of a new profile
	Names    map[string][]string `json:"names,omitempty"`    // of a new profile, by language
	Name     string              `json:"name,omitempty"`     // the spelling it is about
	Mentions int                 `json:"mentions,omitempty"` // of a new profile
	Articles []string            `json:"articles,omitempty"` // where it is seen; of a count, the one that it is of
	Was      int                 `json:"was,omitempty"`      // a count before and after
	Is       int                 `json:"is,omitempty"`
}

// Changes is what accepting the proposal would change, in the order of its profiles. What stays the same is left out.
func Changes(prior []news.Profile, p Proposal) []Change {
	old := map[string]news.Profile{}
	for _, x := range prior {
		old[x.ID] = x
	}
	changes := []Change{}
	for _, x := range p.Profiles {
		before, known := old[x.ID]
		if !known {
			_, mentions := spread(x)
			changes = append(changes, Change{Change: NewProfile, Profile: x.ID, Kind: x.Kind, Names: x.Names, Mentions: mentions, Articles: seenIn(x)})
			continue
		}
		changes = append(changes, between(before, x)...)
	}
	return changes
}

// Diff says in lines what accepting the proposal would change: "+" a new profile, "~" a new spelling or another count in a known one. What stays
// the same is left out; no lines means no change.
func Diff(prior []news.Profile, p Proposal) []string {
	var lines []string
	for _, c := range Changes(prior, p) {
		lines = append(lines, c.String())
	}
	return lines
}

func (c Change) String() string {
	switch c.Change {
	case NewProfile:
		return fmt.Sprintf("+ %s (%s): %s; %s in %s (%s)", c.Profile, c.Kind, strings.Join(flat(c.Names), ", "), number(c.Mentions, "mention"),
			number(len(c.Articles), "article"), strings.Join(c.Articles, ", "))
	case NewSpelling:
		return fmt.Sprintf("~ %s: new spelling %q, in %s", c.Profile, c.Name, strings.Join(c.Articles, ", "))
	case TakenOut:
		return fmt.Sprintf("~ %s: %q was taken out of the names: it is kept under \"rejected\"", c.Profile, c.Name)
	}
	return fmt.Sprintf("~ %s: %q in %s: %d → %d", c.Profile, c.Name, strings.Join(c.Articles, ", "), c.Was, c.Is)
}

func number(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// seenIn returns the articles that show a profile, sorted.
func seenIn(p news.Profile) []string {
	in := map[string]bool{}
	for _, counts := range p.Seen {
		for a := range counts {
			in[a] = true
		}
	}
	return slices.Sorted(maps.Keys(in))
}

func between(before, after news.Profile) []Change {
	var changes []Change
	for _, n := range flat(after.Rejected) {
		if !slices.Contains(flat(before.Rejected), n) {
			changes = append(changes, Change{Change: TakenOut, Profile: after.ID, Name: n})
		}
	}
	known := flat(before.Names)
	for _, n := range flat(after.Names) {
		if !slices.Contains(known, n) {
			changes = append(changes, Change{Change: NewSpelling, Profile: after.ID, Name: n, Articles: slices.Sorted(maps.Keys(after.Seen[n]))})
			continue
		}
		articles := maps.Clone(before.Seen[n])
		if articles == nil {
			articles = map[string]int{}
		}
		maps.Copy(articles, after.Seen[n])
		for _, a := range slices.Sorted(maps.Keys(articles)) {
			if was, is := before.Seen[n][a], after.Seen[n][a]; was != is {
				changes = append(changes, Change{Change: NewCount, Profile: after.ID, Name: n, Articles: []string{a}, Was: was, Is: is})
			}
		}
	}
	return changes
}
