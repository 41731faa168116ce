package command

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"vestnik/internal/news"
)

// Bounds of a mute; the catalogues name them.
const (
	muteLeast = time.Minute
	muteMost  = 365 * 24 * time.Hour
)

// mute takes a watchlist and a duration, in this order or the other.
func mute(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		return t.muted(ctx)
	}
	words := strings.Fields(t.args)
	last := len(words) - 1
	span, ok := readSpan(words[last])
	what := strings.Join(words[:last], " ")
	if !ok {
		span, ok = readSpan(words[0])
		what = strings.Join(words[1:], " ")
	}
	if !ok || what == "" {
		return t.reply("mute.usage"), nil
	}
	if span < muteLeast || span > muteMost {
		return t.reply("mute.range"), nil
	}
	if _, is := t.list(what); !is {
		if list, problem, err := t.muteNamed(ctx, what); err != nil || problem != nil {
			return problem, err
		} else if len(list) > 0 {
			return t.muteAll(ctx, list, span)
		}
	}
	follows, err := t.followed(ctx)
	if err != nil {
		return nil, err
	}
	ids, unknown := t.lists(what)
	if len(ids) == 0 && strings.EqualFold(what, all) {
		ids, unknown = t.allLists(), nil
	}
	if len(unknown) > 0 {
		return []Reply{{Doc: t.unknownLists(unknown)}}, nil
	}
	var mine, others []string
	for _, id := range ids {
		if f := follows[id]; f.own || f.config {
			mine = append(mine, id)
		} else {
			others = append(others, id)
		}
	}
	if len(mine) == 0 {
		return t.reply("mute.not-followed", "names", t.names(others)), nil
	}
	var list []muted
	for _, id := range mine {
		list = append(list, muted{Mute: ofList(id), name: t.name(id)})
	}
	return t.muteAll(ctx, list, span)
}

// muteAll mutes and says so.
func (t *talk) muteAll(ctx context.Context, list []muted, span time.Duration) ([]Reply, error) {
	until := t.now.Add(span)
	for _, m := range list {
		if err := t.Chats.Mute(ctx, t.req.Chat, m.Mute, until); err != nil {
			return nil, err
		}
	}
	return t.reply("mute.done", "names", namesOf(list), "until", t.loc.Time(until, t.Zone), "span", t.loc.Duration(span)), nil
}

// ofList is the mute of a watchlist.
func ofList(id string) news.Mute { return news.Mute{Kind: news.MuteWatchlist, What: id} }

// readSpan reads "30m", "8h", "2d", "1w", "1d12h", and the same with the Russian letters м, ч, д, н. What is too long to say comes as more than any bound.
func readSpan(s string) (time.Duration, bool) {
	const tooLong = 100 * muteMost
	units := map[rune]time.Duration{
		'm': time.Minute, 'м': time.Minute, 'h': time.Hour, 'ч': time.Hour, 'd': 24 * time.Hour, 'д': 24 * time.Hour,
		'w': 7 * 24 * time.Hour, 'н': 7 * 24 * time.Hour,
	}
	var total time.Duration
	digits := ""
	for _, r := range strings.ToLower(s) {
		if r >= '0' && r <= '9' {
			digits += string(r)
			continue
		}
		unit, ok := units[unicode.ToLower(r)]
		if !ok || digits == "" {
			return 0, false
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n > int64(tooLong/unit) {
			n = int64(tooLong / unit)
		}
		total = min(total+time.Duration(n)*unit, tooLong)
		digits = ""
	}
	return total, digits == "" && s != ""
}
