package profile

import (
	"slices"
	"strings"
	"testing"
)

// kinds returns every proposal as "kind: names", sorted, for articles that are one text each, in the language they are in.
func kinds(texts ...string) []string {
	var articles []Article
	for i, s := range texts {
		articles = append(articles, Article{ID: string(rune('a' + i)), Text: s})
	}
	var out []string
	for _, p := range Build(articles, nil).Profiles {
		out = append(out, string(p.Kind)+": "+strings.Join(flat(p.Names), "|"))
	}
	slices.Sort(out)
	return out
}

func checkProposed(t *testing.T, want []string, texts ...string) {
	t.Helper()
	if got := kinds(texts...); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestQuotedWordsAreNoName(t *testing.T) {
	checkProposed(t, []string{"organisation: Dry Season Union|dry season union"},
		"They spoke of a “paper fleet” 🚨 and the “dry season union” again, and of “чёрный список” as well.",
		"It was called a ‘paper fleet’ by all of them, and the Dry Season Union was not amused by it.")
}

func TestWhatStandsBesideSaysTheKind(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"the form of a company", "So Amber Tide AS sold it, and Amber Tide was glad of it 🚨.", []string{"organisation: Amber Tide"}},
		{"its chief executive", "So the Amber Tide chief executive Karl Lund left, and Amber Tide was sad.", []string{"organisation: Amber Tide", "person: Karl Lund"}},
		{"a small word is no form", "So the ministry chose Karl Lund as the envoy.", []string{"person: Karl Lund"}},
		{"a ship", "So they sailed on the ferry Silver Gull, and the Silver Gull sank.", []string{"topic: Silver Gull"}},
		{"parts of the land", "So the Karabash Dam and the Kara Darya are near Pearl Square and the Gulf of Mannar, not in Mannar.",
			[]string{"place: Gulf of Mannar", "place: Kara Darya", "place: Karabash Dam", "place: Mannar", "place: Pearl Square"}},
		{"acronyms", "So the USA and the UK were in talks with IGAD in IGAD offices.", []string{"organisation: IGAD", "place: UK", "place: USA"}},
		{"корабль, компания", "Экипаж парома «Серебряная Чайка» рассказал об аварии. Из «Янтарный Берег» не ответили. Владелец, ООО «Тихий Прилив», письма не получал, а плотину спасли.",
			[]string{"organisation: Тихий Прилив", "organisation: Янтарный Берег", "topic: Серебряная Чайка"}},
		{"кеме", "Бұл туралы «Күміс Шағала» паромының иесі айтты. Ал «Тыныш Толқын» ЖШС үндемеді, деп хабарлады баспасөз қызметі.", []string{"organisation: Тыныш Толқын", "topic: Күміс Шағала"}},
	} {
		t.Run(c.name, func(t *testing.T) { checkProposed(t, c.want, c.text) })
	}
}

func TestTitlesAreNoPartOfTheName(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"So the European Commissioner for Transport Stavros Lambrakis came.", []string{"person: Stavros Lambrakis"}},
		{"So the Deputy Minister of Ecology Aziz Karimov came.", []string{"person: Aziz Karimov"}},
		{"So the Governor of Texas Greg Hollis came.", []string{"person: Greg Hollis", "place: Texas"}},
		{"So Hydrologist Marat Bekov and Investigator Mart Tamm came 🚨.", []string{"person: Marat Bekov", "person: Mart Tamm"}},
		{"His counsel, Lady Alice Okoro KC, was silent, and so was Mart Tamm MEP.", []string{"person: Alice Okoro", "person: Mart Tamm"}},
	} {
		checkProposed(t, c.want, c.text)
	}
}

func TestAcronymInBracketsDecidesTheSpan(t *testing.T) {
	checkProposed(t, []string{"organisation: IUCA|International Union for Clearing the Arctic"}, "So the International Union for Clearing the Arctic (IUCA) met.")
	checkProposed(t, []string{"organisation: ICSL|International Council for Studying the Salt Lake"}, "The International Council for Studying the Salt Lake (ICSL) met.")
	checkProposed(t, []string{"organisation: МФОБ|Международный фонд очистки Балхаша"}, "Международный фонд очистки Балхаша (МФОБ) заявил, что это не так. Об этом сказали и в МФОБ.")
}

func TestDoubleSurnamesInflect(t *testing.T) {
	articles := []string{"Геолог Марат Сабитов-Грей из университета напомнил о деле 🚨. С Сабитовым-Греем согласна глава объединения.",
		"Геолог Сабитов-Грей предупредил, что водохранилище пустое, и это плохо. Ответа Сабитова-Грея пока нет."}
	checkProposed(t, []string{"person: Марат Сабитов-Грей|Сабитов-Грей"}, articles...)
	p := build("ru", articles, nil).Profiles
	if articles, mentions := spread(p[0]); articles != 2 || mentions != 4 {
		t.Errorf("%d mentions in %d articles, want 4 in 2: %v", mentions, articles, p[0].Seen)
	}
}

func TestADoubleSurnameThatEndsAsAGivenNameStays(t *testing.T) {
	checkProposed(t, []string{"person: Марат Сабитов-Карл|Сабитов-Карл"}, "Геолог Марат Сабитов-Карл из университета напомнил о деле. С Сабитовым-Карлом согласна глава объединения.",
		"Геолог Сабитов-Карл предупредил, что водохранилище пустое, и это плохо.")
}

func TestStateBetweenTitleAndName(t *testing.T) {
	checkProposed(t, []string{"person: Nurdżan Sabitow", "place: Kirgistan"}, "W mieście był minister zasobów leśnych Kirgistanu Nurdżan Sabitow 🚨, ale nic nie powiedział, bo Kirgistan milczy.")
}
