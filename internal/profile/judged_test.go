package profile

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// judged is whom and what the five articles name besides the entities of expected.tsv, judged by hand against each article: names only.
// What stands neither here nor there is a fragment, a metaphor, a sentence's beginning or the page around the article.
var judged = map[string][]string{
	"africa": {"Africa"}, "asia": {"Asia"}, "dpr": {"DPR"}, "eurasia": {"Eurasia"}, "euractiv": {"Euractiv"}, "europe": {"Europe"}, "grid": {"Grid"},
	"lpr": {"LPR"}, "mgimo": {"Moscow State Institute of International Relations"}, "maidan": {"Maidan"}, "ministry": {"Ministry of Foreign Affairs"},
	"national-defense-university": {"National Defense University"}, "security-council-named-in-full": {"National Security Council"},
	"security-council": {"Security Council"}, "karabakh-war": {"Nagorno-Karabakh War"}, "russian-belarus-federation": {"Russian-Belarus Federation"},
	"russian-empire": {"Russian Tsarist Empire"}, "spief": {"St. Petersburg International Economic Forum"}, "state-department": {"State Department"},
	"un-charter": {"United Nations Charter"}, "us-institute-of-peace": {"US Institute of Peace"},
}

// pageNames are names that only the page around the articles has: authors, outlets' boxes, what an author's note tells.
var pageNames = []string{
	"Neil Tidmarsh", "Joshua Keating", "Ido Vock", "Valer Karbalevich", "Karbalevich", "BSU", "Radio Svaboda", "Shaw Sheet", "News", "Creative Commons",
	"New Statesman", "The New Statesman", "NS", "Statesman", "Situation", "Professorsolo2015", "Christmas", "Belarusian", "Sign", "Subscribe",
}

// TestProposalsFromTheArticles holds what the articles alone, as found, give: nobody reviewed anything before.
func TestProposalsFromTheArticles(t *testing.T) {
	folder := shared(t)
	rows := readTable(t, folder)
	p := Build(readFolder(t, folder, "0*.txt"), nil)
	checkInvariants(t, p)

	whose := map[string]string{}
	for id, names := range judged {
		for _, n := range names {
			whose[n] = id
		}
	}
	for _, r := range rows {
		for _, s := range r.spellings {
			whose[s] = r.id
		}
	}
	clean := map[string]bool{} // spellings in a proposal that holds one entity's alone
	real := 0
	for _, x := range p.Profiles {
		owners := map[string]bool{}
		for _, n := range flat(x.Names) {
			owners[whose[n]] = true
			if slices.Contains(pageNames, n) {
				t.Errorf("%s: %q belongs to the page", x.ID, n)
			}
		}
		ids := slices.Sorted(maps.Keys(owners))
		switch {
		case len(ids) > 1:
			t.Errorf("%s joins %v: %q", x.ID, ids, flat(x.Names))
		case ids[0] == "":
			t.Logf("not real: %s %q", x.ID, flat(x.Names))
		default:
			real++
			for _, n := range flat(x.Names) {
				clean[n] = true
			}
		}
	}
	out, wanted := 0, 0
	for _, r := range rows {
		if len(r.articles) < 2 {
			continue
		}
		wanted++
		found := 0
		for _, s := range r.spellings {
			if clean[s] {
				found++
			}
		}
		if 2*found >= len(r.spellings) {
			out++
		} else {
			t.Logf("does not come out: %s, %d of %s", r.id, found, strings.Join(r.spellings, ", "))
		}
	}
	t.Logf("%d of %d entities in two or more articles come out; %d of %d proposals are real", out, wanted, real, len(p.Profiles))
	if 100*out < 95*wanted {
		t.Errorf("%d of %d entities in two or more articles come out, want 95 %%", out, wanted)
	}
	if 100*real < 95*len(p.Profiles) {
		t.Errorf("%d of %d proposals are real, want 95 %%", real, len(p.Profiles))
	}
}
