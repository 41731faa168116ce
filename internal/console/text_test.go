package console

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vestnik/internal/news"
)

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
		h := hit(t, news.FieldText, tt.text, tt.word, 0, news.Hit{})
		if sp := sentence(tt.text, h); tt.text[sp.start:sp.end] != tt.want {
			t.Errorf("the sentence of %s in %q is %q, want %q", tt.word, tt.text, tt.text[sp.start:sp.end], tt.want)
		}
	}
	// A text of one endless sentence costs no more than the reach.
	endless := strings.Repeat("слово и ещё ", 1<<18) + "Токаев" + strings.Repeat(" и слово", 1<<18)
	sp := sentence(endless, hit(t, news.FieldText, endless, "Токаев", 0, news.Hit{}))
	if n := sp.end - sp.start; n < reach || n > 3*reach || !utf8.ValidString(endless[sp.start:sp.end]) {
		t.Errorf("a sentence of %d bytes", n)
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		s     string
		width int
		want  string
	}{
		{"короткая строка", 40, "короткая строка"},
		{"ровно десять", 12, "ровно десять"},
		{"  не поместится в строку", 14, "  не\n  поместится в\n  строку"},
		{"▸ Токаеву в Астане", 10, "▸ Токаеву\n  в Астане"},
		{"  https://example.org/very/long/link x", 10, "  https://example.org/very/long/link\n  x"},
		{"新聞 新聞 新聞", 9, "新聞 新聞\n新聞"},
		{"👨‍👩‍👧 👨‍👩‍👧 👨‍👩‍👧", 5, "👨‍👩‍👧 👨‍👩‍👧\n👨‍👩‍👧"},
		{"\x02Токаев\x03 \x02в\x03 Минске", 8, "\x02Токаев\x03 \x02в\x03\nМинске"},
		{"", 5, ""},
	}
	for _, tt := range tests {
		if got := wrap(tt.s, tt.width); got != tt.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.s, tt.width, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		s       string
		columns int
		want    string
	}{
		{"Қазақстан", 9, "Қазақстан"},
		{"Қазақстан", 8, "Қазақст…"},
		{"新聞新聞", 4, "新…"},
		{"да 👨‍👩‍👧‍👦!", 5, "да…"},
		{"й и\u0306й", 3, "й…"},
		{"й и\u0306й!", 4, "й и\u0306…"},
	}
	for _, tt := range tests {
		if got := cut(tt.s, tt.columns); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.s, tt.columns, got, tt.want)
		}
	}
}

func TestExcerptOfGiantWords(t *testing.T) {
	text := strings.Repeat("аб/вг-", 200) + "Токаев" + strings.Repeat("/де", 200) + " конец"
	h := hit(t, news.FieldText, text, "Токаев", 0, news.Hit{})
	got := excerpt(text, h, []news.Hit{h}, 40)
	if !strings.Contains(got, "\x02Токаев\x03") || uniseg.StringWidth(got) > 40 {
		t.Errorf("%d columns: %q", uniseg.StringWidth(got), got)
	}
	giant := "Начало " + strings.Repeat("ъ", 5000) + " Токаев"
	h = hit(t, news.FieldText, giant, "Токаев", 0, news.Hit{})
	if got, want := excerpt(giant, h, []news.Hit{h}, 40), "… \x02Токаев\x03"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("В г. Минске А. Г. Лукашенко принял Токаева. Конец.", 10, 20, 30)
	f.Add("\x02\x1b[2J Тоқаев\u202e 👨‍👩‍👧‍👦 \xff", 3, 9, 5)
	f.Add(strings.Repeat("слово ", 100)+"Токаев", 1100, 1112, 40)
	f.Add("и\u0306 и\u0306 и\u0306 и\u0306 и\u0306 и\u0306", 5, 9, 4)
	f.Fuzz(func(t *testing.T, text string, start, end, columns int) {
		h := news.Hit{Field: news.FieldText, Start: start, End: end}
		got := mark(text, 0, len(text), []news.Hit{h})
		for _, r := range unmarked(got) {
			if unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
				t.Fatalf("mark let %U through", r)
			}
		}
		if !utf8.ValidString(got) || strings.Count(got, string(HitStart)) != strings.Count(got, string(HitEnd)) {
			t.Fatalf("mark made %q", got)
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
		got = excerpt(text, h, []news.Hit{h}, columns)
		if !utf8.ValidString(got) {
			t.Fatalf("excerpt made %q", got)
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
