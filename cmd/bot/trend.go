package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vestnik/internal/locale"
)

func trendCommand(o *options) *cobra.Command {
	var since time.Duration
	var out, language, until string
	c := &cobra.Command{
		Use:   "trend [WATCHLIST…]",
		Short: "How often watchlists were in the news, day by day",
		Long: `Prints how often watchlists were in the news in the last days, copies of wire stories left out, with bars for the days. With --out it also draws
a chart: one watchlist by kind of source, several beside one another, and the days in which a surge was told of are marked.

Without names it takes all watchlists and shows the six that were mentioned most.`,
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("since") {
				since = 30 * 24 * time.Hour
			}
			days := int((since + 24*time.Hour - 1) / (24 * time.Hour))
			if days < 2 || days > 366 {
				return usageError(fmt.Errorf("--since is from 2d to 366d, not %s", short(since)))
			}
			if language != "" && !slices.Contains(locale.Languages(), language) {
				return usageError(fmt.Errorf("--language is one of %s, not %q", strings.Join(locale.Languages(), ", "), language))
			}
			if out != "" && !strings.EqualFold(filepath.Ext(out), ".png") {
				return usageError(fmt.Errorf("--out is a PNG: write a name that ends with .png, not %q", out))
			}
			ctx := c.Context()
			a, err := o.openStore(ctx)
			if err != nil {
				return err
			}
			defer a.close()
			var all []string
			for _, w := range a.cfg.Watchlists {
				all = append(all, w.ID)
			}
			var lists []string
			for _, id := range args {
				if err := known("watchlist", id, all); err != nil {
					return err
				}
				if !slices.Contains(lists, id) {
					lists = append(lists, id)
				}
			}
			if len(lists) == 0 {
				lists = all
			}
			now := time.Now()
			if until != "" {
				day, err := time.ParseInLocation(time.DateOnly, until, a.cfg.Timezone)
				if err != nil {
					return usageError(fmt.Errorf("--until is a day such as 2026-06-07, not %q", until))
				}
				if day.After(now) {
					return usageError(fmt.Errorf("--until is today or an earlier day, not %q", until))
				}
				now = day.AddDate(0, 0, 1).Add(-time.Second)
			}
			desk := a.charts(a.rules)
			if out == "" {
				desk.Draw = nil
			}
			r, err := desk.Trend(ctx, language, lists, days, now, a.cfg.Timezone)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(o.stdout, r.Doc.Plain()); err != nil || r.File == nil {
				return err
			}
			if err := os.WriteFile(out, r.File.Data, 0o644); err != nil { //nolint:gosec // a picture to show around
				return fmt.Errorf("write the chart: %w", err)
			}
			return nil
		},
	}
	c.Flags().Var((*duration)(&since), "since", "of the last while, such as 7d or 90d (default: 30d)")
	c.Flags().StringVar(&until, "until", "", "the last day, such as 2026-06-07 (default: today)")
	c.Flags().StringVar(&out, "out", "", "draw a chart into this file, a PNG")
	c.Flags().StringVar(&language, "language", "", "of the words, such as ru (default: en)")
	return c
}
