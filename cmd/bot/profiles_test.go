package main

import (
	"slices"
	"testing"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/seeds"
)

// TestProfilesMatchThemselves holds that every name of every shipped profile is found for that profile, also in capitals.
func TestProfilesMatchThemselves(t *testing.T) {
	profiles, err := config.ParseProfiles(seeds.Profiles(), "seeds/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lists := make([]news.Watchlist, len(profiles))
	for i, p := range profiles {
		lists[i] = news.Watchlist{ID: p.ID, Name: p.ID, Profiles: []string{p.ID}, Threshold: 1}
	}
	m, faults := match.Compile(profiles, lists, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	names := 0
	for _, p := range profiles {
		for lang, spellings := range p.Names {
			for _, s := range spellings {
				text := s
				if len(p.Context.Near) > 0 {
					text += " — " + p.Context.Near[0]
				}
				names++
				found := slices.ContainsFunc(m.Match(&news.Item{Text: text}), func(x news.Match) bool { return x.Watchlist == p.ID && x.Over })
				if !found {
					t.Errorf("%s: its %s name %q is not found in %q", p.ID, lang, s, text)
				}
			}
		}
	}
	wanted := []string{"csto", "union-state", "eaeu", "cis", "nato", "eu", "tokayev", "nazarbayev", "lukashenko", "tsikhanouskaya", "putin", "medvedev", "protest", "sanctions", "integration"}
	for _, id := range wanted {
		if !slices.ContainsFunc(profiles, func(p news.Profile) bool { return p.ID == id }) {
			t.Errorf("no profile %q", id)
		}
	}
	t.Logf("%d names of %d profiles", names, len(profiles))
}
