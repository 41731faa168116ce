package text

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Встреча с Токаевым", "Встреча·0 с·2 Токаевым·2"},
		{"Касым-Жомарт Токаев", "Касым·0 Жомарт·1 Токаев·2"},
		{"В'ячеслав і В’ячеслав", "В'ячеслав·0 і·2 В’ячеслав·2"},
		{"l'OTSC, qu'Astana d’Astana", "l·0 OTSC·1 qu·4 Astana·1 d·2 Astana·1"},
		{"jusqu’Astana aujourd'hui", "jusqu·0 Astana·1 aujourd'hui·2"},
		{"Касым—Жомарт — Токаев", "Касым·0 Жомарт·1 Токаев·2"},
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
		{"Вʼячеслав", "вячеслав"}, // U+02BC is a letter to Unicode
		{"Oʻzbekiston", "ozbekiston"},
		{"Лукашeнко ", "лукашенко"}, // Latin e
		{"Kазақстан", "қазақстан"},  // Latin K for Қ
		{"KАЗАҚСТАННЫҢ", "қазақстанның"},
		{"Kөкшетау", "көкшетау"}, // and for К, in a word of front vowels
		{"Kремль", "кремль"},
		{"ЛУКАШEHКО", "лукашенко"}, // Latin E and H
		{"Токáев", "токаев"},       // Latin á for а with a stress mark
		{"Тока\u0300ев", "токаев"},
		{"Лукашѐнко", "лукашенко"}, // ѐ is one code point
		{"Лукаше\u0300нко", "лукашенко"},
		{"у\u0306рад", "урад"},     // decomposed ў
		{"Киі\u0308в", "київ"},     // decomposed ї
		{"Але\u0308на", "алена"},   // decomposed ё
		{"Қазaқстан", "қазақстан"}, // Latin a
		{"ḰLódź", "ḱlódź"},
		{"l ł ż z", "lłżz"},
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

// TestSigns holds what the signs of news text make of the words beside them.
func TestSigns(t *testing.T) {
	for _, r := range "'’‘ʼʹʻʽ`´＇" {
		s := "В" + string(r) + "ячеслав"
		if ws := slices.Collect(Words(s)); len(ws) != 1 || ws[0].Hash != Hash("вячеслав") || ws[0].Letters != 8 {
			t.Errorf("apostrophe %U: %+v", r, ws)
		}
		s = string(r) + "ОДКБ" + string(r) + " МИД"
		if ws := slices.Collect(Words(s)); len(ws) != 2 || ws[0].Hash != Hash("одкб") || ws[1].Gap != GapSpace {
			t.Errorf("%U as a quotation mark: %+v", r, ws)
		}
	}
	for _, r := range "-‐‑‒–—―−－" {
		s := "Касым" + string(r) + "Жомарт " + string(r) + " Токаев"
		if ws := slices.Collect(Words(s)); len(ws) != 3 || ws[1].Gap != GapJoin || ws[2].Gap != GapSpace {
			t.Errorf("hyphen %U: %+v", r, ws)
		}
	}
	for _, r := range "\u00AD\u200B\u200C\u200D\u200E\u200F\u202A\u202C\u2060\u2066\u2069\uFEFF\u0301\u0300" {
		s := string(r) + "Тока" + string(r) + "ев" + string(r) + " ОДКБ"
		if ws := slices.Collect(Words(s)); len(ws) != 2 || ws[0].Hash != Hash("токаев") || ws[0].Head != Hash("ток") || ws[1].Gap != GapSpace {
			t.Errorf("invisible %U: %+v", r, ws)
		}
	}
	for _, r := range " \u00A0\u2009\u202F\u3000«»„“”\"*_\t\n" {
		if ws := slices.Collect(Words("а" + string(r) + "б")); len(ws) != 2 || ws[1].Gap != GapSpace {
			t.Errorf("%U: %+v", r, ws)
		}
	}
}

// slowWords is what Words must yield, told rune by rune without tables, its hashes through Fold.
func slowWords(s string) []Word {
	type letter struct {
		at, n int
		r     rune
	}
	var rs []letter
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		rs = append(rs, letter{i, n, r})
		i += n
	}
	in := func(i int) bool {
		if i >= len(rs) {
			return false
		}
		_, ok := foldLetter(rs[i].r)
		return ok
	}
	script := func(i int) scripts { f, _ := foldLetter(rs[i].r); return scriptOf(f) }
	var out []Word
	gap, dots, lines := GapJoin, 0, 0
	for i := 0; i < len(rs); {
		if r := rs[i].r; !in(i) {
			switch {
			case isMark(r), isHyphen(r), isApostrophe(r):
			case r == '\n':
				if lines++; lines > 1 {
					gap = GapSentence
				}
				gap = max(gap, GapSpace)
			case r == '.':
				if dots++; dots > 1 {
					gap = max(gap, GapBreak)
				}
				gap = max(gap, GapDot)
			case r == '!', r == '?', r == '…':
				gap = GapSentence
			case unicode.IsSpace(r), isQuote(r):
				gap = max(gap, GapSpace)
			default:
				gap = max(gap, GapBreak)
			}
			i++
			continue
		}
		w := Word{Start: rs[i].at, Gap: gap}
		if len(out) == 0 {
			w.Gap = GapStart
		}
		var seen scripts
		first, runes, caps := i, 0, true
		for ; i < len(rs); i++ {
			r := rs[i].r
			if isMark(r) {
				continue
			}
			if isApostrophe(r) {
				word := strings.ToLower(s[w.Start:rs[i].at])
				elision := seen == latin && (runes == 1 || strings.HasSuffix(word, "qu"))
				if in(i+1) && script(i+1)&seen != 0 && !elision {
					continue
				}
				break
			}
			if !in(i) {
				break
			}
			runes++
			if sr := script(i); sr != 0 {
				seen |= sr
				w.Letters++
				if caps = caps && unicode.IsUpper(r) && unicode.ToLower(r) != r; caps {
					w.Caps++
				}
			} else if w.Letters == 0 {
				caps = false
			}
		}
		if i == first {
			panic("no progress")
		}
		w.End = rs[i-1].at + rs[i-1].n
		folded := []rune(Fold(s[w.Start:w.End]))
		w.Runes = len(folded)
		w.Hash = Hash(string(folded))
		w.Head = Hash(string(folded[:min(HeadRunes, len(folded))]))
		out = append(out, w)
		gap, dots, lines = GapJoin, 0, 0
	}
	return out
}

var wordSamples = []string{
	"Встреча с Токаевым", "l'OTSC jusqu'Astana Qu'Astana", "Тоkаев", "И\u0306", "a\u0301b", "\xff", "בְּרֵאשִׁית", "ﬁx", "İ", "ẞ", "ⅷ",
	"Қасым-Жомарт Кемелұлы Тоқаев Өскеменде, Шығыс Қазақстан облысында болды.", "ҚАЗАҚСТАН РЕСПУБЛИКАСЫНЫҢ ҮКІМЕТІ",
	"الرئيس توكاييف 🚀🇰🇿 ОДКБ—CSTO", "Лукаше\u0301нко бело\u00ADрус", "В'ячеслав Вʼячеслав 'цитата' Tokayev’s", "а. Г.. \n\n\r\n x", "G20 5G ҰҚШҰ 2026",
	"Ї И\u0306 У\u0306 Е\u0308 і\u0308", "\xd0", "\xd0\xd0\xb0", "\xe2\x80", "\xc0\x80", "가각 \u1100\u1161", "ʹ ʼа ͵ \u0374\u0374а", "ÅÅ", "नमस्ते 中国",
	// Eight bytes at a time: words of seven to nine, sixteen and seventeen letters, a longer letter at each place that matters, and little behind them.
	"Eurasia EURASIAN Eurasians eurasianeurasian Eurasianeurasians Świat aŚwiat abślimak abcdśnieg abcdefgś abcdefghś abcdefghśabcdefghś",
	"Ę Łó ŁÓDŹ MÓJ Jägerstraße eurasian-aß a@b A@ A\n AB\nab [Ab] {aZ} a{b a[b AB@c `z z0 zzzzzzzz9 İzmir aİb ſtadt café’s eurasian’s Ünited\x00x", "eurasian", "ab", "aś", "abcdefgh\xc5",
	"ЕВРАЗИЯ Ёлка ЁЛ Ў ўЎ Ґанок ҚАзақ а\xd0 евразияx xевразия евразия9 евр\u0301азия", "Евразия", "Ѐѝ",
	"Токáев САNADA iPhoneом", "``а'' ''б''", "а\u0301'б", "Łódź é e\u0301", "\U0001F3F4\U000E0067\U000E007F x", "𝐀𝐁 \U0001E900",
}

// FuzzWords holds that the scan yields what slowWords does, that AppendWords does the same, and that words hash as their folded form.
func FuzzWords(f *testing.F) {
	for _, s := range wordSamples {
		f.Add(s)
	}
	f.Fuzz(checkWords)
}

func checkWords(t *testing.T, s string) {
	want := slowWords(s)
	if got := slices.Collect(Words(s)); !slices.Equal(got, want) {
		t.Fatalf("Words(%q)\n got %+v\nwant %+v", s, got, want)
	}
	before := Word{Start: -1}
	if got := AppendWords([]Word{before}, s); got[0] != before || !slices.Equal(got[1:], want) {
		t.Fatalf("AppendWords(%q)\n got %+v\nwant %+v", s, got, want)
	}
	for _, w := range want {
		if w.Runes == 0 || w.Caps > w.Letters {
			t.Fatalf("%q: %+v", s, w)
		}
	}
}

// TestWordsAtRandom puts runes that matter beside each other in every order that chance brings, cut at any byte.
func TestWordsAtRandom(t *testing.T) {
	alphabet := []rune("aqQuUÉßİkKтТёЎґйиіңҰәѐ0٣ .\n!,-—'’ʼ\u0301\u0306\u0308\u00AD\u200B\u2066«Ωאبク가🚀\uFFFD\u0374ẞ")
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		var b strings.Builder
		for range rnd.IntN(12) {
			b.WriteRune(alphabet[rnd.IntN(len(alphabet))])
		}
		s := b.String()
		checkWords(t, s[rnd.IntN(len(s)+1):])
	}
}

// TestEntries holds that the tables know every rune as the plain functions do.
func TestEntries(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		e := entryOf(r)
		f, ok := foldLetter(r)
		if ok != (e&entryWord != 0) || ok && (e.folded() != f || e.scripts() != scriptOf(f) || (e&entryUpper != 0) != (unicode.IsUpper(r) && unicode.ToLower(r) != r)) {
			t.Fatalf("%U: %x", r, e)
		}
		if !ok && ((e&entryMark != 0) != isMark(r) || (e&entryApostrophe != 0) != isApostrophe(r) || e.folded() > rune(GapSentence)) {
			t.Fatalf("%U: %x", r, e)
		}
	}
}

func TestWordsAllocations(t *testing.T) {
	s := strings.Join(benchTexts(t, 4000), "\n") + "Лукаше\u0301нко И\u0306од الرئيس 🚀 Tokayev’s"
	buf := AppendWords(nil, s)
	if n := testing.AllocsPerRun(10, func() {
		buf = AppendWords(buf[:0], s)
		for w := range Words(s) {
			_ = w
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// benchTexts returns English (the digests of the seed articles), Russian, and Kazakh with English and Russian names in it, n bytes or a little more each.
func benchTexts(t testing.TB, n int) []string {
	t.Helper()
	files, err := filepath.Glob("../../seeds/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no digests", err)
	}
	var en strings.Builder
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		en.Write(data)
	}
	ru := "Президент Казахстана Касым-Жомарт Токаев заявил в четверг, что страны ОДКБ продолжат совместную работу. «Мы обсудили цены на газ, транзит " +
		"и охрану границы», — сказал он после переговоров в Минске. Министерство иностранных дел сообщило: следующая встреча пройдёт 12 июня 2026 года. " +
		"Жители города пожаловались на отключение света; власти обещали всё исправить до конца недели.\n\n"
	kk := "Мемлекет басшысы Қасым-Жомарт Тоқаев үкімет отырысында жаңа бағдарлама туралы айтты. «Өңірлердің дамуы — басты міндет», – деді ол. " +
		"The CSTO summit in Astana (Астана) ended without a statement, а МИД России сообщил о новых переговорах. Ұйымға мүше елдер 2026 жылы кездеседі.\n"
	out := []string{en.String(), ru, kk}
	for i, s := range out {
		out[i] = strings.Repeat(s, n/len(s)+1)
	}
	return out
}

func BenchmarkWords(b *testing.B) {
	for i, s := range benchTexts(b, 1<<20) {
		name := []string{"en", "ru", "kk-mixed"}[i]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				for w := range Words(s) {
					_ = w
				}
			}
		})
		b.Run(name+"/append", func(b *testing.B) {
			var buf []Word
			const item = 4 << 10 // an article; the next one reuses the slice
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				for at := 0; at < len(s); at += item {
					buf = AppendWords(buf[:0], s[at:min(at+item, len(s))])
				}
			}
		})
	}
}
