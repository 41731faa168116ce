package text

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct{ want, text string }{
		{"ru", "Президент заявил, что переговоры продолжатся после выборов"},
		{"be", "Прэзідэнт заявіў, што перамовы будуць працягвацца пасля выбараў"},
		{"uk", "Президент заявив, що переговори триватимуть після виборів"},
		{"kk", "Президент келіссөздер сайлаудан кейін жалғасатынын мәлімдеді"},
		{"pl", "Prezydent powiedział, że rozmowy będą kontynuowane po wyborach"},
		{"de", "Der Präsident sagte, die Gespräche würden nach der Wahl fortgesetzt"},
		{"fr", "Le président a déclaré que les négociations se poursuivraient après les élections"},
		{"en", "The president said that the talks will go on after the election"},
		{"bg", "Президентът заяви, че преговорите ще продължат след изборите"},
		{"cs", "Prezident řekl, že jednání budou pokračovat po volbách"},
		{"ru", "Министр провел в Москве встречу на высшем уровне"},
		{"ru", "ПРЕЗИДЕНТ ЗАЯВИЛ, ЧТО ЭТО БЫЛО ЕГО РЕШЕНИЕ"},
		{"", ""},
		{"", "12345 — 🚀🚀"},
		{"", "الرئيس يقول إن المحادثات مستمرة"},
	} {
		if got, conf := Detect(c.text); got != c.want {
			t.Errorf("Detect(%q) = %q (%.2f), want %q", c.text, got, conf, c.want)
		}
	}
}

// TestDetectShared measures the rules over labelled texts nobody here wrote.
func TestDetectShared(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/eval/gold/*.jsonl")
	if len(files) == 0 {
		t.Skip("skipped: ../shared/eval/gold is not there")
	}
	known := map[string]bool{}
	for _, c := range Codes() {
		known[c] = true
	}
	for _, n := range []int{120, 40} {
		right, total, sure, sureWrong := 0, 0, 0, 0
		wrong := map[string]int{}
		for _, name := range files {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			sc := bufio.NewScanner(f)
			sc.Buffer(nil, 1<<24)
			for sc.Scan() {
				var d struct{ Lang, Text string }
				if err := json.Unmarshal(sc.Bytes(), &d); err != nil {
					t.Fatal(err)
				}
				if r := []rune(d.Text); known[d.Lang] && len(r) >= n {
					got, conf := Detect(string(r[:n]))
					total++
					if conf >= 0.9 {
						sure++
						if got != d.Lang {
							sureWrong++
						}
					}
					if got == d.Lang {
						right++
					} else {
						wrong[d.Lang+"→"+got]++
					}
				}
			}
			_ = f.Close()
		}
		share := float64(right) / float64(total)
		t.Logf("%d characters: %.4f right of %d; sure of %d, of them wrong %d; %v", n, share, total, sure, sureWrong, wrong)
		if least := map[int]float64{120: .99, 40: .97}[n]; share < least {
			t.Errorf("%d characters: %.4f right, want at least %.2f", n, share, least)
		}
	}
}

func BenchmarkDetect(b *testing.B) {
	s := strings.Repeat("Президент заявил, что переговоры продолжатся после выборов. ", 100)
	b.ReportAllocs()
	for b.Loop() {
		if code, _ := Detect(s); code != "ru" {
			b.Fatal(code)
		}
	}
}
