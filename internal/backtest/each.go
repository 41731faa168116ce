package backtest

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"vestnik/internal/news"
)

// A Source hands over stored items, batch by batch, in the order in which they were published. The batches are the receiver's to keep.
type Source func(ctx context.Context, do func([]news.Past) error) error

// A Match says which watchlists an item is on. It is called from several goroutines at once.
type Match func(*news.Item) []news.Match

// Rules are what a configuration makes of items. Why says, where a watchlist finds nothing that counts in an item, why that is.
type Rules struct {
	Match Match
	Why   func(watchlist string, it *news.Item) string
}

// a job is a batch under way; done closes when found is filled in.
type job struct {
	batch []news.Past
	found [][][]news.Match // for each item what each Match says
	done  chan struct{}
}

// Each takes the items of source through every one of rules, as many batches at once as there are processors, and calls do with what the rules say,
// in the order of the items and never twice at once. Few batches are in memory at a time, however long the source is.
func Each(ctx context.Context, source Source, rules []Match, do func(p *news.Past, found [][]news.Match)) error {
	workers := runtime.GOMAXPROCS(0)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	todo, inOrder := make(chan *job), make(chan *job, 2*workers)
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for j := range todo {
				j.match(rules)
			}
		})
	}
	var err error
	working.Go(func() {
		defer close(inOrder)
		defer close(todo)
		err = source(ctx, func(batch []news.Past) error {
			j := &job{batch, make([][][]news.Match, len(batch)), make(chan struct{})}
			select {
			case inOrder <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
			todo <- j // the workers go on until this is closed
			return nil
		})
	})
	for j := range inOrder {
		<-j.done
		for i := range j.batch {
			do(&j.batch[i], j.found[i])
		}
	}
	working.Wait()
	return err
}

// judge is what match says of an item in all its wordings, as it would have been said when they came: of each watchlist that some wording is over the
// threshold of, the match of the first such wording, which is the one that alerts; of the others, what the present wording has.
func judge(match Match, it *news.Item, earlier []news.Version) []news.Match {
	present := match(it)
	if len(earlier) == 0 {
		return present
	}
	var all []news.Match
	add := func(m news.Match) {
		if !slices.ContainsFunc(all, func(a news.Match) bool { return a.Watchlist == m.Watchlist }) {
			all = append(all, m)
		}
	}
	for _, v := range earlier {
		was := *it
		was.Title, was.Text, was.Lang = v.Title, v.Text, v.Lang
		for _, m := range match(&was) {
			if m.Wording = v.Wording; m.Over {
				add(m)
			}
		}
	}
	for _, m := range present {
		add(m)
	}
	return all
}

func (j *job) match(rules []Match) {
	defer close(j.done)
	for i := range j.batch {
		found := make([][]news.Match, len(rules))
		for r, match := range rules {
			found[r] = judge(match, &j.batch[i].Item, j.batch[i].Earlier)
		}
		j.found[i] = found
	}
}
