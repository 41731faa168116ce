package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/text"
)

// The contract of --format jsonl.
type (
	lineIn struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Text  string `json:"text"`
		Lang  string `json:"lang"`
		HTML  bool   `json:"html"`
		Feed  string `json:"feed"`
	}
	lineOut struct {
		ID      string      `json:"id"`
		Matches []lineMatch `json:"matches"`
		Plain   *linePlain  `json:"plain,omitempty"`
	}
	linePlain struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	}
	lineMatch struct {
		Watchlist string    `json:"watchlist"`
		Score     float64   `json:"score"`
		Over      bool      `json:"over"`
		Hits      []lineHit `json:"hits"`
	}
	lineHit struct {
		Term    string `json:"term"`
		Surface string `json:"surface"`
		Field   string `json:"field"`
		Start   int    `json:"start"`
		End     int    `json:"end"`
	}
)

func (mo *matchOptions) lines(ctx context.Context, rs *ruleset, name string, r io.Reader, out io.Writer) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 1<<16), maxInput)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for n := 1; sc.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var in lineIn
		if err := json.Unmarshal(sc.Bytes(), &in); err != nil {
			return fmt.Errorf("%s, line %d: want a JSON object with id, title and text: %w", name, n, err)
		}
		if in.Feed != "" && rs.feeds != nil && !slices.ContainsFunc(rs.feeds, func(f news.Feed) bool { return f.ID == in.Feed }) {
			return fmt.Errorf("%s, line %d: there is no feed %q in the configuration", name, n, in.Feed)
		}
		if err := enc.Encode(mo.line(rs.matcher, in)); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

func (mo *matchOptions) line(m *match.Matcher, in lineIn) lineOut {
	out := lineOut{ID: in.ID, Matches: []lineMatch{}}
	it := &news.Item{Title: in.Title, Text: in.Text, Lang: in.Lang, FeedID: in.Feed}
	if in.HTML {
		it.Title, it.Text = text.OneLine(in.Title), text.FromHTML(in.Text)
		out.Plain = &linePlain{it.Title, it.Text}
	}
	for _, match := range mo.keep(m.Match(it)) {
		lm := lineMatch{match.Watchlist, match.Score, match.Over, []lineHit{}}
		for _, h := range match.Hits {
			field := fieldOf(it, h.Field)
			start := codePoints(field, h.Start)
			end := start + utf8.RuneCountInString(h.Surface)
			lm.Hits = append(lm.Hits, lineHit{h.Term, h.Surface, h.Field, start, end})
		}
		out.Matches = append(out.Matches, lm)
	}
	return out
}
