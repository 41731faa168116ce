package match

import (
	"fmt"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// A Trial is a must_match or must_not_match line of a watchlist and what became of it.
type Trial struct {
	Path      string // of the line, see news.Fault
	Watchlist string
	Text      string // read as a headline
	Must      bool   // it is a must_match line
	Match     news.Match
	Threshold float64
	Held      []Held // names and words of the watchlist that are in it and do not count
}

// OK reports whether the line got what it asks for.
func (t Trial) OK() bool { return t.Must == t.Match.Over }

// Trials runs the examples of the watchlists that the Matcher was compiled from.
func (m *Matcher) Trials(watchlists []news.Watchlist) []Trial {
	var out []Trial
	for i, w := range watchlists {
		out = append(out, m.trials(int32(i), w)...)
	}
	return out
}

func (m *Matcher) trials(list int32, w news.Watchlist) []Trial {
	var out []Trial
	for _, kind := range []struct {
		path  string
		must  bool
		lines []string
	}{{"must_match", true, w.MustMatch}, {"must_not_match", false, w.MustNotMatch}} {
		for j, s := range kind.lines {
			t := Trial{Path: fmt.Sprintf("watchlists[%d].%s[%d]", list, kind.path, j), Watchlist: w.ID, Text: s, Must: kind.must, Threshold: w.Threshold}
			t.Match, t.Held = m.one(w.ID, s), m.held(list, &news.Item{Title: s})
			out = append(out, t)
		}
	}
	return out
}

// examples faults what the watchlists' own examples show, but for watchlists that have other faults, or profiles with faults: theirs would only repeat those.
func (c *compiler) examples(profiles []news.Profile, watchlists []news.Watchlist) {
	faulty := map[string]bool{} // "watchlists[2]", "profiles[0]"
	for _, f := range c.faults {
		whose, _, _ := strings.Cut(f.Path, ".")
		faulty[whose] = true
	}
	unsound := map[string]bool{}
	for i, p := range profiles {
		unsound[p.ID] = unsound[p.ID] || faulty[fmt.Sprintf("profiles[%d]", i)]
	}
	for i, w := range watchlists {
		if faulty[fmt.Sprintf("watchlists[%d]", i)] || slices.ContainsFunc(Uses(w), func(id string) bool { return unsound[id] }) {
			continue
		}
		for _, t := range c.m.trials(int32(i), w) {
			switch {
			case t.OK():
			case t.Must:
				c.fault(t.Path, "%q does not match: %s", t.Text, t.why())
			default:
				c.fault(t.Path, "%q matches: %s", t.Text, t.why())
			}
		}
	}
}

// one matches a headline against one watchlist.
func (m *Matcher) one(watchlist, headline string) news.Match {
	for _, got := range m.Match(&news.Item{Title: headline}) {
		if got.Watchlist == watchlist {
			return got
		}
	}
	return news.Match{Watchlist: watchlist}
}

// why says in one line what the outcome rests on.
func (t Trial) why() string {
	m := t.Match
	if len(m.Excluded) > 0 {
		return fmt.Sprintf("excluded by %q", m.Excluded[0].Term)
	}
	var b strings.Builder
	if len(m.Hits) == 0 && len(t.Held) == 0 {
		return "none of its names or keywords is in it"
	}
	if len(m.Hits) > 0 {
		fmt.Fprintf(&b, "score %.4g, threshold %.4g:", m.Score, t.Threshold)
		for _, h := range m.Hits {
			fmt.Fprintf(&b, " %q is %q (%s)", h.Surface, h.Term, h.Rule)
		}
	}
	if !m.Over {
		for _, h := range t.Held {
			if b.Len() > 0 {
				b.WriteString("; ")
			}
			b.WriteString(h.String())
		}
	}
	return b.String()
}
