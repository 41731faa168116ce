package match

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// testMatcher compiles testdata/watchlists.txt: every profile is a watchlist of its own id.
func testMatcher(t testing.TB) *Matcher {
	t.Helper()
	profiles, excludes := testProfiles(t)
	lists := eachIsAWatchlist(profiles)
	for i := range lists {
		lists[i].Exclude = excludes[lists[i].ID]
	}
	m, faults := Compile(profiles, lists, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return m
}

// testProfiles reads testdata/watchlists.txt, and the excludes of the watchlists by id.
func testProfiles(t testing.TB) (profiles []news.Profile, excludes map[string][]string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "watchlists.txt"))
	if err != nil {
		t.Fatal(err)
	}
	excludes = map[string][]string{}
	for line := range strings.SplitSeq(string(data), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if id, ok := strings.CutPrefix(line, "profile "); ok {
			profiles = append(profiles, news.Profile{ID: id, Names: map[string][]string{}, Keywords: map[string][]string{}})
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		p := &profiles[len(profiles)-1]
		var values []string
		for v := range strings.SplitSeq(value, ";") {
			values = append(values, strings.TrimSpace(v))
		}
		lang, keyword := strings.CutPrefix(key, "keyword ")
		switch {
		case keyword:
			p.Keywords[lang] = values
		case key == "kind":
			p.Kind = news.Kind(values[0])
		case key == "near":
			p.Context.Near = values
		case key == "exclude":
			excludes[p.ID] = values
		default:
			p.Names[key] = values
		}
	}
	return profiles, excludes
}

// TestCases reads testdata/cases: one headline a line, with the watchlists it must and must not match. What a line does not name is open.
func TestCases(t *testing.T) {
	m := testMatcher(t)
	for _, c := range readCases(t, "testdata/cases/*.txt", m) {
		for i := range c.items {
			checkSpans(t, &c.items[i], m.Match(&c.items[i]))
		}
		if bad := c.judge(m, false); len(bad) > 0 {
			t.Errorf("%s %q: %s", c.where, c.text, strings.Join(bad, ", "))
		}
	}
}

func checkSpans(t *testing.T, it *news.Item, got []news.Match) {
	t.Helper()
	for _, m := range got {
		for _, h := range slices.Concat(m.Hits, m.Excluded) {
			field := it.Text
			if h.Field == news.FieldTitle {
				field = it.Title
			}
			if h.Start < 0 || h.End > len(field) || h.Start >= h.End || field[h.Start:h.End] != h.Surface || h.Term == "" || h.Rule == "" {
				t.Fatalf("%q: bad hit %+v", field, h)
			}
		}
	}
}

func TestHitsSayWhy(t *testing.T) {
	m := testMatcher(t)
	got := m.Match(&news.Item{Title: "Переговоры с Касым-Жомартом Токаевым", Text: "Protesters met Tokayev. Токаев ответил."})
	var lines []string
	for _, x := range got {
		lines = append(lines, fmt.Sprintf("%s %.2f %v", x.Watchlist, x.Score, x.Over))
		for _, h := range x.Hits {
			lines = append(lines, fmt.Sprintf("  %s %s ← %s [%s]", h.Field, h.Surface, h.Term, h.Rule))
		}
	}
	want := `tokayev 1.50 true
  title Касым-Жомартом Токаевым ← Касым-Жомарт Токаев [name ru -ом -ым]
  text Tokayev ← Tokayev [name en]
  text Токаев ← Токаев [name ru]
unrest 1.00 true
  text Protesters ← protest [keyword en stem protest]`
	if s := strings.Join(lines, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

func TestExcludedIsReported(t *testing.T) {
	for _, x := range testMatcher(t).Match(&news.Item{Title: "Union State University wins title in Minsk"}) {
		if x.Watchlist == "union-state" {
			if x.Over || len(x.Excluded) != 1 || x.Excluded[0].Surface != "Union State University" || len(x.Hits) != 1 {
				t.Errorf("%+v", x)
			}
			return
		}
	}
	t.Error("the excluded match is not reported, so nobody could be told why it is silent")
}

func TestCompileFaults(t *testing.T) {
	_, faults := Compile(
		[]news.Profile{{ID: "p", Names: map[string][]string{"ru": {"Токаев", "—"}, "en": {"X"}}, Keywords: map[string][]string{"en": {"protest^", "riot^-1", "ok^2", "a^NaN"}}}},
		[]news.Watchlist{
			{ID: "w", Profiles: []string{"p", "nobody"}, Threshold: 1, Exclude: []string{"🚀", strings.Repeat("слово ", 21)}},
		}, nil)
	got := map[string]string{}
	for _, f := range faults {
		got[f.Path] = f.Msg
	}
	for path, want := range map[string]string{
		"profiles[0].names.ru[1]":    `"—" has no letters`,
		"profiles[0].names.en[0]":    `"X" is a single letter: it would stand in every text`,
		"profiles[0].keywords.en[0]": `the weight behind ^ must be a number above 0, such as "protest^0.5"`,
		"profiles[0].keywords.en[1]": `the weight behind ^ must be a number above 0, such as "riot^0.5"`,
		"profiles[0].keywords.en[3]": `the weight behind ^ must be a number above 0, such as "a^0.5"`,
		"watchlists[0].profiles[1]":  `there is no profile "nobody"`,
		"watchlists[0].exclude[0]":   `"🚀" has no letters`,
		"watchlists[0].exclude[1]":   "21 words are too many for a name or phrase (at most 20)",
	} {
		if got[path] != want {
			t.Errorf("%s: %q, want %q", path, got[path], want)
		}
		delete(got, path)
	}
	if len(got) > 0 {
		t.Errorf("unexpected: %v", got)
	}
}

func TestExamples(t *testing.T) {
	p := []news.Profile{{ID: "p", Names: map[string][]string{"ru": {"Токаев"}}, Keywords: map[string][]string{"en": {"protest^0.5"}}}}
	_, faults := Compile(p, []news.Watchlist{
		{ID: "a", Profiles: []string{"p"}, Threshold: 1, MustMatch: []string{"Речь Токаева"}, MustNotMatch: []string{"Токарев"}},
		{ID: "b", Profiles: []string{"p"}, Threshold: 1, Exclude: []string{"университет"}, MustMatch: []string{"ничего", "One protest", "Токаев в университете"}, MustNotMatch: []string{"О Токаеве"}},
	}, nil)
	want := `watchlists[1].must_match[0]: "ничего" does not match: none of its names or keywords is in it
watchlists[1].must_match[1]: "One protest" does not match: score 0.75, threshold 1: "protest" is "protest" (keyword en stem protest)
watchlists[1].must_match[2]: "Токаев в университете" does not match: excluded by "университет"
watchlists[1].must_not_match[0]: "О Токаеве" matches: score 1.5, threshold 1: "Токаеве" is "Токаев" (name ru -е)`
	if faults.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", faults.Error(), want)
	}
}

func TestExpand(t *testing.T) {
	m := testMatcher(t)
	for _, c := range []struct {
		query      string
		groups     int
		has, lacks string
	}{
		{"Токаев", 1, "токаевым", "токарев"},
		{"lukashenko", 1, "лукашэнкі", "токаев"},
		{"Lukashenko", 1, "łukaszenką", ""},
		{"лукашенко минск", 2, "лукашэнкам", ""},
		{"Пашинян", 1, "пашиняном", ""},
		{"Пашиняном", 1, "пашинян", ""},
		{"погодой", 1, "погоды", ""},
		{"выборов", 1, "выборы", ""},
		{"Астану", 1, "астане", ""},
		{"қазақстанның", 1, "қазақстанда", ""},
		{"🚀 погоду", 1, "погода", ""},
		{`"Союзное государство"`, 1, "союзное государство", "союзного государства"},
		{"Союзное государство", 1, "союзного государства", ""},
		{"«точная фраза»", 1, "точная фраза", "точной фразы"},
	} {
		q, err := m.Expand(c.query)
		if err != nil || len(q.All) != c.groups {
			t.Errorf("Expand(%q) = %d groups, %v", c.query, len(q.All), err)
			continue
		}
		has := func(s string) bool {
			return slices.ContainsFunc(q.All[0], func(p news.Phrase) bool { return strings.Join(p, " ") == s })
		}
		if !has(c.has) || c.lacks != "" && has(c.lacks) {
			t.Errorf("Expand(%q) = %v", c.query, q.All[0])
		}
	}
	for _, bad := range []string{"", "  ", `""`, "—", "🚀"} {
		if _, err := m.Expand(bad); err == nil {
			t.Errorf("Expand(%q) found something to search for", bad)
		}
	}
}

// TestLongestHidesOnlyLighter holds that a longer find that counts less does not silence a name.
func TestLongestHidesOnlyLighter(t *testing.T) {
	m, faults := Compile([]news.Profile{{ID: "p", Names: map[string][]string{"ru": {"Токаев", "Касым-Жомарт Токаев"}}}},
		[]news.Watchlist{{ID: "w", Profiles: []string{"p"}, Keywords: map[string][]string{"ru": {"выступление Токаева^0.3"}}, Threshold: 1}}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := m.one("w", "Выступление Токаева в Астане")
	if !got.Over || len(got.Hits) != 2 {
		t.Errorf("%+v", got)
	}
	if got := m.one("w", "Касым-Жомарт Токаев"); len(got.Hits) != 1 {
		t.Errorf("the short name within the long one is told apart: %+v", got.Hits)
	}
}

// TestManyHits holds that a text that is nothing but names costs no more than its length, and carries bounded evidence.
func TestManyHits(t *testing.T) {
	m := testMatcher(t)
	text := strings.Repeat("Минск ", 20_000) + strings.Repeat("слово ", 100) + strings.Repeat("Союзное государство ", 20_000)
	var got news.Match
	for _, x := range m.Match(&news.Item{Text: text}) {
		if x.Watchlist == "union-state" {
			got = x
		}
	}
	if got.Over { // the first of them is a hundred words from the last Минск
		t.Errorf("names far from their context count: %v", got.Score)
	}
	got = m.one("tokayev", strings.Repeat("Токаев ", 20_000))
	if len(got.Hits) != maxHits || got.Score != titleFactor {
		t.Errorf("%d hits, score %v", len(got.Hits), got.Score)
	}
}

func TestForms(t *testing.T) {
	m := testMatcher(t)
	forms := m.Forms("mfa")
	if len(forms) != 1 || forms[0].Term != "МИД" || !slices.Contains(forms[0].Words[0], "мидом") || m.Forms("nobody") != nil {
		t.Errorf("Forms = %+v", forms)
	}
}

// FuzzMatch holds that any text gives hits that lie where they say, and any query folded words.
func FuzzMatch(f *testing.F) {
	m := testMatcher(f)
	f.Add("Встреча с Токаевым", "Protesters in the Union State, Minsk")
	f.Add("\xff«ОДКБ", "Lukаshenko\u0301 МИД\u00AD")
	f.Fuzz(func(t *testing.T, title, body string) {
		it := news.Item{Title: title, Text: body}
		checkSpans(t, &it, m.Match(&it))
		q, err := m.Expand(title)
		if err == nil && q.Empty() {
			t.Fatal("an empty query without an error")
		}
	})
}

// TestHitNamesWhatStandsThere: of two spellings of one person that are listed, the one that the item has is shown, not the other by a rule.
func TestHitNamesWhatStandsThere(t *testing.T) {
	p := news.Profile{ID: "n", Kind: news.Person, Names: map[string][]string{
		"en": {"Nurzhigitov", "Nurjan Nurjigitov", "Nurzhan Nurzhigitov"}, "kk": {"Нұржан Нұржігітов"}, "ru": {"Нуржан Нуржигитов"}}}
	m, faults := Compile([]news.Profile{p}, []news.Watchlist{{ID: "n", Profiles: []string{"n"}, Threshold: 1}}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for surface, it := range map[string]news.Item{
		"Nurjan Nurjigitov": {Lang: "en", Title: "Nurjan Nurjigitov spoke"},
		"Нұржан Нұржігітов": {Lang: "kk", Title: "Нұржан Нұржігітов 🇰🇿 сөйледі"},
		"Нуржан Нуржигитов": {Lang: "ru", Title: "Нуржан Нуржигитов выступил"},
	} {
		got := m.Match(&it)
		if len(got) != 1 || len(got[0].Hits) != 1 || got[0].Hits[0].Term != surface || got[0].Hits[0].Surface != surface {
			t.Errorf("%s: %+v", it.Title, got)
		}
	}
}
