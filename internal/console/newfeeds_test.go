package console

import (
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestSample(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	var items []news.Item
	for i, title := range []string{"Бесінші", "Тоқаев \x1b[31mүкіметті\x1b[0m таратты 🇰🇿", "خبر عاجل \u202e!", "", "Старое", "Самое старое"} {
		items = append(items, news.Item{Title: title, Text: "Без заголовка", Lang: "kk", Published: now.Add(-time.Duration(i) * time.Hour)})
	}
	items[0], items[4] = items[4], items[0] // the document's order is its own
	items[2].Lang = ""
	var b strings.Builder
	err := (&Terminal{Out: &b}).Sample(Sample{URL: "https://dala.example/rss", How: "a usual place", Document: news.Document{Title: "Дала", Items: items, Repaired: "bytes"},
		Lists: func(it *news.Item) []string {
			if strings.Contains(it.Title, "Тоқаев") {
				return []string{"Tokayev", "Kazakhstan"}
			}
			return nil
		}}, now)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "sample", b.String())
}

func TestImports(t *testing.T) {
	var b strings.Builder
	err := (&Terminal{Out: &b}).Imports([]Import{
		{Line: 4, Title: "Дала", URL: "https://dala.example/rss", ID: "dala"},
		{Line: 12, URL: "https://zara.example/" + strings.Repeat("x", 80), Reason: "it is there already, as zara"},
		{Line: 13, Title: strings.Repeat("Озёрный край ", 10), URL: "https://a.example/", Reason: "country is missing"},
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "imports", b.String())
}
