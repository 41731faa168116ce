package excerpt

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vestnik/internal/news"
)

// hit is the first occurrence of surface in s.
func hit(t *testing.T, s, surface string) news.Hit {
	t.Helper()
	i := strings.Index(s, surface)
	if i < 0 {
		t.Fatalf("%q has no %q", s, surface)
	}
	return news.Hit{Field: news.FieldText, Surface: surface, Term: surface, Start: i, End: i + len(surface), Weight: 1}
}

func TestSentence(t *testing.T) {
	tests := []struct{ text, word, want string }{
		{"Одно. Другое про Токаева! Третье.", "Токаева", "Другое про Токаева!"},
		{"Одно. Он прибыл в г. Минск 3 апр. Утром. Другое.", "Минск", "Он прибыл в г. Минск 3 апр. Утром."},
		{"Всё. Президент А. Г. Лукашенко сказал это. Конец.", "Лукашенко", "Президент А. Г. Лукашенко сказал это."},
		{"Всё. Президент А. Г. Лукашенко сказал это. Конец.", "Президент", "Президент А. Г. Лукашенко сказал это."},
		{"Never. The U.S. President met Mr. Tokayev in St. Petersburg. Later.", "Tokayev", "The U.S. President met Mr. Tokayev in St. Petersburg."},
		{"Never. The U.S. President met Mr. Tokayev in St. Petersburg. Later.", "Later", "Later."},
		{"У 2026 г. А. Лукашэнка быў у вобл. Мінскай. Далей.", "Лукашэнка", "У 2026 г. А. Лукашэнка быў у вобл. Мінскай."},
		{"Рост 3.5 млн. Тенге. ҚР Президенті Қ. Тоқаев келді. Соңы.", "Тоқаев", "ҚР Президенті Қ. Тоқаев келді."},
		{"W r. 1996 gen. Jaruzelski i prof. Tokajew. Koniec.", "Tokajew", "W r. 1996 gen. Jaruzelski i prof. Tokajew."},
		{"«Да», — сказал Токаев. «Нет».", "Токаев", "«Да», — сказал Токаев."},
		{"Первый абзац без точки\nТокаев тут\nТретий", "Токаев", "Токаев тут"},
		{"Токаев…И всё", "Токаев", "Токаев…И всё"},
		{"Токаев?! Правда.", "Токаев", "Токаев?!"},
		{"Токаев", "Токаев", "Токаев"},
		{"وصل توكاييف. ثم غادر؟ نعم.", "غادر", "ثم غادر؟"},
		{"東京で会談。トカエフ氏が到着。終わり。", "トカエフ", "トカエフ氏が到着。"},
	}
	for _, tt := range tests {
		h := hit(t, tt.text, tt.word)
		if sp := sentence(tt.text, h); tt.text[sp.start:sp.end] != tt.want {
			t.Errorf("the sentence of %s in %q is %q, want %q", tt.word, tt.text, tt.text[sp.start:sp.end], tt.want)
		}
	}
	// A text of one endless sentence costs no more than the reach.
	endless := strings.Repeat("слово и ещё ", 1<<18) + "Токаев" + strings.Repeat(" и слово", 1<<18)
	sp := sentence(endless, hit(t, endless, "Токаев"))
	if n := sp.end - sp.start; n < reach || n > 3*reach || !utf8.ValidString(endless[sp.start:sp.end]) {
		t.Errorf("a sentence of %d bytes", n)
	}
}

func TestAroundGiantWords(t *testing.T) {
	text := strings.Repeat("аб/вг-", 200) + "Токаев" + strings.Repeat("/де", 200) + " конец"
	h := hit(t, text, "Токаев")
	got := Around(text, h, []news.Hit{h}, 40)
	if !strings.Contains(got, "\x02Токаев\x03") || uniseg.StringWidth(got) > 40 {
		t.Errorf("%d columns: %q", uniseg.StringWidth(got), got)
	}
	giant := "Начало " + strings.Repeat("ъ", 5000) + " Токаев"
	h = hit(t, giant, "Токаев")
	if got, want := Around(giant, h, []news.Hit{h}, 40), "… \x02Токаев\x03"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzAround(f *testing.F) {
	f.Add("В г. Минске А. Г. Лукашенко принял Токаева. Конец.", 10, 20, 30)
	f.Add("\x02\x1b[2J Тоқаев\u202e 👨‍👩‍👧‍👦 \xff", 3, 9, 5)
	f.Add(strings.Repeat("слово ", 100)+"Токаев", 1100, 1112, 40)
	f.Add("и\u0306 и\u0306 и\u0306 и\u0306 и\u0306 и\u0306", 5, 9, 4)
	f.Fuzz(func(t *testing.T, text string, start, end, columns int) {
		h := news.Hit{Field: news.FieldText, Start: start, End: end}
		got := Mark(text, []news.Hit{h})
		for _, r := range Unmarked(got) {
			if unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
				t.Fatalf("Mark let %U through", r)
			}
		}
		if !utf8.ValidString(got) || strings.Count(got, string(HitStart)) != strings.Count(got, string(HitEnd)) {
			t.Fatalf("Mark made %q", got)
		}
		if !within(text, h) {
			return
		}
		columns = 10 + min(max(columns, 0), 500)
		sp := sentence(text, h)
		if sp.start < 0 || sp.end > len(text) || sp.start > sp.end {
			t.Fatalf("sentence %v of %d bytes", sp, len(text))
		}
		// Only foreign whitespace may lie outside the sentence of its own hit.
		if s := text[h.Start:h.End]; !strings.Contains(s, "\n") && strings.TrimSpace(s) == s && (sp.start > h.Start || sp.end < h.End) {
			t.Fatalf("hit %d-%d is not in its sentence %v of %q", h.Start, h.End, sp, text)
		}
		got = Around(text, h, []news.Hit{h}, columns)
		if !utf8.ValidString(got) {
			t.Fatalf("Around made %q", got)
		}
		// A hit that does not fit is shown with the words it begins and ends in, and those with what they are written together with.
		most := max(columns, uniseg.StringWidth(text[h.Start:h.End])+2*max(longestWord(text), columns/2)+4)
		if w := uniseg.StringWidth(got); w > most && utf8.ValidString(text) {
			t.Fatalf("%d columns, wanted at most %d: %q", w, most, got)
		}
	})
}

func longestWord(s string) int {
	longest, state := 0, -1
	for s != "" {
		var word string
		word, s, state = uniseg.FirstWordInString(s, state)
		longest = max(longest, uniseg.StringWidth(word))
	}
	return longest
}
