package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"vestnik/internal/news"
)

// An outlet serves a feed of beginnings and the articles behind them, to those who know its password and its key.
type outlet struct {
	*httptest.Server
	items []teaser
	page  map[string]http.HandlerFunc // by path
}

type teaser struct{ path, title, text string }

const canary = "CANARY-5f0c"

func newOutlet(t *testing.T) *outlet {
	t.Helper()
	o := &outlet{page: map[string]http.HandlerFunc{}}
	o.Server = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(o.Close)
	return o
}

func (o *outlet) publish(title, text string, page http.HandlerFunc) {
	path := fmt.Sprintf("/news/%d", len(o.page)+1)
	o.items, o.page[path] = append(o.items, teaser{path, title, text}), page
}

func (o *outlet) serve(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != "reader" || password != canary || r.Header.Get("X-Key") != canary+"-key" || r.UserAgent() != "Reader/1" {
		http.Error(w, "who are you", http.StatusUnauthorized)
		return
	}
	if r.URL.Path == "/rss" {
		o.feed(w)
		return
	}
	o.page[r.URL.Path](w, r)
}

func (o *outlet) feed(w http.ResponseWriter) {
	fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>Outlet</title><link>%s/</link>`, o.URL)
	for _, it := range o.items {
		fmt.Fprintf(w, "<item><title>%s</title><link>%s</link><description>%s</description><pubDate>%s</pubDate></item>", it.title, o.URL+it.path, it.text,
			time.Now().Add(-time.Minute).Format(time.RFC1123Z))
	}
	fmt.Fprint(w, "</channel></rss>")
}

// articlePage is a page as outlets have them: menus and lists around an article.
func articlePage(title, lead string, paragraphs ...string) string {
	return `<html><head><title>` + title + `</title></head><body><ul class="menu"><li><a href="/">Главная</a></li><li><a href="/a">Архив</a></li></ul>
<div class="article"><h1>` + title + `</h1><p>` + lead + `</p><p>` + strings.Join(paragraphs, "</p><p>") + `</p></div>
<div class="related"><ul><li><a href="/9">ОДКБ провела учения</a></li></ul></div></body></html>`
}

func htmlPage(page string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	}
}

// What only the article says alerts; what only a list beside it says does not. A page that cannot be had leaves the feed's text, and nothing of what
// the feed's requests carry is printed or stored.
func TestFullText(t *testing.T) {
	o := newOutlet(t)
	filler := "Переговоры длились три часа, за закрытыми дверями, и закончились ужином, как заведено в таких случаях."
	o.publish("Итоги недели в столице", "Главное за семь дней.", htmlPage(articlePage("Итоги недели в столице", "Главное за семь дней.", filler, "Гостей встретил Касым-Жомарт Токаев, сообщили в протоколе.")))
	o.publish("Апта қорытындысы", "Жеті күннің басты оқиғалары.", htmlPage(articlePage("Апта қорытындысы", "Жеті күннің басты оқиғалары.",
		"Келіссөздер үш сағатқа созылып, жабық есік жағдайында өтті, содан кейін қонақтарға дастарқан жайылды.", "Қонақтарды Қасым-Жомарт Тоқаев қарсы алды.")))
	old, err := charmap.Windows1251.NewEncoder().String(articlePage("Вечер в театре", "Сезон открылся премьерой.", filler, "В ложе сидел Токаев с супругой."))
	if err != nil {
		t.Fatal(err)
	}
	o.publish("Вечер в театре", "Сезон открылся премьерой.", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, strings.Replace(old, "<head>", `<head><meta charset="windows-1251">`, 1))
	})
	o.publish("Страница пропала", "Токаев упомянут в ленте.", http.NotFound)
	o.publish("Снег в горах", "Снег.", htmlPage(`<html><head><title>Just a moment...</title></head><body><p>Токаев, Tokayev: checking your browser, please wait, this takes a few seconds.</p></body></html>`))
	o.publish("Длинная страница", "Снег и ветер.", htmlPage(strings.Repeat(" ", 5<<20)+articlePage("Длинная страница", "Снег и ветер.", "Токаев.")))
	o.publish("Погода в области", "Без осадков.", htmlPage(articlePage("Погода в области", "Без осадков.", filler, filler+" Ветер слабый.")))

	dir := t.TempDir()
	// Items of a file have the addresses of a machine within: nobody said that this feed may go there.
	inside := filepath.Join(dir, "inside.xml")
	write(t, inside, `<rss version="2.0"><channel><title>I</title><item><title>Итоги недели в столице</title><link>`+o.URL+`/news/1</link><guid>1</guid><pubDate>`+
		time.Now().Add(-time.Minute).Format(time.RFC1123Z)+`</pubDate></item></channel></rss>`)
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := dead.Addr().String()
	dead.Close()
	cfg := filepath.Join(dir, "config.yaml")
	write(t, cfg, `store: "sqlite:`+filepath.ToSlash(filepath.Join(dir, "vestnik.db"))+`"
feeds:
  - {id: outlet, url: "`+o.URL+`/rss", outlet: Outlet, country: KZ, language: ru, type: independent, allow_private: true, full_text: true,
     user_agent: Reader/1, auth: "reader:`+canary+`", headers: {X-Key: `+canary+`-key}}
  - {id: inside, url: "file://`+filepath.ToSlash(inside)+`", outlet: Inside, country: KZ, language: ru, type: independent, full_text: true}
  - {id: behind, url: "https://behind.example/rss", outlet: Behind, country: KZ, language: ru, type: independent, proxy: "socks5://`+canary+`:`+canary+`@`+proxy+`"}
watchlists:
`+farmWatchlists)

	var all strings.Builder
	say := func(want int, args ...string) string {
		code, out, errs := cli(t, "", append(args, "--config", cfg)...)
		all.WriteString(out + errs)
		if code != want {
			t.Fatalf("%v: exit code %d\n%s%s", args, code, out, errs)
		}
		return out
	}
	alerts := say(0, "once", "--log-level", "debug")
	for title, want := range map[string]bool{
		"Итоги недели в столице": true, "Апта қорытындысы": true, "Вечер в театре": true, "Страница пропала": true,
		"Снег в горах": false, "Длинная страница": false, "Погода в области": false,
	} {
		if got := strings.Contains(alerts, title); got != want {
			t.Errorf("%s: alerted %v, want %v", title, got, want)
		}
	}
	if n := strings.Count(alerts, "Итоги недели в столице"); n > 1 {
		t.Errorf("the item of the feed that may not go inside was alerted: %d", n)
	}
	recent := say(0, "recent", "--all", "-n", "50")
	if n := strings.Count(recent, "Итоги недели в столице"); n != 2 {
		t.Errorf("stored %d times, want 2", n)
	}
	say(0, "search", "ужином")
	say(0, "feeds", "list")
	say(0, "check")
	say(0, "check", "--probe", "--log-level", "debug")
	if strings.Contains(all.String(), canary) || strings.Contains(all.String(), proxy) {
		t.Errorf("a secret was printed:\n%s", all.String())
	}
	files, err := filepath.Glob(filepath.Join(dir, "vestnik.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if b, err := os.ReadFile(file); err != nil || strings.Contains(string(b), canary) {
			t.Errorf("%s holds a secret, %v", file, err)
		}
	}

	// The option changes nothing of what an item is: without it nothing comes again.
	b, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	write(t, cfg, strings.ReplaceAll(string(b), "full_text: true", "full_text: false"))
	o.items = o.items[1:] // the document is another
	o.publish("Новость без продолжения", "Снег.", nil)
	say(0, "once")
	s := openTestStore(t, dir)
	found, err := s.Recent(t.Context(), news.Filter{Limit: 50})
	if err != nil || len(found) != 9 {
		t.Errorf("%d items, %v", len(found), err)
	}
}
