package deliver

import (
	"fmt"
	"strings"
	"unicode"

	"vestnik/internal/news"
)

// Plain is the least that can be said of items: title and link of each, a line each, without control characters, and without the brackets that a sink
// might take for markup.
func Plain(items []news.OwedItem) string {
	brackets := strings.NewReplacer("<", "‹", ">", "›")
	var lines []string
	for _, o := range items {
		title, link := brackets.Replace(clean(o.Item.Title)), brackets.Replace(clean(o.Item.Link))
		if title == "" {
			title = fmt.Sprintf("item %d", o.Item.ID)
		}
		lines = append(lines, title)
		if link != "" {
			lines = append(lines, link)
		}
	}
	return strings.Join(lines, "\n")
}

func clean(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// reason is the ledger's word for an error: one line, never empty.
func reason(err error) string {
	if s := clean(err.Error()); s != "" {
		return s
	}
	return "refused"
}
