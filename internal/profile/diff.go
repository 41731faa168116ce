package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// Diff says in lines what accepting the proposal would change: "+" a new profile, "~" a new spelling or another count in a known one. What stays
// the same is left out; no lines means no change.
func Diff(prior []news.Profile, p Proposal) []string {
	old := map[string]news.Profile{}
	for _, x := range prior {
		old[x.ID] = x
	}
	var lines []string
	for _, x := range p.Profiles {
		before, known := old[x.ID]
		if !known {
			articles, mentions := spread(x)
			lines = append(lines, fmt.Sprintf("+ %s (%s): %s; %s in %s", x.ID, x.Kind, strings.Join(flat(x.Names), ", "),
				number(mentions, "mention"), number(articles, "article")))
			continue
		}
		lines = append(lines, changes(before, x)...)
	}
	return lines
}

func number(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func changes(before, after news.Profile) []string {
	var lines []string
	known := flat(before.Names)
	for _, n := range flat(after.Names) {
		if !slices.Contains(known, n) {
			lines = append(lines, fmt.Sprintf("~ %s: new spelling %q, in %s", after.ID, n, strings.Join(slices.Sorted(maps.Keys(after.Seen[n])), ", ")))
			continue
		}
		articles := map[string]bool{}
		for _, counts := range []map[string]int{before.Seen[n], after.Seen[n]} {
			for a := range counts {
				articles[a] = true
			}
		}
		for _, a := range slices.Sorted(maps.Keys(articles)) {
			if was, is := before.Seen[n][a], after.Seen[n][a]; was != is {
				lines = append(lines, fmt.Sprintf("~ %s: %q in %s: %d → %d", after.ID, n, a, was, is))
			}
		}
	}
	return lines
}
