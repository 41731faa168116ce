package match

import (
	"fmt"
	"strings"

	"vestnik/internal/news"
)

// examples checks every watchlist against its own must_match and must_not_match lines, each read as a headline.
func (c *compiler) examples(watchlists []news.Watchlist) {
	for i, w := range watchlists {
		for j, s := range w.MustMatch {
			if got := c.m.one(w.ID, s); !got.Over {
				c.fault(fmt.Sprintf("watchlists[%d].must_match[%d]", i, j), "%q does not match: %s", s, explain(got, w.Threshold))
			}
		}
		for j, s := range w.MustNotMatch {
			if got := c.m.one(w.ID, s); got.Over {
				c.fault(fmt.Sprintf("watchlists[%d].must_not_match[%d]", i, j), "%q matches: %s", s, explain(got, w.Threshold))
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

// explain says in one line what a match rests on.
func explain(m news.Match, threshold float64) string {
	if len(m.Excluded) > 0 {
		return fmt.Sprintf("excluded by %q", m.Excluded[0].Term)
	}
	if len(m.Hits) == 0 {
		return "none of its names or keywords is in it"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "score %.4g, threshold %.4g:", m.Score, threshold)
	for _, h := range m.Hits {
		fmt.Fprintf(&b, " %q is %q (%s)", h.Surface, h.Term, h.Rule)
	}
	return b.String()
}
