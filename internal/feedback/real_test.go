package feedback

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// realNews are items of the recording beside the checkout, in order.
func realNews(t *testing.T) []news.Item {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "replay", "*.ndjson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("left out: ../shared/replay is not beside the checkout")
	}
	var items []news.Item
	seen := map[string]bool{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(z)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var x struct {
				ID, Title, Description string
				CollectedAt            time.Time
			}
			if err := json.Unmarshal(sc.Bytes(), &x); err != nil {
				t.Fatal(err)
			}
			if !seen[x.ID] {
				seen[x.ID] = true
				items = append(items, news.Item{ID: int64(len(items) + 1), Title: text.FromHTML(x.Title), Text: text.FromHTML(x.Description), Lang: "en", Seen: x.CollectedAt})
			}
		}
		if err := sc.Err(); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	return items
}

// TestRealNews judges real alerts: by lot, where nothing should be proposed, and by a word, so that there is something to find.
func TestRealNews(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short leaves out the judging of real news; CI runs it")
	}
	items := realNews(t)
	const window, trials = 200, 25
	rnd := rand.New(rand.NewPCG(1, 2))
	lots, proposed, words, found, silenced, meant, wrong := 0, 0, 0, 0, 0, 0, 0
	for _, name := range []string{"Trump", "Iran", "Russia", "Putin", "Ukraine", "Israel", "China", "NATO"} {
		r := rules([]news.Profile{{ID: "x", Kind: news.Place, Names: map[string][]string{"en": {name}}}}, news.Watchlist{ID: "t", Profiles: []string{"x"}, Threshold: 1})
		m, err := r.Compile(r.Profiles, r.Watchlist)
		if err != nil {
			t.Fatal(err)
		}
		var docs []*document
		vocabulary := newVocabulary()
		for i := range items {
			if hits, over := verdictOf(m, "t", &items[i]); over {
				docs = append(docs, newDocument(vocabulary, &items[i], hits))
			}
		}
		if len(docs) < window {
			t.Logf("%s: only %d items", name, len(docs))
			continue
		}
		for range trials {
			at := rnd.IntN(len(docs) - window + 1)
			some := docs[at : at+window]
			judge := func(bad func(i int, d *document) bool) []Proposal {
				var list []news.Judged
				for i, d := range some {
					j := news.Judged{Found: news.Found{Item: *d.item}, Watchlist: "t"}
					if bad(i, d) {
						j.Verdicts = []news.Verdict{offTopic}
					}
					list = append(list, j)
				}
				out, err := Propose(t.Context(), r, list, 0)
				if err != nil {
					t.Fatal(err)
				}
				return out.List
			}
			lot := map[int]bool{}
			for _, i := range rnd.Perm(window)[:5] {
				lot[i] = true
			}
			lots++
			if out := judge(func(i int, _ *document) bool { return lot[i] }); len(out) > 0 {
				proposed++
				t.Logf("%s, by lot: %+v", name, out[0])
			}

			w := topic(rnd, some)
			if w == 0 {
				continue
			}
			words++
			out := judge(func(_ int, d *document) bool { return slices.Contains(d.set(), w) })
			if len(out) > 0 {
				found++
				silenced, meant, wrong = silenced+out[0].Bad, meant+out[0].OfBad, wrong+out[0].Good+out[0].Others
			}
		}
	}
	t.Logf("judged by lot: %d of %d draws end in a proposal", proposed, lots)
	t.Logf("judged by a word: %d of %d end in a proposal; those silence %d of %d bad ones and %d others", found, words, silenced, meant, wrong)
	if float64(proposed) > chanceMost*float64(lots) || 2*found < words || lots == 0 {
		t.Error("proposals come by chance, or do not come")
	}
}

// topic is the hash of a word that stands in four to eight different stories, drawn by lot; 0 when there is none.
func topic(rnd *rand.Rand, docs []*document) uint64 {
	in := map[uint64][]*document{}
	var order []uint64
	for _, d := range docs {
		seen := map[uint64]bool{}
		for i := range d.words {
			w := &d.words[i]
			if w.hit || !w.tells() || w.letters < 5 || seen[w.hash] {
				continue
			}
			seen[w.hash] = true
			if in[w.hash] == nil {
				order = append(order, w.hash)
			}
			in[w.hash] = append(in[w.hash], d)
		}
	}
	rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, h := range order {
		if n := len(in[h]); n < 4 || n > 8 {
			continue
		}
		if told, err := distinct(context.Background(), in[h]); err == nil && len(told) >= 4 {
			return h
		}
	}
	return 0
}
