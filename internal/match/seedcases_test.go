package match

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/seeds"
)

// A textCase is one line of a case file: "LANG +id -id (id) | title || body". The language and the body may be left out.
type textCase struct {
	where string // file:line
	class string // of the "## class: remark" above it
	lang  string // "": not said
	must  []string
	not   []string
	open  []string // may match or not
	text  string
	items []news.Item // the text with its body; without one, as a title and as a body
}

var escape = regexp.MustCompile(`\\n|\\u[0-9A-F]{4}|\\U[0-9A-F]{8}`)

// unescape replaces \n, \u00AD and \U0001F525, so that case files can show what cannot be seen.
func unescape(s string) string {
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		r, _ := strconv.Unquote(`"` + e + `"`)
		return r
	})
}

// readCases reads the case files of a pattern. A line that is none, names an unknown watchlist or stands twice fails the test.
func readCases(t *testing.T, pattern string, m *Matcher) []textCase {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no case files", err)
	}
	var out []textCase
	seen := map[string]string{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		class := filepath.Base(name)
		for i, line := range strings.Split(string(data), "\n") {
			if s, ok := strings.CutPrefix(line, "## "); ok {
				s, _, _ = strings.Cut(s, ":")
				class = filepath.Base(name) + " " + s
			}
			if line == "" || line[0] == '#' {
				continue
			}
			c, err := parseCase(line, m)
			c.where, c.class = fmt.Sprintf("%s:%d", name, i+1), class
			if err != nil {
				t.Fatalf("%s: %v", c.where, err)
			}
			key := c.lang + " " + c.text
			if seen[key] != "" {
				t.Errorf("%s: stands in %s already: %s", c.where, seen[key], c.text)
			}
			seen[key] = c.where
			out = append(out, c)
		}
	}
	return out
}

func parseCase(line string, m *Matcher) (textCase, error) {
	var c textCase
	head, text, ok := strings.Cut(line, " | ")
	if !ok {
		return c, fmt.Errorf(`no " | " in %q`, line)
	}
	for i, w := range strings.Fields(head) {
		id := strings.Trim(w, "+-()")
		to := map[byte]*[]string{'+': &c.must, '-': &c.not, '(': &c.open}[w[0]]
		switch {
		case to == nil && i == 0 && len(w) == 2:
			c.lang = w
		case to == nil || !slices.ContainsFunc(m.lists, func(l watchlist) bool { return l.id == id }):
			return c, fmt.Errorf("%q is none of +id, -id and (id)", w)
		default:
			*to = append(*to, id)
		}
	}
	c.text = unescape(text)
	title, body, ok := strings.Cut(c.text, " || ")
	c.items = []news.Item{{Title: title, Text: body, Lang: c.lang}}
	if !ok {
		c.items = append(c.items, news.Item{Text: title, Lang: c.lang})
	}
	return c, nil
}

// judge returns what the matcher does with the case that it should not, a line for each watchlist. A closed case must match nothing but what it names.
func (c *textCase) judge(m *Matcher, closed bool) []string {
	bad := map[string]string{}
	for i := range c.items {
		over := map[string]bool{}
		for _, x := range m.Match(&c.items[i]) {
			over[x.Watchlist] = x.Over
			if x.Over && c.unwanted(x.Watchlist, closed) {
				bad[x.Watchlist] = fmt.Sprintf("unexpected %s (%s)", x.Watchlist, Trial{Match: x, Threshold: 1}.why())
			}
		}
		for _, id := range c.must {
			if !over[id] {
				bad[id] = "missing " + id
			}
		}
	}
	return slices.Sorted(maps.Values(bad))
}

func (c *textCase) unwanted(id string, closed bool) bool {
	if closed {
		return !slices.Contains(c.must, id) && !slices.Contains(c.open, id)
	}
	return slices.Contains(c.not, id)
}

// A score counts the cases of one class that pass and fail.
type score map[string]*[2]int

func (s score) add(key string, ok bool) {
	if s[key] == nil {
		s[key] = &[2]int{}
	}
	if ok {
		s[key][0]++
	} else {
		s[key][1]++
	}
}

func (s score) log(t *testing.T) {
	for _, key := range slices.Sorted(maps.Keys(s)) {
		t.Logf("%-42s %4d pass %3d fail", key, s[key][0], s[key][1])
	}
}

// eachIsAWatchlist returns for every profile a watchlist of its own id.
func eachIsAWatchlist(profiles []news.Profile) []news.Watchlist {
	var lists []news.Watchlist
	for _, p := range profiles {
		lists = append(lists, news.Watchlist{ID: p.ID, Name: p.ID, Profiles: []string{p.ID}, Threshold: 1})
	}
	return lists
}

// seedMatcher compiles the shipped profiles.
func seedMatcher(t *testing.T) *Matcher {
	t.Helper()
	profiles, err := config.ParseProfiles(seeds.Profiles(), "seeds/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, faults := Compile(profiles, eachIsAWatchlist(profiles), nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return m
}

// TestSeedCases reads testdata/cases/seeds, whose README tells the format. With -v it counts by class and language.
func TestSeedCases(t *testing.T) {
	m := seedMatcher(t)
	classes, langs, wanted := score{}, score{}, map[string]int{}
	for _, c := range readCases(t, "testdata/cases/seeds/*.txt", m) {
		if c.lang == "" {
			t.Errorf("%s: says no language", c.where)
		}
		for i := range c.items {
			checkSpans(t, &c.items[i], m.Match(&c.items[i]))
		}
		bad := c.judge(m, true)
		if len(bad) > 0 {
			t.Errorf("%s %q: %s", c.where, c.text, strings.Join(bad, ", "))
		}
		classes.add(c.class, len(bad) == 0)
		langs.add(c.lang, len(bad) == 0)
		for _, id := range c.must {
			wanted[id]++
		}
	}
	for _, l := range m.lists {
		if wanted[l.id] < 3 {
			t.Errorf("%s: %d cases want it, 3 or more should", l.id, wanted[l.id])
		}
	}
	if testing.Verbose() {
		classes.log(t)
		langs.log(t)
	}
}
