package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// compiled compiles profiles, each on a watchlist of its own id.
func compiled(t testing.TB, profiles ...news.Profile) *Matcher {
	t.Helper()
	m, faults := Compile(profiles, oneListEach(profiles), nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return m
}

// surfaces returns what was found on the watchlist in a text that is not a title, "" for nothing, with the rule of each find.
func surfaces(m *Matcher, watchlist, lang, s string) string {
	var out []string
	for _, x := range m.Match(&news.Item{Text: s, Lang: lang}) {
		for _, h := range x.Hits {
			if x.Watchlist == watchlist {
				out = append(out, h.Surface)
			}
		}
	}
	return strings.Join(out, "; ")
}

func TestPersonBySurname(t *testing.T) {
	m := compiled(t,
		news.Profile{ID: "tokayev", Kind: news.Person, Names: map[string][]string{"ru": {"Касым-Жомарт Токаев"}, "en": {"Kassym-Jomart Tokayev"}}},
		news.Profile{ID: "frost", Kind: news.Person, Names: map[string][]string{"ru": {"Виктор Мороз"}}},
		news.Profile{ID: "benedict", Kind: news.Person, Names: map[string][]string{"en": {"Benedict XVI"}}},
		news.Profile{ID: "leader", Kind: news.Person, Names: map[string][]string{"en": {"Xi Jinping"}}},
		news.Profile{ID: "grossi", Kind: news.Person, Names: map[string][]string{"ru": {"Рафаэль Гросси"}, "pl": {"Rafael Grossi"}}},
		news.Profile{ID: "full", Kind: news.Person, Names: map[string][]string{"ru": {"Иванченко Пётр Степанович"}}},
	)
	for _, c := range []struct{ list, lang, text, want string }{
		{"tokayev", "ru", "Слово взял Токаев.", "Токаев"},
		{"tokayev", "ru", "Встреча с К.-Ж. Токаевым", "К.-Ж. Токаевым"},
		{"tokayev", "ru", "Указ подписал Токаев К.-Ж.", "Токаев К.-Ж"},
		{"tokayev", "ru", "Касым-Жомарта Кемелевича Токаева ждут", "Касым-Жомарта Кемелевича Токаева"},
		{"tokayev", "ru", "Токаев Касым-Жомарт Кемелевич", "Токаев Касым-Жомарт Кемелевич"},
		{"tokayev", "ru", "ТОКАЕВ ПОДПИСАЛ", "ТОКАЕВ"},
		{"tokayev", "ru", "токаев подписал", ""},
		{"tokayev", "ru", "Врач Бауыржан Токаев принял больных", ""},
		{"tokayev", "ru", "Врач Б. Токаев принял больных", ""},
		{"tokayev", "ru", "Токаев Бауыржан стал чемпионом", ""},
		{"tokayev", "ru", "Ответил Токаеву Владимир Сергеев", "Токаеву"},
		{"tokayev", "ru", "Госпожа Токаева открыла школу", ""},
		{"tokayev", "uk", "Зустріч із Токаєвим у Києві", "Токаєвим"},
		{"tokayev", "pl", "Spotkanie z Tokajewem", "Tokajewem"},
		{"tokayev", "de", "Treffen mit Kassym-Schomart Tokajew", "Kassym-Schomart Tokajew"},
		{"tokayev", "en", "Tokayev-led talks, Tokayev’s reply", "Tokayev; Tokayev’s"},
		{"frost", "ru", "Ударил мороз. Мороз крепчал.", ""},
		{"frost", "ru", "Пришёл Виктор Мороз. Мороз выступил.", "Виктор Мороз; Мороз"},
		{"benedict", "en", "Pope Benedict XVI wrote; a monk called Benedict read.", "Benedict XVI"},
		{"leader", "en", "Talks with Xi Jinping, then Xi left", "Xi Jinping; Xi"},
		{"leader", "en", "Xi is a Greek letter", ""},
		{"full", "ru", "Докладывал Иванченко. Пётр Иванченко молчал.", "Иванченко; Пётр Иванченко"},
		{"tokayev", "ru", "Касым-Жомарт Нурсултан Токаев", "Касым-Жомарт Нурсултан Токаев"},
		{"tokayev", "ru", "Пловец Бауыржан Токаев победил. Токаев рад.", ""},
		{"tokayev", "ru", "Токаев принял пловца. Это Бауыржан Токаев.", "Токаев"},
		{"tokayev", "ru", "Олег Токаев. К. Токаев.", "К. Токаев"},
		{"grossi", "ru", "Приехал Гросси. Гроссов нет, Гросс не он.", "Гросси"},
		{"grossi", "pl", "Rozmowa z Grossim", "Grossim"},
		{"grossi", "en", "Rafael Mariano Grossi warned", "Rafael Mariano Grossi"},
	} {
		if got := surfaces(m, c.list, c.lang, c.text); got != c.want {
			t.Errorf("%s in %s %q: %q, want %q", c.list, c.lang, c.text, got, c.want)
		}
	}
}

// TestNobodyIsTakenForAnother holds that what stands near a name, but not in it, does not silence it.
func TestNobodyIsTakenForAnother(t *testing.T) {
	person := func(id, name, alone string) news.Profile {
		return news.Profile{ID: id, Kind: news.Person, Names: map[string][]string{"ru": {name, alone}}}
	}
	m := compiled(t, person("putin", "Владимир Путин", "Путин"), person("zelensky", "Владимир Зеленский", "Зеленский"), person("luka", "Александр Лукашенко", "Лукашенко"),
		person("tokayev", "Касым-Жомарт Токаев", "Токаев"), person("sisi", "Абдул-Фаттах ас-Сиси", "Сиси"), person("kim", "Ким Чен Ын", "Ким Чен Ын"))
	for _, c := range []struct{ list, text, want string }{
		{"putin", "Владимир Зеленский Путину не ответил", "Путину"},
		{"zelensky", "Владимир Зеленский Путину не ответил", "Владимир Зеленский"},
		{"putin", "Фото: Алан\nПутин встретил его", "Путин"},
		{"putin", "Заявил Путин\nА. Петров записал", "Путин"},
		{"putin", "Путин — А. Лукашенко", "Путин"},
		{"putin", "Алан — Путину: приезжай", "Путину"},
		{"putin", "Интервью «Алан» Путин дал", "Путин"},
		{"putin", "Пришёл Лев. Путин улетел.", "Путин"},
		{"tokayev", "Токаев А. Смаилова освободил", "Токаев"},
		{"luka", "A. Лукашенко", "A. Лукашенко"}, // a Latin A
		{"sisi", "Махмуд ас-Сиси выступил", ""},
		{"sisi", "Абдул-Фаттах ас-Сиси выступил", "Абдул-Фаттах ас-Сиси"},
		{"kim", "Ким Чен Ир умер", ""},
		{"kim", "Ким Чен Ын приехал", "Ким Чен Ын"},
	} {
		if got := surfaces(m, c.list, "ru", c.text); got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.list, c.text, got, c.want)
		}
	}
}

func TestContext(t *testing.T) {
	m := compiled(t,
		news.Profile{ID: "club", Kind: news.Organisation, Names: map[string][]string{"ru": {"Заря"}}, Context: news.Context{
			Near: []string{"партия"}, NotNear: []string{"футбол"}, NotIn: []string{"Заря Востока"}, Words: 3}},
		news.Profile{ID: "place", Kind: news.Place, Names: map[string][]string{"ru": {"Заря"}}, Context: news.Context{NotNear: []string{"партия"}}},
		news.Profile{ID: "person", Kind: news.Person, Names: map[string][]string{"ru": {"Дмитрий Медведев"}}, Context: news.Context{Near: []string{"Совбез"}}},
	)
	for _, c := range []struct{ list, text, want string }{
		{"club", "Партия Заря победила", "Заря"},
		{"club", "Заря победила", ""},
		{"club", "Партия, о которой писали все газеты, это Заря", ""},
		{"club", "Партия Заря, и футбол", ""},
		{"club", "Партия Заря Востока", ""},
		{"place", "Посёлок Заря", "Заря"},
		{"place", "Партия Заря", ""},
		{"person", "Медведев выиграл матч", ""},
		{"person", "Медведев созвал Совбез", "Медведев"},
		{"person", "Дмитрий Медведев ответил. Медведев добавил.", "Дмитрий Медведев; Медведев"},
	} {
		if got := surfaces(m, c.list, "ru", c.text); got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.list, c.text, got, c.want)
		}
	}
}

func TestLongestNameWins(t *testing.T) {
	names := func(id string, nested bool, name string) news.Profile {
		return news.Profile{ID: id, Kind: news.Organisation, Nested: nested, Names: map[string][]string{"en": {name}}}
	}
	m := compiled(t, names("belarus", false, "Belarus"), names("minsk", true, "Minsk"), names("bank", false, "National Bank of Belarus"),
		names("arena", false, "Minsk Arena"), names("eu", false, "European Union"), news.Profile{ID: "union", Kind: news.Organisation, Names: map[string][]string{"en": {"Union State", "Union State of Belarus"}}},
		names("eurasian", false, "Eurasian Union"))
	for _, c := range []struct{ list, text, want string }{
		{"belarus", "The National Bank of Belarus raised its rate", ""},
		{"belarus", "The National Bank of Belarus, in Belarus", "Belarus"},
		{"bank", "The National Bank of Belarus raised its rate", "National Bank of Belarus"},
		{"minsk", "At Minsk Arena", "Minsk"},
		{"union", "The Eurasian Union State of Belarus", "Union State of Belarus"},
		{"arena", "At Minsk Arena", "Minsk Arena"},
		{"union", "European Union State aid rules", ""},
		{"eu", "European Union State aid rules", "European Union"},
	} {
		if got := surfaces(m, c.list, "en", c.text); got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.list, c.text, got, c.want)
		}
	}
}

// TestSpellingsOnlyWhereNoneAreGiven holds that a profile's own names in a language keep made ones out, and that made ones say so.
func TestSpellingsOnlyWhereNoneAreGiven(t *testing.T) {
	own := compiled(t, news.Profile{ID: "p", Kind: news.Person, Names: map[string][]string{"ru": {"Токаев"}, "uk": {"Зозуля"}}})
	if got := surfaces(own, "p", "uk", "Токаєв"); got != "" {
		t.Errorf("a spelling was made although the profile has a name in that language: %q", got)
	}
	made := compiled(t, news.Profile{ID: "p", Kind: news.Person, Names: map[string][]string{"ru": {"Токаев"}}})
	got := made.Match(&news.Item{Text: "Токаєвим", Lang: "uk"})
	if len(got) != 1 || got[0].Hits[0].Rule != "name ru →uk" {
		t.Errorf("%+v", got)
	}
}

func TestNamesWithSigns(t *testing.T) {
	m := compiled(t, news.Profile{ID: "p", Kind: news.Organisation, Names: map[string][]string{"en": {"One Belt, One Road", "RFE/RL", "Lenta.ru"}}},
		news.Profile{ID: "q", Kind: news.Organisation, Names: map[string][]string{"en": {"White House"}}})
	for text, want := range map[string]string{
		"the One Belt, One Road plan": "One Belt, One Road", "One Belt One Road": "One Belt One Road",
		"says RFE/RL": "RFE/RL", "One belt! One road!": "", "Lenta.ru reports": "Lenta.ru",
	} {
		if got := surfaces(m, "p", "en", text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := surfaces(m, "q", "en", "It was white, House of Cards. White, House"); got != "" {
		t.Errorf("a name runs over a comma that it has not: %q", got)
	}
}

func TestMarkedKeywords(t *testing.T) {
	p := news.Profile{ID: "p", Keywords: map[string][]string{"ru": {`"дорожная карта"`, "интегр*", "союзные программы^0.5"}, "en": {"=NATO", "sanction"}}}
	m := compiled(t, p)
	for _, c := range []struct{ text, want string }{
		{"Дорожная карта готова", "Дорожная карта"},
		{"дорожной картой", ""},
		{"ИНТЕГРАЦИЯ, интегратор, Интегральный", "ИНТЕГРАЦИЯ; интегратор; Интегральный"},
		{"нтеграция", ""},
		{"союзную программу", "союзную программу"},
		{"NATO, not Nato", "NATO"},
		{"sanctions", "sanctions"},
	} {
		if got := surfaces(m, "p", "", c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	_, faults := Compile([]news.Profile{{ID: "p", Keywords: map[string][]string{"en": {"in*", "two words*"}}}}, nil, nil)
	if len(faults) != 2 || !strings.Contains(faults[0].Msg, "at least 3 letters") || !strings.Contains(faults[1].Msg, "one word") {
		t.Errorf("%v", faults)
	}
}

func TestQueryScores(t *testing.T) {
	profiles := []news.Profile{{ID: "csto", Names: map[string][]string{"en": {"CSTO"}}}, {ID: "eaeu", Names: map[string][]string{"en": {"EAEU"}}}}
	for _, c := range []struct {
		query, title, text string
		score              float64
		hits               string
	}{
		{"@csto AND drill", "CSTO", "drills", 2.5, "CSTO; drills"},
		{"@csto AND drill", "", "CSTO", 0, ""},
		{"@csto^3 OR drill^0.5", "", "CSTO drills, drills", 3.5, "CSTO; drills; drills"},
		{"(@csto OR drill)^2", "drills", "", 3, "drills"},
		{"@csto AND NOT @eaeu", "", "CSTO and EAEU", 0, ""},
		{"@csto NEAR/1 @eaeu", "", "EAEU and CSTO", 2, "EAEU; CSTO"},
		{"@csto NEAR/1 @eaeu", "", "EAEU and the CSTO", 0, ""},
		{"@csto NEAR/5 @eaeu", "CSTO", "EAEU", 0, ""},
		{"gas NEAR/10 oil NEAR/2 tax", "", "gas and the tax on crude oil", 3, "gas; tax; oil"},
		{`drill^0.5 AND "new drills"^0.5`, "", "new drills", 1, "new drills"},
		{"SENTENCE(@csto AND @eaeu)", "", "CSTO of the USA. EAEU elsewhere.", 0, ""},
		{"SENTENCE(@csto AND @eaeu)", "", "CSTO\nEAEU", 0, ""},
		{"SENTENCE(@csto AND @eaeu)", "", "The CSTO met Gen. Ivanov of the EAEU.", 2, "CSTO; EAEU"},
		{"SENTENCE(@csto AND @eaeu)", "", "The CSTO met. EAEU leaders too.", 0, ""},
		{"title:@csto", "", "CSTO", 0, ""},
		{"body:@csto", "CSTO", "", 0, ""},
		{"lang:ru AND @csto", "", "CSTO", 0, ""},
		{"type:state AND country:by AND source:BelTA AND @csto", "", "CSTO", 1, "CSTO"},
	} {
		m, faults := Compile(profiles, []news.Watchlist{{ID: "w", Query: c.query, Threshold: 1}}, []news.Feed{{ID: "f", Outlet: "BelTA", Country: "BY", Type: news.State}})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		var got news.Match
		for _, x := range m.Match(&news.Item{FeedID: "f", Lang: "en", Title: c.title, Text: c.text}) {
			got = x
		}
		var hits []string
		for _, h := range got.Hits {
			hits = append(hits, h.Surface)
		}
		if got.Score != c.score || strings.Join(hits, "; ") != c.hits || got.Over != (c.score >= 1) {
			t.Errorf("%s of %q | %q: %v %q, want %v %q", c.query, c.title, c.text, got.Score, hits, c.score, c.hits)
		}
	}
}

func TestQueryFaults(t *testing.T) {
	for q, want := range map[string]string{
		"@nobody":               `there is no profile "nobody"`,
		"source:nowhere AND x1": "source:nowhere is neither the id nor the outlet of a feed",
		"a AND":                 "at character 3: AND at the end",
	} {
		_, faults := Compile(nil, []news.Watchlist{{ID: "w", Query: q, Threshold: 1}}, []news.Feed{{ID: "f"}})
		if !slices.ContainsFunc(faults, func(f news.Fault) bool {
			return f.Path == "watchlists[0].query" && strings.HasPrefix(f.Msg, want)
		}) {
			t.Errorf("%s: %v, want %s", q, faults, want)
		}
	}
}

// TestNearManyPairs holds that a text that is nothing but the words of a NEAR costs no more than a bounded number of pairs.
func TestNearManyPairs(t *testing.T) {
	m, faults := Compile(nil, []news.Watchlist{{ID: "w", Query: "(протест OR милиция) NEAR/200 (санкции NEAR/200 протест)", Threshold: 1}}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := m.Match(&news.Item{Text: strings.Repeat("протест санкции милиция ", 5_000)})
	if len(got) != 1 || !got[0].Over || len(got[0].Hits) > maxHits {
		t.Errorf("%d matches", len(got))
	}
}

// TestSearchFindsOtherScripts holds that a search for a person finds the forms that alerts would.
func TestSearchFindsOtherScripts(t *testing.T) {
	m := compiled(t,
		news.Profile{ID: "tokayev", Kind: news.Person, Names: map[string][]string{"ru": {"Касым-Жомарт Токаев"}}},
		news.Profile{ID: "frost", Kind: news.Person, Names: map[string][]string{"ru": {"Виктор Мороз"}}})
	for _, c := range []struct{ query, has string }{
		{"токаев", "токаєвим"}, {"касым-жомарт токаев", "tokayev"}, {"ТОКАЕВ", "токаева"}, {"Виктор Мороз", "виктором морозом"}, {"мороз", "морозы"},
	} {
		q, err := m.Expand(c.query)
		if err != nil || len(q.All) != 1 || !slices.ContainsFunc(q.All[0], func(p news.Phrase) bool { return strings.Join(p, " ") == c.has }) {
			t.Errorf("Expand(%q) lacks %q: %v %v", c.query, c.has, err, fmt.Sprint(q)[:min(200, len(fmt.Sprint(q)))])
		}
	}
}
