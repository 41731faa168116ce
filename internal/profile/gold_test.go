package profile

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// A goldDocument is one with every name marked by hand, see the README beside them.
type goldDocument struct {
	Lang  string `json:"lang"`
	Topic string `json:"topic"`
	Text  string `json:"text"`
	Gold  []struct {
		Surface string `json:"surface"`
		Lemma   string `json:"lemma"`
		Entity  string `json:"entity_id"`
	} `json:"gold"`
}

func readGold(t *testing.T, name string) []goldDocument {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []goldDocument
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var d goldDocument
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return out
}

// proposed is what Build groups, with the forms that the articles write.
func proposed(articles []Article) []group {
	lexicons := map[string]*lexicon{"en": newLexicon("en")}
	code := articles[0].Lang
	if lexicons[code] == nil {
		lexicons[code] = newLexicon(code)
	}
	names := find(articles, lexicons[code])
	for _, n := range names {
		n.count = map[string]int{"x": 1}
	}
	return groupNames(names, lexicons)
}

type goldScore struct {
	proposals, real, wrong, dictionary, lemmas, entities, found int
}

func (s *goldScore) add(t *testing.T, docs []goldDocument, lang string, verbose bool) {
	ids, lemma := map[string]map[string]bool{}, map[string]string{}
	var articles []Article
	entities, found := map[string]bool{}, map[string]bool{}
	for i, d := range docs {
		articles = append(articles, Article{ID: string(rune('a' + i)), Lang: lang, Text: strings.ReplaceAll(d.Text, "\n", "\n\n")})
		for _, g := range d.Gold {
			surface := strings.Join(strings.Fields(strings.Trim(g.Surface, "«»\"“”„")), " ")
			if ids[surface] == nil {
				ids[surface] = map[string]bool{}
			}
			ids[surface][g.Entity] = true
			if g.Lemma != "" {
				lemma[surface] = g.Lemma
			}
			if strings.ContainsFunc(surface, unicode.IsUpper) {
				entities[g.Entity] = true
			}
		}
	}
	for _, g := range proposed(articles) {
		s.proposals++
		var marked, forms, names []string
		for _, n := range g.names {
			names = append(names, n.text)
			for _, f := range sortedKeys(n.forms) {
				forms = append(forms, f)
				if ids[f] != nil {
					marked = append(marked, f)
					for id := range ids[f] {
						found[id] = true
					}
					if l := lemma[f]; l != "" {
						s.lemmas++
						if slices.Equal(strings.Fields(keyOf(l)), strings.Fields(keyOf(n.text))) {
							s.dictionary++
						} else if verbose {
							t.Logf("form: %q of %q, dictionary form %q", n.text, f, l)
						}
					}
				}
			}
		}
		if 2*len(marked) >= len(forms) && len(marked) > 0 {
			s.real++
		} else if verbose {
			t.Logf("not marked: %q", forms)
		}
		for i, x := range marked {
			if slices.ContainsFunc(marked[:i], func(y string) bool { return !sameEntity(ids[x], ids[y]) }) {
				s.wrong++
				t.Logf("wrong join: %q, of %q", names, marked)
				break
			}
		}
	}
	s.entities += len(entities)
	for e := range entities {
		if found[e] {
			s.found++
		}
	}
}

// sameEntity reports whether two marked forms have an id in common, or one's name is part of the other's: some collections mark words, not persons.
func sameEntity(a, b map[string]bool) bool {
	for x := range a {
		for y := range b {
			_, n, _ := strings.Cut(x, ":")
			_, m, _ := strings.Cut(y, ":")
			if x == y || n != "" && m != "" && (strings.Contains(" "+n+" ", " "+m+" ") || strings.Contains(" "+m+" ", " "+n+" ")) {
				return true
			}
		}
	}
	return false
}

// TestProposalsAgainstMarkedDocuments states, language by language, how many proposals are names that somebody marked by hand, and how many joins are wrong.
// Five documents are one collection of articles, of one topic where there are topics; twenty where a document is a sentence.
func TestProposalsAgainstMarkedDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of documents take half a minute: not with -short")
	}
	folder := filepath.Join("..", "..", "..", "shared", "eval", "gold")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the marked documents are not here: ../shared/eval/gold is missing beside the repository")
	}
	for _, c := range []struct {
		file  string
		batch int
		least int // per cent of proposals that are marked; measured, with a little room
		joins int // wrong joins in a hundred proposals, at most
	}{
		{"slavicner_ru", 5, 78, 1}, {"nerel_ru", 5, 70, 1}, {"slavicner_uk", 5, 78, 1}, {"slavicner_pl", 5, 77, 1}, {"ud_ru_gsd", 20, 56, 1},
		{"ud_be", 20, 54, 1}, {"ud_uk_iu", 20, 56, 1}, {"ud_pl_pdb", 20, 63, 1}, {"ud_de_gsd", 20, 60, 1}, {"kaznerd_kk", 20, 70, 1},
	} {
		t.Run(c.file, func(t *testing.T) {
			docs := readGold(t, filepath.Join(folder, c.file+".jsonl"))
			slices.SortStableFunc(docs, func(a, b goldDocument) int { return strings.Compare(a.Topic, b.Topic) })
			var s goldScore
			for len(docs) > 0 {
				n := 1
				for n < min(c.batch, len(docs)) && docs[n].Topic == docs[0].Topic {
					n++
				}
				s.add(t, docs[:n], docs[0].Lang, os.Getenv("GOLD_VERBOSE") != "")
				docs = docs[n:]
			}
			t.Logf("%s: %d proposals, %.1f %% marked; %d wrong joins (%.2f in 100 proposals); %.1f %% of %d forms in the dictionary form; %.1f %% of %d marked names found",
				c.file, s.proposals, 100*float64(s.real)/float64(s.proposals), s.wrong, 100*float64(s.wrong)/float64(s.proposals),
				100*float64(s.dictionary)/float64(max(s.lemmas, 1)), s.lemmas, 100*float64(s.found)/float64(s.entities), s.entities)
			if 100*s.real < c.least*s.proposals {
				t.Errorf("%d of %d proposals are marked, want %d %%", s.real, s.proposals, c.least)
			}
			if 100*s.wrong > c.joins*s.proposals {
				t.Errorf("%d wrong joins in %d proposals, want %d in a hundred at most", s.wrong, s.proposals, c.joins)
			}
		})
	}
}
