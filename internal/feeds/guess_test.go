package feeds

import (
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

func TestGuessID(t *testing.T) {
	for _, c := range []struct{ address, language, taken, want string }{
		{"https://www.zviazda.by/be/rss.xml", "be", "", "zviazda"},
		{"https://www.zviazda.by/be/rss.xml", "be", "zviazda", "zviazda-be"},
		{"https://ru.belsat.eu/feed/", "ru", "belsat belsat-ru", "belsat-eu"},
		{"https://en.belsat.eu/feed/", "", "belsat", "belsat-en"},
		{"https://rss.dw.com/xml", "de", "dw dw-de dw-com", "dw-de-2"},
		{"https://interfax.com.ua/news/last.rss", "uk", "interfax", "interfax-uk"},
		{"https://24.kg/rss/", "ru", "", "24-kg"},
		{"https://звязда.бел/rss", "be", "", "xn--80adgkb7l"},
		{"http://127.0.0.1:8080/rss", "ru", "", "feed"},
		{"http://127.0.0.1:8080/rss", "", "feed", "feed-2"},
		{"http://[::1]/rss", "ru", "feed", "feed-ru"},
		{"http://localhost:8080/rss", "ru", "", "localhost"},
		{"file:///tmp/feed.xml", "", "feed", "feed-2"},
		{"https://" + strings.Repeat("a", 60) + ".example/", "kk", strings.Repeat("a", 40), strings.Repeat("a", 40) + "-kk"},
		{"https://_-_.example/", "kk", "", "feed"},
	} {
		got := GuessID(c.address, c.language, func(id string) bool { return slices.Contains(strings.Fields(c.taken), id) })
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.address, got, c.want)
		}
	}
}

func TestGuessCountry(t *testing.T) {
	for address, want := range map[string]string{
		"https://zviazda.by/": "BY", "https://www.gov.uk/": "GB", "https://правда.рф/": "RU", "https://звязда.бел/": "BY", "https://a.қаз/": "KZ", "https://24.kg/rss/": "KG",
		"https://meduza.io/": "", "https://belsat.eu/": "", "https://a.com/": "", "https://a.com.ua/": "UA", "https://a.com.am/": "AM", "https://news.am/": "", "http://127.0.0.1/": "", "http://localhost/": "", "file:x": "",
	} {
		if got := GuessCountry(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestGuess(t *testing.T) {
	doc := news.Document{Title: "Дала жаңалықтары", Items: []news.Item{{Lang: "ru"}, {Lang: "kk"}, {Lang: "kk"}, {}}}
	free := func(string) bool { return false }
	if got := New(Options{Language: text.Detect}).Guess("https://dala.kz/rss", doc, free); got.ID != "dala" || got.Outlet != doc.Title || got.Country != "KZ" || got.Language != "kk" || got.Type != "" {
		t.Errorf("%+v", got)
	}
	short := news.Document{Items: []news.Item{{Title: "Бүгінгі баға"}, {Title: "Спорт жаңалықтары", Lang: "ru"}, {Title: "Ауа райы қандай болады"}, {Title: "Алматыда жаңа мектеп ашылды"}}}
	if got := New(Options{Language: text.Detect}).Guess("https://dala.example/", short, free); got.Language != "kk" || got.Country != "" {
		t.Errorf("%+v", got)
	}
	for title, want := range map[string]string{
		"": "dala.kz",
		"Дала жаңалықтары — Қазақстан мен әлемнің соңғы жаңалықтары": "Дала жаңалықтары",
		strings.Repeat("Дала", 30): "dala.kz",
		" <b>Дала</b>\n &amp; Co ": "Дала & Co",
		"Новости: самое важное за последние часы и дни недели": "Новости",
	} {
		if got := GuessOutlet(title, "https://www.dala.kz/rss"); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}
