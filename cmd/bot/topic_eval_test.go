package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/profile"
)

// A topicDoc is one article of the labelled collection.
type topicDoc struct {
	ID    string `json:"doc_id"`
	Lang  string `json:"lang"`
	Topic string `json:"topic"`
	Text  string `json:"text"`
}

// readLines reads a file of JSON lines.
func readLines[T any](t *testing.T, name string) []T {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		var x T
		if err := json.Unmarshal(sc.Bytes(), &x); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, x)
	}
	if sc.Err() != nil {
		t.Fatal(sc.Err())
	}
	return out
}

// topicMatcher learns a topic from the articles as "bot profile build --topic" does.
func topicMatcher(t *testing.T, seeds []topicDoc) *match.Matcher {
	t.Helper()
	var articles []profile.Article
	for i, d := range seeds {
		a, err := profile.ReadArticle(fmt.Sprintf("%d.txt", i), []byte(d.Text))
		if err != nil {
			t.Fatal(err)
		}
		articles = append(articles, a)
	}
	p, err := profile.BuildTopic("t", articles, news.Profile{}, scoreTopic)
	if err != nil {
		t.Fatal(err)
	}
	m, faults := match.Compile([]news.Profile{p}, []news.Watchlist{{ID: "t", Profiles: []string{"t"}, Threshold: 1}}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return m
}

// topicScore is average precision, and F1 at the profile's own threshold.
type topicScore struct{ ap, f1 float64 }

// ranked is what one document scored.
type ranked struct {
	score    float64
	over, is bool
}

func judgeTopic(rs []ranked) topicScore {
	slices.SortStableFunc(rs, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	wanted, hits, average, over, right := 0, 0, 0.0, 0, 0
	for i, r := range rs {
		if r.is {
			wanted++
			hits++
			average += float64(hits) / float64(i+1)
		}
		if r.over {
			over++
			if r.is {
				right++
			}
		}
	}
	return topicScore{average / float64(wanted), 2 * float64(right) / float64(over+wanted)}
}

// rank scores the other documents of the seeds' language; short ones are cut behind so many words.
func rank(m *match.Matcher, docs, seeds []topicDoc, words int) []ranked {
	used := map[string]bool{}
	for _, d := range seeds {
		used[d.ID] = true
	}
	var out []ranked
	for _, d := range docs {
		if used[d.ID] {
			continue
		}
		if fields := strings.Fields(d.Text); words > 0 && len(fields) > words {
			d.Text = strings.Join(fields[:words], " ")
		}
		r := ranked{is: d.Topic == seeds[0].Topic}
		for _, got := range m.Match(&news.Item{Text: d.Text, Lang: d.Lang}) {
			r.score, r.over = got.Score, got.Over
		}
		out = append(out, r)
	}
	return out
}

func mean(all []topicScore) topicScore {
	var out topicScore
	for _, s := range all {
		out.ap += s.ap / float64(len(all))
		out.f1 += s.f1 / float64(len(all))
	}
	return out
}

// TestTopics learns each labelled topic from its five articles and finds the other articles of it among those of the same language. Beside that it
// learns from five others drawn at random, TOPIC_DRAWS times, and reads only the first words: the figures of README.md.
func TestTopics(t *testing.T) {
	notRaced(t)
	eval := shared(t, "eval")
	docs := map[string][]topicDoc{}
	for _, lang := range []string{"ru", "uk", "pl"} {
		docs[lang] = readLines[topicDoc](t, filepath.Join(eval, "collection", lang+".jsonl"))
	}
	type task struct {
		Topic string   `json:"topic"`
		Lang  string   `json:"lang"`
		Seeds []string `json:"seeds"`
	}
	draws := 5
	if n, err := strconv.Atoi(os.Getenv("TOPIC_DRAWS")); err == nil {
		draws = n
	}
	results, short := map[string][]topicScore{}, map[string][]topicScore{}
	var drawn []topicScore
	for _, x := range readLines[task](t, filepath.Join(eval, "topics.jsonl")) {
		var given, own []topicDoc
		for _, d := range docs[x.Lang] {
			if slices.Contains(x.Seeds, d.ID) {
				given = append(given, d)
			}
			if d.Topic == x.Topic {
				own = append(own, d)
			}
		}
		h := fnv.New64a()
		h.Write([]byte(x.Lang + x.Topic))
		random := rand.New(rand.NewPCG(h.Sum64(), 1))
		var here []topicScore
		for draw := range draws + 1 {
			seeds, in := given, "given"
			if draw > 0 {
				seeds, in = nil, "drawn "+x.Lang
				for _, i := range random.Perm(len(own))[:5] {
					seeds = append(seeds, own[i])
				}
			}
			m := topicMatcher(t, seeds)
			score := judgeTopic(rank(m, docs[x.Lang], seeds, 0))
			results[in] = append(results[in], score)
			short[in] = append(short[in], judgeTopic(rank(m, docs[x.Lang], seeds, 40)))
			if draw == 0 {
				t.Logf("%s %-22s AP %.3f F1 %.3f", x.Lang, x.Topic, score.ap, score.f1)
				continue
			}
			drawn = append(drawn, score)
			here = append(here, score)
		}
		t.Logf("   drawn %22s AP %.3f F1 %.3f", "", mean(here).ap, mean(here).f1)
	}
	for _, in := range slices.Sorted(maps.Keys(results)) {
		s, b := mean(results[in]), mean(short[in])
		t.Logf("%-9s %2d topics: AP %.3f F1 %.3f; of the first 40 words AP %.3f F1 %.3f", in, len(results[in]), s.ap, s.f1, b.ap, b.f1)
	}
	t.Logf("all drawn: AP %.3f F1 %.3f", mean(drawn).ap, mean(drawn).f1)
	if s := mean(drawn); len(drawn) > 0 && (s.ap < 0.93 || s.f1 < 0.88) {
		t.Errorf("drawn at random: AP %.3f, F1 %.3f; want .93 and .88", s.ap, s.f1)
	}
	if s := mean(results["given"]); s.ap < 0.95 || s.f1 < 0.88 {
		t.Errorf("mean AP %.3f, F1 %.3f; want .95 and .88", s.ap, s.f1)
	}
}
