package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/seeds"
)

// benchProfiles returns n profiles, the shipped ones first and then made-up ones: persons (7 in 10), organisations (2) and places (1), always in
// English and Russian and at times in Ukrainian, Kazakh and Polish. The same n gives the same profiles, and a smaller n the first of them.
func benchProfiles(tb testing.TB, n int) []news.Profile {
	tb.Helper()
	profiles, err := config.ParseProfiles(seeds.Profiles(), "seeds/profiles.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	f := &forge{rng(3), table(knownPlaces)}
	for len(profiles) < n {
		p := news.Profile{ID: fmt.Sprintf("synthetic-%d", len(profiles)), Names: map[string][]string{}}
		switch k := f.IntN(10); {
		case k < 7:
			f.person(&p)
		case k < 9:
			f.organisation(&p)
		default:
			f.place(&p)
		}
		profiles = append(profiles, p)
	}
	return profiles[:n]
}

// A forge makes up names, and has some that stand in any news.
type forge struct {
	*rand.Rand
	known []spelled // places not yet given away
}

// A spelled word is the same word in the spellings of English, Russian and Polish.
type spelled struct{ en, ru, pl string }

func (s spelled) plus(t spelled) spelled { return spelled{s.en + t.en, s.ru + t.ru, s.pl + t.pl} }

func (s spelled) capital() spelled { return spelled{capital(s.en), capital(s.ru), capital(s.pl)} }

func capital(s string) string {
	r := []rune(s)
	return string(unicode.ToUpper(r[0])) + string(r[1:])
}

// table reads rows of "en ru pl", split by ";".
func table(s string) []spelled {
	var out []spelled
	for row := range strings.SplitSeq(s, ";") {
		f := strings.Fields(row)
		out = append(out, spelled{f[0], f[1], f[len(f)-1]})
	}
	return out
}

func pick[T any](f *forge, from []T) T { return from[f.IntN(len(from))] }

const (
	onsets = "b б;v в w;g г;gr гр;d д;dr др;zh ж ż;z з;k к;kr кр;kl кл;l л l;m м;n н;p п;pr пр;r р;s с;st ст;sl сл sl;t т;tr тр;f ф;kh х ch;ch ч cz;sh ш sz;" +
		"ts ц c;br бр;bl бл;sv св św;vl вл wł;zn зн"
	vowels = "a а;a а;o о;o о;e е;i и;u у"
	codas  = "l л;n н;r р;k к;s с;m м;t т;d д;v в w;b б;g г;z з;sh ш sz;ch ч cz;rt рт;nd нд;lk лк;st ст;rg рг;mb мб"

	maleNames = "Aleksandr Александр Aleksander;Sergei Сергей Siergiej;Dmitry Дмитрий Dmitrij;Andrei Андрей Andriej;Alexei Алексей Aleksiej;Mikhail Михаил Michaił;" +
		"Ivan Иван Iwan;Nikolai Николай Nikołaj;Vladimir Владимир Władimir;Igor Игорь Igor;Oleg Олег Oleg;Yury Юрий Jurij;Viktor Виктор Wiktor;Pavel Павел Paweł;" +
		"Roman Роман;Maxim Максим Maksim;Nurlan Нурлан;Yerlan Ерлан Jerłan;Askar Аскар;Daniyar Данияр Danijar;Timur Тимур;Ruslan Руслан Rusłan;Arman Арман;" +
		"Bolat Болат Bołat;Marat Марат;Peter Питер;John Джон;Thomas Томас;Martin Мартин;Robert Роберт;Jan Ян;Piotr Пётр Piotr;Tomasz Томаш;Marek Марек;Stefan Стефан;" +
		"Georgy Георгий Gieorgij;Levon Левон Lewon;Vakhtang Вахтанг Wachtang;Anton Антон;Leonid Леонид"
	femaleNames = "Maria Мария;Anna Анна;Olga Ольга;Elena Елена Jelena;Natalia Наталья Natalia;Irina Ирина;Tatiana Татьяна Tatiana;Svetlana Светлана Swietłana;" +
		"Ekaterina Екатерина Jekatierina;Yulia Юлия Julia;Aigul Айгуль;Dinara Динара;Aliya Алия Alija;Saule Сауле;Marina Марина;Vera Вера Wiera;Daria Дарья Daria;" +
		"Sarah Сара Sara;Emma Эмма;Nino Нино"

	// Roots that are words too, so that some names stand in any text as something else.
	roots = "kuznets кузнец kuzniec;voron ворон woron;medved медвед miedwied;lebed лебед lebied;moroz мороз;sokol сокол sokoł;volk волк wołk;zaits зайц zajc;" +
		"orl орл;petr петр pietr;bel бел bieł;chern черн czern;gold голд;green грин;schmid шмид;novik новик nowik;kovalch ковальч kowalcz;bondar бондар;" +
		"melnik мельник mielnik;shevch шевч szewcz;tkach ткач tkacz;gonchar гончар honczar;nazar назар;akhmet ахмет achmet;omar омар;sultan султан sułtan;" +
		"zhum жум żum;nurmagamb нурмагамб;kas кас;iskak искак"

	// Endings of surnames that stay for a woman, and those that change: the man's and the woman's.
	surnameStay = "enko енко;enko енко;enko енко;ich ич icz;evich евич ewicz;uk ук;chuk чук czuk;yan ян ian;shvili швили szwili;dze дзе;son сон;er ер;ert ерт;uly улы;bek бек;ow оу ow;man ман;ko ко"
	surnameHe   = "ov ов ow;ov ов ow;ov ов ow;ev ев iew;ev ев iew;in ин;in ин;sky ский ski;sky ский ski;tsky цкий cki;baev баев bajew;anov анов anow;kulov кулов kułow"
	surnameShe  = "ova ова owa;ova ова owa;ova ова owa;eva ева iewa;eva ева iewa;ina ина;ina ина;skaya ская ska;skaya ская ska;tskaya цкая cka;baeva баева bajewa;anova анова anowa;" +
		"kulova кулова kułowa"

	knownPlaces = "London Лондон Londyn;Paris Париж Paryż;Berlin Берлин;Brussels Брюссель Bruksela;Tehran Тегеран Teheran;Washington Вашингтон Waszyngton;Beijing Пекин Pekin;" +
		"Tokyo Токио Tokio;Delhi Дели;Ankara Анкара;Rome Рим Rzym;Vienna Вена Wiedeń;Prague Прага Praga;Warsaw Варшава Warszawa;Vilnius Вильнюс Wilno;Riga Рига Ryga;" +
		"Tallinn Таллин;Kyiv Киев Kijów;Odesa Одесса;Kharkiv Харьков Charków;Donetsk Донецк Donieck;Tbilisi Тбилиси;Baku Баку;Yerevan Ереван Erywań;Tashkent Ташкент Taszkent;" +
		"Bishkek Бишкек Biszkek;Dushanbe Душанбе Duszanbe;Almaty Алматы Ałmaty;Aktobe Актобе;Karaganda Караганда;Kazan Казань Kazań;Sochi Сочи Soczi;Samara Самара;Omsk Омск;" +
		"Ukraine Украина Ukraina;Poland Польша Polska;Germany Германия Niemcy;France Франция Francja;Italy Италия Włochy;Spain Испания Hiszpania;Iran Иран;Iraq Ирак Irak;" +
		"Israel Израиль Izrael;Syria Сирия;Turkey Турция Turcja;China Китай Chiny;India Индия Indie;Japan Япония Japonia;Pakistan Пакистан;Georgia Грузия Gruzja;" +
		"Armenia Армения;Azerbaijan Азербайджан Azerbejdżan;Moldova Молдавия Mołdawia;Lithuania Литва Litwa;Latvia Латвия Łotwa;Estonia Эстония;Uzbekistan Узбекистан;" +
		"Canada Канада Kanada;Mexico Мексика Meksyk;Brazil Бразилия Brazylia;Egypt Египет Egipt;Greece Греция Grecja;Hungary Венгрия Węgry;Europe Европа Europa;Siberia Сибирь Syberia;" +
		"Crimea Крым Krym"

	placeEndings = "sk ск;grad град;ovo ово owo;ino ино;ka ка;stan стан;burg бург;tau тау;pol поль;abad абад;insk инск;ichi ичи icze;itsa ица ica;ia ия ia"
)

// syllables makes up the beginning of a word: one to three open syllables and a closed end.
func (f *forge) syllables() spelled {
	w := spelled{}
	for range 1 + f.IntN(2) {
		w = w.plus(pick(f, table(onsets))).plus(pick(f, table(vowels)))
	}
	return w.plus(pick(f, table(codas)))
}

func (f *forge) person(p *news.Profile) {
	p.Kind = news.Person
	root := f.syllables()
	if f.IntN(7) == 0 {
		root = pick(f, table(roots))
	}
	given := pick(f, table(maleNames))
	var ending spelled
	she := f.IntN(10) < 3
	if she {
		given = pick(f, table(femaleNames))
	}
	switch k := f.IntN(10); {
	case k < 4:
		ending = pick(f, table(surnameStay))
	case she:
		ending = pick(f, table(surnameShe))
	default:
		ending = pick(f, table(surnameHe))
	}
	surname := root.plus(ending).capital()
	p.Names["en"] = []string{given.en + " " + surname.en}
	p.Names["ru"] = []string{given.ru + " " + surname.ru}
	if f.IntN(10) < 3 { // known by the surname alone
		p.Names["en"] = append(p.Names["en"], surname.en)
		p.Names["ru"] = append(p.Names["ru"], surname.ru)
	}
	f.sometimes(p, "uk", 4, ukrainian(given.ru)+" "+ukrainian(surname.ru))
	f.sometimes(p, "kk", 3, given.ru+" "+surname.ru)
	f.sometimes(p, "pl", 3, given.pl+" "+surname.pl)
}

// sometimes adds a name in a language to so many of ten profiles.
func (f *forge) sometimes(p *news.Profile, lang string, ofTen int, name string) {
	if f.IntN(10) < ofTen {
		p.Names[lang] = append(p.Names[lang], name)
	}
}

// ukrainian respells a Russian word as it sounds; good enough for a name that nobody bears.
func ukrainian(s string) string {
	return strings.NewReplacer("ский", "ський", "цкий", "цький", "ий", "ій", "ия", "ія", "И", "І", "ы", "и", "э", "е", "ё", "йо", "Э", "Е").Replace(s)
}

// A noun with its gender: 0 he, 1 she, 2 it.
type noun struct {
	en, ru string
	gender int
}

type adjective struct {
	en string
	ru [3]string
}

func (f *forge) organisation(p *news.Profile) {
	p.Kind = news.Organisation
	n := pick(f, []noun{
		{"Bank", "банк", 0}, {"Fund", "фонд", 0}, {"Union", "союз", 0}, {"Institute", "институт", 0}, {"Centre", "центр", 0}, {"Plant", "завод", 0}, {"Committee", "комитет", 0},
		{"Company", "компания", 1}, {"Corporation", "корпорация", 1}, {"Party", "партия", 1}, {"Association", "ассоциация", 1}, {"Academy", "академия", 1},
		{"Agency", "агентство", 2}, {"Society", "общество", 2}, {"Movement", "движение", 2},
	})
	a := pick(f, []adjective{
		{"National", [3]string{"Национальный", "Национальная", "Национальное"}}, {"State", [3]string{"Государственный", "Государственная", "Государственное"}},
		{"People's", [3]string{"Народный", "Народная", "Народное"}}, {"Regional", [3]string{"Региональный", "Региональная", "Региональное"}},
		{"International", [3]string{"Международный", "Международная", "Международное"}}, {"United", [3]string{"Объединённый", "Объединённая", "Объединённое"}},
		{"Free", [3]string{"Свободный", "Свободная", "Свободное"}}, {"Industrial", [3]string{"Промышленный", "Промышленная", "Промышленное"}},
	})
	own := f.syllables().plus(pick(f, table(codas))).capital()
	switch f.IntN(3) {
	case 0:
		p.Names["en"] = []string{own.en + " " + n.en}
		p.Names["ru"] = []string{capital(n.ru) + " " + own.ru}
	case 1:
		p.Names["en"] = []string{a.en + " " + n.en + " " + own.en}
		p.Names["ru"] = []string{a.ru[n.gender] + " " + n.ru + " " + own.ru}
	default:
		p.Names["en"] = []string{a.en + " " + n.en + " of " + own.en + "ia"}
		p.Names["ru"] = []string{a.ru[n.gender] + " " + n.ru + " " + own.ru + "ии"}
	}
	if f.IntN(10) < 3 {
		short := spelled{}
		for range 3 + f.IntN(2) {
			short = short.plus(pick(f, table("A А;B Б;V В;G Г;D Д;E Е;K К;L Л;M М;N Н;O О;P П;R Р;S С;T Т;U У;F Ф")))
		}
		p.Names["en"] = append(p.Names["en"], short.en)
		p.Names["ru"] = append(p.Names["ru"], short.ru)
	}
}

func (f *forge) place(p *news.Profile) {
	p.Kind = news.Place
	s := f.syllables().plus(pick(f, table(placeEndings))).capital()
	switch f.IntN(6) {
	case 0, 1: // without them a text would be full of names and hits none of the watched
		if len(f.known) > 0 {
			s, f.known = f.known[0], f.known[1:]
		}
	case 2:
		s = spelled{"Old ", "Старый ", "Stary "}.plus(s)
	}
	p.Names["en"] = []string{s.en}
	p.Names["ru"] = []string{s.ru}
	f.sometimes(p, "uk", 4, ukrainian(s.ru))
	f.sometimes(p, "kk", 3, s.ru)
	f.sometimes(p, "pl", 3, s.pl)
}
