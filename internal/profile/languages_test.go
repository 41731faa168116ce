package profile

import (
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// Articles made up for this test, with what they name: kind and dictionary forms. Nothing else may be proposed.
var labelled = map[string]struct {
	articles []string
	want     []string // "kind: names in the order of the file"
}{
	"ru": {
		[]string{
			"В Минске прошли переговоры. Президент Казахстана Касым-Жомарт Токаев встретился с Александром Лукашенко и обсудил с ним торговлю 🚨. По словам Токаева, " +
				"страны договорились о поставках.\n\nПодписывайтесь на рассылку «Вестника Европы»!",
			"Вчера Токаев заявил, что Казахстан останется в Организации Договора о коллективной безопасности (ОДКБ). С Токаевым говорил и Владимир Путин. Протесты в Алматы закончились.",
			"Лукашенко прибыл в Москву. Там его встретил министр иностранных дел России Сергей Лавров. «Мы верим в ОДКБ», — сказал Лавров. Россия и Казахстан готовят саммит, сообщил Минск. Дарига Назарбаева и " +
				"Нурсултан Назарбаев не приехали.",
		},
		[]string{"person: Касым-Жомарт Токаев, Токаев", "person: Александр Лукашенко, Лукашенко", "place: Казахстан", "organisation: ОДКБ, Организация Договора о коллективной безопасности", "place: Минск",
			"place: Россия", "person: Лавров, Сергей Лавров", "place: Алматы", "person: Владимир Путин", "person: Дарига Назарбаева", "person: Нурсултан Назарбаев", "place: Москва"},
	},
	"uk": {
		[]string{
			"У Києві відбулася зустріч. Президент України Володимир Зеленський прийняв Світлану Тихановську, повідомив Київ. За словами Зеленського, розмова була корисною.\n\nПідписуйтесь на наш телеграм-канал «Вісник»!",
			"Учора Зеленський заявив, що Україна чекає рішення Європейського Союзу. Із Зеленським говорила Ангела Меркель. Європейський Союз мовчить.",
			"Тихановська приїхала до Варшави. Там вона зустрілася з Меркель. «Україна не сама», — сказала вона. Варшава підтримує санкції ЄС.",
		},
		[]string{"person: Володимир Зеленський, Зеленський", "person: Світлана Тихановська, Тихановська", "place: Україна", "person: Ангела Меркель, Меркель", "organisation: Європейський Союз", "place: Варшава", "place: Київ", "organisation: ЄС"},
	},
	"pl": {
		[]string{
			"W Mińsku odbyły się rozmowy. Prezydent Białorusi Alaksandr Łukaszenka spotkał się z Władimirem Putinem. Zdaniem Łukaszenki rozmowy były dobre.\n\nZapisz się na newsletter „Wieści z Mińska”!",
			"Wczoraj Łukaszenka oświadczył, że Białoruś nie wyśle wojsk. Z Łukaszenką rozmawiał też Putin. Protesty w Warszawie trwają, podało NATO.",
			"Swiatłana Cichanouska przyjechała do Warszawy. Zdaniem Cichanouskiej Białoruś potrzebuje pomocy. „Polacy nam pomagają”, powiedziała Cichanouska. Warszawa popiera sankcje, a NATO milczy.",
		},
		[]string{"person: Alaksandr Łukaszenka, Łukaszenka", "place: Białoruś", "person: Cichanouska, Swiatłana Cichanouska", "person: Putin, Władimir Putin", "place: Warszawa", "organisation: NATO", "place: Mińsk"},
	},
	"be": {
		[]string{
			"У Мінску прайшлі перамовы. Прэзідэнт Казахстана Касым-Жамарт Такаеў сустрэўся з Аляксандрам Лукашэнкам. Паводле Лукашэнкі, гэта было карысна.\n\nПадпісвайцеся на наш тэлеграм-канал!",
			"Учора Лукашэнка заявіў, што ён паедзе ў Маскву. З Лукашэнкам размаўляў Такаеў. Масква маўчыць, паведаміў Мінск, а АДКБ чакае.",
		},
		[]string{"person: Касым-Жамарт Такаеў, Такаеў", "person: Аляксандр Лукашэнка, Лукашэнка", "place: Мінск", "place: Масква", "place: Казахстан", "organisation: АДКБ"},
	},
	"kk": {
		[]string{
			"Астанада келіссөз өтті. Президент Қасым-Жомарт Тоқаев Владимир Путинмен кездесті. Тоқаевтың айтуынша, Қазақстан мен Ресей жаңа келісімге келеді.\n\nАрнамызға жазылыңыз!",
			"Кеше Тоқаев Астанаға оралды деп хабарлады баспасөз қызметі. Путин бұл туралы айтқан жоқ, ал Ресейдің өкілдері мен ҰҚШҰ үндемеді. Қазақстанның ұстанымы сол.",
		},
		[]string{"person: Тоқаев, Қасым-Жомарт Тоқаев", "person: Владимир Путин, Путин", "place: Астана", "place: Қазақстан", "place: Ресей", "organisation: ҰҚШҰ"},
	},
	"de": {
		[]string{
			"In Minsk haben die Gespräche begonnen. Der Präsident Alexander Lukaschenko traf am Montag den russischen Außenminister Sergej Lawrow. Die Regierung in Moskau sprach von einem Erfolg, die Opposition von einer Niederlage.\n\nJetzt Newsletter abonnieren!",
			"Wie Lukaschenko sagte, will er mit Wladimir Putin über die Wirtschaft sprechen. Die Menschen in Minsk warten auf eine Antwort. Lawrow flog nach Moskau zurück, und die NATO schwieg.",
		},
		[]string{"person: Alexander Lukaschenko, Lukaschenko", "person: Lawrow, Sergej Lawrow", "place: Minsk", "place: Moskau", "person: Wladimir Putin", "organisation: NATO"},
	},
	"fr": {
		[]string{
			"À Minsk, les négociations ont commencé. Le président Alexandre Loukachenko a reçu le ministre russe Sergueï Lavrov. L’Union européenne et la Russie se taisent, mais les Biélorusses espèrent.\n\nAbonnez-vous à notre lettre !",
			"Selon Loukachenko, la Russie aidera le pays. Lavrov est rentré à Moscou, et l’OTAN reste prudente. Les habitants de Minsk ne disent rien.",
		},
		[]string{"person: Alexandre Loukachenko, Loukachenko", "person: Lavrov, Sergueï Lavrov", "place: Minsk", "place: Russie", "place: Moscou", "organisation: OTAN", "organisation: Union européenne"},
	},
}

func build(code string, articles []string, prior []news.Profile) Proposal {
	var all []Article
	for i, s := range articles {
		all = append(all, Article{ID: string(rune('a' + i)), Text: s})
	}
	for i := range all {
		all[i].Lang = languageOf(all[i])
		if all[i].Lang != code {
			panic("an article in " + code + " is taken for one in " + all[i].Lang)
		}
	}
	return Build(all, prior)
}

func TestLabelledArticles(t *testing.T) {
	for code, c := range labelled {
		t.Run(code, func(t *testing.T) {
			p := build(code, c.articles, nil)
			checkInvariants(t, p)
			if again := Diff(p.Profiles, build(code, c.articles, p.Profiles)); len(again) > 0 {
				t.Errorf("a second build changes %q", again)
			}
			var got []string
			for _, x := range p.Profiles {
				got = append(got, string(x.Kind)+": "+strings.Join(flat(x.Names), ", "))
				for lang := range x.Names {
					if lang != code {
						t.Errorf("%s has names in %s", x.ID, lang)
					}
				}
			}
			want := slices.Clone(c.want)
			slices.Sort(want)
			slices.Sort(got)
			for _, g := range got {
				if !slices.Contains(want, g) {
					t.Errorf("proposed and not wanted: %s", g)
				}
			}
			for _, w := range want {
				if !slices.Contains(got, w) {
					t.Errorf("wanted and not proposed: %s", w)
				}
			}
		})
	}
}

func TestFormsAreCountedUnderTheirDictionaryForm(t *testing.T) {
	p := build("ru", labelled["ru"].articles, nil)
	i := slices.IndexFunc(p.Profiles, func(x news.Profile) bool { return slices.Contains(x.Names["ru"], "Токаев") })
	if i < 0 {
		t.Fatal("no Токаев")
	}
	x := p.Profiles[i]
	if x.ID != "токаев" || x.Names["ru"][0] != "Токаев" || x.Seen["Токаев"]["a"] != 1 || x.Seen["Токаев"]["b"] != 2 || x.Seen["Касым-Жомарт Токаев"]["a"] != 1 {
		t.Errorf("got %+v", x)
	}
}
