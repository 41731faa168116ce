package command

import (
	"context"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
)

// listsShown is how many watchlists a page shows.
const listsShown = 8

// A following is how a chat stands to one watchlist.
type following struct {
	own, config bool // asked for in the chat itself, or by the configuration
}

func (t *talk) followed(ctx context.Context) (map[string]following, error) {
	subs, err := t.Chats.Subscriptions(ctx, t.req.Chat)
	if err != nil {
		return nil, err
	}
	out := map[string]following{}
	for _, s := range subs {
		f := out[s.Watchlist]
		f.own, f.config = f.own || s.Source != news.SourceConfig, f.config || s.Source == news.SourceConfig
		out[s.Watchlist] = f
	}
	return out, nil
}

// list finds a watchlist as people write it: its id in any case and with "_" for "-", or its name.
func (t *talk) list(s string) (news.Watchlist, bool) {
	flat := func(s string) string { return strings.ReplaceAll(strings.ToLower(oneLine(s)), "_", "-") }
	for _, same := range []func(w news.Watchlist) bool{
		func(w news.Watchlist) bool { return w.ID == s },
		func(w news.Watchlist) bool { return flat(w.ID) == flat(s) },
		func(w news.Watchlist) bool { return flat(w.Name) == flat(s) },
	} {
		if i := slices.IndexFunc(t.Watchlists, same); i >= 0 {
			return t.Watchlists[i], true
		}
	}
	return news.Watchlist{}, false
}

// lists finds the watchlists that words name, and returns the words that name none.
func (t *talk) lists(words string) (ids, unknown []string) {
	if w, ok := t.list(words); ok {
		return []string{w.ID}, nil // a name of several words
	}
	for _, word := range strings.FieldsFunc(words, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		switch w, ok := t.list(word); {
		case !ok:
			unknown = append(unknown, clip(word, 40))
		case !slices.Contains(ids, w.ID):
			ids = append(ids, w.ID)
		}
	}
	return ids, unknown
}

// name is what a watchlist is called: by its id when it has no name or is gone.
func (t *talk) name(id string) string {
	if i := slices.IndexFunc(t.Watchlists, func(w news.Watchlist) bool { return w.ID == id }); i >= 0 && oneLine(t.Watchlists[i].Name) != "" {
		return clip(t.Watchlists[i].Name, 60)
	}
	return clip(id, 60)
}

// names joins names with commas, at most ten of them.
func (t *talk) names(ids []string) Line {
	const most = 10
	var l Line
	for i, id := range ids[:min(len(ids), most)] {
		if i > 0 {
			l = append(l, Span{Text: ", "})
		}
		l = append(l, Span{Text: t.name(id), Bold: true})
	}
	if n := len(ids) - most; n > 0 {
		l = append(l, Span{Text: " " + t.loc.Text("and-more", "n", n)})
	}
	return l
}

// unknownLists says which words name no watchlist.
func (t *talk) unknownLists(words []string) Doc {
	shown := words[:min(len(words), 5)]
	return t.say("watchlists.unknown", "n", len(words), "words", Span{Text: strings.Join(shown, ", "), Code: true})
}

func watchlists(ctx context.Context, t *talk) ([]Reply, error) { return t.listPage(ctx, 0, false) }

func watchlistsPage(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.listPage(ctx, p.numbers[0], true)
}

// listPage shows watchlists, with a button each for those who may follow them.
func (t *talk) listPage(ctx context.Context, page int64, edit bool) ([]Reply, error) {
	if len(t.Watchlists) == 0 {
		return t.reply("watchlists.none"), nil
	}
	follows, err := t.followed(ctx)
	if err != nil {
		return nil, err
	}
	mutes, err := t.mutesOf(ctx)
	if err != nil {
		return nil, err
	}
	may := t.mayNot(ChatAdmin) == ""
	from, to, nav := pageOf(len(t.Watchlists), listsShown, page, verbWatchlists, "")
	r := Reply{Doc: t.say("watchlists.title", "n", len(t.Watchlists)), Edit: edit}
	for _, w := range t.Watchlists[from:to] {
		f := follows[w.ID]
		mark := "▫️ "
		if f.own || f.config {
			mark = "✅ "
		}
		l := Line{{Text: mark}, {Text: t.name(w.ID), Bold: true}, {Text: " "}, {Text: clip(w.ID, 60), Code: true}}
		if f.config {
			l = append(l, Span{Text: " · " + t.loc.Text("watchlists.by-config")})
		}
		if until, ok := mutes[w.ID]; ok {
			l = append(l, Span{Text: " · " + t.loc.Text("watchlists.muted", "until", t.loc.Time(until, t.Zone))})
		}
		if link := t.link(w.ID); link != "" && t.req.Kind == news.ChatPrivate {
			l = append(l, Span{Text: " · "}, Span{Text: t.loc.Text("watchlists.link"), Link: link})
		}
		r.Doc = append(r.Doc, l)
		if !may || f.config {
			continue
		}
		action, text := verbSubscribe, "➕ "
		if f.own {
			action, text = verbUnsubscribe, "➖ "
		}
		if b := button(text+clip(t.name(w.ID), 40), press{action, []int64{listNumber(w.ID), int64(from / listsShown)}, ""}); b != nil {
			r.Buttons = append(r.Buttons, b)
		}
	}
	if len(nav) > 0 {
		r.Buttons = append(r.Buttons, nav)
	}
	return []Reply{r}, nil
}

const all = "all"

func subscribe(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		return t.listPage(ctx, 0, false)
	}
	ids, unknown := t.lists(t.args)
	if len(ids) == 0 && strings.EqualFold(t.args, all) {
		ids, unknown = t.allLists(), nil
	}
	var doc Doc
	if len(ids) > 0 {
		if err := t.Chats.Subscribe(ctx, t.req.Chat, ids); err != nil {
			return nil, err
		}
		doc = t.say("subscribe.done", "names", t.names(ids))
	}
	if len(unknown) > 0 {
		doc = append(doc, t.unknownLists(unknown)...)
	}
	if len(doc) == 0 {
		return t.reply("watchlists.none"), nil
	}
	return []Reply{{Doc: doc}}, nil
}

func (t *talk) allLists() []string {
	ids := make([]string, len(t.Watchlists))
	for i, w := range t.Watchlists {
		ids[i] = w.ID
	}
	return ids
}

func unsubscribe(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		return t.listPage(ctx, 0, false)
	}
	follows, err := t.followed(ctx)
	if err != nil {
		return nil, err
	}
	ids, unknown := t.lists(t.args)
	if everything := len(ids) == 0 && strings.EqualFold(t.args, all); everything {
		unknown = nil
		for id := range follows { // those that left the configuration as well
			ids = append(ids, id)
		}
		slices.Sort(ids)
	} else {
		for i, word := range slices.Backward(unknown) { // one that left the configuration can still be left
			if f := follows[word]; f.own {
				ids, unknown = append(ids, word), slices.Delete(unknown, i, i+1)
			}
		}
	}
	var own, config, neither []string
	for _, id := range ids {
		f := follows[id]
		if f.own {
			own = append(own, id)
		}
		if f.config {
			config = append(config, id)
		}
		if !f.own && !f.config {
			neither = append(neither, id)
		}
	}
	var doc Doc
	if len(own) > 0 {
		if err := t.Chats.Unsubscribe(ctx, t.req.Chat, own); err != nil {
			return nil, err
		}
		doc = t.say("unsubscribe.done", "names", t.names(own))
	}
	if len(config) > 0 {
		doc = append(doc, t.say("unsubscribe.by-config", "names", t.names(config))...)
	}
	if len(neither) > 0 {
		doc = append(doc, t.say("unsubscribe.was-not", "names", t.names(neither))...)
	}
	if len(unknown) > 0 {
		doc = append(doc, t.unknownLists(unknown)...)
	}
	if len(doc) == 0 {
		return t.reply("unsubscribe.nothing"), nil
	}
	return []Reply{{Doc: doc}}, nil
}

func subscribePressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.toggled(ctx, p, t.Chats.Subscribe, "subscribe.toast")
}

func unsubscribePressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	return t.toggled(ctx, p, t.Chats.Unsubscribe, "unsubscribe.toast")
}

func (t *talk) toggled(ctx context.Context, p press, do func(context.Context, string, []string) error, said string) ([]Reply, error) {
	id := t.listByNumber(p.numbers[0])
	if id == "" {
		return t.toast("watchlists.gone"), nil
	}
	if err := do(ctx, t.req.Chat, []string{id}); err != nil {
		return nil, err
	}
	replies, err := t.listPage(ctx, p.numbers[1], true)
	if err == nil {
		replies[0].Toast = clip(t.loc.Text(said, "name", t.name(id)), toastMost)
	}
	return replies, err
}

// mutesOf is the watchlists that are muted in the chat, and until when.
func (t *talk) mutesOf(ctx context.Context) (until map[string]time.Time, err error) {
	mutes, err := t.Chats.Mutes(ctx, t.req.Chat, t.now)
	until = make(map[string]time.Time)
	for m, then := range mutes {
		if m.Kind == news.MuteWatchlist {
			until[m.What] = then
		}
	}
	return until, err
}
