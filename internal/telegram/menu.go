package telegram

import (
	"context"
	"errors"
	"fmt"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"vestnik/internal/command"
	"vestnik/internal/locale"
)

// commandNames are the commands there are.
func commandNames() map[string]bool {
	names := map[string]bool{}
	for _, item := range command.Menu(locale.Default, command.BotAdmin) {
		names[item.Name] = true
	}
	return names
}

// helpMost is the Bot API's limit of a command's description, in characters.
const helpMost = 256

// InstallMenu tells Telegram which commands to offer, by language and by who is asking where. admins are addresses; one who never wrote to the bot is
// left out. It may be called again whenever the commands or the admins change.
func InstallMenu(ctx context.Context, c *Client, admins []string) error {
	type scope struct {
		object   map[string]any
		who      command.Audience
		optional bool
	}
	scopes := []scope{
		{map[string]any{"type": "all_private_chats"}, command.ChatAdmin, false},
		{map[string]any{"type": "all_group_chats"}, command.Anyone, false},
		{map[string]any{"type": "all_chat_administrators"}, command.ChatAdmin, false},
	}
	for _, admin := range admins {
		if a, err := parseAddress(admin); err == nil && a.id > 0 {
			scopes = append(scopes, scope{map[string]any{"type": "chat", "chat_id": a.id}, command.BotAdmin, true})
		}
	}
	for _, s := range scopes {
		for _, language := range locale.Languages() {
			p := tgbotapi.Params{"scope": object(s.object), "commands": object(menu(language, s.who))}
			if language != locale.Default { // whose menu everybody gets who speaks none of the others
				p["language_code"] = language
			}
			err := c.call(ctx, "setMyCommands", p, 0, nil)
			var refused *Error
			if s.optional && errors.As(err, &refused) && refused.Code == 400 {
				continue
			}
			if err != nil {
				return fmt.Errorf("install the menu: %w", err)
			}
		}
	}
	return nil
}

type menuItem struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

func menu(language string, who command.Audience) []menuItem {
	var items []menuItem
	for _, i := range command.Menu(language, who) {
		items = append(items, menuItem{i.Name, cut(clean(i.Help), helpMost)})
	}
	return items
}
