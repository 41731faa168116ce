package profile

import (
	"slices"
	"testing"

	"vestnik/internal/news"
)

func TestHints(t *testing.T) {
	articles := []Article{{ID: "a", Lang: "en", Text: "It showed that the ODBK is no paper tiger, and that the KNB, the KGB and the Collective Security Treaty Organisation (CSTO) are not, either."}}
	csto := news.Profile{ID: "csto", Kind: news.Organisation, Names: map[string][]string{"en": {"CSTO"}, "ru": {"ОДКБ"}}}
	hints := func(prior, known []news.Profile) []string {
		var out []string
		for _, h := range Hints(Build(articles, prior), known) {
			out = append(out, h.String())
		}
		return out
	}
	if got := hints(nil, nil); len(got) > 0 {
		t.Errorf("without any signal: %q", got)
	}
	want := []string{"? possible: ODBK ~ csto (its letters are those of ОДКБ, a name of csto)"}
	if got := hints([]news.Profile{csto}, nil); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := hints(nil, []news.Profile{csto}); !slices.Equal(got, want) {
		t.Errorf("from profiles known elsewhere: got %q, want %q", got, want)
	}
	csto.Names["en"] = append(csto.Names["en"], "ODBK")
	want = []string{"? possible: ODBK ~ csto (the profile csto that ships with the bot has both it and CSTO)"}
	if got := hints(nil, []news.Profile{csto}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, p := range Build(articles, nil).Profiles {
		if names := flat(p.Names); slices.Contains(names, "ODBK") && len(names) > 1 {
			t.Errorf("joined: %q", names)
		}
	}
}

func TestHintAcrossScripts(t *testing.T) {
	p := Build([]Article{{ID: "a", Lang: "en", Text: "So Kassym-Jomart Tokayev went to Moscow. There Tokayev spoke."},
		{ID: "b", Lang: "ru", Text: "Потом Касым-Жомарт Токаев уехал. С Токаевым был и Токарев."}}, nil)
	got := Hints(p, nil)
	if len(got) != 1 || got[0].String() != "? possible: Токаев ~ tokayev (in Latin letters Tokayev may be its spelling)" {
		t.Errorf("got %v", got)
	}
}

func TestHintsStayUntilDecided(t *testing.T) {
	articles := []Article{{ID: "a", Lang: "en", Text: "So Kassym-Jomart Tokayev went to Moscow. There Tokayev spoke."},
		{ID: "b", Lang: "ru", Text: "Потом Касым-Жомарт Токаев уехал 🚨. С Токаевым был и Токарев."}}
	file := Build(articles, nil).Profiles
	count := func() int { return len(Hints(Build(articles, file), nil)) }
	if got := count(); got != 1 {
		t.Errorf("of the file as it was written: %d hints, want 1", got)
	}
	other := slices.IndexFunc(file, func(p news.Profile) bool { return p.ID == "tokayev" })
	file[other].Rejected = map[string][]string{"ru": {"Токаев"}}
	if got := count(); got != 0 {
		t.Errorf("rejected there: %d hints", got)
	}
	file[other].Rejected = nil
	file[other].Names["ru"] = []string{"Токаев"}
	file = slices.DeleteFunc(file, func(p news.Profile) bool { return p.ID == "токаев" })
	if got := count(); got != 0 {
		t.Errorf("joined: %d hints", got)
	}
}
