package console

import (
	"bytes"
	"testing"

	"vestnik/internal/news"
)

func TestTrials(t *testing.T) {
	kazakh := news.Match{Score: 1.5, Over: true, Hits: []news.Hit{{Term: "Тоқаев", Surface: "Тоқаевтың", Rule: "name kk -тың", Weight: 1}}}
	below := news.Match{Score: 0.75, Hits: []news.Hit{{Term: "мұнай", Surface: "Мұнай", Rule: "keyword kk", Weight: 0.5}}}
	silent := kazakh
	silent.Over, silent.Excluded = false, []news.Hit{{Term: "Tokay wine", Surface: "Tokay Wine", Rule: "exclude any"}}
	var b bytes.Buffer
	term := &Terminal{Out: &b}
	if err := term.Trials(nil); err != nil || b.Len() > 0 {
		t.Errorf("no examples: %q %v", b.String(), err)
	}
	err := term.Trials([]Trial{
		{Watchlist: "tokayev", Text: "Тоқаевтың жарлығы 🇰🇿", Must: true, OK: true, Match: kazakh, Threshold: 1},
		{Watchlist: "tokayev", Text: "Тоқаевтың Tokay Wine", OK: true, Match: silent, Threshold: 1},
		{Watchlist: "tokayev", Text: "Погода \x1b[2J", OK: true, Threshold: 1},
		{Watchlist: "oil", Text: "Мұнай", Must: true, Match: below, Threshold: 1},
		{Watchlist: "oil", Text: "Алан Токаев", OK: true, Threshold: 1, Held: []string{`"Токаев" is not "Токаев" here: the name beside it is somebody else's`}},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "trials", b.String())
}
