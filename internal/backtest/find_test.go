package backtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"vestnik/internal/news"
)

// hourly has an item each hour before noon, the number of which is how many hours ago it was; every third is found.
func hourly(w Window) Source {
	return func(ctx context.Context, do func([]news.Past) error) error {
		for at := w.From; at.Before(w.To) && !at.After(noon); at = at.Add(time.Hour) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := do([]news.Past{{Item: news.Item{ID: int64(noon.Sub(at) / time.Hour), Published: at}}}); err != nil {
				return err
			}
		}
		return nil
	}
}

func third(it *news.Item) []news.Match {
	return []news.Match{{Watchlist: "try", Over: it.ID%3 == 0, Hits: []news.Hit{{Surface: fmt.Sprint("газ ", it.ID)}}}}
}

func TestFind(t *testing.T) {
	windows := Windows(noon, 3, time.UTC)
	f, err := Find(t.Context(), windows, hourly, third, 1000, 5)
	if err != nil {
		t.Fatal(err)
	}
	ids := func(f Finds) (out []int64) {
		for _, x := range f.Newest {
			out = append(out, x.ID)
		}
		return out
	}
	if f.Looked != 13+24+24 || !slices.Equal(f.PerDay, []int{5, 8, 8}) || f.Cut || !slices.Equal(ids(f), []int64{0, 3, 6, 9, 12}) {
		t.Errorf("%+v", f)
	}
	if f, err = Find(t.Context(), windows, hourly, third, 1000, 7); err != nil || !slices.Equal(ids(f), []int64{0, 3, 6, 9, 12, 15, 18}) {
		t.Errorf("over midnight: %v %v", ids(f), err)
	}
	if f, err = Find(t.Context(), windows, hourly, third, 20, 5); err != nil || !f.Cut || f.Looked != 20 || len(f.PerDay) != 2 || f.PerDay[0] != 5 {
		t.Errorf("at most 20 items: %+v %v", f, err)
	}
	if f, err = Find(t.Context(), windows, hourly, third, 61, 5); err != nil || f.Cut {
		t.Errorf("exactly all: %+v %v", f, err)
	}
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	if f, err = Find(late, windows, hourly, third, 1000, 5); err != nil || !f.Cut {
		t.Errorf("out of time: %+v %v", f, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = Find(gone, windows, hourly, third, 1000, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
	broken := errors.New("disk gone")
	_, err = Find(t.Context(), windows, func(Window) Source {
		return func(context.Context, func([]news.Past) error) error { return broken }
	}, third, 1000, 5)
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestWindows(t *testing.T) {
	almaty := time.FixedZone("+05", 5*3600)
	var got []string
	for _, w := range Windows(noon.Add(8*time.Hour), 2, almaty) { // 01:00 of the 12th there
		got = append(got, w.From.UTC().Format("02T15")+" "+w.To.UTC().Format("02T15"))
	}
	if want := []string{"11T19 12T19", "10T19 11T19"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
