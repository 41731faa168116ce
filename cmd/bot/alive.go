package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vestnik/internal/command"
	"vestnik/internal/news"
)

const (
	streak         = 3                  // polls that fail in a row before an admin hears of a feed: one or two are a hiccup
	settingFailing = "failing feeds"    // those admins were told of: JSON, feed id → when it was last read
	settingCounts  = "counts yesterday" // JSON of news.Counts, for the daily note
	aliveHour      = 9                  // of the daily note, in the configured zone
	outageLeast    = 10 * time.Minute   // a shorter pause is a restart, not an outage
)

// tellOfFeeds tells admins which feeds began to fail and which recovered since they were last told: once each, whenever the program dies in between, for the
// notices carry keys and what was told is kept after they are written down.
func (b *bot) tellOfFeeds(ctx context.Context, r *rules, now time.Time) error {
	if b.telegram == nil || len(r.cfg.Telegram.Admins) == 0 {
		return nil
	}
	list, err := b.store.FeedStatuses(ctx)
	if err != nil {
		return err
	}
	told := map[string]time.Time{}
	said, ok, err := b.store.Setting(ctx, settingFailing)
	if err != nil {
		return err
	}
	if ok {
		if err := json.Unmarshal([]byte(said), &told); err != nil {
			return fmt.Errorf("setting %q: %w", settingFailing, err)
		}
	}
	failing, recovered := changes(list, told)
	if len(failing)+len(recovered) == 0 {
		return nil
	}
	b.notify(ctx, r, func(language string) command.Reply {
		var all command.Reply
		var key strings.Builder
		add := func(what string, f news.FeedStatus, since time.Time, one command.Reply) {
			if len(all.Doc) > 0 {
				all.Doc = append(all.Doc, nil)
			}
			all.Doc = append(all.Doc, one.Doc...)
			fmt.Fprintf(&key, "%s %s %d\n", what, f.Feed.ID, since.Unix())
		}
		for _, f := range failing {
			add("failing", f, f.State.LastSuccess, command.FeedFailing(language, f.Feed, f.State.ErrorClass, f.State.ErrorProof, f.State.LastSuccess, r.cfg.Timezone))
		}
		for _, f := range recovered {
			add("recovered", f, told[f.Feed.ID], command.FeedRecovered(language, f.Feed, told[f.Feed.ID], now))
		}
		sum := sha256.Sum256([]byte(key.String()))
		all.Key = "feeds " + hex.EncodeToString(sum[:8])
		return all
	})
	for _, f := range failing {
		told[f.Feed.ID] = f.State.LastSuccess
	}
	for _, f := range recovered {
		delete(told, f.Feed.ID)
	}
	data, err := json.Marshal(told)
	if err != nil {
		return err
	}
	b.wakeUp()
	return b.store.SetSetting(ctx, settingFailing, string(data))
}

// changes says which feeds have failed for a streak that nobody was told of, and which that somebody was told of are read again.
func changes(list []news.FeedStatus, told map[string]time.Time) (failing, recovered []news.FeedStatus) {
	for _, f := range list {
		_, known := told[f.Feed.ID]
		switch {
		case !known && f.State.Failures >= streak:
			failing = append(failing, f)
		case known && f.State.Failures == 0:
			recovered = append(recovered, f)
		}
	}
	return failing, recovered
}

// sayAlive writes the daily note down: once a day, after aliveHour.
func (b *bot) sayAlive(ctx context.Context, r *rules, now time.Time) error {
	local := now.In(r.cfg.Timezone)
	if b.telegram == nil || len(r.cfg.Telegram.Admins) == 0 || local.Hour() < aliveHour {
		return nil
	}
	day := local.Format(time.DateOnly)
	type counted struct {
		Day    string
		Counts news.Counts
	}
	var last counted
	said, ok, err := b.store.Setting(ctx, settingCounts)
	if err != nil {
		return err
	}
	if ok {
		if err := json.Unmarshal([]byte(said), &last); err != nil {
			return fmt.Errorf("setting %q: %w", settingCounts, err)
		}
	}
	if last.Day == day {
		return nil
	}
	status, err := b.desk(r).Status(ctx)
	if err != nil {
		return err
	}
	b.notify(ctx, r, func(language string) command.Reply {
		note := command.Alive(language, status, last.Counts, local)
		note.Key, note.Silent = "alive "+day, true
		return note
	})
	data, err := json.Marshal(counted{day, status.Counts})
	if err != nil {
		return err
	}
	b.wakeUp()
	return b.store.SetSetting(ctx, settingCounts, string(data))
}

// ping tells a dead man's switch that a cycle was healthy. Its address is a secret, so errors do not repeat it.
func (b *bot) ping(ctx context.Context, address news.Secret) error {
	if address == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.Reveal(), nil)
	if err != nil {
		return errors.New("ping_url is not an address")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("call ping_url: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 1<<16) // so that the connection can be used again
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("call ping_url: status %d", resp.StatusCode)
	}
	return nil
}

// tellOfOutage tells the admins that no bot ran for a while, once what piled up is known.
func (b *bot) tellOfOutage(ctx context.Context, down news.Outage) {
	counts, err := b.store.Counts(ctx)
	if err != nil {
		b.log.Error("count what is owed", "err", err)
		return
	}
	r := b.live.Load()
	b.notify(ctx, r, func(language string) command.Reply {
		return command.CatchUp(language, down, counts.Alerts[news.AlertOwed], r.cfg.Timezone)
	})
}

// outage is the time in which no bot ran on the database, zero when that was no longer than a restart takes or there was none before.
func (a *app) outage(ctx context.Context, now time.Time) (news.Outage, error) {
	said, ok, err := a.store.Setting(ctx, settingAlive)
	if err != nil || !ok {
		return news.Outage{}, err
	}
	last, err := time.Parse(time.RFC3339, said)
	if err != nil || now.Sub(last) < outageLeast {
		return news.Outage{}, nil //nolint:nilerr // a setting that nobody can read is none
	}
	return news.Outage{Since: last, Until: now}, nil
}
