package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/feeds"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/profile"
	"vestnik/internal/text"
)

type matchOptions struct {
	*options
	watchlist string
	minScore  float64
	below     bool // --min-score was given: matches below their threshold are shown, too
	profiles  string
	format    string
	forms     string
}

func matchCommand(o *options) *cobra.Command {
	mo := &matchOptions{options: o}
	c := &cobra.Command{
		Use:   "match [FILE…]",
		Short: "Run the watchlists over text, a feed document or JSON lines, and explain every hit",
		Long: `Runs the watchlists over files, or over standard input, and explains every hit. Nothing is stored or sent.

A file may be plain text, a feed document (RSS, Atom, RDF, JSON Feed), or with --format jsonl one JSON object a line:
  {"id":"1","title":"…","text":"…","lang":"ru"}
  "html": true            title and text are HTML
  "feed": "tass-ru"       the id of the feed it came with: a feed of the configuration
and for each line one is written, in the same order, with offsets in Unicode code points of the field as given:
  {"id":"1","matches":[{"watchlist":"csto","score":1.5,"over":true,"hits":[{"term":"ОДКБ","surface":"ОДКБ","field":"title","start":0,"end":4}]}]}

The filters source:, country: and type: of a query ask for the feed of an item. Text and feed documents given here have none, nor have JSON lines
without "feed": there these filters do not hold, so that NOT source:x does. With --profiles there are no feeds at all. lang: looks at "lang" of a
JSON line; the language of text and of feed documents is recognised.

--forms prints where a name is found: for each language whether the name is looked for as the profile writes it ("as written") or as newspapers of
that language do ("respelled"), and the forms of each word. A form that ends with … stands for all words that begin so.`,
		Example: `  echo "Встреча с Токаевым прошла в Минске" | bot match
  bot match --watchlist csto article.txt
  bot match --forms tokayev
  bot match --profiles seeds/profiles.yaml --format jsonl < items.jsonl`,
		RunE: func(c *cobra.Command, args []string) error {
			mo.below = c.Flags().Changed("min-score")
			return mo.run(c.Context(), args)
		},
	}
	f := c.Flags()
	f.StringVar(&mo.watchlist, "watchlist", "", "only this watchlist")
	f.Var((*score)(&mo.minScore), "min-score", "also show matches below their threshold, from this score on (not given: only those over it)")
	f.StringVar(&mo.profiles, "profiles", "", "a profiles file in which every profile is a watchlist of its own; no configuration is read")
	f.StringVar(&mo.format, "format", "text", "text or jsonl")
	f.StringVar(&mo.forms, "forms", "", "print every form of this profile's names and keywords, then stop")
	return c
}

// A ruleset is what text is matched against.
type ruleset struct {
	matcher  *match.Matcher
	lists    []news.Watchlist
	profiles []news.Profile
	feeds    []news.Feed
}

func (mo *matchOptions) run(ctx context.Context, args []string) error {
	if mo.format != "text" && mo.format != "jsonl" {
		return usageError(fmt.Errorf("--format is text or jsonl, not %q", mo.format))
	}
	rs, err := mo.ruleset()
	if err != nil {
		return err
	}
	if mo.forms != "" {
		return mo.printForms(rs)
	}
	if mo.watchlist != "" {
		if err := knownList(mo.watchlist, rs.lists); err != nil {
			return err
		}
	}
	if len(args) == 0 {
		args = []string{"-"}
		if f, ok := mo.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			fmt.Fprintln(mo.stderr, "Write or paste the text here and end it with Ctrl-D.")
		}
	}
	// Reading a terminal or a pipe cannot be called off, so Ctrl-C leaves the reader behind.
	done := make(chan error, 1)
	go func() {
		out := bufio.NewWriterSize(mo.stdout, 1<<16)
		var err error
		for _, name := range args {
			if err = mo.file(ctx, rs, name, out); err != nil {
				break
			}
		}
		done <- errors.Join(err, out.Flush())
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errors.New("stopped")
	}
}

// ruleset compiles the profiles file or the configuration.
func (mo *matchOptions) ruleset() (*ruleset, error) {
	if mo.profiles == "" {
		cfg, m, err := mo.load()
		if err != nil {
			return nil, err
		}
		return &ruleset{m, cfg.Watchlists, cfg.Profiles, cfg.Feeds}, nil
	}
	data, err := os.ReadFile(mo.profiles)
	if err != nil {
		return nil, usageError(fmt.Errorf("read profiles: %w", err))
	}
	profiles, err := config.ParseProfiles(data, mo.profiles)
	if err != nil {
		return nil, usageError(err)
	}
	lists := make([]news.Watchlist, len(profiles))
	for i, p := range profiles {
		lists[i] = news.Watchlist{ID: p.ID, Name: p.ID, Profiles: []string{p.ID}, Threshold: 1}
	}
	m, faults := match.Compile(profiles, lists, nil)
	if len(faults) > 0 {
		return nil, usageError(fmt.Errorf("%s: %w", mo.profiles, faults))
	}
	return &ruleset{m, lists, profiles, nil}, nil
}

func (mo *matchOptions) file(ctx context.Context, rs *ruleset, name string, out io.Writer) error {
	if name == "-" {
		return mo.read(ctx, rs, "standard input", mo.stdin, out)
	}
	f, err := os.Open(name)
	if err != nil {
		return usageError(err)
	}
	defer f.Close()
	return mo.read(ctx, rs, name, f, out)
}

func (mo *matchOptions) read(ctx context.Context, rs *ruleset, name string, r io.Reader, out io.Writer) error {
	if mo.format == "jsonl" {
		return mo.lines(ctx, rs, name, r, out)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxInput {
		return fmt.Errorf("%s is larger than %d MB; cut it, or give it as JSON lines", name, maxInput>>20)
	}
	items, err := readItems(ctx, data)
	switch {
	case errors.Is(err, errNotUTF8):
		return foreign(name, data)
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	}
	t := terminalFor(mo.options, nil)
	t.Out = out
	e := console.Explained{Names: map[string]string{}, Queries: map[string]string{}}
	for _, w := range rs.lists {
		e.Names[w.ID], e.Queries[w.ID] = w.Name, w.Query
	}
	for _, it := range items {
		e.Item, e.Matches = it, mo.keep(rs.matcher.Match(&it))
		if err := t.Explain(e); err != nil {
			return err
		}
	}
	return nil
}

var errNotUTF8 = errors.New("not UTF-8 text")

// foreign says what bytes that are not UTF-8 look like and what to do about it, as profile build does.
func foreign(name string, data []byte) error {
	_, err := profile.ReadArticle("article.txt", data)
	if _, why, ok := strings.Cut(fmt.Sprint(err), errNotUTF8.Error()); ok {
		return fmt.Errorf("%s: %w%s", name, errNotUTF8, why)
	}
	return fmt.Errorf("%s: %w; save the file as UTF-8", name, errNotUTF8)
}

// readItems makes items of a file's bytes: the entries of a feed document, else one item of plain text or HTML whose first line is its title.
func readItems(ctx context.Context, data []byte) ([]news.Item, error) {
	doc, err := feeds.New(feeds.Options{Language: text.Detect}).Parse(ctx, data, "", "", news.Feed{ID: "file"}, time.Now())
	var fault *news.FetchError
	switch {
	case err == nil:
		return doc.Items, nil
	case errors.As(err, &fault) && fault.Class == news.ErrParse:
		return nil, err // it is a feed document, but broken
	case !utf8.Valid(data):
		return nil, errNotUTF8
	}
	title, body, _ := strings.Cut(text.FromHTML(string(data)), "\n")
	if title == "" {
		return nil, errors.New("there is no text in it")
	}
	lang, _ := text.Detect(title + "\n" + body)
	return []news.Item{{Title: title, Text: body, Lang: lang}}, nil
}

// maxInput bounds a text given to match, and a line of JSON.
const maxInput = 32 << 20

// keep returns the matches that the flags ask for.
func (mo *matchOptions) keep(all []news.Match) []news.Match {
	kept := all[:0]
	for _, m := range all {
		shown := m.Over || mo.below && m.Score >= mo.minScore
		if shown && (mo.watchlist == "" || m.Watchlist == mo.watchlist) {
			kept = append(kept, m)
		}
	}
	return kept
}

func fieldOf(it *news.Item, field string) string {
	if field == news.FieldTitle {
		return it.Title
	}
	return it.Text
}

func codePoints(s string, to int) int { return utf8.RuneCountInString(s[:to]) }
