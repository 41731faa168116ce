package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

// A Store is what answers are read from.
type Store interface {
	// Search returns the indexed items that q finds, newest first, and how many items the index has still to take in.
	Search(ctx context.Context, q news.Query, f news.Filter) (items []news.Found, behind int, err error)
	// Recent returns the items that f lets through, newest first.
	Recent(ctx context.Context, f news.Filter) ([]news.Found, error)
	FeedStatuses(ctx context.Context) ([]news.FeedStatus, error)

	// StoryOf returns the number of the story that an item belongs to, 0 for none.
	StoryOf(ctx context.Context, itemID int64) (int64, error)
	// Story returns a story with its items by time; it fails with news.ErrNotFound.
	Story(ctx context.Context, id int64) (news.Story, error)
	// TopStories returns the stories that the most outlets tell of since then, the most told first.
	TopStories(ctx context.Context, since time.Time, limit int) ([]news.Story, error)

	Counts(ctx context.Context) (news.Counts, error)
}

// An Expander turns what a person types into the forms that the index holds. Its error says what is wrong with the query.
type Expander interface {
	Expand(query string) (news.Query, error)
}

// A List is the answer to search and recent.
type List struct {
	Query  string // what was searched for; "" for recent
	Items  []news.Found
	More   bool              // there are older items; the Cursor of the last one is where they begin
	Behind int               // items that a search cannot find yet
	Names  map[string]string // watchlist id → name, of those there are
}

// How many items a List holds when the filter does not say, and at most.
const (
	pageLimit = 20
	pageMost  = 999
)

// ErrAsk is the error of a question that makes no sense, as opposed to one that could not be answered. Its text is for whoever asked.
var ErrAsk = errors.New("cannot be answered")

// askError is an ErrAsk with what is wrong as its whole text.
type askError struct{ msg string }

func (e askError) Error() string      { return e.msg }
func (askError) Is(target error) bool { return target == ErrAsk }

// Search finds items by words. It fails with ErrAsk when there is no word in query, or the filter names no watchlist there is.
func (d Desk) Search(ctx context.Context, query string, f news.Filter) (List, error) {
	query = strings.TrimSpace(query)
	if query == "" {
		return List{}, askError{"say what to search for"}
	}
	if err := d.known(f.Watchlist); err != nil {
		return List{}, err
	}
	q, err := d.Expander.Expand(query)
	if err != nil {
		return List{}, askError{err.Error()}
	}
	f, limit := onePlus(f)
	items, behind, err := d.Store.Search(ctx, q, f)
	if err != nil {
		return List{}, fmt.Errorf("search %q: %w", query, err)
	}
	l := d.page(items, limit)
	l.Query, l.Behind = query, behind
	return l, nil
}

// Recent lists the newest items. It fails with ErrAsk when the filter names no watchlist there is.
func (d Desk) Recent(ctx context.Context, f news.Filter) (List, error) {
	if err := d.known(f.Watchlist); err != nil {
		return List{}, err
	}
	f, limit := onePlus(f)
	items, err := d.Store.Recent(ctx, f)
	if err != nil {
		return List{}, fmt.Errorf("recent items: %w", err)
	}
	return d.page(items, limit), nil
}

func (d Desk) known(watchlist string) error {
	if watchlist == "" {
		return nil
	}
	ids := make([]string, len(d.Watchlists))
	for i, w := range d.Watchlists {
		if ids[i] = w.ID; w.ID == watchlist {
			return nil
		}
	}
	return askError{fmt.Sprintf("there is no watchlist %q; there are: %s", watchlist, strings.Join(ids, ", "))}
}

// onePlus asks for one item more than wanted, to know whether there is more.
func onePlus(f news.Filter) (news.Filter, int) {
	limit := f.Limit
	if limit <= 0 {
		limit = pageLimit
	}
	limit = min(limit, pageMost)
	f.Limit = limit + 1
	return f, limit
}

func (d Desk) page(items []news.Found, limit int) List {
	l := List{Items: items[:min(limit, len(items))], More: len(items) > limit, Names: make(map[string]string, len(d.Watchlists))}
	for _, w := range d.Watchlists {
		l.Names[w.ID] = w.Name
	}
	return l
}

// Feeds lists the sources, those that do worst first (see pulse.States), of those the longest failing, and then by id.
func (d Desk) Feeds(ctx context.Context) ([]news.FeedStatus, error) {
	list, err := d.Store.FeedStatuses(ctx)
	if err != nil {
		return nil, fmt.Errorf("feeds: %w", err)
	}
	states := map[string]pulse.State{}
	for _, f := range list {
		states[f.Feed.ID] = pulse.Of(f.State)
	}
	slices.SortFunc(list, func(a, b news.FeedStatus) int {
		return cmp.Or(pulse.Worse(states[a.Feed.ID], states[b.Feed.ID]), b.State.Failures-a.State.Failures, strings.Compare(a.Feed.ID, b.Feed.ID))
	})
	return list, nil
}

// A Status is how the bot does.
type Status struct {
	Counts   news.Counts
	Feeds    map[pulse.State]int // how many are in each state; those that none is in are missing
	LastRead time.Time           // when a feed was last read; zero: never
}

// Status sums up feeds, items and alerts as they are.
func (d Desk) Status(ctx context.Context) (Status, error) {
	counts, err := d.Store.Counts(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("status: %w", err)
	}
	list, err := d.Store.FeedStatuses(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("status: %w", err)
	}
	s := Status{Counts: counts, Feeds: map[pulse.State]int{}}
	for _, f := range list {
		s.Feeds[pulse.Of(f.State)]++
		if f.State.LastSuccess.After(s.LastRead) {
			s.LastRead = f.State.LastSuccess
		}
	}
	return s, nil
}
