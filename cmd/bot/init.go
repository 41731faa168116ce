package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/internal/telegram"
)

type initOptions struct {
	*options
	token, channel, access, apiURL string
	admins                         []string
}

func initCommand(o *options) *cobra.Command {
	io := &initOptions{options: o}
	c := &cobra.Command{
		Use:   "init",
		Short: "Set Telegram up: ask for token, channel and admins, try them, write them into the configuration",
		Long: `Asks for the bot's token (from @BotFather), the channel for alerts, the admins and who else is served; what a flag gives is not asked. The token and the
channel are tried before anything is written. The rest of the configuration and its comments stay as they are.

To keep the token out of the file, leave it out here and set the environment variable ` + tokenVariable + ` for the bot.`,
		Example: "  bot init\n  bot init --token 123456:ABC… --channel @my_news --admin 42 --access invite",
		Args:    usage(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return io.run(c.Context(), c.Flags().Changed) },
	}
	f := c.Flags()
	f.StringVar(&io.token, "token", "", "the bot's token")
	f.StringVar(&io.channel, "channel", "", `where alerts go: "@name", "-1001234567890", with ":42" for a topic; empty: only to subscribers`)
	f.StringSliceVar(&io.admins, "admin", nil, "the number of a user who may administer; more than once for more")
	f.StringVar(&io.access, "access", config.AccessOpen, "who else is served: open, invite or list")
	f.StringVar(&io.apiURL, "api-url", "", "another Bot API server")
	return c
}

func (io *initOptions) run(ctx context.Context, given func(string) bool) error {
	data, err := os.ReadFile(io.config)
	if errors.Is(err, fs.ErrNotExist) {
		return usageError(fmt.Errorf("%s is not there: copy the config.yaml that comes with the program, or name another with --config", io.config))
	}
	if err != nil {
		return err
	}
	in := bufio.NewScanner(io.stdin)
	for _, q := range []struct {
		flag, ask string
		to        *string
	}{
		{"token", "The bot's token, from @BotFather: ", &io.token},
		{"channel", "The channel or chat for alerts, such as @my_news (Enter: none): ", &io.channel},
	} {
		if !given(q.flag) {
			if *q.to, err = io.ask(ctx, in, q.ask); err != nil {
				return err
			}
		}
	}
	if !given("admin") {
		s, err := io.ask(ctx, in, "The numbers of the admins, separated by spaces (Enter: none; /start in a private chat with the bot tells a person's number): ")
		if err != nil {
			return err
		}
		io.admins = strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
	}
	if !given("access") {
		s, err := io.ask(ctx, in, "Who else is served: open (anyone), invite, or list (Enter: open): ")
		if err != nil {
			return err
		}
		if s != "" {
			io.access = s
		}
	}

	settings := []config.Setting{{Key: "token", Value: io.token}, {Key: "channel", Value: io.channel}, {Key: "admins", Values: append([]string{}, io.admins...)}, {Key: "access", Value: io.access}}
	if io.apiURL != "" {
		settings = append(settings, config.Setting{Key: "api_url", Value: io.apiURL})
	}
	written, err := config.SetTelegram(io.config, data, settings)
	if err != nil {
		return usageError(err)
	}
	if err := io.try(ctx); err != nil {
		return err
	}
	if err := replaceFile(io.config, written, 0o600); err != nil { // the token is in it
		return fmt.Errorf("write %s: %w", io.config, err)
	}
	_, err = fmt.Fprintf(io.stdout, "%s is written, and only you can read it. Start the bot with «bot run».\n", io.config)
	return err
}

// try asks Telegram whether the token is good and the bot may post to the channel.
func (io *initOptions) try(ctx context.Context) error {
	if io.token == "" {
		fmt.Fprintf(io.stdout, "Without a token nothing can be tried; set %s for the bot.\n", tokenVariable)
		return nil
	}
	client, err := telegram.New(telegram.Options{Token: news.Secret(io.token), APIURL: io.apiURL, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return usageError(err)
	}
	name, err := client.Bot(ctx)
	if err != nil {
		return fmt.Errorf("try the token: %w; nothing was written", err)
	}
	fmt.Fprintf(io.stdout, "The token is good: the bot is %s.\n", name)
	if io.channel == "" {
		return nil
	}
	p, err := client.Probe(ctx, "telegram:"+io.channel)
	if err == nil && p.Problem != "" {
		err = errors.New(p.Problem)
	}
	if err != nil {
		return fmt.Errorf("try the channel: %w; nothing was written", err)
	}
	fmt.Fprintf(io.stdout, "The bot may post to %s.\n", io.channel)
	return nil
}
