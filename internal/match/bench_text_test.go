package match

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vestnik/internal/news"
	"vestnik/internal/text"
	"vestnik/seeds"
)

// benchStock returns the items that a benchmark repeats, shuffled so that languages mix as they do in feeds, and where they are from: real news in
// nine languages when the folder of shared documents is beside the checkout, else the digests and the sentences of this file.
func benchStock(tb testing.TB) (items []news.Item, origin string) {
	tb.Helper()
	origin = "real news of ../shared"
	if items = sharedItems(tb); len(items) == 0 {
		items, origin = ownItems(tb), "digests and sentences of the repository, for want of ../shared: small enough for a cache, so the figures flatter"
	}
	rng(1).Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return items, origin
}

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// repeatTo repeats the items until they hold at least n bytes of text.
func repeatTo(stock []news.Item, n int) []news.Item {
	var out []news.Item
	for have := 0; have < n; {
		for _, it := range stock {
			out = append(out, it)
			if have += size([]news.Item{it}); have >= n {
				break
			}
		}
	}
	return out
}

// size is the bytes of text that the items hold.
func size(items []news.Item) int {
	n := 0
	for i := range items {
		n += len(items[i].Title) + len(items[i].Text)
	}
	return n
}

func sharedItems(tb testing.TB) []news.Item {
	var items []news.Item
	root := filepath.Join("..", "..", "..", "shared")
	for _, pattern := range []string{"eval/gold/*.jsonl", "eval/collection/*.jsonl", "replay/*.ndjson.gz"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			tb.Fatal(err)
		}
		for _, name := range files {
			items = append(items, readItems(tb, name)...)
		}
	}
	return items
}

// readItems reads one JSON document a line: {lang, text}, or {title, description} of a headline, which is English when it is in Latin letters.
func readItems(tb testing.TB, name string) []news.Item {
	tb.Helper()
	f, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = bufio.NewReader(f)
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			tb.Fatal(name, err)
		}
	}
	var items []news.Item
	for dec := json.NewDecoder(r); ; {
		var doc struct{ Lang, Title, Text, Description string }
		switch err := dec.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return items
		case err != nil:
			tb.Fatal(name, err)
		case doc.Text == "":
			it := news.Item{Title: text.OneLine(doc.Title), Text: text.FromHTML(doc.Description)} // as the bot stores them
			if _, latin := text.Scripts(doc.Title); latin {
				it.Lang = "en"
			}
			items = append(items, it)
		default:
			items = append(items, headed(doc.Text, doc.Lang))
		}
	}
}

// headed makes an item of a text: its first line is the headline, or as many words of it as go into 100 letters.
func headed(s, lang string) news.Item {
	title, rest, _ := strings.Cut(s, "\n")
	if runes := []rune(title); len(runes) > 100 {
		head := string(runes[:100])
		if i := strings.LastIndexByte(head, ' '); i > 0 {
			head = head[:i]
		}
		title, rest = head, s[len(head):]
	}
	return news.Item{Lang: lang, Title: title, Text: strings.TrimSpace(rest)}
}

// ownItems makes items of the digests' paragraphs and of the sentences below.
func ownItems(tb testing.TB) []news.Item {
	tb.Helper()
	var items []news.Item
	files, err := fs.Glob(seeds.Articles(), "*.md")
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range files {
		data, err := fs.ReadFile(seeds.Articles(), name)
		if err != nil {
			tb.Fatal(err)
		}
		for _, paragraph := range strings.Split(string(data), "\n\n")[1:] {
			items = append(items, headed(strings.ReplaceAll(paragraph, "\n", " "), "en"))
		}
	}
	r := rng(2)
	sentences := strings.Split(strings.TrimSpace(benchSentences), "\n")
	for range 2_000 {
		lang, s, _ := strings.Cut(sentences[r.IntN(len(sentences))], " | ")
		it := news.Item{Lang: lang, Title: s}
		for range r.IntN(12) {
			if l, s, _ := strings.Cut(sentences[r.IntN(len(sentences))], " | "); l == lang {
				it.Text += s + " "
			}
		}
		items = append(items, it)
	}
	return items
}

// benchSentences is news as anybody might write it, a language and a sentence a line.
const benchSentences = `
en | The parliament passed the budget in its third reading on Tuesday, with 64 votes against 21.
en | Traders said that grain prices would rise again if the harvest in the south failed.
en | A court in the capital adjourned the hearing until next month at the request of the defence.
en | Ministers are to meet at the border crossing, where lorries have queued for days.
en | The central bank left its key rate at 9.5 % and warned of inflation in the second half of the year.
en | Two people were hurt when a bus left the road near the river; the driver was not drunk, police said.
en | Alexander Smirnov and Marina Bell opened the exhibition, the first since the museum was rebuilt 🎨.
ru | Парламент принял бюджет в третьем чтении, за него проголосовали 64 депутата.
ru | По словам министра, цены на зерно вырастут, если урожай на юге окажется ниже прошлогоднего.
ru | Суд отложил заседание до следующего месяца по ходатайству защиты, сообщила пресс-служба.
ru | На границе третьи сутки стоит очередь из грузовиков: водители жалуются на холод и нехватку воды.
ru | Центральный банк сохранил ключевую ставку и предупредил об ускорении инфляции во втором полугодии.
ru | Александр Иванович рассказал журналистам, что переговоры продолжатся в среду, но без посредников.
ru | СРОЧНО: в нескольких районах области отключили электричество из-за урагана ⚡.
be | Дэпутаты прынялі бюджэт у трэцім чытанні, дакумент падтрымалі ўсе фракцыі.
be | На мяжы трэція суткі стаіць чарга з грузавікоў, кіроўцы скардзяцца на холад.
be | Суд адклаў паседжанне да наступнага месяца, паведаміла прэс-служба.
uk | Парламент ухвалив бюджет у третьому читанні, за нього проголосували 64 депутати.
uk | За словами міністра, ціни на зерно зростуть, якщо врожай на півдні буде меншим.
uk | Суд відклав засідання до наступного місяця, повідомила пресслужба відомства.
kk | Парламент бюджетті үшінші оқылымда қабылдады, оны 64 депутат қолдады.
kk | Министрдің айтуынша, оңтүстікте егін шықпай қалса, астық бағасы қайта өседі.
kk | Сот отырысты қорғаушының өтініші бойынша келесі айға қалдырды.
pl | Parlament przyjął budżet w trzecim czytaniu, za ustawą głosowało 64 posłów.
pl | Minister zapowiedział, że ceny zboża wzrosną, jeśli zbiory na południu będą słabsze.
pl | Sąd odroczył rozprawę do przyszłego miesiąca na wniosek obrony.
bg | Парламентът прие бюджета на трето четене, за него гласуваха 64 депутати.
bg | Съдът отложи заседанието за следващия месец по искане на защитата.
cs | Sněmovna schválila rozpočet ve třetím čtení, pro hlasovalo 64 poslanců.
cs | Soud odročil jednání na příští měsíc na žádost obhajoby.
de | Das Parlament hat den Haushalt in dritter Lesung verabschiedet, 64 Abgeordnete stimmten dafür.
de | Das Gericht vertagte die Verhandlung auf Antrag der Verteidigung auf den nächsten Monat.
fr | Le parlement a adopté le budget en troisième lecture, par 64 voix contre 21.
fr | Le tribunal a renvoyé l'audience au mois prochain à la demande de la défense.
he | הפרלמנט אישר את התקציב בקריאה שלישית 🗳️
`

// What another program may be measured with: see scripts/bench-match.sh. Files are written when VESTNIK_BENCH_DIR names a directory.

// dumpText writes text.txt: an item a line in folded words, since forms are folded too.
func dumpText(b *testing.B, items []news.Item) {
	b.Helper()
	dump(b, "text.txt", func(w *bufio.Writer) {
		for i := range items {
			fmt.Fprintln(w, text.FoldText(items[i].Title+"\n"+items[i].Text))
		}
	})
}

// dumpForms writes forms-N.txt: every form of every name and keyword of the profiles, a phrase a line.
func dumpForms(b *testing.B, m *Matcher, profiles []news.Profile) {
	b.Helper()
	dump(b, fmt.Sprintf("forms-%d.txt", len(profiles)), func(w *bufio.Writer) {
		for _, p := range profiles {
			for _, term := range m.Forms(p.ID) {
				for _, phrase := range spell(term.Words) {
					fmt.Fprintln(w, phrase)
				}
			}
		}
	})
}

func dump(b *testing.B, name string, write func(*bufio.Writer)) {
	b.Helper()
	dir := os.Getenv("VESTNIK_BENCH_DIR")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	write(w)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
}

// spell puts the forms of each word together. Beyond 500 phrases the words on the right stand as written, or organisations would fill the disk.
func spell(words [][]string) []string {
	out := []string{""}
	for _, forms := range words {
		if len(out)*len(forms) > 500 {
			forms = forms[:1]
		}
		next := make([]string, 0, len(out)*len(forms))
		for _, head := range out {
			for _, f := range forms {
				next = append(next, strings.TrimSpace(head+" "+strings.TrimSuffix(f, "…")))
			}
		}
		out = next
	}
	return out
}
