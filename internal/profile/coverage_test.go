package profile

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An expectation is a row of the hand-made table of whom the seed articles name.
type expectation struct {
	id        string
	articles  []string
	spellings []string
}

// shared opens the folder "shared" that lies beside the repository where the project is developed; elsewhere the test is skipped.
func shared(t *testing.T) fs.FS {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
	folder := filepath.Join(dir, "..", "shared", "seeds")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the seed articles and their table are not here: ../shared/seeds is missing beside the repository")
	}
	return os.DirFS(folder)
}

func readTable(t *testing.T, folder fs.FS) []expectation {
	t.Helper()
	data, err := fs.ReadFile(folder, "expected.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows []expectation
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			t.Fatalf("expected.tsv:%d: %d columns, want 5", i+1, len(f))
		}
		if i > 0 {
			rows = append(rows, expectation{f[0], strings.Split(f[3], ","), strings.Split(f[4], "|")})
		}
	}
	return rows
}

// measure returns, over the entities that two or more articles name, how many a proposal covers: it has at least half of the spellings and
// none of another entity's. It also returns how many of the proposals that two or more articles show are entities of the table.
func measure(t *testing.T, rows []expectation, p Proposal) (covered, wanted, real, proposed int) {
	t.Helper()
	whose := map[string]string{}
	for _, r := range rows {
		for _, s := range r.spellings {
			whose[s] = r.id
		}
	}
	good := map[string]bool{}
	for _, x := range p.Profiles {
		names := flat(x.Names)
		had, others := map[string]int{}, map[string]bool{}
		for _, n := range names {
			if id, ok := whose[n]; ok {
				had[id]++
				others[id] = true
			}
		}
		for _, r := range rows {
			if len(others) == 1 && 2*had[r.id] >= len(r.spellings) {
				good[r.id] = true
			}
		}
		if articles, _ := spread(x); articles > 1 {
			proposed++
			if len(others) > 0 {
				real++
			} else {
				t.Logf("not in the table: %q", names)
			}
		}
	}
	for _, r := range rows {
		if len(r.articles) < 2 {
			continue
		}
		wanted++
		if good[r.id] {
			covered++
		} else {
			t.Logf("not covered: %s %q", r.id, r.spellings)
		}
	}
	return covered, wanted, real, proposed
}

func TestCoverageOfDigests(t *testing.T) {
	rows := readTable(t, shared(t))
	covered, wanted, real, proposed := measure(t, rows, Build(digests(t), nil))
	t.Logf("digests: %d of %d entities in two or more articles covered; %d of %d proposals in two or more articles are entities of the table", covered, wanted, real, proposed)
	if covered*100 < wanted*90 {
		t.Errorf("%d of %d entities covered, want 90 %%", covered, wanted)
	}
	if real*100 < proposed*80 {
		t.Errorf("%d of %d proposals are real, want 80 %%", real, proposed)
	}
}

// TestCoverageOfArticles prints the figures for the articles as they were found; nothing depends on them.
func TestCoverageOfArticles(t *testing.T) {
	folder := shared(t)
	covered, wanted, real, proposed := measure(t, readTable(t, folder), Build(readFolder(t, folder, "0*.txt"), nil))
	t.Logf("articles: %d of %d entities in two or more articles covered; %d of %d proposals in two or more articles are entities of the table", covered, wanted, real, proposed)
}

// TestDigestsNameWhatTheArticlesName: each entity stands in the digests of exactly the articles that name it, and nothing longer than six words
// is shared with them but names.
func TestDigestsNameWhatTheArticlesName(t *testing.T) {
	folder := shared(t)
	all := digests(t)
	for _, r := range readTable(t, folder) {
		var in []string
		for _, a := range all {
			c := newCounter([][]string{r.spellings})
			for _, p := range a.paragraphs(nil) {
				c.read(a.ID, p)
			}
			if len(c.found[0]) > 0 {
				in = append(in, a.ID)
			}
		}
		if !slices.Equal(in, r.articles) {
			t.Errorf("%s stands in the digests %v, want %v", r.id, in, r.articles)
		}
	}
	const run = 7
	for i, original := range readFolder(t, folder, "0*.txt") {
		known := map[string]bool{}
		for _, words := range windows(original, run) {
			known[words] = true
		}
		for _, words := range windows(all[i], run) {
			if known[words] {
				t.Errorf("digest %s shares with its article: %q", all[i].ID, words)
			}
		}
	}
}

// windows returns every run of n words.
func windows(a Article, n int) []string {
	words := strings.FieldsFunc(strings.ToLower(a.Text), func(r rune) bool { return !wordRune(r) })
	var out []string
	for i := 0; i+n <= len(words); i++ {
		out = append(out, strings.Join(words[i:i+n], " "))
	}
	return out
}
