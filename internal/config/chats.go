package config

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/timetable"
)

// A Chat is how a chat wants what it is owed, as long as it has set nothing itself.
type Chat struct {
	news.Preferences
	Language string // of its alerts, as long as nobody knows a better one; "": English
}

// Stories says how a story that goes on is told.
type Stories struct {
	EditEvery time.Duration // least time between two changes of the message that tells a story
	Again     []string      // what makes a story alert anew: types of source, and "watchlist"
}

// againWatchlist makes a story alert anew that reaches a watchlist the chat was not told of with it.
const againWatchlist = "watchlist"

func (s *Stories) options(d *decoder) []option {
	return []option{
		{"edit_every", false, d.duration(&s.EditEvery, time.Second)},
		{"again", false, func(n *node, path string) {
			known := []string{againWatchlist}
			for _, t := range news.SourceTypes {
				known = append(known, string(t))
			}
			s.Again = []string{}
			d.listed(&s.Again, oneOf(known))(n, path)
		}},
	}
}

// listed reads a list of texts through parse, whose error is the fault. None may come twice.
func (d *decoder) listed(to *[]string, parse func(string) (string, error)) func(*node, string) {
	return func(n *node, path string) {
		d.each(n, path, func(n *node, path string) {
			var v string
			parsed(d, &v, parse)(n, path)
			switch {
			case v == "":
			case slices.Contains(*to, v):
				d.fail(path, n.at, "%q is listed twice", v)
			default:
				*to = append(*to, v)
			}
		})
	}
}

// readChats fills c.Chats. Watchlists are looked up among those of the file.
func (c *Config) readChats(d *decoder, n *node) {
	if n.kind != object {
		d.fail("chats", n.at, `expected options by chat, like "@channel": {quiet: "23:00-07:00"}, found %s`, n.kind)
		return
	}
	d.keyed(n, "chats", func(key string) func(*node, string) {
		return func(n *node, path string) {
			address, err := key, error(nil)
			if key != terminal {
				address, err = parseChat(key)
			}
			if err != nil {
				d.fail(path, n.at, "%v", err)
				return
			}
			c.readChat(d, n, path, address)
		}
	})
}

func (c *Config) readChat(d *decoder, n *node, path, address string) {
	chat := Chat{Preferences: news.Preferences{Chat: address}}
	var lists *node
	d.object(n, path, append([]option{
		{"language", false, parsed(d, &chat.Language, oneOf(locale.Languages()))},
		{"timezone", false, d.checked(&chat.Timezone, checkZone)},
		{"quiet", false, d.optional(func(s string) error {
			q, err := timetable.ParseQuiet(s)
			chat.Quiet = q.String()
			return err
		})},
		{"watchlists", false, keep(&lists)},
	}, deliveryOptions(d, &chat.All)...))
	if lists != nil && lists.kind != object {
		d.fail(path+".watchlists", lists.at, "expected options by watchlist, like csto: {digest: hourly}, found %s", lists.kind)
		lists = nil
	}
	if lists != nil {
		d.keyed(lists, path+".watchlists", func(id string) func(*node, string) {
			return func(n *node, path string) {
				var ids []string
				for _, w := range c.Watchlists {
					ids = append(ids, w.ID)
				}
				if !slices.Contains(ids, id) {
					d.fail(path, n.at, "unknown watchlist %q%s", id, DidYouMean(id, ids))
				}
				// What it does not say is as for all.
				own := chat.All
				d.object(n, path, deliveryOptions(d, &own))
				if chat.Lists == nil {
					chat.Lists = map[string]news.Delivery{}
				}
				chat.Lists[id] = own
			}
		})
	}
	c.Chats = append(c.Chats, chat)
}

func deliveryOptions(d *decoder, to *news.Delivery) []option {
	return []option{
		{"digest", false, func(n *node, path string) {
			to.Digest = ""
			d.optional(func(s string) error {
				schedule, err := timetable.ParseSchedule(s)
				to.Digest = schedule.String()
				return err
			})(n, path)
		}},
		{"silent", false, d.flag(&to.Silent)},
		{"min_score", false, parsed(d, &to.MinScore, parseScore)},
		{"languages", false, func(n *node, path string) {
			to.Languages = nil
			d.listed(&to.Languages, func(s string) (string, error) { return s, checkLanguage(s) })(n, path)
		}},
		{"sources", false, func(n *node, path string) {
			var words []string
			d.listed(&words, func(s string) (string, error) {
				t, err := oneOf(news.SourceTypes)(s)
				return string(t), err
			})(n, path)
			to.Sources = nil
			for _, w := range words {
				to.Sources = append(to.Sources, news.SourceType(w))
			}
		}},
	}
}

// parseScore reads a least score; 0 is none.
func parseScore(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0, fmt.Errorf("%q is not a score: write a number from 0", s)
	}
	return v, nil
}

// urgencies are what a watchlist's urgency may be, as the file writes it.
var urgencies = map[string]news.Urgency{"normal": news.Normal, string(news.Breaking): news.Breaking}

func parseUrgency(s string) (news.Urgency, error) {
	word, err := oneOf(slices.Sorted(maps.Keys(urgencies)))(s)
	return urgencies[word], err
}
