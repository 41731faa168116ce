package feeds

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"vestnik/internal/news"
)

// Guess proposes the words of a feed that was read from an address, for a person to correct: id, outlet, country and language. What nothing speaks for
// is "". taken tells which ids are in use.
func (c *Client) Guess(address string, doc news.Document, taken func(id string) bool) news.Feed {
	f := news.Feed{URL: address, Outlet: GuessOutlet(doc.Title, address), Country: GuessCountry(address), Language: c.GuessLanguage(doc.Items)}
	f.ID = GuessID(address, f.Language, taken)
	return f
}

// maxOutlet is how many characters the name of an outlet has at most; the title of a feed may be a sentence.
const maxOutlet = 40

// GuessOutlet is the feed's title, its first part when it is long, else the site's name.
func GuessOutlet(title, address string) string {
	title = plainLine(title, maxTitle)
	for _, sep := range []string{" | ", " — ", " – ", " - ", " :: ", " » ", ": ", ". "} {
		if utf8.RuneCountInString(title) > maxOutlet {
			title, _, _ = strings.Cut(title, sep)
		}
	}
	if title = strings.TrimSpace(title); title != "" && utf8.RuneCountInString(title) <= maxOutlet {
		return title
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.TrimPrefix(u.Hostname(), "www.")
	if shown, err := idna.ToUnicode(host); err == nil {
		return shown
	}
	return host
}

// countryZones are the top-level domains of countries whose letters are not the country's code, in punycode where they are not Latin.
var countryZones = map[string]string{"uk": "GB", "xn--90ais": "BY", "xn--p1ai": "RU", "xn--80ao21a": "KZ", "xn--j1amh": "UA", "xn--d1alf": "MK", "xn--90ae": "BG", "xn--90a3ac": "RS", "xn--node": "GE", "xn--y9a3aq": "AM"}

// anywhere are domains of countries and unions at which sites of everywhere are found.
var anywhere = []string{"io", "tv", "me", "ai", "co", "cc", "fm", "to", "ly", "gg", "sh", "ws", "vc", "la", "su", "eu", "am", "im", "is", "it", "id", "in", "pw", "st", "ac", "ag", "sc", "tk", "ml", "ga", "cf", "gq", "nu", "li", "so", "gd", "ms", "bz", "mn", "ps", "pm"}

// national are names in anywhere that below a second level of their own (".com.am") are the country's.
func national(labels []string) bool {
	return len(labels) > 2 && slices.Contains(secondLevel, labels[len(labels)-2])
}

// GuessCountry is the country of the address's top-level domain, "" when that says nothing of who publishes there.
func GuessCountry(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	labels := strings.Split(canonicalHost(&url.URL{Host: u.Hostname()}), ".")
	zone := labels[len(labels)-1]
	switch {
	case len(labels) < 2:
		return ""
	case countryZones[zone] != "":
		return countryZones[zone]
	case len(zone) != 2 || slices.Contains(anywhere, zone) && !national(labels):
		return ""
	}
	return strings.ToUpper(zone)
}

// guessedFrom is how many items the language is told from.
const guessedFrom = 30

// GuessLanguage is the language of most items, when half of them have one, else what all of them together are written in: a headline alone is often too short
// to tell. "": nothing tells it.
func (c *Client) GuessLanguage(items []news.Item) string {
	items = items[:min(len(items), guessedFrom)]
	count := map[string]int{}
	best, told := "", 0
	for _, it := range items {
		if it.Lang == "" {
			continue
		}
		told++
		count[it.Lang]++
		if d := cmp.Compare(count[it.Lang], count[best]); best == "" || d > 0 || d == 0 && it.Lang < best {
			best = it.Lang
		}
	}
	if 2*told < len(items) {
		return cmp.Or(c.Together(items), best)
	}
	return best
}

// Together is the language that the headlines and texts of items, taken together, are surely written in, whatever each was taken for: "" when that is not
// sure. Headlines come first: a text of one item may be longer than what is looked at.
func (c *Client) Together(items []news.Item) string {
	if c.o.Language == nil {
		return ""
	}
	var heads, texts strings.Builder
	for _, it := range items[:min(len(items), guessedFrom)] {
		heads.WriteString(it.Title + "\n")
		texts.WriteString(it.Text[:min(len(it.Text), languageBytes)] + "\n")
	}
	if code, confidence := c.o.Language(heads.String() + texts.String()); confidence >= surely {
		return code
	}
	return ""
}

// generic are first labels of hosts that do not tell outlets apart.
var generic = []string{"www", "m", "rss", "feed", "feeds", "xml", "api", "news", "export"}

// GuessID makes an id of the address's host that is not taken: the outlet's name, then with its language, its domain, a number.
func GuessID(address, language string, taken func(id string) bool) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	labels := strings.Split(canonicalHost(&url.URL{Host: u.Hostname()}), ".")
	registered := strings.Split(site(strings.Join(labels, ".")), ".")
	name, zone := slug(registered[0]), ""
	if len(registered) > 1 {
		zone = slug(registered[len(registered)-1])
	}
	if name == "" { // an address without a name: a file, or IPv6
		name, zone = "feed", ""
	} else if strings.Trim(name, "0123456789") == "" && zone != "" { // 24.kg
		if name += "-" + zone; strings.Trim(zone, "0123456789") == "" { // IPv4
			name, zone, labels = "feed", "", nil
		}
	}
	under := ""
	if n := len(labels) - len(registered); n > 0 && !slices.Contains(generic, labels[n-1]) {
		under = slug(labels[n-1])
	}
	for _, more := range []string{"", language, under, zone} {
		if id := hyphenated(name, more); (more != "" || id == name) && !taken(id) {
			return id
		}
	}
	for i := 2; ; i++ {
		if id := hyphenated(name, language, strconv.Itoa(i)); !taken(id) {
			return id
		}
	}
}

func hyphenated(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	parts[0] = strings.TrimRight(parts[0][:min(len(parts[0]), 40)], "-") // an id has 64 characters at most
	return strings.Join(parts, "-")
}

// slug keeps what an id may have.
func slug(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	return strings.Trim(s, "-")
}
