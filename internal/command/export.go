package command

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"vestnik/internal/news"
)

// Bounds of /export.
const (
	exportSpan  = 7 * 24 * time.Hour // when nobody says
	exportMost  = 366 * 24 * time.Hour
	exportItems = 5000
	exportBytes = 4 << 20
	exportText  = 1000 // characters of an item's text
	exportPage  = 500  // items read at a time
)

// export sends the items on watchlists as a file. It takes a watchlist, how far to look back, and csv or jsonl, in any order.
func export(ctx context.Context, t *talk) ([]Reply, error) {
	span, what := cutSpan(t.args)
	if span == 0 {
		span = exportSpan
	}
	var words []string
	format := "csv"
	for word := range strings.FieldsSeq(what) {
		if f := strings.ToLower(word); f == "csv" || f == "jsonl" {
			format = f
			continue
		}
		words = append(words, word)
	}
	if span < time.Hour || span > exportMost {
		return t.reply("export.usage"), nil
	}
	f := news.Filter{Matched: true, Since: t.now.Add(-span), Limit: exportPage}
	name := t.loc.Text("export.any")
	if len(words) > 0 {
		w, ok := t.list(strings.Join(words, " "))
		if !ok {
			return []Reply{{Doc: append(t.unknownLists([]string{clip(strings.Join(words, " "), 60)}), t.say("export.usage")...)}}, nil
		}
		f.Watchlist, name = w.ID, t.name(w.ID)
	}
	s := newSheet(format, t.Zone)
	for !s.full {
		items, err := t.Store.Recent(ctx, f)
		if err != nil {
			return nil, err
		}
		if err := s.add(items); err != nil {
			return nil, err
		}
		if len(items) < exportPage {
			break
		}
		f.Before = items[len(items)-1].Cursor()
	}
	if s.n == 0 {
		return t.reply("export.nothing", "name", Span{Text: name, Bold: true}, "span", t.loc.Duration(span)), nil
	}
	doc := t.say("export.done", "n", s.n, "name", Span{Text: name, Bold: true}, "span", t.loc.Duration(span))
	if s.full {
		doc = append(doc, t.say("export.cut")...)
	}
	file := &news.File{Name: fileName(f.Watchlist, t.now, format), Type: map[string]string{"csv": "text/csv", "jsonl": "application/x-ndjson"}[format], Data: s.b.Bytes()}
	return []Reply{{Doc: doc, File: file}}, nil
}

// fileName is what a file of a watchlist is called: an id may hold anything.
func fileName(list string, now time.Time, ending string) string {
	list = strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, list), "-")
	if list == "" {
		list = "items"
	}
	return "vestnik-" + list[:min(len(list), 40)] + "-" + now.Format(time.DateOnly) + "." + ending
}

// A sheet is items as rows of a file.
type sheet struct {
	format string
	zone   *time.Location
	b      bytes.Buffer
	n      int
	full   bool // there are more items than it takes
}

func newSheet(format string, zone *time.Location) *sheet {
	if zone == nil {
		zone = time.UTC
	}
	s := &sheet{format: format, zone: zone}
	if format == "csv" {
		s.b.WriteString("\ufeff") // without it spreadsheets take the file for one in the system's old encoding
		_ = s.row(columns())      // it is bytes in memory
	}
	return s
}

// add adds items while there is room.
func (s *sheet) add(items []news.Found) error {
	for _, f := range items {
		if s.n == exportItems || s.b.Len() > exportBytes {
			s.full = true
			return nil
		}
		r := exported(f, s.zone)
		var err error
		if s.format == "csv" {
			err = s.row(r.cells())
		} else {
			e := json.NewEncoder(&s.b)
			e.SetEscapeHTML(false)
			err = e.Encode(r)
		}
		if err != nil {
			return fmt.Errorf("write item %d: %w", f.Item.ID, err)
		}
		s.n++
	}
	return nil
}

func (s *sheet) row(cells []string) error {
	w := csv.NewWriter(&s.b)
	w.UseCRLF = true // RFC 4180
	if err := w.Write(cells); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// A record is an item in a file.
type record struct {
	ID         int64    `json:"id"`
	Published  string   `json:"published"` // RFC 3339, in the chat's time zone
	Seen       string   `json:"seen"`
	Outlet     string   `json:"outlet"`
	Feed       string   `json:"feed"`
	Country    string   `json:"country,omitempty"`
	Type       string   `json:"type,omitempty"`
	Language   string   `json:"language,omitempty"`
	Title      string   `json:"title"`
	Link       string   `json:"link,omitempty"`
	Author     string   `json:"author,omitempty"`
	Watchlists []string `json:"watchlists"`
	Score      float64  `json:"score"` // the highest
	Text       string   `json:"text,omitempty"`
}

func columns() []string {
	return []string{"id", "published", "seen", "outlet", "feed", "country", "type", "language", "title", "link", "author", "watchlists", "score", "text"}
}

func exported(f news.Found, zone *time.Location) record {
	r := record{ID: f.Item.ID, Published: f.Item.Published.In(zone).Format(time.RFC3339), Seen: f.Item.Seen.In(zone).Format(time.RFC3339),
		Outlet: oneLine(f.Feed.Outlet), Feed: f.Feed.ID, Country: f.Feed.Country, Type: string(f.Feed.Type), Language: f.Item.Lang,
		Title: oneLine(f.Item.Title), Link: f.Item.Link, Author: oneLine(f.Item.Author), Text: clip(f.Item.Text, exportText), Watchlists: []string{}}
	for _, m := range f.Matches {
		if m.Over {
			r.Watchlists, r.Score = append(r.Watchlists, m.Watchlist), max(r.Score, m.Score)
		}
	}
	return r
}

func (r record) cells() []string {
	cells := []string{fmt.Sprint(r.ID), r.Published, r.Seen, r.Outlet, r.Feed, r.Country, r.Type, r.Language, r.Title, r.Link, r.Author,
		strings.Join(r.Watchlists, " "), number(r.Score), r.Text}
	for i, c := range cells {
		cells[i] = harmless(c)
	}
	return cells
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula: https://owasp.org/www-community/attacks/CSV_Injection
func harmless(cell string) string {
	if first := strings.TrimLeft(cell, " \u00a0\ufeff\u200b"); first != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(first)[0]) {
		return "'" + cell
	}
	return cell
}
