package feeds

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vestnik/internal/news"
)

var update = flag.Bool("update", false, "write what is read now into the .want.json files; look at the difference before you keep it")

// A want is one expected file: what is given beside the document, and what comes of it.
type want struct {
	Given    *given    `json:"given,omitempty"`
	Error    string    `json:"error,omitempty"`
	Title    string    `json:"title,omitempty"`
	Repaired string    `json:"repaired,omitempty"`
	Dropped  int       `json:"dropped,omitempty"`
	Items    []rawItem `json:"items,omitempty"`
}

type given struct {
	ContentType string `json:"content_type,omitempty"`
	Timezone    string `json:"timezone,omitempty"`
}

type rawItem struct {
	Keys       []string     `json:"keys"`
	URL        string       `json:"url,omitempty"`
	Link       string       `json:"link,omitempty"`
	Title      string       `json:"title,omitempty"`
	Text       string       `json:"text,omitempty"`
	Lang       string       `json:"lang"`
	Author     string       `json:"author,omitempty"`
	Categories []string     `json:"categories,omitempty"`
	Media      []news.Media `json:"media,omitempty"`
	Published  string       `json:"published"`
}

// goldenNow is when the documents of testdata are read.
var goldenNow = time.Date(2026, 4, 4, 12, 0, 0, 0, time.UTC)

// TestParse reads every document of testdata/parse and compares with the .want.json beside it. A new case is a new document,
// then -update, then a look at the file it wrote.
func TestParse(t *testing.T) {
	files, err := filepath.Glob("testdata/parse/*")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".want.json") {
			continue
		}
		cases++
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var old want
			expected, err := os.ReadFile(file + ".want.json")
			switch {
			case err == nil:
				if err := json.Unmarshal(expected, &old); err != nil {
					t.Fatalf("read %s.want.json: %v", file, err)
				}
			case !*update:
				t.Fatal(err)
			}
			got := parseGolden(t, body, old.Given)
			if *update {
				if err := os.WriteFile(file+".want.json", got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(got, expected) {
				t.Errorf("got\n%s\nwant\n%s", got, expected)
			}
		})
	}
	if cases < 40 {
		t.Errorf("only %d documents in testdata/parse", cases)
	}
}

func parseGolden(t *testing.T, body []byte, g *given) []byte {
	t.Helper()
	w := want{Given: g}
	if g == nil {
		g = &given{}
	}
	feed := news.Feed{ID: "f", Language: "xx", Timezone: g.Timezone}
	doc, err := New(Options{}).Parse(t.Context(), body, g.ContentType, "https://origin.example/rss/all.xml", feed, goldenNow)
	var fe *news.FetchError
	switch {
	case errors.As(err, &fe):
		w.Error = fe.Error()
	case err != nil:
		t.Fatalf("%v is no FetchError", err)
	}
	w.Title, w.Repaired, w.Dropped = doc.Title, doc.Repaired, doc.Dropped
	for _, it := range doc.Items {
		checkItem(t, it, goldenNow)
		if it.FeedID != "f" || !it.Seen.Equal(goldenNow) {
			t.Errorf("feed %q, seen %v", it.FeedID, it.Seen)
		}
		w.Items = append(w.Items, rawItem{it.Keys, it.URL, it.Link, it.Title, it.Text, it.Lang, it.Author, it.Categories, it.Media,
			it.Published.Format(time.RFC3339)})
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(w); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
