package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/excerpt"
	"vestnik/internal/feeds"
	"vestnik/internal/news"
	"vestnik/internal/opml"
)

type feedsImport struct {
	*options
	feedFlags
	dry, skip, fetch bool

	languages map[string]told // address → what its items told, when they were fetched
}

// told is the language that the items of a feed are written in, or why that is not known.
type told struct{ language, not string }

func feedsImportCommand(o *options) *cobra.Command {
	i := &feedsImport{options: o}
	c := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Put the feeds of an OPML list, as other readers export it, into the configuration",
		Long: `Reads an OPML list and adds the feeds that are not there yet to the configuration, everything else in it and all comments kept; a table tells what became of each.
OPML knows neither countries nor types, and seldom languages: what the list does not say is taken from the flags, a country that has no flag from the ending of the
address. With --fetch each feed is read once, and its items tell the language; that goes before --language. As long as something is missing nothing is written, and each
feed is named with its line of the list; --skip leaves those out. «bot check --probe» tries the feeds afterwards.`,
		Example: `  bot feeds import subscriptions.opml --type independent --language ru
  bot feeds import - --dry-run < list.opml
  bot feeds import mixed.opml --type independent --fetch --skip`,
		Args: oneArgument("FILE (or - for the input)"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := i.check(c.Flags().Changed); err != nil {
				return err
			}
			return i.run(c.Context(), args[0])
		},
	}
	f := c.Flags()
	f.StringVar(&i.country, "country", "", "the country of feeds for which the list gives none, such as BY (default: as the address ends)")
	f.StringVar(&i.language, "language", "", "the language of feeds for which the list gives none, such as ru")
	f.StringVar(&i.kind, "type", "", typesHelp+", for feeds for which the list does not say it")
	f.BoolVar(&i.fetch, "fetch", false, "read each feed once, to tell its language")
	f.BoolVar(&i.skip, "skip", false, "leave out feeds of which something is missing")
	f.BoolVar(&i.dry, "dry-run", false, "write nothing, show what would be written")
	return c
}

func (i *feedsImport) run(ctx context.Context, file string) error {
	cfg, _, err := i.feedsConfig()
	if err != nil {
		return err
	}
	data, err := i.readList(ctx, file)
	if err != nil {
		return err
	}
	outlines, cut, err := opml.Parse(feeds.DecodeXML(data))
	if err != nil {
		return usageError(fmt.Errorf("%s: %w", file, err))
	}
	if len(outlines) == 0 {
		return usageError(fmt.Errorf("%s: the list has no feeds", file))
	}
	if cut {
		fmt.Fprintf(i.stderr, "%s: warning: the list ends before its end; what is there is taken\n", file)
	}
	if i.fetch {
		if err := i.askLanguages(ctx, cfg, outlines); err != nil {
			return err
		}
	}
	rows, list, faults := i.plan(outlines, rosterOf(cfg))
	if len(faults) > 0 && !i.skip {
		if i.dry {
			if err := openTerminal(i.options, cfg).Imports(rows, true); err != nil {
				return err
			}
		}
		var b strings.Builder
		for _, f := range faults {
			fmt.Fprintf(&b, "\n%s:%s", file, f)
		}
		return usageError(fmt.Errorf("nothing was written; give what is missing with --country, --language and --type, or leave these out with --skip:%s", b.String()))
	}
	if !i.dry && len(list) > 0 {
		if _, err := i.writeFeeds(list); err != nil {
			fmt.Fprintln(i.stdout, "The lines to add yourself:")
			i.entries(list)
			return err
		}
	}
	if err := openTerminal(i.options, cfg).Imports(rows, i.dry); err != nil {
		return err
	}
	if i.dry && len(list) > 0 {
		fmt.Fprintf(i.stdout, "\nFor %s, below \"feeds:\":\n", i.config)
		i.entries(list)
	}
	return nil
}

// readList reads the list, or standard input for "-".
func (i *feedsImport) readList(ctx context.Context, file string) ([]byte, error) {
	in := i.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, usageError(err)
		}
		defer f.Close()
		in = f
	}
	type result struct {
		data []byte
		err  error
	}
	read := make(chan result, 1)
	go func() { // left behind on Ctrl-C: reading a terminal or a pipe cannot be called off
		// UTF-32 takes four bytes for a character.
		data, err := io.ReadAll(io.LimitReader(in, 4*opml.MaxBytes+1))
		read <- result{data, err}
	}()
	select {
	case <-ctx.Done():
		return nil, errors.New("stopped; nothing was written")
	case r := <-read:
		if r.err != nil {
			return nil, fmt.Errorf("read %s: %w", file, r.err)
		}
		return r.data, nil
	}
}

// askLanguages reads the new feeds of which the list does not give the language.
func (i *feedsImport) askLanguages(ctx context.Context, cfg *config.Config, outlines []opml.Outline) error {
	log, err := i.logger(cfg.Log)
	if err != nil {
		return err
	}
	i.languages = map[string]told{}
	var ask []string
	k := rosterOf(cfg)
	for _, o := range outlines {
		f, skip, faults := i.feed(o, k)
		if skip != "" || o.Language != "" || slices.ContainsFunc(faults, func(x news.Fault) bool { return x.Path == "url" }) {
			continue // an address that is refused, for its password say, is not asked either
		}
		_, _, there := k.at(f.URL)
		if _, twice := i.languages[f.URL]; !there && !twice {
			i.languages[f.URL] = told{}
			ask = append(ask, f.URL)
		}
	}
	client := newClient(cfg, log)
	bar := newProgress(i.stderr, len(ask), time.Now)
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(max(cfg.Fetch.Concurrency, 1))
	for _, address := range ask {
		g.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			doc, err := client.Fetch(ctx, news.Feed{URL: address}, news.FeedState{}, time.Now())
			t := told{language: client.GuessLanguage(doc.Items)}
			switch {
			case err != nil:
				t.not = err.Error()
			case t.language == "":
				t.not = "its items do not tell"
			}
			mu.Lock()
			defer mu.Unlock()
			i.languages[address] = t
			bar.step(0)
			return nil
		})
	}
	_ = g.Wait() // what cannot be read is told by feed
	bar.finish()
	if ctx.Err() != nil {
		return errors.New("stopped; nothing was written")
	}
	return nil
}

// plan says what becomes of each outline: a row each, the feeds to add, and what is wrong, each fault beginning with its line in the list.
func (i *feedsImport) plan(outlines []opml.Outline, k roster) (rows []console.Import, list []news.Feed, faults []string) {
	lines := map[string]int{} // address → where in the list
	k.reserved = map[string]bool{}
	for _, o := range outlines {
		k.reserved[o.Own.ID] = true
	}
	for _, o := range outlines {
		row := console.Import{Line: o.Line, Title: o.Title, URL: shownAddress(o.URL)}
		f, skip, bad := i.feed(o, k)
		old, where, there := k.at(f.URL)
		before, twice := lines[sameAddress(f.URL)]
		switch {
		case o.URL == "":
			row.Reason = skip
		case there:
			row.Reason = fmt.Sprintf("it is there already, as %s (%s)", old.ID, where)
		case twice:
			row.Reason = fmt.Sprintf("it is in line %d as well", before)
		case skip != "":
			row.Reason = skip
		case len(bad) > 0:
			row.Reason = strings.Join(strings.Split(bad.Error(), "\n"), "; ")
			faults = append(faults, fmt.Sprintf("%d: %s: %s", o.Line, cmp.Or(excerpt.Line(o.Title), row.URL), row.Reason))
		default:
			row.ID = f.ID
			k.ids[f.ID] = true
			list = append(list, f)
		}
		if _, ok := lines[sameAddress(f.URL)]; !ok && o.URL != "" {
			lines[sameAddress(f.URL)] = o.Line
		}
		rows = append(rows, row)
	}
	return rows, list, faults
}

// feed is the outline's feed, filled in as far as that can be done; why it cannot be one here, whatever is given; and what is wrong or missing.
func (i *feedsImport) feed(o opml.Outline, k roster) (f news.Feed, skip string, faults news.Faults) {
	language, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(o.Language, "_", "-")), "-")
	f = news.Feed{
		ID: o.Own.ID, URL: o.URL, Outlet: excerpt.Line(o.Own.Outlet), Country: o.Own.Country, Language: language,
		Type: news.SourceType(o.Own.Type), Timezone: o.Own.Timezone,
	}
	if f.Outlet == "" {
		f.Outlet = feeds.GuessOutlet(o.Title, f.URL)
	}
	low := strings.ToLower(f.URL)
	if strings.HasPrefix(low, "feed://") {
		f.URL = "https:" + f.URL[len("feed:"):]
	}
	t := i.languages[f.URL]
	f.Language = cmp.Or(f.Language, t.language)
	guessed := feedFlags{country: i.country, language: i.language, kind: i.kind}
	given := feedFlags{country: f.Country, language: f.Language, kind: string(f.Type)}
	guessed.fill(&f) // the flags, and over them what the list says itself
	given.fill(&f)
	if f.Country == "" {
		f.Country = feeds.GuessCountry(f.URL)
	}
	if o.Own.Every != "" {
		every, err := config.ParseDuration(o.Own.Every)
		if err != nil {
			faults = append(faults, news.Fault{Path: "every", Msg: err.Error()})
		}
		f.Every = every
	}
	if o.URL == "" {
		return f, "the list calls it a feed and gives no address (xmlUrl)", nil
	}
	if strings.HasPrefix(low, "file:") {
		return f, "a list may not name files on this machine", nil
	}
	if k.taken(f.ID) {
		return f, fmt.Sprintf("the id %s is there already, with another address", f.ID), nil
	}
	if f.ID == "" {
		f.ID = feeds.GuessID(f.URL, f.Language, func(id string) bool { return k.taken(id) || k.reserved[id] })
	}
	wrong := config.CheckFeed(f)
	if i := slices.IndexFunc(wrong, func(x news.Fault) bool { return x.Path == "url" }); i >= 0 {
		return f, "", wrong[i : i+1] // what is missing does not matter before it has another address
	}
	for _, x := range wrong {
		if x.Path == "language" && t.not != "" {
			x.Msg += " (" + t.not + ")"
		}
		faults = append(faults, x)
	}
	return f, "", faults
}

// shownAddress is the address without the user and password a list may have.
func shownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	u.User = nil
	return u.String()
}
