package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What an operator sees of feeds before anything is stored: a state in the words of the board, and what to know before trusting one.
func TestCheckProbe(t *testing.T) {
	now := time.Now().UTC()
	item := func(n int, title string, at time.Time, layout string) string {
		return fmt.Sprintf(`<item><guid>%d</guid><title>%s</title><pubDate>%s</pubDate></item>`, n, title, at.Format(layout))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/well", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, `<rss><channel><title>x</title>`, item(1, "Президент подписал закон о бюджете на следующий год", now.Add(-3*time.Hour), time.RFC1123Z), `</channel></rss>`)
	})
	mux.HandleFunc("/doubtful", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<rss><channel><title>x</title>`, item(1, "The president signed a law on the budget of the coming year on Friday", now.Add(-30*time.Hour), "02 Jan 2006 15:04:05"),
			`<item><guid>2</guid><title>The government published its programme for the next three years</title></item></channel></rss>`)
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><title>Добро пожаловать</title>`)
	})
	mux.HandleFunc("/wall", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "ddos-guard")
		w.WriteHeader(http.StatusForbidden)
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/well", http.StatusMovedPermanently)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	cfg := filepath.Join(t.TempDir(), "config.yaml")
	text := "fetch: {allow_private: true}\nwatchlists:\n  - {id: a, profiles: [tokayev]}\nfeeds:\n"
	for _, id := range []string{"well", "doubtful", "page", "wall", "moved"} {
		text += fmt.Sprintf("  - {id: %s, url: %q, outlet: X, country: KZ, language: ru, type: independent}\n", id, server.URL+"/"+id)
	}
	write(t, cfg, text)
	code, out, errs := cli(t, "", "check", "--probe", "--config", cfg)
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	words := map[string]string{}
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) > 1 {
			words[f[0]] = strings.Join(f[1:], " ")
		}
	}
	for id, want := range map[string]string{"well": "ok 1 3 h ago", "doubtful": "ok 2 now", "page": "not a feed - -", "wall": "blocked - -", "moved": "ok 1 3 h ago"} {
		if !strings.HasPrefix(words[id], want) {
			t.Errorf("%s: %q, want %q in\n%s", id, words[id], want, out)
		}
	}
	for _, want := range []string{
		`doubtful: 1 without a date; 1 dates name no zone and are read as Asia/Almaty: set its timezone if they are of another; 2 are in "en", it is configured as "ru"; no ETag or Last-Modified: every poll takes`,
		"page: Добро пожаловать. What may help: bot feeds add SITE", "wall: 403 Forbidden · ddos-guard. What may help: the options user_agent, headers or proxy", "moved: redirects for good to " + server.URL + "/well: that should be its url", "5 feeds: 3 read, 2 failed",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// A headline of a close language is never surely another than the configured one, a whole feed of them is.
func TestCheckProbeLanguage(t *testing.T) {
	headlines := map[string][]string{
		"ru": {"Курс доллара вырос", "В столице открыли новую школу", "Погода на завтра", "Суд отложил заседание по делу банка", "Цены на хлеб не изменятся", "Сборная проиграла матч",
			"На трассе столкнулись два автобуса", "Премьер провел совещание", "Как получить субсидию", "Дожди и ветер ожидаются в регионах", "Пожар потушили за час", "Что известно о новом законе"},
		"kk": {"Бүгінгі баға", "Алматыда жаңа мектеп ашылды", "Ауа райы қандай болады", "Спорт", "Курс доллара", "Үкімет отырысы өтті", "Президент Астанада", "Жол апаты болды"},
	}
	mux := http.NewServeMux()
	for lang, list := range headlines {
		mux.HandleFunc("/"+lang, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `<rss><channel><title>x</title>`)
			for i, h := range list {
				fmt.Fprintf(w, `<item><guid>%d</guid><title>%s</title></item>`, i, h)
			}
			fmt.Fprint(w, `</channel></rss>`)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	cfg := filepath.Join(t.TempDir(), "config.yaml")
	text := "fetch: {allow_private: true}\nwatchlists:\n  - {id: a, profiles: [tokayev]}\nfeeds:\n"
	for _, x := range [][2]string{{"ru", "kk"}, {"ru", "uk"}, {"ru", "be"}, {"ru", "ru"}, {"kk", "kk"}, {"kk", "ru"}} {
		text += fmt.Sprintf("  - {id: %s-as-%s, url: \"%s/%s?%[2]s\", outlet: X, country: KZ, language: %[2]s, type: independent}\n", x[0], x[1], server.URL, x[0])
	}
	write(t, cfg, text)
	code, out, errs := cli(t, "", "check", "--probe", "--config", cfg)
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	for _, want := range []string{`12 are in "ru", it is configured as "kk"`, `12 are in "ru", it is configured as "uk"`, `12 are in "ru", it is configured as "be"`, `are in "kk", it is configured as "ru"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if n := strings.Count(out, "it is configured as"); n != 4 {
		t.Errorf("%d warnings, want 4:\n%s", n, out)
	}
}
