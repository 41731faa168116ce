package deliver

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/store"
)

// BenchmarkFlush is one flush while 50 chats are owed 400 items each: up to 25 messages are frozen, posted and written down.
func BenchmarkFlush(b *testing.B) {
	st, err := store.Open(b.Context(), "sqlite:"+b.TempDir()+"/v.db", store.Options{Fold: strings.ToLower})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	var subs []news.Subscription
	for i := range 50 {
		subs = append(subs, news.Subscription{Chat: fmt.Sprint("telegram:", i), Watchlist: "w"})
		if err := st.SaveChat(b.Context(), news.Chat{Address: fmt.Sprint("telegram:", i), Kind: news.ChatPrivate}); err != nil {
			b.Fatal(err)
		}
	}
	if err := st.SyncConfig(b.Context(), []news.Feed{{ID: "f"}}, []news.Watchlist{{ID: "w", Name: "Токаев"}}, subs); err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	owe := func() {
		claims, err := st.Claim(b.Context(), news.Round{Owner: fmt.Sprint(now), Start: now, All: true}, now, time.Minute, 1)
		if err != nil || len(claims) != 1 {
			b.Fatal(claims, err)
		}
		p := news.Poll{Claim: claims[0], At: now, State: claims[0].State}
		for i := range 400 {
			p.New = append(p.New, news.NewItem{
				Item:    news.Item{FeedID: "f", Keys: []string{fmt.Sprint("g:", now.UnixNano(), i)}, Title: "Токаев", Text: strings.Repeat("слово ", 300), Published: now, Seen: now},
				Matches: []news.Match{{Watchlist: "w", Score: 1, Over: true}},
			})
		}
		if _, err := st.Commit(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
	l, err := st.AcquireLease(b.Context(), LeaseName, "x", now, time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	deps := Deps{Store: st, Sink: &screen{}, Now: func() time.Time { return now }, Memory: NewMemory(TelegramLimits()), Log: slog.New(slog.DiscardHandler)}
	sent := 0
	b.ReportAllocs()
	for b.Loop() {
		sum, err := Flush(b.Context(), deps, l)
		if err != nil {
			b.Fatal(err)
		}
		sent += sum.Sent
		if sum.Next.IsZero() {
			b.StopTimer()
			now = now.Add(time.Hour)
			owe()
			b.StartTimer()
			continue
		}
		now = sum.Next
	}
	b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "messages/s")
}
