package text

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func hashOf(word string) uint64 { return Hash(Fold(word)) }

// wordCases are examples for every language, most of them in a case of their grammar; a "!" before a word says that it must not be one.
type wordCases map[string]string

func (c wordCases) run(t *testing.T, what string, is func(word string) bool) {
	t.Helper()
	for code, words := range c {
		for _, word := range strings.Fields(words) {
			word, not := strings.CutPrefix(word, "!")
			if is(word) == not {
				t.Errorf("%s: %s(%q) = %v", code, what, word, not)
			}
		}
	}
}

func TestIsGivenName(t *testing.T) {
	wordCases{
		"ru": `Владимир Владимира ВЛАДИМИРУ Сергеем Елене Ирину Дмитрий Дмитрием Пётр Петр Семён Илья Ильёй Александра Наталью Лев Касым Жомарта Нурсултаном Бауыржан Рамзана
			Гейдар Эмомали Дональд Дональда Джо Джозеф Эммануэль Ангела Урсулы Реджеп Тайип Илон Том Томом Влад Пол`,
		"ru not": `!Иванов !Петров !Павлов !Токаев !Путин !Лукашенко !Вера !Роман !Слава !Роза !Ким !Москва !Президент !Мая !Марта !Россия !Казахстан !Минск !Марин !Алин !Рим !Рома
			!Александров !Мир !Новый !Султан !Совет !Закон !Сегодня !Вчера !Глава !Министр`,
		"uk": `Володимир Володимира Володимиром Сергій Сергія Олена Оленою В'ячеслав В’ячеслава Петро Петра Микола Миколі Ольга Ользі Юлія Дмитро Дональд !Віра !Роман !Слава
			!Іванів !Київ !Зеленський !Шмигаль !Мороз !Україна !Голова`,
		"be":    `Аляксандр Аляксандра Аляксандрам Уладзімір Уладзіміра Святлана Святланы Мікалай Сяргей Сяргея Ўладзімір Алесь Алеся Ганна !Вера !Беларусь !Лукашэнка !Мінск !Маразаў !Прэзідэнт`,
		"kk":    `Қасым Жомарт Жомарттың Нұрсұлтан Нұрсұлтанға Бауыржан Бауыржанның Әлихан Айгүл Айгүлді Владимир Владимирдің Nursultan Jomart Qasym !Алтын !Қазақстан !Жұлдыз !Тоқаев !Астана !Президент`,
		"pl":    `Andrzej Andrzeja Andrzejem Donald Donalda Agnieszka Agnieszki Mateusz Mateusza Jarosław Władimir Władimira Joe Emmanuel Emmanuela !Kowalski !Warszawa !Polska !Duda !Tusk !Wiktoria !Urban !Maj !Prezydent`,
		"cs":    `Petr Miloš Václav Jiří Tomáš Zuzana Andrej !Praha !Zeman !Babiš !Havel !Milan`,
		"bg":    `Иван Румен Георги Димитър Кирил Стефан Мария Цвета !София !Радев !Борисов !България`,
		"de":    `Angela Olaf Friedrich Walter Wolfgang Jürgen Annalena Wladimir !Berlin !Merkel !Scholz !Ernst !August !Wolf !Kanzler`,
		"fr":    `Emmanuel François Édouard Jean Élisabeth Ségolène Nicolas !Paris !Macron !France !Victoire !Sarkozy`,
		"en":    `Donald Joe Barack Hillary Vladimir Volodymyr Alexander Aleksandr Boris Kassym !Jordan !Georgia !Chelsea !Paris !Sydney !Victoria !May !Will !Grant !Roberts !Trump !Biden !Putin !Washington`,
		"other": `Tayyip Recep İlham Ilham Abdulaziz Mohammed Muhammad Giorgi Mikheil Nikol Armen Sooronbai Shavkat Giorgia Pedro Viktor Gábor !محمد !🚀 !2026 !习近平`,
	}.run(t, "IsGivenName", func(word string) bool { return IsGivenName(hashOf(word)) })
}

func TestIsCommonWord(t *testing.T) {
	wordCases{
		"ru": `Мороз Мороза Морозом Коваль Зима Зимы Волк Волка Заяц Зайца Белый Белого Белых Мельник Лис Кот Коту Бык он и то МИР МИРА СОН Сокол Толстой Крутой Черных Май Кит Жук Соловей
			Гончар Кузнец !Токаев !Токаева !Лукашенко !Путин !Путина !Назарбаев !Лавров !Лаврова !Песков !Пескова !Морозов !Волков !Медведев !Соловьёв !Козлов !Калинин !Калин !Осин !Малин
			!Мишустин !Шойгу !Карин !Турчин !Подоляк !Трамп !Трампа !Байден !Макрон !Эрдоган !Алиев !Пашинян !Рахмон !Жапаров !Мирзиёев !НАТО !ОДКБ !ЕАЭС !ООН !СНГ !ВОЗ !ЕС !Ким !Бойко !Цой !Мэйсон`,
		"uk":    `Мороз Мороза Коваль Ковалем Вовк Вовка Кравець Ткач Білий Білого Чорний Заєць Лис Кіт Гончар Мельник вона !Зеленський !Зеленського !Порошенко !Кличко !Єрмак !Шмигаль !Морозів !Шевченко !Янукович !ЗСУ !ЄС !Тимошенко`,
		"be":    `Мароз Мароза Воўк Ваўка Каваль Белы Чорны Заяц Шпак Зубр Шавец яно !Лукашэнка !Лукашэнкі !Ціханоўская !Ціханоўскай !Бабарыка !Калеснікава !Вольфавіч !Макей !Караткевіч !Марозаў`,
		"kk":    `Арыстан Арыстанның Бөрі Жолбарыс Алтын Тас Таудың Қасқыр мен ол !Тоқаев !Тоқаевтың !Назарбаев !Назарбаевтың !Смайылов !Бектенов !Мәсімов !ҰҚШҰ !ТМД`,
		"pl":    `Lis Lisa Lisem Wilk Wilka Zając Kowal Biały Mróz Zima Kot Niemiec Góral to na !Tusk !Tuska !Duda !Dudy !Morawiecki !Kaczyński !Kaczyńskiego !Sikorski !Nowak !Kowalski !ONZ !NATO !Wałęsa !Kwaśniewski !Komorowski`,
		"cs":    `Beran Holub Vlk Černý Veselý Kovář Sedlák ano !Babiš !Fiala !Zeman !Pavel !Fico !Okamura !Stanjura`,
		"bg":    `Вълк Вълкът Мечка Бял Черен Ковач Лисица той !Радев !Борисов !Пеевски !Петков !Станишев`,
		"de":    `Wolf Wolfs Kohl Fuchs Bauer Bauern Richter Klein Schwarz Vogel Müller ist !Merkel !Merkels !Scholz !Merz !Baerbock !Habeck !Steinmeier !Schröder !Özdemir`,
		"fr":    `Loup Blanc Petit Boulanger Roy Marchand est Roi !Macron !Sarkozy !Hollande !Mélenchon !Fillon !Bayrou !OTAN !ONU`,
		"en":    `Brown Browns May Bush Rice Cook Gates White Wolf Fox Baker WHO US IT ICE us !Trump !Biden !Putin !Obama !Clinton !Thatcher !Blinken !Macron !Tokayev !Lukashenko !NATO !CSTO !EU !OSCE !UNESCO !Harris !Zelensky !Xi !Cruz`,
		"other": `!محمد !🚀 !2026 !习近平 !Pakист !`,
	}.run(t, "IsCommonWord", func(word string) bool { return IsCommonWord(hashOf(word), "") })
}

func TestIsTitleOfWoman(t *testing.T) {
	for _, w := range []string{"госпожа", "госпожи", "пані", "Frau", "Mrs", "Mme", "pani", "спадарыня", "ханым"} {
		if !IsTitleOfWoman(hashOf(w)) {
			t.Errorf("%s is for women", w)
		}
	}
	for _, w := range []string{"господин", "Herr", "президент", "Токаев"} {
		if IsTitleOfWoman(hashOf(w)) {
			t.Errorf("%s is not for women", w)
		}
	}
}

func TestIsPatronymic(t *testing.T) {
	wordCases{
		"ru": `Иванович Ивановича Ивановичу ИВАНОВИЧЕМ Ивановна Ивановны Ивановне Кемелевич Кемелевича Сергеевна Ильич Ильича Никитична Юрьевич Львович Абишевич Абишулы оглы кызы Кайратулы Вячеславовной
			!Иван !Путин !Вучич !Мицкевич !Короткевич !Абрамович !Джоковича !каникулы !формулы !акулы !ович !Ивлев !овна !Лев`,
		"uk":    `Іванович Івановича Івановичем Іванівна Іванівни Сергіївна Сергіївною Олексійович Володимирович Яківна !Зеленський !Гривна !Рівна !Вучич !Мацкевич`,
		"be":    `Іванавіч Іванавіча Рыгоравіч Рыгоравіча Іванаўна Іванаўны Сяргееўна Аляксандраўна Мікалаевіч !Лукашэнка !Мацкевіч !Шушкевіч !Віткевіч`,
		"kk":    `Кемелұлы Кемелұлының Әбішұлы Жомартқызы Серікқызы қызы ұлы Кемелевич Кемелевичтің !Тоқаев !Дулат`,
		"pl":    `Iwanowicz Iwanowicza Iwanowna Iwanownie !Mickiewicz !Sienkiewicz !Macierewicz !Nowak`,
		"latin": `Ivanovich Ivanovna Volodymyrovych Petrivna Kemeluly Kemelevich Grigoryevich Serikqyzy oglu !Milosevic !July !Ivan !Abramovich !Davutoğlu !Kevich !unruly`,
		"other": `!محمد !🚀 !2026`,
	}.run(t, "IsPatronymic", func(word string) bool { return IsPatronymic(Fold(word)) })
	if IsPatronymic("") || IsPatronymic(strings.Repeat("ович", 1<<18)) {
		t.Error("no letters, or far too many, are no patronymic")
	}
}

func TestParticlesAndSurnamesFirst(t *testing.T) {
	wordCases{"": `von der de la van al el бен ибн фон дер ван да ди ду ле оглы аль !Токаев !Berlin !на !🚀`}.run(t, "IsParticle",
		func(word string) bool { return IsParticle(Fold(word)) })
	wordCases{"": `Xi Li Wang Kim Park Nguyen Си Ли Ван Ким Пак Сі Кім Цой KIM !Токаев !Trump !Ivan !Чайник !习`}.run(t, "IsSurnameFirst",
		func(word string) bool { return IsSurnameFirst(Fold(word)) })
}

func TestParsePeopleFaults(t *testing.T) {
	for data, want := range map[string]string{
		"Иван":                       "unknown section",
		"[given]\nИван\n[]":          "without a name",
		"[names]\nИван":              `unknown section "names"`,
		"[patronymic]\nович : а":     "want «end … least : endings»",
		"[patronymic]\nович два : а": "fewest letters",
	} {
		if err := newPeopleData().parse("ru", data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
}

// TestPeopleExpandsLikeForms holds that the sets hash what Forms makes, but for the forms that are surnames.
func TestPeopleExpandsLikeForms(t *testing.T) {
	for _, c := range []struct{ word, code string }{{"Владимир", "ru"}, {"Мороз", "ru"}, {"Павло", "uk"}, {"Алесь", "be"}, {"Marek", "pl"}, {"Wolf", "de"}, {"Fox", "en"}, {"Лев", "ru"}} {
		p := newPeopleData()
		p.expand(c.word, []string{c.code}, kindCommon)
		for _, f := range Forms(c.word, c.code) {
			dropped := strings.HasSuffix(f.Fold, "ов") || strings.HasSuffix(f.Fold, "ев") && f.Ending != "" || strings.HasSuffix(f.Fold, "ей") ||
				c.code != "pl" && (strings.HasSuffix(f.Fold, "ів") || strings.HasSuffix(f.Fold, "яу") || strings.HasSuffix(f.Fold, "еу"))
			if got := p.words.has(Hash(f.Fold), kindCommon); !got && !dropped || got && strings.HasSuffix(f.Fold, "ов") {
				t.Errorf("%s: form %q of %q held: %v", c.code, f.Fold, c.word, got)
			}
		}
	}
}

// TestPeopleSettles holds what a name loses: its ambiguous self, forms that are words, and nothing that is listed.
func TestPeopleSettles(t *testing.T) {
	p := newPeopleData()
	if err := p.parse("ru", "[given]\nМайя Лев Роман Пол\n[ambiguous]\nРоман Пола\n[common]\nМай Лев\n[given pl]\nAdam"); err != nil {
		t.Fatal(err)
	}
	p.settle()
	for word, want := range map[string]bool{"Майя": true, "Майю": true, "маю": false, "мая": false, "Лев": true, "Роман": false, "Романа": false, "Пол": true, "Adama": true, "": false} {
		if got := p.words.has(hashOf(word), kindGiven); got != want {
			t.Errorf("%q is a given name: %v, want %v", word, got, want)
		}
	}
}

func TestWordSet(t *testing.T) {
	var s wordSet
	if s.has(1, kindGiven) {
		t.Error("the zero set has a word")
	}
	s.add(0, kindGiven)
	for i := uint64(1); i <= 240_000; i++ {
		s.add(i<<32, kindGiven)
		s.add(i<<32, kindTitle)
	}
	if s.n != 240_000 || s.has(0, kindGiven) {
		t.Errorf("%d words, zero among them: %v; want 240000 without", s.n, s.has(0, kindGiven))
	}
	for i := uint64(1); i <= 240_000; i++ {
		if !s.has(i<<32, kindGiven) || !s.has(i<<32, kindTitle) || s.has(i<<32, kindCommon) || s.has(i<<32|1, kindGiven) {
			t.Fatalf("word %d is not what it was added as", i)
		}
	}
}

// TestPeopleMemory holds that the sets stay under 3 MB: what the bot can spare for them.
func TestPeopleMemory(t *testing.T) {
	w := people().words
	if size := len(w.tags)*4 + len(w.what)*2; size > 3<<20 {
		t.Errorf("%d words take %d bytes", w.n, size)
	}
}

func FuzzPeople(f *testing.F) {
	for _, s := range []string{"Иванович", "Kassym-Jomart", "ҚЫЗЫ", "محمد", "\xff\xfe", "e\u0301", "🚀", "Tокаев", "", "улы"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		h := Hash(folded)
		if IsGivenName(h) != IsGivenName(hashOf(strings.ToLower(folded))) {
			t.Errorf("%q: the case of letters decides", s)
		}
		_, _, _ = IsCommonWord(h, "ru"), IsTitleOfWoman(h), IsParticle(s)
		_, _, _ = IsSurnameFirst(s), IsPatronymic(s), IsPatronymic(folded)
	})
}

// TestPeopleOverGold prints how often the lists speak over labelled persons; it asserts that surnames are rarely held common.
func TestPeopleOverGold(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/eval/gold/*.jsonl")
	if len(files) == 0 {
		t.Skip("no labelled texts here")
	}
	type row struct{ persons, common, pairs, given int }
	rows := map[string]*row{}
	for _, name := range files {
		corpus := strings.TrimSuffix(filepath.Base(name), ".jsonl")
		r := &row{}
		rows[corpus] = r
		for _, lemma := range goldPersons(t, name) {
			parts := strings.Fields(lemma)
			r.persons++
			if IsCommonWord(hashOf(parts[len(parts)-1]), "") {
				r.common++
			}
			if len(parts) == 2 {
				r.pairs++
				if IsGivenName(hashOf(parts[0])) {
					r.given++
				}
			}
		}
		if r.persons == 0 {
			continue
		}
		t.Logf("%-14s %5d persons, last word common %4.1f %%; %4d of two words, given name known %4.1f %%", corpus, r.persons,
			100*float64(r.common)/float64(r.persons), r.pairs, 100*float64(r.given)/float64(max(1, r.pairs)))
		if r.persons >= 100 && r.common*5 > r.persons {
			t.Errorf("%s: every fifth surname is held common", corpus)
		}
	}
}

// goldPersons returns the distinct lemmas of persons in a file.
func goldPersons(t *testing.T, name string) []string {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[string]bool{}
	var out []string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var doc struct {
			Gold []struct{ Lemma, Type string }
		}
		if err := json.Unmarshal(sc.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		for _, g := range doc.Gold {
			if strings.HasPrefix(strings.ToUpper(g.Type), "PER") && strings.TrimSpace(g.Lemma) != "" && !seen[g.Lemma] {
				seen[g.Lemma] = true
				out = append(out, g.Lemma)
			}
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// BenchmarkPeopleLoad is what the first question costs, with the bytes that stay.
func BenchmarkPeopleLoad(b *testing.B) {
	languages()
	var kept *peopleData
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ReportAllocs()
	for b.Loop() {
		kept = loadPeople()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc)-float64(before.HeapAlloc), "heap-bytes")
	b.ReportMetric(float64(kept.words.n), "words")
}

func BenchmarkIsGivenName(b *testing.B) {
	known, unknown := hashOf("Владимира"), hashOf("Токаева")
	IsGivenName(known)
	b.ReportAllocs()
	for b.Loop() {
		if !IsGivenName(known) || IsGivenName(unknown) {
			b.Fatal("wrong answer")
		}
	}
}

func BenchmarkIsPatronymic(b *testing.B) {
	IsPatronymic("x")
	b.ReportAllocs()
	for b.Loop() {
		if !IsPatronymic("кемелевичем") || IsPatronymic("токаевым") {
			b.Fatal("wrong answer")
		}
	}
}

func TestIsListedGivenName(t *testing.T) {
	for word, want := range map[string]bool{"Владимир": true, "Владимира": false, "Варвара": true, "Варвар": false, "Сергею": false, "Қасым": true, "Łukasz": true, "🚨": false, "": false} {
		if got := IsListedGivenName(Hash(Fold(word))); got != want {
			t.Errorf("%s: %v, want %v", word, got, want)
		}
	}
}
