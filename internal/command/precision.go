package command

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/feedback"
	"vestnik/internal/news"
)

const (
	precisionWeeks = 12 // how far back it looks
	termsShown     = 5
)

// precision tells how many alerts were wanted: of every watchlist, or of one with its weeks and terms. The bot's admins hear in private what would help.
func precision(ctx context.Context, t *talk) ([]Reply, error) {
	only, since := "", feedback.MondayOf(t.now, t.zone()).AddDate(0, 0, -7*(precisionWeeks-1))
	if t.args != "" {
		ids, unknown := t.lists(t.args)
		if len(ids) == 0 {
			return []Reply{{Doc: t.unknownLists(unknown)}}, nil
		}
		only = ids[0]
	}
	all, err := t.Chats.Judged(ctx, since, false)
	if err != nil {
		return nil, err
	}
	if only != "" {
		all = slices.DeleteFunc(all, func(j news.Judged) bool { return j.Watchlist != only })
	}
	list := feedback.Summarize(all, t.zone())
	list = slices.DeleteFunc(list, func(s feedback.Summary) bool { // one that left the configuration is nobody's concern any more
		return !slices.ContainsFunc(t.Watchlists, func(w news.Watchlist) bool { return w.ID == s.Watchlist })
	})
	switch {
	case len(list) == 0 && only != "":
		return t.reply("precision.none-of", "name", Span{Text: t.name(only), Bold: true}), nil
	case len(list) == 0:
		return t.reply("precision.none"), nil
	case only == "":
		return []Reply{{Doc: t.precisions(list).fit()}}, nil
	}
	return t.precisionOf(ctx, list[0], since)
}

func (t *talk) zone() *time.Location {
	if t.Zone == nil {
		return time.UTC
	}
	return t.Zone
}

// precisions is a line or two for each watchlist.
func (t *talk) precisions(list []feedback.Summary) Doc {
	doc := t.say("precision.title", "n", precisionWeeks)
	for _, s := range list {
		l := Line{{Text: "▸ "}, {Text: t.name(s.Watchlist), Bold: true}, {Text: " "}, {Text: clip(s.Watchlist, 60), Code: true}, {Text: ": "}}
		doc = append(doc, append(l, Span{Text: t.share(s.Tally)}), Line{{Text: "    " + t.bars(s.Weeks)}})
	}
	return append(doc, t.say("precision.more")...)
}

// precisionOf is all there is to say of one watchlist.
func (t *talk) precisionOf(ctx context.Context, s feedback.Summary, since time.Time) ([]Reply, error) {
	doc := append(t.say("precision.of", "name", Span{Text: t.name(s.Watchlist), Bold: true}, "n", precisionWeeks), Line{{Text: t.share(s.Tally)}})
	if s.Bad() > 0 {
		doc = append(doc, Line{{Text: t.reasons(s.Tally)}})
	}
	if s.Split > 0 {
		doc = append(doc, t.say("precision.split", "n", s.Split)...)
	}
	doc = append(append(doc, nil), t.say("precision.weeks")...)
	doc = append(doc, t.weeks(s.Weeks)...)
	if terms := t.worst(s.Terms); len(terms) > 0 {
		doc = append(append(append(doc, nil), t.say("precision.terms")...), terms...)
	}
	replies := []Reply{{Doc: doc.fit()}}
	if t.mayNot(BotAdmin) != "" || t.Compile == nil || s.WrongPerson+s.OffTopic == 0 {
		return replies, nil
	}
	proposals, err := t.proposals(ctx, s.Watchlist, since)
	return append(replies, proposals...), err
}

// proposeTime is how long the search for proposals may take: other people's questions wait meanwhile.
const proposeTime = 5 * time.Second

// proposals are the lines of configuration that would have kept bad alerts away. They are for who can write them.
func (t *talk) proposals(ctx context.Context, watchlist string, since time.Time) ([]Reply, error) {
	i := slices.IndexFunc(t.Watchlists, func(w news.Watchlist) bool { return w.ID == watchlist })
	w := t.Watchlists[i]
	judged, err := t.Chats.Judged(ctx, since, true)
	if err != nil {
		return nil, err
	}
	alerted, err := t.Chats.Alerted(ctx, watchlist, since, feedback.AlertedMost)
	if err != nil {
		return nil, err
	}
	found, err := feedback.Propose(ctx, feedback.Rules{Profiles: t.Profiles, Watchlist: w, Compile: t.Compile}, slices.Concat(judged, alerted), proposeTime)
	if err != nil {
		return nil, fmt.Errorf("propose what would help %q: %w", watchlist, err)
	}
	return t.proposed(found, w), nil
}

// proposed shows proposals, and behind their figures, in one piece, what to paste.
func (t *talk) proposed(found feedback.Proposals, w news.Watchlist) []Reply {
	var cut Doc
	if found.Cut {
		cut = t.say("precision.cut", "id", w.ID)
	}
	switch {
	case len(found.List) == 0 && found.Cut:
		return []Reply{{Doc: cut}}
	case len(found.List) == 0:
		return t.reply("precision.no-proposal")
	}
	doc := append(t.say("precision.proposals"), cut...)
	for _, p := range found.List {
		doc = append(append(doc, nil), t.say("precision.proposal", "phrase", Span{Text: clip(p.Phrase, 80), Bold: true}, "reason", reasonName(t.loc, p.Reason),
			"bad", p.Bad, "ofbad", p.OfBad, "good", p.Good, "ofgood", p.OfGood, "others", p.Others, "ofothers", p.OfOthers)...)
		if p.Chance >= 0.001 {
			doc = append(doc, t.say("precision.chance", "percent", strconv.FormatFloat(100*p.Chance, 'f', 1, 64))...)
		}
	}
	paste := t.say("precision.paste")
	for _, line := range feedback.YAML(found.List, t.Profiles, w) {
		paste = append(paste, Line{{Text: line, Code: true}})
	}
	if paste.units() > docMost { // half of it would be wrong
		paste = t.say("precision.long", "id", w.ID)
	}
	if all := append(append(slices.Clone(doc), nil), paste...); all.units() <= docMost {
		return []Reply{{Doc: all}}
	}
	return []Reply{{Doc: doc.fit()}, {Doc: paste}}
}

// share is "75 % of 20 wanted (95 %: 53–89)", or that there is too little to tell.
func (t *talk) share(x feedback.Tally) string {
	if x.TooFew() {
		return t.loc.Text("precision.too-few", "good", x.Good, "of", x.Of())
	}
	p, low, high := x.Precision()
	return t.loc.Text("precision.share", "percent", percent(p), "of", x.Of(), "low", percent(low), "high", percent(high))
}

// percent is in whole per cent, 100 only for all and 0 only for none.
func percent(x float64) int {
	if x <= 0 || x >= 1 {
		return int(min(max(x, 0), 1)) * 100
	}
	return min(max(int(math.Round(100*x)), 1), 99)
}

// reasons is "wrong person 3, off topic 1".
func (t *talk) reasons(x feedback.Tally) string {
	var parts []string
	for _, r := range []struct {
		reason news.Reason
		n      int
	}{{news.WrongPerson, x.WrongPerson}, {news.OffTopic, x.OffTopic}, {news.OldNews, x.OldNews}, {news.ReasonNone, x.Unsaid}} {
		if r.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", reasonName(t.loc, r.reason), r.n))
		}
	}
	return "👎 " + strings.Join(parts, ", ")
}

// lastWeeks are the weeks that are looked at, those without a verdict too.
func (t *talk) lastWeeks(weeks []feedback.Week) []feedback.Week {
	this := feedback.MondayOf(t.now, t.zone())
	out := make([]feedback.Week, precisionWeeks)
	for i := range out {
		out[i].Monday = this.AddDate(0, 0, -7*(precisionWeeks-1-i))
		for _, w := range weeks {
			if w.Monday.Equal(out[i].Monday) {
				out[i] = w
			}
		}
	}
	return out
}

func (t *talk) bars(weeks []feedback.Week) string {
	var b strings.Builder
	for _, w := range t.lastWeeks(weeks) {
		b.WriteString(level(w.Tally))
	}
	return b.String()
}

// weeks is a line for each week of the last that has something.
func (t *talk) weeks(weeks []feedback.Week) Doc {
	var doc Doc
	for _, w := range t.lastWeeks(weeks) {
		if w.Of() > 0 {
			doc = append(doc, Line{{Text: level(w.Tally) + " " + t.loc.Day(w.Monday) + ": 👍 " + fmt.Sprint(w.Good) + ", 👎 " + fmt.Sprint(w.Bad())}})
		}
	}
	return doc
}

// worst is a line for each of the worst terms that anything bad was said of.
func (t *talk) worst(terms []feedback.Term) Doc {
	var doc Doc
	for _, x := range terms {
		if x.Bad() == 0 || len(doc) == termsShown {
			continue
		}
		doc = append(doc, Line{{Text: "▸ "}, {Text: "«" + clip(x.Term, 60) + "»"}, {Text: ": " + t.share(x.Tally)}})
	}
	return doc
}
