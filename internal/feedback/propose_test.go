package feedback

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goccy/go-yaml"

	"vestnik/internal/match"
	"vestnik/internal/news"
)

var noon = time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC) // a Friday

func theProfiles() []news.Profile {
	return []news.Profile{
		{ID: "tokayev", Kind: news.Person, Names: map[string][]string{"en": {"Tokayev"}, "ru": {"Токаев"}, "kk": {"Тоқаев"}}},
		{ID: "union-state", Kind: news.Organisation, Names: map[string][]string{"en": {"Union State"}, "ru": {"Союзное государство"}}},
	}
}

func rules(profiles []news.Profile, w news.Watchlist) Rules {
	return Rules{Profiles: profiles, Watchlist: w, Compile: func(p []news.Profile, w news.Watchlist) (Matcher, error) {
		m, faults := match.Compile(p, []news.Watchlist{w}, nil)
		if len(faults) > 0 {
			return nil, faults
		}
		return m, nil
	}}
}

// A pile is made-up items with what was said of them.
type pile struct {
	list  string
	lang  string
	items []news.Judged
}

func (p *pile) put(text string, verdicts ...news.Verdict) {
	id := int64(len(p.items) + 1)
	title, text, _ := strings.Cut(text, ". ")
	it := news.Item{ID: id, Title: title, Text: text, Lang: p.lang, Seen: noon}
	p.items = append(p.items, news.Judged{Found: news.Found{Item: it}, Watchlist: p.list, Verdicts: verdicts})
}

var (
	good        = news.Verdict{Good: true}
	wrongPerson = news.Verdict{Reason: news.WrongPerson}
	offTopic    = news.Verdict{Reason: news.OffTopic}
	oldNews     = news.Verdict{Reason: news.OldNews}
)

// fill puts n items that say something else each: name is what matches, the rest are words of the vocabulary, as chance has it, but the same at every run.
func (p *pile) fill(n int, name, vocabulary string, verdicts ...news.Verdict) {
	words := strings.Fields(vocabulary)
	rnd := rand.New(rand.NewPCG(uint64(n), uint64(len(p.items))))
	for range n {
		rnd.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		p.put(fmt.Sprintf("%s: %s. %s %s", name, strings.Join(words[:4], " "), name, strings.Join(words[4:14], " ")), verdicts...)
	}
}

func (p *pile) propose(t *testing.T, w news.Watchlist) []Proposal {
	t.Helper()
	out, err := Propose(t.Context(), rules(theProfiles(), w), p.items, 0)
	if err != nil || out.Cut {
		t.Fatal(out.Cut, err)
	}
	return out.List
}

// Vocabularies: plain words that could stand in news.
const (
	english = `ministers farmers engineers teachers generals doctors miners grain borders pensions railways schools gas bridges taxes harvest budget
		praised postponed signed discussed refused opened closed reads visits promises explains report decree session summit harbour winter spring
		autumn summer wages prices water power forests rivers roads villages students hospitals libraries museums airports factories markets`
	russian = `министры аграрии инженеры учителя генералы врачи шахтёры зерно границы пенсии дороги школы газ мосты налоги урожай бюджет похвалил отложил
		подписал обсудил отклонил открыл закрыл прочёл посетил обещает объяснил отчёт указ сессия саммит гавань зима весна осень лето зарплаты цены вода
		энергия леса реки сёла студенты больницы библиотеки музеи аэропорты заводы рынки`
	kazakh = `министрлер диқандар инженерлер мұғалімдер генералдар дәрігерлер кеншілер астық шекара зейнетақы теміржол мектеп газ көпірлер салық егін
		бюджет мақтады кейінге қалдырды талқылады ашты жапты оқыды барды уәде түсіндірді есеп жарлық сессия саммит айлақ қыс көктем күз жаз жалақы баға
		су қуат орман өзен ауыл студент аурухана кітапхана мұражай әуежай зауыт базар`
)

// TestNamesake: another man of that name makes cheese, in every case of the word; his neighbours are proposed as context of the profile.
func TestNamesake(t *testing.T) {
	for _, tt := range []struct {
		lang, name, vocabulary string
		bad                    []string
		phrase                 string
	}{
		{"en", "Tokayev", english, []string{
			"Farmer Tokayev shows his cheese. Visitors came on foot",
			"A medal for Tokayev. The cheese maker from the hills thanked his goats",
			"How Tokayev lost a cellar. Rain ruined eighty wheels of cheese last autumn",
			"Tokayev opens a shop. Locals queued for the cheeses before dawn",
			"Tokayev: forty years beside a copper pot. His son learns cheese too",
		}, "cheese"},
		{"ru", "Токаев", russian, []string{
			"Сыровар Токаев показал погреб. Гости пришли пешком",
			"Медаль Токаеву. Сыроваров края награждали впервые",
			"Как Токаев потерял запасы. Дождь затопил подвал сыровара прошлой осенью",
			"Токаев открыл лавку. К сыровару очередь стояла с рассвета",
			"Токаев: сорок лет у медного котла. Сын стал сыроваром тоже",
		}, "сыровар"},
		{"kk", "Тоқаев", kazakh, []string{
			"Балшы Тоқаев омартасын көрсетті. Қонақтар жаяу келді",
			"Тоқаевқа медаль. Өлкенің балшыларын алғаш рет марапаттады",
			"Тоқаев қорынан қалай айырылды. Жаңбыр балшының жертөлесін басты",
			"Тоқаев дүкен ашты. Балшыға таңнан кезек тұрды",
			"Тоқаев: ара ұясының жанында қырық жыл. Ұлы да балшымен бірге",
		}, "балшы"},
	} {
		t.Run(tt.lang, func(t *testing.T) {
			p := &pile{list: "t", lang: tt.lang}
			for _, s := range tt.bad {
				p.put(s, wrongPerson)
			}
			p.fill(12, tt.name, tt.vocabulary, good)
			p.fill(90, tt.name, tt.vocabulary)
			w := news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1}
			got := p.propose(t, w)
			if len(got) != 1 || got[0].Where != NotNear || got[0].Phrase != tt.phrase || got[0].Profile != "tokayev" {
				t.Fatalf("proposals %+v", got)
			}
			x := got[0]
			if x.Bad != 5 || x.OfBad != 5 || x.Good != 0 || x.OfGood != 12 || x.Others != 0 || x.OfOthers != 90 || x.Chance > chanceMost {
				t.Errorf("figures %+v", x)
			}
			t.Logf("%s %q: chance at most %.2g", x.Where, x.Phrase, x.Chance)

			// Taken up, there is nothing more to propose.
			profiles, list := x.Apply(theProfiles(), w)
			again, err := Propose(t.Context(), rules(profiles, list), p.items, 0)
			if err != nil || len(again.List) != 0 {
				t.Errorf("proposed again: %+v %v", again, err)
			}
		})
	}
}

// TestOffTopic: what is off topic is excluded by a phrase when both its words stand there each time; the list keeps what it has.
func TestOffTopic(t *testing.T) {
	p := &pile{list: "u", lang: "en"}
	for _, s := range []string{
		"Student debate on the Union State. A chess tournament closed the evening",
		"Union State songs at the fair. Chess tournaments drew the larger crowd 🎉",
		"Old maps of the Union State sold. The buyer won a chess tournament once",
		"The Union State in crosswords. Our chess tournament is on page nine",
	} {
		p.put(s, offTopic)
	}
	p.fill(20, "Union State", english, good)
	p.fill(60, "Union State", english)
	w := news.Watchlist{ID: "u", Profiles: []string{"union-state"}, Threshold: 1, Exclude: []string{`state of the "union"`}}
	got := p.propose(t, w)
	if len(got) != 1 || got[0].Where != Exclude || got[0].Phrase != "chess tournament" || got[0].Bad != 4 || got[0].Profile != "" {
		t.Fatalf("proposals %+v", got)
	}
	lines := YAML(got, theProfiles(), w)
	var file struct {
		Watchlists []struct {
			ID      string
			Exclude []string
		}
	}
	if err := yaml.Unmarshal([]byte(strings.Join(lines, "\n")), &file); err != nil {
		t.Fatalf("%v in\n%s", err, strings.Join(lines, "\n"))
	}
	if len(file.Watchlists) != 1 || file.Watchlists[0].ID != "u" || !slices.Equal(file.Watchlists[0].Exclude, []string{`state of the "union"`, "chess tournament"}) {
		t.Errorf("read back as %+v from\n%s", file, strings.Join(lines, "\n"))
	}
}

// twoTopics are bad alerts of two kinds, in two languages, and words in common with the rest.
func twoTopics() *pile {
	p := &pile{list: "t", lang: "en"}
	for _, s := range []string{"Tokayev watches ice hockey 🏒. Anna sat beside", "Seven goals before Tokayev. Ice hockey seldom ends so", "A cup of ice hockey. Tokayev handed medals over",
		"Tokayev: I skate badly. Boys from the ice hockey school laughed", "Rink named after nobody. Tokayev told ice hockey fans why", "Ice hockey tickets ran out. Even Tokayev queued",
		"Tokayev on television. The ice hockey final came later"} {
		p.put(s, offTopic)
	}
	p.lang = "kk"
	for _, s := range []string{"Тоқаев балшыға барды. Ара ұясы толы", "Балшылар Тоқаевқа хат жазды. Жауабы жоқ", "Жаңбырда балшының үйі қирады. Тоқаев естіді", "Тоқаев пен балшы. Екеуі таныс емес"} {
		p.put(s, offTopic)
	}
	p.fill(20, "Тоқаев", kazakh, good)
	p.lang = "en"
	p.fill(20, "Tokayev", english, good)
	p.fill(90, "Tokayev", english)
	return p
}

// TestOneAfterAnother: a later proposal is made with the earlier ones in place, and what is to be pasted has them all.
func TestOneAfterAnother(t *testing.T) {
	p := twoTopics()
	p.lang = "en" // another man of that name plays: the phrase that is excluded already keeps most of that away too
	for _, s := range []string{"Winger Tokayev scores. Ice hockey is back", "Tokayev injured again. The ice hockey club is silent", "Ice hockey: Tokayev traded. Fans protest"} {
		p.put(s, wrongPerson)
	}
	w := news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1, Exclude: []string{`old "phrase"`}}
	got := p.propose(t, w)
	if len(got) != 2 || got[0].Phrase != "ice hockey" || got[1].Phrase != "балшы" || got[0].Bad != 7 || got[0].OfBad != 11 || got[1].Bad != 4 || got[1].OfBad != 4 {
		t.Fatalf("proposals %+v", got)
	}
	want := "watchlists:\n  - id: t\n    exclude: [\"old \\\"phrase\\\"\", \"ice hockey\", \"балшы\"]"
	if lines := strings.Join(YAML(got, theProfiles(), w), "\n"); lines != want {
		t.Errorf("to paste:\n%s", lines)
	}
	profiles := theProfiles()
	for _, x := range got {
		profiles, w = x.Apply(profiles, w)
	}
	if again := func() []Proposal { return p.propose(t, w) }(); len(again) != 0 {
		t.Errorf("pasted, and proposed again: %+v", again)
	}

	mixed := []Proposal{{Where: Exclude, Phrase: "сыр"}, {Where: NotIn, Phrase: "зигфрид токаев", Profile: "tokayev"}, {Where: NotNear, Phrase: "балшы", Profile: "tokayev"},
		{Where: NotNear, Phrase: "сыровар 🧀", Profile: "tokayev"}, {Where: Near, Phrase: "summit", Profile: "union-state"}}
	want = `profiles:
  - id: tokayev
    context:
      not_near: ["балшы", "сыровар 🧀"]
      not_in: ["зигфрид токаев"]
  - id: union-state
    context:
      near: ["summit"]
watchlists:
  - id: t
    exclude: ["сыр"]`
	if lines := strings.Join(YAML(mixed, theProfiles(), news.Watchlist{ID: "t"}), "\n"); lines != want {
		t.Errorf("to paste:\n%s", lines)
	}
}

// TestCutShort: when time is up, what was found until then stands, and it is said; who gives up gets nothing.
func TestCutShort(t *testing.T) {
	w := news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1}
	all := twoTopics().propose(t, w)
	if len(all) != 2 {
		t.Fatalf("proposals %+v", all)
	}
	for most := 1; most <= 6; most++ { // time is up at each place in turn at which a matcher is made
		r := rules(theProfiles(), w)
		compile, n := r.Compile, 0
		synctest.Test(t, func(t *testing.T) {
			r.Compile = func(p []news.Profile, w news.Watchlist) (Matcher, error) {
				if n++; n == most {
					time.Sleep(time.Minute)
				}
				return compile(p, w)
			}
			got, err := Propose(t.Context(), r, twoTopics().items, 5*time.Second)
			if err != nil || len(got.List) > len(all) || !slices.Equal(got.List, all[:len(got.List)]) || got.Cut != (n >= most) {
				t.Errorf("cut at matcher %d of %d: %+v %v", most, n, got, err)
			}
			if most == 1 && len(got.List) != 0 || n < most && len(got.List) != len(all) {
				t.Errorf("cut at matcher %d of %d: %+v", most, n, got)
			}
			if got, err := Propose(t.Context(), r, twoTopics().items, 0); err != nil || got.Cut || len(got.List) != len(all) {
				t.Errorf("without a budget: %+v %v", got, err)
			}
		})
	}

	ctx, cancel := context.WithCancel(t.Context())
	r := rules(theProfiles(), w)
	compile, n := r.Compile, 0
	r.Compile = func(p []news.Profile, w news.Watchlist) (Matcher, error) {
		if n++; n == 3 {
			cancel()
		}
		return compile(p, w)
	}
	for _, budget := range []time.Duration{0, time.Hour} {
		if got, err := Propose(ctx, r, twoTopics().items, budget); !errors.Is(err, context.Canceled) || len(got.List) != 0 {
			t.Errorf("given up: %+v %v", got, err)
		}
	}
	if n > 4 {
		t.Errorf("given up, and %d matchers made", n)
	}
}

// TestLongTexts: a phrase is looked for at the top of a text; what it would silence is counted in all of it.
func TestLongTexts(t *testing.T) {
	for _, tt := range []struct {
		name     string
		at, want int
		other    string
	}{
		{"at the top", 0, 1, ""},
		{"among the last words looked at", wordsMost - 12, 1, ""},
		{"far below", wordsMost + 1, 0, ""},
		{"far below in what is good", 0, 0, "Тоқаев 🇰🇿 балшы"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &pile{list: "t", lang: "kk"}
			for i, s := range []string{"Балшы", "Балшының", "Балшыға", "Балшылар"} {
				p.put("Тоқаев туралы. "+numbers(tt.at, i)+" "+s, wrongPerson)
			}
			p.fill(12, "Тоқаев", kazakh, good)
			p.fill(90, "Тоқаев", kazakh)
			if tt.other != "" {
				p.put("Заң. "+numbers(2*wordsMost, 9)+" "+tt.other, good)
			}
			got := p.propose(t, news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1})
			if len(got) != tt.want {
				t.Errorf("proposals %+v", got)
			}
		})
	}
}

// numbers are n words that say nothing, others for each seed.
func numbers(n, seed int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d ", 10_000*(seed+1)+i)
	}
	return b.String()
}

// TestNotIn: a full name of somebody else is a phrase that the surname does not count in.
func TestNotIn(t *testing.T) {
	p := &pile{list: "t", lang: "ru"}
	for _, s := range []string{
		"Фильм «Берег» снял Зигфрид Токаев. Премьера летом", "Зигфрида Токаева ждут на фестивале. Билетов уже нет",
		"Жюри возглавит режиссёр. Приз вручали вместе с Зигфридом Токаевым", "О чём молчит Зигфрид Токаев. Разговор у моря",
	} {
		p.put(s, wrongPerson)
	}
	p.fill(12, "Токаев", russian, good)
	p.fill(70, "Токаев", russian)
	got := p.propose(t, news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1})
	if len(got) != 1 || got[0].Where != NotIn || got[0].Phrase != "зигфрид токаев" || got[0].Bad != 4 {
		t.Errorf("proposals %+v", got)
	}
}

// TestNear: what all good ones have and no bad one has becomes a word that must stand near the name.
func TestNear(t *testing.T) {
	p := &pile{list: "t", lang: "en"}
	for _, s := range []string{"Tokayev wins at darts. Nobody was surprised", "Rain stops play for Tokayev. Umbrellas sold out", "Tokayev buys a boat. It leaks",
		"Lost cat found by Tokayev. Milk was served", "Tokayev bakes. Rye bread, mostly"} {
		p.put(s, wrongPerson)
	}
	p.fill(12, "President Tokayev", english, good)
	p.fill(60, "President Tokayev", english)
	got := p.propose(t, news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1})
	if len(got) != 1 || got[0].Where != Near || got[0].Bad != 5 || got[0].Good+got[0].Others != 0 {
		t.Fatalf("proposals %+v", got)
	}
	if lines := strings.Join(YAML(got, theProfiles(), news.Watchlist{}), "\n"); lines != "profiles:\n  - id: tokayev\n    context:\n      near: [\""+got[0].Phrase+"\"]" {
		t.Errorf("lines\n%s", lines)
	}
}

// TestNothingProposed holds every way in which there is too little to go by.
func TestNothingProposed(t *testing.T) {
	bad := []string{"Farmer Tokayev shows his cheese. Visitors came on foot", "A medal for Tokayev. The cheese maker from the hills thanked his goats",
		"How Tokayev lost a cellar. Rain ruined eighty wheels of cheese last autumn", "Tokayev opens a shop. Locals queued for the cheeses before dawn"}
	for _, tt := range []struct {
		name string
		fill func(p *pile)
		want int
	}{
		{"it would be", func(p *pile) {
			for _, s := range bad {
				p.put(s, wrongPerson)
			}
			p.fill(80, "Tokayev", english)
		}, 1},
		{"two bad ones", func(p *pile) {
			for _, s := range bad[:2] {
				p.put(s, wrongPerson)
			}
			p.fill(80, "Tokayev", english)
		}, 0},
		{"one story told four times", func(p *pile) {
			for i := range 4 {
				p.put(bad[0]+strings.Repeat("!", i), wrongPerson)
			}
			p.fill(80, "Tokayev", english)
		}, 0},
		{"few others", func(p *pile) { // anything would tell three from five
			for _, s := range bad[:3] {
				p.put(s, wrongPerson)
			}
			p.fill(5, "Tokayev", english, good)
		}, 0},
		{"old news", func(p *pile) {
			for _, s := range bad {
				p.put(s, oldNews)
			}
			p.fill(80, "Tokayev", english)
		}, 0},
		{"no reason given", func(p *pile) {
			for _, s := range bad {
				p.put(s, news.Verdict{})
			}
			p.fill(80, "Tokayev", english)
		}, 0},
		{"as many say good", func(p *pile) {
			for _, s := range bad {
				p.put(s, wrongPerson, good)
			}
			p.fill(80, "Tokayev", english)
		}, 0},
		{"a good one has the word", func(p *pile) {
			for _, s := range bad {
				p.put(s, wrongPerson)
			}
			p.put("Tokayev signs the cheese law. Dairies applaud", good)
			p.fill(80, "Tokayev", english)
		}, 0},
		{"three others have the word", func(p *pile) {
			for _, s := range bad {
				p.put(s, wrongPerson)
			}
			for _, s := range []string{"Tokayev signs the cheese law. Dairies applaud", "Cheese tariffs fall. Tokayev keeps his promise", "Neighbours and Tokayev trade. Mostly cheese"} {
				p.put(s)
			}
			p.fill(80, "Tokayev", english)
		}, 0},
		{"half of the bad have it", func(p *pile) {
			for _, s := range bad[:3] {
				p.put(s, wrongPerson)
			}
			for _, s := range []string{"Tokayev wins at darts. Nobody was surprised", "Rain stops play for Tokayev. Umbrellas sold out", "Tokayev buys a boat. It leaks"} {
				p.put(s, wrongPerson)
			}
			p.fill(10, "Tokayev", english)
			p.fill(70, "Tokayev", english)
		}, 0},
		{"nothing in common", func(p *pile) {
			for _, s := range []string{"Tokayev wins at darts. Nobody was surprised", "Rain stops play for Tokayev. Umbrellas sold out", "Tokayev buys a boat. It leaks"} {
				p.put(s, wrongPerson)
			}
			p.fill(80, "Tokayev", english)
		}, 0},
		{"another watchlist's", func(p *pile) {
			p.list = "other"
			for _, s := range bad {
				p.put(s, wrongPerson)
			}
			p.fill(80, "Tokayev", english)
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &pile{list: "t", lang: "en"}
			tt.fill(p)
			if got := p.propose(t, news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1}); len(got) != tt.want {
				t.Errorf("%d proposals: %+v", len(got), got)
			}
		})
	}
}

// TestExamplesForbid: what the watchlist must match is not given up for a proposal.
func TestExamplesForbid(t *testing.T) {
	p := &pile{list: "t", lang: "en"}
	for _, s := range []string{"Student debate on the Union State. A chess tournament closed the evening", "Union State songs at the fair. Chess tournaments drew the larger crowd",
		"Old maps of the Union State sold. The buyer won a chess tournament once", "The Union State in crosswords. Our chess tournament is on page nine"} {
		p.put(s, offTopic)
	}
	p.fill(60, "Union State", english)
	w := news.Watchlist{ID: "t", Profiles: []string{"union-state"}, Threshold: 1}
	if got := p.propose(t, w); len(got) != 1 {
		t.Fatalf("proposals %+v", got)
	}
	w.MustMatch = []string{"The Union State holds a chess tournament"}
	if got := p.propose(t, w); len(got) != 0 {
		t.Errorf("proposals %+v", got)
	}
	broken := rules(theProfiles(), w)
	broken.Compile = func([]news.Profile, news.Watchlist) (Matcher, error) { return nil, errors.New("broken") }
	if _, err := Propose(t.Context(), broken, p.items, 0); err == nil {
		t.Error("rules that do not compile go unnoticed")
	}
}

// TestChance: where bad ones are picked by lot, hardly anything is proposed: less often than the bound says.
func TestChance(t *testing.T) {
	const trials = 200
	rnd := rand.New(rand.NewPCG(7, 7))
	syllables := strings.Fields("ба ве ги до жу за ки ло му не по ру си та хо це чи ша")
	var vocabulary []string
	for range 500 {
		w := ""
		for range 2 + rnd.IntN(3) {
			w += syllables[rnd.IntN(len(syllables))]
		}
		vocabulary = append(vocabulary, w)
	}
	wrong := 0
	for range trials {
		p := &pile{list: "t", lang: "ru"}
		for i := range 20 {
			text := fmt.Sprintf("Токаев %d.", i)
			for range 60 { // frequent words and rare ones, as in a language
				text += " " + vocabulary[int(float64(len(vocabulary))*rnd.Float64()*rnd.Float64())]
			}
			if i < 4 {
				p.put(text, wrongPerson)
			} else {
				p.put(text)
			}
		}
		if len(p.propose(t, news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1})) > 0 {
			wrong++
		}
	}
	t.Logf("%d of %d draws by lot end in a proposal", wrong, trials)
	if float64(wrong) > chanceMost*trials {
		t.Errorf("more than %v of them", chanceMost)
	}
}

func BenchmarkPropose(b *testing.B) {
	p := &pile{list: "t", lang: "ru"}
	for _, s := range []string{"Сыровар Токаев показал погреб. Гости", "Медаль Токаеву. Сыроваров края", "Как Токаев потерял запасы. Дождь затопил подвал сыровара", "Токаев открыл лавку. К сыровару очередь"} {
		p.put(s, wrongPerson)
	}
	p.fill(2000, "Токаев", russian)
	for i := range p.items { // as long as news are
		p.items[i].Item.Text += strings.Repeat(" Стороны обсудили сотрудничество и договорились встретиться вновь осенью.", 20)
	}
	r := rules(theProfiles(), news.Watchlist{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1})
	for b.Loop() {
		if _, err := Propose(b.Context(), r, p.items, 0); err != nil {
			b.Fatal(err)
		}
	}
}
