package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// Telegram says how the bot talks to Telegram. Without a token it does not, and alerts go to the terminal.
type Telegram struct {
	Token   news.Secret
	Channel string      // address of the chat that gets the alerts of watchlists without "to"; "": only subscribers get them
	Admins  []string    // addresses of the users who may administer
	Access  string      // "open", "invite" or "list": who else is served
	Allowed []string    // addresses of the users and groups that "list" serves
	APIURL  string      // of the Bot API server
	Proxy   news.Secret // http, https or socks5 URL; it may hold a password. "": what the environment says
}

// Who is served besides the admins.
const (
	AccessOpen   = "open"
	AccessInvite = "invite"
	AccessList   = "list"
)

func (t *Telegram) options(d *decoder) []option {
	return []option{
		{"token", false, d.optional(func(s string) error { return secret(&t.Token, s, checkToken) })},
		{"channel", false, d.optional(func(s string) (err error) { t.Channel, err = parseChat(s); return err })},
		{"admins", false, d.ids(&t.Admins, "user")},
		{"access", false, parsed(d, &t.Access, oneOf([]string{AccessOpen, AccessInvite, AccessList}))},
		{"allowed", false, d.ids(&t.Allowed, "user or group")},
		{"api_url", false, d.checked(&t.APIURL, checkHTTP)},
		{"proxy", false, d.optional(func(s string) error { return secret(&t.Proxy, s, checkProxy) })},
	}
}

// optional reads a text that may be "", which set is then not called with.
func (d *decoder) optional(set func(string) error) func(*node, string) {
	return func(n *node, path string) {
		if n.kind == scalar && n.text == "" {
			return
		}
		if s := d.text(n, path); s != "" {
			if err := set(s); err != nil {
				d.fail(path, n.at, "%v", err)
			}
		}
	}
}

// ids reads a list of Telegram's numbers as addresses.
func (d *decoder) ids(to *[]string, of string) func(*node, string) {
	return func(n *node, path string) {
		d.each(n, path, func(n *node, path string) {
			s := d.text(n, path)
			switch {
			case s == "":
			case !chatID.MatchString(s):
				d.fail(path, n.at, "%q is not the number of a %s: /start in a private chat with the bot tells yours", s, of)
			case slices.Contains(*to, telegramScheme+s):
				d.fail(path, n.at, "%s is listed twice", s)
			default:
				*to = append(*to, telegramScheme+s)
			}
		})
	}
}

func secret(to *news.Secret, s string, check func(string) error) error {
	if err := check(s); err != nil {
		return err
	}
	*to = news.Secret(s)
	return nil
}

const telegramScheme = "telegram:"

var (
	chatID   = regexp.MustCompile(`^-?[1-9][0-9]{0,18}$`)
	chatName = regexp.MustCompile(`^@[A-Za-z][A-Za-z0-9_]{3,31}$`) // Telegram: 5 to 32 letters, digits and underscores; some old ones have 4
	botToken = regexp.MustCompile(`^[0-9]{3,20}:[A-Za-z0-9_-]{20,}$`)
	topicID  = regexp.MustCompile(`^[1-9][0-9]{0,9}$`)
)

// parseChat reads where alerts go, "@channel", "-100123" or "-100123:42" for a topic, as an address.
func parseChat(s string) (string, error) {
	chat, topic, hasTopic := strings.Cut(s, ":")
	if !chatID.MatchString(chat) && !chatName.MatchString(chat) || hasTopic && !topicID.MatchString(topic) {
		return "", fmt.Errorf(`%q is not a chat: write "terminal", "@channel", a number like "-1001234567890", or "-1001234567890:42" for a topic`, s)
	}
	return telegramScheme + s, nil
}

// Neither check quotes what it was given.
func checkToken(s string) error {
	if !botToken.MatchString(s) {
		return errors.New("this is not a bot token: @BotFather gives one like 123456:ABC… (it is not shown here)")
	}
	return nil
}

func checkProxy(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
		return errors.New("not a proxy: write http://host:port, https://host:port or socks5://host:port (it is not shown here)")
	}
	return nil
}

func checkHTTP(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("not an address that begins with http:// or https:// (it is not shown here)")
	}
	return nil
}
