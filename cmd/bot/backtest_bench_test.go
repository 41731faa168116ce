package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/store"
	"vestnik/internal/text"
	"vestnik/seeds"
)

// benchPast is how many stored items a backtest is measured over.
const benchPast = 100_000

// BenchmarkBacktest runs the shipped watchlists over a generated store: items of a headline and a lead, as most feeds have (four weeks of 24 outlets average
// 270 bytes), and items of full texts. One item in ten names somebody on a watchlist and alerted when it came.
//
//	go test -run '^$' -bench Backtest -benchtime 3x ./cmd/bot
func BenchmarkBacktest(b *testing.B) {
	cfg, err := config.Load(filepath.Join("..", "..", "config.yaml"), seeds.Profiles())
	if err != nil {
		b.Fatal(err)
	}
	m, faults := match.Compile(cfg.Profiles, cfg.Watchlists, cfg.Feeds)
	if len(faults) > 0 {
		b.Fatal(faults)
	}
	for _, size := range []struct {
		name  string
		words int // of a text
	}{{"leads", 40}, {"texts", 250}} {
		b.Run(size.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "vestnik.db")
			bytes := generate(b, path, cfg, m, size.words)
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				s, err := store.OpenReadOnly(b.Context(), "sqlite:"+path, store.Options{})
				if err != nil {
					b.Fatal(err)
				}
				p, err := s.Period(b.Context(), benchNow.AddDate(0, 0, -31), benchNow)
				if err != nil {
					b.Fatal(err)
				}
				r, err := backtested(b.Context(), s, p, cfg, m, nil, 5, func() {})
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				if r.Items != benchPast || r.Alerting < benchPast/20 {
					b.Fatalf("%d items, %d alerting", r.Items, r.Alerting)
				}
			}
			b.ReportMetric(float64(bytes)/benchPast, "B/item")
		})
	}
}

var benchNow = time.Date(2026, 5, 14, 12, 0, 0, 0, time.UTC)

// generate makes a store of benchPast items over 30 days, and tells how many bytes of title and text they are.
func generate(b *testing.B, path string, cfg *config.Config, m *match.Matcher, words int) (bytes int64) {
	b.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite:"+path, store.Options{Fold: text.FoldText, Now: func() time.Time { return benchNow }})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.SyncConfig(ctx, cfg.Feeds, cfg.Watchlists, subscriptions(cfg)); err != nil {
		b.Fatal(err)
	}
	w := newWriter()
	start := benchNow.AddDate(0, 0, -30)
	made := 0
	for round := 0; made < benchPast; round++ {
		at := start.Add(time.Duration(round) * time.Hour)
		claims, err := s.Claim(ctx, news.Round{Owner: "bench", Start: at, All: true}, at, time.Hour, len(cfg.Feeds))
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range claims {
			p := news.Poll{Claim: c, At: at, State: c.State}
			for range benchPast/(720*len(claims)) + 1 {
				if made == benchPast {
					break
				}
				it := w.item(c.State.FeedID, made, words)
				it.Published, it.Seen = at.Add(-time.Duration(made%3600)*time.Second), at
				bytes += int64(len(it.Title) + len(it.Text))
				p.New = append(p.New, news.NewItem{Item: it, Matches: m.Match(&it)})
				made++
			}
			if _, err := s.Commit(ctx, p); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return bytes
}

// A writer makes up news: 20,000 words of syllables in two scripts, the first of them much more frequent than the last, as words are; one in ten has a
// capital, and one item in ten names somebody on a watchlist.
type writer struct {
	r            *rand.Rand
	often        *rand.Zipf
	words, names []string
}

func newWriter() *writer {
	w := &writer{r: rand.New(rand.NewPCG(1, 2)), names: []string{"Токаевым", "Тоқаевтың", "Лукашэнкі", "Lukashenko", "ОДКБ", "Казахстана"}}
	const vocabulary = 20_000
	w.often = rand.NewZipf(w.r, 1.1, 3, vocabulary-1)
	latin := strings.Fields("an ber con de er fi gal hor in jo ker lum ment no or pre qui ron ste tion ur vel wi xa yo zen")
	cyrillic := strings.Fields("ан бо ве го де жа за ин ко ла мо на ов пре ре ста то ук фо ход цен чи ша щен ый эк юр яв қа ұл ің ў")
	for i := range vocabulary {
		syllables := cyrillic
		if i%3 == 0 {
			syllables = latin
		}
		var word strings.Builder
		for range 1 + i%4 {
			word.WriteString(syllables[w.r.IntN(len(syllables))])
		}
		w.words = append(w.words, word.String())
	}
	return w
}

func (w *writer) word() string {
	s := w.words[w.often.Uint64()]
	if w.r.IntN(10) == 0 {
		r, n := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(r)) + s[n:]
	}
	return s
}

func (w *writer) item(feed string, n, words int) news.Item {
	var title, body []string
	for range 8 {
		title = append(title, w.word())
	}
	for range words {
		body = append(body, w.word())
	}
	if n%10 == 0 {
		body[words/2] = w.names[n/10%len(w.names)]
	}
	return news.Item{FeedID: feed, Keys: []string{fmt.Sprint(news.KeyGUID, n)}, Link: fmt.Sprintf("https://example.org/%d", n), Title: strings.Join(title, " "),
		Text: strings.Join(body, " "), Lang: "ru"}
}
