package seeds

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

type profile struct {
	ID, Kind   string
	Names      map[string][]string
	Keywords   map[string][]string
	Seen       map[string]map[string]int
	FromMemory []string `yaml:"from_memory"`
}

func readProfiles(t *testing.T) []profile {
	t.Helper()
	var file struct{ Profiles []profile }
	if err := yaml.Unmarshal(Profiles(), &file); err != nil {
		t.Fatal(err)
	}
	return file.Profiles
}

func TestEveryNameSaysWhereItIsFrom(t *testing.T) {
	for _, p := range readProfiles(t) {
		all := map[string]bool{}
		for _, names := range p.Names {
			for i, n := range names {
				all[n] = true
				if slices.Contains(names[:i], n) {
					t.Errorf("%s: %q stands twice in one language", p.ID, n)
				}
			}
		}
		for n := range all {
			if _, seen := p.Seen[n]; seen == slices.Contains(p.FromMemory, n) {
				t.Errorf("%s: %q must be in seen or in from_memory, and not in both", p.ID, n)
			}
		}
		for n, counts := range p.Seen {
			if !all[n] {
				t.Errorf("%s: %q is seen but no name", p.ID, n)
			}
			for id := range counts {
				if found, _ := fs.Glob(Articles(), id+"-*.md"); len(found) != 1 {
					t.Errorf("%s: %q was seen in %q, which is no digest", p.ID, n, id)
				}
			}
		}
		for _, n := range p.FromMemory {
			if !all[n] {
				t.Errorf("%s: %q is from memory but no name", p.ID, n)
			}
		}
	}
}

func TestEveryLanguageIsServed(t *testing.T) {
	languages := []string{"en", "ru", "be", "uk", "kk", "pl", "de", "fr"}
	// Not known for certain: better no form than a wrong one.
	missing := map[string]string{"union-state": "kk"}
	for _, p := range readProfiles(t) {
		words := p.Names
		if p.Kind == "topic" {
			words = p.Keywords
		}
		for _, l := range languages {
			if len(words[l]) == 0 && missing[p.ID] != l {
				t.Errorf("%s has nothing in %s", p.ID, l)
			}
		}
	}
}

func TestDigests(t *testing.T) {
	names, err := fs.Glob(Articles(), "*.md")
	if err != nil || len(names) != 5 {
		t.Fatalf("%d digests, %v; want 5", len(names), err)
	}
	for _, n := range names {
		data, err := fs.ReadFile(Articles(), n)
		if err != nil {
			t.Fatal(err)
		}
		header, body, _ := strings.Cut(string(data), "\n\n")
		for _, key := range []string{"title: ", "outlet: ", "date: ", "language: ", "article: " + n[:3]} {
			if !strings.Contains("\n"+header, "\n"+key) {
				t.Errorf("%s has no header line %q", n, key)
			}
		}
		if words := len(strings.Fields(body)); words < 250 || words > 450 {
			t.Errorf("%s has %d words, want 250 to 450", n, words)
		}
	}
}
