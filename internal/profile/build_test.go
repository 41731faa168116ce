package profile

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"vestnik/internal/news"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// readFolder reads every article of a folder, in the order of its names.
func readFolder(t testing.TB, folder fs.FS, pattern string) []Article {
	t.Helper()
	names, err := fs.Glob(folder, pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	var out []Article
	for _, n := range names {
		data, err := fs.ReadFile(folder, n)
		if err != nil {
			t.Fatal(err)
		}
		a, err := ReadArticle(n, data)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// digests are the shipped ones: this package may not import package seeds, so they are read from the folder it embeds.
func digests(t testing.TB) []Article { return readFolder(t, os.DirFS("../../seeds"), "*.md") }

// checkInvariants holds for every proposal: distinct ids, a kind, no name twice, and each name either seen or from memory.
func checkInvariants(t testing.TB, p Proposal) {
	t.Helper()
	ids, owner := map[string]bool{}, map[string]string{}
	for i, x := range p.Profiles {
		if x.ID == "" || ids[x.ID] {
			t.Errorf("id %q is empty or doubled", x.ID)
		}
		ids[x.ID] = true
		if !slices.Contains(news.Kinds, x.Kind) {
			t.Errorf("%s: kind %q", x.ID, x.Kind)
		}
		for _, n := range flat(x.Names) {
			if other, taken := owner[n]; taken && i >= p.Prior {
				t.Errorf("%q is in %s and in %s", n, other, x.ID)
			}
			owner[n] = x.ID
			if _, seen := x.Seen[n]; seen == slices.Contains(x.FromMemory, n) {
				t.Errorf("%s: %q must be seen or from memory, and not both", x.ID, n)
			}
		}
	}
}

func TestDigestsGolden(t *testing.T) {
	p := Build(digests(t), nil)
	checkInvariants(t, p)
	got := strings.Join(Diff(nil, p), "\n") + "\n"
	file := filepath.Join("testdata", "digests.golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the proposals for the digests changed (run with -update and look at the difference):\n%s", got)
	}
}

func TestBuildIsDeterministic(t *testing.T) {
	first := Build(digests(t), nil)
	for range 5 {
		if again := Build(digests(t), nil); !reflect.DeepEqual(first, again) {
			t.Fatal("two builds of the same articles differ")
		}
	}
}

// groups returns the spellings of every proposal, "a|b" sorted, for articles that are one paragraph each.
func groups(texts ...string) []string {
	var articles []Article
	for i, s := range texts {
		articles = append(articles, Article{ID: string(rune('a' + i)), Lang: "en", Text: s})
	}
	var out []string
	for _, p := range Build(articles, nil).Profiles {
		out = append(out, strings.Join(flat(p.Names), "|"))
	}
	slices.Sort(out)
	return out
}

func TestGroups(t *testing.T) {
	for _, c := range []struct {
		name  string
		texts []string
		want  []string
	}{
		{"sentence starts", []string{"Protests grew. Leaders in Minsk shrugged. Yesterday they spoke."}, []string{"Minsk"}},
		{"a name at the start that stands elsewhere too", []string{"Brest slept. They left Brest."}, []string{"Brest"}},
		{"title and people before a name", []string{"So Kazakh President Kassym-Jomart Tokayev met former minister Erlan Karin and Ms Tsikhanouskaya."},
			[]string{"Erlan Karin", "Kassym-Jomart Tokayev", "Tsikhanouskaya"}},
		{"what a minister is of, and a body named for its people", []string{"So Transport Minister Alexei Lyakhnovich left, and Belarusian Railway with the Foreign Minister of Brest."},
			[]string{"Alexei Lyakhnovich", "Belarusian Railway", "Brest"}},
		{"acronym behind", []string{"It asked the Collective Security Treaty Organization (CSTO) for help."}, []string{"CSTO|Collective Security Treaty Organization"}},
		{"acronym before", []string{"It left the OSCE (Organization for Security and Co-operation in Europe) and joined the CSTO (Collective Security Treaty Organisation)."},
			[]string{"CSTO|Collective Security Treaty Organisation", "OSCE|Organization for Security and Co-operation in Europe"}},
		{"acronym elsewhere", []string{"In the USSR it was otherwise.", "After the Union of Soviet Socialist Republics fell."}, []string{"USSR|Union of Soviet Socialist Republics"}},
		{"US is not the Union State", []string{"The talks with the US failed; now the Union State is ready."}, []string{"US", "Union State"}},
		{"dots", []string{"It angered the U.S. and the EU.", "They asked the US for more."}, []string{"EU", "U.S.|US"}},
		{"quoted", []string{"They form a ‘Union State’ on paper.", "It is called a “union state” here, and “road maps” were drawn."}, []string{"Union State|union state"}},
		{"Organization, Organisation", []string{"At the World Health Organization it was noted.", "The World Health Organisation agreed."},
			[]string{"World Health Organisation|World Health Organization"}},
		{"transliterations", []string{
			"For Alexander Lukashenko it ended well. Then Kassym-Jomart Tokayev spoke.",
			"As Lukashenka and Takaev said, they met Svetlana Tikhanovskaya.",
			"So Tokaev left, and so did Sviatlana Tsikhanouskaya. The aide of Nazarbayeva saw Nursultan Nazarbayev."},
			[]string{"Alexander Lukashenko|Lukashenka", "Kassym-Jomart Tokayev|Takaev|Tokaev", "Nazarbayeva|Nursultan Nazarbayev", "Svetlana Tikhanovskaya|Sviatlana Tsikhanouskaya"}},
		{"never two people", []string{"Then Nursultan Nazarbayev met Karim Nazarov, Islam Karimov, Suleiman Kerimov and Dariga Nazarbayeva. As Nazarov said, Nazarbayev left."},
			[]string{"Dariga Nazarbayeva", "Islam Karimov", "Karim Nazarov|Nazarov", "Nazarbayev|Nursultan Nazarbayev", "Suleiman Kerimov"}},
		{"never a place and its people", []string{"The Belarusian army left Belarus for Ukraine, where Ukrainian and Kazakh units from Kazakhstan stood."}, []string{"Belarus", "Kazakhstan", "Ukraine"}},
		{"never two places", []string{"From Austria to Australia, from Niger to Nigeria, from Iran to Iraq."}, []string{"Australia", "Austria", "Iran", "Iraq", "Niger", "Nigeria"}},
		{"possessive", []string{"It was Belarus’ choice and Putin's war."}, []string{"Belarus", "Putin"}},
		{"initials", []string{"This is what E. Yertysbayev thinks of St. Petersburg."}, []string{"E. Yertysbayev", "St. Petersburg"}},
		{"longer forms", []string{"The Republic of Artsakh fell, Artsakh is gone; Nagorno-Karabakh or simply Karabakh."}, []string{"Artsakh|Republic of Artsakh", "Karabakh|Nagorno-Karabakh"}},
		{"misprint", []string{"On VKontakte a post appeared, and the VKontake post vanished."}, []string{"VKontake|VKontakte"}},
		{"headline in capitals", []string{"PUTIN MEETS TOKAYEV IN ASTANA\n\nThey met in Astana."}, []string{"Astana"}},
		{"Cyrillic, Kazakh, emoji", []string{"Сегодня 🚨 в Астане был Касым-Жомарт Токаев и саммит ОДКБ. Қасым-Жомарт Тоқаев пен Лукашенко келді."},
			[]string{"Астане", "Касым-Жомарт Токаев", "Лукашенко", "ОДКБ", "Қасым-Жомарт Тоқаев"}},
		{"right to left", []string{"قال Putin في مينسك"}, []string{"Putin"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := groups(c.texts...); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	text := "In Minsk, across the Caucasus and in South Ossetia they heard that President Vladimir Putin left the Kremlin for Chatham House. " +
		"Then the NATO summit backed the Kyrgyz Republic, and Slunkin wrote about the Nagorno War."
	want := map[string]news.Kind{"Minsk": news.Place, "Caucasus": news.Place, "South Ossetia": news.Place, "Vladimir Putin": news.Person, "Kremlin": news.Organisation,
		"Chatham House": news.Organisation, "NATO": news.Organisation, "Kyrgyz Republic": news.Place, "Slunkin": news.Person, "Nagorno War": news.Topic}
	got := map[string]news.Kind{}
	for _, p := range Build([]Article{{ID: "a", Text: text}}, nil).Profiles {
		got[flat(p.Names)[0]] = p.Kind
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestSeenCountsTheLongestName(t *testing.T) {
	a := Article{ID: "a", Text: "Then Vladimir Putin spoke; Putin's aides and Putin-backed units left. Aputin and Putinism did not."}
	p := Build([]Article{a}, []news.Profile{{ID: "putin", Kind: news.Person, Names: map[string][]string{"en": {"Putin", "Vladimir Putin", "Poutine"}}}})
	want := map[string]map[string]int{"Putin": {"a": 2}, "Vladimir Putin": {"a": 1}}
	if got := p.Profiles[0]; !reflect.DeepEqual(got.Seen, want) || !slices.Equal(got.FromMemory, []string{"Poutine"}) {
		t.Errorf("seen %v, from memory %v", got.Seen, got.FromMemory)
	}
}

func TestSameSound(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Tokayev", "Tokaev", true}, {"Tokayev", "Takaev", true}, {"Toqayev", "Tokayev", true}, {"Lukashenko", "Lukashenka", true},
		{"Tsikhanouskaya", "Tikhanovskaya", true}, {"Zhomart", "Jomart", true}, {"Kassym", "Qasym", true}, {"Medvedev", "Medvedyev", true},
		{"Nazarbayev", "Nazarbayeva", true}, {"Sviatlana", "Svetlana", true}, {"Nazarbayev", "Nazarov", false}, {"Tokayev", "Tokarev", false},
		{"Putin", "Peskov", false}, {"Lukashenko", "Lukashevich", false}, {"Lukin", "Lukashenko", false}, {"Astana", "Estonia", false}, {"Belarus", "Belarusian", false},
		{"", "", false}, {"Ли", "Лю", false},
	} {
		if got := sameSound(soundOf(c.a), soundOf(c.b)); got != c.want {
			t.Errorf("%s, %s: %v (%v, %v)", c.a, c.b, got, soundOf(c.a), soundOf(c.b))
		}
	}
}
