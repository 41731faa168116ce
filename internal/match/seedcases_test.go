package match_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/seeds"
)

var escape = regexp.MustCompile(`\\n|\\u[0-9A-F]{4}|\\U[0-9A-F]{8}`)

func unescape(s string) string {
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		r, _ := strconv.Unquote(`"` + e + `"`)
		return r
	})
}

func seedProfiles(t testing.TB) []news.Profile {
	t.Helper()
	profiles, err := config.ParseProfiles(seeds.Profiles(), "seeds/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return profiles
}

// TestSeedCases reads testdata/cases/seeds: see its README for the format.
func TestSeedCases(t *testing.T) {
	profiles := seedProfiles(t)
	var lists []news.Watchlist
	known := map[string]bool{}
	for _, p := range profiles {
		lists = append(lists, news.Watchlist{ID: p.ID, Name: p.ID, Profiles: []string{p.ID}, Threshold: 1})
		known[p.ID] = true
	}
	m, faults := match.Compile(profiles, lists, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	files, _ := filepath.Glob("testdata/cases/seeds/*.txt")
	if len(files) == 0 {
		t.Fatal("no case files")
	}
	type tally struct{ pass, fail int }
	classes, langs, ids := map[string]*tally{}, map[string]*tally{}, map[string]int{}
	seen := map[string]bool{}
	var all tally
	count := func(m map[string]*tally, k string, ok bool) {
		if m[k] == nil {
			m[k] = &tally{}
		}
		if ok {
			m[k].pass++
		} else {
			m[k].fail++
		}
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		class := ""
		for i, line := range strings.Split(string(data), "\n") {
			if c, ok := strings.CutPrefix(line, "## "); ok {
				class, _, _ = strings.Cut(c, ":")
				continue
			}
			if line == "" || line[0] == '#' {
				continue
			}
			head, text, ok := strings.Cut(line, " | ")
			if !ok {
				t.Fatalf("%s:%d: no bar", name, i+1)
			}
			if seen[text] {
				t.Errorf("%s:%d: twice: %s", name, i+1, text)
			}
			seen[text] = true
			fields := strings.Fields(head)
			lang := fields[0]
			must, open := map[string]bool{}, map[string]bool{}
			for _, w := range fields[1:] {
				id := strings.Trim(w, "+-()")
				if !known[id] {
					t.Fatalf("%s:%d: unknown %q", name, i+1, w)
				}
				switch w[0] {
				case '+':
					must[id] = true
					ids[id]++
				case '(':
					open[id] = true
				case '-':
				default:
					t.Fatalf("%s:%d: bad %q", name, i+1, w)
				}
			}
			text = unescape(text)
			var items []news.Item
			if title, body, ok := strings.Cut(text, " || "); ok {
				items = []news.Item{{Title: title, Text: body, Lang: lang}}
			} else {
				items = []news.Item{{Title: text, Lang: lang}, {Text: text, Lang: lang}}
			}
			var bad []string
			for _, it := range items {
				for _, x := range m.Match(&it) {
					if open[x.Watchlist] {
						must[x.Watchlist] = false
						continue
					}
					if x.Over && !must[x.Watchlist] {
						bad = append(bad, fmt.Sprintf("unexpected %s %q", x.Watchlist, x.Hits[0].Surface))
					}
				}
				got := m.Match(&it)
				for w, yes := range must {
					if yes && !slices.ContainsFunc(got, func(x news.Match) bool { return x.Watchlist == w && x.Over }) {
						bad = append(bad, "missing "+w)
					}
				}
			}
			sort.Strings(bad)
			bad = slices.Compact(bad)
			count(classes, filepath.Base(name)+" "+class, len(bad) == 0)
			count(langs, lang, len(bad) == 0)
			if len(bad) > 0 {
				all.fail++
				t.Errorf("%s:%d [%s] %s: %q", filepath.Base(name), i+1, class, strings.Join(bad, ", "), text)
			} else {
				all.pass++
			}
		}
	}
	show := func(m map[string]*tally) {
		var keys []string
		for k := range m {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			t.Logf("%-40s pass %3d fail %3d", k, m[k].pass, m[k].fail)
		}
	}
	show(classes)
	show(langs)
	t.Logf("%d pass, %d fail; must per id %v", all.pass, all.fail, ids)
	for id := range known {
		if ids[id] < 3 {
			t.Logf("only %d must for %s", ids[id], id)
		}
	}
}
