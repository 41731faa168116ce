package excerpt

import (
	"fmt"
	"testing"
	"time"

	"vestnik/internal/news"
)

// Who was first is said when it is known: copies do not count, and of a feed without dates nobody knows when it published.
func TestOutletsOf(t *testing.T) {
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	of := func(outlet string, minute int, dated, copied bool) news.OwedItem {
		o := news.OwedItem{Feed: news.Feed{Outlet: outlet}, Item: news.Item{ID: int64(minute), Published: noon.Add(time.Duration(minute) * time.Minute)}, Copy: copied}
		if o.Item.Seen = o.Item.Published; dated {
			o.Item.Seen = noon.Add(time.Hour)
		}
		return o
	}
	for _, tt := range []struct {
		items []news.OwedItem
		want  string
	}{
		{[]news.OwedItem{of("Зеркало", 0, true, false)}, "0  0s"},
		{[]news.OwedItem{of("Зеркало", 0, true, false), of("Зеркало", 3, true, false)}, "0  0s"},
		{[]news.OwedItem{of("БелТА", 14, true, false), of("Зеркало", 0, true, false)}, "1 Зеркало 14m0s"},
		{[]news.OwedItem{of("Зеркало", 0, true, false), of("Қазинформ", 2, true, true), of("БелТА", 14, true, false)}, "2 Зеркало 14m0s"},
		{[]news.OwedItem{of("Зеркало", 0, true, false), of("БелТА", 14, false, false)}, "1  0s"},
		{[]news.OwedItem{of("Зеркало", 0, false, false), of("БелТА", 14, true, false)}, "1 Зеркало 14m0s"},
		{[]news.OwedItem{of("Зеркало", 0, true, false), of("БелТА", 14, true, false), of("ТАСС", 20, false, false)}, "2 Зеркало 14m0s"},
	} {
		o := OutletsOf(tt.items)
		if got := fmt.Sprint(len(o.Others), " ", o.First.Feed.Outlet, " ", o.Ahead); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
