package main

// A tongue is what the farm's articles in one language are made of. They need not make sense, only be as hard to read as news: inflected words, names,
// figures, quotation marks. None of its words is on a shipped watchlist, but for those in watched.
type tongue struct {
	code    string
	who     []string // ends up first in a sentence
	did     []string
	what    []string
	where   []string
	when    []string
	outlet  string
	watched []string // whole sentences, each for one shipped watchlist
}

func tongues() []tongue {
	return []tongue{
		{
			code: "ru", outlet: "Вестник полей",
			who: []string{"Министр сельского хозяйства", "Глава областной администрации", "Пресс-служба завода", "Директор библиотеки", "Совет фермеров", "Городской суд",
				"Представитель железной дороги", "Учёные института", "Владелец пекарни", "Союз переводчиков", "Начальник порта", "Комитет по статистике"},
			did: []string{"сообщил, что", "не исключил, что", "напомнил:", "рассказал журналистам, что", "подтвердил, что", "отрицает, что", "объявил, что", "подсчитал, что"},
			what: []string{"урожай пшеницы вырос на 12 %", "ремонт моста отложен до осени", "цены на молоко снизились впервые за год", "новая школа откроется в сентябре",
				"поставки удобрений возобновлены", "расписание поездов изменится", "бюджет района принят с поправками", "музей получит второе здание", "дорогу расширят до четырёх полос",
				"закупки оборудования проверят ещё раз", "запасы зерна превысили 340 тысяч тонн", "строители сдали дом «под ключ»"},
			where: []string{"в Гродно", "под Караганды", "на юге области", "у озера Нарочь", "в Томске", "на окраине Павлодара", "в посёлке Заречный", "между Оршей и Витебском"},
			when:  []string{"в понедельник", "накануне", "в прошлом квартале", "до конца месяца", "за последние десять лет", "сегодня утром", "к полудню", "в третий раз за год"},
			watched: []string{"Токаевым подписан закон о водных ресурсах.", "О Назарбаеве сняли ещё один фильм.", "Учения сил ОДКБ начались в горах.", "Товарооборот стран ЕАЭС снизился.",
				"Лукашенко провёл совещание по уборке урожая."},
		},
		{
			code: "kk", outlet: "Дала хабары",
			who: []string{"Ауыл шаруашылығы министрі", "Облыс әкімі", "Зауыттың баспасөз қызметі", "Кітапхана меңгерушісі", "Фермерлер кеңесі", "Қалалық сот",
				"Теміржол өкілі", "Институт ғалымдары", "Наубайхана иесі", "Аудармашылар одағы", "Порт бастығы", "Статистика бюросы"},
			did: []string{"хабарлады:", "растады:", "еске салды:", "журналистерге айтты:", "жоққа шығарды:", "жариялады:", "есептеп шықты:"},
			what: []string{"бидай өнімі 12 пайызға артты", "көпір жөндеуі күзге шегерілді", "сүт бағасы алғаш рет төмендеді", "жаңа мектеп қыркүйекте ашылады",
				"тыңайтқыш жеткізу қайта басталды", "пойыз кестесі өзгереді", "аудан бюджеті түзетулермен қабылданды", "мұражайға екінші ғимарат берілді", "жол төрт жолаққа дейін кеңейтіледі",
				"астық қоры 340 мың тоннадан асты", "құрылысшылар үйді тапсырды"},
			where:   []string{"Қостанайда", "Қарағанды маңында", "облыстың оңтүстігінде", "Балқаш көлінің жағасында", "Павлодарда", "Шымкентте", "Өскеменде"},
			when:    []string{"дүйсенбі күні", "кеше", "өткен тоқсанда", "ай соңына дейін", "соңғы он жылда", "бүгін таңертең", "түске таман"},
			watched: []string{"Тоқаевтың жолдауы жарияланды.", "Назарбаевтың естелігі жарық көрді.", "ҰҚШҰ бітімгерлері елден кетті."},
		},
		{
			code: "be", outlet: "Палявы веснік",
			who: []string{"Міністр сельскай гаспадаркі", "Старшыня аблвыканкама", "Прэс-служба завода", "Дырэктарка бібліятэкі", "Савет фермераў", "Гарадскі суд",
				"Прадстаўнік чыгункі", "Навукоўцы інстытута", "Уладальнік пякарні", "Саюз перакладчыкаў", "Начальнік порта"},
			did: []string{"паведаміў, што", "не выключыў, што", "нагадаў:", "расказаў журналістам, што", "пацвердзіў, што", "абвясціў, што", "падлічыў, што"},
			what: []string{"ураджай пшаніцы вырас на 12 %", "рамонт моста адкладзены да восені", "цэны на малако знізіліся ўпершыню за год", "новая школа адкрыецца ў верасні",
				"пастаўкі ўгнаенняў аднавіліся", "расклад цягнікоў зменіцца", "бюджэт раёна прыняты з папраўкамі", "музей атрымае другі будынак", "дарогу пашыраць да чатырох палос",
				"запасы збожжа перавысілі 340 тысяч тон", "будаўнікі здалі дом «пад ключ»"},
			where:   []string{"у Гародні", "пад Баранавічамі", "на поўдні вобласці", "каля возера Нарач", "у Полацку", "на ўскрайку Пінска", "паміж Оршай і Віцебскам"},
			when:    []string{"у панядзелак", "напярэдадні", "у мінулым квартале", "да канца месяца", "за апошнія дзесяць гадоў", "сёння раніцай", "апоўдні"},
			watched: []string{"Лукашэнка прыехаў у Гомель.", "Сустрэча з Ціханоўскай прайшла ў Варшаве.", "Краіны ЕАЭС дамовіліся пра мыта."},
		},
		{
			code: "en", outlet: "The Field Gazette",
			who: []string{"The minister of agriculture", "The regional governor", "A spokesman of the plant", "The head of the library", "The farmers' council", "A city court",
				"The railway", "Scientists at the institute", "The owner of a bakery", "The translators' society", "The harbour master", "The statistics office"},
			did: []string{"said that", "did not rule out that", "recalled:", "told reporters that", "confirmed that", "denied that", "announced that", "reckoned that"},
			what: []string{"the wheat harvest grew by 12 per cent", "repairs of the bridge were put off until autumn", "milk prices fell for the first time in a year", "a new school opens in September",
				"deliveries of fertiliser resumed", "the train timetable changes", "the district's budget passed with amendments", "the museum gets a second building", "the road will have four lanes",
				"grain stocks exceeded 340,000 tonnes", "builders handed over the “turnkey” house"},
			where:   []string{"in Grodno", "near Karaganda", "in the south of the region", "by Lake Narach", "in Tomsk", "on the outskirts of Pavlodar", "between Orsha and Vitebsk"},
			when:    []string{"on Monday", "the day before", "in the last quarter", "by the end of the month", "over the past ten years", "this morning", "for the third time this year"},
			watched: []string{"Kassym-Jomart Tokayev arrives for talks.", "EAEU ministers fail to agree on gas prices.", "Lukashenko pardons thirty prisoners.", "Nazarbayev keeps out of sight."},
		},
		{
			code: "uk", outlet: "Польовий вісник",
			who: []string{"Міністр сільського господарства", "Голова обласної ради", "Пресслужба заводу", "Директорка бібліотеки", "Рада фермерів", "Міський суд",
				"Представник залізниці", "Науковці інституту", "Власник пекарні", "Спілка перекладачів", "Начальник порту"},
			did: []string{"повідомив, що", "не виключив, що", "нагадав:", "розповів журналістам, що", "підтвердив, що", "оголосив, що", "підрахував, що"},
			what: []string{"урожай пшениці зріс на 12 %", "ремонт мосту відкладено до осені", "ціни на молоко знизилися вперше за рік", "нова школа відкриється у вересні",
				"постачання добрив відновлено", "розклад потягів зміниться", "бюджет району ухвалено з правками", "музей отримає другу будівлю", "дорогу розширять до чотирьох смуг",
				"запаси зерна перевищили 340 тисяч тонн", "будівельники здали дім «під ключ»"},
			where:   []string{"у Полтаві", "під Черніговом", "на півдні області", "біля озера Світязь", "у Луцьку", "на околиці Сум", "між Ковелем і Рівним"},
			when:    []string{"у понеділок", "напередодні", "у минулому кварталі", "до кінця місяця", "за останні десять років", "сьогодні вранці", "опівдні"},
			watched: []string{"Візит Токаєва до Пекіна завершився.", "Розмова з Лукашенком тривала годину.", "Розмова з Тихановською відбулася у Празі."},
		},
		{
			code: "pl", outlet: "Goniec Polny",
			who: []string{"Minister rolnictwa", "Wojewoda", "Rzeczniczka zakładu", "Dyrektor biblioteki", "Rada rolników", "Sąd rejonowy",
				"Przedstawiciel kolei", "Naukowcy z instytutu", "Właściciel piekarni", "Związek tłumaczy", "Kapitan portu"},
			did: []string{"poinformował, że", "nie wykluczył, że", "przypomniał:", "powiedział dziennikarzom, że", "potwierdził, że", "ogłosił, że", "obliczył, że"},
			what: []string{"zbiory pszenicy wzrosły o 12 proc.", "remont mostu przełożono na jesień", "ceny mleka spadły po raz pierwszy od roku", "nowa szkoła ruszy we wrześniu",
				"dostawy nawozów wznowiono", "rozkład jazdy się zmieni", "budżet powiatu przyjęto z poprawkami", "muzeum dostanie drugi gmach", "droga będzie miała cztery pasy",
				"zapasy zboża przekroczyły 340 tysięcy ton", "robotnicy oddali dom „pod klucz”"},
			where:   []string{"w Augustowie", "pod Suwałkami", "na południu regionu", "nad jeziorem Wigry", "w Łodzi", "na obrzeżach Ełku", "między Chełmem a Zamościem"},
			when:    []string{"w poniedziałek", "dzień wcześniej", "w zeszłym kwartale", "do końca miesiąca", "w ciągu dziesięciu lat", "dziś rano", "około południa"},
			watched: []string{"Spotkanie z Tokajewem odwołano.", "Rozmowa z Łukaszenką trwała godzinę.", "Tichanowska przyjechała do Białegostoku."},
		},
	}
}
