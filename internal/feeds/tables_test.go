package feeds

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/charset"
)

func TestCanonicalURL(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"nonsense":                            "",
		"ftp://a.example/":                    "",
		"javascript:alert(1)":                 "",
		"http://":                             "",
		"https://a.example":                   "https://a.example/",
		" http://A.Example:80/ ":              "https://a.example/",
		"https://a.example:443/x?b=2&a=1#top": "https://a.example/x?b=2&a=1",
		"https://a.example:8443/x":            "https://a.example:8443/x",
		"https://user:pass@a.example/x":       "https://a.example/x",
		"https://a.example./x":                "https://a.example/x",
		"https://a.example/x?utm_source=rss&id=7&UTM_Medium=feed&fbclid=1&yclid=2": "https://a.example/x?id=7",
		"https://a.example/x?at_medium=RSS&at_campaign=KARANGA":                    "https://a.example/x",
		"https://a.example/x?from=rss&page=2":                                      "https://a.example/x?page=2",
		"https://a.example/x?from=minsk":                                           "https://a.example/x?from=minsk",
		"https://a.example/новости?тег=мост":                                       "https://a.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?%D1%82%D0%B5%D0%B3=%D0%BC%D0%BE%D1%81%D1%82",
		"https://a.example/%d0%bd":                                                 "https://a.example/%D0%BD",
		"https://a.example/a%2Fb":                                                  "https://a.example/a%2Fb",
		"http://вестник.рф/":                                                       "https://xn--b1agjinxh.xn--p1ai/",
		"http://Қазақ.қаз/":                                                        "https://xn--80aau21bd.xn--80ao21a/",
		"http://a_b.example/":                                                      "https://a_b.example/",
		"http://[2001:DB8::1]:80/x":                                                "https://[2001:db8::1]/x",
		"http://93.184.216.34/x":                                                   "https://93.184.216.34/x",
		"https://a.example/" + strings.Repeat("x", maxURL):                         "",
	} {
		if got := CanonicalURL(in); got != want {
			t.Errorf("CanonicalURL(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestReadDate(t *testing.T) {
	almaty := time.FixedZone("feed", 5*3600)
	for in, want := range map[string]string{
		"2026-04-03T14:05:06Z":                    "2026-04-03T14:05:06Z",
		"2026-04-03T14:05:06.789+03:00":           "2026-04-03T11:05:06Z",
		"2026-04-03T14:05:06+0300":                "2026-04-03T11:05:06Z",
		"2026-04-03 14:05":                        "2026-04-03T09:05:00Z",
		"2026-04-03":                              "2026-04-02T19:00:00Z",
		"2026/04/03 14:05 UTC":                    "2026-04-03T14:05:00Z",
		"Fri, 03 Apr 2026 14:05:06 +0300":         "2026-04-03T11:05:06Z",
		"Fri, 03 Apr 2026 14:05:06 -03":           "2026-04-03T17:05:06Z",
		"Fri Apr  3 14:05:06 2026":                "2026-04-03T09:05:06Z",
		"Fri Apr 3 14:05:06 MSK 2026":             "2026-04-03T11:05:06Z",
		"Fri Apr 03 2026 14:05:06 GMT+0300 (MSK)": "2026-04-03T11:05:06Z",
		"Friday, 03-Apr-26 14:05:06 CET":          "2026-04-03T13:05:06Z",
		"03 Apr 69 14:05 GMT":                     "1969-04-03T14:05:00Z",
		"April 3, 2026, 2:05 p.m. EST":            "2026-04-03T19:05:00Z",
		"April 3rd, 2026 12:05 AM UTC":            "2026-04-03T00:05:00Z",
		"4/13/2026 2:05:06 PM UTC":                "2026-04-13T14:05:06Z",
		"14:05 03.04.2026 +0300":                  "2026-04-03T11:05:00Z",
		"14:05, 3 апреля 2026":                    "2026-04-03T09:05:00Z",
		"03.04.2026 14:05 AMT":                    "2026-04-03T10:05:00Z",
		"03.04.2026 14:05 UTC+3":                  "2026-04-03T11:05:00Z",
		"03.04.2026 14:05 UTC+05:30":              "2026-04-03T08:35:00Z",
		"03.04.2026 14:05 XYZT":                   "2026-04-03T09:05:00Z",
		"03.02.2024 14:05 ALMT":                   "2024-02-03T08:05:00Z",
		"03.04.2024 14:05 ALMT":                   "2024-04-03T09:05:00Z",
		"3 МАЯ 2026":                              "2026-05-02T19:00:00Z",
		"субота, 2 травня 2026, 10:00 EEST":       "2026-05-02T07:00:00Z",
		"сенбі, 2 мамыр 2026, 10:00":              "2026-05-02T05:00:00Z",
		"2 мамыр 2026, 10:00 Қазақстан уақыты":    "2026-05-02T05:00:00Z",
		"sobota, 2 maja 2026 10:00 CEST":          "2026-05-02T08:00:00Z",
		"środa, 5 sierpnia 2026 10:00":            "2026-08-05T05:00:00Z",
		"mercredi 5 août 2026 10:00":              "2026-08-05T05:00:00Z",
		"Mi., 4. März 2026, 10:00 Uhr":            "2026-03-04T05:00:00Z",
		"1775214300000":                           "2026-04-03T11:05:00Z",
		"2016-12-31T23:59:60Z":                    "2017-01-01T00:00:00Z",
		"":                                        "",
		"вчера, 14:05":                            "",
		"31.02.2026 10:00":                        "",
		"2026-13-01":                              "",
		"14:05":                                   "",
		"12345":                                   "",
		"03/04/26":                                "",
		"3 апреля 14:05 +99:00 " + strings.Repeat("9", maxDate): "",
	} {
		got, ok := readDate(in, almaty)
		if s := got.UTC().Format(time.RFC3339); ok != (want != "") || ok && s != want {
			t.Errorf("readDate(%q) = %s %v, want %q", in, s, ok, want)
		}
	}
}

// Every month of every language, in the forms that dates use, is that month.
func TestMonths(t *testing.T) {
	for language, names := range map[string]string{
		"en":            "January February March April May June July August September October November December",
		"en short":      "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
		"ru":            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"ru nominative": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
		"be":            "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
		"be short":      "сту лют сак кра мая чэр ліп жні вер кас ліс сне",
		"be dotted":     "студз. лют. сак. крас. мая чэрв. ліп. жн. вер. кастр. ліст. снеж.",
		"ru short":      "янв. февр. мар. апр. май июн. июл. авг. сент. окт. нояб. дек.",
		"uk dotted":     "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
		"de short":      "Jan. Feb. Mrz. Apr. Mai Jun. Jul. Aug. Sept. Okt. Nov. Dez.",
		"fr short":      "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
		"be nominative": "студзень люты сакавік красавік травень чэрвень ліпень жнівень верасень кастрычнік лістапад снежань",
		"uk":            "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
		"uk short":      "січ лют бер кві тра чер лип сер вер жов лис гру",
		"kk":            "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
		"kk short":      "қаң ақп нау сәу мам мау шіл там қыр қаз қар жел",
		"pl":            "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
		"pl short":      "sty lut mar kwi maj cze lip sie wrz paź lis gru",
		"de":            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
		"de Austria":    "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
		"fr":            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
	} {
		for i, name := range strings.Fields(names) {
			if got := monthIn(strings.ToLower(name)); got != i+1 {
				t.Errorf("%s %s is month %d, want %d", language, name, got, i+1)
			}
			if at, ok := readDate("14 "+name+" 2025, 09:30 MSK", time.UTC); !ok || !at.Equal(time.Date(2025, time.Month(i+1), 14, 6, 30, 0, 0, time.UTC)) {
				t.Errorf("%s 14 %s is %v, %v", language, name, at, ok)
			}
		}
	}
	for zone := range zones {
		if got := monthIn(zone); got != 0 {
			t.Errorf("the zone %s is month %d", zone, got)
		}
	}
	for _, days := range []string{
		"Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun",
		"понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс",
		"панядзелак аўторак серада чацвер пятніца субота нядзеля", "понеділок вівторок середа четвер п'ятниця субота неділя",
		"дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі", "poniedziałek wtorek środa czwartek piątek sobota niedziela",
		"Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", "lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim",
	} {
		for _, d := range strings.Fields(days) {
			if got := monthIn(strings.ToLower(d)); got != 0 {
				t.Errorf("the day %s is month %d", d, got)
			}
		}
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]string{
		"<rss></rss>": "<rss></rss>",
		"\ufeff \x00<?xml version='1.1'?><feed/>":    "<feed/>",
		"<!-- <rss> --><rdf:RDF a='>'/>":             "<rdf:RDF a='>'/>",
		"<!DOCTYPE rss PUBLIC \"x\" \"y\"><rss/>":    "<rss/>",
		"<!DOCTYPE rss [<!ENTITY a '>'>]><rss/>":     "<rss/>",
		"<?xml-stylesheet href='a'?><atom:feed x=1>": "<atom:feed x=1>",
		"<b>Warning</b> <?xml version='1.0'?><rss>":  "junk <rss>",
		"[debug] <rss>":    "junk <rss>",
		"{\"items\":[{}]}": "{\"items\":[{}]}",
		"{\"version\":\"https://jsonfeed.org/version/1\"}": "{\"version\":\"https://jsonfeed.org/version/1\"}",
		"{\"version\":\"https://jsonfeed.org/version/1\"":  "{\"version\":\"https://jsonfeed.org/version/1\"",
		"{\"version\":1,\"items\":[]}":                     "not a feed: JSON that is not a JSON Feed: {\"version\":1,\"items\":[]}",
		"<rssx></rssx>":                                    "not a feed: the root element is \"rssx\"",
		"<p>Nothing <i>here</i>":                           "not a feed: Nothing here",
		"Access Denied":                                    "blocked: Access Denied",
		"<html><svg></svg></html>":                         "not a feed: a page without text",
		"<html><!-- <?xml?><rss> --></html>":               "not a feed: a page without text",
	} {
		doc, junk, err := sniff([]byte(in))
		got := string(doc)
		if junk {
			got = "junk " + got
		}
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("sniff(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestDeclared(t *testing.T) {
	koi8 := "<?xml version=\"1.0\" encoding='koi8-r'?><rss>"
	for _, c := range []struct{ contentType, body, want string }{
		{"text/xml; charset=windows-1251", koi8, "windows-1251"},
		{"text/xml; charset=ISO-8859-1", koi8, "koi8-r"},
		{"text/xml; charset=ISO-8859-1", "<rss>", "ISO-8859-1"},
		{"text/xml; charset=nonsense", koi8, "koi8-r"},
		{"text/xml", koi8, "koi8-r"},
		{";;;", "<rss>", ""},
	} {
		if got := declared([]byte(c.body), c.contentType); got != c.want {
			t.Errorf("declared(%q, %q) = %q, want %q", c.body, c.contentType, got, c.want)
		}
	}
}

// One headline without any declaration is enough to tell the Cyrillic encodings apart, whatever else the library has on offer.
func TestDetect(t *testing.T) {
	for _, headline := range []string{
		"Мост открыт", "Паром через озеро вернулся, и рейсы будут каждый день до осени", "МОСТ ЧЕРЕЗ СВЕТЛУЮ ОТКРЫТ ДЛЯ ПЕШЕХОДОВ",
		"Міст відкрито, а пором ходитиме щодня", "Кірмаш у вёсцы: майстры прывезлі збаны і кошыкі", "CSTO: саммит ОДКБ перенесли (update)",
	} {
		for _, name := range []string{"windows-1251", "koi8-u", "utf-8"} {
			enc, _ := charset.Lookup(name)
			b, err := enc.NewEncoder().Bytes([]byte(headline))
			if err != nil {
				t.Fatal(err)
			}
			d := decode([]byte("<rss version='2.0'><channel><item><title>"+string(b)+"</title></item></channel></rss>"), "")
			if d.charset != name || !strings.Contains(string(d.text), headline) {
				t.Errorf("%q in %s was read as %s: %s", headline, name, d.charset, d.text)
			}
		}
	}
	enc, _ := charset.Lookup("windows-1252")
	b, err := enc.NewEncoder().Bytes([]byte("Präsident öffnet die Brücke über den Fluß, très bientôt"))
	if err != nil {
		t.Fatal(err)
	}
	if d := decode(b, ""); d.charset != "windows-1252" {
		t.Errorf("German in windows-1252 was read as %s: %s", d.charset, d.text)
	}
}
