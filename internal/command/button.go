package command

import (
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"vestnik/internal/news"
)

// dataMost is what Telegram carries with a button, in bytes.
const dataMost = 64

// A press is what a button means: a verb and its numbers in base 36, then words, all between colons. Numbers are never negative.
type press struct {
	verb    string
	numbers []int64
	words   string
}

// A verb belongs to a command, whose rights are asked for again when its button is pressed.
type verb struct {
	command string
	numbers int
	words   bool
	run     func(context.Context, *talk, press) ([]Reply, error)
}

// Verbs. What is sent to a chat outlives the program: a letter is not given another meaning.
const (
	verbWatchlists  = "w" // page
	verbSubscribe   = "a" // number of the watchlist, page
	verbUnsubscribe = "d" // number of the watchlist, page
	verbRecent      = "r" // number of the watchlist or 0, items a page, published, id
	verbSearch      = "s" // published, id; query
	verbFeeds       = "f" // page
	verbWhy         = "y" // page; message
	verbForget      = "x" // 1 yes, 0 no
	verbVerdict     = "v" // item, number of the watchlist, what is said of it: see choiceNone
	verbTell        = "o" // item, or 0 and a story: told in a message of its own
	verbStory       = "t" // page, story
	verbExplain     = "e" // item: explained in a message of its own
	verbMute        = "m" // item, what of it (see muteNothing), number of the watchlist or 0: asks what to mute, then for how long
	verbMuteFor     = "n" // the same, and hours
	verbUnder       = "u" // item: back to what stands under its alert
	verbLanguage    = "l" // code of a language
	verbZone        = "z" // name of a time zone
	verbSettings    = "g" // number of the watchlist or 0, menu; what is chosen in it, or nothing
)

func verbs(v string) (verb, bool) {
	switch v {
	case verbWatchlists:
		return verb{"watchlists", 1, false, watchlistsPage}, true
	case verbSubscribe:
		return verb{"subscribe", 2, false, subscribePressed}, true
	case verbUnsubscribe:
		return verb{"unsubscribe", 2, false, unsubscribePressed}, true
	case verbRecent:
		return verb{"recent", 4, false, recentPage}, true
	case verbSearch:
		return verb{"search", 2, true, searchPage}, true
	case verbFeeds:
		return verb{"feeds", 1, false, feedsPage}, true
	case verbWhy:
		return verb{"why", 1, true, whyPage}, true
	case verbForget:
		return verb{"forgetme", 1, false, forgetPressed}, true
	case verbVerdict:
		return verb{"precision", 3, false, judged}, true
	case verbTell:
		return verb{"story", 2, false, storyPressed}, true
	case verbStory:
		return verb{"story", 2, false, storyTurned}, true
	case verbExplain:
		return verb{"why", 1, false, whyPressed}, true
	case verbMute:
		return verb{"mute", 3, false, mutePressed}, true
	case verbMuteFor:
		return verb{"mute", 4, false, mutedFor}, true
	case verbUnder:
		return verb{"mute", 1, false, backUnder}, true
	case verbLanguage:
		return verb{"lang", 0, true, languagePressed}, true
	case verbZone:
		return verb{"timezone", 0, true, zonePressed}, true
	case verbSettings:
		return verb{"settings", 2, true, settingPressed}, true
	}
	return verb{}, false
}

func (p press) command() string {
	v, _ := verbs(p.verb)
	return v.command
}

func (p press) run(ctx context.Context, t *talk) ([]Reply, error) {
	v, _ := verbs(p.verb)
	return v.run(ctx, t, p)
}

// encode is the data of a button; ok is false when it is too long for one.
func (p press) encode() (data string, ok bool) {
	parts := []string{p.verb}
	for _, n := range p.numbers {
		parts = append(parts, strconv.FormatInt(n, 36))
	}
	if v, _ := verbs(p.verb); v.words {
		parts = append(parts, p.words)
	}
	data = strings.Join(parts, ":")
	return data, len(data) <= dataMost
}

// decode reads the data of a button; ok is false for what no button of ours holds.
func decode(data string) (p press, ok bool) {
	if len(data) > dataMost || !utf8.ValidString(data) {
		return press{}, false
	}
	letter, rest, more := strings.Cut(data, ":")
	v, ok := verbs(letter)
	if !ok || !more {
		return press{}, false
	}
	fields := strings.SplitN(rest, ":", v.numbers+1)
	want := v.numbers
	if v.words {
		want++
	}
	if len(fields) != want {
		return press{}, false
	}
	p.verb = letter
	for _, f := range fields[:v.numbers] {
		n, err := strconv.ParseInt(f, 36, 64)
		if err != nil || n < 0 || strings.HasPrefix(f, "+") || strings.HasPrefix(f, "-") {
			return press{}, false
		}
		p.numbers = append(p.numbers, n)
	}
	if v.words {
		p.words = fields[v.numbers]
	}
	return p, true
}

// button is a button with a text; none when its data would be too long.
func button(text string, p press) []Button {
	data, ok := p.encode()
	if !ok {
		return nil
	}
	return []Button{{Text: text, Data: data}}
}

// listNumber stands for a watchlist in a button, because an id may be longer than a button holds; never 0.
func listNumber(id string) int64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return int64(h.Sum64()>>1 | 1)
}

// listByNumber finds the watchlist again; "" when it is gone.
func (t *talk) listByNumber(n int64) string {
	if i := slices.IndexFunc(t.Watchlists, func(w news.Watchlist) bool { return listNumber(w.ID) == n }); i >= 0 {
		return t.Watchlists[i].ID
	}
	return ""
}

func cursorNumbers(c news.Cursor) []int64 {
	if c == (news.Cursor{}) {
		return []int64{0, 0}
	}
	return []int64{max(c.Published.UnixMilli(), 0), max(c.ID, 0)}
}

func cursorOf(published, id int64) news.Cursor {
	if published == 0 && id == 0 {
		return news.Cursor{}
	}
	return news.Cursor{Published: time.UnixMilli(min(published, maxMillis)).UTC(), ID: id}
}

// maxMillis is the last moment of the year 9999.
const maxMillis = 253402300799999

// pageOf is the part of n rows that a page of size rows shows; a page that is not there is the last one. It adds the buttons to the others, whose first
// number is the page, before those of of.
func pageOf(n, size int, page int64, v string, words string, of ...int64) (from, to int, nav []Button) {
	pages := max((n+size-1)/size, 1)
	p := int(min(page, int64(pages-1)))
	if p > 0 {
		nav = append(nav, button("‹ "+strconv.Itoa(p), press{v, append([]int64{int64(p - 1)}, of...), words})...)
	}
	if p < pages-1 {
		nav = append(nav, button(strconv.Itoa(p+2)+" ›", press{v, append([]int64{int64(p + 1)}, of...), words})...)
	}
	return p * size, min((p+1)*size, n), nav
}
