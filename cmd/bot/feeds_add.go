package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/console"
	"vestnik/internal/excerpt"
	"vestnik/internal/feeds"
	"vestnik/internal/match"
	"vestnik/internal/news"
)

type feedsAdd struct {
	*options
	feedFlags
	yes, dry bool
	in       *bufio.Scanner // nil: there is nobody to ask
}

func feedsAddCommand(o *options) *cobra.Command {
	a := &feedsAdd{options: o}
	c := &cobra.Command{
		Use:   "add ADDRESS",
		Short: "Find the feed of a site, show what it holds, and put it into the configuration",
		Long: `Finds the feed: ADDRESS is the feed itself, or a page that declares or links one, else a few usual places of the site are tried. Shows its five newest items
with the watchlists they are on, and the line it would add to the configuration; the id, the outlet, the country and the language in it are guesses. On a
terminal it asks for what cannot be guessed and before it writes; elsewhere it writes with --yes, but not a feed that was found because ADDRESS itself
failed, and ends with 1 when it wrote nothing. The line goes behind the feeds that are there; everything else in the file and all comments stay.`,
		Example: `  bot feeds add zviazda.by
  bot feeds add https://www.azattyq.org/rssfeeds --language kk --type independent --yes
  bot feeds add https://example.org/feed --dry-run`,
		Args: oneArgument("ADDRESS"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := a.check(c.Flags().Changed); err != nil {
				return err
			}
			return a.run(c.Context(), args[0])
		},
	}
	f := c.Flags()
	f.StringVar(&a.id, "id", "", "its id (default: after the site)")
	f.StringVar(&a.outlet, "outlet", "", "the outlet's name (default: the feed's title)")
	f.StringVar(&a.country, "country", "", "where the outlet is at home, such as BY (default: as the address ends)")
	f.StringVar(&a.language, "language", "", "what it writes in, such as be (default: what its items are written in)")
	f.StringVar(&a.kind, "type", "", typesHelp)
	f.StringVar(&a.timezone, "timezone", "", "the zone of dates that name none, such as Europe/Minsk")
	f.Var((*duration)(&a.every), "every", "how often it is polled, such as 15m (default: as often as it publishes)")
	f.BoolVar(&a.fullText, "full-text", false, "read the page of every new item for its whole text")
	f.BoolVar(&a.allowPrivate, "allow-private", false, "let this feed be on a private address, such as your own network's")
	f.StringVar(&a.userAgent, "user-agent", "", "what this feed's server is told the bot is (default: fetch.user_agent)")
	f.BoolVar(&a.yes, "yes", false, "write without asking")
	f.BoolVar(&a.dry, "dry-run", false, "write nothing")
	return c
}

const typesHelp = "who stands behind it: state, independent, exile, wire or analysis"

func (a *feedsAdd) run(ctx context.Context, address string) error {
	if a.yes && a.dry {
		return usageError(errors.New("--yes writes, --dry-run does not: one of them"))
	}
	cfg, m, err := a.feedsConfig()
	if err != nil {
		return err
	}
	log, err := a.logger(cfg.Log)
	if err != nil {
		return err
	}
	k := rosterOf(cfg)
	if a.id != "" && k.taken(a.id) {
		return usageError(fmt.Errorf("--id %s: another feed has it already (%s); %s is free", a.id, cfg.Locate(k.place(a.id)), free(a.id, k.taken)))
	}
	for _, typed := range []string{address, "https://" + address} {
		if f, where, ok := k.at(typed); ok {
			return fmt.Errorf("%s: this feed is there already, as %s", where, f.ID)
		}
	}
	if a.interactive() && !a.yes && !a.dry {
		a.in = bufio.NewScanner(a.stdin)
	}
	now := time.Now()
	client := newClient(cfg, log)
	var as news.Feed
	a.fill(&as)
	found, err := client.Discover(ctx, address, as, now, func(at string) { fmt.Fprintf(a.stderr, "asking %s …\n", at) })
	if err != nil {
		return notFound(ctx, err)
	}
	pick, err := a.choose(ctx, found, k)
	if err != nil {
		return err
	}
	f := client.Guess(pick.URL, pick.Document, k.taken)
	a.fill(&f)
	if a.id == "" && a.language != "" {
		f.ID = feeds.GuessID(pick.URL, a.language, k.taken)
	}
	for i := range pick.Document.Items {
		it := &pick.Document.Items[i]
		it.Lang = cmp.Or(it.Lang, f.Language) // as it would be stored
	}
	sample := console.Sample{URL: pick.URL, How: pick.How, Document: pick.Document}
	if m != nil {
		sample.Lists = func(it *news.Item) []string { return lists(cfg, m, it) }
	}
	if err := openTerminal(a.options, cfg).Sample(sample, now); err != nil {
		return err
	}
	a.zoneNote(pick.Document.Zoneless, pick.Document.Zone)
	return a.settle(ctx, f, k)
}

// zoneNote says how the dates were read that name no zone.
func (a *feedsAdd) zoneNote(n int, zone string) {
	if n == 0 {
		return
	}
	said, remedy := fmt.Sprintf("%d dates name no zone", n), ""
	if n == 1 {
		said = "1 date names no zone"
	}
	switch {
	case a.timezone != "":
	case a.in != nil:
		remedy = "; if the outlet means another, answer below with it, such as timezone=Asia/Almaty"
	default:
		remedy = "; if the outlet means another, name it with --timezone, such as --timezone Asia/Almaty"
	}
	fmt.Fprintf(a.stdout, "%s: read as %s%s\n", said, zone, remedy)
}

// place is the path of the feed of that id.
func (k roster) place(id string) string {
	for i, f := range k.cfg.Feeds {
		if f.ID == id {
			return fmt.Sprintf("feeds[%d].id", i)
		}
	}
	return "feeds"
}

// free is an id like id that is not taken.
func free(id string, taken func(string) bool) string {
	for i := 2; ; i++ {
		if s := id + "-" + strconv.Itoa(i); !taken(s) {
			return s
		}
	}
}

// notFound says what a person can do about a search that found nothing.
func notFound(ctx context.Context, err error) error {
	var none *feeds.NoFeedError
	var fe *news.FetchError
	switch {
	case ctx.Err() != nil:
		return errors.New("stopped; nothing was written")
	case !errors.As(err, &none):
		return usageError(err)
	case errors.As(err, &fe) && fe.Class == news.ErrPrivate:
		return fmt.Errorf("%w\n--allow-private lets this feed be on such an address, fetch.allow_private in the configuration every feed", err)
	case feeds.Unreachable(err):
		return err
	}
	return fmt.Errorf("%w\nIf you know the address of the feed, give that", err)
}

// choose takes the best feed, or asks when there are several. One that is in the configuration is not taken.
func (a *feedsAdd) choose(ctx context.Context, found feeds.Discovery, k roster) (feeds.Found, error) {
	var fresh []feeds.Found
	for _, f := range found.Feeds {
		if _, _, ok := k.at(f.URL); !ok {
			fresh = append(fresh, f)
		}
	}
	if old, where, ok := k.at(found.Feeds[0].URL); ok {
		err := fmt.Errorf("%s: this feed is there already, as %s", where, old.ID)
		if found.Instead != "" {
			err = fmt.Errorf("%s; found instead: %s\n%w", found.Instead, found.Feeds[0].URL, err)
		}
		if len(fresh) > 0 {
			err = fmt.Errorf("%w\nThe site has others, which can be added by their addresses:%s", err, addresses(fresh))
		}
		return feeds.Found{}, err
	}
	if found.Instead != "" {
		if a.in == nil {
			return feeds.Found{}, fmt.Errorf("%s; found instead:%s\nNothing was written. If that is the feed you mean, add it by its address: bot feeds add %s", found.Instead, addresses(fresh), shellWord(fresh[0].URL))
		}
		fmt.Fprintf(a.stdout, "%s; found instead: %s\n", found.Instead, fresh[0].URL)
	}
	pick := fresh[0]
	if len(fresh) > 1 {
		fmt.Fprintf(a.stdout, "The site has %d feeds:\n", len(fresh))
		for i, f := range fresh {
			fmt.Fprintf(a.stdout, "%3d  %s  %s (%d items)\n", i+1, f.URL, f.Document.Title, len(f.Document.Items))
		}
		for a.in != nil {
			s, err := a.ask(ctx, a.in, "Which one (Enter: 1)? ")
			if err != nil {
				return feeds.Found{}, err
			}
			n, err := strconv.Atoi(cmp.Or(s, "1"))
			if err == nil && n >= 1 && n <= len(fresh) {
				pick = fresh[n-1]
				break
			}
			fmt.Fprintf(a.stdout, "A number from 1 to %d is wanted.\n", len(fresh))
		}
		if a.in == nil {
			fmt.Fprintf(a.stdout, "The first is taken here; to add another, give its address: bot feeds add %s\n", shellWord(fresh[1].URL))
		}
		fmt.Fprintln(a.stdout)
	}
	if n := len(found.More); n > 0 {
		fmt.Fprintf(a.stdout, "The page links %d more that look like feeds and were not tried, such as %s\n", n, found.More[0])
	}
	return pick, nil
}

// shellWord is an address as somebody may copy it into a command line, whatever the site has put into it.
func shellWord(address string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/._~%=@,+-"
	if !strings.ContainsFunc(address, func(r rune) bool { return !strings.ContainsRune(plain, r) }) {
		return address
	}
	return "'" + strings.ReplaceAll(address, "'", "%27") + "'"
}

func addresses(list []feeds.Found) string {
	var b strings.Builder
	for _, f := range list {
		b.WriteString("\n  " + f.URL)
		if title := excerpt.Line(f.Document.Title); title != "" {
			b.WriteString("  " + title)
		}
	}
	return b.String()
}

// lists names the watchlists that would alert of it.
func lists(cfg *config.Config, m *match.Matcher, it *news.Item) []string {
	over := map[string]bool{}
	for _, x := range m.Match(it) {
		over[x.Watchlist] = x.Over
	}
	var names []string
	for _, w := range cfg.Watchlists {
		if over[w.ID] {
			names = append(names, w.Name)
		}
	}
	return names
}

// settle asks for what is missing and may be corrected, and writes the feed.
func (a *feedsAdd) settle(ctx context.Context, f news.Feed, k roster) error {
	fmt.Fprintln(a.stdout)
	if a.in != nil {
		for _, fault := range config.CheckFeed(f) {
			if _, asked := entryKeys[fault.Path]; asked {
				if err := a.askFor(ctx, &f, fault.Path); err != nil {
					return err
				}
			}
		}
	}
	for {
		fmt.Fprintf(a.stdout, "For %s, below \"feeds:\":\n", a.config)
		a.entries([]news.Feed{f})
		faults := config.CheckFeed(f)
		if k.taken(f.ID) {
			faults = append(faults, news.Fault{Path: "id", Msg: fmt.Sprintf("%q is another feed's; %s is free", f.ID, free(f.ID, k.taken))})
		}
		if a.in == nil {
			return a.unasked(f, faults, k.cfg.Backfill)
		}
		question := "Write it (Enter: yes; no; or change something, such as outlet=Zviazda)? "
		if len(faults) > 0 {
			fmt.Fprintln(a.stdout, faults.Error())
			question = "Change it, such as country=BY, or say no: "
		}
		s, err := a.ask(ctx, a.in, question)
		if err != nil {
			return err
		}
		key, value, change := strings.Cut(s, "=")
		switch {
		case change:
			if err := setEntry(&f, strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
				fmt.Fprintln(a.stdout, err)
			}
		case strings.EqualFold(s, "no"), strings.EqualFold(s, "n"):
			return errors.New("nothing was written")
		case (s == "" || strings.EqualFold(s, "yes") || strings.EqualFold(s, "y")) && len(faults) == 0:
			return a.write(f, k.cfg.Backfill)
		default:
			fmt.Fprintf(a.stdout, "%q is neither yes, no, nor a change like outlet=Zviazda.\n", s)
		}
	}
}

// unasked writes the feed when the flags say so, else says how.
func (a *feedsAdd) unasked(f news.Feed, faults news.Faults, backfill int) error {
	if len(faults) > 0 {
		var b strings.Builder
		for _, x := range faults {
			dashes := "--"
			if _, flag := entryKeys[x.Path]; !flag {
				dashes = ""
			}
			fmt.Fprintf(&b, "\n  %s%s: %s", dashes, x.Path, x.Msg)
		}
		return usageError(fmt.Errorf("nothing was written; give with flags what could not be guessed:%s", b.String()))
	}
	if a.yes {
		return a.write(f, backfill)
	}
	if a.dry {
		_, err := fmt.Fprintln(a.stdout, "Nothing was written: --dry-run.")
		return err
	}
	if _, err := fmt.Fprintln(a.stdout, "Nothing was written: this is no terminal to ask at; --yes writes it."); err != nil {
		return err
	}
	return &codeError{code: exitFailed}
}

func (a *feedsAdd) write(f news.Feed, backfill int) error {
	where, err := a.writeFeeds([]news.Feed{f})
	if err != nil {
		if a.in == nil {
			return err // the line was just printed
		}
		return fmt.Errorf("%w\nThe line to add yourself is above", err)
	}
	backlog := "what the feed holds already is stored, not alerted"
	if backfill > 0 {
		backlog = fmt.Sprintf("of what the feed holds already the newest %d alert", backfill)
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s is there now. A running bot takes it up by itself; %s.\n", where, f.ID, backlog)
	return err
}

// entryKeys are the keys of an entry that are asked for, with their questions.
var entryKeys = map[string]string{
	"id": "An id for it", "outlet": "The outlet's name", "country": "The country the outlet is at home in, such as BY",
	"language": "The language it writes in, such as be", "type": "Who stands behind it: state, independent, exile, wire or analysis",
}

// askFor asks for the value of a key until it is a good one.
func (a *feedsAdd) askFor(ctx context.Context, f *news.Feed, key string) error {
	for {
		s, err := a.ask(ctx, a.in, entryKeys[key]+": ")
		if err != nil {
			return err
		}
		if err := setEntry(f, key, s); err != nil {
			fmt.Fprintln(a.stdout, err)
			continue
		}
		return nil
	}
}

// setEntry sets the value of a key, when it is a good one.
func setEntry(f *news.Feed, key, value string) error {
	changed, ff := *f, feedFlags{}
	to, ok := map[string]*string{"id": &ff.id, "outlet": &ff.outlet, "country": &ff.country, "language": &ff.language, "type": &ff.kind, "timezone": &ff.timezone}[key]
	switch {
	case key == "every":
		every, err := config.ParseDuration(value)
		if err != nil {
			return err
		}
		ff.every = every
	case !ok:
		return fmt.Errorf("there is no %q to change%s", key, config.DidYouMean(key, []string{"id", "outlet", "country", "language", "type", "timezone", "every"}))
	case value == "":
		return fmt.Errorf("%s: a value is wanted", key)
	default:
		if key == "country" {
			value = strings.ToUpper(value)
		}
		if key == "language" || key == "type" || key == "id" {
			value = strings.ToLower(value)
		}
		*to = value
	}
	ff.fill(&changed)
	for _, x := range config.CheckFeed(changed) {
		if x.Path == key {
			return fmt.Errorf("%s: %s", key, x.Msg)
		}
	}
	*f = changed
	return nil
}
