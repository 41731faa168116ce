package main

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"vestnik/internal/news"
)

// TestReplayStories takes the replayed month through poll and commit, and reads the stories back. No two items that begin a story may be near-duplicates:
// by sets of words as they are written, apart from what the program looks at itself.
//
// STORIES_BROAD=1 replays with watchlists that most world news is on. STORIES_SAMPLE=FILE writes a hundred random stories of two or more items there, to be
// judged by a person; STORIES_SEED (1) draws others.
func TestReplayStories(t *testing.T) {
	notRaced(t)
	if testing.Short() {
		t.Skip("skipped: -short leaves out the replay of four weeks; CI runs it")
	}
	r := newReplay(t)
	r.watch(replayLists(t))
	r.run(replayStep(t))
	for left := 1; left > 0; {
		var err error
		if _, left, err = r.store.TellStories(t.Context(), storyBatch); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := r.store.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := r.stories()
	items, copies, several, largest := 0, 0, 0, 0
	sizes := map[int]int{}
	var longest time.Duration
	for _, s := range all {
		n := len(s.Items)
		items += n
		sizes[min(n, 10)]++
		largest = max(largest, n)
		longest = max(longest, s.Last.Sub(s.Began))
		if n > 1 {
			several++
		}
		for _, it := range s.Items {
			copies += flagged(it.Copy)
		}
	}
	t.Logf("%d items stored, %d on a watchlist, %d in stories (the others are older than the window): %d stories, %d of two or more items, the largest of %d, the longest over %.1f days; %d copies; sizes (10: or more) %v",
		counts.Items, counts.Matched, items, len(all), several, largest, longest.Hours()/24, copies, sizes)
	if several == 0 || copies == 0 {
		t.Error("no story has two items, or none is a copy: this tries nothing")
	}

	firsts := make([]news.StoryItem, len(all))
	for i, s := range all {
		firsts[i] = slices.MinFunc(s.Items, func(a, b news.StoryItem) int { return cmp.Compare(a.Item.ID, b.Item.ID) })
	}
	near := nearDuplicates(firsts, .5)
	for _, p := range near[:min(len(near), 10)] {
		t.Errorf("two stories begin alike, with the Jaccard index %.2f:\n%s %s\n%s %s", p.index, p.a.Item.Published, p.a.Item.Title, p.b.Item.Published, p.b.Item.Title)
	}
	t.Logf("%d pairs of stories that begin alike", len(near))

	if path := os.Getenv("STORIES_SAMPLE"); path != "" {
		seed, err := strconv.ParseUint(cmp.Or(os.Getenv("STORIES_SEED"), "1"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		sampleStories(f, all, 100, seed)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// broadLists are on most of the world news of the replay.
const broadLists = `
  - id: world
    name: World
    keywords:
      en: [president, minister, government, parliament, election, court, police, war, attack, strike, killed, ceasefire, talks, sanctions, deal, Trump, Xi, China, Iran, Israel,
        Gaza, Lebanon, India, Pakistan, Japan, Korea, Taiwan, Africa, Congo, Ebola, oil, economy, tariff, protest, earthquake, flood, crash, fire, World Cup]
`

func flagged(b bool) int {
	if b {
		return 1
	}
	return 0
}

// stories reads every story, in the order of their numbers.
func (r *replay) stories() (all []news.Story) {
	r.t.Helper()
	seen := map[int64]bool{}
	for f := (news.Filter{Matched: true}); ; {
		list, err := r.store.Recent(r.t.Context(), f)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		for _, x := range list {
			id, err := r.store.StoryOf(r.t.Context(), x.Item.ID)
			if err != nil {
				r.t.Fatal(err)
			}
			if id == 0 || seen[id] {
				continue
			}
			seen[id] = true
			s, err := r.store.Story(r.t.Context(), id)
			if err != nil {
				r.t.Fatal(err)
			}
			all = append(all, s)
		}
		f.Before = list[len(list)-1].Cursor()
	}
	slices.SortFunc(all, func(a, b news.Story) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

type alikePair struct {
	a, b  news.StoryItem
	index float64
}

// nearDuplicates are the pairs of items that share so much of their runs of three words: half, as others count near-duplicates.
func nearDuplicates(items []news.StoryItem, least float64) (pairs []alikePair) {
	sets := make([]map[string]bool, len(items))
	by := map[string][]int{}
	for i, it := range items {
		sets[i] = runsOfThree(it.Item)
		both := map[int]int{}
		for run := range sets[i] {
			for _, j := range by[run] {
				both[j]++
			}
			by[run] = append(by[run], i)
		}
		for j, n := range both {
			if index := float64(n) / float64(len(sets[i])+len(sets[j])-n); index >= least {
				pairs = append(pairs, alikePair{items[j], it, index})
			}
		}
	}
	return pairs
}

func runsOfThree(it news.Item) map[string]bool {
	words := strings.FieldsFunc(strings.ToLower(it.Title+" "+strings.TrimPrefix(it.Text, it.Title)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	set := map[string]bool{}
	for i := range max(len(words)-2, 0) {
		set[strings.Join(words[i:i+3], " ")] = true
	}
	return set
}

// sampleStories writes n random stories of two or more items, each to be judged: do all its items tell one event?
func sampleStories(w io.Writer, all []news.Story, n int, seed uint64) {
	several := slices.DeleteFunc(slices.Clone(all), func(s news.Story) bool { return len(s.Items) < 2 })
	rng := rand.New(rand.NewPCG(seed, 0))
	rng.Shuffle(len(several), func(i, j int) { several[i], several[j] = several[j], several[i] })
	for i, s := range several[:min(n, len(several))] {
		fmt.Fprintf(w, "--- %d: story %d, %d items\n", i+1, s.ID, len(s.Items))
		for _, it := range s.Items {
			lead, _, _ := strings.Cut(it.Item.Text, "\n")
			fmt.Fprintf(w, "  %s %s | %s | %.120s [%s]\n", it.Item.Published.Format("01-02 15:04"), it.Feed.Outlet, it.Item.Title, lead, it.Tie)
		}
	}
}
