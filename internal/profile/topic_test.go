package profile

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// plainScore scores items by the keywords that stand in them as written: what package match does, without grammar.
func plainScore(p news.Profile, items []news.Item) ([]float64, error) {
	out := make([]float64, len(items))
	for i, it := range items {
		words := strings.Fields(text.FoldText(it.Title + " " + it.Text))
		for _, k := range flat(p.Keywords) {
			word, weight := cutWeight(k)
			if slices.Contains(words, text.Fold(strings.Trim(word, `="*`))) {
				out[i] += weight / p.Threshold
			}
		}
	}
	return out, nil
}

// harvest is a topic of our own, in two languages and with an acronym, mixed script and emoji.
var harvest = []Article{
	{ID: "a", Text: "Комбайн «Нива-2» застрял в поле у Соснового Бора 🚜. Механик Ракитин вызвал трактор. ОВЦ обещал запчасти к пятнице."},
	{ID: "b", Text: "ОВЦ привёз запчасти в Сосновый Бор, и механик Ракитин починил комбайн. В поле снова слышен GPS-маяк трактора."},
	{ID: "c", Title: "Комбайн вышел в поле", Text: "Ракитин провёл комбайн по полю у Соснового Бора. ОВЦ подсчитал запчасти: не хватает одной шестерни."},
	{ID: "d", Text: "Сосновоборский комбайн сломался. Шестерня, говорит механик Ракитин, дело поправимое; трактор ждёт у поля, ОВЦ молчит."},
	{ID: "e", Text: "Көлдің жағасында комбайн тұр. Ракитин келмеді, астық далада қалды."},
	{ID: "f", Text: "Комбайн тағы сынды, астық жиналмады. Ракитин көлге кетіп қалды деседі ауыл тұрғындары."},
}

func buildTopic(t *testing.T, articles []Article, prior news.Profile) news.Profile {
	t.Helper()
	p, err := BuildTopic("harvest", articles, prior, plainScore)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestBuildTopic(t *testing.T) {
	before := slices.Clone(harvest)
	p := buildTopic(t, harvest, news.Profile{})
	if !reflect.DeepEqual(before, harvest) {
		t.Error("the articles are changed")
	}
	word := func(lang, want string) float64 {
		for _, k := range p.Keywords[lang] {
			if w, weight := cutWeight(k); w == want {
				return weight
			}
		}
		t.Errorf("there is no %s term %q in %q", lang, want, p.Keywords[lang])
		return 0
	}
	if r := word("ru", "Ракитин"); r != 1 {
		t.Errorf("the name that all articles have weighs %g, want most: 1", r)
	}
	if strong, weak := word("ru", "комбайн"), word("ru", "шестерня"); strong <= weak {
		t.Errorf("what four articles have weighs %g, what two have %g", strong, weak)
	}
	word("ru", "=ОВЦ")
	word("kk", "астық")
	for _, k := range flat(p.Keywords) {
		if w, weight := cutWeight(k); weight <= 0 || weight > 1 || slices.Contains([]string{"в", "у", "к", "говорит", "пятница", "Нива", "2", "=GPS"}, w) {
			t.Errorf("term %q", k)
		}
	}
	if p.Threshold <= 0 || p.Threshold != p.Proposed.Threshold || !reflect.DeepEqual(p.Keywords, p.Proposed.Keywords) {
		t.Errorf("threshold %g, proposed %+v", p.Threshold, p.Proposed)
	}
	if want := map[string]int{"a": 1, "b": 1, "c": 2, "d": 1}; !maps.Equal(p.Seen["ru:поле"], want) {
		t.Errorf("поле stands in %v, want %v", p.Seen["ru:поле"], want)
	}
	if again := buildTopic(t, harvest, p); !reflect.DeepEqual(again, p) {
		t.Errorf("a second build changes %q", DiffTopic(p, again))
	}
}

func TestBuildTopicFails(t *testing.T) {
	if _, err := BuildTopic("t", harvest[:1], news.Profile{}, plainScore); !errors.Is(err, ErrFewArticles) {
		t.Errorf("one article: %v", err)
	}
	apart := []Article{{ID: "1", Text: "Корабль вышел из гавани."}, {ID: "2", Text: "Повар сварил борщ."}}
	if _, err := BuildTopic("t", apart, news.Profile{}, plainScore); err == nil || !strings.Contains(err.Error(), "one topic") {
		t.Errorf("articles that share nothing: %v", err)
	}
	broken := errors.New("broken")
	if _, err := BuildTopic("t", harvest, news.Profile{}, func(news.Profile, []news.Item) ([]float64, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("a scorer that fails: %v", err)
	}
}

// TestTopicTermsBounded: however many words articles share, thirty become terms.
func TestTopicTermsBounded(t *testing.T) {
	var shared strings.Builder
	for _, a := range []string{"бар", "вел", "гун", "дор", "кур", "лам", "мир", "нос"} {
		for _, b := range []string{"кот", "лап", "мыш", "рак", "сом", "тигр"} {
			fmt.Fprintf(&shared, "%s%sня ", a, b)
		}
	}
	p := buildTopic(t, []Article{{ID: "1", Lang: "ru", Text: shared.String() + "и еще."}, {ID: "2", Lang: "ru", Text: shared.String() + "или нет."}}, news.Profile{})
	if n := len(flat(p.Keywords)); n != TopicTerms {
		t.Errorf("%d terms, want %d", n, TopicTerms)
	}
}

// TestTopicDecisionsStay edits a built profile at random as a person would, builds again, from the same and from other articles, and holds that nothing
// decided is undone: a term taken out or rejected stays away, in every form; another weight or threshold and an added term stay.
func TestTopicDecisionsStay(t *testing.T) {
	first := buildTopic(t, harvest, news.Profile{})
	random := rand.New(rand.NewPCG(7, 7))
	for round := range 60 {
		edited := clone(first)
		gone := map[string][]string{}
		kept := map[string][]string{}
		for lang, list := range edited.Keywords {
			var left []string
			for _, k := range list {
				word, weight := cutWeight(k)
				switch random.IntN(6) {
				case 0:
					gone[lang] = append(gone[lang], word)
				case 1:
					gone[lang] = append(gone[lang], word)
					if edited.Rejected == nil {
						edited.Rejected = map[string][]string{}
					}
					edited.Rejected[lang] = append(edited.Rejected[lang], word)
				case 2:
					k = keyword(word, weight+0.37)
					kept[lang] = append(kept[lang], k)
					left = append(left, k)
				default:
					left = append(left, k)
				}
			}
			edited.Keywords[lang] = left
		}
		if random.IntN(2) == 0 {
			edited.Keywords["ru"] = append(edited.Keywords["ru"], "уборочная^0.8", "жатв*", `"хлеб насущный"`)
			kept["ru"] = append(kept["ru"], "уборочная^0.8", "жатв*", `"хлеб насущный"`)
		}
		threshold := 0.0
		if random.IntN(2) == 0 {
			threshold = 0.5 + random.Float64()
			edited.Threshold = threshold
		}
		articles := harvest
		if round%3 == 0 {
			articles = harvest[1:]
		}
		prior := clone(edited)
		p, err := BuildTopic("harvest", articles, edited, plainScore)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(edited, prior) {
			t.Fatal("BuildTopic changed the prior")
		}
		for range 2 {
			for lang, list := range kept {
				for _, k := range list {
					if !slices.Contains(p.Keywords[lang], k) {
						t.Fatalf("round %d: %q is gone from %q", round, k, p.Keywords[lang])
					}
				}
			}
			for lang, words := range gone {
				for _, k := range p.Keywords[lang] {
					if w, _ := cutWeight(k); slices.Contains(words, w) {
						t.Fatalf("round %d: %s %q came back: %q", round, lang, w, p.Keywords)
					}
				}
			}
			if threshold != 0 && p.Threshold != threshold {
				t.Fatalf("round %d: threshold %g, a person had set %g", round, p.Threshold, threshold)
			}
			// Once more on top: what was decided must outlive a build that knew of it.
			next, err := BuildTopic("harvest", articles, p, plainScore)
			if err != nil {
				t.Fatal(err)
			}
			if diff := DiffTopic(p, next); len(diff) > 0 {
				t.Fatalf("round %d: a build of the same articles changes %q", round, diff)
			}
			p = next
		}
	}
}

// TestTopicRejectedForms: a rejected word is rejected in all its forms and with or without marks.
func TestTopicRejectedForms(t *testing.T) {
	for _, rejected := range []string{"комбайны", "комбайн*", `"комбайн"`, "ОВЦ", "=ОВЦ"} {
		p := buildTopic(t, harvest, news.Profile{Rejected: map[string][]string{"any": {rejected}}})
		for _, k := range p.Keywords["ru"] {
			word, _ := cutWeight(k)
			if bare := strings.Trim(rejected, `="*`); text.Fold(strings.TrimPrefix(word, "=")) == text.Fold(bare) || bare == "комбайны" && word == "комбайн" {
				t.Errorf("%q is rejected, and %q a term", rejected, k)
			}
		}
	}
}

func TestDiffTopic(t *testing.T) {
	before := news.Profile{ID: "t", Threshold: 2, Keywords: map[string][]string{"ru": {"поле", "трактор^0.5", "рожь^0.2"}}}
	now := news.Profile{ID: "t", Threshold: 1.5, Keywords: map[string][]string{"ru": {"поле", "трактор^0.7", "=ОВЦ^0.3"}, "kk": {"астық"}},
		Seen: map[string]map[string]int{"ru:=ОВЦ": {"a": 1, "b": 2}}}
	want := []string{
		"~ t: threshold 2 → 1.5",
		"+ t: kk term астық, weight 1",
		"~ t: ru term трактор, weight 0.5 → 0.7",
		"+ t: ru term =ОВЦ, weight 0.3; 3 mentions in 2 articles",
		"- t: ru term рожь",
	}
	if got := DiffTopic(before, now); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := DiffTopic(now, now); got != nil {
		t.Errorf("no change is %q", got)
	}
}

// TestTopicSharedTerm: a term that two languages spell alike counts in each the articles of that language, one under any those of all.
func TestTopicSharedTerm(t *testing.T) {
	prior := news.Profile{Keywords: map[string][]string{"any": {"Ракитин^0.3"}}}
	for name, want := range map[string]map[string]int{
		"ru:комбайн":  {"a": 1, "b": 1, "c": 2, "d": 1},
		"kk:комбайн":  {"e": 1, "f": 1},
		"any:Ракитин": {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1},
	} {
		if p := buildTopic(t, harvest, prior); !maps.Equal(p.Seen[name], want) {
			t.Errorf("%s stands in %v, want %v", name, p.Seen[name], want)
		} else if p.Seen["комбайн"] != nil {
			t.Errorf("a term without its language is seen: %v", p.Seen)
		}
	}
	lines := DiffTopic(news.Profile{ID: "harvest"}, buildTopic(t, harvest, news.Profile{}))
	for _, want := range []string{"ru term комбайн, weight 1; 5 mentions in 4 articles", "kk term комбайн, weight 1; 2 mentions in 2 articles"} {
		i := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "+ harvest: "+want[:strings.IndexByte(want, ',')]) })
		if i < 0 || !strings.HasSuffix(lines[i], want[strings.IndexByte(want, ';'):]) {
			t.Errorf("no %q in %q", want, lines)
		}
	}
}

// TestBuildKeepsTopics: refreshing the people and places of a file leaves its topics as they are.
func TestBuildKeepsTopics(t *testing.T) {
	p := buildTopic(t, harvest, news.Profile{})
	bare := p
	bare.Threshold = 0 // as a person may want it: each term counts its own weight
	for _, p := range []news.Profile{p, bare} {
		got := Build(harvest, []news.Profile{p}).Profiles[0]
		if !reflect.DeepEqual(got, p) {
			t.Errorf("got  %+v\nwant %+v", got, p)
		}
	}
}
