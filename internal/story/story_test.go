package story

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

var noon = time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)

// told is an item as these tests write it: when it was published in hours after noon, its language, headline and text, and the profiles found in it.
type told struct {
	hours             float64
	lang, title, text string
	profiles          string
	feed              string
}

func (x told) at() time.Time { return noon.Add(time.Duration(x.hours * float64(time.Hour))) }

func (x told) print(p *Printer) []byte {
	var m news.Match
	for id := range strings.FieldsSeq(x.profiles) {
		m.Hits = append(m.Hits, news.Hit{Profile: id, Field: news.FieldTitle})
	}
	return p.Print(&news.Item{FeedID: cmp.Or(x.feed, x.title), Lang: x.lang, Title: x.title, Text: x.text}, []news.Match{m})
}

// desk is an index with what is kept of its items, as a store has it.
type desk struct {
	*Index
	kept    map[int64][2][]byte
	fetched int
}

func newDesk(items int, now time.Time) *desk {
	d := &desk{NewIndex(items), map[int64][2][]byte{}, 0}
	if !now.IsZero() {
		d.Advance(now)
	}
	return d
}

func (d *desk) fetch(items []int64, _ bool, each func(item int64, clues, sketch []byte)) error {
	for _, id := range items {
		if k, ok := d.kept[id]; ok {
			d.fetched++
			each(id, k[0], k[1])
		}
	}
	return nil
}

func (d *desk) assign(at time.Time, b []byte) (story int64, copied bool, tie string) {
	story, copied, tie, _ = d.Assign(at, b, d.fetch)
	return story, copied, tie
}

func (d *desk) add(item, story int64, at time.Time, b []byte) {
	bands, clues, sketch := d.Keep(b)
	d.kept[item] = [2][]byte{clues, sketch}
	d.Add(item, story, at, bands, clues)
}

// arrive puts items into an index in their order and gives the story of each, told by the first item in it, and the ties.
func arrive(x *desk, items []told) (stories []int, ties []string) {
	var p Printer
	for i, it := range items {
		b := it.print(&p)
		story, _, tie := x.assign(it.at(), b)
		if story == 0 {
			story = int64(i + 1)
		}
		x.add(int64(i+1), story, it.at(), b)
		stories, ties = append(stories, int(story)-1), append(ties, tie)
	}
	return stories, ties
}

const summit = "Leaders of the five member states gathered in Astana on Monday, where Kassym-Jomart Tokayev and Alexander Lukashenko signed an agreement on joint air defence."

func TestSameStory(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b told
		want string // beginning of the tie; "": two stories
	}{
		{"copy", told{0, "en", "CSTO leaders meet in Astana", summit, "csto", ""}, told{2, "en", "Astana hosts the CSTO", summit + " The talks went on.", "csto", ""}, "copy ."},
		{"the same words", told{0, "ru", "Токаев принял Лукашенко", "", "", "a"}, told{1, "ru", "Токаев принял Лукашенко!", "", "", "b"}, "copy 1"},
		{"copy with the headline in the text", told{0, "en", "CSTO leaders meet in Astana", summit, "", ""}, told{0, "en", "CSTO leaders meet in Astana", "CSTO leaders meet in Astana. " + summit, "", ""}, "copy 1"},
		{"copy after three weeks", told{-500, "en", "CSTO leaders meet in Astana", summit, "", ""}, told{0, "en", "CSTO leaders meet", summit, "", ""}, "copy ."},
		{"copy after two months", told{-1400, "en", "CSTO leaders meet in Astana", summit, "", ""}, told{0, "en", "CSTO leaders meet", summit, "", ""}, ""},
		{"the next of a series", told{-24, "en", "Russia's war: list of key events, day 1,545", "Here are the key events on day 1,545 of the war.", "", "x"},
			told{0, "en", "Russia's war: list of key events, day 1,546", "Here are the key events on day 1,546 of the war.", "", "x"}, "series ."},
		{"told in other words", told{0, "en", "French navy seizes Russia-linked oil tanker in Atlantic", "President Macron says the ship was subject to sanctions.", "", ""},
			told{3, "en", "France backed by Britain intercepts sanctioned oil tanker from Russia", "Macron said the navy boarded the tanker in the Atlantic.", "", ""}, "event "},
		{"told in other words, a week later", told{-168, "en", "French navy seizes Russia-linked oil tanker in Atlantic", "President Macron says the ship was subject to sanctions.", "", ""},
			told{3, "en", "France backed by Britain intercepts sanctioned oil tanker from Russia", "Macron said the navy boarded the tanker in the Atlantic.", "", ""}, ""},
		{"told in other words, after two nights", told{-40, "en", "French navy seizes Russia-linked oil tanker in Atlantic", "The ship was subject to sanctions.", "", ""},
			told{0, "en", "Russia-linked oil tanker seized by French navy in Atlantic", "Macron praised the sailors.", "", ""}, ""},
		{"told in other words, that night", told{-10, "en", "French navy seizes Russia-linked oil tanker in Atlantic", "The ship was subject to sanctions.", "", ""},
			told{0, "en", "Russia-linked oil tanker seized by French navy in Atlantic", "Macron praised the sailors.", "", ""}, "event "},
		{"one outlet's turn of phrase", told{0, "en", "Asia Intelligence Brief for Monday", "Japan's Nikkei reached a record, Taiwan held an election and Manila's senate began a trial.", "", "rio"},
			told{0, "en", "Europe Intelligence Brief for Monday", "Germany's coalition argued about the budget, Lithuania lost data and Paris looked for a mayor.", "", "rio"}, ""},
		{"forms of words", told{0, "ru", "Лукашенко и Токаев подписали в Астане договор об охране границы", "", "", ""},
			told{1, "ru", "Договор об охране границ подписан Лукашенко и Токаевым в Астане", "", "", ""}, "event "},
		{"by two languages", told{0, "ru", "Токаев и Лукашенко подписали в Астане 12 соглашений на 350 млн долларов", "Документы касаются поставок тракторов «Беларус» в Костанай.", "tokayev lukashenko", ""},
			told{2, "en", "Tokayev, Lukashenko sign 12 agreements worth $350 million in Astana", "The documents cover deliveries of Belarus tractors to Kostanay.", "tokayev lukashenko", ""}, "event "},
		{"by Kazakh and Belarusian", told{0, "kk", "Тоқаев Астанада Лукашенкомен 12 құжатқа қол қойды: 350 миллион доллар", "", "tokayev lukashenko", ""},
			told{1, "be", "Лукашэнка і Такаеў падпісалі ў Астане 12 дакументаў на 350 мільёнаў долараў", "", "tokayev lukashenko", ""}, "event "},
		{"the same people elsewhere", told{0, "ru", "Токаев и Лукашенко подписали в Астане 12 соглашений", "", "tokayev lukashenko", ""},
			told{2, "en", "Tokayev calls Lukashenko to discuss grain exports", "", "tokayev lukashenko", ""}, ""},
		{"the same subject in two languages", told{0, "uk", "Трамп про фінансування Nord Stream 2", "", "nord-stream", ""},
			told{2, "pl", "Sankcje USA wobec partnerów Nord Stream 2", "", "nord-stream", ""}, ""},
		{"nothing but a profile", told{0, "en", "Lukashenko visits a tractor plant", "", "lukashenko", ""}, told{1, "en", "Court fines an editor for calling Lukashenko names", "", "lukashenko", ""}, ""},
		{"no words", told{0, "en", "", "", "", ""}, told{0, "en", "", "", "", ""}, ""},
		{"emoji and signs", told{0, "en", "🚨🚨", "…", "", ""}, told{0, "en", "🚨", "!!!", "", ""}, ""},
		{"Arabic", told{0, "ar", "رئيس كازاخستان يستقبل نظيره البيلاروسي في أستانا", "", "", ""}, told{1, "ar", "رئيس كازاخستان يستقبل نظيره البيلاروسي في أستانا اليوم", "", "", ""}, "copy ."},
	} {
		for _, pair := range [][2]told{{test.a, test.b}, {test.b, test.a}} {
			stories, ties := arrive(newDesk(100, noon), pair[:])
			if got := ties[1]; (stories[1] == 0) != (test.want != "") || !strings.HasPrefix(got, test.want) {
				t.Errorf("%s: story %d, tie %q, want %q", test.name, stories[1], got, test.want)
			}
			a, b := news.Item{Title: pair[0].title, Text: pair[0].text}, news.Item{Title: pair[1].title, Text: pair[1].text}
			late := strings.HasPrefix(test.name, "copy ") && test.want == ""
			if want := test.want != "" && !strings.HasPrefix(test.want, "event") || late; Alike(&a, &b) != want {
				t.Errorf("%s: alike is not %v", test.name, want)
			}
		}
	}
}

// A tie says what a person can look up in the item.
func TestTie(t *testing.T) {
	_, ties := arrive(newDesk(100, noon), []told{
		{0, "ru", "Токаев и Лукашенко подписали в Астане 12 соглашений на 1 350 млн долларов", "", "tokayev lukashenko", ""},
		{2, "en", "Tokayev, Lukashenko sign 12 agreements worth $1,350 million in Astana", "", "tokayev lukashenko", ""},
		{3, "ru", "Токаев и Лукашенко подписали в Астане 14 соглашений на 1 350 млн долларов", "", "tokayev lukashenko", ""},
	})
	for _, want := range []string{"12", "350", "Tokayev", "Lukashenko", "Astana"} {
		if !strings.Contains(ties[1], want) {
			t.Errorf("tie %q does not name %s", ties[1], want)
		}
	}
	if ties[2] != "series .57 14" {
		t.Errorf("the tie with another number: %q", ties[2])
	}
}

// Whatever order the copies of two texts come in, they make the same two stories.
func TestOrder(t *testing.T) {
	var items []told
	for i := range 6 {
		words := strings.Fields(summit)
		words[2*i] = "the"
		items = append(items, told{float64(i), "en", "CSTO leaders meet in Astana", strings.Join(words, " "), "csto", ""},
			told{float64(i), "ru", "Потоп в Бресте", "Река Мухавец вышла из берегов, затоплены сорок домов, жителей вывозят на лодках, сообщили в областном управлении номер " + strings.Repeat("я", i+1), "", ""})
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		rng.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		stories, _ := arrive(newDesk(100, noon), items)
		of := map[string]map[int]bool{"en": {}, "ru": {}}
		for i, it := range items {
			of[it.lang][stories[i]] = true
		}
		if len(of["en"]) != 1 || len(of["ru"]) != 1 {
			t.Fatalf("stories %v", stories)
		}
	}
}

// An index that took the items in over days says the same as one that is filled with all of them at once, as after a restart.
func TestRefilled(t *testing.T) {
	var p Printer
	rng := rand.New(rand.NewPCG(3, 4))
	nouns := strings.Fields("Astana Minsk Bishkek tanker summit tariff border court drone strike harvest election bridge school hospital ministry Tokayev Lukashenko Pashinyan Japarov")
	var old *desk
	type stored struct {
		story int64
		at    time.Time
		b     []byte
	}
	var all []stored
	tied := 0
	for i := range 600 {
		now := noon.Add(time.Duration(i) * 20 * time.Minute)
		var title []string
		for range 6 {
			title = append(title, nouns[rng.IntN(len(nouns))])
		}
		b := told{title: strings.Join(title, " "), lang: "en", feed: fmt.Sprint(i % 7)}.print(&p)
		fill := func() *desk {
			d := newDesk(len(all)+600, now)
			for n, s := range all {
				d.add(int64(n+1), s.story, s.at, s.b)
			}
			return d
		}
		if old == nil || old.Spent(now, 1) {
			old = fill()
		}
		story, copied, tie := old.assign(now, b)
		if i%25 == 24 {
			if s, c, again := fill().assign(now, b); s != story || c != copied || again != tie {
				t.Fatalf("item %d: story %d %v %q, after a restart %d %v %q", i, story, copied, tie, s, c, again)
			}
		}
		if story == 0 {
			story = int64(i + 1)
		} else {
			tied++
		}
		old.add(int64(i+1), story, now, b)
		all = append(all, stored{story, now, b})
	}
	if tied < 50 || tied > 550 {
		t.Errorf("%d of 600 items are in a story of others: this tries little", tied)
	}
}

// A story that goes on and on is told anew after some days.
func TestSpan(t *testing.T) {
	var items []told
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range 12 {
		words := strings.Fields("French navy seizes oil tanker Tagor near Brest")
		rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		items = append(items, told{float64(12 * i), "en", strings.Join(words, " "), strings.Repeat("x", i+3), "", ""})
	}
	stories, ties := arrive(newDesk(100, noon), items)
	if stories[6] != 0 || stories[11] == 0 {
		t.Errorf("stories %v, ties %q", stories, ties)
	}
}

// A story that is not stored any more takes nothing in, and neither does an item.
func TestForget(t *testing.T) {
	first := told{0, "en", "CSTO leaders meet in Astana", summit, "csto", ""}
	other := told{1, "en", "In Astana the CSTO's leaders met Tokayev", "Lukashenko signed there.", "csto", ""}
	var p Printer
	for _, again := range []told{first, other} {
		x := newDesk(100, noon)
		arrive(x, []told{first, {0, "en", "Something else entirely happened in Lima", "", "", ""}})
		if story, _, tie := x.assign(again.at(), again.print(&p)); story != 1 {
			t.Errorf("story %d, tie %q: this tries nothing", story, tie)
		}
		x.kept, x.Index.kept = nil, make([]witness, 1)
		if story, _, tie := x.assign(again.at(), again.print(&p)); story != 0 {
			t.Errorf("an item that is gone is repeated: %q", tie)
		}
		x = newDesk(100, noon)
		arrive(x, []told{first, {0, "en", "Something else entirely happened in Lima", "", "", ""}})
		x.Forget(1)
		if story, _, tie := x.assign(again.at(), again.print(&p)); story != 0 {
			t.Errorf("a forgotten story takes items: %q", tie)
		}
	}
}

// An index is of use for some hours and for as many items as it has room for; then it is filled anew with the newest.
func TestSpent(t *testing.T) {
	x := newDesk(100, noon)
	for _, test := range []struct {
		after time.Duration
		more  int
		want  bool
	}{{0, 100, false}, {0, 101, true}, {turnover - time.Second, 1, false}, {turnover, 1, true}} {
		if got := x.Spent(noon.Add(test.after), test.more); got != test.want {
			t.Errorf("after %s before %d more: %v", test.after, test.more, got)
		}
	}
	for _, test := range [][4]int{{0, 5, 1029, 0}, {10_000, 250, 13_774, 10_000}, {1_000_000, 250, maxHeld, maxHeld * 7 / 8}} {
		if room, take := x.Room(test[0], test[1]); room != test[2] || take != test[3] {
			t.Errorf("%d stored, %d more: room for %d of which %d are taken", test[0], test[1], room, take)
		}
	}
}

// An index is bounded, and what came last is what stays.
func TestFlood(t *testing.T) {
	var p Printer
	x := newDesk(3000, noon)
	b := told{lang: "en", title: "Buy now", text: "the same offer as every minute of every day"}.print(&p)
	for i := range 3100 {
		x.add(int64(i), 1, noon.Add(time.Duration(i)*time.Millisecond), b)
	}
	used := 0
	for _, s := range x.slots {
		used += flag(s != 0)
	}
	listed := slices.ContainsFunc(x.terms, func(t term) bool { return t.list != 0 })
	if len(x.items) != 3000 || used != bands*maxSame || listed {
		t.Errorf("%d items are held, in %d slots; lists of what everybody has: %v", len(x.items), used, listed)
	}
	if story, copied, _ := x.assign(noon, b); story != 1 || !copied {
		t.Errorf("story %d, copy %v", story, copied)
	}
	if x.fetched == 0 || x.fetched > maxChecked {
		t.Errorf("%d items were fetched", x.fetched)
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// What has no room in memory is fetched, and says the same.
func TestFetched(t *testing.T) {
	var p Printer
	rng := rand.New(rand.NewPCG(7, 8))
	nouns := strings.Fields("Astana Minsk Bishkek tanker summit tariff border court drone strike harvest election bridge school hospital ministry Tokayev Lukashenko Pashinyan Japarov")
	all, none := newDesk(2000, noon), newDesk(2000, noon)
	none.Index.kept = make([]witness, 1)
	tied := 0
	for i := range 1000 {
		var title []string
		for range 6 {
			title = append(title, nouns[rng.IntN(len(nouns))])
		}
		at := noon.Add(time.Duration(i) * time.Minute)
		b := told{title: strings.Join(title, " "), lang: "en", feed: fmt.Sprint(i % 7)}.print(&p)
		story, copied, tie := all.assign(at, b)
		if s, c, again := none.assign(at, b); s != story || c != copied || again != tie {
			t.Fatalf("item %d: story %d %v %q, fetched %d %v %q", i, story, copied, tie, s, c, again)
		}
		if story == 0 {
			story = int64(i + 1)
		} else if !copied {
			tied++
		}
		all.add(int64(i+1), story, at, b)
		none.add(int64(i+1), story, at, b)
	}
	if tied < 50 || none.fetched < all.fetched+100 {
		t.Errorf("%d of 1000 items were tied, %d items fetched instead of %d: this tries little", tied, none.fetched, all.fetched)
	}
}

// Prints are stored: one made by an earlier program has to read as it did. When this fails, printVersion has to be another.
func TestPrintHolds(t *testing.T) {
	var p Printer
	b := told{0, "ru", "Токаев и Лукашенко подписали в Астане 12 соглашений на 1 350 млн долларов", summit, "tokayev lukashenko", "belta"}.print(&p)
	const want = "732 6118c0617d379b3dad9560fc37e46e6f342fa44e71c8fde6bb67e67a420de065"
	if got := fmt.Sprintf("%d %x", len(b), sha256.Sum256(b)); got != want {
		t.Errorf("the print of version %d is %s, was %s", printVersion, got, want)
	}
}

func TestSound(t *testing.T) {
	for _, same := range []string{"Lukashenko Lukaschenko Łukaszenka Лукашенко Лукашэнкі Лукашенкомен", "Astana Астане Астанада Астану", "Bishkek Бишкеке", "Zelensky Зеленский Zełenski Зеленського",
		"Khamenei Хаменеи", "Putin Путиным Путин", "Tokayev Токаевым Тоқаев Такаеў", "Yerevan Ереване Erywaniu"} {
		var sounds []string
		for w := range strings.FieldsSeq(same) {
			sounds = append(sounds, soundOf(w))
		}
		if sounds[0] == "" || len(slices.Compact(slices.Clone(sounds))) > 1 {
			t.Errorf("%s: %q", same, sounds)
		}
	}
	for _, none := range []string{"", "ООН", "EU", "Ия", "東京都", "أستانا", "\xff\xfe", "🚨"} {
		if s := soundOf(none); s != "" {
			t.Errorf("%q sounds %q", none, s)
		}
	}
}

// Whatever a feed brings, its print is small and reads back; whatever bytes are stored, reading them is safe.
func FuzzPrint(f *testing.F) {
	f.Add("Токаев: 1,500 га", summit, "ru", []byte{1})
	f.Add(strings.Repeat("a ", 3000), strings.Repeat("1 ", 5000), "en", []byte("\x01\x02en"))
	f.Add("\xff\xfe\x00", "１２３ ½ ௧ x\u0301", "\xff🚨🚨🚨🚨", []byte{})
	f.Fuzz(func(t *testing.T, title, body, lang string, stored []byte) {
		var p Printer
		it := &news.Item{Title: title, Text: body, Lang: lang}
		matches := []news.Match{{Hits: []news.Hit{{Profile: body, Field: news.FieldTitle, Start: 1, End: 3}, {Profile: title}}}}
		b := p.Print(it, matches)
		if again := p.Print(it, matches); string(again) != string(b) {
			t.Fatal("two prints of one item differ")
		}
		if _, err := parse(b); err != nil || len(b) > 16<<10 {
			t.Fatalf("print of %d bytes: %v", len(b), err)
		}
		x := newDesk(10, noon)
		for i, print := range [][]byte{b, stored, b} {
			story, _, _ := x.assign(noon, print)
			x.add(int64(i), cmp.Or(story, int64(i+1)), noon, print)
		}
		// What is stored is not trusted either.
		x = newDesk(10, noon)
		x.kept[1] = [2][]byte{stored, stored}
		x.Add(1, 1, noon, stored, stored)
		bands, clues, _ := x.Keep(b)
		x.Add(1, 1, noon, bands, stored)
		x.Add(1, 1, noon, bands, clues)
		x.assign(noon, b)
	})
}
