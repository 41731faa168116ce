package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const shippedProfiles = "../../seeds/profiles.yaml"

func TestMatchLines(t *testing.T) {
	in := `{"id":"1","title":"Речь Токаева","text":"🚀 «ОДКБ» и Лукашэнкі"}
{"id":"2","title":"","text":"ничего"}

{"id":"3","title":"<b>Tokayev</b> &amp; co","text":"<p>Встреча с <i>Токаевым</i></p>","html":true}
`
	code, out, errs := cli(t, in, "match", "--profiles", shippedProfiles, "--format", "jsonl")
	if code != exitOK {
		t.Fatal(code, errs)
	}
	want := []string{
		`{"id":"1","matches":[{"watchlist":"csto","score":1,"over":true,"hits":[{"term":"ОДКБ","surface":"ОДКБ","field":"text","start":3,"end":7}]},{"watchlist":"lukashenko","score":1,"over":true,"hits":[{"term":"Лукашэнка","surface":"Лукашэнкі","field":"text","start":11,"end":20}]},{"watchlist":"tokayev","score":1.5,"over":true,"hits":[{"term":"Токаев","surface":"Токаева","field":"title","start":5,"end":12}]}]}`,
		`{"id":"2","matches":[]}`,
		`{"id":"3","matches":[{"watchlist":"tokayev","score":1.5,"over":true,"hits":[{"term":"Tokayev","surface":"Tokayev","field":"title","start":0,"end":7},{"term":"Токаев","surface":"Токаевым","field":"text","start":10,"end":18}]}],"plain":{"title":"Tokayev & co","text":"Встреча с Токаевым"}}`,
	}
	got := strings.Split(strings.TrimSpace(out), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines\n%s", len(got), out)
	}
	for i := range want {
		var a, b lineOut
		if err := json.Unmarshal([]byte(got[i]), &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want[i]), &b); err != nil {
			t.Fatal(err)
		}
		if !sameMatches(a, b) {
			t.Errorf("line %d\n got %s\nwant %s", i+1, got[i], want[i])
		}
	}
	if code, _, errs := cli(t, "{\"id\":\"1\"}\nnot json\n", "match", "--profiles", shippedProfiles, "--format", "jsonl"); code != exitFailed || !strings.Contains(errs, "line 2") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// sameMatches compares without the order of watchlists, which is the profiles file's.
func sameMatches(a, b lineOut) bool {
	byID := func(l lineOut) map[string]string {
		m := map[string]string{}
		for _, x := range l.Matches {
			s, _ := json.Marshal(x)
			m[x.Watchlist] = string(s)
		}
		return m
	}
	x, y := byID(a), byID(b)
	for k := range x {
		if x[k] != y[k] {
			return false
		}
	}
	return len(x) == len(y) && a.ID == b.ID && (a.Plain == nil) == (b.Plain == nil) && (a.Plain == nil || *a.Plain == *b.Plain)
}

func TestMatchText(t *testing.T) {
	code, out, _ := cli(t, "Встреча с Токаевым прошла\nв Минске", "match", "--profiles", shippedProfiles, "--watchlist", "tokayev")
	if code != exitOK || !strings.Contains(out, "title 10: «Токаевым» ← Токаев (name, Russian, ending -ым), weight 1") {
		t.Errorf("exit %d\n%s", code, out)
	}
	feed := filepath.Join(t.TempDir(), "feed.xml")
	err := os.WriteFile(feed, []byte(`<rss version="2.0"><channel><title>x</title><item><title>Указ Лукашенко</title></item><item><title>Погода</title></item></channel></rss>`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	code, out, _ = cli(t, "", "match", "--profiles", shippedProfiles, feed)
	if code != exitOK || !strings.Contains(out, "Указ *Лукашенко*\n  lukashenko: score 1.5, alerts") || !strings.Contains(out, "Погода\n  no watchlist") {
		t.Errorf("exit %d\n%s", code, out)
	}
	for data, want := range map[string]string{"\xcf\xf0\xe8\xe2\xe5\xf2": "standard input: not UTF-8 text: it looks like windows-1251; save the file as UTF-8, for example with iconv -f windows-1251",
		"\xff\xfeT\x00": "it is UTF-16", "": "no text", "<rss><channel><item><title>x": "parse"} {
		if code, _, errs := cli(t, data, "match", "--profiles", shippedProfiles); code != exitFailed || !strings.Contains(errs, want) {
			t.Errorf("match of %q: exit %d, %s", data, code, errs)
		}
	}
}

// TestMatchForms holds that each name says what is enough of it, in which languages it is found, and whether it is respelled there.
func TestMatchForms(t *testing.T) {
	profiles := filepath.Join(t.TempDir(), "p.yaml")
	err := os.WriteFile(profiles, []byte(`profiles:
  - id: grossi
    kind: person
    names: {ru: [Рафаэль Гросси]}
  - id: wolf
    kind: person
    names: {ru: [Сергей Волк]}
  - id: csto
    kind: organisation
    names: {ru: [ОДКБ], any: [CSTO]}
    keywords: {en: [protest]}
`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for id, wants := range map[string][]string{
		"grossi": {"Рафаэль Гросси (Russian)\n  found alone: Гросси\n  ru ", "as written  рафаэль рафаэля", "respelled   ", "\n  uk "},
		"wolf":   {"Сергей Волк (Russian)\n  found only with the given name beside it"},
		"csto":   {"ОДКБ (Russian)\n  ru", "CSTO (any language)\n", "protest (English)\n  en  as written  protest…"},
	} {
		code, out, errs := cli(t, "", "match", "--profiles", profiles, "--forms", id)
		for _, want := range wants {
			if code != exitOK || !strings.Contains(out, want) {
				t.Errorf("%s: exit %d %s, no %q in\n%s", id, code, errs, want, out)
			}
		}
		if strings.Contains(out, "found alone: ОДКБ") {
			t.Error("an organisation has a surname")
		}
	}
	for _, x := range [][3]string{{"--watchlist", "grosi", `did you mean "grossi"?`}, {"--watchlist", "жоқ", "there are: grossi, wolf, csto\n"},
		{"--min-score", "много", "want a number, such as 0.5"}, {"--min-score", "nan", "want a number"}} {
		if code, _, errs := cli(t, "x", "match", "--profiles", profiles, x[0], x[1]); code != exitUsage || !strings.Contains(errs, x[2]) || strings.Contains(errs, "strconv") {
			t.Errorf("%q: exit %d, %s", x, code, errs)
		}
	}
	code, out, _ := cli(t, "", "match", "--profiles", shippedProfiles, "--forms", "tokayev")
	if code != exitOK || !strings.Contains(out, "тоқаевтың") || !strings.Contains(out, "Токаев (Russian)") {
		t.Errorf("exit %d\n%s", code, out)
	}
	for id, want := range map[string]string{"grosi": `did you mean "grossi"?`, "нет такого": "there are: grossi, wolf, csto\n"} {
		if code, _, errs := cli(t, "", "match", "--profiles", profiles, "--forms", id); code != exitUsage || !strings.Contains(errs, want) {
			t.Errorf("%s: exit %d, %s", id, code, errs)
		}
	}
}

// TestMatchFeed holds that a JSON line may name its feed, so that filters are looked at, and that text has none.
func TestMatchFeed(t *testing.T) {
	dir := t.TempDir()
	cfg := filepath.Join(dir, "config.yaml")
	err := os.WriteFile(cfg, []byte(`feeds:
  - {id: zara, url: "https://zara.example/rss", outlet: Зара, country: BY, language: be, type: exile}
watchlists:
  - {id: strikes, name: Strikes, query: 'забастовка AND type:exile'}
`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	in := `{"id":"1","title":"Забастовки в Минске","lang":"ru","feed":"zara"}
{"id":"2","title":"Забастовки в Минске","lang":"ru"}
`
	code, out, errs := cli(t, in, "match", "--config", cfg, "--format", "jsonl")
	lines := strings.Split(out, "\n")
	if code != exitOK || len(lines) != 3 || !strings.Contains(lines[0], `"over":true`) || strings.Contains(lines[1], "strikes") {
		t.Errorf("exit %d %s\n%s", code, errs, out)
	}
	code, _, errs = cli(t, `{"id":"1","title":"x","feed":"заря"}`, "match", "--config", cfg, "--format", "jsonl")
	if code != exitFailed || !strings.Contains(errs, `line 1: there is no feed "заря"`) {
		t.Errorf("exit %d %s", code, errs)
	}
	if code, out, errs := cli(t, "Забастовки в Минске", "match", "--config", cfg); code != exitOK || !strings.Contains(out, "no watchlist") {
		t.Errorf("exit %d %s\n%s", code, errs, out)
	}
}

// TestMatchNames runs the labelled corpora of ../shared/eval through "bot match" and holds the figures of README.md (task A: every dictionary form of a
// name is given, its inflected mentions are asked for) at or above the best simple baseline.
func TestMatchNames(t *testing.T) {
	notRaced(t)
	runner := filepath.Join(shared(t, "eval"), "run.py")
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("skipped: the scorer of ../shared/eval needs python3")
	}
	for corpus, least := range map[string]float64{"slavicner_ru": .958, "slavicner_uk": .980, "slavicner_pl": .961, "ud_be": .949, "kaznerd_kk": .974} {
		out, err := exec.Command(python, runner, "--bot", bin(t), "--tasks", "A", "--only", corpus).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		f := strings.Fields(lines[len(lines)-1])
		if len(f) < 7 {
			t.Fatalf("unexpected output:\n%s", out)
		}
		var f1 float64
		if err := json.Unmarshal([]byte(f[6]), &f1); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: document F1 %.3f, simple baseline %.3f", corpus, f1, least)
		if f1 < least {
			t.Errorf("%s: document F1 %.3f is below %.3f", corpus, f1, least)
		}
	}
}
