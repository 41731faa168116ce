package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/mmcdole/gofeed"

	"vestnik/internal/news"
	"vestnik/internal/store"
)

// An audit sets what the feeds show now beside what the bot stored.
type audit struct {
	Served  int `json:"served"` // articles in the feeds, each link once
	Stored  int `json:"stored"` // items in the database, all there ever were
	Lost    int `json:"lost"`   // served, not stored
	Doubled int `json:"doubled"`
	Behind  int `json:"behind"` // items that search does not find yet
	Matched int `json:"matched"`
	Sent    int `json:"sent"`    // alerts
	Skipped int `json:"skipped"` // alerts of backlog
	Owed    int `json:"owed"`    // alerts still to be sent
}

// compare counts how often each link was stored against the links that are served.
func (a *audit) compare(served map[string]bool, stored map[string]int) {
	a.Served = len(served)
	for link := range served {
		if stored[link] == 0 {
			a.Lost++
		}
	}
	for _, n := range stored {
		a.Stored += n
		a.Doubled += n - 1
	}
}

// runAudit reads the feeds that list names, unless list is "", and the database.
func runAudit(ctx context.Context, list, db string, out io.Writer) error {
	s, err := store.OpenReadOnly(ctx, "sqlite:"+db, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	var a audit
	counts, err := s.Counts(ctx)
	if err != nil {
		return err
	}
	a.Stored, a.Matched, a.Behind = counts.Items, counts.Matched, counts.Behind
	for state, n := range counts.Alerts {
		switch state {
		case news.AlertSent:
			a.Sent += n
		case news.AlertSkipped:
			a.Skipped += n
		default:
			a.Owed += n
		}
	}
	if list != "" {
		served, err := servedLinks(ctx, list)
		if err != nil {
			return err
		}
		stored := map[string]int{}
		p, err := s.Period(ctx, time.Time{}, time.Now())
		if err != nil {
			return err
		}
		err = s.Past(ctx, p, func(items []news.Past) error {
			for _, x := range items {
				stored[x.Item.Link]++
			}
			return nil
		})
		if err != nil {
			return err
		}
		a.Stored = 0
		a.compare(served, stored)
	}
	return json.NewEncoder(out).Encode(a)
}

func servedLinks(ctx context.Context, list string) (map[string]bool, error) {
	urls, err := readLines(list)
	if err != nil {
		return nil, err
	}
	links, parser := map[string]bool{}, gofeed.NewParser()
	for _, url := range urls {
		body, err := get(ctx, url)
		if err != nil {
			return nil, err
		}
		doc, err := parser.ParseString(string(body))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", url, err)
		}
		for _, it := range doc.Items {
			links[it.Link] = true
		}
	}
	return links, nil
}

// get is the body at url, which has to answer 200.
func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return io.ReadAll(resp.Body)
}
