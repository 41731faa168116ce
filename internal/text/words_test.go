package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Встреча с Токаевым", "Встреча·0 с·2 Токаевым·2"},
		{"Касым-Жомарт Токаев", "Касым·0 Жомарт·1 Токаев·2"},
		{"В'ячеслав і В’ячеслав", "В'ячеслав·0 і·2 В’ячеслав·2"},
		{"l'OTSC, qu'Astana d’Astana", "l·0 OTSC·1 qu·4 Astana·1 d·2 Astana·1"},
		{"Tokayev's Tokayev’s", "Tokayev's·0 Tokayev’s·2"},
		{"Токаев's", "Токаев·0 s·1"},
		{"«ОДКБ» и “CSTO”", "ОДКБ·0 и·2 CSTO·2"},
		{"А. Г. Лукашенко", "А·0 Г·3 Лукашенко·3"},
		{"Конец. Начало! Да?", "Конец·0 Начало·3 Да·5"},
		{"a, b (c)", "a·0 b·4 c·4"},
		{"раз\nдва\n\nтри", "раз·0 два·2 три·5"},
		{"Лукаше\u0301нко бело\u00ADрус", "Лукаше\u0301нко·0 бело\u00ADрус·2"},
		{"🚀ОДКБ🚀CSTO", "ОДКБ·0 CSTO·4"},
		{"الرئيس توكاييف", "الرئيس·0 توكاييف·2"},
		{"COVID-19 G20", "COVID·0 19·1 G20·2"},
		{"\xff\xfeа\xffб", "а·0 б·4"},
	} {
		var got []string
		for w := range Words(c.in) {
			got = append(got, fmt.Sprintf("%s·%d", c.in[w.Start:w.End], w.Gap))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("Words(%q)\n got %s\nwant %s", c.in, s, c.want)
		}
	}
}

func TestWordCaps(t *testing.T) {
	for _, c := range []struct {
		in            string
		caps, letters int
	}{
		{"ОДКБ", 4, 4}, {"Токаев", 1, 6}, {"токаев", 0, 6}, {"ҰҚШҰның", 4, 7}, {"МИДом", 3, 5}, {"BelTA", 1, 5}, {"G20", 1, 1}, {"5G", 0, 1}, {"Ёлка", 1, 4}, {"Ўрад", 1, 4},
		{"Łódź", 1, 4}, {"İzmir", 1, 5},
	} {
		ws := slices.Collect(Words(c.in))
		if len(ws) != 1 || ws[0].Caps != c.caps || ws[0].Letters != c.letters {
			t.Errorf("Words(%q) = %+v, want caps %d of %d letters", c.in, ws, c.caps, c.letters)
		}
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Алёна", "алена"},
		{"Лукаше\u0301нко", "лукашенко"},
		{"бело\u00ADрус\u200B", "белорус"},
		{"Магілёў", "магілеу"},
		{"Ґанок", "ганок"},
		{"В’ячеслав", "вячеслав"},
		{"И\u0306од", "йод"},         // decomposed й
		{"Tо\u006Bаев", "токаев"},    // Latin T and k
		{"САNADA", "canada"},         // Cyrillic С and А
		{"iPhoneами", "iphoneами"},   // both scripts have letters of their own
		{"Łukaszenka", "łukaszenka"}, // ł is a letter
		{"TOKAYEV", "tokayev"},
		{"ТОҚАЕВТЫҢ", "тоқаевтың"},
		{"é e\u0301", "éé"},
		{"🚀", ""},
		{"\xff", ""},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := FoldText("«Касым-Жомарт Токаев»: ОДКБ, 2026!"); got != "касым жомарт токаев одкб 2026" {
		t.Errorf("FoldText = %q", got)
	}
}

// FuzzWords holds that words lie in order within the text, begin and end at letters, and hash as their folded form does.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"Встреча с Токаевым", "l'OTSC", "Тоkаев", "И\u0306", "a\u0301b", "\xff", "בְּרֵאשִׁית", "ﬁx", "İ", "ẞ", "ⅷ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for w := range Words(s) {
			if w.Start < at || w.End <= w.Start || w.End > len(s) {
				t.Fatalf("%q: word at %d:%d behind %d", s, w.Start, w.End, at)
			}
			at = w.End
			folded := Fold(s[w.Start:w.End])
			if h := Hash(folded); h != w.Hash {
				t.Fatalf("%q: %q folds to %q with another hash", s, s[w.Start:w.End], folded)
			}
			if w.Runes != len([]rune(folded)) || w.Caps > w.Letters {
				t.Fatalf("%q: %+v for %q", s, w, folded)
			}
		}
	})
}

func BenchmarkWords(b *testing.B) {
	s := strings.Repeat("Президент Казахстана Касым-Жомарт Токаев заявил, что ОДКБ и Kazakhstan продолжат работу. ", 200)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		for w := range Words(s) {
			_ = w
		}
	}
}
