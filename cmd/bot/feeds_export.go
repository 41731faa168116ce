package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/internal/opml"
	"vestnik/seeds"
)

func feedsExportCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write the feeds of the configuration as an OPML list, for other readers",
		Long: `Writes the feeds of the configuration as an OPML list, which every feed reader takes, to FILE or to the output. What OPML has no word for (id, outlet,
country, type, interval, time zone) stands in attributes that others pass over, so that «bot feeds import» gets it back. Left out are files on this machine, and of
every feed its proxy, password, headers, User-Agent, full_text, allow_private and backfill.`,
		Example: "  bot feeds export feeds.opml\n  bot feeds export | less",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil // the output
			}
			return oneArgument("FILE")(c, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := config.Load(o.config, seeds.Profiles())
			if err != nil {
				return usageError(err)
			}
			file := "-"
			if len(args) > 0 {
				file = args[0]
			}
			return o.export(cfg.Feeds, file, time.Now())
		},
	}
}

func (o *options) export(feeds []news.Feed, file string, now time.Time) error {
	var list []news.Feed
	var local []string
	for _, f := range feeds {
		if strings.HasPrefix(f.URL, "file:") {
			local = append(local, f.ID)
			continue
		}
		list = append(list, f)
	}
	data, bare := opml.Write("Vestnik", list, now, config.FormatDuration)
	if len(local) > 0 {
		fmt.Fprintf(o.stderr, "left out, being files on this machine: %s\n", strings.Join(local, ", "))
	}
	if len(bare) > 0 {
		fmt.Fprintf(o.stderr, "exported without the user and password in their addresses: %s\n", strings.Join(bare, ", "))
	}
	if file == "-" {
		_, err := o.stdout.Write(data)
		return err
	}
	// A slip of the hand ("export config.yaml") must cost nothing.
	old, err := os.ReadFile(file)
	switch {
	case err == nil && len(old) > 0 && !bytes.Contains(bytes.ToLower(old[:min(len(old), 4<<10)]), []byte("<opml")):
		return usageError(fmt.Errorf("%s is there and is no OPML list: it is left alone; name another file", file))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := replaceFile(file, data, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	_, err = fmt.Fprintf(o.stdout, "%s has %d feeds.\n", file, len(list))
	return err
}
