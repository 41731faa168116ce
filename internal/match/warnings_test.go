package match

import (
	"slices"
	"strings"
	"testing"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/seeds"
)

func TestWarnings(t *testing.T) {
	keyword := func(lang, s string) news.Watchlist {
		return news.Watchlist{ID: "a", Keywords: map[string][]string{lang: {s}}}
	}
	name := func(lang, s string) news.Watchlist {
		return news.Watchlist{ID: "a", Names: map[string][]string{lang: {s}}}
	}
	ask := func(s string) news.Watchlist { return news.Watchlist{ID: "a", Query: s} }
	for _, test := range []struct {
		list news.Watchlist
		want string // what the one warning holds; "" for none
	}{
		{keyword("ru", "ЕС"), `watchlists[0].keywords.ru[0]: "ЕС" is short`},
		{keyword("ru", "ЕС"), `write "=ЕС"`},
		{keyword("kk", "ел"), `"ел" is short`},
		{keyword("kk", "ел^0.5"), `write "=ел"`},
		{keyword("en", `"eu"`), `"eu" is short`},
		{keyword("ru", "=ЕС"), ""},
		{keyword("be", "газ"), ""},
		{keyword("kk", "сот"), ""},
		{keyword("en", "G7"), `"G7" is short`},
		{keyword("ru", "в с"), `"в с" is short`},
		{ask(`газ AND "ес"`), `watchlists[0].query: "ес" is short`},
		{ask(`газ AND ел`), `"ел" is short`},
		{ask(`газ AND ="ЕС"`), ""},
		{ask(`"Си Цзиньпин"`), ""},

		{name("ru", "Мороз"), `watchlists[0].names.ru[0]: "Мороз" is an ordinary word`},
		{name("kk", "Арыстан"), `"Арыстан" is an ordinary word`},
		{name("en", "Apple"), `"Apple" is an ordinary word`},
		{name("any", "Волк"), `"Волк" is an ordinary word`},
		{name("ru", "Токаев"), ""},
		{name("ru", "Дед Мороз"), ""},
		{name("en", "WHO"), ""},
		{name("ru", "ОН"), ""},
		{name("kk", "Тоқаев"), ""},

		{keyword("ru", "плотин.*"), `instead of "плотин.*", write "плотин*"`},
		{keyword("ru", "протест.+^0.5"), `instead of "протест.+^0.5", write "протест*^0.5"`},
		{keyword("en", "integrat.*"), `instead of "integrat.*", write "integrat*"`},
		{keyword("kk", "бөгет.*"), `instead of "бөгет.*", write "бөгет*"`},
		{keyword("en", `dam\w*`), `write "dam*"`},
		{keyword("ru", "га.*"), `instead of "га.*", write the words themselves`}, // too many begin so
		{keyword("ru", "массов.* протест.*"), `instead of "массов.* протест.*", write the words themselves`},
		{keyword("ru", "газ.+нефть"), "instead of \"газ.+нефть\", write in a query: газ NEAR/5 нефть"},
		{keyword("en", `\bstrike\b`), `instead of "\\bstrike\\b", write "strike"`},
		{keyword("ru", `\bплотин.*`), `write "плотин*"`},
		{keyword("kk", "[а-я]аз"), `instead of "[а-я]аз", list each spelling`},
		{keyword("kk", "(?i)мұнай"), `instead of "(?i)мұнай", write "мұнай"`},
		{keyword("ru", "газ|нефть^2"), `list them as entries of their own: ["газ^2", "нефть^2"]`},
		{keyword("ru", "(плотин|дамб).*"), `["плотин*", "дамб*"]`},
		{keyword("ru", `\w+газ`), `instead of "\\w+газ", write the words themselves`},
		{keyword("ru", "^газ"), ""}, // a weight without a number is a fault of its own
		{keyword("ru", "газ$"), `instead of "газ$", write "газ"`},
		{keyword("ru", "протест*"), ""},
		{keyword("ru", "протест^0.5"), ""},
		{keyword("en", "U.S."), `"U.S." is short`}, // "u s" is found
		{keyword("en", "U.S. Steel"), ""},
		{keyword("any", "C++"), ""}, // a fault
		{keyword("any", "Notepad++"), ""},
		{keyword("any", "🇰🇿 газ?"), ""},
		{name("ru", "Тока(ев|й)"), `watchlists[0].names.ru[0]: "Тока(ев|й)" looks like a regular expression`},
		{name("ru", "Тока(ев|й)"), `["Токаев", "Токай"]`},
		{name("be", "Лукашэнк.*"), `instead of "Лукашэнк.*", write the whole name, its endings are found`},
		{name("kk", `\bТоқаев`), `write "Тоқаев"`},
		{name("en", "Yahoo!"), ""},
		{name("en", "RFE/RL"), ""},
		{name("ru", "Касым-Жомарт К. Токаев"), ""},
		{name("en", "What Next?.."), ""},
		{news.Watchlist{ID: "a", Exclude: []string{"Tokay (wine|grape)"}}, `watchlists[0].exclude[0]: `},
		{ask(`"газ|нефть"`), `watchlists[0].query: "газ|нефть" looks like`},
	} {
		got := Warnings(nil, []news.Watchlist{test.list})
		if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got.Error(), test.want)) {
			t.Errorf("%+v: %v, want %q", test.list, got, test.want)
		}
	}
}

func TestWarningsOfProfiles(t *testing.T) {
	named := func(kind news.Kind, names ...string) news.Profile {
		return news.Profile{ID: "p", Kind: kind, Names: map[string][]string{"ru": names}}
	}
	near := named(news.Place, "Мир")
	near.Context.Near = []string{"Гродно"}
	badNear := named(news.Place, "Мінск")
	badNear.Context.NotNear = []string{"Minsk.*Mazowiecki"}
	for _, test := range []struct {
		profile news.Profile
		want    string
	}{
		{named(news.Place, "Мир"), `profiles[0].names.ru[0]: "Мир" is an ordinary word`},
		{near, ""},
		{named(news.Person, "Мороз"), `"Мороз" is an ordinary word`},
		{named(news.Person, "Александр Мороз", "Мороз"), ""}, // counts where the full name stands
		{badNear, "profiles[0].context.not_near[0]: "},
	} {
		for _, list := range []news.Watchlist{{ID: "a", Profiles: []string{"p"}}, {ID: "a", Query: "газ AND @p"}} {
			got := Warnings([]news.Profile{test.profile}, []news.Watchlist{list})
			if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got.Error(), test.want)) {
				t.Errorf("%+v: %v, want %q", test.profile, got, test.want)
			}
		}
		if got := Warnings([]news.Profile{test.profile}, []news.Watchlist{{ID: "b", Names: map[string][]string{"en": {"Other"}}}}); len(got) > 0 {
			t.Errorf("nobody uses it: %v", got)
		}
	}
}

// The shipped profiles warn of nothing, whoever uses them.
func TestNoWarningsOfSeeds(t *testing.T) {
	profiles, err := config.ParseProfiles(seeds.Profiles(), "profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := news.Watchlist{ID: "a"}
	for _, p := range profiles {
		all.Profiles = append(all.Profiles, p.ID)
	}
	if got := Warnings(profiles, []news.Watchlist{all}); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

func TestTrials(t *testing.T) {
	profiles := []news.Profile{
		{ID: "tokayev", Kind: news.Person, Names: map[string][]string{"ru": {"Касым-Жомарт Токаев", "Токаев"}, "kk": {"Қасым-Жомарт Тоқаев", "Тоқаев"}}},
		{ID: "union", Kind: news.Organisation, Names: map[string][]string{"ru": {"Союз"}},
			Context: news.Context{Near: []string{"Минск", "Москва"}, NotNear: []string{"кино"}, NotIn: []string{"Союз писателей"}}},
		{ID: "nu", Kind: news.Organisation, Names: map[string][]string{"en": {"Nazarbayev University"}}},
		{ID: "nazarbayev", Kind: news.Person, Names: map[string][]string{"en": {"Nursultan Nazarbayev", "Nazarbayev"}}},
	}
	lists := []news.Watchlist{
		{ID: "t", Profiles: []string{"tokayev", "nazarbayev"}, Exclude: []string{"токай"}, Threshold: 1, Query: "газ AND @union"},
		{ID: "u", Profiles: []string{"union"}, Keywords: map[string][]string{"kk": {"мұнай^0.5"}}, Threshold: 1},
	}
	m, faults := Compile(profiles, lists, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, test := range []struct {
		list int
		line string
		over bool
		why  string
	}{
		{0, "Тоқаевтың жарлығы 🇰🇿", true, `"Тоқаевтың" is "Тоқаев" (name kk -тың)`},
		{0, "Алан Токаев снял фильм", false, `"Токаев" is not "Токаев" here: the name beside it is somebody else's`},
		{0, "Токаев и токай", false, `excluded by "токай"`},
		{0, "Nazarbayev University opens", false, `"Nazarbayev" is not "Nazarbayev" here: it is part of "Nazarbayev University", a name of the profile "nu"`},
		{0, "Снова о газе", false, "its query does not hold, though there is газ; there is no @union"},
		{0, "Погода", false, "none of its names or keywords is in it"},
		{1, "Союз распался", false, `none of its context is near (Минск, Москва)`},
		{1, "Союз в Минске и кино", false, `a phrase of not_near is near (кино)`},
		{1, "Союз писателей в Минске", false, `it is part of a phrase of not_in (Союз писателей)`},
		{1, "Мұнай бағасы", false, `score 0.75, threshold 1: "Мұнай" is "мұнай" (keyword kk)`},
		{1, "Союз: встреча в Минске", true, `"Союз" is "Союз" (name ru)`},
	} {
		with := slices.Clone(lists)
		with[test.list].MustMatch = []string{test.line}
		got := m.Trials(with)
		if len(got) != 1 || got[0].OK() != test.over || !strings.Contains(got[0].why(), test.why) {
			t.Errorf("%s: over %v, %q; want %v, %q", test.line, got[0].Match.Over, got[0].why(), test.over, test.why)
		}
		with[test.list].MustMatch, with[test.list].MustNotMatch = nil, []string{test.line}
		if got := m.Trials(with); got[0].OK() == test.over {
			t.Errorf("%s as must_not_match: %+v", test.line, got)
		}
	}
}

// An item is explained by its text too, and by its feed.
func TestWhyNot(t *testing.T) {
	profiles := []news.Profile{{ID: "tokayev", Kind: news.Person, Names: map[string][]string{"kk": {"Қасым-Жомарт Тоқаев", "Тоқаев"}}}}
	m, faults := Compile(profiles, []news.Watchlist{
		{ID: "q", Query: "бюджет AND @tokayev", Threshold: 1},
		{ID: "s", Query: "бюджет source:zara", Threshold: 1},
		{ID: "n", Profiles: []string{"tokayev"}, Threshold: 1},
	}, []news.Feed{{ID: "zara", Outlet: "Зара", Type: "state"}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, x := range []struct{ list, title, text, want string }{
		{"q", "Бюджет қабылданды 🇰🇿", "Бюджет 2026", "its query does not hold, though there is бюджет; there is no @tokayev"},
		{"q", "Ауа райы", "Тоқаевтың жарлығы", "its query does not hold, though there is @tokayev; there is no бюджет"},
		{"q", "Ауа райы", "қар", "none of its names or keywords is in it"},
		{"s", "Бюджет", "", "its query does not hold, though there is бюджет"},
		{"n", "Кино", "Алан Тоқаев фильм түсірді", `"Тоқаев" is not "Тоқаев" here: the name beside it is somebody else's`},
		{"жоқ", "Кино", "", "there is no such watchlist"},
	} {
		if got := m.WhyNot(x.list, &news.Item{Title: x.title, Text: x.text}); got != x.want {
			t.Errorf("%s, %s %s: %q, want %q", x.list, x.title, x.text, got, x.want)
		}
	}
}

// A topic of which a word or two are found is not said to be there.
func TestWhyNotTopic(t *testing.T) {
	m, faults := Compile([]news.Profile{ferry}, []news.Watchlist{{ID: "q", Query: "@ferry AND штраф", Threshold: 1}}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for text, want := range map[string]string{
		"пристань": "its query does not hold; @ferry reaches 0.4 of its threshold; there is no штраф",
		"пристань закрыта, штраф выписан": "its query does not hold, though there is штраф; @ferry reaches 0.4 of its threshold",
		"баржа у пристани Уголино":        "its query does not hold, though there is @ferry; there is no штраф",
	} {
		if got := m.WhyNot("q", &news.Item{Text: long(60) + text + " " + long(60)}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Examples are tried although something else is wrong; those of a watchlist or profile that is itself at fault are not.
func TestExamplesBesideFaults(t *testing.T) {
	p := []news.Profile{{ID: "p", Names: map[string][]string{"ru": {"Токаев"}}}, {ID: "bad", Names: map[string][]string{"ru": {"🚀"}}}}
	line := []string{"Погода"}
	_, faults := Compile(p, []news.Watchlist{
		{ID: "a", Profiles: []string{"p"}, Threshold: 1, MustMatch: line},
		{ID: "b", Profiles: []string{"p", "nobody"}, Threshold: 1, MustMatch: line},
		{ID: "c", Profiles: []string{"bad"}, Threshold: 1, MustMatch: line},
		{ID: "d", Query: "@bad", Threshold: 1, MustMatch: line},
		{ID: "e", Query: "@p AND (", Threshold: 1, MustMatch: line},
	}, nil)
	var paths []string
	for _, f := range faults {
		paths = append(paths, f.Path)
	}
	want := []string{"profiles[1].names.ru[0]", "watchlists[1].profiles[1]", "watchlists[4].query", "watchlists[0].must_match[0]"}
	if !slices.Equal(paths, want) {
		t.Errorf("%q, want %q", paths, want)
	}
}
