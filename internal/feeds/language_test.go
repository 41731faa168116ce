package feeds

import (
	"fmt"
	"testing"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// The language of an item is what its text surely is; else the configured one; the document's own tag only where nothing is configured and
// nothing speaks against it.
func TestLanguage(t *testing.T) {
	const (
		russian   = "Паром вернулся на озеро, и рейсы будут каждый день, как это было в прошлом году, сообщили в порту."
		kazakh    = "Өзен үстіндегі ескі көпір жөндеуден кейін қайта ашылды және күніне екі мыңға жуық көлік өте алады."
		ukrainian = "Пором повернувся на озеро, і рейси будуть щодня, як це було минулого року, повідомили в порту."
		polish    = "Prom wrócił na jezioro i rejsy będą codziennie, tak jak w zeszłym roku, podano w porcie."
		english   = "The ferry is back on the lake and will sail every day, as it did last year, the port said."
	)
	for _, c := range []struct{ tag, configured, title, text, want string }{
		{"en-US", "", "Новости", russian, "ru"}, // what content systems come with
		{"en-us", "", "Новости", "", "ru"},
		{"en", "", "Паром", "", "ru"},
		{"ru", "", "Жаңалық", kazakh, "kk"},
		{"ru-RU", "", "Көпір ашылды", "", "kk"},
		{"ru", "", "Новости", "", "ru"},
		{"be", "", "Мінск", "", "be"},
		{"uk", "", "", ukrainian, "uk"},
		{"ua", "", "Мост", "", "uk"},
		{"kaz", "", "Астана", "", "kk"},
		{"pl", "", "Prom", polish, "pl"},
		{"ka", "", "საქართველო", "", "ka"},
		{"", "", "", english, "en"},
		{"", "", "2026", "", ""},
		{"", "", "Мост", "", ""}, // Russian, or Bulgarian, or …
		{"en-US", "be", "Мінск", "", "be"},
		{"en-US", "kk", "Жаңалық", russian, "ru"},
		{"en-US", "kk", "Астана", "", "kk"},
		{"ru", "en", "Паром", "", "ru"}, // the configured one can be wrong too, of a page in two languages
		{"ru", "ru", "", english, "en"},
		{"ru", "ru", "Tokayev", "", "en"},
		{"", "ru", "Tokayev: переговоры", "", "ru"},
		{"", "ru", "🇰🇿 2026", "", "ru"},
		{"", "ka", "Tokayev", "", "ka"},
		{"xx-klingon", "", "Мост", "", ""},
	} {
		doc := fmt.Sprintf("<rss version='2.0'><channel><title>x</title><language>%s</language><item><title>%s</title><description>%s</description></item></channel></rss>",
			c.tag, c.title, c.text)
		got, err := New(Options{Language: text.Detect}).Parse(t.Context(), []byte(doc), "text/xml; charset=utf-8", "", news.Feed{ID: "f", Language: c.configured}, goldenNow)
		if err != nil {
			t.Fatal(err)
		}
		if lang := got.Items[0].Lang; lang != c.want {
			t.Errorf("tag %q, configured %q, %q %q: %q, want %q", c.tag, c.configured, c.title, c.text, lang, c.want)
		}
	}
}

func TestPrimaryLanguage(t *testing.T) {
	for in, want := range map[string]string{"ru": "ru", "ru-RU": "ru", "RU_ru": "ru", "kaz": "kk", "rus": "ru", "kz": "kk", "en, ru": "en", "": "", "russian": "", "und": "", "x-none": "", "zxx": ""} {
		if got := primaryLanguage(in); got != want {
			t.Errorf("primaryLanguage(%q) = %q, want %q", in, got, want)
		}
	}
}
