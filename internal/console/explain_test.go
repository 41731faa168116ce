package console

import (
	"bytes"
	"testing"

	"vestnik/internal/news"
)

// TestExplain lays explanations out in a pipe and in a narrow window.
func TestExplain(t *testing.T) {
	rules := func(name, title, text string, hits ...[4]string) {
		t.Run(name, func(t *testing.T) {
			o := owe(t, title, text, "ru", hits...)
			o.Matches[0].Score = 2.5
			below := o.Matches[0]
			below.Watchlist, below.Score, below.Over = "below", .5, false
			excluded := below
			excluded.Watchlist, excluded.Hits, excluded.Excluded = "excluded", nil, below.Hits[:1]
			e := Explained{Item: o.Item, Matches: []news.Match{o.Matches[0], below, excluded}, Names: map[string]string{"w": "Watch\x1b[2J", "below": ""},
				Queries: map[string]string{"w": "@tokayev NEAR/8 \"дорожные карты\"\n AND lang:ru"}}
			var out bytes.Buffer
			for _, term := range []*Terminal{{Out: &out}, {Out: &out, Width: 60, Bold: true}} {
				if err := term.Explain(e); err != nil {
					t.Fatal(err)
				}
			}
			golden(t, "explain-"+name, out.String())
		})
	}
	rules("russian", "С Токаевым встретился ЛУКАШЕНКО", "Первое. В г. Минске обсудили дорожные карты с Токаєвим. Конец.",
		[4]string{"title", "Токаевым", "Токаев", "name ru -ым"}, [4]string{"title", "ЛУКАШЕНКО", "Лукашенко", "name ru"},
		[4]string{"text", "дорожные карты", "дорожные карты", "query any"}, [4]string{"text", "Токаєвим", "Токаев", "name ru →uk"})
	rules("mixed", "⚡️🇰🇿 Тоқаевтың sözü", "وصل الرئيس Tokajewem إلى مينسك اليوم. ثم غادر.",
		[4]string{"title", "Тоқаевтың", "Тоқаев", "name kk -тың"}, [4]string{"text", "Tokajewem", "Tokajew", "name en pl -em"})
	rules("hostile", "\x1b]0;owned\x07\x02Токаев\x03\u202e обратно", "", [4]string{"title", "Токаев", "Тока\x1bев", "name\x1b[2J ru"})

	var out bytes.Buffer
	if err := (&Terminal{Out: &out}).Explain(Explained{Item: news.Item{Title: "Погода"}}); err != nil || out.String() != "Погода\n  no watchlist\n" {
		t.Errorf("%v %q", err, out.String())
	}
}

func TestForms(t *testing.T) {
	blocks := []Forms{
		{Name: "Қасым-Жомарт Тоқаев (Kazakh)", Note: "found alone: Тоқаев", Rows: []FormsRow{
			{"kk", "as written", [][]string{{"қасым", "қасымның", "қасымға", "қасымды", "қасымда", "қасымнан"}, {"тоқаев", "тоқаевтың"}}},
			{"kk-latn tr", "respelled", [][]string{{"qasym", "kasım"}, {"toqaev"}}},
		}},
		{Name: "\x1b[2JПротест (any language)", Rows: []FormsRow{{"en", "as written", [][]string{{"protest…"}}}}},
	}
	var out bytes.Buffer
	for _, width := range []int{0, 60, 20} {
		if err := (&Terminal{Out: &out, Width: width}).Forms(blocks); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "forms", out.String())
}
