package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"vestnik/internal/news"
)

// builtIn is the profiles file that is embedded, as faults name it.
const builtIn = "seeds/profiles.yaml (built in)"

// Load reads the config file at path and the profiles it names, or embeddedProfiles when it names none.
// Everything that is wrong is in one *Error; other errors do not occur.
func Load(path string, embeddedProfiles []byte) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, failed([]Fault{{File: path, Fault: news.Fault{Msg: unreadable(err)}}})
	}
	return Read(path, data, embeddedProfiles)
}

// Read is Load for data that is, or is about to become, the file at path.
func Read(path string, data, embeddedProfiles []byte) (*Config, error) {
	c := Default()
	c.Path = path
	d, root := newDecoder(path, data)
	if root == nil {
		return nil, failed(d.faults)
	}
	c.file = d.source

	var feeds, watchlists, chats *node
	d.object(root, "", append(c.options(d), option{"chats", false, keep(&chats)}, option{"feeds", true, keep(&feeds)}, option{"watchlists", true, keep(&watchlists)}))
	if c.Fetch.MaxBackoff < c.Fetch.Interval {
		d.fail("fetch.max_backoff", d.find("fetch.max_backoff"), "%s is shorter than the interval of %s", c.Fetch.MaxBackoff, c.Fetch.Interval)
	}
	if c.Fetch.MaxInterval < c.Fetch.Interval {
		if _, said := d.at["fetch.max_interval"]; said {
			d.fail("fetch.max_interval", d.find("fetch.max_interval"), "%s is shorter than the interval of %s", c.Fetch.MaxInterval, c.Fetch.Interval)
		}
		c.Fetch.MaxInterval = c.Fetch.Interval // who names a long interval means that
	}
	profileFaults, complete := c.readProfiles(d, embeddedProfiles)
	// Feeds and watchlists lean on what the rest of the file says, wherever in the file that stands.
	if feeds != nil {
		c.readFeeds(d, feeds)
	}
	if watchlists != nil {
		c.readWatchlists(d, watchlists, complete)
	}
	if chats != nil {
		c.readChats(d, chats)
	}
	if err := failed(append(d.faults, profileFaults...), path, c.profiles.name); err != nil {
		err.Read = &c
		return nil, err
	}
	return &c, nil
}

func unreadable(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return `no such file: copy the config.yaml that comes with the program, or name another with --config; "bot demo" needs none`
	}
	return fmt.Sprintf("cannot be read: %v", err)
}

func keep(to **node) func(*node, string) {
	return func(n *node, _ string) { *to = n }
}

// options lists what config.yaml may say beside chats, feeds and watchlists.
func (c *Config) options(d *decoder) []option {
	return []option{
		{"store", false, d.checked(&c.Store, checkStore)},
		{"schedule", false, d.checked(&c.Schedule, checkSchedule)},
		{"timezone", false, parsed(d, &c.Timezone, parseZone)},
		{"profiles", false, d.optionalPath(&c.ProfilesPath)},
		{"retention", false, d.duration(&c.Retention, 0)},
		{"max_age", false, d.duration(&c.MaxAge, 0)},
		{"backfill", false, d.number(&c.Backfill, 0, maxBackfill)},
		{"ping_url", false, d.optional(func(s string) error { return secret(&c.PingURL, s, checkHTTP) })},
		{"surges", false, func(n *node, path string) { d.object(n, path, c.Surges.options(d)) }},
		{"telegram", false, func(n *node, path string) { d.object(n, path, c.Telegram.options(d)) }},
		{"stories", false, func(n *node, path string) { d.object(n, path, c.Stories.options(d)) }},
		{"fetch", false, func(n *node, path string) { d.object(n, path, c.Fetch.options(d)) }},
		{"log", false, func(n *node, path string) { d.object(n, path, c.Log.options(d)) }},
	}
}

// maxBackfill bounds what one new feed may send at once.
const maxBackfill = 1000

func (s *Surges) options(d *decoder) []option {
	return []option{
		{"enabled", false, d.flag(&s.On)},
		{"min_count", false, d.number(&s.MinCount, 2, 1000)},
		{"min_outlets", false, d.number(&s.MinOutlets, 1, 100)},
		{"cool_down", false, d.duration(&s.CoolDown, time.Hour)},
	}
}

func (f *Fetch) options(d *decoder) []option {
	return []option{
		{"timeout", false, d.duration(&f.Timeout, time.Millisecond)},
		{"max_bytes", false, parsed(d, &f.MaxBytes, parseSize)},
		{"per_host", false, d.number(&f.PerHost, 1, 100)},
		{"spacing", false, d.duration(&f.Spacing, 0)},
		{"concurrency", false, d.number(&f.Concurrency, 1, 1000)},
		{"redirects", false, d.number(&f.Redirects, 0, 50)},
		{"user_agent", false, d.checked(&f.UserAgent, checkUserAgent)},
		{"interval", false, d.duration(&f.Interval, time.Second)},
		{"max_interval", false, d.duration(&f.MaxInterval, time.Second)},
		{"max_backoff", false, d.duration(&f.MaxBackoff, time.Second)},
		{"allow_private", false, d.flag(&f.AllowPrivate)},
	}
}

func (l *Log) options(d *decoder) []option {
	return []option{
		{"level", false, parsed(d, &l.Level, parseLevel)},
		{"format", false, parsed(d, &l.Format, oneOf([]string{"text", "json"}))},
	}
}

// optionalPath reads a text that may be "".
func (d *decoder) optionalPath(to *string) func(*node, string) {
	return func(n *node, path string) {
		if n.kind == scalar && n.text == "" {
			*to = ""
			return
		}
		d.str(to)(n, path)
	}
}

// readProfiles fills c.Profiles and returns the faults of the profiles file, and whether every profile was read.
// That the file is missing is a fault of the config file.
func (c *Config) readProfiles(d *decoder, embedded []byte) (faults []Fault, complete bool) {
	name, data := builtIn, embedded
	if c.ProfilesPath != "" {
		name = profilesFile(c.Path, c.ProfilesPath)
		var err error
		if data, err = os.ReadFile(name); err != nil {
			msg := fmt.Sprintf("%s cannot be read: %v", name, err)
			if errors.Is(err, fs.ErrNotExist) {
				msg = fmt.Sprintf(`no such file: %s; "" means the profiles built into the program`, name)
			}
			d.fail("profiles", d.find("profiles"), "%s", msg)
			return nil, false
		}
	}
	p := readProfiles(name, data)
	c.Profiles, c.profiles = p.profiles, p.source
	return p.faults, len(p.faults) == 0
}

func (c *Config) readFeeds(d *decoder, n *node) {
	ids, urls := map[string]position{}, map[string]position{}
	d.each(n, "feeds", func(n *node, path string) {
		f := news.Feed{AllowPrivate: c.Fetch.AllowPrivate, Backfill: c.Backfill}
		d.object(n, path, feedOptions(d, &f))
		d.checkAccess(f, f.AllowPrivate && n.field("allow_private") != nil, path)
		d.unique(ids, f.ID, path+".id")
		d.unique(urls, f.URL, path+".url")
		c.Feeds = append(c.Feeds, f)
	})
	if n.kind == list && len(n.items) == 0 {
		d.fail("feeds", n.at, "no feeds: there is nothing to read")
	}
}

func feedOptions(d *decoder, f *news.Feed) []option {
	return []option{
		{"id", true, d.checked(&f.ID, checkID)},
		{"url", true, d.checked(&f.URL, checkURL)},
		{"outlet", true, d.str(&f.Outlet)},
		{"country", true, d.checked(&f.Country, checkCountry)},
		{"language", true, d.checked(&f.Language, checkLanguage)},
		{"type", true, parsed(d, &f.Type, oneOf(news.SourceTypes))},
		{"every", false, d.duration(&f.Every, time.Second)},
		{"timezone", false, d.checked(&f.Timezone, checkZone)},
		{"allow_private", false, d.flag(&f.AllowPrivate)},
		{"backfill", false, d.number(&f.Backfill, 0, maxBackfill)},
		{"full_text", false, d.flag(&f.FullText)},
		{"user_agent", false, d.checked(&f.UserAgent, checkUserAgent)},
		{"proxy", false, d.optional(func(s string) error { return secret(&f.Proxy, s, checkProxy) })},
		{"auth", false, d.optional(func(s string) error { return secret(&f.Auth, s, checkAuth) })},
		{"headers", false, d.headers(&f.Headers)},
	}
}

// terminal is the address of the terminal.
const terminal = "terminal"

// readWatchlists fills c.Watchlists. Profiles are looked up only when all of them were read.
func (c *Config) readWatchlists(d *decoder, n *node, lookUp bool) {
	known := make([]string, len(c.Profiles))
	for i, p := range c.Profiles {
		known[i] = p.ID
	}
	ids := map[string]position{}
	d.each(n, "watchlists", func(n *node, path string) {
		before, w := len(d.faults), news.Watchlist{Threshold: 1}
		d.object(n, path, append(watchlistOptions(d, &w), option{"profiles", false, func(n *node, path string) {
			d.each(n, path, func(n *node, path string) {
				id := d.text(n, path)
				if lookUp && id != "" && !slices.Contains(known, id) {
					d.fail(path, n.at, "unknown profile %q%s", id, DidYouMean(id, known))
				}
				w.Profiles = append(w.Profiles, id)
			})
		}}))
		d.unique(ids, w.ID, path+".id")
		if w.Name == "" {
			w.Name = w.ID
		}
		if len(d.faults) == before && len(w.Profiles)+len(w.Names)+len(w.Keywords)+len(w.Query) == 0 {
			d.fail(path, n.at, "finds nothing: give it profiles, names, keywords or a query")
		}
		c.Watchlists = append(c.Watchlists, w)
	})
	if n.kind == list && len(n.items) == 0 {
		d.fail("watchlists", n.at, "no watchlists: nothing would ever be found")
	}
}

func watchlistOptions(d *decoder, w *news.Watchlist) []option {
	return []option{
		{"id", true, d.checked(&w.ID, checkID)},
		{"name", false, d.str(&w.Name)},
		{"names", false, d.byLanguage(&w.Names)},
		{"keywords", false, d.byLanguage(&w.Keywords)},
		{"query", false, d.str(&w.Query)},
		{"exclude", false, d.strings(&w.Exclude)},
		{"threshold", false, parsed(d, &w.Threshold, parseThreshold)},
		{"urgency", false, parsed(d, &w.Urgency, parseUrgency)},
		{"must_match", false, d.strings(&w.MustMatch)},
		{"must_not_match", false, d.strings(&w.MustNotMatch)},
		{"to", false, func(n *node, path string) {
			d.each(n, path, func(n *node, path string) {
				to := d.text(n, path)
				if to == "" {
					return
				}
				chat, err := to, error(nil)
				if to != terminal {
					chat, err = parseChat(to)
				}
				switch {
				case err != nil:
					d.fail(path, n.at, "%v", err)
				case slices.Contains(w.To, chat):
					d.fail(path, n.at, "%q is listed twice", to)
				default:
					w.To = append(w.To, chat)
				}
			})
		}},
	}
}
