package command

import (
	"context"
	"strings"

	"vestnik/internal/locale"
)

// Audience is a circle of people; each holds the one before it.
type Audience int

// Who may use a command.
const (
	Anyone    Audience = iota // who is served at all
	ChatAdmin                 // in a private chat its owner, elsewhere the chat's admins
	BotAdmin                  // in a private chat, who is named in the configuration
)

// A row is one command. Its help is the catalogue's text "help.<name>"; what stands behind it, "args.<name>", may be missing.
type row struct {
	name string
	who  Audience
	run  func(context.Context, *talk) ([]Reply, error)
}

// table holds the commands in the order they are shown; help, menus and the README follow from it.
func table() []row {
	return []row{
		{"start", Anyone, start},
		{"help", Anyone, help},
		{"watchlists", Anyone, watchlists},
		{"subscribe", ChatAdmin, subscribe},
		{"unsubscribe", ChatAdmin, unsubscribe},
		{"recent", Anyone, recent},
		{"search", Anyone, search},
		{"story", Anyone, story},
		{"top", Anyone, top},
		{"trend", Anyone, trends},
		{"why", Anyone, why},
		{"precision", Anyone, precision},
		{"mute", ChatAdmin, mute},
		{"unmute", ChatAdmin, unmute},
		{"digest", ChatAdmin, digest},
		{"quiet", ChatAdmin, quiet},
		{"timezone", ChatAdmin, timezone},
		{"lang", ChatAdmin, lang},
		{"settings", ChatAdmin, settings},
		{"export", ChatAdmin, export},
		{"feeds", Anyone, feedBoard},
		{"status", Anyone, status},
		{"forgetme", ChatAdmin, forgetMe},
		{"reload", BotAdmin, reload},
		{"test", BotAdmin, test},
		{"invite", BotAdmin, invite},
		{"try", BotAdmin, tryQuery},
	}
}

// A MenuItem is a command with one line about it.
type MenuItem struct {
	Name string // without its slash
	Help string
}

// Menu lists the commands that who may use, in a language, in the order to show them.
func Menu(language string, who Audience) []MenuItem {
	loc := locale.For(language)
	var items []MenuItem
	for _, r := range table() {
		if r.who <= who {
			items = append(items, MenuItem{r.name, loc.Text("help." + r.name)})
		}
	}
	return items
}

// Table is the list of all commands in Markdown.
func Table(language string) string {
	loc := locale.For(language)
	var b strings.Builder
	b.WriteString("| " + loc.Text("table.command") + " | " + loc.Text("table.does") + " | " + loc.Text("table.who") + " |\n|---|---|---|\n")
	for _, r := range table() {
		usage := strings.ReplaceAll(r.usage(loc), "|", `\|`)
		b.WriteString("| `" + usage + "` | " + loc.Text("help."+r.name) + " | " + loc.Text([...]string{"table.anyone", "table.chat-admin", "table.bot-admin"}[r.who]) + " |\n")
	}
	return b.String()
}

// usage is "/recent [watchlist] [n]".
func (r row) usage(loc *locale.Language) string {
	if key := "args." + r.name; loc.Has(key) {
		return "/" + r.name + " " + loc.Text(key)
	}
	return "/" + r.name
}
