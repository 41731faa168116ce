package feeds

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"vestnik/internal/news"
)

func length(s string) int { return utf8.RuneCountInString(s) }

func TestCapped(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{"", 5, ""},
		{"Токаев", 6, "Токаев"},
		{"Токаев приехал в Минск", 22, "Токаев приехал в Минск"},
		{"Токаев приехал в Минск", 21, "Токаев приехал в…"},
		{"Токаев приехал в Минск", 17, "Токаев приехал в…"}, // the word ends where the cut is
		{"Токаев приехал в Минск", 16, "Токаев приехал…"},
		{"ПРЕЗИДЕНТ ҚАЗАҚСТАНҒА КЕЛДІ", 25, "ПРЕЗИДЕНТ ҚАЗАҚСТАНҒА…"},
		{"first\n\nsecond line", 12, "first…"},
		{"ראש הממשלה הגיע", 12, "ראש הממשלה…"},
		{"👩👧 🇰🇿 саммит", 8, "👩👧 🇰🇿…"},
		{"总统抵达明斯克参加峰会", 5, "总统抵达…"},
		{strings.Repeat("ж", maxWord) + " конец", maxWord, strings.Repeat("ж", maxWord-1) + "…"},
	} {
		got := capped(c.in, c.most)
		if got != c.want || length(got) > c.most {
			t.Errorf("capped(%q, %d) = %q, want %q", c.in, c.most, got, c.want)
		}
	}
}

// What is cut before it is converted ends in a whole word as well, and in no half of a tag, an entity or a character.
func TestPlainTextOfLongMarkup(t *testing.T) {
	picture := "<img src='data:image/png;base64," + strings.Repeat("A", maxMarkup-200) + "'>"
	for shift := 0; shift < 60; shift += 7 {
		got := plainText(strings.Repeat("-", shift)+" "+picture+strings.Repeat("<p>Токаевщина&nbsp;&laquo;Мир&raquo; <b class='x y'>", 20), maxText)
		if strings.Contains(strings.ReplaceAll(got, "Токаевщина", ""), "Токаев") || strings.ContainsAny(got, "<&\uFFFD") || !strings.HasSuffix(got, more) {
			t.Errorf("shifted by %d: %q", shift, got)
		}
	}
	if got := plainText("<script>"+strings.Repeat("x ", maxMarkup), maxText); got != "" {
		t.Errorf("of nothing to read came %q", got)
	}
}

// An entry may bring no more than is bounded, whatever it writes; a second, modest one comes through as it is.
func TestItemFieldsAreCapped(t *testing.T) {
	var categories strings.Builder
	for i := range 3 * maxCategories {
		fmt.Fprintf(&categories, "<category>%d %s</category>", i, strings.Repeat("тема ", maxCategory))
	}
	long := strings.Repeat("слово ", maxText/5)
	feed := `<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>` + long + `</title><link>https://ozero.example/` + strings.Repeat("x", maxURL) + `/</link>` +
		`<item><title>` + long + `</title><description>&lt;p&gt;` + long + `</description><link>/` + strings.Repeat("ж", maxURL/3) + `</link>` + categories.String() +
		`<dc:creator>` + long + `</dc:creator></item>` +
		`<item><title>Паром</title><link>parom</link></item></channel></rss>`
	doc, err := New(Options{}).Parse(t.Context(), []byte(feed), "", "https://ozero.example/rss", news.Feed{ID: "f"}, goldenNow)
	if err != nil {
		t.Fatal(err)
	}
	if length(doc.Title) > maxTitle || len(doc.Items) != 2 {
		t.Fatalf("%d items, title of %d", len(doc.Items), length(doc.Title))
	}
	it := doc.Items[0]
	checkItem(t, it, goldenNow)
	for name, s := range map[string]string{"title": it.Title, "text": it.Text, "author": it.Author, "category": it.Categories[0]} {
		if !strings.HasSuffix(s, more) {
			t.Errorf("%s ends in %q", name, s[max(0, len(s)-40):])
		}
	}
	if length(it.Text) < maxText-10 || length(it.Title) < maxTitle-10 || len(it.Categories) != maxCategories || length(it.Categories[0]) > maxCategory {
		t.Errorf("title %d, text %d, categories %d, the first of %d", length(it.Title), length(it.Text), len(it.Categories), length(it.Categories[0]))
	}
	if it.Link != "" || it.URL != "" { // escaped, it is longer than maxURL
		t.Errorf("link of %d, URL of %d bytes", len(it.Link), len(it.URL))
	}
	if second := doc.Items[1]; second.Link != "https://ozero.example/parom" { // relative to the document, as the feed's own link is no address
		t.Errorf("the second entry's link is %q", second.Link)
	}
}
