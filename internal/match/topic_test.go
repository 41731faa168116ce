package match

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"vestnik/internal/news"
)

// ferry is a topic: at its threshold it counts 1.
var ferry = news.Profile{ID: "ferry", Kind: news.Topic, Threshold: 2, Keywords: map[string][]string{
	"ru": {"баржа", "пристань^0.8", "Уголино^0.6", "=РПК^0.4"}, "kk": {"паром", "кемежай^0.8"}, "pl": {"prom", "przystań^0.8"}, "en": {"ferry", "pier^0.8"},
}}

// long is text of no topic, of so many words.
func long(words int) string { return strings.Repeat("слово ", words) }

func topicMatch(t *testing.T, w news.Watchlist, it news.Item) news.Match {
	t.Helper()
	w.ID = "w"
	if w.Threshold == 0 {
		w.Threshold = 1
	}
	m, faults := Compile([]news.Profile{ferry, {ID: "lemke", Kind: news.Person, Names: map[string][]string{"ru": {"Лемке"}}}}, []news.Watchlist{w}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, got := range m.Match(&it) {
		return got
	}
	return news.Match{}
}

func TestTopicScore(t *testing.T) {
	only := news.Watchlist{Profiles: []string{"ferry"}}
	for _, c := range []struct {
		name string
		item news.Item
		want float64
		over bool
	}{
		{"terms of a long text add up by weight over threshold", news.Item{Text: long(60) + "баржа у пристани 🚢 " + long(60)}, (1 + 0.8) / 2, false},
		{"a term counts once", news.Item{Text: long(60) + "баржи баржей баржами " + long(60)}, 0.5, false},
		{"a third term reaches it", news.Item{Text: long(60) + "баржа у пристани Уголино " + long(60)}, (1 + 0.8 + 0.6) / 2, true},
		{"the lead counts like a title", news.Item{Text: "Баржа стоит. " + long(130)}, 1.5 / 2, false},
		{"the title", news.Item{Title: "Баржа стоит", Text: long(130)}, 1.5 / 2, false},
		{"the fortieth word is the last of the lead", news.Item{Text: long(39) + "баржа " + long(120)}, 1.5 / 2, false},
		{"the next is not", news.Item{Text: long(40) + "баржа " + long(120)}, 0.5, false},
		{"a headline has room for few terms", news.Item{Title: "Баржа врезалась в пристань"}, 1.5 * 1.5 * (1 + 0.8) / 2, true},
		{"one strong term is not the topic, even in a headline", news.Item{Title: "Приговор по делу РПК"}, 1.5 * 1.5 * 0.4 / 2, false},
		{"acronyms keep their capitals", news.Item{Title: "рпк молчит"}, 0, false},
		{"Kazakh", news.Item{Title: "Паромның кемежайдағы кешігуі", Lang: "kk"}, 1.5 * 1.5 * 1.8 / 2, true},
		{"Polish", news.Item{Title: "Promem do przystani", Lang: "pl"}, 1.5 * 1.5 * 1.8 / 2, true},
		{"of 96 words", news.Item{Text: long(50) + "баржа " + long(45)}, 0.5 * math.Cbrt(120.0/96), false},
	} {
		got := topicMatch(t, only, c.item)
		if math.Abs(got.Score-c.want) > 1e-9 || got.Over != c.over {
			t.Errorf("%s: score %g over %v, want %g %v: %+v", c.name, got.Score, got.Over, c.want, c.over, got.Hits)
		}
	}
	got := topicMatch(t, only, news.Item{Text: long(60) + "пристанями " + long(60)})
	if len(got.Hits) != 1 || got.Hits[0].Weight != 0.4 || got.Hits[0].Profile != "ferry" || got.Hits[0].Term != "пристань" {
		t.Errorf("the hit says %+v", got.Hits)
	}
}

// TestTopicThresholdExact: terms that make up the threshold exactly reach it, whatever the fractions round to.
func TestTopicThresholdExact(t *testing.T) {
	for _, parts := range [][]string{{"паром^0.1", "причал^0.7"}, {"паром^0.1", "причал^0.2", "якорь^0.4"}, {"паром^0.3", "причал^0.3", "якорь^0.3"}} {
		p := news.Profile{ID: "t", Kind: news.Topic, Keywords: map[string][]string{"ru": parts}}
		text := long(60)
		for _, k := range parts {
			word, weight, _ := parseWeight(k)
			p.Threshold += weight
			text += word + " "
		}
		m := compiled(t, p)
		if got := m.Match(&news.Item{Text: text + long(60)}); len(got) != 1 || !got[0].Over {
			t.Errorf("%v of %g: %+v", parts, p.Threshold, got)
		}
	}
}

// TestTopicBeside: in a watchlist with other profiles and words all of them are alternatives, and what each brings adds up.
func TestTopicBeside(t *testing.T) {
	w := news.Watchlist{Profiles: []string{"ferry", "lemke"}, Keywords: map[string][]string{"ru": {"штраф^0.2"}}}
	for text, want := range map[string]float64{
		"Лемке уехал":             1,
		"баржа Лемке":             1.5,
		"баржа у пристани":        0.9,
		"баржа у пристани, штраф": 1.1,
	} {
		got := topicMatch(t, w, news.Item{Text: long(60) + text + " " + long(60)})
		if math.Abs(got.Score-want) > 1e-9 || got.Over != (want >= 1) {
			t.Errorf("%q: %g, over %v; want %g", text, got.Score, got.Over, want)
		}
	}
	strict := news.Watchlist{Profiles: []string{"ferry"}, Threshold: 1.4}
	if got := topicMatch(t, strict, news.Item{Text: long(60) + "баржа у пристани Уголино " + long(60)}); got.Over {
		t.Errorf("a watchlist that asks for 1.4 of the topic: %+v", got)
	}
}

// TestTopicInQuery: @topic holds where the topic reaches its threshold, not where one of its words stands.
func TestTopicInQuery(t *testing.T) {
	for _, c := range []struct {
		query, title, text string
		over               bool
	}{
		{"@ferry AND @lemke", "Лемке открыл пристань для баржи", "", true},
		{"@ferry AND @lemke", "Лемке продал РПК", "", false},
		{"@ferry", "", long(60) + "баржа у пристани " + long(60), false},
		{"@ferry", "", long(60) + "баржа у пристани Уголино " + long(60), true},
		{"title:@ferry", "Лемке молчит", "Баржа, пристань, Уголино", false},
		{"@lemke AND NOT @ferry", "Лемке и баржа", long(140), true},
		{"@lemke AND NOT @ferry", "Лемке и баржа у пристани", "", false},
	} {
		got := topicMatch(t, news.Watchlist{Query: c.query}, news.Item{Title: c.title, Text: c.text})
		if got.Over != c.over {
			t.Errorf("%s of %.40q %.40q: %s", c.query, c.title, c.text, fmt.Sprintf("%+v", got))
		}
	}
}
