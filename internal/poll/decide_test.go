package poll

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

// entry is an item of a document in short: "g:1 u:1 h:1 @-3h", keys and age; no age: the feed gave no date.
func entry(t *testing.T, s string) news.Item {
	t.Helper()
	item := news.Item{FeedID: "belta-ru", Title: "Главное за день", Seen: noon, Published: noon}
	for f := range strings.FieldsSeq(s) {
		if age, ok := strings.CutPrefix(f, "@"); ok {
			d, err := time.ParseDuration(age)
			if err != nil {
				t.Fatal(err)
			}
			item.Published = noon.Add(d)
			continue
		}
		item.Keys = append(item.Keys, f)
	}
	return item
}

func TestDecide(t *testing.T) {
	old := news.FeedState{FirstSuccess: noon.Add(-48 * time.Hour), LastNew: noon.Add(-time.Hour)}
	driftedAt := func(key string) news.FeedState { st := old; st.DriftKey = key; return st }
	tests := []struct {
		name  string
		state news.FeedState
		known string // "g:1=1 u:1=1"
		doc   []string
		feed  news.Feed
		rules Rules
		want  string // "new g:1; skip g:2 backlog; adopt 7 g:3 u:3", in this order
		gap   bool
	}{
		{name: "nothing", state: old},
		{name: "all known", state: old, known: "g:1=1 u:1=1", doc: []string{"g:1 u:1"}},
		{name: "one new among known", state: old, known: "g:1=1", doc: []string{"g:2 u:2 @-1h", "g:1 u:1"}, want: "new g:2"},
		{name: "new stays in order", state: old, known: "g:1=1", doc: []string{"g:3 @-9h", "g:2 @-1h", "g:1"}, want: "new g:3; new g:2"},
		{name: "gap", state: old, doc: []string{"g:8 @-1h", "g:9 @-1h"}, want: "new g:8; new g:9", gap: true},
		{name: "empty document is no gap", state: old, doc: nil},

		{name: "one GUID changed: an edit or a new item, so new", state: old, known: "g:1=1 u:1=1 g:2=2 u:2=2 g:3=3 u:3=3",
			doc: []string{"g:1 u:1", "g:2 u:2", "g:9 u:3 @-1h"}, want: "new g:9"},
		{name: "drift", state: old, known: "u:1=1 u:2=2 u:3=3",
			doc: []string{"g:a u:1 h:x", "g:b u:2 h:y", "g:c u:3 h:z"}, want: "adopt 1 g:a u:1 h:x; adopt 2 g:b u:2 h:y; adopt 3 g:c u:3 h:z"},
		{name: "drift with a new item in it", state: old, known: "u:1=1 u:2=2 u:3=3",
			doc: []string{"g:new u:9 @-1h", "g:a u:1", "g:b u:2", "g:c u:3"}, want: "new g:new; adopt 1 g:a u:1; adopt 2 g:b u:2; adopt 3 g:c u:3"},
		{name: "exactly half is not most", state: old, known: "u:1=1 u:2=2 u:3=3 g:4=4 g:5=5 g:6=6",
			doc:  []string{"g:a u:1 @-1h", "g:b u:2 @-1h", "g:c u:3 @-1h", "g:4 u:4", "g:5 u:5", "g:6 u:6"},
			want: "new g:a; new g:b; new g:c"},
		{name: "drift again with GUIDs that do not hold", state: driftedAt("g:before"), known: "u:1=1 u:2=2 u:3=3",
			doc: []string{"g:new u:9 @-1h", "g:a u:1", "g:b u:2", "g:c u:3"}, want: "new g:new"},
		{name: "drift again with GUIDs that hold", state: driftedAt("g:b"), known: "u:1=1 u:2=2 u:3=3",
			doc: []string{"g:a u:1", "g:b u:2", "g:c u:3"}, want: "adopt 1 g:a u:1; adopt 2 g:b u:2; adopt 3 g:c u:3"},
		{name: "small drift by address alone is a live page", state: old, known: "u:live=1", doc: []string{"g:2 u:live h:2 @-1h"}, want: "new g:2"},
		{name: "small drift with the very text", state: old, known: "u:1=1 h:1=1", doc: []string{"g:2 u:1 h:1 @-1h"}, want: "adopt 1 g:2 u:1 h:1"},
		{name: "every item links to the home page", state: old, known: "u:home=1 g:1=1",
			doc: []string{"g:5 u:home @-1h", "g:4 u:home @-1h", "g:3 u:home @-1h", "g:2 u:home @-1h"}, want: "new g:5; new g:4; new g:3; new g:2"},
		{name: "the item found stands there itself", state: old, known: "g:1=1 u:1=1 h:1=1",
			doc: []string{"g:1 u:7 h:7", "g:2 u:1 @-1h", "g:3 h:1 @-1h"}, want: "new g:2; new g:3"},
		{name: "GUIDs given up", state: old, known: "g:1=1 u:1=1", doc: []string{"u:1 h:1"}},
		{name: "site moved: addresses drifted, texts did not", state: old, known: "u:1=1 h:1=1 u:2=2 h:2=2",
			doc: []string{"u:m1 h:1", "u:m2 h:2"}, want: "adopt 1 u:m1 h:1; adopt 2 u:m2 h:2"},
		{name: "same title and nothing else", state: old, known: "g:1=1", doc: []string{"g:2 h:2 @-1h", "g:1 h:1"}, want: "new g:2"},

		{name: "backlog", doc: []string{"g:1 @-1h", "g:2 @-30h"}, want: "skip g:1 backlog; skip g:2 backlog"},
		{name: "backfill takes the newest", feed: news.Feed{Backfill: 1}, doc: []string{"g:1 @-3h", "g:2 @-1h", "g:3 @-2h"},
			want: "skip g:1 backlog; new g:2; skip g:3 backlog"},
		{name: "backfill of one age takes the first", feed: news.Feed{Backfill: 2}, doc: []string{"g:1", "g:2", "g:3"}, want: "new g:1; new g:2; skip g:3 backlog"},
		{name: "backfill of more than there is", feed: news.Feed{Backfill: 9}, doc: []string{"g:1 @-999h"}, want: "new g:1"},
		{name: "backfill is for the backlog only", state: old, feed: news.Feed{Backfill: 9}, known: "g:1=1", rules: Rules{MaxAge: time.Hour},
			doc: []string{"g:1", "g:2 @-2h"}, want: "skip g:2 too old"},
		{name: "fresh window", rules: Rules{FreshWindow: 24 * time.Hour}, doc: []string{"g:1 @-23h", "g:2 @-24h", "g:3 @-25h", "g:4"},
			want: "new g:1; new g:2; skip g:3 backlog; skip g:4 backlog"},
		{name: "was empty when it was added", state: news.FeedState{FirstSuccess: noon.Add(-2 * time.Hour)},
			doc: []string{"g:1 @-1h", "g:2 @-3h", "g:3"}, want: "new g:1; new g:2; new g:3"},
		{name: "too old", state: old, known: "g:0=1", rules: Rules{MaxAge: 48 * time.Hour}, doc: []string{"g:0", "g:1 @-47h", "g:2 @-49h", "g:3"},
			want: "new g:1; skip g:2 too old; new g:3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			known := map[string]int64{}
			for kv := range strings.FieldsSeq(tt.known) {
				k, v, _ := strings.Cut(kv, "=")
				var id int64
				if _, err := fmt.Sscan(v, &id); err != nil {
					t.Fatal(err)
				}
				known[k] = id
			}
			var doc news.Document
			for _, s := range tt.doc {
				doc.Items = append(doc.Items, entry(t, s))
			}
			d := Decide(tt.feed, doc, known, tt.state, tt.rules, noon)

			var got []string
			for _, n := range d.New {
				if n.Skip == "" {
					got = append(got, "new "+n.Item.Keys[0])
				} else {
					got = append(got, "skip "+n.Item.Keys[0]+" "+n.Skip)
				}
			}
			for _, a := range d.Adopt {
				got = append(got, fmt.Sprint("adopt ", a.ItemID, " ", strings.Join(a.Keys, " ")))
			}
			if s := strings.Join(got, "; "); s != tt.want {
				t.Errorf("decided %q, want %q", s, tt.want)
			}
			if d.Gap != tt.gap {
				t.Errorf("gap %v, want %v", d.Gap, tt.gap)
			}
			if n := len(d.New) + len(d.Adopt) + d.Known; n != len(doc.Items) {
				t.Errorf("%d items accounted for, the document has %d", n, len(doc.Items))
			}
			if again := Decide(tt.feed, doc, known, tt.state, tt.rules, noon); !reflect.DeepEqual(d, again) {
				t.Error("decided otherwise the second time")
			}
		})
	}
}
