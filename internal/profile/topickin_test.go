package profile

import (
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// dredgers are articles of our own, one of them Polish: names in inflected forms, words that no other article supports.
var dredgers = []Article{
	{ID: "r1", Lang: "ru", Text: "Землечерпалка «Ермак» стоит у Зарубежска 🚢. Капитан Бектенов ждёт запчасти. Земснаряд ОВЦ ушёл к Ракитину."},
	{ID: "r2", Lang: "ru", Text: "Капитан Бектенов привёл землечерпалку в Зарубежск. Пришёл и земснаряд ОВЦ, сообщил Ракитин."},
	{ID: "p1", Lang: "pl", Text: "Pogłębiarka czeka w porcie. Dyrektor Wilczek rozmawiał z kapitanem Biektienowem i z Rakitinem; Kowalski zbiera podpisy. Pogłębiarka OWC stoi."},
}

// TestTopicSingleArticle: a language with one article gives the names that articles in other languages have, in the dictionary form and with the same
// weight, and nothing else.
func TestTopicSingleArticle(t *testing.T) {
	p := buildTopic(t, dredgers, news.Profile{})
	var got []string
	for _, k := range p.Keywords["pl"] {
		word, weight := cutWeight(k)
		got = append(got, word)
		if word == "Biektienow" && !slices.Contains(p.Keywords["ru"], keyword("Бектенов", weight)) {
			t.Errorf("Biektienow weighs %g, and the Russian terms are %q", weight, p.Keywords["ru"])
		}
	}
	slices.Sort(got)
	if want := []string{"=OWC", "Biektienow", "Rakitin"}; !slices.Equal(got, want) {
		t.Errorf("Polish terms %q, want %q", got, want)
	}
	if again := buildTopic(t, dredgers, p); len(DiffTopic(p, again)) > 0 {
		t.Errorf("a second build changes %q", DiffTopic(p, again))
	}
	for _, rejected := range []string{"Biektienow", "Biektienowem", "=Biektienowem", "biektien*"} {
		p = buildTopic(t, dredgers, news.Profile{Rejected: map[string][]string{"pl": {rejected}}})
		if slices.ContainsFunc(p.Keywords["pl"], func(k string) bool { return strings.HasPrefix(k, "Biektienow") }) {
			t.Errorf("%s is rejected, and a term: %q", rejected, p.Keywords["pl"])
		}
	}
}

// TestTopicOneArticleEach: of one article in each language the names that both have make a topic, whose threshold either reaches.
func TestTopicOneArticleEach(t *testing.T) {
	pair := dredgers[1:]
	p := buildTopic(t, pair, news.Profile{})
	for lang, want := range map[string][]string{"ru": {"=ОВЦ", "Бектенов", "Ракитин"}, "pl": {"=OWC", "Biektienow", "Rakitin"}} {
		var got []string
		for _, k := range p.Keywords[lang] {
			word, _ := cutWeight(k)
			got = append(got, word)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s terms %q, want %q", lang, got, want)
		}
	}
	if all := weightIn(p); p.Threshold < 0.05*all || p.Threshold > 0.5*all {
		t.Errorf("the threshold is %g of %g, of which an article in one language has half", p.Threshold, all)
	}
	apart := []Article{{ID: "1", Lang: "ru", Text: "Корабль «Заря» вышел из гавани."}, {ID: "2", Lang: "pl", Text: "Kucharz Nowak ugotował barszcz."}}
	if _, err := BuildTopic("t", apart, news.Profile{}, plainScore); err == nil || !strings.Contains(err.Error(), "pl, ru: 1 article each") {
		t.Errorf("one article each, nothing shared: %v", err)
	}
}

func TestTopicNotes(t *testing.T) {
	for _, c := range []struct {
		articles []Article
		want     string
	}{
		{dredgers, "pl: 1 article, too few to learn words from: only names that articles in other languages have, too, are terms; give two"},
		{dredgers[1:], "pl, ru: 1 article each, too few to learn words from: only names that two of them have are terms; give two or more in one language"},
		{dredgers[:2], ""},
		{harvest, ""},
		{harvest[:5], "kk: 1 article, too few to learn words from: only names that articles in other languages have, too, are terms; give two"},
	} {
		if got := strings.Join(TopicNotes(c.articles), "\n"); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
