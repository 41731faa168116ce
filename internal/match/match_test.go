package match

import (
	"testing"

	"vestnik/internal/news"
)

func TestQuick(t *testing.T) {
	m, faults := Compile([]news.Profile{{ID: "tokayev", Kind: news.Person, Names: map[string][]string{"ru": {"Токаев", "Касым-Жомарт Токаев"}, "kk": {"Тоқаев"}}}},
		[]news.Watchlist{{ID: "t", Profiles: []string{"tokayev"}, Threshold: 1, Keywords: map[string][]string{"en": {"protest^0.5"}, "uk": {"протест"}}, Exclude: []string{"государственный университет"},
			MustMatch: []string{"Встреча с Токаевым", "Protesters and протестами; Protests", "nothing"}, MustNotMatch: []string{"Токарев", "токаев", "Токаев в Государственном университете"}}})
	for _, f := range faults {
		t.Log(f)
	}
	t.Logf("%+v", m.Match(&news.Item{Title: "Касым-Жомартом Токаевым; Тоқаевтың Protesters", Text: "Токаев"}))
}
