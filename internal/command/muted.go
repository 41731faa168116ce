package command

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"vestnik/internal/news"
)

// A muted is something that is muted in the chat, or is about to be.
type muted struct {
	news.Mute
	name  string // what people call it
	words string // what names it behind /mute and /unmute
	until time.Time
}

func namesOf(list []muted) string {
	var names []string
	for _, m := range list {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// Words that name a story or a source behind /mute: "story 12", "source belta". As a reply to an alert they are enough.
const (
	wordStory  = "story"
	wordSource = "source"
)

// mutes lists what is muted in the chat: watchlists, then stories, then sources.
func (t *talk) mutes(ctx context.Context) ([]muted, error) {
	until, err := t.Chats.Mutes(ctx, t.req.Chat, t.now)
	if err != nil {
		return nil, err
	}
	var list []muted
	for m, then := range until {
		named, err := t.named(ctx, m)
		if err != nil {
			return nil, err
		}
		named.until = then
		list = append(list, named)
	}
	order := []news.MuteKind{news.MuteWatchlist, news.MuteStory, news.MuteFeed}
	slices.SortFunc(list, func(a, b muted) int {
		return cmp.Or(slices.Index(order, a.Kind)-slices.Index(order, b.Kind), cmp.Compare(a.What, b.What))
	})
	return list, nil
}

// named is a mute with its names.
func (t *talk) named(ctx context.Context, m news.Mute) (muted, error) {
	switch m.Kind {
	case news.MuteStory:
		name := t.loc.Text("mute.story", "number", m.What)
		id, err := strconv.ParseInt(m.What, 10, 64)
		if err != nil {
			return muted{m, name, wordStory + " " + m.What, time.Time{}}, nil //nolint:nilerr // no story has such a number
		}
		s, err := t.Store.Story(ctx, id)
		if err != nil && !errors.Is(err, news.ErrNotFound) {
			return muted{}, err
		}
		if len(s.Items) > 0 && s.Items[0].Item.Title != "" {
			name = "«" + clip(s.Items[0].Item.Title, 60) + "»"
		}
		return muted{m, name, wordStory + " " + m.What, time.Time{}}, nil
	case news.MuteFeed:
		feeds, err := t.Feeds(ctx)
		if err != nil {
			return muted{}, err
		}
		name := clip(m.What, 60)
		if i := slices.IndexFunc(feeds, func(f news.FeedStatus) bool { return f.Feed.ID == m.What }); i >= 0 {
			name = clip(outletKey(feeds[i].Feed), 60)
		}
		return muted{m, name, wordSource + " " + clip(m.What, 60), time.Time{}}, nil
	}
	return muted{m, t.name(m.What), clip(m.What, 60), time.Time{}}, nil
}

// muted lists what is muted.
func (t *talk) muted(ctx context.Context) ([]Reply, error) {
	list, err := t.mutes(ctx)
	if err != nil {
		return nil, err
	}
	var doc Doc
	for _, m := range list[:min(len(list), mutesShown)] {
		doc = append(doc, t.say("mute.line", "name", m.name, "id", Span{Text: m.words, Code: true}, "until", t.loc.Time(m.until, t.Zone))...)
	}
	if n := len(list) - mutesShown; n > 0 {
		doc = append(doc, t.say("and-more", "n", n)...)
	}
	doc = append(append(doc, t.say("mute.usage")...), t.say("mute.usage-more")...)
	return []Reply{{Doc: doc}}, nil
}

// mutesShown is how many mutes a message lists.
const mutesShown = 20

// muteNamed reads "story 12" and "source belta"; behind a reply to an alert the number and the name may be missing. Words of another kind give nothing;
// problem says why a story or a source was not found.
func (t *talk) muteNamed(ctx context.Context, what string) (list []muted, problem []Reply, err error) {
	word, rest, _ := strings.Cut(what, " ")
	word = strings.ToLower(word)
	if word != wordStory && word != wordSource {
		return nil, nil, nil
	}
	var found []news.Mute
	switch {
	case rest == "" && t.req.ReplyTo == "":
		return nil, t.reply("mute.usage-more"), nil
	case rest == "":
		found, err = t.mutesOfAlert(ctx, word)
		if len(found) == 0 {
			problem = t.reply("why.not-an-alert")
		}
	case word == wordStory:
		found, problem, err = t.storyNumbered(ctx, rest)
	default:
		found, problem, err = t.sourceCalled(ctx, rest)
	}
	if err != nil || problem != nil {
		return nil, problem, err
	}
	for _, m := range found {
		n, err := t.named(ctx, m)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, n)
	}
	return list, nil, nil
}

// mutesOfAlert are the stories, or the sources, of the alert that is replied to.
func (t *talk) mutesOfAlert(ctx context.Context, word string) (list []news.Mute, err error) {
	ids, err := t.Chats.Posted(ctx, t.req.Chat, t.req.ReplyTo)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		m := news.Mute{Kind: news.MuteStory}
		if word == wordStory {
			n, err := t.Store.StoryOf(ctx, id)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				continue
			}
			m.What = strconv.FormatInt(n, 10)
		} else {
			f, err := t.Chats.Item(ctx, id)
			if errors.Is(err, news.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			m = news.Mute{Kind: news.MuteFeed, What: f.Feed.ID}
		}
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list, nil
}

func (t *talk) storyNumbered(ctx context.Context, words string) ([]news.Mute, []Reply, error) {
	id, err := strconv.ParseInt(words, 10, 64)
	if err != nil {
		return nil, t.reply("mute.usage-more"), nil //nolint:nilerr // it is what they typed
	}
	_, err = t.Store.Story(ctx, id)
	if errors.Is(err, news.ErrNotFound) {
		return nil, t.reply("story.gone"), nil
	}
	return []news.Mute{{Kind: news.MuteStory, What: strconv.FormatInt(id, 10)}}, nil, err
}

// sourceCalled is the feed of that id or name, or all of an outlet.
func (t *talk) sourceCalled(ctx context.Context, words string) (list []news.Mute, problem []Reply, err error) {
	feeds, err := t.Feeds(ctx)
	if err != nil {
		return nil, nil, err
	}
	found := Named(feeds, words)
	if len(found) > 1 {
		if same := slices.DeleteFunc(slices.Clone(found), func(f news.FeedStatus) bool { return !strings.EqualFold(f.Feed.Outlet, words) }); len(same) > 0 {
			found = same
		} else {
			var ids []string
			for _, f := range found[:min(len(found), feedsShown)] {
				ids = append(ids, clip(f.Feed.ID, 60))
			}
			return nil, t.reply("mute.several", "words", Span{Text: clip(words, 60), Code: true}, "ids", Span{Text: strings.Join(ids, ", "), Code: true}), nil
		}
	}
	if len(found) == 0 {
		return nil, t.reply("feeds.unknown", "words", Span{Text: clip(words, 60), Code: true}), nil
	}
	for _, f := range found {
		list = append(list, news.Mute{Kind: news.MuteFeed, What: f.Feed.ID})
	}
	return list, nil, nil
}

func unmute(ctx context.Context, t *talk) ([]Reply, error) {
	list, err := t.mutes(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return t.reply("unmute.nothing"), nil
	}
	if t.args == "" || strings.EqualFold(t.args, all) {
		if err := t.Chats.Unmute(ctx, t.req.Chat, news.Mute{}); err != nil {
			return nil, err
		}
		return t.reply("unmute.done", "names", namesOf(list)), nil
	}
	named, problem, err := t.unmuteNamed(ctx, list)
	if err != nil {
		return nil, err
	}
	var ended, others []muted
	for _, m := range named {
		if !slices.ContainsFunc(list, func(x muted) bool { return x.Mute == m.Mute }) {
			others = append(others, m)
			continue
		}
		if err := t.Chats.Unmute(ctx, t.req.Chat, m.Mute); err != nil {
			return nil, err
		}
		ended = append(ended, m)
	}
	var doc Doc
	if len(ended) > 0 {
		doc = t.say("unmute.done", "names", namesOf(ended))
	}
	if len(others) > 0 {
		doc = append(doc, t.say("unmute.was-not", "names", namesOf(others))...)
	}
	if doc = append(doc, problem...); len(doc) == 0 {
		return t.reply("mute.usage"), nil
	}
	return []Reply{{Doc: doc}}, nil
}

// unmuteNamed is what the words behind /unmute mean, and what is to be said of those that mean nothing. What is muted can be named as the list of mutes
// does, also when it is not there any more.
func (t *talk) unmuteNamed(ctx context.Context, list []muted) (named []muted, problem Doc, err error) {
	if i := slices.IndexFunc(list, func(m muted) bool { return strings.EqualFold(m.words, t.args) }); i >= 0 {
		return list[i : i+1], nil, nil
	}
	if _, is := t.list(t.args); !is {
		named, replies, err := t.muteNamed(ctx, t.args)
		if err != nil || len(named) > 0 {
			return named, nil, err
		}
		if replies != nil {
			return nil, replies[0].Doc, nil
		}
	}
	ids, unknown := t.lists(t.args)
	for _, id := range ids {
		named = append(named, muted{Mute: ofList(id), name: t.name(id)})
	}
	if len(unknown) > 0 {
		problem = t.unknownLists(unknown)
	}
	return named, problem, nil
}
