package story

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// shared is a file or folder beside the checkout; tests that need it skip, saying so, where it is absent.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: ../shared/%s is not beside the checkout", name)
	}
	return path
}

func readLines[T any](t testing.TB, path string) (all []T) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, v)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

type labelled struct {
	ID    string `json:"doc_id"`
	Lang  string `json:"lang"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// collection is documents of other people in three languages, sorted by file.
func collection(t testing.TB) (docs []labelled, items []news.Item) {
	t.Helper()
	for _, lang := range []string{"pl", "ru", "uk"} {
		docs = append(docs, readLines[labelled](t, filepath.Join(shared(t, "eval/collection"), lang+".jsonl"))...)
	}
	for _, d := range docs {
		items = append(items, news.Item{Title: d.Title, Text: d.Text, Lang: d.Lang})
	}
	return docs, items
}

// TestNearDuplicates finds the pairs of a collection that share half of their runs of three words or more, by the way that items take through an index,
// and compares them with a list that somebody else made by exact sets.
func TestNearDuplicates(t *testing.T) {
	docs, items := collection(t)
	type pair struct{ a, b string }
	truth := map[pair]bool{}
	for _, p := range readLines[struct {
		A, B    string
		Jaccard float64
	}](t, shared(t, "eval/near_dup.jsonl")) {
		if p.Jaccard >= .5 {
			truth[pair{min(p.A, p.B), max(p.A, p.B)}] = true
		}
	}
	var p Printer
	x := newDesk(len(items), time.Time{})
	found := map[pair]bool{}
	for i := range items {
		bytes := p.Print(&items[i], nil)
		fp, err := parse(bytes)
		if err != nil {
			t.Fatal(err)
		}
		err = x.copies(&fp, 0, x.fetch, func(o original) {
			if o.index < copyIndex {
				return
			}
			a, b := docs[i].ID, docs[o.item].ID
			found[pair{min(a, b), max(a, b)}] = true
		})
		if err != nil {
			t.Fatal(err)
		}
		x.add(int64(i), int64(i), time.UnixMilli(0), bytes)
	}
	hit := 0
	for f := range found {
		if truth[f] {
			hit++
		}
	}
	r, prec := float64(hit)/float64(len(truth)), float64(hit)/float64(len(found))
	t.Logf("%d documents, %d pairs: %d found, R %.3f P %.3f", len(docs), len(truth), len(found), r, prec)
	if r < .97 || prec < .95 {
		t.Errorf("R %.3f P %.3f: want R ≥ .97 at P ≥ .95", r, prec)
	}
}

// The floor is what reading the words costs: no print can be made for less.
func BenchmarkFingerprint(b *testing.B) {
	_, items := collection(b)
	var p Printer
	run := func(name string, do func(it *news.Item)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				do(&items[i%len(items)])
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
	run("floor", func(it *news.Item) { floor(it) })
	run("print", func(it *news.Item) { p.Print(it, nil) })
}

func floor(it *news.Item) (n int) {
	words = text.AppendWords(words[:0], it.Title)
	words = text.AppendWords(words, it.Text)
	return len(words)
}

var words []text.Word

// BenchmarkAssign has all documents come within one hour, as new items and with nothing but each other to be compared with: they are about six subjects, so
// far more of them are alike than of what feeds bring in an hour. "both" is what an item costs in all, "copies" what finding near-duplicates alone does.
func BenchmarkAssign(b *testing.B) {
	_, items := collection(b)
	at := time.UnixMilli(1e12)
	run := func(name string, print func(n int) []byte, assign func(x *desk, p []byte) int64) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var x *desk
			for i := 0; b.Loop(); i++ {
				n := i % len(items)
				if n == 0 {
					x = newDesk(len(items), at)
				}
				p := print(n)
				x.add(int64(i), cmp.Or(assign(x, p), int64(i+1)), at, p)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
	var p Printer
	prints := make([][]byte, len(items))
	for i := range items {
		prints[i] = p.Print(&items[i], nil)
	}
	made := func(n int) []byte { return prints[n] }
	fresh := func(n int) []byte { return p.Print(&items[n], nil) }
	whole := func(x *desk, p []byte) int64 {
		story, _, _ := x.assign(at, p)
		return story
	}
	run("assign", made, whole)
	run("both", fresh, whole)
	run("copies", fresh, func(x *desk, b []byte) int64 {
		p, err := x.parse(b)
		if err != nil {
			return 0
		}
		o, err := x.copied(p, at.UnixMilli(), x.fetch)
		if err != nil {
			return 0
		}
		return o.story
	})
}
