package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/config"
	"vestnik/internal/news"
)

func writeFile(t *testing.T, dir, name, data string) string {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestProfileBuildReadsFilesAndFolders(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.yaml")
	one := writeFile(t, dir, "one.txt", "In Minsk on Monday Alexander Lukashenko met Vladimir Putin, and they were said to have agreed. Then Putin left Minsk 🚨.")
	writeFile(t, dir, "two.html", `<html lang="en"><title>Talks</title><body><nav>Kremlin</nav><article><p>So Lukashenka went to Astana and met Putin.</p></article><footer>Brest</footer>`)
	writeFile(t, dir, "README.md", "Kyiv is not read.")

	// A single article: everything is proposed.
	code, stdout, errs := cli(t, "", "profile", "build", one, "--out", out, "--dry-run")
	if code != exitOK || errs != "" || !strings.Contains(stdout, "+ minsk (place): Minsk; 2 mentions in 1 article (one)\n") || !strings.Contains(stdout, "Nothing was written") {
		t.Errorf("exit %d\n%s%s", code, stdout, errs)
	}
	// A folder: what two articles name.
	code, stdout, _ = cli(t, "", "profile", "build", dir, "--out", out, "--json")
	var got buildReport
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != exitOK {
		t.Fatal(code, err, stdout)
	}
	var ids []string
	for _, c := range got.Changes {
		ids = append(ids, c.Profile)
	}
	if !slices.Equal(ids, []string{"putin", "lukashenko"}) || !got.Written || got.Articles != 2 {
		t.Errorf("got %+v", got)
	}
	want := `    {
      "change": "new profile",
      "profile": "putin",
      "kind": "person",
      "names": {
        "en": [
          "Putin",
          "Vladimir Putin"
        ]
      },
      "mentions": 3,
      "articles": [
        "one",
        "two"
      ]
    },
`
	if !strings.Contains(stdout, want) {
		t.Errorf("got %s\nwant in it %s", stdout, want)
	}
	code, stdout, _ = cli(t, "", "profile", "build", dir, "--out", out)
	if code != exitOK || stdout != "2 articles change nothing in "+out+".\n" {
		t.Errorf("exit %d, %s", code, stdout)
	}
}

func TestProfileBuildErrors(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, data, want string }{
		{"", "", "the folder " + empty + " has no article: put files that end in .md, .txt"},
		{"gone.txt", "-", "there is no file or folder "},
		{"a.txt", "\xd2\xee\xea\xe0\xe5\xe2 \xe8 \xcf\xf3\xf2\xe8\xed", "a.txt\": not UTF-8 text: it looks like windows-1251; save the file as UTF-8"},
		{"b.txt", " \n", "b.txt\": no text: paste the article into it"},
		{"c.pdf", "%PDF", "c.pdf\": a .pdf file is not read: save the article as plain text"},
	} {
		arg := empty
		if c.file != "" {
			arg = filepath.Join(dir, c.file)
		}
		if c.data != "-" && c.file != "" {
			writeFile(t, dir, c.file, c.data)
		}
		code, out, errs := cli(t, "", "profile", "build", arg, "--out", filepath.Join(dir, "p.yaml"))
		if code != exitUsage || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit %d, %q%q, want %q", c.file, code, out, errs, c.want)
		}
	}
	writeFile(t, dir, "same.txt", "Minsk.")
	writeFile(t, dir, "same.md", "Minsk.")
	code, _, errs := cli(t, "", "profile", "build", filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.txt"), filepath.Join(dir, "same.txt"), filepath.Join(dir, "same.md"))
	if code != exitUsage || !strings.Contains(errs, "a.txt") || !strings.Contains(errs, "b.txt") || !strings.Contains(errs, `both called "same"`) {
		t.Errorf("exit %d, %q", code, errs)
	}
}

// A person edits the profiles file in one way that a person may.
type person struct {
	*rand.Rand
	gone  map[string]bool // names this person refused or took out, wherever
	words int
}

func (p *person) edit(profiles []news.Profile) []news.Profile {
	if len(profiles) == 0 {
		return profiles
	}
	i := p.IntN(len(profiles))
	x := &profiles[i]
	lang := p.pick(slices.Sorted(maps.Keys(x.Names)))
	switch p.IntN(13) {
	case 0:
		if !slices.ContainsFunc(profiles, func(y news.Profile) bool { return y.ID == x.ID+"-x" }) {
			x.ID += "-x"
		}
	case 1:
		x.Kind = news.Kinds[p.IntN(len(news.Kinds))]
	case 2: // a name of their own
		p.words++
		add(&x.Names, news.Languages[p.IntN(len(news.Languages))], fmt.Sprintf("Тоқаев-%d 🚨 «’»", p.words))
	case 3: // a name away, without a word
		if n := len(x.Names[lang]); n > 0 {
			p.refuse(x, lang, p.IntN(n))
		}
	case 4: // a name rejected
		if n := len(x.Names[lang]); n > 0 {
			add(&x.Rejected, lang, p.refuse(x, lang, p.IntN(n)))
		}
	case 5:
		p.Shuffle(len(x.Names[lang]), func(a, b int) { x.Names[lang][a], x.Names[lang][b] = x.Names[lang][b], x.Names[lang][a] })
	case 6: // between languages
		if n := len(x.Names[lang]); n > 0 {
			k := p.IntN(n)
			name := x.Names[lang][k]
			x.Names[lang] = slices.Delete(x.Names[lang], k, k+1)
			add(&x.Names, news.Languages[p.IntN(len(news.Languages))], name)
		}
	case 7: // between profiles
		if n := len(x.Names[lang]); n > 0 {
			k := p.IntN(n)
			name := x.Names[lang][k]
			x.Names[lang] = slices.Delete(x.Names[lang], k, k+1)
			add(&profiles[p.IntN(len(profiles))].Names, lang, name)
		}
	case 8: // the whole profile
		for _, l := range slices.Sorted(maps.Keys(x.Names)) {
			for len(x.Names[l]) > 0 {
				add(&x.Rejected, l, p.refuse(x, l, 0))
			}
		}
		x.Keywords = nil
	case 9:
		add(&x.Keywords, "ru", "протест^0.5")
	case 10:
		x.Context = news.Context{Near: []string{"Minsk", "Қазақстан"}, Words: 9}
	case 11:
		x.Wikidata = fmt.Sprintf("Q%d", p.IntN(1000))
	case 12:
		p.Shuffle(len(profiles), func(a, b int) { profiles[a], profiles[b] = profiles[b], profiles[a] })
	}
	return profiles
}

func (p *person) pick(list []string) string {
	if len(list) == 0 {
		return "en"
	}
	return list[p.IntN(len(list))]
}

func (p *person) refuse(x *news.Profile, lang string, at int) string {
	n := x.Names[lang][at]
	p.gone[n] = true
	x.Names[lang] = slices.Delete(x.Names[lang], at, at+1)
	return n
}

func add(m *map[string][]string, lang, s string) {
	if *m == nil {
		*m = map[string][]string{}
	}
	if !slices.Contains((*m)[lang], s) {
		(*m)[lang] = append((*m)[lang], s)
	}
}

// comment writes remarks where a person may: above entries, names and lists, and behind them.
func comment(r *rand.Rand, file []byte, mark string) (string, int) {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(string(file)) {
		bare := strings.TrimRight(line, "\n")
		switch {
		case strings.TrimSpace(bare) == "" || r.IntN(6) > 0:
		case r.IntN(2) == 0:
			fmt.Fprintf(&b, "%s# %s-%d: \"чому\"\n", line[:len(line)-len(strings.TrimLeft(line, " "))], mark, n)
			n++
		default:
			line = fmt.Sprintf("%s # %s-%d\n", bare, mark, n)
			n++
		}
		b.WriteString(line)
	}
	return b.String(), n
}

func names(m map[string][]string) []string { return slices.Concat(slices.Collect(maps.Values(m))...) }

// TestProfileBuildKeepsWhatAPersonDecided: build, edit at random as people edit, comment, build again from the same and from more articles. Nothing that
// was decided changes, no comment goes, nothing that was refused comes back, and a build after that changes nothing.
func TestProfileBuildKeepsWhatAPersonDecided(t *testing.T) {
	notRaced(t)
	dir := t.TempDir()
	articles, err := filepath.Glob("../../seeds/*.md")
	if err != nil || len(articles) != 5 {
		t.Fatal(articles, err)
	}
	ru := writeFile(t, dir, "ru.txt", "Президент Казахстана Касым-Жомарт Токаев прибыл в Минск. В Минске он встретился с Александром Лукашенко.\n\n"+
		"Лидеры ОДКБ говорили о ситуации. С Токаевым говорил и Владимир Путин.")
	file := filepath.Join(dir, "profiles.yaml")
	refused, kept, comments := 0, 0, 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 5))
		_ = os.Remove(file)
		build := func(articles ...string) {
			t.Helper()
			if code, _, errs := cli(t, "", append([]string{"profile", "build", "--out", file, "--min-articles", "1"}, articles...)...); code != exitOK {
				t.Fatalf("seed %d: exit %d, %s", seed, code, errs)
			}
		}
		read := func() []news.Profile {
			t.Helper()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			ps, err := config.ParseProfiles(data, file)
			if err != nil {
				t.Fatal(err)
			}
			return ps
		}
		build(articles[:2+r.IntN(4)]...)
		p := person{Rand: r, gone: map[string]bool{}}
		edited := read()
		for range 1 + r.IntN(12) {
			edited = p.edit(edited)
		}
		data, err := config.WriteProfiles(nil, edited)
		if err != nil {
			t.Fatal(err)
		}
		commented, n := comment(r, data, fmt.Sprintf("why%d", seed))
		writeFile(t, dir, "profiles.yaml", commented)
		edited = read()
		build(append(articles, ru)...)
		after := read()

		if len(after) < len(edited) {
			t.Fatalf("seed %d: %d profiles became %d", seed, len(edited), len(after))
		}
		for i, was := range edited {
			is := after[i]
			if is.ID != was.ID || is.Kind != was.Kind || is.Wikidata != was.Wikidata || !reflect.DeepEqual(is.Context, was.Context) || !reflect.DeepEqual(is.Keywords, was.Keywords) {
				t.Errorf("seed %d: a person wrote\n%+v\nit became\n%+v", seed, was, is)
			}
			for lang, list := range was.Names {
				if len(is.Names[lang]) < len(list) || !slices.Equal(is.Names[lang][:len(list)], list) {
					t.Errorf("seed %d: %s: names %q became %q", seed, was.ID, list, is.Names[lang])
				}
				kept += len(list)
			}
			for lang, list := range was.Rejected {
				if len(is.Rejected[lang]) < len(list) || !slices.Equal(is.Rejected[lang][:len(list)], list) {
					t.Errorf("seed %d: %s: rejected %q became %q", seed, was.ID, list, is.Rejected[lang])
				}
			}
		}
		owned := map[string]bool{}
		for _, x := range edited {
			for _, n := range names(x.Names) {
				owned[n] = true
			}
		}
		for _, x := range after {
			for _, n := range names(x.Names) {
				if p.gone[n] && !owned[n] {
					t.Errorf("seed %d: %q was refused and is proposed again, in %s", seed, n, x.ID)
				}
			}
		}
		refused += len(p.gone)
		comments += n
		out, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for k := range n {
			if mark := fmt.Sprintf("# why%d-%d", seed, k); strings.Count(string(out)+"\n", mark+"\n")+strings.Count(string(out), mark+":") != 1 {
				t.Errorf("seed %d: the comment %q is gone or doubled", seed, mark)
			}
		}
		build(append(articles, ru)...)
		if again, _ := os.ReadFile(file); string(again) != string(out) {
			t.Errorf("seed %d: a further build changes the file", seed)
		}
		if t.Failed() {
			t.Fatalf("seed %d, the file before:\n%s\nafter:\n%s", seed, commented, out)
		}
	}
	t.Logf("%d names kept, %d refused, %d comments", kept, refused, comments)
	if refused < 50 || comments < 500 {
		t.Errorf("the test does not test: %d names refused, %d comments", refused, comments)
	}
}
