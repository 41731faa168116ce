package feeds

import (
	"strings"
	"time"
)

// months are what the names of months begin with, nominative, genitive and short forms alike, in English, Russian, Belarusian,
// Ukrainian, Kazakh, Polish, German and French. Sources: the month names of Unicode CLDR for en ru be uk kk pl de fr.
var months = [12][]string{
	{"jan", "jän", "янв", "сту", "січ", "қаң", "sty"},
	{"feb", "fév", "fev", "фев", "лют", "ақп", "lut"},
	{"mar", "mär", "mrz", "мар", "сак", "берез", "бер", "нау"},
	{"apr", "avr", "апр", "кра", "квіт", "кві", "сәу", "kwi"},
	{"may", "mai", "maj", "май", "мая", "маі", "трав", "траў", "тра", "мам"},
	{"jun", "juin", "июн", "чэр", "черв", "чер", "мау", "cze"},
	{"jul", "juil", "июл", "ліп", "лип", "шіл", "lip"},
	{"aug", "aou", "aoû", "авг", "жн", "серп", "сер", "там", "sie"},
	{"sep", "сен", "верас", "верес", "вер", "қыр", "wrz"},
	{"oct", "okt", "окт", "кастр", "кас", "жов", "қаз", "paź", "paz"},
	{"nov", "ноя", "лістап", "ліс", "листоп", "лис", "қар", "lis"},
	{"dec", "dez", "déc", "дек", "снеж", "сне", "груд", "гру", "жел", "gru"},
}

// notMonths begin like months: Wednesday (be, uk), Tuesday (fr), Saturday (kk), and Kazakhstan as the name of its time.
var notMonths = []string{"серад", "серед", "mardi", "сенбі", "қазақ"}

// monthIn returns the month that s, in lower case, names, 0 when it names none. Of two the later counts: in French "mar. 3 avr."
// the first is Tuesday.
func monthIn(s string) int {
	found := 0
	for _, w := range words.FindAllString(s, 12) {
		if m := month(w); m != 0 {
			found = m
		}
	}
	return found
}

func month(word string) int {
	if _, zone := zones[word]; zone { // NOVT is Novosibirsk's time
		return 0
	}
	for _, n := range notMonths {
		if strings.HasPrefix(word, n) {
			return 0
		}
	}
	for i, names := range months {
		for _, n := range names {
			if strings.HasPrefix(word, n) {
				return i + 1
			}
		}
	}
	return 0
}

// zones are the names of time zones seen in feeds, in hours east of UTC. Sources: IANA time zone database and RFC 5322 §4.3 for the North
// American ones. Names with several meanings have the one of the region, or of Europe. ALMT is in namedZone.
var zones = map[string]float64{
	"z": 0, "gmt": 0, "utc": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1,
	"cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "kyiv": 2, "trt": 3,
	"msk": 3, "мск": 3, "msd": 4, "minst": 3, "samt": 4, "get": 4, "azt": 4, "amt": 4,
	"yekt": 5, "qyzt": 5, "aqtt": 5, "orat": 5, "uzt": 5, "tjt": 5, "tmt": 5,
	"omst": 6, "kgt": 6, "novt": 7, "krat": 7, "irkt": 8, "yakt": 9, "vlat": 10, "magt": 11, "pett": 12,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}

// namedZone returns the offset of the zone that s, in lower case, names, in seconds east of UTC at the wall time given.
func namedZone(s string, wall time.Time) (seconds int, ok bool) {
	for _, w := range words.FindAllString(s, 12) {
		if w == "almt" { // Kazakhstan has had one time, UTC+5, since 1 March 2024
			if wall.Before(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)) {
				return 6 * 3600, true
			}
			return 5 * 3600, true
		}
		if h, known := zones[w]; known {
			return int(h * 3600), true
		}
	}
	return 0, false
}
