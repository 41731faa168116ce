package match

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// How the benchmarks are to be read: one op is the whole text on one goroutine, so MB/s is what one core does (run with -cpu 1 to keep the garbage
// collector on that core too). A hundred profiles and ten thousand are to differ by a factor of three in time at most; that is for the
// reader to compare, since a timed test fails on a busy machine.
//
//	go test -run '^$' -bench . -benchtime 3x -cpu 1 ./internal/match
//
// scripts/bench-match.sh sets the same text and forms before ripgrep.

// benchSizes are the numbers of profiles that are measured.
var benchSizes = []int{100, 1_000, 10_000}

// benchBytes is how much text one op reads: enough that no cache holds it.
func benchBytes() int {
	if testing.Short() {
		return 4 << 20
	}
	return 64 << 20
}

func BenchmarkMatch(b *testing.B) {
	stock, origin := benchStock(b)
	items := repeatTo(stock, benchBytes())
	all := benchProfiles(b, slices.Max(benchSizes))
	dumpText(b, items)
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := compileSized(b, all[:n])
			dumpForms(b, s.m, all[:n])
			b.Run("all", func(b *testing.B) {
				b.Logf("%s; %d different items", origin, len(stock))
				s.run(b, items)
			})
			b.Run("unmatched", func(b *testing.B) { s.run(b, unmatched(s.m, items)) })
		})
	}
}

// BenchmarkWords is what reading the words alone costs: the bound of what BenchmarkMatch can reach.
func BenchmarkWords(b *testing.B) {
	stock, _ := benchStock(b)
	items := repeatTo(stock, benchBytes())
	b.SetBytes(int64(size(items)))
	b.ReportAllocs()
	var words []text.Word
	for b.Loop() {
		n := 0
		for i := range items {
			words = text.AppendWords(words[:0], items[i].Title)
			words = text.AppendWords(words, items[i].Text)
			n += len(words)
		}
		if n == 0 {
			b.Fatal("no words")
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	all := benchProfiles(b, slices.Max(benchSizes))
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, lists := compileSized(b, all[:n]), oneListEach(all[:n])
			b.ReportAllocs()
			for b.Loop() {
				Compile(all[:n], lists, nil)
			}
			s.report(b)
		})
	}
}

// sized is a matcher with what it cost.
type sized struct {
	m               *Matcher
	profiles, names int
	heap            float64 // MB that are alive only because the matcher is
	compile         time.Duration
}

// compileSized compiles the profiles, each on a watchlist of its own.
func compileSized(tb testing.TB, profiles []news.Profile) sized {
	tb.Helper()
	lists := oneListEach(profiles)
	before := liveHeap()
	start := time.Now()
	m, faults := Compile(profiles, lists, nil)
	took := time.Since(start)
	if len(faults) > 0 {
		tb.Fatal(faults)
	}
	s := sized{m: m, profiles: len(profiles), compile: took}
	s.heap = float64(liveHeap()-before) / 1e6
	runtime.KeepAlive(m)
	for _, p := range profiles {
		for _, names := range p.Names {
			s.names += len(names)
		}
	}
	return s
}

func oneListEach(profiles []news.Profile) []news.Watchlist {
	lists := make([]news.Watchlist, 0, len(profiles))
	for _, p := range profiles {
		lists = append(lists, news.Watchlist{ID: p.ID, Name: p.ID, Profiles: []string{p.ID}, Threshold: 1})
	}
	return lists
}

// liveHeap returns the bytes of the heap that are reachable. Two collections: what a finalizer or a sync.Pool held goes with the second.
func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	return int64(ms.HeapAlloc)
}

func (s *sized) report(b *testing.B) {
	b.ReportMetric(float64(s.profiles), "profiles")
	b.ReportMetric(float64(s.names), "names")
	b.ReportMetric(s.heap, "heap-MB")
	b.ReportMetric(float64(s.compile.Microseconds())/1e3, "compile-ms")
	b.ReportMetric(float64(s.m.Stats().Forms), "forms")
}

// run matches all items once an op.
func (s *sized) run(b *testing.B, items []news.Item) {
	if len(items) == 0 {
		b.Skip("there is no such item")
	}
	b.SetBytes(int64(size(items)))
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	matches, ops := 0, 0
	for b.Loop() {
		matches = 0
		for i := range items {
			matches += len(s.m.Match(&items[i]))
		}
		ops++
	}
	runtime.ReadMemStats(&after)
	s.report(b)
	n := float64(len(items))
	b.ReportMetric(n, "items")
	b.ReportMetric(float64(matches)/n, "matches/item")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(ops)/n, "allocs/item")
}

func unmatched(m *Matcher, items []news.Item) []news.Item {
	var out []news.Item
	for i := range items {
		if m.Match(&items[i]) == nil {
			out = append(out, items[i])
		}
	}
	return out
}

// TestNothingFoundAllocatesNothing holds that an item without a match costs no memory, also when words of watched names stand in it.
func TestNothingFoundAllocatesNothing(t *testing.T) {
	if raced() {
		t.Skip("skipped: the race detector allocates, and empties pools on purpose")
	}
	profiles := benchProfiles(t, 1_000)
	m := compileSized(t, profiles).m
	stock, _ := benchStock(t)
	items := append(nearMisses(profiles), slowWords()...)
	items = append(items, repeatTo(stock, 1<<20)...)
	items = unmatched(m, items)
	if len(items) < 100 {
		t.Fatalf("only %d items without a match: nothing is shown", len(items))
	}
	failed := 0
	for i := range items {
		if n := testing.AllocsPerRun(2, func() { m.Match(&items[i]) }); n != 0 {
			if failed++; failed <= 20 {
				t.Errorf("%.0f allocations for %q %.100q…", n, items[i].Title, items[i].Text)
			}
		}
	}
	if failed > 0 {
		t.Errorf("%d of %d items without a match cost allocations", failed, len(items))
	}
}

// raced reports whether the test was built with the race detector.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// nearMisses makes headlines of single words of the profiles' names, in small letters and in capitals, with emoji and in right-to-left text.
func nearMisses(profiles []news.Profile) []news.Item {
	var out []news.Item
	for _, p := range profiles {
		for lang, names := range p.Names {
			for _, name := range names {
				words := strings.Fields(name)
				if len(words) < 2 {
					continue
				}
				out = append(out,
					news.Item{Lang: lang, Title: words[0] + " 🚀, " + words[0]},
					news.Item{Lang: lang, Title: strings.ToUpper(words[0]), Text: "שלום " + strings.ToLower(words[1]) + " عليكم"})
			}
		}
	}
	return out
}

// slowWords makes headlines of words that cannot be folded letter by letter: with stress marks, decomposed, of two scripts, without spaces, in other scripts.
func slowWords() []news.Item {
	var out []news.Item
	for _, s := range []string{
		"за\u0301мок", "и\u0306од и и\u0306огурт", "cafe\u0301", "пpoтокол", "нефть\u00ADпровод", "Ἀθῆναι", "أهلاً وسهلاً", "שָׁלוֹם", "서울", strings.Repeat("新闻", 100), "👩‍🌾🇰🇿", "\xff\xfeмусор",
	} {
		out = append(out, news.Item{Title: s, Text: strings.Repeat(s+", ", 20)})
	}
	return out
}

// TestManyProfiles holds that among many profiles each is found by each of its names, and that the synthetic ones are what they claim to be.
func TestManyProfiles(t *testing.T) {
	profiles := benchProfiles(t, 1_000)
	if !reflect.DeepEqual(profiles, benchProfiles(t, 1_000)) {
		t.Error("two runs are given different profiles: their figures could not be compared")
	}
	m := compileSized(t, profiles).m
	for _, p := range profiles {
		if len(p.Context.Near) > 0 {
			continue
		}
		for lang, names := range p.Names {
			for _, name := range names {
				it := news.Item{Title: name, Lang: lang}
				if !slices.ContainsFunc(m.Match(&it), func(x news.Match) bool { return x.Watchlist == p.ID && x.Over }) {
					t.Errorf("%s is not found by %q (%s)", p.ID, name, lang)
				}
			}
		}
	}
	distinct := map[string]bool{}
	persons := 0
	for _, p := range profiles {
		if strings.HasPrefix(p.ID, "synthetic-") && p.Kind == news.Person {
			persons++
			distinct[p.Names["ru"][0]] = true
		}
	}
	if persons < 500 || len(distinct) < persons*95/100 {
		t.Errorf("%d persons have %d names", persons, len(distinct))
	}
}
