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
	"vestnik/internal/feeds"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/text"
)

type matchOptions struct {
	*options
	watchlist string
	minScore  float64
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
  {"id":"1","title":"…","text":"…","lang":"ru"}         "html": true when title and text are HTML
and for each line one is written, in the same order, with offsets in Unicode code points of the field as given:
  {"id":"1","matches":[{"watchlist":"csto","score":1.5,"over":true,"hits":[{"term":"ОДКБ","surface":"ОДКБ","field":"title","start":0,"end":4}]}]}`,
		Example: `  echo "Встреча с Токаевым прошла в Минске" | bot match
  bot match --watchlist csto article.txt
  bot match --forms tokayev
  bot match --profiles seeds/profiles.yaml --format jsonl < items.jsonl`,
		RunE: func(c *cobra.Command, args []string) error { return mo.run(c.Context(), args) },
	}
	f := c.Flags()
	f.StringVar(&mo.watchlist, "watchlist", "", "only this watchlist")
	f.Float64Var(&mo.minScore, "min-score", 0, "also show matches below their threshold, from this score on (0: only those over it)")
	f.StringVar(&mo.profiles, "profiles", "", "a profiles file in which every profile is a watchlist of its own; no configuration is read")
	f.StringVar(&mo.format, "format", "text", "text or jsonl")
	f.StringVar(&mo.forms, "forms", "", "print every form of this profile's names and keywords, then stop")
	return c
}

func (mo *matchOptions) run(ctx context.Context, args []string) error {
	if mo.format != "text" && mo.format != "jsonl" {
		return usageError(fmt.Errorf("--format is text or jsonl, not %q", mo.format))
	}
	m, names, err := mo.matcher()
	if err != nil {
		return err
	}
	if mo.forms != "" {
		return mo.printForms(m)
	}
	if mo.watchlist != "" && names[mo.watchlist] == "" {
		return usageError(fmt.Errorf("there is no watchlist %q", mo.watchlist))
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
			if err = mo.file(ctx, m, names, name, out); err != nil {
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

// matcher compiles the profiles file or the configuration; names maps watchlist ids to what people call them.
func (mo *matchOptions) matcher() (*match.Matcher, map[string]string, error) {
	names := map[string]string{}
	if mo.profiles == "" {
		cfg, m, err := mo.load()
		if err != nil {
			return nil, nil, err
		}
		for _, w := range cfg.Watchlists {
			names[w.ID] = w.Name
		}
		return m, names, nil
	}
	data, err := os.ReadFile(mo.profiles)
	if err != nil {
		return nil, nil, usageError(fmt.Errorf("read profiles: %w", err))
	}
	profiles, err := config.ParseProfiles(data, mo.profiles)
	if err != nil {
		return nil, nil, usageError(err)
	}
	lists := make([]news.Watchlist, len(profiles))
	for i, p := range profiles {
		lists[i] = news.Watchlist{ID: p.ID, Name: p.ID, Profiles: []string{p.ID}, Threshold: 1}
		names[p.ID] = p.ID
	}
	m, faults := match.Compile(profiles, lists, nil)
	if len(faults) > 0 {
		return nil, nil, usageError(fmt.Errorf("%s: %w", mo.profiles, faults))
	}
	return m, names, nil
}

func (mo *matchOptions) printForms(m *match.Matcher) error {
	forms := m.Forms(mo.forms)
	if forms == nil {
		return usageError(fmt.Errorf("there is no profile %q; the profiles file names those there are", mo.forms))
	}
	for _, f := range forms {
		fmt.Fprintf(mo.stdout, "%s (%s)\n", f.Term, f.Lang)
		for _, w := range f.Words {
			fmt.Fprintf(mo.stdout, "    %s\n", strings.Join(w, " "))
		}
	}
	return nil
}

func (mo *matchOptions) file(ctx context.Context, m *match.Matcher, names map[string]string, name string, out io.Writer) error {
	if name == "-" {
		return mo.read(ctx, m, names, "standard input", mo.stdin, out)
	}
	f, err := os.Open(name)
	if err != nil {
		return usageError(err)
	}
	defer f.Close()
	return mo.read(ctx, m, names, name, f, out)
}

func (mo *matchOptions) read(ctx context.Context, m *match.Matcher, names map[string]string, name string, r io.Reader, out io.Writer) error {
	if mo.format == "jsonl" {
		return mo.lines(ctx, m, name, r, out)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxInput {
		return fmt.Errorf("%s is larger than %d MB; cut it, or give it as JSON lines", name, maxInput>>20)
	}
	items, err := readItems(ctx, data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i := range items {
		if err := mo.explain(m, names, &items[i], out); err != nil {
			return err
		}
	}
	return nil
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
		return nil, errors.New("this is not text in UTF-8; save it as UTF-8")
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
		shown := m.Over || mo.minScore > 0 && m.Score >= mo.minScore
		if shown && (mo.watchlist == "" || m.Watchlist == mo.watchlist) {
			kept = append(kept, m)
		}
	}
	return kept
}

func (mo *matchOptions) explain(m *match.Matcher, names map[string]string, it *news.Item, out io.Writer) error {
	fmt.Fprintf(out, "%s\n", it.Title)
	matches := mo.keep(m.Match(it))
	if len(matches) == 0 {
		_, err := fmt.Fprintln(out, "  no watchlist")
		return err
	}
	for _, match := range matches {
		verdict := "alerts"
		switch {
		case len(match.Excluded) > 0:
			verdict = fmt.Sprintf("silent: excluded by %q", match.Excluded[0].Term)
		case !match.Over:
			verdict = "silent: below its threshold"
		}
		fmt.Fprintf(out, "  %s: score %.4g, %s\n", names[match.Watchlist], match.Score, verdict)
		for _, h := range match.Hits {
			fmt.Fprintf(out, "    %s %d: %s ← %s (%s, %.4g)\n", h.Field, codePoints(fieldOf(it, h.Field), h.Start), h.Surface, h.Term, h.Rule, h.Weight)
		}
	}
	return nil
}

func fieldOf(it *news.Item, field string) string {
	if field == news.FieldTitle {
		return it.Title
	}
	return it.Text
}

func codePoints(s string, to int) int { return utf8.RuneCountInString(s[:to]) }
