package profile

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"vestnik/internal/news"
)

func reviewed() []news.Profile {
	return []news.Profile{
		{ID: "csto", Kind: news.Organisation, Names: map[string][]string{"en": {"CSTO", "ODBK"}, "ru": {"ОДКБ"}},
			Keywords: map[string][]string{"en": {"peacekeepers^0.5"}}, Wikidata: "Q0", Context: news.Context{Near: []string{"Minsk"}, Words: 9},
			Seen: map[string]map[string]int{"CSTO": {"old": 4, "a": 99}}},
		{ID: "the-president", Kind: news.Person, Names: map[string][]string{"en": {"Tokayev"}}, Rejected: map[string][]string{"en": {"Tokarev", "West Point"}}},
		{ID: "protest", Kind: news.Topic, Keywords: map[string][]string{"en": {"protest"}}},
	}
}

func TestPriorSurvives(t *testing.T) {
	prior := reviewed()
	a := Article{ID: "a", Lang: "en", Text: "Then the ODBK and the Collective Security Treaty Organisation (CSTO) met Takaev at West Point. Later Tokarev and Kassym-Jomart Tokayev went to Brest."}
	p := Build([]Article{a}, prior)
	checkInvariants(t, p)
	if !reflect.DeepEqual(prior, reviewed()) {
		t.Error("Build changed the prior")
	}

	want := reviewed()
	want[0].Names["en"] = append(want[0].Names["en"], "Collective Security Treaty Organisation")
	want[0].Seen = map[string]map[string]int{"CSTO": {"old": 4, "a": 1}, "ODBK": {"a": 1}, "Collective Security Treaty Organisation": {"a": 1}}
	want[0].FromMemory = []string{"ОДКБ"}
	want[1].Names["en"] = append(want[1].Names["en"], "Kassym-Jomart Tokayev", "Takaev")
	want[1].Seen = map[string]map[string]int{"Kassym-Jomart Tokayev": {"a": 1}, "Takaev": {"a": 1}}
	want[1].FromMemory = []string{"Tokayev"}
	for i := range want {
		if !reflect.DeepEqual(p.Profiles[i], want[i]) {
			t.Errorf("got  %+v\nwant %+v", p.Profiles[i], want[i])
		}
	}

	diff := []string{
		`~ csto: "CSTO" in a: 99 → 1`,
		`~ csto: new spelling "Collective Security Treaty Organisation", in a`,
		`~ csto: "ODBK" in a: 0 → 1`,
		`~ the-president: new spelling "Kassym-Jomart Tokayev", in a`,
		`~ the-president: new spelling "Takaev", in a`,
		`+ brest (place): Brest; 1 mention in 1 article (a)`,
	}
	if got := Diff(prior, p); !slices.Equal(got, diff) {
		t.Errorf("got  %q\nwant %q", got, diff)
	}
	if again := Diff(p.Profiles, Build([]Article{a}, p.Profiles)); len(again) > 0 {
		t.Errorf("a second build changes %q", again)
	}
	if few := p.AtLeast(2); len(few.Profiles) != len(prior) || few.Prior != len(prior) {
		t.Errorf("AtLeast(2) keeps %d profiles, want the %d prior ones", len(few.Profiles), len(prior))
	}
}

func TestSplitByAPersonStaysSplit(t *testing.T) {
	prior := []news.Profile{
		{ID: "nursultan", Kind: news.Person, Names: map[string][]string{"en": {"Nazarbayev"}}},
		{ID: "dariga", Kind: news.Person, Names: map[string][]string{"en": {"Nazarbayeva"}}},
	}
	p := Build([]Article{{ID: "a", Text: "As Nazarbayev said, Nazarbayeva left."}}, prior)
	checkInvariants(t, p)
	if len(p.Profiles) != 2 || len(flat(p.Profiles[0].Names)) != 1 || len(flat(p.Profiles[1].Names)) != 1 {
		t.Errorf("got %+v", p.Profiles)
	}
}

func TestNewIDsDoNotCollide(t *testing.T) {
	p := Build([]Article{{ID: "a", Text: "Then Paul Goble met Anna Goble and the EU."}}, []news.Profile{{ID: "eu", Kind: news.Topic}})
	checkInvariants(t, p)
	var ids []string
	for _, x := range p.Profiles {
		ids = append(ids, x.ID)
	}
	if want := "eu eu-2 goble goble-2"; strings.Join(ids, " ") != want {
		t.Errorf("ids %v, want %s", ids, want)
	}
}

// TestShippedProfilesAreUpToDate builds once more over the shipped digests: what is seen twice is in the reviewed file or rejected there, and
// the counts in it are those of Build.
func TestShippedProfilesAreUpToDate(t *testing.T) {
	data, err := os.ReadFile("../../seeds/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Profiles []struct {
			ID         string
			Kind       news.Kind
			Names      map[string][]string
			Seen       map[string]map[string]int
			FromMemory []string `yaml:"from_memory"`
			Rejected   map[string][]string
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var prior []news.Profile
	for _, x := range file.Profiles {
		prior = append(prior, news.Profile{ID: x.ID, Kind: x.Kind, Names: x.Names, Seen: x.Seen, FromMemory: x.FromMemory, Rejected: x.Rejected})
	}
	p := Build(digests(t), prior).AtLeast(2)
	checkInvariants(t, p)
	for _, line := range Diff(prior, p) {
		t.Error(line)
	}
	for i, x := range prior {
		if !slices.Equal(x.FromMemory, p.Profiles[i].FromMemory) {
			t.Errorf("%s: from memory %q, want %q", x.ID, x.FromMemory, p.Profiles[i].FromMemory)
		}
	}
}

func TestOrderOfNamesFromMemoryStays(t *testing.T) {
	prior := []news.Profile{{ID: "minsk", Kind: news.Place, Names: map[string][]string{"any": {"Minsk", "Мінск", "Минск", "Mińsk"}}, FromMemory: []string{"Минск", "Мінск", "Minsk", "Mińsk"}}}
	p := Build([]Article{{ID: "a", Text: "So they left Minsk 🚨."}}, prior)
	if want := []string{"Минск", "Мінск", "Mińsk"}; !slices.Equal(p.Profiles[0].FromMemory, want) {
		t.Errorf("got %q, want %q", p.Profiles[0].FromMemory, want)
	}
}
